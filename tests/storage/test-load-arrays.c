/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of many small pictures and tables of paths: how their classes, parts and names come out. */
#include "cvr-cifar.h"
#include "cvr-test-pictures.h"
#include "cvr-pixel-table.h"
#include "load-fixture.h"

#include <string.h>

/* An IDX file of @n pictures of 2×2 whose first pixel is their number, or of labels 2, 1, 0, 2 … */
static GBytes *
make_idx (gboolean labels,
          guint    n)
{
  GByteArray *bytes = g_byte_array_new ();
  const guint8 image_header[] = { 0, 0, 8, 3, 0, 0, 0, (guint8) n, 0, 0, 0, 2, 0, 0, 0, 2 };
  const guint8 label_header[] = { 0, 0, 8, 1, 0, 0, 0, (guint8) n };

  g_byte_array_append (bytes, labels ? label_header : image_header,
                       labels ? sizeof label_header : sizeof image_header);
  for (guint i = 0; i < n; i++)
    {
      const guint8 pixels[] = { (guint8) i, 7, 8, 9 };
      guint8 label = (guint8) (2 - i % 3);

      g_byte_array_append (bytes, labels ? &label : pixels, labels ? 1 : 4);
    }

  return g_byte_array_free_to_bytes (bytes);
}

static void
put_idx (Fixture    *self,
         const char *name,
         gboolean    labels,
         guint       n)
{
  g_autoptr (GBytes) bytes = make_idx (labels, n);

  fixture_put_bytes (self, name, bytes);
}

static void
test_idx_folder (Fixture      *self,
                 gconstpointer data)
{
  put_idx (self, "train-images-idx3-ubyte", FALSE, 2);
  put_idx (self, "train-labels-idx1-ubyte", TRUE, 2);
  put_idx (self, "t10k-images-idx3-ubyte", FALSE, 1);
  put_idx (self, "t10k-labels-idx1-ubyte", TRUE, 1);
  fixture_load (self, NULL);
  assert_holds (
      self, "2/t10k-images-idx3-ubyte 1:S 2/train-images-idx3-ubyte 1 1/train-images-idx3-ubyte 2");
  g_assert_cmpuint (cvr_dataset_n_classes (self->dataset), ==,
                    3); /* 0 exists though no item shows it */
  g_assert_cmpuint (image_of (cvr_dataset_item (self->dataset, 2))->data[0], ==, 1);
  g_assert_cmpuint (image_of (cvr_dataset_item (self->dataset, 2))->channels, ==, 1);
}

static void
test_lone_idx_finds_its_labels (Fixture      *self,
                                gconstpointer data)
{
  put_idx (self, "t10k-images-idx3-ubyte", FALSE, 3);
  put_idx (self, "t10k-labels-idx1-ubyte", TRUE, 3);
  put_idx (self, "train-labels-idx1-ubyte", TRUE, 5);
  fixture_load (self, "t10k-images-idx3-ubyte");
  /* A file that was named is what its user says: no part. */
  assert_holds (self,
                "2/t10k-images-idx3-ubyte 1 1/t10k-images-idx3-ubyte 2 0/t10k-images-idx3-ubyte 3");
}

/* Dropped together, the labels come with their pictures, packed or not. */
static void
test_idx_labels_come_with_their_pictures (Fixture      *self,
                                          gconstpointer data)
{
  g_autofree char *images = g_build_filename (self->folder, "t10k-images-idx3-ubyte", NULL);
  g_autofree char *labels = g_build_filename (self->folder, "t10k-labels-idx1-ubyte", NULL);
  g_autofree char *others = g_build_filename (self->folder, "train-labels-idx1-ubyte", NULL);
  const char *const both[] = { labels, images, NULL };
  const char *const alone[] = { labels, others, NULL };

  put_idx (self, "t10k-images-idx3-ubyte", FALSE, 3);
  put_idx (self, "t10k-labels-idx1-ubyte", TRUE, 3);
  put_idx (self, "train-labels-idx1-ubyte", TRUE, 3);
  g_assert_true (cvr_load_is_partner (labels, both));
  g_assert_false (cvr_load_is_partner (images, both));
  g_assert_false (cvr_load_is_partner (others, both));
  g_assert_false (cvr_load_is_partner (labels, alone));
}

