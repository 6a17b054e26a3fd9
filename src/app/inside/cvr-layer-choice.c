/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layers of a network to choose one of. */
#include "cvr-layer-choice.h"

#include "cvr-layer-name.h"

void
cvr_layer_choice_fill (GtkDropDown  *choice,
                       GArray       *nodes,
                       NnGraph      *graph,
                       CvrLayerTakes takes)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  g_array_set_size (nodes, 0);
  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    {
      NnNode node = (NnNode) i;

      if (!takes (graph, node))
        continue;
      g_array_append_val (nodes, node);
      gtk_string_list_take (names, cvr_layer_dup_short_name (graph, node));
    }
  gtk_drop_down_set_model (choice, G_LIST_MODEL (names));
}

NnNode
cvr_layer_choice_get (GtkDropDown *choice,
                      GArray      *nodes)
{
  guint i = gtk_drop_down_get_selected (choice);

  return i < nodes->len ? g_array_index (nodes, NnNode, i) : NN_NODE_NONE;
}
