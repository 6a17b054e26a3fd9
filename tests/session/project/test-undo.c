/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps are kept as text and read back the same; a stack that is broken somewhere gives what is
 * whole around the present. */
#include "session-test.h"

#include "cvr-rng.h"
#include "cvr-undo.h"

#include <string.h>

static CvrAction *
rich_action (void)
{
  const CvrBox box = { 3, 1.0 / 3, 0.1, 0.25, 1e-9 };
  const char *const tags[] = { "“a”", "b\n", NULL };
  g_autoptr (CvrExtras) extras = cvr_extras_new (&box, 1, tags, "¿note?");
  CvrClass before = { (char *) "old \"name\"", -1, 0, FALSE };
  CvrClass after = { (char *) "new", 7, 9, TRUE };
  CvrAction *action = cvr_action_new (CVR_ACTION_MERGE_CLASSES, 3, "from");
  CvrChange *labels = cvr_action_add (action, CVR_CHANGE_LABELS);
  CvrChange *splits = cvr_action_add (action, CVR_CHANGE_SPLITS);
  CvrChange *items = cvr_action_add (action, CVR_CHANGE_ITEMS);
  CvrChange *some = cvr_action_add (action, CVR_CHANGE_EXTRAS);
  CvrChange *tag;

  action->other = g_strdup ("into");
  for (guint64 id = 5; id < 20; id++)
    {
      cvr_change_add_value (labels, id == 10 ? 1000 : id, id % 4 == 0 ? -1 : 3, 2);
      cvr_change_add_value (splits, 2 * id, (gint) (id % 4), CVR_SPLIT_TEST);
      cvr_change_add_item (items, id);
    }
  cvr_change_add_item (items, G_MAXUINT64 - 1);
  items->come = TRUE;
  cvr_change_add_extras (some, 4, NULL, extras);
  cvr_change_add_extras (some, 5, extras, NULL);
  tag = cvr_action_add_texts (action, CVR_CHANGE_TAG, 0, NULL, "tag");
  cvr_change_add_item (tag, 8);
  cvr_action_add_class (action, 2, &before, NULL);
  cvr_action_add_class (action, 1, NULL, &after);
  cvr_action_add_class (action, 0, &before, &after);
  cvr_action_add_texts (action, CVR_CHANGE_NAME, 0, NULL, "name");
  cvr_action_add_texts (action, CVR_CHANGE_SETTINGS, 0, "{}", "{\"a\":1}");
  cvr_action_add_texts (action, CVR_CHANGE_MODEL, 0, NULL, "model/3");

  return action;
}

static void
test_every_change_is_read_as_it_was_written (void)
{
  g_autoptr (CvrAction) action = rich_action ();
  g_autofree char *json = cvr_action_to_json (action);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrAction) read = cvr_action_from_json (json, &error);
  g_autofree char *again = NULL;
  const CvrChange *labels, *items;

  g_assert_no_error (error);
  again = cvr_action_to_json (read);
  g_assert_cmpstr (json, ==, again);
  labels = g_ptr_array_index (read->changes, 0);
  g_assert_cmpuint (g_array_index (labels->ids, guint64, 5), ==, 1000);
  g_assert_cmpint (g_array_index (labels->before, gint, 3), ==, -1);
  g_assert_cmpint (g_array_index (labels->before, gint, 4), ==, 3);
  items = g_ptr_array_index (read->changes, 2);
  g_assert_cmpuint (items->ids->len, ==, 16);
  g_assert_true (items->come);
  g_assert_cmpstr (read->other, ==, "into");
}

static void
test_cut_off_anywhere_it_is_refused (void)
{
  g_autoptr (CvrAction) action = rich_action ();
  g_autofree char *json = cvr_action_to_json (action);

  for (gsize length = 0; length < strlen (json); length++)
    {
      g_autofree char *part = g_strndup (json, length);
      g_autoptr (GError) error = NULL;
      g_autoptr (CvrAction) read = cvr_action_from_json (part, &error);

      g_assert_null (read);
      g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);
    }
}

