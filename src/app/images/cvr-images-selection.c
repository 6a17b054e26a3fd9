/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be done with the selected pictures: keys, menu, actions. */
#include "cvr-images-page-private.h"

#include "cvr-choose-class.h"
#include "cvr-labelling.h"
#include "cvr-picture-tile.h"
#include "cvr-window.h"

#include <glib/gi18n-lib.h>

/* Classes in the context menu; for more there is the search. */
enum { MAX_IN_MENU = 20 };

static GtkSelectionModel *
selection_of (CvrImagesPage *self)
{
  return GTK_SELECTION_MODEL (self->selection);
}

/* (transfer full): NULL and a hint where nothing is selected or nothing can be changed. */
static GArray *
ids_to_change (CvrImagesPage *self)
{
  g_autoptr (GArray) ids = NULL;
  guint first;

  if (self->project == NULL)
    return NULL;
  if (cvr_project_is_read_only (self->project))
    {
      cvr_toast (GTK_WIDGET (self),
                 _("This project can only be looked at: save a copy to change it"));
      return NULL;
    }
  ids = cvr_labelling_selected_ids (selection_of (self), &first);
  if (ids->len == 0)
    {
      cvr_toast (GTK_WIDGET (self), _("Select pictures first, then press a number to label them"));
      return NULL;
    }

  return g_steal_pointer (&ids);
}

static const guint64 *
data_of (GArray *ids)
{
  return (const guint64 *) (gpointer) ids->data;
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
  gint shown;

  g_return_if_fail (CVR_IS_IMAGES_PAGE (self));

  if (self->project == NULL)
    return;
  if (label >= (gint) cvr_dataset_n_classes (cvr_project_get_dataset (self->project)))
    {
      cvr_toast (GTK_WIDGET (self),
                 _("There is no class with this number yet: add one on the left"));
      return;
    }
  ids = ids_to_change (self);
  if (ids == NULL)
    return;

  shown = cvr_images_filter_get_class (self->filter);
  /* Before they leave, so that the next key finds the next picture however long the disk takes. */
  if (shown != CVR_FILTER_ANY_CLASS && shown != label)
    cvr_labelling_select_after (selection_of (self));
  cvr_project_set_labels (self->project, data_of (ids), ids->len, label);
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

  if (self->project == NULL || cvr_project_is_read_only (self->project))
    return;
  ids = cvr_labelling_selected_ids (selection_of (self), &first);
  if (ids->len == 0)
    return;
  cvr_labelling_select_after (selection_of (self));
  cvr_project_remove_items (self->project, data_of (ids), ids->len);
  text =
    g_strdup_printf (ngettext ("%'u picture removed", "%'u pictures removed", ids->len), ids->len);
  cvr_toast_action (GTK_WIDGET (self), text, _("_Undo"), "win.undo");
}

/* Removing for good */

static void
wiped_cb (CvrJob       *job,
          gpointer      result,
          const GError *error,
          gpointer      data)
{
  g_autofree guint *n = result;
  g_autofree char *text = NULL;

  if (n == NULL)
    {
      cvr_show_error (data, _("The pictures could not be removed for good"), error->message);
      return;
    }
  text = g_strdup_printf (
    ngettext ("%'u picture is gone for good", "%'u pictures are gone for good", *n), *n);
  cvr_toast (data, text);
}

static void
wipe_response_cb (AdwMessageDialog *dialog,
                  const char       *response,
                  CvrImagesPage    *self)
{
  GArray *ids = g_object_get_data (G_OBJECT (dialog), "ids");
  CvrJob *job;

  if (!g_str_equal (response, "wipe") || self->project == NULL)
    return;
  cvr_labelling_select_after (selection_of (self));
  job = cvr_project_remove_for_good (self->project, data_of (ids), ids->len, G_OBJECT (self),
                                     wiped_cb, self);
  if (job != NULL)
    cvr_show_job (GTK_WIDGET (self), job);
}

