/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resize: maps of another height and width. */
#include "nn-op.h"
#include "nn-resize.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

static gboolean
is_known (const NnResizeSpec *spec)
{
  return (guint) spec->mode <= NN_RESIZE_CUBIC && (guint) spec->grid <= NN_RESIZE_CROP &&
         (guint) spec->round <= NN_RESIZE_CEIL;
}

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  const NnResizeSpec *spec = &node->attrs->resize;

  if (!nn_op_need_maps (node, error))
    return FALSE;
  if (!is_known (spec))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("Node “%s”: a way of resizing number %d, %d, %d does not exist."), node->name,
                   spec->mode, spec->grid, spec->round);
      return FALSE;
    }

  *out = node->in[0];
  for (guint axis = 0; axis < 2; axis++)
    {
      if (spec->out[axis] == 0 || spec->out[axis] > G_MAXINT32 || !(spec->scale[axis] > 0) ||
          !isfinite (spec->scale[axis]))
        {
          g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                       _("Node “%s”: %u can't be resized to %u by a factor of %g."), node->name,
                       node->in[0].dims[2 + axis], spec->out[axis], (double) spec->scale[axis]);
          return FALSE;
        }
      out->dims[2 + axis] = spec->out[axis];
    }

  return TRUE;
}

static guint64
flops (const NnOpNode *node)
{
  static const guint64 taps[] = { 0, 4, 16 };

  return 2 * taps[node->attrs->resize.mode] * nn_op_count (&node->out);
}

/* Where output @i of an axis looks in the input. In float, as other runtimes count: their roundings
 * decide which value the nearest is. */
static float
coordinate (const NnResizeSpec *spec,
            guint               axis,
            guint32             in,
            guint32             i)
{
  float scale = spec->scale[axis], place = (float) i, last = (float) (in - 1);
  float start = spec->roi[axis], end = spec->roi[axis + 2];
  guint32 out = spec->out[axis];

  switch (spec->grid)
    {
    case NN_RESIZE_PYTORCH_HALF_PIXEL:
      return out > 1 ? (place + 0.5f) / scale - 0.5f : 0;
    case NN_RESIZE_ALIGN_CORNERS:
      return out > 1 ? place * last / (float) (out - 1) : 0;
    case NN_RESIZE_ASYMMETRIC:
      return place / scale;
    case NN_RESIZE_CROP:
      return out > 1 ? start * last + place * (end - start) * last / (float) (out - 1)
                     : 0.5f * (start + end) * last;
    case NN_RESIZE_HALF_PIXEL:
    default:
      return (place + 0.5f) / scale - 0.5f;
    }
}

static float
nearest (NnResizeRound round,
         float         place)
{
  switch (round)
    {
    case NN_RESIZE_ROUND_PREFER_CEIL:
      return floorf (place + 0.5f);
    case NN_RESIZE_FLOOR:
      return floorf (place);
    case NN_RESIZE_CEIL:
      return ceilf (place);
    case NN_RESIZE_ROUND_PREFER_FLOOR:
    default:
      return ceilf (place - 0.5f);
    }
}

/* Shares of the four neighbours of a place that lies @t behind the second. (R. Keys, IEEE
 * Transactions on Acoustics, Speech and Signal Processing 29, 1981.) */
static void
cubic_shares (double a,
              double t,
              double shares[4])
{
  double u = 1 - t;

  shares[0] = ((a * (t + 1) - 5 * a) * (t + 1) + 8 * a) * (t + 1) - 4 * a;
  shares[1] = ((a + 2) * t - (a + 3)) * t * t + 1;
  shares[2] = ((a + 2) * u - (a + 3)) * u * u + 1;
  shares[3] = ((a * (u + 1) - 5 * a) * (u + 1) + 8 * a) * (u + 1) - 4 * a;
}