/* Read and whole, or refused. */
static void
test_changed_anywhere_it_breaks_nothing (void)
{
  const guint32 seed = g_test_rand_int ();
  CvrRng rng = cvr_rng_new (seed, 0);
  g_autoptr (CvrAction) action = rich_action ();
  g_autofree char *json = cvr_action_to_json (action);
  gsize length = strlen (json);

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *other = g_strdup (json);
      g_autoptr (CvrAction) read = NULL;
      g_autofree char *again = NULL;

      for (guint j = 0; j < 1 + i % 3; j++)
        other[cvr_rng_below (&rng, (guint32) length)] =
          "0123456789-x,\"{}[]:an "[cvr_rng_below (&rng, 22)];
      read = cvr_action_from_json (other, NULL);
      if (read != NULL)
        again = cvr_action_to_json (read);
    }
}

static void
test_steps_that_cannot_be_are_refused (void)
{
  static const char *const broken[] = {
    "{\"kind\":\"label\",\"changes\":[{\"kind\":\"labels\",\"ids\":\"3-2\"}]}",
    "{\"kind\":\"label\",\"changes\":[{\"kind\":\"labels\",\"ids\":\"0\"}]}",
    "{\"kind\":\"label\",\"changes\":[{\"kind\":\"labels\",\"ids\":\"1,,2\"}]}",
    "{\"kind\":\"label\",\"changes\":[{\"kind\":\"labels\",\"ids\":\"1,\"}]}",
    "{\"kind\":\"label\",\"changes\":[{\"kind\":\"labels\",\"ids\":\"1;2\"}]}",
    "{\"kind\":\"label\",\"changes\":[{\"kind\":\"labels\",\"ids\":\"1-18446744073709551615\"}]}",
    "{\"kind\":\"label\",\"changes\":[{\"kind\":\"labels\",\"ids\":\"1-99999999999\"}]}",
    "{\"kind\":\"label\",\"changes\":[{\"kind\":\"labels\",\"ids\":\"1\",\"before\":\"1x2\"}]}",
    "{\"kind\":\"label\",\"changes\":[{\"kind\":\"labels\",\"ids\":\"1\","
    "\"before\":\"1x99999999999\"}]}",
    "{\"kind\":\"label\",\"changes\":[{\"kind\":\"labels\",\"ids\":\"1\",\"before\":\"-2\","
    "\"after\":\"1\"}]}",
    "{\"kind\":\"split\",\"changes\":[{\"kind\":\"splits\",\"ids\":\"1\",\"before\":\"4\","
    "\"after\":\"1\"}]}",
    "{\"kind\":\"tag\",\"changes\":[{\"kind\":\"tag\",\"ids\":\"1\"}]}",
    "{\"kind\":\"boxes\",\"changes\":[{\"kind\":\"extras\",\"ids\":\"1\","
    "\"old-extras\":[\"{}\"]}]}",
    "{\"kind\":\"boxes\",\"changes\":[{\"kind\":\"extras\",\"ids\":\"1\",\"old-extras\":[\"[]\"],"
    "\"new-extras\":[\"{}\"]}]}",
    "{\"kind\":\"colour\",\"changes\":[{\"kind\":\"class-set\",\"k\":0,\"old\":\"a\",\"new\":\"a\","
    "\"new-look\":{\"colour\":0,\"key\":10,\"off\":false}}]}",
    "{\"kind\":\"label\",\"changes\":[{\"kind\":\"groups\"}]}",
    "{\"kind\":\"fly\",\"changes\":[]}",
    "{\"kind\":\"label\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CvrAction) read = cvr_action_from_json (broken[i], &error);

      g_test_message ("%s", broken[i]);
      g_assert_null (read);
      g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);
    }
}

