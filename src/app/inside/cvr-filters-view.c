/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filters of every convolution, the dead and the doubled among them, and the chosen one down to
 * its numbers and through the epochs. */
#include "cvr-filters-view.h"

#include "cvr-layer-name.h"
#include "cvr-over-time.h"
#include "cvr-plane-view.h"
#include "cvr-ridge-view.h"

#include <glib/gi18n-lib.h>

/* Pictures that must leave a unit silent before it is called dead. */
enum { FACT_PICTURES = 400 };

struct _CvrFiltersView
{
  AdwBin parent_instance;

  CvrColumns   *columns;
  GtkLabel     *title, *range, *value;
  CvrPlaneView *plane;
  CvrRidgeView *ridges;

  CvrProject   *project;
  CvrMaps      *maps;
  CvrGradients *gradients; /* NULL: the filters themselves are shown */
  CvrOverTime  *over_time;
  CvrUnitFacts *facts;     /* NULL: not known */
  CvrJob       *job;       /* borrowed; finds them; NULL: none */
  gboolean      active;
};

G_DEFINE_FINAL_TYPE (CvrFiltersView, cvr_filters_view, ADW_TYPE_BIN)

enum { SELECTED, N_SIGNALS };

static guint signals[N_SIGNALS];

static GBytes *
values_cb (NnNode   node,
           gpointer data)
{
  CvrFiltersView *self = data;
  CvrGradients *gradients = self->gradients;
  gsize n_values = 0;
  const float *weights;

  if (gradients != NULL)
    return gradients->weights[node] != NULL
               ? g_bytes_new_with_free_func (
                   gradients->weights[node], gradients->n_weights[node] * sizeof (float),
                   (GDestroyNotify) cvr_gradients_unref, cvr_gradients_ref (gradients))
               : NULL;
  weights = nn_params_peek (self->maps->model->params, node, NN_SLOT_WEIGHT, &n_values);
  if (weights == NULL)
    return NULL;

  return g_bytes_new_with_free_func (weights, n_values * sizeof (float),
                                     (GDestroyNotify) cvr_maps_unref, cvr_maps_ref (self->maps));
}

static void
cell_changed_cb (CvrFiltersView *self)
{
  cvr_plane_view_tell_cell (self->plane, self->value);
}

static void
show_title (CvrFiltersView *self,
            NnNode          node,
            guint           tile,
            const CvrPlane *plane)
{
  g_autofree char *name = cvr_layer_dup_short_name (self->maps->model->graph, node);
  g_autofree char *range = cvr_plane_dup_range (plane), *title = NULL;

  title = g_strdup_printf (_("%s: filter %d"), name, tile + 1);
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->range, range);
  cvr_canvas_set_label (CVR_CANVAS (self->plane), title);
}

static const char *
why_no_ridges (CvrFiltersView *self,
               guint           n)
{
  if (cvr_over_time_is_busy (self->over_time))
    return _("Reading the stored epochs…");
  if (cvr_over_time_get_run (self->over_time) == 0)
    return _("Not trained here: no epoch is stored.");

  return n == 0 ? _("No epoch of this training is stored yet.")
                : _("The stored epochs are of another network.");
}

static void
show_ridges (CvrFiltersView *self)
{
  const CvrMoment *moments;
  guint n = 0, tile;
  NnNode node;

  if (self->over_time == NULL || self->maps == NULL
      || !cvr_columns_get_chosen (self->columns, &node, &tile))
    return;
  moments = cvr_over_time_get (self->over_time, &n);
  cvr_ridge_view_set_empty (self->ridges, why_no_ridges (self, n));
  cvr_ridge_view_set (self->ridges, moments, n, self->maps->model->graph, node);
}

