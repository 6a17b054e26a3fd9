/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every layer of the network sees in one picture. */
#include "cvr-inside-page.h"

#include "cvr-aside.h"
#include "cvr-data-view.h"
#include "cvr-epoch-bar.h"
#include "cvr-film-strip.h"
#include "cvr-filters-view.h"
#include "cvr-focus-heir.h"
#include "cvr-inspection.h"
#include "cvr-labelling.h"
#include "cvr-legend.h"
#include "cvr-likes-view.h"
#include "cvr-live-panel.h"
#include "cvr-maps-view.h"
#include "cvr-read-picture.h"
#include "cvr-tab-stop.h"
#include "cvr-why-view.h"

#include <glib/gi18n-lib.h>

struct _CvrInsidePage
{
  AdwBin parent_instance;

  GtkStack        *stack, *views;
  GtkStackSwitcher *tabs;
  GtkListView     *strip;
  GtkLabel        *answer;
  GtkToggleButton *gradients, *draw, *camera, *clip;
  CvrLegend       *legend;
  CvrMapsView     *maps;
  CvrFiltersView  *filters;
  CvrWhyView      *why;
  CvrLikesView    *likes;
  CvrDataView     *data;
  CvrLivePanel    *live;
  CvrEpochBar     *epochs;

  CvrProject         *project;
  CvrInspection      *inspection;
  GtkSingleSelection *selection;
  CvrImage           *own_image;  /* one that is not the project's; NULL: the strip decides */
  guint               place;      /* in the strip, for when it decides again */
  gboolean            live_waits; /* a newer live picture comes next */
  gboolean            updating;
};

G_DEFINE_FINAL_TYPE (CvrInsidePage, cvr_inside_page, ADW_TYPE_BIN)

static gboolean
shows (CvrInsidePage *self,
       const char    *view)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->views), view) == 0;
}

static gboolean
wants_gradients (CvrInsidePage *self)
{
  return gtk_toggle_button_get_active (self->gradients)
         && (shows (self, "maps") || shows (self, "filters"));
}

static void
show_legend (CvrInsidePage *self)
{
  gboolean numbers = shows (self, "maps") || shows (self, "filters");

  gtk_widget_set_visible (GTK_WIDGET (self->legend), numbers);
  gtk_widget_set_visible (GTK_WIDGET (self->gradients), numbers);
  if (shows (self, "filters") || wants_gradients (self))
    cvr_legend_set (self->legend, _("negative"), _("positive"), TRUE);
  else
    cvr_legend_set (self->legend, _("low"), _("high"), FALSE);
}

/* The network that is looked at; NULL: none. */
static CvrModel *
looked_at (CvrInsidePage *self)
{
  CvrModel *stored = cvr_epoch_bar_get_model (self->epochs);

  if (stored != NULL)
    return stored;

  return self->project != NULL ? cvr_project_get_live_model (self->project) : NULL;
}

static void
show_answer (CvrInsidePage *self)
{
  CvrPrediction *prediction = cvr_inspection_get_prediction (self->inspection);
  CvrModel *model = cvr_inspection_get_model (self->inspection);
  g_auto (GStrv) titles = NULL;
  g_autofree char *words = NULL;

  if (prediction == NULL || model == NULL)
    return;
  titles = cvr_labelling_dup_model_titles (self->project, model);
  words = cvr_prediction_dup_words (prediction, titles);
  gtk_label_set_text (self->answer, words);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->answer), words);
}

static GBytes *
map_gradients_cb (NnNode   node,
                  gpointer data)
{
  CvrInsidePage *self = data;
  CvrGradients *gradients =
      self->inspection != NULL ? cvr_inspection_get_gradients (self->inspection) : NULL;
  gsize n_values = 0;

  if (gradients == NULL || gradients->maps[node] == NULL
      || !nn_shape_count (&gradients->shapes[node], &n_values))
    return NULL;

  return g_bytes_new_with_free_func (gradients->maps[node], n_values * sizeof (float),
                                     (GDestroyNotify) cvr_gradients_unref,
                                     cvr_gradients_ref (gradients));
}

