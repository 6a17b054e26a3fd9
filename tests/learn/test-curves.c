/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ROC, precision and recall, calibration and regression against scikit-learn. */
#include "golden-curves.h"
#include "learn-support.h"

enum { N = 240, K = 4, N_BINS = 8 };

/* Ratios of small whole numbers and sums of some hundred; 12 digits were stored. */
static const double tolerance = 1e-10;

typedef struct
{
  float    scores[N];
  gboolean positive[N];
} Scores;

static Scores
tied_scores (void)
{
  Scores self;

  for (guint i = 0; i < N; i++)
    {
      self.scores[i] = (float) (nearbyint (golden_noise (i, 30) * 16) / 16);
      self.positive[i] = golden_noise (i, 32) + 0.8 * (double) self.scores[i] > 0.2;
    }

  return self;
}

static Scores
fine_scores (void)
{
  Scores self;

  for (guint i = 0; i < N; i++)
    {
      self.scores[i] = (float) golden_noise (i, 31);
      self.positive[i] = golden_noise (i, 33) + 0.5 * (double) self.scores[i] > -0.1;
    }

  return self;
}

/* Probabilities, many of them on an edge between two bins. */
static Scores
probabilities (void)
{
  Scores self;

  for (guint i = 0; i < N; i++)
    {
      self.scores[i] = i < 24 ? 0.25f : (float) ((golden_noise (i, 34) + 1) / 2);
      self.positive[i] = (golden_noise (i, 35) + 1) / 2 < pow ((double) self.scores[i], 1.5);
    }

  return self;
}

static void
check_roc (const Scores *in,
           gboolean      drop,
           const double *expected,
           gsize         n_expected)
{
  guint n;
  g_autofree NnRocPoint *points = nn_curves_roc (in->scores, in->positive, N, drop, &n);

  g_assert_cmpuint (3 * n, ==, n_expected);
  g_assert_true (isinf (points[0].threshold));
  for (guint i = 0; i < n; i++)
    {
      assert_close (points[i].fpr, expected[3 * i], tolerance);
      assert_close (points[i].tpr, expected[3 * i + 1], tolerance);
      if (i > 0)
        assert_close (points[i].threshold, expected[3 * i + 2], tolerance);
    }
}

static void
check_precision (const Scores *in,
                 const double *expected,
                 gsize         n_expected)
{
  guint n;
  g_autofree NnPrecisionPoint *points = nn_curves_precision (in->scores, in->positive, N, &n);

  g_assert_cmpuint (3 * n, ==, n_expected);
  for (guint i = 0; i < n; i++)
    {
      assert_close (points[i].precision, expected[3 * i], tolerance);
      assert_close (points[i].recall, expected[3 * i + 1], tolerance);
      if (i + 1 < n)
        assert_close (points[i].threshold, expected[3 * i + 2], tolerance);
    }
  g_assert_true (isinf (points[n - 1].threshold));
}

static void
check_areas (const Scores *in,
             const double *expected)
{
  assert_close (nn_curves_auc (in->scores, in->positive, N), expected[0], tolerance);
  assert_close (nn_curves_average_precision (in->scores, in->positive, N), expected[1], tolerance);
}

static void
test_tied_scores_are_one_point (void)
{
  Scores in = tied_scores ();

  check_roc (&in, FALSE, golden_roc_ties, G_N_ELEMENTS (golden_roc_ties));
  check_roc (&in, TRUE, golden_roc_ties_short, G_N_ELEMENTS (golden_roc_ties_short));
  check_precision (&in, golden_precision_ties, G_N_ELEMENTS (golden_precision_ties));
  check_areas (&in, golden_areas_ties);
}

static void
test_different_scores_are_all_there (void)
{
  Scores in = fine_scores ();

  check_roc (&in, FALSE, golden_roc_fine, G_N_ELEMENTS (golden_roc_fine));
  check_roc (&in, TRUE, golden_roc_fine_short, G_N_ELEMENTS (golden_roc_fine_short));
  check_precision (&in, golden_precision_fine, G_N_ELEMENTS (golden_precision_fine));
  check_areas (&in, golden_areas_fine);
}