static void
test_idx_with_other_labels_is_skipped (Fixture      *self,
                                       gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  put_idx (self, "train-images-idx3-ubyte", FALSE, 3);
  put_idx (self, "train-labels-idx1-ubyte", TRUE, 2);
  g_assert_false (fixture_try_load (self, NULL, &error));
  g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY);
  g_assert_nonnull (strstr (error->message, "3 pictures"));
  g_assert_nonnull (strstr (error->message, "2 labels"));
}

/* One record of each of two labels. */
static void
put_cifar (Fixture    *self,
           const char *name,
           guint8      first,
           guint8      second)
{
  g_autofree guint8 *records = g_malloc0 (2 * CVR_CIFAR_RECORD);

  records[0] = first;
  records[1] = 0xaa;
  records[1 + CVR_CIFAR_PIXELS] = 0xbb;
  records[1 + 2 * CVR_CIFAR_PIXELS] = 0xcc;
  records[CVR_CIFAR_RECORD] = second;
  fixture_put (self, name, records, 2 * CVR_CIFAR_RECORD);
}

static void
test_cifar_folder (Fixture      *self,
                   gconstpointer data)
{
  put_cifar (self, "cifar-10-batches-bin/data_batch_1.bin", 3, 0);
  put_cifar (self, "cifar-10-batches-bin/test_batch.bin", 9, 1);
  fixture_load (self, NULL);
  assert_holds (
      self,
      "cat/data_batch_1 1 airplane/data_batch_1 2 truck/test_batch 1:S automobile/test_batch 2:S");
  g_assert_cmpuint (cvr_dataset_n_classes (self->dataset), ==, 10);
  assert_colour (self, 0, 0xaabbcc);
}

static void
test_cifar_names (Fixture      *self,
                  gconstpointer data)
{
  static const char meta[] = "Zero\nOne\nTwo\nThree\nFour\nFive\nSix\nSeven\nEight\nNine\n";

  put_cifar (self, "data_batch_1.bin", 3, 0);
  fixture_put (self, "batches.meta.txt", meta, strlen (meta));
  fixture_load (self, NULL);
  assert_holds (self, "Three/data_batch_1 1 Zero/data_batch_1 2");
}

static void
test_lone_cifar (Fixture      *self,
                 gconstpointer data)
{
  put_cifar (self, "test_batch.bin", 3, 0);
  fixture_load (self, "test_batch.bin");
  assert_holds (self, "cat/test_batch 1 airplane/test_batch 2");
}

static void
put_npy (Fixture    *self,
         const char *name,
         const char *shape,
         gsize       n_values)
{
  g_autofree char *dictionary = g_strdup_printf (
      "{'descr': '|u1', 'fortran_order': False, 'shape': (%s), }\n", shape);
  GByteArray *bytes = g_byte_array_new ();
  const guint8 start[] = { 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (guint8) strlen (dictionary), 0 };
  g_autofree guint8 *values = g_malloc0 (n_values);

  memset (values, 200, n_values);
  g_byte_array_append (bytes, start, sizeof start);
  g_byte_array_append (bytes, (const guint8 *) dictionary, (guint) strlen (dictionary));
  g_byte_array_append (bytes, values, (guint) n_values);
  fixture_put (self, name, bytes->data, bytes->len);
  g_byte_array_unref (bytes);
}

static void
test_npy_folder (Fixture      *self,
                 gconstpointer data)
{
  put_npy (self, "full_numpy_bitmap_cat.npy", "2, 784", 2 * 784);
  put_npy (self, "train.npy", "1, 5, 7", 35);
  put_npy (self, "photo.npy", "1, 4, 4, 3", 48);
  put_npy (self, "line.npy", "12,", 12);
  put_npy (self, "odd.npy", "2, 783", 2 * 783);
  fixture_load (self, NULL);
  assert_holds (
      self, "cat/full_numpy_bitmap_cat 1 cat/full_numpy_bitmap_cat 2 photo/photo 1 train/train 1");
  g_assert_cmpuint (image_of (cvr_dataset_item (self->dataset, 0))->width, ==, 28);
  g_assert_cmpuint (image_of (cvr_dataset_item (self->dataset, 3))->width, ==, 7);
  g_assert_cmpuint (image_of (cvr_dataset_item (self->dataset, 3))->height, ==, 5);
  g_assert_cmpuint (image_of (cvr_dataset_item (self->dataset, 2))->channels, ==, 3);
  g_assert_cmpuint (self->report.n_skipped, ==, 2);
}

