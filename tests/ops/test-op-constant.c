/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Constants: the same for every item, never trained, shared by the batch. */
#include "nn-test-graph.h"

#include <math.h>
#include <string.h>

/* Twice the constant plus every item. */
static void
test_every_item_reads_it (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_vector (2));
  NnNode c = nn_test_constant (builder, nn_shape_vector (2)), twice, sum;
  static const double inputs[] = { 1, 2, 3, 4, 5, 6 }, constants[] = { 10, 0.5 };
  static const double expected[] = { 21, 3, 23, 5, 25, 7 };
  g_autoptr (NnGraph) graph = NULL;

  twice = nn_builder_add (builder, c, c);
  sum =
      nn_builder_node (builder, NN_OP_ARITHMETIC, &(NnAttrs) { .arithmetic = { NN_ARITHMETIC_ADD } },
                       (NnNode[]) { x, twice }, 2);
  graph = nn_test_seal (builder, sum);
  nn_test_check_values (graph, 3, inputs, constants, NULL, expected, 6);
  nn_test_check_values (graph, 1, inputs, constants, NULL, expected, 2);
}

static void
test_is_no_layer_with_weights (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_dense (builder, nn_builder_input (builder, nn_shape_vector (2)),
                               (NnDenseSpec) { 3, TRUE });
  NnNode c = nn_test_constant (builder, nn_shape_vector (3));
  NnNode sum =
      nn_builder_node (builder, NN_OP_ARITHMETIC, &(NnAttrs) { .arithmetic = { NN_ARITHMETIC_MUL } },
                       (NnNode[]) { c, x }, 2);
  g_autoptr (NnGraph) graph = nn_test_seal (builder, sum);
  g_autoptr (NnParams) params = nn_test_params (graph, 1);
  gsize offset, n;

  g_assert_false (nn_graph_node_has_weights (graph, c));
  g_assert_cmpuint (nn_graph_n_values (graph), ==, 9);
  g_assert_cmpuint (nn_params_n_trainable (params), ==, 9);
  g_assert_cmpuint (nn_params_n_values (params), ==, 12);
  g_assert_true (nn_params_slot_range (params, c, NN_SLOT_WEIGHT, &offset, &n));
  g_assert_cmpuint (offset, ==, 9);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpuint (nn_graph_receptive_field (graph, c), ==, 0);
  g_assert_cmpuint (nn_graph_max_batch (graph), ==, G_MAXUINT);
  nn_test_check_gradients (graph, 3, 2);
}

static void
test_refuses_a_mixture (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_vector (3));
  NnNode c = nn_test_constant (builder, nn_shape_vector (3));
  g_autoptr (GError) error = NULL;

  nn_builder_output (builder, nn_builder_add (builder, x, c));
  g_assert_null (nn_builder_seal (builder, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_GRAPH);
  g_assert_nonnull (strstr (error->message, "add1"));
  nn_builder_free (builder);
}

static void
test_refuses_a_network_of_constants (void)
{
  NnBuilder *builder = nn_builder_new ();
  g_autoptr (GError) error = NULL;

  nn_builder_input (builder, nn_shape_vector (3));
  nn_builder_output (builder, nn_test_constant (builder, nn_shape_vector (3)));
  g_assert_null (nn_builder_seal (builder, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_GRAPH);
  nn_builder_free (builder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/constant/every-item-reads-it", test_every_item_reads_it);
  g_test_add_func ("/ops/constant/is-no-layer-with-weights", test_is_no_layer_with_weights);
  g_test_add_func ("/ops/constant/refuses-a-mixture", test_refuses_a_mixture);
  g_test_add_func ("/ops/constant/refuses-a-network-of-constants",
                   test_refuses_a_network_of_constants);

  return g_test_run ();
}
