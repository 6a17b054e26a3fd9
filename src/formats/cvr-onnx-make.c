/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes that the ONNX reader adds to the network. After a mistake every function gives
 * NN_NODE_NONE; cvr_onnx_result() tells it. */
#include "cvr-onnx-reader.h"

#include <glib/gi18n-lib.h>

/* What self->shared says of a node. */
enum
{
  NOT_SHARED,
  SHARED,   /* only constants make it */
  CONSTANT, /* it is one */
};

/* Remembers whether the node just made depends on constants alone. */
static NnNode
note_shared (CvrOnnxReader *self,
             NnNode         made,
             const NnNode  *xs,
             guint          n_xs)
{
  guint8 shared = SHARED;

  if (made == NN_NODE_NONE)
    return made;

  for (guint i = 0; i < n_xs; i++)
    if ((guint) xs[i] >= self->shared->len || self->shared->data[xs[i]] == NOT_SHARED)
      shared = NOT_SHARED;
  if (self->shared->len <= (guint) made)
    g_byte_array_set_size (self->shared, (guint) made + 1);
  self->shared->data[made] = shared;

  return made;
}

/**
 * cvr_onnx_make:
 *
 * Returns: a new node without a name of its own; its mistakes are told by cvr_onnx_result() and
 * when the network is sealed.
 */
NnNode
cvr_onnx_make (CvrOnnxReader *self,
               NnOpKind       kind,
               const NnAttrs *attrs,
               const NnNode  *xs,
               guint          n_xs)
{
  return note_shared (self, nn_builder_node (self->builder, kind, attrs, xs, n_xs), xs, n_xs);
}

NnNode
cvr_onnx_make_input (CvrOnnxReader *self,
                     const NnShape *shape,
                     const char    *name)
{
  NnNode made = nn_builder_input (self->builder, *shape);

  if (made != NN_NODE_NONE)
    {
      g_byte_array_set_size (self->shared, (guint) made + 1);
      self->shared->data[made] = NOT_SHARED;
    }
  cvr_onnx_name (self, made, name);

  return made;
}

/* @tensor: of at most NN_MAX_RANK axes */
NnNode
cvr_onnx_make_constant (CvrOnnxReader *self,
                        CvrOnnxTensor *tensor)
{
  NnAttrs attrs = { .constant.shape.rank = tensor->rank };
  NnNode made;

  for (guint i = 0; i < tensor->rank; i++)
    attrs.constant.shape.dims[i] = (guint32) tensor->dims[i];
  made = cvr_onnx_make (self, NN_OP_CONSTANT, &attrs, NULL, 0);
  if (made == NN_NODE_NONE)
    return made;

  self->shared->data[made] = CONSTANT;
  cvr_onnx_add_weight (self, made, NN_SLOT_WEIGHT, tensor, tensor->count);
  return made;
}

NnNode
cvr_onnx_make_number (CvrOnnxReader *self,
                      float          value)
{
  g_autoptr (CvrOnnxTensor) tensor = cvr_onnx_tensor_from_floats (CVR_ONNX_FLOAT, 0, NULL, &value);

  return tensor != NULL ? cvr_onnx_make_constant (self, tensor) : NN_NODE_NONE;
}

NnNode
cvr_onnx_make_activation (CvrOnnxReader *self,
                          NnNode         x,
                          NnActivation   function,
                          float          alpha,
                          float          beta)
{
  NnAttrs attrs = { .activation = { function, alpha, beta } };

  return cvr_onnx_make (self, NN_OP_ACTIVATION, &attrs, &x, 1);
}

/* The layer for sums where both are computed from the input and of one shape. */
NnNode
cvr_onnx_make_arithmetic (CvrOnnxReader *self,
                          NnArithmetic   function,
                          NnNode         a,
                          NnNode         b)
{
  NnAttrs attrs = { .arithmetic = { function } };
  NnShape of_a, of_b;

  if (function == NN_ARITHMETIC_ADD && cvr_onnx_shape_of (self, a, &of_a) &&
      cvr_onnx_shape_of (self, b, &of_b) && nn_shape_equal (&of_a, &of_b) &&
      !self->shared->data[a] && !self->shared->data[b])
    return cvr_onnx_make (self, NN_OP_ADD, NULL, (NnNode[]) { a, b }, 2);

  return cvr_onnx_make (self, NN_OP_ARITHMETIC, &attrs, (NnNode[]) { a, b }, 2);
}

/* (nullable) (transfer none): the values of the constant @x; NULL: it is none. */
static CvrOnnxTensor *
values_of (CvrOnnxReader *self,
           NnNode         x)
{
  for (guint i = self->weights->len; i-- > 0;)
    {
      const CvrOnnxWeight *weight = &g_array_index (self->weights, CvrOnnxWeight, i);

      if (weight->node == x)
        return weight->tensor;
    }

  return NULL;
}

