/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures as points of a plane, and histograms one behind the other. */
#include "cvr-paint-inside.h"
#include "cvr-paint-private.h"

typedef enum { CIRCLE, UP, DOWN, DIAMOND, PLUS, HOURGLASS, CROSS, SQUARE } Outline;
typedef enum { DASH, SLANTED, BAR, UPRIGHT } Stroke;

/* One outline per colour, chosen by search: the more alike two colours are in the worst of the
 * themes for the worst of the eyes (all cones, without red, without green), the less their outlines
 * have in common. Eight classes are told apart by either alone. */
static const Outline filled[] = { CIRCLE, UP, DOWN, DIAMOND, PLUS, HOURGLASS, CROSS, SQUARE };
/* The next eight classes have the same colours: the outline of the colour that is furthest away in
 * that sense, hollow. */
static const Outline hollow[] = { PLUS, DIAMOND, CROSS, UP, CIRCLE, SQUARE, DOWN, HOURGLASS };
/* Then strokes; those two have one together. */
static const Stroke strokes[] = { DASH, SLANTED, BAR, SLANTED, DASH, UPRIGHT, BAR, UPRIGHT };

static void
add_stroke (cairo_t *cr,
            Stroke   stroke,
            double   x,
            double   y,
            double   r)
{
  static const struct { double dx, dy; } ends[][2] = {
    [DASH] = { { 1.2, 0 }, { 0, 0 } },
    [SLANTED] = { { 0.85, 0.85 }, { 0.85, -0.85 } },
    [BAR] = { { 0, 1.2 }, { 0, 0 } },
    [UPRIGHT] = { { 1.1, 0 }, { 0, 1.1 } },
  };

  for (guint i = 0; i < 2; i++)
    {
      cairo_move_to (cr, x - ends[stroke][i].dx * r, y - ends[stroke][i].dy * r);
      cairo_line_to (cr, x + ends[stroke][i].dx * r, y + ends[stroke][i].dy * r);
    }
}

static void
add_outline (cairo_t *cr,
             Outline  outline,
             double   x,
             double   y,
             double   r)
{
  static const struct { guint n; double at[12][2]; } corners[] = {
    [UP] = { 3, { { 0, -1.2 }, { 1.1, 0.8 }, { -1.1, 0.8 } } },
    [DOWN] = { 3, { { 0, 1.2 }, { 1.1, -0.8 }, { -1.1, -0.8 } } },
    [DIAMOND] = { 4, { { 0, -1.3 }, { 1.1, 0 }, { 0, 1.3 }, { -1.1, 0 } } },
    [PLUS] = { 12,
               { { -0.36, -1.2 }, { 0.36, -1.2 }, { 0.36, -0.36 }, { 1.2, -0.36 },
                 { 1.2, 0.36 }, { 0.36, 0.36 }, { 0.36, 1.2 }, { -0.36, 1.2 },
                 { -0.36, 0.36 }, { -1.2, 0.36 }, { -1.2, -0.36 }, { -0.36, -0.36 } } },
    [HOURGLASS] = { 4, { { -1.1, -1 }, { 1.1, 1 }, { 1.1, -1 }, { -1.1, 1 } } },
    [SQUARE] = { 4, { { -0.9, -0.9 }, { 0.9, -0.9 }, { 0.9, 0.9 }, { -0.9, 0.9 } } },
  };
  Outline drawn = outline == CROSS ? PLUS : outline;
  double turn = outline == CROSS ? G_PI / 4 : 0, c = cos (turn) * r, s = sin (turn) * r;

  cairo_new_sub_path (cr);
  if (outline == CIRCLE)
    cairo_arc (cr, x, y, r, 0, 2 * G_PI);
  for (guint i = 0; i < corners[drawn].n; i++)
    {
      const double *at = corners[drawn].at[i];

      cairo_line_to (cr, x + at[0] * c - at[1] * s, y + at[0] * s + at[1] * c);
    }
  cairo_close_path (cr);
}

static void
add_shape (cairo_t *cr,
           guint    k,
           double   x,
           double   y,
           double   r)
{
  guint colour = k % G_N_ELEMENTS (filled), round = k / G_N_ELEMENTS (filled);

  if (round == 0)
    add_outline (cr, filled[colour], x, y, r);
  else if (round == 1)
    add_outline (cr, hollow[colour], x, y, r);
  else
    add_stroke (cr, (strokes[colour] + round - 2) % 4, x, y, r);
}

static void
draw_shapes (cairo_t        *cr,
             guint           round,
             double          radius,
             const CvrTheme *theme,
             CvrRgba         colour,
             double          alpha)
{
  cvr_paint_set_faded (cr, round == 0 ? colour : theme->paper, alpha);
  if (round < 2)
    cairo_fill_preserve (cr);
  cvr_paint_set_faded (cr, colour, alpha);
  cairo_set_line_width (cr, MAX (radius * 0.45, 1));
  if (round > 0)
    cairo_stroke (cr);
  cairo_new_path (cr);
}

