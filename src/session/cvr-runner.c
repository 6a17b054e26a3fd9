/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model ready to answer: in integers where it is of 8 bits, in floats otherwise. */
#include "cvr-runner.h"

#include "nn-int8.h"

enum
{
  WARM_UPS = 3,
  RUNS = 31,
  LEAST_RUNS = 3,
  PATIENCE = 8,  /* budgets, for those; one run there is in any case */
  REPEATS = 8,   /* in a row for each time taken, where one run is nearer to the clock's own step */
  SHORT_US = 500,
};

struct _CvrRunner
{
  NnExec     *exec;   /* one of the two is there */
  NnInt8     *int8;
  NnParams   *params;
  NnWorkers  *workers;
  NnAnswerer  answerer;
};

static void
forward_cb (gpointer data,
            guint    batch)
{
  CvrRunner *self = data;

  if (self->int8 != NULL)
    nn_int8_forward (self->int8, batch);
  else
    nn_exec_forward (self->exec, self->params, batch, 0);
}

/**
 * cvr_runner_new:
 * @max_batch: pictures at a time; fewer where the network needs much memory
 *
 * Any thread.
 *
 * Returns: (transfer full): %NULL with %NN_ERROR_NO_MEMORY
 */
CvrRunner *
cvr_runner_new (CvrModel  *model,
                NnWorkers *workers,
                guint      max_batch,
                GError   **error)
{
  g_autoptr (CvrRunner) self = g_new0 (CvrRunner, 1);
  guint batch = MIN (MAX (max_batch, 1), nn_graph_max_batch (model->graph));

  self->params = nn_params_ref (model->params);
  self->workers = nn_workers_ref (workers);
  if (nn_int8_applies (model->graph, model->params))
    self->int8 = nn_int8_new (model->graph, model->params, workers, batch, error);
  else
    self->exec = nn_exec_new (model->graph, workers, batch, NN_EXEC_INFER, error);
  if (self->int8 == NULL && self->exec == NULL)
    return NULL;

  self->answerer = (NnAnswerer) {
    .graph = model->graph,
    .max_batch = batch,
    .input = self->int8 != NULL ? nn_int8_input (self->int8, 0) : nn_exec_input (self->exec, 0),
    .output = self->int8 != NULL ? nn_int8_output (self->int8, 0) : nn_exec_output (self->exec, 0),
    .forward = forward_cb,
    .data = self,
  };

  return g_steal_pointer (&self);
}

void
cvr_runner_free (CvrRunner *self)
{
  g_clear_pointer (&self->exec, nn_exec_free);
  g_clear_pointer (&self->int8, nn_int8_free);
  g_clear_pointer (&self->params, nn_params_unref);
  g_clear_pointer (&self->workers, nn_workers_unref);
  g_free (self);
}

/**
 * cvr_runner_evaluate:
 * @kind: of the loss
 * @figures: (out caller-allocates): see nn_evaluate()
 */
gboolean
cvr_runner_evaluate (CvrRunner      *self,
                     const NnSource *source,
                     NnLossKind      kind,
                     gboolean      (*keep_going) (gpointer data),
                     gpointer        data,
                     NnEvaluation   *figures,
                     GError        **error)
{
  NnLossSpec loss = { .kind = kind };

  return nn_evaluate_with (&self->answerer, source, &loss, self->workers, keep_going, data, figures,
                           error);
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

/* Plain grey: neither zeros, which sparse kernels would skip, nor denormal numbers. */
static void
fill_grey (CvrRunner *self)
{
  NnGraph *graph = self->answerer.graph;

  for (guint i = 0; i < nn_graph_n_inputs (graph); i++)
    {
      NnShape shape = nn_graph_node_shape (graph, nn_graph_input (graph, i));
      nn_real *x = self->int8 != NULL ? nn_int8_input (self->int8, i)
                                      : nn_exec_input (self->exec, i);
      gsize count = 0;

      if (nn_shape_count (&shape, &count))
        for (gsize j = 0; j < count; j++)
          x[j] = (nn_real) 0.5;
    }
}

/**
 * cvr_runner_ms:
 * @budget_us: slow networks are measured less often than others, the slowest once
 *
 * Blocks for about the budget. The input is overwritten.
 */
double
cvr_runner_ms (CvrRunner  *self,
               gint64      budget_us,
               gboolean  (*keep_going) (gpointer data),
               gpointer    data)
{
  gint64 times[RUNS];
  gint64 begin = g_get_monotonic_time ();
  guint n = 0, n_warm = 0, repeats;

  fill_grey (self);
  while (n_warm < WARM_UPS && (n_warm == 0 || g_get_monotonic_time () - begin < budget_us / 4))
    {
      forward_cb (self, 1);
      n_warm++;
    }
  repeats = g_get_monotonic_time () - begin < n_warm * SHORT_US ? REPEATS : 1;
  while (n < RUNS)
    {
      gint64 start = g_get_monotonic_time ();
      gint64 most = n < LEAST_RUNS ? PATIENCE * budget_us : budget_us;

      if (n > 0 && (start - begin >= most || (keep_going != NULL && !keep_going (data))))
        break;
      for (guint i = 0; i < repeats; i++)
        forward_cb (self, 1);
      times[n++] = g_get_monotonic_time () - start;
    }
  qsort (times, n, sizeof times[0], compare_times);

  return (double) times[n / 2] / 1e3 / repeats;
}
