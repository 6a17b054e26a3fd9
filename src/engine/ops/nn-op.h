/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The contract of an operator and the table of all of them. */
#pragma once

#include "nn-params.h"
#include "nn-workers.h"
#include "nn-window.h"

G_BEGIN_DECLS

/* A batch is cut in at most this many chunks of images where sums over images have to be added up:
 * a constant, so that the order of additions does not depend on the threads. */
enum { NN_MAX_CHUNKS = 8 };

/**
 * NnOpNode:
 *
 * One node as its operator sees it. Plain value, everything borrowed from the graph. @out is filled
 * before any function but infer is called.
 */
typedef struct
{
  NnOpKind       kind;
  const NnAttrs *attrs;
  const char    *name;
  guint          n_inputs;
  const NnShape *in;
  NnShape        out;
} NnOpNode;

/* How a slot's values start. */
typedef enum
{
  NN_INIT_ZERO,
  NN_INIT_ONE,
  NN_INIT_WEIGHT, /* He or Xavier, by what follows */
} NnInit;

/**
 * NnOpSlot:
 * @n_values: 0: the node has no such slot
 * @fan_in, @fan_out: of weights: values that meet in one output, outputs that one input reaches
 */
typedef struct
{
  gsize  n_values;
  NnInit init;
  double fan_in, fan_out;
} NnOpSlot;

/**
 * NnEpilogue:
 *
 * What inference appends to a convolution or dense layer while its values are still in the cache:
 * y = relu? ((x − centre[k])·scale[k] + shift[k]), per filter. @scale is %NULL where nothing is.
 */
typedef struct
{
  const nn_real *centre, *scale, *shift;
  gboolean       relu;
} NnEpilogue;

/**
 * NnOpRun:
 * @train: batch statistics and dropout
 * @x, @y: values, [batch, …]
 * @slot: parameters; %NULL where the node has none
 * @running: mean and variance to update
 * @dy: gradient of @y
 * @dx: gradients of the inputs; %NULL where none is wanted
 * @add: the gradient is added to what @dx holds; otherwise @dx holds nothing yet and is overwritten
 * @dslot: gradients of parameters, overwritten; %NULL where none is wanted
 * @saved: what forward leaves for backward
 * @scratch: for this call alone
 *
 * One call of forward or backward. @dx[0] may be @dy, and @y may be @x[0], for operators that say
 * so.
 */
typedef struct
{
  NnOpNode       node;
  NnWorkers     *workers;
  guint          batch;
  gboolean       train;
  gsize          in_count[NN_MAX_INPUTS]; /* values of one item */
  gsize          out_count;
  const nn_real *x[NN_MAX_INPUTS];
  nn_real       *y;
  const nn_real *slot[NN_N_SLOTS];
  nn_real       *running[2];
  const nn_real *dy;
  nn_real       *dx[NN_MAX_INPUTS];
  gboolean       add[NN_MAX_INPUTS];
  nn_real       *dslot[NN_N_SLOTS];
  gpointer       saved;
  gpointer       scratch;
  guint64        seed;   /* of this step's dropout */
  guint          stream; /* the node's number */
  NnEpilogue     epilogue;
} NnOpRun;

/* What an operator may do with memory. */
typedef enum
{
  NN_OP_IN_PLACE = 1 << 0,          /* inference may write y over x[0] */
  NN_OP_GRADIENT_IN_PLACE = 1 << 1, /* backward may write dx[0] over dy, when it is not added */
  NN_OP_ALIAS = 1 << 2,             /* y is x[0] */
  NN_OP_ALIAS_INFERENCE = 1 << 3,   /* y is x[0] unless training */
  NN_OP_EPILOGUE = 1 << 4,          /* forward heeds the epilogue */
} NnOpFlags;

/**
 * NnOp:
 * @stem: default names are the stem and a number
 * @infer: checks the attributes and inputs and gives the output's shape; %FALSE with a sentence
 * @slots: (nullable): sizes of the parameters
 * @flops: (nullable): of one item, forward; %NULL: none
 * @saved, @scratch: (nullable): bytes for a batch; %FALSE when they do not fit a gsize
 * @backward: (nullable): the operator has no inputs
 */
typedef struct
{
  const char *stem;
  guint       min_inputs, max_inputs;
  guint       flags;
  gboolean  (*infer)    (const NnOpNode *node, NnShape *out, GError **error);
  void      (*slots)    (const NnOpNode *node, NnOpSlot slots[NN_N_SLOTS]);
  guint64   (*flops)    (const NnOpNode *node);
  gboolean  (*saved)    (const NnOpNode *node, guint batch, gsize *bytes);
  gboolean  (*scratch)  (const NnOpNode *node, guint batch, gboolean backward, gsize *bytes);
  void      (*forward)  (const NnOpRun *run);
  void      (*backward) (const NnOpRun *run);
} NnOp;

extern const NnOp nn_op_input, nn_op_conv, nn_op_dense, nn_op_pool, nn_op_global_pool,
  nn_op_batch_norm, nn_op_dropout, nn_op_activation, nn_op_maxout, nn_op_softmax, nn_op_add,
  nn_op_concat, nn_op_flatten, nn_op_upsample, nn_op_fake_quant;

const NnOp *nn_op_of          (NnOpKind kind);
const char *nn_activation_name (NnActivation function); /* "relu" …: stable */

/* Shared by several operators. */
gsize       nn_op_count       (const NnShape *shape);    /* of a verified shape */
gsize       nn_op_positions   (const NnShape *shape);    /* values per channel */
gboolean    nn_op_same_shape  (const NnOpNode *node, NnShape *out, GError **error);
gboolean    nn_op_need_maps   (const NnOpNode *node, GError **error);
gboolean    nn_op_check_stencil (const NnOpNode *node, const NnStencil *stencil, GError **error);
NnWindow    nn_op_window      (const NnStencil *stencil, const NnShape *in, const NnShape *out);
guint       nn_op_chunks      (guint batch, guint *chunk); /* how many chunks of how many images */

/* Cuts @n_items, each about @cost values of work, in pieces of a size that depends on nothing else,
 * and runs @func over [from, to) of each. */
typedef void (*NnRangeFunc) (const NnOpRun *run, gsize from, gsize to);
void        nn_op_run_ranges  (const NnOpRun *run, gsize n_items, gsize cost, NnRangeFunc func);

G_END_DECLS
