/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a layer can lose: a line as small as a line of text. */
#include "cvr-paint-compress-private.h"

/* Right answers at @share, between the points beside it; NaN where there is none. */
static double
accuracy_at (const CvrSensitivityPoint *points,
             guint                      n_points,
             double                     share)
{
  for (guint i = 1; i < n_points; i++)
    if (share >= points[i - 1].share && share <= points[i].share)
      {
        double width = points[i].share - points[i - 1].share;
        double t = width > 0 ? (share - points[i - 1].share) / width : 0;

        return points[i - 1].accuracy + t * (points[i].accuracy - points[i - 1].accuracy);
      }

  return NAN;
}

/**
 * cvr_paint_sensitivity:
 * @points: (array length=n_points): by rising share
 *
 * Height is 0 … 1 of right answers, filled below; without two points only the base line is drawn.
 */
void
cvr_paint_sensitivity (cairo_t                   *cr,
                       double                     width,
                       double                     height,
                       const CvrSensitivityPoint *points,
                       guint                      n_points,
                       double                     mark,
                       const CvrTheme            *theme)
{
  double pad = 4, wide = width - 2 * pad, tall = height - 2 * pad, there;

  if (!(wide >= 10) || !(tall >= 6))
    return;

  cairo_save (cr);
  cvr_paint_set (cr, theme->grid);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, pad, height - pad + 0.5);
  cairo_line_to (cr, width - pad, height - pad + 0.5);
  cairo_stroke (cr);
  if (n_points >= 2)
    {
      for (guint i = 0; i < n_points; i++)
        cairo_line_to (cr, pad + points[i].share * wide, pad + (1 - points[i].accuracy) * tall);
      cvr_paint_set (cr, theme->validation);
      cairo_set_line_width (cr, theme->high_contrast ? 2.5 : 1.75);
      cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
      cairo_stroke_preserve (cr);
      cairo_line_to (cr, pad + points[n_points - 1].share * wide, height - pad);
      cairo_line_to (cr, pad + points[0].share * wide, height - pad);
      cairo_close_path (cr);
      cvr_paint_set_faded (cr, theme->validation, 0.18);
      cairo_fill (cr);
    }
  there = accuracy_at (points, n_points, mark);
  if (isfinite (mark) && mark > 0)
    {
      cvr_paint_set (cr, theme->ink);
      cairo_set_line_width (cr, 1.5);
      cairo_move_to (cr, pad + mark * wide, pad);
      cairo_line_to (cr, pad + mark * wide, height - pad);
      cairo_stroke (cr);
    }
  if (isfinite (there) && mark > 0)
    {
      cairo_arc (cr, pad + mark * wide, pad + (1 - there) * tall, 3, 0, 2 * G_PI);
      cairo_fill (cr);
    }
  cairo_restore (cr);
}
