/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Enlarging one plane by a whole factor. */
#include "nn-resample.h"

void
nn_nearest_forward (size_t         height,
                    size_t         width,
                    size_t         factor,
                    const nn_real *x,
                    nn_real       *y)
{
  for (size_t i = 0; i < height * factor; i++)
    for (size_t j = 0; j < width; j++)
      for (size_t k = 0; k < factor; k++)
        *y++ = x[i / factor * width + j];
}

void
nn_nearest_backward (size_t         height,
                     size_t         width,
                     size_t         factor,
                     const nn_real *dy,
                     nn_real       *dx)
{
  for (size_t i = 0; i < height * factor; i++)
    for (size_t j = 0; j < width; j++)
      for (size_t k = 0; k < factor; k++)
        dx[i / factor * width + j] += *dy++;
}

/* The two neighbours of output @i along an axis of @n inputs and the share of the second. */
static nn_real
neighbours (size_t  i,
            size_t  n,
            size_t  factor,
            size_t *first,
            size_t *second)
{
  double place = ((double) i + 0.5) / (double) factor - 0.5;

  place = place < 0 ? 0 : place;
  *first = (size_t) place;
  *first = *first < n ? *first : n - 1;
  *second = *first + 1 < n ? *first + 1 : *first;

  return (nn_real) (place - (double) *first);
}

void
nn_bilinear_forward (size_t         height,
                     size_t         width,
                     size_t         factor,
                     const nn_real *x,
                     nn_real       *y)
{
  for (size_t i = 0; i < height * factor; i++)
    {
      size_t above, below;
      nn_real down = neighbours (i, height, factor, &above, &below);
      const nn_real *a = x + above * width, *b = x + below * width;

      for (size_t j = 0; j < width * factor; j++)
        {
          size_t left, right;
          nn_real along = neighbours (j, width, factor, &left, &right);
          nn_real upper = a[left] * (1 - along) + a[right] * along;
          nn_real lower = b[left] * (1 - along) + b[right] * along;

          *y++ = upper * (1 - down) + lower * down;
        }
    }
}

void
nn_bilinear_backward (size_t         height,
                      size_t         width,
                      size_t         factor,
                      const nn_real *dy,
                      nn_real       *dx)
{
  for (size_t i = 0; i < height * factor; i++)
    {
      size_t above, below;
      nn_real down = neighbours (i, height, factor, &above, &below);
      nn_real *a = dx + above * width, *b = dx + below * width;

      for (size_t j = 0; j < width * factor; j++)
        {
          size_t left, right;
          nn_real along = neighbours (j, width, factor, &left, &right);
          nn_real upper = *dy * (1 - down), lower = *dy * down;

          a[left] += upper * (1 - along);
          a[right] += upper * along;
          b[left] += lower * (1 - along);
          b[right] += lower * along;
          dy++;
        }
    }
}
