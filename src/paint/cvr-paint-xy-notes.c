/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands on a chart of one quantity against another: mark, legend, values under the pointer. */
#include "cvr-paint-xy-private.h"

/* What a legend would lie on. */
typedef struct { const CvrXyChart *chart; const CvrXyFrame *frame; } Drawn;

static guint
count_in (gconstpointer  data,
          const CvrArea *area)
{
  const CvrXyChart *chart = ((const Drawn *) data)->chart;
  const CvrXyFrame *frame = ((const Drawn *) data)->frame;
  guint n = 0;

  for (guint c = 0; c < chart->n_curves; c++)
    for (guint i = 0; i < chart->curves[c].n; i++)
      {
        const CvrXyCurve *curve = &chart->curves[c];

        n += cvr_xy_shows (chart, curve, i)
             && cvr_area_has (area, cvr_xy_x (chart, frame, curve->x[i]),
                              cvr_xy_y (frame, curve->y[i]));
      }

  return n;
}

static void
draw_legend (cairo_t          *cr,
             const CvrXyChart *chart,
             const CvrXyFrame *frame,
             const CvrTheme   *theme)
{
  const Drawn drawn = { chart, frame };
  const CvrArea area = { frame->left, frame->top, frame->width, frame->height };
  g_autofree CvrPlotKey *keys = g_new (CvrPlotKey, MAX (chart->n_curves, 1));

  for (guint c = 0; c < chart->n_curves; c++)
    {
      const CvrXyCurve *curve = &chart->curves[c];

      keys[c] = (CvrPlotKey) { curve->label, curve->colour, curve->style != CVR_XY_CLOUD, FALSE,
                               curve->style == CVR_XY_CLOUD || curve->style == CVR_XY_DOTS };
    }
  /* Bars stand along the lower edge. */
  cvr_plot_legend (cr, keys, chart->n_curves, &area,
                   chart->n_counts > 0 ? CVR_LEGEND_TOP_ONLY : CVR_LEGEND_FOOT_FIRST, count_in,
                   &drawn, theme);
}

static void
draw_mark (cairo_t          *cr,
           const CvrXyChart *chart,
           const CvrXyFrame *frame,
           const CvrTheme   *theme)
{
  static const double dashes[] = { 5, 4 };
  double x = cvr_xy_x (chart, frame, chart->mark_x), y = frame->top;
  gboolean point = isfinite (chart->mark_y);
  gboolean right;

  if (!isfinite (x) || x < frame->left - 0.5 || x > frame->left + frame->width + 0.5)
    return;

  cvr_paint_set (cr, theme->ink);
  if (point)
    {
      y = cvr_xy_y (frame, chart->mark_y);
      cairo_new_path (cr);
      cairo_arc (cr, x, y, 6.5, 0, 2 * G_PI);
      cairo_set_line_width (cr, 2.25);
      cairo_stroke (cr);
    }
  else
    {
      cairo_set_line_width (cr, 1.25);
      cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
      cairo_move_to (cr, x, frame->top);
      cairo_line_to (cr, x, frame->top + frame->height);
      cairo_stroke (cr);
      cairo_set_dash (cr, NULL, 0, 0);
    }
  if (chart->mark_label == NULL)
    return;

  cvr_paint_font (cr, theme, 0.92, FALSE);
  right = x + 12 + cvr_paint_text_width (cr, chart->mark_label) < frame->left + frame->width;
  cvr_paint_text (cr, chart->mark_label, right ? x + 11 : x - 11,
                  y + theme->text_size * (point ? 1.3 : 0.8), right ? 0 : 1);
}

/* The curve's value at @at: on the line between its neighbours; NaN beside them. */
static double
value_at (const CvrXyChart *chart,
          const CvrXyCurve *curve,
          double            at)
{
  gint before = -1;

  for (guint i = 0; i < curve->n; i++)
    {
      if (!cvr_xy_shows (chart, curve, i))
        continue;
      if (curve->x[i] >= at)
        {
          double share;

          if (before < 0)
            return curve->x[i] <= at ? curve->y[i] : (double) NAN;
          share = (at - curve->x[before]) / (curve->x[i] - curve->x[before]);
          if (!(share < 1))
            return curve->y[i];

          return curve->style == CVR_XY_STEPS
                   ? curve->y[before]
                   : curve->y[before] + share * (curve->y[i] - curve->y[before]);
        }
      before = (gint) i;
    }

  return NAN;
}

/* "recall  12.0 %"; @name nullable. */
static char *
read_off (const char *name,
          double      value,
          gboolean    percent)
{
  g_autofree char *number = percent ? cvr_paint_percent (value, 1) : cvr_paint_short (value);

  return name != NULL ? g_strdup_printf ("%s  %s", name, number) : g_steal_pointer (&number);
}

/* The place, and a line for each curve that has a value there. */
static void
draw_hover (cairo_t          *cr,
            const CvrXyChart *chart,
            const CvrXyFrame *frame,
            const CvrTheme   *theme)
{
  double x = cvr_xy_x (chart, frame, chart->hover_x), text = theme->text_size, row = text * 1.5;
  g_autofree char *at = read_off (chart->x_name, chart->hover_x, chart->x_percent);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  double widest, left;

  if (!isfinite (x) || x < frame->left || x > frame->left + frame->width)
    return;

  g_ptr_array_add (lines, g_strdup (at));
  cvr_paint_set (cr, theme->dim);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, x, frame->top);
  cairo_line_to (cr, x, frame->top + frame->height);
  cairo_stroke (cr);
  cvr_paint_font (cr, theme, 1, FALSE);
  widest = cvr_paint_text_width (cr, at);
  for (guint c = 0; c < chart->n_curves; c++)
    {
      const CvrXyCurve *curve = &chart->curves[c];
      double y = curve->style == CVR_XY_CLOUD ? (double) NAN
                                              : value_at (chart, curve, chart->hover_x);
      char *line;

      if (!isfinite (y))
        continue;
      cvr_plot_dot (cr, x, cvr_xy_y (frame, y), 4, curve->colour, theme);
      line = read_off (curve->label != NULL ? curve->label : chart->y_name, y, chart->y_percent);
      g_ptr_array_add (lines, line);
      widest = MAX (widest, cvr_paint_text_width (cr, line));
    }

  left = x + 10 + widest + text * 1.2 < frame->left + frame->width ? x + 10
                                                                   : x - 10 - widest - text * 1.2;
  cvr_plot_panel (cr, left, frame->top + 6, widest + text * 1.2, lines->len * row + text * 0.4,
                  theme);
  cvr_paint_set (cr, theme->ink);
  for (guint i = 0; i < lines->len; i++)
    cvr_paint_text (cr, lines->pdata[i], left + text * 0.6, frame->top + 6 + row * (i + 0.75) +
                    text * 0.2, 0);
}

void
cvr_xy_notes (cairo_t          *cr,
              const CvrXyChart *chart,
              const CvrXyFrame *frame,
              const CvrTheme   *theme)
{
  draw_legend (cr, chart, frame, theme);
  if (isfinite (chart->mark_x))
    draw_mark (cr, chart, frame, theme);
  if (isfinite (chart->hover_x))
    draw_hover (cr, chart, frame, theme);
}
