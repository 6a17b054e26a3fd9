/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Boxes around the things in a picture: outline, name, and handles of the selected one. */
#include "cvr-paint-private.h"

#include <glib/gi18n-lib.h>

/* px */
static const double handle_side = 9;
/* px: on smaller boxes the handles lie outside, so that the inside can still be taken. */
static const double roomy_side = 30;

static CvrRgba
thing_colour (const CvrThing *thing,
              const CvrTheme *theme)
{
  return thing->colour >= 0 ? cvr_paint_class_colour (theme, (guint) thing->colour) : theme->dim;
}

/* Whole pixels keep the lines sharp. */
static CvrThing
to_pixels (const CvrThing *thing)
{
  CvrThing sharp = *thing;

  sharp.x = round (thing->x);
  sharp.y = round (thing->y);
  sharp.width = MAX (round (thing->x + thing->width) - sharp.x, 1);
  sharp.height = MAX (round (thing->y + thing->height) - sharp.y, 1);

  return sharp;
}

/* Colours come again after eight classes: then the line is broken. */
static void
set_dash (cairo_t        *cr,
          const CvrThing *thing,
          const CvrTheme *theme)
{
  static const double long_dash[] = { 10, 4 }, dots[] = { 3, 3 }, mixed[] = { 10, 3, 3, 3 };
  guint turn = thing->colour >= 0 ? (guint) thing->colour / G_N_ELEMENTS (theme->classes) : 2;

  if (turn == 0)
    cairo_set_dash (cr, NULL, 0, 0);
  else if (turn % 3 == 1)
    cairo_set_dash (cr, long_dash, 2, 0);
  else if (turn % 3 == 2)
    cairo_set_dash (cr, dots, 2, 0);
  else
    cairo_set_dash (cr, mixed, 4, 0);
}

/* Below all outlines and names, so that it changes none of them. */
static void
draw_tint (cairo_t        *cr,
           const CvrThing *thing,
           const CvrTheme *theme)
{
  CvrThing sharp = to_pixels (thing);

  cairo_rectangle (cr, sharp.x, sharp.y, sharp.width, sharp.height);
  cvr_paint_set_faded (cr, thing_colour (thing, theme), 0.18);
  cairo_fill (cr);
}

/* In the class's colour on the theme's paper, so that it shows on any picture. */
static void
draw_outline (cairo_t        *cr,
              const CvrThing *thing,
              gboolean        selected,
              const CvrTheme *theme)
{
  double line = selected ? 3 : 2;
  CvrRgba colour = thing_colour (thing, theme);

  cairo_rectangle (cr, thing->x, thing->y, thing->width, thing->height);
  cvr_paint_set (cr, theme->paper);
  cairo_set_dash (cr, NULL, 0, 0);
  cairo_set_line_width (cr, line + 2);
  cairo_stroke_preserve (cr);
  cvr_paint_set (cr, colour);
  set_dash (cr, thing, theme);
  cairo_set_line_width (cr, line);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
}

/* The name on a plate above the box; where there is no room below it, else inside. */
static void
draw_label (cairo_t        *cr,
            double          width,
            double          height,
            const CvrThing *thing,
            gboolean        selected,
            const CvrTheme *theme)
{
  double text = theme->text_size, tall = round (text * 1.5), pad = round (text * 0.4), wide, x, y;
  CvrRgba colour = thing_colour (thing, theme);
  const char *name = thing->label != NULL ? thing->label : _("no label");
  g_autofree char *cut = NULL;

  cvr_paint_font (cr, theme, 1, selected);
  cut = cvr_paint_ellipsize (cr, name, MAX (thing->width, text * 7) - 2 * pad);
  wide = ceil (cvr_paint_text_width (cr, cut)) + 2 * pad;
  x = MAX (0, MIN (thing->x - 1, width - wide));
  if (thing->y - tall >= 0)
    y = thing->y - tall;
  else if (thing->y + thing->height + tall <= height)
    y = thing->y + thing->height;
  else
    y = MAX (thing->y, 0);

  cvr_paint_rounded (cr, x, y, wide, tall, 3);
  cvr_paint_set (cr, colour);
  cairo_fill_preserve (cr);
  cvr_paint_set (cr, theme->paper);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  cvr_paint_set (cr, cvr_paint_ink_on (colour));
  cvr_paint_text (cr, cut, x + pad, y + tall * 0.72, 0);
}

static void
draw_handles (cairo_t        *cr,
              const CvrThing *thing,
              const CvrTheme *theme)
{
  for (guint i = 0; i < CVR_N_HANDLES; i++)
    {
      double x, y;

      if (!cvr_paint_thing_handle (thing, i, &x, &y))
        continue;
      cairo_rectangle (cr, round (x - handle_side / 2) + 0.5, round (y - handle_side / 2) + 0.5,
                       handle_side - 1, handle_side - 1);
      cvr_paint_set (cr, theme->paper);
      cairo_fill_preserve (cr);
      cvr_paint_set (cr, theme->ink);
      cairo_set_line_width (cr, 1.5);
      cairo_stroke (cr);
    }
}

/**
 * cvr_paint_thing_handle:
 * @handle: 0 … 7: upper left corner, upper side, and on with the clock
 * @x: (out): its middle, px of the drawing
 *
 * Returns: %FALSE for the middle of a side that is too short for a third handle. Any thread.
 */
gboolean
cvr_paint_thing_handle (const CvrThing *thing,
                        guint           handle,
                        double         *x,
                        double         *y)
{
  static const double across[] = { 0, 0.5, 1, 1, 1, 0.5, 0, 0 };
  static const double down[] = { 0, 0, 0, 0.5, 1, 1, 1, 0.5 };
  double out_x = thing->width < roomy_side ? handle_side / 2 + 1 : 0;
  double out_y = thing->height < roomy_side ? handle_side / 2 + 1 : 0;

  g_return_val_if_fail (handle < CVR_N_HANDLES, FALSE);

  *x = thing->x + across[handle] * thing->width + (2 * across[handle] - 1) * out_x;
  *y = thing->y + down[handle] * thing->height + (2 * down[handle] - 1) * out_y;

  return !(across[handle] == 0.5 && thing->width < roomy_side) &&
         !(down[handle] == 0.5 && thing->height < roomy_side);
}

/**
 * cvr_paint_things:
 *
 * The selected one lies above the others. The background is left as it is. Any thread with its own
 * @cr.
 */
void
cvr_paint_things (cairo_t         *cr,
                  double           width,
                  double           height,
                  const CvrThings *things,
                  const CvrTheme  *theme)
{
  gint n = (gint) things->n_things;

  cairo_save (cr);
  for (gint i = 0; i < n; i++)
    if (i == things->selected || i == things->hover)
      draw_tint (cr, &things->things[i], theme);
  for (gint i = 0; i < n; i++)
    {
      CvrThing thing = to_pixels (&things->things[i]);

      if (i != things->selected)
        draw_outline (cr, &thing, FALSE, theme);
    }
  for (gint i = 0; i < n; i++)
    {
      CvrThing thing = to_pixels (&things->things[i]);

      if (i != things->selected)
        draw_label (cr, width, height, &thing, FALSE, theme);
    }
  if (things->selected >= 0 && things->selected < n)
    {
      CvrThing thing = to_pixels (&things->things[things->selected]);

      draw_outline (cr, &thing, TRUE, theme);
      draw_label (cr, width, height, &thing, TRUE, theme);
      if (things->handles)
        draw_handles (cr, &thing, theme);
    }
  cairo_restore (cr);
}
