/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sliders to figures: always the newest value, never the main thread. */
#include "cvr-compression.h"

#include "cvr-project-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum { QUICK_PICTURES = 200 };

typedef enum
{
  ROUND_QUICK,
  ROUND_EXACT,
  N_ROUNDS,
} Round;

struct _CvrCompression
{
  GObject         parent_instance;
  CvrProject     *project;
  CvrCompressSpec spec;
  gboolean        has_spec;          /* set_spec was called */
  CvrCompressed  *result;
  GError         *error;
  CvrJob         *job;               /* borrowed; NULL: nothing under way */
  Round           round;             /* of the job */
  gboolean outdated; /* the job works on what is no longer wanted: begin again when it ends */
  CvrEvaluation  *before[N_ROUNDS];  /* of the untouched model, kept between specs */
};

G_DEFINE_FINAL_TYPE (CvrCompression, cvr_compression, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

/* What one job works on. */
typedef struct
{
  CvrModel       *model;
  CvrCompressSpec spec;
  CvrDataset     *dataset;
  CvrEvaluation  *before;  /* nullable */
  NnWorkers      *workers;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  cvr_model_unref (work->model);
  cvr_dataset_unref (work->dataset);
  g_clear_pointer (&work->before, cvr_evaluation_unref);
  nn_workers_unref (work->workers);
  g_free (work);
}

/* Worker: steps of the fine-tuning are the job's progress. */
static void
tuned_cb (const NnEvent *event,
          gpointer       job)
{
  if (event->kind == NN_EVENT_STEP)
    cvr_job_progress (job, event->step, event->n_steps);
}

/* Worker. */
static gpointer
compress_func (CvrJob  *job,
               gpointer data,
               GError **error)
{
  Work *work = data;
  NnObserver observer = { .event = tuned_cb, .keep_going = cvr_job_keep_going, .data = job };

  return cvr_compress (work->model, &work->spec, work->dataset, work->before, work->workers,
                       &observer, error);
}

static void start (CvrCompression *self, Round round);

static void
emit_changed (CvrCompression *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
forget_before (CvrCompression *self)
{
  for (guint i = 0; i < N_ROUNDS; i++)
    g_clear_pointer (&self->before[i], cvr_evaluation_unref);
}

/* How many pictures the exact round looks at. */
static guint
count_pictures (CvrCompression *self)
{
  CvrDataset *dataset = cvr_project_active (self->project);
  guint n_labelled = 0, n_valid = 0;

  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    if (cvr_dataset_item (dataset, i)->label >= 0)
      {
        n_labelled++;
        n_valid += cvr_dataset_item (dataset, i)->used == CVR_SPLIT_VALID;
      }

  return n_valid > 0 ? n_valid : n_labelled;
}

static void
compressed_cb (CvrJob       *job,
               gpointer      result,
               const GError *error,
               gpointer      data)
{
  CvrCompression *self = data;
  Round round = self->round;

  /* Another job has taken its place. */
  if (job != self->job)
    {
      if (result != NULL)
        cvr_compressed_unref (result);
      return;
    }

  self->job = NULL;
  if (self->outdated)
    {
      if (result != NULL)
        cvr_compressed_unref (result);
      start (self, ROUND_QUICK);
      emit_changed (self);
      return;
    }

  g_clear_error (&self->error);
  if (result != NULL)
    {
      g_clear_pointer (&self->result, cvr_compressed_unref);
      self->result = result;
      g_clear_pointer (&self->before[round], cvr_evaluation_unref);
      if (self->result->before_evaluation != NULL)
        self->before[round] = cvr_evaluation_ref (self->result->before_evaluation);
      if (round == ROUND_QUICK)
        start (self, ROUND_EXACT);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->error = g_error_copy (error);
  emit_changed (self);
}

static CvrJob *
run (CvrCompression        *self,
     const CvrCompressSpec *spec,
     Round                  round,
     const char            *title)
{
  Work *work = g_new0 (Work, 1);

  work->model = cvr_model_ref (cvr_project_get_model (self->project));
  work->spec = *spec;
  work->spec.max_items = round == ROUND_QUICK ? QUICK_PICTURES : 0;
  if (round == ROUND_QUICK)
    work->spec.epochs = 0;
  work->dataset = cvr_dataset_copy (cvr_project_active (self->project));
  work->before = self->before[round] != NULL ? cvr_evaluation_ref (self->before[round]) : NULL;
  work->workers = nn_workers_ref (cvr_project_workers (self->project));

  self->round = round;
  self->outdated = FALSE;
  self->job = cvr_job_start (title, compress_func, work, work_free, G_OBJECT (self), compressed_cb,
                             self, (GDestroyNotify) cvr_compressed_unref);
  cvr_project_track_job (self->project, self->job);

  return self->job;
}

/* A quick round only where the exact one takes longer: many more pictures, or learning on. */
static void
start (CvrCompression *self,
       Round           round)
{
  self->outdated = FALSE;
  if (cvr_project_get_model (self->project) == NULL || cvr_project_workers (self->project) == NULL)
    return;

  if (round == ROUND_QUICK && self->spec.epochs == 0 && count_pictures (self) <= QUICK_PICTURES)
    round = ROUND_EXACT;
  run (self, &self->spec, round, _("Compressing the network"));
}

/* What is under way no longer counts; the newest takes its turn. */
static void
restart (CvrCompression *self)
{
  if (self->job != NULL)
    {
      self->outdated = TRUE;
      cvr_job_cancel (self->job);
    }
  else
    start (self, ROUND_QUICK);
}

static void
model_changed_cb (CvrCompression *self)
{
  CvrModel *model = cvr_project_get_model (self->project);

  /* The same network again: a training ended without a better one. */
  if (self->result != NULL && self->result->before_model == model)
    return;

  forget_before (self);
  g_clear_pointer (&self->result, cvr_compressed_unref);
  g_clear_error (&self->error);
  if (self->has_spec)
    restart (self);
  emit_changed (self);
}

static void
cvr_compression_dispose (GObject *object)
{
  CvrCompression *self = CVR_COMPRESSION (object);

  if (self->job != NULL)
    cvr_job_cancel (self->job);
  self->job = NULL;
  if (self->project != NULL)
    g_signal_handlers_disconnect_by_data (self->project, self);
  g_clear_object (&self->project);

  G_OBJECT_CLASS (cvr_compression_parent_class)->dispose (object);
}

static void
cvr_compression_finalize (GObject *object)
{
  CvrCompression *self = CVR_COMPRESSION (object);

  forget_before (self);
  g_clear_pointer (&self->result, cvr_compressed_unref);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (cvr_compression_parent_class)->finalize (object);
}

static void
cvr_compression_class_init (CvrCompressionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cvr_compression_dispose;
  object_class->finalize = cvr_compression_finalize;

  signals[CHANGED] = g_signal_new ("changed", CVR_TYPE_COMPRESSION, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
cvr_compression_init (CvrCompression *self)
{
  self->spec = cvr_compress_spec_default ();
}

/**
 * cvr_compression_new:
 *
 * Returns: (transfer full): it follows @project's model. Nothing is computed before the first spec.
 */
CvrCompression *
cvr_compression_new (CvrProject *project)
{
  CvrCompression *self = g_object_new (CVR_TYPE_COMPRESSION, NULL);

  self->project = g_object_ref (project);
  g_signal_connect_swapped (project, "model-changed", G_CALLBACK (model_changed_cb), self);
  g_signal_connect_swapped (project, "images-changed", G_CALLBACK (forget_before), self);

  return self;
}

static gboolean
same_spec (const CvrCompressSpec *a,
           const CvrCompressSpec *b)
{
  return a->prune.kind == b->prune.kind && a->prune.scope == b->prune.scope &&
         a->prune.amount == b->prune.amount && a->bits == b->bits &&
         a->prune.by == b->prune.by && a->per_channel == b->per_channel &&
         a->epochs == b->epochs && a->tune.gradual == b->tune.gradual &&
         a->tune.aware == b->tune.aware;
}

/* How many pictures are looked at is decided here: @spec's own max_items is not used. */
void
cvr_compression_set_spec (CvrCompression        *self,
                          const CvrCompressSpec *spec)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (CVR_IS_COMPRESSION (self) && spec != NULL);

  if (self->has_spec && same_spec (&self->spec, spec))
    return;
  if (!cvr_compress_spec_check (spec, &error))
    {
      g_clear_error (&self->error);
      self->error = g_steal_pointer (&error);
      emit_changed (self);
      return;
    }

  self->spec = *spec;
  self->has_spec = TRUE;
  restart (self);
  emit_changed (self);
}

const CvrCompressSpec *
cvr_compression_get_spec (CvrCompression *self)
{
  return &self->spec;
}

CvrCompressed *
cvr_compression_get_result (CvrCompression *self)
{
  return self->result;
}

gboolean
cvr_compression_is_working (CvrCompression *self)
{
  return self->job != NULL;
}

const GError *
cvr_compression_get_error (CvrCompression *self)
{
  return self->error;
}

/* Calls @see with every weight's magnitude. */
static void
each_magnitude (CvrModel *model,
                void    (*see) (double magnitude, gpointer data),
                gpointer  data)
{
  for (guint node = 0; node < nn_graph_n_nodes (model->graph); node++)
    {
      NnOpKind kind = nn_graph_node_kind (model->graph, (NnNode) node);
      const nn_real *weights;
      gsize n = 0;

      if (kind != NN_OP_CONV && kind != NN_OP_DENSE)
        continue;
      weights = nn_params_peek (model->params, (NnNode) node, NN_SLOT_WEIGHT, &n);
      for (gsize i = 0; i < n; i++)
        see (fabs ((double) weights[i]), data);
    }
}

typedef struct
{
  guint    n_bins;
  guint64 *counts;
  double   high;
} Histogram;

static void
see_highest (double   magnitude,
             gpointer data)
{
  Histogram *histogram = data;

  histogram->high = MAX (histogram->high, magnitude);
}

static void
see_bin (double   magnitude,
         gpointer data)
{
  Histogram *histogram = data;
  guint bin = histogram->high > 0 ? (guint) (magnitude / histogram->high * histogram->n_bins) : 0;

  histogram->counts[MIN (bin, histogram->n_bins - 1)]++;
}

/**
 * cvr_compression_histogram:
 * @counts: (out) (array length=n_bins): zeros without a model
 * @high: (out): the largest magnitude
 */
void
cvr_compression_histogram (CvrCompression *self,
                           guint           n_bins,
                           guint64        *counts,
                           double         *high)
{
  CvrModel *model = cvr_project_get_model (self->project);
  Histogram histogram = { n_bins, counts, 0 };

  g_return_if_fail (n_bins > 0 && counts != NULL && high != NULL);

  for (guint i = 0; i < n_bins; i++)
    counts[i] = 0;
  if (model != NULL)
    {
      each_magnitude (model, see_highest, &histogram);
      each_magnitude (model, see_bin, &histogram);
    }
  *high = histogram.high;
}
