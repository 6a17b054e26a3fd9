/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves, their windows, their reading in words, and numbers as people read them. */
#include "cvr-history.h"
#include "cvr-words.h"

#include <math.h>
#include <string.h>

static void
test_a_million_steps_stay_bounded_and_their_means_right (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();
  enum { STEPS = 1000000 };
  const CvrBucket *buckets;
  double sum = 0, total = 0, count = 0, low = INFINITY, high = -INFINITY;
  guint n;

  for (guint i = 0; i < STEPS; i++)
    {
      double value = sin (i * 0.001) + (i % 7) * 0.1;

      cvr_history_add (history, CVR_SERIES_LOSS, i / 1000.0, value);
      sum += value;
    }
  buckets = cvr_history_series (history, CVR_SERIES_LOSS, &n);
  g_assert_cmpuint (n, <=, 2048);
  g_assert_cmpuint (n, >, 512);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpfloat (buckets[i].min, <=, buckets[i].mean);
      g_assert_cmpfloat (buckets[i].mean, <=, buckets[i].max);
      if (i > 0)
        g_assert_cmpfloat (buckets[i].x, >, buckets[i - 1].x);
      total += buckets[i].mean * buckets[i].count;
      count += buckets[i].count;
      low = MIN (low, buckets[i].min);
      high = MAX (high, buckets[i].max);
    }
  g_assert_cmpfloat (count, ==, STEPS);
  /* Means are kept as floats. */
  g_assert_cmpfloat_with_epsilon (total / STEPS, sum / STEPS, 1e-6);
  g_assert_cmpfloat (low, <, -0.99);
  g_assert_cmpfloat (high, >, 1.59);
}

static void
test_few_points_are_kept_as_they_are (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();
  const CvrBucket *buckets;
  guint n;

  for (guint i = 0; i < 2048; i++)
    cvr_history_add (history, CVR_SERIES_LR, i, i * 2.0);
  cvr_history_add (history, CVR_SERIES_LR, 1, (double) NAN);
  buckets = cvr_history_series (history, CVR_SERIES_LR, &n);
  g_assert_cmpuint (n, ==, 2048);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpfloat (buckets[i].mean, ==, i * 2.0);
      g_assert_cmpuint (buckets[i].count, ==, 1);
    }

  cvr_history_add (history, CVR_SERIES_LR, 2048, 7);
  buckets = cvr_history_series (history, CVR_SERIES_LR, &n);
  g_assert_cmpuint (n, ==, 1025);
  g_assert_cmpuint (buckets[0].count, ==, 2);
  g_assert_cmpfloat (buckets[0].mean, ==, 1);
  g_assert_cmpfloat (buckets[0].max, ==, 2);
}

static void
add_epoch (CvrHistory *history,
           guint       epoch,
           double      loss,
           double      accuracy,
           double      val_loss,
           double      val_accuracy,
           gboolean    best)
{
  CvrEpochRow row = {
    epoch, loss, accuracy, val_loss, val_accuracy, 0.001, epoch * 1.5, 1000, best
  };

  cvr_history_add (history, CVR_SERIES_LOSS, epoch, loss);
  cvr_history_add_epoch (history, &row);
}

static void
assert_equal (const CvrBucket *a,
              const CvrBucket *b)
{
  g_assert_cmpfloat (a->x, ==, b->x);
  g_assert_cmpfloat (a->min, ==, b->min);
  g_assert_cmpfloat (a->max, ==, b->max);
  g_assert_cmpfloat (a->mean, ==, b->mean);
  g_assert_cmpuint (a->count, ==, b->count);
}

