/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maxout: values by hand, gradients against differences. */
#include "nn-test-graph.h"

#include <math.h>

static void
test_values (void)
{
  /* Four channels of two positions, in pairs; the third value beats the first by being NaN. */
  static const nn_real x[] = { 1, 5, 3, 2, (nn_real) NAN, 0, 8, 0 };
  NnBuilder *builder = nn_builder_new ();
  NnNode in = nn_builder_input (builder, nn_shape_maps (4, 1, 2));
  g_autoptr (NnGraph)
    graph = nn_test_seal (builder, nn_builder_maxout (builder, in, (NnMaxoutSpec) { 2 }));
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 1, NN_EXEC_INFER, NULL);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);

  memcpy (nn_exec_input (exec, 0), x, sizeof x);
  nn_exec_forward (exec, params, 1, 0);
  g_assert_cmpfloat (nn_exec_output (exec, 0)[0], ==, 3);
  g_assert_cmpfloat (nn_exec_output (exec, 0)[1], ==, 5);
  g_assert_true (isnan (nn_exec_output (exec, 0)[2]));
  g_assert_cmpfloat (nn_exec_output (exec, 0)[3], ==, 0);
}

static void
test_gradients (void)
{
  for (guint32 pieces = 1; pieces <= 6; pieces += pieces == 3 ? 3 : 1)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_maps (6, 3, 5));
      g_autoptr (NnGraph)
        graph = nn_test_seal (builder, nn_builder_maxout (builder, x, (NnMaxoutSpec) { pieces }));

      nn_test_check_gradients (graph, 1, pieces);
      nn_test_check_gradients (graph, 3, pieces);
    }
}

static void
test_refuses_a_remainder (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_vector (7));

  nn_test_assert_refused (builder, nn_builder_maxout (builder, x, (NnMaxoutSpec) { 2 }),
                          NN_ERROR_SPEC);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/maxout/values", test_values);
  g_test_add_func ("/ops/maxout/gradients", test_gradients);
  g_test_add_func ("/ops/maxout/refuses-a-remainder", test_refuses_a_remainder);

  return g_test_run ();
}
