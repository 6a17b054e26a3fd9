/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradual pruning: a network goes on learning while it loses weights or filters. */
#pragma once

#include "nn-prune.h"
#include "nn-train.h"

G_BEGIN_DECLS

/* What is pruned when a @part (0 … 1) of the way is done: final·(1 − (1 − part)³), much at first
 * and little in the end (M. Zhu, S. Gupta, arXiv 1710.01878). Pure. */
double   nn_prune_schedule_amount (double final_amount, double part);

/* Weights: the zeros grow during the first two thirds of the epochs (half of the steps of a single
 * one), the rest makes up for the loss. Filters: removed in up to five rounds, those that
 * matter least to the loss first (nn_importance_new()), with training after each; the last round gets half of the epochs. @train: how it learns; the rate's schedule begins
 * anew in each round, and what the observer changed holds in those that come. @valid nullable; only epochs of the finished network can be the best.
 * @result (out): figures of the last round; clear it. New params are frozen. */
gboolean nn_prune_gradually (NnGraph *graph, NnParams *params, const NnPruneSpec *spec,
                             const NnTrainSpec *training, const NnSource *train,
                             const NnSource *valid, NnWorkers *workers, const NnObserver *observer,
                             NnGraph **new_graph, NnParams **new_params, NnPruneReport *report,
                             NnTrainResult *result, GError **error);

G_END_DECLS
