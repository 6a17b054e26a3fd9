/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Max pooling of maps with channels last, [positions, channels]; see nn-pool.h for which value wins. One
 * copy per instruction set. */
#pragma once

#include "nn-real.h"
#include "nn-window.h"

#include <stdint.h>

/**
 * NnLastMaxKernels:
 * @forward: one image's output rows [from, to); @index (nullable) [out_height, out_width, channels]
 *   receives the number of the tap that won
 * @backward: of one image; adds to @dx
 *
 * Any thread.
 */
typedef struct
{
  const char *name;
  void (*forward)  (const NnWindow *window, size_t channels, size_t from, size_t to,
                    const nn_real *x, nn_real *y, uint32_t *index);
  void (*backward) (const NnWindow *window, size_t channels, const uint32_t *index,
                    const nn_real *dy, nn_real *dx);
} NnLastMaxKernels;

const NnLastMaxKernels *nn_last_max_kernels (void);
const NnLastMaxKernels *nn_last_max_kernels_named (const char *name);
