/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coats and bodies of the set "pets": sitting, standing and lying, feet at y 0, about 2 units high.
 */
#include "cvr-pet.h"

#include <math.h>

static const CvrTint black = { 0.07, 0.06, 0.07 };

/**
 * cvr_pet_outline:
 *
 * Strokes the path with the animal's line, whose width is in pixels whatever the scale; clears it.
 */
void
cvr_pet_outline (const CvrPet *pet,
                 cairo_t      *cr)
{
  double pixel = 1, unused = 0;

  if (pet->line_width <= 0)
    {
      cairo_new_path (cr);
      return;
    }

  cairo_device_to_user_distance (cr, &unused, &pixel);
  cvr_sheet_set (cr, pet->line, 0.9);
  cairo_set_line_width (cr, pet->line_width * hypot (pixel, unused));
  cairo_stroke (cr);
}

static void
tabby (const CvrPet *pet,
       cairo_t      *cr,
       CvrRng       *rng,
       const double  box[4])
{
  double width = box[2] - box[0];
  double step = cvr_rng_between (rng, 0.26, 0.38);
  double bend = cvr_rng_between (rng, -0.2, 0.2);

  cvr_sheet_set (cr, pet->marks, 0.85);
  cairo_set_line_width (cr, step * cvr_rng_between (rng, 0.3, 0.5));
  for (double x = box[0] + step / 2; x < box[2]; x += step)
    {
      double from_middle = (x - box[0]) / width - 0.5;
      double reach = (0.35 + 0.25 * cvr_rng_uniform (rng)) * (box[3] - box[1]);

      cairo_move_to (cr, x, box[1] - 0.1);
      cairo_curve_to (cr, x + bend, box[1] + reach / 2, x - from_middle * 0.3, box[1] + reach * 0.7,
                      x - from_middle * 0.4, box[1] + reach);
      cairo_stroke (cr);
    }
}

static void
blotches (const CvrPet *pet,
          cairo_t      *cr,
          CvrRng       *rng,
          const double  box[4],
          guint         n,
          double        smallest,
          double        largest)
{
  cvr_sheet_set (cr, pet->marks, 1);
  for (guint i = 0; i < n; i++)
    {
      double x = cvr_rng_between (rng, box[0], box[2]), y = cvr_rng_between (rng, box[1], box[3]);
      double size = cvr_rng_between (rng, smallest, largest);

      cvr_sheet_ellipse (cr, x, y, size, size * cvr_rng_between (rng, 0.7, 1.2));
      cairo_fill (cr);
    }
}

static void
coat_marks (const CvrPet *pet,
            cairo_t      *cr,
            CvrRng       *rng,
            const double  box[4])
{
  double area = (box[2] - box[0]) * (box[3] - box[1]);

  switch (pet->coat)
    {
    case CVR_COAT_TABBY:
      tabby (pet, cr, rng, box);
      break;
    case CVR_COAT_SPOTS:
      blotches (pet, cr, rng, box, (guint) MIN (9 * area, 40), 0.06, 0.13);
      break;
    case CVR_COAT_PATCHES:
      blotches (pet, cr, rng, box, (guint) MIN (1 + 1.2 * area, 6), 0.3, 0.6);
      break;
    case CVR_COAT_BICOLOUR:
      cvr_sheet_ellipse (cr, (box[0] + box[2]) / 2, box[3] + 0.05, 0.42 * (box[2] - box[0]),
                          0.55 * (box[3] - box[1]));
      cvr_sheet_set (cr, cvr_tint_mix (pet->pale, (CvrTint) { 1, 1, 1 }, 0.7), 1);
      cairo_fill (cr);
      break;
    case CVR_COAT_PLAIN:
    case CVR_COAT_POINTS:
    default:
      break;
    }
}

/* Light from above: lighter at the top, darker below. */
static void
shade (cairo_t      *cr,
       const double  box[4])
{
  cairo_pattern_t *light = cairo_pattern_create_linear (0, box[1], 0, box[3]);

  cairo_pattern_add_color_stop_rgba (light, 0.0, 1, 1, 1, 0.16);
  cairo_pattern_add_color_stop_rgba (light, 0.5, 1, 1, 1, 0.0);
  cairo_pattern_add_color_stop_rgba (light, 0.5, 0, 0, 0, 0.0);
  cairo_pattern_add_color_stop_rgba (light, 1.0, 0, 0, 0, 0.20);
  cairo_set_source (cr, light);
  cairo_paint (cr);
  cairo_pattern_destroy (light);
}

/**
 * cvr_pet_fur:
 *
 * Fills the path with the coat, shades and outlines it; clears the path.
 */
