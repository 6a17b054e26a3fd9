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
 * Shape of the values of ONE item of a batch: dims[0] is always 1 (N at run time). [1, C, H, W] for
 * maps, [1, C] for vectors. Plain value.
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
typedef struct { NnActivation function; float alpha; } NnActivationSpec;
typedef struct { guint32 pieces; } NnMaxoutSpec; /* C → C / pieces: maximum over neighbouring channels */
typedef struct { guint32 factor; NnUpsampleMode mode; } NnUpsampleSpec;
typedef struct { float scale; gint32 zero_point; gint32 low; gint32 high; } NnFakeQuantSpec;

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
const char    *nn_graph_node_name      (NnGraph *self, NnNode node);
const NnAttrs *nn_graph_node_attrs     (NnGraph *self, NnNode node);
NnShape        nn_graph_node_shape     (NnGraph *self, NnNode node);
guint          nn_graph_node_n_inputs  (NnGraph *self, NnNode node);
NnNode         nn_graph_node_input     (NnGraph *self, NnNode node, guint i);
gboolean       nn_graph_node_has_weights (NnGraph *self, NnNode node);
guint64        nn_graph_node_flops     (NnGraph *self, NnNode node); /* one item, forward; a multiply-add counts 2 */
guint64        nn_graph_node_n_values  (NnGraph *self, NnNode node); /* parameters, without running statistics */
guint          nn_graph_n_inputs       (NnGraph *self);
NnNode         nn_graph_input          (NnGraph *self, guint i);
guint          nn_graph_n_outputs      (NnGraph *self);
NnNode         nn_graph_output         (NnGraph *self, guint i);
NnNode         nn_graph_find           (NnGraph *self, const char *name); /* or "#INDEX"; NN_NODE_NONE */
guint64        nn_graph_flops          (NnGraph *self);
guint64        nn_graph_n_values       (NnGraph *self);
/* Side length of the patch of the first input that one output position of @node sees, along the
 * vertical axis; the whole input after a dense or global layer. */
guint32        nn_graph_receptive_field (NnGraph *self, NnNode node);

/* "conv", "max-pool" …: stable, never translated (node kind and its function together). */
const char    *nn_graph_node_op_name   (NnGraph *self, NnNode node);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnGraph, nn_graph_unref)

G_END_DECLS
