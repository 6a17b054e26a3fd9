/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of trainings, and the checkpoints of their epochs with checksums. */
#include "cvr-store-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

CvrKeptRun *
cvr_kept_run_copy (const CvrKeptRun *self)
{
  CvrKeptRun *copy = g_new0 (CvrKeptRun, 1);

  copy->id = self->id;
  copy->name = g_strdup (self->name);
  copy->note = g_strdup (self->note);
  copy->settings = g_strdup (self->settings);
  copy->report = g_strdup (self->report);

  return copy;
}

void
cvr_kept_run_free (gpointer run)
{
  CvrKeptRun *self = run;

  if (self == NULL)
    return;

  g_free (self->name);
  g_free (self->note);
  g_free (self->settings);
  g_free (self->report);
  g_free (self);
}

static void
bind_text (sqlite3_stmt *statement,
           int           place,
           const char   *text)
{
  if (text != NULL)
    sqlite3_bind_text (statement, place, text, -1, SQLITE_STATIC);
}

/* Written anew where it is there: its checkpoints stay. */
gboolean
cvr_store_put_run (CvrStore         *self,
                   const CvrKeptRun *run,
                   GError          **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (
      self,
      "INSERT INTO runs (id, started, name, note, settings, report) VALUES (?1, ?1, ?2, ?3, ?4, ?5)"
      " ON CONFLICT (id) DO UPDATE SET name = ?2, note = ?3, settings = ?4, report = ?5",
      error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (sqlite3_int64) run->id);
  bind_text (statement, 2, run->name);
  bind_text (statement, 3, run->note);
  bind_text (statement, 4, run->settings);
  bind_text (statement, 5, run->report);

  return cvr_store_finish (self, statement, error);
}

gboolean
cvr_store_forget_run (CvrStore *self,
                      guint64   id,
                      GError  **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (self, "DELETE FROM runs WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (sqlite3_int64) id);

  return cvr_store_finish (self, statement, error);
}

/* The last step of a query that gave its rows. */
static gboolean
end_rows (CvrStore     *self,
          sqlite3_stmt *statement,
          int           code,
          GError      **error)
{
  gboolean ok = code == SQLITE_DONE || cvr_store_fail (self, error);

  sqlite3_reset (statement);

  return ok;
}

gboolean
cvr_store_list_runs (CvrStore  *self,
                     GPtrArray *runs,
                     GError   **error)
{
  sqlite3_stmt *row = cvr_store_prepare (
      self, "SELECT id, name, note, settings, report FROM runs ORDER BY id", error);
  int code;

  if (row == NULL)
    return FALSE;

  while ((code = sqlite3_step (row)) == SQLITE_ROW)
    {
      const CvrKeptRun run = {
        .id = (guint64) sqlite3_column_int64 (row, 0),
        .name = (char *) sqlite3_column_text (row, 1),
        .note = (char *) sqlite3_column_text (row, 2),
        .settings = (char *) sqlite3_column_text (row, 3),
        .report = (char *) sqlite3_column_text (row, 4),
      };

      g_ptr_array_add (runs, cvr_kept_run_copy (&run));
    }

  return end_rows (self, row, code, error);
}

/* What the checksum of a checkpoint is made of besides its bytes. */
static void
sum_up (GBytes *bytes,
        guint64 run,
        guint   epoch,
        gint64  time,
        guint8  sum[CVR_STORE_SUM])
{
  const guint64 numbers[] = { GUINT64_TO_LE (run), GUINT64_TO_LE ((guint64) epoch),
                              GUINT64_TO_LE ((guint64) time) };

  cvr_store_sum (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), numbers, sizeof numbers,
                 sum);
}

gboolean
cvr_store_put_checkpoint (CvrStore *self,
                          guint64   run,
                          guint     epoch,
                          GBytes   *bytes,
                          GError  **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (
      self,
      "INSERT INTO checkpoints (run, epoch, time, sha256, bytes) VALUES (?1, ?2, ?3, ?4, ?5)"
      " ON CONFLICT (run, epoch) DO UPDATE SET time = ?3, sha256 = ?4, bytes = ?5",
      error);
  gint64 time = g_get_real_time () / G_USEC_PER_SEC;
  guint8 sum[CVR_STORE_SUM];
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);

  if (statement == NULL)
    return FALSE;
  sum_up (bytes, run, epoch, time, sum);
  sqlite3_bind_int64 (statement, 1, (sqlite3_int64) run);
  sqlite3_bind_int64 (statement, 2, epoch);
  sqlite3_bind_int64 (statement, 3, time);
  sqlite3_bind_blob (statement, 4, sum, sizeof sum, SQLITE_STATIC);
  sqlite3_bind_blob64 (statement, 5, length > 0 ? data : "", length, SQLITE_STATIC);

  return cvr_store_finish (self, statement, error);
}

