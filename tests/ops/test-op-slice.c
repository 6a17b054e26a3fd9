/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slices: ranges, steps both ways, gradients. */
#include "nn-test-graph.h"

#include <math.h>
#include <string.h>

static NnGraph *
graph_of (NnShape     in,
          NnSliceSpec spec)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, in);

  return nn_test_seal (builder,
                       nn_builder_node (builder, NN_OP_SLICE, &(NnAttrs) { .slice = spec }, &x, 1));
}

static const NnSliceSpec specs[] = {
  { { 0, 1, 0, 0 }, { 1, 1, 1, 1 }, { 1, 2, 4, 5 } },    /* channels */
  { { 0, 0, 1, 2 }, { 1, 1, 1, 1 }, { 1, 3, 2, 3 } },    /* a window */
  { { 0, 0, 0, 1 }, { 1, 1, 2, 2 }, { 1, 3, 2, 2 } },    /* every other */
  { { 0, 2, 3, 4 }, { 1, -1, -2, -1 }, { 1, 3, 2, 5 } }, /* backwards */
  { { 0, 0, 0, 0 }, { 1, 1, 1, 1 }, { 1, 3, 4, 5 } },    /* everything */
  { { 0, 2, 3, 4 }, { 1, 1, 1, 1 }, { 1, 1, 1, 1 } },    /* one value */
};

static void
test_values (void)
{
  NnShape in = nn_shape_maps (3, 4, 5);
  double x[180];

  for (guint i = 0; i < 180; i++)
    x[i] = i;
  for (guint s = 0; s < G_N_ELEMENTS (specs); s++)
    {
      const NnSliceSpec *spec = &specs[s];
      g_autoptr (NnGraph) graph = graph_of (in, *spec);
      double expected[180];
      gsize n = 0;

      for (guint i = 0; i < 3; i++)
        for (guint c = 0; c < spec->count[1]; c++)
          for (guint h = 0; h < spec->count[2]; h++)
            for (guint w = 0; w < spec->count[3]; w++)
              expected[n++] = x[i * 60 + (spec->start[1] + c * (guint) spec->step[1]) * 20 +
                                (spec->start[2] + h * (guint) spec->step[2]) * 5 + spec->start[3] +
                                w * (guint) spec->step[3]];
      nn_test_check_values (graph, 3, x, NULL, NULL, expected, n);
      g_assert_cmpuint (nn_graph_max_batch (graph), ==, G_MAXUINT);
    }
}

static void
test_gradients (void)
{
  for (guint s = 0; s < G_N_ELEMENTS (specs); s++)
    {
      g_autoptr (NnGraph) graph = graph_of (nn_shape_maps (3, 4, 5), specs[s]);

      nn_test_check_gradients (graph, 1, s);
      nn_test_check_gradients (graph, 3, 10 + s);
      nn_test_check_operator (graph, 1, 3, 20 + s);
    }
}

static void
test_first_axis (void)
{
  static const double x[] = { 1, 2, 3, 4, 5, 6 }, expected[] = { 5, 6, 3, 4 };
  NnSliceSpec spec = { { 2, 0 }, { -1, 1 }, { 2, 2 } };
  g_autoptr (NnGraph) graph = graph_of ((NnShape) { 2, { 3, 2 } }, spec);

  g_assert_cmpuint (nn_graph_max_batch (graph), ==, 1);
  nn_test_check_values (graph, 1, x, NULL, NULL, expected, 4);
}

static void
test_refuses_what_is_not_there (void)
{
  static const NnSliceSpec wrong[] = {
    { { 0, 1 }, { 1, 1 }, { 1, 3 } },  { { 0, 3 }, { 1, 1 }, { 1, 1 } },
    { { 0, 1 }, { 1, -1 }, { 1, 3 } }, { { 0, 1 }, { 1, 0 }, { 1, 1 } },
    { { 0, 1 }, { 1, 1 }, { 1, 0 } },  { { 0, 1 }, { 1, G_MININT32 }, { 1, G_MAXUINT32 } }
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_vector (3));

      nn_test_assert_refused (
        builder, nn_builder_node (builder, NN_OP_SLICE, &(NnAttrs) { .slice = wrong[i] }, &x, 1),
        NN_ERROR_SPEC);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/slice/values", test_values);
  g_test_add_func ("/ops/slice/gradients", test_gradients);
  g_test_add_func ("/ops/slice/first-axis", test_first_axis);
  g_test_add_func ("/ops/slice/refuses-what-is-not-there", test_refuses_what_is_not_there);

  return g_test_run ();
}
