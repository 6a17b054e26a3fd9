/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts numbers on the grids that quantization uses. */
#include "nn-grid.h"

#include <math.h>
#include <string.h>

enum { N_CANDIDATES = 32 }; /* scales tried below 8 bits */

float
nn_grid_half (float value)
{
  guint32 bits, sign, rounded;
  float size = fabsf (value);

  if (isnan (value))
    return value;
  if (size >= 65504)
    return copysignf (65504, value);

  /* Below 2^-14 halves are multiples of 2^-24: adding and taking off 0.75 makes the float's last
   * place that size (1.5 · 2^-1 has 2^-24 as its last place). */
  if (size < 0x1p-14f)
    {
      volatile float shifted = size + 0.75f;

      return copysignf (shifted - 0.75f, value);
    }

  /* Elsewhere the last 13 of 23 bits go, to the nearest even. */
  memcpy (&bits, &value, sizeof bits);
  sign = bits & 0x80000000u;
  bits &= 0x7fffffffu;
  rounded = (bits + 0xfff + ((bits >> 13) & 1)) & ~0x1fffu;
  bits = sign | rounded;
  memcpy (&value, &bits, sizeof value);

  return value;
}

static double
level_of (double value,
          double scale,
          double most)
{
  double level = nearbyint (value / scale);

  return CLAMP (level, -most, most);
}

static double
squared_error (gsize          n,
               const nn_real *values,
               double         scale,
               double         most)
{
  double error = 0;

  for (gsize i = 0; i < n; i++)
    {
      double off = (double) values[i] - scale * level_of ((double) values[i], scale, most);

      error += off * off;
    }

  return error;
}

/* M. Rastegari et al., arXiv 1603.05279: the mean magnitude is the best scale for the signs. */
static float
fit_signs (gsize    n,
           nn_real *values)
{
  double sum = 0;
  float scale;

  for (gsize i = 0; i < n; i++)
    sum += fabs ((double) values[i]);
  scale = (float) (sum / (double) MAX (n, 1));
  for (gsize i = 0; i < n; i++)
    values[i] = values[i] < 0 ? (nn_real) -scale : (nn_real) scale;

  return scale;
}

/* At 8 bits the largest magnitude is the last level, as ONNX expects. With fewer levels it pays
 * to let the largest values be clamped: of scales from a 32nd of that upwards the one with the
 * smallest squared error is taken. */
float
nn_grid_fit (guint    bits,
             gsize    n,
             nn_real *values)
{
  double most = (double) ((1u << (bits - 1)) - 1);
  double largest = 0, least_error = INFINITY;
  float scale;

  if (bits == 1)
    return fit_signs (n, values);

  for (gsize i = 0; i < n; i++)
    largest = MAX (largest, fabs ((double) values[i]));
  scale = (float) (largest / most);
  if (!(scale > 0))
    scale = 1; /* all zero, or too small for a float: every level is 0 */
  for (guint part = 1; bits < 8 && part <= N_CANDIDATES; part++)
    {
      float candidate = (float) (largest / most * part / N_CANDIDATES);
      double error = candidate > 0 ? squared_error (n, values, (double) candidate, most)
                                   : (double) INFINITY;

      if (error < least_error)
        {
          least_error = error;
          scale = candidate;
        }
    }

  for (gsize i = 0; i < n; i++)
    values[i] = (nn_real) scale * (nn_real) level_of ((double) values[i], (double) scale, most);

  return scale;
}

NnFakeQuantSpec
nn_grid_unsigned (double low,
                  double high)
{
  NnFakeQuantSpec spec = { 1, 0, 0, 255 };

  low = MIN (low, 0);
  high = MAX (high, 0);
  if ((float) ((high - low) / 255) > 0)
    spec.scale = (float) ((high - low) / 255);
  spec.zero_point = (gint32) CLAMP (nearbyint (-low / (double) spec.scale), 0, 255);

  return spec;
}
