/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every training is a card, its epochs are stored, and one can return to it. */
#include "cvr-run-card-private.h"
#include "card-test.h"

enum { N_EPOCHS = 3 };

static guint
n_cards (ProjectFixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (card_test_book (fixture)));
}

/* "0 1 2 3": the epochs of a card that are stored. */
static char *
dump_epochs (ProjectFixture *fixture,
             guint           place)
{
  guint n;
  const guint *epochs = cvr_epochs_list (cvr_project_get_epochs (fixture->project),
                                         cvr_run_card_get_id (card_test_at (fixture, place)), &n);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%u", i > 0 ? " " : "", epochs[i]);

  return g_string_free (text, FALSE);
}

static void
assert_epochs (ProjectFixture *fixture,
               guint           place,
               const char     *expected)
{
  g_autofree char *text = dump_epochs (fixture, place);

  g_assert_cmpstr (text, ==, expected);
}

static void
assert_first_card (ProjectFixture *fixture)
{
  CvrRunCard *card = card_test_at (fixture, 0);
  const CvrCardFacts *facts = cvr_run_card_get_facts (card);
  guint epoch;

  g_assert_cmpstr (cvr_run_card_get_name (card), ==, "Run 1");
  g_assert_cmpint ((gint) facts->kind, ==, CVR_CARD_RUN);
  g_assert_cmpint ((gint) facts->state, ==, CVR_CARD_ENDED);
  g_assert_cmpuint (facts->n_planned, ==, N_EPOCHS);
  g_assert_cmpuint (facts->report.n_epochs, ==, N_EPOCHS);
  g_assert_cmpuint (facts->report.best_epoch, >=, 1);
  g_assert_cmpuint (facts->report.n_train, >, 50);
  g_assert_cmpfloat (facts->report.val_accuracy, >=, 0);
  g_assert_cmpuint (facts->loss.n, ==, N_EPOCHS);
  g_assert_cmpuint (facts->val_accuracy.n, ==, N_EPOCHS);
  g_assert_cmpfloat (facts->settings.optim.lr, ==, 0.01f);
  g_assert_cmpint (facts->started, >, 1600000000);
  g_assert_true (cvr_run_card_is_present (card, &epoch));
  g_assert_cmpuint (epoch, ==, facts->report.best_epoch);
  g_assert_true (cvr_run_card_has_epochs (card));
  assert_epochs (fixture, 0, "0 1 2 3");
}

static void
read_cb (CvrJob       *job,
         gpointer      result,
         const GError *error,
         gpointer      data)
{
  g_assert_no_error (error);
  *(CvrHistory **) data = result;
}

static gboolean
has_come (gpointer data)
{
  return *(gpointer *) data != NULL;
}

static void
test_a_training_is_a_card (ProjectFixture *fixture,
                           gconstpointer   data)
{
  CvrHistory *history = NULL;
  CvrRunReport before, after;
  guint n;

  project_test_import (fixture, "builtin:digits:100", FALSE);
  g_assert_cmpuint (n_cards (fixture), ==, 0);
  card_test_begin (fixture, N_EPOCHS, 0.01f);
  g_assert_cmpuint (n_cards (fixture), ==, 1);
  g_assert_cmpint ((gint) cvr_run_card_get_facts (card_test_at (fixture, 0))->state, ==,
                   CVR_CARD_RUNNING);
  before = cvr_run_card_get_facts (card_test_at (fixture, 0))->report;
  session_test_wait (project_test_is_trained, fixture);
  cvr_project_wait (fixture->project);
  after = cvr_run_card_get_facts (card_test_at (fixture, 0))->report;
  g_assert_cmpuint (before.n_train, ==, after.n_train);
  g_assert_cmpuint (before.n_valid, ==, after.n_valid);
  assert_first_card (fixture);
  project_test_open_again (fixture);
  g_assert_cmpuint (n_cards (fixture), ==, 1);
  assert_first_card (fixture);

  cvr_notebook_read_history (card_test_book (fixture), 1, NULL, read_cb, &history);
  session_test_wait (has_come, &history);
  cvr_history_epochs (history, &n);
  g_assert_cmpuint (n, ==, N_EPOCHS);
  g_assert_cmpuint (cvr_history_n_points (history, CVR_SERIES_LOSS), >, N_EPOCHS);
  cvr_history_free (history);
}

