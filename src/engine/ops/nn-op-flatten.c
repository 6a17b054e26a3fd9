/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Flatten: the values of every row as a vector. */
#include "nn-op.h"
#include "nn-pointwise.h"

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  const NnShape *in = &node->in[0];
  guint32 rows = in->rank > 0 ? in->dims[0] : 1;

  *out = nn_shape_vector ((guint32) (nn_op_count (in) / rows)); /* At most 2^31 by the builder. */
  out->dims[0] = rows;
  return TRUE;
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

const NnOp nn_op_flatten = {
  .stem = "flatten",
  .min_inputs = 1,
  .max_inputs = 1,
  .flags = NN_OP_ALIAS | NN_OP_GRADIENT_IN_PLACE,
  .infer = infer,
  .forward = forward,
  .backward = backward,
};
