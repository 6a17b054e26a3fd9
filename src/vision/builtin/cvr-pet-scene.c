/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the animals of the set "pets" are: rooms, meadows, plain walls, and what stands in front.
 */
#include "cvr-pet.h"

#include <math.h>

typedef enum
{
  STUDIO,
  MEADOW,
  ROOM,
  BLUR,
  CLUTTER,
  N_SCENES,
} Scene;

static CvrTint
any_tint (CvrRng *rng,
          double  most_saturated)
{
  double hue = cvr_rng_uniform (rng), saturation = cvr_rng_between (rng, 0.05, most_saturated);

  return cvr_tint_hsv (hue, saturation, cvr_rng_between (rng, 0.35, 0.97));
}

static void
fill_gradient (cairo_t *cr,
               double   side,
               double   top,
               double   bottom,
               CvrTint  high,
               CvrTint  low)
{
  cairo_pattern_t *gradient = cairo_pattern_create_linear (0, top, 0, bottom);

  cairo_pattern_add_color_stop_rgb (gradient, 0, high.r, high.g, high.b);
  cairo_pattern_add_color_stop_rgb (gradient, 1, low.r, low.g, low.b);
  cairo_rectangle (cr, 0, top, side, bottom - top);
  cairo_set_source (cr, gradient);
  cairo_fill (cr);
  cairo_pattern_destroy (gradient);
}

/* A tuft of blades that stands at (x, y). */
static void
grass (cairo_t *cr,
       double   x,
       double   y,
       double   height,
       CvrTint  tint,
       CvrRng  *rng)
{
  cvr_sheet_set (cr, tint, 0.9);
  cairo_set_line_width (cr, 0.8);
  for (guint i = 0; i < 3; i++)
    {
      double lean = cvr_rng_between (rng, -0.6, 0.6) * height;

      cairo_move_to (cr, x + i, y);
      cairo_curve_to (cr, x + i, y - height / 2, x + i + lean / 2, y - height, x + i + lean,
                      y - height);
      cairo_stroke (cr);
    }
}

static void
meadow (cairo_t *cr,
        double   side,
        double   floor_y,
        CvrRng  *rng)
{
  CvrTint sky = cvr_tint_hsv (cvr_rng_between (rng, 0.52, 0.64), cvr_rng_between (rng, 0.1, 0.5),
                              cvr_rng_between (rng, 0.75, 1));
  CvrTint green = cvr_tint_hsv (cvr_rng_between (rng, 0.2, 0.38), cvr_rng_between (rng, 0.35, 0.7),
                                cvr_rng_between (rng, 0.45, 0.8));
  guint   n_hills = cvr_rng_below (rng, 3);

  fill_gradient (cr, side, 0, side, sky, cvr_tint_mix (sky, (CvrTint) { 1, 1, 1 }, 0.6));
  for (guint i = 0; i < n_hills; i++)
    {
      cvr_sheet_ellipse (cr, cvr_rng_between (rng, 0, side), floor_y,
                          cvr_rng_between (rng, 12, 34), cvr_rng_between (rng, 5, 18));
      cvr_sheet_set (cr, cvr_tint_mix (green, sky, 0.5), 1);
      cairo_fill (cr);
    }
  fill_gradient (cr, side, floor_y, side, cvr_tint_mix (green, sky, 0.15),
                 cvr_tint_mix (green, (CvrTint) { 0, 0, 0 }, 0.2));
  for (guint i = 0; i < 14; i++)
    grass (cr, cvr_rng_between (rng, 0, side), cvr_rng_between (rng, floor_y, side + 2),
           cvr_rng_between (rng, 2, 5),
           cvr_tint_mix (green, (CvrTint) { 0, 0.1, 0 }, cvr_rng_between (rng, 0.1, 0.4)), rng);
}

/* A picture, a window or a shelf on the wall. */
static void
wall_thing (cairo_t *cr,
            double   side,
            double   floor_y,
            CvrRng  *rng)
{
  double x = cvr_rng_between (rng, -0.1, 0.8) * side, y = cvr_rng_between (rng, 0.02, 0.4) * side;
  double width = cvr_rng_between (rng, 0.15, 0.4) * side;
  double height = MIN (cvr_rng_between (rng, 0.15, 0.4) * side, floor_y - y - 2);

  if (height < 3)
    return;

  cairo_rectangle (cr, x, y, width, height);
  cvr_sheet_set (cr, any_tint (rng, 0.7), 1);
  cairo_fill_preserve (cr);
  cvr_sheet_set (cr, any_tint (rng, 0.5), 1);
  cairo_set_line_width (cr, cvr_rng_between (rng, 0.8, 2.5));
  cairo_stroke (cr);
  if (cvr_chance (rng, 0.5))
    {
      cairo_move_to (cr, x + width / 2, y);
      cairo_line_to (cr, x + width / 2, y + height);
      cairo_move_to (cr, x, y + height / 2);
      cairo_line_to (cr, x + width, y + height / 2);
      cairo_stroke (cr);
    }
}