static void
test_zooming_in_shows_single_steps (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();
  CvrBucket out[64];
  CvrBucket nearest;
  double first, last;
  guint n;

  for (guint i = 1; i <= 100000; i++)
    cvr_history_add (history, CVR_SERIES_LOSS, i / 1000.0, (i % 10) * 0.5);
  g_assert_cmpuint (cvr_history_n_points (history, CVR_SERIES_LOSS), ==, 100000);
  g_assert_true (cvr_history_extent (history, CVR_SERIES_LOSS, &first, &last));
  g_assert_cmpfloat (first, ==, 0.001);
  g_assert_cmpfloat (last, ==, 100);

  n = cvr_history_range (history, CVR_SERIES_LOSS, 50.0005, 50.0205, 64, out);
  g_assert_cmpuint (n, ==, 22); /* 50.001 … 50.020, and one on either side */
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpuint (out[i].count, ==, 1);
      g_assert_cmpfloat (out[i].x, ==, (50000 + i) / 1000.0);
      g_assert_cmpfloat (out[i].mean, ==, (i % 10) * 0.5);
    }
  g_assert_true (cvr_history_nearest (history, CVR_SERIES_LOSS, 50.0064, &nearest));
  g_assert_cmpfloat (nearest.x, ==, 50.006);
  g_assert_true (cvr_history_nearest (history, CVR_SERIES_LOSS, -3, &nearest));
  g_assert_cmpfloat (nearest.x, ==, 0.001);
  g_assert_true (cvr_history_nearest (history, CVR_SERIES_LOSS, 1e9, &nearest));
  g_assert_cmpfloat (nearest.x, ==, 100);
}

/* Whatever the window, what comes covers it without a gap, from neighbour to neighbour. */
static void
assert_covers (CvrHistory *history,
               double      x0,
               double      x1,
               guint       most)
{
  g_autofree CvrBucket *out = g_new (CvrBucket, most);
  guint n = cvr_history_range (history, CVR_SERIES_LOSS, x0, x1, most, out);
  double first, last;

  g_assert_cmpuint (n, >, 0);
  g_assert_cmpuint (n, <=, most);
  cvr_history_extent (history, CVR_SERIES_LOSS, &first, &last);
  g_assert_true (out[0].x <= x0 || out[0].count > 1 || out[0].x == first);
  g_assert_true (out[n - 1].x >= x1 || out[n - 1].count > 1 || out[n - 1].x == last);
  for (guint i = 1; i < n; i++)
    {
      g_assert_cmpfloat (out[i].x, >, out[i - 1].x);
      g_assert_cmpuint (out[i - 1].count, ==, out[0].count);
      g_assert_cmpuint (out[i].count, <=, out[0].count);
    }
}

static void
test_any_window_is_covered (void)
{
  static const guint sizes[] = { 1, 2, 3, 100, 2049, 131071, 131072, 131073, 300001 };
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    {
      g_autoptr (CvrHistory) history = cvr_history_new ();

      for (guint i = 0; i < sizes[s]; i++)
        cvr_history_add (history, CVR_SERIES_LOSS, i, i % 3);
      g_assert_cmpuint (cvr_history_n_points (history, CVR_SERIES_LOSS), ==, sizes[s]);
      for (guint j = 0; j < 200; j++)
        {
          double x0 = g_rand_double_range (rand, -10, sizes[s] + 10.0);
          double x1 = x0 + g_rand_double_range (rand, 0, sizes[s] * 1.0);

          assert_covers (history, x0, x1, (guint) g_rand_int_range (rand, 4, 900));
        }
      assert_covers (history, 0, sizes[s], 4);
    }
}

static void
test_a_window_of_nothing_is_empty (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();
  CvrBucket out[4];
  double first, last;

  g_assert_cmpuint (cvr_history_range (history, CVR_SERIES_LOSS, 0, 1, 4, out), ==, 0);
  g_assert_false (cvr_history_extent (history, CVR_SERIES_LOSS, &first, &last));
  g_assert_false (cvr_history_nearest (history, CVR_SERIES_LOSS, 0, out));
  cvr_history_add (history, CVR_SERIES_LOSS, 1, 2);
  g_assert_cmpuint (cvr_history_range (history, CVR_SERIES_LOSS, (double) NAN, 1, 4, out), ==, 0);
  g_assert_cmpuint (cvr_history_range (history, CVR_SERIES_LOSS, 3, 2, 4, out), ==, 0);
}

