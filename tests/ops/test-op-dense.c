/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dense layer: values by hand, gradients against differences. */
#include "nn-test-graph.h"

static void
test_values (void)
{
  static const nn_real weight[] = { 1, 2, 3, -1, 0, 1 }, bias[] = { 10, 20 };
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_vector (3));
  g_autoptr (NnGraph)
    graph = nn_test_seal (builder, nn_builder_dense (builder, x, (NnDenseSpec) { 2, TRUE }));
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);

  memcpy (nn_params_poke (params, 1, NN_SLOT_WEIGHT, NULL), weight, sizeof weight);
  memcpy (nn_params_poke (params, 1, NN_SLOT_BIAS, NULL), bias, sizeof bias);

  for (guint batch = 1; batch <= 9;
       batch++) /* few items by dot products, more by a matrix product */
    {
      g_autoptr (NnExec) exec = nn_exec_new (graph, workers, batch, NN_EXEC_INFER, NULL);

      for (guint i = 0; i < 3 * batch; i++)
        nn_exec_input (exec, 0)[i] = (nn_real) i;
      nn_exec_forward (exec, params, batch, 0);
      for (guint n = 0; n < batch; n++)
        {
          g_assert_cmpfloat (nn_exec_output (exec, 0)[2 * n], ==, 10 + 18 * n + 8);
          g_assert_cmpfloat (nn_exec_output (exec, 0)[2 * n + 1], ==, 20 + 2);
        }
    }
}

static void
test_gradients (void)
{
  static const guint32 sizes[][2] = { { 1, 1 }, { 7, 3 }, { 3, 40 }, { 50, 5 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint bias = 0; bias < 2; bias++)
      {
        NnBuilder *builder = nn_builder_new ();
        NnNode x = nn_builder_input (builder, nn_shape_vector (sizes[i][0]));
        NnDenseSpec spec = { sizes[i][1], bias == 1 };
        g_autoptr (NnGraph) graph = nn_test_seal (builder, nn_builder_dense (builder, x, spec));

        nn_test_check_gradients (graph, 1, 5 + i);
        nn_test_check_gradients (graph, 3, 6 + i);
        nn_test_check_gradients (graph, 9, 7 + i);
      }
}

static void
test_takes_maps_and_chains (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (2, 3, 2));
  NnNode a = nn_builder_dense (builder, x, (NnDenseSpec) { 5, TRUE });
  NnNode b = nn_builder_dense (builder, a, (NnDenseSpec) { 4, FALSE });
  NnNode c = nn_builder_dense (builder, b, (NnDenseSpec) { 2, TRUE });
  g_autoptr (NnGraph) graph = nn_test_seal (builder, c);

  g_assert_cmpuint (nn_graph_node_n_values (graph, a), ==, 12 * 5 + 5);
  nn_test_check_gradients (graph, 3, 9);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/dense/values", test_values);
  g_test_add_func ("/ops/dense/gradients", test_gradients);
  g_test_add_func ("/ops/dense/takes-maps-and-chains", test_takes_maps_and_chains);

  return g_test_run ();
}
