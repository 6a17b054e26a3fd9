/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures come into the window's project: progress, the question before a cancel, what came. */
#include "cvr-window-private.h"

#include "cvr-import-summary.h"

#include <glib/gi18n-lib.h>

static const char imported_key[] = "cvr-imported";

/* Imports whose details can be looked at. */
enum { MAX_IMPORTED = 8 };

static void
imported_free (gpointer data)
{
  CvrImported *imported = data;

  g_clear_pointer (&imported->report, cvr_project_report_free);
  g_strfreev (imported->sources);
  g_free (imported->label);
  g_free (imported);
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
update (CvrWindow *self)
{
  const CvrImported *newest = g_queue_peek_head (&self->imported);

  enable (self, "import-details", newest != NULL);
  enable (self, "import-same", newest != NULL && newest->report->n_same_out > 0);
}

void
cvr_window_forget_import (CvrWindow *self)
{
  g_queue_clear_full (&self->imported, imported_free);
  update (self);
}

/* NULL where it was forgotten. */
static CvrImported *
find_imported (CvrWindow *self,
               guint      serial)
{
  for (GList *l = self->imported.head; l != NULL; l = l->next)
    if (((CvrImported *) l->data)->serial == serial)
      return l->data;

  return NULL;
}

/* Before a cancel */

static void
still_coming_cb (CvrJob           *job,
                 GParamSpec       *pspec,
                 AdwMessageDialog *dialog)
{
  guint n = cvr_project_import_n_kept (job);
  g_autofree char *heading = NULL;

  if (!cvr_job_is_running (job))
    {
      gtk_window_close (GTK_WINDOW (dialog));
      return;
    }
  heading = g_strdup_printf (ngettext ("Keep the %'u picture that came, or drop it?",
                                       "Keep the %'u pictures that came, or drop them?", n),
                             n);
  adw_message_dialog_set_heading (dialog, heading);
}

static void
cancel_response_cb (AdwMessageDialog *dialog,
                    const char       *response,
                    CvrJob           *job)
{
  if (!cvr_job_is_running (job))
    return;
  if (g_str_equal (response, "keep"))
    cvr_project_import_finish_early (job);
  else if (g_str_equal (response, "drop"))
    cvr_job_cancel (job);
}

/* CvrJobBarCancel */
static void
ask_cancel_cb (CvrJob   *job,
               gpointer  data)
{
  CvrWindow *self = data;
  GtkWidget *dialog;

  if (cvr_project_import_n_kept (job) == 0)
    {
      cvr_job_cancel (job);
      return;
    }

  dialog = adw_message_dialog_new (GTK_WINDOW (self), NULL, _("The import goes on meanwhile."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "go-on", _("_Go on"), "drop",
                                    _("_Drop"), "keep", _("_Keep"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "drop",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "keep",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "go-on");
  g_object_set_data_full (G_OBJECT (dialog), "cvr-job", g_object_ref (job), g_object_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (cancel_response_cb), job, 0);
  g_signal_connect_object (job, "notify::message", G_CALLBACK (still_coming_cb), dialog, 0);
  g_signal_connect_object (job, "notify::running", G_CALLBACK (still_coming_cb), dialog, 0);
  still_coming_cb (job, NULL, ADW_MESSAGE_DIALOG (dialog));
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Afterwards */

static guint
count_unlabelled (CvrWindow *self)
{
  return cvr_dataset_count (cvr_project_get_dataset (self->project), CVR_LABEL_NONE,
                            CVR_SPLIT_AUTO);
}

/* Whether there is more to say than how many there are. */
static gboolean
has_details (const CvrImported *imported)
{
  const CvrLoadReport *report = imported->report;

  return report->n_skipped > 0 || report->n_notes > 0 || report->n_same > 0
         || report->n_damaged > 0 || report->n_given > report->n_labelled
         || (report->n_loaded > 1 && !g_str_has_prefix (imported->sources[0], "builtin:"));
}

static void
say_imported (CvrWindow         *self,
              const CvrImported *imported)
{
  g_autofree char *text = cvr_import_summary_line (imported->report);
  g_autofree char *details = g_strdup_printf ("win.import-details-of(uint32 %u)", imported->serial);

  /* One button is all that a toast has: the rest is in the details, or has its key. */
  if (has_details (imported))
    cvr_toast_action (GTK_WIDGET (self), text, _("_Details"), details);
  else if (count_unlabelled (self) > 0)
    cvr_toast_action (GTK_WIDGET (self), text, _("_Label them"), "win.show-unlabelled");
  else
    cvr_toast_action (GTK_WIDGET (self), text, _("_Undo"), "win.undo");
}

static void
imported_cb (CvrJob       *job,
             gpointer      result,
             const GError *error,
             gpointer      user_data)
{
  CvrWindow *self = user_data;
  CvrLoadReport *report = result;
  CvrImported *imported;
  gboolean is_sample = job == self->sample_job;

  if (is_sample)
    self->sample_job = NULL;
  if (self->n_imports > 0)
    self->n_imports--;
  cvr_window_update_actions (self);
  if (error != NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    cvr_toast (GTK_WIDGET (self), _("Import cancelled: nothing was added"));
  else if (error != NULL)
    cvr_show_error (GTK_WIDGET (self), _("Nothing could be imported"), error->message);
  if (report == NULL)
    return;
  if (self->project == NULL || is_sample)
    {
      cvr_project_report_free (report);
      return;
    }

  imported = g_object_steal_data (G_OBJECT (job), imported_key);
  imported->report = report;
  imported->serial = ++self->n_imported;
  g_queue_push_head (&self->imported, imported);
  if (g_queue_get_length (&self->imported) > MAX_IMPORTED)
    imported_free (g_queue_pop_tail (&self->imported));
  update (self);
  say_imported (self, imported);
}

/* NULL in a project that may not change. */
static CvrJob *
start (CvrWindow       *self,
       const CvrImport *import)
{
  CvrDataset *dataset = cvr_project_get_dataset (self->project);
  const guint n = cvr_dataset_n_items (dataset);
  CvrJob *job =
    cvr_project_import_with (self->project, import, G_OBJECT (self), imported_cb, self);
  CvrImported *imported;

  if (job == NULL)
    return NULL;
  imported = g_new0 (CvrImported, 1);
  imported->sources = g_strdupv ((char **) import->sources);
  imported->label = g_strdup (import->label);
  imported->newest = n > 0 && !import->replace ? cvr_dataset_item (dataset, n - 1)->id : 0;
  g_object_set_data_full (G_OBJECT (job), imported_key, imported, imported_free);
  self->n_imports++;
  cvr_job_bar_add_asking (self->jobs, job, ask_cancel_cb, self);

  return job;
}

/**
 * cvr_window_import:
 * @sources: (array zero-terminated=1): paths, or "builtin:NAME[:COUNT]"
 * @label: (nullable): class of pictures that come without one
 * @replace: everything else leaves first
 *
 * Pictures that are there already are left out; the details offer to add them all the same.
 */
void
cvr_window_import (CvrWindow         *self,
                   const char *const *sources,
                   const char        *label,
                   gboolean           replace)
{
  const CvrImport import = { .sources = sources, .label = label, .replace = replace,
                             .skip_same = !g_str_has_prefix (sources[0], "builtin:") };

  g_return_if_fail (CVR_IS_WINDOW (self));
  g_return_if_fail (self->project != NULL);

  start (self, &import);
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
  const CvrImport import = { .sources = sources };

  g_return_if_fail (CVR_IS_WINDOW (self));
  g_return_if_fail (self->project != NULL);

  self->sample_job = start (self, &import);
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

/* Actions */

static void
show_details (CvrWindow         *self,
              const CvrImported *imported)
{
  if (self->project != NULL && imported != NULL)
    gtk_window_present (GTK_WINDOW (cvr_import_summary_new (
      GTK_WINDOW (self), imported->report, imported->serial, count_unlabelled (self))));
}

static void
details_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  CvrWindow *self = user_data;

  show_details (self, g_queue_peek_head (&self->imported));
}

static void
details_of_cb (GSimpleAction *action,
               GVariant      *serial,
               gpointer       user_data)
{
  show_details (user_data, find_imported (user_data, g_variant_get_uint32 (serial)));
}

static void
import_same (CvrWindow         *self,
             const CvrImported *imported)
{
  CvrImport import = { .only_same = TRUE };

  if (self->project == NULL || imported == NULL)
    return;
  import.sources = (const char *const *) imported->sources;
  import.label = imported->label;
  import.newest = imported->newest;
  if (start (self, &import) != NULL)
    enable (self, "import-same", FALSE);
}

static void
same_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  CvrWindow *self = user_data;

  import_same (self, g_queue_peek_head (&self->imported));
}

static void
same_of_cb (GSimpleAction *action,
            GVariant      *serial,
            gpointer       user_data)
{
  import_same (user_data, find_imported (user_data, g_variant_get_uint32 (serial)));
}

static void
alike_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  CvrWindow *self = user_data;

  cvr_window_show_page (self, "images");
  gtk_widget_activate_action (cvr_window_get_page (self, "images"), "images.find-alike", NULL);
}

/**
 * cvr_window_add_import:
 *
 * Adds "win.import-details" and "win.import-same" (of the last import), the same with "-of"
 * (uint32: of that one), and "win.find-alike".
 */
void
cvr_window_add_import (CvrWindow *self)
{
  static const GActionEntry entries[] = {
    { "import-details", details_cb },
    { "import-details-of", details_of_cb, "u" },
    { "import-same", same_cb },
    { "import-same-of", same_of_cb, "u" },
    { "find-alike", alike_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  update (self);
}
