/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Winograd's F(4×4, 3×3) on a vector of channels at a time; the matrices belong to the points 0, ±1, ±2 and
 * infinity. Compiled once per instruction set: NN_SET and NN_SET_NAME
 * name it. */
#include "nn-winograd.h"

#include "nn-lanes.h"

/* Channels rounded up to what coefficients are kept for. */
INLINE size_t
padded (size_t channels)
{
  return (channels + NN_WINOGRAD_FILTERS - 1) / NN_WINOGRAD_FILTERS * NN_WINOGRAD_FILTERS;
}

/* Bᵀ·d */
INLINE void
input_line (const Lanes d[6],
            Lanes       v[6])
{
  Lanes even = d[4] - 4 * d[2], odd = d[3] - 4 * d[1];
  Lanes even2 = d[4] - d[2], odd2 = 2 * (d[3] - d[1]);

  v[0] = 4 * d[0] - 5 * d[2] + d[4];
  v[1] = even + odd;
  v[2] = even - odd;
  v[3] = even2 + odd2;
  v[4] = even2 - odd2;
  v[5] = 4 * d[1] - 5 * d[3] + d[5];
}

/* Aᵀ·m */
INLINE void
output_line (const Lanes m[6],
             Lanes       y[4])
{
  Lanes sum = m[1] + m[2], difference = m[1] - m[2];
  Lanes sum2 = m[3] + m[4], difference2 = m[3] - m[4];

  y[0] = m[0] + sum + sum2;
  y[1] = difference + 2 * difference2;
  y[2] = sum + 4 * sum2;
  y[3] = difference + 8 * difference2 + m[5];
}

/* A·y */
INLINE void
gradient_line (const Lanes y[4],
               Lanes       v[6])
{
  Lanes even = y[0] + y[2], odd = y[1] + y[3];
  Lanes even2 = y[0] + 4 * y[2], odd2 = 2 * y[1] + 8 * y[3];

  v[0] = y[0];
  v[1] = even + odd;
  v[2] = even - odd;
  v[3] = even2 + odd2;
  v[4] = even2 - odd2;
  v[5] = y[3];
}

/* G·g */
INLINE void
filter_line (const Lanes g[3],
             Lanes       u[6])
{
  const nn_real sixth = (nn_real) (1.0 / 6), twelfth = (nn_real) (1.0 / 12),
                small = (nn_real) (1.0 / 24);
  Lanes outer = sixth * (g[0] + g[2]), inner = sixth * g[1];
  Lanes outer2 = small * g[0] + sixth * g[2], inner2 = twelfth * g[1];

  u[0] = (nn_real) 0.25 * g[0];
  u[1] = -(outer + inner);
  u[2] = inner - outer;
  u[3] = outer2 + inner2;
  u[4] = outer2 - inner2;
  u[5] = g[2];
}

/* Gᵀ·w */
INLINE void
filter_gradient_line (const Lanes w[6],
                      Lanes       g[3])
{
  const nn_real sixth = (nn_real) (1.0 / 6), twelfth = (nn_real) (1.0 / 12),
                small = (nn_real) (1.0 / 24);
  Lanes sum = w[1] + w[2], sum2 = w[3] + w[4];

  g[0] = (nn_real) 0.25 * w[0] - sixth * sum + small * sum2;
  g[1] = sixth * (w[2] - w[1]) + twelfth * (w[3] - w[4]);
  g[2] = sixth * (sum2 - sum) + w[5];
}

/* Values outside the maps. */
static const nn_real outside[LANES];

/**
 * Window:
 * @from, @line, @channels: where a window that lies inside starts, and its steps
 * @places: of one that does not: each position, or %NULL where there is none
 * @left: channels
 */
typedef struct
{
  const nn_real *from;
  size_t         line, channels, left;
  const nn_real *(*places)[6];
} Window;

/* Channels from @c on of a position; @inside and @whole are constants where this is inlined. */
INLINE Lanes
value_at (const Window *window,
          size_t        i,
          size_t        j,
          size_t        c,
          bool          inside,
          bool          whole)
{
  const nn_real *from;

  if (inside)
    from = window->from + i * window->line + j * window->channels + c;
  else
    from = window->places[i][j] != NULL ? window->places[i][j] + c : outside;

  return whole ? load (from) : load_some (from, window->left);
}

