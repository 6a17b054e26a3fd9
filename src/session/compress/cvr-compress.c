/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pruning and quantization of a model, measured before and after. */
#include "cvr-compress-private.h"

#include "cvr-measure.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum { CALIBRATION_ITEMS = 256 };

typedef struct
{
  CvrCompressed public;
  gint          ref_count; /* atomic */
} Counted;

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
  g_clear_pointer (&self->before_confusion, nn_confusion_free);
  g_clear_pointer (&self->after_confusion, nn_confusion_free);
  g_free (self->changed);
  g_free (self);
}

CvrCompressed *
cvr_compressed_new (const CvrCompressSpec *spec,
                    CvrModel              *before)
{
  Counted *counted = g_new0 (Counted, 1);

  counted->ref_count = 1;
  counted->public.spec = *spec;
  counted->public.before_model = cvr_model_ref (before);
  counted->public.threshold = (double) NAN;

  return &counted->public;
}

gboolean
cvr_compressed_is_exact (const CvrCompressed *self)
{
  return self->after.n == self->n_pictures && isfinite (self->after.ms);
}

gboolean
cvr_compressed_is_awaited (const CvrCompressed *self)
{
  return self->after.n == 0 && self->n_pictures > 0;
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
  for (guint i = 0; i < CVR_COMPRESS_MAX_LAYERS; i++)
    if (spec->layers[i] > 100)
      {
        g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                     _("The setting “%s” is %g; it can be %g to %g."), "layers",
                     spec->layers[i] / 100.0, 0.0, 1.0);
        return FALSE;
      }
  for (guint i = 0; i < G_N_ELEMENTS (known_bits); i++)
    known |= spec->bits == known_bits[i];
  if (!known)
    g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                 _("The setting “%s” is %u; it can be 32, 16, 8, 4, 2 or 1."), "bits", spec->bits);

  return known;
}

gboolean
cvr_compress_spec_prunes (const CvrCompressSpec *spec)
{
  if (spec->prune.scope != NN_PRUNE_EACH)
    return spec->prune.amount > 0;

  for (guint i = 0; i < CVR_COMPRESS_MAX_LAYERS; i++)
    if (spec->layers[i] > 0)
      return TRUE;

  return FALSE;
}

gboolean
cvr_compress_spec_changes (const CvrCompressSpec *spec)
{
  return cvr_compress_spec_prunes (spec) || spec->bits != 32 || spec->epochs > 0;
}

gboolean
cvr_compress_spec_same_pruning (const CvrCompressSpec *a,
                                const CvrCompressSpec *b)
{
  gboolean prunes = cvr_compress_spec_prunes (a);

  if (prunes != cvr_compress_spec_prunes (b))
    return FALSE;
  if (!prunes)
    return TRUE;
  if (a->prune.kind != b->prune.kind || a->prune.scope != b->prune.scope)
    return FALSE;
  if (a->prune.scope == NN_PRUNE_EACH)
    return memcmp (a->layers, b->layers, sizeof a->layers) == 0;

  return a->prune.amount == b->prune.amount && a->prune.by == b->prune.by;
}

static guint
most_of (const CvrCompressSpec *spec)
{
  guint most = 0;

  for (guint i = 0; i < CVR_COMPRESS_MAX_LAYERS; i++)
    most = MAX (most, spec->layers[i]);

  return most;
}

void
cvr_compress_spec_scale (CvrCompressSpec *spec,
                         guint            per_cent,
                         guint            n_layers)
{
  guint most = most_of (spec);

  g_return_if_fail (per_cent <= 100 && n_layers <= CVR_COMPRESS_MAX_LAYERS);

  for (guint i = 0; i < CVR_COMPRESS_MAX_LAYERS; i++)
    if (most > 0)
      spec->layers[i] = (guint8) ((spec->layers[i] * per_cent + most / 2) / most);
    else
      spec->layers[i] = i < n_layers ? (guint8) per_cent : 0;
}

/* Whole per cents may each be half a one off: a·B and b·A of the same shape differ by no more than
 * half of a + b + A + B, and a quarter twice. Nothing chosen has the shape of all layers alike. */
gboolean
cvr_compress_spec_same_shape (const CvrCompressSpec *a,
                              const CvrCompressSpec *b)
{
  gint most_a = (gint) most_of (a), most_b = (gint) most_of (b);
  guint n = 0;

  for (guint i = 0; i < CVR_COMPRESS_MAX_LAYERS; i++)
    n = a->layers[i] > 0 || b->layers[i] > 0 ? i + 1 : n;
  for (guint i = 0; i < n; i++)
    {
      gint x = most_a > 0 ? a->layers[i] : 100, y = most_b > 0 ? b->layers[i] : 100;
      gint of_x = most_a > 0 ? most_a : 100, of_y = most_b > 0 ? most_b : 100;

      if (2 * ABS (x * of_y - y * of_x) > x + y + of_x + of_y + 1)
        return FALSE;
    }

  return TRUE;
}

/* What rounds the network, where it is rounded: a scale is of 8 bits and fewer. */
static gboolean
same_rounding (const CvrCompressSpec *a,
               const CvrCompressSpec *b)
{
  if (a->bits != b->bits)
    return FALSE;
  if (a->bits > 8)
    return TRUE;

  return a->per_channel == b->per_channel && a->calibration == b->calibration &&
         (a->calibration != NN_CALIBRATION_PERCENTILE || a->percentile == b->percentile);
}

