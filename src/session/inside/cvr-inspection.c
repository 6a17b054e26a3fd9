/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One picture through the present network, beside the main thread: newest request wins. */
#include "cvr-inspection.h"

#include "cvr-handoff.h"
#include "cvr-project-private.h"
#include "cvr-training-private.h"

#include <glib/gi18n-lib.h>

enum
{
  HEAT_INTERVAL = 100, /* ms between two unfinished heat maps */
  LONG = 300,          /* ms after which nobody waits for what is outdated */
};

/* One request, and what came of it. */
typedef struct
{
  CvrInspectWhat what;
  CvrModel      *model;
  CvrImage      *image;
  NnExplainKind  kind;
  gint           target;
  NnWorkers     *workers;
  CvrHandoff    *handoff; /* for what there is before it is finished */

  CvrPrediction *prediction;
  CvrMaps       *maps;
  CvrGradients  *gradients;
  NnExplanation *heat;
  gboolean       whole;   /* finished */
} Look;

struct _CvrInspection
{
  GObject        parent_instance;
  CvrProject    *project;
  CvrInspectWhat what;
  CvrModel      *model;     /* in place of the project's; NULL: that one */
  CvrImage      *image;
  NnExplainKind  kind;
  gint           target;
  gboolean       active;
  gboolean       holding;   /* the training's snapshots */
  CvrJob        *job;       /* borrowed; NULL: nothing under way */
  gint64         started;   /* the job: monotonic µs */
  gboolean       outdated;  /* look again when the job ends */
  gboolean       stopped;   /* by the user: nothing new until something else is asked */
  CvrHandoff    *handoff;
  Look          *seen;      /* newest results; NULL: none */
  GError        *error;
};

