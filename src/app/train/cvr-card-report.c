/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks where to, and writes the report of a training there. */
#include "cvr-card-report.h"

#include "cvr-report.h"
#include "cvr-run-record.h"
#include "cvr-window.h"

#include <glib/gi18n-lib.h>

/* What the record doesn't say, as copies that belong to the work. */
typedef struct
{
  char        *path;
  gboolean     html;
  char        *title, *note, *data_name, *state, *other;
  char       **differences;
  CvrCardFacts facts;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_free (work->path);
  g_free (work->title);
  g_free (work->note);
  g_free (work->data_name);
  g_free (work->state);
  g_free (work->other);
  g_strfreev (work->differences);
  g_free (work);
}

/* CvrRunRecordFunc */
static gpointer
write_func (CvrJob             *job,
            const CvrRunRecord *record,
            gpointer            data,
            GError            **error)
{
  const Work *work = data;
  CvrWatch watch = cvr_watch_job (job);
  const CvrReport report = {
    .title = work->title,
    .note = work->note,
    .data_name = work->data_name,
    .card = &work->facts,
    .state = work->state,
    .class_titles = (const char *const *) record->class_titles,
    .dataset = record->dataset,
    .history = record->history,
    .model = record->model,
    .epoch = record->epoch,
    .evaluation = record->evaluation,
    .lack = record->lack,
    .other = work->other,
    .differences = (const char *const *) work->differences,
  };
  gboolean written = work->html ? cvr_report_write_html (&report, work->path, &watch, error)
                                : cvr_report_write_pdf (&report, work->path, &watch, error);

  return written ? g_strdup (work->path) : NULL;
}

/* Where a training came to its end the rest of the report says how. */
static char *
dup_state (CvrRunCard *card)
{
  const CvrCardFacts *facts = cvr_run_card_get_facts (card);

  if (facts->kind == CVR_CARD_RUN && facts->state == CVR_CARD_ENDED &&
      facts->report.stop == NN_STOP_COMPLETED)
    return NULL;

  return cvr_run_card_dup_state (card);
}

static void
take_difference (Work       *work,
                 CvrRunCard *card,
                 CvrRunCard *before)
{
  g_autofree char *text = NULL;

  if (before == NULL)
    return;
  text = cvr_run_card_dup_difference (card, before);
  if (text[0] == '\0')
    return;
  work->other = g_strdup (cvr_run_card_get_name (before));
  work->differences = g_strsplit (text, _("; "), -1);
}

CvrJob *
cvr_card_report_write (CvrProject *project,
                       CvrRunCard *card,
                       CvrRunCard *before,
                       const char *path,
                       gboolean    html,
                       GObject    *owner,
                       CvrJobDone  done,
                       gpointer    user_data)
{
  const char *note = cvr_run_card_get_note (card);
  Work *work = g_new0 (Work, 1);
  const CvrRunRecordUse use = { _("Writing the report"), write_func, work, work_free, owner, done,
                                user_data, g_free };

  work->path = g_strdup (path);
  work->html = html;
  work->title = g_strdup (cvr_run_card_get_name (card));
  work->note = note[0] != '\0' ? g_strdup (note) : NULL;
  work->data_name = g_strdup (cvr_project_get_name (project));
  work->state = dup_state (card);
  work->facts = *cvr_run_card_get_facts (card);
  work->facts.what = NULL; /* the card's, as are the changes: state and differences say them */
  work->facts.changes = NULL;
  work->facts.n_changes = 0;
  take_difference (work, card, before);

  return cvr_run_record_use (project, card, &use);
}

/* Asking */

typedef struct
{
  CvrProject *project;
  CvrRunCard *card, *before;
  gboolean    html;
} Question;

static void
question_free (gpointer  data,
               GClosure *closure)
{
  Question *question = data;

  g_clear_object (&question->project);
  g_clear_object (&question->card);
  g_clear_object (&question->before);
  g_free (question);
}

static void
shown_cb (GObject      *window,
          GAsyncResult *result,
          gpointer      unused)
{
  g_autoptr (GError) error = NULL;

  if (!gtk_show_uri_full_finish (GTK_WINDOW (window), result, &error))
    cvr_show_error (GTK_WIDGET (window), _("The report could not be opened"), error->message);
}

static void
open_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       window)
{
  g_autofree char *uri = g_filename_to_uri (g_variant_get_string (parameter, NULL), NULL, NULL);

  if (uri != NULL)
    gtk_show_uri_full (window, uri, GDK_CURRENT_TIME, NULL, shown_cb, NULL);
}

/* The toast is outside of the page: its button asks the window. */
static void
add_open_action (GtkWidget *window)
{
  static const GActionEntry entry = { "open-report", open_cb, "s" };

  if (!g_action_group_has_action (G_ACTION_GROUP (window), entry.name))
    g_action_map_add_action_entries (G_ACTION_MAP (window), &entry, 1, window);
}

static void
written_cb (CvrJob       *job,
            gpointer      result,
            const GError *error,
            gpointer      data)
{
  GtkWidget *window = data;
  g_autofree char *path = result;
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  g_autofree char *action = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error != NULL)
    {
      cvr_show_error (window, _("The report could not be written"), error->message);
      return;
    }

  name = g_filename_display_basename (path);
  text = g_strdup_printf (_("Report written: %s"), name);
  action = g_action_print_detailed_name ("win.open-report", g_variant_new_string (path));
  add_open_action (window);
  cvr_toast_action (window, text, _("_Open"), action);
}

static void
chosen_cb (GtkNativeDialog *dialog,
           int              response,
           Question        *question)
{
  GtkWidget *window = GTK_WIDGET (gtk_native_dialog_get_transient_for (dialog));
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (response == GTK_RESPONSE_ACCEPT && path == NULL)
    cvr_show_error (window, _("The report could not be written"),
                    _("This place is not on this computer: choose a folder of your own."));
  else if (response == GTK_RESPONSE_ACCEPT)
    cvr_show_job (window, cvr_card_report_write (question->project, question->card,
                                                 question->before, path, question->html,
                                                 G_OBJECT (window), written_cb, window));
  g_object_unref (dialog);
}

void
cvr_card_report_ask (GtkWidget  *widget,
                     CvrProject *project,
                     CvrRunCard *card,
                     CvrRunCard *before,
                     gboolean    html)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWindow *window = GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (
    _("Write a report"), window, GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  g_autofree char *name =
    g_strdup_printf ("%s.%s", cvr_run_card_get_name (card), html ? "html" : "pdf");
  Question *question = g_new0 (Question, 1);

  question->project = g_object_ref (project);
  question->card = g_object_ref (card);
  question->before = before != NULL ? g_object_ref (before) : NULL;
  question->html = html;
  g_strdelimit (name, "/\\:", '-');
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), name);
  g_signal_connect_data (chooser, "response", G_CALLBACK (chosen_cb), question, question_free, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}
