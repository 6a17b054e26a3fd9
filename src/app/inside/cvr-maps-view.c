/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every layer as columns of maps; below, the chosen one down to its numbers. */
#include "cvr-maps-view.h"

#include "cvr-flow-strip.h"
#include "cvr-layer-name.h"
#include "cvr-layer-text.h"
#include "cvr-lens-view.h"
#include "cvr-plane-view.h"

#include <glib/gi18n-lib.h>

struct _CvrMapsView
{
  AdwBin parent_instance;

  CvrFlowStrip    *flow;
  CvrColumns      *columns;
  GtkStack        *detail;
  GtkLabel        *title, *range, *explanation, *value;
  GtkWidget       *plane_buttons;
  GtkToggleButton *walk;
  CvrLensView     *lens;
  CvrPlaneView    *plane;

  CvrMaps         *maps;
  char           **titles;    /* of the classes; NULL: not known */
  CvrColumnsValues gradients; /* NULL: the maps themselves are shown */
  gpointer         data;
};

G_DEFINE_FINAL_TYPE (CvrMapsView, cvr_maps_view, ADW_TYPE_BIN)

enum { SELECTED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
show_title (CvrMapsView    *self,
            NnNode          node,
            guint           tile,
            const CvrPlane *plane)
{
  NnGraph *graph = self->maps->model->graph;
  g_autofree char *name = cvr_layer_dup_short_name (graph, node);
  g_autofree char *explanation = cvr_layer_dup_explanation (graph, node);
  g_autofree char *range = cvr_plane_dup_range (plane), *title = NULL;

  if (self->maps->shapes[node].rank == 4)
    title = g_strdup_printf (_("%s: map %d, %u × %u"), name, tile + 1,
                             self->maps->shapes[node].dims[3], self->maps->shapes[node].dims[2]);
  else
    title = g_strdup_printf (
        ngettext ("%s: %u value", "%s: %u values", self->maps->shapes[node].dims[1]), name,
        self->maps->shapes[node].dims[1]);
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->range, range);
  gtk_label_set_text (self->explanation, explanation);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->explanation), explanation);
  cvr_canvas_set_label (CVR_CANVAS (self->plane), title);
}

/* What is chosen. */
static CvrPlane *
chosen_plane (CvrMapsView *self,
              NnNode       node,
              guint        tile)
{
  g_autoptr (GBytes) bytes = NULL;
  CvrPlane *plane;

  if (self->gradients == NULL)
    return cvr_plane_of_map (self->maps, node, tile);
  bytes = self->gradients (node, self->data);
  if (bytes == NULL)
    return NULL;
  plane = cvr_plane_of_values (g_bytes_get_data (bytes, NULL), &self->maps->shapes[node], tile);
  if (plane != NULL)
    plane->diverging = TRUE;

  return plane;
}

static void
cell_changed_cb (CvrMapsView *self)
{
  cvr_plane_view_tell_cell (self->plane, self->value);
}

static void
show_detail (CvrMapsView *self)
{
  gboolean lens = self->gradients == NULL;
  g_autoptr (CvrPlane) plane = NULL;
  NnNode node;
  guint tile;

  if (self->maps == NULL || !cvr_columns_get_chosen (self->columns, &node, &tile)
      || (guint) node >= self->maps->n_nodes)
    return;
  cvr_flow_strip_set_selected (self->flow, node);
  plane = chosen_plane (self, node, tile);
  if (plane != NULL)
    show_title (self, node, tile, plane);
  gtk_stack_set_visible_child_name (self->detail, lens ? "lens" : "plane");
  gtk_widget_set_visible (GTK_WIDGET (self->walk), lens);
  if (lens)
    cvr_lens_view_set_map (self->lens, self->maps, node, tile);
  else
    {
      gtk_widget_set_visible (self->plane_buttons, FALSE);
      cvr_plane_view_take_plane (self->plane, g_steal_pointer (&plane));
      cell_changed_cb (self);
    }
  g_signal_emit (self, signals[SELECTED], 0);
}

/* A layer of the whole network: its first map. */
static void
layer_cb (CvrMapsView *self,
          gint         node)
{
  cvr_columns_choose (self->columns, node, 0);
}

/* With the name of the class that a value speaks for. */
static char *
dup_place (CvrMapsView *self,
           CvrLens     *lens,
           guint        column,
           guint        row)
{
  const CvrPlane *own = lens->panels[lens->own].plane;
  guint k = row * own->columns + column, tile;
  g_autofree char *place = cvr_plane_dup_place (own, column, row);
  NnNode node;

  if (self->titles == NULL || !cvr_columns_get_chosen (self->columns, &node, &tile)
      || !cvr_maps_is_answer (self->maps, node) || k >= g_strv_length (self->titles))
    return g_steal_pointer (&place);

  /* Translators: "Value 3", then the name of the class that it speaks for. */
  return g_strdup_printf (_("%s, for “%s”"), place, self->titles[k]);
}

static void
lens_changed_cb (CvrMapsView *self)
{
  CvrLens *lens = cvr_lens_view_get_lens (self->lens);
  g_autofree char *place = NULL;
  g_autofree char *text = NULL;
  guint column, row;

  gtk_toggle_button_set_active (self->walk, cvr_lens_view_is_walking (self->lens));
  if (lens == NULL || !cvr_lens_view_get_place (self->lens, &column, &row))
    {
      gtk_label_set_text (self->value, "");
      return;
    }
  gtk_widget_set_visible (self->plane_buttons, lens->n_planes > 1);
  place = dup_place (self, lens, column, row);
  text = g_strdup_printf ("%s: %s %s", place, lens->sentence, lens->note != NULL ? lens->note : "");
  gtk_label_set_text (self->value, text);
}

