/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators whose result is some of their input's values, or all, in another order. */
#include "nn-view.h"

#include "nn-strided.h"
#include "nn-walk.h"

#include <string.h>

/* What an axis of the result reads: an axis of the input, from where and in which steps. */
typedef struct
{
  guint   axis;
  guint32 start;
  gint32  step;
} Reading;

static Reading
reading_of (const NnOpNode *node,
            guint           i)
{
  const NnSliceSpec *slice = &node->attrs->slice;

  if (node->kind == NN_OP_TRANSPOSE)
    return (Reading) { node->attrs->transpose.perm[i], 0, 1 };

  return (Reading) { i, slice->start[i], slice->step[i] };
}

/* The result's places in order, and where each is read. @start: the first one's place. */
static NnWalk
walk_of (const NnOpRun *run,
         gssize        *start)
{
  NnAxes in = nn_axes_of (&run->node.in[0], run->batch, FALSE, FALSE);
  NnAxes out = nn_axes_of (&run->node.out, run->batch, FALSE, FALSE);
  NnWalk walk = { 0 };

  *start = 0;
  nn_walk_add (&walk, run->batch, (gssize[]) { out.step[0], in.step[0], 0 });
  for (guint i = 0; i < run->node.out.rank; i++)
    {
      Reading reading = reading_of (&run->node, i);
      gssize step = in.step[reading.axis + 1];

      *start += (gssize) reading.start * step;
      nn_walk_add (&walk, out.extent[i + 1],
                   (gssize[]) { out.step[i + 1], step * reading.step, 0 });
    }

  return walk;
}

static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  gssize start;
  NnWalk walk = walk_of (run, &start);
  gsize inner = nn_walk_inner (&walk);
  gssize step = walk.n_axes > 0 ? walk.step[walk.n_axes - 1][1] : 1;

  for (gsize row = from; row < to; row++)
    {
      gssize places[NN_WALK_TENSORS] = { 0, start };

      nn_walk_places (&walk, row, places);
      nn_take (inner, run->x[0] + places[1], step, run->y + row * inner);
    }
}

void
nn_view_forward (const NnOpRun *run)
{
  gssize start;
  NnWalk walk = walk_of (run, &start);

  nn_op_run_ranges (run, nn_walk_rows (&walk), nn_walk_inner (&walk), forward_range);
}

/* No input place is read twice: rows may be handed back in any order. */
static void
backward_range (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  gssize start;
  NnWalk walk = walk_of (run, &start);
  gsize inner = nn_walk_inner (&walk);
  gssize step = walk.n_axes > 0 ? walk.step[walk.n_axes - 1][1] : 1;

  for (gsize row = from; row < to; row++)
    {
      gssize places[NN_WALK_TENSORS] = { 0, start };

      nn_walk_places (&walk, row, places);
      nn_give (inner, run->add[0], run->dy + row * inner, run->dx[0] + places[1], step);
    }
}

void
nn_view_backward (const NnOpRun *run)
{
  gssize start;
  NnWalk walk = walk_of (run, &start);

  if (run->dx[0] == NULL)
    return;

  if (!run->add[0] && run->node.kind == NN_OP_SLICE) /* What was left out. */
    memset (run->dx[0], 0, run->batch * run->in_count[0] * sizeof (nn_real));
  nn_op_run_ranges (run, nn_walk_rows (&walk), nn_walk_inner (&walk), backward_range);
}
