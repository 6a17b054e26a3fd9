/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One training from settings and pictures to a model. */
#include "session-test.h"

#include "cvr-run.h"

#include <json-glib/json-glib.h>
#include <string.h>

static CvrModel *
train (const CvrSettings *settings,
       CvrDataset        *dataset,
       CvrModel          *from,
       guint              n_threads,
       const NnObserver  *observer,
       GBytes            *resume,
       CvrRunReport      *report)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (n_threads, FALSE);
  g_autoptr (GError) error = NULL;
  CvrRunSpec spec = { settings, dataset, from, "builtin:bars", resume, workers, observer };
  g_autoptr (CvrRun) run = cvr_run_new (&spec, &error);
  CvrModel *model = NULL;

  g_assert_no_error (error);
  g_assert_true (cvr_run_train (run, &model, report, &error));
  g_assert_no_error (error);
  g_assert_nonnull (model);

  return model;
}

static void
test_it_learns (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (120, 3);
  CvrSettings settings = session_test_settings (6);
  CvrRunReport report;
  g_autoptr (CvrModel) model = train (&settings, dataset, NULL, 2, NULL, NULL, &report);

  g_assert_cmpint (report.stop, ==, NN_STOP_COMPLETED);
  g_assert_cmpuint (report.n_epochs, ==, 6);
  g_assert_cmpuint (report.n_train, ==, cvr_dataset_count (dataset, -2, CVR_SPLIT_TRAIN));
  g_assert_cmpuint (report.n_valid, ==, cvr_dataset_count (dataset, -2, CVR_SPLIT_VALID));
  g_assert_cmpuint (report.best_epoch, >=, 1);
  /* Bars in the noise are easy; guessing gives a third. */
  g_assert_cmpfloat (report.val_accuracy, >, 0.9);
  g_assert_cmpuint (model->n_classes, ==, 3);
  g_assert_cmpstr (model->classes[2], ==, "right");
}

static void
test_the_record_says_how_but_not_when_or_where (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (40, 2);
  CvrSettings settings = session_test_settings (2);
  CvrRunReport report;
  g_autoptr (CvrModel) model = train (&settings, dataset, NULL, 1, NULL, NULL, &report);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *record;

  g_test_message ("%s", model->training);
  g_assert_true (json_parser_load_from_data (parser, model->training, -1, NULL));
  record = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpstr (json_object_get_string_member (record, "arch"), ==, "lenet5");
  g_assert_cmpstr (json_object_get_string_member (record, "data"), ==, "builtin:bars");
  g_assert_cmpint (json_object_get_int_member (record, "seed"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (record, "epochs"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (record, "best_epoch"), ==, report.best_epoch);
  /* Rounded to four digits. */
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (record, "val_accuracy"),
                                  report.val_accuracy, 5.1e-5);
  g_assert_cmpstr (json_object_get_string_member (record, "optimizer"), ==, "adam");
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (record, "lr"), 0.005, 1e-12);
  g_assert_cmpint (json_object_get_int_member (record, "batch"), ==, 8);
  g_assert_true (json_object_has_member (record, "augment"));
  g_assert_false (json_object_has_member (record, "seconds"));
  g_assert_false (json_object_has_member (record, "threads"));
}

static void
test_the_same_bytes_for_any_number_of_threads (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (60, 3);
  CvrSettings settings = session_test_settings (2);
  g_autoptr (CvrModel) one = NULL;
  g_autoptr (CvrModel) two = NULL;
  g_autoptr (GBytes) bytes_one = NULL;
  g_autoptr (GBytes) bytes_two = NULL;

  settings.augment.strength[CVR_AUGMENT_SHIFT] = 0.5f;
  settings.class_weights = TRUE;
  one = train (&settings, dataset, NULL, 1, NULL, NULL, NULL);
  two = train (&settings, dataset, NULL, 2, NULL, NULL, NULL);
  bytes_one = cvr_model_to_bytes (one, NULL);
  bytes_two = cvr_model_to_bytes (two, NULL);
  g_assert_true (g_bytes_equal (bytes_one, bytes_two));
}

static gboolean
never_cb (gpointer data)
{
  return FALSE;
}

static void
test_cancelled_at_once_it_still_gives_a_model (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (40, 2);
  CvrSettings settings = session_test_settings (3);
  NnObserver observer = { .keep_going = never_cb };
  CvrRunReport report;
  g_autoptr (CvrModel) model = train (&settings, dataset, NULL, 1, &observer, NULL, &report);

  g_assert_cmpint (report.stop, ==, NN_STOP_CANCELLED);
  g_assert_cmpuint (report.n_epochs, ==, 0);
  g_assert_cmpuint (report.best_epoch, ==, 0);
}

/* Keeps the checkpoint of epoch 2. */
static void
checkpoint_cb (const NnEvent *event,
               gpointer       data)
{
  if (event->kind == NN_EVENT_EPOCH && event->epoch == 2)
    *(GBytes **) data = nn_train_checkpoint (event);
}

static void
test_resumed_it_ends_with_the_same_bytes (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (60, 2);
  CvrSettings settings = session_test_settings (4);
  g_autoptr (GBytes) checkpoint = NULL;
  NnObserver observer = { .event = checkpoint_cb, .data = &checkpoint };
  g_autoptr (CvrModel) whole = train (&settings, dataset, NULL, 1, &observer, NULL, NULL);
  g_autoptr (CvrModel) resumed = NULL;
  g_autoptr (GBytes) whole_bytes = NULL;
  g_autoptr (GBytes) resumed_bytes = NULL;

  g_assert_nonnull (checkpoint);
  resumed = train (&settings, dataset, NULL, 1, NULL, checkpoint, NULL);
  whole_bytes = cvr_model_to_bytes (whole, NULL);
  resumed_bytes = cvr_model_to_bytes (resumed, NULL);
  g_assert_true (g_bytes_equal (whole_bytes, resumed_bytes));
}

