/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pruning: single weights set to zero, or whole filters removed. */
#include "nn-prune.h"

#include "nn-channels.h"

#include <glib/gi18n-lib.h>
#include <tgmath.h>

enum { BINS = 4096 };

/* The @k-th smallest, counted from 0 (C. Hoare's FIND). Reorders @values. */
static nn_real
select_smallest (nn_real *values,
                 gsize    n,
                 gsize    k)
{
  gssize low = 0, high = (gssize) n - 1;

  while (low < high)
    {
      nn_real pivot = values[low + (high - low) / 2];
      gssize i = low, j = high;

      while (i <= j)
        {
          while (values[i] < pivot)
            i++;
          while (values[j] > pivot)
            j--;
          if (i <= j)
            {
              nn_real swap = values[i];

              values[i++] = values[j];
              values[j--] = swap;
            }
        }
      if ((gssize) k <= j)
        high = j;
      else if ((gssize) k >= i)
        low = i;
      else
        break;
    }

  return values[k];
}

/* The largest; infinity where some value is not finite. */
static nn_real
largest_of (const nn_real *values,
            gsize          n)
{
  nn_real largest = 0;
  nn_real strange = 0;

  for (gsize i = 0; i < n; i++)
    {
      largest = values[i] > largest ? values[i] : largest;
      strange += values[i] - values[i];
    }

  return strange == 0 ? largest : (nn_real) INFINITY;
}

/* The @k-th smallest of values that are not negative, counted from 0. Counting them in bins first
 * leaves few to put in order, and takes no turns that the processor can't foresee. Reorders
 * @values, and forgets some. @n_below: (out): how many are smaller */
static nn_real
select_magnitude (nn_real *values,
                  gsize    n,
                  gsize    k,
                  gsize   *n_below)
{
  nn_real bins_per_unit = BINS / largest_of (values, n);
  gsize counts[BINS] = { 0 };
  gsize n_lower = 0, n_chosen = 0;
  guint chosen = 0;
  nn_real found;

  if (n > BINS && isfinite (bins_per_unit) && bins_per_unit > 0)
    {
      for (gsize i = 0; i < n; i++)
        counts[MIN ((guint) (values[i] * bins_per_unit), BINS - 1)]++;
      while (n_lower + counts[chosen] <= k)
        n_lower += counts[chosen++];
      for (gsize i = 0; i < n; i++)
        {
          nn_real value = values[i];

          values[n_chosen] = value;
          n_chosen += MIN ((guint) (value * bins_per_unit), BINS - 1) == chosen ? 1 : 0;
        }
    }
  else
    n_chosen = n;
  found = select_smallest (values, n_chosen, k - n_lower);
  *n_below = n_lower;
  for (gsize i = 0; i < n_chosen; i++)
    *n_below += values[i] < found ? 1 : 0;

  return found;
}

/* Weight slots that pruning and quantization look at: convolutions and dense layers. */
static nn_real *
weights_of (NnParams *params,
            NnNode    node,
            gsize    *n_values)
{
  NnOpKind kind = nn_graph_node_kind (nn_params_graph (params), node);

  *n_values = 0;

  return kind == NN_OP_CONV || kind == NN_OP_DENSE
           ? nn_params_poke (params, node, NN_SLOT_WEIGHT, n_values)
           : NULL;
}

/* Zeroes the weights of nodes @from to @to whose magnitude is among the @n_pruned smallest of
 * theirs; among equal ones the first go. Returns the smallest magnitude that stays, or what
 * comes after the largest when none does. */
static double
zero_smallest (NnParams *params,
               guint     from,
               guint     to,
               nn_real  *magnitudes,
               gsize     n_magnitudes,
               gsize     n_pruned)
{
  nn_real threshold;
  gsize n_below = n_magnitudes, n_equal;

  if (n_pruned == 0)
    return 0;

  if (n_pruned < n_magnitudes)
    threshold = select_magnitude (magnitudes, n_magnitudes, n_pruned, &n_below);
  else
    threshold = nextafter (select_smallest (magnitudes, n_magnitudes, n_magnitudes - 1),
                           (nn_real) INFINITY);
  n_equal = n_pruned - n_below;

  for (guint i = from; i < to; i++)
    {
      gsize n_values;
      nn_real *weights = weights_of (params, (NnNode) i, &n_values);

      for (gsize j = 0; j < n_values; j++)
        weights[j] = fabs (weights[j]) < threshold ? 0 : weights[j];
      for (gsize j = 0; j < n_values && n_equal > 0; j++)
        if (fabs (weights[j]) == threshold)
          {
            weights[j] = 0;
            n_equal--;
          }
    }

  return (double) threshold;
}

