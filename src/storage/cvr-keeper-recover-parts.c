/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recovering runs with their checkpoints, and reading a file that a disk only half gives. */
#include "cvr-keeper-recover.h"

#include "cvr-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 4096 }; /* bytes that are given up together */

static void
bind (sqlite3_stmt        *statement,
      int                  place,
      const CvrSalvageRow *row,
      guint                column)
{
  char *text = cvr_salvage_text (row, column);

  sqlite3_bind_text (statement, place, text, -1, g_free);
}

static gboolean
put_run (CvrStore            *store,
         const CvrSalvageRow *row,
         GError             **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (
      store,
      "INSERT OR IGNORE INTO runs (id, started, name, note, settings, report, history)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, row->rowid);
  sqlite3_bind_int64 (statement, 2, cvr_salvage_int (row, 1));
  for (guint i = 2; i < 7; i++)
    bind (statement, (int) i + 1, row, i);

  return cvr_store_finish (store, statement, error);
}

/* As the schema says: over the bytes, then the row's numbers. */
static gboolean
is_whole (const CvrSalvageRow *row,
          GBytes              *sum,
          GBytes              *bytes)
{
  guint64 numbers[3];
  guint8 now[CVR_STORE_SUM];

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    numbers[i] = GUINT64_TO_LE ((guint64) cvr_salvage_int (row, i));
  cvr_store_sum (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), numbers, sizeof numbers,
                 now);

  return memcmp (now, g_bytes_get_data (sum, NULL), sizeof now) == 0;
}

static gboolean
put_checkpoint (CvrStore            *store,
                const CvrSalvageRow *row,
                GError             **error)
{
  g_autoptr (GBytes) sum = cvr_salvage_bytes (row, 3);
  g_autoptr (GBytes) bytes = cvr_salvage_bytes (row, 4);
  sqlite3_stmt *statement;

  if (!is_whole (row, sum, bytes))
    return TRUE;
  statement =
      cvr_store_prepare (store,
                         "INSERT OR IGNORE INTO checkpoints (run, epoch, time, sha256, bytes)"
                         " VALUES (?1, ?2, ?3, ?4, ?5)",
                         error);
  if (statement == NULL)
    return FALSE;
  for (guint i = 0; i < 3; i++)
    sqlite3_bind_int64 (statement, (int) i + 1, cvr_salvage_int (row, i));
  sqlite3_bind_blob (statement, 4, g_bytes_get_data (sum, NULL), CVR_STORE_SUM, SQLITE_STATIC);
  sqlite3_bind_blob64 (statement, 5, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                       SQLITE_STATIC);

  return cvr_store_finish (store, statement, error);
}

gboolean
cvr_recover_run (CvrStore            *store,
                 const CvrSalvageRow *row,
                 GError             **error)
{
  return row->table == CVR_SALVAGE_RUN ? put_run (store, row, error)
                                       : put_checkpoint (store, row, error);
}

gboolean
cvr_recover_end_runs (CvrStore *store,
                      GError  **error)
{
  return cvr_store_run (store, "DELETE FROM checkpoints WHERE run NOT IN (SELECT id FROM runs)",
                        error);
}

/* What can't be read stays zero. */
static void
read_all (int     fd,
          guint8 *data,
          gsize   length)
{
  gsize at = 0;

  while (at < length)
    {
      gssize n = pread (fd, data + at, MIN (length - at, 256 * CHUNK), (off_t) at);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        n = pread (fd, data + at, MIN (length - at, CHUNK), (off_t) at);
      if (n == 0)
        return;
      at += n > 0 ? (gsize) n : CHUNK - at % CHUNK;
    }
}

GBytes *
cvr_recover_read (const char *path,
                  GError    **error)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = g_filename_display_name (base);
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  struct stat status;
  guint8 *data = NULL;
  GBytes *bytes = NULL;

  if (fd >= 0 && fstat (fd, &status) == 0)
    data = g_try_malloc0 ((gsize) status.st_size + 1);
  if (data != NULL)
    {
      read_all (fd, data, (gsize) status.st_size);
      bytes = g_bytes_new_take (data, (gsize) status.st_size);
    }
  else
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO, _("“%s” can't be opened: %s."),
                   name, g_strerror (fd < 0 ? errno : ENOMEM));
    }
  if (fd >= 0)
    close (fd);

  return bytes;
}
