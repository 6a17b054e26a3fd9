/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights, biases and scales in the order in which the byte kernels read them. */
#include "nn-int8-private.h"

#include <math.h>

enum
{
  MOST_TERMS = 32768,    /* products of bytes whose sum fits 31 bits: 32768 · 255 · 128 < 2^30.03 */
  MOST_BIAS = 1 << 30,
  FINE_BIAS = 1 << 24,
  SHORT_RUN = 16,          /* bytes that are not worth an alignment */
  CACHE_LINE = 64,         /* bytes, and those of a row of weights */
};

/**
 * Filters:
 * @n: filters of all groups; @n_terms: weights of one
 * @levels: [n][n_terms]
 * @scales: [n]
 */
typedef struct
{
  guint  n;
  gsize  n_terms;
  gint8 *levels;
  float *scales;
} Filters;

static guint
filters_of (NnGraph *graph,
            NnNode   node)
{
  const NnAttrs *attrs = nn_graph_node_attrs (graph, node);

  return nn_graph_node_kind (graph, node) == NN_OP_CONV ? attrs->conv.filters : attrs->dense.units;
}

gboolean
nn_int8_can_pack (NnGraph  *graph,
                  NnParams *params,
                  NnNode    node)
{
  const NnWeightQuant *quant = nn_params_peek_quant (params, node);
  guint n_filters = filters_of (graph, node);
  gsize n_values;
  gsize n_terms;
  const nn_real *weights = nn_params_peek (params, node, NN_SLOT_WEIGHT, &n_values);

  if (quant == NULL || quant->bits != 8 || weights == NULL || quant->n_scales == 0 ||
      n_filters % quant->n_scales != 0)
    return FALSE;
  n_terms = n_values / n_filters;
  if (n_terms > MOST_TERMS)
    return FALSE;

  for (gsize i = 0; i < n_values; i++)
    {
      float scale = quant->scales[i / (n_values / quant->n_scales)];
      float level = scale > 0 ? (float) weights[i] / scale : 0;

      if (!(fabsf (level - rintf (level)) < 1e-3f && rintf (level) >= -128 && rintf (level) <= 127))
        return FALSE;
    }

  return TRUE;
}

/* A filter whose bias is beyond 2^30 of its units gets coarser units: its weights are next to
 * nothing then. One without weights gets units that show its bias well. */
static void
fit_bias (Filters *filters,
          guint    k,
          double   bias,
          float    in_scale)
{
  gint8 *levels = filters->levels + k * filters->n_terms;
  double scale = filters->scales[k];
  double least = fabs (bias) / ((double) in_scale * MOST_BIAS);
  gboolean empty = TRUE;

  for (gsize i = 0; i < filters->n_terms; i++)
    empty &= levels[i] == 0;
  if (empty && bias != 0)
    filters->scales[k] = (float) (fabs (bias) / ((double) in_scale * FINE_BIAS));
  else if (scale < least)
    {
      for (gsize i = 0; i < filters->n_terms; i++)
        levels[i] = (gint8) rint (levels[i] * scale / least);
      filters->scales[k] = (float) least;
    }
}

static void
read_filters (NnInt8  *self,
              NnNode   node,
              float    in_scale,
              Filters *filters)
{
  const NnWeightQuant *quant = nn_params_peek_quant (self->params, node);
  const nn_real *bias = nn_params_peek (self->params, node, NN_SLOT_BIAS, NULL);
  gsize n_values;
  const nn_real *weights = nn_params_peek (self->params, node, NN_SLOT_WEIGHT, &n_values);

  filters->n = filters_of (self->graph, node);
  filters->n_terms = n_values / filters->n;
  filters->levels = g_new (gint8, n_values);
  filters->scales = g_new (float, filters->n);
  for (guint k = 0; k < filters->n; k++)
    {
      float scale = quant->scales[k / (filters->n / quant->n_scales)];

      filters->scales[k] = scale;
      for (gsize i = 0; i < filters->n_terms; i++)
        filters->levels[k * filters->n_terms + i] =
          scale > 0 ? (gint8) rintf ((float) weights[k * filters->n_terms + i] / scale) : 0;
      if (bias != NULL)
        fit_bias (filters, k, (double) bias[k], in_scale);
    }
}

static void
clear_filters (Filters *filters)
{
  g_free (filters->levels);
  g_free (filters->scales);
}

/* Bias in units of a product, with what the zero of the input makes of the weights, and the factor
 * to the output's grid as QLinearConv computes it. @at: place of filter @k in the arrays. */
