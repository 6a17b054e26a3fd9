/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Places blocks by size, largest first, each at the lowest free place among the blocks that live at
 * the same time (Y. Pisarchyk, J. Lee, arXiv 2001.03288, "greedy by size"). */
#include "nn-plan.h"

#include <stdlib.h>

static gboolean
align_up (gsize *size)
{
  if (!g_size_checked_add (size, *size, NN_PLAN_ALIGN - 1))
    return FALSE;

  *size -= *size % NN_PLAN_ALIGN;
  return TRUE;
}

/* Larger first; equal ones by first step, then by place in the list, so that the result is the same
 * everywhere. */
static gint
compare_blocks (gconstpointer a,
                gconstpointer b)
{
  const NnPlanBlock *x = *(NnPlanBlock *const *) a, *y = *(NnPlanBlock *const *) b;

  if (x->size != y->size)
    return x->size < y->size ? 1 : -1;
  if (x->first != y->first)
    return x->first < y->first ? -1 : 1;

  return x < y ? -1 : x > y;
}

static gboolean
meet (const NnPlanBlock *a,
      const NnPlanBlock *b)
{
  return a->first <= b->last && b->first <= a->last;
}

/* The lowest gap for @block between the @n_placed ones, which are sorted by offset. */
static gboolean
find_gap (NnPlanBlock  *block,
          NnPlanBlock **placed,
          guint         n_placed)
{
  gsize end = 0;

  for (guint i = 0; i < n_placed; i++)
    {
      gsize other_end;

      if (!meet (block, placed[i]))
        continue;
      if (placed[i]->offset >= end && placed[i]->offset - end >= block->size)
        break;
      if (!g_size_checked_add (&other_end, placed[i]->offset, placed[i]->size) ||
          !align_up (&other_end))
        return FALSE;
      end = MAX (end, other_end);
    }

  block->offset = end;
  return TRUE;
}

gboolean
nn_plan (NnPlanBlock *blocks,
         guint        n_blocks,
         gsize       *total)
{
  g_autofree NnPlanBlock **order = g_new (NnPlanBlock *, n_blocks + 1);
  g_autofree NnPlanBlock **placed = g_new (NnPlanBlock *, n_blocks + 1);
  guint n_placed = 0;
  gsize sum = 0;

  for (guint i = 0; i < n_blocks; i++)
    order[i] = &blocks[i];
  qsort (order, n_blocks, sizeof *order, compare_blocks);

  for (guint i = 0; i < n_blocks; i++)
    {
      NnPlanBlock *block = order[i];
      gsize end;
      guint at = n_placed;

      block->offset = 0;
      if (block->size == 0)
        continue;
      if (!find_gap (block, placed, n_placed) ||
          !g_size_checked_add (&end, block->offset, block->size) || !align_up (&end))
        return FALSE;

      sum = MAX (sum, end);
      for (; at > 0 && placed[at - 1]->offset > block->offset; at--)
        placed[at] = placed[at - 1];
      placed[at] = block;
      n_placed++;
    }

  *total = sum;
  return TRUE;
}
