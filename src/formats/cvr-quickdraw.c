/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads one line of a Quick, Draw! file. A reader of its own for the part of JSON that is needed,
 * since a general one recurses as deep as the file says. */
#include "cvr-quickdraw.h"

#include "cvr-bytes.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum
{
  MAX_DEPTH = 16,
  MAX_WORD = 256,
  MAX_NUMBER = 40,
  MAX_POINTS = 200000,
};

/* Coordinates beyond this are no drawing. */
static const double max_coordinate = 1e6;

void
cvr_drawing_free (CvrDrawing *self)
{
  if (self == NULL)
    return;

  g_free (self->word);
  g_array_unref (self->points);
  g_array_unref (self->lengths);
  g_free (self);
}

/* The next character that is not blank, unread; 0 at the end. */
static char
peek (CvrReader *reader)
{
  while (cvr_reader_left (reader) > 0 && g_ascii_isspace (reader->data[reader->position]))
    cvr_reader_skip (reader, 1);

  return cvr_reader_left (reader) > 0 ? (char) reader->data[reader->position] : '\0';
}

static gboolean
accept (CvrReader *reader,
        char       c)
{
  if (peek (reader) != c)
    return FALSE;
  cvr_reader_skip (reader, 1);

  return TRUE;
}

static gboolean
read_escape (CvrReader *reader,
             GString   *text)
{
  static const char letters[] = "bfnrt\"\\/", meanings[] = "\b\f\n\r\t\"\\/";
  char c = (char) cvr_reader_u8 (reader);
  const char *found = c != '\0' ? strchr (letters, c) : NULL;
  guint value = 0;

  if (found != NULL)
    {
      g_string_append_c (text, meanings[found - letters]);
      return TRUE;
    }
  if (c != 'u')
    return FALSE;

  for (guint i = 0; i < 4; i++)
    {
      gint digit = g_ascii_xdigit_value ((char) cvr_reader_u8 (reader));

      if (digit < 0)
        return FALSE;
      value = value << 4 | (guint) digit;
    }
  /* Halves of pairs beyond the basic plane don't occur in the words; they become a mark. */
  g_string_append_unichar (text, value != 0 && g_unichar_validate (value) ? value : 0xfffd);

  return TRUE;
}

/* Keeps the first MAX_WORD bytes. */
static gboolean
read_string (CvrReader *reader,
             GString   *text)
{
  g_string_truncate (text, 0);
  if (!accept (reader, '"'))
    return FALSE;

  while (cvr_reader_left (reader) > 0)
    {
      guint8 c = cvr_reader_u8 (reader);

      if (c == '"')
        return TRUE;
      if (c == '\\')
        {
          if (!read_escape (reader, text))
            return FALSE;
        }
      else if (text->len < MAX_WORD)
        {
          g_string_append_c (text, (char) c);
        }
      else if (text->len < MAX_WORD + 4)
        {
          return FALSE;
        }
    }

  return FALSE;
}

static gboolean
read_number (CvrReader *reader,
             double    *value)
{
  char digits[MAX_NUMBER + 1];
  char *end;
  guint n = 0;

  peek (reader);
  while (cvr_reader_left (reader) > 0 && n < MAX_NUMBER)
    {
      char c = (char) reader->data[reader->position];

      if (!g_ascii_isdigit (c) && (c == '\0' || strchr ("+-.eE", c) == NULL))
        break;
      digits[n++] = c;
      cvr_reader_skip (reader, 1);
    }
  digits[n] = '\0';
  *value = g_ascii_strtod (digits, &end);

  return n > 0 && n < MAX_NUMBER && *end == '\0' && isfinite (*value);
}

/* Past a number or one of JSON's three words. FALSE: there is neither. */
static gboolean
skip_scalar (CvrReader *reader)
{
  gsize start = reader->position;

  while (cvr_reader_left (reader) > 0)
    {
      char c = (char) reader->data[reader->position];

      if (!g_ascii_isalnum (c) && c != '+' && c != '-' && c != '.')
        break;
      cvr_reader_skip (reader, 1);
    }

  return reader->position > start;
}

/* Past any value, at most MAX_DEPTH deep. Loose about commas: what is skipped is not used. */
static gboolean
skip_value (CvrReader *reader,
            GString   *scratch)
{
  guint depth = 0;

  do
    {
      char c = peek (reader);

      if (c == '"')
        {
          if (!read_string (reader, scratch))
            return FALSE;
        }
      else if (c == '[' || c == '{')
        {
          cvr_reader_skip (reader, 1);
          if (++depth > MAX_DEPTH)
            return FALSE;
        }
      else if (depth > 0 && (c == ']' || c == '}'))
        {
          cvr_reader_skip (reader, 1);
          depth--;
        }
      else if (depth > 0 && (c == ',' || c == ':'))
        {
          cvr_reader_skip (reader, 1);
        }
      else if (!skip_scalar (reader))
        {
          return FALSE;
        }
    }
  while (depth > 0);

  return TRUE;
}

