/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A training changed while it runs, and stepped epoch by epoch. */
#include "session-test.h"

#include "cvr-training-private.h"

#include <math.h>
#include <string.h>

typedef struct
{
  CvrDataset  *dataset;
  CvrTraining *training;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (1, TRUE);

  fixture->dataset = session_test_dataset (60, 2);
  fixture->training = cvr_training_new (workers);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_assert_finalize_object (fixture->training);
  cvr_dataset_unref (fixture->dataset);
}

static CvrSettings
start (Fixture *fixture,
       guint    epochs)
{
  CvrSettings settings = session_test_settings (epochs);
  g_autoptr (GError) error = NULL;

  settings.optim = nn_optim_spec_default (NN_OPTIM_MOMENTUM);
  settings.optim.lr = 0.01f;
  g_assert_true (
    cvr_training_start (fixture->training, &settings, fixture->dataset, NULL, "bars", &error));
  g_assert_no_error (error);

  return settings;
}

static gboolean
is_idle (gpointer data)
{
  return cvr_training_get_state (((Fixture *) data)->training) == CVR_TRAINING_IDLE;
}

static gboolean
is_paused (gpointer data)
{
  return cvr_training_get_state (((Fixture *) data)->training) == CVR_TRAINING_PAUSED;
}

static guint
n_epochs (Fixture *fixture)
{
  guint n;

  cvr_history_epochs (cvr_training_get_history (fixture->training), &n);

  return n;
}

static gboolean
has_two_epochs (gpointer data)
{
  return n_epochs (data) >= 2;
}

static const CvrHistoryEvent *
find_event (Fixture            *fixture,
            CvrHistoryEventKind kind)
{
  guint n;
  const CvrHistoryEvent *events =
    cvr_history_events (cvr_training_get_history (fixture->training), &n);

  for (guint i = 0; i < n; i++)
    if (events[i].kind == kind)
      return &events[i];

  return NULL;
}

static void
test_epoch_by_epoch (Fixture      *fixture,
                     gconstpointer data)
{
  start (fixture, 4);
  for (guint e = 1; e <= 3; e++)
    {
      cvr_training_step_epoch (fixture->training);
      session_test_wait (is_paused, fixture);
      g_assert_cmpuint (n_epochs (fixture), ==, e);
    }
  cvr_training_resume (fixture->training);
  session_test_wait (is_idle, fixture);
  g_assert_cmpuint (n_epochs (fixture), ==, 4);
  g_assert_cmpint (cvr_training_get_report (fixture->training)->stop, ==, NN_STOP_COMPLETED);
}

static void
test_the_last_epoch_ends_it (Fixture      *fixture,
                             gconstpointer data)
{
  start (fixture, 1);
  cvr_training_step_epoch (fixture->training);
  session_test_wait (is_idle, fixture);
  g_assert_cmpuint (n_epochs (fixture), ==, 1);
  /* And where nothing runs it does nothing. */
  cvr_training_step_epoch (fixture->training);
  g_assert_true (is_idle (fixture));
}

static void
test_a_pause_takes_the_epoch_back (Fixture      *fixture,
                                   gconstpointer data)
{
  start (fixture, 500);
  cvr_training_step_epoch (fixture->training);
  cvr_training_pause (fixture->training);
  cvr_training_resume (fixture->training);
  session_test_wait (has_two_epochs, fixture);
  g_assert_false (is_paused (fixture));
  cvr_training_stop (fixture->training);
  session_test_wait (is_idle, fixture);
  g_assert_nonnull (find_event (fixture, CVR_EVENT_PAUSED));
  g_assert_nonnull (find_event (fixture, CVR_EVENT_RESUMED));
}

