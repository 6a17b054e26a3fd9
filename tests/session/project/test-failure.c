/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Actions that can't be kept on disk: nothing has happened, in memory, in the file and in the list
 * of what can be undone, and the project goes on. */
#include "project-test.h"

#include <signal.h>
#include <sys/resource.h>

enum { N_MARKED = 5 };

typedef struct
{
  ProjectFixture *fixture;
  CvrModel       *model;  /* an other one */
  guint64         ids[N_MARKED];
} Scene;

static void
label (Scene *scene)
{
  gint old = cvr_image_item_get_label (
    cvr_project_find_item (scene->fixture->project, scene->ids[0]));

  cvr_project_set_labels (scene->fixture->project, scene->ids, N_MARKED, old == 3 ? 4 : 3);
}

static void
remove_items (Scene *scene)
{
  cvr_project_remove_items (scene->fixture->project, scene->ids, N_MARKED);
}

static void
add_image (Scene *scene)
{
  g_autoptr (CvrImage) image = session_test_image (1, 2);

  g_assert_cmpuint (project_test_add_image (scene->fixture, image, "drawn", 1), ==, 0);
}

static void
add_class (Scene *scene)
{
  cvr_project_add_class (scene->fixture->project, "new");
}

static void
rename_class (Scene *scene)
{
  cvr_project_rename_class (scene->fixture->project, 1, "new");
}

static void
remove_class (Scene *scene)
{
  cvr_project_remove_class (scene->fixture->project, 1);
}

/* The second time within the same moment: one drag. */
static void
change_settings (Scene *scene)
{
  CvrSettings settings = *cvr_project_get_settings (scene->fixture->project);

  settings.epochs++;
  cvr_project_set_settings (scene->fixture->project, &settings);
}

static void
move_to_test (Scene *scene)
{
  cvr_project_set_splits (scene->fixture->project, scene->ids, N_MARKED, CVR_SPLIT_TEST);
}

static void
tag (Scene *scene)
{
  cvr_project_set_tag (scene->fixture->project, scene->ids, N_MARKED, "blurred", TRUE);
}

static void
draw_boxes (Scene *scene)
{
  const CvrBox box = { 1, 0.25, 0.25, 0.5, 0.5 };

  cvr_project_set_boxes (scene->fixture->project, scene->ids[0], &box, 1);
}

/* Longer than what is free in the pages that there are. */
static void
write_note (Scene *scene)
{
  g_autofree char *note = g_strnfill (20000, 'n');

  cvr_project_set_note (scene->fixture->project, scene->ids[0], note);
}

static void
switch_class (Scene *scene)
{
  cvr_project_set_class_look (scene->fixture->project, 1, 3, 4, TRUE);
}

static void
merge_classes (Scene *scene)
{
  cvr_project_merge_classes (scene->fixture->project, 2, 1);
}

static void
set_name (Scene *scene)
{
  cvr_project_set_name (scene->fixture->project, "Another");
}

static void
group (Scene *scene)
{
  const guint64 groups[N_MARKED] = { 5, 5, 5, 5, 5 };

  cvr_project_set_groups (scene->fixture->project, scene->ids, groups, N_MARKED);
}

static void
removed_cb (CvrJob       *job,
            gpointer      result,
            const GError *error,
            gpointer      data)
{
  ((ProjectFixture *) data)->imported = TRUE;
  g_assert_true ((error != NULL) == (result == NULL));
  g_free (result);
}

static void
remove_for_good (Scene *scene)
{
  scene->fixture->imported = FALSE;
  cvr_project_remove_for_good (scene->fixture->project, scene->ids, N_MARKED, NULL, removed_cb,
                               scene->fixture);
  session_test_wait (project_test_is_imported, scene->fixture);
}

static void
set_model (Scene *scene)
{
  cvr_project_set_model (scene->fixture->project, scene->model);
}

static void
undo (Scene *scene)
{
  cvr_project_undo (scene->fixture->project);
}

static void
redo (Scene *scene)
{
  cvr_project_redo (scene->fixture->project);
}

static void
import (Scene *scene)
{
  const char *const sources[] = { "builtin:shapes:600", NULL };

  scene->fixture->imported = FALSE;
  cvr_project_import (scene->fixture->project, sources, NULL, TRUE, NULL, project_test_imported_cb,
                      scene->fixture);
  session_test_wait (project_test_is_imported, scene->fixture);
  g_assert_nonnull (scene->fixture->import_error);
  g_free (scene->fixture->failure);
  scene->fixture->failure = g_strdup (scene->fixture->import_error->message);
}

static const struct
{
  const char *name;
  void      (*act) (Scene *scene);
} actions[] = {
  { "label", label },
  { "remove", remove_items },
  { "add an image", add_image },
  { "add a class", add_class },
  { "rename a class", rename_class },
  { "remove a class", remove_class },
  { "settings", change_settings },
  { "drag", change_settings },
  { "model", set_model },
  { "undo", undo },
  { "redo", redo },
  { "import", import },
  { "side", move_to_test },
  { "tag", tag },
  { "boxes", draw_boxes },
  { "note", write_note },
  { "switch a class", switch_class },
  { "merge classes", merge_classes },
  { "name", set_name },
  { "groups", group },
  { "remove for good", remove_for_good },
};

/* Every write behind the first @room bytes of a file fails while @act runs. */
static void
act_without_room (Scene *scene,
                  void   (*act) (Scene *scene),
                  rlim_t room)
{
  struct rlimit before, limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = room;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  act (scene);
  cvr_project_wait (scene->fixture->project);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
}

