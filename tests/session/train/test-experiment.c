/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Races, folds and parts: the same networks as alone, kept when stopped, told as they move. */
#include "session-test.h"

#include "cvr-experiment.h"

#include <math.h>
#include <string.h>

typedef struct
{
  CvrExperimentResult *result;
  guint                order[64]; /* which entry ended an epoch, one after the other */
  guint                n_order;
  guint                stop_after; /* epochs; 0: never */
} Watched;

static void
moved_cb (guint              index,
          const CvrEntry    *entry,
          const CvrEpochRow *row,
          gpointer           data)
{
  Watched *watched = data;

  cvr_experiment_result_take (watched->result, index, entry, row);
  if (row != NULL && watched->n_order < G_N_ELEMENTS (watched->order))
    watched->order[watched->n_order++] = index;
}

static gboolean
keep_going_cb (gpointer data)
{
  Watched *watched = data;

  return watched->stop_after == 0 || watched->n_order < watched->stop_after;
}

static void
run_from (const CvrExperimentPlan *plan,
          CvrDataset              *dataset,
          CvrModel                *from,
          Watched                 *watched)
{
  const CvrExperimentObserver observer = { moved_cb, keep_going_cb, watched };
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (GError) error = NULL;

  watched->result = cvr_experiment_result_new (plan, dataset);
  g_assert_true (cvr_experiment_run (plan, dataset, from, workers, &observer, &error));
  g_assert_no_error (error);
}

static void
run (const CvrExperimentPlan *plan,
     CvrDataset              *dataset,
     Watched                 *watched)
{
  run_from (plan, dataset, NULL, watched);
}

static void
two_racers (CvrSettings racers[2])
{
  racers[0] = racers[1] = session_test_settings (3);
  racers[1].optim = nn_optim_spec_default (NN_OPTIM_MOMENTUM);
  racers[0].augment.strength[CVR_AUGMENT_SHIFT] = 0.3f;
}

static void
rows_cb (const NnEvent *event,
         gpointer       data)
{
  GArray *losses = data;

  if (event->kind == NN_EVENT_EPOCH)
    g_array_append_val (losses, event->val_loss);
}

/* The training that @entry was, by itself: the same losses, epoch by epoch. */
static void
check_alone (const CvrEntry *entry,
             CvrDataset     *dataset,
             CvrModel       *from)
{
  g_autoptr (GArray) losses = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  const NnObserver observer = { .event = rows_cb, .data = losses };
  const CvrRunSpec spec = { .settings = &entry->settings, .dataset = dataset, .from = from,
                            .workers = workers, .observer = &observer };
  g_autoptr (CvrRun) alone = cvr_run_new (&spec, NULL);
  g_autoptr (CvrModel) model = NULL;
  CvrRunReport report;

  g_assert_true (cvr_run_train (alone, &model, &report, NULL));
  g_assert_cmpint (entry->state, ==, CVR_ENTRY_DONE);
  g_assert_cmpuint (entry->n_rows, ==, losses->len);
  for (guint e = 0; e < losses->len; e++)
    g_assert_cmpfloat (entry->rows[e].val_loss, ==, g_array_index (losses, double, e));
  g_assert_cmpuint (entry->report.best_epoch, ==, report.best_epoch);
  g_assert_cmpfloat (entry->report.val_accuracy, ==, report.val_accuracy);
  g_assert_cmpfloat (cvr_entry_accuracy (entry), ==, report.val_accuracy);
  g_assert_cmpfloat (entry->fraction, ==, 1);
}

static void
test_racers_become_what_they_would_alone (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (60, 3);
  CvrSettings racers[2];
  const CvrExperimentPlan plan = { .kind = CVR_EXPERIMENT_RACE, .racers = racers, .n_racers = 2 };
  Watched watched = { NULL };
  static const guint expected[] = { 0, 1, 0, 1, 0, 1 };

  two_racers (racers);
  run (&plan, dataset, &watched);
  g_assert_cmpmem (watched.order, sizeof expected, expected, sizeof expected);
  for (guint i = 0; i < 2; i++)
    check_alone (&watched.result->entries[i], dataset, NULL);
  g_assert_true (strstr (watched.result->entries[0].name, "Adam") != NULL);
  g_assert_true (strstr (watched.result->entries[1].name, "SGD with momentum") != NULL);
  cvr_experiment_result_free (watched.result);
}

