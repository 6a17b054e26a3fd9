/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A training survives the end of the program: at the end of every epoch the file gets what it takes
 * to go on from there, the newest only, which goes when the training has ended; and the network of
 * the epoch, which stays. Main thread. */
#include "cvr-project-private.h"

#include "cvr-epochs-private.h"
#include "cvr-json.h"
#include "cvr-notebook-private.h"
#include "cvr-run-card-private.h"
#include "cvr-training-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Of a series of the curve that is written at each epoch, so that an epoch costs no more after a
 * million steps; all of them when the training ends. */
enum { POINTS_OF_EPOCH = 1 << 14 };

/* The newest, until the one before it is on disk. */
typedef struct
{
  GBytes     *bytes;
  guint       epoch;
  CvrHistory *history;
  CvrModel   *model;
} Waiting;

struct _CvrCheckpointing
{
  CvrProject *project;  /* borrowed: part of it */
  guint64     limit;    /* bytes; only where has_limit */
  gboolean    has_limit; /* somebody chose it */
  /* Of the running training. */
  char       *settings; /* that it began with, as text; NULL: none runs */
  guint       n_epochs;
  gboolean    go_on;
  Waiting    *waiting;  /* NULL: none */
  guint64     size;     /* of the newest that is on disk or on its way; 0: none is */
  gboolean    writing;
  gboolean    failed;   /* the disk refused one: it was said, and isn't tried again */
  gboolean    keep;     /* the project closes */
  /* Of one that was interrupted. */
  guint       epoch;    /* 0: none */
  guint       n_interrupted;
  CvrJob     *reading;  /* NULL: none */
};

static void
waiting_free (Waiting *waiting)
{
  g_bytes_unref (waiting->bytes);
  g_clear_pointer (&waiting->history, cvr_history_free);
  cvr_model_unref (waiting->model);
  g_free (waiting);
}

static guint64
running (CvrCheckpointing *self)
{
  return self->project->notebook->running;
}

static guint64
limit_of (CvrCheckpointing *self,
          CvrModel         *coming) /* nullable */
{
  return self->has_limit ? self->limit : cvr_epochs_usual_limit (self->project->epochs, coming);
}

static void
put_checkpoint (CvrCheckpointing *self,
                CvrBatch         *batch)
{
  const CvrSettings *settings = cvr_training_get_settings (self->project->training);
  g_autofree char *tuned = settings != NULL ? cvr_settings_to_json (settings) : NULL;
  g_autoptr (GString) json = g_string_new ("{");

  self->size = g_bytes_get_size (self->waiting->bytes);
  cvr_json_add_uint (json, "run", running (self));
  cvr_json_add_uint (json, "epoch", self->waiting->epoch);
  cvr_json_add_uint (json, "n_epochs", self->n_epochs);
  cvr_json_add_bool (json, "go_on", self->go_on);
  cvr_json_add_string (json, "settings", tuned != NULL ? tuned : self->settings);
  cvr_json_add_string (json, "begun", self->settings);
  g_string_append_c (json, '}');
  cvr_batch_put (batch, "checkpoint", self->waiting->bytes);
  cvr_project_put_text (batch, "checkpoint/run", json->str);
}

static void
put_waiting (CvrCheckpointing *self,
             CvrBatch         *batch)
{
  CvrProject *project = self->project;
  g_autofree char *key = cvr_notebook_dup_key (running (self), "history");

  cvr_notebook_update (project->notebook, cvr_training_get_history (project->training), batch);
  if (g_bytes_get_size (self->waiting->bytes) <= limit_of (self, self->waiting->model))
    put_checkpoint (self, batch);
  cvr_project_put_history (batch, key, g_steal_pointer (&self->waiting->history));
  cvr_project_put_epoch (project, batch, running (self), self->waiting->epoch,
                         self->waiting->model);
  g_clear_pointer (&self->waiting, waiting_free);
}

static void write_waiting (CvrCheckpointing *self);

/* CvrProjectKept */
static void
written_cb (const GError *error,
            gpointer      data)
{
  CvrCheckpointing *self = data;

  self->writing = FALSE;
  self->failed = self->failed || error != NULL;
  cvr_training_checkpoint_kept (self->project->training);
  write_waiting (self);
}

static void
write_waiting (CvrCheckpointing *self)
{
  CvrBatch *batch;
  guint epoch;

  if (self->waiting == NULL || self->writing || self->failed || self->settings == NULL)
    return;

  batch = cvr_batch_new ();
  epoch = self->waiting->epoch;
  put_waiting (self, batch);
  self->writing = TRUE;
  cvr_project_commit_epoch (self->project, batch, running (self), epoch, written_cb, self);
}

