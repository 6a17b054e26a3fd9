/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be asked of a sealed graph. */
#include "nn-graph-private.h"

#include <math.h>
#include <string.h>

NnGraph *
nn_graph_ref (NnGraph *self)
{
  g_atomic_ref_count_inc (&self->references);

  return self;
}

void
nn_graph_unref (NnGraph *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  for (guint i = 0; i < self->n_nodes; i++)
    g_free (self->nodes[i].name);
  g_free (self->nodes);
  g_array_unref (self->inputs);
  g_array_unref (self->outputs);
  g_free (self);
}

static const NnNodeRecord *
record (NnGraph *self,
        NnNode   node)
{
  g_assert (node >= 0 && (guint) node < self->n_nodes);

  return &self->nodes[node];
}

NnOpNode
nn_graph_op_node (NnGraph *self,
                  NnNode   node)
{
  const NnNodeRecord *r = record (self, node);

  return (NnOpNode) { r->kind,  &r->attrs,          r->name, r->n_inputs, r->in,
                      r->shape, .shared = r->in_shared };
}

gboolean
nn_graph_node_live (NnGraph *self,
                    NnNode   node)
{
  return record (self, node)->live;
}

guint
nn_graph_n_nodes (NnGraph *self)
{
  return self->n_nodes;
}

NnOpKind
nn_graph_node_kind (NnGraph *self,
                    NnNode   node)
{
  return record (self, node)->kind;
}

gboolean
nn_graph_has_kind (NnGraph *self,
                   NnOpKind kind)
{
  for (guint i = 0; i < self->n_nodes; i++)
    if (nn_graph_node_kind (self, (NnNode) i) == kind)
      return TRUE;

  return FALSE;
}

const char *
nn_graph_node_name (NnGraph *self,
                    NnNode   node)
{
  return record (self, node)->name;
}

const NnAttrs *
nn_graph_node_attrs (NnGraph *self,
                     NnNode   node)
{
  return &record (self, node)->attrs;
}

NnShape
nn_graph_node_shape (NnGraph *self,
                     NnNode   node)
{
  return record (self, node)->shape;
}

guint
nn_graph_node_n_inputs (NnGraph *self,
                        NnNode   node)
{
  return record (self, node)->n_inputs;
}

NnNode
nn_graph_node_input (NnGraph *self,
                     NnNode   node,
                     guint    i)
{
  const NnNodeRecord *r = record (self, node);

  g_return_val_if_fail (i < r->n_inputs, NN_NODE_NONE);

  return r->inputs[i];
}

gboolean
nn_graph_node_shared (NnGraph *self,
                      NnNode   node)
{
  return record (self, node)->shared;
}

gboolean
nn_graph_node_has_weights (NnGraph *self,
                           NnNode   node)
{
  return nn_graph_node_n_values (self, node) > 0;
}

/**
 * nn_graph_node_flops:
 *
 * Returns: floating-point operations of the forward pass over one item; a multiply-add counts 2.
 */
guint64
nn_graph_node_flops (NnGraph *self,
                     NnNode   node)
{
  const NnNodeRecord *r = record (self, node);
  const NnOp *op = nn_op_of (r->kind);
  NnOpNode view = nn_graph_op_node (self, node);

  return r->live && op->flops != NULL ? op->flops (&view) : 0;
}

guint64
nn_graph_node_n_values (NnGraph *self,
                        NnNode   node)
{
  const NnNodeRecord *r = record (self, node);
  const NnOp *op = nn_op_of (r->kind);
  NnOpSlot slots[NN_N_SLOTS] = { 0 };
  NnOpNode view = nn_graph_op_node (self, node);

  if (!r->live || op->slots == NULL || r->kind == NN_OP_CONSTANT)
    return 0;

  op->slots (&view, slots);

  return (guint64) slots[NN_SLOT_WEIGHT].n_values + slots[NN_SLOT_BIAS].n_values;
}

guint
nn_graph_n_inputs (NnGraph *self)
{
  return self->inputs->len;
}

NnNode
nn_graph_input (NnGraph *self,
                guint    i)
{
  g_return_val_if_fail (i < self->inputs->len, NN_NODE_NONE);

  return g_array_index (self->inputs, NnNode, i);
}

guint
nn_graph_n_outputs (NnGraph *self)
{
  return self->outputs->len;
}

NnNode
nn_graph_output (NnGraph *self,
                 guint    i)
{
  g_return_val_if_fail (i < self->outputs->len, NN_NODE_NONE);

  return g_array_index (self->outputs, NnNode, i);
}

/**
 * nn_graph_find:
 * @name: a node's name, or "#" and its number
 *
 * Returns: the node, or %NN_NODE_NONE.
 */
