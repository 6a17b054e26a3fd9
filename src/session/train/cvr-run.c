/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One training from settings and pictures to a model. */
#include "cvr-run.h"

#include "cvr-json.h"
#include "cvr-numbers.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

struct _CvrRun
{
  CvrSettings    settings;
  CvrPreprocess  preprocess;
  char         **classes;
  double        *numbers;       /* of the data set's classes; NULL: the answer is a class */
  double         mean, deviation;
  char
    *arch; /* of the network that learns; differs from the settings' when it comes from a model */
  char          *data_name;
  NnGraph       *graph;
  NnParams      *start;
  CvrSource     *train;
  CvrSource     *valid;         /* NULL: nothing to validate with */
  float         *class_weights; /* NULL: all alike */
  NnOptimScale  *scales;        /* NULL: all slots learn alike */
  GBytes        *resume;
  NnWorkers     *workers;
  NnObserver     observer;
  gboolean       observed;
};

/* The only value of a network that answers with a number. */
static char **
dup_number (void)
{
  char **classes = g_new0 (char *, 2);

  classes[0] = g_strdup (N_("number"));

  return classes;
}

static char **
dup_classes (CvrDataset *dataset)
{
  guint n = cvr_dataset_n_classes (dataset);
  char **classes = g_new0 (char *, n + 1);

  for (guint k = 0; k < n; k++)
    classes[k] = g_strdup (cvr_dataset_class_name (dataset, k));

  return classes;
}

/**
 * cvr_run_dup_arch_of:
 *
 * Returns: (transfer full): the name of the network that a model was trained with, as far as the
 * model remembers it; else "imported". Any thread.
 */
char *
cvr_run_dup_arch_of (CvrModel *model)
{
  g_autoptr (JsonObject) record = NULL;
  const char *arch = NULL;

  if (model->training != NULL)
    record = cvr_json_parse_object (model->training, "training", NULL);
  if (record == NULL || !cvr_json_get_string (record, "arch", &arch, NULL) || arch == NULL)
    return g_strdup ("imported");

  return g_strdup (arch);
}

/* Fine-tuning moves the weights off the grid that quantization put them on. */
static void
forget_quant (NnParams *params)
{
  NnGraph *graph = nn_params_graph (params);

  for (guint node = 0; node < nn_graph_n_nodes (graph); node++)
    if (nn_params_peek_quant (params, (NnNode) node) != NULL)
      nn_params_set_quant (params, (NnNode) node, NULL);
}

static gboolean
begin_from_model (CvrRun   *self,
                  CvrModel *from,
                  GError  **error)
{
  g_autoptr (NnParams) params = NULL;
  guint n_classes = g_strv_length (self->classes);

  self->arch = cvr_run_dup_arch_of (from);
  if (g_strv_equal ((const char *const *) self->classes, (const char *const *) from->classes))
    {
      self->graph = nn_graph_ref (from->graph);
      self->start = nn_params_copy (from->params);
      if (self->numbers != NULL && cvr_numbers_check (self->graph, self->start, NULL))
        cvr_numbers_stretch (self->start, 1 / self->deviation, -self->mean / self->deviation);
    }
  else
    {
      if (!nn_arch_new_head (from->graph, from->params, n_classes, self->settings.seed,
                             &self->graph, &params, error))
        return FALSE;
      self->start = nn_params_copy (params);
    }
  forget_quant (self->start);

  return TRUE;
}

static gboolean
begin_anew (CvrRun  *self,
            GError **error)
{
  self->arch = g_strdup (self->settings.arch);
  self->graph =
    cvr_settings_graph (&self->settings, &self->preprocess, g_strv_length (self->classes), error);
  if (self->graph == NULL)
    return FALSE;

  self->start = nn_params_new (self->graph, self->settings.seed, error);
  self->scales = nn_recipe_scales (self->settings.recipe, self->graph);

  return self->start != NULL &&
         nn_recipe_start (self->settings.recipe, self->start, cvr_source_peek (self->train),
                          self->settings.seed, error);
}

static gboolean
has_labelled (CvrDataset *dataset,
              CvrSplit    used)
{
  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    if (cvr_dataset_item (dataset, i)->label >= 0 && cvr_dataset_item (dataset, i)->used == used)
      return TRUE;

  return FALSE;
}

/* Whether the pictures are brought to the same size and scale there. */
static gboolean
looks_alike (CvrRun *self,
             CvrRun *twin)
{
  const CvrPreprocess *a = &self->preprocess, *b = &twin->preprocess;

  return self->settings.predicts == twin->settings.predicts && a->width == b->width &&
         a->height == b->height && a->channels == b->channels && a->resize == b->resize &&
         a->scale == b->scale &&
         memcmp (a->mean, b->mean, sizeof a->mean) == 0 &&
         memcmp (a->deviation, b->deviation, sizeof a->deviation) == 0;
}

