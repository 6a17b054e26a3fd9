/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a channel likes: a picture made for it, and the project's pictures that excite it most. */
#include "cvr-likes-view.h"

#include "cvr-flow.h"
#include "cvr-job-line.h"
#include "cvr-layer-choice.h"
#include "cvr-maximise.h"
#include "cvr-patch-tile.h"
#include "cvr-plane.h"
#include "cvr-texture.h"

#include <glib/gi18n-lib.h>

/* px; pictures shown of each channel; looked through at most; ms that a slider rests before a new
 * picture is begun. */
enum { MADE_SIDE = 240, N_BEST = 12, MAX_PICTURES = 2000, REST = 150 };

struct _CvrLikesView
{
  AdwBin parent_instance;

  GtkSpinButton  *channel;
  GtkAdjustment  *channels, *variation, *decay, *blur, *jitter, *seed;
  GtkDropDown    *layer;
  GtkSpinner     *spinner;
  GtkPicture     *made;
  GtkLabel       *made_value, *found;
  CvrJobLine     *line;
  GtkFlowBox     *tiles;

  CvrProject  *project;
  CvrModel    *model;
  CvrMaximise *maximise;
  GArray      *nodes;    /* of NnNode: those that can be chosen */
  CvrExciting *exciting; /* of the chosen node; NULL: not known */
  CvrJob      *job;      /* borrowed; looks through the pictures; NULL: none */
  guint        resting;  /* source that begins a new picture; 0: none */
  gboolean     active, updating, stopped;
  gboolean     made_of_map; /* the picture was made for a channel that has more than one value */
  gboolean     stale; /* the network has learned on since the picture was made */
};

G_DEFINE_FINAL_TYPE (CvrLikesView, cvr_likes_view, ADW_TYPE_BIN)

typedef struct
{
  CvrModel   *model;
  CvrDataset *dataset;
  NnNode      node;
  NnWorkers  *workers;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  cvr_model_unref (request->model);
  cvr_dataset_unref (request->dataset);
  nn_workers_unref (request->workers);
  g_free (request);
}

/* Worker. */
static gpointer
find_func (CvrJob  *job,
           gpointer data,
           GError **error)
{
  const Request *request = data;
  CvrWatch watch = cvr_watch_job (job);

  return cvr_exciting_find (request->model, request->dataset, request->node, N_BEST, MAX_PICTURES,
                            request->workers, &watch, error);
}

static NnNode
chosen_node (CvrLikesView *self)
{
  return cvr_layer_choice_get (self->layer, self->nodes);
}

static guint
chosen_channel (CvrLikesView *self)
{
  return (guint) gtk_adjustment_get_value (self->channels) - 1;
}

/* Only what is above 0 gets through behind it. */
static gboolean
is_rectified (NnGraph *graph,
              NnNode   node)
{
  for (NnNode i = 0; (guint) i < nn_graph_n_nodes (graph); i++)
    if (nn_graph_node_kind (graph, i) == NN_OP_ACTIVATION
        && nn_graph_node_input (graph, i, 0) == node)
      return nn_graph_node_attrs (graph, i)->activation.function == NN_ACTIVATION_RELU;

  return FALSE;
}

/* @below: no picture brings the channel above 0. */
static char *
dup_found (const CvrExciting *exciting,
           gboolean           below)
{
  if (below && is_rectified (exciting->model->graph, exciting->node))
    return g_strdup_printf (
        ngettext ("%'u picture leaves it below 0 everywhere: ReLU lets nothing of that through.",
                  "%'u pictures leave it below 0 everywhere: ReLU lets nothing of that through.",
                  exciting->n_pictures),
        exciting->n_pictures);

  return g_strdup_printf (
      ngettext ("Of %'u picture; framed and below it: what the strongest place of the map sees, "
                "and its value.",
                "Of %'u pictures; framed and below it: what the strongest place of the map sees, "
                "and its value.",
                exciting->n_pictures),
      exciting->n_pictures);
}

