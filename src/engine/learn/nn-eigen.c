/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Eigenvalues of small symmetric matrices by rotations (C. Jacobi, 1846; the cyclic order and the
 * stable formulas are those of H. Rutishauser, Numerische Mathematik 9, 1966). */
#include "nn-eigen.h"

#include <math.h>

enum { MAX_SWEEPS = 64 }; /* quadratic convergence: a dozen do for double precision */

/* Turns rows and columns @p and @q so that a[p, q] becomes 0. */
static void
rotate (guint   n,
        double *a,
        double *v,
        guint   p,
        guint   q)
{
  double apq = a[p * n + q], theta, t, c, s;

  if (apq == 0)
    return;

  theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
  t = (theta < 0 ? -1 : 1) / (fabs (theta) + sqrt (theta * theta + 1));
  c = 1 / sqrt (t * t + 1);
  s = t * c;
  for (guint i = 0; i < n; i++)
    {
      double aip = a[i * n + p], aiq = a[i * n + q];

      a[i * n + p] = c * aip - s * aiq;
      a[i * n + q] = s * aip + c * aiq;
    }
  for (guint i = 0; i < n; i++)
    {
      double api = a[p * n + i], aqi = a[q * n + i], vp = v[p * n + i], vq = v[q * n + i];

      a[p * n + i] = c * api - s * aqi;
      a[q * n + i] = s * api + c * aqi;
      v[p * n + i] = c * vp - s * vq;
      v[q * n + i] = s * vp + c * vq;
    }
}

static double
off_diagonal (guint         n,
              const double *a)
{
  double sum = 0;

  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      sum += i != j ? a[i * n + j] * a[i * n + j] : 0;

  return sum;
}

static void
swap_rows (guint   n,
           double *values,
           double *vectors,
           guint   i,
           guint   j)
{
  double value = values[i];

  values[i] = values[j];
  values[j] = value;
  for (guint k = 0; k < n; k++)
    {
      double component = vectors[i * n + k];

      vectors[i * n + k] = vectors[j * n + k];
      vectors[j * n + k] = component;
    }
}

/* The sign that makes the largest component positive, so that it does not hang on rounding. */
static void
fix_sign (guint   n,
          double *vector)
{
  guint largest = 0;

  for (guint k = 1; k < n; k++)
    if (fabs (vector[k]) > fabs (vector[largest]) * (1 + 1e-9))
      largest = k;
  if (vector[largest] < 0)
    for (guint k = 0; k < n; k++)
      vector[k] = -vector[k];
}

void
nn_eigen_symmetric (guint   n,
                    double *a,
                    double *values,
                    double *vectors)
{
  double size = 0;

  for (guint i = 0; i < n * n; i++)
    {
      size += a[i] * a[i];
      vectors[i] = i % (n + 1) == 0 ? 1 : 0;
    }

  for (guint sweep = 0; sweep < MAX_SWEEPS && off_diagonal (n, a) > 1e-30 * size; sweep++)
    for (guint p = 0; p + 1 < n; p++)
      for (guint q = p + 1; q < n; q++)
        rotate (n, a, vectors, p, q);

  for (guint i = 0; i < n; i++)
    values[i] = a[i * n + i];
  for (guint i = 0; i < n; i++)
    for (guint j = i + 1; j < n; j++)
      if (values[j] > values[i])
        swap_rows (n, values, vectors, i, j);
  for (guint i = 0; i < n; i++)
    fix_sign (n, vectors + i * n);
}
