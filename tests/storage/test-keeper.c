/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live project's own thread: what batches hold is on disk when they are done, in their order,
 * whole or not at all, and pictures can be read from the moment they were handed over. */
#include "cvr-test-pictures.h"
#include "keeper-fixture.h"

#include <signal.h>
#include <string.h>

static void
test_what_was_committed_comes_back (Fixture      *self,
                                    gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = NULL;

  g_assert_true (cvr_keeper_is_new (self->keeper));
  g_assert_cmpstr (cvr_keeper_path (self->keeper), ==, self->path);
  dataset = fixture_make (self, 40);
  assert_kept (self, dataset);
  g_assert_false (cvr_keeper_is_new (self->keeper));
}

static void
test_every_change_is_kept (Fixture      *self,
                           gconstpointer data)
{
  static const char *const tags[] = { "seen", NULL };
  g_autoptr (CvrDataset) dataset = fixture_make (self, 8);
  g_autoptr (CvrExtras) extras = cvr_extras_new (NULL, 0, tags, "a note");
  CvrBatch *batch = cvr_batch_new ();
  guint64 id = cvr_dataset_item (dataset, 3)->id, gone = cvr_dataset_item (dataset, 5)->id;

  cvr_dataset_set_label (dataset, 3, CVR_LABEL_NONE);
  cvr_batch_set_label (batch, id, CVR_LABEL_NONE);
  cvr_dataset_set_split (dataset, 3, CVR_SPLIT_TEST);
  cvr_batch_set_split (batch, id, CVR_SPLIT_TEST);
  cvr_dataset_set_group (dataset, 3, 12);
  cvr_batch_set_group (batch, id, 12);
  cvr_dataset_set_extras (dataset, 3, extras);
  cvr_batch_set_extras (batch, id, extras);
  cvr_dataset_remove_item (dataset, 5);
  cvr_batch_forget (batch, gone);
  cvr_dataset_remove_class (dataset, 0);
  cvr_dataset_add_class (dataset, "bird");
  cvr_batch_set_classes (batch, dataset);
  fixture_commit (self, batch, 2);
  cvr_keeper_flush (self->keeper);
  assert_told (self, "2 ");
  assert_kept (self, dataset);
}

static void
test_hidden_items_come_apart (Fixture      *self,
                              gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = fixture_make (self, 5);
  g_autoptr (CvrDataset) loaded = NULL;
  g_autoptr (GHashTable) hidden = fixture_new_hidden ();
  g_autoptr (CvrImage) image = NULL;
  CvrBatch *batch = cvr_batch_new ();
  CvrItem *item;
  guint64 id = cvr_dataset_item (dataset, 3)->id;

  cvr_batch_set_hidden (batch, id, TRUE);
  fixture_commit (self, batch, 2);
  cvr_keeper_flush (self->keeper);
  loaded = fixture_load (self, hidden);
  g_assert_cmpuint (cvr_dataset_n_items (loaded), ==, 4);
  g_assert_cmpuint (g_hash_table_size (hidden), ==, 1);
  item = g_hash_table_lookup (hidden, &id);
  g_assert_cmpstr (item->name, ==, "picture 3");
  g_assert_true (cvr_extras_has_tag (item->extras, "b"));
  image = cvr_picture_read (item->picture, NULL);
  g_assert_cmpuint (image->width, ==, 200);

  batch = cvr_batch_new ();
  cvr_batch_set_hidden (batch, id, FALSE);
  fixture_commit (self, batch, 3);
  cvr_keeper_flush (self->keeper);
  assert_kept (self, dataset);
}

