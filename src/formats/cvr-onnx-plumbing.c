/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX operators that move, rename or reshape values: most of them leave no layer behind. */
#include "cvr-onnx-reader.h"

#include <glib/gi18n-lib.h>

static gboolean
is_named (const Onnx__NodeProto *node)
{
  return node->name != NULL && *node->name != '\0';
}

/* The output is the input. */
static gboolean
alias (CvrOnnxReader         *self,
       const Onnx__NodeProto *node,
       const CvrOnnxValue    *value,
       GError               **error)
{
  CvrOnnxValue copy = *value;

  if (copy.tensor != NULL)
    cvr_onnx_tensor_ref (copy.tensor);

  return cvr_onnx_define (self, node, node->output[0], &copy, error);
}

static gboolean
import_identity (CvrOnnxReader         *self,
                 const Onnx__NodeProto *node,
                 GError               **error)
{
  const CvrOnnxValue *x = cvr_onnx_value (self, node, 0, error);

  return x != NULL && alias (self, node, x, error);
}

static gboolean
import_constant (CvrOnnxReader         *self,
                 const Onnx__NodeProto *node,
                 GError               **error)
{
  const Onnx__AttributeProto *attribute = cvr_onnx_attribute (node, "value");
  CvrOnnxValue value = { .kind = CVR_ONNX_VALUE_CONSTANT, .node = NN_NODE_NONE };

  if (attribute == NULL || attribute->t == NULL)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Only constants given as a tensor are supported."));

  value.proto = attribute->t;
  return cvr_onnx_define (self, node, node->output[0], &value, error);
}

static gboolean
import_cast (CvrOnnxReader         *self,
             const Onnx__NodeProto *node,
             GError               **error)
{
  CvrOnnxValue *x = cvr_onnx_value (self, node, 0, error);
  const CvrOnnxTensor *tensor;
  gint64 to = cvr_onnx_attr_int (node, "to", 0);

  if (x == NULL)
    return FALSE;

  /* Arithmetic on shapes likes to change between kinds of whole numbers. */
  if (x->kind == CVR_ONNX_VALUE_CONSTANT && (to == CVR_ONNX_INT64 || to == CVR_ONNX_INT32))
    return cvr_onnx_ints (self, node, 0, error) != NULL && alias (self, node, x, error);
  if (to != CVR_ONNX_FLOAT)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Only a conversion to single precision is supported."));
  if (x->kind != CVR_ONNX_VALUE_CONSTANT)
    return alias (self, node, x, error);

  tensor = cvr_onnx_constant (self, node, 0, error);
  return tensor != NULL &&
         cvr_onnx_define_tensor (self, node, cvr_onnx_tensor_to_float (tensor), error);
}

/* A dense layer flattens what it gets, so a Flatten without a name, which is how our files bridge
 * maps and Gemm, only changes how the value is seen; a named one is a layer that someone made. */
static gboolean
flatten (CvrOnnxReader         *self,
         const Onnx__NodeProto *node,
         const CvrOnnxValue    *x,
         GError               **error)
{
  CvrOnnxValue value = { .kind = CVR_ONNX_VALUE_NODE, .node = x->node };
  gsize count;

  if (!nn_shape_count (&x->shape, &count) || count > G_MAXINT32)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_TOO_LARGE, error,
                            _("Its output is too large."));

  value.shape = nn_shape_vector ((guint32) count);
  if (is_named (node))
    value.node = cvr_onnx_make (self, node, NN_OP_FLATTEN, NULL, &x->node, 1);
  else if (!cvr_onnx_is_vector (&x->shape))
    value.kind = CVR_ONNX_VALUE_FLATTENED;

  return cvr_onnx_define (self, node, node->output[0], &value, error);
}

static gboolean
import_flatten (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                GError               **error)
{
  gint64 axis = cvr_onnx_attr_int (node, "axis", 1);
  CvrOnnxValue x;

  if (!cvr_onnx_activation (self, node, 0, &x, error))
    return FALSE;
  if ((axis < 0 ? axis + x.shape.rank : axis) != 1)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Axis %lld is not supported; only 1 is."), (long long) axis);

  return flatten (self, node, &x, error);
}