static void
test_names_and_notes_are_undoable (ProjectFixture *fixture,
                                   gconstpointer   data)
{
  project_test_import (fixture, "builtin:digits:100", FALSE);
  card_test_train (fixture, 1, 0.01f);
  cvr_notebook_rename (card_test_book (fixture), 1, "  my best  ");
  cvr_project_wait (fixture->project);
  g_assert_cmpstr (cvr_run_card_get_name (card_test_at (fixture, 0)), ==, "my best");
  g_assert_cmpstr (cvr_project_undo_name (fixture->project), ==, "Rename “Run 1”");
  cvr_notebook_set_note (card_test_book (fixture), 1, "a");
  cvr_notebook_set_note (card_test_book (fixture), 1, "as");
  cvr_project_wait (fixture->project);
  g_assert_cmpstr (cvr_project_undo_name (fixture->project), ==, "Write a note on “my best”");
  project_test_open_again (fixture);
  g_assert_cmpstr (cvr_run_card_get_name (card_test_at (fixture, 0)), ==, "my best");
  g_assert_cmpstr (cvr_run_card_get_note (card_test_at (fixture, 0)), ==, "as");
  cvr_project_undo (fixture->project); /* both letters: one action */
  g_assert_cmpstr (cvr_run_card_get_note (card_test_at (fixture, 0)), ==, "");
  cvr_project_undo (fixture->project);
  cvr_project_wait (fixture->project);
  g_assert_cmpstr (cvr_run_card_get_name (card_test_at (fixture, 0)), ==, "Run 1");
  cvr_notebook_rename (card_test_book (fixture), 1, "x");
  cvr_notebook_rename (card_test_book (fixture), 1, "");
  g_assert_cmpstr (cvr_run_card_get_name (card_test_at (fixture, 0)), ==, "Run 1");
}

static guint64
bytes_of_checkpoints (ProjectFixture *fixture)
{
  CvrKeptSizes sizes;

  cvr_project_wait (fixture->project);
  g_assert_true (cvr_keeper_sizes (cvr_project_keeper (fixture->project), &sizes, NULL));

  return sizes.checkpoints;
}

static void
test_a_removed_card_comes_back (ProjectFixture *fixture,
                                gconstpointer   data)
{
  project_test_import (fixture, "builtin:digits:100", FALSE);
  card_test_train (fixture, 1, 0.01f);
  card_test_train (fixture, 1, 0.02f);
  g_assert_cmpuint (n_cards (fixture), ==, 2);
  cvr_notebook_remove (card_test_book (fixture), 1);
  cvr_project_wait (fixture->project);
  g_assert_cmpuint (n_cards (fixture), ==, 1);
  g_assert_cmpstr (cvr_project_undo_name (fixture->project), ==,
                   "Remove “Run 1” from the notebook");
  g_assert_cmpstr (cvr_run_card_get_name (card_test_at (fixture, 0)), ==, "Run 2");
  project_test_open_again (fixture);
  g_assert_cmpuint (n_cards (fixture), ==, 1);
  cvr_project_undo (fixture->project);
  cvr_project_wait (fixture->project);
  g_assert_cmpuint (n_cards (fixture), ==, 2);
  assert_epochs (fixture, 0, "0 1");
}

