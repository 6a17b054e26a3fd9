/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Colour drawing for the built-in sets: tints, a Cairo canvas, noise and light on pixels. */
#include "cvr-sheet.h"

#include <math.h>
#include <string.h>

/**
 * cvr_tint_hsv:
 * @hue: in turns; only the fraction counts
 *
 * Returns: the colour of the HSV hexcone (Smith, SIGGRAPH 1978).
 */
CvrTint
cvr_tint_hsv (double hue,
              double saturation,
              double value)
{
  double channel[3];

  for (guint i = 0; i < 3; i++)
    {
      double place = 6 * (hue + (3 - i) / 3.0 - floor (hue + (3 - i) / 3.0));

      channel[i] = value * (1 - saturation * (1 - CLAMP (fabs (place - 3) - 1, 0, 1)));
    }

  return (CvrTint) { channel[0], channel[1], channel[2] };
}

/**
 * cvr_tint_mix:
 *
 * Returns: the straight line from @a (@part_of_b 0) to @b (1).
 */
CvrTint
cvr_tint_mix (CvrTint a,
              CvrTint b,
              double  part_of_b)
{
  return (CvrTint) {
    a.r + part_of_b * (b.r - a.r),
    a.g + part_of_b * (b.g - a.g),
    a.b + part_of_b * (b.b - a.b),
  };
}

/**
 * cvr_tint_distance:
 *
 * Returns: how well @a is told from @b, 0 … 1: the difference in lightness, weighted as BT.601
 * does.
 */
double
cvr_tint_distance (CvrTint a,
                   CvrTint b)
{
  return fabs (0.299 * (a.r - b.r) + 0.587 * (a.g - b.g) + 0.114 * (a.b - b.b));
}

void
cvr_sheet_set (cairo_t *cr,
                CvrTint  tint,
                double   alpha)
{
  cairo_set_source_rgba (cr, tint.r, tint.g, tint.b, alpha);
}

/**
 * cvr_sheet_ellipse:
 *
 * Adds an ellipse to the path; the current transformation is as before afterwards.
 */
void
cvr_sheet_ellipse (cairo_t *cr,
                    double   x,
                    double   y,
                    double   rx,
                    double   ry)
{
  cairo_matrix_t matrix;

  cairo_get_matrix (cr, &matrix);
  cairo_translate (cr, x, y);
  cairo_scale (cr, MAX (rx, 1e-3), MAX (ry, 1e-3));
  cairo_new_sub_path (cr);
  cairo_arc (cr, 0, 0, 1, 0, 2 * G_PI);
  cairo_close_path (cr);
  cairo_set_matrix (cr, &matrix);
}

/**
 * cvr_sheet_new:
 * @format: RGB24, or A8 for coverage
 *
 * Returns: (transfer full): a black canvas for cvr_sheet_finish(). Round pens.
 */
cairo_t *
cvr_sheet_new (guint          width,
                guint          height,
                cairo_format_t format)
{
  cairo_surface_t *surface = cairo_image_surface_create (format, (int) width, (int) height);
  cairo_t         *cr = cairo_create (surface);

  cairo_surface_destroy (surface);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);

  return cr;
}

/**
 * cvr_sheet_finish:
 * @cr: (transfer full): from cvr_sheet_new(); RGB24 for a picture of 3 channels, A8 for one of 1
 * @image: of the canvas's size; its bytes are replaced
 */
void
cvr_sheet_finish (cairo_t  *cr,
                   CvrImage *image)
{
  cairo_surface_t *surface = cairo_get_target (cr);
  const gsize      stride = (gsize) cairo_image_surface_get_stride (surface);
  const guint8    *rows;

  cairo_surface_flush (surface);
  rows = cairo_image_surface_get_data (surface);
  for (guint y = 0; y < image->height; y++, rows += stride)
    {
      guint8 *to = image->data + (gsize) y * image->width * image->channels;

      if (image->channels == 1)
        memcpy (to, rows, image->width);
      else
        for (guint x = 0; x < image->width; x++, to += 3)
          {
            guint32 pixel;

            memcpy (&pixel, rows + 4 * x, sizeof pixel); /* 0x00RRGGBB in the machine's order */
            to[0] = (guint8) (pixel >> 16);
            to[1] = (guint8) (pixel >> 8);
            to[2] = (guint8) pixel;
          }
    }

  cairo_destroy (cr);
}

/**
 * cvr_pixels_light:
 * @strength: 0 … 1: how far the brightest and darkest corner may differ
 *
 * A lamp somewhere: brightness rises along a random direction, and the whole is lighter or darker.
 */
void
cvr_pixels_light (CvrImage *image,
                  CvrRng   *rng,
                  double    strength)
{
  double angle = cvr_rng_between (rng, 0, 2 * G_PI);
  double slope = strength * cvr_rng_uniform (rng);
  double level = 1 + cvr_rng_between (rng, -0.5, 0.3) * strength;
  double along_x = cos (angle) * slope / image->width;
  double along_y = sin (angle) * slope / image->height;
  guint8 *pixel = image->data;

  for (guint y = 0; y < image->height; y++)
    for (guint x = 0; x < image->width; x++)
      {
        double factor = level + along_x * (x - image->width / 2.0) +
                        along_y * (y - image->height / 2.0);

        for (guint c = 0; c < image->channels; c++, pixel++)
          *pixel = (guint8) (CLAMP (*pixel * factor, 0, 255) + 0.5);
      }
}

/**
 * cvr_pixels_noise:
 * @deviation: in steps of 255
 *
 * Adds a normal number to every byte (in pairs after Box and Muller, 1958).
 */
void
cvr_pixels_noise (CvrImage *image,
                  CvrRng   *rng,
                  double    deviation)
{
  const gsize n = cvr_image_n_bytes (image);

  for (gsize i = 0; i < n; i += 2)
    {
      double radius = deviation * sqrt (-2.0 * log (1.0 - cvr_rng_uniform (rng)));
      double angle = 2.0 * G_PI * cvr_rng_uniform (rng);
      double pair[] = { radius * cos (angle), radius * sin (angle) };

      for (gsize j = 0; j < 2 && i + j < n; j++)
        image->data[i + j] = (guint8) (CLAMP (image->data[i + j] + pair[j], 0, 255) + 0.5);
    }
}
