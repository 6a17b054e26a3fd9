/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX operators on whole numbers. Those of the QLinear family are the engine's layers between
 * grids: real numbers that lie on the grid go in, and what comes out is rounded to one. */
#include "cvr-onnx-reader.h"

#include <glib/gi18n-lib.h>

/* Constant whole numbers at input @i as real ones, by their grid. */
static CvrOnnxTensor *
real_constant (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               guint                  i,
               guint                  scale,
               guint                  zero,
               guint                  axis,
               GError               **error)
{
  const CvrOnnxTensor *x = cvr_onnx_ints (self, node, i, error);
  const CvrOnnxTensor *s = x != NULL ? cvr_onnx_floats (self, node, scale, error) : NULL;
  const CvrOnnxTensor *z = s != NULL ? cvr_onnx_ints (self, node, zero, error) : NULL;
  g_autoptr (CvrOnnxTensor) zeros = NULL, ones = NULL;
  CvrOnnxTensor *real;

  if (z == NULL)
    return NULL;
  /* One zero point may serve many scales, and the other way round. */
  if (z->count == 1 && s->count > 1)
    z = zeros = cvr_onnx_math_broadcast (z, s->rank, s->dims, &self->folding);
  else if (s->count == 1 && z->count > 1)
    s = ones = cvr_onnx_math_broadcast (s, z->rank, z->dims, &self->folding);
  real = z != NULL && s != NULL ? cvr_onnx_tensor_dequantize (x, s, z, axis) : NULL;
  if (real == NULL)
    cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                     _("Its constant inputs do not fit each other, or are too large."));

  return real;
}

/* Whole numbers with the scale of input times weights, as the bias of QLinearConv is. */
static CvrOnnxTensor *
real_bias (CvrOnnxReader         *self,
           const Onnx__NodeProto *node,
           guint32                filters,
           GError               **error)
{
  const CvrOnnxTensor *bias = cvr_onnx_ints (self, node, 8, error);
  const CvrOnnxTensor *x = cvr_onnx_floats (self, node, 1, error);
  const CvrOnnxTensor *w = cvr_onnx_floats (self, node, 4, error);
  gsize dims = filters;
  CvrOnnxTensor *real;

  if (bias == NULL || x == NULL || w == NULL)
    return NULL;
  if (bias->count != filters || x->count != 1 || (w->count != 1 && w->count != filters))
    {
      cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                       _("Its bias has length %zu; its number of outputs is %zu."), bias->count,
                       (gsize) filters);
      return NULL;
    }

  real = cvr_onnx_tensor_new (CVR_ONNX_FLOAT, 1, &dims, &self->folding);
  for (gsize k = 0; real != NULL && k < filters; k++)
    real->floats[k] = (float) ((double) bias->ints[k] * x->floats[0] *
                               w->floats[w->count == 1 || w->splat ? 0 : k]);
  if (real == NULL)
    cvr_onnx_define_tensor (self, node, NULL, error);
  return real;
}

/* Inputs: x, its scale, its zero; w, its scale, its zero; the output's scale and zero; bias. */
static gboolean
import_qlinear_conv (CvrOnnxReader         *self,
                     const Onnx__NodeProto *node,
                     GError               **error)
{
  g_autoptr (CvrOnnxTensor) w = NULL, bias = NULL;
  CvrOnnxValue x;
  guint n_axes;
  NnNode made;

  if (!cvr_onnx_real (self, node, 0, 1, 2, &x, error) ||
      !cvr_onnx_as_maps (self, node, &x, &n_axes, error))
    return FALSE;
  w = real_constant (self, node, 3, 4, 5, 0, error);
  if (w == NULL)
    return FALSE;
  if (cvr_onnx_has_input (node, 8) &&
      (bias = real_bias (self, node, (guint32) w->dims[0], error)) == NULL)
    return FALSE;
  if (!cvr_onnx_convolve (self, node, &x, n_axes, w, bias, &made, error))
    return FALSE;

  return cvr_onnx_quantized (self, node, made, 6, 7, error);
}

