/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sliders to figures: always the newest value, never the main thread. */
#include "cvr-compression-private.h"

#include "cvr-project-private.h"

#include <glib/gi18n-lib.h>

enum
{
  READ_OUT_MS = 20,  /* at most so often */
  SETTLE_MS = 400,   /* after pictures or labels changed */
  MOST_TUNED = 16,   /* that can be recalled: each is a whole network */
};

struct _CvrCompression
{
  GObject           parent_instance;
  CvrProject       *project;
  CvrCompressSpec   spec;
  gboolean          has_spec;     /* set_spec was called */
  gboolean          exact;        /* the result is that of the spec, on all pictures */
  gboolean          active;
  gboolean          again;        /* the job has been cancelled, but is wanted again */
  CvrCompressed    *result;
  GError           *error;
  CvrCompressBench *bench;        /* NULL: none for the present network and pictures yet */
  CvrJob           *job;          /* borrowed; NULL: nothing under way */
  guint             serial;       /* of the newest wants */
  guint             study_serial;
  GArray           *study;        /* (element-type CvrStudySpec) (nullable) */
  guint             n_studied;
  CvrJob           *tuning;       /* borrowed; NULL: none */
  GPtrArray        *tuned;        /* of CvrCompressed, newest last */
  guint             settling;     /* timeout; 0: none */
  guint             measuring;    /* bits of CvrMeasuring that the project was told of */
};

G_DEFINE_FINAL_TYPE (CvrCompression, cvr_compression, G_TYPE_OBJECT)

