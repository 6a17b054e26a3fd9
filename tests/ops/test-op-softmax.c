/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Softmax: shares, large inputs, gradients against differences. */
#include "nn-test-graph.h"

#include <math.h>

static NnGraph *
graph_of (NnShape in)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, in);

  return nn_test_seal (builder, nn_builder_softmax (builder, x));
}

static void
test_values (void)
{
  g_autoptr (NnGraph) graph = graph_of (nn_shape_maps (3, 1, 2));
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 1, NN_EXEC_INFER, NULL);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  /* Position 0 holds 0, ln 2, ln 5: shares 1/8, 2/8, 5/8. Position 1 would overflow an exponential.
   */
  const nn_real x[] = { 0, 900, (nn_real) log (2), 900, (nn_real) log (5), -900 };
  const double expected[] = { 0.125, 0.5, 0.25, 0.5, 0.625, 0 };

  memcpy (nn_exec_input (exec, 0), x, sizeof x);
  nn_exec_forward (exec, params, 1, 0);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpfloat (fabs ((double) nn_exec_output (exec, 0)[i] - expected[i]), <, 1e-12);
}

static void
test_gradients (void)
{
  const NnShape shapes[] = { nn_shape_vector (5), nn_shape_vector (1), nn_shape_maps (4, 3, 2) };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autoptr (NnGraph) graph = graph_of (shapes[i]);

      nn_test_check_gradients (graph, 1, i);
      nn_test_check_gradients (graph, 3, i);
    }
}

static NnGraph *
graph_along (NnShape  in,
             guint32  axis,
             gboolean log)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, in);
  NnAttrs attrs = { .softmax = { axis, log } };

  return nn_test_seal (builder, nn_builder_node (builder, NN_OP_SOFTMAX, &attrs, &x, 1));
}

/* Logarithms of the shares above, which stay finite where a share is 0. */
static void
test_logarithms (void)
{
  const double x[] = { 0, 900, log (2), 900, log (5), -900 };
  const double expected[] = { log (0.125), log (0.5), log (0.25), log (0.5), log (0.625),
                              -1800 - log (2) };
  g_autoptr (NnGraph) graph = graph_along (nn_shape_maps (3, 1, 2), 1, TRUE);

  nn_test_check_values (graph, 1, x, NULL, NULL, expected, G_N_ELEMENTS (expected));
}

/* Along the height: a picture of three rows and two columns. */
static void
test_values_along_another_axis (void)
{
  const double x[] = { 0, 1000, log (3), 1000, log (7), -1000 };
  const double expected[] = { 1.0 / 11, 0.5, 3.0 / 11, 0.5, 7.0 / 11, 0 };
  g_autoptr (NnGraph) graph = graph_along (nn_shape_maps (1, 3, 2), 2, FALSE);

  nn_test_check_values (graph, 1, x, NULL, NULL, expected, G_N_ELEMENTS (expected));
}

static void
test_gradients_along_any_axis (void)
{
  NnShape shape = { 5, { 1, 2, 3, 1, 4 } };

  for (guint32 axis = 1; axis < shape.rank; axis++)
    for (guint log = 0; log < 2; log++)
      {
        g_autoptr (NnGraph) graph = graph_along (shape, axis, log == 1);

        nn_test_check_gradients (graph, 1, 20 + axis);
        nn_test_check_gradients (graph, 3, 30 + axis);
        nn_test_check_operator (graph, 1, 2, 40 + axis);
      }
}

/* The first axis is the batch of a network that takes batches: softmax along it takes one item. */
static void
test_along_the_first_axis (void)
{
  g_autoptr (NnGraph) graph = graph_along ((NnShape) { 3, { 4, 3, 2 } }, 0, FALSE);

  g_assert_cmpuint (nn_graph_max_batch (graph), ==, 1);
  nn_test_check_gradients (graph, 1, 50);
}

static void
test_refuses_an_axis_that_is_not_there (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_vector (5));
  NnAttrs attrs = { .softmax = { 2, FALSE } };

  nn_test_assert_refused (builder, nn_builder_node (builder, NN_OP_SOFTMAX, &attrs, &x, 1),
                          NN_ERROR_SPEC);
}

static void
test_gradients_after_a_layer (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_vector (4));
  NnNode a = nn_builder_dense (builder, x, (NnDenseSpec) { 3, TRUE });
  g_autoptr (NnGraph) graph = nn_test_seal (builder, nn_builder_softmax (builder, a));

  nn_test_check_gradients (graph, 3, 8);
}

/* Nothing overflows. */
static void
test_logarithm_far_out (void)
{
  static const double x[] = { 1000, 0, -1000 }, expected[] = { 0, -1000, -2000 };
  NnBuilder *builder = nn_builder_new ();
  NnNode in = nn_builder_input (builder, nn_shape_vector (3));
  NnAttrs attrs = { .softmax = { 1, TRUE } };
  g_autoptr (NnGraph)
    graph = nn_test_seal (builder, nn_builder_node (builder, NN_OP_SOFTMAX, &attrs, &in, 1));

  nn_test_check_values (graph, 1, x, NULL, NULL, expected, 3);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/softmax/values", test_values);
  g_test_add_func ("/ops/softmax/gradients", test_gradients);
  g_test_add_func ("/ops/softmax/logarithms", test_logarithms);
  g_test_add_func ("/ops/softmax/values-along-another-axis", test_values_along_another_axis);
  g_test_add_func ("/ops/softmax/gradients-along-any-axis", test_gradients_along_any_axis);
  g_test_add_func ("/ops/softmax/along-the-first-axis", test_along_the_first_axis);
  g_test_add_func ("/ops/softmax/refuses-an-axis-that-is-not-there",
                   test_refuses_an_axis_that_is_not_there);
  g_test_add_func ("/ops/softmax/gradients-after-a-layer", test_gradients_after_a_layer);
  g_test_add_func ("/ops/softmax/logarithm-far-out", test_logarithm_far_out);

  return g_test_run ();
}
