/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project's pictures that excite a channel most, and the part of each that does. */
#pragma once

#include "cvr-dataset.h"
#include "cvr-model.h"
#include "cvr-watch.h"
#include "nn-patch.h"

G_BEGIN_DECLS

/**
 * CvrExcitement:
 * @id: of the item
 * @value: the channel's largest in this picture, at @y, @x of its map (0, 0 of a vector)
 * @seen: what that position sees, in pixels of the network's input
 * @box_x, @box_y, @box_width, @box_height: the same in fractions of the upright picture's sides,
 *   0 … 1, without what the network's input has around the picture
 */
typedef struct
{
  guint64 id;
  float   value;
  guint   y, x;
  NnPatch seen;
  double  box_x, box_y, box_width, box_height;
} CvrExcitement;

/**
 * CvrExciting:
 * @best: [n_channels · n_best], most exciting first; a picture comes once a channel
 * @n_best: as many as were asked for, or as many pictures as there are
 * @n_pictures: looked at; @n_unread: that could not be read
 *
 * Immutable, any thread.
 */
typedef struct
{
  CvrModel      *model;
  NnNode         node;
  guint          n_channels, n_best;
  CvrExcitement *best;
  guint          n_pictures, n_unread;
} CvrExciting;

/* All channels of @node in one pass. @max_pictures 0: all; else an even spread. Blocks; any
 * thread (@dataset must not change meanwhile). @watch nullable. NULL with G_IO_ERROR_CANCELLED or
 * NN_ERROR. */
CvrExciting *cvr_exciting_find  (CvrModel *model, CvrDataset *dataset, NnNode node, guint n_best,
                                 guint max_pictures, NnWorkers *workers, const CvrWatch *watch,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* [n_best] of one channel. */
const CvrExcitement *cvr_exciting_of (const CvrExciting *self, guint channel);
void         cvr_exciting_free (gpointer self); /* NULL: nothing */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrExciting, cvr_exciting_free)

G_END_DECLS
