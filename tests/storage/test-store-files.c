/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that the store meets: those of others and newer ones stay untouched, older ones come along,
 * damage is noticed. */
#include "cvr-test-pictures.h"
#include "store-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

/* Whether everything can be read and is what was written. */
static gboolean
is_readable (CvrStore   *store,
             CvrDataset *loaded)
{
  gboolean ok = cvr_store_load (store, loaded, NULL, fixture_make_picture, store, NULL);

  for (guint i = 0; ok && i < cvr_dataset_n_items (loaded); i++)
    {
      g_auto (CvrStoredPicture) picture = { 0 };

      ok = cvr_store_get_picture (store, cvr_dataset_item (loaded, i)->id, &picture, NULL) &&
           cvr_store_is_whole (&picture);
    }

  return ok;
}

/* Opens a file with @contents and expects @code; afterwards it must be byte for byte the same. */
static void
assert_refused (Fixture    *self,
                const char *contents,
                gsize       length,
                gint        code)
{
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL, reading = NULL;
  gsize after_length;

  g_clear_pointer (&self->store, cvr_store_close);
  g_file_set_contents (self->path, contents, (gssize) length, &reading);
  g_assert_no_error (reading);
  g_assert_null (cvr_store_open (self->path, &error));
  g_assert_error (error, CVR_STORAGE_ERROR, code);
  g_assert_nonnull (strstr (error->message, "live.convisor"));
  g_file_get_contents (self->path, &after, &after_length, &reading);
  g_assert_no_error (reading);
  g_assert_cmpmem (contents, length, after, after_length);
}

static void
run_sql (const char *path,
         const char *sql)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
test_refuses_files_of_others (Fixture      *self,
                              gconstpointer data)
{
  g_autofree char *other = g_build_filename (self->folder, "other.db", NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  run_sql (other, "CREATE TABLE t (a); INSERT INTO t VALUES (1);");
  g_file_get_contents (other, &contents, &length, &error);
  g_assert_no_error (error);
  g_unlink (other);
  assert_refused (self, contents, length, CVR_STORAGE_ERROR_FORMAT);
  assert_refused (self, "x", 1, CVR_STORAGE_ERROR_FORMAT);
  assert_refused (self, contents, 64, CVR_STORAGE_ERROR_FORMAT);
}

static void
test_refuses_newer_ones (Fixture      *self,
                         gconstpointer data)
{
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_clear_pointer (&self->store, cvr_store_close);
  run_sql (self->path, "PRAGMA user_version = 999");
  g_file_get_contents (self->path, &contents, &length, &error);
  g_assert_no_error (error);
  assert_refused (self, contents, length, CVR_STORAGE_ERROR_VERSION);
}

/* Every page overwritten in turn: an error, or (where the damage is inside a picture) an error on
 * loading. */
static void
test_notices_damage (Fixture      *self,
                     gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = fixture_make ();
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  guint noticed = 0, n_pages;
  gsize length;

  fixture_put_all (self, dataset);
  g_clear_pointer (&self->store, cvr_store_close);
  g_file_get_contents (self->path, &contents, &length, &error);
  g_assert_no_error (error);
  n_pages = (guint) (length / 4096);
  for (guint page = 0; page < n_pages; page++)
    {
      g_autofree char *copy = g_memdup2 (contents, length);
      g_autoptr (CvrDataset) loaded = cvr_dataset_new ();
      g_autoptr (CvrStore) store = NULL;

      memset (copy + (gsize) page * 4096 + (page == 0 ? 100 : 0), 0x5a, page == 0 ? 300 : 400);
      g_file_set_contents (self->path, copy, (gssize) length, &error);
      g_assert_no_error (error);
      store = cvr_store_open (self->path, NULL);
      noticed += store == NULL || !is_readable (store, loaded);
    }
  g_test_message ("%u of %u pages noticed", noticed, n_pages);
  g_assert_cmpuint (noticed, >=,
                    n_pages - 2); /* the map of pages and an unused page don't matter */
}

static void
test_every_cut_is_refused (Fixture      *self,
                           gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = fixture_make ();
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  fixture_put_all (self, dataset);
  g_clear_pointer (&self->store, cvr_store_close);
  g_file_get_contents (self->path, &contents, &length, &error);
  g_assert_no_error (error);
  for (gsize n = 1; n < length; n += 1021)
    {
      g_autoptr (CvrStore) store = NULL;

      g_file_set_contents (self->path, contents, (gssize) n, &error);
      g_assert_no_error (error);
      store = cvr_store_open (self->path, NULL);
      g_assert_null (store);
    }
}

static void
test_says_what_it_is (Fixture      *self,
                      gconstpointer data)
{
  g_autofree char *contents = NULL;
  gsize length;

  g_clear_pointer (&self->store, cvr_store_close);
  g_assert_true (g_file_get_contents (self->path, &contents, &length, NULL));
  g_assert_cmpmem (contents + 68, 4, "CVSR", 4);
  g_assert_cmpint (contents[18], ==, 1); /* no write-ahead log */
  g_assert_cmpint (contents[19], ==, 1);
}

/* A project as the first version left it: a picture that isn't there any more had number 3, one has
 * lost its item, one is broken. */
static void
write_version_1 (Fixture *self)
{
  static const char schema[] =
      "PRAGMA auto_vacuum = FULL; PRAGMA application_id = 0x43565352; PRAGMA user_version = 1;"
      "CREATE TABLE classes (position INTEGER PRIMARY KEY CHECK (position >= 0), name TEXT NOT "
      "NULL) STRICT;"
      "CREATE TABLE items (sequence INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE CHECK (id > "
      "0), name TEXT NOT NULL, label INTEGER CHECK (label >= 0), split INTEGER NOT NULL CHECK "
      "(split BETWEEN 0 AND 3), hidden INTEGER NOT NULL CHECK (hidden IN (0, 1))) STRICT;"
      "CREATE TABLE pictures (item INTEGER PRIMARY KEY REFERENCES items (id) ON DELETE CASCADE,"
      " channels INTEGER NOT NULL CHECK (channels IN (1, 3)), damaged INTEGER NOT NULL, bytes "
      "BLOB NOT NULL) STRICT;"
      "CREATE TABLE named_values (key TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;"
      "INSERT INTO classes VALUES (0, 'cat'), (1, 'dog');"
      "INSERT INTO items VALUES (1, 2, 'two', 1, 0, 0), (2, 1, 'one', NULL, 3, 0),"
      " (3, 5, 'hidden', 0, 1, 1), (4, 7, 'broken', 0, 0, 0), (5, 8, 'lost', 0, 0, 0);"
      "INSERT INTO named_values VALUES ('settings', x'7b7d'), ('empty', x'');"
      "INSERT INTO pictures VALUES (7, 3, 1, x'ffd8ff');";
  static const char put[] = "INSERT INTO pictures VALUES (?1, ?2, 0, ?3)";
  g_autoptr (GBytes) png = cvr_test_file ("png", 6, 4, 0x808080);
  g_autoptr (GBytes) jpeg = cvr_test_file ("jpeg", 150, 20, 0xff0000);
  GBytes *const files[] = { png, jpeg, png };
  static const int ids[] = { 1, 2, 5 }, channels[] = { 1, 3, 3 };
  sqlite3_stmt *statement;
  sqlite3 *db;

  g_clear_pointer (&self->store, cvr_store_close);
  g_unlink (self->path);
  g_assert_cmpint (sqlite3_open (self->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, schema, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, put, -1, &statement, NULL), ==, SQLITE_OK);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      sqlite3_bind_int (statement, 1, ids[i]);
      sqlite3_bind_int (statement, 2, channels[i]);
      sqlite3_bind_blob64 (statement, 3, g_bytes_get_data (files[i], NULL),
                           g_bytes_get_size (files[i]), SQLITE_STATIC);
      g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_DONE);
      sqlite3_reset (statement);
    }
  sqlite3_finalize (statement);
  sqlite3_close (db);
}

