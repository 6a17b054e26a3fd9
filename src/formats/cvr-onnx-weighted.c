/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX operators that carry weights: convolutions and dense layers, and matrix products of two
 * values. */
#include "cvr-onnx-reader.h"

#include <glib/gi18n-lib.h>

/* Whether @tensor holds one value per channel, or one for all, when broadcast against a value of
 * rank @rank. */
static gboolean
is_per_channel (const CvrOnnxTensor *tensor,
                guint                rank,
                gsize                channels)
{
  if (tensor->floats == NULL || tensor->rank > rank)
    return FALSE;
  if (tensor->count == 1)
    return TRUE;

  for (guint i = 0; i < tensor->rank; i++)
    {
      guint axis = rank - tensor->rank + i;

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
             guint                  rank,
             gsize                  channels,
             const char           **result,
             CvrOnnxTensor        **bias,
             GError               **error)
{
  const Onnx__NodeProto *add = cvr_onnx_sole_reader (self, node->output[0]);
  guint side;

  if (add == NULL || g_strcmp0 (add->op_type, "Add") != 0 || add->n_input != 2 ||
      add->n_output != 1)
    return TRUE;
  /* Before opset 7 broadcasting was asked for by attributes. */
  if (cvr_onnx_attribute (add, "axis") != NULL || cvr_onnx_attribute (add, "broadcast") != NULL)
    return TRUE;

  side = g_strcmp0 (add->input[0], node->output[0]) == 0 ? 1 : 0;
  if (!cvr_onnx_is_constant (self, add, side))
    return TRUE;

  *bias = cvr_onnx_constant (self, add, side, error);
  if (*bias == NULL)
    return FALSE;
  if (!is_per_channel (*bias, rank, channels))
    {
      *bias = NULL;
      return TRUE;
    }

  *result = add->output[0];
  g_hash_table_add (self->absorbed, (gpointer) add);
  return TRUE;
}

/* The bias of @node: its input 2, or an Add that follows; @bias is NULL where there is none. */
static gboolean
find_bias (CvrOnnxReader         *self,
           const Onnx__NodeProto *node,
           guint                  rank,
           gsize                  channels,
           const char           **result,
           CvrOnnxTensor        **bias,
           GError               **error)
{
  *result = node->output[0];
  *bias = NULL;
  if (!cvr_onnx_has_input (node, 2))
    return absorb_bias (self, node, rank, channels, result, bias, error);

  *bias = cvr_onnx_floats (self, node, 2, error);
  if (*bias == NULL)
    return FALSE;
  if ((*bias)->count != 1 && (*bias)->count != channels)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("Its bias has length %zu; its number of outputs is %zu."),
                            (*bias)->count, channels);

  return TRUE;
}

/* A new layer with its weights, which are kept for later. */
static NnNode
make_weighted (CvrOnnxReader         *self,
               NnOpKind               kind,
               const NnAttrs         *attrs,
               NnNode                 x,
               CvrOnnxTensor         *w,
               CvrOnnxTensor         *bias,
               gsize                  n_outputs)
{
  NnNode made = cvr_onnx_make (self, kind, attrs, &x, 1);

  if (made == NN_NODE_NONE)
    return made;

  cvr_onnx_add_weight (self, made, NN_SLOT_WEIGHT, w, w->count);
  if (bias != NULL)
    cvr_onnx_add_weight (self, made, NN_SLOT_BIAS, bias, n_outputs);
  return made;
}

static gboolean
spend_weights (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               const CvrOnnxTensor   *w,
               const CvrOnnxTensor   *bias,
               gsize                  n_outputs,
               GError               **error)
{
  return cvr_onnx_spend (self, node, w, w->count, error) &&
         (bias == NULL || cvr_onnx_spend (self, node, bias, n_outputs, error));
}