static void
test_the_rate_changes_on_the_way (Fixture      *fixture,
                                  gconstpointer data)
{
  guint n;
  const CvrEpochRow *rows;
  const CvrHistoryEvent *event;
  CvrSettings settings;

  settings = start (fixture, 3);
  cvr_training_step_epoch (fixture->training);
  session_test_wait (is_paused, fixture);
  settings.optim.lr = 0.004f;
  g_assert_true (cvr_training_tune (fixture->training, &settings, NULL));
  settings.optim.lr = 0.002f;
  g_assert_true (cvr_training_tune (fixture->training, &settings, NULL));
  cvr_training_resume (fixture->training);
  session_test_wait (is_idle, fixture);

  rows = cvr_history_epochs (cvr_training_get_history (fixture->training), &n);
  g_assert_cmpfloat_with_epsilon (rows[0].lr, 0.01, 1e-7);
  g_assert_cmpfloat_with_epsilon (rows[1].lr, 0.002, 1e-7);
  event = find_event (fixture, CVR_EVENT_LR_CHANGED);
  g_assert_nonnull (event);
  g_assert_cmpfloat (event->x, ==, 1);
  g_assert_cmpstr (event->text, ==, "learning rate 0.002 instead of 0.01");
  g_assert_null (find_event (fixture, CVR_EVENT_SETTING_CHANGED));
  g_assert_cmpfloat (cvr_training_get_settings (fixture->training)->optim.lr, ==, 0.002f);
}

static const CvrHistoryEvent *
find_text (Fixture    *fixture,
           const char *part)
{
  guint n;
  const CvrHistoryEvent *events =
    cvr_history_events (cvr_training_get_history (fixture->training), &n);

  for (guint i = 0; i < n; i++)
    if (events[i].kind == CVR_EVENT_SETTING_CHANGED && strstr (events[i].text, part) != NULL)
      return &events[i];

  return NULL;
}

