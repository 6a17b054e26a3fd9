/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A report on A4 pages: one column that is filled from above; what doesn't fit begins a new page. */
#include "cvr-press.h"

#include <cairo-pdf.h>
#include <glib/gi18n-lib.h>

enum
{
  FACTS = 4, /* in a row */
  TILES = 6,
};

static const double text_size = 9.5;
static const double small_text = 7.5;   /* of drawings beside each other */
static const double wide_drawing = 470; /* px: wider ones have a row for themselves */
static const double px = 0.7;           /* points */

static CvrPressType
type_of (CvrPress *press,
         double    scale,
         gboolean  bold,
         gboolean  dim)
{
  return (CvrPressType) { scale, bold, dim ? press->theme.dim : press->theme.ink };
}

/* A figure and its words. */
static double
set_fact (CvrPress   *press,
          const char *figure,
          const char *words,
          double      x,
          double      width)
{
  const CvrPressType large = type_of (press, 1.9, TRUE, FALSE);
  const CvrPressType plain = type_of (press, 0.95, FALSE, TRUE);
  g_autoptr (GPtrArray) above = cvr_press_break_lines (press, &large, figure, width);
  g_autoptr (GPtrArray) below = cvr_press_break_lines (press, &plain, words, width);
  double y = cvr_press_write (press, &large, above, x, press->y, 0);

  return cvr_press_write (press, &plain, below, x, y, 0);
}

static void
set_facts (CvrPress       *press,
           const CvrBlock *block)
{
  guint n = block->cells->len / 2;
  double width = (double) CVR_PRESS_COLUMN / CLAMP (n, 1, FACTS);

  for (guint first = 0; first < n; first += FACTS)
    {
      double end = press->y;

      cvr_press_make_room (press, 60);
      for (guint i = first; i < MIN (n, first + FACTS); i++)
        {
          double y = set_fact (press, block->cells->pdata[2 * i], block->cells->pdata[2 * i + 1],
                               CVR_PRESS_MARGIN + (i - first) * width, width - 8);

          end = MAX (end, y);
        }
      press->y = end + CVR_PRESS_GAP / 2.0;
    }
}

/* Drawings that stand beside each other. */
typedef struct
{
  guint      n;
  double     width, height;  /* of one; the widest and the highest of them */
  double     titles;         /* room above them */
  double     zoom;           /* of what is drawn */
  GPtrArray *lines[2];       /* of their titles */
} Row;

