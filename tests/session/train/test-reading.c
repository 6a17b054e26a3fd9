/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves are read at the moment something can be seen, with what to try. */
#include "cvr-reading.h"

#include <math.h>
#include <string.h>

static void
add_epoch (CvrHistory *history,
           double      loss,
           double      accuracy,
           double      val_loss,
           double      val_accuracy)
{
  guint n;
  CvrEpochRow row = { 0, loss, accuracy, val_loss, val_accuracy, 0.001, 1, 100, FALSE };

  cvr_history_epochs (history, &n);
  row.epoch = n + 1;
  row.best = n == 0;
  cvr_history_add_epoch (history, &row);
}

static void
assert_sign (CvrHistory *history,
             gboolean    running,
             CvrSign     sign,
             guint       since,
             gint        first_remedy)
{
  CvrSettings settings = cvr_settings_default ();
  g_autoptr (CvrReading) reading = cvr_reading_new (history, &settings, 20, running);

  g_test_message ("%s", reading->sentence);
  g_test_message ("%s", reading->detail);
  g_assert_cmpint (reading->sign, ==, sign);
  g_assert_cmpuint (reading->since, ==, since);
  if (first_remedy < 0)
    g_assert_cmpuint (reading->n_remedies, ==, 0);
  else
    g_assert_cmpint (reading->remedies[0], ==, first_remedy);
}

static void
test_overfitting_in_jumps (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();

  assert_sign (history, TRUE, CVR_SIGN_NOTHING, 0, -1);
  add_epoch (history, 0.9, 0.6, 0.8, 0.65);
  add_epoch (history, 0.6, 0.75, 0.6, 0.75);
  add_epoch (history, 0.4, 0.85, 0.7, 0.74);
  add_epoch (history, 0.3, 0.9, 0.66, 0.75);
  assert_sign (history, TRUE, CVR_SIGN_LEARNING, 0, -1);
  /* It never rises three times in a row, but never comes back either. */
  add_epoch (history, 0.2, 0.95, 0.75, 0.74);
  assert_sign (history, TRUE, CVR_SIGN_OVERFITTING, 2, CVR_REMEDY_AUGMENT);
}

static void
test_underfitting_while_it_runs (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();

  add_epoch (history, 2.3, 0.1, 2.3, 0.1);
  for (guint i = 0; i < 4; i++)
    add_epoch (history, 2.2 - 0.001 * i, 0.2, 2.2, 0.2);
  add_epoch (history, 2.197, 0.2, 2.2, 0.2);
  assert_sign (history, TRUE, CVR_SIGN_LEARNING, 0, -1);
  add_epoch (history, 2.196, 0.2, 2.2, 0.2);
  assert_sign (history, TRUE, CVR_SIGN_UNDERFITTING, 2, CVR_REMEDY_LARGER_NETWORK);
}

static void
test_a_plateau_and_a_divergence (void)
{
  g_autoptr (CvrHistory) flat = cvr_history_new ();
  g_autoptr (CvrHistory) wild = cvr_history_new ();

  add_epoch (flat, 0.5, 0.8, 0.5, 0.8);
  for (guint i = 0; i < 5; i++)
    add_epoch (flat, 0.3, 0.9, 0.5, 0.8);
  assert_sign (flat, TRUE, CVR_SIGN_PLATEAU, 1, CVR_REMEDY_LOWER_RATE);

  add_epoch (wild, 1, 0.5, 1, 0.5);
  add_epoch (wild, 3, 0.3, 3, 0.3);
  add_epoch (wild, 9, 0.1, 9, 0.1);
  assert_sign (wild, TRUE, CVR_SIGN_DIVERGING, 0, CVR_REMEDY_LOWER_RATE);
  assert_sign (wild, FALSE, CVR_SIGN_DIVERGING, 0, CVR_REMEDY_LOWER_RATE);
}

/* Augmented on the way: its own pictures are harder from then on, which is no running away. */
static void
test_a_harder_task_is_no_divergence (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();

  for (guint i = 0; i < 4; i++)
    add_epoch (history, 0.5 - 0.1 * i, 0.9, 0.6, 0.8);
  cvr_history_add_event (history, 4.3, CVR_EVENT_SETTING_CHANGED, "augmented");
  add_epoch (history, 0.7, 0.75, 0.6, 0.8);
  add_epoch (history, 0.68, 0.76, 0.59, 0.81);
  add_epoch (history, 0.66, 0.77, 0.58, 0.81);
  assert_sign (history, TRUE, CVR_SIGN_LEARNING, 0, -1);
  /* What runs away after it still does. */
  add_epoch (history, 1.6, 0.3, 1.9, 0.3);
  add_epoch (history, 2.2, 0.1, 2.3, 0.1);
  assert_sign (history, TRUE, CVR_SIGN_DIVERGING, 0, CVR_REMEDY_LOWER_RATE);
}

