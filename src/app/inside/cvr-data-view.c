/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project's pictures as a layer sees them: those it finds alike lie close together. */
#include "cvr-data-view.h"

#include "cvr-job-line.h"
#include "cvr-labelling.h"
#include "cvr-layer-choice.h"
#include "cvr-map-links.h"
#include "cvr-paint-inside.h"
#include "cvr-read-picture.h"
#include "cvr-scatter.h"
#include "cvr-window.h"

#include <glib/gi18n-lib.h>

/* px; pictures that are laid out at most: enough to see by, and there within half a minute. */
enum { PICTURE_SIDE = 160, DOT_SIDE = 14, MAX_PICTURES = 5000 };

struct _CvrDataView
{
  AdwBin parent_instance;

  GtkDropDown     *layer, *kind, *classes;
  GtkToggleButton *thumbnails;
  GtkWidget       *in, *out, *whole;
  CvrJobLine      *line;
  CvrScatter      *scatter;
  GtkPicture      *picture;
  GtkLabel        *name, *chosen, *text;
  GtkWidget       *label_row;
  GtkBox          *legend;

  CvrProject   *project;
  CvrModel     *model;
  CvrEmbedding *embedding;
  GArray       *nodes; /* of NnNode: those that can be chosen */
  gboolean      active, updating, wanted, stopped;
  gboolean      stale; /* the network has learned on since the picture was asked for */
  guint         epoch; /* that it was in then; 0: it didn't learn */
};

G_DEFINE_FINAL_TYPE (CvrDataView, cvr_data_view, ADW_TYPE_BIN)

static void
start (CvrDataView *self)
{
  CvrTraining *training =
      self->project != NULL ? cvr_project_get_training (self->project) : NULL;
  gboolean tsne = gtk_drop_down_get_selected (self->kind) == 1;
  CvrEmbeddingSpec spec = { .kind = tsne ? CVR_EMBEDDING_TSNE : CVR_EMBEDDING_PCA,
                            .max_pictures = MAX_PICTURES };

  spec.node = cvr_layer_choice_get (self->layer, self->nodes);
  if (self->updating || self->model == NULL || spec.node == NN_NODE_NONE)
    return;
  self->wanted = !self->active;
  if (!self->active)
    return;
  self->stopped = self->stale = FALSE;
  self->epoch = cvr_training_get_state (training) == CVR_TRAINING_IDLE
                    ? 0
                    : cvr_training_get_epoch (training);
  cvr_embedding_start (self->embedding, self->model, &spec);
}

/* What the text says behind its own: "" or a sentence. */
static char *
dup_age (CvrDataView *self,
         CvrEmbedded *result)
{
  if (result == NULL || !self->stale)
    return g_strdup ("");
  if (self->epoch == 0)
    return g_strdup (_(" Laid out before this training."));

  return g_strdup_printf (_(" Laid out in epoch %u of this training."), self->epoch);
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
  g_autofree char *says = error != NULL ? g_strdup (error->message) : dup_text (self, result);
  g_autofree char *age = dup_age (self, result);
  g_autofree char *text = g_strconcat (says, age, NULL);

  gtk_label_set_text (self->text, text);
  cvr_canvas_set_description (CVR_CANVAS (self->scatter), text);
  if (result != NULL || error != NULL)
    cvr_scatter_set_result (self->scatter, result);
  cvr_job_line_follow (self->line, cvr_embedding_get_job (self->embedding), self->stopped);
}

static void
stop_cb (CvrDataView *self)
{
  self->stopped = TRUE;
  cvr_embedding_stop (self->embedding);
  if (cvr_embedding_get_result (self->embedding) == NULL)
    gtk_label_set_text (self->text, _("Stopped."));
}

static void
zoomed_cb (CvrDataView *self)
{
  gtk_widget_set_sensitive (self->out, !cvr_scatter_is_whole (self->scatter));
  gtk_widget_set_sensitive (self->whole, !cvr_scatter_is_whole (self->scatter));
}

