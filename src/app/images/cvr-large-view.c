/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One picture large: its boxes to draw, or its pixels as numbers. */
#include "cvr-large-view.h"

#include "cvr-box-editor.h"
#include "cvr-choose-class.h"
#include "cvr-class-buttons.h"
#include "cvr-labelling.h"
#include "cvr-pixel-view.h"
#include "cvr-read-picture.h"

#include <glib/gi18n-lib.h>

struct _CvrLargeView
{
  AdwBin parent_instance;

  GtkStack        *stack;
  GtkLabel        *name, *place, *words;
  CvrBoxEditor    *editor;
  CvrPixelView    *pixels;
  CvrClassButtons *classes;

  CvrProject   *project;
  GListModel   *items;
  CvrImageItem *item;
  gboolean      updating; /* the boxes are being set, not drawn */
};

G_DEFINE_FINAL_TYPE (CvrLargeView, cvr_large_view, ADW_TYPE_BIN)

enum { CLOSED, N_SIGNALS };

static guint signals[N_SIGNALS];

static const CvrItem *
item_of (CvrLargeView *self)
{
  CvrDataset *dataset = cvr_project_get_dataset (self->project);
  gint index = cvr_dataset_find_item (dataset, cvr_image_item_get_id (self->item));

  return index >= 0 ? cvr_dataset_item (dataset, (guint) index) : NULL;
}

/* Boxes */

static void
show_words (CvrLargeView *self)
{
  guint n_boxes, n_classes = cvr_dataset_n_classes (cvr_project_get_dataset (self->project));
  const CvrBox *boxes = cvr_box_editor_get_boxes (self->editor, &n_boxes);
  gint selected = cvr_box_editor_get_selected (self->editor);
  gint label = selected >= 0 && (guint) selected < n_boxes
                 ? boxes[selected].label
                 : cvr_box_editor_get_current_class (self->editor);
  const char *title = label >= 0 && (guint) label < n_classes
                        ? cvr_project_class_title (self->project, (guint) label)
                        : _("no class");
  g_autofree char *words = NULL;

  if (n_boxes == 0)
    words = g_strdup (_("Pull a box around each thing with the mouse, or press N"));
  else if (selected >= 0)
    /* Translators: number of the box, how many there are, class. */
    words = g_strdup_printf (_("Box %u of %u: %s"), (guint) selected + 1, n_boxes, title);
  else
    /* Translators: number of boxes, then the class that the next one gets. */
    words = g_strdup_printf (
      ngettext ("%u box; the next one is: %s", "%u boxes; the next one is: %s", n_boxes), n_boxes,
      title);
  gtk_label_set_text (self->words, words);
  cvr_class_buttons_set_current (self->classes, label);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "large.remove-box",
                                 selected >= 0 && !cvr_project_is_read_only (self->project));
}

static gboolean
same_boxes (const CvrBox *a,
            const CvrBox *b,
            guint         n)
{
  for (guint i = 0; i < n; i++)
    if (a[i].label != b[i].label || a[i].x != b[i].x || a[i].y != b[i].y
        || a[i].width != b[i].width || a[i].height != b[i].height)
      return FALSE;

  return TRUE;
}

static void
show_boxes (CvrLargeView *self)
{
  const CvrItem *item = item_of (self);
  guint n_boxes;
  const CvrBox *boxes = cvr_box_editor_get_boxes (self->editor, &n_boxes);
  guint n_wanted = item != NULL && item->extras != NULL ? item->extras->n_boxes : 0;
  const CvrBox *wanted = n_wanted > 0 ? item->extras->boxes : NULL;

  if (n_boxes != n_wanted || !same_boxes (boxes, wanted, n_boxes))
    {
      self->updating = TRUE;
      cvr_box_editor_set_boxes (self->editor, wanted, n_wanted);
      self->updating = FALSE;
    }
  show_words (self);
}

static void
boxes_changed_cb (CvrLargeView *self)
{
  guint n_boxes;
  const CvrBox *boxes = cvr_box_editor_get_boxes (self->editor, &n_boxes);

  if (self->updating || self->item == NULL)
    return;
  cvr_project_set_boxes (self->project, cvr_image_item_get_id (self->item), boxes, n_boxes);
  show_words (self);
}

static void
box_selected_cb (CvrLargeView *self)
{
  if (self->item != NULL)
    show_words (self);
}

static void
set_class (gint     k,
           gpointer data)
{
  CvrLargeView *self = data;

  cvr_box_editor_set_current_class (self->editor, k);
  cvr_box_editor_label (self->editor, k);
  show_words (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->editor));
}

static void
class_chosen_cb (CvrLargeView *self,
                 int           k)
{
  set_class (k, self);
}