/* @x itself where it has that shape; another constant where it is one. */
NnNode
cvr_onnx_make_reshape (CvrOnnxReader *self,
                       NnNode         x,
                       const NnShape *shape)
{
  NnAttrs attrs = { .reshape.shape = *shape };
  CvrOnnxTensor *values;
  NnShape from;

  if (!cvr_onnx_shape_of (self, x, &from) || nn_shape_equal (&from, shape))
    return x;

  values = self->shared->data[x] == CONSTANT ? values_of (self, x) : NULL;
  if (values != NULL)
    {
      g_autoptr (CvrOnnxTensor) again = NULL;
      gsize dims[NN_MAX_RANK];

      for (guint i = 0; i < shape->rank; i++)
        dims[i] = shape->dims[i];
      again = cvr_onnx_math_reshape (values, shape->rank, dims);
      if (again != NULL)
        return cvr_onnx_make_constant (self, again);
    }

  return cvr_onnx_make (self, NN_OP_RESHAPE, &attrs, &x, 1);
}

/* The last two axes exchanged. */
NnNode
cvr_onnx_make_transpose (CvrOnnxReader *self,
                         NnNode         x)
{
  NnAttrs attrs = { 0 };
  NnShape shape;

  if (!cvr_onnx_shape_of (self, x, &shape) || shape.rank < 2)
    return NN_NODE_NONE;
  for (guint i = 0; i < shape.rank; i++)
    attrs.transpose.perm[i] = i + 2 < shape.rank ? i : i == shape.rank - 2 ? i + 1 : i - 1;

  return cvr_onnx_make (self, NN_OP_TRANSPOSE, &attrs, &x, 1);
}

/* The whole numbers that QuantizeLinear gives: rounded x / scale (halves to even) + zero,
 * bounded. */
NnNode
cvr_onnx_make_levels (CvrOnnxReader *self,
                      NnNode         x,
                      NnNode         scale,
                      NnNode         zero,
                      gint32         low,
                      gint32         high)
{
  x = cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_DIV, x, scale);
  x = cvr_onnx_make_activation (self, x, NN_ACTIVATION_ROUND, 0, 0);
  if (zero != NN_NODE_NONE)
    x = cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_ADD, x, zero);

  return cvr_onnx_make_activation (self, x, NN_ACTIVATION_CLIP, (float) low, (float) high);
}

gboolean
cvr_onnx_shape_of (CvrOnnxReader *self,
                   NnNode         node,
                   NnShape       *shape)
{
  return node != NN_NODE_NONE && nn_builder_shape (self->builder, node, shape, NULL);
}

/* A name that is missing, broken or taken is left to the builder. */
void
cvr_onnx_name (CvrOnnxReader *self,
               NnNode         made,
               const char    *name)
{
  if (made != NN_NODE_NONE && name != NULL && *name != '\0' && g_utf8_validate (name, -1, NULL) &&
      g_hash_table_add (self->names, (gpointer) name))
    nn_builder_name (self->builder, made, name);
}

/* After @node, whose result it is; what was there before keeps the name it has. */
void
cvr_onnx_name_made (CvrOnnxReader         *self,
                    NnNode                 made,
                    const Onnx__NodeProto *node)
{
  if ((guint) made + 1 == self->shared->len && (guint) made >= self->n_before)
    cvr_onnx_name (self, made, node->name);
}

/* Refuses @node with the engine's sentence where @made could not be made. */
gboolean
cvr_onnx_check (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                NnNode                 made,
                NnShape               *shape,
                GError               **error)
{
  g_autoptr (GError) reason = NULL;

  if (nn_builder_shape (self->builder, made, shape, &reason))
    return TRUE;

  if (reason != NULL)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error, "%s",
                            reason->message);

  return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_TOO_LARGE, error,
                          _("There is not enough memory for its constants."));
}

/* The same for a value that the file calls @name: an operator further on became part of @node. */
gboolean
cvr_onnx_result_as (CvrOnnxReader         *self,
                    const Onnx__NodeProto *node,
                    const char            *name,
                    NnNode                 made,
                    gint32                 type,
                    GError               **error)
{
  CvrOnnxValue value = { .kind = CVR_ONNX_VALUE_NODE, .node = made, .type = type };

  if (!cvr_onnx_check (self, node, made, &value.shape, error))
    return FALSE;

  cvr_onnx_name_made (self, made, node);
  return cvr_onnx_define (self, node, name, &value, error);
}

/**
 * cvr_onnx_result:
 * @output: which output of @node the new node is
 * @made: the last of what was made for @node; the first output gets the node's name
 */
gboolean
cvr_onnx_result (CvrOnnxReader         *self,
                 const Onnx__NodeProto *node,
                 guint                  output,
                 NnNode                 made,
                 gint32                 type,
                 GError               **error)
{
  return cvr_onnx_result_as (self, node, node->output[output], made, type, error);
}

/* Counts parameters against what a file of this size can hold: one tensor named by a thousand nodes
 * must not become a thousand tensors of memory. */
gboolean
cvr_onnx_spend (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                const CvrOnnxTensor   *tensor,
                gsize                  n_values,
                GError               **error)
{
  guint64 *budget = tensor->splat ? &self->fills : &self->budget;

  if (n_values > *budget)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_TOO_LARGE, error,
                            _("The network has far more weights than the file has bytes."));

  *budget -= n_values;
  return TRUE;
}

/* @n_values: of the slot; @tensor has as many, or one for all. */
void
cvr_onnx_add_weight (CvrOnnxReader *self,
                     NnNode         node,
                     NnSlot         slot,
                     CvrOnnxTensor *tensor,
                     gsize          n_values)
{
  CvrOnnxWeight weight = { node, slot, cvr_onnx_tensor_ref (tensor), n_values };

  g_array_append_val (self->weights, weight);
}
