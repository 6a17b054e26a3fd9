/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks as dots, what they cost against how often they are right; the best of them joined. */
#include "cvr-paint-compress-private.h"

#include <glib/gi18n-lib.h>

enum { DOT = 5, NEAR = 14 };

typedef struct
{
  CvrPercentPlot plot;
  double         high_cost; /* at the right border; 0 at the left one */
} Layout;

static gboolean
find_layout (double             width,
             double             height,
             const CvrVariants *variants,
             const CvrTheme    *theme,
             Layout            *layout)
{
  double low = INFINITY, high = -INFINITY, room;

  layout->high_cost = 0;
  for (guint i = 0; i < variants->n_dots; i++)
    {
      const CvrVariantDot *dot = &variants->dots[i];

      if (!isfinite (dot->cost) || !isfinite (dot->accuracy))
        continue;
      low = MIN (low, dot->accuracy);
      high = MAX (high, dot->accuracy);
      layout->high_cost = MAX (layout->high_cost, dot->cost);
    }
  if (low > high || !(layout->high_cost > 0))
    return FALSE;

  room = MAX ((high - low) * 0.12, 0.02);
  layout->high_cost *= 1.06;

  return cvr_percent_plot_place (width, height, MAX (low - room, 0), MIN (high + room, 1.02), theme,
                                 &layout->plot);
}

static void
place (const Layout        *layout,
       const CvrVariantDot *dot,
       double              *x,
       double              *y)
{
  *x = layout->plot.left + dot->cost / layout->high_cost * layout->plot.width;
  *y = cvr_percent_plot_y (&layout->plot, dot->accuracy);
}

static void
trace (cairo_t        *cr,
       double          x,
       double          y,
       double          r,
       CvrVariantShape shape)
{
  switch (shape)
    {
    case CVR_VARIANT_LEARNED:
      cairo_rectangle (cr, x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
      break;
    case CVR_VARIANT_KEPT:
      cairo_move_to (cr, x, y - r * 1.35);
      cairo_line_to (cr, x + r * 1.35, y);
      cairo_line_to (cr, x, y + r * 1.35);
      cairo_line_to (cr, x - r * 1.35, y);
      cairo_close_path (cr);
      break;
    default:
      cairo_new_sub_path (cr);
      cairo_arc (cr, x, y, r, 0, 2 * G_PI);
    }
}

static void
draw_dot (cairo_t             *cr,
          const Layout        *layout,
          const CvrVariantDot *dot,
          gboolean             selected,
          gboolean             hover,
          const CvrTheme      *theme)
{
  double x, y;

  if (!isfinite (dot->cost) || !isfinite (dot->accuracy))
    return;
  place (layout, dot, &x, &y);
  if (selected || hover)
    {
      trace (cr, x, y, DOT + 4, dot->shape);
      cvr_paint_set (cr, theme->ink);
      cairo_set_line_width (cr, selected ? 2.5 : 1.5);
      cairo_stroke (cr);
    }
  trace (cr, x, y, DOT, dot->shape);
  if (dot->shape == CVR_VARIANT_ORIGINAL)
    {
      cvr_paint_set (cr, theme->paper);
      cairo_fill_preserve (cr);
      cvr_paint_set (cr, theme->ink);
      cairo_set_line_width (cr, 2.5);
    }
  else
    {
      cvr_paint_set (cr, dot->best ? theme->validation
                                   : cvr_paint_mix (theme->paper, theme->dim, 0.6));
      cairo_fill_preserve (cr);
      cvr_paint_set (cr, theme->paper);
      cairo_set_line_width (cr, 1);
    }
  cairo_stroke (cr);
}

static int
compare_costs (gconstpointer a,
               gconstpointer b)
{
  const CvrVariantDot *x = a, *y = b;

  return (x->cost > y->cost) - (x->cost < y->cost);
}

/* A stair: between two of the best nothing better is known. */
static void
draw_front (cairo_t           *cr,
            const Layout      *layout,
            const CvrVariants *variants,
            const CvrTheme    *theme)
{
  g_autofree CvrVariantDot *best = g_new (CvrVariantDot, MAX (variants->n_dots, 1));
  guint n = 0;
  double x, y, last = 0;

  for (guint i = 0; i < variants->n_dots; i++)
    if (variants->dots[i].best)
      best[n++] = variants->dots[i];
  qsort (best, n, sizeof best[0], compare_costs);
  for (guint i = 0; i < n; i++)
    {
      place (layout, &best[i], &x, &y);
      if (i == 0)
        cairo_move_to (cr, x, layout->plot.top + layout->plot.height);
      else
        cairo_line_to (cr, x, last);
      cairo_line_to (cr, x, y);
      last = y;
    }
  if (n == 0)
    return;
  cairo_line_to (cr, layout->plot.left + layout->plot.width, last);
  cvr_paint_set_faded (cr, theme->validation, 0.7);
  cairo_set_line_width (cr, theme->high_contrast ? 2.5 : 1.5);
  cairo_stroke (cr);
}

static void
draw_costs (cairo_t           *cr,
            const Layout      *layout,
            const CvrVariants *variants,
            const CvrTheme    *theme)
{
  double text = theme->text_size, bottom = layout->plot.top + layout->plot.height, ticks[8];
  guint room = (guint) CLAMP (layout->plot.width / (text * 6), 2, G_N_ELEMENTS (ticks));
  guint n = cvr_paint_nice_ticks (0, layout->high_cost, room, ticks);

  cvr_paint_font (cr, theme, 0.92, FALSE);
  cvr_paint_set (cr, theme->dim);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *label = variants->dup_cost (ticks[i]);
      double x = layout->plot.left + ticks[i] / layout->high_cost * layout->plot.width;
      double half = cvr_paint_text_width (cr, label) / 2;

      if (x + half <= layout->plot.left + layout->plot.width + text)
        cvr_paint_text (cr, label, MAX (x, layout->plot.left + (i == 0 ? half : 0)),
                        bottom + text * 1.35, 0.5);
    }
}

