/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts of one quantity against another: axes, curves, spread and counts. */
#include "cvr-paint-xy-private.h"

#include <glib/gi18n-lib.h>

enum
{
  LEAST_SIDE = 60, /* px: in less nothing can be read */
  FINGER = 12,     /* px: how far from a point it is still meant */
};

static const double counts_share = 0.2; /* of the plot's height, for the largest bar */

CvrXyChart
cvr_paint_xy_chart (void)
{
  return (CvrXyChart) {
    .x_low = NAN, .x_high = NAN, .y_low = NAN, .y_high = NAN,
    .mark_x = NAN, .mark_y = NAN, .hover_x = NAN,
  };
}

gboolean
cvr_xy_shows (const CvrXyChart *chart,
              const CvrXyCurve *curve,
              guint             i)
{
  return isfinite (curve->x[i]) && isfinite (curve->y[i]) && !(chart->log_x && !(curve->x[i] > 0));
}

/* Values as the axis places them. */
static double
on_axis (const CvrXyChart *chart,
         double            x)
{
  return chart->log_x ? log10 (x) : x;
}

double
cvr_xy_x (const CvrXyChart *chart,
          const CvrXyFrame *frame,
          double            x)
{
  double share = (on_axis (chart, x) - frame->x_low) / (frame->x_high - frame->x_low);

  return frame->left + share * frame->width;
}

double
cvr_xy_y (const CvrXyFrame *frame,
          double            y)
{
  return frame->top + (frame->y_high - y) / (frame->y_high - frame->y_low) * frame->height;
}

/* Room around the values, but none below zero and above all where the axis counts shares. */
static void
widen (double  *low,
       double  *high,
       gboolean percent)
{
  double room = *high > *low ? (*high - *low) * 0.06 : MAX (fabs (*high) * 0.1, 0.05);
  gboolean positive = *low >= 0;
  gboolean within = percent && *high <= 1;

  *low -= room;
  *high += room;
  if (positive)
    *low = MAX (*low, 0);
  if (within)
    *high = MIN (*high, 1);
}

/* FALSE where there is neither a point nor a range to draw. */
static gboolean
find_ranges (const CvrXyChart *chart,
             CvrXyFrame       *frame)
{
  double x_low = INFINITY, x_high = -INFINITY, y_low = INFINITY, y_high = -INFINITY;

  for (guint c = 0; c < chart->n_curves; c++)
    for (guint i = 0; i < chart->curves[c].n; i++)
      {
        const CvrXyCurve *curve = &chart->curves[c];
        double spread = curve->spread != NULL && isfinite (curve->spread[i]) ? curve->spread[i] : 0;

        if (!cvr_xy_shows (chart, curve, i))
          continue;
        x_low = MIN (x_low, on_axis (chart, curve->x[i]));
        x_high = MAX (x_high, on_axis (chart, curve->x[i]));
        y_low = MIN (y_low, curve->y[i] - spread);
        y_high = MAX (y_high, curve->y[i] + spread);
      }
  if (!(x_low <= x_high))
    return FALSE;

  widen (&y_low, &y_high, chart->y_percent);
  if (!(x_high > x_low))
    {
      x_low -= 0.5;
      x_high += 0.5;
    }
  frame->x_low = isfinite (chart->x_low) ? on_axis (chart, chart->x_low) : x_low;
  frame->x_high = isfinite (chart->x_high) ? on_axis (chart, chart->x_high) : x_high;
  frame->y_low = isfinite (chart->y_low) ? chart->y_low : y_low;
  frame->y_high = isfinite (chart->y_high) ? chart->y_high : y_high;

  return isfinite (frame->x_high - frame->x_low) && frame->x_high > frame->x_low &&
         isfinite (frame->y_high - frame->y_low) && frame->y_high > frame->y_low;
}

static char *
dup_text (double   value,
          gboolean percent,
          guint    decimals)
{
  if (percent)
    return cvr_paint_percent (value, decimals > 2 ? decimals - 2 : 0);

  return cvr_paint_number (value, decimals);
}

/* 10^@exponent as it would be typed: "0.001"; shorter where that is long. */
static char *
power_text (gint exponent)
{
  if (ABS (exponent) > 6)
    return cvr_paint_short (pow (10, exponent));

  return cvr_paint_number (pow (10, exponent), exponent < 0 ? (guint) -exponent : 0);
}

