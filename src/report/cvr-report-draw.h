/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawings of a training for pages: curves, table of answers, ROC, calibration; their titles stand
 * above them on the page. Any thread with its own @cr. */
#pragma once

#include "cvr-history.h"
#include "cvr-paint.h"
#include "cvr-scores.h"

G_BEGIN_DECLS

/* Classes that a chart of curves can tell apart by colour. */
enum { CVR_REPORT_CURVES = 8, CVR_REPORT_BINS = 10 };

/* As far as it came. @best: marked; 0: none. */
void cvr_report_paint_curves (cairo_t *cr, double width, double height, CvrHistory *history,
                              guint best, gboolean accuracy, const CvrTheme *theme);
void cvr_report_paint_matrix (cairo_t *cr, double width, double height,
                              const CvrEvaluation *evaluation, const char *const *titles,
                              const CvrTheme *theme);
/* The classes that are told apart worst, at most CVR_REPORT_CURVES of them. */
void cvr_report_paint_roc    (cairo_t *cr, double width, double height,
                              const CvrEvaluation *evaluation, const char *const *titles,
                              const CvrTheme *theme);
void cvr_report_paint_calibration (cairo_t *cr, double width, double height,
                                   const CvrEvaluation *evaluation, const CvrTheme *theme);
/* Answers against the truth, of a network that predicts numbers. */
void cvr_report_paint_numbers (cairo_t *cr, double width, double height,
                               const CvrNumberAnswers *numbers, const CvrTheme *theme);

G_END_DECLS