void
cvr_paint_variants (cairo_t           *cr,
                    double             width,
                    double             height,
                    const CvrVariants *variants,
                    const CvrTheme    *theme)
{
  Layout layout;

  if (!(width >= 60) || !(height >= 40))
    return;
  if (!find_layout (width, height, variants, theme, &layout))
    {
      if (variants->n_dots == 0)
        cvr_paint_sentence (cr, width, height, _("Nothing tried yet"), theme);
      return;
    }

  cairo_save (cr);
  cvr_percent_plot_draw (cr, &layout.plot, variants->x_label, theme);
  draw_costs (cr, &layout, variants, theme);
  draw_front (cr, &layout, variants, theme);
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < variants->n_dots; i++)
      if (variants->dots[i].best == (pass == 1))
        draw_dot (cr, &layout, &variants->dots[i], variants->selected == (gint) i,
                  variants->hover == (gint) i, theme);
  if (variants->hover >= 0 && variants->hover < (gint) variants->n_dots)
    {
      const CvrVariantDot *dot = &variants->dots[variants->hover];
      g_autofree char *percent = cvr_paint_percent (dot->accuracy, 1);
      g_autofree char *cost = variants->dup_cost (dot->cost);
      double x, y;

      place (&layout, dot, &x, &y);
      cvr_percent_plot_note (cr, &layout.plot, x, y, percent, cost, theme);
    }
  cairo_restore (cr);
}

gint
cvr_paint_variants_at (double             width,
                       double             height,
                       const CvrVariants *variants,
                       const CvrTheme    *theme,
                       double             x,
                       double             y)
{
  Layout layout;
  double nearest = NEAR;
  gint found = -1;

  if (!find_layout (width, height, variants, theme, &layout))
    return -1;

  for (guint i = 0; i < variants->n_dots; i++)
    {
      double dot_x, dot_y;

      if (!isfinite (variants->dots[i].cost) || !isfinite (variants->dots[i].accuracy))
        continue;
      place (&layout, &variants->dots[i], &dot_x, &dot_y);
      if (hypot (x - dot_x, y - dot_y) < nearest)
        {
          nearest = hypot (x - dot_x, y - dot_y);
          found = (gint) i;
        }
    }

  return found;
}
