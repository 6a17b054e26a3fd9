/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Optimisers: what turns gradients into a change of the parameters. */
#pragma once

#include "nn-error.h"
#include "nn-params.h"
#include "nn-workers.h"

G_BEGIN_DECLS

typedef enum
{
  NN_OPTIM_SGD,
  NN_OPTIM_MOMENTUM,
  NN_OPTIM_NESTEROV,
  NN_OPTIM_ADAGRAD,
  NN_OPTIM_RMSPROP,
  NN_OPTIM_ADADELTA,
  NN_OPTIM_ADAM,
  NN_OPTIM_ADAMW,
  NN_N_OPTIMS,
} NnOptimKind;

/**
 * NnOptimSpec:
 * @weight_decay: L2 added to the gradient (decoupled for AdamW); weights only, never biases or
 *   batch norm
 * @l1: L1 added to the gradient; weights only
 * @clip_norm: gradients are scaled down to this norm; 0 is off
 *
 * Formulas and defaults are PyTorch's, so trajectories can be compared.
 */
typedef struct
{
  NnOptimKind kind;
  float       lr;
  float       momentum; /* momentum, Nesterov: 0.9 */
  float       beta1, beta2;
  float       rho;      /* RMSprop 0.99, Adadelta 0.9 */
  float       epsilon;
  float       weight_decay;
  float       l1;
  float       clip_norm;
} NnOptimSpec;

/**
 * NnOptimScale:
 * @lr: factor on the learning rate of one slot; 0: the slot stays as it is
 * @decay: how fast the slot decays, as a factor on what a plain weight loses by decay in a step,
 *   whatever @lr
 * @epochs: after so many the trainer leaves the slot as it is; 0: never
 *
 * How one slot learns compared with the others.
 */
typedef struct
{
  float lr;
  float decay;
  guint epochs;
} NnOptimScale;

typedef struct _NnOptim NnOptim;

NnOptimSpec nn_optim_spec_default (NnOptimKind kind); /* with the learning rate that suits it */
gboolean    nn_optim_spec_check   (const NnOptimSpec *spec, GError **error);
const char *nn_optim_name         (NnOptimKind kind); /* "adamw" … */
gboolean    nn_optim_parse        (const char *name, NnOptimKind *kind);

NnOptim    *nn_optim_new          (NnParams *params,
                                   const NnOptimSpec *spec) G_GNUC_WARN_UNUSED_RESULT;
void        nn_optim_free         (NnOptim *self);
/* A new record takes effect at the next step; the kind can't change. */
void        nn_optim_set_spec     (NnOptim *self, const NnOptimSpec *spec);
/* @scales (nullable): [n_nodes, 2], of each node's weight and bias; copied. Default: all learn
 * alike, weights of convolutions and dense layers decay. */
void        nn_optim_set_scales   (NnOptim *self, const NnOptimScale *scales);
/* Nullable; shares the work of a step, the bits don't depend on it. */
void        nn_optim_set_workers  (NnOptim *self, NnWorkers *workers);
/* @gradients in the block's order, changed in place by clipping and decay; returns their norm
 * before clipping. Nothing changes when that is not finite. @frozen (nullable): [n_nodes],
 * TRUE where a node's parameters stay as they are. */
double      nn_optim_step         (NnOptim *self, NnParams *params, nn_real *gradients, double lr,
                                   const gboolean *frozen);
GBytes     *nn_optim_serialize    (NnOptim *self);
gboolean    nn_optim_restore      (NnOptim *self, GBytes *bytes, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnOptim, nn_optim_free)

G_END_DECLS
