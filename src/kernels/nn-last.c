/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loops over maps with channels last, [positions, channels]: the innermost one runs over channels. */
#include "nn-last.h"

#include "nn-clones.h"

#include <string.h>

NN_CLONES void
nn_last_mean_pool (const NnWindow *w,
                   size_t          channels,
                   bool            count_pad,
                   size_t          from,
                   size_t          to,
                   const nn_real  *restrict x,
                   nn_real        *restrict y)
{
  for (size_t p = from; p < to; p++)
    for (size_t q = 0; q < w->out_width; q++)
      {
        NnWindowTaps rows = nn_window_taps (w, 0, p), columns = nn_window_taps (w, 1, q);
        nn_real *restrict out = y + (p * w->out_width + q) * channels;
        nn_real share = 1 / (nn_real) nn_window_count (w, count_pad, p, q);

        memset (out, 0, channels * sizeof *out);
        for (size_t r = rows.from; r < rows.to; r++)
          for (size_t s = columns.from; s < columns.to; s++)
            {
              size_t at = (size_t) (rows.start + (ptrdiff_t) (r * w->dilation[0])) * w->width +
                          (size_t) (columns.start + (ptrdiff_t) (s * w->dilation[1]));

              for (size_t c = 0; c < channels; c++)
                out[c] += x[at * channels + c];
            }
        for (size_t c = 0; c < channels; c++)
          out[c] *= share;
      }
}

NN_CLONES void
nn_last_mean_pool_gradient (const NnWindow *w,
                            size_t          channels,
                            bool            count_pad,
                            const nn_real  *restrict dy,
                            nn_real        *restrict dx)
{
  for (size_t p = 0; p < w->out_height; p++)
    for (size_t q = 0; q < w->out_width; q++, dy += channels)
      {
        NnWindowTaps rows = nn_window_taps (w, 0, p), columns = nn_window_taps (w, 1, q);
        nn_real share = 1 / (nn_real) nn_window_count (w, count_pad, p, q);

        for (size_t r = rows.from; r < rows.to; r++)
          for (size_t s = columns.from; s < columns.to; s++)
            {
              size_t at = (size_t) (rows.start + (ptrdiff_t) (r * w->dilation[0])) * w->width +
                          (size_t) (columns.start + (ptrdiff_t) (s * w->dilation[1]));

              for (size_t c = 0; c < channels; c++)
                dx[at * channels + c] += share * dy[c];
            }
      }
}

NN_CLONES void
nn_last_sum (size_t         n,
             size_t         channels,
             nn_real        factor,
             const nn_real *restrict x,
             nn_real       *restrict y)
{
  memset (y, 0, channels * sizeof *y);
  for (size_t p = 0; p < n; p++)
    for (size_t c = 0; c < channels; c++)
      y[c] += x[p * channels + c];
  for (size_t c = 0; c < channels; c++)
    y[c] *= factor;
}
