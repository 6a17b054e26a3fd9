/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Places blocks that live for a while into as little memory as it finds; touches none. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

enum { NN_PLAN_ALIGN = 64 }; /* bytes: one cache line, one wide vector */

/**
 * NnPlanBlock:
 * @size: bytes; 0 needs no place
 * @first, @last: steps in which the block is in use, both included
 * @offset: (out): multiple of %NN_PLAN_ALIGN
 */
typedef struct
{
  gsize size;
  guint first, last;
  gsize offset;
} NnPlanBlock;

/* Blocks in use in the same step never share a byte. @total: bytes of the whole. %FALSE when that
 * does not fit a gsize. */
gboolean nn_plan (NnPlanBlock *blocks,
                  guint        n_blocks,
                  gsize       *total);

G_END_DECLS
