/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small pictures and picture files for tests. */
#include "cvr-test-pictures.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

CvrImage *
cvr_test_picture (guint width,
                  guint height,
                  guint channels)
{
  CvrImage *image = cvr_image_new (width, height, channels);

  g_assert_nonnull (image);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      for (guint c = 0; c < channels; c++)
        image->data[(y * width + x) * channels + c] = (guint8) (x * 37 + y * 91 + c * 53 + 5);

  return image;
}

GBytes *
cvr_test_file (const char *type,
               guint       width,
               guint       height,
               guint32     colour)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, (int) width,
                                                 (int) height);
  g_autoptr (GError) error = NULL;
  char *buffer;
  gsize length;

  gdk_pixbuf_fill (pixbuf, colour << 8 | 0xff);
  gdk_pixbuf_save_to_buffer (pixbuf, &buffer, &length, type, &error, NULL);
  g_assert_no_error (error);

  return g_bytes_new_take (buffer, length);
}

static void
put (GByteArray *bytes,
     guint32     value,
     guint       n_bytes,
     gboolean    big_endian)
{
  for (guint i = 0; i < n_bytes; i++)
    {
      guint8 byte = (guint8) (value >> 8 * (big_endian ? n_bytes - 1 - i : i));

      g_byte_array_append (bytes, &byte, 1);
    }
}

GBytes *
cvr_test_exif (guint    orientation,
               gboolean big_endian)
{
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) (big_endian ? "MM" : "II"), 2);
  put (bytes, 42, 2, big_endian);
  put (bytes, 8, 4, big_endian);
  put (bytes, 2, 2, big_endian);
  put (bytes, 0x010f, 2, big_endian); /* the maker's name */
  put (bytes, 2, 2, big_endian);
  put (bytes, 4, 4, big_endian);
  g_byte_array_append (bytes, (const guint8 *) "abc", 4);
  put (bytes, 0x0112, 2, big_endian);
  put (bytes, 3, 2, big_endian);
  put (bytes, 1, 4, big_endian);
  put (bytes, orientation, 2, big_endian);
  put (bytes, 0, 2, big_endian);
  put (bytes, 0, 4, big_endian);

  return g_byte_array_free_to_bytes (bytes);
}

/* @file with @extra put in at @at. */
static GBytes *
insert (GBytes     *file,
        gsize       at,
        GByteArray *extra)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (file, &length);
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, data, (guint) at);
  g_byte_array_append (bytes, extra->data, extra->len);
  g_byte_array_append (bytes, data + at, (guint) (length - at));
  g_byte_array_unref (extra);

  return g_byte_array_free_to_bytes (bytes);
}

static void
append_bytes (GByteArray *array,
              GBytes     *bytes)
{
  g_byte_array_append (array, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
}

GBytes *
cvr_test_jpeg_with_exif (GBytes *jpeg,
                         GBytes *exif)
{
  GByteArray *segment = g_byte_array_new ();

  put (segment, 0xffe1, 2, TRUE);
  put (segment, 2 + 6 + (guint32) g_bytes_get_size (exif), 2, TRUE);
  g_byte_array_append (segment, (const guint8 *) "Exif\0", 6);
  append_bytes (segment, exif);

  return insert (jpeg, 2, segment);
}

/* The checksum of PNG chunks (ISO 3309). */
static guint32
crc32 (const guint8 *data,
       gsize         length)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < length; i++)
    {
      crc ^= data[i];
      for (guint b = 0; b < 8; b++)
        crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
    }

  return ~crc;
}

GBytes *
cvr_test_png_with_exif (GBytes *png,
                        GBytes *exif)
{
  GByteArray *chunk = g_byte_array_new ();

  put (chunk, (guint32) g_bytes_get_size (exif), 4, TRUE);
  g_byte_array_append (chunk, (const guint8 *) "eXIf", 4);
  append_bytes (chunk, exif);
  put (chunk, crc32 (chunk->data + 4, chunk->len - 4), 4, TRUE);

  return insert (png, 8 + 25, chunk); /* behind the signature and IHDR */
}
