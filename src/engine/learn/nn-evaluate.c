/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole source through a network: loss, hits, confusion and every probability. */
#include "nn-evaluate.h"

#include <float.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum { MAX_CLASSES = 10000 }; /* of a confusion table: its square is allocated */

/* What the loss takes as logits. A network that ends in a softmax of its own gives probabilities p:
 * softmax (log p) = p, so their logarithms serve. */
static const nn_real *
logits_of (const NnEvaluateSpec *spec,
           guint                 batch,
           guint                 n_outputs,
           nn_real              *room)
{
  NnGraph *graph = spec->answerer != NULL ? spec->answerer->graph : nn_exec_graph (spec->exec);
  const nn_real *outputs =
    spec->answerer != NULL ? spec->answerer->output : nn_exec_output (spec->exec, 0);

  if (spec->feed->labels == NULL ||
      nn_graph_node_kind (graph, nn_graph_output (graph, 0)) != NN_OP_SOFTMAX ||
      nn_graph_node_attrs (graph, nn_graph_output (graph, 0))->softmax.log)
    return outputs; /* Logarithms of probabilities are as good as logits. */

  for (gsize i = 0; i < (gsize) batch * n_outputs; i++)
    room[i] = outputs[i] < (nn_real) FLT_MIN ? (nn_real) log ((double) FLT_MIN)
                                             : (nn_real) log ((double) outputs[i]);

  return room;
}

static void
keep_batch (const NnEvaluateSpec *spec,
            guint                 first,
            guint                 batch,
            guint                 n_outputs,
            const nn_real        *outputs,
            nn_real              *room)
{
  NnEvaluation *evaluation = spec->evaluation;
  float *to = evaluation->probabilities + (gsize) first * n_outputs;
  const nn_real *from = outputs;

  if (spec->feed->labels != NULL)
    {
      nn_softmax_rows (batch, n_outputs, outputs, room);
      from = room;
    }
  for (gsize i = 0; i < (gsize) batch * n_outputs; i++)
    to[i] = (float) from[i];

  for (guint i = 0; spec->feed->labels != NULL && i < batch; i++)
    {
      guint best = 0;

      for (guint k = 1; k < n_outputs; k++)
        if (outputs[(gsize) i * n_outputs + k] > outputs[(gsize) i * n_outputs + best])
          best = k;
      evaluation->labels[first + i] = spec->feed->labels[i];
      nn_confusion_add (evaluation->confusion, (guint) spec->feed->labels[i], best);
    }
}

gboolean
nn_evaluate_run (const NnEvaluateSpec *spec,
                 NnLossSums           *sums,
                 GError              **error)
{
  NnFeed *feed = spec->feed;
  const NnSource *source = feed->source;
  guint n_outputs = source->n_classes > 0 ? source->n_classes : source->n_targets;
  const NnAnswerer *answerer = spec->answerer;
  guint max_batch = answerer != NULL ? answerer->max_batch : nn_exec_max_batch (spec->exec);
  nn_real *x = answerer != NULL ? answerer->input : nn_exec_input (spec->exec, 0);
  g_autofree nn_real *room = g_new (nn_real, (gsize) max_batch * n_outputs);
  g_autofree nn_real *scratch = g_new (nn_real, n_outputs);

  for (guint first = 0, batch; first < source->count; first += batch)
    {
      NnLossRows rows;

      batch = MIN (max_batch, source->count - first);
      if (spec->keep_going != NULL && !spec->keep_going (spec->data))
        {
          g_set_error (error, NN_ERROR, NN_ERROR_CANCELLED, _("Stopped after %u of %u items."),
                       first, source->count);
          return FALSE;
        }
      if (!nn_feed_fetch (feed, NULL, first, batch, FALSE, 0, x, error))
        return FALSE;

      if (answerer != NULL)
        answerer->forward (answerer->data, batch);
      else
        nn_exec_forward (spec->exec, spec->params, batch, 0);
      rows = (NnLossRows) { batch, n_outputs, logits_of (spec, batch, n_outputs, room),
                            feed->labels, feed->values };
      nn_loss_sums (spec->loss, &rows, NULL, scratch, sums);
      if (spec->evaluation != NULL)
        keep_batch (spec, first, batch, n_outputs, rows.outputs, room);
    }

  return TRUE;
}

