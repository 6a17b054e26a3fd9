/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project button's menu, and what the window says of the project as a file. */
#include "cvr-project-menu.h"

#include "cvr-application.h"
#include "cvr-lesson-dialog.h"
#include "cvr-lesson.h"
#include "cvr-project-words.h"
#include "cvr-projects-dialog.h"
#include "cvr-room-dialog.h"
#include "cvr-tooltip.h"
#include "cvr-window-private.h"

#include <glib/gi18n-lib.h>

enum { N_RECENT = 10 };

static CvrApplication *
application_of (CvrWindow *self)
{
  return CVR_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
}

/* What the button says */

static void
enable (CvrWindow  *self,
        const char *name,
        gboolean    enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  if (action != NULL)
    g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

/* What it offers to go on with is gone when another training begins. */
static void
hide_outdated_banner (CvrWindow *self)
{
  const char *action = gtk_actionable_get_action_name (GTK_ACTIONABLE (self->banner_button));
  guint epoch, n_epochs;

  if (g_strcmp0 (action, "win.resume-training") == 0
      && (self->project == NULL
          || !cvr_project_get_interrupted (self->project, &epoch, &n_epochs)))
    cvr_window_show_banner (self, NULL, NULL, NULL);
}

void
cvr_project_menu_update (CvrWindow *self)
{
  CvrDocumentState state =
    self->document != NULL ? cvr_document_get_state (self->document) : CVR_DOCUMENT_READ_ONLY;
  g_autofree char *text = self->document != NULL ? cvr_project_words_state (self->document) : g_strdup ("");
  g_autofree char *tip = self->document != NULL ? cvr_project_words_tip (self->document) : NULL;

  enable (self, "save", state != CVR_DOCUMENT_READ_ONLY);
  enable (self, "save-as", state != CVR_DOCUMENT_READ_ONLY);
  enable (self, "revert", self->document != NULL && cvr_document_get_id (self->document) != NULL
                          && cvr_document_get_file (self->document) != NULL
                          && state != CVR_DOCUMENT_READ_ONLY);
  enable (self, "project-size", state != CVR_DOCUMENT_READ_ONLY);
  if (self->project_state == NULL)
    return;
  hide_outdated_banner (self);
  gtk_label_set_text (self->project_state, text);
  gtk_widget_set_visible (GTK_WIDGET (self->project_state), self->document != NULL);
  cvr_tooltip_set (GTK_WIDGET (self->project_button), tip);
}

/* An underscore in a menu is a key. */
static char *
dup_menu_label (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "_", -1);

  return g_strjoinv ("__", parts);
}

static void
fill_recent (CvrWindow *self)
{
  CvrDocuments *documents = cvr_application_get_documents (application_of (self));
  const char *present = self->document != NULL ? cvr_document_get_id (self->document) : NULL;

  g_menu_remove_all (self->recent_menu);
  for (guint i = 0; i < cvr_documents_n (documents)
                    && g_menu_model_get_n_items (G_MENU_MODEL (self->recent_menu)) < N_RECENT;
       i++)
    {
      const CvrDocumentInfo *info = cvr_documents_get (documents, i);
      g_autofree char *label = dup_menu_label (info->title);
      g_autoptr (GMenuItem) item = NULL;

      if (g_strcmp0 (info->id, present) == 0)
        continue;
      item = g_menu_item_new (label, NULL);
      g_menu_item_set_action_and_target (item, "win.open-recent", "s", info->id);
      g_menu_append_item (self->recent_menu, item);
    }
}

static void
failed_cb (CvrWindow  *self,
           const char *sentence)
{
  cvr_toast (GTK_WIDGET (self), sentence);
}

static void
show_read_only (CvrWindow *self)
{
  g_autoptr (GDateTime) since =
    g_date_time_new_from_unix_local (cvr_document_get_since (self->document));
  g_autofree char *time = since != NULL ? g_date_time_format (since, "%R") : NULL;
  g_autofree char *text = NULL;

  if (cvr_document_get_since (self->document) > 0 && time != NULL)
    /* Translators: %s is a time of the day. */
    text = g_strdup_printf (_("This project is open in another window since %s. Here it can only "
                              "be looked at."),
                            time);
  else
    text = g_strdup (_("This project is open in another window. Here it can only be looked at."));
  cvr_window_show_banner (self, text, _("_Open a copy instead"), "win.open-copy");
}

