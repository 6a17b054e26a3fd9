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

static NnNode
join (NnBuilder    *builder,
      guint32       axis,
      const NnNode *xs,
      guint         n_xs)
{
  return nn_builder_node (builder, NN_OP_CONCAT, &(NnAttrs) { .concat = { axis } }, xs, n_xs);
}

static void
test_values_along_the_width (void)
{
  static const double x[] = { 1, 2, 3, 4, /* the second input: */ 10, 20 };
  static const double expected[] = { 10, 1, 2, 20, 3, 4 };
  NnBuilder *builder = nn_builder_new ();
  NnNode a = nn_builder_input (builder, nn_shape_maps (1, 2, 2));
  NnNode b = nn_builder_input (builder, nn_shape_maps (1, 2, 1));
  g_autoptr (NnGraph) graph = nn_test_seal (builder, join (builder, 3, (NnNode[]) { b, a }, 2));

  nn_test_check_values (graph, 1, x, NULL, NULL, expected, G_N_ELEMENTS (expected));
}

/* Branches, a constant that the batch shares and the input, along every axis but the batch. */
static void
test_gradients_along_any_axis (void)
{
  for (guint32 axis = 1; axis < 4; axis++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_maps (2, 3, 5));
      NnNode a = nn_builder_conv (builder, x, (NnConvSpec) { nn_stencil (1, 1, 0), 2, 1, FALSE });
      NnNode c = nn_test_constant (builder, nn_shape_maps (2, 3, 5));
      NnNode all = join (builder, axis, (NnNode[]) { a, c, x, a }, 4);
      g_autoptr (NnGraph) graph = nn_test_seal (builder, all);

      nn_test_check_gradients (graph, 1, 10 + axis);
      nn_test_check_gradients (graph, 3, 20 + axis);
      nn_test_check_operator (graph, all, 3, 30 + axis);
      nn_test_check_orders (graph, all, 3, 50 + axis);
    }
}

static void
test_along_the_first_axis (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode a = nn_builder_input (builder, (NnShape) { 2, { 2, 3 } });
  NnNode b = nn_builder_input (builder, (NnShape) { 2, { 1, 3 } });
  g_autoptr (NnGraph) graph = nn_test_seal (builder, join (builder, 0, (NnNode[]) { a, b }, 2));

  g_assert_cmpuint (nn_graph_max_batch (graph), ==, 1);
  nn_test_check_gradients (graph, 1, 40);
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

/* Where maps may lie with channels last. */
static void
test_between_layers (void)
{
  for (guint axis = 1; axis < 4; axis++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnConvSpec spec = { nn_stencil (1, 1, 0), 2, 1, TRUE };
      NnNode x = nn_builder_input (builder, nn_shape_maps (2, 3, 3)), a, b, c;
      g_autoptr (NnGraph) graph = NULL;

      a = nn_builder_conv (builder, x, spec);
      b = nn_builder_conv (builder, a, spec);
      c = nn_test_constant (builder, nn_shape_maps (2, 3, 3));
      graph = nn_test_seal (
        builder, nn_builder_conv (builder, join (builder, axis, (NnNode[]) { a, c, b, x }, 4), spec));
      nn_test_check_gradients (graph, 3, 40 + axis);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/concat/values-in-order", test_values_in_order);
  g_test_add_func ("/ops/concat/gradients-of-branches", test_gradients_of_branches);
  g_test_add_func ("/ops/concat/same-node-twice", test_same_node_twice);
  g_test_add_func ("/ops/concat/values-along-the-width", test_values_along_the_width);
  g_test_add_func ("/ops/concat/gradients-along-any-axis", test_gradients_along_any_axis);
  g_test_add_func ("/ops/concat/along-the-first-axis", test_along_the_first_axis);
  g_test_add_func ("/ops/concat/refuses-other-sizes", test_refuses_other_sizes);
  g_test_add_func ("/ops/concat/between-layers", test_between_layers);

  return g_test_run ();
}
