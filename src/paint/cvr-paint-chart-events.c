/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happened during a training, as signs at the foot of a chart. */
#include "cvr-paint-chart-private.h"

enum
{
  SIGN = 8,   /* px: radius */
  NEAR = 10,  /* px: from the pointer to the event it points at */
  STACK = 3,  /* signs over each other where they are close */
};

static void
draw_bars (cairo_t *cr,
           double   x,
           double   y)
{
  cairo_rectangle (cr, x - 3, y - 3.5, 2, 7);
  cairo_rectangle (cr, x + 1, y - 3.5, 2, 7);
  cairo_fill (cr);
}

static void
draw_arrow (cairo_t *cr,
            double   x,
            double   y)
{
  cairo_move_to (cr, x - 2.5, y - 3.5);
  cairo_line_to (cr, x + 3.5, y);
  cairo_line_to (cr, x - 2.5, y + 3.5);
  cairo_close_path (cr);
  cairo_fill (cr);
}

/* A step from one height to another. */
static void
draw_step (cairo_t *cr,
           double   x,
           double   y)
{
  cairo_move_to (cr, x - 4, y - 2.5);
  cairo_line_to (cr, x, y - 2.5);
  cairo_line_to (cr, x, y + 2.5);
  cairo_line_to (cr, x + 4, y + 2.5);
  cairo_set_line_width (cr, 1.6);
  cairo_stroke (cr);
}

static void
draw_tick (cairo_t *cr,
           double   x,
           double   y)
{
  cairo_move_to (cr, x - 3.5, y);
  cairo_line_to (cr, x - 1, y + 3);
  cairo_line_to (cr, x + 3.5, y - 3);
  cairo_set_line_width (cr, 1.6);
  cairo_stroke (cr);
}

static void
draw_exclamation (cairo_t *cr,
                  double   x,
                  double   y)
{
  cairo_rectangle (cr, x - 1, y - 4.5, 2, 5.5);
  cairo_rectangle (cr, x - 1, y + 2.5, 2, 2);
  cairo_fill (cr);
}

static CvrRgba
colour_of (CvrChartSign    sign,
           const CvrTheme *theme)
{
  switch (sign)
    {
    case CVR_CHART_WARNING:
      return theme->wrong;
    case CVR_CHART_GOOD:
      return theme->right;
    case CVR_CHART_CHANGED:
    case CVR_CHART_PAUSED:
    case CVR_CHART_RESUMED:
    case CVR_CHART_STOPPED:
    default:
      return theme->ink;
    }
}

static void
draw_sign (cairo_t        *cr,
           CvrChartSign    sign,
           double          x,
           double          y,
           const CvrTheme *theme)
{
  CvrRgba colour = colour_of (sign, theme);

  cairo_new_path (cr);
  cairo_arc (cr, x, y, SIGN, 0, 2 * G_PI);
  cvr_paint_set (cr, theme->paper);
  cairo_fill_preserve (cr);
  cvr_paint_set (cr, colour);
  cairo_set_line_width (cr, theme->high_contrast ? 2 : 1.25);
  cairo_stroke (cr);
  switch (sign)
    {
    case CVR_CHART_PAUSED:
      draw_bars (cr, x, y);
      break;
    case CVR_CHART_RESUMED:
      draw_arrow (cr, x, y);
      break;
    case CVR_CHART_STOPPED:
      cairo_rectangle (cr, x - 3, y - 3, 6, 6);
      cairo_fill (cr);
      break;
    case CVR_CHART_GOOD:
      draw_tick (cr, x, y);
      break;
    case CVR_CHART_WARNING:
      draw_exclamation (cr, x, y);
      break;
    case CVR_CHART_CHANGED:
    default:
      draw_step (cr, x, y);
      break;
    }
}

/* Signs that would lie on each other go up; those above the highest lie on it, and the pointer
 * finds the nearest. */
void
cvr_plot_events (cairo_t        *cr,
                 const CvrChart *chart,
                 const CvrPlot  *plot,
                 const CvrTheme *theme)
{
  static const double dashes[] = { 2, 3 };
  double bottom = plot->top + plot->height, last = -INFINITY;
  guint level = 0;

  for (guint i = 0; i < chart->n_events; i++)
    {
      double x = cvr_plot_x (plot, chart->events[i].x);

      if (!cvr_plot_is_inside (plot, chart->events[i].x))
        continue;
      level = x - last < 2 * SIGN ? MIN (level + 1, STACK - 1) : 0;
      last = x;
      cairo_save (cr);
      cvr_paint_set_faded (cr, colour_of (chart->events[i].sign, theme), 0.7);
      cairo_set_line_width (cr, 1);
      cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
      cairo_move_to (cr, x, plot->top);
      cairo_line_to (cr, x, bottom);
      cairo_stroke (cr);
      cairo_restore (cr);
      draw_sign (cr, chart->events[i].sign, x, bottom - SIGN - 3 - level * (2.0 * SIGN + 1), theme);
    }
}

const CvrChartEvent *
cvr_plot_event_at (const CvrChart *chart,
                   const CvrPlot  *plot)
{
  double at = cvr_plot_x (plot, chart->hover_x), distance = NEAR;
  const CvrChartEvent *nearest = NULL;

  for (guint i = 0; i < chart->n_events; i++)
    {
      double away = fabs (cvr_plot_x (plot, chart->events[i].x) - at);

      if (cvr_plot_is_inside (plot, chart->events[i].x) && away <= distance)
        {
          nearest = &chart->events[i];
          distance = away;
        }
    }

  return nearest;
}
