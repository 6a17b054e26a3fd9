/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells picture formats apart by content and reads the size that their headers declare, so that no
 * decoder is started on what it should not see. */
#include "cvr-decode.h"

#include "cvr-bytes.h"

#include <string.h>

enum
{
  PNM_MAX_HEADER = 4096,
  TIFF_MAX_ENTRIES = 512,
  TGA_HEADER = 18,
};

static gboolean
starts_with (const guint8 *data,
             gsize         length,
             gsize         offset,
             const char   *magic)
{
  gsize n = strlen (magic);

  return length >= n && offset <= length - n && memcmp (data + offset, magic, n) == 0;
}

static gboolean
ends_in (const char *name,
         const char *ending)
{
  gsize n_name = name != NULL ? strlen (name) : 0, n_ending = strlen (ending);

  return n_name >= n_ending && g_ascii_strcasecmp (name + n_name - n_ending, ending) == 0;
}

static gboolean
is_tga (const guint8 *data,
        gsize         length,
        const char   *name)
{
  static const guint8 types[] = { 1, 2, 3, 9, 10, 11 }, depths[] = { 8, 15, 16, 24, 32 };

  if (length < TGA_HEADER ||
      !(ends_in (name, ".tga") || ends_in (name, ".vda") || ends_in (name, ".icb")))
    return FALSE;

  return data[1] <= 1 && memchr (types, data[2], sizeof types) != NULL &&
         memchr (depths, data[16], sizeof depths) != NULL;
}

/**
 * cvr_image_sniff:
 * @data: (array length=length): the start of a file
 * @name: (nullable): its name, used for TGA alone
 *
 * Any thread.
 */
CvrImageFormat
cvr_image_sniff (const guint8 *data,
                 gsize         length,
                 const char   *name)
{
  if (starts_with (data, length, 0, "\xff\xd8\xff"))
    return CVR_FORMAT_JPEG;
  if (starts_with (data, length, 0, "\x89PNG\r\n\x1a\n"))
    return CVR_FORMAT_PNG;
  if (starts_with (data, length, 0, "GIF87a") || starts_with (data, length, 0, "GIF89a"))
    return CVR_FORMAT_GIF;
  if (starts_with (data, length, 0, "RIFF") && starts_with (data, length, 8, "WEBP"))
    return CVR_FORMAT_WEBP;
  if (length >= 4 && (memcmp (data, "II*\0", 4) == 0 || memcmp (data, "MM\0*", 4) == 0))
    return CVR_FORMAT_TIFF;
  if (length >= 3 && data[0] == 'P' && data[1] >= '1' && data[1] <= '6' &&
      (g_ascii_isspace (data[2]) || data[2] == '#'))
    return CVR_FORMAT_PNM;
  if (starts_with (data, length, 0, "BM") && length >= 18 && data[15] == 0 && data[16] == 0 &&
      data[17] == 0)
    return CVR_FORMAT_BMP;
  if (is_tga (data, length, name))
    return CVR_FORMAT_TGA;

  return CVR_FORMAT_UNKNOWN;
}

/* The first frame header that is not a table: SOF0 … SOF15 without DHT, JPG and DAC. */
static void
peek_jpeg (CvrReader *reader,
           guint     *width,
           guint     *height)
{
  cvr_reader_skip (reader, 2);
  while (!reader->overrun)
    {
      guint8 marker = cvr_reader_u8 (reader);
      guint length;

      if (marker != 0xff)
        continue;
      while (marker == 0xff && !reader->overrun)
        marker = cvr_reader_u8 (reader);
      if (marker == 0 || marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8))
        continue;
      if (marker == 0xd9 || marker == 0xda)
        return;

      if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc)
        {
          cvr_reader_skip (reader, 3);
          *height = cvr_reader_u16_be (reader);
          *width = cvr_reader_u16_be (reader);
          return;
        }
      length = cvr_reader_u16_be (reader);
      cvr_reader_skip (reader, MAX (length, 2) - 2);
    }
}

static void
peek_png (CvrReader *reader,
          guint     *width,
          guint     *height)
{
  cvr_reader_skip (reader, 12);
  if (cvr_reader_u32_be (reader) != 0x49484452) /* "IHDR" */
    return;
  *width = cvr_reader_u32_be (reader);
  *height = cvr_reader_u32_be (reader);
}

