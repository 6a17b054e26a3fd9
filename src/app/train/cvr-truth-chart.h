/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each number that a network answered against the true one; a picture's dot can be chosen. */
#pragma once

#include "cvr-canvas.h"
#include "cvr-evaluate.h"

G_BEGIN_DECLS

#define CVR_TYPE_TRUTH_CHART (cvr_truth_chart_get_type ())
G_DECLARE_FINAL_TYPE (CvrTruthChart, cvr_truth_chart, CVR, TRUTH_CHART, CvrCanvas)

/* Signal "chosen" (guint place in the evaluation's answers): a dot was clicked. */
/* @evaluation nullable, of numbers; held. Nothing is marked then. */
void cvr_truth_chart_set_evaluation (CvrTruthChart *self, CvrEvaluation *evaluation);
/* @place −1: no dot. */
void cvr_truth_chart_mark           (CvrTruthChart *self, gint place);

G_END_DECLS