static void
classes_changed_cb (CvrLargeView *self)
{
  g_autoptr (CvrDataset) classes = cvr_titled_classes (self->project);

  cvr_box_editor_set_classes (self->editor, classes);
  cvr_box_editor_set_read_only (self->editor, cvr_project_is_read_only (self->project));
  cvr_class_buttons_set_project (self->classes, self->project);
  if (self->item != NULL)
    show_boxes (self);
}

/* The picture */

static void
read_cb (CvrImage *image,
         gpointer  data)
{
  CvrLargeView *self = data;
  const char *shown = gtk_stack_get_visible_child_name (self->stack);

  if (self->item == NULL)
    return;
  self->updating = TRUE;
  cvr_box_editor_set_picture (self->editor, image);
  self->updating = FALSE;
  cvr_pixel_view_set_picture (self->pixels, image);
  if (image == NULL)
    gtk_stack_set_visible_child_name (self->stack, "unread");
  else if (g_strcmp0 (shown, "unread") == 0)
    gtk_stack_set_visible_child_name (self->stack, "boxes");
  show_boxes (self);
}

static gboolean
find_place (CvrLargeView *self,
            guint        *place)
{
  return self->items != NULL && self->item != NULL
         && cvr_labelling_find (self->items, self->item, place);
}

static void
show_place (CvrLargeView *self)
{
  guint place, n = self->items != NULL ? g_list_model_get_n_items (self->items) : 0;
  gboolean found = find_place (self, &place);
  /* Translators: number of the picture, how many there are. */
  g_autofree char *text = found ? g_strdup_printf (_("%'u of %'u"), place + 1, n) : NULL;

  gtk_label_set_text (self->place, text != NULL ? text : "");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "large.previous", found && place > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "large.next", found && place + 1 < n);
}

static void
show_item (CvrLargeView *self,
           CvrImageItem *item)
{
  g_set_object (&self->item, item);
  gtk_label_set_text (self->name, cvr_image_item_get_name (item));
  if (cvr_image_item_get_label (item) >= 0)
    cvr_box_editor_set_current_class (self->editor, cvr_image_item_get_label (item));
  cvr_read_picture (cvr_image_item_get_picture (item), 0, G_OBJECT (self), "large", read_cb, self);
  show_place (self);
}

static void
images_changed_cb (CvrLargeView *self)
{
  if (self->item == NULL)
    return;
  if (item_of (self) == NULL)
    {
      g_signal_emit (self, signals[CLOSED], 0);
      return;
    }
  show_boxes (self);
  show_place (self);
}

/* Actions */

static void
close_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  g_signal_emit (widget, signals[CLOSED], 0);
}

static void
previous_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  cvr_large_view_move (CVR_LARGE_VIEW (widget), -1);
}

static void
next_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  cvr_large_view_move (CVR_LARGE_VIEW (widget), 1);
}

static void
add_box_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  CvrLargeView *self = CVR_LARGE_VIEW (widget);

  cvr_box_editor_add (self->editor);
  gtk_widget_grab_focus (GTK_WIDGET (self->editor));
}

static void
remove_box_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  CvrLargeView *self = CVR_LARGE_VIEW (widget);

  cvr_box_editor_remove (self->editor);
  gtk_widget_grab_focus (GTK_WIDGET (self->editor));
}

static gboolean
page_key_cb (GtkEventControllerKey *controller,
             guint                  key,
             guint                  code,
             GdkModifierType        state,
             CvrLargeView          *self)
{
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK))
    return FALSE;
  if (key == GDK_KEY_Page_Up || key == GDK_KEY_KP_Page_Up)
    cvr_large_view_move (self, -1);
  else if (key == GDK_KEY_Page_Down || key == GDK_KEY_KP_Page_Down)
    cvr_large_view_move (self, 1);
  else
    return FALSE;

  return TRUE;
}

/* What the editor left over. */
static gboolean
left_key_cb (GtkEventControllerKey *controller,
             guint                  key,
             guint                  code,
             GdkModifierType        state,
             CvrLargeView          *self)
{
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK) || self->item == NULL)
    return FALSE;
  if (key == GDK_KEY_Escape)
    {
      g_signal_emit (self, signals[CLOSED], 0);
      return TRUE;
    }

  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "boxes") == 0
         && cvr_choose_class_key (GTK_WIDGET (self->editor), self->project, key, set_class, self);
}

static void
cvr_large_view_dispose (GObject *object)
{
  cvr_large_view_set_project (CVR_LARGE_VIEW (object), NULL);

  G_OBJECT_CLASS (cvr_large_view_parent_class)->dispose (object);
}

