/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Typed tensors in memory: element types, raw bytes, half precision, and values of a network. */
#include "cvr-onnx-tensor.h"

#include <math.h>
#include <string.h>

/**
 * cvr_onnx_type_size:
 *
 * Returns: bytes of one element; 0 for a type that is not read. Any thread.
 */
gsize
cvr_onnx_type_size (gint32 type)
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
    case CVR_ONNX_BFLOAT16:
      return 2;
    case CVR_ONNX_FLOAT:
    case CVR_ONNX_INT32:
    case CVR_ONNX_UINT32:
      return 4;
    case CVR_ONNX_INT64:
    case CVR_ONNX_UINT64:
    case CVR_ONNX_DOUBLE:
      return 8;
    default:
      return 0;
    }
}

gboolean
cvr_onnx_type_is_float (gint32 type)
{
  return type == CVR_ONNX_FLOAT || type == CVR_ONNX_FLOAT16 || type == CVR_ONNX_DOUBLE ||
         type == CVR_ONNX_BFLOAT16;
}

static gboolean
is_unsigned (gint32 type)
{
  return type == CVR_ONNX_UINT8 || type == CVR_ONNX_UINT16 || type == CVR_ONNX_UINT32 ||
         type == CVR_ONNX_UINT64 || type == CVR_ONNX_BOOL;
}

const char *
cvr_onnx_type_name (gint32 type)
{
  static const char *const names[] = {
    [CVR_ONNX_FLOAT] = "float32",     [CVR_ONNX_UINT8] = "uint8",   [CVR_ONNX_INT8] = "int8",
    [CVR_ONNX_UINT16] = "uint16",     [CVR_ONNX_INT16] = "int16",   [CVR_ONNX_INT32] = "int32",
    [CVR_ONNX_INT64] = "int64",       [CVR_ONNX_STRING] = "string", [CVR_ONNX_BOOL] = "bool",
    [CVR_ONNX_FLOAT16] = "float16",   [CVR_ONNX_DOUBLE] = "float64", [CVR_ONNX_UINT32] = "uint32",
    [CVR_ONNX_UINT64] = "uint64",     [CVR_ONNX_BFLOAT16] = "bfloat16",
  };

  if (type < 0 || type >= (gint32) G_N_ELEMENTS (names) || names[type] == NULL)
    return "unknown";

  return names[type];
}

/**
 * cvr_onnx_type_wrap:
 *
 * Returns: @value as the whole numbers of @type hold it: counted around at both ends.
 */