/* Once no undo can bring it back. */
static void
test_a_removed_card_leaves_the_file (ProjectFixture *fixture,
                                     gconstpointer   data)
{
  guint64 id, before;

  project_test_import (fixture, "builtin:digits:100", FALSE);
  card_test_train (fixture, 2, 0.01f);
  card_test_train (fixture, 2, 0.02f);
  before = bytes_of_checkpoints (fixture);
  id = project_test_id_at (fixture, 0);
  cvr_project_set_labels (fixture->project, &id, 1, 5);
  cvr_notebook_remove (card_test_book (fixture), 1);
  cvr_project_set_labels (fixture->project, &id, 1, 6);
  g_assert_cmpuint (bytes_of_checkpoints (fixture), ==, before);
  /* Removing a picture for good takes the steps that speak of it, and all before them. */
  cvr_project_remove_for_good (fixture->project, &id, 1, NULL, NULL, NULL);
  cvr_project_wait (fixture->project);
  g_assert_cmpuint (bytes_of_checkpoints (fixture), <, before * 6 / 10);
  project_test_open_again (fixture);
  g_assert_cmpuint (n_cards (fixture), ==, 1);
  assert_epochs (fixture, 0, "0 1 2");
  card_test_train (fixture, 1, 0.03f);
  g_assert_cmpuint (cvr_run_card_get_id (card_test_at (fixture, 1)), ==, 3); /* never 1 again */
}

static GBytes *
model_bytes (ProjectFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = cvr_model_to_bytes (cvr_project_get_model (fixture->project), &error);

  g_assert_no_error (error);

  return bytes;
}

static void
returned_cb (CvrJob       *job,
             gpointer      result,
             const GError *error,
             gpointer      data)
{
  g_assert_no_error (error);
  *(gpointer *) data = job;
}

static void
return_to (ProjectFixture *fixture,
           guint64         id,
           guint           epoch)
{
  gpointer done = NULL;

  g_assert_nonnull (cvr_notebook_return_to (card_test_book (fixture), id, epoch, NULL, returned_cb,
                                            &done));
  session_test_wait (has_come, &done);
  session_test_wait (project_test_is_trained, fixture);
  cvr_project_wait (fixture->project);
}

static void
test_one_can_return_to_a_run (ProjectFixture *fixture,
                              gconstpointer   data)
{
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  g_autoptr (GBytes) found = NULL;
  g_autoptr (GBytes) undone = NULL;
  guint epoch;

  project_test_import (fixture, "builtin:digits:100", FALSE);
  card_test_train (fixture, 2, 0.01f);
  first = model_bytes (fixture);
  card_test_train (fixture, 3, 0.02f);
  second = model_bytes (fixture);
  project_test_open_again (fixture);
  return_to (fixture, 1, G_MAXUINT);
  found = model_bytes (fixture);
  g_assert_true (g_bytes_equal (found, first));
  g_assert_cmpfloat (cvr_project_get_settings (fixture->project)->optim.lr, ==, 0.01f);
  g_assert_cmpuint (cvr_project_get_settings (fixture->project)->epochs, ==, 2);
  g_assert_true (cvr_run_card_is_present (card_test_at (fixture, 0), &epoch));
  g_assert_false (cvr_run_card_is_present (card_test_at (fixture, 1), NULL));
  g_assert_false (cvr_project_model_is_stale (fixture->project));
  g_assert_cmpstr (cvr_project_undo_name (fixture->project), ==, "Return to “Run 1”");
  project_test_open_again (fixture);
  g_assert_true (cvr_run_card_is_present (card_test_at (fixture, 0), NULL));
  cvr_project_undo (fixture->project);
  session_test_wait (project_test_is_trained, fixture);
  cvr_project_wait (fixture->project);
  undone = model_bytes (fixture);
  g_assert_true (g_bytes_equal (undone, second));
  g_assert_true (cvr_run_card_is_present (card_test_at (fixture, 1), NULL));
  g_assert_cmpfloat (cvr_project_get_settings (fixture->project)->optim.lr, ==, 0.02f);
}