static void
row_clear (Row *row)
{
  for (guint i = 0; i < row->n; i++)
    g_ptr_array_unref (row->lines[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Row, row_clear)

/* Two, or one that is wide or alone. */
static Row
row_at (CvrPress       *press,
        const CvrBlock *block,
        guint           first)
{
  const CvrPressType bold = type_of (press, 0.95, TRUE, FALSE);
  const CvrDrawing *drawings = &g_array_index (block->drawings, CvrDrawing, first);
  gboolean alone = drawings[0].width > wide_drawing || block->drawings->len == 1;
  Row row = { .n = alone ? 1 : MIN (2, block->drawings->len - first) };

  row.zoom = alone ? 1 : small_text / text_size;
  row.width = alone ? MIN (drawings[0].width * px, CVR_PRESS_COLUMN)
                    : (CVR_PRESS_COLUMN - CVR_PRESS_GAP) / 2.0;
  for (guint i = 0; i < row.n; i++)
    {
      const char *title = drawings[i].title != NULL ? drawings[i].title : "";

      row.height = MAX (row.height, row.width * drawings[i].height / drawings[i].width);
      row.lines[i] = cvr_press_break_lines (press, &bold, title, row.width);
      if (title[0] != '\0')
        row.titles = MAX (row.titles, row.lines[i]->len * cvr_press_leading (press, &bold));
    }

  return row;
}

static void
set_drawing (CvrPress         *press,
             const CvrDrawing *drawing,
             const Row        *row,
             double            x)
{
  double width = row->width / row->zoom;

  cairo_save (press->cr);
  cairo_translate (press->cr, x, press->y + row->titles);
  cairo_scale (press->cr, row->zoom, row->zoom);
  drawing->draw (press->cr, width, width * drawing->height / drawing->width, drawing->which,
                 &press->theme, press->paper->data);
  cairo_restore (press->cr);
}

static void
set_drawings (CvrPress       *press,
              const CvrBlock *block)
{
  const CvrPressType bold = type_of (press, 0.95, TRUE, FALSE);

  for (guint first = 0; first < block->drawings->len;)
    {
      g_auto (Row) row = row_at (press, block, first);

      cvr_press_make_room (press, row.titles + row.height);
      for (guint i = 0; i < row.n; i++)
        {
          double x = CVR_PRESS_MARGIN + i * (row.width + CVR_PRESS_GAP);

          cvr_press_write (press, &bold, row.lines[i], x, press->y, 0);
          set_drawing (press, &g_array_index (block->drawings, CvrDrawing, first + i), &row, x);
        }
      press->y += row.titles + row.height + CVR_PRESS_GAP;
      first += row.n;
    }
}

static void
set_picture (CvrPress        *press,
             cairo_surface_t *image,
             double           x,
             double           side)
{
  int width = cairo_image_surface_get_width (image);
  int height = cairo_image_surface_get_height (image);
  double scale = side / MAX (MAX (width, height), 1);
  cairo_pattern_t *pattern = cairo_pattern_create_for_surface (image);

  cairo_save (press->cr);
  cairo_translate (press->cr, x, press->y + side - height * scale);
  cairo_scale (press->cr, scale, scale);
  cairo_pattern_set_filter (pattern, scale > 1 ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_GOOD);
  cairo_set_source (press->cr, pattern);
  cairo_paint (press->cr);
  cairo_restore (press->cr);
  cairo_pattern_destroy (pattern);
}

/* Each picture with a mark and its caption below. */
static void
set_tiles (CvrPress       *press,
           const CvrBlock *block)
{
  const CvrPressType small = type_of (press, 0.8, FALSE, FALSE);
  const double pitch = (double) CVR_PRESS_COLUMN / TILES, side = pitch - 8, mark = 10;

  for (guint first = 0; first < block->tiles->len; first += TILES)
    {
      GPtrArray *lines[TILES];
      guint n = MIN (TILES, block->tiles->len - first), most = 1;

      for (guint i = 0; i < n; i++)
        {
          lines[i] = cvr_press_break_lines (
            press, &small, g_array_index (block->tiles, CvrTile, first + i).caption, side - mark);
          most = MAX (most, lines[i]->len);
        }
      cvr_press_make_room (press, side + most * cvr_press_leading (press, &small));
      for (guint i = 0; i < n; i++)
        {
          const CvrTile *tile = &g_array_index (block->tiles, CvrTile, first + i);
          const CvrPressType sign = { 0.8, FALSE,
                                      tile->right ? press->theme.right : press->theme.wrong };
          g_autoptr (GPtrArray) signs =
            cvr_press_break_lines (press, &sign, tile->right ? "✓" : "✗", side);
          double x = CVR_PRESS_MARGIN + i * pitch, top = press->y + side + 2;

          set_picture (press, tile->image, x, side);
          cvr_press_write (press, &sign, signs, x, top, 0);
          cvr_press_write (press, &small, lines[i], x + mark, top, 0);
          g_ptr_array_unref (lines[i]);
        }
      press->y += side + most * cvr_press_leading (press, &small) + CVR_PRESS_GAP / 2.0;
    }
}

/* What has to stand on the page of the heading above it. */
static double
height_of_beginning (CvrPress       *press,
                     const CvrBlock *block)
{
  const CvrPressType plain = type_of (press, 1, FALSE, FALSE);

  switch (block->kind)
    {
    case CVR_BLOCK_TEXT:
      return cvr_press_paragraph_height (press, &plain, block->text);
    case CVR_BLOCK_TABLE:
      return cvr_press_table_head_height (press, block);
    case CVR_BLOCK_DRAWINGS:
      {
        g_auto (Row) row = row_at (press, block, 0);

        return row.titles + row.height;
      }
    case CVR_BLOCK_TILES:
      return (double) CVR_PRESS_COLUMN / TILES + 20;
    case CVR_BLOCK_FACTS:
      return 60;
    case CVR_BLOCK_HEADING:
    default:
      return 0;
    }
}

/* A heading does not stand alone at the foot of a page, nor with its first sentences only. */
static void
set_heading (CvrPress *press,
             guint     place)
{
  const CvrPressType bold = type_of (press, 1.45, TRUE, FALSE);
  const GPtrArray *blocks = press->paper->blocks;
  const CvrBlock *heading = blocks->pdata[place];
  double height = CVR_PRESS_GAP / 2.0 + cvr_press_paragraph_height (press, &bold, heading->text);

  for (guint i = place + 1; i < blocks->len; i++)
    {
      const CvrBlock *block = blocks->pdata[i];

      height += height_of_beginning (press, block);
      if (block->kind != CVR_BLOCK_TEXT)
        break;
    }
  cvr_press_make_room (press, MIN (height, CVR_PRESS_HEIGHT - 2 * CVR_PRESS_MARGIN));
  press->y += CVR_PRESS_GAP / 2.0;
  cvr_press_paragraph (press, &bold, heading->text);
}

static void
set_block (CvrPress *press,
           guint     place)
{
  const CvrPressType plain = type_of (press, 1, FALSE, FALSE);
  const CvrBlock *block = press->paper->blocks->pdata[place];

  switch (block->kind)
    {
    case CVR_BLOCK_HEADING:
      set_heading (press, place);
      break;
    case CVR_BLOCK_TEXT:
      cvr_press_paragraph (press, &plain, block->text);
      break;
    case CVR_BLOCK_FACTS:
      set_facts (press, block);
      break;
    case CVR_BLOCK_TABLE:
      cvr_press_table (press, block);
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
open_pdf (CvrPaper   *paper,
          GByteArray *bytes,
          gint64      when)
{
  cairo_surface_t *surface =
    cairo_pdf_surface_create_for_stream (collect_cb, bytes, CVR_PRESS_WIDTH, CVR_PRESS_HEIGHT);
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
  cairo_surface_t *surface = open_pdf (self, bytes, when);
  CvrPress press = { cairo_create (surface), cvr_paint_theme (FALSE, FALSE), self,
                     CVR_PRESS_MARGIN, 1 };
  const CvrPressType large = type_of (&press, 2.4, TRUE, FALSE);
  const CvrPressType dim = type_of (&press, 1, FALSE, TRUE);
  gboolean stopped = FALSE;
  cairo_status_t status;

  press.theme.text_size = text_size;
  cvr_press_paragraph (&press, &large, self->title);
  if (self->subtitle != NULL)
    cvr_press_paragraph (&press, &dim, self->subtitle);
  press.y += CVR_PRESS_GAP / 2.0;
  for (guint i = 0; i < self->blocks->len && !stopped; i++)
    {
      set_block (&press, i);
      stopped = keep_going != NULL && !keep_going (data);
    }
  if (self->foot != NULL)
    cvr_press_paragraph (&press, &dim, self->foot);
  cvr_press_end_page (&press);

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
