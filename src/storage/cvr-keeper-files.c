/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live project as a file: copies, sizes, free pages. */
#include "cvr-keeper-private.h"

#include "cvr-store-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

enum
{
  PAGES = 512,    /* copied while the thread is kept from writing */
  PAUSE_US = 500, /* for it to get in between */
  BUSY_PAUSE_US = 20000,
};

/* One copy. */
typedef struct
{
  CvrKeeper      *keeper;
  sqlite3        *to;
  sqlite3_backup *backup;
  void (*progress) (double fraction, gpointer data);
  gpointer      data;
  GCancellable *cancellable;
} Copy;

/* @code: SQLite's; a backup's steps don't leave theirs with the connection. */
static gboolean
fail (int         code,
      const char *path,
      GError    **error)
{
  g_autofree char *name = g_filename_display_name (path);

  if ((code & 0xff) == SQLITE_FULL)
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
                 _("“%s” can't be written: the disk is full. What was there before is unchanged."),
                 name);
  else
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
                 _("“%s” can't be written: %s. What was there before is unchanged."), name,
                 sqlite3_errstr (code));

  return FALSE;
}

/* A step of the copy between two transactions. What is written in the meantime SQLite copies by
 * itself, since it goes through the same connection. */
static gboolean
step (Copy    *copy,
      int     *code,
      GError **error)
{
  if (!cvr_keeper_lock_calm (copy->keeper, error))
    return FALSE;
  *code = sqlite3_backup_step (copy->backup, PAGES);
  cvr_keeper_unlock_calm (copy->keeper);

  return TRUE;
}

static gboolean
copy_pages (Copy       *copy,
            const char *path,
            GError    **error)
{
  int code = SQLITE_OK;

  while (code != SQLITE_DONE)
    {
      int total;

      if (g_cancellable_is_cancelled (copy->cancellable))
        {
          g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_CANCELLED,
                               _("Cancelled."));
          return FALSE;
        }
      if (!step (copy, &code, error))
        return FALSE;
      if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_BUSY && code != SQLITE_LOCKED)
        return fail (code, path, error);
      total = sqlite3_backup_pagecount (copy->backup);
      if (copy->progress != NULL && total > 0)
        copy->progress (1 - (double) sqlite3_backup_remaining (copy->backup) / total, copy->data);
      if (code != SQLITE_DONE)
        g_usleep (code == SQLITE_OK ? PAUSE_US : BUSY_PAUSE_US);
    }

  return TRUE;
}

/* The keeper must not be closed while its connection is being copied: the copy is ended under the
 * lock, where it is seen. */
static gboolean
begin (Copy    *copy,
       GError **error)
{
  if (!cvr_keeper_lock_calm (copy->keeper, error))
    return FALSE;
  copy->backup = sqlite3_backup_init (copy->to, "main", copy->keeper->store->db, "main");
  copy->keeper->n_backups += copy->backup != NULL ? 1 : 0;
  cvr_keeper_unlock_calm (copy->keeper);

  return TRUE;
}

static int
end (Copy *copy)
{
  int code;

  g_mutex_lock (&copy->keeper->db_lock);
  code = sqlite3_backup_finish (copy->backup);
  copy->keeper->n_backups--;
  g_cond_broadcast (&copy->keeper->transaction_ended);
  g_mutex_unlock (&copy->keeper->db_lock);

  return code;
}

