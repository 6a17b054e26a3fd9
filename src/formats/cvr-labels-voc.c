/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads Pascal VOC's label files, one XML per picture, and the older ones of LabelMe, which have
 * outlines in the same place. Coordinates are taken as they stand: VOC's own begin with 1 and count
 * the last pixel in, but what today's programs write doesn't, and half a pixel is not worth a box
 * that moves each time it is written. */
#include "cvr-labels-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum
{
  MAX_DEPTH = 100,
  MAX_TEXT = 1 << 20, /* bytes of one element */
};

/* One object so far. */
typedef struct
{
  char           *name;
  gboolean        deleted;
  double          sides[4]; /* xmin, ymin, xmax, ymax; NaN: not there */
  double          point;    /* x of the outline's point */
  CvrLabelsExtent outline;
} Object;

typedef struct
{
  CvrLabels   *labels;
  CvrLabelled *picture;
  GString     *path;    /* of elements, each with a slash before it */
  GString     *text;
  guint        depth;
  guint        n_objects;
  Object       object;
  GArray      *boxes;   /* of CvrLabelBox, until the size is known */
  gboolean     rooted;  /* <annotation> was there */
} Reader;

static gboolean
is (const Reader *self,
    const char   *path)
{
  return strcmp (self->path->str, path) == 0;
}

static void
begin_object (Reader *self)
{
  g_free (self->object.name);
  self->object = (Object) { .sides = { NAN, NAN, NAN, NAN }, .point = NAN };
  self->n_objects++;
}

static void
end_object (Reader *self)
{
  Object *object = &self->object;
  const double *sides = object->sides;
  CvrLabelBox box = { 0, sides[0], sides[1], sides[2] - sides[0], sides[3] - sides[1] };
  gboolean boxed = !isnan (sides[0] + sides[1] + sides[2] + sides[3]);
  double around[4];

  if (object->deleted)
    return;
  if (object->name == NULL || (!boxed && object->outline.n == 0))
    {
      cvr_labels_problem (self->labels, NULL,
                          _("Object %u has no name or no whole box and was left out."),
                          self->n_objects);
      return;
    }

  if (!boxed)
    {
      cvr_labels_extent_box (&object->outline, around);
      box = (CvrLabelBox) { 0, around[0], around[1], around[2], around[3] };
    }
  box.label = cvr_labels_box_class (self->labels, object->name);
  g_array_append_val (self->boxes, box);
}

static void
start_element (GMarkupParseContext *context,
               const char          *name,
               const char         **attribute_names,
               const char         **attribute_values,
               gpointer             data,
               GError             **error)
{
  Reader *self = data;

  if (++self->depth > MAX_DEPTH)
    {
      gint line;

      g_markup_parse_context_get_position (context, &line, NULL);
      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE,
                   _("Line %d of the XML is nested deeper than %d levels."), line, MAX_DEPTH);
      return;
    }

  g_string_append_printf (self->path, "/%s", name);
  g_string_truncate (self->text, 0);
  self->rooted |= is (self, "/annotation");
  if (is (self, "/annotation/object"))
    begin_object (self);
}

/* A number of an object, NaN for what is none. */
static void
take_number (Reader *self,
             double *number)
{
  if (!cvr_labels_number (self->text->str, number))
    {
      *number = NAN;
      cvr_labels_problem (self->labels, NULL, _("Object %u: “%s” is no number."), self->n_objects,
                          self->text->str);
    }
}

/* Where each of an object's corners stands: in VOC and in LabelMe. */
static double *
find_side (Reader *self)
{
  static const char *const folders[] = { "/annotation/object/bndbox/",
                                         "/annotation/object/segm/box/" };
  static const char *const sides[] = { "xmin", "ymin", "xmax", "ymax" };

  for (guint f = 0; f < G_N_ELEMENTS (folders); f++)
    if (g_str_has_prefix (self->path->str, folders[f]))
      for (guint s = 0; s < G_N_ELEMENTS (sides); s++)
        if (strcmp (self->path->str + strlen (folders[f]), sides[s]) == 0)
          return &self->object.sides[s];

  return NULL;
}

