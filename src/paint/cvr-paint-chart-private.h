/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plot of a chart, shared by what draws its curves and what is written on it. */
#pragma once

#include "cvr-paint-private.h"

G_BEGIN_DECLS

/* The plot's rectangle and the values at its borders. */
typedef struct
{
  double left, top, width, height;
  double x_low, x_high, y_low, y_high;
  double y_ticks[12];
  guint  n_y_ticks;
  guint  decimals;
} CvrPlot;

/* Where @x lies between the borders, 0 … 1 inside them. */
static inline double
cvr_plot_share (const CvrPlot *plot,
                double         x)
{
  return (x - plot->x_low) / (plot->x_high - plot->x_low);
}

static inline double
cvr_plot_x (const CvrPlot *plot,
            double         x)
{
  return plot->left + cvr_plot_share (plot, x) * plot->width;
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

static inline gboolean
cvr_plot_is_inside (const CvrPlot *plot,
                    double         x)
{
  return isfinite (x) && x >= plot->x_low && x <= plot->x_high;
}

typedef struct { double left, top, width, height; } CvrArea;

static inline gboolean
cvr_area_has (const CvrArea *area,
              double         x,
              double         y)
{
  return x >= area->left && x <= area->left + area->width && y >= area->top
         && y <= area->top + area->height;
}

/* What stands for a curve before its name. */
typedef struct
{
  const char *label; /* nullable: not in the legend */
  CvrRgba     colour;
  gboolean    line, dashed, dot;
} CvrPlotKey;

static inline CvrPlotKey
cvr_plot_key_of (const CvrCurve *curve)
{
  return (CvrPlotKey) { curve->label, curve->colour, TRUE, curve->dashed, curve->dots };
}

typedef enum { CVR_LEGEND_TOP_FIRST, CVR_LEGEND_FOOT_FIRST, CVR_LEGEND_TOP_ONLY } CvrLegendPlace;
/* How much of what was drawn lies in a place: a legend goes where there is least. */
typedef guint (*CvrPlotCount) (gconstpointer data, const CvrArea *area);

void cvr_plot_key    (cairo_t          *cr,
                      const CvrPlotKey *key,
                      double            x,
                      double            y,
                      const CvrTheme   *theme);
/* Nothing is drawn where it would take too much of @plot. */
void cvr_plot_legend (cairo_t          *cr,
                      const CvrPlotKey *keys,
                      guint             n_keys,
                      const CvrArea    *plot,
                      CvrLegendPlace    where,
                      CvrPlotCount      count,
                      gconstpointer     data,
                      const CvrTheme   *theme);
/* The ends of the x axis. */
void cvr_plot_find_x (const CvrChart *chart,
                      CvrPlot        *plot);
void cvr_plot_dot   (cairo_t        *cr,
                     double          x,
                     double          y,
                     double          radius,
                     CvrRgba         colour,
                     const CvrTheme *theme);
void cvr_plot_panel (cairo_t        *cr,
                     double          x,
                     double          y,
                     double          width,
                     double          height,
                     const CvrTheme *theme);
void cvr_plot_notes (cairo_t        *cr,
                     const CvrChart *chart,
                     const CvrPlot  *plot,
                     const CvrTheme *theme);
/* The values at hover_x. */
void cvr_plot_hover (cairo_t        *cr,
                     const CvrChart *chart,
                     const CvrPlot  *plot,
                     const CvrTheme *theme);
/* What happened: lines with signs at their feet. */
void cvr_plot_events (cairo_t        *cr,
                      const CvrChart *chart,
                      const CvrPlot  *plot,
                      const CvrTheme *theme);
/* The event under the pointer; NULL: none near hover_x. */
const CvrChartEvent *cvr_plot_event_at (const CvrChart *chart,
                                        const CvrPlot  *plot);

G_END_DECLS
