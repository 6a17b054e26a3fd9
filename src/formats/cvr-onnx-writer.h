/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts the messages of an ONNX file together; everything they point to lives until the writer is
 * cleared. */
#pragma once

#include "cvr-onnx-tensor.h"
#include "cvr-onnx.h"

G_BEGIN_DECLS

/* Plain; cleared with cvr_onnx_writer_clear(). One thread. */
typedef struct
{
  GPtrArray  *owned;
  GPtrArray  *nodes;        /* of Onnx__NodeProto */
  GPtrArray  *initializers; /* of Onnx__TensorProto */
  GPtrArray  *metadata;     /* of Onnx__StringStringEntryProto */
  GHashTable *taken;        /* set of names of values */
  gboolean    only_size;    /* nothing else is asked for: what initializers hold is not kept */
} CvrOnnxWriter;

void             cvr_onnx_writer_init  (CvrOnnxWriter   *self);
void             cvr_onnx_writer_clear (CvrOnnxWriter   *self);
gpointer         cvr_onnx_own          (CvrOnnxWriter   *self,
                                        gpointer         memory);
char            *cvr_onnx_free_name    (CvrOnnxWriter   *self,
                                        const char      *wanted);
char            *cvr_onnx_part_name    (CvrOnnxWriter   *self,
                                        const char      *owner,
                                        const char      *part);
void             cvr_onnx_add_meta     (CvrOnnxWriter   *self,
                                        const char      *key,
                                        const char      *value);
/* Nodes. @name is of the layer that the node completes; %NULL for those that only prepare it. */
Onnx__NodeProto *cvr_onnx_add_node     (CvrOnnxWriter   *self,
                                        const char      *op_type,
                                        const char      *name,
                                        const char      *input,
                                        const char      *output);
void             cvr_onnx_add_input    (CvrOnnxWriter   *self,
                                        Onnx__NodeProto *node,
                                        const char      *input);
void             cvr_onnx_add_int      (CvrOnnxWriter   *self,
                                        Onnx__NodeProto *node,
                                        const char      *name,
                                        gint64           value);
void             cvr_onnx_add_ints     (CvrOnnxWriter   *self,
                                        Onnx__NodeProto *node,
                                        const char      *name,
                                        const guint32   *values,
                                        guint            n_values);
void             cvr_onnx_add_float    (CvrOnnxWriter   *self,
                                        Onnx__NodeProto *node,
                                        const char      *name,
                                        float            value);
void             cvr_onnx_add_text     (CvrOnnxWriter   *self,
                                        Onnx__NodeProto *node,
                                        const char      *name,
                                        const char      *value);
/* Initializers; the values are copied, little-endian. Returned is the name it got, @owner.@part. */
const char      *cvr_onnx_put_floats   (CvrOnnxWriter   *self,
                                        const char      *owner,
                                        const char      *part,
                                        const gsize     *dims,
                                        guint            rank,
                                        const float     *values);
const char      *cvr_onnx_put_halves   (CvrOnnxWriter   *self,
                                        const char      *owner,
                                        const char      *part,
                                        const gsize     *dims,
                                        guint            rank,
                                        const guint16   *values);
const char      *cvr_onnx_put_bytes    (CvrOnnxWriter   *self,
                                        const char      *owner,
                                        const char      *part,
                                        gint32           type,
                                        const gsize     *dims,
                                        guint            rank,
                                        const guint8    *values);
const char      *cvr_onnx_put_longs    (CvrOnnxWriter   *self,
                                        const char      *owner,
                                        const char      *part,
                                        const gint64    *values,
                                        gsize            n_values);
const char      *cvr_onnx_put_indices  (CvrOnnxWriter   *self,
                                        const char      *owner,
                                        const char      *part,
                                        const gsize     *dims,
                                        guint            rank,
                                        const gint64    *values);
/* cvr-onnx-write-weights.c */
const char      *cvr_onnx_put_weight   (CvrOnnxWriter   *self,
                                        NnParams        *params,
                                        NnNode           node,
                                        const gsize     *dims,
                                        guint            rank);
Onnx__ValueInfoProto *
                 cvr_onnx_value_info   (CvrOnnxWriter   *self,
                                        const char      *name,
                                        const guint32   *dims,
                                        guint            rank);
Onnx__ValueInfoProto *
                 cvr_onnx_value_info_of (CvrOnnxWriter  *self,
                                        const char      *name,
                                        const guint32   *dims,
                                        guint            rank);
GBytes          *cvr_onnx_writer_pack  (CvrOnnxWriter         *self,
                                        Onnx__ValueInfoProto **inputs,
                                        guint                  n_inputs,
                                        Onnx__ValueInfoProto **outputs,
                                        guint                  n_outputs,
                                        GError               **error);
gboolean         cvr_onnx_writer_size  (CvrOnnxWriter         *self,
                                        Onnx__ValueInfoProto **inputs,
                                        guint                  n_inputs,
                                        Onnx__ValueInfoProto **outputs,
                                        guint                  n_outputs,
                                        gsize                 *size,
                                        GError               **error);

G_END_DECLS
