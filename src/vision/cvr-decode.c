/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decodes and encodes pictures with gdk-pixbuf. Foreign bytes come here only inside the decoding
 * helper. */
#include "cvr-decode.h"

#include "cvr-bytes.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  MAX_PIXELS = 100 * 1000 * 1000,
  JPEG_MAX_REDUCTION = 8, /* libjpeg decodes at 1/2, 1/4 and 1/8 of the size for less work */
  MISSING = 0x80,         /* grey level where a damaged file has nothing */
};

/* One decoding in progress. */
typedef struct
{
  CvrImageFormat format;
  guint          max_side;
  guint          width, height; /* of the picture as the file has it, before it was turned */
  gboolean       too_large;   /* what the loader reads differs from the header that was checked */
  guint          top, bottom; /* rows that were filled; nothing while they are equal */
} Decoding;

/* gdk-pixbuf's own names. Only these loaders ever run; the ones for SVG, ICO and the like never
 * do. */
static const char *
loader_name (CvrImageFormat format)
{
  static const char *const names[] = {
    [CVR_FORMAT_JPEG] = "jpeg", [CVR_FORMAT_PNG] = "png",   [CVR_FORMAT_GIF] = "gif",
    [CVR_FORMAT_BMP] = "bmp",   [CVR_FORMAT_TIFF] = "tiff", [CVR_FORMAT_PNM] = "pnm",
    [CVR_FORMAT_TGA] = "tga",   [CVR_FORMAT_WEBP] = "webp",
  };

  return names[format];
}

static gboolean
fits (guint64 width,
      guint64 height)
{
  return width <= CVR_IMAGE_MAX_SIDE && height <= CVR_IMAGE_MAX_SIDE &&
         width * height <= MAX_PIXELS;
}

static gboolean
check_size (guint   width,
            guint   height,
            GError **error)
{
  if (fits (width, height))
    return TRUE;

  g_set_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_TOO_LARGE,
               _("declares %'u × %'u pixels; at most %'d a side and %d million in all are read"),
               width, height, CVR_IMAGE_MAX_SIDE, MAX_PIXELS / 1000000);

  return FALSE;
}

static guint
divide_up (guint value,
           guint by)
{
  return (value + by - 1) / by;
}

static void
size_prepared_cb (GdkPixbufLoader *loader,
                  gint             width,
                  gint             height,
                  Decoding        *decoding)
{
  guint by = 1;

  if (width <= 0 || height <= 0 || !fits ((guint) width, (guint) height))
    {
      decoding->too_large = TRUE;
      gdk_pixbuf_loader_set_size (loader, 0, 0); /* which makes the loader give up */
      return;
    }
  decoding->width = (guint) width;
  decoding->height = (guint) height;
  if (decoding->format != CVR_FORMAT_JPEG)
    return;

  while (by < JPEG_MAX_REDUCTION &&
         divide_up ((guint) MAX (width, height), 2 * by) >= decoding->max_side)
    by *= 2;
  if (by > 1)
    gdk_pixbuf_loader_set_size (loader, (gint) divide_up ((guint) width, by),
                                (gint) divide_up ((guint) height, by));
}

/* Whether the loader of this format fills the picture row by row; the others hand it over whole. */
static gboolean
fills_rows (CvrImageFormat format)
{
  return format == CVR_FORMAT_JPEG || format == CVR_FORMAT_PNG || format == CVR_FORMAT_BMP ||
         format == CVR_FORMAT_PNM || format == CVR_FORMAT_TGA;
}

static void
area_prepared_cb (GdkPixbufLoader *loader,
                  Decoding        *decoding)
{
  GdkPixbuf *pixbuf = gdk_pixbuf_loader_get_pixbuf (loader);

  /* What is missing shall look the same every time. A picture that starts as transparent stays so:
   * some files leave pixels out on purpose. */
  if (pixbuf != NULL && fills_rows (decoding->format) &&
      (decoding->format == CVR_FORMAT_PNG || !gdk_pixbuf_get_has_alpha (pixbuf)))
    gdk_pixbuf_fill (pixbuf, (guint) MISSING << 24 | MISSING << 16 | MISSING << 8 | 0xff);
}

