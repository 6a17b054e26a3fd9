/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX operators that are one layer of the engine each and carry no weights. */
#include "cvr-onnx-reader.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Zeros so that the output is the input divided by the stride, rounded up; the odd one goes behind
 * (SAME_UPPER) or before (SAME_LOWER). */
static void
pad_same (NnStencil     *stencil,
          const NnShape *shape,
          gboolean       upper)
{
  for (guint a = 0; a < 2; a++)
    {
      gint64 in = shape->dims[2 + a], stride = stencil->stride[a];
      gint64 extent = (gint64) stencil->dilation[a] * (stencil->kernel[a] - 1) + 1;
      gint64 total = MAX (0, ((in + stride - 1) / stride - 1) * stride + extent - in);

      stencil->pad[a] = (guint32) (upper ? total / 2 : total - total / 2);
      stencil->pad[a + 2] = (guint32) (total - stencil->pad[a]);
    }
}

/**
 * cvr_onnx_read_stencil:
 * @shape: of the input, maps
 * @kernel: (nullable): [2], where the file may leave it out
 * @stencil: (out): from the attributes kernel_shape, strides, dilations, pads and auto_pad
 */
gboolean
cvr_onnx_read_stencil (CvrOnnxReader         *self,
                       const Onnx__NodeProto *node,
                       const NnShape         *shape,
                       const guint32         *kernel,
                       NnStencil             *stencil,
                       GError               **error)
{
  if (kernel == NULL && cvr_onnx_attribute (node, "kernel_shape") == NULL)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("“%s” is missing."), "kernel_shape");

  if (!cvr_onnx_attr_extents (self, node, "kernel_shape", 1, 1, 2, stencil->kernel, error) ||
      !cvr_onnx_attr_extents (self, node, "strides", 1, 1, 2, stencil->stride, error) ||
      !cvr_onnx_attr_extents (self, node, "dilations", 1, 1, 2, stencil->dilation, error) ||
      !cvr_onnx_attr_extents (self, node, "pads", 0, 0, 4, stencil->pad, error))
    return FALSE;

  if (kernel != NULL && cvr_onnx_attribute (node, "kernel_shape") == NULL)
    memcpy (stencil->kernel, kernel, sizeof stencil->kernel);

  if (cvr_onnx_attr_is (node, "auto_pad", "SAME_UPPER", FALSE))
    pad_same (stencil, shape, TRUE);
  else if (cvr_onnx_attr_is (node, "auto_pad", "SAME_LOWER", FALSE))
    pad_same (stencil, shape, FALSE);
  else if (cvr_onnx_attr_is (node, "auto_pad", "VALID", FALSE))
    memset (stencil->pad, 0, sizeof stencil->pad);
  else if (!cvr_onnx_attr_is (node, "auto_pad", "NOTSET", TRUE))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Its value of “%s” is not supported."), "auto_pad");

  return TRUE;
}

/* Zeros that a Pad puts around the input of a mean pool are its own padding, counted. That is not
 * the same where a last window would start in them, or where both have a padding. */
static gboolean
take_padding (NnPoolSpec         *pool,
              const CvrOnnxValue *x)
{
  static const guint32 none[4];
  NnStencil plain = pool->stencil;
  guint32 with, without;

  if (x->kind != CVR_ONNX_VALUE_PADDED)
    return TRUE;
  if (!pool->average || memcmp (pool->stencil.pad, none, sizeof none) != 0)
    return FALSE;

  memcpy (pool->stencil.pad, x->pad, sizeof x->pad);
  pool->count_pad = TRUE;
  for (guint a = 0; a < 2; a++)
    if (!nn_stencil_out (&pool->stencil, a, x->shape.dims[2 + a], pool->ceil_mode, &with) ||
        !nn_stencil_out (&plain, a, x->shape.dims[2 + a] + x->pad[a] + x->pad[a + 2],
                         pool->ceil_mode, &without) ||
        with != without)
      return FALSE;

  return TRUE;
}

static gboolean
maps_input (CvrOnnxReader         *self,
            const Onnx__NodeProto *node,
            CvrOnnxValue          *x,
            GError               **error)
{
  if (!cvr_onnx_activation (self, node, 0, x, error))
    return FALSE;
  if (!cvr_onnx_is_maps (&x->shape))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Its input has rank %u; maps (rank 4) are supported."),
                            x->shape.rank);

  return TRUE;
}

