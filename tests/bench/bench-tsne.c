/* SPDX-License-Identifier: GPL-3.0-or-later */
/* t-SNE of items in clusters: seconds and the divergence that is reached.
 * usage: bench-tsne [ITEMS [DIMENSIONS [THREADS]]]     (5000 256 2) */
#include "cvr-rng.h"
#include "cvr-tsne.h"

#include <stdio.h>
#include <stdlib.h>

enum { CLUSTERS = 10 };

static gboolean
show_cb (const CvrTsneState *state,
         gpointer            start)
{
  if (state->iteration % 250 == 0)
    printf ("%5u of %u: %5.1f s, divergence %.4f\n", state->iteration, state->n_iterations,
            (double) (g_get_monotonic_time () - *(const gint64 *) start) / 1e6, state->divergence);

  return TRUE;
}

int
main (int    argc,
      char **argv)
{
  guint n = argc > 1 ? (guint) atoi (argv[1]) : 5000;
  guint n_dims = argc > 2 ? (guint) atoi (argv[2]) : 256;
  g_autoptr (NnWorkers) workers = nn_workers_new (argc > 3 ? (guint) atoi (argv[3]) : 2, FALSE);
  g_autofree float *x = g_new (float, (gsize) n * n_dims);
  g_autofree float *centres = g_new (float, (gsize) CLUSTERS * n_dims);
  g_autofree double *xy = g_new (double, 2 * (gsize) n);
  g_autoptr (GError) error = NULL;
  CvrTsneSpec spec = { 0 };
  CvrRng rng = cvr_rng_new (1, 1);
  gint64 start;
  double divergence;

  for (gsize i = 0; i < (gsize) CLUSTERS * n_dims; i++)
    centres[i] = (float) cvr_rng_normal (&rng);
  for (gsize i = 0; i < (gsize) n * n_dims; i++)
    x[i] = centres[i / n_dims % CLUSTERS * n_dims + i % n_dims] + (float) cvr_rng_normal (&rng);

  start = g_get_monotonic_time ();
  if (!cvr_tsne (x, n, n_dims, &spec, xy, &divergence, workers, show_cb, NULL, &start, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      return EXIT_FAILURE;
    }
  printf ("%u items × %u on %u threads: %.1f s, divergence %.4f\n", n, n_dims,
          nn_workers_n_threads (workers), (double) (g_get_monotonic_time () - start) / 1e6,
          divergence);

  return EXIT_SUCCESS;
}
