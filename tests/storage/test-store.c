/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project file: what is put comes back after opening again, and transactions are whole. */
#include "cvr-test-pictures.h"
#include "store-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

static void
test_comes_back (Fixture      *self,
                 gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = fixture_make ();
  g_autoptr (CvrDataset) loaded = NULL;

  g_assert_true (cvr_store_is_new (self->store));
  fixture_put_all (self, dataset);
  fixture_open (self);
  g_assert_false (cvr_store_is_new (self->store));
  loaded = fixture_load (self);
  assert_same (dataset, loaded);
}

/* A picture without any colour that is kept as RGB stays RGB. */
static void
test_keeps_the_number_of_channels (Fixture      *self,
                                   gconstpointer data)
{
  g_autoptr (CvrImage) image = cvr_image_new (65, 65, 3);
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  g_autoptr (CvrDataset) loaded = NULL;

  cvr_dataset_add_image (dataset, image, "black", -1, CVR_SPLIT_AUTO);
  fixture_put_all (self, dataset);
  loaded = fixture_load (self);
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
  g_autoptr (CvrImage) back = NULL;
  g_autoptr (CvrImage) small = NULL;

  for (guint i = 0; i < 200 * 150; i++)
    for (guint c = 0; c < 3; c++)
      image->data[3 * i + c] = (guint8) (i % 200 / 4 + i / 400 + 10 * c);
  cvr_dataset_add_image (dataset, image, "large", -1, CVR_SPLIT_AUTO);
  fixture_put_all (self, dataset);
  loaded = fixture_load (self);
  back = cvr_picture_read (cvr_dataset_item (loaded, 0)->picture, NULL);
  g_assert_cmpuint (back->width, ==, 200);
  g_assert_cmpuint (back->channels, ==, 3);
  for (gsize i = 0; i < cvr_image_n_bytes (image); i++)
    g_assert_cmpint (ABS (back->data[i] - image->data[i]), <=,
                     12); /* a smooth ramp through quality 95 */
  small = cvr_picture_read_small (cvr_dataset_item (loaded, 0)->picture, 50, NULL);
  g_assert_cmpuint (small->width, >=, 50);
  g_assert_cmpuint (small->width, <, 200);
  g_assert_cmpuint (small->channels, ==, 3);
}

static void
test_changes_are_kept (Fixture      *self,
                       gconstpointer data)
{
  static const char *const tags[] = { "new", NULL };
  const CvrClass late = { (char *) "last", 9, 9, FALSE };
  g_autoptr (CvrDataset) dataset = fixture_make ();
  g_autoptr (CvrDataset) loaded = NULL;
  g_autoptr (CvrExtras) extras = cvr_extras_new (NULL, 0, tags, NULL);
  g_autoptr (GError) error = NULL;
  guint64 id = cvr_dataset_item (dataset, 2)->id;

  fixture_put_all (self, dataset);
  cvr_dataset_set_label (dataset, 2, 0);
  cvr_dataset_set_split (dataset, 2, CVR_SPLIT_TEST);
  cvr_dataset_set_extras (dataset, 2, extras);
  cvr_dataset_set_extras (dataset, 3, NULL);
  cvr_dataset_set_group (dataset, 2, 9);
  cvr_dataset_insert_class (dataset, 3, &late);
  g_assert_true (cvr_store_set_label (self->store, id, 0, &error));
  g_assert_true (cvr_store_set_split (self->store, id, CVR_SPLIT_TEST, &error));
  g_assert_true (cvr_store_set_extras (self->store, id, extras, &error));
  g_assert_true (
      cvr_store_set_extras (self->store, cvr_dataset_item (dataset, 3)->id, NULL, &error));
  g_assert_true (cvr_store_set_group (self->store, id, 9, &error));
  fixture_put_classes (self->store, dataset);
  g_assert_no_error (error);
  fixture_open (self);
  loaded = fixture_load (self);
  assert_same (dataset, loaded);
}

static void
test_unknown_items_are_an_error (Fixture      *self,
                                 gconstpointer data)
{
  g_autoptr (GError) set = NULL, hide = NULL, get = NULL, put = NULL;
  CvrStoredPicture picture;
  const CvrItem item = { .id = 77, .name = (char *) "no picture", .label = CVR_LABEL_NONE };

  g_assert_false (cvr_store_set_label (self->store, 77, -1, &set));
  g_assert_error (set, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);
  g_assert_false (cvr_store_hide_item (self->store, 77, TRUE, &hide));
  g_assert_error (hide, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);
  g_assert_false (cvr_store_get_picture (self->store, 77, &picture, &get));
  g_assert_error (get, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);
  g_assert_false (cvr_store_put_item (self->store, &item, FALSE, &put));
  g_assert_error (put, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);
}

