/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files into the window: tried, opened as a model or a project, imported; and data out of it. */
#include "cvr-window-private.h"

#include "cvr-application.h"
#include "cvr-data-export-dialog.h"
#include "cvr-drop.h"
#include "cvr-try-page.h"
#include "cvr-window-capture.h"

#include <glib/gi18n-lib.h>

enum
{
  MAX_BYTES = 256 * 1000 * 1000, /* no single picture's file is larger */
  MAX_NAMED = 12,                /* pictures that a sentence names */
};

/* One picture: page Try. */

typedef struct
{
  CvrDecoder *decoder;
  GFile      *file;
} Decode;

static void
decode_free (gpointer data)
{
  Decode *decode = data;

  cvr_decoder_unref (decode->decoder);
  g_object_unref (decode->file);
  g_free (decode);
}

static gpointer
decode_func (CvrJob   *job,
             gpointer  data,
             GError  **error)
{
  Decode *decode = data;
  g_autofree char *name = g_file_get_basename (decode->file);
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (GBytes) bytes = NULL;

  info = g_file_query_info (decode->file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE,
                            cvr_job_cancellable (job), error);
  if (info == NULL)
    return NULL;
  if (g_file_info_get_size (info) > MAX_BYTES)
    {
      g_autofree char *size = g_format_size ((guint64) g_file_info_get_size (info));

      g_set_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_TOO_LARGE,
                   _("“%s” has %s: too large for a picture. Files up to 256 MB can be opened."),
                   name, size);
      return NULL;
    }
  bytes = g_file_load_bytes (decode->file, cvr_job_cancellable (job), NULL, error);
  if (bytes == NULL)
    return NULL;

  return cvr_decoder_decode (decode->decoder, bytes, name, CVR_WINDOW_MAX_SIDE,
                             cvr_job_cancellable (job), error);
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
    cvr_window_try_image (self, image, g_object_get_data (G_OBJECT (job), "file-name"));
  else if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    cvr_show_error (GTK_WIDGET (self), _("This file can't be shown"), error->message);
}

/**
 * cvr_window_try_image:
 * @image: a decoded picture
 * @name: (nullable): its file's name
 *
 * Shows it on the page Try and offers to add it to the images.
 */
void
cvr_window_try_image (CvrWindow  *self,
                      CvrImage   *image,
                      const char *name)
{
  g_clear_pointer (&self->tried, cvr_image_unref);
  self->tried = cvr_image_ref (image);
  g_free (self->tried_name);
  self->tried_name = g_strdup (name != NULL ? name : _("Picture"));

  cvr_try_page_show_image (CVR_TRY_PAGE (cvr_window_get_page (self, "try")), image,
                           self->tried_name);
  cvr_window_show_page (self, "try");
  cvr_toast_action (GTK_WIDGET (self), _("Is it one to learn from?"), _("_Add to images"),
                    "win.add-tried");
}

/**
 * cvr_window_try_file:
 * @file: one picture
 *
 * Decodes it beside the main thread, then as cvr_window_try_image().
 */
void
cvr_window_try_file (CvrWindow *self,
                     GFile     *file)
{
  Decode *decode = g_new0 (Decode, 1);
  CvrJob *job;

  decode->decoder = cvr_decoder_ref (cvr_project_decoder (self->project));
  decode->file = g_object_ref (file);
  job = cvr_job_start (_("Opening a picture"), decode_func, decode, decode_free, G_OBJECT (self),
                       decoded_cb, self, (GDestroyNotify) cvr_image_unref);
  g_object_set_data_full (G_OBJECT (job), "file-name", g_file_get_basename (file), g_free);
}

/* A model file becomes the network, after a question. */

static gpointer
load_model_func (CvrJob   *job,
                 gpointer  data,
                 GError  **error)
{
  return cvr_model_load (data, error);
}

