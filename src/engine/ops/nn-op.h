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
  gboolean       last;   /* its maps lie with channels last, [batch, H, W, C] */
  guint32        shared; /* bit i: input i is computed from constants alone */
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
 * y = relu? ((x − centre[k])·scale[k] + shift[k] + addend), per filter. @scale is %NULL where nothing
 * is, and @addend, values like y, where nothing is added (only with channels last). @pool (there too):
 * what is written is the largest of each 2×2 of these, in maps half as high and wide, rounded down.
 */
typedef struct
{
  const nn_real *centre, *scale, *shift;
  const nn_real *addend;
  gboolean       relu, pool;
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
 * @prepared: what @prepare of the operator left; %NULL in training
 * @dropout: (nullable): the rate of a dropout, where it isn't that of the graph: 0 … below 1
 * @sparse: (nullable): the layer's weights without their zeros, where that is faster
 * @shared: the input is computed from constants alone: it holds one item that all items of the
 *   batch read (only where the operator says NN_OP_SHARED_INPUTS); its gradient is their sum
 *
 * One call of forward or backward. Where NN_OP_WHOLE is not said, @batch counts rows: items times
 * their dims[0], and the counts are those of one row. @dx[0] may be @dy, and @y may be @x[0], for
 * operators that say so.
 */
typedef struct
{
  NnOpNode       node;
  NnWorkers     *workers;
  guint          batch;
  gboolean       train;
  gboolean       shared[NN_MAX_INPUTS];
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
  gpointer       prepared;
  const struct _NnSparseLayer *sparse;
  const float   *dropout;
  guint64        seed;   /* of this step's dropout */
  guint          stream; /* the node's number */
  NnEpilogue     epilogue;
} NnOpRun;

/* What an operator may do with memory, and what it heeds. */
typedef enum
{
  NN_OP_IN_PLACE = 1 << 0,          /* inference may write y over x[0] */
  NN_OP_GRADIENT_IN_PLACE = 1 << 1, /* backward may write dx[0] over dy, when it is not added */
  NN_OP_ALIAS = 1 << 2,             /* y is x[0] */
  NN_OP_ALIAS_INFERENCE = 1 << 3,   /* y is x[0] unless training */
  NN_OP_EPILOGUE = 1 << 4,          /* inference heeds the epilogue */
  NN_OP_RELU = 1 << 5,              /* forward heeds the epilogue's ReLU in training too */
  NN_OP_RELU_BACKWARD = 1 << 6,     /* so does backward; otherwise @dy has been through it */
  NN_OP_SPARSE = 1 << 7,            /* inference heeds @sparse */
  NN_OP_WHOLE = 1 << 8,             /* works on whole items, dims[0] included */
  NN_OP_SHARED_INPUTS = 1 << 9,     /* heeds @shared */
  NN_OP_CHANNELS_LAST = 1 << 10,    /* heeds the node's @last; or it does not matter */
} NnOpFlags;

/**
 * NnOp:
 * @stem: default names are the stem and a number
 * @infer: checks the attributes and inputs and gives the output's shape; %FALSE with a sentence
 * @slots: (nullable): sizes of the parameters
 * @flops: (nullable): of one item, forward; %NULL: none
 * @saved, @scratch: (nullable): bytes for a batch; %FALSE when they do not fit a gsize
 * @backward: (nullable): the operator has no inputs
 * @runs_last: (nullable): whether this node is computed with channels last, told whether its first
 *   input is; %NULL: it follows its input, where NN_OP_CHANNELS_LAST is said
 * @prepared, @prepare: (nullable): bytes that inference keeps of the parameters in the form that its
 *   loops read, and what fills them (at @prepared of the run) whenever the parameters are others
 * @mixes_items: (nullable): whether the attributes mix the first axis with others, so that a batch
 *   of several items would not be computed item by item; %NULL: never
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
  gboolean  (*mixes_items) (const NnOpNode *node);
  gboolean  (*runs_last) (const NnOpNode *node, gboolean last);
  gboolean  (*prepared) (const NnOpNode *node, gsize *bytes);
  void      (*prepare)  (const NnOpRun *run);
} NnOp;

extern const NnOp nn_op_input, nn_op_conv, nn_op_dense, nn_op_pool, nn_op_global_pool,
  nn_op_batch_norm, nn_op_dropout, nn_op_activation, nn_op_maxout, nn_op_softmax, nn_op_add,
  nn_op_concat, nn_op_flatten, nn_op_upsample, nn_op_fake_quant, nn_op_constant, nn_op_arithmetic,
  nn_op_matmul, nn_op_reduce, nn_op_reshape, nn_op_transpose, nn_op_slice, nn_op_pad, nn_op_gather,
  nn_op_resize, nn_op_conv_transpose, nn_op_instance_norm, nn_op_lrn;

const NnOp *nn_op_of          (NnOpKind kind);
const char *nn_activation_name (NnActivation function); /* "relu" …: stable */

/* Shared by several operators. */
gsize       nn_op_count       (const NnShape *shape);    /* of a verified shape */
gsize       nn_op_positions   (const NnShape *shape);    /* values per channel */
gboolean    nn_op_same_shape  (const NnOpNode *node, NnShape *out, GError **error);
gboolean    nn_op_need_maps   (const NnOpNode *node, GError **error);
gboolean    nn_op_need_channels (const NnOpNode *node, GError **error);
gboolean    nn_op_check_stencil (const NnOpNode *node, const NnStencil *stencil, GError **error);
NnWindow    nn_op_window      (const NnStencil *stencil, const NnShape *in, const NnShape *out);
guint       nn_op_chunks      (guint batch, guint *chunk); /* how many chunks of how many images */

/* Cuts @n_items, each about @cost values of work, in pieces of a size that depends on nothing else,
 * and runs @func over [from, to) of each. */
typedef void (*NnRangeFunc) (const NnOpRun *run, gsize from, gsize to);
void        nn_op_run_ranges  (const NnOpRun *run, gsize n_items, gsize cost, NnRangeFunc func);

G_END_DECLS