G_DEFINE_FINAL_TYPE (CvrInspection, cvr_inspection, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
look_free (gpointer data)
{
  Look *look = data;

  g_clear_pointer (&look->model, cvr_model_unref);
  g_clear_pointer (&look->image, cvr_image_unref);
  g_clear_pointer (&look->workers, nn_workers_unref);
  g_clear_pointer (&look->handoff, cvr_handoff_unref);
  g_clear_pointer (&look->prediction, cvr_prediction_unref);
  g_clear_pointer (&look->maps, cvr_maps_unref);
  g_clear_pointer (&look->gradients, cvr_gradients_unref);
  g_clear_pointer (&look->heat, nn_explanation_free);
  g_free (look);
}

/* (transfer full): without results. */
static Look *
look_like (const Look *request)
{
  Look *look = g_new0 (Look, 1);

  look->what = request->what;
  look->kind = request->kind;
  look->target = request->target;
  look->model = cvr_model_ref (request->model);
  look->image = cvr_image_ref (request->image);
  look->workers = nn_workers_ref (request->workers);

  return look;
}

/* Worker. */
static void
heat_improved_cb (NnExplanation *now,
                  gpointer       data)
{
  const Look *look = data;
  Look *half = look_like (look);

  half->prediction = look->prediction != NULL ? cvr_prediction_ref (look->prediction) : NULL;
  half->heat = now;
  cvr_handoff_publish (look->handoff, half);
}

/* Worker. The request comes back as its own result. */
static gpointer
look_func (CvrJob  *job,
           gpointer data,
           GError **error)
{
  const Look *request = data;
  Look *look = look_like (request);
  CvrWatch watch = cvr_watch_job (job);

  look->handoff = cvr_handoff_ref (request->handoff);

  if (((look->what & CVR_INSPECT_PREDICTION) &&
       (look->prediction = cvr_predict (look->model, look->image, look->workers, error)) == NULL) ||
      ((look->what & CVR_INSPECT_MAPS) &&
       (look->maps = cvr_maps_compute (look->model, look->image, look->workers, error)) == NULL) ||
      ((look->what & CVR_INSPECT_GRADIENTS) &&
       (look->gradients = cvr_gradients_compute (look->model, look->image, CVR_GRADIENTS_OF_LOSS,
                                                 look->target, look->workers, error)) == NULL) ||
      ((look->what & CVR_INSPECT_HEAT) &&
       (look->heat = cvr_heat_compute (look->model, look->image,
                                       &(NnExplainSpec) { .kind = look->kind,
                                                          .target = look->target,
                                                          .layer = NN_NODE_NONE },
                                       look->workers, &watch, heat_improved_cb, look,
                                       error)) == NULL))
    {
      look_free (look);
      return NULL;
    }
  look->whole = TRUE;

  return look;
}

static void
emit_changed (CvrInspection *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
clear_results (CvrInspection *self)
{
  g_clear_pointer (&self->seen, look_free);
  g_clear_error (&self->error);
}

static void start (CvrInspection *self);

/* Whether a result still answers what is asked. The network may have gone on meanwhile: a picture
 * of a network that learns is always a little old. */
static gboolean
answers (CvrInspection *self,
         const Look    *look)
{
  return look->image == self->image && look->kind == self->kind && look->target == self->target;
}

/* Something unfinished: better than nothing, but not than a finished one of a moment ago. */
static void
improved_cb (GObject *target)
{
  CvrInspection *self = CVR_INSPECTION (target);
  Look *half = cvr_handoff_take_snapshot (self->handoff);

  if (half == NULL)
    return;
  if (self->job == NULL || self->outdated || !answers (self, half)
      || cvr_inspection_is_whole (self))
    {
      look_free (half);
      return;
    }
  clear_results (self);
  self->seen = half;
  emit_changed (self);
}

static void
looked_cb (CvrJob       *job,
           gpointer      result,
           const GError *error,
           gpointer      data)
{
  CvrInspection *self = data;
  Look *look = result;

  if (job != self->job)
    {
      g_clear_pointer (&look, look_free);
      return;
    }

  self->job = NULL;
  if (look != NULL && answers (self, look))
    {
      clear_results (self);
      self->seen = g_steal_pointer (&look);
    }
  else if (error != NULL && !self->outdated &&
           !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      clear_results (self);
      self->error = g_error_copy (error);
    }
  g_clear_pointer (&look, look_free);

  if (self->outdated)
    start (self);
  emit_changed (self);
}

static void
start (CvrInspection *self)
{
  CvrModel *model = self->model != NULL ? self->model : cvr_project_get_live_model (self->project);
  Look *request;

  self->outdated = FALSE;
  if (!self->active || self->image == NULL || self->stopped)
    return;
  if (model == NULL)
    {
      clear_results (self);
      return;
    }

  request = g_new0 (Look, 1);
  request->what = self->what;
  request->model = cvr_model_ref (model);
  request->image = cvr_image_ref (self->image);
  request->kind = self->kind;
  request->target = self->target;
  request->workers = nn_workers_ref (cvr_project_quick_workers (self->project));
  request->handoff = cvr_handoff_ref (self->handoff);
  self->started = g_get_monotonic_time ();
  self->job = cvr_job_start (_("Looking inside"), look_func, request, look_free, G_OBJECT (self),
                             looked_cb, self, look_free);
  cvr_project_track_job (self->project, self->job);
}

/* @newer: what is under way answers a question nobody asks any more. */
static void
look_again (CvrInspection *self,
            gboolean       newer)
{
  self->stopped &= !newer;
  if (self->job == NULL)
    {
      start (self);
      return;
    }

  self->outdated = TRUE;
  if (newer)
    cvr_job_cancel (self->job);
}

static void
model_moved_cb (CvrInspection *self)
{
  if (!self->active || self->image == NULL || self->model != NULL || self->stopped)
    return;

  look_again (self, FALSE);
  if (self->job == NULL)
    emit_changed (self); /* There is no network any more. */
}

/* The training copies its parameters only while somebody looks. */
static void
update_hold (CvrInspection *self)
{
  gboolean hold = self->active && self->image != NULL && self->model == NULL;

  if (hold == self->holding)
    return;

  self->holding = hold;
  if (hold)
    cvr_training_hold_snapshots (cvr_project_get_training (self->project));
  else
    cvr_training_release_snapshots (cvr_project_get_training (self->project));
}

static void
cvr_inspection_dispose (GObject *object)
{
  CvrInspection *self = CVR_INSPECTION (object);

  if (self->job != NULL)
    cvr_job_cancel (self->job);
  self->job = NULL;
  cvr_handoff_detach (self->handoff);
  self->active = FALSE;
  if (self->project != NULL)
    {
      update_hold (self);
      g_signal_handlers_disconnect_by_data (cvr_project_get_training (self->project), self);
      g_signal_handlers_disconnect_by_data (self->project, self);
    }
  g_clear_object (&self->project);

  G_OBJECT_CLASS (cvr_inspection_parent_class)->dispose (object);
}

static void
cvr_inspection_finalize (GObject *object)
{
  CvrInspection *self = CVR_INSPECTION (object);

  clear_results (self);
  g_clear_pointer (&self->handoff, cvr_handoff_unref);
  g_clear_pointer (&self->image, cvr_image_unref);
  g_clear_pointer (&self->model, cvr_model_unref);

  G_OBJECT_CLASS (cvr_inspection_parent_class)->finalize (object);
}

static void
cvr_inspection_class_init (CvrInspectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cvr_inspection_dispose;
  object_class->finalize = cvr_inspection_finalize;

  signals[CHANGED] = g_signal_new ("changed", CVR_TYPE_INSPECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
cvr_inspection_init (CvrInspection *self)
{
  self->handoff = cvr_handoff_new (G_OBJECT (self), improved_cb, HEAT_INTERVAL, NULL, look_free,
                                   NULL);
  self->kind = NN_EXPLAIN_GRAD_CAM;
  self->target = -1;
}

/**
 * cvr_inspection_new:
 *
 * Returns: (transfer full): asleep until it is active and has a picture.
 */
CvrInspection *
cvr_inspection_new (CvrProject    *project,
                    CvrInspectWhat what)
{
  CvrInspection *self = g_object_new (CVR_TYPE_INSPECTION, NULL);

  self->project = g_object_ref (project);
  self->what = what;
  g_signal_connect_swapped (project, "model-changed", G_CALLBACK (model_moved_cb), self);
  g_signal_connect_swapped (cvr_project_get_training (project), "snapshot",
                            G_CALLBACK (model_moved_cb), self);

  return self;
}

/* The last picture's results leave at once: what can be read always belongs to
 * the newest picture. */
void
cvr_inspection_set_image (CvrInspection *self,
                          CvrImage      *image)
{
  gboolean had_results = self->seen != NULL || self->error != NULL;

  g_return_if_fail (CVR_IS_INSPECTION (self));

  if (self->image == image)
    return;

  clear_results (self);
  g_clear_pointer (&self->image, cvr_image_unref);
  self->image = image != NULL ? cvr_image_ref (image) : NULL;
  update_hold (self);
  look_again (self, TRUE);
  if (had_results)
    emit_changed (self);
}

CvrImage *
cvr_inspection_get_image (CvrInspection *self)
{
  return self->image;
}

void
cvr_inspection_set_what (CvrInspection *self,
                         CvrInspectWhat what)
{
  CvrInspectWhat more;

  g_return_if_fail (CVR_IS_INSPECTION (self));

  more = what & ~self->what;
  self->what = what;
  if (more != 0)
    look_again (self, FALSE);
}

/**
 * cvr_inspection_set_model:
 * @model: (nullable): looked at until the next
 *
 * What was seen of the network before stays until the new one's is there.
 */
void
cvr_inspection_set_model (CvrInspection *self,
                          CvrModel      *model)
{
  g_return_if_fail (CVR_IS_INSPECTION (self));

  if (self->model == model)
    return;
  if (model != NULL)
    cvr_model_ref (model);
  g_clear_pointer (&self->model, cvr_model_unref);
  self->model = model;
  update_hold (self);
  /* While epochs are gone through fast each of them is seen, unless that takes long. */
  look_again (self, self->job == NULL
                      || g_get_monotonic_time () - self->started > LONG * 1000);
}

CvrGradients *
cvr_inspection_get_gradients (CvrInspection *self)
{
  return self->seen != NULL ? self->seen->gradients : NULL;
}

gboolean
cvr_inspection_is_busy (CvrInspection *self)
{
  return self->job != NULL;
}

CvrJob *
cvr_inspection_get_job (CvrInspection *self)
{
  return self->job;
}

void
cvr_inspection_stop (CvrInspection *self)
{
  g_return_if_fail (CVR_IS_INSPECTION (self));

  self->stopped = TRUE;
  self->outdated = FALSE;
  if (self->job != NULL)
    cvr_job_cancel (self->job);
}

void
cvr_inspection_go_on (CvrInspection *self)
{
  g_return_if_fail (CVR_IS_INSPECTION (self));

  look_again (self, TRUE);
  emit_changed (self);
}

gboolean
cvr_inspection_is_stopped (CvrInspection *self)
{
  return self->stopped;
}

gboolean
cvr_inspection_is_whole (CvrInspection *self)
{
  return self->seen != NULL && self->seen->whole && answers (self, self->seen);
}

void
cvr_inspection_set_heat (CvrInspection *self,
                         NnExplainKind  kind,
                         gint           target)
{
  g_return_if_fail (CVR_IS_INSPECTION (self));

  if (self->kind == kind && self->target == target)
    return;

  self->kind = kind;
  self->target = target;
  if (self->what & (CVR_INSPECT_HEAT | CVR_INSPECT_GRADIENTS))
    look_again (self, TRUE);
}

void
cvr_inspection_set_active (CvrInspection *self,
                           gboolean       active)
{
  g_return_if_fail (CVR_IS_INSPECTION (self));

  if (self->active == active)
    return;

  self->active = active;
  update_hold (self);
  if (active)
    look_again (self, FALSE);
  else if (self->job != NULL)
    cvr_job_cancel (self->job);
}

CvrPrediction *
cvr_inspection_get_prediction (CvrInspection *self)
{
  return self->seen != NULL ? self->seen->prediction : NULL;
}

CvrMaps *
cvr_inspection_get_maps (CvrInspection *self)
{
  return self->seen != NULL ? self->seen->maps : NULL;
}

NnExplanation *
cvr_inspection_get_heat (CvrInspection *self)
{
  return self->seen != NULL ? self->seen->heat : NULL;
}

CvrModel *
cvr_inspection_get_model (CvrInspection *self)
{
  return self->seen != NULL ? self->seen->model : NULL;
}

const GError *
cvr_inspection_get_error (CvrInspection *self)
{
  return self->error;
}
