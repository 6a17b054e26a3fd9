/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What compression does by learning: fine-tuning, gradual pruning, quantization-aware training. */
#include "cvr-compress-private.h"

#include <glib/gi18n-lib.h>

enum
{
  TUNE_BATCH = 32,
  RECIPE_BATCH = 128,
  IMPORTANCE_BATCHES = 32,
  IMPORTANCE_ITEMS = 64, /* of each */
};

/* Small: the weights are good already, only the loss of some is to be made up for. Where much goes,
 * more has to move. */
static const float fine_tune_lr = 5e-4f;
static const float gradual_lr = 1e-3f;

gboolean
cvr_compress_go_on (CvrCompressWork *work,
                    GError         **error)
{
  if (work->observer == NULL || work->observer->keep_going == NULL ||
      work->observer->keep_going (work->observer->data))
    return TRUE;

  g_set_error_literal (error, NN_ERROR, NN_ERROR_CANCELLED, _("Compressing was cancelled."));
  return FALSE;
}

gboolean
cvr_compress_has_items (CvrDataset *dataset,
                        CvrModel   *model,
                        CvrSplit    used)
{
  g_autoptr (CvrSource) source = cvr_source_new_for_classes (dataset, used, &model->preprocess,
                                                             (const char *const *) model->classes,
                                                             model->n_classes, 1, NULL, NULL, NULL);

  return source != NULL;
}

CvrSource *
cvr_compress_learning_source (CvrCompressWork *work,
                              CvrModel        *model,
                              guint            max_items,
                              GError         **error)
{
  CvrSplit used = cvr_compress_has_items (work->dataset, model, CVR_SPLIT_TRAIN) ? CVR_SPLIT_TRAIN
                                                                                 : CVR_SPLIT_AUTO;

  return cvr_source_new_for_classes (work->dataset, used, &model->preprocess,
                                     (const char *const *) model->classes, model->n_classes,
                                     max_items, NULL, work->workers, error);
}

/* Observer of the training: zeros stay zeros, then the caller's own turn. */
static void
tuned_cb (const NnEvent *event,
          gpointer       data)
{
  CvrCompressWork *work = data;

  if (event->kind == NN_EVENT_STEP && work->mask != NULL)
    nn_prune_reapply (event->params, work->mask);
  if (work->observer != NULL && work->observer->event != NULL)
    work->observer->event (event, work->observer->data);
}

static gboolean
keep_going_cb (gpointer data)
{
  return cvr_compress_go_on (data, NULL);
}

static double
now_cb (gpointer data)
{
  CvrCompressWork *work = data;

  return work->observer->now (work->observer->data);
}

/* What every training here needs. */
typedef struct
{
  NnObserver  observer;
  NnTrainSpec spec;
  CvrSource  *train, *valid; /* valid nullable */
} Tuning;

