/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transposed convolution: every input value spreads a filter over the output. (V. Dumoulin, F.
 * Visin, arXiv 1603.07285, chapter 4.) */
#include "nn-gemm.h"
#include "nn-im2col.h"
#include "nn-op.h"
#include "nn-pointwise.h"
#include "nn-reduce.h"
#include "nn-strided.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
check_spec (const NnOpNode  *node,
            GError         **error)
{
  const NnConvTransposeSpec *spec = &node->attrs->conv_transpose;
  guint32 channels = node->in[0].dims[1];
  guint64 taps = (guint64) spec->stencil.kernel[0] * spec->stencil.kernel[1];

  if (spec->filters == 0 || spec->filters > G_MAXINT32)
    g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                 _("Node “%s”: %u filters can't be made; there are 1 to %d."), node->name,
                 spec->filters, G_MAXINT32);
  else if (spec->groups == 0 || channels % spec->groups != 0 || spec->filters % spec->groups != 0)
    g_set_error (
        error, NN_ERROR, NN_ERROR_SPEC,
        _("Node “%s”: %u groups do not divide both its %u input channels and its %u filters."),
        node->name, spec->groups, channels, spec->filters);
  else if (taps > G_MAXINT32 || spec->filters / spec->groups * taps > G_MAXINT32)
    g_set_error (
        error, NN_ERROR, NN_ERROR_SPEC,
        _("Node “%s”: %u filters of %u×%u are too large; together they may hold %d values."),
        node->name, spec->filters / spec->groups, spec->stencil.kernel[0], spec->stencil.kernel[1],
        G_MAXINT32);
  else
    return TRUE;

  return FALSE;
}

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  const NnConvTransposeSpec *spec = &node->attrs->conv_transpose;
  const NnStencil *stencil = &spec->stencil;

  if (!nn_op_need_maps (node, error) || !nn_op_check_stencil (node, stencil, error) ||
      !check_spec (node, error))
    return FALSE;

  *out = node->in[0];
  out->dims[1] = spec->filters;
  for (guint axis = 0; axis < 2; axis++)
    {
      gint64 span = (gint64) stencil->stride[axis] * (node->in[0].dims[2 + axis] - 1);
      gint64 reach = (gint64) stencil->dilation[axis] * (stencil->kernel[axis] - 1) + 1;
      gint64 pads = (gint64) stencil->pad[axis] + stencil->pad[2 + axis];
      gint64 extent;

      if (!g_size_checked_add ((gsize *) &extent, (gsize) span, (gsize) reach) ||
          extent > G_MAXINT32 || extent + spec->output_pad[axis] <= pads ||
          extent + spec->output_pad[axis] - pads > G_MAXINT32)
        {
          g_autofree char *shape = nn_shape_dup_string (&node->in[0]);

          g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                       _("Node “%s”: spreading %s by a stride of %u×%u leaves no map that can be "
                          "computed."),
                       node->name, shape, stencil->stride[0], stencil->stride[1]);
          return FALSE;
        }
      out->dims[2 + axis] = (guint32) (extent + spec->output_pad[axis] - pads);
    }

  return TRUE;
}

static void
slots (const NnOpNode *node,
       NnOpSlot        slots[NN_N_SLOTS])
{
  const NnConvTransposeSpec *spec = &node->attrs->conv_transpose;
  gsize taps = (gsize) spec->stencil.kernel[0] * spec->stencil.kernel[1];
  gsize channels = node->in[0].dims[1], filters = spec->filters / spec->groups;

  slots[NN_SLOT_WEIGHT] =
      (NnOpSlot) { channels * filters * taps, NN_INIT_WEIGHT,
                  (double) (channels / spec->groups * taps), (double) (filters * taps) };
  slots[NN_SLOT_BIAS] = (NnOpSlot) { spec->bias ? spec->filters : 0, NN_INIT_ZERO };
}

static guint64
flops (const NnOpNode *node)
{
  const NnConvTransposeSpec *spec = &node->attrs->conv_transpose;
  guint64 taps = (guint64) spec->stencil.kernel[0] * spec->stencil.kernel[1];

  return 2 * (guint64) nn_op_count (&node->in[0]) * (spec->filters / spec->groups) * taps;
}

