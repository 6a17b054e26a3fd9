/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plane drawn large with its numbers written in it. */
#include "cvr-paint-private.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  double left, top, cell;
} Layout;

static gboolean
find_layout (double  width,
             double  height,
             guint   columns,
             guint   rows,
             Layout *layout)
{
  if (columns == 0 || rows == 0 || !isfinite (width) || !isfinite (height))
    return FALSE;

  layout->cell = MIN ((width - 4) / columns, (height - 4) / rows);
  /* Whole pixels keep the borders sharp where the cells are large enough not to notice. */
  if (layout->cell >= 8)
    layout->cell = floor (layout->cell);
  layout->left = floor ((width - layout->cell * columns) / 2);
  layout->top = floor ((height - layout->cell * rows) / 2);

  return layout->cell > 0;
}

/* Figures after the point for values up to @limit: about three that count. */
static guint
decimals_for (float limit)
{
  return limit >= 100 ? 0 : limit >= 10 ? 1 : 2;
}

static void
draw_number (cairo_t      *cr,
             const Layout *layout,
             double        x,
             double        y,
             double        size,
             float         value,
             guint         decimals,
             CvrRgba       ground)
{
  g_autofree char *number = cvr_paint_number (value, decimals);

  cvr_paint_set (cr, cvr_paint_ink_on (ground));
  cvr_paint_text (cr, number, x + layout->cell / 2, y + layout->cell / 2 + size * 0.36, 0.5);
}

static void
draw_frame (cairo_t        *cr,
            const Layout   *layout,
            gint            column,
            gint            row,
            const CvrTheme *theme)
{
  cairo_rectangle (cr, layout->left + column * layout->cell, layout->top + row * layout->cell,
                   layout->cell, layout->cell);
  cvr_paint_set (cr, theme->paper);
  cairo_set_line_width (cr, 5);
  cairo_stroke_preserve (cr);
  cvr_paint_set (cr, theme->ink);
  cairo_set_line_width (cr, 2.5);
  cairo_stroke (cr);
}

/* Text size at which the longest number of the plane fits into a cell. */
static double
number_size (cairo_t        *cr,
             const Layout   *layout,
             float           low,
             float           high,
             const CvrTheme *theme)
{
  guint decimals = decimals_for ((float) fmax (fabs (low), fabs (high)));
  g_autofree char *shortest = cvr_paint_number (low, decimals);
  g_autofree char *longest = cvr_paint_number (high, decimals);
  double widest;

  cvr_paint_font (cr, theme, 1, FALSE);
  widest = MAX (cvr_paint_text_width (cr, shortest), cvr_paint_text_width (cr, longest));

  return MIN (theme->text_size * 1.3, MIN (layout->cell * 0.42,
                                           theme->text_size * layout->cell * 0.84 / MAX (widest,
                                                                                         1)));
}

/**
 * cvr_paint_numbers:
 * @values: [rows, columns]; −∞ where there is no value: no cell is drawn there
 * @hover_column: framed; −1: none
 *
 * Square cells in the middle of the room, coloured as cvr_paint_plane() does, each with its number
 * where that can be read. The background is left as it is. Any thread with its own @cr.
 */
void
cvr_paint_numbers (cairo_t        *cr,
                   double          width,
                   double          height,
                   const float    *values,
                   guint           columns,
                   guint           rows,
                   gint            hover_column,
                   gint            hover_row,
                   gboolean        signed_values,
                   const CvrTheme *theme)
{
  Layout layout = { 0 };
  float low, high;
  double size, gap;

  if (!find_layout (width, height, columns, rows, &layout))
    return;

  cvr_paint_value_range (values, (gsize) columns * rows, &low, &high);
  cairo_save (cr);
  /* Cells of less than whole pixels would show seams where two soft edges meet. */
  if (layout.cell < 8)
    cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  size = number_size (cr, &layout, low, high, theme);
  gap = layout.cell >= 12 ? 1 : 0;
  cvr_paint_font (cr, theme, size / theme->text_size, FALSE);
  for (guint row = 0; row < rows; row++)
    for (guint column = 0; column < columns; column++)
      {
        float value = values[(gsize) row * columns + column];
        double x = layout.left + column * layout.cell, y = layout.top + row * layout.cell;
        CvrRgba ground = cvr_paint_unpack (cvr_paint_value_colour (theme, value, low, high,
                                                                   signed_values));

        if (cvr_paint_is_nothing (value))
          continue;
        cvr_paint_set (cr, ground);
        cairo_rectangle (cr, x, y, layout.cell - gap, layout.cell - gap);
        cairo_fill (cr);
        if (size >= 7)
          draw_number (cr, &layout, x, y, size, value,
                       decimals_for ((float) fmax (fabs (low), fabs (high))), ground);
      }
  cairo_rectangle (cr, layout.left - 0.5, layout.top - 0.5, layout.cell * columns + 1 - gap,
                   layout.cell * rows + 1 - gap);
  cvr_paint_set (cr, theme->dim);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  if (hover_column >= 0 && hover_row >= 0 && hover_column < (gint) columns &&
      hover_row < (gint) rows)
    draw_frame (cr, &layout, hover_column, hover_row, theme);
  cairo_restore (cr);
}

/**
 * cvr_paint_numbers_cell:
 *
 * The inverse of cvr_paint_numbers().
 *
 * Returns: %FALSE outside the cells.
 */
gboolean
cvr_paint_numbers_cell (double width,
                        double height,
                        guint  columns,
                        guint  rows,
                        double x,
                        double y,
                        guint *column,
                        guint *row)
{
  Layout layout = { 0 };
  double c, r;

  if (!find_layout (width, height, columns, rows, &layout))
    return FALSE;

  c = floor ((x - layout.left) / layout.cell);
  r = floor ((y - layout.top) / layout.cell);
  if (!(c >= 0 && c < columns && r >= 0 && r < rows))
    return FALSE;
  *column = (guint) c;
  *row = (guint) r;

  return TRUE;
}
