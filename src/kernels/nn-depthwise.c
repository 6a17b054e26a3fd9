/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolution of one plane with one filter: what a depthwise layer does per channel. */
#include "nn-depthwise.h"

#include "nn-clones.h"

/* The outputs that one tap reaches, and the input place of the first of them. */
typedef struct
{
  size_t top, bottom, left, right;
  size_t start;
} Reach;

static inline Reach
reach_of (const NnWindow *w,
          size_t          r,
          size_t          s)
{
  Reach reach;

  nn_window_range (w->height, w->out_height, w->stride[0], w->before[0], r * w->dilation[0],
                   &reach.top, &reach.bottom);
  nn_window_range (w->width, w->out_width, w->stride[1], w->before[1], s * w->dilation[1],
                   &reach.left, &reach.right);
  reach.start = 0;
  if (reach.top < reach.bottom && reach.left < reach.right)
    reach.start = (reach.top * w->stride[0] + r * w->dilation[0] - w->before[0]) * w->width +
                  (reach.left * w->stride[1] + s * w->dilation[1] - w->before[1]);
  else
    reach.bottom = reach.top;

  return reach;
}

NN_CLONES void
nn_depthwise_forward (const NnWindow *w,
                      const nn_real  *x,
                      const nn_real  *filter,
                      nn_real         bias,
                      nn_real        *y)
{
  size_t step = w->stride[1];

  for (size_t i = 0; i < w->out_height * w->out_width; i++)
    y[i] = bias;

  for (size_t r = 0; r < w->kernel[0]; r++)
    for (size_t s = 0; s < w->kernel[1]; s++)
      {
        Reach reach = reach_of (w, r, s);
        nn_real weight = filter[r * w->kernel[1] + s];

        for (size_t p = reach.top; p < reach.bottom; p++)
          {
            const nn_real *in = x + reach.start + (p - reach.top) * w->stride[0] * w->width;
            nn_real *out = y + p * w->out_width + reach.left;

            if (step == 1)
              for (size_t q = 0; q < reach.right - reach.left; q++)
                out[q] += weight * in[q];
            else
              for (size_t q = 0; q < reach.right - reach.left; q++)
                out[q] += weight * in[q * step];
          }
      }
}

NN_CLONES void
nn_depthwise_to_input (const NnWindow *w,
                       const nn_real  *dy,
                       const nn_real  *filter,
                       nn_real        *dx)
{
  size_t step = w->stride[1];

  for (size_t r = 0; r < w->kernel[0]; r++)
    for (size_t s = 0; s < w->kernel[1]; s++)
      {
        Reach reach = reach_of (w, r, s);
        nn_real weight = filter[r * w->kernel[1] + s];

        for (size_t p = reach.top; p < reach.bottom; p++)
          {
            nn_real *in = dx + reach.start + (p - reach.top) * w->stride[0] * w->width;
            const nn_real *out = dy + p * w->out_width + reach.left;

            if (step == 1)
              for (size_t q = 0; q < reach.right - reach.left; q++)
                in[q] += weight * out[q];
            else
              for (size_t q = 0; q < reach.right - reach.left; q++)
                in[q * step] += weight * out[q];
          }
      }
}

NN_CLONES void
nn_depthwise_to_filter (const NnWindow *w,
                        const nn_real  *x,
                        const nn_real  *dy,
                        nn_real        *d_filter)
{
  size_t step = w->stride[1];

  for (size_t r = 0; r < w->kernel[0]; r++)
    for (size_t s = 0; s < w->kernel[1]; s++)
      {
        Reach reach = reach_of (w, r, s);
        size_t n = reach.right - reach.left;
        nn_lanes sum = { 0 };
        nn_real tail = 0;

        for (size_t p = reach.top; p < reach.bottom; p++)
          {
            const nn_real *in = x + reach.start + (p - reach.top) * w->stride[0] * w->width;
            const nn_real *out = dy + p * w->out_width + reach.left;
            size_t q = 0;

            for (; step == 1 && q + NN_LANES <= n; q += NN_LANES)
              {
                nn_lanes a, b;

                memcpy (&a, in + q, sizeof a);
                memcpy (&b, out + q, sizeof b);
                sum += a * b;
              }
            for (; q < n; q++)
              tail += in[q * step] * out[q];
          }

        d_filter[r * w->kernel[1] + s] += nn_lanes_total (&sum) + tail;
      }
}
