/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads COCO's label files: instances, things and stuff, panoptic segments, and pictures that only
 * have a category. T.-Y. Lin et al., "Microsoft COCO: Common Objects in Context", and the format's
 * page at cocodataset.org. Its lists may come in any order, so they are found first. */
#include "cvr-labels-private.h"
#include "cvr-labels-scan.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

typedef struct
{
  CvrScan     scan;       /* the list under reading */
  CvrLabels  *labels;
  GHashTable *pictures;   /* id → CvrLabelled */
  GHashTable *categories; /* id → class + 1 */
  GHashTable *several;    /* CvrLabelled with more than one label: they became tags */
  GString    *name;
  GString    *text;
  guint       n_notes;    /* annotations so far */
  guint       n_captions;
  guint       n_keypoints;
  guint       n_masks;
} Reader;

/* One annotation or segment. */
typedef struct
{
  CvrLabelled    *picture;  /* NULL: not said, or not known */
  guint           label;    /* class + 1; 0: not said, or not known */
  double          box[4];
  guint           n_sides;
  CvrLabelsExtent outline;
  gboolean        caption;
  gboolean        keypoints;
  gboolean        mask;
} Note;

static gboolean
is (const Reader *self,
    const char   *name)
{
  return strcmp (self->name->str, name) == 0;
}

/* --- Categories and images --- */

static gboolean
read_category (Reader *self)
{
  g_autofree char *id = NULL;
  g_autofree char *name = NULL;

  if (!cvr_scan_enter (&self->scan, CVR_SCAN_OBJECT, _("a category in braces")))
    return FALSE;
  while (cvr_scan_member (&self->scan, self->name))
    {
      char **text = is (self, "id") ? &id : is (self, "name") ? &name : NULL;

      if (text == NULL)
        (void) cvr_scan_skip (&self->scan);
      else if (cvr_scan_id (&self->scan, self->text))
        {
          g_free (*text);
          *text = g_strdup (self->text->str);
        }
    }
  if (self->scan.error != NULL)
    return FALSE;

  if (id == NULL)
    cvr_labels_problem (self->labels, NULL, _("The category “%s” has no “id” and was left out."),
                        name != NULL ? name : "");
  else
    {
      guint label = cvr_labels_class (self->labels, name != NULL && name[0] != '\0' ? name : id);

      g_hash_table_replace (self->categories, g_steal_pointer (&id), GUINT_TO_POINTER (label + 1));
    }

  return TRUE;
}

/* Members that Convisor adds to a picture: what COCO has no place for. */
static gboolean
read_extra (Reader      *self,
            CvrLabelled *picture)
{
  gboolean known;

  if (is (self, "tags") && cvr_scan_type (&self->scan) == CVR_SCAN_LIST)
    {
      (void) cvr_scan_enter (&self->scan, CVR_SCAN_LIST, NULL);
      while (cvr_scan_element (&self->scan) && cvr_scan_string_if (&self->scan, self->text))
        cvr_labels_add_tag (self->labels, picture, self->text->str);
      return self->scan.error == NULL;
    }

  if (!cvr_scan_string_if (&self->scan, self->text))
    return FALSE;
  if (is (self, "note") && self->text->len > 0)
    {
      g_free (picture->note);
      picture->note = g_strdup (self->text->str);
    }
  else if (is (self, "split"))
    {
      g_free (picture->split);
      picture->split = g_strdup (cvr_labels_split (self->text->str, &known));
    }

  return TRUE;
}

static gboolean
read_image_member (Reader      *self,
                   CvrLabelled *picture,
                   char       **id)
{
  double number;

  if (is (self, "id"))
    {
      if (!cvr_scan_id (&self->scan, self->text))
        return FALSE;
      g_free (*id);
      *id = g_strdup (self->text->str);
      return TRUE;
    }
  if (is (self, "file_name"))
    {
      if (!cvr_scan_string (&self->scan, self->text))
        return FALSE;
      g_free (picture->path);
      picture->path = cvr_labels_path (self->text->str);
      return TRUE;
    }
  if (is (self, "width") || is (self, "height"))
    {
      if (!cvr_scan_number_if (&self->scan, &number))
        return FALSE;
      (void) cvr_labels_side (number, is (self, "width") ? &picture->width : &picture->height);
      return TRUE;
    }
  if (is (self, "tags") || is (self, "note") || is (self, "split"))
    return read_extra (self, picture);

  return cvr_scan_skip (&self->scan);
}

