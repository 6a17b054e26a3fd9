/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batch normalisation of maps with channels last, [positions, channels], with what often follows it: a
 * ReLU and a pool. One copy per instruction set. */
#pragma once

#include "nn-real.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * NnLastNorm:
 * @centre, @scale, @shift: [channels]
 *
 * What is done to each channel: z = (x − centre)·scale + shift, then max (z, 0) when @relu, with NaN
 * kept. Plain value.
 */
typedef struct
{
  size_t         channels;
  const nn_real *centre, *scale, *shift;
  bool           relu;
} NnLastNorm;

/**
 * NnLastRows:
 *
 * Rows of maps of @width columns of which the largest of each 2×2 is taken; an odd row or column has no
 * output.
 */
typedef struct
{
  size_t rows, width;
} NnLastRows;

/**
 * NnLastNormKernels:
 * @moments: of @n positions each channel's mean and the sum of squared differences from it
 * @forward: @n positions
 * @sums: Σ dy and Σ dy·(x − centre) of each channel, over positions that the ReLU lets through
 * @gradient: dx (+)= scale·(dy − mean[c]) − (x − centre)·slope[c], dy as the ReLU lets it through; @dx
 *   may be @dy
 * @pool_forward, @pool_sums, @pool_gradient: the same where the largest of each 2×2 results is what
 *   comes out: y and dy have half as many rows and columns, rounded down. The first largest value
 *   takes the gradient and NaN beats everything.
 *
 * Any thread.
 */
typedef struct
{
  const char *name;
  void (*moments)  (size_t n, size_t channels, const nn_real *x, nn_real *mean, nn_real *squares);
  void (*forward)  (const NnLastNorm *norm, size_t n, const nn_real *x, nn_real *y);
  void (*sums)     (const NnLastNorm *norm, size_t n, const nn_real *x, const nn_real *dy,
                    nn_real *sums, nn_real *moments);
  void (*gradient) (const NnLastNorm *norm, bool add, size_t n, const nn_real *x, const nn_real *dy,
                    const nn_real *mean, const nn_real *slope, nn_real *dx);
  void (*pool_forward)  (const NnLastNorm *norm, NnLastRows rows, const nn_real *x, nn_real *y);
  void (*pool_sums)     (const NnLastNorm *norm, NnLastRows rows, const nn_real *x,
                         const nn_real *dy, nn_real *sums, nn_real *moments);
  void (*pool_gradient) (const NnLastNorm *norm, bool add, NnLastRows rows, const nn_real *x,
                         const nn_real *dy, const nn_real *mean, const nn_real *slope, nn_real *dx);
} NnLastNormKernels;

const NnLastNormKernels *nn_last_norm_kernels (void);
const NnLastNormKernels *nn_last_norm_kernels_named (const char *name);
