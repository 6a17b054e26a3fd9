/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Colours mixed and compared, and the few shapes that several painters draw. */
#include "cvr-paint-private.h"

void
cvr_paint_set (cairo_t *cr,
               CvrRgba  colour)
{
  cairo_set_source_rgba (cr, colour.red, colour.green, colour.blue, colour.alpha);
}

void
cvr_paint_set_faded (cairo_t *cr,
                     CvrRgba  colour,
                     double   alpha)
{
  cairo_set_source_rgba (cr, colour.red, colour.green, colour.blue, colour.alpha * alpha);
}

/* @t 0: @from, 1: @to. */
CvrRgba
cvr_paint_mix (CvrRgba from,
               CvrRgba to,
               double  t)
{
  return (CvrRgba) { from.red + (to.red - from.red) * t, from.green + (to.green - from.green) * t,
                     from.blue + (to.blue - from.blue) * t,
                     from.alpha + (to.alpha - from.alpha) * t };
}

static guint32
to_byte (double channel)
{
  return (guint32) (CLAMP (channel, 0, 1) * 255 + 0.5);
}

guint32
cvr_paint_pack (CvrRgba colour)
{
  return to_byte (colour.red) << 16 | to_byte (colour.green) << 8 | to_byte (colour.blue);
}

CvrRgba
cvr_paint_unpack (guint32 rgb)
{
  return (CvrRgba) { ((rgb >> 16) & 255) / 255.0, ((rgb >> 8) & 255) / 255.0, (rgb & 255) / 255.0,
                     1 };
}

static double
linear (double channel)
{
  return channel <= 0.04045 ? channel / 12.92 : pow ((channel + 0.055) / 1.055, 2.4);
}

/**
 * cvr_paint_contrast:
 *
 * Returns: 1 … 21, the contrast ratio of two opaque colours (W3C, Web Content Accessibility
 * Guidelines 2.1: relative luminance of sRGB, 0.05 of flare).
 */
double
cvr_paint_contrast (CvrRgba a,
                    CvrRgba b)
{
  double light =
    0.2126 * linear (a.red) + 0.7152 * linear (a.green) + 0.0722 * linear (a.blue) + 0.05;
  double dark =
    0.2126 * linear (b.red) + 0.7152 * linear (b.green) + 0.0722 * linear (b.blue) + 0.05;

  return MAX (light, dark) / MIN (light, dark);
}

/* Black or white, whichever reads better on @ground: at least 4.5 : 1 on every colour. */
CvrRgba
cvr_paint_ink_on (CvrRgba ground)
{
  static const CvrRgba black = { 0, 0, 0, 1 }, white = { 1, 1, 1, 1 };

  return cvr_paint_contrast (ground, black) >= cvr_paint_contrast (ground, white) ? black : white;
}

/* Diagonal lines over a rectangle with the present source; what tells apart where colour alone
 * would. */
void
cvr_paint_hatch (cairo_t *cr,
                 double   x,
                 double   y,
                 double   width,
                 double   height,
                 double   pitch)
{
  if (!(width > 0) || !(height > 0) || (width + height) / pitch > 2000)
    return;

  cairo_save (cr);
  cairo_rectangle (cr, x, y, width, height);
  cairo_clip (cr);
  cairo_set_line_width (cr, pitch / 4);
  for (double d = pitch / 2; d < width + height; d += pitch)
    {
      cairo_move_to (cr, x + d, y);
      cairo_line_to (cr, x + d - height, y + height);
    }
  cairo_stroke (cr);
  cairo_restore (cr);
}

void
cvr_paint_class_mark (cairo_t        *cr,
                      double          x,
                      double          y,
                      double          width,
                      double          height,
                      guint           paint,
                      const CvrTheme *theme)
{
  cvr_paint_set (cr, cvr_paint_class_colour (theme, paint));
  cairo_rectangle (cr, x, y, width, height);
  cairo_fill (cr);
  if (paint < G_N_ELEMENTS (theme->classes))
    return;
  cvr_paint_set_faded (cr, theme->paper, 0.75);
  cvr_paint_hatch (cr, x, y, width, height, 6);
}

/* A rectangle with round corners as the new path. */
void
cvr_paint_rounded (cairo_t *cr,
                   double   x,
                   double   y,
                   double   width,
                   double   height,
                   double   radius)
{
  double r = MAX (0, MIN (radius, MIN (width, height) / 2));

  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - r, y + r, r, -G_PI_2, 0);
  cairo_arc (cr, x + width - r, y + height - r, r, 0, G_PI_2);
  cairo_arc (cr, x + r, y + height - r, r, G_PI_2, G_PI);
  cairo_arc (cr, x + r, y + r, r, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
}