static void
put_factors (NnInt8        *self,
             NnInt8Step    *step,
             const Filters *filters,
             guint          k,
             gsize          at)
{
  const NnInt8Levels *in = &self->values[step->in[0]].levels;
  const nn_real *bias = nn_params_peek (self->params, step->node, NN_SLOT_BIAS, NULL);
  float unit = in->scale * filters->scales[k];
  gint64 sum = 0;
  gint64 whole = 0;

  for (gsize i = 0; i < filters->n_terms; i++)
    sum += filters->levels[k * filters->n_terms + i];
  if (step->to_floats)
    {
      step->scale[at] = unit;
      step->shift[at] = bias != NULL ? (float) bias[k] : 0;
    }
  else
    {
      step->scale[at] = unit / step->levels.scale;
      if (bias != NULL && unit > 0)
        whole = (gint64) rint ((double) bias[k] / unit);
    }
  step->bias[at] = (gint32) CLAMP (whole - in->zero * sum, G_MININT32, G_MAXINT32);
}

/* Where weight (c, r, s) of a filter meets the bytes of its segments. */
typedef struct
{
  guint32  channels, height, width; /* of the weights of one filter */
  gboolean rows;                    /* a segment is a row of taps, not a tap */
  gsize    pixel;                   /* bytes from a tap to the next in a segment */
} Taps;

static void
put_weights (NnInt8Step    *step,
             const Filters *filters,
             const Taps    *taps,
             guint          k)
{
  const NnInt8Conv *job = &step->conv;
  guint group = k / step->group_filters;
  guint inside = k % step->group_filters;
  const gint8 *levels = filters->levels + k * filters->n_terms;
  gint8 *to = step->weights + group * step->group_weights +
              inside / NN_INT8_BLOCK * (gsize) job->n_segments * job->length * NN_INT8_BLOCK;

  for (guint32 c = 0; c < taps->channels; c++)
    for (guint32 r = 0; r < taps->height; r++)
      for (guint32 s = 0; s < taps->width; s++, levels++)
        {
          gsize segment = taps->rows ? r : (gsize) r * taps->width + s;
          gsize byte = taps->rows ? s * taps->pixel + c : c;

          to[((segment * job->length + byte) / NN_INT8_GROUP * NN_INT8_BLOCK +
              inside % NN_INT8_BLOCK) * NN_INT8_GROUP + byte % NN_INT8_GROUP] = *levels;
        }
}

static void
pack_depthwise (NnInt8     *self,
                NnInt8Step *step)
{
  const NnInt8Value *in = &self->values[step->in[0]];
  const NnInt8Value *out = &self->values[step->out];
  const NnStencil *stencil = &step->stencil;
  guint32 n_taps = stencil->kernel[0] * stencil->kernel[1];
  gsize pitch = (in->width + in->gap) * in->step;
  Filters filters;

  read_filters (self, step->node, in->levels.scale, &filters);
  step->taps = g_new0 (gint16, n_taps * in->step);
  step->bias = g_new0 (gint32, in->step);
  step->scale = g_new0 (float, in->step);
  step->segments = g_new (gint32, n_taps);
  for (guint32 r = 0; r < stencil->kernel[0]; r++)
    for (guint32 s = 0; s < stencil->kernel[1]; s++)
      step->segments[r * stencil->kernel[1] + s] =
        (gint32) (r * stencil->dilation[0] * pitch + s * stencil->dilation[1] * in->step);
  for (guint k = 0; k < filters.n; k++)
    {
      for (guint32 i = 0; i < n_taps; i++)
        step->taps[i * in->step + k] = filters.levels[k * n_taps + i];
      put_factors (self, step, &filters, k, k);
    }
  clear_filters (&filters);

  step->rows = out->height;
  step->row_start = (ptrdiff_t) ((in->top - stencil->pad[0]) * pitch +
                                 (in->gap - stencil->pad[1]) * in->step);
  step->row_step = (ptrdiff_t) (stencil->stride[0] * pitch);
  step->depthwise = (NnInt8Depthwise) {
    (ptrdiff_t) (stencil->stride[1] * in->step), step->segments, n_taps, (unsigned) in->step,
    step->taps, step->bias, step->scale,
    { (float) (step->levels.low - step->levels.zero),
      (float) (step->levels.high - step->levels.zero), step->levels.zero }
  };
  self->packed_size += n_taps * in->step * sizeof (gint16);
}

/* The runs of bytes that one position reads, and which weight meets which byte. */
static Taps
find_segments (NnInt8     *self,
               NnInt8Step *step)
{
  const NnInt8Value *in = &self->values[step->in[0]];
  const NnStencil *stencil = &step->stencil;
  gboolean dense = nn_graph_node_kind (self->graph, step->node) == NN_OP_DENSE;
  guint32 channels = in->channels / step->groups;
  guint32 height = dense ? in->height : stencil->kernel[0];
  guint32 width = dense ? in->width : stencil->kernel[1];
  gsize gap = dense ? 1 : stencil->dilation[1];
  gsize line = (dense ? 1 : stencil->dilation[0]) * (in->width + in->gap) * in->step;
  gboolean rows = width == 1 || (gap == 1 && step->groups == 1);
  gsize bytes = rows ? (width - 1) * in->step + channels : channels;
  guint n = height * (rows ? 1 : width);
  gsize align = bytes <= SHORT_RUN ? NN_INT8_GROUP : self->kernels->align;

  step->segments = g_new (gint32, n);
  for (guint i = 0; i < n; i++)
    step->segments[i] = rows ? (gint32) (i * line)
                             : (gint32) (i / width * line + i % width * gap * in->step);
  step->conv.segments = step->segments;
  step->conv.n_segments = n;
  step->conv.length = (unsigned) ((bytes + align - 1) / align * align);

  return (Taps) { channels, height, width, rows, in->step };
}

