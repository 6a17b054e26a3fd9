/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the loss says about each filter: the square of gradient times value, of what a batch norm
 * behind it multiplies and adds, or of its own weights (P. Molchanov et al., arXiv 1906.10771).
 * Unlike a norm it does not change when one layer's scale moves to the next. */
#include "nn-importance.h"

#include "nn-channels.h"
#include "nn-feed.h"
#include "nn-loss-private.h"

#include <glib/gi18n-lib.h>

/* A measurement under way. */
typedef struct
{
  NnGraph        *graph;
  const NnSource *source;
  NnParams       *params;  /* a copy: its running statistics move */
  NnExec         *exec;
  NnFeed          feed;
  NnNode          loss_node;
  guint           n_outputs;
  guint          *order;
  nn_real        *gradient, *scratch;
} Measure;

static void
measure_clear (Measure *self)
{
  g_clear_pointer (&self->params, nn_params_unref);
  g_clear_pointer (&self->exec, nn_exec_free);
  nn_feed_clear (&self->feed);
  g_clear_pointer (&self->order, g_free);
  g_clear_pointer (&self->gradient, g_free);
  g_clear_pointer (&self->scratch, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Measure, measure_clear)

static gboolean
measure_init (Measure        *self,
              NnGraph        *graph,
              NnParams       *params,
              const NnSource *source,
              guint           batch,
              guint64         seed,
              NnWorkers      *workers,
              GError        **error)
{
  CvrRng rng = cvr_rng_new (seed, 0);

  *self = (Measure) { .graph = graph, .source = source };
  if (!nn_feed_check (graph, source, _("pruning"), error))
    return FALSE;
  self->exec = nn_exec_new (graph, workers, batch, NN_EXEC_TRAIN, error);
  if (self->exec == NULL)
    return FALSE;

  nn_feed_init (&self->feed, source, workers, batch);
  self->params = nn_params_copy (params);
  self->loss_node = nn_graph_output (graph, 0);
  if (source->n_classes > 0 && nn_graph_node_kind (graph, self->loss_node) == NN_OP_SOFTMAX)
    self->loss_node = nn_graph_node_input (graph, self->loss_node, 0);
  self->n_outputs = source->n_classes > 0 ? source->n_classes : source->n_targets;
  self->gradient = g_new (nn_real, (gsize) batch * self->n_outputs);
  self->scratch = g_new (nn_real, self->n_outputs);
  self->order = g_new (guint, source->count);
  for (guint i = 0; i < source->count; i++)
    self->order[i] = i;
  cvr_rng_shuffle (&rng, self->order, source->count);

  return TRUE;
}

/* Gradients of one batch, in the exec. */
static gboolean
run_batch (Measure *self,
           guint    first,
           guint    batch,
           GError **error)
{
  NnLossSpec loss = {
    .kind = self->source->n_classes > 0 ? NN_LOSS_CROSS_ENTROPY : NN_LOSS_MSE
  };
  NnLossSums sums = { 0 };
  NnLossRows rows;

  if (!nn_feed_fetch (&self->feed, self->order, first, batch, FALSE, 0,
                      nn_exec_input (self->exec, 0), error))
    return FALSE;

  nn_exec_forward (self->exec, self->params, batch, first);
  rows = (NnLossRows) { batch, self->n_outputs, nn_exec_values (self->exec, self->loss_node),
                        self->feed.labels, self->feed.values };
  nn_loss_sums (&loss, &rows, self->gradient, self->scratch, &sums);
  nn_exec_backward (self->exec, self->params, self->loss_node, self->gradient, FALSE);

  return TRUE;
}

/* Adds Σ gradient · value of each row of a slot. */
static void
add_slot (Measure *self,
          NnNode   node,
          NnSlot   slot,
          guint32  n_rows,
          double  *products)
{
  const nn_real *values = nn_params_peek_all (self->params);
  const nn_real *gradients = nn_exec_param_gradients (self->exec);
  gsize offset, n;

  if (!nn_params_slot_range (self->params, node, slot, &offset, &n) || n < n_rows)
    return;

  for (gsize i = 0; i < n; i++)
    products[i / (n / n_rows)] += (double) gradients[offset + i] * (double) values[offset + i];
}

static void
add_scores (Measure *self,
            NnNode   node,
            guint32  n_filters,
            double  *scores)
{
  NnNode norm = nn_channels_norm_after (self->graph, node);
  NnNode gate = norm != NN_NODE_NONE ? norm : node;
  g_autofree double *products = g_new0 (double, n_filters);

  add_slot (self, gate, NN_SLOT_WEIGHT, n_filters, products);
  add_slot (self, gate, NN_SLOT_BIAS, n_filters, products);
  for (guint32 k = 0; k < n_filters; k++)
    scores[k] += products[k] * products[k];
}

NnImportance *
nn_importance_new (NnGraph        *graph,
                   NnParams       *params,
                   const NnSource *source,
                   guint           n_batches,
                   guint           batch,
                   guint64         seed,
                   NnWorkers      *workers,
                   GError        **error)
{
  g_autoptr (NnImportance) self = g_new0 (NnImportance, 1);
  g_auto (Measure) measure = { NULL };

  batch = MIN (batch, source->count);
  if (!measure_init (&measure, graph, params, source, batch, seed, workers, error))
    return NULL;

  self->n_nodes = nn_graph_n_nodes (graph);
  self->scores = g_new0 (double *, self->n_nodes);
  for (guint i = 0; i < n_batches && (i + 1) * (guint64) batch <= source->count; i++)
    {
      if (!run_batch (&measure, i * batch, batch, error))
        return NULL;
      for (guint j = 0; j < self->n_nodes; j++)
        {
          NnOpKind kind = nn_graph_node_kind (graph, (NnNode) j);
          guint32 n_filters = nn_graph_node_shape (graph, (NnNode) j).dims[1];

          if (kind != NN_OP_CONV && kind != NN_OP_DENSE)
            continue;
          if (self->scores[j] == NULL)
            self->scores[j] = g_new0 (double, n_filters);
          add_scores (&measure, (NnNode) j, n_filters, self->scores[j]);
        }
    }

  return g_steal_pointer (&self);
}

void
nn_importance_free (NnImportance *self)
{
  for (guint i = 0; i < self->n_nodes; i++)
    g_free (self->scores[i]);
  g_free (self->scores);
  g_free (self);
}
