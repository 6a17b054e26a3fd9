/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arithmetic on constants of an ONNX file. */
#include "cvr-onnx-math.h"

#include <math.h>
#include <string.h>

/* Value @from of @x becomes value @to of @y; both are of one kind. */
static void
copy_value (CvrOnnxTensor       *y,
            gsize                to,
            const CvrOnnxTensor *x,
            gsize                from)
{
  if (x->splat)
    from = 0;
  if (y->floats != NULL)
    y->floats[to] = x->floats[from];
  else
    y->ints[to] = x->ints[from];
}

/* Strides of a tensor whose values lie one behind the other. */
static void
dense_strides (const CvrOnnxTensor *x,
               gssize               strides[CVR_ONNX_MAX_RANK])
{
  gssize step = 1;

  for (guint i = x->rank; i-- > 0;)
    {
      strides[i] = step;
      step *= (gssize) x->dims[i];
    }
}

/**
 * cvr_onnx_math_view:
 * @start: which value of @x comes first
 * @strides: [rank]: how far apart neighbours along every axis lie in @x; every value reached lies
 *   within
 *
 * Returns: (nullable): transposed, sliced and broadcast tensors are all this.
 */
CvrOnnxTensor *
cvr_onnx_math_view (const CvrOnnxTensor *x,
                    guint                rank,
                    const gsize         *dims,
                    gsize                start,
                    const gssize        *strides,
                    gsize               *budget)
{
  CvrOnnxTensor *y = cvr_onnx_tensor_new (x->type, rank, dims, budget);
  gsize index[CVR_ONNX_MAX_RANK] = { 0 };
  gssize at = (gssize) start;

  for (gsize i = 0; y != NULL && i < y->count; i++)
    {
      copy_value (y, i, x, (gsize) at);
      for (guint axis = rank; axis-- > 0;)
        {
          at += strides[axis];
          if (++index[axis] < dims[axis])
            break;
          at -= (gssize) dims[axis] * strides[axis];
          index[axis] = 0;
        }
    }

  return y;
}

/* The same values, and the grid they lie on where it is one for all of them. */
CvrOnnxTensor *
cvr_onnx_math_reshape (const CvrOnnxTensor *x,
                       guint                rank,
                       const gsize         *dims)
{
  g_autoptr (CvrOnnxTensor) y = NULL;
  gsize count = 1;

  if (rank > CVR_ONNX_MAX_RANK)
    return NULL;
  for (guint i = 0; i < rank; i++)
    if (!g_size_checked_mul (&count, count, dims[i]))
      return NULL;
  if (count != x->count)
    return NULL;

  y = cvr_onnx_tensor_copy (x);
  if (y == NULL)
    return NULL;
  y->rank = rank;
  for (guint i = 0; i < rank; i++)
    y->dims[i] = dims[i];
  if (x->bits != 0 && x->n_scales <= 1)
    {
      y->bits = x->bits;
      y->n_scales = x->n_scales;
      y->scales = g_memdup2 (x->scales, x->n_scales * sizeof (float));
    }

  return g_steal_pointer (&y);
}

CvrOnnxTensor *
cvr_onnx_math_broadcast (const CvrOnnxTensor *x,
                         guint                rank,
                         const gsize         *dims,
                         gsize               *budget)
{
  gssize dense[CVR_ONNX_MAX_RANK], strides[CVR_ONNX_MAX_RANK] = { 0 };

  if (rank > CVR_ONNX_MAX_RANK || x->rank > rank)
    return NULL;

  dense_strides (x, dense);
  for (guint i = 0; i < x->rank; i++)
    {
      guint axis = rank - x->rank + i;

      if (x->dims[i] != dims[axis] && x->dims[i] != 1)
        return NULL;
      strides[axis] = x->dims[i] == 1 ? 0 : dense[i];
    }

  return cvr_onnx_math_view (x, rank, dims, 0, strides, budget);
}

