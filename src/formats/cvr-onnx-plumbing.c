/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX operators that rename, reshape, reorder or convert values: many of them leave no layer
 * behind. */
#include "cvr-onnx-reader.h"

#include <glib/gi18n-lib.h>

static gboolean
is_named (const Onnx__NodeProto *node)
{
  return node->name != NULL && *node->name != '\0';
}

static gboolean
import_identity (CvrOnnxReader         *self,
                 const Onnx__NodeProto *node,
                 GError               **error)
{
  const CvrOnnxValue *x = cvr_onnx_value (self, node, 0, error);

  return x != NULL && cvr_onnx_alias (self, node, x, error);
}

/* Numbers given as attributes of their own, since opset 12. */
static CvrOnnxTensor *
constant_of_attribute (const Onnx__NodeProto *node)
{
  const Onnx__AttributeProto *a;
  gint64 whole;
  float real;
  gsize n;

  if ((a = cvr_onnx_attribute (node, "value_float")) != NULL)
    {
      real = a->f;
      return cvr_onnx_tensor_from_floats (CVR_ONNX_FLOAT, 0, NULL, &real);
    }
  if ((a = cvr_onnx_attribute (node, "value_floats")) != NULL)
    {
      n = a->n_floats;
      return cvr_onnx_tensor_from_floats (CVR_ONNX_FLOAT, 1, &n, a->floats);
    }
  if ((a = cvr_onnx_attribute (node, "value_int")) != NULL)
    {
      CvrOnnxTensor *number;

      whole = a->i;
      number = cvr_onnx_tensor_new_ints (&whole, 1);
      if (number != NULL)
        number->rank = 0;
      return number;
    }
  if ((a = cvr_onnx_attribute (node, "value_ints")) != NULL && a->n_ints > 0)
    return cvr_onnx_tensor_new_ints ((const gint64 *) a->ints, a->n_ints);

  return NULL;
}

static gboolean
import_constant (CvrOnnxReader         *self,
                 const Onnx__NodeProto *node,
                 GError               **error)
{
  const Onnx__AttributeProto *attribute = cvr_onnx_attribute (node, "value");
  CvrOnnxValue value = { .kind = CVR_ONNX_VALUE_CONSTANT, .node = NN_NODE_NONE };

  if (attribute != NULL && attribute->t != NULL)
    value.proto = attribute->t;
  else
    value.tensor = constant_of_attribute (node);
  if (value.proto == NULL && value.tensor == NULL)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Only constants given as numbers or as a dense tensor of numbers are "
                              "supported."));

  return cvr_onnx_define (self, node, node->output[0], &value, error);
}

/* The upper half of single precision: a number times 2¹⁶ + 1 loses what does not fit, and the same
 * taken away again leaves the rest. (T. J. Dekker, Numerische Mathematik 18, 1971.) */
static NnNode
round_to_bfloat16 (CvrOnnxReader *self,
                   NnNode         x)
{
  NnNode large = cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_MUL, x,
                                           cvr_onnx_make_number (self, 65537));
  NnNode rest = cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_SUB, large, x);

  return cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_SUB, large, rest);
}

/* A value that the network computes; all types are single precision there. */
static gboolean
import_cast (CvrOnnxReader         *self,
             const Onnx__NodeProto *node,
             GError               **error)
{
  gint32 to = (gint32) CLAMP (cvr_onnx_attr_int (node, "to", 0), 0, G_MAXINT32);
  CvrOnnxValue x;

  if (to == CVR_ONNX_STRING || cvr_onnx_type_size (to) == 0)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("A conversion to type %d (%s) is not supported; only numbers are."),
                            to, cvr_onnx_type_name (to));
  if (!cvr_onnx_activation (self, node, 0, &x, error))
    return FALSE;

  if (to == CVR_ONNX_BOOL && x.type != CVR_ONNX_BOOL)
    x.node = cvr_onnx_make_activation (self, x.node, NN_ACTIVATION_NONZERO, 0, 0);
  else if (to == CVR_ONNX_FLOAT16 && x.type != CVR_ONNX_FLOAT16)
    x.node = cvr_onnx_make_activation (self, x.node, NN_ACTIVATION_HALF, 0, 0);
  else if (to == CVR_ONNX_BFLOAT16 && x.type != CVR_ONNX_BFLOAT16)
    x.node = round_to_bfloat16 (self, x.node);
  else if (!cvr_onnx_type_is_float (to) && cvr_onnx_type_is_float (x.type))
    x.node = cvr_onnx_make_activation (self, x.node, NN_ACTIVATION_TRUNCATE, 0, 0);
  else
    {
      x.type = to;
      return cvr_onnx_alias (self, node, &x, error);
    }

  return cvr_onnx_result (self, node, 0, x.node, to, error);
}