static void
find_ticks (const CvrXyChart *chart,
            const CvrTheme   *theme,
            CvrXyFrame       *frame,
            double            height)
{
  guint room = (guint) CLAMP (height / (theme->text_size * 2.4), 2, CVR_XY_TICKS);

  frame->n_y_ticks = cvr_paint_nice_ticks (frame->y_low, frame->y_high, room, frame->y_ticks);
  frame->y_decimals = frame->n_y_ticks > 1
                        ? cvr_paint_decimals (frame->y_ticks[1] - frame->y_ticks[0]) : 2;
}

/* Margins from what has to be written in them. */
static void
place (cairo_t          *cr,
       double            width,
       double            height,
       const CvrXyChart *chart,
       const CvrTheme   *theme,
       CvrXyFrame       *frame)
{
  double text = theme->text_size, widest = 0;

  frame->top = chart->y_label != NULL ? text * 2 : text * 0.9;
  frame->height = height - frame->top - text * (chart->x_label != NULL ? 3 : 1.9);
  find_ticks (chart, theme, frame, frame->height);
  cvr_paint_font (cr, theme, 0.92, FALSE);
  for (guint i = 0; i < frame->n_y_ticks; i++)
    {
      g_autofree char *label = dup_text (frame->y_ticks[i], chart->y_percent, frame->y_decimals);

      widest = MAX (widest, cvr_paint_text_width (cr, label));
    }
  frame->left = widest + text * 0.9;
  frame->width = width - frame->left - text * 1.4;
}

static void
draw_x_tick (cairo_t          *cr,
             const CvrXyFrame *frame,
             double            x,
             const char       *label,
             const CvrTheme   *theme)
{
  double bottom = frame->top + frame->height, text = theme->text_size;

  cvr_paint_set (cr, theme->grid);
  cairo_move_to (cr, x, bottom);
  cairo_line_to (cr, x, bottom + text * 0.3);
  cairo_stroke (cr);
  cvr_paint_set (cr, theme->dim);
  cvr_paint_text (cr, label, x, bottom + text * 1.4, 0.5);
}

static void
draw_x_axis (cairo_t          *cr,
             const CvrXyChart *chart,
             const CvrXyFrame *frame,
             const CvrTheme   *theme)
{
  double ticks[CVR_XY_TICKS];
  guint room = (guint) CLAMP (frame->width / (theme->text_size * 4), 2, CVR_XY_TICKS);
  guint n = cvr_paint_nice_ticks (frame->x_low, frame->x_high, room, ticks);
  guint decimals = n > 1 ? cvr_paint_decimals (ticks[1] - ticks[0]) : 2;

  for (guint i = 0; i < n; i++)
    {
      double share = (ticks[i] - frame->x_low) / (frame->x_high - frame->x_low);
      g_autofree char *label = NULL;

      if (chart->log_x && ticks[i] != floor (ticks[i]))
        continue;
      label = chart->log_x ? power_text ((gint) ticks[i])
                           : dup_text (ticks[i], chart->x_percent, decimals);
      draw_x_tick (cr, frame, frame->left + share * frame->width, label, theme);
    }
  if (chart->x_label != NULL)
    cvr_paint_text_in (cr, chart->x_label, frame->left + frame->width / 2,
                       frame->top + frame->height + theme->text_size * 2.6, frame->width, 0.5);
}

static void
draw_axes (cairo_t          *cr,
           const CvrXyChart *chart,
           const CvrXyFrame *frame,
           const CvrTheme   *theme)
{
  double text = theme->text_size;

  cairo_set_line_width (cr, 1);
  cvr_paint_font (cr, theme, 0.92, FALSE);
  for (guint i = 0; i < frame->n_y_ticks; i++)
    {
      double y = round (cvr_xy_y (frame, frame->y_ticks[i])) + 0.5;
      g_autofree char *label = dup_text (frame->y_ticks[i], chart->y_percent, frame->y_decimals);

      cvr_paint_set (cr, theme->grid);
      cairo_move_to (cr, frame->left, y);
      cairo_line_to (cr, frame->left + frame->width, y);
      cairo_stroke (cr);
      cvr_paint_set (cr, theme->dim);
      cvr_paint_text (cr, label, frame->left - text * 0.5, y + text * 0.32, 1);
    }
  draw_x_axis (cr, chart, frame, theme);
  if (chart->y_label == NULL)
    return;

  cvr_paint_font (cr, theme, 1, TRUE);
  cvr_paint_set (cr, theme->ink);
  cvr_paint_text_in (cr, chart->y_label, 0, text, frame->left + frame->width, 0);
}

