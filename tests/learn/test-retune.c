/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changing a training while it runs: it becomes what two loops written by hand make of the same
 * steps, with the same bits for any number of threads, and goes on from a checkpoint as if nothing
 * had been. */
#include "train-support.h"

#include "nn-feed.h"
#include "nn-loss-private.h"

/* What is changed, and after how many steps. */
typedef struct
{
  guint       at, n_steps;
  NnTuning    tuning;
  gboolean    asked;
  guint       checkpoint_at;    /* epoch */
  GBytes     *checkpoint;
  guint       batches[16];      /* of each step */
  double      positions[16];
  double      rates[16];
} Change;

enum { N_ITEMS = 40 };

/* Its network leaves a tenth of the values out. */
static Job
dropping_job (void)
{
  Job job = new_job (N_ITEMS, FALSE);

  job.with_valid = FALSE;
  job.spec.optim = nn_optim_spec_default (NN_OPTIM_MOMENTUM);
  job.spec.optim.lr = 0.02f;

  return job;
}

static gboolean
retune (NnTuning *tuning,
        gpointer  data)
{
  Change *change = data;

  if (change->asked || change->n_steps < change->at)
    return FALSE;

  change->asked = TRUE;
  *tuning = change->tuning;

  return TRUE;
}

static void
on_event (const NnEvent *event,
          gpointer       data)
{
  Change *change = data;

  if (event->kind == NN_EVENT_STEP)
    {
      guint i = change->n_steps++;

      g_assert_cmpuint (i, <, G_N_ELEMENTS (change->batches));
      change->batches[i] = event->batch;
      change->positions[i] = event->position;
      change->rates[i] = event->lr;
    }
  else if (event->kind == NN_EVENT_EPOCH && event->epoch == change->checkpoint_at)
    change->checkpoint = nn_train_checkpoint (event);
}

static gboolean
run (Job           *job,
     Change        *change,
     NnTrainResult *result)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (job->threads, FALSE);
  NnObserver observer = { .event = on_event, .retune = retune, .data = change };

  return nn_train (job->graph, job->start, &job->spec, &job->train,
                   job->with_valid ? &job->valid : NULL, workers, &observer, job->resume, result,
                   NULL);
}

static NnTuning
tuning_of (const Job *job)
{
  return (NnTuning) { job->spec.optim, job->spec.dropout, job->spec.batch };
}

/* The training written out, one record for the steps before @at and another one from there on. */
static NnParams *
train_by_hand (const Job      *job,
               guint           at,
               const NnTuning *tuning)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (job->graph, workers, N_ITEMS, NN_EXEC_TRAIN, NULL);
  NnParams *params = nn_params_copy (job->start);
  g_autoptr (NnOptim) optim = nn_optim_new (params, &job->spec.optim);
  g_auto (NnFeed) feed = { 0 };
  guint batch = job->spec.batch, order[N_ITEMS], step = 0;
  nn_real gradient[3 * N_ITEMS], scratch[3];
  double lr = (double) job->spec.optim.lr;

  nn_feed_init (&feed, &job->train, workers, N_ITEMS);
  for (guint epoch = 0; epoch < job->spec.epochs; epoch++)
    {
      CvrRng rng = cvr_rng_new (nn_feed_mix (nn_feed_mix (job->spec.seed, 1), epoch), 0);

      for (guint i = 0; i < N_ITEMS; i++)
        order[i] = i;
      cvr_rng_shuffle (&rng, order, N_ITEMS);
      if (step >= at)
        batch = tuning->batch;
      for (guint first = 0; first < N_ITEMS; first += batch, step++)
        {
          guint n = MIN (batch, N_ITEMS - first);
          NnLossSums sums = { 0 };
          NnLossRows rows;

          if (step == at)
            {
              nn_optim_set_spec (optim, &tuning->optim);
              nn_exec_set_dropout (exec, tuning->dropout);
              lr = (double) tuning->optim.lr;
            }
          nn_feed_fetch (&feed, order, first, n, TRUE, nn_train_items_seed (job->spec.seed, epoch),
                         nn_exec_input (exec, 0), NULL);
          nn_exec_forward (exec, params, n,
                           nn_feed_mix (nn_feed_mix (job->spec.seed, 3), step));
          rows = (NnLossRows) { n, 3, nn_exec_output (exec, 0), feed.labels, feed.values };
          nn_loss_sums (&job->spec.loss, &rows, gradient, scratch, &sums);
          nn_exec_backward (exec, params, nn_graph_output (job->graph, 0), gradient, FALSE);
          nn_optim_step (optim, params, nn_exec_param_gradients (exec), lr, NULL);
        }
    }

  return params;
}