static gboolean
read_image (Reader *self)
{
  g_autofree char *id = NULL;
  CvrLabelled *picture;

  if (!cvr_scan_enter (&self->scan, CVR_SCAN_OBJECT, _("an image in braces")))
    return FALSE;
  picture = cvr_labels_add_checked (self->labels, NULL, &self->scan.error);
  if (picture == NULL)
    return FALSE;

  picture->in_pixels = TRUE;
  while (cvr_scan_member (&self->scan, self->name) && read_image_member (self, picture, &id))
    continue;
  if (self->scan.error != NULL)
    return FALSE;

  if (picture->path == NULL || picture->path[0] == '\0')
    {
      cvr_labels_problem (self->labels, NULL,
                          _("The image with the id “%s” has no “file_name” and was left out."),
                          id != NULL ? id : "");
      g_ptr_array_set_size (self->labels->pictures, (gint) self->labels->pictures->len - 1);
    }
  else if (id == NULL || g_hash_table_contains (self->pictures, id))
    cvr_labels_problem (self->labels, picture->path,
                        _("it has no “id” of its own, so nothing is known of it."));
  else
    g_hash_table_insert (self->pictures, g_steal_pointer (&id), picture);

  return TRUE;
}

/* --- Annotations --- */

/* The points of all outlines: lists of x, y, x, y …; a mask in run lengths has no points. */
static gboolean
read_outline (Reader *self,
              Note   *note)
{
  double x = NAN, value;
  guint n = 0;

  if (cvr_scan_type (&self->scan) != CVR_SCAN_LIST)
    {
      note->mask = cvr_scan_type (&self->scan) == CVR_SCAN_OBJECT;
      return cvr_scan_skip (&self->scan);
    }

  (void) cvr_scan_enter (&self->scan, CVR_SCAN_LIST, NULL);
  while (cvr_scan_element (&self->scan))
    if (cvr_scan_type (&self->scan) == CVR_SCAN_LIST)
      {
        (void) cvr_scan_enter (&self->scan, CVR_SCAN_LIST, NULL);
        for (n = 0; cvr_scan_element (&self->scan) && cvr_scan_number_if (&self->scan, &value); n++)
          if (n % 2 == 0)
            x = value;
          else
            cvr_labels_extent_add (&note->outline, x, value);
      }
    else if (!cvr_scan_skip (&self->scan))
      break;

  return self->scan.error == NULL;
}

/* The label of a picture as a whole. The second one makes tags of both. */
static void
give_label (Reader      *self,
            CvrLabelled *picture,
            guint        label)
{
  const char *name = cvr_labels_name (self->labels, label);

  if (g_hash_table_contains (self->several, picture))
    cvr_labels_add_tag (self->labels, picture, name);
  else if (picture->label < 0)
    picture->label = (gint) label;
  else if (picture->label != (gint) label)
    {
      cvr_labels_problem (self->labels, picture->path,
                          _("it has several labels, which became tags; choose one of them."));
      g_hash_table_add (self->several, picture);
      cvr_labels_add_tag (self->labels, picture,
                          cvr_labels_name (self->labels, (guint) picture->label));
      cvr_labels_add_tag (self->labels, picture, name);
      picture->label = -1;
    }
}

static gboolean
place_note (Reader     *self,
            const Note *note)
{
  const double *box = note->box;
  gboolean sides = note->n_sides == 4 &&
                   (box[0] != 0 || box[1] != 0 || box[2] != 0 || box[3] != 0);
  double around[4];

  if (note->picture == NULL)
    cvr_labels_problem (self->labels, NULL,
                        _("Annotation %u is about an image that the file doesn't list."),
                        self->n_notes);
  else if (note->caption && !sides)
    self->n_captions++;
  else if (note->label == 0)
    cvr_labels_problem (self->labels, note->picture->path,
                        _("annotation %u has a category that the file doesn't list."),
                        self->n_notes);
  else if (sides)
    return cvr_labels_add_box (self->labels, note->picture, note->label - 1, box,
                               &self->scan.error);
  else if (note->outline.n > 0)
    {
      cvr_labels_extent_box (&note->outline, around);
      return cvr_labels_add_box (self->labels, note->picture, note->label - 1, around,
                                 &self->scan.error);
    }
  else if (note->mask)
    self->n_masks++;
  else if (note->keypoints)
    self->n_keypoints++;
  else
    give_label (self, note->picture, note->label - 1);

  return TRUE;
}

static gboolean
read_category_id (Reader *self,
                  Note   *note)
{
  if (!cvr_scan_id (&self->scan, self->text))
    return FALSE;

  note->label = GPOINTER_TO_UINT (g_hash_table_lookup (self->categories, self->text->str));
  return TRUE;
}

/* The parts of a panoptic picture; where the picture is named behind them, they wait in @parts. */
static gboolean
read_segments (Reader *self,
               GArray *parts)
{
  if (!cvr_scan_enter (&self->scan, CVR_SCAN_LIST, _("“segments_info”, a list")))
    return FALSE;
  while (cvr_scan_element (&self->scan))
    {
      Note part = { 0 };

      if (!cvr_scan_enter (&self->scan, CVR_SCAN_OBJECT, _("a segment in braces")))
        return FALSE;
      while (cvr_scan_member (&self->scan, self->name))
        if (is (self, "category_id"))
          (void) read_category_id (self, &part);
        else if (is (self, "bbox"))
          (void) cvr_scan_numbers (&self->scan, part.box, 4, &part.n_sides);
        else
          (void) cvr_scan_skip (&self->scan);
      part.mask = TRUE;
      g_array_append_val (parts, part);
    }

  return self->scan.error == NULL;
}

