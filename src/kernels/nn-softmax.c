/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Softmax over the channels of one item. */
#include "nn-softmax.h"

#include <tgmath.h>

void
nn_softmax_forward (size_t         channels,
                    size_t         positions,
                    const nn_real *x,
                    nn_real       *y)
{
  for (size_t p = 0; p < positions; p++)
    {
      nn_real largest = x[p], sum = 0;

      for (size_t c = 1; c < channels; c++)
        largest = x[c * positions + p] > largest ? x[c * positions + p] : largest;
      for (size_t c = 0; c < channels; c++)
        {
          y[c * positions + p] = exp (x[c * positions + p] - largest);
          sum += y[c * positions + p];
        }
      for (size_t c = 0; c < channels; c++)
        y[c * positions + p] /= sum;
    }
}

void
nn_softmax_backward (size_t         channels,
                     size_t         positions,
                     bool           add,
                     const nn_real *y,
                     const nn_real *dy,
                     nn_real       *dx)
{
  for (size_t p = 0; p < positions; p++)
    {
      nn_real dot = 0;

      for (size_t c = 0; c < channels; c++)
        dot += dy[c * positions + p] * y[c * positions + p];
      for (size_t c = 0; c < channels; c++)
        {
          size_t i = c * positions + p;
          nn_real gradient = y[i] * (dy[i] - dot);

          dx[i] = add ? dx[i] + gradient : gradient;
        }
    }
}

void
nn_log_softmax_forward (size_t         channels,
                        size_t         positions,
                        const nn_real *x,
                        nn_real       *y)
{
  for (size_t p = 0; p < positions; p++)
    {
      nn_real largest = x[p], sum = 0, shift;

      for (size_t c = 1; c < channels; c++)
        largest = x[c * positions + p] > largest ? x[c * positions + p] : largest;
      for (size_t c = 0; c < channels; c++)
        sum += exp (x[c * positions + p] - largest);
      shift = log (sum);
      for (size_t c = 0; c < channels; c++)
        y[c * positions + p] = x[c * positions + p] - largest - shift;
    }
}

void
nn_log_softmax_backward (size_t         channels,
                         size_t         positions,
                         bool           add,
                         const nn_real *y,
                         const nn_real *dy,
                         nn_real       *dx)
{
  for (size_t p = 0; p < positions; p++)
    {
      nn_real sum = 0;

      for (size_t c = 0; c < channels; c++)
        sum += dy[c * positions + p];
      for (size_t c = 0; c < channels; c++)
        {
          size_t i = c * positions + p;
          nn_real gradient = dy[i] - exp (y[i]) * sum;

          dx[i] = add ? dx[i] + gradient : gradient;
        }
    }
}
