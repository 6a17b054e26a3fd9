/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of a network that leads to one of its nodes. */
#include "nn-cut.h"

#include "nn-rewrite.h"

/* Leaves alone those of the live nodes that @node depends on. */
static void
keep_above (NnRewrite *rewrite,
            NnNode     node)
{
  g_autofree gboolean *above = g_new0 (gboolean, nn_graph_n_nodes (rewrite->from));

  above[node] = TRUE;
  for (NnNode i = node; i >= 0; i--)
    for (guint j = 0; above[i] && j < nn_graph_node_n_inputs (rewrite->from, i); j++)
      above[nn_graph_node_input (rewrite->from, i, j)] = TRUE;
  for (guint i = 0; i < nn_graph_n_nodes (rewrite->from); i++)
    rewrite->live[i] &= above[i];
}

NnGraph *
nn_cut (NnGraph   *graph,
        NnParams  *params,
        NnNode     node,
        NnParams **part,
        GError   **error)
{
  g_auto (NnRewrite) rewrite = { 0 };
  g_autoptr (NnGraph) cut = NULL;

  g_return_val_if_fail (node >= 0 && (guint) node < nn_graph_n_nodes (graph), NULL);
  g_return_val_if_fail (nn_graph_node_kind (graph, node) != NN_OP_INPUT, NULL);

  nn_rewrite_init (&rewrite, graph);
  keep_above (&rewrite, node);
  for (NnNode i = 0; i <= node; i++)
    nn_rewrite_copy (&rewrite, i, NULL);
  nn_builder_output (rewrite.builder, rewrite.map[node]);
  cut = nn_builder_seal (rewrite.builder, error);
  if (cut == NULL)
    return NULL;

  *part = nn_params_new_empty (cut, error);
  if (*part == NULL)
    return NULL;
  nn_rewrite_slots (&rewrite, params, *part);
  nn_params_freeze (*part);

  return g_steal_pointer (&cut);
}