/* The network before it learns. */
static void
write_beginning (CvrCheckpointing *self,
                 CvrModel         *model)
{
  CvrBatch *batch = cvr_batch_new ();

  cvr_project_put_epoch (self->project, batch, running (self), 0, model);
  cvr_project_commit_epoch (self->project, batch, running (self), 0, NULL, NULL);
}

/* CvrTrainingCheckpoint */
static void
checkpoint_cb (guint     epoch,
               GBytes   *checkpoint,
               CvrModel *model,
               gpointer  data)
{
  CvrCheckpointing *self = data;

  if (checkpoint == NULL)
    {
      /* After an epoch: one of more than 4 GiB. */
      if (epoch == 0 && self->settings != NULL)
        write_beginning (self, model);
      return;
    }
  if (self->settings == NULL || self->failed)
    {
      cvr_training_checkpoint_kept (self->project->training);
      return;
    }

  g_clear_pointer (&self->waiting, waiting_free);
  self->waiting = g_new0 (Waiting, 1);
  self->waiting->bytes = g_bytes_ref (checkpoint);
  self->waiting->epoch = epoch;
  self->waiting->history =
    cvr_history_copy (cvr_training_get_history (self->project->training), POINTS_OF_EPOCH);
  self->waiting->model = cvr_model_ref (model);
  write_waiting (self);
}

guint64
cvr_project_epochs_limit (CvrProject *self,
                          CvrModel   *coming)
{
  CvrCheckpointing *own = self->checkpointing;
  guint64 limit = limit_of (own, coming);

  return limit - MIN (limit, own->size);
}

CvrCheckpointing *
cvr_checkpointing_new (CvrProject *project)
{
  CvrCheckpointing *self = g_new0 (CvrCheckpointing, 1);

  self->project = project;
  cvr_training_set_checkpoint (project->training, checkpoint_cb, self);

  return self;
}

void
cvr_checkpointing_free (CvrCheckpointing *self)
{
  g_clear_pointer (&self->waiting, waiting_free);
  g_free (self->settings);
  g_free (self);
}

static void
remember_settings (CvrCheckpointing  *self,
                   const CvrSettings *settings,
                   gboolean           go_on)
{
  g_free (self->settings);
  self->settings = cvr_settings_to_json (settings);
  self->n_epochs = settings->epochs;
  self->go_on = go_on;
  self->failed = FALSE;
  self->keep = FALSE;
  self->epoch = 0;
}

