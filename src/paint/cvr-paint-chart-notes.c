/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands on a chart besides its curves: the marked epoch, the legend, a stretch that is being
 * chosen. */
#include "cvr-paint-chart-private.h"

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

static void
draw_mark (cairo_t        *cr,
           const CvrChart *chart,
           const CvrPlot  *plot,
           const CvrTheme *theme)
{
  double x = cvr_plot_x (plot, chart->mark_x), text = theme->text_size;
  static const double dashes[] = { 5, 4 };
  gboolean right;

  if (!cvr_plot_is_inside (plot, chart->mark_x))
    return;

  cairo_save (cr);
  cvr_paint_set (cr, theme->ink);
  cairo_set_line_width (cr, 1.25);
  cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
  cairo_move_to (cr, x, plot->top - text * 0.2);
  cairo_line_to (cr, x, plot->top + plot->height);
  cairo_stroke (cr);
  cairo_restore (cr);
  if (chart->mark_label == NULL)
    return;
  cvr_paint_font (cr, theme, 0.92, FALSE);
  cvr_paint_set (cr, theme->ink);
  right = x + cvr_paint_text_width (cr, chart->mark_label) + 6 < plot->left + plot->width;
  cvr_paint_text (cr, chart->mark_label, right ? x + 5 : x - 5, plot->top - text * 0.25,
                  right ? 0 : 1);
}

static gboolean
is_in (const CvrPlot *plot,
       double         x,
       double         y,
       double         left,
       double         top,
       double         width,
       double         height)
{
  double px = cvr_plot_x (plot, x), py = cvr_plot_y (plot, y);

  return px >= left && px <= left + width && py >= top && py <= top + height;
}

/* How much of the curves lies in a rectangle: the legend goes where there is least. */
static guint
n_points_in (const CvrChart *chart,
             const CvrPlot  *plot,
             double          left,
             double          top,
             double          width,
             double          height)
{
  enum { STEPS = 8 };
  guint n = 0;

  for (guint c = 0; c < chart->n_curves; c++)
    for (guint i = 0; i < chart->curves[c].n_points; i++)
      {
        const CvrCurvePoint *point = &chart->curves[c].points[i];
        const CvrCurvePoint *next = i + 1 < chart->curves[c].n_points ? point + 1 : point;

        /* Of a line between two points some places. */
        for (guint k = 0; k < STEPS; k++)
          {
            double share = (double) k / STEPS;

            n += is_in (plot, point->x + share * (next->x - point->x),
                        point->mean + share * (next->mean - point->mean), left, top, width,
                        height);
          }
      }

  return n;
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
cvr_plot_key (cairo_t        *cr,
              const CvrCurve *curve,
              double          x,
              double          y,
              const CvrTheme *theme)
{
  static const double dashes[] = { 5, 2.5 };

  cvr_paint_set (cr, curve->colour);
  cairo_set_line_width (cr, 3);
  if (curve->dashed)
    cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
  cairo_move_to (cr, x, y);
  cairo_line_to (cr, x + 20, y);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
  if (curve->dots)
    cvr_plot_dot (cr, x + 10, y, 4, curve->colour, theme);
}

static void
draw_legend (cairo_t        *cr,
             const CvrChart *chart,
             const CvrPlot  *plot,
             const CvrTheme *theme)
{
  double text = theme->text_size, row = text * 1.5, widest = 0, width, height, best_x = 0,
    best_y = 0;
  guint n = 0, fewest = G_MAXUINT;

  cvr_paint_font (cr, theme, 1, FALSE);
  for (guint c = 0; c < chart->n_curves; c++)
    if (chart->curves[c].label != NULL)
      {
        n++;
        widest = MAX (widest, cvr_paint_text_width (cr, chart->curves[c].label));
      }
  width = widest + 20 + text * 1.8;
  height = n * row + text * 0.5;
  if (n == 0 || width > plot->width * 0.7 || height > plot->height * 0.7)
    return;

  /* Corners in the order in which they are liked. */
  for (guint corner = 0; corner < 4; corner++)
    {
      double x = corner & 1 ? plot->left + 8 : plot->left + plot->width - width - 8;
      double y = corner & 2 ? plot->top + plot->height - height - 8 : plot->top + 8;
      guint inside = n_points_in (chart, plot, x - 9, y - 4, width + 18, height + 8);

      if (inside < fewest)
        {
          fewest = inside;
          best_x = x;
          best_y = y;
        }
    }

  cvr_plot_panel (cr, best_x, best_y, width, height, theme);
  cvr_paint_font (cr, theme, 1, FALSE);
  for (guint c = 0, line = 0; c < chart->n_curves; c++)
    if (chart->curves[c].label != NULL)
      {
        double y = best_y + text * 0.25 + row * (line++ + 0.5);

        cvr_plot_key (cr, &chart->curves[c], best_x + text * 0.6, y, theme);
        cvr_paint_set (cr, theme->ink);
        cvr_paint_text (cr, chart->curves[c].label, best_x + text * 1.2 + 20, y + text * 0.35, 0);
      }
}

static void
draw_selection (cairo_t        *cr,
                const CvrChart *chart,
                const CvrPlot  *plot,
                const CvrTheme *theme)
{
  double low = CLAMP (chart->select_low, plot->x_low, plot->x_high);
  double high = CLAMP (chart->select_high, plot->x_low, plot->x_high);
  double from = cvr_plot_x (plot, low), to = cvr_plot_x (plot, high);

  if (!(to - from >= 1))
    return;
  cairo_rectangle (cr, from, plot->top, to - from, plot->height);
  cvr_paint_set_faded (cr, theme->ink, 0.12);
  cairo_fill (cr);
  cvr_paint_set (cr, theme->ink);
  cairo_set_line_width (cr, 1);
  for (guint i = 0; i < 2; i++)
    {
      cairo_move_to (cr, i == 0 ? from : to, plot->top);
      cairo_line_to (cr, i == 0 ? from : to, plot->top + plot->height);
      cairo_stroke (cr);
    }
}

/* The marked epoch, and the values under the pointer or, without one, the legend: the panel under
 * the pointer names the curves too. */
void
cvr_plot_notes (cairo_t        *cr,
                const CvrChart *chart,
                const CvrPlot  *plot,
                const CvrTheme *theme)
{
  draw_mark (cr, chart, plot, theme);
  draw_selection (cr, chart, plot, theme);
  if (cvr_plot_is_inside (plot, chart->hover_x))
    cvr_plot_hover (cr, chart, plot, theme);
  else
    draw_legend (cr, chart, plot, theme);
}
