/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recipes: everything about a training that is tuned together. */
#include "nn-recipe.h"

#include "nn-eigen.h"
#include "nn-feed.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum
{
  MAX_PATCH = 64,        /* values of a patch that is whitened */
  WHITEN_ITEMS = 2000,   /* as many as a covariance of a dozen values needs, and more */
  WHITEN_BIAS_EPOCHS = 3,
  STREAM_START = 11,     /* of random numbers, apart from the training's */
  REFERENCE_BATCH = 1024,
};

/* The paper's constants for a batch of 1,024 and losses summed over it; its rate is per 1,024
 * examples, divided by 1 + 1 / (1 − momentum). */
static const double paper_lr = 11.5;
static const double paper_decay = 0.0153;
static const double paper_momentum = 0.85;
static const float bias_scale = 64;
static const float head_scale = 1 / 9.0f;
static const double whiten_epsilon = 5e-4;

static const char *const names[] = { "plain", "fast" };

G_STATIC_ASSERT (G_N_ELEMENTS (names) == NN_N_RECIPES);

const char *
nn_recipe_name (NnRecipe recipe)
{
  g_return_val_if_fail ((guint) recipe < NN_N_RECIPES, NULL);

  return names[recipe];
}

gboolean
nn_recipe_parse (const char *name,
                 NnRecipe   *recipe)
{
  for (guint i = 0; i < NN_N_RECIPES; i++)
    if (g_strcmp0 (name, names[i]) == 0)
      {
        *recipe = i;
        return TRUE;
      }

  return FALSE;
}

float
nn_recipe_lr (NnRecipe recipe,
              guint    batch)
{
  if (recipe == NN_RECIPE_PLAIN)
    return NAN;

  return (float) (paper_lr / (1 + 1 / (1 - paper_momentum)) * batch / REFERENCE_BATCH);
}

/**
 * nn_recipe_settings:
 *
 * FAST halves the paper's batch, which its rate goes along with, for the sake of memory. Decay is
 * told here as what is added to the gradient; the paper tells what a step takes off the weights.
 */
void
nn_recipe_settings (NnRecipe     recipe,
                    NnTrainSpec *spec)
{
  if (recipe == NN_RECIPE_PLAIN)
    return;

  spec->batch = REFERENCE_BATCH / 2;
  spec->epochs = 10;
  spec->optim = nn_optim_spec_default (NN_OPTIM_NESTEROV);
  spec->optim.lr = nn_recipe_lr (recipe, spec->batch);
  spec->optim.momentum = (float) paper_momentum;
  spec->optim.weight_decay = (float) (paper_decay / paper_lr);
  spec->schedule = nn_schedule_spec_default (NN_SCHEDULE_TRIANGULAR);
  spec->loss.kind = NN_LOSS_CROSS_ENTROPY;
  spec->loss.label_smoothing = 0.2f;
  spec->lookahead = (NnLookahead) { 5, 0.95f, 3 };
}

/* Values of the patch that a convolution on the input itself sees, where twice as many filters wait
 * to whiten it; 0 where not. */
static guint
whitens (NnGraph *graph,
         NnNode   node)
{
  const NnConvSpec *spec = &nn_graph_node_attrs (graph, node)->conv;
  NnShape in;
  guint64 patch;

  if (nn_graph_node_kind (graph, node) != NN_OP_CONV ||
      nn_graph_node_kind (graph, nn_graph_node_input (graph, node, 0)) != NN_OP_INPUT)
    return 0;

  in = nn_graph_node_shape (graph, nn_graph_node_input (graph, node, 0));
  patch = (guint64) in.dims[1] * spec->stencil.kernel[0] * spec->stencil.kernel[1];
  if (spec->groups != 1 || patch > MAX_PATCH || spec->filters != 2 * patch ||
      spec->stencil.dilation[0] != 1 || spec->stencil.dilation[1] != 1 ||
      spec->stencil.kernel[0] > in.dims[2] || spec->stencil.kernel[1] > in.dims[3])
    return 0;

  return (guint) patch;
}

