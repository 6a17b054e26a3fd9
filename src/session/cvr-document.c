/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An open project with its place. */
#include "cvr-document.h"

#include "cvr-document-files.h"
#include "cvr-job-private.h"
#include "cvr-lock.h"

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

struct _CvrDocument
{
  GObject       parent_instance;
  CvrDocuments *documents;  /* NULL: opened by its path */
  char         *id;
  char         *path;       /* the live file */
  char         *look;       /* read only: our private copy of it */
  char         *aside;
  CvrLock      *lock;       /* NULL: read only */
  gint64        since;
  CvrProject   *project;    /* NULL once closed */

  GFile        *file;       /* NULL: none */
  char         *etag;
  gboolean      conflict;
  guint64       changes;    /* counted since it was opened */
  guint64       saved;      /* of these the file has */
  guint64       saving;     /* of these the save under way has */
  CvrJob       *job;        /* the save under way, held; NULL: none */
  Request      *request;    /* its */
  GQueue        requests;   /* of Request, those behind it */
  guint         save_timer, renew_timer;
};

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

static gboolean
is_dirty (CvrDocument *self)
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
  if (self->file != NULL && is_dirty (self) && !self->conflict && self->job == NULL)
    {
      Request *request = g_new0 (Request, 1);

      request->file = g_object_ref (self->file);
      request->automatic = TRUE;
      g_queue_push_tail (&self->requests, request);
      next_request (self);
    }

  return G_SOURCE_REMOVE;
}

static void
schedule_save (CvrDocument *self)
{
  if (self->save_timer == 0 && self->project != NULL && self->file != NULL && !self->conflict &&
      is_dirty (self))
    self->save_timer = g_timeout_add_seconds (SAVE_AFTER_S, save_cb, self);
}

