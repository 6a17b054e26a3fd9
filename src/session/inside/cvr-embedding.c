/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plane of pictures as a live object: laid out beside the main thread, shown while it
 * improves. */
#include "cvr-embedding.h"

#include "cvr-live-job.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  CvrModel        *model;
  CvrDataset      *dataset;
  CvrEmbeddingSpec spec;
  CvrEmbedded     *like; /* NULL: nothing was laid out before */
  NnWorkers       *workers;
} Work;

struct _CvrEmbedding
{
  GObject      parent_instance;
  CvrProject  *project;
  CvrLiveJob   live; /* of CvrEmbedded */
  CvrEmbedded *like; /* the last one that has axes; NULL: none */
};

G_DEFINE_FINAL_TYPE (CvrEmbedding, cvr_embedding, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
work_free (gpointer data)
{
  Work *work = data;

  cvr_model_unref (work->model);
  cvr_dataset_unref (work->dataset);
  cvr_embedded_unref (work->like);
  nn_workers_unref (work->workers);
  g_free (work);
}

/* Worker. */
static void
improved_cb (CvrEmbedded *now,
             gpointer     handoff)
{
  cvr_handoff_publish (handoff, now);
}

/* Worker. */
static gpointer
embed_func (CvrJob     *job,
            CvrHandoff *handoff,
            gpointer    data,
            GError    **error)
{
  Work *work = data;
  CvrWatch watch = cvr_watch_job (job);

  return cvr_embedding_compute (work->model, work->dataset, &work->spec, work->workers, &watch,
                                improved_cb, handoff, error);
}

static void
ready_cb (GObject *target)
{
  cvr_live_job_take (&CVR_EMBEDDING (target)->live);
  g_signal_emit (target, signals[CHANGED], 0);
}

static void
cvr_embedding_dispose (GObject *object)
{
  CvrEmbedding *self = CVR_EMBEDDING (object);

  cvr_live_job_clear (&self->live);
  g_clear_pointer (&self->like, cvr_embedded_unref);
  g_clear_object (&self->project);

  G_OBJECT_CLASS (cvr_embedding_parent_class)->dispose (object);
}

static void
cvr_embedding_class_init (CvrEmbeddingClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cvr_embedding_dispose;

  signals[CHANGED] = g_signal_new ("changed", CVR_TYPE_EMBEDDING, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
cvr_embedding_init (CvrEmbedding *self)
{
  cvr_live_job_init (&self->live, G_OBJECT (self), ready_cb, cvr_embedded_unref);
}

CvrEmbedding *
cvr_embedding_new (CvrProject *project)
{
  CvrEmbedding *self = g_object_new (CVR_TYPE_EMBEDDING, NULL);

  self->project = g_object_ref (project);

  return self;
}

static void
keep_axes (CvrEmbedding *self)
{
  CvrEmbedded *newest = self->live.newest;

  if (newest == NULL || newest->n_iterations > 0)
    return;

  g_clear_pointer (&self->like, cvr_embedded_unref);
  self->like = cvr_embedded_ref (newest);
}

void
cvr_embedding_start (CvrEmbedding           *self,
                     CvrModel               *model,
                     const CvrEmbeddingSpec *spec)
{
  Work *work = g_new0 (Work, 1);

  g_return_if_fail (CVR_IS_EMBEDDING (self));

  work->model = cvr_model_ref (model);
  work->dataset = cvr_dataset_copy (cvr_project_get_dataset (self->project));
  work->spec = *spec;
  keep_axes (self);
  if (self->like != NULL)
    work->spec.like = work->like = cvr_embedded_ref (self->like);
  work->workers = nn_workers_ref (cvr_project_workers (self->project));
  cvr_live_job_start (&self->live, self->project, _("Laying out the pictures"), embed_func, work,
                      work_free);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
cvr_embedding_stop (CvrEmbedding *self)
{
  g_return_if_fail (CVR_IS_EMBEDDING (self));

  if (self->live.job == NULL)
    return;

  cvr_live_job_stop (&self->live);
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
cvr_embedding_is_running (CvrEmbedding *self)
{
  return self->live.job != NULL;
}

CvrJob *
cvr_embedding_get_job (CvrEmbedding *self)
{
  return self->live.job;
}

CvrEmbedded *
cvr_embedding_get_result (CvrEmbedding *self)
{
  return self->live.newest;
}

const GError *
cvr_embedding_get_error (CvrEmbedding *self)
{
  return self->live.error;
}
