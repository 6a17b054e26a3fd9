/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass over a source with an exec, or what stands in for one, that is already there. */
#pragma once

#include "nn-feed.h"
#include "nn-loss-private.h"

G_BEGIN_DECLS

/**
 * NnAnswerer:
 * @input: [max_batch, …], where items are written
 * @output: [max_batch, …], where the answers are after @forward
 *
 * Something that answers as an exec does.
 */
typedef struct
{
  NnGraph       *graph;
  guint          max_batch;
  nn_real       *input;
  const nn_real *output;
  void         (*forward) (gpointer data, guint batch);
  gpointer       data;
} NnAnswerer;

/**
 * NnEvaluateSpec:
 * @exec: mode INFER; its largest batch is the batch
 * @feed: of the source
 * @evaluation: (nullable): confusion, probabilities and labels to fill, allocated
 * @answerer: (nullable): runs instead of @exec and @params, which are %NULL then
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
  const NnAnswerer *answerer;
} NnEvaluateSpec;

/* FALSE with NN_ERROR_CANCELLED when keep_going said so. Batches follow each other in the source's
 * order. */
gboolean nn_evaluate_run (const NnEvaluateSpec *spec, NnLossSums *sums, GError **error);
/* nn_evaluate() with what answers already there. */
gboolean nn_evaluate_with (const NnAnswerer *answerer, const NnSource *source,
                           const NnLossSpec *loss, NnWorkers *workers,
                           gboolean (*keep_going) (gpointer data), gpointer data,
                           NnEvaluation *evaluation, GError **error);

G_END_DECLS
