/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A history as the file keeps it, and as older versions kept it. */
#include "cvr-history.h"

#include <math.h>
#include <string.h>

static CvrHistory *
read_text (const char *text,
           GError    **error)
{
  return cvr_history_from_bytes ((const guint8 *) text, strlen (text), error);
}

static CvrHistory *
make (guint n_steps)
{
  CvrHistory *history = cvr_history_new ();
  const CvrEpochRow rows[] = {
    { 1, 1.0 / 3, 0.5, (double) NAN, (double) NAN, 0.001, 1.5, 1000, FALSE },
    { 2, 0.2, 0.9, 0.3, 0.85, 0.001, 3, 1000, TRUE },
  };

  for (guint i = 0; i < n_steps; i++)
    {
      cvr_history_add (history, CVR_SERIES_LOSS, i / 97.0, 1.0 / (i + 1));
      cvr_history_add (history, CVR_SERIES_LR, i / 97.0, 0.001);
    }
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    cvr_history_add_epoch (history, &rows[i]);
  cvr_history_add_event (history, 1.25, CVR_EVENT_LR_CHANGED, "0,01 — más");
  cvr_history_add_event (history, 2, CVR_EVENT_BEST, NULL);

  return history;
}

static void
assert_comes_back (guint n_steps)
{
  g_autoptr (CvrHistory) history = make (n_steps);
  g_autoptr (CvrHistory) read = NULL;
  g_autoptr (GBytes) bytes = cvr_history_to_bytes (history);
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GError) error = NULL;
  const CvrHistoryEvent *events;
  const CvrEpochRow *rows;
  guint n;

  read = cvr_history_from_bytes (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  again = cvr_history_to_bytes (read);
  g_assert_true (g_bytes_equal (bytes, again));
  g_assert_cmpuint (cvr_history_n_points (read, CVR_SERIES_LOSS), ==, n_steps);
  rows = cvr_history_epochs (read, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_true (isnan (rows[0].val_loss));
  g_assert_cmpfloat (rows[0].loss, ==, 1.0 / 3);
  g_assert_cmpfloat (rows[1].val_accuracy, ==, 0.85);
  g_assert_cmpuint (cvr_history_best_epoch (read), ==, 2);
  events = cvr_history_events (read, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpstr (events[0].text, ==, "0,01 — más");
  g_assert_null (events[1].text);
  g_assert_cmpfloat (events[1].x, ==, 2);
}

static void
test_everything_comes_back (void)
{
  static const guint sizes[] = { 0, 1, 2, 2047, 131071, 131072, 131073, 262145 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    assert_comes_back (sizes[i]);
}

static void
test_ten_thousand_steps_are_small (void)
{
  g_autoptr (CvrHistory) history = make (10000);
  g_autoptr (GBytes) bytes = cvr_history_to_bytes (history);

  g_test_message ("%" G_GSIZE_FORMAT " bytes", g_bytes_get_size (bytes));
  g_assert_cmpuint (g_bytes_get_size (bytes), <, 70000);
}

/* None of these may read beyond its end or be taken for a history. */
static void
test_what_is_cut_off_is_refused (void)
{
  g_autoptr (CvrHistory) history = make (40);
  g_autoptr (GBytes) bytes = cvr_history_to_bytes (history);
  gsize length = g_bytes_get_size (bytes);

  for (gsize i = 0; i < length; i++)
    {
      g_autofree guint8 *part = g_memdup2 (g_bytes_get_data (bytes, NULL), i);
      g_autoptr (GError) error = NULL;

      g_assert_null (cvr_history_from_bytes (part, i, &error));
      g_assert_nonnull (error);
    }
}

static void
test_flipped_bits_do_no_harm (void)
{
  g_autoptr (CvrHistory) history = make (40);
  g_autoptr (GBytes) bytes = cvr_history_to_bytes (history);
  gsize length = g_bytes_get_size (bytes);
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, NULL), length);
      CvrHistory *read;

      copy[g_rand_int_range (rand, 0, (gint32) length)] ^= (guint8) (1u << g_rand_int_range (rand, 0, 8));
      read = cvr_history_from_bytes (copy, length, NULL);
      cvr_history_free (read);
    }
}

static const char old_form[] =
  "{\"loss\":{\"span\":2,\"buckets\":[0.5,1,3,2,2,1.5,0.5,0.5,0.5,1]},"
  "\"accuracy\":{\"span\":1,\"buckets\":[0.25,0.1,0.1,0.1,1]},"
  "\"val_loss\":{\"span\":1,\"buckets\":[]},"
  "\"epochs\":[{\"epoch\":1,\"loss\":0.5,\"accuracy\":0.9,\"val_loss\":null,\"lr\":0.001,"
  "\"seconds\":1.5,\"images_per_second\":100,\"best\":true}]}";

static void
test_json_of_older_versions_is_read (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrHistory) history = read_text (old_form, &error);
  const CvrBucket *buckets;
  const CvrEpochRow *rows;
  guint n;

  g_assert_no_error (error);
  buckets = cvr_history_series (history, CVR_SERIES_LOSS, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpfloat (buckets[0].min, ==, 1);
  g_assert_cmpfloat (buckets[0].max, ==, 3);
  g_assert_cmpuint (buckets[0].count, ==, 2);
  g_assert_cmpuint (buckets[1].count, ==, 1);
  g_assert_cmpfloat (buckets[1].x, ==, 1.5);
  rows = cvr_history_epochs (history, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_true (isnan (rows[0].val_loss));
  g_assert_true (rows[0].best);
}

static void
test_broken_json_is_refused (void)
{
  static const char *const cases[] = {
    "",
    "[]",
    "{\"loss\":3}",
    "{\"loss\":{\"span\":3,\"buckets\":[]}}",
    "{\"loss\":{\"span\":1,\"buckets\":[1,2,3]}}",
    "{\"loss\":{\"span\":1,\"buckets\":[1,2,3,4,\"x\"]}}",
    "{\"loss\":{\"span\":1,\"buckets\":[1,2,3,4,9]}}",
    "{\"loss\":{\"span\":1,\"buckets\":[1,1e300,1e300,1e300,1]}}",
    "{\"epochs\":[7]}",
    "{\"epochs\":{}}",
    "{\"epochs\":[{\"loss\":\"low\"}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (read_text (cases[i], &error));
      g_assert_nonnull (error);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/history/everything-comes-back", test_everything_comes_back);
  g_test_add_func ("/session/history/ten-thousand-steps-are-small",
                   test_ten_thousand_steps_are_small);
  g_test_add_func ("/session/history/what-is-cut-off-is-refused", test_what_is_cut_off_is_refused);
  g_test_add_func ("/session/history/flipped-bits-do-no-harm", test_flipped_bits_do_no_harm);
  g_test_add_func ("/session/history/json-of-older-versions-is-read",
                   test_json_of_older_versions_is_read);
  g_test_add_func ("/session/history/broken-json-is-refused", test_broken_json_is_refused);

  return g_test_run ();
}
