/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sides, tags, boxes, notes and what classes look like: every edit undoes and redoes to the very
 * same state, in this run and in the next one. */
#include "project-test.h"

static const CvrItem *
item_of (ProjectFixture *fixture,
         guint64         id)
{
  CvrDataset *dataset = cvr_project_get_dataset (fixture->project);
  gint place = cvr_dataset_find_item (dataset, id);

  g_assert_cmpint (place, >=, 0);

  return cvr_dataset_item (dataset, (guint) place);
}

static const CvrClass *
class_of (ProjectFixture *fixture,
          guint           k)
{
  return cvr_dataset_class (cvr_project_get_dataset (fixture->project), k);
}

static void
test_sides_are_chosen_by_hand (ProjectFixture *fixture,
                               gconstpointer   data)
{
  g_autofree char *before = NULL;
  g_autofree char *moved = NULL;
  guint64 ids[3];

  project_test_import (fixture, "builtin:doodles:30", FALSE);
  before = project_test_dump (fixture->project);
  for (guint i = 0; i < 3; i++)
    ids[i] = project_test_id_at (fixture, 5 * i);
  cvr_project_set_splits (fixture->project, ids, 3, CVR_SPLIT_TEST);
  g_assert_cmpint (item_of (fixture, ids[1])->used, ==, CVR_SPLIT_TEST);
  project_test_assert_undoable (fixture, before, "Move 3 pictures to the test");

  moved = project_test_dump (fixture->project);
  cvr_project_set_splits (fixture->project, ids, 1, CVR_SPLIT_VALID);
  project_test_assert_undoable (fixture, moved, "Move 1 picture to validation");
  cvr_project_set_splits (fixture->project, ids, 1, CVR_SPLIT_VALID); /* No action. */
  cvr_project_undo (fixture->project);
  g_assert_cmpint (item_of (fixture, ids[0])->used, ==, CVR_SPLIT_TEST);

  cvr_project_set_splits (fixture->project, ids, 3, CVR_SPLIT_TRAIN);
  g_assert_cmpstr (cvr_project_undo_name (fixture->project), ==, "Move 3 pictures to training");
  cvr_project_set_splits (fixture->project, ids, 2, CVR_SPLIT_AUTO);
  g_assert_cmpstr (cvr_project_undo_name (fixture->project), ==,
                   "Let 2 pictures be divided by themselves");
}

static void
test_tags_come_and_go (ProjectFixture *fixture,
                       gconstpointer   data)
{
  g_autofree char *before = NULL;
  g_autofree char *tagged = NULL;
  guint64 ids[4];

  project_test_import (fixture, "builtin:doodles:20", FALSE);
  for (guint i = 0; i < 4; i++)
    ids[i] = project_test_id_at (fixture, i);
  cvr_project_set_tag (fixture->project, ids, 1, "  ", TRUE); /* No tag. */
  cvr_project_set_tag (fixture->project, ids, 1, "night", TRUE);
  before = project_test_dump (fixture->project);
  cvr_project_set_tag (fixture->project, ids, 3, " blurred ", TRUE);
  g_assert_true (cvr_extras_has_tag (item_of (fixture, ids[0])->extras, "blurred"));
  g_assert_true (cvr_extras_has_tag (item_of (fixture, ids[0])->extras, "night"));
  project_test_assert_undoable (fixture, before, "Tag 3 pictures “blurred”");

  tagged = project_test_dump (fixture->project);
  cvr_project_set_tag (fixture->project, ids, 4, "blurred", FALSE);
  g_assert_null (item_of (fixture, ids[1])->extras);
  project_test_assert_undoable (fixture, tagged, "Take the tag “blurred” off 3 pictures");
}

static void
test_boxes_of_one_moment_are_one_action (ProjectFixture *fixture,
                                         gconstpointer   data)
{
  CvrBox boxes[2] = { { 0, 0.1, 0.2, 0.3, 0.4 }, { 1, 1.0 / 3, 0, 0.5, 1 } };
  g_autofree char *before = NULL;
  g_autofree char *drawn = NULL;
  guint64 id, other;

  project_test_import (fixture, "builtin:shapes:20", FALSE);
  id = project_test_id_at (fixture, 3);
  other = project_test_id_at (fixture, 4);
  before = project_test_dump (fixture->project);
  for (guint i = 0; i < 10; i++)
    {
      boxes[0].width = 0.01 * (i + 1);
      cvr_project_set_boxes (fixture->project, id, boxes, 2);
    }
  g_assert_cmpuint (item_of (fixture, id)->extras->n_boxes, ==, 2);
  project_test_assert_undoable (fixture, before, "Draw boxes");

  /* Another picture, or a pause for undo, begins another action. */
  drawn = project_test_dump (fixture->project);
  cvr_project_set_boxes (fixture->project, other, boxes, 1);
  project_test_assert_undoable (fixture, drawn, "Draw boxes");
  cvr_project_set_boxes (fixture->project, 987654, boxes, 1); /* Nobody's. */
  cvr_project_set_boxes (fixture->project, id, NULL, 0);
  g_assert_null (item_of (fixture, id)->extras);
}

