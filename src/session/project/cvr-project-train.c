/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project's training and what comes of it: the model, its figures, and whether
 * they still hold. */
#include "cvr-project-private.h"

#include "cvr-notebook-private.h"
#include "cvr-run.h"
#include "cvr-training-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* One evaluation beside the main thread. */
typedef struct
{
  CvrModel   *model;
  CvrDataset *dataset;
  NnWorkers  *workers;
} Evaluating;

/* As they are, but what goes on is called by its own name, whichever was chosen since. */
static CvrSettings
settings_of (CvrProject *self,
             CvrModel   *from)
{
  CvrSettings settings = self->settings;
  g_autofree char *arch = from != NULL ? cvr_run_dup_arch_of (from) : NULL;

  if (from == NULL)
    cvr_settings_set_base (&settings, "");
  else if (nn_arch_find (arch) != NULL)
    g_strlcpy (settings.arch, arch, sizeof settings.arch);
  else if (settings.base[0] == '\0' && !g_str_equal (arch, settings.arch))
    {
      g_autofree char *name = cvr_project_dup_model_name (self);

      cvr_settings_set_base (&settings, name);
    }

  return settings;
}

gboolean
cvr_project_train (CvrProject *self,
                   gboolean    go_on,
                   GError    **error)
{
  CvrModel *from = go_on || cvr_project_goes_on (self) ? self->model : NULL;
  CvrSettings settings = settings_of (self, from);

  g_return_val_if_fail (self->keeper != NULL, FALSE);

  if (self->read_only)
    {
      g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_LOCKED,
                           _("This project is open in another window: what is learned here "
                             "couldn't be kept. Save it under another name first."));
      return FALSE;
    }
  if (self->measuring != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, cvr_project_get_occupation (self));
      return FALSE;
    }
  if (!cvr_training_start (self->training, &settings, cvr_project_active (self), from,
                           self->name, error))
    return FALSE;

  g_clear_pointer (&self->training_with, cvr_trained_unref);
  self->training_with = cvr_trained_new (cvr_project_active (self), &settings);
  /* What goes on keeps its shape, whatever the settings say by now. */
  if (from != NULL && self->trained != NULL)
    {
      g_free (self->training_with->network);
      self->training_with->network = g_strdup (self->trained->network);
    }
  cvr_project_begin_checkpoints (self, &settings, from != NULL);

  return TRUE;
}

/* A training that was stopped before its first epoch does not take the place of a good network. */
static gboolean
is_worth_keeping (CvrProject         *self,
                  CvrModel           *model,
                  const CvrRunReport *report)
{
  return model != NULL && (self->model == NULL || (report != NULL && report->best_epoch > 0));
}

static void
write_ended (CvrProject *self,
             CvrOrigin   origin,
             gboolean    kept,
             CvrBatch   *batch)
{
  const GError *error = cvr_training_get_error (self->training);
  CvrCardState state = cvr_project_end_checkpoints (self, batch);
  CvrOtherModel present = cvr_project_present (self);

  if (state == CVR_CARD_ENDED && error != NULL &&
      !g_error_matches (error, NN_ERROR, NN_ERROR_DIVERGED) &&
      !g_error_matches (error, NN_ERROR, NN_ERROR_CANCELLED))
    state = CVR_CARD_FAILED;
  cvr_notebook_end (self->notebook, cvr_training_get_history (self->training),
                    cvr_training_get_report (self->training), state, batch);
  if (kept)
    {
      cvr_project_put_model (batch, "model", &present);
      cvr_project_put_epoch (self, batch, origin.run, origin.epoch, self->model);
    }
  cvr_project_commit_epoch (self, batch, origin.run, origin.epoch, NULL, NULL);
}

static gboolean
tuned_dropout (const CvrCardFacts *facts,
               const CvrSettings  *tuned)
{
  return tuned->dropout < facts->settings.dropout || tuned->dropout > facts->settings.dropout;
}

/* A rate of dropout that was changed on the way makes no other network, whatever the settings say
 * by now. */
