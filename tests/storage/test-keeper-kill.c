/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program that writes a project is killed at random moments: it opens again each time, and
 * everything that was acknowledged is there. */
#include "cvr-rng.h"
#include "cvr-test-vfs.h"
#include "keeper-fixture.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum
{
  KILLS = 30,
  MOST_TOLD = 30, /* acknowledgements before the kill */
};

static void
acknowledge_cb (const GError *error,
                gpointer      data)
{
  g_assert_no_error (error);
  printf ("%u\n", GPOINTER_TO_UINT (data));
  fflush (stdout);
}

/* One picture, the label of the @first one, and the number of both, together. */
static void
write_one (CvrKeeper *keeper,
           guint      n,
           guint64   *first)
{
  g_autofree char *text = g_strdup_printf ("%u", n);
  g_autoptr (GBytes) value = g_bytes_new (text, strlen (text));
  g_autoptr (CvrImage) image = cvr_image_new (20 + n % 50, 40, 3);
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_strdup_printf ("picture %u", n);
  CvrItem item = { .name = name, .label = (gint) n % 2 };
  CvrBatch *batch = cvr_batch_new ();

  item.picture = cvr_keeper_add_picture (keeper, image, 0, 0, &item.id, &error);
  g_assert_no_error (error);
  cvr_batch_put_item (batch, &item, FALSE);
  *first = n == 1 ? item.id : *first; /* a number that was lost is not used again */
  cvr_batch_set_label (batch, *first, (gint) n % 2);
  cvr_batch_put (batch, "n", value);
  cvr_keeper_commit (keeper, batch, acknowledge_cb, GUINT_TO_POINTER (n));
  cvr_picture_unref (item.picture);
}

/* How many there are; 0 in a new project. */
static guint
read_number (CvrKeeper *keeper)
{
  g_autoptr (GBytes) value = cvr_keeper_get (keeper, "n");
  g_autofree char *text = value != NULL ? g_strndup (g_bytes_get_data (value, NULL),
                                                     g_bytes_get_size (value))
                                        : NULL;

  return text != NULL ? (guint) atoi (text) : 0;
}

/* The program that is killed. */
static G_NORETURN void
write_for_ever (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  CvrKeeper *keeper = cvr_keeper_open (path, &error);
  guint64 first = 0;
  guint n;

  g_assert_no_error (error);
  n = read_number (keeper);
  g_assert_true (cvr_keeper_load (keeper, dataset, NULL, &error));
  if (n > 0)
    first = cvr_dataset_item (dataset, 0)->id;
  for (;;)
    {
      write_one (keeper, ++n, &first);
      if (n % 3 == 0)
        cvr_keeper_flush (keeper);
    }
}

/* Starts it, and kills it after @n_told acknowledgements. Returns: the last one. */
static guint
run_and_kill (const char *path,
              guint       n_told,
              guint       last)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                                                    "/proc/self/exe", "--write", path, NULL);
  g_autoptr (GDataInputStream) lines = NULL;

  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));
  for (guint i = 0;; i++)
    {
      g_autofree char *line = NULL;

      if (i == n_told)
        g_subprocess_force_exit (child);
      line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
      if (line == NULL)
        break;
      last = (guint) atoi (line);
    }
  g_subprocess_wait (child, NULL, NULL);
  g_assert_false (g_subprocess_get_if_exited (child)); /* but by the signal */

  return last;
}

static void
check (Fixture *self,
       guint    last)
{
  g_autoptr (CvrDataset) dataset = NULL;
  guint n;

  fixture_open (self);
  dataset = fixture_load (self, NULL);
  n = read_number (self->keeper);
  g_assert_cmpuint (n, >=, last);
  g_assert_cmpuint (cvr_dataset_n_items (dataset), ==, n);
  for (guint i = 0; i < n; i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);
      g_autoptr (GError) error = NULL;
      g_autoptr (CvrImage) image = cvr_picture_read (item->picture, &error);

      g_assert_no_error (error);
      g_assert_cmpint (item->label, ==, (gint) (i == 0 ? n : i + 1) % 2);
    }
  fixture_close (self);
}

static void
test_what_was_acknowledged_is_there (Fixture      *self,
                                     gconstpointer data)
{
  CvrRng rng = cvr_rng_new (g_test_rand_int (), 21);
  g_autoptr (CvrDataset) classes = fixture_classes ();
  CvrBatch *batch = cvr_batch_new ();
  guint last = 0;

  cvr_batch_set_classes (batch, classes);
  fixture_commit (self, batch, 1);
  cvr_keeper_flush (self->keeper);
  fixture_close (self);
  for (guint i = 0; i < KILLS; i++)
    {
      last = run_and_kill (self->path, cvr_rng_below (&rng, MOST_TOLD), last);
      check (self, last);
    }
  g_test_message ("%u acknowledged", last);
  g_assert_cmpuint (last, >, KILLS);
  fixture_open (self);
}

int
main (int    argc,
      char **argv)
{
  cvr_test_vfs_install (); /* without syncs: the system goes on */
  if (argc == 3 && g_str_equal (argv[1], "--write"))
    write_for_ever (argv[2]);

  g_test_init (&argc, &argv, NULL);

  g_test_add ("/storage/keeper-kill/what-was-acknowledged-is-there", Fixture, NULL,
              fixture_set_up, test_what_was_acknowledged_is_there, fixture_tear_down);

  return g_test_run ();
}