/* The bars don't stand on the axis beside them: each says its own number where there is room. */
static void
draw_counts (cairo_t          *cr,
             const CvrXyChart *chart,
             const CvrXyFrame *frame,
             const CvrTheme   *theme)
{
  double bar = frame->width / MAX (chart->n_counts, 1), bottom = frame->top + frame->height;
  guint64 most = 0;

  for (guint i = 0; i < chart->n_counts; i++)
    most = MAX (most, chart->counts[i]);
  cvr_paint_font (cr, theme, 0.85, FALSE);
  for (guint i = 0; i < chart->n_counts && most > 0; i++)
    {
      double height = (double) chart->counts[i] / (double) most * counts_share * frame->height;
      g_autofree char *number = cvr_paint_number ((double) chart->counts[i], 0);

      cvr_paint_set_faded (cr, theme->dim, 0.35);
      cairo_rectangle (cr, frame->left + i * bar + 1, bottom - height, MAX (bar - 2, 1), height);
      cairo_fill (cr);
      if (chart->counts[i] == 0 || cvr_paint_text_width (cr, number) > bar - 2)
        continue;
      cvr_paint_set (cr, theme->dim);
      cvr_paint_text (cr, number, frame->left + (i + 0.5) * bar, bottom - height - 3, 0.5);
    }
}

static void
draw_diagonal (cairo_t          *cr,
               const CvrXyFrame *frame,
               const CvrTheme   *theme)
{
  static const double dashes[] = { 4, 4 };

  cvr_paint_set (cr, theme->dim);
  cairo_set_line_width (cr, 1.25);
  cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
  cairo_move_to (cr, frame->left, frame->top + frame->height);
  cairo_line_to (cr, frame->left + frame->width, frame->top);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
}

/* y ± spread as a band. */
static void
draw_spread (cairo_t          *cr,
             const CvrXyChart *chart,
             const CvrXyCurve *curve,
             const CvrXyFrame *frame)
{
  if (curve->spread == NULL)
    return;

  cairo_new_path (cr);
  for (guint i = 0; i < curve->n; i++)
    if (cvr_xy_shows (chart, curve, i) && isfinite (curve->spread[i]))
      cairo_line_to (cr, cvr_xy_x (chart, frame, curve->x[i]),
                     cvr_xy_y (frame, curve->y[i] + curve->spread[i]));
  for (guint i = curve->n; i-- > 0;)
    if (cvr_xy_shows (chart, curve, i) && isfinite (curve->spread[i]))
      cairo_line_to (cr, cvr_xy_x (chart, frame, curve->x[i]),
                     cvr_xy_y (frame, curve->y[i] - curve->spread[i]));
  cvr_paint_set_faded (cr, curve->colour, 0.2);
  cairo_fill (cr);
}

static void
draw_line (cairo_t          *cr,
           const CvrXyChart *chart,
           const CvrXyCurve *curve,
           const CvrXyFrame *frame)
{
  gboolean begun = FALSE;
  double before = 0;

  cairo_new_path (cr);
  for (guint i = 0; i < curve->n; i++)
    {
      double x, y;

      if (!cvr_xy_shows (chart, curve, i))
        continue;
      x = cvr_xy_x (chart, frame, curve->x[i]);
      y = cvr_xy_y (frame, curve->y[i]);
      if (begun && curve->style == CVR_XY_STEPS)
        cairo_line_to (cr, x, before);
      cairo_line_to (cr, x, y);
      before = y;
      begun = TRUE;
    }
  cvr_paint_set (cr, curve->colour);
  cairo_stroke (cr);
}

