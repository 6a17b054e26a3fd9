/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The description of a network: nodes by id, built once, verified, then immutable. */
#pragma once

#include "nn-error.h"

#include <glib.h>

G_BEGIN_DECLS

/* Letters used everywhere: N batch, C channels, H, W, K filters, R, S kernel, P output positions.
 * Layout is NCHW. */

enum { NN_MAX_RANK = 6, NN_MAX_INPUTS = 32 };

/**
 * NnShape:
 *
 * Shape of the values of ONE item of a batch: dims[0] is 1 (N at run time) in every network that
 * takes batches. [1, C, H, W] for maps, [1, C] for vectors; rank 0 is a single number. Plain value.
 *
 * Imported networks may compute with tensors whose first axis is no batch. There dims[0] is what the
 * file says: operators that work row by row (convolution, pooling …) treat an item as dims[0] rows,
 * the others see the whole tensor. An operator that mixes the first axis with others makes the
 * network one that runs a single item at a time (nn_graph_max_batch()).
 */
typedef struct
{
  guint32 rank;
  guint32 dims[NN_MAX_RANK];
} NnShape;

NnShape  nn_shape_maps   (guint32        channels,
                          guint32        height,
                          guint32        width);
NnShape  nn_shape_vector (guint32        channels);
gboolean nn_shape_equal  (const NnShape *a,
                          const NnShape *b);
gboolean nn_shape_count  (const NnShape *shape,
                          gsize         *count);
char    *nn_shape_dup_string (const NnShape *shape); /* "16×14×14"; without the batch */

typedef gint NnNode;
enum { NN_NODE_NONE = -1 };

typedef enum
{
  NN_OP_INPUT,
  NN_OP_CONV,
  NN_OP_DENSE,
  NN_OP_POOL,
  NN_OP_GLOBAL_POOL,
  NN_OP_BATCH_NORM,
  NN_OP_DROPOUT,
  NN_OP_ACTIVATION,
  NN_OP_MAXOUT,
  NN_OP_SOFTMAX,
  NN_OP_ADD,
  NN_OP_CONCAT,
  NN_OP_FLATTEN,
  NN_OP_UPSAMPLE,
  NN_OP_FAKE_QUANT, /* rounds to the levels of an affine grid; straight-through gradient */
  /* What imported networks are made of besides. */
  NN_OP_CONSTANT,       /* values that no input changes, the same for every item of a batch */
  NN_OP_ARITHMETIC,     /* of two nodes, value by value, with ONNX's (NumPy's) broadcasting */
  NN_OP_MATMUL,         /* of two nodes, over the last two axes, with broadcasting of the others */
  NN_OP_REDUCE,         /* mean, sum, maximum … over some axes */
  NN_OP_RESHAPE,        /* the same values under another shape */
  NN_OP_TRANSPOSE,      /* axes in another order */
  NN_OP_SLICE,          /* every step-th value of a range, along every axis */
  NN_OP_PAD,            /* values around, along every axis */
  NN_OP_GATHER,         /* picks along one axis by the indices that the second input holds */
  NN_OP_RESIZE,         /* maps of another height and width */
  NN_OP_CONV_TRANSPOSE, /* the adjoint of a convolution */
  NN_OP_INSTANCE_NORM,  /* mean 0 and variance 1 per item and channel, then scale and shift */
  NN_OP_LRN,            /* local response normalisation across channels */
  NN_N_OPS,
} NnOpKind;

typedef enum
{
  NN_ACTIVATION_RELU,
  NN_ACTIVATION_LEAKY_RELU, /* alpha: slope below zero */
  NN_ACTIVATION_ELU,        /* alpha: value far below zero, negated */
  NN_ACTIVATION_SIGMOID,
  NN_ACTIVATION_TANH,
  NN_ACTIVATION_RELU6,
  NN_ACTIVATION_HARD_SIGMOID, /* clamped alpha·x + beta */
  NN_ACTIVATION_HARD_SWISH,   /* x · hard sigmoid (x / 6 + 1/2) */
  NN_ACTIVATION_CLIP,         /* alpha: lowest, beta: highest */
  NN_ACTIVATION_SOFTPLUS,
  NN_ACTIVATION_SELU,         /* gamma beta·(x, or alpha·(eˣ − 1) below zero) */
  NN_ACTIVATION_EXP,
  NN_ACTIVATION_LOG,
  NN_ACTIVATION_SQRT,
  NN_ACTIVATION_ERF,
  NN_ACTIVATION_ABS,
  NN_ACTIVATION_NEGATE,
  NN_ACTIVATION_RECIPROCAL,
  NN_ACTIVATION_FLOOR,        /* gradient 0, as of all that follow */
  NN_ACTIVATION_CEIL,
  NN_ACTIVATION_ROUND,        /* halves to even */
  NN_ACTIVATION_TRUNCATE,     /* towards zero */
  NN_ACTIVATION_HALF,         /* to IEEE half precision; straight-through gradient */
  NN_ACTIVATION_NONZERO,      /* 1 where not 0, else 0 */
  NN_N_ACTIVATIONS,
} NnActivation;

