/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bounded reader behind every parser of foreign bytes. */
#include "cvr-bytes.h"

/**
 * cvr_reader_new:
 * @data: (nullable) (array length=length): borrowed; must outlive the reader
 *
 * Returns: a reader at the first byte.
 */
CvrReader
cvr_reader_new (const guint8 *data,
                gsize         length)
{
  return (CvrReader) { data, data != NULL ? length : 0, 0, FALSE };
}

/**
 * cvr_reader_left:
 *
 * Returns: how many bytes have not been read.
 */
gsize
cvr_reader_left (const CvrReader *reader)
{
  return reader->length - reader->position;
}

/**
 * cvr_reader_take:
 *
 * Returns: (nullable): the next @n_bytes, borrowed; %NULL (and overrun set) when fewer are left.
 */
const guint8 *
cvr_reader_take (CvrReader *reader,
                 gsize      n_bytes)
{
  const guint8 *bytes;

  if (reader->overrun || n_bytes > cvr_reader_left (reader))
    {
      reader->overrun = TRUE;
      return NULL;
    }

  bytes = reader->data + reader->position;
  reader->position += n_bytes;

  return bytes;
}

/**
 * cvr_reader_skip:
 *
 * Moves on by @n_bytes; sets overrun when fewer are left.
 */
void
cvr_reader_skip (CvrReader *reader,
                 gsize      n_bytes)
{
  cvr_reader_take (reader, n_bytes);
}

guint8
cvr_reader_u8 (CvrReader *reader)
{
  const guint8 *b = cvr_reader_take (reader, 1);

  return b != NULL ? b[0] : 0;
}

guint16
cvr_reader_u16_be (CvrReader *reader)
{
  const guint8 *b = cvr_reader_take (reader, 2);

  return b != NULL ? (guint16) (b[0] << 8 | b[1]) : 0;
}

guint16
cvr_reader_u16_le (CvrReader *reader)
{
  const guint8 *b = cvr_reader_take (reader, 2);

  return b != NULL ? (guint16) (b[1] << 8 | b[0]) : 0;
}

guint32
cvr_reader_u32_be (CvrReader *reader)
{
  const guint8 *b = cvr_reader_take (reader, 4);

  return b != NULL ? (guint32) b[0] << 24 | (guint32) b[1] << 16 | (guint32) b[2] << 8 | b[3] : 0;
}

guint32
cvr_reader_u32_le (CvrReader *reader)
{
  const guint8 *b = cvr_reader_take (reader, 4);

  return b != NULL ? (guint32) b[3] << 24 | (guint32) b[2] << 16 | (guint32) b[1] << 8 | b[0] : 0;
}