static void
test_notes_are_written (ProjectFixture *fixture,
                        gconstpointer   data)
{
  g_autofree char *before = NULL;
  g_autofree char *noted = NULL;
  guint64 id;

  project_test_import (fixture, "builtin:shapes:20", FALSE);
  id = project_test_id_at (fixture, 3);
  cvr_project_set_tag (fixture->project, &id, 1, "odd", TRUE);
  before = project_test_dump (fixture->project);
  cvr_project_set_note (fixture->project, id, "¿Qu");
  cvr_project_set_note (fixture->project, id, "¿Qué es esto?");
  g_assert_true (cvr_extras_has_tag (item_of (fixture, id)->extras, "odd"));
  project_test_assert_undoable (fixture, before, "Write a note");

  noted = project_test_dump (fixture->project);
  cvr_project_set_note (fixture->project, id, "");
  g_assert_null (item_of (fixture, id)->extras->note);
  project_test_assert_undoable (fixture, noted, "Write a note");
}

static void
test_classes_have_colours_and_keys (ProjectFixture *fixture,
                                    gconstpointer   data)
{
  g_autofree char *before = NULL;
  g_autofree char *coloured = NULL;
  g_autofree char *keyed = NULL;

  project_test_import (fixture, "builtin:shapes:20", FALSE);
  before = project_test_dump (fixture->project);
  cvr_project_set_class_look (fixture->project, 2, 5, 0, FALSE);
  project_test_assert_undoable (fixture, before, "Colour the class “triangle”");

  coloured = project_test_dump (fixture->project);
  cvr_project_set_class_look (fixture->project, 2, 5, 7, FALSE);
  project_test_assert_undoable (fixture, coloured, "Change the key of the class “triangle”");

  /* A key has one class. */
  keyed = project_test_dump (fixture->project);
  cvr_project_set_class_look (fixture->project, 0, -1, 7, FALSE);
  g_assert_cmpuint (class_of (fixture, 2)->key, ==, 0);
  g_assert_cmpint (cvr_dataset_class_of_key (cvr_project_get_dataset (fixture->project), 7), ==, 0);
  project_test_assert_undoable (fixture, keyed, "Change the key of the class “circle”");
  cvr_project_rename_class (fixture->project, 0, "disc");
  g_assert_cmpuint (class_of (fixture, 0)->key, ==, 7);
}

static void
test_a_class_that_is_off_is_not_learned (ProjectFixture *fixture,
                                         gconstpointer   data)
{
  g_autofree char *before = NULL;
  NnShape output;
  NnGraph *graph;

  project_test_import (fixture, "builtin:shapes:60", FALSE);
  before = project_test_dump (fixture->project);
  cvr_project_set_class_look (fixture->project, 1, -1, 0, TRUE);
  graph = cvr_project_get_graph (fixture->project, NULL);
  output = nn_graph_node_shape (graph, nn_graph_output (graph, 0));
  g_assert_cmpuint (output.dims[1], ==, 5);
  project_test_assert_undoable (fixture, before, "Switch off the class “square”");
  g_assert_true (class_of (fixture, 1)->off);
  cvr_project_set_class_look (fixture->project, 1, -1, 0, FALSE);
  g_assert_cmpstr (cvr_project_undo_name (fixture->project), ==, "Switch on the class “square”");

  for (guint k = 1; k < 6; k++)
    cvr_project_set_class_look (fixture->project, k, -1, 0, TRUE);
  g_assert_null (cvr_project_get_graph (fixture->project, NULL)); /* One class is none to tell. */
}

