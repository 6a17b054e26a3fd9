/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The learning-rate search: what it reads from a curve, and that it is made of real steps. */
#include "session-test.h"

#include "cvr-finder.h"

#include <math.h>

/* Flat, then falling fastest at @at, lowest a decade later, then running away. */
static GArray *
drawn_curve (double at)
{
  GArray *points = g_array_new (FALSE, FALSE, sizeof (CvrLrPoint));

  for (double e = -6; e <= 1; e += 0.1)
    {
      double distance = e - log10 (at);
      double loss = 1.5 - tanh (2 * distance) + (distance > 1 ? pow (distance - 1, 3) * 20 : 0);
      CvrLrPoint point = { pow (10, e), loss, loss };

      g_array_append_val (points, point);
    }

  return points;
}

static void
test_the_steepest_descent_is_found (void)
{
  static const double rates[] = { 1e-3, 1e-2 };

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      g_autoptr (GArray) curve = drawn_curve (rates[i]);
      CvrLrAdvice advice = cvr_lr_advise ((CvrLrPoint *) (gpointer) curve->data, curve->len);

      /* A step of the curve is a quarter of the rate. */
      g_assert_cmpfloat (fabs (log10 (advice.steepest / rates[i])), <, 0.11);
      g_assert_cmpfloat (fabs (log10 (advice.careful / rates[i])), <, 0.4);
      g_assert_true (advice.diverged);
    }
}

/* The mean comes down from its first batch faster than it ever falls later. */
static void
test_the_first_batches_decide_nothing (void)
{
  g_autoptr (GArray) curve = drawn_curve (1e-2);
  CvrLrAdvice advice;

  for (guint i = 0; i < 5; i++)
    g_array_index (curve, CvrLrPoint, i).smoothed += 3 * exp (-(double) i);
  advice = cvr_lr_advise ((CvrLrPoint *) (gpointer) curve->data, curve->len);
  g_assert_cmpfloat (fabs (log10 (advice.steepest / 1e-2)), <, 0.11);
}

static void
test_nothing_is_read_from_noise (void)
{
  CvrLrPoint flat[40], rising[40];
  CvrLrAdvice advice;

  for (guint i = 0; i < 40; i++)
    {
      flat[i] = (CvrLrPoint) { pow (10, i / 10.0 - 5), 2, 2 + 0.02 * ((i * 7) % 5) };
      rising[i] = (CvrLrPoint) { flat[i].lr, 1, 1.0 + i };
    }
  advice = cvr_lr_advise (flat, 40);
  g_assert_true (isnan (advice.steepest) && isnan (advice.careful) && !advice.diverged);
  advice = cvr_lr_advise (rising, 40);
  g_assert_true (isnan (advice.careful) && advice.diverged);
  advice = cvr_lr_advise (flat, 3);
  g_assert_true (isnan (advice.careful));
  advice = cvr_lr_advise (NULL, 0);
  g_assert_true (isnan (advice.careful) && !advice.diverged);
}

/* Batches of four pictures that nothing is learned from: their mean wanders by more than a tenth,
 * and there is no valley in it. */
static void
test_no_valley_in_small_batches (void)
{
  CvrLrPoint points[120];
  guint n_read = 0;

  for (guint round = 0; round < 50; round++)
    {
      double sum = 0;

      for (guint i = 0; i < G_N_ELEMENTS (points); i++)
        {
          double loss = 0.7 + 0.8 * (g_test_rand_double () - 0.5);

          sum = 0.95 * sum + 0.05 * loss;
          points[i] = (CvrLrPoint) { pow (10, i / 20.0 - 6), loss, sum / (1 - pow (0.95, i + 1)) };
        }
      n_read += isfinite (cvr_lr_advise (points, G_N_ELEMENTS (points)).careful) ? 1 : 0;
    }
  g_assert_cmpuint (n_read, <=, 12);
}

static GArray *
find_with (const CvrSettings *settings,
           CvrDataset        *dataset,
           const CvrLrRange  *range,
           const CvrWatch    *watch,
           GError           **error)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  CvrRunSpec spec = { .settings = settings, .dataset = dataset, .workers = workers };

  return cvr_find_lr (&spec, range, watch, NULL, NULL, error);
}

