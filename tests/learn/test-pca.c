/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Eigenvectors against their definition, principal components against scikit-learn's. */
#include "cvr-eigen.h"
#include "cvr-pca.h"
#include "cvr-rng.h"
#include "golden-embed.h"
#include "learn-support.h"

#include <string.h>

/* Rounding to single precision on the way in, and sums in another order. */
static const double tolerance = 2e-6;

static void
test_eigen (void)
{
  static const guint sizes[] = { 1, 2, 3, 10, 57, 130 };
  guint32 seed = (guint32) g_test_rand_int ();
  CvrRng rng = cvr_rng_new (seed, 0);

  g_test_message ("seed %u", seed);
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    {
      guint n = sizes[s];
      g_autofree double *a = g_new (double, n * n), *rows = g_new (double, n * n);
      g_autofree double *values = g_new (double, n);

      for (guint i = 0; i < n; i++)
        for (guint j = 0; j <= i; j++)
          a[i * n + j] = a[j * n + i] = s % 2 == 0 ? cvr_rng_normal (&rng) : (i == j ? 2 : 1);
      memcpy (rows, a, n * n * sizeof *a);
      g_assert_true (cvr_eigen (n, rows, values));
      for (guint k = 0; k < n; k++)
        {
          g_assert_true (k == 0 || values[k] <= values[k - 1]);
          for (guint i = 0; i < n; i++)
            {
              double sum = 0, dot = 0;

              for (guint j = 0; j < n; j++)
                sum += a[i * n + j] * rows[k * n + j];
              for (guint j = 0; j < n; j++)
                dot += rows[i * n + j] * rows[k * n + j];
              g_assert_cmpfloat (fabs (sum - values[k] * rows[k * n + i]), <, 1e-12 * n);
              g_assert_cmpfloat (fabs (dot - (i == k)), <, 1e-12 * n);
            }
        }
    }
}

static void
test_eigen_refuses (void)
{
  double a[4] = { 1, NAN, NAN, 1 }, values[2];

  g_assert_false (cvr_eigen (2, a, values));
}

/* make-embed.py's spread(). */
static float *
spread (guint n,
        guint n_dims,
        guint stream)
{
  float *x = g_new (float, (gsize) n * n_dims);

  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n_dims; j++)
      {
        double sum = 0, size = 4;

        for (guint s = 0; s < 8; s++, size *= 0.8)
          sum +=
            golden_noise (i * 8 + s, stream) * size * golden_noise (s * n_dims + j, stream + 1);
        x[(gsize) i * n_dims + j] =
          (float) (sum + 0.05 * golden_noise ((gsize) i * n_dims + j, stream + 2) + 3);
      }

  return x;
}

static void
test_golden (void)
{
  static const struct
  {
    guint         n, n_dims;
    const double *variances, *shares, *axes, *places;
  } cases[] = {
    { 60, 12, embed_many_variances, embed_many_shares, embed_many_axes, embed_many_places },
    { 14, 70, embed_wide_variances, embed_wide_shares, embed_wide_axes, embed_wide_places },
    { 700, 520, embed_search_variances, embed_search_shares, embed_search_axes,
      embed_search_places },
  };
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);

  for (guint c = 0; c < G_N_ELEMENTS (cases); c++)
    {
      guint n = cases[c].n, n_dims = cases[c].n_dims;
      g_autofree float *x = spread (n, n_dims, 40);
      g_autofree double *y = g_new (double, n * 5);
      g_autoptr (GError) error = NULL;
      g_autoptr (CvrPca) pca = cvr_pca_new (x, n, n_dims, 5, 1, workers, NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (pca->n_axes, ==, 5);
      cvr_pca_project (pca, x, n, workers, y);
      for (guint k = 0; k < 5; k++)
        {
          assert_close (pca->variances[k] / cases[c].variances[k], 1, tolerance);
          assert_close (pca->variances[k] / pca->total, cases[c].shares[k], tolerance);
          for (guint j = 0; j < 10; j++)
            {
              assert_close (pca->axes[k * n_dims + j], cases[c].axes[k * 10 + j], tolerance);
              assert_close (y[j * 5 + k], cases[c].places[j * 5 + k], tolerance);
            }
        }
    }
}

/* Few items, few dimensions, dimensions that say nothing, all the same. */
static void
test_edges (void)
{
  static const float line[] = { 1, 5, 2, 5, 3, 5, 7, 5 }, same[] = { 2, 3, 2, 3, 2, 3 };
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (CvrPca) pca = cvr_pca_new (line, 4, 2, 9, 0, workers, NULL, NULL, NULL);
  g_autoptr (CvrPca) none = cvr_pca_new (same, 3, 2, 2, 0, workers, NULL, NULL, NULL);
  g_autoptr (CvrPca) two = cvr_pca_new (line, 2, 4, 4, 0, workers, NULL, NULL, NULL);
  float bad[4] = { 1, 2, NAN, 3 };
  g_autoptr (GError) few = NULL, broken = NULL;

  g_assert_cmpuint (pca->n_axes, ==, 2);
  assert_close (pca->axes[0], 1, 1e-12);
  assert_close (pca->variances[0], 6.9166666666667, 1e-12);
  assert_close (pca->variances[1], 0, 1e-12);
  assert_close (none->total, 0, 1e-12);
  g_assert_true (isfinite (none->axes[0]));
  g_assert_cmpuint (two->n_axes, ==, 2);
  assert_close (two->variances[0], two->total, 1e-12);

  g_assert_null (cvr_pca_new (line, 1, 2, 1, 0, workers, NULL, NULL, &few));
  g_assert_error (few, NN_ERROR, NN_ERROR_DATA);
  g_assert_null (cvr_pca_new (bad, 2, 2, 1, 0, workers, NULL, NULL, &broken));
  g_assert_error (broken, NN_ERROR, NN_ERROR_DATA);
}

static gboolean
stop_cb (gpointer data)
{
  return FALSE;
}

static void
test_threads_and_cancel (void)
{
  enum { N = 600, DIMS = 530 };
  g_autofree float *x = spread (N, DIMS, 3);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrPca) first = NULL;

  for (guint threads = 1; threads <= 4; threads++)
    {
      g_autoptr (NnWorkers) workers = nn_workers_new (threads, FALSE);
      g_autoptr (CvrPca) pca = cvr_pca_new (x, N, DIMS, 3, 1, workers, NULL, NULL, NULL);

      if (first == NULL)
        first = g_steal_pointer (&pca);
      else
        g_assert_cmpmem (first->axes, 3 * DIMS * sizeof (double), pca->axes,
                         3 * DIMS * sizeof (double));
      if (threads == 1)
        g_assert_null (cvr_pca_new (x, N, DIMS, 3, 1, workers, stop_cb, NULL, &error));
    }
  g_assert_error (error, NN_ERROR, NN_ERROR_CANCELLED);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/eigen/rows-are-orthonormal-eigenvectors", test_eigen);
  g_test_add_func ("/learn/eigen/refuses-what-is-not-finite", test_eigen_refuses);
  g_test_add_func ("/learn/pca/equals-scikit-learn-many-wide-and-searched", test_golden);
  g_test_add_func ("/learn/pca/few-items-flat-and-broken-data", test_edges);
  g_test_add_func ("/learn/pca/same-bits-for-any-threads-and-stops", test_threads_and_cancel);

  return g_test_run ();
}
