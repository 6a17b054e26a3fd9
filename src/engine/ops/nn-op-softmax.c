/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Softmax: shares that add up to one over the channels, at every position. */
#include "nn-op.h"
#include "nn-softmax.h"

static guint64
flops (const NnOpNode *node)
{
  return 3 * (guint64) nn_op_count (&node->out); /* exponential, sum, division */
}

static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  for (gsize n = from; n < to; n++)
    nn_softmax_forward (run->node.out.dims[1], nn_op_positions (&run->node.out),
                        run->x[0] + n * run->out_count, run->y + n * run->out_count);
}

static void
forward (const NnOpRun *run)
{
  nn_op_run_ranges (run, run->batch, 8 * run->out_count, forward_range);
}

static void
backward_range (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  for (gsize n = from; n < to; n++)
    nn_softmax_backward (run->node.out.dims[1], nn_op_positions (&run->node.out), run->add[0],
                         run->y + n * run->out_count, run->dy + n * run->out_count,
                         run->dx[0] + n * run->out_count);
}

static void
backward (const NnOpRun *run)
{
  if (run->dx[0] != NULL)
    nn_op_run_ranges (run, run->batch, 2 * run->out_count, backward_range);
}

const NnOp nn_op_softmax = {
  .stem = "softmax",
  .min_inputs = 1,
  .max_inputs = 1,
  .flags = NN_OP_IN_PLACE | NN_OP_GRADIENT_IN_PLACE,
  .infer = nn_op_same_shape,
  .flops = flops,
  .forward = forward,
  .backward = backward,
};
