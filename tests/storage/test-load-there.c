/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Label files of pictures that are there already: which picture each speaks of, and what it gets. */
#include "cvr-test-pictures.h"
#include "load-fixture.h"

#include <string.h>

/* Pictures of @self become those that are there already; then @files are loaded. */
static GArray *
load_again (Fixture           *self,
            const char        *data,
            const char *const *files,
            gboolean           labels_only,
            GError           **error)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (CvrDataset) there = g_steal_pointer (&self->dataset);
  g_autofree char *path = g_build_filename (self->folder, data, NULL);
  GArray *given = g_array_new (FALSE, FALSE, sizeof (CvrGiven));
  const CvrLoadSpec spec = { .data = path, .files = files, .max_side = 64, .known = known,
                             .skip_same = TRUE, .there = there, .given = given,
                             .labels_only = labels_only };

  for (guint i = 0; i < cvr_dataset_n_items (there); i++)
    g_hash_table_add (known, (gpointer) &cvr_dataset_item (there, i)->digest);
  g_array_set_clear_func (given, cvr_given_clear);
  self->dataset = cvr_dataset_new ();
  cvr_load_report_clear (&self->report);
  cvr_load (self->dataset, &spec, &self->report, NULL, error);

  return given;
}

static const CvrGiven *
given_at (GArray *given,
          guint   i)
{
  g_assert_cmpuint (i, <, given->len);

  return &g_array_index (given, CvrGiven, i);
}

/* A label file whose pictures came before: by name, by a path of another computer, by name without
 * its ending. A name that nobody has is said; boxes in pixels become fractions. */
static void
test_labels_of_pictures_that_are_there (Fixture      *self,
                                        gconstpointer data)
{
  g_autoptr (GArray) given = NULL;
  g_autoptr (GError) error = NULL;
  const CvrGiven *one;

  fixture_put_picture (self, "in/1.png", 0x010000);
  fixture_put_picture (self, "in/2.png", 0x020000);
  fixture_put_picture (self, "in/3.png", 0x030000);
  fixture_load (self, "in");
  put_text (self, "else/val.csv",
            "path,label,tags,x,y,width,height\nC:\\photos\\1.png,cat,old,,,,\n1.png,,,3,1,3,2\n"
            "2,dog,,,,,\n4.png,dog,,,,,\n");
  given = load_again (self, "else/val.csv", NULL, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (given->len, ==, 2);
  g_assert_cmpuint (self->report.n_given, ==, 2);
  g_assert_cmpuint (self->report.n_lost, ==, 1);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (self->report.skipped, 0), "4.png: "));
  one = given_at (given, 0);
  g_assert_cmpuint (one->id, ==, 1);
  g_assert_cmpint (one->label, ==, cvr_dataset_find_class (self->dataset, "cat"));
  g_assert_cmpint (one->split, ==, CVR_SPLIT_VALID); /* the file's name */
  g_assert_true (cvr_extras_has_tag (one->extras, "old"));
  g_assert_cmpuint (one->extras->n_boxes, ==, 1);
  g_assert_cmpint (one->extras->boxes[0].label, ==, CVR_LABEL_NONE);
  g_assert_cmpfloat (one->extras->boxes[0].x, ==, 0.5);
  g_assert_cmpuint (given_at (given, 1)->id, ==, 2);
  g_assert_null (given_at (given, 1)->extras);
}

/* Pictures that come again beside their label file: they stay out, their labels don't. */
static void
test_labels_of_pictures_that_come_again (Fixture      *self,
                                         gconstpointer data)
{
  g_autoptr (GArray) given = NULL;
  g_autoptr (GError) error = NULL;

  fixture_put_picture (self, "in/1.png", 0x010000);
  fixture_put_picture (self, "in/2.png", 0x020000);
  fixture_load (self, "in");
  fixture_put_picture (self, "in/3.png", 0x030000);
  fixture_put_picture (self, "in/renamed.png", 0x010000);
  put_text (self, "in/labels.csv", "path,label\nrenamed.png,cat\n2.png,dog\n3.png,dog\n");
  given = load_again (self, "in", NULL, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (self->report.n_loaded, ==, 1);
  g_assert_cmpuint (given->len, ==, 2);
  g_assert_cmpuint (given_at (given, 0)->id, ==, 2);
  g_assert_cmpuint (given_at (given, 1)->id, ==, 1);
  g_assert_cmpint (given_at (given, 1)->label, ==, cvr_dataset_find_class (self->dataset, "cat"));
}

/* A label file that speaks of pictures beside it doesn't mean others of the same name. */
static void
test_labels_of_neighbours_stay_with_them (Fixture      *self,
                                          gconstpointer data)
{
  g_autoptr (GArray) given = NULL;
  g_autoptr (GError) error = NULL;

  fixture_put_picture (self, "in/1.png", 0x010000);
  fixture_load (self, "in");
  fixture_put_picture (self, "set/2.png", 0x020000);
  put_text (self, "set/labels.csv", "path,label\n1.png,cat\n2.png,dog\n");
  given = load_again (self, "set", NULL, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (given->len, ==, 0);
  g_assert_cmpuint (self->report.n_lost, ==, 1);
}

/* Two pictures of one name can't be told apart by a name; what nobody has is an error that says so,
 * and so is a file without labels. */
static void
test_labels_that_no_picture_takes (Fixture      *self,
                                   gconstpointer data)
{
  g_autoptr (GArray) given = NULL;
  g_autoptr (GArray) none = NULL;
  g_autoptr (GError) error = NULL;

  fixture_put_picture (self, "in/x/1.png", 0x010000);
  fixture_put_picture (self, "in/y/1.png", 0x020000);
  fixture_load (self, "in");
  put_text (self, "labels.csv", "path,label\n1.png,cat\n7.png,dog\n");
  given = load_again (self, "labels.csv", NULL, TRUE, &error);
  g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY);
  g_assert_nonnull (strstr (error->message, "“labels.csv” names 2 pictures"));
  g_assert_nonnull (strstr (error->message, "1.png"));
  g_assert_nonnull (strstr (g_ptr_array_index (self->report.skipped, 0), "several pictures"));
  g_clear_error (&error);
  none = load_again (self, "in", NULL, TRUE, &error);
  g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY);
  g_assert_nonnull (strstr (error->message, "“in” has no labels"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  fixture_add ("/storage/load-there/pictures-that-are-there",
               test_labels_of_pictures_that_are_there);
  fixture_add ("/storage/load-there/pictures-that-come-again",
               test_labels_of_pictures_that_come_again);
  fixture_add ("/storage/load-there/neighbours-stay-with-them",
               test_labels_of_neighbours_stay_with_them);
  fixture_add ("/storage/load-there/names-that-no-picture-takes",
               test_labels_that_no_picture_takes);

  return g_test_run ();
}
