/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batch normalisation: statistics by hand, gradients against differences. */
#include "nn-test-graph.h"

#include <math.h>

static const NnBatchNormSpec usual = { 1e-5f, 0.1f };

static NnGraph *
norm_graph (NnShape in)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, in);

  return nn_test_seal (builder, nn_builder_batch_norm (builder, x, usual));
}

/* Values 1 … 4 of one channel: mean 2.5, variance 1.25, unbiased 5/3; running = 0.9·old + 0.1·new.
 */
static void
test_running_statistics (void)
{
  g_autoptr (NnGraph) graph = norm_graph (nn_shape_maps (1, 1, 2));
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 2, NN_EXEC_TRAIN, NULL);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);

  for (guint i = 0; i < 4; i++)
    nn_exec_input (exec, 0)[i] = (nn_real) (i + 1);
  nn_exec_forward (exec, params, 2, 0);

  /* momentum and epsilon are floats: 0.1f is 1.5e-9 away from 0.1. */
  g_assert_cmpfloat (fabs ((double) *nn_params_peek (params, 1, NN_SLOT_MEAN, NULL) - 0.25), <,
                     1e-7);
  g_assert_cmpfloat (
    fabs ((double) *nn_params_peek (params, 1, NN_SLOT_VARIANCE, NULL) - (0.9 + 0.1 * 5 / 3)), <,
    1e-7);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpfloat (fabs ((double) nn_exec_output (exec, 0)[i] - (i - 1.5) / sqrt (1.25 + 1e-5)),
                       <, 1e-9);
}

static void
test_inference_uses_running_statistics (void)
{
  g_autoptr (NnGraph) graph = norm_graph (nn_shape_vector (2));
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 1, NN_EXEC_KEEP_ALL, NULL);
  g_autoptr (NnParams) params = nn_test_params (graph, 2);

  nn_params_freeze (params);
  nn_exec_input (exec, 0)[0] = 3;
  nn_exec_input (exec, 0)[1] = -1;
  nn_exec_forward (exec, params, 1, 0);
  for (guint c = 0; c < 2; c++)
    {
      double mean = (double) nn_params_peek (params, 1, NN_SLOT_MEAN, NULL)[c];
      double variance = (double) nn_params_peek (params, 1, NN_SLOT_VARIANCE, NULL)[c];
      double expected = ((double) nn_exec_input (exec, 0)[c] - mean) /
                          sqrt (variance + (double) usual.epsilon) *
                          (double) nn_params_peek (params, 1, NN_SLOT_WEIGHT, NULL)[c] +
                        (double) nn_params_peek (params, 1, NN_SLOT_BIAS, NULL)[c];

      g_assert_cmpfloat (fabs ((double) nn_exec_output (exec, 0)[c] - expected), <, 1e-12);
    }
}

static void
test_frozen_keeps_its_statistics (void)
{
  g_autoptr (NnGraph) graph = norm_graph (nn_shape_maps (2, 3, 3));
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 4, NN_EXEC_TRAIN, NULL);
  g_autoptr (NnParams) params = nn_test_params (graph, 2);
  g_autoptr (NnParams) before = nn_params_copy (params);

  nn_exec_freeze_node (exec, 1, TRUE);
  nn_test_fill_inputs (exec, 4, 1);
  nn_exec_forward (exec, params, 4, 0);
  g_assert_cmpmem (nn_params_peek_all (params), nn_params_n_values (params) * sizeof (nn_real),
                   nn_params_peek_all (before), nn_params_n_values (before) * sizeof (nn_real));
}

/* One value per channel and batch: its variance is 0 and must not become NaN. */
static void
test_single_value_stays_finite (void)
{
  g_autoptr (NnGraph) graph = norm_graph (nn_shape_vector (3));
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 1, NN_EXEC_TRAIN, NULL);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);

  nn_test_fill_inputs (exec, 1, 1);
  nn_exec_forward (exec, params, 1, 0);
  for (guint c = 0; c < 3; c++)
    {
      g_assert_cmpfloat (nn_exec_output (exec, 0)[c], ==, 0);
      g_assert_true (isfinite (nn_params_peek (params, 1, NN_SLOT_VARIANCE, NULL)[c]));
    }
}

static void
test_gradients (void)
{
  const NnShape shapes[] = { nn_shape_maps (3, 5, 7), nn_shape_vector (4),
                             nn_shape_maps (2, 4, 4) };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autoptr (NnGraph) graph = norm_graph (shapes[i]);

      nn_test_check_gradients (graph, 3, 20 + i);
      nn_test_check_gradients (graph, 2, 30 + i);
    }
}

static void
test_gradients_between_layers (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (2, 4, 5));
  NnNode a = nn_builder_conv (builder, x, (NnConvSpec) { nn_stencil (3, 1, 1), 3, 1, TRUE });
  NnNode b = nn_builder_batch_norm (builder, a, usual);
  NnNode c = nn_builder_activation (builder, b, (NnActivationSpec) { NN_ACTIVATION_TANH });
  NnNode d = nn_builder_dense (builder, c, (NnDenseSpec) { 3, TRUE });
  g_autoptr (NnGraph) graph = nn_test_seal (builder, d);

  nn_test_check_gradients (graph, 3, 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/batch-norm/running-statistics", test_running_statistics);
  g_test_add_func ("/ops/batch-norm/inference-uses-running-statistics",
                   test_inference_uses_running_statistics);
  g_test_add_func ("/ops/batch-norm/frozen-keeps-its-statistics", test_frozen_keeps_its_statistics);
  g_test_add_func ("/ops/batch-norm/single-value-stays-finite", test_single_value_stays_finite);
  g_test_add_func ("/ops/batch-norm/gradients", test_gradients);
  g_test_add_func ("/ops/batch-norm/gradients-between-layers", test_gradients_between_layers);

  return g_test_run ();
}
