/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The job that fine-tunes a compressed network. */
#include "cvr-compression-private.h"

typedef struct
{
  CvrModel       *model;
  CvrCompressSpec spec;
  CvrDataset     *dataset;
  NnWorkers      *workers;
} Tuning;

gpointer
cvr_compress_tuning_new (CvrModel              *model,
                         const CvrCompressSpec *spec,
                         guint                  epochs,
                         CvrDataset            *dataset,
                         NnWorkers             *workers)
{
  Tuning *self = g_new0 (Tuning, 1);

  self->model = cvr_model_ref (model);
  self->spec = *spec;
  self->spec.epochs = spec->epochs + epochs;
  self->spec.max_items = 0;
  self->spec.tune.by_size = TRUE; /* It is this network that learns. */
  /* Where only bits are fewer, it learns on the grid; where filters went, before it is rounded. */
  self->spec.tune.aware = !cvr_compress_spec_prunes (spec) && spec->bits <= 8;
  self->dataset = cvr_dataset_copy (dataset);
  self->workers = nn_workers_ref (workers);

  return self;
}

void
cvr_compress_tuning_free (gpointer tuning)
{
  Tuning *self = tuning;

  cvr_model_unref (self->model);
  cvr_dataset_unref (self->dataset);
  nn_workers_unref (self->workers);
  g_free (self);
}

/* Worker: steps are the job's progress. */
static void
stepped_cb (const NnEvent *event,
            gpointer       job)
{
  if (event->kind == NN_EVENT_STEP)
    cvr_job_progress (job, event->step, event->n_steps);
}

gpointer
cvr_compress_tuning_func (CvrJob  *job,
                          gpointer tuning,
                          GError **error)
{
  Tuning *self = tuning;
  NnObserver observer = { .event = stepped_cb, .keep_going = cvr_job_keep_going, .data = job };

  return cvr_compress (self->model, &self->spec, self->dataset, NULL, self->workers, &observer,
                       error);
}