/* 60,000 ids in runs are a few bytes. */
static void
test_an_import_is_a_short_text (void)
{
  g_autoptr (CvrAction) action = cvr_action_new (CVR_ACTION_IMPORT, 60000, NULL);
  CvrChange *items = cvr_action_add (action, CVR_CHANGE_ITEMS);
  g_autofree char *json = NULL;
  g_autoptr (CvrAction) read = NULL;

  for (guint64 id = 1; id <= 60000; id++)
    cvr_change_add_item (items, id);
  json = cvr_action_to_json (action);
  g_assert_cmpuint (strlen (json), <, 200);
  read = cvr_action_from_json (json, NULL);
  g_assert_cmpuint (((CvrChange *) g_ptr_array_index (read->changes, 0))->ids->len, ==, 60000);
}

/* What earlier versions of the program wrote. */
static void
test_older_steps_are_read (void)
{
  static const char old[] =
    "{\"kind\":\"import\",\"count\":3,\"detail\":null,\"changes\":["
    "{\"kind\":\"items\",\"ids\":[4,5,9],\"before\":[-1,0,2],\"after\":[0,1,2],"
    "\"names\":[\"a\",\"b\",\"c\"],\"come\":true,\"k\":0},"
    "{\"kind\":\"labels\",\"ids\":[4],\"before\":[-1],\"after\":[1],\"k\":0},"
    "{\"kind\":\"class-rename\",\"k\":1,\"old\":\"x\",\"new\":\"y\"}]}";
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrAction) action = cvr_action_from_json (old, &error);
  const CvrChange *items, *rename;

  g_assert_no_error (error);
  items = g_ptr_array_index (action->changes, 0);
  rename = g_ptr_array_index (action->changes, 2);
  g_assert_cmpuint (items->ids->len, ==, 3);
  g_assert_cmpuint (g_array_index (items->ids, guint64, 2), ==, 9);
  g_assert_true (items->come);
  g_assert_cmpint (rename->kind, ==, CVR_CHANGE_CLASS_SET);
  g_assert_cmpuint (rename->k, ==, 1);
  g_assert_cmpstr (cvr_change_class (rename, TRUE).name, ==, "y");
  g_assert_cmpint (cvr_change_class (rename, TRUE).colour, ==, -1);
}

typedef struct
{
  char      *folder;
  CvrKeeper *keeper;
  CvrUndo   *undo;
  guint      n_dropped;
} Fixture;

static void
dropped_cb (const CvrAction *action,
            gboolean         done,
            CvrBatch        *batch,
            gpointer         data)
{
  ((Fixture *) data)->n_dropped++;
}

static void
open_stack (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "undo.convisor", NULL);
  g_autoptr (GError) error = NULL;

  fixture->keeper = cvr_keeper_open (path, &error);
  g_assert_no_error (error);
  fixture->undo = cvr_undo_new (fixture->keeper, dropped_cb, fixture);
}

static void
close_stack (Fixture *fixture)
{
  g_clear_pointer (&fixture->undo, cvr_undo_free);
  cvr_keeper_close (fixture->keeper);
  g_clear_pointer (&fixture->keeper, cvr_keeper_unref);
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->folder = session_test_folder ();
  open_stack (fixture);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  close_stack (fixture);
  session_test_remove (fixture->folder);
  g_free (fixture->folder);
}

static void
kept_cb (const GError *error,
         gpointer      data)
{
  g_assert_no_error (error);
}

static void
write_batch (Fixture  *fixture,
             CvrBatch *batch)
{
  cvr_keeper_commit (fixture->keeper, batch, kept_cb, NULL);
  cvr_keeper_flush (fixture->keeper);
}

/* Numbered steps, each of @n_ids pictures. */
static void
push (Fixture *fixture,
      guint    first,
      guint    n,
      guint    n_ids)
{
  CvrBatch *batch = cvr_batch_new ();

  for (guint i = first; i < first + n; i++)
    {
      g_autofree char *detail = g_strdup_printf ("%u", i);
      g_autoptr (CvrAction) action = cvr_action_new (CVR_ACTION_TAG, i, detail);
      CvrChange *change = cvr_action_add_texts (action, CVR_CHANGE_TAG, 0, NULL, detail);

      for (guint64 id = 1; id <= n_ids; id++)
        cvr_change_add_item (change, 100 * i + id);
      cvr_undo_push (fixture->undo, batch, action);
    }
  write_batch (fixture, batch);
}

