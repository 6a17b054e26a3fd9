/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What part of the plane is seen. */
#include "cvr-scatter-window.h"

static const double most = 32;       /* times enlarged */
static const double border = 0.04;   /* of the room: left around what is brought into sight */

static void
keep_inside (CvrScatterWindow *self)
{
  double room = 1 - 1 / self->scale;

  self->x = CLAMP (self->x, 0, room);
  self->y = CLAMP (self->y, 0, room);
}

void
cvr_scatter_window_zoom (CvrScatterWindow *self,
                         double            factor,
                         double            x,
                         double            y)
{
  double scale = CLAMP (self->scale * factor, 1, most);

  self->x = x - (x - self->x) * self->scale / scale;
  self->y = y - (y - self->y) * self->scale / scale;
  self->scale = scale;
  keep_inside (self);
}

void
cvr_scatter_window_move (CvrScatterWindow *self,
                         double            dx,
                         double            dy)
{
  self->x -= dx / self->scale;
  self->y -= dy / self->scale;
  keep_inside (self);
}

/* Where an axis begins so that @place is seen. */
static double
begin_of (double begin,
          double place,
          double scale)
{
  double edge = border / scale;

  return CLAMP (begin, place + edge - 1 / scale, place - edge);
}

void
cvr_scatter_window_show (CvrScatterWindow *self,
                         double            x,
                         double            y)
{
  self->x = begin_of (self->x, x, self->scale);
  self->y = begin_of (self->y, y, self->scale);
  keep_inside (self);
}
