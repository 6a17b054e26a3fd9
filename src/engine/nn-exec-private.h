/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of an exec share: forward (nn-exec.c), parameters (nn-exec-prepare.c), backward
 * (nn-exec-backward.c). */
#pragma once

#include "nn-exec.h"
#include "nn-graph-private.h"
#include "nn-layout.h"
#include "nn-sparse-layer.h"

G_BEGIN_DECLS

/* One thing that a forward pass does: a node computes, or a value is copied into the other order. */
typedef struct
{
  gboolean copy;
  guint    id; /* the node, or the value's node */
} NnExecStep;

struct _NnExec
{
  NnGraph        *graph;
  NnWorkers      *workers;
  NnExecMode      mode;
  guint           max_batch;
  NnLayout       *layout;
  guint8         *arena;
  guint           n_nodes;
  NnOpRun        *runs;    /* [n_nodes] */
  NnExecStep     *steps;   /* [n_steps] */
  guint           n_steps;
  const nn_real **values;  /* [2 · n_nodes] */
  NnParams       *params;  /* what the runs point into; held, so that no other can take its address */
  gboolean        prepared; /* from parameters that can't have changed since */
  NnSparseLayer **sparse;   /* [n_nodes] */
  guint           batch;   /* of the last forward */
  gboolean       *frozen;  /* [n_nodes] */
  gboolean       *wanted;  /* [n_nodes]: a gradient is needed here */
  gboolean       *written; /* [2 · n_nodes]: the gradient holds something */
  NnRectifiers    rectifiers;
  float           dropout; /* of all dropout layers, where it isn't the graph's */
};

/* Memory at an offset of the layout; %NULL for %NN_NOWHERE. */
gpointer nn_exec_at          (NnExec         *self,
                              gsize           offset);
nn_real *nn_exec_gradient_at (NnExec         *self,
                              guint           id);
/* The value that is @node's input @i. */
guint    nn_exec_source      (NnExec         *self,
                              NnNode          node,
                              guint           i);
/* Rows of one item as @node's operator counts them. */
guint    nn_exec_rows        (const NnOpNode *node,
                              const NnShape  *shape);
/* Whether @node has a step of its own. */
gboolean nn_exec_computes    (NnExec         *self,
                              NnNode          node);
/* Copies @node's values, or their gradient, from one order into the other. */
void     nn_exec_turn        (NnExec         *self,
                              NnNode          node,
                              gboolean        to_last,
                              const nn_real  *from,
                              nn_real        *to);
/* Points the runs at the slots of @params: nothing to do while they are the same. */
void     nn_exec_bind        (NnExec         *self,
                              NnParams       *params);
/* Brings the parameters into the form that inference reads: once for frozen ones, again for every
 * pass over those that training may have changed. */
void     nn_exec_prepare     (NnExec         *self,
                              NnParams       *params);

G_END_DECLS
