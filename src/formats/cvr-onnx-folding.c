/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What exporters leave in a file for a program to compute, though every value is known: done while
 * the file is read, exactly where whole numbers are concerned. */
#include "cvr-onnx-reader.h"

#include <math.h>

/* The inputs of @node, all known, and what they become. */
typedef struct
{
  CvrOnnxReader         *reader;
  const Onnx__NodeProto *node;
  CvrOnnxTensor        **xs; /* [n_xs]; NULL where one is left out */
  guint                  n_xs;
} Fold;

typedef CvrOnnxTensor *(*FoldFunc) (const Fold *fold);

/* Constants of more values than this are kept as one value that stands for all. */
enum { MAX_DENSE_FILL = 64 };

static gsize *
budget (const Fold *fold)
{
  return &fold->reader->folding;
}

static gint64
attr_int (const Fold *fold,
          const char *name,
          gint64      fallback)
{
  return cvr_onnx_attr_int (fold->node, name, fallback);
}

/* An attribute, or the whole numbers of input @i; FALSE: there is neither. */
static gboolean
find_list (const Fold    *fold,
           const char    *name,
           guint          i,
           const gint64 **values,
           gsize         *n_values)
{
  return cvr_onnx_list (fold->reader, fold->node, name, i, values, n_values, NULL) &&
         *values != NULL;
}

static gboolean
take_axis (gint64 axis,
           guint  rank,
           guint *taken)
{
  if (axis < -(gint64) rank || axis >= (gint64) rank)
    return FALSE;

  *taken = (guint) (axis < 0 ? axis + rank : axis);
  return TRUE;
}

static CvrOnnxTensor *
fold_cast (const Fold *fold)
{
  return cvr_onnx_math_cast (fold->xs[0], (gint32) CLAMP (attr_int (fold, "to", 0), 0, G_MAXINT32),
                             budget (fold));
}

static CvrOnnxTensor *
fold_concat (const Fold *fold)
{
  guint axis;

  if (!take_axis (attr_int (fold, "axis", 1), fold->xs[0]->rank, &axis))
    return NULL;
  for (guint i = 0; i < fold->n_xs; i++)
    if (fold->xs[i] == NULL)
      return NULL;

  return cvr_onnx_math_concat (fold->xs, fold->n_xs, axis, budget (fold));
}

static CvrOnnxTensor *
fold_gather (const Fold *fold)
{
  guint axis;

  if (fold->n_xs != 2 || fold->xs[1] == NULL ||
      !take_axis (attr_int (fold, "axis", 0), fold->xs[0]->rank, &axis))
    return NULL;

  return cvr_onnx_math_gather (fold->xs[0], fold->xs[1], axis, budget (fold));
}

static CvrOnnxTensor *
fold_reshape (const Fold *fold)
{
  const CvrOnnxTensor *x = fold->xs[0], *wanted = fold->n_xs > 1 ? fold->xs[1] : NULL;
  gsize dims[CVR_ONNX_MAX_RANK], known = 1;
  guint open = G_MAXUINT;

  if (wanted == NULL || wanted->ints == NULL || wanted->splat || wanted->rank > 1 ||
      wanted->count > CVR_ONNX_MAX_RANK)
    return NULL;

  for (guint i = 0; i < wanted->count; i++)
    {
      gint64 extent = wanted->ints[i];

      if (extent == 0 && attr_int (fold, "allowzero", 0) == 0 && i < x->rank)
        extent = (gint64) x->dims[i];
      if (extent == -1 && open == G_MAXUINT)
        open = i;
      else if (extent < 0 || extent > G_MAXINT32 ||
               !g_size_checked_mul (&known, known, (gsize) extent))
        return NULL;
      else
        dims[i] = (gsize) extent;
    }
  if (open != G_MAXUINT && (known == 0 || x->count % known != 0))
    return NULL;
  if (open != G_MAXUINT)
    dims[open] = x->count / known;

  return cvr_onnx_math_reshape (x, (guint) wanted->count, dims);
}

