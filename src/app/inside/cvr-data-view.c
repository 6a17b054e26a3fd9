/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project's pictures as a layer sees them: those it finds alike lie close together. */
#include "cvr-data-view.h"

#include "cvr-map-links.h"
#include "cvr-paint-inside.h"
#include "cvr-read-picture.h"
#include "cvr-scatter.h"

#include <glib/gi18n-lib.h>

/* px; pictures that are laid out at most: enough to see by, and there within half a minute. */
enum { PICTURE_SIDE = 160, DOT_SIDE = 14, MAX_PICTURES = 5000 };

struct _CvrDataView
{
  AdwBin parent_instance;

  GtkDropDown     *layer, *kind, *classes;
  GtkToggleButton *thumbnails;
  GtkButton       *stop;
  GtkProgressBar  *progress;
  CvrScatter      *scatter;
  GtkPicture      *picture;
  GtkLabel        *name, *chosen, *text;
  GtkWidget       *label_row;
  GtkBox          *legend;

  CvrProject   *project;
  CvrModel     *model;
  CvrEmbedding *embedding;
  GArray       *nodes; /* of NnNode: those that can be chosen */
  gboolean      active, updating, wanted;
};

G_DEFINE_FINAL_TYPE (CvrDataView, cvr_data_view, ADW_TYPE_BIN)

static void
start (CvrDataView *self)
{
  guint layer = gtk_drop_down_get_selected (self->layer);
  gboolean tsne = gtk_drop_down_get_selected (self->kind) == 1;
  CvrEmbeddingSpec spec = { .kind = tsne ? CVR_EMBEDDING_TSNE : CVR_EMBEDDING_PCA,
                            .max_pictures = MAX_PICTURES };

  if (self->updating || self->model == NULL || layer >= self->nodes->len)
    return;
  self->wanted = !self->active;
  if (!self->active)
    return;
  spec.node = g_array_index (self->nodes, NnNode, layer);
  cvr_embedding_start (self->embedding, self->model, &spec);
}

static void
show_progress (CvrDataView *self)
{
  CvrJob *job = cvr_embedding_get_job (self->embedding);
  double fraction = 0;

  if (job != NULL)
    g_object_get (job, "fraction", &fraction, NULL);
  gtk_progress_bar_set_fraction (self->progress, CLAMP (fraction, 0, 1));
  gtk_widget_set_opacity (GTK_WIDGET (self->progress), job != NULL ? 1 : 0);
  gtk_widget_set_sensitive (GTK_WIDGET (self->stop), job != NULL);
}

static char *
dup_text (CvrDataView *self,
          CvrEmbedded *result)
{
  if (result == NULL)
    return g_strdup (_("Looking at the pictures…"));
  if (result->n_iterations > 0)
    /* Translators: number of pictures, how often t-SNE improved them, of how often. */
    return g_strdup_printf (
        ngettext ("%'u picture, improved %u of %u times. Near means alike; far apart means little.",
                  "%'u pictures, improved %u of %u times. Near means alike; far apart means "
                  "little.",
                  result->n),
        result->n, result->iteration, result->n_iterations);

  /* Translators: number of pictures, then two percentages. */
  return g_strdup_printf (
      ngettext ("%'u picture, along the two directions in which it varies most: %.0f %% and "
                "%.0f %% of all there is.",
                "%'u pictures, along the two directions in which they vary most: %.0f %% and "
                "%.0f %% of all there is.",
                result->n),
      result->n, 100 * result->explained[0], 100 * result->explained[1]);
}

static void
embedding_changed_cb (CvrDataView *self)
{
  CvrEmbedded *result = cvr_embedding_get_result (self->embedding);
  const GError *error = cvr_embedding_get_error (self->embedding);
  g_autofree char *text = error != NULL ? g_strdup (error->message) : dup_text (self, result);

  gtk_label_set_text (self->text, text);
  cvr_canvas_set_description (CVR_CANVAS (self->scatter), text);
  if (result != NULL)
    cvr_scatter_set_result (self->scatter, result);
  show_progress (self);
}

static void
stop_cb (CvrDataView *self)
{
  cvr_embedding_stop (self->embedding);
  show_progress (self);
}

static void
thumbnails_cb (CvrDataView *self)
{
  cvr_scatter_set_thumbnails (self->scatter, gtk_toggle_button_get_active (self->thumbnails));
}

