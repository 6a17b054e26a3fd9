/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Presets that are one straight line: perceptrons, LeNet, AlexNet, VGG, MobileNet and Speedy. */
#include "nn-arch-private.h"

/* One dense layer: the linear classifier that F. Rosenblatt's perceptron (1958) became. */
void
nn_arch_perceptron (NnArchPlan *plan)
{
  nn_arch_dropout (plan, "drop1");
  nn_arch_dense (plan, "fc1", plan->n_classes);
}

void
nn_arch_mlp (NnArchPlan *plan)
{
  nn_arch_dense (plan, "fc1", 128);
  nn_arch_activate (plan, "relu1", NN_ACTIVATION_RELU);
  nn_arch_dropout (plan, "drop1");
  nn_arch_dense (plan, "fc2", 64);
  nn_arch_activate (plan, "relu2", NN_ACTIVATION_RELU);
  nn_arch_dropout (plan, "drop2");
  nn_arch_dense (plan, "fc3", plan->n_classes);
}

/* Y. LeCun et al., "Gradient-Based Learning Applied to Document Recognition" (1998), with ReLU and
 * max-pooling for the sigmoids and trainable subsampling of then. */
void
nn_arch_lenet5 (NnArchPlan *plan)
{
  nn_arch_conv (plan, "conv1", 6, 5, 1, 2, TRUE);
  nn_arch_activate (plan, "relu1", NN_ACTIVATION_RELU);
  nn_arch_pool (plan, "pool1", 2, 2, 0, FALSE);
  nn_arch_conv (plan, "conv2", 16, 5, 1, 0, TRUE);
  nn_arch_activate (plan, "relu2", NN_ACTIVATION_RELU);
  nn_arch_pool (plan, "pool2", 2, 2, 0, FALSE);
  nn_arch_dense (plan, "fc3", 120);
  nn_arch_activate (plan, "relu3", NN_ACTIVATION_RELU);
  nn_arch_dropout (plan, "drop3");
  nn_arch_dense (plan, "fc4", 84);
  nn_arch_activate (plan, "relu4", NN_ACTIVATION_RELU);
  nn_arch_dropout (plan, "drop4");
  nn_arch_dense (plan, "fc5", plan->n_classes);
}

void
nn_arch_seed64 (NnArchPlan *plan)
{
  nn_arch_conv (plan, "conv1", 32, 3, 1, 0, TRUE);
  nn_arch_activate (plan, "relu1", NN_ACTIVATION_RELU);
  nn_arch_pool (plan, "pool1", 2, 2, 0, FALSE);
  nn_arch_conv (plan, "conv2", 64, 3, 1, 0, TRUE);
  nn_arch_activate (plan, "relu2", NN_ACTIVATION_RELU);
  nn_arch_pool (plan, "pool2", 2, 2, 0, FALSE);
  nn_arch_dense (plan, "fc3", 128);
  nn_arch_activate (plan, "relu3", NN_ACTIVATION_RELU);
  nn_arch_dropout (plan, "drop3");
  nn_arch_dense (plan, "fc4", plan->n_classes);
}

/* A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet Classification with Deep Convolutional
 * Neural Networks" (2012): its order of layers and overlapping pools, a quarter of its channels
 * or less. */
void
nn_arch_alexnet_mini (NnArchPlan *plan)
{
  if (plan->own_dropout)
    plan->dropout = 0.5f;

  nn_arch_conv (plan, "conv1", 32, 5, 1, 2, TRUE);
  nn_arch_activate (plan, "relu1", NN_ACTIVATION_RELU);
  nn_arch_pool (plan, "pool1", 3, 2, 0, FALSE);
  nn_arch_conv (plan, "conv2", 64, 5, 1, 2, TRUE);
  nn_arch_activate (plan, "relu2", NN_ACTIVATION_RELU);
  nn_arch_pool (plan, "pool2", 3, 2, 0, FALSE);
  nn_arch_conv (plan, "conv3", 96, 3, 1, 1, TRUE);
  nn_arch_activate (plan, "relu3", NN_ACTIVATION_RELU);
  nn_arch_conv (plan, "conv4", 96, 3, 1, 1, TRUE);
  nn_arch_activate (plan, "relu4", NN_ACTIVATION_RELU);
  nn_arch_conv (plan, "conv5", 64, 3, 1, 1, TRUE);
  nn_arch_activate (plan, "relu5", NN_ACTIVATION_RELU);
  nn_arch_pool (plan, "pool5", 3, 2, 0, FALSE);
  nn_arch_dense (plan, "fc6", 256);
  nn_arch_activate (plan, "relu6", NN_ACTIVATION_RELU);
  nn_arch_dropout (plan, "drop6");
  nn_arch_dense (plan, "fc7", 128);
  nn_arch_activate (plan, "relu7", NN_ACTIVATION_RELU);
  nn_arch_dropout (plan, "drop7");
  nn_arch_dense (plan, "fc8", plan->n_classes);
}

/* K. Simonyan, A. Zisserman, arXiv 1409.1556, with batch norm: three pairs of 3×3 convolutions.
 * Where three pools leave maps of more than 8×8, further ones follow, so that the dense part
 * stays small. */
