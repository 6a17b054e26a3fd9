/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be done to a box with pointer and keys: drawn, moved, resized, found. */
#include "cvr-box-shape.h"

#include <math.h>

static double
or_zero (double value)
{
  return isfinite (value) ? value : 0;
}

/* One direction: at least one pixel long, within 0 … 1. */
static void
clamp_side (double *at,
            double *length,
            guint   n)
{
  double least = 1.0 / n;

  *length = CLAMP (or_zero (*length), least, 1);
  *at = CLAMP (or_zero (*at), 0, 1 - *length);
  /* at + length rounds to at most 1. */
  *length = MIN (*length, 1 - *at);
}

CvrBox
cvr_box_shape_inside (const CvrBox *box,
                      guint         columns,
                      guint         rows)
{
  CvrBox inside = *box;

  clamp_side (&inside.x, &inside.width, columns);
  clamp_side (&inside.y, &inside.height, rows);

  return inside;
}

/* [low, high] in pixels as a fraction of @n; at least one pixel, inside. */
static void
set_side (double  low,
          double  high,
          guint   n,
          double *at,
          double *length)
{
  low = CLAMP (low, 0, n - 1.0);
  high = CLAMP (high, low + 1, n);
  *at = low / n;
  *length = (high - low) / n;
  clamp_side (at, length, n);
}

CvrBox
cvr_box_shape_between (double x0,
                       double y0,
                       double x1,
                       double y1,
                       guint  columns,
                       guint  rows)
{
  CvrBox box = { .label = CVR_LABEL_NONE };

  set_side (round (MIN (x0, x1)), round (MAX (x0, x1)), columns, &box.x, &box.width);
  set_side (round (MIN (y0, y1)), round (MAX (y0, y1)), rows, &box.y, &box.height);

  return box;
}

CvrBox
cvr_box_shape_move (const CvrBox *box,
                    double        dx,
                    double        dy,
                    guint         columns,
                    guint         rows)
{
  CvrBox moved = *box;

  moved.x += dx / columns;
  moved.y += dy / rows;

  return cvr_box_shape_inside (&moved, columns, rows);
}

/* The side that moves goes to the next line between pixels, the other one stays where it is. */
static void
resize_side (double  *at,
             double  *length,
             gboolean low_moves,
             gboolean high_moves,
             double   by,
             guint    n)
{
  double low = *at * n, high = (*at + *length) * n;

  if (low_moves)
    low = CLAMP (round (low + by), 0, MAX (high - 1, 0));
  else if (high_moves)
    high = CLAMP (round (high + by), MIN (low + 1, n), n);
  else
    return;
  *at = low / n;
  *length = (high - low) / n;
  clamp_side (at, length, n);
}

CvrBox
cvr_box_shape_resize (const CvrBox *box,
                      CvrSides      sides,
                      double        dx,
                      double        dy,
                      guint         columns,
                      guint         rows)
{
  CvrBox resized = *box;

  resize_side (&resized.x, &resized.width, (sides & CVR_SIDE_LEFT) != 0,
               (sides & CVR_SIDE_RIGHT) != 0, dx, columns);
  resize_side (&resized.y, &resized.height, (sides & CVR_SIDE_TOP) != 0,
               (sides & CVR_SIDE_BOTTOM) != 0, dy, rows);

  return resized;
}

CvrSides
cvr_box_shape_sides (guint handle)
{
  static const CvrSides sides[] = {
    CVR_SIDE_LEFT | CVR_SIDE_TOP,     CVR_SIDE_TOP,
    CVR_SIDE_RIGHT | CVR_SIDE_TOP,    CVR_SIDE_RIGHT,
    CVR_SIDE_RIGHT | CVR_SIDE_BOTTOM, CVR_SIDE_BOTTOM,
    CVR_SIDE_LEFT | CVR_SIDE_BOTTOM,  CVR_SIDE_LEFT,
  };

  return sides[handle % G_N_ELEMENTS (sides)];
}

gboolean
cvr_box_shape_has (const CvrBox *box,
                   double        x,
                   double        y)
{
  return x >= box->x && y >= box->y && x <= box->x + box->width && y <= box->y + box->height;
}

/* Order of size; equally large ones in their own. */
static gboolean
is_smaller (const CvrBox *boxes,
            gint          a,
            gint          b)
{
  double size_a = boxes[a].width * boxes[a].height, size_b = boxes[b].width * boxes[b].height;

  return size_a < size_b || (size_a == size_b && a < b);
}

gint
cvr_box_shape_find (const CvrBox *boxes,
                    guint         n_boxes,
                    double        x,
                    double        y,
                    gint          last)
{
  gint smallest = -1, next = -1;

  for (gint i = 0; i < (gint) n_boxes; i++)
    {
      if (!cvr_box_shape_has (&boxes[i], x, y))
        continue;
      if (smallest < 0 || is_smaller (boxes, i, smallest))
        smallest = i;
      if (last >= 0 && is_smaller (boxes, last, i) && (next < 0 || is_smaller (boxes, i, next)))
        next = i;
    }

  return next >= 0 ? next : smallest;
}