static void
mark_column (CvrFiltersView *self,
             CvrMapColumn   *column)
{
  guint n = cvr_map_column_n_tiles (column);
  NnNode node = cvr_map_column_get_node (column);
  const CvrLayerFacts *layer =
      self->facts != NULL && (guint) node < self->facts->n_nodes ? self->facts->layers[node] : NULL;
  g_autofree CvrTileMark *marks = g_new0 (CvrTileMark, n);
  g_auto (GStrv) texts = g_new0 (char *, n + 1);

  if (layer == NULL || layer->n_units != n)
    {
      cvr_map_column_set_marks (column, NULL, NULL);
      return;
    }
  for (guint i = 0; i < n; i++)
    {
      const CvrUnit *unit = &layer->units[i];

      marks[i] = unit->dead ? CVR_TILE_DEAD : unit->twin >= 0 ? CVR_TILE_TWIN : CVR_TILE_PLAIN;
      if (unit->dead)
        texts[i] = g_strdup_printf (
            ngettext ("dead: it let nothing through in %'u picture",
                      "dead: it let nothing through in %'u pictures", self->facts->n_pictures),
            self->facts->n_pictures);
      else if (unit->twin >= 0)
        texts[i] = g_strdup_printf (_("nearly the same as %d (cosine %.2f)"), unit->twin + 1,
                                    (double) unit->likeness);
      else
        texts[i] = g_strdup ("");
    }
  cvr_map_column_set_marks (column, marks, texts);
}

static void
show_marks (CvrFiltersView *self)
{
  for (guint i = 0; i < cvr_columns_n (self->columns); i++)
    mark_column (self, cvr_columns_get (self->columns, i));
}

static void
facts_cb (CvrJob       *job,
          gpointer      result,
          const GError *error,
          gpointer      data)
{
  CvrFiltersView *self = data;

  if (job != self->job)
    {
      g_clear_pointer (&result, cvr_unit_facts_free);
      return;
    }
  self->job = NULL;
  if (result == NULL)
    return;
  g_clear_pointer (&self->facts, cvr_unit_facts_free);
  self->facts = result;
  show_marks (self);
}

/* While it learns only the weights are asked: the next step makes other facts. */
static void
find_facts (CvrFiltersView *self)
{
  CvrModel *model = self->maps != NULL ? self->maps->model : NULL;
  gboolean learning;

  if (!self->active || self->project == NULL || model == NULL || self->job != NULL
      || (self->facts != NULL && self->facts->model == model))
    return;
  learning =
      cvr_training_get_state (cvr_project_get_training (self->project)) == CVR_TRAINING_RUNNING;
  self->job = cvr_unit_facts_start (self->project, model, learning ? 0 : FACT_PICTURES,
                                    G_OBJECT (self), facts_cb, self);
}

static void
show_detail (CvrFiltersView *self)
{
  g_autoptr (GBytes) bytes = NULL;
  CvrPlane *plane = NULL;
  gsize n_bytes = 0;
  NnNode node;
  guint tile;

  if (self->maps == NULL || !cvr_columns_get_chosen (self->columns, &node, &tile))
    return;
  bytes = values_cb (node, self);
  if (bytes != NULL)
    {
      const float *values = g_bytes_get_data (bytes, &n_bytes);

      plane = cvr_plane_of_filter (self->maps->model->graph, node, tile, values,
                                   n_bytes / sizeof (float));
    }
  if (plane != NULL)
    show_title (self, node, tile, plane);
  cvr_plane_view_take_plane (self->plane, plane);
  cell_changed_cb (self);
  show_ridges (self);
  g_signal_emit (self, signals[SELECTED], 0);
}

static void
cvr_filters_view_dispose (GObject *object)
{
  CvrFiltersView *self = CVR_FILTERS_VIEW (object);

  if (self->columns != NULL)
    cvr_filters_view_set_project (self, NULL);
  self->columns = NULL;
  adw_bin_set_child (ADW_BIN (self), NULL);

  G_OBJECT_CLASS (cvr_filters_view_parent_class)->dispose (object);
}

