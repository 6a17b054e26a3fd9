/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the document's own files share. Main thread, but where it says otherwise. */
#pragma once

#include "cvr-document.h"
#include "cvr-lock.h"

G_BEGIN_DECLS

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
  gint64        stamp;      /* the live file's time then */
  CvrJob       *job;        /* the save under way, held; NULL: none */
  gpointer      request;    /* its, of CvrDocument's own */
  GQueue        requests;   /* of Request, those behind it */
  guint         save_timer, renew_timer;
};

/* cvr-document.c */
gboolean cvr_document_is_dirty      (CvrDocument *self);
void     cvr_document_schedule_save (CvrDocument *self);
/* Follows the project, and its entry in the list. */
void     cvr_document_watch         (CvrDocument *self);

G_END_DECLS