static void
test_the_best_threshold_is_the_farthest_from_guessing (void)
{
  static const NnRocPoint points[] = {
    { 0, 0, INFINITY }, { 0.125, 0.5, 0.9 }, { 0.25, 0.75, 0.6 }, { 0.5, 1, 0.4 }, { 1, 1, 0.1 },
  };
  Scores in = fine_scores ();
  guint n, best;
  g_autofree NnRocPoint *all = nn_curves_roc (in.scores, in.positive, N, FALSE, &n);

  g_assert_cmpuint (nn_curves_youden (points, 1), ==, 0);
  g_assert_cmpuint (nn_curves_youden (points, 5), ==, 2);
  best = nn_curves_youden (all, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat (all[i].tpr - all[i].fpr, <=, all[best].tpr - all[best].fpr);
}

static void
check_bins (NnBinning     binning,
            const double *expected,
            gsize         n_expected)
{
  Scores in = probabilities ();
  g_autofree NnCalibrationBin *bins =
    nn_curves_calibration (in.scores, in.positive, N, N_BINS, binning);
  double error = 0;
  guint used = 0;

  for (guint i = 0; i < N_BINS; i++)
    if (bins[i].n > 0)
      {
        g_assert_cmpuint (2 * used + 1, <, n_expected);
        assert_close (bins[i].predicted, expected[2 * used], tolerance);
        assert_close (bins[i].observed, expected[2 * used + 1], tolerance);
        error += (double) bins[i].n / N * fabs (expected[2 * used] - expected[2 * used + 1]);
        used++;
      }
  g_assert_cmpuint (2 * used, ==, n_expected);
  assert_close (nn_curves_ece (bins, N_BINS), error, tolerance);
}

static void
test_calibration (void)
{
  Scores in = probabilities ();

  check_bins (NN_BINS_UNIFORM, golden_calibration_uniform,
              G_N_ELEMENTS (golden_calibration_uniform));
  check_bins (NN_BINS_QUANTILE, golden_calibration_quantile,
              G_N_ELEMENTS (golden_calibration_quantile));
  assert_close (nn_curves_brier (in.scores, in.positive, N), golden_brier[0], tolerance);
}

static void
test_regression (void)
{
  float truth[N], predicted[N];
  NnRegression found;

  for (guint i = 0; i < N; i++)
    {
      truth[i] = (float) (3 * golden_noise (i, 36) + 100);
      predicted[i] = (float) ((double) truth[i] + golden_noise (i, 37) + 0.5);
    }
  found = nn_curves_regression (predicted, truth, N);
  g_assert_cmpuint (found.n, ==, N);
  assert_close (found.mse, golden_regression[0], tolerance);
  assert_close (found.rmse, golden_regression[1], tolerance);
  assert_close (found.mae, golden_regression[2], tolerance);
  assert_close (found.r2, golden_regression[3], tolerance);
  assert_close (found.explained, golden_regression[4], tolerance);
}

/* Softmax of noise, as floats. */
static void
fill_classes (float *p,
              guint *truth)
{
  for (guint i = 0; i < N; i++)
    {
      double logits[K], sum = 0;
      guint best = 0;

      for (guint k = 0; k < K; k++)
        {
          logits[k] = 2 * golden_noise (i, 40 + k);
          sum += exp (logits[k]);
          if (logits[k] > logits[best])
            best = k;
        }
      for (guint k = 0; k < K; k++)
        p[i * K + k] = (float) (exp (logits[k]) / sum);
      truth[i] = fabs (golden_noise (i, 45)) < 0.5
                   ? (guint) (fabs (golden_noise (i, 44)) * 1000) % K : best;
    }
}

static void
test_means_of_many_classes (void)
{
  g_autoptr (NnConfusion) confusion = nn_confusion_new (K);
  g_autofree float *p = g_new (float, N * K);
  double figures[5][K];
  guint64 support[K] = { 0 };
  guint truth[N];

  fill_classes (p, truth);
  for (guint i = 0; i < N; i++)
    {
      guint best = 0;

      for (guint k = 1; k < K; k++)
        if (p[i * K + k] > p[i * K + best])
          best = k;
      nn_confusion_add (confusion, truth[i], best);
      support[truth[i]]++;
    }
  for (guint k = 0; k < K; k++)
    {
      Scores in;

      for (guint i = 0; i < N; i++)
        {
          in.scores[i] = p[i * K + k];
          in.positive[i] = truth[i] == k;
        }
      figures[0][k] = nn_confusion_precision (confusion, k);
      figures[1][k] = nn_confusion_recall (confusion, k);
      figures[2][k] = nn_confusion_f1 (confusion, k);
      figures[3][k] = nn_curves_auc (in.scores, in.positive, N);
      figures[4][k] = nn_curves_average_precision (in.scores, in.positive, N);
    }
  for (guint f = 0; f < 5; f++)
    {
      assert_close (nn_curves_mean (figures[f], NULL, K), golden_means[f], tolerance);
      assert_close (nn_curves_mean (figures[f], support, K), golden_means[5 + f], tolerance);
    }
}

static void
test_what_cannot_be_said_is_not_a_number (void)
{
  static const float scores[] = { 0.5f, 0.75f, NAN }, beyond[] = { 0.5f, 1.5f };
  static const gboolean yes[] = { TRUE, TRUE, TRUE }, no[] = { FALSE, FALSE, FALSE };
  static const gboolean mixed[] = { TRUE, FALSE, TRUE };
  static const double none[] = { NAN, NAN }, some[] = { NAN, 0.5 };
  static const guint64 empty[] = { 0, 0 };
  guint n = 7;

  g_assert_null (nn_curves_roc (scores, yes, 2, FALSE, &n));
  g_assert_cmpuint (n, ==, 0);
  g_assert_null (nn_curves_roc (scores, no, 2, FALSE, &n));
  g_assert_null (nn_curves_roc (scores, mixed, 3, FALSE, &n));
  g_assert_null (nn_curves_roc (scores, mixed, 0, FALSE, &n));
  g_assert_null (nn_curves_precision (scores, no, 2, &n));
  g_assert_true (isnan (nn_curves_average_precision (scores, mixed, 3)));
  g_assert_cmpfloat (nn_curves_average_precision (scores, yes, 2), ==, 1);
  g_assert_null (nn_curves_calibration (beyond, mixed, 2, 4, NN_BINS_UNIFORM));
  g_assert_null (nn_curves_calibration (scores, mixed, 3, 4, NN_BINS_UNIFORM));
  g_assert_null (nn_curves_calibration (scores, mixed, 0, 4, NN_BINS_QUANTILE));
  g_assert_true (isnan (nn_curves_brier (scores, mixed, 0)));
  g_assert_true (isnan (nn_curves_ece (NULL, 0)));
  g_assert_true (isnan (nn_curves_mean (none, NULL, 2)));
  g_assert_cmpfloat (nn_curves_mean (some, NULL, 2), ==, 0.5);
  g_assert_true (isnan (nn_curves_mean (some, empty, 2)));
}

static void
test_numbers_without_spread (void)
{
  static const float same[] = { 2, 2, 2 }, other[] = { 2, 2, 3 }, bad[] = { 2, NAN, 2 };
  NnRegression perfect = nn_curves_regression (same, same, 3);
  NnRegression wrong = nn_curves_regression (other, same, 3);

  g_assert_cmpfloat (perfect.r2, ==, 1);
  g_assert_cmpfloat (perfect.explained, ==, 1);
  g_assert_cmpfloat (perfect.mse, ==, 0);
  g_assert_cmpfloat (wrong.r2, ==, 0);
  g_assert_cmpfloat (wrong.explained, ==, 0);
  g_assert_true (isnan (nn_curves_regression (same, other, 1).r2));
  g_assert_true (isnan (nn_curves_regression (same, other, 0).mse));
  g_assert_true (isnan (nn_curves_regression (bad, same, 3).mae));
  g_assert_true (isnan (nn_curves_regression (same, bad, 3).rmse));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/curves/tied-scores-are-one-point", test_tied_scores_are_one_point);
  g_test_add_func ("/learn/curves/different-scores-are-all-there",
                   test_different_scores_are_all_there);
  g_test_add_func ("/learn/curves/the-best-threshold-is-the-farthest-from-guessing",
                   test_the_best_threshold_is_the_farthest_from_guessing);
  g_test_add_func ("/learn/curves/calibration-is-scikit-learns", test_calibration);
  g_test_add_func ("/learn/curves/regression-is-scikit-learns", test_regression);
  g_test_add_func ("/learn/curves/means-of-many-classes-are-scikit-learns",
                   test_means_of_many_classes);
  g_test_add_func ("/learn/curves/what-cannot-be-said-is-not-a-number",
                   test_what_cannot_be_said_is_not_a_number);
  g_test_add_func ("/learn/curves/numbers-without-spread", test_numbers_without_spread);

  return g_test_run ();
}