/* Unsqueeze and Squeeze. */
static CvrOnnxTensor *
fold_squeeze (const Fold *fold)
{
  const CvrOnnxTensor *x = fold->xs[0];
  gboolean grow = g_strcmp0 (fold->node->op_type, "Unsqueeze") == 0;
  gsize dims[2 * CVR_ONNX_MAX_RANK], n_axes;
  const gint64 *axes;
  gboolean named = find_list (fold, "axes", 1, &axes, &n_axes);
  guint mask = 0, at = 0, rank, axis, n = 0;

  if ((grow && !named) || (named && n_axes > CVR_ONNX_MAX_RANK))
    return NULL;
  rank = x->rank + (grow ? (guint) n_axes : 0);
  for (gsize i = 0; named && i < n_axes; i++)
    {
      if (!take_axis (axes[i], rank, &axis) || (mask >> axis & 1) != 0)
        return NULL;
      mask |= 1u << axis;
    }

  for (guint i = 0; i < rank; i++)
    if (grow)
      dims[n++] = (mask >> i & 1) != 0 ? 1 : x->dims[at++];
    else if (named ? (mask >> i & 1) == 0 : x->dims[i] != 1)
      dims[n++] = x->dims[i];

  return cvr_onnx_math_reshape (x, n, dims);
}

static CvrOnnxTensor *
fold_transpose (const Fold *fold)
{
  const CvrOnnxTensor *x = fold->xs[0];
  guint perm[CVR_ONNX_MAX_RANK], mask = 0;
  const gint64 *axes;
  gsize n_axes;
  gboolean named = find_list (fold, "perm", G_MAXUINT, &axes, &n_axes);

  if (named && n_axes != x->rank)
    return NULL;
  for (guint i = 0; i < x->rank; i++)
    {
      perm[i] = x->rank - 1 - i;
      if (named && !take_axis (axes[i], x->rank, &perm[i]))
        return NULL;
      mask |= 1u << perm[i];
    }

  return mask == (1u << x->rank) - 1 ? cvr_onnx_math_transpose (x, perm, budget (fold)) : NULL;
}

static CvrOnnxTensor *
fold_slice (const Fold *fold)
{
  static const char *const names[] = { "starts", "ends", "axes", "steps" };
  const CvrOnnxTensor *x = fold->xs[0];
  gssize strides[CVR_ONNX_MAX_RANK], step = 1;
  gsize dims[CVR_ONNX_MAX_RANK], start = 0, n[4];
  const gint64 *lists[4];
  guint axis;

  for (guint i = 0; i < 4; i++)
    if (!cvr_onnx_list (fold->reader, fold->node, names[i], i + 1, &lists[i], &n[i], NULL))
      return NULL;
  if (n[0] != n[1] || (lists[2] != NULL && n[2] != n[0]) || (lists[3] != NULL && n[3] != n[0]))
    return NULL;

  for (guint i = x->rank; i-- > 0;)
    {
      dims[i] = x->dims[i];
      strides[i] = step;
      step *= (gssize) x->dims[i];
    }
  for (gsize i = 0; i < n[0]; i++)
    {
      gint64 by = lists[3] != NULL ? lists[3][i] : 1, first, count;

      if (!take_axis (lists[2] != NULL ? lists[2][i] : (gint64) i, x->rank, &axis) ||
          !cvr_onnx_slice_range (lists[0][i], lists[1][i], by, (gint64) dims[axis], &first, &count))
        return NULL;
      start += count > 0 ? (gsize) (first * strides[axis]) : 0;
      dims[axis] = (gsize) count;
      strides[axis] *= (gssize) by;
    }

  return cvr_onnx_math_view (x, x->rank, dims, start, strides, budget (fold));
}

/* Extents that input @i lists. */
static gboolean
listed_shape (const Fold *fold,
              guint       i,
              guint      *rank,
              gsize       dims[CVR_ONNX_MAX_RANK])
{
  const CvrOnnxTensor *wanted = i < fold->n_xs ? fold->xs[i] : NULL;

  if (wanted == NULL || wanted->ints == NULL || wanted->splat || wanted->rank > 1 ||
      wanted->count > CVR_ONNX_MAX_RANK)
    return FALSE;

  *rank = (guint) wanted->count;
  for (guint k = 0; k < *rank; k++)
    {
      if (wanted->ints[k] < 0 || wanted->ints[k] > G_MAXINT32)
        return FALSE;
      dims[k] = (gsize) wanted->ints[k];
    }

  return TRUE;
}

