/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The curve of one training: every point counted, memory and drawing bounded. */
#include "cvr-history-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

static void
clear_event (gpointer event)
{
  g_free (((CvrHistoryEvent *) event)->text);
}

static void
series_clear (CvrHistorySeries *series)
{
  for (guint k = 0; k < CVR_HISTORY_LEVELS; k++)
    g_clear_pointer (&series->levels[k], g_array_unref);
  g_clear_pointer (&series->all, g_free);
}

CvrHistory *
cvr_history_new (void)
{
  CvrHistory *self = g_new0 (CvrHistory, 1);

  for (guint i = 0; i < CVR_N_SERIES; i++)
    self->series[i].span = 1;
  self->epochs = g_array_new (FALSE, FALSE, sizeof (CvrEpochRow));
  self->events = g_array_new (FALSE, FALSE, sizeof (CvrHistoryEvent));
  g_array_set_clear_func (self->events, clear_event);

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
  g_array_unref (self->events);
  g_free (self);
}

static CvrHistoryPoint
join (const CvrHistoryPoint *a,
      const CvrHistoryPoint *b)
{
  double share = b->count / ((double) a->count + b->count);

  return (CvrHistoryPoint) {
    .x = a->x + (b->x - a->x) * share,
    .min = MIN (a->min, b->min),
    .max = MAX (a->max, b->max),
    .mean = (float) (a->mean + ((double) b->mean - a->mean) * share),
    .count = a->count + b->count,
  };
}

static guint
level_length (const CvrHistorySeries *series,
              guint                   level)
{
  return series->levels[level] != NULL ? series->levels[level]->len : 0;
}

static const CvrHistoryPoint *
point_at (const CvrHistorySeries *series,
          guint                   level,
          guint                   index)
{
  return &g_array_index (series->levels[level], CvrHistoryPoint, index);
}

guint
cvr_history_n_buckets (const CvrHistorySeries *series,
                       guint                   level)
{
  guint n = level_length (series, 0) + (series->open.count > 0 ? 1 : 0);

  return (n + (1u << level) - 1) >> level;
}

CvrHistoryPoint
cvr_history_bucket (const CvrHistorySeries *series,
                    guint                   level,
                    guint                   index)
{
  CvrHistoryPoint first, second;

  if (index < level_length (series, level))
    return *point_at (series, level, index);
  if (level == 0)
    return series->open;

  /* What is left over at the end: of its two halves at most one isn't whole. */
  first = cvr_history_bucket (series, level - 1, 2 * index);
  if (2 * index + 1 >= cvr_history_n_buckets (series, level - 1))
    return first;
  second = cvr_history_bucket (series, level - 1, 2 * index + 1);

  return join (&first, &second);
}

/* The pyramid has grown to its full height: its lowest level goes. */
static void
halve (CvrHistorySeries *series)
{
  g_array_unref (series->levels[0]);
  memmove (&series->levels[0], &series->levels[1],
           (CVR_HISTORY_LEVELS - 1) * sizeof series->levels[0]);
  series->levels[CVR_HISTORY_LEVELS - 1] = NULL;
  series->span *= 2;
}

void
cvr_history_push (CvrHistorySeries      *series,
                  const CvrHistoryPoint *point)
{
  CvrHistoryPoint whole = *point;

  for (guint k = 0; k < CVR_HISTORY_LEVELS; k++)
    {
      guint n;

      if (series->levels[k] == NULL)
        series->levels[k] = g_array_new (FALSE, FALSE, sizeof (CvrHistoryPoint));
      g_array_append_val (series->levels[k], whole);
      n = series->levels[k]->len;
      if (n % 2 == 1)
        break;
      whole = join (point_at (series, k, n - 2), point_at (series, k, n - 1));
    }
  if (series->levels[0]->len == CVR_HISTORY_POINTS)
    halve (series);
}

static const CvrHistoryPoint *
last_of (const CvrHistorySeries *series)
{
  guint n = level_length (series, 0);

  return series->open.count > 0 ? &series->open : n > 0 ? point_at (series, 0, n - 1) : NULL;
}

/**
 * cvr_history_add:
 * @x: in epochs; not below the last one's
 * @value: not finite ones (no validation yet) are passed over
 */
void
cvr_history_add (CvrHistory *self,
                 CvrSeries   series_name,
                 double      x,
                 double      value)
{
  CvrHistorySeries *series = &self->series[series_name];
  const CvrHistoryPoint *last = last_of (series);
  float kept = (float) CLAMP (value, (double) -FLT_MAX, (double) FLT_MAX);
  CvrHistoryPoint one = { x, kept, kept, kept, 1 };

  if (!isfinite (x) || !isfinite (value))
    return;

  if (last != NULL)
    one.x = MAX (x, last->x);
  g_clear_pointer (&series->all, g_free);
  series->open = series->open.count > 0 ? join (&series->open, &one) : one;
  if (series->open.count == series->span)
    {
      one = series->open;
      series->open.count = 0;
      cvr_history_push (series, &one);
    }
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

/**
 * cvr_history_add_event:
 * @x: in epochs
 * @text: (nullable): what to say there
 */
void
cvr_history_add_event (CvrHistory         *self,
                       double              x,
                       CvrHistoryEventKind kind,
                       const char         *text)
{
  CvrHistoryEvent event = { x, kind, NULL };

  g_return_if_fail (kind < CVR_N_EVENTS);

  if (!isfinite (x) || self->events->len >= CVR_HISTORY_MOST_EVENTS)
    return;

  event.text = g_strdup (text);
  g_array_append_val (self->events, event);
}

/* The level of @from as the lowest one of @to. */
static void
copy_series (CvrHistorySeries       *to,
             const CvrHistorySeries *from,
             guint                   level)
{
  guint n = level_length (from, level);

  to->span = from->span << level;
  for (guint k = level; k < CVR_HISTORY_LEVELS; k++)
    if (from->levels[k] != NULL)
      to->levels[k - level] = g_array_copy (from->levels[k]);
  if (n < cvr_history_n_buckets (from, level))
    to->open = cvr_history_bucket (from, level, n);
}

CvrHistory *
cvr_history_copy (CvrHistory *self,
                  guint       max_points)
{
  CvrHistory *copy = cvr_history_new ();

  for (guint i = 0; i < CVR_N_SERIES; i++)
    {
      guint level = 0;

      while (max_points > 0 && level_length (&self->series[i], level) > max_points)
        level++;
      copy_series (&copy->series[i], &self->series[i], level);
    }
  g_array_append_vals (copy->epochs, self->epochs->data, self->epochs->len);
  for (guint i = 0; i < self->events->len; i++)
    {
      const CvrHistoryEvent *event = &g_array_index (self->events, CvrHistoryEvent, i);

      cvr_history_add_event (copy, event->x, event->kind, event->text);
    }

  return copy;
}

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

const CvrHistoryEvent *
cvr_history_events (CvrHistory *self,
                    guint      *n_events)
{
  *n_events = self->events->len;

  return (const CvrHistoryEvent *) (gpointer) self->events->data;
}
