/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a training writes into its history: points, epochs, and events on the curve. */
#include "cvr-training-notes.h"

#include <glib/gi18n-lib.h>

enum { REST_US = 700 * 1000 }; /* a change that has rested so long is over */

void
cvr_training_notes_clear (CvrTrainingNotes *self)
{
  g_clear_pointer (&self->graph, nn_graph_unref);
}

void
cvr_training_notes_begin (CvrTrainingNotes  *self,
                          const CvrSettings *settings,
                          double             x)
{
  cvr_training_notes_clear (self);
  *self = (CvrTrainingNotes) { .settings = *settings, .began = TRUE, .x = x };
}

static NnTuning
learning_of (const CvrSettings *settings)
{
  return (NnTuning) { settings->optim, settings->dropout, settings->batch };
}

CvrTuning
cvr_training_notes_get_tuning (const CvrTrainingNotes *self)
{
  return (CvrTuning) { learning_of (&self->settings), self->settings.augment };
}

/* Before the network is there nobody knows whether it has dropout, or how many pictures there
 * are. */
static gboolean
check_tuning (CvrTrainingNotes  *self,
              const CvrSettings *tuned,
              GError           **error)
{
  NnTuning before = learning_of (&self->settings), after = learning_of (tuned);

  if (self->graph != NULL)
    return nn_tuning_check (&after, &before, self->graph, self->n_train, error);

  if (after.batch == before.batch && after.dropout <= before.dropout &&
      after.dropout >= before.dropout)
    return nn_optim_spec_check (&after.optim, error);

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                       _("The training is still getting ready: this can change once it learns."));
  return FALSE;
}

gboolean
cvr_training_notes_tune (CvrTrainingNotes  *self,
                         const CvrSettings *settings,
                         CvrTuning         *tuning,
                         gboolean          *changed,
                         GError           **error)
{
  CvrSettings tuned = self->settings;

  tuned.optim = settings->optim;
  tuned.optim.kind = self->settings.optim.kind;
  tuned.augment = settings->augment;
  tuned.dropout = settings->dropout;
  tuned.batch = settings->batch;
  *changed = !cvr_settings_equal (&tuned, &self->settings);
  if (!check_tuning (self, &tuned, error))
    return FALSE;
  if (!*changed)
    return TRUE;

  if (self->changed_time == 0)
    {
      self->before = self->settings;
      self->changed_x = self->x;
    }
  self->rests_x = self->x;
  self->changed_time = g_get_monotonic_time ();
  self->settings = tuned;
  *tuning = cvr_training_notes_get_tuning (self);

  return TRUE;
}

/* The moment when something can be seen for the first time. */
static void
note_sign (CvrTrainingNotes *self,
           CvrHistory       *history)
{
  g_autoptr (CvrReading) reading =
    cvr_reading_new (history, &self->settings, self->settings.epochs, TRUE);

  if (self->noted & 1u << reading->sign)
    return;

  self->noted |= 1u << reading->sign;
  if (reading->sign == CVR_SIGN_OVERFITTING)
    cvr_history_add_event (history, self->x, CVR_EVENT_OVERFITTING, reading->detail);
  else if (reading->sign == CVR_SIGN_UNDERFITTING)
    cvr_history_add_event (history, self->x, CVR_EVENT_UNDERFITTING, reading->detail);
}

static void
add_epoch (CvrTrainingNotes *self,
           CvrHistory       *history,
           const CvrFigures *figures)
{
  const CvrEpochRow row = {
    .epoch = figures->epoch,
    .loss = figures->loss,
    .accuracy = figures->accuracy,
    .val_loss = figures->val_loss,
    .val_accuracy = figures->val_accuracy,
    .lr = figures->lr,
    .seconds = figures->seconds,
    .images_per_second = figures->images_per_second,
    .best = figures->best,
  };

  cvr_history_add_epoch (history, &row);
  note_sign (self, history);
}

