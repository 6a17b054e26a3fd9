/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pool: the largest or mean value under a window that slides over every map. */
#include "nn-op.h"
#include "nn-last.h"
#include "nn-last-max.h"
#include "nn-pool.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Whether every window along @axis has a tap on the map itself. Padding below the kernel's extent
 * suffices without dilation; with it, the taps may step over a small map. */
static gboolean
windows_touch (const NnStencil *stencil,
               guint            axis,
               guint32          in,
               guint32          out)
{
  gint64 dilation = stencil->dilation[axis], before = stencil->pad[axis];

  for (gint64 p = 0; p < out; p++)
    {
      gint64 start = p * stencil->stride[axis] - before;
      gint64 tap = start >= 0 ? 0 : (-start + dilation - 1) / dilation;

      if (tap >= stencil->kernel[axis] || start + tap * dilation >= in)
        return FALSE;
      if (dilation == 1 && start >= 0)
        break; /* Later windows start on the map as well. */
    }

  return TRUE;
}

static gboolean
check_padding (const NnOpNode  *node,
               GError         **error)
{
  const NnStencil *stencil = &node->attrs->pool.stencil;

  for (guint side = 0; side < 4; side++)
    {
      guint64 extent = (guint64) stencil->dilation[side % 2] * (stencil->kernel[side % 2] - 1) + 1;

      if (stencil->pad[side] >= extent)
        {
          g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                       _("Node “%s”: a padding of %u is not below the window's extent of %llu."),
                       node->name, stencil->pad[side], (unsigned long long) extent);
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  const NnPoolSpec *spec = &node->attrs->pool;

  if (!nn_op_need_maps (node, error) || !nn_op_check_stencil (node, &spec->stencil, error) ||
      !check_padding (node, error))
    return FALSE;

  *out = node->in[0];
  for (guint axis = 0; axis < 2; axis++)
    if (!nn_stencil_out (&spec->stencil, axis, node->in[0].dims[2 + axis], spec->ceil_mode,
                         &out->dims[2 + axis]) ||
        !windows_touch (&spec->stencil, axis, node->in[0].dims[2 + axis], out->dims[2 + axis]))
      {
        g_autofree char *shape = nn_shape_dup_string (&node->in[0]);

        g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                     _("Node “%s”: a window of %u×%u does not fit its input of %s."), node->name,
                     spec->stencil.kernel[0], spec->stencil.kernel[1], shape);
        return FALSE;
      }

  return TRUE;
}

static guint64
flops (const NnOpNode *node)
{
  const NnStencil *stencil = &node->attrs->pool.stencil;

  return (guint64) nn_op_count (&node->out) * stencil->kernel[0] * stencil->kernel[1];
}

/* Of the largest value, for every output: its place in the map, with channels last its tap. */
static gboolean
saved (const NnOpNode *node,
       guint           batch,
       gsize          *bytes)
{
  *bytes = 0;

  return node->attrs->pool.average ||
         (g_size_checked_mul (bytes, nn_op_count (&node->out), batch) &&
          g_size_checked_mul (bytes, *bytes, sizeof (guint32)));
}

/* Items are planes. */
static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  const NnPoolSpec *spec = &run->node.attrs->pool;
  NnWindow window = nn_op_window (&spec->stencil, &run->node.in[0], &run->node.out);
  gsize in = window.height * window.width, out = window.out_height * window.out_width;

  for (gsize i = from; i < to; i++)
    if (spec->average)
      nn_mean_pool_forward (&window, spec->count_pad, run->x[0] + i * in, run->y + i * out);
    else
      nn_max_pool_forward (&window, run->x[0] + i * in, run->y + i * out,
                           run->saved != NULL ? (guint32 *) run->saved + i * out : NULL);
}

/* With channels last: items are rows of outputs. */
static void
forward_rows (const NnOpRun *run,
              gsize          from,
              gsize          to)
{
  const NnPoolSpec *spec = &run->node.attrs->pool;
  NnWindow window = nn_op_window (&spec->stencil, &run->node.in[0], &run->node.out);

  for (gsize i = from; i < to; i++)
    {
      gsize image = i / window.out_height, row = i % window.out_height;
      const nn_real *x = run->x[0] + image * run->in_count[0];
      nn_real *y = run->y + image * run->out_count;
      guint32 *index = run->saved;

      if (spec->average)
        nn_last_mean_pool (&window, run->node.in[0].dims[1], spec->count_pad, row, row + 1, x, y);
      else
        nn_last_max_kernels ()->forward (&window, run->node.in[0].dims[1], row, row + 1, x, y,
                                         index != NULL ? index + image * run->out_count : NULL);
    }
}

static void
forward (const NnOpRun *run)
{
  gsize positions = nn_op_positions (&run->node.in[0]);

  if (run->node.last)
    nn_op_run_ranges (run, (gsize) run->batch * run->node.out.dims[2],
                      run->in_count[0] / run->node.out.dims[2], forward_rows);
  else
    nn_op_run_ranges (run, (gsize) run->batch * run->node.out.dims[1], positions, forward_range);
}

static void
backward_range (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  const NnPoolSpec *spec = &run->node.attrs->pool;
  NnWindow window = nn_op_window (&spec->stencil, &run->node.in[0], &run->node.out);
  gsize in = window.height * window.width, out = window.out_height * window.out_width;

  for (gsize i = from; i < to; i++)
    {
      nn_real *dx = run->dx[0] + i * in;

      if (!run->add[0])
        memset (dx, 0, in * sizeof *dx);
      if (spec->average)
        nn_mean_pool_backward (&window, spec->count_pad, run->dy + i * out, dx);
      else
        nn_max_pool_backward (out, (const guint32 *) run->saved + i * out, run->dy + i * out, dx);
    }
}

/* With channels last: items are images. */
static void
backward_images (const NnOpRun *run,
                 gsize          from,
                 gsize          to)
{
  const NnPoolSpec *spec = &run->node.attrs->pool;
  NnWindow window = nn_op_window (&spec->stencil, &run->node.in[0], &run->node.out);
  gsize channels = run->node.in[0].dims[1];

  for (gsize i = from; i < to; i++)
    {
      nn_real *dx = run->dx[0] + i * run->in_count[0];
      const nn_real *dy = run->dy + i * run->out_count;

      if (!run->add[0])
        memset (dx, 0, run->in_count[0] * sizeof *dx);
      if (spec->average)
        nn_last_mean_pool_gradient (&window, channels, spec->count_pad, dy, dx);
      else
        nn_last_max_kernels ()->backward (&window, channels,
                                          (const guint32 *) run->saved + i * run->out_count, dy,
                                          dx);
    }
}

static void
backward (const NnOpRun *run)
{
  if (run->dx[0] != NULL && run->node.last)
    nn_op_run_ranges (run, run->batch, 4 * run->in_count[0], backward_images);
  else if (run->dx[0] != NULL)
    nn_op_run_ranges (run, (gsize) run->batch * run->node.out.dims[1],
                      nn_op_positions (&run->node.in[0]), backward_range);
}

const NnOp nn_op_pool = {
  .stem = "pool",
  .min_inputs = 1,
  .max_inputs = 1,
  .flags = NN_OP_CHANNELS_LAST,
  .infer = infer,
  .flops = flops,
  .saved = saved,
  .forward = forward,
  .backward = backward,
};
