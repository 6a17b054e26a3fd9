/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that the project knows about one card of its notebook. */
#include "cvr-run-record.h"

#include "cvr-epochs-private.h"
#include "cvr-notebook-private.h"
#include "cvr-project-private.h"
#include "cvr-watch.h"

#include <glib/gi18n-lib.h>

/* What the worker needs. */
typedef struct
{
  CvrKeeper      *keeper;
  NnWorkers      *workers;
  char           *key;     /* of its curve */
  guint64         run;
  guint           epoch;   /* whose network is wanted */
  CvrModel       *model;   /* where it is in memory already */
  CvrDataset     *dataset;
  GHashTable     *titles;  /* name to title of each class */
  char           *lack;
  CvrRunRecordUse use; /* not its title */
} Query;

/* The best epoch; the last one where nothing was validated. */
static guint
wanted_epoch (const CvrCardFacts *facts)
{
  if (facts->kind == CVR_CARD_VARIANT)
    return 0;

  return facts->report.best_epoch > 0 ? facts->report.best_epoch : facts->report.n_epochs;
}

static gboolean
is_stored (CvrEpochs *epochs,
           guint64    run,
           guint      epoch)
{
  guint nearest;

  return cvr_epochs_nearest (epochs, run, epoch, &nearest) && nearest == epoch;
}

static void
find_network (Query      *self,
              CvrProject *project,
              CvrRunCard *card)
{
  const CvrCardFacts *facts = cvr_run_card_get_facts (card);
  guint present;

  self->epoch = wanted_epoch (facts);
  if (facts->kind == CVR_CARD_RUN && self->epoch == 0)
    self->lack = g_strdup (_("It ended before its first epoch was through: there is no network "
                             "that could be asked."));
  else if (cvr_run_card_is_present (card, &present) && present == self->epoch)
    self->model = cvr_model_ref (project->model);
  else if (!is_stored (project->epochs, self->run, self->epoch))
    self->lack = g_strdup_printf (
      _("The network of epoch %u was not kept, so there are no scores and no pictures here. How "
        "much is kept can be changed under “Project size”."), self->epoch);
}

static Query *
query_new (CvrProject *project,
           CvrRunCard *card)
{
  Query *self = g_new0 (Query, 1);

  self->keeper = cvr_keeper_ref (project->keeper);
  self->workers = nn_workers_ref (project->workers);
  self->run = cvr_run_card_get_id (card);
  self->key = cvr_notebook_dup_key (self->run, "history");
  self->dataset = cvr_dataset_copy (cvr_project_active (project));
  self->titles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint k = 0; k < cvr_dataset_n_classes (project->dataset); k++)
    g_hash_table_insert (self->titles, g_strdup (cvr_dataset_class_name (project->dataset, k)),
                         g_strdup (cvr_project_class_title (project, k)));
  find_network (self, project, card);

  return self;
}

static void
query_free (gpointer data)
{
  Query *self = data;

  if (self->use.free_data != NULL)
    self->use.free_data (self->use.data);
  cvr_keeper_unref (self->keeper);
  nn_workers_unref (self->workers);
  g_free (self->key);
  g_clear_pointer (&self->model, cvr_model_unref);
  cvr_dataset_unref (self->dataset);
  g_hash_table_unref (self->titles);
  g_free (self->lack);
  g_free (self);
}

static void
record_free (CvrRunRecord *self)
{
  g_clear_pointer (&self->history, cvr_history_free);
  cvr_dataset_unref (self->dataset);
  g_clear_pointer (&self->model, cvr_model_unref);
  g_strfreev (self->class_titles);
  g_clear_pointer (&self->evaluation, cvr_evaluation_unref);
  g_free (self->lack);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrRunRecord, record_free)

static char **
dup_titles (const Query    *query,
            const CvrModel *model)
{
  char **titles = g_new0 (char *, model->n_classes + 1);

  for (guint k = 0; k < model->n_classes; k++)
    {
      const char *title = g_hash_table_lookup (query->titles, model->classes[k]);

      titles[k] = g_strdup (title != NULL ? title : model->classes[k]);
    }

  return titles;
}

/* What can't be read or asked is told in the record; the curve is worth having alone. */
static void
ask_network (CvrRunRecord   *self,
             const Query    *query,
             const CvrWatch *watch)
{
  g_autoptr (GError) error = NULL;

  self->model = query->model != NULL
                  ? cvr_model_ref (query->model)
                  : cvr_epochs_read_model (query->keeper, query->run, query->epoch, &error);
  if (self->model != NULL)
    {
      self->class_titles = dup_titles (query, self->model);
      self->evaluation =
        cvr_evaluate_project (self->model, self->dataset, query->workers, watch, &error);
    }
  if (error != NULL)
    self->lack = g_strdup (error->message);
}

static CvrRunRecord *
read_record (const Query    *query,
             const CvrWatch *watch,
             GError        **error)
{
  g_autoptr (CvrRunRecord) self = g_new0 (CvrRunRecord, 1);
  g_autoptr (GError) reason = NULL;

  self->dataset = cvr_dataset_ref (query->dataset);
  self->epoch = query->epoch;
  self->lack = g_strdup (query->lack);
  self->history = cvr_project_read_history (query->keeper, query->key, &reason);
  if (reason != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return NULL;
    }
  if (self->history == NULL)
    self->history = cvr_history_new ();
  if (self->lack == NULL)
    ask_network (self, query, watch);

  return g_steal_pointer (&self);
}

/* Worker. */
static gpointer
use_func (CvrJob  *job,
          gpointer data,
          GError **error)
{
  const Query *query = data;
  CvrWatch watch = cvr_watch_job (job);
  g_autoptr (CvrRunRecord) record = read_record (query, &watch, error);

  if (record == NULL)
    return NULL;
  if (!cvr_watch_tell (&watch, 0, 0))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled."));
      return NULL;
    }

  return query->use.func (job, record, query->use.data, error);
}

CvrJob *
cvr_run_record_use (CvrProject            *project,
                    CvrRunCard            *card,
                    const CvrRunRecordUse *use)
{
  Query *query;
  CvrJob *job;

  g_return_val_if_fail (project->keeper != NULL && use->func != NULL, NULL);

  query = query_new (project, card);
  query->use = *use;
  job = cvr_job_start (use->title, use_func, query, query_free, use->owner, use->done,
                       use->user_data, use->free_result);
  cvr_project_track_job (project, job);

  return job;
}
