/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of a model measured here: time, bytes, weights. */
#include "cvr-measure.h"

#include "cvr-runner.h"
#include "nn-int8.h"

enum { BUDGET_US = 150000 };

/**
 * cvr_measure_ms_within:
 * @budget_us: slow networks are measured less often than others, but at least a few times
 * @keep_going: (nullable): asked between runs
 *
 * Blocks; any thread. A model of 8 bits is measured with the integer kernels.
 *
 * Returns: median of several runs of one picture, in ms; NaN where the network can't be run.
 */
double
cvr_measure_ms_within (CvrModel   *model,
                       NnWorkers  *workers,
                       gint64      budget_us,
                       gboolean  (*keep_going) (gpointer data),
                       gpointer    data)
{
  g_autoptr (CvrRunner) runner = cvr_runner_new (model, workers, 1, NULL);

  return runner != NULL ? cvr_runner_ms (runner, budget_us, keep_going, data) : (double) NAN;
}

/**
 * cvr_measure_ms:
 *
 * Blocks for at most some tenths of a second (longer where one picture takes longer). Any thread.
 */
double
cvr_measure_ms (CvrModel  *model,
                NnWorkers *workers)
{
  return cvr_measure_ms_within (model, workers, BUDGET_US, NULL, NULL);
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

gboolean
cvr_measure_sizes (CvrModel   *model,
                   NnPruneKind kind,
                   CvrSizes   *sizes,
                   GError    **error)
{
  g_autoptr (GArray) all = nn_prune_sizes (model->graph, model->params, kind, error);

  *sizes = (CvrSizes) { .high = 0 };
  if (all == NULL)
    return FALSE;

  for (guint i = 0; i < all->len; i++)
    sizes->high = fmax (sizes->high, g_array_index (all, double, i));
  for (guint i = 0; i < all->len && sizes->high > 0; i++)
    {
      double place = g_array_index (all, double, i) / sizes->high * CVR_SIZE_BINS;

      sizes->counts[MIN ((guint) place, CVR_SIZE_BINS - 1)]++;
    }

  return TRUE;
}

/**
 * cvr_measure_size:
 * @measure: (out): what the weights alone say; accuracy, loss and time are NaN, n is 0
 *
 * Any thread. Fails where the model can't be written as a file.
 */
gboolean
cvr_measure_size (CvrModel   *model,
                  CvrMeasure *measure,
                  GError    **error)
{
  gsize n_bytes;

  if (!cvr_model_file_size (model, &n_bytes, error))
    return FALSE;

  *measure = (CvrMeasure) {
    .accuracy = (double) NAN,
    .loss = (double) NAN,
    .bytes = n_bytes,
    .packed_bytes = nn_packed_bytes (model->graph, model->params),
    .flops = nn_graph_flops (model->graph),
    .ms = (double) NAN,
    .integer = nn_int8_applies (model->graph, model->params),
  };
  count_weights (model, &measure->n_values, &measure->n_zero);

  return TRUE;
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
  if (!cvr_measure_size (model, measure, error))
    return FALSE;

  if (evaluation != NULL)
    {
      measure->accuracy = evaluation->accuracy;
      measure->loss = evaluation->loss;
      measure->n = evaluation->n;
    }
  measure->ms = cvr_measure_ms (model, workers);

  return TRUE;
}
