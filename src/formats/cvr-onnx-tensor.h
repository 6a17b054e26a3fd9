/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Constants of an ONNX file, decoded: any element type and place becomes plain arrays. */
#pragma once

#include "onnx-subset.pb-c.h"

#include <glib.h>

G_BEGIN_DECLS

/* Element types, with the numbers of the format. */
enum
{
  CVR_ONNX_FLOAT = 1,
  CVR_ONNX_UINT8 = 2,
  CVR_ONNX_INT8 = 3,
  CVR_ONNX_UINT16 = 4,
  CVR_ONNX_INT16 = 5,
  CVR_ONNX_INT32 = 6,
  CVR_ONNX_INT64 = 7,
  CVR_ONNX_BOOL = 9,
  CVR_ONNX_FLOAT16 = 10,
  CVR_ONNX_DOUBLE = 11,
};

enum { CVR_ONNX_MAX_RANK = 8 };

/**
 * CvrOnnxTensor:
 * @type: element type as it stands in the file
 * @floats: [count], for the floating-point types; %NULL otherwise
 * @ints: [count], for the integer types; %NULL otherwise
 * @bits: 0: no grid; 16: the values came from half precision; 8: floats = scales × whole numbers of
 *   int8
 * @axis: which dimension the scales belong to, where there are several
 * @scales: [n_scales]
 *
 * Counted, one thread; immutable once it is made.
 */
typedef struct
{
  gint32  type;
  guint   rank;
  gsize   dims[CVR_ONNX_MAX_RANK];
  gsize   count;
  float  *floats;
  gint64 *ints;
  guint   bits;
  guint   axis;
  guint   n_scales;
  float  *scales;
} CvrOnnxTensor;

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
CvrOnnxTensor *cvr_onnx_tensor_to_float   (const CvrOnnxTensor     *x) G_GNUC_WARN_UNUSED_RESULT;
CvrOnnxTensor *cvr_onnx_tensor_copy       (const CvrOnnxTensor     *x) G_GNUC_WARN_UNUSED_RESULT;
CvrOnnxTensor *cvr_onnx_tensor_transpose  (const CvrOnnxTensor     *x) G_GNUC_WARN_UNUSED_RESULT;
CvrOnnxTensor *cvr_onnx_tensor_ref        (CvrOnnxTensor           *self);
void           cvr_onnx_tensor_unref      (CvrOnnxTensor           *self);
float          cvr_onnx_float_from_half   (guint16                  half);
guint16        cvr_onnx_half_from_float   (float                    value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrOnnxTensor, cvr_onnx_tensor_unref)

G_END_DECLS
