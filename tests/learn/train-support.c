/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the training loop share: an observer that notes everything, and a small job. */
#include "train-support.h"

static void
on_event (const NnEvent *event,
          gpointer       data)
{
  Watch *watch = data;

  g_assert_nonnull (event->params);
  g_assert_nonnull (event->exec);
  switch (event->kind)
    {
    case NN_EVENT_STARTED:
      watch->n_started++;
      break;
    case NN_EVENT_STEP:
      watch->n_steps++;
      watch->clock++;
      watch->last_step = *event;
      break;
    case NN_EVENT_EPOCH:
      watch->n_epochs++;
      watch->last_epoch = *event;
      if (event->epoch == watch->checkpoint_at)
        watch->checkpoint = nn_train_checkpoint (event);
      if (watch->kept != NULL)
        g_ptr_array_add (watch->kept, nn_params_copy (event->params));
      break;
    case NN_EVENT_FINISHED:
      watch->n_finished++;
      watch->finished = *event;
      break;
    }
}

static gboolean
keep_going (gpointer data)
{
  Watch *watch = data;

  return watch->n_steps < watch->cancel_at;
}

static gboolean
retune (NnTuning *tuning,
        gpointer  data)
{
  Watch *watch = data;

  if (watch->new_lr == 0 || watch->n_steps < 3)
    return FALSE;

  tuning->optim.lr = watch->new_lr;
  watch->new_lr = 0;

  return TRUE;
}

static double
clock_now (gpointer data)
{
  return ((Watch *) data)->clock;
}

Job
new_job (guint    count,
         gboolean norm)
{
  Job job = { .spec = nn_train_spec_default (), .with_valid = TRUE, .threads = 2 };

  job.graph = tiny_graph (1, 12, 3, norm);
  job.start = nn_params_new (job.graph, 7, NULL);
  job.train = bars_source (count, 3, 1, 12, 1);
  job.valid = bars_source (30, 3, 1, 12, 2);
  job.spec.epochs = 3;
  job.spec.batch = 16;

  return job;
}

void
clear_job (Job *job)
{
  nn_graph_unref (job->graph);
  nn_params_unref (job->start);
}

gboolean
run_job (Job           *job,
         Watch         *watch,
         NnTrainResult *result,
         GError       **error)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (job->threads, FALSE);
  NnObserver observer = { on_event, keep_going, retune, watch->injected ? clock_now : NULL, watch };

  return nn_train (job->graph, job->start, &job->spec, &job->train,
                   job->with_valid ? &job->valid : NULL, workers, &observer, job->resume, result,
                   error);
}

void
assert_same_params (NnParams *a,
                    NnParams *b)
{
  g_assert_cmpmem (nn_params_peek_all (a), nn_params_n_values (a) * sizeof (nn_real),
                   nn_params_peek_all (b), nn_params_n_values (b) * sizeof (nn_real));
}

static void
fetch_mean (const NnSource *source,
            guint           index,
            CvrRng         *rng,
            nn_real        *x,
            gint32         *label,
            float          *values)
{
  double sum = 0;

  for (gsize i = 0; i < 16; i++)
    {
      x[i] = (nn_real) golden_noise (i, 300 + index);
      sum += (double) x[i];
    }
  values[0] = (float) (sum / 16);
}

NnSource
mean_source (guint count)
{
  return (NnSource) { count, nn_shape_maps (1, 4, 4), 0, 1, fetch_mean };
}