static void
test_pictures_are_readable_at_once (Fixture      *self,
                                    gconstpointer data)
{
  for (guint i = 0; i < 300; i++)
    {
      g_autoptr (CvrImage) image = cvr_test_picture (20 + i % 8, 20, 3);
      g_autoptr (GError) error = NULL;
      guint64 id;
      g_autoptr (CvrPicture) picture =
          cvr_keeper_add_picture (self->keeper, image, 0, 0, &id, &error);
      g_autoptr (CvrImage) back = cvr_picture_read (picture, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (id, ==, i + 1);
      g_assert_true (cvr_image_equal (image, back));
      g_assert_cmpuint (cvr_picture_facts (picture)->was_width, ==, image->width);
    }
}

/* Threads that read side by side finish in any order; the numbers keep that of the source. */
static void
test_numbers_can_be_taken_before (Fixture      *self,
                                  gconstpointer data)
{
  enum { N = 5 };
  g_autoptr (CvrDataset) loaded = NULL;
  CvrBatch *batch = cvr_batch_new ();
  guint64 ids[N];

  for (guint i = 0; i < N; i++)
    ids[i] = cvr_keeper_take_id (self->keeper);
  for (guint i = N; i-- > 1;) /* and one is never used */
    {
      g_autoptr (CvrImage) image = cvr_test_picture (10 + i, 60, i == 4 ? 3 : 1);
      g_autofree char *name = g_strdup_printf ("%u", i);
      g_autoptr (GError) error = NULL;
      CvrItem item = { .id = ids[i], .name = name, .label = CVR_LABEL_NONE };

      item.picture = cvr_keeper_add_numbered (self->keeper, image, 0, 0, ids[i], &error);
      g_assert_no_error (error);
      cvr_batch_put_item (batch, &item, FALSE);
      cvr_picture_unref (item.picture);
    }
  fixture_commit (self, batch, 1);
  cvr_keeper_flush (self->keeper);
  assert_told (self, "1 ");
  loaded = fixture_load (self, NULL);
  g_assert_cmpuint (cvr_dataset_n_items (loaded), ==, N - 1);
  for (guint i = 1; i < N; i++)
    {
      const CvrItem *item = cvr_dataset_item (loaded, i - 1);

      g_assert_cmpuint (item->id, ==, ids[i]);
      g_assert_cmpuint (cvr_picture_facts (item->picture)->width, ==, 10 + i);
    }
}

/* Pictures without an item are forgotten, their numbers not. */
static void
test_loose_pictures_are_forgotten (Fixture      *self,
                                   gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = fixture_make (self, 3);
  g_autoptr (CvrImage) image = cvr_test_picture (30, 30, 3);
  g_autoptr (GError) error = NULL;
  guint64 loose, next;
  g_autoptr (CvrPicture) lost = cvr_keeper_add_picture (self->keeper, image, 0, 0, &loose, &error);
  g_autoptr (CvrPicture) later = NULL;
  CvrKeptSizes before, after;

  g_assert_no_error (error);
  fixture_close (self);
  fixture_open (self);
  g_assert_true (cvr_keeper_sizes (self->keeper, &before, &error));
  later = cvr_keeper_add_picture (self->keeper, image, 0, 0, &next, &error);
  g_assert_cmpuint (next, >, loose);
  fixture_close (self);
  fixture_open (self);
  g_assert_true (cvr_keeper_sizes (self->keeper, &after, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (before.pictures, ==, after.pictures);
}

static void
test_batches_are_told_in_order (Fixture      *self,
                                gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = fixture_make (self, 20);
  GString *expected = g_string_new (NULL);

  for (guint i = 0; i < 50; i++)
    {
      CvrBatch *batch = cvr_batch_new ();

      cvr_dataset_set_label (dataset, i % 20, (gint) i % 2);
      cvr_batch_set_label (batch, cvr_dataset_item (dataset, i % 20)->id, (gint) i % 2);
      fixture_commit (self, batch, i);
      g_string_append_printf (expected, "%u ", i);
    }
  g_assert_cmpuint (cvr_keeper_n_waiting (self->keeper), ==, 50); /* nobody is called in between */
  cvr_keeper_flush (self->keeper);
  g_assert_cmpuint (cvr_keeper_n_waiting (self->keeper), ==, 0);
  assert_told (self, expected->str);
  assert_kept (self, dataset);
  g_string_free (expected, TRUE);
}

/* Without anybody who waits: the main loop calls. */
static void
test_the_main_loop_tells (Fixture      *self,
                          gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    fixture_commit (self, cvr_batch_new (), i);
  while (cvr_keeper_n_waiting (self->keeper) > 0)
    g_main_context_iteration (NULL, TRUE);
  assert_told (self, "0 1 2 ");
}

static GBytes *
made_cb (gpointer data,
         GError **error)
{
  if (data == NULL)
    {
      g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO, "can't be made");
      return NULL;
    }

  return g_bytes_new (data, strlen (data));
}

static void
test_values_are_seen_at_once (Fixture      *self,
                              gconstpointer data)
{
  CvrBatch *batch;

  assert_value (self, "a", NULL);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *text = g_strdup_printf ("value %u", i);

      fixture_put (self, "a", text, i);
      assert_value (self, "a", text);
    }
  fixture_put (self, "a", NULL, 20);
  assert_value (self, "a", NULL);
  batch = cvr_batch_new ();
  cvr_batch_put_made (batch, "made", made_cb, g_strdup ("made later"), g_free);
  cvr_batch_put (batch, "b", NULL);
  fixture_commit (self, batch, 21);
  assert_value (self, "made", "made later");
  cvr_keeper_flush (self->keeper);
  assert_value (self, "a", NULL);
  fixture_close (self);
  fixture_open (self);
  assert_value (self, "made", "made later");
}

/* The batches before one that can't be written are kept, it and those behind it fail until the
 * caller goes on. */
static void
test_a_failure_takes_the_later_ones_along (Fixture      *self,
                                           gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = fixture_make (self, 3);
  CvrBatch *batch;

  fixture_put (self, "a", "first", 2);
  batch = cvr_batch_new ();
  cvr_batch_put_made (batch, "b", made_cb, NULL, NULL);
  cvr_batch_set_label (batch, cvr_dataset_item (dataset, 0)->id, 1);
  fixture_commit (self, batch, 3);
  fixture_put (self, "a", "second", 4);
  batch = cvr_batch_new ();
  cvr_batch_set_label (batch, 77, 1);
  fixture_commit (self, batch, 5);
  cvr_keeper_flush (self->keeper);
  assert_told (self, "2 3! 4! 5! ");
  g_assert_cmpstr (self->failure, ==, "can't be made");
  assert_value (self, "a", "first");
  assert_value (self, "b", NULL);

  fixture_put (self, "a", "third", 6);
  cvr_keeper_go_on (self->keeper);
  fixture_put (self, "a", "fourth", 7);
  cvr_keeper_flush (self->keeper);
  assert_told (self, "6! 7 ");
  assert_value (self, "a", "fourth");
  assert_kept (self, dataset);
}

/* An import runs into a full disk: whoever adds pictures hears of it, and so does the batch that
 * wants to show them; afterwards all goes on. */
static void
test_pictures_that_find_no_room (Fixture      *self,
                                 gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = fixture_make (self, 3);
  g_autoptr (GError) refused = NULL, reading = NULL;
  g_autoptr (CvrImage) image = cvr_test_picture (1365, 1, 3);
  g_autoptr (CvrPicture) first = NULL;
  g_autoptr (CvrImage) read = NULL;
  CvrItem item = { .name = (char *) "lost", .label = CVR_LABEL_NONE };
  CvrBatch *batch;
  struct rlimit before;

  before = fixture_limit_files (200000);
  first = cvr_keeper_add_picture (self->keeper, image, 0, 0, &item.id, &refused);
  for (guint i = 0; refused == NULL && i < 100000; i++)
    {
      guint64 id;
      g_autoptr (CvrPicture) picture =
          cvr_keeper_add_picture (self->keeper, image, 0, 0, &id, &refused);
    }
  g_assert_error (refused, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);

  read = cvr_picture_read (first, &reading);
  if (read == NULL) /* it was in the transaction that found no room */
    {
      item.picture = first;
      batch = cvr_batch_new ();
      cvr_batch_put_item (batch, &item, FALSE);
      fixture_commit (self, batch, 2);
      cvr_keeper_flush (self->keeper);
      assert_told (self, "2! ");
      g_assert_cmpstr (self->failure, ==, reading->message);
      cvr_keeper_go_on (self->keeper);
    }
  fixture_put (self, "a", "again", 3);
  cvr_keeper_flush (self->keeper);
  assert_told (self, "3 ");
  assert_kept (self, dataset);
}

static gpointer
import_cb (gpointer data)
{
  Fixture *self = data;
  CvrBatch *batch = cvr_batch_new ();
  g_autoptr (CvrDataset) dataset = fixture_classes ();

  fixture_add_items (self, dataset, batch, 400);

  return batch;
}

/* Pictures stream in from two threads while labels are given and pictures looked at. */
static void
test_many_threads (Fixture      *self,
                   gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = fixture_make (self, 10);
  g_autoptr (CvrDataset) loaded = NULL;
  GThread *threads[2];

  for (guint t = 0; t < 2; t++)
    threads[t] = g_thread_new ("import", import_cb, self);
  for (guint i = 0; i < 100; i++)
    {
      CvrBatch *batch = cvr_batch_new ();
      const CvrItem *item = cvr_dataset_item (dataset, i % 10);
      g_autoptr (CvrImage) image = cvr_picture_read (item->picture, NULL);

      g_assert_nonnull (image);
      cvr_batch_set_label (batch, item->id, (gint) (i / 10 + i) % 2);
      fixture_commit (self, batch, i);
    }
  for (guint t = 0; t < 2; t++)
    fixture_commit (self, g_thread_join (threads[t]), 100 + t);
  cvr_keeper_flush (self->keeper);
  g_assert_null (self->failure);
  loaded = fixture_load (self, NULL);
  g_assert_cmpuint (cvr_dataset_n_items (loaded), ==, 810);
  for (guint i = 0; i < 810; i += 7)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CvrImage) image = cvr_picture_read (cvr_dataset_item (loaded, i)->picture, &error);

      g_assert_no_error (error);
    }
}

