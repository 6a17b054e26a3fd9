/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs one step for one item. */
#include "nn-int8-private.h"

#include <string.h>

/**
 * Call:
 * @maps, @thread: whose memory holds the maps, and which thread this is
 * @part, @parts: the share of the step to do
 */
typedef struct
{
  NnInt8           *int8;
  const NnInt8Step *step;
  guint             maps, thread, item, part, parts;
} Call;

static guint8 *
bytes_of (const Call *self,
          NnNode      node)
{
  const NnInt8 *int8 = self->int8;
  const NnInt8Value *value = &int8->values[node];

  return value->offset + (value->kept ? int8->items + self->item * int8->item_size
                                      : int8->threads + self->maps * int8->thread_size);
}

static gpointer
scratch_of (const Call *self)
{
  return self->int8->scratch + self->thread * self->int8->scratch_size;
}

static gsize
line_of (const NnInt8Value *value)
{
  return (value->width + value->gap) * value->step;
}

/* The share of @n rows that is this part's. */
static void
share (const Call *self,
       gsize       n,
       gsize      *from,
       gsize      *to)
{
  *from = n * self->part / self->parts;
  *to = n * (self->part + 1) / self->parts;
}

/* The first pixel of row @y. */
static guint8 *
row_of (const Call *self,
        NnNode      node,
        gsize       y)
{
  const NnInt8Value *value = &self->int8->values[node];

  return bytes_of (self, node) + (value->top + y) * line_of (value) + value->gap * value->step;
}

/* Maps without borders are one long row. */
static void
rows_of (const NnInt8Value *a,
         const NnInt8Value *b,
         gsize             *n_rows,
         gsize             *width)
{
  gboolean whole = a->gap == 0 && b->gap == 0;

  *n_rows = whole ? 1 : a->height;
  *width = whole ? (gsize) a->height * a->width : a->width;
}

static NnInt8Grid
grid_of (const NnInt8Levels *levels)
{
  return (NnInt8Grid) { (float) (levels->low - levels->zero),
                        (float) (levels->high - levels->zero), levels->zero };
}

static void
quantize (const Call *self)
{
  const NnInt8Step *step = self->step;
  const NnInt8Value *to = &self->int8->values[step->out];
  const NnInt8Value *from = &self->int8->values[step->in[0]];
  const float *x = from->floats + self->item * from->count;
  NnInt8Grid grid = grid_of (&step->levels);
  gsize plane = (gsize) to->height * to->width;
  gsize n_rows;
  gsize width;
  gsize first;
  gsize end;

  rows_of (to, to, &n_rows, &width);
  share (self, n_rows, &first, &end);
  for (gsize y = first; y < end; y++)
    self->int8->kernels->quantize ((unsigned) width, to->channels, plane, x + y * width,
                                   step->levels.scale, &grid, (unsigned) to->step,
                                   row_of (self, step->out, y));
}

static void
dequantize (const Call *self)
{
  const NnInt8Step *step = self->step;
  const NnInt8Value *from = &self->int8->values[step->in[0]];
  const NnInt8Value *to = &self->int8->values[step->out];
  float *y = to->floats + self->item * to->count;
  gsize plane = (gsize) from->height * from->width;
  gsize n_rows;
  gsize width;

  rows_of (from, from, &n_rows, &width);
  for (gsize i = 0; i < n_rows; i++)
    self->int8->kernels->dequantize ((unsigned) width, from->channels, (unsigned) from->step,
                                     row_of (self, step->in[0], i), step->levels.scale,
                                     step->levels.zero, plane, y + i * width);
}

/* Sums of a group to floats: positions @from … @to of filters @first … @end. */
static void
finish_floats (const Call   *self,
               guint         group,
               const gint32 *sums,
               guint         from,
               guint         to,
               guint         first,
               guint         end)
{
  const NnInt8Step *step = self->step;
  const NnInt8Conv *job = &step->conv;
  const NnInt8Value *value = &self->int8->values[step->out];
  gsize padded = (gsize) job->n_blocks * NN_INT8_BLOCK;
  gsize plane = value->count / (step->groups * step->group_filters);
  gsize filter = group * step->group_filters + first;
  float *y = value->floats + self->item * value->count + filter * plane;

  for (guint k = first; k < MIN (end, step->group_filters); k++, y += plane)
    {
      gsize at = group * padded + k;

      for (guint i = from; i < to; i++)
        if (step->places[i] >= 0)
          y[step->places[i]] = (float) (sums[i * padded + k] + step->bias[at]) * step->scale[at] +
                               step->shift[at];
    }
}