/* A dense layer flattens what it gets, so a Flatten without a name, which is how our files bridge
 * maps and Gemm, only changes how the value is seen; a named one is a layer that someone made. */
static gboolean
flatten (CvrOnnxReader         *self,
         const Onnx__NodeProto *node,
         CvrOnnxValue          *x,
         const NnShape         *shape,
         GError               **error)
{
  if (is_named (node) || x->shape.rank == 2)
    return cvr_onnx_result (self, node, 0, cvr_onnx_make (self, NN_OP_FLATTEN, NULL, &x->node, 1),
                            x->type, error);

  x->kind = CVR_ONNX_VALUE_FLATTENED;
  x->shape = *shape;
  x->is_relu = FALSE;
  return cvr_onnx_define (self, node, node->output[0], x, error);
}

/* The value of @x under another shape of as many values. */
static gboolean
reshape (CvrOnnxReader         *self,
         const Onnx__NodeProto *node,
         CvrOnnxValue          *x,
         const NnShape         *shape,
         GError               **error)
{
  if (nn_shape_equal (shape, &x->shape) && !(is_named (node) && x->shape.rank == 2 &&
                                             g_strcmp0 (node->op_type, "Flatten") == 0))
    return cvr_onnx_alias (self, node, x, error);
  if (shape->rank == 2 && x->shape.rank >= 2 && shape->dims[0] == 1 && x->shape.dims[0] == 1)
    return flatten (self, node, x, shape, error);

  return cvr_onnx_result (self, node, 0, cvr_onnx_make_reshape (self, x->node, shape), x->type,
                          error);
}

static gboolean
import_flatten (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                GError               **error)
{
  gint64 axis = cvr_onnx_attr_int (node, "axis", 1);
  gsize before = 1, count;
  NnShape shape;
  CvrOnnxValue x;

  if (!cvr_onnx_activation (self, node, 0, &x, error))
    return FALSE;
  if (axis < 0)
    axis += x.shape.rank;
  if (axis < 0 || axis > (gint64) x.shape.rank || !nn_shape_count (&x.shape, &count))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("Axis %lld does not exist; there are %u."), (long long) axis,
                            x.shape.rank);

  for (guint i = 0; i < axis; i++)
    before *= x.shape.dims[i];
  shape = (NnShape) { 2, { (guint32) before, (guint32) (count / before) } };
  return reshape (self, node, &x, &shape, error);
}

/* The shape asked for; FALSE when it does not fit. */
static gboolean
resolve_shape (CvrOnnxReader       *self,
               const CvrOnnxTensor *wanted,
               gboolean             zero_is_zero,
               const NnShape       *from,
               NnShape             *to)
{
  gsize count, known = 1;
  gint open = -1;

  if (wanted->rank > 1 || wanted->count > NN_MAX_RANK || !nn_shape_count (from, &count))
    return FALSE;

  *to = (NnShape) { .rank = (guint32) wanted->count };
  for (guint i = 0; i < to->rank; i++)
    {
      gint64 extent = wanted->ints[i];

      if (extent == 0 && !zero_is_zero && i < from->rank)
        extent = from->dims[i];
      if (i == 0 && self->batch > 0 && extent == self->batch && from->rank > 0)
        extent = from->dims[0];
      if (extent == -1 && open < 0)
        {
          open = (gint) i;
          continue;
        }
      if (extent < 1 || extent > G_MAXINT32 || !g_size_checked_mul (&known, known, (gsize) extent))
        return FALSE;
      to->dims[i] = (guint32) extent;
    }

  if (open < 0)
    return known == count;
  if (count % known != 0 || count / known > G_MAXINT32)
    return FALSE;

  to->dims[open] = (guint32) (count / known);
  return TRUE;
}

