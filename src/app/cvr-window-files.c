/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files into the window: imported, tried, opened as a model or a project. */
#include "cvr-window-private.h"

#include "cvr-application.h"
#include "cvr-drop.h"
#include "cvr-try-page.h"

#include <glib/gi18n-lib.h>

/* No single picture's file is larger. */
enum { MAX_BYTES = 256 * 1000 * 1000 };

/* Import */

static void
show_skipped (CvrWindow           *self,
              const CvrLoadReport *report)
{
  g_autofree char *heading = NULL;
  GtkWidget *dialog, *scroller, *list;
  const guint n_shown = MIN (report->skipped->len, 200);

  heading = g_strdup_printf (
    ngettext ("%'u file was left out", "%'u files were left out", report->n_skipped),
    report->n_skipped);
  list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  for (guint i = 0; i < n_shown; i++)
    {
      GtkWidget *label = gtk_label_new (g_ptr_array_index (report->skipped, i));

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_selectable (GTK_LABEL (label), TRUE);
      gtk_box_append (GTK_BOX (list), label);
    }

  scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 300);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), list);
  gtk_widget_set_size_request (scroller, 420, -1);

  dialog = adw_message_dialog_new (GTK_WINDOW (self), heading,
                                   _("The others are in. These could not be read:"));
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), scroller);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
say_imported (CvrWindow           *self,
              const CvrLoadReport *report)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text,
                          ngettext ("%'u picture is in", "%'u pictures are in", report->n_loaded),
                          report->n_loaded);
  if (report->n_damaged > 0)
    {
      g_string_append (text, " · ");
      g_string_append_printf (
        text, ngettext ("%'u is cut off", "%'u are cut off", report->n_damaged), report->n_damaged);
    }
  /* The next thing to do is a button; undoing has its key and its arrow. */
  if (cvr_dataset_count (cvr_project_get_dataset (self->project), CVR_LABEL_NONE, CVR_SPLIT_AUTO)
      > 0)
    cvr_toast_action (GTK_WIDGET (self), text->str, _("_Label them"), "win.show-unlabelled");
  else
    cvr_toast_action (GTK_WIDGET (self), text->str, _("_Undo"), "win.undo");
}

static void
imported_cb (CvrJob       *job,
             gpointer      result,
             const GError *error,
             gpointer      user_data)
{
  CvrWindow *self = user_data;
  CvrLoadReport *report = result;

  if (self->n_imports > 0)
    self->n_imports--;
  cvr_window_update_actions (self);
  if (error != NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    cvr_toast (GTK_WIDGET (self), _("Import cancelled: nothing was added"));
  else if (error != NULL)
    cvr_show_error (GTK_WIDGET (self), _("Nothing could be imported"), error->message);
  if (report == NULL)
    return;
  if (self->project == NULL)
    {
      cvr_project_report_free (report);
      return;
    }

  if (job == self->sample_job)
    self->sample_job = NULL;
  else
    say_imported (self, report);
  if (report->n_skipped > 0 && report->skipped != NULL)
    show_skipped (self, report);
  cvr_project_report_free (report);
}

/**
 * cvr_window_import:
 * @sources: (array zero-terminated=1): paths, or "builtin:NAME[:COUNT]"
 * @label: (nullable): class of pictures that come without one
 * @replace: everything else leaves first
 */
void
cvr_window_import (CvrWindow         *self,
                   const char *const *sources,
                   const char        *label,
                   gboolean           replace)
{
  CvrJob *job;

  g_return_if_fail (CVR_IS_WINDOW (self));
  g_return_if_fail (self->project != NULL);

  job =
    cvr_project_import (self->project, sources, label, replace, G_OBJECT (self), imported_cb, self);
  if (job == NULL)
    return;
  self->n_imports++;
  cvr_job_bar_add (self->jobs, job);
}

/**
 * cvr_window_import_sample:
 *
 * Small enough to be drawn and learnt while one looks; comes in without a word.
 */
void
cvr_window_import_sample (CvrWindow *self)
{
  static const char *const sources[] = { "builtin:doodles", NULL };

  g_return_if_fail (CVR_IS_WINDOW (self));
  g_return_if_fail (self->project != NULL);

  self->sample_job =
    cvr_project_import (self->project, sources, NULL, FALSE, G_OBJECT (self), imported_cb, self);
  self->n_imports++;
  cvr_job_bar_add (self->jobs, self->sample_job);
}

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
  cvr_project_set_model (self->project, model);
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
      "It tells %u kind apart. It takes the place of the present network; Undo brings that back.",
      "It tells %u kinds apart. It takes the place of the present network; Undo brings that back.",
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
  g_signal_connect_object (dialog, "response", G_CALLBACK (model_response_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
open_model (CvrWindow *self,
            GFile     *file)
{
  char *path = g_file_get_path (file);

  if (path == NULL)
    {
      cvr_show_error (GTK_WIDGET (self), _("This model can't be opened"),
                      _("It does not lie on this computer. Copy it here first."));
      return;
    }
  cvr_job_start (_("Opening a model"), load_model_func, path, g_free, G_OBJECT (self),
                 model_loaded_cb, self, (GDestroyNotify) cvr_model_unref);
}

/**
 * cvr_window_import_files:
 * @files: (element-type GFile): pictures, folders, archives
 *
 * Those that lie on this computer are imported, with the page Images shown.
 */
void
cvr_window_import_files (CvrWindow *self,
                         GSList    *files)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  for (GSList *l = files; l != NULL; l = l->next)
    {
      char *path = g_file_get_path (l->data);

      if (path != NULL)
        g_ptr_array_add (paths, path);
    }
  if (paths->len == 0)
    {
      cvr_show_error (GTK_WIDGET (self), _("Nothing could be imported"),
                      _("These files are not on this computer. Save them here first, or copy and "
                         "paste the picture."));
      return;
    }

  g_ptr_array_add (paths, NULL);
  cvr_window_show_page (self, "images");
  cvr_window_import (self, (const char *const *) paths->pdata, NULL, FALSE);
}

/**
 * cvr_window_open_files:
 * @files: (element-type GFile): as they were dropped or chosen
 */
void
cvr_window_open_files (CvrWindow *self,
                       GSList    *files)
{
  guint n = g_slist_length (files);
  g_autofree CvrDropFile *described = g_new0 (CvrDropFile, n + 1);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  gboolean on_images = g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "images") == 0;
  guint i = 0;

  g_return_if_fail (CVR_IS_WINDOW (self));

  if (self->project == NULL)
    return;
  for (GSList *l = files; l != NULL; l = l->next, i++)
    {
      char *name = g_file_get_basename (l->data);

      g_ptr_array_add (names, name);
      described[i].name = name != NULL ? name : "";
      described[i].is_folder =
        g_file_query_file_type (l->data, G_FILE_QUERY_INFO_NONE, NULL) == G_FILE_TYPE_DIRECTORY;
    }

  switch (cvr_drop_decide (described, n, on_images))
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
    case CVR_DROP_NOTHING:
    default:
      break;
    }
}
