/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Concatenation: order of channels, every subset of frozen branches. */
#include "nn-test-graph.h"

#include <string.h>

static void
test_values_in_order (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode a = nn_builder_input (builder, nn_shape_maps (1, 1, 2));
  NnNode b = nn_builder_input (builder, nn_shape_maps (2, 1, 2));
  g_autoptr (NnGraph)
    graph = nn_test_seal (builder, nn_builder_concat (builder, (NnNode[]) { b, a }, 2));
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 2, NN_EXEC_INFER, NULL);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  static const nn_real expected[] = { 10, 11, 12, 13, 0, 1, 14, 15, 16, 17, 2, 3 };

  for (guint i = 0; i < 4; i++)
    nn_exec_input (exec, 0)[i] = (nn_real) i;
  for (guint i = 0; i < 8; i++)
    nn_exec_input (exec, 1)[i] = (nn_real) (10 + i);
  nn_exec_forward (exec, params, 2, 0);
  for (guint i = 0; i < 12; i++)
    g_assert_cmpfloat (nn_exec_output (exec, 0)[i], ==, expected[i]);
}

/* Frozen branches before, between and after live ones; the input itself is one of the branches. */
static void
test_gradients_of_branches (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (2, 3, 3));
  NnNode a = nn_builder_conv (builder, x, (NnConvSpec) { nn_stencil (1, 1, 0), 1, 1, TRUE });
  NnNode b = nn_builder_conv (builder, x, (NnConvSpec) { nn_stencil (3, 1, 1), 3, 1, FALSE });
  NnNode c = nn_builder_conv (builder, x, (NnConvSpec) { nn_stencil (1, 1, 0), 2, 1, FALSE });
  NnNode all = nn_builder_concat (builder, (NnNode[]) { a, x, b, c }, 4);
  g_autoptr (NnGraph) graph = nn_test_seal (builder, all);

  nn_test_check_gradients (graph, 1, 1);
  nn_test_check_gradients (graph, 3, 2);
}

static void
test_same_node_twice (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_vector (3));
  NnNode a = nn_builder_dense (builder, x, (NnDenseSpec) { 2, TRUE });
  g_autoptr (NnGraph)
    graph = nn_test_seal (builder, nn_builder_concat (builder, (NnNode[]) { a, x, a }, 3));

  nn_test_check_gradients (graph, 3, 3);
}

static void
test_refuses_other_sizes (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode a = nn_builder_input (builder, nn_shape_maps (3, 4, 4));
  NnNode b = nn_builder_input (builder, nn_shape_maps (5, 4, 6));
  g_autoptr (GError) error = NULL;

  nn_builder_output (builder, nn_builder_concat (builder, (NnNode[]) { a, b }, 2));
  g_assert_null (nn_builder_seal (builder, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  g_assert_nonnull (strstr (error->message, "5×4×6"));
  nn_builder_free (builder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/concat/values-in-order", test_values_in_order);
  g_test_add_func ("/ops/concat/gradients-of-branches", test_gradients_of_branches);
  g_test_add_func ("/ops/concat/same-node-twice", test_same_node_twice);
  g_test_add_func ("/ops/concat/refuses-other-sizes", test_refuses_other_sizes);

  return g_test_run ();
}