/* Class @k's points that are @faded or not. */
static void
draw_class (cairo_t        *cr,
            double          width,
            double          height,
            const CvrDot   *dots,
            guint           n_dots,
            double          radius,
            const CvrTheme *theme,
            gint            k,
            gboolean        faded)
{
  guint class_index = (guint) MAX (k, 0), round = class_index / G_N_ELEMENTS (filled);
  CvrRgba colour = theme->dim;

  for (guint i = 0; i < n_dots; i++)
    if (dots[i].class_index == k && dots[i].faded == faded)
      {
        if (k >= 0)
          colour = cvr_paint_class_colour (theme, dots[i].paint);
        add_shape (cr, class_index, (double) dots[i].x * width, (double) dots[i].y * height, radius);
      }
  draw_shapes (cr, round, radius, theme, colour, faded ? 0.18 : 0.85);
}

/**
 * cvr_paint_dots:
 * @radius: px
 *
 * Class by class, so that thousands take few fills; the chosen ones last, with a ring.
 */
void
cvr_paint_dots (cairo_t        *cr,
                double          width,
                double          height,
                const CvrDot   *dots,
                guint           n_dots,
                double          radius,
                const CvrTheme *theme)
{
  gint n_classes = -1;

  for (guint i = 0; i < n_dots; i++)
    n_classes = MAX (n_classes, dots[i].class_index);
  cairo_save (cr);
  for (gint faded = 1; faded >= 0; faded--)
    for (gint k = -1; k <= n_classes; k++)
      draw_class (cr, width, height, dots, n_dots, radius, theme, k, faded);
  for (guint i = 0; i < n_dots; i++)
    if (dots[i].chosen)
      {
        cairo_new_sub_path (cr);
        cairo_arc (cr, (double) dots[i].x * width, (double) dots[i].y * height, radius + 2, 0,
                   2 * G_PI);
      }
  cvr_paint_set (cr, theme->ink);
  cairo_set_line_width (cr, 1.5);
  cairo_stroke (cr);
  cairo_restore (cr);
}

static void
draw_ridge (cairo_t         *cr,
            const CvrRidges *ridges,
            guint            k,
            double           left,
            double           foot,
            double           width,
            double           tall,
            const CvrTheme  *theme)
{
  guint64 most = 0;

  for (guint i = 0; i < ridges->n_bins; i++)
    most = MAX (most, ridges->counts[k][i]);
  cairo_move_to (cr, left, foot);
  for (guint i = 0; i < ridges->n_bins; i++)
    cairo_line_to (cr, left + (i + 0.5) / ridges->n_bins * width,
                   foot - (most > 0 ? (double) ridges->counts[k][i] / (double) most * tall : 0));
  cairo_line_to (cr, left + width, foot);
  cairo_close_path (cr);
  cvr_paint_set (cr, (gint) k == ridges->chosen
                         ? cvr_paint_mix (theme->paper, theme->validation, 0.55)
                         : cvr_paint_mix (theme->paper, theme->training, 0.3));
  cairo_fill_preserve (cr);
  cvr_paint_set (cr, (gint) k == ridges->chosen ? theme->ink : theme->training);
  cairo_set_line_width (cr, (gint) k == ridges->chosen ? 2 : 1);
  cairo_stroke (cr);
}

/**
 * cvr_paint_ridges:
 *
 * Older ones stand further back and higher up. The value axis is below, with zero marked.
 */
void
cvr_paint_ridges (cairo_t         *cr,
                  double           width,
                  double           height,
                  const CvrRidges *ridges,
                  const CvrTheme  *theme)
{
  double text = theme->text_size, foot = height - text * 1.6;
  double names = text * 5.5, room = width - names, ticks[8];
  double tall = ridges->n > 1 ? foot * 0.34 : foot * 0.9;
  double pitch = ridges->n > 1 ? (foot - tall) / (ridges->n - 1) : 0;
  guint n_ticks;

  if (ridges->n == 0 || ridges->n_bins == 0 || !(room > 40) || !(foot > 20))
    return;
  cairo_save (cr);
  for (guint k = 0; k < ridges->n; k++)
    draw_ridge (cr, ridges, k, 0, foot - (ridges->n - 1 - k) * pitch, room, tall, theme);
  cvr_paint_font (cr, theme, 0.9, FALSE);
  cvr_paint_set (cr, theme->dim);
  if (ridges->n > 1 && ridges->first != NULL)
    cvr_paint_text_in (cr, ridges->first, room + 6, foot - (ridges->n - 1) * pitch, names - 6, 0);
  if (ridges->last != NULL)
    cvr_paint_text_in (cr, ridges->last, room + 6, foot, names - 6, 0);
  n_ticks = cvr_paint_nice_ticks (ridges->low, ridges->high, 6, ticks);
  for (guint i = 0; i < n_ticks; i++)
    {
      double x = (ticks[i] - ridges->low) / fmax (ridges->high - ridges->low, 1e-12) * room;
      g_autofree char *number = cvr_paint_short (ticks[i]);

      cvr_paint_text (cr, number, x, height - text * 0.35, 0.5);
    }
  cairo_restore (cr);
}
