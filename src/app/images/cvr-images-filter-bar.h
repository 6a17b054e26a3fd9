/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Search, filter menu, order and what is hidden by them, above the grid. */
#pragma once

#include "cvr-images-filter.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_IMAGES_FILTER_BAR (cvr_images_filter_bar_get_type ())
G_DECLARE_FINAL_TYPE (CvrImagesFilterBar, cvr_images_filter_bar, CVR, IMAGES_FILTER_BAR, AdwBin)

/* Reads and changes @filter, which outlives it. Signal "filling" is emitted when the menu opens:
 * the answer is cvr_images_filter_bar_fill(). */
void cvr_images_filter_bar_set_filter   (CvrImagesFilterBar *self, CvrImagesFilter *filter);
/* @tags: all there are. @has_network: without one its conditions can't be chosen. */
void cvr_images_filter_bar_fill         (CvrImagesFilterBar *self, const char *const *tags,
                                         gboolean has_network);
void cvr_images_filter_bar_focus_search (CvrImagesFilterBar *self);

G_END_DECLS
