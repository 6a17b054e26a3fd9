/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loops that treat every value alone. */
#include "nn-pointwise.h"

#include "nn-clones.h"

#include <tgmath.h>

/* A gradient loop in its two forms: handed on alone, or added to what is there. */
#define FOR_GRADIENT(value)            \
  if (add)                             \
    for (size_t i = 0; i < n; i++)     \
      dx[i] += (value);                \
  else                                 \
    for (size_t i = 0; i < n; i++)     \
      dx[i] = (value)

void
nn_pass (size_t         n,
         bool           add,
         const nn_real *from,
         nn_real       *to)
{
  if (add)
    nn_add (n, from, to, to);
  else if (from != to)
    memcpy (to, from, n * sizeof *to);
}

NN_CLONES void
nn_add (size_t         n,
        const nn_real *a,
        const nn_real *b,
        nn_real       *y)
{
  for (size_t i = 0; i < n; i++)
    y[i] = a[i] + b[i];
}

NN_CLONES void
nn_add_relu (size_t         n,
             const nn_real *a,
             const nn_real *b,
             nn_real       *y)
{
  for (size_t i = 0; i < n; i++)
    {
      nn_real sum = a[i] + b[i];

      y[i] = sum < 0 ? 0 : sum;
    }
}

NN_CLONES void
nn_add_constant (size_t   n,
                 nn_real  constant,
                 nn_real *y)
{
  for (size_t i = 0; i < n; i++)
    y[i] += constant;
}

NN_CLONES void
nn_affine (size_t         n,
           const nn_real *x,
           nn_real        centre,
           nn_real        scale,
           nn_real        shift,
           nn_real       *y)
{
  for (size_t i = 0; i < n; i++)
    y[i] = (x[i] - centre) * scale + shift;
}

NN_CLONES void
nn_affine_relu (size_t         n,
                const nn_real *x,
                nn_real        centre,
                nn_real        scale,
                nn_real        shift,
                nn_real       *y)
{
  for (size_t i = 0; i < n; i++)
    {
      nn_real v = (x[i] - centre) * scale + shift;

      y[i] = v < 0 ? 0 : v;
    }
}

NN_CLONES void
nn_norm_gradient (size_t         n,
                  bool           add,
                  const nn_real *dy,
                  const nn_real *x,
                  nn_real        scale,
                  nn_real        mean,
                  nn_real        centre,
                  nn_real        slope,
                  nn_real       *dx)
{
  FOR_GRADIENT ((dy[i] - mean) * scale - (x[i] - centre) * slope);
}

NN_CLONES void
nn_mask (size_t         n,
         bool           add,
         const nn_real *x,
         const uint8_t *mask,
         nn_real        scale,
         nn_real       *dx)
{
  FOR_GRADIENT (mask[i] ? x[i] * scale : 0);
}

NN_CLONES void
nn_relu (size_t         n,
         const nn_real *x,
         nn_real       *y)
{
  for (size_t i = 0; i < n; i++)
    y[i] = x[i] < 0 ? 0 : x[i]; /* NaN stays NaN. */
}

NN_CLONES void
nn_relu_gradient (size_t         n,
                  bool           add,
                  const nn_real *y,
                  const nn_real *dy,
                  nn_real       *dx)
{
  FOR_GRADIENT (y[i] > 0 ? dy[i] : 0);
}

NN_CLONES void
nn_relu6 (size_t         n,
          const nn_real *x,
          nn_real       *y)
{
  for (size_t i = 0; i < n; i++)
    y[i] = x[i] < 0 ? 0 : x[i] > 6 ? 6 : x[i];
}

NN_CLONES void
nn_relu6_gradient (size_t         n,
                   bool           add,
                   const nn_real *y,
                   const nn_real *dy,
                   nn_real       *dx)
{
  FOR_GRADIENT (((y[i] > 0) & (y[i] < 6)) ? dy[i] : 0);
}

NN_CLONES void
nn_leaky (size_t         n,
          nn_real        slope,
          const nn_real *x,
          nn_real       *y)
{
  for (size_t i = 0; i < n; i++)
    y[i] = x[i] > 0 ? x[i] : x[i] * slope;
}

NN_CLONES void
nn_leaky_gradient (size_t         n,
                   bool           add,
                   nn_real        slope,
                   const nn_real *y,
                   const nn_real *dy,
                   nn_real       *dx)
{
  FOR_GRADIENT (y[i] > 0 ? dy[i] : dy[i] * slope);
}

void
nn_elu (size_t         n,
        nn_real        alpha,
        const nn_real *x,
        nn_real       *y)
{
  for (size_t i = 0; i < n; i++)
    y[i] = x[i] > 0 ? x[i] : alpha * expm1 (x[i]);
}

NN_CLONES void
nn_elu_gradient (size_t         n,
                 bool           add,
                 nn_real        alpha,
                 const nn_real *y,
                 const nn_real *dy,
                 nn_real       *dx)
{
  FOR_GRADIENT (y[i] > 0 ? dy[i] : dy[i] * (y[i] + alpha));
}

void
nn_sigmoid (size_t         n,
            const nn_real *x,
            nn_real       *y)
{
  for (size_t i = 0; i < n; i++)
    y[i] = 1 / (1 + exp (-x[i]));
}

NN_CLONES void
nn_sigmoid_gradient (size_t         n,
                     bool           add,
                     const nn_real *y,
                     const nn_real *dy,
                     nn_real       *dx)
{
  FOR_GRADIENT (dy[i] * y[i] * (1 - y[i]));
}

void
nn_tanh (size_t         n,
         const nn_real *x,
         nn_real       *y)
{
  for (size_t i = 0; i < n; i++)
    y[i] = tanh (x[i]);
}

NN_CLONES void
nn_tanh_gradient (size_t         n,
                  bool           add,
                  const nn_real *y,
                  const nn_real *dy,
                  nn_real       *dx)
{
  FOR_GRADIENT (dy[i] * (1 - y[i] * y[i]));
}

void
nn_grid (size_t         n,
         nn_real        scale,
         nn_real        zero_point,
         nn_real        low,
         nn_real        high,
         const nn_real *x,
         nn_real       *y)
{
  for (size_t i = 0; i < n; i++)
    {
      nn_real level = rint (x[i] / scale) + zero_point;

      level = level < low ? low : level > high ? high : level;
      y[i] = scale * (level - zero_point);
    }
}

void
nn_grid_gradient (size_t         n,
                  bool           add,
                  nn_real        scale,
                  nn_real        zero_point,
                  nn_real        low,
                  nn_real        high,
                  const nn_real *x,
                  const nn_real *dy,
                  nn_real       *dx)
{
  for (size_t i = 0; i < n; i++)
    {
      nn_real level = rint (x[i] / scale) + zero_point;
      nn_real passed = level >= low && level <= high ? dy[i] : 0;

      dx[i] = add ? dx[i] + passed : passed;
    }
}
