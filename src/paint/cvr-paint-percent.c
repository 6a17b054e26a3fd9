/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plot with per cent upwards, shared by the charts of the compression. */
#include "cvr-paint-compress-private.h"

enum { MAX_TICKS = 8 };

static guint
find_ticks (const CvrPercentPlot *plot,
            const CvrTheme       *theme,
            double               *ticks,
            guint                *decimals)
{
  guint room = (guint) CLAMP (plot->height / (theme->text_size * 2.4), 2, MAX_TICKS);
  guint n = cvr_paint_nice_ticks (plot->low, plot->high, room, ticks);
  guint of_fraction = n > 1 ? cvr_paint_decimals (ticks[1] - ticks[0]) : 2;

  *decimals = of_fraction > 2 ? of_fraction - 2 : 0;

  return n;
}

gboolean
cvr_percent_plot_place (double          width,
                        double          height,
                        double          low,
                        double          high,
                        const CvrTheme *theme,
                        CvrPercentPlot *plot)
{
  double text = theme->text_size, ticks[MAX_TICKS], widest = 0;
  guint n, decimals;
  cairo_t *cr;

  *plot = (CvrPercentPlot) { 0, text * 0.8, 0, height - text * 3.7, low, high };
  if (!(width >= 60) || !(plot->height >= 20) || !(high > low))
    return FALSE;

  cr = cvr_paint_measure_new ();
  cvr_paint_font (cr, theme, 0.92, FALSE);
  n = find_ticks (plot, theme, ticks, &decimals);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *label = cvr_paint_percent (ticks[i], decimals);

      widest = MAX (widest, cvr_paint_text_width (cr, label));
    }
  cairo_destroy (cr);
  plot->left = widest + text * 0.9;
  plot->width = width - plot->left - text * 1.2;

  return plot->width >= 20;
}

void
cvr_percent_plot_draw (cairo_t              *cr,
                       const CvrPercentPlot *plot,
                       const char           *x_label,
                       const CvrTheme       *theme)
{
  double text = theme->text_size, ticks[MAX_TICKS], bottom = plot->top + plot->height;
  guint decimals, n = find_ticks (plot, theme, ticks, &decimals);

  cairo_set_line_width (cr, 1);
  cvr_paint_font (cr, theme, 0.92, FALSE);
  for (guint i = 0; i < n; i++)
    {
      double y = cvr_percent_plot_y (plot, ticks[i]);
      g_autofree char *label = cvr_paint_percent (ticks[i], decimals);

      cvr_paint_set (cr, theme->grid);
      cairo_move_to (cr, plot->left, y);
      cairo_line_to (cr, plot->left + plot->width, y);
      cairo_stroke (cr);
      cvr_paint_set (cr, theme->dim);
      cvr_paint_text (cr, label, plot->left - text * 0.5, y + text * 0.32, 1);
    }
  cvr_paint_set (cr, theme->dim);
  cairo_move_to (cr, plot->left, bottom);
  cairo_line_to (cr, plot->left + plot->width, bottom);
  cairo_stroke (cr);
  if (x_label != NULL)
    cvr_paint_text_in (cr, x_label, plot->left + plot->width / 2, bottom + text * 2.5, plot->width,
                       0.5);
}

void
cvr_percent_plot_note (cairo_t              *cr,
                       const CvrPercentPlot *plot,
                       double                x,
                       double                y,
                       const char           *first,
                       const char           *second,
                       const CvrTheme       *theme)
{
  double text = theme->text_size, wide, tall = text * (second != NULL ? 3.1 : 1.8);

  cvr_paint_font (cr, theme, 1, TRUE);
  wide = cvr_paint_text_width (cr, first);
  cvr_paint_font (cr, theme, 1, FALSE);
  if (second != NULL)
    wide = MAX (wide, cvr_paint_text_width (cr, second));
  wide += text * 1.2;
  x = x + text + wide <= plot->left + plot->width ? x + text : MAX (x - text - wide, 0);
  y = CLAMP (y - tall / 2, plot->top, MAX (plot->top + plot->height - tall, plot->top));

  cvr_paint_rounded (cr, x, y, wide, tall, 6);
  cvr_paint_set_faded (cr, theme->paper, 0.95);
  cairo_fill_preserve (cr);
  cvr_paint_set (cr, theme->grid);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  cvr_paint_set (cr, theme->ink);
  cvr_paint_font (cr, theme, 1, TRUE);
  cvr_paint_text (cr, first, x + text * 0.6, y + text * 1.25, 0);
  cvr_paint_font (cr, theme, 1, FALSE);
  if (second != NULL)
    cvr_paint_text (cr, second, x + text * 0.6, y + text * 2.55, 0);
}
