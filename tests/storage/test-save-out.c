/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is taken out comes back equal, in every form, as a folder and as an archive. */
#include "cvr-look.h"
#include "cvr-save-out.h"
#include "cvr-test-pictures.h"
#include "load-fixture.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <math.h>
#include <string.h>

enum { N_ITEMS = 24 };

/* Every pixel of every picture differs from that of the others. */
static CvrImage *
make_picture (guint i)
{
  guint channels = i % 3 == 0 ? 1 : 3;
  CvrImage *image = cvr_image_new (20 + i, 12, channels);

  for (gsize b = 0; b < cvr_image_n_bytes (image); b++)
    image->data[b] = (guint8) (b * (3 + i) + 5 * i + b % channels);

  return image;
}

/* @nameless: some boxes have no class; the first of a picture, since YOLO keeps them apart. */
static CvrExtras *
make_extras (guint    i,
             gboolean nameless)
{
  static const char *const tags[] = { "blurred", "ojo, aquí", "a|b", NULL };
  CvrBox boxes[3];

  for (guint b = 0; b < G_N_ELEMENTS (boxes); b++)
    boxes[b] = (CvrBox) { nameless && b == 0 && i % 3 == 0 ? CVR_LABEL_NONE : (gint) ((i + b) % 3),
                          0.1 + i / 100.0, b / 7.0, 1.0 / (3 + b), 1.0 / 3 };

  return cvr_extras_new (boxes, i % 4, i % 5 == 1 ? tags : NULL,
                         i % 6 == 2 ? "she said “1 < 2”, \"really\"; yes" : NULL);
}

/* Labels, none, splits, boxes, tags, notes; names that no file system takes, and the same twice. */
static void
fill_as (CvrDataset *dataset,
         gboolean    nameless)
{
  static const char *const names[] = { "1.png",        "1.PNG",     "a/b:c.jpg",
                                       "con.png",      "..",        "doodles 12",
                                       "Ñandú ☃.jpeg", "train.txt", "x.tar.gz",
                                       "12.5",         "1.jpg",     "comma, \"quote\".png" };
  static const CvrSplit splits[] = { CVR_SPLIT_AUTO, CVR_SPLIT_TRAIN, CVR_SPLIT_VALID,
                                     CVR_SPLIT_TEST };
  const CvrClass zebra = { (char *) "zebra", 5, 3, TRUE };

  cvr_dataset_insert_class (dataset, 0, &zebra);
  cvr_dataset_add_class (dataset, "a/b: \"c\"");
  cvr_dataset_add_class (dataset, "train");
  cvr_dataset_add_class (dataset, "empty");
  for (guint i = 0; i < N_ITEMS; i++)
    {
      g_autoptr (CvrImage) image = make_picture (i);
      g_autoptr (CvrPicture) picture = cvr_picture_new (image);
      g_autoptr (CvrExtras) extras = make_extras (i, nameless);
      const CvrItem item = { .picture = picture, .name = (char *) names[i % G_N_ELEMENTS (names)],
                             .label = (gint) (i % 4) - 1, .split = splits[i / 2 % 4],
                             .extras = extras };

      cvr_dataset_add_item (dataset, &item);
    }
}

static void
fill (CvrDataset *dataset)
{
  fill_as (dataset, FALSE);
}

/* The item of @dataset whose pixels are those of @like. */
static const CvrItem *
find_like (CvrDataset    *dataset,
           const CvrItem *like)
{
  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    if (cvr_image_equal (image_of (cvr_dataset_item (dataset, i)), image_of (like)))
      return cvr_dataset_item (dataset, i);

  return NULL;
}

static void
assert_same_extras (const CvrExtras *a,
                    const CvrExtras *b)
{
  g_assert_cmpint (a == NULL, ==, b == NULL);
  if (a == NULL)
    return;

  g_assert_cmpstr (a->note, ==, b->note);
  g_assert_cmpstrv (a->tags, b->tags);
  g_assert_cmpuint (a->n_boxes, ==, b->n_boxes);
  for (guint i = 0; i < a->n_boxes; i++)
    {
      g_assert_cmpint (a->boxes[i].label, ==, b->boxes[i].label);
      g_assert_cmpfloat (fabs (a->boxes[i].x - b->boxes[i].x), <, 1e-9);
      g_assert_cmpfloat (fabs (a->boxes[i].y - b->boxes[i].y), <, 1e-9);
      g_assert_cmpfloat (fabs (a->boxes[i].width - b->boxes[i].width), <, 1e-9);
      g_assert_cmpfloat (fabs (a->boxes[i].height - b->boxes[i].height), <, 1e-9);
    }
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
      const CvrItem *item = cvr_dataset_item (a, i), *other = find_like (b, item);

      g_test_message ("%s", item->name);
      g_assert_nonnull (other);
      g_assert_cmpint (item->label, ==, other->label);
      g_assert_cmpint (item->split, ==, other->split);
      assert_same_extras (item->extras, other->extras);
    }
}

