/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads YOLO's label texts, one per picture: on each line a class's number, and a box as the
 * fractions of its centre, width and height, or an outline as those of its points. */
#include "cvr-labels-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum
{
  MAX_LINE = 1 << 20, /* bytes */
  MAX_CLASS = 1 << 20,
};

/* One line's numbers so far. */
typedef struct
{
  double          head[6]; /* the first ones */
  guint           n;
  CvrLabelsExtent extent;  /* of all behind the first, taken as points */
} Line;

/* Reads the numbers between blanks. FALSE: something else stands there. */
static gboolean
parse_line (const char *text,
            Line       *line)
{
  double x = 0;

  *line = (Line) { 0 };
  while (*text != '\0')
    {
      char *end;
      double value;

      if (!g_ascii_isdigit (*text) && *text != '-' && *text != '+' && *text != '.')
        return FALSE;
      value = g_ascii_strtod (text, &end);
      if (end == text || (*end != '\0' && !g_ascii_isspace (*end)) || !isfinite (value))
        return FALSE;
      if (line->n < G_N_ELEMENTS (line->head))
        line->head[line->n] = value;
      if (line->n > 0 && line->n % 2 == 1)
        x = value;
      else if (line->n > 0)
        cvr_labels_extent_add (&line->extent, x, value);
      line->n++;
      for (text = end; g_ascii_isspace (*text); text++)
        continue;
    }

  return line->n > 0;
}

/* A box, perhaps with the network's certainty behind it, or an outline of three points and more. */
static gboolean
is_box (const Line *line)
{
  return line->n == 5 || line->n == 6;
}

static gboolean
is_outline (const Line *line)
{
  return line->n >= 7 && line->n % 2 == 1;
}

static gboolean
has_class (const Line *line)
{
  return line->head[0] >= 0 && line->head[0] < MAX_CLASS &&
         line->head[0] == floor (line->head[0]);
}

/* The next line without its blanks, in @line. FALSE: there is none. */
static gboolean
next_line (const guint8 *data,
           gsize         length,
           gsize        *position,
           GString      *line)
{
  gsize left = length - *position;
  const guint8 *start, *end;
  gsize n;

  if (left == 0)
    return FALSE;

  start = data + *position;
  end = memchr (start, '\n', left);
  n = end != NULL ? (gsize) (end - start) : left;
  *position += n + (end != NULL);
  g_string_truncate (line, 0);
  /* Half a line could be a line of its own: a mark that no line has stands for one too long. */
  g_string_append_len (line, n <= MAX_LINE ? (const char *) start : "?",
                       n <= MAX_LINE ? (gssize) n : 1);
  /* A zero byte would hide what stands behind it. */
  for (gsize i = 0; i < line->len; i++)
    if (line->str[i] == '\0')
      line->str[i] = '?';
  g_strstrip (line->str);
  line->len = strlen (line->str);

  return TRUE;
}

/* Whether a text is one of these by its form: on each line a whole number and fractions. */
gboolean
cvr_labels_is_yolo (const guint8 *data,
                    gsize         length)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize position = cvr_labels_mark (data, length);
  guint n = 0;
  Line line;

  while (next_line (data, length, &position, text))
    {
      if (text->len == 0)
        continue;
      if (!parse_line (text->str, &line) || !has_class (&line) || strchr (text->str, '.') == NULL ||
          (!is_box (&line) && !is_outline (&line)))
        return FALSE;
      /* A hair outside is what programs write for a box at the border. */
      for (guint i = 1; i < MIN (line.n, G_N_ELEMENTS (line.head)); i++)
        if (line.head[i] < -0.01 || line.head[i] > 1.01)
          return FALSE;
      n++;
    }

  return n > 0;
}

/* The class of a number: its name, or its digits. */
static guint
find_class (CvrLabels *labels,
            guint      number,
            guint      n_names)
{
  g_autofree char *digits = NULL;

  if (number < n_names)
    return number;

  digits = g_strdup_printf ("%u", number);
  return cvr_labels_class (labels, digits);
}

static gboolean
add_line (CvrLabels   *labels,
          CvrLabelled *picture,
          const Line  *line,
          guint        label,
          GError     **error)
{
  const double *head = line->head;
  double box[] = { head[1] - head[3] / 2, head[2] - head[4] / 2, head[3], head[4] };

  if (!is_box (line))
    cvr_labels_extent_box (&line->extent, box);

  return cvr_labels_add_box (labels, picture, label, box, error);
}

/* Names that stand twice keep their numbers: the second one gets its number behind it. */
static guint
add_names (CvrLabels         *labels,
           const char *const *classes)
{
  guint n = 0;

  for (; classes != NULL && classes[n] != NULL; n++)
    {
      g_autofree char *name = g_strdup (classes[n]);

      while (cvr_labels_class (labels, name) < n)
        {
          char *longer = g_strdup_printf ("%s %u", name, n);

          g_free (name);
          name = longer;
        }
    }

  return n;
}

CvrLabels *
cvr_labels_read_yolo (const guint8      *data,
                      gsize              length,
                      const char *const *classes,
                      GError           **error)
{
  g_autoptr (CvrLabels) labels = cvr_labels_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  CvrLabelled *picture = cvr_labels_add (labels, NULL);
  guint n_names = add_names (labels, classes);
  gsize position = cvr_labels_mark (data, length);
  guint n_good = 0, n_bad = 0;
  Line line;

  for (guint number = 1; next_line (data, length, &position, text); number++)
    {
      if (text->len == 0)
        continue;
      if (!parse_line (text->str, &line) || !has_class (&line) ||
          (!is_box (&line) && !is_outline (&line)))
        {
          cvr_labels_problem (labels, NULL,
                              _("Line %u isn't a class's number with a box or an outline and was "
                                "left out."), number);
          n_bad++;
          continue;
        }
      if (!add_line (labels, picture, &line, find_class (labels, (guint) line.head[0], n_names),
                     error))
        return NULL;
      n_good++;
    }
  if (n_good == 0 && n_bad > 0)
    {
      g_set_error_literal (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                           _("No line of the text is a class's number with four fractions; it is "
                             "no label file of YOLO."));
      return NULL;
    }

  return g_steal_pointer (&labels);
}
