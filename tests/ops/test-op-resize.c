/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resizing: numbers of ONNX's reference implementation for every grid and mode, gradients, both
 * orders of maps. */
#include "nn-test-graph.h"

#include <math.h>
#include <string.h>

/* 1 … 16 and a smaller one. */
static const double square[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
static const double oblong[] = { 1, 2, 3, 4, 5, 7 };

typedef struct
{
  gboolean large; /* of the 4×4 input, else of the 2×3 one */
  NnResizeSpec spec;
  double expected[24];
} Case;

/* From onnx.backend.test.case.node.resize.interpolate_nd() of ONNX 1.12. */
static const Case
    cases[] = {
      { FALSE,
        { { 4, 6 }, { 2, 2 }, NN_RESIZE_LINEAR, NN_RESIZE_HALF_PIXEL },
        { 1,    1.25, 1.75, 2.25,   2.75,   3, 1.75, 2,    2.5,  3.0625, 3.6875, 4,
          3.25, 3.5,  4,    4.6875, 5.5625, 6, 4,    4.25, 4.75, 5.5,    6.5,    7 } },
      { FALSE,
        { { 4, 6 }, { 2, 2 }, NN_RESIZE_LINEAR, NN_RESIZE_ALIGN_CORNERS },
        { 1, 1.4, 1.8, 2.2,        2.6, 3,          2, 2.4, 2.8, 3.26666667, 3.8, 4.33333333,
          3, 3.4, 3.8, 4.33333333, 5,   5.66666667, 4, 4.4, 4.8, 5.4,        6.2, 7 } },
      { FALSE,
        { { 4, 6 }, { 2, 2 }, NN_RESIZE_LINEAR, NN_RESIZE_ASYMMETRIC },
        { 1, 1.5, 2, 2.5, 3, 3, 2.5, 3, 3.5, 4.25, 5, 5, 4, 4.5, 5, 6, 7, 7, 4, 4.5, 5, 6, 7, 7 } },
      { TRUE,
        { { 3, 1 }, { 0.75f, 0.25f }, NN_RESIZE_LINEAR, NN_RESIZE_PYTORCH_HALF_PIXEL },
        { 1.66666667, 7, 12.3333333 } },
      { TRUE,
        { { 3, 3 }, { 0.8f, 0.8f }, NN_RESIZE_CUBIC, NN_RESIZE_HALF_PIXEL, .cubic_a = -0.75f },
        { 1.47119141, 2.78125, 4.08251953, 6.71142578, 8.02148438, 9.32275391, 11.9165039,
          13.2265625, 14.527832 } },
      { FALSE,
        { { 4, 6 }, { 2, 2 }, NN_RESIZE_CUBIC, NN_RESIZE_HALF_PIXEL, .cubic_a = -0.75f },
        { 0.578125,   0.878707886, 1.36268616, 1.99172974, 2.41061401, 2.67247009,
          1.57421875, 1.86312866,  2.32376099, 3.06304932, 3.66351318, 4.03561401,
          3.21484375, 3.48452759,  3.90670776, 4.82757568, 5.72711182, 6.28079224,
          4.2109375,  4.46894836,  4.86778259, 5.89889526, 6.98001099, 7.64393616 } },
      { FALSE,
        { { 4, 6 },
          { 2, 2 },
          NN_RESIZE_CUBIC,
          NN_RESIZE_HALF_PIXEL,
          .cubic_a = -0.5f,
          .exclude_outside = TRUE },
        { 0.647058824, 0.905109489, 1.45127975, 2.00583745, 2.495921,   2.72750865,
          1.53319328,  1.78477581,  2.31712105, 2.95736096, 3.62137643, 3.93508403,
          3.29033613,  3.52909281,  4.03402399, 4.84416576, 5.85307612, 6.32962185,
          4.17647059,  4.40875912,  4.89986529, 5.79568927, 6.97853156, 7.53719723 } },
      { FALSE,
        { { 4, 6 }, { 2, 2 }, NN_RESIZE_CUBIC, NN_RESIZE_ASYMMETRIC, .cubic_a = -0.75f },
        { 1,   1.40625, 2,       2.59375,    3,       3.09375,  2.5,   2.859375,
          3.5, 4.34375, 5,       5.140625,   4,       4.3125,   5,     6.09375,
          7,   7.1875,  4.28125, 4.58496094, 5.28125, 6.421875, 7.375, 7.57128906 } },
      { TRUE,
        { { 3, 3 },
          { 0.75f, 0.75f },
          NN_RESIZE_LINEAR,
          NN_RESIZE_CROP,
          .roi = { 0.4f, 0.6f, 1.2f, 1.7f },
          .outside = 10 },
        { 7.6, 10, 10, 12.4, 10, 10, 10, 10, 10 } },
      { TRUE,
        { { 2, 6 }, { 0.5f, 1.5f }, NN_RESIZE_NEAREST, NN_RESIZE_HALF_PIXEL },
        { 1, 1, 2, 3, 3, 4, 9, 9, 10, 11, 11, 12 } },
      { TRUE,
        { { 2, 6 },
          { 0.5f, 1.5f },
          NN_RESIZE_NEAREST,
          NN_RESIZE_HALF_PIXEL,
          NN_RESIZE_ROUND_PREFER_CEIL },
        { 5, 6, 6, 7, 8, 8, 13, 14, 14, 15, 16, 16 } },
      { TRUE,
        { { 2, 6 }, { 0.5f, 1.5f }, NN_RESIZE_NEAREST, NN_RESIZE_HALF_PIXEL, NN_RESIZE_FLOOR },
        { 1, 1, 2, 2, 3, 4, 9, 9, 10, 10, 11, 12 } },
      { TRUE,
        { { 2, 6 }, { 0.5f, 1.5f }, NN_RESIZE_NEAREST, NN_RESIZE_HALF_PIXEL, NN_RESIZE_CEIL },
        { 5, 6, 7, 7, 8, 8, 13, 14, 15, 15, 16, 16 } },
      { FALSE,
        { { 3, 6 }, { 1.5f, 2 }, NN_RESIZE_NEAREST, NN_RESIZE_ASYMMETRIC },
        { 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 7, 7, 4, 4, 5, 5, 7, 7 } },
      { FALSE,
        { { 3, 6 },
          { 1.5f, 2 },
          NN_RESIZE_NEAREST,
          NN_RESIZE_ASYMMETRIC,
          NN_RESIZE_ROUND_PREFER_CEIL },
        { 1, 2, 2, 3, 3, 3, 4, 5, 5, 7, 7, 7, 4, 5, 5, 7, 7, 7 } },
      { FALSE,
        { { 3, 6 }, { 1.5f, 2 }, NN_RESIZE_NEAREST, NN_RESIZE_ASYMMETRIC, NN_RESIZE_FLOOR },
        { 1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 7, 7 } },
      { FALSE,
        { { 3, 6 }, { 1.5f, 2 }, NN_RESIZE_NEAREST, NN_RESIZE_ASYMMETRIC, NN_RESIZE_CEIL },
        { 1, 2, 2, 3, 3, 3, 4, 5, 5, 7, 7, 7, 4, 5, 5, 7, 7, 7 } },
    };

static NnNode
resize (NnBuilder          *builder,
        NnNode              x,
        const NnResizeSpec *spec)
{
  return nn_builder_node (builder, NN_OP_RESIZE, &(NnAttrs) { .resize = *spec }, &x, 1);
}

/* Three planes, the second negated and the third doubled; their coordinates are counted in float.
 */
static void
test_values (void)
{
  static const double factors[] = { 1, -1, 2 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i];
      NnBuilder *builder = nn_builder_new ();
      guint n_in = c->large ? 16 : 6, n_out = c->spec.out[0] * c->spec.out[1];
      NnNode x =
          nn_builder_input (builder, c->large ? nn_shape_maps (3, 4, 4) : nn_shape_maps (3, 2, 3));
      g_autoptr (NnGraph) graph = nn_test_seal (builder, resize (builder, x, &c->spec));
      g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
      g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 1, NN_EXEC_INFER, NULL);
      g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);

      for (guint j = 0; j < 3 * n_in; j++)
        nn_exec_input (exec, 0)[j] =
            (nn_real) (factors[j / n_in] * (c->large ? square : oblong)[j % n_in]);
      nn_exec_forward (exec, params, 1, 0);
      for (guint j = 0; j < 3 * n_out; j++)
        {
          double expected = c->expected[j % n_out];

          if (expected != 10 || c->spec.grid != NN_RESIZE_CROP)
            expected *= factors[j / n_out];
          if (fabs ((double) nn_exec_output (exec, 0)[j] - expected) > 3e-6)
            g_error ("case %u, value %u: %.9g instead of %.9g", i, j,
                     (double) nn_exec_output (exec, 0)[j], expected);
        }
    }
}