static gboolean
gather_pictures (CvrRun           *self,
                 const CvrRunSpec *spec,
                 GError          **error)
{
  CvrRun *twin = spec->twin != NULL && looks_alike (self, spec->twin) ? spec->twin : NULL;
  const CvrAugment *augment = &self->settings.augment;

  self->train = twin != NULL ? cvr_source_share (twin->train, augment)
                             : cvr_source_new (spec->dataset, CVR_SPLIT_TRAIN, &self->preprocess,
                                               augment, 0, self->workers, error);
  if (self->train == NULL)
    return FALSE;

  if (!spec->blind && has_labelled (spec->dataset, CVR_SPLIT_VALID))
    {
      self->valid = twin != NULL && twin->valid != NULL
                      ? cvr_source_share (twin->valid, NULL)
                      : cvr_source_new (spec->dataset, CVR_SPLIT_VALID, &self->preprocess, NULL, 0,
                                        self->workers, error);
      if (self->valid == NULL)
        return FALSE;
    }
  if (self->settings.class_weights && self->numbers == NULL)
    self->class_weights = cvr_source_class_weights (self->train);
  if (self->numbers != NULL && twin == NULL)
    {
      cvr_source_use_numbers (self->train, self->numbers, self->mean, self->deviation);
      if (self->valid != NULL)
        cvr_source_use_numbers (self->valid, self->numbers, self->mean, self->deviation);
    }

  return TRUE;
}

/* What the network is to answer with. */
static gboolean
choose_answer (CvrRun     *self,
               CvrDataset *dataset,
               GError    **error)
{
  if (self->settings.predicts == CVR_PREDICTS_CLASS)
    {
      self->classes = dup_classes (dataset);
      return TRUE;
    }

  self->classes = dup_number ();
  self->numbers = cvr_numbers_of_classes (dataset, error);
  if (self->numbers == NULL)
    return FALSE;

  cvr_numbers_spread (dataset, self->numbers, &self->mean, &self->deviation);
  return TRUE;
}

/**
 * cvr_run_new:
 *
 * Makes network, first parameters and the pictures at the network's size. Blocks for as long as
 * resizing the pictures takes. Errors: NN_ERROR_DATA without pictures of two classes,
 * NN_ERROR_SPEC, NN_ERROR_SHAPE.
 *
 * Returns: (transfer full): for one thread at a time.
 */