static gboolean
has_maker (gpointer fixture)
{
  return cvr_notebook_get_maker (card_test_book (fixture)) != NULL;
}

static gboolean
has_no_maker (gpointer fixture)
{
  return !has_maker (fixture);
}

/* Of one that was opened no training is the maker, however many there were. */
static void
test_who_made_the_network (ProjectFixture *fixture,
                           gconstpointer   data)
{
  g_autoptr (CvrModel) opened = NULL;

  project_test_import (fixture, "builtin:digits:100", FALSE);
  g_assert_null (cvr_notebook_get_maker (card_test_book (fixture)));
  card_test_begin (fixture, 2, 0.01f);
  g_assert_true (cvr_notebook_get_maker (card_test_book (fixture)) == card_test_at (fixture, 0));
  session_test_wait (project_test_is_trained, fixture);
  card_test_train (fixture, 1, 0.02f);
  g_assert_true (cvr_notebook_get_maker (card_test_book (fixture)) == card_test_at (fixture, 1));
  return_to (fixture, 1, G_MAXUINT);
  g_assert_true (cvr_notebook_get_maker (card_test_book (fixture)) == card_test_at (fixture, 0));
  opened = cvr_model_with (cvr_project_get_model (fixture->project),
                           cvr_project_get_model (fixture->project)->graph,
                           cvr_project_get_model (fixture->project)->params);
  cvr_project_set_model (fixture->project, opened);
  session_test_wait (has_no_maker, fixture);
  cvr_project_undo (fixture->project);
  session_test_wait (has_maker, fixture);
  g_assert_true (cvr_notebook_get_maker (card_test_book (fixture)) == card_test_at (fixture, 0));
}

static void
test_a_variant_is_a_card (ProjectFixture *fixture,
                          gconstpointer   data)
{
  const CvrVariant variant = { NULL, "8 bits", 0.75, 0.5, 20, 12345, 0.5 };
  g_autoptr (CvrModel) model = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  const CvrCardFacts *facts;
  guint64 id;

  project_test_import (fixture, "builtin:digits:100", FALSE);
  card_test_train (fixture, 1, 0.01f);
  model = cvr_model_with (cvr_project_get_model (fixture->project),
                          cvr_project_get_model (fixture->project)->graph,
                          cvr_project_get_model (fixture->project)->params);
  before = model_bytes (fixture);
  id = cvr_notebook_keep_variant (card_test_book (fixture), model, &variant);
  cvr_project_wait (fixture->project);
  g_assert_cmpuint (id, ==, 2);
  project_test_open_again (fixture);
  g_assert_cmpuint (n_cards (fixture), ==, 2);
  facts = cvr_run_card_get_facts (card_test_at (fixture, 1));
  g_assert_cmpstr (cvr_run_card_get_name (card_test_at (fixture, 1)), ==, "Variant 1");
  g_assert_cmpint ((gint) facts->kind, ==, CVR_CARD_VARIANT);
  g_assert_cmpuint (facts->parent, ==, 1);
  g_assert_cmpstr (facts->what, ==, "8 bits");
  g_assert_cmpuint (facts->bytes, ==, 12345);
  g_assert_cmpfloat (facts->report.val_accuracy, ==, 0.75);
  g_assert_cmpfloat (facts->settings.optim.lr, ==, 0.01f);
  /* It learnt from what its parent learnt from; its figures are its own. */
  g_assert_cmpuint (facts->report.n_train, ==,
                    cvr_run_card_get_facts (card_test_at (fixture, 0))->report.n_train);
  g_assert_cmpuint (facts->report.n_train, >, 0);
  g_assert_cmpuint (facts->report.n_valid, ==, 20);
  assert_epochs (fixture, 1, "0");
  return_to (fixture, 2, 0);
  after = model_bytes (fixture);
  g_assert_true (g_bytes_equal (before, after));
  g_assert_true (cvr_run_card_is_present (card_test_at (fixture, 1), NULL));
  g_assert_null (cvr_notebook_get_maker (card_test_book (fixture)));
  cvr_project_undo (fixture->project);
  cvr_project_undo (fixture->project);
  cvr_project_wait (fixture->project);
  g_assert_cmpuint (n_cards (fixture), ==, 1);
  cvr_project_redo (fixture->project);
  cvr_project_wait (fixture->project);
  g_assert_cmpuint (n_cards (fixture), ==, 2);
}

