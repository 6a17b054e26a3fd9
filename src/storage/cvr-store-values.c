/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Named values with their checksums. */
#include "cvr-store-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
drop (CvrStore   *self,
      const char *key,
      GError    **error)
{
  sqlite3_stmt *statement =
      cvr_store_prepare (self, "DELETE FROM named_values WHERE key = ?1", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text (statement, 1, key, -1, SQLITE_STATIC);

  return cvr_store_finish (self, statement, error);
}

/**
 * cvr_store_put:
 * @bytes: (nullable): %NULL removes the value
 */
gboolean
cvr_store_put (CvrStore   *self,
               const char *key,
               GBytes     *bytes,
               GError    **error)
{
  sqlite3_stmt *statement;
  guint8 sum[CVR_STORE_SUM];
  gsize length;
  const void *data;

  if (bytes == NULL)
    return drop (self, key, error);
  statement = cvr_store_prepare (self,
                                 "INSERT INTO named_values (key, sha256, bytes) VALUES (?1, ?2, ?3)"
                                 " ON CONFLICT (key) DO UPDATE SET sha256 = ?2, bytes = ?3",
                                 error);
  if (statement == NULL)
    return FALSE;

  data = g_bytes_get_data (bytes, &length);
  cvr_store_sum (data, length, key, strlen (key), sum);
  sqlite3_bind_text (statement, 1, key, -1, SQLITE_STATIC);
  sqlite3_bind_blob (statement, 2, sum, sizeof sum, SQLITE_STATIC);
  sqlite3_bind_blob64 (statement, 3, length > 0 ? data : "", length, SQLITE_STATIC);

  return cvr_store_finish (self, statement, error);
}

static GBytes *
take_value (CvrStore     *self,
            sqlite3_stmt *statement,
            const char   *key,
            GError      **error)
{
  g_autoptr (GBytes) bytes = cvr_store_column (statement, 1);
  guint8 sum[CVR_STORE_SUM];
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);

  cvr_store_sum (data, length, key, strlen (key), sum);
  if (sqlite3_column_bytes (statement, 0) == CVR_STORE_SUM &&
      memcmp (sum, sqlite3_column_blob (statement, 0), sizeof sum) == 0)
    return g_steal_pointer (&bytes);

  g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
               _("“%s” is damaged: its part “%s” is not what was written."), self->name, key);

  return NULL;
}

/**
 * cvr_store_get:
 * @bytes: (out) (transfer full): a copy of the value; %NULL where there is none
 *
 * Errors: %CVR_STORAGE_ERROR_FORMAT (the checksum is wrong), %CVR_STORAGE_ERROR_IO.
 */
gboolean
cvr_store_get (CvrStore   *self,
               const char *key,
               GBytes    **bytes,
               GError    **error)
{
  sqlite3_stmt *statement =
      cvr_store_prepare (self, "SELECT sha256, bytes FROM named_values WHERE key = ?1", error);
  gboolean ok = TRUE;
  int code;

  *bytes = NULL;
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text (statement, 1, key, -1, SQLITE_STATIC);
  code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    ok = (*bytes = take_value (self, statement, key, error)) != NULL;
  else if (code != SQLITE_DONE)
    ok = cvr_store_fail (self, error);
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);

  return ok;
}

gboolean
cvr_store_check_values (CvrStore *self,
                        GError  **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (
      self, "SELECT sha256, bytes, key FROM named_values", error);
  gboolean ok = statement != NULL;
  int code = SQLITE_DONE;

  while (ok && (code = sqlite3_step (statement)) == SQLITE_ROW)
    {
      g_autoptr (GBytes) bytes = take_value (
          self, statement, (const char *) sqlite3_column_text (statement, 2), error);

      ok = bytes != NULL;
    }
  if (ok && code != SQLITE_DONE)
    ok = cvr_store_fail (self, error);
  sqlite3_reset (statement);

  return ok;
}