CvrRun *
cvr_run_new (const CvrRunSpec *spec,
             GError          **error)
{
  g_autoptr (CvrRun) self = g_new0 (CvrRun, 1);

  g_return_val_if_fail (spec != NULL && spec->settings != NULL && spec->dataset != NULL &&
                        spec->workers != NULL, NULL);

  if (!cvr_settings_check (spec->settings, error))
    return NULL;

  self->settings = *spec->settings;
  if (spec->from == NULL && self->settings.base[0] != '\0')
    cvr_settings_set_base (&self->settings, "");
  self->data_name = g_strdup (spec->data_name);
  self->workers = nn_workers_ref (spec->workers);
  cvr_run_set_resume (self, spec->resume);
  if (spec->observer != NULL)
    {
      self->observer = *spec->observer;
      self->observed = TRUE;
    }

  if (!choose_answer (self, spec->dataset, error))
    return NULL;
  if (spec->from != NULL)
    self->preprocess = spec->from->preprocess;
  else if (!cvr_settings_preprocess (&self->settings, spec->dataset, &self->preprocess, error))
    return NULL;

  /* The pictures first: “no pictures” explains more than a network that can't be built without
   * classes. */
  if (!gather_pictures (self, spec, error))
    return NULL;
  if (!(spec->from != NULL ? begin_from_model (self, spec->from, error) : begin_anew (self, error)))
    return NULL;
  if (self->numbers != NULL && !cvr_numbers_check (self->graph, self->start, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
cvr_run_free (CvrRun *self)
{
  if (self == NULL)
    return;

  g_strfreev (self->classes);
  g_free (self->numbers);
  g_free (self->arch);
  g_free (self->data_name);
  g_clear_pointer (&self->graph, nn_graph_unref);
  g_clear_pointer (&self->start, nn_params_unref);
  g_clear_pointer (&self->train, cvr_source_free);
  g_clear_pointer (&self->valid, cvr_source_free);
  g_free (self->class_weights);
  g_free (self->scales);
  g_clear_pointer (&self->resume, g_bytes_unref);
  g_clear_pointer (&self->workers, nn_workers_unref);
  g_free (self);
}

void
cvr_run_set_resume (CvrRun *self,
                    GBytes *resume)
{
  g_clear_pointer (&self->resume, g_bytes_unref);
  self->resume = resume != NULL ? g_bytes_ref (resume) : NULL;
}

void
cvr_run_tune (CvrRun           *self,
              const NnTuning   *tuning,
              const CvrAugment *augment)
{
  self->settings.optim = tuning->optim;
  self->settings.dropout = tuning->dropout;
  self->settings.batch = tuning->batch;
  self->settings.augment = *augment;
  cvr_source_set_augment (self->train, augment);
}

/* (transfer none) */
NnGraph *
cvr_run_graph (CvrRun *self)
{
  return self->graph;
}

const CvrPreprocess *
cvr_run_preprocess (CvrRun *self)
{
  return &self->preprocess;
}

guint
cvr_run_n_train (CvrRun *self)
{
  return cvr_source_peek (self->train)->count;
}

guint
cvr_run_n_valid (CvrRun *self)
{
  return self->valid != NULL ? cvr_source_peek (self->valid)->count : 0;
}

/* Out of a copy, in the units of the labels. */
static CvrModel *
make_model (CvrRun     *self,
            NnParams   *params,
            const char *record)
{
  g_autoptr (NnParams) copy = nn_params_copy (params);

  if (self->numbers != NULL)
    cvr_numbers_stretch (copy, self->deviation, self->mean);

  return cvr_model_new (self->graph, copy, (const char *const *) self->classes, &self->preprocess,
                        record);
}

/**
 * cvr_run_snapshot:
 *
 * Returns: (transfer full): a model with a copy of @params as they are now.
 */
CvrModel *
cvr_run_snapshot (CvrRun   *self,
                  NnParams *params)
{
  return make_model (self, params, self->numbers != NULL ? "{\"predicts\":\"number\"}" : NULL);
}

/* What the model file remembers: nothing that differs from one machine or day to another. */
static char *
dup_record (CvrRun              *self,
            const NnTrainResult *result)
{
  GString *json = g_string_new ("{");
  g_autofree char *augment = cvr_augment_to_string (&self->settings.augment);

  cvr_json_add_string (json, "arch", self->arch);
  if (self->numbers != NULL)
    cvr_json_add_string (json, "predicts", "number");
  if (self->data_name != NULL)
    cvr_json_add_string (json, "data", self->data_name);
  cvr_json_add_uint (json, "seed", self->settings.seed);
  cvr_json_add_uint (json, "pictures", cvr_run_n_train (self));
  cvr_json_add_uint (json, "epochs", result->n_epochs);
  cvr_json_add_uint (json, "best_epoch", result->best_epoch);
  if (isfinite (result->val_accuracy))
    cvr_json_add_double (json, "val_accuracy", round (result->val_accuracy * 1e4) / 1e4);
  cvr_json_add_string (json, "optimizer", nn_optim_name (self->settings.optim.kind));
  cvr_json_add_float (json, "lr", self->settings.optim.lr);
  cvr_json_add_uint (json, "batch", self->settings.batch);
  cvr_json_add_string (json, "augment", augment);
  if (self->settings.recipe != NN_RECIPE_PLAIN)
    cvr_json_add_string (json, "recipe", nn_recipe_name (self->settings.recipe));
  g_string_append_c (json, '}');

  return g_string_free (json, FALSE);
}

static NnTrainSpec
train_spec (CvrRun *self)
{
  NnTrainSpec spec = nn_train_spec_default ();
  const CvrSettings *settings = &self->settings;

  nn_recipe_settings (settings->recipe, &spec); /* what the settings don't have */
  spec.optim = settings->optim;
  spec.schedule = settings->schedule;
  spec.loss.kind = cvr_settings_get_loss (settings);
  spec.loss.class_weights = self->class_weights;
  spec.loss.label_smoothing = self->numbers != NULL ? 0 : settings->label_smoothing;
  spec.scales = self->scales;
  spec.epochs = settings->epochs;
  spec.batch = settings->batch;
  spec.dropout = settings->dropout;
  spec.early_stop = settings->early_stop;
  spec.n_frozen = settings->n_frozen;
  spec.time_limit = settings->time_limit;
  spec.seed = settings->seed;

  return spec;
}

static CvrRunReport
make_report (CvrRun              *self,
             const NnTrainResult *result)
{
  CvrRunReport report = {
    .n_train = cvr_run_n_train (self),
    .n_valid = cvr_run_n_valid (self),
    .stop = result->stop,
    .best_epoch = result->best_epoch,
    .n_epochs = result->n_epochs,
    .val_accuracy = result->val_accuracy,
    .val_loss = result->val_loss,
    .accuracy = result->accuracy,
    .loss = result->loss,
    .seconds = result->seconds,
  };

  return report;
}

/**
 * cvr_run_train:
 * @model: (out) (transfer full): of the best epoch
 * @report: (out) (nullable): filled whenever the training began
 *
 * Blocks. Called again it begins anew, or where cvr_run_set_resume() says. Cancelling is not an
 * error: the model is the best so far. After a divergence FALSE, with the best model before it, or
 * NULL where no epoch had ended.
 */
gboolean
cvr_run_train (CvrRun       *self,
               CvrModel    **model,
               CvrRunReport *report,
               GError      **error)
{
  NnTrainSpec spec = train_spec (self);
  NnTrainResult result = { 0 };
  gboolean done;

  g_return_val_if_fail (model != NULL, FALSE);

  *model = NULL;
  done = nn_train (self->graph, self->start, &spec, cvr_source_peek (self->train),
                   self->valid != NULL ? cvr_source_peek (self->valid) : NULL, self->workers,
                   self->observed ? &self->observer : NULL, self->resume, &result, error);

  if (report != NULL)
    *report = make_report (self, &result);
  if (result.params != NULL && (done || result.best_epoch > 0))
    {
      g_autofree char *record = dup_record (self, &result);

      *model = make_model (self, result.params, record);
    }
  nn_train_result_clear (&result);

  return done;
}
