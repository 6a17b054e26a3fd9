/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What leads from map to map: soft lines that carry weight, and arcs over the layers left out. */
#include "cvr-paint-inside.h"
#include "cvr-paint-private.h"

static gint
by_strength (gconstpointer a,
             gconstpointer b)
{
  double x = fabs (((const CvrLink *) a)->weight), y = fabs (((const CvrLink *) b)->weight);

  return (x > y) - (x < y);
}

/**
 * cvr_paint_links:
 *
 * The strongest on top. Lines of next to no weight stay faintly visible: they are there.
 */
void
cvr_paint_links (cairo_t        *cr,
                 const CvrLink  *links,
                 guint           n_links,
                 const CvrTheme *theme)
{
  g_autofree CvrLink *sorted = g_memdup2 (links, n_links * sizeof *links);

  if (n_links == 0)
    return;
  qsort (sorted, n_links, sizeof *sorted, by_strength);
  cairo_save (cr);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  for (guint i = 0; i < n_links; i++)
    {
      const CvrLink *link = &sorted[i];
      double strength = fmin (fabs (link->weight), 1), middle = (link->x0 + link->x1) / 2;
      CvrRgba colour = link->weight < 0 ? theme->training : theme->validation;

      cairo_move_to (cr, link->x0, link->y0);
      cairo_curve_to (cr, middle, link->y0, middle, link->y1, link->x1, link->y1);
      cvr_paint_set_faded (cr, colour, 0.2 + 0.75 * strength);
      cairo_set_line_width (cr, 1 + 3 * strength);
      cairo_stroke (cr);
    }
  cairo_restore (cr);
}

static void
draw_head (cairo_t *cr,
           double   x,
           double   y)
{
  cairo_move_to (cr, x, y);
  cairo_line_to (cr, x - 4, y - 7);
  cairo_line_to (cr, x + 4, y - 7);
  cairo_close_path (cr);
  cairo_fill (cr);
}

/**
 * cvr_paint_skips:
 * @foot: y where the arcs stand
 */
void
cvr_paint_skips (cairo_t        *cr,
                 double          foot,
                 const CvrSkip  *skips,
                 guint           n_skips,
                 const CvrTheme *theme)
{
  cairo_save (cr);
  for (guint i = 0; i < n_skips; i++)
    {
      double top = foot - (skips[i].level + 1.0) * CVR_SKIP_PITCH - 6;
      double from = skips[i].from, to = skips[i].to, bend = fmin (10, (to - from) / 3);

      cvr_paint_set (cr, skips[i].lit ? theme->ink : theme->dim);
      cairo_set_line_width (cr, skips[i].lit ? 2.5 : 1.5);
      cairo_move_to (cr, from, foot);
      cairo_curve_to (cr, from, top + bend, from, top, from + bend, top);
      cairo_line_to (cr, to - bend, top);
      cairo_curve_to (cr, to, top, to, top + bend, to, foot - 6);
      cairo_stroke (cr);
      draw_head (cr, to, foot);
    }
  cairo_restore (cr);
}

static gint
by_length (gconstpointer a,
           gconstpointer b)
{
  double x = ((const CvrSkip *) a)->to - ((const CvrSkip *) a)->from;
  double y = ((const CvrSkip *) b)->to - ((const CvrSkip *) b)->from;

  return (x > y) - (x < y);
}

/**
 * cvr_paint_skip_levels:
 * @skips: sorted by length here; levels are filled in
 *
 * Two arcs that share a stretch get different levels; those that only meet at an end may share one.
 *
 * Returns: how many levels there are
 */
guint
cvr_paint_skip_levels (CvrSkip *skips,
                       guint    n_skips)
{
  guint n_levels = 0;

  if (n_skips > 1)
    qsort (skips, n_skips, sizeof *skips, by_length);
  for (guint i = 0; i < n_skips; i++)
    {
      guint level = 0;

      for (guint j = 0; j < i; j++)
        if (skips[j].level == level && skips[j].from < skips[i].to && skips[i].from < skips[j].to)
          {
            level++;
            j = G_MAXUINT; /* From the beginning, one level up. */
          }
      skips[i].level = level;
      n_levels = MAX (n_levels, level + 1);
    }

  return n_levels;
}
