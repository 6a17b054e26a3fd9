/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves over epochs: a band from smallest to largest and a line through the means, never more
 * segments than columns. */
#include "cvr-paint-chart-private.h"

#include <glib/gi18n-lib.h>

enum { COLUMN = 5 }; /* pixels that many points share */

static double
point_low (const CvrCurvePoint *point)
{
  return isfinite (point->min) ? MIN (point->min, point->mean) : point->mean;
}

static double
point_high (const CvrCurvePoint *point)
{
  return isfinite (point->max) ? MAX (point->max, point->mean) : point->mean;
}

void
cvr_plot_find_x (const CvrChart *chart,
                 CvrPlot        *plot)
{
  plot->x_low = chart->x_low;
  plot->x_high = chart->x_high;
  if (plot->x_high > plot->x_low)
    return;

  plot->x_low = 0;
  plot->x_high = isfinite (chart->x_max) ? chart->x_max : 0;
  for (guint c = 0; c < chart->n_curves; c++)
    for (guint i = 0; i < chart->curves[c].n_points; i++)
      if (cvr_plot_shows (&chart->curves[c].points[i]))
        plot->x_high = MAX (plot->x_high, chart->curves[c].points[i].x);
  if (!(plot->x_high > 0))
    plot->x_high = 1;
}

/* Smallest and largest value of the points between the borders, or of all. FALSE: there is none. */
static gboolean
find_extremes (const CvrChart *chart,
               const CvrPlot  *plot,
               gboolean        inside,
               double         *low,
               double         *high)
{
  *low = INFINITY;
  *high = -INFINITY;
  for (guint c = 0; c < chart->n_curves; c++)
    for (guint i = 0; i < chart->curves[c].n_points; i++)
      {
        const CvrCurvePoint *point = &chart->curves[c].points[i];

        if (!cvr_plot_shows (point) || (inside && !cvr_plot_is_inside (plot, point->x)))
          continue;
        *low = MIN (*low, point_low (point));
        *high = MAX (*high, point_high (point));
      }

  return *low <= *high;
}

/* FALSE where no curve has a point. */
static gboolean
find_ranges (const CvrChart *chart,
             CvrPlot        *plot)
{
  double low, high;

  cvr_plot_find_x (chart, plot);
  if (!find_extremes (chart, plot, TRUE, &low, &high)
      && !find_extremes (chart, plot, FALSE, &low, &high))
    return FALSE;

  plot->y_low = chart->y_min;
  plot->y_high = chart->y_max;
  if (isnan (plot->y_low))
    {
      double room = low == high ? MAX (fabs (low) * 0.5, 0.1) : (high - low) * 0.08;

      /* A curve that comes near zero is shown above zero; others are looked at from near. */
      plot->y_low = low >= 0 && low < 0.4 * high ? 0 : low - room;
      if (low >= 0)
        plot->y_low = MAX (plot->y_low, 0);
    }
  if (isnan (plot->y_high))
    {
      plot->y_high = high + (low == high ? MAX (fabs (high) * 0.5, 0.1) : (high - low) * 0.06);
      if (chart->percent && high <= 1)
        plot->y_high = MIN (plot->y_high, 1);
    }
  if (!isfinite (plot->y_high - plot->y_low))
    return FALSE;
  if (!(plot->y_high > plot->y_low))
    plot->y_low = plot->y_high - 1;

  return TRUE;
}

static char *
y_text (const CvrChart *chart,
        const CvrPlot  *plot,
        double          y)
{
  if (chart->percent)
    return cvr_paint_percent (y, plot->decimals > 2 ? plot->decimals - 2 : 0);

  return cvr_paint_number (y, plot->decimals);
}

/* Margins from what has to be written in them. */
static void
place_plot (cairo_t        *cr,
            double          width,
            double          height,
            const CvrChart *chart,
            const CvrTheme *theme,
            CvrPlot        *plot)
{
  double text = theme->text_size, widest = 0;
  gboolean marked = chart->mark_label != NULL && isfinite (chart->mark_x);
  guint room;

  /* Room for the title and, under it, the name of the marked epoch. */
  plot->top = text * (chart->y_label != NULL ? 2.7 : marked ? 1.8 : 0.8);
  plot->height = height - plot->top - text * (chart->x_label != NULL ? 2.9 : 1.8);
  room = (guint) CLAMP (plot->height / (text * 2.4), 2, G_N_ELEMENTS (plot->y_ticks));
  plot->n_y_ticks = cvr_paint_nice_ticks (plot->y_low, plot->y_high, room, plot->y_ticks);
  plot->decimals = plot->n_y_ticks > 1 ? cvr_paint_decimals (plot->y_ticks[1] - plot->y_ticks[0])
    : 2;
  cvr_paint_font (cr, theme, 0.92, FALSE);
  for (guint i = 0; i < plot->n_y_ticks; i++)
    {
      g_autofree char *label = y_text (chart, plot, plot->y_ticks[i]);

      widest = MAX (widest, cvr_paint_text_width (cr, label));
    }
  plot->left = MAX (widest + text * 0.9, chart->label_room);
  plot->width = width - plot->left - text * 1.2;
}

