/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Presets whose paths fork and meet again: GoogLeNet, ResNet and DenseNet. */
#include "nn-arch-private.h"

/* A name made of a block's name and a part's; long enough for every preset here. */
typedef struct
{
  char text[48];
} Name;

static Name
name_of (const char *block,
         const char *part)
{
  Name name;

  g_snprintf (name.text, sizeof name.text, "%s_%s", block, part);

  return name;
}

/**
 * Inception:
 *
 * Filters of the four branches: 1×1; 3×3 after a reduction; 5×5 after a reduction; 1×1 after a
 * pool.
 */
typedef struct
{
  const char *name;
  guint32     one, reduce3, three, reduce5, five, pool;
} Inception;

static void
inception (NnArchPlan      *plan,
           const Inception *spec)
{
  NnNode x = plan->x, branches[4];

  nn_arch_conv_norm_relu (plan, name_of (spec->name, "1x1").text, spec->one, 1, 1);
  branches[0] = plan->x;

  plan->x = x;
  nn_arch_conv_norm_relu (plan, name_of (spec->name, "3x3_reduce").text, spec->reduce3, 1, 1);
  nn_arch_conv_norm_relu (plan, name_of (spec->name, "3x3").text, spec->three, 3, 1);
  branches[1] = plan->x;

  plan->x = x;
  nn_arch_conv_norm_relu (plan, name_of (spec->name, "5x5_reduce").text, spec->reduce5, 1, 1);
  nn_arch_conv_norm_relu (plan, name_of (spec->name, "5x5").text, spec->five, 5, 1);
  branches[2] = plan->x;

  plan->x = x;
  nn_arch_pool (plan, name_of (spec->name, "pool").text, 3, 1, 1, FALSE);
  nn_arch_conv_norm_relu (plan, name_of (spec->name, "pool_proj").text, spec->pool, 1, 1);
  branches[3] = plan->x;

  plan->x = nn_builder_concat (plan->builder, branches, G_N_ELEMENTS (branches));
  nn_builder_name (plan->builder, plan->x, spec->name);
}

/* C. Szegedy et al., arXiv 1409.4842: four parallel views of the same maps, side by side, with the
 * batch norm of arXiv 1502.03167. */
void
nn_arch_googlenet_mini (NnArchPlan *plan)
{
  static const Inception blocks[] = {
    { "inception_3a", 16, 16, 24, 4, 8, 8 },
    { "inception_3b", 24, 24, 32, 8, 16, 8 },
    { "inception_4a", 32, 24, 48, 8, 16, 16 },
    { "inception_4b", 32, 32, 64, 8, 16, 16 },
  };

  nn_arch_conv_norm_relu (plan, "conv1", 24, 3, 1);
  nn_arch_pool (plan, "pool1", 3, 2, 1, FALSE);
  inception (plan, &blocks[0]);
  inception (plan, &blocks[1]);
  nn_arch_pool (plan, "pool3", 3, 2, 1, FALSE);
  inception (plan, &blocks[2]);
  inception (plan, &blocks[3]);
  nn_arch_global_average (plan, "pool4");
  nn_arch_dropout (plan, "drop4");
  nn_arch_dense (plan, "fc5", plan->n_classes);
}

/* Two 3×3 convolutions and a way around them; where the shape changes, the way around is a 1×1
 * convolution with batch norm. */
static void
basic_block (NnArchPlan *plan,
             const char *name,
             guint32     channels,
             guint32     filters,
             guint32     stride)
{
  NnNode x = plan->x, sum;

  nn_arch_conv_norm_relu (plan, name_of (name, "conv1").text, filters, 3, stride);
  nn_arch_conv (plan, name_of (name, "conv2").text, filters, 3, 1, 1, FALSE);
  nn_arch_norm (plan, name_of (name, "conv2_bn").text);
  sum = plan->x;

  plan->x = x;
  if (stride != 1 || channels != filters)
    {
      nn_arch_conv (plan, name_of (name, "proj").text, filters, 1, stride, 0, FALSE);
      nn_arch_norm (plan, name_of (name, "proj_bn").text);
    }

  plan->x = nn_builder_add (plan->builder, sum, plan->x);
  nn_builder_name (plan->builder, plan->x, name);
  nn_arch_activate (plan, name_of (name, "relu").text, NN_ACTIVATION_RELU);
}

/* K. He et al., arXiv 1512.03385, section 4.2: 6n + 2 layers for small pictures. */
static void
resnet (NnArchPlan *plan,
        guint       n_blocks)
{
  guint32 channels = 16;

  nn_arch_conv_norm_relu (plan, "conv1", channels, 3, 1);
  for (guint stage = 0; stage < 3; stage++)
    for (guint block = 0; block < n_blocks; block++)
      {
        guint32 filters = 16u << stage;
        char name[16];

        g_snprintf (name, sizeof name, "res%u%c", stage + 2, 'a' + block);
        basic_block (plan, name, channels, filters, stage > 0 && block == 0 ? 2 : 1);
        channels = filters;
      }

  nn_arch_global_average (plan, "pool5");
  nn_arch_dropout (plan, "drop5");
  nn_arch_dense (plan, "fc6", plan->n_classes);
}

void
nn_arch_resnet8 (NnArchPlan *plan)
{
  resnet (plan, 1);
}

void
nn_arch_resnet20 (NnArchPlan *plan)
{
  resnet (plan, 3);
}

/* Every layer sees the maps of all layers before it in its block. */
static void
dense_block (NnArchPlan *plan,
             guint       number,
             guint       n_layers,
             guint32     growth)
{
  for (guint layer = 1; layer <= n_layers; layer++)
    {
      NnNode both[2] = { plan->x, NN_NODE_NONE };
      char name[16];

      g_snprintf (name, sizeof name, "dense%u_%u", number, layer);
      nn_arch_norm (plan, name_of (name, "bn").text);
      nn_arch_activate (plan, name_of (name, "relu").text, NN_ACTIVATION_RELU);
      nn_arch_conv (plan, name_of (name, "conv").text, growth, 3, 1, 1, FALSE);
      both[1] = plan->x;
      plan->x = nn_builder_concat (plan->builder, both, 2);
      nn_builder_name (plan->builder, plan->x, name);
    }
}

/* G. Huang et al., arXiv 1608.06993: batch norm before ReLU before convolution, and transitions
 * that halve the channels and the maps. */
void
nn_arch_densenet_mini (NnArchPlan *plan)
{
  const guint n_layers = 4;
  const guint32 growth = 12;
  guint32 channels = 16;

  nn_arch_conv (plan, "conv1", channels, 3, 1, 1, FALSE);
  for (guint block = 1; block <= 3; block++)
    {
      char name[16];

      dense_block (plan, block, n_layers, growth);
      channels += n_layers * growth;
      if (block == 3)
        break;

      channels /= 2;
      g_snprintf (name, sizeof name, "trans%u", block);
      nn_arch_norm (plan, name_of (name, "bn").text);
      nn_arch_activate (plan, name_of (name, "relu").text, NN_ACTIVATION_RELU);
      nn_arch_conv (plan, name_of (name, "conv").text, channels, 1, 1, 0, FALSE);
      nn_arch_pool (plan, name_of (name, "pool").text, 2, 2, 0, TRUE);
    }

  nn_arch_norm (plan, "bn4");
  nn_arch_activate (plan, "relu4", NN_ACTIVATION_RELU);
  nn_arch_global_average (plan, "pool4");
  nn_arch_dropout (plan, "drop4");
  nn_arch_dense (plan, "fc5", plan->n_classes);
}