/* Each number by itself, in the middle of an epoch; and all of them at once. */
static void
test_by_hand (void)
{
  g_auto (Job) job = dropping_job ();

  for (guint which = 0; which < 6; which++)
    {
      NnTuning tuning = tuning_of (&job);
      g_autoptr (NnParams) expected = NULL;

      if (which == 0 || which == 5)
        tuning.optim.momentum = 0.5f;
      if (which == 1 || which == 5)
        tuning.optim.lr = 0.005f;
      if (which == 2 || which == 5)
        tuning.optim.weight_decay = 0.01f;
      if (which == 3 || which == 5)
        tuning.dropout = 0.6f;
      if (which == 4 || which == 5)
        tuning.batch = 10;
      expected = train_by_hand (&job, 4, &tuning);
      for (guint threads = 1; threads <= 3; threads++)
        {
          g_auto (NnTrainResult) result = { 0 };
          Change change = { .at = 4, .tuning = tuning };

          job.threads = threads;
          g_assert_true (run (&job, &change, &result));
          assert_same_params (result.params, expected);
          g_assert_cmpuint (change.n_steps, ==, tuning.batch == 10 ? 10 : 9);
        }
    }
}

static void
test_adam (void)
{
  g_auto (Job) job = dropping_job ();
  g_auto (NnTrainResult) result = { 0 };
  g_autoptr (NnParams) expected = NULL;
  Change change = { .at = 5 };

  job.spec.optim = nn_optim_spec_default (NN_OPTIM_ADAM);
  change.tuning = tuning_of (&job);
  change.tuning.optim.beta1 = 0.6f;
  expected = train_by_hand (&job, 5, &change.tuning);
  g_assert_true (run (&job, &change, &result));
  assert_same_params (result.params, expected);
}

/* Three epochs of three steps: asked for at the fifth, the batch of 10 begins with the seventh. The
 * schedule goes on where it was, by epochs. */
static void
test_batch (void)
{
  g_auto (Job) job = dropping_job ();
  g_auto (NnTrainResult) result = { 0 };
  Change change = { .at = 4, .tuning = tuning_of (&job) };

  job.spec.schedule = nn_schedule_spec_default (NN_SCHEDULE_COSINE);
  change.tuning.batch = 10;
  g_assert_true (run (&job, &change, &result));
  g_assert_cmpuint (change.n_steps, ==, 10);
  for (guint i = 0; i < 10; i++)
    {
      double position = i < 6 ? (i + 1) / 3.0 : 2 + (i - 5) / 4.0;
      double rate = nn_schedule_lr (&job.spec.schedule, (double) job.spec.optim.lr,
                                    i < 6 ? i : 8 + (i - 6), i < 6 ? 9 : 12);

      g_assert_cmpuint (change.batches[i], ==, i < 6 ? 16 : 10);
      g_assert_cmpfloat_with_epsilon (change.positions[i], position, 1e-12);
      g_assert_cmpfloat (change.rates[i], ==, rate);
    }
}

/* Stopped after two epochs and gone on from there: also where the batch had been asked for but not
 * begun, and where the settings say something else by then. */
static void
test_resume (void)
{
  for (guint variant = 0; variant < 4; variant++)
    {
      g_auto (Job) job = dropping_job ();
      g_auto (NnTrainResult) expected = { 0 }, resumed = { 0 };
      Change change = { .at = variant & 1 ? 2 : 5, .checkpoint_at = 2, .tuning = tuning_of (&job) };
      Change nothing = { .at = G_MAXUINT };

      job.with_valid = variant & 2;
      job.spec.epochs = 4;
      change.tuning.batch = 12;
      change.tuning.dropout = 0.2f;
      change.tuning.optim.momentum = 0.7f;
      g_assert_true (run (&job, &change, &expected));
      g_assert_nonnull (change.checkpoint);
      job.resume = change.checkpoint;
      job.spec.batch = 7;
      job.threads = 1;
      g_assert_true (run (&job, &nothing, &resumed));
      g_assert_cmpuint (nothing.batches[0], ==, 12);
      assert_same_params (resumed.params, expected.params);
      g_assert_cmpfloat (resumed.loss, ==, expected.loss);
      g_bytes_unref (change.checkpoint);
    }
}

