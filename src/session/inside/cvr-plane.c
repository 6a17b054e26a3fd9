/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A rectangle of numbers taken out of a network, to be looked at one by one. */
#include "cvr-plane.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Planes of a filter shown side by side; values in a row of a short vector, and how many are
 * short. */
enum { MAX_FILTER_PLANES = 8, VECTOR_COLUMNS = 16, SHORT_VECTOR = 256 };

/**
 * cvr_plane_new:
 *
 * Returns: (transfer full): a plane without any value yet
 */
CvrPlane *
cvr_plane_new (guint columns,
               guint rows)
{
  CvrPlane *self = g_new0 (CvrPlane, 1);

  self->columns = columns;
  self->rows = rows;
  self->values = g_new (float, MAX ((gsize) columns * rows, 1));
  for (gsize i = 0; i < (gsize) columns * rows; i++)
    self->values[i] = -INFINITY;

  return self;
}

void
cvr_plane_free (CvrPlane *self)
{
  if (self == NULL)
    return;
  g_free (self->values);
  g_free (self);
}

/**
 * cvr_plane_vector_columns:
 *
 * Returns: how many values of a vector of @n stand in a row: long ones are about square
 */
guint
cvr_plane_vector_columns (gsize n)
{
  if (n <= SHORT_VECTOR)
    return (guint) CLAMP (n, 1, VECTOR_COLUMNS);

  return (guint) ceil (sqrt ((double) n));
}

CvrPlane *
cvr_plane_of_vector (const float *values,
                     gsize        n)
{
  guint columns = cvr_plane_vector_columns (n);
  CvrPlane *self = cvr_plane_new (columns, (guint) ((n + columns - 1) / columns));

  memcpy (self->values, values, n * sizeof (float));
  self->is_list = TRUE;

  return self;
}

/**
 * cvr_plane_of_values:
 * @values: (nullable): of @shape, [1, C, H, W] or [1, C]
 * @tile: which map; ignored for a vector
 *
 * Returns: (transfer full) (nullable): a copy; %NULL without values or beyond the last map
 */
CvrPlane *
cvr_plane_of_values (const float   *values,
                     const NnShape *shape,
                     guint          tile)
{
  CvrPlane *self;
  gsize count;

  if (values == NULL || (shape->rank == 4 && tile >= shape->dims[1]))
    return NULL;
  if (shape->rank != 4)
    return cvr_plane_of_vector (values, shape->dims[1]);
  count = (gsize) shape->dims[2] * shape->dims[3];
  self = cvr_plane_new (shape->dims[3], shape->dims[2]);
  memcpy (self->values, values + tile * count, count * sizeof (float));

  return self;
}

CvrPlane *
cvr_plane_of_map (CvrMaps *maps,
                  NnNode   node,
                  guint    tile)
{
  return cvr_plane_of_values (maps->values[node], &maps->shapes[node], tile);
}

CvrPlane *
cvr_plane_of_mean (CvrMaps *maps,
                   NnNode   node)
{
  const NnShape *shape = &maps->shapes[node];
  CvrPlane *self = cvr_plane_of_map (maps, node, 0);
  gsize area;

  if (self == NULL || shape->rank != 4)
    return self;
  area = (gsize) self->columns * self->rows;
  for (gsize c = 1; c < shape->dims[1]; c++)
    for (gsize i = 0; i < area; i++)
      self->values[i] += maps->values[node][c * area + i];
  for (gsize i = 0; i < area; i++)
    self->values[i] /= (float) shape->dims[1];

  return self;
}

/**
 * cvr_plane_of_filter:
 * @weights: (nullable): of the whole layer
 *
 * An empty column stands between two planes; the first planes of a deep filter are shown.
 *
 * Returns: (transfer full) (nullable): %NULL without weights, or beyond the last filter
 */
CvrPlane *
cvr_plane_of_filter (NnGraph     *graph,
                     NnNode       node,
                     guint        tile,
                     const float *weights,
                     gsize        n_weights)
{
  const NnConvSpec *conv = &nn_graph_node_attrs (graph, node)->conv;
  const guint32 *kernel = conv->stencil.kernel;
  gsize area = (gsize) kernel[0] * kernel[1];
  guint depth, shown, pitch = kernel[1] + 1;
  CvrPlane *self;

  if (weights == NULL || tile >= conv->filters)
    return NULL;
  depth = (guint) (n_weights / (conv->filters * area));
  shown = MIN (depth, (guint) MAX_FILTER_PLANES);
  if (shown == 0)
    return NULL;
  weights += (gsize) tile * depth * area;
  self = cvr_plane_new (shown * pitch - 1, kernel[0]);
  self->diverging = TRUE;
  self->pitch = pitch;
  for (guint c = 0; c < shown; c++)
    for (guint r = 0; r < kernel[0]; r++)
      memcpy (self->values + (gsize) r * self->columns + c * pitch,
              weights + ((gsize) c * kernel[0] + r) * kernel[1], kernel[1] * sizeof (float));

  return self;
}

void
cvr_plane_range (const CvrPlane *self,
                 double         *low,
                 double         *high)
{
  *low = INFINITY;
  *high = -INFINITY;
  for (gsize i = 0; i < (gsize) self->columns * self->rows; i++)
    if (isfinite (self->values[i]))
      {
        *low = MIN (*low, (double) self->values[i]);
        *high = MAX (*high, (double) self->values[i]);
      }
  if (*low > *high)
    *low = *high = 0;
}

guint
cvr_plane_decimals (double size)
{
  enum { USUAL = 3, MOST = 9 };

  size = fabs (size);
  if (!(size > 0) || !isfinite (size) || size >= 0.1)
    return USUAL;

  return (guint) MIN (USUAL - 1 - floor (log10 (size)), MOST);
}

/**
 * cvr_plane_dup_number:
 * @decimals: digits behind the point
 *
 * Returns: (transfer full): the number as people write it
 */
char *
cvr_plane_dup_number (double value,
                      guint  decimals)
{
  g_autofree char *digits = g_strdup_printf ("%.*f", (int) decimals, fabs (value));

  /* No minus before a zero. */
  if (value < 0 && strpbrk (digits, "123456789") != NULL)
    return g_strconcat ("−", digits, NULL);

  return g_steal_pointer (&digits);
}

char *
cvr_plane_dup_range (const CvrPlane *self)
{
  g_autofree char *lowest = NULL, *highest = NULL;
  double low, high;
  guint decimals;

  cvr_plane_range (self, &low, &high);
  decimals = cvr_plane_decimals (MAX (fabs (low), fabs (high)));
  lowest = cvr_plane_dup_number (low, decimals);
  highest = cvr_plane_dup_number (high, decimals);

  /* Translators: the smallest and the largest value of a map. */
  return g_strdup_printf (_("from %s to %s"), lowest, highest);
}

/**
 * cvr_plane_dup_place:
 *
 * Returns: (transfer full): where a value stands, counted from 1
 */
char *
cvr_plane_dup_place (const CvrPlane *self,
                     guint           column,
                     guint           row)
{
  if (self->is_list)
    /* Translators: which of the values of a layer, counted from 1. */
    return g_strdup_printf (_("Value %u"), row * self->columns + column + 1);
  if (self->pitch > 0 && self->columns > self->pitch)
    /* Translators: a place in the part of a filter that looks at one map, counted from 1. */
    return g_strdup_printf (_("Map %u, row %u, column %u"), column / self->pitch + 1, row + 1,
                            column % self->pitch + 1);

  /* Translators: a place in a map, counted from 1. */
  return g_strdup_printf (_("Row %u, column %u"), row + 1, column + 1);
}
