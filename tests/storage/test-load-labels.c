/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Label files beside pictures: which picture each speaks of, what becomes of what they say, and the
 * data sets of $CONVISOR_SHARED counted. */
#include "cvr-archive.h"
#include "cvr-test-pictures.h"
#include "load-fixture.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

static const CvrItem *
find (Fixture    *self,
      const char *name)
{
  for (guint i = 0; i < cvr_dataset_n_items (self->dataset); i++)
    if (g_str_equal (cvr_dataset_item (self->dataset, i)->name, name))
      return cvr_dataset_item (self->dataset, i);
  g_assert_not_reached ();
}

/* Pictures are 6 × 4. */
static void
assert_box (Fixture       *self,
            const CvrItem *item,
            guint          b,
            const char    *class_name,
            double         x,
            double         y,
            double         width,
            double         height)
{
  const CvrBox *box = &item->extras->boxes[b];

  g_assert_cmpuint (item->extras->n_boxes, >, b);
  g_assert_cmpstr (cvr_dataset_class_name (self->dataset, (guint) box->label), ==, class_name);
  g_assert_cmpfloat (fabs (box->x - x), <, 1e-9);
  g_assert_cmpfloat (fabs (box->y - y), <, 1e-9);
  g_assert_cmpfloat (fabs (box->width - width), <, 1e-9);
  g_assert_cmpfloat (fabs (box->height - height), <, 1e-9);
}

/* YOLO: names from data.yaml, labels/train belongs to images/train. */
static void
test_yolo (Fixture      *self,
           gconstpointer data)
{
  const CvrItem *item;

  put_text (self, "set/data.yaml",
            "train: images/train\nval: images/val\nnames: [dog, cat, bird]\n");
  fixture_put_picture (self, "set/images/train/1.png", 0x010000);
  fixture_put_picture (self, "set/images/val/1.png", 0x020000);
  fixture_put_picture (self, "set/images/val/2.png", 0x030000);
  put_text (self, "set/labels/train/1.txt", "1 0.5 0.5 0.5 0.5\n0 0.25 0.25 0.5 0.25\n");
  put_text (self, "set/labels/val/1.txt", "2 0.5 0.5 1 1\n");
  put_text (self, "set/labels/val/3.txt", "2 0.5 0.5 1 1\n");
  fixture_load (self, "set");
  assert_holds (self, "-/1.png:T -/1.png:V -/2.png:V");
  g_assert_cmpuint (cvr_dataset_n_classes (self->dataset), ==, 3);
  g_assert_cmpstr (cvr_dataset_class_name (self->dataset, 0), ==, "dog");
  item = cvr_dataset_item (self->dataset, 0);
  assert_box (self, item, 0, "cat", 0.25, 0.25, 0.5, 0.5);
  assert_box (self, item, 1, "dog", 0, 0.125, 0.5, 0.25);
  assert_box (self, cvr_dataset_item (self->dataset, 1), 0, "bird", 0, 0, 1, 1);
  g_assert_null (cvr_dataset_item (self->dataset, 2)->extras);
  g_assert_cmpuint (self->report.n_with_boxes, ==, 2);
  g_assert_cmpuint (self->report.n_skipped, ==, 1);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (self->report.skipped, 0), "3.txt: "));
}

/* VOC: Annotations belongs to JPEGImages, lists decide the split, masks stay out. */
static void
test_voc (Fixture      *self,
          gconstpointer data)
{
  static const char xml[] =
    "<annotation><filename>%s</filename><size><width>6</width><height>4</height></size>"
    "<object><name>cat</name><bndbox><xmin>3</xmin><ymin>1</ymin><xmax>6</xmax><ymax>3</ymax>"
    "</bndbox></object></annotation>";
  g_autofree char *one = g_strdup_printf (xml, "1.png");
  g_autofree char *other = g_strdup_printf (xml, "renamed.png");

  fixture_put_picture (self, "JPEGImages/1.png", 0x010000);
  fixture_put_picture (self, "JPEGImages/2.png", 0x020000);
  fixture_put_picture (self, "JPEGImages/3.png", 0x030000);
  fixture_put_picture (self, "SegmentationClass/1.png", 0x040000);
  put_text (self, "Annotations/1.xml", one);
  put_text (self, "Annotations/2.xml", other); /* names another file, but is called like one */
  put_text (self, "ImageSets/Main/val.txt", "2\n");
  put_text (self, "ImageSets/Main/train.txt", "1\n3 -1\n");
  fixture_load (self, NULL);
  assert_holds (self, "-/1.png:T -/2.png:V -/3.png:T");
  assert_box (self, find (self, "1.png"), 0, "cat", 0.5, 0.25, 0.5, 0.5);
  assert_box (self, find (self, "2.png"), 0, "cat", 0.5, 0.25, 0.5, 0.5);
  g_assert_cmpuint (self->report.n_skipped, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (self->report.skipped, 0), "masks"));
}

