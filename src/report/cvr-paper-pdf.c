/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A report on A4 pages: one column that is filled from above; what doesn't fit begins a new page. */
#include "cvr-paper.h"

#include "cvr-paint-text.h"

#include <cairo-pdf.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Points of 1/72 inch. */
enum
{
  PAGE_WIDTH = 595,
  PAGE_HEIGHT = 842,
  MARGIN = 48,
  COLUMN = PAGE_WIDTH - 2 * MARGIN,
  GAP = 14,
  ROW = 16,           /* of a table */
  TILES = 6,          /* in a row */
  HEADING_ROOM = 150, /* a heading does not stand alone at the foot of a page */
};

static const double text_size = 9.5;
static const double wide_drawing = 470; /* px: wider ones have a row for themselves */

typedef struct
{
  cairo_t    *cr;
  CvrTheme    theme;
  CvrPaper   *paper;
  double      y;       /* of what comes next */
  guint       page;
} Press;

static void
ink (Press  *press,
     CvrRgba colour)
{
  cairo_set_source_rgba (press->cr, colour.red, colour.green, colour.blue, colour.alpha);
}

/* Title and number at the foot. */
static void
end_page (Press *press)
{
  g_autofree char *number = g_strdup_printf ("%u", press->page);
  g_autofree char *title = NULL;

  cvr_paint_font (press->cr, &press->theme, 0.85, FALSE);
  ink (press, press->theme.dim);
  title = cvr_paint_ellipsize (press->cr, press->paper->title, COLUMN - 40);
  cvr_paint_text (press->cr, title, MARGIN, PAGE_HEIGHT - MARGIN / 2.0, 0);
  cvr_paint_text (press->cr, number, PAGE_WIDTH - MARGIN, PAGE_HEIGHT - MARGIN / 2.0, 1);
  cairo_show_page (press->cr);
  press->page++;
  press->y = MARGIN;
}

static void
make_room (Press *press,
           double height)
{
  if (press->y + height > PAGE_HEIGHT - MARGIN && press->y > MARGIN)
    end_page (press);
}

/* Words into lines; a word that is wider than the column is shortened. */
static void
set_text (Press      *press,
          const char *text,
          double      scale,
          gboolean    bold,
          CvrRgba     colour)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  g_autoptr (GString) line = g_string_new (NULL);
  double leading = text_size * scale * 1.4;

  for (guint i = 0; words[i] != NULL || line->len > 0; i++)
    {
      g_autofree char *longer = words[i] == NULL ? NULL
                                : g_strconcat (line->str, line->len > 0 ? " " : "", words[i], NULL);

      cvr_paint_font (press->cr, &press->theme, scale, bold);
      if (longer != NULL &&
          (line->len == 0 || cvr_paint_text_width (press->cr, longer) <= COLUMN))
        {
          g_string_assign (line, longer);
          continue;
        }
      make_room (press, leading);
      cvr_paint_font (press->cr, &press->theme, scale, bold);
      ink (press, colour);
      cvr_paint_text_in (press->cr, line->str, MARGIN, press->y + leading * 0.75, COLUMN, 0);
      press->y += leading;
      g_string_assign (line, words[i] != NULL ? words[i] : "");
      if (words[i] == NULL)
        break;
    }
  press->y += leading * 0.35;
}

static void
set_facts (Press          *press,
           const CvrBlock *block)
{
  guint n = block->cells->len / 2;
  double width = (double) COLUMN / CLAMP (n, 1, 4);

  for (guint i = 0; i < n; i++)
    {
      double x = MARGIN + (i % 4) * width;

      if (i % 4 == 0)
        make_room (press, 46);
      cvr_paint_font (press->cr, &press->theme, 1.9, TRUE);
      ink (press, press->theme.ink);
      cvr_paint_text_in (press->cr, block->cells->pdata[2 * i], x, press->y + 18, width - 8, 0);
      cvr_paint_font (press->cr, &press->theme, 0.95, FALSE);
      ink (press, press->theme.dim);
      cvr_paint_text_in (press->cr, block->cells->pdata[2 * i + 1], x, press->y + 33, width - 8, 0);
      if (i % 4 == 3 || i + 1 == n)
        press->y += 46;
    }
}

