/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures and their classes: look, label, sort out. */
#include "cvr-images-page.h"

#include "cvr-class-list.h"
#include "cvr-labelling.h"
#include "cvr-picture-inspector.h"
#include "cvr-picture-tile.h"
#include "cvr-window.h"

#include <glib/gi18n-lib.h>

struct _CvrImagesPage
{
  AdwBin parent_instance;

  GtkStack            *stack;
  CvrClassList        *classes;
  GtkGridView         *grid;
  GtkLabel            *shown, *summary;
  GtkStack            *grid_stack;
  AdwStatusPage       *none_here;
  CvrPictureInspector *inspector;

  CvrProject          *project;
  CvrThumbnails       *thumbnails;
  GtkFilter           *filter;
  GtkFilterListModel  *filtered;
  GtkMultiSelection   *selection;
  gint                 shown_class;  /* or CVR_ROW_ALL, CVR_ROW_UNLABELLED */
};

G_DEFINE_FINAL_TYPE (CvrImagesPage, cvr_images_page, ADW_TYPE_BIN)

/* Textures kept: several screens full. */
enum { N_THUMBNAILS = 1500 };

/* Classes */

/* A dragged picture takes the rest of the selection with it when it is part of it. */
static void
item_dropped_cb (CvrImagesPage *self,
                 CvrImageItem  *item,
                 int            label)
{
  guint position;

  if (cvr_labelling_find (G_LIST_MODEL (self->selection), item, &position)
      && gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->selection), position))
    cvr_images_page_label_selection (self, label);
  else
    {
      guint64 id = cvr_image_item_get_id (item);

      cvr_project_set_labels (self->project, &id, 1, label);
    }
}

/* What is shown */

static gboolean
filter_func (gpointer item,
             gpointer data)
{
  CvrImagesPage *self = data;

  return self->shown_class == CVR_ROW_ALL || cvr_image_item_get_label (item) == self->shown_class;
}

static void
show_none_here (CvrImagesPage *self)
{
  if (self->shown_class == CVR_ROW_UNLABELLED)
    {
      adw_status_page_set_title (self->none_here, _("Every picture has a label"));
      adw_status_page_set_description (self->none_here,
                                       _("Nothing is left to do here: on to Train."));
    }
  else
    {
      adw_status_page_set_title (self->none_here, _("No picture of this kind yet"));
      adw_status_page_set_description (
        self->none_here, _("Drop pictures on its card, or select some and press its number."));
    }
}

static void
selection_changed_cb (CvrImagesPage *self)
{
  cvr_picture_inspector_set_selection (self->inspector, GTK_SELECTION_MODEL (self->selection));
}

static void
update (CvrImagesPage *self)
{
  CvrDataset *dataset;
  g_autofree char *summary = NULL;
  g_autofree char *shown = NULL;
  guint n_shown;

  if (self->project == NULL)
    return;
  dataset = cvr_project_get_dataset (self->project);
  n_shown = g_list_model_get_n_items (G_LIST_MODEL (self->filtered));
  summary = cvr_images_page_dup_summary (dataset, self->project);
  gtk_label_set_text (self->summary, summary);
  shown = g_strdup_printf (ngettext ("%'u picture", "%'u pictures", n_shown), n_shown);
  gtk_label_set_text (self->shown, shown);
  gtk_stack_set_visible_child_name (self->stack, cvr_dataset_n_items (dataset) > 0
                                                     || cvr_dataset_n_classes (dataset) > 0
                                                   ? "pictures"
                                                   : "empty");
  show_none_here (self);
  gtk_stack_set_visible_child_name (self->grid_stack, n_shown > 0 ? "grid" : "none");
}

static void
images_changed_cb (CvrImagesPage *self)
{
  if (self->shown_class != CVR_ROW_ALL)
    gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  update (self);
  selection_changed_cb (self);
}

static void
classes_changed_cb (CvrImagesPage *self)
{
  images_changed_cb (self);
  cvr_picture_inspector_set_project (self->inspector, self->project);
}

static void
class_shown_cb (CvrImagesPage *self)
{
  self->shown_class = cvr_class_list_get_shown (self->classes);
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  update (self);
  selection_changed_cb (self);
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
                            _("One kind of thing that the network shall recognise."));

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

