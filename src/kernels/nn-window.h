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

/* Along one axis: taps [from, to) of an output lie inside, tap t at place start + t · dilation. */
typedef struct
{
  ptrdiff_t start;
  size_t    from, to;
} NnWindowTaps;

static inline NnWindowTaps
nn_window_taps (const NnWindow *w,
                unsigned        axis,
                size_t          p)
{
  ptrdiff_t start = (ptrdiff_t) (p * w->stride[axis]) - (ptrdiff_t) w->before[axis];
  ptrdiff_t in = (ptrdiff_t) (axis == 0 ? w->height : w->width);
  ptrdiff_t dilation = (ptrdiff_t) w->dilation[axis], end;
  NnWindowTaps taps = { start, 0, w->kernel[axis] };

  if (start >= 0 && start + (ptrdiff_t) (w->kernel[axis] - 1) * dilation < in)
    return taps;

  end = start >= in ? 0 : (in - start + dilation - 1) / dilation;
  taps.from = start >= 0 ? 0 : (size_t) ((-start + dilation - 1) / dilation);
  taps.to = (size_t) end < w->kernel[axis] ? (size_t) end : w->kernel[axis];

  return taps;
}

/* How many taps of output @p along an axis fall on the padded plane. */
static inline size_t
nn_window_padded_taps (const NnWindow *w,
                       unsigned        axis,
                       size_t          p)
{
  size_t extent = (axis == 0 ? w->height : w->width) + w->before[axis] + w->after[axis];
  size_t start = p * w->stride[axis];
  size_t n = start >= extent ? 0 : (extent - start + w->dilation[axis] - 1) / w->dilation[axis];

  return n < w->kernel[axis] ? n : w->kernel[axis];
}

/* What a mean over output (p, q)'s window divides by. */
static inline size_t
nn_window_count (const NnWindow *w,
                 int             count_pad,
                 size_t          p,
                 size_t          q)
{
  NnWindowTaps rows = nn_window_taps (w, 0, p), columns = nn_window_taps (w, 1, q);

  return count_pad ? nn_window_padded_taps (w, 0, p) * nn_window_padded_taps (w, 1, q)
                   : (rows.to - rows.from) * (columns.to - columns.from);
}