/* The last dense layer: its logits are scaled. */
static NnNode
head_of (NnGraph *graph)
{
  NnNode node = nn_graph_output (graph, 0);

  while (nn_graph_node_kind (graph, node) == NN_OP_SOFTMAX)
    node = nn_graph_node_input (graph, node, 0);

  return nn_graph_node_kind (graph, node) == NN_OP_DENSE ? node : NN_NODE_NONE;
}

/**
 * nn_recipe_scales:
 *
 * FAST: batch norms keep their scale of 1 and shift 64 times as fast; a whitening layer stays, its
 * bias learns for three epochs. Logits are meant to be a ninth of what the last layer computes:
 * its weights are stored as that ninth, whose gradient is nine times too large and whose steps
 * should be a ninth.
 */
NnOptimScale *
nn_recipe_scales (NnRecipe recipe,
                  NnGraph *graph)
{
  guint n_nodes = nn_graph_n_nodes (graph);
  NnOptimScale *scales;
  NnNode head = head_of (graph);

  if (recipe == NN_RECIPE_PLAIN)
    return NULL;

  scales = g_new0 (NnOptimScale, 2 * n_nodes);
  for (guint i = 0; i < n_nodes; i++)
    {
      NnOptimScale *weight = &scales[2 * i + NN_SLOT_WEIGHT];
      NnOptimScale *bias = &scales[2 * i + NN_SLOT_BIAS];

      *weight = (NnOptimScale) { 1, 1, 0 };
      *bias = (NnOptimScale) { 1, 1, 0 };
      if (nn_graph_node_kind (graph, (NnNode) i) == NN_OP_BATCH_NORM)
        {
          weight->lr = 0;
          bias->lr = bias_scale;
        }
      else if ((NnNode) i == head)
        {
          weight->lr = head_scale * head_scale;
        }
      else if (whitens (graph, (NnNode) i) > 0)
        {
          weight->lr = 0;
          bias->epochs = WHITEN_BIAS_EPOCHS;
        }
    }

  return scales;
}

/* Σ of patch·patchᵀ over all places of one picture. @sum [n, n], the upper half. */
static void
add_patches (const NnStencil *stencil,
             const NnShape   *in,
             const nn_real   *x,
             guint            n,
             double          *sum)
{
  guint rows = stencil->kernel[0], columns = stencil->kernel[1];
  double patch[MAX_PATCH];

  for (guint v = 0; v + rows <= in->dims[2]; v++)
    for (guint u = 0; u + columns <= in->dims[3]; u++)
      {
        guint k = 0;

        for (guint c = 0; c < in->dims[1]; c++)
          for (guint r = 0; r < rows; r++)
            for (guint s = 0; s < columns; s++)
              patch[k++] = (double) x[(c * in->dims[2] + v + r) * in->dims[3] + u + s];
        for (guint i = 0; i < n; i++)
          for (guint j = i; j < n; j++)
            sum[i * n + j] += patch[i] * patch[j];
      }
}

/* Filters that turn patches of the data into values of variance 1 that don't correlate:
 * eigenvectors of their second moments over the roots of the eigenvalues, and the same negated. */
