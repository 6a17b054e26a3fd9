/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures and their classes: look, label, sort out. */
#include "cvr-images-page-private.h"

#include "cvr-labelling.h"
#include "cvr-picture-tile.h"
#include "cvr-window.h"

#include <glib/gi18n-lib.h>

G_DEFINE_FINAL_TYPE (CvrImagesPage, cvr_images_page, ADW_TYPE_BIN)

/* Textures kept: several screens full. */
enum { N_THUMBNAILS = 1500 };

enum { MIN_COLUMNS = 2, MAX_COLUMNS = 24 };

static const char filter_key[] = "images.filter";

/* Classes */

/* A dragged picture takes the rest of the selection with it when it is part of it. */
static void
item_dropped_cb (CvrImagesPage *self,
                 CvrImageItem  *item,
                 int            label)
{
  guint64 id = cvr_image_item_get_id (item);
  guint position;

  if (cvr_images_filter_find (self->filter, id, &position)
      && gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->selection), position))
    cvr_images_page_label_selection (self, label);
  else
    cvr_project_set_labels (self->project, &id, 1, label);
}

static void
collect_cb (CvrImagesPage *self,
            guint          k,
            guint          n)
{
  const char *title = cvr_project_class_title (self->project, k);
  /* Translators: number of pictures, name of a class. */
  g_autofree char *text = g_strdup_printf (
    ngettext ("Drop %1$'u more picture of “%2$s” on its card on the left",
              "Drop %1$'u more pictures of “%2$s” on its card on the left", n), n, title);

  g_autofree char *camera = g_strdup_printf ("win.camera-for(uint32 %u)", k);

  cvr_class_list_show (self->classes, (gint) k);
  cvr_toast_action (GTK_WIDGET (self), text, _("_Camera"), camera);
}

/* What is shown */

static void
show_none_here (CvrImagesPage *self)
{
  gboolean narrow = cvr_images_filter_is_narrow (self->filter);

  if (narrow)
    {
      adw_status_page_set_title (self->none_here, _("No picture fits the filters"));
      adw_status_page_set_description (self->none_here,
                                       _("Take one of them off to see more."));
    }
  else if (cvr_images_filter_get_class (self->filter) == CVR_ROW_UNLABELLED)
    {
      adw_status_page_set_title (self->none_here, _("Every picture has a label"));
      adw_status_page_set_description (self->none_here,
                                       _("Nothing is left to do here: on to Train."));
    }
  else
    {
      adw_status_page_set_title (self->none_here, _("No picture of this class yet"));
      adw_status_page_set_description (
        self->none_here, _("Drop pictures on its card, or select some and press its number."));
    }
  gtk_widget_set_visible (self->clear, narrow);
}

static void
show_count (CvrImagesPage *self)
{
  g_autoptr (GtkBitset) selected =
    gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  guint n_selected = (guint) gtk_bitset_get_size (selected);
  guint n_shown = g_list_model_get_n_items (G_LIST_MODEL (self->filter));
  guint n_all = cvr_images_filter_n_all (self->filter);
  g_autoptr (GString) text = g_string_new (NULL);

  if (n_shown < n_all)
    /* Translators: how many of how many pictures are shown. */
    g_string_append_printf (text, n_selected > 0 ? _("%'u of %'u") : _("%'u of %'u shown"),
                            n_shown, n_all);
  else
    g_string_append_printf (text, ngettext ("%'u picture", "%'u pictures", n_all), n_all);
  if (n_selected > 0)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, ngettext ("%'u selected", "%'u selected", n_selected),
                              n_selected);
    }
  gtk_label_set_text (self->shown, text->str);
}

static void
selection_changed_cb (CvrImagesPage *self)
{
  show_count (self);
  cvr_picture_inspector_set_selection (self->inspector, GTK_SELECTION_MODEL (self->selection));
}

void
cvr_images_page_show_grid (CvrImagesPage *self)
{
  CvrDataset *dataset = cvr_project_get_dataset (self->project);

  gtk_stack_set_visible_child_name (self->stack, cvr_dataset_n_items (dataset) > 0
                                                     || cvr_dataset_n_classes (dataset) > 0
                                                   ? "pictures"
                                                   : "empty");
}

static gboolean
is_grid_side (CvrImagesPage *self)
{
  const char *child = gtk_stack_get_visible_child_name (self->stack);

  return g_strcmp0 (child, "pictures") == 0 || g_strcmp0 (child, "empty") == 0;
}

