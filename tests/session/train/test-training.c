/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live training as a state machine of the main thread. */
#include "session-test.h"

#include "cvr-training-private.h"

#include <string.h>

typedef struct
{
  CvrDataset  *dataset;
  CvrTraining *training;
  GString     *states;     /* one letter for every state that was notified */
  guint        n_finished, n_snapshots, n_changed;
  guint        n_awaited;  /* buckets of loss, or epochs */
} Fixture;

static void
state_cb (Fixture *fixture)
{
  g_string_append_c (fixture->states, "iprPs"[cvr_training_get_state (fixture->training)]);
}

static void
finished_cb (Fixture *fixture)
{
  fixture->n_finished++;
}

static void
snapshot_cb (Fixture *fixture)
{
  fixture->n_snapshots++;
  g_assert_nonnull (cvr_training_get_snapshot (fixture->training));
}

static void
changed_cb (Fixture *fixture)
{
  fixture->n_changed++;
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (1, TRUE);

  fixture->dataset = session_test_dataset (60, 2);
  fixture->training = cvr_training_new (workers);
  fixture->states = g_string_new (NULL);
  g_signal_connect_swapped (fixture->training, "notify::state", G_CALLBACK (state_cb), fixture);
  g_signal_connect_swapped (fixture->training, "finished", G_CALLBACK (finished_cb), fixture);
  g_signal_connect_swapped (fixture->training, "snapshot", G_CALLBACK (snapshot_cb), fixture);
  g_signal_connect_swapped (fixture->training, "changed", G_CALLBACK (changed_cb), fixture);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  if (fixture->training != NULL)
    g_assert_finalize_object (fixture->training);
  cvr_dataset_unref (fixture->dataset);
  g_string_free (fixture->states, TRUE);
}

static void
start (Fixture *fixture,
       guint    epochs)
{
  CvrSettings settings = session_test_settings (epochs);
  g_autoptr (GError) error = NULL;

  g_assert_true (
    cvr_training_start (fixture->training, &settings, fixture->dataset, NULL, "bars", &error));
  g_assert_no_error (error);
}

static gboolean
is_idle (gpointer data)
{
  return cvr_training_get_state (((Fixture *) data)->training) == CVR_TRAINING_IDLE;
}

static gboolean
is_running (gpointer data)
{
  return cvr_training_get_state (((Fixture *) data)->training) == CVR_TRAINING_RUNNING;
}

static guint64
count_steps (Fixture *fixture)
{
  guint n;
  guint64 steps = 0;
  const CvrBucket *buckets =
    cvr_history_series (cvr_training_get_history (fixture->training), CVR_SERIES_LOSS, &n);

  for (guint i = 0; i < n; i++)
    steps += buckets[i].count;

  return steps;
}

static gboolean
has_steps (gpointer data)
{
  return count_steps (data) >= ((Fixture *) data)->n_awaited;
}

static void
test_it_runs_to_its_end (Fixture      *fixture,
                         gconstpointer data)
{
  guint n_epochs;
  g_autofree char *sentence = NULL;
  guint n_train = cvr_dataset_count (fixture->dataset, -2, CVR_SPLIT_TRAIN);

  start (fixture, 3);
  g_assert_cmpint (cvr_training_get_state (fixture->training), ==, CVR_TRAINING_PREPARING);
  session_test_wait (is_idle, fixture);

  g_assert_cmpstr (fixture->states->str, ==, "pri");
  g_assert_cmpuint (fixture->n_finished, ==, 1);
  g_assert_cmpuint (fixture->n_changed, >=, 1);
  g_assert_cmpuint (fixture->n_snapshots, ==, 0); /* Nobody wanted one. */
  g_assert_null (cvr_training_get_error (fixture->training));
  g_assert_nonnull (cvr_training_get_model (fixture->training));
  g_assert_cmpuint (cvr_training_get_report (fixture->training)->n_epochs, ==, 3);
  cvr_history_epochs (cvr_training_get_history (fixture->training), &n_epochs);
  g_assert_cmpuint (n_epochs, ==, 3);
  /* Every step is in the curve: none was lost between the threads. */
  g_assert_cmpuint (count_steps (fixture), ==, 3 * ((n_train + 7) / 8));
  g_assert_cmpfloat (cvr_training_get_fraction (fixture->training), ==, 1);
  g_assert_cmpuint (cvr_training_get_epoch (fixture->training), ==, 3);
  sentence = cvr_training_dup_sentence (fixture->training);
  g_assert_cmpuint (strlen (sentence), >, 10);
}

