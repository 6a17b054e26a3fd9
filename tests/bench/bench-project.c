/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long a large project takes: every kind of action on all of its pictures, undo and redo,
 * closing and opening. The main thread's share (what a window would stand still: the action itself
 * and the longest turn of the main loop after it, in processor time, so that other programs don't
 * count) beside the time until it is on disk and shown.
 * usage: bench-project [SOURCE]    default: builtin:digits:60000 */
#include "cvr-document.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <time.h>

static void
imported_cb (CvrJob       *job,
             gpointer      result,
             const GError *error,
             gpointer      data)
{
  if (error != NULL)
    g_error ("%s", error->message);
  cvr_project_report_free (result);
  *(gboolean *) data = TRUE;
}

static void
failed_cb (CvrProject *project,
           const char *sentence)
{
  g_error ("%s", sentence);
}

static double
seconds_since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / 1e6;
}

/* Of this thread. */
static double
processor_ms (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);

  return (double) time.tv_sec * 1e3 + (double) time.tv_nsec / 1e6;
}

/* One turn of the main loop, with the longest so far. */
static void
turn (double *longest)
{
  double start = processor_ms ();

  g_main_context_iteration (NULL, TRUE);
  *longest = MAX (*longest, processor_ms () - start);
}

typedef struct
{
  gint64 start;
  double processor;
} Moment;

static Moment
now (void)
{
  return (Moment) { g_get_monotonic_time (), processor_ms () };
}

/* What was done since @start: until it returned, then until it is on disk. */
static void
tell (CvrProject *project,
      const char *what,
      Moment      start)
{
  double at_once = processor_ms () - start.processor;
  double longest = 0;

  while (cvr_project_is_saving (project))
    turn (&longest);
  while (g_main_context_pending (NULL))
    turn (&longest);
  g_print ("%-30s %6.1f ms, longest turn %6.1f ms, on disk and shown after %7.1f ms\n", what,
           at_once, longest, 1e3 * seconds_since (start.start));
}

static void
import (CvrProject *project,
        const char *source)
{
  const char *const sources[] = { source, NULL };
  gint64 start = g_get_monotonic_time ();
  gboolean done = FALSE;
  double longest = 0;

  cvr_project_import (project, sources, NULL, FALSE, NULL, imported_cb, &done);
  while (!done || g_main_context_pending (NULL))
    turn (&longest);
  g_print ("%-30s %6.1f s, longest turn %6.1f ms, %u pictures\n", "import", seconds_since (start),
           longest, cvr_dataset_n_items (cvr_project_get_dataset (project)));
}

static guint64 *
dup_ids (CvrProject *project,
         guint      *n)
{
  CvrDataset *dataset = cvr_project_get_dataset (project);
  guint64 *ids;

  *n = cvr_dataset_n_items (dataset);
  ids = g_new (guint64, *n);
  for (guint i = 0; i < *n; i++)
    ids[i] = cvr_dataset_item (dataset, i)->id;

  return ids;
}

static void
act (CvrProject *project)
{
  guint n;
  g_autofree guint64 *ids = dup_ids (project, &n);
  Moment start = now ();

  cvr_project_set_labels (project, ids, 1, 3);
  tell (project, "label one", start);
  start = now ();
  cvr_project_set_labels (project, ids, n, 4);
  tell (project, "label all", start);
  start = now ();
  cvr_project_set_tag (project, ids, n, "all", TRUE);
  tell (project, "tag all", start);
  start = now ();
  cvr_project_remove_class (project, 2);
  tell (project, "remove a class", start);
  for (guint i = 0; i < n / 2; i++)
    ids[i] = ids[2 * i];
  start = now ();
  cvr_project_remove_items (project, ids, n / 2);
  tell (project, "remove every other", start);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *what = g_strdup_printf ("undo: %s", cvr_project_undo_name (project));

      start = now ();
      cvr_project_undo (project);
      tell (project, what, start);
    }
  start = now ();
  cvr_project_undo (project);
  tell (project, "undo the import", start);
  start = now ();
  cvr_project_redo (project);
  tell (project, "redo the import", start);
}

static void
ready_cb (CvrDocument  *document,
          const char   *warning,
          const GError *error,
          gpointer      data)
{
  if (error != NULL)
    g_error ("%s", error->message);
  *(CvrDocument **) data = document;
}

/* As the window does. */
static void
open_beside (const char *path)
{
  Moment start = now ();
  CvrDocument *document = NULL;
  double longest;

  cvr_document_start_opening (NULL, NULL, path, ready_cb, &document);
  longest = processor_ms () - start.processor;
  while (document == NULL)
    turn (&longest);
  g_print ("%-30s %6.1f ms, longest turn %6.1f ms\n", "open beside the main loop",
           1e3 * seconds_since (start.start), longest);
  cvr_document_close (document);
  g_object_unref (document);
}

int
main (int    argc,
      char **argv)
{
  const char *source = argc > 1 ? argv[1] : "builtin:digits:60000";
  g_autofree char *folder = g_dir_make_tmp ("convisor-bench-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "current.convisor", NULL);
  g_autoptr (GError) error = NULL;
  CvrProject *project = cvr_project_open (path, NULL, &error);
  gint64 start;
  GStatBuf status;

  setlocale (LC_ALL, "");
  if (project == NULL)
    g_error ("%s", error->message);
  g_signal_connect (project, "failed", G_CALLBACK (failed_cb), NULL);
  import (project, source);
  act (project);

  start = g_get_monotonic_time ();
  cvr_project_close (project);
  g_object_unref (project);
  g_print ("%-28s %8.1f ms\n", "close", 1e3 * seconds_since (start));
  g_stat (path, &status);
  g_print ("%-28s %8.1f MB\n", "file", (double) status.st_size / 1e6);
  start = g_get_monotonic_time ();
  project = cvr_project_open (path, NULL, &error);
  g_print ("%-28s %8.1f ms\n", "open", 1e3 * seconds_since (start));
  cvr_project_close (project);
  g_object_unref (project);
  open_beside (path);
  g_unlink (path);
  g_rmdir (folder);

  return 0;
}