static void
update (CvrImagesPage *self)
{
  CvrDataset *dataset;
  g_autofree char *summary = NULL;

  if (self->project == NULL)
    return;
  dataset = cvr_project_get_dataset (self->project);
  summary = cvr_images_page_dup_summary (dataset, self->project);
  gtk_label_set_text (self->summary, summary);
  if (is_grid_side (self))
    cvr_images_page_show_grid (self);
  show_none_here (self);
  gtk_stack_set_visible_child_name (
    self->grid_stack,
    g_list_model_get_n_items (G_LIST_MODEL (self->filter)) > 0 ? "grid" : "none");
  selection_changed_cb (self);
}

static void
images_changed_cb (CvrImagesPage *self)
{
  cvr_images_filter_set_source (self->filter, cvr_project_get_items (self->project),
                                cvr_project_get_dataset (self->project));
  update (self);
}

static void
classes_changed_cb (CvrImagesPage *self)
{
  cvr_picture_inspector_set_project (self->inspector, self->project);
  cvr_images_page_answers_changed (self);
  images_changed_cb (self);
}

static void
class_shown_cb (CvrImagesPage *self)
{
  cvr_images_filter_set_class (self->filter, cvr_class_list_get_shown (self->classes));
}

static void
criteria_changed_cb (CvrImagesPage *self)
{
  if (self->project == NULL)
    return;
  update (self);
  if (self->restoring)
    return;
  if (!cvr_project_is_read_only (self->project))
    {
      g_autofree char *json = cvr_images_filter_to_json (self->filter);

      cvr_project_set_state (self->project, filter_key, json);
    }
  cvr_images_page_ask_if_needed (self);
}

static gint
compare_tags (gconstpointer a,
              gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* The filter's menu opens: all tags there are. */
static void
filling_cb (CvrImagesPage *self)
{
  CvrDataset *dataset = cvr_project_get_dataset (self->project);
  g_autoptr (GHashTable) tags = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree const char **sorted = NULL;
  guint n;

  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    {
      const CvrExtras *extras = cvr_dataset_item (dataset, i)->extras;

      for (guint t = 0; extras != NULL && extras->tags[t] != NULL; t++)
        g_hash_table_add (tags, extras->tags[t]);
    }
  sorted = (const char **) g_hash_table_get_keys_as_array (tags, &n);
  if (n > 1)
    qsort (sorted, n, sizeof (char *), compare_tags);
  cvr_images_filter_bar_fill (self->filter_bar, sorted,
                              cvr_images_answers_can_ask (self->answers));
}

/* Views */

static void
view_closed_cb (CvrImagesPage *self)
{
  CvrImageItem *item = cvr_large_view_get_item (self->large);
  guint position;

  if (self->project == NULL)
    return;
  if (item != NULL
      && cvr_images_filter_find (self->filter, cvr_image_item_get_id (item), &position))
    gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
  cvr_large_view_close (self->large);
  cvr_images_page_show_grid (self);
  update (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->grid));
}

/* GSourceFunc */
static gboolean
open_activated_cb (gpointer data)
{
  gtk_widget_activate_action (GTK_WIDGET (data), "images.open-boxes", NULL);

  return G_SOURCE_REMOVE;
}

/* The tile takes the focus once the press that activates it has been handled; what opens comes
 * after that, or Escape would go to the tile that is hidden then. */
static void
activated_cb (CvrImagesPage *self,
              guint          position)
{
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
  g_idle_add_full (G_PRIORITY_DEFAULT, open_activated_cb, g_object_ref (self), g_object_unref);
}

/* Grid */

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item,
          CvrImagesPage            *self)
{
  gtk_list_item_set_child (list_item, cvr_picture_tile_new (self->thumbnails));
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *list_item,
         CvrImagesPage            *self)
{
  cvr_picture_tile_bind (CVR_PICTURE_TILE (gtk_list_item_get_child (list_item)), self->project,
                         gtk_list_item_get_item (list_item), NULL);
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem              *list_item,
           CvrImagesPage            *self)
{
  cvr_picture_tile_bind (CVR_PICTURE_TILE (gtk_list_item_get_child (list_item)), NULL, NULL, NULL);
}

/* Actions */