static NnNode
first_weighted (NnGraph *graph)
{
  for (guint node = 0; node < nn_graph_n_nodes (graph); node++)
    if (nn_graph_node_has_weights (graph, (NnNode) node))
      return (NnNode) node;

  return NN_NODE_NONE;
}

static void
test_from_a_model_other_classes_get_a_new_head_and_frozen_layers_stay (void)
{
  g_autoptr (CvrDataset) two = session_test_dataset (60, 2);
  g_autoptr (CvrDataset) three = session_test_dataset (60, 3);
  CvrSettings settings = session_test_settings (2);
  g_autoptr (CvrModel) from = train (&settings, two, NULL, 1, NULL, NULL, NULL);
  g_autoptr (CvrModel) model = NULL;
  const nn_real *before, *after;
  NnNode node = first_weighted (from->graph);
  gsize n = 0;

  settings.n_frozen = 1;
  model = train (&settings, three, from, 1, NULL, NULL, NULL);
  g_assert_cmpuint (model->n_classes, ==, 3);
  g_assert_cmpint (model->preprocess.width, ==, from->preprocess.width);
  before = nn_params_peek (from->params, node, NN_SLOT_WEIGHT, &n);
  after = nn_params_peek (model->params, first_weighted (model->graph), NN_SLOT_WEIGHT, &n);
  g_assert_cmpmem (before, n * sizeof *before, after, n * sizeof *after);

  /* Without freezing they move. */
  settings.n_frozen = 0;
  g_clear_pointer (&model, cvr_model_unref);
  model = train (&settings, three, from, 1, NULL, NULL, NULL);
  after = nn_params_peek (model->params, first_weighted (model->graph), NN_SLOT_WEIGHT, &n);
  g_assert_cmpint (memcmp (before, after, n * sizeof *before), !=, 0);
}

static void
test_early_stop_ends_before_the_plan (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (40, 2);
  CvrSettings settings = session_test_settings (60);
  CvrRunReport report;
  g_autoptr (CvrModel) model = NULL;

  settings.early_stop = 2;
  settings.optim.lr = 1e-30f; /* Too little to move any weight: nothing gets better. */
  model = train (&settings, dataset, NULL, 1, NULL, NULL, &report);
  g_assert_cmpint (report.stop, ==, NN_STOP_EARLY);
  g_assert_cmpuint (report.n_epochs, <, 60);
}

static void
test_one_class_is_refused (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (20, 1);
  CvrSettings settings = session_test_settings (1);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (GError) error = NULL;
  CvrRunSpec spec = { .settings = &settings, .dataset = dataset, .workers = workers };

  g_assert_null (cvr_run_new (&spec, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_DATA);
}

typedef struct
{
  CvrRun   *run;
  CvrModel *snapshot;
} Taking;

static void
take_cb (const NnEvent *event,
         gpointer       data)
{
  Taking *taking = data;

  if (event->kind == NN_EVENT_STEP && event->step == 2)
    taking->snapshot = cvr_run_snapshot (taking->run, event->params);
}

static void
test_a_snapshot_is_a_copy_that_stays (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (60, 2);
  CvrSettings settings = session_test_settings (2);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  Taking taking = { NULL, NULL };
  NnObserver observer = { .event = take_cb, .data = &taking };
  CvrRunSpec spec = {
    .settings = &settings, .dataset = dataset, .workers = workers, .observer = &observer
  };
  g_autoptr (CvrRun) run = cvr_run_new (&spec, NULL);
  g_autoptr (CvrModel) model = NULL;
  gsize n;

  taking.run = run;
  g_assert_true (cvr_run_train (run, &model, NULL, NULL));
  g_assert_nonnull (taking.snapshot);
  g_assert_true (nn_params_is_frozen (taking.snapshot->params));
  n = nn_params_n_values (model->params);
  g_assert_cmpint (memcmp (nn_params_peek_all (taking.snapshot->params),
                           nn_params_peek_all (model->params), n * sizeof (nn_real)),
                   !=, 0);
  cvr_model_unref (taking.snapshot);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/run/it-learns", test_it_learns);
  g_test_add_func ("/session/run/the-record-says-how-but-not-when-or-where",
                   test_the_record_says_how_but_not_when_or_where);
  g_test_add_func ("/session/run/the-same-bytes-for-any-number-of-threads",
                   test_the_same_bytes_for_any_number_of_threads);
  g_test_add_func ("/session/run/cancelled-at-once-it-still-gives-a-model",
                   test_cancelled_at_once_it_still_gives_a_model);
  g_test_add_func ("/session/run/resumed-it-ends-with-the-same-bytes",
                   test_resumed_it_ends_with_the_same_bytes);
  g_test_add_func ("/session/run/from-a-model-other-classes-get-a-new-head-and-frozen-layers-stay",
                   test_from_a_model_other_classes_get_a_new_head_and_frozen_layers_stay);
  g_test_add_func ("/session/run/early-stop-ends-before-the-plan",
                   test_early_stop_ends_before_the_plan);
  g_test_add_func ("/session/run/one-class-is-refused", test_one_class_is_refused);
  g_test_add_func ("/session/run/a-snapshot-is-a-copy-that-stays",
                   test_a_snapshot_is_a_copy_that_stays);

  return g_test_run ();
}
