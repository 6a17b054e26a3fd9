/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project keeps its network, knows whether it is out of date, and opens whatever it finds. */
#include "project-test.h"

static void
train (ProjectFixture *fixture,
       gboolean        go_on)
{
  CvrSettings settings = session_test_settings (2);
  g_autoptr (GError) error = NULL;

  cvr_project_set_settings (fixture->project, &settings);
  g_assert_true (cvr_project_train (fixture->project, go_on, &error));
  g_assert_no_error (error);
  session_test_wait (project_test_is_trained, fixture);
}

static void
test_a_training_is_kept_with_its_curves (ProjectFixture *fixture,
                                         gconstpointer   data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GBytes) history = NULL;
  g_autoptr (GBytes) history_after = NULL;
  CvrEvaluation *evaluation;
  double accuracy;

  project_test_import (fixture, "builtin:digits:100", FALSE);
  train (fixture, FALSE);
  g_assert_nonnull (cvr_project_get_model (fixture->project));
  evaluation = cvr_project_get_evaluation (fixture->project);
  g_assert_nonnull (evaluation);
  g_assert_cmpuint (
    evaluation->n, ==,
    cvr_dataset_count (cvr_project_get_dataset (fixture->project), -2, CVR_SPLIT_VALID));
  accuracy = evaluation->accuracy;
  g_assert_false (cvr_project_model_is_stale (fixture->project));
  before = project_test_dump (fixture->project);
  history =
    cvr_history_to_bytes (cvr_training_get_history (cvr_project_get_training (fixture->project)));

  project_test_close (fixture);
  project_test_open (fixture);
  after = project_test_dump (fixture->project);
  history_after =
    cvr_history_to_bytes (cvr_training_get_history (cvr_project_get_training (fixture->project)));
  g_assert_cmpstr (before, ==, after);
  g_assert_true (g_bytes_equal (history, history_after));
  g_assert_cmpuint (cvr_training_get_report (cvr_project_get_training (fixture->project))->n_epochs,
                    ==, 2);
  g_assert_false (cvr_project_model_is_stale (fixture->project));
  session_test_wait (project_test_is_trained, fixture);
  g_assert_cmpfloat (cvr_project_get_evaluation (fixture->project)->accuracy, ==, accuracy);
}

static void
test_changes_after_a_training_are_counted (ProjectFixture *fixture,
                                           gconstpointer   data)
{
  guint64 ids[2];
  CvrSettings settings;

  project_test_import (fixture, "builtin:digits:40", FALSE);
  train (fixture, FALSE);
  ids[0] = project_test_id_at (fixture, 0);
  ids[1] = project_test_id_at (fixture, 1);
  cvr_project_set_labels (fixture->project, ids, 2, 9);
  g_assert_cmpuint (cvr_project_n_changed_labels (fixture->project), ==, 2);
  g_assert_true (cvr_project_model_is_stale (fixture->project));
  project_test_close (fixture);
  project_test_open (fixture);
  g_assert_cmpuint (cvr_project_n_changed_labels (fixture->project), ==, 2);
  cvr_project_undo (fixture->project);
  g_assert_cmpuint (cvr_project_n_changed_labels (fixture->project), ==, 0);
  g_assert_false (cvr_project_model_is_stale (fixture->project));

  cvr_project_remove_items (fixture->project, ids, 1);
  g_assert_true (cvr_project_model_is_stale (fixture->project));
  g_assert_cmpuint (cvr_project_n_changed_labels (fixture->project), ==, 0);
  cvr_project_undo (fixture->project);

  settings = *cvr_project_get_settings (fixture->project);
  settings.epochs = 99;
  cvr_project_set_settings (fixture->project, &settings);
  g_assert_false (cvr_project_model_is_stale (fixture->project)); /* The network is the same. */
  g_strlcpy (settings.arch, "mlp", sizeof settings.arch);
  cvr_project_set_settings (fixture->project, &settings);
  g_assert_true (cvr_project_model_is_stale (fixture->project));
}

static void
test_a_network_that_goes_on_keeps_its_shape (ProjectFixture *fixture,
                                             gconstpointer   data)
{
  CvrSettings settings;
  g_autoptr (GError) error = NULL;

  project_test_import (fixture, "builtin:digits:40", FALSE);
  train (fixture, FALSE);
  settings = *cvr_project_get_settings (fixture->project);
  g_strlcpy (settings.arch, "mlp", sizeof settings.arch);
  cvr_project_set_settings (fixture->project, &settings);
  g_assert_true (cvr_project_train (fixture->project, TRUE, &error));
  g_assert_no_error (error);
  session_test_wait (project_test_is_trained, fixture);
  g_assert_true (cvr_project_model_is_stale (fixture->project)); /* It is no “mlp”. */
}

