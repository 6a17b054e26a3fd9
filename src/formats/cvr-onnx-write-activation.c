/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes activations as ONNX, those that its version 13 lacks as several nodes. */
#include "cvr-onnx-export.h"

#include <math.h>

/* The functions that ONNX has under one name and without numbers. */
static const char *const op_types[NN_N_ACTIVATIONS] = {
  [NN_ACTIVATION_RELU] = "Relu",
  [NN_ACTIVATION_SIGMOID] = "Sigmoid",
  [NN_ACTIVATION_TANH] = "Tanh",
  [NN_ACTIVATION_SOFTPLUS] = "Softplus",
  [NN_ACTIVATION_EXP] = "Exp",
  [NN_ACTIVATION_LOG] = "Log",
  [NN_ACTIVATION_SQRT] = "Sqrt",
  [NN_ACTIVATION_ERF] = "Erf",
  [NN_ACTIVATION_ABS] = "Abs",
  [NN_ACTIVATION_NEGATE] = "Neg",
  [NN_ACTIVATION_RECIPROCAL] = "Reciprocal",
  [NN_ACTIVATION_FLOOR] = "Floor",
  [NN_ACTIVATION_CEIL] = "Ceil",
  [NN_ACTIVATION_ROUND] = "Round",
};

/* With one or two numbers of its own. */
static void
write_numbered (CvrOnnxExport *self,
                NnNode         node,
                const char    *op_type,
                const char    *second,
                const char    *x)
{
  const NnActivationSpec *spec = &nn_graph_node_attrs (self->graph, node)->activation;
  Onnx__NodeProto *proto = cvr_onnx_export_layer (self, node, op_type, x);

  cvr_onnx_add_float (&self->writer, proto, "alpha", spec->alpha);
  if (second != NULL)
    cvr_onnx_add_float (&self->writer, proto, second, spec->beta);
}

/* A bound that is infinite is none. */
static void
write_clip (CvrOnnxExport *self,
            NnNode         node,
            const char    *x,
            float          low,
            float          high)
{
  Onnx__NodeProto *proto = cvr_onnx_export_layer (self, node, "Clip", x);

  if (low > -INFINITY)
    cvr_onnx_export_scalar (self, node, proto, "min", low);
  else if (high < INFINITY)
    cvr_onnx_add_input (&self->writer, proto, "");
  if (high < INFINITY)
    cvr_onnx_export_scalar (self, node, proto, "max", high);
}

/* x · clamp (x / 6 + 1/2, 0, 1) */
static void
write_hard_swish (CvrOnnxExport *self,
                  NnNode         node,
                  const char    *x)
{
  Onnx__NodeProto *gate;
  const char *share = cvr_onnx_export_step (self, node, "HardSigmoid", "gate", x, &gate);

  cvr_onnx_add_float (&self->writer, gate, "alpha", 1.0f / 6);
  cvr_onnx_add_float (&self->writer, gate, "beta", 0.5f);
  cvr_onnx_add_input (&self->writer, cvr_onnx_export_layer (self, node, "Mul", x), share);
}

/* Into another type and back. */
static void
write_casts (CvrOnnxExport *self,
             NnNode         node,
             const char    *x,
             gint64         type)
{
  Onnx__NodeProto *there;
  const char *other = cvr_onnx_export_step (self, node, "Cast", "cast", x, &there);

  cvr_onnx_add_int (&self->writer, there, "to", type);
  cvr_onnx_add_int (&self->writer, cvr_onnx_export_layer (self, node, "Cast", other), "to",
                    CVR_ONNX_FLOAT);
}

gboolean
cvr_onnx_write_activation (CvrOnnxExport  *self,
                           NnNode          node,
                           const NnAttrs  *attrs,
                           GError        **error)
{
  const NnActivationSpec *spec = &attrs->activation;
  const char *x = cvr_onnx_export_input (self, node, 0);

  switch (spec->function)
    {
    case NN_ACTIVATION_LEAKY_RELU:
      write_numbered (self, node, "LeakyRelu", NULL, x);
      break;
    case NN_ACTIVATION_ELU:
      write_numbered (self, node, "Elu", NULL, x);
      break;
    case NN_ACTIVATION_HARD_SIGMOID:
      write_numbered (self, node, "HardSigmoid", "beta", x);
      break;
    case NN_ACTIVATION_SELU:
      write_numbered (self, node, "Selu", "gamma", x);
      break;
    case NN_ACTIVATION_RELU6:
      write_clip (self, node, x, 0, 6);
      break;
    case NN_ACTIVATION_CLIP:
      write_clip (self, node, x, spec->alpha, spec->beta);
      break;
    case NN_ACTIVATION_HARD_SWISH:
      write_hard_swish (self, node, x);
      break;
    case NN_ACTIVATION_TRUNCATE:
      write_casts (self, node, x, CVR_ONNX_INT64);
      break;
    case NN_ACTIVATION_HALF:
      write_casts (self, node, x, CVR_ONNX_FLOAT16);
      break;
    case NN_ACTIVATION_NONZERO:
      write_casts (self, node, x, CVR_ONNX_BOOL);
      break;
    default:
      cvr_onnx_export_layer (self, node, op_types[spec->function], x);
      break;
    }

  return TRUE;
}
