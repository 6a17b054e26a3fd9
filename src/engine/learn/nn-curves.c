/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves and figures from scores. Definitions are scikit-learn's. */
#include "nn-curves.h"

#include <math.h>
#include <stdlib.h>

typedef struct
{
  float    score;
  gboolean positive;
} Scored;

/* Everything that has a score of @threshold or more. */
typedef struct
{
  double  threshold;
  guint64 n_true, n_false;
} Cut;

typedef struct
{
  Cut    *cuts;   /* by falling threshold, one for each score that occurs */
  guint   n;
  guint64 n_positive, n_negative;
} Cuts;

static int
compare_falling (const void *a,
                 const void *b)
{
  float x = ((const Scored *) a)->score, y = ((const Scored *) b)->score;

  return (x < y) - (x > y);
}

static void
cuts_clear (Cuts *cuts)
{
  g_free (cuts->cuts);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Cuts, cuts_clear)

/* No cuts where there is no item or a score is NaN. */
static Cuts
cut (const float    *scores,
     const gboolean *positive,
     gsize           n)
{
  g_autofree Scored *sorted = g_new (Scored, MAX (n, 1));
  Cuts all = { NULL };

  for (gsize i = 0; i < n; i++)
    {
      if (isnan (scores[i]))
        return all;
      sorted[i] = (Scored) { scores[i], positive[i] };
    }
  qsort (sorted, n, sizeof *sorted, compare_falling);

  all.cuts = g_new (Cut, MAX (n, 1));
  for (gsize start = 0, end; start < n; start = end)
    {
      for (end = start; end < n && !(sorted[end].score < sorted[start].score); end++)
        if (sorted[end].positive)
          all.n_positive++;
        else
          all.n_negative++;
      all.cuts[all.n++] = (Cut) { (double) sorted[start].score, all.n_positive, all.n_negative };
    }

  return all;
}

/* On the straight line through its neighbours, and as far from one as from the other. */
static gboolean
is_between (const Cut *cut)
{
  return cut[0].n_true - cut[-1].n_true == cut[1].n_true - cut[0].n_true &&
         cut[0].n_false - cut[-1].n_false == cut[1].n_false - cut[0].n_false;
}

/**
 * nn_curves_roc:
 * @n_points: (out)
 *
 * Returns: (transfer full) (nullable): by falling threshold, from (0, 0) to (1, 1).
 */
NnRocPoint *
nn_curves_roc (const float    *scores,
               const gboolean *positive,
               gsize           n,
               gboolean        drop_intermediate,
               guint          *n_points)
{
  g_auto (Cuts) all = cut (scores, positive, n);
  NnRocPoint *points;

  *n_points = 0;
  if (all.n_positive == 0 || all.n_negative == 0)
    return NULL;

  points = g_new (NnRocPoint, (gsize) all.n + 1);
  points[(*n_points)++] = (NnRocPoint) { 0, 0, INFINITY };
  for (guint i = 0; i < all.n; i++)
    if (!drop_intermediate || i == 0 || i + 1 == all.n || !is_between (&all.cuts[i]))
      points[(*n_points)++] = (NnRocPoint) {
        (double) all.cuts[i].n_false / (double) all.n_negative,
        (double) all.cuts[i].n_true / (double) all.n_positive, all.cuts[i].threshold
      };

  return points;
}

guint
nn_curves_youden (const NnRocPoint *points,
                  guint             n_points)
{
  guint best = 0;

  for (guint i = 1; i < n_points; i++)
    if (points[i].tpr - points[i].fpr > points[best].tpr - points[best].fpr)
      best = i;

  return best;
}

/**
 * nn_curves_auc:
 *
 * The probability that a positive item scores higher than a negative one (the statistic of Mann and
 * Whitney), ties counted half: whole and half numbers, so that nothing is rounded before the end.
 */