static CvrOnnxTensor *
fold_expand (const Fold *fold)
{
  const CvrOnnxTensor *x = fold->xs[0];
  gsize dims[CVR_ONNX_MAX_RANK], all[CVR_ONNX_MAX_RANK];
  guint rank, n;

  if (!listed_shape (fold, 1, &rank, dims))
    return NULL;

  n = MAX (rank, x->rank);
  for (guint i = 0; i < n; i++)
    {
      gsize of_x = i + x->rank < n ? 1 : x->dims[i + x->rank - n];
      gsize asked = i + rank < n ? 1 : dims[i + rank - n];

      all[i] = of_x == 1 ? asked : of_x;
    }

  return cvr_onnx_math_broadcast (x, n, all, budget (fold));
}

static CvrOnnxTensor *
fold_constant_of_shape (const Fold *fold)
{
  const Onnx__AttributeProto *attribute = cvr_onnx_attribute (fold->node, "value");
  static const float nothing = 0;
  g_autoptr (CvrOnnxTensor) value = NULL, all = NULL;
  gsize dims[CVR_ONNX_MAX_RANK];
  guint rank;

  if (!listed_shape (fold, 0, &rank, dims))
    return NULL;
  value = attribute != NULL && attribute->t != NULL
            ? cvr_onnx_tensor_decode (attribute->t, fold->reader->file, NULL)
            : cvr_onnx_tensor_from_floats (CVR_ONNX_FLOAT, 0, NULL, &nothing);
  all = value != NULL ? cvr_onnx_math_fill (value, rank, dims) : NULL;
  if (all == NULL || all->count > MAX_DENSE_FILL)
    return g_steal_pointer (&all);

  value->rank = 0; /* a row of one, as it stands in files */
  return cvr_onnx_math_broadcast (value, rank, dims, budget (fold));
}

/* Numbers from a first one on, a step apart, up to a last one. */
static CvrOnnxTensor *
fold_range (const Fold *fold)
{
  CvrOnnxTensor *const *xs = fold->xs;
  CvrOnnxTensor *y;
  double first, last, step, n;
  gsize count;

  if (fold->n_xs != 3)
    return NULL;
  for (guint i = 0; i < 3; i++)
    if (xs[i] == NULL || xs[i]->count != 1 || xs[i]->type != xs[0]->type)
      return NULL;
  first = xs[0]->ints != NULL ? (double) xs[0]->ints[0] : (double) xs[0]->floats[0];
  last = xs[1]->ints != NULL ? (double) xs[1]->ints[0] : (double) xs[1]->floats[0];
  step = xs[2]->ints != NULL ? (double) xs[2]->ints[0] : (double) xs[2]->floats[0];
  n = ceil ((last - first) / step);
  if (!(n <= G_MAXINT32))
    return NULL;

  count = (gsize) MAX (n, 0);
  y = cvr_onnx_tensor_new (xs[0]->type, 1, &count, budget (fold));
  for (gsize i = 0; y != NULL && i < count; i++)
    if (y->ints != NULL)
      y->ints[i] = (gint64) (first + step * (double) i);
    else
      y->floats[i] = (float) (first + step * (double) i);

  return y;
}

static CvrOnnxTensor *
fold_where (const Fold *fold)
{
  CvrOnnxTensor *const *xs = fold->xs;

  if (fold->n_xs != 3 || xs[1] == NULL || xs[2] == NULL)
    return NULL;

  return cvr_onnx_math_where (xs[0], xs[1], xs[2], budget (fold));
}

