/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures from outside come into the project as one action. */
#include "project-test.h"

#include "cvr-keeper.h"

static void
test_import_is_one_action (ProjectFixture *fixture,
                           gconstpointer   data)
{
  g_autofree char *before = project_test_dump (fixture->project);

  project_test_import (fixture, "builtin:doodles:120", FALSE);
  g_assert_cmpuint (fixture->report->n_loaded, ==, 120);
  g_assert_cmpuint (cvr_dataset_n_items (cvr_project_get_dataset (fixture->project)), ==, 120);
  g_assert_cmpuint (cvr_dataset_n_classes (cvr_project_get_dataset (fixture->project)), ==, 10);
  g_assert_cmpstr (cvr_project_get_name (fixture->project), ==, "Doodles");
  g_assert_cmpuint (
    cvr_dataset_count (cvr_project_get_dataset (fixture->project), -2, CVR_SPLIT_VALID), >, 0);
  project_test_assert_undoable (fixture, before, "Add 120 pictures");
}

static void
test_import_that_replaces_is_one_action (ProjectFixture *fixture,
                                         gconstpointer   data)
{
  g_autofree char *before = NULL;
  CvrDataset *dataset;

  project_test_import (fixture, "builtin:doodles:40", FALSE);
  before = project_test_dump (fixture->project);
  project_test_import (fixture, "builtin:shapes:30", TRUE);
  dataset = cvr_project_get_dataset (fixture->project);
  g_assert_cmpuint (cvr_dataset_n_items (dataset), ==, 30);
  g_assert_cmpuint (cvr_dataset_n_classes (dataset), ==, 6);
  g_assert_cmpstr (cvr_project_get_name (fixture->project), ==, "Shapes");
  project_test_assert_undoable (fixture, before, "Add 30 pictures");
}

static void
test_import_unites_classes_by_name (ProjectFixture *fixture,
                                    gconstpointer   data)
{
  CvrDataset *dataset;

  project_test_import (fixture, "builtin:doodles:20", FALSE);
  project_test_import (fixture, "builtin:shapes:12", FALSE); /* "star" is in both. */
  dataset = cvr_project_get_dataset (fixture->project);
  g_assert_cmpuint (cvr_dataset_n_classes (dataset), ==, 15);
  g_assert_cmpuint (
    cvr_dataset_count (dataset, cvr_dataset_find_class (dataset, "star"), CVR_SPLIT_AUTO), ==, 4);
}

static void
test_a_name_that_was_given_stays (ProjectFixture *fixture,
                                  gconstpointer   data)
{
  cvr_project_set_name (fixture->project, "Our street");
  project_test_import (fixture, "builtin:shapes:12", FALSE);
  g_assert_cmpstr (cvr_project_get_name (fixture->project), ==, "Our street");
}

static void
test_import_of_nothing_says_why (ProjectFixture *fixture,
                                 gconstpointer   data)
{
  const char *const sources[] = { "/nonexistent/pictures", NULL };
  g_autofree char *before = project_test_dump (fixture->project);
  g_autofree char *after = NULL;

  cvr_project_import (fixture->project, sources, NULL, FALSE, NULL, project_test_imported_cb,
                      fixture);
  session_test_wait (project_test_is_imported, fixture);
  g_assert_nonnull (fixture->import_error);
  after = project_test_dump (fixture->project);
  g_assert_cmpstr (before, ==, after);
  g_assert_null (cvr_project_undo_name (fixture->project));
}

