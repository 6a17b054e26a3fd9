/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pruning: single weights set to zero, or whole filters removed. */
#pragma once

#include "nn-importance.h"

G_BEGIN_DECLS

typedef enum
{
  NN_PRUNE_WEIGHTS, /* smallest magnitudes become zero (S. Han et al., arXiv 1506.02626) */
  NN_PRUNE_FILTERS, /* filters of the smallest L1 norm are removed (H. Li et al., arXiv 1608.08710),
                     * a batch norm behind them folded in; neurons of hidden dense layers count
                     * as filters */
} NnPruneKind;

typedef enum
{
  NN_PRUNE_GLOBAL, /* one ranking over all layers (filter norms divided by their layer's mean) */
  NN_PRUNE_LAYER,  /* the same fraction of each layer */
} NnPruneScope;

typedef enum
{
  NN_PRUNE_BY_COUNT,      /* of weights or filters */
  NN_PRUNE_BY_OPERATIONS, /* filters: of the network's operations, which fall with both the filters
                           * of a layer and those of the layer before */
} NnPruneUnit;

typedef struct
{
  NnPruneKind  kind;
  NnPruneScope scope;
  double       amount; /* 0 … 1 */
  NnPruneUnit  by;     /* what @amount is a fraction of */
  const NnImportance *importance; /* nullable, borrowed: of this network's filters; NULL: norms */
} NnPruneSpec;

typedef struct
{
  guint64 n_values;  /* weights considered, or filters considered */
  guint64 n_pruned;
  double  threshold; /* weights, global: magnitudes below it became zero; NaN otherwise */
} NnPruneReport;

/* Pure: always starts from what it is given. WEIGHTS: *new_graph is a new reference to @graph
 * and *new_params a copy with zeros. FILTERS: a smaller dense graph; channels are removed
 * through batch norm, activation, pooling, depthwise convolution, concat, flatten and dense;
 * filters whose channels meet in an add (or a depthwise pair) are ranked together and leave
 * together; the last layer keeps its outputs and at least one filter stays everywhere. New
 * params are frozen. Node names are kept. */
gboolean nn_prune (NnGraph *graph, NnParams *params, const NnPruneSpec *spec, NnGraph **new_graph,
                   NnParams **new_params, NnPruneReport *report, GError **error);
/* The same for one layer alone (and, of filters, what is tied to them), for nn_sensitivity().
 * @amount is a fraction of the layer's weights or filters. */
gboolean nn_prune_layer   (NnGraph *graph, NnParams *params, NnPruneKind kind, NnNode layer,
                           double amount, NnGraph **new_graph, NnParams **new_params,
                           NnPruneReport *report, GError **error);
/* Sets to zero again what is zero in @mask (after a fine-tuning step on pruned weights). */
void     nn_prune_reapply (NnParams *params, NnParams *mask);

G_END_DECLS
