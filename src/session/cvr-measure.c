/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of a model measured here: time, bytes, weights. */
#include "cvr-measure.h"

#include "nn-int8.h"

enum
{
  WARM_UPS = 3,
  RUNS = 31,
  BUDGET_US = 150000, /* slow networks are measured less often, but at least LEAST_RUNS times */
  LEAST_RUNS = 5,
  REPEATS = 8,   /* in a row for each time taken, where one run is nearer to the clock's own step */
  SHORT_US = 500,
};

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

/* Plain grey: neither zeros, which sparse kernels would skip, nor denormal numbers. */
static void
fill_grey (NnGraph *graph,
           guint    input,
           nn_real *x)
{
  NnShape shape = nn_graph_node_shape (graph, nn_graph_input (graph, input));
  gsize count = 0;

  if (nn_shape_count (&shape, &count))
    for (gsize i = 0; i < count; i++)
      x[i] = (nn_real) 0.5;
}

/* What runs: one of the two is there. */
typedef struct
{
  NnExec   *exec;
  NnInt8   *int8;
  NnParams *params;
} Runner;

static void
run_once (const Runner *runner)
{
  if (runner->int8 != NULL)
    nn_int8_forward (runner->int8, 1);
  else
    nn_exec_forward (runner->exec, runner->params, 1, 0);
}

static double
median_ms (const Runner *runner)
{
  gint64 times[RUNS];
  gint64 begin = g_get_monotonic_time ();
  guint n = 0;
  guint repeats;

  for (guint i = 0; i < WARM_UPS; i++)
    run_once (runner);
  repeats = g_get_monotonic_time () - begin < WARM_UPS * SHORT_US ? REPEATS : 1;
  while (n < RUNS && (n < LEAST_RUNS || g_get_monotonic_time () - begin < BUDGET_US))
    {
      gint64 start = g_get_monotonic_time ();

      for (guint i = 0; i < repeats; i++)
        run_once (runner);
      times[n++] = g_get_monotonic_time () - start;
    }
  qsort (times, n, sizeof times[0], compare_times);

  return (double) times[n / 2] / 1e3 / repeats;
}

/**
 * cvr_measure_ms:
 *
 * Blocks for at most some tenths of a second (longer where one picture takes longer). Any thread.
 * A model of 8 bits is measured with the integer kernels.
 *
 * Returns: median of several runs of one picture, in ms; NaN where the network can't be run.
 */
double
cvr_measure_ms (CvrModel  *model,
                NnWorkers *workers)
{
  g_autoptr (NnExec) exec = NULL;
  g_autoptr (NnInt8) int8 = NULL;

  if (nn_int8_applies (model->graph, model->params))
    int8 = nn_int8_new (model->graph, model->params, workers, 1, NULL);
  else
    exec = nn_exec_new (model->graph, workers, 1, NN_EXEC_INFER, NULL);
  if (int8 == NULL && exec == NULL)
    return (double) NAN;

  for (guint i = 0; i < nn_graph_n_inputs (model->graph); i++)
    fill_grey (model->graph, i, int8 != NULL ? nn_int8_input (int8, i) : nn_exec_input (exec, i));

  return median_ms (&(Runner) { exec, int8, model->params });
}

/* Weights of dense and convolution layers: what pruning looks at. */
static void
count_weights (CvrModel *model,
               guint64  *n_values,
               guint64  *n_zero)
{
  *n_values = 0;
  *n_zero = 0;

  for (guint node = 0; node < nn_graph_n_nodes (model->graph); node++)
    {
      NnOpKind kind = nn_graph_node_kind (model->graph, (NnNode) node);
      const nn_real *weights;
      gsize n = 0;

      if (kind != NN_OP_CONV && kind != NN_OP_DENSE)
        continue;

      weights = nn_params_peek (model->params, (NnNode) node, NN_SLOT_WEIGHT, &n);
      *n_values += n;
      for (gsize i = 0; i < n; i++)
        *n_zero += weights[i] == 0;
    }
}

/**
 * cvr_measure_model:
 * @evaluation: (nullable): NULL leaves accuracy and loss NaN and n 0
 * @measure: (out)
 *
 * Blocks; any thread. Fails where the model can't be written as a file.
 */
gboolean
cvr_measure_model (CvrModel      *model,
                   CvrEvaluation *evaluation,
                   NnWorkers     *workers,
                   CvrMeasure    *measure,
                   GError       **error)
{
  g_autoptr (GBytes) file = cvr_model_to_bytes (model, error);

  if (file == NULL)
    return FALSE;

  *measure = (CvrMeasure) {
    .accuracy = evaluation != NULL ? evaluation->accuracy : (double) NAN,
    .loss = evaluation != NULL ? evaluation->loss : (double) NAN,
    .n = evaluation != NULL ? evaluation->n : 0,
    .bytes = g_bytes_get_size (file),
    .packed_bytes = nn_packed_bytes (model->graph, model->params),
    .flops = nn_graph_flops (model->graph),
    .ms = cvr_measure_ms (model, workers),
    .integer = nn_int8_applies (model->graph, model->params),
  };
  count_weights (model, &measure->n_values, &measure->n_zero);

  return TRUE;
}
