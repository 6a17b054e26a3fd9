/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pooling: values by hand, NaN, ties, gradients against differences. */
#include "nn-test-graph.h"

#include <math.h>

static NnGraph *
graph_of (NnShape    in,
          NnPoolSpec spec)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, in);

  return nn_test_seal (builder, nn_builder_pool (builder, x, spec));
}

/* One item through the graph; the exec owns the result. */
static NnExec *
run (NnGraph       *graph,
     const nn_real *x,
     gsize          n)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  NnExec *exec = nn_exec_new (graph, workers, 1, NN_EXEC_KEEP_ALL, NULL);

  memcpy (nn_exec_input (exec, 0), x, n * sizeof *x);
  nn_exec_forward (exec, params, 1, 0);

  return exec;
}

static void
test_max_values (void)
{
  static const nn_real x[] = { 1, 2, 3, 4, 5, 6, 7, 8, -9 };
  static const nn_real same[] = { 5, 6, 6, 8, 8, 8, 8, 8, 8 };
  g_autoptr (NnGraph)
    graph = graph_of (nn_shape_maps (1, 3, 3), (NnPoolSpec) { nn_stencil (3, 1, 1) });
  g_autoptr (NnExec) exec = run (graph, x, 9);

  for (guint i = 0; i < 9; i++)
    g_assert_cmpfloat (nn_exec_output (exec, 0)[i], ==, same[i]);
}

/* Windows of 2 with stride 2 on a side of 3, kept to the end: the last ones see one column or row.
 * PyTorch: ceil_mode=True, count_include_pad as said. */
static void
test_mean_values_in_ceil_mode (void)
{
  static const nn_real x[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
  static const nn_real without_pad[] = { 1, 2.5, 5.5, 7 }, with_pad[] = { 0.25, 1.25, 2.75, 7 };

  for (guint count_pad = 0; count_pad < 2; count_pad++)
    {
      NnPoolSpec spec = { nn_stencil (2, 2, 1), TRUE, TRUE, count_pad == 1 };
      g_autoptr (NnGraph) graph = graph_of (nn_shape_maps (1, 3, 3), spec);
      g_autoptr (NnExec) exec = run (graph, x, 9);

      for (guint i = 0; i < 4; i++)
        g_assert_cmpfloat (nn_exec_output (exec, 0)[i], ==,
                           count_pad ? with_pad[i] : without_pad[i]);
    }
}

/* A last window that reaches past the padding divides by the taps on the padded map alone. */
static void
test_mean_divisor_past_the_padding (void)
{
  static const nn_real x[] = { 2, 4, 6, 8 };
  NnPoolSpec spec = { { { 1, 3 }, { 1, 2 }, { 1, 1 }, { 0, 0, 0, 1 } }, TRUE, TRUE, TRUE };
  g_autoptr (NnGraph) graph = graph_of (nn_shape_maps (1, 1, 4), spec);
  g_autoptr (NnExec) exec = run (graph, x, 4);

  g_assert_cmpuint (nn_graph_node_shape (graph, 1).dims[3], ==, 2);
  g_assert_cmpfloat (nn_exec_output (exec, 0)[0], ==, 4);
  g_assert_cmpfloat (fabs ((double) nn_exec_output (exec, 0)[1] - 14.0 / 3), <, 1e-15);
}

static void
test_nan_passes (void)
{
  for (guint kernel = 2; kernel <= 3; kernel++)
    for (guint place = 0; place < kernel * kernel; place++)
      {
        nn_real x[9] = { 3, 1, 2, 0, 4, 1, 5, 2, 2 };
        g_autoptr (NnGraph) graph = graph_of (nn_shape_maps (1, kernel, kernel),
                                              (NnPoolSpec) { nn_stencil (kernel, kernel, 0) });
        g_autoptr (NnExec) exec = NULL;

        x[place] = (nn_real) NAN;
        exec = run (graph, x, kernel * kernel);
        g_assert_true (isnan (nn_exec_output (exec, 0)[0]));
      }
}

static void
test_first_of_equal_values_wins (void)
{
  static const nn_real x[] = { 0, 7, 7, 7, 1, 1, 1, 1, 7 };

  for (guint kernel = 2; kernel <= 3; kernel++)
    {
      g_autoptr (NnGraph) graph = graph_of (nn_shape_maps (1, kernel, kernel),
                                            (NnPoolSpec) { nn_stencil (kernel, kernel, 0) });
      g_autoptr (NnExec) exec = run (graph, x, kernel * kernel);
      g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
      nn_real g = 1;

      nn_exec_forward (exec, params, 1, 0);
      nn_exec_backward (exec, params, 1, &g, TRUE);
      for (guint i = 0; i < kernel * kernel; i++)
        g_assert_cmpfloat (nn_exec_gradient (exec, 0)[i], ==, i == 1 ? 1 : 0);
    }
}

static void
test_gradients (void)
{
  static const NnPoolSpec specs[] = {
    { { { 2, 2 }, { 2, 2 }, { 1, 1 }, { 0, 0, 0, 0 } } },
    { { { 3, 2 }, { 1, 2 }, { 1, 1 }, { 1, 0, 2, 1 } } },
    { { { 2, 3 }, { 2, 2 }, { 2, 1 }, { 1, 2, 0, 1 } } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (specs); i++)
    for (guint variant = 0; variant < 8; variant++)
      {
        NnPoolSpec spec = specs[i];
        NnBuilder *builder = nn_builder_new ();
        NnNode x = nn_builder_input (builder, nn_shape_maps (3, 7, 5));
        g_autoptr (NnGraph) graph = NULL;

        spec.average = variant & 1;
        spec.ceil_mode = variant >> 1 & 1;
        spec.count_pad = variant >> 2 & 1;
        graph = nn_test_seal (builder, nn_builder_pool (builder, x, spec));
        nn_test_check_gradients (graph, 1, 40 + i);
        nn_test_check_gradients (graph, 3, 50 + i);
      }
}

/* A window without a single value has no largest one. */
static void
test_refuses_windows_beside_the_map (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (1, 1, 1));
  NnPoolSpec spec = { { { 2, 2 }, { 1, 1 }, { 2, 2 }, { 1, 1, 1, 1 } } };

  nn_test_assert_refused (builder, nn_builder_pool (builder, x, spec), NN_ERROR_SHAPE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/pool/max-values", test_max_values);
  g_test_add_func ("/ops/pool/mean-values-in-ceil-mode", test_mean_values_in_ceil_mode);
  g_test_add_func ("/ops/pool/mean-divisor-past-the-padding", test_mean_divisor_past_the_padding);
  g_test_add_func ("/ops/pool/nan-passes", test_nan_passes);
  g_test_add_func ("/ops/pool/first-of-equal-values-wins", test_first_of_equal_values_wins);
  g_test_add_func ("/ops/pool/gradients", test_gradients);
  g_test_add_func ("/ops/pool/refuses-windows-beside-the-map", test_refuses_windows_beside_the_map);

  return g_test_run ();
}
