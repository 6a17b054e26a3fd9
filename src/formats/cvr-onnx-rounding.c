/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX operators that round to a grid: QuantizeLinear, DequantizeLinear and DynamicQuantizeLinear,
 * and what the operators on whole numbers need of them. */
#include "cvr-onnx-reader.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Type and range of the grid whose zero point is input @zero. */
static gboolean
read_levels (CvrOnnxReader         *self,
             const Onnx__NodeProto *node,
             guint                  zero,
             NnFakeQuantSpec       *grid,
             gint32                *type,
             GError               **error)
{
  const CvrOnnxValue *found = cvr_onnx_has_input (node, zero)
                                ? cvr_onnx_value (self, node, zero, error) : NULL;

  *type = CVR_ONNX_UINT8;
  if (cvr_onnx_has_input (node, zero) && found == NULL)
    return FALSE;
  if (found != NULL && found->kind != CVR_ONNX_VALUE_CONSTANT)
    {
      *type = found->type;
    }
  else if (found != NULL)
    {
      const CvrOnnxTensor *tensor = cvr_onnx_ints (self, node, zero, error);

      if (tensor == NULL)
        return FALSE;
      *type = tensor->type;
    }
  if (*type != CVR_ONNX_UINT8 && *type != CVR_ONNX_INT8)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Only grids of 8 bits are supported."));

  grid->low = *type == CVR_ONNX_UINT8 ? 0 : -128;
  grid->high = *type == CVR_ONNX_UINT8 ? 255 : 127;
  return TRUE;
}

/* Whether input @scale is known and one number for all values. */
static gboolean
is_one_grid (CvrOnnxReader         *self,
             const Onnx__NodeProto *node,
             guint                  scale,
             guint                  zero)
{
  const CvrOnnxTensor *s, *z;

  if (!cvr_onnx_is_constant (self, node, scale) ||
      (cvr_onnx_has_input (node, zero) && !cvr_onnx_is_constant (self, node, zero)))
    return FALSE;
  s = cvr_onnx_constant (self, node, scale, NULL);
  z = cvr_onnx_has_input (node, zero) ? cvr_onnx_constant (self, node, zero, NULL) : NULL;

  return s != NULL && s->floats != NULL && s->count == 1 &&
         (!cvr_onnx_has_input (node, zero) || (z != NULL && z->ints != NULL && z->count == 1));
}

/**
 * cvr_onnx_read_grid:
 * @scale, @zero: which inputs of @node say it
 * @grid: (out): one for all values
 * @type: (out): of its whole numbers
 */
gboolean
cvr_onnx_read_grid (CvrOnnxReader         *self,
                    const Onnx__NodeProto *node,
                    guint                  scale,
                    guint                  zero,
                    NnFakeQuantSpec       *grid,
                    gint32                *type,
                    GError               **error)
{
  const CvrOnnxTensor *s = cvr_onnx_floats (self, node, scale, error), *z = NULL;

  if (s == NULL || !read_levels (self, node, zero, grid, type, error) ||
      (cvr_onnx_has_input (node, zero) && (z = cvr_onnx_ints (self, node, zero, error)) == NULL))
    return FALSE;
  if (s->count != 1 || (z != NULL && z->count != 1))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Only one grid of 8 bits for all values is supported."));
  if (!(s->floats[0] > 0) || !isfinite (s->floats[0]))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("Its scale is %g; it must be above 0."), s->floats[0]);

  grid->scale = s->floats[0];
  grid->zero_point = z != NULL ? (gint32) z->ints[0] : 0;
  return TRUE;
}

/* The level on which @bound lies. Rounding never changes an order, so bounding a value before it is
 * rounded is bounding its level. */
static gint32
level_of (float                  bound,
          const NnFakeQuantSpec *grid)
{
  double level = rint ((double) bound / grid->scale) + grid->zero_point;

  return (gint32) CLAMP (level, grid->low, grid->high);
}

/* Scale or zero point as a node that meets a value of rank @rank along the axis it is for. */
static gboolean
grid_node (CvrOnnxReader         *self,
           const Onnx__NodeProto *node,
           guint                  i,
           const NnShape         *shape,
           NnNode                *made,
           GError               **error)
{
  gint64 axis = cvr_onnx_attr_int (node, "axis", 1);
  NnShape column = { 0 };
  CvrOnnxValue x;
  gsize count;

  *made = NN_NODE_NONE;
  if (!cvr_onnx_has_input (node, i))
    return TRUE;
  if (!cvr_onnx_activation (self, node, i, &x, error))
    return FALSE;

  *made = x.node;
  if (!nn_shape_count (&x.shape, &count) || count == 1 || x.shape.rank != 1)
    return TRUE;
  axis += axis < 0 ? shape->rank : 0;
  if (axis < 0 || axis >= (gint64) shape->rank || count != shape->dims[axis])
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("Input %u does not fit axis %lld."), i + 1, (long long) axis);

  column.dims[column.rank++] = (guint32) count;
  while (axis + column.rank < shape->rank)
    column.dims[column.rank++] = 1;
  *made = cvr_onnx_make_reshape (self, x.node, &column);
  return TRUE;
}

