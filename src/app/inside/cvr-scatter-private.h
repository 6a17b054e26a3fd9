/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What drawing the points and choosing among them share. */
#pragma once

#include "cvr-paint-inside.h"
#include "cvr-scatter-window.h"
#include "cvr-scatter.h"

G_BEGIN_DECLS

/* px: around the points, of a point, of a thumbnail. */
enum
{
  CVR_SCATTER_MARGIN = 18,
  CVR_SCATTER_RADIUS = 4,
  CVR_SCATTER_THUMBNAIL = 26,
};

struct _CvrScatter
{
  CvrCanvas parent_instance;

  CvrProject       *project;
  CvrEmbedded      *result;
  CvrDot           *dots;             /* [n] */
  guint             n;
  gint              pointed;          /* −1: none */
  gboolean          thumbnails;
  cairo_surface_t **pictures;         /* [n], NULL where none was read */
  GArray           *line;             /* of double: the lasso, 0 … 1; empty: none */
  double            start_x, start_y; /* px */
  CvrScatterWindow  window;
  double            x, y;             /* px: the pointer */
  double            moved_x, moved_y; /* px: how far the middle button has moved it already */
  gboolean          adds, rectangle;
};

/* Mouse and keyboard. */
void cvr_scatter_add_bindings    (GtkWidgetClass *widget_class);
void cvr_scatter_add_controllers (CvrScatter *self);

G_END_DECLS
