/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known about a card: its curve, its best network, and how that does on the pictures and
 * labels as they are now. */
#include "project-test.h"

#include "cvr-run-record.h"

#include <math.h>

/* What a record said, out of the worker. */
typedef struct
{
  guint          n_epochs;  /* of the curve */
  CvrModel      *model;
  guint          epoch;
  char          *titles;    /* "zero one …" */
  CvrEvaluation *evaluation;
  char          *lack;
  GError        *error;
  gboolean       ended;
} Seen;

static void
seen_clear (Seen *seen)
{
  g_clear_pointer (&seen->model, cvr_model_unref);
  g_free (seen->titles);
  g_clear_pointer (&seen->evaluation, cvr_evaluation_unref);
  g_free (seen->lack);
  g_clear_error (&seen->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Seen, seen_clear)

/* CvrRunRecordFunc */
static gpointer
look_func (CvrJob             *job,
           const CvrRunRecord *record,
           gpointer            data,
           GError            **error)
{
  Seen *seen = data;

  cvr_history_epochs (record->history, &seen->n_epochs);
  seen->epoch = record->epoch;
  seen->lack = g_strdup (record->lack);
  if (record->model != NULL)
    {
      seen->model = cvr_model_ref (record->model);
      seen->titles = g_strjoinv (" ", record->class_titles);
    }
  if (record->evaluation != NULL)
    seen->evaluation = cvr_evaluation_ref (record->evaluation);

  return g_strdup ("");
}

static void
done_cb (CvrJob       *job,
         gpointer      result,
         const GError *error,
         gpointer      data)
{
  Seen *seen = data;

  g_free (result);
  seen->error = error != NULL ? g_error_copy (error) : NULL;
  seen->ended = TRUE;
}

static gboolean
has_ended (gpointer data)
{
  return ((Seen *) data)->ended;
}

static CvrRunCard *
card_at (ProjectFixture *fixture,
         guint           place)
{
  CvrNotebook *notebook = cvr_project_get_notebook (fixture->project);
  g_autoptr (CvrRunCard) card = g_list_model_get_item (G_LIST_MODEL (notebook), place);

  g_assert_nonnull (card);

  return card;
}

static CvrJob *
begin (ProjectFixture *fixture,
       guint           place,
       Seen           *seen)
{
  const CvrRunRecordUse use = { "Looking", look_func, seen, NULL, NULL, done_cb, seen, g_free };

  return cvr_run_record_use (fixture->project, card_at (fixture, place), &use);
}

static Seen
look (ProjectFixture *fixture,
      guint           place)
{
  Seen seen = { 0 };

  begin (fixture, place, &seen);
  session_test_wait (has_ended, &seen);

  return seen;
}

static void
train (ProjectFixture *fixture,
       guint           n_epochs,
       float           lr)
{
  CvrSettings settings = session_test_settings (n_epochs);

  settings.optim.lr = lr;
  cvr_project_set_settings (fixture->project, &settings);
  g_assert_true (cvr_project_train (fixture->project, FALSE, NULL));
  session_test_wait (project_test_is_trained, fixture);
  cvr_project_wait (fixture->project);
}

/* The same figures as those of the run itself: nothing has changed since. */
static void
assert_as_trained (ProjectFixture *fixture,
                   guint           place,
                   const Seen     *seen)
{
  const CvrCardFacts *facts = cvr_run_card_get_facts (card_at (fixture, place));

  g_assert_no_error (seen->error);
  g_assert_null (seen->lack);
  g_assert_cmpuint (seen->n_epochs, ==, facts->report.n_epochs);
  g_assert_cmpuint (seen->epoch, ==, facts->report.best_epoch);
  g_assert_nonnull (seen->evaluation);
  g_assert_cmpint (seen->evaluation->used, ==, CVR_SPLIT_VALID);
  g_assert_cmpuint (seen->evaluation->n, ==, facts->report.n_valid);
  g_assert_cmpfloat (seen->evaluation->accuracy, ==, facts->report.val_accuracy);
  /* Batches are of other sizes than in training: sums differ in their last bits. */
  g_assert_cmpfloat (fabs (seen->evaluation->loss - facts->report.val_loss), <, 1e-5);
}

static void
test_every_run_is_asked (ProjectFixture *fixture,
                         gconstpointer   data)
{
  project_test_import (fixture, "builtin:digits:100", FALSE);
  train (fixture, 3, 0.01f);
  train (fixture, 2, 0.0003f);
  for (guint again = 0; again < 2; again++)
    {
      g_auto (Seen) older = look (fixture, 0);
      g_auto (Seen) newer = look (fixture, 1);

      assert_as_trained (fixture, 0, &older);
      assert_as_trained (fixture, 1, &newer);
      g_assert_true (newer.model != older.model);
      g_assert_true (g_str_has_prefix (older.titles, "0 1 2"));
      if (again == 0)
        g_assert_true (newer.model == cvr_project_get_model (fixture->project));
      project_test_open_again (fixture);
    }
}

static void
test_labels_are_the_present_ones (ProjectFixture *fixture,
                                  gconstpointer   data)
{
  g_auto (Seen) before = { 0 };
  g_auto (Seen) after = { 0 };
  const CvrAnswer *answer;
  guint64 id;
  gint other;

  project_test_import (fixture, "builtin:digits:100", FALSE);
  train (fixture, 2, 0.01f);
  train (fixture, 1, 0.01f);
  before = look (fixture, 0);
  answer = &before.evaluation->answers[0];
  id = answer->id;
  other = (answer->label + 1) % 10;
  cvr_project_set_labels (fixture->project, &id, 1, other);
  cvr_project_wait (fixture->project);
  after = look (fixture, 0);
  g_assert_cmpuint (after.evaluation->n, ==, before.evaluation->n);
  g_assert_cmpuint (after.evaluation->answers[0].id, ==, id);
  g_assert_cmpint (after.evaluation->answers[0].label, ==, other);
  g_assert_cmpint (after.evaluation->answers[0].predicted, ==, answer->predicted);
}

static void
test_without_validation_all_are_asked (ProjectFixture *fixture,
                                       gconstpointer   data)
{
  g_auto (Seen) seen = { 0 };
  CvrDataset *dataset;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));

  project_test_import (fixture, "builtin:digits:60", FALSE);
  dataset = cvr_project_get_dataset (fixture->project);
  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    g_array_append_val (ids, cvr_dataset_item (dataset, i)->id);
  cvr_project_set_splits (fixture->project, (const guint64 *) ids->data, ids->len,
                          CVR_SPLIT_TRAIN);
  cvr_project_wait (fixture->project);
  train (fixture, 1, 0.01f);
  seen = look (fixture, 0);
  g_assert_null (seen.lack);
  g_assert_cmpint (seen.evaluation->used, ==, CVR_SPLIT_AUTO);
  g_assert_cmpuint (seen.evaluation->n, ==, ids->len);
}

