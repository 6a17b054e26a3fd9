/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an evaluation says beyond its table, on answers made by hand. */
#include "cvr-scores.h"

#include <math.h>

/* Six pictures of three classes; the last class has none. */
static const struct
{
  gint  label;
  float p[3];
} pictures[] = {
  { 0, { 0.75f, 0.125f, 0.125f } }, { 0, { 0.5f, 0.25f, 0.25f } },
  { 0, { 0.125f, 0.75f, 0.125f } }, { 1, { 0.25f, 0.5f, 0.25f } },
  { 1, { 0.875f, 0.125f, 0 } },     { 1, { 0.25f, 0.75f, 0 } },
};

enum { N = G_N_ELEMENTS (pictures) };

typedef struct
{
  CvrEvaluation evaluation;
  CvrAnswer     answers[N];
  float         p[N * 3];
  double        precision[3], recall[3], f1[3], auc[3], average[3];
  guint64       support[3];
} Made;

static void
make (Made *made)
{
  *made = (Made) {
    .precision = { 2 / 3.0, 2 / 3.0, 0 }, .recall = { 2 / 3.0, 2 / 3.0, 0 },
    .f1 = { 2 / 3.0, 2 / 3.0, 0 }, .auc = { 0.5, 0.5, NAN },
    .average = { 0.5, 0.75, NAN }, .support = { 3, 3, 0 },
  };
  for (guint i = 0; i < N; i++)
    {
      guint best = 0;

      for (guint k = 0; k < 3; k++)
        {
          made->p[3 * i + k] = pictures[i].p[k];
          if (pictures[i].p[k] > pictures[i].p[best])
            best = k;
        }
      made->answers[i] = (CvrAnswer) { 100 + i, pictures[i].label, (gint) best,
                                       pictures[i].p[best] };
    }
  made->evaluation = (CvrEvaluation) {
    .n = N, .n_classes = 3, .precision = made->precision, .recall = made->recall, .f1 = made->f1,
    .auc = made->auc, .average_precision = made->average, .support = made->support, .answers = made->answers, .probabilities = made->p,
  };
}

static void
test_means_leave_out_what_has_no_pictures (void)
{
  Made made;
  CvrScores macro, weighted;

  make (&made);
  macro = cvr_scores_mean (&made.evaluation, FALSE);
  weighted = cvr_scores_mean (&made.evaluation, TRUE);
  /* The empty class counts as nought in the plain mean of precision, as scikit-learn has it. */
  g_assert_cmpfloat_with_epsilon (macro.precision, 4 / 9.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (weighted.precision, 2 / 3.0, 1e-12);
  g_assert_cmpfloat (macro.auc, ==, 0.5);
  g_assert_cmpfloat (weighted.auc, ==, 0.5);
  g_assert_cmpfloat (macro.average_precision, ==, 0.625);
}

static void
test_a_threshold_divides (void)
{
  Made made;
  CvrThresholdScores at;
  guint n;
  g_autofree NnRocPoint *points = NULL;

  make (&made);
  at = cvr_scores_at (&made.evaluation, 0, 0.5);
  g_assert_cmpuint (at.n_found, ==, 2);
  g_assert_cmpuint (at.n_missed, ==, 1);
  g_assert_cmpuint (at.n_false, ==, 1);
  g_assert_cmpuint (at.n_rejected, ==, 2);
  g_assert_cmpfloat_with_epsilon (at.precision, 2 / 3.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (at.recall, 2 / 3.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (at.fpr, 1 / 3.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (at.f1, 2 / 3.0, 1e-12);
  g_assert_true (isnan (cvr_scores_at (&made.evaluation, 0, 2).precision));
  g_assert_true (isnan (cvr_scores_at (&made.evaluation, 2, 0.1).recall));

  /* Every point of the curve is what its threshold gives. */
  points = cvr_scores_roc (&made.evaluation, 0, &n);
  for (guint i = 1; i < n; i++)
    {
      at = cvr_scores_at (&made.evaluation, 0, points[i].threshold);
      g_assert_cmpfloat_with_epsilon (at.recall, points[i].tpr, 1e-12);
      g_assert_cmpfloat_with_epsilon (at.fpr, points[i].fpr, 1e-12);
    }
  g_assert_null (cvr_scores_roc (&made.evaluation, 2, &n));
}

static void
test_mistakes_come_most_certain_first (void)
{
  Made made;
  guint n;
  g_autofree guint *wrong = NULL;
  g_autofree guint *cell = NULL;
  g_autofree guint *none = NULL;

  make (&made);
  wrong = cvr_scores_find (&made.evaluation, -1, -1, TRUE, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpuint (wrong[0], ==, 4);
  g_assert_cmpuint (wrong[1], ==, 2);
  cell = cvr_scores_find (&made.evaluation, 0, 0, FALSE, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpuint (cell[0], ==, 0);
  none = cvr_scores_find (&made.evaluation, 2, -1, FALSE, &n);
  g_assert_cmpuint (n, ==, 0);
}

static void
test_numbers_come_furthest_off_first (void)
{
  float truth[] = { 10, 20, 30, 40 }, predicted[] = { 11, 17, 30, 43 };
  CvrNumberAnswers numbers = { .predicted = predicted, .truth = truth };
  CvrEvaluation evaluation = { .n = 4, .numbers = &numbers };
  g_autofree guint *places = cvr_scores_furthest (&evaluation);
  static const guint wanted[] = { 1, 3, 0, 2 };

  g_assert_cmpmem (places, sizeof wanted, wanted, sizeof wanted);
}

static void
test_calibration_of_answers_and_of_a_class (void)
{
  Made made;
  g_autofree NnCalibrationBin *answers = NULL;
  g_autofree NnCalibrationBin *first = NULL;

  make (&made);
  answers = cvr_scores_calibration (&made.evaluation, -1, 2, NN_BINS_UNIFORM);
  /* Two answers of exactly a half lie below, both right; of the four above two are. */
  g_assert_cmpuint (answers[0].n, ==, 2);
  g_assert_cmpfloat (answers[0].observed, ==, 1);
  g_assert_cmpuint (answers[1].n, ==, 4);
  g_assert_cmpfloat (answers[1].observed, ==, 0.5);
  first = cvr_scores_calibration (&made.evaluation, 0, 2, NN_BINS_UNIFORM);
  g_assert_cmpuint (first[0].n, ==, 4);
  g_assert_cmpfloat (first[0].observed, ==, 0.5);
  g_assert_cmpfloat (cvr_scores_brier (&made.evaluation, 2), >, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/scores/means-leave-out-what-has-no-pictures",
                   test_means_leave_out_what_has_no_pictures);
  g_test_add_func ("/session/scores/a-threshold-divides", test_a_threshold_divides);
  g_test_add_func ("/session/scores/mistakes-come-most-certain-first",
                   test_mistakes_come_most_certain_first);
  g_test_add_func ("/session/scores/numbers-come-furthest-off-first",
                   test_numbers_come_furthest_off_first);
  g_test_add_func ("/session/scores/calibration-of-answers-and-of-a-class",
                   test_calibration_of_answers_and_of_a_class);

  return g_test_run ();
}
