/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks what a lesson is to be, then for its file. */
#include "cvr-lesson-dialog.h"

#include "cvr-application.h"
#include "cvr-lesson.h"
#include "cvr-pages.h"
#include "cvr-window-private.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  CvrWindow *window;  /* held */
  GtkWidget *title;
  GtkWidget *checks[CVR_N_PAGES];
  char      *text;    /* what was answered */
  char     **pages;
} Asking;

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  g_object_unref (asking->window);
  g_free (asking->text);
  g_strfreev (asking->pages);
  g_free (asking);
}

/* CvrDocumentSaved; @data: the window, held. */
static void
saved_cb (const GError *error,
          gpointer      data)
{
  g_autoptr (CvrWindow) window = data;

  if (error != NULL)
    cvr_show_error (GTK_WIDGET (window), _("The lesson was not saved"), error->message);
  else
    cvr_toast (GTK_WIDGET (window), _("The lesson is saved; your project is as it was"));
}

static void
chosen_cb (GtkNativeDialog *dialog,
           int              response,
           Asking          *asking)
{
  CvrWindow *window = asking->window;
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (window));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL && window->project != NULL)
    cvr_job_bar_add (window->jobs,
                     cvr_lesson_save (
                       cvr_application_get_documents (CVR_APPLICATION (application)),
                       window->project, asking->text, (const char *const *) asking->pages, file,
                       saved_cb, g_object_ref (window)));
  g_object_unref (dialog);
}

static void
read_answers (Asking *asking)
{
  g_autoptr (GStrvBuilder) pages = g_strv_builder_new ();
  guint n_pages;
  const CvrPageInfo *infos = cvr_pages (&n_pages);

  for (guint i = 0; i < n_pages; i++)
    if (gtk_check_button_get_active (GTK_CHECK_BUTTON (asking->checks[i])))
      g_strv_builder_add (pages, infos[i].id);
  asking->pages = g_strv_builder_end (pages);
  asking->text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (asking->title)));
}

static void
answered_cb (AdwMessageDialog *dialog,
             const char       *response,
             Asking           *asking)
{
  GtkFileChooserNative *chooser;
  g_autofree char *name = NULL;

  if (!g_str_equal (response, "save"))
    {
      asking_free (asking);
      return;
    }
  read_answers (asking);
  chooser =
    cvr_window_make_chooser (asking->window, GTK_FILE_CHOOSER_ACTION_SAVE, _("Save the lesson"),
                             _("Convisor projects"), "*.convisor");
  name = g_strdup_printf ("%s.convisor", asking->text);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), g_strdelimit (name, "/", '-'));
  g_object_set_data_full (G_OBJECT (chooser), "cvr-asking", asking, asking_free);
  g_signal_connect (chooser, "response", G_CALLBACK (chosen_cb), asking);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/* Nothing to do on no page. */
static void
toggled_cb (AdwMessageDialog *dialog,
            GtkCheckButton   *check)
{
  Asking *asking = g_object_get_data (G_OBJECT (dialog), "cvr-asking");
  gboolean any = FALSE;

  for (guint i = 0; i < CVR_N_PAGES; i++)
    any = any || gtk_check_button_get_active (GTK_CHECK_BUTTON (asking->checks[i]));
  adw_message_dialog_set_response_enabled (dialog, "save", any);
}

static GtkWidget *
make_answers (Asking    *asking,
              GtkWidget *dialog)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  g_autofree char *title = NULL;
  guint n_pages;
  const CvrPageInfo *infos = cvr_pages (&n_pages);

  /* Translators: %s is a project's title. */
  title = g_strdup_printf (_("%s (lesson)"), cvr_project_get_name (asking->window->project));
  asking->title = gtk_entry_new ();
  gtk_editable_set_text (GTK_EDITABLE (asking->title), title);
  gtk_entry_set_activates_default (GTK_ENTRY (asking->title), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (asking->title), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Title of the lesson"), -1);
  gtk_box_append (GTK_BOX (box), asking->title);
  for (guint i = 0; i < n_pages; i++)
    {
      asking->checks[i] = gtk_check_button_new_with_label (_(infos[i].title));
      gtk_check_button_set_active (GTK_CHECK_BUTTON (asking->checks[i]), TRUE);
      g_signal_connect_object (asking->checks[i], "toggled", G_CALLBACK (toggled_cb), dialog,
                               G_CONNECT_SWAPPED);
      gtk_box_append (GTK_BOX (box), asking->checks[i]);
    }

  return box;
}

/**
 * cvr_lesson_dialog_new:
 * @window: whose project becomes a lesson
 *
 * Returns: (transfer none): to be presented; kept by GTK until it is closed
 */
GtkWidget *
cvr_lesson_dialog_new (CvrWindow *window)
{
  Asking *asking = g_new0 (Asking, 1);
  GtkWidget *dialog = adw_message_dialog_new (
    GTK_WINDOW (window), _("Duplicate as a lesson"),
    _("A copy of the project for your class: it shows only these pages, and its seed stays as it "
      "is, so that everybody gets the same numbers."));

  asking->window = g_object_ref (window);
  g_object_set_data (G_OBJECT (dialog), "cvr-asking", asking);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), make_answers (asking, dialog));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "save",
                                    _("_Save…"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "save",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "save");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect (dialog, "response", G_CALLBACK (answered_cb), asking);

  return dialog;
}
