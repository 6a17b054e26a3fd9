/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the label files of LabelMe, one JSON per picture: shapes and flags. The embedded picture is
 * passed over. */
#include "cvr-labels-private.h"
#include "cvr-labels-scan.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* A shape's points: their extent, and the first two of them, which make a circle. */
typedef struct
{
  CvrLabelsExtent extent;
  double          first[4];
} Points;

typedef struct
{
  CvrScan      scan;
  CvrLabels   *labels;
  CvrLabelled *picture;
  GString     *name;
  GString     *text;
  GArray      *boxes; /* of CvrLabelBox, until the picture's size is known */
  GPtrArray   *flags; /* of char*: those that are true */
  guint        n_flags;
  guint        n_shapes;
  gboolean     shaped; /* "shapes" was there */
} Reader;

static gboolean
is (const Reader *self,
    const char   *name)
{
  return strcmp (self->name->str, name) == 0;
}

static gboolean
read_points (Reader *self,
             Points *points)
{
  if (!cvr_scan_enter (&self->scan, CVR_SCAN_LIST, _("“points”, a list")))
    return FALSE;
  while (cvr_scan_element (&self->scan))
    {
      double pair[2];
      guint n;

      if (!cvr_scan_numbers (&self->scan, pair, 2, &n))
        return FALSE;
      if (n != 2)
        pair[0] = pair[1] = NAN;
      if (points->extent.n < 2)
        memcpy (points->first + 2 * points->extent.n, pair, sizeof pair);
      cvr_labels_extent_add (&points->extent, pair[0], pair[1]);
    }

  return self->scan.error == NULL;
}

/* The extent of a shape. A circle is its centre and a point on it. */
static void
place (const Points *points,
       const char   *shape,
       double        box[4])
{
  const double *p = points->first;

  if (strcmp (shape, "circle") == 0 && points->extent.n == 2)
    {
      double radius = hypot (p[2] - p[0], p[3] - p[1]);

      box[0] = p[0] - radius;
      box[1] = p[1] - radius;
      box[2] = box[3] = 2 * radius;
    }
  else
    cvr_labels_extent_box (&points->extent, box);
}

static gboolean
read_shape (Reader *self)
{
  g_autofree char *label = NULL;
  g_autofree char *type = NULL;
  Points points = { 0 };
  double sides[4];

  self->n_shapes++;
  if (!cvr_scan_enter (&self->scan, CVR_SCAN_OBJECT, _("a shape in braces")))
    return FALSE;
  while (cvr_scan_member (&self->scan, self->name))
    if (is (self, "points"))
      (void) read_points (self, &points);
    else if (is (self, "label") || is (self, "shape_type"))
      {
        char **text = is (self, "label") ? &label : &type;

        if (!cvr_scan_string_if (&self->scan, self->text))
          break;
        g_free (*text);
        *text = g_strdup (self->text->str);
      }
    else
      (void) cvr_scan_skip (&self->scan);
  if (self->scan.error != NULL)
    return FALSE;

  if (label == NULL || points.extent.n == 0)
    cvr_labels_problem (self->labels, NULL,
                        _("Shape %u has no label or no points and was left out."), self->n_shapes);
  else
    {
      CvrLabelBox box = { .label = cvr_labels_box_class (self->labels, label) };

      place (&points, type != NULL ? type : "", sides);
      box.x = sides[0];
      box.y = sides[1];
      box.width = sides[2];
      box.height = sides[3];
      g_array_append_val (self->boxes, box);
    }

  return TRUE;
}

static gboolean
read_shapes (Reader *self)
{
  if (!cvr_scan_enter (&self->scan, CVR_SCAN_LIST, _("“shapes”, a list")))
    return FALSE;

  self->shaped = TRUE;
  while (cvr_scan_element (&self->scan) && read_shape (self))
    continue;

  return self->scan.error == NULL;
}

