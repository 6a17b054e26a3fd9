/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who watches blocking work: told how far it is, asked whether to go on. */
#pragma once

#include "cvr-job.h"
#include "nn-workers.h"

G_BEGIN_DECLS

/* Plain value; both functions nullable, called on the working thread. */
typedef struct
{
  void     (*progress)   (gpointer data, guint64 done, guint64 total);
  gboolean (*keep_going) (gpointer data);
  gpointer data;
} CvrWatch;

/* That the job shows progress and can be cancelled. */
CvrWatch cvr_watch_job  (CvrJob *job);
/* @watch nullable. FALSE: stopped. */
gboolean cvr_watch_tell (const CvrWatch *watch, guint64 done, guint64 total);
/* Pieces 0 … n − 1 on @workers (nullable), a few at a time; progress goes from @done to @done + n
 * of @total. FALSE with G_IO_ERROR_CANCELLED. */
gboolean cvr_watch_run  (const CvrWatch *watch, NnWorkers *workers, guint n, NnPieceFunc func,
                         gpointer data, guint64 done, guint64 total, GError **error);

G_END_DECLS
