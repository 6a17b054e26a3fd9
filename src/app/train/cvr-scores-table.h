/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Precision, recall, F1 and the like of each class, sorted as wanted. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_SCORES_TABLE (cvr_scores_table_get_type ())
G_DECLARE_FINAL_TYPE (CvrScoresTable, cvr_scores_table, CVR, SCORES_TABLE, AdwBin)

/* Signal "selected" (uint): another class of the model is chosen. */
/* NULL: an empty table. The chosen class stays where it is still there. */
void cvr_scores_table_set     (CvrScoresTable *self, CvrProject *project, CvrModel *model,
                               CvrEvaluation *evaluation);
/* −1: none. */
gint cvr_scores_table_get_selected (CvrScoresTable *self);

G_END_DECLS
