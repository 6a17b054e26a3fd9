/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Builds the smaller network that is left when channels are removed, and slices its parameters. */
#include "nn-channels.h"

#include "nn-rewrite.h"

#include <string.h>

static NnAttrs
smaller_attrs (NnChannels *self,
               NnNode      node)
{
  NnAttrs attrs = *nn_graph_node_attrs (self->graph, node);

  switch (nn_graph_node_kind (self->graph, node))
    {
    case NN_OP_CONV:
      {
        NnNode x = nn_graph_node_input (self->graph, node, 0);

        if (attrs.conv.groups > 1 &&
            attrs.conv.groups == nn_graph_node_shape (self->graph, x).dims[1])
          attrs.conv.groups = nn_channels_n_kept (self, x);
        attrs.conv.filters = nn_channels_n_kept (self, node);
        break;
      }
    case NN_OP_DENSE:
      attrs.dense.units = nn_channels_n_kept (self, node);
      break;
    default:
      break;
    }

  return attrs;
}

/* Copies the kept rows of [K, C', run], C' being the input's channels or, in a convolution with
 * groups, the fixed number that each filter sees. */
static void
slice_weights (NnChannels    *self,
               NnNode         node,
               const nn_real *from,
               gsize          n_from,
               nn_real       *to)
{
  NnNode x = nn_graph_node_input (self->graph, node, 0);
  NnShape in = nn_graph_node_shape (self->graph, x);
  guint32 n_filters = nn_graph_node_shape (self->graph, node).dims[1];
  gboolean grouped = nn_graph_node_kind (self->graph, node) == NN_OP_CONV &&
                     nn_graph_node_attrs (self->graph, node)->conv.groups > 1;
  gsize n_rows = grouped ? 1 : in.dims[1];
  gsize run = n_from / n_filters / n_rows;

  for (guint32 k = 0; k < n_filters; k++)
    for (gsize c = 0; c < n_rows; c++, from += run)
      if (nn_channels_keeps (self, node, k) &&
          (grouped || nn_channels_keeps (self, x, (guint32) c)))
        {
          memcpy (to, from, run * sizeof *to);
          to += run;
        }
}

/* One value per channel of the node's output. */
static void
slice_channels (NnChannels    *self,
                NnNode         node,
                const nn_real *from,
                gsize          n_from,
                nn_real       *to)
{
  for (gsize c = 0; c < n_from; c++)
    if (nn_channels_keeps (self, node, (guint32) c))
      *to++ = from[c];
}

static void
slice_quant (NnChannels *self,
             NnNode      node,
             NnParams   *params,
             NnNode      made,
             NnParams   *smaller)
{
  const NnWeightQuant *quant = nn_params_peek_quant (params, node);
  NnWeightQuant kept;
  g_autofree float *scales = NULL;

  if (quant == NULL)
    return;

  kept = *quant;
  if (quant->n_scales > 1)
    {
      scales = g_new (float, quant->n_scales);
      kept.n_scales = 0;
      kept.scales = scales;
      for (guint k = 0; k < quant->n_scales; k++)
        if (nn_channels_keeps (self, node, k))
          scales[kept.n_scales++] = quant->scales[k];
    }
  nn_params_set_quant (smaller, made, &kept);
}

static void
slice_node (NnChannels *self,
            NnNode      node,
            NnParams   *params,
            NnNode      made,
            NnParams   *smaller)
{
  NnOpKind kind = nn_graph_node_kind (self->graph, node);
  gboolean matrix = kind == NN_OP_CONV || kind == NN_OP_DENSE;

  for (guint slot = 0; slot < NN_N_SLOTS; slot++)
    {
      gsize n_from, n_to;
      const nn_real *from = nn_params_peek (params, node, slot, &n_from);
      nn_real *to = nn_params_poke (smaller, made, slot, &n_to);

      if (from == NULL || to == NULL)
        continue;
      if (n_from == n_to) /* Nothing goes, whatever the slot's axes are. */
        memcpy (to, from, n_to * sizeof *to);
      else if (matrix && slot == NN_SLOT_WEIGHT)
        slice_weights (self, node, from, n_from, to);
      else
        slice_channels (self, node, from, n_from, to);
    }
  slice_quant (self, node, params, made, smaller);
}

/**
 * nn_channels_rebuild:
 * @new_graph: (out) (transfer full)
 * @new_params: (out) (transfer full): not frozen
 *
 * Returns: %FALSE with what the builder or the parameters refused.
 */
gboolean
nn_channels_rebuild (NnChannels *self,
                     NnParams   *params,
                     NnGraph   **new_graph,
                     NnParams  **new_params,
                     GError    **error)
{
  g_auto (NnRewrite) rewrite = { 0 };
  g_autoptr (NnGraph) graph = NULL;
  NnParams *smaller;

  nn_rewrite_init (&rewrite, self->graph);
  for (guint i = 0; i < nn_graph_n_nodes (self->graph); i++)
    {
      NnAttrs attrs = smaller_attrs (self, (NnNode) i);

      nn_rewrite_copy (&rewrite, (NnNode) i, &attrs);
    }

  graph = nn_rewrite_seal (&rewrite, error);
  if (graph == NULL)
    return FALSE;
  smaller = nn_params_new_empty (graph, error);
  if (smaller == NULL)
    return FALSE;

  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    slice_node (self, nn_rewrite_origin (&rewrite, (NnNode) i), params, (NnNode) i, smaller);

  *new_graph = g_steal_pointer (&graph);
  *new_params = smaller;

  return TRUE;
}
