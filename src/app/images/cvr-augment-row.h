/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What training sees of one picture: its augmented versions, by the project's settings. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_AUGMENT_ROW (cvr_augment_row_get_type ())
G_DECLARE_FINAL_TYPE (CvrAugmentRow, cvr_augment_row, CVR, AUGMENT_ROW, AdwBin)

/* Follows the settings by itself, while it is on screen. */
void cvr_augment_row_set_project (CvrAugmentRow *self, CvrProject *project);
/* @picture NULL: none. @original: the same in memory; NULL while it is being read. */
void cvr_augment_row_set_picture (CvrAugmentRow *self, CvrPicture *picture, CvrImage *original);

G_END_DECLS