/* Inputs: a, its scale, its zero; b, its scale, its zero; the output's scale and zero. */
static gboolean
import_qlinear_mat_mul (CvrOnnxReader         *self,
                        const Onnx__NodeProto *node,
                        GError               **error)
{
  CvrOnnxValue a, b;
  NnNode made;

  if (!cvr_onnx_real (self, node, 0, 1, 2, &a, error))
    return FALSE;

  if (a.shape.rank == 2 && cvr_onnx_is_constant (self, node, 3))
    {
      g_autoptr (CvrOnnxTensor) w = real_constant (self, node, 3, 4, 5, 1, error);
      g_autoptr (CvrOnnxTensor) turned = w != NULL && w->rank == 2 ? cvr_onnx_tensor_transpose (w)
                                                                   : NULL;

      if (w == NULL)
        return FALSE;
      if (turned == NULL)
        return cvr_onnx_define_tensor (self, node, NULL, error);
      if (!cvr_onnx_multiply (self, node, &a, turned, NULL, &made, error))
        return FALSE;
    }
  else
    {
      if (!cvr_onnx_real (self, node, 3, 4, 5, &b, error))
        return FALSE;
      made = cvr_onnx_make (self, NN_OP_MATMUL, NULL, (NnNode[]) { a.node, b.node }, 2);
    }

  return cvr_onnx_quantized (self, node, made, 6, 7, error);
}

/* Input @i less its zero point, which input @zero is. A row of zero points is one per row of a
 * left matrix. */
static gboolean
centred (CvrOnnxReader         *self,
         const Onnx__NodeProto *node,
         guint                  i,
         guint                  zero,
         CvrOnnxValue          *x,
         GError               **error)
{
  CvrOnnxValue z;
  NnShape column;

  if (!cvr_onnx_activation (self, node, i, x, error))
    return FALSE;
  if (!cvr_onnx_has_input (node, zero))
    return TRUE;
  if (!cvr_onnx_activation (self, node, zero, &z, error))
    return FALSE;

  if (i == 0 && z.shape.rank == 1 && z.shape.dims[0] > 1)
    {
      column = (NnShape) { 2, { z.shape.dims[0], 1 } };
      z.node = cvr_onnx_make_reshape (self, z.node, &column);
    }
  x->node = cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_SUB, x->node, z.node);
  return cvr_onnx_check (self, node, x->node, &x->shape, error);
}

/* Weights that are known, less their zero points, one for all or one per filter. */
static CvrOnnxTensor *
centred_filters (CvrOnnxReader         *self,
                 const Onnx__NodeProto *node,
                 GError               **error)
{
  static const float one = 1;
  const CvrOnnxTensor *w = cvr_onnx_ints (self, node, 1, error), *zero = NULL;
  g_autoptr (CvrOnnxTensor) single = cvr_onnx_tensor_from_floats (CVR_ONNX_FLOAT, 0, NULL, &one);
  g_autoptr (CvrOnnxTensor) ones = NULL;
  CvrOnnxTensor *real;

  if (w == NULL || single == NULL ||
      (cvr_onnx_has_input (node, 3) && (zero = cvr_onnx_ints (self, node, 3, error)) == NULL))
    return NULL;
  if (zero != NULL)
    ones = cvr_onnx_math_broadcast (single, zero->rank, zero->dims, &self->folding);
  real = cvr_onnx_tensor_dequantize (w, ones != NULL ? ones : single, zero, 0);
  if (real == NULL)
    cvr_onnx_define_tensor (self, node, NULL, error);

  return real;
}

static gboolean
import_conv_integer (CvrOnnxReader         *self,
                     const Onnx__NodeProto *node,
                     GError               **error)
{
  g_autoptr (CvrOnnxTensor) w = NULL;
  CvrOnnxValue x;
  guint n_axes;
  NnNode made;

  if (!centred (self, node, 0, 2, &x, error) || !cvr_onnx_as_maps (self, node, &x, &n_axes, error))
    return FALSE;
  w = centred_filters (self, node, error);
  if (w == NULL || !cvr_onnx_convolve (self, node, &x, n_axes, w, NULL, &made, error))
    return FALSE;

  return cvr_onnx_result (self, node, 0, made, CVR_ONNX_INT32, error);
}