NnNode
nn_graph_find (NnGraph    *self,
               const char *name)
{
  guint64 index;

  for (guint i = 0; i < self->n_nodes; i++)
    if (strcmp (self->nodes[i].name, name) == 0)
      return (NnNode) i;

  if (*name == '#' && g_ascii_string_to_unsigned (name + 1, 10, 0, self->n_nodes - 1, &index, NULL))
    return (NnNode) index;

  return NN_NODE_NONE;
}

guint64
nn_graph_flops (NnGraph *self)
{
  guint64 sum = 0;

  for (guint i = 0; i < self->n_nodes; i++)
    sum += nn_graph_node_flops (self, (NnNode) i);

  return sum;
}

/**
 * nn_graph_max_batch:
 *
 * Returns: 1 where several items can't be computed item by item: some tensor's first axis is no
 * batch, or an operator mixes it with others; %G_MAXUINT otherwise.
 */
guint
nn_graph_max_batch (NnGraph *self)
{
  for (guint i = 0; i < self->n_nodes; i++)
    {
      const NnNodeRecord *r = &self->nodes[i];
      const NnOp *op = nn_op_of (r->kind);
      NnOpNode view = nn_graph_op_node (self, (NnNode) i);

      if (!r->live || r->shared)
        continue;
      if (r->kind == NN_OP_INPUT && (r->shape.rank == 0 || r->shape.dims[0] != 1))
        return 1;
      if (op->mixes_items != NULL && op->mixes_items (&view))
        return 1;
    }

  for (guint i = 0; i < self->outputs->len; i++)
    if (record (self, g_array_index (self->outputs, NnNode, i))->shared)
      return 1;

  return G_MAXUINT;
}

guint64
nn_graph_n_values (NnGraph *self)
{
  guint64 sum = 0;

  for (guint i = 0; i < self->n_nodes; i++)
    sum += nn_graph_node_n_values (self, (NnNode) i);

  return sum;
}

gboolean
nn_graph_node_rectifies (NnGraph *self,
                         NnNode   node)
{
  const NnNodeRecord *r = record (self, node);

  if (r->kind == NN_OP_ARITHMETIC)
    return r->attrs.arithmetic.function == NN_ARITHMETIC_PRELU && (r->in_shared & 2u) != 0;
  if (r->kind != NN_OP_ACTIVATION)
    return FALSE;

  switch (r->attrs.activation.function)
    {
    case NN_ACTIVATION_RELU:
    case NN_ACTIVATION_RELU6:
    case NN_ACTIVATION_CLIP:
    case NN_ACTIVATION_LEAKY_RELU:
    case NN_ACTIVATION_ELU:
    case NN_ACTIVATION_SELU:
      return TRUE;
    default:
      return FALSE;
    }
}

/* What one output position sees along the vertical axis of the first input: how many rows, and how
 * far apart two neighbouring positions look. Nothing where @rows is 0. */
typedef struct
{
  double rows;
  double step;
} Sight;

gboolean
nn_graph_node_sees_all (const NnNodeRecord *node)
{
  switch (node->kind)
    {
    case NN_OP_DENSE:
    case NN_OP_GLOBAL_POOL:
    case NN_OP_INSTANCE_NORM:
    case NN_OP_MATMUL:
    case NN_OP_RESHAPE:
    case NN_OP_TRANSPOSE:
    case NN_OP_GATHER:
      return TRUE;
    case NN_OP_REDUCE:
      return (node->attrs.reduce.axes & ~2u) != 0; /* more than the channels */
    case NN_OP_SOFTMAX:
      return node->attrs.softmax.axis != 1;
    default:
      return FALSE;
    }
}

/* Every filter of a transposed convolution meets the values whose reach it lies in. */
static Sight
sight_of_spread (const NnStencil *stencil,
                 Sight            sight)
{
  double reach = (double) stencil->dilation[0] * (stencil->kernel[0] - 1) + 1;

  sight.rows += (ceil (reach / stencil->stride[0]) - 1) * sight.step;
  sight.step /= stencil->stride[0];

  return sight;
}

static Sight
sight_of_resize (const NnNodeRecord *node,
                 Sight               sight)
{
  static const double neighbours[] = { 0, 1, 3 };

  sight.rows += neighbours[node->attrs.resize.mode] * sight.step;
  sight.step *= (double) node->in[0].dims[2] / node->attrs.resize.out[0];

  return sight;
}

