/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions of one number that imported networks use: rows of values and of gradients. Results may
 * lie on inputs. Where nothing else is said NaN stays NaN. */
#pragma once

#include "nn-real.h"

#include <stdbool.h>
#include <stddef.h>

/* y = clamp (slope·x + shift, 0, 1) */
void nn_hard_sigmoid          (size_t n, nn_real slope, nn_real shift, const nn_real *x, nn_real *y);
void nn_hard_sigmoid_gradient (size_t n, bool add, nn_real slope, nn_real shift, const nn_real *x,
                               const nn_real *dy, nn_real *dx);
/* y = x·clamp (x/6 + 1/2, 0, 1) (A. Howard et al., arXiv 1905.02244) */
void nn_hard_swish            (size_t n, const nn_real *x, nn_real *y);
void nn_hard_swish_gradient   (size_t n, bool add, const nn_real *x, const nn_real *dy, nn_real *dx);
/* y = min (max (x, low), high); no gradient at and beyond the bounds. */
void nn_clip                  (size_t n, nn_real low, nn_real high, const nn_real *x, nn_real *y);
void nn_clip_gradient         (size_t n, bool add, nn_real low, nn_real high, const nn_real *x,
                               const nn_real *dy, nn_real *dx);
/* y = log (1 + eˣ), without overflow */
void nn_softplus              (size_t n, const nn_real *x, nn_real *y);
void nn_softplus_gradient     (size_t n, bool add, const nn_real *x, const nn_real *dy, nn_real *dx);
/* y = gamma·(x, or alpha·(eˣ − 1) below zero) (G. Klambauer et al., arXiv 1706.02515) */
void nn_selu                  (size_t n, nn_real alpha, nn_real gamma, const nn_real *x, nn_real *y);
void nn_selu_gradient         (size_t n, bool add, nn_real alpha, nn_real gamma, const nn_real *x,
                               const nn_real *dy, nn_real *dx);
/* The functions of <math.h>, and what is as simple. */
void nn_exp                   (size_t n, const nn_real *x, nn_real *y);
void nn_log                   (size_t n, const nn_real *x, nn_real *y);
void nn_sqrt                  (size_t n, const nn_real *x, nn_real *y);
void nn_erf                   (size_t n, const nn_real *x, nn_real *y);
void nn_abs                   (size_t n, const nn_real *x, nn_real *y);
void nn_negate                (size_t n, const nn_real *x, nn_real *y);
void nn_reciprocal            (size_t n, const nn_real *x, nn_real *y);
void nn_floor                 (size_t n, const nn_real *x, nn_real *y);
void nn_ceil                  (size_t n, const nn_real *x, nn_real *y);
void nn_round                 (size_t n, const nn_real *x, nn_real *y); /* halves to even */
void nn_truncate              (size_t n, const nn_real *x, nn_real *y);
void nn_nonzero               (size_t n, const nn_real *x, nn_real *y); /* 1 for NaN */
/* dx (+)= dy·f′, told from y for the exponential, root and reciprocal, from x for the others. */
void nn_exp_gradient          (size_t n, bool add, const nn_real *y, const nn_real *dy, nn_real *dx);
void nn_log_gradient          (size_t n, bool add, const nn_real *x, const nn_real *dy, nn_real *dx);
void nn_sqrt_gradient         (size_t n, bool add, const nn_real *y, const nn_real *dy, nn_real *dx);
void nn_erf_gradient          (size_t n, bool add, const nn_real *x, const nn_real *dy, nn_real *dx);
void nn_abs_gradient          (size_t n, bool add, const nn_real *x, const nn_real *dy, nn_real *dx);
void nn_negate_gradient       (size_t n, bool add, const nn_real *dy, nn_real *dx);
void nn_reciprocal_gradient   (size_t n, bool add, const nn_real *y, const nn_real *dy, nn_real *dx);
