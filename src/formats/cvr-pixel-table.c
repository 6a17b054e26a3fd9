/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads tables of pixels, as MNIST is passed on: a label and 784 numbers from 0 to 255 a row. */
#include "cvr-pixel-table.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum { MAX_LABEL = 9999 };

/* One field: a whole number, or a word. */
typedef struct
{
  gboolean    is_number;
  guint       value;
  const char *text;
  gsize       length;
  gboolean    last; /* of its row */
} Field;

/* Past the field at the reading position and the separator or the line end behind it. */
static void
read_field (CvrPixelTable *self,
            Field         *field)
{
  gsize start, end;

  while (self->position < self->length && self->data[self->position] == ' ')
    self->position++;
  start = self->position;
  while (self->position < self->length && self->data[self->position] != (guint8) self->separator &&
         self->data[self->position] != '\n' && self->data[self->position] != '\r')
    self->position++;
  for (end = self->position; end > start && self->data[end - 1] == ' ';)
    end--;

  *field = (Field) { end > start, 0, (const char *) self->data + start, end - start, TRUE };
  for (gsize i = start; i < end && field->is_number; i++)
    {
      field->is_number = g_ascii_isdigit ((char) self->data[i]) && field->value <= MAX_LABEL;
      field->value = 10 * field->value + (guint) (self->data[i] - '0');
    }
  if (self->position < self->length && self->data[self->position] == (guint8) self->separator)
    field->last = FALSE;
  if (self->position < self->length)
    self->position++;
}

static void
skip_empty_lines (CvrPixelTable *self)
{
  while (self->position < self->length && (self->data[self->position] == '\n' ||
                                           self->data[self->position] == '\r'))
    self->position++;
}

static guint
square_root (guint value)
{
  guint side = 0;

  while (side <= CVR_PIXEL_TABLE_MAX_SIDE && side * side < value)
    side++;

  return side <= CVR_PIXEL_TABLE_MAX_SIDE && side * side == value ? side : 0;
}

static gboolean
is_label_word (const Field *field)
{
  static const char *const words[] = { "label", "class", "target", "y", "etiqueta", "clase" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strlen (words[i]) == field->length &&
        g_ascii_strncasecmp (field->text, words[i], field->length) == 0)
      return TRUE;

  return FALSE;
}

/**
 * cvr_pixel_table_open:
 * @self: (out): stands before the first picture
 * @data: (array length=length): a whole table; borrowed while it is read
 *
 * The first row may name the columns; without, the label stands first. Any thread. Errors:
 * %CVR_FORMAT_ERROR.
 */
gboolean
cvr_pixel_table_open (CvrPixelTable *self,
                      const guint8  *data,
                      gsize          length,
                      GError       **error)
{
  static const guint8 mark[] = { 0xef, 0xbb, 0xbf };
  gboolean header = FALSE;
  guint n = 0;
  gint label_at = -1;
  Field field;
  gsize start;

  *self = (CvrPixelTable) { .data = data, .length = length, .separator = ',', .label_at = -1 };
  if (length >= sizeof mark && memcmp (data, mark, sizeof mark) == 0)
    self->position = sizeof mark;
  skip_empty_lines (self);
  start = self->position;
  for (gsize i = start; i < length && data[i] != '\n' && self->separator == ','; i++)
    {
      if (data[i] == ',')
        break;
      if (data[i] == ';' || data[i] == '\t')
        self->separator = (char) data[i];
    }

  do
    {
      read_field (self, &field);
      header = header || !field.is_number;
      if (label_at < 0 && is_label_word (&field))
        label_at = (gint) n;
      n++;
    }
  while (!field.last && n <= CVR_PIXEL_TABLE_MAX_SIDE * CVR_PIXEL_TABLE_MAX_SIDE + 1);

  self->side = square_root (n - 1);
  self->label_at = self->side > 0 ? MAX (label_at, 0) : -1;
  if (self->side == 0)
    self->side = square_root (n);
  if (self->side < 2)
    {
      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                   _("The table has %u columns; expected a label and the pixels of a square "
                     "picture, such as 1 + 784."), n);
      return FALSE;
    }
  if (!header)
    self->position = start;
  self->row = header ? 1 : 0;

  return TRUE;
}

/**
 * cvr_pixel_table_next:
 * @pixels: (out): side × side grey levels
 * @label: (out): unchanged where the table has none
 *
 * Returns: %FALSE at the end, and with @error set when a row is no picture.
 */
gboolean
cvr_pixel_table_next (CvrPixelTable *self,
                      guint8        *pixels,
                      guint         *label,
                      GError       **error)
{
  guint n = self->side * self->side + (self->label_at >= 0 ? 1 : 0);
  gsize used = 0;
  Field field;

  skip_empty_lines (self);
  if (self->position >= self->length)
    return FALSE;

  self->row++;
  for (guint column = 0; column < n; column++)
    {
      read_field (self, &field);
      if (!field.is_number || field.last != (column + 1 == n) ||
          ((gint) column != self->label_at && field.value > 255))
        {
          g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                       _("Row %u of the table is not %u whole numbers (pixels from 0 to 255)."),
                       self->row, n);
          return FALSE;
        }
      if ((gint) column == self->label_at)
        *label = field.value;
      else
        pixels[used++] = (guint8) field.value;
    }

  return TRUE;
}