static void
move (Fixture *fixture,
      gboolean back,
      guint    n)
{
  CvrBatch *batch = cvr_batch_new ();

  for (guint i = 0; i < n; i++)
    cvr_undo_move (fixture->undo, batch, back);
  write_batch (fixture, batch);
}

static void
assert_around (Fixture *fixture,
               gint     undo,
               gint     redo)
{
  const CvrAction *back = cvr_undo_peek (fixture->undo, TRUE);
  const CvrAction *forth = cvr_undo_peek (fixture->undo, FALSE);

  g_assert_cmpint (back != NULL ? (gint) back->count : -1, ==, undo);
  g_assert_cmpint (forth != NULL ? (gint) forth->count : -1, ==, redo);
}

static void
count_see (const CvrAction *action,
           gpointer         count)
{
  ++*(guint *) count;
}

static guint
count (Fixture *fixture)
{
  guint n = 0;

  cvr_undo_each (fixture->undo, count_see, &n);

  return n;
}

static void
test_old_steps_are_pushed_off (Fixture      *fixture,
                               gconstpointer data)
{
  push (fixture, 0, CVR_UNDO_LIMIT + 5, 1);
  g_assert_cmpuint (fixture->n_dropped, ==, 5);
  g_assert_cmpuint (count (fixture), ==, CVR_UNDO_LIMIT);
  move (fixture, TRUE, CVR_UNDO_LIMIT);
  assert_around (fixture, -1, 5);

  push (fixture, 7777, 1, 1); /* What was undone is gone. */
  assert_around (fixture, 7777, -1);
  g_assert_cmpuint (count (fixture), ==, 1);
  close_stack (fixture);
  open_stack (fixture);
  assert_around (fixture, 7777, -1);
}

static void
test_large_steps_are_pushed_off_sooner (Fixture      *fixture,
                                        gconstpointer data)
{
  push (fixture, 0, 5, CVR_UNDO_MOST_IDS / 4);
  g_assert_cmpuint (count (fixture), ==, 4);
  push (fixture, 5, 1, CVR_UNDO_MOST_IDS + 1);
  g_assert_cmpuint (count (fixture), ==, 1); /* The newest always stays. */
}

static void
test_a_mark_brings_the_stack_back (Fixture      *fixture,
                                   gconstpointer data)
{
  g_autoptr (CvrBatch) batch = cvr_batch_new (); /* Never written. */
  g_autoptr (CvrAction) other = cvr_action_new (CVR_ACTION_NOTE, 99, NULL);
  CvrUndoMark *mark;

  push (fixture, 1, 6, 1);
  move (fixture, TRUE, 2);
  mark = cvr_undo_mark (fixture->undo);
  cvr_undo_move (fixture->undo, batch, TRUE);
  cvr_undo_push (fixture->undo, batch, other);
  cvr_undo_replace (fixture->undo, batch, other);
  assert_around (fixture, 99, -1);
  cvr_undo_restore (fixture->undo, mark);
  cvr_undo_mark_free (mark);
  assert_around (fixture, 4, 5);
  move (fixture, FALSE, 2);
  assert_around (fixture, 6, -1);
}

static gboolean
speaks_of (const CvrAction *action,
           gpointer         data)
{
  return action->count == GPOINTER_TO_UINT (data);
}

static void
forget (Fixture *fixture,
        guint    which)
{
  CvrBatch *batch = cvr_batch_new ();

  cvr_undo_forget (fixture->undo, batch, speaks_of, GUINT_TO_POINTER (which));
  write_batch (fixture, batch);
}

static void
test_forgotten_steps_take_those_beyond_along (Fixture      *fixture,
                                              gconstpointer data)
{
  push (fixture, 1, 9, 1);
  move (fixture, TRUE, 4);
  forget (fixture, 2);
  g_assert_cmpuint (count (fixture), ==, 7);
  assert_around (fixture, 5, 6);
  forget (fixture, 7);
  g_assert_cmpuint (count (fixture), ==, 4);
  assert_around (fixture, 5, 6);
  forget (fixture, 6);
  assert_around (fixture, 5, -1);
  close_stack (fixture);
  open_stack (fixture);
  g_assert_cmpuint (count (fixture), ==, 3);
  assert_around (fixture, 5, -1);
}

