/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a training changed its network: what is known of every layer after each stored epoch. */
#include "cvr-over-time.h"

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

static void
clear_moment (gpointer data)
{
  cvr_unit_facts_free (((CvrMoment *) data)->facts);
}

static void go_on (CvrOverTime *self);

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
      g_clear_pointer (&result, cvr_unit_facts_free);
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
      g_signal_emit (self, signals[CHANGED], 0);
      return;
    }
  self->job = cvr_unit_facts_start (self->project, model, CVR_OVER_TIME_PICTURES, G_OBJECT (self),
                                    known_cb, self);
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

guint64
cvr_over_time_get_run (CvrOverTime *self)
{
  g_return_val_if_fail (CVR_IS_OVER_TIME (self), 0);

  return self->run;
}

void
cvr_over_time_set_active (CvrOverTime *self,
                          gboolean     active)
{
  g_return_if_fail (CVR_IS_OVER_TIME (self));

  self->active = active;
  go_on (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
cvr_over_time_is_busy (CvrOverTime *self)
{
  g_return_val_if_fail (CVR_IS_OVER_TIME (self), FALSE);

  return self->job != NULL || self->reading;
}

const CvrMoment *
cvr_over_time_get (CvrOverTime *self,
                   guint       *n)
{
  g_return_val_if_fail (CVR_IS_OVER_TIME (self), NULL);

  *n = self->moments->len;

  return (const CvrMoment *) (gpointer) self->moments->data;
}
