/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of layers that the engine runs in one pass: gradients against differences for every subset
 * of frozen layers, and inference against the values of the single layers. */
#include "nn-test-graph.h"

#include <math.h>

typedef NnNode (*BlockFunc) (NnBuilder *builder, NnNode x);

static NnNode
conv (NnBuilder *builder,
      NnNode     x,
      guint32    filters,
      guint32    kernel,
      gboolean   bias)
{
  return nn_builder_conv (
    builder, x, (NnConvSpec) { nn_stencil (kernel, 1, kernel / 2), filters, 1, bias });
}

static NnNode
norm (NnBuilder *builder,
      NnNode     x)
{
  return nn_builder_batch_norm (builder, x, (NnBatchNormSpec) { 1e-5f, 0.1f });
}

static NnNode
act (NnBuilder   *builder,
     NnNode       x,
     NnActivation function)
{
  return nn_builder_activation (builder, x, (NnActivationSpec) { function, 0.1f });
}

static NnNode
pool (NnBuilder *builder,
      NnNode     x,
      gboolean   average)
{
  return nn_builder_pool (builder, x, (NnPoolSpec) { nn_stencil (2, 2, 0), average });
}

static NnNode
conv_relu (NnBuilder *builder,
           NnNode     x)
{
  return act (builder, conv (builder, x, 3, 3, TRUE), NN_ACTIVATION_RELU);
}

static NnNode
conv_relu_pool (NnBuilder *builder,
                NnNode     x)
{
  return pool (builder, conv_relu (builder, x), FALSE);
}

static NnNode
conv_norm_relu (NnBuilder *builder,
                NnNode     x)
{
  return act (builder, norm (builder, conv (builder, x, 3, 3, FALSE)), NN_ACTIVATION_RELU);
}

static NnNode
conv_norm_relu_max_pool (NnBuilder *builder,
                         NnNode     x)
{
  return pool (builder, conv_norm_relu (builder, x), FALSE);
}

static NnNode
conv_norm_relu_average_pool (NnBuilder *builder,
                             NnNode     x)
{
  return pool (builder, conv_norm_relu (builder, x), TRUE);
}

static NnNode
conv_norm_leaky (NnBuilder *builder,
                 NnNode     x)
{
  return act (builder, norm (builder, conv (builder, x, 3, 1, TRUE)), NN_ACTIVATION_LEAKY_RELU);
}

static NnNode
norm_relu_conv (NnBuilder *builder,
                NnNode     x)
{
  return conv (builder, act (builder, norm (builder, x), NN_ACTIVATION_RELU), 3, 3, FALSE);
}

/* The way around starts from what another layer made. */
static NnNode
residual (NnBuilder *builder,
          NnNode     x)
{
  NnNode a = conv_norm_relu (builder, x);
  NnNode b = norm (builder, conv (builder, a, 3, 1, FALSE));

  return act (builder, nn_builder_add (builder, b, a), NN_ACTIVATION_RELU);
}

static NnNode
residual_with_projection (NnBuilder *builder,
                          NnNode     x)
{
  NnNode a = norm (builder, conv (builder, x, 3, 1, FALSE));
  NnNode b = norm (builder, conv (builder, x, 3, 1, FALSE));

  return act (builder, nn_builder_add (builder, a, b), NN_ACTIVATION_RELU);
}

/* Without a norm: the sum can be part of the convolution. */
static NnNode
conv_add_relu (NnBuilder *builder,
               NnNode     x)
{
  NnNode a = conv_relu (builder, x);
  NnNode b = conv (builder, a, 3, 3, TRUE);

  return act (builder, nn_builder_add (builder, a, b), NN_ACTIVATION_RELU);
}

static NnNode
separable (NnBuilder *builder,
           NnNode     x)
{
  NnConvSpec depthwise = { nn_stencil (3, 1, 1), 2, 2, FALSE };
  NnNode a = act (builder, norm (builder, nn_builder_conv (builder, x, depthwise)),
                  NN_ACTIVATION_RELU6);

  return act (builder, norm (builder, conv (builder, a, 3, 1, FALSE)), NN_ACTIVATION_RELU6);
}

/* Values that are read before and after the ReLU that could overwrite them. */
static NnNode
relu_beside_its_input (NnBuilder *builder,
                       NnNode     x)
{
  NnNode a = norm (builder, conv (builder, x, 3, 1, TRUE));
  NnNode b = act (builder, a, NN_ACTIVATION_RELU);

  return nn_builder_concat (builder, (NnNode[]) { b, a, conv (builder, b, 2, 1, FALSE) }, 3);
}

