/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One class as a card: colour, key, name, how many pictures; pictures, files and other classes can
 * be dropped on it. */
#include "cvr-class-row.h"

#include "cvr-class-look.h"
#include "cvr-labelling.h"

#include <glib/gi18n-lib.h>

struct _CvrClassRow
{
  GtkListBoxRow parent_instance;

  CvrSwatch        *outline, *swatch;
  GtkEditableLabel *name;
  GtkLabel         *count, *off;
  CvrCanvas        *bar;
  GtkMenuButton    *menu, *look;
  gint              k;
  char             *title;
  double            share;   /* of the largest class, 0 … 1 */
  guint             n_pictures, paint;
  gint              colour;  /* as in CvrClass */
  guint             key;
  gboolean          is_off;
};

G_DEFINE_FINAL_TYPE (CvrClassRow, cvr_class_row, GTK_TYPE_LIST_BOX_ROW)

enum
{
  RENAMED,
  REMOVE,
  LOOK_CHOSEN,
  SWITCHED,
  FILL_MERGE,
  MERGE,
  ITEM_DROPPED,
  FILES_DROPPED,
  CLASS_DROPPED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
draw_bar (cairo_t        *cr,
          double          width,
          double          height,
          const CvrTheme *theme,
          gpointer        data)
{
  CvrClassRow *self = data;

  cairo_set_source_rgba (cr, theme->ink.red, theme->ink.green, theme->ink.blue, 0.1);
  cairo_rectangle (cr, 0, 0, width, height);
  cairo_fill (cr);
  if (self->k >= 0)
    cvr_draw_swatch (cr, 0, 0, width * self->share, height, self->paint, theme);
}

static void
editing_cb (CvrClassRow *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->name));
  gboolean editing = gtk_editable_label_get_editing (self->name);
  g_autofree char *stripped = NULL;

  gtk_widget_set_can_target (GTK_WIDGET (self->name), editing);
  gtk_widget_set_focusable (GTK_WIDGET (self->name), editing);
  if (editing)
    return;
  stripped = g_strstrip (g_strdup (text));
  if (stripped[0] == '\0' || g_str_equal (stripped, self->title))
    gtk_editable_set_text (GTK_EDITABLE (self->name), self->title);
  else
    g_signal_emit (self, signals[RENAMED], 0, stripped);
}

static void
rename_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  cvr_class_row_start_rename (CVR_CLASS_ROW (widget));
}

static void
remove_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  g_signal_emit (widget, signals[REMOVE], 0);
}

static void
switch_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  g_signal_emit (widget, signals[SWITCHED], 0, !CVR_CLASS_ROW (widget)->is_off);
}

static void
merge_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  g_signal_emit (widget, signals[MERGE], 0, g_variant_get_uint32 (parameter));
}

static void
look_chosen_cb (CvrClassRow *self,
                gint         colour,
                guint        key)
{
  g_signal_emit (self, signals[LOOK_CHOSEN], 0, colour, key);
}

static void
make_look_cb (GtkMenuButton *button,
              gpointer       data)
{
  CvrClassRow *self = data;
  GtkWidget *look = GTK_WIDGET (gtk_menu_button_get_popover (button));

  if (look == NULL)
    {
      look = cvr_class_look_new ();
      g_signal_connect_swapped (look, "chosen", G_CALLBACK (look_chosen_cb), self);
      gtk_menu_button_set_popover (button, look);
    }
  cvr_class_look_set (CVR_CLASS_LOOK (look), self->k, self->colour, self->key);
}

/* Made when it opens: the other classes are asked for then. */
static void
make_menu_cb (GtkMenuButton *button,
              gpointer       data)
{
  CvrClassRow *self = data;
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) others = g_menu_new ();
  g_autoptr (GMenu) last = g_menu_new ();

  g_menu_append (menu, _("_Rename"), "class.rename");
  g_menu_append (menu,
                 self->is_off ? _("_Switch on") : _("_Switch off (takes no part in training)"),
                 "class.switch");
  g_signal_emit (self, signals[FILL_MERGE], 0, others);
  if (g_menu_model_get_n_items (G_MENU_MODEL (others)) > 0)
    g_menu_append_submenu (menu, _("_Merge into"), G_MENU_MODEL (others));
  g_menu_append (last, _("Re_move (pictures lose this label)"), "class.remove");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (last));
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

static void
menu_pressed_cb (CvrClassRow *self)
{
  if (self->k >= 0)
    gtk_menu_button_popup (self->menu);
}