enum { CHANGED, STUDIED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
tell (CvrCompression *self,
      CvrMeasuring    what,
      gboolean        measuring)
{
  self->measuring = measuring ? self->measuring | what : self->measuring & ~(guint) what;
  cvr_project_set_measuring (self->project, what, measuring);
}

/* A study that waits for others to end has no threads. */
static void
tell_measuring (CvrCompression *self)
{
  tell (self, CVR_MEASURING_TUNING, self->tuning != NULL);
  tell (self, CVR_MEASURING_STUDY,
        self->study != NULL && self->active && cvr_compression_get_occupation (self) == NULL);
}

static void
emit_changed (CvrCompression *self)
{
  tell_measuring (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
take_readout (CvrCompression *self)
{
  CvrCompressed *result = cvr_handoff_take_snapshot (self->bench->handoff);

  if (result == NULL)
    return;
  if (self->spec.epochs > 0)
    {
      /* Of before the fine-tuning. */
      cvr_compressed_unref (result);
      return;
    }

  g_clear_pointer (&self->result, cvr_compressed_unref);
  self->result = result;
  self->exact = cvr_compress_spec_equal (&result->spec, &self->spec) &&
                cvr_compressed_is_exact (result);
}

static void
take_studied (CvrCompression *self)
{
  CvrPoint *point = cvr_handoff_take_points (self->bench->handoff);

  while (point != NULL)
    {
      CvrStudied *studied = (CvrStudied *) point;

      point = point->next;
      if (studied->serial == self->study_serial && self->study != NULL)
        {
          self->n_studied++;
          g_signal_emit (self, signals[STUDIED], 0, studied->place, studied->result);
        }
      cvr_studied_free (studied);
    }
  if (self->study != NULL && self->n_studied == self->study->len)
    g_clear_pointer (&self->study, g_array_unref);
}

static void
ready_cb (GObject *object)
{
  CvrCompression *self = CVR_COMPRESSION (object);

  take_readout (self);
  take_studied (self);
  emit_changed (self);
}

/* What is worked on no longer counts: another network, or other pictures. */
static void
drop_bench (CvrCompression *self)
{
  if (self->job != NULL)
    cvr_job_cancel (self->job);
  self->job = NULL;
  if (self->bench != NULL)
    cvr_handoff_detach (self->bench->handoff);
  g_clear_pointer (&self->bench, cvr_compress_bench_unref);
  self->exact = FALSE;
}

static void start (CvrCompression *self);

static void
worked_cb (CvrJob       *job,
           gpointer      result,
           const GError *error,
           gpointer      data)
{
  CvrCompression *self = data;
  guint served;

  g_clear_pointer (&result, cvr_compress_bench_unref);
  /* Another job has taken its place. */
  if (job != self->job)
    return;

  self->job = NULL;
  served = (guint) g_atomic_int_get (&self->bench->served);
  take_readout (self);
  take_studied (self);
  /* Something newer came while it ended. */
  if (served != self->serial || self->again)
    start (self);
  else if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_clear_error (&self->error);
      self->error = g_error_copy (error);
      g_clear_pointer (&self->study, g_array_unref);
    }
  emit_changed (self);
}

/* Hands over what is wanted, and sees to it that somebody works on it. */
static void
start (CvrCompression *self)
{
  CvrCompressWants *wants;
  CvrModel *model = cvr_project_get_model (self->project);
  NnWorkers *workers = cvr_project_workers (self->project);

  if (!self->active || !self->has_spec || model == NULL || workers == NULL || self->tuning != NULL)
    return;

  if (self->bench == NULL)
    {
      g_autoptr (CvrDataset) dataset = cvr_dataset_copy (cvr_project_active (self->project));
      g_autoptr (CvrHandoff) handoff =
        cvr_handoff_new (G_OBJECT (self), ready_cb, READ_OUT_MS, cvr_studied_free,
                         (GDestroyNotify) cvr_compressed_unref, cvr_compress_wants_free);

      self->bench = cvr_compress_bench_new (model, dataset, workers, handoff);
    }
  /* A job that has been cancelled may still take this up, and not finish it. */
  self->again = self->job != NULL && !cvr_job_keep_going (self->job);
  wants = g_new0 (CvrCompressWants, 1);
  wants->serial = ++self->serial;
  wants->spec = self->spec;
  wants->front = !self->exact && self->spec.epochs == 0;
  wants->study_serial = self->study_serial;
  wants->n_studied = self->n_studied;
  if (self->study != NULL && cvr_compression_get_occupation (self) == NULL)
    wants->study = g_array_ref (self->study);
  cvr_handoff_set_wants (self->bench->handoff, wants);
  if (self->job != NULL)
    return;

  self->job = cvr_job_start (_("Compressing the network"), cvr_compress_bench_func,
                             cvr_compress_bench_ref (self->bench), cvr_compress_bench_unref,
                             G_OBJECT (self), worked_cb, self, cvr_compress_bench_unref);
  cvr_project_track_job (self->project, self->job);
}

static void
stop_tuning (CvrCompression *self)
{
  if (self->tuning != NULL)
    cvr_job_cancel (self->tuning);
  self->tuning = NULL;
}

static gboolean
settled_cb (gpointer data)
{
  CvrCompression *self = data;

  self->settling = 0;
  start (self);
  emit_changed (self);

  return G_SOURCE_REMOVE;
}

static void
model_changed_cb (CvrCompression *self)
{
  CvrModel *model = cvr_project_get_model (self->project);

  /* The same network again: a training ended without a better one. */
  if (self->result != NULL && self->result->before_model == model)
    return;

  drop_bench (self);
  stop_tuning (self);
  g_ptr_array_set_size (self->tuned, 0);
  g_clear_pointer (&self->study, g_array_unref);
  g_clear_pointer (&self->result, cvr_compressed_unref);
  g_clear_error (&self->error);
  self->spec.epochs = 0;
  /* Whoever sets the specs may begin anew with this network before anything is computed. */
  g_clear_handle_id (&self->settling, g_source_remove);
  self->settling = g_idle_add (settled_cb, self);
  emit_changed (self);
}

/* Many pictures come one after the other: looked at anew when that has come to rest. */
static void
images_changed_cb (CvrCompression *self)
{
  drop_bench (self);
  g_ptr_array_set_size (self->tuned, 0);
  /* What a study has measured was of other pictures: from its beginning again. */
  self->study_serial++;
  self->n_studied = 0;
  if (self->spec.epochs > 0)
    self->exact = TRUE; /* Fine-tuned: it stays until a slider moves. */
  g_clear_handle_id (&self->settling, g_source_remove);
  if (self->active)
    self->settling = g_timeout_add (SETTLE_MS, settled_cb, self);
}

/* What others did with the threads began or ended: a study that waited goes on. */
static void
occupation_changed_cb (CvrCompression *self)
{
  if (self->study != NULL && self->measuring == 0 && cvr_compression_get_occupation (self) == NULL)
    start (self);
  emit_changed (self);
}

static void
cvr_compression_dispose (GObject *object)
{
  CvrCompression *self = CVR_COMPRESSION (object);

  g_clear_handle_id (&self->settling, g_source_remove);
  drop_bench (self);
  stop_tuning (self);
  if (self->project != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->project, self);
      g_signal_handlers_disconnect_by_data (cvr_project_get_training (self->project), self);
      tell (self, CVR_MEASURING_TUNING, FALSE);
      tell (self, CVR_MEASURING_STUDY, FALSE);
    }
  g_clear_object (&self->project);

  G_OBJECT_CLASS (cvr_compression_parent_class)->dispose (object);
}

static void
cvr_compression_finalize (GObject *object)
{
  CvrCompression *self = CVR_COMPRESSION (object);

  g_ptr_array_unref (self->tuned);
  g_clear_pointer (&self->study, g_array_unref);
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
  signals[STUDIED] = g_signal_new ("studied", CVR_TYPE_COMPRESSION, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_POINTER);
}

static void
cvr_compression_init (CvrCompression *self)
{
  self->spec = cvr_compress_spec_default ();
  self->active = TRUE;
  self->tuned = g_ptr_array_new_with_free_func ((GDestroyNotify) cvr_compressed_unref);
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
  g_signal_connect_swapped (project, "images-changed", G_CALLBACK (images_changed_cb), self);
  g_signal_connect_swapped (project, "measuring-changed", G_CALLBACK (occupation_changed_cb), self);
  g_signal_connect_swapped (cvr_project_get_training (project), "notify::state",
                            G_CALLBACK (occupation_changed_cb), self);

  return self;
}

void
cvr_compression_set_spec (CvrCompression        *self,
                          const CvrCompressSpec *spec)
{
  CvrCompressSpec wanted = *spec;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (CVR_IS_COMPRESSION (self) && spec != NULL);

  wanted.epochs = 0;
  if (self->has_spec && self->tuning == NULL && cvr_compress_spec_equal (&self->spec, &wanted))
    {
      self->spec = wanted;
      return;
    }
  g_clear_error (&self->error);
  if (!cvr_compress_spec_check (&wanted, &error))
    {
      self->error = g_steal_pointer (&error);
      emit_changed (self);
      return;
    }

  stop_tuning (self);
  g_clear_handle_id (&self->settling, g_source_remove);
  self->spec = wanted;
  self->has_spec = TRUE;
  self->exact = FALSE;
  start (self);
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
cvr_compression_is_exact (CvrCompression *self)
{
  return self->exact;
}

gboolean
cvr_compression_is_working (CvrCompression *self)
{
  return self->job != NULL || self->tuning != NULL || (self->settling != 0 && self->active);
}

const GError *
cvr_compression_get_error (CvrCompression *self)
{
  return self->error;
}

void
cvr_compression_set_active (CvrCompression *self,
                            gboolean        active)
{
  g_return_if_fail (CVR_IS_COMPRESSION (self));

  if (self->active == active)
    return;
  self->active = active;
  if (!active && self->job != NULL)
    cvr_job_cancel (self->job);
  self->again = active && self->job != NULL;
  if (active && self->job == NULL && (!self->exact || self->study != NULL))
    start (self);
  tell_measuring (self);
}

void
cvr_compression_study (CvrCompression     *self,
                       const CvrStudySpec *specs,
                       guint               n_specs)
{
  g_return_if_fail (CVR_IS_COMPRESSION (self));

  g_clear_pointer (&self->study, g_array_unref);
  self->study_serial++;
  self->n_studied = 0;
  if (n_specs > 0)
    {
      self->study = g_array_new (FALSE, FALSE, sizeof (CvrStudySpec));
      g_array_append_vals (self->study, specs, n_specs);
    }
  start (self);
  emit_changed (self);
}

gboolean
cvr_compression_get_study (CvrCompression *self,
                           guint          *n_done,
                           guint          *n_specs)
{
  *n_done = self->n_studied;
  *n_specs = self->study != NULL ? self->study->len : 0;

  return self->study != NULL;
}

/* Fine-tuning. */

static void
take_tuned (CvrCompression *self,
            CvrCompressed  *result) /* (transfer full) */
{
  g_clear_pointer (&self->result, cvr_compressed_unref);
  self->result = result;
  self->spec = result->spec;
  self->exact = TRUE;
}

static void
tuned_cb (CvrJob       *job,
          gpointer      result,
          const GError *error,
          gpointer      data)
{
  CvrCompression *self = data;

  if (job != self->tuning)
    {
      g_clear_pointer (&result, cvr_compressed_unref);
      return;
    }

  self->tuning = NULL;
  if (result != NULL)
    {
      g_ptr_array_add (self->tuned, cvr_compressed_ref (result));
      if (self->tuned->len > MOST_TUNED)
        g_ptr_array_remove_index (self->tuned, 0);
      take_tuned (self, result);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_clear_error (&self->error);
      self->error = g_error_copy (error);
    }
  start (self);
  emit_changed (self);
}

void
cvr_compression_fine_tune (CvrCompression *self,
                           guint           epochs)
{
  CvrModel *model = cvr_project_get_model (self->project);
  NnWorkers *workers = cvr_project_workers (self->project);
  gpointer tuning;

  g_return_if_fail (CVR_IS_COMPRESSION (self) && epochs > 0);

  if (model == NULL || self->tuning != NULL || workers == NULL ||
      cvr_compression_get_occupation (self) != NULL)
    return;

  tuning = cvr_compress_tuning_new (model, &self->spec, epochs, cvr_project_active (self->project),
                                    workers);
  if (self->job != NULL)
    cvr_job_cancel (self->job);
  g_clear_error (&self->error);
  self->tuning = cvr_job_start (_("Fine-tuning the compressed network"), cvr_compress_tuning_func,
                                tuning, cvr_compress_tuning_free, G_OBJECT (self), tuned_cb, self,
                                (GDestroyNotify) cvr_compressed_unref);
  cvr_project_track_job (self->project, self->tuning);
  emit_changed (self);
}

gboolean
cvr_compression_recall (CvrCompression        *self,
                        const CvrCompressSpec *spec)
{
  g_return_val_if_fail (CVR_IS_COMPRESSION (self), FALSE);

  for (guint i = self->tuned->len; i > 0; i--)
    {
      CvrCompressed *tuned = self->tuned->pdata[i - 1];

      if (!cvr_compress_spec_equal (&tuned->spec, spec))
        continue;
      stop_tuning (self);
      take_tuned (self, cvr_compressed_ref (tuned));
      start (self);
      emit_changed (self);
      return TRUE;
    }

  return FALSE;
}

const char *
cvr_compression_get_occupation (CvrCompression *self)
{
  return self->measuring == 0 ? cvr_project_get_occupation (self->project) : NULL;
}

CvrJob *
cvr_compression_get_tuning (CvrCompression *self)
{
  return self->tuning;
}