/* Half of two balanced kinds is what a coin gets. */
static void
test_guessing_is_not_called_learning (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();
  g_autoptr (CvrReading) plain = NULL;
  g_autoptr (CvrReading) weighed = NULL;

  add_epoch (history, 0.69, 0.52, 0.7, 0.5);
  plain = cvr_reading_new (history, NULL, 5, TRUE);
  weighed = cvr_reading_new (history, NULL, 5, TRUE);
  g_assert_cmpint (plain->sign, ==, CVR_SIGN_LEARNING);
  cvr_reading_weigh (weighed, history, NAN);
  g_assert_cmpstr (weighed->sentence, ==, plain->sentence);
  cvr_reading_weigh (weighed, history, 0.4);
  g_assert_cmpstr (weighed->sentence, ==, plain->sentence);
  cvr_reading_weigh (weighed, history, 0.5);
  g_assert_cmpstr (weighed->sentence, !=, plain->sentence);
}

/* The best epoch was wrong about half of its own pictures, the last one about none: while it runs
 * and at the end that is one and the same thing. */
static void
test_learning_by_heart_after_the_best_epoch_is_overfitting (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();
  g_autoptr (CvrReading) reading = NULL;

  add_epoch (history, 0.68, 0.508, 0.66, 0.6);
  for (guint i = 1; i < 8; i++)
    add_epoch (history, 0.68 - 0.09 * i, 0.508 + 0.06 * i, 0.66 + 0.1 * i, 0.58);
  add_epoch (history, 0.02, 1, 1.5, 0.58);
  assert_sign (history, TRUE, CVR_SIGN_OVERFITTING, 6, CVR_REMEDY_AUGMENT);
  assert_sign (history, FALSE, CVR_SIGN_OVERFITTING, 1, CVR_REMEDY_AUGMENT);
  reading = cvr_reading_new (history, NULL, 9, FALSE);
  g_assert_nonnull (strstr (reading->sentence, "100"));
  g_assert_nonnull (strstr (reading->sentence, "60"));
  g_assert_null (strstr (reading->sentence, "51"));
}

/* Above a minimum near nothing is still next to nothing. */
static void
test_a_tiny_loss_has_not_run_away (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();

  cvr_history_add (history, CVR_SERIES_LOSS, 0.1, 2.3);
  for (guint i = 0; i < 6; i++)
    add_epoch (history, 1.0 / (1 << (3 * i)), MIN (0.8 + 0.05 * i, 1), 0.5, 0.85);
  for (guint i = 0; i < 3; i++)
    add_epoch (history, 0.02, 0.992, 0.5, 0.85);
  assert_sign (history, TRUE, CVR_SIGN_PLATEAU, 4, CVR_REMEDY_LOWER_RATE);
  /* Where it came down again it is over. */
  add_epoch (history, 2.6, 0.1, 2.7, 0.1);
  add_epoch (history, 2.5, 0.1, 2.6, 0.1);
  assert_sign (history, TRUE, CVR_SIGN_DIVERGING, 0, CVR_REMEDY_LOWER_RATE);
  add_epoch (history, 0.5, 0.906, 0.6, 0.84);
  assert_sign (history, TRUE, CVR_SIGN_PLATEAU, 7, CVR_REMEDY_LOWER_RATE);
}

/* What is said of the losses is so. */
static void
test_losses_are_compared_with_the_lowest (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();
  g_autoptr (CvrReading) risen = NULL;
  g_autoptr (CvrReading) fallen = NULL;

  add_epoch (history, 1.17, 0.5, 0.726, 0.5);
  add_epoch (history, 1.506, 0.4, 1.586, 0.4);
  risen = cvr_reading_new (history, NULL, 9, TRUE);
  g_assert_null (strstr (risen->detail, "fall"));
  g_assert_nonnull (strstr (risen->detail, "0.726 in epoch 1"));
  add_epoch (history, 1, 0.6, 0.7, 0.55);
  fallen = cvr_reading_new (history, NULL, 9, TRUE);
  g_assert_nonnull (strstr (fallen->detail, "Both losses still fall"));
  g_assert_nonnull (strstr (fallen->detail, "0.7 (the lowest so far)"));
}