static void
put (Fixture    *fixture,
     const char *key,
     const char *text)
{
  g_autoptr (GBytes) bytes = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
  CvrBatch *batch = cvr_batch_new ();

  cvr_batch_put (batch, key, bytes);
  write_batch (fixture, batch);
}

static void
assert_kept (Fixture    *fixture,
             const char *key,
             gboolean    kept)
{
  g_autoptr (GBytes) bytes = cvr_keeper_get (fixture->keeper, key);

  g_assert_true ((bytes != NULL) == kept);
}

static void
test_around_a_broken_step_the_rest_is_there (Fixture      *fixture,
                                             gconstpointer data)
{
  push (fixture, 1, 9, 1); /* As serials 1 … 9. */
  move (fixture, TRUE, 4);
  put (fixture, "undo/2", "{broken");
  put (fixture, "undo/8", NULL);
  close_stack (fixture);
  open_stack (fixture);
  g_assert_cmpuint (count (fixture), ==, 5); /* 3, 4, 5 and 6, 7 */
  assert_around (fixture, 5, 6);
  move (fixture, TRUE, 3);
  assert_around (fixture, -1, 3);
  move (fixture, FALSE, 5);
  assert_around (fixture, 7, -1);
  assert_kept (fixture, "undo/1", FALSE);
  assert_kept (fixture, "undo/2", FALSE);
  assert_kept (fixture, "undo/3", TRUE);
  assert_kept (fixture, "undo/9", FALSE);
}

static void
test_a_broken_index_is_an_empty_stack (Fixture      *fixture,
                                       gconstpointer data)
{
  static const char *const broken[] = {
    "", "[]", "{}", "{\"position\":3,\"next\":2,\"serials\":[1]}",
    "{\"position\":1,\"next\":2,\"serials\":[\"x\"]}",
    "{\"position\":1,\"next\":2,\"serials\":[[]]}",
    "{\"position\":-1,\"next\":2,\"serials\":[1]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      push (fixture, 1, 2, 1);
      put (fixture, "undo", broken[i]);
      close_stack (fixture);
      open_stack (fixture);
      g_assert_true (cvr_undo_is_empty (fixture->undo));
      assert_around (fixture, -1, -1);
    }
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *name;
    void      (*test) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/session/undo/old-steps-are-pushed-off", test_old_steps_are_pushed_off },
    { "/session/undo/large-steps-are-pushed-off-sooner", test_large_steps_are_pushed_off_sooner },
    { "/session/undo/a-mark-brings-the-stack-back", test_a_mark_brings_the_stack_back },
    { "/session/undo/forgotten-steps-take-those-beyond-along",
      test_forgotten_steps_take_those_beyond_along },
    { "/session/undo/around-a-broken-step-the-rest-is-there",
      test_around_a_broken_step_the_rest_is_there },
    { "/session/undo/a-broken-index-is-an-empty-stack", test_a_broken_index_is_an_empty_stack },
  };

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/undo/every-change-is-read-as-it-was-written",
                   test_every_change_is_read_as_it_was_written);
  g_test_add_func ("/session/undo/cut-off-anywhere-it-is-refused",
                   test_cut_off_anywhere_it_is_refused);
  g_test_add_func ("/session/undo/changed-anywhere-it-breaks-nothing",
                   test_changed_anywhere_it_breaks_nothing);
  g_test_add_func ("/session/undo/steps-that-cannot-be-are-refused",
                   test_steps_that_cannot_be_are_refused);
  g_test_add_func ("/session/undo/an-import-is-a-short-text", test_an_import_is_a_short_text);
  g_test_add_func ("/session/undo/older-steps-are-read", test_older_steps_are_read);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);

  return g_test_run ();
}
