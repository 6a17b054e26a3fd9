/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Principal components from the covariance matrix where there are few dimensions, from the
 * products of items where there are few items, and otherwise by the randomised range finder with
 * power iterations (N. Halko, P.-G. Martinsson, J. Tropp, arXiv 0909.4061, algorithm 4.4). */
#include "cvr-pca.h"

#include "cvr-eigen.h"
#include "cvr-rng.h"

#include <cblas.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum
{
  ROWS = 256,       /* items that are in double precision at a time */
  COLUMNS = 128,    /* of a result, a piece */
  MOST_EXACT = 512,
  OVERSAMPLING = 10,
  POWERS = 6,
};

/**
 * Fit:
 * @mean: [n_dims]
 *
 * X below is the data without their mean, [n, n_dims]; it never exists as a whole in double
 * precision.
 */
typedef struct
{
  const float *x;
  guint        n, n_dims;
  double      *mean;
  NnWorkers   *workers;
  gboolean   (*keep_going) (gpointer data);
  gpointer     data;
} Fit;

/* Rows [from, to) of X, columns [first, last), into @rows. */
static void
read_rows (const Fit *self,
           guint      from,
           guint      to,
           guint      first,
           guint      last,
           double    *rows)
{
  for (guint i = from; i < to; i++)
    for (guint j = first; j < last; j++)
      *rows++ = (double) self->x[(gsize) i * self->n_dims + j] - self->mean[j];
}

static gboolean
goes_on (const Fit  *self,
         GError    **error)
{
  if (self->keep_going == NULL || self->keep_going (self->data))
    return TRUE;

  g_set_error_literal (error, NN_ERROR, NN_ERROR_CANCELLED, _("Stopped."));
  return FALSE;
}

/* A product of X with @by: X·Bᵀ for B [k, n_dims] into [n, k], or B·X for B [k, n] into [k,
 * n_dims]; or, without @by, Xᵀ·X or X·Xᵀ. */
typedef struct
{
  const Fit    *fit;
  const double *by;
  guint         k;
  double       *to;
} Product;

/* NnPieceFunc: rows of X·Bᵀ. */
static void
right_piece (guint    piece,
             guint    thread,
             gpointer data)
{
  const Product *product = data;
  const Fit *fit = product->fit;
  guint from = piece * ROWS, to = MIN (from + ROWS, fit->n);
  g_autofree double *rows = g_new (double, (gsize) (to - from) * fit->n_dims);

  read_rows (fit, from, to, 0, fit->n_dims, rows);
  cblas_dgemm (CblasRowMajor, CblasNoTrans, CblasTrans, (int) (to - from), (int) product->k,
               (int) fit->n_dims, 1, rows, (int) fit->n_dims, product->by, (int) fit->n_dims, 0,
               product->to + (gsize) from * product->k, (int) product->k);
}

/* NnPieceFunc: columns of B·X. */
static void
left_piece (guint    piece,
            guint    thread,
            gpointer data)
{
  const Product *product = data;
  const Fit *fit = product->fit;
  guint first = piece * COLUMNS, last = MIN (first + COLUMNS, fit->n_dims), width = last - first;
  g_autofree double *rows = g_new (double, (gsize) ROWS * width);

  for (guint from = 0; from < fit->n; from += ROWS)
    {
      guint to = MIN (from + ROWS, fit->n);

      read_rows (fit, from, to, first, last, rows);
      cblas_dgemm (CblasRowMajor, CblasNoTrans, CblasNoTrans, (int) product->k, (int) width,
                   (int) (to - from), 1, product->by + from, (int) fit->n, rows, (int) width,
                   from > 0, product->to + first, (int) fit->n_dims);
    }
}

/* NnPieceFunc: columns of Xᵀ·X, [n_dims, n_dims]. */
static void
covariance_piece (guint    piece,
                  guint    thread,
                  gpointer data)
{
  const Product *product = data;
  const Fit *fit = product->fit;
  guint first = piece * COLUMNS, last = MIN (first + COLUMNS, fit->n_dims), d = fit->n_dims;
  g_autofree double *rows = g_new (double, (gsize) ROWS * d);

  for (guint from = 0; from < fit->n; from += ROWS)
    {
      guint to = MIN (from + ROWS, fit->n);

      read_rows (fit, from, to, 0, d, rows);
      cblas_dgemm (CblasRowMajor, CblasTrans, CblasNoTrans, (int) d, (int) (last - first),
                   (int) (to - from), 1, rows, (int) d, rows + first, (int) d, from > 0,
                   product->to + first, (int) d);
    }
}

