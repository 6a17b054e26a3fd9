/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can't be used is named with its reason, and the rest comes in. */
#include "cvr-test-pictures.h"
#include "load-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

static void
test_broken_pictures_are_named (Fixture      *self,
                                gconstpointer data)
{
  g_autoptr (GBytes) png = cvr_test_file ("png", 6, 4, 0x112233);
  g_autoptr (GBytes) jpeg = cvr_test_file ("jpeg", 60, 60, 0x445566);

  fixture_put_picture (self, "a/good.png", 0x112233);
  fixture_put (self, "a/cut.png", g_bytes_get_data (png, NULL), 30);
  fixture_put (self, "a/text.jpg", "no picture", 10);
  fixture_put (self, "a/empty.gif", "", 0);
  fixture_put (self, "a/notes.txt", "no picture", 10);
  fixture_put (self, "a/half.jpg", g_bytes_get_data (jpeg, NULL), g_bytes_get_size (jpeg) - 8);
  fixture_load (self, NULL);
  assert_holds (self, "a/good.png a/half.jpg");
  g_assert_cmpuint (self->report.n_damaged, ==, 1);
  g_assert_cmpuint (self->report.n_skipped, ==, 3);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (self->report.skipped, 0), "cut.png: "));
  g_assert_true (g_str_has_prefix (g_ptr_array_index (self->report.skipped, 1), "empty.gif: "));
  g_assert_true (g_str_has_prefix (g_ptr_array_index (self->report.skipped, 2), "text.jpg: "));
}

static void
test_broken_archives_are_named (Fixture      *self,
                                gconstpointer data)
{
  fixture_put_picture (self, "a/good.png", 0x112233);
  fixture_put (self, "b.tar.gz", "\x1f\x8b\x08 broken", 11);
  fixture_load (self, NULL);
  assert_holds (self, "a/good.png");
  g_assert_cmpuint (self->report.n_skipped, ==, 1);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (self->report.skipped, 0), "b.tar.gz: "));
}

/* Nothing usable: a sentence for each reason, and the caller's set untouched. */
static void
test_nothing_usable (Fixture      *self,
                     gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *contents;
    const char *says;
  } cases[] = {
    { "net.onnx", "\x08\x07", "a model" },
    { "notes.txt", "hello", "has no pictures" },
    { "broken.jpg", "hello", "broken.jpg: " },
    { "train-labels-idx1-ubyte", "\0\0\10\1\0\0\0\0", "labels but no pictures" },
  };
  g_autofree char *empty = g_build_filename (self->folder, "empty", NULL);
  g_autoptr (GError) nothing = NULL, missing = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      fixture_put (self, cases[i].name, cases[i].contents, i == 3 ? 8 : strlen (cases[i].contents));
      g_assert_false (fixture_try_load (self, cases[i].name, &error));
      g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY);
      g_assert_nonnull (strstr (error->message, cases[i].name));
      g_assert_nonnull (strstr (error->message, cases[i].says));
    }

  g_mkdir (empty, 0700);
  g_assert_false (fixture_try_load (self, "empty", &nothing));
  g_assert_error (nothing, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY);
  g_assert_false (fixture_try_load (self, "missing", &missing));
  g_assert_error (missing, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO);
  g_assert_cmpuint (cvr_dataset_n_items (self->dataset), ==, 0);
  g_assert_cmpuint (cvr_dataset_n_classes (self->dataset), ==, 0);
}

static void
test_builtin_refusals (Fixture      *self,
                       gconstpointer data)
{
  static const char *const names[] = {
    "builtin:",          "builtin:nothing",   "builtin:shapes:",        "builtin:shapes:0",
    "builtin:shapes:-3", "builtin:shapes:1x", "builtin:shapes:1000001", "builtin:shapes:5:5"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const CvrLoadSpec spec = { .data = names[i] };
      g_autoptr (GError) error = NULL;

      cvr_load_report_clear (&self->report);
      g_assert_false (cvr_load (self->dataset, &spec, &self->report, NULL, &error));
      g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  fixture_add ("/storage/load-refused/broken-pictures-are-named", test_broken_pictures_are_named);
  fixture_add ("/storage/load-refused/broken-archives-are-named", test_broken_archives_are_named);
  fixture_add ("/storage/load-refused/nothing-usable", test_nothing_usable);
  fixture_add ("/storage/load-refused/builtin-refusals", test_builtin_refusals);

  return g_test_run ();
}
