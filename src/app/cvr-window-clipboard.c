/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures and files that are dropped on the window or pasted into it. */
#include "cvr-window-private.h"

#include <glib/gi18n-lib.h>

/* Pixels that come as a texture: pasted, or dragged out of a browser. */

static CvrImage *
image_from_texture (GdkTexture *texture)
{
  int width = gdk_texture_get_width (texture), height = gdk_texture_get_height (texture);
  g_autoptr (CvrImage) image = NULL;
  g_autofree guint8 *pixels = NULL;
  gsize stride = (gsize) width * 4;

  if (width <= 0 || height <= 0 || width > CVR_IMAGE_MAX_SIDE || height > CVR_IMAGE_MAX_SIDE)
    return NULL;
  image = cvr_image_new ((guint) width, (guint) height, 3);
  pixels = g_try_malloc_n ((gsize) height, stride);
  if (image == NULL || pixels == NULL)
    return NULL;

  gdk_texture_download (texture, pixels, stride);
  for (gsize i = 0; i < (gsize) width * (gsize) height; i++)
    {
      guint32 argb = ((const guint32 *) (gconstpointer) pixels)[i];
      guint white = 255 - (argb >> 24); /* Premultiplied: what shows through is paper. */

      image->data[3 * i] = (guint8) MIN (255, (argb >> 16 & 255) + white);
      image->data[3 * i + 1] = (guint8) MIN (255, (argb >> 8 & 255) + white);
      image->data[3 * i + 2] = (guint8) MIN (255, (argb & 255) + white);
    }

  return cvr_image_limit (image, CVR_WINDOW_MAX_SIDE);
}

static void
take_texture (CvrWindow  *self,
              GdkTexture *texture)
{
  g_autoptr (CvrImage) image = image_from_texture (texture);

  if (image == NULL || self->project == NULL)
    {
      cvr_toast (GTK_WIDGET (self),
                 _("This picture can't be taken: save it as a file and drop that"));
      return;
    }
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "images") != 0)
    {
      cvr_window_try_image (self, image, _("Pasted picture"));
      return;
    }
  cvr_project_add_image (self->project, image, _("Pasted picture"), CVR_LABEL_NONE);
  cvr_toast_action (GTK_WIDGET (self), _("One picture is in"), _("_Undo"), "win.undo");
}

static void
pasted_files_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (CvrWindow) self = user_data;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, NULL);
  GSList *files = value != NULL ? g_value_get_boxed (value) : NULL;

  if (files != NULL)
    cvr_window_open_files (self, files);
}

static void
pasted_texture_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (CvrWindow) self = user_data;
  g_autoptr (GdkTexture) texture =
    gdk_clipboard_read_texture_finish (GDK_CLIPBOARD (source), result, NULL);

  if (texture != NULL)
    take_texture (self, texture);
  else
    cvr_toast (GTK_WIDGET (self), _("There is no picture to paste"));
}

/**
 * cvr_window_paste:
 *
 * Files or a picture from the clipboard, as if they had been dropped.
 */
void
cvr_window_paste (CvrWindow *self)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self));

  if (gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard), GDK_TYPE_FILE_LIST))
    gdk_clipboard_read_value_async (clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL,
                                    pasted_files_cb, g_object_ref (self));
  else
    gdk_clipboard_read_texture_async (clipboard, NULL, pasted_texture_cb, g_object_ref (self));
}

/* Drops */

static gboolean
drop_cb (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         CvrWindow     *self)
{
  gtk_widget_set_visible (self->drop_hint, FALSE);
  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    {
      cvr_window_open_files (self, g_value_get_boxed (value));
      return TRUE;
    }
  if (G_VALUE_HOLDS (value, G_TYPE_FILE))
    {
      GSList one = { g_value_get_object (value), NULL };

      cvr_window_open_files (self, &one);
      return TRUE;
    }
  if (G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    {
      take_texture (self, g_value_get_object (value));
      return TRUE;
    }

  return FALSE;
}

static GdkDragAction
drop_enter_cb (GtkDropTarget *target,
               double         x,
               double         y,
               CvrWindow     *self)
{
  gtk_widget_set_visible (self->drop_hint, TRUE);

  return GDK_ACTION_COPY;
}

static void
drop_leave_cb (GtkDropTarget *target,
               CvrWindow     *self)
{
  gtk_widget_set_visible (self->drop_hint, FALSE);
}

/**
 * cvr_window_add_drop_target:
 *
 * The whole window takes files and pictures.
 */
void
cvr_window_add_drop_target (CvrWindow *self)
{
  GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_FILE, GDK_TYPE_TEXTURE };
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);

  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, 0);
  g_signal_connect_object (target, "enter", G_CALLBACK (drop_enter_cb), self, 0);
  g_signal_connect_object (target, "leave", G_CALLBACK (drop_leave_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}
