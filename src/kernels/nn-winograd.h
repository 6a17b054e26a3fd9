/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Winograd's minimal filtering F(4×4, 3×3) for maps with channels last (A. Lavin, S. Gray, “Fast
 * Algorithms for Convolutional Neural Networks”, arXiv 1509.09308): 36 products for 16 outputs where
 * the definition takes 144. A window of 6×6 values becomes 36 coefficients of which each is
 * multiplied by itself. One copy per instruction set. */
#pragma once

#include "nn-real.h"

#include <stdbool.h>
#include <stddef.h>

/* Outputs and inputs of a tile along an axis, and coefficients of a tile. */
enum { NN_WINOGRAD_OUT = 4, NN_WINOGRAD_IN = 6, NN_WINOGRAD_COEFFICIENTS = 36 };

/* How many filters are brought into coefficients and back at once; channels are rounded up to it. */
enum { NN_WINOGRAD_FILTERS = 16 };

/**
 * NnWinogradMaps:
 *
 * One image with channels last.
 */
typedef struct
{
  size_t height, width, channels;
} NnWinogradMaps;

/**
 * NnWinogradOut:
 * @columns: channels of the panel, at most 32
 * @start: (nullable): [columns rounded up to 16]
 * @y, @addend: (nullable): of the image, at the panel's first channel
 *
 * @pool: the largest of each 2×2 outputs goes to @y, whose maps are half as high and wide, rounded
 *   down; NaN beats everything
 *
 * Where the outputs of a tile go and what is done to them: y = relu? (value + start + addend).
 */
typedef struct
{
  size_t         columns;
  const nn_real *start, *addend;
  nn_real       *y;
  bool           relu, pool;
} NnWinogradOut;

/**
 * NnWinogradKernels:
 * @input: the 6×6 window at (row, column), which may lie partly outside: zeros there; coefficient i of
 *   channel c goes to v[i · step + c], channels rounded up to 16
 * @output: a tile's outputs at (row, column) from coefficients m[i · step + k]; those outside the maps
 *   are dropped
 * @gradient: of 4×4 outputs at (row, column), what @output passes back to its coefficients; like
 *   @input otherwise
 * @filters: 3×3 filters to coefficients: 16 filters whose weights lie @filter_step apart, taps
 *   @tap_step apart from the first one on (both may be negative), into v[i · step + k]; @n of them,
 *   each times its @scales (nullable)
 * @filters_gradient: what @filters passes back: coefficients w[i · step + k] of 16 filters, of which
 *   there are @n_sums to add up, @sum_step apart, to 9 taps out[t · 16 + k]
 *
 * Any thread.
 */
typedef struct
{
  const char *name;
  void (*input)    (const NnWinogradMaps *maps, const nn_real *x, ptrdiff_t row, ptrdiff_t column,
                    nn_real *v, size_t step);
  void (*output)   (const NnWinogradMaps *maps, const NnWinogradOut *out, const nn_real *m,
                    size_t step, size_t row, size_t column);
  void (*gradient) (const NnWinogradMaps *maps, const nn_real *dy, size_t row, size_t column,
                    nn_real *v, size_t step);
  void (*filters)  (const nn_real *weights, ptrdiff_t filter_step, ptrdiff_t tap_step, size_t n,
                    const nn_real *scales, nn_real *v, size_t step);
  void (*filters_gradient) (const nn_real *w, size_t step, size_t n_sums, size_t sum_step,
                            nn_real *out);
} NnWinogradKernels;

const NnWinogradKernels *nn_winograd_kernels (void);
const NnWinogradKernels *nn_winograd_kernels_named (const char *name);
