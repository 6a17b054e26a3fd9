/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the weights or the values of a layer were spread after each stored epoch, one behind the
 * other. */
#pragma once

#include "cvr-canvas.h"
#include "cvr-over-time.h"

G_BEGIN_DECLS

#define CVR_TYPE_RIDGE_VIEW (cvr_ridge_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrRidgeView, cvr_ridge_view, CVR, RIDGE_VIEW, CvrCanvas)

/* @moments: [n], copied; those that have no such layer as @node of @graph are left out. A click
 * changes between weights and activations. */
void cvr_ridge_view_set (CvrRidgeView    *self,
                         const CvrMoment *moments,
                         guint            n,
                         NnGraph         *graph,
                         NnNode           node);

/* The one that is looked at stands out; −1: the last. */
void cvr_ridge_view_set_epoch (CvrRidgeView *self, gint epoch);
/* What it says, translated, while there is nothing to draw. */
void cvr_ridge_view_set_empty (CvrRidgeView *self, const char *why);

G_END_DECLS
