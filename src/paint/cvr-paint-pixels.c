/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pixels so large that they carry their numbers. */
#include "cvr-paint-private.h"

/* px: lines between narrower pixels would hide them. */
static const double grid_side = 10;

/**
 * cvr_paint_pixel_grid:
 *
 * Thin lines that show on dark and on light. Any thread with its own @cr.
 */
void
cvr_paint_pixel_grid (cairo_t       *cr,
                      double         width,
                      double         height,
                      const CvrZoom *zoom,
                      guint          columns,
                      guint          rows)
{
  double right = MIN (width, zoom->left + columns * zoom->scale);
  double bottom = MIN (height, zoom->top + rows * zoom->scale);
  double left = MAX (0, zoom->left), top = MAX (0, zoom->top);

  if (!(zoom->scale >= grid_side) || !(right > left) || !(bottom > top))
    return;

  cairo_save (cr);
  cairo_set_line_width (cr, 1);
  for (double x = ceil ((left - zoom->left) / zoom->scale); x <= columns; x++)
    {
      double at = floor (zoom->left + x * zoom->scale) - 0.5;

      if (at > right)
        break;
      cairo_move_to (cr, at, top);
      cairo_line_to (cr, at, bottom);
    }
  for (double y = ceil ((top - zoom->top) / zoom->scale); y <= rows; y++)
    {
      double at = floor (zoom->top + y * zoom->scale) - 0.5;

      if (at > bottom)
        break;
      cairo_move_to (cr, left, at);
      cairo_line_to (cr, right, at);
    }
  cairo_set_source_rgba (cr, 0.5, 0.5, 0.5, 0.6);
  cairo_stroke (cr);
  cairo_restore (cr);
}

/* Widths of "0" … "9" and of the minus: measuring every number of a screen would take longer than
 * writing them. */
typedef struct
{
  double digits[10], minus;
} Widths;

static double
number_width (const Widths *widths,
              const char   *number)
{
  double width = 0;

  for (const char *p = number; *p != '\0'; p++)
    if (g_ascii_isdigit (*p))
      width += widths->digits[*p - '0'];

  return width + (g_ascii_isdigit (number[0]) ? 0 : widths->minus);
}

static void
measure (cairo_t *cr,
         Widths  *widths)
{
  for (guint i = 0; i < 10; i++)
    {
      const char digit[] = { (char) ('0' + i), '\0' };

      widths->digits[i] = cvr_paint_text_width (cr, digit);
    }
  widths->minus = cvr_paint_text_width (cr, "−");
}

static void
write_pixel (cairo_t               *cr,
             const CvrZoom         *zoom,
             const CvrPixelNumbers *numbers,
             guint                  place,
             const Widths          *widths,
             double                 size)
{
  const guint8 *ground = numbers->ground + 3 * (gsize) place;
  CvrRgba colour = { ground[0] / 255.0, ground[1] / 255.0, ground[2] / 255.0, 1 };
  const gint16 *values = numbers->numbers + (gsize) numbers->n_each * place;
  double x = zoom->left + (numbers->column + place % numbers->columns + 0.5) * zoom->scale;
  double y = zoom->top + (numbers->row + place / numbers->columns + 0.5) * zoom->scale;
  double line = size * 1.15, first = y - (numbers->n_each - 1) * line / 2 + size * 0.36;

  cvr_paint_set (cr, cvr_paint_ink_on (colour));
  for (guint i = 0; i < numbers->n_each; i++)
    {
      char text[16];

      g_snprintf (text, sizeof text, "%s%d", values[i] < 0 ? "−" : "", ABS (values[i]));
      cairo_move_to (cr, x - number_width (widths, text) / 2, first + i * line);
      cairo_show_text (cr, text);
    }
}

/**
 * cvr_paint_pixel_numbers:
 *
 * Nothing where a pixel is narrower than %CVR_NUMBERS_SIDE. Black or white, whichever reads better
 * on the pixel. Any thread with its own @cr.
 */
void
cvr_paint_pixel_numbers (cairo_t               *cr,
                         const CvrZoom         *zoom,
                         const CvrPixelNumbers *numbers,
                         const CvrTheme        *theme)
{
  Widths widths;
  double size;

  if (!(zoom->scale >= CVR_NUMBERS_SIDE) || numbers->n_each == 0)
    return;

  size = MIN (theme->text_size * 1.3, zoom->scale * MIN (0.38, 0.8 / numbers->n_each));
  cairo_save (cr);
  cvr_paint_font (cr, theme, size / theme->text_size, FALSE);
  measure (cr, &widths);
  for (guint i = 0; i < numbers->columns * numbers->rows; i++)
    write_pixel (cr, zoom, numbers, i, &widths, size);
  cairo_new_path (cr);
  cairo_restore (cr);
}

/**
 * cvr_paint_pixel_frame:
 *
 * A double line around a pixel, at least 5 px wide, so that it is found on any picture. Any thread
 * with its own @cr.
 */
void
cvr_paint_pixel_frame (cairo_t        *cr,
                       const CvrZoom  *zoom,
                       guint           column,
                       guint           row,
                       const CvrTheme *theme)
{
  double side = MAX (zoom->scale, 5);
  double x = zoom->left + (column + 0.5) * zoom->scale - side / 2;
  double y = zoom->top + (row + 0.5) * zoom->scale - side / 2;

  cairo_save (cr);
  cairo_rectangle (cr, x, y, side, side);
  cvr_paint_set (cr, theme->paper);
  cairo_set_line_width (cr, 5);
  cairo_stroke_preserve (cr);
  cvr_paint_set (cr, theme->ink);
  cairo_set_line_width (cr, 2.5);
  cairo_stroke (cr);
  cairo_restore (cr);
}
