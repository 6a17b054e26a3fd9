/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the weights or the values of a layer were spread after each stored epoch, one behind the
 * other. */
#pragma once

#include "cvr-canvas.h"
#include "cvr-over-time.h"

G_BEGIN_DECLS

#define CVR_TYPE_RIDGE_VIEW (cvr_ridge_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrRidgeView, cvr_ridge_view, CVR, RIDGE_VIEW, CvrCanvas)

/* @moments: [n], copied. A click changes between weights and activations. */
void cvr_ridge_view_set (CvrRidgeView    *self,
                         const CvrMoment *moments,
                         guint            n,
                         NnNode           node);

/* The one that is looked at stands out; −1: the last. */
void cvr_ridge_view_set_epoch (CvrRidgeView *self, gint epoch);
/* Whether more of them are being read; says so while there is none. */
void cvr_ridge_view_set_waits (CvrRidgeView *self, gboolean waits);

G_END_DECLS
