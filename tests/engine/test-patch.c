/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which part of the input a position sees: the rectangle that its gradient reaches. */
#include "nn-patch.h"
#include "nn-test-graph.h"

#include <math.h>
#include <string.h>

enum { SIDE = 23, WIDTH = 19 };

/* The rectangle of the input where the gradient of @node's values at (@y, @x) is not 0. */
static NnPatch
reached (NnExec   *exec,
         NnParams *params,
         NnNode    node,
         guint     y,
         guint     x)
{
  NnGraph *graph = nn_exec_graph (exec);
  NnShape shape = nn_graph_node_shape (graph, node);
  NnShape input = nn_graph_node_shape (graph, nn_graph_input (graph, 0));
  gsize plane = (gsize) shape.dims[2] * shape.dims[3];
  g_autofree nn_real *ask = g_new0 (nn_real, shape.dims[1] * plane);
  const nn_real *gradient;
  NnPatch patch = { G_MAXUINT32, 0, G_MAXUINT32, 0 };

  for (guint c = 0; c < shape.dims[1]; c++)
    ask[c * plane + y * shape.dims[3] + x] = 1;
  nn_exec_backward (exec, params, node, ask, TRUE);
  gradient = nn_exec_gradient (exec, nn_graph_input (graph, 0));
  for (guint i = 0; gradient != NULL && i < input.dims[1] * input.dims[2] * input.dims[3]; i++)
    if (gradient[i] != 0)
      {
        guint row = i / input.dims[3] % input.dims[2], column = i % input.dims[3];

        patch = (NnPatch) { MIN (patch.top, row), MAX (patch.bottom, row + 1),
                            MIN (patch.left, column), MAX (patch.right, column + 1) };
      }

  return patch.bottom > 0 ? patch : (NnPatch) { 0 };
}

/* Takes @builder. @exact: the rectangle is the smallest; otherwise it may be two pixels larger on
 * each side, where weights at its edge may be 0. */
static void
check (NnBuilder *builder,
       NnNode     output,
       gboolean   exact)
{
  g_autoptr (NnGraph) graph = nn_test_seal (builder, output);
  g_autoptr (NnParams) params = nn_test_params (graph, 7);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 1, NN_EXEC_KEEP_ALL, NULL);
  NnNode input = nn_graph_input (graph, 0);

  nn_test_fill_inputs (exec, 1, 3);
  nn_exec_forward (exec, params, 1, 0);
  for (NnNode node = input + 1; node <= output; node++)
    {
      NnShape shape = nn_graph_node_shape (graph, node);

      for (guint y = 0; y < shape.dims[2]; y += 2)
        for (guint x = 0; x < shape.dims[3]; x += 3)
          {
            NnPatch seen = nn_graph_patch (graph, node, y, x, input);
            NnPatch expected = reached (exec, params, node, y, x);
            guint slack = exact ? 0 : 2;

            g_assert_cmpuint (seen.top, <=, expected.top);
            g_assert_cmpuint (seen.left, <=, expected.left);
            g_assert_cmpuint (seen.bottom, >=, expected.bottom);
            g_assert_cmpuint (seen.right, >=, expected.right);
            g_assert_cmpuint (seen.top + slack, >=, expected.top);
            g_assert_cmpuint (seen.left + slack, >=, expected.left);
            g_assert_cmpuint (seen.bottom, <=, expected.bottom + slack);
            g_assert_cmpuint (seen.right, <=, expected.right + slack);
          }
    }
}

static NnNode
conv (NnBuilder *builder,
      NnNode     x,
      NnStencil  stencil)
{
  return nn_builder_conv (builder, x, (NnConvSpec) { stencil, 3, 1, TRUE });
}

static void
test_windows (void)
{
  NnBuilder *b = nn_builder_new ();
  NnNode x = nn_builder_input (b, nn_shape_maps (2, SIDE, WIDTH));

  x = conv (b, x, nn_stencil (5, 1, 2));
  x = nn_builder_pool (b, x, (NnPoolSpec) { nn_stencil (3, 2, 1), TRUE });
  x = conv (b, x, (NnStencil) { { 3, 2 }, { 1, 2 }, { 2, 1 }, { 0, 1, 3, 0 } });
  check (b, x, TRUE);
}

static void
test_paths (void)
{
  NnBuilder *b = nn_builder_new ();
  NnNode x = nn_builder_input (b, nn_shape_maps (3, SIDE, WIDTH)), y, z;

  y = conv (b, conv (b, x, nn_stencil (3, 1, 1)), nn_stencil (3, 1, 1));
  y = nn_builder_batch_norm (b, nn_builder_add (b, x, y), (NnBatchNormSpec) { 1e-5f, 0.1f });
  z = nn_builder_conv (b, y, (NnConvSpec) { nn_stencil (7, 1, 3), 3, 3, TRUE });
  z = nn_builder_concat (b, (NnNode[]) { y, z, x }, 3);
  z = nn_builder_node (b, NN_OP_CONCAT, &(NnAttrs) { .concat = { 2 } }, (NnNode[]) { z, z }, 2);
  check (b, conv (b, z, nn_stencil (3, 2, 1)), TRUE);
}

