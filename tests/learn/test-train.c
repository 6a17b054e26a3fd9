/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The training loop: it learns, it is the same every time, and it stops when it should. */
#include "train-support.h"

#include <string.h>

static void
test_learns (void)
{
  for (guint norm = 0; norm < 2; norm++)
    {
      g_auto (Job) job = new_job (300, norm);
      g_auto (NnTrainResult) result = { 0 };
      Watch watch = { .cancel_at = G_MAXUINT64 };
      g_autoptr (GError) error = NULL;

      job.spec.optim.lr = 0.005f;
      job.spec.epochs = 8;
      g_assert_true (run_job (&job, &watch, &result, &error));
      g_assert_no_error (error);
      g_test_message ("best %g in epoch %u", result.val_accuracy, result.best_epoch);
      g_assert_cmpfloat (result.val_accuracy, >, 0.95);
      g_assert_cmpint (result.stop, ==, NN_STOP_COMPLETED);
      g_assert_true (nn_params_is_frozen (result.params));
      g_assert_cmpuint (watch.n_started, ==, 1);
      g_assert_cmpuint (watch.n_epochs, ==, 8);
      g_assert_cmpuint (watch.n_steps, ==, 8 * 19); /* 18 full batches and one of 12 */
      g_assert_cmpuint (watch.n_finished, ==, 1);
      g_assert_cmpfloat (watch.finished.val_accuracy, ==, result.val_accuracy);
      g_assert_cmpuint (watch.last_step.n_steps, ==, 8 * 19);
    }
}

static void
test_threads (void)
{
  for (guint norm = 0; norm < 2; norm++)
    {
      g_autoptr (NnParams) expected = NULL;

      for (guint threads = 1; threads <= 8; threads += threads == 1 ? 1 : 6)
        {
          g_auto (Job) job = new_job (70, norm);
          g_auto (NnTrainResult) result = { 0 };
          Watch watch = { .cancel_at = G_MAXUINT64 };

          job.threads = threads;
          job.spec.epochs = 1;
          g_assert_true (run_job (&job, &watch, &result, NULL));
          if (expected == NULL)
            expected = nn_params_ref (result.params);
          assert_same_params (result.params, expected);
        }
    }
}

/* Every way a preset computes, on pictures large enough for several pieces of work. */
static void
test_threads_in_presets (void)
{
  static const char *const names[] = { "mlp", "lenet5", "vgg-mini", "googlenet-mini", "resnet8",
                                       "densenet-mini", "mobilenet-mini" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (NnParams) expected = NULL;

      for (guint threads = 1; threads <= 8; threads += threads == 1 ? 1 : 6)
        {
          g_auto (Job) job = { .spec = nn_train_spec_default (), .threads = threads };
          g_auto (NnTrainResult) result = { 0 };
          Watch watch = { .cancel_at = G_MAXUINT64 };

          job.graph = preset_graph (names[i], 3, 20, 4);
          job.start = nn_params_new (job.graph, 7, NULL);
          job.train = noise_source (21, 4, 3, 20, 20);
          job.spec.epochs = 1;
          job.spec.batch = 8;
          g_assert_true (run_job (&job, &watch, &result, NULL));
          if (expected == NULL)
            expected = nn_params_ref (result.params);
          assert_same_params (result.params, expected);
        }
    }
}

static void
test_seed (void)
{
  g_autoptr (NnParams) first = NULL;

  for (guint i = 0; i < 2; i++)
    {
      g_auto (Job) job = new_job (70, FALSE);
      g_auto (NnTrainResult) result = { 0 };
      Watch watch = { .cancel_at = G_MAXUINT64 };

      job.spec.epochs = 1;
      job.spec.seed = 1 + i;
      g_assert_true (run_job (&job, &watch, &result, NULL));
      if (first == NULL)
        first = nn_params_ref (result.params);
      else
        g_assert_cmpint (memcmp (nn_params_peek_all (first), nn_params_peek_all (result.params),
                                 nn_params_n_values (first) * sizeof (nn_real)), !=, 0);
    }
}