static void
area_updated_cb (GdkPixbufLoader *loader,
                 gint             x,
                 gint             y,
                 gint             width,
                 gint             height,
                 Decoding        *decoding)
{
  guint first = (guint) MAX (0, y), end = first + (guint) MAX (0, height);

  decoding->top = decoding->bottom > 0 ? MIN (decoding->top, first) : first;
  decoding->bottom = MAX (decoding->bottom, end);
}

/* How much of a GIF holds its first frame: the frames behind it would be decoded for nothing. */
static gsize
first_frame_length (const guint8 *data,
                    gsize         length)
{
  CvrReader reader = cvr_reader_new (data, length);
  guint8 flags, kind, n;

  cvr_reader_skip (&reader, 10);
  flags = cvr_reader_u8 (&reader);
  cvr_reader_skip (&reader, 2 + (flags & 0x80 ? 3u << ((flags & 7) + 1) : 0));
  do
    {
      kind = cvr_reader_u8 (&reader);
      if (kind == 0x2c) /* the frame: place, colours, first code size */
        {
          cvr_reader_skip (&reader, 8);
          flags = cvr_reader_u8 (&reader);
          cvr_reader_skip (&reader, 1 + (flags & 0x80 ? 3u << ((flags & 7) + 1) : 0));
        }
      else if (kind == 0x21)
        {
          cvr_reader_skip (&reader, 1);
        }
      else
        {
          return length;
        }
      while ((n = cvr_reader_u8 (&reader)) != 0)
        cvr_reader_skip (&reader, n);
    }
  while (kind != 0x2c && !reader.overrun);

  return reader.overrun ? length : reader.position;
}

/* Feeds the loader and closes it. FALSE with @error set when it complained at any point. */
static gboolean
feed (GdkPixbufLoader *loader,
      const guint8    *data,
      gsize            length,
      CvrImageFormat   format,
      GError         **error)
{
  static const guint8 gif_end = 0x3b;
  gsize used = format == CVR_FORMAT_GIF ? first_frame_length (data, length) : length;

  if (!gdk_pixbuf_loader_write (loader, data, used, error) ||
      (used < length && !gdk_pixbuf_loader_write (loader, &gif_end, 1, error)))
    {
      gdk_pixbuf_loader_close (loader, NULL);
      return FALSE;
    }

  return gdk_pixbuf_loader_close (loader, error);
}

/* Sums @by × @by pixels around (@x, @y) of @pixbuf, transparent ones over white, into the mean at
 * @rgb. */
static void
average (const GdkPixbuf *pixbuf,
         guint            x,
         guint            y,
         guint            by,
         guint8          *rgb)
{
  gsize stride = (gsize) gdk_pixbuf_get_rowstride (pixbuf);
  guint n = (guint) gdk_pixbuf_get_n_channels (pixbuf);
  guint x_end = MIN ((x + 1) * by, (guint) gdk_pixbuf_get_width (pixbuf));
  guint y_end = MIN ((y + 1) * by, (guint) gdk_pixbuf_get_height (pixbuf));
  guint count = (x_end - x * by) * (y_end - y * by);
  guint64 sums[3] = { 0 };

  for (guint v = y * by; v < y_end; v++)
    {
      const guint8 *p = gdk_pixbuf_read_pixels (pixbuf) + v * stride + (gsize) x * by * n;

      for (guint u = x * by; u < x_end; u++, p += n)
        {
          guint alpha = n == 4 ? p[3] : 255;

          for (guint c = 0; c < 3; c++)
            sums[c] += p[c] * alpha + 255 * (255 - alpha);
        }
    }
  for (guint c = 0; c < 3; c++)
    rgb[c] = (guint8) ((sums[c] + (guint64) count * 255 / 2) / ((guint64) count * 255));
}

/* The pixbuf as RGB without gaps, by a whole factor smaller where it is much too large, so that a
 * second picture of full size never exists. */
static CvrImage *
take_pixels (const GdkPixbuf *pixbuf,
             guint            max_side)
{
  guint width = (guint) gdk_pixbuf_get_width (pixbuf),
        height = (guint) gdk_pixbuf_get_height (pixbuf);
  guint by = MAX (1, MAX (width, height) / MAX (1, max_side));
  gsize stride = (gsize) gdk_pixbuf_get_rowstride (pixbuf);
  CvrImage *image = cvr_image_new (divide_up (width, by), divide_up (height, by), 3);
  guint8 *to;

  if (image == NULL)
    return NULL;

  to = image->data;
  if (by == 1 && gdk_pixbuf_get_n_channels (pixbuf) == 3)
    {
      for (guint y = 0; y < height; y++, to += 3 * (gsize) width)
        memcpy (to, gdk_pixbuf_read_pixels (pixbuf) + y * stride, 3 * (gsize) width);
      return image;
    }

  for (guint y = 0; y < image->height; y++)
    for (guint x = 0; x < image->width; x++, to += 3)
      average (pixbuf, x, y, by, to);

  return image;
}

