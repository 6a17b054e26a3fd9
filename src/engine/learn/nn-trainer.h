/* SPDX-License-Identifier: GPL-3.0-or-later */
/* State of a running training, shared by the loop, its checkpoints and the search for what
 * diverged. */
#pragma once

#include "nn-evaluate.h"
#include "nn-train.h"

G_BEGIN_DECLS

/* The best epoch so far; @epoch 0: none yet. @params is a copy, made when it became the best. */
typedef struct
{
  guint     epoch;
  double    val_loss, val_accuracy, loss, accuracy;
  NnParams *params;
} NnBest;

typedef struct
{
  NnGraph           *graph;
  const NnTrainSpec *spec;
  const NnSource    *train, *valid; /* valid nullable */
  NnWorkers         *workers;
  const NnObserver  *observer;

  NnParams    *params;      /* live */
  NnParams    *shown;       /* what the network is run with, where a view says; nullable */
  nn_real     *slow;        /* Lookahead's copy of all values; nullable */
  NnOptim     *optim;
  NnTuning     tuned;       /* the record as the observer changed it */
  NnExec      *exec;        /* TRAIN */
  NnExec      *check;       /* INFER, for validation; nullable */
  NnFeed       feed, valid_feed;
  NnNode       loss_node;   /* has the logits: the output, or what goes into its softmax */
  guint        n_outputs;
  nn_real     *gradient;    /* [batch, n_outputs] */
  nn_real     *scratch;     /* [n_outputs] */
  gboolean    *frozen;      /* [n_nodes] */
  guint       *order;       /* [train count] */

  guint        batch, steps_per_epoch;
  guint        check_batch; /* of validation; stays what the training began with */
  guint        epoch_step;  /* steps of the present epoch that are done */
  guint64      step, n_steps;
  guint        epoch;       /* finished ones */
  NnBest       best;
  NnStop       stop;
  gboolean     stopping;
  double       started;     /* by the observer's clock */
  double       seconds_before; /* of the runs that this one continues */
} NnTrainer;

/* Copies that the settings ask for, of the parameters as they are now. */
void      nn_trainer_extras_init  (NnTrainer *self);
void      nn_trainer_extras_clear (NnTrainer *self);
void      nn_trainer_begin_epoch  (NnTrainer *self);
/* The parameters to run the network with (borrowed). */
NnParams *nn_trainer_show         (NnTrainer *self, gboolean exact);
/* Running statistics that a forward pass left in what was shown. */
void      nn_trainer_take_statistics (NnTrainer *self);
void      nn_trainer_look_ahead   (NnTrainer *self);

/* Asks the observer for another record. */
void      nn_trainer_retune       (NnTrainer *self);
/* Brings the record to optimiser and exec. */
void      nn_trainer_use_tuning   (NnTrainer *self);
/* Exec, feed and number of steps for the record's batch; at first, and before the first step of an
 * epoch. FALSE with nothing changed where there is not enough memory. */
gboolean  nn_trainer_take_batch   (NnTrainer *self, GError **error);

/* Sets NN_ERROR_DIVERGED (NN_ERROR_DATA when the input itself is not finite) with a sentence
 * that names what stopped being finite first. */
void     nn_trainer_explain_divergence (NnTrainer *self, double lr, GError **error);
gboolean nn_trainer_params_finite      (NnTrainer *self);

GBytes  *nn_trainer_save    (NnTrainer *self, double seconds);
gboolean nn_trainer_restore (NnTrainer *self, GBytes *bytes, GError **error);

G_END_DECLS
