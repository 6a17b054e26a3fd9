/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which memory of the arena every node of a graph uses. */
#pragma once

#include "nn-exec.h"
#include "nn-op.h"

G_BEGIN_DECLS

/* An offset of something that has no memory. */
#define NN_NOWHERE G_MAXSIZE

/**
 * NnLayout:
 * @bytes: of the whole arena
 * @values, @gradients, @saved: [n_nodes], offsets in bytes; nodes may share
 * @scales: [n_nodes], offset of the epilogue's scales where a batch norm was fused into the node
 * @head: [n_nodes], the convolution or dense layer that computes this node's values too;
 *   %NN_NODE_NONE where the node computes its own
 * @norm: [n_nodes], the batch norm among them; %NN_NODE_NONE
 * @tail: [n_nodes], the last node that the head computes: the one whose values it writes
 * @scratch, @param_gradients: offsets
 */
typedef struct
{
  gsize   bytes;
  gsize  *values, *gradients, *saved, *scales;
  NnNode *head, *norm, *tail;
  gsize   scratch, param_gradients;
} NnLayout;

NnLayout *nn_layout_new (NnGraph *graph, guint max_batch, NnExecMode mode,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void      nn_layout_free (NnLayout *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnLayout, nn_layout_free)

G_END_DECLS
