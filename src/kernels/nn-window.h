/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The geometry of a window that slides over planes: what convolution and pooling loops are told. */
#pragma once

#include <stddef.h>

/**
 * NnWindow:
 * @height, @width: of one input plane
 * @kernel, @stride, @dilation: [0] vertical, [1] horizontal
 * @before, @after: padding above and left, below and right
 * @out_height, @out_width: of one output plane
 *
 * Plain value. Tap (r, s) of output (p, q) reads input
 * (p·stride + r·dilation − before), zero or ignored outside the plane.
 */
typedef struct
{
  size_t height, width;
  size_t kernel[2];
  size_t stride[2];
  size_t dilation[2];
  size_t before[2];
  size_t after[2];
  size_t out_height, out_width;
} NnWindow;

/* Along one axis: the outputs [*from, *to) of 0 … n_out − 1 whose tap at distance @tap (index times
 * dilation) lies inside the @in positions. */
static inline void
nn_window_range (size_t  in,
                 size_t  n_out,
                 size_t  stride,
                 size_t  before,
                 size_t  tap,
                 size_t *from,
                 size_t *to)
{
  size_t first = tap >= before ? 0 : (before - tap + stride - 1) / stride;
  size_t end = in + before <= tap ? 0 : (in + before - tap + stride - 1) / stride;

  *to = end < n_out ? end : n_out;
  *from = first < *to ? first : *to;
}