static void
test_what_was_thinned_is_said (ProjectFixture *fixture,
                               gconstpointer   data)
{
  g_auto (Seen) older = { 0 };
  g_auto (Seen) present = { 0 };

  project_test_import (fixture, "builtin:digits:60", FALSE);
  train (fixture, 1, 0.01f);
  train (fixture, 1, 0.003f);
  cvr_project_set_checkpoint_limit (fixture->project, 0);
  cvr_project_wait (fixture->project);
  older = look (fixture, 0);
  g_assert_no_error (older.error);
  g_assert_nonnull (strstr (older.lack, "epoch 1"));
  g_assert_null (older.model);
  g_assert_null (older.evaluation);
  g_assert_cmpuint (older.n_epochs, ==, 1);
  /* That of the project is there all the same. */
  present = look (fixture, 1);
  g_assert_null (present.lack);
  g_assert_nonnull (present.evaluation);
}

/* Pictures without a label: the network is there, and why it can't be asked. */
static void
test_nothing_to_ask_about_is_said (ProjectFixture *fixture,
                                   gconstpointer   data)
{
  g_auto (Seen) seen = { 0 };
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  CvrDataset *dataset;

  project_test_import (fixture, "builtin:digits:60", FALSE);
  train (fixture, 1, 0.01f);
  dataset = cvr_project_get_dataset (fixture->project);
  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    g_array_append_val (ids, cvr_dataset_item (dataset, i)->id);
  cvr_project_set_labels (fixture->project, (const guint64 *) ids->data, ids->len, CVR_LABEL_NONE);
  cvr_project_wait (fixture->project);
  seen = look (fixture, 0);
  g_assert_no_error (seen.error);
  g_assert_nonnull (seen.model);
  g_assert_null (seen.evaluation);
  g_assert_cmpstr (seen.lack, !=, "");
}

static void
test_compressed_network_is_asked (ProjectFixture *fixture,
                                  gconstpointer   data)
{
  const CvrVariant variant = { "Half", "half of it", 0.5, 1, 20, 1000, NAN };
  g_auto (Seen) seen = { 0 };

  project_test_import (fixture, "builtin:digits:100", FALSE);
  train (fixture, 1, 0.01f);
  g_assert_cmpuint (cvr_notebook_keep_variant (cvr_project_get_notebook (fixture->project),
                                               cvr_project_get_model (fixture->project), &variant),
                    >, 0);
  cvr_project_wait (fixture->project);
  seen = look (fixture, 1);
  g_assert_no_error (seen.error);
  g_assert_null (seen.lack);
  g_assert_cmpuint (seen.epoch, ==, 0);
  g_assert_cmpuint (seen.n_epochs, ==, 0);
  g_assert_cmpuint (seen.evaluation->n, >, 0);
}

static void
test_it_can_be_cancelled (ProjectFixture *fixture,
                          gconstpointer   data)
{
  g_auto (Seen) seen = { 0 };

  project_test_import (fixture, "builtin:digits:100", FALSE);
  train (fixture, 1, 0.01f);
  cvr_job_cancel (begin (fixture, 0, &seen));
  session_test_wait (has_ended, &seen);
  g_assert_error (seen.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Closing waits for it: pictures and networks are read from the project's file. */
static void
test_closing_ends_it (ProjectFixture *fixture,
                      gconstpointer   data)
{
  g_auto (Seen) seen = { 0 };

  project_test_import (fixture, "builtin:digits:100", FALSE);
  train (fixture, 1, 0.01f);
  begin (fixture, 0, &seen);
  project_test_close (fixture);
  session_test_wait (has_ended, &seen);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  project_test_add ("run-record/every-run-is-asked", test_every_run_is_asked);
  project_test_add ("run-record/labels-are-the-present-ones", test_labels_are_the_present_ones);
  project_test_add ("run-record/without-validation-all-are-asked",
                    test_without_validation_all_are_asked);
  project_test_add ("run-record/what-was-thinned-is-said", test_what_was_thinned_is_said);
  project_test_add ("run-record/nothing-to-ask-about-is-said", test_nothing_to_ask_about_is_said);
  project_test_add ("run-record/compressed-network-is-asked", test_compressed_network_is_asked);
  project_test_add ("run-record/it-can-be-cancelled", test_it_can_be_cancelled);
  project_test_add ("run-record/closing-ends-it", test_closing_ends_it);

  return g_test_run ();
}
