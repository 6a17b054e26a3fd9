/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantization-aware training: a network learns while it sees its weights and activations on the
 * grid. */
#pragma once

#include "nn-quant.h"

G_BEGIN_DECLS

/**
 * NnAwareSpec:
 * @quant: what the network becomes
 * @train: how it learns; @train.view is not looked at
 */
typedef struct
{
  NnQuantSpec quant;
  NnTrainSpec train;
} NnAwareSpec;

/* Training for grids that do little (8 bits) needs small steps, for coarse ones larger: Adam with
 * a rate for @bits, falling along a cosine. */
NnAwareSpec nn_aware_spec_default (guint bits);

/* @graph and @params as for nn_quantize(), whose kind of network comes out. @calibration nullable
 * when no activation is rounded; @valid nullable. @result (out): figures of the training; its
 * params are those behind the grid. Clear it with nn_train_result_clear(). */
gboolean nn_train_aware (NnGraph *graph, NnParams *params, const NnAwareSpec *spec,
                         const NnSource *calibration, const NnSource *train, const NnSource *valid,
                         NnWorkers *workers, const NnObserver *observer, NnGraph **new_graph,
                         NnParams **new_params, NnTrainResult *result, GError **error);

G_END_DECLS