static GArray *
find (CvrDataset       *dataset,
      const CvrLrRange *range,
      const CvrWatch   *watch,
      GError          **error)
{
  CvrSettings settings = session_test_settings (2);

  return find_with (&settings, dataset, range, watch, error);
}

static void
test_the_rate_rises_from_step_to_step (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (60, 3);
  const CvrLrRange range = { 1e-5, 1e-2, 40 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) points = find (dataset, &range, NULL, &error);
  g_autoptr (GArray) again = find (dataset, &range, NULL, NULL);

  g_assert_no_error (error);
  g_assert_cmpuint (points->len, ==, 40);
  for (guint i = 0; i < 40; i++)
    {
      CvrLrPoint *point = &g_array_index (points, CvrLrPoint, i);

      /* Rates are floats on their way. */
      g_assert_cmpfloat_with_epsilon (point->lr / (1e-5 * pow (1e3, i / 39.0)), 1, 1e-6);
      g_assert_true (isfinite (point->smoothed));
      g_assert_cmpfloat (point->loss, ==, g_array_index (again, CvrLrPoint, i).loss);
    }
}

static void
test_it_ends_where_the_loss_runs_away (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (60, 3);
  const CvrLrRange range = { 0.5, 1000, 200 };
  CvrSettings settings = session_test_settings (2);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) points = NULL;
  CvrLrAdvice advice;

  settings.optim = nn_optim_spec_default (NN_OPTIM_SGD);
  points = find_with (&settings, dataset, &range, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (points->len, <, 200);
  advice = cvr_lr_advise ((CvrLrPoint *) (gpointer) points->data, points->len);
  g_assert_true (advice.diverged);
}

/* What it measures is the network that goes on, not a new one. */
static void
test_it_begins_with_the_network_that_goes_on (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (60, 3);
  g_autoptr (CvrModel) base = session_test_model (dataset, 6);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  const CvrLrRange range = { 1e-6, 1e-2, 20 };
  CvrSettings settings = session_test_settings (2);
  CvrRunSpec spec = { .settings = &settings, .dataset = dataset, .from = base,
                      .workers = workers };
  g_autoptr (GArray) from_base = NULL;
  g_autoptr (GArray) anew = NULL;

  cvr_settings_set_base (&settings, "theirs.onnx");
  from_base = cvr_find_lr (&spec, &range, NULL, NULL, NULL, NULL);
  spec.from = NULL;
  anew = cvr_find_lr (&spec, &range, NULL, NULL, NULL, NULL);
  g_assert_cmpfloat (g_array_index (from_base, CvrLrPoint, 0).loss, <,
                     g_array_index (anew, CvrLrPoint, 0).loss / 2);
}

static gboolean
ten_times_cb (gpointer data)
{
  return ++*(guint *) data <= 10;
}

static void
test_stopped_it_keeps_what_came (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (60, 3);
  const CvrLrRange range = { 1e-5, 1e-2, 40 };
  guint asked = 0;
  const CvrWatch watch = { NULL, ten_times_cb, &asked };
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) points = find (dataset, &range, &watch, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (points->len, ==, 10);
}

static void
test_an_impossible_range_is_refused (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (60, 3);
  static const CvrLrRange ranges[] = { { 0, 1, 50 }, { 1, 0.1, 50 }, { 1e-5, 1e4, 50 },
                                       { 1e-5, NAN, 50 }, { 1e-5, 1, 3 } };

  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (find (dataset, &ranges[i], NULL, &error));
      g_assert_error (error, NN_ERROR, NN_ERROR_SPEC);
      g_test_message ("%s", error->message);
    }
}

static gboolean
ended_cb (gpointer data)
{
  return !cvr_lr_finder_is_running (data);
}

static void
count_cb (CvrLrFinder *finder,
          guint       *count)
{
  ++*count;
}