static void
model_response_cb (AdwMessageDialog *dialog,
                   const char       *response,
                   CvrWindow        *self)
{
  CvrModel *model = g_object_get_data (G_OBJECT (dialog), "model");

  if (!g_str_equal (response, "open") || self->project == NULL)
    return;
  if (cvr_training_get_state (cvr_project_get_training (self->project)) != CVR_TRAINING_IDLE)
    {
      cvr_show_error (GTK_WIDGET (self), _("This model can't be opened"),
                      _("Stop the training first, then choose another network"));
      return;
    }
  cvr_project_open_model (self->project, model, g_object_get_data (G_OBJECT (dialog), "name"));
  cvr_window_show_page (self, "network");
  cvr_toast_action (GTK_WIDGET (self), _("The model is the network now"), _("_Undo"), "win.undo");
}

static void
model_loaded_cb (CvrJob       *job,
                 gpointer      result,
                 const GError *error,
                 gpointer      user_data)
{
  CvrWindow *self = user_data;
  CvrModel *model = result;
  g_autofree char *body = NULL;
  GtkWidget *dialog;

  if (model == NULL)
    {
      if (error != NULL)
        cvr_show_error (GTK_WIDGET (self), _("This model can't be opened"), error->message);
      return;
    }

  body = g_strdup_printf (
    ngettext (
      "It tells %u class apart. It takes the place of the present network; Undo brings that back.",
      "It tells %u classes apart. It takes the place of the present network; "
      "Undo brings that back.",
      model->n_classes),
    model->n_classes);
  dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Use this model?"), body);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "open",
                                    _("_Use it"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "open",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "open");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "model", model, (GDestroyNotify) cvr_model_unref);
  g_object_set_data_full (G_OBJECT (dialog), "name",
                          g_strdup (g_object_get_data (G_OBJECT (job), "name")), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (model_response_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
open_model (CvrWindow *self,
            GFile     *file)
{
  char *path = g_file_get_path (file);
  CvrJob *job;

  if (path == NULL)
    {
      cvr_show_error (GTK_WIDGET (self), _("This model can't be opened"),
                      _("It does not lie on this computer. Copy it here first."));
      return;
    }
  job = cvr_job_start (_("Opening a model"), load_model_func, path, g_free, G_OBJECT (self),
                       model_loaded_cb, self, (GDestroyNotify) cvr_model_unref);
  g_object_set_data_full (G_OBJECT (job), "name", g_filename_display_basename (path), g_free);
}

/* Files that came together */

typedef struct
{
  GSList  *files;     /* of GFile */
  gboolean on_images; /* when they came */
} Arrived;

static void
arrived_free (gpointer data)
{
  Arrived *arrived = data;

  g_slist_free_full (arrived->files, g_object_unref);
  g_free (arrived);
}

/* Worker: asks the disk what they are. */
static gpointer
decide_func (CvrJob  *job,
             gpointer data,
             GError **error)
{
  Arrived *arrived = data;
  guint n = g_slist_length (arrived->files);
  g_autofree CvrDropFile *described = g_new0 (CvrDropFile, n + 1);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  CvrDropKind kind;
  guint i = 0;

  for (GSList *l = arrived->files; l != NULL; l = l->next, i++)
    {
      char *name = g_file_get_basename (l->data);

      g_ptr_array_add (names, name);
      described[i].name = name != NULL ? name : "";
      described[i].is_folder =
        g_file_query_file_type (l->data, G_FILE_QUERY_INFO_NONE, cvr_job_cancellable (job))
        == G_FILE_TYPE_DIRECTORY;
    }
  kind = cvr_drop_decide (described, n, arrived->on_images);

  return g_memdup2 (&kind, sizeof kind);
}

static void
decided_cb (CvrJob       *job,
            gpointer      result,
            const GError *error,
            gpointer      user_data)
{
  CvrWindow *self = user_data;
  g_autofree CvrDropKind *kind = result;
  Arrived *arrived = g_object_get_data (G_OBJECT (job), "cvr-arrived");
  GSList *files = arrived->files;

  if (kind == NULL || self->project == NULL)
    return;
  switch (*kind)
    {
    case CVR_DROP_TRY:
      cvr_window_try_file (self, files->data);
      break;
    case CVR_DROP_IMPORT:
      cvr_window_import_files (self, files);
      break;
    case CVR_DROP_MODEL:
      open_model (self, files->data);
      break;
    case CVR_DROP_PROJECT:
      cvr_application_begin_project (
        CVR_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))), files->data);
      break;
    case CVR_DROP_CLIP:
      cvr_capture_open_clip (self, files->data);
      break;
    case CVR_DROP_NOTHING:
    default:
      break;
    }
}