static void
cvr_large_view_class_init (CvrLargeViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_BOX_EDITOR);
  g_type_ensure (CVR_TYPE_PIXEL_VIEW);
  g_type_ensure (CVR_TYPE_CLASS_BUTTONS);
  G_OBJECT_CLASS (klass)->dispose = cvr_large_view_dispose;
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-large-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrLargeView, stack);
  gtk_widget_class_bind_template_child (widget_class, CvrLargeView, name);
  gtk_widget_class_bind_template_child (widget_class, CvrLargeView, place);
  gtk_widget_class_bind_template_child (widget_class, CvrLargeView, words);
  gtk_widget_class_bind_template_child (widget_class, CvrLargeView, editor);
  gtk_widget_class_bind_template_child (widget_class, CvrLargeView, pixels);
  gtk_widget_class_bind_template_child (widget_class, CvrLargeView, classes);
  gtk_widget_class_bind_template_callback (widget_class, class_chosen_cb);
  gtk_widget_class_install_action (widget_class, "large.close", NULL, close_action);
  gtk_widget_class_install_action (widget_class, "large.previous", NULL, previous_action);
  gtk_widget_class_install_action (widget_class, "large.next", NULL, next_action);
  gtk_widget_class_install_action (widget_class, "large.add-box", NULL, add_box_action);
  gtk_widget_class_install_action (widget_class, "large.remove-box", NULL, remove_box_action);
}

static void
cvr_large_view_init (CvrLargeView *self)
{
  GtkEventController *pages = gtk_event_controller_key_new ();
  GtkEventController *left = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->editor, "changed", G_CALLBACK (boxes_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->editor, "selected-changed", G_CALLBACK (box_selected_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_event_controller_set_propagation_phase (pages, GTK_PHASE_CAPTURE);
  g_signal_connect (pages, "key-pressed", G_CALLBACK (page_key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), pages);
  g_signal_connect (left, "key-pressed", G_CALLBACK (left_key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), left);
}

/**
 * cvr_large_view_set_project:
 * @project: (nullable): whose pictures are shown
 */
void
cvr_large_view_set_project (CvrLargeView *self,
                            CvrProject   *project)
{
  g_return_if_fail (CVR_IS_LARGE_VIEW (self));

  if (self->project == project)
    return;
  cvr_large_view_close (self);
  if (self->project != NULL)
    g_signal_handlers_disconnect_by_data (self->project, self);
  g_set_object (&self->project, project);
  if (project == NULL)
    return;

  g_signal_connect_swapped (project, "images-changed", G_CALLBACK (images_changed_cb), self);
  g_signal_connect_swapped (project, "classes-changed", G_CALLBACK (classes_changed_cb), self);
  classes_changed_cb (self);
}

void
cvr_large_view_open (CvrLargeView *self,
                     GListModel   *items,
                     CvrImageItem *item,
                     gboolean      pixels)
{
  g_return_if_fail (CVR_IS_LARGE_VIEW (self));
  g_return_if_fail (self->project != NULL);

  g_set_object (&self->items, items);
  gtk_stack_set_visible_child_name (self->stack, pixels ? "pixels" : "boxes");
  show_item (self, item);
  if (pixels)
    gtk_widget_child_focus (GTK_WIDGET (self->pixels), GTK_DIR_TAB_FORWARD);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->editor));
}

void
cvr_large_view_close (CvrLargeView *self)
{
  g_return_if_fail (CVR_IS_LARGE_VIEW (self));

  cvr_read_picture_stop (G_OBJECT (self), "large");
  g_clear_object (&self->item);
  g_clear_object (&self->items);
  if (self->editor != NULL)
    {
      cvr_box_editor_set_picture (self->editor, NULL);
      cvr_pixel_view_set_picture (self->pixels, NULL);
    }
}

CvrImageItem *
cvr_large_view_get_item (CvrLargeView *self)
{
  g_return_val_if_fail (CVR_IS_LARGE_VIEW (self), NULL);

  return self->item;
}

gboolean
cvr_large_view_move (CvrLargeView *self,
                     gint          by)
{
  g_autoptr (CvrImageItem) next = NULL;
  guint place;

  g_return_val_if_fail (CVR_IS_LARGE_VIEW (self), FALSE);

  if (!find_place (self, &place) || (by < 0 && place < (guint) -by))
    return FALSE;
  next = g_list_model_get_item (self->items, (guint) ((gint) place + by));
  if (next == NULL)
    return FALSE;
  show_item (self, next);

  return TRUE;
}

GtkWidget *
cvr_large_view_get_editor (CvrLargeView *self)
{
  g_return_val_if_fail (CVR_IS_LARGE_VIEW (self), NULL);

  return GTK_WIDGET (self->editor);
}
