/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables, YOLO's texts and XML as label files; telling the kinds apart; files that stop too
 * early. */
#include "labels-samples.h"

#include <string.h>

static gboolean
sniff (const char    *text,
       CvrLabelsKind *kind)
{
  *kind = CVR_N_LABELS;

  return cvr_labels_sniff ((const guint8 *) text, strlen (text), kind);
}

static void
test_samples_are_told_apart (void)
{
  for (guint k = 0; k < CVR_N_LABELS; k++)
    {
      g_autofree char *marked = g_strconcat ("\xef\xbb\xbf", labels_sample (k), NULL);
      CvrLabelsKind kind;

      g_test_message ("%s", cvr_labels_kind_name (k));
      g_assert_true (sniff (labels_sample (k), &kind));
      g_assert_cmpint (kind, ==, k);
      g_assert_true (sniff (marked, &kind));
      g_assert_cmpint (kind, ==, k);
    }
}

static void
test_other_files_are_none (void)
{
  static const char *const others[] = {
    "",
    "  \n",
    "{}",
    "{\"images\":[]}",
    "{\"shapes\":[]}",
    "{\"label_map\":{\"0\":\"Void\"},\"annotations\":[]}",
    "[{\"image\":\"a.png\",\"label\":\"cat\"}]",
    "<annotation></annotation>",
    "<svg xmlns=\"http://www.w3.org/2000/svg\"><filename/></svg>",
    "<annotations><image name=\"a\"/><size/></annotations>",
    "cat\ndog\n",
    "label_0\nlabel_1\n",
    "data/1.jpg\ndata/2.jpg\n",
    "2007_000001  1\n2007_000002 -1\n",
    "classes = 2\nnames = data/obj.names\n",
    "1 2 3 4 5\n",
    "0 0.5 0.5 0.2\n",
    "0 0.5 0.5 0.2 7.5\n",
    "0.5 0.5 0.5 0.2 0.1\n",
    "name,age,city\nAda,36,London\n",
    "5,0,0,0,0\n3,0,0,0,0\n",
    "A sentence, and another.\nabout a.png, and of a cat.\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      CvrLabelsKind kind;

      g_test_message ("%s", others[i]);
      g_assert_false (sniff (others[i], &kind));
      g_assert_cmpint (kind, ==, CVR_N_LABELS);
    }
}

/* A sanitizer sees a step beyond the copy. What a cut file says is a part of the whole. */
static void
test_truncation_at_every_length (void)
{
  for (guint k = 0; k < CVR_N_LABELS; k++)
    for (gsize n = 0; n < strlen (labels_sample (k)); n++)
      {
        g_autofree guint8 *copy = g_memdup2 (labels_sample (k), n);
        g_autoptr (GError) error = NULL;
        g_autoptr (CvrLabels) labels = cvr_labels_read (k, copy, n, NULL, &error);
        CvrLabelsKind kind;
        gboolean line_kind = k == CVR_LABELS_CSV || k == CVR_LABELS_YOLO;

        g_assert_true ((labels == NULL) == (error != NULL));
        /* Only the end of line behind the last brace may be missing from the others. */
        g_assert_true (labels == NULL || line_kind || n + 1 >= strlen (labels_sample (k)));
        (void) cvr_labels_sniff (copy, n, &kind);
      }
}

static void
test_csv_by_its_words (void)
{
  g_autoptr (CvrLabels) labels = labels_read_text (CVR_LABELS_CSV, labels_sample (CVR_LABELS_CSV));
  const CvrLabelled *a = labels_picture (labels, 0);
  const CvrLabelled *b = labels_picture (labels, 1);

  g_assert_cmpuint (labels->pictures->len, ==, 2);
  g_assert_cmpuint (labels->n_problems, ==, 0);
  g_assert_cmpstr (a->path, ==, "a.png");
  g_assert_cmpstr (labels_name (labels, a->label), ==, "cat");
  g_assert_cmpstr (a->split, ==, "train");
  g_assert_cmpuint (a->tags->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (a->tags, 1), ==, "blurry");
  g_assert_cmpstr (a->note, ==, "a, \"b\"");
  g_assert_true (a->in_pixels);
  labels_check_box (labels, a, 0, "dog", 1, 2, 3.5, 4);
  g_assert_cmpstr (labels_name (labels, b->label), ==, "dog");
  g_assert_cmpstr (b->split, ==, "test");
  g_assert_cmpuint (b->boxes->len, ==, 0);
}