typedef enum
{
  NN_UPSAMPLE_NEAREST,
  NN_UPSAMPLE_BILINEAR, /* half-pixel centres */
} NnUpsampleMode;

/**
 * NnStencil:
 *
 * Extent of a sliding window. Output extent per axis is
 * floor ((in + before + after − dilation·(kernel − 1) − 1) / stride) + 1 (ceil when asked).
 * Index 0 is the vertical axis, 1 the horizontal one; pad is top, left, bottom, right.
 */
typedef struct
{
  guint32 kernel[2];
  guint32 stride[2];
  guint32 dilation[2];
  guint32 pad[4];
} NnStencil;

NnStencil nn_stencil       (guint32 kernel,
                            guint32 stride,
                            guint32 pad);
gboolean  nn_stencil_out   (const NnStencil *stencil,
                            guint            axis,
                            guint32          in,
                            gboolean         ceil_mode,
                            guint32         *out);

typedef struct { NnStencil stencil; guint32 filters; guint32 groups; gboolean bias; } NnConvSpec;
typedef struct { guint32 units; gboolean bias; } NnDenseSpec;
typedef struct { NnStencil stencil; gboolean average; gboolean ceil_mode; gboolean count_pad; } NnPoolSpec;
typedef struct { float epsilon; float momentum; } NnBatchNormSpec; /* running = (1−momentum)·running + momentum·batch */
typedef struct { gboolean average; } NnGlobalPoolSpec;
typedef struct { float rate; } NnDropoutSpec;
typedef struct { NnActivation function; float alpha; float beta; } NnActivationSpec;
typedef struct { guint32 pieces; } NnMaxoutSpec; /* C → C / pieces: maximum over neighbouring channels */
typedef struct { guint32 factor; NnUpsampleMode mode; } NnUpsampleSpec;
typedef struct { float scale; gint32 zero_point; gint32 low; gint32 high; } NnFakeQuantSpec;
typedef struct { guint32 axis; gboolean log; } NnSoftmaxSpec; /* axis 1 everywhere but in imports */
typedef struct { guint32 axis; } NnConcatSpec;                /* the same */
typedef struct { NnShape shape; } NnConstantSpec;             /* any dims[0] */

typedef enum
{
  NN_ARITHMETIC_ADD,
  NN_ARITHMETIC_SUB,
  NN_ARITHMETIC_MUL,
  NN_ARITHMETIC_DIV,
  NN_ARITHMETIC_POW,
  NN_ARITHMETIC_MAX,
  NN_ARITHMETIC_MIN,
  NN_ARITHMETIC_PRELU, /* a, or a·b where a is below 0 */
  NN_N_ARITHMETICS,
} NnArithmetic;

typedef enum
{
  NN_REDUCE_MEAN,
  NN_REDUCE_SUM,
  NN_REDUCE_MAX,
  NN_REDUCE_MIN,
  NN_REDUCE_PRODUCT,
  NN_REDUCE_L1,
  NN_REDUCE_L2,
  NN_REDUCE_SUM_SQUARE,
  NN_REDUCE_LOG_SUM_EXP,
  NN_N_REDUCES,
} NnReduce;

typedef enum { NN_PAD_CONSTANT, NN_PAD_REFLECT, NN_PAD_EDGE } NnPadMode;
typedef enum { NN_RESIZE_NEAREST, NN_RESIZE_LINEAR, NN_RESIZE_CUBIC } NnResizeMode;
/* Which input coordinate an output position reads (ONNX Resize, coordinate_transformation_mode). */
typedef enum
{
  NN_RESIZE_HALF_PIXEL,
  NN_RESIZE_PYTORCH_HALF_PIXEL,
  NN_RESIZE_ALIGN_CORNERS,
  NN_RESIZE_ASYMMETRIC,
  NN_RESIZE_CROP, /* tf_crop_and_resize */
} NnResizeGrid;
typedef enum { NN_RESIZE_ROUND_PREFER_FLOOR, NN_RESIZE_ROUND_PREFER_CEIL, NN_RESIZE_FLOOR, NN_RESIZE_CEIL } NnResizeRound;