/* NnPieceFunc: columns of X·Xᵀ, [n, n]. */
static void
products_piece (guint    piece,
                guint    thread,
                gpointer data)
{
  const Product *product = data;
  const Fit *fit = product->fit;
  guint from = piece * COLUMNS, to = MIN (from + COLUMNS, fit->n), n = fit->n;
  g_autofree double *all = g_new (double, (gsize) n * ROWS);

  for (guint first = 0; first < fit->n_dims; first += ROWS)
    {
      guint last = MIN (first + ROWS, fit->n_dims), width = last - first;

      read_rows (fit, 0, n, first, last, all);
      cblas_dgemm (CblasRowMajor, CblasNoTrans, CblasTrans, (int) n, (int) (to - from), (int) width,
                   1, all, (int) width, all + (gsize) from * width, (int) width, first > 0,
                   product->to + from, (int) n);
    }
}

static void
multiply (const Fit    *self,
          NnPieceFunc   func,
          guint         n_over,
          guint         step,
          const double *by,
          guint         k,
          double       *to)
{
  Product product = { self, by, k, to };

  nn_workers_run (self->workers, (n_over + step - 1) / step, func, &product);
}

static gboolean
refuse_values (GError **error)
{
  g_set_error_literal (error, NN_ERROR, NN_ERROR_DATA,
                       _("Some values are not finite numbers: the network has diverged, or a file "
                         "is broken."));
  return FALSE;
}

static gboolean
by_covariance (const Fit  *self,
               CvrPca     *pca,
               GError    **error)
{
  guint d = self->n_dims;
  g_autofree double *matrix = g_new (double, (gsize) d * d), *values = g_new (double, d);

  multiply (self, covariance_piece, d, COLUMNS, NULL, d, matrix);
  if (!goes_on (self, error))
    return FALSE;
  if (!cvr_eigen (d, matrix, values))
    return refuse_values (error);

  memcpy (pca->axes, matrix, (gsize) pca->n_axes * d * sizeof *matrix);
  for (guint k = 0; k < pca->n_axes; k++)
    pca->variances[k] = MAX (values[k], 0) / (self->n - 1);

  return TRUE;
}

/* Row k of @vectors, [n_axes, n], and the value that belongs to it give axis k: Xᵀ·u / σ. */
static void
axes_of_items (const Fit    *self,
               const double *vectors,
               const double *values,
               CvrPca       *pca)
{
  multiply (self, left_piece, self->n_dims, COLUMNS, vectors, pca->n_axes, pca->axes);
  for (guint k = 0; k < pca->n_axes; k++)
    {
      cblas_dscal ((int) self->n_dims, values[k] > 0 ? 1 / sqrt (values[k]) : 0,
                   pca->axes + (gsize) k * self->n_dims, 1);
      pca->variances[k] = MAX (values[k], 0) / (self->n - 1);
    }
}

static gboolean
by_items (const Fit  *self,
          CvrPca     *pca,
          GError    **error)
{
  guint n = self->n;
  g_autofree double *matrix = g_new (double, (gsize) n * n), *values = g_new (double, n);

  multiply (self, products_piece, n, COLUMNS, NULL, n, matrix);
  if (!goes_on (self, error))
    return FALSE;
  if (!cvr_eigen (n, matrix, values))
    return refuse_values (error);

  /* Rounding leaves a little of what is nothing. */
  for (guint k = 0; k < n; k++)
    if (values[k] <= 1e-12 * values[0])
      values[k] = 0;
  axes_of_items (self, matrix, values, pca);

  return TRUE;
}

/* Makes the rows of @q, [k, n], orthonormal (Gram and Schmidt, twice for each row). */
static void
orthonormalise (guint   k,
                guint   n,
                double *q)
{
  for (guint j = 0; j < k; j++)
    {
      double *row = q + (gsize) j * n, size;

      for (guint i = 0; i < 2 * j; i++)
        {
          const double *other = q + (gsize) (i % j) * n;

          cblas_daxpy ((int) n, -cblas_ddot ((int) n, other, 1, row, 1), other, 1, row, 1);
        }
      size = cblas_dnrm2 ((int) n, row, 1);
      cblas_dscal ((int) n, size > 1e-300 ? 1 / size : 0, row, 1);
    }
}

static void
transpose (guint         rows,
           guint         columns,
           const double *from,
           double       *to)
{
  for (guint i = 0; i < rows; i++)
    for (guint j = 0; j < columns; j++)
      to[(gsize) j * rows + i] = from[(gsize) i * columns + j];
}