static void
test_frozen (void)
{
  g_auto (Job) job = new_job (48, TRUE);
  g_auto (NnTrainResult) result = { 0 }, nothing = { 0 };
  Watch watch = { .cancel_at = G_MAXUINT64 };
  g_autoptr (GError) error = NULL;
  guint seen = 0;

  job.spec.n_frozen = 3; /* conv1, its batch norm, conv2 */
  g_assert_true (run_job (&job, &watch, &result, NULL));
  for (guint i = 0; i < nn_graph_n_nodes (job.graph); i++)
    {
      gboolean frozen = nn_graph_node_has_weights (job.graph, (NnNode) i) && seen++ < 3;

      for (guint slot = 0; slot < NN_N_SLOTS; slot++)
        {
          gsize n;
          const nn_real *before = nn_params_peek (job.start, (NnNode) i, slot, &n);
          const nn_real *after = nn_params_peek (result.params, (NnNode) i, slot, NULL);

          if (before != NULL)
            g_assert_cmpint (memcmp (before, after, n * sizeof *before) == 0, ==, frozen);
        }
    }

  job.spec.n_frozen = 5;
  g_assert_false (run_job (&job, &watch, &nothing, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SPEC);
}

static void
test_retune (void)
{
  g_auto (Job) job = new_job (48, FALSE), broken = new_job (48, FALSE);
  g_auto (NnTrainResult) result = { 0 }, other = { 0 };
  Watch watch = { .cancel_at = G_MAXUINT64, .new_lr = 0.0625f };
  Watch refused = { .cancel_at = G_MAXUINT64, .new_lr = -1 };

  g_assert_true (run_job (&job, &watch, &result, NULL));
  g_assert_cmpfloat (watch.last_step.lr, ==, 0.0625);
  g_assert_true (run_job (&broken, &refused, &other, NULL));
  g_assert_cmpfloat (refused.last_step.lr, ==, (double) 0.001f);
}

static void
test_last_batch (void)
{
  static const struct { gboolean norm; guint count, batch, steps; } cases[] = {
    { FALSE, 17, 16, 2 }, { TRUE, 17, 16, 1 }, { TRUE, 18, 16, 2 }, { TRUE, 1, 16, 1 },
    { FALSE, 5, 16, 1 }, { TRUE, 3, 1, 3 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Job) job = new_job (cases[i].count, cases[i].norm);
      g_auto (NnTrainResult) result = { 0 };
      Watch watch = { .cancel_at = G_MAXUINT64 };
      g_autoptr (GError) error = NULL;

      job.spec.epochs = 1;
      job.spec.batch = cases[i].batch;
      g_assert_true (run_job (&job, &watch, &result, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (watch.n_steps, ==, cases[i].steps);
    }
}

/* Learns the mean of sixteen numbers: no labels, so the lowest loss is the best. */
static void
test_regression (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnGraph) graph = preset_graph ("perceptron", 1, 4, 1);
  g_autoptr (NnParams) start = nn_params_new (graph, 1, NULL);
  NnSource source = mean_source (64);
  NnTrainSpec spec = nn_train_spec_default ();
  g_auto (NnTrainResult) result = { 0 };
  g_autoptr (GError) error = NULL;
  NnEvaluation evaluation;

  spec.loss.kind = NN_LOSS_MSE;
  spec.optim.lr = 0.02f;
  spec.epochs = 60;
  g_assert_true (
    nn_train (graph, start, &spec, &source, &source, workers, NULL, NULL, &result, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (result.val_loss, <, 1e-4);
  g_assert_true (isnan (result.val_accuracy));

  g_assert_true (nn_evaluate (graph, result.params, &source, &spec.loss, 10, workers, NULL, NULL,
                              &evaluation, NULL));
  assert_close (evaluation.loss, result.val_loss, 1e-9);
  g_assert_null (evaluation.confusion);
  g_assert_null (evaluation.labels);
  nn_evaluation_clear (&evaluation);
}

/* A network that ends in its own softmax learns and is judged as if it ended before it. */
static void
test_own_softmax (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  NnTrainSpec spec = nn_train_spec_default ();
  double losses[2], checks[2];

  spec.epochs = 2;
  for (guint own = 0; own < 2; own++)
    {
      g_autoptr (NnBuilder) builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_maps (1, 12, 12));
      NnSource source = bars_source (40, 3, 1, 12, 1);
      g_autoptr (NnGraph) graph = NULL;
      g_autoptr (NnParams) start = NULL;
      g_auto (NnTrainResult) result = { 0 };

      x = nn_builder_dense (builder, x, (NnDenseSpec) { 3, TRUE });
      nn_builder_output (builder, own ? nn_builder_softmax (builder, x) : x);
      graph = nn_builder_seal (builder, NULL);
      start = nn_params_new (graph, 4, NULL);
      g_assert_true (
        nn_train (graph, start, &spec, &source, &source, workers, NULL, NULL, &result, NULL));
      losses[own] = result.loss;
      checks[own] = result.val_loss;
    }
  g_assert_cmpfloat (losses[0], ==, losses[1]);
  assert_close (checks[0], checks[1], 1e-5); /* a logarithm of a rounded exponential */
}

static void
test_spec (void)
{
  for (guint i = 0; i < 8; i++)
    {
      NnTrainSpec spec = nn_train_spec_default ();
      g_autoptr (GError) error = NULL;

      g_assert_true (nn_train_spec_check (&spec, NULL));
      if (i == 0)
        spec.epochs = 0;
      else if (i == 1)
        spec.batch = 0;
      else if (i == 2)
        spec.time_limit = NAN;
      else if (i == 3)
        spec.loss.label_smoothing = 2;
      else if (i == 4)
        spec.schedule.warm_up = -1;
      else if (i == 5)
        spec.dropout = 1;
      else if (i == 6)
        spec.dropout = NAN;
      else
        spec.optim.momentum = 1;
      g_assert_false (nn_train_spec_check (&spec, &error));
      g_assert_error (error, NN_ERROR, NN_ERROR_SPEC);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/train/learns-bars", test_learns);
  g_test_add_func ("/learn/train/threads-do-not-change-bits", test_threads);
  g_test_add_func ("/learn/train/threads-do-not-change-bits-of-presets", test_threads_in_presets);
  g_test_add_func ("/learn/train/seed-changes-bits", test_seed);
  g_test_add_func ("/learn/train/frozen-layers-stay", test_frozen);
  g_test_add_func ("/learn/train/retuning-takes-effect-and-nonsense-does-not", test_retune);
  g_test_add_func ("/learn/train/last-batch-of-one-is-left-out-with-batch-norm", test_last_batch);
  g_test_add_func ("/learn/train/regression-keeps-the-lowest-loss", test_regression);
  g_test_add_func ("/learn/train/own-softmax-is-looked-through", test_own_softmax);
  g_test_add_func ("/learn/train/settings-are-checked", test_spec);

  return g_test_run ();
}