/* Whatever network was chosen before: what is as it is now learns on, and counts as that. */
static void
test_a_network_as_it_is_now_stays_itself (ProjectFixture *fixture,
                                          gconstpointer   data)
{
  CvrSettings settings;
  const CvrCardFacts *facts;
  g_autofree char *arch = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;

  project_test_import (fixture, "builtin:digits:40", FALSE);
  train (fixture, FALSE);
  settings = *cvr_project_get_settings (fixture->project);
  arch = g_strdup (settings.arch);
  name = cvr_project_dup_model_name (fixture->project);
  g_strlcpy (settings.arch, "mlp", sizeof settings.arch);
  cvr_settings_set_base (&settings, name);
  cvr_project_set_settings (fixture->project, &settings);
  g_assert_false (cvr_project_model_is_stale (fixture->project));
  g_assert_true (cvr_project_train (fixture->project, FALSE, &error));
  g_assert_no_error (error);
  session_test_wait (project_test_is_trained, fixture);

  g_assert_false (cvr_project_model_is_stale (fixture->project));
  facts = cvr_run_card_get_facts (
    cvr_notebook_get_newest_run (cvr_project_get_notebook (fixture->project)));
  g_assert_true (facts->went_on);
  g_assert_cmpstr (facts->settings.arch, ==, arch);

  cvr_settings_set_base (&settings, "");
  cvr_project_set_settings (fixture->project, &settings);
  g_assert_true (cvr_project_model_is_stale (fixture->project)); /* It is no “mlp”. */
}

static void
test_an_other_model_is_one_action (ProjectFixture *fixture,
                                   gconstpointer   data)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (40, 2);
  g_autoptr (CvrModel) model = session_test_model (dataset, 1);
  g_autofree char *before = NULL;
  g_autofree char *trained = NULL;

  project_test_import (fixture, "builtin:digits:40", FALSE);
  before = project_test_dump (fixture->project);
  cvr_project_set_model (fixture->project, model);
  g_assert_true (cvr_project_get_model (fixture->project) == model);
  project_test_assert_undoable (fixture, before, "Change the network");

  /* And over a trained one. */
  train (fixture, FALSE);
  trained = project_test_dump (fixture->project);
  cvr_project_set_model (fixture->project, model);
  g_assert_false (cvr_project_model_is_stale (fixture->project));
  project_test_assert_undoable (fixture, trained, "Change the network");
  cvr_project_undo (fixture->project);
  g_assert_false (cvr_project_model_is_stale (fixture->project));
  session_test_wait (project_test_is_trained, fixture);
}