/* Only what can be seen. */
static void
show_maps (CvrInsidePage *self)
{
  CvrMaps *maps = self->inspection != NULL ? cvr_inspection_get_maps (self->inspection) : NULL;
  CvrGradients *gradients = maps != NULL && wants_gradients (self)
                                ? cvr_inspection_get_gradients (self->inspection)
                                : NULL;

  if (maps == NULL || (wants_gradients (self) && gradients == NULL))
    return;
  if (shows (self, "filters"))
    cvr_filters_view_show (self->filters, maps, gradients);
  else if (shows (self, "maps"))
    {
      g_auto (GStrv) titles = cvr_labelling_dup_model_titles (self->project, maps->model);

      cvr_maps_view_set_titles (self->maps, titles);
      cvr_maps_view_show (self->maps, maps, gradients != NULL ? map_gradients_cb : NULL, self);
    }
}

/* What takes a while doesn't follow a network step by step, but catches up when that rests. */
static gboolean
rests (CvrInsidePage *self)
{
  return cvr_training_get_state (cvr_project_get_training (self->project)) != CVR_TRAINING_RUNNING;
}

static void
show_models (CvrInsidePage *self,
             gboolean       anew)
{
  CvrModel *model = looked_at (self);
  CvrImage *image = self->inspection != NULL ? cvr_inspection_get_image (self->inspection) : NULL;

  if (model == NULL)
    return;
  if (shows (self, "why"))
    cvr_why_view_look_at (self->why, image, model, cvr_epoch_bar_get_model (self->epochs) != NULL);
  else if (shows (self, "likes"))
    cvr_likes_view_set_model (self->likes, model, anew || rests (self));
  else if (shows (self, "data"))
    cvr_data_view_set_model (self->data, model, anew || rests (self));
}

/* What works beside the main thread does so for the view that is shown. */
static void
show_active (CvrInsidePage *self)
{
  gboolean mapped = gtk_widget_get_mapped (GTK_WIDGET (self)) && self->project != NULL;
  CvrInspectWhat what = CVR_INSPECT_PREDICTION | CVR_INSPECT_MAPS;

  if (self->inspection != NULL)
    {
      cvr_inspection_set_what (self->inspection,
                               wants_gradients (self) ? what | CVR_INSPECT_GRADIENTS : what);
      cvr_inspection_set_active (self->inspection, mapped);
    }
  show_models (self, FALSE);
  cvr_filters_view_set_active (self->filters, mapped && shows (self, "filters"));
  cvr_why_view_set_active (self->why, mapped && shows (self, "why"));
  cvr_likes_view_set_active (self->likes, mapped && shows (self, "likes"));
  cvr_data_view_set_active (self->data, mapped && shows (self, "data"));
}

static void show_live (CvrInsidePage *self);

static void
inspection_changed_cb (CvrInsidePage *self)
{
  const GError *error = cvr_inspection_get_error (self->inspection);

  if (error != NULL)
    gtk_label_set_text (self->answer, error->message);
  show_answer (self);
  show_maps (self);
  show_models (self, FALSE);
  if (self->live_waits && !cvr_inspection_is_busy (self->inspection))
    show_live (self);
}

static void
view_changed_cb (CvrInsidePage *self)
{
  if (self->views == NULL || self->epochs == NULL)
    return;
  show_legend (self);
  show_active (self);
  show_maps (self);
}

/* What likes the map or filter that is looked at. */
static void
selected_cb (CvrInsidePage *self)
{
  NnNode node;
  guint tile;

  if (shows (self, "maps") ? cvr_maps_view_get_chosen (self->maps, &node, &tile)
                           : cvr_filters_view_get_chosen (self->filters, &node, &tile))
    cvr_likes_view_choose (self->likes, node, tile);
}