void
nn_arch_vgg_mini (NnArchPlan *plan)
{
  guint32 side = MAX (plan->input.dims[2], plan->input.dims[3]);
  guint block;

  for (block = 1; block <= 3; block++)
    {
      guint32 filters = 16u << block;
      g_autofree char *first = g_strdup_printf ("conv%u_1", block);
      g_autofree char *second = g_strdup_printf ("conv%u_2", block);
      g_autofree char *pool = g_strdup_printf ("pool%u", block);

      nn_arch_conv_norm_relu (plan, first, filters, 3, 1);
      nn_arch_conv_norm_relu (plan, second, filters, 3, 1);
      nn_arch_pool (plan, pool, 2, 2, 0, FALSE);
      side /= 2;
    }

  for (; side > 8 && MIN (plan->input.dims[2], plan->input.dims[3]) >> block > 0;
       block++, side /= 2)
    {
      g_autofree char *pool = g_strdup_printf ("pool%u", block);

      nn_arch_pool (plan, pool, 2, 2, 0, FALSE);
    }

  nn_arch_dense (plan, "fc4", 128);
  nn_arch_activate (plan, "relu4", NN_ACTIVATION_RELU);
  nn_arch_dropout (plan, "drop4");
  nn_arch_dense (plan, "fc5", plan->n_classes);
}

static void
separable (NnArchPlan *plan,
           guint       number,
           guint32     channels,
           guint32     filters,
           guint32     stride)
{
  static const char *const parts[] = { "dw", "dw_bn", "dw_relu", "pw", "pw_bn", "pw_relu" };
  char names[G_N_ELEMENTS (parts)][32];

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    g_snprintf (names[i], sizeof names[i], "conv%u_%s", number, parts[i]);

  nn_arch_depthwise (plan, names[0], channels, stride);
  nn_arch_norm (plan, names[1]);
  nn_arch_activate (plan, names[2], NN_ACTIVATION_RELU6);
  nn_arch_conv (plan, names[3], filters, 1, 1, 0, FALSE);
  nn_arch_norm (plan, names[4]);
  nn_arch_activate (plan, names[5], NN_ACTIVATION_RELU6);
}

/* A. Howard et al., arXiv 1704.04861: depthwise 3×3, then pointwise 1×1. */
void
nn_arch_mobilenet_mini (NnArchPlan *plan)
{
  static const struct { guint32 filters, stride; } blocks[] = {
    { 32, 1 }, { 64, 2 }, { 64, 1 }, { 128, 2 }, { 128, 1 },
  };
  guint32 channels = 16;

  nn_arch_conv (plan, "conv1", channels, 3, 1, 1, FALSE);
  nn_arch_norm (plan, "conv1_bn");
  nn_arch_activate (plan, "conv1_relu", NN_ACTIVATION_RELU6);
  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    {
      separable (plan, i + 2, channels, blocks[i].filters, blocks[i].stride);
      channels = blocks[i].filters;
    }

  nn_arch_global_average (plan, "pool7");
  nn_arch_dropout (plan, "drop7");
  nn_arch_dense (plan, "fc8", plan->n_classes);
}

/* One block: the pool comes before the first batch norm, so that three quarters of its work and of
 * the activation's fall away. Statistics move fast: there are few steps. */
static void
speedy_block (NnArchPlan *plan,
              guint       block,
              guint32     filters)
{
  for (guint i = 1; i <= 2; i++)
    {
      g_autofree char *conv = g_strdup_printf ("conv%u_%u", block, i);
      g_autofree char *norm = g_strdup_printf ("conv%u_%u_bn", block, i);
      g_autofree char *relu = g_strdup_printf ("conv%u_%u_relu", block, i);
      g_autofree char *pool = g_strdup_printf ("pool%u", block);

      nn_arch_conv (plan, conv, filters, 3, 1, 1, FALSE);
      if (i == 1)
        nn_arch_pool (plan, pool, 2, 2, 0, FALSE);
      plan->x = nn_builder_batch_norm (plan->builder, plan->x, (NnBatchNormSpec) { 1e-5f, 0.4f });
      nn_builder_name (plan->builder, plan->x, norm);
      nn_arch_activate (plan, relu, NN_ACTIVATION_RELU);
    }
}

/* The shape of K. Jordan's airbench94 (arXiv 2404.00498) with three quarters of its wide channels
 * and ReLU. Its first layer has two filters for every value of a 2×2 patch: nn_recipe_start() makes
 * them whiten the pictures. */
void
nn_arch_speedy (NnArchPlan *plan)
{
  static const guint32 filters[] = { 64, 192, 192 };

  nn_arch_conv (plan, "whiten", 8 * plan->input.dims[1], 2, 1, 0, TRUE);
  nn_arch_activate (plan, "whiten_relu", NN_ACTIVATION_RELU);
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    speedy_block (plan, i + 1, filters[i]);
  plan->x = nn_builder_global_pool (plan->builder, plan->x, (NnGlobalPoolSpec) { FALSE });
  nn_builder_name (plan->builder, plan->x, "global");
  nn_arch_dropout (plan, "drop");
  plan->x = nn_builder_dense (plan->builder, plan->x, (NnDenseSpec) { plan->n_classes, FALSE });
  nn_builder_name (plan->builder, plan->x, "fc");
}
