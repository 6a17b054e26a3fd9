/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of operators and what several of them share. */
#include "nn-op.h"

#include <glib/gi18n-lib.h>

static const NnOp *const table[] = {
  [NN_OP_INPUT] = &nn_op_input,
  [NN_OP_CONV] = &nn_op_conv,
  [NN_OP_DENSE] = &nn_op_dense,
  [NN_OP_POOL] = &nn_op_pool,
  [NN_OP_GLOBAL_POOL] = &nn_op_global_pool,
  [NN_OP_BATCH_NORM] = &nn_op_batch_norm,
  [NN_OP_DROPOUT] = &nn_op_dropout,
  [NN_OP_ACTIVATION] = &nn_op_activation,
  [NN_OP_MAXOUT] = &nn_op_maxout,
  [NN_OP_SOFTMAX] = &nn_op_softmax,
  [NN_OP_ADD] = &nn_op_add,
  [NN_OP_CONCAT] = &nn_op_concat,
  [NN_OP_FLATTEN] = &nn_op_flatten,
  [NN_OP_UPSAMPLE] = &nn_op_upsample,
  [NN_OP_FAKE_QUANT] = &nn_op_fake_quant,
  [NN_OP_CONSTANT] = &nn_op_constant,
  [NN_OP_ARITHMETIC] = &nn_op_arithmetic,
  [NN_OP_MATMUL] = &nn_op_matmul,
  [NN_OP_REDUCE] = &nn_op_reduce,
  [NN_OP_RESHAPE] = &nn_op_reshape,
  [NN_OP_TRANSPOSE] = &nn_op_transpose,
  [NN_OP_SLICE] = &nn_op_slice,
  [NN_OP_PAD] = &nn_op_pad,
  [NN_OP_GATHER] = &nn_op_gather,
  [NN_OP_RESIZE] = &nn_op_resize,
  [NN_OP_CONV_TRANSPOSE] = &nn_op_conv_transpose,
  [NN_OP_INSTANCE_NORM] = &nn_op_instance_norm,
  [NN_OP_LRN] = &nn_op_lrn,
};

G_STATIC_ASSERT (G_N_ELEMENTS (table) == NN_N_OPS);

const NnOp *
nn_op_of (NnOpKind kind)
{
  return table[kind];
}

const char *
nn_activation_name (NnActivation function)
{
  static const char *const names[] = {
    "relu",  "leaky-relu", "elu",   "sigmoid",  "tanh", "relu6", "hard-sigmoid", "hard-swish",
    "clip",  "softplus",   "selu",  "exp",      "log",  "sqrt",  "erf",          "abs",
    "negate", "reciprocal", "floor", "ceil",     "round", "truncate", "half",      "nonzero",
  };

  G_STATIC_ASSERT (G_N_ELEMENTS (names) == NN_N_ACTIVATIONS);

  return names[function];
}

gsize
nn_op_count (const NnShape *shape)
{
  gsize count = 1;

  for (guint i = 0; i < shape->rank; i++)
    count *= shape->dims[i];

  return count;
}

gsize
nn_op_positions (const NnShape *shape)
{
  return nn_op_count (shape) / shape->dims[0] / shape->dims[1];
}

gboolean
nn_op_same_shape (const NnOpNode  *node,
                  NnShape         *out,
                  GError         **error)
{
  *out = node->in[0];
  return TRUE;
}

gboolean
nn_op_need_maps (const NnOpNode  *node,
                 GError         **error)
{
  g_autofree char *shape = NULL;

  if (node->in[0].rank == 4)
    return TRUE;

  shape = nn_shape_dup_string (&node->in[0]);
  g_set_error (
    error, NN_ERROR, NN_ERROR_SHAPE,
    _("Node “%s”: its input is %s, of rank %u; it needs maps: channels × height × width."),
    node->name, shape, MAX (node->in[0].rank, 1) - 1);
  return FALSE;
}

/**
 * nn_op_need_channels:
 *
 * Returns: %FALSE with a sentence when the input has no axis 1.
 */
gboolean
nn_op_need_channels (const NnOpNode  *node,
                     GError         **error)
{
  if (node->in[0].rank >= 2)
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
               _("Node “%s”: its input has %u axes; it needs at least 2."), node->name,
               node->in[0].rank);
  return FALSE;
}

/**
 * nn_op_check_stencil:
 *
 * Returns: %FALSE with a sentence when an extent, stride or dilation is zero.
 */
gboolean
nn_op_check_stencil (const NnOpNode   *node,
                     const NnStencil  *stencil,
                     GError          **error)
{
  for (guint axis = 0; axis < 2; axis++)
    if (stencil->kernel[axis] == 0 || stencil->stride[axis] == 0 || stencil->dilation[axis] == 0)
      {
        g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                     _("Node “%s”: kernel %u, stride %u and dilation %u must each be at least 1."),
                     node->name, stencil->kernel[axis], stencil->stride[axis],
                     stencil->dilation[axis]);
        return FALSE;
      }

  return TRUE;
}

NnWindow
nn_op_window (const NnStencil *stencil,
              const NnShape   *in,
              const NnShape   *out)
{
  return (NnWindow) {
    .height = in->dims[2],
    .width = in->dims[3],
    .kernel = { stencil->kernel[0], stencil->kernel[1] },
    .stride = { stencil->stride[0], stencil->stride[1] },
    .dilation = { stencil->dilation[0], stencil->dilation[1] },
    .before = { stencil->pad[0], stencil->pad[1] },
    .after = { stencil->pad[2], stencil->pad[3] },
    .out_height = out->dims[2],
    .out_width = out->dims[3],
  };
}

guint
nn_op_chunks (guint  batch,
              guint *chunk)
{
  *chunk = (batch + NN_MAX_CHUNKS - 1) / NN_MAX_CHUNKS;

  return (batch + *chunk - 1) / *chunk;
}

typedef struct
{
  const NnOpRun *run;
  gsize          n_items, length;
  NnRangeFunc    func;
} Ranges;

static void
run_range (guint    piece,
           guint    thread,
           gpointer data)
{
  const Ranges *ranges = data;
  gsize from = piece * ranges->length;

  ranges->func (ranges->run, from, MIN (from + ranges->length, ranges->n_items));
}

void
nn_op_run_ranges (const NnOpRun *run,
                  gsize          n_items,
                  gsize          cost,
                  NnRangeFunc    func)
{
  /* Work per piece: well above what handing one out costs, and at most a few hundred pieces. */
  static const gsize least = 65536;
  Ranges ranges = { run, n_items, 0, func };

  ranges.length = MAX (MAX (least / MAX (cost, 1), n_items / 256), 1);
  nn_workers_run (run->workers, (guint) ((n_items + ranges.length - 1) / ranges.length), run_range,
                  &ranges);
}
