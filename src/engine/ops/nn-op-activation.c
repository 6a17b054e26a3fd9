/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Activation: one function of every value; its gradient is told from the output. */
#include "nn-op.h"
#include "nn-pointwise.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  const NnActivationSpec *spec = &node->attrs->activation;
  gboolean uses_alpha = spec->function == NN_ACTIVATION_LEAKY_RELU ||
                        spec->function == NN_ACTIVATION_ELU;

  if (uses_alpha && !(spec->alpha >= 0 && isfinite (spec->alpha)))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("Node “%s”: alpha is %g; it must be 0 or more."), node->name,
                   (double) spec->alpha);
      return FALSE;
    }

  *out = node->in[0];
  return TRUE;
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
  const NnActivationSpec *spec = &run->node.attrs->activation;
  const nn_real *x = run->x[0] + from;
  nn_real *y = run->y + from;
  gsize n = to - from;

  switch (spec->function)
    {
    case NN_ACTIVATION_RELU:
      nn_relu (n, x, y);
      break;
    case NN_ACTIVATION_LEAKY_RELU:
      nn_leaky (n, spec->alpha, x, y);
      break;
    case NN_ACTIVATION_ELU:
      nn_elu (n, spec->alpha, x, y);
      break;
    case NN_ACTIVATION_SIGMOID:
      nn_sigmoid (n, x, y);
      break;
    case NN_ACTIVATION_TANH:
      nn_tanh (n, x, y);
      break;
    case NN_ACTIVATION_RELU6:
      nn_relu6 (n, x, y);
      break;
    case NN_N_ACTIVATIONS:
    default:
      g_assert_not_reached ();
    }
}

static void
forward (const NnOpRun *run)
{
  nn_op_run_ranges (run, run->batch * run->out_count, 1, forward_range);
}

static void
backward_range (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  const NnActivationSpec *spec = &run->node.attrs->activation;
  const nn_real *y = run->y + from, *dy = run->dy + from;
  nn_real *dx = run->dx[0] + from;
  gboolean add = run->add[0];
  gsize n = to - from;

  switch (spec->function)
    {
    case NN_ACTIVATION_RELU:
      nn_relu_gradient (n, add, y, dy, dx);
      break;
    case NN_ACTIVATION_LEAKY_RELU:
      nn_leaky_gradient (n, add, spec->alpha, y, dy, dx);
      break;
    case NN_ACTIVATION_ELU:
      nn_elu_gradient (n, add, spec->alpha, y, dy, dx);
      break;
    case NN_ACTIVATION_SIGMOID:
      nn_sigmoid_gradient (n, add, y, dy, dx);
      break;
    case NN_ACTIVATION_TANH:
      nn_tanh_gradient (n, add, y, dy, dx);
      break;
    case NN_ACTIVATION_RELU6:
      nn_relu6_gradient (n, add, y, dy, dx);
      break;
    case NN_N_ACTIVATIONS:
    default:
      g_assert_not_reached ();
    }
}

static void
backward (const NnOpRun *run)
{
  if (run->dx[0] != NULL)
    nn_op_run_ranges (run, run->batch * run->out_count, 1, backward_range);
}

const NnOp nn_op_activation = {
  .stem = "activation",
  .min_inputs = 1,
  .max_inputs = 1,
  .flags = NN_OP_IN_PLACE | NN_OP_GRADIENT_IN_PLACE,
  .infer = infer,
  .flops = flops,
  .forward = forward,
  .backward = backward,
};
