/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live project in SQLite: opening and transactions. */
#include "cvr-store.h"

#include "cvr-bytes.h"
#include "cvr-store-private.h"
#include "cvr-store-schema.h"

#include <glib/gi18n-lib.h>

/* Somebody who only looks may be reading all of it. */
enum { BUSY_MS = 10000 };

/* Sets @error, and remembers it for the commit. */
gboolean
cvr_store_refuse (CvrStore *self,
                  GError   *reason,
                  GError  **error)
{
  if (self->is_open && self->failure == NULL)
    self->failure = g_error_copy (reason);
  g_propagate_error (error, reason);

  return FALSE;
}

/* The same with the database's last error. */
gboolean
cvr_store_fail (CvrStore *self,
                GError  **error)
{
  int code = sqlite3_errcode (self->db) & 0xff;
  const char *text = sqlite3_errmsg (self->db);
  GError *reason;

  if (code == SQLITE_FULL)
    reason = g_error_new (CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
                          _("“%s” can't be saved: the disk is full."), self->name);
  else if (code == SQLITE_READONLY && self->is_read_only)
    reason = g_error_new (CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_LOCKED,
                          _("“%s” is open for looking only."), self->name);
  else if (code == SQLITE_READONLY || code == SQLITE_CANTOPEN)
    reason = g_error_new (CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
                          _("“%s” can't be saved: its folder can't be written to."), self->name);
  else if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    reason = g_error_new (CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT, _("“%s” is damaged: %s."),
                          self->name, text);
  else
    reason = g_error_new (CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
                          _("“%s” can't be read or saved: %s."), self->name, text);

  return cvr_store_refuse (self, reason, error);
}

/* After a failure SQLite may have rolled back by itself: whatever was written then would be
 * committed at once, on its own. */
static gboolean
may_write (CvrStore *self,
           GError  **error)
{
  if (!self->is_open || self->failure == NULL)
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
  g_free (self->path);
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
                        "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA;"
                        "PRAGMA foreign_keys = ON;",
                        error);
}

static CvrStore *
new_store (const char *path)
{
  CvrStore *self = g_new0 (CvrStore, 1);
  g_autofree char *base = g_path_get_basename (path);

  self->name = g_filename_display_name (base);
  self->path = g_strdup (path);
  self->statements = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, statement_free);

  return self;
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
 * Returns: (transfer full) (nullable): used by one thread at a time.
 */
CvrStore *
cvr_store_open (const char *path,
                GError    **error)
{
  g_autoptr (CvrStore) self = new_store (path);

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
 * cvr_store_open_read_only:
 * @path: in the system's encoding
 *
 * Errors: those of cvr_store_open(); %CVR_STORAGE_ERROR_VERSION also where the project is of an
 * earlier version. Writing fails with %CVR_STORAGE_ERROR_LOCKED.
 */
CvrStore *
cvr_store_open_read_only (const char *path,
                          GError    **error)
{
  g_autoptr (CvrStore) self = new_store (path);

  self->is_read_only = TRUE;
  if (sqlite3_open_v2 (path, &self->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) !=
      SQLITE_OK)
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO, _("“%s” can't be opened: %s."),
                   self->name, sqlite3_errmsg (self->db));
      return NULL;
    }
  sqlite3_busy_timeout (self->db, BUSY_MS);
  if (!cvr_store_run (self, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON", error) ||
      !cvr_store_check_form (self->db, self->name, error))
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

const char *
cvr_store_path (CvrStore *self)
{
  return self->path;
}

const char *
cvr_store_name (CvrStore *self)
{
  return self->name;
}

GBytes *
cvr_store_column (sqlite3_stmt *statement,
                  int           column)
{
  const void *data = sqlite3_column_blob (statement, column);

  return g_bytes_new (data, (gsize) sqlite3_column_bytes (statement, column));
}

/* The number that every committed transaction makes larger, from the file itself (bytes 24 to 27,
 * https://www.sqlite.org/fileformat2.html#file_change_counter). FALSE: can't be had. */
static gboolean
read_counter (CvrStore *self,
              guint32  *counter)
{
  sqlite3_file *file = NULL;
  guint8 bytes[4];
  CvrReader reader;

  if (sqlite3_file_control (self->db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK ||
      file == NULL || file->pMethods == NULL ||
      file->pMethods->xRead (file, bytes, sizeof bytes, 24) != SQLITE_OK)
    return FALSE;

  reader = cvr_reader_new (bytes, sizeof bytes);
  *counter = cvr_reader_u32_be (&reader);

  return TRUE;
}

/**
 * cvr_store_begin:
 *
 * Starts a transaction. A failure shows at the commit.
 */
void
cvr_store_begin (CvrStore *self)
{
  g_return_if_fail (!self->is_open);

  self->is_open = TRUE;
  if (cvr_store_run (self, "BEGIN IMMEDIATE", NULL) && !read_counter (self, &self->counter))
    self->counter = 0;
}

/**
 * cvr_store_roll_back:
 *
 * Ends the transaction as if it had never begun.
 */
void
cvr_store_roll_back (CvrStore *self)
{
  self->is_open = FALSE;
  g_clear_error (&self->failure);
  if (!sqlite3_get_autocommit (self->db))
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
}

/* SQLite may report an error after the transaction became valid (the journal was gone already).
 * Reading something first takes back whatever still can be taken back. */
static gboolean
was_committed (CvrStore *self)
{
  guint32 counter;

  return self->counter > 0 &&
         sqlite3_exec (self->db, "SELECT count(*) FROM classes", NULL, NULL, NULL) == SQLITE_OK &&
         read_counter (self, &counter) && counter != self->counter;
}

/**
 * cvr_store_commit:
 *
 * Writes what was done since cvr_store_begin(). When anything inside failed, everything is undone
 * and the first failure is reported.
 */
gboolean
cvr_store_commit (CvrStore *self,
                  GError  **error)
{
  g_autoptr (GError) failure = NULL;
  gboolean tried = FALSE;

  g_return_val_if_fail (self->is_open, FALSE);

  if (self->failure == NULL)
    {
      if (cvr_store_run (self, "COMMIT", NULL))
        {
          self->is_open = FALSE;
          return TRUE;
        }
      tried = TRUE;
    }

  failure = g_steal_pointer (&self->failure);
  cvr_store_roll_back (self);
  if (tried && was_committed (self))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));

  return FALSE;
}