static void
show_interrupted (CvrWindow *self)
{
  g_autofree char *text = NULL;
  guint epoch, n_epochs;

  if (!cvr_project_get_interrupted (self->project, &epoch, &n_epochs))
    return;
  text = g_strdup_printf (_("Training was interrupted after epoch %1$u of %2$u."), epoch, n_epochs);
  cvr_window_show_banner (self, text, _("_Go on"), "win.resume-training");
}

/* A lesson shows only some pages; everything else shows all. */
static void
show_pages (CvrWindow *self)
{
  g_auto (GStrv) wanted = self->project != NULL ? cvr_lesson_get_pages (self->project) : NULL;
  guint n_pages;
  const CvrPageInfo *pages = cvr_pages (&n_pages);
  gint present = cvr_page_find (gtk_stack_get_visible_child_name (self->stack));

  self->hidden_pages = 0;
  for (guint i = 0; i < n_pages; i++)
    {
      gboolean visible =
        wanted == NULL || g_strv_contains ((const char *const *) wanted, pages[i].id);

      if (!visible)
        self->hidden_pages |= 1u << i;
      cvr_sidebar_show_page (self->wide_sidebar, i, visible);
      cvr_sidebar_show_page (self->narrow_sidebar, i, visible);
    }
  for (guint i = 0; i < n_pages; i++)
    if (present >= 0 && (self->hidden_pages & (1u << present))
        && !(self->hidden_pages & (1u << i)))
      {
        cvr_window_show_page (self, pages[i].id);
        break;
      }
}

void
cvr_project_menu_watch (CvrWindow *self)
{
  cvr_window_show_banner (self, NULL, NULL, NULL);
  show_pages (self);
  if (self->document != NULL)
    {
      g_signal_connect_object (self->document, "changed", G_CALLBACK (cvr_project_menu_update),
                               self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->document, "failed", G_CALLBACK (failed_cb), self,
                               G_CONNECT_SWAPPED);
      fill_recent (self);
      if (cvr_document_get_state (self->document) == CVR_DOCUMENT_READ_ONLY)
        show_read_only (self);
      else
        show_interrupted (self);
    }
  cvr_window_update_actions (self);
}

/* Saving */

static void
over_response_cb (AdwMessageDialog *dialog,
                  const char       *response,
                  CvrWindow        *self);

/* Somebody else changed the file meanwhile. */
static void
ask_over (CvrWindow *self)
{
  g_autofree char *name = cvr_project_words_file (cvr_document_get_file (self->document));
  g_autofree char *body = g_strdup_printf (
    _("“%s” was changed by another program or on another computer since it was saved here. "
      "Saving over it loses what was changed there."),
    name);
  GtkWidget *dialog =
    adw_message_dialog_new (GTK_WINDOW (self), _("Save over the other version?"), body);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "as",
                                    _("Save _as…"), "over", _("Save _over it"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "over",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "as");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (over_response_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* CvrDocumentSaved; @data: the window, held. */
static void
saved_cb (const GError *error,
          gpointer      data)
{
  g_autoptr (CvrWindow) self = data;
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;

  if (self->document == NULL)
    return;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WRONG_ETAG))
    ask_over (self);
  else if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    cvr_show_error (GTK_WIDGET (self), _("The file was not saved"), error->message);
  if (error != NULL)
    return;

  name = cvr_project_words_file (cvr_document_get_file (self->document));
  /* Translators: %s is a file. */
  text = g_strdup_printf (_("Saved in %s"), name);
  cvr_toast (GTK_WIDGET (self), text);
}

static void
over_response_cb (AdwMessageDialog *dialog,
                  const char       *response,
                  CvrWindow        *self)
{
  if (self->document == NULL)
    return;
  if (g_str_equal (response, "over"))
    cvr_document_save (self->document, TRUE, saved_cb, g_object_ref (self));
  else if (g_str_equal (response, "as"))
    cvr_window_save_as (self);
}

