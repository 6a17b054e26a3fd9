/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often each level of a picture's channels comes. */
#include "cvr-paint-private.h"

/* px: the strip of colours under the bars */
static const double strip = 6;

typedef struct
{
  double left, top, width, height;
} Area;

static guint64
largest_count (const CvrLevels *levels)
{
  guint64 largest = 0;

  for (guint i = 0; i < levels->n_bins; i++)
    largest = MAX (largest, levels->counts[i]);

  return largest;
}

/* What comes at all is at least one pixel high. */
static void
draw_bars (cairo_t         *cr,
           const Area      *area,
           const CvrLevels *levels,
           guint64          largest,
           const CvrTheme  *theme)
{
  double bin = area->width / levels->n_bins;

  cvr_paint_set_faded (cr, theme->ink, 0.72);
  for (guint i = 0; i < levels->n_bins; i++)
    {
      double tall = area->height * ((double) levels->counts[i] / (double) largest);

      if (levels->counts[i] == 0)
        continue;
      tall = MAX (tall, 1);
      cairo_rectangle (cr, area->left + i * bin, area->top + area->height - tall, bin, tall);
    }
  cairo_fill (cr);
}

static void
draw_strip (cairo_t         *cr,
            const Area      *area,
            const CvrLevels *levels,
            const CvrTheme  *theme)
{
  double bin = area->width / levels->n_bins, y = area->top + area->height + 1;

  cairo_save (cr);
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  for (guint i = 0; i < levels->n_bins; i++)
    {
      cvr_paint_set (cr, cvr_paint_unpack (levels->colours[i]));
      cairo_rectangle (cr, area->left + i * bin, y, bin, strip);
      cairo_fill (cr);
    }
  cairo_restore (cr);
  cairo_rectangle (cr, area->left - 0.5, y - 0.5, area->width + 1, strip + 1);
  cvr_paint_set (cr, theme->grid);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
}

static void
draw_mark (cairo_t         *cr,
           const Area      *area,
           const CvrLevels *levels,
           const CvrTheme  *theme)
{
  double bin = area->width / levels->n_bins;
  double x =
    area->left + (CLAMP (levels->mark / levels->high, 0, 1) * (levels->n_bins - 1) + 0.5) * bin;

  cvr_paint_set (cr, theme->ink);
  cairo_set_line_width (cr, 2);
  cairo_move_to (cr, x, area->top);
  cairo_line_to (cr, x, area->top + area->height + strip + 2);
  cairo_stroke (cr);
}

static void
draw_one (cairo_t         *cr,
          const Area      *area,
          const CvrLevels *levels,
          gboolean         numbers,
          const CvrTheme  *theme)
{
  guint64 largest = largest_count (levels);
  double text = theme->text_size, right = area->left + area->width;

  cvr_paint_font (cr, theme, 0.92, TRUE);
  cvr_paint_set (cr, theme->ink);
  cvr_paint_text_in (cr, levels->name, area->left - text * 0.5, area->top + area->height, text * 2,
                     1);
  if (largest > 0)
    draw_bars (cr, area, levels, largest, theme);
  draw_strip (cr, area, levels, theme);
  if (isfinite (levels->mark))
    draw_mark (cr, area, levels, theme);
  if (numbers)
    {
      double y = area->top + area->height + strip + text * 1.2;
      g_autofree char *high = cvr_paint_number (levels->high, 0);
      g_autofree char *middle = cvr_paint_number (levels->high / 2, 0);

      cvr_paint_font (cr, theme, 0.85, FALSE);
      cvr_paint_set (cr, theme->dim);
      cvr_paint_text (cr, "0", area->left, y, 0);
      cvr_paint_text (cr, middle, area->left + area->width / 2, y, 0.5);
      cvr_paint_text (cr, high, right, y, 1);
    }
}

/**
 * cvr_paint_levels:
 * @levels: (array length=n_levels): under each other, the axis of the last one has numbers
 *
 * Each is as high as its own most frequent level. The background is left as it is. Any thread with
 * its own @cr.
 */
void
cvr_paint_levels (cairo_t         *cr,
                  double           width,
                  double           height,
                  const CvrLevels *levels,
                  guint            n_levels,
                  const CvrTheme  *theme)
{
  double text = theme->text_size, each = (height - text * 1.4) / MAX (n_levels, 1);

  if (n_levels == 0 || !(width >= text * 6) || !(each >= strip + 10))
    return;

  cairo_save (cr);
  for (guint i = 0; i < n_levels; i++)
    {
      Area area = { floor (text * 2.5), floor (i * each) + 4, floor (width - text * 3),
                    floor (each - strip - 8) };

      if (levels[i].n_bins > 0 && levels[i].high > 0)
        draw_one (cr, &area, &levels[i], i + 1 == n_levels, theme);
    }
  cairo_restore (cr);
}