static Sight
sight_through (const NnNodeRecord *node,
               Sight               sight,
               double              height)
{
  const NnStencil *stencil = NULL;

  if (sight.rows == 0)
    return sight;
  if (nn_graph_node_sees_all (node))
    return (Sight) { height, sight.step };

  switch (node->kind)
    {
    case NN_OP_CONV:
      stencil = &node->attrs.conv.stencil;
      break;
    case NN_OP_POOL:
      stencil = &node->attrs.pool.stencil;
      break;
    case NN_OP_UPSAMPLE:
      if (node->attrs.upsample.mode == NN_UPSAMPLE_BILINEAR && node->attrs.upsample.factor > 1)
        sight.rows += sight.step;
      sight.step /= node->attrs.upsample.factor;
      break;
    case NN_OP_CONV_TRANSPOSE:
      sight = sight_of_spread (&node->attrs.conv_transpose.stencil, sight);
      break;
    case NN_OP_RESIZE:
      sight = sight_of_resize (node, sight);
      break;
    case NN_OP_SLICE:
      if (node->in[0].rank == 4)
        sight.step *= fabs ((double) node->attrs.slice.step[2]);
      break;
    default:
      break;
    }

  if (stencil != NULL)
    {
      sight.rows += (double) stencil->dilation[0] * (stencil->kernel[0] - 1) * sight.step;
      sight.step *= stencil->stride[0];
    }
  sight.rows = MIN (sight.rows, height);

  return sight;
}

/**
 * nn_graph_receptive_field:
 *
 * Of several paths the widest counts. At most the input's height; 0 where the first input is not
 * seen.
 *
 * Returns: rows of the first input that one output position of @node depends on.
 */
guint32
nn_graph_receptive_field (NnGraph *self,
                          NnNode   node)
{
  g_autofree Sight *sights = g_new0 (Sight, self->n_nodes);
  NnNode input = nn_graph_input (self, 0);
  const NnShape *shape = &record (self, input)->shape;
  double height = shape->rank > 2 ? shape->dims[2] : 1;

  g_return_val_if_fail (node >= 0 && (guint) node < self->n_nodes, 0);

  sights[input] = (Sight) { 1, 1 };
  for (NnNode i = 0; i <= node; i++)
    for (guint j = 0; j < self->nodes[i].n_inputs; j++)
      {
        Sight sight = sight_through (&self->nodes[i], sights[self->nodes[i].inputs[j]], height);

        sights[i].rows = MAX (sights[i].rows, sight.rows);
        sights[i].step = MAX (sights[i].step, sight.step);
      }

  return (guint32) ceil (sights[node].rows);
}

/**
 * nn_graph_node_op_name:
 *
 * Returns: "conv", "max-pool" …: stable, never translated.
 */
const char *
nn_graph_node_op_name (NnGraph *self,
                       NnNode   node)
{
  static const char *const names[] = { "input",       "conv",       "dense",     "pool",
                                       "global-pool", "batch-norm", "dropout",   "relu",
                                       "maxout",      "softmax",    "add",       "concat",
                                       "flatten",     "upsample",   "fake-quant", "constant",
                                       "arithmetic",  "matmul",     "reduce",    "reshape",
                                       "transpose",   "slice",      "pad",       "gather",
                                       "resize",      "conv-transpose", "instance-norm", "lrn" };
  static const char *const arithmetics[] = { "sum",   "difference", "product", "quotient",
                                             "power", "maximum",    "minimum", "prelu" };
  static const char *const reduces[] = { "reduce-mean", "reduce-sum", "reduce-max",
                                         "reduce-min", "reduce-product", "reduce-l1",
                                         "reduce-l2", "reduce-sum-square", "reduce-log-sum-exp" };
  const NnNodeRecord *r = record (self, node);

  G_STATIC_ASSERT (G_N_ELEMENTS (names) == NN_N_OPS);
  G_STATIC_ASSERT (G_N_ELEMENTS (arithmetics) == NN_N_ARITHMETICS);
  G_STATIC_ASSERT (G_N_ELEMENTS (reduces) == NN_N_REDUCES);

  switch (r->kind)
    {
    case NN_OP_CONV:
      return r->attrs.conv.groups > 1 && r->attrs.conv.groups == r->in[0].dims[1] ? "depthwise-conv"
                                                                                  : "conv";
    case NN_OP_POOL:
      return r->attrs.pool.average ? "average-pool" : "max-pool";
    case NN_OP_GLOBAL_POOL:
      return r->attrs.global_pool.average ? "global-average-pool" : "global-max-pool";
    case NN_OP_ACTIVATION:
      return nn_activation_name (r->attrs.activation.function);
    case NN_OP_ARITHMETIC:
      return arithmetics[r->attrs.arithmetic.function];
    case NN_OP_REDUCE:
      return reduces[r->attrs.reduce.function];
    default:
      return names[r->kind];
    }
}
