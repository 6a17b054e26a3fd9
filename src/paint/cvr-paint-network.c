/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network as boxes left to right: arrows to what comes next, arcs above for what skips a layer.
 * */
#include "cvr-paint-network-private.h"

static void
draw_head (cairo_t *cr,
           double   x,
           double   y,
           double   dx,
           double   dy)
{
  double length = hypot (dx, dy), size = 7;

  if (!(length > 0))
    return;
  dx *= size / length;
  dy *= size / length;
  cairo_move_to (cr, x, y);
  cairo_line_to (cr, x - dx - dy * 0.5, y - dy + dx * 0.5);
  cairo_line_to (cr, x - dx + dy * 0.5, y - dy - dx * 0.5);
  cairo_close_path (cr);
  cairo_fill (cr);
}

/* The height nearest to @y at which a line passes a column without crossing a box or its label. */
static double
free_level (const CvrBoxPlace *places,
            const guint       *columns,
            guint              n_boxes,
            guint              column,
            double             y,
            double             label)
{
  double best = y, least = INFINITY;

  for (guint side = 0; side < 2 * n_boxes + 1; side++)
    {
      guint k = side / 2;
      double level = y;
      gboolean blocked = FALSE;

      if (k < n_boxes && columns[k] != column)
        continue;
      if (k < n_boxes)
        level = side & 1 ? places[k].y + places[k].height + label + 3 : places[k].y - 5;
      for (guint i = 0; i < n_boxes && !blocked; i++)
        blocked = columns[i] == column && level > places[i].y - 4 &&
                  level < places[i].y + places[i].height + label + 2;
      if (!blocked && fabs (level - y) < least)
        {
          least = fabs (level - y);
          best = level;
        }
    }

  return best;
}

static double
column_centre (const CvrBoxPlace *places,
               const guint       *columns,
               guint              n_boxes,
               guint              column)
{
  for (guint i = 0; i < n_boxes; i++)
    if (columns[i] == column)
      return places[i].x + places[i].width / 2;

  return 0;
}

static void
bend_to (cairo_t *cr,
         double   x,
         double   y)
{
  double x0, y0;

  cairo_get_current_point (cr, &x0, &y0);
  cairo_curve_to (cr, (x0 + x) / 2, y0, (x0 + x) / 2, y, x, y);
}

/* From side to side in soft curves, between the boxes of the columns on the way. */
static void
draw_arrow (cairo_t           *cr,
            const CvrBoxPlace *places,
            const guint       *columns,
            guint              n_boxes,
            guint              from,
            guint              to,
            double             label)
{
  double x1 = places[to].x - 2, y1 = places[to].y + places[to].height / 2;
  double level = places[from].y + places[from].height / 2;

  cairo_move_to (cr, places[from].x + places[from].width, level);
  for (guint c = columns[from] + 1; c < columns[to]; c++)
    {
      double x = column_centre (places, columns, n_boxes, c);

      level = free_level (places, columns, n_boxes, c, level, label);
      bend_to (cr, x - 30, level);
      cairo_line_to (cr, x + 30, level);
    }
  bend_to (cr, x1 - 5, y1);
  cairo_stroke (cr);
  draw_head (cr, x1, y1, 1, 0);
}

/* Over columns: up, along above everything, and down. Longer ones rise higher. */
static void
draw_arc (cairo_t           *cr,
          const CvrBoxPlace *from,
          const CvrBoxPlace *to,
          double             ceiling)
{
  double x0 = from->x + from->width / 2, x1 = to->x + to->width / 2, y0 = from->y, y1 = to->y - 2;
  double top = MIN (MIN (y0, y1), ceiling) - CLAMP ((x1 - x0) * 0.09, 8, 60);
  double side = MIN (26, (x1 - x0) / 3);

  top = MAX (top, 4);
  cairo_move_to (cr, x0, y0);
  cairo_curve_to (cr, x0, (y0 + top) / 2, x0 + side * 0.3, top, x0 + side, top);
  cairo_line_to (cr, x1 - side, top);
  cairo_curve_to (cr, x1 - side * 0.3, top, x1, (y1 + top) / 2, x1, y1 - 5);
  cairo_stroke (cr);
  draw_head (cr, x1, y1, 0, 1);
}

/* The highest box between two places: an arc passes above it. */
static double
ceiling_between (const CvrBoxPlace *places,
                 guint              n_boxes,
                 double             left,
                 double             right)
{
  double y = INFINITY;

  for (guint i = 0; i < n_boxes; i++)
    if (places[i].x + places[i].width >= left && places[i].x <= right)
      y = MIN (y, places[i].y);

  return y;
}

static void
draw_edges (cairo_t           *cr,
            const CvrNodeBox  *boxes,
            const CvrBoxPlace *places,
            guint              n_boxes,
            gint               selected,
            const CvrTheme    *theme)
{
  g_autofree guint *columns = g_new0 (guint, MAX (n_boxes, 1));

  cvr_network_columns (boxes, n_boxes, columns);
  for (guint i = 0; i < n_boxes; i++)
    for (guint j = 0; j < boxes[i].n_inputs; j++)
      {
        gint from = boxes[i].inputs[j];
        gboolean lit = selected >= 0 && (selected == (gint) i || selected == from);

        if (from < 0 || from >= (gint) i)
          continue;
        cvr_paint_set (cr, lit ? theme->ink : cvr_paint_mix (theme->dim, theme->paper, 0.25));
        cairo_set_line_width (cr, lit ? 2 : 1.25);
        if (!cvr_network_is_skip (boxes, columns, (guint) from, i))
          draw_arrow (cr, places, columns, n_boxes, (guint) from, i,
                      cvr_network_label_height (theme));
        else
          draw_arc (cr, &places[from], &places[i],
                    ceiling_between (places, n_boxes, places[from].x,
                                     places[i].x + places[i].width));
      }
}

