/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Softmax: shares that add up to one along an axis (the channels in the project's own networks), or
 * their logarithms. */
#include "nn-op.h"
#include "nn-softmax.h"

#include <glib/gi18n-lib.h>

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  guint32 axis = node->attrs->softmax.axis, rank = node->in[0].rank;

  *out = node->in[0];
  if (axis < rank)
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
               _("Node “%s”: it works along axis %u, but its input has %u axes."), node->name,
               axis, rank);
  return FALSE;
}

static guint64
flops (const NnOpNode *node)
{
  return 3 * (guint64) nn_op_count (&node->out); /* exponential, sum, division */
}

static gboolean
mixes_items (const NnOpNode *node)
{
  return node->attrs->softmax.axis == 0;
}

/* The values of a batch as [outer, extent, inner]. */
typedef struct
{
  gsize outer, extent, inner;
} Cut;

static Cut
cut_of (const NnOpRun *run)
{
  const NnShape *shape = &run->node.out;
  guint32 axis = run->node.attrs->softmax.axis;
  Cut cut = { run->batch, shape->dims[axis], 1 };

  for (guint i = 0; i < shape->rank; i++)
    {
      cut.outer *= i < axis ? shape->dims[i] : 1;
      cut.inner *= i > axis ? shape->dims[i] : 1;
    }

  return cut;
}

static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  Cut cut = cut_of (run);
  gsize size = cut.extent * cut.inner;

  for (gsize i = from; i < to; i++)
    if (run->node.attrs->softmax.log)
      nn_log_softmax_forward (cut.extent, cut.inner, run->x[0] + i * size, run->y + i * size);
    else
      nn_softmax_forward (cut.extent, cut.inner, run->x[0] + i * size, run->y + i * size);
}

static void
forward (const NnOpRun *run)
{
  Cut cut = cut_of (run);

  nn_op_run_ranges (run, cut.outer, 8 * cut.extent * cut.inner, forward_range);
}

static void
backward_range (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  Cut cut = cut_of (run);
  gsize size = cut.extent * cut.inner;

  for (gsize i = from; i < to; i++)
    if (run->node.attrs->softmax.log)
      nn_log_softmax_backward (cut.extent, cut.inner, run->add[0], run->y + i * size,
                               run->dy + i * size, run->dx[0] + i * size);
    else
      nn_softmax_backward (cut.extent, cut.inner, run->add[0], run->y + i * size,
                           run->dy + i * size, run->dx[0] + i * size);
}

static void
backward (const NnOpRun *run)
{
  Cut cut = cut_of (run);

  if (run->dx[0] != NULL)
    nn_op_run_ranges (run, cut.outer, 2 * cut.extent * cut.inner, backward_range);
}

const NnOp nn_op_softmax = {
  .stem = "softmax",
  .min_inputs = 1,
  .max_inputs = 1,
  .flags = NN_OP_IN_PLACE | NN_OP_GRADIENT_IN_PLACE | NN_OP_WHOLE,
  .infer = infer,
  .flops = flops,
  .forward = forward,
  .backward = backward,
  .mixes_items = mixes_items,
};
