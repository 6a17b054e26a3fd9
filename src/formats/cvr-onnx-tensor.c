/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decodes the tensors of an ONNX file: every declared size is compared with the bytes that are
 * there before anything is allocated. */
#include "cvr-onnx-tensor.h"

#include "cvr-format-error.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Bytes of one element; 0: a type that is not read. */
static gsize
element_size (gint32 type)
{
  switch (type)
    {
    case CVR_ONNX_UINT8:
    case CVR_ONNX_INT8:
    case CVR_ONNX_BOOL:
      return 1;
    case CVR_ONNX_UINT16:
    case CVR_ONNX_INT16:
    case CVR_ONNX_FLOAT16:
      return 2;
    case CVR_ONNX_FLOAT:
    case CVR_ONNX_INT32:
      return 4;
    case CVR_ONNX_INT64:
    case CVR_ONNX_DOUBLE:
      return 8;
    default:
      return 0;
    }
}

static gboolean
is_floating (gint32 type)
{
  return type == CVR_ONNX_FLOAT || type == CVR_ONNX_FLOAT16 || type == CVR_ONNX_DOUBLE;
}

/**
 * cvr_onnx_float_from_half:
 * @half: the bits of an IEEE 754 half-precision number
 *
 * Returns: the same number, exactly. Any thread.
 */
float
cvr_onnx_float_from_half (guint16 half)
{
  gint exponent = (half >> 10) & 31;
  gint fraction = half & 1023;
  float magnitude;

  if (exponent == 31)
    magnitude = fraction != 0 ? NAN : INFINITY;
  else if (exponent == 0)
    magnitude = ldexpf ((float) fraction, -24);
  else
    magnitude = ldexpf ((float) (fraction + 1024), exponent - 25);

  return half & 0x8000 ? -magnitude : magnitude;
}

/**
 * cvr_onnx_half_from_float:
 *
 * Returns: the bits of the half-precision number nearest to @value, ties to even. Any thread.
 */
guint16
cvr_onnx_half_from_float (float value)
{
  guint16 sign = signbit (value) ? 0x8000 : 0;
  float magnitude = fabsf (value);
  gint exponent;

  if (isnan (value))
    return sign | 0x7e00;
  if (magnitude >= 65520.0f)
    return sign | 0x7c00;
  if (magnitude < 0x1p-14f)
    return sign | (guint16) lrintf (ldexpf (magnitude, 24));

  frexpf (magnitude, &exponent);

  /* In units of the last place the significand is 1024 … 2048; a carry reaches the exponent. */
  return sign | (guint16) (((exponent + 13) << 10) + lrintf (ldexpf (magnitude, 11 - exponent)));
}

/* Little-endian integer of @size bytes, sign-extended when @is_signed. */
static gint64
raw_int (const guint8 *bytes,
         gsize         size,
         gboolean      is_signed)
{
  guint64 value = 0;

  for (gsize i = 0; i < size; i++)
    value |= (guint64) bytes[i] << (8 * i);
  if (is_signed && size < 8 && (value >> (8 * size - 1)) != 0)
    value |= ~G_GUINT64_CONSTANT (0) << (8 * size);

  return (gint64) value;
}

static void
decode_raw (CvrOnnxTensor *self,
            const guint8  *bytes)
{
  gsize size = element_size (self->type);
  gboolean is_signed = self->type != CVR_ONNX_UINT8 && self->type != CVR_ONNX_UINT16 &&
                       self->type != CVR_ONNX_BOOL;

  for (gsize i = 0; i < self->count; i++)
    {
      gint64 bits = raw_int (bytes + i * size, size, is_signed);

      if (self->ints != NULL)
        {
          self->ints[i] = bits;
        }
      else if (self->type == CVR_ONNX_FLOAT)
        {
          guint32 word = (guint32) bits;

          memcpy (&self->floats[i], &word, sizeof word);
        }
      else if (self->type == CVR_ONNX_DOUBLE)
        {
          double value;

          memcpy (&value, &bits, sizeof value);
          self->floats[i] = (float) value;
        }
      else
        {
          self->floats[i] = cvr_onnx_float_from_half ((guint16) bits);
        }
    }
}

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
      case CVR_ONNX_INT64:
        self->ints[i] = proto->int64_data[i];
        break;
      default:
        self->ints[i] = proto->int32_data[i];
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

static gboolean
allocate (CvrOnnxTensor *self,
          gboolean       floating)
{
  /* One element more, so that an empty tensor has an array too. */
  if (floating)
    self->floats = g_try_new0 (float, self->count + 1);
  else
    self->ints = g_try_new0 (gint64, self->count + 1);

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
  gsize size = element_size (proto->data_type), found;

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
  found = proto->has_raw_data ? proto->raw_data.len / size + (proto->raw_data.len % size != 0)
                              : n_typed (proto);
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
  if (!allocate (self, is_floating (self->type)))
    {
      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE,
                   _("There is not enough memory for the tensor “%s” in “%s”."), name, file);
      return NULL;
    }

  if (proto->has_raw_data)
    decode_raw (self, proto->raw_data.data);
  else
    decode_typed (self, proto);

  return g_steal_pointer (&self);
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

  if (x->ints == NULL || scale->floats == NULL || scale->count == 0 ||
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
  for (gsize i = 0; i < x->count; i++)
    self->floats[i] = x->floats != NULL ? x->floats[i] : (float) x->ints[i];

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
    memcpy (self->floats, x->floats, x->count * sizeof (float));
  else
    memcpy (self->ints, x->ints, x->count * sizeof (gint64));

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
  for (gsize i = 0; i < rows; i++)
    for (gsize j = 0; j < columns; j++)
      self->floats[j * rows + i] = x->floats[i * columns + j];

  self->bits = x->bits;
  self->axis = 1 - MIN (x->axis, 1);
  self->n_scales = x->n_scales;
  self->scales = g_memdup2 (x->scales, x->n_scales * sizeof (float));

  return g_steal_pointer (&self);
}

CvrOnnxTensor *
cvr_onnx_tensor_ref (CvrOnnxTensor *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  CvrOnnxTensor *self = data;

  g_free (self->floats);
  g_free (self->ints);
  g_free (self->scales);
}

void
cvr_onnx_tensor_unref (CvrOnnxTensor *self)
{
  g_rc_box_release_full (self, clear);
}