/* Free height below a box before the next one of its column begins. */
static double
room_below (const CvrBoxPlace *places,
            guint              n_boxes,
            guint              k)
{
  double bottom = places[k].y + places[k].height, room = INFINITY;
  double centre = places[k].x + places[k].width / 2;

  for (guint i = 0; i < n_boxes; i++)
    if (i != k && places[i].y >= bottom && fabs (places[i].x + places[i].width / 2 - centre) < 1)
      room = MIN (room, places[i].y - bottom);

  return room;
}

/* Sheets behind each other, more of them with more channels; filled where something is learned,
 * pale and dashed where that is kept. */
static void
draw_box (cairo_t           *cr,
          const CvrNodeBox  *box,
          const CvrBoxPlace *place,
          gboolean           selected,
          gboolean           hover,
          const CvrTheme    *theme)
{
  double depth = selected ? 1 : !box->has_weights ? 0.12 : box->frozen ? 0.3 : 0.62;
  const double dash = 3;
  CvrRgba body = cvr_paint_mix (theme->paper, theme->ink, depth);
  double pitch = 5;

  if (selected || hover)
    {
      cvr_paint_rounded (cr, place->x - 4, place->y - 4, place->width + 8, place->height + 8, 7);
      cvr_paint_set_faded (cr, theme->ink, selected ? 0.25 : 0.14);
      cairo_fill (cr);
    }
  cvr_paint_rounded (cr, place->x, place->y, place->width, place->height, 3);
  cvr_paint_set (cr, body);
  cairo_fill_preserve (cr);
  cairo_save (cr);
  cairo_clip_preserve (cr);
  cairo_new_path (cr);
  cvr_paint_set_faded (cr, box->has_weights || selected ? theme->paper : theme->ink, 0.28);
  cairo_set_line_width (cr, 1);
  for (double x = place->x + pitch; x < place->x + place->width - 2; x += pitch)
    {
      cairo_move_to (cr, x, place->y);
      cairo_line_to (cr, x, place->y + place->height);
    }
  cairo_stroke (cr);
  cairo_restore (cr);
  cvr_paint_rounded (cr, place->x, place->y, place->width, place->height, 3);
  cvr_paint_set (cr, selected || hover ? theme->ink : theme->dim);
  cairo_set_line_width (cr, selected || theme->high_contrast ? 2 : 1);
  cairo_set_dash (cr, &dash, box->frozen ? 1 : 0, 0);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
}

/**
 * cvr_paint_network:
 * @places: from cvr_paint_network_layout() with the same boxes
 * @selected: lit with its connections; −1: none
 *
 * Boxes with learned values are dark, or pale and dashed where these are frozen, the others light;
 * names and sizes stand below where there is room. The background is left as it is. Any thread with
 * its own @cr.
 */
void
cvr_paint_network (cairo_t           *cr,
                   const CvrNodeBox  *boxes,
                   const CvrBoxPlace *places,
                   guint              n_boxes,
                   gint               selected,
                   gint               hover,
                   const CvrTheme    *theme)
{
  double line = theme->text_size * 1.1;

  cairo_save (cr);
  draw_edges (cr, boxes, places, n_boxes, selected, theme);
  for (guint i = 0; i < n_boxes; i++)
    {
      double room = room_below (places, n_boxes, i), centre = places[i].x + places[i].width / 2;
      double bottom = places[i].y + places[i].height;

      draw_box (cr, &boxes[i], &places[i], selected == (gint) i, hover == (gint) i, theme);
      cvr_paint_font (cr, theme, 0.88, selected == (gint) i);
      if (room > line * 1.2)
        {
          cvr_paint_set (cr, theme->ink);
          cvr_paint_text (cr, boxes[i].name, centre, bottom + line, 0.5);
        }
      if (room > line * 2.2)
        {
          cvr_paint_set (cr, theme->dim);
          cvr_paint_text (cr, boxes[i].size, centre, bottom + line * 2, 0.5);
        }
    }
  cairo_restore (cr);
}

/**
 * cvr_paint_network_box:
 *
 * Returns: the box at a point, a little room around it included; −1: none.
 */
gint
cvr_paint_network_box (const CvrBoxPlace *places,
                       guint              n_boxes,
                       double             x,
                       double             y)
{
  gint found = -1;

  for (guint i = 0; i < n_boxes; i++)
    {
      const CvrBoxPlace *place = &places[i];
      gboolean inside = x >= place->x && x < place->x + place->width && y >= place->y &&
                        y < place->y + place->height;

      if (inside)
        return (gint) i;
      if (x >= place->x - 6 && x < place->x + place->width + 6 && y >= place->y - 3 &&
          y < place->y + place->height + 3)
        found = (gint) i;
    }

  return found;
}