/* Parts are rows of positions, or where there are none to share, blocks of filters. */
static void
conv (const Call *self)
{
  const NnInt8Step *step = self->step;
  NnInt8Conv job = step->conv;
  gsize padded = (gsize) job.n_blocks * NN_INT8_BLOCK;
  gboolean by_blocks = job.n_positions == 1;
  gsize from;
  gsize to;
  guint range[4] = { 0, 1, 0, job.n_blocks }; /* positions, blocks */

  share (self, by_blocks ? job.n_blocks : job.n_positions / NN_INT8_ROW, &from, &to);
  range[by_blocks ? 2 : 0] = (guint) from * (by_blocks ? 1 : NN_INT8_ROW);
  range[by_blocks ? 3 : 1] = (guint) to * (by_blocks ? 1 : NN_INT8_ROW);

  for (guint group = 0; group < step->groups; group++)
    {
      const guint8 *x = bytes_of (self, step->in[0]) + group * step->group_in;
      guint8 *y = step->to_floats ? NULL : bytes_of (self, step->out) + group * step->group_out;
      gint32 *sums = step->to_floats ? scratch_of (self) : NULL;

      job.weights = step->weights + group * step->group_weights;
      job.bias = step->bias + group * padded;
      job.scale = step->scale + group * padded;
      self->int8->kernels->conv (&job, x, y, sums, range[0], range[1], range[2], range[3]);
      if (step->to_floats)
        finish_floats (self, group, sums, range[0], range[1], range[2] * NN_INT8_BLOCK,
                       range[3] * NN_INT8_BLOCK);
    }
}

static void
depthwise (const Call *self)
{
  const NnInt8Step *step = self->step;
  const guint8 *x = bytes_of (self, step->in[0]) + step->row_start;
  gsize first;
  gsize end;

  share (self, step->rows, &first, &end);
  for (gsize y = first; y < end; y++)
    self->int8->kernels->depthwise (&step->depthwise, self->int8->values[step->out].width,
                                    x + (ptrdiff_t) y * step->row_step,
                                    row_of (self, step->out, y));
}

static void
pool (const Call *self)
{
  const NnInt8Step *step = self->step;
  const NnStencil *stencil = &step->stencil;
  const NnInt8Value *in = &self->int8->values[step->in[0]];
  const NnInt8Value *out = &self->int8->values[step->out];
  NnInt8Grid grid = grid_of (&step->levels);
  gsize line = line_of (in);
  NnInt8Window window = {
    .row_bytes = (ptrdiff_t) (line * stencil->dilation[0]), .width = in->width,
    .channels = (unsigned) in->step, .pad = stencil->pad[1], .taps = stencil->kernel[1],
    .stride = stencil->stride[1], .gap = stencil->dilation[1],
    .area = step->count_pad ? stencil->kernel[0] * stencil->kernel[1] : 0
  };
  gsize from;
  gsize to;

  share (self, out->height, &from, &to);
  for (gsize y = from; y < to; y++)
    {
      gint64 top = (gint64) (y * stencil->stride[0]) - stencil->pad[0];
      guint32 first = 0;
      guint32 end = stencil->kernel[0];
      const guint8 *x;

      while (first < end && top + (gint64) first * stencil->dilation[0] < 0)
        first++;
      while (end > first && top + (gint64) (end - 1) * stencil->dilation[0] >= in->height)
        end--;
      window.rows = end - first;
      top += (gint64) first * stencil->dilation[0];
      x = row_of (self, step->in[0], 0) + top * (gint64) line;
      if (step->kind == NN_INT8_MAX)
        self->int8->kernels->max (&window, out->width, x, row_of (self, step->out, y));
      else
        self->int8->kernels->average (&window, out->width, x, in->levels.zero,
                                      in->levels.scale / step->levels.scale, &grid,
                                      scratch_of (self), row_of (self, step->out, y));
    }
}

