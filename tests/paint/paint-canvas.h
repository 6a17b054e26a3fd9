/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An image surface to paint on and to read pixels from. */
#pragma once

#include "cvr-paint.h"

#include <math.h>

/* Paper of @theme, @scale device pixels a unit. Free with cairo_destroy(). */
static inline cairo_t *
canvas_new (double          width,
            double          height,
            double          scale,
            const CvrTheme *theme)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) (width * scale),
                                                         (int) (height * scale));
  cairo_t *cr;

  cairo_surface_set_device_scale (surface, scale, scale);
  cr = cairo_create (surface);
  cairo_surface_destroy (surface);
  cairo_set_source_rgb (cr, theme->paper.red, theme->paper.green, theme->paper.blue);
  cairo_paint (cr);

  return cr;
}

/* 0xRRGGBB at device pixel @x, @y. */
static inline guint32
surface_pixel (cairo_surface_t *surface,
               int              x,
               int              y)
{
  const guint8 *row;

  cairo_surface_flush (surface);
  g_assert_cmpint (x, >=, 0);
  g_assert_cmpint (x, <, cairo_image_surface_get_width (surface));
  g_assert_cmpint (y, >=, 0);
  g_assert_cmpint (y, <, cairo_image_surface_get_height (surface));
  row = cairo_image_surface_get_data (surface) +
        (gsize) y * (gsize) cairo_image_surface_get_stride (surface);

  return ((const guint32 *) (gconstpointer) row)[x] & 0xffffff;
}

static inline guint32
canvas_pixel (cairo_t *cr,
              double   x,
              double   y)
{
  double scale_x, scale_y;

  cairo_surface_get_device_scale (cairo_get_target (cr), &scale_x, &scale_y);

  return surface_pixel (cairo_get_target (cr), (int) (x * scale_x), (int) (y * scale_y));
}

/* Largest difference of a channel, 0 … 255. */
static inline int
colour_distance (guint32 a,
                 guint32 b)
{
  int largest = 0;

  for (guint shift = 0; shift < 24; shift += 8)
    largest = MAX (largest, ABS ((int) (a >> shift & 255) - (int) (b >> shift & 255)));

  return largest;
}

static inline guint32
packed (CvrRgba c)
{
  return (guint32) lround (c.red * 255) << 16 | (guint32) lround (c.green * 255) << 8 |
         (guint32) lround (c.blue * 255);
}

/* Device pixels within @tolerance of @colour. */
static inline guint
count_pixels (cairo_t *cr,
              guint32  colour,
              int      tolerance)
{
  cairo_surface_t *surface = cairo_get_target (cr);
  guint n = 0;

  for (int y = 0; y < cairo_image_surface_get_height (surface); y++)
    for (int x = 0; x < cairo_image_surface_get_width (surface); x++)
      n += colour_distance (surface_pixel (surface, x, y), colour) <= tolerance;

  return n;
}

/* Device pixels that are no longer paper. */
static inline guint
count_painted (cairo_t        *cr,
               const CvrTheme *theme)
{
  cairo_surface_t *surface = cairo_get_target (cr);
  guint all = (guint) (cairo_image_surface_get_width (surface)
                       * cairo_image_surface_get_height (surface));

  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);

  return all - count_pixels (cr, packed (theme->paper), 2);
}
