/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes label files: what can be written, and the three kinds of JSON. Numbers come back with the
 * same bits. */
#include "cvr-labels-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The shortest decimal that reads back as the same double. */
void
cvr_labels_put_double (GString *text,
                       double   value)
{
  static const char *const formats[] = { "%.6g", "%.15g", "%.16g", "%.17g" };
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_ascii_formatd (digits, sizeof digits, formats[i], value);
      if (g_ascii_strtod (digits, NULL) == value)
        break;
    }
  g_string_append (text, digits);
}

/* A comma where something stands before, and the member's name. */
static void
put_key (GString    *text,
         const char *key)
{
  if (strchr ("{[", text->str[text->len - 1]) == NULL)
    g_string_append_c (text, ',');
  if (key != NULL)
    g_string_append_printf (text, "\"%s\":", key);
}

/* @value: what isn't UTF-8 in it, such as an old file name, is replaced. */
static void
put_string (GString    *text,
            const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);

  g_string_append_c (text, '"');
  for (const guchar *c = (const guchar *) valid; *c != '\0'; c++)
    if (*c == '"' || *c == '\\')
      g_string_append_printf (text, "\\%c", *c);
    else if (*c < 0x20 || *c == 0x7f)
      g_string_append_printf (text, "\\u%04x", *c);
    else
      g_string_append_c (text, (char) *c);
  g_string_append_c (text, '"');
}

/* Nothing for no text. */
static void
put_text (GString    *text,
          const char *key,
          const char *value)
{
  if (value == NULL)
    return;

  put_key (text, key);
  put_string (text, value);
}

static void
put_number (GString    *text,
            const char *key,
            double      value)
{
  put_key (text, key);
  cvr_labels_put_double (text, value);
}

/* Nothing for an empty list. */
static void
put_tags (GString         *text,
          const GPtrArray *tags)
{
  if (tags->len == 0)
    return;

  put_key (text, "tags");
  g_string_append_c (text, '[');
  for (guint t = 0; t < tags->len; t++)
    put_text (text, NULL, g_ptr_array_index (tags, t));
  g_string_append_c (text, ']');
}

static void
put_sides (GString           *text,
           const CvrLabelled *picture,
           const char        *width,
           const char        *height)
{
  if (picture->width == 0 || picture->height == 0)
    return;

  put_number (text, width, (double) picture->width);
  put_number (text, height, (double) picture->height);
}

static const char *
label_of (const CvrLabels   *labels,
          const CvrLabelled *picture)
{
  return picture->label >= 0 ? cvr_labels_name (labels, (guint) picture->label) : NULL;
}

/* --- Convisor's own --- */

static void
put_json_boxes (GString           *text,
                const CvrLabels   *labels,
                const CvrLabelled *picture)
{
  if (picture->boxes->len == 0)
    return;

  put_text (text, "unit", picture->in_pixels ? "pixel" : "fraction");
  put_key (text, "boxes");
  g_string_append_c (text, '[');
  for (guint b = 0; b < picture->boxes->len; b++)
    {
      const CvrLabelBox *box = &g_array_index (picture->boxes, CvrLabelBox, b);

      put_key (text, NULL);
      g_string_append_c (text, '{');
      if (box->label != CVR_LABELS_NO_CLASS)
        put_text (text, "label", cvr_labels_name (labels, box->label));
      put_number (text, "x", box->x);
      put_number (text, "y", box->y);
      put_number (text, "width", box->width);
      put_number (text, "height", box->height);
      g_string_append_c (text, '}');
    }
  g_string_append_c (text, ']');
}

/* Its name; with braces where more than that was chosen. */
static void
put_class (GString         *text,
           const CvrLabels *labels,
           guint            k)
{
  const CvrLabelsLook *look = &g_array_index (labels->looks, CvrLabelsLook, k);
  const char *name = g_ptr_array_index (labels->classes, k);

  if (look->colour < 0 && look->key == 0 && !look->off)
    {
      put_text (text, NULL, name);
      return;
    }

  put_key (text, NULL);
  g_string_append_c (text, '{');
  put_text (text, "name", name);
  if (look->colour >= 0)
    put_number (text, "colour", look->colour);
  if (look->key > 0)
    put_number (text, "key", look->key);
  if (look->off)
    {
      put_key (text, "off");
      g_string_append (text, "true");
    }
  g_string_append_c (text, '}');
}

