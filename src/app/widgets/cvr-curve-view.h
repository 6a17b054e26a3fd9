/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loss or accuracy of a training over its epochs, with the values under the pointer. */
#pragma once

#include "cvr-canvas.h"
#include "cvr-history.h"

G_BEGIN_DECLS

#define CVR_TYPE_CURVE_VIEW (cvr_curve_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrCurveView, cvr_curve_view, CVR, CURVE_VIEW, CvrCanvas)

/* Property "accuracy" (boolean, construct only): accuracy in per cent, else loss. */
/* @history nullable, borrowed: set %NULL before it goes. Read at every frame. @n_epochs: planned
 * end of the axis. */
void   cvr_curve_view_set_history (CvrCurveView *self,
                                   CvrHistory   *history,
                                   guint         n_epochs);
/* Where the pointer reads, in epochs; NaN: nowhere. Views that share an axis show the same place:
 * connect "hover-epoch". */
void   cvr_curve_view_set_hover   (CvrCurveView *self,
                                   double        epoch);
double cvr_curve_view_get_hover   (CvrCurveView *self);

G_END_DECLS
