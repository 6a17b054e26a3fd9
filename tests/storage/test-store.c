/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project file: what is put comes back after opening again, transactions are whole, and files
 * of others stay untouched. */
#include "cvr-store.h"
#include "cvr-test-pictures.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>

typedef struct
{
  char     *folder;
  char     *path;
  CvrStore *store;
} Fixture;

static void
open_store (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  cvr_store_close (self->store);
  self->store = cvr_store_open (self->path, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("convisor-store-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->folder, "live.convisor", NULL);
  open_store (self);
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  g_autofree char *journal = g_strconcat (self->path, "-journal", NULL);

  cvr_store_close (self->store);
  g_assert_false (g_file_test (journal, G_FILE_TEST_EXISTS));
  g_unlink (self->path);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->path);
  g_free (self->folder);
}

/* Ten items of three classes, grey and colour, small enough to be kept exactly. */
static CvrDataset *
make (void)
{
  CvrDataset *dataset = cvr_dataset_new ();
  static const char *const names[] = { "cat", "dog", "ñandú" };

  for (guint k = 0; k < 3; k++)
    cvr_dataset_add_class (dataset, names[k]);
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (CvrImage) image = cvr_test_picture (4 + i, 9, i % 2 == 0 ? 1 : 3);
      g_autofree char *name = g_strdup_printf ("picture %u.png", i);

      image->damaged = i == 7;
      cvr_dataset_add_item (dataset, 0, image, name, (gint) (i % 4) - 1, (CvrSplit) (i % 4));
    }

  return dataset;
}

static void
put_all (Fixture    *self,
         CvrDataset *dataset)
{
  g_autoptr (GError) error = NULL;

  cvr_store_begin (self->store);
  g_assert_true (cvr_store_set_classes (self->store, dataset, &error));
  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    g_assert_true (cvr_store_put_item (self->store, cvr_dataset_item (dataset, i), &error));
  g_assert_true (cvr_store_commit (self->store, &error));
  g_assert_no_error (error);
}

static CvrDataset *
load (Fixture *self)
{
  CvrDataset *dataset = cvr_dataset_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (cvr_store_load_dataset (self->store, dataset, &error));
  g_assert_no_error (error);

  return dataset;
}

static void
assert_same (CvrDataset *a,
             CvrDataset *b)
{
  g_assert_cmpuint (cvr_dataset_n_classes (a), ==, cvr_dataset_n_classes (b));
  for (guint k = 0; k < cvr_dataset_n_classes (a); k++)
    g_assert_cmpstr (cvr_dataset_class_name (a, k), ==, cvr_dataset_class_name (b, k));
  g_assert_cmpuint (cvr_dataset_n_items (a), ==, cvr_dataset_n_items (b));
  for (guint i = 0; i < cvr_dataset_n_items (a); i++)
    {
      const CvrItem *x = cvr_dataset_item (a, i), *y = cvr_dataset_item (b, i);

      g_assert_cmpuint (x->id, ==, y->id);
      g_assert_cmpstr (x->name, ==, y->name);
      g_assert_cmpint (x->label, ==, y->label);
      g_assert_cmpint (x->split, ==, y->split);
      g_assert_cmpint (x->image->damaged, ==, y->image->damaged);
      g_assert_true (cvr_image_equal (x->image, y->image));
    }
}

static void
test_comes_back (Fixture      *self,
                 gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = make ();
  g_autoptr (CvrDataset) loaded = NULL;

  g_assert_true (cvr_store_is_new (self->store));
  put_all (self, dataset);
  open_store (self);
  g_assert_false (cvr_store_is_new (self->store));
  loaded = load (self);
  assert_same (dataset, loaded);
}

/* A picture without any colour that is kept as RGB stays RGB. */
static void
test_keeps_the_number_of_channels (Fixture      *self,
                                   gconstpointer data)
{
  g_autoptr (CvrImage) image = cvr_image_new (5, 5, 3);
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  g_autoptr (CvrDataset) loaded = NULL;

  cvr_dataset_add_item (dataset, 0, image, "black", -1, CVR_SPLIT_AUTO);
  put_all (self, dataset);
  loaded = load (self);
  assert_same (dataset, loaded);
}

