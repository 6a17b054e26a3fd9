/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decodes the tensors of an ONNX file: every declared size is compared with the bytes that are
 * there before anything is allocated. */
#include "cvr-onnx-tensor.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* How many values the typed field of this element type holds. */
static gsize
n_typed (const Onnx__TensorProto *proto)
{
  switch (proto->data_type)
    {
    case CVR_ONNX_FLOAT:
      return proto->n_float_data;
    case CVR_ONNX_DOUBLE:
      return proto->n_double_data;
    case CVR_ONNX_INT64:
      return proto->n_int64_data;
    case CVR_ONNX_UINT32:
    case CVR_ONNX_UINT64:
      return proto->n_uint64_data;
    default:
      return proto->n_int32_data;
    }
}

static void
decode_typed (CvrOnnxTensor           *self,
              const Onnx__TensorProto *proto)
{
  for (gsize i = 0; i < self->count; i++)
    switch (self->type)
      {
      case CVR_ONNX_FLOAT:
        self->floats[i] = proto->float_data[i];
        break;
      case CVR_ONNX_DOUBLE:
        self->floats[i] = (float) proto->double_data[i];
        break;
      case CVR_ONNX_FLOAT16:
        self->floats[i] = cvr_onnx_float_from_half ((guint16) proto->int32_data[i]);
        break;
      case CVR_ONNX_BFLOAT16:
        self->floats[i] = cvr_onnx_float_from_bfloat16 ((guint16) proto->int32_data[i]);
        break;
      case CVR_ONNX_INT64:
        self->ints[i] = proto->int64_data[i];
        break;
      case CVR_ONNX_UINT32:
      case CVR_ONNX_UINT64:
        self->ints[i] = (gint64) proto->uint64_data[i];
        break;
      default:
        self->ints[i] = cvr_onnx_type_wrap (self->type, proto->int32_data[i]);
        break;
      }
}

/* Fills rank, dims and count; FALSE when they are out of bounds. */
static gboolean
take_dims (CvrOnnxTensor           *self,
           const Onnx__TensorProto *proto)
{
  if (proto->n_dims > CVR_ONNX_MAX_RANK)
    return FALSE;

  self->rank = (guint) proto->n_dims;
  self->count = 1;
  for (guint i = 0; i < self->rank; i++)
    {
      if (proto->dims[i] < 0 || proto->dims[i] > G_MAXINT32)
        return FALSE;
      self->dims[i] = (gsize) proto->dims[i];
      if (!g_size_checked_mul (&self->count, self->count, self->dims[i]))
        return FALSE;
    }

  return TRUE;
}

/* Room for the values, or for the one that a splat stores. */
static gboolean
allocate (CvrOnnxTensor *self,
          gboolean       floating)
{
  gsize n = cvr_onnx_tensor_n_stored (self);

  /* One element more, so that an empty tensor has an array too. */
  if (floating)
    self->floats = g_try_new0 (float, n + 1);
  else
    self->ints = g_try_new0 (gint64, n + 1);

  return self->floats != NULL || self->ints != NULL;
}

/* Whether the values are here, of a type that is read, and as many as the shape says. */
static gboolean
check_values (CvrOnnxTensor           *self,
              const Onnx__TensorProto *proto,
              const char              *name,
              const char              *file,
              GError                 **error)
{
  gsize size = cvr_onnx_type_size (proto->data_type), found;

  if (proto->data_type == CVR_ONNX_STRING)
    {
      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
                   _("The tensor “%s” in “%s” holds text; only numbers are supported."), name,
                   file);
      return FALSE;
    }
  if (proto->data_location == 1)
    {
      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
                   _("“%s” keeps the values of the tensor “%s” in another file. Save the model as "
                     "one single file and try again."),
                   file, name);
      return FALSE;
    }
  if (size == 0)
    {
      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
                   _("The tensor “%s” in “%s” has element type %d, which is not supported."), name,
                   file, proto->data_type);
      return FALSE;
    }
  if (!take_dims (self, proto))
    {
      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                   _("The shape of the tensor “%s” in “%s” is damaged."), name, file);
      return FALSE;
    }

  /* Whole elements only: a byte too many counts as one more. */
  found = proto->has_raw_data ? proto->raw_data.len / size : n_typed (proto);
  if (proto->has_raw_data && proto->raw_data.len % size != 0 && found == self->count)
    found++;
  if (found == self->count)
    return TRUE;

  g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
               _("The number of values of the tensor “%s” in “%s” is %zu; its shape asks for %zu."),
               name, file, found, self->count);
  return FALSE;
}

