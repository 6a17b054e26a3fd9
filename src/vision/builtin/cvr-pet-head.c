/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Heads of the set "pets", from the front and from the side, about the middle of a head of
 * radius 1. */
#include "cvr-pet.h"

#include <math.h>

static const CvrTint pink = { 0.93, 0.60, 0.62 };
static const CvrTint black = { 0.07, 0.06, 0.07 };
static const CvrTint white = { 0.99, 0.99, 0.98 };

/* The colour of ears and of the face's middle. */
static CvrTint
ear_tint (const CvrPet *pet)
{
  return pet->coat == CVR_COAT_POINTS || pet->coat == CVR_COAT_PATCHES
             ? pet->marks
             : cvr_tint_mix (pet->fur, black, 0.08);
}

static void
fill_and_outline (const CvrPet *pet,
                  cairo_t      *cr,
                  CvrTint       tint)
{
  cvr_sheet_set (cr, tint, 1);
  cairo_fill_preserve (cr);
  cvr_pet_outline (pet, cr);
}

/* An upright ear on the side @sign; cats' stand wider apart. */
static void
pointed_ear (const CvrPet *pet,
             cairo_t      *cr,
             double        sign,
             gboolean      inner)
{
  double shrink = inner ? 0.55 : 1;
  double outer = pet->dog ? 0.86 : 0.96, inward = pet->dog ? 0.22 : 0.20;
  double middle = (outer + inward) / 2 * pet->head_wide;
  double half = (outer - inward) / 2 * pet->head_wide * shrink;
  double base = -0.42 * pet->head_long;
  double tip_x = (pet->dog ? 0.70 : 0.84) * pet->head_wide;
  double tip_y = (pet->dog ? -1.40 : -1.42) * pet->ear_size;

  tip_y = base + (tip_y - base) * (inner ? 0.72 : 1);
  cairo_move_to (cr, sign * (middle + half), base + 0.12);
  cairo_curve_to (cr, sign * (middle + half * 1.15), base - 0.4, sign * (tip_x + 0.12 * shrink),
                  tip_y + 0.3, sign * tip_x, tip_y);
  cairo_curve_to (cr, sign * (tip_x - 0.2 * shrink), tip_y + 0.15, sign * (middle - half),
                  base - 0.45, sign * (middle - half), base - 0.3);
  cairo_close_path (cr);
}

/* An ear whose upper half has fallen forward. */
static void
folded_ear (const CvrPet *pet,
            cairo_t      *cr,
            double        sign)
{
  double wide = pet->head_wide, high = pet->head_long, size = pet->ear_size;

  cairo_move_to (cr, sign * 0.30 * wide, -0.88 * high);
  cairo_curve_to (cr, sign * 0.45 * wide, -1.22 * high * size, sign * 0.80 * wide,
                  -1.18 * high * size, sign * 0.95 * wide, -0.62 * high);
  if (pet->dog)
    cairo_curve_to (cr, sign * 1.05 * wide, -0.45 * high, sign * 1.02 * wide, -0.10 * high * size,
                    sign * 0.92 * wide, -0.12 * high * size);
  else
    cairo_line_to (cr, sign * 0.90 * wide, -0.42 * high);
  cairo_curve_to (cr, sign * 0.75 * wide, -0.45 * high, sign * 0.5 * wide, -0.60 * high,
                  sign * 0.30 * wide, -0.88 * high);
  cairo_close_path (cr);
}

static void
floppy_ear (const CvrPet *pet,
            cairo_t      *cr,
            double        sign)
{
  double wide = pet->head_wide, high = pet->head_long;
  double low = 0.55 * pet->ear_size * high + 0.1;

  cairo_move_to (cr, sign * 0.45 * wide, -0.86 * high);
  cairo_curve_to (cr, sign * 0.95 * wide, -1.05 * high, sign * 1.35 * wide, -0.55 * high,
                  sign * 1.34 * wide, 0.1);
  cairo_curve_to (cr, sign * 1.34 * wide, low + 0.1, sign * 1.20 * wide, low + 0.25,
                  sign * 1.05 * wide, low + 0.1);
  cairo_curve_to (cr, sign * 0.90 * wide, low - 0.1, sign * 0.85 * wide, -0.2, sign * 0.62 * wide,
                  -0.58 * high);
  cairo_close_path (cr);
}