double
nn_curves_auc (const float    *scores,
               const gboolean *positive,
               gsize           n)
{
  g_auto (Cuts) all = cut (scores, positive, n);
  guint64 n_true = 0, n_false = 0;
  double wins = 0;

  if (all.n_positive == 0 || all.n_negative == 0)
    return NAN;

  for (guint i = 0; i < all.n; i++)
    {
      double here = (double) (all.cuts[i].n_true - n_true);
      double below = (double) (all.n_negative - all.cuts[i].n_false);

      wins += here * (below + 0.5 * (double) (all.cuts[i].n_false - n_false));
      n_true = all.cuts[i].n_true;
      n_false = all.cuts[i].n_false;
    }

  return wins / ((double) all.n_positive * (double) all.n_negative);
}

/**
 * nn_curves_precision:
 * @n_points: (out)
 *
 * Returns: (transfer full) (nullable)
 */
NnPrecisionPoint *
nn_curves_precision (const float    *scores,
                     const gboolean *positive,
                     gsize           n,
                     guint          *n_points)
{
  g_auto (Cuts) all = cut (scores, positive, n);
  NnPrecisionPoint *points;

  *n_points = 0;
  if (all.n_positive == 0)
    return NULL;

  points = g_new (NnPrecisionPoint, (gsize) all.n + 1);
  for (guint i = all.n; i-- > 0;)
    {
      const Cut *here = &all.cuts[i];

      points[(*n_points)++] = (NnPrecisionPoint) {
        (double) here->n_true / (double) (here->n_true + here->n_false),
        (double) here->n_true / (double) all.n_positive, here->threshold
      };
    }
  points[(*n_points)++] = (NnPrecisionPoint) { 1, 0, INFINITY };

  return points;
}

double
nn_curves_average_precision (const float    *scores,
                             const gboolean *positive,
                             gsize           n)
{
  guint n_points;
  g_autofree NnPrecisionPoint *points = nn_curves_precision (scores, positive, n, &n_points);
  double sum = 0;

  if (points == NULL)
    return NAN;

  for (guint i = 0; i + 1 < n_points; i++)
    sum += (points[i].recall - points[i + 1].recall) * points[i].precision;

  return sum;
}

double
nn_curves_mean (const double  *values,
                const guint64 *support,
                guint          n)
{
  double sum = 0, weights = 0;

  for (guint i = 0; i < n; i++)
    {
      double weight = support != NULL ? (double) support[i] : 1;

      if (isnan (values[i]))
        continue;
      sum += weight * values[i];
      weights += weight;
    }

  return weights > 0 ? sum / weights : NAN;
}

static int
compare_rising (const void *a,
                const void *b)
{
  float x = *(const float *) a, y = *(const float *) b;

  return (x > y) - (x < y);
}

/* The value that a share of @q of all lies below, straight lines between neighbours (NumPy's
 * percentile). */
static double
quantile (const float *sorted,
          gsize        n,
          double       q)
{
  double at = q * (double) (n - 1);
  gsize below = (gsize) floor (at);
  gsize above = MIN (below + 1, n - 1);
  double t = at - (double) below;
  double step = (double) sorted[above] - (double) sorted[below];

  return t < 0.5 ? (double) sorted[below] + step * t : (double) sorted[above] - step * (1 - t);
}

static NnCalibrationBin *
make_bins (const float *probabilities,
           gsize        n,
           guint        n_bins,
           NnBinning    binning)
{
  NnCalibrationBin *bins = g_new0 (NnCalibrationBin, n_bins);
  g_autofree float *sorted = NULL;

  if (binning == NN_BINS_QUANTILE)
    {
      sorted = g_memdup2 (probabilities, n * sizeof *sorted);
      qsort (sorted, n, sizeof *sorted, compare_rising);
    }
  for (guint i = 0; i < n_bins; i++)
    {
      double low = (double) i * (1.0 / n_bins), high = (double) (i + 1) * (1.0 / n_bins);

      bins[i].low = sorted != NULL ? quantile (sorted, n, low) : low;
      bins[i].high = sorted != NULL ? quantile (sorted, n, MIN (high, 1)) : high;
    }

  return bins;
}

