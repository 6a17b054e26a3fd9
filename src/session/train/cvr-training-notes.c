/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a training writes into its history: points, epochs, and events on the curve. */
#include "cvr-training-notes.h"

#include <glib/gi18n-lib.h>

enum { REST_US = 700 * 1000 }; /* a change that has rested so long is over */

void
cvr_training_notes_begin (CvrTrainingNotes  *self,
                          const CvrSettings *settings,
                          double             x)
{
  *self = (CvrTrainingNotes) { .settings = *settings, .began = TRUE, .x = x };
}

gboolean
cvr_training_notes_tune (CvrTrainingNotes  *self,
                         const CvrSettings *settings,
                         CvrTuning         *tuning)
{
  CvrSettings tuned = self->settings;

  tuned.optim = settings->optim;
  tuned.optim.kind = self->settings.optim.kind;
  tuned.augment = settings->augment;
  if (!nn_optim_spec_check (&tuned.optim, NULL) || cvr_settings_equal (&tuned, &self->settings))
    return FALSE;

  if (self->changed_time == 0)
    {
      self->before = self->settings;
      self->changed_x = self->x;
    }
  self->changed_time = g_get_monotonic_time ();
  self->settings = tuned;
  *tuning = (CvrTuning) { tuned.optim, tuned.augment };

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

void
cvr_training_notes_take (CvrTrainingNotes *self,
                         CvrHistory       *history,
                         const CvrFigures *figures)
{
  if (figures->steps_per_epoch > 0)
    self->x = (double) figures->step / figures->steps_per_epoch;

  if (figures->kind == NN_EVENT_STEP)
    {
      cvr_history_add (history, CVR_SERIES_LOSS, self->x, figures->loss);
      cvr_history_add (history, CVR_SERIES_ACCURACY, self->x, figures->accuracy);
      cvr_history_add (history, CVR_SERIES_LR, self->x, figures->lr);
    }
  else if (figures->kind == NN_EVENT_EPOCH)
    add_epoch (self, history, figures);
}

void
cvr_training_notes_flush (CvrTrainingNotes *self,
                          CvrHistory       *history,
                          gboolean          all)
{
  g_autofree char *difference = NULL;
  CvrSettings rate_only;

  if (self->changed_time == 0 ||
      (!all && g_get_monotonic_time () - self->changed_time < REST_US))
    return;

  rate_only = self->before;
  rate_only.optim.lr = self->settings.optim.lr;
  difference = cvr_settings_dup_difference (&self->settings, &self->before);
  if (difference[0] != '\0')
    cvr_history_add_event (history, self->changed_x,
                           cvr_settings_equal (&rate_only, &self->settings)
                             ? CVR_EVENT_LR_CHANGED : CVR_EVENT_SETTING_CHANGED,
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
