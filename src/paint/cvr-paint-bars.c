/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Class probabilities as bars with names and per cents. */
#include "cvr-paint-private.h"

#include <glib/gi18n-lib.h>

/* A check mark with its lower left at @x, @y. */
static void
draw_check (cairo_t        *cr,
            double          x,
            double          y,
            double          size,
            const CvrTheme *theme)
{
  cvr_paint_set (cr, theme->right);
  cairo_set_line_width (cr, size * 0.2);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_move_to (cr, x + size * 0.1, y - size * 0.4);
  cairo_line_to (cr, x + size * 0.38, y - size * 0.1);
  cairo_line_to (cr, x + size * 0.9, y - size * 0.8);
  cairo_stroke (cr);
}

typedef struct
{
  double row, name_width, bar_left, bar_width;
} Layout;

static Layout
find_layout (cairo_t        *cr,
             double          width,
             double          height,
             const CvrBar   *bars,
             guint           n_bars,
             const CvrTheme *theme)
{
  double text = theme->text_size, widest = 0;
  Layout layout = { .row = MIN (height / n_bars, text * 2.6) };

  cvr_paint_font (cr, theme, 1.08, TRUE);
  for (guint i = 0; i < n_bars; i++)
    widest = MAX (widest, cvr_paint_text_width (cr, bars[i].label)
                  + (bars[i].truth ? text * 1.4 : 0));
  layout.name_width = MIN (widest, width * 0.38);
  layout.bar_left = layout.name_width + text * 0.8;
  layout.bar_width = width - layout.bar_left - cvr_paint_text_width (cr, "100.0 %") - text * 0.8;

  return layout;
}

static void
draw_bar (cairo_t        *cr,
          const CvrBar   *bar,
          const Layout   *layout,
          double          y,
          gboolean        first,
          const CvrTheme *theme)
{
  double text = theme->text_size, baseline = y + layout->row / 2 + text * 0.36;
  double p = isfinite (bar->p) ? CLAMP (bar->p, 0, 1) : 0;
  double thick = MIN (layout->row * 0.6, text * 1.3), top = y + (layout->row - thick) / 2;
  g_autofree char *percent = cvr_paint_percent (isfinite (bar->p) ? p : NAN, 1);
  double check = bar->truth ? text * 1.4 : 0;

  cvr_paint_font (cr, theme, first ? 1.08 : 1, first);
  cvr_paint_set (cr, theme->ink);
  cvr_paint_text_in (cr, bar->label, layout->name_width - check, baseline,
                     layout->name_width - check, 1);
  if (bar->truth)
    draw_check (cr, layout->name_width - text, baseline, text, theme);

  cvr_paint_set_faded (cr, theme->ink, 0.09);
  cvr_paint_rounded (cr, layout->bar_left, top, layout->bar_width, thick, 4);
  cairo_fill (cr);
  cairo_save (cr);
  cvr_paint_rounded (cr, layout->bar_left, top, layout->bar_width, thick, 4);
  cairo_clip (cr);
  cvr_paint_set (cr, cvr_paint_class_colour (theme, bar->class_index));
  cairo_rectangle (cr, layout->bar_left, top, MAX (layout->bar_width * p, 2), thick);
  cairo_fill (cr);
  if (bar->class_index >= G_N_ELEMENTS (theme->classes))
    {
      cvr_paint_set_faded (cr, theme->paper, 0.75);
      cvr_paint_hatch (cr, layout->bar_left, top, layout->bar_width * p, thick, 8);
    }
  cairo_restore (cr);
  cvr_paint_set (cr, first ? theme->ink : theme->dim);
  cvr_paint_text (cr, percent, layout->bar_left + layout->bar_width + text * 0.7, baseline, 0);
}

/**
 * cvr_paint_bars:
 * @bars: (array length=n_bars): most probable first; @p 0 … 1
 *
 * A row each, at most 2.6 lines of text high, from the top. The true class carries a check mark.
 * Colours of classes after the eighth are hatched. The background is left as it is. Any thread with
 * its own @cr.
 */
void
cvr_paint_bars (cairo_t        *cr,
                double          width,
                double          height,
                const CvrBar   *bars,
                guint           n_bars,
                const CvrTheme *theme)
{
  Layout layout;

  if (!(width >= 40) || !(height >= 10))
    return;
  if (n_bars == 0)
    {
      cvr_paint_sentence (cr, width, height, _("No answer yet"), theme);
      return;
    }

  cairo_save (cr);
  layout = find_layout (cr, width, height, bars, n_bars, theme);
  if (layout.bar_width > 4 && layout.row >= 4)
    for (guint i = 0; i < n_bars; i++)
      draw_bar (cr, &bars[i], &layout, i * layout.row, i == 0, theme);
  cairo_restore (cr);
}