void
cvr_pet_fur (const CvrPet *pet,
             cairo_t      *cr,
             CvrRng       *rng)
{
  cairo_path_t *path = cairo_copy_path (cr);
  double        box[4];

  cairo_path_extents (cr, &box[0], &box[1], &box[2], &box[3]);
  cvr_sheet_set (cr, pet->fur, 1);
  cairo_fill_preserve (cr);

  cairo_save (cr);
  cairo_clip (cr);
  coat_marks (pet, cr, rng, box);
  shade (cr, box);
  cairo_restore (cr);

  cairo_new_path (cr);
  cairo_append_path (cr, path);
  cairo_path_destroy (path);
  cvr_pet_outline (pet, cr);
}

/* A line of fur from where the path stands: outline first, fur on it. */
static void
furry_stroke (const CvrPet *pet,
              cairo_t      *cr,
              double        width,
              CvrTint       tint)
{
  double pixel = 1, unused = 0;

  cairo_device_to_user_distance (cr, &unused, &pixel);
  pixel = hypot (pixel, unused);
  cvr_sheet_set (cr, pet->line, pet->line_width > 0 ? 0.9 : 0.25);
  cairo_set_line_width (cr, width + 2 * MAX (pet->line_width, 0.5) * pixel);
  cairo_stroke_preserve (cr);
  cvr_sheet_set (cr, tint, 1);
  cairo_set_line_width (cr, width);
  cairo_stroke (cr);
}

static CvrTint
tip_tint (const CvrPet *pet)
{
  return pet->coat == CVR_COAT_POINTS     ? pet->marks
         : pet->coat == CVR_COAT_BICOLOUR ? pet->pale
                                          : pet->fur;
}

/* From (x, y), away from the body towards @sign, up or down as it curls. */
static void
tail (const CvrPet *pet,
      cairo_t      *cr,
      double        x,
      double        y,
      double        sign)
{
  double length = pet->tail, rise = 0.25 + 0.75 * pet->tail_curl;

  cairo_move_to (cr, x, y);
  if (pet->dog)
    cairo_curve_to (cr, x + sign * 0.35 * length, y - 0.1, x + sign * 0.6 * length,
                    y - 0.5 * length * rise, x + sign * (0.45 + 0.2 * pet->tail_curl) * length,
                    y - 0.9 * length * fabs (rise));
  else
    cairo_curve_to (cr, x + sign * 0.6 * length, y + 0.05, x + sign * 0.2 * length,
                    y - 0.8 * length * rise, x + sign * 0.65 * length, y - 1.05 * length * rise);
  furry_stroke (pet, cr, pet->tail_width * pet->build,
                pet->coat == CVR_COAT_POINTS ? pet->marks : pet->fur);
}

/* A leg from (x, top) to the ground at (foot, @ground), with its paw. */
static void
leg (const CvrPet *pet,
     cairo_t      *cr,
     double        x,
     double        top,
     double        foot,
     double        ground,
     double        shadow)
{
  double  width = (pet->dog ? 0.25 : 0.21) * pet->build;
  CvrTint tint = cvr_tint_mix (pet->fur, black, shadow);

  cairo_move_to (cr, x, top);
  cairo_line_to (cr, foot, ground - width / 2);
  furry_stroke (pet, cr, width, tint);
  cvr_sheet_ellipse (cr, foot - 0.06, ground - 0.09, width * 0.66, 0.10);
  cvr_sheet_set (cr, cvr_tint_mix (tip_tint (pet), black, shadow), 1);
  cairo_fill_preserve (cr);
  cvr_pet_outline (pet, cr);
}

static void
collar (const CvrPet *pet,
        cairo_t      *cr,
        double        x,
        double        y,
        double        half)
{
  if (!pet->has_collar)
    return;

  cairo_move_to (cr, x - half, y - 0.06);
  cairo_curve_to (cr, x - half / 2, y + 0.1, x + half / 2, y + 0.1, x + half, y - 0.06);
  cvr_sheet_set (cr, pet->collar, 1);
  cairo_set_line_width (cr, 0.13);
  cairo_stroke (cr);
}

/* The head at (x, y), of @size, seen from the front. */
static void
head_at (const CvrPet *pet,
         cairo_t      *cr,
         CvrRng       *rng,
         double        x,
         double        y,
         double        size)
{
  cairo_save (cr);
  cairo_translate (cr, x, y);
  cairo_rotate (cr, cvr_rng_between (rng, -0.2, 0.2));
  cairo_scale (cr, size, size);
  cvr_pet_head_front (pet, cr, rng);
  cairo_restore (cr);
}

/**
 * cvr_pet_sitting:
 *
 * Sits and looks at us; 2.6 units high with its ears.
 */