static gsize
gather_magnitudes (NnParams *params,
                   guint     from,
                   guint     to,
                   nn_real  *magnitudes)
{
  gsize n = 0;

  for (guint i = from; i < to; i++)
    {
      gsize n_values;
      const nn_real *weights = weights_of (params, (NnNode) i, &n_values);

      for (gsize j = 0; j < n_values; j++)
        magnitudes[n + j] = fabs (weights[j]);
      n += n_values;
    }

  return n;
}

/* A grid of one bit has no zero: such weights are plain floats from here on. */
static void
leave_signs (NnParams *params)
{
  for (guint i = 0; i < nn_graph_n_nodes (nn_params_graph (params)); i++)
    {
      const NnWeightQuant *quant = nn_params_peek_quant (params, (NnNode) i);

      if (quant != NULL && quant->bits == 1)
        nn_params_set_quant (params, (NnNode) i, NULL);
    }
}

static void
prune_weights (NnParams          *params,
               const NnPruneSpec *spec,
               NnPruneReport     *report)
{
  guint n_nodes = nn_graph_n_nodes (nn_params_graph (params));
  guint span = spec->scope == NN_PRUNE_GLOBAL ? n_nodes : 1;
  g_autofree nn_real *magnitudes = g_new (nn_real, MAX (nn_params_n_trainable (params), 1));

  for (guint first = 0; first < n_nodes; first += span)
    {
      gsize n = gather_magnitudes (params, first, first + span, magnitudes);
      double amount = spec->scope == NN_PRUNE_EACH ? spec->amounts[first] : spec->amount;
      gsize n_pruned = (gsize) floor (amount * (double) n + 0.5);
      double threshold = zero_smallest (params, first, first + span, magnitudes, n, n_pruned);

      report->n_values += n;
      report->n_pruned += n_pruned;
      if (spec->scope == NN_PRUNE_GLOBAL)
        report->threshold = threshold;
    }

  if (report->n_pruned > 0)
    leave_signs (params);
}

static gboolean
rebuild (NnChannels    *channels,
         NnParams      *params,
         NnPruneReport *report,
         NnGraph      **new_graph,
         NnParams     **new_params,
         GError       **error)
{
  if (report->n_pruned > 0)
    return nn_channels_rebuild (channels, params, new_graph, new_params, error);

  *new_graph = nn_graph_ref (channels->graph);
  *new_params = nn_params_copy (params);

  return TRUE;
}

static gboolean
prune_filters (NnGraph           *graph,
               NnParams          *params,
               const NnPruneSpec *spec,
               NnGraph          **new_graph,
               NnParams         **new_params,
               NnPruneReport     *report,
               GError           **error)
{
  g_auto (NnChannels) channels = { 0 };

  if (!nn_channels_init (&channels, graph, params, error))
    return FALSE;

  if (spec->importance != NULL)
    nn_channels_weigh (&channels, spec->importance);
  report->n_values = channels.filters->len;
  report->n_pruned = nn_channels_remove (&channels, spec);
  if (spec->scope == NN_PRUNE_GLOBAL && spec->importance == NULL)
    report->threshold = channels.strongest;

  return rebuild (&channels, params, report, new_graph, new_params, error);
}

static gboolean
check_amount (double   amount,
              GError **error)
{
  if (amount >= 0 && amount <= 1)
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
               _("The amount to prune is %g; it must lie between 0 and 1."), amount);
  return FALSE;
}

static gboolean
check_amounts (NnGraph           *graph,
               const NnPruneSpec *spec,
               GError           **error)
{
  if (spec->scope != NN_PRUNE_EACH)
    return check_amount (spec->amount, error);

  g_return_val_if_fail (spec->amounts != NULL, FALSE);

  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    if (!check_amount (spec->amounts[i], error))
      return FALSE;

  return TRUE;
}

GArray *
nn_prune_layers (NnGraph     *graph,
                 NnParams    *params,
                 NnPruneKind  kind,
                 GError     **error)
{
  g_auto (NnChannels) channels = { 0 };
  GArray *layers;

  if (kind == NN_PRUNE_FILTERS)
    return nn_channels_init (&channels, graph, params, error) ? nn_channels_families (&channels)
                                                              : NULL;

  layers = g_array_new (FALSE, FALSE, sizeof (NnPruneLayer));
  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    {
      NnOpKind op = nn_graph_node_kind (graph, (NnNode) i);
      NnPruneLayer layer = { (NnNode) i, 1, 0 };
      gsize n_values = 0;

      if (op != NN_OP_CONV && op != NN_OP_DENSE)
        continue;
      if (nn_params_peek (params, (NnNode) i, NN_SLOT_WEIGHT, &n_values) == NULL)
        continue;
      layer.n_values = n_values;
      g_array_append_val (layers, layer);
    }

  return layers;
}

