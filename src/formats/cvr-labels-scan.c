/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON (RFC 8259) read value by value; NaN and Infinity, which Python writes, are numbers too. */
#include "cvr-labels-scan.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum
{
  MAX_DEPTH = 100,
  MAX_NUMBER = 400,      /* characters */
  MAX_STRING = 16 << 20, /* bytes of a text that somebody asked for */
};

CvrScan
cvr_scan_begin (const guint8 *data,
                gsize         length)
{
  static const guint8 mark[] = { 0xef, 0xbb, 0xbf };
  gboolean marked = length >= sizeof mark && memcmp (data, mark, sizeof mark) == 0;

  return (CvrScan) { .data = data, .length = length, .position = marked ? sizeof mark : 0 };
}

/* The line of the place, from 1. */
guint
cvr_scan_line (const CvrScan *self)
{
  guint line = 1;

  for (gsize i = 0; i < self->position && i < self->length; i++)
    line += self->data[i] == '\n';

  return line;
}

/* Ends the reading: the text stops too early, or @wanted isn't there. */
static gboolean
fail (CvrScan    *self,
      const char *wanted)
{
  if (self->error != NULL)
    return FALSE;

  if (self->position >= self->length)
    g_set_error (&self->error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TRUNCATED,
                 _("The JSON ends in the middle, in line %u; copy the file once more."),
                 cvr_scan_line (self));
  else
    g_set_error (&self->error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                 /* Translators: %s is a thing such as "a number" or "“images”, a list" */
                 _("Line %u of the JSON should have %s there."), cvr_scan_line (self), wanted);

  return FALSE;
}

/* The next byte that is no blank, which stays unread; 0 at the end. */
static guint8
peek (CvrScan *self)
{
  while (self->position < self->length &&
         (self->data[self->position] == ' ' || self->data[self->position] == '\n' ||
          self->data[self->position] == '\t' || self->data[self->position] == '\r'))
    self->position++;

  return self->position < self->length ? self->data[self->position] : 0;
}

static gboolean
take (CvrScan    *self,
      char        c,
      const char *wanted)
{
  if (self->error != NULL)
    return FALSE;
  if (peek (self) != (guint8) c)
    return fail (self, wanted);

  self->position++;
  return TRUE;
}

/* Past a word of letters where it stands there. */
static gboolean
take_word (CvrScan    *self,
           const char *word)
{
  gsize length = strlen (word);

  if (self->length - self->position < length ||
      memcmp (self->data + self->position, word, length) != 0)
    return FALSE;

  self->position += length;
  return TRUE;
}

/* What kind of value comes next; it stays unread. */
CvrScanType
cvr_scan_type (CvrScan *self)
{
  guint8 c = self->error == NULL ? peek (self) : 0;

  switch (c)
    {
    case '{':
      return CVR_SCAN_OBJECT;
    case '[':
      return CVR_SCAN_LIST;
    case '"':
      return CVR_SCAN_STRING;
    case 't':
      return CVR_SCAN_TRUE;
    case 'f':
      return CVR_SCAN_FALSE;
    case 'n':
      return CVR_SCAN_NULL;
    case '-':
    case 'N':
    case 'I':
      return CVR_SCAN_NUMBER;
    default:
      return g_ascii_isdigit ((char) c) ? CVR_SCAN_NUMBER : CVR_SCAN_NOTHING;
    }
}

/**
 * cvr_scan_enter:
 * @type: an object or a list
 * @what: translated, for the sentence: "“images”, a list"
 *
 * Steps into the next value, whose members or elements come then.
 */
gboolean
cvr_scan_enter (CvrScan    *self,
                CvrScanType type,
                const char *what)
{
  if (!take (self, type == CVR_SCAN_OBJECT ? '{' : '[', what))
    return FALSE;
  if (++self->depth > MAX_DEPTH)
    {
      g_set_error (&self->error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE,
                   _("Line %u of the JSON is nested deeper than %d levels."),
                   cvr_scan_line (self), MAX_DEPTH);
      return FALSE;
    }

  self->opened = TRUE;
  return TRUE;
}

/* Past the comma before the next one, or past @end: FALSE. */
static gboolean
next (CvrScan *self,
      char     end)
{
  gboolean opened = self->opened;

  if (self->error != NULL)
    return FALSE;

  self->opened = FALSE;
  if (peek (self) == (guint8) end)
    {
      self->position++;
      self->depth--;
      return FALSE;
    }

  return opened || take (self, ',', end == '}' ? _("a comma or a }") : _("a comma or a ]"));
}

/**
 * cvr_scan_member:
 * @name: takes the name of the member; its value must be read or skipped then
 *
 * Returns: %FALSE behind the last member, and after an error.
 */
