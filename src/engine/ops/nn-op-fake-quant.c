/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fake quantization: rounds every value to an affine grid; the gradient passes straight through
 * (Y. Bengio et al., arXiv 1308.3432) and is zero where the value was clamped. Not counted as
 * operations: in integers it is how a sum is stored. */
#include "nn-op.h"
#include "nn-pointwise.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  const NnFakeQuantSpec *spec = &node->attrs->fake_quant;

  if (!(spec->scale > 0 && isfinite (spec->scale)))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("Node “%s”: the grid's scale is %g; it must be above 0."), node->name,
                   (double) spec->scale);
      return FALSE;
    }
  /* Beyond 2^24 a float no longer holds every whole number. */
  if (spec->low > spec->high || spec->low < -(1 << 24) || spec->high > 1 << 24 ||
      ABS ((gint64) spec->zero_point) > 1 << 24)
    {
      g_set_error (
        error, NN_ERROR, NN_ERROR_SPEC,
        _ (
          "Node “%s”: levels %d to %d around %d make no grid; they must rise and stay within ±%d."),
        node->name, spec->low, spec->high, spec->zero_point, 1 << 24);
      return FALSE;
    }

  *out = node->in[0];
  return TRUE;
}

static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  const NnFakeQuantSpec *spec = &run->node.attrs->fake_quant;

  nn_grid (to - from, spec->scale, spec->zero_point, spec->low, spec->high, run->x[0] + from,
           run->y + from);
}

static void
forward (const NnOpRun *run)
{
  nn_op_run_ranges (run, run->batch * run->out_count, 2, forward_range);
}

static void
backward_range (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  const NnFakeQuantSpec *spec = &run->node.attrs->fake_quant;

  nn_grid_gradient (to - from, run->add[0], spec->scale, spec->zero_point, spec->low, spec->high,
                    run->x[0] + from, run->dy + from, run->dx[0] + from);
}

static void
backward (const NnOpRun *run)
{
  if (run->dx[0] != NULL)
    nn_op_run_ranges (run, run->batch * run->out_count, 2, backward_range);
}

const NnOp nn_op_fake_quant = {
  .stem = "fake-quant",
  .min_inputs = 1,
  .max_inputs = 1,
  .flags = NN_OP_IN_PLACE | NN_OP_GRADIENT_IN_PLACE | NN_OP_CHANNELS_LAST,
  .infer = infer,
  .forward = forward,
  .backward = backward,
};