static void
test_csv_in_spanish (void)
{
  g_autoptr (CvrLabels) labels = labels_read_text (
    CVR_LABELS_CSV, "\xef\xbb\xbf"
                    "Ruta;Etiqueta;Partición;Etiquetas extra;Nota;X;Y;Ancho;Alto;Ancho imagen;Alto "
                    "imagen\r\n"
                    "fotos\\á.png;niño;Entrenamiento;borrosa,oscura;\"una; nota\";1,5;2;3,25;4;100;"
                    "1.000,0\r\n"
                    "b.png;gato;validación;;;;;;;;\r\n");
  const CvrLabelled *a = labels_picture (labels, 0);

  g_assert_cmpuint (labels->n_problems, ==, 0);
  g_assert_cmpstr (a->path, ==, "fotos/á.png");
  g_assert_cmpstr (a->split, ==, "train");
  g_assert_cmpstr (a->note, ==, "una; nota");
  g_assert_cmpuint (a->tags->len, ==, 2);
  g_assert_cmpint (a->label, ==, -1);
  g_assert_cmpuint (a->width, ==, 100);
  g_assert_cmpuint (a->height, ==, 1000);
  labels_check_box (labels, a, 0, "niño", 1.5, 2, 3.25, 4);
  g_assert_cmpstr (labels_picture (labels, 1)->split, ==, "valid");
  g_assert_cmpstr (labels_name (labels, labels_picture (labels, 1)->label), ==, "gato");
}

static void
test_csv_as_others_write_it (void)
{
  g_autoptr (CvrLabels) bare = labels_read_text (CVR_LABELS_CSV, "a.png\tcat\nb.png\tdog\n");
  g_autoptr (CvrLabels) split = labels_read_text (CVR_LABELS_CSV, "a.png,cat,test,x;y\n");
  g_autoptr (CvrLabels) excel = labels_read_text (CVR_LABELS_CSV,
                                                  "sep=;\r\npath;label\r\na,b.png;cat\r\n");
  g_autoptr (CvrLabels) corners = labels_read_text (CVR_LABELS_CSV, "a.jpg,1,2,31,42,cat\n");
  g_autoptr (CvrLabels) sized = labels_read_text (
    CVR_LABELS_CSV, "filename,width,height,class,xmin,ymin,xmax,ymax\n"
                    "a.jpg,100,50,cat,-3,2,200,40\n");

  g_assert_cmpuint (bare->pictures->len, ==, 2);
  g_assert_cmpstr (labels_name (bare, labels_picture (bare, 1)->label), ==, "dog");
  g_assert_cmpstr (labels_picture (split, 0)->split, ==, "test");
  g_assert_cmpuint (labels_picture (split, 0)->tags->len, ==, 2);
  g_assert_cmpstr (labels_picture (excel, 0)->path, ==, "a,b.png");
  labels_check_box (corners, labels_picture (corners, 0), 0, "cat", 1, 2, 30, 40);
  g_assert_cmpuint (labels_picture (sized, 0)->width, ==, 100);
  labels_check_box (sized, labels_picture (sized, 0), 0, "cat", 0, 2, 100, 38);
  g_assert_true (labels_tell (sized, "border"));
}

static void
test_csv_tells_what_is_wrong (void)
{
  g_autoptr (CvrLabels) labels = labels_read_text (
    CVR_LABELS_CSV, "path,label,split,x,y,width,height\n"
                    ",cat,train,,,,\n"
                    "a.png,cat,someday,,,,\n"
                    "a.png,dog,,,,,\n"
                    "a.png,dog,,1,2,three,4\n"
                    "a.png,dog,,1,2,-3,4\n"
                    "a.png,dog,,1,2,3,0\n"
                    "a.png,dog,,1,2,1e999,4\n");
  g_autofree char *none = labels_read_error (CVR_LABELS_CSV, "hello\nworld\n",
                                             CVR_FORMAT_ERROR_INVALID);
  g_autofree char *empty = labels_read_error (CVR_LABELS_CSV, "", CVR_FORMAT_ERROR_INVALID);

  g_assert_cmpuint (labels->pictures->len, ==, 1);
  g_assert_cmpuint (labels_picture (labels, 0)->boxes->len, ==, 0);
  g_assert_cmpstr (labels_name (labels, labels_picture (labels, 0)->label), ==, "cat");
  g_assert_cmpuint (labels->n_problems, ==, 7);
  g_assert_true (labels_tell (labels, "Row 2 names no picture"));
  g_assert_true (labels_tell (labels, "row 3: “someday”"));
  g_assert_true (labels_tell (labels, "row 4 gives it the label “dog”"));
  g_assert_true (labels_tell (labels, "row 5 has a box without four numbers"));
  g_assert_nonnull (strstr (none, "“path”"));
  g_assert_cmpstr (none, ==, empty);
}

