/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX operators that carry weights: convolution, dense layers, batch normalization. */
#include "cvr-onnx-reader.h"

#include <glib/gi18n-lib.h>

/* Whether @tensor holds one value per channel, or one for all, when broadcast against @like. */
static gboolean
is_per_channel (const CvrOnnxTensor *tensor,
                const NnShape       *like)
{
  gsize channels = like->dims[1];

  if (tensor->floats == NULL || tensor->rank > like->rank)
    return FALSE;
  if (tensor->count == 1)
    return TRUE;

  for (guint i = 0; i < tensor->rank; i++)
    {
      guint axis = like->rank - tensor->rank + i;

      if (tensor->dims[i] != (axis == 1 ? channels : 1))
        return FALSE;
    }

  return tensor->count == channels;
}

/* A layer without bias whose only reader adds one constant per channel: that constant is its bias,
 * the Add is done with, and @result is moved on to the Add's output. */
static gboolean
absorb_bias (CvrOnnxReader         *self,
             const Onnx__NodeProto *node,
             const NnShape         *shape,
             const char           **result,
             CvrOnnxTensor        **bias,
             GError               **error)
{
  const Onnx__NodeProto *add = cvr_onnx_sole_reader (self, node->output[0]);
  CvrOnnxValue *other;
  guint side;

  *bias = NULL;
  if (add == NULL || g_strcmp0 (add->op_type, "Add") != 0 || add->n_input != 2 ||
      add->n_output != 1)
    return TRUE;
  /* Before opset 7 broadcasting was asked for by attributes. */
  if (cvr_onnx_attribute (add, "axis") != NULL || cvr_onnx_attribute (add, "broadcast") != NULL)
    return TRUE;

  side = g_strcmp0 (add->input[0], node->output[0]) == 0 ? 1 : 0;
  other = g_hash_table_lookup (self->values, add->input[side]);
  if (other == NULL || other->kind != CVR_ONNX_VALUE_CONSTANT)
    return TRUE;

  *bias = cvr_onnx_constant (self, add, side, error);
  if (*bias == NULL)
    return FALSE;
  if (!is_per_channel (*bias, shape))
    {
      *bias = NULL;
      return TRUE;
    }

  *result = add->output[0];
  g_hash_table_add (self->absorbed, (gpointer) add);
  return TRUE;
}

/* The bias of @node: its input @i, or an Add that follows; @bias is NULL where there is none. */
static gboolean
find_bias (CvrOnnxReader         *self,
           const Onnx__NodeProto *node,
           guint                  i,
           const NnShape         *shape,
           const char           **result,
           CvrOnnxTensor        **bias,
           GError               **error)
{
  *result = node->output[0];
  if (!cvr_onnx_has_input (node, i))
    return absorb_bias (self, node, shape, result, bias, error);

  *bias = cvr_onnx_floats (self, node, i, error);
  if (*bias == NULL)
    return FALSE;
  if ((*bias)->count != 1 && (*bias)->count != shape->dims[1])
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("Its bias has length %zu; its number of outputs is %u."),
                            (*bias)->count, shape->dims[1]);

  return TRUE;
}

/* Makes the layer, keeps its weights for later and names its value. */
static gboolean
finish (CvrOnnxReader         *self,
        const Onnx__NodeProto *node,
        NnOpKind               kind,
        const NnAttrs         *attrs,
        NnNode                 x,
        const NnShape         *shape,
        const char            *result,
        CvrOnnxTensor         *weight,
        CvrOnnxTensor         *bias,
        GError               **error)
{
  CvrOnnxValue value = { .kind = CVR_ONNX_VALUE_NODE, .shape = *shape };

  if (!cvr_onnx_spend (self, node, weight->count + (bias != NULL ? shape->dims[1] : 0), error))
    return FALSE;

  value.node = cvr_onnx_make (self, node, kind, attrs, &x, 1);
  cvr_onnx_add_weight (self, value.node, NN_SLOT_WEIGHT, weight, weight->count);
  if (bias != NULL)
    cvr_onnx_add_weight (self, value.node, NN_SLOT_BIAS, bias, shape->dims[1]);

  return cvr_onnx_define (self, node, result, &value, error);
}