static void
epoch_changed_cb (CvrInsidePage *self)
{
  if (self->inspection == NULL)
    return;
  cvr_inspection_set_model (self->inspection, cvr_epoch_bar_get_model (self->epochs));
  cvr_filters_view_set_epoch (self->filters, cvr_epoch_bar_get_epoch (self->epochs));
  show_models (self, TRUE);
}

/* The class whose loss the gradients are of: the picture's own, else the answer. */
static void
show_target (CvrInsidePage *self,
             CvrImageItem  *item)
{
  CvrModel *model = looked_at (self);
  gint label = item != NULL ? cvr_image_item_get_label (item) : -1, target = -1;
  const char *name =
      label >= 0 ? cvr_dataset_class_name (cvr_project_get_dataset (self->project), (guint) label)
                 : NULL;

  for (guint k = 0; name != NULL && model != NULL && k < model->n_classes; k++)
    if (g_strcmp0 (model->classes[k], name) == 0)
      target = (gint) k;
  cvr_inspection_set_heat (self->inspection, NN_EXPLAIN_GRAD_CAM, target);
}

static void
look_at_image (CvrInsidePage *self,
               CvrImage      *image)
{
  cvr_inspection_set_image (self->inspection, image);
  show_models (self, FALSE);
}

static void
read_cb (CvrImage *image,
         gpointer  data)
{
  CvrInsidePage *self = data;

  if (self->inspection != NULL && image != NULL)
    look_at_image (self, image);
}

/* The strip frames the picture that is looked at, none while that isn't one of its own. */
static void
show_frame (CvrInsidePage *self)
{
  gboolean elsewhere =
      self->own_image != NULL || cvr_live_panel_get_picture (self->live) != NULL;
  guint at = gtk_single_selection_get_selected (self->selection);

  if (elsewhere == gtk_single_selection_get_can_unselect (self->selection))
    return;
  self->updating = TRUE;
  if (elsewhere)
    {
      self->place = at;
      gtk_single_selection_set_autoselect (self->selection, FALSE);
      gtk_single_selection_set_can_unselect (self->selection, TRUE);
      gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
    }
  else
    {
      gtk_single_selection_set_can_unselect (self->selection, FALSE);
      if (at == GTK_INVALID_LIST_POSITION)
        gtk_single_selection_set_selected (self->selection, self->place);
      gtk_single_selection_set_autoselect (self->selection, TRUE);
    }
  self->updating = FALSE;
}

static void
show_image (CvrInsidePage *self)
{
  CvrImageItem *item;

  show_frame (self);
  item = gtk_single_selection_get_selected_item (self->selection);
  if (self->inspection == NULL || cvr_live_panel_get_picture (self->live) != NULL)
    return;
  show_target (self, self->own_image == NULL ? item : NULL);
  if (self->own_image != NULL)
    {
      cvr_read_picture_stop (G_OBJECT (self), "shown");
      look_at_image (self, self->own_image);
    }
  else if (item != NULL)
    cvr_read_picture (cvr_image_item_get_picture (item), 0, G_OBJECT (self), "shown", read_cb,
                      self);
}

/* Live pictures come faster than large networks answer: the next one waits for the last answer. */
static void
show_live (CvrInsidePage *self)
{
  CvrImage *picture = cvr_live_panel_get_picture (self->live);

  if (self->inspection == NULL)
    return;
  self->live_waits = picture != NULL && cvr_inspection_is_busy (self->inspection);
  if (self->live_waits)
    return;
  if (picture == NULL)
    {
      show_image (self);
      return;
    }
  show_frame (self);
  cvr_read_picture_stop (G_OBJECT (self), "shown");
  show_target (self, NULL);
  look_at_image (self, picture);
}

static void
live_picture_cb (CvrInsidePage *self)
{
  show_live (self);
}