static gboolean
allocate (NnEvaluation   *evaluation,
          const NnSource *source,
          GError        **error)
{
  guint n_outputs = source->n_classes > 0 ? source->n_classes : source->n_targets;

  if (source->n_classes > MAX_CLASSES)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_NO_MEMORY,
                   _("A table of answers for %u classes would be too large; %d are possible."),
                   source->n_classes, MAX_CLASSES);
      return FALSE;
    }

  evaluation->n = source->count;
  evaluation->probabilities = g_try_malloc0_n (source->count, n_outputs * sizeof (float));
  if (source->n_classes > 0)
    {
      evaluation->labels = g_new0 (gint32, source->count);
      evaluation->confusion = nn_confusion_new (source->n_classes);
    }
  if (evaluation->probabilities != NULL)
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_NO_MEMORY,
               _("The answers for %u items with %u values each need more memory than there is."),
               source->count, n_outputs);
  return FALSE;
}

gboolean
nn_evaluate_with (const NnAnswerer *answerer,
                  const NnSource   *source,
                  const NnLossSpec *loss,
                  NnWorkers        *workers,
                  gboolean        (*keep_going) (gpointer data),
                  gpointer          data,
                  NnEvaluation     *evaluation,
                  GError          **error)
{
  g_auto (NnFeed) feed = { 0 };
  NnLossSums sums = { 0 };
  NnEvaluateSpec spec = { NULL, NULL, &feed, loss, keep_going, data, evaluation, answerer };

  memset (evaluation, 0, sizeof *evaluation);
  if (!nn_feed_check (answerer->graph, source, _("evaluation"), error))
    return FALSE;

  nn_feed_init (&feed, source, workers, answerer->max_batch);
  if (!allocate (evaluation, source, error) || !nn_evaluate_run (&spec, &sums, error))
    {
      nn_evaluation_clear (evaluation);
      return FALSE;
    }

  evaluation->loss = nn_loss_mean (&sums);
  evaluation->accuracy = source->n_classes > 0 ? (double) sums.n_correct / (double) sums.n
                                               : (double) NAN;

  return TRUE;
}

/* An exec with its parameters, as an answerer's data. */
typedef struct
{
  NnExec   *exec;
  NnParams *params;
} Floats;

static void
forward_floats (gpointer data,
                guint    batch)
{
  Floats *floats = data;

  nn_exec_forward (floats->exec, floats->params, batch, 0);
}

/**
 * nn_evaluate:
 * @loss: for the mean loss; its class weights count here too
 * @batch: items at a time, 1 or more; the figures don't depend on it, apart from rounding in the
 *   last digits of the network's sums
 * @evaluation: (out caller-allocates): nn_evaluation_clear() it; empty after an error
 *
 * Where a source has target values, accuracy is NaN, and there are neither labels nor a confusion.
 */
gboolean
nn_evaluate (NnGraph          *graph,
             NnParams         *params,
             const NnSource   *source,
             const NnLossSpec *loss,
             guint             batch,
             NnWorkers        *workers,
             gboolean        (*keep_going) (gpointer data),
             gpointer          data,
             NnEvaluation     *evaluation,
             GError          **error)
{
  g_autoptr (NnExec) exec = NULL;
  Floats floats;
  NnAnswerer answerer;

  memset (evaluation, 0, sizeof *evaluation);
  if (!nn_feed_check (graph, source, _("evaluation"), error))
    return FALSE;

  exec = nn_exec_new (graph, workers,
                      MIN (CLAMP (batch, 1, source->count), nn_graph_max_batch (graph)),
                      NN_EXEC_INFER, error);
  if (exec == NULL)
    return FALSE;

  floats = (Floats) { exec, params };
  answerer = (NnAnswerer) { graph, nn_exec_max_batch (exec), nn_exec_input (exec, 0),
                            nn_exec_output (exec, 0), forward_floats, &floats };

  return nn_evaluate_with (&answerer, source, loss, workers, keep_going, data, evaluation, error);
}

void
nn_evaluation_clear (NnEvaluation *evaluation)
{
  g_clear_pointer (&evaluation->confusion, nn_confusion_free);
  g_clear_pointer (&evaluation->probabilities, g_free);
  g_clear_pointer (&evaluation->labels, g_free);
  evaluation->n = 0;
}