static void
pointed_cb (CvrDataView *self,
            guint64      id)
{
  CvrImageItem *item =
      id != 0 && self->project != NULL ? cvr_project_find_item (self->project, id) : NULL;
  gint label;
  g_autofree char *text = NULL;

  if (item == NULL)
    return; /* What was pointed at last stays to be looked at. */
  cvr_show_picture (self->picture, cvr_image_item_get_picture (item), PICTURE_SIDE);
  label = cvr_image_item_get_label (item);
  text = g_strdup_printf (
      "%s\n%s", cvr_image_item_get_name (item),
      label >= 0 ? cvr_project_class_title (self->project, (guint) label) : _("without a label"));
  gtk_label_set_text (self->name, text);
  gtk_picture_set_alternative_text (self->picture, text);
}

static void
chosen_changed_cb (CvrDataView *self)
{
  g_autoptr (GArray) ids = cvr_scatter_get_chosen (self->scatter);
  g_autofree char *text = NULL;

  if (ids->len > 0)
    text = g_strdup_printf (ngettext ("%'u picture chosen", "%'u pictures chosen", ids->len),
                            ids->len);
  gtk_label_set_text (self->chosen,
                      text != NULL ? text : _("Draw a line around pictures to choose them."));
  gtk_widget_set_sensitive (self->label_row, ids->len > 0);
}

static void
label_cb (CvrDataView *self)
{
  g_autoptr (GArray) ids = cvr_scatter_get_chosen (self->scatter);
  guint k = gtk_drop_down_get_selected (self->classes);

  if (self->project == NULL || ids->len == 0
      || k >= cvr_dataset_n_classes (cvr_project_get_dataset (self->project)))
    return;
  cvr_project_set_labels (self->project, (const guint64 *) (gpointer) ids->data, ids->len,
                          (gint) k);
}

static void
draw_dot_cb (cairo_t        *cr,
             double          width,
             double          height,
             const CvrTheme *theme,
             gpointer        data)
{
  CvrDot dot = { 0.5f, 0.5f, GPOINTER_TO_INT (data), FALSE, FALSE };

  cvr_paint_dots (cr, width, height, &dot, 1, DOT_SIDE * 0.4, theme);
}

/* A point and what it stands for. */
static void
add_to_legend (CvrDataView *self,
               guint        k)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *dot =
      g_object_new (CVR_TYPE_CANVAS, "min-width", DOT_SIDE, "min-height", DOT_SIDE, "valign",
                    GTK_ALIGN_CENTER, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  GtkWidget *name = gtk_label_new (cvr_project_class_title (self->project, k));

  cvr_canvas_set_draw (CVR_CANVAS (dot), draw_dot_cb, GINT_TO_POINTER (k), NULL);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (row), dot);
  gtk_box_append (GTK_BOX (row), name);
  gtk_box_append (self->legend, row);
}

static void
list_classes (CvrDataView *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint chosen = gtk_drop_down_get_selected (self->classes);
  guint n = cvr_dataset_n_classes (cvr_project_get_dataset (self->project));
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->legend))) != NULL)
    gtk_box_remove (self->legend, child);
  for (guint k = 0; k < n; k++)
    {
      gtk_string_list_append (names, cvr_project_class_title (self->project, k));
      add_to_legend (self, k);
    }
  gtk_drop_down_set_model (self->classes, G_LIST_MODEL (names));
  if (chosen < n)
    gtk_drop_down_set_selected (self->classes, chosen);
  cvr_scatter_update_classes (self->scatter);
}

/* Every layer that is shown of its own; at first the last but one before the answer. */
static void
list_layers (CvrDataView *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  NnGraph *graph = self->model->graph;
  guint chosen = 0;

  g_array_set_size (self->nodes, 0);
  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    {
      NnNode node = (NnNode) i;
      NnOpKind kind = nn_graph_node_kind (graph, node);

      if (cvr_map_links_is_hidden (graph, node) || kind == NN_OP_CONSTANT)
        continue;
      if (kind == NN_OP_DENSE && self->nodes->len > 0)
        chosen = self->nodes->len - 1;
      g_array_append_val (self->nodes, node);
      gtk_string_list_append (names, nn_graph_node_name (graph, node));
    }
  self->updating = TRUE;
  gtk_drop_down_set_model (self->layer, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->layer, chosen);
  self->updating = FALSE;
}

