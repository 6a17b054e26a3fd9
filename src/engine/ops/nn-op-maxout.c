/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maxout: the largest of every group of neighbouring channels (I. Goodfellow et al., arXiv
 * 1302.4389). */
#include "nn-op.h"
#include "nn-maxout.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  guint32 pieces = node->attrs->maxout.pieces, channels = node->in[0].dims[1];

  if (!nn_op_need_channels (node, error))
    return FALSE;
  if (pieces == 0 || channels % pieces != 0)
    {
      g_set_error (
        error, NN_ERROR, NN_ERROR_SPEC,
        _("Node “%s”: %u channels can't be divided into groups of %u; maxout needs a divisor."),
        node->name, channels, pieces);
      return FALSE;
    }

  *out = node->in[0];
  out->dims[1] = channels / pieces;
  return TRUE;
}

static guint64
flops (const NnOpNode *node)
{
  return nn_op_count (&node->in[0]);
}

/* Items are output planes. */
static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  gsize pieces = run->node.attrs->maxout.pieces, plane = nn_op_positions (&run->node.out);

  for (gsize i = from; i < to; i++)
    nn_maxout_forward (pieces, plane, run->x[0] + i * pieces * plane, run->y + i * plane);
}

static void
forward (const NnOpRun *run)
{
  nn_op_run_ranges (run, (gsize) run->batch * run->node.out.dims[1],
                    nn_op_positions (&run->node.out) * run->node.attrs->maxout.pieces,
                    forward_range);
}

static void
backward_range (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  gsize pieces = run->node.attrs->maxout.pieces, plane = nn_op_positions (&run->node.out);

  for (gsize i = from; i < to; i++)
    {
      nn_real *dx = run->dx[0] + i * pieces * plane;

      if (!run->add[0])
        memset (dx, 0, pieces * plane * sizeof *dx);
      nn_maxout_backward (pieces, plane, run->x[0] + i * pieces * plane, run->dy + i * plane, dx);
    }
}

static void
backward (const NnOpRun *run)
{
  if (run->dx[0] != NULL)
    nn_op_run_ranges (run, (gsize) run->batch * run->node.out.dims[1],
                      nn_op_positions (&run->node.out) * run->node.attrs->maxout.pieces,
                      backward_range);
}

const NnOp nn_op_maxout = {
  .stem = "maxout",
  .min_inputs = 1,
  .max_inputs = 1,
  .infer = infer,
  .flops = flops,
  .forward = forward,
  .backward = backward,
};
