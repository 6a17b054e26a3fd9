/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the ONNX reader share: the values of the file by name, and the network that
 * grows. */
#pragma once

#include "cvr-onnx-math.h"
#include "cvr-onnx.h"

G_BEGIN_DECLS

/* Window extents beyond this are refused; the engine's arithmetic stays far from overflow. */
enum { CVR_ONNX_MAX_EXTENT = 4096 };

/**
 * CvrOnnxValueKind:
 * @CVR_ONNX_VALUE_NODE: what a node of the network computes
 * @CVR_ONNX_VALUE_CONSTANT: known when the file is read
 * @CVR_ONNX_VALUE_FLATTENED: a node seen as a vector; a dense layer flattens by itself
 * @CVR_ONNX_VALUE_PADDED: a node with zeros around; a convolution or mean pool may have them itself
 * @CVR_ONNX_VALUE_CLIPPED: a node with bounds; QuantizeLinear may have them itself
 * @CVR_ONNX_VALUE_QUANTIZED: a node on a grid; DequantizeLinear makes a layer of it
 * @CVR_ONNX_VALUE_PIECES: a node with its channels in groups; ReduceMax makes a layer of it
 *
 * Some layers of the engine are two or three operators in a file. The first ones only leave a note
 * in the value; the last one makes the layer. Whatever else reads the value gets the nodes that
 * compute it (cvr_onnx_activation()).
 */
typedef enum
{
  CVR_ONNX_VALUE_NODE,
  CVR_ONNX_VALUE_CONSTANT,
  CVR_ONNX_VALUE_FLATTENED,
  CVR_ONNX_VALUE_PADDED,
  CVR_ONNX_VALUE_CLIPPED,
  CVR_ONNX_VALUE_QUANTIZED,
  CVR_ONNX_VALUE_PIECES,
} CvrOnnxValueKind;

typedef struct
{
  CvrOnnxValueKind         kind;
  NnNode                   node;   /* CONSTANT: the node that holds it, once there is one */
  NnShape                  shape;  /* as the file sees it; not of a CONSTANT that has no node */
  gint32                   type;   /* element type; not of a CONSTANT */
  const Onnx__TensorProto *proto;  /* CONSTANT: not decoded yet when @tensor is NULL */
  CvrOnnxTensor           *tensor; /* a reference */
  guint32                  pad[4]; /* PADDED: top, left, bottom, right; zeros otherwise */
  gboolean                 is_relu; /* NODE: no value is below 0 */
  float                    low;    /* CLIPPED */
  float                    high;
  NnFakeQuantSpec          grid;   /* QUANTIZED */
  NnNode                   rounded; /* QUANTIZED: what DequantizeLinear made of it; or NONE */
  NnNode                   levels; /* QUANTIZED: its whole numbers; or NONE */
  guint32                  pieces; /* PIECES */
} CvrOnnxValue;

typedef struct
{
  const char              *file;
  const Onnx__GraphProto  *graph;
  gint64                   opset;
  NnBuilder               *builder;
  GHashTable              *values;   /* name → CvrOnnxValue, owned */
  GHashTable              *uses;     /* name → number of readers; an output counts as two */
  GHashTable              *readers;  /* name → the last Onnx__NodeProto that reads it */
  GHashTable              *makers;   /* name → the Onnx__NodeProto that computes it */
  GHashTable              *absorbed; /* set of Onnx__NodeProto that became part of another one */
  GHashTable              *names;    /* set of names that layers have */
  GHashTable              *wanted;   /* set of names whose values must be known beforehand */
  GArray                  *weights;  /* of CvrOnnxWeight */
  GByteArray              *shared;   /* by node: whether only constants make it */
  guint                    n_before; /* nodes that were there before the file's present one */
  GPtrArray               *inputs;   /* of CvrOnnxEnd */
  GPtrArray               *outputs;  /* of CvrOnnxEnd */
  CvrOnnxTensor *const    *bound;    /* (nullable): the inputs of this one run */
  guint                    n_bound;
  guint64                  budget;   /* parameters that may still be made */
  guint64                  fills;    /* parameters of one value that may still be made */
  gsize                    folding;  /* values that arithmetic on constants may still make */
  gboolean                 as_batch; /* a fixed first axis that all inputs share is a batch */
  gint64                   batch;    /* the fixed size of such a batch; 0: none */
} CvrOnnxReader;

/* Values for one slot of a node, copied in once the network is sealed. A tensor of one value fills
 * the slot. */
typedef struct
{
  NnNode         node;
  NnSlot         slot;
  CvrOnnxTensor *tensor; /* a reference */
  gsize          n_values;
} CvrOnnxWeight;

typedef gboolean (*CvrOnnxImport) (CvrOnnxReader         *self,
                                   const Onnx__NodeProto *node,
                                   GError               **error);

/* One line of a table of importers. */
typedef struct
{
  const char   *op_type;
  CvrOnnxImport import;
} CvrOnnxEntry;

