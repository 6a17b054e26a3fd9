/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One picture of the project in a grid: thumbnail, class, caption; it can be dragged onto a
 * class. */
#pragma once

#include "cvr-project.h"
#include "cvr-thumbnails.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_PICTURE_TILE (cvr_picture_tile_get_type ())
G_DECLARE_FINAL_TYPE (CvrPictureTile, cvr_picture_tile, CVR, PICTURE_TILE, AdwBin)

/* px of a tile's picture area */
enum { CVR_TILE_SIDE = 96 };

GtkWidget    *cvr_picture_tile_new      (CvrThumbnails  *thumbnails) G_GNUC_WARN_UNUSED_RESULT;
/* @item %NULL: shows nothing. @caption nullable: a second line under the picture. A dragged tile
 * gives its CvrImageItem. */
void          cvr_picture_tile_bind     (CvrPictureTile *self,
                                         CvrProject     *project,
                                         CvrImageItem   *item,
                                         const char     *caption);
CvrImageItem *cvr_picture_tile_get_item (CvrPictureTile *self);
/* Keeps dragging tiles and the rubber band of their grid apart. */
void          cvr_picture_tile_guard_grid (GtkGridView   *grid);

G_END_DECLS
