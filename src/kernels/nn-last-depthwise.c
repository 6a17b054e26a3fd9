/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolution with one filter per channel, a vector of channels at a time. Compiled once per instruction set:
 * NN_SET and NN_SET_NAME name it. */
#include "nn-last-depthwise.h"

#include "nn-lanes.h"

INLINE size_t
position_of (const NnWindow     *w,
             const NnWindowTaps *rows,
             const NnWindowTaps *columns,
             size_t              r,
             size_t              s)
{
  return (size_t) (rows->start + (ptrdiff_t) (r * w->dilation[0])) * w->width +
         (size_t) (columns->start + (ptrdiff_t) (s * w->dilation[1]));
}

static void
forward (const NnLastDepthwise *conv,
         size_t                 from,
         size_t                 to,
         const nn_real         *x,
         nn_real               *y)
{
  const NnWindow *w = &conv->window;

  for (size_t p = from; p < to; p++)
    for (size_t q = 0; q < w->out_width; q++)
      {
        NnWindowTaps rows = nn_window_taps (w, 0, p), columns = nn_window_taps (w, 1, q);
        size_t at = (p * w->out_width + q) * conv->channels;

        for (size_t c = 0; c < conv->channels; c += LANES)
          {
            size_t left = conv->channels - c;
            Lanes sum = load (conv->start + c);

            for (size_t r = rows.from; r < rows.to; r++)
              for (size_t s = columns.from; s < columns.to; s++)
                sum += load (conv->weights + (r * w->kernel[1] + s) * conv->step + c) *
                       load_some (x + position_of (w, &rows, &columns, r, s) * conv->channels + c,
                                  left);
            if (conv->addend != NULL)
              sum += load_some (conv->addend + at + c, left);
            store_some (y + at + c, left, conv->relu ? relu_of (sum) : sum);
          }
      }
}

static void
to_input (const NnLastDepthwise *conv,
          const nn_real         *dy,
          nn_real               *dx)
{
  const NnWindow *w = &conv->window;

  for (size_t p = 0; p < w->out_height; p++)
    for (size_t q = 0; q < w->out_width; q++, dy += conv->channels)
      {
        NnWindowTaps rows = nn_window_taps (w, 0, p), columns = nn_window_taps (w, 1, q);

        for (size_t c = 0; c < conv->channels; c += LANES)
          {
            size_t left = conv->channels - c;
            Lanes gradient = load_some (dy + c, left);

            for (size_t r = rows.from; r < rows.to; r++)
              for (size_t s = columns.from; s < columns.to; s++)
                {
                  nn_real *place = dx + position_of (w, &rows, &columns, r, s) * conv->channels + c;
                  Lanes weight = load (conv->weights + (r * w->kernel[1] + s) * conv->step + c);

                  store_some (place, left, load_some (place, left) + weight * gradient);
                }
          }
      }
}

/* Σ x·dy of one tap and a vector of channels; neighbours have sums of their own, so that they don't wait. */
INLINE Lanes
sum_of_tap (const NnLastDepthwise *conv,
            const nn_real         *x,
            const nn_real         *dy,
            size_t                 r,
            size_t                 s,
            size_t                 left)
{
  const NnWindow *w = &conv->window;
  size_t channels = conv->channels, top, bottom, first, end;
  Lanes sums[2] = { { 0 }, { 0 } };

  nn_window_range (w->height, w->out_height, w->stride[0], w->before[0], r * w->dilation[0], &top,
                   &bottom);
  nn_window_range (w->width, w->out_width, w->stride[1], w->before[1], s * w->dilation[1], &first,
                   &end);
  for (size_t p = top; p < bottom; p++)
    {
      size_t row = p * w->stride[0] + r * w->dilation[0] - w->before[0];
      const nn_real *line = x + row * w->width * channels;
      const nn_real *out = dy + p * w->out_width * channels;

      for (size_t q = first; q < end; q++)
        {
          size_t column = q * w->stride[1] + s * w->dilation[1] - w->before[1];

          sums[q % 2] += load_some (line + column * channels, left) *
                         load_some (out + q * channels, left);
        }
    }

  return sums[0] + sums[1];
}

static void
to_weights (const NnLastDepthwise *conv,
            const nn_real         *x,
            const nn_real         *dy,
            nn_real               *sums)
{
  const NnWindow *w = &conv->window;

  for (size_t c = 0; c < conv->channels; c += LANES)
    for (size_t r = 0; r < w->kernel[0]; r++)
      for (size_t s = 0; s < w->kernel[1]; s++)
        {
          nn_real *to = sums + (r * w->kernel[1] + s) * conv->step + c;

          store (to, load (to) + sum_of_tap (conv, x + c, dy + c, r, s, conv->channels - c));
        }
}

const NnLastDepthwiseKernels NN_SET_TABLE (nn_last_depthwise_) = { NN_SET_NAME, forward, to_input,
                                                                  to_weights };
