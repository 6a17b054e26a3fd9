/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the orientation that a camera noted in a JPEG or PNG file, and nothing else of its
 * metadata. */
#include "cvr-decode.h"

#include "cvr-bytes.h"

#include <string.h>

enum
{
  TAG_ORIENTATION = 0x0112,
  TYPE_SHORT = 3,
  TYPE_LONG = 4,
  MAX_ENTRIES = 512,
  MAX_SEGMENTS = 256,
};

static guint32
u16 (CvrReader *reader,
     gboolean   big)
{
  return big ? cvr_reader_u16_be (reader) : cvr_reader_u16_le (reader);
}

static guint32
u32 (CvrReader *reader,
     gboolean   big)
{
  return big ? cvr_reader_u32_be (reader) : cvr_reader_u32_le (reader);
}

/* @reader: the TIFF structure inside the metadata. The first directory is enough. */
static guint
orientation_in_tiff (CvrReader reader)
{
  guint32 order = cvr_reader_u16_be (&reader);
  gboolean big = order == 0x4d4d;
  guint32 offset, n_entries;

  if ((!big && order != 0x4949) || u16 (&reader, big) != 42)
    return 1;
  offset = u32 (&reader, big);
  if (offset < 8)
    return 1;
  cvr_reader_skip (&reader, offset - 8);
  n_entries = u16 (&reader, big);

  for (guint32 i = 0; i < MIN (n_entries, MAX_ENTRIES) && !reader.overrun; i++)
    {
      guint32 tag = u16 (&reader, big), type = u16 (&reader, big), count = u32 (&reader, big);
      CvrReader value = reader;
      guint32 orientation;

      cvr_reader_skip (&reader, 4);
      if (tag != TAG_ORIENTATION || count != 1 || reader.overrun)
        continue;
      orientation = type == TYPE_SHORT  ? u16 (&value, big)
                    : type == TYPE_LONG ? u32 (&value, big)
                                        : 1;

      return orientation >= 1 && orientation <= 8 ? orientation : 1;
    }

  return 1;
}

static guint
orientation_in_jpeg (CvrReader reader)
{
  static const guint8 signature[] = { 'E', 'x', 'i', 'f', 0, 0 };

  cvr_reader_skip (&reader, 2);
  for (guint i = 0; i < MAX_SEGMENTS && !reader.overrun; i++)
    {
      guint8 marker = cvr_reader_u8 (&reader);
      gsize length;
      const guint8 *segment;

      if (marker != 0xff)
        return 1;
      while (marker == 0xff && !reader.overrun)
        marker = cvr_reader_u8 (&reader);
      if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7))
        continue;
      if (marker == 0xd9 || marker == 0xda)
        return 1;

      length = cvr_reader_u16_be (&reader);
      segment = length >= 2 ? cvr_reader_take (&reader, length - 2) : NULL;
      if (segment == NULL)
        return 1;
      if (marker == 0xe1 && length - 2 >= sizeof signature &&
          memcmp (segment, signature, sizeof signature) == 0)
        return orientation_in_tiff (
            cvr_reader_new (segment + sizeof signature, length - 2 - sizeof signature));
    }

  return 1;
}

static guint
orientation_in_png (CvrReader reader)
{
  cvr_reader_skip (&reader, 8);
  while (!reader.overrun)
    {
      guint32 length = cvr_reader_u32_be (&reader), kind = cvr_reader_u32_be (&reader);
      const guint8 *chunk = cvr_reader_take (&reader, length);

      cvr_reader_skip (&reader, 4);
      if (chunk == NULL || kind == 0x49454e44) /* "IEND" */
        return 1;
      if (kind == 0x65584966) /* "eXIf" */
        return orientation_in_tiff (cvr_reader_new (chunk, length));
    }

  return 1;
}

/**
 * cvr_exif_orientation:
 * @data: (array length=length): a whole file
 *
 * Any thread. Nothing is allocated.
 *
 * Returns: 1 … 8; 1, upright, for other formats too.
 */
guint
cvr_exif_orientation (const guint8 *data,
                      gsize         length)
{
  CvrReader reader = cvr_reader_new (data, length);

  switch (cvr_image_sniff (data, length, NULL))
    {
    case CVR_FORMAT_JPEG:
      return orientation_in_jpeg (reader);
    case CVR_FORMAT_PNG:
      return orientation_in_png (reader);
    default:
      return 1;
    }
}
