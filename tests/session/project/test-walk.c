/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever a person does for a long time can be walked back to the empty project, and forth again
 * to the same bytes of content, also when the project is closed and opened on the way. */
#include "project-test.h"

enum
{
  N_ACTIONS = 500,
  CHECK_EVERY = 100, /* steps after which the screen, the file and every pixel are compared too */
};

typedef struct
{
  ProjectFixture *fixture;
  CvrRng          rng;
  guint           turn;
  guint64         some[3]; /* ids, where there is any picture */
} Walk;

static guint
below (Walk *walk,
       guint n)
{
  return (guint) cvr_rng_below (&walk->rng, n);
}

static gint
random_label (Walk *walk)
{
  CvrDataset *dataset = cvr_project_get_dataset (walk->fixture->project);

  return (gint) below (walk, cvr_dataset_n_classes (dataset) + 1) - 1;
}

static void
act_on_pictures (Walk *walk)
{
  CvrProject *project = walk->fixture->project;
  g_autofree char *word = g_strdup_printf ("word %u", below (walk, 5));
  const CvrBox boxes[] = {
    { random_label (walk), 0.1 * below (walk, 9), 1.0 / 3, 0.1, 0.2 },
    { random_label (walk), 0, 0, 0.1 * walk->turn, 1 },
  };

  switch (below (walk, 7))
    {
    case 0:
      cvr_project_set_labels (project, walk->some, 3, random_label (walk));
      break;
    case 1:
      cvr_project_set_splits (project, walk->some, 3, (CvrSplit) below (walk, 4));
      break;
    case 2:
      cvr_project_set_tag (project, walk->some, 3, word, below (walk, 2) == 0);
      break;
    case 3:
      cvr_project_set_boxes (project, walk->some[0], boxes, below (walk, 3));
      break;
    case 4:
      cvr_project_set_note (project, walk->some[0], word);
      break;
    case 5:
      if (below (walk, 2) == 0)
        cvr_project_remove_items (project, walk->some, 3);
      break;
    default:
      cvr_project_set_labels (project, walk->some, 1, random_label (walk));
      break;
    }
}

static void
act_on_classes (Walk *walk)
{
  CvrProject *project = walk->fixture->project;
  guint n = cvr_dataset_n_classes (cvr_project_get_dataset (project));
  g_autofree char *name = g_strdup_printf ("class %u", walk->turn);
  guint k = n > 0 ? below (walk, n) : 0;

  switch (n == 0 ? 0 : below (walk, 5))
    {
    case 0:
      cvr_project_add_class (project, name);
      break;
    case 1:
      cvr_project_rename_class (project, k, name);
      break;
    case 2:
      cvr_project_set_class_look (project, k, (gint) below (walk, 4) - 1, below (walk, 10),
                                  below (walk, 3) == 0);
      break;
    case 3:
      if (n > 3)
        cvr_project_remove_class (project, k);
      break;
    default:
      if (n > 3)
        cvr_project_merge_classes (project, k, (k + 1) % n);
      break;
    }
}

static void
act_on_the_rest (Walk *walk)
{
  CvrProject *project = walk->fixture->project;
  CvrSettings settings = *cvr_project_get_settings (project);
  g_autoptr (CvrImage) image = session_test_image (walk->turn, 2);
  g_autofree char *name = g_strdup_printf ("drawing %u", walk->turn);

  if (below (walk, 3) > 0)
    {
      project_test_add_image (walk->fixture, image, name, random_label (walk));
      return;
    }

  settings.batch = 1 + below (walk, 100);
  if (below (walk, 2) == 0)
    settings.test_fraction = 0.01 * below (walk, 20);
  else
    settings.epochs = 1 + below (walk, 100);
  cvr_project_set_settings (project, &settings);
}

/* One of the things a person does, to whatever is there; sometimes nothing comes of it. */
static void
act_at_random (Walk *walk)
{
  CvrDataset *dataset = cvr_project_get_dataset (walk->fixture->project);
  guint n = cvr_dataset_n_items (dataset);
  guint choice = below (walk, 10);

  walk->turn++;
  for (guint i = 0; n > 0 && i < G_N_ELEMENTS (walk->some); i++)
    walk->some[i] = project_test_id_at (walk->fixture, below (walk, n));
  if (choice < 6 && n > 0)
    act_on_pictures (walk);
  else if (choice < 8)
    act_on_classes (walk);
  else
    act_on_the_rest (walk);
  g_assert_null (walk->fixture->failure);
}

