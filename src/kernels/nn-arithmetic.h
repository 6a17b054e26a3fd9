/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two rows, value by value: y[i] = f (a[i·a_step], b[i·b_step]) with steps of 1 or 0. */
#pragma once

#include "nn-real.h"

#include <stdbool.h>
#include <stddef.h>

/* What is done with a and b; the order is that of NnArithmetic. */
typedef enum
{
  NN_PAIR_ADD,
  NN_PAIR_SUB,
  NN_PAIR_MUL,
  NN_PAIR_DIV,
  NN_PAIR_POW,
  NN_PAIR_MAX, /* of a NaN and a number: NaN; of equals the gradient goes to a */
  NN_PAIR_MIN,
  NN_PAIR_PRELU, /* a < 0 ? a·b : a */
} NnPair;

/* @y may be @a or @b where its step is 1. */
void nn_pair_forward (NnPair pair, size_t n, const nn_real *a, size_t a_step, const nn_real *b,
                      size_t b_step, nn_real *y);
/* dx[i] (+)= dy[i]·∂f/∂a (@to_b: ∂f/∂b). */
void nn_pair_gradient (NnPair pair, bool to_b, size_t n, bool add, const nn_real *a, size_t a_step,
                       const nn_real *b, size_t b_step, const nn_real *dy, nn_real *dx);
/* Σ dy[i·dy_step]·∂f/∂a with any steps; added up in double. */
double nn_pair_gradient_sum (NnPair pair, bool to_b, size_t n, const nn_real *a, ptrdiff_t a_step,
                             const nn_real *b, ptrdiff_t b_step, const nn_real *dy,
                             ptrdiff_t dy_step);