typedef struct { NnArithmetic function; } NnArithmeticSpec;
typedef struct { NnReduce function; guint32 axes; gboolean keep; } NnReduceSpec; /* axes: bit i is axis i */
typedef struct { NnShape shape; } NnReshapeSpec;
typedef struct { guint32 perm[NN_MAX_RANK]; } NnTransposeSpec; /* output axis i is input axis perm[i] */
typedef struct { guint32 start[NN_MAX_RANK]; gint32 step[NN_MAX_RANK]; guint32 count[NN_MAX_RANK]; } NnSliceSpec;
typedef struct { guint32 before[NN_MAX_RANK]; guint32 after[NN_MAX_RANK]; NnPadMode mode; float value; } NnPadSpec;
typedef struct { guint32 axis; } NnGatherSpec;
/* @scale: output over input extent as the file gives it (it need not be out / in exactly); @roi: of
 * NN_RESIZE_CROP, start and end of each axis; @outside: what is read there. */
typedef struct
{
  guint32       out[2];
  float         scale[2];
  NnResizeMode  mode;
  NnResizeGrid  grid;
  NnResizeRound round;
  float         cubic_a;
  gboolean      exclude_outside;
  float         roi[4]; /* start y, start x, end y, end x, from 0 to 1 */
  float         outside;
} NnResizeSpec;
typedef struct { NnStencil stencil; guint32 filters; guint32 groups; gboolean bias; guint32 output_pad[2]; } NnConvTransposeSpec;
typedef struct { float epsilon; } NnInstanceNormSpec;
typedef struct { guint32 size; float alpha, beta, bias; } NnLrnSpec;

/* The attributes of one node; which member holds is told by the node's NnOpKind. */
typedef union
{
  NnConvSpec       conv;
  NnDenseSpec      dense;
  NnPoolSpec       pool;
  NnGlobalPoolSpec global_pool;
  NnBatchNormSpec  batch_norm;
  NnDropoutSpec    dropout;
  NnActivationSpec activation;
  NnMaxoutSpec     maxout;
  NnUpsampleSpec   upsample;
  NnFakeQuantSpec  fake_quant;
  NnSoftmaxSpec    softmax;
  NnConcatSpec     concat;
  NnConstantSpec   constant;
  NnArithmeticSpec arithmetic;
  NnReduceSpec     reduce;
  NnReshapeSpec    reshape;
  NnTransposeSpec  transpose;
  NnSliceSpec      slice;
  NnPadSpec        pad;
  NnGatherSpec     gather;
  NnResizeSpec     resize;
  NnConvTransposeSpec conv_transpose;
  NnInstanceNormSpec  instance_norm;
  NnLrnSpec           lrn;
} NnAttrs;

typedef struct _NnGraph NnGraph;     /* immutable, counted, any thread */
typedef struct _NnBuilder NnBuilder; /* one thread */

/* Builder. The first mistake is kept; every call with NN_NODE_NONE returns NN_NODE_NONE; seal
 * reports it. nn_builder_name() renames the node just made; names are unique (seal checks), default
 * "conv1", "relu1", "pool1" … counted per operator. A dense layer flattens what comes in. */