static gboolean
import_mat_mul_integer (CvrOnnxReader         *self,
                        const Onnx__NodeProto *node,
                        GError               **error)
{
  CvrOnnxValue a, b;

  if (!centred (self, node, 0, 2, &a, error) || !centred (self, node, 1, 3, &b, error))
    return FALSE;

  return cvr_onnx_result (
    self, node, 0, cvr_onnx_make (self, NN_OP_MATMUL, NULL, (NnNode[]) { a.node, b.node }, 2),
    CVR_ONNX_INT32, error);
}

/* ONNX Runtime's own: a, its scale, its zero; b, its scale, its zero; the output's grid. */
static gboolean
import_qlinear_of_two (CvrOnnxReader         *self,
                       const Onnx__NodeProto *node,
                       GError               **error)
{
  gboolean adds = g_strcmp0 (node->op_type, "QLinearAdd") == 0;
  CvrOnnxValue a, b;

  if (!cvr_onnx_real (self, node, 0, 1, 2, &a, error) ||
      !cvr_onnx_real (self, node, 3, 4, 5, &b, error))
    return FALSE;

  return cvr_onnx_quantized (
    self, node,
    cvr_onnx_make_arithmetic (self, adds ? NN_ARITHMETIC_ADD : NN_ARITHMETIC_MUL, a.node, b.node),
    6, 7, error);
}

/* ONNX Runtime's own: x, its scale, its zero; the output's grid. */
static gboolean
import_qlinear_of_one (CvrOnnxReader         *self,
                       const Onnx__NodeProto *node,
                       GError               **error)
{
  NnAttrs attrs = { .global_pool.average = TRUE };
  CvrOnnxValue x;
  NnNode made;

  if (!cvr_onnx_real (self, node, 0, 1, 2, &x, error))
    return FALSE;

  if (g_strcmp0 (node->op_type, "QLinearSigmoid") == 0)
    made = cvr_onnx_make_activation (self, x.node, NN_ACTIVATION_SIGMOID, 0, 0);
  else if (g_strcmp0 (node->op_type, "QLinearLeakyRelu") == 0)
    made = cvr_onnx_make_activation (self, x.node, NN_ACTIVATION_LEAKY_RELU,
                                     cvr_onnx_attr_float (node, "alpha", 0.01f), 0);
  else if (cvr_onnx_attr_int (node, "channels_last", 0) != 0)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Its value of “%s” is not supported."), "channels_last");
  else
    made = cvr_onnx_make (self, NN_OP_GLOBAL_POOL, &attrs, &x.node, 1);

  return cvr_onnx_quantized (self, node, made, 3, 4, error);
}

CvrOnnxImport
cvr_onnx_find_integer (const char *op_type)
{
  static const CvrOnnxEntry table[] = {
    { "QLinearConv", import_qlinear_conv },
    { "QLinearMatMul", import_qlinear_mat_mul },
    { "ConvInteger", import_conv_integer },
    { "MatMulInteger", import_mat_mul_integer },
  };

  return cvr_onnx_find (table, G_N_ELEMENTS (table), op_type);
}

/* Operators of the domain com.microsoft. */
CvrOnnxImport
cvr_onnx_find_microsoft (const char *op_type)
{
  static const CvrOnnxEntry table[] = {
    { "QLinearAdd", import_qlinear_of_two },
    { "QLinearMul", import_qlinear_of_two },
    { "QLinearSigmoid", import_qlinear_of_one },
    { "QLinearLeakyRelu", import_qlinear_of_one },
    { "QLinearGlobalAveragePool", import_qlinear_of_one },
  };

  return cvr_onnx_find (table, G_N_ELEMENTS (table), op_type);
}
