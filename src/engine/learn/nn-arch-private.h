/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of presets share: short ways to add a named layer, and one function per preset. */
#pragma once

#include "nn-archs.h"

G_BEGIN_DECLS

/**
 * NnArchPlan:
 * @x: the node that the next layer stands on
 * @dropout: rate before a dense layer; 0: none
 *
 * A preset being built. Presets take the shape and class count from here and never fail: the
 * builder keeps the first mistake.
 */
typedef struct
{
  NnBuilder *builder;
  NnNode     x;
  NnShape    input;
  guint      n_classes;
  float      dropout;
  gboolean   own_dropout; /* the rate is the preset's to choose */
} NnArchPlan;

/* Each adds one layer on @x, named @name, and moves @x to it. */
void nn_arch_conv     (NnArchPlan *plan, const char *name, guint32 filters, guint32 kernel,
                       guint32 stride, guint32 pad, gboolean bias);
void nn_arch_depthwise (NnArchPlan *plan, const char *name, guint32 channels, guint32 stride);
void nn_arch_norm     (NnArchPlan *plan, const char *name);
void nn_arch_activate (NnArchPlan *plan, const char *name, NnActivation function);
void nn_arch_pool     (NnArchPlan *plan, const char *name, guint32 kernel, guint32 stride,
                       guint32 pad, gboolean average);
void nn_arch_global_average (NnArchPlan *plan, const char *name);
void nn_arch_dense    (NnArchPlan *plan, const char *name, guint32 units);
void nn_arch_dropout  (NnArchPlan *plan, const char *name); /* nothing when the rate is 0 */
/* Convolution without bias, batch norm "NAME_bn", ReLU "NAME_relu". */
void nn_arch_conv_norm_relu (NnArchPlan *plan, const char *name, guint32 filters, guint32 kernel,
                             guint32 stride);

void nn_arch_perceptron     (NnArchPlan *plan);
void nn_arch_mlp            (NnArchPlan *plan);
void nn_arch_lenet5         (NnArchPlan *plan);
void nn_arch_seed64         (NnArchPlan *plan);
void nn_arch_alexnet_mini   (NnArchPlan *plan);
void nn_arch_vgg_mini       (NnArchPlan *plan);
void nn_arch_googlenet_mini (NnArchPlan *plan);
void nn_arch_resnet8        (NnArchPlan *plan);
void nn_arch_resnet20       (NnArchPlan *plan);
void nn_arch_densenet_mini  (NnArchPlan *plan);
void nn_arch_mobilenet_mini (NnArchPlan *plan);
void nn_arch_speedy         (NnArchPlan *plan);

G_END_DECLS