static void
test_coco_splits (Fixture      *self,
                  gconstpointer data)
{
  static const char coco[] =
    "{\"images\":[{\"id\":1,\"file_name\":\"a.png\",\"width\":6,\"height\":4}],"
    "\"categories\":[{\"id\":5,\"name\":\"dog\"},{\"id\":7,\"name\":\"cat\"}],"
    "\"annotations\":[{\"id\":1,\"image_id\":1,\"category_id\":7,\"bbox\":[%u,1,3,2]}]}";
  g_autofree char *train = g_strdup_printf (coco, 0);
  g_autofree char *valid = g_strdup_printf (coco, 3);

  fixture_put_picture (self, "train2017/a.png", 0x010000);
  fixture_put_picture (self, "val2017/a.png", 0x020000);
  put_text (self, "annotations/instances_train2017.json", train);
  put_text (self, "annotations/instances_val2017.json", valid);
  fixture_load (self, NULL);
  assert_holds (self, "-/a.png:T -/a.png:V");
  assert_box (self, cvr_dataset_item (self->dataset, 0), 0, "cat", 0, 0.25, 0.5, 0.5);
  assert_box (self, cvr_dataset_item (self->dataset, 1), 0, "cat", 0.5, 0.25, 0.5, 0.5);
  g_assert_cmpstr (cvr_dataset_class_name (self->dataset, 0), ==, "dog");
}

/* Folders of classes count where label files know a class of that name, or don't speak of the
 * picture; what a label file says counts more. */
static void
test_folders_and_label_files (Fixture      *self,
                              gconstpointer data)
{
  static const char json[] =
    "{\"convisor\":1,\"classes\":[\"cat\",\"wolf\",\"ear\"],\"images\":["
    "{\"path\":\"cat/1.png\",\"unit\":\"fraction\","
    "\"boxes\":[{\"label\":\"ear\",\"x\":0,\"y\":0,\"width\":0.5,\"height\":0.5}]},"
    "{\"path\":\"dog/2.png\",\"label\":\"wolf\",\"tags\":[\"grey\"],\"note\":\"howls\"},"
    "{\"path\":\"dog/3.png\"}]}";

  fixture_put_picture (self, "cat/1.png", 0x010000);
  fixture_put_picture (self, "dog/2.png", 0x020000);
  fixture_put_picture (self, "dog/3.png", 0x030000);
  fixture_put_picture (self, "bird/4.png", 0x040000);
  put_text (self, "convisor.json", json);
  fixture_load (self, NULL);
  assert_holds (self, "bird/4.png cat/1.png wolf/2.png -/3.png");
  assert_box (self, find (self, "1.png"), 0, "ear", 0, 0, 0.5, 0.5);
  g_assert_true (cvr_extras_has_tag (find (self, "2.png")->extras, "grey"));
  g_assert_cmpstr (find (self, "2.png")->extras->note, ==, "howls");
}

/* A box never labels the picture that it is in, whatever its class. */
static void
test_boxes_give_no_label (Fixture      *self,
                          gconstpointer data)
{
  fixture_put_picture (self, "1.png", 0x010000);
  put_text (self, "labels.csv",
            "path,label,x,y,width,height\n1.png,dog,0,0,3,2\n1.png,dog,3,2,3,2\n");
  fixture_load (self, NULL);
  assert_holds (self, "-/1.png");
  g_assert_cmpuint (find (self, "1.png")->extras->n_boxes, ==, 2);
}

