/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The weights by size, with the threshold of the pruning moving through them. */
#include "cvr-paint-private.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  double  left, top, width, height;
  double  high;
  guint64 largest, total;
} Plot;

static void
draw_bins (cairo_t        *cr,
           const Plot     *plot,
           const guint64  *counts,
           guint           n_bins,
           double          threshold,
           const CvrTheme *theme)
{
  double bin = plot->width / n_bins;
  double gap = bin >= 4 ? 1 : 0;

  for (guint i = 0; i < n_bins; i++)
    {
      double tall = plot->height * ((double) counts[i] / (double) plot->largest);
      double x = plot->left + i * bin, y = plot->top + plot->height - tall;
      gboolean gone = (i + 0.5) / n_bins * plot->high < threshold;

      if (counts[i] == 0)
        continue;
      cvr_paint_set_faded (cr, theme->ink, gone ? 0.18 : 0.72);
      cairo_rectangle (cr, x + gap / 2, y, bin - gap, tall);
      cairo_fill (cr);
      if (gone)
        {
          cvr_paint_set_faded (cr, theme->ink, 0.35);
          cvr_paint_hatch (cr, x + gap / 2, y, bin - gap, tall, 6);
        }
    }
}

static void
draw_axis (cairo_t        *cr,
           const Plot     *plot,
           const char     *x_label,
           const CvrTheme *theme)
{
  double ticks[9], text = theme->text_size, bottom = plot->top + plot->height;
  guint n = cvr_paint_nice_ticks (0, plot->high, (guint) CLAMP (plot->width / (text * 5), 2, 9),
                                  ticks);
  guint decimals = n > 1 ? cvr_paint_decimals (ticks[1] - ticks[0]) : 2;

  cvr_paint_set (cr, theme->dim);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, plot->left, bottom + 0.5);
  cairo_line_to (cr, plot->left + plot->width, bottom + 0.5);
  cairo_stroke (cr);
  cvr_paint_font (cr, theme, 0.92, FALSE);
  for (guint i = 0; i < n; i++)
    {
      double x = plot->left + ticks[i] / plot->high * plot->width;
      g_autofree char *label = cvr_paint_number (ticks[i], decimals);

      cvr_paint_text (cr, label, x, bottom + text * 1.25,
                      i == 0 ? 0 : x > plot->left + plot->width - text ? 1 : 0.5);
    }
  if (x_label != NULL)
    cvr_paint_text_in (cr, x_label, plot->left + plot->width / 2, bottom + text * 2.4, plot->width,
                       0.5);
}

static void
draw_threshold (cairo_t            *cr,
                const Plot         *plot,
                const CvrHistogram *histogram,
                const CvrTheme     *theme)
{
  double threshold = histogram->threshold, text = theme->text_size;
  double x = plot->left + MIN (threshold / plot->high, 1) * plot->width;
  g_autofree char *share = NULL;
  g_auto (GStrv) around = NULL;
  g_autofree char *label = NULL;
  gboolean right;

  if (!isfinite (threshold) || threshold < 0)
    return;

  cvr_paint_set (cr, theme->ink);
  cairo_set_line_width (cr, 2);
  cairo_move_to (cr, x, plot->top - text * 1.2);
  cairo_line_to (cr, x, plot->top + plot->height);
  cairo_stroke (cr);
  if (histogram->gone == NULL)
    return;
  share = cvr_paint_percent (histogram->share, 0);
  around = g_strsplit (histogram->gone, "%s", 2);
  label = g_strjoinv (share, around);
  cvr_paint_font (cr, theme, 1, TRUE);
  right = x + 6 + cvr_paint_text_width (cr, label) < plot->left + plot->width;
  cvr_paint_text (cr, label, right ? x + 6 : x - 6, plot->top - text * 0.3, right ? 0 : 1);
}

/**
 * cvr_paint_histogram:
 *
 * What lies below the threshold is drawn as gone. The background is left as it is. Any thread with
 * its own @cr.
 */
void
cvr_paint_histogram (cairo_t            *cr,
                     double              width,
                     double              height,
                     const CvrHistogram *histogram,
                     const CvrTheme     *theme)
{
  double text = theme->text_size, high = histogram->high;
  Plot plot = { text * 0.6, text * 1.7, width - text * 1.2, height - text * 4.4, high, 0, 0 };

  if (!(plot.width >= 20) || !(plot.height >= 10))
    return;
  for (guint i = 0; i < histogram->n_bins; i++)
    {
      plot.largest = MAX (plot.largest, histogram->counts[i]);
      plot.total += histogram->counts[i];
    }
  if (plot.total == 0 || !(high > 0) || !isfinite (high))
    {
      cvr_paint_sentence (cr, width, height, _("No weights yet"), theme);
      return;
    }

  cairo_save (cr);
  draw_bins (cr, &plot, histogram->counts, histogram->n_bins, histogram->threshold, theme);
  draw_axis (cr, &plot, histogram->x_label, theme);
  draw_threshold (cr, &plot, histogram, theme);
  cairo_restore (cr);
}
