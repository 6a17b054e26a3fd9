/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a layer's maps or filters are laid out as tiles, and the picture of them. */
#pragma once

#include "cvr-paint.h"
#include "cvr-predict.h"

G_BEGIN_DECLS

/* The most values of a vector in one column; fewer have room for a line of text each. */
enum { CVR_MAP_SHEET_LINES = 32 };

/* What of a layer is shown. */
typedef enum
{
  CVR_MAPS_VALUES,           /* its maps */
  CVR_MAPS_GRADIENTS,        /* of its maps */
  CVR_MAPS_FILTERS,          /* its kernels */
  CVR_MAPS_FILTER_GRADIENTS, /* of its kernels */
} CvrMapsKind;

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
  gboolean filters, diverging, vector;
  guint    n_tiles, columns, rows;
  guint    tile_width, tile_height;
  guint    scale;
  guint    cell_width, cell_height;
} CvrMapSheet;

CvrMapSheet      cvr_map_sheet       (NnGraph           *graph,
                                      NnNode             node,
                                      CvrMapsKind        kind);
/* @values: the layer's, or its kernels [K, C, R, S]. NULL where there are none. */
cairo_surface_t *cvr_map_sheet_paint (const CvrMapSheet *self,
                                      const float       *values,
                                      gsize              n_values,
                                      const CvrTheme    *theme) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