static void
test_paused_it_stands_still_and_steps_one_batch (Fixture      *fixture,
                                                 gconstpointer data)
{
  guint64 steps;

  start (fixture, 200);
  cvr_training_pause (fixture->training);
  g_assert_cmpint (cvr_training_get_state (fixture->training), ==, CVR_TRAINING_PREPARING);
  while (cvr_training_get_state (fixture->training) != CVR_TRAINING_PAUSED)
    g_main_context_iteration (NULL, TRUE);

  /* Asked for before it began: not a single step was made. */
  session_test_settle ();
  steps = count_steps (fixture);
  g_assert_cmpuint (steps, ==, 0);

  for (guint i = 1; i <= 12; i++) /* Over the end of an epoch and its validation. */
    {
      fixture->n_awaited = i;
      cvr_training_step (fixture->training);
      session_test_wait (has_steps, fixture);
      g_assert_cmpuint (count_steps (fixture), ==, i);
      g_assert_cmpint (cvr_training_get_state (fixture->training), ==, CVR_TRAINING_PAUSED);
    }

  cvr_training_resume (fixture->training);
  g_assert_cmpint (cvr_training_get_state (fixture->training), ==, CVR_TRAINING_RUNNING);
  fixture->n_awaited = 20;
  session_test_wait (has_steps, fixture);
  cvr_training_stop (fixture->training);
  session_test_wait (is_idle, fixture);
  g_assert_cmpstr (fixture->states->str, ==, "pPrsi");
}

static void
test_stopped_it_keeps_the_best_so_far (Fixture      *fixture,
                                       gconstpointer data)
{
  start (fixture, 5000);
  fixture->n_awaited = 15;
  session_test_wait (has_steps, fixture);
  cvr_training_stop (fixture->training);
  g_assert_cmpint (cvr_training_get_state (fixture->training), ==, CVR_TRAINING_STOPPING);
  session_test_wait (is_idle, fixture);
  g_assert_cmpuint (fixture->n_finished, ==, 1);
  g_assert_nonnull (cvr_training_get_model (fixture->training));
  g_assert_cmpint (cvr_training_get_report (fixture->training)->stop, ==, NN_STOP_CANCELLED);
  g_assert_null (cvr_training_get_error (fixture->training));
}

static void
test_stopped_while_paused_it_ends (Fixture      *fixture,
                                   gconstpointer data)
{
  start (fixture, 5000);
  session_test_wait (is_running, fixture);
  cvr_training_pause (fixture->training);
  cvr_training_stop (fixture->training);
  session_test_wait (is_idle, fixture);
  g_assert_cmpuint (fixture->n_finished, ==, 1);
}

static gboolean
has_snapshot (gpointer data)
{
  return ((Fixture *) data)->n_snapshots >= 2;
}

static void
test_snapshots_come_only_when_wanted (Fixture      *fixture,
                                      gconstpointer data)
{
  guint before;

  start (fixture, 5000);
  fixture->n_awaited = 10;
  session_test_wait (has_steps, fixture);
  g_assert_cmpuint (fixture->n_snapshots, ==, 0);
  g_assert_null (cvr_training_get_snapshot (fixture->training));

  cvr_training_set_wants (fixture->training, TRUE, 0);
  session_test_wait (has_snapshot, fixture);
  g_assert_true (nn_params_is_frozen (cvr_training_get_snapshot (fixture->training)->params));

  cvr_training_set_wants (fixture->training, FALSE, 0);
  fixture->n_awaited =
    (guint) count_steps (fixture) + 20; /* By then the worker has taken the new wants. */
  session_test_wait (has_steps, fixture);
  before = fixture->n_snapshots;
  fixture->n_awaited = (guint) count_steps (fixture) + 40;
  session_test_wait (has_steps, fixture);
  g_assert_cmpuint (fixture->n_snapshots, ==, before);

  /* The session's own inspections hold them too. */
  cvr_training_hold_snapshots (fixture->training);
  fixture->n_snapshots = 0;
  session_test_wait (has_snapshot, fixture);
  cvr_training_release_snapshots (fixture->training);

  cvr_training_stop_and_wait (fixture->training);
  g_assert_null (cvr_training_get_snapshot (fixture->training));
}

static gboolean
has_one_snapshot (gpointer data)
{
  return ((Fixture *) data)->n_snapshots >= 1;
}

static void
test_who_looks_during_a_pause_sees_the_network (Fixture      *fixture,
                                                gconstpointer data)
{
  start (fixture, 5000);
  session_test_wait (is_running, fixture);
  fixture->n_awaited = 5;
  session_test_wait (has_steps, fixture);
  cvr_training_pause (fixture->training);
  g_assert_null (cvr_training_get_snapshot (fixture->training));

  cvr_training_hold_snapshots (fixture->training);
  session_test_wait (has_one_snapshot, fixture);
  g_assert_cmpint (cvr_training_get_state (fixture->training), ==, CVR_TRAINING_PAUSED);

  /* Looking again shows nothing new: it stands still. */
  fixture->n_snapshots = 0;
  cvr_training_release_snapshots (fixture->training);
  cvr_training_hold_snapshots (fixture->training);
  session_test_settle ();
  cvr_training_step (fixture->training);
  session_test_wait (has_one_snapshot, fixture);
  cvr_training_release_snapshots (fixture->training);
  cvr_training_stop_and_wait (fixture->training);
}

