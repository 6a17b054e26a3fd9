/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loops over maps with channels last of every instruction set that this processor has, against
 * their definitions: normalisation, its gradient, and max pooling. */
#include "kernel-support.h"
#include "nn-last-max.h"
#include "nn-last-norm.h"

#include <math.h>
#include <string.h>

enum { MOST_CHANNELS = 40, MOST_VALUES = 12 * 12 * MOST_CHANNELS };

/* A random case: maps of odd and even sizes, channels that fill vectors and that don't. */
typedef struct
{
  NnLastRows rows;
  gsize      channels, n; /* positions */
  gboolean   relu, add;
  nn_real    x[MOST_VALUES], dy[MOST_VALUES], dx[MOST_VALUES];
  nn_real    centre[MOST_CHANNELS], scale[MOST_CHANNELS], shift[MOST_CHANNELS];
  nn_real    mean[MOST_CHANNELS], slope[MOST_CHANNELS];
} Case;

static void
fill (CvrRng  *rng,
      gsize    n,
      nn_real *values)
{
  for (gsize i = 0; i < n; i++)
    values[i] = (nn_real) cvr_rng_between (rng, -1, 1);
}

static void
draw (Case   *c,
      CvrRng *rng,
      guint   number)
{
  c->rows = (NnLastRows) { 1 + cvr_rng_below (rng, 12), 1 + cvr_rng_below (rng, 12) };
  c->channels = 1 + number % MOST_CHANNELS;
  c->n = c->rows.rows * c->rows.width;
  c->relu = number & 1;
  c->add = number & 2;
  fill (rng, MOST_VALUES, c->x);
  fill (rng, MOST_VALUES, c->dy);
  fill (rng, MOST_VALUES, c->dx);
  fill (rng, MOST_CHANNELS, c->centre);
  fill (rng, MOST_CHANNELS, c->scale);
  fill (rng, MOST_CHANNELS, c->shift);
  fill (rng, MOST_CHANNELS, c->mean);
  fill (rng, MOST_CHANNELS, c->slope);
}

static NnLastNorm
norm_of (const Case *c)
{
  return (NnLastNorm) { c->channels, c->centre, c->scale, c->shift, c->relu };
}

static double
result_at (const Case *c,
           gsize       at)
{
  gsize k = at % c->channels;

  return ((double) c->x[at] - (double) c->centre[k]) * (double) c->scale[k] + (double) c->shift[k];
}

static void
assert_near (double actual,
             double expected)
{
  g_assert_cmpfloat (fabs (actual - expected), <, 1e-5 * (1 + fabs (expected)));
}

/* The gradient that arrives at each value before the norm's own part: @pool's winners, the ReLU's
 * survivors. */
static void
arriving (const Case *c,
          gboolean    pool,
          double     *to)
{
  gsize columns = c->rows.width / 2, line = c->rows.width * c->channels;

  memset (to, 0, c->n * c->channels * sizeof *to);
  for (gsize i = 0; i < (pool ? c->rows.rows / 2 * columns : c->n) * c->channels; i++)
    {
      gsize k = i % c->channels, q = i / c->channels % MAX (columns, 1),
            p = i / c->channels / MAX (columns, 1);
      gsize at = pool ? 2 * p * line + 2 * q * c->channels + k : i, best = at;

      for (gsize tap = 1; tap < 4 && pool; tap++)
        {
          gsize other = at + tap / 2 * line + tap % 2 * c->channels;

          if (result_at (c, other) > result_at (c, best))
            best = other;
        }
      if (!c->relu || result_at (c, best) > 0)
        to[best] = (double) c->dy[i];
    }
}

static void
check_forward (const NnLastNormKernels *kernels,
               const Case              *c)
{
  NnLastNorm norm = norm_of (c);
  nn_real y[MOST_VALUES], pooled[MOST_VALUES];
  gsize columns = c->rows.width / 2, line = c->rows.width * c->channels;

  kernels->forward (&norm, c->n, c->x, y);
  kernels->pool_forward (&norm, c->rows, c->x, pooled);
  for (gsize i = 0; i < c->n * c->channels; i++)
    assert_near ((double) y[i], c->relu ? MAX (result_at (c, i), 0) : result_at (c, i));
  for (gsize i = 0; i < c->rows.rows / 2 * columns * c->channels; i++)
    {
      gsize k = i % c->channels, q = i / c->channels % columns, p = i / c->channels / columns;
      const nn_real *from = y + 2 * p * line + 2 * q * c->channels + k;

      g_assert_cmpfloat ((double) pooled[i], ==,
                         (double) MAX (MAX (from[0], from[c->channels]),
                                       MAX (from[line], from[line + c->channels])));
    }
}

