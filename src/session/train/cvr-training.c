/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live training: a state machine on the main thread around the training's own thread. */
#include "cvr-training-private.h"

#include "cvr-training-notes.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum
{
  READY_INTERVAL_MS = 50,     /* "changed" at most this often */
  HELD_INTERVAL_MS = 250,     /* of snapshots for the session's own inspections */
};

struct _CvrTraining
{
  GObject            parent_instance;
  NnWorkers         *workers;
  CvrTrainingState   state;
  CvrTrainingThread *thread;    /* NULL when idle */
  CvrHandoff        *handoff;   /* of the present or last training */
  CvrHistory        *history;
  CvrTrainingNotes   notes;
  CvrModel          *snapshot;
  CvrModel          *model;
  CvrRunReport       report;
  gboolean           reported;
  GError            *error;
  gboolean           paused;    /* asked for; the state follows when the training has begun */

  gboolean           wants;
  guint              wants_interval_ms;
  guint              n_holds;

  guint              epoch, n_epochs;
  double             position;  /* in epochs */
  double             seconds, images_per_second;

  CvrTrainingCheckpoint checkpoint; /* NULL: nobody wants them */
  gpointer              checkpoint_data;
};

G_DEFINE_FINAL_TYPE (CvrTraining, cvr_training, G_TYPE_OBJECT)