gboolean
cvr_scan_member (CvrScan *self,
                 GString *name)
{
  return next (self, '}') && cvr_scan_string (self, name) && take (self, ':', _("a colon"));
}

/* The same for a list's elements. */
gboolean
cvr_scan_element (CvrScan *self)
{
  return next (self, ']');
}

/* Four hexadecimal digits. */
static gboolean
read_unit (CvrScan *self,
           guint   *unit)
{
  *unit = 0;
  for (guint i = 0; i < 4; i++, self->position++)
    {
      if (self->position >= self->length ||
          !g_ascii_isxdigit ((char) self->data[self->position]))
        return fail (self, _("four hexadecimal digits"));
      *unit = *unit * 16 + (guint) g_ascii_xdigit_value ((char) self->data[self->position]);
    }

  return TRUE;
}

/* What follows "\u": one character of one or two units; a lone half is replaced. */
static gboolean
read_character (CvrScan *self,
                GString *value)
{
  guint high, low;

  if (!read_unit (self, &high))
    return FALSE;
  if (high >= 0xd800 && high < 0xdc00 && take_word (self, "\\u"))
    {
      if (!read_unit (self, &low))
        return FALSE;
      high = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)
                                           : 0xfffd;
    }
  if (high == 0 || (high >= 0xd800 && high < 0xe000))
    high = 0xfffd;
  g_string_append_unichar (value, high);

  return TRUE;
}

static gboolean
read_escape (CvrScan *self,
             GString *value)
{
  static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
  char c = self->position < self->length ? (char) self->data[self->position] : '\0';
  const char *found = c != '\0' ? strchr (letters, c) : NULL;

  if (c != 'u' && found == NULL)
    return fail (self, _("a known letter behind the backslash"));

  self->position++;
  if (c == 'u')
    return read_character (self, value);

  g_string_append_c (value, meant[found - letters]);
  return TRUE;
}

/* Reads a text; what is not UTF-8 in it is an error. */
gboolean
cvr_scan_string (CvrScan *self,
                 GString *value)
{
  g_string_truncate (value, 0);
  if (!take (self, '"', _("a text in quotes")))
    return FALSE;

  for (;;)
    {
      gsize start = self->position;

      while (self->position < self->length && self->data[self->position] >= 0x20 &&
             self->data[self->position] != '"' && self->data[self->position] != '\\')
        self->position++;
      if (value->len + (self->position - start) > MAX_STRING)
        return fail (self, _("a text of at most 16 million letters"));
      g_string_append_len (value, (const char *) self->data + start,
                           (gssize) (self->position - start));
      if (self->position >= self->length || self->data[self->position] < 0x20)
        return fail (self, _("the quotes at the end of a text"));
      if (self->data[self->position++] == '"')
        break;
      if (!read_escape (self, value))
        return FALSE;
    }

  return g_utf8_validate_len (value->str, value->len, NULL) || fail (self, _("UTF-8"));
}

/* Digits from the place on; FALSE where there are none. */
static gboolean
pass_digits (CvrScan *self)
{
  gsize start = self->position;

  while (self->position < self->length && g_ascii_isdigit ((char) self->data[self->position]))
    self->position++;

  return self->position > start;
}

/* Past a number as the standard has it, or one of Python's words for what isn't one. */
static gboolean
pass_number (CvrScan *self)
{
  if (take_word (self, "NaN") || take_word (self, "Infinity") || take_word (self, "-Infinity"))
    return TRUE;

  (void) take_word (self, "-");
  /* Nothing stands behind a zero but a fraction or an exponent. */
  if (!take_word (self, "0") && !pass_digits (self))
    return FALSE;
  if (take_word (self, ".") && !pass_digits (self))
    return FALSE;
  if (take_word (self, "e") || take_word (self, "E"))
    {
      if (!take_word (self, "-"))
        (void) take_word (self, "+");
      return pass_digits (self);
    }

  return TRUE;
}

/* Reads a number, which may be NaN or infinite. */
gboolean
cvr_scan_number (CvrScan *self,
                 double  *value)
{
  char text[MAX_NUMBER + 1];
  gsize start, n;

  if (cvr_scan_type (self) != CVR_SCAN_NUMBER)
    return fail (self, _("a number"));

  start = self->position;
  if (!pass_number (self))
    return fail (self, _("a number"));

  n = self->position - start;
  if (n > MAX_NUMBER)
    return fail (self, _("a shorter number"));
  memcpy (text, self->data + start, n);
  text[n] = '\0';
  *value = g_ascii_strtod (text, NULL);

  return TRUE;
}

