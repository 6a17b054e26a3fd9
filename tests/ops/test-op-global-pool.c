/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Global pooling: values by hand, gradients against differences. */
#include "nn-test-graph.h"

#include <math.h>

static void
test_values (void)
{
  static const nn_real x[] = { 1, 2, 3, 6, -5, -7, -6, -2 };

  for (guint average = 0; average < 2; average++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode in = nn_builder_input (builder, nn_shape_maps (2, 2, 2));
      g_autoptr (NnGraph) graph = nn_test_seal (
        builder, nn_builder_global_pool (builder, in, (NnGlobalPoolSpec) { average }));
      g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
      g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 1, NN_EXEC_INFER, NULL);
      g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
      NnShape shape = nn_graph_node_shape (graph, 1), expected = nn_shape_maps (2, 1, 1);

      g_assert_true (nn_shape_equal (&shape, &expected));
      memcpy (nn_exec_input (exec, 0), x, sizeof x);
      nn_exec_forward (exec, params, 1, 0);
      g_assert_cmpfloat (nn_exec_output (exec, 0)[0], ==, average ? 3 : 6);
      g_assert_cmpfloat (nn_exec_output (exec, 0)[1], ==, average ? -5 : -2);

      nn_exec_input (exec, 0)[6] = (nn_real) NAN;
      nn_exec_forward (exec, params, 1, 0);
      g_assert_true (isnan (nn_exec_output (exec, 0)[1]));
    }
}

static void
test_gradients (void)
{
  for (guint average = 0; average < 2; average++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_maps (3, 5, 7));
      NnNode a = nn_builder_global_pool (builder, x, (NnGlobalPoolSpec) { average });
      g_autoptr (NnGraph)
        graph = nn_test_seal (builder, nn_builder_dense (builder, a, (NnDenseSpec) { 2, TRUE }));

      nn_test_check_gradients (graph, 1, 1);
      nn_test_check_gradients (graph, 3, 2);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/global-pool/values", test_values);
  g_test_add_func ("/ops/global-pool/gradients", test_gradients);

  return g_test_run ();
}
