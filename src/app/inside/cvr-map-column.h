/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One layer's maps or filters as a column of tiles: one picture, made only while it can be seen. */
#pragma once

#include "cvr-map-sheet.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CVR_TYPE_MAP_COLUMN (cvr_map_column_get_type ())
G_DECLARE_FINAL_TYPE (CvrMapColumn, cvr_map_column, CVR, MAP_COLUMN, GtkWidget)

/* A tile that deserves a look. */
typedef enum
{
  CVR_TILE_PLAIN,
  CVR_TILE_DEAD, /* crossed out */
  CVR_TILE_TWIN, /* two strokes in the corner */
} CvrTileMark;

/* Signals: "selected" (uint tile): chosen by mouse or keyboard; "left" (int direction, uint row):
 * an arrow key left the column to the right (1) or the left (−1); "hovered" (int tile; −1: none).
 * The number and size of tiles are fixed by the layer. */
GtkWidget      *cvr_map_column_new           (NnGraph      *graph,
                                              NnNode        node,
                                              CvrMapsKind   kind) G_GNUC_WARN_UNUSED_RESULT;
NnNode          cvr_map_column_get_node      (CvrMapColumn *self);
/* Keeps a reference; the picture is made at the next refresh. @values: floats of the layer's maps,
 * kernels or gradients; NULL: none. */
void            cvr_map_column_set_values    (CvrMapColumn *self,
                                              GBytes       *values);
/* Makes the picture beside the main thread when there is something new to show; what was shown
 * stays until it is there. */
void            cvr_map_column_refresh       (CvrMapColumn *self);
/* That of the newest maps. */
gboolean        cvr_map_column_has_picture   (CvrMapColumn *self);
/* @marks: [n_tiles], copied; NULL: none. @texts: [n_tiles] (nullable, as each of them): what the
 * tooltip adds, translated. */
void            cvr_map_column_set_marks     (CvrMapColumn      *self,
                                              const CvrTileMark *marks,
                                              char *const       *texts);
/* −1: none. */
void            cvr_map_column_set_selected  (CvrMapColumn *self,
                                              gint          tile);
gint            cvr_map_column_get_selected  (CvrMapColumn *self);
gint            cvr_map_column_get_hovered   (CvrMapColumn *self);
void            cvr_map_column_enter         (CvrMapColumn *self,
                                              gint          direction,
                                              guint         row);
graphene_rect_t cvr_map_column_get_tile_area (CvrMapColumn *self,
                                              guint         tile);
guint           cvr_map_column_n_tiles       (CvrMapColumn *self);
/* Whether a layer has anything to show of that kind. */
gboolean        cvr_map_column_suits         (NnGraph      *graph,
                                              NnNode        node,
                                              CvrMapsKind   kind);

G_END_DECLS
