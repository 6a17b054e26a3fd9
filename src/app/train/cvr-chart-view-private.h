/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between a chart's view and its pointer. Main thread. */
#pragma once

#include "cvr-chart-view.h"

G_BEGIN_DECLS

#define CVR_CHART_ZOOM_STEP 1.25 /* a turn of the wheel, or + and − */

/* What the pointer does: owned by the view. */
typedef struct
{
  CvrChartView *view;    /* borrowed */
  gboolean      moving;  /* the drag moves what is shown instead of choosing */
  double        from;    /* where it began, in units of the axis; NaN: none */
  double        to;
  CvrSpan       span;    /* that was shown when it began */
  double        pointer; /* px from the left, where it was seen last */
} CvrChartDrag;

/* Adds the wheel, both drags and the double click to @view. */
void    cvr_chart_drag_init          (CvrChartDrag *self, CvrChartView *view);
/* The stretch that is being chosen; twice 0: none. */
void    cvr_chart_drag_get_selection (const CvrChartDrag *self, double *low, double *high);

/* The next three as if the user did it: others that follow are told. */
void    cvr_chart_view_show_span     (CvrChartView *self, CvrSpan span);
void    cvr_chart_view_zoom_at       (CvrChartView *self, double at, double factor);
void    cvr_chart_view_move_by       (CvrChartView *self, double share); /* of what is shown */
CvrSpan cvr_chart_view_shown         (CvrChartView *self);
/* Units at @x px of the widget; the nearer end where that is beside the plot. */
double  cvr_chart_view_place_near    (CvrChartView *self, double x);

G_END_DECLS