/* Values and grid are known: weights of a network that was trained for it. */
static gboolean
round_constant (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                gboolean               to_levels,
                GError               **error)
{
  gint64 axis = cvr_onnx_attr_int (node, "axis", 1);
  const CvrOnnxTensor *x, *scale, *zero = NULL;

  x = cvr_onnx_constant (self, node, 0, error);
  scale = x != NULL ? cvr_onnx_floats (self, node, 1, error) : NULL;
  if (scale == NULL ||
      (cvr_onnx_has_input (node, 2) && (zero = cvr_onnx_ints (self, node, 2, error)) == NULL))
    return FALSE;
  if (axis < 0)
    axis += x->rank;
  if (axis < 0 || axis > CVR_ONNX_MAX_RANK)
    return cvr_onnx_define_tensor (self, node, NULL, error);

  return cvr_onnx_define_tensor (self, node,
                                 to_levels
                                   ? cvr_onnx_tensor_quantize (x, scale, zero, (guint) axis)
                                   : cvr_onnx_tensor_dequantize (x, scale, zero, (guint) axis),
                                 error);
}

/* A grid of its own per channel, or one that the network computes. */
static gboolean
quantize_by_nodes (CvrOnnxReader         *self,
                   const Onnx__NodeProto *node,
                   GError               **error)
{
  NnFakeQuantSpec levels = { 0 };
  gint32 type;
  CvrOnnxValue x;
  NnNode scale, zero;

  if (!cvr_onnx_activation (self, node, 0, &x, error) ||
      cvr_onnx_value (self, node, 1, error) == NULL ||
      !read_levels (self, node, 2, &levels, &type, error) ||
      !grid_node (self, node, 1, &x.shape, &scale, error) ||
      !grid_node (self, node, 2, &x.shape, &zero, error))
    return FALSE;

  return cvr_onnx_result (
    self, node, 0, cvr_onnx_make_levels (self, x.node, scale, zero, levels.low, levels.high), type,
    error);
}

static gboolean
import_quantize (CvrOnnxReader         *self,
                 const Onnx__NodeProto *node,
                 GError               **error)
{
  CvrOnnxValue *found = cvr_onnx_value (self, node, 0, error), x;
  gboolean clipped;

  if (found == NULL)
    return FALSE;
  if (cvr_onnx_is_constant (self, node, 0) && cvr_onnx_is_constant (self, node, 1) &&
      (!cvr_onnx_has_input (node, 2) || cvr_onnx_is_constant (self, node, 2)))
    return round_constant (self, node, TRUE, error);
  if (!is_one_grid (self, node, 1, 2))
    return quantize_by_nodes (self, node, error);

  clipped = found->kind == CVR_ONNX_VALUE_CLIPPED;
  if (clipped)
    x = *found;
  else if (!cvr_onnx_activation (self, node, 0, &x, error))
    return FALSE;
  if (!cvr_onnx_read_grid (self, node, 1, 2, &x.grid, &x.type, error))
    return FALSE;

  if (clipped)
    {
      gint32 low = level_of (x.low, &x.grid), high = level_of (x.high, &x.grid);

      x.grid.low = low;
      x.grid.high = high;
    }

  x.kind = CVR_ONNX_VALUE_QUANTIZED;
  x.is_relu = FALSE;
  x.rounded = x.levels = NN_NODE_NONE;
  return cvr_onnx_define (self, node, node->output[0], &x, error);
}

/* The layer that rounds to the grid of @x, made once. */
static NnNode
round_to_grid (CvrOnnxReader *self,
               CvrOnnxValue  *x,
               const char    *name)
{
  if (x->rounded == NN_NODE_NONE)
    {
      x->rounded = cvr_onnx_make (self, NN_OP_FAKE_QUANT, &(NnAttrs) { .fake_quant = x->grid },
                                  &x->node, 1);
      cvr_onnx_name (self, x->rounded, name);
    }

  return x->rounded;
}

/**
 * cvr_onnx_real:
 * @x, @scale, @zero: which inputs of @node are whole numbers and their grid
 * @value: (out): (x − zero) × scale as a node of the network
 */
