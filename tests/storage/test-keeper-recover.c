/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Damaged projects: every picture whose bytes are whole comes back into a new one, and nothing that
 * isn't what was written. */
#include "cvr-rng.h"
#include "cvr-salvage.h"
#include "cvr-test-pictures.h"
#include "cvr-test-vfs.h"
#include "keeper-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

enum
{
  N_PICTURES = 60,
  ROUNDS = 12,
  PAGE = 4096,
};

/* A project and what is known about it. */
typedef struct
{
  Fixture    *fixture;
  CvrDataset *dataset;
  char       *contents;
  gsize       length;
  char       *damaged; /* path */
  char       *to;
} Scene;

static void
scene_init (Scene   *self,
            Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  self->fixture = fixture;
  self->dataset = fixture_make (fixture, N_PICTURES);
  fixture_put (fixture, "settings", "{\"epochs\":7}", 2);
  fixture_put (fixture, "undo", "[]", 3);
  cvr_keeper_flush (fixture->keeper);
  g_file_get_contents (fixture->path, &self->contents, &self->length, &error);
  g_assert_no_error (error);
  self->damaged = g_build_filename (fixture->folder, "damaged.convisor", NULL);
  self->to = g_build_filename (fixture->folder, "new.convisor", NULL);
}

static void
scene_clear (Scene *self)
{
  g_unlink (self->damaged);
  g_unlink (self->to);
  g_clear_pointer (&self->dataset, cvr_dataset_unref);
  g_free (self->contents);
  g_free (self->damaged);
  g_free (self->to);
}

static void
scene_damage (Scene       *self,
              const char  *contents,
              gsize        length)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (self->damaged, contents, (gssize) length, &error);
  g_assert_no_error (error);
}

/* A recovered project, closed again. */
typedef struct
{
  CvrKeeper  *keeper;
  CvrDataset *dataset;
  GHashTable *hidden;
  char       *report;
} Recovered;

static gboolean
recover (Scene     *scene,
         Recovered *self,
         GError   **error)
{
  g_autoptr (GError) reason = NULL;

  *self = (Recovered) { NULL };
  if (!cvr_keeper_recover (scene->damaged, scene->to, &self->report, NULL, error))
    return FALSE;

  self->keeper = cvr_keeper_open (scene->to, &reason);
  g_assert_no_error (reason);
  self->dataset = cvr_dataset_new ();
  self->hidden = fixture_new_hidden ();
  g_assert_true (cvr_keeper_load (self->keeper, self->dataset, self->hidden, &reason));
  g_assert_no_error (reason);

  return TRUE;
}

static void
recovered_clear (Recovered *self)
{
  if (self->keeper != NULL)
    cvr_keeper_close (self->keeper);
  g_clear_pointer (&self->hidden, g_hash_table_unref);
  g_clear_pointer (&self->dataset, cvr_dataset_unref);
  g_clear_pointer (&self->keeper, cvr_keeper_unref);
  g_clear_pointer (&self->report, g_free);
}

static const CvrItem *
recovered_item (Recovered *self,
                guint64    id)
{
  gint place = cvr_dataset_find_item (self->dataset, id);

  return place >= 0 ? cvr_dataset_item (self->dataset, (guint) place)
                    : g_hash_table_lookup (self->hidden, &id);
}

/* Every picture that came back is what it was. Returns: how many came. */
static guint
check_pictures (Scene     *scene,
                Recovered *recovered)
{
  guint n = 0;

  for (guint i = 0; i < cvr_dataset_n_items (scene->dataset); i++)
    {
      const CvrItem *before = cvr_dataset_item (scene->dataset, i);
      const CvrItem *after = recovered_item (recovered, before->id);
      g_autoptr (CvrImage) x = NULL;
      g_autoptr (CvrImage) y = NULL;
      g_autoptr (GError) error = NULL;

      if (after == NULL)
        continue;
      x = cvr_picture_read (before->picture, &error);
      y = cvr_picture_read (after->picture, &error);
      g_assert_no_error (error);
      g_assert_true (cvr_image_equal (x, y));
      n++;
    }
  g_assert_cmpuint (n, ==,
                    cvr_dataset_n_items (recovered->dataset) +
                      g_hash_table_size (recovered->hidden));

  return n;
}