/* The first bin whose upper edge is not below @p; the last one takes the rest. */
static guint
find_bin (const NnCalibrationBin *bins,
          guint                   n_bins,
          double                  p)
{
  guint low = 0, high = n_bins - 1;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (bins[middle].high < p)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

/**
 * nn_curves_calibration:
 * @n_bins: 1 or more
 *
 * UNIFORM: edges evenly over 0 … 1; QUANTILE: as many items in each as equal values allow.
 */
NnCalibrationBin *
nn_curves_calibration (const float    *probabilities,
                       const gboolean *right,
                       gsize           n,
                       guint           n_bins,
                       NnBinning       binning)
{
  NnCalibrationBin *bins;

  g_return_val_if_fail (n_bins > 0, NULL);

  for (gsize i = 0; i < n; i++)
    if (!(probabilities[i] >= 0 && probabilities[i] <= 1))
      return NULL;
  if (n == 0)
    return NULL;

  bins = make_bins (probabilities, n, n_bins, binning);
  for (gsize i = 0; i < n; i++)
    {
      NnCalibrationBin *bin = &bins[find_bin (bins, n_bins, (double) probabilities[i])];

      bin->n++;
      bin->predicted += (double) probabilities[i];
      bin->observed += right[i] ? 1 : 0;
    }
  for (guint i = 0; i < n_bins; i++)
    {
      double count = (double) bins[i].n;

      bins[i].predicted = bins[i].n > 0 ? bins[i].predicted / count : NAN;
      bins[i].observed = bins[i].n > 0 ? bins[i].observed / count : NAN;
    }

  return bins;
}

double
nn_curves_ece (const NnCalibrationBin *bins,
               guint                   n_bins)
{
  double sum = 0, n = 0;

  for (guint i = 0; i < n_bins; i++)
    if (bins[i].n > 0)
      {
        sum += (double) bins[i].n * fabs (bins[i].observed - bins[i].predicted);
        n += (double) bins[i].n;
      }

  return n > 0 ? sum / n : NAN;
}

double
nn_curves_brier (const float    *probabilities,
                 const gboolean *right,
                 gsize           n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    {
      double distance = (double) probabilities[i] - (right[i] ? 1 : 0);

      sum += distance * distance;
    }

  return n > 0 ? sum / (double) n : NAN;
}

/* 1 − part / whole, and what that means where there is nothing to explain. */
static double
explained (double part,
           double whole)
{
  if (whole > 0)
    return 1 - part / whole;

  return part > 0 ? 0 : 1;
}

/**
 * nn_curves_regression:
 *
 * Differences are taken from their means in a second pass: large numbers lose no digits.
 */
NnRegression
nn_curves_regression (const float *predicted,
                      const float *truth,
                      gsize        n)
{
  NnRegression result = { n, NAN, NAN, NAN, NAN, NAN };
  double squares = 0, sizes = 0, mean = 0, bias = 0, total = 0, rest = 0;

  for (gsize i = 0; i < n; i++)
    {
      double error = (double) truth[i] - (double) predicted[i];

      squares += error * error;
      sizes += fabs (error);
      bias += error / (double) n;
      mean += (double) truth[i] / (double) n;
    }
  if (n == 0 || !isfinite (squares) || !isfinite (mean))
    return result;

  for (gsize i = 0; i < n; i++)
    {
      double away = (double) truth[i] - mean;
      double error = (double) truth[i] - (double) predicted[i] - bias;

      total += away * away;
      rest += error * error;
    }
  result.mse = squares / (double) n;
  result.rmse = sqrt (result.mse);
  result.mae = sizes / (double) n;
  result.r2 = n > 1 ? explained (squares, total) : NAN;
  result.explained = explained (rest, total);

  return result;
}