/* cvr-onnx-reader.c: values */
gboolean             cvr_onnx_refuse         (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              CvrFormatError         code,
                                              GError               **error,
                                              const char            *format,
                                              ...) G_GNUC_PRINTF (5, 6);
gboolean             cvr_onnx_has_input      (const Onnx__NodeProto *node,
                                              guint                  i);
CvrOnnxValue        *cvr_onnx_value          (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              guint                  i,
                                              GError               **error);
gboolean             cvr_onnx_settle         (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              CvrOnnxValue          *value,
                                              GError               **error);
gboolean             cvr_onnx_activation     (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              guint                  i,
                                              CvrOnnxValue          *value,
                                              GError               **error);
gboolean             cvr_onnx_is_constant    (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              guint                  i);
CvrOnnxTensor       *cvr_onnx_constant       (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              guint                  i,
                                              GError               **error);
CvrOnnxTensor       *cvr_onnx_floats         (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              guint                  i,
                                              GError               **error);
CvrOnnxTensor       *cvr_onnx_ints           (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              guint                  i,
                                              GError               **error);
const Onnx__NodeProto *
                     cvr_onnx_sole_reader    (CvrOnnxReader         *self,
                                              const char            *name);
gboolean             cvr_onnx_is_read        (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              guint                  output);
gboolean             cvr_onnx_no_second      (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              GError               **error);
gboolean             cvr_onnx_define         (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              const char            *name,
                                              CvrOnnxValue          *value,
                                              GError               **error);
gboolean             cvr_onnx_define_tensor  (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              CvrOnnxTensor         *tensor,
                                              GError               **error);
gboolean             cvr_onnx_alias          (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              const CvrOnnxValue    *value,
                                              GError               **error);

/* cvr-onnx-make.c: nodes of the network */
NnNode               cvr_onnx_make           (CvrOnnxReader         *self,
                                              NnOpKind               kind,
                                              const NnAttrs         *attrs,
                                              const NnNode          *xs,
                                              guint                  n_xs);
NnNode               cvr_onnx_make_input     (CvrOnnxReader         *self,
                                              const NnShape         *shape,
                                              const char            *name);
NnNode               cvr_onnx_make_constant  (CvrOnnxReader         *self,
                                              CvrOnnxTensor         *tensor);
NnNode               cvr_onnx_make_number    (CvrOnnxReader         *self,
                                              float                  value);
NnNode               cvr_onnx_make_activation (CvrOnnxReader        *self,
                                              NnNode                 x,
                                              NnActivation           function,
                                              float                  alpha,
                                              float                  beta);
NnNode               cvr_onnx_make_arithmetic (CvrOnnxReader        *self,
                                              NnArithmetic           function,
                                              NnNode                 a,
                                              NnNode                 b);
NnNode               cvr_onnx_make_reshape   (CvrOnnxReader         *self,
                                              NnNode                 x,
                                              const NnShape         *shape);
NnNode               cvr_onnx_make_transpose (CvrOnnxReader         *self,
                                              NnNode                 x);
NnNode               cvr_onnx_make_levels    (CvrOnnxReader         *self,
                                              NnNode                 x,
                                              NnNode                 scale,
                                              NnNode                 zero,
                                              gint32                 low,
                                              gint32                 high);
gboolean             cvr_onnx_shape_of       (CvrOnnxReader         *self,
                                              NnNode                 node,
                                              NnShape               *shape);
void                 cvr_onnx_name           (CvrOnnxReader         *self,
                                              NnNode                 made,
                                              const char            *name);
void                 cvr_onnx_name_made      (CvrOnnxReader         *self,
                                              NnNode                 made,
                                              const Onnx__NodeProto *node);
gboolean             cvr_onnx_check          (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              NnNode                 made,
                                              NnShape               *shape,
                                              GError               **error);
gboolean             cvr_onnx_result         (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              guint                  output,
                                              NnNode                 made,
                                              gint32                 type,
                                              GError               **error);
gboolean             cvr_onnx_result_as      (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              const char            *name,
                                              NnNode                 made,
                                              gint32                 type,
                                              GError               **error);
gboolean             cvr_onnx_spend          (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              const CvrOnnxTensor   *tensor,
                                              gsize                  n_values,
                                              GError               **error);
void                 cvr_onnx_add_weight     (CvrOnnxReader         *self,
                                              NnNode                 node,
                                              NnSlot                 slot,
                                              CvrOnnxTensor         *tensor,
                                              gsize                  n_values);

/* cvr-onnx-attributes.c */
const Onnx__AttributeProto *
                     cvr_onnx_attribute      (const Onnx__NodeProto *node,
                                              const char            *name);
gint64               cvr_onnx_attr_int       (const Onnx__NodeProto *node,
                                              const char            *name,
                                              gint64                 fallback);
float                cvr_onnx_attr_float     (const Onnx__NodeProto *node,
                                              const char            *name,
                                              float                  fallback);
