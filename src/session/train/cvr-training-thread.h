/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The training's own thread: cvr_run_train() with an observer that feeds the hand-off. */
#pragma once

#include "cvr-handoff.h"
#include "cvr-run.h"

G_BEGIN_DECLS

/* Figures of one NnEvent, without what is only valid inside it. */
typedef struct
{
  CvrPoint    point;
  NnEventKind kind;
  guint       epoch, batch;
  double      position; /* in epochs */
  double      loss, accuracy, val_loss, val_accuracy, lr, seconds, images_per_second;
  gboolean    best;
  GBytes     *checkpoint; /* of an epoch, where they are wanted; NULL */
  CvrModel   *model;      /* the same, and of the beginning */
  NnGraph    *graph;      /* STARTED: of the network that learns, and from how many pictures */
  guint       n_train;
} CvrFigures;

void cvr_figures_free (gpointer figures);

/* What the main thread wants to see; immutable once handed over. */
typedef struct
{
  gboolean snapshots;
  guint    interval_ms;
} CvrTrainingWants;

typedef struct
{
  CvrModel    *model;    /* NULL: none came of it */
  CvrRunReport report;
  gboolean     reported; /* @report is filled */
  GError      *error;
} CvrTrainingResult;

/* What can change while it learns; immutable once handed over. */
typedef struct
{
  NnTuning   learn;
  CvrAugment augment;
} CvrTuning;

typedef struct _CvrTrainingThread CvrTrainingThread;

/* Main thread. @dataset is taken over: a copy of its own. @resume: (nullable): a checkpoint to go on
 * from. @checkpoints: figures of epochs bring theirs. Points are CvrFigures, snapshots
 * CvrModel, wants CvrTrainingWants. */
CvrTrainingThread *cvr_training_thread_start  (const CvrSettings *settings, CvrDataset *dataset,
                                               CvrModel *from, const char *data_name,
                                               GBytes *resume, gboolean checkpoints,
                                               NnWorkers *workers,
                                               CvrHandoff *handoff) G_GNUC_WARN_UNUSED_RESULT;
void               cvr_training_thread_pause  (CvrTrainingThread *self, gboolean paused);
void               cvr_training_thread_step   (CvrTrainingThread *self);
/* On to the end of the epoch, then paused. */
void               cvr_training_thread_step_epoch (CvrTrainingThread *self);
gboolean           cvr_training_thread_is_paused (CvrTrainingThread *self);
/* The wants have changed: a paused thread looks at them too. */
void               cvr_training_thread_look   (CvrTrainingThread *self);
void               cvr_training_thread_stop   (CvrTrainingThread *self);
/* Takes effect at the next step. */
void               cvr_training_thread_tune   (CvrTrainingThread *self, const CvrTuning *tuning);
/* The checkpoint that came last is on disk, or isn't wanted: the end of an epoch waits for that of
 * the epoch before, so that no more than one is on its way. */
void               cvr_training_thread_kept   (CvrTrainingThread *self);
/* TRUE once the thread has nothing left to do. */
gboolean           cvr_training_thread_ended  (CvrTrainingThread *self);
/* Joins, frees @self and gives what came of it. */
CvrTrainingResult  cvr_training_thread_join   (CvrTrainingThread *self);

G_END_DECLS
