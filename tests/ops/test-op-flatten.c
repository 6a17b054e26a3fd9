/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Flatten: the same values, whoever else reads them. */
#include "nn-test-graph.h"

static void
test_keeps_the_values (void)
{
  for (guint mode = NN_EXEC_INFER; mode <= NN_EXEC_TRAIN; mode++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_maps (2, 3, 5));
      g_autoptr (NnGraph) graph = nn_test_seal (builder, nn_builder_flatten (builder, x));
      g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
      g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 2, mode, NULL);
      g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);

      g_assert_cmpuint (nn_graph_node_shape (graph, 1).rank, ==, 2);
      g_assert_cmpuint (nn_graph_node_shape (graph, 1).dims[1], ==, 30);
      nn_test_fill_inputs (exec, 2, 3);
      nn_exec_forward (exec, params, 2, 0);
      g_assert_cmpmem (nn_exec_output (exec, 0), 60 * sizeof (nn_real), nn_exec_input (exec, 0),
                       60 * sizeof (nn_real));
    }
}

static void
test_gradients (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (2, 3, 3));
  NnNode a = nn_builder_conv (builder, x, (NnConvSpec) { nn_stencil (2, 1, 0), 2, 1, TRUE });
  NnNode b = nn_builder_flatten (builder, a);
  g_autoptr (NnGraph)
    graph = nn_test_seal (builder, nn_builder_dense (builder, b, (NnDenseSpec) { 3, TRUE }));

  nn_test_check_gradients (graph, 1, 1);
  nn_test_check_gradients (graph, 3, 2);
}

/* The maps are read by another layer too, so their gradient is a sum. */
static void
test_gradients_with_another_reader (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (2, 3, 3));
  NnNode a = nn_builder_conv (builder, x, (NnConvSpec) { nn_stencil (1, 1, 0), 2, 1, TRUE });
  NnNode b = nn_builder_flatten (builder, a);
  NnNode c = nn_builder_dense (builder, b, (NnDenseSpec) { 4, TRUE });
  NnNode d = nn_builder_dense (builder, a, (NnDenseSpec) { 4, FALSE });
  g_autoptr (NnGraph) graph = nn_test_seal (builder, nn_builder_add (builder, c, d));

  nn_test_check_gradients (graph, 3, 3);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/flatten/keeps-the-values", test_keeps_the_values);
  g_test_add_func ("/ops/flatten/gradients", test_gradients);
  g_test_add_func ("/ops/flatten/gradients-with-another-reader",
                   test_gradients_with_another_reader);

  return g_test_run ();
}