gboolean
cvr_onnx_real (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               guint                  x,
               guint                  scale,
               guint                  zero,
               CvrOnnxValue          *value,
               GError               **error)
{
  CvrOnnxValue *found = cvr_onnx_value (self, node, x, error);
  NnFakeQuantSpec grid = { 0 };
  NnNode s, z;
  gint32 type;

  if (found == NULL)
    return FALSE;
  if (found->kind == CVR_ONNX_VALUE_QUANTIZED && is_one_grid (self, node, scale, zero) &&
      cvr_onnx_read_grid (self, node, scale, zero, &grid, &type, NULL) &&
      grid.scale == found->grid.scale && grid.zero_point == found->grid.zero_point)
    {
      *value = *found;
      value->kind = CVR_ONNX_VALUE_NODE;
      value->type = CVR_ONNX_FLOAT;
      value->node = round_to_grid (self, found,
                                   g_str_equal (node->op_type, "DequantizeLinear") ? node->name
                                                                                   : NULL);
      return cvr_onnx_check (self, node, value->node, &value->shape, error);
    }

  if (!cvr_onnx_activation (self, node, x, value, error) ||
      cvr_onnx_value (self, node, scale, error) == NULL ||
      !grid_node (self, node, scale, &value->shape, &s, error) ||
      !grid_node (self, node, zero, &value->shape, &z, error))
    return FALSE;

  if (z != NN_NODE_NONE)
    value->node = cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_SUB, value->node, z);
  value->node = cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_MUL, value->node, s);
  value->type = CVR_ONNX_FLOAT;
  value->is_relu = FALSE;
  return cvr_onnx_check (self, node, value->node, &value->shape, error);
}

/* Notes that output 0 of @node is @made, real numbers, on the grid of its inputs @scale and
 * @zero. */
gboolean
cvr_onnx_quantized (CvrOnnxReader         *self,
                    const Onnx__NodeProto *node,
                    NnNode                 made,
                    guint                  scale,
                    guint                  zero,
                    GError               **error)
{
  CvrOnnxValue value = { .kind = CVR_ONNX_VALUE_QUANTIZED, .node = made,
                         .rounded = NN_NODE_NONE, .levels = NN_NODE_NONE };

  if (!cvr_onnx_check (self, node, made, &value.shape, error) ||
      !cvr_onnx_read_grid (self, node, scale, zero, &value.grid, &value.type, error))
    return FALSE;

  cvr_onnx_name_made (self, made, node);
  return cvr_onnx_define (self, node, node->output[0], &value, error);
}

static gboolean
import_dequantize (CvrOnnxReader         *self,
                   const Onnx__NodeProto *node,
                   GError               **error)
{
  CvrOnnxValue value;

  if (cvr_onnx_is_constant (self, node, 0) && cvr_onnx_is_constant (self, node, 1) &&
      (!cvr_onnx_has_input (node, 2) || cvr_onnx_is_constant (self, node, 2)))
    return round_constant (self, node, FALSE, error);
  if (!cvr_onnx_real (self, node, 0, 1, 2, &value, error))
    return FALSE;

  cvr_onnx_name_made (self, value.node, node);
  return cvr_onnx_define (self, node, node->output[0], &value, error);
}

/* The least or greatest value, and 0. */
static NnNode
extreme (CvrOnnxReader *self,
         NnNode         x,
         guint          rank,
         gboolean       greatest)
{
  NnAttrs attrs = { .reduce = { greatest ? NN_REDUCE_MAX : NN_REDUCE_MIN, (1u << rank) - 1,
                                FALSE } };

  x = cvr_onnx_make (self, NN_OP_REDUCE, &attrs, &x, 1);
  return cvr_onnx_make_arithmetic (self, greatest ? NN_ARITHMETIC_MAX : NN_ARITHMETIC_MIN, x,
                                   cvr_onnx_make_number (self, 0));
}

/* A grid of 256 levels from the least to the greatest value of this very input. */
static gboolean
import_dynamic (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                GError               **error)
{
  NnNode low, high, scale, zero;
  CvrOnnxValue x;

  if (!cvr_onnx_activation (self, node, 0, &x, error))
    return FALSE;

  low = extreme (self, x.node, x.shape.rank, FALSE);
  high = extreme (self, x.node, x.shape.rank, TRUE);
  scale = cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_SUB, high, low);
  scale = cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_DIV, scale,
                                    cvr_onnx_make_number (self, 255));
  zero = cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_DIV, low, scale);
  zero = cvr_onnx_make_activation (self, zero, NN_ACTIVATION_NEGATE, 0, 0);
  zero = cvr_onnx_make_activation (self, zero, NN_ACTIVATION_ROUND, 0, 0);
  zero = cvr_onnx_make_activation (self, zero, NN_ACTIVATION_CLIP, 0, 255);

  if (!cvr_onnx_result (self, node, 0, cvr_onnx_make_levels (self, x.node, scale, zero, 0, 255),
                        CVR_ONNX_UINT8, error))
    return FALSE;
  if (cvr_onnx_is_read (self, node, 1) &&
      !cvr_onnx_result (self, node, 1, scale, CVR_ONNX_FLOAT, error))
    return FALSE;

  return !cvr_onnx_is_read (self, node, 2) ||
         cvr_onnx_result (self, node, 2, zero, CVR_ONNX_UINT8, error);
}

CvrOnnxImport
cvr_onnx_find_rounding (const char *op_type)
{
  static const CvrOnnxEntry table[] = {
    { "QuantizeLinear", import_quantize },
    { "DequantizeLinear", import_dequantize },
    { "DynamicQuantizeLinear", import_dynamic },
  };

  return cvr_onnx_find (table, G_N_ELEMENTS (table), op_type);
}
