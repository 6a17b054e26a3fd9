/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text with measured extents, for painters and for pages. */
#pragma once

#include "cvr-paint.h"

G_BEGIN_DECLS

/* Text. @align: 0 the text begins at x, 0.5 is centred there, 1 ends there; y is the baseline. */
cairo_t *cvr_paint_measure_new (void) G_GNUC_WARN_UNUSED_RESULT;
void     cvr_paint_font       (cairo_t        *cr,
                               const CvrTheme *theme,
                               double          scale,
                               gboolean        bold);
double   cvr_paint_text_width (cairo_t        *cr,
                               const char     *text);
char    *cvr_paint_ellipsize  (cairo_t        *cr,
                               const char     *text,
                               double          width) G_GNUC_WARN_UNUSED_RESULT;
void     cvr_paint_text       (cairo_t        *cr,
                               const char     *text,
                               double          x,
                               double          y,
                               double          align);
void     cvr_paint_text_in    (cairo_t        *cr,
                               const char     *text,
                               double          x,
                               double          y,
                               double          width,
                               double          align);
void     cvr_paint_sentence   (cairo_t        *cr,
                               double          width,
                               double          height,
                               const char     *sentence,
                               const CvrTheme *theme);

G_END_DECLS
