/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands on a chart besides its curves: the marked epoch, the legend, and the values under the
 * pointer. */
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

  if (!isfinite (chart->mark_x) || chart->mark_x < 0 || chart->mark_x > plot->x_high)
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

/* How many means lie in a rectangle: the legend goes where the fewest are. */
static guint
n_points_in (const CvrChart *chart,
             const CvrPlot  *plot,
             double          left,
             double          top,
             double          width,
             double          height)
{
  guint n = 0;

  for (guint c = 0; c < chart->n_curves; c++)
    for (guint i = 0; i < chart->curves[c].n_points; i++)
      {
        const CvrCurvePoint *point = &chart->curves[c].points[i];
        double x = cvr_plot_x (plot, point->x), y = cvr_plot_y (plot, point->mean);

        n += x >= left && x <= left + width && y >= top && y <= top + height;
      }

  return n;
}

/* A panel of paper with a thin border, on which what lies below does not shine through. */
static void
draw_panel (cairo_t        *cr,
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

static void
draw_key (cairo_t        *cr,
          const CvrCurve *curve,
          double          x,
          double          y,
          const CvrTheme *theme)
{
  cvr_paint_set (cr, curve->colour);
  cairo_set_line_width (cr, 3);
  cairo_move_to (cr, x, y);
  cairo_line_to (cr, x + 20, y);
  cairo_stroke (cr);
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
      guint inside = n_points_in (chart, plot, x - 4, y - 4, width + 8, height + 8);

      if (inside < fewest)
        {
          fewest = inside;
          best_x = x;
          best_y = y;
        }
    }

  draw_panel (cr, best_x, best_y, width, height, theme);
  cvr_paint_font (cr, theme, 1, FALSE);
  for (guint c = 0, line = 0; c < chart->n_curves; c++)
    if (chart->curves[c].label != NULL)
      {
        double y = best_y + text * 0.25 + row * (line++ + 0.5);

        draw_key (cr, &chart->curves[c], best_x + text * 0.6, y, theme);
        cvr_paint_set (cr, theme->ink);
        cvr_paint_text (cr, chart->curves[c].label, best_x + text * 1.2 + 20, y + text * 0.35, 0);
      }
}

/* The point of a curve nearest to @x; NULL where the curve has none. */
static const CvrCurvePoint *
nearest_point (const CvrCurve *curve,
               double          x)
{
  const CvrCurvePoint *nearest = NULL;

  for (guint i = 0; i < curve->n_points; i++)
    if (cvr_plot_shows (&curve->points[i]) &&
        (nearest == NULL || fabs (curve->points[i].x - x) < fabs (nearest->x - x)))
      nearest = &curve->points[i];

  return nearest;
}

static char *
read_off (const CvrChart      *chart,
          const CvrCurve      *curve,
          const CvrCurvePoint *point)
{
  g_autofree char *value = chart->percent ? cvr_paint_percent (point->mean,
                                                               1) : cvr_paint_short (point->mean);

  return curve->label != NULL ? g_strdup_printf ("%s  %s", curve->label,
                                                 value) : g_steal_pointer (&value);
}

static gboolean
hover_is_inside (const CvrChart *chart,
                 const CvrPlot  *plot)
{
  return isfinite (chart->hover_x) && chart->hover_x >= 0 && chart->hover_x <= plot->x_high;
}

static void
draw_hover (cairo_t        *cr,
            const CvrChart *chart,
            const CvrPlot  *plot,
            const CvrTheme *theme)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  double at = cvr_plot_x (plot, chart->hover_x), text = theme->text_size, widest = 0, width, height,
    x,
    y;

  cvr_paint_set_faded (cr, theme->ink, 0.6);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, at, plot->top);
  cairo_line_to (cr, at, plot->top + plot->height);
  cairo_stroke (cr);
  cvr_paint_font (cr, theme, 1, FALSE);
  for (guint c = 0; c < chart->n_curves; c++)
    {
      const CvrCurvePoint *point = nearest_point (&chart->curves[c], chart->hover_x);
      char *line;

      if (point == NULL)
        continue;
      cvr_plot_dot (cr, cvr_plot_x (plot, point->x), cvr_plot_y (plot, point->mean), 5,
                chart->curves[c].colour, theme);
      line = read_off (chart, &chart->curves[c], point);
      widest = MAX (widest, cvr_paint_text_width (cr, line) + 26);
      g_ptr_array_add (lines, line);
    }

  width = widest + text * 1.2;
  height = lines->len * text * 1.5 + text * 0.5;
  x = at + 10 + width < plot->left + plot->width ? at + 10 : MAX (at - 10 - width, 2);
  y = plot->top + (plot->height - height) / 2;
  if (lines->len == 0)
    return;
  draw_panel (cr, x, y, width, height, theme);
  for (guint c = 0, i = 0; c < chart->n_curves; c++)
    if (nearest_point (&chart->curves[c], chart->hover_x) != NULL)
      {
        double middle = y + text * 0.25 + text * 1.5 * (i + 0.5);

        draw_key (cr, &chart->curves[c], x + text * 0.5, middle, theme);
        cvr_paint_set (cr, theme->ink);
        cvr_paint_text (cr, lines->pdata[i++], x + text * 0.5 + 26, middle + text * 0.35, 0);
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
  if (hover_is_inside (chart, plot))
    draw_hover (cr, chart, plot, theme);
  else
    draw_legend (cr, chart, plot, theme);
}
