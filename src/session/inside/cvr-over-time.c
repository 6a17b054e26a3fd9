/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a training changed its network: what is known of every layer after each stored epoch. */
#include "cvr-over-time.h"

#include "cvr-project-private.h"

#include <glib/gi18n-lib.h>

struct _CvrOverTime
{
  GObject         parent_instance;
  CvrProject     *project;
  CvrEpochReader *reader;
  guint64         run;
  gboolean        active;
  GArray         *moments; /* of CvrMoment, by epoch */
  GArray         *failed;  /* of guint: epochs that could not be read */
  CvrJob         *job;     /* borrowed; NULL: none */
  guint           at;      /* the epoch that is read or worked on */
  gboolean        reading;
};

G_DEFINE_FINAL_TYPE (CvrOverTime, cvr_over_time, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

typedef struct
{
  CvrModel   *model;
  CvrDataset *dataset;
  NnWorkers  *workers;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  cvr_model_unref (request->model);
  cvr_dataset_unref (request->dataset);
  nn_workers_unref (request->workers);
  g_free (request);
}

static void
clear_moment (gpointer data)
{
  cvr_unit_facts_unref (((CvrMoment *) data)->facts);
}

static void go_on (CvrOverTime *self);

/* Worker. */
static gpointer
facts_func (CvrJob  *job,
            gpointer data,
            GError **error)
{
  const Request *request = data;
  CvrWatch watch = cvr_watch_job (job);

  return cvr_unit_facts_compute (request->model, request->dataset, CVR_OVER_TIME_PICTURES,
                                 request->workers, &watch, error);
}

static void
insert (CvrOverTime *self, CvrUnitFacts *facts) /* (transfer full) */
{
  CvrMoment moment = { self->at, facts };
  guint i = 0;

  while (i < self->moments->len && g_array_index (self->moments, CvrMoment, i).epoch < self->at)
    i++;
  g_array_insert_val (self->moments, i, moment);
}

static void
known_cb (CvrJob       *job,
          gpointer      result,
          const GError *error,
          gpointer      data)
{
  CvrOverTime *self = data;

  if (job != self->job)
    {
      g_clear_pointer (&result, cvr_unit_facts_unref);
      return;
    }
  self->job = NULL;
  if (result != NULL)
    insert (self, result);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_array_append_val (self->failed, self->at);
  go_on (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
read_cb (guint64       run,
         guint         epoch,
         CvrModel     *model,
         const GError *error,
         gpointer      data)
{
  CvrOverTime *self = data;
  Request *request;

  self->reading = FALSE;
  if (run != self->run || epoch != self->at)
    {
      go_on (self);
      return;
    }
  if (model == NULL)
    {
      g_array_append_val (self->failed, epoch);
      go_on (self);
      return;
    }
  request = g_new0 (Request, 1);
  request->model = cvr_model_ref (model);
  request->dataset = cvr_dataset_copy (cvr_project_get_dataset (self->project));
  request->workers = nn_workers_ref (cvr_project_quick_workers (self->project));
  self->job = cvr_job_start (_("Looking at an epoch"), facts_func, request, request_free,
                             G_OBJECT (self), known_cb, self, cvr_unit_facts_unref);
  cvr_project_track_job (self->project, self->job);
}

static gboolean
is_done (CvrOverTime *self,
         guint        epoch)
{
  for (guint i = 0; i < self->moments->len; i++)
    if (g_array_index (self->moments, CvrMoment, i).epoch == epoch)
      return TRUE;
  for (guint i = 0; i < self->failed->len; i++)
    if (g_array_index (self->failed, guint, i) == epoch)
      return TRUE;

  return FALSE;
}

/* The next stored epoch that is wanted and not known yet. */
static void
go_on (CvrOverTime *self)
{
  guint n = 0, wanted;
  const guint *epochs;

  if (!self->active || self->run == 0 || self->job != NULL || self->reading)
    return;
  epochs = cvr_epochs_list (cvr_project_get_epochs (self->project), self->run, &n);
  wanted = MIN (n, (guint) CVR_OVER_TIME_EPOCHS);
  for (guint i = 0; i < wanted; i++)
    {
      guint epoch = epochs[wanted > 1 ? i * (n - 1) / (wanted - 1) : n - 1];

      if (is_done (self, epoch))
        continue;
      self->at = epoch;
      self->reading = TRUE;
      cvr_epoch_reader_ask (self->reader, self->run, epoch);
      return;
    }
}

static void
stored_cb (CvrOverTime *self,
           guint64      run)
{
  if (run == self->run)
    go_on (self);
}

static void
cvr_over_time_dispose (GObject *object)
{
  CvrOverTime *self = CVR_OVER_TIME (object);

  self->active = FALSE;
  if (self->job != NULL)
    cvr_job_cancel (self->job);
  self->job = NULL;
  g_clear_pointer (&self->reader, cvr_epoch_reader_free);
  if (self->project != NULL)
    g_signal_handlers_disconnect_by_data (cvr_project_get_epochs (self->project), self);
  g_clear_object (&self->project);

  G_OBJECT_CLASS (cvr_over_time_parent_class)->dispose (object);
}

static void
cvr_over_time_finalize (GObject *object)
{
  CvrOverTime *self = CVR_OVER_TIME (object);

  g_array_unref (self->moments);
  g_array_unref (self->failed);

  G_OBJECT_CLASS (cvr_over_time_parent_class)->finalize (object);
}

static void
cvr_over_time_class_init (CvrOverTimeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cvr_over_time_dispose;
  object_class->finalize = cvr_over_time_finalize;

  signals[CHANGED] = g_signal_new ("changed", CVR_TYPE_OVER_TIME, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
cvr_over_time_init (CvrOverTime *self)
{
  self->moments = g_array_new (FALSE, FALSE, sizeof (CvrMoment));
  g_array_set_clear_func (self->moments, clear_moment);
  self->failed = g_array_new (FALSE, FALSE, sizeof (guint));
}

/**
 * cvr_over_time_new:
 *
 * Returns: (transfer full): asleep until it has a run and is active
 */
CvrOverTime *
cvr_over_time_new (CvrProject *project)
{
  CvrOverTime *self = g_object_new (CVR_TYPE_OVER_TIME, NULL);
  CvrEpochs *epochs = cvr_project_get_epochs (project);

  self->project = g_object_ref (project);
  self->reader = cvr_epoch_reader_new (epochs, read_cb, self);
  g_signal_connect_swapped (epochs, "stored", G_CALLBACK (stored_cb), self);

  return self;
}

void
cvr_over_time_set_run (CvrOverTime *self,
                       guint64      run)
{
  g_return_if_fail (CVR_IS_OVER_TIME (self));

  if (self->run == run)
    return;
  self->run = run;
  if (self->job != NULL)
    cvr_job_cancel (self->job);
  self->job = NULL;
  g_array_set_size (self->moments, 0);
  g_array_set_size (self->failed, 0);
  go_on (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
cvr_over_time_set_active (CvrOverTime *self,
                          gboolean     active)
{
  g_return_if_fail (CVR_IS_OVER_TIME (self));

  self->active = active;
  go_on (self);
}

const CvrMoment *
cvr_over_time_get (CvrOverTime *self,
                   guint       *n)
{
  g_return_val_if_fail (CVR_IS_OVER_TIME (self), NULL);

  *n = self->moments->len;

  return (const CvrMoment *) (gpointer) self->moments->data;
}