/* The project changed, on disk. */
static void
touched_cb (CvrDocument *self)
{
  gboolean was_dirty = is_dirty (self);
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
  schedule_save (self);
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

/* Opening */

static CvrProject *
open_look (CvrDocument *self,
           GError     **error)
{
  CvrProject *project;

  self->since = cvr_lock_since (self->path);
  self->look = cvr_document_files_look (self->path, error);
  if (self->look == NULL)
    return NULL;
  project = cvr_project_open_read_only (self->look, error);
  if (project == NULL)
    cvr_document_files_forget (self->look);

  return project;
}

/* The newest of what cvr_project_open() sets aside beside the live file. */
static char *
find_aside (const char *path)
{
  g_autofree char *stem = g_str_has_suffix (path, ".convisor")
                            ? g_strndup (path, strlen (path) - strlen (".convisor"))
                            : g_strdup (path);
  char *newest = NULL;

  for (guint i = 1;; i++)
    {
      char *aside = g_strdup_printf ("%s-aside-%u.convisor", stem, i);

      if (!g_file_test (aside, G_FILE_TEST_EXISTS))
        {
          g_free (aside);
          return newest;
        }
      g_free (newest);
      newest = aside;
    }
}

static CvrProject *
open_live (CvrDocument *self,
           char       **warning,
           GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *said = NULL;
  g_autoptr (GError) reason = NULL;
  CvrProject *project;

  g_mkdir_with_parents (folder, 0700);
  self->lock = cvr_lock_take (self->path, &reason);
  if (self->lock == NULL && g_error_matches (reason, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_LOCKED))
    return open_look (self, error);
  if (self->lock == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return NULL;
    }
  project = cvr_project_open (self->path, &said, error);
  if (said != NULL)
    self->aside = find_aside (self->path);
  if (warning != NULL)
    *warning = g_steal_pointer (&said);

  return project;
}

static void
watch (CvrDocument *self)
{
  static const char *const names[] = { "images-changed", "classes-changed", "settings-changed",
                                       "model-changed", "undo-changed" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_signal_connect_object (self->project, names[i], G_CALLBACK (touched_cb), self,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (self->project, "saving-changed", G_CALLBACK (next_request), self,
                           G_CONNECT_SWAPPED);
  if (self->lock != NULL)
    self->renew_timer = g_timeout_add_seconds (RENEW_S, renew_cb, self);
}

static gboolean
open_document (CvrDocument *self,
               char       **warning,
               GError     **error)
{
  if (warning != NULL)
    *warning = NULL;
  self->project = open_live (self, warning, error);
  if (self->project == NULL)
    {
      g_clear_pointer (&self->lock, cvr_lock_release);
      return FALSE;
    }
  watch (self);

  return TRUE;
}

CvrDocument *
cvr_document_open_path (const char *path,
                        char      **warning,
                        GError    **error)
{
  g_autoptr (CvrDocument) self = g_object_new (CVR_TYPE_DOCUMENT, NULL);

  self->path = g_strdup (path);

  return open_document (self, warning, error) ? g_steal_pointer (&self) : NULL;
}

/* What the index says of it. @unsaved: before it was opened. */
static void
take_info (CvrDocument *self,
           gboolean     unsaved)
{
  const CvrDocumentInfo *info = cvr_documents_find (self->documents, self->id);

  if (info == NULL)
    {
      cvr_documents_add_id (self->documents, self->id, cvr_project_get_name (self->project));
      return;
    }
  if (info->uri != NULL)
    self->file = g_file_new_for_uri (info->uri);
  self->etag = g_strdup (info->etag);
  if (info->uri != NULL && self->lock != NULL && unsaved)
    self->changes = 1;
}

CvrDocument *
cvr_document_open (CvrDocuments *documents,
                   const char   *id,
                   char        **warning,
                   GError      **error)
{
  g_autoptr (CvrDocument) self = g_object_new (CVR_TYPE_DOCUMENT, NULL);
  const CvrDocumentInfo *info;
  gboolean unsaved;

  self->documents = g_object_ref (documents);
  self->id = g_strdup (id);
  self->path = cvr_documents_path (documents, id);
  unsaved = cvr_documents_is_unsaved (documents, id);
  if (!open_document (self, warning, error))
    return NULL;
  take_info (self, unsaved);
  info = cvr_documents_find (documents, self->id);
  if (self->lock != NULL)
    {
      if (info->renamed)
        cvr_project_set_name (self->project, info->title);
      else
        cvr_documents_set_title (documents, self->id, cvr_project_get_name (self->project), FALSE);
      if (!is_dirty (self) && self->file != NULL)
        cvr_documents_set_stamp (documents, self->id);
    }
  cvr_documents_touch (documents, self->id);
  g_signal_connect_object (documents, "changed", G_CALLBACK (listed_cb), self, G_CONNECT_SWAPPED);
  schedule_save (self);

  return g_steal_pointer (&self);
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

  return is_dirty (self) ? CVR_DOCUMENT_UNSAVED : CVR_DOCUMENT_SAVED;
}

gboolean
cvr_document_needs_save (CvrDocument *self)
{
  return self->project != NULL && self->lock != NULL && self->file != NULL && !self->conflict &&
         (is_dirty (self) || cvr_project_is_saving (self->project));
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
  cvr_documents_set_dirty (self->documents, self->id, is_dirty (self));
  if (!is_dirty (self))
    cvr_documents_set_stamp (self->documents, self->id);
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
  schedule_save (self);
  if (self->project != NULL)
    emit_changed (self);
  g_object_unref (self);
}

static void
next_request (CvrDocument *self)
{
  g_autofree char *temporary = NULL;
  Request *request;

  /* What memory has and the disk doesn't yet is part of it: "saving-changed" comes back here. */
  if (self->job != NULL || self->project == NULL || g_queue_is_empty (&self->requests) ||
      cvr_project_is_saving (self->project))
    return;

  request = g_queue_pop_head (&self->requests);
  self->request = request;
  self->saving = self->changes;
  temporary = g_strconcat (self->path, ".saving", NULL);
  self->job = g_object_ref (cvr_document_files_save (
    cvr_project_keeper (self->project), request->file, request->over ? NULL : self->etag,
    temporary, G_OBJECT (self), saved_cb, self));
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

static void
stop_saving (CvrDocument *self)
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
  stop_saving (self);
  emit_changed (self);
}

void
cvr_document_close (CvrDocument *self)
{
  gboolean was_same;

  if (self->project == NULL)
    return;

  stop_saving (self);
  g_clear_handle_id (&self->save_timer, g_source_remove);
  g_clear_handle_id (&self->renew_timer, g_source_remove);
  cvr_project_close (self->project);
  was_same = self->lock != NULL && !is_dirty (self);
  g_signal_handlers_disconnect_by_data (self->project, self);
  g_clear_object (&self->project);
  if (self->documents != NULL && was_same)
    cvr_documents_set_stamp (self->documents, self->id);
  g_clear_pointer (&self->lock, cvr_lock_release);
  if (self->look != NULL)
    cvr_document_files_forget (self->look);
}