static gboolean
import_pool (CvrOnnxReader         *self,
             const Onnx__NodeProto *node,
             GError               **error)
{
  NnAttrs attrs = { 0 };
  NnPoolSpec *pool = &attrs.pool;
  CvrOnnxValue x;
  guint32 height, width;
  NnShape shape;

  if (!cvr_onnx_padded (self, node, &x, error) ||
      !cvr_onnx_read_stencil (self, node, &x.shape, NULL, &pool->stencil, error))
    return FALSE;
  if (cvr_onnx_is_read (self, node, 1))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Its second output is used; only the first one is supported."));

  pool->average = g_strcmp0 (node->op_type, "AveragePool") == 0;
  pool->ceil_mode = cvr_onnx_attr_int (node, "ceil_mode", 0) != 0;
  pool->count_pad = pool->average && cvr_onnx_attr_int (node, "count_include_pad", 0) != 0;
  if (!take_padding (pool, &x))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("This operator is not supported after the one before it."));
  if (!nn_stencil_out (&pool->stencil, 0, x.shape.dims[2], pool->ceil_mode, &height) ||
      !nn_stencil_out (&pool->stencil, 1, x.shape.dims[3], pool->ceil_mode, &width))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("Its window of %u×%u does not fit an input of %u×%u."),
                            pool->stencil.kernel[0], pool->stencil.kernel[1], x.shape.dims[2],
                            x.shape.dims[3]);

  shape = nn_shape_maps (x.shape.dims[1], height, width);
  return cvr_onnx_layer (self, node, NN_OP_POOL, &attrs, x.node, &shape, error);
}

static gboolean
import_global_pool (CvrOnnxReader         *self,
                    const Onnx__NodeProto *node,
                    GError               **error)
{
  NnAttrs attrs = { .global_pool.average = g_strcmp0 (node->op_type, "GlobalAveragePool") == 0 };
  CvrOnnxValue x;
  NnShape shape;

  if (!maps_input (self, node, &x, error))
    return FALSE;

  shape = nn_shape_maps (x.shape.dims[1], 1, 1);
  return cvr_onnx_layer (self, node, NN_OP_GLOBAL_POOL, &attrs, x.node, &shape, error);
}

/* A layer that keeps the shape of its input. */
static gboolean
keep_shape (CvrOnnxReader         *self,
            const Onnx__NodeProto *node,
            NnOpKind               kind,
            const NnAttrs         *attrs,
            GError               **error)
{
  CvrOnnxValue x;

  if (!cvr_onnx_activation (self, node, 0, &x, error))
    return FALSE;

  x.node = cvr_onnx_make (self, node, kind, attrs, &x.node, 1);
  x.is_relu = kind == NN_OP_ACTIVATION && attrs->activation.function == NN_ACTIVATION_RELU;
  return cvr_onnx_define (self, node, node->output[0], &x, error);
}

static gboolean
import_activation (CvrOnnxReader         *self,
                   const Onnx__NodeProto *node,
                   GError               **error)
{
  static const struct { const char *op_type; NnActivation function; float alpha; } table[] = {
    { "Relu", NN_ACTIVATION_RELU, 0 },        { "LeakyRelu", NN_ACTIVATION_LEAKY_RELU, 0.01f },
    { "Elu", NN_ACTIVATION_ELU, 1 },          { "Sigmoid", NN_ACTIVATION_SIGMOID, 0 },
    { "Tanh", NN_ACTIVATION_TANH, 0 },
  };
  NnAttrs attrs = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_strcmp0 (node->op_type, table[i].op_type) == 0)
      {
        attrs.activation.function = table[i].function;
        attrs.activation.alpha = cvr_onnx_attr_float (node, "alpha", table[i].alpha);
      }

  return keep_shape (self, node, NN_OP_ACTIVATION, &attrs, error);
}