static gboolean
whiten (NnParams       *params,
        NnNode          node,
        guint           n,
        const NnSource *source,
        GError        **error)
{
  NnGraph *graph = nn_params_graph (params);
  NnShape in = nn_graph_node_shape (graph, nn_graph_node_input (graph, node, 0));
  const NnStencil *stencil = &nn_graph_node_attrs (graph, node)->conv.stencil;
  nn_real *weights = nn_params_poke (params, node, NN_SLOT_WEIGHT, NULL);
  guint n_items = MIN (source->count, WHITEN_ITEMS);
  guint64 n_patches = (guint64) n_items * (in.dims[2] - stencil->kernel[0] + 1) *
                      (in.dims[3] - stencil->kernel[1] + 1);
  double sum[MAX_PATCH * MAX_PATCH] = { 0 }, vectors[MAX_PATCH * MAX_PATCH], values[MAX_PATCH];
  g_autofree nn_real *x = NULL;
  gsize item;

  nn_shape_count (&source->shape, &item);
  x = g_new (nn_real, item);
  for (guint i = 0; i < n_items; i++)
    {
      gint32 label;

      source->fetch (source, (guint) ((guint64) i * source->count / n_items), NULL, x, &label,
                     NULL);
      add_patches (stencil, &in, x, n, sum);
    }
  for (guint i = 0; i < n; i++)
    for (guint j = i; j < n; j++)
      sum[j * n + i] = sum[i * n + j] = sum[i * n + j] / (double) n_patches;
  nn_eigen_symmetric (n, sum, values, vectors);

  for (guint k = 0; k < n; k++)
    {
      double scale = 1 / sqrt (MAX (values[k], 0) + whiten_epsilon);

      if (!isfinite (scale))
        {
          g_set_error (error, NN_ERROR, NN_ERROR_DATA,
                       _("The layer “%s” can't be whitened: there are values in the data for "
                         "training that are no numbers."), nn_graph_node_name (graph, node));
          return FALSE;
        }
      for (guint i = 0; i < n; i++)
        {
          weights[k * n + i] = (nn_real) (scale * vectors[k * n + i]);
          weights[(n + k) * n + i] = -weights[k * n + i];
        }
    }

  return TRUE;
}

/* As many filters as there are channels pass one on, the others are drawn evenly from ± 1/√fan-in
 * (S. Zagoruyko, N. Komodakis, arXiv 1706.00388). */
static void
pass_channels_on (NnParams *params,
                  NnNode    node,
                  CvrRng   *rng)
{
  NnGraph *graph = nn_params_graph (params);
  const NnConvSpec *spec = &nn_graph_node_attrs (graph, node)->conv;
  guint32 channels = nn_graph_node_shape (graph, nn_graph_node_input (graph, node, 0)).dims[1];
  guint taps = spec->stencil.kernel[0] * spec->stencil.kernel[1];
  guint middle = spec->stencil.kernel[0] / 2 * spec->stencil.kernel[1] +
                 spec->stencil.kernel[1] / 2;
  gsize n, row = (gsize) channels * taps;
  nn_real *weights = nn_params_poke (params, node, NN_SLOT_WEIGHT, &n);
  double most = 1 / sqrt ((double) row);

  for (gsize i = 0; i < n; i++)
    {
      double drawn = cvr_rng_between (rng, -most, most);

      if (i / row < channels)
        drawn = i % row == i / row * taps + middle ? 1 : 0;
      weights[i] = (nn_real) drawn;
    }
}

static void
shrink_head (NnParams *params,
             NnNode    node,
             CvrRng   *rng)
{
  gsize n;
  nn_real *weights = nn_params_poke (params, node, NN_SLOT_WEIGHT, &n);
  guint32 units = nn_graph_node_shape (nn_params_graph (params), node).dims[1];
  double most = 1 / sqrt ((double) (n / units));

  for (gsize i = 0; i < n; i++)
    weights[i] = (nn_real) (cvr_rng_between (rng, -most, most) * (double) head_scale);
}

gboolean
nn_recipe_start (NnRecipe        recipe,
                 NnParams       *params,
                 const NnSource *source,
                 guint64         seed,
                 GError        **error)
{
  NnGraph *graph = nn_params_graph (params);
  NnNode head = head_of (graph);

  for (guint i = 0; recipe != NN_RECIPE_PLAIN && i < nn_graph_n_nodes (graph); i++)
    {
      CvrRng rng = cvr_rng_new (nn_feed_mix (seed, STREAM_START), i);
      NnOpKind kind = nn_graph_node_kind (graph, (NnNode) i);
      guint patch = whitens (graph, (NnNode) i);

      if (nn_params_peek (params, (NnNode) i, NN_SLOT_WEIGHT, NULL) == NULL)
        continue;
      if (patch > 0)
        {
          if (!whiten (params, (NnNode) i, patch, source, error))
            return FALSE;
        }
      else if (kind == NN_OP_CONV && nn_graph_node_attrs (graph, (NnNode) i)->conv.groups == 1)
        pass_channels_on (params, (NnNode) i, &rng);
      else if ((NnNode) i == head)
        shrink_head (params, head, &rng);
    }

  return TRUE;
}