/* Ticks of the x axis; epochs are whole where there are some. */
static guint
find_x_ticks (const CvrPlot *plot,
              guint          room,
              double        *ticks,
              guint         *decimals)
{
  gboolean whole = plot->x_high - plot->x_low >= 2;
  guint n = cvr_paint_nice_ticks (plot->x_low, plot->x_high, room, ticks), kept = 0;

  *decimals = whole || n < 2 ? 0 : cvr_paint_decimals (ticks[1] - ticks[0]);
  for (guint i = 0; i < n; i++)
    if (!whole || ticks[i] == floor (ticks[i]))
      ticks[kept++] = ticks[i];

  return kept;
}

static void
draw_x_axis (cairo_t        *cr,
             const CvrChart *chart,
             const CvrPlot  *plot,
             const CvrTheme *theme)
{
  double ticks[16], bottom = plot->top + plot->height, text = theme->text_size;
  guint room = (guint) CLAMP (plot->width / (text * 4), 2, G_N_ELEMENTS (ticks)), decimals;
  guint n = find_x_ticks (plot, room, ticks, &decimals);

  cvr_paint_font (cr, theme, 0.92, FALSE);
  for (guint i = 0; i < n; i++)
    {
      double x = cvr_plot_x (plot, ticks[i]);
      g_autofree char *label = cvr_paint_number (ticks[i], decimals);

      cvr_paint_set (cr, theme->grid);
      cairo_move_to (cr, x, bottom);
      cairo_line_to (cr, x, bottom + text * 0.3);
      cairo_stroke (cr);
      cvr_paint_set (cr, theme->dim);
      cvr_paint_text (cr, label, x, bottom + text * 1.35, 0.5);
    }
  if (chart->x_label != NULL)
    cvr_paint_text_in (cr, chart->x_label, plot->left + plot->width / 2, bottom + text * 2.5,
                       plot->width, 0.5);
}

