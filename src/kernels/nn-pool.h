/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pooling of one plane: largest or mean value under a sliding window. */
#pragma once

#include "nn-real.h"
#include "nn-window.h"

#include <stdbool.h>
#include <stdint.h>

/* The first largest value wins and NaN beats everything, so that a diverged network shows. @index
 * (nullable) [out_height, out_width] receives the winner's place in the plane. Every window touches
 * the plane (the graph's verifier sees to it). */
void nn_max_pool_forward  (const NnWindow *window,
                           const nn_real  *x,
                           nn_real        *y,
                           uint32_t       *index);
/* Adds to @dx. */
void nn_max_pool_backward (size_t          n_out,
                           const uint32_t *index,
                           const nn_real  *dy,
                           nn_real        *dx);
/* @count_pad: divides by the taps that fall on the padded plane, else by those on the plane. */
void nn_mean_pool_forward  (const NnWindow *window,
                            bool            count_pad,
                            const nn_real  *x,
                            nn_real        *y);
/* Adds to @dx. */
void nn_mean_pool_backward (const NnWindow *window,
                            bool            count_pad,
                            const nn_real  *dy,
                            nn_real        *dx);