/* Weights [K, C / groups, R, S] (transposed: [C, K / groups, R, S]), or without R for rows. */
static gboolean
check_filters (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               const CvrOnnxTensor   *w,
               const NnShape         *x,
               guint                  n_axes,
               gboolean               transposed,
               GError               **error)
{
  gint64 groups = cvr_onnx_attr_int (node, "group", 1);
  guint64 channels;

  if (w->rank != n_axes + 2)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Its weights have rank %u; %u is supported."), w->rank, n_axes + 2);
  for (guint i = 2; i < w->rank; i++)
    if (w->count == 0 || w->dims[i] > CVR_ONNX_MAX_EXTENT)
      return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                              _("A kernel of %zu×%zu is not supported."),
                              n_axes == 2 ? w->dims[2] : 1, w->dims[w->rank - 1]);

  channels = transposed || groups < 1 ? w->dims[0] : (guint64) w->dims[1] * (guint64) groups;
  if (groups < 1 || groups > G_MAXINT32 || w->dims[0] % (gsize) groups != 0 ||
      channels != x->dims[1])
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("Weights of %zu×%zu in groups numbering %lld do not fit channels "
                              "numbering %u."),
                            w->dims[0], w->dims[1], (long long) groups, x->dims[1]);

  return TRUE;
}

static gboolean
filter_stencil (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                const CvrOnnxTensor   *w,
                const NnShape         *x,
                guint                  n_axes,
                NnStencil             *stencil,
                GError               **error)
{
  guint32 kernel[2] = { n_axes == 2 ? (guint32) w->dims[2] : 1, (guint32) w->dims[w->rank - 1] };

  if (!cvr_onnx_read_stencil (self, node, x, n_axes, kernel, stencil, error))
    return FALSE;
  if (stencil->kernel[0] == kernel[0] && stencil->kernel[1] == kernel[1])
    return TRUE;

  return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                          _("Its kernel is declared as %u×%u but its weights are %u×%u."),
                          stencil->kernel[0], stencil->kernel[1], kernel[0], kernel[1]);
}

/**
 * cvr_onnx_convolve:
 * @x: maps, perhaps with padding as a note
 * @n_axes: what cvr_onnx_as_maps() said
 * @w: weights, [K, C / groups, R, S] or [K, C / groups, S]
 * @bias: (nullable): one per filter
 * @made: (out): the layer; maps, or what they were made of
 */
gboolean
cvr_onnx_convolve (CvrOnnxReader         *self,
                   const Onnx__NodeProto *node,
                   const CvrOnnxValue    *x,
                   guint                  n_axes,
                   CvrOnnxTensor         *w,
                   CvrOnnxTensor         *bias,
                   NnNode                *made,
                   GError               **error)
{
  NnAttrs attrs = { 0 };
  NnStencil *stencil = &attrs.conv.stencil;

  if (!check_filters (self, node, w, &x->shape, n_axes, FALSE, error) ||
      !filter_stencil (self, node, w, &x->shape, n_axes, stencil, error) ||
      !spend_weights (self, node, w, bias, w->dims[0], error))
    return FALSE;
  for (guint i = 0; i < 4 && x->kind == CVR_ONNX_VALUE_PADDED; i++)
    stencil->pad[i] += x->pad[i];

  attrs.conv.filters = (guint32) w->dims[0];
  attrs.conv.groups = (guint32) cvr_onnx_attr_int (node, "group", 1);
  attrs.conv.bias = bias != NULL;
  *made = make_weighted (self, NN_OP_CONV, &attrs, x->node, w, bias, w->dims[0]);
  *made = cvr_onnx_from_maps (self, *made, n_axes);
  return TRUE;
}

static gboolean
import_conv (CvrOnnxReader         *self,
             const Onnx__NodeProto *node,
             GError               **error)
{
  CvrOnnxValue x;
  CvrOnnxTensor *w, *bias;
  const char *result;
  guint n_axes;
  NnNode made;

  if (!cvr_onnx_padded (self, node, &x, &n_axes, error))
    return FALSE;
  /* Zeros of a Pad count as the input where the layer pads by itself. */
  if (x.kind == CVR_ONNX_VALUE_PADDED && !cvr_onnx_attr_is (node, "auto_pad", "NOTSET", TRUE) &&
      !cvr_onnx_activation (self, node, 0, &x, error))
    return FALSE;
  w = cvr_onnx_floats (self, node, 1, error);
  if (w == NULL || !check_filters (self, node, w, &x.shape, n_axes, FALSE, error) ||
      !find_bias (self, node, n_axes + 2, w->dims[0], &result, &bias, error) ||
      !cvr_onnx_convolve (self, node, &x, n_axes, w, bias, &made, error))
    return FALSE;

  return cvr_onnx_result_as (self, node, result, made, x.type, error);
}

