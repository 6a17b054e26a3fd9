/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Instance normalisation: mean 0 and variance 1 per item and channel, then scale and shift.
 * (D. Ulyanov et al., arXiv 1607.08022.) */
#include "nn-op.h"
#include "nn-pointwise.h"
#include "nn-reduce.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  float epsilon = node->attrs->instance_norm.epsilon;

  *out = node->in[0];
  if (!nn_op_need_channels (node, error))
    return FALSE;
  if (!(epsilon > 0) || !isfinite (epsilon))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("Node “%s”: epsilon is %g; it must be above 0."), node->name,
                   (double) epsilon);
      return FALSE;
    }

  return TRUE;
}

static void
slots (const NnOpNode *node,
       NnOpSlot        slots[NN_N_SLOTS])
{
  slots[NN_SLOT_WEIGHT] = (NnOpSlot) { node->in[0].dims[1], NN_INIT_ONE };
  slots[NN_SLOT_BIAS] = (NnOpSlot) { node->in[0].dims[1], NN_INIT_ZERO };
}

static guint64
flops (const NnOpNode *node)
{
  return 7 * (guint64) nn_op_count (&node->out); /* mean, variance, scale, shift */
}

/* Mean and 1 / √(variance + ε) of one plane. */
static void
settle (const NnOpRun *run,
        gsize          n,
        const nn_real *x,
        nn_real       *mean,
        nn_real       *factor)
{
  double variance;

  *mean = nn_sum (n, x) / (nn_real) n;
  variance = (double) nn_sum_of_squares (n, x, *mean) / (double) n;
  *factor = (nn_real) (1 / sqrt (variance + (double) run->node.attrs->instance_norm.epsilon));
}

/* Items are planes. */
static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  gsize n = nn_op_positions (&run->node.out), n_channels = run->node.out.dims[1];

  for (gsize i = from; i < to; i++)
    {
      gsize c = i % n_channels;
      nn_real mean, factor;

      settle (run, n, run->x[0] + i * n, &mean, &factor);
      nn_affine (n, run->x[0] + i * n, mean, factor * run->slot[NN_SLOT_WEIGHT][c],
                 run->slot[NN_SLOT_BIAS][c], run->y + i * n);
    }
}

static void
forward (const NnOpRun *run)
{
  nn_op_run_ranges (run, (gsize) run->batch * run->node.out.dims[1],
                    3 * nn_op_positions (&run->node.out), forward_range);
}

/* With s the scale, f = 1 / √(variance + ε) and x̂ = (x − mean)·f:
 * dx = s·f·(dy − mean (dy) − x̂·mean (dy·x̂)). Items are channels: the sums over the batch of one
 * channel are taken in the order of the batch. */
static void
backward_range (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  gsize n = nn_op_positions (&run->node.out), n_channels = run->node.out.dims[1];

  for (gsize c = from; c < to; c++)
    {
      nn_real scale = run->slot[NN_SLOT_WEIGHT][c], d_scale = 0, d_shift = 0;

      for (gsize i = c; i < run->batch * n_channels; i += n_channels)
        {
          const nn_real *x = run->x[0] + i * n, *dy = run->dy + i * n;
          nn_real mean, factor, sum, moment;

          settle (run, n, x, &mean, &factor);
          nn_sum_and_moment (n, dy, x, mean, &sum, &moment);
          d_shift += sum;
          d_scale += moment * factor;
          if (run->dx[0] != NULL)
            nn_norm_gradient (n, run->add[0], dy, x, scale * factor, sum / (nn_real) n, mean,
                              scale * factor * factor * factor * moment / (nn_real) n,
                              run->dx[0] + i * n);
        }
      if (run->dslot[NN_SLOT_WEIGHT] != NULL)
        run->dslot[NN_SLOT_WEIGHT][c] = d_scale;
      if (run->dslot[NN_SLOT_BIAS] != NULL)
        run->dslot[NN_SLOT_BIAS][c] = d_shift;
    }
}

static void
backward (const NnOpRun *run)
{
  nn_op_run_ranges (run, run->node.out.dims[1], 5 * run->batch * nn_op_positions (&run->node.out),
                    backward_range);
}

const NnOp nn_op_instance_norm = {
  .stem = "instance-norm",
  .min_inputs = 1,
  .max_inputs = 1,
  .flags = NN_OP_GRADIENT_IN_PLACE,
  .infer = infer,
  .slots = slots,
  .flops = flops,
  .forward = forward,
  .backward = backward,
};
