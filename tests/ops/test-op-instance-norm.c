/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Instance normalisation: values by the definition, gradients. */
#include "nn-test-graph.h"

#include <math.h>
#include <string.h>

static NnGraph *
graph_of (NnShape in)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, in);

  return nn_test_seal (builder, nn_builder_node (builder, NN_OP_INSTANCE_NORM,
                                                 &(NnAttrs) { .instance_norm = { 1e-3f } }, &x, 1));
}

static void
test_values (void)
{
  static const double slots[] = { 2, -1, 0.5, 3 };
  g_autoptr (NnGraph) graph = graph_of (nn_shape_maps (2, 2, 3));
  double x[36], expected[36];

  for (guint i = 0; i < 36; i++)
    x[i] = (double) (i * 7 % 13);
  for (guint plane = 0; plane < 6; plane++)
    {
      double mean = 0, variance = 0;

      for (guint i = 0; i < 6; i++)
        mean += x[plane * 6 + i] / 6;
      for (guint i = 0; i < 6; i++)
        variance += (x[plane * 6 + i] - mean) * (x[plane * 6 + i] - mean) / 6;
      for (guint i = 0; i < 6; i++)
        expected[plane * 6 + i] =
            (x[plane * 6 + i] - mean) / sqrt (variance + (double) 1e-3f) * slots[plane % 2] +
            slots[2 + plane % 2];
    }
  nn_test_check_values (graph, 3, x, NULL, slots, expected, 36);
}

static void
test_gradients (void)
{
  static const NnShape shapes[] = { { 4, { 1, 3, 2, 5 } }, { 3, { 1, 2, 7 } } };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autoptr (NnGraph) graph = graph_of (shapes[i]);

      g_assert_true (nn_graph_node_has_weights (graph, 1));
      nn_test_check_gradients (graph, 1, i);
      nn_test_check_gradients (graph, 3, 10 + i);
    }
}

/* Between layers, where its gradient may take the place of the next one's. */
static void
test_gradients_between_layers (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (2, 3, 3));
  NnConvSpec spec = { nn_stencil (3, 1, 1), 2, 1, FALSE };
  g_autoptr (NnGraph) graph = NULL;

  x = nn_builder_conv (builder, x, spec);
  x = nn_builder_node (builder, NN_OP_INSTANCE_NORM, &(NnAttrs) { .instance_norm = { 1e-3f } }, &x,
                       1);
  graph = nn_test_seal (builder, nn_builder_conv (builder, x, spec));
  nn_test_check_gradients (graph, 3, 20);
}

/* Rows of an item are normalised each by itself. */
static void
test_rows (void)
{
  g_autoptr (NnGraph) graph = graph_of ((NnShape) { 3, { 2, 2, 3 } });

  g_assert_cmpuint (nn_graph_max_batch (graph), ==, 1);
  nn_test_check_gradients (graph, 1, 30);
}

static void
test_refuses (void)
{
  static const NnShape shapes[] = { { 1, { 5 } }, { 4, { 1, 3, 2, 5 } } };

  for (guint i = 0; i < 2; i++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, shapes[i]);
      NnAttrs attrs = { .instance_norm = { i == 0 ? 1.0f : 0.0f } };

      nn_test_assert_refused (
        builder, nn_builder_node (builder, NN_OP_INSTANCE_NORM, &attrs, &x, 1),
        i == 0 ? NN_ERROR_SHAPE : NN_ERROR_SPEC);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/instance-norm/values", test_values);
  g_test_add_func ("/ops/instance-norm/gradients", test_gradients);
  g_test_add_func ("/ops/instance-norm/gradients-between-layers", test_gradients_between_layers);
  g_test_add_func ("/ops/instance-norm/rows", test_rows);
  g_test_add_func ("/ops/instance-norm/refuses-vectors-and-no-epsilon", test_refuses);

  return g_test_run ();
}
