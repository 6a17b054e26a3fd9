/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The label files of each form. */
#include "cvr-save-private.h"

#include <string.h>

static const char *const splits[] = { "train", "valid", "test" };
static const char *const list_names[] = { "train", "val", "test" };

/* What @from says, under @path. @all_boxes: else only those without a class. */
static void
add_copy (CvrLabels         *to,
          const CvrLabelled *from,
          const char        *path,
          gboolean           all_boxes)
{
  CvrLabelled *copy = cvr_labels_add (to, path);

  copy->label = from->label;
  copy->split = g_strdup (from->split);
  copy->note = g_strdup (from->note);
  copy->in_pixels = from->in_pixels;
  copy->width = from->width;
  copy->height = from->height;
  for (guint t = 0; t < from->tags->len; t++)
    g_ptr_array_add (copy->tags, g_strdup (g_ptr_array_index (from->tags, t)));
  for (guint b = 0; b < from->boxes->len; b++)
    if (all_boxes || g_array_index (from->boxes, CvrLabelBox, b).label == CVR_LABELS_NO_CLASS)
      g_array_append_vals (copy->boxes, &g_array_index (from->boxes, CvrLabelBox, b), 1);
}

static CvrLabels *
new_with_classes (const CvrLabels *labels)
{
  CvrLabels *copy = cvr_labels_new ();

  for (guint k = 0; k < labels->classes->len; k++)
    {
      guint place = cvr_labels_class (copy, g_ptr_array_index (labels->classes, k));

      g_array_index (copy->looks, CvrLabelsLook, place) =
        g_array_index (labels->looks, CvrLabelsLook, k);
    }

  return copy;
}

static gboolean
put_text (CvrSaveTarget *target,
          const char    *path,
          const char    *text,
          GError       **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return cvr_save_target_put (target, path, bytes, TRUE, error);
}

static gboolean
put_labels (CvrSaveTarget   *target,
            const char      *path,
            CvrLabelsKind    kind,
            const CvrLabels *labels,
            GError         **error)
{
  g_autoptr (GBytes) bytes = cvr_labels_write (kind, labels, error);

  return bytes != NULL && cvr_save_target_put (target, path, bytes, TRUE, error);
}

/* Everything of the pictures, in our own form, which knows more than YOLO's: of the boxes those
 * that no other file has. */
static gboolean
put_convisor (CvrSaveTarget   *target,
              const CvrLabels *labels,
              const char      *folder,
              gboolean         all_boxes,
              GError         **error)
{
  g_autoptr (CvrLabels) rest = new_with_classes (labels);

  for (guint i = 0; i < labels->pictures->len; i++)
    {
      const CvrLabelled *picture = g_ptr_array_index (labels->pictures, i);
      g_autofree char *path = g_strconcat (folder, picture->path, NULL);

      add_copy (rest, picture, path, all_boxes);
    }

  return put_labels (target, "convisor.json", CVR_LABELS_JSON, rest, error);
}

/* One line a class. */
static gboolean
put_classes (CvrSaveTarget   *target,
             const CvrLabels *labels,
             GError         **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint k = 0; k < labels->classes->len; k++)
    g_string_append_printf (text, "%s\n", (const char *) g_ptr_array_index (labels->classes, k));

  return put_text (target, "classes.txt", text->str, error);
}

/* The pictures of each split, one file each, as other programs expect it. */
static gboolean
put_coco (CvrSaveTarget   *target,
          const CvrLabels *labels,
          GError         **error)
{
  static const char *const names[] = { "train", "val", "test", "default" };

  for (guint s = 0; s < G_N_ELEMENTS (names); s++)
    {
      g_autoptr (CvrLabels) part = new_with_classes (labels);
      g_autofree char *path = g_strdup_printf ("annotations/instances_%s.json", names[s]);

      for (guint i = 0; i < labels->pictures->len; i++)
        {
          const CvrLabelled *picture = g_ptr_array_index (labels->pictures, i);

          if (g_strcmp0 (picture->split, s < G_N_ELEMENTS (splits) ? splits[s] : NULL) == 0)
            add_copy (part, picture, picture->path, TRUE);
        }
      if (part->pictures->len > 0 && !put_labels (target, path, CVR_LABELS_COCO, part, error))
        return FALSE;
    }

  return TRUE;
}

/* One label file for each picture: @folder, its stem, @ending. */
static gboolean
put_each (CvrSaveTarget   *target,
          CvrLabelsKind    kind,
          const CvrLabels *labels,
          char *const     *stems,
          const char      *folder,
          const char      *ending,
          GError         **error)
{
  for (guint i = 0; i < labels->pictures->len; i++)
    {
      g_autofree char *path = g_strconcat (folder, stems[i], ending, NULL);
      g_autoptr (GBytes) bytes = cvr_labels_write_picture (
        kind, labels, g_ptr_array_index (labels->pictures, i), error);

      if (bytes == NULL || !cvr_save_target_put (target, path, bytes, TRUE, error))
        return FALSE;
    }

  return TRUE;
}