static void
remove_selection_action (GtkWidget  *widget,
                         const char *name,
                         GVariant   *parameter)
{
  cvr_images_page_remove_selection (CVR_IMAGES_PAGE (widget));
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  key,
        guint                  code,
        GdkModifierType        state,
        CvrImagesPage         *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gint label;

  /* Digits typed into an entry are text. */
  if (GTK_IS_EDITABLE (focus) || state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK))
    return FALSE;
  if (key == GDK_KEY_Delete || key == GDK_KEY_KP_Delete)
    {
      /* Only where the selection is in sight of the hands. */
      if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self->grid)))
        return FALSE;
      cvr_images_page_remove_selection (self);
      return TRUE;
    }
  if (!cvr_labelling_key (key, &label))
    return FALSE;
  cvr_images_page_label_selection (self, label);

  return TRUE;
}

static void
cvr_images_page_dispose (GObject *object)
{
  CvrImagesPage *self = CVR_IMAGES_PAGE (object);

  cvr_images_page_set_project (self, NULL);
  if (self->grid != NULL)
    gtk_grid_view_set_model (self->grid, NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->filtered);
  g_clear_object (&self->filter);
  g_clear_object (&self->thumbnails);

  G_OBJECT_CLASS (cvr_images_page_parent_class)->dispose (object);
}

static void
cvr_images_page_class_init (CvrImagesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_CLASS_LIST);
  g_type_ensure (CVR_TYPE_PICTURE_INSPECTOR);
  G_OBJECT_CLASS (klass)->dispose = cvr_images_page_dispose;
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-images-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, stack);
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, classes);
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, grid);
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, shown);
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, summary);
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, grid_stack);
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, none_here);
  gtk_widget_class_bind_template_child (widget_class, CvrImagesPage, inspector);
  gtk_widget_class_bind_template_callback (widget_class, class_shown_cb);
  gtk_widget_class_bind_template_callback (widget_class, item_dropped_cb);
  gtk_widget_class_install_action (widget_class, "images.add-class", NULL, add_class_action);
  gtk_widget_class_install_action (widget_class, "images.remove-selection", NULL,
                                   remove_selection_action);
}

static void
cvr_images_page_init (CvrImagesPage *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->shown_class = CVR_ROW_ALL;
  self->thumbnails = cvr_thumbnails_new (CVR_TILE_SIDE, N_THUMBNAILS);
  self->filter = GTK_FILTER (gtk_custom_filter_new (filter_func, self, NULL));
  self->filtered = gtk_filter_list_model_new (NULL, g_object_ref (self->filter));
  self->selection = gtk_multi_selection_new (G_LIST_MODEL (g_object_ref (self->filtered)));

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, 0);
  gtk_grid_view_set_factory (self->grid, factory);
  g_object_unref (factory);
  gtk_grid_view_set_model (self->grid, GTK_SELECTION_MODEL (self->selection));
  cvr_picture_tile_guard_grid (self->grid);
  g_signal_connect_object (self->selection, "selection-changed", G_CALLBACK (selection_changed_cb),
                           self, G_CONNECT_SWAPPED);

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
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
    g_signal_handlers_disconnect_by_data (self->project, self);
  if (self->filtered != NULL)
    gtk_filter_list_model_set_model (self->filtered, NULL);
  if (self->inspector != NULL)
    {
      cvr_picture_inspector_set_project (self->inspector, project);
      cvr_class_list_set_project (self->classes, project);
    }
  g_set_object (&self->project, project);
  self->shown_class = CVR_ROW_ALL;
  if (project == NULL)
    return;

  gtk_filter_list_model_set_model (self->filtered, cvr_project_get_items (project));
  g_signal_connect_swapped (project, "images-changed", G_CALLBACK (images_changed_cb), self);
  g_signal_connect_swapped (project, "classes-changed", G_CALLBACK (classes_changed_cb), self);
  update (self);
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
  cvr_class_list_show (self->classes, CVR_ROW_UNLABELLED);
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

/**
 * cvr_images_page_label_selection:
 * @label: class, or −1
 *
 * In a filtered view labelled pictures leave; what comes into their place is selected, so that a
 * pile is worked off by the number keys alone.
 */
