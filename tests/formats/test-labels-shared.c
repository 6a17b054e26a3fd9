/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Label files as they are published, where a copy is at hand ($CONVISOR_SHARED); skipped elsewhere.
 * Every file of four archives is in the table: what comes out of it, or why nothing does. */
#include "cvr-archive.h"
#include "cvr-labels.h"

#include <string.h>

#define NOTHING CVR_N_LABELS

/* A group of files and what all of them hold together. @why: what is left out. */
typedef struct
{
  const char   *pattern;
  CvrLabelsKind kind; /* NOTHING: no label file */
  guint         files, pictures, classes, boxes, labels, problems;
  const char   *why;
} Group;

/* One file of an archive. */
typedef struct
{
  char   *path;
  GBytes *bytes;
} File;

static const Group detection[] = {
  { "bccd/*.xml", CVR_LABELS_VOC, 232, 232, 3, 3086, 0, 2, "two red cells of 0 × 0 pixels" },
  { "raccoon/*.xml", CVR_LABELS_VOC, 65, 65, 1, 72, 0, 0, NULL },
  { "*.jpg", NOTHING, 0, 0, 0, 0, 0, 0, "pictures" },
  { "*LICENSE", NOTHING, 0, 0, 0, 0, 0, 0, "text" },
};

static const Group labelme[] = {
  { "*/bbox_detection/data_annotated/*.json", CVR_LABELS_LABELME, 3, 3, 3, 9, 0, 0, NULL },
  { "*/bbox_detection/*/Annotations/*.xml", CVR_LABELS_VOC, 3, 3, 3, 9, 0, 0, NULL },
  { "*/instance_segmentation/data_annotated/*.json", CVR_LABELS_LABELME, 3, 3, 7, 18, 0, 1,
    "an outline beyond the border is cut" },
  { "*/semantic_segmentation/data_annotated/*.json", CVR_LABELS_LABELME, 3, 3, 7, 18, 0, 1,
    "an outline beyond the border is cut" },
  { "*/data_dataset_coco/annotations.json", CVR_LABELS_COCO, 1, 3, 21, 12, 0, 0, NULL },
  { "*/classification/*.json", CVR_LABELS_LABELME, 2, 2, 2, 0, 2, 0, NULL },
  { "*/labels.txt", NOTHING, 3, 0, 0, 0, 0, 0, "names of classes only" },
  { "*/class_names.txt", NOTHING, 3, 0, 0, 0, 0, 0, "names of classes only" },
  { "*/flags.txt", NOTHING, 1, 0, 0, 0, 0, 0, "names of flags only" },
  { "*.npy", NOTHING, 0, 0, 0, 0, 0, 0, "masks" },
  { "*.png", NOTHING, 0, 0, 0, 0, 0, 0, "masks" },
  { "*.jpg", NOTHING, 0, 0, 0, 0, 0, 0, "pictures" },
  { "*.md", NOTHING, 0, 0, 0, 0, 0, 0, "text" },
  { "LICENSE", NOTHING, 1, 0, 0, 0, 0, 0, "text" },
};

