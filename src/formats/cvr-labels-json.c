/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the project's own label files, and tells the kinds of JSON apart:
 *
 *   {"convisor": 1, "classes": ["cat", {"name": "dog", "colour": 3, "key": 2, "off": true}, …],
 *    "images": [{"path": …, "width": …, "height": …, "label": "cat", "split": "train", "note": …,
 *                "tags": […], "unit": "pixel" or "fraction",
 *                "boxes": [{"label": "cat", "x": …, "y": …, "width": …, "height": …}, …]}, …]} */
#include "cvr-labels-private.h"
#include "cvr-labels-scan.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum { MAX_COLOURS = 1000 }; /* numbers of a theme's table, generously */

typedef struct
{
  CvrScan    scan;
  CvrLabels *labels;
  GString   *name;  /* of the member under reading */
  GString   *text;
  gboolean   ours;  /* "convisor" was there */
} Reader;

/* Whether the member under reading has that name. */
static gboolean
is (const Reader *self,
    const char   *name)
{
  return strcmp (self->name->str, name) == 0;
}

/* A number that no class can have counts as not said. */
static gboolean
read_look_number (Reader        *self,
                  CvrLabelsLook *look)
{
  gboolean is_key = is (self, "key");
  double number;

  if (!cvr_scan_number_if (&self->scan, &number))
    return FALSE;
  if (is_key && number >= 1 && number <= 9)
    look->key = (guint) number;
  else if (!is_key && number >= 0 && number < MAX_COLOURS)
    look->colour = (gint) number;

  return TRUE;
}

/* A class that looks other than its place says. */
static gboolean
read_class (Reader *self)
{
  CvrLabelsLook look = { .colour = -1 };
  g_autoptr (GString) name = g_string_new (NULL);

  if (!cvr_scan_enter (&self->scan, CVR_SCAN_OBJECT, _("a class in braces")))
    return FALSE;
  while (cvr_scan_member (&self->scan, self->name))
    if (is (self, "name"))
      (void) cvr_scan_string (&self->scan, name);
    else if (is (self, "colour") || is (self, "key"))
      (void) read_look_number (self, &look);
    else
      {
        if (is (self, "off"))
          look.off = cvr_scan_type (&self->scan) == CVR_SCAN_TRUE;
        (void) cvr_scan_skip (&self->scan);
      }
  if (self->scan.error != NULL)
    return FALSE;

  if (name->len > 0)
    {
      guint k = cvr_labels_class (self->labels, name->str);

      g_array_index (self->labels->looks, CvrLabelsLook, k) = look;
    }

  return TRUE;
}

static gboolean
read_classes (Reader *self)
{
  if (!cvr_scan_enter (&self->scan, CVR_SCAN_LIST, _("“classes”, a list of names")))
    return FALSE;
  while (cvr_scan_element (&self->scan))
    if (cvr_scan_type (&self->scan) == CVR_SCAN_OBJECT)
      (void) read_class (self);
    else if (cvr_scan_string (&self->scan, self->text))
      cvr_labels_class (self->labels, self->text->str);

  return self->scan.error == NULL;
}

static gboolean
read_tags (Reader      *self,
           CvrLabelled *picture)
{
  if (!cvr_scan_enter (&self->scan, CVR_SCAN_LIST, _("“tags”, a list of texts")))
    return FALSE;
  while (cvr_scan_element (&self->scan))
    if (cvr_scan_string (&self->scan, self->text))
      cvr_labels_add_tag (self->labels, picture, self->text->str);

  return self->scan.error == NULL;
}

