/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Softmax: shares, large inputs, gradients against differences. */
#include "nn-test-graph.h"

#include <math.h>

static NnGraph *
graph_of (NnShape in)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, in);

  return nn_test_seal (builder, nn_builder_softmax (builder, x));
}

static void
test_values (void)
{
  g_autoptr (NnGraph) graph = graph_of (nn_shape_maps (3, 1, 2));
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 1, NN_EXEC_INFER, NULL);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  /* Position 0 holds 0, ln 2, ln 5: shares 1/8, 2/8, 5/8. Position 1 would overflow an exponential.
   */
  const nn_real x[] = { 0, 900, (nn_real) log (2), 900, (nn_real) log (5), -900 };
  const double expected[] = { 0.125, 0.5, 0.25, 0.5, 0.625, 0 };

  memcpy (nn_exec_input (exec, 0), x, sizeof x);
  nn_exec_forward (exec, params, 1, 0);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpfloat (fabs ((double) nn_exec_output (exec, 0)[i] - expected[i]), <, 1e-12);
}

static void
test_gradients (void)
{
  const NnShape shapes[] = { nn_shape_vector (5), nn_shape_vector (1), nn_shape_maps (4, 3, 2) };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autoptr (NnGraph) graph = graph_of (shapes[i]);

      nn_test_check_gradients (graph, 1, i);
      nn_test_check_gradients (graph, 3, i);
    }
}

static void
test_gradients_after_a_layer (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_vector (4));
  NnNode a = nn_builder_dense (builder, x, (NnDenseSpec) { 3, TRUE });
  g_autoptr (NnGraph) graph = nn_test_seal (builder, nn_builder_softmax (builder, a));

  nn_test_check_gradients (graph, 3, 8);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/softmax/values", test_values);
  g_test_add_func ("/ops/softmax/gradients", test_gradients);
  g_test_add_func ("/ops/softmax/gradients-after-a-layer", test_gradients_after_a_layer);

  return g_test_run ();
}
