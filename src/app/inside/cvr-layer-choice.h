/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layers of a network to choose one of. */
#pragma once

#include "nn-graph.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef gboolean (*CvrLayerTakes) (NnGraph *graph, NnNode node);

/* The names of those that @takes says yes to; @nodes (element-type NnNode): which they are. */
void   cvr_layer_choice_fill (GtkDropDown *choice, GArray *nodes, NnGraph *graph,
                              CvrLayerTakes takes);
/* NN_NODE_NONE: there is none. */
NnNode cvr_layer_choice_get  (GtkDropDown *choice, GArray *nodes);

G_END_DECLS
