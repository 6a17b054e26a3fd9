/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings, what drives the training, its curves and what they say, the first filters. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_LEARNING_VIEW (cvr_learning_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrLearningView, cvr_learning_view, CVR, LEARNING_VIEW, AdwBin)

void cvr_learning_view_set_project (CvrLearningView *self, CvrProject *project); /* nullable */

G_END_DECLS
