/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Label files of other programs, in and out: the set that they fill and the way to each kind. */
#include "cvr-labels-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum
{
  MAX_PROBLEMS = 100,
  MAX_TAGS = 1000,    /* of one picture */
  MAX_SENTENCE = 400, /* letters: a file may hold a name of a million */
};

/* A set with what finds a class by its name and counts the boxes. */
typedef struct
{
  CvrLabels   labels;
  GHashTable *indices; /* name, borrowed from the classes → index + 1 */
  guint       n_boxes;
} Set;

static void
labelled_free (gpointer data)
{
  CvrLabelled *self = data;

  g_free (self->path);
  g_free (self->split);
  g_free (self->note);
  g_ptr_array_unref (self->tags);
  g_array_unref (self->boxes);
  g_free (self);
}

/**
 * cvr_labels_new:
 *
 * Returns: (transfer full): an empty set; free with cvr_labels_free(). One thread at a time.
 */
CvrLabels *
cvr_labels_new (void)
{
  Set *self = g_new0 (Set, 1);

  self->labels.classes = g_ptr_array_new_with_free_func (g_free);
  self->labels.looks = g_array_new (FALSE, FALSE, sizeof (CvrLabelsLook));
  self->labels.pictures = g_ptr_array_new_with_free_func (labelled_free);
  self->labels.problems = g_ptr_array_new_with_free_func (g_free);
  self->indices = g_hash_table_new (g_str_hash, g_str_equal);

  return &self->labels;
}

void
cvr_labels_free (CvrLabels *self)
{
  Set *set = (Set *) self;

  if (self == NULL)
    return;

  g_hash_table_unref (set->indices);
  g_ptr_array_unref (self->classes);
  g_array_unref (self->looks);
  g_ptr_array_unref (self->pictures);
  g_ptr_array_unref (self->problems);
  g_free (set);
}

/**
 * cvr_labels_class:
 *
 * Returns: the index of the class called @name, which is added where there is none.
 */
guint
cvr_labels_class (CvrLabels  *self,
                  const char *name)
{
  Set *set = (Set *) self;
  const CvrLabelsLook plain = { .colour = -1 };
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (set->indices, name));
  char *copy;

  if (found > 0)
    return found - 1;

  copy = g_strdup (name);
  g_ptr_array_add (self->classes, copy);
  g_array_append_val (self->looks, plain);
  g_hash_table_insert (set->indices, copy, GUINT_TO_POINTER (self->classes->len));

  return self->classes->len - 1;
}

/* The class of a box: an empty name is none. */
guint
cvr_labels_box_class (CvrLabels  *self,
                      const char *name)
{
  return name[0] != '\0' ? cvr_labels_class (self, name) : CVR_LABELS_NO_CLASS;
}

/**
 * cvr_labels_add:
 * @path: (nullable): copied
 *
 * Returns: (transfer none): a new picture without a label, at the end of the set.
 */
CvrLabelled *
cvr_labels_add (CvrLabels  *self,
                const char *path)
{
  CvrLabelled *picture = g_new0 (CvrLabelled, 1);

  picture->path = g_strdup (path);
  picture->label = -1;
  picture->tags = g_ptr_array_new_with_free_func (g_free);
  picture->boxes = g_array_new (FALSE, FALSE, sizeof (CvrLabelBox));
  g_ptr_array_add (self->pictures, picture);

  return picture;
}

/* The same for a file that may name more than anybody can hold. */
CvrLabelled *
cvr_labels_add_checked (CvrLabels  *self,
                        const char *path,
                        GError    **error)
{
  if (self->pictures->len == CVR_LABELS_MAX)
    {
      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE,
                   _("The label file names more than %'u pictures; divide it into several files."),
                   (guint) CVR_LABELS_MAX);
      return NULL;
    }

  return cvr_labels_add (self, path);
}

/* Keeps the first hundred sentences and counts all. */
void
cvr_labels_problem (CvrLabels  *self,
                    const char *path,
                    const char *format,
                    ...)
{
  g_autofree char *sentence = NULL;
  char *whole;
  va_list list;

  self->n_problems++;
  if (self->problems->len == MAX_PROBLEMS)
    return;

  va_start (list, format);
  sentence = g_strdup_vprintf (format, list);
  va_end (list);
  if (path != NULL)
    /* Translators: a picture's file name and a sentence about it. */
    whole = g_strdup_printf (_("%s: %s"), path, sentence);
  else
    whole = g_steal_pointer (&sentence);
  if (g_utf8_validate (whole, -1, NULL) && g_utf8_strlen (whole, -1) > MAX_SENTENCE)
    strcpy (g_utf8_offset_to_pointer (whole, MAX_SENTENCE - 1), "…");
  g_ptr_array_add (self->problems, whole);
}

/* Adds a tag where the picture doesn't have it. */
void
cvr_labels_add_tag (CvrLabels   *self,
                    CvrLabelled *picture,
                    const char  *tag)
{
  if (tag[0] == '\0' ||
      g_ptr_array_find_with_equal_func (picture->tags, tag, g_str_equal, NULL))
    return;

  if (picture->tags->len < MAX_TAGS)
    g_ptr_array_add (picture->tags, g_strdup (tag));
  else
    cvr_labels_problem (self, picture->path,
                        _("it has more than %d tags; the tag “%s” was left out."), MAX_TAGS, tag);
}

