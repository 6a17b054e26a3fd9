/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replacing a file: whatever operation fails, the file is the old one or the new one. */
#include "cvr-dataset.h"
#include "cvr-fs.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The table's functions have no data of their own: the test counts here. Operation @fail_at and,
 * where
 * @persistent, all behind it fail with @reason; writes of the others are cut to @most bytes. */
static struct
{
  guint    calls, fail_at;
  gboolean persistent;
  int      reason;
  gsize    most;
} plan;

static gboolean
fails (void)
{
  guint call = ++plan.calls;

  if (call != plan.fail_at && !(plan.persistent && plan.fail_at > 0 && call > plan.fail_at))
    return FALSE;
  errno = plan.reason;

  return TRUE;
}

static int
plan_open (const char *path,
           int         flags,
           int         mode)
{
  return fails () ? -1 : cvr_fs_system.open (path, flags, mode);
}

static gssize
plan_write (int         fd,
            const void *data,
            gsize       length)
{
  return fails () ? -1 : cvr_fs_system.write (fd, data, MIN (length, plan.most));
}

static int
plan_sync (int fd)
{
  return fails () ? -1 : cvr_fs_system.sync (fd);
}

/* A close that fails has closed all the same, as on Linux. */
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

static const CvrFs planned = { plan_open,  plan_write,  plan_sync,
                               plan_close, plan_rename, plan_remove };

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("convisor-fs-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->folder, "net.onnx", NULL);
  memset (&plan, 0, sizeof plan);
  plan.most = 3;
  plan.reason = EIO;
}

static guint
count_files (Fixture *self,
             gboolean remove)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      n++;
      if (remove)
        g_unlink (path);
    }

  return n;
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  count_files (self, TRUE);
  g_rmdir (self->folder);
  g_free (self->path);
  g_free (self->folder);
}

static void
put (Fixture    *self,
     const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (self->path, text, -1, &error);
  g_assert_no_error (error);
}

static void
assert_holds (const char *path,
              const char *text)
{
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &contents, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (contents, ==, text);
}

static void
test_writes_and_replaces (Fixture      *self,
                          gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (cvr_fs_replace (NULL, self->path, "first", 5, &error));
  assert_holds (self->path, "first");
  g_assert_true (cvr_fs_replace (NULL, self->path, "", 0, &error));
  assert_holds (self->path, "");
  g_assert_true (cvr_fs_replace (NULL, self->path, "second one", 10, &error));
  assert_holds (self->path, "second one");
  g_assert_cmpuint (count_files (self, FALSE), ==, 1);
}

/* Once for each operation that a replacement needs, found by failing later and later until nothing
 * fails. */
static void
test_any_single_failure (Fixture      *self,
                         gconstpointer data)
{
  for (guint k = 1;; k++)
    {
      g_autoptr (GError) error = NULL;
      gboolean ok;

      put (self, "old");
      plan.calls = 0;
      plan.fail_at = k;
      ok = cvr_fs_replace (&planned, self->path, "the new one", 11, &error);
      g_assert_true (ok == (error == NULL));
      assert_holds (self->path, ok ? "the new one" : "old");
      g_assert_cmpuint (count_files (self, FALSE), ==, 1);
      if (plan.calls < k)
        {
          g_test_message ("%u operations", k - 1);
          g_assert_true (ok);
          g_assert_cmpuint (k, >, 8); /* open, four writes, sync, close, rename at least */
          break;
        }
    }
}

/* The disk stays broken: even the clean-up fails, but the old file stands. */
static void
test_lasting_failures (Fixture      *self,
                       gconstpointer data)
{
  plan.persistent = TRUE;
  for (guint k = 1; k <= 8; k++)
    {
      g_autoptr (GError) error = NULL;

      put (self, "old");
      plan.calls = 0;
      plan.fail_at = k;
      g_assert_false (cvr_fs_replace (&planned, self->path, "the new one", 11, &error));
      g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO);
      assert_holds (self->path, "old");
      count_files (self, TRUE);
    }
}

static void
test_sentence_names_file_and_need (Fixture      *self,
                                   gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  plan.fail_at = 2;
  plan.reason = ENOSPC;
  g_assert_false (cvr_fs_replace (&planned, self->path, "0123456789", 10, &error));
  g_assert_nonnull (strstr (error->message, "net.onnx"));
  g_assert_nonnull (strstr (error->message, "10"));
  g_assert_false (g_file_test (self->path, G_FILE_TEST_EXISTS));
}

static void
test_missing_folder (Fixture      *self,
                     gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "none", "net.onnx", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (cvr_fs_replace (NULL, path, "x", 1, &error));
  g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO);
}

static void
test_keeps_permissions_and_links (Fixture      *self,
                                  gconstpointer data)
{
  g_autofree char *link = g_build_filename (self->folder, "link", NULL);
  g_autoptr (GError) error = NULL;
  GStatBuf status;

  put (self, "old");
  g_chmod (self->path, 0600);
  g_assert_cmpint (symlink (self->path, link), ==, 0);
  g_assert_true (cvr_fs_replace (NULL, link, "new", 3, &error));
  assert_holds (self->path, "new");
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  g_assert_cmpint (g_stat (self->path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function)                                                                        \
  g_test_add ("/storage/fs/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("writes-and-replaces", test_writes_and_replaces);
  ADD ("any-single-failure", test_any_single_failure);
  ADD ("lasting-failures", test_lasting_failures);
  ADD ("sentence-names-file-and-need", test_sentence_names_file_and_need);
  ADD ("missing-folder", test_missing_folder);
  ADD ("keeps-permissions-and-links", test_keeps_permissions_and_links);
#undef ADD

  return g_test_run ();
}
