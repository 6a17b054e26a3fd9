/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies and near-duplicates: found, told apart, ordered, and kept on one side of a split. */
#include "project-test.h"

#include "cvr-alike.h"
#include "cvr-look.h"

static const guint64 seed = 8128;

/* Hills of random colours: @width × @height pixels, another picture for each @index. */
static CvrImage *
scene (guint index,
       guint width,
       guint height)
{
  CvrRng rng = cvr_rng_new (seed, index);
  g_autoptr (CvrImage) coarse = cvr_image_new (9, 7, 3);

  for (gsize i = 0; i < cvr_image_n_bytes (coarse); i++)
    coarse->data[i] = (guint8) cvr_rng_below (&rng, 200);

  return cvr_image_resize (coarse, width, height);
}

static CvrImage *
brighter (const CvrImage *image)
{
  CvrImage *made = cvr_image_new (image->width, image->height, image->channels);

  for (gsize i = 0; i < cvr_image_n_bytes (image); i++)
    made->data[i] = (guint8) MIN (255, image->data[i] + 12);

  return made;
}

static guint64
add (CvrDataset *dataset,
     CvrImage   *image,
     gint        label)
{
  return cvr_dataset_add_image (dataset, image, "picture", label, CVR_SPLIT_AUTO);
}

/* Ten different pictures; of the third a copy, a brighter and a smaller one; of the sixth two
 * copies; of the eighth a larger one. Ids by @ids: 0 … 9, then 10 … 15. */
static CvrDataset *
dataset_with_copies (guint64 *ids)
{
  CvrDataset *dataset = cvr_dataset_new ();
  g_autoptr (CvrImage) third = scene (2, 100, 80);
  g_autoptr (CvrImage) third_brighter = brighter (third);
  g_autoptr (CvrImage) third_smaller = cvr_image_resize (third, 70, 56);
  g_autoptr (CvrImage) sixth = scene (5, 100, 80);
  g_autoptr (CvrImage) eighth = scene (7, 100, 80);
  g_autoptr (CvrImage) eighth_larger = cvr_image_resize (eighth, 150, 120);

  cvr_dataset_add_class (dataset, "a");
  cvr_dataset_add_class (dataset, "b");
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (CvrImage) image = scene (i, 100, 80);

      ids[i] = add (dataset, image, i == 5 ? CVR_LABEL_NONE : 0);
    }
  ids[10] = add (dataset, third, 0);
  ids[11] = add (dataset, third_brighter, 1);
  ids[12] = add (dataset, third_smaller, CVR_LABEL_NONE);
  ids[13] = add (dataset, sixth, 1);
  ids[14] = add (dataset, sixth, 1);
  ids[15] = add (dataset, eighth_larger, CVR_LABEL_NONE);

  return dataset;
}

static void
assert_members (const CvrAlikeGroup *group,
                const guint64       *ids,
                guint                n)
{
  g_assert_cmpuint (group->n, ==, n);
  for (guint m = 0; m < n; m++)
    g_assert_cmpuint (group->members[m].id, ==, ids[m]);
}

static void
test_copies_and_versions_are_found (void)
{
  guint64 ids[16];
  g_autoptr (CvrDataset) dataset = dataset_with_copies (ids);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrAlike) alike = cvr_alike_find (dataset, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (alike->n_items, ==, 16);
  g_assert_cmpuint (alike->n_groups, ==, 3);
  g_assert_cmpuint (alike->n_in_groups, ==, 9);
  g_assert_cmpuint (alike->n_unread, ==, 0);
  g_assert_cmpuint (alike->n_looks, ==, 16);
  g_assert_cmpuint (alike->newest, ==, ids[15]);

  /* Most members first; all of one size: the oldest of the labelled ones stays. */
  assert_members (&alike->groups[0], (guint64[]) { ids[2], ids[10], ids[11], ids[12] }, 4);
  g_assert_cmpuint (alike->groups[0].keep, ==, ids[2]);
  g_assert_false (alike->groups[0].exact);
  g_assert_true (alike->groups[0].mixed);
  g_assert_cmpuint (alike->groups[0].n_copies, ==, 1);
  g_assert_cmpuint (alike->groups[0].members[1].twin, ==, ids[2]);
  g_assert_cmpuint (alike->groups[0].members[2].twin, ==, ids[11]);

  /* The oldest of the copies has no label: the next one stays. */
  assert_members (&alike->groups[1], (guint64[]) { ids[5], ids[13], ids[14] }, 3);
  g_assert_cmpuint (alike->groups[1].keep, ==, ids[13]);
  g_assert_true (alike->groups[1].exact);
  g_assert_false (alike->groups[1].mixed);
  g_assert_cmpuint (alike->groups[1].n_copies, ==, 2);

  /* The larger one stays even without a label. */
  assert_members (&alike->groups[2], (guint64[]) { ids[7], ids[15] }, 2);
  g_assert_cmpuint (alike->groups[2].keep, ==, ids[15]);
  g_assert_cmpuint (alike->groups[2].n_copies, ==, 0);
}

