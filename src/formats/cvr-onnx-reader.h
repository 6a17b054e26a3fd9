/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the ONNX reader share: the values of the file by name, and the network that
 * grows. */
#pragma once

#include "cvr-onnx-tensor.h"
#include "cvr-onnx.h"

G_BEGIN_DECLS

/* Window extents beyond this are refused; the engine's arithmetic stays far from overflow. */
enum { CVR_ONNX_MAX_EXTENT = 4096 };

/* Stands for the size of a batch that is left open, in arithmetic on shapes. */
static const gint64 cvr_onnx_batch = G_MININT64;

/**
 * CvrOnnxValueKind:
 * @CVR_ONNX_VALUE_NODE: what a node of the network computes
 * @CVR_ONNX_VALUE_CONSTANT: known when the file is read
 * @CVR_ONNX_VALUE_FLATTENED: a node seen as a vector; a dense layer flattens by itself
 * @CVR_ONNX_VALUE_PADDED: a node with zeros around; only convolutions and mean pools take it
 * @CVR_ONNX_VALUE_CLIPPED: a node with bounds; only QuantizeLinear takes it
 * @CVR_ONNX_VALUE_QUANTIZED: a node on a grid; only DequantizeLinear takes it
 * @CVR_ONNX_VALUE_PIECES: a node with its channels in groups; only ReduceMax takes it
 *
 * Some layers of the engine are two or three operators in a file. The first ones only leave a note
 * in the value; the last one makes the layer.
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
  NnNode                   node;
  NnShape                  shape;  /* of one item, as the file sees it */
  const Onnx__TensorProto *proto;  /* CONSTANT: not decoded yet when @tensor is NULL */
  CvrOnnxTensor           *tensor; /* a reference */
  guint32                  pad[4]; /* PADDED: top, left, bottom, right; zeros otherwise */
  gboolean                 is_relu; /* NODE: no value is below 0 */
  float                    low;    /* CLIPPED */
  float                    high;
  NnFakeQuantSpec          grid;   /* QUANTIZED */
  NnNode                   rounded; /* QUANTIZED: what DequantizeLinear made of it; or NONE */
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
  GHashTable              *absorbed; /* set of Onnx__NodeProto that became part of another one */
  GHashTable              *names;    /* set of names that layers have */
  GArray                  *weights;  /* of CvrOnnxWeight */
  guint64                  budget;   /* parameters that may still be made */
  gint64                   batch;    /* what the file fixes the batch to; 0 where it is free */
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

/* cvr-onnx-reader.c: values and attributes */
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
gboolean             cvr_onnx_activation     (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              guint                  i,
                                              CvrOnnxValue          *value,
                                              GError               **error);
gboolean             cvr_onnx_padded         (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              CvrOnnxValue          *value,
                                              GError               **error);
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
gboolean             cvr_onnx_define         (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              const char            *name,
                                              CvrOnnxValue          *value,
                                              GError               **error);
gboolean             cvr_onnx_define_tensor  (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              CvrOnnxTensor         *tensor,
                                              GError               **error);
NnNode               cvr_onnx_make           (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              NnOpKind               kind,
                                              const NnAttrs         *attrs,
                                              const NnNode          *xs,
                                              guint                  n_xs);
gboolean             cvr_onnx_layer          (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              NnOpKind               kind,
                                              const NnAttrs         *attrs,
                                              NnNode                 x,
                                              const NnShape         *shape,
                                              GError               **error);
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
gboolean             cvr_onnx_spend          (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              gsize                  n_values,
                                              GError               **error);
void                 cvr_onnx_add_weight     (CvrOnnxReader         *self,
                                              NnNode                 node,
                                              NnSlot                 slot,
                                              CvrOnnxTensor         *tensor,
                                              gsize                  n_values);
gboolean             cvr_onnx_is_maps        (const NnShape         *shape);
gboolean             cvr_onnx_is_vector      (const NnShape         *shape);

/* Importers by operator; each table lies in the file of that name (cvr-onnx-weighted.c …). */
CvrOnnxImport        cvr_onnx_find_weighted  (const char            *op_type);
CvrOnnxImport        cvr_onnx_find_layer     (const char            *op_type);
CvrOnnxImport        cvr_onnx_find_plumbing  (const char            *op_type);
CvrOnnxImport        cvr_onnx_find_rounding  (const char            *op_type);
CvrOnnxImport        cvr_onnx_find_folding   (const char            *op_type);
gboolean             cvr_onnx_fold_concat    (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              GError               **error);
gboolean             cvr_onnx_read_stencil   (CvrOnnxReader         *self,
                                              const Onnx__NodeProto *node,
                                              const NnShape         *shape,
                                              const guint32         *kernel,
                                              NnStencil             *stencil,
                                              GError               **error);

G_END_DECLS
