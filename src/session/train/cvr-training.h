/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live training: a state machine around cvr_run_train() on a thread of its own. */
#pragma once

#include "cvr-evaluate.h"
#include "cvr-history.h"
#include "cvr-run.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  CVR_TRAINING_IDLE,
  CVR_TRAINING_PREPARING,
  CVR_TRAINING_RUNNING,
  CVR_TRAINING_PAUSED,
  CVR_TRAINING_STOPPING,
} CvrTrainingState;

#define CVR_TYPE_TRAINING (cvr_training_get_type ())
G_DECLARE_FINAL_TYPE (CvrTraining, cvr_training, CVR, TRAINING, GObject)

/* Main thread throughout. Signals: "changed" (figures or history moved; coalesced, at most about 20
 * times a second), "snapshot" (a new model to look at), "finished" (the thread has ended and the
 * model is the project's). Property "state" (int), notified. */
CvrTrainingState cvr_training_get_state     (CvrTraining *self);
/* Starts on a copy of the data set; @from nullable (continue from a model). FALSE with a sentence
 * when it can't start (no pictures, one class, running already). */
gboolean         cvr_training_start         (CvrTraining *self, const CvrSettings *settings,
                                             CvrDataset *dataset, CvrModel *from,
                                             const char *data_name, GError **error);
void             cvr_training_pause         (CvrTraining *self);
void             cvr_training_resume        (CvrTraining *self);
/* While paused: one batch, then paused again. */
void             cvr_training_step          (CvrTraining *self);
/* Running or paused: on to the end of this epoch, then paused. */
void             cvr_training_step_epoch    (CvrTraining *self);
/* Keeps the best so far; "finished" follows. */
void             cvr_training_stop          (CvrTraining *self);
/* What can change while it learns is taken from @settings: from the next step on numbers of the
 * optimiser (rate, momentum, decay, clipping), dropout and strengths of augmentation; from the next
 * epoch on the batch. The rest stays as it is. FALSE with a sentence, and nothing changed, where it
 * can't be so. Does nothing when idle. */
gboolean         cvr_training_tune          (CvrTraining *self, const CvrSettings *settings,
                                             GError **error);
/* Of the present or last training, with what was tuned since; NULL before the first. */
const CvrSettings *cvr_training_get_settings (CvrTraining *self);
double           cvr_training_get_fraction  (CvrTraining *self);
double           cvr_training_get_seconds_left (CvrTraining *self); /* −1 unknown */
guint            cvr_training_get_epoch     (CvrTraining *self);
guint            cvr_training_get_n_epochs  (CvrTraining *self);
double           cvr_training_get_images_per_second (CvrTraining *self);
CvrHistory      *cvr_training_get_history   (CvrTraining *self); /* borrowed; never NULL */
/* Newest model while it learns (borrowed; NULL before the first). Copied only while somebody wants
 * it: see set_wants. */
CvrModel        *cvr_training_get_snapshot  (CvrTraining *self);
void             cvr_training_set_wants     (CvrTraining *self, gboolean snapshots,
                                             guint interval_ms);
/* Result of the last training that ended (model may be NULL after a failure); the error sentence,
 * or NULL. */
CvrModel        *cvr_training_get_model     (CvrTraining *self);
const CvrRunReport *cvr_training_get_report (CvrTraining *self);
const GError    *cvr_training_get_error     (CvrTraining *self);
/* What is happening, in a sentence: cvr_history_dup_reading() while running. */
char            *cvr_training_dup_sentence  (CvrTraining *self);

G_END_DECLS
