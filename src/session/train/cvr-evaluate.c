/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How well a model does on labelled pictures, picture by picture. */
#include "cvr-evaluate.h"

#include "cvr-evaluate-private.h"
#include "cvr-model-output.h"
#include "cvr-numbers.h"
#include "cvr-runner.h"
#include "cvr-source.h"

#include <math.h>
#include <string.h>

enum { EVALUATE_BATCH = 64 };

typedef struct
{
  CvrEvaluation public;
  gint          ref_count; /* atomic */
} Counted;

static CvrEvaluation *
evaluation_alloc (guint n,
                  guint n_classes)
{
  Counted *counted = g_new0 (Counted, 1);

  counted->ref_count = 1;
  counted->public.n = n;
  counted->public.n_classes = n_classes;
  counted->public.precision = g_new0 (double, n_classes);
  counted->public.recall = g_new0 (double, n_classes);
  counted->public.f1 = g_new0 (double, n_classes);
  counted->public.auc = g_new0 (double, n_classes);
  counted->public.average_precision = g_new0 (double, n_classes);
  counted->public.support = g_new0 (guint64, n_classes);
  counted->public.answers = g_new0 (CvrAnswer, n);

  return &counted->public;
}

CvrEvaluation *
cvr_evaluation_ref (CvrEvaluation *self)
{
  g_atomic_int_inc (&((Counted *) self)->ref_count);

  return self;
}

void
cvr_evaluation_unref (CvrEvaluation *self)
{
  if (!g_atomic_int_dec_and_test (&((Counted *) self)->ref_count))
    return;

  g_clear_pointer (&self->confusion, nn_confusion_free);
  g_free (self->precision);
  g_free (self->recall);
  g_free (self->f1);
  g_free (self->auc);
  g_free (self->average_precision);
  g_free (self->support);
  g_free (self->answers);
  g_free (self->probabilities);
  if (self->numbers != NULL)
    {
      g_free (self->numbers->predicted);
      g_free (self->numbers->truth);
    }
  g_free (self->numbers);
  g_free (self);
}

gboolean
cvr_evaluation_equal (const CvrEvaluation *self,
                      const CvrEvaluation *other)
{
  if (self->n != other->n || self->n_classes != other->n_classes ||
      (self->numbers == NULL) != (other->numbers == NULL))
    return FALSE;
  for (guint i = 0; i < self->n; i++)
    if (self->answers[i].id != other->answers[i].id)
      return FALSE;
  if (self->numbers != NULL)
    return memcmp (self->numbers->predicted, other->numbers->predicted,
                   self->n * sizeof (float)) == 0;

  return memcmp (self->probabilities, other->probabilities,
                 (gsize) self->n * self->n_classes * sizeof (float)) == 0;
}

/* Class @k against the rest: what its ranking is worth. */
static void
rank_class (CvrEvaluation      *self,
            const NnEvaluation *figures,
            guint               k)
{
  g_autofree float *scores = g_new (float, figures->n);
  g_autofree gboolean *positive = g_new (gboolean, figures->n);

  for (guint i = 0; i < figures->n; i++)
    {
      scores[i] = figures->probabilities[(gsize) i * self->n_classes + k];
      positive[i] = figures->labels[i] == (gint32) k;
    }
  self->auc[k] = nn_curves_auc (scores, positive, figures->n);
  self->average_precision[k] = nn_curves_average_precision (scores, positive, figures->n);
}

static void
fill_answers (CvrEvaluation      *self,
              CvrSource          *source,
              const NnEvaluation *figures)
{
  for (guint i = 0; i < self->n; i++)
    {
      const float *p = figures->probabilities + (gsize) i * self->n_classes;
      guint best = 0;

      for (guint k = 1; k < self->n_classes; k++)
        if (p[k] > p[best])
          best = k;
      self->answers[i] =
        (CvrAnswer) { cvr_source_item_id (source, i), figures->labels[i], (gint) best, p[best] };
      self->support[figures->labels[i]]++;
    }
}

static void
fill_classes (CvrEvaluation      *self,
              const NnEvaluation *figures)
{
  for (guint k = 0; k < self->n_classes; k++)
    {
      self->precision[k] = nn_confusion_precision (self->confusion, k);
      self->recall[k] = nn_confusion_recall (self->confusion, k);
      self->f1[k] = nn_confusion_f1 (self->confusion, k);
      rank_class (self, figures, k);
    }
}

gboolean
cvr_evaluate_run (CvrModel       *model,
                  const NnSource *source,
                  NnLossKind      kind,
                  NnWorkers      *workers,
                  gboolean      (*keep_going) (gpointer data),
                  gpointer        data,
                  NnEvaluation   *figures,
                  GError        **error)
{
  g_autoptr (CvrRunner) runner =
    cvr_runner_new (model, workers, MIN (EVALUATE_BATCH, source->count), error);

  return runner != NULL &&
         cvr_runner_evaluate (runner, source, kind, keep_going, data, figures, error);
}

