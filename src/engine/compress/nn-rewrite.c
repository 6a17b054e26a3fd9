/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every rewrite of a network shares: copying nodes into a builder and values into new
 * parameters. */
#include "nn-rewrite.h"

#include <string.h>

/**
 * nn_graph_find_live:
 *
 * Returns: (transfer full): [n_nodes]: whether some output depends on the node.
 */
gboolean *
nn_graph_find_live (NnGraph *graph)
{
  guint n_nodes = nn_graph_n_nodes (graph);
  gboolean *live = g_new0 (gboolean, n_nodes);

  for (guint i = 0; i < nn_graph_n_outputs (graph); i++)
    live[nn_graph_output (graph, i)] = TRUE;

  for (guint i = n_nodes; i-- > 0;)
    for (guint j = 0; live[i] && j < nn_graph_node_n_inputs (graph, (NnNode) i); j++)
      live[nn_graph_node_input (graph, (NnNode) i, j)] = TRUE;

  return live;
}

/**
 * nn_rewrite_init:
 * @from: the network to start from; referenced
 *
 * Its inputs are copied at once, so their numbering stays.
 */
void
nn_rewrite_init (NnRewrite *self,
                 NnGraph   *from)
{
  guint n_nodes = nn_graph_n_nodes (from);

  self->from = nn_graph_ref (from);
  self->builder = nn_builder_new ();
  self->map = g_new (NnNode, n_nodes);
  self->live = nn_graph_find_live (from);
  self->origin = g_array_new (FALSE, FALSE, sizeof (NnNode));

  for (guint i = 0; i < n_nodes; i++)
    self->map[i] = NN_NODE_NONE;
  for (guint i = 0; i < nn_graph_n_inputs (from); i++)
    {
      NnNode node = nn_graph_input (from, i);
      NnNode made = nn_builder_input (self->builder, nn_graph_node_shape (from, node));

      nn_rewrite_insert (self, made, node, nn_graph_node_name (from, node));
    }
}

void
nn_rewrite_clear (NnRewrite *self)
{
  g_clear_pointer (&self->from, nn_graph_unref);
  g_clear_pointer (&self->builder, nn_builder_free);
  g_clear_pointer (&self->map, g_free);
  g_clear_pointer (&self->live, g_free);
  g_clear_pointer (&self->origin, g_array_unref);
}

/**
 * nn_rewrite_insert:
 * @made: a node just made in the builder
 * @replaced: the old node whose users take @made from now on, or %NN_NODE_NONE
 * @name: (nullable): its name; %NULL: counted
 */
void
nn_rewrite_insert (NnRewrite  *self,
                   NnNode      made,
                   NnNode      replaced,
                   const char *name)
{
  if (made == NN_NODE_NONE)
    return; /* The builder keeps the reason. */

  if (name != NULL)
    nn_builder_name (self->builder, made, name);
  while (self->origin->len <= (guint) made)
    {
      NnNode none = NN_NODE_NONE;

      g_array_append_val (self->origin, none);
    }
  g_array_index (self->origin, NnNode, made) = replaced;
  if (replaced != NN_NODE_NONE)
    self->map[replaced] = made;
}

/**
 * nn_rewrite_copy:
 * @node: a node of the old network whose inputs were copied before; inputs and nodes that no output
 *   depends on are passed over
 * @attrs: (nullable): attributes of the copy; %NULL: the old ones
 *
 * Returns: the copy, under its old name.
 */
NnNode
nn_rewrite_copy (NnRewrite     *self,
                 NnNode         node,
                 const NnAttrs *attrs)
{
  NnNode xs[NN_MAX_INPUTS];
  guint n_xs = nn_graph_node_n_inputs (self->from, node);
  NnNode made;

  if (!self->live[node] || nn_graph_node_kind (self->from, node) == NN_OP_INPUT)
    return self->map[node];

  for (guint i = 0; i < n_xs; i++)
    xs[i] = self->map[nn_graph_node_input (self->from, node, i)];

  made = nn_builder_node (self->builder, nn_graph_node_kind (self->from, node),
                          attrs != NULL ? attrs : nn_graph_node_attrs (self->from, node), xs, n_xs);
  nn_rewrite_insert (self, made, node, nn_graph_node_name (self->from, node));

  return made;
}

/**
 * nn_rewrite_seal:
 *
 * Returns: (transfer full): the new network with the outputs where the old ones went.
 */
NnGraph *
nn_rewrite_seal (NnRewrite  *self,
                 GError    **error)
{
  for (guint i = 0; i < nn_graph_n_outputs (self->from); i++)
    nn_builder_output (self->builder, self->map[nn_graph_output (self->from, i)]);

  return nn_builder_seal (self->builder, error);
}

NnNode
nn_rewrite_origin (NnRewrite *self,
                   NnNode     made)
{
  return (guint) made < self->origin->len ? g_array_index (self->origin, NnNode, made)
                                          : NN_NODE_NONE;
}

/**
 * nn_rewrite_slots:
 * @to: parameters of the sealed network
 *
 * Copies every slot that has as many values in both networks.
 */
void
nn_rewrite_slots (NnRewrite *self,
                  NnParams  *from,
                  NnParams  *to)
{
  for (guint i = 0; i < nn_graph_n_nodes (nn_params_graph (to)); i++)
    {
      NnNode old = nn_rewrite_origin (self, (NnNode) i);

      for (guint slot = 0; old != NN_NODE_NONE && slot < NN_N_SLOTS; slot++)
        {
          gsize n_from, n_to;
          const nn_real *values = nn_params_peek (from, old, slot, &n_from);
          nn_real *place = nn_params_poke (to, (NnNode) i, slot, &n_to);

          if (values != NULL && place != NULL && n_from == n_to)
            memcpy (place, values, n_to * sizeof *place);
        }
    }
}

guint
nn_graph_n_users (NnGraph *graph,
                  NnNode   node,
                  NnNode  *user)
{
  guint n_users = 0;

  for (guint i = (guint) node + 1; i < nn_graph_n_nodes (graph); i++)
    for (guint j = 0; j < nn_graph_node_n_inputs (graph, (NnNode) i); j++)
      if (nn_graph_node_input (graph, (NnNode) i, j) == node)
        {
          n_users++;
          *user = (NnNode) i;
        }

  return n_users;
}

gboolean
nn_graph_is_output (NnGraph *graph,
                    NnNode   node)
{
  for (guint i = 0; i < nn_graph_n_outputs (graph); i++)
    if (nn_graph_output (graph, i) == node)
      return TRUE;

  return FALSE;
}

gsize
nn_shape_positions (const NnShape *shape)
{
  gsize positions = 1;

  for (guint i = 2; i < shape->rank; i++)
    positions *= shape->dims[i];

  return positions;
}
