/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A map or a filter drawn large, with its numbers where there is room; one cell is looked at. */
#pragma once

#include "cvr-canvas.h"
#include "cvr-plane.h"

G_BEGIN_DECLS

#define CVR_TYPE_PLANE_VIEW (cvr_plane_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrPlaneView, cvr_plane_view, CVR, PLANE_VIEW, CvrCanvas)

/* Signal "cell-changed": the pointer or the arrow keys chose another cell. It stays when the pointer
 * leaves, and over a new plane of the same size.
 * @plane: (transfer full) (nullable): at first its strongest cell is looked at. */
void      cvr_plane_view_take_plane (CvrPlaneView *self,
                                     CvrPlane     *plane);
CvrPlane *cvr_plane_view_get_plane  (CvrPlaneView *self); /* borrowed; NULL */
/* FALSE without a plane. */
gboolean  cvr_plane_view_get_cell   (CvrPlaneView *self,
                                     guint        *column,
                                     guint        *row);
/* The cell that is looked at, in words: in @label, and to who can't see the view. Nothing changes
 * without a plane. */
void      cvr_plane_view_tell_cell  (CvrPlaneView *self,
                                     GtkLabel     *label);
/* As the pointer does; nothing happens outside or where there is no value. */
void      cvr_plane_view_look_at    (CvrPlaneView *self,
                                     guint         column,
                                     guint         row);

G_END_DECLS