/* A network that answers with two classes gets the same new head in each; its first layer is
 * frozen. Every kind of experiment. */
static void
test_all_begin_with_the_network_that_goes_on (void)
{
  g_autoptr (CvrDataset) two = session_test_dataset (40, 2);
  g_autoptr (CvrDataset) dataset = session_test_dataset (60, 3);
  g_autoptr (CvrModel) base = session_test_model (two, 2);
  g_autofree gint *folds = NULL;
  CvrSettings settings = session_test_settings (2), racers[2];
  static const double fractions[] = { 0.5, 1 };

  settings.n_frozen = 1;
  cvr_settings_set_base (&settings, "theirs.onnx");
  racers[0] = racers[1] = settings;
  racers[1].optim = nn_optim_spec_default (NN_OPTIM_MOMENTUM);
  folds = cvr_folds_assign (dataset, 2, settings.seed, NULL);

  for (CvrExperimentKind kind = 0; kind < CVR_N_EXPERIMENTS; kind++)
    {
      const CvrExperimentPlan plan = { .kind = kind, .settings = settings, .racers = racers,
                                       .n_racers = 2, .n_folds = 2, .fractions = fractions,
                                       .n_fractions = 2 };
      Watched from_base = { NULL }, anew = { NULL };

      run_from (&plan, dataset, base, &from_base);
      run (&plan, dataset, &anew);
      for (guint i = 0; i < 2; i++)
        {
          g_autoptr (CvrDataset) part =
            kind == CVR_EXPERIMENT_FOLDS      ? cvr_folds_apply (dataset, folds, i)
            : kind != CVR_EXPERIMENT_PICTURES ? cvr_dataset_ref (dataset)
                                              : cvr_folds_part (dataset, fractions[i],
                                                                settings.seed);

          check_alone (&from_base.result->entries[i], part, base);
          g_assert_cmpfloat (from_base.result->entries[i].rows[0].val_loss, !=,
                             anew.result->entries[i].rows[0].val_loss);
        }
      cvr_experiment_result_free (from_base.result);
      cvr_experiment_result_free (anew.result);
    }
}

