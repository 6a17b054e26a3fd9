/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accuracy against the pruned share, filling in as compressions are tried. */
#pragma once

#include "cvr-canvas.h"
#include "cvr-compress.h"

G_BEGIN_DECLS

#define CVR_TYPE_SPARSITY_VIEW (cvr_sparsity_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrSparsityView, cvr_sparsity_view, CVR, SPARSITY_VIEW, CvrCanvas)

/* Remembers the result and shows it with those that differ from it only in how much is pruned: one
 * curve of networks that were only cut, one of those that learned on afterwards. */
void  cvr_sparsity_view_add      (CvrSparsityView *self,
                                  CvrCompressed   *result);
/* Another network: nothing that was tried counts any longer. */
void  cvr_sparsity_view_clear    (CvrSparsityView *self);
/* In one of the two curves that are shown. */
guint cvr_sparsity_view_n_points (CvrSparsityView *self,
                                  gboolean         learned);

G_END_DECLS