/* The look of its first class, which only our own form carries. */
static void
assert_zebra (CvrDataset *dataset)
{
  const CvrClass *zebra = cvr_dataset_class (dataset, 0);

  g_assert_cmpstr (zebra->name, ==, "zebra");
  g_assert_cmpint (zebra->colour, ==, 5);
  g_assert_cmpuint (zebra->key, ==, 3);
  g_assert_true (zebra->off);
}

static void
test_round_trip (Fixture      *self,
                 gconstpointer data)
{
  CvrSaveForm form = (CvrSaveForm) GPOINTER_TO_UINT (data);

  for (guint archive = 0; archive < 2; archive++)
    {
      const char *name = archive ? "out.zip" : "out";
      g_autofree char *path = g_build_filename (self->folder, name, NULL);
      g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
      const CvrSaveOutSpec spec = { .path = path, .form = form, .archive = archive != 0 };
      CvrSaveOutReport report;
      g_autoptr (GError) error = NULL;

      fill_as (dataset, form != CVR_SAVE_COCO);
      cvr_save_out (dataset, &spec, &report, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (report.n_pictures, ==, N_ITEMS);
      g_assert_cmpuint (report.skipped->len, ==, 0);
      cvr_save_out_report_clear (&report);

      g_test_message ("%s, %s", cvr_save_form_name (form), name);
      cvr_dataset_unref (self->dataset);
      self->dataset = cvr_dataset_new ();
      fixture_load (self, name);
      for (guint i = 0; i < self->report.n_skipped; i++)
        g_test_message ("skipped: %s", (char *) g_ptr_array_index (self->report.skipped, i));
      g_assert_cmpuint (self->report.n_skipped, ==, 0);
      assert_same (dataset, self->dataset);
      if (form == CVR_SAVE_JSON || form == CVR_SAVE_FOLDERS || form == CVR_SAVE_YOLO)
        assert_zebra (self->dataset);
    }
}

/* COCO has no boxes without a class: they are counted. */
static void
test_coco_names_what_it_can_not_hold (Fixture      *self,
                                      gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  g_autofree char *path = g_build_filename (self->folder, "out.json", NULL);
  const CvrSaveOutSpec spec = { .path = path, .form = CVR_SAVE_COCO, .labels_only = TRUE };
  CvrSaveOutReport report;
  g_autoptr (GError) error = NULL;

  fill_as (dataset, TRUE);
  cvr_save_out (dataset, &spec, &report, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report.skipped->len, >, 0);
  g_assert_nonnull (strstr (g_ptr_array_index (report.skipped, 0), "COCO has no boxes"));
  cvr_save_out_report_clear (&report);
}

/* The same archive each time: no time, no order of a hash table. */
static void
test_same_bytes (Fixture      *self,
                 gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  char **const contents[] = { &first, &second };
  gsize lengths[2];

  fill (dataset);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *path = g_build_filename (self->folder, "same.zip", NULL);
      const CvrSaveOutSpec spec = { .path = path, .form = CVR_SAVE_YOLO, .archive = TRUE };
      g_autoptr (GError) error = NULL;

      cvr_save_out (dataset, &spec, NULL, NULL, &error);
      g_assert_no_error (error);
      g_file_get_contents (path, contents[i], &lengths[i], &error);
      g_assert_no_error (error);
    }
  g_assert_cmpmem (first, lengths[0], second, lengths[1]);
}

static void
test_used_splits (Fixture      *self,
                  gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  g_autofree char *path = g_build_filename (self->folder, "out", NULL);
  const CvrSaveOutSpec spec = { .path = path, .form = CVR_SAVE_COCO, .used_splits = TRUE };
  g_autoptr (GError) error = NULL;

  fill (dataset);
  cvr_dataset_split (dataset, 0.3, 0.2, 7);
  cvr_save_out (dataset, &spec, NULL, NULL, &error);
  g_assert_no_error (error);
  fixture_load (self, "out");
  for (guint i = 0; i < N_ITEMS; i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);

      g_assert_cmpint (find_like (self->dataset, item)->split, ==, item->used);
    }
}

/* What label files say of pictures that are there already goes to these, whatever their names are:
 * two pictures of one name are told apart as they were written. */