static void
test_closed_is_closed (Fixture      *self,
                       gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = fixture_make (self, 2);
  g_autoptr (CvrImage) image = cvr_test_picture (3, 3, 3);
  g_autoptr (GError) reading = NULL, adding = NULL;
  g_autoptr (CvrImage) read = NULL;
  g_autoptr (CvrPicture) added = NULL;
  guint64 id;

  fixture_put (self, "a", "last words", 2);
  cvr_keeper_close (self->keeper);
  assert_told (self, "2 ");
  read = cvr_picture_read (cvr_dataset_item (dataset, 0)->picture, &reading);
  g_assert_error (reading, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO);
  g_assert_null (read);
  added = cvr_keeper_add_picture (self->keeper, image, 0, 0, &id, &adding);
  g_assert_error (adding, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO);
  g_assert_null (added);
  fixture_put (self, "a", "too late", 3);
  cvr_keeper_flush (self->keeper);
  assert_told (self, "3! ");
  g_clear_pointer (&self->keeper, cvr_keeper_unref);
  fixture_open (self);
  assert_value (self, "a", "last words");
}

/* Flipped bytes that SQLite doesn't see. */
static void
test_wrong_checksums_are_named (Fixture      *self,
                                gconstpointer data)
{
  static const char *const flips[] = {
    "UPDATE pictures SET bytes = zeroblob(length(bytes)) WHERE id = 1",
    "UPDATE pictures SET was_width = was_width + 1 WHERE id = 2",
    "UPDATE pictures SET bytes = substr(bytes, 1, length(bytes) - 1) WHERE id = 4",
    "UPDATE pictures SET sha256 = zeroblob(32) WHERE id = 7",
    "UPDATE named_values SET bytes = x'00' WHERE key = 'a'",
  };
  g_autoptr (CvrDataset) dataset = fixture_make (self, 8);
  g_autoptr (GBytes) value = NULL;
  g_autoptr (GError) reading = NULL, checking = NULL, whole = NULL;

  fixture_put (self, "a", "value", 2);
  cvr_keeper_flush (self->keeper);
  g_assert_true (cvr_keeper_check (self->keeper, NULL, &whole));
  g_assert_no_error (whole);
  fixture_close (self);
  for (guint i = 0; i < G_N_ELEMENTS (flips); i++)
    fixture_run_sql (self->path, flips[i]);
  fixture_open (self);
  g_clear_pointer (&dataset, cvr_dataset_unref);
  dataset = fixture_load (self, NULL);
  for (guint i = 0; i < 8; i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);
      g_autoptr (GError) error = NULL;
      g_autoptr (CvrImage) image = cvr_picture_read (item->picture, &error);

      if (item->id == 1 || item->id == 2 || item->id == 4 || item->id == 7)
        {
          g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);
          g_assert_nonnull (strstr (error->message, item->name));
          g_assert_nonnull (strstr (error->message, "live.convisor"));
        }
      else
        {
          g_assert_no_error (error);
        }
    }
  g_assert_false (cvr_keeper_check (self->keeper, NULL, &checking));
  g_assert_error (checking, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);
  g_assert_nonnull (strstr (checking->message, "4 of its 8 pictures"));
  g_assert_false (cvr_keeper_read (self->keeper, "a", &value, &reading));
  g_assert_error (reading, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);
  g_assert_null (value);
  g_assert_null (cvr_keeper_get (self->keeper, "a"));
}