static void
check_backward (const NnLastNormKernels *kernels,
                const Case              *c,
                gboolean                 pool)
{
  NnLastNorm norm = norm_of (c);
  nn_real sums[MOST_CHANNELS], moments[MOST_CHANNELS], dx[MOST_VALUES];
  double there[MOST_VALUES];

  arriving (c, pool, there);
  memcpy (dx, c->dx, sizeof dx);
  if (pool)
    {
      kernels->pool_sums (&norm, c->rows, c->x, c->dy, sums, moments);
      kernels->pool_gradient (&norm, c->add, c->rows, c->x, c->dy, c->mean, c->slope, dx);
    }
  else
    {
      kernels->sums (&norm, c->n, c->x, c->dy, sums, moments);
      kernels->gradient (&norm, c->add, c->n, c->x, c->dy, c->mean, c->slope, dx);
    }

  for (gsize k = 0; k < c->channels; k++)
    {
      double sum = 0, moment = 0;

      for (gsize at = k; at < c->n * c->channels; at += c->channels)
        {
          double d = (double) c->x[at] - (double) c->centre[k];

          sum += there[at];
          moment += there[at] * d;
          assert_near ((double) dx[at], (c->add ? (double) c->dx[at] : 0) +
                                          (double) c->scale[k] *
                                            (there[at] - (double) c->mean[k]) -
                                          d * (double) c->slope[k]);
        }
      assert_near ((double) sums[k], sum);
      assert_near ((double) moments[k], moment);
    }
}

static void
check_moments (const NnLastNormKernels *kernels,
               const Case              *c)
{
  nn_real mean[MOST_CHANNELS], squares[MOST_CHANNELS];

  kernels->moments (c->n, c->channels, c->x, mean, squares);
  for (gsize k = 0; k < c->channels; k++)
    {
      double sum = 0, spread = 0;

      for (gsize p = 0; p < c->n; p++)
        sum += (double) c->x[p * c->channels + k];
      for (gsize p = 0; p < c->n; p++)
        spread += pow ((double) c->x[p * c->channels + k] - sum / (double) c->n, 2);
      assert_near ((double) mean[k], sum / (double) c->n);
      assert_near ((double) squares[k], spread);
    }
}

static void
test_norms_are_their_definitions (gconstpointer data)
{
  const NnLastNormKernels *kernels = nn_last_norm_kernels_named (data);
  g_autofree Case *c = g_new (Case, 1);
  CvrRng rng = cvr_rng_new (12, 0);

  g_test_message ("seed 12");
  if (is_missing (kernels))
    return;

  for (guint i = 0; i < 3 * MOST_CHANNELS; i++)
    {
      draw (c, &rng, i);
      check_moments (kernels, c);
      check_forward (kernels, c);
      check_backward (kernels, c, FALSE);
      check_backward (kernels, c, TRUE);
    }
}

/* Windows that overlap and that reach over the edge; NaN wins. */
static void
check_pool (const NnLastMaxKernels *kernels,
            const Case             *c)
{
  NnWindow w = { .height = c->rows.rows, .width = c->rows.width, .kernel = { 3, 2 },
                 .stride = { 2, 1 }, .dilation = { 1, 1 }, .before = { 1, 1 }, .after = { 1, 0 } };
  nn_real y[MOST_VALUES], dx[MOST_VALUES] = { 0 };
  guint32 index[MOST_VALUES];
  double expected[MOST_VALUES] = { 0 };

  w.out_height = (w.height + 2 - 3) / 2 + 1;
  w.out_width = w.width;
  kernels->forward (&w, c->channels, 0, w.out_height, c->x, y, index);
  kernels->backward (&w, c->channels, index, c->dy, dx);
  for (gsize i = 0; i < w.out_height * w.out_width * c->channels; i++)
    {
      gsize k = i % c->channels, q = i / c->channels % w.out_width,
            p = i / c->channels / w.out_width, best = G_MAXSIZE;

      for (gsize tap = 0; tap < 6; tap++)
        {
          gsize row = p * 2 + tap / 2 - 1, column = q + tap % 2 - 1;
          gsize at = (row * w.width + column) * c->channels + k;

          if (row >= w.height || column >= w.width)
            continue;
          if (best == G_MAXSIZE || c->x[at] > c->x[best] || isnan (c->x[at]))
            best = at;
        }
      g_assert_true (y[i] == c->x[best] || (isnan (y[i]) && isnan (c->x[best])));
      expected[best] += (double) c->dy[i];
    }
  for (gsize i = 0; i < c->n * c->channels; i++)
    assert_near ((double) dx[i], expected[i]);
}

static void
test_pools_are_their_definitions (gconstpointer data)
{
  const NnLastMaxKernels *kernels = nn_last_max_kernels_named (data);
  g_autofree Case *c = g_new (Case, 1);
  CvrRng rng = cvr_rng_new (13, 0);

  g_test_message ("seed 13");
  if (is_missing (kernels))
    return;

  for (guint i = 0; i < 2 * MOST_CHANNELS; i++)
    {
      draw (c, &rng, i);
      c->x[cvr_rng_below (&rng, (guint32) (c->n * c->channels))] = (nn_real) NAN;
      check_pool (kernels, c);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_for_sets ("/kernels/last/norms-are-their-definitions", test_norms_are_their_definitions);
  add_for_sets ("/kernels/last/pools-are-their-definitions", test_pools_are_their_definitions);

  return g_test_run ();
}
