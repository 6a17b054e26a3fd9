/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows out of the bytes of an SQLite file, whole, cut and broken. */
#include "cvr-salvage.h"

#include "cvr-rng.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

enum
{
  PAGE = 512,
  N_VALUES = 8,
  LARGE = 1500, /* bytes: three overflow pages */
};

/* Values of all lengths with their keys, and tags of them. */
static GBytes *
make_file (void)
{
  static const char schema[] =
    "PRAGMA page_size = 512; PRAGMA auto_vacuum = FULL;"
    "CREATE TABLE named_values (key TEXT, sha256 BLOB, bytes BLOB);"
    "CREATE TABLE tags (item INTEGER, tag TEXT);"
    "CREATE TABLE boxes (item INTEGER, position INTEGER, label INTEGER, x REAL, y REAL,"
    " width REAL, height REAL);"
    "INSERT INTO tags VALUES (1, 'one'), (-300, 'ñandú'), (0, 'zero'), (9000000000, 'many');"
    "INSERT INTO boxes VALUES (7, 0, NULL, 0.25, -1e300, 1.0, 0.1);"
    "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 7)"
    " INSERT INTO named_values SELECT 'key ' || i, zeroblob(32), zeroblob(i * 1500 / 7) FROM n;";
  g_autofree char *folder = g_dir_make_tmp ("convisor-salvage-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  char *contents;
  gsize length;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, schema, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  g_unlink (path);
  g_rmdir (folder);

  return g_bytes_new_take (contents, length);
}

/* Rows as text, in the order of the file. */
static gboolean
describe_cb (const CvrSalvageRow *row,
             gpointer             data)
{
  GString *text = data;

  if (row->table == CVR_SALVAGE_TAG)
    {
      g_autofree char *tag = cvr_salvage_text (row, 1);

      g_string_append_printf (text, "tag %lld %s\n", (long long) cvr_salvage_int (row, 0), tag);
    }
  else if (row->table == CVR_SALVAGE_BOX)
    {
      g_string_append_printf (text, "box %d %d %g %g %g %g\n", (int) cvr_salvage_int (row, 0),
                              cvr_salvage_is_null (row, 2), cvr_salvage_real (row, 3),
                              cvr_salvage_real (row, 4), cvr_salvage_real (row, 5),
                              cvr_salvage_real (row, 6));
    }
  else if (row->table == CVR_SALVAGE_VALUE)
    {
      g_autofree char *key = cvr_salvage_text (row, 0);
      g_autoptr (GBytes) bytes = cvr_salvage_bytes (row, 2);

      g_string_append_printf (text, "%s: %u\n", key, (guint) g_bytes_get_size (bytes));
    }

  return TRUE;
}

static gboolean
count_cb (const CvrSalvageRow *row,
          gpointer             data)
{
  ++*(guint *) data;

  return TRUE;
}

static char *
describe (GBytes *file)
{
  GString *text = g_string_new (NULL);
  gsize length;
  const guint8 *data = g_bytes_get_data (file, &length);

  g_assert_cmpuint (cvr_salvage_page_size (data, length), ==, PAGE);
  g_assert_true (cvr_salvage (data, length, PAGE, describe_cb, text));

  return g_string_free (text, FALSE);
}

static void
assert_has (const char *text,
            const char *line)
{
  g_assert_nonnull (strstr (text, line));
}

static void
assert_whole (const char *text)
{
  assert_has (text, "tag 1 one\n");
  assert_has (text, "tag -300 ñandú\n");
  assert_has (text, "tag 0 zero\n");
  assert_has (text, "tag 9000000000 many\n");
  assert_has (text, "box 7 1 0.25 -1e+300 1 0.1\n");
  for (guint i = 0; i < N_VALUES; i++)
    {
      g_autofree char *line = g_strdup_printf ("key %u: %u\n", i, i * LARGE / 7);

      assert_has (text, line);
    }
}

static void
test_finds_every_row_once (void)
{
  g_autoptr (GBytes) file = make_file ();
  g_autofree char *text = describe (file);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  assert_whole (text);
  g_assert_cmpuint (g_strv_length (lines) - 1, ==, N_VALUES + 5);
}

/* Without any page that says what it is, rows with a checksum are found by their looks. */
static void
test_finds_rows_that_nothing_points_to (void)
{
  g_autoptr (GBytes) file = make_file ();
  g_autoptr (GBytes) broken = NULL;
  g_autofree char *text = NULL;
  gsize length;
  const guint8 *data = g_bytes_get_data (file, &length);
  guint8 *copy = g_memdup2 (data, length);

  for (gsize page = PAGE; page < length; page += PAGE)
    if (copy[page] == 13)
      memset (copy + page, 0xff, 8);
  broken = g_bytes_new_take (copy, length);
  text = describe (broken);
  for (guint i = 0; i < N_VALUES; i++)
    {
      g_autofree char *line = g_strdup_printf ("key %u: %u\n", i, i * LARGE / 7);

      assert_has (text, line);
    }
  g_assert_null (strstr (text, "tag")); /* which could be nonsense */
}

static void
test_every_length (void)
{
  g_autoptr (GBytes) file = make_file ();
  guint last = 0, n = 0;
  gsize length;
  const guint8 *data = g_bytes_get_data (file, &length);

  for (gsize i = 0; i <= length; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, i); /* so that a sanitizer sees its end */

      n = 0;
      g_assert_true (cvr_salvage (copy, i, PAGE, count_cb, &n));
      g_assert_cmpuint (n, >=, last);
      last = n;
    }
  g_assert_cmpuint (n, ==, N_VALUES + 5);
}

static void
test_any_bytes (void)
{
  CvrRng rng = cvr_rng_new (g_test_rand_int (), 11);
  g_autoptr (GBytes) file = make_file ();
  gsize length;
  const guint8 *data = g_bytes_get_data (file, &length);

  for (guint round = 0; round < 300; round++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, length);
      guint n = 0;

      for (guint i = 0; i < 1u << round % 10; i++)
        copy[cvr_rng_below (&rng, (guint32) length)] = (guint8) cvr_rng_next (&rng);
      cvr_salvage (copy, length, cvr_salvage_page_size (copy, length), count_cb, &n);
    }
}

static gboolean
stop_cb (const CvrSalvageRow *row,
         gpointer             data)
{
  return ++*(guint *) data < 3;
}

static void
test_stops_when_told (void)
{
  g_autoptr (GBytes) file = make_file ();
  guint n = 0;
  gsize length;
  const guint8 *data = g_bytes_get_data (file, &length);

  g_assert_false (cvr_salvage (data, length, PAGE, stop_cb, &n));
  g_assert_cmpuint (n, ==, 3);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/storage/salvage/finds-every-row-once", test_finds_every_row_once);
  g_test_add_func ("/storage/salvage/finds-rows-that-nothing-points-to",
                   test_finds_rows_that_nothing_points_to);
  g_test_add_func ("/storage/salvage/every-length", test_every_length);
  g_test_add_func ("/storage/salvage/any-bytes", test_any_bytes);
  g_test_add_func ("/storage/salvage/stops-when-told", test_stops_when_told);

  return g_test_run ();
}
