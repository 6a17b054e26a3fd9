/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Minimal filtering against convolution by its definition, for every instruction set that this
 * processor has: one tile, one filter, one channel after the other. */
#include "kernel-support.h"
#include "nn-winograd.h"

#include <math.h>
#include <string.h>

enum { LANES = 16, N = NN_WINOGRAD_COEFFICIENTS };

/* Sums of nine products below 1; the matrices' entries of up to 8 and 1/24 magnify rounding. */
static const double tolerance = 2e-5;

/* Channel c of the map at a place that may lie outside. */
static double
at (const NnWinogradMaps *maps,
    const nn_real        *x,
    ptrdiff_t             row,
    ptrdiff_t             column,
    gsize                 c)
{
  if (row < 0 || column < 0 || row >= (ptrdiff_t) maps->height ||
      column >= (ptrdiff_t) maps->width)
    return 0;

  return (double) x[((gsize) row * maps->width + (gsize) column) * maps->channels + c];
}

/* A depthwise convolution of one tile: channel by channel, coefficients times coefficients. */
static void
check_tile (const NnWinogradKernels *kernels,
            CvrRng                  *rng,
            gsize                    channels)
{
  NnWinogradMaps in = { 5 + cvr_rng_below (rng, 8), 5 + cvr_rng_below (rng, 8), channels };
  NnWinogradMaps out = { in.height - 1, in.width - 1, channels };
  gsize row = cvr_rng_below (rng, (guint32) out.height), step = 2 * LANES,
        column = cvr_rng_below (rng, (guint32) out.width);
  g_autofree nn_real *x = random_values (rng, in.height * in.width * channels);
  g_autofree nn_real *w = random_values (rng, channels * 9);
  g_autofree nn_real *y = g_new0 (nn_real, out.height * out.width * channels);
  g_autofree nn_real *start = random_values (rng, step);
  nn_real v[N * 2 * LANES], u[N * 2 * LANES] = { 0 };
  NnWinogradOut to = { channels, start, NULL, y, TRUE };

  kernels->input (&in, x, (ptrdiff_t) row - 1, (ptrdiff_t) column - 1, v, step);
  for (gsize k = 0; k < channels; k += LANES)
    kernels->filters (w + k * 9, 9, 1, MIN (LANES, channels - k), NULL, u + k, step);
  for (gsize i = 0; i < N; i++)
    for (gsize c = 0; c < channels; c++)
      v[i * step + c] *= u[i * step + c];
  kernels->output (&out, &to, v, step, row, column);

  for (gsize p = 0; p < out.height; p++)
    for (gsize q = 0; q < out.width; q++)
      for (gsize c = 0; c < channels; c++)
        {
          gboolean inside = p >= row && p < row + 4 && q >= column && q < column + 4;
          double expected = (double) start[c];

          for (gsize t = 0; t < 9; t++)
            expected += (double) w[c * 9 + t] *
                        at (&in, x, (ptrdiff_t) (p + t / 3) - 1, (ptrdiff_t) (q + t % 3) - 1, c);
          expected = inside ? MAX (expected, 0) : 0;
          g_assert_cmpfloat (fabs (at (&out, y, (ptrdiff_t) p, (ptrdiff_t) q, c) - expected), <,
                             tolerance);
        }
}

static void
test_a_tile_is_a_convolution (gconstpointer data)
{
  const NnWinogradKernels *kernels = nn_winograd_kernels_named (data);
  CvrRng rng = cvr_rng_new (8, 0);

  g_test_message ("seed 8");
  if (is_missing (kernels))
    return;

  for (guint i = 0; i < 100; i++)
    check_tile (kernels, &rng, 1 + i % (2 * LANES));
}

/* The weights' gradient of one tile: Σ x·dy over the 4×4 outputs. */
static void
check_gradient (const NnWinogradKernels *kernels,
                CvrRng                  *rng)
{
  NnWinogradMaps in = { 9, 11, LANES }, out = { 8, 10, LANES };
  gsize row = cvr_rng_below (rng, 8), column = cvr_rng_below (rng, 10);
  g_autofree nn_real *x = random_values (rng, in.height * in.width * LANES);
  g_autofree nn_real *dy = random_values (rng, out.height * out.width * LANES);
  nn_real v[N * LANES], d[2 * N * LANES], g[9 * LANES];

  kernels->input (&in, x, (ptrdiff_t) row - 1, (ptrdiff_t) column - 1, v, LANES);
  kernels->gradient (&out, dy, row, column, d, LANES);
  for (gsize i = 0; i < N * LANES; i++)
    {
      /* In two halves, as chunks of images leave them. */
      d[i] *= v[i] / 2;
      d[N * LANES + i] = d[i];
    }
  kernels->filters_gradient (d, LANES, 2, N * LANES, g);

  for (gsize t = 0; t < 9; t++)
    for (gsize c = 0; c < LANES; c++)
      {
        double sum = 0;

        for (gsize p = row; p < MIN (row + 4, out.height); p++)
          for (gsize q = column; q < MIN (column + 4, out.width); q++)
            sum += at (&out, dy, (ptrdiff_t) p, (ptrdiff_t) q, c) *
                   at (&in, x, (ptrdiff_t) (p + t / 3) - 1, (ptrdiff_t) (q + t % 3) - 1, c);
        g_assert_cmpfloat (fabs ((double) g[t * LANES + c] - sum), <, 4 * tolerance);
      }
}

static void
test_a_tile_gives_the_weights_gradient (gconstpointer data)
{
  const NnWinogradKernels *kernels = nn_winograd_kernels_named (data);
  CvrRng rng = cvr_rng_new (9, 0);

  g_test_message ("seed 9");
  if (is_missing (kernels))
    return;

  for (guint i = 0; i < 50; i++)
    check_gradient (kernels, &rng);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_for_sets ("/kernels/winograd/a-tile-is-a-convolution", test_a_tile_is_a_convolution);
  add_for_sets ("/kernels/winograd/a-tile-gives-the-weights-gradient",
                test_a_tile_gives_the_weights_gradient);

  return g_test_run ();
}
