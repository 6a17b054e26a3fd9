/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's actions: training, undo, pages, menus. */
#include "cvr-window-private.h"

#include "config.h"
#include "cvr-application.h"
#include "cvr-help-window.h"
#include "cvr-parts.h"
#include "cvr-project-menu.h"
#include "cvr-tell.h"
#include "cvr-tooltip.h"

#include <glib/gi18n-lib.h>

static CvrTrainingState
state_of (CvrWindow *self)
{
  return self->project != NULL ? cvr_training_get_state (cvr_project_get_training (self->project))
                               : CVR_TRAINING_IDLE;
}

static void
start_training (CvrWindow *self,
                gboolean   go_on)
{
  g_autoptr (GError) error = NULL;

  if (self->project == NULL)
    return;
  if (self->n_imports > 0)
    {
      cvr_toast (GTK_WIDGET (self),
                 _("The pictures are still coming in: train when they are here"));
      return;
    }
  if (!cvr_project_train (self->project, go_on, &error))
    cvr_show_error (GTK_WIDGET (self), _("Not ready to train yet"), error->message);
}

/* One key does what is obvious: start, pause, go on. */
static void
train_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  CvrWindow *self = user_data;

  switch (state_of (self))
    {
    case CVR_TRAINING_IDLE:
      start_training (self, FALSE);
      break;
    case CVR_TRAINING_RUNNING:
      cvr_training_pause (cvr_project_get_training (self->project));
      break;
    case CVR_TRAINING_PAUSED:
      cvr_training_resume (cvr_project_get_training (self->project));
      break;
    case CVR_TRAINING_PREPARING:
    case CVR_TRAINING_STOPPING:
    default:
      break;
    }
}

static void
continue_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  if (state_of (user_data) == CVR_TRAINING_IDLE)
    start_training (user_data, TRUE);
}

static void
pause_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  if (state_of (user_data) != CVR_TRAINING_IDLE)
    train_cb (action, parameter, user_data);
}

static void
step_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  CvrWindow *self = user_data;

  if (state_of (self) == CVR_TRAINING_PAUSED)
    cvr_training_step (cvr_project_get_training (self->project));
}

static void
step_epoch_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  CvrWindow *self = user_data;

  if (state_of (self) == CVR_TRAINING_PAUSED || state_of (self) == CVR_TRAINING_RUNNING)
    cvr_training_step_epoch (cvr_project_get_training (self->project));
}

static void
reset_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  CvrWindow *self = user_data;
  const NnArch *arch;
  gboolean opened;
  g_autofree char *text = NULL;

  if (state_of (self) != CVR_TRAINING_IDLE || self->project == NULL
      || cvr_project_get_model (self->project) == NULL)
    return;
  opened = cvr_project_goes_on (self->project);
  arch = nn_arch_find (cvr_project_get_settings (self->project)->arch);
  cvr_project_set_model (self->project, NULL);
  /* How a file's network was before is not known here: one of ours begins. */
  text = opened && arch != NULL
           /* Translators: the name of a network. */
           ? g_strdup_printf (_("The opened network is put away; %s begins anew"), arch->title)
           : g_strdup (_("The network is as it was before it learned"));
  cvr_toast_action (GTK_WIDGET (self), text, _("_Undo"), "win.undo");
}

static void
stop_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  CvrWindow *self = user_data;

  if (state_of (self) != CVR_TRAINING_IDLE)
    cvr_training_stop (cvr_project_get_training (self->project));
}

/* The application's keys come before those of an entry: while text is edited they are the text's. */
static gboolean
is_for_text (CvrWindow  *self,
             const char *text_action)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (!GTK_IS_TEXT (focus))
    return FALSE;
  gtk_widget_activate_action (focus, text_action, NULL);

  return TRUE;
}

static void
undo_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  CvrWindow *self = user_data;

  if (is_for_text (self, "text.undo"))
    return;
  cvr_window_dismiss_undo (self);
  if (self->project != NULL && cvr_project_undo_name (self->project) != NULL)
    cvr_project_undo (self->project);
}

static void
redo_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  CvrWindow *self = user_data;

  if (is_for_text (self, "text.redo"))
    return;
  if (self->project != NULL && cvr_project_redo_name (self->project) != NULL)
    cvr_project_redo (self->project);
}

/* A page that was just entered */
typedef struct
{
  GtkWindow *window;
  gpointer   focus;   /* where the focus was put: compared only */
  guint      n_ticks;
} Entered;

/* GTK goes by where the widgets lie, and those that have never been shown lie nowhere: once they
 * are laid out, in the second frame, the page is entered anew. */
