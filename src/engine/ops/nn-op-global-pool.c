/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Global pool: the mean or the largest value of every map, as a map of one position. */
#include "nn-op.h"
#include "nn-last.h"
#include "nn-reduce.h"

#include <string.h>

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  if (!nn_op_need_maps (node, error))
    return FALSE;

  *out = nn_shape_maps (node->in[0].dims[1], 1, 1);
  out->dims[0] = node->in[0].dims[0];
  return TRUE;
}

static guint64
flops (const NnOpNode *node)
{
  return nn_op_count (&node->in[0]);
}

/* The first largest value; NaN beats everything. */
static gsize
winner_of (gsize          n,
           const nn_real *x)
{
  gsize winner = 0;

  for (gsize i = 1; i < n; i++)
    if (!(x[i] <= x[winner]) && x[winner] == x[winner])
      winner = i;

  return winner;
}

/* Items are planes. */
static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  gsize plane = nn_op_positions (&run->node.in[0]);

  for (gsize i = from; i < to; i++)
    {
      const nn_real *x = run->x[0] + i * plane;

      run->y[i] = run->node.attrs->global_pool.average ? nn_sum (plane, x) / (nn_real) plane
                                                       : x[winner_of (plane, x)];
    }
}

/* With channels last: items are images. Means only. */
static void
forward_images (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  gsize plane = nn_op_positions (&run->node.in[0]);

  for (gsize i = from; i < to; i++)
    nn_last_sum (plane, run->out_count, 1 / (nn_real) plane, run->x[0] + i * run->in_count[0],
                 run->y + i * run->out_count);
}

static void
forward (const NnOpRun *run)
{
  if (run->node.last)
    {
      nn_op_run_ranges (run, run->batch, run->in_count[0], forward_images);
      return;
    }

  nn_op_run_ranges (run, (gsize) run->batch * run->out_count, nn_op_positions (&run->node.in[0]),
                    forward_range);
}

static void
backward_range (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  gsize plane = nn_op_positions (&run->node.in[0]);

  for (gsize i = from; i < to; i++)
    {
      nn_real *dx = run->dx[0] + i * plane;

      if (!run->add[0])
        memset (dx, 0, plane * sizeof *dx);
      if (!run->node.attrs->global_pool.average)
        dx[winner_of (plane, run->x[0] + i * plane)] += run->dy[i];
      else
        for (gsize j = 0; j < plane; j++)
          dx[j] += run->dy[i] / (nn_real) plane;
    }
}

static void
backward_images (const NnOpRun *run,
                 gsize          from,
                 gsize          to)
{
  gsize plane = nn_op_positions (&run->node.in[0]), channels = run->out_count;
  nn_real share = 1 / (nn_real) plane;

  for (gsize i = from; i < to; i++)
    for (gsize p = 0; p < plane; p++)
      {
        nn_real *dx = run->dx[0] + i * run->in_count[0] + p * channels;

        for (gsize c = 0; c < channels; c++)
          dx[c] = (run->add[0] ? dx[c] : 0) + share * run->dy[i * channels + c];
      }
}

static gboolean
runs_last (const NnOpNode *node,
           gboolean        last)
{
  return last && node->attrs->global_pool.average;
}

static void
backward (const NnOpRun *run)
{
  if (run->dx[0] != NULL && run->node.last)
    nn_op_run_ranges (run, run->batch, run->in_count[0], backward_images);
  else if (run->dx[0] != NULL)
    nn_op_run_ranges (run, (gsize) run->batch * run->out_count, nn_op_positions (&run->node.in[0]),
                      backward_range);
}

const NnOp nn_op_global_pool = {
  .stem = "global-pool",
  .min_inputs = 1,
  .max_inputs = 1,
  .flags = NN_OP_CHANNELS_LAST,
  .infer = infer,
  .flops = flops,
  .forward = forward,
  .backward = backward,
  .runs_last = runs_last,
};
