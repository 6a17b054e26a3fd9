/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One picture looked at closely: whole at first, enlarged with wheel, pinch and keys, moved with
 * the middle button. What lies over it is a subclass's task. */
#pragma once

#include "cvr-canvas.h"
#include "cvr-image.h"
#include "cvr-zoom.h"

G_BEGIN_DECLS

#define CVR_TYPE_ZOOM_VIEW (cvr_zoom_view_get_type ())
G_DECLARE_DERIVABLE_TYPE (CvrZoomView, cvr_zoom_view, CVR, ZOOM_VIEW, CvrCanvas)

/**
 * CvrZoomViewClass:
 * @draw_over: draws over the picture; only called where there is one
 * @primary_pans: a drag with the primary button moves the picture too
 * @wheel_zooms: without Ctrl too; else the wheel moves the picture where it is larger than the room
 *
 * Signal "zoomed": the enlargement changed; once a frame. Keys + and − zoom, Ctrl+0 shows the
 * whole.
 */
struct _CvrZoomViewClass
{
  CvrCanvasClass parent_class;

  void   (*draw_over) (CvrZoomView    *self,
                       cairo_t        *cr,
                       double          width,
                       double          height,
                       const CvrZoom  *zoom,
                       const CvrTheme *theme);
  gboolean primary_pans;
  gboolean wheel_zooms;
};

/* px of the screen that a pixel takes at most */
enum { CVR_ZOOM_HIGHEST = 64 };

/* @picture %NULL: none. It is shown whole. */
void           cvr_zoom_view_set_picture  (CvrZoomView *self, CvrImage *picture);
CvrImage      *cvr_zoom_view_get_picture  (CvrZoomView *self); /* borrowed; NULL */
/* How its pixels are shown; %NULL: as they are. Call again when what it does has changed. */
void           cvr_zoom_view_set_recolour (CvrZoomView *self, CvrRecolour recolour, gpointer data);
/* Where it lies in the widget; scale 0: nowhere yet. */
const CvrZoom *cvr_zoom_view_get_zoom     (CvrZoomView *self);
/* Around what the keyboard points at, in pixels of the picture; the middle of the widget else. */
void           cvr_zoom_view_zoom         (CvrZoomView *self, double factor);
void           cvr_zoom_view_zoom_at      (CvrZoomView *self, double factor, double x, double y);
void           cvr_zoom_view_set_focus    (CvrZoomView *self, double column, double row); /* NaN */
void           cvr_zoom_view_show_whole   (CvrZoomView *self);
gboolean       cvr_zoom_view_is_whole     (CvrZoomView *self);
/* Moves it so that the pixel can be seen. */
void           cvr_zoom_view_show_pixel   (CvrZoomView *self, double column, double row);
/* A place of the widget in pixels of the picture. FALSE: beside it (the values go on there). */
gboolean       cvr_zoom_view_locate       (CvrZoomView *self, double x, double y, double *column,
                                           double *row);

G_END_DECLS
