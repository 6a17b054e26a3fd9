/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loss or accuracy of a training over its epochs, with what happened on the way. */
#pragma once

#include "cvr-chart-view.h"
#include "cvr-history.h"

G_BEGIN_DECLS

#define CVR_TYPE_CURVE_VIEW (cvr_curve_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrCurveView, cvr_curve_view, CVR, CURVE_VIEW, CvrChartView)

/* Property "accuracy" (boolean, construct only): accuracy in per cent, else loss. */
/* @history nullable, borrowed: set %NULL before it goes. Read when something changed. @n_epochs:
 * planned end of the axis. */
void cvr_curve_view_set_history (CvrCurveView *self, CvrHistory *history, guint n_epochs);
/* A point an epoch, in place of every step. */
void cvr_curve_view_set_by_epoch (CvrCurveView *self, gboolean by_epoch);
/* No other chart stands below it: it names the axis. */
void cvr_curve_view_set_alone (CvrCurveView *self, gboolean alone);

G_END_DECLS
