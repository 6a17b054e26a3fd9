/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX operators of one input that work value by value or along one axis: activations, dropout,
 * softmax. */
#include "cvr-onnx-reader.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  const char  *op_type;
  NnActivation function;
  float        alpha, beta;   /* defaults of the format */
  const char  *second;        /* the attribute that beta stands for; NULL: none */
} Activation;

static const Activation activations[] = {
  { "Relu", NN_ACTIVATION_RELU, 0, 0, NULL },
  { "LeakyRelu", NN_ACTIVATION_LEAKY_RELU, 0.01f, 0, NULL },
  { "Elu", NN_ACTIVATION_ELU, 1, 0, NULL },
  { "Selu", NN_ACTIVATION_SELU, 1.67326319217681884765625f, 1.05070102214813232421875f, "gamma" },
  { "Sigmoid", NN_ACTIVATION_SIGMOID, 0, 0, NULL },
  { "HardSigmoid", NN_ACTIVATION_HARD_SIGMOID, 0.2f, 0.5f, "beta" },
  { "HardSwish", NN_ACTIVATION_HARD_SWISH, 0, 0, NULL },
  { "Tanh", NN_ACTIVATION_TANH, 0, 0, NULL },
  { "Softplus", NN_ACTIVATION_SOFTPLUS, 0, 0, NULL },
  { "Exp", NN_ACTIVATION_EXP, 0, 0, NULL },
  { "Log", NN_ACTIVATION_LOG, 0, 0, NULL },
  { "Sqrt", NN_ACTIVATION_SQRT, 0, 0, NULL },
  { "Erf", NN_ACTIVATION_ERF, 0, 0, NULL },
  { "Abs", NN_ACTIVATION_ABS, 0, 0, NULL },
  { "Neg", NN_ACTIVATION_NEGATE, 0, 0, NULL },
  { "Reciprocal", NN_ACTIVATION_RECIPROCAL, 0, 0, NULL },
  { "Floor", NN_ACTIVATION_FLOOR, 0, 0, NULL },
  { "Ceil", NN_ACTIVATION_CEIL, 0, 0, NULL },
  { "Round", NN_ACTIVATION_ROUND, 0, 0, NULL },
};

static const Activation *
find_activation (const char *op_type)
{
  for (guint i = 0; i < G_N_ELEMENTS (activations); i++)
    if (g_strcmp0 (activations[i].op_type, op_type) == 0)
      return &activations[i];

  return NULL;
}

static gboolean
import_activation (CvrOnnxReader         *self,
                   const Onnx__NodeProto *node,
                   GError               **error)
{
  const Activation *line = find_activation (node->op_type);
  NnAttrs attrs = { .activation.function = line->function };
  CvrOnnxValue x;

  if (!cvr_onnx_activation (self, node, 0, &x, error))
    return FALSE;

  if (line->alpha != 0)
    attrs.activation.alpha = cvr_onnx_attr_float (node, "alpha", line->alpha);
  if (line->second != NULL)
    attrs.activation.beta = cvr_onnx_attr_float (node, line->second, line->beta);
  if (!cvr_onnx_result (self, node, 0, cvr_onnx_make (self, NN_OP_ACTIVATION, &attrs, &x.node, 1),
                        x.type, error))
    return FALSE;

  ((CvrOnnxValue *) g_hash_table_lookup (self->values, node->output[0]))->is_relu =
    line->function == NN_ACTIVATION_RELU;
  return TRUE;
}

/* Values that a Dropout leaves alone. */
static gboolean
define_mask (CvrOnnxReader         *self,
             const Onnx__NodeProto *node,
             const CvrOnnxValue    *x,
             GError               **error)
{
  static const float one = 1;
  g_autoptr (CvrOnnxTensor) single = cvr_onnx_tensor_from_floats (
    self->opset < 10 ? CVR_ONNX_FLOAT : CVR_ONNX_BOOL, 0, NULL, &one);
  CvrOnnxValue mask = { .kind = CVR_ONNX_VALUE_CONSTANT, .node = NN_NODE_NONE };
  gsize dims[NN_MAX_RANK];

  for (guint i = 0; i < x->shape.rank; i++)
    dims[i] = x->shape.dims[i];
  mask.tensor = single != NULL ? cvr_onnx_math_fill (single, x->shape.rank, dims) : NULL;
  if (mask.tensor == NULL)
    return cvr_onnx_define_tensor (self, node, NULL, error);

  return cvr_onnx_define (self, node, node->output[1], &mask, error);
}

