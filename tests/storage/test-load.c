/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders and archives of pictures, tables, and built-in sets from files written here: what becomes
 * of classes, parts, names and order, and what is said about files that can't be used. */
#include "cvr-builtin.h"
#include "cvr-decode.h"
#include "cvr-test-pictures.h"
#include "load-fixture.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
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

static void
test_one_picture (Fixture      *self,
                  gconstpointer data)
{
  fixture_put_picture (self, "mine.png", 0x123456);
  fixture_load (self, "mine.png");
  assert_holds (self, "-/mine.png");
}

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

/* Loads the same builtin drawings as drawing them one by one. */
static void
test_builtin (Fixture      *self,
              gconstpointer data)
{
  const CvrLoadSpec spec = { .data = "builtin:shapes:25", .seed = 9 };
  const CvrBuiltin *builtin = cvr_builtin_find ("shapes");
  g_autoptr (GError) error = NULL;

  g_assert_true (cvr_load (self->dataset, &spec, &self->report, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (self->report.n_loaded, ==, 25);
  g_assert_cmpuint (cvr_dataset_n_classes (self->dataset), ==, builtin->n_classes);
  for (guint i = 0; i < 25; i++)
    {
      const CvrItem *item = cvr_dataset_item (self->dataset, i);
      g_autoptr (CvrImage) expected = cvr_builtin_draw (builtin, 9, i, NULL);
      g_autofree char *name = g_strdup_printf ("shapes %u", i + 1);

      g_assert_true (cvr_image_equal (image_of (item), expected));
      g_assert_cmpint (item->label, ==, (gint) (i % builtin->n_classes));
      g_assert_cmpstr (item->name, ==, name);
    }
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

static void
count_progress (guint64     done,
                guint64     total,
                const char *what,
                gpointer    data)
{
  guint *calls = data;

  g_assert_nonnull (what);
  g_assert_true (total == 0 || done <= total);
  ++*calls;
}

static void
cancel_progress (guint64     done,
                 guint64     total,
                 const char *what,
                 gpointer    data)
{
  g_cancellable_cancel (data);
}

static void
test_progress_and_cancel (Fixture      *self,
                          gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL, cancelled = NULL, drawn = NULL;
  guint calls = 0;
  CvrLoadSpec spec = { .data = self->folder, .progress = count_progress, .progress_data = &calls };

  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *name = g_strdup_printf ("a/%u.png", i);

      fixture_put_picture (self, name, 0x010203);
    }
  g_assert_true (cvr_load (self->dataset, &spec, &self->report, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (calls, >, 0);
  g_assert_cmpuint (cvr_dataset_n_items (self->dataset), ==, 300);

  spec.progress = cancel_progress;
  spec.progress_data = cancellable;
  cvr_load_report_clear (&self->report);
  g_assert_false (cvr_load (self->dataset, &spec, &self->report, cancellable, &cancelled));
  g_assert_error (cancelled, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_CANCELLED);
  g_assert_cmpuint (cvr_dataset_n_items (self->dataset), ==, 300);

  spec.data = "builtin:shapes:20";
  cvr_load_report_clear (&self->report);
  g_assert_false (cvr_load (self->dataset, &spec, &self->report, cancellable, &drawn));
  g_assert_error (drawn, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_CANCELLED);
}

/* Whichever thread is first: the same items with the same ids in the same order. */
static void
test_same_every_time (Fixture      *self,
                      gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autoptr (CvrDataset) before = NULL;

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u/%u.png", i % 7, i);

      fixture_put_picture (self, name, i * 0x010307 + 1);
    }
  fixture_load (self, NULL);
  first = fixture_describe (self);
  before = g_steal_pointer (&self->dataset);
  self->dataset = cvr_dataset_new ();
  fixture_load (self, NULL);
  second = fixture_describe (self);
  g_assert_cmpstr (first, ==, second);
  for (guint i = 0; i < 200; i++)
    {
      g_assert_cmpuint (cvr_dataset_item (before, i)->id, ==,
                        cvr_dataset_item (self->dataset, i)->id);
      g_assert_true (cvr_image_equal (image_of (cvr_dataset_item (before, i)),
                                      image_of (cvr_dataset_item (self->dataset, i))));
    }
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

/* The colour at a corner (0 upper left, 1 upper right, 2 lower right, 3 lower left), a little
 * inside: 'r', 'g' or '-'. */
static char
corner (const CvrImage *image,
        guint           which)
{
  guint x = which == 1 || which == 2 ? image->width - 4 : 3;
  guint y = which >= 2 ? image->height - 4 : 3;
  const guint8 *p = image->data + 3 * (y * image->width + x);

  g_assert_cmpuint (image->channels, ==, 3);

  return p[0] > 150 && p[1] < 100 ? 'r' : p[1] > 150 && p[0] < 100 ? 'g' : '-';
}

/* Stored with red in the upper left and green in the upper right: where both are once the picture
 * is upright, by EXIF's table of where row 0 and column 0 belong. */
static void
test_eight_orientations (Fixture      *self,
                         gconstpointer data)
{
  static const char *const upright[] = { "rg--", "gr--", "--rg", "--gr",
                                         "r--g", "-rg-", "-gr-", "g--r" };
  g_autoptr (CvrImage) stored = cvr_image_new (40, 24, 3);
  g_autoptr (GBytes) png = NULL, jpeg = NULL;
  g_autoptr (GError) error = NULL;

  for (guint y = 0; y < 12; y++)
    for (guint x = 0; x < 40; x++)
      stored->data[3 * (40 * y + x) + (x < 20 ? 0 : 1)] = 220;
  png = cvr_image_encode_png (stored, &error);
  g_assert_no_error (error);
  jpeg = cvr_image_encode_jpeg (stored, 95, &error);
  g_assert_no_error (error);

  for (guint o = 1; o <= 8; o++)
    {
      g_autoptr (GBytes) exif = cvr_test_exif (o, o % 2 == 0);
      g_autoptr (GBytes) turned_png = cvr_test_png_with_exif (png, exif);
      g_autoptr (GBytes) turned_jpeg = cvr_test_jpeg_with_exif (jpeg, exif);
      g_autofree char *png_name = g_strdup_printf ("%u.png", o);
      g_autofree char *jpeg_name = g_strdup_printf ("%u.jpg", o);

      fixture_put_bytes (self, png_name, turned_png);
      fixture_put_bytes (self, jpeg_name, turned_jpeg);
    }
  fixture_load (self, NULL);
  for (guint i = 0; i < 16; i++)
    {
      const CvrItem *item = cvr_dataset_item (self->dataset, i);
      const char *expected = upright[atoi (item->name) - 1];

      g_test_message ("%s", item->name);
      for (guint c = 0; c < 4; c++)
        g_assert_cmpint (corner (image_of (item), c), ==, expected[c]);
    }
}

static CvrPicture *
keep_or_fail (CvrImage *image,
              guint     was_width,
              guint     was_height,
              guint64   number,
              gpointer  data,
              GError  **error)
{
  if (number < *(guint *) data)
    return cvr_picture_new (image);
  g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO, "the disk is full");

  return NULL;
}

static guint64
count_up (gpointer data)
{
  static guint64 next;

  if (data == NULL)
    next = 0;

  return ++next;
}

static gboolean
has_come (gpointer data)
{
  return g_atomic_int_get ((gint *) data) > 0;
}

static CvrPicture *
keep_and_count (CvrImage *image,
                guint     was_width,
                guint     was_height,
                guint64   number,
                gpointer  data,
                GError  **error)
{
  g_atomic_int_inc ((gint *) data);

  return cvr_picture_new (image);
}

/* A picture that can't be kept ends the loading with its reason; numbers are those of the order. */
static void
test_keeping (Fixture      *self,
              gconstpointer data)
{
  guint most = G_MAXUINT;
  gint n_kept = 0;
  CvrLoadSpec spec = { .data = self->folder, .number = count_up, .keep = keep_or_fail,
                       .keep_data = &most };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("a/%u.png", i);

      fixture_put_picture (self, name, i);
    }
  count_up (NULL);
  g_assert_true (cvr_load (self->dataset, &spec, &self->report, NULL, &error));
  for (guint i = 0; i < 100; i++)
    g_assert_cmpuint (cvr_dataset_item (self->dataset, i)->id, ==, i + 2);

  most = 50;
  count_up (NULL);
  cvr_load_report_clear (&self->report);
  g_assert_false (cvr_load (self->dataset, &spec, &self->report, NULL, &error));
  g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO);
  g_assert_cmpstr (error->message, ==, "the disk is full");
  g_assert_cmpuint (cvr_dataset_n_items (self->dataset), ==, 100);

  /* Enough: what has come by then is kept. */
  spec = (CvrLoadSpec) { .data = self->folder, .keep = keep_and_count, .keep_data = &n_kept,
                         .enough = has_come, .enough_data = &n_kept };
  cvr_load_report_clear (&self->report);
  g_clear_error (&error);
  g_assert_true (cvr_load (self->dataset, &spec, &self->report, NULL, &error));
  g_assert_cmpuint (self->report.n_loaded, ==, n_kept);
  g_assert_cmpuint (self->report.n_loaded, <, 100);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function)                                                                        \
  g_test_add ("/storage/load/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)
  ADD ("folder-per-class", test_folder_per_class);
  ADD ("links-in-circles", test_links_in_circles);
  ADD ("one-wrapping-folder", test_one_wrapping_folder);
  ADD ("one-class", test_one_class);
  ADD ("pictures-without-folders", test_pictures_without_folders);
  ADD ("train-and-test", test_train_and_test);
  ADD ("train-and-valid", test_train_and_valid);
  ADD ("a-class-called-train", test_a_class_called_train);
  ADD ("archives", test_archives);
  ADD ("an-archive-per-class", test_an_archive_per_class);
  ADD ("archives-in-an-archive", test_archives_in_an_archive);
  ADD ("one-picture", test_one_picture);
  ADD ("broken-pictures-are-named", test_broken_pictures_are_named);
  ADD ("broken-archives-are-named", test_broken_archives_are_named);
  ADD ("nothing-usable", test_nothing_usable);
  ADD ("builtin", test_builtin);
  ADD ("builtin-refusals", test_builtin_refusals);
  ADD ("progress-and-cancel", test_progress_and_cancel);
  ADD ("same-every-time", test_same_every_time);
  ADD ("adds-to-what-is-there", test_adds_to_what_is_there);
  ADD ("eight-orientations", test_eight_orientations);
  ADD ("keeping", test_keeping);
#undef ADD

  return g_test_run ();
}