static void
test_a_coarser_copy_has_the_same_points (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();
  g_autoptr (CvrHistory) fine = NULL;
  g_autoptr (CvrHistory) coarse = NULL;
  const CvrBucket *buckets;
  CvrBucket all[2048];
  guint n, n_all;

  for (guint i = 0; i < 70001; i++)
    cvr_history_add (history, CVR_SERIES_LOSS, i, i);
  cvr_history_add_event (history, 3, CVR_EVENT_LR_CHANGED, "0.01");
  fine = cvr_history_copy (history, 0);
  coarse = cvr_history_copy (history, 1000);
  g_assert_cmpuint (cvr_history_n_points (fine, CVR_SERIES_LOSS), ==, 70001);
  g_assert_cmpuint (cvr_history_n_points (coarse, CVR_SERIES_LOSS), ==, 70001);
  n_all = cvr_history_range (coarse, CVR_SERIES_LOSS, 0, 70001, 2048, all);
  g_assert_cmpuint (n_all, <=, 1001);
  g_assert_cmpuint (n_all, >, 500);
  g_assert_cmpfloat (all[n_all - 1].max, ==, 70000);
  buckets = cvr_history_series (fine, CVR_SERIES_LOSS, &n);
  g_assert_cmpuint (n, >, n_all);
  g_assert_cmpuint (buckets[0].count, <, all[0].count);

  /* It goes on. */
  for (guint i = 70001; i < 200000; i++)
    {
      cvr_history_add (coarse, CVR_SERIES_LOSS, i, i);
      cvr_history_add (fine, CVR_SERIES_LOSS, i, i);
    }
  g_assert_cmpuint (cvr_history_n_points (coarse, CVR_SERIES_LOSS), ==, 200000);
  cvr_history_series (coarse, CVR_SERIES_LOSS, &n);
  buckets = cvr_history_series (fine, CVR_SERIES_LOSS, &n_all);
  g_assert_cmpuint (n, ==, n_all);
  assert_equal (&cvr_history_series (coarse, CVR_SERIES_LOSS, &n)[5], &buckets[5]);
}

