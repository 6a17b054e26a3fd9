/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every single operation on the disk fails in turn, once or for good: afterwards the project is the
 * one before or the one after, what the caller was told is what the file holds, and there is a
 * sentence. */
#include "cvr-keeper-private.h"
#include "cvr-test-vfs.h"
#include "keeper-fixture.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

enum { N_PICTURES = 6 };

/* One project that every trial starts from. */
typedef struct
{
  char  *contents;
  gsize  length;
  char  *before;
} Start;

static void
write_file (Fixture    *fixture,
            const char *contents,
            gsize       length)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (fixture->path, contents, (gssize) length,
                            G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
}

static char *
dump_file (Fixture *self)
{
  g_autoptr (GHashTable) hidden = fixture_new_hidden ();
  g_autoptr (CvrDataset) dataset = fixture_load (self, hidden);
  g_autofree char *text = fixture_dump (dataset);
  g_autoptr (GBytes) a = cvr_keeper_get (self->keeper, "a");
  g_autoptr (GBytes) made = cvr_keeper_get (self->keeper, "made");

  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CvrImage) image = cvr_picture_read (cvr_dataset_item (dataset, i)->picture,
                                                     &error);

      g_assert_no_error (error);
    }

  return g_strdup_printf ("%shidden %u, a %d, made %d", text, g_hash_table_size (hidden),
                          a != NULL ? (int) g_bytes_get_size (a) : -1,
                          made != NULL ? (int) g_bytes_get_size (made) : -1);
}

static void
start_init (Start   *self,
            Fixture *fixture)
{
  g_autoptr (CvrDataset) dataset = fixture_make (fixture, N_PICTURES);
  g_autoptr (GError) error = NULL;

  self->before = dump_file (fixture);
  fixture_close (fixture);
  g_file_get_contents (fixture->path, &self->contents, &self->length, &error);
  g_assert_no_error (error);
}

static void
start_clear (Start   *self,
             Fixture *fixture)
{
  g_autofree char *journal = g_strconcat (fixture->path, "-journal", NULL);

  cvr_test_vfs_plan (0, FALSE, CVR_TEST_VFS_BROKEN);
  if (fixture->keeper == NULL)
    fixture_open (fixture);
  g_assert_false (g_file_test (journal, G_FILE_TEST_EXISTS));
  g_free (self->contents);
  g_free (self->before);
}

static GBytes *
made_cb (gpointer data,
         GError **error)
{
  return g_bytes_new_take (g_malloc0 (9000), 9000);
}

/* What a batch of each kind does to the project of @start. */
static void
record_item (CvrBatch   *batch,
             CvrDataset *dataset)
{
  CvrItem item = *cvr_dataset_item (dataset, 0);

  item.name = (char *) "another name";
  cvr_batch_put_item (batch, &item, FALSE);
}

static void
record_labels (CvrBatch   *batch,
               CvrDataset *dataset)
{
  for (guint i = 0; i < N_PICTURES; i++)
    cvr_batch_set_label (batch, cvr_dataset_item (dataset, i)->id,
                         1 - cvr_dataset_item (dataset, i)->label);
}

static void
record_hidden (CvrBatch   *batch,
               CvrDataset *dataset)
{
  cvr_batch_set_hidden (batch, cvr_dataset_item (dataset, 2)->id, TRUE);
}

static void
record_split (CvrBatch   *batch,
              CvrDataset *dataset)
{
  cvr_batch_set_split (batch, cvr_dataset_item (dataset, 2)->id, CVR_SPLIT_TEST);
  cvr_batch_set_group (batch, cvr_dataset_item (dataset, 3)->id, 5);
}

static void
record_extras (CvrBatch   *batch,
               CvrDataset *dataset)
{
  static const char *const tags[] = { "c", NULL };
  g_autoptr (CvrExtras) extras = cvr_extras_new (NULL, 0, tags, "note");

  cvr_batch_set_extras (batch, cvr_dataset_item (dataset, 0)->id, extras);
}

static void
record_classes (CvrBatch   *batch,
                CvrDataset *dataset)
{
  g_autoptr (CvrDataset) copy = cvr_dataset_copy (dataset);

  cvr_dataset_remove_class (copy, 0);
  cvr_batch_set_classes (batch, copy);
}

