/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures and files that are dropped on the window or pasted into it. */
#include "cvr-window-private.h"

#include "cvr-drop.h"

#include <glib/gi18n-lib.h>

enum
{
  MAX_BYTES = 256 * 1000 * 1000, /* as of a picture's file */
  CHUNK = 64 * 1024,
};

/**
 * Arrival:
 *
 * What is being read: from @drop or @clipboard, the other one is %NULL. A drop is answered when it
 * is freed.
 */
typedef struct
{
  CvrWindow    *window;
  GdkDrop      *drop;
  GdkClipboard *clipboard;
  GInputStream *stream;
  GByteArray   *bytes;
  GSList       *files;    /* of GFile */
  gboolean      listed;   /* the plain list of addresses is what is read */
  gboolean      taken;
} Arrival;

static void take_list (Arrival *self);

static void
arrival_free (Arrival *self)
{
  if (self->drop != NULL)
    gdk_drop_finish (self->drop, self->taken ? GDK_ACTION_COPY : 0);
  g_object_unref (self->window);
  g_clear_object (&self->drop);
  g_clear_object (&self->clipboard);
  g_clear_object (&self->stream);
  g_clear_pointer (&self->bytes, g_byte_array_unref);
  g_slist_free_full (self->files, g_object_unref);
  g_free (self);
}

static GdkContentFormats *
offered (Arrival *self)
{
  return self->drop != NULL ? gdk_drop_get_formats (self->drop)
                            : gdk_clipboard_get_formats (self->clipboard);
}

/* Decoded: where it goes */

static void
added_cb (guint64  id,
          gpointer data)
{
  g_autoptr (CvrWindow) self = data;

  if (id != 0)
    cvr_toast_action (GTK_WIDGET (self), _("One picture is in"), _("_Undo"), "win.undo");
}

static void
take_image (CvrWindow *self,
            CvrImage  *image)
{
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "images") == 0)
    cvr_project_add_image (self->project, image, _("Pasted picture"), CVR_LABEL_NONE, added_cb,
                           g_object_ref (self));
  else
    cvr_window_try_image (self, image, _("Pasted picture"));
}

typedef struct
{
  CvrDecoder *decoder;
  GBytes     *bytes;
} Decode;

static void
decode_free (gpointer data)
{
  Decode *decode = data;

  cvr_decoder_unref (decode->decoder);
  g_bytes_unref (decode->bytes);
  g_free (decode);
}

static gpointer
decode_func (CvrJob   *job,
             gpointer  data,
             GError  **error)
{
  Decode *decode = data;

  return cvr_decoder_decode (decode->decoder, decode->bytes, _("Pasted picture"),
                             CVR_WINDOW_MAX_SIDE, cvr_job_cancellable (job), error);
}

static void
decoded_cb (CvrJob       *job,
            gpointer      result,
            const GError *error,
            gpointer      user_data)
{
  g_autoptr (CvrImage) image = result;
  CvrWindow *self = user_data;

  if (image != NULL && self->project != NULL)
    take_image (self, image);
  else if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    cvr_show_error (GTK_WIDGET (self), _("This picture can't be taken"), error->message);
}

/* What other programs call a picture is as foreign as a file: the helper process looks into it. */
static void
decode (CvrWindow *self,
        GBytes    *bytes)
{
  Decode *job;

  if (self->project == NULL)
    return;
  job = g_new0 (Decode, 1);
  job->decoder = cvr_decoder_ref (cvr_project_decoder (self->project));
  job->bytes = g_bytes_ref (bytes);
  cvr_job_start (_("Opening a picture"), decode_func, job, decode_free, G_OBJECT (self), decoded_cb,
                 self, (GDestroyNotify) cvr_image_unref);
}

/* Sentences for what can't be taken */

static void
say_nothing_came (Arrival *self)
{
  cvr_toast (GTK_WIDGET (self->window), self->drop != NULL ? _("There is no picture in this drop")
                                                           : _("There is no picture to paste"));
}

static void
say_address (Arrival *self)
{
  cvr_show_error (GTK_WIDGET (self->window), _("Only an address came"),
                  _("Convisor doesn't go to the network. In the browser, choose “Copy image” and "
                    "paste it here, or save the picture and drop the file."));
}

static void
say_unreachable (Arrival *self)
{
  if (g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS))
    cvr_toast_action (GTK_WIDGET (self->window),
                      _("A folder can't be dropped into the sandbox: choose it instead"),
                      _("_Choose a folder…"), "win.import-folder");
  else
    cvr_toast (GTK_WIDGET (self->window), _("This file is not there any more"));
}