/* @perm: axis i of the result is axis perm[i] of @x; a permutation */
CvrOnnxTensor *
cvr_onnx_math_transpose (const CvrOnnxTensor *x,
                         const guint         *perm,
                         gsize               *budget)
{
  gssize dense[CVR_ONNX_MAX_RANK], strides[CVR_ONNX_MAX_RANK];
  gsize dims[CVR_ONNX_MAX_RANK];
  CvrOnnxTensor *y;

  dense_strides (x, dense);
  for (guint i = 0; i < x->rank; i++)
    {
      dims[i] = x->dims[perm[i]];
      strides[i] = dense[perm[i]];
    }
  if (x->splat)
    return cvr_onnx_math_reshape (x, x->rank, dims);

  y = cvr_onnx_math_view (x, x->rank, dims, 0, strides, budget);
  if (y != NULL && x->bits != 0)
    {
      y->bits = x->bits;
      y->n_scales = x->n_scales;
      y->scales = g_memdup2 (x->scales, x->n_scales * sizeof (float));
      for (guint i = 0; i < x->rank; i++)
        if (perm[i] == x->axis)
          y->axis = i;
    }

  return y;
}

CvrOnnxTensor *
cvr_onnx_math_concat (CvrOnnxTensor *const *xs,
                      guint                 n_xs,
                      guint                 axis,
                      gsize                *budget)
{
  gsize dims[CVR_ONNX_MAX_RANK], outer = 1, inner = 1, at = 0;
  CvrOnnxTensor *y;

  if (axis >= xs[0]->rank)
    return NULL;
  memcpy (dims, xs[0]->dims, sizeof dims);
  for (guint k = 1; k < n_xs; k++)
    {
      if (xs[k]->rank != xs[0]->rank || xs[k]->type != xs[0]->type)
        return NULL;
      for (guint i = 0; i < xs[0]->rank; i++)
        if (i != axis && xs[k]->dims[i] != dims[i])
          return NULL;
      if (!g_size_checked_add (&dims[axis], dims[axis], xs[k]->dims[axis]))
        return NULL;
    }
  y = cvr_onnx_tensor_new (xs[0]->type, xs[0]->rank, dims, budget);
  if (y == NULL)
    return NULL;

  for (guint i = 0; i < axis; i++)
    outer *= dims[i];
  for (guint i = axis + 1; i < xs[0]->rank; i++)
    inner *= dims[i];
  for (gsize o = 0; o < outer; o++)
    for (guint k = 0; k < n_xs; k++)
      for (gsize i = 0; i < xs[k]->dims[axis] * inner; i++)
        copy_value (y, at++, xs[k], o * xs[k]->dims[axis] * inner + i);

  return y;
}

CvrOnnxTensor *
cvr_onnx_math_gather (const CvrOnnxTensor *x,
                      const CvrOnnxTensor *indices,
                      guint                axis,
                      gsize               *budget)
{
  gsize dims[2 * CVR_ONNX_MAX_RANK], outer = 1, inner = 1, extent, at = 0;
  guint rank = 0;
  CvrOnnxTensor *y;

  if (axis >= x->rank || indices->ints == NULL || indices->splat)
    return NULL;
  extent = x->dims[axis];
  for (gsize i = 0; i < indices->count; i++)
    if (indices->ints[i] < -(gint64) extent || indices->ints[i] >= (gint64) extent)
      return NULL;
  for (guint i = 0; i < axis; i++)
    outer *= dims[rank++] = x->dims[i];
  for (guint i = 0; i < indices->rank; i++)
    dims[rank++] = indices->dims[i];
  for (guint i = axis + 1; i < x->rank; i++)
    inner *= dims[rank++] = x->dims[i];
  y = cvr_onnx_tensor_new (x->type, rank, dims, budget);
  if (y == NULL)
    return NULL;

  for (gsize o = 0; o < outer; o++)
    for (gsize k = 0; k < indices->count; k++)
      {
        gint64 index = indices->ints[k] + (indices->ints[k] < 0 ? (gint64) extent : 0);

        for (gsize i = 0; i < inner; i++)
          copy_value (y, at++, x, (o * extent + (gsize) index) * inner + i);
      }

  return y;
}

