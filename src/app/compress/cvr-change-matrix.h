/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a confusion matrix changed, cell by cell. */
#pragma once

#include "cvr-canvas.h"
#include "cvr-compress.h"

G_BEGIN_DECLS

#define CVR_TYPE_CHANGE_MATRIX (cvr_change_matrix_get_type ())
G_DECLARE_FINAL_TYPE (CvrChangeMatrix, cvr_change_matrix, CVR, CHANGE_MATRIX, CvrCanvas)

/* Signal "pointed" (string, nullable): the cell under the pointer in words. */
/* @titles, @paints: names of @result's classes and their colours, as cvr_paint_class_colour()
 * counts them; copied. */
void  cvr_change_matrix_show (CvrChangeMatrix     *self,
                              const CvrCompressed *result,
                              const char *const   *titles,
                              const guint         *paints);

G_END_DECLS