/**
 * Spread:
 * @window: of the convolution whose adjoint this is: it slides over the output, a position of it
 * for every input value
 * @channels, @filters: of one group
 * @taps: values of one filter of one channel
 * @block, @blocks: filters that one piece of forward work takes, and pieces in one group
 * @rows: input rows that are worked on at once
 * @lane: scratch values of one thread
 * @n_chunks, @chunk: pieces of backward work, and images in each
 * @partial: gradients of the parameters of one chunk
 */
typedef struct
{
  NnWindow window;
  gsize groups, channels, filters, taps;
  gsize in_plane, out_plane;
  gsize block, blocks;
  gsize rows, lane;
  guint n_chunks, chunk;
  gsize partial;
} Spread;

/* Values of columns that stay in the cache. */
static const gsize tile_values = 98304;

static Spread
spread_of (const NnOpNode *node,
           guint           batch)
{
  const NnConvTransposeSpec *spec = &node->attrs->conv_transpose;
  Spread s = { nn_op_window (&spec->stencil, &node->out, &node->in[0]), spec->groups };
  gsize depth;

  s.channels = node->in[0].dims[1] / spec->groups;
  s.filters = spec->filters / spec->groups;
  s.taps = (gsize) spec->stencil.kernel[0] * spec->stencil.kernel[1];
  s.in_plane = (gsize) node->in[0].dims[2] * node->in[0].dims[3];
  s.out_plane = (gsize) node->out.dims[2] * node->out.dims[3];
  s.block = MIN (MAX (s.filters / 8, 1), MAX (tile_values / 8 / s.taps, 1));
  s.blocks = (s.filters + s.block - 1) / s.block;
  depth = s.filters * s.taps;
  s.rows = CLAMP (tile_values / depth / s.window.out_width, 1, s.window.out_height);
  s.lane = (depth * s.rows * s.window.out_width + 15) & ~(gsize) 15;
  s.n_chunks = nn_op_chunks (batch, &s.chunk);
  s.partial = (s.groups * (s.channels * depth + s.filters) + 15) & ~(gsize) 15;

  return s;
}

static gboolean
scratch (const NnOpNode *node,
         guint           batch,
         gboolean        backward,
         gsize          *bytes)
{
  Spread s = spread_of (node, batch);
  gsize lanes, partial = 0;

  /* A smaller batch than the largest may have more chunks. */
  return g_size_checked_mul (&lanes, s.lane, NN_MAX_THREADS) &&
         (!backward || g_size_checked_mul (&partial, s.partial, MIN (batch, NN_MAX_CHUNKS))) &&
         g_size_checked_add (&lanes, lanes, partial) &&
         g_size_checked_mul (bytes, lanes, sizeof (nn_real));
}

typedef struct
{
  const NnOpRun *run;
  Spread spread;
} Job;

/* One block of filters of one group of one image: the products of every input value with the
 * filters, as columns, added to where they fall. */
static void
forward_piece (guint    piece,
               guint    thread,
               gpointer data)
{
  const Job *job = data;
  const NnOpRun *run = job->run;
  const Spread *s = &job->spread;
  gsize block = piece % s->blocks * s->block, group = piece / s->blocks % s->groups,
        image = piece / s->blocks / s->groups;
  gsize n = MIN (s->block, s->filters - block), filter = group * s->filters + block;
  const nn_real *x = run->x[0] + image * run->in_count[0] + group * s->channels * s->in_plane;
  const nn_real *w =
      run->slot[NN_SLOT_WEIGHT] + (group * s->channels * s->filters + block) * s->taps;
  nn_real *y = run->y + image * run->out_count + filter * s->out_plane;
  nn_real *cols = (nn_real *) run->scratch + thread * s->lane;

  for (gsize k = 0; k < n; k++)
    nn_fill (s->out_plane,
             run->slot[NN_SLOT_BIAS] != NULL ? run->slot[NN_SLOT_BIAS][filter + k] : 0,
             y + k * s->out_plane);
  for (gsize row = 0; row < s->window.out_height; row += s->rows)
    {
      gsize rows = MIN (s->rows, s->window.out_height - row), width = rows * s->window.out_width;

      nn_gemm (&(NnGemm) { .m = n * s->taps,
                          .n = width,
                          .k = s->channels,
                          .a = w,
                          .lda = s->filters * s->taps,
                          .transpose_a = TRUE,
                          .b = x + row * s->window.out_width,
                          .ldb = s->in_plane,
                          .c = cols,
                          .ldc = width });
      nn_col2im (&s->window, n, cols, width, row, rows, y);
    }
}

