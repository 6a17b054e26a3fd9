/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The set "digits": handwritten digits from stroke skeletons, each in the ways different hands
 * write it.
 *
 * The sketches are in the little language of cvr-strokes.c. */
#include "cvr-builtin-sets.h"
#include "cvr-strokes.h"

enum { MAX_VARIANTS = 6 };

static const CvrHand hand = {
  .smallest = 0.74, .largest = 0.94, .drift = 0.052,
  .rotation = 4, .shear = 0.10, .aspect = 0.16,
  .warp = 3.2, .jitter = 1.2, .wobble = 1.3, .overshoot = 6,
  .thinnest = 1.8, .thickest = 3.2, .faintest = 0.65,
  .missing = 0, .doubled = 0.02, .stray = 0.04,
  .mirror = FALSE,
};

static const char *const skeletons[][MAX_VARIANTS] = {
  {
    "O50 50 29 42",
    "M56 8 C22 6 14 50 24 76 C34 100 68 96 76 66 C84 34 74 10 52 9",
    "M42 12 C14 30 18 88 48 92 C84 92 88 22 60 10 C50 6 42 10 38 18",
    "O50 50 28 42; M30 82 L70 18",
  },
  {
    "M50 8 L50 92",
    "M32 28 L54 8 54 92",
    "M32 28 L54 8 54 92; M32 92 L76 92",
    "M58 8 C54 36 48 64 44 92",
  },
  {
    "M24 30 C26 4 74 4 74 32 C74 52 44 70 24 92 L78 92",
    "M26 26 C34 4 72 6 72 28 C72 54 46 84 32 88 C16 92 22 74 38 80 C54 88 66 94 80 84",
    "M22 16 L70 12 C74 36 44 64 22 90 L80 88",
    "M28 34 C20 8 60 0 70 22 C78 46 40 74 24 92 C44 88 62 90 80 92",
  },
  {
    "M26 18 C42 2 76 8 70 30 C66 44 52 46 44 47 C62 46 80 54 76 72 C70 96 34 96 22 80",
    "M24 12 L72 12 46 42 C66 40 80 54 76 72 C70 96 34 96 22 82",
    "M24 22 C32 4 72 4 70 28 C68 44 56 46 46 46; M46 46 C66 46 80 58 74 76 C66 96 34 94 22 80",
    "M28 12 C50 4 74 12 66 30 C60 42 48 44 42 48 C48 42 74 46 74 66 C76 92 44 96 24 88",
  },
  {
    "M32 10 L20 58 80 58; M62 32 L60 94",
    "M62 94 L62 8 16 66 84 66",
    "M28 12 C24 36 22 48 26 54 C38 60 60 58 72 50; M72 12 C70 40 68 66 64 94",
    "M54 8 C44 34 30 50 16 66 L82 62; M58 42 L54 94",
  },
  {
    "M74 12 L34 12 30 46 C50 36 78 44 76 68 C74 92 42 96 22 82",
    "M34 12 L30 46 C50 38 78 46 76 68 C74 94 40 94 24 84; M34 13 L76 10",
    "M72 10 C52 16 40 14 34 14 C30 28 30 36 28 46 C46 40 72 50 70 70 C68 90 44 96 26 88",
  },
  {
    "M66 8 C34 26 24 56 28 72 C34 98 74 94 72 68 C70 46 36 46 28 70",
    "M56 6 C42 34 26 54 28 74 C32 98 72 96 72 72 C72 50 40 50 30 72",
    "M72 14 C50 2 24 34 26 66 C28 98 74 98 74 70 C74 46 40 44 28 64",
  },
  {
    "M22 12 L76 12 42 94",
    "M22 12 L76 12 44 94; M34 52 L68 50",
    "M22 24 L24 12 76 12 C58 38 48 64 44 94",
    "M20 14 C38 18 60 14 78 10 C60 40 52 66 50 94; ?40 M40 52 L72 50",
  },
  {
    "M68 22 C62 4 28 6 32 28 C38 48 72 52 72 74 C70 98 26 96 28 72 C32 52 66 46 68 22",
    "O50 28 19 19; O50 70 24 23",
    "M50 48 C22 36 28 8 50 8 C74 8 76 36 50 48 C18 60 22 94 50 94 C80 94 80 60 50 48",
    "M64 14 C40 2 24 22 40 40 C56 54 78 70 66 86 C50 100 20 86 30 66 C40 50 72 40 66 18",
  },
  {
    "O46 32 23 23; M70 30 C72 56 66 78 58 94",
    "M70 34 C64 58 28 58 28 34 C28 6 70 2 71 30 C72 62 64 96 34 92",
    "M68 20 C52 0 22 18 28 40 C34 58 64 52 70 26 L70 94",
    "M66 16 C44 2 24 18 28 38 C34 58 62 50 68 22 C70 50 66 76 50 94",
  },
};

G_STATIC_ASSERT (G_N_ELEMENTS (skeletons) == CVR_N_DIGITS);

/**
 * cvr_draw_digit:
 *
 * A #CvrBuiltinPen: grey and square, ink 255 on paper 0.
 */
void
cvr_draw_digit (guint     kind,
                CvrRng   *rng,
                CvrImage *image,
                CvrImage *mask)
{
  guint n_variants = 0;

  while (n_variants < MAX_VARIANTS && skeletons[kind][n_variants] != NULL)
    n_variants++;

  cvr_hand_draw (&hand, skeletons[kind][cvr_hand_choose (rng, n_variants)], rng, image->width,
                 image->data);
}