static void
tuning_clear (Tuning *self)
{
  g_clear_pointer (&self->train, cvr_source_free);
  g_clear_pointer (&self->valid, cvr_source_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tuning, tuning_clear)

/* @spec: what suits, changed where the user said otherwise. */
static gboolean
tuning_init (Tuning            *self,
             CvrCompressWork   *work,
             CvrModel          *model,
             const NnTrainSpec *spec,
             GError           **error)
{
  const CvrTuneSpec *tune = &work->spec->tune;

  *self = (Tuning) { .observer = { tuned_cb, keep_going_cb, NULL, NULL, work }, .spec = *spec };
  if (work->observer != NULL && work->observer->now != NULL)
    self->observer.now = now_cb;
  self->spec.epochs = work->spec->epochs;
  if (tune->batch > 0)
    self->spec.batch = tune->batch;
  if (tune->lr > 0)
    self->spec.optim.lr = tune->lr;

  self->train = cvr_compress_learning_source (work, model, 0, error);
  if (self->train == NULL)
    return FALSE;
  cvr_source_set_augment (self->train, &tune->augment);
  if (work->used == CVR_SPLIT_VALID)
    self->valid = cvr_source_new_for_classes (work->dataset, CVR_SPLIT_VALID, &model->preprocess,
                                              (const char *const *) model->classes,
                                              model->n_classes, 0, NULL, work->workers, NULL);

  return TRUE;
}

static const NnSource *
valid_of (const Tuning *self)
{
  return self->valid != NULL ? cvr_source_peek (self->valid) : NULL;
}

/* Of fine-tuning after pruning. */
static NnTrainSpec
tuning_spec (CvrCompressWork *work,
             float            lr)
{
  const CvrTuneSpec *tune = &work->spec->tune;
  NnTrainSpec spec = nn_train_spec_default ();

  if (tune->recipe != NN_RECIPE_PLAIN)
    {
      nn_recipe_settings (tune->recipe, &spec);
      spec.batch = tune->batch > 0 ? tune->batch : RECIPE_BATCH;
      spec.optim.lr = nn_recipe_lr (tune->recipe, spec.batch);
      return spec;
    }

  spec.batch = TUNE_BATCH;
  spec.optim = nn_optim_spec_default (NN_OPTIM_ADAM);
  spec.optim.lr = lr;
  spec.schedule = nn_schedule_spec_default (NN_SCHEDULE_COSINE);

  return spec;
}

/* [n_nodes]: what the spec says of each layer; NULL with an error. */
static double *
layer_amounts (const CvrCompressSpec *spec,
               CvrModel              *model,
               GError               **error)
{
  g_autoptr (GArray) layers = nn_prune_layers (model->graph, model->params, spec->prune.kind,
                                               error);
  double *amounts;

  if (layers == NULL)
    return NULL;

  amounts = g_new0 (double, nn_graph_n_nodes (model->graph));
  for (guint i = 0; i < MIN (layers->len, CVR_COMPRESS_MAX_LAYERS); i++)
    amounts[g_array_index (layers, NnPruneLayer, i).node] = spec->layers[i] / 100.0;

  return amounts;
}

gboolean
cvr_compress_once (CvrCompressWork *work,
                   CvrModel        *model,
                   NnGraph        **graph,
                   NnParams       **params,
                   NnPruneReport   *report,
                   GError         **error)
{
  NnPruneSpec spec = work->spec->prune;
  g_autoptr (NnImportance) importance = NULL;
  g_autoptr (CvrSource) source = NULL;
  g_autofree double *amounts = NULL;

  if (spec.kind == NN_PRUNE_FILTERS && work->dataset != NULL && work->spec->epochs > 0 &&
      !work->spec->tune.by_size)
    {
      source = cvr_compress_learning_source (work, model, 0, error);
      if (source == NULL)
        return FALSE;
      importance = nn_importance_new (model->graph, model->params, cvr_source_peek (source),
                                      IMPORTANCE_BATCHES, IMPORTANCE_ITEMS, 1, work->workers,
                                      error);
      if (importance == NULL)
        return FALSE;
      spec.importance = importance;
    }
  if (spec.scope == NN_PRUNE_EACH)
    {
      spec.amounts = amounts = layer_amounts (work->spec, model, error);
      if (amounts == NULL)
        return FALSE;
    }

  return nn_prune (model->graph, model->params, &spec, graph, params, report, error);
}

gboolean
cvr_compress_fine_tune (CvrCompressWork *work,
                        CvrModel        *model,
                        NnGraph         *graph,
                        NnParams       **params,
                        GError         **error)
{
  NnTrainSpec spec = tuning_spec (work, fine_tune_lr);
  g_autofree NnOptimScale *scales = nn_recipe_scales (work->spec->tune.recipe, model->graph);
  g_auto (Tuning) tuning = { .train = NULL };
  NnTrainResult result = { 0 };
  gboolean done;

  if (!tuning_init (&tuning, work, model, &spec, error))
    return FALSE;

  /* Pruning keeps the numbers of nodes unless there were some that nothing depends on. */
  if (nn_graph_n_nodes (graph) == nn_graph_n_nodes (model->graph))
    tuning.spec.scales = scales;
  work->mask = work->spec->prune.kind == NN_PRUNE_WEIGHTS ? *params : NULL;
  done = nn_train (graph, *params, &tuning.spec, cvr_source_peek (tuning.train),
                   valid_of (&tuning), work->workers, &tuning.observer, NULL, &result, error) &&
         cvr_compress_go_on (work, error);
  if (done)
    {
      NnParams *tuned = nn_params_copy (result.params);

      if (work->mask != NULL)
        nn_prune_reapply (tuned, work->mask);
      nn_params_freeze (tuned);
      nn_params_unref (*params);
      *params = tuned;
    }
  work->mask = NULL;
  nn_train_result_clear (&result);

  return done;
}

gboolean
cvr_compress_gradually (CvrCompressWork *work,
                        CvrModel        *model,
                        NnGraph        **graph,
                        NnParams       **params,
                        NnPruneReport   *report,
                        GError         **error)
{
  NnTrainSpec spec = tuning_spec (work, gradual_lr);
  g_autofree NnOptimScale *scales = nn_recipe_scales (work->spec->tune.recipe, model->graph);
  g_auto (Tuning) tuning = { .train = NULL };
  NnTrainResult result = { 0 };
  gboolean done;

  if (!tuning_init (&tuning, work, model, &spec, error))
    return FALSE;

  tuning.spec.scales = scales;
  done = nn_prune_gradually (model->graph, model->params, &work->spec->prune, &tuning.spec,
                             cvr_source_peek (tuning.train), valid_of (&tuning), work->workers,
                             &tuning.observer, graph, params, report, &result, error) &&
         cvr_compress_go_on (work, error);
  nn_train_result_clear (&result);

  return done;
}

gboolean
cvr_compress_aware (CvrCompressWork   *work,
                    CvrModel          *model,
                    const NnQuantSpec *quant,
                    CvrSource         *calibration,
                    NnGraph          **graph,
                    NnParams         **params,
                    GError           **error)
{
  NnAwareSpec spec = nn_aware_spec_default (quant->bits);
  g_auto (Tuning) tuning = { .train = NULL };
  NnTrainResult result = { 0 };
  gboolean done;

  if (!tuning_init (&tuning, work, model, &spec.train, error))
    return FALSE;

  spec.quant = *quant;
  spec.train = tuning.spec;
  done = nn_train_aware (model->graph, model->params, &spec,
                         calibration != NULL ? cvr_source_peek (calibration) : NULL,
                         cvr_source_peek (tuning.train), valid_of (&tuning), work->workers,
                         &tuning.observer, graph, params, &result, error) &&
         cvr_compress_go_on (work, error);
  nn_train_result_clear (&result);

  return done;
}
