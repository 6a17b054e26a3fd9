/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many values into one, a row at a time; counted in double. */
#pragma once

#include "nn-real.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum
{
  NN_FOLD_SUM,
  NN_FOLD_MAX, /* NaN once one is NaN */
  NN_FOLD_MIN,
  NN_FOLD_PRODUCT,
  NN_FOLD_SUM_ABS,
  NN_FOLD_SUM_SQUARE,
  NN_FOLD_SUM_EXP,         /* Σ exp (x − shift) */
  NN_FOLD_COUNT_EQUAL,     /* how many equal shift */
  NN_FOLD_PRODUCT_NONZERO, /* of all but the zeros */
} NnFoldKind;

/**
 * NnFoldGradient:
 * @kind: what was folded
 * @y: the result; of a product with zeros, that of all other values
 * @factor: gradient of the result, with what multiplies that of every value
 * @zeros: zeros among the factors of a product
 *
 * Plain value.
 */
typedef struct
{
  NnFoldKind kind;
  double     y, factor, zeros;
} NnFoldGradient;

double nn_fold_start    (NnFoldKind kind);
/* Goes on from @value over x[0], x[step] … */
double nn_fold          (NnFoldKind kind, size_t n, const nn_real *x, ptrdiff_t step, double shift,
                         double value);
/* dx[i·step] (+)= gradient at x[i·step] */
void   nn_fold_gradient (const NnFoldGradient *gradient, size_t n, bool add, const nn_real *x,
                         nn_real *dx, ptrdiff_t step);
