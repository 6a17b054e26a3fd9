/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of a model measured here: time, bytes, weights. */
#include "cvr-measure.h"

enum
{
  WARM_UPS = 3,
  RUNS = 31,
  BUDGET_US = 150000, /* slow networks are measured less often, but at least LEAST_RUNS times */
  LEAST_RUNS = 5,
};

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

/**
 * cvr_measure_ms:
 *
 * Blocks for at most some tenths of a second (longer where one picture takes longer). Any thread.
 *
 * Returns: median of several runs of one picture, in ms; NaN where the network can't be run.
 */
double
cvr_measure_ms (CvrModel  *model,
                NnWorkers *workers)
{
  g_autoptr (NnExec) exec = nn_exec_new (model->graph, workers, 1, NN_EXEC_INFER, NULL);
  gint64 times[RUNS];
  gint64 begin = g_get_monotonic_time ();
  guint n = 0;

  if (exec == NULL)
    return (double) NAN;

  for (guint i = 0; i < nn_graph_n_inputs (model->graph); i++)
    {
      NnShape shape = nn_graph_node_shape (model->graph, nn_graph_input (model->graph, i));
      nn_real *x = nn_exec_input (exec, i);
      gsize count = 0;

      /* Plain grey: neither zeros, which sparse kernels would skip, nor denormal numbers. */
      if (nn_shape_count (&shape, &count))
        for (gsize j = 0; j < count; j++)
          x[j] = (nn_real) 0.5;
    }

  for (guint i = 0; i < WARM_UPS; i++)
    nn_exec_forward (exec, model->params, 1, 0);
  while (n < RUNS && (n < LEAST_RUNS || g_get_monotonic_time () - begin < BUDGET_US))
    {
      gint64 start = g_get_monotonic_time ();

      nn_exec_forward (exec, model->params, 1, 0);
      times[n++] = g_get_monotonic_time () - start;
    }
  qsort (times, n, sizeof times[0], compare_times);

  return (double) times[n / 2] / 1e3;
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
  };
  count_weights (model, &measure->n_values, &measure->n_zero);

  return TRUE;
}
