/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arithmetic on constants of an ONNX file: exact for whole numbers, in single precision for others.
 *
 * Every function gives a new tensor, or NULL where the operands don't fit each other, the budget of
 * values does not reach or memory is short. */
#pragma once

#include "cvr-onnx-tensor.h"

G_BEGIN_DECLS

typedef enum
{
  CVR_ONNX_MATH_ADD,
  CVR_ONNX_MATH_SUB,
  CVR_ONNX_MATH_MUL,
  CVR_ONNX_MATH_DIV,
  CVR_ONNX_MATH_MOD,
  CVR_ONNX_MATH_MIN,
  CVR_ONNX_MATH_MAX,
  CVR_ONNX_MATH_EQUAL,
  CVR_ONNX_MATH_LESS,
  CVR_ONNX_MATH_GREATER,
  CVR_ONNX_MATH_AND,
  CVR_ONNX_MATH_OR,
} CvrOnnxMath;

typedef enum
{
  CVR_ONNX_MATH_NEGATE,
  CVR_ONNX_MATH_ABS,
  CVR_ONNX_MATH_FLOOR,
  CVR_ONNX_MATH_CEIL,
  CVR_ONNX_MATH_SQRT,
  CVR_ONNX_MATH_NOT,
} CvrOnnxMathOfOne;

CvrOnnxTensor *cvr_onnx_math_view      (const CvrOnnxTensor  *x,
                                        guint                 rank,
                                        const gsize          *dims,
                                        gsize                 start,
                                        const gssize         *strides,
                                        gsize                *budget);
CvrOnnxTensor *cvr_onnx_math_reshape   (const CvrOnnxTensor  *x,
                                        guint                 rank,
                                        const gsize          *dims);
CvrOnnxTensor *cvr_onnx_math_broadcast (const CvrOnnxTensor  *x,
                                        guint                 rank,
                                        const gsize          *dims,
                                        gsize                *budget);
CvrOnnxTensor *cvr_onnx_math_transpose (const CvrOnnxTensor  *x,
                                        const guint          *perm,
                                        gsize                *budget);
CvrOnnxTensor *cvr_onnx_math_concat    (CvrOnnxTensor *const *xs,
                                        guint                 n_xs,
                                        guint                 axis,
                                        gsize                *budget);
CvrOnnxTensor *cvr_onnx_math_gather    (const CvrOnnxTensor  *x,
                                        const CvrOnnxTensor  *indices,
                                        guint                 axis,
                                        gsize                *budget);
CvrOnnxTensor *cvr_onnx_math_of_two    (CvrOnnxMath           function,
                                        const CvrOnnxTensor  *a,
                                        const CvrOnnxTensor  *b,
                                        gsize                *budget);
CvrOnnxTensor *cvr_onnx_math_of_one    (CvrOnnxMathOfOne      function,
                                        const CvrOnnxTensor  *x,
                                        gsize                *budget);
CvrOnnxTensor *cvr_onnx_math_where     (const CvrOnnxTensor  *which,
                                        const CvrOnnxTensor  *a,
                                        const CvrOnnxTensor  *b,
                                        gsize                *budget);
/* Product, sum, maximum or minimum of all values, as one number of rank @rank. */
CvrOnnxTensor *cvr_onnx_math_reduce    (CvrOnnxMath           function,
                                        const CvrOnnxTensor  *x,
                                        guint                 rank);
CvrOnnxTensor *cvr_onnx_math_cast      (const CvrOnnxTensor  *x,
                                        gint32                type,
                                        gsize                *budget);
CvrOnnxTensor *cvr_onnx_math_fill      (const CvrOnnxTensor  *value,
                                        guint                 rank,
                                        const gsize          *dims);

G_END_DECLS
