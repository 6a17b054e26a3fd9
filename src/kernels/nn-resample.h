/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Enlarging one plane by a whole factor. */
#pragma once

#include "nn-real.h"

#include <stddef.h>

/* @x [H, W], @y [factor·H, factor·W]. Backward adds to @dx. */
void nn_nearest_forward (size_t height, size_t width, size_t factor, const nn_real *x, nn_real *y);
void nn_nearest_backward (size_t height, size_t width, size_t factor, const nn_real *dy,
                          nn_real *dx);
/* Half-pixel centres: output i lies at (i + ½)/factor − ½, edges repeated. */
void nn_bilinear_forward (size_t height, size_t width, size_t factor, const nn_real *x, nn_real *y);
void nn_bilinear_backward (size_t height, size_t width, size_t factor, const nn_real *dy,
                           nn_real *dx);
