/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calibration: runs pictures through the network and chooses what its values may range over. */
#include "nn-calibrate.h"

#include "nn-feed.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum { LANES = 16 };

/**
 * Histogram:
 * @bins: of values that are not 0, over the range; of their magnitudes where @magnitudes
 * @n_zeros: values that are 0: they lie on every grid
 */
typedef struct
{
  guint64  bins[NN_CALIBRATION_BINS];
  guint64  n_zeros;
  gboolean magnitudes;
} Histogram;

/* One call of nn_calibrate(). */
typedef struct
{
  NnGraph           *graph;
  NnParams          *params;
  const NnQuantSpec *spec;
  const NnSource    *source;
  NnWorkers         *workers;
  const gboolean    *rounded;
  NnRange           *ranges;
  Histogram        **histograms; /* [n_nodes]; NULL in the first pass */
} Work;

/* Side by side in LANES, which a processor does at once. A value that is not finite makes the range
 * endless. */
static void
widen (NnRange       *range,
       const nn_real *values,
       gsize          n_values)
{
  nn_real low[LANES] = { 0 };
  nn_real high[LANES] = { 0 };
  nn_real strange[LANES] = { 0 }; /* NaN after a value that is not finite */

  for (gsize i = 0; i < n_values; i += LANES)
    for (gsize j = 0; j < MIN (LANES, n_values - i); j++)
      {
        nn_real value = values[i + j];

        low[j] = value < low[j] ? value : low[j];
        high[j] = value > high[j] ? value : high[j];
        strange[j] += value - value;
      }
  for (guint j = 0; j < LANES; j++)
    {
      range->low = MIN (range->low, (double) low[j]);
      range->high = strange[j] != 0 ? (double) INFINITY : MAX (range->high, (double) high[j]);
    }
}

static double
largest_of (const NnRange *range)
{
  return MAX (-range->low, range->high);
}

static void
count (Histogram     *self,
       const NnRange *range,
       const nn_real *values,
       gsize          n_values)
{
  double from = self->magnitudes ? 0 : range->low;
  double to = self->magnitudes ? largest_of (range) : range->high;
  double bins_per_unit = to > from ? NN_CALIBRATION_BINS / (to - from) : 0;

  for (gsize i = 0; i < n_values; i++)
    {
      double value = self->magnitudes ? fabs ((double) values[i]) : (double) values[i];

      if (values[i] == 0)
        self->n_zeros++;
      else
        self->bins[(guint) CLAMP ((value - from) * bins_per_unit, 0, NN_CALIBRATION_BINS - 1)]++;
    }
}

static void
look_at (Work   *work,
         NnExec *exec,
         guint   batch)
{
  for (guint i = 0; i < nn_graph_n_nodes (work->graph); i++)
    {
      NnShape shape = nn_graph_node_shape (work->graph, (NnNode) i);
      gsize n = 0;

      if (!work->rounded[i])
        continue;
      nn_shape_count (&shape, &n);
      if (work->histograms == NULL)
        widen (&work->ranges[i], nn_exec_values (exec, (NnNode) i), batch * n);
      else
        count (work->histograms[i], &work->ranges[i], nn_exec_values (exec, (NnNode) i), batch * n);
    }
}

/* Once through the pictures. */
static gboolean
pass (Work    *work,
      NnExec  *exec,
      GError **error)
{
  g_auto (NnFeed) feed = { 0 };
  guint batch = nn_exec_max_batch (exec);

  nn_feed_init (&feed, work->source, work->workers, batch);
  for (guint i = 0, first = 0; i < work->spec->batches && first < work->source->count;
       i++, first += batch)
    {
      guint n = MIN (batch, work->source->count - first);

      if (work->spec->keep_going != NULL && !work->spec->keep_going (work->spec->data))
        {
          g_set_error (error, NN_ERROR, NN_ERROR_CANCELLED, _("Stopped after %u of %u passes."), i,
                       work->spec->batches);
          return FALSE;
        }
      if (!nn_feed_fetch (&feed, NULL, first, n, FALSE, 0, nn_exec_input (exec, 0), error))
        return FALSE;
      nn_exec_forward (exec, work->params, n, 0);
      look_at (work, exec, n);
    }

  return TRUE;
}

static gboolean
check_ranges (Work    *work,
              GError **error)
{
  for (guint i = 0; i < nn_graph_n_nodes (work->graph); i++)
    {
      const NnRange *range = &work->ranges[i];

      if (isfinite (range->low) && isfinite (range->high) &&
          isfinite ((float) (range->high - range->low)))
        continue;
      g_set_error (
        error, NN_ERROR, NN_ERROR_DATA,
        _("The values of “%s” run from %g to %g on the calibration data; no grid covers them."),
        nn_graph_node_name (work->graph, (NnNode) i), range->low, range->high);
      return FALSE;
    }

  return TRUE;
}

/* Each end gives up as many values as lie beyond the percentile. */
static void
narrow_to_percentile (const Histogram *self,
                      double           percentile,
                      NnRange         *range)
{
  double width = (range->high - range->low) / NN_CALIBRATION_BINS;
  guint64 total = self->n_zeros;
  guint64 beyond = 0;
  double allowed;
  guint low = 0;
  guint high = NN_CALIBRATION_BINS;

  for (guint i = 0; i < NN_CALIBRATION_BINS; i++)
    total += self->bins[i];
  allowed = (1 - percentile / 100) * (double) total;
  while (high > 0 && (double) (beyond + self->bins[high - 1]) <= allowed)
    beyond += self->bins[--high];
  beyond = 0;
  while (low < high && (double) (beyond + self->bins[low]) <= allowed)
    beyond += self->bins[low++];

  range->high = MAX (0, range->low + high * width);
  range->low = MIN (0, range->low + low * width);
}

