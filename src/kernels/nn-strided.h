/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values at even distances, to and from a row without gaps. */
#pragma once

#include "nn-real.h"

#include <stdbool.h>
#include <stddef.h>

/* y[i] = x[i·step] */
void nn_take (size_t n, const nn_real *x, ptrdiff_t step, nn_real *y);
/* dx[i·step] (+)= dy[i] */
void nn_give (size_t n, bool add, const nn_real *dy, nn_real *dx, ptrdiff_t step);
/* Σ x[i·step], in double where that is wider. */
double nn_sum_apart (size_t n, const nn_real *x, ptrdiff_t step);
void nn_fill (size_t n, nn_real value, nn_real *y);
