/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real window on a large project: importing, opening, scrolling the grid from end to end,
 * giving labels one by one, removing and restoring. Needs a display.
 * usage: bench-grid [SECONDS]     default: 20 seconds of scrolling
 * Turns are what the main loop does at a stretch, in processor time: while one lasts the window
 * stands still. The last line is JSON. The pictures are the 60,000 of Fashion-MNIST under $CONVISOR_SHARED. */
#include "bench-times.h"
#include "bench-window.h"
#include "cvr-window.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum
{
  N_LABELS = 100,
  LONG_MS = 25, /* turns that are told one by one with CONVISOR_BENCH_TURNS */
};

typedef struct
{
  CvrProject    *project;
  CvrWindow     *window;
  GtkAdjustment *adjustment;
  GArray        *turns, *frames; /* of double, ms */
  gint64         last_frame, start;
  double         seconds;
  gboolean       done;
} Bench;

static double
ms_since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / 1e3;
}

/* Of this thread: other programs don't count. */
static double
processor_ms (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);

  return (double) time.tv_sec * 1e3 + (double) time.tv_nsec / 1e6;
}

/* One turn of the main loop, or a short sleep where nothing is to be done. */
static void
turn (Bench *bench)
{
  double start, ms;

  if (!g_main_context_pending (NULL))
    {
      g_usleep (200);
      return;
    }
  start = processor_ms ();
  g_main_context_iteration (NULL, FALSE);
  ms = processor_ms () - start;
  g_array_append_val (bench->turns, ms);
  if (ms > LONG_MS && g_getenv ("CONVISOR_BENCH_TURNS") != NULL)
    g_print ("  a turn of %.0f ms\n", ms);
}

static void
turn_for (Bench *bench,
          double ms)
{
  gint64 start = g_get_monotonic_time ();

  while (ms_since (start) < ms)
    turn (bench);
}

static void
tell_turns (Bench      *bench,
            const char *what,
            gint64      start)
{
  double seconds = ms_since (start) / 1e3;

  turn_for (bench, 300);
  g_print ("%-28s %6.2f s, longest turn %6.1f ms\n", what, seconds, bench_percentile (bench->turns, 1));
  g_array_set_size (bench->turns, 0);
}

static void
wait_saved (Bench *bench)
{
  do
    turn (bench);
  while (cvr_project_is_saving (bench->project));
}

static void
imported_cb (CvrJob       *job,
             gpointer      result,
             const GError *error,
             gpointer      data)
{
  Bench *bench = data;

  if (error != NULL)
    g_error ("%s", error->message);
  cvr_project_report_free (result);
  bench->done = TRUE;
}

static void
open_project (Bench      *bench,
              const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;

  bench->project = cvr_project_open (path, &warning, &error);
  if (bench->project == NULL)
    g_error ("%s", error->message);
  cvr_window_set_project (bench->window, bench->project);
}

static void
import (Bench *bench)
{
  const char *shared = g_getenv ("CONVISOR_SHARED");
  g_autofree char *fashion =
    g_build_filename (shared != NULL ? shared : "../shared", "data", "fashion-mnist",
                      "train-images-idx3-ubyte.gz", NULL);
  const char *const sources[] = { fashion, NULL };
  gint64 start = g_get_monotonic_time ();

  cvr_project_import (bench->project, sources, NULL, TRUE, G_OBJECT (bench->window), imported_cb,
                      bench);
  while (!bench->done)
    turn (bench);
  wait_saved (bench);
  tell_turns (bench, "import", start);
}

static GtkGridView *
find_grid (GtkWidget *widget)
{
  if (GTK_IS_GRID_VIEW (widget))
    return GTK_GRID_VIEW (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkGridView *grid = find_grid (child);

      if (grid != NULL)
        return grid;
    }

  return NULL;
}

static gboolean
frame_cb (GtkWidget     *widget,
          GdkFrameClock *clock,
          gpointer       data)
{
  Bench *bench = data;
  double ms = ms_since (bench->last_frame), part = ms_since (bench->start) / 1e3 / bench->seconds;
  double end = gtk_adjustment_get_upper (bench->adjustment) -
               gtk_adjustment_get_page_size (bench->adjustment);

  if (bench->last_frame != 0)
    g_array_append_val (bench->frames, ms);
  bench->last_frame = g_get_monotonic_time ();
  gtk_adjustment_set_value (bench->adjustment, MIN (part, 1) * end);

  return part < 1 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
scroll (Bench *bench)
{
  GtkGridView *grid = find_grid (cvr_window_get_page (bench->window, "images"));

  cvr_window_show_page (bench->window, "images");
  turn_for (bench, 1500);
  g_array_set_size (bench->turns, 0);
  bench->adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (grid));
  bench->start = g_get_monotonic_time ();
  gtk_widget_add_tick_callback (GTK_WIDGET (bench->window), frame_cb, bench, NULL);
  while (ms_since (bench->start) < 1e3 * bench->seconds + 100)
    turn (bench);
  g_print ("%-28s over %.0f pixels, turns of %.1f ms at the 99th percentile, %.1f at most\n",
           "scroll", gtk_adjustment_get_upper (bench->adjustment), bench_percentile (bench->turns, 0.99),
           bench_percentile (bench->turns, 1));
  g_array_set_size (bench->turns, 0);
}

