/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a picture lies in a widget that it is looked at in: whole, enlarged, moved. */
#pragma once

#include "cvr-paint.h"

G_BEGIN_DECLS

/* A picture of @columns × @rows pixels in a room of @width × @height px, at most @highest px for a
 * pixel. Plain value. */
typedef struct
{
  guint  columns, rows;
  double width, height;
  double highest;
} CvrZoomRoom;

/* From two px on a pixel takes whole ones, so that all are equally wide. */
double  cvr_zoom_snap (double scale);
/* px a pixel with which the whole picture just fits; 0 where there is no room. */
double  cvr_zoom_whole (const CvrZoomRoom *room);
/* @scale within whole … highest, snapped; what is at @x, @y of the widget stays there where the
 * borders let it: a picture that has room is in the middle, a larger one leaves no gap. */
CvrZoom cvr_zoom_to   (const CvrZoomRoom *room, const CvrZoom *zoom, double scale, double x,
                       double y);
CvrZoom cvr_zoom_move (const CvrZoomRoom *room, const CvrZoom *zoom, double dx, double dy);
/* Moved just so far that the pixel at @column, @row is in sight. */
CvrZoom cvr_zoom_show (const CvrZoomRoom *room, const CvrZoom *zoom, double column, double row);

G_END_DECLS
