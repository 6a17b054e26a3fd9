/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The learning-rate range test, blocking: L. Smith, arXiv 1506.01186. */
#include "cvr-finder.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum
{
  MIN_STEPS = 10,
  MAX_STEPS = 10000,
  MANY_EPOCHS = 10000, /* more than any range needs: the end is the finder's to say */
  LEAST_POINTS = 10,   /* before anything is read from them */
};

static const double memory = 0.95;   /* of the running mean */
static const double runaway = 4;     /* times the lowest mean: it diverges */
static const double least_fall = 0.05; /* of the mean at the beginning: less says nothing */
/* Standard deviations of single batches: noise alone makes the mean fall as far once in some 25
 * searches. */
static const double clear_fall = 0.75;

typedef struct
{
  CvrLrRange      range;
  const CvrWatch *watch;
  CvrLrPointFunc  func;
  gpointer        data;
  GArray         *points;
  double          sum;    /* running mean, not yet corrected for its beginning */
  double          lowest; /* of the smoothed losses */
  gboolean        enough;
} Finding;

CvrLrRange
cvr_lr_range_default (void)
{
  return (CvrLrRange) { 1e-6, 1, 120 };
}

static double
rate_at (const CvrLrRange *range,
         guint             step)
{
  return range->low * pow (range->high / range->low, (double) step / (range->n_steps - 1));
}

static void
add_point (Finding *self,
           double   lr,
           double   loss)
{
  guint n = self->points->len + 1;
  CvrLrPoint point = { lr, loss, INFINITY };

  if (isfinite (loss))
    {
      self->sum = memory * self->sum + (1 - memory) * loss;
      point.smoothed = self->sum / (1 - pow (memory, n));
      self->lowest = MIN (self->lowest, point.smoothed);
    }
  g_array_append_val (self->points, point);
  self->enough = n >= self->range.n_steps ||
                 (n >= LEAST_POINTS && point.smoothed > runaway * self->lowest);
  if (self->func != NULL)
    self->func (&point, self->data);
}

static void
event_cb (const NnEvent *event,
          gpointer       data)
{
  Finding *self = data;

  if (event->kind == NN_EVENT_STEP)
    add_point (self, event->lr, event->loss);
}

static gboolean
keep_going_cb (gpointer data)
{
  Finding *self = data;

  return !self->enough && cvr_watch_tell (self->watch, self->points->len, self->range.n_steps);
}

static gboolean
retune_cb (NnTuning *tuning,
           gpointer  data)
{
  Finding *self = data;

  tuning->optim.lr = (float) rate_at (&self->range, self->points->len);

  return TRUE;
}

static gboolean
check_range (const CvrLrRange *range,
             GError          **error)
{
  if (!(range->low > 0) || !(range->high > range->low) || !(range->high <= 1000))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("The learning rate can't be tried from %g to %g: both must be above 0, the "
                     "second larger and at most 1000."),
                   range->low, range->high);
      return FALSE;
    }
  if (range->n_steps < MIN_STEPS || range->n_steps > MAX_STEPS)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("%u steps were asked for; the search can take %d to %d."), range->n_steps,
                   MIN_STEPS, MAX_STEPS);
      return FALSE;
    }

  return TRUE;
}

/* The same training with nothing that ends it or moves the rate. */
static CvrSettings
plain_settings (const CvrSettings *settings)
{
  CvrSettings plain = *settings;

  plain.schedule = nn_schedule_spec_default (NN_SCHEDULE_CONSTANT);
  plain.epochs = MANY_EPOCHS;
  plain.early_stop = 0;
  plain.time_limit = 0;

  return plain;
}

/**
 * cvr_find_lr:
 *
 * The loss is that of the batch a step learned from. It ends after the last rate, or where the
 * running mean (as fastai smooths it) is four times its lowest.
 */
