/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The only place in the engine that calls BLAS. */
#include "nn-gemm.h"

#include <cblas.h>

/* OpenBLAS alone has it; another BLAS links as well. */
extern void openblas_set_num_threads (int n_threads) __attribute__ ((weak));

/**
 * nn_gemm_one_thread:
 *
 * OpenBLAS gives other bits with another number of its own threads, so the engine cuts the work
 * itself and lets each of its threads call a single-threaded library.
 */
void
nn_gemm_one_thread (void)
{
  if (openblas_set_num_threads != NULL)
    openblas_set_num_threads (1);
}

/**
 * nn_gemm:
 *
 * Any thread. The bits depend on the shapes and values alone.
 */
void
nn_gemm (const NnGemm *g)
{
  CBLAS_TRANSPOSE a = g->transpose_a ? CblasTrans : CblasNoTrans;
  CBLAS_TRANSPOSE b = g->transpose_b ? CblasTrans : CblasNoTrans;
  int m = (int) g->m, n = (int) g->n, k = (int) g->k;
  int lda = (int) g->lda, ldb = (int) g->ldb, ldc = (int) g->ldc;

#ifdef NN_DOUBLE
  cblas_dgemm (CblasRowMajor, a, b, m, n, k, 1, g->a, lda, g->b, ldb, g->beta, g->c, ldc);
#else
  cblas_sgemm (CblasRowMajor, a, b, m, n, k, 1, g->a, lda, g->b, ldb, g->beta, g->c, ldc);
#endif
}

/**
 * nn_gemm_plain:
 *
 * Three loops with sums in double.
 */
void
nn_gemm_plain (const NnGemm *g)
{
  for (size_t i = 0; i < g->m; i++)
    for (size_t j = 0; j < g->n; j++)
      {
        nn_real *c = &g->c[i * g->ldc + j];
        double sum = g->beta == 0 ? 0 : (double) g->beta * *c;

        for (size_t l = 0; l < g->k; l++)
          {
            nn_real a = g->transpose_a ? g->a[l * g->lda + i] : g->a[i * g->lda + l];
            nn_real b = g->transpose_b ? g->b[j * g->ldb + l] : g->b[l * g->ldb + j];

            sum += (double) a * b;
          }
        *c = (nn_real) sum;
      }
}
