/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Archives of pictures are read as the folders that they were, also beside and within others. */
#include "load-fixture.h"

static void
test_archives (Fixture      *self,
               gconstpointer data)
{
  static const char *const formats[] = { "tar", "tar.gz", "tar.xz", "tar.bz2", "zip" };

  for (guint f = 0; f < G_N_ELEMENTS (formats); f++)
    {
      CvrTestArchive *archive = cvr_test_archive_new (formats[f]);
      g_autofree char *name = g_strconcat ("set.", formats[f], NULL);
      g_autoptr (GBytes) bytes = NULL;

      fixture_add_picture (archive, "set/dog/10.png", 0x0a0000);
      fixture_add_picture (archive, "set/dog/9.png", 0x090000);
      fixture_add_picture (archive, "set/cat/1.png", 0x010000);
      fixture_add_picture (archive, "set/cat/._1.png", 0);
      cvr_test_archive_link (archive, "set/cat/link.png", "/etc/passwd");
      bytes = cvr_test_archive_finish (archive);
      fixture_put_bytes (self, name, bytes);
      cvr_dataset_unref (self->dataset);
      self->dataset = cvr_dataset_new ();
      fixture_load (self, name);
      assert_holds (self, "cat/1.png dog/9.png dog/10.png");
      assert_colour (self, 0, 0x010000);
      assert_colour (self, 2, 0x0a0000);
    }
}

static void
test_an_archive_per_class (Fixture      *self,
                           gconstpointer data)
{
  static const char *const names[] = { "dogs-160px.tar.gz", "cats-160px.zip" };

  for (guint i = 0; i < 2; i++)
    {
      CvrTestArchive *archive = cvr_test_archive_new (i == 0 ? "tar.gz" : "zip");
      g_autoptr (GBytes) bytes = NULL;

      fixture_add_picture (archive, "anything/1.png", 0x010000 * (i + 1));
      bytes = cvr_test_archive_finish (archive);
      fixture_put_bytes (self, names[i], bytes);
    }
  fixture_load (self, NULL);
  assert_holds (self, "cats-160px/1.png dogs-160px/1.png");
  assert_colour (self, 0, 0x020000);
}

/* One level: an archive in an archive is read, one deeper is not. */
static void
test_archives_in_an_archive (Fixture      *self,
                             gconstpointer data)
{
  CvrTestArchive *inner = cvr_test_archive_new ("tar"), *outer = cvr_test_archive_new ("zip"),
                 *outermost;
  g_autoptr (GBytes) inner_bytes = NULL;
  g_autoptr (GBytes) outer_bytes = NULL;
  g_autoptr (GBytes) outermost_bytes = NULL;
  g_autoptr (GError) error = NULL;

  fixture_add_picture (inner, "1.png", 0x010000);
  fixture_add_picture (inner, "2.png", 0x020000);
  inner_bytes = cvr_test_archive_finish (inner);
  cvr_test_archive_add (outer, "dog.tar", g_bytes_get_data (inner_bytes, NULL),
                        g_bytes_get_size (inner_bytes));
  fixture_add_picture (outer, "cat/1.png", 0x030000);
  outer_bytes = cvr_test_archive_finish (outer);
  fixture_put_bytes (self, "set.zip", outer_bytes);
  fixture_load (self, "set.zip");
  assert_holds (self, "cat/1.png dog/1.png dog/2.png");
  assert_colour (self, 2, 0x020000);

  outermost = cvr_test_archive_new ("zip");
  cvr_test_archive_add (outermost, "set.zip", g_bytes_get_data (outer_bytes, NULL),
                        g_bytes_get_size (outer_bytes));
  outermost_bytes = cvr_test_archive_finish (outermost);
  fixture_put_bytes (self, "deep.zip", outermost_bytes);
  fixture_load (self, "deep.zip");
  g_assert_cmpuint (cvr_dataset_n_items (self->dataset), ==, 3 + 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  fixture_add ("/storage/load-archives/archives", test_archives);
  fixture_add ("/storage/load-archives/an-archive-per-class", test_an_archive_per_class);
  fixture_add ("/storage/load-archives/archives-in-an-archive", test_archives_in_an_archive);

  return g_test_run ();
}