static void
test_merged_classes_come_apart_again (ProjectFixture *fixture,
                                      gconstpointer   data)
{
  const CvrBox boxes[] = { { 1, 0, 0, 0.5, 0.5 }, { 4, 0.5, 0.5, 0.5, 0.5 }, { -1, 0, 0, 1, 1 } };
  g_autofree char *before = NULL;
  g_autofree char *merged = NULL;
  CvrDataset *dataset;
  guint64 id;
  guint n_square, n_pentagon;

  project_test_import (fixture, "builtin:shapes:60", FALSE);
  id = project_test_id_at (fixture, 7);
  cvr_project_set_boxes (fixture->project, id, boxes, G_N_ELEMENTS (boxes));
  cvr_project_set_class_look (fixture->project, 1, 3, 5, TRUE);
  before = project_test_dump (fixture->project);
  dataset = cvr_project_get_dataset (fixture->project);
  n_square = cvr_dataset_count (dataset, 1, CVR_SPLIT_AUTO);
  n_pentagon = cvr_dataset_count (dataset, 4, CVR_SPLIT_AUTO);
  cvr_project_merge_classes (fixture->project, 1, 4);
  dataset = cvr_project_get_dataset (fixture->project);
  g_assert_cmpuint (cvr_dataset_n_classes (dataset), ==, 5);
  g_assert_cmpuint (cvr_dataset_count (dataset, 3, CVR_SPLIT_AUTO), ==, n_square + n_pentagon);
  g_assert_cmpint (item_of (fixture, id)->extras->boxes[0].label, ==, 3);
  g_assert_cmpint (item_of (fixture, id)->extras->boxes[1].label, ==, 3);
  g_assert_cmpint (item_of (fixture, id)->extras->boxes[2].label, ==, -1);
  project_test_assert_undoable (fixture, before, "Merge the class “square” into “pentagon”");

  /* A class that goes takes the labels of its boxes. */
  merged = project_test_dump (fixture->project);
  cvr_project_remove_class (fixture->project, 3);
  g_assert_cmpint (item_of (fixture, id)->extras->boxes[0].label, ==, -1);
  project_test_assert_undoable (fixture, merged, "Remove the class “pentagon”");
}

static void
test_groups_are_kept_and_stay_on_one_side (ProjectFixture *fixture,
                                           gconstpointer   data)
{
  g_autofree guint64 *ids = g_new (guint64, 20);
  g_autofree guint64 *groups = g_new (guint64, 20);
  g_autofree char *name = NULL;
  CvrSplit side;

  project_test_import (fixture, "builtin:shapes:60", FALSE);
  name = g_strdup (cvr_project_undo_name (fixture->project));
  for (guint i = 0; i < 20; i++)
    {
      ids[i] = project_test_id_at (fixture, i);
      groups[i] = 77;
    }
  cvr_project_set_groups (fixture->project, ids, groups, 20);
  project_test_close (fixture);
  project_test_open (fixture);
  g_assert_cmpstr (cvr_project_undo_name (fixture->project), ==, name); /* No action. */
  side = item_of (fixture, ids[0])->used;
  for (guint i = 0; i < 20; i++)
    {
      g_assert_cmpuint (item_of (fixture, ids[i])->group, ==, 77);
      g_assert_cmpint (item_of (fixture, ids[i])->used, ==, side);
      groups[i] = 0;
    }
  cvr_project_set_groups (fixture->project, ids, groups, 5);
  g_assert_cmpuint (item_of (fixture, ids[4])->group, ==, 0);
}

static void
test_pages_remember (ProjectFixture *fixture,
                     gconstpointer   data)
{
  g_autofree char *filter = NULL;
  g_autofree char *layer = NULL;
  g_autofree char *none = NULL;

  cvr_project_set_state (fixture->project, "images/filter", "{\"tag\":\"“odd”\"}");
  cvr_project_set_state (fixture->project, "inside/layer", "3");
  cvr_project_set_state (fixture->project, "gone", "3");
  cvr_project_set_state (fixture->project, "gone", NULL);
  g_assert_null (cvr_project_undo_name (fixture->project));
  project_test_close (fixture);
  project_test_open (fixture);
  filter = cvr_project_get_state (fixture->project, "images/filter");
  layer = cvr_project_get_state (fixture->project, "inside/layer");
  none = cvr_project_get_state (fixture->project, "gone");
  g_assert_cmpstr (filter, ==, "{\"tag\":\"“odd”\"}");
  g_assert_cmpstr (layer, ==, "3");
  g_assert_null (none);
}

static void
count_cb (guint *count)
{
  ++*count;
}

static void
test_a_label_shows_when_it_is_on_disk (ProjectFixture *fixture,
                                       gconstpointer   data)
{
  CvrImageItem *item;
  guint64 id;
  guint n_saving = 0;

  project_test_import (fixture, "builtin:digits:20", FALSE);
  id = project_test_id_at (fixture, 4);
  item = cvr_project_find_item (fixture->project, id);
  g_assert_cmpint (cvr_image_item_get_label (item), !=, 9);
  g_signal_connect_swapped (fixture->project, "saving-changed", G_CALLBACK (count_cb), &n_saving);
  g_assert_false (cvr_project_is_saving (fixture->project));
  cvr_project_set_labels (fixture->project, &id, 1, 9);
  g_assert_true (cvr_project_is_saving (fixture->project));
  g_assert_cmpint (item_of (fixture, id)->label, ==, 9);
  g_assert_cmpint (cvr_image_item_get_label (item), !=, 9);
  cvr_project_wait (fixture->project);
  g_assert_cmpint (cvr_image_item_get_label (item), ==, 9);
  g_assert_false (cvr_project_is_saving (fixture->project));
  g_assert_cmpuint (n_saving, ==, 2);
}

