/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolution as a matrix product: input planes laid out as columns, and back. */
#include "nn-im2col.h"

#include "nn-clones.h"

#include <stdbool.h>

/* With stride 1 and an output as wide as the input, a tap's column values are the input plane
 * itself moved by a constant: one contiguous copy, with the few values beyond the sides cleared
 * after. */
static bool
is_shift (const NnWindow *w)
{
  return w->stride[0] == 1 && w->stride[1] == 1 && w->out_width == w->width;
}

/* Sets the outputs of @n_rows rows whose horizontal tap @s falls outside the input to zero. */
static void
clear_sides (const NnWindow *w,
             size_t          s,
             size_t          n_rows,
             nn_real        *cols)
{
  size_t from, to;

  nn_window_range (w->width, w->out_width, 1, w->before[1], s * w->dilation[1], &from, &to);
  for (size_t p = 0; p < n_rows; p++, cols += w->out_width)
    {
      for (size_t q = 0; q < from; q++)
        cols[q] = 0;
      for (size_t q = to; q < w->out_width; q++)
        cols[q] = 0;
    }
}

/* Of output rows @row … @row + @n_rows − 1, those ([*from, *to), counted from @row) whose vertical
 * tap
 * @r lies inside the input. */
static void
rows_inside (const NnWindow *w,
             size_t          r,
             size_t          row,
             size_t          n_rows,
             size_t         *from,
             size_t         *to)
{
  nn_window_range (w->height, w->out_height, w->stride[0], w->before[0], r * w->dilation[0], from,
                   to);
  *from = *from > row ? *from - row : 0;
  *to = *to > row ? *to - row : 0;
  *to = *to < n_rows ? *to : n_rows;
  *from = *from < *to ? *from : *to;
}

/* For a shifted plane: columns [*first, *end) of the rows [from, to) that lie inside the plane, and
 * the input place of column *first. */
static void
shift_span (const NnWindow *w,
            size_t          r,
            size_t          s,
            size_t          row,
            size_t          from,
            size_t          to,
            size_t         *first,
            size_t         *end,
            size_t         *place)
{
  ptrdiff_t plane = (ptrdiff_t) (w->height * w->width);
  ptrdiff_t shift = ((ptrdiff_t) (row + r * w->dilation[0]) - (ptrdiff_t) w->before[0]) *
                      (ptrdiff_t) w->width +
                    (ptrdiff_t) (s * w->dilation[1]) - (ptrdiff_t) w->before[1];
  ptrdiff_t a = (ptrdiff_t) (from * w->width), b = (ptrdiff_t) (to * w->width);

  a = a + shift < 0 ? -shift : a;
  b = b + shift > plane ? plane - shift : b;
  *first = (size_t) (a < b ? a : b < 0 ? 0 : b);
  *end = (size_t) (b < 0 ? 0 : b);
  *place = *first < *end ? (size_t) ((ptrdiff_t) *first + shift) : 0;
}

static void
gather_shift (const NnWindow *w,
              const nn_real  *plane,
              size_t          r,
              size_t          s,
              size_t          row,
              size_t          n_rows,
              nn_real        *cols)
{
  size_t from, to, first, end, place;

  rows_inside (w, r, row, n_rows, &from, &to);
  if (from == to)
    {
      memset (cols, 0, n_rows * w->out_width * sizeof *cols);
      return;
    }

  shift_span (w, r, s, row, from, to, &first, &end, &place);
  memset (cols, 0, first * sizeof *cols);
  memcpy (cols + first, plane + place, (end - first) * sizeof *cols);
  memset (cols + end, 0, (n_rows * w->out_width - end) * sizeof *cols);
  clear_sides (w, s, n_rows, cols);
}

