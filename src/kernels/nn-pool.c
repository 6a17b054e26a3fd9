/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pooling of one plane: largest or mean value under a sliding window. */
#include "nn-pool.h"

#include "nn-clones.h"

/* The common case: 2 × 2 windows side by side, nothing outside. */
static bool
is_two_by_two (const NnWindow *w)
{
  return w->kernel[0] == 2 && w->kernel[1] == 2 && w->stride[0] == 2 && w->stride[1] == 2 &&
         w->dilation[0] == 1 && w->dilation[1] == 1 && w->before[0] == 0 && w->before[1] == 0 &&
         w->out_height * 2 <= w->height && w->out_width * 2 <= w->width;
}

/* Of two values with their places: the larger, the first place when equal, NaN once it is in. */
static inline void
take_larger (nn_real   value,
             uint32_t  place,
             nn_real  *best,
             uint32_t *winner)
{
  bool take = (value > *best) | (value != value);

  *best = take ? value : *best;
  *winner = take ? place : *winner;
}

NN_CLONES static void
max_two_by_two (const NnWindow *w,
                const nn_real  *restrict x,
                nn_real        *restrict y,
                uint32_t       *restrict index)
{
  uint32_t width = (uint32_t) w->width, n = (uint32_t) w->out_width;

  for (size_t p = 0; p < w->out_height; p++)
    {
      const nn_real *a = x + 2 * p * w->width, *b = a + w->width;
      uint32_t place = (uint32_t) (2 * p * w->width);

      for (uint32_t q = 0; q < n; q++)
        {
          nn_real best = a[2 * q];
          uint32_t at = place + 2 * q, winner = at;

          take_larger (a[2 * q + 1], at + 1, &best, &winner);
          take_larger (b[2 * q], at + width, &best, &winner);
          take_larger (b[2 * q + 1], at + width + 1, &best, &winner);
          y[p * n + q] = best;
          index[p * n + q] = winner;
        }
    }
}

NN_CLONES static void
max_two_by_two_alone (const NnWindow *w,
                      const nn_real  *restrict x,
                      nn_real        *restrict y)
{
  size_t n = w->out_width;

  for (size_t p = 0; p < w->out_height; p++)
    {
      const nn_real *a = x + 2 * p * w->width, *b = a + w->width;

      for (size_t q = 0; q < n; q++)
        {
          nn_real best = a[2 * q];
          uint32_t winner = 0;

          take_larger (a[2 * q + 1], 0, &best, &winner);
          take_larger (b[2 * q], 0, &best, &winner);
          take_larger (b[2 * q + 1], 0, &best, &winner);
          y[p * n + q] = best;
        }
    }
}

static void
max_general (const NnWindow *w,
             const nn_real  *x,
             nn_real        *y,
             uint32_t       *index)
{
  for (size_t p = 0; p < w->out_height; p++)
    for (size_t q = 0; q < w->out_width; q++)
      {
        NnWindowTaps rows = nn_window_taps (w, 0, p), columns = nn_window_taps (w, 1, q);
        uint32_t winner = 0;
        nn_real best = 0;

        for (size_t r = rows.from; r < rows.to; r++)
          for (size_t s = columns.from; s < columns.to; s++)
            {
              size_t place = (size_t) (rows.start + (ptrdiff_t) (r * w->dilation[0])) * w->width +
                             (size_t) (columns.start + (ptrdiff_t) (s * w->dilation[1]));

              if (r == rows.from && s == columns.from)
                {
                  best = x[place];
                  winner = (uint32_t) place;
                }
              else
                take_larger (x[place], (uint32_t) place, &best, &winner);
            }

        y[p * w->out_width + q] = best;
        if (index != NULL)
          index[p * w->out_width + q] = winner;
      }
}

void
nn_max_pool_forward (const NnWindow *w,
                     const nn_real  *x,
                     nn_real        *y,
                     uint32_t       *index)
{
  if (is_two_by_two (w) && index != NULL)
    max_two_by_two (w, x, y, index);
  else if (is_two_by_two (w))
    max_two_by_two_alone (w, x, y);
  else
    max_general (w, x, y, index);
}

void
nn_max_pool_backward (size_t          n_out,
                      const uint32_t *index,
                      const nn_real  *dy,
                      nn_real        *dx)
{
  for (size_t i = 0; i < n_out; i++)
    dx[index[i]] += dy[i];
}

void
nn_mean_pool_forward (const NnWindow *w,
                      bool            count_pad,
                      const nn_real  *x,
                      nn_real        *y)
{
  for (size_t p = 0; p < w->out_height; p++)
    for (size_t q = 0; q < w->out_width; q++)
      {
        NnWindowTaps rows = nn_window_taps (w, 0, p), columns = nn_window_taps (w, 1, q);
        nn_real sum = 0;

        for (size_t r = rows.from; r < rows.to; r++)
          for (size_t s = columns.from; s < columns.to; s++)
            sum += x[(size_t) (rows.start + (ptrdiff_t) (r * w->dilation[0])) * w->width +
                     (size_t) (columns.start + (ptrdiff_t) (s * w->dilation[1]))];

        y[p * w->out_width + q] = sum / (nn_real) nn_window_count (w, count_pad, p, q);
      }
}

void
nn_mean_pool_backward (const NnWindow *w,
                       bool            count_pad,
                       const nn_real  *dy,
                       nn_real        *dx)
{
  for (size_t p = 0; p < w->out_height; p++)
    for (size_t q = 0; q < w->out_width; q++)
      {
        NnWindowTaps rows = nn_window_taps (w, 0, p), columns = nn_window_taps (w, 1, q);
        nn_real share = dy[p * w->out_width + q] /
                        (nn_real) nn_window_count (w, count_pad, p, q);

        for (size_t r = rows.from; r < rows.to; r++)
          for (size_t s = columns.from; s < columns.to; s++)
            dx[(size_t) (rows.start + (ptrdiff_t) (r * w->dilation[0])) * w->width +
               (size_t) (columns.start + (ptrdiff_t) (s * w->dilation[1]))] += share;
      }
}
