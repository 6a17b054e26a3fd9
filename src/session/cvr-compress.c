/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pruning and quantization of a model, measured before and after. */
#include "cvr-compress.h"

#include "cvr-measure.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum
{
  CALIBRATION_ITEMS = 256,
  FINE_TUNE_BATCH = 32,
};

/* Small: the weights are good already, only the loss of some is to be made up for. */
static const float fine_tune_lr = 5e-4f;

typedef struct
{
  CvrCompressed public;
  gint          ref_count; /* atomic */
} Counted;

/* One call of cvr_compress(). */
typedef struct
{
  const CvrCompressSpec *spec;
  CvrDataset            *dataset;  /* NULL: nothing to evaluate, calibrate or fine-tune with */
  CvrSplit               used;     /* what is evaluated */
  NnWorkers             *workers;
  const NnObserver      *observer; /* nullable */
  NnParams              *mask;     /* borrowed; fine-tuning keeps its zeros; NULL: none */
} Work;

CvrCompressed *
cvr_compressed_ref (CvrCompressed *self)
{
  g_atomic_int_inc (&((Counted *) self)->ref_count);

  return self;
}

void
cvr_compressed_unref (CvrCompressed *self)
{
  if (!g_atomic_int_dec_and_test (&((Counted *) self)->ref_count))
    return;

  g_clear_pointer (&self->before_model, cvr_model_unref);
  g_clear_pointer (&self->model, cvr_model_unref);
  g_clear_pointer (&self->before_evaluation, cvr_evaluation_unref);
  g_free (self->changed);
  g_free (self);
}

CvrCompressSpec
cvr_compress_spec_default (void)
{
  CvrCompressSpec spec = {
    .prune = { .kind = NN_PRUNE_FILTERS, .scope = NN_PRUNE_GLOBAL, .amount = 0 },
    .bits = 32,
    .per_channel = TRUE,
  };

  return spec;
}

/* Errors: NN_ERROR_SPEC, naming the setting. */
gboolean
cvr_compress_spec_check (const CvrCompressSpec *spec,
                         GError               **error)
{
  static const guint known_bits[] = { 32, 16, 8, 4, 2, 1 };
  gboolean known = FALSE;

  g_return_val_if_fail (spec != NULL, FALSE);

  if (!isfinite (spec->prune.amount) || spec->prune.amount < 0 || spec->prune.amount > 1)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("The setting “%s” is %g; it can be %g to %g."), "amount", spec->prune.amount,
                   0.0, 1.0);
      return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (known_bits); i++)
    known |= spec->bits == known_bits[i];
  if (!known)
    g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                 _("The setting “%s” is %u; it can be 32, 16, 8, 4, 2 or 1."), "bits", spec->bits);

  return known;
}

static gboolean
go_on (Work    *work,
       GError **error)
{
  if (work->observer == NULL || work->observer->keep_going == NULL ||
      work->observer->keep_going (work->observer->data))
    return TRUE;

  g_set_error_literal (error, NN_ERROR, NN_ERROR_CANCELLED, _("Compressing was cancelled."));
  return FALSE;
}

static gboolean
has_items (CvrDataset *dataset,
           CvrModel   *model,
           CvrSplit    used)
{
  g_autoptr (CvrSource) source = cvr_source_new_for_classes (dataset, used, &model->preprocess,
                                                             (const char *const *) model->classes,
                                                             model->n_classes, 1, NULL, NULL, NULL);

  return source != NULL;
}

static CvrEvaluation *
evaluate (Work     *work,
          CvrModel *model,
          GError  **error)
{
  const NnObserver *observer = work->observer;

  return cvr_evaluate (model, work->dataset, work->used, work->spec->max_items, work->workers,
                       observer != NULL ? observer->keep_going : NULL,
                       observer != NULL ? observer->data : NULL, error);
}

/* Same pictures under the same labels: what was kept may be used again. */
static gboolean
same_items (CvrEvaluation *a,
            CvrEvaluation *b)
{
  if (a->n != b->n)
    return FALSE;

  for (guint i = 0; i < a->n; i++)
    if (a->answers[i].id != b->answers[i].id || a->answers[i].label != b->answers[i].label)
      return FALSE;

  return TRUE;
}

