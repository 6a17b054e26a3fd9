/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frame of a chart of one quantity against another, shared by its curves and its notes. */
#pragma once

#include "cvr-paint-chart-private.h"
#include "cvr-paint-xy.h"

G_BEGIN_DECLS

enum { CVR_XY_TICKS = 12 };

/* The plot's rectangle, and what its borders mean (logarithms where the axis has them). */
typedef struct
{
  double left, top, width, height;
  double x_low, x_high, y_low, y_high;
  double y_ticks[CVR_XY_TICKS];
  guint  n_y_ticks, y_decimals;
} CvrXyFrame;

double   cvr_xy_x     (const CvrXyChart *chart,
                       const CvrXyFrame *frame,
                       double            x);
double   cvr_xy_y     (const CvrXyFrame *frame,
                       double            y);
/* Point @i can be drawn. */
gboolean cvr_xy_shows (const CvrXyChart *chart,
                       const CvrXyCurve *curve,
                       guint             i);
/* Mark, legend and what is read off. */
void     cvr_xy_notes (cairo_t          *cr,
                       const CvrXyChart *chart,
                       const CvrXyFrame *frame,
                       const CvrTheme   *theme);

G_END_DECLS
