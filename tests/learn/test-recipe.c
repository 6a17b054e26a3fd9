/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The recipe's pieces one by one, and together on pictures that are learned in seconds. */
#include "train-support.h"

#include "nn-eigen.h"
#include "nn-recipe.h"

#include <string.h>

static void
test_eigen (void)
{
  double by_hand[] = { 2, 1, 1, 2 }, values[20], vectors[400];

  nn_eigen_symmetric (2, by_hand, values, vectors);
  assert_close (values[0], 3, 1e-12);
  assert_close (values[1], 1, 1e-12);
  assert_close (vectors[0], sqrt (0.5), 1e-12);
  assert_close (vectors[1], sqrt (0.5), 1e-12);

  for (guint n = 1; n <= 20; n++)
    {
      double a[400], spoiled[400];

      for (guint i = 0; i < n; i++)
        for (guint j = i; j < n; j++)
          a[i * n + j] = a[j * n + i] = golden_noise (i * n + j, n);
      memcpy (spoiled, a, sizeof a);
      nn_eigen_symmetric (n, spoiled, values, vectors);
      for (guint k = 0; k < n; k++)
        {
          double length = 0;

          g_assert_true (k == 0 || values[k] <= values[k - 1]);
          for (guint i = 0; i < n; i++)
            {
              double image = 0;

              for (guint j = 0; j < n; j++)
                image += a[i * n + j] * vectors[k * n + j];
              assert_close (image, values[k] * vectors[k * n + i], 1e-10);
              length += vectors[k * n + i] * vectors[k * n + i];
            }
          assert_close (length, 1, 1e-10);
        }
    }
}

/* What leaves the whitening layer over all places of all pictures: half of the filters have
 * variance 1 and don't correlate, the others are their negatives. */
static void
test_whitens (void)
{
  g_autoptr (NnGraph) graph = preset_graph ("speedy", 3, 12, 3);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 60, NN_EXEC_KEEP_ALL, NULL);
  NnSource source = noise_source (60, 3, 3, 12, 12);
  NnNode node = nn_graph_find (graph, "whiten");
  const nn_real *y;
  double farthest = 0;

  g_assert_true (nn_recipe_start (NN_RECIPE_FAST, params, &source, 1, NULL));
  for (guint i = 0; i < 60; i++)
    {
      gint32 label;

      source.fetch (&source, i, NULL, nn_exec_input (exec, 0) + 432 * i, &label, NULL);
    }
  nn_exec_forward (exec, params, 60, 0);
  y = nn_exec_values (exec, node);
  for (guint a = 0; a < 12; a++)
    for (guint b = 0; b < 12; b++)
      {
        double sum = 0;

        for (guint i = 0; i < 60; i++)
          for (guint p = 0; p < 121; p++)
            {
              double first = (double) y[(i * 24 + a) * 121 + p];
              double second = (double) y[(i * 24 + b) * 121 + p];

              g_assert_cmpfloat (first, ==, -(double) y[(i * 24 + a + 12) * 121 + p]);
              sum += first * second;
            }
        farthest = MAX (farthest, fabs (sum / (60 * 121) - (a == b ? 1 : 0)));
      }
  g_test_message ("farthest from the identity: %g", farthest);
  /* The epsilon of 5e-4 beside variances of 1/3. */
  g_assert_cmpfloat (farthest, <, 2e-3);
}

