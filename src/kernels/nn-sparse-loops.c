/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compiled once per instruction set: NN_SET and NN_SET_NAME name it. A
 * strip of outputs stays in registers while one filter's weights go by, so each weight costs as
 * many multiplications as the strip is long and nothing is written until the end. */
#include "nn-sparse-loops.h"

#include "nn-lanes.h"

/* Registers of the widest strip: two multiplications a cycle that take four cycles each keep eight of
 * them busy. Gathered values have sums of their own, as many on every set. */
enum { STRIP = 8, GATHERED = 16 };

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
        sum[j] += w * load (from + j * LANES);
    }
  for (unsigned j = 0; j < n; j++)
    store (y + j * LANES, sum[j]);
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

  for (; p + STRIP * LANES <= n; p += STRIP * LANES)
    sum_strip (STRIP, n_values, offset, value, step, x + p, y + p);
  if (p + STRIP / 2 * LANES <= n)
    {
      sum_strip (STRIP / 2, n_values, offset, value, step, x + p, y + p);
      p += STRIP / 2 * LANES;
    }
  if (p + STRIP / 4 * LANES <= n)
    {
      sum_strip (STRIP / 4, n_values, offset, value, step, x + p, y + p);
      p += STRIP / 4 * LANES;
    }
  for (; p + LANES <= n; p += LANES)
    sum_strip (1, n_values, offset, value, step, x + p, y + p);

  /* The rest again as a whole vector that ends where it has to. */
  if (p < n && n >= LANES)
    sum_strip (1, n_values, offset, value, step, x + n - LANES, y + n - LANES);
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
  nn_real lanes[GATHERED] = { 0 };
  size_t i = 0;

  for (; i + GATHERED <= n_values; i += GATHERED)
    for (size_t j = 0; j < GATHERED; j++)
      lanes[j] += value[i + j] * x[offset[i + j]];
  for (size_t j = 0; i + j < n_values; j++)
    lanes[j] += value[i + j] * x[offset[i + j]];

  for (size_t width = GATHERED / 2; width > 0; width /= 2)
    for (size_t j = 0; j < width; j++)
      lanes[j] += lanes[j + width];

  return lanes[0];
}

const NnSparseLoops NN_SET_TABLE (nn_sparse_) = { NN_SET_NAME, sum_shifted, sum_gathered };
