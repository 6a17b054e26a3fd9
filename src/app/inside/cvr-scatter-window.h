/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What part of the plane is seen. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @scale 1: the whole plane, 0 … 1 both ways; @x, @y: what is at the left and at the top. */
typedef struct
{
  double scale, x, y;
} CvrScatterWindow;

/* What is at @x, @y of the plane stays where it is in the room, where the borders let it. */
void cvr_scatter_window_zoom (CvrScatterWindow *self, double factor, double x, double y);
/* In parts of the room. */
void cvr_scatter_window_move (CvrScatterWindow *self, double dx, double dy);
/* Moved just so far that @x, @y is in sight. */
void cvr_scatter_window_show (CvrScatterWindow *self, double x, double y);

G_END_DECLS