static GdkContentProvider *
prepare_cb (CvrClassRow *self)
{
  return self->k >= 0 && !gtk_editable_label_get_editing (self->name)
           ? gdk_content_provider_new_typed (CVR_TYPE_CLASS_ROW, self)
           : NULL;
}

static gboolean
drop_cb (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         CvrClassRow   *self)
{
  if (G_VALUE_HOLDS (value, CVR_TYPE_IMAGE_ITEM))
    g_signal_emit (self, signals[ITEM_DROPPED], 0, g_value_get_object (value));
  else if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    g_signal_emit (self, signals[FILES_DROPPED], 0, g_value_get_boxed (value));
  else if (G_VALUE_HOLDS (value, CVR_TYPE_CLASS_ROW) && self->k >= 0
           && g_value_get_object (value) != (gpointer) self)
    g_signal_emit (self, signals[CLASS_DROPPED], 0,
                   CVR_CLASS_ROW (g_value_get_object (value))->k);
  else
    return FALSE;

  return TRUE;
}

static void
cvr_class_row_finalize (GObject *object)
{
  g_clear_pointer (&CVR_CLASS_ROW (object)->title, g_free);

  G_OBJECT_CLASS (cvr_class_row_parent_class)->finalize (object);
}

static void
cvr_class_row_class_init (CvrClassRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  g_type_ensure (CVR_TYPE_SWATCH);
  g_type_ensure (CVR_TYPE_CANVAS);
  G_OBJECT_CLASS (klass)->finalize = cvr_class_row_finalize;

  signals[RENAMED] = g_signal_new ("renamed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[REMOVE] =
    g_signal_new ("remove", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LOOK_CHOSEN] = g_signal_new ("look-chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_UINT);
  signals[SWITCHED] = g_signal_new ("switched", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[FILL_MERGE] = g_signal_new ("fill-merge", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 1, G_TYPE_MENU);
  signals[MERGE] = g_signal_new ("merge", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[CLASS_DROPPED] = g_signal_new ("class-dropped", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  signals[ITEM_DROPPED] = g_signal_new ("item-dropped", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 1, CVR_TYPE_IMAGE_ITEM);
  signals[FILES_DROPPED] = g_signal_new ("files-dropped", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 1, GDK_TYPE_FILE_LIST);

  gtk_widget_class_install_action (widget_class, "class.rename", NULL, rename_action);
  gtk_widget_class_install_action (widget_class, "class.remove", NULL, remove_action);
  gtk_widget_class_install_action (widget_class, "class.switch", NULL, switch_action);
  gtk_widget_class_install_action (widget_class, "class.merge", "u", merge_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F2, 0, "class.rename", NULL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/convisor/Convisor/ui/cvr-class-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrClassRow, swatch);
  gtk_widget_class_bind_template_child (widget_class, CvrClassRow, outline);
  gtk_widget_class_bind_template_child (widget_class, CvrClassRow, look);
  gtk_widget_class_bind_template_child (widget_class, CvrClassRow, off);
  gtk_widget_class_bind_template_child (widget_class, CvrClassRow, name);
  gtk_widget_class_bind_template_child (widget_class, CvrClassRow, count);
  gtk_widget_class_bind_template_child (widget_class, CvrClassRow, bar);
  gtk_widget_class_bind_template_child (widget_class, CvrClassRow, menu);
  gtk_widget_class_bind_template_callback (widget_class, editing_cb);
}

static void
cvr_class_row_init (CvrClassRow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
  GtkDragSource *source = gtk_drag_source_new ();
  GtkGesture *press = gtk_gesture_click_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (self->look, make_look_cb, self, NULL);
  gtk_menu_button_set_create_popup_func (self->menu, make_menu_cb, self, NULL);
  cvr_canvas_set_draw (self->bar, draw_bar, self, NULL);
  gtk_drop_target_set_gtypes (target, (GType[]) { CVR_TYPE_IMAGE_ITEM, CVR_TYPE_CLASS_ROW,
                                                GDK_TYPE_FILE_LIST }, 3);
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  gtk_drag_source_set_actions (source, GDK_ACTION_COPY);
  g_signal_connect_swapped (source, "prepare", G_CALLBACK (prepare_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (source));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (press), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (press, "pressed", G_CALLBACK (menu_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (press));
}

/**
 * cvr_class_row_new:
 * @k: class, %CVR_ROW_ALL or %CVR_ROW_UNLABELLED
 * @title: what it is called, translated
 *
 * Returns: (transfer floating): the row
 */
GtkWidget *
cvr_class_row_new (gint        k,
                   const char *title)
{
  CvrClassRow *self = g_object_new (CVR_TYPE_CLASS_ROW, NULL);

  self->k = k;
  self->title = g_strdup (title);
  gtk_editable_set_text (GTK_EDITABLE (self->name), title);
  self->colour = -1;
  self->paint = (guint) MAX (k, 0);
  cvr_swatch_set_class (self->swatch, k);
  gtk_widget_set_visible (GTK_WIDGET (self->outline), k == CVR_ROW_UNLABELLED);
  gtk_widget_set_visible (GTK_WIDGET (self->look), k >= 0);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), k >= 0);
  gtk_widget_set_visible (GTK_WIDGET (self->menu), k >= 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "class.rename", k >= 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "class.remove", k >= 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "class.switch", k >= 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "class.merge", k >= 0);

  return GTK_WIDGET (self);
}

/**
 * cvr_class_row_set_title:
 * @title: what it is called now, translated
 */
void
cvr_class_row_set_title (CvrClassRow *self,
                         const char  *title)
{
  g_return_if_fail (CVR_IS_CLASS_ROW (self));

  if (g_str_equal (self->title, title))
    return;
  g_free (self->title);
  self->title = g_strdup (title);
  gtk_editable_set_text (GTK_EDITABLE (self->name), title);
}

/**
 * cvr_class_row_get_class:
 *
 * Returns: the class, %CVR_ROW_ALL or %CVR_ROW_UNLABELLED
 */
gint
cvr_class_row_get_class (CvrClassRow *self)
{
  g_return_val_if_fail (CVR_IS_CLASS_ROW (self), CVR_ROW_ALL);

  return self->k;
}

static void
say_row (CvrClassRow *self)
{
  g_autofree char *words =
    g_strdup_printf (ngettext ("%s, %'u picture", "%s, %'u pictures", self->n_pictures),
                     self->title, self->n_pictures);
  /* Translators: class and how many pictures, of a class that takes no part in training. */
  g_autofree char *off = self->is_off ? g_strdup_printf (_("%s, switched off"), words) : NULL;

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  off != NULL ? off : words, -1);
}

/**
 * cvr_class_row_set_count:
 * @count: pictures of it
 * @largest: of the class that has most
 */
void
cvr_class_row_set_count (CvrClassRow *self,
                         guint        count,
                         guint        largest)
{
  g_autofree char *number = g_strdup_printf ("%'u", count);

  g_return_if_fail (CVR_IS_CLASS_ROW (self));

  gtk_label_set_text (self->count, number);
  self->share = largest > 0 ? (double) count / largest : 0;
  self->n_pictures = count;
  gtk_widget_queue_draw (GTK_WIDGET (self->bar));
  say_row (self);
}

/**
 * cvr_class_row_set_look:
 * @dataset: whose class it is
 */
void
cvr_class_row_set_look (CvrClassRow *self,
                        CvrDataset  *dataset)
{
  const CvrClass *klass;

  g_return_if_fail (CVR_IS_CLASS_ROW (self));

  klass = self->k >= 0 ? cvr_dataset_class (dataset, (guint) self->k) : NULL;
  if (klass == NULL)
    return;
  self->colour = klass->colour;
  self->key = klass->key;
  self->is_off = klass->off;
  self->paint = cvr_labelling_paint (dataset, (guint) self->k);
  cvr_labelling_show_class (self->swatch, dataset, self->k);
  gtk_widget_set_visible (GTK_WIDGET (self->off), self->is_off);
  gtk_widget_set_opacity (GTK_WIDGET (self->bar), self->is_off ? 0.35 : 1);
  if (self->is_off)
    gtk_widget_add_css_class (GTK_WIDGET (self->name), "dim-label");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->name), "dim-label");
  gtk_widget_queue_draw (GTK_WIDGET (self->bar));
  say_row (self);
}

/**
 * cvr_class_row_start_rename:
 *
 * The name becomes an entry; Enter or leaving it renames, Escape doesn't.
 */
void
cvr_class_row_start_rename (CvrClassRow *self)
{
  g_return_if_fail (CVR_IS_CLASS_ROW (self));

  if (self->k < 0)
    return;
  gtk_widget_set_focusable (GTK_WIDGET (self->name), TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->name));
  gtk_editable_label_start_editing (self->name);
}

/**
 * cvr_class_row_stop_rename:
 *
 * The entry becomes the name again, unchanged. An editable label must not go while it is edited.
 */
void
cvr_class_row_stop_rename (CvrClassRow *self)
{
  g_return_if_fail (CVR_IS_CLASS_ROW (self));

  gtk_editable_label_stop_editing (self->name, FALSE);
}