static gboolean
by_search (const Fit  *self,
           CvrPca     *pca,
           guint64     seed,
           GError    **error)
{
  guint k = MIN (pca->n_axes + OVERSAMPLING, MIN (self->n, self->n_dims));
  g_autofree double *flat = g_new (double, (gsize) k * self->n_dims); /* [k, n_dims] */
  g_autofree double *tall = g_new (double, (gsize) self->n * k);      /* [n, k] */
  g_autofree double *rows = g_new (double, (gsize) k * self->n);      /* [k, n] */
  g_autofree double *small = g_new (double, (gsize) k * k), *values = g_new (double, k);
  CvrRng rng = cvr_rng_new (seed, 0);

  for (gsize i = 0; i < (gsize) k * self->n_dims; i++)
    flat[i] = cvr_rng_normal (&rng);
  for (guint power = 0; power <= POWERS; power++)
    {
      if (!goes_on (self, error))
        return FALSE;
      multiply (self, right_piece, self->n, ROWS, flat, k, tall);
      transpose (self->n, k, tall, rows);
      orthonormalise (k, self->n, rows);
      multiply (self, left_piece, self->n_dims, COLUMNS, rows, k, flat);
      if (power < POWERS)
        orthonormalise (k, self->n_dims, flat);
    }

  /* Within the space that was found, @flat is all of X. */
  cblas_dgemm (CblasRowMajor, CblasNoTrans, CblasTrans, (int) k, (int) k, (int) self->n_dims, 1,
               flat, (int) self->n_dims, flat, (int) self->n_dims, 0, small, (int) k);
  if (!cvr_eigen (k, small, values))
    return refuse_values (error);
  for (guint a = 0; a < pca->n_axes; a++)
    {
      double *axis = pca->axes + (gsize) a * self->n_dims;

      cblas_dgemv (CblasRowMajor, CblasTrans, (int) k, (int) self->n_dims,
                   values[a] > 0 ? 1 / sqrt (values[a]) : 0, flat, (int) self->n_dims,
                   small + (gsize) a * k, 1, 0, axis, 1);
      pca->variances[a] = MAX (values[a], 0) / (self->n - 1);
    }

  return TRUE;
}

/* The projection of largest size positive. */
static void
choose_signs (const Fit *self,
              CvrPca    *pca)
{
  g_autofree double *y = g_new (double, (gsize) self->n * pca->n_axes);

  cvr_pca_project (pca, self->x, self->n, self->workers, y);
  for (guint k = 0; k < pca->n_axes; k++)
    {
      double most = 0;

      for (guint i = 0; i < self->n; i++)
        if (fabs (y[(gsize) i * pca->n_axes + k]) > fabs (most))
          most = y[(gsize) i * pca->n_axes + k];
      if (most < 0)
        cblas_dscal ((int) self->n_dims, -1, pca->axes + (gsize) k * self->n_dims, 1);
    }
}

/* Mean of each dimension, and the variance of all; FALSE where that is not finite. */
static gboolean
find_mean (Fit    *self,
           double *total)
{
  memset (self->mean, 0, self->n_dims * sizeof *self->mean);
  for (guint i = 0; i < self->n; i++)
    for (guint j = 0; j < self->n_dims; j++)
      self->mean[j] += (double) self->x[(gsize) i * self->n_dims + j];
  for (guint j = 0; j < self->n_dims; j++)
    self->mean[j] /= self->n;

  *total = 0;
  for (guint i = 0; i < self->n; i++)
    for (guint j = 0; j < self->n_dims; j++)
      {
        double x = (double) self->x[(gsize) i * self->n_dims + j] - self->mean[j];

        *total += x * x / (self->n - 1);
      }

  return isfinite (*total);
}

CvrPca *
cvr_pca_new (const float *x,
             guint        n,
             guint        n_dims,
             guint        n_axes,
             guint64      seed,
             NnWorkers   *workers,
             gboolean   (*keep_going) (gpointer data),
             gpointer     data,
             GError     **error)
{
  g_autoptr (CvrPca) self = NULL;
  Fit fit = { x, n, n_dims, NULL, workers, keep_going, data };
  gboolean done;

  g_return_val_if_fail (n_dims > 0 && n_axes > 0, NULL);

  if (n < 2)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_DATA,
                   _("There must be at least two pictures to compare; there is %u."), n);
      return NULL;
    }

  self = g_new0 (CvrPca, 1);
  self->n_dims = n_dims;
  self->n_axes = MIN (n_axes, MIN (n, n_dims));
  self->mean = fit.mean = g_new (double, n_dims);
  self->axes = g_new (double, (gsize) self->n_axes * n_dims);
  self->variances = g_new (double, self->n_axes);
  if (!find_mean (&fit, &self->total))
    {
      refuse_values (error);
      return NULL;
    }

  if (n_dims <= MOST_EXACT && n_dims <= n)
    done = by_covariance (&fit, self, error);
  else if (n <= MOST_EXACT)
    done = by_items (&fit, self, error);
  else
    done = by_search (&fit, self, seed, error);
  if (!done)
    return NULL;

  choose_signs (&fit, self);

  return g_steal_pointer (&self);
}

void
cvr_pca_project (const CvrPca *self,
                 const float  *x,
                 guint         n,
                 NnWorkers    *workers,
                 double       *y)
{
  Fit fit = { .x = x, .n = n, .n_dims = self->n_dims, .mean = self->mean, .workers = workers };

  multiply (&fit, right_piece, n, ROWS, self->axes, self->n_axes, y);
}

void
cvr_pca_free (CvrPca *self)
{
  if (self == NULL)
    return;

  g_free (self->mean);
  g_free (self->axes);
  g_free (self->variances);
  g_free (self);
}