void
cvr_labels_put_json (GString         *text,
                     const CvrLabels *labels)
{
  g_string_append (text, "{\"convisor\":1,\"classes\":[");
  for (guint k = 0; k < labels->classes->len; k++)
    put_class (text, labels, k);
  g_string_append (text, "],\n\"images\":[");
  for (guint i = 0; i < labels->pictures->len; i++)
    {
      const CvrLabelled *picture = g_ptr_array_index (labels->pictures, i);

      put_key (text, NULL);
      g_string_append (text, "\n{");
      put_text (text, "path", picture->path);
      put_sides (text, picture, "width", "height");
      put_text (text, "label", label_of (labels, picture));
      put_text (text, "split", picture->split);
      put_text (text, "note", picture->note);
      put_tags (text, picture->tags);
      put_json_boxes (text, labels, picture);
      g_string_append_c (text, '}');
    }
  g_string_append (text, "]}\n");
}

/* --- COCO --- */

static void
put_coco_image (GString           *text,
                const CvrLabelled *picture,
                guint              id)
{
  put_key (text, NULL);
  g_string_append (text, "\n{");
  put_number (text, "id", id);
  put_text (text, "file_name", picture->path);
  put_sides (text, picture, "width", "height");
  put_text (text, "split", picture->split);
  put_text (text, "note", picture->note);
  put_tags (text, picture->tags);
  g_string_append_c (text, '}');
}

/* What an annotation begins with; a label as a whole has no box. */
static void
begin_coco_note (GString *text,
                 guint   *n_notes,
                 guint    image,
                 guint    label)
{
  put_key (text, NULL);
  g_string_append (text, "\n{");
  put_number (text, "id", ++*n_notes);
  put_number (text, "image_id", image);
  put_number (text, "category_id", label + 1);
}

static void
put_coco_notes (GString           *text,
                const CvrLabelled *picture,
                guint              image,
                guint             *n_notes)
{
  if (picture->label >= 0)
    {
      begin_coco_note (text, n_notes, image, (guint) picture->label);
      g_string_append_c (text, '}');
    }
  for (guint b = 0; b < picture->boxes->len; b++)
    {
      const CvrLabelBox box = cvr_labels_pixels (picture, b);

      if (box.label == CVR_LABELS_NO_CLASS)
        continue;
      begin_coco_note (text, n_notes, image, box.label);
      put_key (text, "bbox");
      g_string_append_c (text, '[');
      put_number (text, NULL, box.x);
      put_number (text, NULL, box.y);
      put_number (text, NULL, box.width);
      put_number (text, NULL, box.height);
      g_string_append_c (text, ']');
      put_number (text, "area", box.width * box.height);
      g_string_append (text, ",\"segmentation\":[],\"iscrowd\":0}");
    }
}

void
cvr_labels_put_coco (GString         *text,
                     const CvrLabels *labels)
{
  guint n_notes = 0;

  g_string_append (text, "{\"info\":{\"description\":\"Convisor\"},\"licenses\":[],"
                         "\"categories\":[");
  for (guint k = 0; k < labels->classes->len; k++)
    {
      put_key (text, NULL);
      g_string_append (text, "\n{");
      put_number (text, "id", k + 1);
      put_text (text, "name", g_ptr_array_index (labels->classes, k));
      put_text (text, "supercategory", "");
      g_string_append_c (text, '}');
    }
  g_string_append (text, "],\n\"images\":[");
  for (guint i = 0; i < labels->pictures->len; i++)
    put_coco_image (text, g_ptr_array_index (labels->pictures, i), i + 1);
  g_string_append (text, "],\n\"annotations\":[");
  for (guint i = 0; i < labels->pictures->len; i++)
    put_coco_notes (text, g_ptr_array_index (labels->pictures, i), i + 1, &n_notes);
  g_string_append (text, "]}\n");
}

/* --- LabelMe --- */

/* Tags are true flags. A picture that has nothing but a label is sorted by flags, one per class,
 * as LabelMe does it. */
static void
put_flags (GString           *text,
           const CvrLabels   *labels,
           const CvrLabelled *picture)
{
  gboolean sorted = picture->tags->len == 0 && picture->boxes->len == 0 && picture->label >= 0 &&
                    labels->classes->len > 1;
  const GPtrArray *names = sorted ? labels->classes : picture->tags;

  put_key (text, "flags");
  g_string_append_c (text, '{');
  for (guint f = 0; f < names->len; f++)
    {
      put_key (text, NULL);
      put_string (text, g_ptr_array_index (names, f));
      g_string_append (text, !sorted || (guint) picture->label == f ? ":true" : ":false");
    }
  g_string_append_c (text, '}');
}