static void
take_tuned_network (CvrProject *self)
{
  CvrRunCard *card = cvr_notebook_find (self->notebook, self->notebook->running);
  const CvrSettings *tuned = cvr_training_get_settings (self->training);
  CvrTrained *before = self->training_with;

  if (card == NULL || tuned == NULL || before == NULL || cvr_run_card_get_facts (card)->went_on ||
      !tuned_dropout (cvr_run_card_get_facts (card), tuned))
    return;

  self->training_with = cvr_trained_with_network (before, tuned);
  cvr_trained_unref (before);
}

void
cvr_project_training_finished (CvrProject *self)
{
  CvrModel *model = cvr_training_get_model (self->training);
  const CvrRunReport *report = cvr_training_get_report (self->training);
  gboolean kept = is_worth_keeping (self, model, report);
  CvrOrigin origin = { self->notebook->running, report != NULL ? report->best_epoch : 0 };
  CvrBatch *batch = cvr_batch_new ();

  if (kept)
    {
      g_clear_pointer (&self->model, cvr_model_unref);
      self->model = cvr_model_ref (model);
      g_clear_pointer (&self->trained, cvr_trained_unref);
      take_tuned_network (self);
      self->trained = g_steal_pointer (&self->training_with);
      self->origin = origin;
      self->stale = -1;
    }
  g_clear_pointer (&self->training_with, cvr_trained_unref);
  write_ended (self, origin, kept, batch);

  /* Also where the model stays: the live one is gone. */
  self->touched |= CVR_TOUCHED_MODEL | CVR_TOUCHED_NOTEBOOK;
  if (kept)
    cvr_project_evaluate (self);
  cvr_project_emit_touched (self);
}

gboolean
cvr_project_model_is_stale (CvrProject *self)
{
  if (self->model == NULL)
    return FALSE;
  if (cvr_project_model_is_another (self))
    return TRUE;
  if (self->trained == NULL)
    return FALSE;

  if (self->stale < 0)
    self->stale = cvr_trained_is_stale (self->trained, cvr_project_active (self),
                                        cvr_project_goes_on (self) ? NULL : &self->settings);

  return self->stale > 0;
}

guint
cvr_project_n_changed_labels (CvrProject *self)
{
  return self->model != NULL && self->trained != NULL
           ? cvr_trained_n_changed (self->trained, self->dataset)
           : 0;
}

static void
evaluating_free (gpointer data)
{
  Evaluating *work = data;

  cvr_model_unref (work->model);
  cvr_dataset_unref (work->dataset);
  nn_workers_unref (work->workers);
  g_free (work);
}

/* Worker. */
static gpointer
evaluate_func (CvrJob  *job,
               gpointer data,
               GError **error)
{
  Evaluating *work = data;
  CvrWatch watch = cvr_watch_job (job);

  return cvr_evaluate_project (work->model, work->dataset, work->workers, &watch, error);
}

static void
evaluated_cb (CvrJob       *job,
              gpointer      result,
              const GError *error,
              gpointer      data)
{
  CvrProject *self = data;
  CvrEvaluation *evaluation = result;

  /* A newer one is under way. */
  if (job != self->evaluating)
    {
      g_clear_pointer (&evaluation, cvr_evaluation_unref);
      return;
    }

  self->evaluating = NULL;
  self->evaluation = evaluation;
  self->touched |= CVR_TOUCHED_EVALUATION;
  cvr_project_emit_touched (self);
}

/* The old figures belong to another network and leave at once. */
void
cvr_project_evaluate (CvrProject *self)
{
  Evaluating *work;

  if (self->evaluating != NULL)
    cvr_job_cancel (self->evaluating);
  self->evaluating = NULL;
  g_clear_pointer (&self->evaluation, cvr_evaluation_unref);
  self->touched |= CVR_TOUCHED_EVALUATION;
  if (self->model == NULL)
    return;

  work = g_new0 (Evaluating, 1);
  work->model = cvr_model_ref (self->model);
  work->dataset = cvr_dataset_copy (cvr_project_active (self));
  work->workers = nn_workers_ref (self->workers);
  self->evaluating =
    cvr_job_start (_("Checking the network"), evaluate_func, work, evaluating_free,
                   G_OBJECT (self), evaluated_cb, self, (GDestroyNotify) cvr_evaluation_unref);
  cvr_project_track_job (self, self->evaluating);
}
