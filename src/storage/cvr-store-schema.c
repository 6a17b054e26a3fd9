/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recognises project files, and makes and updates their tables. */
#include "cvr-store-schema.h"

#include "cvr-bytes.h"
#include "cvr-dataset.h"
#include "cvr-decode.h"
#include "cvr-store-private.h"

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

/* What guards against a disk that changes bits: pictures, named values and checkpoints have SHA-256
 * sums, since a flipped bit in them is seen by nobody and spoils training, curves or networks. Rows
 * of classes, items, boxes, tags and runs have none. Of these SQLite checks at opening that pages,
 * cells, types (STRICT), ranges (CHECK) and indices are whole, and reading takes a label that names no
 * class for none; what is left is a bit inside a name, a note or a number, which changes the name,
 * the label or a box of one picture: that can be seen, and put right by hand. A sum in each row would
 * have to be computed and written anew with every label, in five tables, and SQLite's own page
 * checksums (cksumvfs) are not in the libraries that distributions ship. */

/* The second step makes every table anew, so that no row is shorter than its table, and pictures
 * don't need an item any more: those of an import come before their items. AUTOINCREMENT: a number
 * is never used twice. @sha256 is convisor_sum() over the bytes and the row's other values in their
 * order (pictures, values, checkpoints); @digest, @look and @group_id as CvrItem has them. The
 * large column is the last of each row: what stands before it is read without it. */
#define PICTURE_NUMBERS                                                                            \
  "convisor_form(bytes), convisor_side(bytes, 0), convisor_side(bytes, 1), channels,"              \
  " convisor_side(bytes, 0), convisor_side(bytes, 1), damaged <> 0"

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

  "ALTER TABLE classes RENAME TO old_classes;"
  "ALTER TABLE items RENAME TO old_items;"
  "ALTER TABLE pictures RENAME TO old_pictures;"
  "ALTER TABLE named_values RENAME TO old_values;"
  "CREATE TABLE classes (position INTEGER PRIMARY KEY CHECK (position >= 0), name TEXT NOT NULL,"
  " colour INTEGER NOT NULL CHECK (colour >= -1), key INTEGER NOT NULL CHECK (key BETWEEN 0 AND 9),"
  " off INTEGER NOT NULL CHECK (off IN (0, 1))) STRICT;"
  "CREATE TABLE pictures (id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),"
  " form INTEGER NOT NULL CHECK (form BETWEEN 0 AND 2), width INTEGER NOT NULL CHECK (width > 0),"
  " height INTEGER NOT NULL CHECK (height > 0),"
  " channels INTEGER NOT NULL CHECK (channels IN (1, 3)),"
  " was_width INTEGER NOT NULL CHECK (was_width > 0),"
  " was_height INTEGER NOT NULL CHECK (was_height > 0),"
  " damaged INTEGER NOT NULL CHECK (damaged IN (0, 1)),"
  " sha256 BLOB NOT NULL CHECK (length(sha256) = 32), bytes BLOB NOT NULL) STRICT;"
  "CREATE TABLE items (id INTEGER PRIMARY KEY REFERENCES pictures (id), name TEXT NOT NULL,"
  " label INTEGER CHECK (label >= 0), split INTEGER NOT NULL CHECK (split BETWEEN 0 AND 3),"
  " hidden INTEGER NOT NULL CHECK (hidden IN (0, 1)), look INTEGER NOT NULL,"
  " digest INTEGER NOT NULL, group_id INTEGER NOT NULL, note TEXT) STRICT;"
  "CREATE TABLE boxes (item INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,"
  " position INTEGER NOT NULL CHECK (position >= 0), label INTEGER CHECK (label >= 0),"
  " x REAL NOT NULL, y REAL NOT NULL, width REAL NOT NULL, height REAL NOT NULL,"
  " UNIQUE (item, position)) STRICT;"
  "CREATE TABLE tags (item INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,"
  " tag TEXT NOT NULL, UNIQUE (item, tag)) STRICT;"
  "CREATE TABLE named_values (key TEXT PRIMARY KEY,"
  " sha256 BLOB NOT NULL CHECK (length(sha256) = 32), bytes BLOB NOT NULL) STRICT;"
  /* started: 1 for the first, in the order of starting; the rest JSON texts. */
  "CREATE TABLE runs (id INTEGER PRIMARY KEY AUTOINCREMENT, started INTEGER NOT NULL UNIQUE,"
  " name TEXT NOT NULL, note TEXT, settings TEXT NOT NULL, report TEXT, history TEXT) STRICT;"
  /* time: seconds since 1970. */
  "CREATE TABLE checkpoints (run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,"
  " epoch INTEGER NOT NULL CHECK (epoch >= 0), time INTEGER NOT NULL,"
  " sha256 BLOB NOT NULL CHECK (length(sha256) = 32), bytes BLOB NOT NULL, UNIQUE (run, epoch))"
  " STRICT;"
  "INSERT INTO classes SELECT position, name, -1, 0, 0 FROM old_classes;"
  "INSERT INTO pictures SELECT item, " PICTURE_NUMBERS ","
  " convisor_sum(bytes, item, " PICTURE_NUMBERS "), bytes FROM old_pictures;"
  "INSERT INTO items SELECT id, name, label, split, hidden, 0, 0, 0, NULL FROM old_items"
  " WHERE id IN (SELECT id FROM pictures);"
  "INSERT INTO named_values SELECT key, convisor_sum(bytes, key), bytes FROM old_values;"
  "DROP TABLE old_pictures; DROP TABLE old_items; DROP TABLE old_classes; DROP TABLE old_values;",
};

