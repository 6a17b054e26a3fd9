/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long the window's main loop is away while training uses every core.
 *
 * Opens the real window on a fresh project of 4,000 built-in drawings, trains for SECONDS with the page PAGE shown (default: train), and
 * notes the gaps between the beats of a 10 ms timer and between frames.
 * With the page inside, LAYER is the one whose maps are shown, live; nothing is noted before they are there.
 * usage: bench-main-loop [SECONDS [PAGE [ARCH [LAYER]]]]
 * The last line is JSON: {"event":"done","page":…,"arch":…,"seconds":…,"beats":…,"gap_ms":{"p50":…,"p99":…,"max":…},"frame_ms":{…},"steps":…} */
#include "bench-times.h"
#include "bench-window.h"
#include "cvr-inside-page.h"

#include <stdlib.h>

enum { BEAT_MS = 10 };

typedef struct
{
  BenchWindow shown;
  GMainLoop  *loop;
  GArray     *gaps, *frames; /* of double, ms */
  gint64      last_beat, last_frame, end;
  double      seconds;
  const char *page, *arch, *layer; /* layer: yet to be shown; NULL: none */
  guint       n_changed;
} Bench;

static gboolean
beat_cb (gpointer data)
{
  Bench *bench = data;

  bench_note_gap (bench->gaps, &bench->last_beat);
  if (bench->layer != NULL
      && cvr_inside_page_show_layer (CVR_INSIDE_PAGE (cvr_window_get_page (bench->shown.window, "inside")), bench->layer))
    {
      bench->layer = NULL;
      g_array_set_size (bench->gaps, 0);
      g_array_set_size (bench->frames, 0);
      bench->end = g_get_monotonic_time () + (gint64) (bench->seconds * 1e6);
    }
  if (g_get_monotonic_time () < bench->end)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (bench->loop);

  return G_SOURCE_REMOVE;
}

static gboolean
frame_cb (GtkWidget     *widget,
          GdkFrameClock *clock,
          gpointer       data)
{
  Bench *bench = data;

  bench_note_gap (bench->frames, &bench->last_frame);

  return G_SOURCE_CONTINUE;
}

static void
count_cb (Bench *bench)
{
  bench->n_changed++;
}

static void
settle (CvrSettings *settings,
        gpointer     data)
{
  Bench *bench = data;

  settings->epochs = 10000;
  settings->early_stop = 0;
  g_strlcpy (settings->arch, bench->arch, sizeof settings->arch);
}

static void
begun_cb (gpointer data)
{
  Bench *bench = data;

  cvr_window_show_page (bench->shown.window, bench->page);
  g_signal_connect_swapped (cvr_project_get_training (bench->shown.project), "changed", G_CALLBACK (count_cb), bench);
  gtk_widget_add_tick_callback (GTK_WIDGET (bench->shown.window), frame_cb, bench, NULL);
  bench->end = g_get_monotonic_time () + (gint64) (bench->seconds * 1e6);
  g_timeout_add_full (G_PRIORITY_DEFAULT, BEAT_MS, beat_cb, bench, NULL);
}

static void
report (Bench *bench)
{
  g_print ("{\"event\":\"done\",\"page\":\"%s\",\"arch\":\"%s\",\"seconds\":%.0f,\"beats\":%u,"
           "\"gap_ms\":{\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f},"
           "\"frame_ms\":{\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f},\"updates\":%u}\n",
           bench->page, bench->arch, bench->seconds, bench->gaps->len, bench_percentile (bench->gaps, 0.5), bench_percentile (bench->gaps, 0.99),
           bench_percentile (bench->gaps, 1), bench_percentile (bench->frames, 0.5), bench_percentile (bench->frames, 0.99),
           bench_percentile (bench->frames, 1), bench->n_changed);
}

int
main (int    argc,
      char **argv)
{
  Bench bench = { .seconds = argc > 1 ? atof (argv[1]) : 30, .page = argc > 2 ? argv[2] : "train", .arch = argc > 3 ? argv[3] : "lenet5",
                  .layer = argc > 4 ? argv[4] : NULL };

  bench_window_open (&bench.shown);
  bench.loop = g_main_loop_new (NULL, FALSE);
  bench.gaps = g_array_new (FALSE, FALSE, sizeof (double));
  bench.frames = g_array_new (FALSE, FALSE, sizeof (double));
  bench_window_train (&bench.shown, "builtin:doodles", settle, begun_cb, &bench);
  g_main_loop_run (bench.loop);
  if (bench.layer != NULL)
    g_printerr ("%s has no layer %s that the page Inside could show.\n", bench.arch, bench.layer);
  else
    report (&bench);
  bench_window_close (&bench.shown);

  return bench.layer == NULL ? 0 : 1;
}
