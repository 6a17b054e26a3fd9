/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an evaluation says beyond its table. */
#include "cvr-scores.h"

#include <math.h>

/* Scores of one class against the rest, or (@k −1) of the answers given. */
typedef struct
{
  float    *p;
  gboolean *yes;
} Against;

static void
against_clear (Against *against)
{
  g_free (against->p);
  g_free (against->yes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Against, against_clear)

static Against
gather (const CvrEvaluation *self,
        gint                 k)
{
  Against against = { g_new (float, MAX (self->n, 1)), g_new (gboolean, MAX (self->n, 1)) };

  for (guint i = 0; i < self->n; i++)
    {
      const CvrAnswer *answer = &self->answers[i];

      against.p[i] = k < 0 ? answer->p
                           : self->probabilities[(gsize) i * self->n_classes + (guint) k];
      against.yes[i] = answer->label == (k < 0 ? answer->predicted : k);
    }

  return against;
}

/**
 * cvr_scores_mean:
 *
 * Macro and weighted means as scikit-learn takes them.
 */
CvrScores
cvr_scores_mean (const CvrEvaluation *self,
                 gboolean             weighted)
{
  const guint64 *support = weighted ? self->support : NULL;
  guint n = self->n_classes;

  return (CvrScores) {
    nn_curves_mean (self->precision, support, n),
    nn_curves_mean (self->recall, support, n),
    nn_curves_mean (self->f1, support, n),
    nn_curves_mean (self->auc, support, n),
    nn_curves_mean (self->average_precision, support, n),
  };
}

/**
 * cvr_scores_roc:
 * @n_points: (out)
 *
 * Returns: (transfer full) (nullable): without the points that lie between others.
 */
NnRocPoint *
cvr_scores_roc (const CvrEvaluation *self,
                guint                k,
                guint               *n_points)
{
  g_auto (Against) against = gather (self, (gint) k);

  return nn_curves_roc (against.p, against.yes, self->n, TRUE, n_points);
}

/**
 * cvr_scores_precision:
 * @n_points: (out)
 *
 * Returns: (transfer full) (nullable)
 */
NnPrecisionPoint *
cvr_scores_precision (const CvrEvaluation *self,
                      guint                k,
                      guint               *n_points)
{
  g_auto (Against) against = gather (self, (gint) k);

  return nn_curves_precision (against.p, against.yes, self->n, n_points);
}

static double
share (guint64 part,
       guint64 whole)
{
  return whole > 0 ? (double) part / (double) whole : (double) NAN;
}

CvrThresholdScores
cvr_scores_at (const CvrEvaluation *self,
               guint                k,
               double               threshold)
{
  CvrThresholdScores at = { 0 };

  for (guint i = 0; i < self->n; i++)
    {
      gboolean is = self->answers[i].label == (gint) k;
      gboolean said = (double) self->probabilities[(gsize) i * self->n_classes + k] >= threshold;

      if (is && said)
        at.n_found++;
      else if (is)
        at.n_missed++;
      else if (said)
        at.n_false++;
      else
        at.n_rejected++;
    }
  at.precision = share (at.n_found, at.n_found + at.n_false);
  at.recall = share (at.n_found, at.n_found + at.n_missed);
  at.fpr = share (at.n_false, at.n_false + at.n_rejected);
  at.f1 = share (2 * at.n_found, 2 * at.n_found + at.n_false + at.n_missed);

  return at;
}

/**
 * cvr_scores_calibration:
 *
 * Returns: (transfer full) (nullable): [n_bins]
 */
NnCalibrationBin *
cvr_scores_calibration (const CvrEvaluation *self,
                        gint                 k,
                        guint                n_bins,
                        NnBinning            binning)
{
  g_auto (Against) against = gather (self, k);

  return nn_curves_calibration (against.p, against.yes, self->n, n_bins, binning);
}

double
cvr_scores_brier (const CvrEvaluation *self,
                  gint                 k)
{
  g_auto (Against) against = gather (self, k);

  return nn_curves_brier (against.p, against.yes, self->n);
}

static int
compare_certainty (gconstpointer a,
                   gconstpointer b,
                   gpointer      data)
{
  const CvrEvaluation *self = data;
  guint x = *(const guint *) a, y = *(const guint *) b;
  float px = self->answers[x].p, py = self->answers[y].p;

  if (px != py)
    return px < py ? 1 : -1;

  return (x > y) - (x < y);
}

/**
 * cvr_scores_find:
 * @truth, @predicted: a cell of the table
 * @n: (out)
 *
 * Returns: (transfer full): never NULL
 */
guint *
cvr_scores_find (const CvrEvaluation *self,
                 gint                 truth,
                 gint                 predicted,
                 gboolean             wrong,
                 guint               *n)
{
  guint *found = g_new (guint, MAX (self->n, 1));

  *n = 0;
  for (guint i = 0; i < self->n; i++)
    {
      const CvrAnswer *answer = &self->answers[i];

      if ((truth < 0 || answer->label == truth) &&
          (predicted < 0 || answer->predicted == predicted) &&
          (!wrong || answer->label != answer->predicted))
        found[(*n)++] = i;
    }
  if (*n > 1)
    g_qsort_with_data (found, (gint) *n, sizeof *found, compare_certainty, (gpointer) self);

  return found;
}

static int
compare_distance (gconstpointer a,
                  gconstpointer b,
                  gpointer      data)
{
  const CvrNumberAnswers *numbers = data;
  guint x = *(const guint *) a, y = *(const guint *) b;
  float far_x = fabsf (numbers->predicted[x] - numbers->truth[x]);
  float far_y = fabsf (numbers->predicted[y] - numbers->truth[y]);

  if (far_x != far_y)
    return far_x < far_y ? 1 : -1;

  return (x > y) - (x < y);
}

/**
 * cvr_scores_furthest:
 * @self: of a network that predicts numbers
 *
 * Returns: (transfer full): never NULL
 */
guint *
cvr_scores_furthest (const CvrEvaluation *self)
{
  guint *places = g_new (guint, MAX (self->n, 1));

  g_return_val_if_fail (self->numbers != NULL, places);

  for (guint i = 0; i < self->n; i++)
    places[i] = i;
  if (self->n > 1)
    g_qsort_with_data (places, (gint) self->n, sizeof *places, compare_distance, self->numbers);

  return places;
}
