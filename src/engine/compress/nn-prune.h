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
  NN_PRUNE_EACH,   /* a fraction for each layer, by count */
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
  const double *amounts; /* [n_nodes], borrowed: EACH: of the layers of nn_prune_layers(), 0 … 1 */
} NnPruneSpec;

/**
 * NnPruneLayer:
 * @node: the layer, or the first of those whose filters are tied
 * @n_layers: how many they are
 * @n_values: weights, or filters (of tied layers: sets of filters) that may leave
 *
 * What can be given an amount of its own.
 */
typedef struct
{
  NnNode  node;
  guint   n_layers;
  guint64 n_values;
} NnPruneLayer;

typedef struct
{
  guint64 n_values;  /* weights considered, or filters considered */
  guint64 n_pruned;
  /* GLOBAL: weights of sizes (nn_prune_sizes()) below it became zero; the largest size of a filter
   * that went, where sizes decided. NaN otherwise. */
  double  threshold;
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
/* (element-type NnPruneLayer): in the order of their nodes; those with nothing that may leave are
 * passed over. NULL with an error. */
GArray  *nn_prune_layers  (NnGraph *graph, NnParams *params, NnPruneKind kind,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* (element-type double): what a GLOBAL ranking goes by: of every weight its magnitude, of every set of
 * filters that may leave together their norm over their layer's mean. NULL with an error. */
GArray  *nn_prune_sizes   (NnGraph *graph, NnParams *params, NnPruneKind kind,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Sets to zero again what is zero in @mask (after a fine-tuning step on pruned weights). */
void     nn_prune_reapply (NnParams *params, NnParams *mask);

G_END_DECLS