static void
test_refused (void)
{
  g_autoptr (NnGraph) plain = preset_graph ("mlp", 1, 12, 3), norm = tiny_graph (1, 12, 3, TRUE);
  g_autoptr (NnGraph) dropping = tiny_graph (1, 12, 3, FALSE);
  const NnTuning before = { nn_optim_spec_default (NN_OPTIM_SGD), -1, 16 };
  struct { NnGraph *graph; float dropout; guint batch; gboolean possible; } cases[] = {
    { plain, -1, 20, TRUE }, { plain, -1, 21, FALSE }, { plain, -1, 0, FALSE },
    { plain, -1, 1, TRUE }, { norm, -1, 1, FALSE }, { norm, -1, 2, TRUE },
    { plain, 0.3f, 16, FALSE }, { dropping, 0.3f, 16, TRUE }, { dropping, 0, 16, TRUE },
    { dropping, 1, 16, FALSE }, { dropping, NAN, 16, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      NnTuning tuning = { before.optim, cases[i].dropout, cases[i].batch };
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (nn_tuning_check (&tuning, &before, cases[i].graph, 20, &error), ==,
                       cases[i].possible);
      if (!cases[i].possible)
        {
          g_assert_error (error, NN_ERROR, NN_ERROR_SPEC);
          g_test_message ("%s", error->message);
        }
    }
}

/* A training goes on with what it had. */
static void
test_refused_leaves_it_alone (void)
{
  g_auto (Job) job = dropping_job ();
  g_auto (NnTrainResult) result = { 0 }, expected = { 0 };
  Change nothing = { .at = G_MAXUINT };
  Change change = { .at = 1, .tuning = tuning_of (&job) };

  change.tuning.batch = N_ITEMS + 1;
  change.tuning.optim.momentum = 0.1f;
  g_assert_true (run (&job, &nothing, &expected));
  g_assert_true (run (&job, &change, &result));
  assert_same_params (result.params, expected.params);
}

/* Where the network has no dropout its rate is left alone, and the rest is taken over. */
static void
test_without_dropout (void)
{
  g_auto (Job) job = dropping_job ();
  g_auto (NnTrainResult) expected = { 0 }, result = { 0 };
  Change slower = { .at = 4 }, both = { .at = 4 };

  nn_graph_unref (job.graph);
  nn_params_unref (job.start);
  job.graph = preset_graph ("mlp", 1, 12, 3);
  job.start = nn_params_new (job.graph, 7, NULL);
  slower.tuning = both.tuning = tuning_of (&job);
  slower.tuning.optim.lr = both.tuning.optim.lr = 0.005f;
  both.tuning.dropout = 0.3f;
  g_assert_true (run (&job, &slower, &expected));
  g_assert_true (run (&job, &both, &result));
  g_assert_cmpfloat (both.rates[8], ==, (double) 0.005f);
  assert_same_params (result.params, expected.params);
}

/* Settings that say so from the start. */
static void
test_from_the_start (void)
{
  g_auto (Job) job = dropping_job ();
  g_auto (NnTrainResult) own = { 0 }, same = { 0 }, most = { 0 };
  Change nothing = { .at = G_MAXUINT };

  g_assert_true (run (&job, &nothing, &own));
  nothing.n_steps = 0;
  job.spec.dropout = 0.1f;
  g_assert_true (run (&job, &nothing, &same));
  assert_same_params (own.params, same.params);
  nothing.n_steps = 0;
  job.spec.dropout = 0.9f;
  g_assert_true (run (&job, &nothing, &most));
  g_assert_cmpfloat (most.loss, >, own.loss);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/retune/equals-two-loops-by-hand-for-any-number-of-threads",
                   test_by_hand);
  g_test_add_func ("/learn/retune/beta1-of-adam", test_adam);
  g_test_add_func ("/learn/retune/batch-begins-with-the-next-epoch", test_batch);
  g_test_add_func ("/learn/retune/resumed-equals-uninterrupted", test_resume);
  g_test_add_func ("/learn/retune/what-can-not-be-has-a-sentence", test_refused);
  g_test_add_func ("/learn/retune/what-is-refused-changes-nothing", test_refused_leaves_it_alone);
  g_test_add_func ("/learn/retune/rate-that-no-layer-has-is-left-alone", test_without_dropout);
  g_test_add_func ("/learn/retune/dropout-of-the-settings-is-that-of-all-layers",
                   test_from_the_start);

  return g_test_run ();
}
