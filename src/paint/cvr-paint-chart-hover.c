/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values of a chart's curves under the pointer. */
#include "cvr-paint-chart-private.h"

enum
{
  LINE_LENGTH = 42,  /* characters of a sentence */
  USUAL_WIDTH = 600, /* px: of a plot that is only spoken of */
};

/* The lines of the panel: a heading, a line a curve, and what happened there. */
typedef struct
{
  char           *text;
  const CvrCurve *curve; /* NULL: none */
  gboolean        bold;
} Line;

static void
line_clear (gpointer data)
{
  g_free (((Line *) data)->text);
}

/* The point of a curve nearest to @x, of a closing one that of the stretch that @x lies in, or the
 * last one where that has none yet; NULL where the curve has none. */
static const CvrCurvePoint *
point_read (const CvrCurve *curve,
            double          x)
{
  const CvrCurvePoint *found = NULL;
  double distance = INFINITY;

  for (guint i = 0; i < curve->n_points; i++)
    {
      double away = fabs (curve->points[i].x - x);

      if (!cvr_plot_shows (&curve->points[i]) || (!curve->closing && away >= distance))
        continue;
      found = &curve->points[i];
      distance = away;
      if (curve->closing && found->x >= x)
        break;
    }

  return found;
}

static char *
read_off (const CvrChart      *chart,
          const CvrCurve      *curve,
          const CvrCurvePoint *point)
{
  g_autofree char *value =
    chart->percent ? cvr_paint_percent (point->mean, 1) : cvr_paint_short (point->mean);

  return curve->label != NULL ? g_strdup_printf ("%s  %s", curve->label, value)
                              : g_steal_pointer (&value);
}

/* A sentence in lines that fit into a panel. */
static void
add_wrapped (GArray     *lines,
             const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  g_autoptr (GString) row = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (row->len > 0)
        g_string_append_c (row, ' ');
      g_string_append (row, words[i]);
      if (words[i + 1] == NULL
          || g_utf8_strlen (row->str, -1) + g_utf8_strlen (words[i + 1], -1) >= LINE_LENGTH)
        {
          Line line = { g_strdup (row->str), NULL, FALSE };

          g_array_append_val (lines, line);
          g_string_truncate (row, 0);
        }
    }
}

/* The lines of the panel; (transfer full) (element-type Line) */
static GArray *
read_curves (const CvrChart *chart,
             const CvrPlot  *plot)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (Line));
  const CvrChartEvent *event = cvr_plot_event_at (chart, plot);

  g_array_set_clear_func (lines, line_clear);
  if (chart->hover_label != NULL)
    {
      Line line = { g_strdup (chart->hover_label), NULL, TRUE };

      g_array_append_val (lines, line);
    }
  for (guint c = 0; c < chart->n_curves; c++)
    {
      const CvrCurve *curve = &chart->curves[c];
      const CvrCurvePoint *point = point_read (curve, chart->hover_x);
      Line line = { NULL, curve, FALSE };

      if (point == NULL)
        continue;
      line.text = read_off (chart, curve, point);
      g_array_append_val (lines, line);
    }
  if (event != NULL && event->label != NULL)
    add_wrapped (lines, event->label);

  return lines;
}

static void
draw_dots (cairo_t        *cr,
           const CvrChart *chart,
           const CvrPlot  *plot,
           const CvrTheme *theme)
{
  for (guint c = 0; c < chart->n_curves; c++)
    {
      const CvrCurve *curve = &chart->curves[c];
      const CvrCurvePoint *point = point_read (curve, chart->hover_x);

      if (point != NULL && cvr_plot_is_inside (plot, point->x))
        cvr_plot_dot (cr, cvr_plot_x (plot, point->x), cvr_plot_y (plot, point->mean), 5,
                      curve->colour, theme);
    }
}

static double
indent_of (const Line *line)
{
  return line->curve != NULL ? 26 : 0;
}

void
cvr_plot_hover (cairo_t        *cr,
                const CvrChart *chart,
                const CvrPlot  *plot,
                const CvrTheme *theme)
{
  g_autoptr (GArray) lines = NULL;
  double at = cvr_plot_x (plot, chart->hover_x), text = theme->text_size, widest = 0;
  double width, height, x, y;

  cvr_paint_set_faded (cr, theme->ink, 0.6);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, at, plot->top);
  cairo_line_to (cr, at, plot->top + plot->height);
  cairo_stroke (cr);
  draw_dots (cr, chart, plot, theme);
  lines = read_curves (chart, plot);
  if (lines->len == 0)
    return;
  for (guint i = 0; i < lines->len; i++)
    {
      const Line *line = &g_array_index (lines, Line, i);

      cvr_paint_font (cr, theme, 1, line->bold);
      widest = MAX (widest, cvr_paint_text_width (cr, line->text) + indent_of (line));
    }

  width = widest + text * 1.2;
  height = lines->len * text * 1.5 + text * 0.5;
  x = at + 10 + width < plot->left + plot->width ? at + 10 : MAX (at - 10 - width, 2);
  y = MAX (plot->top + (plot->height - height) / 2, 0);
  cvr_plot_panel (cr, x, y, width, height, theme);
  for (guint i = 0; i < lines->len; i++)
    {
      const Line *line = &g_array_index (lines, Line, i);
      double middle = y + text * 0.25 + text * 1.5 * (i + 0.5);

      if (line->curve != NULL)
        {
          const CvrPlotKey key = cvr_plot_key_of (line->curve);

          cvr_plot_key (cr, &key, x + text * 0.5, middle, theme);
        }
      cvr_paint_font (cr, theme, 1, line->bold);
      cvr_paint_set (cr, theme->ink);
      cvr_paint_text (cr, line->text, x + text * 0.5 + indent_of (line), middle + text * 0.35, 0);
    }
}

/**
 * cvr_paint_chart_values:
 *
 * Returns: (transfer full): the heading and the values at the chart's hover_x, parted by commas;
 * empty where there is none. Any thread.
 */
char *
cvr_paint_chart_values (const CvrChart *chart)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GArray) lines = NULL;
  CvrPlot plot = { .width = USUAL_WIDTH };

  cvr_plot_find_x (chart, &plot);
  if (cvr_plot_is_inside (&plot, chart->hover_x))
    lines = read_curves (chart, &plot);
  for (guint i = 0; lines != NULL && i < lines->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", g_array_index (lines, Line, i).text);

  return g_string_free (g_steal_pointer (&text), FALSE);
}