/* [N, C, …] seen as [N, C / pieces, pieces, …], on its way to a maximum over the pieces. */
static gboolean
is_pieces (const NnShape *from,
           const NnShape *to)
{
  if (to->rank != from->rank + 1 || to->dims[0] != from->dims[0] ||
      (guint64) to->dims[1] * to->dims[2] != from->dims[1])
    return FALSE;

  for (guint i = 2; i < from->rank; i++)
    if (to->dims[i + 1] != from->dims[i])
      return FALSE;

  return TRUE;
}

static gboolean
import_reshape (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                GError               **error)
{
  const CvrOnnxTensor *wanted = cvr_onnx_ints (self, node, 1, error);
  const Onnx__NodeProto *reader = cvr_onnx_sole_reader (self, node->output[0]);
  g_autofree char *from = NULL;
  CvrOnnxValue x;
  NnShape shape;

  if (wanted == NULL || !cvr_onnx_activation (self, node, 0, &x, error))
    return FALSE;

  if (!resolve_shape (self, wanted, cvr_onnx_attr_int (node, "allowzero", 0) != 0, &x.shape,
                      &shape))
    {
      from = nn_shape_dup_string (&x.shape);
      return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                              _("Values of %s do not fit the shape it asks for."), from);
    }
  if (is_pieces (&x.shape, &shape) && reader != NULL &&
      g_strcmp0 (reader->op_type, "ReduceMax") == 0)
    {
      x.kind = CVR_ONNX_VALUE_PIECES;
      x.pieces = shape.dims[2];
      x.shape = shape;
      return cvr_onnx_define (self, node, node->output[0], &x, error);
    }

  return reshape (self, node, &x, &shape, error);
}

static gboolean
import_squeeze (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                GError               **error)
{
  NnShape shape = { 0 };
  const gint64 *axes;
  guint32 mask = 0;
  gsize n_axes;
  CvrOnnxValue x;

  if (!cvr_onnx_activation (self, node, 0, &x, error) ||
      !cvr_onnx_list (self, node, "axes", 1, &axes, &n_axes, error) ||
      !cvr_onnx_take_axes (self, node, axes, n_axes, x.shape.rank, &mask, error))
    return FALSE;

  for (guint i = 0; i < x.shape.rank; i++)
    if (axes != NULL ? (mask >> i & 1) == 0
                     : x.shape.dims[i] != 1 || (i == 0 && self->bound == NULL))
      shape.dims[shape.rank++] = x.shape.dims[i];
    else if (x.shape.dims[i] != 1)
      return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                              _("Axis %u has %u values; only one that has 1 can be left out."), i,
                              x.shape.dims[i]);

  return reshape (self, node, &x, &shape, error);
}

static gboolean
import_unsqueeze (CvrOnnxReader         *self,
                  const Onnx__NodeProto *node,
                  GError               **error)
{
  NnShape shape = { 0 };
  const gint64 *axes;
  guint32 mask;
  gsize n_axes;
  guint at = 0;
  CvrOnnxValue x;

  if (!cvr_onnx_activation (self, node, 0, &x, error) ||
      !cvr_onnx_list (self, node, "axes", 1, &axes, &n_axes, error))
    return FALSE;
  if (n_axes + x.shape.rank > NN_MAX_RANK)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Its output has rank %u; up to %d is supported."),
                            (guint) MIN (n_axes + x.shape.rank, G_MAXUINT), NN_MAX_RANK);

  shape.rank = (guint32) n_axes + x.shape.rank;
  if (!cvr_onnx_take_axes (self, node, axes, n_axes, shape.rank, &mask, error))
    return FALSE;
  for (guint i = 0; i < shape.rank; i++)
    shape.dims[i] = (mask >> i & 1) != 0 ? 1 : x.shape.dims[at++];

  return reshape (self, node, &x, &shape, error);
}