static void
gif_skip_blocks (CvrReader *reader)
{
  guint8 n;

  while ((n = cvr_reader_u8 (reader)) != 0)
    cvr_reader_skip (reader, n);
}

/* A frame may reach beyond the screen that the header declares, and the decoder allocates for
 * it. */
static void
peek_gif (CvrReader *reader,
          guint     *width,
          guint     *height)
{
  guint8 flags;

  cvr_reader_skip (reader, 6);
  *width = cvr_reader_u16_le (reader);
  *height = cvr_reader_u16_le (reader);
  flags = cvr_reader_u8 (reader);
  cvr_reader_skip (reader, 2 + (flags & 0x80 ? 3u << ((flags & 7) + 1) : 0));

  while (!reader->overrun)
    {
      guint8 kind = cvr_reader_u8 (reader);

      if (kind == 0x21)
        {
          cvr_reader_skip (reader, 1);
          gif_skip_blocks (reader);
        }
      else
        {
          guint right, bottom;

          if (kind != 0x2c)
            return;
          right = cvr_reader_u16_le (reader);
          bottom = cvr_reader_u16_le (reader);
          right += cvr_reader_u16_le (reader);
          bottom += cvr_reader_u16_le (reader);
          *width = MAX (*width, right);
          *height = MAX (*height, bottom);
          return;
        }
    }
}

static void
peek_bmp (CvrReader *reader,
          guint     *width,
          guint     *height)
{
  guint32 header;

  cvr_reader_skip (reader, 14);
  header = cvr_reader_u32_le (reader);
  if (header == 12)
    {
      *width = cvr_reader_u16_le (reader);
      *height = cvr_reader_u16_le (reader);
    }
  else
    {
      gint32 rows;

      *width = cvr_reader_u32_le (reader);
      rows = (gint32) cvr_reader_u32_le (reader);
      *height = rows < 0 ? 0u - (guint32) rows : (guint32) rows; /* negative: top row first */
    }
}

static guint32
tiff_u16 (CvrReader *reader,
          gboolean   big)
{
  return big ? cvr_reader_u16_be (reader) : cvr_reader_u16_le (reader);
}

static guint32
tiff_u32 (CvrReader *reader,
          gboolean   big)
{
  return big ? cvr_reader_u32_be (reader) : cvr_reader_u32_le (reader);
}

static void
peek_tiff (CvrReader *reader,
           guint     *width,
           guint     *height)
{
  gboolean big = cvr_reader_u8 (reader) == 'M';
  guint32 offset, n_entries;

  cvr_reader_skip (reader, 3);
  offset = tiff_u32 (reader, big);
  if (offset < 8)
    return;
  cvr_reader_skip (reader, offset - 8);
  n_entries = tiff_u16 (reader, big);

  for (guint32 i = 0; i < MIN (n_entries, TIFF_MAX_ENTRIES) && !reader->overrun; i++)
    {
      guint32 tag = tiff_u16 (reader, big), type = tiff_u16 (reader, big);
      guint32 value;

      cvr_reader_skip (reader, 4);
      if (type == 3)
        {
          value = tiff_u16 (reader, big);
          cvr_reader_skip (reader, 2);
        }
      else
        {
          value = tiff_u32 (reader, big);
        }
      if (tag == 256)
        *width = value;
      else if (tag == 257)
        *height = value;
    }
}

/* A decimal number behind blanks and comments. */
static guint
pnm_number (CvrReader *reader)
{
  guint8 c = cvr_reader_u8 (reader);
  guint64 value = 0;

  while (!reader->overrun && (g_ascii_isspace (c) || c == '#'))
    {
      if (c == '#')
        while (!reader->overrun && c != '\n' && c != '\r')
          c = cvr_reader_u8 (reader);
      c = cvr_reader_u8 (reader);
    }
  for (; !reader->overrun && g_ascii_isdigit (c); c = cvr_reader_u8 (reader))
    value = MIN (value * 10 + (c - '0'), G_MAXUINT32);

  return (guint) value;
}

static void
peek_pnm (CvrReader *reader,
          guint     *width,
          guint     *height)
{
  reader->length = MIN (reader->length, PNM_MAX_HEADER);
  cvr_reader_skip (reader, 2);
  *width = pnm_number (reader);
  *height = pnm_number (reader);
}

static void
peek_tga (CvrReader *reader,
          guint     *width,
          guint     *height)
{
  cvr_reader_skip (reader, 12);
  *width = cvr_reader_u16_le (reader);
  *height = cvr_reader_u16_le (reader);
}

