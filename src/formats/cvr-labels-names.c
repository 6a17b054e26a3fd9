/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the names of YOLO's classes: a name on each line, or the member "names" of a data.yaml, as
 * a list or a map, in either of YAML's two styles. Nothing else of YAML is understood. */
#include "cvr-labels-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  MAX_NAMES = 100000,
};

/* A place in the text, and the names by their numbers; NULL for one that isn't named. */
typedef struct
{
  const char *at;
  GPtrArray  *names;
} Reader;

static gboolean
give (Reader     *self,
      guint64     number,
      const char *name)
{
  if (number >= MAX_NAMES)
    return FALSE;

  if (number >= self->names->len)
    g_ptr_array_set_size (self->names, (gint) number + 1);
  g_free (self->names->pdata[number]);
  self->names->pdata[number] = g_strdup (name);

  return TRUE;
}

/* Past blanks, and past line ends and comments where @lines. */
static void
skip_blanks (Reader  *self,
             gboolean lines)
{
  for (;;)
    {
      const char *start = self->at;

      self->at += strspn (self->at, lines ? " \t\r\n" : " \t");
      if (*self->at == '#')
        self->at += strcspn (self->at, "\n");
      if (self->at == start)
        return;
    }
}

/* A letter by its code, as \\xF1 or \\u00F1; the "x" or "u" is unread. FALSE: it is neither. */
static gboolean
read_code (Reader  *self,
           GString *value)
{
  guint n_digits = *self->at == 'x' ? 2 : *self->at == 'u' ? 4 : 0;
  guint code = 0;

  for (guint i = 1; i <= n_digits; i++)
    {
      if (!g_ascii_isxdigit (self->at[i]))
        return FALSE;
      code = code * 16 + (guint) g_ascii_xdigit_value (self->at[i]);
    }
  if (code == 0 || (code >= 0xd800 && code < 0xe000))
    return FALSE;

  g_string_append_unichar (value, code);
  self->at += n_digits;

  return TRUE;
}

/* A text in quotes, whose first is unread. */
static gboolean
read_quoted (Reader  *self,
             GString *value)
{
  char quote = *self->at++;

  g_string_truncate (value, 0);
  for (; *self->at != '\0'; self->at++)
    if (*self->at == quote && quote == '\'' && self->at[1] == quote)
      g_string_append_c (value, *self->at++);
    else if (*self->at == quote)
      {
        self->at++;
        return TRUE;
      }
    else if (*self->at == '\\' && quote == '"' && self->at[1] != '\0')
      {
        self->at++;
        if (!read_code (self, value))
          g_string_append_c (value, *self->at);
      }
    else
      g_string_append_c (value, *self->at);

  return FALSE;
}

/* A text up to one of @ends, the line's end or a comment. */
static gboolean
read_scalar (Reader     *self,
             const char *ends,
             GString    *value)
{
  if (*self->at == '"' || *self->at == '\'')
    return read_quoted (self, value);

  g_string_truncate (value, 0);
  for (; *self->at != '\0' && strchr ("\r\n", *self->at) == NULL &&
         strchr (ends, *self->at) == NULL; self->at++)
    {
      if (*self->at == '#' && value->len > 0 && g_ascii_isspace (value->str[value->len - 1]))
        break;
      g_string_append_c (value, *self->at);
    }
  g_strchomp (value->str);
  value->len = strlen (value->str);

  return TRUE;
}

/* @number from @key's digits. */
static gboolean
read_number (const char *key,
             guint64    *number)
{
  return g_ascii_string_to_unsigned (key, 10, 0, MAX_NAMES - 1, number, NULL);
}

/* [a, b] or {0: a, 1: b}; the bracket is unread. */
static gboolean
read_flow (Reader  *self,
           GString *value)
{
  gboolean map = *self->at++ == '{';
  char end = map ? '}' : ']';
  guint64 number = 0;

  for (;;)
    {
      skip_blanks (self, TRUE);
      if (*self->at == end)
        return TRUE;
      if (map)
        {
          if (!read_scalar (self, ":", value) || !read_number (value->str, &number) ||
              *self->at++ != ':')
            return FALSE;
          skip_blanks (self, TRUE);
        }
      if (!read_scalar (self, map ? ",}" : ",]", value) || !give (self, number, value->str))
        return FALSE;
      number++;
      skip_blanks (self, TRUE);
      if (*self->at == ',')
        self->at++;
      else if (*self->at != end)
        return FALSE;
    }
}

