/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filters of a network's first layer, as they are now. */
#pragma once

#include "cvr-canvas.h"
#include "cvr-model.h"

G_BEGIN_DECLS

#define CVR_TYPE_FILTER_VIEW (cvr_filter_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrFilterView, cvr_filter_view, CVR, FILTER_VIEW, CvrCanvas)

void  cvr_filter_view_set_model (CvrFilterView *self,
                                 CvrModel      *model);
/* How many are shown; 0 without a model. */
guint cvr_filter_view_n_filters (CvrFilterView *self);

/* Shown in colour: the filters look at red, green and blue. */
gboolean cvr_filter_view_in_colour (CvrFilterView *self);

G_END_DECLS
