/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders of pictures, from files written here: what becomes of classes, parts, names and order. */
#include "load-fixture.h"

#include <unistd.h>

static void
test_folder_per_class (Fixture      *self,
                       gconstpointer data)
{
  fixture_put_picture (self, "dog/2.png", 0x200000);
  fixture_put_picture (self, "dog/10.png", 0x100000);
  fixture_put_picture (self, "cat/b.png", 0x0000ff);
  fixture_put_picture (self, "cat/deeper/a.png", 0x00ff00);
  fixture_put_picture (self, "cat/.hidden.png", 0);
  fixture_put_picture (self, "__MACOSX/cat/b.png", 0);
  fixture_put (self, "cat/Thumbs.db", "x", 1);
  fixture_put (self, "README.md", "x", 1);
  fixture_load (self, NULL);
  assert_holds (self, "cat/b.png cat/a.png dog/2.png dog/10.png");
  assert_colour (self, 0, 0x0000ff);
  assert_colour (self, 1, 0x00ff00);
  assert_colour (self, 2, 0x200000);
  assert_colour (self, 3, 0x100000);
  g_assert_cmpuint (self->report.n_skipped, ==, 0);
}

/* Links that lead back up, twice over: following them all would never end. */
static void
test_links_in_circles (Fixture      *self,
                       gconstpointer data)
{
  static const char *const names[] = { "dog/up", "dog/here", "cat/up" };
  static const char *const targets[] = { "..", ".", "../dog/.." };

  fixture_put_picture (self, "dog/1.png", 0x010000);
  fixture_put_picture (self, "cat/1.png", 0x020000);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, names[i], NULL);

      g_assert_cmpint (symlink (targets[i], path), ==, 0);
    }
  fixture_load (self, NULL);
  assert_holds (self, "cat/1.png dog/1.png");
}

static void
test_one_wrapping_folder (Fixture      *self,
                          gconstpointer data)
{
  fixture_put_picture (self, "animals/dog/1.png", 0x010000);
  fixture_put_picture (self, "animals/cat/1.png", 0x020000);
  fixture_load (self, NULL);
  assert_holds (self, "cat/1.png dog/1.png");
}

/* A lone folder of pictures is a class, not a wrapping. */
static void
test_one_class (Fixture      *self,
                gconstpointer data)
{
  fixture_put_picture (self, "dog/1.png", 0x010000);
  fixture_load (self, NULL);
  assert_holds (self, "dog/1.png");
}

static void
test_pictures_without_folders (Fixture      *self,
                               gconstpointer data)
{
  CvrLoadSpec spec = { .data = self->folder, .label = "new" };
  g_autoptr (GError) error = NULL;

  fixture_put_picture (self, "1.png", 0x010000);
  fixture_put_picture (self, "2.png", 0x020000);
  fixture_load (self, NULL);
  assert_holds (self, "-/1.png -/2.png");
  cvr_load_report_clear (&self->report);
  g_assert_true (cvr_load (self->dataset, &spec, &self->report, NULL, &error));
  assert_holds (self, "-/1.png -/2.png new/1.png new/2.png");
}

static void
load_one_of_several (Fixture    *self,
                     const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  CvrLoadSpec spec = { .data = path, .is_class = TRUE };
  g_autoptr (GError) error = NULL;

  cvr_load_report_clear (&self->report);
  g_assert_true (cvr_load (self->dataset, &spec, &self->report, NULL, &error));
  g_assert_no_error (error);
}

/* Folders that are dropped together are classes, each by its own name. */
static void
test_one_folder_of_several (Fixture      *self,
                            gconstpointer data)
{
  fixture_put_picture (self, "cat/1.png", 0x010000);
  fixture_put_picture (self, "dog/1.png", 0x020000);
  fixture_put_picture (self, "photos/1.png", 0x030000);
  fixture_put_picture (self, "train/1.png", 0x040000);
  fixture_put_picture (self, "zoo/1.png", 0x050000);
  fixture_put_picture (self, "zoo/owl/1.png", 0x060000);
  load_one_of_several (self, "dog");
  load_one_of_several (self, "cat");
  assert_holds (self, "dog/1.png cat/1.png");
  load_one_of_several (self, "photos");
  load_one_of_several (self, "train");
  load_one_of_several (self, "zoo");
  assert_holds (self, "dog/1.png cat/1.png -/1.png -/1.png -/1.png owl/1.png");
}