static void
test_surplus_is_everything_but_what_stays (void)
{
  guint64 ids[16];
  g_autoptr (CvrDataset) dataset = dataset_with_copies (ids);
  g_autoptr (CvrAlike) alike = cvr_alike_find (dataset, NULL, NULL, NULL);
  guint n_copies, n_all;
  g_autofree guint64 *copies = cvr_alike_surplus (alike, TRUE, &n_copies);
  g_autofree guint64 *all = cvr_alike_surplus (alike, FALSE, &n_all);
  const guint64 wanted_copies[] = { ids[5], ids[10], ids[14] };
  const guint64 wanted_all[] = { ids[5], ids[7], ids[10], ids[11], ids[12], ids[14] };

  g_assert_cmpmem (copies, n_copies * sizeof *copies, wanted_copies, sizeof wanted_copies);
  g_assert_cmpmem (all, n_all * sizeof *all, wanted_all, sizeof wanted_all);
}

static void
test_threads_do_not_change_what_is_found (void)
{
  guint64 ids[16];
  g_autoptr (CvrDataset) dataset = dataset_with_copies (ids);
  g_autoptr (NnWorkers) workers = nn_workers_new (3, FALSE);
  g_autoptr (CvrAlike) alone = cvr_alike_find (dataset, NULL, NULL, NULL);
  g_autoptr (CvrAlike) shared = cvr_alike_find (dataset, workers, NULL, NULL);

  g_assert_cmpuint (shared->n_groups, ==, alone->n_groups);
  g_assert_cmpmem (shared->looks, shared->n_looks * sizeof (CvrAlikeLook), alone->looks,
                   alone->n_looks * sizeof (CvrAlikeLook));
  for (guint g = 0; g < alone->n_groups; g++)
    {
      const CvrAlikeGroup *group = &alone->groups[g];

      g_assert_cmpuint (shared->groups[g].n, ==, group->n);
      for (guint m = 0; m < group->n; m++)
        {
          g_assert_cmpuint (shared->groups[g].members[m].id, ==, group->members[m].id);
          g_assert_cmpuint (shared->groups[g].members[m].twin, ==, group->members[m].twin);
        }
    }
}

/* The built-in drawings are all different, although many are of one plan. */
static void
test_drawings_are_not_taken_for_each_other (void)
{
  static const char *const sets[] = { "digits", "shapes", "pets" };

  for (guint s = 0; s < G_N_ELEMENTS (sets); s++)
    {
      g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
      g_autofree char *source = g_strdup_printf ("builtin:%s:400", sets[s]);
      const CvrLoadSpec spec = { .data = source };
      CvrLoadReport report = { 0 };
      g_autoptr (CvrAlike) alike = NULL;

      g_assert_true (cvr_load (dataset, &spec, &report, NULL, NULL));
      alike = cvr_alike_find (dataset, NULL, NULL, NULL);
      g_test_message ("%s: %u of %u in groups", sets[s], alike->n_in_groups, alike->n_items);
      g_assert_cmpuint (alike->n_in_groups, <=, 2);
      cvr_load_report_clear (&report);
    }
}

static CvrImage *
refuse_to_read (gpointer data,
                guint64  id,
                guint    side,
                GError **error)
{
  ++*(guint *) data;
  g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO, "the disk is gone");

  return NULL;
}

static CvrPicture *
stored (guint *n_reads)
{
  const CvrPictureFacts facts = { 100, 80, 3, 100, 80, FALSE };

  return cvr_picture_new_stored (&facts, 1, refuse_to_read, n_reads, NULL);
}

static void
test_what_cannot_be_read_is_counted (void)
{
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  guint n_reads = 0;
  g_autoptr (CvrPicture) picture = stored (&n_reads);
  const CvrItem item = { .picture = picture, .name = (char *) "x", .label = CVR_LABEL_NONE };
  g_autoptr (CvrAlike) alike = NULL;

  cvr_dataset_add_item (dataset, &item);
  cvr_dataset_add_item (dataset, &item);
  alike = cvr_alike_find (dataset, NULL, NULL, NULL);
  g_assert_cmpuint (n_reads, ==, 2);
  g_assert_cmpuint (alike->n_unread, ==, 2);
  g_assert_cmpuint (alike->n_groups, ==, 0);
  g_assert_cmpuint (alike->n_looks, ==, 0);
}

