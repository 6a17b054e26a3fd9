/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dropout: rate, scale, seeds, gradients. */
#include "nn-test-graph.h"

#include <math.h>
#include <string.h>

static NnGraph *
graph_of (guint32 n,
          float   rate)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_vector (n));

  return nn_test_seal (builder, nn_builder_dropout (builder, x, (NnDropoutSpec) { rate }));
}

static void
forward (NnExec   *exec,
         guint     n,
         guint64   seed,
         NnParams *params)
{
  for (guint i = 0; i < n; i++)
    nn_exec_input (exec, 0)[i] = 1;
  nn_exec_forward (exec, params, 2, seed);
}

static void
test_rate_and_scale (void)
{
  enum { N = 20000 };
  g_autoptr (NnGraph) graph = graph_of (N / 2, 0.25f);
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 2, NN_EXEC_TRAIN, NULL);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  const nn_real *y = nn_exec_output (exec, 0);
  guint dropped = 0, differ = 0;

  forward (exec, N, 9, params);
  for (guint i = 0; i < N; i++)
    {
      g_assert_true (y[i] == 0 || fabs ((double) y[i] - 4.0 / 3) < 1e-12);
      dropped += y[i] == 0;
    }
  for (guint i = 0; i < N / 2; i++)
    differ += (y[i] == 0) != (y[N / 2 + i] == 0);

  /* Six standard deviations of a binomial count; two images agree by chance alone: 2·0.25·0.75. */
  g_assert_cmpfloat (fabs (dropped - 0.25 * N), <, 6 * sqrt (N * 0.25 * 0.75));
  g_assert_cmpfloat (fabs (differ - 0.375 * N / 2), <, 6 * sqrt (N / 2 * 0.375 * 0.625));
}

static void
test_seed_decides (void)
{
  enum { N = 2000 };
  g_autoptr (NnGraph) graph = graph_of (N / 2, 0.5f);
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 2, NN_EXEC_TRAIN, NULL);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  g_autofree nn_real *first = NULL;

  forward (exec, N, 1, params);
  first = g_memdup2 (nn_exec_output (exec, 0), N * sizeof *first);
  forward (exec, N, 2, params);
  g_assert_cmpint (memcmp (first, nn_exec_output (exec, 0), N * sizeof *first), !=, 0);
  forward (exec, N, 1, params);
  g_assert_cmpmem (first, N * sizeof *first, nn_exec_output (exec, 0), N * sizeof *first);
}

static void
test_inference_passes_everything (void)
{
  g_autoptr (NnGraph) graph = graph_of (100, 0.9f);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);

  for (guint mode = NN_EXEC_INFER; mode <= NN_EXEC_KEEP_ALL; mode++)
    {
      g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 2, mode, NULL);

      forward (exec, 200, 1, params);
      for (guint i = 0; i < 200; i++)
        g_assert_cmpfloat (nn_exec_output (exec, 0)[i], ==, 1);
    }
}

static void
test_gradients (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (2, 3, 3));
  NnNode a = nn_builder_dense (builder, x, (NnDenseSpec) { 6, TRUE });
  NnNode b = nn_builder_dropout (builder, a, (NnDropoutSpec) { 0.4f });
  NnNode c = nn_builder_dense (builder, b, (NnDenseSpec) { 3, TRUE });
  g_autoptr (NnGraph) graph = nn_test_seal (builder, c);

  nn_test_check_gradients (graph, 1, 1);
  nn_test_check_gradients (graph, 3, 2);
}

static void
test_refuses_rate_one (void)
{
  static const float rates[] = { 1, -0.1f, NAN };

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_vector (5));

      nn_test_assert_refused (
        builder, nn_builder_dropout (builder, x, (NnDropoutSpec) { rates[i] }),
        NN_ERROR_SPEC);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/dropout/rate-and-scale", test_rate_and_scale);
  g_test_add_func ("/ops/dropout/seed-decides", test_seed_decides);
  g_test_add_func ("/ops/dropout/inference-passes-everything", test_inference_passes_everything);
  g_test_add_func ("/ops/dropout/gradients", test_gradients);
  g_test_add_func ("/ops/dropout/refuses-rate-one", test_refuses_rate_one);

  return g_test_run ();
}