/* Older versions say by an attribute that the network is trained. */
static gboolean
dropout_attributes (CvrOnnxReader         *self,
                    const Onnx__NodeProto *node,
                    float                 *rate,
                    gboolean              *trains,
                    GError               **error)
{
  *rate = cvr_onnx_attr_float (node, "ratio", 0.5f);
  *trains = FALSE;
  if (cvr_onnx_has_input (node, 1))
    {
      const CvrOnnxTensor *ratio = cvr_onnx_floats (self, node, 1, error);

      if (ratio == NULL)
        return FALSE;
      *rate = ratio->count > 0 ? ratio->floats[0] : 0;
    }
  if (cvr_onnx_has_input (node, 2))
    {
      const CvrOnnxTensor *training = cvr_onnx_ints (self, node, 2, error);

      if (training == NULL)
        return FALSE;
      *trains = training->count > 0 && training->ints[0] != 0;
    }

  return TRUE;
}

static gboolean
import_dropout (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                GError               **error)
{
  NnAttrs attrs = { 0 };
  gboolean trains;
  CvrOnnxValue x;

  if (!cvr_onnx_activation (self, node, 0, &x, error) ||
      !dropout_attributes (self, node, &attrs.dropout.rate, &trains, error))
    return FALSE;
  if (trains && attrs.dropout.rate != 0)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("It drops values at random also when the network is used. Export the "
                              "network for inference and try again."));
  if (cvr_onnx_is_read (self, node, 1) && !define_mask (self, node, &x, error))
    return FALSE;

  return cvr_onnx_result (self, node, 0, cvr_onnx_make (self, NN_OP_DROPOUT, &attrs, &x.node, 1),
                          x.type, error);
}

/* Before opset 13 everything from the axis on was one vector; from 13 on it is that one axis. */
static gboolean
import_softmax (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                GError               **error)
{
  NnAttrs attrs = { .softmax.log = g_strcmp0 (node->op_type, "LogSoftmax") == 0 };
  NnShape flat = { 0 };
  CvrOnnxValue x;
  gsize behind = 1;
  guint axis;

  if (!cvr_onnx_activation (self, node, 0, &x, error) ||
      !cvr_onnx_take_axis (self, node,
                           cvr_onnx_attr_int (node, "axis", self->opset < 13 ? 1 : -1),
                           x.shape.rank, &axis, error))
    return FALSE;

  attrs.softmax.axis = axis;
  for (guint i = axis + 1; i < x.shape.rank; i++)
    behind *= x.shape.dims[i];
  if (self->opset < 13 && behind != 1)
    {
      flat.rank = axis + 1;
      for (guint i = 0; i < axis; i++)
        flat.dims[i] = x.shape.dims[i];
      flat.dims[axis] = (guint32) (behind * x.shape.dims[axis]);
      x.node = cvr_onnx_make_reshape (self, x.node, &flat);
    }

  x.node = cvr_onnx_make (self, NN_OP_SOFTMAX, &attrs, &x.node, 1);
  if (flat.rank != 0)
    x.node = cvr_onnx_make_reshape (self, x.node, &x.shape);
  return cvr_onnx_result (self, node, 0, x.node, x.type, error);
}

CvrOnnxImport
cvr_onnx_find_layer (const char *op_type)
{
  static const CvrOnnxEntry table[] = {
    { "Dropout", import_dropout },
    { "Softmax", import_softmax },
    { "LogSoftmax", import_softmax },
  };

  return find_activation (op_type) != NULL
           ? import_activation : cvr_onnx_find (table, G_N_ELEMENTS (table), op_type);
}