static void
zoom_cb (CvrDataView *self,
         GtkWidget   *button)
{
  cvr_scatter_zoom (self->scatter, button == self->in ? 1.5 : button == self->out ? 1 / 1.5 : 0);
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

static gboolean
all_have (CvrDataView *self,
          GArray      *ids,
          gint         label)
{
  for (guint i = 0; i < ids->len; i++)
    {
      CvrImageItem *item =
          cvr_project_find_item (self->project, g_array_index (ids, guint64, i));

      if (item != NULL && cvr_image_item_get_label (item) != label)
        return FALSE;
    }

  return TRUE;
}

/* @label: class, or −1: none */
static void
label_chosen (CvrDataView *self,
              gint         label)
{
  g_autoptr (GArray) ids = cvr_scatter_get_chosen (self->scatter);
  g_autofree char *text = NULL;

  if (ids->len == 0)
    {
      cvr_toast (GTK_WIDGET (self), _("Select pictures first, then press a number to label them"));
      return;
    }
  if (cvr_project_is_read_only (self->project))
    {
      cvr_toast (GTK_WIDGET (self), _("This project can only be read: save a copy to label"));
      return;
    }
  if (all_have (self, ids, label))
    {
      cvr_toast (GTK_WIDGET (self), _("They have this label already"));
      return;
    }
  cvr_project_set_labels (self->project, (const guint64 *) (gpointer) ids->data, ids->len, label);
  /* Translators: number of pictures; the class they have now. */
  text = g_strdup_printf (
      ngettext ("%1$'u picture labelled: %2$s", "%1$'u pictures labelled: %2$s", ids->len),
      ids->len,
      label >= 0 ? cvr_project_class_title (self->project, (guint) label) : _("without a label"));
  cvr_toast_action (GTK_WIDGET (self), text, _("_Undo"), "win.undo");
}

static void
label_cb (CvrDataView *self)
{
  guint k = gtk_drop_down_get_selected (self->classes);

  if (self->project != NULL
      && k < cvr_dataset_n_classes (cvr_project_get_dataset (self->project)))
    label_chosen (self, (gint) k);
}

static void
labelled_cb (CvrDataView *self,
             gint         label)
{
  if (self->project == NULL)
    return;
  if (label >= (gint) cvr_dataset_n_classes (cvr_project_get_dataset (self->project)))
    cvr_toast (GTK_WIDGET (self), _("No class has this key"));
  else
    label_chosen (self, label);
}

static void
draw_dot_cb (cairo_t        *cr,
             double          width,
             double          height,
             const CvrTheme *theme,
             gpointer        data)
{
  const CvrDot *dot = data;

  cvr_paint_dots (cr, width, height, dot, 1, DOT_SIDE * 0.4, theme);
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
  const CvrDot look = { .x = 0.5f,
                        .y = 0.5f,
                        .class_index = (gint) k,
                        .paint = cvr_labelling_paint (cvr_project_get_dataset (self->project), k) };

  cvr_canvas_set_draw (CVR_CANVAS (dot), draw_dot_cb, g_memdup2 (&look, sizeof look), g_free);
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

/* Every layer that is shown of its own. */
static gboolean
takes_layer (NnGraph *graph,
             NnNode   node)
{
  return !cvr_map_links_is_hidden (graph, node)
         && nn_graph_node_kind (graph, node) != NN_OP_CONSTANT;
}

/* At first what the answer is made of. */
static void
list_layers (CvrDataView *self)
{
  NnGraph *graph = self->model->graph;
  guint chosen = 0;

  self->updating = TRUE;
  cvr_layer_choice_fill (self->layer, self->nodes, graph, takes_layer);
  for (guint i = 1; i < self->nodes->len; i++)
    if (nn_graph_node_kind (graph, g_array_index (self->nodes, NnNode, i)) == NN_OP_DENSE)
      chosen = i - 1;
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
  g_type_ensure (CVR_TYPE_JOB_LINE);
  g_type_ensure (CVR_TYPE_SCATTER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/convisor/Convisor/ui/cvr-data-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrDataView, layer);
  gtk_widget_class_bind_template_child (widget_class, CvrDataView, kind);
  gtk_widget_class_bind_template_child (widget_class, CvrDataView, classes);
  gtk_widget_class_bind_template_child (widget_class, CvrDataView, thumbnails);
  gtk_widget_class_bind_template_child (widget_class, CvrDataView, in);
  gtk_widget_class_bind_template_child (widget_class, CvrDataView, out);
  gtk_widget_class_bind_template_child (widget_class, CvrDataView, whole);
  gtk_widget_class_bind_template_child (widget_class, CvrDataView, line);
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
  gtk_widget_class_bind_template_callback (widget_class, labelled_cb);
  gtk_widget_class_bind_template_callback (widget_class, zoom_cb);
  gtk_widget_class_bind_template_callback (widget_class, zoomed_cb);
}

static void
cvr_data_view_init (CvrDataView *self)
{
  self->nodes = g_array_new (FALSE, FALSE, sizeof (NnNode));
  gtk_widget_init_template (GTK_WIDGET (self));
  chosen_changed_cb (self);
  zoomed_cb (self);
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
  cvr_job_line_follow (self->line, NULL, FALSE);
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
  else if (self->wanted || self->stale || cvr_embedding_get_result (self->embedding) == NULL)
    start (self);
}

/**
 * cvr_data_view_set_model:
 * @model: (nullable): whose layers are asked
 * @anew: at once; else another state of the same network is waited with until the view is opened
 *   again, and it says so
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
  self->stale = TRUE;
  if (other)
    list_layers (self);
  if (other || anew)
    start (self);
  else
    embedding_changed_cb (self);
}
