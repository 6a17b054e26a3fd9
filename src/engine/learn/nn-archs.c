/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ready-made networks by name, and a network with a new last layer. */
#include "nn-archs.h"

#include "nn-arch-private.h"
#include "nn-rewrite.h"

#include <glib/gi18n-lib.h>

static const NnArch archs[] = {
  { "perceptron", "Perceptron",
    N_("A single dense layer: one weighted sum of all pixels per class."), 1 },
  { "mlp", "MLP", N_("Three dense layers with ReLU between them, without any convolution."), 1 },
  { "lenet5", "LeNet-5",
    N_("The network that read cheques in the nineties: two convolutions and three dense layers."),
    12 },
  { "seed64", "Seed-64",
    N_("Two wide 3×3 convolutions and two dense layers: a plain start for colour pictures."), 10 },
  { "alexnet-mini", "AlexNet mini",
    N_("Five convolutions, overlapping pools and dropout, like the winner of ImageNet in 2012."), 15 },
  { "vgg-mini", "VGG mini",
    N_("Pairs of 3×3 convolutions with batch normalization, twice as wide after each pool."), 8 },
  { "googlenet-mini", "GoogLeNet mini",
    N_("Inception blocks: 1×1, 3×3 and 5×5 convolutions side by side, joined by channels."), 8 },
  { "resnet8", "ResNet-8", N_("Three residual blocks: each adds its input to what it computed."),
    8 },
  { "resnet20", "ResNet-20",
    N_("Nine residual blocks in three stages, the small ResNet of the paper."), 8 },
  { "densenet-mini", "DenseNet mini",
    N_("Every layer takes the maps of all layers before it in its block."), 8 },
  { "mobilenet-mini", "MobileNet mini",
    N_("Depthwise convolutions followed by 1×1 ones: few operations, made for telephones."), 8 },
  { "speedy", "Speedy",
    N_("Made for the recipe “fast”: a first layer that whitens, then pairs of 3×3 convolutions."),
    9 },
};

/* What builds each of them, in the same order. */
static void (*const builders[]) (NnArchPlan *plan) = {
  nn_arch_perceptron, nn_arch_mlp, nn_arch_lenet5, nn_arch_seed64, nn_arch_alexnet_mini,
  nn_arch_vgg_mini, nn_arch_googlenet_mini, nn_arch_resnet8, nn_arch_resnet20,
  nn_arch_densenet_mini, nn_arch_mobilenet_mini, nn_arch_speedy,
};

G_STATIC_ASSERT (G_N_ELEMENTS (archs) == G_N_ELEMENTS (builders));

/**
 * nn_archs:
 * @n_archs: (out): how many there are
 *
 * Descriptions are returned untranslated: they are marked, so pass them through gettext.
 *
 * Returns: (transfer none): an array that lives as long as the program. Any thread.
 */
const NnArch *
nn_archs (guint *n_archs)
{
  *n_archs = G_N_ELEMENTS (archs);

  return archs;
}

/**
 * nn_arch_find:
 *
 * Returns: (nullable) (transfer none): the preset of that name.
 */
const NnArch *
nn_arch_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (archs); i++)
    if (g_strcmp0 (archs[i].name, name) == 0)
      return &archs[i];

  return NULL;
}

static gboolean
check_request (const NnArch  *arch,
               const NnShape *input,
               guint          n_classes,
               float          dropout,
               GError       **error)
{
  if (input->rank != 4 || input->dims[0] != 1 || input->dims[1] == 0)
    g_set_error (
      error, NN_ERROR, NN_ERROR_SHAPE,
      _("%s takes pictures of channels, height and width (rank 4), not an input of rank %u."),
      arch->title, input->rank);
  else if (MIN (input->dims[2], input->dims[3]) < arch->min_size)
    g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                 _("%s needs pictures of at least %u×%u pixels; these are %u×%u. Choose a larger "
                   "picture size or a smaller network."),
                 arch->title, arch->min_size, arch->min_size, input->dims[3], input->dims[2]);
  else if (n_classes < 1)
    g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                 _("A network needs at least 1 output; %u were asked for."), n_classes);
  else if (!(dropout < 1))
    g_set_error (error, NN_ERROR, NN_ERROR_SPEC, _("The dropout rate %g is not below 1."),
                 (double) dropout);
  else
    return TRUE;

  return FALSE;
}