/* The shape asked for, of one item; FALSE when it moves values between items or does not fit. */
static gboolean
resolve_item_shape (CvrOnnxReader       *self,
                    const CvrOnnxTensor *wanted,
                    const NnShape       *from,
                    NnShape             *to)
{
  gsize count, known = 1;
  guint open = 0;

  if (wanted->rank != 1 || wanted->count < 2 || wanted->count > NN_MAX_RANK ||
      !nn_shape_count (from, &count))
    return FALSE;
  if (wanted->ints[0] != 0 && wanted->ints[0] != -1 && wanted->ints[0] != cvr_onnx_batch &&
      (self->batch == 0 || wanted->ints[0] != self->batch))
    return FALSE;

  *to = (NnShape) { .rank = (guint32) wanted->count, .dims[0] = 1 };
  for (guint i = 1; i < to->rank; i++)
    {
      gint64 extent = wanted->ints[i];

      if (extent == 0 && i < from->rank)
        extent = from->dims[i];
      if (extent == -1 && open == 0 && wanted->ints[0] != -1)
        {
          open = i;
          continue;
        }
      if (extent < 1 || extent > G_MAXINT32 || !g_size_checked_mul (&known, known, (gsize) extent))
        return FALSE;
      to->dims[i] = (guint32) extent;
    }

  if (open == 0)
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
  if (to->rank != from->rank + 1 || (guint64) to->dims[1] * to->dims[2] != from->dims[1])
    return FALSE;

  for (guint i = 2; i < from->rank; i++)
    if (to->dims[i + 1] != from->dims[i])
      return FALSE;

  return TRUE;
}

static gboolean
reshape_constant (CvrOnnxReader         *self,
                  const Onnx__NodeProto *node,
                  const CvrOnnxTensor   *wanted,
                  GError               **error)
{
  const CvrOnnxTensor *x = cvr_onnx_constant (self, node, 0, error);
  g_autoptr (CvrOnnxTensor) result = NULL;
  gsize known = 1;
  guint open = G_MAXUINT;

  if (x == NULL)
    return FALSE;
  if (wanted->rank != 1 || wanted->count > CVR_ONNX_MAX_RANK)
    return cvr_onnx_define_tensor (self, node, NULL, error);

  result = cvr_onnx_tensor_copy (x);
  if (result == NULL)
    return cvr_onnx_define_tensor (self, node, NULL, error);

  result->rank = (guint) wanted->count;
  for (guint i = 0; i < result->rank; i++)
    {
      gint64 extent = wanted->ints[i] == 0 && i < x->rank ? (gint64) x->dims[i] : wanted->ints[i];

      if (extent == -1 && open == G_MAXUINT)
        open = i;
      else if (extent < 0 || extent > G_MAXINT32 ||
               !g_size_checked_mul (&known, known, (gsize) extent))
        return cvr_onnx_define_tensor (self, node, NULL, error);
      else
        result->dims[i] = (gsize) extent;
    }
  if (open != G_MAXUINT && known != 0)
    result->dims[open] = result->count / known;
  if (open != G_MAXUINT ? known == 0 || result->count % known != 0 : known != result->count)
    return cvr_onnx_define_tensor (self, node, NULL, error);

  return cvr_onnx_define_tensor (self, node, g_steal_pointer (&result), error);
}

static gboolean
import_reshape (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                GError               **error)
{
  const CvrOnnxTensor *wanted = cvr_onnx_ints (self, node, 1, error);
  const Onnx__NodeProto *reader;
  CvrOnnxValue *found, x;
  NnShape shape;

  if (wanted == NULL || (found = cvr_onnx_value (self, node, 0, error)) == NULL)
    return FALSE;
  if (found->kind == CVR_ONNX_VALUE_CONSTANT)
    return reshape_constant (self, node, wanted, error);
  if (!cvr_onnx_activation (self, node, 0, &x, error))
    return FALSE;

  if (resolve_item_shape (self, wanted, &x.shape, &shape))
    {
      if (nn_shape_equal (&shape, &x.shape))
        return alias (self, node, &x, error);
      if (cvr_onnx_is_vector (&shape))
        return flatten (self, node, &x, error);

      reader = cvr_onnx_sole_reader (self, node->output[0]);
      if (is_pieces (&x.shape, &shape) && reader != NULL &&
          g_strcmp0 (reader->op_type, "ReduceMax") == 0)
        {
          x.kind = CVR_ONNX_VALUE_PIECES;
          x.pieces = shape.dims[2];
          return cvr_onnx_define (self, node, node->output[0], &x, error);
        }
    }

  return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                          _("Only a reshape that makes one vector per picture is supported."));
}