static gboolean
check_filters (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               const CvrOnnxTensor   *w,
               const NnShape         *x,
               gint64                 groups,
               GError               **error)
{
  if (w->rank != 4)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Its weights have rank %u; 4 is supported."), w->rank);
  if (w->count == 0 || w->dims[2] > CVR_ONNX_MAX_EXTENT || w->dims[3] > CVR_ONNX_MAX_EXTENT)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("A kernel of %zu×%zu is not supported."),
                            w->dims[2], w->dims[3]);
  if (groups < 1 || groups > G_MAXINT32 || w->dims[0] % (gsize) groups != 0 ||
      (guint64) w->dims[1] * (guint64) groups != x->dims[1])
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("Weights of %zu×%zu in groups numbering %lld do not fit channels "
                              "numbering %u."),
                            w->dims[0], w->dims[1], (long long) groups, x->dims[1]);

  return TRUE;
}

static gboolean
import_conv (CvrOnnxReader         *self,
             const Onnx__NodeProto *node,
             GError               **error)
{
  gint64 groups = cvr_onnx_attr_int (node, "group", 1);
  CvrOnnxValue x;
  CvrOnnxTensor *w, *bias;
  const char *result;
  NnAttrs attrs = { 0 };
  NnStencil *stencil = &attrs.conv.stencil;
  NnShape shape;
  guint32 kernel[2], height, width;

  if (!cvr_onnx_padded (self, node, &x, error))
    return FALSE;
  w = cvr_onnx_floats (self, node, 1, error);
  if (w == NULL || !check_filters (self, node, w, &x.shape, groups, error))
    return FALSE;

  for (guint a = 0; a < 2; a++)
    kernel[a] = (guint32) w->dims[2 + a];
  if (!cvr_onnx_read_stencil (self, node, &x.shape, kernel, stencil, error))
    return FALSE;
  if (stencil->kernel[0] != kernel[0] || stencil->kernel[1] != kernel[1])
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("Its kernel is declared as %u×%u but its weights are %u×%u."),
                            stencil->kernel[0], stencil->kernel[1], kernel[0], kernel[1]);
  for (guint i = 0; i < 4; i++)
    stencil->pad[i] += x.pad[i];

  if (!nn_stencil_out (stencil, 0, x.shape.dims[2], FALSE, &height) ||
      !nn_stencil_out (stencil, 1, x.shape.dims[3], FALSE, &width))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("Its kernel of %u×%u does not fit an input of %u×%u."), kernel[0],
                            kernel[1], x.shape.dims[2], x.shape.dims[3]);

  shape = nn_shape_maps ((guint32) w->dims[0], height, width);
  if (!find_bias (self, node, 2, &shape, &result, &bias, error))
    return FALSE;

  attrs.conv.filters = shape.dims[1];
  attrs.conv.groups = (guint32) groups;
  attrs.conv.bias = bias != NULL;
  return finish (self, node, NN_OP_CONV, &attrs, x.node, &shape, result, w, bias, error);
}

/* y = x·W, with W [C, K], or [K, C] when @transposed; @bias_input is where a bias may be. */
static gboolean
import_dense (CvrOnnxReader         *self,
              const Onnx__NodeProto *node,
              gboolean               transposed,
              guint                  bias_input,
              GError               **error)
{
  CvrOnnxValue *x = cvr_onnx_value (self, node, 0, error), plain;
  g_autoptr (CvrOnnxTensor) weight = NULL;
  CvrOnnxTensor *w, *bias;
  const char *result;
  NnAttrs attrs = { 0 };
  NnShape shape;

  /* The layer flattens by itself: no Flatten layer is made for a value that waits for one. */
  if (x == NULL)
    return FALSE;
  if (x->kind != CVR_ONNX_VALUE_FLATTENED)
    {
      if (!cvr_onnx_activation (self, node, 0, &plain, error))
        return FALSE;
      x = &plain;
    }
  if (!cvr_onnx_is_vector (&x->shape))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Its input has rank %u; a vector per picture (rank 2) is supported."),
                            x->shape.rank);

  w = cvr_onnx_floats (self, node, 1, error);
  if (w == NULL)
    return FALSE;
  if (w->rank != 2 || w->count == 0 || w->dims[transposed ? 1 : 0] != x->shape.dims[1])
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("Its weights do not fit an input of length %u."), x->shape.dims[1]);

  weight = transposed ? cvr_onnx_tensor_ref (w) : cvr_onnx_tensor_transpose (w);
  if (weight == NULL)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_TOO_LARGE, error,
                            _("There is not enough memory for its weights."));

  shape = nn_shape_vector ((guint32) weight->dims[0]);
  if (!find_bias (self, node, bias_input, &shape, &result, &bias, error))
    return FALSE;

  attrs.dense.units = shape.dims[1];
  attrs.dense.bias = bias != NULL;
  return finish (self, node, NN_OP_DENSE, &attrs, x->node, &shape, result, weight, bias, error);
}

