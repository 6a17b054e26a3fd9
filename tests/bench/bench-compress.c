/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page Compress while a slider is dragged.
 *
 * Opens the real window on a fresh project of built-in drawings, 1,000 of them for validation, trains ARCH for some
 * seconds, shows the page Compress and moves its pruning slider up and down for SECONDS, a step every 16 ms. Notes
 * the gaps between the beats of a 10 ms timer (and what the main thread computed in them) and between frames, every readout that the page shows (on how many
 * pictures it stands, and how long after its own movement it came), and when the figures of the last movement are
 * exact.
 * usage: bench-compress [SECONDS [ARCH [filters|weights [BITS [doodles|pets|…]]]]]
 * The last line is JSON. */
#include "bench-times.h"
#include "bench-window.h"
#include "cvr-compress-page.h"
#include "cvr-compress-settings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BEAT_MS = 10, MOVE_MS = 16, VALIDATION = 1000, PICTURES = 5000, TRAIN_SECONDS = 10, LATE_SECONDS = 120 };

typedef struct
{
  BenchWindow      shown;
  CvrCompressPage *page;
  CvrCompression  *compression;
  GtkAdjustment   *amount;
  GMainLoop       *loop;
  GArray          *gaps, *frames, *delays; /* of double, ms */
  GArray          *counts;                 /* of double: pictures that each readout stands on */
  GArray          *busy;                   /* of double: ms that the main thread computed between two beats */
  double           last_busy;
  gint64           last_beat, last_frame, begin, end, last_move;
  gint64           moved[96];              /* monotonic µs when the slider came to each per cent */
  double           seconds, exact_ms;
  const char      *arch;
  gboolean         weights, dragging;
  guint            bits, n_readouts, n_exact;
  guint            n_sizes;                /* readouts of the weights alone, before any picture */
  CvrCompressed   *seen;
} Bench;

