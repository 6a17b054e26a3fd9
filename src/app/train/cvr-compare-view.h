/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One training of the notebook with all its figures, or several side by side. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_COMPARE_VIEW (cvr_compare_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrCompareView, cvr_compare_view, CVR, COMPARE_VIEW, AdwBin)

void cvr_compare_view_set_project (CvrCompareView *self, CvrProject *project); /* nullable */
/* (element-type CvrRunCard), at most CVR_OVERLAY_MOST; the colour of each is its place. Call again
 * when a card has changed. */
void cvr_compare_view_set_cards   (CvrCompareView *self, GPtrArray *cards);

G_END_DECLS
