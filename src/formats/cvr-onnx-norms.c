/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX operators that normalise: over a batch, over an item, across channels. */
#include "cvr-onnx-reader.h"

#include <glib/gi18n-lib.h>

/* The engine's momentum is the share of the new batch, ONNX's that of the old statistics. One minus
 * a float is not the float that was written, so the shortest number that gives it back is taken. */
static float
momentum_from_onnx (float kept)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  float share;

  share = (float) g_ascii_strtod (g_ascii_formatd (text, sizeof text, "%.6g", 1.0 - kept), NULL);

  return (float) (1.0 - share) == kept ? share : (float) (1.0 - kept);
}

/* Inputs 1 to @n: one value per channel each. */
static gboolean
channel_values (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                guint32                channels,
                guint                  n,
                CvrOnnxTensor        **tensors,
                GError               **error)
{
  for (guint i = 0; i < n; i++)
    {
      tensors[i] = cvr_onnx_floats (self, node, i + 1, error);
      if (tensors[i] == NULL)
        return FALSE;
      if (tensors[i]->count != channels)
        return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                                _("Input %u has length %zu; its number of channels is %u."), i + 2,
                                tensors[i]->count, channels);
      if (!cvr_onnx_spend (self, node, tensors[i], channels, error))
        return FALSE;
    }

  return TRUE;
}

/* Values per channel of @x's rank, to compute with: [C, 1, 1]. */
static NnNode
as_column (CvrOnnxReader *self,
           NnNode         x,
           guint          rank,
           guint32        channels)
{
  NnShape shape = { rank - 1, { channels, 1, 1, 1, 1, 1 } };

  return cvr_onnx_make_reshape (self, x, &shape);
}

/* momentum·running + (1 − momentum)·of this batch, for a further output. */
static gboolean
running_output (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                guint                  output,
                CvrOnnxTensor         *running,
                NnNode                 of_batch,
                GError               **error)
{
  float momentum = cvr_onnx_attr_float (node, "momentum", 0.9f);
  NnShape row = { 1, { (guint32) running->count } };
  NnNode old, share;

  if (!cvr_onnx_is_read (self, node, output))
    return TRUE;

  old = cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_MUL, cvr_onnx_make_constant (self, running),
                                  cvr_onnx_make_number (self, momentum));
  share = cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_MUL,
                                    cvr_onnx_make_reshape (self, of_batch, &row),
                                    cvr_onnx_make_number (self, 1 - momentum));
  return cvr_onnx_result (self, node, output,
                          cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_ADD, old, share),
                          CVR_ONNX_FLOAT, error);
}

/* With the statistics of the batch itself: from operators that reduce. */
static gboolean
normalise_batch (CvrOnnxReader         *self,
                 const Onnx__NodeProto *node,
                 const CvrOnnxValue    *x,
                 CvrOnnxTensor        **tensors,
                 GError               **error)
{
  NnAttrs attrs = { .reduce = { NN_REDUCE_MEAN, ((1u << x->shape.rank) - 1) & ~2u, TRUE } };
  guint32 channels = x->shape.dims[1];
  NnNode mean, centred, squares, variance, made;

  mean = cvr_onnx_make (self, NN_OP_REDUCE, &attrs, &x->node, 1);
  centred = cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_SUB, x->node, mean);
  squares = cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_MUL, centred, centred);
  variance = cvr_onnx_make (self, NN_OP_REDUCE, &attrs, &squares, 1);
  made = cvr_onnx_make_arithmetic (
    self, NN_ARITHMETIC_ADD, variance,
    cvr_onnx_make_number (self, cvr_onnx_attr_float (node, "epsilon", 1e-5f)));
  made = cvr_onnx_make_activation (self, made, NN_ACTIVATION_SQRT, 0, 0);
  made = cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_DIV, centred, made);
  made = cvr_onnx_make_arithmetic (
    self, NN_ARITHMETIC_MUL, made,
    as_column (self, cvr_onnx_make_constant (self, tensors[0]), x->shape.rank, channels));
  made = cvr_onnx_make_arithmetic (
    self, NN_ARITHMETIC_ADD, made,
    as_column (self, cvr_onnx_make_constant (self, tensors[1]), x->shape.rank, channels));

  return cvr_onnx_result (self, node, 0, made, x->type, error) &&
         running_output (self, node, 1, tensors[2], mean, error) &&
         running_output (self, node, 2, tensors[3], variance, error);
}