static gboolean
read_note_member (Reader *self,
                  Note   *note,
                  GArray *parts)
{
  CvrScan *scan = &self->scan;

  if (is (self, "image_id"))
    {
      if (!cvr_scan_id (scan, self->text))
        return FALSE;
      note->picture = g_hash_table_lookup (self->pictures, self->text->str);
      return TRUE;
    }
  if (is (self, "category_id"))
    return read_category_id (self, note);
  if (is (self, "bbox"))
    return cvr_scan_numbers (scan, note->box, 4, &note->n_sides);
  if (is (self, "segmentation"))
    return read_outline (self, note);
  if (is (self, "segments_info"))
    return read_segments (self, parts);

  note->caption |= is (self, "caption");
  note->keypoints |= is (self, "keypoints");

  return cvr_scan_skip (scan);
}

static gboolean
read_note (Reader *self)
{
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (Note));
  Note note = { 0 };

  self->n_notes++;
  if (!cvr_scan_enter (&self->scan, CVR_SCAN_OBJECT, _("an annotation in braces")))
    return FALSE;
  while (cvr_scan_member (&self->scan, self->name) && read_note_member (self, &note, parts))
    continue;
  if (self->scan.error != NULL)
    return FALSE;

  for (guint p = 0; p < parts->len; p++)
    {
      Note *part = &g_array_index (parts, Note, p);

      part->picture = note.picture;
      if (!place_note (self, part))
        return FALSE;
    }

  return parts->len > 0 || place_note (self, &note);
}

/* --- The whole file --- */

static gboolean
read_list (Reader        *self,
           const CvrScan *place,
           const char    *what,
           gboolean     (*read_one) (Reader *self))
{
  if (place->data == NULL)
    return TRUE;

  self->scan = *place;
  if (!cvr_scan_enter (&self->scan, CVR_SCAN_LIST, what))
    return FALSE;
  while (cvr_scan_element (&self->scan) && read_one (self))
    continue;

  return self->scan.error == NULL;
}

/* Where the three lists begin. */
static gboolean
find_lists (Reader  *self,
            CvrScan *categories,
            CvrScan *images,
            CvrScan *notes)
{
  if (cvr_scan_enter (&self->scan, CVR_SCAN_OBJECT, _("an object in braces")))
    while (cvr_scan_member (&self->scan, self->name))
      {
        CvrScan *place = is (self, "categories")    ? categories
                         : is (self, "images")      ? images
                         : is (self, "annotations") ? notes
                                                    : NULL;

        if (place != NULL)
          *place = self->scan;
        if (!cvr_scan_skip (&self->scan))
          return FALSE;
      }
  if (cvr_scan_end (&self->scan) && images->data == NULL)
    g_set_error_literal (&self->scan.error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                         _("The JSON has no list “images”; it is no label file of COCO."));

  return self->scan.error == NULL;
}

/* What was seen and isn't used. */
static void
count_unused (Reader *self)
{
  if (self->n_captions > 0)
    cvr_labels_problem (self->labels, NULL,
                        g_dngettext (GETTEXT_PACKAGE,
                                     "%'u annotation is a text about a picture, which isn't used.",
                                     "%'u annotations are texts about pictures, which aren't used.",
                                     self->n_captions), self->n_captions);
  if (self->n_keypoints > 0)
    cvr_labels_problem (self->labels, NULL,
                        g_dngettext (GETTEXT_PACKAGE,
                                     "%'u annotation has only key points and no box.",
                                     "%'u annotations have only key points and no box.",
                                     self->n_keypoints), self->n_keypoints);
  if (self->n_masks > 0)
    cvr_labels_problem (self->labels, NULL,
                        g_dngettext (GETTEXT_PACKAGE,
                                     "%'u annotation has only a mask and no box.",
                                     "%'u annotations have only a mask and no box.",
                                     self->n_masks), self->n_masks);
}

CvrLabels *
cvr_labels_read_coco (const guint8 *data,
                      gsize         length,
                      GError      **error)
{
  g_autoptr (CvrLabels) labels = cvr_labels_new ();
  g_autoptr (GHashTable) pictures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) classes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) several = g_hash_table_new (NULL, NULL);
  g_autoptr (GString) name = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  CvrScan categories = { 0 }, images = { 0 }, notes = { 0 };
  Reader self = { .scan = cvr_scan_begin (data, length),
                  .labels = labels,
                  .pictures = pictures,
                  .categories = classes,
                  .several = several,
                  .name = name,
                  .text = text };

  if (!find_lists (&self, &categories, &images, &notes) ||
      !read_list (&self, &categories, _("“categories”, a list"), read_category) ||
      !read_list (&self, &images, _("“images”, a list"), read_image) ||
      !read_list (&self, &notes, _("“annotations”, a list"), read_note))
    {
      g_propagate_error (error, self.scan.error);
      return NULL;
    }

  count_unused (&self);

  return g_steal_pointer (&labels);
}