static NnNode
conv_norm_relu_dense (NnBuilder *builder,
                      NnNode     x)
{
  NnNode a = pool (builder, conv_norm_relu (builder, x), FALSE);
  NnNode b = nn_builder_dense (builder, a, (NnDenseSpec) { 3, TRUE });

  return nn_builder_dense (builder, act (builder, b, NN_ACTIVATION_RELU),
                           (NnDenseSpec) { 2, TRUE });
}

static NnNode
conv_norm_global_average_dense (NnBuilder *builder,
                                NnNode     x)
{
  NnNode a = nn_builder_global_pool (builder, conv_norm_relu (builder, x),
                                     (NnGlobalPoolSpec) { TRUE });

  return nn_builder_dense (builder, a, (NnDenseSpec) { 2, TRUE });
}

static const struct { const char *name; BlockFunc make; } blocks[] = {
  { "conv-relu", conv_relu },
  { "conv-relu-pool", conv_relu_pool },
  { "conv-norm-relu", conv_norm_relu },
  { "conv-norm-relu-max-pool", conv_norm_relu_max_pool },
  { "conv-norm-relu-average-pool", conv_norm_relu_average_pool },
  { "conv-norm-leaky", conv_norm_leaky },
  { "norm-relu-conv", norm_relu_conv },
  { "residual", residual },
  { "residual-with-projection", residual_with_projection },
  { "conv-add-relu", conv_add_relu },
  { "separable", separable },
  { "relu-beside-its-input", relu_beside_its_input },
  { "conv-norm-relu-dense", conv_norm_relu_dense },
  { "conv-norm-global-average-dense", conv_norm_global_average_dense },
};

static NnGraph *
graph_of (BlockFunc make,
          guint32   height,
          guint32   width)
{
  NnBuilder *builder = nn_builder_new ();

  return nn_test_seal (builder, make (builder, nn_builder_input (builder, nn_shape_maps (2, height,
                                                                                         width))));
}

static void
test_gradients (gconstpointer data)
{
  BlockFunc make = blocks[GPOINTER_TO_UINT (data)].make;
  g_autoptr (NnGraph) graph = graph_of (make, 5, 3);

  nn_test_check_gradients (graph, 1, 201);
  nn_test_check_gradients (graph, 3, 203);
}

/* Every node's values kept, layer by layer, and the outputs alone, with whatever is done in one
 * pass. */
static void
test_inference_equals_the_layers (gconstpointer data)
{
  BlockFunc make = blocks[GPOINTER_TO_UINT (data)].make;
  g_autoptr (NnGraph) graph = graph_of (make, 9, 7);
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnParams) params = nn_test_params (graph, 8);
  NnShape shape = nn_graph_node_shape (graph, nn_graph_output (graph, 0));
  gsize n = 0;

  g_assert_true (nn_shape_count (&shape, &n));
  for (guint batch = 1; batch <= 9; batch += 4)
    {
      g_autoptr (NnExec) kept = nn_exec_new (graph, workers, batch, NN_EXEC_KEEP_ALL, NULL);
      g_autoptr (NnExec) fused = nn_exec_new (graph, workers, batch, NN_EXEC_INFER, NULL);

      nn_test_fill_inputs (kept, batch, 30 + batch);
      nn_test_fill_inputs (fused, batch, 30 + batch);
      nn_exec_forward (kept, params, batch, 0);
      nn_exec_forward (fused, params, batch, 0);
      /* Sums of tens of products of size 4 and a scale of 2 in double. */
      g_assert_cmpfloat (nn_test_distance (batch * n, nn_exec_output (kept, 0),
                                           nn_exec_output (fused, 0)), <, 1e-11);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    {
      g_autofree char *gradients = g_strdup_printf ("/ops/blocks/%s/gradients", blocks[i].name);
      g_autofree char *inference = g_strdup_printf ("/ops/blocks/%s/inference-equals-the-layers",
                                                    blocks[i].name);

      g_test_add_data_func (gradients, GUINT_TO_POINTER (i), test_gradients);
      g_test_add_data_func (inference, GUINT_TO_POINTER (i), test_inference_equals_the_layers);
    }

  return g_test_run ();
}
