/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The set "shapes": six geometric figures in any colour, size, position and turn, on busy ground.
 */
#include "cvr-builtin-sets.h"
#include "cvr-sheet.h"

#include <math.h>

enum { CIRCLE, SQUARE, TRIANGLE, STAR, PENTAGON, CROSS };

G_STATIC_ASSERT (CROSS + 1 == CVR_N_SHAPES);

static CvrTint
any_tint (CvrRng *rng)
{
  double hue = cvr_rng_uniform (rng);
  double saturation = cvr_rng_uniform (rng);

  return cvr_tint_hsv (hue, saturation, cvr_rng_between (rng, 0.1, 1));
}

/* A regular polygon about 0 0 in a circle of radius 1; a star when every second corner lies at
 * @inner. */
static void
polygon (cairo_t *cr,
         guint    n_corners,
         double   inner)
{
  for (guint i = 0; i < n_corners; i++)
    {
      double angle = 2 * G_PI * i / n_corners - G_PI / 2;
      double radius = i % 2 == 1 ? inner : 1;

      cairo_line_to (cr, radius * cos (angle), radius * sin (angle));
    }
  cairo_close_path (cr);
}

/* Four arms of half-width @arm. */
static void
cross (cairo_t *cr,
       double   arm)
{
  for (guint i = 0; i < 4; i++)
    {
      double c = i == 0 ? 1 : i == 2 ? -1 : 0, s = i == 1 ? 1 : i == 3 ? -1 : 0;

      cairo_line_to (cr, 0.95 * c + arm * s, 0.95 * s - arm * c);
      cairo_line_to (cr, 0.95 * c - arm * s, 0.95 * s + arm * c);
      cairo_line_to (cr, arm * (c - s), arm * (c + s));
    }
  cairo_close_path (cr);
}

/* The figure's path in a circle of radius 1 about 0 0. */
static void
figure (cairo_t *cr,
        guint    kind,
        CvrRng  *rng)
{
  double inner = cvr_rng_between (rng, 0.38, 0.5);

  switch (kind)
    {
    case CIRCLE:
      cvr_sheet_ellipse (cr, 0, 0, 0.9, 0.9);
      break;
    case SQUARE:
      cairo_rectangle (cr, -0.75, -0.75, 1.5, 1.5);
      break;
    case TRIANGLE:
      polygon (cr, 3, 1);
      break;
    case STAR:
      polygon (cr, 10, inner);
      break;
    case PENTAGON:
      polygon (cr, 5, 1);
      break;
    case CROSS:
    default:
      cross (cr, cvr_rng_between (rng, 0.27, 0.36));
      break;
    }
}

/* A gradient with lines, dots and blobs of kindred colours. */
static void
ground (cairo_t *cr,
        double   side,
        CvrTint  tint,
        CvrRng  *rng)
{
  double           angle = cvr_rng_between (rng, 0, 2 * G_PI);
  double           dx = cos (angle) * side / 2, dy = sin (angle) * side / 2;
  CvrTint          other = cvr_tint_mix (tint, any_tint (rng), cvr_rng_between (rng, 0, 0.3));
  guint            n_marks = cvr_rng_below (rng, 8);
  cairo_pattern_t *gradient = cairo_pattern_create_linear (side / 2 - dx, side / 2 - dy,
                                                           side / 2 + dx, side / 2 + dy);

  cairo_pattern_add_color_stop_rgb (gradient, 0, tint.r, tint.g, tint.b);
  cairo_pattern_add_color_stop_rgb (gradient, 1, other.r, other.g, other.b);
  cairo_set_source (cr, gradient);
  cairo_pattern_destroy (gradient);
  cairo_paint (cr);

  for (guint i = 0; i < n_marks; i++)
    {
      double x = cvr_rng_between (rng, 0, side), y = cvr_rng_between (rng, 0, side);
      double length = cvr_rng_between (rng, 0, 0.6 * side);

      angle = cvr_rng_between (rng, 0, 2 * G_PI);
      cvr_sheet_set (cr, cvr_tint_mix (tint, any_tint (rng), 0.4),
                      cvr_rng_between (rng, 0.3, 0.9));
      cairo_set_line_width (cr, cvr_rng_between (rng, 0.5, 3));
      cairo_move_to (cr, x, y);
      cairo_curve_to (cr, x + length * cos (angle), y, x, y + length * sin (angle),
                      x + length * cos (angle), y + length * sin (angle));
      cairo_stroke (cr);
    }
}