static void
test_only_what_can_change_does (Fixture      *fixture,
                                gconstpointer data)
{
  CvrSettings settings = start (fixture, 3);
  const CvrSettings *now = cvr_training_get_settings (fixture->training);
  g_autoptr (GError) error = NULL;

  cvr_training_step_epoch (fixture->training);
  session_test_wait (is_paused, fixture);
  settings.optim.kind = NN_OPTIM_ADAM;
  settings.optim.momentum = 0.5f;
  settings.optim.weight_decay = 0.01f;
  settings.augment.strength[CVR_AUGMENT_SHIFT] = 0.4f;
  settings.epochs = 77;
  settings.early_stop = 5;
  g_assert_true (cvr_training_tune (fixture->training, &settings, NULL));
  g_assert_cmpint (now->optim.kind, ==, NN_OPTIM_MOMENTUM);
  g_assert_cmpfloat (now->optim.momentum, ==, 0.5f);
  g_assert_cmpfloat (now->augment.strength[CVR_AUGMENT_SHIFT], ==, 0.4f);
  g_assert_cmpuint (now->epochs, ==, 3);
  g_assert_cmpuint (now->early_stop, ==, 0);
  settings.optim.momentum = 7;
  g_assert_false (cvr_training_tune (fixture->training, &settings, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SPEC);
  g_assert_cmpfloat (now->optim.momentum, ==, 0.5f);

  cvr_training_resume (fixture->training);
  session_test_wait (is_idle, fixture);
  g_assert_nonnull (find_text (fixture, "momentum 0.5 instead of 0.9"));
  g_assert_nonnull (find_text (fixture, "shift 0.4"));
}

/* 49 pictures in batches of 8, then of 20; dropout at once. */
static void
test_batch_and_dropout (Fixture      *fixture,
                        gconstpointer data)
{
  CvrSettings settings = session_test_settings (3);
  const CvrHistoryEvent *event;
  CvrHistory *history;

  settings.dropout = 0.5f;
  g_assert_true (
    cvr_training_start (fixture->training, &settings, fixture->dataset, NULL, "bars", NULL));
  cvr_training_step_epoch (fixture->training);
  session_test_wait (is_paused, fixture);
  settings.batch = 20;
  settings.dropout = 0.2f;
  g_assert_true (cvr_training_tune (fixture->training, &settings, NULL));
  g_assert_cmpfloat (cvr_training_get_fraction (fixture->training), ==, 1.0 / 3);
  cvr_training_resume (fixture->training);
  session_test_wait (is_idle, fixture);

  history = cvr_training_get_history (fixture->training);
  g_assert_cmpuint (cvr_history_n_points (history, CVR_SERIES_LOSS), ==, 7 + 3 + 3);
  g_assert_cmpfloat (cvr_training_get_fraction (fixture->training), ==, 1);
  event = find_text (fixture, "batch 20 instead of 8");
  g_assert_nonnull (event);
  g_assert_cmpfloat (event->x, ==, 1);
  event = find_text (fixture, "dropout 0.2 instead of 0.5");
  g_assert_nonnull (event);
  g_assert_cmpfloat (event->x, ==, 1);
  g_assert_null (strstr (event->text, "batch"));
}

/* Each with a sentence, and nothing has changed. */
static void
test_what_can_not_be (Fixture      *fixture,
                      gconstpointer data)
{
  CvrSettings settings = start (fixture, 3);
  const CvrSettings *now = cvr_training_get_settings (fixture->training);

  cvr_training_step_epoch (fixture->training);
  session_test_wait (is_paused, fixture);
  for (guint which = 0; which < 2; which++)
    {
      CvrSettings other = settings;
      g_autoptr (GError) error = NULL;

      if (which == 0)
        other.batch = 4000;
      else
        other.dropout = 0.4f; /* it has no layer for it */
      g_assert_false (cvr_training_tune (fixture->training, &other, &error));
      g_assert_error (error, NN_ERROR, NN_ERROR_SPEC);
      g_test_message ("%s", error->message);
      g_assert_true (cvr_settings_equal (now, &settings));
    }
  cvr_training_stop (fixture->training);
  session_test_wait (is_idle, fixture);
  settings.batch = 4000;
  g_assert_true (cvr_training_tune (fixture->training, &settings, NULL));
}

/* The tail of the training is the same as that of one that began with the new augmentation. */
static void
test_augmentation_takes_effect (Fixture      *fixture,
                                gconstpointer data)
{
  double losses[2];

  for (guint changed = 0; changed < 2; changed++)
    {
      CvrSettings settings = start (fixture, 2);
      guint n;

      cvr_training_step_epoch (fixture->training);
      session_test_wait (is_paused, fixture);
      settings.augment.strength[CVR_AUGMENT_NOISE] = changed == 0 ? 0 : 1.0f;
      g_assert_true (cvr_training_tune (fixture->training, &settings, NULL));
      cvr_training_resume (fixture->training);
      session_test_wait (is_idle, fixture);
      losses[changed] = cvr_history_epochs (cvr_training_get_history (fixture->training), &n)[1].loss;
    }
  g_assert_cmpfloat (losses[0], !=, losses[1]);
}

static void
test_early_stopping_stands_on_the_curve (Fixture      *fixture,
                                         gconstpointer data)
{
  CvrSettings settings = session_test_settings (500);
  const CvrHistoryEvent *event;

  settings.early_stop = 2;
  g_assert_true (
    cvr_training_start (fixture->training, &settings, fixture->dataset, NULL, "bars", NULL));
  session_test_wait (is_idle, fixture);
  event = find_event (fixture, CVR_EVENT_EARLY_STOPPED);
  g_assert_nonnull (event);
  g_assert_cmpfloat (event->x, ==, n_epochs (fixture));
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    void      (*func) (Fixture *fixture, gconstpointer data);
  } cases[] = {
    { "/session/tuning/epoch-by-epoch", test_epoch_by_epoch },
    { "/session/tuning/the-last-epoch-ends-it", test_the_last_epoch_ends_it },
    { "/session/tuning/a-pause-takes-the-epoch-back", test_a_pause_takes_the_epoch_back },
    { "/session/tuning/the-rate-changes-on-the-way", test_the_rate_changes_on_the_way },
    { "/session/tuning/only-what-can-change-does", test_only_what_can_change_does },
    { "/session/tuning/batch-and-dropout-stand-on-the-curve-where-they-begin",
      test_batch_and_dropout },
    { "/session/tuning/what-can-not-be-has-a-sentence", test_what_can_not_be },
    { "/session/tuning/augmentation-takes-effect", test_augmentation_takes_effect },
    { "/session/tuning/early-stopping-stands-on-the-curve",
      test_early_stopping_stands_on_the_curve },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].path, Fixture, NULL, set_up, cases[i].func, tear_down);

  return g_test_run ();
}
