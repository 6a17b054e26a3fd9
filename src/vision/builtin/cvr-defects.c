/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Damage on surfaces of the set "textures": scratch, spot, crack, smear and missing thread.
 *
 * A defect is a coverage map (drawn by Cairo) and what happens under it: a change of grey, or the
 * pattern fading into its surroundings. */
#include "cvr-defects.h"

#include "cvr-sheet.h"

#include <math.h>

typedef enum
{
  SCRATCH,
  SPOT,
  CRACK,
  SMEAR,
  THREAD,
  N_DEFECTS,
} Defect;

/* Coverage from which a pixel counts as defective. */
enum { COVERED = 96 };

/* A long, slightly bent line. */
static void
draw_scratch (cairo_t *cr,
              double   side,
              CvrRng  *rng)
{
  double angle = cvr_rng_between (rng, 0, 2 * G_PI);
  double length = cvr_rng_between (rng, 0.25, 0.7) * side;
  double bend = cvr_rng_between (rng, -0.15, 0.15) * length;
  double x = cvr_rng_between (rng, 0.25, 0.75) * side, y = cvr_rng_between (rng, 0.25, 0.75) * side;
  double dx = cos (angle) * length / 2, dy = sin (angle) * length / 2;

  cairo_set_line_width (cr, cvr_rng_between (rng, 1.1, 2.2));
  cairo_move_to (cr, x - dx, y - dy);
  cairo_curve_to (cr, x - dx / 3 - dy * bend / length, y - dy / 3 + dx * bend / length,
                  x + dx / 3 - dy * bend / length, y + dy / 3 + dx * bend / length, x + dx, y + dy);
  cairo_stroke (cr);
}

/* A soft round or oval blot of a radius from @smallest to @largest pixels. */
static void
draw_blot (cairo_t *cr,
           double   side,
           double   smallest,
           double   largest,
           CvrRng  *rng)
{
  double radius = cvr_rng_between (rng, smallest, largest);
  double x = cvr_rng_between (rng, 0.15, 0.85) * side, y = cvr_rng_between (rng, 0.15, 0.85) * side;
  cairo_pattern_t *soft = cairo_pattern_create_radial (0, 0, 0.4 * radius, 0, 0, radius);

  cairo_pattern_add_color_stop_rgba (soft, 0, 1, 1, 1, 1);
  cairo_pattern_add_color_stop_rgba (soft, 1, 1, 1, 1, 0);
  cairo_save (cr);
  cairo_translate (cr, x, y);
  cairo_rotate (cr, cvr_rng_between (rng, 0, G_PI));
  cairo_scale (cr, 1, cvr_rng_between (rng, 0.5, 1));
  cairo_set_source (cr, soft);
  cairo_paint (cr);
  cairo_restore (cr);
  cairo_pattern_destroy (soft);
}

/* A line that jumps aside at every step, and sometimes forks. */
static void
draw_crack (cairo_t *cr,
            double   side,
            CvrRng  *rng)
{
  double x = cvr_rng_between (rng, 0.2, 0.8) * side, y = cvr_rng_between (rng, 0.2, 0.8) * side;
  double heading = cvr_rng_between (rng, 0, 2 * G_PI);
  guint  n_branches = 1 + cvr_rng_below (rng, 3);

  cairo_set_line_width (cr, cvr_rng_between (rng, 0.9, 1.6));
  for (guint branch = 0; branch < n_branches; branch++)
    {
      guint  n_steps = 5 + cvr_rng_below (rng, 6);
      double angle = heading + branch * 2.2, px = x, py = y;

      cairo_move_to (cr, px, py);
      for (guint i = 0; i < n_steps; i++)
        {
          double turned = angle + cvr_rng_between (rng, -0.9, 0.9);

          px += 3 * cos (turned);
          py += 3 * sin (turned);
          cairo_line_to (cr, px, py);
        }
      cairo_stroke (cr);
    }
}

/* A band one thread wide along one of the surface's axes. */
static void
draw_missing_thread (cairo_t          *cr,
                     double            side,
                     const CvrSurface *surface,
                     CvrRng           *rng)
{
  double angle = surface->angle + (cvr_chance (rng, 0.5) ? G_PI / 2 : 0);
  double x = cvr_rng_between (rng, 0.25, 0.75) * side, y = cvr_rng_between (rng, 0.25, 0.75) * side;
  double before = cvr_rng_between (rng, 0.2, 1) * side,
         after = cvr_rng_between (rng, 0.2, 1) * side;

  cairo_set_line_cap (cr, CAIRO_LINE_CAP_BUTT);
  cairo_set_line_width (cr, surface->period * cvr_rng_between (rng, 0.7, 1));
  cairo_move_to (cr, x - before * cos (angle), y - before * sin (angle));
  cairo_line_to (cr, x + after * cos (angle), y + after * sin (angle));
  cairo_stroke (cr);
}

static void
draw_coverage (Defect            defect,
               const CvrSurface *surface,
               CvrRng           *rng,
               CvrImage         *coverage)
{
  const double side = coverage->width;
  cairo_t *cr = cvr_sheet_new (coverage->width, coverage->height, CAIRO_FORMAT_A8);

  cairo_set_source_rgba (cr, 1, 1, 1, 1);
  switch (defect)
    {
    case SCRATCH:
      draw_scratch (cr, side, rng);
      break;
    case SPOT:
      draw_blot (cr, side, 3, 6, rng);
      break;
    case CRACK:
      draw_crack (cr, side, rng);
      break;
    case SMEAR:
      draw_blot (cr, side, 9, 17, rng);
      break;
    case THREAD:
    case N_DEFECTS:
    default:
      draw_missing_thread (cr, side, surface, rng);
      break;
    }
  cvr_sheet_finish (cr, coverage);
}

/**
 * cvr_defect_add:
 * @image: grey; damaged in place
 * @mask: as large and grey; set to 255 where the damage is, 0 elsewhere
 *
 * Cracks are dark, the others darker or lighter; smears and missing threads lose the pattern
 * instead.
 */
void
cvr_defect_add (const CvrSurface *surface,
                CvrRng           *rng,
                CvrImage         *image,
                CvrImage         *mask)
{
  Defect   defect = (Defect) cvr_rng_below (rng, surface->threads ? N_DEFECTS : THREAD);
  gboolean fades = defect == SMEAR || defect == THREAD;
  double   sign = defect == CRACK || cvr_chance (rng, 0.5) ? -1 : 1;
  double   change = sign * (fades ? cvr_rng_between (rng, 0.7, 1.3) * surface->contrast
                                  : 24 + cvr_rng_between (rng, 1.0, 2.0) * surface->contrast);
  double   kept = fades ? cvr_rng_between (rng, 0.1, 0.35) : 1;

  draw_coverage (defect, surface, rng, mask);
  for (gsize i = 0; i < cvr_image_n_bytes (image); i++)
    {
      double cover = mask->data[i] / 255.0;
      double damaged = surface->middle + change + kept * (image->data[i] - surface->middle);
      double level = image->data[i] + cover * (damaged - image->data[i]);

      image->data[i] = (guint8) (CLAMP (level, 0, 255) + 0.5);
      mask->data[i] = mask->data[i] >= COVERED ? 255 : 0;
    }
}
