/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transpose: every order of four axes, gradients. */
#include "nn-test-graph.h"

#include <math.h>
#include <string.h>

static NnGraph *
graph_of (NnShape        in,
          const guint32 *perm)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, in);
  NnAttrs attrs = { 0 };

  memcpy (attrs.transpose.perm, perm, in.rank * sizeof *perm);

  return nn_test_seal (builder, nn_builder_node (builder, NN_OP_TRANSPOSE, &attrs, &x, 1));
}

/* The @n-th of the orders of four axes; %FALSE when n tells none. */
static gboolean
order_of (guint   n,
          guint32 perm[4])
{
  guint seen = 0;

  for (guint i = 0; i < 4; i++, n /= 4)
    {
      perm[i] = n % 4;
      seen |= 1u << perm[i];
    }

  return seen == 15;
}

static void
test_every_order (void)
{
  NnShape in = { 4, { 2, 3, 4, 5 } };
  double x[120];

  for (guint i = 0; i < 120; i++)
    x[i] = i;
  for (guint n = 0; n < 256; n++)
    {
      g_autoptr (NnGraph) graph = NULL;
      guint32 perm[4];
      double expected[120];
      NnShape out;

      if (!order_of (n, perm))
        continue;
      graph = graph_of (in, perm);
      out = nn_graph_node_shape (graph, nn_graph_output (graph, 0));
      g_assert_cmpuint (nn_graph_max_batch (graph), ==, 1);
      for (guint i = 0; i < 120; i++)
        {
          guint rest = i, place = 0, at[4];

          for (guint axis = 4; axis-- > 0; rest /= out.dims[axis])
            at[perm[axis]] = rest % out.dims[axis];
          for (guint axis = 0; axis < 4; axis++)
            place = place * in.dims[axis] + at[axis];
          expected[i] = place;
        }
      nn_test_check_values (graph, 1, x, NULL, NULL, expected, 120);
    }
}

static void
test_gradients (void)
{
  static const guint32 orders[][4] = {
    { 0, 2, 1, 3 }, { 0, 3, 1, 2 }, { 0, 3, 2, 1 }, { 0, 1, 2, 3 }
  };

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      g_autoptr (NnGraph) graph = graph_of (nn_shape_maps (2, 3, 2), orders[i]);

      g_assert_cmpuint (nn_graph_max_batch (graph), ==, G_MAXUINT);
      nn_test_check_gradients (graph, 1, i);
      nn_test_check_gradients (graph, 3, 10 + i);
      nn_test_check_operator (graph, 1, 3, 20 + i);
    }
}

static void
test_refuses_no_order (void)
{
  static const guint32 wrong[][2] = { { 0, 0 }, { 0, 2 } };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_vector (3));
      NnAttrs attrs = { .transpose = { { wrong[i][0], wrong[i][1] } } };

      nn_test_assert_refused (builder, nn_builder_node (builder, NN_OP_TRANSPOSE, &attrs, &x, 1),
                              NN_ERROR_SPEC);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/transpose/every-order", test_every_order);
  g_test_add_func ("/ops/transpose/gradients", test_gradients);
  g_test_add_func ("/ops/transpose/refuses-no-order", test_refuses_no_order);

  return g_test_run ();
}
