/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a layer's maps or filters are laid out as tiles, and the picture of them. */
#include "cvr-map-sheet.h"

#include "cvr-texture.h"

#include <math.h>

/* px: between tiles, a map, one that is a single value; rows of tiles before another column of them
 * begins; a value of a vector, and of one that fits a column: a line of text fits beside it. */
enum
{
  GAP = 3,
  TILE = 64,
  SMALL_TILE = 24,
  TILE_ROWS = 8,
  MAX_COLUMNS = 8,
  VECTOR_CELL = 12,
  LINE_CELL = 17,
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
  CvrMapSheet self = { .filters = filters, .diverging = kind != CVR_MAPS_VALUES, .n_tiles = 1 };

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
      self.tile_height = MIN (shape.dims[1], (guint) CVR_MAP_SHEET_LINES);
      self.tile_width = (shape.dims[1] + self.tile_height - 1) / self.tile_height;
      self.scale = self.tile_width == 1 ? LINE_CELL : VECTOR_CELL;
    }
  if (!self.vector)
    self.scale = cvr_texture_scale (MAX (self.tile_width, self.tile_height),
                                    self.tile_width * self.tile_height > 1 || filters
                                        ? TILE
                                        : SMALL_TILE);
  self.columns = CLAMP ((self.n_tiles + TILE_ROWS - 1) / TILE_ROWS, 1, MAX_COLUMNS);
  self.rows = (self.n_tiles + self.columns - 1) / self.columns;
  self.cell_width = self.tile_width * self.scale + GAP;
  self.cell_height = self.tile_height * self.scale + GAP;

  return self;
}

/* A vector as one plane, CVR_MAP_SHEET_LINES values a column; what is left over is empty. */
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

static int
by_size (gconstpointer a,
         gconstpointer b)
{
  float x = *(const float *) a, y = *(const float *) b;

  return (x > y) - (x < y);
}

/* What all but a hundredth of the sizes stay below: a single large weight doesn't make all others
 * pale. */
static float
find_limit (const float *values,
            gsize        n)
{
  enum { ENOUGH = 1 << 16 };
  gsize step = MAX (n / ENOUGH, 1), n_sizes = 0;
  g_autofree float *sizes = g_new (float, n / step + 1);
  float limit;

  for (gsize i = 0; i < n; i += step)
    if (isfinite (values[i]))
      sizes[n_sizes++] = fabsf (values[i]);
  if (n_sizes == 0)
    return 0;
  qsort (sizes, n_sizes, sizeof *sizes, by_size);
  limit = sizes[(n_sizes * 99 + 99) / 100 - 1];

  return limit > 0 ? limit : sizes[n_sizes - 1];
}

/* (transfer full): [n_tiles, height, width], each the mean over a filter's planes */
static float *
mean_filters (const CvrMapSheet *self,
              const float       *weights,
              guint              depth)
{
  gsize plane = (gsize) self->tile_width * self->tile_height;
  float *means = g_new0 (float, self->n_tiles * plane);

  for (gsize i = 0; i < self->n_tiles; i++)
    for (gsize k = 0; k < depth; k++)
      for (gsize j = 0; j < plane; j++)
        means[i * plane + j] += weights[(i * depth + k) * plane + j] / (float) depth;

  return means;
}

/* All filters on one scale, so that they can be compared. Those of three planes in colour. */
static cairo_surface_t *
paint_filters (const CvrMapSheet *self,
               const float       *weights,
               gsize              n_values,
               const CvrTheme    *theme)
{
  gsize plane = (gsize) self->tile_width * self->tile_height;
  guint depth = (guint) (n_values / self->n_tiles / plane);
  gboolean coloured = depth == 3;
  g_autofree float *means = coloured ? NULL : mean_filters (self, weights, depth);
  const float *shown = coloured ? weights : means;
  gsize each = coloured ? depth * plane : plane;
  cairo_surface_t **tiles = g_new0 (cairo_surface_t *, self->n_tiles);
  float limit = find_limit (shown, self->n_tiles * each);

  for (guint i = 0; i < self->n_tiles; i++)
    tiles[i] = cvr_paint_kernel (shown + i * each, coloured ? depth : 1, self->tile_height,
                                 self->tile_width, self->scale, limit, theme);

  return assemble (self, tiles, theme);
}

/* Maps of a single value each: on one scale, or all would look alike. */
static cairo_surface_t *
paint_single (const CvrMapSheet *self,
              const float       *values,
              const CvrTheme    *theme)
{
  cairo_surface_t **tiles = g_new0 (cairo_surface_t *, self->n_tiles);
  cairo_surface_t *all =
      cvr_paint_plane (values, self->n_tiles, 1, 1, self->diverging, theme);

  for (guint i = 0; all != NULL && i < self->n_tiles; i++)
    {
      cairo_t *cr;

      tiles[i] = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) self->scale,
                                             (int) self->scale);
      cr = cairo_create (tiles[i]);
      cairo_scale (cr, self->scale, self->scale);
      cairo_set_source_surface (cr, all, -(double) i, 0);
      cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
      cairo_paint (cr);
      cairo_destroy (cr);
    }
  if (all != NULL)
    cairo_surface_destroy (all);

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
  if (self->tile_width * self->tile_height == 1)
    return paint_single (self, values, theme);

  return paint_maps (self, values, theme);
}