static void
test_events_stand_in_their_order (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();
  const CvrHistoryEvent *events;
  guint n;

  cvr_history_add_event (history, 1.5, CVR_EVENT_LR_CHANGED, "0.01");
  cvr_history_add_event (history, 2, CVR_EVENT_BEST, NULL);
  cvr_history_add_event (history, (double) NAN, CVR_EVENT_PAUSED, NULL);
  events = cvr_history_events (history, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpstr (events[0].text, ==, "0.01");
  g_assert_cmpfloat (events[0].x, ==, 1.5);
  g_assert_cmpint ((gint) events[1].kind, ==, CVR_EVENT_BEST);
  g_assert_null (events[1].text);
  for (guint i = 0; i < 2000; i++)
    cvr_history_add_event (history, 3, CVR_EVENT_PAUSED, NULL);
  cvr_history_events (history, &n);
  g_assert_cmpuint (n, ==, CVR_HISTORY_MOST_EVENTS);
}

static void
assert_reading (CvrHistory *history,
                guint       planned,
                gboolean    running,
                const char *piece)
{
  g_autofree char *reading = cvr_history_dup_reading (history, planned, running);

  g_test_message ("%s", reading);
  g_assert_nonnull (strstr (reading, piece));
}

static void
test_readings_while_it_runs (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();

  assert_reading (history, 10, TRUE, "Getting ready");
  cvr_history_add (history, CVR_SERIES_LOSS, 0.1, 2.3);
  assert_reading (history, 10, TRUE, "First pass");
  add_epoch (history, 1, 1.0, 0.6, 1.1, 0.55, TRUE);
  add_epoch (history, 2, 0.7, 0.7, 0.8, 0.68, TRUE);
  assert_reading (history, 10, TRUE, "It is learning");
  assert_reading (history, 10, TRUE, "68.0\u202f%");
}

static void
test_reading_of_overfitting (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();

  add_epoch (history, 1, 1.0, 0.6, 1.0, 0.6, TRUE);
  add_epoch (history, 2, 0.5, 0.8, 0.7, 0.75, TRUE);
  add_epoch (history, 3, 0.3, 0.9, 0.8, 0.74, FALSE);
  add_epoch (history, 4, 0.2, 0.95, 0.9, 0.74, FALSE);
  assert_reading (history, 10, TRUE, "It is learning"); /* Two epochs may still be chance. */
  add_epoch (history, 5, 0.1, 0.99, 1.0, 0.73, FALSE);
  assert_reading (history, 10, TRUE, "Overfitting");
  assert_reading (history, 10, TRUE, "epoch 2");
}

static void
test_reading_of_a_plateau (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();

  for (guint i = 1; i <= 8; i++)
    add_epoch (history, i, 0.5 - 0.001 * i, 0.8, i == 3 ? 0.55 : 0.56, 0.79, i == 3);
  assert_reading (history, 20, TRUE, "stopped getting better");
  assert_reading (history, 20, TRUE, "epoch 3");
}

static void
test_reading_of_divergence (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();

  add_epoch (history, 1, 1.0, 0.5, 1.0, 0.5, TRUE);
  add_epoch (history, 2, 2.0, 0.3, 2.5, 0.3, FALSE);
  add_epoch (history, 3, 9.0, 0.1, 9.5, 0.1, FALSE);
  assert_reading (history, 10, TRUE, "ten times smaller");
  assert_reading (history, 10, FALSE, "ten times smaller");
}

static void
test_readings_when_it_has_ended (void)
{
  g_autoptr (CvrHistory) nothing = cvr_history_new ();
  g_autoptr (CvrHistory) under = cvr_history_new ();
  g_autoptr (CvrHistory) over = cvr_history_new ();
  g_autoptr (CvrHistory) good = cvr_history_new ();
  g_autoptr (CvrHistory) growing = cvr_history_new ();
  g_autoptr (CvrHistory) alone = cvr_history_new ();

  assert_reading (nothing, 3, FALSE, "Nothing trained yet");
  cvr_history_add (nothing, CVR_SERIES_LOSS, 0.2, 2);
  assert_reading (nothing, 3, FALSE, "before the first epoch");

  add_epoch (under, 1, 2.0, 0.2, 2.0, 0.2, FALSE);
  add_epoch (under, 2, 1.9, 0.3, 1.9, 0.3, TRUE);
  assert_reading (under, 2, FALSE, "Underfitting");
  assert_reading (under, 2, FALSE, "30.0\u202f%");

  add_epoch (over, 1, 0.5, 0.8, 0.6, 0.7, FALSE);
  add_epoch (over, 2, 0.1, 0.99, 0.59, 0.75, TRUE);
  assert_reading (over, 2, FALSE, "Overfitting");
  assert_reading (over, 2, FALSE, "75.0\u202f%");

  add_epoch (good, 1, 0.5, 0.9, 0.3, 0.968, TRUE);
  add_epoch (good, 2, 0.2, 0.95, 0.31, 0.96, FALSE);
  assert_reading (good, 2, FALSE, "96.8\u202f%");
  assert_reading (good, 2, FALSE, "Epoch 1 was the best");

  add_epoch (growing, 1, 0.5, 0.8, 0.5, 0.8, FALSE);
  add_epoch (growing, 2, 0.3, 0.9, 0.3, 0.9, TRUE);
  assert_reading (growing, 2, FALSE, "more epochs may help");

  add_epoch (alone, 1, 0.3, 0.9, (double) NAN, (double) NAN, TRUE);
  assert_reading (alone, 1, FALSE, "Keep some pictures for validation");
}

static void
assert_percent (double      fraction,
                guint64     n,
                const char *expected)
{
  g_autofree char *text = cvr_words_percent (fraction, n);

  g_assert_cmpstr (text, ==, expected);
}

static void
assert_points (double      before,
               double      after,
               guint64     n,
               const char *expected)
{
  g_autofree char *text = cvr_words_points (before, after, n);

  g_assert_cmpstr (text, ==, expected);
}

/* What a reader gets who subtracts the two percentages. */
static void
test_points_are_those_of_the_percentages (void)
{
  assert_points (0.968, 0.951, 2000, "−1.7 points");
  assert_points (0.797, 0.703, 64, "−10 points");
  assert_points (0.5, 0.51, 100, "+1 point");
  assert_points (0.8, 0.8, 64, NULL);
  assert_points (0.798, 0.803, 199, "+0.5 points");
  assert_points ((double) NAN, 0.5, 10, NULL);
}

static void
test_percentages_are_honest (void)
{
  assert_percent (0.968, 2000, "96.8\u202f%");
  assert_percent (0.968, 50, "97\u202f%");
  assert_percent (0.9999, 100000, "99.9\u202f%");
  assert_percent (0.999, 20, "99\u202f%");
  assert_percent (0.0001, 100000, "0.1\u202f%");
  assert_percent (1, 2000, "100\u202f%");
  assert_percent (0, 2000, "0\u202f%");
  assert_percent ((double) NAN, 0, "–");
}

static void
test_times_have_two_units_at_most (void)
{
  static const struct { double seconds; const char *expected; } cases[] = {
    { 0.2, "0 s" }, { 8.4, "8 s" }, { 59.4, "59 s" }, { 59.6, "1 min 0 s" }, { 130, "2 min 10 s" },
    { 3900, "1 h 5 min" }, { -1, "–" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = cvr_words_time (cases[i].seconds);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
check_short (guint64     count,
             const char *text)
{
  g_autofree char *shown = cvr_words_short_count (count);

  g_assert_cmpstr (shown, ==, text);
}

static void
test_short_counts (void)
{
  check_short (0, "0");
  check_short (99999, "99999"); /* the tests' locale doesn't group */
  check_short (100000, "100\u00a0k");
  check_short (551018, "551\u00a0k");
  check_short (999499, "999\u00a0k");
  check_short (999500, "1.0\u00a0M");
  check_short (11689512, "11.7\u00a0M");
  check_short (138357544, "138\u00a0M");
  check_short (G_GUINT64_CONSTANT (7000000000), "7.0\u00a0G");
}

static void
check_number (double      value,
              const char *text)
{
  g_autofree char *shown = cvr_words_number (value);

  g_assert_cmpstr (shown, ==, text);
}

static void
test_numbers_are_decimals (void)
{
  check_number (0, "0");
  check_number (1e-8, "0.00000001");
  check_number ((double) 3e-5f, "0.00003");
  check_number (0.123456789, "0.123457");
  check_number (-0.5, "-0.5");
  check_number (32, "32");
  check_number (4294967295.0, "4294967295");
}

static void
check_figure (double      value,
              guint       digits,
              const char *text)
{
  g_autofree char *shown = cvr_words_figure (value, digits);

  g_assert_cmpstr (shown, ==, text);
}

static void
test_figures_have_few_digits (void)
{
  check_figure (0.000314159, 3, "0.000314");
  check_figure ((double) 3e-5f, 3, "0.00003");
  check_figure (0.27, 2, "0.27");
  check_figure (12345.6, 3, "12346");
  check_figure (100, 3, "100");
  check_figure (0.9996, 3, "1");
  check_figure (1e-30, 3, "1e-30");
  check_figure (NAN, 3, "–");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/history/a-million-steps-stay-bounded-and-their-means-right",
                   test_a_million_steps_stay_bounded_and_their_means_right);
  g_test_add_func ("/session/history/few-points-are-kept-as-they-are",
                   test_few_points_are_kept_as_they_are);
  g_test_add_func ("/session/history/zooming-in-shows-single-steps",
                   test_zooming_in_shows_single_steps);
  g_test_add_func ("/session/history/any-window-is-covered", test_any_window_is_covered);
  g_test_add_func ("/session/history/a-window-of-nothing-is-empty",
                   test_a_window_of_nothing_is_empty);
  g_test_add_func ("/session/history/a-coarser-copy-has-the-same-points",
                   test_a_coarser_copy_has_the_same_points);
  g_test_add_func ("/session/history/events-stand-in-their-order",
                   test_events_stand_in_their_order);
  g_test_add_func ("/session/reading/while-it-runs", test_readings_while_it_runs);
  g_test_add_func ("/session/reading/overfitting", test_reading_of_overfitting);
  g_test_add_func ("/session/reading/a-plateau", test_reading_of_a_plateau);
  g_test_add_func ("/session/reading/divergence", test_reading_of_divergence);
  g_test_add_func ("/session/reading/when-it-has-ended", test_readings_when_it_has_ended);
  g_test_add_func ("/session/words/percentages-are-honest", test_percentages_are_honest);
  g_test_add_func ("/session/words/points-are-those-of-the-percentages",
                   test_points_are_those_of_the_percentages);
  g_test_add_func ("/session/words/times-have-two-units-at-most",
                   test_times_have_two_units_at_most);
  g_test_add_func ("/session/words/short-counts-have-about-three-digits", test_short_counts);
  g_test_add_func ("/session/words/numbers-are-decimals", test_numbers_are_decimals);
  g_test_add_func ("/session/words/figures-have-few-digits", test_figures_have_few_digits);

  return g_test_run ();
}
