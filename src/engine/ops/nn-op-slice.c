/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slice: every step-th value of a range along every axis. */
#include "nn-strided.h"
#include "nn-walk.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  const NnSliceSpec *spec = &node->attrs->slice;

  *out = node->in[0];
  for (guint i = 0; i < out->rank; i++)
    {
      gint64 last = spec->start[i] + (gint64) spec->step[i] * ((gint64) spec->count[i] - 1);
      gint64 extent = node->in[0].dims[i];

      if (spec->count[i] == 0 || spec->step[i] == 0 || spec->start[i] >= extent || last < 0 ||
          last >= extent)
        {
          g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                       _("Node “%s”: %u values from %u on, %d apart, can't be taken from axis %u, "
                          "which holds %u."),
                       node->name, spec->count[i], spec->start[i], spec->step[i], i,
                       node->in[0].dims[i]);
          return FALSE;
        }
      out->dims[i] = spec->count[i];
    }

  return TRUE;
}

static gboolean
mixes_items (const NnOpNode *node)
{
  const NnSliceSpec *spec = &node->attrs->slice;

  return node->in[0].rank > 0 && (spec->start[0] != 0 || spec->count[0] != node->in[0].dims[0]);
}

/* The result's places in order, and where each is read. @start: the first one's place. */
static NnWalk
walk_of (const NnOpRun *run,
         gssize        *start)
{
  const NnSliceSpec *spec = &run->node.attrs->slice;
  NnAxes in = nn_axes_of (&run->node.in[0], run->batch, FALSE, FALSE);
  NnAxes out = nn_axes_of (&run->node.out, run->batch, FALSE, FALSE);
  NnWalk walk = { 0 };

  *start = 0;
  nn_walk_add (&walk, run->batch, (gssize[]) { out.step[0], in.step[0], 0 });
  for (guint i = 0; i < run->node.out.rank; i++)
    {
      *start += (gssize) spec->start[i] * in.step[i + 1];
      nn_walk_add (&walk, out.extent[i + 1],
                   (gssize[]) { out.step[i + 1], in.step[i + 1] * spec->step[i], 0 });
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

static void
forward (const NnOpRun *run)
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

static void
backward (const NnOpRun *run)
{
  gssize start;
  NnWalk walk = walk_of (run, &start);

  if (run->dx[0] == NULL)
    return;

  if (!run->add[0]) /* What was left out. */
    memset (run->dx[0], 0, run->batch * run->in_count[0] * sizeof (nn_real));
  nn_op_run_ranges (run, nn_walk_rows (&walk), nn_walk_inner (&walk), backward_range);
}

const NnOp nn_op_slice = {
  .stem = "slice",
  .min_inputs = 1,
  .max_inputs = 1,
  .flags = NN_OP_WHOLE,
  .infer = infer,
  .mixes_items = mixes_items,
  .forward = forward,
  .backward = backward,
};