static void
test_beside_the_main_thread (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (120, 3);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (CvrLrFinder) finder = cvr_lr_finder_new (workers);
  CvrSettings settings = session_test_settings (2);
  const CvrLrRange range = { 1e-5, 1, 60 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) busy = NULL;
  g_autofree char *sentence = NULL;
  guint changes = 0, n;
  const CvrLrPoint *points;

  g_signal_connect (finder, "changed", G_CALLBACK (count_cb), &changes);
  g_assert_true (cvr_lr_finder_start (finder, &settings, dataset, NULL, &range, &error));
  g_assert_no_error (error);
  g_assert_false (cvr_lr_finder_start (finder, &settings, dataset, NULL, &range, &busy));
  g_assert_error (busy, G_IO_ERROR, G_IO_ERROR_BUSY);
  session_test_wait (ended_cb, finder);

  points = cvr_lr_finder_get_points (finder, &n);
  g_assert_cmpuint (changes, >=, 2);
  g_assert_cmpuint (n, >=, 20);
  g_assert_cmpfloat (points[0].lr, <, points[n - 1].lr);
  g_assert_null (cvr_lr_finder_get_error (finder));
  sentence = cvr_lr_finder_dup_sentence (finder);
  g_test_message ("%s", sentence);
  /* Bars are learned with ten times the rate that suits or a tenth of it. */
  g_assert_cmpfloat (cvr_lr_finder_get_advice (finder).steepest, >, 1e-4);
  g_assert_cmpfloat (cvr_lr_finder_get_advice (finder).steepest, <, 0.3);
}

static void
test_its_points_come_back (void)
{
  static const char *const bad[] = { "", "[]", "{\"points\":3}", "{\"points\":[[1,2]]}",
                                     "{\"points\":[[0,1,1]]}", "{\"points\":[[1,1,1],[1,1,1]]}",
                                     "{\"points\":[[{},1,1]]}", "{\"points\":[[null,1,1]]}" };
  static const char kept[] = "{\"points\":[[1e-06,2.5,2.5],[0.001,2,2.25],[0.1,null,80]]}";
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (CvrLrFinder) finder = cvr_lr_finder_new (workers);
  g_autoptr (CvrLrFinder) again = cvr_lr_finder_new (workers);
  g_autofree char *text = NULL;
  const CvrLrPoint *points;
  guint n;

  g_assert_null (cvr_lr_finder_to_json (finder));
  g_assert_true (cvr_lr_finder_from_json (finder, kept, NULL));
  text = cvr_lr_finder_to_json (finder);
  g_assert_true (cvr_lr_finder_from_json (again, text, NULL));
  points = cvr_lr_finder_get_points (again, &n);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpfloat (points[1].lr, ==, 0.001);
  g_assert_cmpfloat (points[1].smoothed, ==, 2.25);
  g_assert_true (isnan (points[2].loss));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (cvr_lr_finder_from_json (again, bad[i], &error));
      g_assert_nonnull (error);
      cvr_lr_finder_get_points (again, &n);
      g_assert_cmpuint (n, ==, 3);
    }
}

static void
test_it_may_go_while_it_runs (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (120, 3);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  CvrLrFinder *finder = cvr_lr_finder_new (workers);
  CvrSettings settings = session_test_settings (2);

  g_assert_true (cvr_lr_finder_start (finder, &settings, dataset, NULL, NULL, NULL));
  g_assert_finalize_object (finder);
  session_test_join ();
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/finder/the-steepest-descent-is-found",
                   test_the_steepest_descent_is_found);
  g_test_add_func ("/session/finder/the-first-batches-decide-nothing",
                   test_the_first_batches_decide_nothing);
  g_test_add_func ("/session/finder/nothing-is-read-from-noise", test_nothing_is_read_from_noise);
  g_test_add_func ("/session/finder/no-valley-in-small-batches", test_no_valley_in_small_batches);
  g_test_add_func ("/session/finder/the-rate-rises-from-step-to-step",
                   test_the_rate_rises_from_step_to_step);
  g_test_add_func ("/session/finder/it-begins-with-the-network-that-goes-on",
                   test_it_begins_with_the_network_that_goes_on);
  g_test_add_func ("/session/finder/it-ends-where-the-loss-runs-away",
                   test_it_ends_where_the_loss_runs_away);
  g_test_add_func ("/session/finder/stopped-it-keeps-what-came", test_stopped_it_keeps_what_came);
  g_test_add_func ("/session/finder/an-impossible-range-is-refused",
                   test_an_impossible_range_is_refused);
  g_test_add_func ("/session/finder/beside-the-main-thread", test_beside_the_main_thread);
  g_test_add_func ("/session/finder/its-points-come-back", test_its_points_come_back);
  g_test_add_func ("/session/finder/it-may-go-while-it-runs", test_it_may_go_while_it_runs);

  return g_test_run ();
}