static void
test_known_looks_need_no_reading (void)
{
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  CvrRng rng = cvr_rng_new (seed, 1000);
  guint n_reads = 0;
  g_autoptr (CvrPicture) picture = stored (&n_reads);
  g_autoptr (CvrAlike) alike = NULL;

  for (guint i = 0; i < 200; i++)
    {
      CvrItem item = { .picture = picture, .name = (char *) "x", .label = CVR_LABEL_NONE };

      item.look = (guint64) cvr_rng_next (&rng) << 32 | cvr_rng_next (&rng);
      item.digest = 1 + i / 2;
      cvr_dataset_add_item (dataset, &item);
    }
  alike = cvr_alike_find (dataset, NULL, NULL, NULL);
  g_assert_cmpuint (n_reads, ==, 0);
  g_assert_cmpuint (alike->n_groups, ==, 100);
  g_assert_cmpuint (alike->n_looks, ==, 0);
}

static gboolean
count_down (gpointer data)
{
  return --*(gint *) data > 0;
}

static void
test_stopping_is_heard_at_every_place (void)
{
  guint64 ids[16];
  g_autoptr (CvrDataset) dataset = dataset_with_copies (ids);
  guint n_stopped = 0;

  for (gint n = 1;; n++)
    {
      gint left = n;
      const CvrWatch watch = { .keep_going = count_down, .data = &left };
      g_autoptr (GError) error = NULL;
      g_autoptr (CvrAlike) alike = cvr_alike_find (dataset, NULL, &watch, &error);

      if (alike != NULL)
        break;
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      n_stopped++;
    }
  g_assert_cmpuint (n_stopped, >=, 3);
}

/* What progress told. */
typedef struct
{
  guint64 done, total;
  guint   n;
} Told;

static void
tell_cb (gpointer data,
         guint64  done,
         guint64  total)
{
  Told *told = data;

  g_assert_cmpuint (done, >=, told->done);
  g_assert_cmpuint (total, >=, told->total);
  g_assert_cmpuint (done, <, total);
  *told = (Told) { done, total, told->n + 1 };
}

static void
test_progress_rises (void)
{
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  Told told = { 0 };
  const CvrWatch watch = { .progress = tell_cb, .data = &told };
  g_autoptr (CvrAlike) alike = NULL;

  for (guint i = 0; i < 300; i++)
    {
      g_autoptr (CvrImage) image = scene (i % 290, 40, 30);

      add (dataset, image, CVR_LABEL_NONE);
    }
  alike = cvr_alike_find (dataset, NULL, &watch, NULL);
  g_assert_cmpuint (alike->n_groups, ==, 10);
  g_assert_cmpuint (told.total, >=, 300);
  g_assert_cmpuint (told.n, >=, 5);
}

typedef struct
{
  gboolean  done;
  CvrAlike *alike;
  GError   *error;
} Found;

static void
found_cb (CvrJob       *job,
          gpointer      result,
          const GError *error,
          gpointer      data)
{
  Found *found = data;

  found->done = TRUE;
  found->alike = result;
  found->error = error != NULL ? g_error_copy (error) : NULL;
}

static gboolean
is_found (gpointer data)
{
  return ((Found *) data)->done;
}

static void
look_for (CvrProject *project,
          Found      *found)
{
  *found = (Found) { FALSE };
  cvr_alike_start (project, NULL, found_cb, found);
  session_test_wait (is_found, found);
  cvr_project_wait (project);
}

static CvrSplit
side_of (CvrProject *project,
         guint64     id,
         guint64    *group)
{
  CvrDataset *dataset = cvr_project_get_dataset (project);
  const CvrItem *item =
    cvr_dataset_item (dataset, (guint) cvr_dataset_find_item (dataset, id));

  *group = item->group;

  return item->used;
}

