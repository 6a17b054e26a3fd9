/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The painters' theme, read from a widget's style and the style manager. */
#pragma once

#include "cvr-paint.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

CvrTheme cvr_app_theme       (GtkWidget       *widget);
GdkRGBA  cvr_rgba_to_gdk     (CvrRgba          colour);
CvrRgba  cvr_rgba_from_gdk   (const GdkRGBA   *colour);
/* Fills a rectangle with class @k's colour, with the pattern that tells class k from k ± 8. */
void     cvr_draw_swatch     (cairo_t         *cr,
                              double           x,
                              double           y,
                              double           width,
                              double           height,
                              guint            k,
                              const CvrTheme  *theme);

G_END_DECLS
