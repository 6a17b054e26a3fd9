/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All projects on this computer. */
#include "cvr-projects-dialog.h"

#include "cvr-application.h"
#include "cvr-window-private.h"

#include <glib/gi18n-lib.h>

static const char id_key[] = "cvr-project-id";

typedef struct
{
  CvrWindow    *window;    /* borrowed: the dialog goes with it */
  CvrDocuments *documents;
  GtkWidget    *dialog;
  GtkListBox   *list;
} Dialog;

static void
dialog_free (gpointer data)
{
  Dialog *self = data;

  g_signal_handlers_disconnect_by_data (self->documents, self);
  g_object_unref (self->documents);
  g_free (self);
}

/* "Opened 5 May 2026, 10:31 · 12 MB · Pets.convisor" */
static char *
dup_subtitle (Dialog                *self,
              const CvrDocumentInfo *info)
{
  g_autoptr (GDateTime) opened = g_date_time_new_from_unix_local (info->opened / G_USEC_PER_SEC);
  g_autofree char *date = opened != NULL ? g_date_time_format (opened, "%x %R") : g_strdup ("?");
  g_autofree char *path = cvr_documents_path (self->documents, info->id);
  g_autoptr (GFile) live = g_file_new_for_path (path);
  g_autoptr (GFileInfo) facts = g_file_query_info (live, G_FILE_ATTRIBUTE_STANDARD_SIZE,
                                                   G_FILE_QUERY_INFO_NONE, NULL, NULL);
  g_autofree char *size =
    g_format_size (facts != NULL ? (guint64) g_file_info_get_size (facts) : 0);
  g_autoptr (GFile) file = info->uri != NULL ? g_file_new_for_uri (info->uri) : NULL;
  g_autofree char *name = file != NULL ? g_file_get_parse_name (file) : NULL;

  if (name == NULL)
    /* Translators: a date and a size. */
    return g_strdup_printf (_("Opened %1$s · %2$s · on this computer only"), date, size);

  /* Translators: a date, a size, a file. */
  return g_strdup_printf (_("Opened %1$s · %2$s · %3$s"), date, size, name);
}

static gboolean
is_present (Dialog     *self,
            const char *id)
{
  return self->window->document != NULL
         && g_strcmp0 (cvr_document_get_id (self->window->document), id) == 0;
}

static void
delete_response_cb (AdwMessageDialog *question,
                    const char       *response,
                    Dialog           *self)
{
  const char *id = g_object_get_data (G_OBJECT (question), id_key);
  g_autoptr (GError) error = NULL;

  if (g_str_equal (response, "delete") && !cvr_documents_delete (self->documents, id, &error))
    cvr_show_error (self->dialog, _("The project is still here"), error->message);
}