/**
 * cvr_window_open_files:
 * @files: (element-type GFile): as they were dropped or chosen
 *
 * Returns at once: what they are is found out beside the main thread.
 */
void
cvr_window_open_files (CvrWindow *self,
                       GSList    *files)
{
  Arrived *arrived;
  CvrJob *job;

  g_return_if_fail (CVR_IS_WINDOW (self));

  if (self->project == NULL || files == NULL)
    return;
  arrived = g_new0 (Arrived, 1);
  arrived->files = g_slist_copy_deep (files, (GCopyFunc) (GCallback) g_object_ref, NULL);
  arrived->on_images = g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "images") == 0;
  job = cvr_job_start (_("Opening files"), decide_func, arrived, NULL, G_OBJECT (self), decided_cb,
                       self, g_free);
  g_object_set_data_full (G_OBJECT (job), "cvr-arrived", arrived, arrived_free);
}

/* Data out of the project */

static void
exported_cb (CvrJob       *job,
             gpointer      result,
             const GError *error,
             gpointer      user_data)
{
  CvrWindow *self = user_data;
  CvrSaveOutReport *report = result;
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;

  if (report == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        cvr_show_error (GTK_WIDGET (self), _("The data could not be written"), error->message);
      else
        cvr_toast (GTK_WIDGET (self), _("Export cancelled: nothing was written"));
      return;
    }

  g_free (self->written);
  self->written = g_strdup (g_object_get_data (G_OBJECT (job), "cvr-path"));
  name = g_path_get_basename (self->written);
  text = g_strdup_printf (_("Written: %s"), name);
  if (report->skipped->len > 0)
    {
      g_autofree char *body = NULL;

      g_ptr_array_set_size (report->skipped, (int) MIN (report->skipped->len, MAX_NAMED));
      g_ptr_array_add (report->skipped, NULL);
      body = g_strjoinv ("\n", (char **) report->skipped->pdata);
      cvr_show_error (GTK_WIDGET (self), _("Some of it could not be written"), body);
    }
  /* A sandbox sees the file under another name than the file manager does. */
  if (g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS))
    cvr_toast (GTK_WIDGET (self), text);
  else
    cvr_toast_action (GTK_WIDGET (self), text, _("_Show folder"), "win.show-written");
  cvr_data_export_report_free (report);
}

static void
export_chosen_cb (CvrDataExportDialog *dialog,
                  const CvrDataExport *what,
                  CvrWindow           *self)
{
  CvrJob *job;

  if (self->project == NULL)
    return;
  job = cvr_data_export_start (self->project, what, G_OBJECT (self), exported_cb, self);
  g_object_set_data_full (G_OBJECT (job), "cvr-path", g_strdup (what->path), g_free);
  cvr_job_bar_add (self->jobs, job);
}

static void
export_data_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  CvrWindow *self = user_data;
  CvrImagesPage *images = CVR_IMAGES_PAGE (cvr_window_get_page (self, "images"));
  CvrDataExportDialog *dialog;

  if (self->project == NULL)
    return;
  dialog = cvr_data_export_dialog_new (GTK_WINDOW (self), self->project,
                                       G_LIST_MODEL (cvr_images_page_get_selection (images)));
  g_signal_connect_object (dialog, "chosen", G_CALLBACK (export_chosen_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
show_written_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  CvrWindow *self = user_data;
  g_autofree char *folder = NULL;
  g_autofree char *uri = NULL;

  if (self->written == NULL)
    return;
  folder = g_path_get_dirname (self->written);
  uri = g_filename_to_uri (folder, NULL, NULL);
  if (uri != NULL)
    gtk_show_uri (GTK_WINDOW (self), uri, GDK_CURRENT_TIME);
}

/**
 * cvr_window_add_export:
 *
 * Adds "win.export-data" and "win.show-written".
 */
void
cvr_window_add_export (CvrWindow *self)
{
  static const GActionEntry entries[] = {
    { "export-data", export_data_cb },
    { "show-written", show_written_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
