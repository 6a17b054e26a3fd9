/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How well the network does: figures of each class, ROC with a threshold to move, calibration. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_SCORES_VIEW (cvr_scores_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrScoresView, cvr_scores_view, CVR, SCORES_VIEW, AdwBin)

void cvr_scores_view_set_project (CvrScoresView *self, CvrProject *project); /* nullable */

G_END_DECLS