/* Semicolons, decimal commas, a byte order mark and Spanish words. */
static void
test_spanish_table (Fixture      *self,
                    gconstpointer data)
{
  fixture_put_picture (self, "fotos/1.png", 0x010000);
  fixture_put_picture (self, "fotos/2.png", 0x020000);
  put_text (self, "etiquetas.csv",
            "\xef\xbb\xbf" "Archivo;Etiqueta;Conjunto;Izquierda;Arriba;Ancho;Alto\r\n"
            "fotos/1.png;león;entrenamiento;;;;\r\n"
            "fotos\\2.png;ñu;prueba;1,5;1,0;3,0;2,0\r\n");
  fixture_load (self, NULL);
  assert_holds (self, "león/1.png:T -/2.png:S");
  assert_box (self, find (self, "2.png"), 0, "ñu", 0.25, 0.25, 0.5, 0.5);
}

/* A table that names pictures by their number, without an ending. */
static void
test_table_of_ids (Fixture      *self,
                   gconstpointer data)
{
  fixture_put_picture (self, "train/00a1.png", 0x010000);
  fixture_put_picture (self, "train/00b2.png", 0x020000);
  put_text (self, "labels.csv", "id,breed\n00a1,beagle\n00b2,pug\n");
  fixture_load (self, NULL);
  assert_holds (self, "beagle/00a1.png pug/00b2.png");
}

/* Two programs marked the same thing: once, though one rounds to pixels. What only one says
 * stays. */
static void
test_several_label_files_unite (Fixture      *self,
                                gconstpointer data)
{
  const CvrItem *item;

  fixture_put_picture (self, "1.png", 0x010000);
  put_text (self, "classes.txt", "dog\ncat\n");
  put_text (self, "1.txt", "1 0.75 0.5 0.5 0.5\n");
  put_text (self, "1.xml",
            "<annotation><filename>1.png</filename><size><width>6</width><height>4</height></size>"
            "<object><name>cat</name><bndbox><xmin>3</xmin><ymin>1</ymin><xmax>6</xmax>"
            "<ymax>3</ymax></bndbox></object><object><name>dog</name><bndbox><xmin>3</xmin>"
            "<ymin>1</ymin><xmax>6</xmax><ymax>3</ymax></bndbox></object></annotation>");
  put_text (self, "a.csv", "path,label,tags\n1.png,dog,old\n");
  put_text (self, "b.csv", "path,label\n1.png,cat\n");
  fixture_load (self, NULL);
  assert_holds (self, "dog/1.png");
  item = find (self, "1.png");
  g_assert_cmpuint (item->extras->n_boxes, ==, 2);
  assert_box (self, item, 0, "cat", 0.5, 0.25, 0.5, 0.5);
  assert_box (self, item, 1, "dog", 0.5, 0.25, 0.5, 0.5);
  g_assert_true (cvr_extras_has_tag (item->extras, "old"));
  g_assert_cmpuint (self->report.n_notes, ==, 1);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (self->report.notes, 0), "b.csv: "));
}

/* Two pictures of one name, and a label file that could mean either. */
static void
test_ambiguous_names_are_named (Fixture      *self,
                                gconstpointer data)
{
  fixture_put_picture (self, "x/1.png", 0x010000);
  fixture_put_picture (self, "y/1.png", 0x020000);
  fixture_put_picture (self, "y/2.png", 0x030000);
  put_text (self, "tables/labels.csv", "path,label\n1.png,dog\nC:\\photos\\y\\2.png,cat\n");
  fixture_load (self, NULL);
  g_assert_cmpuint (self->report.n_skipped, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (self->report.skipped, 0), "several pictures"));
  g_assert_cmpint (find (self, "2.png")->label, ==,
                   cvr_dataset_find_class (self->dataset, "cat"));
}

/* A label file alone fetches the pictures beside it; files that were chosen together are read
 * together. */