/* Unlike a gap this doesn't grow when others keep the processor. */
static void
note_busy (Bench *bench)
{
  struct timespec now;
  double ms;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  ms = (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
  if (bench->last_busy > 0)
    {
      double between = ms - bench->last_busy;

      g_array_append_val (bench->busy, between);
    }
  bench->last_busy = ms;
}

static gboolean
beat_cb (gpointer data)
{
  Bench *bench = data;

  if (!bench->dragging)
    return G_SOURCE_REMOVE;
  bench_note_gap (bench->gaps, &bench->last_beat);
  note_busy (bench);

  return G_SOURCE_CONTINUE;
}

static gboolean
frame_cb (GtkWidget     *widget,
          GdkFrameClock *clock,
          gpointer       data)
{
  Bench *bench = data;

  if (!bench->dragging)
    return G_SOURCE_REMOVE;
  bench_note_gap (bench->frames, &bench->last_frame);

  return G_SOURCE_CONTINUE;
}

/* Up and down between nothing and 90 %, once in four seconds. */
static gboolean
move_cb (gpointer data)
{
  Bench *bench = data;
  gint64 now = g_get_monotonic_time ();
  double t = fmod ((double) (now - bench->begin) / 4e6, 1);
  double amount = round (90 * (t < 0.5 ? 2 * t : 2 - 2 * t)) / 100;

  if (now >= bench->end)
    {
      bench->dragging = FALSE;
      return G_SOURCE_REMOVE;
    }
  if (amount != gtk_adjustment_get_value (bench->amount))
    {
      bench->moved[(guint) lround (amount * 100)] = now;
      bench->last_move = now;
      gtk_adjustment_set_value (bench->amount, amount);
    }

  return G_SOURCE_CONTINUE;
}

static void
begin_drag (Bench *bench)
{
  GtkWidget *settings = GTK_WIDGET (gtk_widget_get_template_child (
    GTK_WIDGET (bench->page), CVR_TYPE_COMPRESS_PAGE, "settings"));
  CvrCompressSpec spec = cvr_compress_settings_get_spec (CVR_COMPRESS_SETTINGS (settings));

  spec.prune.kind = bench->weights ? NN_PRUNE_WEIGHTS : NN_PRUNE_FILTERS;
  spec.bits = bench->bits;
  cvr_compress_settings_set_spec (CVR_COMPRESS_SETTINGS (settings), &spec);
  bench->amount = GTK_ADJUSTMENT (
    gtk_widget_get_template_child (settings, CVR_TYPE_COMPRESS_SETTINGS, "amount"));
  bench->dragging = TRUE;
  bench->begin = g_get_monotonic_time ();
  bench->end = bench->begin + (gint64) (bench->seconds * 1e6);
  gtk_widget_add_tick_callback (GTK_WIDGET (bench->shown.window), frame_cb, bench, NULL);
  g_timeout_add_full (G_PRIORITY_DEFAULT, BEAT_MS, beat_cb, bench, NULL);
  g_timeout_add_full (G_PRIORITY_DEFAULT, MOVE_MS, move_cb, bench, NULL);
}

static void
count_readout (Bench               *bench,
               const CvrCompressed *result)
{
  double delay = (double) (g_get_monotonic_time () -
                           bench->moved[lround (result->spec.prune.amount * 100)]) / 1000;
  double n = result->after.n;

  bench->n_readouts++;
  bench->n_exact += cvr_compressed_is_exact (result) ? 1 : 0;
  g_array_append_val (bench->counts, n);
  g_array_append_val (bench->delays, delay);
}

static void
changed_cb (Bench *bench)
{
  CvrCompressed *result = cvr_compression_get_result (bench->compression);
  gboolean exact = cvr_compression_is_exact (bench->compression);

  if (bench->begin == 0)
    {
      if (exact && !cvr_compression_is_working (bench->compression))
        begin_drag (bench);
      return;
    }
  if (result != NULL && result != bench->seen)
    {
      g_clear_pointer (&bench->seen, cvr_compressed_unref);
      bench->seen = cvr_compressed_ref (result);
      if (bench->dragging && bench->moved[lround (result->spec.prune.amount * 100)] != 0)
        {
          if (result->after.n > 0)
            count_readout (bench, result);
          else
            bench->n_sizes++;
        }
    }
  if (!bench->dragging && exact)
    {
      bench->exact_ms = (double) (g_get_monotonic_time () - bench->last_move) / 1000;
      g_main_loop_quit (bench->loop);
    }
}

static void
trained_cb (Bench *bench)
{
  if (bench->page != NULL || cvr_project_get_model (bench->shown.project) == NULL ||
      cvr_project_get_evaluation (bench->shown.project) == NULL)
    return;
  bench->page = CVR_COMPRESS_PAGE (cvr_window_get_page (bench->shown.window, "compress"));
  bench->compression = cvr_compress_page_get_compression (bench->page);
  g_signal_connect_swapped (bench->compression, "changed", G_CALLBACK (changed_cb), bench);
  cvr_window_show_page (bench->shown.window, "compress");
  changed_cb (bench); /* it may be at rest by now */
}

/* Never silent for good: says what it waits for. */
static gboolean
late_cb (gpointer data)
{
  Bench *bench = data;

  if (bench->begin == 0)
    g_error ("the drag hasn't begun after %d s: page %s, exact %d, working %d, active spec %.2f at %u bits",
             LATE_SECONDS, bench->page != NULL ? "shown" : "not shown",
             bench->compression != NULL && cvr_compression_is_exact (bench->compression),
             bench->compression != NULL && cvr_compression_is_working (bench->compression),
             bench->compression != NULL ? cvr_compression_get_spec (bench->compression)->prune.amount : 0,
             bench->compression != NULL ? cvr_compression_get_spec (bench->compression)->bits : 0);

  return G_SOURCE_REMOVE;
}

static void
settle (CvrSettings *settings,
        gpointer     data)
{
  Bench *bench = data;

  settings->epochs = 1;
  settings->time_limit = TRAIN_SECONDS;
  settings->valid_fraction = (double) VALIDATION / PICTURES;
  g_strlcpy (settings->arch, bench->arch, sizeof settings->arch);
}

static void
begun_cb (gpointer data)
{
  Bench *bench = data;

  g_signal_connect_swapped (bench->shown.project, "evaluation-changed", G_CALLBACK (trained_cb), bench);
}

static void
report (Bench *bench)
{
  NnShape input = nn_graph_node_shape (cvr_project_get_model (bench->shown.project)->graph, 0);
  g_autofree char *shape = nn_shape_dup_string (&input);

  g_print ("{\"event\":\"done\",\"arch\":\"%s\",\"input\":\"%s\",\"validation\":%u,\"kind\":\"%s\",\"bits\":%u,"
           "\"seconds\":%.0f,\"gap_ms\":{\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f},"
           "\"busy_ms\":{\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f},"
           "\"frame_ms\":{\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f},"
           "\"readouts\":%u,\"sizes\":%u,\"per_second\":%.1f,\"pictures\":{\"min\":%.0f,\"p50\":%.0f},"
           "\"delay_ms\":{\"p50\":%.0f,\"p99\":%.0f,\"max\":%.0f},\"exact_after_ms\":%.0f}\n",
           bench->arch, shape, bench->seen != NULL ? bench->seen->n_pictures : 0,
           bench->weights ? "weights" : "filters", bench->bits, bench->seconds,
           bench_percentile (bench->gaps, 0.5), bench_percentile (bench->gaps, 0.99),
           bench_percentile (bench->gaps, 1), bench_percentile (bench->busy, 0.5),
           bench_percentile (bench->busy, 0.99), bench_percentile (bench->busy, 1),
           bench_percentile (bench->frames, 0.5), bench_percentile (bench->frames, 0.99), bench_percentile (bench->frames, 1), bench->n_readouts, bench->n_sizes,
           bench->n_readouts / bench->seconds, bench_percentile (bench->counts, 0),
           bench_percentile (bench->counts, 0.5), bench_percentile (bench->delays, 0.5),
           bench_percentile (bench->delays, 0.99), bench_percentile (bench->delays, 1), bench->exact_ms);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *source = g_strdup_printf ("builtin:%s:%d", argc > 5 ? argv[5] : "doodles", PICTURES);
  Bench bench = { .seconds = argc > 1 ? atof (argv[1]) : 10,
                  .arch = argc > 2 ? argv[2] : "vgg-mini",
                  .weights = argc > 3 && strcmp (argv[3], "weights") == 0,
                  .bits = argc > 4 ? (guint) atoi (argv[4]) : 32 };

  bench_window_open (&bench.shown);
  bench.loop = g_main_loop_new (NULL, FALSE);
  bench.gaps = g_array_new (FALSE, FALSE, sizeof (double));
  bench.frames = g_array_new (FALSE, FALSE, sizeof (double));
  bench.counts = g_array_new (FALSE, FALSE, sizeof (double));
  bench.busy = g_array_new (FALSE, FALSE, sizeof (double));
  bench.delays = g_array_new (FALSE, FALSE, sizeof (double));
  bench_window_train (&bench.shown, source, settle, begun_cb, &bench);
  g_timeout_add_seconds (LATE_SECONDS, late_cb, &bench);
  g_main_loop_run (bench.loop);
  report (&bench);
  bench_window_close (&bench.shown);

  return 0;
}