static void
test_without_two_classes_it_says_so (ProjectFixture *fixture,
                                     gconstpointer   data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (cvr_project_train (fixture->project, FALSE, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_DATA);
}

static void
test_the_graph_follows_settings_and_classes (ProjectFixture *fixture,
                                             gconstpointer   data)
{
  g_autoptr (GError) error = NULL;
  CvrSettings settings;
  NnGraph *graph;
  NnShape output;
  guint64 n_values;

  project_test_import (fixture, "builtin:digits:20", FALSE);
  graph = cvr_project_get_graph (fixture->project, &error);
  g_assert_no_error (error);
  g_assert_true (cvr_project_get_graph (fixture->project, NULL) == graph);
  n_values = nn_graph_n_values (graph);

  settings = *cvr_project_get_settings (fixture->project);
  g_strlcpy (settings.arch, "mlp", sizeof settings.arch);
  cvr_project_set_settings (fixture->project, &settings);
  graph = cvr_project_get_graph (fixture->project, &error);
  g_assert_cmpuint (nn_graph_n_values (graph), !=, n_values);

  cvr_project_add_class (fixture->project, "letter");
  graph = cvr_project_get_graph (fixture->project, &error);
  output = nn_graph_node_shape (graph, nn_graph_output (graph, 0));
  g_assert_cmpuint (output.dims[1], ==, 11);
}

static void
test_a_damaged_file_is_set_aside (ProjectFixture *fixture,
                                  gconstpointer   data)
{
  g_autofree char *aside =
    g_build_filename (fixture->folder, "deep", "current-aside-1.convisor", NULL);
  g_autofree char *warning = NULL;
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  project_test_close (fixture);
  g_assert_true (g_file_set_contents (fixture->path, "this is no project at all", -1, &error));
  fixture->project = cvr_project_open (fixture->path, &warning, &error);
  g_assert_no_error (error);
  g_assert_nonnull (warning);
  g_test_message ("%s", warning);
  g_assert_nonnull (strstr (warning, "current-aside-1.convisor"));
  g_assert_true (cvr_project_is_new (fixture->project));
  g_assert_true (g_file_get_contents (aside, &contents, &length, &error));
  g_assert_cmpstr (contents, ==, "this is no project at all");
}

static void
test_a_new_file_is_new (ProjectFixture *fixture,
                        gconstpointer   data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (cvr_project_is_new (fixture->project));
  g_assert_null (cvr_project_undo_name (fixture->project));
  g_assert_null (cvr_project_get_model (fixture->project));
  g_assert_null (cvr_project_get_graph (fixture->project, &error));
  g_assert_nonnull (error);
  project_test_close (fixture);
  project_test_open (fixture);
  g_assert_true (cvr_project_is_new (fixture->project));

  cvr_project_add_class (fixture->project, "cat");
  g_assert_false (cvr_project_is_new (fixture->project));
}

static void
test_the_name_is_kept (ProjectFixture *fixture,
                       gconstpointer   data)
{
  cvr_project_set_name (fixture->project, "Números");
  project_test_close (fixture);
  project_test_open (fixture);
  g_assert_cmpstr (cvr_project_get_name (fixture->project), ==, "Números");
}

static void
test_one_thing_has_the_threads (ProjectFixture *fixture,
                                gconstpointer   data)
{
  g_autoptr (GError) error = NULL;

  project_test_import (fixture, "builtin:digits:40", FALSE);
  g_assert_null (cvr_project_get_occupation (fixture->project));
  cvr_project_set_measuring (fixture->project, CVR_MEASURING_EXPERIMENT, TRUE);
  cvr_project_set_measuring (fixture->project, CVR_MEASURING_TUNING, TRUE);
  g_assert_nonnull (cvr_project_get_occupation (fixture->project));
  g_assert_false (cvr_project_train (fixture->project, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_assert_cmpstr (error->message, ==, cvr_project_get_occupation (fixture->project));
  g_clear_error (&error);

  cvr_project_set_measuring (fixture->project, CVR_MEASURING_EXPERIMENT, FALSE);
  g_assert_nonnull (cvr_project_get_occupation (fixture->project));
  cvr_project_set_measuring (fixture->project, CVR_MEASURING_TUNING, FALSE);
  g_assert_true (cvr_project_train (fixture->project, FALSE, &error));
  g_assert_no_error (error);
  g_assert_nonnull (cvr_project_get_occupation (fixture->project));
  session_test_wait (project_test_is_trained, fixture);
  g_assert_null (cvr_project_get_occupation (fixture->project));
}

/* As another program wrote it: without a word about its training. */
static CvrModel *
foreign_model (void)
{
  g_autoptr (CvrDataset) dataset = session_test_dataset (40, 2);
  g_autoptr (CvrModel) model = session_test_model (dataset, 1);

  return cvr_model_new (model->graph, model->params, (const char *const *) model->classes,
                        &model->preprocess, NULL);
}

static gboolean
is_alike (CvrModel *a,
          CvrModel *b,
          NnNode    node)
{
  gsize n_values, n_others;
  const nn_real *values = nn_params_peek (a->params, node, NN_SLOT_WEIGHT, &n_values);
  const nn_real *others = nn_params_peek (b->params, node, NN_SLOT_WEIGHT, &n_others);

  return n_values == n_others && memcmp (values, others, n_values * sizeof *values) == 0;
}

static void
reopen (ProjectFixture *fixture)
{
  project_test_close (fixture);
  project_test_open (fixture);
}

static void
test_an_opened_network_is_the_choice (ProjectFixture *fixture,
                                      gconstpointer   data)
{
  g_autoptr (CvrModel) model = foreign_model ();
  g_autofree char *before = NULL;
  g_autofree char *name = NULL;
  CvrModel *base = NULL;
  CvrSettings settings;

  project_test_import (fixture, "builtin:digits:40", FALSE);
  before = project_test_dump (fixture->project);
  cvr_project_open_model (fixture->project, model, "other.onnx");
  g_assert_true (cvr_project_goes_on (fixture->project));
  g_assert_true (cvr_project_get_shown_graph (fixture->project, NULL) == model->graph);
  g_assert_true (cvr_project_get_base (fixture->project, TRUE, &base, NULL));
  g_assert_nonnull (base);
  project_test_assert_undoable (fixture, before, "Change the network");

  reopen (fixture);
  g_assert_true (cvr_project_goes_on (fixture->project));
  settings = *cvr_project_get_settings (fixture->project);
  settings.n_frozen = 1;
  cvr_project_set_settings (fixture->project, &settings);

  /* One of ours: all its layers learn; the opened one can be chosen again by its name. */
  cvr_settings_set_base (&settings, "");
  g_assert_cmpuint (settings.n_frozen, ==, 0);
  cvr_project_set_settings (fixture->project, &settings);
  g_assert_false (cvr_project_goes_on (fixture->project));
  g_assert_true (cvr_project_model_is_stale (fixture->project));
  g_assert_true (cvr_project_get_base (fixture->project, TRUE, &base, NULL));
  g_assert_null (base);
  g_assert_true (cvr_project_get_shown_graph (fixture->project, NULL) ==
                 cvr_project_get_graph (fixture->project, NULL));
  name = cvr_project_dup_model_name (fixture->project);
  g_assert_cmpstr (name, ==, "other");
  cvr_project_undo (fixture->project);
  g_assert_true (cvr_project_goes_on (fixture->project));
  g_assert_false (cvr_project_model_is_stale (fixture->project));

  cvr_project_set_model (fixture->project, NULL);
  g_assert_cmpstr (cvr_project_get_settings (fixture->project)->base, ==, "");
  cvr_project_undo (fixture->project);
  g_assert_cmpstr (cvr_project_get_settings (fixture->project)->base, ==, "other");
}

/* The last layer is new, the first ones as they were, those between have learned. */
static void
test_an_opened_network_learns_other_kinds (ProjectFixture *fixture,
                                           gconstpointer   data)
{
  enum { N_FROZEN = 1 };
  g_autoptr (CvrModel) model = foreign_model ();
  GListModel *cards = G_LIST_MODEL (cvr_project_get_notebook (fixture->project));
  CvrModel *learned, *base;
  CvrSettings settings = session_test_settings (2);
  g_autoptr (GError) error = NULL;
  guint n_weighted = 0, n_nodes = nn_graph_n_nodes (model->graph);

  project_test_import (fixture, "builtin:digits:40", FALSE);
  cvr_project_open_model (fixture->project, model, "other.onnx");
  cvr_settings_set_base (&settings, "other");
  settings.n_frozen = N_FROZEN;
  cvr_project_set_settings (fixture->project, &settings);
  g_assert_true (cvr_project_train (fixture->project, FALSE, &error));
  g_assert_no_error (error);
  session_test_wait (project_test_is_trained, fixture);

  learned = cvr_project_get_model (fixture->project);
  g_assert_cmpuint (learned->n_classes, ==, 10);
  g_assert_cmpuint (nn_graph_n_nodes (learned->graph), ==, n_nodes);
  for (guint node = 0; node < n_nodes; node++)
    if (nn_graph_node_has_weights (model->graph, (NnNode) node))
      g_assert_cmpint (is_alike (model, learned, (NnNode) node), ==, n_weighted++ < N_FROZEN);
  g_assert_cmpuint (n_weighted, >, N_FROZEN + 1);
  g_assert_true (cvr_project_goes_on (fixture->project));
  /* It has seen these pictures: it can race, but not be judged by them as unseen. */
  g_assert_true (cvr_project_get_base (fixture->project, FALSE, &base, NULL));
  g_assert_true (base == learned);
  g_assert_false (cvr_project_get_base (fixture->project, TRUE, &base, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_DATA);

  g_assert_cmpuint (g_list_model_get_n_items (cards), ==, 1);
  for (guint i = 0; i < g_list_model_get_n_items (cards); i++)
    {
      g_autoptr (CvrRunCard) card = g_list_model_get_item (cards, i);

      g_assert_cmpstr (cvr_run_card_get_network (card), ==, "other");
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  project_test_add ("a-training-is-kept-with-its-curves", test_a_training_is_kept_with_its_curves);
  project_test_add ("changes-after-a-training-are-counted",
                    test_changes_after_a_training_are_counted);
  project_test_add ("a-network-that-goes-on-keeps-its-shape",
                    test_a_network_that_goes_on_keeps_its_shape);
  project_test_add ("a-network-as-it-is-now-stays-itself",
                    test_a_network_as_it_is_now_stays_itself);
  project_test_add ("an-other-model-is-one-action", test_an_other_model_is_one_action);
  project_test_add ("an-opened-network-is-the-choice", test_an_opened_network_is_the_choice);
  project_test_add ("an-opened-network-learns-other-kinds",
                    test_an_opened_network_learns_other_kinds);
  project_test_add ("without-two-classes-it-says-so", test_without_two_classes_it_says_so);
  project_test_add ("the-graph-follows-settings-and-classes",
                    test_the_graph_follows_settings_and_classes);
  project_test_add ("a-damaged-file-is-set-aside", test_a_damaged_file_is_set_aside);
  project_test_add ("a-new-file-is-new", test_a_new_file_is_new);
  project_test_add ("the-name-is-kept", test_the_name_is_kept);
  project_test_add ("one-thing-has-the-threads", test_one_thing_has_the_threads);

  return g_test_run ();
}
