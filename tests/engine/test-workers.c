/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads: every piece once, from anywhere, in any number. */
#include "nn-workers.h"

enum { MOST = 500 };

typedef struct
{
  NnWorkers *workers;
  guint      n_threads;
  guint      seen[MOST]; /* atomic */
  guint      nested;     /* atomic */
} Record;

static void
note (guint    piece,
      guint    thread,
      gpointer data)
{
  Record *record = data;

  g_assert_cmpuint (thread, <, record->n_threads);
  __atomic_fetch_add (&record->seen[piece], 1, __ATOMIC_RELAXED);
}

static void
test_every_piece_once (void)
{
  for (guint n_threads = 1; n_threads <= 8; n_threads++)
    {
      g_autoptr (NnWorkers) workers = nn_workers_new (n_threads, n_threads == 3);

      g_assert_cmpuint (nn_workers_n_threads (workers), ==, n_threads);
      for (guint run = 0; run < 300; run++)
        {
          Record record = { workers, n_threads };
          guint n_pieces = run * 7 % MOST;

          nn_workers_run (workers, n_pieces, note, &record);
          for (guint i = 0; i < MOST; i++)
            g_assert_cmpuint (record.seen[i], ==, i < n_pieces ? 1 : 0);
        }
    }
}

static void
count_nested (guint    piece,
              guint    thread,
              gpointer data)
{
  Record *record = data;

  g_assert_cmpuint (thread, ==, 0);
  __atomic_fetch_add (&record->nested, 1, __ATOMIC_RELAXED);
}

static void
run_nested (guint    piece,
            guint    thread,
            gpointer data)
{
  Record *record = data;

  nn_workers_run (record->workers, 5, count_nested, record);
}

static void
test_nested_runs_serially (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (3, FALSE);
  Record record = { workers, 3 };

  nn_workers_run (workers, 40, run_nested, &record);
  g_assert_cmpuint (record.nested, ==, 200);
}

static gpointer
use_workers (gpointer data)
{
  NnWorkers *workers = data;

  for (guint run = 0; run < 200; run++)
    {
      Record record = { workers, 4 };

      nn_workers_run (workers, 50, note, &record);
      for (guint i = 0; i < 50; i++)
        g_assert_cmpuint (record.seen[i], ==, 1);
    }

  return NULL;
}

static void
test_several_callers (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (4, FALSE);
  GThread *threads[3];

  for (guint i = 0; i < 3; i++)
    threads[i] = g_thread_new ("caller", use_workers, workers);
  use_workers (workers);
  for (guint i = 0; i < 3; i++)
    g_thread_join (threads[i]);
}

static void
test_counts_are_clamped (void)
{
  g_autoptr (NnWorkers) none = nn_workers_new (0, FALSE);
  g_autoptr (NnWorkers) many = nn_workers_new (1000, FALSE);

  g_assert_cmpuint (nn_workers_n_threads (none), ==, 1);
  g_assert_cmpuint (nn_workers_n_threads (many), ==, NN_MAX_THREADS);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/workers/every-piece-once", test_every_piece_once);
  g_test_add_func ("/engine/workers/nested-runs-serially", test_nested_runs_serially);
  g_test_add_func ("/engine/workers/several-callers", test_several_callers);
  g_test_add_func ("/engine/workers/counts-are-clamped", test_counts_are_clamped);

  return g_test_run ();
}