static void
test_lone_label_file (Fixture      *self,
                      gconstpointer data)
{
  g_autofree char *picture = g_build_filename (self->folder, "images", "1.png", NULL);
  g_autofree char *labels = g_build_filename (self->folder, "labels", "1.txt", NULL);
  const char *const files[] = { picture, labels, NULL };
  const CvrLoadSpec spec = { .data = picture, .files = files };
  g_autoptr (GError) error = NULL;

  fixture_put_picture (self, "images/1.png", 0x010000);
  put_text (self, "labels/1.txt", "0 0.5 0.5 0.5 0.5\n");
  fixture_load (self, "labels/1.txt");
  assert_holds (self, "-/1.png");
  assert_box (self, find (self, "1.png"), 0, "0", 0.25, 0.25, 0.5, 0.5);

  g_assert_true (cvr_load_is_single (picture));
  g_assert_true (cvr_load_is_single (labels));
  g_assert_false (cvr_load_is_single (self->folder));
  cvr_dataset_unref (self->dataset);
  self->dataset = cvr_dataset_new ();
  cvr_load_report_clear (&self->report);
  cvr_load (self->dataset, &spec, &self->report, NULL, &error);
  g_assert_no_error (error);
  assert_holds (self, "-/1.png");
  assert_box (self, find (self, "1.png"), 0, "0", 0.25, 0.25, 0.5, 0.5);
}

/* A lone table names some of the pictures beside it: the others come in, too, and it is said. */
static void
test_pictures_that_a_table_leaves_out (Fixture      *self,
                                       gconstpointer data)
{
  fixture_put_picture (self, "images/1.png", 0x010000);
  fixture_put_picture (self, "images/2.png", 0x020000);
  put_text (self, "labels.csv", "path,label\nimages/1.png,cat\n");
  fixture_load (self, NULL);
  assert_holds (self, "cat/1.png -/2.png");
  g_assert_cmpuint (self->report.n_notes, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (self->report.notes, 0), "nothing of 1 picture"));
}

/* Two tables, chosen together, fetch the pictures that each names. */
static void
test_label_files_alone (Fixture      *self,
                        gconstpointer data)
{
  g_autofree char *train = g_build_filename (self->folder, "train.csv", NULL);
  g_autofree char *valid = g_build_filename (self->folder, "val.csv", NULL);
  const char *const files[] = { train, valid, NULL };
  const CvrLoadSpec spec = { .data = train, .files = files };
  g_autoptr (GError) error = NULL;

  fixture_put_picture (self, "a/1.png", 0x010000);
  fixture_put_picture (self, "a/2.png", 0x020000);
  fixture_put_picture (self, "a/3.png", 0x030000);
  put_text (self, "train.csv", "path,label\na/1.png,dog\n");
  put_text (self, "val.csv", "path,label\na/2.png,cat\n");
  cvr_load (self->dataset, &spec, &self->report, NULL, &error);
  g_assert_no_error (error);
  assert_holds (self, "dog/1.png:T cat/2.png:V");
}

/* The label file speaks of the photo as it lies in the camera's file, 60 × 40 and turned by EXIF;
 * of a larger version; or, without a size, of what is there before it is scaled down. */
