/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two inner loops of sparse weights. One copy per instruction set, chosen at run time. */
#pragma once

#include "nn-real.h"

#include <stddef.h>
#include <stdint.h>

/**
 * NnSparseLoops:
 * @sum_shifted: y[p] = Σ value[i] · x[step·offset[i] + p] for p = 0 … n − 1
 * @sum_gathered: Σ value[i] · x[offset[i]], in sixteen lanes that are added up last
 */
typedef struct
{
  const char *name;
  void    (*sum_shifted)  (size_t n_values, const uint32_t *offset, const nn_real *value,
                           size_t step, size_t n, const nn_real *x, nn_real *y);
  nn_real (*sum_gathered) (size_t n_values, const uint32_t *offset, const nn_real *value,
                           const nn_real *x);
} NnSparseLoops;

const NnSparseLoops *nn_sparse_loops       (void);
/* NULL where there is no such copy, or the processor can't run it. */
const NnSparseLoops *nn_sparse_loops_named (const char *name);