static void
record_values (CvrBatch   *batch,
               CvrDataset *dataset)
{
  g_autoptr (GBytes) value = g_bytes_new_static ("value", 5);

  cvr_batch_put (batch, "a", value);
  cvr_batch_put_made (batch, "made", made_cb, NULL, NULL);
}

static void
record_forget (CvrBatch   *batch,
               CvrDataset *dataset)
{
  cvr_batch_forget (batch, cvr_dataset_item (dataset, 3)->id); /* a large one */
}

static const struct
{
  const char *name;
  void      (*record) (CvrBatch *batch, CvrDataset *dataset);
} kinds[] = {
  { "item", record_item },     { "labels", record_labels }, { "hidden", record_hidden },
  { "split", record_split },   { "extras", record_extras }, { "classes", record_classes },
  { "values", record_values }, { "forget", record_forget },
};

/* One batch with operation @k failing. Returns: whether that many came about. */
static gboolean
try (Fixture         *fixture,
     const Start     *start,
     guint            kind,
     guint            k,
     gboolean         for_good,
     CvrTestVfsReason reason,
     const char      *after)
{
  g_autoptr (CvrDataset) dataset = NULL;
  g_autofree char *now = NULL;
  CvrBatch *batch = cvr_batch_new ();
  gboolean reached, failed;

  cvr_test_vfs_plan (0, FALSE, reason);
  write_file (fixture, start->contents, start->length);
  fixture_open (fixture);
  dataset = fixture_load (fixture, NULL);
  kinds[kind].record (batch, dataset);
  g_clear_pointer (&fixture->failure, g_free);
  cvr_test_vfs_plan (k, for_good, reason);
  fixture_commit (fixture, batch, 1);
  cvr_keeper_flush (fixture->keeper);
  reached = cvr_test_vfs_calls () >= k;
  failed = fixture->failure != NULL;
  assert_told (fixture, failed ? "1! " : "1 ");
  if (!for_good)
    {
      /* The connection goes on. */
      cvr_test_vfs_plan (0, FALSE, reason);
      now = dump_file (fixture);
      g_assert_cmpstr (now, ==, failed ? start->before : after);
      g_clear_pointer (&now, g_free);
      cvr_keeper_go_on (fixture->keeper);
      fixture_commit (fixture, cvr_batch_new (), 2);
      cvr_keeper_flush (fixture->keeper);
      assert_told (fixture, "2 ");
    }
  fixture_close (fixture);
  cvr_test_vfs_plan (0, FALSE, reason);
  fixture_open (fixture);
  now = dump_file (fixture);
  g_assert_cmpstr (now, ==, failed ? start->before : after);
  if (failed)
    g_assert_nonnull (strstr (fixture->failure, "live.convisor"));
  fixture_close (fixture);

  return reached;
}

/* What the project is after a batch that nothing happens to. */
static char *
dup_after (Fixture     *fixture,
           const Start *start,
           guint        kind)
{
  g_autoptr (CvrDataset) dataset = NULL;
  CvrBatch *batch = cvr_batch_new ();
  char *after;

  cvr_test_vfs_plan (0, FALSE, CVR_TEST_VFS_BROKEN);
  write_file (fixture, start->contents, start->length);
  fixture_open (fixture);
  dataset = fixture_load (fixture, NULL);
  kinds[kind].record (batch, dataset);
  fixture_commit (fixture, batch, 1);
  cvr_keeper_flush (fixture->keeper);
  assert_told (fixture, "1 ");
  after = dump_file (fixture);
  g_assert_cmpstr (after, !=, start->before);
  fixture_close (fixture);

  return after;
}