/* Larger than 128 pixels a side: JPEG at quality 95. */
static void
test_large_pictures_come_back_nearly (Fixture      *self,
                                      gconstpointer data)
{
  g_autoptr (CvrImage) image = cvr_image_new (200, 150, 3);
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  g_autoptr (CvrDataset) loaded = NULL;
  const CvrImage *back;

  for (guint i = 0; i < 200 * 150; i++)
    for (guint c = 0; c < 3; c++)
      image->data[3 * i + c] = (guint8) (i % 200 / 4 + i / 400 + 10 * c);
  cvr_dataset_add_item (dataset, 0, image, "large", -1, CVR_SPLIT_AUTO);
  put_all (self, dataset);
  loaded = load (self);
  back = cvr_dataset_item (loaded, 0)->image;
  g_assert_cmpuint (back->width, ==, 200);
  g_assert_cmpuint (back->channels, ==, 3);
  for (gsize i = 0; i < cvr_image_n_bytes (image); i++)
    g_assert_cmpint (ABS (back->data[i] - image->data[i]), <=,
                     12); /* a smooth ramp through quality 95 */
}

static void
test_changes_are_kept (Fixture      *self,
                       gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = make ();
  g_autoptr (CvrDataset) loaded = NULL;
  g_autoptr (GError) error = NULL;

  put_all (self, dataset);
  cvr_dataset_set_label (dataset, 2, 0);
  cvr_dataset_set_split (dataset, 2, CVR_SPLIT_TEST);
  g_assert_true (cvr_store_set_item (self->store, cvr_dataset_item (dataset, 2)->id, 0,
                                     CVR_SPLIT_TEST, &error));
  cvr_dataset_remove_class (dataset, 1);
  cvr_dataset_add_class (dataset, "last");
  g_assert_true (cvr_store_set_classes (self->store, dataset, &error));
  g_assert_no_error (error);
  open_store (self);
  loaded = load (self);
  assert_same (dataset, loaded);
}

static void
test_hidden_items_come_back_in_place (Fixture      *self,
                                      gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = make ();
  g_autoptr (CvrDataset) without = NULL;
  g_autoptr (CvrDataset) with = NULL;
  g_autoptr (CvrImage) image = NULL;
  g_autoptr (GError) error = NULL;
  guint64 third, last;

  put_all (self, dataset);
  third = cvr_dataset_item (dataset, 3)->id;
  last = cvr_dataset_item (dataset, 9)->id;
  g_assert_true (cvr_store_hide_item (self->store, third, TRUE, &error));
  g_assert_true (cvr_store_hide_item (self->store, last, TRUE, &error));
  open_store (self);

  without = load (self);
  g_assert_cmpuint (cvr_dataset_n_items (without), ==, 8);
  g_assert_cmpint (cvr_dataset_find_item (without, third), ==, -1);
  image = cvr_store_get_image (self->store, third, &error);
  g_assert_true (cvr_image_equal (image, cvr_dataset_item (dataset, 3)->image));
  /* The id of the hidden last item stays taken. */
  g_assert_cmpuint (cvr_dataset_add_item (without, 0, image, "new", -1, CVR_SPLIT_AUTO), >, last);

  g_assert_true (cvr_store_hide_item (self->store, third, FALSE, &error));
  g_assert_true (cvr_store_hide_item (self->store, last, FALSE, &error));
  with = load (self);
  assert_same (dataset, with);
}

static void
test_unknown_items_are_an_error (Fixture      *self,
                                 gconstpointer data)
{
  g_autoptr (GError) set = NULL, hide = NULL, get = NULL;

  g_assert_false (cvr_store_set_item (self->store, 77, -1, CVR_SPLIT_AUTO, &set));
  g_assert_error (set, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);
  g_assert_false (cvr_store_hide_item (self->store, 77, TRUE, &hide));
  g_assert_error (hide, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);
  g_assert_null (cvr_store_get_image (self->store, 77, &get));
  g_assert_error (get, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);
}

