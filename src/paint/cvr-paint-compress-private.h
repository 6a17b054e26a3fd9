/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plot with per cent upwards, shared by the charts of the compression. */
#pragma once

#include "cvr-paint-compress.h"
#include "cvr-paint-private.h"

G_BEGIN_DECLS

/* The plot's rectangle; low … high (0 … 1) upwards. */
typedef struct { double left, top, width, height, low, high; } CvrPercentPlot;

static inline double
cvr_percent_plot_y (const CvrPercentPlot *plot,
                    double                fraction)
{
  return plot->top + (plot->high - fraction) / (plot->high - plot->low) * plot->height;
}

/* Only places it, with a measuring context of its own: pointer positions are read with the numbers
 * that were drawn with. FALSE: no room. */
gboolean cvr_percent_plot_place (double                width,
                                 double                height,
                                 double                low,
                                 double                high,
                                 const CvrTheme       *theme,
                                 CvrPercentPlot       *plot);
/* Grid, numbers and the name of the x axis. */
void     cvr_percent_plot_draw  (cairo_t              *cr,
                                 const CvrPercentPlot *plot,
                                 const char           *x_label,
                                 const CvrTheme       *theme);
/* A panel with up to two lines of text at a point, inside the plot. */
void     cvr_percent_plot_note  (cairo_t              *cr,
                                 const CvrPercentPlot *plot,
                                 double                x,
                                 double                y,
                                 const char           *first,
                                 const char           *second,
                                 const CvrTheme       *theme);

G_END_DECLS
