/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plane drawn large with its numbers written in it. */
#include "cvr-paint-inside.h"
#include "cvr-paint-private.h"

#include <glib/gi18n-lib.h>

/* px: smaller cells hold no number and are drawn as one image. */
enum { SMALL_CELL = 8 };

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

/* Figures after the point for values up to @limit: two or three that count. */
static guint
decimals_for (double limit)
{
  enum { MOST = 5 }; /* more can't be read in a cell */

  if (!(limit > 0) || limit >= 0.1)
    return limit >= 100 ? 0 : limit >= 10 ? 1 : 2;

  return (guint) MIN (1 - floor (log10 (limit)), MOST);
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
            gint            columns,
            gint            rows,
            const CvrTheme *theme)
{
  cairo_rectangle (cr, layout->left + column * layout->cell, layout->top + row * layout->cell,
                   columns * layout->cell, rows * layout->cell);
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
  guint decimals = decimals_for (fmax (fabs (low), fabs (high)));
  g_autofree char *shortest = cvr_paint_number (low, decimals);
  g_autofree char *longest = cvr_paint_number (high, decimals);
  double widest;

  cvr_paint_font (cr, theme, 1, FALSE);
  widest = MAX (cvr_paint_text_width (cr, shortest), cvr_paint_text_width (cr, longest));

  return MIN (theme->text_size * 1.3, MIN (layout->cell * 0.42,
                                           theme->text_size * layout->cell * 0.84 / MAX (widest,
                                                                                         1)));
}

/* One image, its pixels enlarged: thousands of cells take one stroke of the brush. */
static void
draw_small (cairo_t        *cr,
            const Layout   *layout,
            const float    *values,
            guint           columns,
            guint           rows,
            float           low,
            float           high,
            gboolean        signed_values,
            const CvrTheme *theme)
{
  cairo_surface_t *surface = cvr_paint_surface (columns, rows, 1);
  guint8 *data;
  gsize stride;

  if (surface == NULL)
    return;
  data = cairo_image_surface_get_data (surface);
  stride = (gsize) cairo_image_surface_get_stride (surface);
  for (guint row = 0; row < rows; row++)
    for (guint column = 0; column < columns; column++)
      {
        float value = values[(gsize) row * columns + column];
        guint32 *pixel = (guint32 *) (gpointer) (data + row * stride) + column;

        *pixel = cvr_paint_is_nothing (value)
                     ? 0
                     : 0xff000000u
                           | cvr_paint_value_colour (theme, value, low, high, signed_values);
      }
  cairo_surface_mark_dirty (surface);
  cairo_translate (cr, layout->left, layout->top);
  cairo_scale (cr, layout->cell, layout->cell);
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), layout->cell >= 1 ? CAIRO_FILTER_NEAREST
                                                                     : CAIRO_FILTER_GOOD);
  cairo_rectangle (cr, 0, 0, columns, rows);
  cairo_fill (cr);
  cairo_surface_destroy (surface);
  cairo_scale (cr, 1 / layout->cell, 1 / layout->cell);
  cairo_translate (cr, -layout->left, -layout->top);
}

static void
draw_cells (cairo_t        *cr,
            const Layout   *layout,
            const float    *values,
            guint           columns,
            guint           rows,
            float           low,
            float           high,
            gboolean        signed_values,
            double          gap,
            const CvrTheme *theme)
{
  double size = number_size (cr, layout, low, high, theme);
  guint decimals = decimals_for (fmax (fabs (low), fabs (high)));

  cvr_paint_font (cr, theme, size / theme->text_size, FALSE);
  for (guint row = 0; row < rows; row++)
    for (guint column = 0; column < columns; column++)
      {
        float value = values[(gsize) row * columns + column];
        double x = layout->left + column * layout->cell, y = layout->top + row * layout->cell;
        CvrRgba ground =
            cvr_paint_unpack (cvr_paint_value_colour (theme, value, low, high, signed_values));

        if (cvr_paint_is_nothing (value))
          continue;
        cvr_paint_set (cr, ground);
        cairo_rectangle (cr, x, y, layout->cell - gap, layout->cell - gap);
        cairo_fill (cr);
        if (size >= 7)
          draw_number (cr, layout, x, y, size, value, decimals, ground);
      }
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
  double gap;

  if (!find_layout (width, height, columns, rows, &layout))
    return;

  cvr_paint_value_range (values, (gsize) columns * rows, &low, &high);
  cairo_save (cr);
  gap = layout.cell >= 12 ? 1 : 0;
  if (layout.cell < SMALL_CELL)
    draw_small (cr, &layout, values, columns, rows, low, high, signed_values, theme);
  else
    draw_cells (cr, &layout, values, columns, rows, low, high, signed_values, gap, theme);
  cairo_rectangle (cr, layout.left - 0.5, layout.top - 0.5, layout.cell * columns + 1 - gap,
                   layout.cell * rows + 1 - gap);
  cvr_paint_set (cr, theme->dim);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  if (hover_column >= 0 && hover_row >= 0 && hover_column < (gint) columns &&
      hover_row < (gint) rows)
    draw_frame (cr, &layout, hover_column, hover_row, 1, 1, theme);
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

/**
 * cvr_paint_frame:
 * @columns: of the plane, as @rows
 */
void
cvr_paint_frame (cairo_t        *cr,
                 double          width,
                 double          height,
                 guint           columns,
                 guint           rows,
                 const CvrFrame *frame,
                 const CvrTheme *theme)
{
  Layout layout = { 0 };
  gint left = MAX (frame->column, 0), top = MAX (frame->row, 0);
  gint right = MIN (frame->column + (gint) frame->columns, (gint) columns);
  gint bottom = MIN (frame->row + (gint) frame->rows, (gint) rows);

  if (left >= right || top >= bottom || !find_layout (width, height, columns, rows, &layout))
    return;

  cairo_save (cr);
  draw_frame (cr, &layout, left, top, right - left, bottom - top, theme);
  if (frame->step[0] > 1 || frame->step[1] > 1)
    for (gint row = frame->row; row < bottom; row += (gint) frame->step[0])
      for (gint column = frame->column; column < right; column += (gint) frame->step[1])
        if (row >= top && column >= left)
          {
            cairo_arc (cr, layout.left + (column + 0.5) * layout.cell,
                       layout.top + (row + 0.5) * layout.cell, fmax (layout.cell * 0.15, 1.5), 0,
                       2 * G_PI);
            cvr_paint_set (cr, theme->paper);
            cairo_fill_preserve (cr);
            cvr_paint_set (cr, theme->ink);
            cairo_set_line_width (cr, 1);
            cairo_stroke (cr);
          }
  cairo_restore (cr);
}