void
cvr_project_menu_save_as (CvrWindow *self,
                          GFile     *file)
{
  g_autofree char *name = cvr_project_words_file (file);

  if (g_str_has_suffix (name, ".convisor"))
    name[strlen (name) - strlen (".convisor")] = '\0';
  if (g_str_equal (cvr_project_get_name (self->project), _("Untitled")) && name[0] != '\0')
    cvr_project_set_name (self->project, name);
  cvr_document_save_as (self->document, file, saved_cb, g_object_ref (self));
  if (cvr_document_get_job (self->document) != NULL)
    cvr_job_bar_add (self->jobs, cvr_document_get_job (self->document));
}

static void
save_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  CvrWindow *self = user_data;

  if (self->document == NULL)
    return;
  if (cvr_document_get_file (self->document) == NULL)
    cvr_window_save_as (self);
  else if (cvr_document_get_state (self->document) == CVR_DOCUMENT_CONFLICT)
    ask_over (self);
  else
    cvr_document_save (self->document, FALSE, saved_cb, g_object_ref (self));
}

static void
save_as_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  cvr_window_save_as (user_data);
}

static void
close_response_cb (AdwMessageDialog *dialog,
                   const char       *response,
                   CvrWindow        *self)
{
  self->closing = g_str_equal (response, "close");
  if (self->closing || g_str_equal (response, "again"))
    gtk_window_close (GTK_WINDOW (self));
}

