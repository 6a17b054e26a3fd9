/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Padding: values by hand for every way, gradients. */
#include "nn-test-graph.h"

#include <math.h>
#include <string.h>

static NnGraph *
graph_of (NnShape   in,
          NnPadSpec spec)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, in);

  return nn_test_seal (builder,
                       nn_builder_node (builder, NN_OP_PAD, &(NnAttrs) { .pad = spec }, &x, 1));
}

static void
test_values (void)
{
  static const double x[] = { 1, 2, 3, 4, 5, 6 };
  static const double expected[][20] = {
    { 9, 1, 2, 3, 9, 9, 4, 5, 6, 9, 9, 9, 9, 9, 9 },
    { 2, 1, 2, 3, 2, 5, 4, 5, 6, 5, 2, 1, 2, 3, 2 },
    { 1, 1, 2, 3, 3, 4, 4, 5, 6, 6, 4, 4, 5, 6, 6 },
  };

  for (guint mode = 0; mode < 3; mode++)
    {
      NnPadSpec spec = { { 0, 0, 0, 1 }, { 0, 0, 1, 1 }, mode, 9 };
      g_autoptr (NnGraph) graph = graph_of (nn_shape_maps (1, 2, 3), spec);

      nn_test_check_values (graph, 1, x, NULL, NULL, expected[mode], 15);
      g_assert_cmpuint (nn_graph_max_batch (graph), ==, G_MAXUINT);
    }
}

/* Further than once around, on one side alone, along channels, along the first axis. */
static void
test_other_axes (void)
{
  static const double x[] = { 1, 2, 3, 4, 5, 6 };
  static const double channels[] = { 0, 0, 0, 1, 2, 3, 4, 5, 6 };
  static const double rows[] = { 5, 6, 3, 4, 1, 2, 3, 4, 5, 6, 3, 4, 1, 2 };
  NnPadSpec spec = { .before = { 0, 1 }, .mode = NN_PAD_CONSTANT };
  g_autoptr (NnGraph) graph = graph_of ((NnShape) { 3, { 1, 2, 3 } }, spec);
  g_autoptr (NnGraph) first = NULL;

  nn_test_check_values (graph, 1, x, NULL, NULL, channels, 9);
  spec = (NnPadSpec) { .before = { 2 }, .after = { 2 }, .mode = NN_PAD_REFLECT };
  first = graph_of ((NnShape) { 2, { 3, 2 } }, spec);
  g_assert_cmpuint (nn_graph_max_batch (first), ==, 1);
  nn_test_check_values (first, 1, x, NULL, NULL, rows, 14);
}

static void
test_gradients (void)
{
  static const NnPadSpec specs[] = {
    { { 0, 0, 1, 2 }, { 0, 0, 2, 1 } },
    { { 0, 1, 0, 0 }, { 0, 0, 0, 3 } },
    { { 0, 0, 2, 0 }, { 0, 1, 0, 0 } },
  };

  for (guint s = 0; s < G_N_ELEMENTS (specs); s++)
    for (guint mode = 0; mode < 3; mode++)
      {
        NnPadSpec spec = specs[s];
        g_autoptr (NnGraph) graph = NULL;

        spec.mode = mode;
        spec.value = 2;
        graph = graph_of (nn_shape_maps (2, 3, 4), spec);
        nn_test_check_gradients (graph, 1, s);
        nn_test_check_gradients (graph, 3, 10 + s);
        nn_test_check_operator (graph, 1, 3, 20 + s);
      }
}

static void
test_refuses_too_much (void)
{
  static const NnPadSpec wrong[] = { { { 0, 3 }, { 0 }, NN_PAD_REFLECT },
                                     { { 0 }, { 0, 3 }, NN_PAD_REFLECT },
                                     { { 0, G_MAXUINT32 }, { 0, G_MAXUINT32 }, NN_PAD_EDGE },
                                     { { 0 }, { 0 }, 3 } };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_vector (3));

      nn_test_assert_refused (
        builder, nn_builder_node (builder, NN_OP_PAD, &(NnAttrs) { .pad = wrong[i] }, &x, 1),
        NN_ERROR_SPEC);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/pad/values", test_values);
  g_test_add_func ("/ops/pad/other-axes", test_other_axes);
  g_test_add_func ("/ops/pad/gradients", test_gradients);
  g_test_add_func ("/ops/pad/refuses-too-much", test_refuses_too_much);

  return g_test_run ();
}