/* Items to learn and calibrate from: those that train, or all labelled ones where none does. */
static CvrSource *
learning_source (Work     *work,
                 CvrModel *model,
                 guint     max_items,
                 GError  **error)
{
  CvrSplit used =
    has_items (work->dataset, model, CVR_SPLIT_TRAIN) ? CVR_SPLIT_TRAIN : CVR_SPLIT_AUTO;

  return cvr_source_new_for_classes (work->dataset, used, &model->preprocess,
                                     (const char *const *) model->classes, model->n_classes,
                                     max_items, NULL, work->workers, error);
}

/* Observer of the fine-tuning: zeros stay zeros, then the caller's own turn. */
static void
tuned_cb (const NnEvent *event,
          gpointer       data)
{
  Work *work = data;

  if (event->kind == NN_EVENT_STEP && work->mask != NULL)
    nn_prune_reapply (event->params, work->mask);
  if (work->observer != NULL && work->observer->event != NULL)
    work->observer->event (event, work->observer->data);
}

static gboolean
tune_keep_going_cb (gpointer data)
{
  return go_on (data, NULL);
}

static double
tune_now_cb (gpointer data)
{
  Work *work = data;

  return work->observer->now (work->observer->data);
}

/* Trains the pruned network a little; @params is replaced by what came of it. */
static gboolean
fine_tune (Work      *work,
           CvrModel  *model,
           NnGraph   *graph,
           NnParams **params,
           GError   **error)
{
  NnTrainSpec spec = nn_train_spec_default ();
  NnTrainResult result = { 0 };
  NnObserver observer = { tuned_cb, tune_keep_going_cb, NULL, NULL, work };
  g_autoptr (CvrSource) train = learning_source (work, model, 0, error);
  g_autoptr (CvrSource) valid = NULL;
  gboolean done;

  if (train == NULL)
    return FALSE;
  if (work->used == CVR_SPLIT_VALID)
    valid = cvr_source_new_for_classes (work->dataset, CVR_SPLIT_VALID, &model->preprocess,
                                        (const char *const *) model->classes, model->n_classes, 0,
                                        NULL, work->workers, NULL);

  if (work->observer != NULL && work->observer->now != NULL)
    observer.now = tune_now_cb;
  spec.optim = nn_optim_spec_default (NN_OPTIM_ADAM);
  spec.optim.lr = fine_tune_lr;
  spec.epochs = work->spec->epochs;
  spec.batch = FINE_TUNE_BATCH;
  spec.seed = 1;
  spec.early_stop = 0;
  work->mask = work->spec->prune.kind == NN_PRUNE_WEIGHTS ? *params : NULL;

  done = nn_train (graph, *params, &spec, cvr_source_peek (train),
                   valid != NULL ? cvr_source_peek (valid) : NULL, work->workers, &observer, NULL,
                   &result, error);
  if (done && go_on (work, error))
    {
      NnParams *tuned = nn_params_copy (result.params);

      if (work->mask != NULL)
        nn_prune_reapply (tuned, work->mask);
      nn_params_freeze (tuned);
      work->mask = NULL;
      nn_params_unref (*params);
      *params = tuned;
    }
  else
    done = FALSE;
  nn_train_result_clear (&result);

  return done;
}

/* Returns: (transfer full): @model, pruned as asked; itself where nothing is. */
static CvrModel *
prune (Work     *work,
       CvrModel *model,
       double   *threshold,
       GError  **error)
{
  g_autoptr (NnGraph) graph = NULL;
  g_autoptr (NnParams) params = NULL;
  NnPruneReport report = { 0 };

  *threshold = (double) NAN;
  if (work->spec->prune.amount > 0)
    {
      if (!nn_prune (model->graph, model->params, &work->spec->prune, &graph, &params, &report,
                     error))
        return NULL;
      *threshold = report.threshold;
    }
  else if (work->spec->epochs > 0)
    {
      graph = nn_graph_ref (model->graph);
      params = nn_params_ref (model->params);
    }
  else
    return cvr_model_ref (model);

  if (work->spec->epochs > 0 && work->dataset != NULL &&
      !fine_tune (work, model, graph, &params, error))
    return NULL;

  return cvr_model_with (model, graph, params);
}

/* Returns: (transfer full): @model with weights (and activations, where pictures to calibrate with
 * are there) of fewer bits; itself at 32. */