/* How far the distribution of what @n bins keep, everything beyond being clamped to the last, is
 * from what @n_levels levels leave of it. */
static double
divergence (const guint64 *bins,
            guint          n,
            guint          n_levels,
            guint64        total,
            guint64        beyond)
{
  double inside = (double) (total - beyond);
  double sum = 0;

  for (guint level = 0, from = 0; level < n_levels; level++)
    {
      guint to = (guint) ((guint64) (level + 1) * n / n_levels);
      guint n_used = 0;
      guint64 held = 0;
      double shared;

      for (guint i = from; i < to; i++)
        {
          held += bins[i];
          n_used += bins[i] > 0 ? 1 : 0;
        }
      shared = n_used > 0 ? (double) held / n_used / inside : 0;
      for (guint i = from; i < to; i++)
        {
          guint64 kept = bins[i] + (i + 1 == n ? beyond : 0);
          double p = (double) kept / (double) total;

          if (kept == 0)
            continue;
          /* Clamped to where nothing else is: half a value stands for none, or there would be no
           * end to it. */
          sum += p * log (p / (bins[i] > 0 ? shared : 0.5 / (double) total));
        }
      from = to;
    }

  return sum;
}

/**
 * nn_calibrate_entropy:
 * @bins: [NN_CALIBRATION_BINS], of magnitudes from 0 up
 * @n_levels: levels that a grid has for them
 *
 * S. Migacz, "8-bit Inference with TensorRT" (GTC 2017): for every place to cut, what lies beyond
 * is clamped to the last bin, which gives the distribution that the network would see without
 * rounding. Merging its bins into as many groups as there are levels, and spreading each group
 * evenly over those of its bins that hold something, gives what rounding leaves. The cut with the
 * smallest Kullback-Leibler divergence between the two is taken.
 *
 * Returns: how many bins to keep, n_levels … NN_CALIBRATION_BINS
 */
guint
nn_calibrate_entropy (const guint64 *bins,
                      guint          n_levels)
{
  guint64 total = 0;
  guint64 beyond = 0;
  double least = (double) INFINITY;
  guint best = NN_CALIBRATION_BINS;

  for (guint i = 0; i < NN_CALIBRATION_BINS; i++)
    total += bins[i];
  for (guint n = NN_CALIBRATION_BINS; n >= n_levels && beyond < total; n--)
    {
      double found = divergence (bins, n, n_levels, total, beyond);

      if (found < least)
        {
          least = found;
          best = n;
        }
      beyond += bins[n - 1];
    }

  return best;
}

/* A range on one side of 0 has all levels of a byte there; others share them, so magnitudes decide
 * with half of them. */
static void
narrow_by_entropy (const Histogram *self,
                   NnRange         *range)
{
  gboolean one_side = range->low == 0 || range->high == 0;
  guint kept = nn_calibrate_entropy (self->bins, one_side ? 256 : 128);
  double end = largest_of (range) * kept / NN_CALIBRATION_BINS;

  range->low = MAX (range->low, -end);
  range->high = MIN (range->high, end);
}

static gboolean
narrow (Work    *work,
        NnExec  *exec,
        GError **error)
{
  guint n_nodes = nn_graph_n_nodes (work->graph);
  gboolean ok;

  work->histograms = g_new0 (Histogram *, n_nodes);
  for (guint i = 0; i < n_nodes; i++)
    if (work->rounded[i])
      {
        work->histograms[i] = g_new0 (Histogram, 1);
        work->histograms[i]->magnitudes = work->spec->calibration == NN_CALIBRATION_ENTROPY;
      }

  ok = pass (work, exec, error);
  for (guint i = 0; i < n_nodes; i++)
    {
      if (ok && work->rounded[i] && work->spec->calibration == NN_CALIBRATION_ENTROPY)
        narrow_by_entropy (work->histograms[i], &work->ranges[i]);
      else if (ok && work->rounded[i])
        narrow_to_percentile (work->histograms[i], work->spec->percentile, &work->ranges[i]);
      g_free (work->histograms[i]);
    }
  g_free (work->histograms);

  return ok;
}

/**
 * nn_calibrate:
 * @rounded: [n_nodes]: which nodes to look at
 * @ranges: (out caller-allocates): [n_nodes]; those of other nodes stay 0 to 0
 *
 * The first pass finds the smallest and largest values. For the other kinds of calibration a second
 * one counts values between them.
 */
gboolean
nn_calibrate (NnGraph           *graph,
              NnParams          *params,
              const NnQuantSpec *spec,
              const NnSource    *source,
              NnWorkers         *workers,
              const gboolean    *rounded,
              NnRange           *ranges,
              GError           **error)
{
  Work work = { graph, params, spec, source, workers, rounded, ranges, NULL };
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers,
                                         MIN (MIN (spec->batch, source->count),
                                              nn_graph_max_batch (graph)),
                                         NN_EXEC_KEEP_ALL, error);

  if (exec == NULL)
    return FALSE;

  memset (ranges, 0, nn_graph_n_nodes (graph) * sizeof *ranges);
  if (!pass (&work, exec, error) || !check_ranges (&work, error))
    return FALSE;

  return spec->calibration == NN_CALIBRATION_MIN_MAX || narrow (&work, exec, error);
}
