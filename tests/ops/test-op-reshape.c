/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reshape: the same values, whatever the shape. */
#include "nn-test-graph.h"

#include <math.h>
#include <string.h>

static NnGraph *
graph_of (NnShape in,
          NnShape out)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, in);

  return nn_test_seal (
      builder, nn_builder_node (builder, NN_OP_RESHAPE, &(NnAttrs) { .reshape = { out } }, &x, 1));
}

static void
test_keeps_the_values (void)
{
  static const double x[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
  g_autoptr (NnGraph) graph = graph_of (nn_shape_maps (2, 1, 3), (NnShape) { 3, { 1, 3, 2 } });

  nn_test_check_values (graph, 2, x, NULL, NULL, x, 12);
  g_assert_cmpuint (nn_graph_max_batch (graph), ==, G_MAXUINT);
}

static void
test_gradients (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (2, 2, 3)), flat, back;
  g_autoptr (NnGraph) graph = NULL;

  x = nn_builder_conv (builder, x, (NnConvSpec) { nn_stencil (1, 1, 0), 2, 1, TRUE });
  flat = nn_builder_node (builder, NN_OP_RESHAPE, &(NnAttrs) { .reshape = { { 3, { 1, 6, 2 } } } },
                          &x, 1);
  back = nn_builder_node (builder, NN_OP_RESHAPE,
                          &(NnAttrs) { .reshape = { nn_shape_maps (2, 2, 3) } }, &flat, 1);
  graph = nn_test_seal (builder, nn_builder_add (builder, x, back));
  nn_test_check_gradients (graph, 1, 1);
  nn_test_check_gradients (graph, 3, 2);
}

/* A first axis that takes part is none of a batch. */
static void
test_rows_of_an_item (void)
{
  static const double x[] = { 1, 2, 3, 4, 5, 6 }, filter[] = { 1, 2, 3, 0.5 };
  static const double expected[] = { 14.5, 32.5 };
  NnConvSpec spec = { { { 1, 3 }, { 1, 1 }, { 1, 1 }, { 0 } }, 1, 1, TRUE };
  NnBuilder *builder = nn_builder_new ();
  NnNode in = nn_builder_input (builder, nn_shape_vector (6)), rows;
  g_autoptr (NnGraph) graph = NULL;

  rows = nn_builder_node (builder, NN_OP_RESHAPE,
                          &(NnAttrs) { .reshape = { { 4, { 2, 1, 1, 3 } } } }, &in, 1);
  graph = nn_test_seal (builder, nn_builder_conv (builder, rows, spec));
  g_assert_cmpuint (nn_graph_max_batch (graph), ==, 1);
  nn_test_check_values (graph, 1, x, NULL, filter, expected, 2);
  nn_test_check_gradients (graph, 1, 3);
}

static void
test_refuses_another_number (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (2, 3, 3));
  g_autoptr (GError) error = NULL;

  nn_builder_output (builder,
                     nn_builder_node (builder, NN_OP_RESHAPE,
                                      &(NnAttrs) { .reshape = { nn_shape_vector (17) } }, &x, 1));
  g_assert_null (nn_builder_seal (builder, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  g_assert_nonnull (strstr (error->message, "2×3×3"));
  nn_builder_free (builder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/reshape/keeps-the-values", test_keeps_the_values);
  g_test_add_func ("/ops/reshape/gradients", test_gradients);
  g_test_add_func ("/ops/reshape/rows-of-an-item", test_rows_of_an_item);
  g_test_add_func ("/ops/reshape/refuses-another-number", test_refuses_another_number);

  return g_test_run ();
}
