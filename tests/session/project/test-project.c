/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person does to the project: every action undoes and redoes to the very same state. */
#include "project-test.h"

static void
test_labels_are_one_action (ProjectFixture *fixture,
                            gconstpointer   data)
{
  g_autofree char *before = NULL;
  guint64 ids[3];

  project_test_import (fixture, "builtin:doodles:30", FALSE);
  before = project_test_dump (fixture->project);
  ids[0] = project_test_id_at (fixture, 1);
  ids[1] = project_test_id_at (fixture, 12);
  ids[2] = project_test_id_at (fixture, 25);
  cvr_project_set_labels (fixture->project, ids, 3, 7);
  project_test_assert_undoable (fixture, before, "Label 3 pictures");

  /* The same label again is no action. */
  cvr_project_set_labels (fixture->project, ids, 3, 7);
  g_assert_cmpstr (cvr_project_undo_name (fixture->project), ==, "Label 3 pictures");
  cvr_project_set_labels (fixture->project, ids, 1, CVR_LABEL_NONE);
  g_assert_cmpstr (cvr_project_undo_name (fixture->project), ==, "Label 1 picture");
}

static void
test_removed_pictures_come_back_to_their_places (ProjectFixture *fixture,
                                                 gconstpointer   data)
{
  g_autofree char *before = NULL;
  guint64 ids[5];

  project_test_import (fixture, "builtin:doodles:40", FALSE);
  before = project_test_dump (fixture->project);
  ids[0] = project_test_id_at (fixture, 39);
  ids[1] = project_test_id_at (fixture, 0);
  ids[2] = project_test_id_at (fixture, 20);
  ids[3] = project_test_id_at (fixture, 21);
  ids[4] = ids[3]; /* Twice is once. */
  cvr_project_remove_items (fixture->project, ids, 5);
  g_assert_cmpuint (cvr_dataset_n_items (cvr_project_get_dataset (fixture->project)), ==, 36);
  project_test_assert_undoable (fixture, before, "Remove 4 pictures");
}

/* More than one by one. */
static void
test_many_removed_pictures_come_back (ProjectFixture *fixture,
                                      gconstpointer   data)
{
  g_autofree char *before = NULL;
  g_autofree guint64 *ids = g_new (guint64, 100);

  project_test_import (fixture, "builtin:doodles:200", FALSE);
  before = project_test_dump (fixture->project);
  for (guint i = 0; i < 100; i++)
    ids[i] = project_test_id_at (fixture, 2 * i + (i > 50));
  cvr_project_remove_items (fixture->project, ids, 100);
  project_test_assert_undoable (fixture, before, "Remove 100 pictures");
}

static void
test_a_drawn_picture_is_one_action (ProjectFixture *fixture,
                                    gconstpointer   data)
{
  g_autoptr (CvrImage) image = session_test_image (3, 2);
  g_autoptr (CvrImage) kept = NULL;
  g_autofree char *before = NULL;
  guint64 id;

  cvr_project_add_class (fixture->project, "bar");
  before = project_test_dump (fixture->project);
  id = project_test_add_image (fixture, image, "drawing", 0);
  g_assert_cmpuint (id, >, 0);
  kept = cvr_picture_read (
    cvr_image_item_get_picture (cvr_project_find_item (fixture->project, id)), NULL);
  g_assert_true (cvr_image_equal (kept, image));
  project_test_assert_undoable (fixture, before, "Add 1 picture");
}