static void
ears_behind (const CvrPet *pet,
             cairo_t      *cr)
{
  for (int sign = -1; sign <= 1 && pet->ears == CVR_EARS_POINTED; sign += 2)
    {
      pointed_ear (pet, cr, sign, FALSE);
      fill_and_outline (pet, cr, ear_tint (pet));
      pointed_ear (pet, cr, sign, TRUE);
      cvr_sheet_set (cr, cvr_tint_mix (pink, pet->fur, 0.35), 1);
      cairo_fill (cr);
    }
}

static void
ears_before (const CvrPet *pet,
             cairo_t      *cr)
{
  for (int sign = -1; sign <= 1 && pet->ears != CVR_EARS_POINTED; sign += 2)
    {
      if (pet->ears == CVR_EARS_FOLDED)
        folded_ear (pet, cr, sign);
      else
        floppy_ear (pet, cr, sign);
      fill_and_outline (pet, cr, cvr_tint_mix (ear_tint (pet), black, 0.15));
    }
}

/* Cats: broad cheeks, small chin. Dogs: narrower towards the jaw, and longer. */
static void
skull_front (const CvrPet *pet,
             cairo_t      *cr)
{
  double wide = pet->head_wide, high = pet->head_long;
  double cheek = pet->dog ? 0.86 : 1.02, cheek_y = pet->dog ? 0.15 : 0.25;
  double chin = pet->dog ? 1.02 : 0.84;

  cairo_move_to (cr, 0, -0.92 * high);
  for (int sign = 1; sign >= -1; sign -= 2)
    {
      double from = sign > 0 ? -0.92 : chin, to = sign > 0 ? chin : -0.92;

      if (sign > 0)
        {
          cairo_curve_to (cr, 0.62 * wide, from * high, wide * 0.95, -0.5 * high, cheek * wide,
                          cheek_y * high);
          cairo_curve_to (cr, cheek * wide, (cheek_y + 0.35) * high, 0.5 * wide, to * high, 0,
                          to * high);
        }
      else
        {
          cairo_curve_to (cr, -0.5 * wide, from * high, -cheek * wide, (cheek_y + 0.35) * high,
                          -cheek * wide, cheek_y * high);
          cairo_curve_to (cr, -0.95 * wide, -0.5 * high, -0.62 * wide, to * high, 0, to * high);
        }
    }
  cairo_close_path (cr);
}

static void
closed_eye (cairo_t *cr,
            double   x,
            double   y,
            double   size)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, x, y - 0.5 * size, size, 0.15 * G_PI, 0.85 * G_PI);
  cvr_sheet_set (cr, black, 1);
  cairo_set_line_width (cr, 0.09);
  cairo_stroke (cr);
}

static void
cat_eye (const CvrPet *pet,
         cairo_t      *cr,
         double        x,
         double        y,
         double        size)
{
  double tilt = x < 0 ? 0.06 : -0.06;

  cairo_move_to (cr, x - size * 1.1, y - tilt);
  cairo_curve_to (cr, x - size * 0.4, y - size * 1.1, x + size * 0.4, y - size * 1.1,
                  x + size * 1.1, y + tilt);
  cairo_curve_to (cr, x + size * 0.4, y + size, x - size * 0.4, y + size, x - size * 1.1, y - tilt);
  cairo_close_path (cr);
  cvr_sheet_set (cr, pet->eye, 1);
  cairo_fill_preserve (cr);
  cvr_sheet_set (cr, black, 0.9);
  cairo_set_line_width (cr, 0.06);
  cairo_stroke (cr);
  cvr_sheet_ellipse (cr, x, y, pet->slit ? 0.28 * size : 0.62 * size,
                      pet->slit ? 0.72 * size : 0.66 * size);
  cvr_sheet_set (cr, black, 1);
  cairo_fill (cr);
}