static gboolean
read_flags (Reader *self)
{
  if (cvr_scan_type (&self->scan) != CVR_SCAN_OBJECT)
    return cvr_scan_skip (&self->scan);

  (void) cvr_scan_enter (&self->scan, CVR_SCAN_OBJECT, NULL);
  while (cvr_scan_member (&self->scan, self->text))
    {
      if (cvr_scan_type (&self->scan) == CVR_SCAN_TRUE)
        g_ptr_array_add (self->flags, g_strdup (self->text->str));
      self->n_flags++;
      if (!cvr_scan_skip (&self->scan))
        break;
    }

  return self->scan.error == NULL;
}

/* A text of the picture; @name says which. */
static gboolean
read_text (Reader *self)
{
  gboolean known;

  if (!cvr_scan_string_if (&self->scan, self->text))
    return FALSE;
  if (self->text->len == 0)
    return TRUE;

  if (is (self, "imagePath"))
    {
      g_free (self->picture->path);
      self->picture->path = cvr_labels_path (self->text->str);
    }
  else if (is (self, "note"))
    {
      g_free (self->picture->note);
      self->picture->note = g_strdup (self->text->str);
    }
  else if (is (self, "split"))
    {
      g_free (self->picture->split);
      self->picture->split = g_strdup (cvr_labels_split (self->text->str, &known));
    }
  else
    self->picture->label = (gint) cvr_labels_class (self->labels, self->text->str);

  return TRUE;
}

static gboolean
read_member (Reader *self)
{
  double number;

  if (is (self, "shapes"))
    return read_shapes (self);
  if (is (self, "flags"))
    return read_flags (self);
  if (is (self, "imagePath") || is (self, "label") || is (self, "note") || is (self, "split"))
    return read_text (self);
  if (!is (self, "imageWidth") && !is (self, "imageHeight"))
    return cvr_scan_skip (&self->scan);

  if (!cvr_scan_number_if (&self->scan, &number))
    return FALSE;
  (void) cvr_labels_side (number, is (self, "imageWidth") ? &self->picture->width
                                                          : &self->picture->height);
  return TRUE;
}

/* Boxes and flags, once the picture's size and the number of shapes are known. A picture without
 * shapes is sorted by its flags: the one that is true of several is its label. */
static gboolean
finish (Reader *self)
{
  for (guint b = 0; b < self->boxes->len; b++)
    {
      const CvrLabelBox *box = &g_array_index (self->boxes, CvrLabelBox, b);
      const double sides[] = { box->x, box->y, box->width, box->height };

      if (!cvr_labels_add_box (self->labels, self->picture, box->label, sides, &self->scan.error))
        return FALSE;
    }

  if (self->n_shapes == 0 && self->flags->len == 1 && self->n_flags > 1)
    self->picture->label =
      (gint) cvr_labels_class (self->labels, g_ptr_array_index (self->flags, 0));
  else
    for (guint f = 0; f < self->flags->len; f++)
      cvr_labels_add_tag (self->labels, self->picture, g_ptr_array_index (self->flags, f));

  return TRUE;
}

CvrLabels *
cvr_labels_read_labelme (const guint8 *data,
                         gsize         length,
                         GError      **error)
{
  g_autoptr (CvrLabels) labels = cvr_labels_new ();
  g_autoptr (GString) name = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GArray) boxes = g_array_new (FALSE, FALSE, sizeof (CvrLabelBox));
  g_autoptr (GPtrArray) flags = g_ptr_array_new_with_free_func (g_free);
  Reader self = { .scan = cvr_scan_begin (data, length),
                  .labels = labels,
                  .picture = cvr_labels_add (labels, NULL),
                  .name = name,
                  .text = text,
                  .boxes = boxes,
                  .flags = flags };

  self.picture->in_pixels = TRUE;
  if (cvr_scan_enter (&self.scan, CVR_SCAN_OBJECT, _("an object in braces")))
    while (cvr_scan_member (&self.scan, name) && read_member (&self))
      continue;
  if (cvr_scan_end (&self.scan) && !self.shaped)
    g_set_error_literal (&self.scan.error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                         _("The JSON has no list “shapes”; it is no label file of LabelMe."));
  if (self.scan.error != NULL || !finish (&self))
    {
      g_propagate_error (error, self.scan.error);
      return NULL;
    }

  return g_steal_pointer (&labels);
}