/* Everything that the main thread does for one label: the call and the turns until it is shown. */
static double
label_one_by_one (Bench *bench)
{
  CvrDataset *dataset = cvr_project_get_dataset (bench->project);
  guint n_classes = cvr_dataset_n_classes (dataset), n = cvr_dataset_n_items (dataset);
  g_autoptr (GArray) busy = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < N_LABELS; i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, (guint) (((guint64) i * 7919) % n));
      guint64 id = item->id;
      gint label = (item->label + 1) % (gint) n_classes;
      gint64 start = g_get_monotonic_time ();
      double ms;

      cvr_project_set_labels (bench->project, &id, 1, label);
      ms = ms_since (start);
      wait_saved (bench);
      turn_for (bench, 20);
      for (guint j = 0; j < bench->turns->len; j++)
        ms += g_array_index (bench->turns, double, j);
      g_array_append_val (busy, ms);
      g_array_set_size (bench->turns, 0);
      dataset = cvr_project_get_dataset (bench->project);
    }
  g_print ("%-28s main thread %.1f ms each (median), %.1f at most\n", "labels one by one",
           bench_percentile (busy, 0.5), bench_percentile (busy, 1));

  return bench_percentile (busy, 0.5);
}

static void
tell_action (Bench      *bench,
             const char *what,
             gint64      start,
             double      processor)
{
  double ms = processor_ms () - processor;

  g_array_append_val (bench->turns, ms);
  wait_saved (bench);
  tell_turns (bench, what, start);
}

static void
remove_and_restore (Bench *bench)
{
  CvrDataset *dataset = cvr_project_get_dataset (bench->project);
  guint n = cvr_dataset_n_items (dataset) / 2;
  g_autofree guint64 *ids = g_new (guint64, n);
  double processor;
  gint64 start;

  for (guint i = 0; i < n; i++)
    ids[i] = cvr_dataset_item (dataset, 2 * i)->id;
  start = g_get_monotonic_time ();
  processor = processor_ms ();
  cvr_project_remove_items (bench->project, ids, n);
  tell_action (bench, "remove every other", start, processor);
  start = g_get_monotonic_time ();
  processor = processor_ms ();
  cvr_project_undo (bench->project);
  tell_action (bench, "undo of that", start, processor);
  for (guint i = 0; i < n; i++)
    ids[i]++;
  start = g_get_monotonic_time ();
  processor = processor_ms ();
  cvr_project_set_labels (bench->project, ids, n, 0);
  tell_action (bench, "label every other", start, processor);
}

static void
run (Bench      *bench,
     const char *path)
{
  struct rusage usage;
  GStatBuf status;
  double opened, label;
  gint64 start;

  open_project (bench, path);
  gtk_window_present (GTK_WINDOW (bench->window));
  turn_for (bench, 1000);
  g_array_set_size (bench->turns, 0);
  import (bench);
  cvr_window_set_project (bench->window, NULL);
  cvr_project_close (bench->project);
  g_clear_object (&bench->project);
  g_stat (path, &status);

  start = g_get_monotonic_time ();
  open_project (bench, path);
  opened = ms_since (start);
  tell_turns (bench, "open", start);
  scroll (bench);
  label = label_one_by_one (bench);
  remove_and_restore (bench);
  getrusage (RUSAGE_SELF, &usage);
  g_print ("{\"event\":\"done\",\"open_ms\":%.0f,\"file_mb\":%.1f,\"label_ms\":%.1f,"
           "\"frame_ms\":{\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f},\"frames\":%u,"
           "\"memory_mb\":%.0f}\n",
           opened, (double) status.st_size / 1e6, label, bench_percentile (bench->frames, 0.5),
           bench_percentile (bench->frames, 0.99), bench_percentile (bench->frames, 1), bench->frames->len,
           (double) usage.ru_maxrss / 1024);
}

int
main (int    argc,
      char **argv)
{
  Bench bench = { .seconds = argc > 1 ? atof (argv[1]) : 20 };
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("convisor-bench-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "bench.convisor", NULL);
  g_autoptr (GtkApplication) application = bench_application_new ();

  bench.turns = g_array_new (FALSE, FALSE, sizeof (double));
  bench.frames = g_array_new (FALSE, FALSE, sizeof (double));
  bench.window = cvr_window_new (application);
  run (&bench, path);
  cvr_project_close (bench.project);
  g_unlink (path);
  g_rmdir (folder);

  return 0;
}
