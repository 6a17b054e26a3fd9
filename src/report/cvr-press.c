/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A4 pages that are filled from above. */
#include "cvr-press.h"

#include "cvr-paint-text.h"

static const double line_height = 1.4;     /* in sizes of the text */
static const double baseline = 0.75;       /* of the line */
static const double paragraph_gap = 0.35;  /* in lines */

static void
choose_type (CvrPress           *self,
             const CvrPressType *type)
{
  cvr_paint_font (self->cr, &self->theme, type->scale, type->bold);
  cairo_set_source_rgba (self->cr, type->colour.red, type->colour.green, type->colour.blue,
                         type->colour.alpha);
}

void
cvr_press_end_page (CvrPress *self)
{
  const CvrPressType small = { 0.85, FALSE, self->theme.dim };
  double y = CVR_PRESS_HEIGHT - CVR_PRESS_MARGIN / 2.0;
  g_autofree char *number = g_strdup_printf ("%u", self->page);

  choose_type (self, &small);
  cvr_paint_text_in (self->cr, self->paper->title, CVR_PRESS_MARGIN, y, CVR_PRESS_COLUMN - 40, 0);
  cvr_paint_text (self->cr, number, CVR_PRESS_WIDTH - CVR_PRESS_MARGIN, y, 1);
  cairo_show_page (self->cr);
  self->page++;
  self->y = CVR_PRESS_MARGIN;
}

void
cvr_press_make_room (CvrPress *self,
                     double    height)
{
  if (self->y + height > CVR_PRESS_HEIGHT - CVR_PRESS_MARGIN && self->y > CVR_PRESS_MARGIN)
    cvr_press_end_page (self);
}

double
cvr_press_leading (CvrPress           *self,
                   const CvrPressType *type)
{
  return self->theme.text_size * type->scale * line_height;
}

/* How many characters of @text fit into @width, one at least. */
static glong
n_fitting (CvrPress   *self,
           const char *text,
           double      width)
{
  glong low = 1, high = MAX (g_utf8_strlen (text, -1), 1);

  while (low < high)
    {
      glong middle = (low + high + 1) / 2;
      g_autofree char *head = g_utf8_substring (text, 0, middle);

      if (cvr_paint_text_width (self->cr, head) <= width)
        low = middle;
      else
        high = middle - 1;
    }

  return low;
}

/* Adds @word to the last of @lines, or to new ones. */
static void
set_word (CvrPress   *self,
          GPtrArray  *lines,
          const char *word,
          double      width)
{
  char **last = (char **) &lines->pdata[lines->len - 1];
  char *longer = g_strconcat (*last, (*last)[0] != '\0' ? " " : "", word, NULL);

  if (cvr_paint_text_width (self->cr, longer) <= width)
    {
      g_free (*last);
      *last = longer;
      return;
    }
  g_free (longer);
  if ((*last)[0] != '\0')
    g_ptr_array_add (lines, g_strdup (""));
  while (cvr_paint_text_width (self->cr, word) > width && g_utf8_strlen (word, -1) > 1)
    {
      glong n = n_fitting (self, word, width);

      g_free (lines->pdata[lines->len - 1]);
      lines->pdata[lines->len - 1] = g_utf8_substring (word, 0, n);
      g_ptr_array_add (lines, g_strdup (""));
      word = g_utf8_offset_to_pointer (word, n);
    }
  g_free (lines->pdata[lines->len - 1]);
  lines->pdata[lines->len - 1] = g_strdup (word);
}

GPtrArray *
cvr_press_break_lines (CvrPress           *self,
                       const CvrPressType *type,
                       const char         *text,
                       double              width)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_auto (GStrv) words = g_strsplit (valid, " ", -1);
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);

  choose_type (self, type);
  g_ptr_array_add (lines, g_strdup (""));
  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0')
      set_word (self, lines, words[i], width);

  return lines;
}

double
cvr_press_write (CvrPress           *self,
                 const CvrPressType *type,
                 const GPtrArray    *lines,
                 double              x,
                 double              top,
                 double              align)
{
  double leading = cvr_press_leading (self, type);

  choose_type (self, type);
  for (guint i = 0; i < lines->len; i++)
    cvr_paint_text (self->cr, lines->pdata[i], x, top + (i + baseline) * leading, align);

  return top + lines->len * leading;
}

void
cvr_press_paragraph (CvrPress           *self,
                     const CvrPressType *type,
                     const char         *text)
{
  g_autoptr (GPtrArray) lines = cvr_press_break_lines (self, type, text, CVR_PRESS_COLUMN);
  double leading = cvr_press_leading (self, type);

  for (guint i = 0; i < lines->len; i++)
    {
      cvr_press_make_room (self, leading);
      choose_type (self, type);
      cvr_paint_text (self->cr, lines->pdata[i], CVR_PRESS_MARGIN, self->y + baseline * leading, 0);
      self->y += leading;
    }
  self->y += leading * paragraph_gap;
}

double
cvr_press_paragraph_height (CvrPress           *self,
                            const CvrPressType *type,
                            const char         *text)
{
  g_autoptr (GPtrArray) lines = cvr_press_break_lines (self, type, text, CVR_PRESS_COLUMN);

  return (lines->len + paragraph_gap) * cvr_press_leading (self, type);
}
