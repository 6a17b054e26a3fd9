/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX operators that bound and round: Clip, and QuantizeLinear with DequantizeLinear. */
#include "cvr-onnx-reader.h"

#include <float.h>
#include <glib/gi18n-lib.h>
#include <math.h>

/* The bounds of a Clip: attributes before opset 11, inputs since. */
static gboolean
clip_bounds (CvrOnnxReader         *self,
             const Onnx__NodeProto *node,
             float                  bounds[2],
             GError               **error)
{
  static const char *const names[] = { "min", "max" };
  static const float open[] = { -FLT_MAX, FLT_MAX };

  for (guint i = 0; i < 2; i++)
    {
      bounds[i] = cvr_onnx_attr_float (node, names[i], open[i]);
      if (cvr_onnx_has_input (node, 1 + i))
        {
          const CvrOnnxTensor *bound = cvr_onnx_floats (self, node, 1 + i, error);

          if (bound == NULL)
            return FALSE;
          bounds[i] = bound->floats[0];
        }
    }

  return TRUE;
}

/* A Clip without a name before QuantizeLinear narrows its grid; others are activations. */
static gboolean
import_clip (CvrOnnxReader         *self,
             const Onnx__NodeProto *node,
             GError               **error)
{
  const Onnx__NodeProto *reader = cvr_onnx_sole_reader (self, node->output[0]);
  NnAttrs attrs = { .activation.function = NN_ACTIVATION_RELU };
  float bounds[2];
  CvrOnnxValue x;

  if (!cvr_onnx_activation (self, node, 0, &x, error) || !clip_bounds (self, node, bounds, error))
    return FALSE;

  if ((node->name == NULL || *node->name == '\0') && reader != NULL &&
      g_strcmp0 (reader->op_type, "QuantizeLinear") == 0 && bounds[0] <= bounds[1])
    {
      x.kind = CVR_ONNX_VALUE_CLIPPED;
      x.low = bounds[0];
      x.high = bounds[1];
      return cvr_onnx_define (self, node, node->output[0], &x, error);
    }

  /* Behind Relu, a bound below 0 changes nothing. */
  if (bounds[1] == 6 && (bounds[0] == 0 || (bounds[0] < 0 && x.is_relu)))
    attrs.activation.function = NN_ACTIVATION_RELU6;
  else if (bounds[0] != 0 || !(bounds[1] >= FLT_MAX))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Bounds of %g and %g are not supported; 0 and 6 or only 0 are."),
                            bounds[0], bounds[1]);

  return cvr_onnx_layer (self, node, NN_OP_ACTIVATION, &attrs, x.node, &x.shape, error);
}

/* Scale, zero point and range of one grid for all values, from inputs 1 and 2. */
static gboolean
read_grid (CvrOnnxReader         *self,
           const Onnx__NodeProto *node,
           NnFakeQuantSpec       *grid,
           GError               **error)
{
  const CvrOnnxTensor *scale = cvr_onnx_floats (self, node, 1, error), *zero = NULL;
  gint32 type = CVR_ONNX_UINT8;

  if (scale == NULL ||
      (cvr_onnx_has_input (node, 2) && (zero = cvr_onnx_ints (self, node, 2, error)) == NULL))
    return FALSE;
  if (zero != NULL)
    type = zero->type;
  if (scale->count != 1 || (zero != NULL && zero->count != 1) ||
      (type != CVR_ONNX_UINT8 && type != CVR_ONNX_INT8))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Only one grid of 8 bits for all values is supported."));
  if (!(scale->floats[0] > 0) || !isfinite (scale->floats[0]))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("Its scale is %g; it must be above 0."), scale->floats[0]);

  grid->scale = scale->floats[0];
  grid->zero_point = zero != NULL ? (gint32) zero->ints[0] : 0;
  grid->low = type == CVR_ONNX_UINT8 ? 0 : -128;
  grid->high = type == CVR_ONNX_UINT8 ? 255 : 127;
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

static gboolean
import_quantize (CvrOnnxReader         *self,
                 const Onnx__NodeProto *node,
                 GError               **error)
{
  CvrOnnxValue *found = cvr_onnx_value (self, node, 0, error), x;

  if (found == NULL)
    return FALSE;
  if (found->kind == CVR_ONNX_VALUE_CLIPPED)
    x = *found;
  else if (!cvr_onnx_activation (self, node, 0, &x, error))
    return FALSE;
  if (!read_grid (self, node, &x.grid, error))
    return FALSE;

  if (found->kind == CVR_ONNX_VALUE_CLIPPED)
    {
      gint32 low = level_of (x.low, &x.grid), high = level_of (x.high, &x.grid);

      x.grid.low = low;
      x.grid.high = high;
    }

  x.kind = CVR_ONNX_VALUE_QUANTIZED;
  x.rounded = NN_NODE_NONE;
  return cvr_onnx_define (self, node, node->output[0], &x, error);
}

static gboolean
dequantize_constant (CvrOnnxReader         *self,
                     const Onnx__NodeProto *node,
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
                                 cvr_onnx_tensor_dequantize (x, scale, zero, (guint) axis),
                                 error);
}

static gboolean
import_dequantize (CvrOnnxReader         *self,
                   const Onnx__NodeProto *node,
                   GError               **error)
{
  CvrOnnxValue *x = cvr_onnx_value (self, node, 0, error), value;
  NnFakeQuantSpec grid;

  if (x == NULL)
    return FALSE;
  if (x->kind == CVR_ONNX_VALUE_CONSTANT)
    return dequantize_constant (self, node, error);
  if (x->kind != CVR_ONNX_VALUE_QUANTIZED)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Its input is neither a constant nor the result of QuantizeLinear."));
  if (!read_grid (self, node, &grid, error))
    return FALSE;
  if (grid.scale != x->grid.scale || grid.zero_point != x->grid.zero_point)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Its scale and zero point are not those of the QuantizeLinear before "
                              "it."));

  if (x->rounded == NN_NODE_NONE)
    x->rounded = cvr_onnx_make (self, node, NN_OP_FAKE_QUANT, &(NnAttrs) { .fake_quant = x->grid },
                                &x->node, 1);

  value = *x;
  value.kind = CVR_ONNX_VALUE_NODE;
  value.node = x->rounded;
  value.is_relu = FALSE;
  return cvr_onnx_define (self, node, node->output[0], &value, error);
}

CvrOnnxImport
cvr_onnx_find_rounding (const char *op_type)
{
  static const struct { const char *op_type; CvrOnnxImport import; } table[] = {
    { "Clip", import_clip },
    { "QuantizeLinear", import_quantize },
    { "DequantizeLinear", import_dequantize },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_strcmp0 (table[i].op_type, op_type) == 0)
      return table[i].import;

  return NULL;
}
