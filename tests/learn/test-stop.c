/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The many ways a training ends, and what it leaves behind. */
#include "train-support.h"

#include <string.h>

static void
test_cancel (void)
{
  static const guint64 moments[] = { 0, 1, 2, 8, 9 };

  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      g_auto (Job) job = new_job (48, FALSE); /* three steps per epoch, nine in all */
      g_auto (NnTrainResult) result = { 0 };
      Watch watch = { .cancel_at = moments[i] };
      g_autoptr (GError) error = NULL;

      g_assert_true (run_job (&job, &watch, &result, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (watch.n_steps, ==, moments[i]);
      g_assert_cmpint (result.stop, ==, NN_STOP_CANCELLED);
      g_assert_cmpuint (result.n_epochs, ==, moments[i] / 3 - (moments[i] == 9 ? 1 : 0));
      g_assert_nonnull (result.params);
      g_assert_cmpuint (watch.n_finished, ==, 1);
      if (moments[i] == 0)
        assert_same_params (result.params, job.start);
      if (moments[i] == 2)
        g_assert_cmpint (
          memcmp (nn_params_peek_all (result.params), nn_params_peek_all (job.start), 64), !=, 0);
    }
}

static void
test_time_limit (void)
{
  g_auto (Job) job = new_job (48, FALSE);
  g_auto (NnTrainResult) result = { 0 };
  Watch watch = { .cancel_at = G_MAXUINT64, .injected = TRUE };

  job.spec.time_limit = 5; /* five steps of one second each: in the middle of the second epoch */
  g_assert_true (run_job (&job, &watch, &result, NULL));
  g_assert_cmpint (result.stop, ==, NN_STOP_TIME);
  g_assert_cmpuint (watch.n_steps, ==, 5);
  g_assert_cmpuint (watch.n_epochs, ==, 2); /* what was reached is validated */
  g_assert_cmpuint (result.n_epochs, ==, 2);
  g_assert_cmpfloat (result.seconds, ==, 5);
  g_assert_cmpuint (result.best_epoch, >=, 1);
}

static void
test_early_stop (void)
{
  g_auto (Job) job = new_job (48, FALSE);
  g_auto (NnTrainResult) result = { 0 };
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func ((GDestroyNotify) nn_params_unref);
  Watch watch = { .cancel_at = G_MAXUINT64, .kept = kept };

  job.spec.epochs = 200;
  job.spec.early_stop = 4;
  job.spec.optim.lr = 0.01f;
  g_assert_true (run_job (&job, &watch, &result, NULL));
  g_test_message ("best epoch %u of %u", result.best_epoch, result.n_epochs);
  g_assert_cmpint (result.stop, ==, NN_STOP_EARLY);
  g_assert_cmpuint (result.n_epochs, ==, result.best_epoch + 4);
  assert_same_params (result.params, g_ptr_array_index (kept, result.best_epoch - 1));
}

static void
test_last_without_validation (void)
{
  g_auto (Job) job = new_job (48, FALSE);
  g_auto (NnTrainResult) result = { 0 };
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func ((GDestroyNotify) nn_params_unref);
  Watch watch = { .cancel_at = G_MAXUINT64, .kept = kept };

  job.with_valid = FALSE;
  job.spec.early_stop = 1;
  g_assert_true (run_job (&job, &watch, &result, NULL));
  g_assert_cmpuint (result.n_epochs, ==, 3);
  g_assert_true (isnan (result.val_loss) && isnan (result.val_accuracy));
  g_assert_true (isfinite (result.loss));
  assert_same_params (result.params, g_ptr_array_index (kept, 2));
}

/* A parabola followed downhill with steps of 1e6: every step overshoots further. */
static void
test_divergence (void)
{
  for (guint after_epoch = 0; after_epoch < 2; after_epoch++)
    {
      g_auto (Job) job = { .spec = nn_train_spec_default (), .threads = 2 };
      g_auto (NnTrainResult) result = { 0 };
      g_autoptr (GPtrArray) kept =
        g_ptr_array_new_with_free_func ((GDestroyNotify) nn_params_unref);
      Watch watch = { .cancel_at = G_MAXUINT64, .kept = kept };
      g_autoptr (GError) error = NULL;

      job.graph = preset_graph ("perceptron", 1, 4, 1);
      job.start = nn_params_new (job.graph, 1, NULL);
      job.train = mean_source (64);
      job.spec.loss.kind = NN_LOSS_MSE;
      job.spec.optim = nn_optim_spec_default (NN_OPTIM_SGD);
      job.spec.optim.lr = after_epoch ? 0.01f : 1e6f;
      watch.new_lr = after_epoch ? 1e6f : 0;
      g_assert_false (run_job (&job, &watch, &result, &error));
      g_assert_error (error, NN_ERROR, NN_ERROR_DIVERGED);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, "“fc1”"));
      g_assert_nonnull (strstr (error->message, "1e+06"));
      g_assert_cmpint (result.stop, ==, NN_STOP_DIVERGED);
      g_assert_cmpuint (watch.n_finished, ==, 1);
      g_assert_true (
        all_finite (nn_params_peek_all (result.params), nn_params_n_values (result.params)));
      if (kept->len > 0)
        assert_same_params (result.params, g_ptr_array_index (kept, result.best_epoch - 1));
      else
        assert_same_params (result.params, job.start);
    }
}

static void
fetch_not_finite (const NnSource *source,
                  guint           index,
                  CvrRng         *rng,
                  nn_real        *x,
                  gint32         *label,
                  float          *values)
{
  gsize n;

  nn_shape_count (&source->shape, &n);
  for (gsize i = 0; i < n; i++)
    x[i] = i == 5 ? (nn_real) NAN : 0;
  *label = 0;
}

static void
fetch_bad_label (const NnSource *source,
                 guint           index,
                 CvrRng         *rng,
                 nn_real        *x,
                 gint32         *label,
                 float          *values)
{
  memset (x, 0, 144 * sizeof *x);
  *label = index == 17 ? 3 : 0;
}

static void
test_bad_data (void)
{
  for (guint i = 0; i < 5; i++)
    {
      g_auto (Job) job = new_job (48, FALSE);
      g_auto (NnTrainResult) result = { 0 };
      Watch watch = { .cancel_at = G_MAXUINT64 };
      g_autoptr (GError) error = NULL;

      if (i == 0)
        job.train.fetch = fetch_not_finite;
      else if (i == 1)
        job.train.fetch = fetch_bad_label;
      else if (i == 2)
        job.train.count = 0;
      else if (i == 3)
        job.valid.shape = nn_shape_maps (1, 12, 13);
      else
        job.train.n_classes = 4;
      g_assert_false (run_job (&job, &watch, &result, &error));
      g_assert_true (g_error_matches (error, NN_ERROR, i < 3 ? NN_ERROR_DATA : NN_ERROR_SHAPE));
      if (i == 1)
        g_assert_nonnull (strstr (error->message, "17"));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/stop/cancels-at-every-moment", test_cancel);
  g_test_add_func ("/learn/stop/time-limit-validates-what-was-reached", test_time_limit);
  g_test_add_func ("/learn/stop/early-stop-returns-the-best", test_early_stop);
  g_test_add_func ("/learn/stop/without-validation-the-last-counts", test_last_without_validation);
  g_test_add_func ("/learn/stop/divergence-names-a-node", test_divergence);
  g_test_add_func ("/learn/stop/bad-data-is-named", test_bad_data);

  return g_test_run ();
}