static gboolean
has_low_lr (gpointer data)
{
  guint n;
  const CvrBucket *buckets =
    cvr_history_series (cvr_training_get_history (((Fixture *) data)->training), CVR_SERIES_LR, &n);

  return n > 0 && buckets[n - 1].min < 2e-5;
}

static void
test_the_learning_rate_changes_while_it_runs (Fixture      *fixture,
                                              gconstpointer data)
{
  CvrSettings settings;

  start (fixture, 5000);
  session_test_wait (is_running, fixture);
  settings = *cvr_training_get_settings (fixture->training);
  settings.optim.lr = 1e-5f;
  g_assert_true (cvr_training_tune (fixture->training, &settings, NULL));
  session_test_wait (has_low_lr, fixture);
  cvr_training_stop_and_wait (fixture->training);
  g_assert_cmpuint (fixture->n_finished, ==, 1);
}

static void
test_what_cannot_start_says_why (Fixture      *fixture,
                                 gconstpointer data)
{
  g_autoptr (CvrDataset) one = session_test_dataset (10, 1);
  g_autoptr (CvrDataset) none = cvr_dataset_new ();
  CvrSettings settings = session_test_settings (2);
  g_autoptr (GError) error = NULL;

  g_assert_false (cvr_training_start (fixture->training, &settings, none, NULL, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_DATA);
  g_clear_error (&error);
  g_assert_false (cvr_training_start (fixture->training, &settings, one, NULL, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_DATA);
  g_clear_error (&error);
  settings.epochs = 0;
  g_assert_false (
    cvr_training_start (fixture->training, &settings, fixture->dataset, NULL, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SPEC);
  g_clear_error (&error);
  g_assert_cmpint (cvr_training_get_state (fixture->training), ==, CVR_TRAINING_IDLE);

  settings.epochs = 500;
  start (fixture, 500);
  g_assert_false (
    cvr_training_start (fixture->training, &settings, fixture->dataset, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  cvr_training_stop_and_wait (fixture->training);
}

static void
test_a_network_that_does_not_fit_ends_with_the_error (Fixture      *fixture,
                                                      gconstpointer data)
{
  CvrSettings settings = session_test_settings (2);
  g_autoptr (GError) error = NULL;

  settings.width = 4; /* Too small for two convolutions and pools. */
  settings.height = 4;
  g_assert_true (
    cvr_training_start (fixture->training, &settings, fixture->dataset, NULL, NULL, &error));
  session_test_wait (is_idle, fixture);
  g_assert_nonnull (cvr_training_get_error (fixture->training));
  g_assert_null (cvr_training_get_model (fixture->training));
  g_assert_null (cvr_training_get_report (fixture->training));
  g_assert_cmpuint (fixture->n_finished, ==, 1);
}

static void
test_disposed_while_it_runs_it_ends_quietly (Fixture      *fixture,
                                             gconstpointer data)
{
  start (fixture, 5000);
  session_test_wait (is_running, fixture);
  g_assert_finalize_object (fixture->training);
  fixture->training = NULL;
  session_test_settle ();
  g_assert_cmpuint (fixture->n_finished, ==, 0);
}

static void
add (const char *path,
     void      (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/session/training/it-runs-to-its-end", test_it_runs_to_its_end);
  add ("/session/training/paused-it-stands-still-and-steps-one-batch",
       test_paused_it_stands_still_and_steps_one_batch);
  add ("/session/training/stopped-it-keeps-the-best-so-far", test_stopped_it_keeps_the_best_so_far);
  add ("/session/training/stopped-while-paused-it-ends", test_stopped_while_paused_it_ends);
  add ("/session/training/snapshots-come-only-when-wanted", test_snapshots_come_only_when_wanted);
  add ("/session/training/who-looks-during-a-pause-sees-the-network",
       test_who_looks_during_a_pause_sees_the_network);
  add ("/session/training/the-learning-rate-changes-while-it-runs",
       test_the_learning_rate_changes_while_it_runs);
  add ("/session/training/what-cannot-start-says-why", test_what_cannot_start_says_why);
  add ("/session/training/a-network-that-does-not-fit-ends-with-the-error",
       test_a_network_that_does_not_fit_ends_with_the_error);
  add ("/session/training/disposed-while-it-runs-it-ends-quietly",
       test_disposed_while_it_runs_it_ends_quietly);

  return g_test_run ();
}