static void
test_an_undamaged_one_comes_over_whole (Fixture      *fixture,
                                        gconstpointer data)
{
  g_autoptr (GBytes) settings = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  Recovered recovered;
  Scene scene;

  scene_init (&scene, fixture);
  scene_damage (&scene, scene.contents, scene.length);
  g_assert_true (recover (&scene, &recovered, &error));
  g_assert_no_error (error);
  before = fixture_dump (scene.dataset);
  after = fixture_dump (recovered.dataset);
  g_assert_cmpstr (before, ==, after);
  g_assert_cmpuint (check_pictures (&scene, &recovered), ==, N_PICTURES);
  settings = cvr_keeper_get (recovered.keeper, "settings");
  g_assert_nonnull (settings);
  g_assert_null (cvr_keeper_get (recovered.keeper, "undo")); /* of what is lost as well */
  g_assert_nonnull (strstr (recovered.report, "60"));
  recovered_clear (&recovered);
  scene_clear (&scene);
}

/* The bytes of a picture as SQLite gives them, behind its checksum. */
static GBytes *
read_row (sqlite3 *db,
          guint64  id)
{
  static const char sql[] = "SELECT sha256 || bytes FROM pictures WHERE id = ?1";
  sqlite3_stmt *statement;
  GBytes *bytes;

  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  sqlite3_bind_int64 (statement, 1, (gint64) id);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  bytes = g_bytes_new (sqlite3_column_blob (statement, 0),
                       (gsize) sqlite3_column_bytes (statement, 0));
  sqlite3_finalize (statement);

  return bytes;
}

/* The pages that hold a row, found by pieces that occur only once. Empty where a page's border cuts
 * the last piece: the last page isn't known then. */
static GArray *
find_pages (Scene  *scene,
            GBytes *row)
{
  enum { PIECE = 16 };
  GArray *found = g_array_new (FALSE, FALSE, sizeof (gsize));
  gsize length;
  const guint8 *data = g_bytes_get_data (row, &length);
  const char *where = NULL;

  for (gsize at = 0; at < length; at += PIECE)
    {
      where = memmem (scene->contents, scene->length, data + MIN (at, length - PIECE), PIECE);
      if (where != NULL)
        {
          gsize page = (gsize) (where - scene->contents) / PAGE;

          g_array_append_val (found, page);
        }
    }
  if (where == NULL)
    g_array_set_size (found, 0);

  return found;
}

/* For each picture. */
static GPtrArray *
map_pages (Scene *scene)
{
  GPtrArray *pages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open_v2 (scene->damaged, &db, SQLITE_OPEN_READONLY, NULL), ==,
                   SQLITE_OK);
  for (guint i = 0; i < N_PICTURES; i++)
    {
      g_autoptr (GBytes) row = read_row (db, cvr_dataset_item (scene->dataset, i)->id);

      g_ptr_array_add (pages, find_pages (scene, row));
    }
  sqlite3_close (db);

  return pages;
}

/* Or may stand. */
static gboolean
stands_in (GArray *pages,
           gsize   page)
{
  if (pages->len == 0)
    return TRUE;
  for (guint i = 0; i < pages->len; i++)
    if (g_array_index (pages, gsize, i) == page)
      return TRUE;

  return FALSE;
}

/* Whole pages become noise: a picture comes back unless one of its own pages is among them. */
static void
test_pictures_on_whole_pages_come_back (Fixture      *fixture,
                                        gconstpointer data)
{
  CvrRng rng = cvr_rng_new (g_test_rand_int (), 5);
  g_autoptr (GPtrArray) pages = NULL;
  Scene scene;

  scene_init (&scene, fixture);
  scene_damage (&scene, scene.contents, scene.length);
  pages = map_pages (&scene);
  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autofree char *copy = g_memdup2 (scene.contents, scene.length);
      gsize page = cvr_rng_below (&rng, (guint32) (scene.length / PAGE));
      Recovered recovered;
      g_autoptr (GError) error = NULL;

      for (guint i = 0; i < PAGE; i++)
        copy[page * PAGE + i] = (char) cvr_rng_next (&rng);
      scene_damage (&scene, copy, scene.length);
      g_assert_true (recover (&scene, &recovered, &error));
      g_assert_no_error (error);
      check_pictures (&scene, &recovered);
      for (guint i = 0; i < N_PICTURES; i++)
        if (!stands_in (g_ptr_array_index (pages, i), page))
          g_assert_nonnull (
            recovered_item (&recovered, cvr_dataset_item (scene.dataset, i)->id));
      recovered_clear (&recovered);
    }
  scene_clear (&scene);
}