NN_CLONES static void
gather_rows (const NnWindow *w,
             const nn_real  *plane,
             size_t          r,
             size_t          s,
             size_t          row,
             size_t          n_rows,
             nn_real        *cols)
{
  size_t top, bottom, from, to, step = w->stride[1];

  rows_inside (w, r, row, n_rows, &top, &bottom);
  nn_window_range (w->width, w->out_width, step, w->before[1], s * w->dilation[1], &from, &to);

  for (size_t p = 0; p < n_rows; p++, cols += w->out_width)
    {
      const nn_real *x;

      if (p < top || p >= bottom || from == to)
        {
          memset (cols, 0, w->out_width * sizeof *cols);
          continue;
        }

      x = plane + ((row + p) * w->stride[0] + r * w->dilation[0] - w->before[0]) * w->width +
          (from * step + s * w->dilation[1] - w->before[1]);
      for (size_t q = 0; q < from; q++)
        cols[q] = 0;
      if (step == 1)
        for (size_t q = from; q < to; q++)
          cols[q] = x[q - from];
      else
        for (size_t q = from; q < to; q++)
          cols[q] = x[(q - from) * step];
      for (size_t q = to; q < w->out_width; q++)
        cols[q] = 0;
    }
}

void
nn_im2col (const NnWindow *w,
           size_t          channels,
           const nn_real  *x,
           size_t          row,
           size_t          n_rows,
           nn_real        *cols,
           size_t          ld)
{
  bool shift = is_shift (w);

  for (size_t c = 0; c < channels; c++, x += w->height * w->width)
    for (size_t r = 0; r < w->kernel[0]; r++)
      for (size_t s = 0; s < w->kernel[1]; s++, cols += ld)
        if (shift)
          gather_shift (w, x, r, s, row, n_rows, cols);
        else
          gather_rows (w, x, r, s, row, n_rows, cols);
}

NN_CLONES static void
add_values (size_t         n,
            const nn_real *from,
            nn_real       *to)
{
  for (size_t i = 0; i < n; i++)
    to[i] += from[i];
}

static void
scatter_shift (const NnWindow *w,
               nn_real        *cols,
               size_t          r,
               size_t          s,
               size_t          row,
               size_t          n_rows,
               nn_real        *plane)
{
  size_t from, to, first, end, place;

  rows_inside (w, r, row, n_rows, &from, &to);
  if (from == to)
    return;

  clear_sides (w, s, n_rows, cols);
  shift_span (w, r, s, row, from, to, &first, &end, &place);
  add_values (end - first, cols + first, plane + place);
}

static void
scatter_rows (const NnWindow *w,
              const nn_real  *cols,
              size_t          r,
              size_t          s,
              size_t          row,
              size_t          n_rows,
              nn_real        *plane)
{
  size_t top, bottom, from, to, step = w->stride[1];

  rows_inside (w, r, row, n_rows, &top, &bottom);
  nn_window_range (w->width, w->out_width, step, w->before[1], s * w->dilation[1], &from, &to);
  if (from == to)
    return;

  for (size_t p = top; p < bottom; p++)
    {
      nn_real *dx = plane +
                    ((row + p) * w->stride[0] + r * w->dilation[0] - w->before[0]) * w->width +
                    (from * step + s * w->dilation[1] - w->before[1]);
      const nn_real *values = cols + p * w->out_width + from;

      for (size_t q = 0; q < to - from; q++)
        dx[q * step] += values[q];
    }
}

void
nn_col2im (const NnWindow *w,
           size_t          channels,
           nn_real        *cols,
           size_t          ld,
           size_t          row,
           size_t          n_rows,
           nn_real        *dx)
{
  bool shift = is_shift (w);

  for (size_t c = 0; c < channels; c++, dx += w->height * w->width)
    for (size_t r = 0; r < w->kernel[0]; r++)
      for (size_t s = 0; s < w->kernel[1]; s++, cols += ld)
        if (shift)
          scatter_shift (w, cols, r, s, row, n_rows, dx);
        else
          scatter_rows (w, cols, r, s, row, n_rows, dx);
}