/**
 * cvr_onnx_tensor_decode:
 * @proto: a tensor of the file; values as raw bytes or in the typed fields
 * @file: what messages call the file
 *
 * Returns: the values, or %NULL with CVR_FORMAT_ERROR_UNSUPPORTED (an element type or values kept
 * in another file), CVR_FORMAT_ERROR_INVALID (shape and values don't fit) or
 * CVR_FORMAT_ERROR_TOO_LARGE. Any thread.
 */
CvrOnnxTensor *
cvr_onnx_tensor_decode (const Onnx__TensorProto *proto,
                        const char              *file,
                        GError                 **error)
{
  g_autoptr (CvrOnnxTensor) self = g_rc_box_new0 (CvrOnnxTensor);
  g_autofree char *name = g_utf8_make_valid (proto->name != NULL ? proto->name : "", -1);

  self->type = proto->data_type;
  if (!check_values (self, proto, name, file, error))
    return NULL;
  if (!allocate (self, cvr_onnx_type_is_float (self->type)))
    {
      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE,
                   _("There is not enough memory for the tensor “%s” in “%s”."), name, file);
      return NULL;
    }

  if (proto->has_raw_data)
    cvr_onnx_tensor_fill_raw (self, proto->raw_data.data);
  else
    decode_typed (self, proto);

  return g_steal_pointer (&self);
}

/* How many values are in memory. */
gsize
cvr_onnx_tensor_n_stored (const CvrOnnxTensor *self)
{
  return self->splat ? 1 : self->count;
}

/**
 * cvr_onnx_tensor_new_ints:
 *
 * Returns: (nullable): a row of whole numbers; %NULL when memory is short.
 */
CvrOnnxTensor *
cvr_onnx_tensor_new_ints (const gint64 *values,
                          gsize         n_values)
{
  g_autoptr (CvrOnnxTensor) self = g_rc_box_new0 (CvrOnnxTensor);

  self->type = CVR_ONNX_INT64;
  self->rank = 1;
  self->dims[0] = self->count = n_values;
  if (!allocate (self, FALSE))
    return NULL;
  memcpy (self->ints, values, n_values * sizeof *values);

  return g_steal_pointer (&self);
}

/* Same shape, no values. */
static CvrOnnxTensor *
tensor_like (const CvrOnnxTensor *x)
{
  CvrOnnxTensor *self = g_rc_box_new0 (CvrOnnxTensor);

  self->type = x->type;
  self->rank = x->rank;
  self->count = x->count;
  self->splat = x->splat;
  memcpy (self->dims, x->dims, sizeof self->dims);

  return self;
}

/**
 * cvr_onnx_tensor_dequantize:
 * @x: whole numbers
 * @scale: one value, or as many as @x has along @axis
 * @zero_point: (nullable): as many as @scale; %NULL is 0
 *
 * Returns: (nullable): (x − zero point) × scale in single precision, with the grid remembered when
 * it is symmetric int8; %NULL when the three don't fit each other or memory is short.
 */
CvrOnnxTensor *
cvr_onnx_tensor_dequantize (const CvrOnnxTensor *x,
                            const CvrOnnxTensor *scale,
                            const CvrOnnxTensor *zero_point,
                            guint                axis)
{
  g_autoptr (CvrOnnxTensor) self = NULL;
  gboolean symmetric = TRUE;
  gsize inner = 1;

  if (x->ints == NULL || x->splat || scale->splat || scale->floats == NULL || scale->count == 0 ||
      (zero_point != NULL && (zero_point->ints == NULL || zero_point->count != scale->count)))
    return NULL;
  if (scale->count > 1 && (axis >= x->rank || scale->count != x->dims[axis]))
    return NULL;

  self = tensor_like (x);
  self->type = CVR_ONNX_FLOAT;
  if (!allocate (self, TRUE))
    return NULL;

  for (guint i = axis + 1; i < x->rank; i++)
    inner *= x->dims[i];
  for (gsize i = 0; i < x->count; i++)
    {
      gsize k = scale->count > 1 ? i / inner % scale->count : 0;
      gint64 zero = zero_point != NULL ? zero_point->ints[k] : 0;

      symmetric = symmetric && zero == 0;
      self->floats[i] = (float) (x->ints[i] - zero) * scale->floats[k];
    }
  if (symmetric && x->type == CVR_ONNX_INT8)
    {
      self->bits = 8;
      self->axis = axis;
      self->n_scales = (guint) scale->count;
      self->scales = g_memdup2 (scale->floats, scale->count * sizeof (float));
    }

  return g_steal_pointer (&self);
}

