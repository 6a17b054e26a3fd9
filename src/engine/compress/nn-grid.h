/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts numbers on the grids that quantization uses. */
#pragma once

#include "nn-params.h"

G_BEGIN_DECLS

/* The nearest number that IEEE half precision holds; ties to even; beyond ±65,504 that. NaN
 * stays. */
float   nn_grid_half     (float value);
/* Puts @n values on the best grid of @bits (8, 4, 2, 1) bits, in place. Returns its scale. */
float   nn_grid_fit      (guint bits, gsize n, nn_real *values);
/* Scale, zero point and levels of an unsigned byte that covers @low … @high and 0. */
NnFakeQuantSpec nn_grid_unsigned (double low, double high);

G_END_DECLS
