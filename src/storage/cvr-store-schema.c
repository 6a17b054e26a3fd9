/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recognises project files, and makes and updates their tables. */
#include "cvr-store-schema.h"

#include "cvr-bytes.h"
#include "cvr-dataset.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

enum
{
  APPLICATION_ID = 0x43565352, /* "CVSR" */
  HEADER = 100,                /* bytes of SQLite's own header */
};

/* Step k leads from version k to version k + 1. Steps that were released never change; new ones are
 * added below. Pictures stand apart from what changes often, since SQLite writes a row as a whole.
 * @sequence is the order of coming; label counts from 0 and is NULL where there is none; split is a
 * CvrSplit. */
static const char *const steps[] = {
  "CREATE TABLE classes (position INTEGER PRIMARY KEY CHECK (position >= 0), name TEXT NOT NULL) "
  "STRICT;"
  "CREATE TABLE items (sequence INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE CHECK (id > 0), "
  "name TEXT NOT NULL,"
  " label INTEGER CHECK (label >= 0), split INTEGER NOT NULL CHECK (split BETWEEN 0 AND 3),"
  " hidden INTEGER NOT NULL CHECK (hidden IN (0, 1))) STRICT;"
  "CREATE TABLE pictures (item INTEGER PRIMARY KEY REFERENCES items (id) ON DELETE CASCADE,"
  " channels INTEGER NOT NULL CHECK (channels IN (1, 3)), damaged INTEGER NOT NULL, bytes BLOB NOT "
  "NULL) STRICT;"
  "CREATE TABLE named_values (key TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;",
};

static gboolean
set_error (sqlite3    *db,
           const char *name,
           GError    **error)
{
  g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO, _("“%s” can't be opened: %s."),
               name, sqlite3_errmsg (db));

  return FALSE;
}

/* The first bytes of a file; FALSE with errno when they can't be had. */
static gboolean
read_header (const char *path,
             guint8      header[HEADER],
             gsize      *length)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  gssize n;

  if (fd < 0)
    return FALSE;
  n = read (fd, header, HEADER);
  close (fd);
  *length = n > 0 ? (gsize) n : 0;

  return n >= 0;
}

/**
 * cvr_store_check_file:
 * @is_new: (out): there is no file, or an empty one
 *
 * Looks at a file's header without SQLite, which might already change it.
 */
gboolean
cvr_store_check_file (const char *path,
                      const char *name,
                      gboolean   *is_new,
                      GError    **error)
{
  guint8 header[HEADER];
  gsize length = 0;
  CvrReader reader;
  guint32 version;

  if (!read_header (path, header, &length) && errno != ENOENT)
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO, _("“%s” can't be opened: %s."),
                   name, g_strerror (errno));
      return FALSE;
    }
  *is_new = length == 0;
  if (*is_new)
    return TRUE;

  reader = cvr_reader_new (header, length);
  cvr_reader_skip (&reader, 60);
  version = cvr_reader_u32_be (&reader);
  cvr_reader_skip (&reader, 4);
  if (cvr_reader_u32_be (&reader) != APPLICATION_ID || reader.overrun ||
      memcmp (header, "SQLite format 3", 16) != 0)
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                   _("“%s” is not a Convisor project."), name);
      return FALSE;
    }
  if (version > G_N_ELEMENTS (steps))
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_VERSION,
                   _("“%s” was made by a newer Convisor: its form has number %u, and this version "
                     "reads up to %u. "
                      "Update Convisor to open it."),
                   name, version, (guint) G_N_ELEMENTS (steps));
      return FALSE;
    }

  return TRUE;
}

/* A value that a statement gives in its first column, as text. */
static char *
query (sqlite3    *db,
       const char *sql)
{
  sqlite3_stmt *statement;
  char *text = NULL;

  if (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step (statement) == SQLITE_ROW)
    text = g_strdup ((const char *) sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);

  return text;
}

/* SQLite reads a last page that is cut off as if it ended in zeros. */
static gboolean
has_all_pages (sqlite3    *db,
               const char *path)
{
  g_autofree char *bytes = query (
      db, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
  GStatBuf status;

  return bytes != NULL && g_stat (path, &status) == 0 &&
         g_ascii_strtoll (bytes, NULL, 10) <= status.st_size;
}

/**
 * cvr_store_check_pages:
 *
 * Has SQLite look over the structure of the whole file.
 */
gboolean
cvr_store_check_pages (sqlite3    *db,
                       const char *path,
                       const char *name,
                       GError    **error)
{
  g_autofree char *answer = query (db, "PRAGMA quick_check(1)");
  gboolean ok = g_strcmp0 (answer, "ok") == 0;

  if (ok && has_all_pages (db, path))
    return TRUE;

  g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT, _("“%s” is damaged: %s."), name,
               ok ? _("its end is missing") : answer != NULL ? answer : sqlite3_errmsg (db));

  return FALSE;
}

static gboolean
run_step (sqlite3 *db,
          guint    step)
{
  g_autofree char *version = g_strdup_printf (
      "PRAGMA user_version = %u; PRAGMA application_id = %d;", step + 1, APPLICATION_ID);

  return sqlite3_exec (db, steps[step], NULL, NULL, NULL) == SQLITE_OK &&
         sqlite3_exec (db, version, NULL, NULL, NULL) == SQLITE_OK;
}

/**
 * cvr_store_migrate:
 *
 * Brings the tables from whatever version they have to the newest, all steps or none.
 */
gboolean
cvr_store_migrate (sqlite3    *db,
                   const char *name,
                   GError    **error)
{
  g_autofree char *text = query (db, "PRAGMA user_version");
  guint64 version;
  gboolean ok;

  if (text == NULL ||
      !g_ascii_string_to_unsigned (text, 10, 0, G_N_ELEMENTS (steps), &version, NULL))
    return set_error (db, name, error);
  if (version == G_N_ELEMENTS (steps))
    return TRUE;

  ok = sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
  for (guint step = (guint) version; ok && step < G_N_ELEMENTS (steps); step++)
    ok = run_step (db, step);
  if (ok && sqlite3_exec (db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;

  set_error (db, name, error);
  if (!sqlite3_get_autocommit (db))
    sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);

  return FALSE;
}