/* The padding that gives the output asked for; what can't be cut off is added behind. */
static gboolean
pad_transposed (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                const NnShape         *x,
                guint                  n_axes,
                NnConvTransposeSpec   *spec,
                GError               **error)
{
  gboolean upper = cvr_onnx_attr_is (node, "auto_pad", "SAME_UPPER", FALSE);
  gboolean same = upper || cvr_onnx_attr_is (node, "auto_pad", "SAME_LOWER", FALSE);
  guint32 wanted[2] = { 0, 0 };
  NnStencil *stencil = &spec->stencil;

  if (!cvr_onnx_attr_extents (self, node, "output_padding", 0, 0, n_axes,
                              &spec->output_pad[2 - n_axes], error))
    return FALSE;
  if (cvr_onnx_attribute (node, "output_shape") != NULL &&
      !cvr_onnx_attr_extents (self, node, "output_shape", 1, 1, n_axes, &wanted[2 - n_axes],
                              error))
    return FALSE;

  for (guint a = 2 - n_axes; a < 2; a++)
    {
      gint64 reach = (gint64) stencil->dilation[a] * (stencil->kernel[a] - 1) + 1;
      gint64 full = (gint64) stencil->stride[a] * (x->dims[2 + a] - 1) + reach +
                    spec->output_pad[a];
      gint64 out = wanted[a] != 0 ? wanted[a] : (gint64) stencil->stride[a] * x->dims[2 + a];
      gint64 total = full - out;

      if (wanted[a] == 0 && !same)
        continue;
      if (total < 0)
        spec->output_pad[a] += (guint32) -total;
      total = MAX (total, 0);
      stencil->pad[a] = (guint32) (upper ? total / 2 : total - total / 2);
      stencil->pad[2 + a] = (guint32) total - stencil->pad[a];
    }

  return TRUE;
}

static gboolean
import_conv_transpose (CvrOnnxReader         *self,
                       const Onnx__NodeProto *node,
                       GError               **error)
{
  NnAttrs attrs = { 0 };
  NnConvTransposeSpec *spec = &attrs.conv_transpose;
  CvrOnnxValue x;
  CvrOnnxTensor *w, *bias;
  const char *result;
  guint n_axes;
  NnNode made;

  if (!cvr_onnx_activation (self, node, 0, &x, error) ||
      !cvr_onnx_as_maps (self, node, &x, &n_axes, error))
    return FALSE;
  w = cvr_onnx_floats (self, node, 1, error);
  if (w == NULL || !check_filters (self, node, w, &x.shape, n_axes, TRUE, error) ||
      !filter_stencil (self, node, w, &x.shape, n_axes, &spec->stencil, error) ||
      !pad_transposed (self, node, &x.shape, n_axes, spec, error))
    return FALSE;

  spec->groups = (guint32) cvr_onnx_attr_int (node, "group", 1);
  if ((guint64) w->dims[1] * spec->groups > G_MAXINT32)
    return cvr_onnx_define_tensor (self, node, NULL, error);
  spec->filters = (guint32) w->dims[1] * spec->groups;
  if (!find_bias (self, node, n_axes + 2, spec->filters, &result, &bias, error) ||
      !spend_weights (self, node, w, bias, spec->filters, error))
    return FALSE;

  spec->bias = bias != NULL;
  made = make_weighted (self, NN_OP_CONV_TRANSPOSE, &attrs, x.node, w, bias, spec->filters);
  return cvr_onnx_result_as (self, node, result, cvr_onnx_from_maps (self, made, n_axes), x.type,
                             error);
}