static void
forward (const NnOpRun *run)
{
  Job job = { run, spread_of (&run->node, run->batch) };

  nn_workers_run (run->workers, (guint) (run->batch * job.spread.groups * job.spread.blocks),
                  forward_piece, &job);
}

/* Gradients of one band of one group of one image, from the output's as columns. */
static void
backward_band (const Job *job,
               gsize      image,
               gsize      group,
               gsize      row,
               gboolean   first,
               nn_real   *d_weight,
               nn_real   *cols)
{
  const NnOpRun *run = job->run;
  const Spread *s = &job->spread;
  gsize rows = MIN (s->rows, s->window.out_height - row), width = rows * s->window.out_width;
  gsize depth = s->filters * s->taps, weights = group * s->channels * depth;
  gsize place =
      image * run->in_count[0] + group * s->channels * s->in_plane + row * s->window.out_width;

  nn_im2col (&s->window, s->filters,
             run->dy + image * run->out_count + group * s->filters * s->out_plane, row, rows, cols,
             width);
  if (d_weight != NULL)
    nn_gemm (&(NnGemm) { .m = s->channels,
                        .n = depth,
                        .k = width,
                        .a = run->x[0] + place,
                        .lda = s->in_plane,
                        .b = cols,
                        .ldb = width,
                        .transpose_b = TRUE,
                        .beta = first ? 0 : 1,
                        .c = d_weight + weights,
                        .ldc = depth });
  if (run->dx[0] != NULL)
    nn_gemm (&(NnGemm) { .m = s->channels,
                        .n = width,
                        .k = depth,
                        .a = run->slot[NN_SLOT_WEIGHT] + weights,
                        .lda = depth,
                        .b = cols,
                        .ldb = width,
                        .beta = run->add[0] ? 1 : 0,
                        .c = run->dx[0] + place,
                        .ldc = s->in_plane });
}

static void
backward_chunk (guint    piece,
                guint    thread,
                gpointer data)
{
  const Job *job = data;
  const NnOpRun *run = job->run;
  const Spread *s = &job->spread;
  gsize from = piece * s->chunk, to = MIN (from + s->chunk, run->batch);
  nn_real *cols = (nn_real *) run->scratch + thread * s->lane;
  nn_real *partial = (nn_real *) run->scratch + NN_MAX_THREADS * s->lane + piece * s->partial;
  nn_real *d_bias = partial + s->groups * s->channels * s->filters * s->taps;

  for (gsize image = from; image < to; image++)
    for (gsize group = 0; group < s->groups; group++)
      {
        for (gsize row = 0; row < s->window.out_height; row += s->rows)
          backward_band (job, image, group, row, image == from && row == 0,
                         run->dslot[NN_SLOT_WEIGHT] != NULL ? partial : NULL, cols);
        for (gsize k = group * s->filters; k < (group + 1) * s->filters; k++)
          d_bias[k] = (image == from ? 0 : d_bias[k]) +
                      nn_sum (s->out_plane, run->dy + image * run->out_count + k * s->out_plane);
      }
}

/* Sum over the chunks, in their order. */
static void
sum_chunks (const NnOpRun *run,
            const Spread  *s,
            gsize          offset,
            gsize          n,
            nn_real       *total)
{
  const nn_real *partial = (const nn_real *) run->scratch + NN_MAX_THREADS * s->lane + offset;

  if (total == NULL)
    return;

  memcpy (total, partial, n * sizeof *total);
  for (guint i = 1; i < s->n_chunks; i++)
    nn_add (n, total, partial + i * s->partial, total);
}

static void
backward (const NnOpRun *run)
{
  Job job = { run, spread_of (&run->node, run->batch) };
  const Spread *s = &job.spread;
  gsize n_weights = s->groups * s->channels * s->filters * s->taps;

  nn_workers_run (run->workers, s->n_chunks, backward_chunk, &job);
  sum_chunks (run, s, 0, n_weights, run->dslot[NN_SLOT_WEIGHT]);
  sum_chunks (run, s, n_weights, s->groups * s->filters, run->dslot[NN_SLOT_BIAS]);
}

const NnOp nn_op_conv_transpose = {
  .stem = "conv-transpose",
  .min_inputs = 1,
  .max_inputs = 1,
  .infer = infer,
  .slots = slots,
  .flops = flops,
  .scratch = scratch,
  .forward = forward,
  .backward = backward,
};