INLINE void
input_lanes (const Window *window,
             size_t        c,
             bool          inside,
             bool          whole,
             nn_real      *v,
             size_t        step)
{
  Lanes half[6][6]; /* [column][coefficient of the rows] */

#pragma GCC unroll 6
  for (size_t j = 0; j < 6; j++)
    {
      Lanes column[6];

#pragma GCC unroll 6
      for (size_t i = 0; i < 6; i++)
        column[i] = value_at (window, i, j, c, inside, whole);
      input_line (column, half[j]);
    }
#pragma GCC unroll 6
  for (size_t i = 0; i < 6; i++)
    {
      Lanes row[6], out[6];

#pragma GCC unroll 6
      for (size_t j = 0; j < 6; j++)
        row[j] = half[j][i];
      input_line (row, out);
#pragma GCC unroll 6
      for (size_t j = 0; j < 6; j++)
        store (v + (i * 6 + j) * step, out[j]);
    }
}

static void
input (const NnWinogradMaps *maps,
       const nn_real        *x,
       ptrdiff_t             row,
       ptrdiff_t             column,
       nn_real              *v,
       size_t                step)
{
  size_t channels = maps->channels, line = maps->width * channels;
  bool inside = row >= 0 && column >= 0 && (size_t) row + 6 <= maps->height &&
                (size_t) column + 6 <= maps->width;
  const nn_real *places[6][6];
  Window window = { .line = line, .channels = channels, .places = places };

  if (inside)
    window.from = x + (size_t) row * line + (size_t) column * channels;
  for (ptrdiff_t i = 0; i < 6 && !inside; i++)
    for (ptrdiff_t j = 0; j < 6; j++)
      {
        bool there = ((size_t) (row + i) < maps->height) & ((size_t) (column + j) < maps->width);

        places[i][j] = there ? x + (row + i) * (ptrdiff_t) line + (column + j) * (ptrdiff_t) channels
                             : NULL;
      }

  for (size_t c = 0; c < padded (channels); c += LANES)
    {
      window.left = channels > c ? channels - c : 0;
      if (inside && window.left >= LANES)
        input_lanes (&window, c, true, true, v + c, step);
      else if (inside)
        input_lanes (&window, c, true, false, v + c, step);
      else if (window.left >= LANES)
        input_lanes (&window, c, false, true, v + c, step);
      else
        input_lanes (&window, c, false, false, v + c, step);
    }
}

/* The finished outputs of a tile, [row][column], a vector of channels from @k on. */
INLINE void
output_lanes (const NnWinogradMaps *maps,
              const NnWinogradOut  *out,
              const nn_real        *m,
              size_t                step,
              const nn_real        *addend,
              size_t                k,
              size_t                rows,
              size_t                columns,
              Lanes                 y[4][4])
{
  Lanes half[6][4], start = out->start != NULL ? load (out->start + k) : (Lanes) { 0 };

#pragma GCC unroll 6
  for (size_t i = 0; i < 6; i++)
    {
      Lanes line[6];

#pragma GCC unroll 6
      for (size_t j = 0; j < 6; j++)
        line[j] = load (m + (i * 6 + j) * step + k);
      output_line (line, half[i]);
    }
  for (size_t j = 0; j < columns; j++)
    {
      Lanes line[6], values[4];

      for (size_t i = 0; i < 6; i++)
        line[i] = half[i][j];
      output_line (line, values);
      for (size_t i = 0; i < rows; i++)
        {
          Lanes value = values[i] + start;

          if (addend != NULL)
            value += load_some (addend + (i * maps->width + j) * maps->channels + k,
                                out->columns - k);
          y[i][j] = out->relu ? relu_of (value) : value;
        }
    }
}

INLINE Lanes
larger (Lanes a,
        Lanes b)
{
  return choose ((Mask) (b > a) | (Mask) (b != b), b, a);
}

static void
output (const NnWinogradMaps *maps,
        const NnWinogradOut  *out,
        const nn_real        *m,
        size_t                step,
        size_t                row,
        size_t                column)
{
  size_t rows = maps->height - row, columns = maps->width - column;
  const nn_real *addend = out->addend;

  rows = rows < 4 ? rows : 4;
  columns = columns < 4 ? columns : 4;
  if (addend != NULL)
    addend += (row * maps->width + column) * maps->channels;

  for (size_t k = 0; k < out->columns; k += LANES)
    {
      Lanes y[4][4];
      size_t left = out->columns - k, width = maps->width;

      output_lanes (maps, out, m, step, addend, k, rows, columns, y);
      if (!out->pool)
        for (size_t i = 0; i < rows; i++)
          for (size_t j = 0; j < columns; j++)
            store_some (out->y + ((row + i) * width + column + j) * maps->channels + k, left,
                        y[i][j]);
      else
        for (size_t i = 0; i + 2 <= rows; i += 2)
          for (size_t j = 0; j + 2 <= columns; j += 2)
            store_some (out->y + ((row + i) / 2 * (width / 2) + (column + j) / 2) * maps->channels +
                          k, left,
                        larger (larger (y[i][j], y[i][j + 1]),
                                larger (y[i + 1][j], y[i + 1][j + 1])));
    }
}

