/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many values into one, a row at a time. */
#include "nn-fold-row.h"

#include <math.h>

double
nn_fold_start (NnFoldKind kind)
{
  switch (kind)
    {
    case NN_FOLD_MAX:
      return -INFINITY;
    case NN_FOLD_MIN:
      return INFINITY;
    case NN_FOLD_PRODUCT:
    case NN_FOLD_PRODUCT_NONZERO:
      return 1;
    default:
      return 0;
    }
}

/* A loop per kind: the choice stays outside. */
#define FOLD(chosen, next)                                                                         \
  case chosen:                                                                                     \
    for (ptrdiff_t i = 0; i < (ptrdiff_t) n; i++)                                                  \
      {                                                                                            \
        double v = (double) x[i * step];                                                           \
        value = (next);                                                                            \
      }                                                                                            \
    break;

double
nn_fold (NnFoldKind     kind,
         size_t         n,
         const nn_real *x,
         ptrdiff_t      step,
         double         shift,
         double         value)
{
  switch (kind)
    {
      FOLD (NN_FOLD_SUM, value + v)
      /* A comparison with NaN is false: it stays and it enters. */
      FOLD (NN_FOLD_MAX, v <= value || isnan (value) ? value : v)
      FOLD (NN_FOLD_MIN, v >= value || isnan (value) ? value : v)
      FOLD (NN_FOLD_PRODUCT, value * v)
      FOLD (NN_FOLD_SUM_ABS, value + fabs (v))
      FOLD (NN_FOLD_SUM_SQUARE, value + v * v)
      FOLD (NN_FOLD_SUM_EXP, value + exp (v - shift))
      FOLD (NN_FOLD_COUNT_EQUAL, value + (v == shift))
      FOLD (NN_FOLD_PRODUCT_NONZERO, v != 0 ? value * v : value)
    default:
      break;
    }

  return value;
}

static inline double
slope (const NnFoldGradient *gradient,
       double                v)
{
  switch (gradient->kind)
    {
    case NN_FOLD_SUM:
      return 1;
    case NN_FOLD_MAX:
    case NN_FOLD_MIN:
      return v == gradient->y;
    case NN_FOLD_PRODUCT:
      if (gradient->zeros == 0)
        return gradient->y / v;
      return gradient->zeros == 1 && v == 0 ? gradient->y : 0;
    case NN_FOLD_SUM_ABS:
      return (v > 0) - (v < 0);
    case NN_FOLD_SUM_SQUARE:
      return 2 * v;
    case NN_FOLD_SUM_EXP:
      return exp (v - gradient->y);
    default:
      return 0;
    }
}

void
nn_fold_gradient (const NnFoldGradient *gradient,
                  size_t                n,
                  bool                  add,
                  const nn_real        *x,
                  nn_real              *dx,
                  ptrdiff_t             step)
{
  for (ptrdiff_t i = 0; i < (ptrdiff_t) n; i++)
    {
      double share = gradient->factor * slope (gradient, (double) x[i * step]);

      dx[i * step] = (nn_real) (add ? (double) dx[i * step] + share : share);
    }
}
