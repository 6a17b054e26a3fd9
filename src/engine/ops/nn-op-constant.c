/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Constant: values that no input changes. */
#include "nn-op.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  *out = node->attrs->constant.shape;
  if (out->rank <= NN_MAX_RANK)
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
               _("Node “%s”: a rank of %u can't be used: it is at most %d."), node->name,
               out->rank, NN_MAX_RANK);
  return FALSE;
}

static void
slots (const NnOpNode *node,
       NnOpSlot        slots[NN_N_SLOTS])
{
  slots[NN_SLOT_WEIGHT] = (NnOpSlot) { nn_op_count (&node->out), NN_INIT_ZERO };
}

/* Nothing where the values are read from the parameters themselves. */
static void
forward (const NnOpRun *run)
{
  if (run->y != run->slot[NN_SLOT_WEIGHT])
    memcpy (run->y, run->slot[NN_SLOT_WEIGHT], run->out_count * sizeof *run->y);
}

const NnOp nn_op_constant = {
  .stem = "constant",
  .flags = NN_OP_WHOLE,
  .infer = infer,
  .slots = slots,
  .forward = forward,
};
