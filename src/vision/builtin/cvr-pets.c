/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The set "pets": cats and dogs. Chooses the animal, its pose and its place in the scene.
 *
 * What tells a cat from a dog is its build: ears (which overlap: some dogs have pointed ears),
 * muzzle, nose, eyes, whiskers, legs and tail. Colour, light, scene and pose are drawn alike for
 * both. */
#include "cvr-pet.h"

#include "cvr-builtin-sets.h"

#include <math.h>

typedef enum
{
  PORTRAIT,
  SITTING,
  STANDING,
  LYING,
  PROFILE,
  N_POSES,
} Pose;

static CvrTint
fur_tint (CvrRng *rng)
{
  /* Black, slate, silver, white, cream, ginger, tan, chestnut, chocolate. */
  static const CvrTint furs[] = {
    { 0.17, 0.16, 0.17 }, { 0.42, 0.44, 0.49 }, { 0.66, 0.67, 0.69 }, { 0.95, 0.94, 0.91 },
    { 0.93, 0.83, 0.66 }, { 0.91, 0.58, 0.25 }, { 0.80, 0.62, 0.42 }, { 0.62, 0.37, 0.20 },
    { 0.38, 0.25, 0.18 },
  };
  CvrTint other = cvr_tint_hsv (cvr_rng_between (rng, 0.02, 0.14), 0.5,
                                cvr_rng_between (rng, 0.2, 1));

  return cvr_tint_mix (furs[cvr_rng_below (rng, G_N_ELEMENTS (furs))], other,
                       cvr_rng_between (rng, 0, 0.25));
}

static void
choose_colours (CvrPet *pet,
                CvrRng *rng)
{
  const CvrTint black = { 0.10, 0.08, 0.09 }, white = { 0.98, 0.97, 0.94 };
  double lightness;

  pet->fur = fur_tint (rng);
  lightness = cvr_tint_distance (pet->fur, (CvrTint) { 0, 0, 0 });
  pet->marks = cvr_chance (rng, 0.6) ? cvr_tint_mix (pet->fur, black, lightness > 0.3 ? 0.55 : 0.2)
                                     : fur_tint (rng);
  if (cvr_tint_distance (pet->fur, pet->marks) < 0.15)
    pet->marks = cvr_tint_mix (pet->fur, lightness > 0.5 ? black : white, 0.4);

  pet->pale = cvr_tint_mix (pet->fur, white, cvr_chance (rng, 0.5) ? 0.85 : 0.35);
  pet->line = cvr_tint_mix (black, pet->fur, cvr_rng_between (rng, 0, 0.3));
  pet->line_width = cvr_chance (rng, 0.15) ? 0 : cvr_rng_between (rng, 0.5, 1.3);
  pet->eye = cvr_tint_hsv (cvr_rng_between (rng, 0.08, 0.6), cvr_rng_between (rng, 0.4, 0.8),
                           cvr_rng_between (rng, 0.55, 0.95));
  pet->nose = cvr_chance (rng, 0.5) ? black
                                    : cvr_tint_hsv (0.97, cvr_rng_between (rng, 0.3, 0.5),
                                                    cvr_rng_between (rng, 0.5, 0.9));
  pet->collar = cvr_tint_hsv (cvr_rng_uniform (rng), 0.8, 0.8);
  pet->has_collar = cvr_chance (rng, 0.3);
}

static CvrCoat
choose_coat (gboolean dog,
             CvrRng  *rng)
{
  /* Tabby cats and spotted dogs are a little more frequent; every coat is found on both. */
  static const double cat[] = { 0.24, 0.26, 0.08, 0.14, 0.18, 0.10 };
  static const double hound[] = { 0.28, 0.10, 0.16, 0.18, 0.18, 0.10 };
  const double *share = dog ? hound : cat;
  double        left = cvr_rng_uniform (rng);
  guint         coat = 0;

  while (coat < CVR_COAT_POINTS && left >= share[coat])
    left -= share[coat++];

  return (CvrCoat) coat;
}

static CvrEars
choose_ears (gboolean dog,
             CvrRng  *rng)
{
  double left = cvr_rng_uniform (rng);

  if (!dog)
    return left < 0.86 ? CVR_EARS_POINTED : CVR_EARS_FOLDED;

  return left < 0.50 ? CVR_EARS_FLOPPY : left < 0.72 ? CVR_EARS_FOLDED : CVR_EARS_POINTED;
}

/**
 * cvr_pet_new:
 *
 * Returns: an animal of any breed.
 */