/* The project as it was, and what stands for undo and redo. */
static char *
dump (Scene *scene)
{
  CvrProject *project = scene->fixture->project;
  g_autofree char *text = project_test_dump (project);

  return g_strdup_printf ("%sundo %s\nredo %s\n", text, cvr_project_undo_name (project),
                          cvr_project_redo_name (project));
}

static void
assert_unchanged (Scene      *scene,
                  const char *before)
{
  g_autofree char *now = dump (scene);

  g_assert_cmpstr (now, ==, before);
}

/* Does it, and makes sure that the file says the same as memory: what was before, where it failed.
 * Returns: whether it failed. */
static gboolean
try_without_room (Scene *scene,
                  void   (*act) (Scene *scene),
                  rlim_t room)
{
  g_autofree char *before = dump (scene);
  g_autofree char *now = NULL;
  gboolean failed;

  act_without_room (scene, act, room);
  failed = scene->fixture->failure != NULL;
  g_clear_pointer (&scene->fixture->failure, g_free);
  if (failed)
    assert_unchanged (scene, before);

  now = dump (scene);
  project_test_close (scene->fixture);
  project_test_open (scene->fixture);
  assert_unchanged (scene, now);

  return failed;
}

/* @all: there is no room for any. */
static void
fail_every_action (Scene   *scene,
                   rlim_t   room,
                   gboolean all)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_autofree char *contents = NULL;
      g_autofree char *after = NULL;

      g_test_message ("%s with room for %lu bytes", actions[i].name, (gulong) room);
      g_assert_true (try_without_room (scene, actions[i].act, room) || !all);

      /* With room again the project goes on. */
      act_without_room (scene, actions[i].act, room);
      g_assert_true (scene->fixture->failure != NULL || !all);
      g_clear_pointer (&scene->fixture->failure, g_free);
      contents = project_test_dump (scene->fixture->project);
      change_settings (scene);
      cvr_project_undo (scene->fixture->project);
      after = project_test_dump (scene->fixture->project);
      g_assert_cmpstr (after, ==, contents);
      g_assert_null (scene->fixture->failure);
    }
}

static void
test_what_cannot_be_kept_has_not_happened (ProjectFixture *fixture,
                                           gconstpointer   data)
{
  g_autoptr (CvrDataset) copy = NULL;
  g_autoptr (CvrModel) present = NULL;
  g_autoptr (CvrImage) image = session_test_image (1, 2);
  Scene scene = { .fixture = fixture };

  project_test_import (fixture, "builtin:doodles:60", FALSE);
  copy = cvr_dataset_copy (cvr_project_get_dataset (fixture->project));
  present = session_test_model (copy, 1);
  scene.model = session_test_model (copy, 2);
  for (guint i = 0; i < N_MARKED; i++)
    scene.ids[i] = project_test_id_at (fixture, 7 * i);

  cvr_project_set_model (fixture->project, present);
  project_test_add_image (fixture, image, "drawn", 1);
  label (&scene);
  change_settings (&scene);
  cvr_project_undo (fixture->project);

  signal (SIGXFSZ, SIG_IGN); /* The write then fails with EFBIG instead. */
  fail_every_action (&scene, 4096, TRUE);   /* nothing but the first page */
  fail_every_action (&scene, 65536, FALSE); /* some of what it takes */
  cvr_model_unref (scene.model);
}

static void
count_cb (guint *count)
{
  ++*count;
}

/* Done one after the other before the disk has answered, undone and redone in between. */
static void
act_in_a_hurry (Scene *scene)
{
  label (scene);
  tag (scene);
  undo (scene);
  undo (scene);
  redo (scene);
  draw_boxes (scene);
  draw_boxes (scene);
  add_class (scene);
  set_model (scene);
  merge_classes (scene);
  undo (scene);
  remove_items (scene);
  group (scene);
  change_settings (scene);
  change_settings (scene);
  undo (scene);
}

static void
test_all_that_waits_is_taken_back_together (ProjectFixture *fixture,
                                            gconstpointer   data)
{
  Scene scene = { .fixture = fixture };
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  guint n_failed = 0, n_images = 0;

  project_test_import (fixture, "builtin:doodles:60", FALSE);
  scene.model = session_test_model (cvr_project_get_dataset (fixture->project), 1);
  for (guint i = 0; i < N_MARKED; i++)
    scene.ids[i] = project_test_id_at (fixture, 7 * i);
  add_class (&scene);
  cvr_project_undo (fixture->project);
  before = dump (&scene);
  g_signal_connect_swapped (fixture->project, "failed", G_CALLBACK (count_cb), &n_failed);
  g_signal_connect_swapped (fixture->project, "images-changed", G_CALLBACK (count_cb), &n_images);

  signal (SIGXFSZ, SIG_IGN);
  act_without_room (&scene, act_in_a_hurry, 4096);
  g_assert_cmpuint (n_failed, ==, 1);
  g_assert_cmpuint (n_images, <=, 1);
  g_clear_pointer (&fixture->failure, g_free);
  assert_unchanged (&scene, before);

  act_in_a_hurry (&scene);
  g_assert_null (fixture->failure);
  after = dump (&scene);
  project_test_close (fixture);
  project_test_open (fixture);
  assert_unchanged (&scene, after);
  cvr_model_unref (scene.model);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  project_test_add ("what-cannot-be-kept-has-not-happened",
                    test_what_cannot_be_kept_has_not_happened);
  project_test_add ("all-that-waits-is-taken-back-together",
                    test_all_that_waits_is_taken_back_together);

  return g_test_run ();
}
