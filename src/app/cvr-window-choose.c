/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's file choosers. */
#include "cvr-window-private.h"

#include "cvr-project-menu.h"

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

/* @filter_name, @pattern: (nullable): which files it shows. */
GtkFileChooserNative *
cvr_window_make_chooser (CvrWindow            *self,
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
  GtkFileChooserNative *chooser = cvr_window_make_chooser (self, action, title, NULL, NULL);

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
    cvr_window_make_chooser (self, GTK_FILE_CHOOSER_ACTION_OPEN, title, filter_name, pattern);

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
    cvr_window_make_chooser (self, GTK_FILE_CHOOSER_ACTION_OPEN, _("Try a picture"), NULL, NULL);

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
 * Asks for a project file and opens it.
 */
void
cvr_window_open_project (CvrWindow *self)
{
  choose_one (self, _("Open a project"), _("Convisor projects"), "*.convisor");
}

static void
save_chosen_cb (GtkNativeDialog *dialog,
                int              response,
                CvrWindow       *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL && self->document != NULL)
    cvr_project_menu_save_as (self, file);
  g_object_unref (dialog);
}

/**
 * cvr_window_save_as:
 *
 * Asks for a file; the project is saved there, and belongs to it from then on.
 */
void
cvr_window_save_as (CvrWindow *self)
{
  GtkFileChooserNative *chooser;
  g_autofree char *name = NULL;

  if (self->document == NULL)
    return;
  chooser = cvr_window_make_chooser (self, GTK_FILE_CHOOSER_ACTION_SAVE, _("Save the project"),
                                     _("Convisor projects"), "*.convisor");
  name = g_strdup_printf ("%s.convisor", cvr_project_get_name (self->project));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), g_strdelimit (name, "/", '-'));
  g_signal_connect_object (chooser, "response", G_CALLBACK (save_chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}
