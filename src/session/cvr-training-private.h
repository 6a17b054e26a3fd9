/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the project makes, restores and closes its training. Main thread. */
#pragma once

#include "cvr-training.h"

G_BEGIN_DECLS

CvrTraining *cvr_training_new            (NnWorkers *workers) G_GNUC_WARN_UNUSED_RESULT;
/* What was kept of the last training; takes @history. @report nullable. Idle only. */
void         cvr_training_restore        (CvrTraining *self, CvrHistory *history,
                                          const CvrRunReport *report, guint n_epochs);
/* Somebody inside the session shows snapshots as well (counted), besides what set_wants says. */
void         cvr_training_hold_snapshots (CvrTraining *self);
void         cvr_training_release_snapshots (CvrTraining *self);
/* Stops and waits; "finished" has been emitted when this returns. */
void         cvr_training_stop_and_wait  (CvrTraining *self);

G_END_DECLS
