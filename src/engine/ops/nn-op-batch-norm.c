/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batch normalisation (S. Ioffe, C. Szegedy, arXiv 1502.03167): per channel, mean 0 and variance 1
 * over batch and positions, then a learned scale and shift. */
#include "nn-norm.h"
#include "nn-pointwise.h"
#include "nn-reduce.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  const NnBatchNormSpec *spec = &node->attrs->batch_norm;

  if (!(spec->epsilon > 0 && isfinite (spec->epsilon)) ||
      !(spec->momentum >= 0 && spec->momentum <= 1))
    {
      g_set_error (
        error, NN_ERROR, NN_ERROR_SPEC,
        _("Node “%s”: epsilon is %g and must be above 0; momentum is %g and must be from 0 to 1."),
        node->name, (double) spec->epsilon, (double) spec->momentum);
      return FALSE;
    }

  *out = node->in[0];
  return TRUE;
}

static void
slots (const NnOpNode *node,
       NnOpSlot        slots[NN_N_SLOTS])
{
  gsize channels = node->in[0].dims[1];

  slots[NN_SLOT_WEIGHT] = (NnOpSlot) { channels, NN_INIT_ONE };
  slots[NN_SLOT_BIAS] = (NnOpSlot) { channels, NN_INIT_ZERO };
  slots[NN_SLOT_MEAN] = (NnOpSlot) { channels, NN_INIT_ZERO };
  slots[NN_SLOT_VARIANCE] = (NnOpSlot) { channels, NN_INIT_ONE };
}

static guint64
flops (const NnOpNode *node)
{
  return 2 * (guint64) nn_op_count (&node->out);
}

/* The batch's mean and 1/deviation per channel. */
static gboolean
saved (const NnOpNode *node,
       guint           batch,
       gsize          *bytes)
{
  return g_size_checked_mul (bytes, node->in[0].dims[1], 2 * sizeof (nn_real));
}

static gboolean
scratch (const NnOpNode *node,
         guint           batch,
         gboolean        backward,
         gsize          *bytes)
{
  *bytes = 0;

  return !node->last || nn_norm_last_scratch (node, batch, bytes);
}

static nn_real
inverse_deviation (const NnOpRun *run,
                   double         variance)
{
  return (nn_real) (1 / sqrt (variance + (double) run->node.attrs->batch_norm.epsilon));
}

NnMoments
nn_norm_running (const NnOpRun *run,
                 gsize          channel)
{
  return (NnMoments) { run->slot[NN_SLOT_MEAN][channel],
                       inverse_deviation (run, run->slot[NN_SLOT_VARIANCE][channel]) };
}

static void
follow (const NnOpRun *run,
        nn_real       *running,
        double         batch)
{
  double momentum = run->node.attrs->batch_norm.momentum;

  *running = (nn_real) ((1 - momentum) * *running + momentum * batch);
}

/* Running statistics as PyTorch keeps them: the variance divided by n − 1. */
NnMoments
nn_norm_follow (const NnOpRun *run,
                gsize          channel,
                double         n,
                double         mean,
                double         squares)
{
  follow (run, &run->running[0][channel], mean);
  follow (run, &run->running[1][channel], n > 1 ? squares / (n - 1) : 0);

  return (NnMoments) { (nn_real) mean, inverse_deviation (run, squares / n) };
}

/* Sums of a plane in its fixed lanes, sums over images in double; the deviation about the mean in a
 * second pass, while the channel is still in the cache. */
static NnMoments
batch_moments (const NnOpRun *run,
               gsize          channel)
{
  gsize plane = nn_op_positions (&run->node.in[0]);
  const nn_real *x = run->x[0] + channel * plane;
  double n = (double) run->batch * (double) plane, sum = 0, squares = 0;
  nn_real mean;

  for (gsize i = 0; i < run->batch; i++)
    sum += nn_sum (plane, x + i * run->out_count);
  mean = (nn_real) (sum / n);
  for (gsize i = 0; i < run->batch; i++)
    squares += nn_sum_of_squares (plane, x + i * run->out_count, mean);

  return nn_norm_follow (run, channel, n, sum / n, squares);
}

