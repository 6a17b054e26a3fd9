/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Short ways to add a named layer to a preset. */
#include "nn-arch-private.h"

static void
stand_on (NnArchPlan *plan,
          NnNode      x,
          const char *name)
{
  plan->x = x;
  nn_builder_name (plan->builder, x, name);
}

void
nn_arch_conv (NnArchPlan *plan,
              const char *name,
              guint32     filters,
              guint32     kernel,
              guint32     stride,
              guint32     pad,
              gboolean    bias)
{
  NnConvSpec spec = { nn_stencil (kernel, stride, pad), filters, 1, bias };

  stand_on (plan, nn_builder_conv (plan->builder, plan->x, spec), name);
}

/* 3×3, one filter per channel, without bias: a batch norm follows. */
void
nn_arch_depthwise (NnArchPlan *plan,
                   const char *name,
                   guint32     channels,
                   guint32     stride)
{
  NnConvSpec spec = { nn_stencil (3, stride, 1), channels, channels, FALSE };

  stand_on (plan, nn_builder_conv (plan->builder, plan->x, spec), name);
}

/* With PyTorch's constants. */
void
nn_arch_norm (NnArchPlan *plan,
              const char *name)
{
  stand_on (plan, nn_builder_batch_norm (plan->builder, plan->x, (NnBatchNormSpec) { 1e-5f, 0.1f }),
            name);
}

void
nn_arch_activate (NnArchPlan  *plan,
                  const char  *name,
                  NnActivation function)
{
  stand_on (plan, nn_builder_activation (plan->builder, plan->x, (NnActivationSpec) { function, 0 }),
            name);
}

void
nn_arch_pool (NnArchPlan *plan,
              const char *name,
              guint32     kernel,
              guint32     stride,
              guint32     pad,
              gboolean    average)
{
  NnPoolSpec spec = { nn_stencil (kernel, stride, pad), average, FALSE, FALSE };

  stand_on (plan, nn_builder_pool (plan->builder, plan->x, spec), name);
}

void
nn_arch_global_average (NnArchPlan *plan,
                        const char *name)
{
  stand_on (plan, nn_builder_global_pool (plan->builder, plan->x, (NnGlobalPoolSpec) { TRUE }),
            name);
}

void
nn_arch_dense (NnArchPlan *plan,
               const char *name,
               guint32     units)
{
  stand_on (plan, nn_builder_dense (plan->builder, plan->x, (NnDenseSpec) { units, TRUE }), name);
}

void
nn_arch_dropout (NnArchPlan *plan,
                 const char *name)
{
  if (plan->dropout > 0)
    stand_on (plan, nn_builder_dropout (plan->builder, plan->x, (NnDropoutSpec) { plan->dropout }),
              name);
}

void
nn_arch_conv_norm_relu (NnArchPlan *plan,
                        const char *name,
                        guint32     filters,
                        guint32     kernel,
                        guint32     stride)
{
  char norm[64], relu[64];

  g_snprintf (norm, sizeof norm, "%s_bn", name);
  g_snprintf (relu, sizeof relu, "%s_relu", name);
  nn_arch_conv (plan, name, filters, kernel, stride, kernel / 2, FALSE);
  nn_arch_norm (plan, norm);
  nn_arch_activate (plan, relu, NN_ACTIVATION_RELU);
}
