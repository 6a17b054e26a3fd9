/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Symmetric eigenproblem: Householder reflections to a tridiagonal matrix, then QL steps with
 * Wilkinson's shift (J. Wilkinson, C. Reinsch, "Linear Algebra", Handbook for Automatic
 * Computation II, 1971; G. Golub, C. Van Loan, "Matrix Computations", sections 8.3.1 and 8.3.3). */
#include "cvr-eigen.h"

#include <math.h>
#include <string.h>

enum { MAX_STEPS = 60 }; /* for one value; three are usual */

/* The reflection I − β·v·vᵀ that turns @x, [n], into a multiple of its first axis, with v₀ = 1 in
 * @v. Returns β; @first: what is left on the axis. */
static double
reflection (guint         n,
            const double *x,
            double       *v,
            double       *first)
{
  double rest = 0, size, pivot, beta;

  for (guint i = 1; i < n; i++)
    rest += x[i] * x[i];
  memcpy (v, x, n * sizeof *v);
  v[0] = 1;
  *first = x[0];
  if (rest == 0)
    return 0;

  size = sqrt (x[0] * x[0] + rest);
  pivot = x[0] <= 0 ? x[0] - size : -rest / (x[0] + size);
  beta = 2 * pivot * pivot / (rest + pivot * pivot);
  for (guint i = 1; i < n; i++)
    v[i] = x[i] / pivot;
  *first = size;

  return beta;
}

/* @a, of which rows and columns from @k + 1 on are still full, gets rid of column @k below the
 * subdiagonal: A ← A − v·wᵀ − w·vᵀ. The reflection stays in the column's row of @a. */
static double
reduce_column (guint   n,
               double *a,
               guint   k,
               double *v,
               double *w,
               double *beside)
{
  guint from = k + 1, m = n - from;
  double *row = a + (gsize) k * n + from;
  double beta = reflection (m, row, v, beside), half = 0;

  memcpy (row, v, m * sizeof *v);
  if (beta == 0)
    return 0;

  for (guint i = 0; i < m; i++)
    {
      const double *line = a + (gsize) (from + i) * n + from;
      double sum = 0;

      for (guint j = 0; j < m; j++)
        sum += line[j] * v[j];
      w[i] = beta * sum;
      half += w[i] * v[i];
    }
  for (guint i = 0; i < m; i++)
    w[i] -= beta * half / 2 * v[i];
  for (guint i = 0; i < m; i++)
    {
      double *line = a + (gsize) (from + i) * n + from;

      for (guint j = 0; j < m; j++)
        line[j] -= v[i] * w[j] + w[i] * v[j];
    }

  return beta;
}

/* The product of all reflections, [n, n], from what reduce_column() left in @a; as rows, so that
 * the rotations that follow walk through memory. */
static void
gather_reflections (guint         n,
                    const double *a,
                    const double *betas,
                    double       *q,
                    double       *w)
{
  memset (q, 0, (gsize) n * n * sizeof *q);
  for (guint i = 0; i < n; i++)
    q[(gsize) i * n + i] = 1;

  for (guint k = n < 2 ? 0 : n - 2; k-- > 0;)
    {
      guint from = k + 1, m = n - from;
      const double *v = a + (gsize) k * n + from;

      /* Q ← Q·(I − β·v·vᵀ) on the part that is not the identity yet. */
      for (guint i = 0; i < m && betas[k] != 0; i++)
        {
          double *line = q + (gsize) (from + i) * n + from;

          w[i] = 0;
          for (guint j = 0; j < m; j++)
            w[i] += line[j] * v[j];
          for (guint j = 0; j < m; j++)
            line[j] -= betas[k] * w[i] * v[j];
        }
    }
}

/* Rows @i and @i + 1 of @q turned by the rotation (c, s). */
static void
turn_rows (guint   n,
           double *q,
           guint   i,
           double  c,
           double  s)
{
  double *upper = q + (gsize) i * n, *lower = upper + n;

  for (guint k = 0; k < n; k++)
    {
      double x = upper[k], y = lower[k];

      upper[k] = c * x - s * y;
      lower[k] = s * x + c * y;
    }
}

/* One QL step on rows @first … @last of the tridiagonal matrix (@d, @e), the rotations also on
 * @q. */
static void
ql_step (guint   n,
         double *d,
         double *e,
         double *q,
         guint   first,
         guint   last)
{
  double g = (d[first + 1] - d[first]) / (2 * e[first]), r = hypot (g, 1);
  double s = 1, c = 1, p = 0;

  g = d[last] - d[first] + e[first] / (g + copysign (r, g));
  for (guint i = last; i-- > first;)
    {
      double f = s * e[i], b = c * e[i];

      r = hypot (f, g);
      e[i + 1] = r;
      if (r == 0)
        {
          d[i + 1] -= p;
          e[last] = 0;
          return;
        }
      s = f / r;
      c = g / r;
      g = d[i + 1] - p;
      r = (d[i] - g) * s + 2 * c * b;
      p = s * r;
      d[i + 1] = g + p;
      g = c * r - b;
      turn_rows (n, q, i, c, s);
    }
  d[first] -= p;
  e[first] = g;
  e[last] = 0;
}

static gboolean
diagonalise (guint   n,
             double *d,
             double *e,
             double *q)
{
  for (guint first = 0; first < n; first++)
    for (guint step = 0;; step++)
      {
        guint last = first;

        while (last + 1 < n &&
               fabs (e[last]) > G_MINDOUBLE + 0x1p-53 * (fabs (d[last]) + fabs (d[last + 1])))
          last++;
        if (last == first)
          break;
        if (step == MAX_STEPS)
          return FALSE;
        ql_step (n, d, e, q, first, last);
      }

  return TRUE;
}

static void
sort_rows (guint         n,
           const double *q,
           const double *d,
           double       *a,
           double       *values)
{
  g_autofree guint *order = g_new (guint, n);

  for (guint i = 0; i < n; i++)
    {
      guint place = i;

      for (; place > 0 && d[order[place - 1]] < d[i]; place--)
        order[place] = order[place - 1];
      order[place] = i;
    }
  for (guint i = 0; i < n; i++)
    {
      values[i] = d[order[i]];
      memcpy (a + (gsize) i * n, q + (gsize) order[i] * n, n * sizeof *a);
    }
}

gboolean
cvr_eigen (guint   n,
           double *a,
           double *values)
{
  g_autofree double *vectors = g_new0 (double, 5 * (gsize) n + 1);
  double *d = vectors, *e = d + n, *v = e + n, *w = v + n, *betas = w + n;
  g_autofree double *q = g_new (double, (gsize) n * n);

  for (guint k = 0; k < n; k++)
    {
      d[k] = a[(gsize) k * n + k];
      if (k + 2 < n)
        betas[k] = reduce_column (n, a, k, v, w, &e[k]);
      else if (k + 1 < n)
        e[k] = a[(gsize) k * n + k + 1];
    }
  for (guint k = 0; k < n; k++)
    if (!isfinite (d[k]) || !isfinite (e[k]))
      return FALSE;

  gather_reflections (n, a, betas, q, w);
  if (!diagonalise (n, d, e, q))
    return FALSE;

  sort_rows (n, q, d, a, values);

  return TRUE;
}