NnBuilder *nn_builder_new         (void) G_GNUC_WARN_UNUSED_RESULT;
void       nn_builder_free        (NnBuilder *self);
NnNode     nn_builder_input       (NnBuilder *self, NnShape shape);
NnNode     nn_builder_conv        (NnBuilder *self, NnNode x, NnConvSpec spec);
NnNode     nn_builder_dense       (NnBuilder *self, NnNode x, NnDenseSpec spec);
NnNode     nn_builder_pool        (NnBuilder *self, NnNode x, NnPoolSpec spec);
NnNode     nn_builder_global_pool (NnBuilder *self, NnNode x, NnGlobalPoolSpec spec);
NnNode     nn_builder_batch_norm  (NnBuilder *self, NnNode x, NnBatchNormSpec spec);
NnNode     nn_builder_dropout     (NnBuilder *self, NnNode x, NnDropoutSpec spec);
NnNode     nn_builder_activation  (NnBuilder *self, NnNode x, NnActivationSpec spec);
NnNode     nn_builder_maxout      (NnBuilder *self, NnNode x, NnMaxoutSpec spec);
NnNode     nn_builder_softmax     (NnBuilder *self, NnNode x); /* over channels */
NnNode     nn_builder_add         (NnBuilder *self, NnNode a, NnNode b);
NnNode     nn_builder_concat      (NnBuilder *self, const NnNode *xs, guint n_xs); /* along channels */
NnNode     nn_builder_flatten     (NnBuilder *self, NnNode x);
NnNode     nn_builder_upsample    (NnBuilder *self, NnNode x, NnUpsampleSpec spec);
NnNode     nn_builder_fake_quant  (NnBuilder *self, NnNode x, NnFakeQuantSpec spec);
/* Any operator by kind: what rewrites (prune, quantize, import) copy nodes with. */
NnNode     nn_builder_node        (NnBuilder *self, NnOpKind kind, const NnAttrs *attrs,
                                   const NnNode *xs, guint n_xs);
void       nn_builder_name        (NnBuilder *self, NnNode x, const char *name);
gboolean   nn_builder_shape       (NnBuilder *self, NnNode x, NnShape *shape, GError **error); /* tells mistakes early */
void       nn_builder_output      (NnBuilder *self, NnNode x); /* once or more, in order */
NnGraph   *nn_builder_seal        (NnBuilder *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnBuilder, nn_builder_free)

/* Graph. Nodes are numbered in an order in which every node comes after its inputs; the builder's numbers
 * hold. A node that no output depends on is described but never run: no parameters, no work, no values.
 * Global pooling gives [1, C, 1, 1]; flattening and dense layers give vectors. */
NnGraph       *nn_graph_ref            (NnGraph *self);
void           nn_graph_unref          (NnGraph *self);
guint          nn_graph_n_nodes        (NnGraph *self);
NnOpKind       nn_graph_node_kind      (NnGraph *self, NnNode node);
/* Whether it has such a node. */
gboolean       nn_graph_has_kind       (NnGraph *self, NnOpKind kind);
const char    *nn_graph_node_name      (NnGraph *self, NnNode node);
const NnAttrs *nn_graph_node_attrs     (NnGraph *self, NnNode node);
NnShape        nn_graph_node_shape     (NnGraph *self, NnNode node);
guint          nn_graph_node_n_inputs  (NnGraph *self, NnNode node);
NnNode         nn_graph_node_input     (NnGraph *self, NnNode node, guint i);
gboolean       nn_graph_node_has_weights (NnGraph *self, NnNode node); /* a constant has none */
/* Computed from constants alone: once per run, the same for every item of a batch. */
gboolean       nn_graph_node_shared    (NnGraph *self, NnNode node);
/* ReLU, ReLU6, clip, leaky ReLU, ELU, SELU, and PReLU with learned or fixed slopes. */
gboolean       nn_graph_node_rectifies (NnGraph *self, NnNode node);
guint64        nn_graph_node_flops     (NnGraph *self, NnNode node); /* one item, forward; a multiply-add counts 2 */
guint64        nn_graph_node_n_values  (NnGraph *self, NnNode node); /* parameters, without running statistics */
guint          nn_graph_n_inputs       (NnGraph *self);
NnNode         nn_graph_input          (NnGraph *self, guint i);
guint          nn_graph_n_outputs      (NnGraph *self);
NnNode         nn_graph_output         (NnGraph *self, guint i);
NnNode         nn_graph_find           (NnGraph *self, const char *name); /* or "#INDEX"; NN_NODE_NONE */
guint64        nn_graph_flops          (NnGraph *self);
/* The largest batch it can be run with: 1 when some operator mixes the first axis with others. */
guint          nn_graph_max_batch      (NnGraph *self);
guint64        nn_graph_n_values       (NnGraph *self);
/* Side length of the patch of the first input that one output position of @node sees, along the
 * vertical axis; the whole input after a dense or global layer. */
guint32        nn_graph_receptive_field (NnGraph *self, NnNode node);

/* "conv", "max-pool" …: stable, never translated (node kind and its function together). */
const char    *nn_graph_node_op_name   (NnGraph *self, NnNode node);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnGraph, nn_graph_unref)

G_END_DECLS