static void
test_early_stopping_is_said (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();
  g_autoptr (CvrReading) by_hand = NULL;
  g_autoptr (CvrReading) early = NULL;

  add_epoch (history, 0.5, 0.8, 0.5, 0.8);
  for (guint i = 0; i < 6; i++)
    add_epoch (history, 0.49, 0.8, 0.51, 0.8);
  by_hand = cvr_reading_new (history, NULL, 60, FALSE);
  g_assert_null (strstr (by_hand->sentence, "Stopped early"));
  cvr_history_add_event (history, 7, CVR_EVENT_EARLY_STOPPED, NULL);
  early = cvr_reading_new (history, NULL, 60, FALSE);
  g_assert_true (g_str_has_prefix (early->sentence, "Stopped early after epoch 7 of 60: 6 epochs "
                                                    "without progress. "));
  g_assert_nonnull (strstr (early->sentence, "Epoch 1 was the best"));
}

/* What was said to be too little learning is so still where the end is no better. */
static void
test_learning_too_little_is_underfitting (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();

  add_epoch (history, 0.68, 0.508, 0.66, 0.6);
  for (guint i = 1; i < 8; i++)
    add_epoch (history, 0.67, 0.52, 0.66 + 0.001 * i, 0.58);
  assert_sign (history, FALSE, CVR_SIGN_UNDERFITTING, 0, CVR_REMEDY_LARGER_NETWORK);
}

/* After one epoch nothing can have risen. */
static void
test_the_detail_says_what_the_losses_did (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();
  g_autoptr (CvrHistory) ended = cvr_history_new ();
  g_autoptr (CvrReading) once = NULL;
  g_autoptr (CvrReading) stopped = NULL;

  add_epoch (history, 0.2, 0.953, 0.8, 0.688);
  once = cvr_reading_new (history, NULL, 1, FALSE);
  g_assert_cmpint (once->sign, ==, CVR_SIGN_OVERFITTING);
  g_assert_null (strstr (once->detail, "risen"));
  g_assert_nonnull (strstr (once->detail, "far more often"));

  for (guint i = 0; i < 4; i++)
    add_epoch (ended, 0.2, 0.95, 0.3 + 0.01 * i, 0.94);
  cvr_history_add_event (ended, 4, CVR_EVENT_EARLY_STOPPED, NULL);
  stopped = cvr_reading_new (ended, NULL, 60, FALSE);
  g_assert_cmpint (stopped->sign, ==, CVR_SIGN_DONE);
  g_assert_nonnull (strstr (stopped->detail, "Early stopping"));
}

static void
test_small_numbers_are_decimals (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();
  g_autoptr (CvrReading) reading = NULL;
  CvrEpochRow row = { 1, 0.0000412, 1, 0.0000533, 1, (double) 3e-5f, 1, 100, TRUE };

  cvr_history_add_epoch (history, &row);
  reading = cvr_reading_new (history, NULL, 9, TRUE);
  g_assert_nonnull (strstr (reading->detail, "0.00003."));
  g_assert_nonnull (strstr (reading->detail, "0.0000412"));
  g_assert_null (strstr (reading->detail, "e-"));
}

/* The network is dead after it: flat at chance level, which looks like learning too little. */
static void
test_what_exploded_is_no_underfitting (void)
{
  g_autoptr (CvrHistory) exploded = cvr_history_new ();
  g_autoptr (CvrHistory) noisy = cvr_history_new ();
  g_autoptr (CvrHistory) given_up = cvr_history_new ();

  cvr_history_add (exploded, CVR_SERIES_LOSS, 0.1, 2.3);
  cvr_history_add (exploded, CVR_SERIES_LOSS, 0.2, 60);
  cvr_history_add (exploded, CVR_SERIES_LOSS, 0.3, 2.31);
  add_epoch (exploded, 21.5, 0.1, 2.31, 0.1);
  for (guint i = 0; i < 6; i++)
    add_epoch (exploded, 2.31, 0.1, 2.31, 0.1);
  assert_sign (exploded, TRUE, CVR_SIGN_DIVERGING, 2, CVR_REMEDY_LOWER_RATE);
  assert_sign (exploded, FALSE, CVR_SIGN_DIVERGING, 0, CVR_REMEDY_LOWER_RATE);

  /* Batches of four pictures, at a rate too small to learn anything. */
  for (guint i = 0; i < 32; i++)
    cvr_history_add (noisy, CVR_SERIES_LOSS, (i + 1) / 32.0, i % 3 == 2 ? 4 : 1);
  for (guint i = 0; i < 6; i++)
    add_epoch (noisy, 2.0, 0.5, 1.14, 0.5);
  assert_sign (noisy, FALSE, CVR_SIGN_UNDERFITTING, 0, CVR_REMEDY_LARGER_NETWORK);

  cvr_history_add (given_up, CVR_SERIES_LOSS, 0.1, NAN);
  cvr_history_add_event (given_up, 0.1, CVR_EVENT_DIVERGED, NULL);
  assert_sign (given_up, FALSE, CVR_SIGN_DIVERGING, 0, CVR_REMEDY_LOWER_RATE);
}