static void
show_tiles (CvrLikesView *self)
{
  const CvrExcitement *best;
  g_autofree char *text = NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->tiles))) != NULL)
    gtk_flow_box_remove (self->tiles, child);
  if (self->exciting == NULL || chosen_channel (self) >= self->exciting->n_channels)
    return;
  best = cvr_exciting_of (self->exciting, chosen_channel (self));
  for (guint i = 0; i < self->exciting->n_best; i++)
    {
      gtk_flow_box_append (self->tiles, cvr_patch_tile_new (self->project, &best[i]));
      gtk_widget_set_focusable (gtk_widget_get_last_child (GTK_WIDGET (self->tiles)), FALSE);
    }
  text = dup_found (self->exciting, self->exciting->n_best > 0 && best[0].value < 0);
  gtk_label_set_text (self->found, text);
}

static void
found_cb (CvrJob       *job,
          gpointer      result,
          const GError *error,
          gpointer      data)
{
  CvrLikesView *self = data;

  if (job != self->job)
    {
      g_clear_pointer (&result, cvr_exciting_free);
      return;
    }
  self->job = NULL;
  gtk_spinner_set_spinning (self->spinner, FALSE);
  g_clear_pointer (&self->exciting, cvr_exciting_free);
  self->exciting = result;
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    gtk_label_set_text (self->found, error->message);
  show_tiles (self);
}

static void
stop_job (CvrLikesView *self)
{
  if (self->job != NULL)
    cvr_job_cancel (self->job);
  self->job = NULL;
  gtk_spinner_set_spinning (self->spinner, FALSE);
}

/* Through the project's pictures, for all channels of the layer at once. */
static void
find_pictures (CvrLikesView *self)
{
  NnNode node = chosen_node (self);
  Request *request;

  if (!self->active || self->model == NULL || node == NN_NODE_NONE || self->job != NULL
      || (self->exciting != NULL && self->exciting->node == node
          && self->exciting->model == self->model))
    return;
  request = g_new0 (Request, 1);
  request->model = cvr_model_ref (self->model);
  request->dataset = cvr_dataset_copy (cvr_project_get_dataset (self->project));
  request->node = node;
  request->workers = nn_workers_ref (cvr_project_quick_workers (self->project));
  gtk_label_set_text (self->found, _("Looking through the pictures…"));
  gtk_spinner_set_spinning (self->spinner, TRUE);
  self->job = cvr_job_start (_("Looking for exciting pictures"), find_func, request, request_free,
                             G_OBJECT (self), found_cb, self, cvr_exciting_free);
}

static void
show_made (CvrLikesView *self)
{
  CvrImage *image = cvr_maximise_get_image (self->maximise);
  const GError *error = cvr_maximise_get_error (self->maximise);
  g_autoptr (GdkTexture) texture = image != NULL ? cvr_texture_from_image (image, MADE_SIDE) : NULL;
  g_autofree char *before = NULL, *now = NULL, *largest = NULL, *text = NULL;

  gtk_picture_set_paintable (self->made, GDK_PAINTABLE (texture));
  cvr_job_line_follow (self->line, cvr_maximise_get_job (self->maximise), self->stopped);
  if (error != NULL)
    {
      gtk_label_set_text (self->made_value, error->message);
      return;
    }
  if (image == NULL)
    {
      gtk_label_set_text (self->made_value, "");
      return;
    }
  before = cvr_plane_dup_number (cvr_maximise_get_before (self->maximise), 3);
  now = cvr_plane_dup_number (cvr_maximise_get_value (self->maximise), 3);
  largest = cvr_plane_dup_number (cvr_maximise_get_largest (self->maximise), 3);
  if (self->made_of_map)
    /* Translators: the channel's mean value, before and now, and its largest one now. */
    text = g_strdup_printf (_("Mean of its map from %1$s to %2$s, strongest place %3$s"), before,
                            now, largest);
  else
    /* Translators: the channel's value, before and now. */
    text = g_strdup_printf (_("From %s to %s"), before, now);
  gtk_label_set_text (self->made_value, text);
}

