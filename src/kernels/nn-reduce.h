/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums whose order of additions is fixed in the source. */
#pragma once

#include "nn-real.h"

#include <stddef.h>

nn_real nn_sum            (size_t         n,
                           const nn_real *x);
nn_real nn_dot            (size_t         n,
                           const nn_real *a,
                           const nn_real *b);
/* Σ (x − centre)² */
nn_real nn_sum_of_squares (size_t         n,
                           const nn_real *x,
                           nn_real        centre);
/* Σ dy and Σ dy·(x − centre) in one pass. */
void    nn_sum_and_moment (size_t         n,
                           const nn_real *dy,
                           const nn_real *x,
                           nn_real        centre,
                           nn_real       *sum,
                           nn_real       *moment);
