/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a graph: all activations and gradients in one arena planned for a largest batch. */
#pragma once

#include "nn-graph.h"
#include "nn-params.h"
#include "nn-workers.h"

G_BEGIN_DECLS

typedef enum
{
  NN_EXEC_INFER,    /* activations share memory; only outputs can be read afterwards */
  NN_EXEC_KEEP_ALL, /* inference values, every node can be read, and backward can be run through them */
  NN_EXEC_TRAIN,    /* batch statistics, dropout, gradients of parameters */
} NnExecMode;

typedef struct _NnExec NnExec; /* one thread at a time */

NnExec        *nn_exec_new        (NnGraph *graph, NnWorkers *workers, guint max_batch, NnExecMode mode,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
void           nn_exec_free       (NnExec *self);
NnGraph       *nn_exec_graph      (NnExec *self);
guint          nn_exec_max_batch  (NnExec *self);
/* Bytes the arena takes, before anything is allocated. */
gboolean       nn_exec_plan_size  (NnGraph *graph, guint max_batch, NnExecMode mode, gsize *bytes, GError **error);
gsize          nn_exec_arena_size (NnExec *self);
/* The largest of @wanted, a half, a quarter … whose arena takes at most @bytes; at least 1. */
guint          nn_exec_fitting_batch (NnGraph *graph, guint wanted, NnExecMode mode, gsize bytes);

/* Where to write input @i, [batch, …]; valid until the exec is freed. */
nn_real       *nn_exec_input      (NnExec *self, guint i);
/* Fills every node. In TRAIN mode @params must not be frozen (running statistics are updated) and
 * @dropout_seed decides the dropped values (the same for any number of threads). */
void           nn_exec_forward    (NnExec *self, NnParams *params, guint batch, guint64 dropout_seed);
/* Values of a node after forward, [batch, …]. KEEP_ALL: of every node. INFER and TRAIN share memory, compute
 * nodes together and turn maps around: NULL but for inputs, outputs and, in TRAIN, vectors that no other node
 * computes. */
const nn_real *nn_exec_values     (NnExec *self, NnNode node);
/* Whether all values of the node after forward are finite, in any mode; TRUE where they are not kept. */
gboolean       nn_exec_is_finite  (NnExec *self, NnNode node);
const nn_real *nn_exec_output     (NnExec *self, guint i);

/* Backward. Which parameters stay as they are (no gradient computed, nothing below them touched when
 * all below is frozen too); default none. A frozen batch norm also normalises with its running
 * statistics and leaves them alone. Set before the forward pass. */
void           nn_exec_freeze_node (NnExec *self, NnNode node, gboolean frozen);
/* TRAIN mode: from the next forward pass on all dropout layers leave out this share of their
 * values, 0 … below 1; below 0 each has its own rate again, that of the graph. */
void           nn_exec_set_dropout (NnExec *self, float rate);
/* How the way back passes rectifiers (nn_graph_node_rectifies()): what attributions change. Of both
 * others, nn_exec_gradient() of a rectifier tells what is left of its gradient. */
typedef enum
{
  NN_RECTIFIERS_PLAIN,     /* by their own gradient */
  NN_RECTIFIERS_GUIDED,    /* what is negative stops, the rest goes by their own gradient */
  NN_RECTIFIERS_DECONVNET, /* what is negative stops, the rest passes as it is */
} NnRectifiers;

/* KEEP_ALL mode; from the next backward pass on. */
void           nn_exec_set_rectifiers (NnExec *self, NnRectifiers rule);
/* Runs backward from @gradient, [batch, …] of @node. Gradients of parameters are overwritten in TRAIN mode.
 * @to_input also computes the inputs' gradients (saliency). Not in INFER mode. */
void           nn_exec_backward   (NnExec *self, NnParams *params, NnNode node, const nn_real *gradient,
                                   gboolean to_input);
/* Gradient of a node's values after backward in KEEP_ALL mode, [batch, …]; in TRAIN mode inputs only.
 * NULL where the pass did not come by: nodes the start does not depend on, inputs unless asked. */
const nn_real *nn_exec_gradient   (NnExec *self, NnNode node);
/* KEEP_ALL mode, after backward: the gradients of one node's weight and bias slots, or scale and shift,
 * with statistics as they are at inference. @bias nullable; left alone where there is no such slot. FALSE
 * where the pass did not come by, or the node has no weights. */
gboolean       nn_exec_slot_gradients (NnExec *self, NnNode node, nn_real *weight, nn_real *bias);
/* Gradients of all trainable parameters, in the block's order (nn_params_n_trainable() values); those
 * frozen or not reached are 0. NULL unless in TRAIN mode. */
nn_real       *nn_exec_param_gradients (NnExec *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnExec, nn_exec_free)

G_END_DECLS