static void
room (cairo_t *cr,
      double   side,
      double   floor_y,
      CvrRng  *rng)
{
  CvrTint wall = any_tint (rng, 0.5), ground = any_tint (rng, 0.5);
  guint   n_things = cvr_rng_below (rng, 3);

  fill_gradient (cr, side, 0, floor_y, wall, cvr_tint_mix (wall, (CvrTint) { 0, 0, 0 }, 0.15));
  for (guint i = 0; i < n_things; i++)
    wall_thing (cr, side, floor_y, rng);
  fill_gradient (cr, side, floor_y, side, ground,
                 cvr_tint_mix (ground, (CvrTint) { 0, 0, 0 }, 0.2));
  cvr_sheet_set (cr, any_tint (rng, 0.2), 1);
  cairo_rectangle (cr, 0, floor_y - 1.5, side, 1.5);
  cairo_fill (cr);

  if (cvr_chance (rng, 0.5))
    {
      cvr_sheet_ellipse (cr, side / 2, (floor_y + side) / 2 + 2, 0.46 * side,
                          (side - floor_y) / 2);
      cvr_sheet_set (cr, any_tint (rng, 0.8), 1);
      cairo_fill (cr);
    }
}

/* Lights out of focus. */
static void
blur (cairo_t *cr,
      double   side,
      CvrRng  *rng)
{
  guint n = 5 + cvr_rng_below (rng, 10);

  fill_gradient (cr, side, 0, side, any_tint (rng, 0.6), any_tint (rng, 0.6));
  for (guint i = 0; i < n; i++)
    {
      double radius = cvr_rng_between (rng, 2, 10);

      cvr_sheet_ellipse (cr, cvr_rng_between (rng, 0, side), cvr_rng_between (rng, 0, side),
                          radius, radius);
      cvr_sheet_set (cr, any_tint (rng, 0.6), cvr_rng_between (rng, 0.15, 0.5));
      cairo_fill (cr);
    }
}

/* Boxes, balls and books. */
static void
clutter (cairo_t *cr,
         double   side,
         double   floor_y,
         CvrRng  *rng)
{
  guint n = 3 + cvr_rng_below (rng, 6);

  room (cr, side, floor_y, rng);
  for (guint i = 0; i < n; i++)
    {
      double size = cvr_rng_between (rng, 3, 11), x = cvr_rng_between (rng, 0, side);

      if (cvr_chance (rng, 0.5))
        cvr_sheet_ellipse (cr, x, floor_y + 2 - size / 2, size / 2, size / 2);
      else
        cairo_rectangle (cr, x, floor_y + 2 - size, size * cvr_rng_between (rng, 0.4, 1.4), size);
      cvr_sheet_set (cr, any_tint (rng, 0.8), 1);
      cairo_fill_preserve (cr);
      cairo_set_source_rgba (cr, 0, 0, 0, 0.4);
      cairo_set_line_width (cr, 0.6);
      cairo_stroke (cr);
    }
}

/**
 * cvr_pet_background:
 * @floor_y: where wall or sky end, pixels from the top
 *
 * Fills the canvas. Drawn the same way for cats and dogs.
 */
void
cvr_pet_background (cairo_t *cr,
                    double   side,
                    double   floor_y,
                    CvrRng  *rng)
{
  switch ((Scene) cvr_rng_below (rng, N_SCENES))
    {
    case STUDIO:
      fill_gradient (cr, side, 0, side, any_tint (rng, 0.7), any_tint (rng, 0.7));
      break;
    case MEADOW:
      meadow (cr, side, floor_y, rng);
      break;
    case ROOM:
      room (cr, side, floor_y, rng);
      break;
    case BLUR:
      blur (cr, side, rng);
      break;
    case CLUTTER:
    case N_SCENES:
    default:
      clutter (cr, side, floor_y, rng);
      break;
    }
}

/**
 * cvr_pet_foreground:
 *
 * A ball, a post or tall grass between us and the animal.
 */
void
cvr_pet_foreground (cairo_t *cr,
                    double   side,
                    CvrRng  *rng)
{
  double  x = cvr_rng_between (rng, 0.05, 0.95) * side;
  CvrTint tint = any_tint (rng, 0.8);
  guint   kind = cvr_rng_below (rng, 3);

  if (kind == 0)
    {
      double radius = cvr_rng_between (rng, 0.07, 0.14) * side;

      cvr_sheet_ellipse (cr, x, side - radius, radius, radius);
      cvr_sheet_set (cr, tint, 1);
      cairo_fill (cr);
    }
  else if (kind == 1)
    {
      cvr_sheet_set (cr, tint, 1);
      cairo_rectangle (cr, x, 0, cvr_rng_between (rng, 0.04, 0.1) * side, side);
      cairo_fill (cr);
    }
  else
    {
      CvrTint green = cvr_tint_hsv (cvr_rng_between (rng, 0.22, 0.4), 0.6,
                                    cvr_rng_between (rng, 0.3, 0.7));

      for (guint i = 0; i < 10; i++)
        grass (cr, x + cvr_rng_between (rng, -8, 8), side + 1,
               cvr_rng_between (rng, 0.1, 0.35) * side, green, rng);
    }
}