static void
draw_axes (cairo_t        *cr,
           const CvrChart *chart,
           const CvrPlot  *plot,
           const CvrTheme *theme)
{
  double text = theme->text_size, bottom = plot->top + plot->height;

  cairo_set_line_width (cr, 1);
  cvr_paint_font (cr, theme, 0.92, FALSE);
  for (guint i = 0; i < plot->n_y_ticks; i++)
    {
      double y = cvr_plot_y (plot, plot->y_ticks[i]);
      g_autofree char *label = y_text (chart, plot, plot->y_ticks[i]);

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
  draw_x_axis (cr, chart, plot, theme);
  if (chart->y_label != NULL)
    {
      cvr_paint_font (cr, theme, 1, TRUE);
      cvr_paint_set (cr, theme->ink);
      cvr_paint_text_in (cr, chart->y_label, 2, text * 1.1, plot->left + plot->width, 0);
    }
}

/* Where there are more points than columns of some pixels, those of a column are put together: the
 * line is their mean, and what it no longer shows is in the band. Points that count go to @merged,
 * which has room for them all; all weigh the same, as buckets do. */
static guint
merge_columns (const CvrCurve *curve,
               const CvrPlot  *plot,
               CvrCurvePoint  *merged)
{
  guint n = 0, in_column = 0;
  double column = -INFINITY, columns = curve->n_points > plot->width / COLUMN ? COLUMN : 1;

  for (guint i = 0; i < curve->n_points; i++)
    {
      const CvrCurvePoint *point = &curve->points[i];
      double here;

      if (!cvr_plot_shows (point))
        continue;
      here = floor (cvr_plot_x (plot, point->x) / columns);
      if (n > 0 && here == column)
        {
          CvrCurvePoint *last = &merged[n - 1];

          in_column++;
          last->min = MIN (last->min, point_low (point));
          last->max = MAX (last->max, point_high (point));
          last->mean += (point->mean - last->mean) / in_column;
          last->x += (point->x - last->x) / in_column;
          continue;
        }
      column = here;
      in_column = 1;
      merged[n++] = (CvrCurvePoint) { point->x, point_low (point), point_high (point),
                                      point->mean };
    }

  return n;
}

static void
draw_band (cairo_t             *cr,
           const CvrCurve      *curve,
           const CvrPlot       *plot,
           const CvrCurvePoint *points,
           guint                n)
{
  for (guint i = 0; i < n; i++)
    cairo_line_to (cr, cvr_plot_x (plot, points[i].x), cvr_plot_y (plot, points[i].max));
  for (guint i = n; i > 0; i--)
    cairo_line_to (cr, cvr_plot_x (plot, points[i - 1].x), cvr_plot_y (plot, points[i - 1].min));
  cairo_close_path (cr);
  cvr_paint_set_faded (cr, curve->colour, 0.25);
  cairo_fill (cr);
}

static void
draw_curve (cairo_t        *cr,
            const CvrCurve *curve,
            const CvrPlot  *plot,
            const CvrTheme *theme)
{
  g_autofree CvrCurvePoint *points = g_new (CvrCurvePoint, MAX (curve->n_points, 1));
  guint n = merge_columns (curve, plot, points);
  static const double dashes[] = { 6, 4 };
  gboolean ends;

  cairo_save (cr);
  /* A dot at the end is whole; what goes on beyond it ends there. */
  ends = n == 0 || points[n - 1].x <= plot->x_high;
  cairo_rectangle (cr, plot->left, plot->top - 4, plot->width + (ends ? 5 : 0), plot->height + 8);
  cairo_clip (cr);
  if (n > 1)
    {
      draw_band (cr, curve, plot, points, n);
      for (guint i = 0; i < n; i++)
        cairo_line_to (cr, cvr_plot_x (plot, points[i].x), cvr_plot_y (plot, points[i].mean));
      cvr_paint_set (cr, curve->colour);
      cairo_set_line_width (cr, theme->high_contrast ? 3 : 2);
      cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
      if (curve->dashed)
        cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
      cairo_stroke (cr);
      cairo_set_dash (cr, NULL, 0, 0);
    }
  if (n == 1 || (curve->dots && n * 8 <= plot->width))
    for (guint i = 0; i < n; i++)
      cvr_plot_dot (cr, cvr_plot_x (plot, points[i].x), cvr_plot_y (plot, points[i].mean), 4,
                    curve->colour, theme);
  cairo_restore (cr);
}

/**
 * cvr_paint_chart:
 *
 * Curves over 0 … x_max (or the largest x), or over the stretch that is asked for, with a grid, a
 * legend in the emptiest corner, what happened, the marked epoch as a dashed line and the values
 * under the pointer. A curve of one point is a dot, values that are not finite are left out, a
 * chart without any point says so. Nothing is drawn where there is no room. The background is left
 * as it is. Any thread with its own @cr.
 */
void
cvr_paint_chart (cairo_t        *cr,
                 double          width,
                 double          height,
                 const CvrChart *chart,
                 const CvrTheme *theme)
{
  CvrPlot plot = { 0 };

  if (!(width >= 40) || !(height >= 40))
    return;
  if (!find_ranges (chart, &plot))
    {
      cvr_paint_sentence (cr, width, height,
                          chart->empty_label != NULL ? chart->empty_label : _("No values yet"),
                          theme);
      return;
    }

  cairo_save (cr);
  place_plot (cr, width, height, chart, theme, &plot);
  if (plot.width >= 20 && plot.height >= 20)
    {
      draw_axes (cr, chart, &plot, theme);
      for (guint c = 0; c < chart->n_curves; c++)
        draw_curve (cr, &chart->curves[c], &plot, theme);
      cvr_plot_events (cr, chart, &plot, theme);
      cvr_plot_notes (cr, chart, &plot, theme);
    }
  cairo_restore (cr);
}

/**
 * cvr_paint_chart_x:
 * @x: where the pointer is, in the drawing's units
 *
 * The inverse of the drawing's horizontal axis: what to set as the chart's hover_x.
 *
 * Returns: the place on the x axis; NaN beside the plot or where the chart has no point. Any
 * thread.
 */
double
cvr_paint_chart_x (double          width,
                   double          height,
                   const CvrChart *chart,
                   const CvrTheme *theme,
                   double          x)
{
  CvrPlot plot = { 0 };
  cairo_t *cr;
  double share;

  if (!(width >= 40) || !(height >= 40) || !find_ranges (chart, &plot))
    return NAN;

  cr = cvr_paint_measure_new ();
  place_plot (cr, width, height, chart, theme, &plot);
  cairo_destroy (cr);
  share = (x - plot.left) / plot.width;
  if (!(plot.width > 0) || !(share >= 0) || share > 1)
    return NAN;

  return plot.x_low + share * (plot.x_high - plot.x_low);
}