/* Nobody can redo it any more, and its network is still on its way to the disk. */
static void
test_a_variant_that_was_taken_back_leaves_nothing (ProjectFixture *fixture,
                                                   gconstpointer   data)
{
  const CvrVariant variant = { NULL, "8 bits", 0.75, 0.5, 20, 12345, 0.5 };
  guint64 id, before;

  project_test_import (fixture, "builtin:digits:100", FALSE);
  card_test_train (fixture, 1, 0.01f);
  before = bytes_of_checkpoints (fixture);
  id = cvr_notebook_keep_variant (card_test_book (fixture),
                                  cvr_project_get_model (fixture->project), &variant);
  cvr_project_undo (fixture->project);
  cvr_notebook_rename (card_test_book (fixture), 1, "first");
  cvr_project_wait (fixture->project);
  g_assert_cmpuint (cvr_epochs_bytes (cvr_project_get_epochs (fixture->project), id), ==, 0);
  g_assert_cmpuint (bytes_of_checkpoints (fixture), ==, before);
}

static void
test_epochs_keep_to_the_limit (ProjectFixture *fixture,
                               gconstpointer   data)
{
  guint64 one;
  CvrEpochs *epochs;
  guint n;

  project_test_import (fixture, "builtin:digits:100", FALSE);
  card_test_train (fixture, 2, 0.01f);
  epochs = cvr_project_get_epochs (fixture->project);
  one = cvr_epochs_bytes (epochs, 1) / 3;
  cvr_project_set_checkpoint_limit (fixture->project, one * 8);
  card_test_train (fixture, 6, 0.02f);
  g_assert_cmpuint (bytes_of_checkpoints (fixture), <=, one * 8);
  cvr_epochs_list (epochs, 1, &n);
  g_assert_cmpuint (n, <=, 1);
  cvr_epochs_list (epochs, 2, &n);
  g_assert_cmpuint (n, >=, 2);
  project_test_open_again (fixture);
  cvr_project_set_checkpoint_limit (fixture->project, 0);
  g_assert_cmpuint (bytes_of_checkpoints (fixture), ==, 0);
  g_assert_false (cvr_run_card_has_epochs (card_test_at (fixture, 0)));
  /* Its settings come back all the same. */
  g_assert_null (cvr_notebook_return_to (card_test_book (fixture), 1, G_MAXUINT, NULL, NULL, NULL));
  g_assert_cmpuint (cvr_project_get_settings (fixture->project)->epochs, ==, 2);
  g_assert_nonnull (fixture->failure);
  g_clear_pointer (&fixture->failure, g_free);
}

static gboolean
has_an_epoch (gpointer data)
{
  CvrProject *project = ((ProjectFixture *) data)->project;

  return cvr_training_get_epoch (cvr_project_get_training (project)) >= 2;
}

