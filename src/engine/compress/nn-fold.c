/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folds batch norms into the convolution or dense layer before them. */
#include "nn-quant.h"

#include "nn-rewrite.h"

#include <math.h>
#include <string.h>

static gboolean
serves_one (NnGraph *graph,
            NnNode   node)
{
  NnNode user;

  return !nn_graph_is_output (graph, node) && nn_graph_n_users (graph, node, &user) == 1;
}

/* The largest of scaled values is the scaled largest only where no scale is negative. */
static gboolean
keeps_order (NnParams *params,
             NnNode    norm)
{
  gsize n;
  const nn_real *gamma = nn_params_peek (params, norm, NN_SLOT_WEIGHT, &n);

  for (gsize k = 0; k < n; k++)
    if (!(gamma[k] >= 0))
      return FALSE;

  return TRUE;
}

/* The layer that the batch norm @node can be folded into, before a max pool between them too. */
static NnNode
foldable_into (NnGraph  *graph,
               NnParams *params,
               NnNode    node)
{
  NnNode x;
  NnOpKind kind;

  if (nn_graph_node_kind (graph, node) != NN_OP_BATCH_NORM)
    return NN_NODE_NONE;

  x = nn_graph_node_input (graph, node, 0);
  if (nn_graph_node_kind (graph, x) == NN_OP_POOL && serves_one (graph, x) &&
      !nn_graph_node_attrs (graph, x)->pool.average && keeps_order (params, node))
    x = nn_graph_node_input (graph, x, 0);
  kind = nn_graph_node_kind (graph, x);

  return (kind == NN_OP_CONV || kind == NN_OP_DENSE) && serves_one (graph, x) ? x : NN_NODE_NONE;
}

/* w′ = w·γ/√(σ² + ε) and b′ = (b − µ)·γ/√(σ² + ε) + β, per output channel. */
static void
fold (NnParams *from,
      NnNode    layer,
      NnNode    norm,
      NnParams *to,
      NnNode    made)
{
  double epsilon = (double) nn_graph_node_attrs (nn_params_graph (from), norm)->batch_norm.epsilon;
  gsize n_channels, n_weights;
  const nn_real *gamma = nn_params_peek (from, norm, NN_SLOT_WEIGHT, &n_channels);
  const nn_real *beta = nn_params_peek (from, norm, NN_SLOT_BIAS, NULL);
  const nn_real *mean = nn_params_peek (from, norm, NN_SLOT_MEAN, NULL);
  const nn_real *variance = nn_params_peek (from, norm, NN_SLOT_VARIANCE, NULL);
  const nn_real *weights = nn_params_peek (from, layer, NN_SLOT_WEIGHT, &n_weights);
  const nn_real *bias = nn_params_peek (from, layer, NN_SLOT_BIAS, NULL);
  nn_real *new_weights = nn_params_poke (to, made, NN_SLOT_WEIGHT, NULL);
  nn_real *new_bias = nn_params_poke (to, made, NN_SLOT_BIAS, NULL);
  gsize row = n_weights / n_channels;

  for (gsize k = 0; k < n_channels; k++)
    {
      double factor = (double) gamma[k] / sqrt ((double) variance[k] + epsilon);
      double old_bias = bias != NULL ? (double) bias[k] : 0;

      new_bias[k] = (nn_real) ((old_bias - (double) mean[k]) * factor + (double) beta[k]);
      for (gsize i = k * row; i < (k + 1) * row; i++)
        new_weights[i] = (nn_real) ((double) weights[i] * factor);
    }
}

static void
copy_quants (NnRewrite *rewrite,
             NnParams  *from,
             NnParams  *to)
{
  for (guint i = 0; i < nn_graph_n_nodes (nn_params_graph (to)); i++)
    {
      NnNode old = nn_rewrite_origin (rewrite, (NnNode) i);

      if (old != NN_NODE_NONE)
        nn_params_set_quant (to, (NnNode) i, nn_params_peek_quant (from, old));
    }
}

/**
 * nn_fold_batch_norm:
 * @new_graph: (out) (transfer full): without the folded nodes; what they were folded into has a
 *   bias
 * @new_params: (out) (transfer full): not frozen; layers that nothing was folded into keep their
 *   grids
 *
 * The network computes the same in inference, up to rounding.
 */
gboolean
nn_fold_batch_norm (NnGraph   *graph,
                    NnParams  *params,
                    NnGraph  **new_graph,
                    NnParams **new_params,
                    GError   **error)
{
  g_auto (NnRewrite) rewrite = { 0 };
  g_autoptr (NnGraph) made = NULL;
  guint n_nodes = nn_graph_n_nodes (graph);
  g_autofree NnNode *norm_of = g_new (NnNode, n_nodes);
  g_autofree gboolean *folded_away = g_new0 (gboolean, n_nodes);
  NnParams *folded;

  for (guint i = 0; i < n_nodes; i++)
    norm_of[i] = NN_NODE_NONE;

  nn_rewrite_init (&rewrite, graph);
  for (guint i = 0; i < n_nodes; i++)
    {
      NnNode layer = rewrite.live[i] ? foldable_into (graph, params, (NnNode) i) : NN_NODE_NONE;

      folded_away[i] = layer != NN_NODE_NONE;
      if (folded_away[i])
        norm_of[layer] = (NnNode) i;
    }
  for (guint i = 0; i < n_nodes; i++)
    {
      NnAttrs attrs = *nn_graph_node_attrs (graph, (NnNode) i);

      if (folded_away[i])
        {
          rewrite.map[i] = rewrite.map[nn_graph_node_input (graph, (NnNode) i, 0)];
          continue;
        }
      if (norm_of[i] != NN_NODE_NONE)
        {
          if (nn_graph_node_kind (graph, (NnNode) i) == NN_OP_CONV)
            attrs.conv.bias = TRUE;
          else
            attrs.dense.bias = TRUE;
        }
      nn_rewrite_copy (&rewrite, (NnNode) i, &attrs);
    }

  made = nn_rewrite_seal (&rewrite, error);
  if (made == NULL)
    return FALSE;
  folded = nn_params_new_empty (made, error);
  if (folded == NULL)
    return FALSE;

  nn_rewrite_slots (&rewrite, params, folded);
  copy_quants (&rewrite, params, folded);
  for (guint i = 0; i < n_nodes; i++)
    if (norm_of[i] != NN_NODE_NONE)
      {
        fold (params, (NnNode) i, norm_of[i], folded, rewrite.map[i]);
        nn_params_set_quant (folded, rewrite.map[i], NULL);
      }

  *new_graph = g_steal_pointer (&made);
  *new_params = folded;

  return TRUE;
}
