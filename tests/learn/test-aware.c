/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantization-aware training: it wins back what coarse grids lose, and its gradients pass straight
 * through. */
#include "train-support.h"

#include "nn-aware.h"

#include <string.h>

/* A job whose network has learned its items by heart: noise with labels that mean nothing, so that
 * every weight counts. */
static Job
learned_job (void)
{
  Job job = new_job (300, TRUE);
  g_auto (NnTrainResult) result = { 0 };
  Watch watch = { .cancel_at = G_MAXUINT64 };

  job.train = noise_source (140, 3, 1, 12, 12);
  job.valid = job.train;
  job.spec.optim.lr = 0.01f;
  job.spec.epochs = 80;
  g_assert_true (run_job (&job, &watch, &result, NULL));
  g_assert_cmpfloat (result.val_accuracy, ==, 1);
  nn_params_unref (job.start);
  job.start = nn_params_ref (result.params);

  return job;
}

static double
accuracy_of (NnGraph        *graph,
             NnParams       *params,
             const NnSource *source,
             NnWorkers      *workers)
{
  NnEvaluation evaluation = { 0 };
  NnLossSpec loss = { NN_LOSS_CROSS_ENTROPY };
  double accuracy;

  g_assert_true (nn_evaluate (graph, params, source, &loss, 16, workers, NULL, NULL, &evaluation,
                              NULL));
  accuracy = evaluation.accuracy;
  nn_evaluation_clear (&evaluation);

  return accuracy;
}

static void
train_aware (const Job         *job,
             const NnAwareSpec *spec,
             guint              threads,
             NnGraph          **graph,
             NnParams         **params,
             NnTrainResult     *result)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (threads, FALSE);
  g_autoptr (GError) error = NULL;

  nn_train_aware (job->graph, job->start, spec, &job->train, &job->train, &job->valid, workers,
                  NULL, graph, params, result, &error);
  g_assert_no_error (error);
}

static void
test_recovers (void)
{
  g_auto (Job) job = learned_job ();
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  const guint bits[] = { 8, 4, 2, 1 };

  for (guint i = 0; i < G_N_ELEMENTS (bits); i++)
    {
      g_autoptr (NnGraph) after = NULL, aware = NULL;
      g_autoptr (NnParams) after_params = NULL, aware_params = NULL;
      g_auto (NnTrainResult) result = { 0 };
      NnAwareSpec spec = nn_aware_spec_default (bits[i]);
      double before, behind;

      spec.train.epochs = 80;
      spec.train.batch = 16;
      g_assert_true (nn_quantize (job.graph, job.start, &spec.quant, &job.train, workers, &after,
                                  &after_params, NULL));
      before = accuracy_of (after, after_params, &job.valid, workers);
      train_aware (&job, &spec, 2, &aware, &aware_params, &result);
      behind = accuracy_of (aware, aware_params, &job.valid, workers);
      g_test_message ("%u bits: %g after training, %g aware", bits[i], before, behind);
      /* Of 140 items, all of which the floats know. */
      g_assert_cmpfloat (behind, >=, bits[i] >= 4 ? 0.97 : bits[i] == 2 ? 0.85 : 0.65);
      if (bits[i] <= 2)
        g_assert_cmpfloat (behind, >, before + 0.08);
      /* What was validated is what came out. */
      g_assert_cmpfloat (accuracy_of (aware, aware_params, &job.valid, workers), ==,
                         result.val_accuracy);
    }
}

/* The kind of network that quantization after training gives: same nodes, weights on as many levels
 * as the bits have. */
static void
test_same_kind (void)
{
  g_auto (Job) job = learned_job ();
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnGraph) after = NULL, aware = NULL;
  g_autoptr (NnParams) after_params = NULL, aware_params = NULL;
  g_auto (NnTrainResult) result = { 0 };
  NnAwareSpec spec = nn_aware_spec_default (4);

  spec.train.epochs = 1;
  g_assert_true (nn_quantize (job.graph, job.start, &spec.quant, &job.train, workers, &after,
                              &after_params, NULL));
  train_aware (&job, &spec, 1, &aware, &aware_params, &result);
  g_assert_true (nn_params_is_frozen (aware_params));
  g_assert_cmpuint (nn_graph_n_nodes (aware), ==, nn_graph_n_nodes (after));
  for (guint i = 0; i < nn_graph_n_nodes (aware); i++)
    {
      const NnWeightQuant *quant = nn_params_peek_quant (aware_params, (NnNode) i);
      gsize n;
      const nn_real *weights = nn_params_peek (aware_params, (NnNode) i, NN_SLOT_WEIGHT, &n);

      g_assert_cmpstr (nn_graph_node_name (aware, (NnNode) i), ==,
                       nn_graph_node_name (after, (NnNode) i));
      g_assert_true ((quant != NULL) == (weights != NULL));
      for (gsize j = 0; quant != NULL && j < n; j++)
        {
          double level = (double) weights[j] / (double) quant->scales[j / (n / quant->n_scales)];

          g_assert_cmpfloat (fabs (level - nearbyint (level)), <, 1e-5);
          g_assert_cmpfloat (fabs (level), <=, 7.0001);
        }
    }
}