static void
put_nothing (CvrCheckpointing *self,
             CvrBatch         *batch)
{
  static const char *const keys[] = { "checkpoint", "checkpoint/run", "checkpoint/history",
                                      "checkpoint/trained" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    cvr_batch_put (batch, keys[i], NULL);
  self->size = 0;
}

static void
begin_run (CvrProject        *self,
           const CvrSettings *settings,
           gboolean           go_on,
           CvrBatch          *batch)
{
  g_autofree char *key = NULL;

  cvr_notebook_begin (self->notebook, settings, go_on, self->training_with, batch);
  cvr_project_put_counters (self, batch);
  key = cvr_notebook_dup_key (self->notebook->running, "trained");
  cvr_project_put_trained (batch, key, self->training_with);
}

void
cvr_project_begin_checkpoints (CvrProject        *self,
                               const CvrSettings *settings,
                               gboolean           go_on)
{
  CvrBatch *batch = cvr_batch_new ();

  remember_settings (self->checkpointing, settings, go_on);
  put_nothing (self->checkpointing, batch);
  begin_run (self, settings, go_on, batch);
  cvr_project_commit (self, batch);
}

void
cvr_project_keep_checkpoint (CvrProject *self)
{
  self->checkpointing->keep = TRUE;
}

/* What it takes to go on is in the file, or comes there with @batch; the curve up to there too. */
static gboolean
keep_checkpoint (CvrCheckpointing *self,
                 CvrBatch         *batch)
{
  if (!self->keep)
    return FALSE;
  if (self->waiting != NULL && self->settings != NULL && !self->failed)
    put_waiting (self, batch);

  return self->size > 0;
}

CvrCardState
cvr_project_end_checkpoints (CvrProject *self,
                             CvrBatch   *batch)
{
  CvrCheckpointing *own = self->checkpointing;
  gboolean kept = keep_checkpoint (own, batch);

  if (!kept)
    {
      g_autofree char *key = cvr_notebook_dup_key (self->notebook->running, "history");

      put_nothing (own, batch);
      cvr_project_put_history (batch, key,
                               cvr_history_copy (cvr_training_get_history (self->training), 0));
    }
  g_clear_pointer (&own->waiting, waiting_free);
  g_clear_pointer (&own->settings, g_free);

  return own->keep ? CVR_CARD_INTERRUPTED : CVR_CARD_ENDED;
}

/* Going on */

typedef struct
{
  CvrKeeper  *keeper;
  /* Of the worker, then of the main thread. */
  GBytes     *bytes;
  CvrTrained *trained;
  CvrHistory *history;
  CvrSettings settings;
  CvrSettings begun;   /* before they were tuned */
  gboolean    go_on;
  guint64     run;     /* its card; 0: of an older project */
} Resuming;

static void
resuming_free (gpointer data)
{
  Resuming *resuming = data;

  cvr_keeper_unref (resuming->keeper);
  g_clear_pointer (&resuming->bytes, g_bytes_unref);
  g_clear_pointer (&resuming->trained, cvr_trained_unref);
  g_clear_pointer (&resuming->history, cvr_history_free);
  g_free (resuming);
}

static gboolean
read_run (const char  *text,
          guint64     *run,
          guint       *epoch,
          guint       *n_epochs,
          gboolean    *go_on,
          CvrSettings *settings,
          CvrSettings *begun)
{
  g_autoptr (JsonObject) object =
    text != NULL ? cvr_json_parse_object (text, "checkpoint", NULL) : NULL;
  const char *kept = NULL, *first = NULL;

  *settings = cvr_settings_default ();
  *run = 0;

  return object != NULL && cvr_json_get_uint64 (object, "run", run, NULL) &&
         cvr_json_get_uint (object, "epoch", epoch, NULL) &&
         cvr_json_get_uint (object, "n_epochs", n_epochs, NULL) &&
         cvr_json_get_bool (object, "go_on", go_on, NULL) &&
         cvr_json_get_string (object, "settings", &kept, NULL) && kept != NULL && *epoch > 0 &&
         cvr_json_get_string (object, "begun", &first, NULL) &&
         cvr_settings_from_json (settings, kept, NULL) &&
         cvr_settings_from_json (begun, first != NULL ? first : kept, NULL);
}

static guint64
size_of_checkpoint (CvrKeeper *keeper)
{
  g_autoptr (GBytes) bytes = cvr_keeper_get (keeper, "checkpoint");

  return bytes != NULL ? g_bytes_get_size (bytes) : 0;
}

void
cvr_project_restore_checkpoint (CvrProject *self)
{
  CvrCheckpointing *own = self->checkpointing;
  g_autofree char *run = cvr_project_get_text (self->keeper, "checkpoint/run");
  g_autofree char *limit = cvr_project_get_text (self->keeper, "limit");
  CvrSettings settings, begun;
  CvrHistory *history;
  gboolean go_on = FALSE;
  guint64 id;

  own->has_limit =
    limit != NULL && g_ascii_string_to_unsigned (limit, 10, 0, G_MAXUINT64, &own->limit, NULL);
  if (self->read_only ||
      !read_run (run, &id, &own->epoch, &own->n_interrupted, &go_on, &settings, &begun))
    {
      own->epoch = 0;
      return;
    }
  own->size = size_of_checkpoint (self->keeper);
  if (id > 0)
    return; /* the curve is that of its card */
  history = cvr_project_read_history (self->keeper, "checkpoint/history", NULL);
  if (history != NULL)
    cvr_training_restore (self->training, history, NULL, own->n_interrupted);
}

gboolean
cvr_project_get_interrupted (CvrProject *self,
                             guint      *epoch,
                             guint      *n_epochs)
{
  *epoch = self->checkpointing->epoch;
  *n_epochs = self->checkpointing->n_interrupted;

  return *epoch > 0;
}

/* Worker. */
static gpointer
read_func (CvrJob  *job,
           gpointer data,
           GError **error)
{
  CvrKeeper *keeper = data;
  Resuming *self = g_new0 (Resuming, 1);
  g_autofree char *run = cvr_project_get_text (keeper, "checkpoint/run");
  gboolean known;
  guint epoch, n_epochs;

  self->keeper = cvr_keeper_ref (keeper);
  self->bytes = cvr_keeper_get (keeper, "checkpoint");
  known = read_run (run, &self->run, &epoch, &n_epochs, &self->go_on, &self->settings,
                    &self->begun);
  if (known && self->run > 0)
    {
      g_autofree char *trained = cvr_notebook_dup_key (self->run, "trained");
      g_autofree char *history = cvr_notebook_dup_key (self->run, "history");

      self->trained = cvr_project_read_trained (keeper, trained);
      self->history = cvr_project_read_history (keeper, history, NULL);
    }
  else
    {
      self->trained = cvr_project_read_trained (keeper, "checkpoint/trained");
      self->history = cvr_project_read_history (keeper, "checkpoint/history", NULL);
    }
  if (known && self->bytes != NULL && self->trained != NULL && self->history != NULL)
    return self;

  resuming_free (self);
  g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                       _("What is needed to go on with the training can't be read. Train from the "
                         "start."));

  return NULL;
}