gint64
cvr_onnx_type_wrap (gint32 type,
                    gint64 value)
{
  gsize bits = 8 * cvr_onnx_type_size (type);
  guint64 mask;

  if (type == CVR_ONNX_BOOL)
    return value != 0;
  if (bits == 0 || bits == 64)
    return value;

  mask = (G_GUINT64_CONSTANT (1) << bits) - 1;
  value = (gint64) ((guint64) value & mask);
  if (!is_unsigned (type) && (value >> (bits - 1)) != 0)
    value = (gint64) ((guint64) value | ~mask);

  return value;
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

/* The upper half of a single-precision number. */
float
cvr_onnx_float_from_bfloat16 (guint16 bits)
{
  guint32 word = (guint32) bits << 16;
  float value;

  memcpy (&value, &word, sizeof value);
  return value;
}

/* The upper half of a single-precision number, ties to even. */
static guint16
bfloat16_from_float (float value)
{
  guint32 word;

  memcpy (&word, &value, sizeof word);
  if (isnan (value))
    return (guint16) (word >> 16) | 0x40;

  return (guint16) ((word + 0x7fff + ((word >> 16) & 1)) >> 16);
}

static gboolean
allocate (CvrOnnxTensor *self)
{
  gsize n = self->splat ? 1 : self->count;

  /* One element more, so that an empty tensor has an array too. */
  if (cvr_onnx_type_is_float (self->type))
    self->floats = g_try_new0 (float, n + 1);
  else
    self->ints = g_try_new0 (gint64, n + 1);

  return self->floats != NULL || self->ints != NULL;
}

/**
 * cvr_onnx_tensor_new:
 * @budget: (inout) (nullable): how many values may still be made
 *
 * Returns: (nullable): values zero, to be filled by whoever made it; %NULL where the extents don't
 * fit, the budget does not reach or memory is short.
 */
CvrOnnxTensor *
cvr_onnx_tensor_new (gint32       type,
                     guint        rank,
                     const gsize *dims,
                     gsize       *budget)
{
  g_autoptr (CvrOnnxTensor) self = NULL;
  gsize count = 1;

  if (rank > CVR_ONNX_MAX_RANK)
    return NULL;
  for (guint i = 0; i < rank; i++)
    if (dims[i] > G_MAXINT32 || !g_size_checked_mul (&count, count, dims[i]) || count > G_MAXINT32)
      return NULL;
  if (budget != NULL && count > *budget)
    return NULL;

  self = g_rc_box_new0 (CvrOnnxTensor);
  self->type = type;
  self->rank = rank;
  self->count = count;
  for (guint i = 0; i < rank; i++)
    self->dims[i] = dims[i];
  if (!allocate (self))
    return NULL;
  if (budget != NULL)
    *budget -= count;

  return g_steal_pointer (&self);
}

/**
 * cvr_onnx_tensor_from_floats:
 *
 * Returns: (nullable): @values as @type; %NULL when memory is short.
 */
CvrOnnxTensor *
cvr_onnx_tensor_from_floats (gint32       type,
                             guint        rank,
                             const gsize *dims,
                             const float *values)
{
  CvrOnnxTensor *self = cvr_onnx_tensor_new (type, rank, dims, NULL);

  for (gsize i = 0; self != NULL && i < self->count; i++)
    if (self->floats != NULL)
      self->floats[i] = values[i];
    else if (fabsf (values[i]) < 0x1p63f)
      self->ints[i] = cvr_onnx_type_wrap (type, (gint64) llrintf (values[i]));
    else
      self->ints[i] = isnan (values[i]) ? 0 : values[i] > 0 ? G_MAXINT64 : G_MININT64;

  return self;
}

/* Value @i in single precision; whole numbers are exact up to 2²⁴. */
float
cvr_onnx_tensor_float_at (const CvrOnnxTensor *self,
                          gsize                i)
{
  gsize at = self->splat ? 0 : i;

  if (self->floats != NULL)
    return self->floats[at];

  return self->type == CVR_ONNX_UINT64 ? (float) (guint64) self->ints[at] : (float) self->ints[at];
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

static float
float_from_bits (gint32  type,
                 guint64 bits)
{
  guint32 word = (guint32) bits;
  double wide;
  float value;

  switch (type)
    {
    case CVR_ONNX_FLOAT16:
      return cvr_onnx_float_from_half ((guint16) bits);
    case CVR_ONNX_DOUBLE:
      memcpy (&wide, &bits, sizeof wide);
      return (float) wide;
    case CVR_ONNX_BFLOAT16:
      return cvr_onnx_float_from_bfloat16 ((guint16) bits);
    default:
      memcpy (&value, &word, sizeof value);
      return value;
    }
}

static guint64
bits_from_float (gint32 type,
                 float  value)
{
  double wide = (double) value;
  guint64 bits;
  guint32 word;

  switch (type)
    {
    case CVR_ONNX_FLOAT16:
      return cvr_onnx_half_from_float (value);
    case CVR_ONNX_BFLOAT16:
      return bfloat16_from_float (value);
    case CVR_ONNX_DOUBLE:
      memcpy (&bits, &wide, sizeof bits);
      return bits;
    default:
      memcpy (&word, &value, sizeof word);
      return word;
    }
}

/**
 * cvr_onnx_tensor_fill_raw:
 * @bytes: (array): as many elements as @self has, little-endian
 */
void
cvr_onnx_tensor_fill_raw (CvrOnnxTensor *self,
                          const guint8  *bytes)
{
  gsize size = cvr_onnx_type_size (self->type);

  if (G_BYTE_ORDER == G_LITTLE_ENDIAN && self->type == CVR_ONNX_FLOAT)
    {
      memcpy (self->floats, bytes, self->count * size);
      return;
    }

  for (gsize i = 0; i < self->count; i++)
    {
      gint64 bits = raw_int (bytes + i * size, size, !is_unsigned (self->type));

      if (self->ints != NULL)
        self->ints[i] = self->type == CVR_ONNX_BOOL ? bits != 0 : bits;
      else
        self->floats[i] = float_from_bits (self->type, (guint64) bits);
    }
}

/**
 * cvr_onnx_tensor_from_raw:
 * @bytes: as many as type and shape say, little-endian
 *
 * Returns: (nullable): %NULL when the type is not known or memory is short.
 */
CvrOnnxTensor *
cvr_onnx_tensor_from_raw (gint32        type,
                          guint         rank,
                          const gsize  *dims,
                          const guint8 *bytes)
{
  CvrOnnxTensor *self = cvr_onnx_type_size (type) > 0 ? cvr_onnx_tensor_new (type, rank, dims, NULL)
                                                      : NULL;

  if (self != NULL)
    cvr_onnx_tensor_fill_raw (self, bytes);

  return self;
}

/**
 * cvr_onnx_tensor_to_raw:
 * @bytes: (out caller-allocates): count × cvr_onnx_type_size(), little-endian
 */
void
cvr_onnx_tensor_to_raw (const CvrOnnxTensor *self,
                        guint8              *bytes)
{
  gsize size = cvr_onnx_type_size (self->type);

  if (G_BYTE_ORDER == G_LITTLE_ENDIAN && self->type == CVR_ONNX_FLOAT && !self->splat)
    {
      memcpy (bytes, self->floats, self->count * size);
      return;
    }

  for (gsize i = 0; i < self->count; i++)
    {
      gsize at = self->splat ? 0 : i;
      guint64 bits = self->ints != NULL ? (guint64) self->ints[at]
                                        : bits_from_float (self->type, self->floats[at]);

      for (gsize k = 0; k < size; k++)
        bytes[i * size + k] = (guint8) (bits >> (8 * k));
    }
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