/* One row of coordinates into the points from @first on. @axis 0 makes the points, 1 fills them
 * in. */
static gboolean
read_axis (CvrReader *reader,
           CvrDrawing *drawing,
           guint       first,
           guint       axis)
{
  guint n = 0;

  if (!accept (reader, '['))
    return FALSE;

  while (!accept (reader, ']'))
    {
      double value;

      if ((n > 0 && !accept (reader, ',')) || !read_number (reader, &value) ||
          fabs (value) > max_coordinate)
        return FALSE;
      if (axis == 0)
        {
          CvrStrokePoint point = { (float) value, 0 };

          if (drawing->points->len == MAX_POINTS)
            return FALSE;
          g_array_append_val (drawing->points, point);
        }
      else
        {
          if (first + n >= drawing->points->len)
            return FALSE;
          g_array_index (drawing->points, CvrStrokePoint, first + n).y = (float) value;
        }
      n++;
    }

  return first + n == drawing->points->len;
}

/* [[x…], [y…]] or [[x…], [y…], [t…]]. */
static gboolean
read_stroke (CvrReader  *reader,
             CvrDrawing *drawing,
             GString    *scratch)
{
  guint first = drawing->points->len;
  guint n_points;

  if (!accept (reader, '[') || !read_axis (reader, drawing, first, 0) || !accept (reader, ',') ||
      !read_axis (reader, drawing, first, 1))
    return FALSE;
  while (accept (reader, ','))
    if (!skip_value (reader, scratch))
      return FALSE;

  n_points = drawing->points->len - first;
  if (n_points > 0)
    g_array_append_val (drawing->lengths, n_points);

  return accept (reader, ']');
}

static gboolean
read_strokes (CvrReader  *reader,
              CvrDrawing *drawing,
              GString    *scratch)
{
  gboolean first = TRUE;

  if (!accept (reader, '['))
    return FALSE;

  for (; !accept (reader, ']'); first = FALSE)
    if ((!first && !accept (reader, ',')) || !read_stroke (reader, drawing, scratch))
      return FALSE;

  return TRUE;
}

static gboolean
read_object (CvrReader  *reader,
             CvrDrawing *drawing,
             GString    *text)
{
  gboolean first = TRUE, has_drawing = FALSE;

  if (!accept (reader, '{'))
    return FALSE;

  for (; !accept (reader, '}'); first = FALSE)
    {
      if ((!first && !accept (reader, ',')) || !read_string (reader, text) || !accept (reader, ':'))
        return FALSE;

      if (g_str_equal (text->str, "word") && drawing->word == NULL)
        {
          if (!read_string (reader, text) || !g_utf8_validate (text->str, -1, NULL))
            return FALSE;
          drawing->word = text->len > 0 ? g_strdup (text->str) : NULL;
        }
      else if (g_str_equal (text->str, "drawing") && !has_drawing)
        {
          has_drawing = TRUE;
          if (!read_strokes (reader, drawing, text))
            return FALSE;
        }
      else if (!skip_value (reader, text))
        {
          return FALSE;
        }
    }

  return has_drawing;
}

/**
 * cvr_quickdraw_read:
 * @line: (array length=length): one line of an .ndjson file, raw or simplified
 *
 * Any thread. Errors: %CVR_FORMAT_ERROR.
 *
 * Returns: (transfer full): the drawing, with at least one point.
 */
CvrDrawing *
cvr_quickdraw_read (const guint8 *line,
                    gsize         length,
                    GError      **error)
{
  CvrReader reader = cvr_reader_new (line, length);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (CvrDrawing) drawing = g_new0 (CvrDrawing, 1);

  drawing->points = g_array_new (FALSE, FALSE, sizeof (CvrStrokePoint));
  drawing->lengths = g_array_new (FALSE, FALSE, sizeof (guint));

  if (!read_object (&reader, drawing, text) || drawing->points->len == 0)
    {
      g_set_error_literal (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                           _("The line is not a Quick, Draw! drawing: a JSON object with strokes "
                             "under “drawing”."));
      return NULL;
    }

  return g_steal_pointer (&drawing);
}