static gboolean
import_dropout (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                GError               **error)
{
  NnAttrs attrs = { .dropout.rate = cvr_onnx_attr_float (node, "ratio", 0.5f) };

  if (cvr_onnx_has_input (node, 1))
    {
      const CvrOnnxTensor *ratio = cvr_onnx_floats (self, node, 1, error);

      if (ratio == NULL)
        return FALSE;
      attrs.dropout.rate = ratio->floats[0];
    }
  if (cvr_onnx_has_input (node, 2))
    {
      const CvrOnnxTensor *training = cvr_onnx_ints (self, node, 2, error);

      if (training == NULL)
        return FALSE;
      if (training->ints[0] != 0)
        return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                                _("It drops values also when the network is used. Export the "
                                  "network for inference and try again."));
    }
  if (cvr_onnx_is_read (self, node, 1))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Its second output is used; only the first one is supported."));

  return keep_shape (self, node, NN_OP_DROPOUT, &attrs, error);
}

/* Before opset 13 everything from the axis on was one vector; from 13 on it is that one axis. */
static gboolean
import_softmax (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                GError               **error)
{
  CvrOnnxValue x;
  gint64 axis;

  if (!cvr_onnx_activation (self, node, 0, &x, error))
    return FALSE;

  axis = cvr_onnx_attr_int (node, "axis", self->opset < 13 ? 1 : -1);
  if (axis < 0)
    axis += x.shape.rank;
  if (axis != 1 || (self->opset < 13 && cvr_onnx_is_maps (&x.shape) &&
                    (x.shape.dims[2] != 1 || x.shape.dims[3] != 1)))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Only a softmax over channels (axis 1) is supported."));

  return keep_shape (self, node, NN_OP_SOFTMAX, NULL, error);
}

/* Add of two values, Sum of any number: one layer per plus sign, the last one bears the name. */
static gboolean
import_add (CvrOnnxReader         *self,
            const Onnx__NodeProto *node,
            GError               **error)
{
  CvrOnnxValue sum, x;

  if (!cvr_onnx_activation (self, node, 0, &sum, error))
    return FALSE;

  for (guint i = 1; i < node->n_input; i++)
    {
      if (!cvr_onnx_activation (self, node, i, &x, error))
        return FALSE;
      if (!nn_shape_equal (&x.shape, &sum.shape))
        {
          g_autofree char *a = nn_shape_dup_string (&sum.shape);
          g_autofree char *b = nn_shape_dup_string (&x.shape);

          return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                                  _("Its inputs are %s and %s; only equal shapes can be added."),
                                  a, b);
        }
      sum.node = cvr_onnx_make (self, i + 1 == node->n_input ? node : NULL, NN_OP_ADD, NULL,
                                (NnNode[]) { sum.node, x.node }, 2);
    }

  sum.is_relu = FALSE;
  return cvr_onnx_define (self, node, node->output[0], &sum, error);
}

static gboolean
import_concat (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               GError               **error)
{
  NnNode xs[NN_MAX_INPUTS];
  CvrOnnxValue *start = cvr_onnx_value (self, node, 0, error), x, first;
  gint64 axis = cvr_onnx_attr_int (node, "axis", 1);
  guint64 channels = 0;

  if (start == NULL)
    return FALSE;
  if (start->kind == CVR_ONNX_VALUE_CONSTANT)
    return cvr_onnx_fold_concat (self, node, error);

  if (node->n_input > NN_MAX_INPUTS)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("The number of its inputs is %u; up to %d are supported."),
                            (guint) node->n_input, NN_MAX_INPUTS);

  for (guint i = 0; i < node->n_input; i++)
    {
      if (!cvr_onnx_activation (self, node, i, &x, error))
        return FALSE;
      if (i == 0)
        first = x;
      if ((axis < 0 ? axis + x.shape.rank : axis) != 1 || x.shape.rank != first.shape.rank)
        return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                                _("Only values of one rank, side by side along the channels (axis "
                                  "1), are supported."));
      xs[i] = x.node;
      channels += x.shape.dims[1];
    }

  first.shape.dims[1] = (guint32) MIN (channels, G_MAXINT32);
  first.node = cvr_onnx_make (self, node, NN_OP_CONCAT, NULL, xs, (guint) node->n_input);
  first.is_relu = FALSE;
  return cvr_onnx_define (self, node, node->output[0], &first, error);
}

