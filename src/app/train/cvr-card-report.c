/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks where to, and writes the report of a training there. */
#include "cvr-card-report.h"

#include "cvr-labelling.h"
#include "cvr-report.h"
#include "cvr-window.h"

#include <glib/gi18n-lib.h>

/* Everything that a report says, as copies that belong to the work. */
typedef struct
{
  char          *path;
  gboolean       html;
  char          *title, *note, *data_name, *other;
  char         **differences, **class_titles;
  gint64         when;
  guint          n_planned;
  CvrSettings    settings;
  CvrRunReport   run;
  CvrHistory    *history;
  CvrDataset    *dataset;
  CvrModel      *model;      /* NULL: not of this training */
  CvrEvaluation *evaluation;

  /* Who is told. */
  GObject       *owner;      /* weak */
  CvrJobDone     done;
  gpointer       user_data;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_free (work->path);
  g_free (work->title);
  g_free (work->note);
  g_free (work->data_name);
  g_free (work->other);
  g_strfreev (work->differences);
  g_strfreev (work->class_titles);
  g_clear_pointer (&work->history, cvr_history_free);
  g_clear_pointer (&work->dataset, cvr_dataset_unref);
  g_clear_pointer (&work->model, cvr_model_unref);
  g_clear_pointer (&work->evaluation, cvr_evaluation_unref);
  g_clear_weak_pointer (&work->owner);
  g_free (work);
}

/* Worker. */
static gpointer
write_func (CvrJob  *job,
            gpointer data,
            GError **error)
{
  Work *work = data;
  CvrWatch watch = cvr_watch_job (job);
  const CvrReport report = {
    .title = work->title,
    .note = work->note,
    .when = work->when,
    .data_name = work->data_name,
    .class_titles = (const char *const *) work->class_titles,
    .n_pictures = cvr_dataset_n_items (work->dataset),
    .dataset = work->dataset,
    .settings = &work->settings,
    .n_epochs = work->n_planned,
    .history = work->history,
    .run = &work->run,
    .model = work->model,
    .evaluation = work->evaluation,
    .other = work->other,
    .differences = (const char *const *) work->differences,
  };
  gboolean written = work->html ? cvr_report_write_html (&report, work->path, &watch, error)
                                : cvr_report_write_pdf (&report, work->path, &watch, error);

  return written ? g_strdup (work->path) : NULL;
}

/* The curve is here: the rest is done beside the main thread. */
static void
history_cb (CvrJob       *job,
            gpointer      result,
            const GError *error,
            gpointer      data)
{
  Work *work = data;

  work->history = result;
  if (work->owner == NULL)
    work_free (work);
  else if (error != NULL)
    {
      work->done (job, NULL, error, work->user_data);
      work_free (work);
    }
  else
    cvr_job_start (_("Writing the report"), write_func, work, work_free, work->owner, work->done,
                   work->user_data, g_free);
}

/* What belongs to the network is said only where the project's network is of this training. */
static void
take_network (Work       *work,
              CvrProject *project,
              CvrRunCard *card)
{
  CvrModel *model = cvr_project_get_model (project);
  CvrEvaluation *evaluation = cvr_project_get_evaluation (project);
  guint epoch;

  if (model == NULL || !cvr_run_card_is_present (card, &epoch))
    return;
  work->model = cvr_model_ref (model);
  work->class_titles = cvr_labelling_dup_model_titles (project, model);
  if (evaluation != NULL)
    work->evaluation = cvr_evaluation_ref (evaluation);
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

void
cvr_card_report_write (CvrProject *project,
                       CvrRunCard *card,
                       CvrRunCard *before,
                       const char *path,
                       gboolean    html,
                       GObject    *owner,
                       CvrJobDone  done,
                       gpointer    user_data)
{
  const CvrCardFacts *facts = cvr_run_card_get_facts (card);
  const char *note = cvr_run_card_get_note (card);
  Work *work = g_new0 (Work, 1);

  work->path = g_strdup (path);
  work->html = html;
  work->title = g_strdup (cvr_run_card_get_name (card));
  work->note = note[0] != '\0' ? g_strdup (note) : NULL;
  work->data_name = g_strdup (cvr_project_get_name (project));
  work->when = facts->started;
  work->n_planned = facts->n_planned;
  work->settings = facts->settings;
  work->run = facts->report;
  work->dataset = cvr_dataset_copy (cvr_project_get_dataset (project));
  take_network (work, project, card);
  take_difference (work, card, before);
  g_set_weak_pointer (&work->owner, owner);
  work->done = done;
  work->user_data = user_data;
  cvr_notebook_read_history (cvr_project_get_notebook (project), cvr_run_card_get_id (card),
                             G_OBJECT (project), history_cb, work);
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
written_cb (CvrJob       *job,
            gpointer      result,
            const GError *error,
            gpointer      data)
{
  GtkWidget *widget = data;
  g_autofree char *path = result;
  g_autofree char *name = path != NULL ? g_path_get_basename (path) : NULL;
  g_autofree char *text = NULL;

  if (error != NULL)
    {
      cvr_show_error (widget, _("The report could not be written"), error->message);
      return;
    }
  text = g_strdup_printf (_("Report written: %s"), name);
  cvr_toast (widget, text);
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
    cvr_card_report_write (question->project, question->card, question->before, path,
                           question->html, G_OBJECT (window), written_cb, window);
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