GArray *
cvr_find_lr (const CvrRunSpec *spec,
             const CvrLrRange *range,
             const CvrWatch   *watch,
             CvrLrPointFunc    func,
             gpointer          data,
             GError          **error)
{
  Finding self = { *range, watch, func, data, NULL, 0, INFINITY, FALSE };
  const NnObserver observer = { event_cb, keep_going_cb, retune_cb, NULL, &self };
  CvrSettings settings = plain_settings (spec->settings);
  CvrRunSpec plain = *spec;
  g_autoptr (CvrRun) run = NULL;
  g_autoptr (CvrModel) model = NULL;
  g_autoptr (GError) problem = NULL;

  if (!check_range (range, error))
    return NULL;

  plain.settings = &settings;
  plain.observer = &observer;
  plain.resume = NULL;
  plain.blind = TRUE;
  run = cvr_run_new (&plain, error);
  if (run == NULL)
    return NULL;

  self.points = g_array_new (FALSE, FALSE, sizeof (CvrLrPoint));
  if (!cvr_run_train (run, &model, NULL, &problem))
    {
      if (!g_error_matches (problem, NN_ERROR, NN_ERROR_DIVERGED))
        {
          g_array_unref (self.points);
          g_propagate_error (error, g_steal_pointer (&problem));
          return NULL;
        }
      add_point (&self, rate_at (range, self.points->len), INFINITY);
    }

  return self.points;
}

static guint
lowest_point (const CvrLrPoint *points,
              guint             n)
{
  guint lowest = 0;

  for (guint i = 1; i < n; i++)
    if (points[i].smoothed < points[lowest].smoothed)
      lowest = i;

  return lowest;
}

/* Where the mean falls most over a decade, before @end; slopes over a few points on either side, so
 * that one batch decides nothing. The first tenth is left out, as in fastai's plots: there the mean
 * still comes down from its first batch, whatever the rate. */
static guint
steepest_point (const CvrLrPoint *points,
                guint             n,
                guint             end)
{
  guint reach = MAX (2, n / 20), steepest = 0;
  double most = 0;

  for (guint i = n / 10 + reach; i + reach <= end; i++)
    {
      const CvrLrPoint *before = &points[i - reach], *after = &points[i + reach];
      double slope = (after->smoothed - before->smoothed) / log (after->lr / before->lr);

      if (slope < most)
        {
          most = slope;
          steepest = i;
        }
    }

  return steepest;
}

/* Of single batches about their mean, whichever way that goes: from the differences between one and
 * the next (J. von Neumann, Annals of Mathematical Statistics 12, 1941). */
static double
noise_of (const CvrLrPoint *points,
          guint             n)
{
  double sum = 0;

  for (guint i = 1; i < n; i++)
    sum += pow (points[i].loss - points[i - 1].loss, 2) / 2;

  return n > 1 ? sqrt (sum / (n - 1)) : 0;
}

static gboolean
falls_clearly (const CvrLrPoint *points,
               guint             n,
               guint             lowest)
{
  double begun = points[n / 10].smoothed, fall = begun - points[lowest].smoothed;

  return lowest > n / 10 && fall > MAX (least_fall * begun, clear_fall * noise_of (points, lowest));
}

/**
 * cvr_lr_advise:
 *
 * The two rules that are in use: the steepest descent, and a tenth of the rate with the lowest loss
 * (J. Howard, S. Gugger, Deep Learning for Coders, 2020).
 */
CvrLrAdvice
cvr_lr_advise (const CvrLrPoint *points,
               guint             n_points)
{
  CvrLrAdvice advice = { NAN, NAN, FALSE };
  guint lowest, steepest;

  if (n_points == 0)
    return advice;

  lowest = lowest_point (points, n_points);
  advice.diverged = !(points[n_points - 1].smoothed <= runaway * points[lowest].smoothed);
  if (n_points < LEAST_POINTS || !falls_clearly (points, n_points, lowest))
    return advice;

  steepest = steepest_point (points, n_points, lowest);
  advice.steepest = steepest > 0 ? points[steepest].lr : (double) NAN;
  advice.careful = points[lowest].lr / 10;

  return advice;
}
