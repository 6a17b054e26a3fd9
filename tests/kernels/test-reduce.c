/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums: right, and the same bits wherever the values lie. */
#include "cvr-rng.h"
#include "nn-reduce.h"

#include <math.h>
#include <string.h>

enum { MOST = 203 };

typedef struct
{
  nn_real sum, dot, squares, first, moment;
} Sums;

static Sums
sums_of (gsize          n,
         const nn_real *a,
         const nn_real *b)
{
  Sums sums = { nn_sum (n, a), nn_dot (n, a, b), nn_sum_of_squares (n, a, (nn_real) 0.5) };

  nn_sum_and_moment (n, a, b, (nn_real) 0.25, &sums.first, &sums.moment);

  return sums;
}

static void
test_against_double (void)
{
  CvrRng rng = cvr_rng_new (2, 0);
  nn_real a[MOST], b[MOST];

  for (guint i = 0; i < MOST; i++)
    {
      a[i] = (nn_real) cvr_rng_between (&rng, -1, 1);
      b[i] = (nn_real) cvr_rng_between (&rng, -1, 1);
    }
  for (gsize n = 0; n <= MOST; n++)
    {
      Sums sums = sums_of (n, a, b);
      double sum = 0, dot = 0, squares = 0, moment = 0;

      for (gsize i = 0; i < n; i++)
        {
          sum += (double) a[i];
          dot += (double) a[i] * (double) b[i];
          squares += ((double) a[i] - 0.5) * ((double) a[i] - 0.5);
          moment += (double) a[i] * ((double) b[i] - 0.25);
        }
      /* Two hundred terms of size 1 in float. */
      g_assert_cmpfloat (fabs ((double) sums.sum - sum), <, 2e-5);
      g_assert_cmpfloat (fabs ((double) sums.dot - dot), <, 2e-5);
      g_assert_cmpfloat (fabs ((double) sums.squares - squares), <, 2e-5);
      g_assert_cmpfloat (fabs ((double) sums.first - sum), <, 2e-5);
      g_assert_cmpfloat (fabs ((double) sums.moment - moment), <, 2e-5);
    }
}

static void
test_place_in_memory_does_not_matter (void)
{
  CvrRng rng = cvr_rng_new (3, 0);
  nn_real a[MOST + 32], b[MOST + 32], moved_a[MOST + 32], moved_b[MOST + 32];

  for (guint i = 0; i < MOST; i++)
    {
      a[i] = (nn_real) cvr_rng_normal (&rng);
      b[i] = (nn_real) cvr_rng_normal (&rng);
    }
  for (gsize shift = 0; shift < 32; shift++)
    {
      Sums here = sums_of (MOST, a, b), there;

      memcpy (moved_a + shift, a, MOST * sizeof *a);
      memcpy (moved_b + 31 - shift, b, MOST * sizeof *b);
      there = sums_of (MOST, moved_a + shift, moved_b + 31 - shift);
      g_assert_cmpmem (&here, sizeof here, &there, sizeof there);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kernels/reduce/against-double", test_against_double);
  g_test_add_func ("/kernels/reduce/place-in-memory-does-not-matter",
                   test_place_in_memory_does_not_matter);

  return g_test_run ();
}
