/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An open project with its place: the live file and its lock, and the file that people see, to which
 * it is saved. */
#pragma once

#include "cvr-documents.h"
#include "cvr-project.h"

G_BEGIN_DECLS

typedef enum
{
  CVR_DOCUMENT_LOCAL,     /* saved to no file: all of it is on this computer */
  CVR_DOCUMENT_SAVED,
  CVR_DOCUMENT_UNSAVED,   /* changes that the file doesn't have yet */
  CVR_DOCUMENT_SAVING,
  CVR_DOCUMENT_CONFLICT,  /* somebody else changed the file: it isn't touched until one says so */
  CVR_DOCUMENT_READ_ONLY, /* another window writes the project */
} CvrDocumentState;

#define CVR_TYPE_DOCUMENT (cvr_document_get_type ())
G_DECLARE_FINAL_TYPE (CvrDocument, cvr_document, CVR, DOCUMENT, GObject)

/* Main thread. Signals: "changed" (state, title or file), "failed" (const char *sentence: what was
 * saved by itself could not be saved). */
/* @id: an entry of @documents; its file is made where there is none. @warning: as of
 * cvr_project_open(). Blocks. Where another window has it, it opens as a copy that can only be looked at. */
CvrDocument *cvr_document_open      (CvrDocuments *documents, const char *id, char **warning,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* That very file is the live one. */
CvrDocument *cvr_document_open_path (const char *path, char **warning,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* From the main loop, once. @document: (transfer full); NULL with @error. @warning: nullable;
 * borrowed. */
typedef void (*CvrDocumentReady)    (CvrDocument *document, const char *warning,
                                     const GError *error, gpointer data);
/* The same without blocking. @id NULL: the live file is @path. */
CvrJob      *cvr_document_start_opening (CvrDocuments *documents, const char *id,
                                         const char *path, CvrDocumentReady ready,
                                         gpointer data);
CvrProject  *cvr_document_get_project (CvrDocument *self); /* borrowed */
const char  *cvr_document_get_id    (CvrDocument *self);   /* NULL: opened by its path */
const char  *cvr_document_get_path  (CvrDocument *self);   /* of the live file */
CvrDocumentState cvr_document_get_state (CvrDocument *self);
/* The file it is saved to; NULL: none. Borrowed. */
GFile       *cvr_document_get_file  (CvrDocument *self);
/* Read only: since when the other window has it, seconds since 1970; 0: not known. */
gint64       cvr_document_get_since (CvrDocument *self);
/* A damaged live file that was set aside when this one was opened; NULL: none. */
const char  *cvr_document_get_aside (CvrDocument *self);

/* @error: NULL where @file has everything that was done before the call. */
typedef void (*CvrDocumentSaved) (const GError *error, gpointer data);
/* To the file it belongs to. @over: also where somebody else changed that. One after another;
 * @done (nullable) comes from the main loop. */
void         cvr_document_save      (CvrDocument *self, gboolean over, CvrDocumentSaved done,
                                     gpointer data);
/* To another one, which it belongs to from then on. What is there is replaced: the caller has
 * asked. */
void         cvr_document_save_as   (CvrDocument *self, GFile *file, CvrDocumentSaved done,
                                     gpointer data);
/* The same of one that isn't open: it is opened for that, beside the main loop, and closed again.
 * CVR_STORAGE_ERROR_LOCKED: another window has it. @done: from the main loop. Returns: its first
 * part, which reads the project. */
CvrJob      *cvr_documents_save_as  (CvrDocuments *documents, const char *id, GFile *file,
                                     CvrDocumentSaved done, gpointer data);
/* The save under way, for its progress and cancel; NULL: none. Borrowed. */
CvrJob      *cvr_document_get_job   (CvrDocument *self);
/* Cancels the save under way and those that wait, and waits until nobody writes any more: before the
 * file is reverted to. */
void         cvr_document_stop_saving (CvrDocument *self);
/* Something is to be saved before it is closed. */
gboolean     cvr_document_needs_save (CvrDocument *self);
/* Saves nothing. Waits for threads, closes the project, gives the lock back. */
void         cvr_document_close     (CvrDocument *self);

/* What came of a file or a revert. */
typedef struct
{
  char *id;       /* the live project to open now */
  char *replaced; /* an older copy of the same file, without changes of its own: it may go */
  char *kept;     /* the title under which the state before stays in the list */
  char *report;   /* of recovering: a sentence */
} CvrOpened;

void         cvr_opened_free        (gpointer opened);
/* Copies @file in, or finds the live project that it is. Nothing is opened or closed yet.
 * @done: (job, CvrOpened, owned; error). CVR_STORAGE_ERROR_FORMAT: damaged;
 * CVR_STORAGE_ERROR_VERSION: newer. */
CvrJob      *cvr_documents_open_file (CvrDocuments *documents, GFile *file, GObject *owner,
                                      CvrJobDone done, gpointer user_data);
/* The same of the file that @id belongs to; its present state stays in the list. */
CvrJob      *cvr_documents_revert   (CvrDocuments *documents, const char *id, GObject *owner,
                                     CvrJobDone done, gpointer user_data);
/* Whatever is whole of a damaged file, into a live project of its own that is saved to no file. */
CvrJob      *cvr_documents_recover  (CvrDocuments *documents, GFile *file, GObject *owner,
                                     CvrJobDone done, gpointer user_data);

/* @project as it is now, as a live project of its own under @title that is saved to no file. */
CvrJob      *cvr_documents_duplicate (CvrDocuments *documents, CvrProject *project,
                                      const char *title, GObject *owner, CvrJobDone done,
                                      gpointer user_data);

G_END_DECLS
