/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which part of the input a position inside the network sees. */
#pragma once

#include "nn-graph.h"

G_BEGIN_DECLS

/* Rows [top, bottom) and columns [left, right); empty where the input is not seen. */
typedef struct
{
  guint32 top, bottom;
  guint32 left, right;
} NnPatch;

/**
 * nn_graph_patch:
 * @y, @x: a position on @node's maps; ignored where it has none
 *
 * The rectangle of @seen's maps (the input, or any node before @node) that holds all values which
 * the position depends on, through strides, padding, dilation, skips and concatenations. Padding
 * is left out. Everything, where a layer mixes all positions. Pure arithmetic.
 */
NnPatch nn_graph_patch (NnGraph *graph,
                        NnNode   node,
                        guint    y,
                        guint    x,
                        NnNode   seen);

G_END_DECLS