static gboolean
same_classes (const CvrTrained *trained,
              CvrDataset       *dataset)
{
  guint n = cvr_dataset_n_classes (dataset);

  if (g_strv_length (trained->classes) != n)
    return FALSE;
  for (guint k = 0; k < n; k++)
    if (!g_str_equal (trained->classes[k], cvr_dataset_class_name (dataset, k)))
      return FALSE;

  return TRUE;
}

/* The pictures with the labels that they had then. */
static CvrDataset *
dataset_of_then (CvrProject       *self,
                 const CvrTrained *trained,
                 GError          **error)
{
  g_autoptr (CvrDataset) dataset = cvr_dataset_copy (cvr_project_active (self));
  guint n_found = 0;

  if (!same_classes (trained, dataset))
    {
      g_set_error_literal (error, NN_ERROR, NN_ERROR_DATA,
                           _("The classes have changed since the training was interrupted. Train "
                             "from the start."));
      return NULL;
    }
  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);
      const char *name = g_hash_table_lookup (trained->labels, &item->id);
      gint label = name != NULL ? cvr_dataset_find_class (dataset, name) : CVR_LABEL_NONE;

      n_found += name != NULL;
      if (item->label != label)
        cvr_dataset_set_label (dataset, i, label);
    }
  if (n_found == g_hash_table_size (trained->labels))
    return g_steal_pointer (&dataset);

  g_set_error_literal (error, NN_ERROR, NN_ERROR_DATA,
                       _("Pictures were removed since the training was interrupted. Train from "
                         "the start."));

  return NULL;
}

static gboolean
start_again (CvrProject *self,
             Resuming   *resuming,
             GError    **error)
{
  g_autoptr (CvrDataset) dataset = dataset_of_then (self, resuming->trained, error);
  CvrModel *from = resuming->go_on ? self->model : NULL;
  CvrBatch *batch;

  if (dataset == NULL ||
      !cvr_training_start_again (self->training, &resuming->settings, &resuming->begun, dataset,
                                 from, self->name, resuming->bytes,
                                 g_steal_pointer (&resuming->history), error))
    return FALSE;

  g_clear_pointer (&self->training_with, cvr_trained_unref);
  self->training_with = g_steal_pointer (&resuming->trained);
  remember_settings (self->checkpointing, &resuming->begun, resuming->go_on);
  batch = cvr_batch_new ();
  if (!cvr_notebook_begin_again (self->notebook, resuming->run, batch))
    begin_run (self, &resuming->begun, resuming->go_on, batch);
  cvr_project_commit (self, batch);

  return TRUE;
}

static void
read_cb (CvrJob       *job,
         gpointer      result,
         const GError *error,
         gpointer      data)
{
  CvrProject *self = data;
  Resuming *resuming = result;
  g_autoptr (GError) reason = NULL;

  self->checkpointing->reading = NULL;
  if (resuming != NULL && self->keeper != NULL)
    start_again (self, resuming, &reason);
  if (resuming != NULL)
    resuming_free (resuming);
  if (reason != NULL)
    cvr_project_fail (self, reason);
  else if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    cvr_project_fail (self, error);
}

static void
unref_keeper (gpointer keeper)
{
  cvr_keeper_unref (keeper);
}

void
cvr_project_resume_training (CvrProject *self)
{
  CvrCheckpointing *own = self->checkpointing;

  g_return_if_fail (self->keeper != NULL);

  if (own->epoch == 0 || own->reading != NULL || cvr_project_get_occupation (self) != NULL)
    return;

  own->reading = cvr_job_start (_("Going on with the training"), read_func,
                                cvr_keeper_ref (self->keeper), unref_keeper, G_OBJECT (self),
                                read_cb, self, resuming_free);
  cvr_project_track_job (self, own->reading);
}

guint64
cvr_project_get_checkpoint_limit (CvrProject *self)
{
  return limit_of (self->checkpointing, NULL);
}

void
cvr_project_set_checkpoint_limit (CvrProject *self,
                                  guint64     bytes)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, bytes);
  CvrBatch *batch;

  self->checkpointing->limit = bytes;
  self->checkpointing->has_limit = TRUE;
  if (self->read_only)
    return;
  batch = cvr_batch_new ();
  cvr_project_put_text (batch, "limit", text);
  cvr_project_thin_epochs (self, batch);
  cvr_project_commit (self, batch);
}