static void
test_classes_are_added_renamed_and_removed (ProjectFixture *fixture,
                                            gconstpointer   data)
{
  g_autofree char *empty = NULL;
  g_autofree char *added = NULL;
  g_autofree char *renamed = NULL;
  guint k;

  project_test_import (fixture, "builtin:shapes:30", FALSE);
  empty = project_test_dump (fixture->project);
  k = cvr_project_add_class (fixture->project, "  hexagon ");
  g_assert_cmpuint (k, ==, 6);
  g_assert_cmpstr (cvr_project_class_title (fixture->project, k), ==, "hexagon");
  g_assert_cmpuint (cvr_project_add_class (fixture->project, "hexagon"), ==, 6);
  project_test_assert_undoable (fixture, empty, "Add the class “hexagon”");

  added = project_test_dump (fixture->project);
  cvr_project_rename_class (fixture->project, 1, "box");
  project_test_assert_undoable (fixture, added, "Rename the class “square”");

  renamed = project_test_dump (fixture->project);
  cvr_project_remove_class (fixture->project, 1);
  g_assert_cmpuint (
    cvr_dataset_count (cvr_project_get_dataset (fixture->project), CVR_LABEL_NONE, CVR_SPLIT_AUTO),
    ==, 5);
  project_test_assert_undoable (fixture, renamed, "Remove the class “box”");
}

static void
test_a_class_needs_a_name_of_its_own (ProjectFixture *fixture,
                                      gconstpointer   data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  cvr_project_add_class (fixture->project, "cat");
  cvr_project_add_class (fixture->project, "dog");
  g_assert_cmpuint (cvr_project_add_class (fixture->project, ""), ==, 2);
  g_assert_cmpstr (cvr_project_class_title (fixture->project, 2), ==, "Class 3");
  before = project_test_dump (fixture->project);
  cvr_project_rename_class (fixture->project, 0, "dog");
  g_assert_nonnull (fixture->failure);
  g_clear_pointer (&fixture->failure, g_free);
  cvr_project_rename_class (fixture->project, 0, "   ");
  g_assert_nonnull (fixture->failure);
  after = project_test_dump (fixture->project);
  g_assert_cmpstr (before, ==, after);
}

static void
test_settings_of_one_drag_are_one_action (ProjectFixture *fixture,
                                          gconstpointer   data)
{
  g_autofree char *before = project_test_dump (fixture->project);
  CvrSettings settings = *cvr_project_get_settings (fixture->project);

  for (guint i = 21; i <= 40; i++)
    {
      settings.epochs = i;
      cvr_project_set_settings (fixture->project, &settings);
    }
  project_test_assert_undoable (fixture, before, "Change the settings");
  g_assert_cmpuint (cvr_project_get_settings (fixture->project)->epochs, ==, 40);

  /* Another field is another action. */
  settings.batch = 64;
  cvr_project_set_settings (fixture->project, &settings);
  cvr_project_undo (fixture->project);
  g_assert_cmpuint (cvr_project_get_settings (fixture->project)->batch, ==, 32);
  g_assert_cmpuint (cvr_project_get_settings (fixture->project)->epochs, ==, 40);
  cvr_project_undo (fixture->project);
  g_assert_cmpuint (cvr_project_get_settings (fixture->project)->epochs, ==,
                    cvr_settings_default ().epochs);
}

static void
test_settings_that_cannot_be_are_refused (ProjectFixture *fixture,
                                          gconstpointer   data)
{
  CvrSettings settings = *cvr_project_get_settings (fixture->project);

  settings.batch = 0;
  cvr_project_set_settings (fixture->project, &settings);
  g_assert_nonnull (strstr (fixture->failure, "batch"));
  g_assert_cmpuint (cvr_project_get_settings (fixture->project)->batch, ==, 32);
  g_assert_null (cvr_project_undo_name (fixture->project));
}

static void
count_cb (guint *count)
{
  ++*count;
}

