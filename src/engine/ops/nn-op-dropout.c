/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dropout: in training, values become zero by chance and the rest is scaled up (N. Srivastava et
 * al., JMLR 15, 2014). */
#include "nn-op.h"
#include "nn-pointwise.h"

#include "cvr-rng.h"

#include <glib/gi18n-lib.h>

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  float rate = node->attrs->dropout.rate;

  if (!(rate >= 0 && rate < 1))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("Node “%s”: the dropout rate is %g; it must be at least 0 and below 1."),
                   node->name, (double) rate);
      return FALSE;
    }

  *out = node->in[0];
  return TRUE;
}

/* One byte per value: whether it stayed. */
static gboolean
saved (const NnOpNode *node,
       guint           batch,
       gsize          *bytes)
{
  return g_size_checked_mul (bytes, nn_op_count (&node->out), batch);
}

static float
rate_of (const NnOpRun *run)
{
  return run->dropout != NULL ? *run->dropout : run->node.attrs->dropout.rate;
}

static nn_real
scale_of (const NnOpRun *run)
{
  return 1 / (1 - (nn_real) rate_of (run));
}

/* Every image of every node has a random stream of its own, so threads do not matter. */
static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  guint32 limit = (guint32) ((double) rate_of (run) * 0x1p32);

  for (gsize n = from; n < to; n++)
    {
      CvrRng rng = cvr_rng_new (run->seed, (guint64) run->stream << 32 | n);
      guint8 *mask = (guint8 *) run->saved + n * run->out_count;

      for (gsize i = 0; i < run->out_count; i++)
        mask[i] = cvr_rng_next (&rng) >= limit;
      nn_mask (run->out_count, FALSE, run->x[0] + n * run->out_count, mask, scale_of (run),
               run->y + n * run->out_count);
    }
}

static void
forward (const NnOpRun *run)
{
  if (run->train)
    nn_op_run_ranges (run, run->batch, 4 * run->out_count, forward_range);
  else
    nn_pass (run->batch * run->out_count, FALSE, run->x[0], run->y);
}

static void
backward_range (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  if (run->train)
    nn_mask (to - from, run->add[0], run->dy + from, (const guint8 *) run->saved + from,
             scale_of (run), run->dx[0] + from);
  else
    nn_pass (to - from, run->add[0], run->dy + from, run->dx[0] + from);
}

static void
backward (const NnOpRun *run)
{
  if (run->dx[0] != NULL)
    nn_op_run_ranges (run, run->batch * run->out_count, 1, backward_range);
}

const NnOp nn_op_dropout = {
  .stem = "dropout",
  .min_inputs = 1,
  .max_inputs = 1,
  .flags = NN_OP_IN_PLACE | NN_OP_GRADIENT_IN_PLACE | NN_OP_ALIAS_INFERENCE | NN_OP_CHANNELS_LAST,
  .infer = infer,
  .saved = saved,
  .forward = forward,
  .backward = backward,
};
