/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compiled once per instruction set: NN_SPARSE_TABLE names the table, NN_SPARSE_NAME the set. A
 * strip of outputs stays in registers while one filter's weights go by, so each weight costs as
 * many multiplications as the strip is long and nothing is written until the end. */
#include "nn-sparse-loops.h"

#include <string.h>

/* Values of one register, and registers of the widest strip: two multiplications a cycle that take
 * four cycles each keep eight of them busy. */
#if defined(__AVX512F__) && !defined(NN_DOUBLE)
enum { WIDTH = 16 };
#elif defined(__AVX2__) && !defined(NN_DOUBLE)
enum { WIDTH = 8 };
#else
enum { WIDTH = 16 / sizeof (nn_real) };
#endif
enum { STRIP = 8, LANES = 16 };

typedef nn_real Lanes __attribute__ ((vector_size (WIDTH * sizeof (nn_real))));

#define INLINE static inline __attribute__ ((always_inline))

INLINE Lanes
load (const nn_real *from)
{
  Lanes v;

  memcpy (&v, from, sizeof v);

  return v;
}

/* One strip of @n vectors, a constant. */
INLINE void
sum_strip (unsigned        n,
           size_t          n_values,
           const uint32_t *offset,
           const nn_real  *value,
           size_t          step,
           const nn_real  *x,
           nn_real        *y)
{
  Lanes sum[STRIP] = { { 0 } };

  for (size_t i = 0; i < n_values; i++)
    {
      const nn_real *from = x + step * offset[i];
      nn_real w = value[i];

#pragma GCC unroll 8
      for (unsigned j = 0; j < n; j++)
        sum[j] += w * load (from + j * WIDTH);
    }
  for (unsigned j = 0; j < n; j++)
    memcpy (y + j * WIDTH, &sum[j], sizeof sum[j]);
}

static void
sum_shifted (size_t          n_values,
             const uint32_t *offset,
             const nn_real  *value,
             size_t          step,
             size_t          n,
             const nn_real  *x,
             nn_real        *y)
{
  size_t p = 0;

  for (; p + STRIP * WIDTH <= n; p += STRIP * WIDTH)
    sum_strip (STRIP, n_values, offset, value, step, x + p, y + p);
  if (p + STRIP / 2 * WIDTH <= n)
    {
      sum_strip (STRIP / 2, n_values, offset, value, step, x + p, y + p);
      p += STRIP / 2 * WIDTH;
    }
  if (p + STRIP / 4 * WIDTH <= n)
    {
      sum_strip (STRIP / 4, n_values, offset, value, step, x + p, y + p);
      p += STRIP / 4 * WIDTH;
    }
  for (; p + WIDTH <= n; p += WIDTH)
    sum_strip (1, n_values, offset, value, step, x + p, y + p);

  /* The rest again as a whole vector that ends where it has to. */
  if (p < n && n >= WIDTH)
    sum_strip (1, n_values, offset, value, step, x + n - WIDTH, y + n - WIDTH);
  else
    for (; p < n; p++)
      {
        nn_real sum = 0;

        for (size_t i = 0; i < n_values; i++)
          sum += value[i] * x[step * offset[i] + p];
        y[p] = sum;
      }
}

static nn_real
sum_gathered (size_t          n_values,
              const uint32_t *offset,
              const nn_real  *value,
              const nn_real  *x)
{
  nn_real lanes[LANES] = { 0 };
  size_t i = 0;

  for (; i + LANES <= n_values; i += LANES)
    for (size_t j = 0; j < LANES; j++)
      lanes[j] += value[i + j] * x[offset[i + j]];
  for (size_t j = 0; i + j < n_values; j++)
    lanes[j] += value[i + j] * x[offset[i + j]];

  for (size_t width = LANES / 2; width > 0; width /= 2)
    for (size_t j = 0; j < width; j++)
      lanes[j] += lanes[j + width];

  return lanes[0];
}

extern const NnSparseLoops NN_SPARSE_TABLE;
const NnSparseLoops NN_SPARSE_TABLE = { NN_SPARSE_NAME, sum_shifted, sum_gathered };
