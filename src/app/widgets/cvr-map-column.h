/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One layer's maps or filters as a column of tiles: one picture, made only while it can be seen. */
#pragma once

#include "cvr-predict.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CVR_TYPE_MAP_COLUMN (cvr_map_column_get_type ())
G_DECLARE_FINAL_TYPE (CvrMapColumn, cvr_map_column, CVR, MAP_COLUMN, GtkWidget)

/* Signals: "selected" (uint tile): chosen by mouse or keyboard; "left" (int direction, uint row): an
 * arrow key left the column to the right (1) or the left (−1). The number and size of tiles are
 * fixed by the layer.
 * @filters: the layer's kernels rather than its maps. */
GtkWidget      *cvr_map_column_new           (NnGraph      *graph,
                                              NnNode        node,
                                              gboolean      filters) G_GNUC_WARN_UNUSED_RESULT;
NnNode          cvr_map_column_get_node      (CvrMapColumn *self);
/* Keeps a reference; the picture is made at the next refresh. */
void            cvr_map_column_set_maps      (CvrMapColumn *self,
                                              CvrMaps      *maps);
/* Makes the picture when there is something new to show. */
void            cvr_map_column_refresh       (CvrMapColumn *self);
gboolean        cvr_map_column_has_picture   (CvrMapColumn *self);
/* −1: none. */
void            cvr_map_column_set_selected  (CvrMapColumn *self,
                                              gint          tile);
gint            cvr_map_column_get_selected  (CvrMapColumn *self);
void            cvr_map_column_enter         (CvrMapColumn *self,
                                              gint          direction,
                                              guint         row);
graphene_rect_t cvr_map_column_get_tile_area (CvrMapColumn *self,
                                              guint         tile);
guint           cvr_map_column_n_tiles       (CvrMapColumn *self);
/* Whether a layer has anything to show: maps, or filters. */
gboolean        cvr_map_column_suits         (NnGraph      *graph,
                                              NnNode        node,
                                              gboolean      filters);

G_END_DECLS