static const Group datumaro[] = {
  { "*/captions_*.json", CVR_LABELS_COCO, 4, 4, 0, 0, 0, 4, "texts about pictures" },
  { "*/image_info_*.json", CVR_LABELS_COCO, 4, 4, 0, 0, 0, 0, NULL },
  { "*/coco_instances/*.json", CVR_LABELS_COCO, 2, 2, 3, 3, 0, 0, NULL },
  { "*/mmdet_coco/*.json", CVR_LABELS_COCO, 2, 2, 3, 3, 0, 0, NULL },
  { "*/coco_roboflow/*.json", CVR_LABELS_COCO, 2, 2, 3, 3, 0, 0, NULL },
  { "*/coco/*/instances_*.json", CVR_LABELS_COCO, 2, 2, 3, 3, 0, 0, NULL },
  { "*/labels_*.json", CVR_LABELS_COCO, 4, 4, 2, 0, 2, 2, "two labels of one picture are tags" },
  { "*/panoptic_*.json", CVR_LABELS_COCO, 4, 4, 2, 6, 0, 0, NULL },
  { "*/person_keypoints_*.json", CVR_LABELS_COCO, 4, 4, 2, 6, 0, 0, "key points beside boxes" },
  { "*/stuff_*.json", CVR_LABELS_COCO, 4, 4, 2, 4, 0, 0, NULL },
  { "*/labelme_dataset/*.xml", CVR_LABELS_VOC, 1, 1, 7, 7, 0, 0, NULL },
  { "*/voc_dataset1/*.xml", CVR_LABELS_VOC, 1, 1, 2, 2, 0, 0, NULL },
  { "*/voc_dataset2/*.xml", CVR_LABELS_VOC, 5, 5, 4, 4, 0, 0, NULL },
  { "*/voc_dataset3/*.xml", CVR_LABELS_VOC, 1, 1, 1, 1, 0, 0, NULL },
  { "*/yolo_dataset/labels/labels/*.txt", CVR_LABELS_YOLO, 2, 2, 10, 4, 0, 0, NULL },
  { "*/yolo_dataset/annotations/*.txt", CVR_LABELS_YOLO, 1, 1, 10, 2, 0, 0, NULL },
  { "*/yolo_dataset/strict/obj_train_data/*.txt", CVR_LABELS_YOLO, 1, 1, 10, 2, 0, 0, NULL },
  { "*/yolo_dataset/*", NOTHING, 0, 0, 0, 0, 0, 0, "pictures, and names of files and classes" },
  { "*/mnist_csv_dataset/*.csv", NOTHING, 2, 0, 0, 0, 0, 0, "pictures as numbers in a table" },
  { "*/ImageSets/*.txt", NOTHING, 0, 0, 0, 0, 0, 0, "names of pictures only" },
  { "*/labelmap.txt", NOTHING, 1, 0, 0, 0, 0, 0, "colours of masks" },
  { "*/camvid_dataset/*.txt", NOTHING, 3, 0, 0, 0, 0, 0, "names of pictures and masks" },
  { "*/dataset_meta.json", NOTHING, 2, 0, 0, 0, 0, 0, "colours of masks" },
  { "*.h5", NOTHING, 2, 0, 0, 0, 0, 0, "HDF5" },
  { "*/cifar10_dataset/*", NOTHING, 3, 0, 0, 0, 0, 0, "pictures in Python's pickles" },
  { "*.gz", NOTHING, 4, 0, 0, 0, 0, 0, "pictures (IDX)" },
  { "*.png", NOTHING, 0, 0, 0, 0, 0, 0, "pictures and masks" },
  { "*.jpg", NOTHING, 0, 0, 0, 0, 0, 0, "pictures" },
  { "LICENSE", NOTHING, 1, 0, 0, 0, 0, 0, "text" },
};

static void
file_free (gpointer data)
{
  File *file = data;

  g_free (file->path);
  g_bytes_unref (file->bytes);
  g_free (file);
}

/* All files of an archive; NULL: it isn't there, and the test is skipped. */
static GPtrArray *
read_archive (const char *relative)
{
  const char *chosen = g_getenv ("CONVISOR_SHARED");
  g_autofree char *shared = chosen != NULL
                                ? g_strdup (chosen)
                                : g_test_build_filename (G_TEST_DIST, "..", "..", "shared", NULL);
  g_autofree char *path = g_build_filename (shared, "data", relative, NULL);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (file_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrArchive) archive = NULL;
  CvrArchiveEntry entry;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_autofree char *reason = g_strdup_printf ("%s is not here (set CONVISOR_SHARED)", relative);

      g_test_skip (reason);
      return NULL;
    }

  archive = cvr_archive_open_file (path, NULL, &error);
  g_assert_no_error (error);
  while (cvr_archive_next (archive, &entry, &error))
    {
      File *file = g_new0 (File, 1);

      file->path = g_strdup (entry.path);
      file->bytes = cvr_archive_read (archive, &error);
      g_assert_no_error (error);
      g_ptr_array_add (files, file);
    }
  g_assert_no_error (error);

  return g_steal_pointer (&files);
}

/* The names in the obj.names nearest above a text. */
static char **
find_names (GPtrArray  *files,
            const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  while (strcmp (folder, ".") != 0)
    {
      g_autofree char *wanted = g_build_filename (folder, "obj.names", NULL);
      char *above = g_path_get_dirname (folder);

      for (guint i = 0; i < files->len; i++)
        {
          const File *file = g_ptr_array_index (files, i);

          if (strcmp (file->path, wanted) == 0)
            {
              gsize length;
              const guint8 *data = g_bytes_get_data (file->bytes, &length);

              g_free (above);
              return cvr_labels_read_names (data, length, NULL);
            }
        }
      g_free (folder);
      folder = above;
    }

  return NULL;
}

/* What a group's files were found to hold. */
typedef struct
{
  guint       files, pictures, boxes, labels, problems;
  GHashTable *classes; /* name → boxes and labels */
} Found;

static void
count_labels (Found           *found,
              const CvrLabels *labels)
{
  found->problems += labels->n_problems;
  for (guint k = 0; k < labels->classes->len; k++)
    {
      const char *name = g_ptr_array_index (labels->classes, k);
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (found->classes, name));

      for (guint i = 0; i < labels->pictures->len; i++)
        {
          const CvrLabelled *picture = g_ptr_array_index (labels->pictures, i);

          n += picture->label == (gint) k;
          for (guint b = 0; b < picture->boxes->len; b++)
            n += g_array_index (picture->boxes, CvrLabelBox, b).label == k;
        }
      g_hash_table_replace (found->classes, g_strdup (name), GUINT_TO_POINTER (n));
    }
  found->pictures += labels->pictures->len;
  for (guint i = 0; i < labels->pictures->len; i++)
    {
      const CvrLabelled *picture = g_ptr_array_index (labels->pictures, i);

      found->boxes += picture->boxes->len;
      found->labels += picture->label >= 0;
    }
  for (guint p = 0; p < labels->problems->len; p++)
    g_test_message ("%s", (const char *) g_ptr_array_index (labels->problems, p));
}

