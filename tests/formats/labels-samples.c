/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One label file of each kind, written by hand, and short ways to ask what was read. */
#include "labels-samples.h"

#include <math.h>
#include <string.h>

CvrLabels *
labels_read_text (CvrLabelsKind kind,
                  const char   *text)
{
  g_autoptr (GError) error = NULL;
  CvrLabels *labels = cvr_labels_read (kind, (const guint8 *) text, strlen (text), NULL, &error);

  g_assert_no_error (error);

  return labels;
}

/* The sentence with which a text is refused. */
char *
labels_read_error (CvrLabelsKind kind,
                   const char   *text,
                   gint          code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (cvr_labels_read (kind, (const guint8 *) text, strlen (text), NULL, &error));
  g_assert_error (error, CVR_FORMAT_ERROR, code);

  return g_strdup (error->message);
}

const CvrLabelled *
labels_picture (const CvrLabels *labels,
                guint            index)
{
  g_assert_cmpuint (index, <, labels->pictures->len);

  return g_ptr_array_index (labels->pictures, index);
}

/* NULL for −1. */
const char *
labels_name (const CvrLabels *labels,
             gint             label)
{
  if (label < 0)
    return NULL;
  g_assert_cmpint (label, <, (gint) labels->classes->len);

  return g_ptr_array_index (labels->classes, label);
}

/* Within 1e-9: a corner that is added and subtracted again loses a bit or two. */
void
labels_check_box (const CvrLabels   *labels,
                  const CvrLabelled *picture,
                  guint              box,
                  const char        *name,
                  double             x,
                  double             y,
                  double             width,
                  double             height)
{
  const CvrLabelBox *found;

  g_assert_cmpuint (box, <, picture->boxes->len);
  found = &g_array_index (picture->boxes, CvrLabelBox, box);
  g_assert_cmpstr (labels_name (labels, (gint) found->label), ==, name);
  g_assert_cmpfloat_with_epsilon (found->x, x, 1e-9);
  g_assert_cmpfloat_with_epsilon (found->y, y, 1e-9);
  g_assert_cmpfloat_with_epsilon (found->width, width, 1e-9);
  g_assert_cmpfloat_with_epsilon (found->height, height, 1e-9);
}

/* Whether a problem has these words. */
gboolean
labels_tell (const CvrLabels *labels,
             const char      *words)
{
  for (guint p = 0; p < labels->problems->len; p++)
    if (strstr (g_ptr_array_index (labels->problems, p), words) != NULL)
      return TRUE;

  return FALSE;
}

/* A file that is right in all it says: two pictures at most, with boxes. */
const char *
labels_sample (CvrLabelsKind kind)
{
  static const char *const samples[CVR_N_LABELS] = {
    [CVR_LABELS_CSV] = "path,label,split,tags,note,x,y,width,height\n"
                       "a.png,cat,train,dark|blurry,\"a, \"\"b\"\"\",,,,\n"
                       "a.png,dog,train,,,1,2,3.5,4\n"
                       "b.png,dog,test,,,,,,\n",
    [CVR_LABELS_JSON] =
      "{\"convisor\":1,\"classes\":[\"cat\",\"dog\"],\"images\":[{\"path\":\"a.png\",\"width\":10,"
      "\"height\":20,\"label\":\"cat\",\"split\":\"train\",\"note\":\"\\u00e1\\n\\ud83d\\ude00\","
      "\"tags\":[\"dark\"],\"unit\":\"pixel\",\"boxes\":[{\"label\":\"dog\",\"x\":1.5,\"y\":2,"
      "\"width\":3e0,\"height\":4}]},{\"path\":\"b.png\"}]}",
    [CVR_LABELS_COCO] =
      "{\"info\":{},\"images\":[{\"id\":5,\"file_name\":\"a.png\",\"width\":10,\"height\":20},"
      "{\"id\":\"x\",\"file_name\":\"b.png\"}],\"annotations\":[{\"id\":1,\"image_id\":5,"
      "\"category_id\":90,\"bbox\":[1,2,3.5,4],\"iscrowd\":0},{\"id\":2,\"image_id\":\"x\","
      "\"category_id\":\"k\"}],\"categories\":[{\"id\":90,\"name\":\"cat\"},"
      "{\"id\":\"k\",\"name\":\"dog\"}]}",
    [CVR_LABELS_LABELME] =
      "{\"version\":\"4.0.0\",\"flags\":{\"dark\":true,\"blurry\":false},\"shapes\":[{\"label\":"
      "\"cat\",\"points\":[[4.5,6],[1,2]],\"shape_type\":\"rectangle\",\"flags\":{}}],"
      "\"imagePath\":\"a.png\",\"imageData\":\"QUJD\",\"imageHeight\":20,\"imageWidth\":10}",
    [CVR_LABELS_YOLO] = "0 0.5 0.5 0.25 0.5\n1 0.2 0.2 0.1 0.2\n",
    [CVR_LABELS_VOC] =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<annotation><filename>a.png</filename><size>"
      "<width>10</width><height>20</height><depth>3</depth></size><object><name>cat</name><bndbox>"
      "<xmin>1</xmin><ymin>2</ymin><xmax>4.5</xmax><ymax>6</ymax></bndbox></object></annotation>\n",
  };

  return samples[kind];
}
