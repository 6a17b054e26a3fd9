/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks that answer with a number: from labels to an evaluation in the labels' units. */
#include "session-test.h"

#include "cvr-evaluate.h"
#include "cvr-numbers.h"
#include "cvr-predict.h"

#include <math.h>
#include <string.h>

enum { N = 160, N_NUMBERS = 8 };

/* A bar whose place is the number: 100, 110 … 170 as people write them. */
static CvrDataset *
numbered (void)
{
  CvrDataset *dataset = cvr_dataset_new ();

  for (guint k = 0; k < N_NUMBERS; k++)
    {
      g_autofree char *name = g_strdup_printf (k % 2 == 0 ? "%u.0" : "%u,0", 100 + 10 * k);

      cvr_dataset_add_class (dataset, name);
    }
  for (guint i = 0; i < N; i++)
    {
      CvrRng rng = cvr_rng_new (3, i);
      guint k = i % N_NUMBERS;
      g_autoptr (CvrImage) image = cvr_image_new (16, 16, 1);

      for (guint p = 0; p < 256; p++)
        image->data[p] = (guint8) (cvr_rng_below (&rng, 40) + (p % 16 / 2 == k ? 180 : 0));
      cvr_dataset_add_image (dataset, image, "bar", (gint) k, CVR_SPLIT_AUTO);
    }
  cvr_dataset_split (dataset, 0.25, 0, 1);

  return dataset;
}

static CvrModel *
train (CvrDataset   *dataset,
       NnLossKind    loss,
       CvrModel     *from,
       CvrRunReport *report)
{
  CvrSettings settings = session_test_settings (30);
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (GError) error = NULL;
  CvrRunSpec spec = { .settings = &settings, .dataset = dataset, .from = from, .workers = workers };
  g_autoptr (CvrRun) run = NULL;
  CvrModel *model = NULL;

  settings.predicts = CVR_PREDICTS_NUMBER;
  settings.loss = loss;
  settings.optim.lr = 0.002f;
  if (from != NULL)
    settings.epochs = 1;
  run = cvr_run_new (&spec, &error);
  g_assert_no_error (error);
  g_assert_true (cvr_run_train (run, &model, report, &error));
  g_assert_no_error (error);

  return model;
}

static CvrEvaluation *
evaluate (CvrModel   *model,
          CvrDataset *dataset)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (GError) error = NULL;
  CvrEvaluation *evaluation = cvr_evaluate (model, dataset, CVR_SPLIT_VALID, 0, workers, NULL, NULL,
                                            &error);

  g_assert_no_error (error);

  return evaluation;
}

static void
test_numbers_are_learned_in_their_units (void)
{
  static const NnLossKind losses[] = { NN_LOSS_CROSS_ENTROPY, NN_LOSS_MAE, NN_LOSS_HUBER };
  g_autoptr (CvrDataset) dataset = numbered ();

  for (guint l = 0; l < G_N_ELEMENTS (losses); l++)
    {
      CvrRunReport report;
      g_autoptr (CvrModel) model = train (dataset, losses[l], NULL, &report);
      g_autoptr (CvrEvaluation) evaluation = evaluate (model, dataset);
      const CvrNumberAnswers *numbers = evaluation->numbers;

      g_assert_true (cvr_numbers_is_model (model));
      g_assert_nonnull (numbers);
      g_assert_true (isnan (report.val_accuracy) && isfinite (report.val_loss));
      g_test_message ("MAE %g, R² %g", numbers->scores.mae, numbers->scores.r2);
      /* Guessing the mean gives an MAE of 20 and an R² of 0. */
      g_assert_cmpfloat (numbers->scores.mae, <, 8);
      g_assert_cmpfloat (numbers->scores.r2, >, 0.8);
      g_assert_cmpfloat (evaluation->loss, ==, numbers->scores.mse);
      for (guint i = 0; i < evaluation->n; i++)
        {
          g_assert_cmpfloat (numbers->truth[i], >=, 100);
          g_assert_cmpfloat (numbers->truth[i], <=, 170);
        }
    }
}

static void
test_the_file_alone_answers_in_units (void)
{
  g_autoptr (CvrDataset) dataset = numbered ();
  g_autoptr (CvrModel) model = train (dataset, NN_LOSS_MSE, NULL, NULL);
  g_autoptr (GBytes) bytes = cvr_model_to_bytes (model, NULL);
  g_autoptr (CvrModel) read = cvr_model_from_bytes (g_bytes_get_data (bytes, NULL),
                                                    g_bytes_get_size (bytes), "m.onnx", NULL);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (CvrImage) image = cvr_picture_read (cvr_dataset_item (dataset, 3)->picture, NULL);
  g_autoptr (CvrPrediction) prediction = cvr_predict (read, image, workers, NULL);
  g_autofree char *words = cvr_prediction_dup_words (prediction, read->classes);

  g_assert_true (cvr_numbers_is_model (read));
  g_test_message ("%s", words);
  g_assert_cmpfloat (fabsf (prediction->number - 130), <, 20);
  g_assert_nonnull (strstr (words, "The answer"));
}

static void
test_going_on_keeps_what_was_learned (void)
{
  g_autoptr (CvrDataset) dataset = numbered ();
  g_autoptr (CvrModel) first = train (dataset, NN_LOSS_MSE, NULL, NULL);
  g_autoptr (CvrModel) second = train (dataset, NN_LOSS_MSE, first, NULL);
  g_autoptr (CvrEvaluation) before = evaluate (first, dataset);
  g_autoptr (CvrEvaluation) after = evaluate (second, dataset);

  g_assert_cmpfloat (after->numbers->scores.mae, <, before->numbers->scores.mae + 5);
}

static void
test_labels_that_are_no_numbers_are_named (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (20, 2);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  CvrSettings settings = session_test_settings (1);
  CvrRunSpec spec = { .settings = &settings, .dataset = dataset, .workers = workers };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) kind = NULL;
  g_autoptr (CvrDataset) numbers = numbered ();

  settings.predicts = CVR_PREDICTS_NUMBER;
  g_assert_null (cvr_run_new (&spec, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_DATA);
  g_assert_nonnull (strstr (error->message, "left"));

  spec.dataset = numbers;
  g_strlcpy (settings.arch, "speedy", sizeof settings.arch);
  settings.width = settings.height = 32;
  g_assert_null (cvr_run_new (&spec, &kind));
  g_test_message ("%s", kind->message);
  g_assert_error (kind, NN_ERROR, NN_ERROR_UNSUPPORTED);
}

static void
test_settings_remember_it (void)
{
  CvrSettings settings = session_test_settings (1), read;
  g_autofree char *json = NULL;

  settings.predicts = CVR_PREDICTS_NUMBER;
  json = cvr_settings_to_json (&settings);
  g_assert_true (cvr_settings_from_json (&read, json, NULL));
  g_assert_cmpint (read.predicts, ==, CVR_PREDICTS_NUMBER);
  g_assert_false (cvr_settings_from_json (&read, "{\"predicts\":\"weather\"}", NULL));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/numbers/are-learned-in-their-units",
                   test_numbers_are_learned_in_their_units);
  g_test_add_func ("/session/numbers/the-file-alone-answers-in-units",
                   test_the_file_alone_answers_in_units);
  g_test_add_func ("/session/numbers/going-on-keeps-what-was-learned",
                   test_going_on_keeps_what_was_learned);
  g_test_add_func ("/session/numbers/labels-that-are-no-numbers-are-named",
                   test_labels_that_are_no_numbers_are_named);
  g_test_add_func ("/session/numbers/settings-remember-it", test_settings_remember_it);

  return g_test_run ();
}