/* FALSE: there is no such number. Whole numbers count around at both ends. */
static gboolean
compute_ints (CvrOnnxMath  function,
              gint64       a,
              gint64       b,
              gint64      *y)
{
  switch (function)
    {
    case CVR_ONNX_MATH_ADD:
      *y = (gint64) ((guint64) a + (guint64) b);
      return TRUE;
    case CVR_ONNX_MATH_SUB:
      *y = (gint64) ((guint64) a - (guint64) b);
      return TRUE;
    case CVR_ONNX_MATH_MUL:
      *y = (gint64) ((guint64) a * (guint64) b);
      return TRUE;
    case CVR_ONNX_MATH_DIV:
      if (b == 0 || b == -1)
        {
          *y = (gint64) (0 - (guint64) a);
          return b == -1;
        }
      *y = a / b;
      return TRUE;
    case CVR_ONNX_MATH_MOD: /* The sign is the divisor's, as in Python. */
      if (b == 0)
        return FALSE;
      *y = b == -1 ? 0 : a % b;
      *y += *y != 0 && (*y < 0) != (b < 0) ? b : 0;
      return TRUE;
    case CVR_ONNX_MATH_MIN:
      *y = MIN (a, b);
      return TRUE;
    case CVR_ONNX_MATH_MAX:
      *y = MAX (a, b);
      return TRUE;
    case CVR_ONNX_MATH_EQUAL:
      *y = a == b;
      return TRUE;
    case CVR_ONNX_MATH_LESS:
      *y = a < b;
      return TRUE;
    case CVR_ONNX_MATH_GREATER:
      *y = a > b;
      return TRUE;
    case CVR_ONNX_MATH_AND:
      *y = a != 0 && b != 0;
      return TRUE;
    case CVR_ONNX_MATH_OR:
      *y = a != 0 || b != 0;
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
compute_floats (CvrOnnxMath  function,
                float        a,
                float        b,
                float       *y)
{
  switch (function)
    {
    case CVR_ONNX_MATH_ADD:
      *y = a + b;
      return TRUE;
    case CVR_ONNX_MATH_SUB:
      *y = a - b;
      return TRUE;
    case CVR_ONNX_MATH_MUL:
      *y = a * b;
      return TRUE;
    case CVR_ONNX_MATH_DIV:
      *y = a / b;
      return TRUE;
    case CVR_ONNX_MATH_MIN:
      *y = MIN (a, b);
      return TRUE;
    case CVR_ONNX_MATH_MAX:
      *y = MAX (a, b);
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
is_comparison (CvrOnnxMath function)
{
  return function == CVR_ONNX_MATH_EQUAL || function == CVR_ONNX_MATH_LESS ||
         function == CVR_ONNX_MATH_GREATER;
}

/* One value out of two, in place of the value it goes to. */
static gboolean
compute (CvrOnnxMath          function,
         const CvrOnnxTensor *a,
         const CvrOnnxTensor *b,
         gsize                i,
         CvrOnnxTensor       *y)
{
  if (a->ints != NULL)
    {
      gint64 value;

      if (!compute_ints (function, a->ints[i], b->ints[i], &value))
        return FALSE;
      y->ints[i] = cvr_onnx_type_wrap (y->type, value);
      return TRUE;
    }
  if (is_comparison (function))
    {
      float x = a->floats[i], z = b->floats[i];

      y->ints[i] = function == CVR_ONNX_MATH_EQUAL  ? x == z
                   : function == CVR_ONNX_MATH_LESS ? x < z
                                                    : x > z;
      return TRUE;
    }

  return compute_floats (function, a->floats[i], b->floats[i], &y->floats[i]);
}

/* The shape of two tensors that meet value by value; FALSE: they don't. */
static gboolean
common_shape (const CvrOnnxTensor *a,
              const CvrOnnxTensor *b,
              guint               *rank,
              gsize                dims[CVR_ONNX_MAX_RANK])
{
  *rank = MAX (a->rank, b->rank);
  for (guint i = 0; i < *rank; i++)
    {
      gsize of_a = i + a->rank < *rank ? 1 : a->dims[i + a->rank - *rank];
      gsize of_b = i + b->rank < *rank ? 1 : b->dims[i + b->rank - *rank];

      if (of_a != of_b && of_a != 1 && of_b != 1)
        return FALSE;
      dims[i] = of_a == 1 ? of_b : of_a;
    }

  return TRUE;
}

CvrOnnxTensor *
cvr_onnx_math_of_two (CvrOnnxMath          function,
                      const CvrOnnxTensor *a,
                      const CvrOnnxTensor *b,
                      gsize               *budget)
{
  g_autoptr (CvrOnnxTensor) left = NULL, right = NULL, y = NULL;
  gsize dims[CVR_ONNX_MAX_RANK];
  guint rank;

  if (a->type != b->type || !common_shape (a, b, &rank, dims))
    return NULL;
  left = cvr_onnx_math_broadcast (a, rank, dims, budget);
  right = cvr_onnx_math_broadcast (b, rank, dims, budget);
  y = cvr_onnx_tensor_new (is_comparison (function) ? CVR_ONNX_BOOL : a->type, rank, dims, budget);
  if (left == NULL || right == NULL || y == NULL)
    return NULL;

  for (gsize i = 0; i < y->count; i++)
    if (!compute (function, left, right, i, y))
      return NULL;

  return g_steal_pointer (&y);
}

CvrOnnxTensor *
cvr_onnx_math_of_one (CvrOnnxMathOfOne     function,
                      const CvrOnnxTensor *x,
                      gsize               *budget)
{
  CvrOnnxTensor *y;

  if (x->splat || (x->ints != NULL && function == CVR_ONNX_MATH_SQRT) ||
      (x->floats != NULL && function == CVR_ONNX_MATH_NOT))
    return NULL;
  y = cvr_onnx_tensor_new (x->type, x->rank, x->dims, budget);

  for (gsize i = 0; y != NULL && i < y->count; i++)
    if (x->ints != NULL)
      y->ints[i] = function == CVR_ONNX_MATH_NOT ? x->ints[i] == 0
                   : function == CVR_ONNX_MATH_NEGATE ||
                         (function == CVR_ONNX_MATH_ABS && x->ints[i] < 0)
                     ? cvr_onnx_type_wrap (x->type, (gint64) (0 - (guint64) x->ints[i]))
                     : x->ints[i];
    else
      y->floats[i] = function == CVR_ONNX_MATH_NEGATE  ? -x->floats[i]
                     : function == CVR_ONNX_MATH_ABS   ? fabsf (x->floats[i])
                     : function == CVR_ONNX_MATH_FLOOR ? floorf (x->floats[i])
                     : function == CVR_ONNX_MATH_CEIL  ? ceilf (x->floats[i])
                                                       : sqrtf (x->floats[i]);

  return y;
}

CvrOnnxTensor *
cvr_onnx_math_where (const CvrOnnxTensor *which,
                     const CvrOnnxTensor *a,
                     const CvrOnnxTensor *b,
                     gsize               *budget)
{
  g_autoptr (CvrOnnxTensor) when = NULL, left = NULL, right = NULL;
  gsize dims[CVR_ONNX_MAX_RANK], all[CVR_ONNX_MAX_RANK];
  guint rank, n;

  if (which->ints == NULL || a->type != b->type || !common_shape (a, b, &rank, dims))
    return NULL;
  left = cvr_onnx_math_broadcast (a, rank, dims, budget);
  if (left == NULL || !common_shape (left, which, &n, all))
    return NULL;

  g_clear_pointer (&left, cvr_onnx_tensor_unref);
  left = cvr_onnx_math_broadcast (a, n, all, budget);
  right = cvr_onnx_math_broadcast (b, n, all, budget);
  when = cvr_onnx_math_broadcast (which, n, all, budget);
  if (left == NULL || right == NULL || when == NULL)
    return NULL;

  for (gsize i = 0; i < left->count; i++)
    if (when->ints[i] == 0)
      copy_value (left, i, right, i);

  return g_steal_pointer (&left);
}

CvrOnnxTensor *
cvr_onnx_math_reduce (CvrOnnxMath          function,
                      const CvrOnnxTensor *x,
                      guint                rank)
{
  gsize ones[CVR_ONNX_MAX_RANK] = { 1, 1, 1, 1, 1, 1, 1, 1 }, budget = 1;
  g_autoptr (CvrOnnxTensor) y = NULL;

  if (x->count == 0 || x->splat)
    return NULL;
  y = cvr_onnx_tensor_new (x->type, rank, ones, &budget);
  if (y == NULL)
    return NULL;

  copy_value (y, 0, x, 0);
  for (gsize i = 1; i < x->count; i++)
    if (x->ints != NULL ? !compute_ints (function, y->ints[0], x->ints[i], &y->ints[0])
                        : !compute_floats (function, y->floats[0], x->floats[i], &y->floats[0]))
      return NULL;

  return g_steal_pointer (&y);
}

/* Towards zero from real to whole numbers. */
CvrOnnxTensor *
cvr_onnx_math_cast (const CvrOnnxTensor *x,
                    gint32               type,
                    gsize               *budget)
{
  g_autoptr (CvrOnnxTensor) y = NULL;

  if (type == CVR_ONNX_FLOAT)
    return cvr_onnx_tensor_to_float (x);
  if (x->splat || cvr_onnx_type_size (type) == 0)
    return NULL;
  y = cvr_onnx_tensor_new (type, x->rank, x->dims, budget);
  if (y == NULL)
    return NULL;

  for (gsize i = 0; i < x->count; i++)
    if (y->ints == NULL && type == CVR_ONNX_FLOAT16)
      y->floats[i] = cvr_onnx_float_from_half (
        cvr_onnx_half_from_float (cvr_onnx_tensor_float_at (x, i)));
    else if (y->ints == NULL)
      y->floats[i] = cvr_onnx_tensor_float_at (x, i);
    else if (x->ints != NULL)
      y->ints[i] = cvr_onnx_type_wrap (type, x->ints[i]);
    else if (type == CVR_ONNX_BOOL)
      y->ints[i] = x->floats[i] != 0;
    else if (fabsf (x->floats[i]) < 0x1p63f)
      y->ints[i] = cvr_onnx_type_wrap (type, (gint64) x->floats[i]);
    else
      return NULL;

  return g_steal_pointer (&y);
}

/**
 * cvr_onnx_math_fill:
 * @value: one value
 *
 * Returns: (nullable): that value everywhere, stored once.
 */
CvrOnnxTensor *
cvr_onnx_math_fill (const CvrOnnxTensor *value,
                    guint                rank,
                    const gsize         *dims)
{
  g_autoptr (CvrOnnxTensor) y = NULL;
  gsize count = 1;

  if (value->count != 1 || rank > CVR_ONNX_MAX_RANK)
    return NULL;
  for (guint i = 0; i < rank; i++)
    if (dims[i] > G_MAXINT32 || !g_size_checked_mul (&count, count, dims[i]) || count > G_MAXINT32)
      return NULL;

  y = cvr_onnx_tensor_copy (value);
  if (y == NULL)
    return NULL;
  y->rank = rank;
  for (guint i = 0; i < rank; i++)
    y->dims[i] = dims[i];
  y->count = count;
  y->splat = TRUE;

  return g_steal_pointer (&y);
}