/* A picture without any colour is kept as grey. */
static CvrImage *
drop_colour (CvrImage *image)
{
  gsize n_pixels = (gsize) image->width * image->height;
  CvrImage *grey;

  if (image->channels == 1)
    return cvr_image_ref (image);

  for (gsize i = 0; i < n_pixels; i++)
    if (image->data[3 * i] != image->data[3 * i + 1] ||
        image->data[3 * i] != image->data[3 * i + 2])
      return cvr_image_ref (image);

  grey = cvr_image_new (image->width, image->height, 1);
  for (gsize i = 0; grey != NULL && i < n_pixels; i++)
    grey->data[i] = image->data[3 * i];

  return grey;
}

/* @image at the size that the file's own size leads to: decoding a JPEG small rounds up. */
static CvrImage *
limit_size (CvrImage       *image,
            const Decoding *decoding)
{
  guint side = MAX (decoding->width, decoding->height);
  guint width = decoding->width, height = decoding->height;

  if (side > decoding->max_side)
    {
      width = (guint) (((guint64) width * decoding->max_side + side / 2) / side);
      height = (guint) (((guint64) height * decoding->max_side + side / 2) / side);
    }

  return cvr_image_resize (image, MAX (1, width), MAX (1, height));
}

static CvrImage *
finish (const GdkPixbuf *pixbuf,
        const Decoding  *decoding,
        guint            orientation,
        gboolean         damaged,
        GError         **error)
{
  g_autoptr (CvrImage) whole = take_pixels (pixbuf, decoding->max_side);
  g_autoptr (CvrImage) small = whole != NULL ? limit_size (whole, decoding) : NULL;
  g_autoptr (CvrImage) grey = small != NULL ? drop_colour (small) : NULL;
  CvrImage *image = grey != NULL ? cvr_image_orient (grey, orientation) : NULL;

  if (image == NULL)
    g_set_error_literal (error, CVR_VISION_ERROR, CVR_VISION_ERROR_TOO_LARGE,
                         _("not enough memory for it"));
  else
    image->damaged = damaged;

  return image;
}

static GdkPixbufLoader *
make_loader (Decoding *decoding,
             GError  **error)
{
  GdkPixbufLoader *loader = gdk_pixbuf_loader_new_with_type (loader_name (decoding->format), NULL);

  if (loader == NULL)
    {
      g_set_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_FORMAT,
                   _("this system has no reader for pictures of the kind “%s”"),
                   loader_name (decoding->format));
      return NULL;
    }

  g_signal_connect (loader, "size-prepared", G_CALLBACK (size_prepared_cb), decoding);
  g_signal_connect (loader, "area-prepared", G_CALLBACK (area_prepared_cb), decoding);
  g_signal_connect (loader, "area-updated", G_CALLBACK (area_updated_cb), decoding);

  return loader;
}

static CvrImage *
decode (const guint8 *data,
        gsize         length,
        Decoding     *decoding,
        GError      **error)
{
  g_autoptr (GdkPixbufLoader) loader = make_loader (decoding, error);
  g_autoptr (GError) reason = NULL;
  GdkPixbuf *pixbuf;
  gboolean whole, damaged;

  if (loader == NULL)
    return NULL;

  whole = feed (loader, data, length, decoding->format, &reason);
  pixbuf = gdk_pixbuf_loader_get_pixbuf (loader);
  if (decoding->too_large)
    {
      g_set_error_literal (error, CVR_VISION_ERROR, CVR_VISION_ERROR_TOO_LARGE,
                           _("larger than its header says"));
      return NULL;
    }
  if (g_error_matches (reason, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_INSUFFICIENT_MEMORY))
    {
      g_set_error_literal (error, CVR_VISION_ERROR, CVR_VISION_ERROR_TOO_LARGE,
                           _("not enough memory for it"));
      return NULL;
    }
  if (pixbuf == NULL || (!whole && decoding->bottom == 0))
    {
      g_set_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_FORMAT, _("broken (%s)"),
                   reason != NULL ? reason->message : _("no pixels"));
      return NULL;
    }

  if (decoding->width == 0 || decoding->height == 0)
    {
      decoding->width = (guint) gdk_pixbuf_get_width (pixbuf);
      decoding->height = (guint) gdk_pixbuf_get_height (pixbuf);
    }
  damaged = !whole || (decoding->format == CVR_FORMAT_JPEG && !cvr_jpeg_is_whole (data, length)) ||
            (fills_rows (decoding->format) &&
             decoding->bottom - decoding->top < (guint) gdk_pixbuf_get_height (pixbuf));

  return finish (pixbuf, decoding, cvr_exif_orientation (data, length), damaged, error);
}

