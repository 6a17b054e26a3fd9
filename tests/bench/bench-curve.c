/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What it costs to look at a long training: the curves of a million steps opened, zoomed and read
 * off in a window.
 *
 * usage: bench-curve [STEPS [EPOCHS]]     (a million, 1,000)
 * The last line is JSON: {"event":"done","steps":…,"bytes":…,"read_ms":…,"first_frame_ms":…,
 * "open_ms":…,"zoom_ms":{"p50":…,"p99":…,"max":…},"hover_ms":{…}}; open_ms is from the bytes of the
 * file to the first frame that shows them, the others are a frame each. */
#include "cvr-curve-view.h"
#include "cvr-curves.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>

enum { N_FRAMES = 100 };

typedef struct
{
  GtkWidget *window;
  CvrCurves *curves;
  gint64     begun;    /* of the present frame */
  double     frame_ms; /* of the last one: layout and painting */
  gboolean   painted;
} Bench;

static double
seconds_ms (gint64 since)
{
  return (double) (g_get_monotonic_time () - since) / 1000;
}

static CvrHistory *
record (guint steps,
        guint epochs)
{
  CvrHistory *history = cvr_history_new ();
  GRand *random = g_rand_new_with_seed (1);

  for (guint i = 0; i < steps; i++)
    {
      double x = (double) (i + 1) / steps * epochs;
      double loss = 2.3 * exp (-x / epochs * 6) + 0.1 * g_rand_double (random);

      cvr_history_add (history, CVR_SERIES_LOSS, x, loss);
      cvr_history_add (history, CVR_SERIES_ACCURACY, x, 1 - loss / 2.5);
      cvr_history_add (history, CVR_SERIES_LR, x, 0.001);
    }
  for (guint epoch = 1; epoch <= epochs; epoch++)
    {
      double loss = 2.3 * exp (-6.0 * epoch / epochs) + 0.1;
      CvrEpochRow row = { .epoch = epoch, .loss = loss, .accuracy = 1 - loss / 2.5,
                          .val_loss = loss * 1.1, .val_accuracy = 0.95 - loss / 2.5,
                          .best = epoch == epochs };

      cvr_history_add_epoch (history, &row);
    }
  g_rand_free (random);

  return history;
}

static void
begun_cb (GdkFrameClock *clock,
          Bench         *bench)
{
  bench->begun = g_get_monotonic_time ();
}

static void
painted_cb (GdkFrameClock *clock,
            Bench         *bench)
{
  bench->frame_ms = seconds_ms (bench->begun);
  bench->painted = TRUE;
}

/* Until what was asked for is on the screen. */
static double
until_painted (Bench *bench,
               gint64 since)
{
  bench->painted = FALSE;
  while (!bench->painted)
    g_main_context_iteration (NULL, TRUE);

  return seconds_ms (since);
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static char *
dup_percentiles (double *ms)
{
  qsort (ms, N_FRAMES, sizeof *ms, compare);

  return g_strdup_printf ("{\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f}", ms[N_FRAMES / 2],
                          ms[N_FRAMES - 2], ms[N_FRAMES - 1]);
}

static CvrChartView *
find_chart (GtkWidget *widget)
{
  if (CVR_IS_CHART_VIEW (widget))
    return CVR_CHART_VIEW (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      CvrChartView *found = find_chart (child);

      if (found != NULL)
        return found;
    }

  return NULL;
}

/* Both charts follow: from the whole to a stretch of a few steps and back; or the pointer goes over
 * them. What is measured is the work of a frame, not the wait for it. */
static char *
dup_moving (Bench   *bench,
            gboolean zooms)
{
  CvrChartView *chart = find_chart (GTK_WIDGET (bench->curves));
  double ms[N_FRAMES];

  for (guint i = 0; i < N_FRAMES; i++)
    {
      if (zooms)
        cvr_chart_view_zoom (chart, i < N_FRAMES / 2 ? 0.8 : 1.25);
      else
        g_signal_emit_by_name (chart, "hover", 80.0 + i * 4, 60.0);
      until_painted (bench, 0);
      ms[i] = bench->frame_ms;
    }

  return dup_percentiles (ms);
}

int
main (int    argc,
      char **argv)
{
  guint steps = argc > 1 ? (guint) atoi (argv[1]) : 1000000;
  guint epochs = argc > 2 ? (guint) atoi (argv[2]) : 1000;
  Bench bench = { 0 };
  g_autoptr (CvrHistory) recorded = record (steps, epochs);
  g_autoptr (GBytes) bytes = cvr_history_to_bytes (recorded);
  g_autoptr (CvrHistory) opened = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *zoom = NULL;
  g_autofree char *hover = NULL;
  double read_ms, frame_ms, open_ms;
  gint64 start;

  adw_init ();
  setlocale (LC_NUMERIC, "C");
  bench.window = gtk_window_new ();
  bench.curves = g_object_new (CVR_TYPE_CURVES, NULL);
  gtk_window_set_default_size (GTK_WINDOW (bench.window), 1200, 800);
  gtk_window_set_child (GTK_WINDOW (bench.window), GTK_WIDGET (bench.curves));
  gtk_window_present (GTK_WINDOW (bench.window));
  g_signal_connect (gtk_widget_get_frame_clock (bench.window), "before-paint",
                    G_CALLBACK (begun_cb), &bench);
  g_signal_connect (gtk_widget_get_frame_clock (bench.window), "after-paint",
                    G_CALLBACK (painted_cb), &bench);
  until_painted (&bench, 0);

  start = g_get_monotonic_time ();
  opened = cvr_history_from_bytes (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  if (opened == NULL)
    g_error ("%s", error->message);
  read_ms = seconds_ms (start);
  cvr_curves_set_history (bench.curves, opened, epochs);
  open_ms = until_painted (&bench, start);
  frame_ms = open_ms - read_ms;
  zoom = dup_moving (&bench, TRUE);
  hover = dup_moving (&bench, FALSE);
  g_print ("{\"event\":\"done\",\"steps\":%u,\"bytes\":%" G_GSIZE_FORMAT ",\"read_ms\":%.1f,"
           "\"first_frame_ms\":%.1f,\"open_ms\":%.1f,\"zoom_ms\":%s,\"hover_ms\":%s}\n",
           steps, g_bytes_get_size (bytes), read_ms, frame_ms, open_ms, zoom, hover);
  cvr_curves_set_history (bench.curves, NULL, 1);
  gtk_window_destroy (GTK_WINDOW (bench.window));

  return 0;
}