static void
test_failed_transactions_leave_nothing (Fixture      *self,
                                        gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = make ();
  g_autoptr (CvrDataset) loaded = NULL;
  g_autoptr (GBytes) value = g_bytes_new_static ("x", 1);
  g_autoptr (GError) inner = NULL, outer = NULL, after = NULL;

  put_all (self, dataset);
  cvr_store_begin (self->store);
  g_assert_true (cvr_store_clear_items (self->store, NULL));
  g_assert_true (cvr_store_put (self->store, "settings", value, NULL));
  cvr_store_begin (self->store);
  g_assert_false (cvr_store_set_item (self->store, 77, -1, CVR_SPLIT_AUTO, NULL));
  g_assert_false (cvr_store_commit (self->store, &inner));
  g_assert_nonnull (inner);
  g_assert_false (cvr_store_commit (self->store, &outer));
  g_assert_error (outer, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);

  loaded = load (self);
  assert_same (dataset, loaded);
  g_assert_null (cvr_store_get (self->store, "settings"));
  /* And the next one works. */
  g_assert_true (cvr_store_put (self->store, "settings", value, &after));
}

/* Left open when the program ends: as if it had never begun. */
static void
test_open_transactions_are_undone (Fixture      *self,
                                   gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = make ();
  g_autoptr (CvrDataset) loaded = NULL;

  put_all (self, dataset);
  cvr_store_begin (self->store);
  g_assert_true (cvr_store_clear_items (self->store, NULL));
  open_store (self);
  loaded = load (self);
  assert_same (dataset, loaded);
}

static void
test_values (Fixture      *self,
             gconstpointer data)
{
  g_autoptr (GBytes) first = g_bytes_new_static ("one\0two", 7);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) got = NULL;
  g_autoptr (GBytes) got_empty = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (cvr_store_get (self->store, "model"));
  g_assert_true (cvr_store_put (self->store, "model", empty, &error));
  g_assert_true (cvr_store_put (self->store, "model", first, &error));
  g_assert_true (cvr_store_put (self->store, "nothing", empty, &error));
  open_store (self);
  got = cvr_store_get (self->store, "model");
  g_assert_true (g_bytes_equal (got, first));
  got_empty = cvr_store_get (self->store, "nothing");
  g_assert_nonnull (got_empty);
  g_assert_cmpuint (g_bytes_get_size (got_empty), ==, 0);
  g_assert_true (cvr_store_put (self->store, "model", NULL, &error));
  g_assert_null (cvr_store_get (self->store, "model"));
}

/* What was removed is not in the file any more, and the file gets smaller. */
static void
test_removed_is_gone (Fixture      *self,
                      gconstpointer data)
{
  static const char secret[] = "a very secret value that nobody else writes";
  g_autofree char *filling = g_strnfill (1 << 20, 's');
  g_autoptr (GBytes) value = g_bytes_new_static (secret, sizeof secret);
  g_autoptr (GBytes) large = g_bytes_new_static (filling, 1 << 20);
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_assert_true (cvr_store_put (self->store, "secret", value, &error));
  g_assert_true (cvr_store_put (self->store, "large", large, &error));
  g_assert_true (cvr_store_put (self->store, "secret", NULL, &error));
  g_assert_true (cvr_store_put (self->store, "large", NULL, &error));
  g_clear_pointer (&self->store, cvr_store_close);
  g_file_get_contents (self->path, &contents, &length, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (length, <, 1 << 18);
  g_assert_null (memmem (contents, length, "very secret value", 17));
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
  g_autoptr (CvrDataset) dataset = make ();
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  guint noticed = 0, n_pages;
  gsize length;

  put_all (self, dataset);
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
      noticed += store == NULL || !cvr_store_load_dataset (store, loaded, NULL);
    }
  g_test_message ("%u of %u pages noticed", noticed, n_pages);
  g_assert_cmpuint (noticed, >=,
                    n_pages - 2); /* the map of pages and an unused page don't matter */
}

