/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loss functions and their gradients with respect to the network's output. */
#pragma once

#include "nn-error.h"
#include "nn-real.h"

G_BEGIN_DECLS

typedef enum
{
  NN_LOSS_CROSS_ENTROPY, /* of softmax (logits) */
  NN_LOSS_MSE,
  NN_LOSS_MAE,
  NN_LOSS_HUBER,         /* delta 1 unless set */
  NN_N_LOSSES,
} NnLossKind;

/**
 * NnLossSpec:
 * @class_weights: (nullable): [n_outputs], borrowed; mean of the items weighted by their class
 * @huber_delta: where Huber turns from a parabola into a line; 0 means 1
 * @label_smoothing: 0 … 1, cross-entropy only
 *
 * With labels, MSE, MAE and Huber compare the softmax probabilities with the one-hot label; with
 * target values they compare the outputs themselves.
 */
typedef struct
{
  NnLossKind   kind;
  const float *class_weights;
  float        huber_delta;
  float        label_smoothing;
} NnLossSpec;

/* @outputs [N, n_outputs]; exactly one of @labels [N] and @values [N, n_outputs]; @gradient
 * (nullable) [N, n_outputs] is overwritten. @scratch [N, n_outputs]. Returns the mean loss;
 * @n_correct (nullable) counts arg-max hits (labels only). */
double nn_loss (const NnLossSpec *spec, guint batch, guint n_outputs, const nn_real *outputs,
                const gint32 *labels, const float *values, nn_real *gradient, nn_real *scratch,
                guint *n_correct);
void   nn_softmax_rows (guint batch, guint n_outputs, const nn_real *logits,
                        nn_real *probabilities);
const char *nn_loss_name (NnLossKind kind); /* "cross-entropy" … as the command line spells them */
gboolean    nn_loss_parse (const char *name, NnLossKind *kind);

G_END_DECLS
