/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pooling of one plane: largest or mean value under a sliding window. */
#include "nn-pool.h"

#include "nn-clones.h"

/* Taps of output @p along axis @a that lie inside: [*from, *to), and the place of tap 0 (may be
 * negative). */
static ptrdiff_t
taps_inside (const NnWindow *w,
             unsigned        a,
             size_t          p,
             size_t         *from,
             size_t         *to)
{
  ptrdiff_t start = (ptrdiff_t) (p * w->stride[a]) - (ptrdiff_t) w->before[a];
  ptrdiff_t in = (ptrdiff_t) (a == 0 ? w->height : w->width);
  ptrdiff_t dilation = (ptrdiff_t) w->dilation[a];
  ptrdiff_t end = start >= in ? 0 : (in - start + dilation - 1) / dilation;

  *from = start >= 0 ? 0 : (size_t) ((-start + dilation - 1) / dilation);
  *to = (size_t) end < w->kernel[a] ? (size_t) end : w->kernel[a];

  return start;
}

/* How many taps of output @p along axis @a fall on the padded plane. */
static size_t
taps_padded (const NnWindow *w,
             unsigned        a,
             size_t          p)
{
  size_t extent = (a == 0 ? w->height : w->width) + w->before[a] + w->after[a];
  size_t start = p * w->stride[a];
  size_t n = start >= extent ? 0 : (extent - start + w->dilation[a] - 1) / w->dilation[a];

  return n < w->kernel[a] ? n : w->kernel[a];
}

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
        size_t top, bottom, left, right;
        ptrdiff_t i = taps_inside (w, 0, p, &top, &bottom),
                  j = taps_inside (w, 1, q, &left, &right);
        uint32_t winner = 0;
        nn_real best = 0;

        for (size_t r = top; r < bottom; r++)
          for (size_t s = left; s < right; s++)
            {
              size_t place = (size_t) (i + (ptrdiff_t) (r * w->dilation[0])) * w->width +
                             (size_t) (j + (ptrdiff_t) (s * w->dilation[1]));

              if (r == top && s == left)
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
        size_t top, bottom, left, right, n;
        ptrdiff_t i = taps_inside (w, 0, p, &top, &bottom),
                  j = taps_inside (w, 1, q, &left, &right);
        nn_real sum = 0;

        for (size_t r = top; r < bottom; r++)
          for (size_t s = left; s < right; s++)
            sum += x[(size_t) (i + (ptrdiff_t) (r * w->dilation[0])) * w->width +
                     (size_t) (j + (ptrdiff_t) (s * w->dilation[1]))];

        n = count_pad ? taps_padded (w, 0, p) * taps_padded (w, 1, q)
                      : (bottom - top) * (right - left);
        y[p * w->out_width + q] = sum / (nn_real) n;
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
        size_t top, bottom, left, right, n;
        ptrdiff_t i = taps_inside (w, 0, p, &top, &bottom),
                  j = taps_inside (w, 1, q, &left, &right);
        nn_real share;

        n = count_pad ? taps_padded (w, 0, p) * taps_padded (w, 1, q)
                      : (bottom - top) * (right - left);
        share = dy[p * w->out_width + q] / (nn_real) n;
        for (size_t r = top; r < bottom; r++)
          for (size_t s = left; s < right; s++)
            dx[(size_t) (i + (ptrdiff_t) (r * w->dilation[0])) * w->width +
               (size_t) (j + (ptrdiff_t) (s * w->dilation[1]))] += share;
      }
}
