/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One window at a time: the lock beside a project. */
#include "cvr-dataset.h"
#include "cvr-lock.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct
{
  char *folder, *path;
} Fixture;

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  self->folder = g_dir_make_tmp ("convisor-lock-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "a.convisor", NULL);
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  g_autofree char *lock = g_strconcat (self->path, ".lock", NULL);

  g_unlink (lock);
  g_rmdir (self->folder);
  g_free (self->path);
  g_free (self->folder);
}

/* A process that takes the lock, says so, and waits to be killed. */
static pid_t
start_holder (Fixture *self)
{
  int answer[2];
  char word = 'n';
  pid_t child;

  g_assert_cmpint (pipe (answer), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      word = cvr_lock_take (self->path, NULL) != NULL ? 'y' : 'n';
      if (write (answer[1], &word, 1) == 1)
        pause ();
      _exit (0);
    }
  g_assert_cmpint (read (answer[0], &word, 1), ==, 1);
  g_assert_cmpint (word, ==, 'y');
  close (answer[0]);
  close (answer[1]);

  return child;
}

static void
test_a_second_process_is_told_who_has_it (Fixture      *self,
                                          gconstpointer data)
{
  pid_t holder = start_holder (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrLock) lock = cvr_lock_take (self->path, &error);

  g_assert_null (lock);
  g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_LOCKED);
  g_assert_nonnull (strstr (error->message, "a.convisor"));
  g_assert_nonnull (strstr (error->message, g_get_host_name ()));

  kill (holder, SIGKILL);
  g_assert_cmpint (waitpid (holder, NULL, 0), ==, holder);
}

static void
test_a_killed_holder_leaves_nothing (Fixture      *self,
                                     gconstpointer data)
{
  pid_t holder = start_holder (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrLock) lock = NULL;

  kill (holder, SIGKILL);
  g_assert_cmpint (waitpid (holder, NULL, 0), ==, holder);
  lock = cvr_lock_take (self->path, &error);
  g_assert_no_error (error);
  g_assert_nonnull (lock);
}

static void
test_released_means_free (Fixture      *self,
                          gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      CvrLock *lock = cvr_lock_take (self->path, &error);

      g_assert_no_error (error);
      cvr_lock_renew (lock);
      cvr_lock_release (lock);
    }
}

static void
test_an_impossible_folder_is_an_error (Fixture      *self,
                                       gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "missing", "a.convisor", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (cvr_lock_take (path, &error));
  g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/storage/lock/a-second-process-is-told-who-has-it", Fixture, NULL, set_up,
              test_a_second_process_is_told_who_has_it, tear_down);
  g_test_add ("/storage/lock/a-killed-holder-leaves-nothing", Fixture, NULL, set_up,
              test_a_killed_holder_leaves_nothing, tear_down);
  g_test_add ("/storage/lock/released-means-free", Fixture, NULL, set_up,
              test_released_means_free, tear_down);
  g_test_add ("/storage/lock/an-impossible-folder-is-an-error", Fixture, NULL, set_up,
              test_an_impossible_folder_is_an_error, tear_down);

  return g_test_run ();
}