static void
remove_for_good_action (GtkWidget  *widget,
                        const char *name,
                        GVariant   *parameter)
{
  CvrImagesPage *self = CVR_IMAGES_PAGE (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  g_autoptr (GArray) ids = ids_to_change (self);
  g_autofree char *heading = NULL;
  GtkWidget *dialog;

  if (ids == NULL)
    return;
  heading = g_strdup_printf (ngettext ("Remove %'u picture for good?",
                                       "Remove %'u pictures for good?", ids->len), ids->len);
  dialog = adw_message_dialog_new (
    GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, heading,
    _("They are overwritten in the project, with their labels, boxes, tags and notes. What could "
      "be undone so far can't be undone any more, because it may show them. The files that they "
      "were imported from, and copies of the project that you saved, stay as they are.\n\n"
      "This can't be undone."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "wipe",
                                    _("_Remove for good"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "wipe",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "ids", g_steal_pointer (&ids),
                          (GDestroyNotify) g_array_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (wipe_response_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Actions */

static void
remove_selection_action (GtkWidget  *widget,
                         const char *name,
                         GVariant   *parameter)
{
  cvr_images_page_remove_selection (CVR_IMAGES_PAGE (widget));
}

static void
label_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  cvr_images_page_label_selection (CVR_IMAGES_PAGE (widget), g_variant_get_int32 (parameter));
}

static void
class_chosen_cb (gint     k,
                 gpointer data)
{
  cvr_images_page_label_selection (data, k);
  gtk_widget_grab_focus (GTK_WIDGET (CVR_IMAGES_PAGE (data)->grid));
}

static void
search_label_action (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  CvrImagesPage *self = CVR_IMAGES_PAGE (widget);
  g_autoptr (GArray) ids = ids_to_change (self);

  if (ids != NULL)
    cvr_choose_class (GTK_WIDGET (self->shown), self->project, NULL, class_chosen_cb, self);
}

static void
split_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  CvrImagesPage *self = CVR_IMAGES_PAGE (widget);
  gint split = g_variant_get_int32 (parameter);
  g_autoptr (GArray) ids = ids_to_change (self);

  if (ids != NULL && split >= CVR_SPLIT_AUTO && split <= CVR_SPLIT_TEST)
    cvr_project_set_splits (self->project, data_of (ids), ids->len, (CvrSplit) split);
}

static void
add_tag_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  CvrImagesPage *self = CVR_IMAGES_PAGE (widget);
  g_autoptr (GArray) ids = ids_to_change (self);

  if (ids == NULL)
    return;
  adw_flap_set_reveal_flap (self->flap, TRUE);
  cvr_picture_inspector_add_tag (self->inspector);
}

static void
open_large (CvrImagesPage *self,
            gboolean       pixels)
{
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (selection_of (self));
  g_autoptr (CvrImageItem) item = NULL;

  if (gtk_bitset_is_empty (selected))
    return;
  item = g_list_model_get_item (G_LIST_MODEL (self->selection), gtk_bitset_get_minimum (selected));
  if (item == NULL)
    return;
  gtk_stack_set_visible_child_name (self->stack, "large");
  cvr_large_view_open (self->large, G_LIST_MODEL (self->filter), item, pixels);
}

static void
open_boxes_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  open_large (CVR_IMAGES_PAGE (widget), FALSE);
}

static void
open_pixels_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  open_large (CVR_IMAGES_PAGE (widget), TRUE);
}

static void
select_all_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  CvrImagesPage *self = CVR_IMAGES_PAGE (widget);

  gtk_selection_model_select_all (selection_of (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->grid));
}

static void
focus_grid_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  gtk_widget_grab_focus (GTK_WIDGET (CVR_IMAGES_PAGE (widget)->grid));
}

void
cvr_images_page_install_selection (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "images.remove-selection", NULL,
                                   remove_selection_action);
  gtk_widget_class_install_action (widget_class, "images.remove-for-good", NULL,
                                   remove_for_good_action);
  gtk_widget_class_install_action (widget_class, "images.label", "i", label_action);
  gtk_widget_class_install_action (widget_class, "images.search-label", NULL, search_label_action);
  gtk_widget_class_install_action (widget_class, "images.split", "i", split_action);
  gtk_widget_class_install_action (widget_class, "images.add-tag", NULL, add_tag_action);
  gtk_widget_class_install_action (widget_class, "images.open-boxes", NULL, open_boxes_action);
  gtk_widget_class_install_action (widget_class, "images.open-pixels", NULL, open_pixels_action);
  gtk_widget_class_install_action (widget_class, "images.select-all", NULL, select_all_action);
  gtk_widget_class_install_action (widget_class, "images.focus-grid", NULL, focus_grid_action);
}

