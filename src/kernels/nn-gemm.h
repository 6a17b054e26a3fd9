/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Matrix products, row-major: C = op (A) · op (B) + beta · C. */
#pragma once

#include "nn-real.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * NnGemm:
 * @m, @n, @k: op (A) is [m, k], op (B) is [k, n], C is [m, n]; each fits an int
 * @lda, @ldb, @ldc: distance between two rows as they lie in memory
 * @transpose_a, @transpose_b: A lies as [k, m], B as [n, k]
 * @beta: 0 overwrites C whatever it held, 1 adds to it
 */
typedef struct
{
  size_t         m, n, k;
  const nn_real *a;
  size_t         lda;
  bool           transpose_a;
  const nn_real *b;
  size_t         ldb;
  bool           transpose_b;
  nn_real        beta;
  nn_real       *c;
  size_t         ldc;
} NnGemm;

void nn_gemm            (const NnGemm *gemm);
void nn_gemm_plain (
  const NnGemm *gemm);          /* the definition, slow: what the fast one is tested against */
void nn_gemm_one_thread (void); /* the library's own threads off, for the whole process */
