/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Typed tensors: the constants of an ONNX file, and what goes into a network and out of it. */
#pragma once

#include "cvr-format-error.h"

#include <glib.h>

G_BEGIN_DECLS

/* Element types, with the numbers of the ONNX format. */
enum
{
  CVR_ONNX_FLOAT = 1,
  CVR_ONNX_UINT8 = 2,
  CVR_ONNX_INT8 = 3,
  CVR_ONNX_UINT16 = 4,
  CVR_ONNX_INT16 = 5,
  CVR_ONNX_INT32 = 6,
  CVR_ONNX_INT64 = 7,
  CVR_ONNX_STRING = 8, /* never read */
  CVR_ONNX_BOOL = 9,
  CVR_ONNX_FLOAT16 = 10,
  CVR_ONNX_DOUBLE = 11,
  CVR_ONNX_UINT32 = 12,
  CVR_ONNX_UINT64 = 13,
  CVR_ONNX_BFLOAT16 = 16,
};

enum { CVR_ONNX_MAX_RANK = 8 };

/**
 * CvrOnnxTensor:
 * @type: element type as it stands in the file
 * @splat: all values are one, and only that one is stored
 * @floats: [count], or [1] of a splat, for the floating-point types; %NULL otherwise
 * @ints: the same for the integer types, exactly (64 bits without a sign as their bit pattern)
 * @bits: 0: no grid; 16: the values came from half precision; 8: floats = scales × whole numbers of
 *   int8
 * @axis: which dimension the scales belong to, where there are several
 * @scales: [n_scales]
 *
 * Counted, one thread; immutable once it is made.
 */
typedef struct
{
  gint32   type;
  guint    rank;
  gsize    dims[CVR_ONNX_MAX_RANK];
  gsize    count;
  gboolean splat;
  float   *floats;
  gint64  *ints;
  guint    bits;
  guint    axis;
  guint    n_scales;
  float   *scales;
} CvrOnnxTensor;

CvrOnnxTensor *cvr_onnx_tensor_ref    (CvrOnnxTensor *self);
void           cvr_onnx_tensor_unref  (CvrOnnxTensor *self);
gsize          cvr_onnx_type_size     (gint32         type); /* bytes of one element; 0: not known */
gboolean       cvr_onnx_type_is_float (gint32         type);
const char    *cvr_onnx_type_name     (gint32         type); /* "float32" …: stable */
gint64         cvr_onnx_type_wrap     (gint32         type,
                                       gint64         value);

/* Values zero. @budget counts them down; NULL where it does not reach or memory is short. */
CvrOnnxTensor *cvr_onnx_tensor_new       (gint32         type,
                                          guint          rank,
                                          const gsize   *dims,
                                          gsize         *budget) G_GNUC_WARN_UNUSED_RESULT;
/* As of values that a network computed: rounded to whole numbers where @type is of those, in its
 * range by counting around. */
CvrOnnxTensor *cvr_onnx_tensor_from_floats (gint32       type,
                                            guint        rank,
                                            const gsize *dims,
                                            const float *values) G_GNUC_WARN_UNUSED_RESULT;
float          cvr_onnx_tensor_float_at  (const CvrOnnxTensor *self,
                                          gsize                i);

/* Files. A TensorProto; bytes in memory's own order of the type, little-endian. */
CvrOnnxTensor *cvr_onnx_tensor_from_file (const guint8  *data,
                                          gsize          length,
                                          const char    *name,
                                          GError       **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes        *cvr_onnx_tensor_to_file   (const CvrOnnxTensor *self,
                                          const char          *name) G_GNUC_WARN_UNUSED_RESULT;
CvrOnnxTensor *cvr_onnx_tensor_from_raw  (gint32         type,
                                          guint          rank,
                                          const gsize   *dims,
                                          const guint8  *bytes) G_GNUC_WARN_UNUSED_RESULT;
void           cvr_onnx_tensor_to_raw    (const CvrOnnxTensor *self,
                                          guint8              *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrOnnxTensor, cvr_onnx_tensor_unref)

G_END_DECLS