static void
test_gradients (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, cases[i].large ? nn_shape_maps (2, 4, 4)
                                                           : nn_shape_maps (2, 2, 3));
      g_autoptr (NnGraph) graph = nn_test_seal (builder, resize (builder, x, &cases[i].spec));

      nn_test_check_orders (graph, 1, 3, 90 + i);
      nn_test_check_gradients (graph, 1, i);
      nn_test_check_gradients (graph, 3, 30 + i);
    }
}

/* Where maps may lie with channels last; the node before is read again. */
static void
test_gradients_between_layers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i += 4)
    {
      NnBuilder *builder = nn_builder_new ();
      NnConvSpec spec = { nn_stencil (1, 1, 0), 3, 1, TRUE };
      NnNode x = nn_builder_input (builder, cases[i].large ? nn_shape_maps (2, 4, 4)
                                                           : nn_shape_maps (2, 2, 3)),
             a, b;
      g_autoptr (NnGraph) graph = NULL;

      x = nn_builder_conv (builder, x, spec);
      a = nn_builder_conv (builder, resize (builder, x, &cases[i].spec), spec);
      b = nn_builder_global_pool (builder, x, (NnGlobalPoolSpec) { TRUE });
      graph =
          nn_test_seal (builder, nn_builder_node (builder, NN_OP_ARITHMETIC,
                                                  &(NnAttrs) { .arithmetic = { NN_ARITHMETIC_MUL } },
                                                  (NnNode[]) { a, b }, 2));
      nn_test_check_gradients (graph, 3, 60 + i);
    }
}

static void
test_refuses (void)
{
  static const NnResizeSpec wrong[] = {
    { { 0, 4 }, { 1, 1 } },           { { 4, 4 }, { 0, 1 } },    { { 4, 4 }, { 1, NAN } },
    { { G_MAXUINT32, 4 }, { 1, 1 } }, { { 4, 4 }, { 1, 1 }, 3 }, { { 4, 4 }, { 1, 1 }, 0, 9 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_maps (2, 2, 2));

      nn_test_assert_refused (builder, resize (builder, x, &wrong[i]), NN_ERROR_SPEC);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/resize/values", test_values);
  g_test_add_func ("/ops/resize/gradients", test_gradients);
  g_test_add_func ("/ops/resize/gradients-between-layers", test_gradients_between_layers);
  g_test_add_func ("/ops/resize/refuses-what-does-not-exist", test_refuses);

  return g_test_run ();
}
