/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the project makes, restores and closes its training. Main thread. */
#pragma once

#include "cvr-training.h"

G_BEGIN_DECLS

CvrTraining *cvr_training_new            (NnWorkers *workers) G_GNUC_WARN_UNUSED_RESULT;
/* An epoch has ended and is in the history: what it takes to go on from there, and its network (both
 * borrowed). Before the first step, with epoch 0 and without a checkpoint: nobody waits for that
 * one. */
typedef void (*CvrTrainingCheckpoint) (guint epoch, GBytes *checkpoint, CvrModel *model,
                                       gpointer data);
void         cvr_training_set_checkpoint (CvrTraining *self, CvrTrainingCheckpoint func,
                                          gpointer data);
/* It is on disk, or isn't going to be: the next but one epoch waits for that. */
void         cvr_training_checkpoint_kept (CvrTraining *self);
/* cvr_training_start() from a checkpoint: settings, pictures and @from are those of then; @begun:
 * settings that the training began with, before it was tuned. @history (taken): up to there. */
gboolean     cvr_training_start_again    (CvrTraining *self, const CvrSettings *settings,
                                          const CvrSettings *begun, CvrDataset *dataset,
                                          CvrModel *from, const char *data_name, GBytes *checkpoint,
                                          CvrHistory *history, GError **error);
/* What was kept of the last training; takes @history. @report nullable. Idle only. */
void         cvr_training_restore        (CvrTraining *self, CvrHistory *history,
                                          const CvrRunReport *report, guint n_epochs);
/* Somebody inside the session shows snapshots as well (counted), besides what set_wants says. */
void         cvr_training_hold_snapshots (CvrTraining *self);
void         cvr_training_release_snapshots (CvrTraining *self);
/* Stops and waits; "finished" has been emitted when this returns. */
void         cvr_training_stop_and_wait  (CvrTraining *self);

G_END_DECLS
