/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Neighbours, the tree of squares, and t-SNE: as trustworthy as scikit-learn's on handwritten
 * digits. */
#include "cvr-neighbours.h"
#include "cvr-plane-tree.h"
#include "cvr-rng.h"
#include "cvr-tsne.h"
#include "golden-embed.h"
#include "learn-support.h"

#include <string.h>

enum { DIGITS = G_N_ELEMENTS (embed_digits), PIXELS = 64 };

static float *
digits (void)
{
  float *x = g_new (float, DIGITS * PIXELS);

  for (guint i = 0; i < DIGITS * PIXELS; i++)
    x[i] = (float) (embed_digits[i / PIXELS][i % PIXELS] - 'a');

  return x;
}

static double
square_distance (const double *x,
                 guint         n_dims,
                 guint         i,
                 guint         j)
{
  double sum = 0;

  for (guint d = 0; d < n_dims; d++)
    sum += (x[i * n_dims + d] - x[j * n_dims + d]) * (x[i * n_dims + d] - x[j * n_dims + d]);

  return sum;
}

static void
test_neighbours (void)
{
  enum { N = 150, DIMS = 7, K = 12 };
  guint32 seed = (guint32) g_test_rand_int ();
  CvrRng rng = cvr_rng_new (seed, 0);
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  double x[N * DIMS], squares[N * K];
  guint places[N * K];

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < N * DIMS; i++)
    x[i] = cvr_rng_below (&rng, 40); /* some are equally far */
  g_assert_true (cvr_neighbours (x, N, DIMS, K, places, squares, workers, NULL, NULL, NULL));

  for (guint i = 0; i < N; i++)
    for (guint a = 0; a < K; a++)
      {
        guint j = places[i * K + a], n_before = 0;
        double square = square_distance (x, DIMS, i, j);

        g_assert_cmpuint (i, !=, j);
        assert_close (squares[i * K + a], square, 1e-9);
        for (guint other = 0; other < N; other++)
          {
            double d = square_distance (x, DIMS, i, other);

            n_before += other != i && (d < square || (d == square && other < j));
          }
        g_assert_cmpuint (n_before, ==, a);
      }
}

/* All points of a cloud, some of them at one place. */
static void
test_tree (void)
{
  enum { N = 400 };
  guint32 seed = (guint32) g_test_rand_int ();
  CvrRng rng = cvr_rng_new (seed, 0);
  g_autoptr (CvrPlaneTree) tree = cvr_plane_tree_new (N);
  double xy[2 * N];

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < 2 * N; i++)
    xy[i] = i % 34 < 4 ? 1.5 : 3 * cvr_rng_normal (&rng);
  cvr_plane_tree_fill (tree, xy, N);
  for (guint i = 0; i < N; i++)
    {
      double sum = 0, force[2] = { 0, 0 }, exact[2], quick[2];

      for (guint j = 0; j < N; j++)
        {
          double dx = xy[2 * i] - xy[2 * j], dy = xy[2 * i + 1] - xy[2 * j + 1];
          double q = 1 / (1 + dx * dx + dy * dy);

          sum += j != i ? q : 0;
          force[0] += q * q * dx;
          force[1] += q * q * dy;
        }
      assert_close (cvr_plane_tree_repel (tree, xy + 2 * i, 0, exact), sum, 1e-8);
      assert_close (exact[0], force[0], 1e-8);
      assert_close (exact[1], force[1], 1e-8);
      /* What is left out falls with the square of the angle. */
      assert_close (cvr_plane_tree_repel (tree, xy + 2 * i, 0.5, quick) / sum, 1, 0.08);
      g_assert_cmpfloat (hypot (quick[0] - force[0], quick[1] - force[1]), <,
                         0.1 * hypot (force[0], force[1]) + 0.5);
    }
}

/* 1 − what is among the k nearest in the plane without being so among the data, weighted by how
 * far it is from being so (J. Venna, S. Kaski 2001), as scikit-learn defines it. */
static double
trustworthiness (const double *x,
                 guint         n,
                 guint         n_dims,
                 const double *xy,
                 guint         k)
{
  double sum = 0;

  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      {
        double near = square_distance (xy, 2, i, j), far = square_distance (x, n_dims, i, j);
        guint rank_near = 1, rank = 1;

        if (i == j)
          continue;
        for (guint other = 0; other < n && rank_near <= k; other++)
          rank_near += other != i && other != j && square_distance (xy, 2, i, other) < near;
        if (rank_near > k)
          continue;
        for (guint other = 0; other < n; other++)
          rank += other != i && other != j && square_distance (x, n_dims, i, other) < far;
        sum += rank > k ? rank - k : 0;
      }

  return 1 - sum * 2 / ((double) n * k * (2.0 * n - 3.0 * k - 1));
}

