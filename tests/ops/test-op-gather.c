/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gather: indices of every item or shared, from either end, out of range, gradients. */
#include "nn-test-graph.h"

#include <math.h>
#include <string.h>

static NnGraph *
graph_of (NnShape data,
          NnShape indices,
          guint   axis,
          guint   shared)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x =
      (shared & 1) != 0 ? nn_test_constant (builder, data) : nn_builder_input (builder, data);
  NnNode i =
      (shared & 2) != 0 ? nn_test_constant (builder, indices) : nn_builder_input (builder, indices);

  return nn_test_seal (builder,
                       nn_builder_node (builder, NN_OP_GATHER, &(NnAttrs) { .gather = { axis } },
                                        (NnNode[]) { x, i }, 2));
}

static void
test_values (void)
{
  static const double data[] = { 1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16 };
  static const double indices[] = { 2, 0, -1, 1 };
  static const double last[] = { 3, 1, 3, 2, 6, 4, 6, 5, 13, 11, 13, 12, 16, 14, 16, 15 };
  static const double middle[] = { 4, 5, 6, 1, 2, 3, 14, 15, 16, 11, 12, 13 };
  g_autoptr (NnGraph) graph = graph_of ((NnShape) { 3, { 1, 2, 3 } }, (NnShape) { 1, { 4 } }, 2, 2);
  g_autoptr (NnGraph) other = graph_of ((NnShape) { 3, { 1, 2, 3 } }, (NnShape) { 1, { 2 } }, 1, 2);

  nn_test_check_values (graph, 2, data, indices, NULL, last, 16);
  nn_test_check_values (other, 2, data, (double[]) { 1, 0 }, NULL, middle, 12);
}

/* A number as index takes the axis away. */
static void
test_one_index (void)
{
  static const double data[] = { 1, 2, 3, 4, 5, 6 };
  g_autoptr (NnGraph) graph = graph_of ((NnShape) { 3, { 1, 2, 3 } }, (NnShape) { 0 }, 2, 2);
  NnShape out = nn_graph_node_shape (graph, nn_graph_output (graph, 0));

  g_assert_cmpuint (out.rank, ==, 2);
  nn_test_check_values (graph, 1, data, (double[]) { -2 }, NULL, (double[]) { 2, 5 }, 2);
}

/* Rows of a table for the words of every item. */
static void
test_table (void)
{
  static const double table[] = { 1, 2, 3, 4, 5, 6 }, words[] = { 2, 1, 0, 0, -1, 1 };
  static const double expected[] = { 5, 6, 3, 4, 1, 2, 1, 2, 5, 6, 3, 4 };
  g_autoptr (NnGraph) graph = graph_of ((NnShape) { 2, { 3, 2 } }, nn_shape_vector (2), 0, 1);

  g_assert_cmpuint (nn_graph_max_batch (graph), ==, G_MAXUINT);
  nn_test_check_values (graph, 3, words, table, NULL, expected, 12);
}

static void
test_outside_is_seen (void)
{
  g_autoptr (NnGraph) graph = graph_of (nn_shape_vector (3), (NnShape) { 1, { 3 } }, 1, 2);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 1, NN_EXEC_INFER, NULL);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  static const nn_real indices[] = { 3, -4, (nn_real) NAN };

  memcpy (nn_params_poke (params, 1, NN_SLOT_WEIGHT, NULL), indices, sizeof indices);
  memset (nn_exec_input (exec, 0), 0, 3 * sizeof (nn_real));
  nn_exec_forward (exec, params, 1, 0);
  for (guint i = 0; i < 3; i++)
    g_assert_true (isnan (nn_exec_output (exec, 0)[i]));
}

static void
test_gradients (void)
{
  static const struct
  {
    NnShape data, indices;
    guint axis, shared, batch;
  } cases[] = {
    { { 4, { 1, 3, 2, 3 } }, { 1, { 4 } }, 1, 2, G_MAXUINT },
    { { 4, { 1, 3, 2, 3 } }, { 2, { 2, 3 } }, 3, 2, G_MAXUINT },
    { { 3, { 1, 3, 2 } }, { 0 }, 2, 2, G_MAXUINT },
    { { 2, { 3, 2 } }, { 2, { 1, 5 } }, 0, 1, G_MAXUINT },
    { { 2, { 3, 2 } }, { 1, { 4 } }, 0, 2, 1 },
    { { 2, { 1, 3 } }, { 2, { 1, 4 } }, 1, 0, 1 },
    { { 2, { 2, 3 } }, { 2, { 1, 4 } }, 1, 1, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NnGraph) graph =
          graph_of (cases[i].data, cases[i].indices, cases[i].axis, cases[i].shared);

      g_assert_cmpuint (nn_graph_max_batch (graph), ==, cases[i].batch);
      nn_test_check_operator (graph, nn_graph_output (graph, 0), 1, i);
      nn_test_check_operator (graph, nn_graph_output (graph, 0), 3, 10 + i);
    }
}

static void
test_refuses_other_axes (void)
{
  static const NnShape indices[] = { { 1, { 2 } }, { 6, { 1, 1, 1, 1, 1, 1 } } };
  static const guint axes[] = { 3, 1 };

  for (guint i = 0; i < 2; i++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, (NnShape) { 3, { 1, 2, 3 } });
      NnNode j = nn_builder_input (builder, indices[i]);

      nn_test_assert_refused (
        builder,
        nn_builder_node (builder, NN_OP_GATHER, &(NnAttrs) { .gather = { axes[i] } },
                         (NnNode[]) { x, j }, 2),
        NN_ERROR_SPEC);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/gather/values", test_values);
  g_test_add_func ("/ops/gather/one-index", test_one_index);
  g_test_add_func ("/ops/gather/table", test_table);
  g_test_add_func ("/ops/gather/outside-is-seen", test_outside_is_seen);
  g_test_add_func ("/ops/gather/gradients", test_gradients);
  g_test_add_func ("/ops/gather/refuses-other-axes", test_refuses_other_axes);

  return g_test_run ();
}
