/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How well a model does on labelled pictures, picture by picture. */
#pragma once

#include "cvr-model.h"
#include "cvr-dataset.h"
#include "cvr-watch.h"
#include "nn-curves.h"

G_BEGIN_DECLS

typedef struct
{
  guint64 id;
  gint    label;      /* at the time of the evaluation */
  gint    predicted;
  float   p;          /* probability of the predicted class */
} CvrAnswer;

/* Answers of a network that predicts numbers, in the units of the labels. */
typedef struct
{
  float       *predicted, *truth;              /* [n] */
  NnRegression scores;
} CvrNumberAnswers;

/* Counted, immutable, any thread. Classes are the model's; items of classes it doesn't know count
 * in n_unknown only. */
typedef struct
{
  guint        n, n_classes, n_unknown;
  CvrSplit     used;                           /* which pictures; AUTO: every labelled one */
  double       accuracy, loss;
  NnConfusion *confusion;
  double      *precision, *recall, *f1;        /* [n_classes] */
  double      *auc, *average_precision;        /* [n_classes]; NaN where undefined */
  guint64     *support;                        /* [n_classes]: pictures of each */
  CvrAnswer   *answers;                        /* [n] */
  float       *probabilities;                  /* [n, n_classes] */
  CvrNumberAnswers *numbers; /* NULL for classes; else the loss is the MSE, the accuracy NaN, and the
                              * one class says nothing */
} CvrEvaluation;

/* @used AUTO: every labelled item. @max_items 0: all. */
CvrEvaluation *cvr_evaluate         (CvrModel *model, CvrDataset *dataset, CvrSplit used,
                                     guint max_items, NnWorkers *workers,
                                     gboolean (*keep_going) (gpointer data), gpointer data,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* On the validation pictures; where there are none, on every labelled one: @used of the result says
 * which. @watch (nullable) counts pictures. */
CvrEvaluation *cvr_evaluate_project (CvrModel *model, CvrDataset *dataset, NnWorkers *workers,
                                     const CvrWatch *watch,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same answers about the same pictures, to the last bit: of one network, or of its twin. */
gboolean       cvr_evaluation_equal (const CvrEvaluation *self, const CvrEvaluation *other);
CvrEvaluation *cvr_evaluation_ref   (CvrEvaluation *self);
void           cvr_evaluation_unref (CvrEvaluation *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrEvaluation, cvr_evaluation_unref)

G_END_DECLS
