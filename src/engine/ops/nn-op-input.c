/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: values that the caller writes. */
#include "nn-op.h"

static void
forward (const NnOpRun *run)
{
}

const NnOp nn_op_input = {
  .stem = "input",
  .infer = nn_op_same_shape, /* Never asked: the builder is given the shape. */
  .forward = forward,
};