static void
draw_curve (cairo_t          *cr,
            const CvrXyChart *chart,
            const CvrXyCurve *curve,
            const CvrXyFrame *frame,
            const CvrTheme   *theme)
{
  gboolean cloud = curve->style == CVR_XY_CLOUD;

  draw_spread (cr, chart, curve, frame);
  cairo_set_line_width (cr, theme->high_contrast ? 3 : 2);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  if (!cloud)
    draw_line (cr, chart, curve, frame);
  if (!cloud && curve->style != CVR_XY_DOTS)
    return;

  for (guint i = 0; i < curve->n; i++)
    if (cvr_xy_shows (chart, curve, i))
      cvr_plot_dot (cr, cvr_xy_x (chart, frame, curve->x[i]), cvr_xy_y (frame, curve->y[i]),
                    cloud ? 2.5 : 4, curve->colour, theme);
}

/**
 * cvr_paint_xy:
 *
 * Nothing is drawn where there is no room; a chart without any point says so.
 */
void
cvr_paint_xy (cairo_t          *cr,
              double            width,
              double            height,
              const CvrXyChart *chart,
              const CvrTheme   *theme)
{
  CvrXyFrame frame = { 0 };

  if (!(width >= LEAST_SIDE) || !(height >= LEAST_SIDE))
    return;
  if (!find_ranges (chart, &frame))
    {
      cvr_paint_sentence (cr, width, height,
                          chart->empty_label != NULL ? chart->empty_label : _("No values yet"),
                          theme);
      return;
    }

  cairo_save (cr);
  place (cr, width, height, chart, theme, &frame);
  if (frame.width >= 20 && frame.height >= 20)
    {
      draw_axes (cr, chart, &frame, theme);
      draw_counts (cr, chart, &frame, theme);
      if (chart->diagonal)
        draw_diagonal (cr, &frame, theme);
      cairo_save (cr);
      cairo_rectangle (cr, frame.left - 5, frame.top - 5, frame.width + 10, frame.height + 10);
      cairo_clip (cr);
      for (guint c = 0; c < chart->n_curves; c++)
        draw_curve (cr, chart, &chart->curves[c], &frame, theme);
      cairo_restore (cr);
      cvr_xy_notes (cr, chart, &frame, theme);
    }
  cairo_restore (cr);
}

/* Where the plot lies at this size; FALSE: nowhere. */
static gboolean
find_frame (double            width,
            double            height,
            const CvrXyChart *chart,
            const CvrTheme   *theme,
            CvrXyFrame       *frame)
{
  cairo_t *cr;

  if (!(width >= LEAST_SIDE) || !(height >= LEAST_SIDE) || !find_ranges (chart, frame))
    return FALSE;

  cr = cvr_paint_measure_new ();
  place (cr, width, height, chart, theme, frame);
  cairo_destroy (cr);

  return frame->width > 0 && frame->height > 0;
}

double
cvr_paint_xy_x (double            width,
                double            height,
                const CvrXyChart *chart,
                const CvrTheme   *theme,
                double            x)
{
  CvrXyFrame frame = { 0 };
  double share, value;

  if (!find_frame (width, height, chart, theme, &frame))
    return NAN;

  share = (x - frame.left) / frame.width;
  if (!(share >= 0) || !(share <= 1))
    return NAN;

  value = frame.x_low + share * (frame.x_high - frame.x_low);

  return chart->log_x ? pow (10, value) : value;
}

gint
cvr_paint_xy_at (double            width,
                 double            height,
                 const CvrXyChart *chart,
                 const CvrTheme   *theme,
                 guint             curve,
                 double            x,
                 double            y)
{
  CvrXyFrame frame = { 0 };
  double nearest = FINGER;
  gint found = -1;

  if (curve >= chart->n_curves || !find_frame (width, height, chart, theme, &frame))
    return -1;

  for (guint i = 0; i < chart->curves[curve].n; i++)
    {
      const CvrXyCurve *points = &chart->curves[curve];
      double away;

      if (!cvr_xy_shows (chart, points, i))
        continue;
      away = hypot (cvr_xy_x (chart, &frame, points->x[i]) - x,
                    cvr_xy_y (&frame, points->y[i]) - y);
      if (away <= nearest)
        {
          nearest = away;
          found = (gint) i;
        }
    }

  return found;
}
