/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a picture lies in a widget that it is looked at in: whole, enlarged, moved. */
#include "cvr-zoom.h"

#include <math.h>

double
cvr_zoom_snap (double scale)
{
  return scale >= 2 ? floor (scale + 1e-6) : scale;
}

double
cvr_zoom_whole (const CvrZoomRoom *room)
{
  double scale;

  if (room->columns == 0 || room->rows == 0 || !(room->width > 0) || !(room->height > 0))
    return 0;
  scale = MIN (room->width / room->columns, room->height / room->rows);

  return cvr_zoom_snap (MIN (scale, room->highest));
}

/* One side: in the middle of the room, or without a gap. */
static double
place (double origin,
       double length,
       double room)
{
  if (length <= room)
    return floor ((room - length) / 2);

  return round (CLAMP (origin, room - length, 0));
}

CvrZoom
cvr_zoom_move (const CvrZoomRoom *room,
               const CvrZoom     *zoom,
               double             dx,
               double             dy)
{
  return (CvrZoom) { place (zoom->left + dx, room->columns * zoom->scale, room->width),
                    place (zoom->top + dy, room->rows * zoom->scale, room->height), zoom->scale };
}

CvrZoom
cvr_zoom_to (const CvrZoomRoom *room,
             const CvrZoom     *zoom,
             double             scale,
             double             x,
             double             y)
{
  double whole = cvr_zoom_whole (room);
  double to = cvr_zoom_snap (CLAMP (scale, whole, MAX (room->highest, whole)));
  double ratio = zoom->scale > 0 ? to / zoom->scale : 1;
  CvrZoom there = { x - (x - zoom->left) * ratio, y - (y - zoom->top) * ratio, to };

  return cvr_zoom_move (room, &there, 0, 0);
}

/* How far [at, at + length) must move to lie within 0 … room. */
static double
way (double at,
     double length,
     double room)
{
  if (at < 0)
    return -at;

  return at + length > room ? MAX (room - length - at, -at) : 0;
}

CvrZoom
cvr_zoom_show (const CvrZoomRoom *room,
               const CvrZoom     *zoom,
               double             column,
               double             row)
{
  return cvr_zoom_move (room, zoom,
                        way (zoom->left + column * zoom->scale, zoom->scale, room->width),
                        way (zoom->top + row * zoom->scale, zoom->scale, room->height));
}