GArray *
nn_prune_sizes (NnGraph     *graph,
                NnParams    *params,
                NnPruneKind  kind,
                GError     **error)
{
  g_auto (NnChannels) channels = { 0 };
  GArray *sizes;

  if (kind == NN_PRUNE_FILTERS)
    return nn_channels_init (&channels, graph, params, error) ? nn_channels_scores (&channels)
                                                              : NULL;

  sizes = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    {
      NnOpKind op = nn_graph_node_kind (graph, (NnNode) i);
      gsize n_values = 0;
      const nn_real *weights = NULL;

      if (op == NN_OP_CONV || op == NN_OP_DENSE)
        weights = nn_params_peek (params, (NnNode) i, NN_SLOT_WEIGHT, &n_values);
      for (gsize j = 0; weights != NULL && j < n_values; j++)
        {
          double size = (double) (weights[j] < 0 ? -weights[j] : weights[j]);

          g_array_append_val (sizes, size);
        }
    }

  return sizes;
}

/**
 * nn_prune:
 * @params: frozen or not; not changed
 * @new_graph: (out) (transfer full)
 * @new_params: (out) (transfer full): frozen
 * @report: (out)
 *
 * See the header. The number of weights is exact (rounded to the nearest); of filters never more go
 * than were asked for, since those that are tied leave together or not at all. Neurons of hidden
 * dense layers count as filters. A removed channel counts as zero behind its activation: where a
 * sigmoid would have turned that zero into a half, the following layer misses the half.
 *
 * In EACH scope the amounts are those of nn_prune_layers(): others are not looked at.
 *
 * Returns: %FALSE with %NN_ERROR_SPEC for an amount outside 0 … 1, or what rebuilding refused.
 */
gboolean
nn_prune (NnGraph           *graph,
          NnParams          *params,
          const NnPruneSpec *spec,
          NnGraph          **new_graph,
          NnParams         **new_params,
          NnPruneReport     *report,
          GError           **error)
{
  *report = (NnPruneReport) { .threshold = NAN };
  if (!check_amounts (graph, spec, error))
    return FALSE;

  if (spec->kind == NN_PRUNE_FILTERS)
    {
      if (!prune_filters (graph, params, spec, new_graph, new_params, report, error))
        return FALSE;
    }
  else
    {
      *new_graph = nn_graph_ref (graph);
      *new_params = nn_params_copy (params);
      prune_weights (*new_params, spec, report);
    }

  nn_params_freeze (*new_params);

  return TRUE;
}

gboolean
nn_prune_layer (NnGraph       *graph,
                NnParams      *params,
                NnPruneKind    kind,
                NnNode         layer,
                double         amount,
                NnGraph      **new_graph,
                NnParams     **new_params,
                NnPruneReport *report,
                GError       **error)
{
  *report = (NnPruneReport) { .threshold = NAN };
  if (!check_amount (amount, error))
    return FALSE;

  if (kind == NN_PRUNE_FILTERS)
    {
      g_auto (NnChannels) channels = { 0 };

      if (!nn_channels_init (&channels, graph, params, error))
        return FALSE;
      report->n_pruned = nn_channels_remove_from (&channels, layer, amount, &report->n_values);
      if (!rebuild (&channels, params, report, new_graph, new_params, error))
        return FALSE;
    }
  else
    {
      g_autofree nn_real *magnitudes = g_new (nn_real, MAX (nn_params_n_trainable (params), 1));

      *new_graph = nn_graph_ref (graph);
      *new_params = nn_params_copy (params);
      report->n_values = gather_magnitudes (*new_params, (guint) layer, (guint) layer + 1,
                                            magnitudes);
      report->n_pruned = (guint64) floor (amount * (double) report->n_values + 0.5);
      report->threshold = zero_smallest (*new_params, (guint) layer, (guint) layer + 1, magnitudes,
                                         report->n_values, report->n_pruned);
      if (report->n_pruned > 0)
        leave_signs (*new_params);
    }

  nn_params_freeze (*new_params);

  return TRUE;
}

/**
 * nn_prune_reapply:
 * @params: not frozen
 * @mask: parameters of the same network
 *
 * Convolution and dense weights only: a bias that happens to be zero may learn.
 */
void
nn_prune_reapply (NnParams *params,
                  NnParams *mask)
{
  guint n_nodes = nn_graph_n_nodes (nn_params_graph (params));

  g_return_if_fail (nn_params_n_values (params) == nn_params_n_values (mask));

  for (guint i = 0; i < n_nodes; i++)
    {
      gsize n_values;
      nn_real *weights = weights_of (params, (NnNode) i, &n_values);
      const nn_real *zeros = nn_params_peek (mask, (NnNode) i, NN_SLOT_WEIGHT, NULL);

      for (gsize j = 0; j < n_values; j++)
        if (zeros[j] == 0)
          weights[j] = 0;
    }
}