/* Encoded pictures */

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Arrival *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chunk =
    g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  g_autoptr (GBytes) whole = NULL;

  if (chunk != NULL && g_bytes_get_size (chunk) > 0
      && self->bytes->len + g_bytes_get_size (chunk) <= MAX_BYTES)
    {
      g_byte_array_append (self->bytes, g_bytes_get_data (chunk, NULL),
                           (guint) g_bytes_get_size (chunk));
      g_input_stream_read_bytes_async (self->stream, CHUNK, G_PRIORITY_DEFAULT, NULL, read_cb,
                                       self);
      return;
    }
  if (chunk == NULL)
    {
      cvr_show_error (GTK_WIDGET (self->window), _("This picture can't be taken"), error->message);
    }
  else if (g_bytes_get_size (chunk) > 0)
    {
      cvr_show_error (GTK_WIDGET (self->window), _("This picture can't be taken"),
                      _("It has more than 256 MB. Save it smaller first."));
    }
  else if (self->listed)
    {
      take_list (self);
      return;
    }
  else if (self->bytes->len == 0)
    {
      say_nothing_came (self);
    }
  else
    {
      whole = g_byte_array_free_to_bytes (g_steal_pointer (&self->bytes));
      self->taken = TRUE;
      decode (self->window, whole);
    }
  arrival_free (self);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Arrival *self = user_data;

  self->stream = self->drop != NULL
                   ? gdk_drop_read_finish (self->drop, result, NULL, NULL)
                   : gdk_clipboard_read_finish (self->clipboard, result, NULL, NULL);
  if (self->stream == NULL)
    {
      say_nothing_came (self);
      arrival_free (self);
      return;
    }
  self->bytes = g_byte_array_new ();
  g_input_stream_read_bytes_async (self->stream, CHUNK, G_PRIORITY_DEFAULT, NULL, read_cb, self);
}

static const char *
image_type (Arrival *self)
{
  const char *const *types = gdk_content_formats_get_mime_types (offered (self), NULL);

  return types != NULL ? cvr_drop_image_type (types) : NULL;
}

static void
read_type (Arrival    *self,
           const char *type)
{
  const char *types[] = { type, NULL };

  if (self->drop != NULL)
    gdk_drop_read_async (self->drop, types, G_PRIORITY_DEFAULT, NULL, opened_cb, self);
  else
    gdk_clipboard_read_async (self->clipboard, types, G_PRIORITY_DEFAULT, NULL, opened_cb, self);
}

/* Files and addresses */

static void
checked_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Arrival *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      say_unreachable (self);
    }
  else
    {
      self->taken = TRUE;
      cvr_window_open_files (self->window, self->files);
    }
  arrival_free (self);
}

static const char list_type[] = "text/uri-list";

/* @addresses: of self->files, which are not looked at yet. */
static void
take_addresses (Arrival           *self,
                const char *const *addresses)
{
  const char *type = image_type (self);
  g_autoptr (GBytes) bytes = NULL;

  switch (cvr_drop_arrival (addresses))
    {
    case CVR_ARRIVAL_FILES:
      g_file_query_info_async (self->files->data, G_FILE_ATTRIBUTE_STANDARD_TYPE,
                               G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, NULL, checked_cb, self);
      return;
    case CVR_ARRIVAL_INLINE:
      bytes = cvr_drop_read_inline (addresses[0]);
      break;
    case CVR_ARRIVAL_WEB:
    case CVR_ARRIVAL_NOTHING:
    default:
      break;
    }

  if (bytes != NULL)
    {
      self->taken = TRUE;
      decode (self->window, bytes);
    }
  else if (type != NULL)
    {
      read_type (self, type);
      return;
    }
  else if (addresses != NULL && addresses[0] != NULL)
    {
      say_address (self);
    }
  else if (!self->listed && gdk_content_formats_contain_mime_type (offered (self), list_type))
    {
      self->listed = TRUE;
      read_type (self, list_type);
      return;
    }
  else
    {
      say_unreachable (self); /* A sandbox is told of a folder, and given nothing. */
    }
  arrival_free (self);
}

/* The portal for files has none where folders were given to it; outside the sandbox the plain list
 * beside it is as good. */
static void
take_list (Arrival *self)
{
  g_autofree char *text = g_strndup ((const char *) self->bytes->data, self->bytes->len);
  g_auto (GStrv) addresses = g_uri_list_extract_uris (text);

  for (guint i = 0; addresses[i] != NULL; i++)
    self->files = g_slist_append (self->files, g_file_new_for_uri (addresses[i]));
  take_addresses (self, (const char *const *) addresses);
}

static void
files_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Arrival *self = user_data;
  const GValue *value =
    self->drop != NULL ? gdk_drop_read_value_finish (self->drop, result, NULL)
                       : gdk_clipboard_read_value_finish (self->clipboard, result, NULL);
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);

  for (GSList *l = value != NULL ? g_value_get_boxed (value) : NULL; l != NULL; l = l->next)
    {
      self->files = g_slist_append (self->files, g_object_ref (l->data));
      g_ptr_array_add (addresses, g_file_get_uri (l->data));
    }
  g_ptr_array_add (addresses, NULL);
  take_addresses (self, (const char *const *) addresses->pdata);
}

