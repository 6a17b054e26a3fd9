/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much each layer can lose: the network measured with one layer pruned at a time (H. Li et al.,
 * arXiv 1608.08710, section 3.2). */
#include "nn-sensitivity.h"

typedef struct
{
  const NnSensitivitySpec *spec;
  const NnSource          *source;
  NnWorkers               *workers;
  void                   (*told) (const NnSensitivity *row, gpointer data);
  gboolean               (*keep_going) (gpointer data);
  gpointer                 data;
  GArray                  *rows;
} Study;

/* Fills in what the network does and keeps the row. */
static gboolean
measure (Study         *self,
         NnGraph       *graph,
         NnParams      *params,
         NnSensitivity  row,
         GError       **error)
{
  NnEvaluation evaluation = { 0 };

  if (!nn_evaluate (graph, params, self->source, &self->spec->loss, self->spec->batch,
                    self->workers, self->keep_going, self->data, &evaluation, error))
    return FALSE;

  row.loss = evaluation.loss;
  row.accuracy = evaluation.accuracy;
  row.flops = nn_graph_flops (graph);
  nn_evaluation_clear (&evaluation);
  g_array_append_val (self->rows, row);
  if (self->told != NULL)
    self->told (&row, self->data);

  return TRUE;
}

static gboolean
study_layer (Study     *self,
             NnGraph   *graph,
             NnParams  *params,
             NnNode     layer,
             GError   **error)
{
  for (guint i = 0; i < self->spec->n_amounts; i++)
    {
      double amount = self->spec->amounts[i];
      g_autoptr (NnGraph) less = NULL;
      g_autoptr (NnParams) left = NULL;
      NnPruneReport report;

      if (!nn_prune_layer (graph, params, self->spec->kind, layer, amount, &less, &left, &report,
                           error))
        return FALSE;
      if (report.n_values == 0)
        return TRUE;
      if (!measure (self, less, left,
                    (NnSensitivity) { .layer = layer, .amount = amount,
                                      .n_values = report.n_values, .n_pruned = report.n_pruned },
                    error))
        return FALSE;
    }

  return TRUE;
}

GArray *
nn_sensitivity (NnGraph                 *graph,
                NnParams                *params,
                const NnSensitivitySpec *spec,
                const NnSource          *source,
                NnWorkers               *workers,
                void                   (*told) (const NnSensitivity *row, gpointer data),
                gboolean               (*keep_going) (gpointer data),
                gpointer                 data,
                GError                 **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (NnSensitivity));
  Study self = { spec, source, workers, told, keep_going, data, rows };

  if (!measure (&self, graph, params, (NnSensitivity) { .layer = NN_NODE_NONE }, error))
    return NULL;

  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    {
      NnOpKind kind = nn_graph_node_kind (graph, (NnNode) i);

      if ((kind == NN_OP_CONV || kind == NN_OP_DENSE) &&
          nn_params_peek (params, (NnNode) i, NN_SLOT_WEIGHT, NULL) != NULL &&
          !study_layer (&self, graph, params, (NnNode) i, error))
        return NULL;
    }

  return g_steal_pointer (&rows);
}
