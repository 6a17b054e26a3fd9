/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The painters' theme, read from a widget's style and the style manager. */
#include "cvr-app-theme.h"

#include <adwaita.h>

/**
 * cvr_rgba_to_gdk:
 *
 * Returns: the same colour as GDK writes it.
 */
GdkRGBA
cvr_rgba_to_gdk (CvrRgba colour)
{
  return (GdkRGBA) { (float) colour.red, (float) colour.green, (float) colour.blue,
                     (float) colour.alpha };
}

/**
 * cvr_rgba_from_gdk:
 *
 * Returns: the same colour as the painters write it.
 */
CvrRgba
cvr_rgba_from_gdk (const GdkRGBA *colour)
{
  return (CvrRgba) { colour->red, colour->green, colour->blue, colour->alpha };
}

/**
 * cvr_app_theme:
 * @widget: whose text size, family and ink are taken
 *
 * Returns: the colours by meaning for light, dark or high contrast. The family's name is borrowed
 * from
 * @widget: use the theme in the call that asked for it. Main thread.
 */
CvrTheme
cvr_app_theme (GtkWidget *widget)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  CvrTheme theme = cvr_paint_theme (adw_style_manager_get_dark (manager),
                                    adw_style_manager_get_high_contrast (manager));
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  const PangoFontDescription *font;
  GdkRGBA colour;

  gtk_style_context_get_color (style, &colour);
  theme.ink = cvr_rgba_from_gdk (&colour);
  if (gtk_style_context_lookup_color (style, "view_bg_color", &colour) && colour.alpha >= 1)
    theme.paper = cvr_rgba_from_gdk (&colour);

  font = pango_context_get_font_description (gtk_widget_get_pango_context (widget));
  if (font != NULL)
    {
      double size = (double) pango_font_description_get_size (font) / PANGO_SCALE;

      if (!pango_font_description_get_size_is_absolute (font))
        size *= pango_cairo_context_get_resolution (gtk_widget_get_pango_context (widget)) / 72.0;
      theme.text_size = CLAMP (size * 0.85, 9, 48);
      theme.font = pango_font_description_get_family (font);
    }

  return theme;
}

/* Strokes that tell the second, third and fourth round of eight colours apart. */
static void
draw_pattern (cairo_t *cr,
              double   x,
              double   y,
              double   width,
              double   height,
              guint    round)
{
  double step = 5;

  for (double d = -height; d < width + height; d += step)
    {
      if (round % 3 == 1)
        {
          cairo_move_to (cr, x + d, y + height);
          cairo_line_to (cr, x + d + height, y);
        }
      else if (round % 3 == 2)
        {
          cairo_move_to (cr, x + d, y);
          cairo_line_to (cr, x + d, y + height);
        }
      else
        {
          cairo_move_to (cr, x, y + d);
          cairo_line_to (cr, x + width, y + d);
        }
    }
  cairo_set_line_width (cr, 1.5);
  cairo_stroke (cr);
}

/**
 * cvr_draw_swatch:
 * @k: the class
 *
 * Eight colours are not enough for many classes: from the ninth on stripes are laid over them.
 */
void
cvr_draw_swatch (cairo_t        *cr,
                 double          x,
                 double          y,
                 double          width,
                 double          height,
                 guint           k,
                 const CvrTheme *theme)
{
  CvrRgba fill = cvr_paint_class_colour (theme, k);
  guint round = k / G_N_ELEMENTS (theme->classes);

  cairo_save (cr);
  cairo_rectangle (cr, x, y, width, height);
  cairo_clip (cr);
  cairo_set_source_rgba (cr, fill.red, fill.green, fill.blue, fill.alpha);
  cairo_paint (cr);
  if (round > 0)
    {
      cairo_set_source_rgba (cr, theme->paper.red, theme->paper.green, theme->paper.blue, 0.75);
      draw_pattern (cr, x, y, width, height, round);
    }
  cairo_restore (cr);
}
