/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolution of one plane with one filter: what a depthwise layer does per channel. */
#pragma once

#include "nn-real.h"
#include "nn-window.h"

/* @filter [R, S]; @y [out_height, out_width] is overwritten, starting from @bias. */
void nn_depthwise_forward  (const NnWindow *window,
                            const nn_real  *x,
                            const nn_real  *filter,
                            nn_real         bias,
                            nn_real        *y);
/* Adds to @dx [H, W]. */
void nn_depthwise_to_input (const NnWindow *window,
                            const nn_real  *dy,
                            const nn_real  *filter,
                            nn_real        *dx);
/* Adds to @d_filter [R, S]. */
void nn_depthwise_to_filter (const NnWindow *window,
                             const nn_real  *x,
                             const nn_real  *dy,
                             nn_real        *d_filter);
