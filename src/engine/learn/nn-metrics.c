/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of merit from predictions. Definitions are scikit-learn's. */
#include "nn-metrics.h"

#include <math.h>

/**
 * nn_confusion_new:
 * @n_classes: 1 or more; the table has its square of cells
 *
 * Returns: (transfer full): an empty table.
 */
NnConfusion *
nn_confusion_new (guint n_classes)
{
  NnConfusion *self = g_new0 (NnConfusion, 1);

  self->n_classes = n_classes;
  self->counts = g_new0 (guint64, (gsize) n_classes * n_classes);

  return self;
}

void
nn_confusion_free (NnConfusion *self)
{
  g_free (self->counts);
  g_free (self);
}

void
nn_confusion_add (NnConfusion *self,
                  guint        truth,
                  guint        predicted)
{
  g_return_if_fail (truth < self->n_classes && predicted < self->n_classes);

  self->counts[(gsize) truth * self->n_classes + predicted]++;
}

static guint64
count_at (const NnConfusion *self,
          guint              truth,
          guint              predicted)
{
  return self->counts[(gsize) truth * self->n_classes + predicted];
}

guint64
nn_confusion_total (const NnConfusion *self)
{
  guint64 total = 0;

  for (gsize i = 0; i < (gsize) self->n_classes * self->n_classes; i++)
    total += self->counts[i];

  return total;
}

static double
ratio (guint64 part,
       guint64 whole)
{
  return whole > 0 ? (double) part / (double) whole : 0;
}

double
nn_confusion_accuracy (const NnConfusion *self)
{
  guint64 right = 0;

  for (guint k = 0; k < self->n_classes; k++)
    right += count_at (self, k, k);

  return ratio (right, nn_confusion_total (self));
}

double
nn_confusion_precision (const NnConfusion *self,
                        guint              k)
{
  guint64 predicted = 0;

  g_return_val_if_fail (k < self->n_classes, 0);

  for (guint truth = 0; truth < self->n_classes; truth++)
    predicted += count_at (self, truth, k);

  return ratio (count_at (self, k, k), predicted);
}

double
nn_confusion_recall (const NnConfusion *self,
                     guint              k)
{
  guint64 present = 0;

  g_return_val_if_fail (k < self->n_classes, 0);

  for (guint predicted = 0; predicted < self->n_classes; predicted++)
    present += count_at (self, k, predicted);

  return ratio (count_at (self, k, k), present);
}

double
nn_confusion_f1 (const NnConfusion *self,
                 guint              k)
{
  double precision = nn_confusion_precision (self, k);
  double recall = nn_confusion_recall (self, k);

  return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}

typedef struct
{
  float    score;
  gboolean positive;
} Scored;

static int
compare_scores (const void *a,
                const void *b)
{
  float x = ((const Scored *) a)->score, y = ((const Scored *) b)->score;

  return (x > y) - (x < y);
}

/**
 * nn_metrics_auc:
 * @scores: [n]; the higher, the more the class is believed in
 * @positive: [n]
 *
 * The probability that a positive item scores higher than a negative one (the statistic of Mann and
 * Whitney), ties counted half.
 *
 * Returns: 0 … 1; NaN when one side is empty or a score is NaN.
 */
double
nn_metrics_auc (const float    *scores,
                const gboolean *positive,
                gsize           n)
{
  g_autofree Scored *sorted = g_new (Scored, MAX (n, 1));
  guint64 n_positive = 0, n_negative = 0;
  double wins = 0;

  for (gsize i = 0; i < n; i++)
    {
      if (isnan (scores[i]))
        return NAN;
      sorted[i] = (Scored) { scores[i], positive[i] };
    }
  qsort (sorted, n, sizeof *sorted, compare_scores);

  for (gsize start = 0, end; start < n; start = end)
    {
      guint64 positives = 0, negatives = 0;

      for (end = start; end < n && !(sorted[end].score > sorted[start].score); end++)
        if (sorted[end].positive)
          positives++;
        else
          negatives++;

      wins += (double) positives * ((double) n_negative + 0.5 * (double) negatives);
      n_positive += positives;
      n_negative += negatives;
    }

  return n_positive > 0 && n_negative > 0 ? wins / ((double) n_positive * (double) n_negative)
                                          : NAN;
}