/* The positions of the output in rows of 16: row by row of the maps, or one behind the other
 * through the gaps, whichever needs fewer. */
static void
find_positions (NnInt8     *self,
                NnInt8Step *step)
{
  const NnInt8Value *in = &self->values[step->in[0]];
  const NnInt8Value *out = &self->values[step->out];
  const NnStencil *stencil = &step->stencil;
  NnShape shape = nn_graph_node_shape (self->graph, step->node);
  guint32 height = shape.rank == 4 ? shape.dims[2] : 1;
  guint32 width = shape.rank == 4 ? shape.dims[3] : 1;
  guint32 line = in->width + in->gap;
  guint32 per_row = (width + NN_INT8_ROW - 1) / NN_INT8_ROW;
  guint32 in_all = ((height - 1) * line + width + NN_INT8_ROW - 1) / NN_INT8_ROW;
  gboolean through = stencil->stride[0] == 1 && stencil->stride[1] == 1 &&
                     in_all < height * per_row;
  guint n_rows = through ? in_all : height * per_row;
  gsize start = (in->top - stencil->pad[0]) * (gsize) line + in->gap - stencil->pad[1];

  step->conv.step = (ptrdiff_t) (stencil->stride[1] * in->step);
  step->conv.n_positions = height * width == 1 ? 1 : n_rows * NN_INT8_ROW;
  step->starts = g_new (gint32, n_rows);
  step->places = g_new (gint32, n_rows * NN_INT8_ROW);
  for (guint i = 0; i < n_rows * NN_INT8_ROW; i++)
    {
      guint32 y = through ? i / line : i / NN_INT8_ROW / per_row;
      guint32 x = through ? i % line : i - y * per_row * NN_INT8_ROW;
      gboolean inside = y < height && x < width;

      if (i % NN_INT8_ROW == 0)
        step->starts[i / NN_INT8_ROW] =
          (gint32) ((start + (gsize) y * stencil->stride[0] * line + x * stencil->stride[1]) *
                    in->step);
      if (step->to_floats)
        step->places[i] = inside ? (gint32) (y * width + x) : -1;
      else
        step->places[i] = inside ? (gint32) ((((gsize) out->top + y) * (out->width + out->gap) +
                                              out->gap + x) * out->step)
                                 : -1;
    }
  step->conv.starts = step->starts;
  step->conv.places = step->places;
}

/**
 * nn_int8_pack_conv:
 * @step: CONV or DEPTHWISE; its values have their shapes in memory
 *
 * Packs the weights and lists what every position reads and where it is written.
 */
void
nn_int8_pack_conv (NnInt8     *self,
                   NnInt8Step *step)
{
  NnInt8Conv *job = &step->conv;
  const NnInt8Value *in = &self->values[step->in[0]];
  gsize padded;
  Filters filters;
  Taps taps;

  if (step->kind == NN_INT8_DEPTHWISE)
    {
      pack_depthwise (self, step);
      return;
    }

  read_filters (self, step->node, in->levels.scale, &filters);
  step->group_filters = filters.n / step->groups;
  step->group_in = in->channels / step->groups;
  step->group_out = step->group_filters;
  taps = find_segments (self, step);
  job->n_blocks = (step->group_filters + NN_INT8_BLOCK - 1) / NN_INT8_BLOCK;
  job->last = step->group_filters - (job->n_blocks - 1) * NN_INT8_BLOCK;
  if (!step->to_floats && step->groups == 1)
    job->last = (unsigned) self->values[step->out].step - (job->n_blocks - 1) * NN_INT8_BLOCK;
  find_positions (self, step);

  padded = (gsize) job->n_blocks * NN_INT8_BLOCK;
  step->group_weights = padded * job->n_segments * job->length;
  step->weights = g_aligned_alloc0 (step->groups, step->group_weights, CACHE_LINE);
  step->bias = g_new0 (gint32, step->groups * padded);
  step->scale = g_new0 (float, step->groups * padded);
  step->shift = g_new0 (float, step->groups * padded);
  for (guint k = 0; k < filters.n; k++)
    {
      put_weights (step, &filters, &taps, k);
      put_factors (self, step, &filters, k,
                   k / step->group_filters * padded + k % step->group_filters);
    }
  clear_filters (&filters);

  job->weights = step->weights;
  job->bias = step->bias;
  job->scale = step->scale;
  job->grid = (NnInt8Grid) { (float) (step->levels.low - step->levels.zero),
                             (float) (step->levels.high - step->levels.zero), step->levels.zero };
  self->packed_size += step->groups * step->group_weights;
}