static void
test_a_hundred_problems_and_a_count (void)
{
  g_autoptr (GString) text = g_string_new ("path,label\n");
  g_autoptr (CvrLabels) labels = NULL;

  for (guint i = 0; i < 250; i++)
    g_string_append (text, ",cat\n");
  labels = labels_read_text (CVR_LABELS_CSV, text->str);
  g_assert_cmpuint (labels->problems->len, ==, 100);
  g_assert_cmpuint (labels->n_problems, ==, 250);
}

static void
test_csv_keeps_the_size_that_cut_a_box (void)
{
  g_autoptr (CvrLabels) labels = labels_read_text (
    CVR_LABELS_CSV, "path,label,x,y,width,height,image_width,image_height\n"
                    "a.png,cat,90,2,30,4,100,100\na.png,cat,1,2,3,4,10,10\n");

  g_assert_cmpuint (labels_picture (labels, 0)->width, ==, 100);
  labels_check_box (labels, labels_picture (labels, 0), 0, "cat", 90, 2, 10, 4);
  labels_check_box (labels, labels_picture (labels, 0), 1, "cat", 1, 2, 3, 4);
}

static void
test_tags_are_bounded (void)
{
  g_autoptr (GString) text = g_string_new ("path,tags\na.png,\"");
  g_autoptr (CvrLabels) labels = NULL;

  for (guint i = 0; i < 1002; i++)
    g_string_append_printf (text, "%u|%u|", i, i);
  g_string_append (text, "\"\n");
  labels = labels_read_text (CVR_LABELS_CSV, text->str);
  g_assert_cmpuint (labels_picture (labels, 0)->tags->len, ==, 1000);
  g_assert_true (labels_tell (labels, "more than 1000 tags"));
}

static void
test_yolo_boxes_and_outlines (void)
{
  static const char *const names[] = { "cat", "dog", NULL };
  const char *text = "0 0.5 0.5 0.25 0.5\r\n"
                     "1 0.1 0.1 0.2 0.2 0.87\n\n"
                     "1 0.1 0.3 0.4 0.1 0.4 0.5\n"
                     "7 0.9 0.9 0.4 0.2\n"
                     "0 0.5 0.5 0 0.2\n"
                     "cat 0.5 0.5 0.1 0.2\n"
                     "0 0.5 0.5\n"
                     "1.5 0.5 0.5 0.1 0.1\n"
                     "0 nan 0.5 0.1 0.1\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrLabels) labels = cvr_labels_read (CVR_LABELS_YOLO, (const guint8 *) text,
                                                  strlen (text), names, &error);
  const CvrLabelled *picture;

  g_assert_no_error (error);
  picture = labels_picture (labels, 0);
  g_assert_null (picture->path);
  g_assert_false (picture->in_pixels);
  g_assert_cmpuint (picture->boxes->len, ==, 4);
  labels_check_box (labels, picture, 0, "cat", 0.375, 0.25, 0.25, 0.5);
  labels_check_box (labels, picture, 1, "dog", 0, 0, 0.2, 0.2);
  labels_check_box (labels, picture, 2, "dog", 0.1, 0.1, 0.3, 0.4);
  labels_check_box (labels, picture, 3, "7", 0.7, 0.8, 0.3, 0.2);
  g_assert_cmpuint (labels->n_problems, ==, 6);
  g_assert_true (labels_tell (labels, "border"));
  g_assert_true (labels_tell (labels, "no area"));
  for (guint line = 7; line <= 10; line++)
    {
      g_autofree char *words = g_strdup_printf ("Line %u isn't", line);

      g_assert_true (labels_tell (labels, words));
    }
}

