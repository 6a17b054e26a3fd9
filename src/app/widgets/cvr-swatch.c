/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A class's colour and pattern with its key number. */
#include "cvr-swatch.h"

#include <pango/pangocairo.h>

struct _CvrSwatch
{
  CvrCanvas parent_instance;

  gint     k;
  guint    paint, number;
  gboolean off;
};

G_DEFINE_FINAL_TYPE (CvrSwatch, cvr_swatch, CVR_TYPE_CANVAS)

enum { SIDE = 20 };

static void
rounded (cairo_t *cr,
         double   width,
         double   height,
         double   radius)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, width - radius - 0.5, radius + 0.5, radius, -G_PI_2, 0);
  cairo_arc (cr, width - radius - 0.5, height - radius - 0.5, radius, 0, G_PI_2);
  cairo_arc (cr, radius + 0.5, height - radius - 0.5, radius, G_PI_2, G_PI);
  cairo_arc (cr, radius + 0.5, radius + 0.5, radius, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
}

/* The number on a plate of its own, so that stripes don't cross it. */
static void
draw_number (cairo_t        *cr,
             double          width,
             double          height,
             guint           number,
             const CvrTheme *theme)
{
  g_autofree char *text = g_strdup_printf ("%u", number);
  g_autoptr (PangoLayout) layout = pango_cairo_create_layout (cr);
  g_autoptr (PangoFontDescription) font = pango_font_description_new ();
  PangoRectangle box;

  pango_font_description_set_family (font, theme->font != NULL ? theme->font : "sans");
  pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  pango_font_description_set_absolute_size (font,
                                            (number > 99 ? 0.42 : 0.58) * height * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, text, -1);
  pango_layout_get_pixel_extents (layout, NULL, &box);
  cairo_set_source_rgba (cr, theme->paper.red, theme->paper.green, theme->paper.blue, 1);
  cairo_move_to (cr, (width - box.width) / 2, (height - box.height) / 2);
  pango_cairo_show_layout (cr, layout);
}

static void
cvr_swatch_draw (CvrCanvas      *canvas,
                 cairo_t        *cr,
                 double          width,
                 double          height,
                 const CvrTheme *theme)
{
  CvrSwatch *self = CVR_SWATCH (canvas);

  rounded (cr, width, height, MIN (5, width / 4));
  if (self->k < 0)
    {
      cairo_set_source_rgba (cr, theme->dim.red, theme->dim.green, theme->dim.blue, 1);
      cairo_set_line_width (cr, 1);
      cairo_set_dash (cr, (const double[]) { 3, 2 }, 2, 0);
      cairo_stroke (cr);
      return;
    }

  cairo_save (cr);
  cairo_clip (cr);
  if (self->off)
    cairo_push_group (cr);
  cvr_draw_swatch (cr, 0, 0, width, height, self->paint, theme);
  if (self->off)
    {
      cairo_pop_group_to_source (cr);
      cairo_paint_with_alpha (cr, 0.35);
    }
  cairo_restore (cr);
  if (self->off || self->number == 0)
    return;
  if (self->paint >= G_N_ELEMENTS (theme->classes))
    {
      CvrRgba fill = cvr_paint_class_colour (theme, self->paint);

      cairo_set_source_rgba (cr, fill.red, fill.green, fill.blue, 1);
      cairo_arc (cr, width / 2, height / 2, width * 0.36, 0, 2 * G_PI);
      cairo_fill (cr);
    }
  draw_number (cr, width, height, self->number, theme);
}

static void
cvr_swatch_class_init (CvrSwatchClass *klass)
{
  CVR_CANVAS_CLASS (klass)->draw = cvr_swatch_draw;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
cvr_swatch_init (CvrSwatch *self)
{
  self->k = -1;
  cvr_canvas_set_min_size (CVR_CANVAS (self), SIDE, SIDE);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

/**
 * cvr_swatch_new:
 * @k: class, or −1
 *
 * Returns: (transfer floating): a small square; the name stands beside it, so it says nothing
 * itself
 */
GtkWidget *
cvr_swatch_new (gint k)
{
  CvrSwatch *self = g_object_new (CVR_TYPE_SWATCH, NULL);

  cvr_swatch_set_class (self, k);

  return GTK_WIDGET (self);
}

/**
 * cvr_swatch_set_class:
 * @k: class, or −1
 */
void
cvr_swatch_set_class (CvrSwatch *self,
                      gint       k)
{
  g_return_if_fail (CVR_IS_SWATCH (self));

  cvr_swatch_set_look (self, k, k >= 0 ? (guint) k : 0, k >= 0 ? (guint) k + 1 : 0, FALSE);
}

/**
 * cvr_swatch_set_look:
 * @k: class, or −1
 * @paint: whose colour and pattern of the theme
 * @number: shown on it; 0: none
 * @off: the class is switched off
 */
void
cvr_swatch_set_look (CvrSwatch *self,
                     gint       k,
                     guint      paint,
                     guint      number,
                     gboolean   off)
{
  g_return_if_fail (CVR_IS_SWATCH (self));

  if (self->k == k && self->paint == paint && self->number == number && self->off == off)
    return;
  self->k = k;
  self->paint = paint;
  self->number = number;
  self->off = off;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
