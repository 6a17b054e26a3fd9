/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's file choosers. */
#include "cvr-window-private.h"

#include "cvr-application.h"

#include <glib/gi18n-lib.h>

static GSList *
chosen_files (GtkNativeDialog *dialog)
{
  g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
  GSList *list = NULL;

  for (guint i = g_list_model_get_n_items (files); i > 0; i--)
    list = g_slist_prepend (list, g_list_model_get_item (files, i - 1));

  return list;
}

static void
free_files (GSList *files)
{
  g_slist_free_full (files, g_object_unref);
}

static GtkFileChooserNative *
make_chooser (CvrWindow            *self,
              GtkFileChooserAction  action,
              const char           *title,
              const char           *filter_name,
              const char           *pattern)
{
  GtkFileChooserNative *chooser =
    gtk_file_chooser_native_new (title, GTK_WINDOW (self), action, NULL, NULL);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  if (pattern != NULL)
    {
      g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

      gtk_file_filter_set_name (filter, filter_name);
      gtk_file_filter_add_pattern (filter, pattern);
      gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), filter);
    }

  return chooser;
}

static void
import_chosen_cb (GtkNativeDialog *dialog,
                  int              response,
                  CvrWindow       *self)
{
  if (response == GTK_RESPONSE_ACCEPT && self->project != NULL)
    {
      GSList *files = chosen_files (dialog);

      if (files != NULL)
        cvr_window_import_files (self, files);
      free_files (files);
    }
  g_object_unref (dialog);
}

/**
 * cvr_window_choose_files:
 * @action: open files or select a folder
 * @title: of the dialog, translated
 */
void
cvr_window_choose_files (CvrWindow            *self,
                         GtkFileChooserAction  action,
                         const char           *title)
{
  GtkFileChooserNative *chooser = make_chooser (self, action, title, NULL, NULL);

  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (chooser), TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (import_chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
open_chosen_cb (GtkNativeDialog *dialog,
                int              response,
                CvrWindow       *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      GSList *files = chosen_files (dialog);

      cvr_window_open_files (self, files);
      free_files (files);
    }
  g_object_unref (dialog);
}

static void
choose_one (CvrWindow  *self,
            const char *title,
            const char *filter_name,
            const char *pattern)
{
  GtkFileChooserNative *chooser =
    make_chooser (self, GTK_FILE_CHOOSER_ACTION_OPEN, title, filter_name, pattern);

  g_signal_connect_object (chooser, "response", G_CALLBACK (open_chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
try_chosen_cb (GtkNativeDialog *dialog,
               int              response,
               CvrWindow       *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL && self->project != NULL)
    cvr_window_try_file (self, file);
  g_object_unref (dialog);
}

/**
 * cvr_window_choose_try:
 *
 * Asks for one picture and shows it on the page Try.
 */
void
cvr_window_choose_try (CvrWindow *self)
{
  GtkFileChooserNative *chooser =
    make_chooser (self, GTK_FILE_CHOOSER_ACTION_OPEN, _("Try a picture"), NULL, NULL);

  g_signal_connect_object (chooser, "response", G_CALLBACK (try_chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/**
 * cvr_window_choose_model:
 *
 * Asks for an ONNX file and opens it.
 */
void
cvr_window_choose_model (CvrWindow *self)
{
  choose_one (self, _("Open a model"), _("ONNX models"), "*.onnx");
}

/**
 * cvr_window_open_project:
 *
 * Asks for a project file and opens a copy of it.
 */
void
cvr_window_open_project (CvrWindow *self)
{
  choose_one (self, _("Open a project"), _("Convisor projects"), "*.convisor");
}

static void
copy_chosen_cb (GtkNativeDialog *dialog,
                int              response,
                CvrWindow       *self)
{
  CvrApplication *application = CVR_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
  g_autoptr (GFile) to = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  const char *path = cvr_application_project_path (application);

  if (response == GTK_RESPONSE_ACCEPT && to != NULL && path != NULL)
    {
      g_autoptr (GFile) from = g_file_new_for_path (path);
      g_autoptr (GError) error = NULL;

      if (g_file_copy (from, to, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, &error))
        cvr_toast (GTK_WIDGET (self), _("The copy is written"));
      else
        cvr_show_error (GTK_WIDGET (self), _("The copy could not be written"), error->message);
    }
  g_object_unref (dialog);
}

/**
 * cvr_window_save_copy:
 *
 * Asks where to, and copies the live project there. Every change is on disk when it is made, so
 * the file is whole.
 */
void
cvr_window_save_copy (CvrWindow *self)
{
  GtkFileChooserNative *chooser;
  g_autofree char *name = NULL;

  if (self->project == NULL)
    return;
  chooser = make_chooser (self, GTK_FILE_CHOOSER_ACTION_SAVE, _("Save a copy"),
                          _("Convisor projects"), "*.convisor");
  name = g_strdup_printf ("%s.convisor", cvr_project_get_name (self->project));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), g_strdelimit (name, "/", '-'));
  g_signal_connect_object (chooser, "response", G_CALLBACK (copy_chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}
