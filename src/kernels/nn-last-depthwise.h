/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolution with one filter per channel over maps with channels last. One copy per instruction set. */
#pragma once

#include "nn-real.h"
#include "nn-window.h"

#include <stdbool.h>

/**
 * NnLastDepthwise:
 * @step: distance between the weights of two taps: channels rounded up to 16
 * @weights: [taps, step]
 * @start: [step], what every output starts from
 * @addend: (nullable): like the output, added to it
 *
 * Plain value.
 */
typedef struct
{
  NnWindow       window;
  size_t         channels, step;
  const nn_real *weights, *start, *addend;
  bool           relu;
} NnLastDepthwise;

/**
 * NnLastDepthwiseKernels:
 * @forward: one image's output rows [from, to)
 * @to_input: of one image; adds to @dx
 * @to_weights: of one image; adds to @sums [taps, step]
 *
 * Any thread.
 */
typedef struct
{
  const char *name;
  void (*forward)    (const NnLastDepthwise *conv, size_t from, size_t to, const nn_real *x,
                      nn_real *y);
  void (*to_input)   (const NnLastDepthwise *conv, const nn_real *dy, nn_real *dx);
  void (*to_weights) (const NnLastDepthwise *conv, const nn_real *x, const nn_real *dy,
                      nn_real *sums);
} NnLastDepthwiseKernels;

const NnLastDepthwiseKernels *nn_last_depthwise_kernels (void);