/* Context menu */

static void
append_with_number (GMenu      *menu,
                    const char *title,
                    const char *action,
                    gint        number)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (title, NULL);

  g_menu_item_set_action_and_target (item, action, "i", number);
  g_menu_append_item (menu, item);
}

static GMenuModel *
make_label_menu (CvrImagesPage *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) last = g_menu_new ();
  guint n = cvr_dataset_n_classes (cvr_project_get_dataset (self->project));

  for (guint k = 0; k < MIN (n, MAX_IN_MENU); k++)
    {
      g_autofree char *title =
        cvr_labelling_dup_menu_label (cvr_project_class_title (self->project, k));

      append_with_number (menu, title, "images.label", (gint) k);
    }
  append_with_number (last, _("_No label (0)"), "images.label", CVR_LABEL_NONE);
  g_menu_append (last, _("_Search or new… (/)"), "images.search-label");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (last));

  return G_MENU_MODEL (g_steal_pointer (&menu));
}

static GMenuModel *
make_menu (CvrImagesPage *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) splits = g_menu_new ();
  g_autoptr (GMenu) open = g_menu_new ();
  g_autoptr (GMenu) last = g_menu_new ();
  g_autoptr (GMenuModel) labels = make_label_menu (self);

  append_with_number (splits, _("_Automatic"), "images.split", CVR_SPLIT_AUTO);
  append_with_number (splits, _("_Training"), "images.split", CVR_SPLIT_TRAIN);
  append_with_number (splits, _("_Validation"), "images.split", CVR_SPLIT_VALID);
  append_with_number (splits, _("T_est"), "images.split", CVR_SPLIT_TEST);
  g_menu_append_submenu (menu, _("_Label"), labels);
  g_menu_append_submenu (menu, _("_Part of the data"), G_MENU_MODEL (splits));
  g_menu_append (menu, _("Add a _tag… (T)"), "images.add-tag");
  g_menu_append (open, _("_Open large, boxes"), "images.open-boxes");
  g_menu_append (open, _("Open large, pi_xels"), "images.open-pixels");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (open));
  g_menu_append (last, _("_Remove"), "images.remove-selection");
  g_menu_append (last, _("Remove for _good…"), "images.remove-for-good");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (last));

  return G_MENU_MODEL (g_steal_pointer (&menu));
}

static void
focus_grid_cb (gpointer data)
{
  CvrImagesPage *self = data;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (!GTK_IS_EDITABLE (focus) && self->grid != NULL
      && gtk_widget_get_mapped (GTK_WIDGET (self->grid)))
    gtk_widget_grab_focus (GTK_WIDGET (self->grid));
  g_object_unref (self);
}

/* The keyboard goes back to the pictures, unless the menu opened something else. */
static void
menu_closed_cb (CvrImagesPage *self)
{
  g_idle_add_once (focus_grid_cb, g_object_ref (self));
}

static void
popup_menu (CvrImagesPage *self,
            double         x,
            double         y)
{
  g_autoptr (GMenuModel) model = NULL;

  if (self->project == NULL)
    return;
  model = make_menu (self);
  if (self->menu == NULL)
    {
      self->menu = gtk_popover_menu_new_from_model (NULL);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_popover_set_position (GTK_POPOVER (self->menu), GTK_POS_BOTTOM);
      gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
      g_signal_connect_swapped (self->menu, "closed", G_CALLBACK (menu_closed_cb), self);
    }
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->menu), model);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu),
                               &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

/* The picture under the pointer is what the menu is for; when it is not one of the selected ones,
 * it alone is selected first. */
static void
menu_pressed_cb (GtkGestureClick *gesture,
                 int              n_press,
                 double           x,
                 double           y,
                 CvrImagesPage   *self)
{
  GtkWidget *widget = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  GtkWidget *picked = gtk_widget_pick (widget, x, y, GTK_PICK_DEFAULT);
  GtkWidget *tile =
    picked != NULL ? gtk_widget_get_ancestor (picked, CVR_TYPE_PICTURE_TILE) : NULL;
  CvrImageItem *item = tile != NULL ? cvr_picture_tile_get_item (CVR_PICTURE_TILE (tile)) : NULL;
  double page_x, page_y;
  guint position;

  if (item == NULL || !cvr_images_filter_find (self->filter, cvr_image_item_get_id (item),
                                               &position))
    return;
  if (!gtk_selection_model_is_selected (selection_of (self), position))
    gtk_selection_model_select_item (selection_of (self), position, TRUE);
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_translate_coordinates (widget, GTK_WIDGET (self), x, y, &page_x, &page_y);
  popup_menu (self, page_x, page_y);
}