static void
gradient (const NnWinogradMaps *maps,
          const nn_real        *dy,
          size_t                row,
          size_t                column,
          nn_real              *v,
          size_t                step)
{
  size_t rows = maps->height - row, columns = maps->width - column;

  for (size_t k = 0; k < padded (maps->channels); k += LANES)
    {
      Lanes half[4][6];
      size_t left = maps->channels > k ? maps->channels - k : 0;

      for (size_t j = 0; j < 4; j++)
        {
          Lanes y[4];

          for (size_t i = 0; i < 4; i++)
            y[i] = i < rows && j < columns
                     ? load_some (dy + ((row + i) * maps->width + column + j) * maps->channels + k,
                                  left)
                     : (Lanes) { 0 };
          gradient_line (y, half[j]);
        }
      for (size_t i = 0; i < 6; i++)
        {
          Lanes line[4], out[6];

          for (size_t j = 0; j < 4; j++)
            line[j] = half[j][i];
          gradient_line (line, out);
          for (size_t j = 0; j < 6; j++)
            store (v + (i * 6 + j) * step + k, out[j]);
        }
    }
}

/* The lanes of filters from @k on, of @n. */
INLINE void
filter_lanes (const nn_real *weights,
              ptrdiff_t      filter_step,
              ptrdiff_t      tap_step,
              size_t         k,
              size_t         n,
              const nn_real *scales,
              nn_real       *v,
              size_t         step)
{
  Lanes g[3][3], half[3][6];

  for (ptrdiff_t t = 0; t < 9; t++)
    {
      nn_real values[LANES] = { 0 };

      for (size_t i = 0; i < LANES && k + i < n; i++)
        values[i] = weights[(ptrdiff_t) (k + i) * filter_step + t * tap_step] *
                    (scales != NULL ? scales[k + i] : 1);
      g[t % 3][t / 3] = load (values);
    }

  /* g[s][r]: each column's three rows. */
  for (size_t s = 0; s < 3; s++)
    filter_line (g[s], half[s]);
  for (size_t i = 0; i < 6; i++)
    {
      Lanes line[3] = { half[0][i], half[1][i], half[2][i] }, out[6];

      filter_line (line, out);
      for (size_t j = 0; j < 6; j++)
        store (v + (i * 6 + j) * step + k, out[j]);
    }
}

static void
filters (const nn_real *weights,
         ptrdiff_t      filter_step,
         ptrdiff_t      tap_step,
         size_t         n,
         const nn_real *scales,
         nn_real       *v,
         size_t         step)
{
  for (size_t k = 0; k < NN_WINOGRAD_FILTERS; k += LANES)
    filter_lanes (weights, filter_step, tap_step, k, n, scales, v, step);
}

INLINE void
filter_gradient_lanes (const nn_real *w,
                       size_t         step,
                       size_t         n_sums,
                       size_t         sum_step,
                       size_t         k,
                       nn_real       *out)
{
  Lanes half[6][3];

  for (size_t i = 0; i < 6; i++)
    {
      Lanes line[6];

      for (size_t j = 0; j < 6; j++)
        {
          const nn_real *from = w + (i * 6 + j) * step + k;

          line[j] = load (from);
          for (size_t n = 1; n < n_sums; n++)
            line[j] += load (from + n * sum_step);
        }
      filter_gradient_line (line, half[i]);
    }
  for (size_t s = 0; s < 3; s++)
    {
      Lanes line[6], g[3];

      for (size_t i = 0; i < 6; i++)
        line[i] = half[i][s];
      filter_gradient_line (line, g);
      for (size_t r = 0; r < 3; r++)
        store (out + (r * 3 + s) * NN_WINOGRAD_FILTERS + k, g[r]);
    }
}

static void
filters_gradient (const nn_real *w,
                  size_t         step,
                  size_t         n_sums,
                  size_t         sum_step,
                  nn_real       *out)
{
  for (size_t k = 0; k < NN_WINOGRAD_FILTERS; k += LANES)
    filter_gradient_lanes (w, step, n_sums, sum_step, k, out);
}

const NnWinogradKernels NN_SET_TABLE (nn_winograd_) = { NN_SET_NAME, input,   output,
                                           gradient,    filters, filters_gradient };
