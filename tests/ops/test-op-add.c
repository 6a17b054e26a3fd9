/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addition: skip connections, a node added to itself, every subset of frozen branches. */
#include "nn-test-graph.h"

#include <string.h>

static void
test_gradients (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode a = nn_builder_input (builder, nn_shape_maps (2, 3, 5));
  NnNode b = nn_builder_input (builder, nn_shape_maps (2, 3, 5));
  g_autoptr (NnGraph) graph = nn_test_seal (builder, nn_builder_add (builder, a, b));

  nn_test_check_gradients (graph, 1, 1);
  nn_test_check_gradients (graph, 3, 2);
}

static void
test_gradients_of_branches (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_vector (4));
  NnNode a = nn_builder_dense (builder, x, (NnDenseSpec) { 3, TRUE });
  NnNode b = nn_builder_dense (builder, x, (NnDenseSpec) { 3, TRUE });
  NnNode sum = nn_builder_add (builder, a, b);
  g_autoptr (NnGraph)
    graph = nn_test_seal (builder, nn_builder_dense (builder, sum, (NnDenseSpec) { 2, FALSE }));

  nn_test_check_gradients (graph, 3, 3);
}

static void
test_residual_block (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (2, 4, 3));
  NnNode a = nn_builder_conv (builder, x, (NnConvSpec) { nn_stencil (3, 1, 1), 2, 1, TRUE });
  NnNode b = nn_builder_activation (builder, a, (NnActivationSpec) { NN_ACTIVATION_SIGMOID });
  NnNode c = nn_builder_conv (builder, b, (NnConvSpec) { nn_stencil (3, 1, 1), 2, 1, FALSE });
  NnNode sum = nn_builder_add (builder, c, a);
  g_autoptr (NnGraph) graph = nn_test_seal (
    builder, nn_builder_activation (builder, sum, (NnActivationSpec) { NN_ACTIVATION_TANH }));

  nn_test_check_gradients (graph, 3, 4);
}

static void
test_node_added_to_itself (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_vector (4));
  NnNode a = nn_builder_dense (builder, x, (NnDenseSpec) { 3, TRUE });
  NnNode sum = nn_builder_add (builder, a, a);
  g_autoptr (NnGraph) graph = nn_test_seal (builder, nn_builder_add (builder, sum, a));

  nn_test_check_gradients (graph, 3, 5);
}

static void
test_refuses_unequal_shapes (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode a = nn_builder_input (builder, nn_shape_maps (16, 14, 14));
  NnNode b = nn_builder_input (builder, nn_shape_maps (32, 14, 14));
  NnNode sum = nn_builder_add (builder, a, b);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (sum, ==, NN_NODE_NONE);
  nn_builder_output (builder, sum);
  g_assert_null (nn_builder_seal (builder, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  g_assert_nonnull (strstr (error->message, "add1"));
  g_assert_nonnull (strstr (error->message, "16×14×14"));
  g_assert_nonnull (strstr (error->message, "32×14×14"));
  nn_builder_free (builder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/add/gradients", test_gradients);
  g_test_add_func ("/ops/add/gradients-of-branches", test_gradients_of_branches);
  g_test_add_func ("/ops/add/residual-block", test_residual_block);
  g_test_add_func ("/ops/add/node-added-to-itself", test_node_added_to_itself);
  g_test_add_func ("/ops/add/refuses-unequal-shapes", test_refuses_unequal_shapes);

  return g_test_run ();
}