/* One row; the first column is wider, the others are set to the right. */
static void
set_row (Press          *press,
         const CvrBlock *block,
         guint           row)
{
  guint n = block->n_columns;
  double first = n > 2 ? COLUMN * 0.34 : COLUMN * 0.4;
  double rest = n > 1 ? (COLUMN - first) / (n - 1) : 0;

  for (guint c = 0; c < n; c++)
    {
      const char *cell = block->cells->pdata[row * n + c];

      cvr_paint_font (press->cr, &press->theme, 1, row == 0);
      ink (press, row == 0 ? press->theme.dim : press->theme.ink);
      if (c == 0)
        cvr_paint_text_in (press->cr, cell, MARGIN, press->y + 11, first - 6, 0);
      else if (n == 2)
        cvr_paint_text_in (press->cr, cell, MARGIN + first, press->y + 11, rest, 0);
      else
        cvr_paint_text_in (press->cr, cell, MARGIN + first + c * rest, press->y + 11, rest - 4, 1);
    }
  ink (press, press->theme.grid);
  cairo_set_line_width (press->cr, 0.5);
  cairo_move_to (press->cr, MARGIN, press->y + ROW - 0.5);
  cairo_line_to (press->cr, MARGIN + COLUMN, press->y + ROW - 0.5);
  cairo_stroke (press->cr);
  press->y += ROW;
}

static void
set_table (Press          *press,
           const CvrBlock *block)
{
  guint n_rows = block->cells->len / MAX (block->n_columns, 1);

  for (guint row = 0; row < n_rows; row++)
    {
      double before = press->y;

      make_room (press, row == 0 ? 3 * ROW : ROW);
      if (row > 0 && press->y < before)
        set_row (press, block, 0);
      set_row (press, block, row);
    }
  press->y += GAP;
}

/* Two beside each other, or one that is wide. */
static void
set_drawings (Press          *press,
              const CvrBlock *block)
{
  for (guint i = 0; i < block->drawings->len;)
    {
      const CvrDrawing *drawing = &g_array_index (block->drawings, CvrDrawing, i);
      gboolean alone = drawing->width > wide_drawing || block->drawings->len == 1;
      guint n = alone ? 1 : MIN (2, block->drawings->len - i);
      double width = alone ? MIN (drawing->width, COLUMN) : (COLUMN - GAP) / 2.0;
      double height = width * drawing->height / drawing->width;

      make_room (press, height);
      for (guint c = 0; c < n; c++, drawing++)
        {
          cairo_save (press->cr);
          cairo_translate (press->cr, MARGIN + c * (width + GAP), press->y);
          drawing->draw (press->cr, width, height, drawing->which, &press->theme,
                         press->paper->data);
          cairo_restore (press->cr);
        }
      press->y += height + GAP;
      i += n;
    }
}

static void
set_tile (Press         *press,
          const CvrTile *tile,
          double         x,
          double         side)
{
  int width = cairo_image_surface_get_width (tile->image);
  int height = cairo_image_surface_get_height (tile->image);
  double scale = side / MAX (MAX (width, height), 1);
  cairo_pattern_t *pattern = cairo_pattern_create_for_surface (tile->image);

  cairo_save (press->cr);
  cairo_translate (press->cr, x, press->y + side - height * scale);
  cairo_scale (press->cr, scale, scale);
  cairo_pattern_set_filter (pattern, scale > 1 ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_GOOD);
  cairo_set_source (press->cr, pattern);
  cairo_paint (press->cr);
  cairo_restore (press->cr);
  cairo_pattern_destroy (pattern);

  cvr_paint_font (press->cr, &press->theme, 0.8, FALSE);
  ink (press, tile->right ? press->theme.right : press->theme.wrong);
  cvr_paint_text (press->cr, tile->right ? "✓" : "✗", x, press->y + side + 10, 0);
  ink (press, press->theme.ink);
  cvr_paint_text_in (press->cr, tile->caption, x + 10, press->y + side + 10, side - 8, 0);
}

