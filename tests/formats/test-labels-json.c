/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Label files in JSON: the project's own, COCO's and LabelMe's. */
#include "labels-samples.h"

#include <string.h>

#include <string.h>

static void
test_own_file (void)
{
  g_autoptr (CvrLabels) labels = labels_read_text (CVR_LABELS_JSON,
                                                   labels_sample (CVR_LABELS_JSON));
  const CvrLabelled *a = labels_picture (labels, 0);

  g_assert_cmpuint (labels->n_problems, ==, 0);
  g_assert_cmpuint (labels->classes->len, ==, 2);
  g_assert_cmpuint (labels->pictures->len, ==, 2);
  g_assert_cmpstr (a->path, ==, "a.png");
  g_assert_cmpstr (labels_name (labels, a->label), ==, "cat");
  g_assert_cmpstr (a->split, ==, "train");
  g_assert_cmpstr (a->note, ==, "á\n😀");
  g_assert_cmpuint (a->tags->len, ==, 1);
  g_assert_cmpuint (a->width, ==, 10);
  g_assert_cmpuint (a->height, ==, 20);
  labels_check_box (labels, a, 0, "dog", 1.5, 2, 3, 4);
  g_assert_cmpint (labels_picture (labels, 1)->label, ==, -1);
}

static void
test_own_file_broken (void)
{
  static const struct
  {
    const char *text;
    gint        code;
    const char *words;
  } cases[] = {
    { "", CVR_FORMAT_ERROR_TRUNCATED, "line 1" },
    { "[]", CVR_FORMAT_ERROR_INVALID, "object" },
    { "{}", CVR_FORMAT_ERROR_INVALID, "convisor" },
    { "{\"convisor\":2}", CVR_FORMAT_ERROR_UNSUPPORTED, "version 2" },
    { "{\"convisor\":1} x", CVR_FORMAT_ERROR_INVALID, "end of the file" },
    { "{\"convisor\":1,\n\"images\":{}}", CVR_FORMAT_ERROR_INVALID, "Line 2" },
    { "{\"convisor\":1,\"images\":[1]}", CVR_FORMAT_ERROR_INVALID, "braces" },
    { "{\"convisor\":1,\"images\":[{\"label\":3}]}", CVR_FORMAT_ERROR_INVALID, "text" },
    { "{\"convisor\":1 \"images\":[]}", CVR_FORMAT_ERROR_INVALID, "comma" },
    { "{\"convisor\":1,}", CVR_FORMAT_ERROR_INVALID, "quotes" },
    { "{\"convisor\" 1}", CVR_FORMAT_ERROR_INVALID, "colon" },
    { "{\"convisor\":1,\"x\":tru}", CVR_FORMAT_ERROR_INVALID, "true" },
    { "{\"convisor\":1,\"x\":01}", CVR_FORMAT_ERROR_INVALID, "comma" },
    { "{\"convisor\":1,\"x\":1.}", CVR_FORMAT_ERROR_INVALID, "number" },
    { "{\"convisor\":1,\"x\":-}", CVR_FORMAT_ERROR_INVALID, "number" },
    { "{\"convisor\":1,\"classes\":[\"\\q\"]}", CVR_FORMAT_ERROR_INVALID, "backslash" },
    { "{\"convisor\":1,\"classes\":[\"\\u12g4\"]}", CVR_FORMAT_ERROR_INVALID, "hexadecimal" },
    { "{\"convisor\":1,\"classes\":[\"\xf1\"]}", CVR_FORMAT_ERROR_INVALID, "UTF-8" },
    { "{\"convisor\":1,\"classes\":[\"a\nb\"]}", CVR_FORMAT_ERROR_INVALID, "quotes" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *sentence = labels_read_error (CVR_LABELS_JSON, cases[i].text,
                                                     cases[i].code);
      g_autofree char *escaped = g_strescape (cases[i].text, NULL);

      g_test_message ("%s: %s", escaped, sentence);
      g_assert_nonnull (strstr (sentence, cases[i].words));
    }
}

/* Far deeper than any stack holds. */
static void
test_nesting_is_bounded (void)
{
  g_autofree char *many = g_strnfill (1000000, '[');
  g_autofree char *text = g_strconcat ("{\"convisor\":1,\"x\":", many, NULL);
  g_autofree char *sentence = labels_read_error (CVR_LABELS_JSON, text,
                                                 CVR_FORMAT_ERROR_TOO_LARGE);
  g_autofree char *coco = labels_read_error (CVR_LABELS_COCO, text, CVR_FORMAT_ERROR_TOO_LARGE);

  g_assert_nonnull (strstr (sentence, "100 levels"));
  g_assert_cmpstr (sentence, ==, coco);
}

static void
test_boxes_are_bounded_by_the_picture (void)
{
  g_autoptr (CvrLabels) labels = labels_read_text (
    CVR_LABELS_JSON,
    "{\"convisor\":1,\"images\":[{\"path\":\"a.png\",\"boxes\":["
    "{\"label\":\"cat\",\"x\":-1,\"y\":2,\"width\":3,\"height\":4},"
    "{\"label\":\"cat\",\"x\":8,\"y\":15,\"width\":30,\"height\":40},"
    "{\"label\":\"cat\",\"x\":50,\"y\":2,\"width\":3,\"height\":4},"
    "{\"label\":\"cat\",\"x\":1,\"y\":2,\"width\":0,\"height\":4},"
    "{\"label\":\"cat\",\"x\":NaN,\"y\":2,\"width\":1,\"height\":4},"
    "{\"label\":\"cat\",\"x\":1e308,\"y\":2,\"width\":1e308,\"height\":4},"
    "{\"label\":\"cat\",\"x\":-Infinity,\"y\":2,\"width\":1,\"height\":4},"
    "{\"label\":\"cat\",\"x\":1,\"y\":2}],\"width\":10,\"height\":20}]}");
  const CvrLabelled *picture = labels_picture (labels, 0);

  g_assert_cmpuint (picture->boxes->len, ==, 2);
  labels_check_box (labels, picture, 0, "cat", 0, 2, 2, 4);
  labels_check_box (labels, picture, 1, "cat", 8, 15, 2, 5);
  g_assert_cmpuint (labels->n_problems, ==, 8);
  g_assert_true (labels_tell (labels, "a.png: the box (-1, 2, 3 × 4) was cut"));
  g_assert_true (labels_tell (labels, "outside the picture"));
  g_assert_true (labels_tell (labels, "no area"));
  g_assert_true (labels_tell (labels, "isn't finite"));
}

static void
test_coco_lists_in_any_order (void)
{
  g_autoptr (CvrLabels) labels = labels_read_text (CVR_LABELS_COCO,
                                                   labels_sample (CVR_LABELS_COCO));
  const CvrLabelled *a = labels_picture (labels, 0);
  const CvrLabelled *b = labels_picture (labels, 1);

  g_assert_cmpuint (labels->n_problems, ==, 0);
  g_assert_cmpuint (labels->classes->len, ==, 2);
  g_assert_cmpstr (a->path, ==, "a.png");
  g_assert_cmpint (a->label, ==, -1);
  labels_check_box (labels, a, 0, "cat", 1, 2, 3.5, 4);
  g_assert_cmpstr (labels_name (labels, b->label), ==, "dog");
}

static void
test_coco_of_many_kinds (void)
{
  g_autoptr (CvrLabels) labels = labels_read_text (
    CVR_LABELS_COCO,
    "{\"categories\":[{\"id\":1,\"name\":\"cat\"},{\"id\":2,\"name\":\"dog\"},{\"name\":\"x\"}],"
    "\"images\":[{\"id\":1,\"file_name\":\"in\\\\a.png\"},{\"id\":2,\"file_name\":\"b.png\"},"
    "{\"id\":3,\"file_name\":\"c.png\"},{\"id\":3,\"file_name\":\"d.png\"},{\"id\":4}],"
    "\"annotations\":["
    "{\"image_id\":1.0,\"category_id\":1,\"bbox\":[],\"segmentation\":[[1,2,4,2,4,9],[0,5,1,5]]},"
    "{\"image_id\":1,\"segments_info\":[{\"category_id\":2,\"bbox\":[1,2,3,4]}]},"
    "{\"image_id\":\"2\",\"category_id\":1},{\"image_id\":2,\"category_id\":2,\"bbox\":[0,0,0,0]},"
    "{\"image_id\":3,\"category_id\":2},{\"image_id\":3,\"category_id\":2},"
    "{\"image_id\":3,\"category_id\":1,\"keypoints\":[1,2,2],\"num_keypoints\":1},"
    "{\"image_id\":3,\"caption\":\"a text\"},{\"image_id\":3,\"category_id\":7},"
    "{\"image_id\":3,\"category_id\":1,\"segmentation\":{\"counts\":\"x\",\"size\":[1,1]}},"
    "{\"image_id\":99,\"category_id\":1},"
    "{\"image_id\":3,\"category_id\":1,\"bbox\":[1,2,3]},"
    "{\"image_id\":3,\"category_id\":1,\"bbox\":[1,2,\"3\",4]}]}");
  const CvrLabelled *a = labels_picture (labels, 0);
  const CvrLabelled *b = labels_picture (labels, 1);
  const CvrLabelled *c = labels_picture (labels, 2);

  g_assert_cmpuint (labels->pictures->len, ==, 4);
  g_assert_cmpstr (a->path, ==, "in/a.png");
  labels_check_box (labels, a, 0, "cat", 0, 2, 4, 7);
  labels_check_box (labels, a, 1, "dog", 1, 2, 3, 4);
  g_assert_cmpint (b->label, ==, -1);
  g_assert_cmpuint (b->tags->len, ==, 2);
  g_assert_cmpuint (c->boxes->len, ==, 0);
  g_assert_true (labels_tell (labels, "“x” has no “id”"));
  g_assert_true (labels_tell (labels, "id “4” has no “file_name”"));
  g_assert_true (labels_tell (labels, "d.png: it has no “id” of its own"));
  g_assert_true (labels_tell (labels, "b.png: it has several labels"));
  g_assert_true (labels_tell (labels, "1 annotation has only key points"));
  g_assert_true (labels_tell (labels, "1 annotation is a text"));
  g_assert_true (labels_tell (labels, "1 annotation has only a mask"));
  g_assert_true (labels_tell (labels, "c.png: annotation 9 has a category"));
  g_assert_true (labels_tell (labels, "Annotation 11 is about an image"));
}

static void
test_coco_broken (void)
{
  g_autofree char *none = labels_read_error (CVR_LABELS_COCO, "{\"annotations\":[]}",
                                             CVR_FORMAT_ERROR_INVALID);
  g_autofree char *list = labels_read_error (CVR_LABELS_COCO, "{\"images\":\n7}",
                                             CVR_FORMAT_ERROR_INVALID);
  g_autofree char *name = labels_read_error (
    CVR_LABELS_COCO, "{\"images\":[{\"file_name\":7}]}", CVR_FORMAT_ERROR_INVALID);
  g_autoptr (CvrLabels) only = labels_read_text (
    CVR_LABELS_COCO, "{\"images\":[{\"id\":1,\"file_name\":\"a.png\"}]}");

  g_assert_nonnull (strstr (none, "“images”"));
  g_assert_nonnull (strstr (list, "Line 2"));
  g_assert_nonnull (strstr (list, "“images”, a list"));
  g_assert_nonnull (strstr (name, "text in quotes"));
  g_assert_cmpuint (only->pictures->len, ==, 1);
  g_assert_cmpuint (only->n_problems, ==, 0);
}

/* Colour, key and switch of a class, where they were chosen; numbers that no class can have count
 * as not said. A box may say only where something is. */
static void
test_json_looks_and_boxes_without_class (void)
{
  g_autoptr (CvrLabels) labels = labels_read_text (
    CVR_LABELS_JSON,
    "{\"convisor\":1,\"classes\":[\"cat\",{\"key\":7,\"name\":\"dog\",\"off\":true,\"colour\":3,"
    "\"later\":[1]},{\"name\":\"cow\",\"key\":12,\"colour\":-4,\"off\":false},{\"colour\":1}],"
    "\"images\":[{\"path\":\"a.png\",\"boxes\":[{\"x\":1,\"y\":2,\"width\":3,\"height\":4},"
    "{\"label\":\"\",\"x\":1,\"y\":2,\"width\":3,\"height\":4}]}]}");
  const CvrLabelsLook *looks = (const CvrLabelsLook *) (gpointer) labels->looks->data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;

  g_assert_cmpuint (labels->classes->len, ==, 3);
  g_assert_cmpuint (labels->looks->len, ==, 3);
  g_assert_cmpint (looks[0].colour, ==, -1);
  g_assert_cmpint (looks[1].colour, ==, 3);
  g_assert_cmpuint (looks[1].key, ==, 7);
  g_assert_true (looks[1].off);
  g_assert_cmpint (looks[2].colour, ==, -1);
  g_assert_cmpuint (looks[2].key, ==, 0);
  g_assert_false (looks[2].off);
  for (guint b = 0; b < 2; b++)
    g_assert_cmpuint (g_array_index (labels_picture (labels, 0)->boxes, CvrLabelBox, b).label, ==,
                      CVR_LABELS_NO_CLASS);

  bytes = cvr_labels_write (CVR_LABELS_JSON, labels, &error);
  g_assert_no_error (error);
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_assert_nonnull (strstr (text, "[\"cat\",{\"name\":\"dog\",\"colour\":3,\"key\":7,"
                                  "\"off\":true},\"cow\"]"));
  g_assert_nonnull (strstr (text, "[{\"x\":1,"));
}

static void
test_labelme_shapes (void)
{
  g_autoptr (CvrLabels) labels = labels_read_text (
    CVR_LABELS_LABELME,
    "{\"flags\":{\"dark\":true,\"blurry\":false,\"odd\":true},\"shapes\":["
    "{\"shape_type\":\"rectangle\",\"points\":[[4.5,6],[1,2]],\"label\":\"cat\"},"
    "{\"label\":\"dog\",\"points\":[[5,8],[5,11]],\"shape_type\":\"circle\"},"
    "{\"label\":\"cat\",\"points\":[[1,1],[3,0],[2,9]]},"
    "{\"label\":\"cat\",\"points\":[[1,1],[3,9]],\"shape_type\":\"line\"},"
    "{\"label\":\"cat\",\"points\":[[1,1]],\"shape_type\":\"point\"},"
    "{\"label\":\"cat\",\"points\":[[1,\"a\"],[3,9]]},"
    "{\"label\":\"cat\",\"points\":[]},{\"points\":[[1,1],[2,2]]}],"
    "\"imagePath\":\"..\\\\in\\\\a.png\",\"imageData\":\"QUJD\\/\\\"\",\"imageHeight\":20,"
    "\"imageWidth\":10}");
  const CvrLabelled *picture = labels_picture (labels, 0);

  g_assert_cmpuint (labels->pictures->len, ==, 1);
  g_assert_cmpstr (picture->path, ==, "../in/a.png");
  g_assert_cmpuint (picture->width, ==, 10);
  g_assert_cmpuint (picture->boxes->len, ==, 4);
  labels_check_box (labels, picture, 0, "cat", 1, 2, 3.5, 4);
  labels_check_box (labels, picture, 1, "dog", 2, 5, 6, 6);
  labels_check_box (labels, picture, 2, "cat", 1, 0, 2, 9);
  labels_check_box (labels, picture, 3, "cat", 1, 1, 2, 8);
  g_assert_cmpint (picture->label, ==, -1);
  g_assert_cmpuint (picture->tags->len, ==, 2);
  g_assert_cmpuint (labels->n_problems, ==, 4);
  g_assert_true (labels_tell (labels, "Shape 7 has no label or no points"));
  g_assert_true (labels_tell (labels, "Shape 8 has no label or no points"));
}

static void
test_labelme_flags_sort_pictures (void)
{
  g_autoptr (CvrLabels) sorted = labels_read_text (
    CVR_LABELS_LABELME, "{\"flags\":{\"cat\":true,\"dog\":false},\"shapes\":[]}");
  g_autoptr (CvrLabels) both = labels_read_text (
    CVR_LABELS_LABELME, "{\"flags\":{\"cat\":true,\"dog\":true},\"shapes\":[]}");
  g_autoptr (CvrLabels) one = labels_read_text (CVR_LABELS_LABELME,
                                                "{\"flags\":{\"cat\":true},\"shapes\":[]}");
  g_autofree char *none = labels_read_error (CVR_LABELS_LABELME, "{\"flags\":{}}",
                                             CVR_FORMAT_ERROR_INVALID);

  g_assert_null (labels_picture (sorted, 0)->path);
  g_assert_cmpstr (labels_name (sorted, labels_picture (sorted, 0)->label), ==, "cat");
  g_assert_cmpuint (labels_picture (sorted, 0)->tags->len, ==, 0);
  g_assert_cmpint (labels_picture (both, 0)->label, ==, -1);
  g_assert_cmpuint (labels_picture (both, 0)->tags->len, ==, 2);
  g_assert_cmpuint (labels_picture (one, 0)->tags->len, ==, 1);
  g_assert_nonnull (strstr (none, "“shapes”"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/formats/labels-json/own-file", test_own_file);
  g_test_add_func ("/formats/labels-json/own-file-broken", test_own_file_broken);
  g_test_add_func ("/formats/labels-json/nesting-is-bounded", test_nesting_is_bounded);
  g_test_add_func ("/formats/labels-json/boxes-are-bounded-by-the-picture",
                   test_boxes_are_bounded_by_the_picture);
  g_test_add_func ("/formats/labels-json/coco-lists-in-any-order", test_coco_lists_in_any_order);
  g_test_add_func ("/formats/labels-json/coco-of-many-kinds", test_coco_of_many_kinds);
  g_test_add_func ("/formats/labels-json/coco-broken", test_coco_broken);
  g_test_add_func ("/formats/labels-json/looks-and-boxes-without-class",
                   test_json_looks_and_boxes_without_class);
  g_test_add_func ("/formats/labels-json/labelme-shapes", test_labelme_shapes);
  g_test_add_func ("/formats/labels-json/labelme-flags-sort-pictures",
                   test_labelme_flags_sort_pictures);

  return g_test_run ();
}
