/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Activation: one function of every value. The commonest tell their gradient from the output, as
 * inference may have put it where the input was; the others look at the input, which training
 * keeps. */
#include "nn-activation.h"
#include "nn-function.h"
#include "nn-grid.h"
#include "nn-op.h"
#include "nn-pointwise.h"

#include <glib/gi18n-lib.h>
#include <math.h>

typedef void (*ValueFunc) (gsize n, const nn_real *x, nn_real *y);
typedef void (*GradientFunc) (
    gsize n, bool add, const nn_real *known, const nn_real *dy, nn_real *dx);

static void
round_to_half (gsize          n,
               const nn_real *x,
               nn_real       *y)
{
  for (gsize i = 0; i < n; i++)
    y[i] = fabs ((double) x[i]) >= 65520 ? (nn_real) copysign (INFINITY, (double) x[i])
                                         : (nn_real) nn_grid_half ((float) x[i]);
}

/* The functions without numbers of their own. */
static const ValueFunc value_funcs[NN_N_ACTIVATIONS] = {
  [NN_ACTIVATION_RELU] = nn_relu,
  [NN_ACTIVATION_SIGMOID] = nn_sigmoid,
  [NN_ACTIVATION_TANH] = nn_tanh,
  [NN_ACTIVATION_RELU6] = nn_relu6,
  [NN_ACTIVATION_HARD_SWISH] = nn_hard_swish,
  [NN_ACTIVATION_SOFTPLUS] = nn_softplus,
  [NN_ACTIVATION_EXP] = nn_exp,
  [NN_ACTIVATION_LOG] = nn_log,
  [NN_ACTIVATION_SQRT] = nn_sqrt,
  [NN_ACTIVATION_ERF] = nn_erf,
  [NN_ACTIVATION_ABS] = nn_abs,
  [NN_ACTIVATION_NEGATE] = nn_negate,
  [NN_ACTIVATION_RECIPROCAL] = nn_reciprocal,
  [NN_ACTIVATION_FLOOR] = nn_floor,
  [NN_ACTIVATION_CEIL] = nn_ceil,
  [NN_ACTIVATION_ROUND] = nn_round,
  [NN_ACTIVATION_TRUNCATE] = nn_truncate,
  [NN_ACTIVATION_HALF] = round_to_half,
  [NN_ACTIVATION_NONZERO] = nn_nonzero,
};

static const GradientFunc told_by_output[NN_N_ACTIVATIONS] = {
  [NN_ACTIVATION_RELU] = nn_relu_gradient,
  [NN_ACTIVATION_SIGMOID] = nn_sigmoid_gradient,
  [NN_ACTIVATION_TANH] = nn_tanh_gradient,
  [NN_ACTIVATION_RELU6] = nn_relu6_gradient,
  [NN_ACTIVATION_EXP] = nn_exp_gradient,
  [NN_ACTIVATION_SQRT] = nn_sqrt_gradient,
  [NN_ACTIVATION_RECIPROCAL] = nn_reciprocal_gradient,
};

static const GradientFunc told_by_input[NN_N_ACTIVATIONS] = {
  [NN_ACTIVATION_HARD_SWISH] = nn_hard_swish_gradient,
  [NN_ACTIVATION_SOFTPLUS] = nn_softplus_gradient,
  [NN_ACTIVATION_LOG] = nn_log_gradient,
  [NN_ACTIVATION_ERF] = nn_erf_gradient,
  [NN_ACTIVATION_ABS] = nn_abs_gradient,
};

