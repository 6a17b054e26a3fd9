/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reshape: the same values under another shape. */
#include "nn-op.h"
#include "nn-pointwise.h"

#include <glib/gi18n-lib.h>

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  g_autofree char *from = NULL, *to = NULL;
  gsize count;

  *out = node->attrs->reshape.shape;
  if (out->rank <= NN_MAX_RANK && nn_shape_count (out, &count) &&
      count == nn_op_count (&node->in[0]))
    return TRUE;

  out->rank = MIN (out->rank, (guint32) NN_MAX_RANK);
  from = nn_shape_dup_string (&node->in[0]);
  to = nn_shape_dup_string (out);
  g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
               _("Node “%s”: values of %s can't be given the shape %s."), node->name, from, to);
  return FALSE;
}

static void
forward (const NnOpRun *run)
{
  nn_pass (run->batch * run->out_count, FALSE, run->x[0], run->y);
}

static void
backward (const NnOpRun *run)
{
  if (run->dx[0] != NULL)
    nn_pass (run->batch * run->out_count, run->add[0], run->dy, run->dx[0]);
}

static gboolean
mixes_items (const NnOpNode *node)
{
  return node->in[0].rank == 0 || node->out.rank == 0 || node->in[0].dims[0] != node->out.dims[0];
}

const NnOp nn_op_reshape = {
  .stem = "reshape",
  .min_inputs = 1,
  .max_inputs = 1,
  .flags = NN_OP_WHOLE | NN_OP_ALIAS | NN_OP_GRADIENT_IN_PLACE,
  .infer = infer,
  .forward = forward,
  .backward = backward,
  .mixes_items = mixes_items,
};