/* Boxes wait in @boxes until the picture's size is known. */
static gboolean
read_box (Reader *self,
          GArray *boxes)
{
  CvrLabelBox box = { CVR_LABELS_NO_CLASS, NAN, NAN, NAN, NAN };

  if (!cvr_scan_enter (&self->scan, CVR_SCAN_OBJECT, _("a box in braces")))
    return FALSE;
  while (cvr_scan_member (&self->scan, self->name))
    {
      double *number = is (self, "x")        ? &box.x
                       : is (self, "y")      ? &box.y
                       : is (self, "width")  ? &box.width
                       : is (self, "height") ? &box.height
                                             : NULL;

      if (number != NULL)
        (void) cvr_scan_number (&self->scan, number);
      else if (!is (self, "label"))
        (void) cvr_scan_skip (&self->scan);
      else if (cvr_scan_string (&self->scan, self->text))
        box.label = cvr_labels_box_class (self->labels, self->text->str);
    }
  g_array_append_val (boxes, box);

  return self->scan.error == NULL;
}

static gboolean
read_boxes (Reader *self,
            GArray *boxes)
{
  if (!cvr_scan_enter (&self->scan, CVR_SCAN_LIST, _("“boxes”, a list")))
    return FALSE;
  while (cvr_scan_element (&self->scan) && read_box (self, boxes))
    continue;

  return self->scan.error == NULL;
}

static gboolean
read_split (Reader      *self,
            CvrLabelled *picture)
{
  gboolean known;

  if (!cvr_scan_string_if (&self->scan, self->text))
    return FALSE;

  g_free (picture->split);
  picture->split = g_strdup (cvr_labels_split (self->text->str, &known));
  if (!known)
    cvr_labels_problem (self->labels, picture->path, _("“%s” is no split; it is left to chance."),
                        self->text->str);

  return TRUE;
}

static gboolean
read_side (Reader *self,
           guint  *side)
{
  double number;

  if (!cvr_scan_number_if (&self->scan, &number))
    return FALSE;

  (void) cvr_labels_side (number, side);
  return TRUE;
}

/* One member of a picture. */
static gboolean
read_picture_member (Reader      *self,
                     CvrLabelled *picture,
                     GArray      *boxes)
{
  CvrScan *scan = &self->scan;

  if (is (self, "width"))
    return read_side (self, &picture->width);
  if (is (self, "height"))
    return read_side (self, &picture->height);
  if (is (self, "split"))
    return read_split (self, picture);
  if (is (self, "tags"))
    return read_tags (self, picture);
  if (is (self, "boxes"))
    return read_boxes (self, boxes);
  if (!is (self, "path") && !is (self, "label") && !is (self, "note") && !is (self, "unit"))
    return cvr_scan_skip (scan);
  if (cvr_scan_type (scan) == CVR_SCAN_NULL)
    return cvr_scan_skip (scan);
  if (!cvr_scan_string (scan, self->text))
    return FALSE;

  if (is (self, "path"))
    {
      g_free (picture->path);
      picture->path = g_strdup (self->text->str);
    }
  else if (is (self, "note"))
    {
      g_free (picture->note);
      picture->note = g_strdup (self->text->str);
    }
  else if (is (self, "unit"))
    picture->in_pixels = strcmp (self->text->str, "fraction") != 0;
  else
    picture->label = (gint) cvr_labels_class (self->labels, self->text->str);

  return TRUE;
}