static void
set_tiles (Press          *press,
           const CvrBlock *block)
{
  double pitch = (double) COLUMN / TILES, side = pitch - 8;

  for (guint i = 0; i < block->tiles->len; i++)
    {
      if (i % TILES == 0)
        make_room (press, side + 18);
      set_tile (press, &g_array_index (block->tiles, CvrTile, i), MARGIN + (i % TILES) * pitch, side);
      if (i % TILES == TILES - 1 || i + 1 == block->tiles->len)
        press->y += side + 18;
    }
  press->y += GAP / 2.0;
}

static void
set_block (Press          *press,
           const CvrBlock *block)
{
  switch (block->kind)
    {
    case CVR_BLOCK_HEADING:
      make_room (press, HEADING_ROOM);
      press->y += GAP / 2.0;
      set_text (press, block->text, 1.45, TRUE, press->theme.ink);
      break;
    case CVR_BLOCK_TEXT:
      set_text (press, block->text, 1, FALSE, press->theme.ink);
      break;
    case CVR_BLOCK_FACTS:
      set_facts (press, block);
      break;
    case CVR_BLOCK_TABLE:
      set_table (press, block);
      break;
    case CVR_BLOCK_DRAWINGS:
      set_drawings (press, block);
      break;
    case CVR_BLOCK_TILES:
    default:
      set_tiles (press, block);
      break;
    }
}

static cairo_status_t
collect_cb (void                *closure,
            const unsigned char *data,
            unsigned int         length)
{
  g_byte_array_append (closure, data, length);

  return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *
open_press (CvrPaper   *paper,
            GByteArray *bytes,
            gint64      when)
{
  cairo_surface_t *surface =
    cairo_pdf_surface_create_for_stream (collect_cb, bytes, PAGE_WIDTH, PAGE_HEIGHT);
  g_autoptr (GDateTime) date = when > 0 ? g_date_time_new_from_unix_utc (when) : NULL;
  g_autofree char *text = date != NULL ? g_date_time_format_iso8601 (date) : NULL;

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, paper->title);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, "Convisor");
  if (text != NULL)
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATE_DATE, text);

  return surface;
}

GBytes *
cvr_paper_to_pdf (CvrPaper *self,
                  gint64    when,
                  gboolean (*keep_going) (gpointer data),
                  gpointer  data,
                  GError  **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  cairo_surface_t *surface = open_press (self, bytes, when);
  Press press = { cairo_create (surface), cvr_paint_theme (FALSE, FALSE), self, MARGIN, 1 };
  gboolean stopped = FALSE;
  cairo_status_t status;

  press.theme.text_size = text_size;
  set_text (&press, self->title, 2.4, TRUE, press.theme.ink);
  if (self->subtitle != NULL)
    set_text (&press, self->subtitle, 1, FALSE, press.theme.dim);
  for (guint i = 0; i < self->blocks->len && !stopped; i++)
    {
      set_block (&press, self->blocks->pdata[i]);
      stopped = keep_going != NULL && !keep_going (data);
    }
  if (self->foot != NULL)
    set_text (&press, self->foot, 0.9, FALSE, press.theme.dim);
  end_page (&press);

  cairo_destroy (press.cr);
  cairo_surface_finish (surface);
  status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (stopped)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled."));
  else if (status != CAIRO_STATUS_SUCCESS)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("The report could not be drawn: %s."),
                 cairo_status_to_string (status));
  else
    return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));

  return NULL;
}