/* Cuts what lies outside 0 … @end. TRUE: more than the rounding of six decimals was cut. */
static gboolean
cut (double *start,
     double *size,
     double  end)
{
  double from = CLAMP (*start, 0.0, end);
  double to = CLAMP (*start + *size, 0.0, end);
  gboolean clipped = fabs (from - *start) > 2e-6 * end ||
                     fabs (to - (*start + *size)) > 2e-6 * end;

  /* A box that is whole keeps its bits. */
  if (from != *start || to != *start + *size)
    *size = to - from;
  *start = from;

  return clipped;
}

/**
 * cvr_labels_add_box:
 * @box: x, y, width and height as the file says them
 *
 * Adds a box, cut at the picture's borders where its size is known. One without an area, or with a
 * number that isn't finite, is left out. Either is told as a problem.
 *
 * Returns: %FALSE with CVR_FORMAT_ERROR_TOO_LARGE when there are more boxes than anybody can hold.
 */
gboolean
cvr_labels_add_box (CvrLabels   *self,
                    CvrLabelled *picture,
                    guint        label,
                    const double box[4],
                    GError     **error)
{
  Set *set = (Set *) self;
  CvrLabelBox kept = { label, box[0], box[1], box[2], box[3] };
  gboolean bounded = !picture->in_pixels || (picture->width > 0 && picture->height > 0);
  gboolean clipped = FALSE;

  if (set->n_boxes == CVR_LABELS_MAX)
    {
      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE,
                   _("The label file has more than %'u boxes; divide it into several files."),
                   (guint) CVR_LABELS_MAX);
      return FALSE;
    }
  if (!isfinite (box[0]) || !isfinite (box[1]) || !isfinite (box[2]) || !isfinite (box[3]) ||
      !isfinite (box[0] + box[2]) || !isfinite (box[1] + box[3]))
    {
      cvr_labels_problem (self, picture->path, _("a box with a number that isn't finite was left "
                                                 "out."));
      return TRUE;
    }

  if (bounded && kept.width > 0 && kept.height > 0)
    {
      clipped = cut (&kept.x, &kept.width, picture->in_pixels ? (double) picture->width : 1.0);
      clipped |= cut (&kept.y, &kept.height, picture->in_pixels ? (double) picture->height : 1.0);
    }
  if (!(kept.width > 0) || !(kept.height > 0))
    cvr_labels_problem (self, picture->path,
                        clipped ? _("the box (%g, %g, %g × %g) lies outside the picture and was "
                                    "left out.")
                                : _("the box (%g, %g, %g × %g) has no area and was left out."),
                        box[0], box[1], box[2], box[3]);
  else
    {
      if (clipped)
        cvr_labels_problem (self, picture->path,
                            _("the box (%g, %g, %g × %g) was cut at the picture's border."),
                            box[0], box[1], box[2], box[3]);
      g_array_append_val (picture->boxes, kept);
      set->n_boxes++;
    }

  return TRUE;
}

/**
 * cvr_labels_sniff:
 * @kind: (out): set where TRUE comes back
 *
 * Tells a whole label file's kind by its content. Any thread.
 *
 * Returns: %FALSE where it is none of them.
 */
gboolean
cvr_labels_sniff (const guint8  *data,
                  gsize          length,
                  CvrLabelsKind *kind)
{
  gsize start = cvr_labels_mark (data, length);

  while (start < length && g_ascii_isspace ((char) data[start]))
    start++;
  if (start == length)
    return FALSE;
  if (data[start] == '{')
    return cvr_labels_sniff_json (data, length, kind);

  if (cvr_labels_is_voc (data, length))
    *kind = CVR_LABELS_VOC;
  else if (data[start] == '<')
    return FALSE;
  else if (cvr_labels_is_yolo (data, length))
    *kind = CVR_LABELS_YOLO;
  else if (cvr_labels_is_csv (data, length))
    *kind = CVR_LABELS_CSV;
  else
    return FALSE;

  return TRUE;
}

/**
 * cvr_labels_read:
 * @classes: (nullable) (array zero-terminated=1): names for YOLO's numbers
 *
 * Reads the bytes of one label file. What can't be used is left out and told in
 * %CvrLabels.problems; what makes no sense as a whole is an error that names the line. Any thread.
 * Errors: %CVR_FORMAT_ERROR.
 *
 * Returns: (transfer full): free with cvr_labels_free().
 */
CvrLabels *
cvr_labels_read (CvrLabelsKind      kind,
                 const guint8      *data,
                 gsize              length,
                 const char *const *classes,
                 GError           **error)
{
  switch (kind)
    {
    case CVR_LABELS_CSV:
      return cvr_labels_read_csv (data, length, error);
    case CVR_LABELS_JSON:
      return cvr_labels_read_json (data, length, error);
    case CVR_LABELS_COCO:
      return cvr_labels_read_coco (data, length, error);
    case CVR_LABELS_LABELME:
      return cvr_labels_read_labelme (data, length, error);
    case CVR_LABELS_YOLO:
      return cvr_labels_read_yolo (data, length, classes, error);
    case CVR_LABELS_VOC:
      return cvr_labels_read_voc (data, length, error);
    case CVR_N_LABELS:
    default:
      g_return_val_if_reached (NULL);
    }
}

const char *
cvr_labels_kind_name (CvrLabelsKind kind)
{
  static const char *const names[] = { "csv", "json", "coco", "labelme", "yolo", "voc" };

  g_return_val_if_fail (kind < CVR_N_LABELS, NULL);

  return names[kind];
}

/* A class's name; empty for an index that no class has. */
const char *
cvr_labels_name (const CvrLabels *self,
                 guint            label)
{
  return label < self->classes->len ? g_ptr_array_index (self->classes, label) : "";
}