/* Something in front: a bar that hides at most about a quarter of the figure. */
static void
hide_a_part (cairo_t *cr,
             double   x,
             double   y,
             double   radius,
             CvrTint  tint,
             CvrRng  *rng)
{
  double angle = cvr_rng_between (rng, 0, 2 * G_PI);
  double off = cvr_rng_between (rng, 0.35, 0.9) * radius;
  double length = cvr_rng_between (rng, 0.5, 2) * radius;
  double cx = x + off * cos (angle), cy = y + off * sin (angle);

  cvr_sheet_set (cr, tint, 1);
  cairo_set_line_width (cr, cvr_rng_between (rng, 1, 0.35 * radius + 1));
  cairo_move_to (cr, cx - length * sin (angle), cy + length * cos (angle));
  cairo_line_to (cr, cx + length * sin (angle), cy - length * cos (angle));
  cairo_stroke (cr);
}

/* Filled, outlined, or both. */
static void
paint_figure (cairo_t *cr,
              CvrTint  tint,
              double   radius,
              CvrRng  *rng)
{
  gboolean outlined = cvr_chance (rng, 0.3);
  gboolean filled = !outlined || cvr_chance (rng, 0.3);

  if (filled)
    {
      cvr_sheet_set (cr, outlined ? cvr_tint_mix (tint, any_tint (rng), 0.5) : tint, 1);
      cairo_fill_preserve (cr);
    }
  if (outlined)
    {
      cvr_sheet_set (cr, tint, 1);
      cairo_set_line_width (cr, CLAMP (radius * cvr_rng_between (rng, 0.12, 0.3), 1.2, 3));
      cairo_stroke (cr);
    }
  cairo_new_path (cr);
}

/* A colour that stands out from @ground_tint. */
static CvrTint
ink_tint (CvrTint ground_tint,
          CvrRng *rng)
{
  CvrTint tint;

  do
    tint = any_tint (rng);
  while (cvr_tint_distance (tint, ground_tint) < 0.35);

  return tint;
}

/**
 * cvr_draw_shape:
 *
 * A #CvrBuiltinPen in colour. Colour, size, place and turn say nothing about the figure.
 */
void
cvr_draw_shape (guint     kind,
                CvrRng   *rng,
                CvrImage *image,
                CvrImage *mask)
{
  const double side = image->width;
  cairo_t *cr = cvr_sheet_new (image->width, image->height, CAIRO_FORMAT_RGB24);
  CvrTint  ground_tint = any_tint (rng);
  CvrTint  tint = ink_tint (ground_tint, rng);
  double   radius = cvr_rng_between (rng, 0.30, 0.45) * side;
  double   x = side * cvr_rng_between (rng, 0.4, 0.6);
  double   y = side * cvr_rng_between (rng, 0.4, 0.6);
  double   stretch = exp (cvr_rng_between (rng, -0.1, 0.1));
  cairo_matrix_t matrix;

  ground (cr, side, ground_tint, rng);

  cairo_get_matrix (cr, &matrix);
  cairo_translate (cr, x, y);
  cairo_rotate (cr, cvr_rng_between (rng, 0, 2 * G_PI));
  cairo_scale (cr, radius * stretch, radius / stretch);
  figure (cr, kind, rng);
  cairo_set_matrix (cr, &matrix);
  paint_figure (cr, tint, radius, rng);

  if (cvr_chance (rng, 0.2))
    hide_a_part (cr, x, y, radius, ground_tint, rng);

  cvr_sheet_finish (cr, image);
  cvr_pixels_light (image, rng, 0.3);
  cvr_pixels_noise (image, rng, cvr_rng_between (rng, 1, 8));
}
