/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradients through layers that follow each other, as training computes them: with channels last,
 * several at once, and turned around where an operator wants planes. */
#include "nn-test-graph.h"

static NnNode
conv (NnBuilder *b,
      NnNode     x,
      guint32    filters,
      guint32    kernel,
      guint32    stride,
      guint32    groups)
{
  return nn_builder_conv (
    b, x, (NnConvSpec) { nn_stencil (kernel, stride, kernel / 2), filters, groups, groups > 1 });
}

static NnNode
norm (NnBuilder *b,
      NnNode     x)
{
  return nn_builder_batch_norm (b, x, (NnBatchNormSpec) { 1e-3f, 0.1f });
}

/* Smooth where ReLU has a kink that a difference could step over; both are checked. */
static NnNode
activate (NnBuilder   *b,
          NnNode       x,
          NnActivation function)
{
  return nn_builder_activation (b, x, (NnActivationSpec) { function, 0.1f });
}

/* Takes @graph. */
static void
check (NnGraph *graph,
       guint    batch,
       guint64  seed)
{
  nn_test_check_gradients (graph, batch, seed);
  nn_graph_unref (graph);
}

/* With a ReLU between norm and pool or without, in maps with an odd row and an odd column. */
static void
check_norm_and_pool (gboolean relu,
                     guint32  height,
                     guint32  width)
{
  NnBuilder *b = nn_builder_new ();
  NnNode x = nn_builder_input (b, nn_shape_maps (2, height, width));

  x = norm (b, conv (b, x, 5, 3, 1, 1));
  if (relu)
    x = activate (b, x, NN_ACTIVATION_RELU);
  x = nn_builder_pool (b, x, (NnPoolSpec) { nn_stencil (2, 2, 0) });
  x = nn_builder_dense (b, x, (NnDenseSpec) { 3, TRUE });
  check (nn_test_seal (b, activate (b, x, NN_ACTIVATION_RELU)), 3, 21);
}

static void
test_norm_relu_pool (void)
{
  check_norm_and_pool (TRUE, 7, 6);
  check_norm_and_pool (FALSE, 6, 7);
  check_norm_and_pool (TRUE, 2, 3);
}

/* The sum's gradient goes two ways; one of them was turned around. */
static void
test_residual (void)
{
  NnBuilder *b = nn_builder_new ();
  NnNode x = nn_builder_input (b, nn_shape_maps (3, 5, 5));
  NnNode stem = activate (b, norm (b, conv (b, x, 4, 3, 1, 1)), NN_ACTIVATION_TANH);
  NnNode left = norm (b, conv (b, stem, 4, 3, 1, 1));
  NnNode sum = activate (b, nn_builder_add (b, left, stem), NN_ACTIVATION_RELU);
  NnNode turned = nn_builder_upsample (b, stem, (NnUpsampleSpec) { 2, NN_UPSAMPLE_NEAREST });
  NnNode down = conv (b, turned, 4, 3, 2, 1);

  sum = nn_builder_concat (b, (NnNode[]) { sum, down, stem }, 3);
  sum = nn_builder_global_pool (b, conv (b, sum, 6, 1, 1, 1), (NnGlobalPoolSpec) { TRUE });
  check (nn_test_seal (b, sum), 3, 22);
}

static void
test_depthwise (void)
{
  for (guint32 stride = 1; stride <= 2; stride++)
    {
      NnBuilder *b = nn_builder_new ();
      NnNode x = nn_builder_input (b, nn_shape_maps (2, 7, 5));

      x = conv (b, activate (b, conv (b, x, 19, 1, 1, 1), NN_ACTIVATION_TANH), 19, 3, stride, 19);
      x = conv (b, nn_builder_dropout (b, x, (NnDropoutSpec) { 0.3f }), 2, 1, 1, 1);
      check (nn_test_seal (b, nn_builder_pool (b, x, (NnPoolSpec) { nn_stencil (2, 1, 1), TRUE })),
             3, 23 + stride);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/chains/norm-relu-pool", test_norm_relu_pool);
  g_test_add_func ("/ops/chains/residual", test_residual);
  g_test_add_func ("/ops/chains/depthwise", test_depthwise);

  return g_test_run ();
}