/* Somebody else has the project open and goes on writing it. */
static void
test_looking_changes_nothing (Fixture      *self,
                              gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = fixture_make (self, 8);
  g_autoptr (CvrImage) image = cvr_test_picture (9, 9, 3);
  g_autoptr (GError) error = NULL;
  guint64 id;
  g_autoptr (CvrPicture) loose = cvr_keeper_add_picture (self->keeper, image, 0, 0, &id, &error);
  CvrItem item = { .id = id, .name = (char *) "late", .label = CVR_LABEL_NONE, .picture = loose };
  CvrBatch *batch = cvr_batch_new ();
  Fixture other = { .path = self->path, .told = g_string_new (NULL) };
  g_autoptr (CvrDataset) seen = NULL;

  fixture_put (self, "a", "value", 2);
  cvr_keeper_flush (self->keeper);
  other.keeper = cvr_keeper_open_read_only (self->path, &error);
  g_assert_no_error (error);
  seen = fixture_load (&other, NULL);
  assert_same (dataset, seen);
  assert_value (&other, "a", "value");
  fixture_put (&other, "a", "other", 1);
  cvr_keeper_flush (other.keeper);
  assert_told (&other, "1! ");
  g_assert_nonnull (strstr (other.failure, "looking only"));
  fixture_close (&other);

  /* The picture that waits for its item is still there. */
  cvr_batch_put_item (batch, &item, FALSE);
  fixture_commit (self, batch, 3);
  cvr_keeper_flush (self->keeper);
  assert_told (self, "2 3 ");
  assert_value (self, "a", "value");
  g_string_free (other.told, TRUE);
  g_free (other.failure);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGXFSZ, SIG_IGN); /* The write then fails with EFBIG instead. */

