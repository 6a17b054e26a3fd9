/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which nodes are computed together, how their maps lie, and which memory of the arena each uses. */
#pragma once

#include "nn-exec.h"
#include "nn-op.h"

G_BEGIN_DECLS

/* An offset of something that has no memory. */
#define NN_NOWHERE G_MAXSIZE

/**
 * NnLayout:
 * @bytes: of the whole arena
 * @n_nodes: of the graph
 * @last: [n_nodes], the node is computed with channels last and its maps lie so
 * @head: [n_nodes], the node that computes this node's values too; %NN_NODE_NONE where the node
 *   computes its own
 * @norm: [n_nodes], the batch norm among what a head computes; %NN_NODE_NONE
 * @addend: [n_nodes], the node whose values a head adds to its own; %NN_NODE_NONE
 * @relu, @pool: [n_nodes], a head computes a ReLU, a pool of 2×2
 * @tail: [n_nodes], the last node that the head computes: the one whose values it writes
 * @home: [2 · n_nodes], by value: the one in whose memory it lies; %G_MAXUINT: nowhere
 * @first_use: [2 · n_nodes], the step that reads a value first; a copy is made before it
 * @values, @gradients: [2 · n_nodes], offsets in bytes; values may share
 * @saved, @prepared: [n_nodes], offsets
 * @scales: [n_nodes], offset of the epilogue's scales where a batch norm was fused into the node
 * @scratch, @param_gradients: offsets
 *
 * A value is a node's, number i, or its copy in the other order of channels and positions, number
 * n_nodes + i, which exists where a node that reads it computes in that order.
 */
typedef struct
{
  gsize     bytes;
  guint     n_nodes;
  gboolean *last;
  NnNode   *head, *norm, *addend, *tail;
  gboolean *relu, *pool;
  guint    *home, *first_use;
  gsize    *values, *gradients, *saved, *prepared, *scales;
  gsize     scratch, param_gradients;
} NnLayout;

NnLayout *nn_layout_new (NnGraph *graph, guint max_batch, NnExecMode mode,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void      nn_layout_free (NnLayout *self);
/* The value that is @node's input @i. */
guint     nn_layout_source (const NnLayout *self, NnGraph *graph, NnNode node, guint i);
/* Whether channels last is another order at all. */
gboolean  nn_layout_has_orders (const NnShape *shape);
/* The step that computes @node. */
NnNode    nn_layout_step (const NnLayout *self, NnNode node);
/* A node as its operator sees it. */
NnOpNode  nn_layout_op_node (const NnLayout *self, NnGraph *graph, NnNode node);

/* First half of nn_layout_new(): fills what is there up to @tail. */
void      nn_layout_fuse (NnLayout *self, NnGraph *graph, NnExecMode mode);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnLayout, nn_layout_free)

G_END_DECLS
