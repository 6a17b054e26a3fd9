/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times that the programs measuring the window collect and sum up. */
#include "bench-times.h"

static int
compare (gconstpointer a,
         gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

void
bench_note_gap (GArray *values,
                gint64 *last)
{
  gint64 now = g_get_monotonic_time ();
  double ms = (double) (now - *last) / 1000;

  if (*last != 0)
    g_array_append_val (values, ms);
  *last = now;
}

double
bench_percentile (GArray *values,
                  double  p)
{
  g_array_sort (values, compare);

  return values->len == 0 ? 0 : g_array_index (values, double, (guint) (p * (values->len - 1)));
}
