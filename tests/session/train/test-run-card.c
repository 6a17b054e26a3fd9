/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A card of the notebook: what it says of another one, and how it is read back. */
#include "cvr-run-card-private.h"
#include "card-test.h"

static void
test_differences_are_named (ProjectFixture *fixture,
                            gconstpointer   data)
{
  g_autofree char *text = NULL;
  g_autofree char *nothing = NULL;

  project_test_import (fixture, "builtin:digits:100", FALSE);
  card_test_train (fixture, 1, 0.01f);
  card_test_train (fixture, 2, 0.001f);
  text = cvr_run_card_dup_difference (card_test_at (fixture, 1), card_test_at (fixture, 0));
  g_assert_cmpstr (text, ==, "Learning rate 0.001 instead of 0.01; epochs 2 instead of 1");
  nothing = cvr_run_card_dup_difference (card_test_at (fixture, 1), card_test_at (fixture, 1));
  g_assert_cmpstr (nothing, ==, "");
}

static void
assert_difference (ProjectFixture *fixture,
                   guint           place,
                   guint           other,
                   const char     *text)
{
  g_autofree char *difference =
    cvr_run_card_dup_difference (card_test_at (fixture, place), card_test_at (fixture, other));

  g_assert_cmpstr (difference, ==, text);
}

/* What was done to pictures and labels between two trainings, also with a new start between
 * them; a class with another name is no such thing. */
static void
test_other_pictures_and_labels_are_counted (ProjectFixture *fixture,
                                            gconstpointer   data)
{
  CvrDataset *dataset;
  guint64 ids[6];

  project_test_import (fixture, "builtin:digits:100", FALSE);
  card_test_train (fixture, 1, 0.01f);
  dataset = cvr_project_get_dataset (fixture->project);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    ids[i] = cvr_dataset_item (dataset, i)->id;
  cvr_project_set_labels (fixture->project, ids, 2, cvr_dataset_item (dataset, 0)->label == 3 ? 4
                                                                                              : 3);
  cvr_project_remove_items (fixture->project, ids + 2, 1);
  cvr_project_set_labels (fixture->project, ids + 3, 2, CVR_LABEL_NONE);
  cvr_project_rename_class (fixture->project, 5, "five");
  cvr_project_wait (fixture->project);
  project_test_open_again (fixture);
  card_test_train (fixture, 1, 0.001f);
  g_assert_cmpuint (cvr_run_card_get_facts (card_test_at (fixture, 1))->since.n_added, ==, 0);
  assert_difference (fixture, 1, 0, "2 labels changed; 3 pictures left out; learning rate 0.001 "
                                    "instead of 0.01");
  project_test_open_again (fixture);
  assert_difference (fixture, 1, 0, "2 labels changed; 3 pictures left out; learning rate 0.001 "
                                    "instead of 0.01");

  cvr_project_set_labels (fixture->project, ids + 3, 1, 0);
  cvr_project_wait (fixture->project);
  card_test_train (fixture, 1, 0.001f);
  assert_difference (fixture, 2, 1, "1 picture added");
  card_test_train (fixture, 1, 0.001f);
  assert_difference (fixture, 3, 2, "");
  /* Not next to each other: that there is a difference is known, and that there is none. */
  assert_difference (fixture, 3, 1, "Other pictures or labels");
  cvr_notebook_remove (card_test_book (fixture), cvr_run_card_get_id (card_test_at (fixture, 3)));
  cvr_project_wait (fixture->project);
  card_test_train (fixture, 1, 0.001f);
  assert_difference (fixture, 3, 2, "");
}

/* Only of the same pictures, and only where it is worse. */
static void
test_going_on_that_made_it_worse_is_said (void)
{
  CvrSettings settings = session_test_settings (1);
  g_autoptr (CvrRunCard) parent = cvr_run_card_new (7, 1, CVR_CARD_RUN, &settings);
  g_autoptr (CvrRunCard) card = cvr_run_card_new (8, 2, CVR_CARD_RUN, &settings);
  g_autoptr (CvrRunCard) back = NULL;
  g_autofree char *worse = NULL;
  CvrKeptRun *row;

  parent->facts.report.val_accuracy = 0.922;
  card->facts.report.val_accuracy = 0.906;
  parent->facts.report.n_valid = card->facts.report.n_valid = 64;
  parent->facts.data = card->facts.data = G_GUINT64_CONSTANT (0xfedcba9876543210);
  card->facts.went_on = TRUE;
  g_assert_null (cvr_run_card_dup_setback (card, parent));
  card->facts.parent = 7;
  row = cvr_run_card_to_row (card);
  back = cvr_run_card_from_row (row);
  cvr_kept_run_free (row);
  worse = cvr_run_card_dup_setback (back, parent);
  g_assert_nonnull (strstr (worse, "“Run 2” went on from “Run 1”"));
  g_assert_nonnull (strstr (worse, "92.2"));
  parent->facts.data++;
  g_assert_null (cvr_run_card_dup_setback (back, parent));
  parent->facts.data--;
  parent->facts.report.val_accuracy = 0.9;
  g_assert_null (cvr_run_card_dup_setback (back, parent));
}

static void
test_rows_with_impossible_numbers_are_passed_over (void)
{
  static const guint64 numbers[] = { 0, G_MAXUINT32, G_MAXINT64, G_MAXUINT64 };
  CvrSettings settings = session_test_settings (1);
  g_autoptr (CvrRunCard) card = cvr_run_card_new (7, 1, CVR_CARD_RUN, &settings);
  CvrKeptRun *row = cvr_run_card_to_row (card);
  g_autoptr (CvrRunCard) back = cvr_run_card_from_row (row);

  g_assert_nonnull (back);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      row->id = numbers[i];
      g_assert_null (cvr_run_card_from_row (row));
    }
  cvr_kept_run_free (row);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  project_test_add ("run-card/differences-are-named", test_differences_are_named);
  project_test_add ("run-card/other-pictures-and-labels-are-counted",
                    test_other_pictures_and_labels_are_counted);
  g_test_add_func ("/session/run-card/going-on-that-made-it-worse-is-said",
                   test_going_on_that_made_it_worse_is_said);
  g_test_add_func ("/session/run-card/rows-with-impossible-numbers-are-passed-over",
                   test_rows_with_impossible_numbers_are_passed_over);

  return g_test_run ();
}
