/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How one value came about, drawn with its numbers: patch × weights → value. */
#pragma once

#include "cvr-canvas.h"
#include "cvr-lens.h"

G_BEGIN_DECLS

#define CVR_TYPE_LENS_VIEW (cvr_lens_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrLensView, cvr_lens_view, CVR, LENS_VIEW, CvrCanvas)

/* @lens: (transfer full) (nullable): NULL shows nothing. */
void     cvr_lens_view_take_lens (CvrLensView *self,
                                  CvrLens     *lens);
CvrLens *cvr_lens_view_get_lens  (CvrLensView *self); /* borrowed; NULL */

G_END_DECLS
