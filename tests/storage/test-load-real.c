/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data sets as they are published, where a copy is at hand ($CONVISOR_SHARED); skipped
 * elsewhere. */
#include "load-fixture.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* One loaded source. */
typedef struct
{
  CvrDataset   *dataset;
  CvrLoadReport report;
} Loaded;

/* FALSE: the test was skipped. */
static gboolean
load (Loaded     *self,
      const char *relative,
      guint       max_side)
{
  const char *chosen = g_getenv ("CONVISOR_SHARED");
  g_autofree char *shared = chosen != NULL
                                ? g_strdup (chosen)
                                : g_test_build_filename (G_TEST_DIST, "..", "..", "shared", NULL);
  g_autofree char *path = g_build_filename (shared, "data", relative, NULL);
  const CvrLoadSpec spec = { .data = path, .max_side = max_side };
  g_autoptr (GError) error = NULL;

  *self = (Loaded) { 0 };
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_autofree char *reason = g_strdup_printf ("%s is not here (set CONVISOR_SHARED)", relative);

      g_test_skip (reason);
      return FALSE;
    }

  self->dataset = cvr_dataset_new ();
  cvr_load (self->dataset, &spec, &self->report, NULL, &error);
  g_assert_no_error (error);

  return TRUE;
}

static void
loaded_clear (Loaded *self)
{
  cvr_dataset_unref (self->dataset);
  cvr_load_report_clear (&self->report);
}

