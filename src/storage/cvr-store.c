/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live project in SQLite: opening, transactions and named values. */
#include "cvr-store.h"

#include "cvr-store-private.h"
#include "cvr-store-schema.h"

#include <glib/gi18n-lib.h>

enum { BUSY_MS = 2000 };

/* Sets @error from the database's last one, and remembers it for the commit. */
gboolean
cvr_store_fail (CvrStore *self,
                GError  **error)
{
  int code = sqlite3_errcode (self->db) & 0xff;
  g_autoptr (GError) reason = NULL;

  if (code == SQLITE_FULL)
    reason = g_error_new (CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
                          _("“%s” can't be saved: the disk is full."), self->name);
  else if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    reason = g_error_new (CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT, _("“%s” is damaged: %s."),
                          self->name, sqlite3_errmsg (self->db));
  else
    reason = g_error_new (CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
                          _("“%s” can't be read or saved: %s."), self->name,
                          sqlite3_errmsg (self->db));

  if (self->depth > 0 && self->failure == NULL)
    self->failure = g_error_copy (reason);
  g_propagate_error (error, g_steal_pointer (&reason));

  return FALSE;
}

/* After a failure SQLite may have rolled back by itself: whatever was written then would be
 * committed at once, on its own. */
static gboolean
may_write (CvrStore *self,
           GError  **error)
{
  if (self->depth == 0 || self->failure == NULL)
    return TRUE;

  g_propagate_error (error, g_error_copy (self->failure));
  return FALSE;
}

gboolean
cvr_store_run (CvrStore   *self,
               const char *sql,
               GError    **error)
{
  if (!may_write (self, error))
    return FALSE;

  return sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
         cvr_store_fail (self, error);
}

/* @sql: static; compiled once. Returns: (transfer none) (nullable): ready to bind. */
sqlite3_stmt *
cvr_store_prepare (CvrStore   *self,
                   const char *sql,
                   GError    **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);

  if (statement != NULL)
    return statement;
  if (sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) !=
      SQLITE_OK)
    {
      cvr_store_fail (self, error);
      return NULL;
    }
  g_hash_table_insert (self->statements, (gpointer) sql, statement);

  return statement;
}

/* Runs a statement that gives no rows, and makes it ready for the next time. */
gboolean
cvr_store_finish (CvrStore     *self,
                  sqlite3_stmt *statement,
                  GError      **error)
{
  gboolean ok = may_write (self, error) &&
                (sqlite3_step (statement) == SQLITE_DONE || cvr_store_fail (self, error));

  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);

  return ok;
}

static void
statement_free (gpointer statement)
{
  sqlite3_finalize (statement);
}

/**
 * cvr_store_close:
 * @self: (nullable)
 *
 * An open transaction is rolled back.
 */
void
cvr_store_close (CvrStore *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->statements);
  sqlite3_close (self->db);
  g_clear_error (&self->failure);
  g_free (self->name);
  g_free (self);
}

/* Settings of the connection. auto_vacuum counts only before the first table is made. */
static gboolean
configure (CvrStore *self,
           GError  **error)
{
  sqlite3_busy_timeout (self->db, BUSY_MS);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);

  return cvr_store_run (self,
                        "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
                        "PRAGMA auto_vacuum = FULL; PRAGMA secure_delete = ON;"
                        "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;"
                        "PRAGMA foreign_keys = ON;",
                        error);
}

/**
 * cvr_store_open:
 * @path: in the system's encoding
 *
 * Looks at the file before SQLite does, so that one which isn't a project of this version or an
 * earlier one stays as it is. Projects of earlier versions are brought up to date. Blocks.
 *
 * Errors: %CVR_STORAGE_ERROR_FORMAT (not a project, damaged), %CVR_STORAGE_ERROR_VERSION (newer),
 * %CVR_STORAGE_ERROR_IO.
 *
 * Returns: (transfer full) (nullable): used by one thread.
 */
CvrStore *
cvr_store_open (const char *path,
                GError    **error)
{
  g_autoptr (CvrStore) self = g_new0 (CvrStore, 1);
  g_autofree char *base = g_path_get_basename (path);

  self->name = g_filename_display_name (base);
  self->statements = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, statement_free);
  if (!cvr_store_check_file (path, self->name, &self->is_new, error))
    return NULL;

  if (sqlite3_open_v2 (path, &self->db,
                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                       NULL) != SQLITE_OK)
    {
      cvr_store_fail (self, error);
      return NULL;
    }
  if (!configure (self, error) || !cvr_store_check_pages (self->db, path, self->name, error) ||
      !cvr_store_migrate (self->db, self->name, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * cvr_store_is_new:
 *
 * Returns: whether there was no project in the file before it was opened.
 */
gboolean
cvr_store_is_new (CvrStore *self)
{
  return self->is_new;
}

/**
 * cvr_store_begin:
 *
 * Starts a transaction, or a part of the one that is running. A failure shows at the commit.
 */
void
cvr_store_begin (CvrStore *self)
{
  self->depth++;
  if (self->depth == 1)
    cvr_store_run (self, "BEGIN IMMEDIATE", NULL);
}

/**
 * cvr_store_commit:
 *
 * Ends what the last cvr_store_begin() started; the outermost one writes. When anything inside
 * failed, everything is undone and the first failure is reported.
 */
gboolean
cvr_store_commit (CvrStore *self,
                  GError  **error)
{
  g_return_val_if_fail (self->depth > 0, FALSE);

  if (--self->depth > 0)
    {
      if (self->failure == NULL)
        return TRUE;
      g_propagate_error (error, g_error_copy (self->failure));
      return FALSE;
    }

  if (self->failure == NULL && cvr_store_run (self, "COMMIT", error))
    return TRUE;

  if (self->failure != NULL)
    g_propagate_error (error, g_steal_pointer (&self->failure));
  if (!sqlite3_get_autocommit (self->db))
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);

  return FALSE;
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
  static const char put[] = "INSERT INTO named_values (key, bytes) VALUES (?1, ?2)"
                            " ON CONFLICT (key) DO UPDATE SET bytes = ?2";
  static const char drop[] = "DELETE FROM named_values WHERE key = ?1";
  sqlite3_stmt *statement = cvr_store_prepare (self, bytes != NULL ? put : drop, error);
  gsize length;
  const void *data;

  if (statement == NULL)
    return FALSE;

  sqlite3_bind_text (statement, 1, key, -1, SQLITE_STATIC);
  if (bytes != NULL)
    {
      data = g_bytes_get_data (bytes, &length);
      sqlite3_bind_blob64 (statement, 2, length > 0 ? data : "", length, SQLITE_STATIC);
    }

  return cvr_store_finish (self, statement, error);
}

/**
 * cvr_store_get:
 *
 * Returns: (transfer full) (nullable): a copy of the value.
 */
GBytes *
cvr_store_get (CvrStore   *self,
               const char *key)
{
  sqlite3_stmt *statement = cvr_store_prepare (
      self, "SELECT bytes FROM named_values WHERE key = ?1", NULL);
  GBytes *bytes = NULL;

  if (statement == NULL)
    return NULL;
  sqlite3_bind_text (statement, 1, key, -1, SQLITE_STATIC);
  if (sqlite3_step (statement) == SQLITE_ROW)
    bytes = g_bytes_new (sqlite3_column_blob (statement, 0),
                         (gsize) sqlite3_column_bytes (statement, 0));
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);

  return bytes;
}
