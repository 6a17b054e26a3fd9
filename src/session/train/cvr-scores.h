/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an evaluation says beyond its table: curves, calibration, one threshold, mistakes in order.
 * Pure, any thread. */
#pragma once

#include "cvr-evaluate.h"
#include "nn-curves.h"

G_BEGIN_DECLS

/* Means over the classes; auc and average_precision leave out classes without pictures. */
typedef struct { double precision, recall, f1, auc, average_precision; } CvrScores;

/* @weighted: each class counts by its pictures; else all alike (macro). */
CvrScores         cvr_scores_mean      (const CvrEvaluation *self, gboolean weighted);
/* Class @k against the rest. NULL where either side is empty. */
NnRocPoint       *cvr_scores_roc       (const CvrEvaluation *self, guint k,
                                        guint *n_points) G_GNUC_WARN_UNUSED_RESULT;
NnPrecisionPoint *cvr_scores_precision (const CvrEvaluation *self, guint k,
                                        guint *n_points) G_GNUC_WARN_UNUSED_RESULT;

/* Class @k is said from @threshold on. Shares are NaN where they have no pictures. */
typedef struct
{
  guint64 n_found, n_missed, n_false, n_rejected; /* of the class: found or not; of others */
  double  precision, recall, fpr, f1;
} CvrThresholdScores;
CvrThresholdScores cvr_scores_at       (const CvrEvaluation *self, guint k, double threshold);

/* @k −1: of the answers given (their own probability, and whether they are right); else of one
 * class. NULL without pictures. */
NnCalibrationBin *cvr_scores_calibration (const CvrEvaluation *self, gint k, guint n_bins,
                                          NnBinning binning) G_GNUC_WARN_UNUSED_RESULT;
/* As nn_curves_brier(); @k as above. */
double            cvr_scores_brier     (const CvrEvaluation *self, gint k);

/* Places in answers, most certain first (equal ones in order). −1: any. @wrong: only mistakes. */
guint            *cvr_scores_find      (const CvrEvaluation *self, gint truth, gint predicted,
                                        gboolean wrong, guint *n) G_GNUC_WARN_UNUSED_RESULT;
/* [n]: all places in answers of numbers, the furthest off first (equal ones in order). */
guint            *cvr_scores_furthest  (const CvrEvaluation *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
