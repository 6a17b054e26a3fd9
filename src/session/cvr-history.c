/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The curve of one training: every point counted, memory and drawing bounded. */
#include "cvr-history-private.h"

#include <math.h>

static void
series_clear (CvrHistorySeries *series)
{
  g_clear_pointer (&series->buckets, g_free);
}

CvrHistory *
cvr_history_new (void)
{
  CvrHistory *self = g_new0 (CvrHistory, 1);

  for (guint i = 0; i < CVR_N_SERIES; i++)
    self->series[i].span = 1;
  self->epochs = g_array_new (FALSE, FALSE, sizeof (CvrEpochRow));

  return self;
}

void
cvr_history_free (CvrHistory *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < CVR_N_SERIES; i++)
    series_clear (&self->series[i]);
  g_array_unref (self->epochs);
  g_free (self);
}

static CvrBucket
join (const CvrBucket *a,
      const CvrBucket *b)
{
  double n = (double) a->count + b->count;
  CvrBucket both = {
    .x = a->x + (b->x - a->x) * (b->count / n),
    .min = MIN (a->min, b->min),
    .max = MAX (a->max, b->max),
    .mean = a->mean + (b->mean - a->mean) * (b->count / n),
    .count = a->count + b->count,
  };

  return both;
}

/* Neighbours become one: half as many buckets of twice the span. */
static void
halve (CvrHistorySeries *series)
{
  guint n = series->n / 2;

  for (guint i = 0; i < n; i++)
    series->buckets[i] = join (&series->buckets[2 * i], &series->buckets[2 * i + 1]);
  if (series->n % 2 == 1)
    series->buckets[n++] = series->buckets[series->n - 1];
  series->n = n;
  series->span *= 2;
}

/**
 * cvr_history_add:
 * @x: in epochs
 * @value: not finite ones (no validation yet) are passed over
 */
void
cvr_history_add (CvrHistory *self,
                 CvrSeries   series_name,
                 double      x,
                 double      value)
{
  CvrHistorySeries *series = &self->series[series_name];
  CvrBucket one = { x, value, value, value, 1 };

  if (!isfinite (x) || !isfinite (value))
    return;

  if (series->buckets == NULL)
    series->buckets = g_new (CvrBucket, CVR_HISTORY_BUCKETS);
  if (series->n > 0 && series->buckets[series->n - 1].count < series->span)
    {
      series->buckets[series->n - 1] = join (&series->buckets[series->n - 1], &one);
      return;
    }

  if (series->n == CVR_HISTORY_BUCKETS)
    {
      halve (series);
      cvr_history_add (self, series_name, x, value);
      return;
    }
  series->buckets[series->n++] = one;
}

/**
 * cvr_history_add_epoch:
 *
 * Keeps the row, and its validation figures as points of their curves.
 */
void
cvr_history_add_epoch (CvrHistory        *self,
                       const CvrEpochRow *row)
{
  g_array_append_vals (self->epochs, row, 1);
  cvr_history_add (self, CVR_SERIES_VAL_LOSS, row->epoch, row->val_loss);
  cvr_history_add (self, CVR_SERIES_VAL_ACCURACY, row->epoch, row->val_accuracy);
}

/* (transfer none): until the next add. */
const CvrBucket *
cvr_history_series (CvrHistory *self,
                    CvrSeries   series,
                    guint      *n_buckets)
{
  *n_buckets = self->series[series].n;

  return self->series[series].buckets;
}

/* (transfer none): until the next add. */
const CvrEpochRow *
cvr_history_epochs (CvrHistory *self,
                    guint      *n_epochs)
{
  *n_epochs = self->epochs->len;

  return (const CvrEpochRow *) (gpointer) self->epochs->data;
}

guint
cvr_history_best_epoch (CvrHistory *self)
{
  guint best = 0;

  for (guint i = 0; i < self->epochs->len; i++)
    if (g_array_index (self->epochs, CvrEpochRow, i).best)
      best = g_array_index (self->epochs, CvrEpochRow, i).epoch;

  return best;
}