/* The order of axes asked for; reversed where none is. */
static gboolean
read_perm (CvrOnnxReader         *self,
           const Onnx__NodeProto *node,
           guint                  rank,
           guint32               *perm,
           GError               **error)
{
  const gint64 *axes;
  guint32 mask;
  gsize n_axes;

  if (!cvr_onnx_list (self, node, "perm", G_MAXUINT, &axes, &n_axes, error) ||
      !cvr_onnx_take_axes (self, node, axes, n_axes, rank, &mask, error))
    return FALSE;
  if (axes != NULL && n_axes != rank)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("“%s” has length %u; %u is supported."), "perm", (guint) n_axes,
                            rank);

  for (guint i = 0; i < rank; i++)
    perm[i] = axes == NULL ? rank - 1 - i : (guint32) (axes[i] < 0 ? axes[i] + rank : axes[i]);
  return TRUE;
}

/* Whether only axes of one value change their place. */
static gboolean
keeps_order (const NnShape *shape,
             const guint32 *perm)
{
  gint last = -1;

  for (guint i = 0; i < shape->rank; i++)
    if (shape->dims[perm[i]] != 1)
      {
        if ((gint) perm[i] < last)
          return FALSE;
        last = (gint) perm[i];
      }

  return TRUE;
}

static gboolean
import_transpose (CvrOnnxReader         *self,
                  const Onnx__NodeProto *node,
                  GError               **error)
{
  NnAttrs attrs = { 0 };
  NnShape shape;
  CvrOnnxValue x;

  if (!cvr_onnx_activation (self, node, 0, &x, error) ||
      !read_perm (self, node, x.shape.rank, attrs.transpose.perm, error))
    return FALSE;

  shape.rank = x.shape.rank;
  for (guint i = 0; i < shape.rank; i++)
    shape.dims[i] = x.shape.dims[attrs.transpose.perm[i]];
  if (keeps_order (&x.shape, attrs.transpose.perm) &&
      (shape.rank == 0 || attrs.transpose.perm[0] == 0))
    return reshape (self, node, &x, &shape, error);

  return cvr_onnx_result (self, node, 0, cvr_onnx_make (self, NN_OP_TRANSPOSE, &attrs, &x.node, 1),
                          x.type, error);
}

/* Every value times one, for as many ones as there shall be values. */
static gboolean
import_expand (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               GError               **error)
{
  static const float one = 1;
  const CvrOnnxTensor *wanted = cvr_onnx_ints (self, node, 1, error);
  g_autoptr (CvrOnnxTensor) single = NULL, ones = NULL;
  gsize dims[CVR_ONNX_MAX_RANK];
  CvrOnnxValue x;
  NnNode filler;

  if (wanted == NULL || !cvr_onnx_activation (self, node, 0, &x, error))
    return FALSE;
  if (wanted->rank != 1 || wanted->count > NN_MAX_RANK)
    return cvr_onnx_define_tensor (self, node, NULL, error);

  for (guint i = 0; i < wanted->count; i++)
    {
      guint64 behind = wanted->count - i;
      gboolean has = wanted->ints[i] > 1 &&
                     (x.shape.rank < behind || x.shape.dims[x.shape.rank - behind] == 1);

      if (wanted->ints[i] < 1 || wanted->ints[i] > G_MAXINT32)
        return cvr_onnx_define_tensor (self, node, NULL, error);
      dims[i] = has || x.shape.rank < behind ? (gsize) wanted->ints[i] : 1;
    }
  single = cvr_onnx_tensor_from_floats (CVR_ONNX_FLOAT, 0, NULL, &one);
  ones = single != NULL ? cvr_onnx_math_fill (single, (guint) wanted->count, dims) : NULL;
  if (ones == NULL)
    return cvr_onnx_define_tensor (self, node, NULL, error);
  if (!cvr_onnx_spend (self, node, ones, ones->count, error))
    return FALSE;

  filler = cvr_onnx_make_constant (self, ones);
  return cvr_onnx_result (self, node, 0,
                          cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_MUL, x.node, filler),
                          x.type, error);
}

CvrOnnxImport
cvr_onnx_find_plumbing (const char *op_type)
{
  static const CvrOnnxEntry table[] = {
    { "Identity", import_identity },   { "Constant", import_constant },
    { "Cast", import_cast },           { "Flatten", import_flatten },
    { "Reshape", import_reshape },     { "Squeeze", import_squeeze },
    { "Unsqueeze", import_unsqueeze }, { "Transpose", import_transpose },
    { "Expand", import_expand },
  };

  return cvr_onnx_find (table, G_N_ELEMENTS (table), op_type);
}