/* Items are channels. */
static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  gsize plane = nn_op_positions (&run->node.in[0]);
  NnMoments *kept = run->saved;

  for (gsize c = from; c < to; c++)
    {
      NnMoments moments = run->train ? batch_moments (run, c) : nn_norm_running (run, c);
      nn_real scale = run->slot[NN_SLOT_WEIGHT][c] * moments.inverse,
              shift = run->slot[NN_SLOT_BIAS][c];

      if (run->train)
        kept[c] = moments;
      for (gsize i = 0; i < run->batch; i++)
        {
          gsize offset = i * run->out_count + c * plane;

          nn_affine (plane, run->x[0] + offset, moments.mean, scale, shift, run->y + offset);
        }
    }
}

static void
forward (const NnOpRun *run)
{
  if (run->node.last)
    {
      nn_norm_last_forward (run);
      return;
    }

  nn_op_run_ranges (run, run->node.out.dims[1], 3 * run->batch * nn_op_positions (&run->node.out),
                    forward_range);
}

/* With x̂ = (x − mean)/deviation: Σ dy, the shift's gradient, and Σ dy·x̂, the scale's. */
static void
gradient_sums (const NnOpRun *run,
               gsize          channel,
               NnMoments      moments,
               double        *shift,
               double        *scale)
{
  gsize plane = nn_op_positions (&run->node.in[0]);
  double products = 0;

  *shift = 0;
  for (gsize i = 0; i < run->batch; i++)
    {
      gsize offset = i * run->out_count + channel * plane;
      nn_real sum, moment;

      nn_sum_and_moment (plane, run->dy + offset, run->x[0] + offset, moments.mean, &sum, &moment);
      *shift += sum;
      products += moment;
    }
  *scale = products * moments.inverse;
}

/* In training, mean and deviation move with x:
 * dx = scale/deviation · (dy − d_shift/n − x̂·d_scale/n);
 * otherwise only the first term is there. */
static void
backward_range (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  gsize plane = nn_op_positions (&run->node.in[0]);
  double n = (double) run->batch * (double) plane;

  for (gsize c = from; c < to; c++)
    {
      NnMoments moments = run->train ? ((const NnMoments *) run->saved)[c] : nn_norm_running (run, c);
      nn_real factor = run->slot[NN_SLOT_WEIGHT][c] * moments.inverse, mean = 0, slope = 0;
      double shift = 0, scale = 0;

      if (run->train || run->dslot[NN_SLOT_WEIGHT] != NULL || run->dslot[NN_SLOT_BIAS] != NULL)
        gradient_sums (run, c, moments, &shift, &scale);
      if (run->train)
        {
          mean = (nn_real) (shift / n);
          slope = (nn_real) (factor * moments.inverse * (scale / n));
        }
      if (run->dslot[NN_SLOT_WEIGHT] != NULL)
        run->dslot[NN_SLOT_WEIGHT][c] = (nn_real) scale;
      if (run->dslot[NN_SLOT_BIAS] != NULL)
        run->dslot[NN_SLOT_BIAS][c] = (nn_real) shift;

      for (gsize i = 0; i < run->batch && run->dx[0] != NULL; i++)
        {
          gsize offset = i * run->out_count + c * plane;

          nn_norm_gradient (plane, run->add[0], run->dy + offset, run->x[0] + offset, factor, mean,
                            moments.mean, slope, run->dx[0] + offset);
        }
    }
}

static void
backward (const NnOpRun *run)
{
  if (run->node.last)
    {
      nn_norm_last_backward (run);
      return;
    }

  nn_op_run_ranges (run, run->node.out.dims[1], 3 * run->batch * nn_op_positions (&run->node.out),
                    backward_range);
}

const NnOp nn_op_batch_norm = {
  .stem = "batch-norm",
  .min_inputs = 1,
  .max_inputs = 1,
  .flags = NN_OP_RELU | NN_OP_RELU_BACKWARD | NN_OP_IN_PLACE | NN_OP_GRADIENT_IN_PLACE | NN_OP_CHANNELS_LAST,
  .infer = infer,
  .slots = slots,
  .flops = flops,
  .saved = saved,
  .scratch = scratch,
  .forward = forward,
  .backward = backward,
};