static void
start_making (CvrLikesView *self)
{
  NnNode node = chosen_node (self);
  NnMaximiseSpec spec;

  g_clear_handle_id (&self->resting, g_source_remove);
  /* Chosen in another view: made when this one is opened. */
  self->stale = TRUE;
  if (!self->active || self->model == NULL || node == NN_NODE_NONE)
    return;
  spec = nn_maximise_default (self->model->graph, node, chosen_channel (self));
  spec.variation = gtk_adjustment_get_value (self->variation);
  spec.decay = gtk_adjustment_get_value (self->decay);
  spec.blur = gtk_adjustment_get_value (self->blur);
  spec.jitter = (guint) gtk_adjustment_get_value (self->jitter);
  spec.seed = (guint64) gtk_adjustment_get_value (self->seed);
  self->stopped = self->stale = FALSE;
  self->made_of_map = nn_graph_node_shape (self->model->graph, node).rank == 4;
  cvr_maximise_start (self->maximise, self->model, &spec);
  show_made (self);
}

static void
stop_cb (CvrLikesView *self)
{
  self->stopped = TRUE;
  cvr_maximise_stop (self->maximise);
  show_made (self);
}

static gboolean
rested_cb (gpointer data)
{
  CvrLikesView *self = data;

  self->resting = 0;
  start_making (self);

  return G_SOURCE_REMOVE;
}

static void
settings_changed_cb (CvrLikesView *self)
{
  if (self->updating || self->maximise == NULL)
    return;
  g_clear_handle_id (&self->resting, g_source_remove);
  self->resting = g_timeout_add (REST, rested_cb, self);
}

/* As they suit the network's input. */
static void
usual_cb (CvrLikesView *self)
{
  NnNode node = chosen_node (self);
  NnMaximiseSpec usual;

  if (self->model == NULL || node == NN_NODE_NONE)
    return;
  usual = nn_maximise_default (self->model->graph, node, 0);
  gtk_adjustment_set_value (self->variation, usual.variation);
  gtk_adjustment_set_value (self->decay, usual.decay);
  gtk_adjustment_set_value (self->blur, usual.blur);
  gtk_adjustment_set_upper (self->jitter, MAX (4 * usual.jitter, 4));
  gtk_adjustment_set_value (self->jitter, usual.jitter);
  gtk_adjustment_set_value (self->seed, (double) usual.seed);
}

static void
channel_changed_cb (CvrLikesView *self)
{
  if (self->updating || self->maximise == NULL)
    return;
  show_tiles (self);
  start_making (self);
}

static void
layer_changed_cb (CvrLikesView *self)
{
  NnNode node = chosen_node (self);

  if (self->updating || self->model == NULL || node == NN_NODE_NONE)
    return;
  self->updating = TRUE;
  gtk_adjustment_set_upper (self->channels, cvr_maps_shape (self->model->graph, node).dims[1]);
  self->updating = FALSE;
  stop_job (self);
  find_pictures (self);
  show_tiles (self);
  start_making (self);
}

/* Layers with channels of their own, that something is computed from. */
static gboolean
takes_layer (NnGraph *graph,
             NnNode   node)
{
  NnOpKind kind = nn_graph_node_kind (graph, node);

  return kind == NN_OP_CONV || kind == NN_OP_DENSE;
}

static void
list_layers (CvrLikesView *self)
{
  NnGraph *graph = self->model->graph;
  guint chosen = 0;

  self->updating = TRUE;
  cvr_layer_choice_fill (self->layer, self->nodes, graph, takes_layer);
  for (guint i = 0; i < self->nodes->len; i++)
    if (nn_graph_node_kind (graph, g_array_index (self->nodes, NnNode, i)) == NN_OP_CONV)
      chosen = i;
  gtk_drop_down_set_selected (self->layer, chosen);
  if (self->nodes->len > 0)
    gtk_adjustment_set_upper (self->channels, cvr_maps_shape (graph, chosen_node (self)).dims[1]);
  usual_cb (self);
  self->updating = FALSE;
}

static void
cvr_likes_view_dispose (GObject *object)
{
  CvrLikesView *self = CVR_LIKES_VIEW (object);

  if (self->tiles != NULL)
    cvr_likes_view_set_project (self, NULL);
  self->tiles = NULL;
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_pointer (&self->nodes, g_array_unref);

  G_OBJECT_CLASS (cvr_likes_view_parent_class)->dispose (object);
}