static void
end_in_object (Reader *self)
{
  Object *object = &self->object;
  double *side = find_side (self);
  double y;

  if (side != NULL)
    take_number (self, side);
  else if (is (self, "/annotation/object/name"))
    {
      g_free (object->name);
      object->name = g_strdup (self->text->str);
    }
  else if (is (self, "/annotation/object/deleted"))
    object->deleted = strcmp (self->text->str, "1") == 0;
  else if (is (self, "/annotation/object/polygon/pt/x"))
    take_number (self, &object->point);
  else if (is (self, "/annotation/object/polygon/pt/y"))
    {
      take_number (self, &y);
      cvr_labels_extent_add (&object->outline, object->point, y);
    }
}

static void
take_text (char      **text,
           const char *value)
{
  g_free (*text);
  *text = value[0] != '\0' ? g_strdup (value) : NULL;
}

static void
end_in_picture (Reader *self)
{
  CvrLabelled *picture = self->picture;
  const char *text = self->text->str;
  double number = 0;
  gboolean known;

  if (is (self, "/annotation/filename"))
    {
      g_clear_pointer (&picture->path, g_free);
      if (text[0] != '\0')
        picture->path = cvr_labels_path (text);
    }
  else if (is (self, "/annotation/size/width") || is (self, "/annotation/imagesize/ncols"))
    (void) (cvr_labels_number (text, &number) && cvr_labels_side (number, &picture->width));
  else if (is (self, "/annotation/size/height") || is (self, "/annotation/imagesize/nrows"))
    (void) (cvr_labels_number (text, &number) && cvr_labels_side (number, &picture->height));
  else if (is (self, "/annotation/label") && text[0] != '\0')
    picture->label = (gint) cvr_labels_class (self->labels, text);
  else if (is (self, "/annotation/split"))
    take_text (&picture->split, cvr_labels_split (text, &known) != NULL
                                    ? cvr_labels_split (text, &known) : "");
  else if (is (self, "/annotation/note"))
    take_text (&picture->note, text);
  else if (is (self, "/annotation/tag"))
    cvr_labels_add_tag (self->labels, picture, text);
}

static void
end_element (GMarkupParseContext *context,
             const char          *name,
             gpointer             data,
             GError             **error)
{
  Reader *self = data;

  g_strstrip (self->text->str);
  if (is (self, "/annotation/object"))
    end_object (self);
  else if (g_str_has_prefix (self->path->str, "/annotation/object/"))
    end_in_object (self);
  else
    end_in_picture (self);

  g_string_truncate (self->text, 0);
  g_string_truncate (self->path, self->path->len - strlen (name) - 1);
  self->depth--;
}

static void
add_text (GMarkupParseContext *context,
          const char          *text,
          gsize                length,
          gpointer             data,
          GError             **error)
{
  Reader *self = data;

  if (self->text->len + length > MAX_TEXT)
    {
      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE,
                   _("The element “%s” of the XML has a text of more than a million letters."),
                   self->path->str + 1);
      return;
    }

  g_string_append_len (self->text, text, (gssize) length);
}

/* The encoding that the XML's first line declares; NULL: none. */
static char *
find_encoding (const guint8 *data,
               gsize         length)
{
  g_autofree char *head = g_strndup ((const char *) data, MIN (length, 200));
  const char *end = strstr (head, "?>");
  const char *word = end != NULL ? g_strstr_len (head, end - head, "encoding") : NULL;
  gsize n = 0;

  if (word == NULL)
    return NULL;

  word += strlen ("encoding");
  word += strspn (word, " =\"'");
  while (g_ascii_isalnum (word[n]) || (word[n] != '\0' && strchr ("-_.", word[n]) != NULL))
    n++;

  return n > 0 ? g_strndup (word, n) : NULL;
}

/* The XML in UTF-8, as GLib's parser wants it: what another encoding is declared as is converted.
 * NULL: it can't be. */
static char *
to_utf8 (const guint8 *data,
         gsize         length,
         gsize        *n_bytes,
         GError      **error)
{
  gsize mark = cvr_labels_mark (data, length);
  g_autofree char *encoding = NULL;
  char *text = NULL;

  if (length == mark)
    {
      g_set_error_literal (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TRUNCATED,
                           _("The XML is empty."));
      return NULL;
    }
  if (g_utf8_validate_len ((const char *) data + mark, length - mark, NULL))
    {
      *n_bytes = length - mark;
      return g_strndup ((const char *) data + mark, length - mark);
    }

  encoding = find_encoding (data, length);
  if (encoding != NULL)
    text = g_convert ((const char *) data, (gssize) length, "UTF-8", encoding, NULL, n_bytes, NULL);
  if (text == NULL)
    g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
                 _("The XML isn't in UTF-8 but in “%s”; save it in UTF-8."),
                 encoding != NULL ? encoding : _("an encoding it doesn't name"));

  return text;
}

