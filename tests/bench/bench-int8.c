/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What integers gain: networks in floats and in bytes, many pictures and one, with every
 * instruction set of the machine.
 *
 *   bench-int8 [NET …] */
#include "nn-int8.h"
#include "nn.h"

enum { BATCH = 64, RUNS = 15 };

static void
fetch (const NnSource *source,
       guint           index,
       CvrRng         *rng,
       nn_real        *x,
       gint32         *label,
       float          *values)
{
  gsize n;

  nn_shape_count (&source->shape, &n);
  for (gsize i = 0; i < n; i++)
    x[i] = (nn_real) ((i * 2654435761u + index * 40503u) % 1000) / 1000;
  *label = 0;
}

/**
 * Bench:
 *
 * One of the two is not %NULL.
 */
typedef struct
{
  NnExec   *exec;
  NnInt8   *int8;
  NnParams *params;
} Bench;

static void
forward (const Bench *self,
         guint        batch)
{
  if (self->int8 != NULL)
    nn_int8_forward (self->int8, batch);
  else
    nn_exec_forward (self->exec, self->params, batch, 0);
}

/* Least time of a forward pass, in microseconds: of several runs of some milliseconds each. */
static double
least_time (const Bench *self,
            guint        batch)
{
  double least = G_MAXDOUBLE;
  guint repeats = 1;

  for (guint run = 0; run < RUNS; run++)
    {
      gint64 start = g_get_monotonic_time ();
      gint64 spent;

      for (guint i = 0; i < repeats; i++)
        forward (self, batch);
      spent = g_get_monotonic_time () - start;
      least = MIN (least, (double) spent / repeats);
      if (spent < 10000)
        repeats = MAX (repeats * 2, (guint) (repeats * 10000 / MAX (spent, 1)));
    }

  return least;
}

static void
report (const char  *name,
        const char  *what,
        const Bench *bench,
        double       flops)
{
  double many = least_time (bench, BATCH);
  double one = least_time (bench, 1);

  g_print ("%-16s %-8s %10.0f pictures/s %8.0f GOP/s %10.1f µs for one\n", name, what,
           BATCH / many * 1e6, flops * BATCH / many * 1e-3, one);
}

static void
fill (nn_real        *x,
      const NnSource *source)
{
  gsize n;
  gint32 label;

  nn_shape_count (&source->shape, &n);
  for (guint i = 0; i < BATCH; i++)
    fetch (source, i, NULL, x + i * n, &label, NULL);
}

static void
measure (const char *name,
         guint       n_threads)
{
  gboolean grey = g_str_equal (name, "lenet5");
  NnShape shape = grey ? nn_shape_maps (1, 28, 28)
                       : nn_shape_maps (3, g_str_equal (name, "seed64") ? 64 : 32,
                                        g_str_equal (name, "seed64") ? 64 : 32);
  NnSource source = { 64, shape, 10, 0, fetch, NULL };
  NnQuantSpec spec = nn_quant_spec_default (8);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnWorkers) workers = nn_workers_new (n_threads, FALSE);
  g_autoptr (NnGraph) graph = nn_arch_build (name, &shape, 10, -1, &error);
  g_autoptr (NnParams) params = graph != NULL ? nn_params_new (graph, 1, NULL) : NULL;
  g_autoptr (NnGraph) rounded = NULL;
  g_autoptr (NnParams) levels = NULL;
  g_autoptr (NnExec) exec = NULL;
  double flops;
  Bench bench = { NULL };

  if (graph == NULL || !nn_quantize (graph, params, &spec, &source, workers, &rounded, &levels,
                                     &error))
    g_error ("%s", error->message);

  flops = (double) nn_graph_flops (graph);
  g_print ("%u thread%s\n", n_threads, n_threads == 1 ? "" : "s");
  exec = nn_exec_new (graph, workers, BATCH, NN_EXEC_INFER, NULL);
  fill (nn_exec_input (exec, 0), &source);
  bench = (Bench) { .exec = exec, .params = params };
  report (name, "float", &bench, flops);
  for (NnCpu level = NN_CPU_AVX2; level <= nn_cpu_best (); level++)
    {
      g_autoptr (NnInt8) int8 = nn_int8_new_at (level, rounded, levels, workers, BATCH, NULL);

      fill (nn_int8_input (int8, 0), &source);
      bench = (Bench) { .int8 = int8 };
      report (name, nn_cpu_name (level), &bench, flops);
    }
}

int
main (int    argc,
      char **argv)
{
  for (guint n_threads = 1; n_threads <= 2; n_threads++)
    if (argc > 1)
      for (int i = 1; i < argc; i++)
        measure (argv[i], n_threads);
    else
      {
        measure ("vgg-mini", n_threads);
        measure ("resnet20", n_threads);
      }

  return 0;
}