static void
read_file (Found       *found,
           const Group *group,
           const File  *file,
           GPtrArray   *files)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (file->bytes, &length);
  CvrLabelsKind kind = NOTHING;
  g_auto (GStrv) names = NULL;
  g_autoptr (CvrLabels) labels = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (cvr_labels_sniff (data, length, &kind), ==, group->kind != NOTHING);
  g_assert_cmpint (kind, ==, group->kind);
  found->files++;
  if (kind == NOTHING)
    return;

  if (kind == CVR_LABELS_YOLO)
    names = find_names (files, file->path);
  labels = cvr_labels_read (kind, data, length, (const char *const *) names, &error);
  g_assert_no_error (error);
  count_labels (found, labels);
}

static const Group *
find_group (const Group *groups,
            guint        n_groups,
            const char  *path)
{
  for (guint g = 0; g < n_groups; g++)
    if (g_pattern_match_simple (groups[g].pattern, path))
      return &groups[g];

  g_error ("%s is in no group", path);
}

/* Counts of 0 files are not compared: nobody counts pictures here. */
static void
check_archive (const char  *relative,
               const Group *groups,
               guint        n_groups,
               Found       *found)
{
  g_autoptr (GPtrArray) files = read_archive (relative);

  for (guint g = 0; g < n_groups; g++)
    found[g].classes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (files == NULL)
    return;

  for (guint i = 0; i < files->len; i++)
    {
      const File *file = g_ptr_array_index (files, i);
      const Group *group = find_group (groups, n_groups, file->path);

      read_file (&found[group - groups], group, file, files);
    }
  for (guint g = 0; g < n_groups; g++)
    {
      const Group *group = &groups[g];

      g_test_message ("%s: %u files, %u pictures, %u classes, %u boxes, %u labels, %u problems",
                      group->pattern, found[g].files, found[g].pictures,
                      g_hash_table_size (found[g].classes), found[g].boxes, found[g].labels,
                      found[g].problems);
      if (group->files == 0 || found[g].files == 0)
        continue;
      g_assert_cmpuint (found[g].files, ==, group->files);
      g_assert_cmpuint (found[g].pictures, ==, group->pictures);
      g_assert_cmpuint (g_hash_table_size (found[g].classes), ==, group->classes);
      g_assert_cmpuint (found[g].boxes, ==, group->boxes);
      g_assert_cmpuint (found[g].labels, ==, group->labels);
      g_assert_cmpuint (found[g].problems, ==, group->problems);
    }
}

static void
clear (Found *found,
       guint  n_groups)
{
  for (guint g = 0; g < n_groups; g++)
    g_hash_table_unref (found[g].classes);
}

static guint
count_class (const Found *found,
             const char  *name)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (found->classes, name));
}

static void
test_blood_cells (void)
{
  Found found[G_N_ELEMENTS (detection)] = { 0 };

  check_archive ("detection/bccd-voc.tar", detection, G_N_ELEMENTS (detection), found);
  if (found[0].files > 0)
    {
      g_assert_cmpuint (count_class (&found[0], "RBC"), ==, 2615 - 2);
      g_assert_cmpuint (count_class (&found[0], "WBC"), ==, 238);
      g_assert_cmpuint (count_class (&found[0], "Platelets"), ==, 235);
    }
  clear (found, G_N_ELEMENTS (detection));
}

static void
test_raccoons (void)
{
  Found found[G_N_ELEMENTS (detection)] = { 0 };

  check_archive ("detection/raccoon-voc.tar", detection, G_N_ELEMENTS (detection), found);
  clear (found, G_N_ELEMENTS (detection));
}

static void
test_labelme_examples (void)
{
  Found found[G_N_ELEMENTS (labelme)] = { 0 };

  check_archive ("annotation-formats/labelme-examples.tar.xz", labelme, G_N_ELEMENTS (labelme),
                 found);
  clear (found, G_N_ELEMENTS (labelme));
}

static void
test_datumaro_samples (void)
{
  Found found[G_N_ELEMENTS (datumaro)] = { 0 };

  check_archive ("annotation-formats/datumaro-samples.tar.xz", datumaro, G_N_ELEMENTS (datumaro),
                 found);
  clear (found, G_N_ELEMENTS (datumaro));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/formats/labels-shared/blood-cells", test_blood_cells);
  g_test_add_func ("/formats/labels-shared/raccoons", test_raccoons);
  g_test_add_func ("/formats/labels-shared/labelme-examples", test_labelme_examples);
  g_test_add_func ("/formats/labels-shared/datumaro-samples", test_datumaro_samples);

  return g_test_run ();
}
