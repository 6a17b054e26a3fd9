/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints: a resumed training is the uninterrupted one; what does not fit is refused. */
#include "train-support.h"

/* @epochs in one go, or stopped after two and resumed from the checkpoint. */
static void
test_resume (void)
{
  for (guint variant = 0; variant < 4; variant++)
    {
      g_auto (Job) whole = new_job (70, variant & 1), before = new_job (70, variant & 1),
                   after = new_job (70, variant & 1);
      g_auto (NnTrainResult) expected = { 0 }, half = { 0 }, result = { 0 };
      Watch watch_whole = { .cancel_at = G_MAXUINT64, .new_lr = 0.002f };
      Watch watch_before = { .cancel_at = 12, .checkpoint_at = 2, .new_lr = 0.002f };
      Watch watch_after = { .cancel_at = G_MAXUINT64 };
      g_autoptr (GError) error = NULL;

      whole.with_valid = before.with_valid = after.with_valid = variant & 2;
      whole.spec.epochs = before.spec.epochs = after.spec.epochs = 4;
      whole.spec.schedule.kind = before.spec.schedule.kind = after.spec.schedule.kind =
        NN_SCHEDULE_ONECYCLE;
      g_assert_true (run_job (&whole, &watch_whole, &expected, NULL));
      g_assert_true (run_job (&before, &watch_before, &half, NULL));
      g_assert_cmpint (half.stop, ==, NN_STOP_CANCELLED);
      g_assert_nonnull (watch_before.checkpoint);
      after.resume = watch_before.checkpoint;
      g_assert_true (run_job (&after, &watch_after, &result, &error));
      g_assert_no_error (error);
      assert_same_params (expected.params, result.params);
      g_assert_cmpuint (expected.best_epoch, ==, result.best_epoch);
      g_assert_cmpuint (result.n_epochs, ==, 4);
      g_assert_cmpuint (watch_after.last_epoch.epoch, ==, 4);
      g_assert_cmpfloat (watch_after.last_epoch.loss, ==, watch_whole.last_epoch.loss);
      g_bytes_unref (watch_before.checkpoint);
    }
}

/* The same state as version 2 had it: without dropout and batch, which couldn't change. */
static GBytes *
dup_version_2 (GBytes *bytes)
{
  enum { FIELDS = 168, N_FIELDS = 16 }; /* after magic, identity, progress and nine settings */
  GByteArray *older = g_bytes_unref_to_array (g_bytes_ref (bytes));

  g_assert_cmpint (older->data[4], ==, 3);
  older->data[4] = 2;
  g_byte_array_remove_range (older, FIELDS, N_FIELDS);

  return g_byte_array_free_to_bytes (older);
}

/* It goes on with the batch that it began with and the rates of its network, whatever the settings
 * say by now. */
static void
test_version_2 (void)
{
  g_auto (Job) job = new_job (70, TRUE);
  g_auto (NnTrainResult) expected = { 0 }, result = { 0 };
  Watch watch = { .cancel_at = G_MAXUINT64, .checkpoint_at = 2 };
  Watch watch_after = { .cancel_at = G_MAXUINT64 };
  g_autoptr (GBytes) older = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (run_job (&job, &watch, &expected, NULL));
  older = dup_version_2 (watch.checkpoint);
  job.resume = older;
  job.spec.batch = 7;
  job.spec.dropout = 0.6f;
  g_assert_true (run_job (&job, &watch_after, &result, &error));
  g_assert_no_error (error);
  assert_same_params (expected.params, result.params);
  g_assert_cmpuint (watch_after.n_epochs, ==, 1);
  g_assert_cmpuint (watch_after.last_step.batch, ==, 16);
  g_bytes_unref (watch.checkpoint);
}

static void
test_damaged_checkpoint (void)
{
  g_auto (Job) job = new_job (20, FALSE);
  g_auto (NnTrainResult) first = { 0 };
  Watch watch = { .cancel_at = G_MAXUINT64, .checkpoint_at = 1 };
  g_autoptr (GBytes) bytes = NULL;
  gsize size;

  job.spec.epochs = 1;
  g_assert_true (run_job (&job, &watch, &first, NULL));
  bytes = watch.checkpoint;
  size = g_bytes_get_size (bytes);

  for (gsize length = 0; length < size; length += length < 300 || length > size - 50 ? 1 : 977)
    {
      g_auto (NnTrainResult) result = { 0 };
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (bytes, 0, length);
      g_autoptr (GError) error = NULL;

      job.resume = cut;
      g_assert_false (run_job (&job, &watch, &result, &error));
      g_assert_error (error, NN_ERROR, NN_ERROR_DATA);
      g_assert_null (result.params);
    }
}

static void
test_other_checkpoint (void)
{
  g_auto (Job) job = new_job (20, FALSE), other = new_job (21, FALSE), norm = new_job (20, TRUE);
  g_auto (NnTrainResult) first = { 0 };
  Watch watch = { .cancel_at = G_MAXUINT64, .checkpoint_at = 1 };
  g_autoptr (GBytes) bytes = NULL;
  Job *jobs[] = { &other, &norm, &job, &job };

  job.spec.epochs = 1;
  g_assert_true (run_job (&job, &watch, &first, NULL));
  bytes = watch.checkpoint;
  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    {
      g_auto (NnTrainResult) result = { 0 };
      g_autoptr (GError) error = NULL;

      jobs[i]->resume = bytes;
      if (i == 2)
        job.spec.seed = 99;
      if (i == 3)
        {
          job.spec.seed = 1;
          job.spec.optim = nn_optim_spec_default (NN_OPTIM_SGD);
        }
      g_assert_false (run_job (jobs[i], &watch, &result, &error));
      g_assert_error (error, NN_ERROR, NN_ERROR_DATA);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/checkpoint/resumed-equals-uninterrupted", test_resume);
  g_test_add_func ("/learn/checkpoint/version-2-goes-on-with-its-batch-and-rates", test_version_2);
  g_test_add_func ("/learn/checkpoint/cut-checkpoints-are-refused", test_damaged_checkpoint);
  g_test_add_func ("/learn/checkpoint/checkpoints-of-other-trainings-are-refused",
                   test_other_checkpoint);

  return g_test_run ();
}