void
cvr_images_page_watch_menu (CvrImagesPage *self)
{
  GtkGesture *press = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (press), GDK_BUTTON_SECONDARY);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (press), GTK_PHASE_CAPTURE);
  g_signal_connect (press, "pressed", G_CALLBACK (menu_pressed_cb), self);
  gtk_widget_add_controller (gtk_widget_get_parent (GTK_WIDGET (self->grid)),
                             GTK_EVENT_CONTROLLER (press));
}

/* At the picture that has the keyboard. */
static gboolean
menu_key (CvrImagesPage *self,
          GtkWidget     *focus)
{
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (selection_of (self));
  graphene_rect_t bounds;

  if (focus == NULL || gtk_bitset_is_empty (selected)
      || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self->grid))
      || !gtk_widget_compute_bounds (focus, GTK_WIDGET (self), &bounds))
    return FALSE;
  popup_menu (self, bounds.origin.x + bounds.size.width / 2,
              bounds.origin.y + bounds.size.height / 2);

  return TRUE;
}

/* Keys */

static gboolean
control_key (CvrImagesPage *self,
             guint          key)
{
  switch (gdk_keyval_to_lower (key))
    {
    case GDK_KEY_f:
      if (key == GDK_KEY_F)
        cvr_images_filter_clear (self->filter);
      else
        cvr_images_filter_bar_focus_search (self->filter_bar);
      return TRUE;
    case GDK_KEY_t:
      return gtk_widget_activate_action (GTK_WIDGET (self), "images.add-tag", NULL);
    case GDK_KEY_l:
      return gtk_widget_activate_action (GTK_WIDGET (self), "images.queue", NULL);
    case GDK_KEY_a:
      return gtk_widget_activate_action (GTK_WIDGET (self), "images.select-all", NULL);
    default:
      return FALSE;
    }
}

/* With more classes than number keys every letter begins the name of a class, as long as there is
 * something to label. */
static gboolean
letter_key (CvrImagesPage *self,
            guint          key)
{
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (selection_of (self));
  gboolean empty = gtk_bitset_is_empty (selected);

  if (empty || cvr_dataset_n_classes (cvr_project_get_dataset (self->project)) <= 9)
    {
      if (key == GDK_KEY_t || key == GDK_KEY_T)
        return gtk_widget_activate_action (GTK_WIDGET (self), "images.add-tag", NULL);
      if (key == GDK_KEY_l || key == GDK_KEY_L)
        return gtk_widget_activate_action (GTK_WIDGET (self), "images.queue", NULL);
    }

  return !empty
         && cvr_choose_class_key (GTK_WIDGET (self->shown), self->project, key, class_chosen_cb,
                                  self);
}

gboolean
cvr_images_page_key (CvrImagesPage   *self,
                     guint            key,
                     GdkModifierType  state)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gint label;

  if (self->project == NULL || state & (GDK_ALT_MASK | GDK_SUPER_MASK))
    return FALSE;
  /* What is typed into an entry is text. */
  if (GTK_IS_EDITABLE (focus) || GTK_IS_TEXT_VIEW (focus))
    return (state & GDK_CONTROL_MASK) != 0 && gdk_keyval_to_lower (key) == GDK_KEY_f
           && control_key (self, key);
  if (state & GDK_CONTROL_MASK)
    return control_key (self, key);
  if (key == GDK_KEY_Menu || (key == GDK_KEY_F10 && state & GDK_SHIFT_MASK))
    return menu_key (self, focus);
  if (key == GDK_KEY_Delete || key == GDK_KEY_KP_Delete)
    {
      /* Only where the selection is in sight of the hands. */
      if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self->grid)))
        return FALSE;
      cvr_images_page_remove_selection (self);
      return TRUE;
    }
  if (!cvr_labelling_class (key, cvr_project_get_dataset (self->project), &label))
    return letter_key (self, key);
  cvr_images_page_label_selection (self, label);

  return TRUE;
}
