/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values at a few named steps: accuracy at 32, 16, 8, 4, 2 bits and 1. */
#include "cvr-paint-compress-private.h"

static double
step_x (const CvrPercentPlot *plot,
        const CvrSteps       *steps,
        guint                 i)
{
  return plot->left + (i + 0.5) / steps->n_steps * plot->width;
}

static void
draw_line (cairo_t              *cr,
           const CvrPercentPlot *plot,
           const CvrSteps       *steps,
           const CvrStepsLine   *line,
           const CvrTheme       *theme)
{
  for (guint i = 0; i < steps->n_steps; i++)
    if (isfinite (line->values[i]))
      cairo_line_to (cr, step_x (plot, steps, i), cvr_percent_plot_y (plot, line->values[i]));
  cvr_paint_set (cr, line->colour);
  cairo_set_line_width (cr, theme->high_contrast ? 3 : 2);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke (cr);

  for (guint i = 0; i < steps->n_steps; i++)
    if (isfinite (line->values[i]))
      {
        cairo_arc (cr, step_x (plot, steps, i), cvr_percent_plot_y (plot, line->values[i]), 4, 0,
                   2 * G_PI);
        cvr_paint_set (cr, line->colour);
        cairo_fill_preserve (cr);
        cvr_paint_set (cr, theme->paper);
        cairo_set_line_width (cr, 1);
        cairo_stroke (cr);
      }
}

/* Names of the steps; the selected one stands in a band. */
static void
draw_steps (cairo_t              *cr,
            const CvrPercentPlot *plot,
            const CvrSteps       *steps,
            const CvrTheme       *theme)
{
  double text = theme->text_size, bottom = plot->top + plot->height;
  double wide = plot->width / steps->n_steps;

  for (guint i = 0; i < steps->n_steps; i++)
    {
      double x = step_x (plot, steps, i);
      gboolean chosen = steps->selected == (gint) i;

      if (chosen || steps->hover == (gint) i)
        {
          cvr_paint_rounded (cr, x - wide / 2 + 1, plot->top, wide - 2, plot->height, 4);
          cvr_paint_set_faded (cr, theme->ink, chosen ? 0.12 : 0.06);
          cairo_fill (cr);
        }
      cvr_paint_font (cr, theme, 0.92, chosen);
      cvr_paint_set (cr, chosen ? theme->ink : theme->dim);
      cvr_paint_text_in (cr, steps->steps[i], x, bottom + text * 1.35, wide, 0.5);
    }
}

/* The lines' names, from the lower left corner upwards, where curves that fall leave room. */
static void
draw_key (cairo_t              *cr,
          const CvrPercentPlot *plot,
          const CvrSteps       *steps,
          const CvrTheme       *theme)
{
  double text = theme->text_size, y = plot->top + plot->height - text * 0.7;

  cvr_paint_font (cr, theme, 0.92, FALSE);
  for (guint i = 0; i < steps->n_lines; i++, y -= text * 1.4)
    {
      const CvrStepsLine *line = &steps->lines[i];

      if (line->label == NULL || y < plot->top + text)
        continue;
      cvr_paint_set (cr, line->colour);
      cairo_set_line_width (cr, 2);
      cairo_move_to (cr, plot->left + text * 0.5, y - text * 0.3);
      cairo_line_to (cr, plot->left + text * 1.9, y - text * 0.3);
      cairo_stroke (cr);
      cairo_arc (cr, plot->left + text * 1.2, y - text * 0.3, 3, 0, 2 * G_PI);
      cairo_fill (cr);
      cvr_paint_set (cr, theme->dim);
      cvr_paint_text (cr, line->label, plot->left + text * 2.4, y, 0);
    }
}

static void
draw_hover (cairo_t              *cr,
            const CvrPercentPlot *plot,
            const CvrSteps       *steps,
            const CvrTheme       *theme)
{
  guint at = (guint) steps->hover;

  for (guint i = 0; i < steps->n_lines; i++)
    {
      const CvrStepsLine *line = &steps->lines[i];
      g_autofree char *percent = NULL;

      if (!isfinite (line->values[at]))
        continue;
      percent = cvr_paint_percent (line->values[at], 1);
      cvr_percent_plot_note (cr, plot, step_x (plot, steps, at),
                             cvr_percent_plot_y (plot, line->values[at]), percent,
                             steps->n_lines > 1 ? line->label : NULL, theme);
    }
}

void
cvr_paint_steps (cairo_t        *cr,
                 double          width,
                 double          height,
                 const CvrSteps *steps,
                 const CvrTheme *theme)
{
  CvrPercentPlot plot;

  if (steps->n_steps == 0 || !cvr_percent_plot_place (width, height, 0, 1, theme, &plot))
    return;

  cairo_save (cr);
  cvr_percent_plot_draw (cr, &plot, steps->x_label, theme);
  draw_steps (cr, &plot, steps, theme);
  for (guint i = 0; i < steps->n_lines; i++)
    draw_line (cr, &plot, steps, &steps->lines[i], theme);
  draw_key (cr, &plot, steps, theme);
  if (steps->hover >= 0 && steps->hover < (gint) steps->n_steps)
    draw_hover (cr, &plot, steps, theme);
  cairo_restore (cr);
}

gint
cvr_paint_steps_at (double          width,
                    double          height,
                    const CvrSteps *steps,
                    const CvrTheme *theme,
                    double          x,
                    double          y)
{
  CvrPercentPlot plot;

  if (steps->n_steps == 0 || !cvr_percent_plot_place (width, height, 0, 1, theme, &plot))
    return -1;
  if (!(x >= plot.left && x < plot.left + plot.width && y >= 0 && y <= height))
    return -1;

  return (gint) ((x - plot.left) / plot.width * steps->n_steps);
}