/* What a label file says counts for more. */
static void
test_one_folder_of_several_with_labels (Fixture      *self,
                                        gconstpointer data)
{
  static const char table[] = "path,label\n1.png,owl\n";

  fixture_put_picture (self, "zoo/1.png", 0x010000);
  fixture_put_picture (self, "zoo/2.png", 0x020000);
  fixture_put (self, "zoo/labels.csv", table, sizeof table - 1);
  load_one_of_several (self, "zoo");
  assert_holds (self, "owl/1.png -/2.png");
}

static void
test_train_and_test (Fixture      *self,
                     gconstpointer data)
{
  fixture_put_picture (self, "set/train/dog/1.png", 0x010000);
  fixture_put_picture (self, "set/train/cat/1.png", 0x020000);
  fixture_put_picture (self, "set/Test/cat/2.png", 0x030000);
  fixture_put_picture (self, "set/readme.png", 0x040000); /* stray; takes no part in the layout */
  fixture_load (self, NULL);
  /* Training items stay undecided, so that some can validate. */
  assert_holds (self, "cat/2.png:S -/readme.png cat/1.png dog/1.png");
}

static void
test_train_and_valid (Fixture      *self,
                      gconstpointer data)
{
  fixture_put_picture (self, "train/dog/1.png", 0x010000);
  fixture_put_picture (self, "val/dog/2.png", 0x020000);
  fixture_put_picture (self, "test/dog/3.png", 0x030000);
  fixture_load (self, NULL);
  assert_holds (self, "dog/3.png:S dog/1.png:T dog/2.png:V");
}

/* A class may be called "train" where the others are no parts. */
static void
test_a_class_called_train (Fixture      *self,
                           gconstpointer data)
{
  fixture_put_picture (self, "train/1.png", 0x010000);
  fixture_put_picture (self, "bicycle/1.png", 0x020000);
  fixture_load (self, NULL);
  assert_holds (self, "bicycle/1.png train/1.png");
}

/* Two sources into one set: classes unite, the first stays as it was. */
static void
test_adds_to_what_is_there (Fixture      *self,
                            gconstpointer data)
{
  fixture_put_picture (self, "one/cat/1.png", 0x010000);
  fixture_put_picture (self, "one/dog/1.png", 0x020000);
  fixture_put_picture (self, "two/bird/1.png", 0x030000);
  fixture_put_picture (self, "two/cat/2.png", 0x040000);
  fixture_load (self, "one");
  fixture_load (self, "two");
  assert_holds (self, "cat/1.png dog/1.png bird/1.png cat/2.png");
  g_assert_cmpuint (cvr_dataset_n_classes (self->dataset), ==, 3);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  fixture_add ("/storage/load/folder-per-class", test_folder_per_class);
  fixture_add ("/storage/load/links-in-circles", test_links_in_circles);
  fixture_add ("/storage/load/one-wrapping-folder", test_one_wrapping_folder);
  fixture_add ("/storage/load/one-class", test_one_class);
  fixture_add ("/storage/load/pictures-without-folders", test_pictures_without_folders);
  fixture_add ("/storage/load/one-folder-of-several", test_one_folder_of_several);
  fixture_add ("/storage/load/one-folder-of-several-with-labels",
               test_one_folder_of_several_with_labels);
  fixture_add ("/storage/load/train-and-test", test_train_and_test);
  fixture_add ("/storage/load/train-and-valid", test_train_and_valid);
  fixture_add ("/storage/load/a-class-called-train", test_a_class_called_train);
  fixture_add ("/storage/load/adds-to-what-is-there", test_adds_to_what_is_there);

  return g_test_run ();
}
