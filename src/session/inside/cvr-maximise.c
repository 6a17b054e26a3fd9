/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture that a channel or class likes, made beside the main thread and shown while it is
 * made. */
#include "cvr-maximise.h"

#include "cvr-live-job.h"
#include "cvr-model-output.h"

#include <glib/gi18n-lib.h>

/* One state of the picture. */
typedef struct
{
  CvrImage *image;
  double    before, value, largest;
} Seen;

typedef struct
{
  CvrModel       *model;
  NnMaximiseSpec  spec;
  float           low[3], high[3];
  NnWorkers      *workers;

  /* Worker. */
  CvrJob         *job;
  CvrHandoff     *handoff;
  double          before, best, largest; /* @largest where @best is */
} Work;

struct _CvrMaximise
{
  GObject     parent_instance;
  CvrProject *project;
  CvrLiveJob  live; /* of Seen */
};

G_DEFINE_FINAL_TYPE (CvrMaximise, cvr_maximise, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
seen_free (gpointer data)
{
  Seen *seen = data;

  g_clear_pointer (&seen->image, cvr_image_unref);
  g_free (seen);
}

static void
work_free (gpointer data)
{
  Work *work = data;

  cvr_model_unref (work->model);
  nn_workers_unref (work->workers);
  g_free (work);
}

static Seen *
seen_new (Work        *work,
          const float *picture,
          double       value,
          double       largest)
{
  Seen *seen = g_new0 (Seen, 1);

  seen->image = cvr_preprocess_invert (&work->model->preprocess, picture);
  seen->before = work->before;
  seen->value = value;
  seen->largest = largest;

  return seen;
}

/* Worker. */
static gboolean
improved_cb (const NnMaximiseState *state,
             gpointer               data)
{
  Work *work = data;

  if (state->step == 0)
    work->before = state->value;
  if (state->step == 0 || state->value >= work->best)
    {
      work->best = state->value;
      work->largest = state->largest;
    }
  cvr_job_progress (work->job, state->step, state->n_steps);
  cvr_handoff_publish (work->handoff,
                       seen_new (work, state->picture, state->value, state->largest));

  return cvr_job_keep_going (work->job);
}

/* Worker. */
static gpointer
maximise_func (CvrJob     *job,
               CvrHandoff *handoff,
               gpointer    data,
               GError    **error)
{
  Work *work = data;
  const CvrPreprocess *preprocess = &work->model->preprocess;
  g_autofree float *picture = NULL;
  double value = 0;

  if (!cvr_model_input_check (work->model, error))
    return NULL;

  work->job = job;
  work->handoff = handoff;
  picture = g_new0 (float, (gsize) preprocess->width * preprocess->height * preprocess->channels);
  if (!nn_maximise (work->model->graph, work->model->params, work->workers, &work->spec, picture,
                    NULL, &value, improved_cb, work, error))
    return NULL;

  return seen_new (work, picture, value, work->largest);
}

static void
ready_cb (GObject *target)
{
  cvr_live_job_take (&CVR_MAXIMISE (target)->live);
  g_signal_emit (target, signals[CHANGED], 0);
}

static void
cvr_maximise_dispose (GObject *object)
{
  CvrMaximise *self = CVR_MAXIMISE (object);

  cvr_live_job_clear (&self->live);
  g_clear_object (&self->project);

  G_OBJECT_CLASS (cvr_maximise_parent_class)->dispose (object);
}

static void
cvr_maximise_class_init (CvrMaximiseClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cvr_maximise_dispose;

  signals[CHANGED] = g_signal_new ("changed", CVR_TYPE_MAXIMISE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
cvr_maximise_init (CvrMaximise *self)
{
  cvr_live_job_init (&self->live, G_OBJECT (self), ready_cb, seen_free);
}

CvrMaximise *
cvr_maximise_new (CvrProject *project)
{
  CvrMaximise *self = g_object_new (CVR_TYPE_MAXIMISE, NULL);

  self->project = g_object_ref (project);

  return self;
}

void
cvr_maximise_start (CvrMaximise          *self,
                    CvrModel             *model,
                    const NnMaximiseSpec *spec)
{
  Work *work = g_new0 (Work, 1);

  g_return_if_fail (CVR_IS_MAXIMISE (self));

  work->model = cvr_model_ref (model);
  work->workers = nn_workers_ref (cvr_project_quick_workers (self->project));
  work->spec = *spec;
  cvr_model_input_range (model, work->low, work->high);
  work->spec.low = work->low;
  work->spec.high = work->high;
  cvr_live_job_start (&self->live, self->project, _("Making a picture that it likes"),
                      maximise_func, work, work_free);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
cvr_maximise_stop (CvrMaximise *self)
{
  g_return_if_fail (CVR_IS_MAXIMISE (self));

  if (self->live.job == NULL)
    return;

  cvr_live_job_stop (&self->live);
  g_signal_emit (self, signals[CHANGED], 0);
}

CvrJob *
cvr_maximise_get_job (CvrMaximise *self)
{
  return self->live.job;
}

CvrImage *
cvr_maximise_get_image (CvrMaximise *self)
{
  const Seen *seen = self->live.newest;

  return seen != NULL ? seen->image : NULL;
}

double
cvr_maximise_get_value (CvrMaximise *self)
{
  const Seen *seen = self->live.newest;

  return seen != NULL ? seen->value : 0;
}

double
cvr_maximise_get_largest (CvrMaximise *self)
{
  const Seen *seen = self->live.newest;

  return seen != NULL ? seen->largest : 0;
}

double
cvr_maximise_get_before (CvrMaximise *self)
{
  const Seen *seen = self->live.newest;

  return seen != NULL ? seen->before : 0;
}

const GError *
cvr_maximise_get_error (CvrMaximise *self)
{
  return self->live.error;
}
