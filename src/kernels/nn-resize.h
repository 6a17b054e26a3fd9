/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resizing one plane: every result is a mixture of up to 4 × 4 values. */
#pragma once

#include "nn-real.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * NnMixture:
 * @n: 0 where the result lies outside the plane
 * @place: rows or columns of the plane
 * @share: of each in the mixture; they add up to 1
 *
 * What one row or column of the result is mixed of. Plain value.
 */
typedef struct
{
  uint32_t n;
  uint32_t place[4];
  nn_real  share[4];
} NnMixture;

/**
 * NnResize:
 * @n: how many every row and column is mixed of; 0 where some lie outside
 * @width: of the plane that is read
 * @rows, @columns: [out_height] and [out_width]
 * @inner: values per position: 1, or the channels where they lie last
 * @outside: what results outside are
 */
typedef struct
{
  uint32_t         n;
  size_t           width, out_width, inner;
  const NnMixture *rows, *columns;
  nn_real          outside;
} NnResize;

/* Row @row of the result: y [out_width·inner]. */
void nn_resize_row          (const NnResize *resize, size_t row, const nn_real *x, nn_real *y);
/* Adds its gradient to where the row was read: dx is the whole plane. */
void nn_resize_row_gradient (const NnResize *resize, size_t row, const nn_real *dy, nn_real *dx);
