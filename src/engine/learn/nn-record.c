/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Little-endian records of training state: written into a byte array, read through CvrReader. */
#include "nn-record.h"

#include <string.h>

#ifdef NN_DOUBLE
typedef guint64 Bits;
#define BITS_LE GUINT64_TO_LE
#else
typedef guint32 Bits;
#define BITS_LE GUINT32_TO_LE
#endif

G_STATIC_ASSERT (sizeof (Bits) == sizeof (nn_real));

void
nn_record_put_u32 (GByteArray *bytes,
                   guint32     value)
{
  value = GUINT32_TO_LE (value);
  g_byte_array_append (bytes, (const guint8 *) &value, sizeof value);
}

void
nn_record_put_u64 (GByteArray *bytes,
                   guint64     value)
{
  value = GUINT64_TO_LE (value);
  g_byte_array_append (bytes, (const guint8 *) &value, sizeof value);
}

void
nn_record_put_f64 (GByteArray *bytes,
                   double      value)
{
  guint64 bits;

  memcpy (&bits, &value, sizeof bits);
  nn_record_put_u64 (bytes, bits);
}

static void
swap_reals (guint8 *place,
            gsize   n_values)
{
  if (G_BYTE_ORDER == G_LITTLE_ENDIAN)
    return;

  for (gsize i = 0; i < n_values; i++)
    {
      Bits bits;

      memcpy (&bits, place + i * sizeof bits, sizeof bits);
      bits = BITS_LE (bits);
      memcpy (place + i * sizeof bits, &bits, sizeof bits);
    }
}

void
nn_record_put_reals (GByteArray    *bytes,
                     const nn_real *values,
                     gsize          n_values)
{
  guint start = bytes->len;
  gsize size = n_values * sizeof *values;

  g_return_if_fail (size <= G_MAXUINT - start);

  g_byte_array_set_size (bytes, start + (guint) size);
  if (size > 0)
    memcpy (bytes->data + start, values, size);
  swap_reals (bytes->data + start, n_values);
}

guint64
nn_record_u64 (CvrReader *reader)
{
  guint64 low = cvr_reader_u32_le (reader);

  return low | (guint64) cvr_reader_u32_le (reader) << 32;
}

double
nn_record_f64 (CvrReader *reader)
{
  guint64 bits = nn_record_u64 (reader);
  double value;

  memcpy (&value, &bits, sizeof value);

  return value;
}

gboolean
nn_record_reals (CvrReader *reader,
                 nn_real   *values,
                 gsize      n_values)
{
  gsize size;
  const guint8 *from;

  if (!g_size_checked_mul (&size, n_values, sizeof *values) || size > cvr_reader_left (reader))
    {
      reader->overrun = TRUE;
      return FALSE;
    }

  from = cvr_reader_take (reader, size);
  if (size > 0)
    memcpy (values, from, size);
  swap_reals ((guint8 *) values, n_values);

  return TRUE;
}