static void
test_boxes_follow_the_picture (Fixture      *self,
                               gconstpointer data)
{
  static const char xml[] =
    "<annotation><filename>%s</filename>%s<object><name>cat</name><bndbox><xmin>%u</xmin>"
    "<ymin>%u</ymin><xmax>%u</xmax><ymax>%u</ymax></bndbox></object></annotation>";
  g_autoptr (GBytes) plain = cvr_test_file ("jpeg", 600, 400, 0x445566);
  g_autoptr (GBytes) exif = cvr_test_exif (6, FALSE);
  g_autoptr (GBytes) turned = cvr_test_jpeg_with_exif (plain, exif);
  g_autofree char *lying = g_strdup_printf (
    xml, "lying.jpg", "<size><width>600</width><height>400</height></size>", 0, 0, 300, 100);
  g_autofree char *upright = g_strdup_printf (
    xml, "upright.jpg", "<size><width>400</width><height>600</height></size>", 300, 0, 400, 300);
  g_autofree char *larger = g_strdup_printf (
    xml, "larger.jpg", "<size><width>1200</width><height>800</height></size>", 0, 0, 600, 200);
  g_autofree char *unsized = g_strdup_printf (xml, "unsized.jpg", "", 0, 0, 300, 100);

  fixture_put_bytes (self, "lying.jpg", turned);
  fixture_put_bytes (self, "upright.jpg", turned);
  fixture_put_bytes (self, "larger.jpg", plain);
  fixture_put_bytes (self, "unsized.jpg", plain);
  put_text (self, "lying.xml", lying);
  put_text (self, "upright.xml", upright);
  put_text (self, "larger.xml", larger);
  put_text (self, "unsized.xml", unsized);
  fixture_load (self, NULL);
  g_assert_cmpuint (cvr_picture_facts (find (self, "lying.jpg")->picture)->was_width, ==, 400);
  g_assert_cmpuint (self->report.n_scaled, ==, 4);
  /* Turned to the right: the left upper quarter is then on the right. */
  assert_box (self, find (self, "lying.jpg"), 0, "cat", 0.75, 0, 0.25, 0.5);
  assert_box (self, find (self, "upright.jpg"), 0, "cat", 0.75, 0, 0.25, 0.5);
  assert_box (self, find (self, "larger.jpg"), 0, "cat", 0, 0, 0.5, 0.25);
  assert_box (self, find (self, "unsized.jpg"), 0, "cat", 0, 0, 0.5, 0.25);
}

/* What is no label file changes nothing. */
static void
test_other_texts_change_nothing (Fixture      *self,
                                 gconstpointer data)
{
  fixture_put_picture (self, "images/1.png", 0x010000);
  fixture_put_picture (self, "masks/2.png", 0x020000);
  put_text (self, "readme.txt", "Some pictures.\n");
  put_text (self, "package.json", "{\"name\":\"x\",\"images\":3}");
  put_text (self, "build.xml", "<project name=\"x\"/>");
  put_text (self, "train.txt", "images/1.png\n");
  put_text (self, "config.yaml", "a: 1\n");
  fixture_load (self, NULL);
  assert_holds (self, "images/1.png masks/2.png");
  g_assert_cmpuint (self->report.n_skipped, ==, 0);
  g_assert_cmpuint (self->report.n_notes, ==, 1);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (self->report.notes, 0), "5 files "));
}

static void
test_same_pictures (Fixture      *self,
                    gconstpointer data)
{
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  CvrLoadSpec spec = { .data = self->folder, .known = known };
  g_autoptr (GError) error = NULL;

  fixture_put_picture (self, "cat/1.png", 0x010000);
  fixture_put_picture (self, "cat/2.png", 0x020000);
  fixture_put_picture (self, "dog/3.png", 0x010000);
  fixture_load (self, NULL);
  g_assert_cmpuint (self->report.n_same, ==, 1);
  g_assert_cmpuint (self->report.n_loaded, ==, 3);

  g_hash_table_add (known, g_memdup2 (&find (self, "2.png")->digest, sizeof (guint64)));
  spec.skip_same = TRUE;
  cvr_dataset_unref (self->dataset);
  self->dataset = cvr_dataset_new ();
  cvr_load_report_clear (&self->report);
  g_assert_true (cvr_load (self->dataset, &spec, &self->report, NULL, &error));
  assert_holds (self, "cat/1.png");
  g_assert_cmpuint (self->report.n_same, ==, 2);
  g_assert_cmpuint (self->report.n_skipped, ==, 2);

  g_hash_table_add (known, g_memdup2 (&find (self, "1.png")->digest, sizeof (guint64)));
  cvr_load_report_clear (&self->report);
  g_assert_true (cvr_load (self->dataset, &spec, &self->report, NULL, &error));
  g_assert_cmpuint (self->report.n_loaded, ==, 0);
}

/* --- The published ones --- */