static void
dog_eye (const CvrPet *pet,
         cairo_t      *cr,
         double        x,
         double        y,
         double        size)
{
  cvr_sheet_ellipse (cr, x, y, size * 0.92, size);
  cvr_sheet_set (cr, cvr_tint_mix (white, pet->fur, 0.35), 1);
  cairo_fill (cr);
  cvr_sheet_ellipse (cr, x, y, size * 0.72, size * 0.78);
  cvr_sheet_set (cr, cvr_tint_mix (black, pet->eye, 0.18), 1);
  cairo_fill (cr);
}

static void
eye (const CvrPet *pet,
     cairo_t      *cr,
     double        x,
     double        y)
{
  double size = (pet->dog ? 0.20 : 0.25) * pet->eye_size;

  if (pet->asleep)
    {
      closed_eye (cr, x, y, size);
      return;
    }

  if (pet->dog)
    dog_eye (pet, cr, x, y, size);
  else
    cat_eye (pet, cr, x, y, size);

  cvr_sheet_ellipse (cr, x + 0.25 * size, y - 0.3 * size, 0.22 * size, 0.22 * size);
  cvr_sheet_set (cr, white, 0.95);
  cairo_fill (cr);
}

/* From the corner of the mouth @x, @y towards @sign. */
static void
whiskers (const CvrPet *pet,
          cairo_t      *cr,
          double        x,
          double        y,
          double        sign)
{
  double lightness = cvr_tint_distance (pet->fur, (CvrTint) { 0, 0, 0 });

  cvr_sheet_set (cr, lightness < 0.45 ? white : black, 0.8);
  cairo_set_line_width (cr, 0.045);
  for (int i = -1; i <= 1; i++)
    {
      cairo_move_to (cr, x, y + 0.07 * i);
      cairo_curve_to (cr, x + sign * 0.4, y + 0.12 * i - 0.06, x + sign * 0.7, y + 0.2 * i - 0.04,
                      x + sign * 0.98, y + 0.27 * i + 0.04);
      cairo_stroke (cr);
    }
}

static void
tongue (const CvrPet *pet,
        cairo_t      *cr,
        double        y)
{
  cairo_move_to (cr, -0.17, y);
  cairo_curve_to (cr, -0.2, y + 0.55 * pet->muzzle, 0.2, y + 0.55 * pet->muzzle, 0.17, y);
  cairo_close_path (cr);
  cvr_sheet_set (cr, (CvrTint) { 0.90, 0.38, 0.42 }, 1);
  cairo_fill_preserve (cr);
  cvr_pet_outline (pet, cr);
}

/* Muzzle, nose and mouth of a cat: small, high and triangular. */
static void
cat_muzzle (const CvrPet *pet,
            cairo_t      *cr)
{
  double size = pet->muzzle;

  for (int sign = -1; sign <= 1; sign += 2)
    cvr_sheet_ellipse (cr, sign * 0.17 * size, 0.42, 0.23 * size, 0.18 * size);
  cvr_sheet_set (cr, pet->pale, 1);
  cairo_fill (cr);

  cairo_move_to (cr, 0, 0.52);
  cairo_curve_to (cr, 0.05, 0.66, 0.24 * size, 0.64, 0.28 * size, 0.54);
  cairo_move_to (cr, 0, 0.52);
  cairo_curve_to (cr, -0.05, 0.66, -0.24 * size, 0.64, -0.28 * size, 0.54);
  cairo_move_to (cr, 0, 0.38);
  cairo_line_to (cr, 0, 0.52);
  cvr_sheet_set (cr, black, 0.85);
  cairo_set_line_width (cr, 0.06);
  cairo_stroke (cr);
  if (pet->tongue)
    tongue (pet, cr, 0.6);

  cairo_move_to (cr, -0.12, 0.27);
  cairo_line_to (cr, 0.12, 0.27);
  cairo_line_to (cr, 0, 0.4);
  cairo_close_path (cr);
  cvr_sheet_set (cr, pet->nose, 1);
  cairo_fill (cr);
}