/* The whole number by which both sides grow, from scales or from sizes asked for; 0: none. */
static guint32
upsample_factor (const CvrOnnxTensor *scales,
                 const CvrOnnxTensor *sizes,
                 const NnShape       *shape)
{
  double factor[4];

  for (guint i = 0; i < 4; i++)
    if (scales != NULL && scales->count == 4 && scales->floats != NULL)
      factor[i] = scales->floats[i];
    else if (sizes != NULL && sizes->count == 4 && sizes->ints != NULL)
      factor[i] = i == 0 ? 1 : (double) sizes->ints[i] / shape->dims[i];
    else
      return 0;

  if (factor[0] != 1 || factor[1] != 1 || factor[2] != factor[3] || factor[2] < 1 ||
      factor[2] > CVR_ONNX_MAX_EXTENT || factor[2] != floor (factor[2]))
    return 0;

  return (guint32) factor[2];
}

/* Whether the coordinates of the file fall on the engine's for a whole factor. */
static gboolean
resize_mode (CvrOnnxReader         *self,
             const Onnx__NodeProto *node,
             NnUpsampleMode        *mode)
{
  gboolean resize = g_strcmp0 (node->op_type, "Resize") == 0 && self->opset >= 11;
  const char *place = "coordinate_transformation_mode";
  gboolean half = resize && (cvr_onnx_attr_is (node, place, "half_pixel", TRUE) ||
                             cvr_onnx_attr_is (node, place, "pytorch_half_pixel", FALSE));
  gboolean asymmetric = !resize || cvr_onnx_attr_is (node, place, "asymmetric", FALSE);
  gboolean down = !resize || cvr_onnx_attr_is (node, "nearest_mode", "floor", FALSE);
  gboolean rounds = cvr_onnx_attr_is (node, "nearest_mode", "round_prefer_floor", TRUE) ||
                    cvr_onnx_attr_is (node, "nearest_mode", "round_prefer_ceil", FALSE);
  gboolean nearest = cvr_onnx_attr_is (node, "mode", "nearest", TRUE);

  *mode = nearest ? NN_UPSAMPLE_NEAREST : NN_UPSAMPLE_BILINEAR;
  if (nearest)
    return (asymmetric && down) || (half && rounds);

  return half && cvr_onnx_attr_is (node, "mode", "linear", FALSE);
}

static gboolean
import_resize (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               GError               **error)
{
  /* Resize of opset 11 has a region of interest in between. */
  guint at = g_strcmp0 (node->op_type, "Resize") == 0 && self->opset >= 11 ? 2 : 1;
  const CvrOnnxTensor *scales = NULL, *sizes = NULL;
  NnAttrs attrs = { 0 };
  CvrOnnxValue x;
  NnShape shape;

  if (!maps_input (self, node, &x, error))
    return FALSE;
  if (cvr_onnx_has_input (node, at) && (scales = cvr_onnx_constant (self, node, at, error)) == NULL)
    return FALSE;
  if (cvr_onnx_has_input (node, 3) && (sizes = cvr_onnx_constant (self, node, 3, error)) == NULL)
    return FALSE;

  attrs.upsample.factor = upsample_factor (scales, sizes, &x.shape);
  if (attrs.upsample.factor == 0 || !resize_mode (self, node, &attrs.upsample.mode))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Only enlarging both sides by one whole number, nearest or linear "
                              "with half-pixel centres, is supported."));
  if ((guint64) MAX (x.shape.dims[2], x.shape.dims[3]) * attrs.upsample.factor > G_MAXINT32)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_TOO_LARGE, error,
                            _("Its output is too large."));

  shape = nn_shape_maps (x.shape.dims[1], x.shape.dims[2] * attrs.upsample.factor,
                         x.shape.dims[3] * attrs.upsample.factor);
  return cvr_onnx_layer (self, node, NN_OP_UPSAMPLE, &attrs, x.node, &shape, error);
}

CvrOnnxImport
cvr_onnx_find_layer (const char *op_type)
{
  static const struct { const char *op_type; CvrOnnxImport import; } table[] = {
    { "MaxPool", import_pool },
    { "AveragePool", import_pool },
    { "GlobalAveragePool", import_global_pool },
    { "GlobalMaxPool", import_global_pool },
    { "Relu", import_activation },
    { "LeakyRelu", import_activation },
    { "Elu", import_activation },
    { "Sigmoid", import_activation },
    { "Tanh", import_activation },
    { "Dropout", import_dropout },
    { "Softmax", import_softmax },
    { "Add", import_add },
    { "Sum", import_add },
    { "Concat", import_concat },
    { "Resize", import_resize },
    { "Upsample", import_resize },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_strcmp0 (table[i].op_type, op_type) == 0)
      return table[i].import;

  return NULL;
}