/* It has no layer that dropout could change. */
static void
test_a_race_that_nobody_can_win_is_refused (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (60, 3);
  g_autoptr (CvrModel) base = session_test_model (dataset, 1);
  CvrSettings racers[2] = { session_test_settings (1), session_test_settings (1) };
  const CvrExperimentPlan plan = { .kind = CVR_EXPERIMENT_RACE, .racers = racers, .n_racers = 2 };
  g_autoptr (GError) error = NULL;

  racers[1].dropout = 0.5f;
  g_assert_true (cvr_experiment_plan_check (&plan, NULL, NULL));
  g_assert_false (cvr_experiment_plan_check (&plan, base, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SPEC);
  g_test_message ("%s", error->message);
}

static void
test_a_race_stopped_keeps_its_epochs (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (60, 3);
  CvrSettings racers[2];
  const CvrExperimentPlan plan = { .kind = CVR_EXPERIMENT_RACE, .racers = racers, .n_racers = 2 };
  Watched watched = { .stop_after = 3 };

  two_racers (racers);
  run (&plan, dataset, &watched);
  g_assert_cmpuint (watched.n_order, ==, 3);
  g_assert_cmpint (watched.result->entries[0].state, ==, CVR_ENTRY_STOPPED);
  g_assert_cmpint (watched.result->entries[1].state, ==, CVR_ENTRY_STOPPED);
  g_assert_cmpuint (watched.result->entries[0].n_rows, ==, 2);
  g_assert_cmpuint (watched.result->entries[1].n_rows, ==, 1);
  g_assert_cmpint (cvr_experiment_summary (watched.result).best, >=, 0);
  g_assert_true (isnan (cvr_experiment_summary (watched.result).mean));
  cvr_experiment_result_free (watched.result);
}

static void
test_each_fold_validates_once (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (60, 3);
  const CvrExperimentPlan plan = { .kind = CVR_EXPERIMENT_FOLDS,
                                   .settings = session_test_settings (2), .n_folds = 3 };
  Watched watched = { NULL };
  CvrExperimentSummary summary;
  guint n_valid = 0;
  double sum = 0, squares = 0;

  run (&plan, dataset, &watched);
  summary = cvr_experiment_summary (watched.result);
  g_assert_cmpuint (summary.n_done, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      const CvrEntry *entry = &watched.result->entries[i];

      g_assert_cmpuint (entry->n_train + entry->n_valid, ==, 60);
      n_valid += entry->n_valid;
      sum += entry->report.val_accuracy;
    }
  g_assert_cmpuint (n_valid, ==, 60);
  g_assert_cmpfloat_with_epsilon (summary.mean, sum / 3, 1e-12);
  for (guint i = 0; i < 3; i++)
    squares += pow (watched.result->entries[i].report.val_accuracy - sum / 3, 2);
  g_assert_cmpfloat_with_epsilon (summary.deviation, sqrt (squares / 2), 1e-12);
  cvr_experiment_result_free (watched.result);
}

static void
test_parts_grow_and_share_their_validation (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (120, 3);
  static const double fractions[] = { 0.1, 0.5, 1 };
  const CvrExperimentPlan plan = { .kind = CVR_EXPERIMENT_PICTURES,
                                   .settings = session_test_settings (2), .fractions = fractions,
                                   .n_fractions = 3 };
  Watched watched = { NULL };
  guint whole = cvr_dataset_count (dataset, -2, CVR_SPLIT_TRAIN);
  guint valid = cvr_dataset_count (dataset, -2, CVR_SPLIT_VALID);

  run (&plan, dataset, &watched);
  g_assert_cmpuint (watched.result->entries[2].n_train, ==, whole);
  g_assert_cmpuint (watched.result->entries[0].n_train, <, whole / 5);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpuint (watched.result->entries[i].n_valid, ==, valid);
      g_assert_cmpint (watched.result->entries[i].state, ==, CVR_ENTRY_DONE);
      g_test_message ("%s: %g", watched.result->entries[i].name,
                      cvr_entry_accuracy (&watched.result->entries[i]));
    }
  /* Few pictures get more epochs. */
  g_assert_cmpuint (watched.result->entries[0].settings.epochs, ==, 8);
  g_assert_cmpuint (watched.result->entries[2].settings.epochs, ==, 2);
  cvr_experiment_result_free (watched.result);
}

static void
test_one_that_fails_does_not_end_the_others (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (60, 3);
  CvrSettings racers[2];
  const CvrExperimentPlan plan = { .kind = CVR_EXPERIMENT_RACE, .racers = racers, .n_racers = 2 };
  Watched watched = { NULL };

  two_racers (racers);
  racers[0].n_frozen = 1000;
  run (&plan, dataset, &watched);
  g_assert_cmpint (watched.result->entries[0].state, ==, CVR_ENTRY_FAILED);
  g_assert_nonnull (watched.result->entries[0].error);
  g_assert_cmpint (watched.result->entries[1].state, ==, CVR_ENTRY_DONE);
  g_assert_cmpint (cvr_experiment_summary (watched.result).best, ==, 1);
  cvr_experiment_result_free (watched.result);
}

static void
test_a_time_limit_ends_a_racer (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (60, 3);
  CvrSettings racers[2];
  const CvrExperimentPlan plan = { .kind = CVR_EXPERIMENT_RACE, .racers = racers, .n_racers = 2 };
  Watched watched = { NULL };

  two_racers (racers);
  racers[0].epochs = 5000;
  racers[0].time_limit = 1e-6;
  run (&plan, dataset, &watched);
  g_assert_cmpint (watched.result->entries[0].state, ==, CVR_ENTRY_DONE);
  g_assert_cmpint (watched.result->entries[0].report.stop, ==, NN_STOP_TIME);
  g_assert_cmpuint (watched.result->entries[0].n_rows, <=, 1);
  g_assert_cmpuint (watched.result->entries[1].n_rows, ==, 3);
  cvr_experiment_result_free (watched.result);
}