/* Of a dog: a snout that comes forward, with a large nose. */
static void
dog_muzzle (const CvrPet *pet,
            cairo_t      *cr)
{
  double size = pet->muzzle;
  double low = 0.50 + 0.42 * size;

  if (pet->tongue)
    tongue (pet, cr, low - 0.18);

  cvr_sheet_ellipse (cr, 0, 0.50, 0.46 * size, 0.42 * size);
  cvr_sheet_set (cr, pet->pale, 1);
  cairo_fill_preserve (cr);
  cvr_sheet_set (cr, pet->line, 0.35);
  cairo_set_line_width (cr, 0.05);
  cairo_stroke (cr);

  cairo_move_to (cr, 0, 0.35);
  cairo_line_to (cr, 0, 0.58);
  cairo_curve_to (cr, 0.08, 0.76, 0.32 * size, 0.74, 0.36 * size, 0.58);
  cairo_move_to (cr, 0, 0.58);
  cairo_curve_to (cr, -0.08, 0.76, -0.32 * size, 0.74, -0.36 * size, 0.58);
  cvr_sheet_set (cr, black, 0.85);
  cairo_set_line_width (cr, 0.07);
  cairo_stroke (cr);

  cvr_sheet_ellipse (cr, 0, 0.27, 0.21 * size, 0.15 * size);
  cvr_sheet_set (cr, pet->nose, 1);
  cairo_fill (cr);
}

/**
 * cvr_pet_head_front:
 *
 * A head that looks at us; ears reach up to about −1.8.
 */
void
cvr_pet_head_front (const CvrPet *pet,
                    cairo_t      *cr,
                    CvrRng       *rng)
{
  ears_behind (pet, cr);
  skull_front (pet, cr);
  cvr_pet_fur (pet, cr, rng);
  if (pet->coat == CVR_COAT_POINTS)
    {
      cvr_sheet_ellipse (cr, 0, 0.3, 0.55, 0.5);
      cvr_sheet_set (cr, pet->marks, 0.75);
      cairo_fill (cr);
    }
  ears_before (pet, cr);

  for (int sign = -1; sign <= 1; sign += 2)
    eye (pet, cr, sign * 0.42 * pet->head_wide, pet->dog ? -0.16 : -0.06);

  if (pet->dog)
    dog_muzzle (pet, cr);
  else
    cat_muzzle (pet, cr);

  for (int sign = -1; sign <= 1 && pet->whiskers; sign += 2)
    whiskers (pet, cr, sign * 0.3, 0.42, sign);
}

/* The head's outline seen from the side, looking left. */
static void
skull_profile (const CvrPet *pet,
               cairo_t      *cr)
{
  double snout = pet->dog ? -1.05 - 0.45 * pet->muzzle : -0.98 - 0.08 * pet->muzzle;
  double bridge = pet->dog ? 0.10 : -0.02;

  cairo_move_to (cr, 0.85, 0.2);
  cairo_curve_to (cr, 0.95, -0.55, 0.5, -0.92, 0.05, -0.9);
  cairo_curve_to (cr, -0.4, -0.88, -0.62, -0.5, -0.72, bridge - 0.08);
  cairo_line_to (cr, snout + 0.12, bridge + 0.05);
  cairo_curve_to (cr, snout - 0.06, bridge + 0.1, snout - 0.05, bridge + 0.45, snout + 0.1,
                  bridge + 0.48);
  cairo_curve_to (cr, -0.6, bridge + 0.78, -0.3, 0.85, 0.1, 0.85);
  cairo_curve_to (cr, 0.5, 0.88, 0.8, 0.65, 0.85, 0.2);
  cairo_close_path (cr);
}

