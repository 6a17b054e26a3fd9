/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trainings and what is kept of their epochs: written, listed, read, forgotten, and looked over. */
#include "keeper-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

static GBytes *
make_cb (gpointer data,
         GError **error)
{
  return g_bytes_new (data, strlen (data));
}

static void
put_run (CvrBatch   *batch,
         guint64     id,
         const char *name)
{
  const CvrKeptRun run = { id, (char *) name, NULL, (char *) "{}", (char *) "{\"n\":1}" };

  cvr_batch_put_run (batch, &run);
}

/* Two runs, with three epochs and one. */
static void
make_runs (Fixture *self)
{
  CvrBatch *batch = cvr_batch_new ();

  put_run (batch, 3, "first");
  put_run (batch, 8, "second");
  cvr_batch_put_epoch (batch, 3, 0, make_cb, g_strdup ("begin"), g_free);
  cvr_batch_put_epoch (batch, 3, 2, make_cb, g_strdup ("middle"), g_free);
  cvr_batch_put_epoch (batch, 3, 1, make_cb, g_strdup ("one"), g_free);
  cvr_batch_put_epoch (batch, 8, 1, make_cb, g_strdup ("other"), g_free);
  fixture_commit (self, batch, 1);
  cvr_keeper_flush (self->keeper);
  assert_told (self, "1 ");
}

/* "3:first 8:second | 3.0=5 3.1=3": names, and bytes of epochs. */
static char *
dump (Fixture *self)
{
  g_autoptr (GPtrArray) runs = NULL;
  g_autoptr (GArray) epochs = NULL;
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);

  cvr_keeper_list_runs (self->keeper, &runs, &epochs, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < runs->len; i++)
    {
      const CvrKeptRun *run = g_ptr_array_index (runs, i);

      g_string_append_printf (text, "%" G_GUINT64_FORMAT ":%s ", run->id, run->name);
      g_assert_cmpstr (run->settings, ==, "{}");
      g_assert_cmpstr (run->report, ==, "{\"n\":1}");
    }
  g_string_append_c (text, '|');
  for (guint i = 0; i < epochs->len; i++)
    {
      const CvrKeptEpoch *epoch = &g_array_index (epochs, CvrKeptEpoch, i);

      g_string_append_printf (text, " %" G_GUINT64_FORMAT ".%u=%" G_GUINT64_FORMAT, epoch->run,
                              epoch->epoch, epoch->bytes);
    }

  return g_string_free (text, FALSE);
}

static void
assert_dump (Fixture    *self,
             const char *expected)
{
  g_autofree char *now = dump (self);
  g_autofree char *later = NULL;

  g_assert_cmpstr (now, ==, expected);
  fixture_close (self);
  fixture_open (self);
  later = dump (self);
  g_assert_cmpstr (later, ==, expected);
}

static void
assert_epoch (Fixture    *self,
              guint64     run,
              guint       epoch,
              const char *expected)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = NULL;

  g_assert_true (cvr_keeper_read_epoch (self->keeper, run, epoch, &bytes, &error));
  g_assert_no_error (error);
  if (expected == NULL)
    g_assert_null (bytes);
  else
    {
      g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected,
                       strlen (expected));
      g_bytes_unref (bytes);
    }
}

static void
test_runs_and_epochs_are_kept (Fixture      *self,
                               gconstpointer data)
{
  CvrKeptSizes sizes;

  make_runs (self);
  assert_dump (self, "3:first 8:second | 3.0=5 3.1=3 3.2=6 8.1=5");
  assert_epoch (self, 3, 0, "begin");
  assert_epoch (self, 3, 2, "middle");
  assert_epoch (self, 3, 7, NULL);
  assert_epoch (self, 4, 0, NULL);
  g_assert_true (cvr_keeper_check (self->keeper, NULL, NULL));
  g_assert_true (cvr_keeper_sizes (self->keeper, &sizes, NULL));
  g_assert_cmpuint (sizes.checkpoints, ==, 19);
}