/* One of the three at a time, or none. */
static void
live_cb (CvrInsidePage   *self,
         GtkToggleButton *button)
{
  GtkToggleButton *all[] = { self->draw, self->camera, self->clip };
  CvrLiveSource source = CVR_LIVE_OFF;

  if (self->updating)
    return;
  self->updating = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (all[i] != button)
      gtk_toggle_button_set_active (all[i], FALSE);
    else if (gtk_toggle_button_get_active (button))
      source = (CvrLiveSource) (CVR_LIVE_PAD + i);
  self->updating = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (self->live), source != CVR_LIVE_OFF);
  cvr_live_panel_set_source (self->live, source);
}

static gboolean
hold_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   data)
{
  CvrInsidePage *self = CVR_INSIDE_PAGE (widget);

  if (cvr_live_panel_get_source (self->live) == CVR_LIVE_OFF)
    return GDK_EVENT_PROPAGATE;
  cvr_live_panel_set_held (self->live, !cvr_live_panel_is_held (self->live));

  return GDK_EVENT_STOP;
}

/* The picture is one of the strip again. */
static void
stop_live (CvrInsidePage *self)
{
  gtk_toggle_button_set_active (self->draw, FALSE);
  gtk_toggle_button_set_active (self->camera, FALSE);
  gtk_toggle_button_set_active (self->clip, FALSE);
}

static gboolean
escape_cb (GtkWidget *widget,
           GVariant  *args,
           gpointer   data)
{
  CvrInsidePage *self = CVR_INSIDE_PAGE (widget);
  GtkToggleButton *all[] = { self->draw, self->camera, self->clip };
  CvrLiveSource source = cvr_live_panel_get_source (self->live);

  if (source == CVR_LIVE_OFF)
    return GDK_EVENT_PROPAGATE;
  stop_live (self);
  gtk_widget_grab_focus (GTK_WIDGET (all[source - CVR_LIVE_PAD]));

  return GDK_EVENT_STOP;
}

static void
picked_cb (CvrInsidePage *self)
{
  if (self->updating)
    return;
  g_clear_pointer (&self->own_image, cvr_image_unref);
  stop_live (self);
  show_image (self);
}

static void
model_changed_cb (CvrInsidePage *self)
{
  gtk_stack_set_visible_child_name (
      self->stack, cvr_project_get_live_model (self->project) != NULL ? "inside" : "empty");
  cvr_filters_view_set_run (self->filters, cvr_epoch_bar_get_run (self->epochs));
}

static void
map_changed_cb (CvrInsidePage *self)
{
  gboolean mapped = gtk_widget_get_mapped (GTK_WIDGET (self));

  if (self->inspection == NULL)
    return;
  if (mapped)
    model_changed_cb (self);
  else if (cvr_live_panel_get_source (self->live) != CVR_LIVE_PAD)
    stop_live (self); /* Nobody looks: camera and clip go out. */
  show_active (self);
}

static void
cvr_inside_page_dispose (GObject *object)
{
  CvrInsidePage *self = CVR_INSIDE_PAGE (object);

  cvr_inside_page_set_project (self, NULL);
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->selection);
  g_clear_pointer (&self->own_image, cvr_image_unref);

  G_OBJECT_CLASS (cvr_inside_page_parent_class)->dispose (object);
}

static void
cvr_inside_page_class_init (CvrInsidePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_inside_page_dispose;
  g_type_ensure (CVR_TYPE_ASIDE);
  g_type_ensure (CVR_TYPE_DATA_VIEW);
  g_type_ensure (CVR_TYPE_EPOCH_BAR);
  g_type_ensure (CVR_TYPE_FILTERS_VIEW);
  g_type_ensure (CVR_TYPE_LEGEND);
  g_type_ensure (CVR_TYPE_LIKES_VIEW);
  g_type_ensure (CVR_TYPE_LIVE_PANEL);
  g_type_ensure (CVR_TYPE_MAPS_VIEW);
  g_type_ensure (CVR_TYPE_TAB_STOP);
  g_type_ensure (CVR_TYPE_WHY_VIEW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/convisor/Convisor/ui/cvr-inside-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, stack);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, tabs);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, views);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, strip);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, answer);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, gradients);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, draw);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, camera);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, clip);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, legend);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, maps);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, filters);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, why);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, likes);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, data);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, live);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, epochs);
  gtk_widget_class_bind_template_callback (widget_class, view_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, epoch_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, live_cb);
  gtk_widget_class_bind_template_callback (widget_class, live_picture_cb);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_f, 0, hold_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
}

