/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An open project with its place. */
#include "cvr-document-private.h"

#include "cvr-document-files.h"
#include "cvr-document-mark.h"
#include "cvr-job-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  SAVE_AFTER_S = 60, /* after the first change that the file doesn't have */
  RENEW_S = 30,      /* as cvr_lock_renew() wants it */
};

/* Somebody waits for a save. */
typedef struct
{
  GFile           *file;
  gboolean         over;      /* whatever is there */
  gboolean         automatic;
  CvrDocumentSaved done;
  gpointer         data;
} Request;

G_DEFINE_FINAL_TYPE (CvrDocument, cvr_document, G_TYPE_OBJECT)

enum { CHANGED, FAILED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void next_request (CvrDocument *self);
static void listed_cb (CvrDocument *self);

static void
request_free (Request *request)
{
  g_object_unref (request->file);
  g_free (request);
}

gboolean
cvr_document_is_dirty (CvrDocument *self)
{
  return self->changes != self->saved;
}

static void
emit_changed (CvrDocument *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
renew_cb (gpointer data)
{
  CvrDocument *self = data;

  cvr_lock_renew (self->lock);

  return G_SOURCE_CONTINUE;
}

static gboolean
save_cb (gpointer data)
{
  CvrDocument *self = data;

  self->save_timer = 0;
  if (self->file != NULL && cvr_document_is_dirty (self) && !self->conflict && self->job == NULL)
    {
      Request *request = g_new0 (Request, 1);

      request->file = g_object_ref (self->file);
      request->automatic = TRUE;
      g_queue_push_tail (&self->requests, request);
      next_request (self);
    }

  return G_SOURCE_REMOVE;
}

void
cvr_document_schedule_save (CvrDocument *self)
{
  if (self->save_timer == 0 && self->project != NULL && self->file != NULL && !self->conflict &&
      cvr_document_is_dirty (self))
    self->save_timer = g_timeout_add_seconds (SAVE_AFTER_S, save_cb, self);
}

/* The project changed, on disk. */
static void
touched_cb (CvrDocument *self)
{
  gboolean was_dirty = cvr_document_is_dirty (self);
  const CvrDocumentInfo *info =
    self->documents != NULL ? cvr_documents_find (self->documents, self->id) : NULL;

  if (self->lock == NULL)
    return;
  self->changes++;
  if (info != NULL)
    {
      cvr_documents_set_dirty (self->documents, self->id, TRUE);
      cvr_documents_set_title (self->documents, self->id, cvr_project_get_name (self->project),
                               FALSE);
    }
  cvr_document_schedule_save (self);
  if (!was_dirty)
    emit_changed (self);
}

static void
cvr_document_dispose (GObject *object)
{
  cvr_document_close (CVR_DOCUMENT (object));

  G_OBJECT_CLASS (cvr_document_parent_class)->dispose (object);
}

static void
cvr_document_finalize (GObject *object)
{
  CvrDocument *self = CVR_DOCUMENT (object);

  g_clear_object (&self->documents);
  g_clear_object (&self->file);
  g_free (self->id);
  g_free (self->path);
  g_free (self->look);
  g_free (self->aside);
  g_free (self->etag);

  G_OBJECT_CLASS (cvr_document_parent_class)->finalize (object);
}

static void
cvr_document_class_init (CvrDocumentClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cvr_document_dispose;
  G_OBJECT_CLASS (klass)->finalize = cvr_document_finalize;
  signals[CHANGED] = g_signal_new ("changed", CVR_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", CVR_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
cvr_document_init (CvrDocument *self)
{
  g_queue_init (&self->requests);
}

void
cvr_document_watch (CvrDocument *self)
{
  static const char *const names[] = { "images-changed", "classes-changed", "settings-changed",
                                       "model-changed", "undo-changed",
                                       "results-changed" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_signal_connect_object (self->project, names[i], G_CALLBACK (touched_cb), self,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (self->project, "saving-changed", G_CALLBACK (next_request), self,
                           G_CONNECT_SWAPPED);
  if (self->lock != NULL)
    self->renew_timer = g_timeout_add_seconds (RENEW_S, renew_cb, self);
  if (self->documents != NULL)
    g_signal_connect_object (self->documents, "changed", G_CALLBACK (listed_cb), self,
                             G_CONNECT_SWAPPED);
}

CvrProject *
cvr_document_get_project (CvrDocument *self)
{
  return self->project;
}

const char *
cvr_document_get_id (CvrDocument *self)
{
  return self->id;
}

const char *
cvr_document_get_path (CvrDocument *self)
{
  return self->path;
}

GFile *
cvr_document_get_file (CvrDocument *self)
{
  return self->file;
}

gint64
cvr_document_get_since (CvrDocument *self)
{
  return self->since;
}

const char *
cvr_document_get_aside (CvrDocument *self)
{
  return self->aside;
}

CvrDocumentState
cvr_document_get_state (CvrDocument *self)
{
  if (self->project != NULL && cvr_project_is_read_only (self->project))
    return CVR_DOCUMENT_READ_ONLY;
  if (self->job != NULL)
    return CVR_DOCUMENT_SAVING;
  if (self->file == NULL)
    return CVR_DOCUMENT_LOCAL;
  if (self->conflict)
    return CVR_DOCUMENT_CONFLICT;

  return cvr_document_is_dirty (self) ? CVR_DOCUMENT_UNSAVED : CVR_DOCUMENT_SAVED;
}

gboolean
cvr_document_needs_save (CvrDocument *self)
{
  return self->project != NULL && self->lock != NULL && self->file != NULL && !self->conflict &&
         (cvr_document_is_dirty (self) || cvr_project_is_saving (self->project));
}

/* Saving */

static void
remember_saved (CvrDocument *self,
                GFile       *file,
                const char  *etag)
{
  g_autofree char *uri = g_file_get_uri (file);

  g_set_object (&self->file, file);
  g_free (self->etag);
  self->etag = g_strdup (etag);
  self->conflict = FALSE;
  self->saved = self->saving;
  if (self->documents == NULL)
    return;

  cvr_documents_set_link (self->documents, self->id, uri, etag);
  cvr_documents_set_dirty (self->documents, self->id, cvr_document_is_dirty (self));
  /* Not the time now: the disk may have a change already that is still to be told of. */
  if (!cvr_document_is_dirty (self))
    cvr_documents_put_stamp (self->documents, self->id, self->stamp);
}

static void
saved_cb (CvrJob       *job,
          gpointer      result,
          const GError *error,
          gpointer      data)
{
  CvrDocument *self = data;
  g_autofree char *etag = result;
  Request *request = g_steal_pointer (&self->request);

  g_object_ref (self);
  g_clear_object (&self->job);
  if (error == NULL)
    remember_saved (self, request->file, etag);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WRONG_ETAG))
    self->conflict = TRUE;
  if (request->done != NULL)
    request->done (error, request->data);
  else if (error != NULL && request->automatic &&
           !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[FAILED], 0, error->message);
  request_free (request);
  /* Closed by whoever waited for it: nothing more to do. */
  next_request (self);
  cvr_document_schedule_save (self);
  if (self->project != NULL)
    emit_changed (self);
  g_object_unref (self);
}

static void
next_request (CvrDocument *self)
{
  g_autofree char *temporary = NULL;
  g_autofree char *mark = NULL;
  Request *request;

  /* What memory has and the disk doesn't yet is part of it: "saving-changed" comes back here. */
  if (self->job != NULL || self->project == NULL || g_queue_is_empty (&self->requests) ||
      cvr_project_is_saving (self->project))
    return;

  request = g_queue_pop_head (&self->requests);
  self->request = request;
  self->saving = self->changes;
  if (self->documents != NULL)
    self->stamp = cvr_documents_read_stamp (self->documents, self->id);
  temporary = g_strconcat (self->path, ".saving", NULL);
  mark = cvr_document_mark_path (self->path);
  self->job = g_object_ref (cvr_document_files_save (
    cvr_project_keeper (self->project), request->file, request->over ? NULL : self->etag,
    temporary, mark, G_OBJECT (self), saved_cb, self));
  g_clear_handle_id (&self->save_timer, g_source_remove);
  emit_changed (self);
}

static void
request_save (CvrDocument     *self,
              GFile           *file,
              gboolean         over,
              CvrDocumentSaved done,
              gpointer         data)
{
  Request *request = g_new0 (Request, 1);

  request->file = g_object_ref (file);
  request->over = over;
  request->done = done;
  request->data = data;
  g_queue_push_tail (&self->requests, request);
  next_request (self);
}

void
cvr_document_save (CvrDocument     *self,
                   gboolean         over,
                   CvrDocumentSaved done,
                   gpointer         data)
{
  g_return_if_fail (self->project != NULL && self->file != NULL);

  request_save (self, self->file, over, done, data);
}

void
cvr_document_save_as (CvrDocument     *self,
                      GFile           *file,
                      CvrDocumentSaved done,
                      gpointer         data)
{
  g_return_if_fail (self->project != NULL);

  request_save (self, file, TRUE, done, data);
}

CvrJob *
cvr_document_get_job (CvrDocument *self)
{
  return self->job;
}

void
cvr_document_stop_saving (CvrDocument *self)
{
  g_autoptr (GError) cancelled =
    g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled."));
  Request *request;

  g_clear_handle_id (&self->save_timer, g_source_remove);
  while ((request = g_queue_pop_head (&self->requests)) != NULL)
    {
      if (request->done != NULL)
        request->done (cancelled, request->data);
      request_free (request);
    }
  if (self->job != NULL)
    {
      g_autoptr (CvrJob) job = g_object_ref (self->job);

      cvr_job_cancel_and_wait (job);
    }
}

/* Another live project has taken over the file: this one must not write there any more. */
static void
listed_cb (CvrDocument *self)
{
  const CvrDocumentInfo *info = cvr_documents_find (self->documents, self->id);

  if (self->project == NULL || self->file == NULL || info == NULL || info->uri != NULL)
    return;
  g_clear_object (&self->file);
  g_clear_pointer (&self->etag, g_free);
  self->conflict = FALSE;
  cvr_document_stop_saving (self);
  emit_changed (self);
}

void
cvr_document_close (CvrDocument *self)
{
  gboolean was_same;

  if (self->project == NULL)
    return;

  cvr_document_stop_saving (self);
  g_clear_handle_id (&self->save_timer, g_source_remove);
  g_clear_handle_id (&self->renew_timer, g_source_remove);
  cvr_project_close (self->project);
  was_same = self->lock != NULL && !cvr_document_is_dirty (self);
  g_signal_handlers_disconnect_by_data (self->project, self);
  g_clear_object (&self->project);
  if (self->documents != NULL && was_same)
    cvr_documents_set_stamp (self->documents, self->id);
  g_clear_pointer (&self->lock, cvr_lock_release);
  if (self->look != NULL)
    cvr_document_files_forget (self->look);
}
