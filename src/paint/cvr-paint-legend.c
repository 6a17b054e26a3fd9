/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all charts write their names with: keys, panels and the legend. */
#include "cvr-paint-chart-private.h"

enum { KEY = 20 }; /* px: length of a line in a legend */

/* Of the plot: a legend that would take more is left out. */
static const double most_room = 0.8;

void
cvr_plot_dot (cairo_t        *cr,
              double          x,
              double          y,
              double          radius,
              CvrRgba         colour,
              const CvrTheme *theme)
{
  cairo_new_path (cr);
  cairo_arc (cr, x, y, radius, 0, 2 * G_PI);
  cvr_paint_set (cr, colour);
  cairo_fill_preserve (cr);
  cvr_paint_set (cr, theme->paper);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
}

/* A panel of paper with a thin border, on which what lies below does not shine through. */
void
cvr_plot_panel (cairo_t        *cr,
                double          x,
                double          y,
                double          width,
                double          height,
                const CvrTheme *theme)
{
  cvr_paint_rounded (cr, x, y, width, height, 6);
  cvr_paint_set_faded (cr, theme->paper, 0.88);
  cairo_fill_preserve (cr);
  cvr_paint_set (cr, theme->grid);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
}

void
cvr_plot_key (cairo_t          *cr,
              const CvrPlotKey *key,
              double            x,
              double            y,
              const CvrTheme   *theme)
{
  static const double dashes[] = { 5, 2.5 };

  if (key->line)
    {
      cvr_paint_set (cr, key->colour);
      cairo_set_line_width (cr, 3);
      if (key->dashed)
        cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
      cairo_move_to (cr, x, y);
      cairo_line_to (cr, x + KEY, y);
      cairo_stroke (cr);
      cairo_set_dash (cr, NULL, 0, 0);
    }
  if (key->dot)
    cvr_plot_dot (cr, x + KEY / 2.0, y, 4, key->colour, theme);
}

/* The emptiest corner of @plot for something as large as @place. */
static void
find_corner (const CvrArea *plot,
             CvrLegendPlace  where,
             CvrPlotCount    count,
             gconstpointer   data,
             CvrArea        *place)
{
  guint fewest = G_MAXUINT;
  CvrArea best = *place;

  /* Corners in the order in which they are liked. */
  for (guint corner = 0; corner < 4; corner++)
    {
      gboolean left = corner & 1, foot = (corner & 2) ? where == CVR_LEGEND_TOP_FIRST
                                                      : where == CVR_LEGEND_FOOT_FIRST;
      CvrArea here = { plot->left + (left ? 8 : plot->width - place->width - 8),
                       plot->top + (foot ? plot->height - place->height - 8 : 8), place->width,
                       place->height };
      CvrArea around = { here.left - 9, here.top - 4, here.width + 18, here.height + 8 };
      guint n = count (data, &around);

      if (n < fewest)
        {
          fewest = n;
          best = here;
        }
    }
  *place = best;
}

void
cvr_plot_legend (cairo_t          *cr,
                 const CvrPlotKey *keys,
                 guint             n_keys,
                 const CvrArea    *plot,
                 CvrLegendPlace    where,
                 CvrPlotCount      count,
                 gconstpointer     data,
                 const CvrTheme   *theme)
{
  double text = theme->text_size, row = text * 1.5, widest = 0, y;
  CvrArea place = { 0 };
  guint n = 0;

  cvr_paint_font (cr, theme, 1, FALSE);
  for (guint i = 0; i < n_keys; i++)
    if (keys[i].label != NULL)
      {
        n++;
        widest = MAX (widest, cvr_paint_text_width (cr, keys[i].label));
      }
  place.width = widest + KEY + text * 1.8;
  place.height = n * row + text * 0.5;
  if (n == 0 || place.width > plot->width * most_room || place.height > plot->height * most_room)
    return;

  find_corner (plot, where, count, data, &place);
  cvr_plot_panel (cr, place.left, place.top, place.width, place.height, theme);
  cvr_paint_font (cr, theme, 1, FALSE);
  y = place.top + text * 0.25 + row / 2;
  for (guint i = 0; i < n_keys; i++)
    if (keys[i].label != NULL)
      {
        cvr_plot_key (cr, &keys[i], place.left + text * 0.6, y, theme);
        cvr_paint_set (cr, theme->ink);
        cvr_paint_text (cr, keys[i].label, place.left + text * 1.2 + KEY, y + text * 0.35, 0);
        y += row;
      }
}
