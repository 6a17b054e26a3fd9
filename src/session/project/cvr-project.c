/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one project that all pages share: opening, closing, and what it holds. */
#include "cvr-project-private.h"

#include "cvr-builtin.h"
#include "cvr-epochs-private.h"
#include "cvr-job-private.h"
#include "cvr-notebook-private.h"
#include "cvr-training-private.h"

#include <glib/gi18n-lib.h>

G_DEFINE_FINAL_TYPE (CvrProject, cvr_project, G_TYPE_OBJECT)

enum
{
  IMAGES_CHANGED,
  CLASSES_CHANGED,
  SETTINGS_CHANGED,
  MODEL_CHANGED,
  EVALUATION_CHANGED,
  UNDO_CHANGED,
  SAVING_CHANGED,
  MEASURING_CHANGED,
  RESULTS_CHANGED,
  FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* Names that built-in sets have on screen, in the order of their short names. */
static const struct
{
  const char *name, *title;
} builtin_titles[] = {
  { "digits", N_("Digits") },     { "doodles", N_("Doodles") },   { "pets", N_("Pets") },
  { "shapes", N_("Shapes") },     { "textures", N_("Textures") },
};

void
cvr_project_set_measuring (CvrProject  *self,
                           CvrMeasuring what,
                           gboolean     measuring)
{
  guint all;

  g_return_if_fail (CVR_IS_PROJECT (self));

  all = measuring ? self->measuring | what : self->measuring & ~(guint) what;
  if (self->measuring == all)
    return;
  self->measuring = all;
  g_signal_emit (self, signals[MEASURING_CHANGED], 0);
}

const char *
cvr_project_get_occupation (CvrProject *self)
{
  g_return_val_if_fail (CVR_IS_PROJECT (self), NULL);

  if (cvr_training_get_state (self->training) != CVR_TRAINING_IDLE)
    return _("Stop the training first: both would be slow");

  if (self->measuring & CVR_MEASURING_EXPERIMENT)
    return _("An experiment is running: wait for it or stop it");
  if (self->measuring & CVR_MEASURING_TUNING)
    return _("A compressed network is being fine-tuned: wait for it or cancel it");

  return self->measuring & CVR_MEASURING_STUDY
           ? _("The page Compress is measuring: wait for it or stop it")
           : NULL;
}

void
cvr_project_keep_result (CvrProject *self,
                         const char *key,
                         const char *text)
{
  g_return_if_fail (CVR_IS_PROJECT (self));

  cvr_project_set_state (self, key, text);
  g_signal_emit (self, signals[RESULTS_CHANGED], 0);
}

/* Emits what the last actions owe, each signal once. */
void
cvr_project_emit_touched (CvrProject *self)
{
  guint touched = self->touched;

  self->touched = 0;
  g_object_ref (self);
  if (touched & (CVR_TOUCHED_NOTEBOOK | CVR_TOUCHED_MODEL))
    cvr_notebook_tell (self->notebook);
  for (guint i = IMAGES_CHANGED; i <= UNDO_CHANGED; i++)
    if (touched & (1u << i))
      g_signal_emit (self, signals[i], 0);
  g_object_unref (self);
}

gboolean
cvr_project_emit_next (CvrProject *self)
{
  if (self->touched & CVR_TOUCHED_NOTEBOOK)
    {
      self->touched &= ~(guint) CVR_TOUCHED_NOTEBOOK;
      cvr_notebook_tell (self->notebook);
      return TRUE;
    }
  for (guint i = IMAGES_CHANGED; i <= UNDO_CHANGED; i++)
    if (self->touched & (1u << i))
      {
        self->touched &= ~(1u << i);
        g_signal_emit (self, signals[i], 0);
        return TRUE;
      }
  self->touched = 0;

  return FALSE;
}

void
cvr_project_emit_saving (CvrProject *self)
{
  gboolean saving = cvr_project_is_saving (self);

  if (self->was_saving == saving)
    return;

  self->was_saving = saving;
  g_signal_emit (self, signals[SAVING_CHANGED], 0);
}

void
cvr_project_fail (CvrProject   *self,
                  const GError *error)
{
  g_signal_emit (self, signals[FAILED], 0, error->message);
}

static void
job_running_cb (CvrJob     *job,
                GParamSpec *pspec,
                CvrProject *self)
{
  if (!cvr_job_is_running (job))
    {
      g_signal_handlers_disconnect_by_data (job, self);
      g_ptr_array_remove_fast (self->jobs, job);
    }
}

void
cvr_project_track_job (CvrProject *self,
                       CvrJob     *job)
{
  g_ptr_array_add (self->jobs, g_object_ref (job));
  /* Jobs may outlive a project that was not closed. */
  g_signal_connect_object (job, "notify::running", G_CALLBACK (job_running_cb), self, 0);
}

CvrDataset *
cvr_project_active (CvrProject *self)
{
  gboolean any_off = FALSE;

  for (guint k = 0; k < cvr_dataset_n_classes (self->dataset); k++)
    any_off = any_off || cvr_dataset_class (self->dataset, k)->off;
  if (self->active == NULL)
    self->active =
      any_off ? cvr_dataset_copy_active (self->dataset) : cvr_dataset_ref (self->dataset);

  return self->active;
}

static void
cvr_project_dispose (GObject *object)
{
  CvrProject *self = CVR_PROJECT (object);

  cvr_project_close (self);
  if (self->training != NULL)
    g_signal_handlers_disconnect_by_data (self->training, self);
  g_clear_object (&self->training);
  if (self->notebook != NULL)
    cvr_notebook_close (self->notebook);
  g_clear_object (&self->notebook);
  g_clear_object (&self->epochs);

  G_OBJECT_CLASS (cvr_project_parent_class)->dispose (object);
}

static void
cvr_project_finalize (GObject *object)
{
  CvrProject *self = CVR_PROJECT (object);

  g_clear_pointer (&self->graph, nn_graph_unref);
  g_clear_error (&self->graph_error);
  g_clear_pointer (&self->hidden, g_hash_table_unref);
  g_clear_pointer (&self->models, g_hash_table_unref);
  g_clear_pointer (&self->states, g_hash_table_unref);
  g_clear_pointer (&self->active, cvr_dataset_unref);
  g_clear_object (&self->items);
  g_clear_pointer (&self->dataset, cvr_dataset_unref);
  g_clear_pointer (&self->model, cvr_model_unref);
  g_clear_pointer (&self->trained, cvr_trained_unref);
  g_clear_pointer (&self->training_with, cvr_trained_unref);
  g_clear_pointer (&self->checkpointing, cvr_checkpointing_free);
  g_clear_pointer (&self->evaluation, cvr_evaluation_unref);
  g_clear_pointer (&self->workers, nn_workers_unref);
  g_clear_pointer (&self->quick_workers, nn_workers_unref);
  g_clear_pointer (&self->decoder, cvr_decoder_unref);
  g_clear_pointer (&self->jobs, g_ptr_array_unref);
  g_free (self->name);
  g_free (self->undo_name);
  g_free (self->redo_name);

  G_OBJECT_CLASS (cvr_project_parent_class)->finalize (object);
}

static void
cvr_project_class_init (CvrProjectClass *klass)
{
  static const char *const names[] = {
    "images-changed", "classes-changed",    "settings-changed",
    "model-changed",  "evaluation-changed", "undo-changed",
    "saving-changed", "measuring-changed",  "results-changed",
  };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cvr_project_dispose;
  object_class->finalize = cvr_project_finalize;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    signals[i] = g_signal_new (names[i], CVR_TYPE_PROJECT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", CVR_TYPE_PROJECT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
cvr_project_init (CvrProject *self)
{
  guint n_processors = g_get_num_processors ();

  self->dataset = cvr_dataset_new ();
  self->items = cvr_item_list_new ();
  self->hidden = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, cvr_item_free);
  self->states = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->models = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, cvr_other_model_free);
  self->jobs = g_ptr_array_new_with_free_func (g_object_unref);
  self->settings = cvr_settings_default ();
  self->next_model = 1;
  self->stale = -1;
  g_queue_init (&self->adding);
  g_queue_init (&self->pending);

  /* One processor stays for the window where there are more than two. */
  self->workers = nn_workers_new (n_processors > 2 ? n_processors - 1 : n_processors, TRUE);
  self->quick_workers = nn_workers_new (1, FALSE);
  self->decoder = cvr_decoder_new ();
  self->training = cvr_training_new (self->workers);
  self->checkpointing = cvr_checkpointing_new (self);
  self->notebook = cvr_notebook_new (self);
  self->epochs = cvr_epochs_new ();
  g_signal_connect_swapped (self->training, "finished", G_CALLBACK (cvr_project_training_finished),
                            self);
}

void
cvr_project_close (CvrProject *self)
{
  if (self->keeper == NULL)
    return;

  cvr_project_stop_fetching (self);
  cvr_project_keep_checkpoint (self);
  cvr_training_stop_and_wait (self->training);
  cvr_project_wait (self);
  while (self->jobs->len > 0)
    {
      g_autoptr (CvrJob) job = g_object_ref (g_ptr_array_index (self->jobs, 0));

      cvr_job_cancel_and_wait (job);
      g_ptr_array_remove_fast (self->jobs, job);
    }
  cvr_project_wait (self);
  g_clear_pointer (&self->undo, cvr_undo_free);
  cvr_epochs_close (self->epochs);
  cvr_keeper_close (self->keeper);
  g_clear_pointer (&self->keeper, cvr_keeper_unref);
}

void
cvr_project_wait (CvrProject *self)
{
  g_return_if_fail (self->keeper != NULL);

  do
    {
      cvr_project_wait_adding (self);
      cvr_project_wait_fetching (self);
      cvr_keeper_flush (self->keeper);
      cvr_project_tell_now (self);
    }
  while (cvr_project_is_saving (self));
}

gboolean
cvr_project_is_saving (CvrProject *self)
{
  return !g_queue_is_empty (&self->pending) || !g_queue_is_empty (&self->adding);
}

gboolean
cvr_project_is_read_only (CvrProject *self)
{
  return self->read_only;
}

CvrKeeper *
cvr_project_keeper (CvrProject *self)
{
  return self->keeper;
}

/* TRUE also where an earlier first start did not come to its sample. */
gboolean
cvr_project_is_new (CvrProject *self)
{
  return cvr_dataset_n_items (self->dataset) == 0 && cvr_dataset_n_classes (self->dataset) == 0 &&
         self->model == NULL && cvr_undo_is_empty (self->undo);
}

const char *
cvr_project_get_name (CvrProject *self)
{
  const char *builtin;

  if (self->name == NULL)
    return _("Untitled");
  if (!g_str_has_prefix (self->name, "builtin:"))
    return self->name;

  builtin = self->name + strlen ("builtin:");
  for (guint i = 0; i < G_N_ELEMENTS (builtin_titles); i++)
    if (g_str_equal (builtin_titles[i].name, builtin))
      return _(builtin_titles[i].title);

  return builtin;
}

/* Borrowed until the next change. */
CvrDataset *
cvr_project_get_dataset (CvrProject *self)
{
  return self->dataset;
}

GListModel *
cvr_project_get_items (CvrProject *self)
{
  return G_LIST_MODEL (self->items);
}

CvrImageItem *
cvr_project_find_item (CvrProject *self,
                       guint64     id)
{
  return cvr_item_list_find (self->items, id);
}

/* Only names that a built-in set uses are looked up: a class called “Train” must not become a
 * button's text. */
static gboolean
is_builtin_class (const char *name)
{
  guint n_builtins;
  const CvrBuiltin *builtins = cvr_builtins (&n_builtins);

  for (guint i = 0; i < n_builtins; i++)
    for (guint k = 0; k < builtins[i].n_classes; k++)
      if (g_str_equal (builtins[i].classes[k], name))
        return TRUE;

  return FALSE;
}

const char *
cvr_project_class_title (CvrProject *self,
                         guint       k)
{
  const char *name = cvr_dataset_class_name (self->dataset, k);

  g_return_val_if_fail (name != NULL, "");

  return is_builtin_class (name) ? g_dgettext (GETTEXT_PACKAGE, name) : name;
}

const CvrSettings *
cvr_project_get_settings (CvrProject *self)
{
  return &self->settings;
}

/**
 * cvr_project_get_preprocess:
 *
 * Size, channels and modes. What STANDARDISE takes from the pictures is worked out when training
 * begins: the present model's own record has it.
 */
gboolean
cvr_project_get_preprocess (CvrProject    *self,
                            CvrPreprocess *preprocess,
                            GError       **error)
{
  if (cvr_dataset_n_items (self->dataset) == 0 && self->settings.width == 0)
    {
      g_set_error_literal (error, NN_ERROR, NN_ERROR_DATA,
                           _("There are no pictures yet to take the size from."));
      return FALSE;
    }

  return cvr_settings_preprocess_size (&self->settings, cvr_project_active (self), preprocess,
                                       error);
}

/* (transfer none) */
NnGraph *
cvr_project_get_graph (CvrProject *self,
                       GError    **error)
{
  guint n_classes = cvr_dataset_n_classes (cvr_project_active (self));
  CvrPreprocess preprocess;

  if (self->graph == NULL && self->graph_error == NULL)
    {
      if (n_classes < 2)
        g_set_error_literal (
          &self->graph_error, NN_ERROR, NN_ERROR_DATA,
          _("A network needs at least two classes to tell apart: add pictures of another class."));
      else if (cvr_project_get_preprocess (self, &preprocess, &self->graph_error))
        self->graph =
          cvr_settings_graph (&self->settings, &preprocess, n_classes, &self->graph_error);
    }

  if (self->graph == NULL && error != NULL)
    *error = g_error_copy (self->graph_error);

  return self->graph;
}

CvrTraining *
cvr_project_get_training (CvrProject *self)
{
  return self->training;
}

CvrNotebook *
cvr_project_get_notebook (CvrProject *self)
{
  return self->notebook;
}

CvrEpochs *
cvr_project_get_epochs (CvrProject *self)
{
  return self->epochs;
}

CvrModel *
cvr_project_get_model (CvrProject *self)
{
  return self->model;
}

CvrModel *
cvr_project_get_live_model (CvrProject *self)
{
  CvrModel *snapshot = cvr_training_get_snapshot (self->training);

  return snapshot != NULL ? snapshot : self->model;
}

CvrEvaluation *
cvr_project_get_evaluation (CvrProject *self)
{
  return self->evaluation;
}

gboolean
cvr_project_is_evaluating (CvrProject *self)
{
  return self->evaluating != NULL;
}

NnWorkers *
cvr_project_workers (CvrProject *self)
{
  return self->workers;
}

NnWorkers *
cvr_project_quick_workers (CvrProject *self)
{
  return self->quick_workers;
}

CvrDecoder *
cvr_project_decoder (CvrProject *self)
{
  return self->decoder;
}