/* What a network that predicts numbers answers; the labels' names are the truth. */
static CvrEvaluation *
evaluate_numbers (CvrModel   *model,
                  CvrDataset *dataset,
                  CvrSplit    used,
                  guint       max_items,
                  NnWorkers  *workers,
                  gboolean  (*keep_going) (gpointer data),
                  gpointer    data,
                  GError    **error)
{
  g_autofree double *values = cvr_numbers_of_classes (dataset, error);
  g_autoptr (CvrSource) source = NULL;
  NnEvaluation figures = { 0 };
  CvrEvaluation *self;

  if (values == NULL)
    return NULL;
  source = cvr_source_new (dataset, used, &model->preprocess, NULL, max_items, workers, error);
  if (source == NULL)
    return NULL;

  cvr_source_use_numbers (source, values, 0, 1);
  if (!cvr_evaluate_run (model, cvr_source_peek (source), NN_LOSS_MSE, workers, keep_going, data,
                         &figures, error))
    return NULL;

  self = evaluation_alloc (figures.n, 1);
  self->used = used;
  self->accuracy = NAN;
  self->confusion = nn_confusion_new (1);
  self->support[0] = figures.n;
  self->auc[0] = self->average_precision[0] = NAN;
  self->probabilities = g_new (float, MAX (figures.n, 1));
  self->numbers = g_new0 (CvrNumberAnswers, 1);
  self->numbers->truth = g_new (float, MAX (figures.n, 1));
  for (guint i = 0; i < figures.n; i++)
    {
      self->answers[i] = (CvrAnswer) { cvr_source_item_id (source, i), 0, 0, 1 };
      self->probabilities[i] = 1;
      self->numbers->truth[i] = (float) values[cvr_source_label (source, i)];
    }
  self->numbers->predicted = g_steal_pointer (&figures.probabilities);
  self->numbers->scores =
    nn_curves_regression (self->numbers->predicted, self->numbers->truth, figures.n);
  self->loss = self->numbers->scores.mse;
  nn_evaluation_clear (&figures);

  return self;
}

/**
 * cvr_evaluate:
 *
 * Blocks; any thread (@dataset must not change meanwhile). Errors: NN_ERROR_DATA when there is no
 * picture of a class that the model knows, NN_ERROR_CANCELLED.
 *
 * Returns: (transfer full)
 */
CvrEvaluation *
cvr_evaluate (CvrModel  *model,
              CvrDataset *dataset,
              CvrSplit    used,
              guint       max_items,
              NnWorkers  *workers,
              gboolean  (*keep_going) (gpointer data),
              gpointer    data,
              GError    **error)
{
  g_autoptr (CvrSource) source = NULL;
  NnEvaluation figures = { 0 };
  CvrEvaluation *self;
  guint n_unknown;

  g_return_val_if_fail (model != NULL && dataset != NULL && workers != NULL, NULL);

  if (!cvr_model_output_check (model, error))
    return NULL;

  if (cvr_numbers_is_model (model))
    return evaluate_numbers (model, dataset, used, max_items, workers, keep_going, data, error);

  source = cvr_source_new_for_classes (dataset, used, &model->preprocess,
                                       (const char *const *) model->classes, model->n_classes,
                                       max_items, &n_unknown, workers, error);
  if (source == NULL ||
      !cvr_evaluate_run (model, cvr_source_peek (source), NN_LOSS_CROSS_ENTROPY, workers,
                         keep_going, data, &figures, error))
    return NULL;

  self = evaluation_alloc (figures.n, model->n_classes);
  self->used = used;
  self->n_unknown = n_unknown;
  self->accuracy = figures.accuracy;
  self->loss = figures.loss;
  self->confusion = g_steal_pointer (&figures.confusion);
  fill_answers (self, source, &figures);
  fill_classes (self, &figures);
  self->probabilities = g_steal_pointer (&figures.probabilities);
  nn_evaluation_clear (&figures);

  return self;
}

/* Pictures are counted where the evaluation asks whether to go on: before each batch. */
typedef struct
{
  const CvrWatch *watch;
  guint64         n_done, n_total;
} Progress;

static gboolean
count_cb (gpointer data)
{
  Progress *progress = data;
  guint64 done = MIN (progress->n_done, progress->n_total);

  progress->n_done += EVALUATE_BATCH;

  return cvr_watch_tell (progress->watch, done, progress->n_total);
}

/**
 * cvr_evaluate_project:
 * @dataset: divided; must not change meanwhile
 *
 * Blocks; any thread. Errors as of cvr_evaluate().
 *
 * Returns: (transfer full)
 */
CvrEvaluation *
cvr_evaluate_project (CvrModel       *model,
                      CvrDataset     *dataset,
                      NnWorkers      *workers,
                      const CvrWatch *watch,
                      GError        **error)
{
  guint n_labelled =
    cvr_dataset_count (dataset, -2, CVR_SPLIT_AUTO) -
    cvr_dataset_count (dataset, CVR_LABEL_NONE, CVR_SPLIT_AUTO);
  Progress progress = { watch, 0, cvr_dataset_count (dataset, -2, CVR_SPLIT_VALID) };
  g_autoptr (GError) reason = NULL;
  CvrEvaluation *evaluation =
    cvr_evaluate (model, dataset, CVR_SPLIT_VALID, 0, workers, count_cb, &progress, &reason);

  if (evaluation == NULL && g_error_matches (reason, NN_ERROR, NN_ERROR_DATA))
    {
      progress = (Progress) { watch, 0, n_labelled };
      return cvr_evaluate (model, dataset, CVR_SPLIT_AUTO, 0, workers, count_cb, &progress, error);
    }
  if (evaluation == NULL)
    g_propagate_error (error, g_steal_pointer (&reason));

  return evaluation;
}
