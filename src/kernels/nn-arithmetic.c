/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two rows, value by value. */
#include "nn-arithmetic.h"

#include "nn-clones.h"

#include <tgmath.h>

/* A loop per way of reading, so that each is one of vectors: both rows, or one value against a row.
 * @value tells the result from u and v. */
#define PAIR_LOOPS(name, value)                                                                   \
  NN_CLONES static void                                                                           \
  name (size_t n, const nn_real *a, size_t a_step, const nn_real *b, size_t b_step, nn_real *y)   \
  {                                                                                               \
    if (a_step != 0 && b_step != 0)                                                               \
      for (size_t i = 0; i < n; i++)                                                              \
        {                                                                                         \
          nn_real u = a[i], v = b[i];                                                             \
          y[i] = (value);                                                                         \
        }                                                                                         \
    else if (a_step != 0)                                                                         \
      for (size_t i = 0; i < n; i++)                                                              \
        {                                                                                         \
          nn_real u = a[i], v = *b;                                                               \
          y[i] = (value);                                                                         \
        }                                                                                         \
    else                                                                                          \
      for (size_t i = 0; i < n; i++)                                                              \
        {                                                                                         \
          nn_real u = *a, v = b[i * b_step];                                                      \
          y[i] = (value);                                                                         \
        }                                                                                         \
  }

PAIR_LOOPS (pair_add, u + v)
PAIR_LOOPS (pair_sub, u - v)
PAIR_LOOPS (pair_mul, u *v)
PAIR_LOOPS (pair_div, u / v)
/* A comparison with NaN is false: both ways are asked, so that either NaN stays. */
PAIR_LOOPS (pair_max, u >= v ? u : (v > u ? v : u + v))
PAIR_LOOPS (pair_min, u <= v ? u : (v < u ? v : u + v))
PAIR_LOOPS (pair_prelu, u < 0 ? u * v : u)

static void
pair_pow (size_t         n,
          const nn_real *a,
          size_t         a_step,
          const nn_real *b,
          size_t         b_step,
          nn_real       *y)
{
  nn_real only = *b;

  if (b_step == 0 && only == 2)
    for (size_t i = 0; i < n; i++)
      y[i] = a[i * a_step] * a[i * a_step];
  else
    for (size_t i = 0; i < n; i++)
      y[i] = pow (a[i * a_step], b[i * b_step]);
}

void
nn_pair_forward (NnPair         pair,
                 size_t         n,
                 const nn_real *a,
                 size_t         a_step,
                 const nn_real *b,
                 size_t         b_step,
                 nn_real       *y)
{
  typedef void (*Loop) (size_t, const nn_real *, size_t, const nn_real *, size_t, nn_real *);
  static const Loop loops[] = { pair_add, pair_sub, pair_mul, pair_div,
                                pair_pow, pair_max, pair_min, pair_prelu };

  loops[pair](n, a, a_step, b, b_step, y);
}

/* ∂f/∂a or ∂f/∂b at one place. */
static inline nn_real
slope (NnPair  pair,
       bool    to_b,
       nn_real u,
       nn_real v)
{
  switch (pair)
    {
    case NN_PAIR_ADD:
      return 1;
    case NN_PAIR_SUB:
      return to_b ? -1 : 1;
    case NN_PAIR_MUL:
      return to_b ? u : v;
    case NN_PAIR_DIV:
      return to_b ? -u / (v * v) : 1 / v;
    case NN_PAIR_POW:
      if (to_b)
        return u > 0 ? pow (u, v) * log (u) : 0;
      return v == 0 ? 0 : v * pow (u, v - 1);
    case NN_PAIR_MAX:
      return (u >= v) != to_b;
    case NN_PAIR_MIN:
      return (u <= v) != to_b;
    case NN_PAIR_PRELU:
    default:
      return to_b ? (u < 0 ? u : 0) : (u < 0 ? v : 1);
    }
}

#define GRADIENT_ROW(chosen, u, v)                   \
  for (size_t i = 0; i < n; i++)                     \
    {                                                \
      nn_real g = dy[i] * slope (chosen, to_b, u, v); \
      dx[i] = add ? dx[i] + g : g;                   \
    }

/* A constant @pair makes the choice inside slope() fall away. */
#define GRADIENT_LOOP(chosen)            \
  case chosen:                           \
    if (a_step != 0 && b_step != 0)      \
      GRADIENT_ROW (chosen, a[i], b[i])  \
    else if (a_step != 0)                \
      GRADIENT_ROW (chosen, a[i], *b)    \
    else                                 \
      GRADIENT_ROW (chosen, *a, b[i * b_step]) \
    break;

NN_CLONES void
nn_pair_gradient (NnPair         pair,
                  bool           to_b,
                  size_t         n,
                  bool           add,
                  const nn_real *a,
                  size_t         a_step,
                  const nn_real *b,
                  size_t         b_step,
                  const nn_real *dy,
                  nn_real       *dx)
{
  switch (pair)
    {
      GRADIENT_LOOP (NN_PAIR_ADD)
      GRADIENT_LOOP (NN_PAIR_SUB)
      GRADIENT_LOOP (NN_PAIR_MUL)
      GRADIENT_LOOP (NN_PAIR_DIV)
      GRADIENT_LOOP (NN_PAIR_POW)
      GRADIENT_LOOP (NN_PAIR_MAX)
      GRADIENT_LOOP (NN_PAIR_MIN)
      GRADIENT_LOOP (NN_PAIR_PRELU)
    default:
      break;
    }
}

double
nn_pair_gradient_sum (NnPair         pair,
                      bool           to_b,
                      size_t         n,
                      const nn_real *a,
                      ptrdiff_t      a_step,
                      const nn_real *b,
                      ptrdiff_t      b_step,
                      const nn_real *dy,
                      ptrdiff_t      dy_step)
{
  double sum = 0;

  for (ptrdiff_t i = 0; i < (ptrdiff_t) n; i++)
    sum += (double) (dy[i * dy_step] * slope (pair, to_b, a[i * a_step], b[i * b_step]));

  return sum;
}