gboolean
cvr_compress_spec_equal (const CvrCompressSpec *a,
                         const CvrCompressSpec *b)
{
  return cvr_compress_spec_same_pruning (a, b) && same_rounding (a, b) && a->epochs == b->epochs &&
         a->tune.gradual == b->tune.gradual && a->tune.aware == b->tune.aware;
}

static CvrEvaluation *
evaluate (CvrCompressWork *work,
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

CvrModel *
cvr_compress_prune (CvrCompressWork *work,
                    CvrModel        *model,
                    CvrPruned       *pruned,
                    GError         **error)
{
  const CvrTuneSpec *tune = &work->spec->tune;
  gboolean learns = work->spec->epochs > 0 && work->dataset != NULL;
  gboolean prunes = cvr_compress_spec_prunes (work->spec);
  gboolean gradual = learns && prunes && tune->gradual && work->spec->prune.scope != NN_PRUNE_EACH;
  g_autoptr (NnGraph) graph = NULL;
  g_autoptr (NnParams) params = NULL;
  NnPruneReport report = { .threshold = (double) NAN };

  *pruned = (CvrPruned) { (double) NAN, 0 };
  if (prunes)
    {
      if (!(gradual ? cvr_compress_gradually (work, model, &graph, &params, &report, error)
                    : cvr_compress_once (work, model, &graph, &params, &report, error)))
        return NULL;
      pruned->threshold = report.threshold;
      pruned->share = (double) report.n_pruned / (double) MAX (report.n_values, 1);
    }
  else if (work->spec->epochs > 0 && !tune->aware)
    {
      graph = nn_graph_ref (model->graph);
      params = nn_params_ref (model->params);
    }
  else
    return cvr_model_ref (model);

  if (learns && !gradual && !cvr_compress_fine_tune (work, model, graph, &params, error))
    return NULL;

  return cvr_model_with (model, graph, params);
}

CvrSource *
cvr_compress_calibration (CvrCompressWork *work,
                          CvrModel        *model,
                          GError         **error)
{
  return cvr_compress_learning_source (work, model, CALIBRATION_ITEMS, error);
}

CvrModel *
cvr_compress_quantize (CvrCompressWork *work,
                       CvrModel        *model,
                       GError         **error)
{
  const CvrTuneSpec *tune = &work->spec->tune;
  g_autoptr (NnGraph) graph = NULL;
  g_autoptr (NnParams) params = NULL;
  g_autoptr (CvrSource) made = NULL;
  CvrSource *calibration = NULL;
  NnQuantSpec spec;

  if (work->spec->bits == 32)
    return cvr_model_ref (model);

  spec = nn_quant_spec_default (work->spec->bits);
  spec.per_channel = work->spec->per_channel;
  spec.calibration = work->spec->calibration;
  if (work->spec->percentile > 0)
    spec.percentile = work->spec->percentile;
  if (work->dataset == NULL)
    spec.activations = FALSE;
  else if (spec.activations)
    {
      if (work->calibration == NULL)
        made = cvr_compress_calibration (work, model, error);
      calibration = work->calibration != NULL ? work->calibration : made;
      if (calibration == NULL)
        return NULL;
      if (work->calibration_items > 0)
        {
          spec.batches = 1;
          spec.batch = work->calibration_items;
        }
      if (work->observer != NULL)
        {
          spec.keep_going = work->observer->keep_going;
          spec.data = work->observer->data;
        }
    }

  if (!(tune->aware && work->spec->epochs > 0 && work->dataset != NULL
          ? cvr_compress_aware (work, model, &spec, calibration, &graph, &params, error)
          : nn_quantize (model->graph, model->params, &spec,
                         calibration != NULL ? cvr_source_peek (calibration) : NULL, work->workers,
                         &graph, &params, error)))
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

  self->n_pictures = after->n;
  if (before->confusion != NULL && after->confusion != NULL)
    {
      self->before_confusion = nn_confusion_copy (before->confusion);
      self->after_confusion = nn_confusion_copy (after->confusion);
    }
  self->n_changed = changed->len;
  self->changed = (CvrChangedAnswer *) (gpointer) g_array_free (changed, FALSE);
}

/* Answers of both models on the same pictures, and every figure. */
static gboolean
measure (CvrCompressWork *work,
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

  if (!cvr_compress_go_on (work, error) ||
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
  CvrCompressWork work = { .spec = spec, .dataset = dataset, .used = CVR_SPLIT_VALID,
                           .workers = workers, .observer = observer };
  g_autoptr (CvrModel) smaller = NULL;
  g_autoptr (CvrCompressed) self = NULL;
  CvrPruned pruned;

  g_return_val_if_fail (model != NULL && workers != NULL, NULL);

  if (!cvr_compress_spec_check (spec, error))
    return NULL;
  if (dataset != NULL && !cvr_compress_has_items (dataset, model, CVR_SPLIT_VALID))
    work.used = CVR_SPLIT_AUTO;
  if (dataset != NULL && work.used == CVR_SPLIT_AUTO &&
      !cvr_compress_has_items (dataset, model, CVR_SPLIT_AUTO))
    work.dataset = NULL;

  self = cvr_compressed_new (spec, model);
  smaller = cvr_compress_prune (&work, model, &pruned, error);
  if (smaller == NULL || !cvr_compress_go_on (&work, error))
    return NULL;
  self->threshold = pruned.threshold;
  self->pruned = pruned.share;
  self->model = cvr_compress_quantize (&work, smaller, error);
  if (self->model == NULL || !cvr_compress_go_on (&work, error) ||
      !cvr_measure_sizes (model, spec->prune.kind, &self->sizes, error) ||
      !measure (&work, self, before, error))
    return NULL;

  return g_steal_pointer (&self);
}