/* What is in memory now, without waiting for the disk. */
static char *
dup_state (CvrProject *project)
{
  CvrDataset *dataset = cvr_project_get_dataset (project);
  g_autofree char *settings = cvr_settings_to_json (cvr_project_get_settings (project));
  g_autoptr (GString) text = g_string_new (settings);

  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    {
      const CvrClass *klass = cvr_dataset_class (dataset, k);

      g_string_append_printf (text, "\n%s %d %u %d", klass->name, klass->colour, klass->key,
                              klass->off);
    }
  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);
      g_autofree char *extras = cvr_extras_to_json (item->extras);

      g_string_append_printf (text, "\n%" G_GUINT64_FORMAT " %s %d %d %d %s", item->id, item->name,
                              item->label, item->split, item->used, extras);
    }

  return g_compute_checksum_for_string (G_CHECKSUM_MD5, text->str, -1);
}

static void
assert_state (ProjectFixture *fixture,
              GPtrArray      *states,
              GPtrArray      *dumps,
              guint           i)
{
  g_autofree char *now = dup_state (fixture->project);

  g_assert_cmpstr (now, ==, g_ptr_array_index (states, i));
  if (i % CHECK_EVERY == 0)
    {
      g_autofree char *dump = project_test_dump (fixture->project);

      g_assert_cmpstr (dump, ==, g_ptr_array_index (dumps, i / CHECK_EVERY));
    }
}

static void
remember (ProjectFixture *fixture,
          GPtrArray      *states,
          GPtrArray      *dumps)
{
  if (states->len % CHECK_EVERY == 0)
    g_ptr_array_add (dumps, project_test_dump (fixture->project));
  g_ptr_array_add (states, dup_state (fixture->project));
}

static void
reopen (ProjectFixture *fixture)
{
  project_test_close (fixture);
  project_test_open (fixture);
}

/* What goes on with the newest action would be one with it; a step back and forth parts them. */
static void
end_drag (CvrProject *project)
{
  static const char *const drags[] = { "Draw boxes", "Write a note", "Change the settings", NULL };
  const char *newest = cvr_project_undo_name (project);

  if (newest == NULL || !g_strv_contains (drags, newest))
    return;
  cvr_project_undo (project);
  cvr_project_redo (project);
}

static void
walk_forth (Walk      *walk,
            GPtrArray *states,
            GPtrArray *dumps)
{
  ProjectFixture *fixture = walk->fixture;

  remember (fixture, states, dumps);
  while (states->len <= N_ACTIONS)
    {
      guint n = states->len;
      g_autofree char *now = NULL;

      end_drag (fixture->project);
      act_at_random (walk);
      now = dup_state (fixture->project);
      if (!g_str_equal (now, g_ptr_array_index (states, n - 1)))
        remember (fixture, states, dumps);
    }
}

static void
test_any_walk_can_be_walked_back (ProjectFixture *fixture,
                                  gconstpointer   data)
{
  const guint32 seed = g_test_rand_int ();
  Walk walk = { .fixture = fixture, .rng = cvr_rng_new (seed, 0) };
  g_autoptr (GPtrArray) states = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) dumps = g_ptr_array_new_with_free_func (g_free);

  g_test_message ("seed %u", seed);
  walk_forth (&walk, states, dumps);

  for (guint i = N_ACTIONS; i > 0; i--)
    {
      if (i == N_ACTIONS / 2)
        reopen (fixture);
      cvr_project_undo (fixture->project);
      assert_state (fixture, states, dumps, i - 1);
    }
  g_assert_null (cvr_project_undo_name (fixture->project));
  g_assert_cmpuint (cvr_dataset_n_items (cvr_project_get_dataset (fixture->project)), ==, 0);
  g_assert_cmpuint (cvr_dataset_n_classes (cvr_project_get_dataset (fixture->project)), ==, 0);

  reopen (fixture);
  for (guint i = 1; i <= N_ACTIONS; i++)
    {
      if (i == N_ACTIONS / 3)
        reopen (fixture);
      cvr_project_redo (fixture->project);
      assert_state (fixture, states, dumps, i);
    }
  g_assert_null (cvr_project_redo_name (fixture->project));
  g_assert_null (fixture->failure);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  project_test_add ("any-walk-can-be-walked-back", test_any_walk_can_be_walked_back);

  return g_test_run ();
}