static NnMixture
taps_at (const NnResizeSpec *spec,
         guint               axis,
         guint32             in,
         guint32             i)
{
  float place = coordinate (spec, axis, in, i), first;
  double shares[4] = { 1 }, sum = 0;
  NnMixture taps = { spec->mode == NN_RESIZE_NEAREST ? 1 : spec->mode == NN_RESIZE_LINEAR ? 2 : 4 };

  if (spec->grid == NN_RESIZE_CROP && !(place >= 0 && place <= (float) (in - 1)))
    return (NnMixture) { 0 };

  first = spec->mode == NN_RESIZE_NEAREST ? nearest (spec->round, place) : floorf (place);
  first = CLAMP (first, -4, (float) in + 4); /* Beyond, all neighbours are the last value. */
  if (spec->mode == NN_RESIZE_LINEAR)
    {
      shares[1] = (double) CLAMP (place - first, 0, 1);
      shares[0] = 1 - shares[1];
    }
  if (spec->mode == NN_RESIZE_CUBIC)
    cubic_shares ((double) spec->cubic_a, (double) CLAMP (place - first, 0, 1), shares);

  for (guint32 k = 0; k < taps.n; k++)
    {
      gint64 at = (gint64) first + k - (taps.n == 4 ? 1 : 0);

      if (taps.n == 4 && spec->exclude_outside && (at < 0 || at >= in))
        shares[k] = 0;
      taps.place[k] = (guint32) CLAMP (at, 0, (gint64) in - 1);
      sum += shares[k];
    }
  if (sum == 0) /* So far outside that nothing is left: the edge. */
    shares[0] = sum = 1;
  for (guint32 k = 0; k < taps.n; k++)
    taps.share[k] = (nn_real) (spec->exclude_outside ? shares[k] / sum : shares[k]);

  return taps;
}

static gboolean
scratch (const NnOpNode *node,
         guint           batch,
         gboolean        backward,
         gsize          *bytes)
{
  return g_size_checked_mul (bytes, (gsize) node->out.dims[2] + node->out.dims[3],
                             sizeof (NnMixture));
}

/* The taps of all rows, then of all columns. */
static void
lay_out_taps (const NnOpRun *run)
{
  const NnShape *in = &run->node.in[0], *out = &run->node.out;
  NnMixture *taps = run->scratch;

  for (guint axis = 0; axis < 2; axis++)
    for (guint32 i = 0; i < out->dims[2 + axis]; i++)
      *taps++ = taps_at (&run->node.attrs->resize, axis, in->dims[2 + axis], i);
}

static NnResize
resize_of (const NnOpRun *run)
{
  const NnShape *in = &run->node.in[0], *out = &run->node.out;
  const NnMixture *taps = run->scratch;

  return (NnResize) { .n = run->node.attrs->resize.grid == NN_RESIZE_CROP ? 0 : taps->n,
                      .width = in->dims[3],
                      .out_width = out->dims[3],
                      .inner = run->node.last ? in->dims[1] : 1,
                      .rows = taps,
                      .columns = taps + out->dims[2],
                      .outside = (nn_real) run->node.attrs->resize.outside };
}

static gsize
n_planes (const NnOpRun *run)
{
  return (gsize) run->batch * (run->node.last ? 1 : run->node.out.dims[1]);
}

/* Items are rows of planes. */
static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  NnResize resize = resize_of (run);
  gsize height = run->node.out.dims[2], width = resize.out_width * resize.inner;
  gsize plane = run->node.in[0].dims[2] * resize.width * resize.inner;

  for (gsize i = from; i < to; i++)
    nn_resize_row (&resize, i % height, run->x[0] + i / height * plane, run->y + i * width);
}

static void
forward (const NnOpRun *run)
{
  lay_out_taps (run);
  nn_op_run_ranges (run, n_planes (run) * run->node.out.dims[2],
                    4 * (gsize) run->node.out.dims[3] * resize_of (run).inner, forward_range);
}

/* Items are planes. */
static void
backward_range (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  NnResize resize = resize_of (run);
  gsize height = run->node.out.dims[2], width = resize.out_width * resize.inner;
  gsize plane = run->node.in[0].dims[2] * resize.width * resize.inner;

  for (gsize i = from; i < to; i++)
    {
      nn_real *dx = run->dx[0] + i * plane;

      if (!run->add[0])
        memset (dx, 0, plane * sizeof *dx);
      for (gsize row = 0; row < height; row++)
        nn_resize_row_gradient (&resize, row, run->dy + (i * height + row) * width, dx);
    }
}

static void
backward (const NnOpRun *run)
{
  if (run->dx[0] == NULL)
    return;

  lay_out_taps (run);
  nn_op_run_ranges (run, n_planes (run), 4 * run->batch * run->out_count / n_planes (run),
                    backward_range);
}

const NnOp nn_op_resize = {
  .stem = "resize",
  .min_inputs = 1,
  .max_inputs = 1,
  .flags = NN_OP_CHANNELS_LAST,
  .infer = infer,
  .flops = flops,
  .scratch = scratch,
  .forward = forward,
  .backward = backward,
};