/* What one step of plain gradient descent changes is the gradient taken on the grid. */
static void
test_straight_through (void)
{
  g_autoptr (NnGraph) graph = preset_graph ("lenet5", 1, 12, 3);
  g_autoptr (NnParams) params = nn_params_new (graph, 5, NULL);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  NnSource source = noise_source (16, 3, 1, 12, 12);
  g_autoptr (NnGraph) folded = NULL, coarse = NULL, aware = NULL;
  g_autoptr (NnParams) values = NULL, levels = NULL, live = NULL, aware_params = NULL;
  g_auto (NnTrainResult) result = { 0 };
  NnAwareSpec spec = nn_aware_spec_default (2);
  g_autoptr (NnExec) exec = NULL;
  g_autofree nn_real *gradient = g_new0 (nn_real, 16 * 3);
  nn_real scratch[3];
  gint32 labels[16];
  NnLossSpec loss = { NN_LOSS_CROSS_ENTROPY };

  /* Sixteen items make one step, in whatever order. */
  spec.train.optim = nn_optim_spec_default (NN_OPTIM_SGD);
  spec.train.optim.lr = 0.5f;
  spec.train.schedule = nn_schedule_spec_default (NN_SCHEDULE_CONSTANT);
  spec.train.epochs = 1;
  spec.train.batch = 16;
  spec.quant.activations = FALSE;
  g_assert_true (nn_fold_batch_norm (graph, params, &folded, &values, NULL));
  g_assert_true (nn_quantize (graph, params, &spec.quant, NULL, workers, &coarse, &levels,
                              NULL));
  nn_train_aware (graph, params, &spec, NULL, &source, NULL, workers, NULL, &aware,
                  &aware_params, &result, NULL);

  exec = nn_exec_new (coarse, workers, 16, NN_EXEC_TRAIN, NULL);
  live = nn_params_copy (levels);
  for (guint i = 0; i < 16; i++)
    source.fetch (&source, i, NULL, nn_exec_input (exec, 0) + 144 * i, &labels[i], NULL);
  nn_exec_forward (exec, live, 16, 0);
  nn_loss (&loss, 16, 3, nn_exec_output (exec, 0), labels, NULL, gradient, scratch, NULL);
  nn_exec_backward (exec, live, nn_graph_output (coarse, 0), gradient, FALSE);

  for (guint i = 0; i < nn_graph_n_nodes (coarse); i++)
    {
      gsize n, offset;
      const nn_real *before = nn_params_peek (values, (NnNode) i, NN_SLOT_WEIGHT, &n);
      const nn_real *after = nn_params_peek (result.params, (NnNode) i, NN_SLOT_WEIGHT, NULL);
      const nn_real *slope = nn_exec_param_gradients (exec);

      if (before == NULL)
        continue;
      g_assert_true (nn_params_slot_range (live, (NnNode) i, NN_SLOT_WEIGHT, &offset, &n));
      /* The order of additions differs with that of the items. */
      for (gsize j = 0; j < n; j++)
        assert_close (after[j], before[j] - (nn_real) 0.5 * slope[offset + j],
                      IN_DOUBLE ? 1e-7 : 1e-4);
    }
}

static void
test_threads (void)
{
  g_auto (Job) job = learned_job ();
  NnAwareSpec spec = nn_aware_spec_default (4);
  g_autoptr (NnGraph) one = NULL, three = NULL;
  g_autoptr (NnParams) one_params = NULL, three_params = NULL;
  g_auto (NnTrainResult) first = { 0 };
  g_auto (NnTrainResult) second = { 0 };

  spec.train.epochs = 1;
  train_aware (&job, &spec, 1, &one, &one_params, &first);
  train_aware (&job, &spec, 3, &three, &three_params, &second);
  assert_same_params (one_params, three_params);
  assert_same_params (first.params, second.params);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/aware/coarse-grids-recover", test_recovers);
  g_test_add_func ("/learn/aware/gives-the-network-of-quantization-after-training",
                   test_same_kind);
  g_test_add_func ("/learn/aware/gradients-pass-straight-through", test_straight_through);
  g_test_add_func ("/learn/aware/threads-do-not-change-bits", test_threads);

  return g_test_run ();
}