static void
test_spread (void)
{
  static const NnConvTransposeSpec spread = {
    { { 3, 4 }, { 2, 3 }, { 1, 1 }, { 1, 0, 0, 1 } }, 2, 1, TRUE
  };
  NnBuilder *b = nn_builder_new ();
  NnNode x = nn_builder_input (b, nn_shape_maps (2, 8, 7));

  x = conv (b, x, nn_stencil (3, 1, 1));
  x = nn_builder_node (b, NN_OP_CONV_TRANSPOSE, &(NnAttrs) { .conv_transpose = spread }, &x, 1);
  x = nn_builder_node (b, NN_OP_SLICE,
                       &(NnAttrs) { .slice = { { 0, 0, 12, 1 }, { 1, 1, -2, 3 }, { 1, 2, 6, 5 } } },
                       &x, 1);
  check (b, x, TRUE);
}

static void
test_pads (void)
{
  for (NnPadMode mode = NN_PAD_CONSTANT; mode <= NN_PAD_EDGE; mode++)
    {
      NnBuilder *b = nn_builder_new ();
      NnNode x = nn_builder_input (b, nn_shape_maps (1, 9, 8));

      x = conv (b, x, nn_stencil (3, 1, 1));
      x = nn_builder_node (b, NN_OP_PAD,
                           &(NnAttrs) { .pad = { { 0, 0, 3, 2 }, { 0, 0, 1, 4 }, mode, 1 } }, &x,
                           1);
      check (b, conv (b, x, nn_stencil (3, 2, 0)), TRUE);
    }
}

static void
test_scaling (void)
{
  for (NnResizeMode mode = NN_RESIZE_NEAREST; mode <= NN_RESIZE_CUBIC; mode++)
    for (NnResizeGrid grid = NN_RESIZE_HALF_PIXEL; grid < NN_RESIZE_CROP; grid++)
      {
        NnResizeSpec spec = { { 15, 6 }, { 1.5f, 0.75f }, mode, grid, NN_RESIZE_ROUND_PREFER_FLOOR,
                              -0.75f };
        NnBuilder *b = nn_builder_new ();
        NnNode x = nn_builder_input (b, nn_shape_maps (1, 10, 8));

        x = nn_builder_node (b, NN_OP_RESIZE, &(NnAttrs) { .resize = spec }, &x, 1);
        x = nn_builder_upsample (b, x, (NnUpsampleSpec) { 2, NN_UPSAMPLE_BILINEAR });
        x = nn_builder_upsample (b, x, (NnUpsampleSpec) { 3, NN_UPSAMPLE_NEAREST });
        check (b, x, FALSE);
      }
}

/* What mixes all positions sees everything; what does not come from the input sees nothing; seen
 * from a node in between the rest is left out. */
static void
test_ends (void)
{
  NnBuilder *b = nn_builder_new ();
  NnNode x = nn_builder_input (b, nn_shape_maps (1, SIDE, WIDTH));
  NnNode c = conv (b, x, nn_stencil (3, 1, 1));
  NnNode d = conv (b, c, nn_stencil (5, 1, 2));
  NnNode all = nn_builder_global_pool (b, d, (NnGlobalPoolSpec) { TRUE });
  NnNode fixed = nn_test_constant (b, (NnShape) { 2, { 1, 3 } });
  NnNode dense = nn_builder_dense (b, all, (NnDenseSpec) { 3, TRUE });
  NnNode sum = nn_builder_node (b, NN_OP_ARITHMETIC,
                                &(NnAttrs) { .arithmetic = { NN_ARITHMETIC_ADD } },
                                (NnNode[]) { dense, fixed }, 2);
  g_autoptr (NnGraph) graph = nn_test_seal (b, sum);
  NnPatch patch = nn_graph_patch (graph, sum, 0, 0, x);

  g_assert_true (patch.top == 0 && patch.bottom == SIDE && patch.left == 0 && patch.right == WIDTH);
  patch = nn_graph_patch (graph, fixed, 0, 0, x);
  g_assert_true (patch.bottom == 0 && patch.right == 0);
  patch = nn_graph_patch (graph, d, 10, 0, c);
  g_assert_true (patch.top == 8 && patch.bottom == 13 && patch.left == 0 && patch.right == 3);
  patch = nn_graph_patch (graph, x, 4, 5, x);
  g_assert_true (patch.top == 4 && patch.bottom == 5 && patch.left == 5 && patch.right == 6);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/patch/windows-reach-what-the-gradient-reaches", test_windows);
  g_test_add_func ("/engine/patch/paths-are-joined", test_paths);
  g_test_add_func ("/engine/patch/transposed-convolution-and-slice", test_spread);
  g_test_add_func ("/engine/patch/padding-is-left-out-or-folded-back", test_pads);
  g_test_add_func ("/engine/patch/scaling-reads-neighbours", test_scaling);
  g_test_add_func ("/engine/patch/everything-nothing-and-in-between", test_ends);

  return g_test_run ();
}