static void
cvr_filters_view_class_init (CvrFiltersViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_filters_view_dispose;
  signals[SELECTED] = g_signal_new ("selected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (CVR_TYPE_COLUMNS);
  g_type_ensure (CVR_TYPE_PLANE_VIEW);
  g_type_ensure (CVR_TYPE_RIDGE_VIEW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/convisor/Convisor/ui/cvr-filters-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrFiltersView, columns);
  gtk_widget_class_bind_template_child (widget_class, CvrFiltersView, title);
  gtk_widget_class_bind_template_child (widget_class, CvrFiltersView, range);
  gtk_widget_class_bind_template_child (widget_class, CvrFiltersView, value);
  gtk_widget_class_bind_template_child (widget_class, CvrFiltersView, plane);
  gtk_widget_class_bind_template_child (widget_class, CvrFiltersView, ridges);
  gtk_widget_class_bind_template_callback (widget_class, show_detail);
  gtk_widget_class_bind_template_callback (widget_class, cell_changed_cb);
}

static void
cvr_filters_view_init (CvrFiltersView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
cvr_filters_view_set_project (CvrFiltersView *self,
                              CvrProject     *project)
{
  g_return_if_fail (CVR_IS_FILTERS_VIEW (self));

  if (self->job != NULL)
    cvr_job_cancel (self->job);
  self->job = NULL;
  if (self->over_time != NULL)
    g_signal_handlers_disconnect_by_data (self->over_time, self);
  g_clear_object (&self->over_time);
  g_clear_pointer (&self->facts, cvr_unit_facts_free);
  g_clear_pointer (&self->maps, cvr_maps_unref);
  g_clear_pointer (&self->gradients, cvr_gradients_unref);
  self->project = project; /* The page holds it. */
  if (project == NULL)
    return;
  self->over_time = cvr_over_time_new (project);
  g_signal_connect_swapped (self->over_time, "changed", G_CALLBACK (show_ridges), self);
}

void
cvr_filters_view_set_active (CvrFiltersView *self,
                             gboolean        active)
{
  g_return_if_fail (CVR_IS_FILTERS_VIEW (self));

  self->active = active;
  if (self->over_time != NULL)
    cvr_over_time_set_active (self->over_time, active);
  find_facts (self);
}

void
cvr_filters_view_set_run (CvrFiltersView *self,
                          guint64         run)
{
  g_return_if_fail (CVR_IS_FILTERS_VIEW (self));

  if (self->over_time != NULL)
    cvr_over_time_set_run (self->over_time, run);
}

/**
 * cvr_filters_view_show:
 * @maps: of the network whose filters are shown
 * @gradients: (nullable): of the same graph
 */
void
cvr_filters_view_show (CvrFiltersView *self,
                       CvrMaps        *maps,
                       CvrGradients   *gradients)
{
  gboolean anew;

  g_return_if_fail (CVR_IS_FILTERS_VIEW (self) && maps != NULL);

  anew = self->maps == NULL || self->maps->model != maps->model
         || (gradients != NULL) != (self->gradients != NULL);
  cvr_maps_ref (maps);
  if (gradients != NULL)
    cvr_gradients_ref (gradients);
  g_clear_pointer (&self->maps, cvr_maps_unref);
  g_clear_pointer (&self->gradients, cvr_gradients_unref);
  self->maps = maps;
  self->gradients = gradients;
  cvr_columns_show (self->columns, maps,
                    gradients != NULL ? CVR_MAPS_FILTER_GRADIENTS : CVR_MAPS_FILTERS, values_cb,
                    self);
  if (anew)
    show_marks (self);
  find_facts (self);
  show_detail (self);
}

void
cvr_filters_view_set_epoch (CvrFiltersView *self,
                            gint            epoch)
{
  g_return_if_fail (CVR_IS_FILTERS_VIEW (self));

  cvr_ridge_view_set_epoch (self->ridges, epoch);
}

gboolean
cvr_filters_view_get_chosen (CvrFiltersView *self,
                             NnNode         *node,
                             guint          *tile)
{
  g_return_val_if_fail (CVR_IS_FILTERS_VIEW (self), FALSE);

  return cvr_columns_get_chosen (self->columns, node, tile);
}