gboolean
cvr_store_forget_checkpoint (CvrStore *self,
                             guint64   run,
                             guint     epoch,
                             GError  **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (
      self, "DELETE FROM checkpoints WHERE run = ?1 AND epoch = ?2", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (sqlite3_int64) run);
  sqlite3_bind_int64 (statement, 2, epoch);

  return cvr_store_finish (self, statement, error);
}

gboolean
cvr_store_list_checkpoints (CvrStore *self,
                            GArray   *epochs,
                            GError  **error)
{
  sqlite3_stmt *row = cvr_store_prepare (
      self, "SELECT run, epoch, length(bytes) FROM checkpoints ORDER BY run, epoch", error);
  int code;

  if (row == NULL)
    return FALSE;

  while ((code = sqlite3_step (row)) == SQLITE_ROW)
    {
      const CvrKeptEpoch epoch = {
        .run = (guint64) sqlite3_column_int64 (row, 0),
        .epoch = (guint) sqlite3_column_int64 (row, 1),
        .bytes = (guint64) sqlite3_column_int64 (row, 2),
      };

      g_array_append_val (epochs, epoch);
    }

  return end_rows (self, row, code, error);
}

/* A row of run, epoch, time, sum, bytes; NULL where it isn't what was written. */
static GBytes *
take_checkpoint (CvrStore     *self,
                 sqlite3_stmt *row,
                 GError      **error)
{
  guint64 run = (guint64) sqlite3_column_int64 (row, 0);
  guint epoch = (guint) sqlite3_column_int64 (row, 1);
  g_autoptr (GBytes) bytes = cvr_store_column (row, 4);
  guint8 sum[CVR_STORE_SUM];

  sum_up (bytes, run, epoch, sqlite3_column_int64 (row, 2), sum);
  if (sqlite3_column_bytes (row, 3) == CVR_STORE_SUM &&
      memcmp (sum, sqlite3_column_blob (row, 3), sizeof sum) == 0)
    return g_steal_pointer (&bytes);

  g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
               _("“%1$s” is damaged: the network of epoch %2$u is not what was written."),
               self->name, epoch);

  return NULL;
}

gboolean
cvr_store_get_checkpoint (CvrStore *self,
                          guint64   run,
                          guint     epoch,
                          GBytes  **bytes,
                          GError  **error)
{
  sqlite3_stmt *row = cvr_store_prepare (
      self,
      "SELECT run, epoch, time, sha256, bytes FROM checkpoints WHERE run = ?1 AND epoch = ?2",
      error);
  gboolean ok = TRUE;
  int code;

  *bytes = NULL;
  if (row == NULL)
    return FALSE;

  sqlite3_bind_int64 (row, 1, (sqlite3_int64) run);
  sqlite3_bind_int64 (row, 2, epoch);
  code = sqlite3_step (row);
  if (code == SQLITE_ROW)
    ok = (*bytes = take_checkpoint (self, row, error)) != NULL;
  else if (code != SQLITE_DONE)
    ok = cvr_store_fail (self, error);
  sqlite3_reset (row);
  sqlite3_clear_bindings (row);

  return ok;
}

gboolean
cvr_store_check_checkpoints (CvrStore *self,
                             GError  **error)
{
  sqlite3_stmt *row = cvr_store_prepare (
      self, "SELECT run, epoch, time, sha256, bytes FROM checkpoints", error);
  gboolean ok = row != NULL;
  int code = SQLITE_DONE;

  while (ok && (code = sqlite3_step (row)) == SQLITE_ROW)
    {
      g_autoptr (GBytes) bytes = take_checkpoint (self, row, error);

      ok = bytes != NULL;
    }
  if (ok)
    return end_rows (self, row, code, error);
  sqlite3_reset (row);

  return FALSE;
}