static void
add (const Call *self)
{
  const NnInt8Step *step = self->step;
  const NnInt8Value *a = &self->int8->values[step->in[0]];
  const NnInt8Value *b = &self->int8->values[step->in[1]];
  const NnInt8Value *out = &self->int8->values[step->out];
  float scale_a = a->levels.scale / step->levels.scale;
  float scale_b = b->levels.scale / step->levels.scale;
  float shift = (float) -((double) a->levels.zero * (double) scale_a +
                          (double) b->levels.zero * (double) scale_b);
  NnInt8Grid grid = grid_of (&step->levels);
  gsize first;
  gsize end;

  share (self, out->height, &first, &end);
  for (gsize y = first; y < end; y++)
    self->int8->kernels->add (out->width * out->step, row_of (self, step->in[0], y),
                              row_of (self, step->in[1], y), scale_a, scale_b, shift, &grid,
                              row_of (self, step->out, y));
}

/* Each input's channels behind those before it, through its table. */
static void
concat (const Call *self)
{
  const NnInt8Step *step = self->step;
  const NnInt8Value *out = &self->int8->values[step->out];
  gsize channel = 0;

  for (guint i = 0; i < step->n_in; i++)
    {
      const NnInt8Value *in = &self->int8->values[step->in[i]];

      for (guint32 y = 0; y < out->height; y++)
        self->int8->kernels->look_up (out->width, in->channels, row_of (self, step->in[i], y),
                                      (ptrdiff_t) in->step, step->tables + 256 * i,
                                      row_of (self, step->out, y) + channel,
                                      (ptrdiff_t) out->step);
      channel += in->channels;
    }
}

static void
upsample (const Call *self)
{
  const NnInt8Step *step = self->step;
  const NnInt8Value *out = &self->int8->values[step->out];
  guint32 factor = nn_graph_node_attrs (self->int8->graph, step->node)->upsample.factor;

  for (guint32 y = 0; y < out->height; y++)
    {
      const guint8 *x = row_of (self, step->in[0], y / factor);
      guint8 *to = row_of (self, step->out, y);

      for (guint32 i = 0; i < out->width; i++)
        memcpy (to + i * out->step, x + i / factor * out->step, out->step);
    }
}

static void
affine (const Call *self)
{
  const NnInt8Step *step = self->step;
  const NnInt8Value *out = &self->int8->values[step->out];
  NnInt8Grid grid = grid_of (&step->levels);

  for (guint32 y = 0; y < out->height; y++)
    self->int8->kernels->affine (out->width, (unsigned) out->step, row_of (self, step->in[0], y),
                                 step->scale, step->shift, &grid, row_of (self, step->out, y));
}

/**
 * nn_int8_run_step:
 * @maps: whose memory holds the maps: @thread, or one for all that share an item
 * @thread: which of the threads this is
 * @part, @parts: which share of the step to do
 *
 * Called from pieces of work, several at once.
 */
void
nn_int8_run_step (NnInt8     *self,
                  NnInt8Step *step,
                  guint       maps,
                  guint       thread,
                  guint       item,
                  guint       part,
                  guint       parts)
{
  Call call = { self, step, maps, thread, item, part, parts };

  switch (step->kind)
    {
    case NN_INT8_QUANTIZE:
      quantize (&call);
      break;
    case NN_INT8_DEQUANTIZE:
      dequantize (&call);
      break;
    case NN_INT8_CONV:
      conv (&call);
      break;
    case NN_INT8_DEPTHWISE:
      depthwise (&call);
      break;
    case NN_INT8_MAX:
    case NN_INT8_AVERAGE:
      pool (&call);
      break;
    case NN_INT8_ADD:
      add (&call);
      break;
    case NN_INT8_CONCAT:
    case NN_INT8_LOOK_UP:
      concat (&call);
      break;
    case NN_INT8_AFFINE:
      affine (&call);
      break;
    case NN_INT8_UPSAMPLE:
      upsample (&call);
      break;
    case NN_INT8_FLOATS:
      break; /* of the whole batch, elsewhere */
    }
}
