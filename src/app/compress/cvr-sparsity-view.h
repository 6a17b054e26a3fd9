/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accuracy against the pruned share, filling in as compressions are tried. */
#pragma once

#include "cvr-canvas.h"
#include "cvr-compress-tried.h"

G_BEGIN_DECLS

#define CVR_TYPE_SPARSITY_VIEW (cvr_sparsity_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrSparsityView, cvr_sparsity_view, CVR, SPARSITY_VIEW, CvrCanvas)

/* Shows those of @tried that differ from @result only in how much is pruned: one curve of networks
 * that were only cut, one of those that learned on afterwards. @result nullable. Signal "chosen"
 * (double share, 0 … 1): a place of the axis was clicked. */
void  cvr_sparsity_view_show     (CvrSparsityView     *self,
                                  CvrTriedSet         *tried,
                                  const CvrCompressed *result);
/* In one of the two curves. */
guint cvr_sparsity_view_n_points (CvrSparsityView     *self,
                                  gboolean             learned);

G_END_DECLS
