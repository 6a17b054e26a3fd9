/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves and figures from scores: ROC, precision and recall, calibration, regression. Pure
 * functions, any thread. Definitions are scikit-learn's. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @fpr: share of the others that are taken for the class, @tpr: share of the class that is found,
 * where the class is said from @threshold on. The first point is (0, 0) at +∞. */
typedef struct { double fpr, tpr, threshold; } NnRocPoint;

/* @scores [n]: the higher, the more the class is believed in; @positive [n]: is of the class. Equal
 * scores are one point. @drop_intermediate: leaves out points on a straight line between others.
 * NULL where one side is empty or a score is NaN. */
NnRocPoint *nn_curves_roc (const float *scores, const gboolean *positive, gsize n,
                           gboolean drop_intermediate, guint *n_points) G_GNUC_WARN_UNUSED_RESULT;
/* The point with the largest tpr − fpr (W. Youden 1950); of several the one with the highest
 * threshold. */
guint       nn_curves_youden (const NnRocPoint *points, guint n_points);
/* Area under the ROC curve, ties counted half; NaN where nn_curves_roc() is NULL. */
double      nn_curves_auc (const float *scores, const gboolean *positive, gsize n);

typedef struct { double precision, recall, threshold; } NnPrecisionPoint;

/* By rising threshold; the last point is (1, 0) at +∞. NULL without a positive item or where a
 * score is NaN. */
NnPrecisionPoint *nn_curves_precision (const float *scores, const gboolean *positive, gsize n,
                                       guint *n_points) G_GNUC_WARN_UNUSED_RESULT;
/* Σ (recall step × precision); NaN where nn_curves_precision() is NULL. */
double      nn_curves_average_precision (const float *scores, const gboolean *positive, gsize n);

/* One figure of all classes. NaN values are left out; NaN where nothing is left. @support (nullable:
 * all alike) [n]. */
double      nn_curves_mean (const double *values, const guint64 *support, guint n);

typedef enum { NN_BINS_UNIFORM, NN_BINS_QUANTILE } NnBinning;

/* Items whose probability lies in low … high (a value on an edge counts below it). @predicted: mean
 * probability, @observed: share that is right; both NaN in an empty bin. */
typedef struct { double low, high, predicted, observed; guint64 n; } NnCalibrationBin;

/* (transfer full) [n_bins]. NULL where n is 0 or a probability lies outside 0 … 1 or is NaN. */
NnCalibrationBin *nn_curves_calibration (const float *probabilities, const gboolean *right, gsize n,
                                         guint n_bins,
                                         NnBinning binning) G_GNUC_WARN_UNUSED_RESULT;
/* Expected calibration error: Σ n·|observed − predicted| / Σ n (C. Guo et al., arXiv 1706.04599);
 * NaN without items. */
double      nn_curves_ece   (const NnCalibrationBin *bins, guint n_bins);
/* Mean squared distance of probability and truth (0 or 1); NaN without items. */
double      nn_curves_brier (const float *probabilities, const gboolean *right, gsize n);

/* @r2: 1 − residual / total squares; @explained: the same with the mean residual taken off. Where
 * all truths are equal: 1 for a perfect answer, else 0. */
typedef struct { guint64 n; double mse, rmse, mae, r2, explained; } NnRegression;

/* All NaN without items or where a value is not finite; r2 and explained are NaN for one item. */
NnRegression nn_curves_regression (const float *predicted, const float *truth, gsize n);

G_END_DECLS