/**
 * nn_arch_build:
 * @input: [1, C, H, W], at least as large as the preset's min_size
 * @n_classes: values of the one output, before softmax
 * @dropout: rate of the dropout before the dense layers (those after the first one, or the only
 *   one); 0: none; negative: the preset's own, which is 0.5 for alexnet-mini and none elsewhere
 *
 * The convolutions stay the same whatever the size of the pictures; the first dense layer grows
 * with them, or a global average takes their place. Only vgg-mini adds pools, where its maps would
 * be larger than 8×8 before the dense part (pictures of 72 pixels and more).
 *
 * Returns: (transfer full): the network, or %NULL with %NN_ERROR_SPEC or %NN_ERROR_SHAPE. Any
 * thread.
 */
NnGraph *
nn_arch_build (const char    *name,
               const NnShape *input,
               guint          n_classes,
               float          dropout,
               GError       **error)
{
  const NnArch *arch = nn_arch_find (name);
  g_autoptr (NnBuilder) builder = NULL;
  NnArchPlan plan;

  if (arch == NULL)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC, _("There is no network named “%s”."), name);
      return NULL;
    }
  if (!check_request (arch, input, n_classes, dropout, error))
    return NULL;

  builder = nn_builder_new ();
  plan = (NnArchPlan) { .builder = builder, .input = *input, .n_classes = n_classes,
                        .dropout = MAX (dropout, 0), .own_dropout = dropout < 0 };
  plan.x = nn_builder_input (builder, *input);
  nn_builder_name (builder, plan.x, "input");
  builders[arch - archs] (&plan);
  nn_builder_output (builder, plan.x);

  return nn_builder_seal (builder, error);
}

/* The dense layer that makes the first output, looking through softmax and what else keeps its
 * width. */
static NnNode
find_head (NnGraph *graph)
{
  NnNode node = nn_graph_output (graph, 0);

  for (;;)
    switch (nn_graph_node_kind (graph, node))
      {
      case NN_OP_DENSE:
        return node;
      case NN_OP_SOFTMAX:
      case NN_OP_ACTIVATION:
      case NN_OP_DROPOUT:
      case NN_OP_FLATTEN:
      case NN_OP_FAKE_QUANT:
        node = nn_graph_node_input (graph, node, 0);
        break;
      default:
        return NN_NODE_NONE;
      }
}

/**
 * nn_arch_new_head:
 * @new_graph: (out) (transfer full): @graph with its last dense layer made @n_classes wide
 * @new_params: (out) (optional) (transfer full): set when @params is given; not frozen. Weights
 *   that lay on a grid are plain floats again.
 *
 * The new head is drawn afresh even where the number of classes stays the same.
 *
 * Returns: %FALSE with %NN_ERROR_UNSUPPORTED where the network does not end in a dense layer.
 */
gboolean
nn_arch_new_head (NnGraph   *graph,
                  NnParams  *params,
                  guint      n_classes,
                  guint64    seed,
                  NnGraph  **new_graph,
                  NnParams **new_params,
                  GError   **error)
{
  g_auto (NnRewrite) rewrite = { 0 };
  g_autoptr (NnGraph) made = NULL;
  NnNode head = find_head (graph);

  if (head == NN_NODE_NONE || n_classes < 1)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
                   _("The network can't be given a new last layer for %u classes: it ends in “%s”, "
                     "not in a dense layer."),
                   n_classes, nn_graph_node_name (graph, nn_graph_output (graph, 0)));
      return FALSE;
    }

  nn_rewrite_init (&rewrite, graph);
  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    {
      NnAttrs attrs = *nn_graph_node_attrs (graph, (NnNode) i);

      if ((NnNode) i == head)
        attrs.dense.units = n_classes;
      nn_rewrite_copy (&rewrite, (NnNode) i, &attrs);
    }

  made = nn_rewrite_seal (&rewrite, error);
  if (made == NULL)
    return FALSE;

  if (params != NULL)
    {
      NnParams *drawn = nn_params_new (made, seed, error);

      if (drawn == NULL)
        return FALSE;
      g_array_index (rewrite.origin, NnNode, rewrite.map[head]) = NN_NODE_NONE;
      nn_rewrite_slots (&rewrite, params, drawn);
      *new_params = drawn;
    }

  *new_graph = g_steal_pointer (&made);
  return TRUE;
}
