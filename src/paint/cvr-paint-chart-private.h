/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plot of a chart, shared by what draws its curves and what is written on it. */
#pragma once

#include "cvr-paint-private.h"

G_BEGIN_DECLS

/* The plot's rectangle and the values at its borders. */
typedef struct
{
  double left, top, width, height;
  double x_high, y_low, y_high;
  double y_ticks[12];
  guint  n_y_ticks;
  guint  decimals;
} CvrPlot;

static inline double
cvr_plot_x (const CvrPlot *plot,
            double         x)
{
  return plot->left + x / plot->x_high * plot->width;
}

static inline double
cvr_plot_y (const CvrPlot *plot,
            double         y)
{
  return plot->top + (plot->y_high - y) / (plot->y_high - plot->y_low) * plot->height;
}

/* What is not finite is left out. */
static inline gboolean
cvr_plot_shows (const CvrCurvePoint *point)
{
  return isfinite (point->x) && isfinite (point->mean);
}

void cvr_plot_dot   (cairo_t        *cr,
                     double          x,
                     double          y,
                     double          radius,
                     CvrRgba         colour,
                     const CvrTheme *theme);
void cvr_plot_notes (cairo_t        *cr,
                     const CvrChart *chart,
                     const CvrPlot  *plot,
                     const CvrTheme *theme);

G_END_DECLS
