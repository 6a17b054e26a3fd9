/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Colour drawing for the built-in sets: tints, a Cairo canvas, noise and light on pixels. */
#pragma once

#include "cvr-image.h"
#include "cvr-rng.h"

#include <cairo.h>

G_BEGIN_DECLS

/* Each 0 … 1. Plain value. */
typedef struct
{
  double r, g, b;
} CvrTint;

CvrTint  cvr_tint_hsv        (double          hue,
                              double          saturation,
                              double          value);
CvrTint  cvr_tint_mix        (CvrTint         a,
                              CvrTint         b,
                              double          part_of_b);
double   cvr_tint_distance   (CvrTint         a,
                              CvrTint         b);
void     cvr_sheet_set      (cairo_t        *cr,
                              CvrTint         tint,
                              double          alpha);
void     cvr_sheet_ellipse  (cairo_t        *cr,
                              double          x,
                              double          y,
                              double          rx,
                              double          ry);
cairo_t *cvr_sheet_new      (guint           width,
                              guint           height,
                              cairo_format_t  format) G_GNUC_WARN_UNUSED_RESULT;
void     cvr_sheet_finish   (cairo_t        *cr,
                              CvrImage       *image);
void     cvr_pixels_light    (CvrImage       *image,
                              CvrRng         *rng,
                              double          strength);
void     cvr_pixels_noise    (CvrImage       *image,
                              CvrRng         *rng,
                              double          deviation);

/* TRUE with @probability. */
static inline gboolean
cvr_chance (CvrRng *rng,
            double  probability)
{
  return cvr_rng_uniform (rng) < probability;
}

G_END_DECLS
