/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names and kinds of files: natural order, endings, and what content says. */
#include "cvr-tree.h"

#include <string.h>

static void
test_natural_order (void)
{
  static const char *const ordered[] = { "",
                                         "0",
                                         "1",
                                         "01",
                                         "2",
                                         "9",
                                         "10",
                                         "a",
                                         "a 2",
                                         "a 10",
                                         "a 10b",
                                         "a/1",
                                         "a/2/x",
                                         "a/10",
                                         "b",
                                         "b1",
                                         "b01",
                                         "b12345678901234567890",
                                         "b12345678901234567891",
                                         "c",
                                         "\xc3\xb1" };

  for (guint i = 0; i < G_N_ELEMENTS (ordered); i++)
    for (guint j = 0; j < G_N_ELEMENTS (ordered); j++)
      {
        int order = cvr_natural_compare (ordered[i], ordered[j]);

        g_test_message ("“%s” and “%s”", ordered[i], ordered[j]);
        if (i == j)
          g_assert_cmpint (order, ==, 0);
        else if (strcmp (ordered[i], "1") != 0 && strcmp (ordered[i], "01") != 0 &&
                 strcmp (ordered[i], "b1") != 0 && strcmp (ordered[i], "b01") != 0)
          g_assert_true ((order < 0) == (i < j));
        else /* equal numbers: some fixed order */
          g_assert_true ((order < 0) == (cvr_natural_compare (ordered[j], ordered[i]) > 0));
      }
}

static void
test_endings (void)
{
  static const char *const pairs[][2] = {
    { "cats-160px.tar", "cats-160px" },
    { "a.TAR.GZ", "a" },
    { "a.tgz", "a" },
    { "t10k-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte" },
    { "a.b.zip", "a.b" },
    { "a.ndjson.xz", "a.ndjson" },
    { "zip", "zip" },
    { ".gz", ".gz" },
    { "a.png", "a.png" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *stem = cvr_without_ending (pairs[i][0]);

      g_assert_cmpstr (stem, ==, pairs[i][1]);
    }
}

static void
test_kinds (void)
{
  static const struct
  {
    const char *head;
    gsize       length;
    const char *name;
    CvrFileKind kind;
  } cases[] = {
    { "\xff\xd8\xff\xe0", 4, "x", CVR_FILE_PICTURE },
    { "\x89PNG\r\n\x1a\n", 8, "data.bin", CVR_FILE_PICTURE },
    { "\0\0\10\3\0\0\0\1", 8, "train", CVR_FILE_IDX_IMAGES },
    { "\0\0\10\1\0\0\0\1", 8, "train", CVR_FILE_IDX_LABELS },
    { "\0\0\10\2\0\0\0\1", 8, "train", CVR_FILE_OTHER },
    { "\x93NUMPY\1\0", 8, "x", CVR_FILE_NPY },
    { "{\"word\":\"cat\"", 13, "x.txt", CVR_FILE_DRAWINGS },
    { "nonsense", 8, "cat.ndjson", CVR_FILE_DRAWINGS },
    { "{\"drawing\" :[]", 14, "x.txt", CVR_FILE_DRAWINGS },
    { "{\"a\": 1}", 8, "x.json", CVR_FILE_LABELS },
    { "{\"classes\":[\"drawing\"]}", 23, "convisor.json", CVR_FILE_LABELS },
    { "0 0.5 0.5 1 1\n", 14, "1.txt", CVR_FILE_LABELS },
    { "names:\n", 7, "data.yaml", CVR_FILE_LABELS },
    { "\3abc", 4, "data_batch_1.bin", CVR_FILE_CIFAR },
    { "\12abc", 4, "data_batch_1.bin", CVR_FILE_OTHER },
    { "airplane\n", 9, "batches.meta.txt", CVR_FILE_CIFAR_META },
    { "a.png,cat\n", 10, "labels.CSV", CVR_FILE_TABLE },
    { "5,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0", 81,
      "mnist.csv", CVR_FILE_PIXELS },
    { "\10\7\22", 3, "m.onnx", CVR_FILE_MODEL },
    { "\0\0\0\x18" "ftypheic", 12, "IMG_1.HEIC", CVR_FILE_PICTURE_NAME },
    { "", 0, "empty.jpg", CVR_FILE_PICTURE_NAME },
    { "", 0, "empty", CVR_FILE_OTHER },
    { "# Read me\n", 10, "README.md", CVR_FILE_OTHER },
  };
  guint8 project[100] = "SQLite format 3";

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].name);
      g_assert_cmpint (
          cvr_file_kind ((const guint8 *) cases[i].head, cases[i].length, cases[i].name), ==,
          cases[i].kind);
    }
  g_assert_cmpint (cvr_file_kind (project, sizeof project, "x.db"), ==, CVR_FILE_OTHER);
  memcpy (project + 68, "CVSR", 4);
  g_assert_cmpint (cvr_file_kind (project, sizeof project, "x.db"), ==, CVR_FILE_PROJECT);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/storage/tree/natural-order", test_natural_order);
  g_test_add_func ("/storage/tree/endings", test_endings);
  g_test_add_func ("/storage/tree/kinds", test_kinds);

  return g_test_run ();
}