/* One byte in a hundred thousand: at most the pictures they stand in are lost, wherever else they
 * stand. */
static void
test_flipped_bytes (Fixture      *fixture,
                    gconstpointer data)
{
  enum { N_FLIPS = 8 };
  CvrRng rng = cvr_rng_new (g_test_rand_int (), 6);
  Scene scene;

  scene_init (&scene, fixture);
  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autofree char *copy = g_memdup2 (scene.contents, scene.length);
      g_autoptr (GError) error = NULL;
      Recovered recovered;

      for (guint i = 0; i < N_FLIPS; i++)
        {
          gsize at = cvr_rng_below (&rng, (guint32) scene.length);

          copy[at] ^= (char) (1 + cvr_rng_below (&rng, 255));
        }
      scene_damage (&scene, copy, scene.length);
      g_assert_true (recover (&scene, &recovered, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (check_pictures (&scene, &recovered), >=, N_PICTURES - N_FLIPS);
      recovered_clear (&recovered);
    }
  scene_clear (&scene);
}

/* Cut at places all over the file: what stands before the cut comes back, or the sentence says that
 * nothing does. */
static void
test_cut_ends (Fixture      *fixture,
               gconstpointer data)
{
  guint last = 0;
  Scene scene;

  scene_init (&scene, fixture);
  for (guint round = 0; round <= ROUNDS; round++)
    {
      gsize length = scene.length * round / ROUNDS;
      g_autoptr (GError) error = NULL;
      Recovered recovered;

      scene_damage (&scene, scene.contents, length);
      if (recover (&scene, &recovered, &error))
        {
          guint n = check_pictures (&scene, &recovered);

          g_assert_cmpuint (n, >=, last);
          last = n;
        }
      else
        {
          g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY);
          g_assert_nonnull (strstr (error->message, "damaged.convisor"));
          g_assert_cmpuint (last, ==, 0);
        }
      recovered_clear (&recovered);
    }
  g_assert_cmpuint (last, ==, N_PICTURES);
  scene_clear (&scene);
}

