/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values at even distances, to and from a row without gaps. */
#include "nn-strided.h"

#include "nn-pointwise.h"

#include <string.h>

void
nn_take (size_t         n,
         const nn_real *x,
         ptrdiff_t      step,
         nn_real       *y)
{
  if (step == 1)
    memcpy (y, x, n * sizeof *y);
  else
    for (ptrdiff_t i = 0; i < (ptrdiff_t) n; i++)
      y[i] = x[i * step];
}

void
nn_give (size_t         n,
         bool           add,
         const nn_real *dy,
         nn_real       *dx,
         ptrdiff_t      step)
{
  if (step == 1)
    nn_pass (n, add, dy, dx);
  else if (add)
    for (ptrdiff_t i = 0; i < (ptrdiff_t) n; i++)
      dx[i * step] += dy[i];
  else
    for (ptrdiff_t i = 0; i < (ptrdiff_t) n; i++)
      dx[i * step] = dy[i];
}

double
nn_sum_apart (size_t         n,
              const nn_real *x,
              ptrdiff_t      step)
{
  double sum = 0;

  for (ptrdiff_t i = 0; i < (ptrdiff_t) n; i++)
    sum += (double) x[i * step];

  return sum;
}

void
nn_fill (size_t   n,
         nn_real  value,
         nn_real *y)
{
  for (size_t i = 0; i < n; i++)
    y[i] = value;
}