static guint32
u24_le (CvrReader *reader)
{
  guint32 low = cvr_reader_u16_le (reader);

  return low | (guint32) cvr_reader_u8 (reader) << 16;
}

static void
peek_webp (CvrReader *reader,
           guint     *width,
           guint     *height)
{
  guint32 kind;

  cvr_reader_skip (reader, 12);
  kind = cvr_reader_u32_be (reader);
  cvr_reader_skip (reader, 4);
  if (kind == 0x56503858) /* "VP8X": canvas size minus one */
    {
      cvr_reader_skip (reader, 4);
      *width = u24_le (reader) + 1;
      *height = u24_le (reader) + 1;
    }
  else if (kind == 0x5650384c) /* "VP8L": 14 bits each, minus one, behind a signature byte */
    {
      guint32 bits;

      cvr_reader_skip (reader, 1);
      bits = cvr_reader_u32_le (reader);
      *width = (bits & 0x3fff) + 1;
      *height = (bits >> 14 & 0x3fff) + 1;
    }
  else if (kind == 0x56503820) /* "VP8 ": behind the frame tag and the start code */
    {
      cvr_reader_skip (reader, 6);
      *width = cvr_reader_u16_le (reader) & 0x3fff;
      *height = cvr_reader_u16_le (reader) & 0x3fff;
    }
}

/**
 * cvr_image_peek_size:
 * @width: (out): pixels, at least 1 when the answer is %TRUE
 * @height: (out): pixels, likewise
 *
 * Any thread. Nothing is allocated.
 */
gboolean
cvr_image_peek_size (const guint8  *data,
                     gsize          length,
                     CvrImageFormat format,
                     guint         *width,
                     guint         *height)
{
  static void (*const peeks[]) (CvrReader *, guint *, guint *) = {
    [CVR_FORMAT_JPEG] = peek_jpeg, [CVR_FORMAT_PNG] = peek_png, [CVR_FORMAT_GIF] = peek_gif,
    [CVR_FORMAT_BMP] = peek_bmp,   [CVR_FORMAT_TIFF] = peek_tiff, [CVR_FORMAT_PNM] = peek_pnm,
    [CVR_FORMAT_TGA] = peek_tga,   [CVR_FORMAT_WEBP] = peek_webp,
  };
  CvrReader reader = cvr_reader_new (data, length);

  *width = *height = 0;
  if (format > CVR_FORMAT_UNKNOWN && format < G_N_ELEMENTS (peeks))
    peeks[format](&reader, width, height);

  return *width > 0 && *height > 0;
}

/* Past the compressed data of a scan, up to the marker behind it. */
static void
skip_scan (CvrReader *reader)
{
  while (!reader->overrun)
    {
      const guint8 *found = memchr (reader->data + reader->position, 0xff,
                                    cvr_reader_left (reader));
      guint8 next;

      if (found == NULL)
        {
          reader->position = reader->length;
          return;
        }
      reader->position = (gsize) (found - reader->data);
      next = cvr_reader_left (reader) > 1 ? found[1] : 0;
      if (next != 0 && next != 0xff && !(next >= 0xd0 && next <= 0xd7))
        return;
      cvr_reader_skip (reader, next == 0xff ? 1 : 2);
    }
}

/**
 * cvr_jpeg_is_whole:
 * @data: (array length=length): a JPEG file
 *
 * Walks over the segments without decoding. Thumbnails inside metadata don't count.
 *
 * Returns: whether the file comes to its end marker: decoders fill in silently what is missing.
 */
gboolean
cvr_jpeg_is_whole (const guint8 *data,
                   gsize         length)
{
  CvrReader reader = cvr_reader_new (data, length);

  cvr_reader_skip (&reader, 2);
  while (!reader.overrun && cvr_reader_left (&reader) > 0)
    {
      guint8 marker = cvr_reader_u8 (&reader);
      guint n;

      if (marker != 0xff)
        continue;
      while (marker == 0xff && !reader.overrun)
        marker = cvr_reader_u8 (&reader);
      if (marker == 0xd9)
        return !reader.overrun;
      if (marker == 0 || marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8))
        continue;

      n = cvr_reader_u16_be (&reader);
      cvr_reader_skip (&reader, MAX (n, 2) - 2);
      if (marker == 0xda && !reader.overrun)
        skip_scan (&reader);
    }

  return FALSE;
}