/* Names and labels are gone with their page: the pictures come with names of their own. */
static void
test_pictures_without_their_items (Fixture      *fixture,
                                   gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Recovered recovered;
  Scene scene;

  scene_init (&scene, fixture);
  scene_damage (&scene, scene.contents, scene.length);
  fixture_run_sql (scene.damaged, "PRAGMA foreign_keys = OFF; DELETE FROM items WHERE id < 11;"
                                  "DELETE FROM classes WHERE position = 1;");
  g_assert_true (recover (&scene, &recovered, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (check_pictures (&scene, &recovered), ==, N_PICTURES);
  g_assert_cmpint (cvr_dataset_item (recovered.dataset, 0)->label, ==, CVR_LABEL_NONE);
  g_assert_cmpstr (cvr_dataset_item (recovered.dataset, 0)->name, ==, "recovered 1");
  g_assert_cmpstr (cvr_dataset_item (recovered.dataset, 10)->name, ==, "picture 10");
  g_assert_cmpstr (cvr_dataset_class_name (recovered.dataset, 0), ==, "cat");
  g_assert_cmpstr (cvr_dataset_class_name (recovered.dataset, 1), ==, "Class 2");
  g_assert_nonnull (strstr (recovered.report, "10 lost their names"));
  g_assert_nonnull (strstr (recovered.report, "1 class lost its name"));
  recovered_clear (&recovered);
  scene_clear (&scene);
}

/* Without checksums: a picture is whole when it can be decoded. */
static void
test_the_first_version (Fixture      *fixture,
                        gconstpointer data)
{
  static const char sql[] =
    "PRAGMA auto_vacuum = FULL; PRAGMA application_id = 0x43565352; PRAGMA user_version = 1;"
    "CREATE TABLE classes (position INTEGER PRIMARY KEY, name TEXT NOT NULL);"
    "CREATE TABLE items (sequence INTEGER PRIMARY KEY, id INTEGER UNIQUE, name TEXT, label INTEGER,"
    " split INTEGER, hidden INTEGER);"
    "CREATE TABLE pictures (item INTEGER PRIMARY KEY, channels INTEGER, damaged INTEGER,"
    " bytes BLOB);"
    "CREATE TABLE named_values (key TEXT PRIMARY KEY, bytes BLOB NOT NULL);"
    "INSERT INTO classes VALUES (0, 'cat'), (1, 'dog');"
    "INSERT INTO items VALUES (1, 5, 'five', 1, 2, 0), (2, 6, 'six', NULL, 0, 0);"
    "INSERT INTO named_values VALUES ('settings', x'7b7d');"
    "INSERT INTO pictures VALUES (5, 3, 0, x'%s'), (6, 3, 0, x'89504e47');";
  g_autoptr (GBytes) png = cvr_test_file ("png", 6, 4, 0x2060a0);
  GString *hex = g_string_new (NULL);
  g_autofree char *text = NULL;
  const CvrPictureFacts *facts;
  const CvrItem *item;
  Scene scene = { .fixture = fixture };
  Recovered recovered;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < g_bytes_get_size (png); i++)
    g_string_append_printf (hex, "%02x", ((const guint8 *) g_bytes_get_data (png, NULL))[i]);
  text = g_strdup_printf (sql, hex->str);
  g_string_free (hex, TRUE);
  scene.damaged = g_build_filename (fixture->folder, "damaged.convisor", NULL);
  scene.to = g_build_filename (fixture->folder, "new.convisor", NULL);
  fixture_run_sql (scene.damaged, text);
  g_assert_true (recover (&scene, &recovered, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (cvr_dataset_n_items (recovered.dataset), ==, 1);
  item = cvr_dataset_item (recovered.dataset, 0);
  facts = cvr_picture_facts (item->picture);
  g_assert_cmpuint (item->id, ==, 5);
  g_assert_cmpstr (item->name, ==, "five");
  g_assert_cmpint (item->label, ==, 1);
  g_assert_cmpint (item->split, ==, CVR_SPLIT_VALID);
  g_assert_cmpuint (facts->width, ==, 6);
  g_assert_cmpuint (facts->height, ==, 4);
  g_assert_nonnull (strstr (recovered.report, "1 is damaged"));
  recovered_clear (&recovered);
  scene_clear (&scene);
}

static void
test_what_is_no_project (Fixture      *fixture,
                         gconstpointer data)
{
  g_autoptr (GError) error = NULL, none = NULL;
  g_autofree char *missing = g_build_filename (fixture->folder, "missing", NULL);
  Recovered recovered;
  Scene scene;

  scene_init (&scene, fixture);
  memset (scene.contents, 0x0d, scene.length);
  scene_damage (&scene, scene.contents, scene.length);
  g_assert_false (recover (&scene, &recovered, &error));
  g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY);
  g_assert_false (g_file_test (scene.to, G_FILE_TEST_EXISTS));
  g_assert_false (cvr_keeper_recover (missing, scene.to, NULL, NULL, &none));
  g_assert_error (none, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO);
  scene_clear (&scene);
}

static void
test_cancelled (Fixture      *fixture,
                gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Scene scene;

  scene_init (&scene, fixture);
  scene_damage (&scene, scene.contents, scene.length);
  g_cancellable_cancel (cancellable);
  g_assert_false (cvr_keeper_recover (scene.damaged, scene.to, NULL, cancellable, &error));
  g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_CANCELLED);
  g_assert_false (g_file_test (scene.to, G_FILE_TEST_EXISTS));
  scene_clear (&scene);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  cvr_test_vfs_install (); /* for its syncs, which do nothing */

#define ADD(name, function)                                                                        \
  g_test_add ("/storage/keeper-recover/" name, Fixture, NULL, fixture_set_up, function,            \
              fixture_tear_down)
  ADD ("an-undamaged-one-comes-over-whole", test_an_undamaged_one_comes_over_whole);
  ADD ("pictures-on-whole-pages-come-back", test_pictures_on_whole_pages_come_back);
  ADD ("flipped-bytes", test_flipped_bytes);
  ADD ("cut-ends", test_cut_ends);
  ADD ("pictures-without-their-items", test_pictures_without_their_items);
  ADD ("the-first-version", test_the_first_version);
  ADD ("what-is-no-project", test_what_is_no_project);
  ADD ("cancelled", test_cancelled);
#undef ADD

  return g_test_run ();
}
