/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands on a chart besides its curves: the marked epoch, the legend, a stretch that is being
 * chosen. */
#include "cvr-paint-chart-private.h"

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
  cairo_move_to (cr, x, plot->top - text * 0.5);
  cairo_line_to (cr, x, plot->top + plot->height);
  cairo_stroke (cr);
  cairo_restore (cr);
  if (chart->mark_label == NULL)
    return;
  cvr_paint_font (cr, theme, 0.92, FALSE);
  cvr_paint_set (cr, theme->ink);
  right = x + cvr_paint_text_width (cr, chart->mark_label) + 6 < plot->left + plot->width;
  /* Above the dots of a curve that runs along the top. */
  cvr_paint_text (cr, chart->mark_label, right ? x + 5 : x - 5, plot->top - text * 0.5,
                  right ? 0 : 1);
}

static gboolean
is_in (const CvrPlot *plot,
       double         x,
       double         y,
       const CvrArea *area)
{
  return cvr_area_has (area, cvr_plot_x (plot, x), cvr_plot_y (plot, y));
}

/* What a legend would lie on. */
typedef struct { const CvrChart *chart; const CvrPlot *plot; } Drawn;

/* How much of the curves, and of the signs at the foot, lies in a rectangle. */
static guint
count_in (gconstpointer  data,
          const CvrArea *area)
{
  enum { STEPS = 8, FOOT = 16, HALF = 8 }; /* px: above the foot; of a sign's width */
  const Drawn *drawn = data;
  const CvrChart *chart = drawn->chart;
  double foot = drawn->plot->top + drawn->plot->height;
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

            n += is_in (drawn->plot, point->x + share * (next->x - point->x),
                        point->mean + share * (next->mean - point->mean), area);
          }
      }
  for (guint i = 0; i < chart->n_events; i++)
    for (gint side = -HALF; side <= HALF; side += HALF)
      n += STEPS * cvr_area_has (area, cvr_plot_x (drawn->plot, chart->events[i].x) + side,
                                 foot - FOOT);

  return n;
}

static void
draw_legend (cairo_t        *cr,
             const CvrChart *chart,
             const CvrPlot  *plot,
             const CvrTheme *theme)
{
  const Drawn drawn = { chart, plot };
  const CvrArea area = { plot->left, plot->top, plot->width, plot->height };
  g_autofree CvrPlotKey *keys = g_new (CvrPlotKey, MAX (chart->n_curves, 1));

  for (guint c = 0; c < chart->n_curves; c++)
    keys[c] = cvr_plot_key_of (&chart->curves[c]);
  cvr_plot_legend (cr, keys, chart->n_curves, &area, CVR_LEGEND_TOP_FIRST, count_in, &drawn, theme);
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