static void
add_class_response_cb (AdwMessageDialog *dialog,
                       const char       *response,
                       CvrImagesPage    *self)
{
  GtkEditable *entry = GTK_EDITABLE (adw_message_dialog_get_extra_child (dialog));
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  if (g_str_equal (response, "add") && name[0] != '\0' && self->project != NULL)
    cvr_project_add_class (self->project, name);
}

static void
add_class_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  CvrImagesPage *self = CVR_IMAGES_PAGE (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *dialog =
    adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, _("New class"),
                            _("One kind of thing that the network learns to recognise."));

  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _("Name, as “cat”"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Name of the class"), -1);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "add",
                                    _("_Add"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "add",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "add");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (add_class_response_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (entry);
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  key,
        guint                  code,
        GdkModifierType        state,
        CvrImagesPage         *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "pictures") == 0
         && cvr_images_page_key (self, key, state);
}

static void
cvr_images_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (cvr_images_page_parent_class)->map (widget);
  cvr_images_page_ask_if_needed (CVR_IMAGES_PAGE (widget));
}

static guint
columns_of (CvrImagesPage *self)
{
  guint width = (guint) MAX (gtk_widget_get_width (GTK_WIDGET (self->grid)), 0);

  return CLAMP (width / CVR_TILE_SIDE + 1, MIN_COLUMNS, MAX_COLUMNS);
}

static gboolean
fit_cb (gpointer data)
{
  CvrImagesPage *self = data;

  self->fitting = 0;
  gtk_grid_view_set_max_columns (self->grid, columns_of (self));

  return G_SOURCE_REMOVE;
}

/* GTK makes thirty rows of as many tiles as a row may ever have: no more than fit. */
static void
cvr_images_page_size_allocate (GtkWidget *widget,
                               int        width,
                               int        height,
                               int        baseline)
{
  CvrImagesPage *self = CVR_IMAGES_PAGE (widget);

  GTK_WIDGET_CLASS (cvr_images_page_parent_class)->size_allocate (widget, width, height, baseline);
  if (self->menu != NULL)
    gtk_popover_present (GTK_POPOVER (self->menu));
  if (self->fitting == 0 && gtk_grid_view_get_max_columns (self->grid) != columns_of (self))
    self->fitting = g_idle_add_full (G_PRIORITY_HIGH_IDLE, fit_cb, self, NULL);
}

static void
cvr_images_page_dispose (GObject *object)
{
  CvrImagesPage *self = CVR_IMAGES_PAGE (object);

  g_clear_handle_id (&self->fitting, g_source_remove);
  cvr_images_page_set_project (self, NULL);
  if (self->grid != NULL)
    gtk_grid_view_set_model (self->grid, NULL);
  if (self->filter_bar != NULL)
    cvr_images_filter_bar_set_filter (self->filter_bar, NULL);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->filter);
  g_clear_object (&self->answers);
  g_clear_object (&self->thumbnails);

  G_OBJECT_CLASS (cvr_images_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-images-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, stack);
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, flap);
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, classes);
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, filter_bar);
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, balance);
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, grid);
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, shown);
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, summary);
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, inspect);
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, grid_stack);
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, none_here);
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, clear);
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, inspector);
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, queue);
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, large);
  gtk_widget_class_bind_template_callback (widget_class, class_shown_cb);
  gtk_widget_class_bind_template_callback (widget_class, item_dropped_cb);
  gtk_widget_class_bind_template_callback (widget_class, collect_cb);
  gtk_widget_class_bind_template_callback (widget_class, filling_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, view_closed_cb);
}

static void
cvr_images_page_class_init (CvrImagesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_CLASS_LIST);
  g_type_ensure (CVR_TYPE_PICTURE_INSPECTOR);
  g_type_ensure (CVR_TYPE_IMAGES_FILTER_BAR);
  g_type_ensure (CVR_TYPE_BALANCE_BAR);
  g_type_ensure (CVR_TYPE_LABEL_QUEUE);
  g_type_ensure (CVR_TYPE_LARGE_VIEW);
  G_OBJECT_CLASS (klass)->dispose = cvr_images_page_dispose;
  widget_class->map = cvr_images_page_map;
  widget_class->size_allocate = cvr_images_page_size_allocate;
  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "images.add-class", NULL, add_class_action);
  cvr_images_page_install_selection (widget_class);
  cvr_images_page_install_work (widget_class);
}