gboolean             cvr_onnx_attr_is        (const Onnx__NodeProto *node,
                                              const char            *name,
                                              const char            *text,
                                              gboolean               fallback);
gboolean             cvr_onnx_attr_extents   (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              const char            *name,
                                              guint32                least,
                                              guint32                fallback,
                                              guint                  n,
                                              guint32               *values,
                                              GError               **error);
gboolean             cvr_onnx_list           (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              const char            *name,
                                              guint                  i,
                                              const gint64         **values,
                                              gsize                 *n_values,
                                              GError               **error);
gboolean             cvr_onnx_take_axis      (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              gint64                 axis,
                                              guint                  rank,
                                              guint                 *taken,
                                              GError               **error);
gboolean             cvr_onnx_take_axes      (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              const gint64          *axes,
                                              gsize                  n_axes,
                                              guint                  rank,
                                              guint32               *mask,
                                              GError               **error);

/* cvr-onnx-windows.c */
gboolean             cvr_onnx_as_maps        (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              CvrOnnxValue          *x,
                                              guint                 *n_axes,
                                              GError               **error);
gboolean             cvr_onnx_padded         (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              CvrOnnxValue          *value,
                                              guint                 *n_axes,
                                              GError               **error);
gboolean             cvr_onnx_read_stencil   (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              const NnShape         *shape,
                                              guint                  n_axes,
                                              const guint32         *kernel,
                                              NnStencil             *stencil,
                                              GError               **error);
NnNode               cvr_onnx_from_maps      (CvrOnnxReader         *self,
                                              NnNode                 made,
                                              guint                  n_axes);

/* cvr-onnx-picking.c */
gboolean             cvr_onnx_slice_range    (gint64                 start,
                                              gint64                 end,
                                              gint64                 step,
                                              gint64                 extent,
                                              gint64                *first,
                                              gint64                *count);

/* cvr-onnx-rounding.c */
gboolean             cvr_onnx_read_grid      (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              guint                  scale,
                                              guint                  zero,
                                              NnFakeQuantSpec       *grid,
                                              gint32                *type,
                                              GError               **error);
gboolean             cvr_onnx_real           (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              guint                  x,
                                              guint                  scale,
                                              guint                  zero,
                                              CvrOnnxValue          *value,
                                              GError               **error);
gboolean             cvr_onnx_quantized      (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              NnNode                 made,
                                              guint                  scale,
                                              guint                  zero,
                                              GError               **error);
/* cvr-onnx-weighted.c */
gboolean             cvr_onnx_convolve       (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              const CvrOnnxValue    *x,
                                              guint                  n_axes,
                                              CvrOnnxTensor         *w,
                                              CvrOnnxTensor         *bias,
                                              NnNode                *made,
                                              GError               **error);
gboolean             cvr_onnx_multiply       (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              const CvrOnnxValue    *x,
                                              CvrOnnxTensor         *w,
                                              CvrOnnxTensor         *bias,
                                              NnNode                *made,
                                              GError               **error);

/* Importers by operator; each table lies in the file of that name (cvr-onnx-weighted.c …). */
CvrOnnxImport        cvr_onnx_find           (const CvrOnnxEntry    *table,
                                              guint                  n_entries,
                                              const char            *op_type);
CvrOnnxImport        cvr_onnx_find_weighted  (const char            *op_type);
CvrOnnxImport        cvr_onnx_find_layer     (const char            *op_type);
CvrOnnxImport        cvr_onnx_find_window    (const char            *op_type);
CvrOnnxImport        cvr_onnx_find_norm      (const char            *op_type);
CvrOnnxImport        cvr_onnx_find_plumbing  (const char            *op_type);
CvrOnnxImport        cvr_onnx_find_picking   (const char            *op_type);
CvrOnnxImport        cvr_onnx_find_arithmetic (const char           *op_type);
CvrOnnxImport        cvr_onnx_find_resizing  (const char            *op_type);
CvrOnnxImport        cvr_onnx_find_rounding  (const char            *op_type);
CvrOnnxImport        cvr_onnx_find_integer   (const char            *op_type);
CvrOnnxImport        cvr_onnx_find_microsoft (const char            *op_type);
/* cvr-onnx-folding.c: what can be done with constants while the file is read. */
gboolean             cvr_onnx_fold           (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              gboolean              *done,
                                              GError               **error);
gboolean             cvr_onnx_folds          (const char            *op_type);
/* cvr-onnx-ends.c */
void                 cvr_onnx_end_free       (gpointer               end);
gboolean             cvr_onnx_fail           (GError               **error,
                                              CvrFormatError         code,
                                              const char            *format,
                                              ...) G_GNUC_PRINTF (3, 4);
void                 cvr_onnx_want_constants (CvrOnnxReader         *self);
gboolean             cvr_onnx_read_inputs    (CvrOnnxReader         *self,
                                              GError               **error);
gboolean             cvr_onnx_read_outputs   (CvrOnnxReader         *self,
                                              GError               **error);

G_END_DECLS