/**
 * cvr_onnx_tensor_quantize:
 * @x: real numbers
 * @scale: one value, or as many as @x has along @axis
 * @zero_point: (nullable): as many as @scale, whose type the levels get; %NULL is 0 of 8 bits
 *   without a sign
 *
 * Returns: (nullable): x / scale, rounded (halves to even), + zero point, bounded by its type of 8
 * bits; %NULL when the three don't fit each other or memory is short.
 */
CvrOnnxTensor *
cvr_onnx_tensor_quantize (const CvrOnnxTensor *x,
                          const CvrOnnxTensor *scale,
                          const CvrOnnxTensor *zero_point,
                          guint                axis)
{
  gint32 type = zero_point != NULL ? zero_point->type : CVR_ONNX_UINT8;
  float low = type == CVR_ONNX_INT8 ? -128 : 0, high = type == CVR_ONNX_INT8 ? 127 : 255;
  g_autoptr (CvrOnnxTensor) self = NULL;
  gsize inner = 1;

  if (x->floats == NULL || x->splat || scale->splat || scale->floats == NULL || scale->count == 0 ||
      (type != CVR_ONNX_UINT8 && type != CVR_ONNX_INT8) ||
      (zero_point != NULL && (zero_point->splat || zero_point->count != scale->count)))
    return NULL;
  if (scale->count > 1 && (axis >= x->rank || scale->count != x->dims[axis]))
    return NULL;

  self = tensor_like (x);
  self->type = type;
  if (!allocate (self, FALSE))
    return NULL;

  for (guint i = axis + 1; i < x->rank; i++)
    inner *= x->dims[i];
  for (gsize i = 0; i < x->count; i++)
    {
      gsize k = scale->count > 1 ? i / inner % scale->count : 0;
      float zero = zero_point != NULL ? (float) zero_point->ints[k] : 0;
      float level = rintf (x->floats[i] / scale->floats[k]) + zero;

      self->ints[i] = level >= low ? (gint64) MIN (level, high) : (gint64) low;
    }

  return g_steal_pointer (&self);
}

/**
 * cvr_onnx_tensor_to_float:
 *
 * Returns: (nullable): @x as single-precision values; half precision is remembered as a grid of 16
 * bits. %NULL when memory is short.
 */
CvrOnnxTensor *
cvr_onnx_tensor_to_float (const CvrOnnxTensor *x)
{
  g_autoptr (CvrOnnxTensor) self = tensor_like (x);

  self->type = CVR_ONNX_FLOAT;
  self->bits = x->type == CVR_ONNX_FLOAT16 ? 16 : 0;
  if (!allocate (self, TRUE))
    return NULL;
  for (gsize i = 0; i < cvr_onnx_tensor_n_stored (x); i++)
    self->floats[i] = cvr_onnx_tensor_float_at (x, i);

  return g_steal_pointer (&self);
}

/**
 * cvr_onnx_tensor_copy:
 *
 * Returns: (nullable): the same values, without their grid; %NULL when memory is short.
 */
CvrOnnxTensor *
cvr_onnx_tensor_copy (const CvrOnnxTensor *x)
{
  g_autoptr (CvrOnnxTensor) self = tensor_like (x);

  if (!allocate (self, x->floats != NULL))
    return NULL;
  if (x->floats != NULL)
    memcpy (self->floats, x->floats, cvr_onnx_tensor_n_stored (x) * sizeof (float));
  else
    memcpy (self->ints, x->ints, cvr_onnx_tensor_n_stored (x) * sizeof (gint64));

  return g_steal_pointer (&self);
}

/**
 * cvr_onnx_tensor_transpose:
 * @x: real values, rank 2
 *
 * Returns: (nullable): rows and columns exchanged, with the grid where it has one; %NULL when
 * memory is short.
 */
CvrOnnxTensor *
cvr_onnx_tensor_transpose (const CvrOnnxTensor *x)
{
  g_autoptr (CvrOnnxTensor) self = tensor_like (x);
  gsize rows = x->dims[0], columns = x->dims[1];

  self->dims[0] = columns;
  self->dims[1] = rows;
  if (!allocate (self, TRUE))
    return NULL;
  self->floats[0] = x->floats[0];
  for (gsize i = 0; i < rows && !x->splat; i++)
    for (gsize j = 0; j < columns; j++)
      self->floats[j * rows + i] = x->floats[i * columns + j];

  self->bits = x->bits;
  self->axis = 1 - MIN (x->axis, 1);
  self->n_scales = x->n_scales;
  self->scales = g_memdup2 (x->scales, x->n_scales * sizeof (float));

  return g_steal_pointer (&self);
}
