/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Add: the sum of two nodes of equal shape. */
#include "nn-op.h"
#include "nn-pointwise.h"

#include <glib/gi18n-lib.h>

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  g_autofree char *a = NULL, *b = NULL;

  *out = node->in[0];
  if (nn_shape_equal (&node->in[0], &node->in[1]))
    return TRUE;

  a = nn_shape_dup_string (&node->in[0]);
  b = nn_shape_dup_string (&node->in[1]);
  g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
               _("Node “%s”: its inputs are %s and %s; an addition needs equal shapes."),
               node->name, a, b);
  return FALSE;
}

static guint64
flops (const NnOpNode *node)
{
  return nn_op_count (&node->out);
}

static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  if (run->epilogue.relu)
    nn_add_relu (to - from, run->x[0] + from, run->x[1] + from, run->y + from);
  else
    nn_add (to - from, run->x[0] + from, run->x[1] + from, run->y + from);
}

static void
forward (const NnOpRun *run)
{
  nn_op_run_ranges (run, run->batch * run->out_count, 1, forward_range);
}

/* The first input last: its gradient may lie where @dy lies. */
static void
backward_range (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  for (guint i = 2; i-- > 0;)
    if (run->dx[i] != NULL)
      nn_pass (to - from, run->add[i], run->dy + from, run->dx[i] + from);
}

static void
backward (const NnOpRun *run)
{
  nn_op_run_ranges (run, run->batch * run->out_count, 1, backward_range);
}

const NnOp nn_op_add = {
  .stem = "add",
  .min_inputs = 2,
  .max_inputs = 2,
  .flags = NN_OP_RELU | NN_OP_IN_PLACE | NN_OP_GRADIENT_IN_PLACE | NN_OP_CHANNELS_LAST,
  .infer = infer,
  .flops = flops,
  .forward = forward,
  .backward = backward,
};
