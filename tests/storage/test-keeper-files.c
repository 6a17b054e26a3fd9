/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live project as a file: copies of one moment while it is written, what takes how much room,
 * and removed things that are gone. */
#include "cvr-rng.h"
#include "keeper-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

static char *
dup_copy_path (Fixture *self)
{
  return g_build_filename (self->folder, "copy.convisor", NULL);
}

static CvrDataset *
load_copy (const char *path,
           CvrKeeper **keeper)
{
  CvrDataset *dataset = cvr_dataset_new ();
  g_autoptr (GError) error = NULL;

  *keeper = cvr_keeper_open (path, &error);
  g_assert_no_error (error);
  g_assert_true (cvr_keeper_load (*keeper, dataset, NULL, &error));
  g_assert_no_error (error);

  return dataset;
}

static void
progress_cb (double   fraction,
             gpointer data)
{
  double *last = data;

  g_assert_cmpfloat (fraction, >=, *last);
  g_assert_cmpfloat (fraction, <=, 1);
  *last = fraction;
}

static void
test_a_copy_is_the_project (Fixture      *self,
                            gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = fixture_make (self, 30);
  g_autoptr (CvrDataset) copied = NULL;
  g_autofree char *path = dup_copy_path (self);
  g_autoptr (GError) error = NULL;
  double last = 0;
  CvrKeeper *keeper;

  fixture_put (self, "a", "value", 2);
  cvr_keeper_flush (self->keeper);
  g_assert_true (cvr_keeper_copy_to (self->keeper, path, progress_cb, &last, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (last, ==, 1);
  copied = load_copy (path, &keeper);
  assert_same (dataset, copied);
  cvr_keeper_close (keeper);
  g_clear_pointer (&copied, cvr_dataset_unref);
  cvr_keeper_unref (keeper);
  g_unlink (path);
}

/* What the copying thread and the main one share. */
typedef struct
{
  Fixture *fixture;
  char    *path;
  gint     done;
} Copying;

static gpointer
copy_cb (gpointer data)
{
  Copying *copying = data;
  g_autoptr (GError) error = NULL;

  g_assert_true (
    cvr_keeper_copy_to (copying->fixture->keeper, copying->path, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_atomic_int_set (&copying->done, 1);

  return NULL;
}

/* Batches of two labels that are always the same, and pictures that stream in: a copy has both
 * labels of a batch or none. */
static void
test_copies_of_one_moment (Fixture      *self,
                           gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = fixture_make (self, 80);
  guint64 first = cvr_dataset_item (dataset, 0)->id, last = cvr_dataset_item (dataset, 79)->id;
  Copying copying = { self, dup_copy_path (self), 0 };

  for (guint round = 0; round < 3; round++)
    {
      g_autoptr (CvrDataset) copied = NULL;
      CvrKeeper *keeper;
      GThread *thread;

      copying.done = 0;
      thread = g_thread_new ("copy", copy_cb, &copying);
      for (guint i = 0; i < 4 || !g_atomic_int_get (&copying.done); i++)
        {
          g_autoptr (CvrImage) image = cvr_image_new (30, 30, 3);
          CvrBatch *batch = cvr_batch_new ();
          guint64 id;
          g_autoptr (CvrPicture) loose = cvr_keeper_add_picture (self->keeper, image, 0, 0, &id,
                                                                 NULL);

          cvr_batch_set_label (batch, first, (gint) i % 2);
          cvr_batch_set_label (batch, last, (gint) i % 2);
          cvr_keeper_commit (self->keeper, batch, NULL, NULL);
          if (i % 8 == 0)
            cvr_keeper_flush (self->keeper);
        }
      g_thread_join (thread);
      cvr_keeper_flush (self->keeper);
      copied = load_copy (copying.path, &keeper);
      g_assert_cmpuint (cvr_dataset_n_items (copied), ==, 80);
      if (round > 0)
        g_assert_cmpint (cvr_dataset_item (copied, 0)->label, ==,
                         cvr_dataset_item (copied, 79)->label);
      cvr_keeper_close (keeper);
      g_clear_pointer (&copied, cvr_dataset_unref);
      cvr_keeper_unref (keeper);
    }
  g_unlink (copying.path);
  g_free (copying.path);
}

static void
test_a_cancelled_copy_leaves_the_old_one (Fixture      *self,
                                          gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = fixture_make (self, 3);
  g_autofree char *path = dup_copy_path (self);
  g_autofree char *contents = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, "old", 3, NULL);
  g_cancellable_cancel (cancellable);
  g_assert_false (cvr_keeper_copy_to (self->keeper, path, NULL, NULL, cancellable, &error));
  g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_CANCELLED);
  g_file_get_contents (path, &contents, NULL, NULL);
  g_assert_cmpstr (contents, ==, "old");
  g_unlink (path);
}

static void
test_a_closed_project_has_no_copy (Fixture      *self,
                                   gconstpointer data)
{
  g_autofree char *path = dup_copy_path (self);
  g_autoptr (GError) error = NULL;

  cvr_keeper_close (self->keeper);
  g_assert_false (cvr_keeper_copy_to (self->keeper, path, NULL, NULL, NULL, &error));
  g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_sizes (Fixture      *self,
            gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = fixture_make (self, 10);
  g_autofree char *model = g_strnfill (50000, 'm');
  g_autofree char *undo = g_strnfill (3000, 'u');
  g_autoptr (GError) error = NULL;
  CvrBatch *batch = cvr_batch_new ();
  CvrKeptSizes before, after;
  GStatBuf status;

  fixture_put (self, "model", model, 2);
  fixture_put (self, "undo/7", undo, 3);
  cvr_keeper_flush (self->keeper);
  g_assert_true (cvr_keeper_sizes (self->keeper, &before, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (before.models, ==, 50000);
  g_assert_cmpuint (before.undo, ==, 3000);
  g_assert_cmpuint (before.checkpoints, ==, 0);
  g_assert_cmpuint (before.pictures, >, 10000);
  g_assert_cmpuint (before.pictures + before.models + before.undo + before.other, ==, before.file);
  g_assert_cmpint (g_stat (self->path, &status), ==, 0);
  g_assert_cmpuint (before.file, ==, (guint64) status.st_size);

  /* What only undo brings back counts as its own. */
  cvr_batch_set_hidden (batch, cvr_dataset_item (dataset, 3)->id, TRUE);
  fixture_commit (self, batch, 4);
  cvr_keeper_flush (self->keeper);
  g_assert_true (cvr_keeper_sizes (self->keeper, &after, &error));
  g_assert_cmpuint (after.undo, >, before.undo);
  g_assert_cmpuint (after.undo + after.pictures, ==, before.undo + before.pictures);
}

static gboolean
file_holds (const char   *path,
            gconstpointer bytes,
            gsize         n_bytes)
{
  g_autofree char *contents = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));

  return memmem (contents, length, bytes, n_bytes) != NULL;
}

/* A picture that is removed for good can't be found in the file any more, and the file gets
 * smaller. */
static void
test_what_is_forgotten_is_gone (Fixture      *self,
                                gconstpointer data)
{
  enum { SIDE = 36, N_BYTES = SIDE * SIDE * 3 };
  g_autoptr (CvrDataset) dataset = fixture_make (self, 40);
  g_autoptr (CvrImage) secret = cvr_image_new (SIDE, SIDE, 3);
  g_autoptr (CvrPicture) picture = NULL;
  g_autoptr (GError) error = NULL;
  CvrRng rng = cvr_rng_new (1, 1);
  CvrItem item = { .name = (char *) "a secret name", .label = CVR_LABEL_NONE };
  CvrBatch *batch = cvr_batch_new ();
  CvrKeptSizes before, after;

  for (guint i = 0; i < N_BYTES; i++)
    secret->data[i] = (guint8) cvr_rng_next (&rng);
  picture = cvr_keeper_add_picture (self->keeper, secret, 0, 0, &item.id, &error);
  item.picture = picture;
  cvr_batch_put_item (batch, &item, FALSE);
  fixture_commit (self, batch, 2);
  cvr_keeper_flush (self->keeper);
  g_assert_true (file_holds (self->path, secret->data + 100, 16));
  g_assert_true (file_holds (self->path, item.name, strlen (item.name)));
  g_assert_true (cvr_keeper_sizes (self->keeper, &before, &error));

  batch = cvr_batch_new ();
  cvr_batch_forget (batch, item.id);
  for (guint i = 10; i < 40; i++)
    {
      cvr_batch_forget (batch, cvr_dataset_item (dataset, 10)->id);
      cvr_dataset_remove_item (dataset, 10);
    }
  fixture_commit (self, batch, 3);
  cvr_keeper_flush (self->keeper);
  assert_told (self, "2 3 ");
  g_assert_true (cvr_keeper_vacuum (self->keeper, &error));
  g_assert_no_error (error);
  g_assert_false (file_holds (self->path, secret->data + 100, 16));
  g_assert_false (file_holds (self->path, item.name, strlen (item.name)));
  g_assert_true (cvr_keeper_sizes (self->keeper, &after, &error));
  g_assert_cmpuint (after.file, <, before.file / 2);
  assert_kept (self, dataset);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function)                                                                        \
  g_test_add ("/storage/keeper-files/" name, Fixture, NULL, fixture_set_up, function,              \
              fixture_tear_down)
  ADD ("a-copy-is-the-project", test_a_copy_is_the_project);
  ADD ("copies-of-one-moment", test_copies_of_one_moment);
  ADD ("a-cancelled-copy-leaves-the-old-one", test_a_cancelled_copy_leaves_the_old_one);
  ADD ("a-closed-project-has-no-copy", test_a_closed_project_has_no_copy);
  ADD ("sizes", test_sizes);
  ADD ("what-is-forgotten-is-gone", test_what_is_forgotten_is_gone);
#undef ADD

  return g_test_run ();
}