static void
test_an_interrupted_training_is_shown_as_such (ProjectFixture *fixture,
                                               gconstpointer   data)
{
  g_autofree char *state = NULL;

  project_test_import (fixture, "builtin:digits:100", FALSE);
  card_test_begin (fixture, 8, 0.01f);
  session_test_wait (has_an_epoch, fixture);
  cvr_training_pause (cvr_project_get_training (fixture->project));
  project_test_open_again (fixture);
  g_assert_cmpint ((gint) cvr_run_card_get_facts (card_test_at (fixture, 0))->state, ==,
                   CVR_CARD_INTERRUPTED);
  state = cvr_run_card_dup_state (card_test_at (fixture, 0));
  g_test_message ("%s", state);
  g_assert_true (g_str_has_prefix (state, "Interrupted after epoch "));
  cvr_project_resume_training (fixture->project);
  session_test_settle ();
  while (cvr_run_card_get_facts (card_test_at (fixture, 0))->state != CVR_CARD_ENDED)
    g_main_context_iteration (NULL, TRUE);
  cvr_project_wait (fixture->project);
  g_assert_cmpuint (n_cards (fixture), ==, 1);
  g_assert_cmpuint (cvr_run_card_get_facts (card_test_at (fixture, 0))->report.n_epochs, ==, 8);
  assert_epochs (fixture, 0, "0 1 2 3 4 5 6 7 8");
}

static void
test_a_thousand_cards_are_read_quickly (ProjectFixture *fixture,
                                        gconstpointer   data)
{
  CvrKeeper *keeper = cvr_project_keeper (fixture->project);
  CvrSettings settings = cvr_settings_default ();
  g_autofree char *settings_text = cvr_settings_to_json (&settings);
  CvrBatch *batch = cvr_batch_new ();
  GString *curve = g_string_new (NULL);
  g_autofree char *report = NULL;
  gint64 begin_time;

  for (guint i = 0; i < 48; i++)
    g_string_append_printf (curve, "%s0.%04u", i > 0 ? " " : "", 1000 + i);
  report = g_strdup_printf (
    "{\"kind\":\"run\",\"state\":\"ended\",\"number\":7,\"started\":1700000000,\"n_epochs\":48,"
    "\"n_planned\":48,\"curves\":{\"loss\":\"%1$s\",\"val_loss\":\"%1$s\","
    "\"accuracy\":\"%1$s\",\"val_accuracy\":\"%1$s\"}}",
    curve->str);
  for (guint i = 1; i <= 1000; i++)
    {
      const CvrKeptRun run = { i, (char *) "", NULL, settings_text, report };

      cvr_batch_put_run (batch, &run);
    }
  cvr_keeper_commit (keeper, batch, NULL, NULL);
  cvr_keeper_flush (keeper);
  project_test_close (fixture);
  begin_time = g_get_monotonic_time ();
  project_test_open (fixture);
  g_test_message ("opened in %.1f ms", (double) (g_get_monotonic_time () - begin_time) / 1e3);
  g_assert_cmpuint (n_cards (fixture), ==, 1000);
  g_assert_cmpuint (cvr_run_card_get_facts (card_test_at (fixture, 999))->val_loss.n, ==, 48);
  g_string_free (curve, TRUE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  project_test_add ("notebook/a-training-is-a-card", test_a_training_is_a_card);
  project_test_add ("notebook/names-and-notes-are-undoable", test_names_and_notes_are_undoable);
  project_test_add ("notebook/a-removed-card-comes-back", test_a_removed_card_comes_back);
  project_test_add ("notebook/a-removed-card-leaves-the-file",
                    test_a_removed_card_leaves_the_file);
  project_test_add ("notebook/one-can-return-to-a-run", test_one_can_return_to_a_run);
  project_test_add ("notebook/who-made-the-network", test_who_made_the_network);
  project_test_add ("notebook/a-variant-is-a-card", test_a_variant_is_a_card);
  project_test_add ("notebook/a-variant-that-was-taken-back-leaves-nothing",
                    test_a_variant_that_was_taken_back_leaves_nothing);
  project_test_add ("notebook/epochs-keep-to-the-limit", test_epochs_keep_to_the_limit);
  project_test_add ("notebook/an-interrupted-training-is-shown-as-such",
                    test_an_interrupted_training_is_shown_as_such);
  project_test_add ("notebook/a-thousand-cards-are-read-quickly",
                    test_a_thousand_cards_are_read_quickly);

  return g_test_run ();
}