static void
test_every_cut_is_refused (Fixture      *self,
                           gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = make ();
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  put_all (self, dataset);
  g_clear_pointer (&self->store, cvr_store_close);
  g_file_get_contents (self->path, &contents, &length, &error);
  g_assert_no_error (error);
  for (gsize n = 1; n < length; n += 509)
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

/* The disk gives out in the middle, and SQLite rolls back by itself: what is written afterwards
 * must not stay alone. */
static void
test_a_write_that_fails_takes_the_later_ones_along (Fixture      *self,
                                                    gconstpointer data)
{
  enum { LARGE = 8 << 20, ROOM = 1 << 20 }; /* bytes; more than SQLite holds back in memory */
  g_autoptr (GBytes) large = g_bytes_new_take (g_malloc0 (LARGE), LARGE);
  g_autoptr (GBytes) small = g_bytes_new_static ("small", 5);
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) last = NULL;
  g_autoptr (GError) error = NULL;
  struct rlimit before, limit;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = ROOM;

  cvr_store_begin (self->store);
  g_assert_true (cvr_store_put (self->store, "first", small, NULL));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_assert_false (cvr_store_put (self->store, "large", large, NULL));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_false (cvr_store_put (self->store, "last", small, NULL));
  g_assert_false (cvr_store_commit (self->store, &error));
  g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO);

  first = cvr_store_get (self->store, "first");
  last = cvr_store_get (self->store, "last");
  g_assert_null (first);
  g_assert_null (last);
  g_clear_error (&error);
  g_assert_true (cvr_store_put (self->store, "last", small, &error));
  g_assert_no_error (error);
}

static void
test_forgotten_items_are_gone (Fixture      *self,
                               gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = make ();
  g_autoptr (CvrDataset) now = NULL;
  g_autoptr (GHashTable) keep = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (CvrImage) kept = NULL;
  g_autoptr (CvrImage) forgotten = NULL;
  g_autoptr (GError) error = NULL;
  guint64 ids[2];

  put_all (self, dataset);
  for (guint i = 0; i < 2; i++)
    {
      ids[i] = cvr_dataset_item (dataset, i)->id;
      g_assert_true (cvr_store_hide_item (self->store, ids[i], TRUE, &error));
    }
  g_hash_table_add (keep, &ids[0]);
  g_assert_true (cvr_store_forget_hidden (self->store, keep, &error));
  g_assert_no_error (error);

  kept = cvr_store_get_image (self->store, ids[0], &error);
  g_assert_no_error (error);
  g_assert_nonnull (kept);
  forgotten = cvr_store_get_image (self->store, ids[1], &error);
  g_assert_null (forgotten);
  g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);
  now = load (self);
  g_assert_cmpuint (cvr_dataset_n_items (now), ==, cvr_dataset_n_items (dataset) - 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function)                                                                        \
  g_test_add ("/storage/store/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("comes-back", test_comes_back);
  ADD ("keeps-the-number-of-channels", test_keeps_the_number_of_channels);
  ADD ("large-pictures-come-back-nearly", test_large_pictures_come_back_nearly);
  ADD ("changes-are-kept", test_changes_are_kept);
  ADD ("hidden-items-come-back-in-place", test_hidden_items_come_back_in_place);
  ADD ("unknown-items-are-an-error", test_unknown_items_are_an_error);
  ADD ("failed-transactions-leave-nothing", test_failed_transactions_leave_nothing);
  ADD ("open-transactions-are-undone", test_open_transactions_are_undone);
  ADD ("values", test_values);
  ADD ("removed-is-gone", test_removed_is_gone);
  ADD ("a-write-that-fails-takes-the-later-ones-along",
       test_a_write_that_fails_takes_the_later_ones_along);
  ADD ("forgotten-items-are-gone", test_forgotten_items_are_gone);
  ADD ("refuses-files-of-others", test_refuses_files_of_others);
  ADD ("refuses-newer-ones", test_refuses_newer_ones);
  ADD ("notices-damage", test_notices_damage);
  ADD ("every-cut-is-refused", test_every_cut_is_refused);
  ADD ("says-what-it-is", test_says_what_it_is);
#undef ADD

  return g_test_run ();
}
