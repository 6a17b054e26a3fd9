/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walking several tensors together, axis by axis, each at its own steps. */
#pragma once

#include "nn-op.h"

G_BEGIN_DECLS

enum { NN_WALK_TENSORS = 3 };

/**
 * NnWalk:
 * @n_axes: at least 1 once the walk is used; the last axis is the inner one
 * @extent: of each axis
 * @step: how far apart two neighbours along an axis lie in each tensor; 0 where all read one value,
 *   negative backwards
 *
 * Starts as { 0 }; axes are added from the outermost. Axes that every tensor passes through evenly
 * become one, so that the inner loops are as long as they can be. Plain value.
 */
typedef struct
{
  guint  n_axes;
  gsize  extent[NN_MAX_RANK + 2];
  gssize step[NN_MAX_RANK + 2][NN_WALK_TENSORS];
} NnWalk;

void  nn_walk_add    (NnWalk *self, gsize extent, const gssize step[NN_WALK_TENSORS]);
/* Number of positions in all, and along the axes before the last. */
gsize nn_walk_count  (const NnWalk *self);
gsize nn_walk_rows   (const NnWalk *self);
gsize nn_walk_inner  (const NnWalk *self);
/* Adds to @places where row @row starts in each tensor. */
void  nn_walk_places (const NnWalk *self, gsize row, gssize places[NN_WALK_TENSORS]);

/**
 * NnAxes:
 *
 * The axes of one tensor as they lie in memory, from the outermost: a batch of items in front.
 * Plain value.
 */
typedef struct
{
  guint  n;
  gsize  extent[NN_MAX_RANK + 1];
  gssize step[NN_MAX_RANK + 1];
} NnAxes;

/* The axes of @batch items of @shape, as [batch, dims…]; @shared: one item serves them all. Maps
 * with @last lie as [batch, dims[0], H, W, C] but are told in the order of their shape. */
NnAxes nn_axes_of (const NnShape *shape, guint batch, gboolean shared, gboolean last);
/* The same seen from a result of @rank axes (without the batch): axes that are missing in front, and
 * those that hold one value where @out holds more, get step 0. */
NnAxes nn_axes_broadcast (const NnAxes *self, const NnShape *out);

G_END_DECLS