static void
cvr_inside_page_init (CvrInsidePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cvr_focus_heir_tabs (self->tabs);
  self->selection = gtk_single_selection_new (NULL);
  gtk_list_view_set_model (self->strip, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (picked_cb), self,
                           G_CONNECT_SWAPPED);
  show_legend (self);
  g_signal_connect (self, "map", G_CALLBACK (map_changed_cb), NULL);
  g_signal_connect_after (self, "unmap", G_CALLBACK (map_changed_cb), NULL);
}

/**
 * cvr_inside_page_set_project:
 * @project: (nullable): the project whose network is looked into
 */
void
cvr_inside_page_set_project (CvrInsidePage *self,
                             CvrProject    *project)
{
  g_autoptr (GtkListItemFactory) factory = NULL;

  g_return_if_fail (CVR_IS_INSIDE_PAGE (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    {
      g_signal_handlers_disconnect_by_data (cvr_project_get_training (self->project), self);
      g_signal_handlers_disconnect_by_data (self->project, self);
      g_signal_handlers_disconnect_by_data (self->inspection, self);
      gtk_single_selection_set_model (self->selection, NULL);
      g_clear_object (&self->inspection);
      cvr_live_panel_set_source (self->live, CVR_LIVE_OFF);
    }
  cvr_filters_view_set_project (self->filters, project);
  cvr_why_view_set_project (self->why, project);
  cvr_likes_view_set_project (self->likes, project);
  cvr_data_view_set_project (self->data, project);
  cvr_epoch_bar_set_project (self->epochs, project);
  g_set_object (&self->project, project);
  if (project == NULL)
    {
      gtk_list_view_set_factory (self->strip, NULL);
      return;
    }
  factory = cvr_film_strip_factory_new (project);
  gtk_list_view_set_factory (self->strip, factory);
  self->inspection = cvr_inspection_new (project, CVR_INSPECT_PREDICTION | CVR_INSPECT_MAPS);
  g_signal_connect_swapped (self->inspection, "changed", G_CALLBACK (inspection_changed_cb), self);
  g_signal_connect_swapped (project, "model-changed", G_CALLBACK (model_changed_cb), self);
  g_signal_connect_swapped (cvr_project_get_training (project), "snapshot",
                            G_CALLBACK (model_changed_cb), self);
  gtk_single_selection_set_model (self->selection, cvr_project_get_items (project));
  model_changed_cb (self);
  map_changed_cb (self);
  show_image (self);
}

/**
 * cvr_inside_page_show_image:
 * @image: looked at until a picture of the strip is chosen
 */
void
cvr_inside_page_show_image (CvrInsidePage *self,
                            CvrImage      *image)
{
  g_return_if_fail (CVR_IS_INSIDE_PAGE (self) && image != NULL);

  cvr_image_ref (image);
  g_clear_pointer (&self->own_image, cvr_image_unref);
  self->own_image = image;
  show_image (self);
}

gboolean
cvr_inside_page_show_layer (CvrInsidePage *self,
                            const char    *name)
{
  CvrMaps *maps;
  NnNode node, chosen;
  guint tile;

  g_return_val_if_fail (CVR_IS_INSIDE_PAGE (self), FALSE);

  maps = self->inspection != NULL ? cvr_inspection_get_maps (self->inspection) : NULL;
  node = maps != NULL ? nn_graph_find (maps->model->graph, name) : NN_NODE_NONE;
  if (node == NN_NODE_NONE)
    return FALSE;
  gtk_stack_set_visible_child_name (self->views, "maps");
  cvr_maps_view_choose (self->maps, node, 0);

  return cvr_maps_view_get_chosen (self->maps, &chosen, &tile) && chosen == node;
}
