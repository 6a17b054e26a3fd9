/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fast matrix product against the plain one. */
#include "kernel-support.h"
#include "nn-gemm.h"

#include <math.h>

/* Rows lie further apart than they are long; what lies between must stay. */
static void
check_product (CvrRng   *rng,
               gsize     m,
               gsize     n,
               gsize     k,
               gboolean  transpose_a,
               gboolean  transpose_b,
               nn_real   beta)
{
  gsize lda = (transpose_a ? m : k) + 3, ldb = (transpose_b ? k : n) + 1, ldc = n + 2;
  g_autofree nn_real *a = random_values (rng, (transpose_a ? k : m) * lda);
  g_autofree nn_real *b = random_values (rng, (transpose_b ? n : k) * ldb);
  g_autofree nn_real *fast = random_values (rng, m * ldc);
  g_autofree nn_real *plain = g_memdup2 (fast, m * ldc * sizeof *fast);
  NnGemm gemm = { m, n, k, a, lda, transpose_a, b, ldb, transpose_b, beta, fast, ldc };

  nn_gemm (&gemm);
  gemm.c = plain;
  nn_gemm_plain (&gemm);
  for (gsize i = 0; i < m * ldc; i++)
    if (i % ldc >= n)
      g_assert_cmpfloat (fast[i], ==, plain[i]);
    else /* k products below 1 in float; the error of a sum of k terms grows at most with k. */
      g_assert_cmpfloat (fabs ((double) fast[i] - (double) plain[i]), <, 1e-7 * (double) (k + 4));
}

static void
test_fast_is_plain (void)
{
  CvrRng rng = cvr_rng_new (1, 0);

  g_test_message ("seed 1");
  for (guint i = 0; i < 200; i++)
    {
      gsize m = 1 + cvr_rng_below (&rng, 70), n = 1 + cvr_rng_below (&rng, 70),
            k = 1 + cvr_rng_below (&rng, 300);

      check_product (&rng, m, n, k, i & 1, i >> 1 & 1, i >> 2 & 1);
    }
}

/* 0 overwrites whatever was there, NaN too. */
static void
test_beta_zero_clears_nan (void)
{
  const nn_real a[] = { 1, 2 }, b[] = { 3, 4 };
  nn_real fast = (nn_real) NAN, plain = (nn_real) NAN;
  NnGemm gemm = { 1, 1, 2, a, 2, false, b, 1, false, 0, &fast, 1 };

  nn_gemm (&gemm);
  gemm.c = &plain;
  nn_gemm_plain (&gemm);
  g_assert_cmpfloat (fast, ==, 11);
  g_assert_cmpfloat (plain, ==, 11);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kernels/gemm/fast-is-plain", test_fast_is_plain);
  g_test_add_func ("/kernels/gemm/beta-zero-clears-nan", test_beta_zero_clears_nan);

  return g_test_run ();
}
