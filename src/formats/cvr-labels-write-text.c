/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes label files that aren't JSON: tables, YOLO's texts and Pascal VOC's XML. */
#include "cvr-labels-private.h"

#include <string.h>

/* --- Tables --- */

/* A field, in quotes where it has to be. */
static void
put_field (GString    *text,
           const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value != NULL ? value : "", -1);

  if (valid[0] != '\0' && strpbrk (valid, ",;\t\"\r\n") == NULL)
    {
      g_string_append (text, valid);
      return;
    }
  if (valid[0] == '\0')
    return;

  g_string_append_c (text, '"');
  for (const char *c = valid; *c != '\0'; c++)
    {
      if (*c == '"')
        g_string_append_c (text, '"');
      g_string_append_c (text, *c);
    }
  g_string_append_c (text, '"');
}

/* Tags between bars; a backslash stands before what would divide one. */
static void
put_tags (GString         *text,
          const GPtrArray *tags)
{
  g_autoptr (GString) joined = g_string_new (NULL);

  for (guint t = 0; t < tags->len; t++)
    {
      if (t > 0)
        g_string_append_c (joined, '|');
      for (const char *c = g_ptr_array_index (tags, t); *c != '\0'; c++)
        {
          if (strchr ("|;,\\", *c) != NULL)
            g_string_append_c (joined, '\\');
          g_string_append_c (joined, *c);
        }
    }
  put_field (text, joined->str);
}

/* One row. @box: NULL for what is said of the picture as a whole. @first: with tags and note. */
static void
put_row (GString           *text,
         const CvrLabels   *labels,
         const CvrLabelled *picture,
         const CvrLabelBox *box,
         gboolean           first,
         gboolean           boxes)
{
  put_field (text, picture->path);
  g_string_append_c (text, ',');
  if (box != NULL)
    put_field (text, cvr_labels_name (labels, box->label));
  else if (picture->label >= 0)
    put_field (text, cvr_labels_name (labels, (guint) picture->label));
  g_string_append_c (text, ',');
  put_field (text, picture->split);
  g_string_append_c (text, ',');
  if (first)
    put_tags (text, picture->tags);
  g_string_append_c (text, ',');
  if (first)
    put_field (text, picture->note);
  if (boxes)
    {
      const double sides[] = { box != NULL ? box->x : 0, box != NULL ? box->y : 0,
                               box != NULL ? box->width : 0, box != NULL ? box->height : 0 };

      for (guint side = 0; side < G_N_ELEMENTS (sides); side++)
        {
          g_string_append_c (text, ',');
          if (box != NULL)
            cvr_labels_put_double (text, sides[side]);
        }
      if (picture->width > 0 && picture->height > 0)
        g_string_append_printf (text, ",%u,%u", picture->width, picture->height);
      else
        g_string_append (text, ",,");
    }
  g_string_append_c (text, '\n');
}

/* A row for each picture's label and one for each of its boxes. */
void
cvr_labels_put_csv (GString         *text,
                    const CvrLabels *labels)
{
  gboolean boxes = FALSE;

  for (guint i = 0; i < labels->pictures->len; i++)
    boxes |= ((CvrLabelled *) g_ptr_array_index (labels->pictures, i))->boxes->len > 0;

  g_string_append (text, "path,label,split,tags,note");
  g_string_append (text, boxes ? ",x,y,width,height,image_width,image_height\n" : "\n");
  for (guint i = 0; i < labels->pictures->len; i++)
    {
      const CvrLabelled *picture = g_ptr_array_index (labels->pictures, i);
      gboolean whole = picture->label >= 0 || picture->boxes->len == 0;

      if (whole)
        put_row (text, labels, picture, NULL, TRUE, boxes);
      for (guint b = 0; b < picture->boxes->len; b++)
        {
          const CvrLabelBox box = cvr_labels_pixels (picture, b);

          put_row (text, labels, picture, &box, b == 0 && !whole, TRUE);
        }
    }
}

/* --- YOLO --- */

void
cvr_labels_put_yolo (GString           *text,
                     const CvrLabelled *picture)
{
  double across = picture->in_pixels ? (double) picture->width : 1.0;
  double down = picture->in_pixels ? (double) picture->height : 1.0;

  for (guint b = 0; b < picture->boxes->len; b++)
    {
      const CvrLabelBox *box = &g_array_index (picture->boxes, CvrLabelBox, b);
      const double numbers[] = { (box->x + box->width / 2) / across,
                                 (box->y + box->height / 2) / down, box->width / across,
                                 box->height / down };

      if (box->label == CVR_LABELS_NO_CLASS)
        continue;
      g_string_append_printf (text, "%u", box->label);
      for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
        {
          g_string_append_c (text, ' ');
          cvr_labels_put_double (text, numbers[i]);
        }
      g_string_append_c (text, '\n');
    }
}

/* --- Pascal VOC --- */

/* Nothing for no text. */
static void
put_element (GString    *text,
             const char *indent,
             const char *name,
             const char *value)
{
  g_autofree char *valid = value != NULL ? g_utf8_make_valid (value, -1) : NULL;
  g_autofree char *escaped = valid != NULL ? g_markup_escape_text (valid, -1) : NULL;

  if (escaped != NULL)
    g_string_append_printf (text, "%s<%s>%s</%s>\n", indent, name, escaped, name);
}

static void
put_side (GString    *text,
          const char *name,
          double      value)
{
  g_string_append_printf (text, "      <%s>", name);
  cvr_labels_put_double (text, value);
  g_string_append_printf (text, "</%s>\n", name);
}

static void
put_object (GString           *text,
            const CvrLabels   *labels,
            const CvrLabelBox *box)
{
  g_string_append (text, "  <object>\n");
  put_element (text, "    ", "name", cvr_labels_name (labels, box->label));
  g_string_append (text, "    <pose>Unspecified</pose>\n    <truncated>0</truncated>\n"
                         "    <difficult>0</difficult>\n    <bndbox>\n");
  put_side (text, "xmin", box->x);
  put_side (text, "ymin", box->y);
  put_side (text, "xmax", box->x + box->width);
  put_side (text, "ymax", box->y + box->height);
  g_string_append (text, "    </bndbox>\n  </object>\n");
}

/* The label, split, tags and note stand in elements of their own; other programs pass over them. */
void
cvr_labels_put_voc (GString           *text,
                    const CvrLabels   *labels,
                    const CvrLabelled *picture)
{
  g_string_append (text, "<annotation>\n  <folder></folder>\n");
  put_element (text, "  ", "filename", picture->path);
  g_string_append_printf (text,
                          "  <size>\n    <width>%u</width>\n    <height>%u</height>\n"
                          "    <depth>3</depth>\n  </size>\n  <segmented>0</segmented>\n",
                          picture->width, picture->height);
  if (picture->label >= 0)
    put_element (text, "  ", "label", cvr_labels_name (labels, (guint) picture->label));
  put_element (text, "  ", "split", picture->split);
  for (guint t = 0; t < picture->tags->len; t++)
    put_element (text, "  ", "tag", g_ptr_array_index (picture->tags, t));
  put_element (text, "  ", "note", picture->note);
  for (guint b = 0; b < picture->boxes->len; b++)
    {
      const CvrLabelBox box = cvr_labels_pixels (picture, b);

      put_object (text, labels, &box);
    }
  g_string_append (text, "</annotation>\n");
}