static void
previous_plane_cb (CvrMapsView *self)
{
  cvr_lens_view_step_plane (self->lens, -1);
}

static void
next_plane_cb (CvrMapsView *self)
{
  cvr_lens_view_step_plane (self->lens, 1);
}

static void
walk_cb (CvrMapsView *self)
{
  gboolean walking = gtk_toggle_button_get_active (self->walk);

  gtk_button_set_icon_name (GTK_BUTTON (self->walk), walking ? "media-playback-pause-symbolic"
                                                             : "media-playback-start-symbolic");
  cvr_lens_view_set_walking (self->lens, walking);
}

static void
cvr_maps_view_dispose (GObject *object)
{
  CvrMapsView *self = CVR_MAPS_VIEW (object);

  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_pointer (&self->maps, cvr_maps_unref);
  g_clear_pointer (&self->titles, g_strfreev);

  G_OBJECT_CLASS (cvr_maps_view_parent_class)->dispose (object);
}

static void
cvr_maps_view_class_init (CvrMapsViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_maps_view_dispose;
  /* Another tile was chosen. */
  signals[SELECTED] = g_signal_new ("selected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (CVR_TYPE_COLUMNS);
  g_type_ensure (CVR_TYPE_FLOW_STRIP);
  g_type_ensure (CVR_TYPE_LENS_VIEW);
  g_type_ensure (CVR_TYPE_PLANE_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/convisor/Convisor/ui/cvr-maps-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrMapsView, flow);
  gtk_widget_class_bind_template_child (widget_class, CvrMapsView, columns);
  gtk_widget_class_bind_template_child (widget_class, CvrMapsView, detail);
  gtk_widget_class_bind_template_child (widget_class, CvrMapsView, title);
  gtk_widget_class_bind_template_child (widget_class, CvrMapsView, range);
  gtk_widget_class_bind_template_child (widget_class, CvrMapsView, explanation);
  gtk_widget_class_bind_template_child (widget_class, CvrMapsView, value);
  gtk_widget_class_bind_template_child (widget_class, CvrMapsView, plane_buttons);
  gtk_widget_class_bind_template_child (widget_class, CvrMapsView, walk);
  gtk_widget_class_bind_template_child (widget_class, CvrMapsView, lens);
  gtk_widget_class_bind_template_child (widget_class, CvrMapsView, plane);
  gtk_widget_class_bind_template_callback (widget_class, show_detail);
  gtk_widget_class_bind_template_callback (widget_class, layer_cb);
  gtk_widget_class_bind_template_callback (widget_class, lens_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, cell_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, previous_plane_cb);
  gtk_widget_class_bind_template_callback (widget_class, next_plane_cb);
  gtk_widget_class_bind_template_callback (widget_class, walk_cb);
}

static void
cvr_maps_view_init (CvrMapsView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static GBytes *
values_cb (NnNode   node,
           gpointer data)
{
  CvrMapsView *self = data;
  gsize n_values = 0;

  if (self->gradients != NULL)
    return self->gradients (node, self->data);
  if (self->maps->values[node] == NULL || !nn_shape_count (&self->maps->shapes[node], &n_values))
    return NULL;

  return g_bytes_new_with_free_func (self->maps->values[node], n_values * sizeof (float),
                                     (GDestroyNotify) cvr_maps_unref, cvr_maps_ref (self->maps));
}

/**
 * cvr_maps_view_show:
 * @maps: what is shown
 * @gradients: (nullable): shown in place of the maps
 */
void
cvr_maps_view_show (CvrMapsView     *self,
                    CvrMaps         *maps,
                    CvrColumnsValues gradients,
                    gpointer         data)
{
  g_return_if_fail (CVR_IS_MAPS_VIEW (self) && maps != NULL);

  cvr_maps_ref (maps);
  g_clear_pointer (&self->maps, cvr_maps_unref);
  self->maps = maps;
  self->gradients = gradients;
  self->data = data;
  cvr_flow_strip_show (self->flow, maps);
  cvr_columns_show (self->columns, maps, gradients != NULL ? CVR_MAPS_GRADIENTS : CVR_MAPS_VALUES,
                    values_cb, self);
  show_detail (self);
}

void
cvr_maps_view_set_titles (CvrMapsView *self,
                          char *const *titles)
{
  g_return_if_fail (CVR_IS_MAPS_VIEW (self) && titles != NULL);

  if (self->titles != NULL
      && g_strv_equal ((const char *const *) self->titles, (const char *const *) titles))
    return;
  g_strfreev (self->titles);
  self->titles = g_strdupv ((char **) titles);
  cvr_columns_set_titles (self->columns, titles);
  cvr_lens_view_set_titles (self->lens, titles);
}

gboolean
cvr_maps_view_get_chosen (CvrMapsView *self,
                          NnNode      *node,
                          guint       *tile)
{
  g_return_val_if_fail (CVR_IS_MAPS_VIEW (self), FALSE);

  return cvr_columns_get_chosen (self->columns, node, tile);
}

void
cvr_maps_view_choose (CvrMapsView *self,
                      NnNode       node,
                      guint        tile)
{
  g_return_if_fail (CVR_IS_MAPS_VIEW (self));

  cvr_columns_choose (self->columns, node, tile);
}