static void
test_yolo_empty_is_a_picture_without_boxes (void)
{
  g_autoptr (CvrLabels) labels = labels_read_text (CVR_LABELS_YOLO, "\n");
  g_autofree char *prose = labels_read_error (CVR_LABELS_YOLO, "This file exists to test\n",
                                              CVR_FORMAT_ERROR_INVALID);

  g_assert_cmpuint (labels->pictures->len, ==, 1);
  g_assert_cmpuint (labels->n_problems, ==, 0);
  g_assert_nonnull (strstr (prose, "YOLO"));
}

static void
test_yolo_names (void)
{
  static const struct
  {
    const char *text;
    const char *names; /* with bars between */
  } cases[] = {
    { "cat\ndog\n", "cat|dog" },
    { "\xef\xbb\xbf" "cat\r\n\r\nniño\r\n", "cat|1|niño" },
    { "train: ../train # x\nnc: 2\nnames: ['cat', \"dog\"]\n", "cat|dog" },
    { "names: [cat, # first\n  dog,\n ]\n", "cat|dog" },
    { "names:\n  - cat\n  - 'it''s'\nnc: 2\n", "cat|it's" },
    { "names:\n- cat\n- dog # the other\nnc: 2\n", "cat|dog" },
    { "nc: 3\nnames:\n  0: cat\n  2: \"ni\\xF1o \\\"x\\\" \\u00e1\"\nroboflow:\n  x: 1\n",
      "cat|1|niño \"x\" á" },
    { "names: {0: cat, 1: 'd, g'}\n", "cat|d, g" },
  };
  static const char *const broken[] = {
    "", "\n\n", "names:\n", "names: [cat, dog", "names: {cat: 0}", "names: 'cat'\n",
    "train: x\nnc: 2\n", "classes = 2\nnames = obj.names\n", "names:\n  123456: cat\n", "\xff\xfe",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) names = cvr_labels_read_names ((const guint8 *) cases[i].text,
                                                    strlen (cases[i].text), &error);
      g_autofree char *joined = NULL;

      g_assert_no_error (error);
      joined = g_strjoinv ("|", names);
      g_assert_cmpstr (joined, ==, cases[i].names);
    }
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("broken list %u", i);
      g_assert_null (cvr_labels_read_names ((const guint8 *) broken[i], strlen (broken[i]),
                                            &error));
      g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID);
    }
}

static void
test_voc_boxes (void)
{
  g_autoptr (CvrLabels) labels = labels_read_text (
    CVR_LABELS_VOC,
    "<!DOCTYPE annotation><!-- x --><annotation verified=\"yes\"><filename> a &amp; b.png\n"
    "</filename><path>C:\\x</path><size><width>100</width><height>50</height></size>"
    "<object><name>cat</name><difficult>1</difficult><bndbox><xmin>1,5</xmin><ymin>2</ymin>"
    "<xmax>4</xmax><ymax>6</ymax></bndbox><part><name>head</name><bndbox><xmin>9</xmin>"
    "<ymin>9</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></part></object>"
    "<object><name>cat</name><bndbox><xmin>90</xmin><ymin>40</ymin><xmax>110</xmax>"
    "<ymax>60</ymax></bndbox></object>"
    "<object><name>dog</name></object>"
    "<object><name>dog</name><bndbox><xmin>x</xmin><ymin>2</ymin><xmax>4</xmax><ymax>6</ymax>"
    "</bndbox></object>"
    "<object><name>dog</name><bndbox><xmin>5</xmin><ymin>2</ymin><xmax>4</xmax><ymax>6</ymax>"
    "</bndbox></object></annotation>");
  const CvrLabelled *picture = labels_picture (labels, 0);

  g_assert_cmpstr (picture->path, ==, "a & b.png");
  g_assert_cmpuint (picture->width, ==, 100);
  g_assert_cmpuint (picture->boxes->len, ==, 2);
  labels_check_box (labels, picture, 0, "cat", 1.5, 2, 2.5, 4);
  labels_check_box (labels, picture, 1, "cat", 90, 40, 10, 10);
  g_assert_cmpuint (labels->n_problems, ==, 5);
  g_assert_true (labels_tell (labels, "Object 3 has no name or no whole box"));
  g_assert_true (labels_tell (labels, "Object 4: “x” is no number"));
  g_assert_true (labels_tell (labels, "no area"));
}