static void
test_failed_transactions_leave_nothing (Fixture      *self,
                                        gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = fixture_make ();
  g_autoptr (CvrDataset) loaded = NULL;
  g_autoptr (GBytes) value = g_bytes_new_static ("x", 1);
  g_autoptr (GError) failure = NULL, after = NULL;

  fixture_put_all (self, dataset);
  cvr_store_begin (self->store);
  g_assert_true (cvr_store_forget_item (self->store, cvr_dataset_item (dataset, 0)->id, NULL));
  g_assert_true (cvr_store_put (self->store, "settings", value, NULL));
  g_assert_false (cvr_store_set_label (self->store, 77, -1, NULL));
  g_assert_false (cvr_store_commit (self->store, &failure));
  g_assert_error (failure, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);

  loaded = fixture_load (self);
  assert_same (dataset, loaded);
  assert_value (self, "settings", NULL);
  /* And the next one works. */
  g_assert_true (cvr_store_put (self->store, "settings", value, &after));
}

/* Left open when the program ends: as if it had never begun. */
static void
test_open_transactions_are_undone (Fixture      *self,
                                   gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = fixture_make ();
  g_autoptr (CvrDataset) loaded = NULL;

  fixture_put_all (self, dataset);
  cvr_store_begin (self->store);
  g_assert_true (cvr_store_forget_item (self->store, cvr_dataset_item (dataset, 0)->id, NULL));
  fixture_open (self);
  loaded = fixture_load (self);
  assert_same (dataset, loaded);
}

static void
test_values (Fixture      *self,
             gconstpointer data)
{
  g_autoptr (GBytes) first = g_bytes_new_static ("one\0two", 7);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (GError) error = NULL;

  assert_value (self, "model", NULL);
  g_assert_true (cvr_store_put (self->store, "model", empty, &error));
  g_assert_true (cvr_store_put (self->store, "model", first, &error));
  g_assert_true (cvr_store_put (self->store, "nothing", empty, &error));
  fixture_open (self);
  assert_value (self, "model", first);
  assert_value (self, "nothing", empty);
  g_assert_true (cvr_store_put (self->store, "model", NULL, &error));
  assert_value (self, "model", NULL);
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

/* The disk gives out in the middle, and SQLite rolls back by itself: what is written afterwards
 * must not stay alone. */
static void
test_a_write_that_fails_takes_the_later_ones_along (Fixture      *self,
                                                    gconstpointer data)
{
  enum
  {
    LARGE = 8 << 20,
    ROOM = 1 << 20
  }; /* bytes; more than SQLite holds back in memory */
  g_autoptr (GBytes) large = g_bytes_new_take (g_malloc0 (LARGE), LARGE);
  g_autoptr (GBytes) small = g_bytes_new_static ("small", 5);
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

  assert_value (self, "first", NULL);
  assert_value (self, "last", NULL);
  g_clear_error (&error);
  g_assert_true (cvr_store_put (self->store, "last", small, &error));
  g_assert_no_error (error);
}

static void
test_forgotten_items_are_gone (Fixture      *self,
                               gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = fixture_make ();
  g_autoptr (CvrDataset) now = NULL;
  g_autoptr (GError) error = NULL;
  CvrStoredPicture picture;
  guint64 last = cvr_dataset_item (dataset, 9)->id;

  fixture_put_all (self, dataset);
  g_assert_true (cvr_store_forget_item (self->store, last, &error));
  g_assert_no_error (error);
  g_assert_false (cvr_store_get_picture (self->store, last, &picture, NULL));
  cvr_dataset_remove_item (dataset, 9);
  fixture_open (self);
  now = fixture_load (self);
  assert_same (dataset, now);
  g_assert_cmpuint (cvr_store_next_id (self->store, &error), >, last); /* never used again */
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function)                                                                        \
  g_test_add ("/storage/store/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)
  ADD ("comes-back", test_comes_back);
  ADD ("keeps-the-number-of-channels", test_keeps_the_number_of_channels);
  ADD ("large-pictures-come-back-nearly", test_large_pictures_come_back_nearly);
  ADD ("changes-are-kept", test_changes_are_kept);
  ADD ("unknown-items-are-an-error", test_unknown_items_are_an_error);
  ADD ("failed-transactions-leave-nothing", test_failed_transactions_leave_nothing);
  ADD ("open-transactions-are-undone", test_open_transactions_are_undone);
  ADD ("values", test_values);
  ADD ("removed-is-gone", test_removed_is_gone);
  ADD ("a-write-that-fails-takes-the-later-ones-along",
       test_a_write_that_fails_takes_the_later_ones_along);
  ADD ("forgotten-items-are-gone", test_forgotten_items_are_gone);
#undef ADD

  return g_test_run ();
}