static gboolean
enter_anew_cb (GtkWidget     *page,
               GdkFrameClock *clock,
               gpointer       data)
{
  Entered *entered = data;

  if (++entered->n_ticks < 2)
    return G_SOURCE_CONTINUE;
  if (gtk_widget_get_mapped (page) && entered->focus == gtk_window_get_focus (entered->window))
    {
      gtk_window_set_focus (entered->window, NULL);
      gtk_widget_child_focus (page, GTK_DIR_TAB_FORWARD);
    }

  return G_SOURCE_REMOVE;
}

static void
enter_page (CvrWindow *self,
            GtkWidget *page)
{
  Entered *entered;

  /* The stack may have moved the focus there already: another step would land on the second
   * control. */
  if (gtk_widget_get_focus_child (page) == NULL)
    gtk_widget_child_focus (page, GTK_DIR_TAB_FORWARD);
  entered = g_new0 (Entered, 1);
  entered->window = GTK_WINDOW (self);
  entered->focus = gtk_window_get_focus (entered->window);
  gtk_widget_add_tick_callback (page, enter_anew_cb, entered, g_free);
}

static void
page_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  CvrWindow *self = user_data;
  const char *id = g_variant_get_string (parameter, NULL);
  GtkWidget *page = cvr_window_get_page (self, id);
  gboolean shown = page != NULL && gtk_widget_get_mapped (page);

  cvr_window_show_page (self, id);
  /* The keys that follow are meant for the page; where the focus is in it already, it stays. */
  if (page != NULL && !(shown && gtk_widget_get_focus_child (page) != NULL))
    enter_page (self, page);
}

static void
import_files_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  cvr_window_choose_files (user_data, GTK_FILE_CHOOSER_ACTION_OPEN, _("Import pictures"));
}

static void
import_folder_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  cvr_window_choose_files (user_data, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _("Import a folder"));
}

static void
import_builtin_cb (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  const char *sources[] = { g_variant_get_string (parameter, NULL), NULL };
  CvrWindow *self = user_data;

  if (self->project != NULL)
    cvr_window_import (self, sources, NULL, TRUE);
}

static void
open_model_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  cvr_window_choose_model (user_data);
}

static void
paste_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  if (!is_for_text (user_data, "clipboard.paste"))
    cvr_window_paste (user_data);
}

static void
try_file_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  cvr_window_choose_try (user_data);
}

static void
add_tried_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  CvrWindow *self = user_data;

  if (self->project == NULL || self->tried == NULL)
    return;
  cvr_project_add_image (self->project, self->tried, self->tried_name, CVR_LABEL_NONE, NULL,
                         NULL);
  cvr_toast_action (GTK_WIDGET (self), _("Added to the images, without a label yet"),
                    _("_Label it"), "win.show-unlabelled");
}

static void
show_unlabelled_cb (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  CvrWindow *self = user_data;

  cvr_images_page_show_unlabelled (CVR_IMAGES_PAGE (cvr_window_get_page (self, "images")));
  cvr_window_show_page (self, "images");
}

static void
rename_response_cb (AdwMessageDialog *dialog,
                    const char       *response,
                    CvrWindow        *self)
{
  GtkEditable *entry = GTK_EDITABLE (adw_message_dialog_get_extra_child (dialog));

  if (g_str_equal (response, "rename") && self->project != NULL
      && gtk_editable_get_text (entry)[0] != '\0')
    {
      cvr_project_set_name (self->project, gtk_editable_get_text (entry));
      cvr_window_update_actions (self);
    }
}

static void
rename_project_cb (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  CvrWindow *self = user_data;
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *dialog;

  if (self->project == NULL)
    return;
  gtk_editable_set_text (GTK_EDITABLE (entry), cvr_project_get_name (self->project));
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Project name"), -1);
  dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Rename project"), NULL);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "rename",
                                    _("_Rename"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "rename",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "rename");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (rename_response_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (entry);
}

static void
new_project_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  cvr_application_begin_project (CVR_APPLICATION (gtk_window_get_application (user_data)), NULL);
}

static void
open_project_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  cvr_window_open_project (user_data);
}

static void
help_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  CvrWindow *self = user_data;
  const char *id = gtk_stack_get_visible_child_name (self->stack);
  const char *const learning[] = { "train", "inside", "compress", NULL };
  gboolean learned = self->project != NULL && cvr_project_get_model (self->project) != NULL;
  /* Who hasn't trained yet needs the first minute, wherever that is asked for. */
  const char *topic = !learned                            ? "first-minute"
                      : g_strcmp0 (id, "images") == 0     ? "pictures"
                      : g_strv_contains (learning, id)    ? "learning"
                                                          : "first-minute";

  gtk_window_present (GTK_WINDOW (cvr_help_window_new (GTK_WINDOW (self), topic)));
}

