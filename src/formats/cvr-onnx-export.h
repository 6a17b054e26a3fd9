/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the functions that write one operator each share. */
#pragma once

#include "cvr-onnx-writer.h"

G_BEGIN_DECLS

/**
 * CvrOnnxExport:
 * @batch: the first axis is a batch of any size; otherwise every extent is what it is
 * @values: [n_nodes], the name of each value in the file; %NULL where no output needs the node, and
 *   for constants until one of their readers comes
 *
 * What one call of cvr_onnx_write() works with. Plain.
 */
typedef struct
{
  CvrOnnxWriter  writer;
  NnGraph       *graph;
  NnParams      *params;
  gboolean       batch;
  const char   **values;
} CvrOnnxExport;

typedef gboolean (*CvrOnnxWriteFunc) (CvrOnnxExport *self, NnNode node, const NnAttrs *attrs,
                                      GError **error);

gboolean         cvr_onnx_export_refuse (CvrOnnxExport *self, NnNode node, GError **error,
                                         const char *reason);
/* The name and the shape of input @i. */
const char      *cvr_onnx_export_input  (CvrOnnxExport *self, NnNode node, guint i);
/* Stores a constant: when it is read first, as an index is read as whole numbers instead. */
const char      *cvr_onnx_export_constant (CvrOnnxExport *self, NnNode node);
NnShape          cvr_onnx_export_shape  (CvrOnnxExport *self, NnNode node, guint i);
/* The node that completes a layer: it bears the layer's name and makes its value. */
Onnx__NodeProto *cvr_onnx_export_layer  (CvrOnnxExport *self, NnNode node, const char *op_type,
                                         const char *input);
/* The same, where input 0 is read. */
Onnx__NodeProto *cvr_onnx_export_first  (CvrOnnxExport *self, NnNode node, const char *op_type);
/* One that comes before, with a value of its own; returned is that value's name. */
const char      *cvr_onnx_export_step   (CvrOnnxExport *self, NnNode node, const char *op_type,
                                         const char *part, const char *input,
                                         Onnx__NodeProto **proto);
void             cvr_onnx_export_slot   (CvrOnnxExport *self, NnNode node, Onnx__NodeProto *proto,
                                         NnSlot slot, const char *part);
/* Further inputs: one number, or whole numbers. */
void             cvr_onnx_export_scalar (CvrOnnxExport *self, NnNode node, Onnx__NodeProto *proto,
                                         const char *part, float value);
void             cvr_onnx_export_longs  (CvrOnnxExport *self, NnNode node, Onnx__NodeProto *proto,
                                         const char *part, const gint64 *values, gsize n_values);
void             cvr_onnx_export_stencil (CvrOnnxExport *self, Onnx__NodeProto *proto,
                                          const NnStencil *stencil, gboolean dilations);

/* cvr-onnx-write-activation.c */
gboolean cvr_onnx_write_activation     (CvrOnnxExport *self, NnNode node, const NnAttrs *attrs,
                                        GError **error);
/* cvr-onnx-write-imports.c: what imported networks are made of besides */
gboolean cvr_onnx_write_arithmetic     (CvrOnnxExport *self, NnNode node, const NnAttrs *attrs,
                                        GError **error);
gboolean cvr_onnx_write_matmul         (CvrOnnxExport *self, NnNode node, const NnAttrs *attrs,
                                        GError **error);
gboolean cvr_onnx_write_reduce         (CvrOnnxExport *self, NnNode node, const NnAttrs *attrs,
                                        GError **error);
gboolean cvr_onnx_write_reshape        (CvrOnnxExport *self, NnNode node, const NnAttrs *attrs,
                                        GError **error);
gboolean cvr_onnx_write_transpose      (CvrOnnxExport *self, NnNode node, const NnAttrs *attrs,
                                        GError **error);
gboolean cvr_onnx_write_slice          (CvrOnnxExport *self, NnNode node, const NnAttrs *attrs,
                                        GError **error);
gboolean cvr_onnx_write_pad            (CvrOnnxExport *self, NnNode node, const NnAttrs *attrs,
                                        GError **error);
gboolean cvr_onnx_write_gather         (CvrOnnxExport *self, NnNode node, const NnAttrs *attrs,
                                        GError **error);
gboolean cvr_onnx_write_resize         (CvrOnnxExport *self, NnNode node, const NnAttrs *attrs,
                                        GError **error);
gboolean cvr_onnx_write_conv_transpose (CvrOnnxExport *self, NnNode node, const NnAttrs *attrs,
                                        GError **error);
gboolean cvr_onnx_write_instance_norm  (CvrOnnxExport *self, NnNode node, const NnAttrs *attrs,
                                        GError **error);
gboolean cvr_onnx_write_lrn            (CvrOnnxExport *self, NnNode node, const NnAttrs *attrs,
                                        GError **error);

G_END_DECLS