static CvrModel *
quantize (Work     *work,
          CvrModel *model,
          GError  **error)
{
  g_autoptr (NnGraph) graph = NULL;
  g_autoptr (NnParams) params = NULL;
  g_autoptr (CvrSource) calibration = NULL;
  NnQuantSpec spec;

  if (work->spec->bits == 32)
    return cvr_model_ref (model);

  spec = nn_quant_spec_default (work->spec->bits);
  spec.per_channel = work->spec->per_channel;
  if (work->dataset == NULL)
    spec.activations = FALSE;
  else if (spec.activations)
    {
      calibration = learning_source (work, model, CALIBRATION_ITEMS, error);
      if (calibration == NULL)
        return NULL;
    }

  if (!nn_quantize (model->graph, model->params, &spec,
                    calibration != NULL ? cvr_source_peek (calibration) : NULL, work->workers,
                    &graph, &params, error))
    return NULL;

  return cvr_model_with (model, graph, params);
}

static void
list_changes (CvrCompressed *self,
              CvrEvaluation *before,
              CvrEvaluation *after)
{
  GArray *changed = g_array_new (FALSE, FALSE, sizeof (CvrChangedAnswer));

  for (guint i = 0; i < after->n; i++)
    if (before->answers[i].predicted != after->answers[i].predicted)
      {
        CvrChangedAnswer answer = { after->answers[i].id, after->answers[i].label,
                                    before->answers[i].predicted, after->answers[i].predicted };

        g_array_append_val (changed, answer);
      }

  self->n_changed = changed->len;
  self->changed = (CvrChangedAnswer *) (gpointer) g_array_free (changed, FALSE);
}

/* Answers of both models on the same pictures, and every figure. */
static gboolean
measure (Work          *work,
         CvrCompressed *self,
         CvrEvaluation *cached,
         GError       **error)
{
  g_autoptr (CvrEvaluation) before = NULL;
  g_autoptr (CvrEvaluation) after = NULL;

  if (work->dataset != NULL)
    {
      after = evaluate (work, self->model, error);
      if (after == NULL)
        return FALSE;

      if (self->model == self->before_model)
        before = cvr_evaluation_ref (after);
      else if (cached != NULL && same_items (cached, after))
        before = cvr_evaluation_ref (cached);
      else
        before = evaluate (work, self->before_model, error);
      if (before == NULL)
        return FALSE;

      list_changes (self, before, after);
      self->before_evaluation = cvr_evaluation_ref (before);
    }

  if (!go_on (work, error) ||
      !cvr_measure_model (self->before_model, before, work->workers, &self->before, error))
    return FALSE;

  /* The same network has the same figures: a second measurement would only show
   * the clock's noise. */
  if (self->model == self->before_model)
    self->after = self->before;
  else if (!cvr_measure_model (self->model, after, work->workers, &self->after, error))
    return FALSE;

  return TRUE;
}

/**
 * cvr_compress:
 * @dataset: (nullable): without it, or without pictures of the model's classes, accuracies are NaN,
 * n is 0, activations stay as they are and nothing is fine-tuned
 *
 * See the header. Blocks; any thread. Always begins with @model's own weights.
 *
 * Returns: (transfer full)
 */
CvrCompressed *
cvr_compress (CvrModel              *model,
              const CvrCompressSpec *spec,
              CvrDataset            *dataset,
              CvrEvaluation         *before,
              NnWorkers             *workers,
              const NnObserver      *observer,
              GError               **error)
{
  Work work = { spec, dataset, CVR_SPLIT_VALID, workers, observer, NULL };
  g_autoptr (CvrModel) pruned = NULL;
  g_autoptr (CvrCompressed) self = NULL;
  Counted *counted;

  g_return_val_if_fail (model != NULL && workers != NULL, NULL);

  if (!cvr_compress_spec_check (spec, error))
    return NULL;
  if (dataset != NULL && !has_items (dataset, model, CVR_SPLIT_VALID))
    work.used = CVR_SPLIT_AUTO;
  if (dataset != NULL && work.used == CVR_SPLIT_AUTO && !has_items (dataset, model, CVR_SPLIT_AUTO))
    work.dataset = NULL;

  counted = g_new0 (Counted, 1);
  counted->ref_count = 1;
  self = &counted->public;
  self->spec = *spec;
  self->before_model = cvr_model_ref (model);

  pruned = prune (&work, model, &self->threshold, error);
  if (pruned == NULL || !go_on (&work, error))
    return NULL;
  self->model = quantize (&work, pruned, error);
  if (self->model == NULL || !go_on (&work, error) || !measure (&work, self, before, error))
    return NULL;

  return g_steal_pointer (&self);
}
