/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loops that treat every value alone. Outputs may lie on inputs. */
#pragma once

#include "nn-real.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* to = from, or to += from when @add: how every gradient that passes unchanged is handed on. */
void nn_pass (size_t n, bool add, const nn_real *from, nn_real *to);
void nn_add (size_t n, const nn_real *a, const nn_real *b, nn_real *y);
/* y = max (a + b, 0) with NaN kept */
void nn_add_relu (size_t n, const nn_real *a, const nn_real *b, nn_real *y);
void nn_add_constant (size_t n, nn_real constant, nn_real *y);
/* y = (x − centre)·scale + shift */
void nn_affine (size_t n, const nn_real *x, nn_real centre, nn_real scale, nn_real shift,
                nn_real *y);
/* The same, then max (·, 0) with NaN kept. */
void nn_affine_relu (size_t n, const nn_real *x, nn_real centre, nn_real scale, nn_real shift,
                     nn_real *y);
/* dx (+)= scale·(dy − mean) − (x − centre)·slope: batch normalisation's gradient */
void nn_norm_gradient (size_t n, bool add, const nn_real *dy, const nn_real *x, nn_real scale,
                       nn_real mean, nn_real centre, nn_real slope, nn_real *dx);
/* y = mask ? x·scale : 0; the gradient alike. */
void nn_mask (size_t n, bool add, const nn_real *x, const uint8_t *mask, nn_real scale, nn_real *y);

/* Activations y = f (x), and dx (+)= dy·f′ told from the output y alone. */
void nn_relu (size_t n, const nn_real *x, nn_real *y);
void nn_relu_gradient (size_t n, bool add, const nn_real *y, const nn_real *dy, nn_real *dx);
void nn_relu6 (size_t n, const nn_real *x, nn_real *y);
void nn_relu6_gradient (size_t n, bool add, const nn_real *y, const nn_real *dy, nn_real *dx);
void nn_leaky (size_t n, nn_real slope, const nn_real *x, nn_real *y);
void nn_leaky_gradient (size_t n, bool add, nn_real slope, const nn_real *y, const nn_real *dy,
                        nn_real *dx);
void nn_elu (size_t n, nn_real alpha, const nn_real *x, nn_real *y);
void nn_elu_gradient (size_t n, bool add, nn_real alpha, const nn_real *y, const nn_real *dy,
                      nn_real *dx);
void nn_sigmoid (size_t n, const nn_real *x, nn_real *y);
void nn_sigmoid_gradient (size_t n, bool add, const nn_real *y, const nn_real *dy, nn_real *dx);
void nn_tanh (size_t n, const nn_real *x, nn_real *y);
void nn_tanh_gradient (size_t n, bool add, const nn_real *y, const nn_real *dy, nn_real *dx);

/* y = scale·(clamp (round_half_even (x/scale) + zero_point, low, high) − zero_point) */
void nn_grid (size_t n, nn_real scale, nn_real zero_point, nn_real low, nn_real high,
              const nn_real *x, nn_real *y);
/* Straight through where x falls inside the grid, zero where it was clamped. */
void nn_grid_gradient (size_t n, bool add, nn_real scale, nn_real zero_point, nn_real low,
                       nn_real high, const nn_real *x, const nn_real *dy, nn_real *dx);