static void
delete_cb (GtkButton *button,
           Dialog    *self)
{
  const char *id = g_object_get_data (G_OBJECT (button), id_key);
  const CvrDocumentInfo *info = cvr_documents_find (self->documents, id);
  g_autofree char *heading = NULL;
  GtkWidget *question;

  if (info == NULL)
    return;
  /* Translators: %s is a project's title. */
  heading = g_strdup_printf (_("Delete “%s”?"), info->title);
  question = adw_message_dialog_new (
    GTK_WINDOW (self->dialog), heading,
    info->uri != NULL
      ? _("Its pictures, labels and network go from this computer for good. The file that it was "
          "saved to stays.")
      : _("Its pictures, labels and network go for good: it was never saved to a file."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (question), "cancel", _("_Cancel"),
                                    "delete", _("_Delete"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (question), "delete",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (question), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (question), "cancel");
  g_object_set_data_full (G_OBJECT (question), id_key, g_strdup (id), g_free);
  g_signal_connect (question, "response", G_CALLBACK (delete_response_cb), self);
  gtk_window_present (GTK_WINDOW (question));
}

/* CvrDocumentSaved; @data: the window, held. */
static void
saved_cb (const GError *error,
          gpointer      data)
{
  g_autoptr (CvrWindow) window = data;

  if (error != NULL)
    cvr_show_error (GTK_WIDGET (window), _("The file was not saved"), error->message);
  else
    cvr_toast (GTK_WIDGET (window), _("The project was saved."));
}

static void
save_response_cb (GtkNativeDialog *chooser,
                  int              response,
                  Dialog          *self)
{
  const char *id = g_object_get_data (G_OBJECT (chooser), id_key);
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL)
    cvr_show_job (GTK_WIDGET (self->window),
                  cvr_documents_save_as (self->documents, id, file, saved_cb,
                                         g_object_ref (self->window)));
  g_object_set_data (G_OBJECT (self->dialog), "cvr-chooser", NULL);
}

static void
save_cb (GtkButton *button,
         Dialog    *self)
{
  const char *id = g_object_get_data (G_OBJECT (button), id_key);
  const CvrDocumentInfo *info = cvr_documents_find (self->documents, id);
  GtkFileChooserNative *chooser;
  g_autofree char *name = NULL;

  if (info == NULL)
    return;
  if (is_present (self, id))
    {
      cvr_window_save_as (self->window);
      return;
    }
  chooser = cvr_window_make_chooser (self->window, GTK_FILE_CHOOSER_ACTION_SAVE,
                                     _("Save the project"), _("Convisor projects"), "*.convisor");
  gtk_native_dialog_set_transient_for (GTK_NATIVE_DIALOG (chooser), GTK_WINDOW (self->dialog));
  name = g_strdup_printf ("%s.convisor", info->title);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), g_strdelimit (name, "/", '-'));
  g_object_set_data_full (G_OBJECT (chooser), id_key, g_strdup (id), g_free);
  g_object_set_data_full (G_OBJECT (self->dialog), "cvr-chooser", chooser, g_object_unref);
  g_signal_connect (chooser, "response", G_CALLBACK (save_response_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
add_button (Dialog     *self,
            GtkWidget  *row,
            const char *id,
            const char *icon,
            const char *tooltip,
            void      (*clicked_cb) (GtkButton *button, Dialog *self))
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip,
                                  -1);
  g_object_set_data_full (G_OBJECT (button), id_key, g_strdup (id), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (clicked_cb), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

static void
add_row (Dialog                *self,
         const CvrDocumentInfo *info)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *subtitle = dup_subtitle (self, info);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), info->title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  g_object_set_data_full (G_OBJECT (row), id_key, g_strdup (info->id), g_free);
  if (is_present (self, info->id))
    {
      GtkWidget *mark = gtk_image_new_from_icon_name ("object-select-symbolic");

      gtk_widget_set_tooltip_text (mark, _("Open now"));
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), mark);
    }
  add_button (self, row, info->id, "document-save-as-symbolic", _("Save to a file…"), save_cb);
  if (!is_present (self, info->id))
    add_button (self, row, info->id, "user-trash-symbolic", _("Delete this project…"), delete_cb);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_list_box_append (self->list, row);
}

static void
fill (Dialog *self)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, row);
  for (guint i = 0; i < cvr_documents_n (self->documents); i++)
    add_row (self, cvr_documents_get (self->documents, i));
}

static void
activated_cb (GtkListBox    *list,
              GtkListBoxRow *row,
              Dialog        *self)
{
  CvrApplication *application =
    CVR_APPLICATION (gtk_window_get_application (GTK_WINDOW (self->window)));
  g_autofree char *id = g_strdup (g_object_get_data (G_OBJECT (row), id_key));
  gboolean present = is_present (self, id);

  gtk_window_destroy (GTK_WINDOW (self->dialog));
  if (!present)
    cvr_application_switch (application, id, NULL);
}

static GtkWidget *
make_content (Dialog *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *list = gtk_list_box_new ();

  self->list = GTK_LIST_BOX (list);
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_widget_set_valign (list, GTK_ALIGN_START);
  g_signal_connect (list, "row-activated", G_CALLBACK (activated_cb), self);
  gtk_widget_set_margin_top (clamp, 18);
  gtk_widget_set_margin_bottom (clamp, 18);
  gtk_widget_set_margin_start (clamp, 18);
  gtk_widget_set_margin_end (clamp, 18);
  adw_clamp_set_child (ADW_CLAMP (clamp), list);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), scroller);

  return box;
}

void
cvr_dialog_close_on_escape (GtkWidget *dialog)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (keys),
    gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                      gtk_named_action_new ("window.close")));
  gtk_widget_add_controller (dialog, keys);
}

/**
 * cvr_projects_dialog_new:
 * @window: whose projects they are
 *
 * Returns: (transfer none): to be presented; kept by GTK until it is closed
 */
GtkWidget *
cvr_projects_dialog_new (CvrWindow *window)
{
  CvrApplication *application = CVR_APPLICATION (gtk_window_get_application (GTK_WINDOW (window)));
  Dialog *self = g_new0 (Dialog, 1);

  self->window = window;
  self->documents = g_object_ref (cvr_application_get_documents (application));
  self->dialog =
    g_object_new (ADW_TYPE_WINDOW, "title", _("All projects"), "transient-for", window, "modal",
                  TRUE, "destroy-with-parent", TRUE, "default-width", 560, "default-height", 480,
                  NULL);
  adw_window_set_content (ADW_WINDOW (self->dialog), make_content (self));
  cvr_dialog_close_on_escape (self->dialog);
  g_object_set_data_full (G_OBJECT (self->dialog), "cvr-dialog", self, dialog_free);
  g_signal_connect_swapped (self->documents, "changed", G_CALLBACK (fill), self);
  fill (self);

  return self->dialog;
}