/* The engine's layer takes maps and vectors: more axes are seen as fewer. */
static NnNode
four_axes (CvrOnnxReader *self,
           NnNode         x,
           const NnShape *shape)
{
  NnShape maps = { 4, { shape->dims[0], shape->dims[1], 1, 1 } };

  if (shape->rank == 4 || shape->rank == 2)
    return x;

  for (guint i = 2; i < shape->rank; i++)
    maps.dims[2] *= shape->dims[i];

  return cvr_onnx_make_reshape (self, x, &maps);
}

static gboolean
import_batch_norm (CvrOnnxReader         *self,
                   const Onnx__NodeProto *node,
                   GError               **error)
{
  static const NnSlot slots[] = { NN_SLOT_WEIGHT, NN_SLOT_BIAS, NN_SLOT_MEAN, NN_SLOT_VARIANCE };
  CvrOnnxTensor *tensors[G_N_ELEMENTS (slots)];
  NnAttrs attrs = { 0 };
  CvrOnnxValue x;
  NnNode made;

  if (!cvr_onnx_activation (self, node, 0, &x, error))
    return FALSE;
  if (x.shape.rank < 2 || cvr_onnx_attr_int (node, "spatial", 1) != 1)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Only inference with one value per channel is supported."));
  if (!channel_values (self, node, x.shape.dims[1], G_N_ELEMENTS (slots), tensors, error))
    return FALSE;
  if (cvr_onnx_attr_int (node, "training_mode", 0) != 0)
    return normalise_batch (self, node, &x, tensors, error);
  if (!cvr_onnx_no_second (self, node, error))
    return FALSE;

  attrs.batch_norm.epsilon = cvr_onnx_attr_float (node, "epsilon", 1e-5f);
  attrs.batch_norm.momentum = momentum_from_onnx (cvr_onnx_attr_float (node, "momentum", 0.9f));
  made = four_axes (self, x.node, &x.shape);
  made = cvr_onnx_make (self, NN_OP_BATCH_NORM, &attrs, &made, 1);
  for (guint i = 0; i < G_N_ELEMENTS (slots) && made != NN_NODE_NONE; i++)
    cvr_onnx_add_weight (self, made, slots[i], tensors[i], x.shape.dims[1]);

  return cvr_onnx_result (self, node, 0, cvr_onnx_make_reshape (self, made, &x.shape), x.type,
                          error);
}

static gboolean
import_instance_norm (CvrOnnxReader         *self,
                      const Onnx__NodeProto *node,
                      GError               **error)
{
  static const NnSlot slots[] = { NN_SLOT_WEIGHT, NN_SLOT_BIAS };
  CvrOnnxTensor *tensors[G_N_ELEMENTS (slots)];
  NnAttrs attrs = { .instance_norm.epsilon = cvr_onnx_attr_float (node, "epsilon", 1e-5f) };
  CvrOnnxValue x;
  NnNode made;

  if (!cvr_onnx_activation (self, node, 0, &x, error))
    return FALSE;
  if (x.shape.rank < 3)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Its input has rank %u; at least 3 is needed."), x.shape.rank);
  if (!channel_values (self, node, x.shape.dims[1], G_N_ELEMENTS (slots), tensors, error))
    return FALSE;

  made = cvr_onnx_make (self, NN_OP_INSTANCE_NORM, &attrs, &x.node, 1);
  for (guint i = 0; i < G_N_ELEMENTS (slots) && made != NN_NODE_NONE; i++)
    cvr_onnx_add_weight (self, made, slots[i], tensors[i], x.shape.dims[1]);

  return cvr_onnx_result (self, node, 0, made, x.type, error);
}

static gboolean
import_lrn (CvrOnnxReader         *self,
            const Onnx__NodeProto *node,
            GError               **error)
{
  NnAttrs attrs = { 0 };
  guint32 size;
  CvrOnnxValue x;

  if (!cvr_onnx_activation (self, node, 0, &x, error))
    return FALSE;

  size = (guint32) CLAMP (cvr_onnx_attr_int (node, "size", 0), 0, CVR_ONNX_MAX_EXTENT);
  attrs.lrn = (NnLrnSpec) { size, cvr_onnx_attr_float (node, "alpha", 0.0001f),
                            cvr_onnx_attr_float (node, "beta", 0.75f),
                            cvr_onnx_attr_float (node, "bias", 1) };
  return cvr_onnx_result (self, node, 0, cvr_onnx_make (self, NN_OP_LRN, &attrs, &x.node, 1),
                          x.type, error);
}

CvrOnnxImport
cvr_onnx_find_norm (const char *op_type)
{
  static const CvrOnnxEntry table[] = {
    { "BatchNormalization", import_batch_norm },
    { "InstanceNormalization", import_instance_norm },
    { "LRN", import_lrn },
  };

  return cvr_onnx_find (table, G_N_ELEMENTS (table), op_type);
}
