/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the present network says about the project's own pictures: doubts, suggestions for pictures
 * without a label, and labels that are probably wrong. */
#pragma once

#include "cvr-project.h"
#include "cvr-watch.h"

G_BEGIN_DECLS

/* A network this sure of something else than the label calls the label in question. */
#define CVR_REVIEW_SURE 0.9

typedef enum
{
  CVR_REVIEW_ALL,
  CVR_REVIEW_UNLABELLED,
} CvrReviewWhich;

/**
 * CvrReviewItem:
 * @label: when it was looked at; classes are the data set's
 * @predicted: −1: the network's class isn't one of the data set's
 * @p: probability of @predicted
 * @margin: its lead over the second, 0 … 1; 1 where there is no second
 * @p_label: probability of @label; NaN where there is none or the network doesn't know it
 * @learnt: the picture was one to learn from: the network may have it by heart, and its agreement
 *   says little
 */
typedef struct
{
  guint64  id;
  gint     label, predicted;
  float    p, margin, p_label;
  gboolean learnt;
} CvrReviewItem;

/* Counted, immutable, any thread. @model: the one that answered; the page compares it with the
 * present one. @items: in order of arrival; what can't be read is left out and counted. */
typedef struct
{
  CvrModel      *model;
  CvrReviewItem *items;
  guint          n, n_unread;
} CvrReview;

/* Blocks; any thread (@dataset must not change meanwhile). Pictures of classes that are off are
 * left out. @workers; @watch nullable. NULL with G_IO_ERROR_CANCELLED, NN_ERROR_*. */
CvrReview *cvr_review_run      (CvrModel *model, CvrDataset *dataset, CvrReviewWhich which,
                                NnWorkers *workers, const CvrWatch *watch,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
CvrReview *cvr_review_ref      (CvrReview *self);
void       cvr_review_unref    (gpointer self); /* NULL: nothing */
/* Orders: (transfer full) places in @items. Least margin first. */
guint     *cvr_review_doubtful (const CvrReview *self, guint *n) G_GNUC_WARN_UNUSED_RESULT;
/* Those without a label whose class the data set has, least margin first. */
guint     *cvr_review_suggestions (const CvrReview *self, guint *n) G_GNUC_WARN_UNUSED_RESULT;
/* Those of which the network says something else than the label with @least (CVR_REVIEW_SURE) or
 * more, surest first. */
guint     *cvr_review_mislabels (const CvrReview *self, double least,
                                 guint *n) G_GNUC_WARN_UNUSED_RESULT;
/* Main thread. The project's present model, beside the main thread. NULL where there is none.
 * @done: (job, CvrReview* result (owned), error). */
CvrJob    *cvr_review_start    (CvrProject *project, CvrReviewWhich which, GObject *owner,
                                CvrJobDone done, gpointer user_data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrReview, cvr_review_unref)

G_END_DECLS