CvrPet
cvr_pet_new (gboolean dog,
             CvrRng  *rng)
{
  CvrPet pet = { .dog = dog };

  choose_colours (&pet, rng);
  pet.coat = choose_coat (dog, rng);
  pet.ears = choose_ears (dog, rng);
  pet.ear_size = cvr_rng_between (rng, 0.8, 1.25);
  pet.head_wide = dog ? cvr_rng_between (rng, 0.82, 1.05) : cvr_rng_between (rng, 0.95, 1.18);
  pet.head_long = dog ? cvr_rng_between (rng, 0.92, 1.15) : cvr_rng_between (rng, 0.82, 0.98);
  pet.muzzle = cvr_rng_between (rng, 0.8, 1.25);
  pet.eye_size = cvr_rng_between (rng, 0.8, 1.2);
  pet.slit = !dog && cvr_chance (rng, 0.7);
  pet.asleep = cvr_chance (rng, 0.08);
  pet.whiskers = cvr_chance (rng, dog ? 0.08 : 0.85);
  pet.tongue = cvr_chance (rng, dog ? 0.4 : 0.03);
  pet.long_hair = cvr_chance (rng, 0.25);
  pet.build = dog ? cvr_rng_between (rng, 0.85, 1.25) : cvr_rng_between (rng, 0.75, 1.1);
  pet.leg = dog ? cvr_rng_between (rng, 0.6, 1.2) : cvr_rng_between (rng, 0.75, 1.0);
  pet.tail = dog ? cvr_rng_between (rng, 0.5, 1.0) : cvr_rng_between (rng, 0.85, 1.3);
  pet.tail_width = pet.long_hair ? 0.3
                   : dog         ? cvr_rng_between (rng, 0.13, 0.22)
                                 : cvr_rng_between (rng, 0.12, 0.18);
  pet.tail_curl = cvr_rng_between (rng, -1, 1);

  return pet;
}

static void
draw_animal (const CvrPet *pet,
             Pose          pose,
             cairo_t      *cr,
             CvrRng       *rng)
{
  switch (pose)
    {
    case PORTRAIT:
      cvr_pet_head_front (pet, cr, rng);
      break;
    case SITTING:
      cvr_pet_sitting (pet, cr, rng);
      break;
    case STANDING:
      cvr_pet_standing (pet, cr, rng);
      break;
    case LYING:
      cvr_pet_lying (pet, cr, rng);
      break;
    case PROFILE:
    case N_POSES:
    default:
      cvr_pet_head_profile (pet, cr, rng);
      break;
    }
}

/* A soft shadow on the floor. */
static void
draw_shadow (cairo_t *cr,
             double   x,
             double   y,
             double   width)
{
  cvr_sheet_ellipse (cr, x, y, width, width * 0.16);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.22);
  cairo_fill (cr);
}

/**
 * cvr_draw_pet:
 *
 * A #CvrBuiltinPen in colour: 0 cats, 1 dogs.
 */
void
cvr_draw_pet (guint     kind,
              CvrRng   *rng,
              CvrImage *image,
              CvrImage *mask)
{
  /* Pixels of 64 that one unit of the pose takes, and where its origin is, from the top. */
  static const struct { double unit, y, half_width; } frames[N_POSES] = {
    { 20.0, 36, 0 }, { 21.0, 59, 0.9 }, { 17.5, 57, 1.2 }, { 18.5, 54, 1.3 }, { 19.0, 36, 0 },
  };
  const double side = image->width;
  cairo_t *cr = cvr_sheet_new (image->width, image->height, CAIRO_FORMAT_RGB24);
  CvrPet   pet = cvr_pet_new (kind == 1, rng);
  Pose     pose = (Pose) cvr_rng_below (rng, N_POSES);
  double   unit = frames[pose].unit * side / 64 * cvr_rng_between (rng, 0.78, 1.12);
  double   x = side * cvr_rng_between (rng, 0.42, 0.58);
  double   y = (frames[pose].y + cvr_rng_between (rng, -4, 3)) * side / 64;
  double   mirror = cvr_chance (rng, 0.5) ? -1 : 1;
  double   lean = cvr_rng_between (rng, -1, 1) * (frames[pose].half_width > 0 ? 0.08 : 0.25);

  cvr_pet_background (cr, side, y - 0.25 * unit, rng);
  if (frames[pose].half_width > 0)
    draw_shadow (cr, x, y, frames[pose].half_width * unit);

  cairo_save (cr);
  cairo_translate (cr, x, y);
  cairo_rotate (cr, lean);
  cairo_scale (cr, mirror * unit * cvr_rng_between (rng, 0.9, 1.1), unit);
  draw_animal (&pet, pose, cr, rng);
  cairo_restore (cr);

  if (cvr_chance (rng, 0.25))
    cvr_pet_foreground (cr, side, rng);

  cvr_sheet_finish (cr, image);
  cvr_pixels_light (image, rng, 0.5);
  cvr_pixels_noise (image, rng, cvr_rng_between (rng, 1, 7));
}