static gboolean
check_numbers (const NnOpNode  *node,
               GError         **error)
{
  const NnActivationSpec *spec = &node->attrs->activation;
  NnActivation function = spec->function;
  gboolean slope = function == NN_ACTIVATION_LEAKY_RELU || function == NN_ACTIVATION_ELU;
  gboolean both = function == NN_ACTIVATION_HARD_SIGMOID || function == NN_ACTIVATION_SELU;
  gboolean bounds = function == NN_ACTIVATION_CLIP;

  if (slope && !(spec->alpha >= 0 && isfinite (spec->alpha)))
    g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                 _("Node “%s”: alpha is %g; it must be 0 or more."), node->name,
                 (double) spec->alpha);
  else if (both && !(isfinite (spec->alpha) && isfinite (spec->beta)))
    g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                 _("Node “%s”: its numbers %g and %g must be finite."), node->name,
                 (double) spec->alpha, (double) spec->beta);
  else if (bounds && (isnan (spec->alpha) || isnan (spec->beta)))
    g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                 _("Node “%s”: its bounds %g and %g are no numbers."), node->name,
                 (double) spec->alpha, (double) spec->beta);
  else
    return TRUE;

  return FALSE;
}

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  *out = node->in[0];

  return check_numbers (node, error);
}

static guint64
flops (const NnOpNode *node)
{
  return nn_op_count (&node->out);
}

void
nn_activation_apply (const NnActivationSpec *spec,
                     gsize                   n,
                     const nn_real          *x,
                     nn_real                *y)
{
  switch (spec->function)
    {
    case NN_ACTIVATION_LEAKY_RELU:
      nn_leaky (n, spec->alpha, x, y);
      break;
    case NN_ACTIVATION_ELU:
      nn_elu (n, spec->alpha, x, y);
      break;
    case NN_ACTIVATION_HARD_SIGMOID:
      nn_hard_sigmoid (n, spec->alpha, spec->beta, x, y);
      break;
    case NN_ACTIVATION_CLIP:
      nn_clip (n, spec->alpha, spec->beta, x, y);
      break;
    case NN_ACTIVATION_SELU:
      nn_selu (n, spec->alpha, spec->beta, x, y);
      break;
    default:
      value_funcs[spec->function](n, x, y);
      break;
    }
}

static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  nn_activation_apply (&run->node.attrs->activation, to - from, run->x[0] + from, run->y + from);
}

static void
forward (const NnOpRun *run)
{
  nn_op_run_ranges (run, run->batch * run->out_count, 1, forward_range);
}

/* Functions of steps pass nothing back, apart from rounding to halves, which passes all. */
static void
step_gradient (const NnOpRun *run,
               gsize          n,
               const nn_real *dy,
               nn_real       *dx)
{
  if (run->node.attrs->activation.function == NN_ACTIVATION_HALF)
    nn_pass (n, run->add[0], dy, dx);
  else if (!run->add[0])
    memset (dx, 0, n * sizeof *dx);
}

static void
backward_range (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  const NnActivationSpec *spec = &run->node.attrs->activation;
  const nn_real *x = run->x[0] + from, *y = run->y + from, *dy = run->dy + from;
  nn_real *dx = run->dx[0] + from;
  gboolean add = run->add[0];
  gsize n = to - from;

  switch (spec->function)
    {
    case NN_ACTIVATION_LEAKY_RELU:
      nn_leaky_gradient (n, add, spec->alpha, y, dy, dx);
      break;
    case NN_ACTIVATION_ELU:
      nn_elu_gradient (n, add, spec->alpha, y, dy, dx);
      break;
    case NN_ACTIVATION_HARD_SIGMOID:
      nn_hard_sigmoid_gradient (n, add, spec->alpha, spec->beta, x, dy, dx);
      break;
    case NN_ACTIVATION_CLIP:
      nn_clip_gradient (n, add, spec->alpha, spec->beta, x, dy, dx);
      break;
    case NN_ACTIVATION_SELU:
      nn_selu_gradient (n, add, spec->alpha, spec->beta, x, dy, dx);
      break;
    case NN_ACTIVATION_NEGATE:
      nn_negate_gradient (n, add, dy, dx);
      break;
    default:
      if (told_by_output[spec->function] != NULL)
        told_by_output[spec->function](n, add, y, dy, dx);
      else if (told_by_input[spec->function] != NULL)
        told_by_input[spec->function](n, add, x, dy, dx);
      else
        step_gradient (run, n, dy, dx);
      break;
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
  .flags = NN_OP_IN_PLACE | NN_OP_GRADIENT_IN_PLACE | NN_OP_CHANNELS_LAST,
  .infer = infer,
  .flops = flops,
  .forward = forward,
  .backward = backward,
};
