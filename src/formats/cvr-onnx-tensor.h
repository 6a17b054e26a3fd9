/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Constants of an ONNX file, decoded: any element type and place becomes plain arrays. */
#pragma once

#include "cvr-onnx-typed.h"
#include "onnx-subset.pb-c.h"

G_BEGIN_DECLS

CvrOnnxTensor *cvr_onnx_tensor_decode     (const Onnx__TensorProto *proto,
                                           const char              *file,
                                           GError                 **error)
                                           G_GNUC_WARN_UNUSED_RESULT;
CvrOnnxTensor *cvr_onnx_tensor_new_ints   (const gint64            *values,
                                           gsize                    n_values)
                                           G_GNUC_WARN_UNUSED_RESULT;
CvrOnnxTensor *cvr_onnx_tensor_dequantize (const CvrOnnxTensor     *x,
                                           const CvrOnnxTensor     *scale,
                                           const CvrOnnxTensor     *zero_point,
                                           guint                    axis)
                                           G_GNUC_WARN_UNUSED_RESULT;
CvrOnnxTensor *cvr_onnx_tensor_quantize   (const CvrOnnxTensor     *x,
                                           const CvrOnnxTensor     *scale,
                                           const CvrOnnxTensor     *zero_point,
                                           guint                    axis)
                                           G_GNUC_WARN_UNUSED_RESULT;
CvrOnnxTensor *cvr_onnx_tensor_to_float   (const CvrOnnxTensor     *x) G_GNUC_WARN_UNUSED_RESULT;
CvrOnnxTensor *cvr_onnx_tensor_copy       (const CvrOnnxTensor     *x) G_GNUC_WARN_UNUSED_RESULT;
CvrOnnxTensor *cvr_onnx_tensor_transpose  (const CvrOnnxTensor     *x) G_GNUC_WARN_UNUSED_RESULT;
gsize          cvr_onnx_tensor_n_stored   (const CvrOnnxTensor     *self);
void           cvr_onnx_tensor_fill_raw   (CvrOnnxTensor           *self,
                                           const guint8            *bytes);
float          cvr_onnx_float_from_bfloat16 (guint16                bits);
float          cvr_onnx_float_from_half   (guint16                  half);
guint16        cvr_onnx_half_from_float   (float                    value);

G_END_DECLS
