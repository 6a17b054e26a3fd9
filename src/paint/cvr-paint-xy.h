/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts of one quantity against another: ROC, precision and recall, calibration, learning-rate
 * range, accuracy against pictures, predicted against true numbers. */
#pragma once

#include "cvr-paint.h"

G_BEGIN_DECLS

typedef enum
{
  CVR_XY_LINE,
  CVR_XY_STEPS,  /* stays level up to the next x */
  CVR_XY_DOTS,   /* a line with a mark at each point */
  CVR_XY_CLOUD,  /* marks only */
} CvrXyStyle;

/* x and y [n]; what is not finite is left out. @spread (nullable) [n]: drawn as ± around y. */
typedef struct
{
  const double *x, *y, *spread;
  guint         n;
  CvrRgba       colour;
  CvrXyStyle    style;
  const char   *label;
} CvrXyCurve;

/**
 * CvrXyChart:
 * @log_x: the x axis is logarithmic (values above 0 only)
 * @x_low … @y_high: NaN: from the values
 * @x_percent, @y_percent: 0 … 1 shown as per cent
 * @diagonal: a dashed line from corner to corner: guessing, or perfect calibration
 * @mark_x, @mark_y: a marked point (threshold, suggestion); NaN: none; mark_y NaN: a line at mark_x
 * @hover_x: values of all curves are read off there; NaN: none
 * @x_name, @y_name: (nullable): what is read off, in a word; a curve's own label comes before @y_name
 * @counts: (nullable) [n_counts]: bars along the lower edge, evenly over the x axis: how many
 *   pictures stand behind each part
 */
typedef struct
{
  const CvrXyCurve *curves;
  guint             n_curves;
  gboolean          log_x, x_percent, y_percent, diagonal;
  double            x_low, x_high, y_low, y_high;
  double            mark_x, mark_y, hover_x;
  const char       *mark_label, *x_label, *y_label;
  const char       *x_name, *y_name;
  const char       *empty_label; /* instead of a chart without values; NULL: that there are none */
  const guint64    *counts;
  guint             n_counts;
} CvrXyChart;

/* All fields nothing: automatic ranges, no mark, no pointer. */
CvrXyChart cvr_paint_xy_chart (void);
/* Any thread with its own @cr. The background is left as it is. */
void       cvr_paint_xy       (cairo_t *cr, double width, double height, const CvrXyChart *chart,
                               const CvrTheme *theme);
/* x under the pointer, for hover_x or a movable mark; NaN beside the plot. */
double     cvr_paint_xy_x     (double width, double height, const CvrXyChart *chart,
                               const CvrTheme *theme, double x);
/* The point of @curve next to a place, no further away than a fingertip; −1: none. */
gint       cvr_paint_xy_at    (double width, double height, const CvrXyChart *chart,
                               const CvrTheme *theme, guint curve, double x, double y);

G_END_DECLS