/* CvrDocumentSaved; @data: the window, held. */
static void
saved_before_close_cb (const GError *error,
                       gpointer      data)
{
  g_autoptr (CvrWindow) self = data;
  gboolean leaving = self->leaving;
  GtkWidget *dialog;

  self->leaving = FALSE;
  if (self->closing || (error == NULL && !leaving))
    return;
  if (error == NULL)
    {
      self->closing = TRUE;
      gtk_window_close (GTK_WINDOW (self));
      return;
    }

  dialog =
    adw_message_dialog_new (GTK_WINDOW (self), _("The file was not saved"), error->message);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "again",
                                    _("_Try again"), "close", _("Close _without saving"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "again");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (close_response_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

gboolean
cvr_project_menu_save_before_close (CvrWindow *self)
{
  if (self->document == NULL || !cvr_document_needs_save (self->document))
    return FALSE;

  if (!self->leaving)
    cvr_document_save (self->document, FALSE, saved_before_close_cb, g_object_ref (self));
  self->leaving = TRUE;

  return TRUE;
}

void
cvr_project_menu_stay_open (CvrWindow *self)
{
  self->leaving = FALSE;
}

/* Opening */

static void
show_kept (CvrWindow       *self,
           const CvrOpened *opened)
{
  g_autofree char *text = NULL;

  if (opened->report != NULL)
    {
      cvr_show_error (GTK_WIDGET (self), _("What was whole is here"), opened->report);
      return;
    }
  if (opened->kept == NULL)
    return;
  /* Translators: %s is a project's title. */
  text = g_strdup_printf (_("The project before is kept as “%s”"), opened->kept);
  cvr_toast_action (GTK_WIDGET (self), text, _("_All projects"), "win.all-projects");
}

static void
opened_cb (CvrJob       *job,
           gpointer      result,
           const GError *error,
           gpointer      user_data)
{
  CvrWindow *self = user_data;
  CvrOpened *opened = result;

  if (opened != NULL)
    {
      const char *present = self->document != NULL ? cvr_document_get_id (self->document) : NULL;

      if (g_strcmp0 (present, opened->id) != 0)
        cvr_application_switch (application_of (self), opened->id, opened->replaced);
      show_kept (self, opened);
    }
  else if (g_error_matches (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT)
           && g_object_get_data (G_OBJECT (job), "path") != NULL)
    cvr_project_menu_offer_recovery (self, g_object_get_data (G_OBJECT (job), "path"),
                                     error->message);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    cvr_show_error (GTK_WIDGET (self), _("The project can't be opened"), error->message);
  if (opened == NULL)
    cvr_application_open_last (application_of (self));
  cvr_opened_free (opened);
}

void
cvr_project_menu_open_file (CvrWindow *self,
                            GFile     *file)
{
  CvrDocuments *documents = cvr_application_get_documents (application_of (self));
  CvrJob *job =
    cvr_documents_open_file (documents, file, G_OBJECT (self), opened_cb, self);

  g_object_set_data_full (G_OBJECT (job), "path", g_file_get_path (file), g_free);
  cvr_job_bar_add (self->jobs, job);
}

static void
recover_response_cb (AdwMessageDialog *dialog,
                     const char       *response,
                     CvrWindow        *self)
{
  CvrDocuments *documents = cvr_application_get_documents (application_of (self));
  g_autoptr (GFile) file = NULL;

  if (!g_str_equal (response, "recover"))
    return;
  file = g_file_new_for_path (g_object_get_data (G_OBJECT (dialog), "path"));
  cvr_job_bar_add (self->jobs, cvr_documents_recover (documents, file, G_OBJECT (self), opened_cb,
                                                      self));
}

void
cvr_project_menu_offer_recovery (CvrWindow  *self,
                                 const char *path,
                                 const char *sentence)
{
  GtkWidget *dialog =
    adw_message_dialog_new (GTK_WINDOW (self), _("The project is damaged"), sentence);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "recover",
                                    _("_Recover what is whole"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "recover",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "recover");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "path", g_strdup (path), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (recover_response_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
open_recent_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  cvr_application_switch (application_of (user_data), g_variant_get_string (parameter, NULL), NULL);
}

static void
revert_response_cb (AdwMessageDialog *dialog,
                    const char       *response,
                    CvrWindow        *self)
{
  CvrDocuments *documents = cvr_application_get_documents (application_of (self));

  if (!g_str_equal (response, "revert") || self->document == NULL)
    return;
  /* What is being saved is to be thrown away: it must not come over what is read now. */
  cvr_document_stop_saving (self->document);
  cvr_job_bar_add (self->jobs,
                   cvr_documents_revert (documents, cvr_document_get_id (self->document),
                                         G_OBJECT (self), opened_cb, self));
}

static void
revert_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  CvrWindow *self = user_data;
  g_autofree char *name = cvr_project_words_file (cvr_document_get_file (self->document));
  g_autofree char *heading = g_strdup_printf (_("Go back to what %s holds?"), name);
  GtkWidget *dialog = adw_message_dialog_new (
    GTK_WINDOW (self), heading, _("The project as it is now stays among your projects."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "revert",
                                    _("Re_vert"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "revert");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (revert_response_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
open_copy_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  CvrWindow *self = user_data;
  CvrDocuments *documents = cvr_application_get_documents (application_of (self));
  g_autofree char *title = NULL;

  if (self->project == NULL)
    return;
  /* Translators: %s is a project's title. */
  title = g_strdup_printf (_("%s (copy)"), cvr_project_get_name (self->project));
  cvr_job_bar_add (self->jobs, cvr_documents_duplicate (documents, self->project, title,
                                                        G_OBJECT (self), opened_cb, self));
}

static void
resume_training_cb (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  CvrWindow *self = user_data;

  cvr_window_show_banner (self, NULL, NULL, NULL);
  if (self->project != NULL)
    cvr_project_resume_training (self->project);
  cvr_window_show_page (self, "train");
}

static void
hide_banner_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  cvr_window_show_banner (user_data, NULL, NULL, NULL);
}

static void
all_projects_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  gtk_window_present (GTK_WINDOW (cvr_projects_dialog_new (user_data)));
}

static void
project_size_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  CvrWindow *self = user_data;

  if (self->project != NULL)
    gtk_window_present (GTK_WINDOW (cvr_room_dialog_new (GTK_WINDOW (self), self->project)));
}

static void
duplicate_lesson_cb (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  CvrWindow *self = user_data;

  if (self->project != NULL)
    gtk_window_present (GTK_WINDOW (cvr_lesson_dialog_new (self)));
}

static const GActionEntry entries[] = {
  { "save", save_cb },
  { "save-as", save_as_cb },
  { "revert", revert_cb },
  { "open-recent", open_recent_cb, "s" },
  { "open-copy", open_copy_cb },
  { "resume-training", resume_training_cb },
  { "hide-banner", hide_banner_cb },
  { "all-projects", all_projects_cb },
  { "duplicate-lesson", duplicate_lesson_cb },
  { "project-size", project_size_cb },
};

void
cvr_project_menu_add (CvrWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  cvr_project_menu_update (self);
}