/* A batch begins with an epoch, whenever it was asked for: that is where it stands on the curve. */
static void
note_batch (CvrTrainingNotes *self,
            CvrHistory       *history,
            const CvrFigures *figures)
{
  CvrSettings before = self->settings, now = self->settings;
  g_autofree char *difference = NULL;

  before.batch = self->batch;
  now.batch = figures->batch;
  if (self->batch != 0 && self->batch != figures->batch)
    {
      difference = cvr_settings_dup_difference (&now, &before);
      cvr_history_add_event (history, figures->epoch - 1, CVR_EVENT_SETTING_CHANGED, difference);
    }
  self->batch = figures->batch;
}

void
cvr_training_notes_take (CvrTrainingNotes *self,
                         CvrHistory       *history,
                         const CvrFigures *figures)
{
  self->x = figures->position;
  if (figures->graph != NULL)
    {
      g_clear_pointer (&self->graph, nn_graph_unref);
      self->graph = nn_graph_ref (figures->graph);
      self->n_train = figures->n_train;
    }

  if (figures->kind == NN_EVENT_STEP)
    {
      note_batch (self, history, figures);
      cvr_history_add (history, CVR_SERIES_LOSS, self->x, figures->loss);
      cvr_history_add (history, CVR_SERIES_ACCURACY, self->x, figures->accuracy);
      cvr_history_add (history, CVR_SERIES_LR, self->x, figures->lr);
    }
  else if (figures->kind == NN_EVENT_EPOCH)
    {
      /* What is kept of this epoch knows it, whatever happens to the program. */
      cvr_training_notes_flush (self, history, self->x - self->rests_x >= 1);
      add_epoch (self, history, figures);
    }
}

void
cvr_training_notes_flush (CvrTrainingNotes *self,
                          CvrHistory       *history,
                          gboolean          all)
{
  g_autofree char *difference = NULL;
  CvrSettings rate_only, now = self->settings;

  if (self->changed_time == 0 ||
      (!all && g_get_monotonic_time () - self->changed_time < REST_US))
    return;

  now.batch = self->before.batch; /* noted when it begins */
  rate_only = self->before;
  rate_only.optim.lr = now.optim.lr;
  difference = cvr_settings_dup_difference (&now, &self->before);
  if (difference[0] != '\0')
    cvr_history_add_event (history, self->changed_x,
                           cvr_settings_equal (&rate_only, &now) ? CVR_EVENT_LR_CHANGED
                                                                 : CVR_EVENT_SETTING_CHANGED,
                           difference);
  self->changed_time = 0;
}

void
cvr_training_notes_end (CvrTrainingNotes   *self,
                        CvrHistory         *history,
                        const CvrRunReport *report)
{
  cvr_training_notes_flush (self, history, TRUE);
  if (report == NULL)
    return;

  if (report->stop == NN_STOP_EARLY)
    cvr_history_add_event (history, self->x, CVR_EVENT_EARLY_STOPPED, NULL);
  else if (report->stop == NN_STOP_DIVERGED)
    cvr_history_add_event (history, self->x, CVR_EVENT_DIVERGED, NULL);
}

char *
cvr_training_notes_dup_sentence (CvrHistory      *history,
                                 guint            n_epochs,
                                 CvrTrainingState state,
                                 const GError    *error)
{
  switch (state)
    {
    case CVR_TRAINING_PREPARING:
      return g_strdup (_("Getting ready: the pictures are brought to the network's size."));
    case CVR_TRAINING_PAUSED:
      return g_strdup (_("Paused. Go on, or look at it batch by batch with Step."));
    case CVR_TRAINING_STOPPING:
      return g_strdup (_("Stopping. The best network so far is kept."));
    case CVR_TRAINING_RUNNING:
      return cvr_history_dup_reading (history, n_epochs, TRUE);
    case CVR_TRAINING_IDLE:
    default:
      return error != NULL ? g_strdup (error->message)
                           : cvr_history_dup_reading (history, n_epochs, FALSE);
    }
}
