/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between live projects and the files that people see: copying out, copying in, recovering. Each is
 * a job; whatever fails, what was there before is whole. Internal to the session. */
#pragma once

#include "cvr-documents.h"
#include "cvr-job.h"
#include "cvr-keeper.h"

G_BEGIN_DECLS

/* The project as it is at this moment, to @file. @temporary: where it is made first, beside the
 * live file. @etag: (nullable): the file must still be this one, else G_IO_ERROR_WRONG_ETAG.
 * @mark: (nullable): where what is put in its place is remembered (cvr-document-mark.h); a file
 * that fits it is this one too. @done: the new etag (char*, owned). */
CvrJob *cvr_document_files_save (CvrKeeper *keeper, GFile *file, const char *etag,
                                 const char *temporary, const char *mark, GObject *owner,
                                 CvrJobDone done, gpointer user_data);

/* What came of a file. */
typedef struct
{
  char *etag;   /* of the file */
  char *made;   /* the live file it became; NULL: the file is the one that is known already */
  char *report; /* of recovering; NULL */
} CvrFetched;

void    cvr_fetched_free        (gpointer fetched);
/* A copy of @file under @to, checked to be a project that this version can open. @known:
 * (nullable): an etag that need not be copied; @mark (nullable) tells it by its content. @recover:
 * whatever is whole of it. @done: CvrFetched, owned. */
CvrJob *cvr_document_files_fetch (GFile *file, const char *known, const char *mark, const char *to,
                                  gboolean recover, GObject *owner, CvrJobDone done,
                                  gpointer user_data);
/* A copy of a live project that somebody else writes, of one moment. Blocks. Returns its path. */
char   *cvr_document_files_look (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void    cvr_document_files_forget (const char *look); /* the copy and its folder */

G_END_DECLS