/* Into the file @temporary, which is empty. Messages name @path. */
static gboolean
copy_into (Copy       *copy,
           const char *temporary,
           const char *path,
           GError    **error)
{
  gboolean ok = FALSE;

  /* The file is thrown away unless it becomes whole: no journal. */
  if (sqlite3_open_v2 (temporary, &copy->to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
          SQLITE_OK ||
      sqlite3_exec (copy->to, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", NULL, NULL,
                    NULL) != SQLITE_OK)
    fail (sqlite3_errcode (copy->to), path, error);
  else if (begin (copy, error))
    {
      if (copy->backup == NULL)
        {
          fail (sqlite3_errcode (copy->to), path, error);
        }
      else
        {
          int code;

          ok = copy_pages (copy, path, error);
          code = end (copy);
          ok = ok && (code == SQLITE_OK || fail (code, path, error));
        }
    }
  sqlite3_close (copy->to);

  return ok;
}

gboolean
cvr_keeper_copy_with (CvrKeeper    *self,
                      const CvrFs  *fs,
                      const char   *path,
                      void          (*progress) (double fraction, gpointer data),
                      gpointer      data,
                      GCancellable *cancellable,
                      GError      **error)
{
  Copy copy = { .keeper = self, .progress = progress, .data = data, .cancellable = cancellable };
  g_autofree char *temporary = cvr_fs_begin (fs, path, error);

  if (temporary == NULL)
    return FALSE;
  if (copy_into (&copy, temporary, path, error))
    return cvr_fs_finish (fs, temporary, path, error);

  cvr_fs_drop (fs, temporary);
  return FALSE;
}

/**
 * cvr_keeper_copy_to:
 * @path: in the system's encoding; not that of the live project
 * @progress: (nullable): called on the calling thread
 *
 * The state of one moment, while the project goes on being written. Blocks; workers. Errors:
 * %CVR_STORAGE_ERROR_IO, %CVR_STORAGE_ERROR_CANCELLED; @path is as it was then.
 */
gboolean
cvr_keeper_copy_to (CvrKeeper    *self,
                    const char   *path,
                    void          (*progress) (double fraction, gpointer data),
                    gpointer      data,
                    GCancellable *cancellable,
                    GError      **error)
{
  return cvr_keeper_copy_with (self, NULL, path, progress, data, cancellable, error);
}

/**
 * cvr_keeper_sizes:
 * @sizes: (out): bytes; pictures that only undo can bring back count as undo
 *
 * Blocks; workers.
 */
gboolean
cvr_keeper_sizes (CvrKeeper    *self,
                  CvrKeptSizes *sizes,
                  GError      **error)
{
  static const char sql[] =
      "SELECT (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size),"
      " (SELECT ifnull(sum(length(p.bytes)), 0) FROM items AS i JOIN pictures AS p ON p.id = i.id"
      "  WHERE i.hidden = 0),"
      " (SELECT ifnull(sum(length(p.bytes)), 0) FROM items AS i JOIN pictures AS p ON p.id = i.id"
      "  WHERE i.hidden = 1),"
      " (SELECT ifnull(sum(length(bytes)), 0) FROM named_values WHERE key = 'model'),"
      " (SELECT ifnull(sum(length(bytes)), 0) FROM named_values"
      "  WHERE key GLOB 'model/*' OR key GLOB 'undo*'),"
      " (SELECT ifnull(sum(length(bytes)), 0) FROM checkpoints) +"
      " (SELECT ifnull(sum(length(bytes)), 0) FROM named_values WHERE key GLOB 'checkpoint*')";
  sqlite3_stmt *row = NULL;
  gboolean ok = FALSE;

  cvr_keeper_lock_db (self);
  if (cvr_keeper_check_open (self, error))
    row = cvr_store_prepare (self->store, sql, error);
  if (row != NULL)
    {
      ok = sqlite3_step (row) == SQLITE_ROW || cvr_store_fail (self->store, error);
      *sizes = (CvrKeptSizes){
        .file = (guint64) sqlite3_column_int64 (row, 0),
        .pictures = (guint64) sqlite3_column_int64 (row, 1),
        .undo = (guint64) (sqlite3_column_int64 (row, 2) + sqlite3_column_int64 (row, 4)),
        .models = (guint64) sqlite3_column_int64 (row, 3),
        .checkpoints = (guint64) sqlite3_column_int64 (row, 5),
      };
      sqlite3_reset (row);
      sizes->other = sizes->file - MIN (sizes->file, sizes->pictures + sizes->undo + sizes->models +
                                                         sizes->checkpoints);
    }
  g_mutex_unlock (&self->db_lock);

  return ok;
}

/**
 * cvr_keeper_vacuum:
 *
 * Writes the file anew without the pages that nothing uses. Blocks; workers. Takes as much room
 * again while it runs.
 */
gboolean
cvr_keeper_vacuum (CvrKeeper *self,
                   GError   **error)
{
  gboolean ok;

  if (!cvr_keeper_lock_calm (self, error))
    return FALSE;
  ok = cvr_store_run (self->store, "VACUUM", error);
  cvr_keeper_unlock_calm (self);

  return ok;
}