/* FALSE: the test was skipped. */
static gboolean
find_shared (const char *relative,
             char      **path)
{
  const char *chosen = g_getenv ("CONVISOR_SHARED");
  g_autofree char *shared = chosen != NULL
                              ? g_strdup (chosen)
                              : g_test_build_filename (G_TEST_DIST, "..", "..", "shared", NULL);

  *path = g_build_filename (shared, "data", relative, NULL);
  if (g_file_test (*path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_test_skip ("the shared data is not here (set CONVISOR_SHARED)");
  g_clear_pointer (path, g_free);

  return FALSE;
}

static void
unpack (Fixture    *self,
        const char *path)
{
  g_autoptr (GError) error = NULL;
  CvrArchive *archive = cvr_archive_open_file (path, NULL, &error);
  CvrArchiveEntry entry;

  g_assert_no_error (error);
  while (cvr_archive_next (archive, &entry, &error))
    {
      g_autofree char *name = g_strdup (entry.path);
      g_autoptr (GBytes) bytes = cvr_archive_read (archive, &error);

      g_assert_no_error (error);
      fixture_put (self, name, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }
  g_assert_no_error (error);
  cvr_archive_free (archive);
}

/* Counted in the files themselves: images, classes that are named or declared, labels, boxes,
 * train, valid and test where the source says it. */
typedef struct
{
  const char *name;
  guint       n_items, n_classes, n_labelled, n_boxes;
  guint       n_train, n_valid, n_test;
} Row;

static void
assert_row (Fixture   *self,
            const Row *row)
{
  guint n_labelled = 0, n_boxes = 0;
  guint splits[4] = { 0 };

  for (guint i = 0; i < cvr_dataset_n_items (self->dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (self->dataset, i);

      n_labelled += item->label >= 0;
      n_boxes += item->extras != NULL ? item->extras->n_boxes : 0;
      splits[item->split]++;
    }
  g_test_message ("%s", row->name);
  g_assert_cmpuint (cvr_dataset_n_items (self->dataset), ==, row->n_items);
  g_assert_cmpuint (cvr_dataset_n_classes (self->dataset), ==, row->n_classes);
  g_assert_cmpuint (n_labelled, ==, row->n_labelled);
  g_assert_cmpuint (n_boxes, ==, row->n_boxes);
  g_assert_cmpuint (splits[CVR_SPLIT_TRAIN], ==, row->n_train);
  g_assert_cmpuint (splits[CVR_SPLIT_VALID], ==, row->n_valid);
  g_assert_cmpuint (splits[CVR_SPLIT_TEST], ==, row->n_test);
}

static void
load_row (Fixture    *self,
          const Row  *row,
          const char *path)
{
  const CvrLoadSpec spec = { .data = path, .max_side = 64 };
  g_autoptr (GError) error = NULL;

  cvr_dataset_unref (self->dataset);
  self->dataset = cvr_dataset_new ();
  cvr_load_report_clear (&self->report);
  cvr_load (self->dataset, &spec, &self->report, NULL, &error);
  g_assert_no_error (error);
  assert_row (self, row);
}

static void
test_annotation_formats (Fixture      *self,
                         gconstpointer data)
{
  static const char *const archives[] = { "annotation-formats/datumaro-samples.tar.xz",
                                          "annotation-formats/labelme-examples.tar.xz" };
  static const Row rows[] = {
    { "assets/coco_dataset/coco", 2, 3, 1, 6, 1, 1, 0 },
    { "assets/coco_dataset/coco_captions", 2, 0, 0, 0, 1, 1, 0 },
    { "assets/coco_dataset/coco_image_info", 2, 0, 0, 0, 1, 1, 0 },
    { "assets/coco_dataset/coco_instances", 2, 3, 0, 3, 1, 1, 0 },
    { "assets/coco_dataset/coco_labels", 2, 2, 1, 0, 1, 1, 0 },
    { "assets/coco_dataset/coco_panoptic", 2, 2, 0, 3, 1, 1, 0 },
    { "assets/coco_dataset/coco_person_keypoints", 2, 2, 0, 3, 1, 1, 0 },
    { "assets/coco_dataset/coco_roboflow", 2, 3, 0, 3, 1, 1, 0 },
    { "assets/coco_dataset/coco_stuff", 2, 2, 0, 2, 1, 1, 0 },
    { "assets/coco_dataset/mmdet_coco", 2, 3, 0, 3, 1, 1, 0 },
    { "assets/image_dir_dataset", 2, 0, 0, 0, 0, 0, 0 },
    { "assets/imagenet_dataset", 4, 2, 3, 0, 0, 0, 0 },
    { "assets/labelme_dataset", 1, 7, 0, 7, 0, 0, 0 },
    { "assets/mnist_csv_dataset", 5, 8, 5, 0, 0, 0, 3 },
    { "assets/mvtec_dataset/category_0", 5, 2, 5, 0, 0, 0, 0 },
    { "assets/voc_dataset/voc_dataset1", 2, 2, 0, 2, 0, 0, 1 },
    { "assets/voc_dataset/voc_dataset3", 1, 1, 0, 1, 0, 0, 0 },
    { "assets/yolo_dataset/annotations", 1, 10, 0, 2, 0, 0, 0 },
    { "assets/yolo_dataset/labels", 2, 10, 0, 4, 1, 1, 0 },
    { "assets/yolo_dataset/strict", 1, 10, 0, 2, 0, 0, 0 },
    { "examples/bbox_detection/data_annotated", 3, 3, 0, 9, 0, 0, 0 },
    { "examples/bbox_detection/data_dataset_voc", 3, 3, 0, 9, 0, 0, 0 },
    { "examples/classification/data_annotated", 2, 2, 2, 0, 0, 0, 0 },
    { "examples/instance_segmentation/data_annotated", 3, 7, 0, 18, 0, 0, 0 },
    { "examples/instance_segmentation/data_dataset_coco", 3, 21, 0, 12, 0, 0, 0 },
    { "examples/semantic_segmentation/data_annotated", 3, 7, 0, 18, 0, 0, 0 },
  };

  for (guint a = 0; a < G_N_ELEMENTS (archives); a++)
    {
      g_autofree char *path = NULL;

      if (!find_shared (archives[a], &path))
        return;
      unpack (self, path);
    }
  for (guint r = 0; r < G_N_ELEMENTS (rows); r++)
    {
      g_autofree char *path = g_build_filename (self->folder, rows[r].name, NULL);

      load_row (self, &rows[r], path);
    }
}

/* Two of the blood cells have no area and are named as left out. */
static void
test_detection (Fixture      *self,
                gconstpointer data)
{
  static const Row rows[] = {
    { "detection/bccd-voc.tar", 232, 3, 0, 3088 - 2, 0, 0, 0 },
    { "detection/raccoon-voc.tar", 65, 1, 0, 72, 0, 0, 0 },
  };

  for (guint r = 0; r < G_N_ELEMENTS (rows); r++)
    {
      g_autofree char *path = NULL;

      if (!find_shared (rows[r].name, &path))
        return;
      load_row (self, &rows[r], path);
      g_assert_cmpuint (self->report.n_notes, ==, r == 0 ? 3 : 1); /* and the licence */
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  fixture_add ("/storage/load-labels/yolo", test_yolo);
  fixture_add ("/storage/load-labels/voc", test_voc);
  fixture_add ("/storage/load-labels/coco-splits", test_coco_splits);
  fixture_add ("/storage/load-labels/folders-and-label-files", test_folders_and_label_files);
  fixture_add ("/storage/load-labels/boxes-give-no-label", test_boxes_give_no_label);
  fixture_add ("/storage/load-labels/spanish-table", test_spanish_table);
  fixture_add ("/storage/load-labels/table-of-ids", test_table_of_ids);
  fixture_add ("/storage/load-labels/several-label-files-unite", test_several_label_files_unite);
  fixture_add ("/storage/load-labels/ambiguous-names-are-named", test_ambiguous_names_are_named);
  fixture_add ("/storage/load-labels/lone-label-file", test_lone_label_file);
  fixture_add ("/storage/load-labels/label-files-alone", test_label_files_alone);
  fixture_add ("/storage/load-labels/pictures-that-a-table-leaves-out",
               test_pictures_that_a_table_leaves_out);
  fixture_add ("/storage/load-labels/boxes-follow-the-picture", test_boxes_follow_the_picture);
  fixture_add ("/storage/load-labels/other-texts-change-nothing", test_other_texts_change_nothing);
  fixture_add ("/storage/load-labels/same-pictures", test_same_pictures);
  fixture_add ("/storage/load-labels/annotation-formats", test_annotation_formats);
  fixture_add ("/storage/load-labels/detection", test_detection);

  return g_test_run ();
}
