/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reductions: values by hand, every set of axes, gradients, equals and zeros. */
#include "nn-test-graph.h"

#include <math.h>
#include <string.h>

static NnNode
reduce (NnBuilder *builder,
        NnNode     x,
        NnReduce   function,
        guint32    axes,
        gboolean   keep)
{
  return nn_builder_node (builder, NN_OP_REDUCE, &(NnAttrs) { .reduce = { function, axes, keep } },
                          &x, 1);
}

static NnGraph *
graph_of (NnShape  in,
          NnReduce function,
          guint32  axes,
          gboolean keep)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, in);

  return nn_test_seal (builder, reduce (builder, x, function, axes, keep));
}

static void
test_values (void)
{
  static const double x[] = { 1, -2, 3, 4, 0.5, -1 };
  const double expected[NN_N_REDUCES][2] = {
    { 2.0 / 3, 3.5 / 3 },
    { 2, 3.5 },
    { 3, 4 },
    { -2, -1 },
    { -6, -2 },
    { 6, 5.5 },
    { 3.7416573867739413, 4.153311931459037 },
    { 14, 17.25 },
    { log (exp (1) + exp (-2) + exp (3)), log (exp (4) + exp (0.5) + exp (-1)) },
  };

  for (guint f = 0; f < NN_N_REDUCES; f++)
    for (guint keep = 0; keep < 2; keep++)
      {
        g_autoptr (NnGraph) graph = graph_of ((NnShape) { 3, { 1, 2, 3 } }, f, 1 << 2, keep == 1);
        NnShape out = nn_graph_node_shape (graph, nn_graph_output (graph, 0));

        g_assert_cmpuint (out.rank, ==, 2 + keep);
        nn_test_check_values (graph, 1, x, NULL, NULL, expected[f], 2);
      }
}

/* Sums over every set of axes, by the definition. */
static void
test_axes (void)
{
  NnShape in = { 4, { 1, 2, 3, 4 } };
  double x[72];

  for (guint i = 0; i < 72; i++)
    x[i] = (double) (i * 5 % 17);
  for (guint32 axes = 0; axes < 16; axes += 2)
    {
      g_autoptr (NnGraph) graph = graph_of (in, NN_REDUCE_SUM, axes, FALSE);
      double expected[72] = { 0 };
      gsize n = 0;

      for (guint i = 0; i < 72; i++)
        {
          guint at[] = { i / 24, i / 12 % 2, i / 4 % 3, i % 4 };
          gsize place = at[0];

          n = 3;
          for (guint axis = 1; axis < 4; axis++)
            if ((axes >> axis & 1) == 0)
              {
                place = place * in.dims[axis] + at[axis];
                n *= in.dims[axis];
              }
          expected[place] += x[i];
        }
      nn_test_check_values (graph, 3, x, NULL, NULL, expected, n);
    }
}

static void
test_gradients (void)
{
  for (guint f = 0; f < NN_N_REDUCES; f++)
    for (guint32 axes = 0; axes < 16; axes += 2)
      {
        g_autoptr (NnGraph) graph = graph_of ((NnShape) { 4, { 1, 2, 3, 2 } }, f, axes, TRUE);

        nn_test_check_gradients (graph, 1, 20 + f);
        nn_test_check_gradients (graph, 3, 40 + f);
        nn_test_check_operator (graph, 1, 3, 60 + f);
      }
}

/* Gradients at zeros and between equals. */
static void
test_corners (void)
{
  static const struct
  {
    NnReduce function;
    double x[3], dx[3];
  } cases[] = {
    { NN_REDUCE_PRODUCT, { 2, 0, 3 }, { 0, 6, 0 } },
    { NN_REDUCE_PRODUCT, { 0, 0, 3 }, { 0, 0, 0 } },
    { NN_REDUCE_MAX, { 2, 1, 2 }, { 0.5, 0, 0.5 } },
    { NN_REDUCE_MIN, { 2, 1, 2 }, { 0, 1, 0 } },
    { NN_REDUCE_L2, { 0, 0, 0 }, { 0, 0, 0 } },
    { NN_REDUCE_L1, { -1, 0, 1 }, { -1, 0, 1 } },
    { NN_REDUCE_LOG_SUM_EXP, { 1000, 1000, -1000 }, { 0.5, 0.5, 0 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NnGraph) graph = graph_of (nn_shape_vector (3), cases[i].function, 2, TRUE);
      g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
      g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 1, NN_EXEC_KEEP_ALL, NULL);
      g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
      nn_real one = 1;

      for (guint j = 0; j < 3; j++)
        nn_exec_input (exec, 0)[j] = (nn_real) cases[i].x[j];
      nn_exec_forward (exec, params, 1, 0);
      nn_exec_backward (exec, params, 1, &one, TRUE);
      for (guint j = 0; j < 3; j++)
        g_assert_cmpfloat (fabs ((double) nn_exec_gradient (exec, 0)[j] - cases[i].dx[j]), <,
                           1e-12);
    }
}

static void
test_largest_batch (void)
{
  g_autoptr (NnGraph) within = graph_of (nn_shape_maps (2, 3, 3), NN_REDUCE_MEAN, 12, TRUE);
  g_autoptr (NnGraph) across = graph_of (nn_shape_maps (2, 3, 3), NN_REDUCE_MEAN, 1, TRUE);

  g_assert_cmpuint (nn_graph_max_batch (within), ==, G_MAXUINT);
  g_assert_cmpuint (nn_graph_max_batch (across), ==, 1);
}

static void
test_refuses_other_axes (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_vector (3));
  g_autoptr (GError) error = NULL;

  nn_builder_output (builder, reduce (builder, x, NN_REDUCE_MEAN, 1 << 2, TRUE));
  g_assert_null (nn_builder_seal (builder, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SPEC);
  g_assert_nonnull (strstr (error->message, "axis 2"));
  nn_builder_free (builder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/reduce/values", test_values);
  g_test_add_func ("/ops/reduce/axes", test_axes);
  g_test_add_func ("/ops/reduce/gradients", test_gradients);
  g_test_add_func ("/ops/reduce/corners", test_corners);
  g_test_add_func ("/ops/reduce/largest-batch", test_largest_batch);
  g_test_add_func ("/ops/reduce/refuses-other-axes", test_refuses_other_axes);

  return g_test_run ();
}
