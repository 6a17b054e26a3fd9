/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model's answers on pictures, collected slice by slice: figures can be had of any beginning. */
#pragma once

#include "cvr-compress.h"

G_BEGIN_DECLS

typedef struct _CvrAnswers CvrAnswers; /* one thread at a time */

/* [pictures] (transfer full): the same for the same pictures, mixed, and so that every beginning
 * has, to one picture, its share of each class. */
guint       *cvr_answers_order     (CvrSource *pictures) G_GNUC_WARN_UNUSED_RESULT;
/* @pictures and @order are borrowed and outlive it. */
CvrAnswers  *cvr_answers_new       (CvrModel *model, CvrSource *pictures, const guint *order,
                                    NnWorkers *workers, guint max_batch,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void         cvr_answers_free      (CvrAnswers *self);
/* µs that a picture takes: what the first slice goes by; 0: not known. */
double       cvr_answers_get_pace  (CvrAnswers *self);
void         cvr_answers_set_pace  (CvrAnswers *self, double pace);
guint        cvr_answers_n         (CvrAnswers *self); /* answered so far */
/* See cvr_runner_ms(): of the model that is there anyway. */
double       cvr_answers_ms        (CvrAnswers *self, gint64 budget_us,
                                    gboolean (*keep_going) (gpointer data), gpointer data);
/* Answers some more, for about @budget_us, @until at most. */
gboolean     cvr_answers_go_on     (CvrAnswers *self, gint64 budget_us, guint until,
                                    GError **error);
/* Of the first @n; NaN of none. */
double       cvr_answers_accuracy  (CvrAnswers *self, guint n);
double       cvr_answers_loss      (CvrAnswers *self, guint n);
NnConfusion *cvr_answers_confusion (CvrAnswers *self, guint n) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full) [n_changed]: those of the first @n that @after answers otherwise, in the order of
 * the pictures. */
CvrChangedAnswer *cvr_answers_changed (CvrAnswers *before, CvrAnswers *after, guint n,
                                       guint *n_changed) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