static void
tell_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  CvrWindow *self = user_data;

  cvr_tell_about_focus (GTK_WINDOW (self), GTK_WIDGET (self->toasts));
}

static void
next_part_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  cvr_parts_go (user_data, FALSE);
}

static void
previous_part_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  cvr_parts_go (user_data, TRUE);
}

static void
about_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  adw_show_about_window (
    user_data, "application-name", _("Convisor"), "application-icon", CVR_APP_ID, "version",
    CVR_VERSION, "comments",
    _("See inside a convolutional network while it learns. Everything happens on this computer."),
    "developer-name", _("The Convisor authors"), "license-type", GTK_LICENSE_GPL_3_0,
    "translator-credits", _("translator-credits"), NULL);
}

static const GActionEntry entries[] = {
  { "train", train_cb },
  { "continue", continue_cb },
  { "pause", pause_cb },
  { "step", step_cb },
  { "step-epoch", step_epoch_cb },
  { "reset", reset_cb },
  { "stop", stop_cb },
  { "undo", undo_cb },
  { "redo", redo_cb },
  { "page", page_cb, "s" },
  { "import-files", import_files_cb },
  { "import-folder", import_folder_cb },
  { "import-builtin", import_builtin_cb, "s" },
  { "open-model", open_model_cb },
  { "paste", paste_cb },
  { "try-file", try_file_cb },
  { "add-tried", add_tried_cb },
  { "show-unlabelled", show_unlabelled_cb },
  { "rename-project", rename_project_cb },
  { "new-project", new_project_cb },
  { "open-project", open_project_cb },
  { "help", help_cb },
  { "tell", tell_cb },
  { "next-part", next_part_cb },
  { "previous-part", previous_part_cb },
  { "about", about_cb },
};

/**
 * cvr_window_add_actions:
 *
 * Adds the actions "win.NAME"; the keys are the application's.
 */
void
cvr_window_add_actions (CvrWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  cvr_window_update_actions (self);
}

static void
enable (CvrWindow  *self,
        const char *name,
        gboolean    enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
set_undo_tip (GtkButton  *button,
              const char *what,
              const char *format,
              const char *nothing)
{
  g_autofree char *tip = what != NULL ? g_strdup_printf (format, what) : g_strdup (nothing);

  cvr_tooltip_set (GTK_WIDGET (button), tip);
}

/**
 * cvr_window_update_actions:
 *
 * Enables what can be done at present; tooltips say why the rest can't.
 */
void
cvr_window_update_actions (CvrWindow *self)
{
  CvrTrainingState state = state_of (self);
  gboolean free = self->project != NULL && cvr_project_get_occupation (self->project) == NULL;
  const char *undo = self->project != NULL ? cvr_project_undo_name (self->project) : NULL;
  const char *redo = self->project != NULL ? cvr_project_redo_name (self->project) : NULL;
  const char *name;

  enable (self, "train",
          free || (state != CVR_TRAINING_IDLE && state != CVR_TRAINING_STOPPING));
  enable (self, "continue", free && cvr_project_get_model (self->project) != NULL);
  enable (self, "pause", state == CVR_TRAINING_RUNNING || state == CVR_TRAINING_PAUSED);
  enable (self, "step", state == CVR_TRAINING_PAUSED);
  enable (self, "step-epoch", state == CVR_TRAINING_PAUSED || state == CVR_TRAINING_RUNNING);
  enable (self, "reset", state == CVR_TRAINING_IDLE && self->project != NULL
                         && cvr_project_get_model (self->project) != NULL);
  enable (self, "stop", state != CVR_TRAINING_IDLE && state != CVR_TRAINING_STOPPING);
  enable (self, "undo", undo != NULL);
  enable (self, "redo", redo != NULL);

  if (self->undo_button == NULL)
    return;
  /* Translators: %s is what was done, as "Label 3 pictures". */
  set_undo_tip (self->undo_button, undo, _("Undo: %s (Ctrl+Z)"), _("Nothing to undo"));
  set_undo_tip (self->redo_button, redo, _("Redo: %s (Ctrl+Shift+Z)"), _("Nothing to redo"));
  name = self->project != NULL ? cvr_project_get_name (self->project) : "";
  gtk_label_set_text (self->project_label, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->project_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  cvr_project_menu_update (self);
}
