/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass over a source with an exec that is already there. */
#pragma once

#include "nn-feed.h"
#include "nn-loss-private.h"

G_BEGIN_DECLS

/**
 * NnEvaluateSpec:
 * @exec: mode INFER; its largest batch is the batch
 * @feed: of the source
 * @evaluation: (nullable): confusion, probabilities and labels to fill, allocated
 */
typedef struct
{
  NnExec           *exec;
  NnParams         *params;
  NnFeed           *feed;
  const NnLossSpec *loss;
  gboolean        (*keep_going) (gpointer data);
  gpointer          data;
  NnEvaluation     *evaluation;
} NnEvaluateSpec;

/* FALSE with NN_ERROR_CANCELLED when keep_going said so. Batches follow each other in the source's
 * order. */
gboolean nn_evaluate_run (const NnEvaluateSpec *spec, NnLossSums *sums, GError **error);

G_END_DECLS