static void
make_grid (CvrImagesPage *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, 0);
  gtk_grid_view_set_factory (self->grid, factory);
  g_object_unref (factory);
  gtk_grid_view_set_model (self->grid, GTK_SELECTION_MODEL (self->selection));
  cvr_picture_tile_guard_grid (self->grid);
  cvr_images_page_watch_menu (self);
  g_signal_connect_object (self->selection, "selection-changed", G_CALLBACK (selection_changed_cb),
                           self, G_CONNECT_SWAPPED);
}

static void
cvr_images_page_init (CvrImagesPage *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->wanted_queue = -1;
  self->thumbnails = cvr_thumbnails_new (CVR_TILE_SIDE, N_THUMBNAILS);
  self->filter = cvr_images_filter_new ();
  self->answers = cvr_images_answers_new ();
  self->selection = gtk_multi_selection_new (G_LIST_MODEL (g_object_ref (self->filter)));
  make_grid (self);
  cvr_images_filter_bar_set_filter (self->filter_bar, self->filter);
  g_signal_connect_object (self->filter, "criteria-changed", G_CALLBACK (criteria_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->answers, "changed", G_CALLBACK (cvr_images_page_answers_changed),
                           self, G_CONNECT_SWAPPED);
  g_object_bind_property (self->flap, "reveal-flap", self->inspect, "active",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  g_object_bind_property (self->flap, "folded", self->inspect, "visible", G_BINDING_SYNC_CREATE);

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/* Everything as the project remembers it. */
static void
show_project (CvrImagesPage *self)
{
  g_autofree char *json = cvr_project_get_state (self->project, filter_key);

  g_signal_connect_swapped (self->project, "images-changed", G_CALLBACK (images_changed_cb), self);
  g_signal_connect_swapped (self->project, "classes-changed", G_CALLBACK (classes_changed_cb),
                            self);
  self->restoring = TRUE;
  cvr_images_filter_set_source (self->filter, cvr_project_get_items (self->project),
                                cvr_project_get_dataset (self->project));
  cvr_images_filter_from_json (self->filter, json);
  self->restoring = FALSE;
  cvr_images_page_answers_changed (self);
  cvr_images_page_show_grid (self);
  update (self);
}

/**
 * cvr_images_page_set_project:
 * @project: (nullable): the project to show
 */
void
cvr_images_page_set_project (CvrImagesPage *self,
                             CvrProject    *project)
{
  g_return_if_fail (CVR_IS_IMAGES_PAGE (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->project, self);
      if (self->inspector != NULL)
        cvr_picture_inspector_keep_note (self->inspector);
    }
  g_set_object (&self->project, NULL);
  self->wanted_queue = -1;
  cvr_images_filter_set_answers (self->filter, NULL, 0);
  cvr_images_filter_set_source (self->filter, NULL, NULL);
  cvr_images_filter_set_class (self->filter, CVR_FILTER_ANY_CLASS);
  cvr_thumbnails_clear (self->thumbnails);
  cvr_images_answers_set_project (self->answers, project);
  if (self->inspector != NULL)
    {
      cvr_picture_inspector_set_project (self->inspector, project);
      cvr_class_list_set_project (self->classes, project);
      cvr_balance_bar_set_project (self->balance, project);
      cvr_label_queue_set_project (self->queue, project);
      cvr_large_view_set_project (self->large, project);
    }
  g_set_object (&self->project, project);
  if (project != NULL)
    show_project (self);
}

/**
 * cvr_images_page_show_unlabelled:
 *
 * The filter "No label", with the first picture selected: ready for the number keys.
 */
void
cvr_images_page_show_unlabelled (CvrImagesPage *self)
{
  g_return_if_fail (CVR_IS_IMAGES_PAGE (self));

  if (self->project == NULL)
    return;
  cvr_images_filter_clear (self->filter);
  cvr_class_list_show (self->classes, CVR_ROW_UNLABELLED);
  cvr_images_page_show_grid (self);
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), 0, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->grid));
}

/**
 * cvr_images_page_get_selection:
 *
 * Returns: (transfer none): the pictures shown, with what is selected of them
 */
GtkSelectionModel *
cvr_images_page_get_selection (CvrImagesPage *self)
{
  g_return_val_if_fail (CVR_IS_IMAGES_PAGE (self), NULL);

  return GTK_SELECTION_MODEL (self->selection);
}