enum { PROP_STATE = 1, N_PROPS };
enum { CHANGED, SNAPSHOT, FINISHED, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static void
set_state (CvrTraining     *self,
           CvrTrainingState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

static void
send_wants (CvrTraining *self)
{
  CvrTrainingWants *wants;

  if (self->thread == NULL)
    return;

  wants = g_new0 (CvrTrainingWants, 1);
  wants->snapshots = self->wants || self->n_holds > 0;
  wants->interval_ms = self->wants ? self->wants_interval_ms : HELD_INTERVAL_MS;
  if (self->wants && self->n_holds > 0)
    wants->interval_ms = MIN (wants->interval_ms, HELD_INTERVAL_MS);
  cvr_handoff_set_wants (self->handoff, wants);
  cvr_training_thread_look (self->thread);
}

/* The thread pauses by itself at the end of an epoch that was asked for. */
static void
follow_pause (CvrTraining *self)
{
  if (self->paused || self->thread == NULL || !cvr_training_thread_is_paused (self->thread))
    return;

  self->paused = TRUE;
  if (self->state == CVR_TRAINING_RUNNING)
    set_state (self, CVR_TRAINING_PAUSED);
}

static void
take_figures (CvrTraining      *self,
              const CvrFigures *figures)
{
  self->epoch = MAX (self->epoch, figures->epoch);
  self->position = figures->position;
  self->seconds = figures->seconds;
  if (isfinite (figures->images_per_second))
    self->images_per_second = figures->images_per_second;
  cvr_training_notes_take (&self->notes, self->history, figures);

  if (figures->kind == NN_EVENT_STARTED && self->state == CVR_TRAINING_PREPARING)
    set_state (self, self->paused ? CVR_TRAINING_PAUSED : CVR_TRAINING_RUNNING);
  if (figures->kind == NN_EVENT_EPOCH)
    follow_pause (self);
  if (figures->model != NULL && self->checkpoint != NULL)
    self->checkpoint (figures->epoch, figures->checkpoint, figures->model, self->checkpoint_data);
}

/* Everything that has come; TRUE when a new snapshot has. */
static gboolean
drain (CvrTraining *self)
{
  CvrPoint *point = cvr_handoff_take_points (self->handoff);
  CvrModel *snapshot = cvr_handoff_take_snapshot (self->handoff);

  while (point != NULL)
    {
      CvrPoint *next = point->next;

      take_figures (self, (CvrFigures *) point);
      cvr_figures_free (point);
      point = next;
    }

  if (snapshot == NULL)
    return FALSE;

  g_clear_pointer (&self->snapshot, cvr_model_unref);
  self->snapshot = snapshot;

  return TRUE;
}

/* The thread has nothing left to do: its last words are taken after the join, so none is lost. */
static void
finish (CvrTraining *self)
{
  CvrTrainingResult result = cvr_training_thread_join (g_steal_pointer (&self->thread));

  drain (self);
  cvr_handoff_detach (self->handoff);
  g_clear_pointer (&self->snapshot, cvr_model_unref);
  g_clear_pointer (&self->model, cvr_model_unref);
  self->model = result.model;
  self->report = result.report;
  self->reported = result.reported;
  g_clear_error (&self->error);
  self->error = result.error;
  self->paused = FALSE;
  cvr_training_notes_end (&self->notes, self->history, self->reported ? &self->report : NULL);

  set_state (self, CVR_TRAINING_IDLE);
  g_signal_emit (self, signals[CHANGED], 0);
  g_signal_emit (self, signals[FINISHED], 0);
}

static void
ready_cb (GObject *target)
{
  CvrTraining *self = CVR_TRAINING (target);
  gboolean has_snapshot;

  if (self->thread == NULL)
    return;

  has_snapshot = drain (self);
  cvr_training_notes_flush (&self->notes, self->history, FALSE);
  if (cvr_training_thread_ended (self->thread))
    {
      finish (self);
      return;
    }

  g_signal_emit (self, signals[CHANGED], 0);
  if (has_snapshot)
    g_signal_emit (self, signals[SNAPSHOT], 0);
}

static void
cvr_training_dispose (GObject *object)
{
  CvrTraining *self = CVR_TRAINING (object);

  if (self->thread != NULL)
    {
      CvrTrainingResult result;

      cvr_training_thread_stop (self->thread);
      result = cvr_training_thread_join (g_steal_pointer (&self->thread));
      g_clear_pointer (&result.model, cvr_model_unref);
      g_clear_error (&result.error);
    }
  if (self->handoff != NULL)
    cvr_handoff_detach (self->handoff);
  g_clear_pointer (&self->handoff, cvr_handoff_unref);

  G_OBJECT_CLASS (cvr_training_parent_class)->dispose (object);
}

static void
cvr_training_finalize (GObject *object)
{
  CvrTraining *self = CVR_TRAINING (object);

  g_clear_pointer (&self->workers, nn_workers_unref);
  g_clear_pointer (&self->history, cvr_history_free);
  g_clear_pointer (&self->snapshot, cvr_model_unref);
  g_clear_pointer (&self->model, cvr_model_unref);
  g_clear_error (&self->error);
  cvr_training_notes_clear (&self->notes);

  G_OBJECT_CLASS (cvr_training_parent_class)->finalize (object);
}

static void
cvr_training_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  if (prop_id == PROP_STATE)
    g_value_set_int (value, (gint) CVR_TRAINING (object)->state);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
cvr_training_class_init (CvrTrainingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cvr_training_dispose;
  object_class->finalize = cvr_training_finalize;
  object_class->get_property = cvr_training_get_property;

  props[PROP_STATE] = g_param_spec_int (
    "state", NULL, NULL, CVR_TRAINING_IDLE, CVR_TRAINING_STOPPING, CVR_TRAINING_IDLE,
    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[CHANGED] = g_signal_new ("changed", CVR_TYPE_TRAINING, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[SNAPSHOT] = g_signal_new ("snapshot", CVR_TYPE_TRAINING, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 0);
  signals[FINISHED] = g_signal_new ("finished", CVR_TYPE_TRAINING, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 0);
}

static void
cvr_training_init (CvrTraining *self)
{
  self->history = cvr_history_new ();
}

CvrTraining *
cvr_training_new (NnWorkers *workers)
{
  CvrTraining *self = g_object_new (CVR_TYPE_TRAINING, NULL);

  self->workers = nn_workers_ref (workers);

  return self;
}

void
cvr_training_restore (CvrTraining        *self,
                      CvrHistory         *history,
                      const CvrRunReport *report,
                      guint               n_epochs)
{
  guint n_rows;

  g_return_if_fail (self->thread == NULL && history != NULL);

  g_clear_pointer (&self->history, cvr_history_free);
  self->history = history;
  cvr_history_epochs (history, &n_rows);
  self->epoch = n_rows;
  self->n_epochs = MAX (n_rows, n_epochs);
  self->reported = report != NULL;
  if (report != NULL)
    self->report = *report;
}

CvrTrainingState
cvr_training_get_state (CvrTraining *self)
{
  return self->state;
}

/* Forgets the last training's figures. */
static void
reset (CvrTraining *self,
       guint        n_epochs)
{
  g_clear_pointer (&self->history, cvr_history_free);
  self->history = cvr_history_new ();
  g_clear_pointer (&self->snapshot, cvr_model_unref);
  g_clear_error (&self->error);
  self->reported = FALSE;
  self->paused = FALSE;
  self->epoch = 0;
  self->n_epochs = n_epochs;
  self->position = 0;
  self->seconds = 0;
  self->images_per_second = 0;
}

void
cvr_training_set_checkpoint (CvrTraining          *self,
                             CvrTrainingCheckpoint func,
                             gpointer              data)
{
  self->checkpoint = func;
  self->checkpoint_data = data;
}

void
cvr_training_checkpoint_kept (CvrTraining *self)
{
  if (self->thread != NULL)
    cvr_training_thread_kept (self->thread);
}

/* @resume: (nullable): a checkpoint, and @history (taken) up to there. @begun: what the training
 * began with; @settings: what it has become. */
static gboolean
start (CvrTraining       *self,
       const CvrSettings *settings,
       const CvrSettings *begun,
       CvrDataset        *dataset,
       CvrModel          *from,
       const char        *data_name,
       GBytes            *resume,
       CvrHistory        *history,
       GError           **error)
{
  g_autoptr (CvrDataset) copy = NULL;
  g_autoptr (CvrHistory) before = history;

  if (self->state != CVR_TRAINING_IDLE)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, _("A training is running already."));
      return FALSE;
    }
  if (!cvr_settings_check (settings, error) || !cvr_settings_check (begun, error))
    return FALSE;

  copy = cvr_dataset_copy_active (dataset);
  cvr_dataset_split (copy, settings->valid_fraction, settings->test_fraction, settings->seed);
  if (!cvr_source_check_train (copy, error))
    return FALSE;

  /* Whoever shows the curves borrows them anew when the state changes. */
  reset (self, settings->epochs);
  if (before != NULL)
    {
      cvr_history_epochs (before, &self->epoch);
      g_clear_pointer (&self->history, cvr_history_free);
      self->history = g_steal_pointer (&before);
    }
  cvr_training_notes_begin (&self->notes, settings, self->epoch);
  g_clear_pointer (&self->handoff, cvr_handoff_unref);
  self->handoff = cvr_handoff_new (G_OBJECT (self), ready_cb, READY_INTERVAL_MS, cvr_figures_free,
                                   (GDestroyNotify) cvr_model_unref, g_free);
  self->thread = cvr_training_thread_start (begun, g_steal_pointer (&copy), from, data_name, resume,
                                            self->checkpoint != NULL, self->workers,
                                            self->handoff);
  if (begun != settings)
    {
      CvrTuning tuning = cvr_training_notes_get_tuning (&self->notes);

      cvr_training_thread_tune (self->thread, &tuning);
    }
  send_wants (self);
  set_state (self, CVR_TRAINING_PREPARING);
  g_signal_emit (self, signals[CHANGED], 0);

  return TRUE;
}

gboolean
cvr_training_start (CvrTraining       *self,
                    const CvrSettings *settings,
                    CvrDataset        *dataset,
                    CvrModel          *from,
                    const char        *data_name,
                    GError           **error)
{
  g_return_val_if_fail (CVR_IS_TRAINING (self), FALSE);

  return start (self, settings, settings, dataset, from, data_name, NULL, NULL, error);
}

gboolean
cvr_training_start_again (CvrTraining       *self,
                          const CvrSettings *settings,
                          const CvrSettings *begun,
                          CvrDataset        *dataset,
                          CvrModel          *from,
                          const char        *data_name,
                          GBytes            *checkpoint,
                          CvrHistory        *history,
                          GError           **error)
{
  return start (self, settings, begun, dataset, from, data_name, checkpoint, history, error);
}

void
cvr_training_pause (CvrTraining *self)
{
  if (self->state != CVR_TRAINING_PREPARING && self->state != CVR_TRAINING_RUNNING)
    return;

  self->paused = TRUE;
  cvr_training_thread_pause (self->thread, TRUE);
  cvr_history_add_event (self->history, self->notes.x, CVR_EVENT_PAUSED, NULL);
  if (self->state == CVR_TRAINING_RUNNING)
    set_state (self, CVR_TRAINING_PAUSED);
}

void
cvr_training_resume (CvrTraining *self)
{
  if (self->thread == NULL || !self->paused)
    return;

  self->paused = FALSE;
  cvr_training_thread_pause (self->thread, FALSE);
  cvr_history_add_event (self->history, self->notes.x, CVR_EVENT_RESUMED, NULL);
  if (self->state == CVR_TRAINING_PAUSED)
    set_state (self, CVR_TRAINING_RUNNING);
}

void
cvr_training_step (CvrTraining *self)
{
  if (self->state == CVR_TRAINING_PAUSED)
    cvr_training_thread_step (self->thread);
}

void
cvr_training_step_epoch (CvrTraining *self)
{
  if (self->thread == NULL || self->state == CVR_TRAINING_STOPPING)
    return;

  self->paused = FALSE;
  cvr_training_thread_step_epoch (self->thread);
  if (self->state == CVR_TRAINING_PAUSED)
    set_state (self, CVR_TRAINING_RUNNING);
}

void
cvr_training_stop (CvrTraining *self)
{
  if (self->thread == NULL)
    return;

  cvr_training_thread_stop (self->thread);
  set_state (self, CVR_TRAINING_STOPPING);
}

void
cvr_training_stop_and_wait (CvrTraining *self)
{
  cvr_training_stop (self);
  if (self->thread != NULL)
    finish (self);
}

gboolean
cvr_training_tune (CvrTraining       *self,
                   const CvrSettings *settings,
                   GError           **error)
{
  CvrTuning tuning;
  gboolean changed = FALSE;

  if (self->thread == NULL)
    return TRUE;
  if (!cvr_training_notes_tune (&self->notes, settings, &tuning, &changed, error))
    return FALSE;
  if (changed)
    cvr_training_thread_tune (self->thread, &tuning);

  return TRUE;
}

const CvrSettings *
cvr_training_get_settings (CvrTraining *self)
{
  return self->notes.began ? &self->notes.settings : NULL;
}

double
cvr_training_get_fraction (CvrTraining *self)
{
  return self->n_epochs > 0 ? MIN (1.0, self->position / self->n_epochs) : 0;
}

double
cvr_training_get_seconds_left (CvrTraining *self)
{
  if (self->thread == NULL || !(self->position > 0) || self->n_epochs < self->position)
    return -1;

  return self->seconds * (self->n_epochs - self->position) / self->position;
}

guint
cvr_training_get_epoch (CvrTraining *self)
{
  return self->epoch;
}

guint
cvr_training_get_n_epochs (CvrTraining *self)
{
  return self->n_epochs;
}

double
cvr_training_get_images_per_second (CvrTraining *self)
{
  return self->images_per_second;
}

CvrHistory *
cvr_training_get_history (CvrTraining *self)
{
  return self->history;
}

CvrModel *
cvr_training_get_snapshot (CvrTraining *self)
{
  return self->snapshot;
}

void
cvr_training_set_wants (CvrTraining *self,
                        gboolean     snapshots,
                        guint        interval_ms)
{
  if (self->wants == snapshots && self->wants_interval_ms == interval_ms)
    return;

  self->wants = snapshots;
  self->wants_interval_ms = interval_ms;
  send_wants (self);
}

void
cvr_training_hold_snapshots (CvrTraining *self)
{
  if (self->n_holds++ == 0)
    send_wants (self);
}

void
cvr_training_release_snapshots (CvrTraining *self)
{
  g_return_if_fail (self->n_holds > 0);

  if (--self->n_holds == 0)
    send_wants (self);
}

CvrModel *
cvr_training_get_model (CvrTraining *self)
{
  return self->model;
}

/* (nullable): NULL before the first training ended. */
const CvrRunReport *
cvr_training_get_report (CvrTraining *self)
{
  return self->reported ? &self->report : NULL;
}

const GError *
cvr_training_get_error (CvrTraining *self)
{
  return self->error;
}

/* Returns: (transfer full) */
char *
cvr_training_dup_sentence (CvrTraining *self)
{
  return cvr_training_notes_dup_sentence (self->history, self->n_epochs, self->state, self->error);
}