static void
test_signals_come_once_for_an_action (ProjectFixture *fixture,
                                      gconstpointer   data)
{
  guint images = 0, classes = 0, settings = 0, undo = 0;
  guint64 ids[4];

  project_test_import (fixture, "builtin:digits:40", FALSE);
  g_signal_connect_swapped (fixture->project, "images-changed", G_CALLBACK (count_cb), &images);
  g_signal_connect_swapped (fixture->project, "classes-changed", G_CALLBACK (count_cb), &classes);
  g_signal_connect_swapped (fixture->project, "settings-changed", G_CALLBACK (count_cb), &settings);
  g_signal_connect_swapped (fixture->project, "undo-changed", G_CALLBACK (count_cb), &undo);
  for (guint i = 0; i < 4; i++)
    ids[i] = project_test_id_at (fixture, 3 * i);
  cvr_project_set_labels (fixture->project, ids, 4, 1);
  g_assert_cmpuint (images, ==, 0); /* Not before it is on disk. */
  cvr_project_wait (fixture->project);
  g_assert_cmpuint (images, ==, 1);
  g_assert_cmpuint (classes, ==, 0);
  g_assert_cmpuint (undo, ==, 1);
  cvr_project_undo (fixture->project);
  cvr_project_wait (fixture->project);
  g_assert_cmpuint (images, ==, 2);
  cvr_project_remove_class (fixture->project, 0);
  cvr_project_wait (fixture->project);
  g_assert_cmpuint (classes, ==, 1);
  g_assert_cmpuint (settings, ==, 0);
  cvr_project_set_name (fixture->project, "Numbers");
  cvr_project_wait (fixture->project);
  g_assert_cmpuint (settings, ==, 1);
}

static void
test_a_new_action_ends_what_could_be_redone (ProjectFixture *fixture,
                                             gconstpointer   data)
{
  cvr_project_add_class (fixture->project, "one");
  cvr_project_add_class (fixture->project, "two");
  cvr_project_undo (fixture->project);
  g_assert_nonnull (cvr_project_redo_name (fixture->project));
  cvr_project_add_class (fixture->project, "three");
  g_assert_null (cvr_project_redo_name (fixture->project));
  cvr_project_redo (fixture->project);
  g_assert_cmpuint (cvr_dataset_n_classes (cvr_project_get_dataset (fixture->project)), ==, 2);
  g_assert_cmpstr (cvr_project_class_title (fixture->project, 1), ==, "three");
}

static void
test_a_thousand_actions_are_remembered (ProjectFixture *fixture,
                                         gconstpointer   data)
{
  guint n_undone = 0;

  for (guint i = 0; i < 1005; i++)
    {
      g_autofree char *name = g_strdup_printf ("class %u", i);

      cvr_project_add_class (fixture->project, name);
    }
  project_test_close (fixture);
  project_test_open (fixture);
  while (cvr_project_undo_name (fixture->project) != NULL)
    {
      cvr_project_undo (fixture->project);
      n_undone++;
    }
  g_assert_cmpuint (n_undone, ==, 1000);
  g_assert_cmpuint (cvr_dataset_n_classes (cvr_project_get_dataset (fixture->project)), ==, 5);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  project_test_add ("labels-are-one-action", test_labels_are_one_action);
  project_test_add ("removed-pictures-come-back-to-their-places",
                    test_removed_pictures_come_back_to_their_places);
  project_test_add ("many-removed-pictures-come-back", test_many_removed_pictures_come_back);
  project_test_add ("a-drawn-picture-is-one-action", test_a_drawn_picture_is_one_action);
  project_test_add ("classes-are-added-renamed-and-removed",
                    test_classes_are_added_renamed_and_removed);
  project_test_add ("a-class-needs-a-name-of-its-own", test_a_class_needs_a_name_of_its_own);
  project_test_add ("settings-of-one-drag-are-one-action",
                    test_settings_of_one_drag_are_one_action);
  project_test_add ("settings-that-cannot-be-are-refused",
                    test_settings_that_cannot_be_are_refused);
  project_test_add ("signals-come-once-for-an-action", test_signals_come_once_for_an_action);
  project_test_add ("a-new-action-ends-what-could-be-redone",
                    test_a_new_action_ends_what_could_be_redone);
  project_test_add ("a-thousand-actions-are-remembered", test_a_thousand_actions_are_remembered);

  return g_test_run ();
}