/* Labels one more picture whenever it hears of a change, and once in the middle of one. */
static void
label_more_cb (CvrProject *project)
{
  CvrDataset *dataset = cvr_project_get_dataset (project);

  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    if (cvr_dataset_item (dataset, i)->label != 9)
      {
        guint64 id = cvr_dataset_item (dataset, i)->id;

        cvr_project_set_labels (project, &id, 1, 9);
        return;
      }
}

static void
items_changed_cb (CvrProject *project)
{
  label_more_cb (project);
  cvr_project_wait (project);
}

static void
test_listeners_may_go_on_at_once (ProjectFixture *fixture,
                                  gconstpointer   data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  guint64 id;

  project_test_import (fixture, "builtin:digits:20", FALSE);
  id = project_test_id_at (fixture, 3);
  g_signal_connect (fixture->project, "images-changed", G_CALLBACK (label_more_cb), NULL);
  g_signal_connect_swapped (cvr_project_get_items (fixture->project), "items-changed",
                            G_CALLBACK (items_changed_cb), fixture->project);
  cvr_project_remove_items (fixture->project, &id, 1);
  cvr_project_wait (fixture->project);
  g_signal_handlers_disconnect_by_func (cvr_project_get_items (fixture->project),
                                        items_changed_cb, fixture->project);
  g_assert_cmpuint (
    cvr_dataset_count (cvr_project_get_dataset (fixture->project), 9, CVR_SPLIT_AUTO), ==, 19);
  before = project_test_dump (fixture->project);
  project_test_close (fixture);
  project_test_open (fixture);
  after = project_test_dump (fixture->project);
  g_assert_cmpstr (before, ==, after);
}

static void
test_pictures_are_added_in_the_order_in_which_they_come (ProjectFixture *fixture,
                                                         gconstpointer   data)
{
  guint64 last = 0;

  cvr_project_add_class (fixture->project, "a");
  cvr_project_add_class (fixture->project, "b");
  for (guint i = 0; i < 30; i++)
    {
      g_autoptr (CvrImage) image = session_test_image (i, 2);
      g_autofree char *name = g_strdup_printf ("%u", i);

      cvr_project_add_image (fixture->project, image, name, (gint) (i % 2), NULL, NULL);
    }
  cvr_project_remove_class (fixture->project, 0); /* Their labels follow. */
  cvr_project_wait (fixture->project);
  g_assert_cmpuint (cvr_dataset_n_items (cvr_project_get_dataset (fixture->project)), ==, 30);
  for (guint i = 0; i < 30; i++)
    {
      const CvrItem *item = cvr_dataset_item (cvr_project_get_dataset (fixture->project), i);

      g_assert_cmpuint (item->id, >, last);
      g_assert_cmpuint (g_ascii_strtoull (item->name, NULL, 10), ==, i);
      g_assert_cmpint (item->label, ==, i % 2 == 1 ? 0 : -1);
      last = item->id;
    }
}

static void
removed_cb (CvrJob       *job,
            gpointer      result,
            const GError *error,
            gpointer      data)
{
  ProjectFixture *fixture = data;

  g_assert_no_error (error);
  fixture->imported = TRUE;
  g_assert_cmpuint (*(guint *) result, ==, 2);
  g_free (result);
}

/* Whether the file has the bytes anywhere. */
static gboolean
file_has (ProjectFixture *fixture,
          const char     *text)
{
  g_autofree char *contents = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (fixture->path, &contents, &length, NULL));

  return memmem (contents, length, text, strlen (text)) != NULL;
}