static void
fail_everywhere (Fixture         *fixture,
                 gboolean         for_good,
                 CvrTestVfsReason reason,
                 guint            least)
{
  Start start;

  start_init (&start, fixture);
  for (guint kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    {
      g_autofree char *after = dup_after (fixture, &start, kind);
      guint k = 1;

      while (try (fixture, &start, kind, k, for_good, reason, after))
        k++;
      g_test_message ("%s: %u operations", kinds[kind].name, k - 1);
      g_assert_cmpuint (k, >, least);
    }
  start_clear (&start, fixture);
}

static void
test_each_operation_once (Fixture      *fixture,
                          gconstpointer data)
{
  /* Journal made, written and synced, a page written and synced, journal removed. */
  fail_everywhere (fixture, FALSE, CVR_TEST_VFS_BROKEN, 6);
}

static void
test_each_operation_for_good (Fixture      *fixture,
                              gconstpointer data)
{
  fail_everywhere (fixture, TRUE, CVR_TEST_VFS_BROKEN, 6);
}

static void
test_full_disk (Fixture      *fixture,
                gconstpointer data)
{
  Start start;

  start_init (&start, fixture);
  for (guint kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    {
      g_autofree char *after = dup_after (fixture, &start, kind);

      try (fixture, &start, kind, 1, TRUE, CVR_TEST_VFS_FULL, after);
      g_assert_nonnull (strstr (fixture->failure, "the disk is full"));
    }
  start_clear (&start, fixture);
}

static void
test_read_only_folder (Fixture      *fixture,
                       gconstpointer data)
{
  Start start;

  start_init (&start, fixture);
  for (guint kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    {
      g_autofree char *after = dup_after (fixture, &start, kind);

      try (fixture, &start, kind, 1, TRUE, CVR_TEST_VFS_READ_ONLY, after);
      g_assert_nonnull (strstr (fixture->failure, "can't be written to"));
    }
  start_clear (&start, fixture);
}

/* An import: pictures that stream in, then the batch with their items. */
static void
test_import (Fixture      *fixture,
             gconstpointer data)
{
  gboolean failed = TRUE;
  Start start;

  start_init (&start, fixture);
  for (guint k = 1; failed; k++)
    {
      g_autoptr (CvrDataset) dataset = fixture_classes ();
      g_autofree char *now = NULL;
      CvrBatch *batch = cvr_batch_new ();

      write_file (fixture, start.contents, start.length);
      fixture_open (fixture);
      g_clear_pointer (&fixture->failure, g_free);
      cvr_test_vfs_plan (k, TRUE, CVR_TEST_VFS_BROKEN);
      for (guint i = 0; i < 20; i++)
        {
          g_autoptr (CvrImage) image = cvr_image_new (40, 30, 3);
          g_autoptr (GError) error = NULL;
          CvrItem item = { .name = (char *) "new", .label = CVR_LABEL_NONE };

          item.picture = cvr_keeper_add_picture (fixture->keeper, image, 0, 0, &item.id, &error);
          if (item.picture != NULL)
            cvr_batch_put_item (batch, &item, FALSE);
          cvr_picture_unref (item.picture);
        }
      fixture_commit (fixture, batch, 1);
      cvr_keeper_flush (fixture->keeper);
      failed = fixture->failure != NULL;
      assert_told (fixture, failed ? "1! " : "1 ");
      fixture_close (fixture);
      cvr_test_vfs_plan (0, FALSE, CVR_TEST_VFS_BROKEN);
      fixture_open (fixture);
      now = dump_file (fixture);
      if (failed)
        g_assert_cmpstr (now, ==, start.before);
      else
        g_assert_cmpstr (now, !=, start.before);
      fixture_close (fixture);
    }
  start_clear (&start, fixture);
}

/* The table of operations on whole files: @plan.calls and what fails. */
static struct
{
  guint    calls, fail_at;
  gboolean for_good;
} plan;

static gboolean
fails (void)
{
  plan.calls++;
  if (plan.calls != plan.fail_at && !(plan.for_good && plan.calls > plan.fail_at))
    return FALSE;
  errno = EIO;

  return TRUE;
}

static int
plan_open (const char *path,
           int         flags,
           int         mode)
{
  return fails () ? -1 : cvr_fs_system.open (path, flags, mode);
}

static int
plan_sync (int fd)
{
  return fails () ? -1 : 0;
}

static int
plan_close (int fd)
{
  int result = cvr_fs_system.close (fd);

  return fails () ? -1 : result;
}

static int
plan_rename (const char *from,
             const char *to)
{
  return fails () ? -1 : cvr_fs_system.rename (from, to);
}

static int
plan_remove (const char *path)
{
  return fails () ? -1 : cvr_fs_system.remove (path);
}

/* Whether a copy is the whole project, or still what was there before. */
static void
assert_copy (const char *path,
             gboolean    is_new,
             guint       n_pictures)
{
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  CvrKeeper *keeper;

  if (!is_new)
    {
      g_file_get_contents (path, &contents, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (contents, ==, "old");
      return;
    }
  keeper = cvr_keeper_open (path, &error);
  g_assert_no_error (error);
  g_assert_true (cvr_keeper_load (keeper, dataset, NULL, &error));
  g_assert_cmpuint (cvr_dataset_n_items (dataset), ==, n_pictures);
  cvr_keeper_close (keeper);
  g_clear_pointer (&dataset, cvr_dataset_unref);
  cvr_keeper_unref (keeper);
}

static guint
count_files (const char *folder,
             gboolean    remove_parts)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      n++;
      if (remove_parts && g_str_has_suffix (name, ".part"))
        g_unlink (path);
    }

  return n;
}

static void
copy_with_failures (Fixture *fixture,
                    gboolean for_good,
                    gboolean in_file)
{
  static const CvrFs planned = { plan_open,  NULL,        plan_sync,
                                 plan_close, plan_rename, plan_remove };
  g_autoptr (CvrDataset) dataset = fixture_make (fixture, N_PICTURES);
  g_autofree char *path = g_build_filename (fixture->folder, "copy.convisor", NULL);
  gboolean reached = TRUE;
  guint k;

  for (k = 1; reached; k++)
    {
      g_autoptr (GError) error = NULL;
      gboolean ok;

      g_file_set_contents (path, "old", 3, &error);
      g_assert_no_error (error);
      plan.calls = 0;
      plan.fail_at = in_file ? 0 : k;
      plan.for_good = for_good && !in_file;
      cvr_test_vfs_plan (in_file ? k : 0, for_good, CVR_TEST_VFS_BROKEN);
      ok = cvr_keeper_copy_with (fixture->keeper, &planned, path, NULL, NULL, NULL, &error);
      reached = in_file ? cvr_test_vfs_calls () >= k : plan.calls >= k;
      cvr_test_vfs_plan (0, FALSE, CVR_TEST_VFS_BROKEN);
      g_assert_true (ok == (error == NULL));
      if (!ok)
        g_assert_nonnull (strstr (error->message, "copy.convisor"));
      if (for_good && !in_file)
        count_files (fixture->folder, TRUE); /* even removing failed */
      g_assert_cmpuint (count_files (fixture->folder, FALSE), ==, 2);
      assert_copy (path, ok, N_PICTURES);
    }
  g_test_message ("%u operations", k - 2);
  g_assert_cmpuint (k, >, 5);
  g_unlink (path);
  assert_kept (fixture, dataset);
}

static void
test_copies_whose_files_fail (Fixture      *fixture,
                              gconstpointer data)
{
  copy_with_failures (fixture, FALSE, FALSE);
}

static void
test_copies_whose_files_fail_for_good (Fixture      *fixture,
                                       gconstpointer data)
{
  copy_with_failures (fixture, TRUE, FALSE);
}

static void
test_copies_whose_writes_fail (Fixture      *fixture,
                               gconstpointer data)
{
  copy_with_failures (fixture, FALSE, TRUE);
}

static void
test_copies_whose_writes_fail_for_good (Fixture      *fixture,
                                        gconstpointer data)
{
  copy_with_failures (fixture, TRUE, TRUE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  cvr_test_vfs_install ();

#define ADD(name, function)                                                                        \
  g_test_add ("/storage/keeper-failures/" name, Fixture, NULL, fixture_set_up, function,           \
              fixture_tear_down)
  ADD ("each-operation-once", test_each_operation_once);
  ADD ("each-operation-for-good", test_each_operation_for_good);
  ADD ("full-disk", test_full_disk);
  ADD ("read-only-folder", test_read_only_folder);
  ADD ("import", test_import);
  ADD ("copies-whose-files-fail", test_copies_whose_files_fail);
  ADD ("copies-whose-files-fail-for-good", test_copies_whose_files_fail_for_good);
  ADD ("copies-whose-writes-fail", test_copies_whose_writes_fail);
  ADD ("copies-whose-writes-fail-for-good", test_copies_whose_writes_fail_for_good);
#undef ADD

  return g_test_run ();
}
