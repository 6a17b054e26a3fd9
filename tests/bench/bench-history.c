/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The curve of a million steps: recorded, packed as the project keeps it, opened, and read for a
 * chart. */
#include "cvr-history.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { STEPS = 1000000, STEPS_PER_EPOCH = 1000, COLUMNS = 1200, WINDOWS = 1000 };

static double
now_ms (void)
{
  return (double) g_get_monotonic_time () / 1e3;
}

/* Memory that is in use, in MB. */
static double
resident (void)
{
  g_autofree char *text = NULL;
  char *rest;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    return (double) NAN;
  strtoull (text, &rest, 10);

  return (double) strtoull (rest, NULL, 10) * (double) sysconf (_SC_PAGESIZE) / 1e6;
}

static void
record (CvrHistory *history)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint i = 1; i <= STEPS; i++)
    {
      double x = (double) i / STEPS_PER_EPOCH;
      double noise = g_rand_double (rand);

      cvr_history_add (history, CVR_SERIES_LOSS, x, 2 / (1 + x / 100) + 0.3 * noise);
      cvr_history_add (history, CVR_SERIES_ACCURACY, x, floor (32 * noise) / 32);
      cvr_history_add (history, CVR_SERIES_LR, x, 0.001 * (1 + cos (x / 1000 * G_PI)));
      if (i % STEPS_PER_EPOCH == 0)
        {
          const CvrEpochRow row = { i / STEPS_PER_EPOCH, noise, noise, noise, noise, 0.001, x, 5000,
                                    FALSE };

          cvr_history_add_epoch (history, &row);
        }
    }
}

static void
read_windows (CvrHistory *history)
{
  g_autofree CvrBucket *out = g_new (CvrBucket, COLUMNS);
  double begin = now_ms ();

  for (guint i = 0; i < WINDOWS; i++)
    cvr_history_range (history, CVR_SERIES_LOSS, i * 0.5, i * 0.5 + 500, COLUMNS, out);
  printf ("a window of %u columns: %.3f ms\n", COLUMNS, (now_ms () - begin) / WINDOWS);
}

int
main (void)
{
  double before = resident (), begin = now_ms ();
  g_autoptr (CvrHistory) history = cvr_history_new ();
  g_autoptr (CvrHistory) opened = NULL;
  g_autoptr (GBytes) bytes = NULL;

  record (history);
  printf ("%u steps recorded: %.0f ms, %.1f MB of memory\n", STEPS, now_ms () - begin,
          resident () - before);

  begin = now_ms ();
  bytes = cvr_history_to_bytes (history);
  printf ("packed: %.0f ms, %.2f MB\n", now_ms () - begin, (double) g_bytes_get_size (bytes) / 1e6);

  begin = now_ms ();
  opened = cvr_history_from_bytes (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL);
  printf ("opened: %.0f ms\n", now_ms () - begin);
  if (opened == NULL)
    return 1;
  read_windows (opened);

  return 0;
}
