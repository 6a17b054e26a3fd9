/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the colours of a map mean: a band from low to high. */
#include "cvr-legend.h"

#include <glib/gi18n-lib.h>

/* px: height of the band; between band and words. */
enum { BAND = 12, GAP = 6 };

struct _CvrLegend
{
  CvrCanvas parent_instance;

  char    *low, *high;
  gboolean diverging;
};

G_DEFINE_FINAL_TYPE (CvrLegend, cvr_legend, CVR_TYPE_CANVAS)

static void
draw_band (CvrLegend      *self,
           cairo_t        *cr,
           double          left,
           double          top,
           double          width,
           const CvrTheme *theme)
{
  for (double x = 0; x < width; x++)
    {
      guint32 rgb = self->diverging ? cvr_paint_diverging (theme, 2 * x / width - 1)
                                    : cvr_paint_sequential (x / width);

      cairo_set_source_rgb (cr, ((rgb >> 16) & 255) / 255.0, ((rgb >> 8) & 255) / 255.0,
                            (rgb & 255) / 255.0);
      cairo_rectangle (cr, left + x, top, 1.5, BAND);
      cairo_fill (cr);
    }
}

static void
cvr_legend_draw (CvrCanvas      *canvas,
                 cairo_t        *cr,
                 double          width,
                 double          height,
                 const CvrTheme *theme)
{
  CvrLegend *self = CVR_LEGEND (canvas);
  g_autoptr (PangoLayout) low = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->low);
  g_autoptr (PangoLayout) high = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->high);
  int low_width, high_width, text_height;

  pango_layout_get_pixel_size (low, &low_width, &text_height);
  pango_layout_get_pixel_size (high, &high_width, &text_height);
  draw_band (self, cr, low_width + GAP, (height - BAND) / 2,
             width - low_width - high_width - 2 * GAP, theme);
  cairo_set_source_rgba (cr, theme->ink.red, theme->ink.green, theme->ink.blue, theme->ink.alpha);
  cairo_move_to (cr, 0, (height - text_height) / 2);
  pango_cairo_show_layout (cr, low);
  cairo_move_to (cr, width - high_width, (height - text_height) / 2);
  pango_cairo_show_layout (cr, high);
}

static void
cvr_legend_finalize (GObject *object)
{
  g_free (CVR_LEGEND (object)->low);
  g_free (CVR_LEGEND (object)->high);

  G_OBJECT_CLASS (cvr_legend_parent_class)->finalize (object);
}

static void
cvr_legend_class_init (CvrLegendClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cvr_legend_finalize;
  CVR_CANVAS_CLASS (klass)->draw = cvr_legend_draw;
}

static void
cvr_legend_init (CvrLegend *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "caption");
  cvr_canvas_set_min_size (CVR_CANVAS (self), 190, 20);
  cvr_canvas_set_label (CVR_CANVAS (self), _("Legend of the colours"));
  cvr_legend_set (self, _("low"), _("high"), FALSE);
}

void
cvr_legend_set (CvrLegend  *self,
                const char *low,
                const char *high,
                gboolean    diverging)
{
  g_autofree char *description = NULL;

  g_return_if_fail (CVR_IS_LEGEND (self));

  g_free (self->low);
  g_free (self->high);
  self->low = g_strdup (low);
  self->high = g_strdup (high);
  self->diverging = diverging;
  /* Translators: the words at the two ends of a band of colours: "low", "high". */
  description = diverging ? g_strdup_printf (_("blue: %s, orange: %s"), low, high)
                          : g_strdup_printf (_("dark: %s, light: %s"), low, high);
  cvr_canvas_set_description (CVR_CANVAS (self), description);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