static void
add_number (GByteArray *more,
            guint64     number)
{
  guint64 value = GUINT64_TO_LE (number);

  g_byte_array_append (more, (const guint8 *) &value, sizeof value);
}

/* convisor_sum(bytes, number or text, …): cvr_store_sum(). */
static void
sum_cb (sqlite3_context *context,
        int              n,
        sqlite3_value  **values)
{
  g_autoptr (GByteArray) more = g_byte_array_new ();
  guint8 sum[CVR_STORE_SUM];

  for (int i = 1; i < n; i++)
    if (sqlite3_value_type (values[i]) == SQLITE_INTEGER)
      add_number (more, (guint64) sqlite3_value_int64 (values[i]));
    else
      g_byte_array_append (more, sqlite3_value_text (values[i]),
                           (guint) sqlite3_value_bytes (values[i]));
  cvr_store_sum (sqlite3_value_blob (values[0]), (gsize) sqlite3_value_bytes (values[0]),
                 more->data, more->len, sum);
  sqlite3_result_blob (context, sum, sizeof sum, SQLITE_TRANSIENT);
}

static CvrImageFormat
sniff (sqlite3_value *value,
       const guint8 **data,
       gsize         *length)
{
  *data = sqlite3_value_blob (value);
  *length = (gsize) sqlite3_value_bytes (value);

  return cvr_image_sniff (*data, *length, NULL);
}

/* convisor_form(bytes): CvrStoreForm of a picture of version 1. */
static void
form_cb (sqlite3_context *context,
         int              n,
         sqlite3_value  **values)
{
  const guint8 *data;
  gsize length;

  sqlite3_result_int (context, sniff (values[0], &data, &length) == CVR_FORMAT_JPEG
                                   ? CVR_STORE_JPEG
                                   : CVR_STORE_PNG);
}

/* convisor_side(bytes, 0 width or 1 height). A picture that is broken gets the size 1: reading it
 * says what is wrong, and the others come over. */
static void
side_cb (sqlite3_context *context,
         int              n,
         sqlite3_value  **values)
{
  const guint8 *data;
  gsize length;
  CvrImageFormat format = sniff (values[0], &data, &length);
  guint sides[2];

  if (format == CVR_FORMAT_UNKNOWN ||
      !cvr_image_peek_size (data, length, format, &sides[0], &sides[1]))
    sides[0] = sides[1] = 1;
  sqlite3_result_int (context, (int) MAX (1, sides[sqlite3_value_int (values[1]) != 0]));
}

static gboolean
add_functions (sqlite3 *db)
{
  enum { FLAGS = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY };

  return sqlite3_create_function (db, "convisor_sum", -1, FLAGS, NULL, sum_cb, NULL, NULL) ==
             SQLITE_OK &&
         sqlite3_create_function (db, "convisor_form", 1, FLAGS, NULL, form_cb, NULL, NULL) ==
             SQLITE_OK &&
         sqlite3_create_function (db, "convisor_side", 2, FLAGS, NULL, side_cb, NULL, NULL) ==
             SQLITE_OK;
}

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

/* Whether a file is a project that this version can read. */
static gboolean
judge (guint32     id,
       guint32     version,
       const char *name,
       GError    **error)
{
  if (id != APPLICATION_ID)
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
  guint32 version, id;

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
  id = cvr_reader_u32_be (&reader);
  if (reader.overrun || memcmp (header, "SQLite format 3", 16) != 0)
    id = 0;

  return judge (id, version, name, error);
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

static guint32
query_number (sqlite3    *db,
              const char *sql)
{
  g_autofree char *text = query (db, sql);
  guint64 number = 0;

  if (text != NULL)
    g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &number, NULL);

  return (guint32) number;
}

/**
 * cvr_store_check_form:
 *
 * The same for a file that is open already, perhaps twice in this process: a descriptor of our own
 * would drop SQLite's locks when it is closed. It must have the newest tables.
 */
gboolean
cvr_store_check_form (sqlite3    *db,
                      const char *name,
                      GError    **error)
{
  guint32 version = query_number (db, "PRAGMA user_version");

  if (!judge (query_number (db, "PRAGMA application_id"), version, name, error))
    return FALSE;
  if (version == G_N_ELEMENTS (steps))
    return TRUE;

  g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_VERSION,
               _("“%s” was made by an older Convisor: open it once where it can be changed."),
               name);
  return FALSE;
}

/* SQLite reads a last page that is cut off as if it ended in zeros. */
static gboolean
has_all_pages (sqlite3    *db,
               const char *path)
{
  g_autofree char *bytes =
      query (db, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
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
               ok ? _("its end is missing")
               : answer != NULL ? answer
                                : sqlite3_errmsg (db));

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

  ok = add_functions (db) && sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
  for (guint step = (guint) version; ok && step < G_N_ELEMENTS (steps); step++)
    ok = run_step (db, step);
  if (ok && sqlite3_exec (db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;

  set_error (db, name, error);
  if (!sqlite3_get_autocommit (db))
    sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);

  return FALSE;
}
