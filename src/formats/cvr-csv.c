/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads tables as spreadsheets write them: any of three separators, quotes, a byte order mark. */
#include "cvr-csv.h"

#include "cvr-bytes.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  MAX_FIELD = 1 << 16,
  MAX_FIELDS = 32,
  MAX_ROWS = 4 << 20,
};

void
cvr_csv_free (CvrCsv *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->rows);
  g_free (self);
}

/* UTF-8 as it is, anything else as the single-byte encoding that old spreadsheets write. */
static char *
to_utf8 (const guint8 *data,
         gsize         length,
         gsize        *n_bytes,
         GError      **error)
{
  static const guint8 mark[] = { 0xef, 0xbb, 0xbf };
  const char *text = (const char *) data;
  char *converted;

  if (length >= sizeof mark && memcmp (data, mark, sizeof mark) == 0)
    {
      text += sizeof mark;
      length -= sizeof mark;
    }
  if (length == 0)
    return g_strdup ("");
  if (memchr (text, '\0', length) != NULL)
    {
      g_set_error_literal (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
                           _("The table is not plain text; save it as CSV in UTF-8."));
      return NULL;
    }
  if (g_utf8_validate_len (text, length, NULL))
    {
      *n_bytes = length;
      return g_strndup (text, length);
    }

  converted = g_convert_with_fallback (text, (gssize) length, "UTF-8", "ISO-8859-1", NULL, NULL,
                                       n_bytes, NULL);
  if (converted == NULL)
    g_set_error_literal (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
                         _("The table is not plain text; save it as CSV in UTF-8."));

  return converted;
}

/* Past the first row where it only names the separator, as "sep=;" for spreadsheets does. */
static gsize
skip_separator_row (const char *text,
                    gsize       length)
{
  gsize n = strlen ("sep=") + 1;

  if (length <= n || g_ascii_strncasecmp (text, "sep=", n - 1) != 0 ||
      strchr (",;\t", text[n - 1]) == NULL || strchr ("\r\n", text[n]) == NULL)
    return 0;

  return n + 1;
}

/* The separator that the first row has most of, outside quotes; a comma where it has none. */
static char
find_separator (const char *text,
                gsize       length)
{
  static const char separators[] = ",;\t";
  guint counts[sizeof separators - 1] = { 0 };
  gboolean quoted = FALSE;
  guint best = 0;

  for (gsize i = 0; i < length && (quoted || (text[i] != '\n' && text[i] != '\r')); i++)
    {
      const char *found = text[i] != '\0' ? strchr (separators, text[i]) : NULL;

      quoted ^= text[i] == '"';
      if (found != NULL && !quoted)
        counts[found - separators]++;
    }
  for (guint s = 1; s < G_N_ELEMENTS (counts); s++)
    if (counts[s] > counts[best])
      best = s;

  return separators[best];
}

/* Reads one field up to its separator or line end, which stays unread. FALSE: too long. */
static gboolean
read_field (CvrReader *reader,
            char       separator,
            GString   *field)
{
  gboolean quoted = FALSE;

  g_string_truncate (field, 0);
  while (cvr_reader_left (reader) > 0)
    {
      char c = (char) reader->data[reader->position];

      if (!quoted && (c == separator || c == '\n' || c == '\r'))
        break;
      cvr_reader_skip (reader, 1);
      if (c == '"' && quoted && cvr_reader_left (reader) > 0 &&
          reader->data[reader->position] == '"')
        g_string_append_c (field, (char) cvr_reader_u8 (reader));
      else if (c == '"' && (quoted || field->len == 0))
        quoted = !quoted;
      else
        g_string_append_c (field, c);
      if (field->len > MAX_FIELD)
        return FALSE;
    }

  return TRUE;
}

/* Past one line end in any of its three spellings. */
static void
skip_line_end (CvrReader *reader)
{
  guint8 first = cvr_reader_u8 (reader);

  if (first == '\r' && cvr_reader_left (reader) > 0 && reader->data[reader->position] == '\n')
    cvr_reader_skip (reader, 1);
}

static gboolean
read_row (CvrReader *reader,
          char       separator,
          GString   *field,
          GPtrArray *rows)
{
  g_autoptr (GPtrArray) row = g_ptr_array_new_with_free_func (g_free);
  gboolean empty = TRUE;

  for (;;)
    {
      if (!read_field (reader, separator, field))
        return FALSE;
      /* A picture written out as numbers has hundreds of columns: the first few tell. */
      if (row->len < MAX_FIELDS)
        g_ptr_array_add (row, g_strdup (g_strstrip (field->str)));
      empty = empty && field->str[0] == '\0';
      if (cvr_reader_left (reader) == 0 || (char) reader->data[reader->position] != separator)
        break;
      cvr_reader_skip (reader, 1);
    }
  if (cvr_reader_left (reader) > 0)
    skip_line_end (reader);

  if (!empty)
    {
      g_ptr_array_add (row, NULL);
      g_ptr_array_add (rows, g_ptr_array_steal (row, NULL));
    }

  return TRUE;
}

static void
row_free (gpointer row)
{
  g_strfreev (row);
}

/**
 * cvr_csv_read:
 *
 * Reads a whole table. The separator is the one of comma, semicolon and tab that the first row has
 * most of, unless a row "sep=;" names it; fields may stand in double quotes (doubled inside); lines
 * may end in any way; the encoding is UTF-8 or else ISO 8859-1. Of rows with more than 32 fields
 * only the first 32 are kept. Any thread. Errors: %CVR_FORMAT_ERROR.
 *
 * Returns: (transfer full): free with cvr_csv_free().
 */
CvrCsv *
cvr_csv_read (const guint8 *data,
              gsize         length,
              GError      **error)
{
  gsize n_bytes = 0;
  g_autofree char *text = to_utf8 (data, length, &n_bytes, error);
  g_autoptr (GString) field = g_string_new (NULL);
  g_autoptr (CvrCsv) self = NULL;
  CvrReader reader;
  gsize start;

  if (text == NULL)
    return NULL;

  start = skip_separator_row (text, n_bytes);
  self = g_new0 (CvrCsv, 1);
  self->rows = g_ptr_array_new_with_free_func (row_free);
  self->separator = start > 0 ? text[start - 2] : find_separator (text, n_bytes);
  reader = cvr_reader_new ((const guint8 *) text + start, n_bytes - start);
  while (cvr_reader_left (&reader) > 0)
    if (self->rows->len == MAX_ROWS || !read_row (&reader, self->separator, field, self->rows))
      {
        g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE,
                     _("Row %u of the table is too long, or there are more than %d rows."),
                     self->rows->len + 1, MAX_ROWS);
        return NULL;
      }

  return g_steal_pointer (&self);
}
