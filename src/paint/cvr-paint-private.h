/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the painters share: text with measured extents, colours mixed and compared, numbers written.
 * */
#pragma once

#include "cvr-paint.h"
#include "cvr-paint-text.h"

#include <math.h>

G_BEGIN_DECLS

/* Colours. */
void     cvr_paint_set        (cairo_t       *cr,
                               CvrRgba        colour);
void     cvr_paint_set_faded  (cairo_t       *cr,
                               CvrRgba        colour,
                               double         alpha);
CvrRgba  cvr_paint_mix        (CvrRgba        from,
                               CvrRgba        to,
                               double         t);
guint32  cvr_paint_pack       (CvrRgba        colour);
CvrRgba  cvr_paint_unpack     (guint32        rgb);
CvrRgba  cvr_paint_ink_on     (CvrRgba        ground);
void     cvr_paint_hatch      (cairo_t       *cr,
                               double         x,
                               double         y,
                               double         width,
                               double         height,
                               double         pitch);
/* A class's colour, hatched from the ninth on. */
void     cvr_paint_class_mark (cairo_t       *cr,
                               double         x,
                               double         y,
                               double         width,
                               double         height,
                               guint          paint,
                               const CvrTheme *theme);
void     cvr_paint_rounded    (cairo_t       *cr,
                               double         x,
                               double         y,
                               double         width,
                               double         height,
                               double         radius);

/* Numbers in the user's locale, with a true minus sign. */
char    *cvr_paint_number     (double          value,
                               guint           decimals) G_GNUC_WARN_UNUSED_RESULT;
char    *cvr_paint_short      (double          value) G_GNUC_WARN_UNUSED_RESULT;
char    *cvr_paint_percent    (double          fraction,
                               guint           decimals) G_GNUC_WARN_UNUSED_RESULT;
guint    cvr_paint_decimals   (double          step);

/* Images. */
cairo_surface_t *cvr_paint_surface (guint width,
                                    guint height,
                                    guint scale) G_GNUC_WARN_UNUSED_RESULT;
/* A place of a plane where there is no value: the odd end of a vector, the gap between two kernels.
 * */
static inline gboolean
cvr_paint_is_nothing (float value)
{
  return isinf (value) && value < 0;
}

void     cvr_paint_value_range (const float *values,
                                gsize        n_values,
                                float       *low,
                                float       *high);
guint32  cvr_paint_value_colour (const CvrTheme *theme,
                                 float           value,
                                 float           low,
                                 float           high,
                                 gboolean        signed_values);

G_END_DECLS