static void
cvr_data_view_dispose (GObject *object)
{
  CvrDataView *self = CVR_DATA_VIEW (object);

  if (self->scatter != NULL)
    cvr_data_view_set_project (self, NULL);
  self->scatter = NULL;
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_pointer (&self->nodes, g_array_unref);

  G_OBJECT_CLASS (cvr_data_view_parent_class)->dispose (object);
}

static void
cvr_data_view_class_init (CvrDataViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_data_view_dispose;
  g_type_ensure (CVR_TYPE_SCATTER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/convisor/Convisor/ui/cvr-data-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrDataView, layer);
  gtk_widget_class_bind_template_child (widget_class, CvrDataView, kind);
  gtk_widget_class_bind_template_child (widget_class, CvrDataView, classes);
  gtk_widget_class_bind_template_child (widget_class, CvrDataView, thumbnails);
  gtk_widget_class_bind_template_child (widget_class, CvrDataView, stop);
  gtk_widget_class_bind_template_child (widget_class, CvrDataView, progress);
  gtk_widget_class_bind_template_child (widget_class, CvrDataView, scatter);
  gtk_widget_class_bind_template_child (widget_class, CvrDataView, picture);
  gtk_widget_class_bind_template_child (widget_class, CvrDataView, name);
  gtk_widget_class_bind_template_child (widget_class, CvrDataView, chosen);
  gtk_widget_class_bind_template_child (widget_class, CvrDataView, text);
  gtk_widget_class_bind_template_child (widget_class, CvrDataView, label_row);
  gtk_widget_class_bind_template_child (widget_class, CvrDataView, legend);
  gtk_widget_class_bind_template_callback (widget_class, start);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
  gtk_widget_class_bind_template_callback (widget_class, thumbnails_cb);
  gtk_widget_class_bind_template_callback (widget_class, pointed_cb);
  gtk_widget_class_bind_template_callback (widget_class, chosen_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, label_cb);
}

static void
cvr_data_view_init (CvrDataView *self)
{
  self->nodes = g_array_new (FALSE, FALSE, sizeof (NnNode));
  gtk_widget_init_template (GTK_WIDGET (self));
  chosen_changed_cb (self);
}

void
cvr_data_view_set_project (CvrDataView *self,
                           CvrProject  *project)
{
  g_return_if_fail (CVR_IS_DATA_VIEW (self));

  if (self->embedding != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->embedding, self);
      cvr_embedding_stop (self->embedding);
    }
  if (self->project != NULL)
    g_signal_handlers_disconnect_by_data (self->project, self);
  g_clear_object (&self->embedding);
  g_clear_pointer (&self->model, cvr_model_unref);
  g_set_object (&self->project, project);
  cvr_scatter_set_project (self->scatter, project);
  if (project == NULL)
    return;
  self->embedding = cvr_embedding_new (project);
  g_signal_connect_swapped (self->embedding, "changed", G_CALLBACK (embedding_changed_cb), self);
  g_signal_connect_swapped (project, "classes-changed", G_CALLBACK (list_classes), self);
  g_signal_connect_swapped (project, "images-changed", G_CALLBACK (list_classes), self);
  list_classes (self);
  embedding_changed_cb (self);
}

void
cvr_data_view_set_active (CvrDataView *self,
                          gboolean     active)
{
  g_return_if_fail (CVR_IS_DATA_VIEW (self));

  if (self->active == active || self->embedding == NULL)
    return;
  self->active = active;
  if (!active)
    {
      self->wanted |= cvr_embedding_is_running (self->embedding);
      cvr_embedding_stop (self->embedding);
    }
  else if (self->wanted || cvr_embedding_get_result (self->embedding) == NULL)
    start (self);
}

/**
 * cvr_data_view_set_model:
 * @model: (nullable): whose layers are asked
 *
 * A network that is being learned is not followed step by step.
 */
void
cvr_data_view_set_model (CvrDataView *self,
                         CvrModel    *model,
                         gboolean     anew)
{
  gboolean other;

  g_return_if_fail (CVR_IS_DATA_VIEW (self));

  if (model == NULL || model == self->model)
    return;
  other = self->model == NULL || self->model->graph != model->graph;
  g_clear_pointer (&self->model, cvr_model_unref);
  self->model = cvr_model_ref (model);
  if (other)
    list_layers (self);
  if (other || anew)
    start (self);
}
