/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a training writes into its history: points, epochs, and events on the curve. Main thread. */
#pragma once

#include "cvr-reading.h"
#include "cvr-training.h"
#include "cvr-training-thread.h"

G_BEGIN_DECLS

/* cvr_training_notes_begin() before anything else; free with cvr_training_notes_clear(). */
typedef struct
{
  CvrSettings settings;      /* as they are now */
  gboolean    began;
  NnGraph    *graph;         /* that learns, from @n_train pictures; NULL: getting ready */
  guint       n_train;
  guint       batch;         /* of the present epoch; 0: before the first */
  double      x;             /* where the curve is, in epochs */
  guint       noted;         /* signs that stand on the curve already, a bit each */
  CvrSettings before;        /* of a change that isn't noted yet */
  double      changed_x;     /* where it began */
  double      rests_x;       /* where its last part was */
  gint64      changed_time;  /* monotonic µs of its last part; 0: there is none */
} CvrTrainingNotes;

void     cvr_training_notes_begin (CvrTrainingNotes *self, const CvrSettings *settings, double x);
void     cvr_training_notes_clear (CvrTrainingNotes *self);
/* Takes what can change while it learns; FALSE with a sentence where it can't be so. @changed:
 * (out): FALSE where that is what they are already. */
gboolean cvr_training_notes_tune  (CvrTrainingNotes *self, const CvrSettings *settings,
                                   CvrTuning *tuning, gboolean *changed, GError **error);
/* What the training learns by at present. */
CvrTuning cvr_training_notes_get_tuning (const CvrTrainingNotes *self);
void     cvr_training_notes_take  (CvrTrainingNotes *self, CvrHistory *history,
                                   const CvrFigures *figures);
/* A slider that is dragged is one event: noted when it has rested for a moment or an epoch, or at
 * once with @all. */
void     cvr_training_notes_flush (CvrTrainingNotes *self, CvrHistory *history, gboolean all);
/* @report nullable. */
void     cvr_training_notes_end   (CvrTrainingNotes *self, CvrHistory *history,
                                   const CvrRunReport *report);
/* What is happening, for people. @error nullable: how the last training ended. */
char    *cvr_training_notes_dup_sentence (CvrHistory *history, guint n_epochs,
                                          CvrTrainingState state, const GError *error);

G_END_DECLS
