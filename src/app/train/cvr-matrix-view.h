/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The confusion matrix, its cells chosen with the pointer or the arrow keys. */
#pragma once

#include "cvr-canvas.h"
#include "cvr-evaluate.h"

G_BEGIN_DECLS

#define CVR_TYPE_MATRIX_VIEW (cvr_matrix_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrMatrixView, cvr_matrix_view, CVR, MATRIX_VIEW, CvrCanvas)

/* Signals "selected" (guint truth, guint predicted), by the user or by select(); "activated": Enter
 * on the chosen cell. */
/* @titles, @paints: (nullable): names and colours of the classes, as many as the evaluation has;
 * copied. */
void     cvr_matrix_view_set_evaluation (CvrMatrixView     *self,
                                         CvrEvaluation     *evaluation,
                                         const char *const *titles,
                                         const guint       *paints);
void     cvr_matrix_view_select         (CvrMatrixView     *self,
                                         guint              truth,
                                         guint              predicted);
/* FALSE: no cell is chosen. */
gboolean cvr_matrix_view_get_selected   (CvrMatrixView     *self,
                                         guint             *truth,
                                         guint             *predicted);
/* Chooses the cell outside the diagonal with the most pictures; FALSE when there is no mistake. */
gboolean cvr_matrix_view_select_worst   (CvrMatrixView     *self);

/* What stands in the cells: pictures, or shares of the row; what changed since @before where that is
 * not %NULL and has the same classes (its counts are copied). */
void cvr_matrix_view_set_percent (CvrMatrixView *self, gboolean percent);
void cvr_matrix_view_set_before  (CvrMatrixView *self, CvrEvaluation *before);

G_END_DECLS