void
cvr_pet_sitting (const CvrPet *pet,
                 cairo_t      *cr,
                 CvrRng       *rng)
{
  double wide = pet->build;
  double head = (pet->dog ? 0.56 : 0.58) * cvr_rng_between (rng, 0.92, 1.15);

  tail (pet, cr, 0.5 * wide, -0.18, 1);
  for (int sign = -1; sign <= 1; sign += 2)
    {
      cvr_sheet_ellipse (cr, sign * 0.46 * wide, -0.32, 0.33 * wide, 0.33);
      cvr_pet_fur (pet, cr, rng);
    }

  cairo_move_to (cr, -0.30 * wide, -1.45);
  cairo_curve_to (cr, -0.52 * wide, -0.9, -0.62 * wide, -0.4, -0.48 * wide, -0.1);
  cairo_line_to (cr, 0.48 * wide, -0.1);
  cairo_curve_to (cr, 0.62 * wide, -0.4, 0.52 * wide, -0.9, 0.30 * wide, -1.45);
  cairo_close_path (cr);
  cvr_pet_fur (pet, cr, rng);

  for (int sign = -1; sign <= 1; sign += 2)
    leg (pet, cr, sign * 0.2 * wide, -0.8, sign * 0.2 * wide, 0.02, 0);
  collar (pet, cr, 0, -1.08, 0.36 * wide);
  head_at (pet, cr, rng, 0, -1.55, head);
}

/**
 * cvr_pet_standing:
 *
 * Stands sideways, its front to the left, and looks at us or ahead.
 */
void
cvr_pet_standing (const CvrPet *pet,
                  cairo_t      *cr,
                  CvrRng       *rng)
{
  double ground = 0, hip = -0.72 * pet->leg, thick = 0.36 * pet->build;
  double stride = cvr_rng_between (rng, -0.2, 0.2);
  double head = (pet->dog ? 0.50 : 0.48) * cvr_rng_between (rng, 0.92, 1.15);
  double back = hip - 2 * thick + 0.1;

  tail (pet, cr, 0.88, back + 0.2, 1);
  leg (pet, cr, -0.55, hip, -0.55 - stride, ground - 0.06, 0.25);
  leg (pet, cr, 0.62, hip, 0.62 + stride, ground - 0.06, 0.25);

  cairo_move_to (cr, -0.95, hip - thick);
  cairo_curve_to (cr, -0.95, back - 0.1, -0.5, back, 0, back + 0.04);
  cairo_curve_to (cr, 0.5, back - 0.02, 1.0, back, 0.98, hip - 0.4 * thick);
  cairo_curve_to (cr, 0.95, hip + 0.15, 0.5, hip - (pet->dog ? 0.1 : 0.0), 0, hip + 0.04);
  cairo_curve_to (cr, -0.5, hip + 0.16, -0.95, hip + 0.15, -0.95, hip - thick);
  cairo_close_path (cr);
  cvr_pet_fur (pet, cr, rng);

  leg (pet, cr, -0.72, hip, -0.72 + stride, ground, 0);
  leg (pet, cr, 0.80, hip, 0.80 - stride, ground, 0);

  cairo_save (cr);
  cairo_translate (cr, -0.95, back - 0.25);
  if (cvr_chance (rng, 0.4))
    {
      cairo_rotate (cr, cvr_rng_between (rng, -0.1, 0.1));
      cairo_scale (cr, head, head);
      cairo_rectangle (cr, -3, -3, 6, 4.3);
      cairo_clip (cr); /* The neck ends in the shoulder. */
      cvr_pet_head_profile (pet, cr, rng);
    }
  else
    head_at (pet, cr, rng, 0, 0, head);
  cairo_restore (cr);
}

/**
 * cvr_pet_lying:
 *
 * Lies sideways with its paws before it and looks at us.
 */
void
cvr_pet_lying (const CvrPet *pet,
               cairo_t      *cr,
               CvrRng       *rng)
{
  double high = 0.72 * pet->build;
  double head = (pet->dog ? 0.56 : 0.54) * cvr_rng_between (rng, 0.92, 1.15);

  tail (pet, cr, 1.02, -0.2, 1);
  cairo_move_to (cr, -0.95, 0);
  cairo_curve_to (cr, -1.1, -high, -0.6, -1.1 * high, -0.1, -1.1 * high);
  cairo_curve_to (cr, 0.6, -1.15 * high, 1.3, -0.9 * high, 1.12, 0);
  cairo_close_path (cr);
  cvr_pet_fur (pet, cr, rng);

  cvr_sheet_ellipse (cr, 0.72, -0.30, 0.38, 0.30 * pet->build);
  cvr_pet_fur (pet, cr, rng);
  for (int i = 0; i < 2; i++)
    {
      cairo_move_to (cr, -0.5, -0.14 + 0.08 * i);
      cairo_line_to (cr, -1.12 - 0.1 * i * pet->leg, -0.12 + 0.1 * i);
      furry_stroke (pet, cr, 0.22 * pet->build,
                    cvr_tint_mix (tip_tint (pet), black, i == 0 ? 0.12 : 0));
    }
  collar (pet, cr, -0.68, -0.45 - 0.3 * high, 0.34);
  head_at (pet, cr, rng, -0.70, -0.5 - 0.75 * high, head);
}
