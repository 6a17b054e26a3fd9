/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every rewrite of a network shares: copying nodes into a builder and values into new
 * parameters. */
#pragma once

#include "nn-graph.h"
#include "nn-params.h"

G_BEGIN_DECLS

/**
 * NnRewrite:
 * @map: [nodes of @from]: where a node of the old network is found in the new one, %NN_NODE_NONE
 *   where it is not (yet)
 * @live: [nodes of @from]: some output depends on it; only those are copied
 * @origin: (element-type NnNode): the old node of each new one, %NN_NODE_NONE for an inserted node
 *
 * A network being built from another one, node by node in the old order. One thread.
 */
typedef struct
{
  NnGraph   *from;
  NnBuilder *builder;
  NnNode    *map;
  gboolean  *live;
  GArray    *origin;
} NnRewrite;

void     nn_rewrite_init      (NnRewrite     *self,
                               NnGraph       *from);
void     nn_rewrite_clear     (NnRewrite     *self);
NnNode   nn_rewrite_copy      (NnRewrite     *self,
                               NnNode         node,
                               const NnAttrs *attrs);
void     nn_rewrite_insert    (NnRewrite     *self,
                               NnNode         made,
                               NnNode         replaced,
                               const char    *name);
NnGraph *nn_rewrite_seal      (NnRewrite     *self,
                               GError       **error) G_GNUC_WARN_UNUSED_RESULT;
NnNode   nn_rewrite_origin    (NnRewrite     *self,
                               NnNode         made);
void     nn_rewrite_slots     (NnRewrite     *self,
                               NnParams      *from,
                               NnParams      *to);

gboolean *nn_graph_find_live  (NnGraph       *graph) G_GNUC_WARN_UNUSED_RESULT;
/* How many nodes take @node's values, and the last of them. */
guint    nn_graph_n_users     (NnGraph       *graph,
                               NnNode         node,
                               NnNode        *user);
gboolean nn_graph_is_output   (NnGraph       *graph,
                               NnNode         node);
/* Positions per channel of what comes into or leaves a node: H·W of maps, 1 of a vector. */
gsize    nn_shape_positions   (const NnShape *shape);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (NnRewrite, nn_rewrite_clear)

G_END_DECLS