static void
test_writing_anew_keeps_the_epochs (Fixture      *self,
                                    gconstpointer data)
{
  CvrBatch *batch = cvr_batch_new ();

  make_runs (self);
  put_run (batch, 3, "renamed");
  cvr_batch_put_epoch (batch, 3, 1, make_cb, g_strdup ("one again"), g_free);
  fixture_commit (self, batch, 2);
  cvr_keeper_flush (self->keeper);
  assert_dump (self, "3:renamed 8:second | 3.0=5 3.1=9 3.2=6 8.1=5");
  assert_epoch (self, 3, 1, "one again");
}

static void
test_what_is_forgotten_is_gone (Fixture      *self,
                                gconstpointer data)
{
  g_autofree char *contents = NULL;
  CvrBatch *batch = cvr_batch_new ();
  gsize length;

  make_runs (self);
  cvr_batch_forget_epoch (batch, 3, 1);
  cvr_batch_forget_run (batch, 8);
  fixture_commit (self, batch, 2);
  cvr_keeper_flush (self->keeper);
  assert_dump (self, "3:first | 3.0=5 3.2=6");
  fixture_close (self);
  g_assert_true (g_file_get_contents (self->path, &contents, &length, NULL));
  g_assert_null (memmem (contents, length, "other", 5)); /* secure_delete */
  g_assert_nonnull (memmem (contents, length, "middle", 6));
  fixture_open (self);
}

static void
test_an_epoch_needs_its_run (Fixture      *self,
                             gconstpointer data)
{
  CvrBatch *batch = cvr_batch_new ();

  make_runs (self);
  cvr_batch_put_epoch (batch, 77, 1, make_cb, g_strdup ("nobody's"), g_free);
  fixture_commit (self, batch, 3);
  cvr_keeper_flush (self->keeper);
  assert_told (self, "3! ");
  cvr_keeper_go_on (self->keeper);
  assert_dump (self, "3:first 8:second | 3.0=5 3.1=3 3.2=6 8.1=5");
}

static void
test_a_flipped_bit_is_found (Fixture      *self,
                             gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) checked = NULL;
  GBytes *bytes = NULL;

  make_runs (self);
  fixture_close (self);
  fixture_run_sql (self->path, "UPDATE checkpoints SET bytes = x'6d6964646c66' WHERE epoch = 2");
  fixture_open (self);
  assert_epoch (self, 3, 1, "one");
  g_assert_false (cvr_keeper_read_epoch (self->keeper, 3, 2, &bytes, &error));
  g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "epoch 2"));
  g_assert_false (cvr_keeper_check (self->keeper, NULL, &checked));
  g_assert_error (checked, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);
}

static void
test_they_are_recovered (Fixture      *self,
                         gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = fixture_make (self, 3);
  g_autofree char *to = g_strconcat (self->path, ".new", NULL);
  g_autofree char *report = NULL;
  g_autoptr (GError) error = NULL;
  CvrBatch *batch = cvr_batch_new ();

  make_runs (self);
  put_run (batch, 9, "");
  fixture_commit (self, batch, 2);
  fixture_close (self);
  g_assert_true (cvr_keeper_recover (self->path, to, &report, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_rename (to, self->path), ==, 0);
  fixture_open (self);
  assert_dump (self, "3:first 8:second 9: | 3.0=5 3.1=3 3.2=6 8.1=5");
  assert_epoch (self, 3, 2, "middle");
}

static void
add (const char *name,
     void (*test) (Fixture *self, gconstpointer data))
{
  g_autofree char *path = g_strconcat ("/storage/keeper/runs/", name, NULL);

  g_test_add (path, Fixture, NULL, fixture_set_up, test, fixture_tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("are-kept-with-their-epochs", test_runs_and_epochs_are_kept);
  add ("written-anew-keep-their-epochs", test_writing_anew_keeps_the_epochs);
  add ("forgotten-are-gone", test_what_is_forgotten_is_gone);
  add ("an-epoch-needs-its-run", test_an_epoch_needs_its_run);
  add ("a-flipped-bit-is-found", test_a_flipped_bit_is_found);
  add ("are-recovered", test_they_are_recovered);

  return g_test_run ();
}