static void
ear_profile (const CvrPet *pet,
             cairo_t      *cr)
{
  double size = pet->ear_size;

  if (pet->ears == CVR_EARS_FLOPPY)
    {
      cairo_move_to (cr, 0.1, -0.75);
      cairo_curve_to (cr, 0.7, -0.9, 0.95, -0.2, 0.85, 0.55 * size);
      cairo_curve_to (cr, 0.75, 0.95 * size, 0.35, 0.85 * size, 0.3, 0.4 * size);
      cairo_curve_to (cr, 0.3, 0, 0.15, -0.3, 0.1, -0.75);
    }
  else if (pet->ears == CVR_EARS_FOLDED)
    {
      cairo_move_to (cr, -0.05, -0.82);
      cairo_curve_to (cr, 0.1, -1.25 * size, 0.55, -1.2 * size, 0.7, -0.6);
      cairo_line_to (cr, pet->dog ? 0.5 : 0.35, pet->dog ? -0.05 : -0.45);
      cairo_curve_to (cr, 0.3, -0.4, 0.1, -0.55, -0.05, -0.82);
    }
  else
    {
      cairo_move_to (cr, -0.1, -0.78);
      cairo_curve_to (cr, -0.05, -1.2, 0.15, -1.4 * size, 0.25, (pet->dog ? -1.42 : -1.45) * size);
      cairo_curve_to (cr, 0.5, -1.35 * size, 0.68, -0.9, 0.66, -0.5);
    }
  cairo_close_path (cr);
}

static void
mouth_profile (const CvrPet *pet,
               cairo_t      *cr,
               double        snout,
               double        bridge)
{
  cairo_move_to (cr, snout + 0.08, bridge + 0.32);
  cairo_curve_to (cr, snout + 0.25, bridge + 0.44, -0.75, bridge + 0.44, -0.55, bridge + 0.34);
  cvr_sheet_set (cr, black, 0.85);
  cairo_set_line_width (cr, 0.07);
  cairo_stroke (cr);

  cvr_sheet_ellipse (cr, snout + 0.06, bridge + 0.12, pet->dog ? 0.17 : 0.09,
                      pet->dog ? 0.13 : 0.08);
  cvr_sheet_set (cr, pet->nose, 1);
  cairo_fill (cr);
}

/**
 * cvr_pet_head_profile:
 *
 * A head that looks to the left; the snout reaches to about −1.6.
 */
void
cvr_pet_head_profile (const CvrPet *pet,
                      cairo_t      *cr,
                      CvrRng       *rng)
{
  double snout = pet->dog ? -1.05 - 0.45 * pet->muzzle : -0.98 - 0.08 * pet->muzzle;
  double bridge = pet->dog ? 0.10 : -0.02;

  /* The neck, down to where the picture or the body begins. */
  cairo_move_to (cr, -0.1, 0.6);
  cairo_curve_to (cr, -0.15, 1.0, -0.3, 1.4, -0.4, 2.2);
  cairo_line_to (cr, 1.4, 2.2);
  cairo_curve_to (cr, 1.1, 1.4, 0.9, 0.9, 0.82, 0.1);
  cairo_close_path (cr);
  cvr_pet_fur (pet, cr, rng);
  if (pet->has_collar)
    {
      cairo_move_to (cr, -0.2, 1.15);
      cairo_curve_to (cr, 0.2, 1.35, 0.7, 1.3, 0.98, 1.05);
      cvr_sheet_set (cr, pet->collar, 1);
      cairo_set_line_width (cr, 0.2);
      cairo_stroke (cr);
    }

  skull_profile (pet, cr);
  cvr_pet_fur (pet, cr, rng);
  cvr_sheet_ellipse (cr, (snout - 0.5) / 2, bridge + 0.3, fabs (snout) - 0.72, 0.26);
  cvr_sheet_set (cr, pet->coat == CVR_COAT_POINTS ? pet->marks : pet->pale, 0.8);
  cairo_fill (cr);

  mouth_profile (pet, cr, snout, bridge);
  eye (pet, cr, -0.36, -0.18);
  ear_profile (pet, cr);
  fill_and_outline (pet, cr, cvr_tint_mix (ear_tint (pet), black, 0.12));
  if (pet->whiskers)
    whiskers (pet, cr, snout + 0.25, bridge + 0.3, -0.6);
}