/* Lines of "- name" or "number: name", until one that is neither. */
static gboolean
read_block (Reader  *self,
            GString *value)
{
  guint64 number = 0;

  for (;;)
    {
      skip_blanks (self, TRUE);
      if (*self->at == '-' && (self->at[1] == ' ' || self->at[1] == '\t'))
        self->at++;
      else if (g_ascii_isdigit (*self->at) || *self->at == '"' || *self->at == '\'')
        {
          if (!read_scalar (self, ":", value) || !read_number (value->str, &number) ||
              *self->at++ != ':')
            return FALSE;
        }
      else
        return self->names->len > 0;

      skip_blanks (self, FALSE);
      if (!read_scalar (self, "", value) || !give (self, number, value->str))
        return FALSE;
      number++;
    }
}

/* Behind "names:" at the start of a line; NULL: there is none. */
static const char *
find_member (const char *text,
             const char *name)
{
  gsize length = strlen (name);

  for (const char *line = text; line != NULL; line = strchr (line, '\n'))
    {
      line += *line == '\n';
      if (strncmp (line, name, length) == 0)
        {
          const char *behind = line + length + strspn (line + length, " \t");

          if (*behind == ':' || *behind == '=')
            return behind;
        }
    }

  return NULL;
}

static gboolean
read_yaml (Reader  *self,
           GString *value)
{
  self->at++;
  skip_blanks (self, TRUE);
  if (*self->at == '[' || *self->at == '{')
    return read_flow (self, value);

  return read_block (self, value);
}

/* A name on each line. */
static gboolean
read_lines (Reader *self)
{
  g_auto (GStrv) lines = g_strsplit (self->at, "\n", MAX_NAMES + 1);
  guint n = g_strv_length (lines);

  if (n > MAX_NAMES)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (g_strstrip (lines[i])[0] != '\0' && !give (self, i, lines[i]))
      return FALSE;

  return TRUE;
}

/* The names with digits for those that nobody gave. */
static char **
finish (GPtrArray *names)
{
  for (guint i = 0; i < names->len; i++)
    {
      char *name = names->pdata[i];

      if (name == NULL || name[0] == '\0')
        {
          g_free (name);
          names->pdata[i] = g_strdup_printf ("%u", i);
        }
    }
  g_ptr_array_add (names, NULL);

  return (char **) g_ptr_array_steal (names, NULL);
}

/**
 * cvr_labels_read_names:
 *
 * Reads obj.names or data.yaml; a number that isn't named there gets its digits. Any thread.
 * Errors: %CVR_FORMAT_ERROR.
 *
 * Returns: (transfer full) (array zero-terminated=1): names by number; free with g_strfreev().
 */
char **
cvr_labels_read_names (const guint8 *data,
                       gsize         length,
                       GError      **error)
{
  gsize mark = cvr_labels_mark (data, length);
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) value = g_string_new (NULL);
  Reader self = { .names = names };
  const char *member;
  gboolean ok;

  if (length == mark || !g_utf8_validate_len ((const char *) data + mark, length - mark, NULL))
    {
      g_set_error_literal (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                           _("The list of class names is empty or not text in UTF-8."));
      return NULL;
    }

  text = g_strndup ((const char *) data + mark, length - mark);
  member = find_member (text, "names");
  self.at = member != NULL ? member : text;
  if (member != NULL && *member == ':')
    ok = read_yaml (&self, value);
  else
    ok = member == NULL && find_member (text, "nc") == NULL &&
         find_member (text, "train") == NULL && read_lines (&self);
  if (!ok || names->len == 0)
    {
      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                   _("No class names were found. Choose obj.names with a name on each line, or a "
                     "data.yaml with “names:”, of at most %'u classes."), (guint) MAX_NAMES);
      return NULL;
    }

  return finish (names);
}
