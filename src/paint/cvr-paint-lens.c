/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a value came about: a sum line by line, and a function with a place on it. */
#include "cvr-paint-inside.h"
#include "cvr-paint-private.h"

/* Figures after the point that the largest number of the sum needs. */
static guint
sum_decimals (const CvrSumLine *lines,
              guint             n_lines)
{
  double most = 0;

  for (guint i = 0; i < n_lines; i++)
    most = fmax (most, fabs (lines[i].value));

  return most >= 100 ? 1 : most >= 10 ? 2 : 3;
}

/**
 * cvr_paint_sum:
 *
 * In the middle of the height; smaller where there are too many lines for it.
 */
void
cvr_paint_sum (cairo_t          *cr,
               double            width,
               double            height,
               const CvrSumLine *lines,
               guint             n_lines,
               const CvrTheme   *theme)
{
  double pitch = fmin (theme->text_size * 1.55, height / MAX (n_lines, 1));
  double scale = fmin (1, pitch / (theme->text_size * 1.3));
  guint decimals = sum_decimals (lines, n_lines);
  double y = fmax (height - n_lines * pitch, 0) / 2 + pitch * 0.75;

  if (n_lines == 0 || !(scale > 0.3))
    return;
  cairo_save (cr);
  for (guint i = 0; i < n_lines; i++, y += pitch)
    {
      g_autofree char *number = cvr_paint_number (lines[i].value, decimals);
      double room;

      cvr_paint_font (cr, theme, scale, lines[i].total);
      room = width - cvr_paint_text_width (cr, number) - theme->text_size * 0.5;
      if (lines[i].total)
        {
          cvr_paint_set (cr, theme->dim);
          cairo_set_line_width (cr, 1);
          cairo_move_to (cr, 0, floor (y - pitch * 0.8) + 0.5);
          cairo_line_to (cr, width, floor (y - pitch * 0.8) + 0.5);
          cairo_stroke (cr);
        }
      cvr_paint_set (cr, theme->dim);
      cvr_paint_text_in (cr, lines[i].text, 0, y, room, 0);
      cvr_paint_set (cr, theme->ink);
      cvr_paint_text (cr, number, width, y, 1);
    }
  cairo_restore (cr);
}

static void
draw_axes (cairo_t        *cr,
           double          width,
           double          height,
           double          zero_x,
           double          zero_y,
           const CvrTheme *theme)
{
  cvr_paint_set (cr, theme->grid);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, 0, floor (zero_y) + 0.5);
  cairo_line_to (cr, width, floor (zero_y) + 0.5);
  cairo_move_to (cr, floor (zero_x) + 0.5, 0);
  cairo_line_to (cr, floor (zero_x) + 0.5, height);
  cairo_stroke (cr);
}

/**
 * cvr_paint_function:
 * @x: [n] rising
 */
void
cvr_paint_function (cairo_t        *cr,
                    double          width,
                    double          height,
                    const float    *x,
                    const float    *y,
                    guint           n,
                    double          at_x,
                    double          at_y,
                    const CvrTheme *theme)
{
  double low = fmin (0, at_y), high = fmax (0, at_y), left, right, wide, tall;

  if (n < 2 || !(width > 8) || !(height > 8))
    return;
  left = fmin ((double) x[0], at_x);
  right = fmax ((double) x[n - 1], at_x);
  for (guint i = 0; i < n; i++)
    if (isfinite (y[i]))
      {
        low = fmin (low, (double) y[i]);
        high = fmax (high, (double) y[i]);
      }
  wide = fmax (right - left, 1e-9);
  tall = fmax (high - low, 1e-9);
#define ACROSS(value) (6 + ((value) -left) / wide * (width - 12))
#define DOWN(value) (6 + (high - (value)) / tall * (height - 12))
  cairo_save (cr);
  draw_axes (cr, width, height, ACROSS (0), DOWN (0), theme);
  cairo_set_dash (cr, (const double[]){ 3, 3 }, 2, 0);
  cvr_paint_set (cr, theme->dim);
  cairo_move_to (cr, ACROSS (at_x), DOWN (0));
  cairo_line_to (cr, ACROSS (at_x), DOWN (at_y));
  cairo_line_to (cr, ACROSS (0), DOWN (at_y));
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
  cvr_paint_set (cr, theme->ink);
  cairo_set_line_width (cr, 2);
  for (guint i = 0; i < n; i++)
    if (isfinite (y[i]))
      cairo_line_to (cr, ACROSS ((double) x[i]), DOWN ((double) y[i]));
  cairo_stroke (cr);
  cairo_arc (cr, ACROSS (at_x), DOWN (at_y), 5, 0, 2 * G_PI);
  cvr_paint_set (cr, theme->validation);
  cairo_fill_preserve (cr);
  cvr_paint_set (cr, theme->paper);
  cairo_set_line_width (cr, 1.5);
  cairo_stroke (cr);
  cairo_restore (cr);
#undef ACROSS
#undef DOWN
}