void
cvr_labels_put_labelme (GString           *text,
                        const CvrLabels   *labels,
                        const CvrLabelled *picture)
{
  g_string_append (text, "{\"version\":\"5.0.1\"");
  put_flags (text, labels, picture);
  g_string_append (text, ",\"shapes\":[");
  for (guint b = 0; b < picture->boxes->len; b++)
    {
      const CvrLabelBox box = cvr_labels_pixels (picture, b);

      put_key (text, NULL);
      g_string_append (text, "\n{");
      put_text (text, "label", cvr_labels_name (labels, box.label));
      g_string_append (text, ",\"points\":[[");
      put_number (text, NULL, box.x);
      put_number (text, NULL, box.y);
      g_string_append (text, "],[");
      put_number (text, NULL, box.x + box.width);
      put_number (text, NULL, box.y + box.height);
      g_string_append (text, "]],\"group_id\":null,\"shape_type\":\"rectangle\",\"flags\":{}}");
    }
  g_string_append_c (text, ']');
  put_text (text, "imagePath", picture->path != NULL ? picture->path : "");
  g_string_append (text, ",\"imageData\":null");
  put_sides (text, picture, "imageWidth", "imageHeight");
  put_text (text, "label", label_of (labels, picture));
  put_text (text, "split", picture->split);
  put_text (text, "note", picture->note);
  g_string_append (text, "}\n");
}

/* --- What can be written --- */

static gboolean
check_picture (CvrLabelsKind      kind,
               const CvrLabelled *picture,
               GError           **error)
{
  gboolean sized = picture->width > 0 && picture->height > 0;
  gboolean boxed = picture->boxes->len > 0;
  gboolean wanted = kind == CVR_LABELS_VOC || kind == CVR_LABELS_LABELME ||
                    (kind == CVR_LABELS_YOLO && boxed && picture->in_pixels) ||
                    (kind != CVR_LABELS_YOLO && kind != CVR_LABELS_JSON && boxed &&
                     !picture->in_pixels);

  if ((kind == CVR_LABELS_CSV || kind == CVR_LABELS_COCO) && picture->path == NULL)
    {
      g_set_error_literal (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
                           _("A picture without a file name can't be listed in a label file."));
      return FALSE;
    }
  if (wanted && !sized)
    {
      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
                   _("The labels of “%s” can't be written: its width and height aren't known."),
                   picture->path != NULL ? picture->path : "");
      return FALSE;
    }

  return TRUE;
}

/**
 * cvr_labels_write:
 * @kind: %CVR_LABELS_CSV, %CVR_LABELS_JSON or %CVR_LABELS_COCO
 *
 * Writes a whole set as one file; fractions become pixels where the kind has only those. COCO has
 * no boxes without a class: they are left out. Any thread. Errors: %CVR_FORMAT_ERROR_UNSUPPORTED for a
 * picture without what the kind needs.
 *
 * Returns: (transfer full): the file's bytes.
 */
GBytes *
cvr_labels_write (CvrLabelsKind    kind,
                  const CvrLabels *labels,
                  GError         **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (kind == CVR_LABELS_CSV || kind == CVR_LABELS_JSON ||
                        kind == CVR_LABELS_COCO, NULL);

  for (guint i = 0; i < labels->pictures->len; i++)
    if (!check_picture (kind, g_ptr_array_index (labels->pictures, i), error))
      return NULL;

  if (kind == CVR_LABELS_CSV)
    cvr_labels_put_csv (text, labels);
  else if (kind == CVR_LABELS_JSON)
    cvr_labels_put_json (text, labels);
  else
    cvr_labels_put_coco (text, labels);

  return g_string_free_to_bytes (g_steal_pointer (&text));
}

/**
 * cvr_labels_write_picture:
 * @kind: %CVR_LABELS_YOLO, %CVR_LABELS_VOC or %CVR_LABELS_LABELME
 *
 * Writes what is known of one picture of @labels. YOLO's text has only boxes with a class. Any
 * thread. Errors: %CVR_FORMAT_ERROR_UNSUPPORTED for a picture without what the kind needs.
 *
 * Returns: (transfer full): the file's bytes.
 */
GBytes *
cvr_labels_write_picture (CvrLabelsKind      kind,
                          const CvrLabels   *labels,
                          const CvrLabelled *picture,
                          GError           **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (kind == CVR_LABELS_YOLO || kind == CVR_LABELS_VOC ||
                        kind == CVR_LABELS_LABELME, NULL);

  if (!check_picture (kind, picture, error))
    return NULL;

  if (kind == CVR_LABELS_YOLO)
    cvr_labels_put_yolo (text, picture);
  else if (kind == CVR_LABELS_VOC)
    cvr_labels_put_voc (text, labels, picture);
  else
    cvr_labels_put_labelme (text, labels, picture);

  return g_string_free_to_bytes (g_steal_pointer (&text));
}
