/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures and painted surfaces as textures, small ones with sharp pixels. */
#include "cvr-texture.h"

/**
 * cvr_texture_scale:
 * @size: pixels there are, at least 1
 * @side: pixels there is room for
 *
 * Returns: the whole-number enlargement, at least 1
 */
guint
cvr_texture_scale (guint size,
                   guint side)
{
  return size > 0 && side > size ? side / size : 1;
}

/* Pixels of @image, each @scale × @scale times, in GDK's own order: a renderer without a graphics card
 * copies them as they are, and turns any other order around at every frame. */
static GBytes *
enlarge (const CvrImage *image,
         guint           scale,
         gsize           row_pixels)
{
  guint32 *pixels = g_try_malloc_n ((gsize) image->height * scale, row_pixels * sizeof *pixels);
  guint32 *to = pixels;

  if (pixels == NULL)
    return NULL;

  for (guint y = 0; y < image->height; y++)
    {
      const guint8 *from = image->data + (gsize) y * image->width * image->channels;
      const guint32 *row = to;

      for (guint x = 0; x < image->width; x++, from += image->channels)
        {
          guint32 green = from[image->channels == 3 ? 1 : 0];
          guint32 blue = from[image->channels == 3 ? 2 : 0];
          guint32 pixel = 0xff000000u | (guint32) from[0] << 16 | green << 8 | blue;

          for (guint i = 0; i < scale; i++)
            *to++ = pixel;
        }
      for (guint i = 1; i < scale; i++, to += row_pixels)
        memcpy (to, row, row_pixels * sizeof *row);
    }

  return g_bytes_new_take (pixels, (gsize) image->height * scale * row_pixels * sizeof *pixels);
}

/**
 * cvr_texture_from_image:
 * @side: 0, or the room in pixels for the long side
 *
 * Returns: (transfer full) (nullable): %NULL when memory is short
 */
GdkTexture *
cvr_texture_from_image (CvrImage *image,
                        guint     side)
{
  g_autoptr (CvrImage) limited = NULL;
  g_autoptr (GBytes) bytes = NULL;
  guint scale = 1;
  gsize row_pixels;

  g_return_val_if_fail (image != NULL, NULL);

  limited = side > 0 ? cvr_image_limit (image, side) : cvr_image_ref (image);
  if (limited == NULL)
    return NULL;
  if (side > 0)
    scale = cvr_texture_scale (MAX (limited->width, limited->height), side);

  row_pixels = (gsize) limited->width * scale;
  bytes = enlarge (limited, scale, row_pixels);
  if (bytes == NULL)
    return NULL;

  return gdk_memory_texture_new ((int) (limited->width * scale), (int) (limited->height * scale),
                                 GDK_MEMORY_DEFAULT, bytes, row_pixels * sizeof (guint32));
}

/**
 * cvr_texture_from_surface:
 * @surface: an image surface in ARGB32 or RGB24
 *
 * Returns: (transfer full) (nullable): a copy of its pixels; %NULL when the surface is in error or
 * empty
 */
GdkTexture *
cvr_texture_from_surface (cairo_surface_t *surface)
{
  g_autoptr (GBytes) bytes = NULL;
  int width, height, stride;

  g_return_val_if_fail (surface != NULL, NULL);

  if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS)
    return NULL;

  cairo_surface_flush (surface);
  width = cairo_image_surface_get_width (surface);
  height = cairo_image_surface_get_height (surface);
  stride = cairo_image_surface_get_stride (surface);
  if (width <= 0 || height <= 0)
    return NULL;
  bytes = g_bytes_new (cairo_image_surface_get_data (surface), (gsize) stride * (gsize) height);

  return gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes, (gsize) stride);
}