static gboolean
parse (Reader     *self,
       const char *text,
       gsize       length,
       GError    **error)
{
  const GMarkupParser parser = { start_element, end_element, add_text, NULL, NULL };
  g_autoptr (GMarkupParseContext) context =
    g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, self, NULL);
  g_autoptr (GError) reason = NULL;

  if (g_markup_parse_context_parse (context, text, (gssize) length, &reason) &&
      g_markup_parse_context_end_parse (context, &reason))
    return TRUE;

  if (reason->domain == CVR_FORMAT_ERROR)
    g_propagate_error (error, g_steal_pointer (&reason));
  else
    /* Translators: GLib's sentence, which names the line. Entities of a document type of one's own
     * aren't known to it. */
    g_set_error (error, CVR_FORMAT_ERROR,
                 reason->code == G_MARKUP_ERROR_EMPTY ? CVR_FORMAT_ERROR_TRUNCATED
                                                      : CVR_FORMAT_ERROR_INVALID,
                 _("The XML can't be read: %s"), reason->message);

  return FALSE;
}

static gboolean
add_boxes (Reader  *self,
           GError **error)
{
  for (guint b = 0; b < self->boxes->len; b++)
    {
      const CvrLabelBox *box = &g_array_index (self->boxes, CvrLabelBox, b);
      const double sides[] = { box->x, box->y, box->width, box->height };

      if (!cvr_labels_add_box (self->labels, self->picture, box->label, sides, error))
        return FALSE;
    }

  return TRUE;
}

CvrLabels *
cvr_labels_read_voc (const guint8 *data,
                     gsize         length,
                     GError      **error)
{
  gsize n_bytes = 0;
  g_autofree char *utf8 = to_utf8 (data, length, &n_bytes, error);
  g_autoptr (CvrLabels) labels = cvr_labels_new ();
  g_autoptr (GString) path = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GArray) boxes = g_array_new (FALSE, FALSE, sizeof (CvrLabelBox));
  Reader self = { .labels = labels,
                  .picture = cvr_labels_add (labels, NULL),
                  .path = path,
                  .text = text,
                  .boxes = boxes };
  gboolean ok = utf8 != NULL && parse (&self, utf8, n_bytes, error);

  g_free (self.object.name);
  if (!ok)
    return NULL;
  if (!self.rooted)
    {
      g_set_error_literal (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                           _("The XML has no <annotation> as its outermost element; it is no label "
                             "file of Pascal VOC."));
      return NULL;
    }
  self.picture->in_pixels = TRUE;

  return add_boxes (&self, error) ? g_steal_pointer (&labels) : NULL;
}

/* Past what may stand before the first element: the declaration, comments, the document type. */
static const char *
skip_prolog (const char *text)
{
  for (;;)
    {
      const char *end;

      text += strspn (text, " \t\r\n");
      if (text[0] != '<' || (text[1] != '?' && text[1] != '!'))
        return text;

      end = g_str_has_prefix (text, "<!--") ? strstr (text, "-->") : strchr (text, '>');
      if (end == NULL)
        return "";
      text = strchr (end, '>') + 1;
    }
}

/* Whether the bytes are an XML with <annotation> outermost, and a picture or an object in it. */
gboolean
cvr_labels_is_voc (const guint8 *data,
                   gsize         length)
{
  gsize mark = cvr_labels_mark (data, length);
  g_autofree char *text = NULL;
  const char *root;

  if (length == mark || (data[mark] != '<' && !g_ascii_isspace ((char) data[mark])))
    return FALSE;

  text = g_strndup ((const char *) data + mark, length - mark);
  root = skip_prolog (text);

  return g_str_has_prefix (root, "<annotation") &&
         (root[strlen ("<annotation")] == '>' ||
          g_ascii_isspace (root[strlen ("<annotation")])) &&
         (strstr (root, "<filename") != NULL || strstr (root, "<object") != NULL ||
          strstr (root, "<size") != NULL);
}