static gboolean
read_picture (Reader *self)
{
  g_autoptr (GArray) boxes = g_array_new (FALSE, FALSE, sizeof (CvrLabelBox));
  CvrLabelled *picture;

  if (!cvr_scan_enter (&self->scan, CVR_SCAN_OBJECT, _("a picture in braces")))
    return FALSE;
  picture = cvr_labels_add_checked (self->labels, NULL, &self->scan.error);
  if (picture == NULL)
    return FALSE;

  picture->in_pixels = TRUE;
  while (cvr_scan_member (&self->scan, self->name) &&
         read_picture_member (self, picture, boxes))
    continue;
  if (self->scan.error != NULL)
    return FALSE;

  for (guint b = 0; b < boxes->len; b++)
    {
      const CvrLabelBox *box = &g_array_index (boxes, CvrLabelBox, b);
      const double sides[] = { box->x, box->y, box->width, box->height };

      if (!cvr_labels_add_box (self->labels, picture, box->label, sides, &self->scan.error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_pictures (Reader *self)
{
  if (!cvr_scan_enter (&self->scan, CVR_SCAN_LIST, _("“images”, a list")))
    return FALSE;
  while (cvr_scan_element (&self->scan) && read_picture (self))
    continue;

  return self->scan.error == NULL;
}

static gboolean
read_version (Reader *self)
{
  double version;

  if (!cvr_scan_number (&self->scan, &version))
    return FALSE;
  if (version != 1)
    {
      g_set_error (&self->scan.error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
                   _("The label file is of version %g, which a newer Convisor writes; this one "
                     "reads version 1."), version);
      return FALSE;
    }

  self->ours = TRUE;
  return TRUE;
}

static gboolean
read_member (Reader *self)
{
  if (is (self, "convisor"))
    return read_version (self);
  if (is (self, "classes"))
    return read_classes (self);
  if (is (self, "images"))
    return read_pictures (self);

  return cvr_scan_skip (&self->scan);
}

CvrLabels *
cvr_labels_read_json (const guint8 *data,
                      gsize         length,
                      GError      **error)
{
  g_autoptr (CvrLabels) labels = cvr_labels_new ();
  g_autoptr (GString) name = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  Reader self = { cvr_scan_begin (data, length), labels, name, text, FALSE };

  if (cvr_scan_enter (&self.scan, CVR_SCAN_OBJECT, _("an object in braces")))
    while (cvr_scan_member (&self.scan, name) && read_member (&self))
      continue;
  (void) cvr_scan_end (&self.scan);
  if (self.scan.error == NULL && !self.ours)
    g_set_error_literal (&self.scan.error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                         _("The JSON has no member “convisor”; it is no label file of this "
                           "program."));
  if (self.scan.error != NULL)
    {
      g_propagate_error (error, self.scan.error);
      return NULL;
    }

  return g_steal_pointer (&labels);
}

/* What a JSON file is, by the members of its outermost object. A file that stops too early tells
 * what it can. */
gboolean
cvr_labels_sniff_json (const guint8  *data,
                       gsize          length,
                       CvrLabelsKind *kind)
{
  enum { OURS = 1, IMAGES = 2, NOTES = 4, SHAPES = 8, LABELME = 16 };
  static const struct
  {
    const char *name;
    CvrScanType type;
    guint       sign;
  } signs[] = {
    { "convisor", CVR_SCAN_NUMBER, OURS },      { "images", CVR_SCAN_LIST, IMAGES },
    { "annotations", CVR_SCAN_LIST, NOTES },    { "categories", CVR_SCAN_LIST, NOTES },
    { "shapes", CVR_SCAN_LIST, SHAPES },        { "imagePath", CVR_SCAN_STRING, LABELME },
    { "imageData", CVR_SCAN_STRING, LABELME },  { "imageData", CVR_SCAN_NULL, LABELME },
    { "flags", CVR_SCAN_OBJECT, LABELME },      { "imageWidth", CVR_SCAN_NUMBER, LABELME },
  };
  CvrScan scan = cvr_scan_begin (data, length);
  g_autoptr (GString) name = g_string_new (NULL);
  guint seen = 0;

  if (cvr_scan_enter (&scan, CVR_SCAN_OBJECT, NULL))
    while (cvr_scan_member (&scan, name))
      {
        for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
          if (strcmp (name->str, signs[i].name) == 0 && cvr_scan_type (&scan) == signs[i].type)
            seen |= signs[i].sign;
        /* Whatever follows, that is what it is. */
        if ((seen & OURS) != 0 || (seen & (IMAGES | NOTES)) == (IMAGES | NOTES) ||
            !cvr_scan_skip (&scan))
          break;
      }
  g_clear_error (&scan.error);

  if ((seen & OURS) != 0)
    *kind = CVR_LABELS_JSON;
  else if ((seen & IMAGES) != 0 && (seen & NOTES) != 0)
    *kind = CVR_LABELS_COCO;
  else if ((seen & SHAPES) != 0 && (seen & LABELME) != 0)
    *kind = CVR_LABELS_LABELME;
  else
    return FALSE;

  return TRUE;
}
