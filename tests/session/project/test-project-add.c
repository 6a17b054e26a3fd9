/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures that came together, from a camera or a clip, are one action. */
#include "project-test.h"

static void
came_cb (guint    n,
         gpointer data)
{
  *(guint *) data = n;
}

static void
fill (GPtrArray *images,
      GPtrArray *names,
      guint      n)
{
  for (guint i = 0; i < n; i++)
    {
      g_ptr_array_add (images, session_test_image (i, 2));
      g_ptr_array_add (names, g_strdup_printf ("held %u", i + 1));
    }
}

static void
test_a_burst_is_one_action (ProjectFixture *fixture,
                            gconstpointer   data)
{
  g_autoptr (GPtrArray) images =
    g_ptr_array_new_with_free_func ((GDestroyNotify) cvr_image_unref);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  CvrDataset *dataset = cvr_project_get_dataset (fixture->project);
  g_autofree char *before = NULL;
  guint came = G_MAXUINT;

  cvr_project_add_class (fixture->project, "bar");
  before = project_test_dump (fixture->project);
  fill (images, names, 12);
  cvr_project_add_images (fixture->project, images, names, 0, came_cb, &came);
  cvr_project_wait (fixture->project);
  g_assert_cmpuint (came, ==, 12);
  g_assert_cmpuint (cvr_dataset_n_items (dataset), ==, 12);
  for (guint i = 0; i < 12; i++)
    {
      g_assert_cmpstr (cvr_dataset_item (dataset, i)->name, ==, g_ptr_array_index (names, i));
      g_assert_cmpint (cvr_dataset_item (dataset, i)->label, ==, 0);
      g_assert_cmpuint (cvr_dataset_item (dataset, i)->digest, !=, 0);
    }
  project_test_assert_undoable (fixture, before, "Add 12 pictures");
}

static void
test_no_pictures_are_no_action (ProjectFixture *fixture,
                                gconstpointer   data)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  guint came = G_MAXUINT;

  cvr_project_add_images (fixture->project, none, none, CVR_LABEL_NONE, came_cb, &came);
  g_assert_cmpuint (came, ==, 0);
  came = G_MAXUINT;
  cvr_project_add_gathered (fixture->project, cvr_gathering_new (fixture->project), CVR_LABEL_NONE,
                            came_cb, &came);
  g_assert_cmpuint (came, ==, 0);
  g_assert_null (cvr_project_undo_name (fixture->project));
}

/* CvrJobFunc */
static gpointer
gather_func (CvrJob  *job,
             gpointer gathering,
             GError **error)
{
  for (guint i = 0; i < 30; i++)
    {
      g_autoptr (CvrImage) image = session_test_image (i, 2);

      if (!cvr_gathering_add (gathering, image, "clip", error))
        return NULL;
    }

  return gathering;
}

static void
gathered_cb (CvrJob       *job,
             gpointer      result,
             const GError *error,
             gpointer      data)
{
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static void
test_a_clip_is_one_action (ProjectFixture *fixture,
                           gconstpointer   data)
{
  CvrGathering *gathering = cvr_gathering_new (fixture->project);
  CvrDataset *dataset = cvr_project_get_dataset (fixture->project);
  g_autofree char *before = project_test_dump (fixture->project);
  gboolean done = FALSE;
  guint came = 0;

  cvr_job_start ("Gathering", gather_func, gathering, NULL, NULL, gathered_cb, &done, NULL);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (cvr_gathering_n (gathering), ==, 30);
  g_assert_cmpuint (cvr_dataset_n_items (dataset), ==, 0);
  cvr_project_add_gathered (fixture->project, gathering, CVR_LABEL_NONE, came_cb, &came);
  cvr_project_wait (fixture->project);
  g_assert_cmpuint (came, ==, 30);
  g_assert_cmpuint (cvr_dataset_n_items (dataset), ==, 30);
  project_test_assert_undoable (fixture, before, "Add 30 pictures");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  project_test_add ("a-burst-is-one-action", test_a_burst_is_one_action);
  project_test_add ("no-pictures-are-no-action", test_no_pictures_are_no_action);
  project_test_add ("a-clip-is-one-action", test_a_clip_is_one_action);

  return g_test_run ();
}
