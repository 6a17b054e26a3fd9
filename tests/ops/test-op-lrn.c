/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Local response normalisation: the definition, odd and even windows, gradients. */
#include "nn-test-graph.h"

#include <math.h>
#include <string.h>

static NnGraph *
graph_of (NnShape   in,
          NnLrnSpec spec)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, in);

  return nn_test_seal (builder,
                       nn_builder_node (builder, NN_OP_LRN, &(NnAttrs) { .lrn = spec }, &x, 1));
}

static const NnLrnSpec specs[] = { { 5, 0.0001f, 0.75f, 1 },
                                   { 3, 0.5f, 0.75f, 2 },
                                   { 4, 0.5f, 0.6f, 1 },
                                   { 1, 0.5f, 1.5f, 1 },
                                   { 99, 0.5f, 0.75f, 1 } };

static void
test_values (void)
{
  double x[2 * 7 * 6], expected[2 * 7 * 6];

  for (guint i = 0; i < G_N_ELEMENTS (x); i++)
    x[i] = (double) (i * 11 % 23) / 8 - 1;
  for (guint s = 0; s < G_N_ELEMENTS (specs); s++)
    {
      g_autoptr (NnGraph) graph = graph_of (nn_shape_maps (7, 2, 3), specs[s]);
      gint before = ((gint) specs[s].size - 1) / 2, after = (gint) specs[s].size / 2;

      for (guint i = 0; i < G_N_ELEMENTS (x); i++)
        {
          gint c = (gint) (i / 6 % 7);
          double sum = 0;

          for (gint j = MAX (c - before, 0); j <= MIN (c + after, 6); j++)
            sum += x[i / 42 * 42 + (guint) j * 6 + i % 6] * x[i / 42 * 42 + (guint) j * 6 + i % 6];
          expected[i] =
              x[i] / pow ((double) specs[s].bias + (double) specs[s].alpha / specs[s].size * sum,
                          (double) specs[s].beta);
        }
      nn_test_check_values (graph, 2, x, NULL, NULL, expected, G_N_ELEMENTS (x));
    }
}

static void
test_gradients (void)
{
  for (guint s = 0; s < G_N_ELEMENTS (specs); s++)
    {
      g_autoptr (NnGraph) graph = graph_of (nn_shape_maps (6, 2, 3), specs[s]);

      nn_test_check_gradients (graph, 1, s);
      nn_test_check_gradients (graph, 3, 10 + s);
    }
}

/* More positions than are worked on at once; the gradient takes the place of the next one's. */
static void
test_many_positions (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, (NnShape) { 3, { 1, 3, 67 } });
  g_autoptr (NnGraph) graph = NULL;

  x = nn_builder_activation (builder, x, (NnActivationSpec) { NN_ACTIVATION_TANH });
  x = nn_builder_node (builder, NN_OP_LRN, &(NnAttrs) { .lrn = specs[1] }, &x, 1);
  graph = nn_test_seal (
      builder, nn_builder_activation (builder, x, (NnActivationSpec) { NN_ACTIVATION_TANH }));
  nn_test_check_gradients (graph, 1, 20);
}

static void
test_refuses (void)
{
  static const NnLrnSpec wrong[] = { { 0, 1, 1, 1 }, { 3, INFINITY, 1, 1 }, { 3, 1, NAN, 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_maps (3, 2, 2));

      nn_test_assert_refused (
        builder, nn_builder_node (builder, NN_OP_LRN, &(NnAttrs) { .lrn = wrong[i] }, &x, 1),
        NN_ERROR_SPEC);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/lrn/values", test_values);
  g_test_add_func ("/ops/lrn/gradients", test_gradients);
  g_test_add_func ("/ops/lrn/many-positions", test_many_positions);
  g_test_add_func ("/ops/lrn/refuses-no-neighbours-and-no-numbers", test_refuses);

  return g_test_run ();
}