static void
test_drawings (Fixture      *self,
               gconstpointer data)
{
  static const char lines[] = "{\"word\":\"cat\",\"drawing\":[[[0,100],[0,100]]]}\r\n\n"
                              "{\"word\":\"cat\",\"drawing\":[]}\n"
                              "{\"drawing\":[[[0,100],[0,0]]]}";

  fixture_put (self, "animals.ndjson", lines, strlen (lines));
  fixture_load (self, "animals.ndjson");
  assert_holds (self, "cat/animals 1 animals/animals 4");
  g_assert_cmpuint (self->report.n_skipped, ==, 1);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (self->report.skipped, 0), "animals 3: "));
  g_assert_cmpuint (image_of (cvr_dataset_item (self->dataset, 0))->width, ==, 28);
}

/* Alone a table brings what it names; its folder brings the rest too, without a class. */
static void
test_tables (Fixture      *self,
             gconstpointer data)
{
  static const char *const tables[] = {
    "img/1.png,dog\nimg/2.png,cat\n",
    "path,label\nimg/1.png,dog\nimg/2.png,cat\n",
    "\xef\xbb\xbflabel;path\r\ndog;img/1.png\r\ncat;./img//2.png\r\n",
    "\"image\"\t\"n\"\t\"class\"\n\"img/1.png\"\t1\t\"dog\"\nimg\\2.png\t2\tcat\n",
  };

  fixture_put_picture (self, "img/1.png", 0x010000);
  fixture_put_picture (self, "img/2.png", 0x020000);
  fixture_put_picture (self, "img/3.png", 0x030000);
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      fixture_put (self, "labels.csv", tables[i], strlen (tables[i]));
      for (guint whole = 0; whole < 2; whole++)
        {
          cvr_dataset_unref (self->dataset);
          self->dataset = cvr_dataset_new ();
          g_test_message ("table %u, %s", i, whole ? "its folder" : "itself");
          fixture_load (self, whole ? NULL : "labels.csv");
          assert_holds (self, whole ? "dog/1.png cat/2.png -/3.png" : "dog/1.png cat/2.png");
          assert_colour (self, 1, 0x020000);
        }
    }
}

static void
test_table_with_parts_and_gaps (Fixture      *self,
                                gconstpointer data)
{
  static const char table[] = "file,label,split\n1.png,dog,train\n2.png,cat,validation\n2.png,cat,"
                              "val\n3.png,,test\ngone.png,dog,train\n";

  fixture_put_picture (self, "1.png", 0x010000);
  fixture_put_picture (self, "2.png", 0x020000);
  fixture_put_picture (self, "3.png", 0x030000);
  fixture_put (self, "labels.csv", table, strlen (table));
  fixture_load (self, "labels.csv");
  assert_holds (self, "dog/1.png:T cat/2.png:V -/3.png:S");
  g_assert_cmpuint (self->report.n_skipped, ==, 1);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (self->report.skipped, 0), "gone.png: "));
}

static void
test_table_in_an_archive (Fixture      *self,
                          gconstpointer data)
{
  CvrTestArchive *archive = cvr_test_archive_new ("zip");
  g_autoptr (GBytes) bytes = NULL;

  fixture_add_picture (archive, "set/pictures/1.png", 0x010000);
  fixture_add_picture (archive, "set/pictures/2.png", 0x020000);
  cvr_test_archive_add (archive, "set/labels.csv", "pictures/2.png,dog\n", 19);
  bytes = cvr_test_archive_finish (archive);
  fixture_put_bytes (self, "set.zip", bytes);
  fixture_load (self, "set.zip");
  assert_holds (self, "-/1.png dog/2.png");
}

/* @n: values behind the label, each 7 times the picture's number and its own place. */
static void
put_pixels (GString *table,
            guint    label,
            guint    picture,
            guint    n)
{
  g_string_append_printf (table, "%u", label);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (table, ",%u", (7 * picture + i) % 256);
  g_string_append (table, "\r\n");
}

