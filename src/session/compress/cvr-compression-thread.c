/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The thread behind the sliders: always at the newest spec, and at a study when there is none. */
#include "cvr-compression-private.h"

#include "cvr-compress-probe.h"

enum { SILENCE_US = 60000 };

typedef struct
{
  CvrCompressBench *bench;
  CvrJob           *job;
  CvrCompressWants *wants;     /* what is worked on */
  CvrCompressWants *next;      /* (nullable): what was taken meanwhile */
  gboolean          front_done;
  guint             n_studied;
} Worker;

void
cvr_compress_wants_free (gpointer wants)
{
  CvrCompressWants *self = wants;

  g_clear_pointer (&self->study, g_array_unref);
  g_free (self);
}

void
cvr_studied_free (gpointer studied)
{
  CvrStudied *self = studied;

  g_clear_pointer (&self->result, cvr_compressed_unref);
  g_free (self);
}

CvrCompressBench *
cvr_compress_bench_new (CvrModel   *model,
                        CvrDataset *dataset,
                        NnWorkers  *workers,
                        CvrHandoff *handoff)
{
  CvrCompressBench *self = g_new0 (CvrCompressBench, 1);

  self->ref_count = 1;
  self->model = cvr_model_ref (model);
  self->dataset = cvr_dataset_ref (dataset);
  self->workers = nn_workers_ref (workers);
  self->handoff = cvr_handoff_ref (handoff);

  return self;
}

CvrCompressBench *
cvr_compress_bench_ref (CvrCompressBench *self)
{
  g_atomic_int_inc (&self->ref_count);

  return self;
}

void
cvr_compress_bench_unref (gpointer bench)
{
  CvrCompressBench *self = bench;

  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  g_clear_pointer (&self->probe, cvr_compress_probe_free);
  g_clear_pointer (&self->model, cvr_model_unref);
  g_clear_pointer (&self->dataset, cvr_dataset_unref);
  g_clear_pointer (&self->workers, nn_workers_unref);
  g_clear_pointer (&self->handoff, cvr_handoff_unref);
  g_free (self);
}

/* Takes what is wanted newly, if anything is. */
static void
look_up (Worker *self)
{
  CvrCompressWants *newer = cvr_handoff_take_wants (self->bench->handoff);

  if (newer == NULL)
    return;
  g_clear_pointer (&self->next, cvr_compress_wants_free);
  self->next = newer;
}

/* What was taken takes the place of what was worked on. */
static void
move_on (Worker *self)
{
  const CvrCompressWants *old = self->wants;

  look_up (self);
  if (self->next == NULL)
    return;

  /* Also where it is the same as before: a slider that went away and came back wants figures. */
  self->front_done = !self->next->front;
  if (old == NULL || old->study_serial != self->next->study_serial)
    self->n_studied = self->next->n_studied;
  g_clear_pointer (&self->wants, cvr_compress_wants_free);
  self->wants = g_steal_pointer (&self->next);
  g_atomic_int_set (&self->bench->served, (gint) self->wants->serial);
}

static gboolean
keep_going (gpointer data)
{
  Worker *self = data;

  return cvr_job_keep_going (self->job);
}

static gboolean
front_is_wanted (gpointer data)
{
  Worker *self = data;

  look_up (self);

  return self->next == NULL ||
         (self->next->front && cvr_compress_spec_equal (&self->wants->spec, &self->next->spec));
}

/* A slider that moves comes first. */
static gboolean
study_is_wanted (gpointer data)
{
  Worker *self = data;

  look_up (self);

  return self->next == NULL ||
         (!self->next->front && self->next->study_serial == self->wants->study_serial);
}

static void
told (CvrCompressed *partial,
      gpointer       data)
{
  Worker *self = data;

  cvr_handoff_publish (self->bench->handoff, partial);
}

/* FALSE where it failed; that something newer is wanted is no failure. */
static gboolean
run_front (Worker  *self,
           GError **error)
{
  CvrProbeCalls calls = { told, front_is_wanted, keep_going, self, SILENCE_US };
  g_autoptr (GError) problem = NULL;
  CvrCompressed *result = cvr_compress_probe_run (self->bench->probe, &self->wants->spec, 0, &calls,
                                                  &problem);

  if (result != NULL)
    {
      told (result, self);
      self->front_done = TRUE;
    }
  else if (!g_error_matches (problem, NN_ERROR, NN_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }

  return TRUE;
}

static gboolean
run_study (Worker  *self,
           GError **error)
{
  const CvrStudySpec *study = &g_array_index (self->wants->study, CvrStudySpec, self->n_studied);
  CvrProbeCalls calls = { NULL, study_is_wanted, keep_going, self, 0 };
  g_autoptr (GError) problem = NULL;
  CvrCompressed *result = cvr_compress_probe_run (self->bench->probe, &study->spec,
                                                  study->max_pictures, &calls, &problem);

  if (result != NULL)
    {
      CvrStudied *studied = g_new0 (CvrStudied, 1);

      studied->result = result;
      studied->place = self->n_studied++;
      studied->serial = self->wants->study_serial;
      cvr_handoff_push (self->bench->handoff, &studied->point);
    }
  else if (!g_error_matches (problem, NN_ERROR, NN_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }

  return TRUE;
}

gpointer
cvr_compress_bench_func (CvrJob  *job,
                         gpointer bench,
                         GError **error)
{
  Worker self = { .bench = bench, .job = job };
  gboolean fine = TRUE, prepared = FALSE;

  if (self.bench->probe == NULL)
    self.bench->probe = cvr_compress_probe_new (self.bench->model, self.bench->dataset,
                                                self.bench->workers);
  while (fine && cvr_job_keep_going (job))
    {
      move_on (&self);
      if (self.wants == NULL)
        break;
      if (!self.front_done)
        fine = run_front (&self, error);
      else if (self.wants->study != NULL && self.n_studied < self.wants->study->len)
        fine = run_study (&self, error);
      else if (!prepared)
        {
          cvr_compress_probe_prepare (self.bench->probe);
          prepared = TRUE;
        }
      else
        break;
    }
  g_clear_pointer (&self.next, cvr_compress_wants_free);
  g_clear_pointer (&self.wants, cvr_compress_wants_free);

  return fine ? cvr_compress_bench_ref (bench) : NULL;
}
