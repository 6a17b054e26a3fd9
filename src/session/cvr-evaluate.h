/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How well a model does on labelled pictures, picture by picture. */
#pragma once

#include "cvr-model.h"
#include "cvr-dataset.h"

G_BEGIN_DECLS

typedef struct
{
  guint64 id;
  gint    label;      /* at the time of the evaluation */
  gint    predicted;
  float   p;          /* probability of the predicted class */
} CvrAnswer;

/* Counted, immutable, any thread. Classes are the model's; items of classes it doesn't know count
 * in n_unknown only. */
typedef struct
{
  guint        n, n_classes, n_unknown;
  double       accuracy, loss;
  NnConfusion *confusion;
  double      *precision, *recall, *f1, *auc;  /* [n_classes]; auc NaN where undefined */
  CvrAnswer   *answers;                        /* [n] */
} CvrEvaluation;

/* @used AUTO: every labelled item. @max_items 0: all. */
CvrEvaluation *cvr_evaluate         (CvrModel *model, CvrDataset *dataset, CvrSplit used,
                                     guint max_items, NnWorkers *workers,
                                     gboolean (*keep_going) (gpointer data), gpointer data,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
CvrEvaluation *cvr_evaluation_ref   (CvrEvaluation *self);
void           cvr_evaluation_unref (CvrEvaluation *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrEvaluation, cvr_evaluation_unref)

G_END_DECLS