static void
test_tables_of_pixels (Fixture      *self,
                       gconstpointer data)
{
  g_autoptr (GString) table = g_string_new ("label");
  g_autoptr (GString) test = g_string_new (NULL);

  for (guint i = 0; i < 784; i++)
    g_string_append_printf (table, ",pixel%u", i);
  g_string_append_c (table, '\n');
  put_pixels (table, 2, 0, 784);
  put_pixels (table, 0, 1, 784);
  put_pixels (test, 1, 2, 784);
  put_pixels (test, 1, 3, 783); /* one too few: the table ends here */
  put_pixels (test, 1, 4, 784);
  fixture_put (self, "mnist_train.csv", table->str, table->len);
  fixture_put (self, "mnist_test.csv", test->str, test->len);
  fixture_load (self, NULL);
  assert_holds (self, "1/mnist_test 1:S 2/mnist_train 1 0/mnist_train 2");
  g_assert_cmpstr (cvr_dataset_class_name (self->dataset, 0), ==, "0");
  g_assert_cmpuint (image_of (cvr_dataset_item (self->dataset, 2))->data[783], ==, (7 + 783) % 256);
  g_assert_cmpuint (self->report.n_skipped, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (self->report.skipped, 0), "Row 2"));
}

/* Any start of a table is read without reading on behind it. */
static void
test_tables_of_pixels_cut_off (void)
{
  static const char whole[] = "\xef\xbb\xbflabel;p0;p1;p2;p3\r\n3;0;255;1;2\r\n1;4;5;6;7\n";

  for (gsize length = 0; length < sizeof whole; length++)
    {
      g_autofree guint8 *exact = g_memdup2 (whole, MAX (length, 1));
      guint8 pixels[CVR_PIXEL_TABLE_MAX_SIDE * CVR_PIXEL_TABLE_MAX_SIDE];
      guint label = 0, n = 0;
      CvrPixelTable table;

      if (!cvr_pixel_table_open (&table, exact, length, NULL))
        continue;
      while (cvr_pixel_table_next (&table, pixels, &label, NULL))
        n++;
      g_assert_cmpuint (n, <=, 2);
    }
}

static void
test_scales_down (Fixture      *self,
                  gconstpointer data)
{
  g_autoptr (GBytes) bytes = cvr_test_file ("jpeg", 300, 200, 0x445566);

  fixture_put_bytes (self, "a/large.jpg", bytes);
  put_npy (self, "b.npy", "1, 100, 50", 5000);
  fixture_load (self, NULL);
  g_assert_cmpuint (image_of (cvr_dataset_item (self->dataset, 0))->width, ==, 64);
  g_assert_cmpuint (image_of (cvr_dataset_item (self->dataset, 0))->height, ==, 43);
  g_assert_cmpuint (image_of (cvr_dataset_item (self->dataset, 1))->height, ==, 64);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  fixture_add ("/storage/load-arrays/idx-folder", test_idx_folder);
  fixture_add ("/storage/load-arrays/lone-idx-finds-its-labels", test_lone_idx_finds_its_labels);
  fixture_add ("/storage/load-arrays/idx-labels-come-with-their-pictures",
               test_idx_labels_come_with_their_pictures);
  fixture_add ("/storage/load-arrays/idx-with-other-labels-is-skipped",
               test_idx_with_other_labels_is_skipped);
  fixture_add ("/storage/load-arrays/cifar-folder", test_cifar_folder);
  fixture_add ("/storage/load-arrays/cifar-names", test_cifar_names);
  fixture_add ("/storage/load-arrays/lone-cifar", test_lone_cifar);
  fixture_add ("/storage/load-arrays/npy-folder", test_npy_folder);
  fixture_add ("/storage/load-arrays/drawings", test_drawings);
  fixture_add ("/storage/load-arrays/tables", test_tables);
  fixture_add ("/storage/load-arrays/table-with-parts-and-gaps", test_table_with_parts_and_gaps);
  fixture_add ("/storage/load-arrays/table-in-an-archive", test_table_in_an_archive);
  fixture_add ("/storage/load-arrays/tables-of-pixels", test_tables_of_pixels);
  fixture_add ("/storage/load-arrays/scales-down", test_scales_down);
  g_test_add_func ("/storage/load-arrays/tables-of-pixels-cut-off", test_tables_of_pixels_cut_off);

  return g_test_run ();
}
