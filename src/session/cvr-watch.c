/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who watches blocking work: told how far it is, asked whether to go on. */
#include "cvr-watch.h"

#include <glib/gi18n-lib.h>

/* Few enough that a cancel is heard soon, enough that no thread waits long for another. */
enum { PIECES_AT_ONCE = 64 };

typedef struct
{
  NnPieceFunc func;
  gpointer    data;
  guint       first;
} Stretch;

static void
progress_cb (gpointer data,
             guint64  done,
             guint64  total)
{
  cvr_job_progress (data, done, total);
}

CvrWatch
cvr_watch_job (CvrJob *job)
{
  return (CvrWatch) { progress_cb, cvr_job_keep_going, job };
}

gboolean
cvr_watch_tell (const CvrWatch *watch,
                guint64         done,
                guint64         total)
{
  if (watch == NULL)
    return TRUE;
  if (watch->progress != NULL)
    watch->progress (watch->data, done, total);

  return watch->keep_going == NULL || watch->keep_going (watch->data);
}

static void
run_piece (guint    piece,
           guint    thread,
           gpointer data)
{
  const Stretch *stretch = data;

  stretch->func (stretch->first + piece, thread, stretch->data);
}

/**
 * cvr_watch_run:
 *
 * Blocks; any thread.
 */
gboolean
cvr_watch_run (const CvrWatch *watch,
               NnWorkers      *workers,
               guint           n,
               NnPieceFunc     func,
               gpointer        data,
               guint64         done,
               guint64         total,
               GError        **error)
{
  for (guint first = 0; first < n; first += PIECES_AT_ONCE)
    {
      Stretch stretch = { func, data, first };
      guint now = MIN (n - first, PIECES_AT_ONCE);

      if (!cvr_watch_tell (watch, done + first, total))
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled."));
          return FALSE;
        }
      if (workers != NULL)
        nn_workers_run (workers, now, run_piece, &stretch);
      else
        for (guint piece = 0; piece < now; piece++)
          run_piece (piece, 0, &stretch);
    }

  return TRUE;
}