static void
assert_picture (const CvrItem *item,
                guint          width,
                guint          height,
                guint          channels)
{
  const CvrPictureFacts *facts = cvr_picture_facts (item->picture);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrImage) image = cvr_picture_read (item->picture, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (facts->width, ==, width);
  g_assert_cmpuint (facts->height, ==, height);
  g_assert_cmpuint (facts->was_width, ==, width);
  g_assert_cmpuint (facts->channels, ==, channels);
  g_assert_cmpuint (image->width, ==, width);
  g_assert_cmpuint (image->height, ==, height);
  g_assert_cmpuint (image->channels, ==, channels);
}

static void
test_reads_version_1 (Fixture      *self,
                      gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = NULL;
  g_autoptr (CvrImage) broken = NULL;
  g_autoptr (GBytes) settings = g_bytes_new_static ("{}", 2);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (GError) error = NULL;

  for (guint time = 0; time < 2; time++)
    {
      if (time == 0)
        write_version_1 (self);
      fixture_open (self);
      g_assert_false (cvr_store_is_new (self->store));
      g_clear_pointer (&dataset, cvr_dataset_unref);
      dataset = fixture_load (self);
      g_assert_cmpuint (cvr_dataset_n_classes (dataset), ==, 2);
      g_assert_cmpint (cvr_dataset_class (dataset, 1)->colour, ==, -1);
      g_assert_cmpuint (cvr_dataset_n_items (dataset), ==, 3);
      g_assert_cmpstr (cvr_dataset_item (dataset, 0)->name, ==, "one");
      g_assert_cmpint (cvr_dataset_item (dataset, 0)->label, ==, CVR_LABEL_NONE);
      g_assert_cmpint (cvr_dataset_item (dataset, 0)->split, ==, CVR_SPLIT_TEST);
      assert_picture (cvr_dataset_item (dataset, 0), 6, 4, 1);
      g_assert_cmpint (cvr_dataset_item (dataset, 1)->label, ==, 1);
      assert_picture (cvr_dataset_item (dataset, 1), 150, 20, 3);
      assert_value (self, "settings", settings);
      assert_value (self, "empty", empty);
    }

  /* It says what is wrong when somebody looks at it. */
  g_assert_cmpuint (cvr_dataset_item (dataset, 2)->id, ==, 7);
  broken = cvr_picture_read (cvr_dataset_item (dataset, 2)->picture, &error);
  g_assert_null (broken);
  g_assert_nonnull (error);
  g_assert_cmpuint (cvr_store_next_id (self->store, NULL), ==, 8);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function)                                                                        \
  g_test_add ("/storage/store-files/" name, Fixture, NULL, fixture_set_up, function,               \
              fixture_tear_down)
  ADD ("refuses-files-of-others", test_refuses_files_of_others);
  ADD ("reads-version-1", test_reads_version_1);
  ADD ("refuses-newer-ones", test_refuses_newer_ones);
  ADD ("notices-damage", test_notices_damage);
  ADD ("every-cut-is-refused", test_every_cut_is_refused);
  ADD ("says-what-it-is", test_says_what_it_is);
#undef ADD

  return g_test_run ();
}