static void
test_digits (void)
{
  g_autofree float *x = digits ();
  g_autofree double *values = g_new (double, DIGITS * PIXELS), *xy = g_new (double, 2 * DIGITS);
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  CvrTsneSpec spec = { 0 };
  double divergence = 0, trust;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < DIGITS * PIXELS; i++)
    values[i] = x[i];
  g_assert_true (cvr_tsne (x, DIGITS, PIXELS, &spec, xy, &divergence, workers, NULL, NULL, NULL,
                           &error));
  g_assert_no_error (error);
  trust = trustworthiness (values, DIGITS, PIXELS, xy, 5);
  g_test_message ("trustworthiness %.4f (scikit-learn %.4f), divergence %.4f (%.4f)", trust,
                  embed_digits_trust[0], divergence, embed_digits_trust[1]);
  g_assert_cmpfloat (trust, >=, embed_digits_trust[0] - 0.01);
  g_assert_cmpfloat (divergence, <, embed_digits_trust[1] + 0.05);
}

typedef struct
{
  guint  n_calls, most_calls, last;
  double before, after;
} Calls;

static gboolean
call_cb (const CvrTsneState *state,
         gpointer            data)
{
  Calls *calls = data;

  g_assert_true (calls->n_calls == 0 || state->iteration > calls->last);
  calls->last = state->iteration;
  for (guint i = 0; i < 2 * state->n; i++)
    g_assert_true (isfinite (state->xy[i]));

  return ++calls->n_calls < calls->most_calls;
}

static void
test_threads_and_cancel (void)
{
  g_autofree float *x = digits ();
  CvrTsneSpec spec = { .iterations = 60, .perplexity = 10 };
  double first[2 * 300], xy[2 * 300];
  Calls calls = { .most_calls = 3 };
  g_autoptr (GError) error = NULL;

  for (guint threads = 1; threads <= 5; threads += 2)
    {
      g_autoptr (NnWorkers) workers = nn_workers_new (threads, FALSE);
      Calls all = { .most_calls = G_MAXUINT };

      g_assert_true (
        cvr_tsne (x, 300, PIXELS, &spec, xy, NULL, workers, call_cb, NULL, &all, NULL));
      g_assert_cmpuint (all.n_calls, ==, 7);
      if (threads == 1)
        memcpy (first, xy, sizeof xy);
      g_assert_cmpmem (first, sizeof first, xy, sizeof xy);
      if (threads == 1)
        g_assert_false (
          cvr_tsne (x, 300, PIXELS, &spec, xy, NULL, workers, call_cb, NULL, &calls, &error));
    }
  g_assert_error (error, NN_ERROR, NN_ERROR_CANCELLED);
  g_assert_cmpuint (calls.last, ==, 20);
}

/* Items that are all the same, four items, one dimension, too few. */
static void
test_edges (void)
{
  static const float same[60] = { 0 }, line[] = { 1, 2, 8, 9, 10, 30, 31 };
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  CvrTsneSpec spec = { .iterations = 300 };
  double xy[40];
  g_autoptr (GError) error = NULL;

  g_assert_true (cvr_tsne (same, 20, 3, &spec, xy, NULL, workers, NULL, NULL, NULL, NULL));
  for (guint i = 0; i < 40; i++)
    g_assert_true (isfinite (xy[i]));
  g_assert_true (cvr_tsne (line, 7, 1, &spec, xy, NULL, workers, NULL, NULL, NULL, NULL));
  for (guint i = 0; i < 14; i++)
    g_assert_true (isfinite (xy[i]));
  g_assert_true (cvr_tsne (line, 4, 1, &spec, xy, NULL, workers, NULL, NULL, NULL, NULL));
  for (guint i = 0; i < 8; i++)
    g_assert_true (isfinite (xy[i]));

  g_assert_false (cvr_tsne (line, 3, 1, &spec, xy, NULL, workers, NULL, NULL, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_DATA);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/neighbours/are-the-nearest-in-order", test_neighbours);
  g_test_add_func ("/learn/plane-tree/exact-without-an-angle-close-with-one", test_tree);
  g_test_add_func ("/learn/tsne/as-trustworthy-as-scikit-learn-on-digits", test_digits);
  g_test_add_func ("/learn/tsne/same-bits-for-any-threads-and-stops", test_threads_and_cancel);
  g_test_add_func ("/learn/tsne/same-items-few-items-and-one-dimension", test_edges);

  return g_test_run ();
}