#define ADD(name, function)                                                                        \
  g_test_add ("/storage/keeper/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)
  ADD ("what-was-committed-comes-back", test_what_was_committed_comes_back);
  ADD ("every-change-is-kept", test_every_change_is_kept);
  ADD ("hidden-items-come-apart", test_hidden_items_come_apart);
  ADD ("pictures-are-readable-at-once", test_pictures_are_readable_at_once);
  ADD ("numbers-can-be-taken-before", test_numbers_can_be_taken_before);
  ADD ("loose-pictures-are-forgotten", test_loose_pictures_are_forgotten);
  ADD ("batches-are-told-in-order", test_batches_are_told_in_order);
  ADD ("the-main-loop-tells", test_the_main_loop_tells);
  ADD ("values-are-seen-at-once", test_values_are_seen_at_once);
  ADD ("a-failure-takes-the-later-ones-along", test_a_failure_takes_the_later_ones_along);
  ADD ("pictures-that-find-no-room", test_pictures_that_find_no_room);
  ADD ("many-threads", test_many_threads);
  ADD ("closed-is-closed", test_closed_is_closed);
  ADD ("looking-changes-nothing", test_looking_changes_nothing);
  ADD ("wrong-checksums-are-named", test_wrong_checksums_are_named);
#undef ADD

  return g_test_run ();
}