/**
 * cvr_onnx_multiply:
 * @x: a vector, or something that waits to be flattened: the layer does that by itself
 * @w: weights, [K, C]
 * @bias: (nullable): one per unit
 */
gboolean
cvr_onnx_multiply (CvrOnnxReader         *self,
                   const Onnx__NodeProto *node,
                   const CvrOnnxValue    *x,
                   CvrOnnxTensor         *w,
                   CvrOnnxTensor         *bias,
                   NnNode                *made,
                   GError               **error)
{
  NnAttrs attrs = { 0 };

  if (w->rank != 2 || w->count == 0 || w->dims[1] != x->shape.dims[1])
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("Its weights do not fit an input of length %u."), x->shape.dims[1]);
  if (!spend_weights (self, node, w, bias, w->dims[0], error))
    return FALSE;

  attrs.dense.units = (guint32) w->dims[0];
  attrs.dense.bias = bias != NULL;
  *made = make_weighted (self, NN_OP_DENSE, &attrs, x->node, w, bias, w->dims[0]);
  return TRUE;
}

/* Input 0 as a vector per item: no Flatten layer is made for a value that waits for one. */
static gboolean
vector_input (CvrOnnxReader         *self,
              const Onnx__NodeProto *node,
              CvrOnnxValue          *x,
              GError               **error)
{
  const CvrOnnxValue *found = cvr_onnx_value (self, node, 0, error);

  if (found == NULL)
    return FALSE;
  if (found->kind == CVR_ONNX_VALUE_FLATTENED && found->shape.dims[0] == 1)
    {
      *x = *found;
      return TRUE;
    }

  return cvr_onnx_activation (self, node, 0, x, error);
}

/* Weights times a number, where it is not 1. */
static CvrOnnxTensor *
scaled (CvrOnnxTensor *tensor,
        float          factor)
{
  CvrOnnxTensor *copy;

  if (factor == 1)
    return cvr_onnx_tensor_ref (tensor);

  copy = cvr_onnx_tensor_copy (tensor);
  for (gsize i = 0; copy != NULL && i < cvr_onnx_tensor_n_stored (copy); i++)
    copy->floats[i] *= factor;
  return copy;
}

static NnNode
scale_node (CvrOnnxReader *self,
            NnNode         x,
            float          factor)
{
  return factor == 1 ? x : cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_MUL, x,
                                                     cvr_onnx_make_number (self, factor));
}

/* Weights that are known: a dense layer, with the bias in it where there is one per unit. */
static gboolean
gemm_dense (CvrOnnxReader         *self,
            const Onnx__NodeProto *node,
            const CvrOnnxValue    *x,
            NnNode                *made,
            gboolean              *biased,
            GError               **error)
{
  CvrOnnxTensor *w = cvr_onnx_floats (self, node, 1, error), *given = NULL;
  g_autoptr (CvrOnnxTensor) weight = NULL, turned = NULL, bias = NULL;

  if (w == NULL)
    return FALSE;
  if (w->rank != 2)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("Its weights do not fit an input of length %u."), x->shape.dims[1]);
  turned = cvr_onnx_attr_int (node, "transB", 0) != 0 ? cvr_onnx_tensor_ref (w)
                                                      : cvr_onnx_tensor_transpose (w);
  weight = turned != NULL ? scaled (turned, cvr_onnx_attr_float (node, "alpha", 1)) : NULL;

  *biased = !cvr_onnx_has_input (node, 2);
  if (!*biased && cvr_onnx_is_constant (self, node, 2))
    {
      given = cvr_onnx_floats (self, node, 2, error);
      if (given == NULL)
        return FALSE;
      *biased = weight != NULL && is_per_channel (given, 2, weight->dims[0]);
    }
  if (given != NULL && *biased)
    bias = scaled (given, cvr_onnx_attr_float (node, "beta", 1));
  if (weight == NULL || (given != NULL && *biased && bias == NULL))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_TOO_LARGE, error,
                            _("There is not enough memory for its weights."));

  return cvr_onnx_multiply (self, node, x, weight, bias, made, error);
}