static void
test_voc_old_labelme_outlines (void)
{
  g_autoptr (CvrLabels) labels = labels_read_text (
    CVR_LABELS_VOC,
    "<annotation><filename>\na.jpg\n</filename><object><name>\ncat\n</name><deleted>0</deleted>"
    "<polygon><pt><x>1</x><y>9</y></pt><pt><x>4</x><y>2</y></pt></polygon></object><object>"
    "<name>gone</name><deleted>1</deleted><polygon><pt><x>1</x><y>9</y></pt></polygon></object>"
    "<object><name>m</name><segm><box><xmin>5</xmin><ymin>6</ymin><xmax>7</xmax><ymax>9</ymax>"
    "</box></segm></object><imagesize><nrows>20</nrows><ncols>10</ncols></imagesize>"
    "</annotation>");
  const CvrLabelled *picture = labels_picture (labels, 0);

  g_assert_cmpuint (labels->n_problems, ==, 0);
  g_assert_cmpstr (picture->path, ==, "a.jpg");
  g_assert_cmpuint (picture->width, ==, 10);
  g_assert_cmpuint (picture->height, ==, 20);
  labels_check_box (labels, picture, 0, "cat", 1, 2, 3, 7);
  labels_check_box (labels, picture, 1, "m", 5, 6, 2, 3);
}

static void
test_voc_encodings_and_limits (void)
{
  g_autoptr (CvrLabels) latin = labels_read_text (
    CVR_LABELS_VOC, "<?xml version=\"1.0\" encoding='ISO-8859-1'?><annotation><filename>ni\xf1o.png"
                    "</filename></annotation>");
  g_autofree char *encoding = labels_read_error (CVR_LABELS_VOC, "<annotation>\xf1</annotation>",
                                                 CVR_FORMAT_ERROR_UNSUPPORTED);
  g_autofree char *entity = labels_read_error (CVR_LABELS_VOC,
                                               "<annotation>&mine;</annotation>",
                                               CVR_FORMAT_ERROR_INVALID);
  g_autofree char *root = labels_read_error (CVR_LABELS_VOC, "<svg></svg>",
                                             CVR_FORMAT_ERROR_INVALID);
  g_autoptr (GString) deep = g_string_new (NULL);
  g_autofree char *nested = NULL;

  for (guint i = 0; i < 200; i++)
    g_string_append (deep, "<annotation>");
  nested = labels_read_error (CVR_LABELS_VOC, deep->str, CVR_FORMAT_ERROR_TOO_LARGE);
  g_assert_cmpstr (labels_picture (latin, 0)->path, ==, "niño.png");
  g_assert_nonnull (strstr (encoding, "UTF-8"));
  g_assert_nonnull (strstr (entity, "mine"));
  g_assert_nonnull (strstr (root, "<annotation>"));
  g_assert_nonnull (strstr (nested, "100"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/formats/labels/samples-are-told-apart", test_samples_are_told_apart);
  g_test_add_func ("/formats/labels/other-files-are-none", test_other_files_are_none);
  g_test_add_func ("/formats/labels/truncation-at-every-length", test_truncation_at_every_length);
  g_test_add_func ("/formats/labels/csv-by-its-words", test_csv_by_its_words);
  g_test_add_func ("/formats/labels/csv-in-spanish", test_csv_in_spanish);
  g_test_add_func ("/formats/labels/csv-as-others-write-it", test_csv_as_others_write_it);
  g_test_add_func ("/formats/labels/csv-tells-what-is-wrong", test_csv_tells_what_is_wrong);
  g_test_add_func ("/formats/labels/a-hundred-problems-and-a-count",
                   test_a_hundred_problems_and_a_count);
  g_test_add_func ("/formats/labels/csv-keeps-the-size-that-cut-a-box",
                   test_csv_keeps_the_size_that_cut_a_box);
  g_test_add_func ("/formats/labels/tags-are-bounded", test_tags_are_bounded);
  g_test_add_func ("/formats/labels/yolo-boxes-and-outlines", test_yolo_boxes_and_outlines);
  g_test_add_func ("/formats/labels/yolo-empty-is-a-picture-without-boxes",
                   test_yolo_empty_is_a_picture_without_boxes);
  g_test_add_func ("/formats/labels/yolo-names", test_yolo_names);
  g_test_add_func ("/formats/labels/voc-boxes", test_voc_boxes);
  g_test_add_func ("/formats/labels/voc-old-labelme-outlines", test_voc_old_labelme_outlines);
  g_test_add_func ("/formats/labels/voc-encodings-and-limits", test_voc_encodings_and_limits);

  return g_test_run ();
}
