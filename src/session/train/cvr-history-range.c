/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows of a curve, in the time of what is drawn. */
#include "cvr-history-private.h"

#include <math.h>

static CvrBucket
widen (CvrHistoryPoint point)
{
  return (CvrBucket) { point.x, point.min, point.max, point.mean, point.count };
}

static double
x_at (const CvrHistorySeries *series,
      guint                   level,
      guint                   index)
{
  return cvr_history_bucket (series, level, index).x;
}

/* The first of the lowest level whose x is not below @x; their number where there is none. */
static guint
find (const CvrHistorySeries *series,
      double                  x)
{
  guint low = 0, high = cvr_history_n_buckets (series, 0);

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (x_at (series, 0, middle) < x)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

guint
cvr_history_range (CvrHistory *self,
                   CvrSeries   series_name,
                   double      x0,
                   double      x1,
                   guint       max_buckets,
                   CvrBucket  *out)
{
  const CvrHistorySeries *series = &self->series[series_name];
  guint n_points = cvr_history_n_buckets (series, 0);
  guint level = 0, first, last, n;

  g_return_val_if_fail (max_buckets >= 4, 0);

  if (n_points == 0 || !(x0 <= x1))
    return 0;

  /* With a neighbour on either side, and room for those that a higher level may need. */
  first = find (series, x0);
  first -= first > 0 ? 1 : 0;
  last = MIN (find (series, x1), n_points - 1);
  while ((last >> level) - (first >> level) + 3 > max_buckets &&
         (level > 0 || last - first + 1 > max_buckets))
    level++;
  first >>= level;
  last >>= level;
  if (level > 0 && first > 0 && x_at (series, level, first) > x0)
    first--;
  if (level > 0 && last + 1 < cvr_history_n_buckets (series, level) &&
      x_at (series, level, last) < x1)
    last++;

  n = last - first + 1;
  for (guint i = 0; i < n; i++)
    out[i] = widen (cvr_history_bucket (series, level, first + i));

  return n;
}

const CvrBucket *
cvr_history_series (CvrHistory *self,
                    CvrSeries   series_name,
                    guint      *n_buckets)
{
  CvrHistorySeries *series = &self->series[series_name];
  guint level = 0;

  while (cvr_history_n_buckets (series, level) > CVR_HISTORY_BUCKETS)
    level++;
  *n_buckets = cvr_history_n_buckets (series, level);
  if (series->all == NULL && *n_buckets > 0)
    {
      series->all = g_new (CvrBucket, *n_buckets);
      for (guint i = 0; i < *n_buckets; i++)
        series->all[i] = widen (cvr_history_bucket (series, level, i));
    }

  return series->all;
}

guint64
cvr_history_n_points (CvrHistory *self,
                      CvrSeries   series_name)
{
  const CvrHistorySeries *series = &self->series[series_name];
  guint64 n_whole = series->levels[0] != NULL ? series->levels[0]->len : 0;

  return n_whole * series->span + series->open.count;
}

gboolean
cvr_history_extent (CvrHistory *self,
                    CvrSeries   series_name,
                    double     *first,
                    double     *last)
{
  const CvrHistorySeries *series = &self->series[series_name];
  guint n = cvr_history_n_buckets (series, 0);

  if (n == 0)
    return FALSE;

  *first = x_at (series, 0, 0);
  *last = x_at (series, 0, n - 1);

  return TRUE;
}

gboolean
cvr_history_nearest (CvrHistory *self,
                     CvrSeries   series_name,
                     double      x,
                     CvrBucket  *bucket)
{
  const CvrHistorySeries *series = &self->series[series_name];
  guint n = cvr_history_n_buckets (series, 0);
  guint place;

  if (n == 0 || isnan (x))
    return FALSE;

  place = MIN (find (series, x), n - 1);
  if (place > 0 && x - x_at (series, 0, place - 1) < x_at (series, 0, place) - x)
    place--;
  *bucket = widen (cvr_history_bucket (series, 0, place));

  return TRUE;
}