static void
assert_labels_come_back (CvrDataset *dataset,
                         const char *path)
{
  g_autoptr (CvrDataset) there = cvr_dataset_copy (dataset);
  g_autoptr (CvrDataset) classes = cvr_dataset_new ();
  g_autoptr (GArray) given = g_array_new (FALSE, FALSE, sizeof (CvrGiven));
  const CvrLoadSpec spec = { .data = path, .there = there, .given = given, .labels_only = TRUE };
  CvrLoadReport report;
  g_autoptr (GError) error = NULL;

  g_array_set_clear_func (given, cvr_given_clear);
  cvr_load (classes, &spec, &report, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cvr_dataset_n_items (classes), ==, 0);
  g_assert_cmpuint (report.n_given, ==, N_ITEMS);
  g_assert_cmpuint (report.n_skipped, ==, 0);
  g_assert_cmpuint (given->len, ==, N_ITEMS);
  for (guint i = 0; i < given->len; i++)
    {
      const CvrGiven *one = &g_array_index (given, CvrGiven, i);
      gint place = cvr_dataset_find_item (dataset, one->id);
      const CvrItem *item = cvr_dataset_item (dataset, (guint) place);
      const char *name = one->label >= 0 ? cvr_dataset_class_name (classes, (guint) one->label)
                                         : NULL;
      gint label = name != NULL ? cvr_dataset_find_class (dataset, name) : CVR_LABEL_NONE;

      g_assert_cmpint (label, ==, item->label);
      g_assert_cmpint (one->split, ==, item->split);
      g_assert_cmpint (one->extras == NULL, ==, item->extras == NULL);
      if (item->extras == NULL)
        continue;
      g_assert_cmpstr (one->extras->note, ==, item->extras->note);
      g_assert_cmpstrv (one->extras->tags, item->extras->tags);
      g_assert_cmpuint (one->extras->n_boxes, ==, item->extras->n_boxes);
    }
  cvr_load_report_clear (&report);
}

/* Labels alone are one file, which gives the same to the pictures that it was made of. */
static void
test_labels_only (Fixture      *self,
                  gconstpointer data)
{
  static const CvrSaveForm forms[] = { CVR_SAVE_CSV, CVR_SAVE_JSON, CVR_SAVE_COCO };

  for (guint f = 0; f < G_N_ELEMENTS (forms); f++)
    {
      g_autofree char *path = g_build_filename (self->folder, f == 0 ? "labels.csv" : "labels.json",
                                                NULL);
      const CvrSaveOutSpec spec = { .path = path, .form = forms[f], .labels_only = TRUE };
      g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
      CvrSaveOutReport report;
      g_autoptr (GError) error = NULL;

      fill (dataset);
      g_assert_true (cvr_save_out_is_file (&spec));
      cvr_save_out (dataset, &spec, &report, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
      g_assert_cmpuint (report.n_bytes, >, 1000);
      g_assert_cmpuint (report.n_boxes, ==, 36);
      cvr_save_out_report_clear (&report);
      assert_labels_come_back (dataset, path);
    }
}

static void
cancel_at_ten (guint64  done,
               guint64  total,
               gpointer data)
{
  g_assert_cmpuint (total, ==, N_ITEMS);
  if (done == 10)
    g_cancellable_cancel (data);
}

/* Nothing is left of it, and what was there is there. */
static void
test_cancel (Fixture      *self,
             gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();

  fill (dataset);
  fixture_put (self, "old.zip", "old", 3);
  for (guint archive = 0; archive < 2; archive++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autofree char *path = g_build_filename (self->folder, archive ? "old.zip" : "new", NULL);
      const CvrSaveOutSpec spec = { .path = path, .form = CVR_SAVE_VOC, .archive = archive != 0,
                                    .progress = cancel_at_ten, .progress_data = cancellable };
      g_autoptr (GError) error = NULL;
      g_autoptr (GDir) dir = NULL;
      guint n = 0;

      g_assert_false (cvr_save_out (dataset, &spec, NULL, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      dir = g_dir_open (self->folder, 0, NULL);
      while (g_dir_read_name (dir) != NULL)
        n++;
      g_assert_cmpuint (n, ==, 1);
    }
  {
    g_autofree char *path = g_build_filename (self->folder, "old.zip", NULL);
    g_autofree char *contents = NULL;

    g_file_get_contents (path, &contents, NULL, NULL);
    g_assert_cmpstr (contents, ==, "old");
  }
}

static void
test_a_folder_that_is_there (Fixture      *self,
                             gconstpointer data)
{
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();
  g_autofree char *path = g_build_filename (self->folder, "there", NULL);
  const CvrSaveOutSpec spec = { .path = path };
  g_autoptr (GError) error = NULL;

  fill (dataset);
  fixture_put (self, "there/mine.txt", "mine", 4);
  g_assert_false (cvr_save_out (dataset, &spec, NULL, NULL, &error));
  g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "there"));
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, ""); /* for names in archives */
  g_test_init (&argc, &argv, NULL);

  for (guint form = 0; form < CVR_N_SAVE_FORMS; form++)
    {
      g_autofree char *path = g_strconcat ("/storage/save-out/round-trip/",
                                           cvr_save_form_name ((CvrSaveForm) form), NULL);

      g_test_add (path, Fixture, GUINT_TO_POINTER (form), fixture_set_up, test_round_trip,
                  fixture_tear_down);
    }
  fixture_add ("/storage/save-out/same-bytes", test_same_bytes);
  fixture_add ("/storage/save-out/used-splits", test_used_splits);
  fixture_add ("/storage/save-out/labels-only", test_labels_only);
  fixture_add ("/storage/save-out/coco-names-what-it-can-not-hold",
               test_coco_names_what_it_can_not_hold);
  fixture_add ("/storage/save-out/cancel", test_cancel);
  fixture_add ("/storage/save-out/a-folder-that-is-there", test_a_folder_that_is_there);

  return g_test_run ();
}