/* Reads what tells things apart: a text, or a number as its digits; 7, 7.0 and "7" are one. */
gboolean
cvr_scan_id (CvrScan *self,
             GString *value)
{
  double number;
  gsize start;

  if (cvr_scan_type (self) == CVR_SCAN_STRING)
    return cvr_scan_string (self, value);

  start = self->position;
  if (!cvr_scan_number (self, &number))
    return FALSE;

  g_string_truncate (value, 0);
  g_string_append_len (value, (const char *) self->data + start,
                       (gssize) (self->position - start));
  if (fabs (number) < 9e15 && number == floor (number))
    g_string_printf (value, "%.0f", number);

  return TRUE;
}

/* Past a text without keeping it. */
static gboolean
skip_string (CvrScan *self)
{
  self->position++;
  while (self->position < self->length && self->data[self->position] != '"')
    self->position += self->data[self->position] == '\\' ? 2 : 1;
  if (self->position >= self->length)
    return fail (self, _("the quotes at the end of a text"));

  self->position++;
  return TRUE;
}

/* Past a value that holds no others. */
static gboolean
skip_plain (CvrScan *self)
{
  switch (cvr_scan_type (self))
    {
    case CVR_SCAN_STRING:
      return skip_string (self);
    case CVR_SCAN_NUMBER:
      return pass_number (self) || fail (self, _("a number"));
    case CVR_SCAN_TRUE:
      return take_word (self, "true") || fail (self, "true");
    case CVR_SCAN_FALSE:
      return take_word (self, "false") || fail (self, "false");
    case CVR_SCAN_NULL:
      return take_word (self, "null") || fail (self, "null");
    case CVR_SCAN_OBJECT:
    case CVR_SCAN_LIST:
    case CVR_SCAN_NOTHING:
    default:
      return fail (self, _("a value"));
    }
}

/* Past the name of a member and its colon. */
static gboolean
skip_name (CvrScan *self)
{
  if (cvr_scan_type (self) != CVR_SCAN_STRING)
    return fail (self, _("a text in quotes"));

  return skip_string (self) && take (self, ':', _("a colon"));
}

/* Past the next value, whatever it holds; without recursion, so that no nesting is too deep. */
gboolean
cvr_scan_skip (CvrScan *self)
{
  guint bottom = self->depth;
  CvrScanType holders[MAX_DEPTH + 1];

  do
    {
      CvrScanType type = cvr_scan_type (self);

      if (type == CVR_SCAN_OBJECT || type == CVR_SCAN_LIST)
        {
          if (!cvr_scan_enter (self, type, NULL))
            return FALSE;
          holders[self->depth] = type;
        }
      else if (!skip_plain (self))
        return FALSE;

      while (self->depth > bottom)
        {
          CvrScanType holder = holders[self->depth];
          guint depth = self->depth;

          if (next (self, holder == CVR_SCAN_OBJECT ? '}' : ']'))
            {
              if (holder == CVR_SCAN_OBJECT && !skip_name (self))
                return FALSE;
              break;
            }
          if (self->error != NULL || self->depth == depth)
            return FALSE;
        }
    }
  while (self->depth > bottom);

  return TRUE;
}

/* TRUE when only blanks are left. */
gboolean
cvr_scan_end (CvrScan *self)
{
  if (self->error != NULL)
    return FALSE;

  return (peek (self) == 0 && self->position == self->length) ||
         fail (self, _("the end of the file"));
}

/* The number that comes next; NaN for anything else. */
gboolean
cvr_scan_number_if (CvrScan *self,
                    double  *value)
{
  *value = NAN;

  return cvr_scan_type (self) == CVR_SCAN_NUMBER ? cvr_scan_number (self, value)
                                                 : cvr_scan_skip (self);
}

/* The text that comes next; empty for anything else. */
gboolean
cvr_scan_string_if (CvrScan *self,
                    GString *value)
{
  g_string_truncate (value, 0);

  return cvr_scan_type (self) == CVR_SCAN_STRING ? cvr_scan_string (self, value)
                                                 : cvr_scan_skip (self);
}

/**
 * cvr_scan_numbers:
 * @n: (out): how many the list has, of which the first @max are in @values; 0 for no list
 *
 * Reads a list of numbers; what is none of these is NaN.
 */
gboolean
cvr_scan_numbers (CvrScan *self,
                  double  *values,
                  guint    max,
                  guint   *n)
{
  double value;

  *n = 0;
  if (cvr_scan_type (self) != CVR_SCAN_LIST)
    return cvr_scan_skip (self);

  (void) cvr_scan_enter (self, CVR_SCAN_LIST, NULL);
  while (cvr_scan_element (self) && cvr_scan_number_if (self, &value))
    {
      if (*n < max)
        values[*n] = value;
      *n += *n < G_MAXUINT;
    }

  return self->error == NULL;
}
