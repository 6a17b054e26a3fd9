/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How weights are stored in an ONNX file: in as few bits as their grid allows. */
#include "cvr-onnx-private.h"
#include "cvr-onnx-writer.h"

#include <math.h>

/* Whole numbers q with @scale × q = values, exactly; NULL where the values left their grid. */
static gint8 *
levels_of (const NnWeightQuant *quant,
           const float         *values,
           gsize                n_values)
{
  g_autofree gint8 *levels = g_new (gint8, n_values);
  gsize per_scale = n_values / MAX (quant->n_scales, 1);

  if (quant->n_scales == 0 || n_values % quant->n_scales != 0)
    return NULL;

  for (gsize i = 0; i < n_values; i++)
    {
      float scale = quant->scales[i / per_scale];
      float level = scale != 0 ? rintf (values[i] / scale) : 0;

      if (!(level >= -128 && level <= 127) || level * scale != values[i])
        return NULL;
      levels[i] = (gint8) level;
    }

  return g_steal_pointer (&levels);
}

static guint16 *
halves_of (const float *values,
           gsize        n_values)
{
  g_autofree guint16 *halves = g_new (guint16, n_values);

  for (gsize i = 0; i < n_values; i++)
    {
      halves[i] = cvr_onnx_half_from_float (values[i]);
      if (cvr_onnx_float_from_half (halves[i]) != values[i])
        return NULL;
    }

  return g_steal_pointer (&halves);
}

/* int8 levels, their scales and zero points, and a DequantizeLinear. */
static const char *
put_levels (CvrOnnxWriter       *self,
            const char          *owner,
            const NnWeightQuant *quant,
            const gint8         *levels,
            const gsize         *dims,
            guint                rank)
{
  const char *stored, *scale, *zero, *value = cvr_onnx_part_name (self, owner, "weight");
  g_autofree guint8 *zeros = g_new0 (guint8, quant->n_scales);
  gsize n_scales = quant->n_scales;
  guint scale_rank = n_scales > 1 ? 1 : 0;
  Onnx__NodeProto *dequantize;

  stored = cvr_onnx_put_bytes (self, owner, "weight.int8", CVR_ONNX_INT8, dims, rank,
                               (const guint8 *) levels);
  scale = cvr_onnx_put_floats (self, owner, "weight.scale", &n_scales, scale_rank, quant->scales);
  zero = cvr_onnx_put_bytes (self, owner, "weight.zero", CVR_ONNX_INT8, &n_scales, scale_rank,
                             zeros);
  dequantize = cvr_onnx_add_node (self, "DequantizeLinear", NULL, stored, value);
  cvr_onnx_add_input (self, dequantize, scale);
  cvr_onnx_add_input (self, dequantize, zero);
  if (n_scales > 1)
    cvr_onnx_add_int (self, dequantize, "axis", 0);

  if (quant->bits < 8)
    {
      g_autofree char *key = g_strconcat (CVR_ONNX_BITS_KEY, owner, NULL);
      g_autofree char *bits = g_strdup_printf ("%u", quant->bits);

      cvr_onnx_add_meta (self, key, bits);
    }

  return value;
}

/**
 * cvr_onnx_put_weight:
 * @dims: (array length=rank): shape of the weights of @node
 *
 * Stores them in the fewest bits that keep every one: int8 with DequantizeLinear, half precision
 * with Cast, or as they are. Weights that left the grid of their NnWeightQuant stay as they are.
 *
 * Returns: the name of the value in single precision.
 */
const char *
cvr_onnx_put_weight (CvrOnnxWriter *self,
                     NnParams      *params,
                     NnNode         node,
                     const gsize   *dims,
                     guint          rank)
{
  const NnWeightQuant *quant = nn_params_peek_quant (params, node);
  const char *owner = nn_graph_node_name (nn_params_graph (params), node);
  gsize n_values;
  const float *values = nn_params_peek (params, node, NN_SLOT_WEIGHT, &n_values);

  if (quant != NULL && quant->bits <= 8)
    {
      g_autofree gint8 *levels = levels_of (quant, values, n_values);

      if (levels != NULL)
        return put_levels (self, owner, quant, levels, dims, rank);
    }
  if (quant != NULL && quant->bits == 16)
    {
      g_autofree guint16 *halves = halves_of (values, n_values);

      if (halves != NULL)
        {
          const char *value = cvr_onnx_part_name (self, owner, "weight");
          const char *stored = cvr_onnx_put_halves (self, owner, "weight.half", dims, rank, halves);
          Onnx__NodeProto *cast = cvr_onnx_add_node (self, "Cast", NULL, stored, value);

          cvr_onnx_add_int (self, cast, "to", CVR_ONNX_FLOAT);
          return value;
        }
    }

  return cvr_onnx_put_floats (self, owner, "weight", dims, rank, values);
}