static void
test_passes_channels_on (void)
{
  g_autoptr (NnGraph) graph = preset_graph ("speedy", 3, 32, 10);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  NnSource source = noise_source (10, 10, 3, 32, 32);
  const nn_real *weights;
  gsize n;
  double largest = 0;

  g_assert_true (nn_recipe_start (NN_RECIPE_FAST, params, &source, 1, NULL));
  weights = nn_params_peek (params, nn_graph_find (graph, "conv2_1"), NN_SLOT_WEIGHT, &n);
  g_assert_cmpuint (n, ==, 192 * 64 * 9);
  for (guint k = 0; k < 64; k++)
    for (guint i = 0; i < 576; i++)
      g_assert_cmpfloat ((double) weights[k * 576 + i], ==, i == k * 9 + 4 ? 1 : 0);
  for (guint i = 64 * 576; i < n; i++)
    largest = MAX (largest, fabs ((double) weights[i]));
  g_assert_cmpfloat (largest, <=, 1 / sqrt (576) + 1e-6);
  g_assert_cmpfloat (largest, >, 0.9 / sqrt (576));
  weights = nn_params_peek (params, nn_graph_find (graph, "fc"), NN_SLOT_WEIGHT, &n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat (fabs ((double) weights[i]), <=, 1 / sqrt (192) / 9 + 1e-6);
}

/* A budget of 0.3 · 10¹⁵ operations for 50,000 pictures of 32×32: a step costs three passes. */
static void
test_budget (void)
{
  g_autoptr (NnGraph) graph = preset_graph ("speedy", 3, 32, 10);
  NnTrainSpec spec = nn_train_spec_default ();
  double operations;

  nn_recipe_settings (NN_RECIPE_FAST, &spec);
  g_assert_true (nn_train_spec_check (&spec, NULL));
  operations = (double) nn_graph_flops (graph) * 3 * 50000 * spec.epochs;
  g_test_message ("%g operations", operations);
  g_assert_cmpfloat (operations, <, 3e14);
}

/* Whitening weights and scales of batch norms never move, the whitening bias for three epochs. */
static void
test_scales (void)
{
  g_auto (Job) job = new_job (48, TRUE);
  g_autoptr (NnGraph) graph = preset_graph ("speedy", 1, 12, 3);
  g_autofree NnOptimScale *scales = nn_recipe_scales (NN_RECIPE_FAST, graph);
  g_autoptr (NnParams) start = nn_params_new (graph, 1, NULL);
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func ((GDestroyNotify) nn_params_unref);
  g_auto (NnTrainResult) result = { 0 };
  Watch watch = { .cancel_at = G_MAXUINT64, .kept = kept };
  NnNode whiten = nn_graph_find (graph, "whiten");

  nn_graph_unref (job.graph);
  job.graph = nn_graph_ref (graph);
  nn_params_unref (job.start);
  job.start = nn_params_ref (start);
  nn_recipe_settings (NN_RECIPE_FAST, &job.spec);
  g_assert_true (nn_recipe_start (NN_RECIPE_FAST, start, &job.train, 1, NULL));
  job.spec.scales = scales;
  job.spec.batch = 16;
  job.spec.optim.lr = nn_recipe_lr (NN_RECIPE_FAST, 16);
  job.spec.epochs = 5;
  job.spec.lookahead.every = 0;
  g_assert_true (run_job (&job, &watch, &result, NULL));
  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    if (nn_graph_node_kind (graph, (NnNode) i) == NN_OP_BATCH_NORM || (NnNode) i == whiten)
      {
        gsize n;
        const nn_real *before = nn_params_peek (start, (NnNode) i, NN_SLOT_WEIGHT, &n);
        const nn_real *after = nn_params_peek (kept->pdata[4], (NnNode) i, NN_SLOT_WEIGHT, NULL);

        g_assert_cmpmem (before, n * sizeof *before, after, n * sizeof *after);
      }
  for (guint epoch = 1; epoch < 5; epoch++)
    {
      const nn_real *before = nn_params_peek (kept->pdata[epoch - 1], whiten, NN_SLOT_BIAS, NULL);
      const nn_real *after = nn_params_peek (kept->pdata[epoch], whiten, NN_SLOT_BIAS, NULL);

      g_assert_true ((before[0] == after[0]) == (epoch >= 3));
    }
}

static void
start_fast (Job *job)
{
  job->spec.epochs = 4;
  job->spec.optim.lr = 0.005f;
}

/* Keeping all of itself the slow copy never moves, and the training ends where it began; keeping
 * nothing it changes nothing. */
static void
test_lookahead_ends (void)
{
  g_auto (Job) job = new_job (60, TRUE);
  g_auto (NnTrainResult) plain = { 0 };
  g_auto (NnTrainResult) all = { 0 };
  g_auto (NnTrainResult) nothing = { 0 };
  Watch watch = { .cancel_at = G_MAXUINT64 };

  start_fast (&job);
  job.with_valid = FALSE;
  g_assert_true (run_job (&job, &watch, &plain, NULL));
  job.spec.lookahead = (NnLookahead) { 3, 1, 0 };
  g_assert_true (run_job (&job, &watch, &all, NULL));
  assert_same_params (all.params, job.start);
  job.spec.lookahead = (NnLookahead) { 1, 0, 0 };
  g_assert_true (run_job (&job, &watch, &nothing, NULL));
  assert_same_params (nothing.params, plain.params);
}

static void
test_lookahead_resumes (void)
{
  g_auto (Job) job = new_job (60, TRUE);
  g_auto (NnTrainResult) whole = { 0 };
  g_auto (NnTrainResult) rest = { 0 };
  g_autoptr (GError) error = NULL;
  Watch watch = { .cancel_at = G_MAXUINT64, .checkpoint_at = 2 };
  Watch again = { .cancel_at = G_MAXUINT64 };

  start_fast (&job);
  job.spec.lookahead = (NnLookahead) { 3, 0.9f, 1 };
  g_assert_true (run_job (&job, &watch, &whole, NULL));
  job.resume = watch.checkpoint;
  g_assert_true (run_job (&job, &again, &rest, NULL));
  assert_same_params (whole.params, rest.params);

  job.spec.lookahead.every = 0;
  nn_train_result_clear (&rest);
  g_assert_false (run_job (&job, &again, &rest, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_DATA);
  g_bytes_unref (watch.checkpoint);
}

static guint told;

static void
begin_epoch (const NnSource *source,
             guint           epoch)
{
  g_assert_cmpuint (epoch, ==, told++);
}

static void
test_epochs_are_told (void)
{
  g_auto (Job) job = new_job (40, FALSE);
  g_auto (NnTrainResult) result = { 0 };
  Watch watch = { .cancel_at = G_MAXUINT64 };

  told = 0;
  job.train.begin_epoch = begin_epoch;
  g_assert_true (run_job (&job, &watch, &result, NULL));
  g_assert_cmpuint (told, ==, 3);
}

static void
test_learns (void)
{
  g_auto (Job) job = new_job (600, TRUE);
  g_autoptr (NnGraph) graph = preset_graph ("speedy", 1, 12, 3);
  g_autofree NnOptimScale *scales = nn_recipe_scales (NN_RECIPE_FAST, graph);
  g_autoptr (NnParams) start = nn_params_new (graph, 1, NULL);
  g_auto (NnTrainResult) result = { 0 };
  Watch watch = { .cancel_at = G_MAXUINT64 };

  nn_graph_unref (job.graph);
  job.graph = nn_graph_ref (graph);
  nn_params_unref (job.start);
  job.start = nn_params_ref (start);
  g_assert_true (nn_recipe_start (NN_RECIPE_FAST, start, &job.train, 1, NULL));
  nn_recipe_settings (NN_RECIPE_FAST, &job.spec);
  job.spec.scales = scales;
  job.spec.batch = 64;
  job.spec.optim.lr = nn_recipe_lr (NN_RECIPE_FAST, 64);
  job.spec.epochs = 5;
  g_assert_true (run_job (&job, &watch, &result, NULL));
  g_test_message ("best %g in epoch %u", result.val_accuracy, result.best_epoch);
  g_assert_cmpfloat (result.val_accuracy, >, 0.95);
}

static void
test_names (void)
{
  NnRecipe recipe = NN_RECIPE_PLAIN;

  for (guint i = 0; i < NN_N_RECIPES; i++)
    {
      g_assert_true (nn_recipe_parse (nn_recipe_name (i), &recipe));
      g_assert_cmpint (recipe, ==, i);
    }
  g_assert_false (nn_recipe_parse ("grandmother", &recipe));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/recipe/eigenvectors-are-eigenvectors", test_eigen);
  g_test_add_func ("/learn/recipe/first-layer-whitens", test_whitens);
  g_test_add_func ("/learn/recipe/filters-pass-channels-on", test_passes_channels_on);
  g_test_add_func ("/learn/recipe/keeps-to-its-budget", test_budget);
  g_test_add_func ("/learn/recipe/slots-learn-at-their-own-rate", test_scales);
  g_test_add_func ("/learn/recipe/lookahead-at-its-ends", test_lookahead_ends);
  g_test_add_func ("/learn/recipe/lookahead-resumes-with-the-same-bits", test_lookahead_resumes);
  g_test_add_func ("/learn/recipe/sources-are-told-epochs", test_epochs_are_told);
  g_test_add_func ("/learn/recipe/learns-bars-in-five-epochs", test_learns);
  g_test_add_func ("/learn/recipe/names-are-read-back", test_names);

  return g_test_run ();
}