static CvrOnnxTensor *
fold_of_many (const Fold *fold)
{
  static const struct { const char *op_type; CvrOnnxMath function; } table[] = {
    { "Add", CVR_ONNX_MATH_ADD },         { "Sub", CVR_ONNX_MATH_SUB },
    { "Mul", CVR_ONNX_MATH_MUL },         { "Div", CVR_ONNX_MATH_DIV },
    { "Mod", CVR_ONNX_MATH_MOD },         { "Min", CVR_ONNX_MATH_MIN },
    { "Max", CVR_ONNX_MATH_MAX },         { "Equal", CVR_ONNX_MATH_EQUAL },
    { "Less", CVR_ONNX_MATH_LESS },       { "Greater", CVR_ONNX_MATH_GREATER },
    { "And", CVR_ONNX_MATH_AND },         { "Or", CVR_ONNX_MATH_OR },
  };
  g_autoptr (CvrOnnxTensor) y = cvr_onnx_tensor_ref (fold->xs[0]);
  CvrOnnxMath function = CVR_ONNX_MATH_ADD;

  if (cvr_onnx_attribute (fold->node, "axis") != NULL || attr_int (fold, "fmod", 0) != 0)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_strcmp0 (fold->node->op_type, table[i].op_type) == 0)
      function = table[i].function;

  for (guint i = 1; i < fold->n_xs && y != NULL; i++)
    {
      CvrOnnxTensor *next = fold->xs[i] != NULL
                              ? cvr_onnx_math_of_two (function, y, fold->xs[i], budget (fold))
                              : NULL;

      cvr_onnx_tensor_unref (y);
      y = next;
    }

  return g_steal_pointer (&y);
}

static CvrOnnxTensor *
fold_of_one (const Fold *fold)
{
  static const struct { const char *op_type; CvrOnnxMathOfOne function; } table[] = {
    { "Neg", CVR_ONNX_MATH_NEGATE }, { "Abs", CVR_ONNX_MATH_ABS },
    { "Floor", CVR_ONNX_MATH_FLOOR }, { "Ceil", CVR_ONNX_MATH_CEIL },
    { "Sqrt", CVR_ONNX_MATH_SQRT },  { "Not", CVR_ONNX_MATH_NOT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_strcmp0 (fold->node->op_type, table[i].op_type) == 0)
      return cvr_onnx_math_of_one (table[i].function, fold->xs[0], budget (fold));

  return NULL;
}

/* Of a whole row or number. */
static CvrOnnxTensor *
fold_reduce (const Fold *fold)
{
  static const struct { const char *op_type; CvrOnnxMath function; } table[] = {
    { "ReduceProd", CVR_ONNX_MATH_MUL },
    { "ReduceSum", CVR_ONNX_MATH_ADD },
    { "ReduceMax", CVR_ONNX_MATH_MAX },
    { "ReduceMin", CVR_ONNX_MATH_MIN },
  };
  gboolean keep = attr_int (fold, "keepdims", 1) != 0;

  if (fold->xs[0]->rank > 1 || attr_int (fold, "noop_with_empty_axes", 0) != 0)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_strcmp0 (fold->node->op_type, table[i].op_type) == 0)
      return cvr_onnx_math_reduce (table[i].function, fold->xs[0], keep ? fold->xs[0]->rank : 0);

  return NULL;
}

static FoldFunc
find_fold (const char *op_type)
{
  static const struct { const char *op_type; FoldFunc fold; } table[] = {
    { "Cast", fold_cast },           { "Concat", fold_concat },   { "Gather", fold_gather },
    { "Reshape", fold_reshape },     { "Unsqueeze", fold_squeeze }, { "Squeeze", fold_squeeze },
    { "Transpose", fold_transpose }, { "Slice", fold_slice },     { "Expand", fold_expand },
    { "ConstantOfShape", fold_constant_of_shape }, { "Range", fold_range },
    { "Where", fold_where },         { "Add", fold_of_many },     { "Sub", fold_of_many },
    { "Mul", fold_of_many },         { "Div", fold_of_many },     { "Mod", fold_of_many },
    { "Min", fold_of_many },         { "Max", fold_of_many },     { "Equal", fold_of_many },
    { "Less", fold_of_many },        { "Greater", fold_of_many }, { "And", fold_of_many },
    { "Or", fold_of_many },          { "Neg", fold_of_one },      { "Abs", fold_of_one },
    { "Floor", fold_of_one },        { "Ceil", fold_of_one },     { "Sqrt", fold_of_one },
    { "Not", fold_of_one },          { "ReduceProd", fold_reduce }, { "ReduceSum", fold_reduce },
    { "ReduceMax", fold_reduce },    { "ReduceMin", fold_reduce },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_strcmp0 (table[i].op_type, op_type) == 0)
      return table[i].fold;

  return NULL;
}

/* Whether it is computed here where all its inputs are known. */
gboolean
cvr_onnx_folds (const char *op_type)
{
  return find_fold (op_type) != NULL;
}

