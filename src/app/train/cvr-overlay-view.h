/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves of several trainings over each other. */
#pragma once

#include "cvr-chart-view.h"

G_BEGIN_DECLS

#define CVR_TYPE_OVERLAY_VIEW (cvr_overlay_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrOverlayView, cvr_overlay_view, CVR, OVERLAY_VIEW, CvrChartView)

/* What a place of the x axis is. */
typedef enum { CVR_OVERLAY_EPOCHS, CVR_OVERLAY_PICTURES } CvrOverlayAxis;

/* More don't have a colour of their own. */
enum { CVR_OVERLAY_MOST = 8 };

/* The colours that learning and unseen pictures have everywhere. */
enum { CVR_OVERLAY_LEARNING = -1, CVR_OVERLAY_UNSEEN = -2 };

/* One line: x and value of each point; values that are not finite are left out. */
typedef struct
{
  const char   *name;
  const double *x, *values;
  guint         n;
  gint          paint;   /* colour, as of cvr_paint_class_colour(), or one of the two below */
  gboolean      dashed;
} CvrOverlayLine;

/* Property "empty-label" (string): in place of lines while there are none. */
/* Takes copies. @percent: values are shares. @x_max: planned end of the axis. @y_label nullable. */
void cvr_overlay_view_set (CvrOverlayView       *self,
                           const CvrOverlayLine *lines,
                           guint                 n_lines,
                           CvrOverlayAxis        axis,
                           double                x_max,
                           gboolean              percent,
                           const char           *y_label);

G_END_DECLS