/* The maximum over neighbouring channels (maxout), after the reshape that groups them. */
static gboolean
import_reduce_max (CvrOnnxReader         *self,
                   const Onnx__NodeProto *node,
                   GError               **error)
{
  const Onnx__AttributeProto *axes = cvr_onnx_attribute (node, "axes");
  CvrOnnxValue *x = cvr_onnx_value (self, node, 0, error);
  NnAttrs attrs = { 0 };
  NnShape shape;

  if (x == NULL)
    return FALSE;
  if (x->kind != CVR_ONNX_VALUE_PIECES || axes == NULL || axes->n_ints != 1 || axes->ints[0] != 2 ||
      cvr_onnx_attr_int (node, "keepdims", 1) != 0)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Only a maximum over groups of neighbouring channels (maxout) is "
                              "supported."));

  attrs.maxout.pieces = x->pieces;
  shape = x->shape;
  shape.dims[1] /= x->pieces;
  return cvr_onnx_layer (self, node, NN_OP_MAXOUT, &attrs, x->node, &shape, error);
}

/* Zeros around maps, kept as a note for the convolution that follows. */
static gboolean
import_pad (CvrOnnxReader         *self,
            const Onnx__NodeProto *node,
            GError               **error)
{
  const Onnx__AttributeProto *attribute = cvr_onnx_attribute (node, "pads");
  const CvrOnnxTensor *tensor = NULL, *fill = NULL;
  float value = cvr_onnx_attr_float (node, "value", 0);
  guint32 total = 0;
  CvrOnnxValue x;

  if (!cvr_onnx_activation (self, node, 0, &x, error) ||
      (cvr_onnx_has_input (node, 1) && (tensor = cvr_onnx_ints (self, node, 1, error)) == NULL) ||
      (cvr_onnx_has_input (node, 2) && (fill = cvr_onnx_floats (self, node, 2, error)) == NULL))
    return FALSE;
  if (fill != NULL)
    value = fill->floats[0];
  if (value != 0 || !cvr_onnx_attr_is (node, "mode", "constant", TRUE) ||
      (tensor != NULL ? tensor->count : attribute != NULL ? attribute->n_ints : 0) != 8 ||
      !cvr_onnx_is_maps (&x.shape))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Only zeros around maps are supported."));

  for (guint i = 0; i < 8; i++)
    {
      gint64 extent = tensor != NULL ? tensor->ints[i] : attribute->ints[i];

      if (extent < 0 || extent > CVR_ONNX_MAX_EXTENT || (i % 4 < 2 && extent != 0))
        return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                                _("Only zeros around maps are supported."));
      if (i % 4 >= 2)
        x.pad[i / 4 * 2 + i % 4 - 2] = (guint32) extent;
      total += (guint32) extent;
    }

  if (total > 0)
    x.kind = CVR_ONNX_VALUE_PADDED;
  return cvr_onnx_define (self, node, node->output[0], &x, error);
}

CvrOnnxImport
cvr_onnx_find_plumbing (const char *op_type)
{
  static const struct { const char *op_type; CvrOnnxImport import; } table[] = {
    { "Identity", import_identity },
    { "Constant", import_constant },
    { "Cast", import_cast },
    { "Flatten", import_flatten },
    { "Reshape", import_reshape },
    { "ReduceMax", import_reduce_max },
    { "Pad", import_pad },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_strcmp0 (table[i].op_type, op_type) == 0)
      return table[i].import;

  return NULL;
}