static guint
count (Loaded  *self,
       gint     label,
       CvrSplit split)
{
  guint n = 0;

  for (guint i = 0; i < cvr_dataset_n_items (self->dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (self->dataset, i);

      n += (label == -2 || item->label == label) && item->split == split;
    }

  return n;
}

/* The counts of digits are those that the data set's own page lists. */
static void
test_mnist (void)
{
  static const guint train[] = { 5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949 };
  Loaded self;

  if (!load (&self, "mnist", 0))
    return;
  g_assert_cmpuint (cvr_dataset_n_classes (self.dataset), ==, 10);
  for (guint k = 0; k < 10; k++)
    g_assert_cmpuint (count (&self, (gint) k, CVR_SPLIT_AUTO), ==, train[k]);
  g_assert_cmpuint (count (&self, -2, CVR_SPLIT_TEST), ==, 4999);
  g_assert_cmpuint (image_of (cvr_dataset_item (self.dataset, 0))->width, ==, 28);
  loaded_clear (&self);
}

static void
test_fashion (void)
{
  Loaded self;

  if (!load (&self, "fashion-mnist", 0))
    return;
  for (guint k = 0; k < 10; k++)
    g_assert_cmpuint (count (&self, (gint) k, CVR_SPLIT_AUTO), ==, 6000);
  g_assert_cmpuint (count (&self, -2, CVR_SPLIT_TEST), ==, 5000);
  loaded_clear (&self);
}

static void
test_cifar_binary (void)
{
  Loaded self;

  if (!load (&self, "cifar-10/cifar-10-subset-binary.tar.gz", 0))
    return;
  g_assert_cmpuint (count (&self, -2, CVR_SPLIT_AUTO), ==, 600);
  g_assert_cmpuint (count (&self, -2, CVR_SPLIT_TEST), ==, 300);
  g_assert_cmpstr (cvr_dataset_class_name (self.dataset, 3), ==, "cat");
  g_assert_cmpuint (image_of (cvr_dataset_item (self.dataset, 0))->channels, ==, 3);
  loaded_clear (&self);
}

static void
test_quickdraw_bitmaps (void)
{
  Loaded self;

  if (!load (&self, "quickdraw/bitmap", 0))
    return;
  g_assert_cmpuint (cvr_dataset_n_classes (self.dataset), ==, 8);
  g_assert_cmpuint (count (&self, cvr_dataset_find_class (self.dataset, "cat"), CVR_SPLIT_AUTO), ==,
                    1500);
  g_assert_cmpuint (count (&self, cvr_dataset_find_class (self.dataset, "train"), CVR_SPLIT_AUTO),
                    ==, 700);
  loaded_clear (&self);
}

static void
test_quickdraw_strokes (void)
{
  Loaded self;

  if (!load (&self, "quickdraw/raw-strokes-345-categories.ndjson.tar.xz", 0))
    return;
  g_assert_cmpuint (cvr_dataset_n_classes (self.dataset), ==, 345);
  g_assert_cmpuint (self.report.n_loaded, >, 6000);
  g_assert_cmpuint (self.report.n_skipped, ==, 0);
  g_assert_cmpint (cvr_dataset_find_class (self.dataset, "The Eiffel Tower"), >=, 0);
  loaded_clear (&self);
}

static void
test_cats_and_dogs (void)
{
  Loaded self;

  if (!load (&self, "cats-dogs", 96))
    return;
  g_assert_cmpuint (cvr_dataset_n_classes (self.dataset), ==, 2);
  g_assert_cmpuint (count (&self, 0, CVR_SPLIT_AUTO), ==, 1000);
  g_assert_cmpuint (count (&self, 1, CVR_SPLIT_AUTO), ==, 1000);
  g_assert_cmpuint (self.report.n_skipped, ==, 0);
  loaded_clear (&self);
}

/* Eight files of one scene, stored in the eight ways: upright they must agree. */
static void
test_orientations (void)
{
  Loaded self;
  const CvrImage *first;

  if (!load (&self, "photos-original/exif-orientation", 128))
    return;
  g_assert_cmpuint (cvr_dataset_n_items (self.dataset), ==, 8);
  first = image_of (cvr_dataset_item (self.dataset, 0));
  for (guint i = 1; i < 8; i++)
    {
      const CvrImage *image = image_of (cvr_dataset_item (self.dataset, i));
      guint64 difference = 0;

      g_assert_cmpuint (image->width, ==, first->width);
      g_assert_cmpuint (image->height, ==, first->height);
      for (gsize b = 0; b < cvr_image_n_bytes (first); b++)
        difference += (guint64) ABS (image->data[b] - first->data[b]);
      g_test_message ("file %u differs by %.2f on average", i + 1,
                      (double) difference / (double) cvr_image_n_bytes (first));
      /* Each was compressed on its own; pictures that are turned wrongly differ by 60 and more. */
      g_assert_cmpuint (difference, <, 10 * cvr_image_n_bytes (first));
    }
  loaded_clear (&self);
}

/* Odd photographs: all can be read, and only the truncated one is damaged. */
static void
test_odd_photographs (void)
{
  Loaded self;

  if (!load (&self, "photos-original", 256))
    return;
  g_assert_cmpuint (self.report.n_loaded, ==, 65);
  g_assert_cmpuint (self.report.n_skipped, ==, 0);
  g_assert_cmpuint (self.report.n_damaged, ==, 1);
  for (guint i = 0; i < cvr_dataset_n_items (self.dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (self.dataset, i);

      if (g_str_equal (item->name, "dog-gray.jpg") || g_str_equal (item->name, "dog-gray16.png"))
        g_assert_cmpuint (image_of (item)->channels, ==, 1);
      if (g_str_equal (item->name, "dog-truncated.jpg"))
        g_assert_true (image_of (item)->damaged);
    }
  loaded_clear (&self);
}

/* The number at the start of the note about files of other kinds. */
static guint
count_passed_over (const CvrLoadReport *report)
{
  guint n = 0;

  for (guint i = 0; report->notes != NULL && i < report->notes->len; i++)
    if (strstr (g_ptr_array_index (report->notes, i), "passed over") != NULL)
      n += (guint) atoi (g_ptr_array_index (report->notes, i));

  return n;
}

/* Hostile files: no crash, each one in or named or counted, none takes longer than the five seconds
 * after which its helper is killed. The large archive needs a minute (-m slow). */
static void
test_malformed (void)
{
  static const struct
  {
    const char *name;
    guint       n_files;
    gboolean    slow;
  } archives[] = {
    { "malformed/gdk-pixbuf-test-images.tar.xz", 225, FALSE },
    { "malformed/image-rs-tests.tar.xz", 99, TRUE },
    { "malformed/libjpeg-turbo-seed-corpora-bugs-noext.tar.xz", 12, FALSE },
    { "malformed/libjpeg-turbo-seed-corpora.tar.xz", 2090, TRUE },
    { "malformed/libpng-testpngs.tar.xz", 132, FALSE },
    { "malformed/pillow-test-images.tar.xz", 451, TRUE },
    { "malformed/pngsuite-and-crashers-libspng.tar.xz", 128, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (archives); i++)
    {
      Loaded self;
      gint64 start = g_get_monotonic_time ();
      struct rusage usage;

      if (archives[i].slow && !g_test_slow ())
        continue;
      if (!load (&self, archives[i].name, 256))
        return;
      getrusage (RUSAGE_CHILDREN, &usage);
      g_test_message ("%s: %u in, %u left out, %u of other kinds, %.1f s, helper %ld MB",
                      archives[i].name, self.report.n_loaded, self.report.n_skipped,
                      count_passed_over (&self.report),
                      (double) (g_get_monotonic_time () - start) / 1e6, usage.ru_maxrss / 1024);
      g_assert_cmpuint (self.report.n_loaded + self.report.n_skipped +
                          count_passed_over (&self.report), ==, archives[i].n_files);
      /* The sanitizers' own shadow memory is no claim of ours. */
      if (g_getenv ("CONVISOR_SANITIZE") == NULL)
        g_assert_cmpint (usage.ru_maxrss / 1024, <, 500);
      loaded_clear (&self);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/storage/load-real/mnist", test_mnist);
  g_test_add_func ("/storage/load-real/fashion", test_fashion);
  g_test_add_func ("/storage/load-real/cifar-binary", test_cifar_binary);
  g_test_add_func ("/storage/load-real/quickdraw-bitmaps", test_quickdraw_bitmaps);
  g_test_add_func ("/storage/load-real/quickdraw-strokes", test_quickdraw_strokes);
  g_test_add_func ("/storage/load-real/cats-and-dogs", test_cats_and_dogs);
  g_test_add_func ("/storage/load-real/orientations", test_orientations);
  g_test_add_func ("/storage/load-real/odd-photographs", test_odd_photographs);
  g_test_add_func ("/storage/load-real/malformed", test_malformed);

  return g_test_run ();
}
