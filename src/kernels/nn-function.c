/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions of one number that imported networks use. */
#include "nn-function.h"

#include "nn-clones.h"

#include <tgmath.h>

/* One loop for a function of x[i], one for each form of a gradient. */
#define FOR_EACH(value)                                                                            \
  for (size_t i = 0; i < n; i++)                                                                   \
  y[i] = (value)
#define FOR_GRADIENT(value)                                                                        \
  if (add)                                                                                         \
    for (size_t i = 0; i < n; i++)                                                                 \
      dx[i] += (value);                                                                            \
  else                                                                                             \
    for (size_t i = 0; i < n; i++)                                                                 \
    dx[i] = (value)

static inline nn_real
clamp (nn_real x,
       nn_real low,
       nn_real high)
{
  nn_real least = x < low ? low : x;

  return least > high ? high : least;
}

NN_CLONES void
nn_hard_sigmoid (size_t         n,
                 nn_real        slope,
                 nn_real        shift,
                 const nn_real *x,
                 nn_real       *y)
{
  FOR_EACH (clamp (slope * x[i] + shift, 0, 1));
}

NN_CLONES void
nn_hard_sigmoid_gradient (size_t         n,
                          bool           add,
                          nn_real        slope,
                          nn_real        shift,
                          const nn_real *x,
                          const nn_real *dy,
                          nn_real       *dx)
{
  FOR_GRADIENT (((slope * x[i] + shift > 0) & (slope * x[i] + shift < 1)) ? dy[i] * slope : 0);
}

NN_CLONES void
nn_hard_swish (size_t         n,
               const nn_real *x,
               nn_real       *y)
{
  FOR_EACH (x[i] * clamp (x[i] / 6 + (nn_real) 0.5, 0, 1));
}

NN_CLONES void
nn_hard_swish_gradient (size_t         n,
                        bool           add,
                        const nn_real *x,
                        const nn_real *dy,
                        nn_real       *dx)
{
  FOR_GRADIENT (x[i] <= -3 ? 0 : x[i] >= 3 ? dy[i] : dy[i] * (x[i] / 3 + (nn_real) 0.5));
}

NN_CLONES void
nn_clip (size_t         n,
         nn_real        low,
         nn_real        high,
         const nn_real *x,
         nn_real       *y)
{
  FOR_EACH (clamp (x[i], low, high));
}

NN_CLONES void
nn_clip_gradient (size_t         n,
                  bool           add,
                  nn_real        low,
                  nn_real        high,
                  const nn_real *x,
                  const nn_real *dy,
                  nn_real       *dx)
{
  FOR_GRADIENT (((x[i] > low) & (x[i] < high)) ? dy[i] : 0);
}

void
nn_softplus (size_t         n,
             const nn_real *x,
             nn_real       *y)
{
  FOR_EACH ((x[i] < 0 ? 0 : x[i]) + log1p (exp (-fabs (x[i]))));
}

void
nn_softplus_gradient (size_t         n,
                      bool           add,
                      const nn_real *x,
                      const nn_real *dy,
                      nn_real       *dx)
{
  FOR_GRADIENT (dy[i] / (1 + exp (-x[i])));
}

void
nn_selu (size_t         n,
         nn_real        alpha,
         nn_real        gamma,
         const nn_real *x,
         nn_real       *y)
{
  FOR_EACH (gamma * (x[i] > 0 ? x[i] : alpha * expm1 (x[i])));
}

void
nn_selu_gradient (size_t         n,
                  bool           add,
                  nn_real        alpha,
                  nn_real        gamma,
                  const nn_real *x,
                  const nn_real *dy,
                  nn_real       *dx)
{
  FOR_GRADIENT (dy[i] * gamma * (x[i] > 0 ? 1 : alpha * exp (x[i])));
}

void
nn_exp (size_t         n,
        const nn_real *x,
        nn_real       *y)
{
  FOR_EACH (exp (x[i]));
}

NN_CLONES void
nn_exp_gradient (size_t         n,
                 bool           add,
                 const nn_real *y,
                 const nn_real *dy,
                 nn_real       *dx)
{
  FOR_GRADIENT (dy[i] * y[i]);
}

void
nn_log (size_t         n,
        const nn_real *x,
        nn_real       *y)
{
  FOR_EACH (log (x[i]));
}

NN_CLONES void
nn_log_gradient (size_t         n,
                 bool           add,
                 const nn_real *x,
                 const nn_real *dy,
                 nn_real       *dx)
{
  FOR_GRADIENT (dy[i] / x[i]);
}

void
nn_sqrt (size_t         n,
         const nn_real *x,
         nn_real       *y)
{
  FOR_EACH (sqrt (x[i]));
}

NN_CLONES void
nn_sqrt_gradient (size_t         n,
                  bool           add,
                  const nn_real *y,
                  const nn_real *dy,
                  nn_real       *dx)
{
  FOR_GRADIENT (dy[i] / (2 * y[i]));
}

void
nn_erf (size_t         n,
        const nn_real *x,
        nn_real       *y)
{
  FOR_EACH (erf (x[i]));
}

void
nn_erf_gradient (size_t         n,
                 bool           add,
                 const nn_real *x,
                 const nn_real *dy,
                 nn_real       *dx)
{
  const nn_real factor = (nn_real) M_2_SQRTPI;

  FOR_GRADIENT (dy[i] * factor * exp (-x[i] * x[i]));
}

NN_CLONES void
nn_abs (size_t         n,
        const nn_real *x,
        nn_real       *y)
{
  FOR_EACH (fabs (x[i]));
}

NN_CLONES void
nn_abs_gradient (size_t         n,
                 bool           add,
                 const nn_real *x,
                 const nn_real *dy,
                 nn_real       *dx)
{
  FOR_GRADIENT (x[i] > 0 ? dy[i] : x[i] < 0 ? -dy[i] : 0);
}

NN_CLONES void
nn_negate (size_t         n,
           const nn_real *x,
           nn_real       *y)
{
  FOR_EACH (-x[i]);
}

NN_CLONES void
nn_negate_gradient (size_t         n,
                    bool           add,
                    const nn_real *dy,
                    nn_real       *dx)
{
  FOR_GRADIENT (-dy[i]);
}

NN_CLONES void
nn_reciprocal (size_t         n,
               const nn_real *x,
               nn_real       *y)
{
  FOR_EACH (1 / x[i]);
}

NN_CLONES void
nn_reciprocal_gradient (size_t         n,
                        bool           add,
                        const nn_real *y,
                        const nn_real *dy,
                        nn_real       *dx)
{
  FOR_GRADIENT (-dy[i] * y[i] * y[i]);
}

NN_CLONES void
nn_floor (size_t         n,
          const nn_real *x,
          nn_real       *y)
{
  FOR_EACH (floor (x[i]));
}

NN_CLONES void
nn_ceil (size_t         n,
         const nn_real *x,
         nn_real       *y)
{
  FOR_EACH (ceil (x[i]));
}

NN_CLONES void
nn_round (size_t         n,
          const nn_real *x,
          nn_real       *y)
{
  FOR_EACH (rint (x[i]));
}

NN_CLONES void
nn_truncate (size_t         n,
             const nn_real *x,
             nn_real       *y)
{
  FOR_EACH (trunc (x[i]));
}

NN_CLONES void
nn_nonzero (size_t         n,
            const nn_real *x,
            nn_real       *y)
{
  FOR_EACH (x[i] != 0 ? 1 : 0);
}