/* Lists of each split's pictures, a line each; none for a split without pictures. @has: (out):
 * which splits have some. */
static gboolean
put_lists (CvrSaveTarget   *target,
           const CvrLabels *labels,
           char *const     *lines,
           const char      *folder,
           const char      *prefix,
           gboolean         has[3],
           GError         **error)
{
  for (guint s = 0; s < G_N_ELEMENTS (splits); s++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *path = g_strdup_printf ("%s%s.txt", folder, list_names[s]);

      for (guint i = 0; i < labels->pictures->len; i++)
        {
          const CvrLabelled *picture = g_ptr_array_index (labels->pictures, i);

          if (g_strcmp0 (picture->split, splits[s]) == 0)
            g_string_append_printf (text, "%s%s\n", prefix,
                                    lines != NULL ? lines[i] : picture->path);
        }
      has[s] = text->len > 0;
      if (has[s] && !put_text (target, path, text->str, error))
        return FALSE;
    }

  return TRUE;
}

static void
append_quoted (GString    *text,
               const char *name)
{
  g_string_append_c (text, '"');
  for (const char *c = name; *c != '\0'; c++)
    {
      if (*c == '"' || *c == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, *c);
    }
  g_string_append (text, "\"\n");
}

static gboolean
put_yolo (CvrSaveTarget   *target,
          const CvrLabels *labels,
          char *const     *stems,
          GError         **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean has[3];

  if (!put_each (target, CVR_LABELS_YOLO, labels, stems, "labels/", ".txt", error) ||
      !put_lists (target, labels, NULL, "", "./images/", has, error))
    return FALSE;

  for (guint s = 0; s < 3; s++)
    if (has[s] || s < 2)
      g_string_append_printf (text, "%s: %s%s\n", list_names[s], has[s] ? list_names[s] : "images",
                              has[s] ? ".txt" : "");
  g_string_append_printf (text, "nc: %u\nnames:\n", labels->classes->len);
  for (guint k = 0; k < labels->classes->len; k++)
    {
      g_string_append_printf (text, "  %u: ", k);
      append_quoted (text, g_ptr_array_index (labels->classes, k));
    }

  return put_text (target, "data.yaml", text->str, error) &&
         put_convisor (target, labels, "images/", FALSE, error);
}

static gboolean
put_voc (CvrSaveTarget   *target,
         const CvrLabels *labels,
         char *const     *stems,
         GError         **error)
{
  gboolean has[3];

  return put_each (target, CVR_LABELS_VOC, labels, stems, "Annotations/", ".xml", error) &&
         put_lists (target, labels, stems, "ImageSets/Main/", "", has, error) &&
         put_classes (target, labels, error);
}

/* CSV knows paths from where it lies. */
static gboolean
put_csv (CvrSaveTarget   *target,
         const CvrLabels *labels,
         GError         **error)
{
  g_autoptr (CvrLabels) table = new_with_classes (labels);

  for (guint i = 0; i < labels->pictures->len; i++)
    {
      const CvrLabelled *picture = g_ptr_array_index (labels->pictures, i);
      g_autofree char *path = g_strconcat ("images/", picture->path, NULL);

      add_copy (table, picture, path, TRUE);
    }

  return put_labels (target, "labels.csv", CVR_LABELS_CSV, table, error) &&
         put_classes (target, labels, error);
}

gboolean
cvr_save_labels (CvrSaveTarget        *target,
                 const CvrSaveOutSpec *spec,
                 const CvrLabels      *labels,
                 char *const          *stems,
                 GError              **error)
{
  static const CvrLabelsKind kinds[] = {
    [CVR_SAVE_CSV] = CVR_LABELS_CSV, [CVR_SAVE_JSON] = CVR_LABELS_JSON,
    [CVR_SAVE_COCO] = CVR_LABELS_COCO,
  };

  if (cvr_save_out_is_file (spec))
    return put_labels (target, "", kinds[spec->form], labels, error);

  switch (spec->form)
    {
    case CVR_SAVE_FOLDERS:
      return put_convisor (target, labels, "", TRUE, error);
    case CVR_SAVE_CSV:
      return put_csv (target, labels, error);
    case CVR_SAVE_JSON:
      return put_convisor (target, labels, "images/", TRUE, error);
    case CVR_SAVE_COCO:
      return put_coco (target, labels, error);
    case CVR_SAVE_LABELME:
      return put_each (target, CVR_LABELS_LABELME, labels, stems, "images/", ".json", error) &&
             put_classes (target, labels, error);
    case CVR_SAVE_YOLO:
      return put_yolo (target, labels, stems, error);
    case CVR_SAVE_VOC:
      return put_voc (target, labels, stems, error);
    case CVR_N_SAVE_FORMS:
    default:
      g_return_val_if_reached (FALSE);
    }
}
