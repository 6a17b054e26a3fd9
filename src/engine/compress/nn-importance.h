/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the loss says about each filter. */
#pragma once

#include "nn-train.h"

G_BEGIN_DECLS

/**
 * NnImportance:
 * @scores: [n_nodes]: of each convolution and dense layer [filters], %NULL for other nodes
 *
 * How much the loss would change without a filter, to first order. Immutable; any thread.
 */
typedef struct
{
  guint    n_nodes;
  double **scores;
} NnImportance;

/* Looks at up to @n_batches of @batch items of @source, drawn by @seed. NULL with an error. */
NnImportance *nn_importance_new  (NnGraph *graph, NnParams *params, const NnSource *source,
                                  guint n_batches, guint batch, guint64 seed, NnWorkers *workers,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
void          nn_importance_free (NnImportance *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnImportance, nn_importance_free)

G_END_DECLS