static void
text_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Arrival *self = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (self->clipboard, result, NULL);
  g_auto (GStrv) addresses = text != NULL ? cvr_drop_addresses (text) : NULL;

  if (addresses == NULL)
    {
      say_nothing_came (self);
      arrival_free (self);
      return;
    }
  for (guint i = 0; addresses[i] != NULL; i++)
    self->files = g_slist_append (self->files, addresses[i][0] == '/'
                                                 ? g_file_new_for_path (addresses[i])
                                                 : g_file_new_for_uri (addresses[i]));
  take_addresses (self, (const char *const *) addresses);
}

/* Files say most: a browser offers the address as a file too, and the picture beside it. */
static void
arrive (Arrival *self)
{
  const char *type = image_type (self);
  g_autoptr (GdkContentFormats) formats =
    gdk_content_formats_union_deserialize_gtypes (gdk_content_formats_ref (offered (self)));

  if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST))
    {
      if (self->drop != NULL)
        gdk_drop_read_value_async (self->drop, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL,
                                   files_cb, self);
      else
        gdk_clipboard_read_value_async (self->clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT,
                                        NULL, files_cb, self);
    }
  else if (type != NULL)
    {
      read_type (self, type);
    }
  else if (self->clipboard != NULL && gdk_content_formats_contain_gtype (formats, G_TYPE_STRING))
    {
      gdk_clipboard_read_text_async (self->clipboard, NULL, text_cb, self);
    }
  else
    {
      say_nothing_came (self);
      arrival_free (self);
    }
}

/**
 * cvr_window_paste:
 *
 * Files, a picture or an address from the clipboard, as if they had been dropped.
 */
void
cvr_window_paste (CvrWindow *self)
{
  Arrival *arrival;

  if (self->project == NULL)
    return;
  arrival = g_new0 (Arrival, 1);
  arrival->window = g_object_ref (self);
  arrival->clipboard = g_object_ref (gtk_widget_get_clipboard (GTK_WIDGET (self)));
  arrive (arrival);
}

/* Drops */

static gboolean
drop_cb (GtkDropTargetAsync *target,
         GdkDrop            *drop,
         double              x,
         double              y,
         CvrWindow          *self)
{
  Arrival *arrival;

  gtk_widget_set_visible (self->drop_hint, FALSE);
  if (self->project == NULL)
    return FALSE;
  arrival = g_new0 (Arrival, 1);
  arrival->window = g_object_ref (self);
  arrival->drop = g_object_ref (drop);
  arrive (arrival);

  return TRUE;
}

static GdkDragAction
drag_enter_cb (GtkDropTargetAsync *target,
               GdkDrop            *drop,
               double              x,
               double              y,
               CvrWindow          *self)
{
  gtk_widget_set_visible (self->drop_hint, TRUE);

  return GDK_ACTION_COPY;
}

static void
drag_leave_cb (GtkDropTargetAsync *target,
               GdkDrop            *drop,
               CvrWindow          *self)
{
  gtk_widget_set_visible (self->drop_hint, FALSE);
}

/* A drop that something inside the window takes, a class, is none for the window, and no leaving
 * either. */
static gboolean
event_cb (GtkEventController *controller,
          GdkEvent           *event,
          CvrWindow          *self)
{
  if (gdk_event_get_event_type (event) == GDK_DROP_START)
    gtk_widget_set_visible (self->drop_hint, FALSE);

  return FALSE;
}

/**
 * cvr_window_add_drop_target:
 *
 * The whole window takes files and pictures; a picture of our own that is dragged within it is
 * neither.
 */
void
cvr_window_add_drop_target (CvrWindow *self)
{
  const char *const *types = cvr_drop_image_types ();
  GdkContentFormatsBuilder *builder = gdk_content_formats_builder_new ();
  GtkEventController *events = gtk_event_controller_legacy_new ();
  GtkDropTargetAsync *target;

  gdk_content_formats_builder_add_gtype (builder, GDK_TYPE_FILE_LIST);
  for (guint i = 0; types[i] != NULL; i++)
    gdk_content_formats_builder_add_mime_type (builder, types[i]);
  target = gtk_drop_target_async_new (gdk_content_formats_union_deserialize_mime_types (
                                        gdk_content_formats_builder_free_to_formats (builder)),
                                      GDK_ACTION_COPY);
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, 0);
  g_signal_connect_object (target, "drag-enter", G_CALLBACK (drag_enter_cb), self, 0);
  g_signal_connect_object (target, "drag-leave", G_CALLBACK (drag_leave_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  gtk_event_controller_set_propagation_phase (events, GTK_PHASE_CAPTURE);
  g_signal_connect_object (events, "event", G_CALLBACK (event_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), events);
}