static void
cvr_likes_view_class_init (CvrLikesViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_likes_view_dispose;
  g_type_ensure (CVR_TYPE_FLOW);
  g_type_ensure (CVR_TYPE_JOB_LINE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/convisor/Convisor/ui/cvr-likes-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrLikesView, channel);
  gtk_widget_class_bind_template_child (widget_class, CvrLikesView, channels);
  gtk_widget_class_bind_template_child (widget_class, CvrLikesView, layer);
  gtk_widget_class_bind_template_child (widget_class, CvrLikesView, spinner);
  gtk_widget_class_bind_template_child (widget_class, CvrLikesView, made);
  gtk_widget_class_bind_template_child (widget_class, CvrLikesView, made_value);
  gtk_widget_class_bind_template_child (widget_class, CvrLikesView, line);
  gtk_widget_class_bind_template_child (widget_class, CvrLikesView, variation);
  gtk_widget_class_bind_template_child (widget_class, CvrLikesView, decay);
  gtk_widget_class_bind_template_child (widget_class, CvrLikesView, blur);
  gtk_widget_class_bind_template_child (widget_class, CvrLikesView, jitter);
  gtk_widget_class_bind_template_child (widget_class, CvrLikesView, seed);
  gtk_widget_class_bind_template_child (widget_class, CvrLikesView, found);
  gtk_widget_class_bind_template_child (widget_class, CvrLikesView, tiles);
  gtk_widget_class_bind_template_callback (widget_class, channel_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, layer_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, start_making);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
  gtk_widget_class_bind_template_callback (widget_class, settings_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, usual_cb);
}

static void
cvr_likes_view_init (CvrLikesView *self)
{
  self->nodes = g_array_new (FALSE, FALSE, sizeof (NnNode));
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
cvr_likes_view_set_project (CvrLikesView *self,
                            CvrProject   *project)
{
  g_return_if_fail (CVR_IS_LIKES_VIEW (self));

  stop_job (self);
  if (self->maximise != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->maximise, self);
      cvr_maximise_stop (self->maximise);
    }
  g_clear_handle_id (&self->resting, g_source_remove);
  cvr_job_line_follow (self->line, NULL, FALSE);
  g_clear_object (&self->maximise);
  g_clear_pointer (&self->exciting, cvr_exciting_free);
  g_clear_pointer (&self->model, cvr_model_unref);
  show_tiles (self);
  self->project = project; /* The page holds it. */
  if (project == NULL)
    return;
  self->maximise = cvr_maximise_new (project);
  g_signal_connect_swapped (self->maximise, "changed", G_CALLBACK (show_made), self);
  show_made (self);
}

void
cvr_likes_view_set_active (CvrLikesView *self,
                           gboolean      active)
{
  g_return_if_fail (CVR_IS_LIKES_VIEW (self));

  if (self->active == active || self->maximise == NULL)
    return;
  self->active = active;
  if (!active)
    {
      stop_job (self);
      g_clear_handle_id (&self->resting, g_source_remove);
      cvr_maximise_stop (self->maximise);
      return;
    }
  find_pictures (self);
  if (self->stale || cvr_maximise_get_image (self->maximise) == NULL)
    start_making (self);
}

/**
 * cvr_likes_view_set_model:
 * @model: (nullable): whose channels are asked
 *
 * A network that is being learned is not followed step by step: what is shown stays until the next
 * channel is chosen or the view is opened again, unless it is another network altogether.
 */
void
cvr_likes_view_set_model (CvrLikesView *self,
                          CvrModel     *model,
                          gboolean      anew)
{
  gboolean other;

  g_return_if_fail (CVR_IS_LIKES_VIEW (self));

  if (model == NULL || model == self->model)
    return;
  other = self->model == NULL || self->model->graph != model->graph;
  g_clear_pointer (&self->model, cvr_model_unref);
  self->model = cvr_model_ref (model);
  self->stale = TRUE;
  if (!other && !anew)
    return;
  stop_job (self);
  if (other)
    list_layers (self);
  find_pictures (self);
  if (self->active)
    start_making (self);
}

void
cvr_likes_view_choose (CvrLikesView *self,
                       NnNode        node,
                       guint         channel)
{
  g_return_if_fail (CVR_IS_LIKES_VIEW (self));

  for (guint i = 0; i < self->nodes->len; i++)
    if (g_array_index (self->nodes, NnNode, i) == node)
      {
        gtk_drop_down_set_selected (self->layer, i);
        gtk_spin_button_set_value (self->channel, channel + 1);
        return;
      }
}
