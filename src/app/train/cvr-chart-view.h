/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chart that is zoomed and read off with the pointer and the keys. */
#pragma once

#include "cvr-canvas.h"
#include "cvr-span.h"

G_BEGIN_DECLS

#define CVR_TYPE_CHART_VIEW (cvr_chart_view_get_type ())
G_DECLARE_DERIVABLE_TYPE (CvrChartView, cvr_chart_view, CVR, CHART_VIEW, CvrCanvas)

/**
 * CvrChartViewClass:
 * @get_whole: the whole x axis, low < high
 * @fill: curves, events and labels of what lies in @span, for @n_columns px; what @chart points to
 * is the instance's and stays until the next call. Zoom, read-off and ranges are set by the base.
 * @dup_place: (nullable): what a place of the axis is called, over the values; (transfer full)
 * @smallest: shortest stretch that is shown, in units of the axis
 *
 * Signals: "hover-x" (double; NaN: none) and "zoomed" (double low, high; both NaN: all), both only
 * when the user did it, so that charts with a common axis can follow each other.
 * The wheel zooms, a drag chooses a stretch, with Shift or the middle button it moves; + − 0 zoom,
 * arrows read off, with Shift they move, a double click or Escape shows all.
 */
struct _CvrChartViewClass
{
  CvrCanvasClass parent_class;

  CvrSpan (*get_whole) (CvrChartView *self);
  void    (*fill)      (CvrChartView   *self,
                        const CvrTheme *theme,
                        CvrSpan         span,
                        guint           n_columns,
                        CvrChart       *chart);
  char   *(*dup_place) (CvrChartView *self,
                        double        x);
  double  smallest;
};

/* What is drawn has changed. */
void     cvr_chart_view_changed   (CvrChartView *self);
/* @low NaN: all. */
void     cvr_chart_view_set_span  (CvrChartView *self, double low, double high);
/* FALSE: all is shown. */
gboolean cvr_chart_view_get_span  (CvrChartView *self, CvrSpan *span);
/* Around the place that is read off, else the middle, as if the user did it. */
void     cvr_chart_view_zoom      (CvrChartView *self, double factor);
void     cvr_chart_view_zoom_out  (CvrChartView *self); /* all of it */
void     cvr_chart_view_set_hover (CvrChartView *self, double x);
double   cvr_chart_view_get_hover (CvrChartView *self);

G_END_DECLS
