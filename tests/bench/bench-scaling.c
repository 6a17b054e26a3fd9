/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one picture of an epoch costs with small and large data sets, on one thread and on more:
 * lenet5 at batch 64 on generated pictures, through the same loop as `train`. Each figure is the
 * best epoch of several, the sizes in turn, so that a busy moment of the machine meets them all.
 * Half a minute on two processors.
 * usage: bench-scaling [THREADS]        default: all processors */
#include "nn.h"

#include <locale.h>
#include <stdlib.h>

enum
{
  SIDE = 28,
  N_CLASSES = 10,
  LEAST_PICTURES = 10000, /* of measured epochs in a round */
  ROUNDS = 2,
};

static const guint counts[] = { 1000, 10000, 50000 };

/* A bright square whose place is the label's, in noise: made when it is asked for, so that no count
 * of pictures takes more memory than another. */
static void
fetch (const NnSource *source G_GNUC_UNUSED,
       guint           index,
       CvrRng         *rng G_GNUC_UNUSED,
       nn_real        *x,
       gint32         *label,
       float          *values G_GNUC_UNUSED)
{
  guint32 state = index * 2654435761u + 1;
  guint k = index % N_CLASSES;

  for (guint i = 0; i < SIDE * SIDE; i++)
    {
      state = state * 1664525u + 1013904223u;
      x[i] = (nn_real) (state >> 8) / (nn_real) (1 << 25);
    }
  for (guint y = 0; y < 6; y++)
    for (guint z = 0; z < 6; z++)
      x[(4 + k / 5 * 14 + y) * SIDE + k % 5 * 5 + z] += (nn_real) 0.5;
  *label = (gint32) k;
}

/* Seconds of the best epoch so far and when the last one ended. */
typedef struct
{
  double best, before;
} Clock;

static void
on_event (const NnEvent *event,
          gpointer       data)
{
  Clock *clock = data;

  if (event->kind != NN_EVENT_EPOCH)
    return;
  if (event->epoch > 1) /* the first one warms up */
    clock->best = MIN (clock->best, event->seconds - clock->before);
  clock->before = event->seconds;
}

/* Microseconds per picture. */
static double
measure (guint n_threads,
         guint count)
{
  NnShape shape = nn_shape_maps (1, SIDE, SIDE);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnWorkers) workers = nn_workers_new (n_threads, FALSE);
  g_autoptr (NnGraph) graph = nn_arch_build ("lenet5", &shape, N_CLASSES, 0, &error);
  g_autoptr (NnParams) params = graph != NULL ? nn_params_new (graph, 1, &error) : NULL;
  NnSource source = { .count = count, .shape = shape, .n_classes = N_CLASSES, .fetch = fetch };
  Clock clock = { G_MAXDOUBLE, 0 };
  NnObserver observer = { .event = on_event, .data = &clock };
  NnTrainSpec spec = nn_train_spec_default ();
  NnTrainResult result;

  spec.batch = 64;
  spec.epochs = 1 + MAX (1, LEAST_PICTURES / count);
  if (params == NULL || !nn_train (graph, params, &spec, &source, NULL, workers, &observer, NULL,
                                   &result, &error))
    g_error ("%s", error->message);
  nn_train_result_clear (&result);

  return clock.best / count * 1e6;
}

int
main (int    argc,
      char **argv)
{
  guint most = argc > 1 ? (guint) atoi (argv[1]) : g_get_num_processors ();

  setlocale (LC_ALL, "");
  g_print ("%-8s", "threads");
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    g_print (" %9u pictures", counts[i]);
  g_print ("   last / first\n");

  for (guint n_threads = 1; n_threads <= most; n_threads++)
    {
      double cost[G_N_ELEMENTS (counts)] = { G_MAXDOUBLE, G_MAXDOUBLE, G_MAXDOUBLE };

      for (guint round = 0; round < ROUNDS; round++)
        for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
          cost[i] = MIN (cost[i], measure (n_threads, counts[i]));

      g_print ("%-8u", n_threads);
      for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
        g_print (" %15.2f µs", cost[i]);
      g_print ("   %12.3f\n", cost[G_N_ELEMENTS (counts) - 1] / cost[0]);
    }

  return 0;
}