/* Extents of any value: they are known, whatever the values are. */
static gboolean
extents_of (CvrOnnxReader         *self,
            const Onnx__NodeProto *node,
            gint64                 extents[CVR_ONNX_MAX_RANK],
            guint                 *rank,
            GError               **error)
{
  const CvrOnnxValue *x = cvr_onnx_value (self, node, 0, error);

  if (x == NULL)
    return FALSE;
  if (x->kind == CVR_ONNX_VALUE_CONSTANT)
    {
      const CvrOnnxTensor *tensor = cvr_onnx_constant (self, node, 0, error);

      if (tensor == NULL)
        return FALSE;
      *rank = tensor->rank;
      for (guint i = 0; i < *rank; i++)
        extents[i] = (gint64) tensor->dims[i];
      return TRUE;
    }

  *rank = x->shape.rank;
  for (guint i = 0; i < *rank; i++)
    extents[i] = i == 0 && self->batch > 0 && x->shape.dims[0] == 1 ? self->batch
                                                                    : x->shape.dims[i];
  return TRUE;
}

/* Shape, a part of it, or Size. */
static gboolean
import_shape (CvrOnnxReader         *self,
              const Onnx__NodeProto *node,
              GError               **error)
{
  gint64 extents[CVR_ONNX_MAX_RANK], start, end, n, count = 1;
  CvrOnnxTensor *row;
  guint rank;

  if (!extents_of (self, node, extents, &rank, error))
    return FALSE;

  if (g_strcmp0 (node->op_type, "Size") == 0)
    {
      for (guint i = 0; i < rank; i++)
        count = extents[i] == 0 || count <= G_MAXINT64 / extents[i] ? count * extents[i] : 0;
      row = cvr_onnx_tensor_new_ints (&count, 1);
      if (row != NULL)
        row->rank = 0;
      return cvr_onnx_define_tensor (self, node, row, error);
    }

  n = rank;
  start = cvr_onnx_attr_int (node, "start", 0);
  end = cvr_onnx_attr_int (node, "end", n);
  start = CLAMP (start < 0 ? MAX (start, -n) + n : start, 0, n);
  end = CLAMP (end < 0 ? MAX (end, -n) + n : end, start, n);
  return cvr_onnx_define_tensor (self, node,
                                 cvr_onnx_tensor_new_ints (extents + start, (gsize) (end - start)),
                                 error);
}

/* All inputs, decoded; FALSE without an error: some are not known. */
static gboolean
gather_inputs (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               Fold                  *fold,
               GError               **error)
{
  for (guint i = 0; i < node->n_input; i++)
    if (cvr_onnx_has_input (node, i) ? !cvr_onnx_is_constant (self, node, i) : i == 0)
      return FALSE;

  for (guint i = 0; i < node->n_input; i++)
    if (cvr_onnx_has_input (node, i))
      {
        fold->xs[i] = cvr_onnx_constant (self, node, i, error);
        if (fold->xs[i] == NULL)
          return FALSE;
      }

  return node->n_input > 0;
}

/**
 * cvr_onnx_fold:
 * @done: (out): whether the values of @node are known now; otherwise it is for the network to
 *   compute them
 *
 * Returns: %FALSE with an error where a constant can't be read.
 */
gboolean
cvr_onnx_fold (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               gboolean              *done,
               GError               **error)
{
  FoldFunc func = find_fold (node->op_type);
  g_autofree CvrOnnxTensor **xs = NULL;
  g_autoptr (GError) reason = NULL;
  CvrOnnxTensor *y;
  Fold fold;

  *done = TRUE;
  if (g_strcmp0 (node->op_type, "Shape") == 0 || g_strcmp0 (node->op_type, "Size") == 0)
    return import_shape (self, node, error);

  *done = FALSE;
  if (func == NULL)
    return TRUE;
  xs = g_new0 (CvrOnnxTensor *, node->n_input + 1);
  fold = (Fold) { self, node, xs, (guint) node->n_input };
  if (!gather_inputs (self, node, &fold, &reason))
    {
      gboolean failed = reason != NULL;

      if (failed)
        g_propagate_error (error, g_steal_pointer (&reason));
      return !failed;
    }

  y = func (&fold);
  if (y == NULL)
    return TRUE;

  *done = TRUE;
  return cvr_onnx_define_tensor (self, node, y, error);
}