static void
test_removed_for_good_leaves_nothing (ProjectFixture *fixture,
                                      gconstpointer   data)
{
  g_autoptr (CvrImage) first = session_test_image (1, 2);
  g_autoptr (CvrImage) second = session_test_image (2, 2);
  g_autoptr (CvrImage) third = session_test_image (3, 2);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  guint64 ids[3];

  ids[0] = project_test_add_image (fixture, first, "pupil-one-secret.png", -1);
  ids[1] = project_test_add_image (fixture, second, "pupil-two-secret.png", -1);
  ids[2] = project_test_add_image (fixture, third, "landscape.png", -1);
  cvr_project_set_note (fixture->project, ids[0], "whisper-whisper");
  cvr_project_remove_items (fixture->project, &ids[1], 1);
  cvr_project_set_tag (fixture->project, &ids[2], 1, "kept", TRUE);
  cvr_project_wait (fixture->project);
  g_assert_true (file_has (fixture, "whisper-whisper"));

  fixture->imported = FALSE;
  cvr_project_remove_for_good (fixture->project, ids, 2, NULL, removed_cb, fixture);
  session_test_wait (project_test_is_imported, fixture);
  g_assert_null (fixture->failure);
  g_assert_cmpuint (cvr_dataset_n_items (cvr_project_get_dataset (fixture->project)), ==, 1);
  g_assert_cmpstr (cvr_project_undo_name (fixture->project), ==, "Tag 1 picture “kept”");
  g_assert_false (file_has (fixture, "whisper"));
  g_assert_false (file_has (fixture, "secret"));

  cvr_project_undo (fixture->project);
  g_assert_null (cvr_project_undo_name (fixture->project)); /* What came before speaks of them. */
  cvr_project_redo (fixture->project);
  before = project_test_dump (fixture->project);
  project_test_close (fixture);
  project_test_open (fixture);
  after = project_test_dump (fixture->project);
  g_assert_cmpstr (before, ==, after);
}

static void
test_a_project_to_look_at_refuses_every_edit (ProjectFixture *fixture,
                                              gconstpointer   data)
{
  g_autoptr (CvrImage) image = session_test_image (1, 2);
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  CvrSettings settings;
  guint64 id;
  guint n_refused = 0;

  project_test_import (fixture, "builtin:shapes:20", FALSE);
  id = project_test_id_at (fixture, 0);
  before = project_test_dump (fixture->project);
  project_test_close (fixture);
  fixture->project = cvr_project_prepare_read_only (fixture->path, &error);
  g_assert_no_error (error);
  cvr_project_begin (fixture->project);
  g_assert_true (cvr_project_is_read_only (fixture->project));
  g_signal_connect_swapped (fixture->project, "failed", G_CALLBACK (count_cb), &n_refused);

  settings = *cvr_project_get_settings (fixture->project);
  settings.epochs++;
  cvr_project_set_labels (fixture->project, &id, 1, 4);
  cvr_project_set_splits (fixture->project, &id, 1, CVR_SPLIT_TEST);
  cvr_project_set_tag (fixture->project, &id, 1, "tag", TRUE);
  cvr_project_set_note (fixture->project, id, "note");
  cvr_project_remove_items (fixture->project, &id, 1);
  cvr_project_set_settings (fixture->project, &settings);
  cvr_project_remove_class (fixture->project, 1);
  cvr_project_undo (fixture->project);
  g_assert_cmpuint (project_test_add_image (fixture, image, "drawn", 0), ==, 0);
  g_assert_cmpuint (n_refused, ==, 9);
  g_assert_false (cvr_project_train (fixture->project, FALSE, &error));
  g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_LOCKED);
  after = project_test_dump (fixture->project);
  g_assert_cmpstr (before, ==, after);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  project_test_add ("sides-are-chosen-by-hand", test_sides_are_chosen_by_hand);
  project_test_add ("tags-come-and-go", test_tags_come_and_go);
  project_test_add ("boxes-of-one-moment-are-one-action", test_boxes_of_one_moment_are_one_action);
  project_test_add ("notes-are-written", test_notes_are_written);
  project_test_add ("classes-have-colours-and-keys", test_classes_have_colours_and_keys);
  project_test_add ("a-class-that-is-off-is-not-learned", test_a_class_that_is_off_is_not_learned);
  project_test_add ("merged-classes-come-apart-again", test_merged_classes_come_apart_again);
  project_test_add ("groups-are-kept-and-stay-on-one-side",
                    test_groups_are_kept_and_stay_on_one_side);
  project_test_add ("pages-remember", test_pages_remember);
  project_test_add ("a-label-shows-when-it-is-on-disk", test_a_label_shows_when_it_is_on_disk);
  project_test_add ("listeners-may-go-on-at-once", test_listeners_may_go_on_at_once);
  project_test_add ("pictures-are-added-in-the-order-in-which-they-come",
                    test_pictures_are_added_in_the_order_in_which_they_come);
  project_test_add ("removed-for-good-leaves-nothing", test_removed_for_good_leaves_nothing);
  project_test_add ("a-project-to-look-at-refuses-every-edit",
                    test_a_project_to_look_at_refuses_every_edit);

  return g_test_run ();
}