static void
test_what_is_tried_changes_the_settings (void)
{
  for (guint r = 0; r < CVR_N_REMEDIES; r++)
    {
      CvrSettings settings = cvr_settings_default ();
      CvrSettings before;
      guint n_times = 0;

      settings.augment.strength[CVR_AUGMENT_FLIP] = 0.5f;
      g_assert_nonnull (cvr_remedy_title (r));
      g_assert_nonnull (cvr_remedy_reason (r));
      before = settings;
      g_assert_true (cvr_remedy_apply (r, &settings));
      g_assert_false (cvr_settings_equal (&settings, &before));
      g_assert_true (cvr_settings_check (&settings, NULL));
      /* No cure can be taken for ever; one that changes nothing leaves the settings alone. */
      while (cvr_remedy_apply (r, &settings) && n_times++ < 200)
        ;
      g_assert_cmpuint (n_times, <, 200);
      g_assert_true (cvr_settings_check (&settings, NULL));
    }
}

static void
test_mirroring_is_never_proposed (void)
{
  CvrSettings settings = cvr_settings_default ();

  g_assert_true (cvr_remedy_apply (CVR_REMEDY_AUGMENT, &settings));
  g_assert_cmpfloat (settings.augment.strength[CVR_AUGMENT_FLIP], ==, 0);
  g_assert_cmpfloat (settings.augment.strength[CVR_AUGMENT_SHIFT], >, 0);
}

static void
test_the_detail_carries_the_numbers (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();
  g_autoptr (CvrReading) reading = NULL;

  add_epoch (history, 1, 0.5, 1, 0.5);
  add_epoch (history, 0.5, 0.75, 0.8, 0.7);
  reading = cvr_reading_new (history, NULL, 10, TRUE);
  g_test_message ("%s", reading->detail);
  g_assert_nonnull (strstr (reading->detail, "Epoch 2"));
  g_assert_nonnull (strstr (reading->detail, "training loss 0.5,"));
  g_assert_nonnull (strstr (reading->detail, "validation loss 0.8 (the lowest so far);"));
}

static void
test_numbers_are_never_right (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();
  static const gboolean running[] = { TRUE, FALSE };

  add_epoch (history, 1, NAN, 1.2, NAN);
  add_epoch (history, 0.5, NAN, 0.7, NAN);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (CvrReading) reading = cvr_reading_new (history, NULL, 20, running[i]);

      g_test_message ("%s", reading->sentence);
      g_assert_null (strstr (reading->sentence, "right"));
      g_assert_null (strstr (reading->detail, "right"));
      g_assert_nonnull (strstr (reading->sentence, "loss"));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/reading/learning-by-heart-after-the-best-epoch-is-overfitting",
                   test_learning_by_heart_after_the_best_epoch_is_overfitting);
  g_test_add_func ("/session/reading/a-tiny-loss-has-not-run-away",
                   test_a_tiny_loss_has_not_run_away);
  g_test_add_func ("/session/reading/losses-are-compared-with-the-lowest",
                   test_losses_are_compared_with_the_lowest);
  g_test_add_func ("/session/reading/early-stopping-is-said", test_early_stopping_is_said);
  g_test_add_func ("/session/reading/learning-too-little-is-underfitting",
                   test_learning_too_little_is_underfitting);
  g_test_add_func ("/session/reading/small-numbers-are-decimals", test_small_numbers_are_decimals);
  g_test_add_func ("/session/reading/overfitting-in-jumps", test_overfitting_in_jumps);
  g_test_add_func ("/session/reading/underfitting-while-it-runs", test_underfitting_while_it_runs);
  g_test_add_func ("/session/reading/a-plateau-and-a-divergence", test_a_plateau_and_a_divergence);
  g_test_add_func ("/session/reading/a-harder-task-is-no-divergence",
                   test_a_harder_task_is_no_divergence);
  g_test_add_func ("/session/reading/guessing-is-not-called-learning",
                   test_guessing_is_not_called_learning);
  g_test_add_func ("/session/reading/the-detail-says-what-the-losses-did",
                   test_the_detail_says_what_the_losses_did);
  g_test_add_func ("/session/reading/what-exploded-is-no-underfitting",
                   test_what_exploded_is_no_underfitting);
  g_test_add_func ("/session/reading/what-is-tried-changes-the-settings",
                   test_what_is_tried_changes_the_settings);
  g_test_add_func ("/session/reading/mirroring-is-never-proposed",
                   test_mirroring_is_never_proposed);
  g_test_add_func ("/session/reading/the-detail-carries-the-numbers",
                   test_the_detail_carries_the_numbers);
  g_test_add_func ("/session/reading/numbers-are-never-right", test_numbers_are_never_right);

  return g_test_run ();
}