static void
test_results_come_back_from_their_text (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (60, 3);
  CvrSettings racers[2];
  const CvrExperimentPlan plan = { .kind = CVR_EXPERIMENT_RACE, .racers = racers, .n_racers = 2 };
  Watched watched = { NULL };
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;
  g_autoptr (CvrExperimentResult) read = NULL;
  g_autoptr (GError) error = NULL;
  static const char *const broken[] = {
    "", "{}", "{\"kind\":\"race\"}", "{\"kind\":\"chess\",\"entries\":[{}]}",
    "{\"kind\":\"race\",\"entries\":[7]}", "{\"kind\":\"race\",\"entries\":[{\"state\":\"odd\"}]}",
    "{\"kind\":\"race\",\"entries\":[{\"state\":\"done\",\"rows\":[[1]]}]}",
    "{\"kind\":\"race\",\"entries\":[{\"state\":\"done\",\"stop\":99}]}",
    "{\"kind\":\"race\",\"entries\":[{\"state\":\"done\",\"settings\":\"{\\\"epochs\\\":0}\"}]}",
  };

  two_racers (racers);
  run (&plan, dataset, &watched);
  text = cvr_experiment_to_json (watched.result);
  read = cvr_experiment_from_json (text, &error);
  g_assert_no_error (error);
  again = cvr_experiment_to_json (read);
  g_assert_cmpstr (text, ==, again);
  g_assert_cmpfloat (read->entries[1].rows[2].val_loss, ==,
                     watched.result->entries[1].rows[2].val_loss);
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GError) problem = NULL;

      g_assert_null (cvr_experiment_from_json (broken[i], &problem));
      g_assert_nonnull (problem);
    }
  cvr_experiment_result_free (watched.result);
}