/**
 * cvr_image_decode:
 * @data: (array length=length): a whole picture file
 * @name: (nullable): its name, for messages and to know a TGA
 * @max_side: pixels; 0: as large as it is
 *
 * Flattens transparency onto white, takes the first frame, turns upright what a camera noted as
 * turned, keeps pictures without colour as grey, and scales down to @max_side. Any thread. Errors:
 * %CVR_VISION_ERROR_FORMAT, %CVR_VISION_ERROR_TOO_LARGE.
 *
 * Returns: (transfer full) (nullable): the picture; marked damaged when the file ends too early.
 */
CvrImage *
cvr_image_decode (const guint8 *data,
                  gsize         length,
                  const char   *name,
                  guint         max_side,
                  GError      **error)
{
  Decoding decoding = { cvr_image_sniff (data, length, name),
                        max_side > 0 ? max_side : CVR_IMAGE_MAX_SIDE };
  CvrImage *image = NULL;
  guint width, height;

  if (decoding.format == CVR_FORMAT_UNKNOWN)
    g_set_error_literal (
        error, CVR_VISION_ERROR, CVR_VISION_ERROR_FORMAT,
        _("not a picture in a known format (JPEG, PNG, GIF, BMP, TIFF, PNM, TGA, WebP)"));
  else if (!cvr_image_peek_size (data, length, decoding.format, &width, &height))
    g_set_error_literal (error, CVR_VISION_ERROR, CVR_VISION_ERROR_FORMAT,
                         _("ends before its size is told"));
  else if (check_size (width, height, error))
    image = decode (data, length, &decoding, error);

  if (image == NULL)
    g_prefix_error (error, "%s: ", name != NULL ? name : _("picture"));

  return image;
}

static GBytes *
encode (CvrImage   *image,
        const char *type,
        const char *option,
        const char *value,
        GError    **error)
{
  g_autoptr (CvrImage) rgb = cvr_image_convert (image, 3);
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  g_autoptr (GError) reason = NULL;
  char *buffer;
  gsize n_bytes;

  if (rgb == NULL)
    {
      g_set_error_literal (error, CVR_VISION_ERROR, CVR_VISION_ERROR_TOO_LARGE,
                           _("There is not enough memory to encode the picture."));
      return NULL;
    }

  pixbuf = gdk_pixbuf_new_from_data (rgb->data, GDK_COLORSPACE_RGB, FALSE, 8, (gint) rgb->width,
                                     (gint) rgb->height, 3 * (gint) rgb->width, NULL, NULL);
  if (!gdk_pixbuf_save_to_buffer (pixbuf, &buffer, &n_bytes, type, &reason, option, value, NULL))
    {
      g_set_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_FORMAT,
                   _("The picture can't be encoded: %s"), reason->message);
      return NULL;
    }

  return g_bytes_new_take (buffer, n_bytes);
}

/**
 * cvr_image_encode_png:
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): a PNG file without metadata; the same picture, the same
 * bytes.
 */
GBytes *
cvr_image_encode_png (CvrImage *image,
                      GError  **error)
{
  return encode (image, "png", "compression", "6", error);
}

/**
 * cvr_image_encode_jpeg:
 * @quality: 1 … 100
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): a JPEG file without metadata.
 */
GBytes *
cvr_image_encode_jpeg (CvrImage *image,
                       guint     quality,
                       GError  **error)
{
  g_autofree char *value = g_strdup_printf ("%u", CLAMP (quality, 1, 100));

  return encode (image, "jpeg", "quality", value, error);
}
