/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data augmentation: seeded changes of a picture that don't change what it shows. */
#pragma once

#include "cvr-image.h"
#include "cvr-rng.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum
{
  CVR_AUGMENT_FLIP,       /* left–right, probability strength */
  CVR_AUGMENT_ROTATE,     /* up to ±30° × strength */
  CVR_AUGMENT_SHIFT,      /* up to ±25 % × strength of the side */
  CVR_AUGMENT_ZOOM,       /* factor 1 ± 0.4 × strength */
  CVR_AUGMENT_CROP,       /* a random window of at least 1 − 0.5 × strength of the side, enlarged */
  CVR_AUGMENT_BRIGHTNESS, /* ± 50 % × strength */
  CVR_AUGMENT_CONTRAST,   /* ± 50 % × strength */
  CVR_AUGMENT_SATURATION, /* ± 80 % × strength, colour only */
  CVR_AUGMENT_NOISE,      /* normal, deviation up to 40 × strength of 255 */
  CVR_AUGMENT_BLUR,       /* Gaussian, sigma up to 2 pixels × strength */
  CVR_AUGMENT_TRANSLATE,  /* whole pixels, up to 12.5 % × strength of the side; borders reflect */
  CVR_AUGMENT_ALTERNATE,  /* left–right in every other epoch, at any strength; the caller's task */
  CVR_N_AUGMENTS,
} CvrAugmentKind;

/* Strengths 0 (off) … 1. Plain value. */
typedef struct
{
  float strength[CVR_N_AUGMENTS];
} CvrAugment;

gboolean    cvr_augment_is_off    (const CvrAugment *self);
const char *cvr_augment_name      (CvrAugmentKind    kind); /* "flip" … */
const char *cvr_augment_title     (CvrAugmentKind    kind); /* "Mirror" …; translated */
/* "flip,rotate=0.3": a comma list, each optionally =STRENGTH (0–1, default 0.5). "" and "none" are
 * off. */
gboolean    cvr_augment_parse     (const char       *list,
                                   CvrAugment       *self,
                                   GError          **error);
char       *cvr_augment_to_string (const CvrAugment *self); /* what parse reads */
/* ALTERNATE: whether picture @index is mirrored in @epoch (from 0): half of them at first, the
 * others in the next, so that two epochs show both sides of each (K. Jordan, arXiv 2404.00498). */
gboolean    cvr_augment_mirrors   (guint             index,
                                   guint             epoch);
void        cvr_augment_mirror    (guint             width,
                                   guint             height,
                                   guint             channels,
                                   guint8           *pixels);
/* @pixels [H, W, channels] bytes, changed in place; @scratch of the same size (any content). One
 * geometric resampling for flip, rotate, shift, zoom and crop together, bilinear, borders repeat.
 * Any thread; only @rng decides. */
void        cvr_augment_apply     (const CvrAugment *self,
                                   CvrRng           *rng,
                                   guint             width,
                                   guint             height,
                                   guint             channels,
                                   guint8           *pixels,
                                   guint8           *scratch);

G_END_DECLS
