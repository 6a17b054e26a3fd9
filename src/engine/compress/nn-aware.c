/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantization-aware training: a network learns while it sees its weights and activations on the
 * grid. */
#include "nn-aware.h"

#include "nn-grid.h"
#include "nn-pointwise.h"

#include <string.h>

/* Scales of less than 8 bits are searched for, which costs more than a small network's step, and
 * weights move little in a few steps. */
enum { STEPS_PER_FIT = 32 };

/* What the view of the weights needs. @fitted: scales of the last fit, with the weights of then. */
typedef struct
{
  NnGraph    *graph;
  NnQuantSpec quant;
  NnWorkers  *workers;
  NnParams   *fitted;
} Aware;

NnAwareSpec
nn_aware_spec_default (guint bits)
{
  NnAwareSpec spec = { nn_quant_spec_default (bits), nn_train_spec_default () };

  spec.train.optim = nn_optim_spec_default (NN_OPTIM_ADAM);
  spec.train.optim.lr = bits >= 8 ? 1e-4f : bits == 4 ? 5e-4f : 1e-3f;
  spec.train.schedule = nn_schedule_spec_default (NN_SCHEDULE_COSINE);

  return spec;
}

/* @values on the grids that quantization after training would choose for them. A network without
 * batch norms to fold keeps its numbering. */
static NnParams *
quantized_copy (NnGraph           *graph,
                NnParams          *values,
                const NnQuantSpec *quant,
                NnWorkers         *workers,
                NnGraph          **new_graph,
                GError           **error)
{
  NnQuantSpec weights_only = *quant;
  NnParams *fitted = NULL;

  weights_only.activations = FALSE;

  return nn_quantize (graph, values, &weights_only, NULL, workers, new_graph, &fitted, error)
           ? fitted : NULL;
}

/* One layer's weights on the grid of the last fit. */
static void
put_on_grid (Aware    *self,
             NnParams *values,
             NnNode    node)
{
  const NnWeightQuant *quant = nn_params_peek_quant (self->fitted, node);
  gsize n_values, row;
  nn_real *weights = nn_params_poke (values, node, NN_SLOT_WEIGHT, &n_values);
  nn_real most;

  if (quant == NULL || weights == NULL)
    return;

  row = quant->n_scales > 0 ? n_values / quant->n_scales : 0;
  most = (nn_real) ((1u << (quant->bits - 1)) - 1);
  for (guint k = 0; k < quant->n_scales; k++, weights += row)
    if (quant->bits > 1)
      nn_grid (row, (nn_real) quant->scales[k], 0, -most, most, weights, weights);
    else
      for (gsize i = 0; i < row; i++)
        weights[i] = (nn_real) (weights[i] < 0 ? -quant->scales[k] : quant->scales[k]);
  if (quant->n_scales == 0)
    for (gsize i = 0; i < n_values; i++)
      weights[i] = (nn_real) nn_grid_half ((float) weights[i]);
}

/* NnTrainView's show. A fit that fails (the weights are no longer finite) leaves the last one: the
 * training notices by itself. */
static void
show_quantized (NnParams *values,
                guint64   step,
                gboolean  exact,
                gpointer  data)
{
  Aware *self = data;
  g_autoptr (NnGraph) graph = NULL;
  NnParams *fitted = NULL;

  if (exact || self->fitted == NULL || step % STEPS_PER_FIT == 0)
    fitted = quantized_copy (self->graph, values, &self->quant, self->workers, &graph, NULL);
  if (fitted != NULL)
    {
      g_clear_pointer (&self->fitted, nn_params_unref);
      self->fitted = fitted;
    }

  for (guint i = 0; self->fitted != NULL && i < nn_graph_n_nodes (self->graph); i++)
    put_on_grid (self, values, (NnNode) i);
}

/* The folded network's values, unrounded, under the numbering of the network with grids between
 * its layers. */
static NnParams *
values_behind (NnParams *quantized,
               NnGraph  *folded,
               NnParams *values)
{
  NnGraph *graph = nn_params_graph (quantized);
  NnParams *behind = nn_params_copy (quantized);

  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    {
      NnNode from = nn_graph_find (folded, nn_graph_node_name (graph, (NnNode) i));

      nn_params_set_quant (behind, (NnNode) i, NULL);
      for (guint slot = 0; from != NN_NODE_NONE && slot < NN_N_SLOTS; slot++)
        {
          gsize n_from, n_to;
          const nn_real *source = nn_params_peek (values, from, slot, &n_from);
          nn_real *place = nn_params_poke (behind, (NnNode) i, slot, &n_to);

          if (source != NULL && place != NULL && n_from == n_to)
            memcpy (place, source, n_to * sizeof *place);
        }
    }

  return behind;
}

/* Trains the values behind the grids of @quantized. */
static gboolean
train_behind (Aware             *self,
              NnParams          *start,
              const NnAwareSpec *spec,
              const NnSource    *train,
              const NnSource    *valid,
              const NnObserver  *observer,
              NnTrainResult     *result,
              GError           **error)
{
  NnTrainSpec training = spec->train;
  gboolean done;

  training.view = (NnTrainView) { show_quantized, self };
  done = nn_train (self->graph, start, &training, train, valid, self->workers, observer, NULL,
                   result, error);
  g_clear_pointer (&self->fitted, nn_params_unref);

  return done;
}

/**
 * nn_train_aware:
 * @new_graph: (out) (transfer full)
 * @new_params: (out) (transfer full): frozen, on their grids
 *
 * B. Jacob et al., arXiv 1712.05877. In every step the weights are put on their grids; gradients
 * taken there change the weights behind them (straight-through, Y. Bengio et al., arXiv 1308.3432).
 * Batch norms are folded first: a trained network's statistics are settled, while folding those of
 * each batch would take a second convolution per step; what can't be folded goes on learning.
 * Activation ranges are those of calibration and stay: the gradient is zero where a value is
 * clamped. Scales of weights follow every few steps and at validation, so
 * that what was validated is what comes out.
 *
 * Returns: %FALSE with what nn_quantize() or nn_train() say.
 */
gboolean
nn_train_aware (NnGraph           *graph,
                NnParams          *params,
                const NnAwareSpec *spec,
                const NnSource    *calibration,
                const NnSource    *train,
                const NnSource    *valid,
                NnWorkers         *workers,
                const NnObserver  *observer,
                NnGraph          **new_graph,
                NnParams         **new_params,
                NnTrainResult     *result,
                GError           **error)
{
  g_autoptr (NnGraph) folded = NULL;
  g_autoptr (NnGraph) with_grids = NULL;
  g_autoptr (NnParams) values = NULL;
  g_autoptr (NnParams) quantized = NULL;
  g_autoptr (NnParams) start = NULL;
  Aware self = { NULL, spec->quant, workers, NULL };

  memset (result, 0, sizeof *result);
  if (!nn_quantize (graph, params, &spec->quant, calibration, workers, &with_grids, &quantized,
                    error) ||
      !nn_fold_batch_norm (graph, params, &folded, &values, error))
    return FALSE;

  self.graph = with_grids;
  start = values_behind (quantized, folded, values);
  if (!train_behind (&self, start, spec, train, valid, observer, result, error))
    return FALSE;

  *new_params = quantized_copy (with_grids, result->params, &spec->quant, workers, new_graph,
                                error);

  return *new_params != NULL;
}
