/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a layer's maps or filters are laid out as tiles, and the picture of them. */
#include "cvr-map-sheet.h"

#include "cvr-texture.h"

#include <math.h>

/* px; rows of tiles before another column of them begins; values of a vector in one column. */
enum
{
  GAP = 3,
  TILE = 64,
  TILE_ROWS = 8,
  MAX_COLUMNS = 8,
  VECTOR_ROWS = 32,
  VECTOR_CELL = 12,
};

/**
 * cvr_map_sheet:
 *
 * Returns: the layout
 */
CvrMapSheet
cvr_map_sheet (NnGraph    *graph,
               NnNode      node,
               CvrMapsKind kind)
{
  NnShape shape = cvr_maps_shape (graph, node);
  gboolean filters = kind == CVR_MAPS_FILTERS || kind == CVR_MAPS_FILTER_GRADIENTS;
  CvrMapSheet self = { .filters = filters, .diverging = kind != CVR_MAPS_VALUES, .n_tiles = 1,
                       .scale = VECTOR_CELL };

  if (filters)
    {
      const NnConvSpec *conv = &nn_graph_node_attrs (graph, node)->conv;

      self.n_tiles = conv->filters;
      self.tile_width = conv->stencil.kernel[1];
      self.tile_height = conv->stencil.kernel[0];
    }
  else if (shape.rank == 4)
    {
      self.n_tiles = shape.dims[1];
      self.tile_width = shape.dims[3];
      self.tile_height = shape.dims[2];
    }
  else
    {
      self.vector = TRUE;
      self.tile_height = MIN (shape.dims[1], (guint) VECTOR_ROWS);
      self.tile_width = (shape.dims[1] + self.tile_height - 1) / self.tile_height;
    }
  if (!self.vector)
    self.scale = cvr_texture_scale (MAX (self.tile_width, self.tile_height), TILE);
  self.columns = CLAMP ((self.n_tiles + TILE_ROWS - 1) / TILE_ROWS, 1, MAX_COLUMNS);
  self.rows = (self.n_tiles + self.columns - 1) / self.columns;
  self.cell_width = self.tile_width * self.scale + GAP;
  self.cell_height = self.tile_height * self.scale + GAP;

  return self;
}

/* A vector as one plane, VECTOR_ROWS values a column; what is left over is empty. */
static cairo_surface_t *
paint_vector (const CvrMapSheet *self,
              const float       *values,
              guint              count,
              const CvrTheme    *theme)
{
  g_autofree float *plane = g_new (float, (gsize) self->tile_width * self->tile_height);

  for (guint i = 0; i < self->tile_width * self->tile_height; i++)
    {
      guint row = i / self->tile_width, column = i % self->tile_width;
      guint k = column * self->tile_height + row;

      plane[i] = k < count ? values[k] : -INFINITY;
    }

  return cvr_paint_plane (plane, self->tile_width, self->tile_height, self->scale, self->diverging,
                          theme);
}

/* @tiles: (transfer full): as many as the sheet has */
static cairo_surface_t *
assemble (const CvrMapSheet *self,
          cairo_surface_t  **tiles,
          const CvrTheme    *theme)
{
  cairo_surface_t *sheet = cvr_paint_tiles (tiles, self->n_tiles, self->columns, GAP, theme);

  for (guint i = 0; i < self->n_tiles; i++)
    cairo_surface_destroy (tiles[i]);
  g_free (tiles);

  return sheet;
}

/* All filters on one scale, so that they can be compared. */
static cairo_surface_t *
paint_filters (const CvrMapSheet *self,
               const float       *weights,
               gsize              n_values,
               const CvrTheme    *theme)
{
  gsize each = n_values / self->n_tiles;
  guint depth = (guint) (each / ((gsize) self->tile_width * self->tile_height));
  cairo_surface_t **tiles = g_new0 (cairo_surface_t *, self->n_tiles);
  float limit = 0;

  for (gsize i = 0; i < n_values; i++)
    limit = MAX (limit, fabsf (weights[i]));
  for (guint i = 0; i < self->n_tiles; i++)
    tiles[i] = cvr_paint_kernel (weights + i * each, depth, self->tile_height, self->tile_width,
                                 self->scale, limit, theme);

  return assemble (self, tiles, theme);
}

static cairo_surface_t *
paint_maps (const CvrMapSheet *self,
            const float       *values,
            const CvrTheme    *theme)
{
  gsize plane = (gsize) self->tile_width * self->tile_height;
  cairo_surface_t **tiles = g_new0 (cairo_surface_t *, self->n_tiles);

  for (guint i = 0; i < self->n_tiles; i++)
    tiles[i] = cvr_paint_plane (values + i * plane, self->tile_width, self->tile_height,
                                self->scale, self->diverging, theme);

  return assemble (self, tiles, theme);
}

/**
 * cvr_map_sheet_paint:
 * @values: (nullable): [n_values] of the layer that the sheet was made for
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): the tiles without a margin around them
 */
cairo_surface_t *
cvr_map_sheet_paint (const CvrMapSheet *self,
                     const float       *values,
                     gsize              n_values,
                     const CvrTheme    *theme)
{
  /* A layer that no output needs is never run. */
  if (values == NULL || n_values == 0)
    return NULL;
  if (self->filters)
    return paint_filters (self, values, n_values, theme);
  if (self->vector)
    return paint_vector (self, values, (guint) n_values, theme);

  return paint_maps (self, values, theme);
}
