/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening a document: what takes time may be done beside the main thread. */
#include "cvr-document-private.h"

#include "cvr-document-files.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static CvrProject *
open_look (CvrDocument *self,
           GError     **error)
{
  CvrProject *project;

  self->since = cvr_lock_since (self->path);
  self->look = cvr_document_files_look (self->path, error);
  if (self->look == NULL)
    return NULL;
  project = cvr_project_prepare_read_only (self->look, error);
  if (project == NULL)
    cvr_document_files_forget (self->look);

  return project;
}

/* The newest of what cvr_project_prepare() sets aside beside the live file. */
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

/* Any thread: nobody else looks at @self yet. */
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
  project = cvr_project_prepare (self->path, &said, error);
  if (said != NULL)
    self->aside = find_aside (self->path);
  if (warning != NULL)
    *warning = g_steal_pointer (&said);

  return project;
}

/* Any thread. */
static gboolean
open_document (CvrDocument *self,
               char       **warning,
               GError     **error)
{
  if (warning != NULL)
    *warning = NULL;
  self->project = open_live (self, warning, error);
  if (self->project == NULL)
    g_clear_pointer (&self->lock, cvr_lock_release);

  return self->project != NULL;
}

/* @id nullable: then @path is that of the live file. */
static CvrDocument *
new_document (CvrDocuments *documents,
              const char   *id,
              const char   *path)
{
  CvrDocument *self = g_object_new (CVR_TYPE_DOCUMENT, NULL);

  if (id == NULL)
    {
      self->path = g_strdup (path);
      return self;
    }
  self->documents = g_object_ref (documents);
  self->id = g_strdup (id);
  self->path = cvr_documents_path (documents, id);

  return self;
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

/* What it is in the list. */
static void
begin_listed (CvrDocument *self,
              gboolean     unsaved)
{
  CvrDocuments *documents = self->documents;
  const CvrDocumentInfo *info;

  take_info (self, unsaved);
  info = cvr_documents_find (documents, self->id);
  if (self->lock != NULL)
    {
      if (info->renamed)
        cvr_project_set_name (self->project, info->title);
      else
        cvr_documents_set_title (documents, self->id, cvr_project_get_name (self->project), FALSE);
      if (!cvr_document_is_dirty (self) && self->file != NULL)
        cvr_documents_set_stamp (documents, self->id);
    }
  cvr_documents_touch (documents, self->id);
  cvr_document_schedule_save (self);
}

/* The main thread's part of opening. */
static void
begin (CvrDocument *self,
       gboolean     unsaved)
{
  cvr_project_begin (self->project);
  if (self->id != NULL)
    begin_listed (self, unsaved);
  cvr_document_watch (self);
}

static CvrDocument *
open_at_once (CvrDocument *document, /* (transfer full) */
              gboolean     unsaved,
              char       **warning,
              GError     **error)
{
  g_autoptr (CvrDocument) self = document;

  if (!open_document (self, warning, error))
    return NULL;
  begin (self, unsaved);

  return g_steal_pointer (&self);
}

CvrDocument *
cvr_document_open_path (const char *path,
                        char      **warning,
                        GError    **error)
{
  return open_at_once (new_document (NULL, NULL, path), FALSE, warning, error);
}

CvrDocument *
cvr_document_open (CvrDocuments *documents,
                   const char   *id,
                   char        **warning,
                   GError      **error)
{
  return open_at_once (new_document (documents, id, NULL),
                       cvr_documents_is_unsaved (documents, id), warning, error);
}

/* Beside the main thread */

typedef struct
{
  CvrDocument        *document;
  gboolean            unsaved;
  char               *warning;
  CvrDocumentReady    ready;
  gpointer            data;
} Start;

static void
start_free (Start *start)
{
  g_clear_object (&start->document);
  g_free (start->warning);
  g_free (start);
}

/* Worker. */
static gpointer
start_func (CvrJob  *job,
            gpointer data,
            GError **error)
{
  Start *start = data;

  return open_document (start->document, &start->warning, error) ? start : NULL;
}

static void
started_cb (CvrJob       *job,
            gpointer      result,
            const GError *error,
            gpointer      data)
{
  Start *start = data;

  /* A cancel may come when it is open already: the object then closes it. */
  if (error == NULL)
    begin (start->document, start->unsaved);
  start->ready (error == NULL ? g_steal_pointer (&start->document) : NULL, start->warning, error,
                start->data);
  start_free (start);
}

CvrJob *
cvr_document_start_opening (CvrDocuments    *documents,
                            const char      *id,
                            const char      *path,
                            CvrDocumentReady ready,
                            gpointer         data)
{
  Start *start = g_new0 (Start, 1);

  start->document = new_document (documents, id, path);
  start->unsaved = id != NULL && cvr_documents_is_unsaved (documents, id);
  start->ready = ready;
  start->data = data;

  return cvr_job_start (_("Opening a project"), start_func, start, NULL, NULL, started_cb, start,
                        NULL);
}

/* Saving one that isn't open */

typedef struct
{
  CvrDocuments    *documents;
  CvrDocument     *document; /* NULL: not open yet */
  GFile           *file;
  char            *first;    /* the one opened last stays the first of the list; NULL: none */
  CvrDocumentSaved done;
  gpointer         data;
} Copying;

/* What is left to do; a document can't be closed from inside its own callback. */
static gboolean
end_copying_cb (gpointer data)
{
  Copying *self = data;

  if (self->document != NULL)
    cvr_document_close (self->document);
  g_clear_object (&self->document);
  g_object_unref (self->documents);
  g_object_unref (self->file);
  g_free (self->first);
  g_free (self);

  return G_SOURCE_REMOVE;
}

static void
copied_cb (const GError *error,
           gpointer      data)
{
  Copying *self = data;

  self->done (error, self->data);
  g_idle_add (end_copying_cb, self);
}

/* CvrDocumentReady */
static void
open_for_copying_cb (CvrDocument  *document,
                     const char   *warning,
                     const GError *error,
                     gpointer      data)
{
  Copying *self = data;
  g_autoptr (GError) locked = NULL;

  self->document = document;
  if (self->first != NULL)
    cvr_documents_touch (self->documents, self->first);
  if (document != NULL && cvr_document_get_state (document) == CVR_DOCUMENT_READ_ONLY)
    locked = g_error_new_literal (CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_LOCKED,
                                  _("The project is open in another window: save it there."));
  if (error != NULL || locked != NULL)
    copied_cb (error != NULL ? error : locked, self);
  else
    cvr_document_save_as (document, self->file, copied_cb, self);
}

CvrJob *
cvr_documents_save_as (CvrDocuments    *documents,
                       const char      *id,
                       GFile           *file,
                       CvrDocumentSaved done,
                       gpointer         data)
{
  const CvrDocumentInfo *first = cvr_documents_get (documents, 0);
  Copying *self = g_new0 (Copying, 1);

  self->documents = g_object_ref (documents);
  self->file = g_object_ref (file);
  self->first = first != NULL ? g_strdup (first->id) : NULL;
  self->done = done;
  self->data = data;

  return cvr_document_start_opening (documents, id, NULL, open_for_copying_cb, self);
}
