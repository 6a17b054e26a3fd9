/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a graph is made of: for the builder, the verifier and the layers that run it. */
#pragma once

#include "nn-op.h"

G_BEGIN_DECLS

/**
 * NnNodeRecord:
 * @in: shapes of the inputs, [n_inputs]
 * @named: the name was given, not counted
 * @live: some output depends on it
 * @shared: computed from constants alone: the same for every item of a batch
 * @in_shared: bit i: input i is shared
 */
typedef struct
{
  NnOpKind kind;
  NnAttrs  attrs;
  char    *name;
  gboolean named;
  gboolean live;
  gboolean shared;
  guint32  in_shared;
  guint    n_inputs;
  NnNode   inputs[NN_MAX_INPUTS];
  NnShape  in[NN_MAX_INPUTS];
  NnShape  shape;
} NnNodeRecord;

struct _NnGraph
{
  gatomicrefcount references;
  guint           n_nodes;
  NnNodeRecord   *nodes;
  GArray         *inputs;  /* NnNode */
  GArray         *outputs; /* NnNode */
};

/* Adds what a sentence about a whole graph needs to know: unique names, live nodes, inputs,
 * outputs. */
gboolean nn_graph_verify (NnGraph *self, GError **error);
/* Whether every position of @node depends on all positions that its input holds. */
gboolean nn_graph_node_sees_all (const NnNodeRecord *node);
/* Borrowed view of a node for the operator table. */
NnOpNode nn_graph_op_node (NnGraph *self, NnNode node);
gboolean nn_graph_node_live (NnGraph *self, NnNode node);

G_END_DECLS