void
cvr_images_page_label_selection (CvrImagesPage *self,
                                 gint           label)
{
  g_autoptr (GArray) ids = NULL;
  guint first;

  g_return_if_fail (CVR_IS_IMAGES_PAGE (self));

  if (self->project == NULL)
    return;
  if (label >= (gint) cvr_dataset_n_classes (cvr_project_get_dataset (self->project)))
    {
      cvr_toast (GTK_WIDGET (self),
                 _("There is no class with this number yet: add one on the left"));
      return;
    }
  ids = cvr_labelling_selected_ids (GTK_SELECTION_MODEL (self->selection), &first);
  if (ids->len == 0)
    {
      cvr_toast (GTK_WIDGET (self), _("Select pictures first, then press a number to label them"));
      return;
    }

  cvr_project_set_labels (self->project, (const guint64 *) (gpointer) ids->data, ids->len, label);
  if (self->shown_class != CVR_ROW_ALL && self->shown_class != label)
    cvr_labelling_select_next (GTK_SELECTION_MODEL (self->selection), first);
}

/**
 * cvr_images_page_remove_selection:
 *
 * With a toast that offers to undo it.
 */
void
cvr_images_page_remove_selection (CvrImagesPage *self)
{
  g_autoptr (GArray) ids = NULL;
  g_autofree char *text = NULL;
  guint first;

  g_return_if_fail (CVR_IS_IMAGES_PAGE (self));

  ids = cvr_labelling_selected_ids (GTK_SELECTION_MODEL (self->selection), &first);
  if (self->project == NULL || ids->len == 0)
    return;

  cvr_project_remove_items (self->project, (const guint64 *) (gpointer) ids->data, ids->len);
  cvr_labelling_select_next (GTK_SELECTION_MODEL (self->selection), first);
  text =
    g_strdup_printf (ngettext ("%'u picture removed", "%'u pictures removed", ids->len), ids->len);
  cvr_toast_action (GTK_WIDGET (self), text, _("_Undo"), "win.undo");
}

/* How even the classes are, in words; NULL while there is nothing to compare. */
static char *
dup_balance (CvrDataset *dataset,
             CvrProject *titles)
{
  guint n = cvr_dataset_n_classes (dataset), most = 0, least = 0;
  g_autofree guint *counts = g_new0 (guint, n + 1);

  if (n < 2)
    return NULL;
  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    if (cvr_dataset_item (dataset, i)->label >= 0)
      counts[cvr_dataset_item (dataset, i)->label]++;
  for (guint k = 1; k < n; k++)
    {
      most = counts[k] > counts[most] ? k : most;
      least = counts[k] < counts[least] ? k : least;
    }

  if (counts[least] == 0)
    /* Translators: name of a class. */
    return g_strdup_printf (_("no “%s” yet"), cvr_project_class_title (titles, least));
  if (counts[most] <= counts[least] * 1.5)
    return g_strdup (_("balanced"));

  /* Translators: two names of classes and how many times as many pictures the first has. */
  return g_strdup_printf (
    _("%.1f times as many “%s” as “%s”"), (double) counts[most] / counts[least],
    cvr_project_class_title (titles, most), cvr_project_class_title (titles, least));
}

/**
 * cvr_images_page_dup_summary:
 * @dataset: what is counted
 * @titles: whose names of the classes are shown
 *
 * Returns: (transfer full): one line
 */
char *
cvr_images_page_dup_summary (CvrDataset *dataset,
                             CvrProject *titles)
{
  guint n = cvr_dataset_n_items (dataset), n_classes = cvr_dataset_n_classes (dataset);
  guint unlabelled = cvr_dataset_count (dataset, CVR_LABEL_NONE, CVR_SPLIT_AUTO);
  g_autofree char *balance = dup_balance (dataset, titles);
  g_autoptr (GString) line = g_string_new (NULL);

  g_string_append_printf (line, ngettext ("%'u image", "%'u images", n), n);
  g_string_append (line, " · ");
  g_string_append_printf (line, ngettext ("%u kind", "%u kinds", n_classes), n_classes);
  if (balance != NULL)
    g_string_append_printf (line, " · %s", balance);
  if (unlabelled > 0)
    {
      g_string_append (line, " · ");
      g_string_append_printf (
        line, ngettext ("%'u without a label", "%'u without a label", unlabelled), unlabelled);
    }

  return g_string_free (g_steal_pointer (&line), FALSE);
}
