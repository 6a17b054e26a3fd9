/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Confusion, precision, recall, F1 and AUC against their definitions computed in plain Python. */
#include "golden-learn.h"
#include "learn-support.h"

enum { N = 200, K = 4 };

/* Ratios of small whole numbers; 12 digits were stored. */
static const double tolerance = 1e-11;

static guint
drawn (double value,
       guint  n)
{
  return (guint) (fabs (value) * 1000) % n;
}

static void
test_definitions (void)
{
  g_autoptr (NnConfusion) confusion = nn_confusion_new (K);
  const double *expected = golden_metrics;
  float scores[N];
  guint truth[N];

  for (guint i = 0; i < N; i++)
    {
      double other = golden_noise (i, 21);

      truth[i] = drawn (golden_noise (i, 20), K);
      scores[i] = (float) (nearbyint (golden_noise (i, 22) * 8) / 8);
      nn_confusion_add (confusion, truth[i], fabs (other) < 0.6 ? truth[i] : drawn (other, K - 1));
    }

  g_assert_cmpuint (nn_confusion_total (confusion), ==, N);
  assert_close (nn_confusion_accuracy (confusion), *expected++, tolerance);
  for (guint k = 0; k < K; k++)
    {
      gboolean positive[N];

      for (guint i = 0; i < N; i++)
        positive[i] = truth[i] == k;
      assert_close (nn_confusion_precision (confusion, k), *expected++, tolerance);
      assert_close (nn_confusion_recall (confusion, k), *expected++, tolerance);
      assert_close (nn_confusion_f1 (confusion, k), *expected++, tolerance);
      assert_close (nn_curves_auc (scores, positive, N), *expected++, tolerance);
    }
}

static void
test_empty (void)
{
  g_autoptr (NnConfusion) confusion = nn_confusion_new (2);
  static const float scores[] = { 1, 2, NAN };
  static const gboolean yes[] = { TRUE, TRUE, TRUE }, mixed[] = { TRUE, FALSE, TRUE };

  g_assert_cmpfloat (nn_confusion_accuracy (confusion), ==, 0);
  nn_confusion_add (confusion, 0, 0);
  g_assert_cmpfloat (nn_confusion_precision (confusion, 1), ==, 0);
  g_assert_cmpfloat (nn_confusion_recall (confusion, 1), ==, 0);
  g_assert_cmpfloat (nn_confusion_f1 (confusion, 1), ==, 0);
  g_assert_true (isnan (nn_curves_auc (scores, yes, 2)));
  g_assert_true (isnan (nn_curves_auc (scores, yes, 0)));
  g_assert_true (isnan (nn_curves_auc (scores, mixed, 3)));
  g_assert_cmpfloat (nn_curves_auc (scores, mixed, 2), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/metrics/match-their-definitions", test_definitions);
  g_test_add_func ("/learn/metrics/empty-sides-are-named", test_empty);

  return g_test_run ();
}