static void
test_import_cancelled_leaves_nothing (ProjectFixture *fixture,
                                      gconstpointer   data)
{
  const char *const sources[] = { "builtin:doodles:500", NULL };
  g_autofree char *before = project_test_dump (fixture->project);
  g_autofree char *after = NULL;
  CvrJob *job = cvr_project_import (fixture->project, sources, NULL, FALSE, NULL,
                                    project_test_imported_cb, fixture);

  cvr_job_cancel (job);
  session_test_wait (project_test_is_imported, fixture);
  g_assert_error (fixture->import_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  after = project_test_dump (fixture->project);
  g_assert_cmpstr (before, ==, after);
}

static void
test_closing_during_an_import_waits_for_it (ProjectFixture *fixture,
                                            gconstpointer   data)
{
  const char *const sources[] = { "builtin:doodles:500", NULL };

  cvr_project_import (fixture->project, sources, NULL, FALSE, NULL, project_test_imported_cb,
                      fixture);
  project_test_close (fixture);
  g_assert_true (fixture->imported);
  g_assert_error (fixture->import_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  project_test_open (fixture);
  g_assert_true (cvr_project_is_new (fixture->project));
}

/* The worker is done when the first rows are written; an action in between is on disk at once. */
static void
test_labels_given_during_an_import_are_kept (ProjectFixture *fixture,
                                             gconstpointer   data)
{
  const char *const sources[] = { "builtin:shapes:300", NULL };
  g_autoptr (CvrImage) image = session_test_image (0, 2);
  g_autofree char *now = NULL;
  g_autofree char *later = NULL;
  guint k = cvr_project_add_class (fixture->project, "mine");
  guint64 id;

  cvr_project_import (fixture->project, sources, NULL, FALSE, NULL, project_test_imported_cb,
                      fixture);
  while (!fixture->imported)
    {
      id = project_test_add_image (fixture, image, "drawn", (gint) k);
      g_assert_cmpuint (id, !=, 0);
      session_test_settle ();
    }
  g_assert_no_error (fixture->import_error);
  now = project_test_dump (fixture->project);
  project_test_close (fixture);
  project_test_open (fixture);
  later = project_test_dump (fixture->project);
  g_assert_cmpstr (now, ==, later);
}

/* Whether the file still has the picture. */
static gboolean
is_on_disk (ProjectFixture *fixture,
            guint64         id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrKeeper) keeper = cvr_keeper_open (fixture->path, &error);
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  g_autoptr (GHashTable) hidden =
    g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, cvr_item_free);

  g_assert_no_error (error);
  cvr_keeper_load (keeper, dataset, hidden, &error);
  g_assert_no_error (error);
  cvr_keeper_close (keeper);

  return cvr_dataset_find_item (dataset, id) >= 0 || g_hash_table_contains (hidden, &id);
}

static void
test_pictures_that_nothing_brings_back_leave_the_file (ProjectFixture *fixture,
                                                       gconstpointer   data)
{
  guint64 removed, unreachable;

  project_test_import (fixture, "builtin:digits:30", FALSE);
  removed = project_test_id_at (fixture, 3);
  cvr_project_remove_items (fixture->project, &removed, 1);
  project_test_import (fixture, "builtin:shapes:30", FALSE);
  unreachable = project_test_id_at (fixture, 40);
  cvr_project_undo (fixture->project);
  cvr_project_add_class (fixture->project, "mine"); /* The import can't be redone any more. */

  project_test_close (fixture);
  project_test_open (fixture);
  project_test_close (fixture);
  g_assert_false (is_on_disk (fixture, unreachable));
  g_assert_true (is_on_disk (fixture, removed));

  project_test_open (fixture);
  cvr_project_undo (fixture->project);
  cvr_project_undo (fixture->project);
  cvr_project_wait (fixture->project);
  g_assert_nonnull (cvr_project_find_item (fixture->project, removed));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  project_test_add ("import-is-one-action", test_import_is_one_action);
  project_test_add ("import-that-replaces-is-one-action", test_import_that_replaces_is_one_action);
  project_test_add ("import-unites-classes-by-name", test_import_unites_classes_by_name);
  project_test_add ("a-name-that-was-given-stays", test_a_name_that_was_given_stays);
  project_test_add ("import-of-nothing-says-why", test_import_of_nothing_says_why);
  project_test_add ("import-cancelled-leaves-nothing", test_import_cancelled_leaves_nothing);
  project_test_add ("closing-during-an-import-waits-for-it",
                    test_closing_during_an_import_waits_for_it);
  project_test_add ("labels-given-during-an-import-are-kept",
                    test_labels_given_during_an_import_are_kept);
  project_test_add ("pictures-that-nothing-brings-back-leave-the-file",
                    test_pictures_that_nothing_brings_back_leave_the_file);

  return g_test_run ();
}
