/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much each layer can lose: the network measured with one layer pruned at a time. */
#pragma once

#include "nn-prune.h"
#include "nn-train.h"

G_BEGIN_DECLS

/**
 * NnSensitivitySpec:
 * @amounts: [n_amounts]: fractions of a layer's weights or filters
 * @batch: of the measurement
 */
typedef struct
{
  NnPruneKind   kind;
  const double *amounts;
  guint         n_amounts;
  NnLossSpec    loss;
  guint         batch;
} NnSensitivitySpec;

/**
 * NnSensitivity:
 * @layer: %NN_NODE_NONE: the untouched network
 * @n_values, @n_pruned: weights or filters of that layer
 * @flops: of the network as it was measured
 */
typedef struct
{
  NnNode  layer;
  double  amount;
  guint64 n_values, n_pruned;
  guint64 flops;
  double  loss, accuracy;
} NnSensitivity;

/* (element-type NnSensitivity): the untouched network first, then each layer in its order with each
 * amount; layers without filters that may leave are passed over. Filters that are tied to a layer's
 * leave with them. @told (nullable) is called with each as it is measured, @keep_going (nullable)
 * before each batch. NULL with an error; NN_ERROR_CANCELLED. */
GArray *nn_sensitivity (NnGraph *graph, NnParams *params, const NnSensitivitySpec *spec,
                        const NnSource *source, NnWorkers *workers,
                        void (*told) (const NnSensitivity *row, gpointer data),
                        gboolean (*keep_going) (gpointer data), gpointer data,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
