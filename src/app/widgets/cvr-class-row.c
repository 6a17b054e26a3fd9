/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One class as a card: colour, key, name, how many pictures; pictures and files can be dropped on
 * it. */
#include "cvr-class-row.h"

#include "cvr-swatch.h"

#include <glib/gi18n-lib.h>

struct _CvrClassRow
{
  GtkListBoxRow parent_instance;

  CvrSwatch        *swatch;
  GtkEditableLabel *name;
  GtkLabel         *count;
  CvrCanvas        *bar;
  GtkMenuButton    *menu;
  gint              k;
  char             *title;
  double            share;   /* of the largest class, 0 … 1 */
};

G_DEFINE_FINAL_TYPE (CvrClassRow, cvr_class_row, GTK_TYPE_LIST_BOX_ROW)

enum { RENAMED, REMOVE, ITEM_DROPPED, FILES_DROPPED, N_SIGNALS };

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
    cvr_draw_swatch (cr, 0, 0, width * self->share, height, (guint) self->k, theme);
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
  signals[ITEM_DROPPED] = g_signal_new ("item-dropped", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 1, CVR_TYPE_IMAGE_ITEM);
  signals[FILES_DROPPED] = g_signal_new ("files-dropped", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 1, GDK_TYPE_FILE_LIST);

  gtk_widget_class_install_action (widget_class, "class.rename", NULL, rename_action);
  gtk_widget_class_install_action (widget_class, "class.remove", NULL, remove_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F2, 0, "class.rename", NULL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/convisor/Convisor/ui/cvr-class-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrClassRow, swatch);
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

  gtk_widget_init_template (GTK_WIDGET (self));
  cvr_canvas_set_draw (self->bar, draw_bar, self, NULL);
  gtk_drop_target_set_gtypes (target, (GType[]) { CVR_TYPE_IMAGE_ITEM, GDK_TYPE_FILE_LIST }, 2);
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
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
  cvr_swatch_set_class (self->swatch, k);
  gtk_widget_set_visible (GTK_WIDGET (self->swatch), k != CVR_ROW_ALL);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), k >= 0);
  gtk_widget_set_visible (GTK_WIDGET (self->menu), k >= 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "class.rename", k >= 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "class.remove", k >= 0);

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
  g_autofree char *words = NULL;

  g_return_if_fail (CVR_IS_CLASS_ROW (self));

  gtk_label_set_text (self->count, number);
  self->share = largest > 0 ? (double) count / largest : 0;
  gtk_widget_queue_draw (GTK_WIDGET (self->bar));
  words =
    g_strdup_printf (ngettext ("%s, %'u picture", "%s, %'u pictures", count), self->title, count);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
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
