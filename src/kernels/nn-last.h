/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loops over maps with channels last, [positions, channels]. */
#pragma once

#include "nn-real.h"
#include "nn-window.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Mean pooling of one image's output rows [from, to); see nn-pool.h. */
void nn_last_mean_pool     (const NnWindow   *window,
                            size_t            channels,
                            bool              count_pad,
                            size_t            from,
                            size_t            to,
                            const nn_real    *x,
                            nn_real          *y);
/* Of a whole image; adds to @dx. */
void nn_last_mean_pool_gradient (const NnWindow *window,
                                 size_t          channels,
                                 bool            count_pad,
                                 const nn_real  *dy,
                                 nn_real        *dx);
/* y[c] = factor · Σ x */
void nn_last_sum           (size_t            n,
                            size_t            channels,
                            nn_real           factor,
                            const nn_real    *x,
                            nn_real          *y);
