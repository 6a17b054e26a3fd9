/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a layer's maps or filters are laid out as tiles, and the picture of them. */
#pragma once

#include "cvr-paint.h"
#include "cvr-predict.h"

G_BEGIN_DECLS

/**
 * CvrMapSheet:
 * @columns: of tiles
 * @tile_width: values
 * @scale: px a value
 * @cell_width: px of a tile with its gap
 *
 * Plain value, fixed by the layer. A vector is one tile.
 */
typedef struct
{
  gboolean filters;
  guint    n_tiles, columns, rows;
  guint    tile_width, tile_height;
  guint    scale;
  guint    cell_width, cell_height;
} CvrMapSheet;

CvrMapSheet      cvr_map_sheet       (NnGraph           *graph,
                                      NnNode             node,
                                      gboolean           filters);
/* NULL where @maps has nothing of the layer. */
cairo_surface_t *cvr_map_sheet_paint (const CvrMapSheet *self,
                                      CvrMaps           *maps,
                                      NnNode             node,
                                      const CvrTheme    *theme) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