static gboolean
import_gemm (CvrOnnxReader         *self,
             const Onnx__NodeProto *node,
             GError               **error)
{
  if (cvr_onnx_attr_float (node, "alpha", 1) != 1 || cvr_onnx_attr_float (node, "beta", 1) != 1 ||
      cvr_onnx_attr_int (node, "transA", 0) != 0)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Only alpha 1, beta 1 and transA 0 are supported."));

  return import_dense (self, node, cvr_onnx_attr_int (node, "transB", 0) != 0, 2, error);
}

static gboolean
import_mat_mul (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                GError               **error)
{
  return import_dense (self, node, FALSE, G_MAXUINT, error);
}

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

static gboolean
import_batch_norm (CvrOnnxReader         *self,
                   const Onnx__NodeProto *node,
                   GError               **error)
{
  static const NnSlot slots[] = { NN_SLOT_WEIGHT, NN_SLOT_BIAS, NN_SLOT_MEAN, NN_SLOT_VARIANCE };
  CvrOnnxTensor *tensors[G_N_ELEMENTS (slots)];
  CvrOnnxValue x, value = { .kind = CVR_ONNX_VALUE_NODE };
  NnAttrs attrs = { 0 };

  if (!cvr_onnx_activation (self, node, 0, &x, error))
    return FALSE;
  if (cvr_onnx_attr_int (node, "spatial", 1) != 1 ||
      cvr_onnx_attr_int (node, "training_mode", 0) != 0)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Only inference with one value per channel is supported."));

  for (guint i = 0; i < G_N_ELEMENTS (slots); i++)
    {
      tensors[i] = cvr_onnx_floats (self, node, i + 1, error);
      if (tensors[i] == NULL)
        return FALSE;
      if (tensors[i]->count != x.shape.dims[1])
        return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                                _("Input %u has length %zu; its number of channels is %u."), i + 2,
                                tensors[i]->count, x.shape.dims[1]);
    }
  if (!cvr_onnx_spend (self, node, 4 * (gsize) x.shape.dims[1], error))
    return FALSE;

  attrs.batch_norm.epsilon = cvr_onnx_attr_float (node, "epsilon", 1e-5f);
  attrs.batch_norm.momentum = momentum_from_onnx (cvr_onnx_attr_float (node, "momentum", 0.9f));
  value.shape = x.shape;
  value.node = cvr_onnx_make (self, node, NN_OP_BATCH_NORM, &attrs, &x.node, 1);
  for (guint i = 0; i < G_N_ELEMENTS (slots); i++)
    cvr_onnx_add_weight (self, value.node, slots[i], tensors[i], tensors[i]->count);

  return cvr_onnx_define (self, node, node->output[0], &value, error);
}

CvrOnnxImport
cvr_onnx_find_weighted (const char *op_type)
{
  static const struct { const char *op_type; CvrOnnxImport import; } table[] = {
    { "Conv", import_conv },
    { "Gemm", import_gemm },
    { "MatMul", import_mat_mul },
    { "BatchNormalization", import_batch_norm },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_strcmp0 (table[i].op_type, op_type) == 0)
      return table[i].import;

  return NULL;
}
