/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads stored epochs for a slider that is dragged: one at a time, always the newest next. */
#include "cvr-epochs-reader.h"

#include "cvr-job.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  CvrKeeper *keeper;
  guint64    run, serial;
  guint      epoch;
} Request;

struct _CvrEpochReader
{
  CvrEpochs    *epochs;
  CvrEpochReady ready;
  gpointer      data;
  GObject      *owner;   /* of the jobs: gone with the reader */
  CvrJob       *job;     /* NULL: nothing is being read */
  guint64       serial;  /* of the newest that was asked for */
  guint64       shown;   /* of the newest that @ready was called for */
  guint64       run;     /* what is asked for */
  guint         epoch;
  Request       reading; /* what the job reads */
};

CvrEpochReader *
cvr_epoch_reader_new (CvrEpochs    *epochs,
                      CvrEpochReady ready,
                      gpointer      data)
{
  CvrEpochReader *self = g_new0 (CvrEpochReader, 1);

  self->epochs = g_object_ref (epochs);
  self->ready = ready;
  self->data = data;
  self->owner = g_object_new (G_TYPE_OBJECT, NULL);

  return self;
}

void
cvr_epoch_reader_free (CvrEpochReader *self)
{
  if (self == NULL)
    return;

  if (self->job != NULL)
    cvr_job_cancel (self->job);
  g_object_unref (self->owner);
  g_object_unref (self->epochs);
  g_free (self);
}

gboolean
cvr_epoch_reader_is_busy (CvrEpochReader *self)
{
  return self->job != NULL;
}

static void
request_free (gpointer data)
{
  Request *request = data;

  cvr_keeper_unref (request->keeper);
  g_free (request);
}

/* Worker. */
static gpointer
read_func (CvrJob  *job,
           gpointer data,
           GError **error)
{
  const Request *request = data;

  return cvr_epochs_read_model (request->keeper, request->run, request->epoch, error);
}

static void begin (CvrEpochReader *self);

/* What is shown meanwhile makes a drag smooth, as long as nothing newer was. */
static void
read_cb (CvrJob       *job,
         gpointer      result,
         const GError *error,
         gpointer      data)
{
  CvrEpochReader *self = data;
  g_autoptr (CvrModel) model = result;
  Request done = self->reading;

  self->job = NULL;
  if (model != NULL)
    cvr_epochs_remember (self->epochs, done.run, done.epoch, model);
  if (self->serial > done.serial && self->shown < self->serial &&
      cvr_epochs_keeper (self->epochs) != NULL)
    begin (self);
  if (done.serial > self->shown)
    {
      self->shown = done.serial;
      self->ready (done.run, done.epoch, model, error, self->data);
    }
}

static void
begin (CvrEpochReader *self)
{
  Request *request = g_new0 (Request, 1);

  request->keeper = cvr_keeper_ref (cvr_epochs_keeper (self->epochs));
  request->run = self->run;
  request->epoch = self->epoch;
  request->serial = self->serial;
  self->reading = *request;
  self->job = cvr_job_start (_("Reading the network"), read_func, request, request_free,
                             self->owner, read_cb, self, (GDestroyNotify) cvr_model_unref);
}

/**
 * cvr_epoch_reader_ask:
 *
 * The function of cvr_epoch_reader_new() is called with it, at once or later; where something newer
 * is asked for before, perhaps not at all.
 */
void
cvr_epoch_reader_ask (CvrEpochReader *self,
                      guint64         run,
                      guint           epoch)
{
  CvrModel *found = cvr_epochs_recall (self->epochs, run, epoch);
  g_autoptr (CvrModel) model = found != NULL ? cvr_model_ref (found) : NULL;

  if (cvr_epochs_keeper (self->epochs) == NULL)
    return;

  self->serial++;
  self->run = run;
  self->epoch = epoch;
  if (model == NULL)
    {
      if (self->job == NULL)
        begin (self);
      return;
    }
  self->shown = self->serial;
  self->ready (run, epoch, model, NULL, self->data);
}
