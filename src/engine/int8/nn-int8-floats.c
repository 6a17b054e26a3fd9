/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a quantized network that have no integer kernel: each a small network of its own. */
#include "nn-int8-private.h"

#include <string.h>

/**
 * NnInt8Floats:
 * @nodes: (element-type NnNode): in the graph's order, constants that they need included once built
 * @reads, @makes: (element-type NnNode): what comes in and what others need, in the order of the
 *   exec's inputs and outputs
 */
struct _NnInt8Floats
{
  GArray   *nodes, *reads, *makes;
  NnParams *params;
  NnExec   *exec;
};

NnInt8Floats *
nn_int8_floats_new (void)
{
  NnInt8Floats *self = g_new0 (NnInt8Floats, 1);

  self->nodes = g_array_new (FALSE, FALSE, sizeof (NnNode));
  self->reads = g_array_new (FALSE, FALSE, sizeof (NnNode));
  self->makes = g_array_new (FALSE, FALSE, sizeof (NnNode));

  return self;
}

void
nn_int8_floats_free (NnInt8Floats *self)
{
  g_array_unref (self->nodes);
  g_array_unref (self->reads);
  g_array_unref (self->makes);
  g_clear_pointer (&self->params, nn_params_unref);
  g_clear_pointer (&self->exec, nn_exec_free);
  g_free (self);
}

void
nn_int8_floats_add (NnInt8Floats *self,
                    NnNode        node)
{
  g_array_append_val (self->nodes, node);
}

static gboolean
holds (GArray *nodes,
       NnNode  node)
{
  for (guint i = 0; i < nodes->len; i++)
    if (g_array_index (nodes, NnNode, i) == node)
      return TRUE;

  return FALSE;
}

gboolean
nn_int8_floats_has (NnInt8Floats *self,
                    NnNode        node)
{
  return holds (self->nodes, node);
}

/* Copies @node into @builder, and the constants it needs before it. */
static void
copy_node (NnInt8Floats *self,
           NnGraph      *graph,
           NnBuilder    *builder,
           NnNode       *map,
           GArray       *origin,
           NnNode        node)
{
  NnNode xs[NN_MAX_INPUTS];
  guint n_xs = nn_graph_node_n_inputs (graph, node);

  for (guint i = 0; i < n_xs; i++)
    {
      NnNode x = nn_graph_node_input (graph, node, i);

      if (map[x] == NN_NODE_NONE)
        copy_node (self, graph, builder, map, origin, x);
      xs[i] = map[x];
    }

  map[node] = nn_builder_node (builder, nn_graph_node_kind (graph, node),
                               nn_graph_node_attrs (graph, node), xs, n_xs);
  nn_builder_name (builder, map[node], nn_graph_node_name (graph, node));
  g_array_append_val (origin, node);
}

/* What the nodes read from outside: all that is no node of theirs and depends on an input. */
static void
find_reads (NnInt8Floats   *self,
            NnGraph        *graph,
            const gboolean *varies)
{
  for (guint i = 0; i < self->nodes->len; i++)
    {
      NnNode node = g_array_index (self->nodes, NnNode, i);

      for (guint j = 0; j < nn_graph_node_n_inputs (graph, node); j++)
        {
          NnNode x = nn_graph_node_input (graph, node, j);

          if (varies[x] && !holds (self->nodes, x) && !holds (self->reads, x))
            g_array_append_val (self->reads, x);
        }
    }
}

static NnGraph *
build_graph (NnInt8Floats *self,
             NnInt8       *int8,
             GArray       *origin,
             GError      **error)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  g_autofree NnNode *map = g_new (NnNode, int8->n_nodes);

  for (guint i = 0; i < int8->n_nodes; i++)
    map[i] = NN_NODE_NONE;
  for (guint i = 0; i < self->reads->len; i++)
    {
      NnNode x = g_array_index (self->reads, NnNode, i);

      map[x] = nn_builder_input (builder, nn_graph_node_shape (int8->graph, x));
      nn_builder_name (builder, map[x], nn_graph_node_name (int8->graph, x));
      g_array_append_val (origin, x);
    }
  for (guint i = 0; i < self->nodes->len; i++)
    {
      NnNode node = g_array_index (self->nodes, NnNode, i);

      if (map[node] == NN_NODE_NONE)
        copy_node (self, int8->graph, builder, map, origin, node);
      if (!int8->values[node].wants_floats)
        continue;
      nn_builder_output (builder, map[node]);
      g_array_append_val (self->makes, node);
    }

  return nn_builder_seal (builder, error);
}

/**
 * nn_int8_floats_build:
 *
 * Makes the network and its memory, and tells @int8 where its outputs lie.
 */
gboolean
nn_int8_floats_build (NnInt8Floats  *self,
                      NnInt8        *int8,
                      GError       **error)
{
  g_autofree gboolean *varies = g_new0 (gboolean, int8->n_nodes);
  g_autoptr (GArray) origin = g_array_new (FALSE, FALSE, sizeof (NnNode));
  g_autoptr (NnGraph) graph = NULL;

  for (guint i = 0; i < int8->n_nodes; i++)
    {
      varies[i] = nn_graph_node_kind (int8->graph, (NnNode) i) == NN_OP_INPUT;
      for (guint j = 0; j < nn_graph_node_n_inputs (int8->graph, (NnNode) i); j++)
        varies[i] |= varies[nn_graph_node_input (int8->graph, (NnNode) i, j)];
    }
  find_reads (self, int8->graph, varies);
  graph = build_graph (self, int8, origin, error);
  if (graph == NULL)
    return FALSE;

  self->params = nn_params_new_empty (graph, error);
  if (self->params == NULL)
    return FALSE;
  for (guint i = 0; i < origin->len; i++)
    for (guint slot = 0; slot < NN_N_SLOTS; slot++)
      {
        gsize n;
        const nn_real *from = nn_params_peek (int8->params, g_array_index (origin, NnNode, i), slot,
                                              &n);
        nn_real *to = nn_params_poke (self->params, (NnNode) i, slot, &n);

        if (from != NULL && to != NULL)
          memcpy (to, from, n * sizeof *to);
      }
  nn_params_freeze (self->params);

  self->exec = nn_exec_new (graph, int8->workers, int8->max_batch, NN_EXEC_INFER, error);
  if (self->exec == NULL)
    return FALSE;
  for (guint i = 0; i < self->makes->len; i++)
    int8->values[g_array_index (self->makes, NnNode, i)].floats =
      (nn_real *) nn_exec_output (self->exec, i);

  return TRUE;
}

void
nn_int8_floats_run (NnInt8Floats *self,
                    NnInt8       *int8,
                    guint         batch)
{
  for (guint i = 0; i < self->reads->len; i++)
    {
      const NnInt8Value *value = &int8->values[g_array_index (self->reads, NnNode, i)];

      memcpy (nn_exec_input (self->exec, i), value->floats,
              batch * value->count * sizeof (nn_real));
    }
  nn_exec_forward (self->exec, self->params, batch, 0);
}