static gboolean
import_gemm (CvrOnnxReader         *self,
             const Onnx__NodeProto *node,
             GError               **error)
{
  gboolean biased = !cvr_onnx_has_input (node, 2);
  CvrOnnxValue a, b, c;
  NnNode made;

  if (!vector_input (self, node, &a, error))
    return FALSE;
  if (a.shape.rank != 2)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Its input has rank %u; a vector per picture (rank 2) is supported."),
                            a.shape.rank);
  if (cvr_onnx_attr_int (node, "transA", 0) != 0)
    {
      if (!cvr_onnx_activation (self, node, 0, &a, error))
        return FALSE;
      a.node = cvr_onnx_make_transpose (self, a.node);
      if (!cvr_onnx_check (self, node, a.node, &a.shape, error))
        return FALSE;
    }

  if (cvr_onnx_is_constant (self, node, 1))
    {
      if (!gemm_dense (self, node, &a, &made, &biased, error))
        return FALSE;
    }
  else
    {
      if ((a.kind == CVR_ONNX_VALUE_FLATTENED && !cvr_onnx_activation (self, node, 0, &a, error)) ||
          !cvr_onnx_activation (self, node, 1, &b, error))
        return FALSE;
      if (cvr_onnx_attr_int (node, "transB", 0) != 0)
        b.node = cvr_onnx_make_transpose (self, b.node);
      made = cvr_onnx_make (self, NN_OP_MATMUL, NULL, (NnNode[]) { a.node, b.node }, 2);
      made = scale_node (self, made, cvr_onnx_attr_float (node, "alpha", 1));
    }
  if (!biased)
    {
      if (!cvr_onnx_activation (self, node, 2, &c, error))
        return FALSE;
      made = cvr_onnx_make_arithmetic (
        self, NN_ARITHMETIC_ADD, made,
        scale_node (self, c.node, cvr_onnx_attr_float (node, "beta", 1)));
    }

  return cvr_onnx_result (self, node, 0, made, a.type, error);
}

/* By a matrix that is known: a dense layer, with the bias that may follow. */
static gboolean
mat_mul_dense (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               const CvrOnnxValue    *x,
               CvrOnnxTensor         *w,
               GError               **error)
{
  g_autoptr (CvrOnnxTensor) weight = cvr_onnx_tensor_transpose (w);
  CvrOnnxTensor *bias = NULL;
  const char *result = node->output[0];
  NnNode made;

  if (weight == NULL)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_TOO_LARGE, error,
                            _("There is not enough memory for its weights."));
  if (!absorb_bias (self, node, 2, weight->dims[0], &result, &bias, error) ||
      !cvr_onnx_multiply (self, node, x, weight, bias, &made, error))
    return FALSE;

  return cvr_onnx_result_as (self, node, result, made, x->type, error);
}

static gboolean
import_mat_mul (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                GError               **error)
{
  CvrOnnxTensor *w = NULL;
  CvrOnnxValue a, b;

  if (!vector_input (self, node, &a, error))
    return FALSE;
  if (cvr_onnx_is_constant (self, node, 1) &&
      (w = cvr_onnx_constant (self, node, 1, error)) == NULL)
    return FALSE;
  if (w != NULL && w->floats != NULL && w->rank == 2 && a.shape.rank == 2)
    return mat_mul_dense (self, node, &a, w, error);

  if ((a.kind == CVR_ONNX_VALUE_FLATTENED && !cvr_onnx_activation (self, node, 0, &a, error)) ||
      !cvr_onnx_activation (self, node, 1, &b, error))
    return FALSE;

  return cvr_onnx_result (
    self, node, 0, cvr_onnx_make (self, NN_OP_MATMUL, NULL, (NnNode[]) { a.node, b.node }, 2),
    a.type, error);
}

CvrOnnxImport
cvr_onnx_find_weighted (const char *op_type)
{
  static const CvrOnnxEntry table[] = {
    { "Conv", import_conv },
    { "ConvTranspose", import_conv_transpose },
    { "Gemm", import_gemm },
    { "MatMul", import_mat_mul },
  };

  return cvr_onnx_find (table, G_N_ELEMENTS (table), op_type);
}