static void
test_impossible_plans_are_refused (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (12, 3);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  CvrSettings settings = session_test_settings (1);
  static const double falling[] = { 0.5, 0.25 }, beyond[] = { 0.5, 1.5 };
  const CvrExperimentPlan plans[] = {
    { .kind = CVR_EXPERIMENT_RACE, .racers = &settings, .n_racers = 1 },
    { .kind = CVR_EXPERIMENT_FOLDS, .settings = settings, .n_folds = 1 },
    { .kind = CVR_EXPERIMENT_FOLDS, .settings = settings, .n_folds = 10 },
    { .kind = CVR_EXPERIMENT_PICTURES, .settings = settings, .fractions = falling, .n_fractions = 2 },
    { .kind = CVR_EXPERIMENT_PICTURES, .settings = settings, .fractions = beyond, .n_fractions = 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (plans); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (cvr_experiment_run (&plans[i], dataset, NULL, workers, NULL, &error));
      g_assert_nonnull (error);
      g_test_message ("%s", error->message);
    }
}

static gboolean
ended_cb (gpointer data)
{
  return !cvr_experiment_is_running (data);
}

static gboolean
has_row_cb (gpointer data)
{
  return cvr_experiment_get_result (data)->entries[0].n_rows > 0;
}

static void
count_cb (CvrExperiment *experiment,
          guint         *count)
{
  ++*count;
}

static void
test_beside_the_main_thread (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (60, 3);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (CvrExperiment) experiment = cvr_experiment_new (workers);
  const CvrExperimentPlan plan = { .kind = CVR_EXPERIMENT_FOLDS,
                                   .settings = session_test_settings (2), .n_folds = 3 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) busy = NULL;
  g_autofree char *sentence = NULL;
  guint finished = 0;

  g_signal_connect (experiment, "finished", G_CALLBACK (count_cb), &finished);
  g_assert_true (cvr_experiment_start (experiment, &plan, dataset, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (cvr_experiment_start (experiment, &plan, dataset, NULL, &busy));
  g_assert_error (busy, G_IO_ERROR, G_IO_ERROR_BUSY);
  session_test_wait (ended_cb, experiment);
  g_assert_cmpuint (finished, ==, 1);
  g_assert_null (cvr_experiment_get_error (experiment));
  g_assert_cmpfloat (cvr_experiment_get_fraction (experiment), ==, 1);
  g_assert_cmpuint (cvr_experiment_summary (cvr_experiment_get_result (experiment)).n_done, ==, 3);
  sentence = cvr_experiment_dup_sentence (experiment);
  g_test_message ("%s", sentence);
}

static void
test_stopped_from_the_main_thread (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (60, 3);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (CvrExperiment) experiment = cvr_experiment_new (workers);
  CvrSettings racers[2];
  const CvrExperimentPlan plan = { .kind = CVR_EXPERIMENT_RACE, .racers = racers, .n_racers = 2 };
  CvrExperiment *left = cvr_experiment_new (workers);
  g_autofree char *sentence = NULL;

  two_racers (racers);
  racers[0].epochs = racers[1].epochs = 5000;
  g_assert_true (cvr_experiment_start (experiment, &plan, dataset, NULL, NULL));
  session_test_wait (has_row_cb, experiment);
  cvr_experiment_stop (experiment);
  session_test_wait (ended_cb, experiment);
  g_assert_null (cvr_experiment_get_error (experiment));
  g_assert_cmpint (cvr_experiment_get_result (experiment)->entries[0].state, ==, CVR_ENTRY_STOPPED);
  sentence = cvr_experiment_dup_sentence (experiment);
  g_test_message ("%s", sentence);

  g_assert_true (cvr_experiment_start (left, &plan, dataset, NULL, NULL));
  g_assert_finalize_object (left);
  session_test_join ();
}

/* Labels that have nothing to do with the pictures, steps too small to learn by: what differs is
 * chance, and nothing is said about pictures. */
static void
test_guessing_says_nothing_about_pictures (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (120, 3);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (CvrExperiment) experiment = cvr_experiment_new (workers);
  static const double fractions[] = { 0.5, 1 };
  CvrExperimentPlan plan = { .kind = CVR_EXPERIMENT_PICTURES,
                             .settings = session_test_settings (1), .fractions = fractions,
                             .n_fractions = 2 };
  g_autofree char *sentence = NULL;

  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    cvr_dataset_set_label (dataset, i, (gint) (i / 3 % 3));
  plan.settings.optim.lr = 1e-7f;
  g_assert_true (cvr_experiment_start (experiment, &plan, dataset, NULL, NULL));
  session_test_wait (ended_cb, experiment);
  sentence = cvr_experiment_dup_sentence (experiment);
  g_test_message ("%s", sentence);
  g_assert_true (g_str_has_prefix (sentence, "None has learned more than to guess"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/experiment/racers-become-what-they-would-alone",
                   test_racers_become_what_they_would_alone);
  g_test_add_func ("/session/experiment/all-begin-with-the-network-that-goes-on",
                   test_all_begin_with_the_network_that_goes_on);
  g_test_add_func ("/session/experiment/a-race-that-nobody-can-win-is-refused",
                   test_a_race_that_nobody_can_win_is_refused);
  g_test_add_func ("/session/experiment/a-race-stopped-keeps-its-epochs",
                   test_a_race_stopped_keeps_its_epochs);
  g_test_add_func ("/session/experiment/each-fold-validates-once", test_each_fold_validates_once);
  g_test_add_func ("/session/experiment/parts-grow-and-share-their-validation",
                   test_parts_grow_and_share_their_validation);
  g_test_add_func ("/session/experiment/one-that-fails-does-not-end-the-others",
                   test_one_that_fails_does_not_end_the_others);
  g_test_add_func ("/session/experiment/a-time-limit-ends-a-racer",
                   test_a_time_limit_ends_a_racer);
  g_test_add_func ("/session/experiment/results-come-back-from-their-text",
                   test_results_come_back_from_their_text);
  g_test_add_func ("/session/experiment/impossible-plans-are-refused",
                   test_impossible_plans_are_refused);
  g_test_add_func ("/session/experiment/beside-the-main-thread", test_beside_the_main_thread);
  g_test_add_func ("/session/experiment/guessing-says-nothing-about-pictures",
                   test_guessing_says_nothing_about_pictures);
  g_test_add_func ("/session/experiment/stopped-from-the-main-thread",
                   test_stopped_from_the_main_thread);

  return g_test_run ();
}