/* Forty pictures and a copy of each: no copy may be on the other side. */
static void
test_project_keeps_copies_on_one_side (ProjectFixture *fixture,
                                       gconstpointer   data)
{
  enum { N = 40 };
  guint64 ids[2 * N];
  Found found;
  guint n_valid = 0;

  cvr_project_add_class (fixture->project, "a");
  for (guint i = 0; i < 2 * N; i++)
    {
      g_autoptr (CvrImage) image = scene (i % N, 100, 80);

      cvr_project_add_image (fixture->project, image, "picture", 0, NULL, NULL);
    }
  cvr_project_wait (fixture->project);
  for (guint i = 0; i < 2 * N; i++)
    ids[i] = project_test_id_at (fixture, i);

  look_for (fixture->project, &found);
  g_assert_no_error (found.error);
  g_assert_cmpuint (found.alike->n_groups, ==, N);
  for (guint i = 0; i < N; i++)
    {
      guint64 group, other;
      CvrSplit side = side_of (fixture->project, ids[i], &group);

      g_assert_cmpint (side_of (fixture->project, ids[N + i], &other), ==, side);
      g_assert_cmpuint (group, ==, ids[i]);
      g_assert_cmpuint (other, ==, ids[i]);
      n_valid += side == CVR_SPLIT_VALID;
    }
  g_assert_cmpuint (n_valid, >, 0);
  cvr_alike_unref (found.alike);

  /* What is left alone when its copy goes is no group any more. */
  cvr_project_remove_items (fixture->project, &ids[N], 1);
  cvr_project_wait (fixture->project);
  look_for (fixture->project, &found);
  g_assert_cmpuint (found.alike->n_groups, ==, N - 1);
  {
    guint64 group;

    side_of (fixture->project, ids[0], &group);
    g_assert_cmpuint (group, ==, 0);
  }
  cvr_alike_unref (found.alike);
  g_assert_null (fixture->failure);
}

static void
test_project_can_cancel (ProjectFixture *fixture,
                         gconstpointer   data)
{
  Found found = { FALSE };

  project_test_import (fixture, "builtin:pets:200", FALSE);
  cvr_job_cancel (cvr_alike_start (fixture->project, NULL, found_cb, &found));
  session_test_wait (is_found, &found);
  g_assert_error (found.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (found.alike);
  g_clear_error (&found.error);
}

/* The pictures of an older project, which knew no looks. */
static void
forget_looks (ProjectFixture *fixture)
{
  CvrDataset *dataset = cvr_project_get_dataset (fixture->project);
  CvrBatch *batch = cvr_batch_new ();

  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    cvr_batch_set_look (batch, cvr_dataset_item (dataset, i)->id, 0, 0);
  cvr_keeper_commit (cvr_project_keeper (fixture->project), batch, NULL, NULL);
  project_test_close (fixture);
  project_test_open (fixture);
}

static guint
n_without_look (ProjectFixture *fixture)
{
  CvrDataset *dataset = cvr_project_get_dataset (fixture->project);
  guint n = 0;

  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    n += cvr_dataset_item (dataset, i)->look == 0 || cvr_dataset_item (dataset, i)->digest == 0;

  return n;
}

static void
test_looks_of_older_projects_are_kept (ProjectFixture *fixture,
                                       gconstpointer   data)
{
  Found found;
  guint n;

  project_test_import (fixture, "builtin:digits:40", FALSE);
  g_assert_cmpuint (n_without_look (fixture), ==, 0);
  forget_looks (fixture);
  n = n_without_look (fixture);
  g_assert_cmpuint (n, ==, 40);
  look_for (fixture->project, &found);
  g_assert_no_error (found.error);
  g_assert_cmpuint (found.alike->n_looks, ==, n);
  cvr_alike_unref (found.alike);
  project_test_close (fixture);
  project_test_open (fixture);
  g_assert_cmpuint (n_without_look (fixture), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_message ("seed %" G_GUINT64_FORMAT, seed);

  g_test_add_func ("/session/alike/copies-and-versions-are-found",
                   test_copies_and_versions_are_found);
  g_test_add_func ("/session/alike/surplus-is-everything-but-what-stays",
                   test_surplus_is_everything_but_what_stays);
  g_test_add_func ("/session/alike/threads-do-not-change-what-is-found",
                   test_threads_do_not_change_what_is_found);
  g_test_add_func ("/session/alike/drawings-are-not-taken-for-each-other",
                   test_drawings_are_not_taken_for_each_other);
  g_test_add_func ("/session/alike/what-cannot-be-read-is-counted",
                   test_what_cannot_be_read_is_counted);
  g_test_add_func ("/session/alike/known-looks-need-no-reading",
                   test_known_looks_need_no_reading);
  g_test_add_func ("/session/alike/stopping-is-heard-at-every-place",
                   test_stopping_is_heard_at_every_place);
  g_test_add_func ("/session/alike/progress-rises", test_progress_rises);
  project_test_add ("keeps-copies-on-one-side", test_project_keeps_copies_on_one_side);
  project_test_add ("looking-for-copies-can-be-cancelled", test_project_can_cancel);

  project_test_add ("alike/looks-of-older-projects-are-kept",
                    test_looks_of_older_projects_are_kept);

  return g_test_run ();
}
