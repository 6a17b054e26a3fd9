/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arithmetic of two nodes, value by value, with broadcasting. */
#include "nn-arithmetic.h"
#include "nn-walk.h"

#include <glib/gi18n-lib.h>

G_STATIC_ASSERT ((int) NN_ARITHMETIC_ADD == NN_PAIR_ADD &&
                 (int) NN_ARITHMETIC_PRELU == NN_PAIR_PRELU);

/* The extent of @shape that meets axis @axis of a result of rank @rank. */
static guint32
extent_at (const NnShape *shape,
           guint          rank,
           guint          axis)
{
  return axis + shape->rank < rank ? 1 : shape->dims[axis + shape->rank - rank];
}

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  const NnShape *in = node->in;
  NnArithmetic function = node->attrs->arithmetic.function;
  gboolean fits = TRUE;

  if ((guint) function >= NN_N_ARITHMETICS)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("Node “%s”: arithmetic number %d does not exist; there are %d."), node->name,
                   function, NN_N_ARITHMETICS);
      return FALSE;
    }

  *out = (NnShape) { MAX (in[0].rank, in[1].rank) };
  for (guint i = 0; i < out->rank; i++)
    {
      guint32 a = extent_at (&in[0], out->rank, i), b = extent_at (&in[1], out->rank, i);

      fits &= a == b || a == 1 || b == 1;
      out->dims[i] = a == 1 ? b : a;
    }
  if (function == NN_ARITHMETIC_PRELU) /* Slopes never make the result larger. */
    fits &= nn_shape_equal (out, &in[0]);

  if (!fits)
    {
      g_autofree char *a = nn_shape_dup_string (&in[0]), *b = nn_shape_dup_string (&in[1]);

      g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                   _("Node “%s”: values of %s and of %s don't meet one by one."), node->name, a,
                   b);
    }

  return fits;
}

static guint64
flops (const NnOpNode *node)
{
  return nn_op_count (&node->out);
}

/* The items' own first axis must be the result's. */
static gboolean
mixes_items (const NnOpNode *node)
{
  for (guint i = 0; i < 2; i++)
    if ((node->shared >> i & 1) == 0 &&
        (node->in[i].rank == 0 || node->in[i].rank < node->out.rank ||
         node->in[i].dims[0] != node->out.dims[0]))
      return TRUE;

  return FALSE;
}

/* Steps of the result and of both inputs along the axes of the result, outermost first. */
typedef struct
{
  guint n;
  gsize extent[NN_MAX_RANK + 1];
  gssize step[NN_MAX_RANK + 1][NN_WALK_TENSORS];
} Meeting;

/* The order in which axis @i of the result lies in memory. */
static guint
lying_axis (const NnOpRun *run,
            guint          i)
{
  static const guint maps_last[] = { 0, 1, 3, 4, 2 };

  return run->node.last && run->node.out.rank == 4 ? maps_last[i] : i;
}

static Meeting
meeting_of (const NnOpRun *run)
{
  const NnShape *out = &run->node.out;
  NnAxes y = nn_axes_of (out, run->batch, FALSE, run->node.last), in[2];
  Meeting meeting = { out->rank + 1 };

  for (guint i = 0; i < 2; i++)
    {
      NnAxes own = nn_axes_of (&run->node.in[i], run->batch, run->shared[i], run->node.last);

      in[i] = nn_axes_broadcast (&own, out);
    }
  for (guint i = 0; i < meeting.n; i++)
    {
      guint axis = lying_axis (run, i);

      meeting.extent[i] = y.extent[axis];
      meeting.step[i][0] = y.step[axis];
      meeting.step[i][1] = in[0].step[axis];
      meeting.step[i][2] = in[1].step[axis];
    }

  return meeting;
}

static NnWalk
walk_all (const NnOpRun *run)
{
  Meeting meeting = meeting_of (run);
  NnWalk walk = { 0 };

  for (guint i = 0; i < meeting.n; i++)
    nn_walk_add (&walk, meeting.extent[i], meeting.step[i]);

  return walk;
}

/* The axes along which input @i holds values (or, @summed, along which it is read again). */
static NnWalk
walk_some (const NnOpRun *run,
           guint          i,
           gboolean       summed)
{
  Meeting meeting = meeting_of (run);
  NnWalk walk = { 0 };

  for (guint axis = 0; axis < meeting.n; axis++)
    if ((meeting.step[axis][1 + i] == 0) == summed)
      nn_walk_add (&walk, meeting.extent[axis], meeting.step[axis]);

  return walk;
}

/* One stretch of results inside a row, [from, to): the places of the first one and how many. */
static gsize
stretch_at (const NnWalk *walk,
            gsize         from,
            gsize         to,
            gssize        places[NN_WALK_TENSORS])
{
  gsize inner = nn_walk_inner (walk), offset = from % inner;
  guint last = walk->n_axes > 0 ? walk->n_axes - 1 : 0;

  for (guint i = 0; i < NN_WALK_TENSORS; i++)
    places[i] = (gssize) offset * walk->step[last][i];
  nn_walk_places (walk, from / inner, places);

  return MIN (inner - offset, to - from);
}

/* Steps along the innermost axis that are neither 0 nor 1 occur where maps lie with channels last
 * and the other input, of fewer axes, lies in the order of its shape. */
static gboolean
is_even (const NnWalk *walk)
{
  const gssize *step = walk->step[walk->n_axes > 0 ? walk->n_axes - 1 : 0];

  return step[1] >= 0 && step[1] <= 1 && step[2] >= 0 && step[2] <= 1;
}

static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  NnPair pair = (NnPair) run->node.attrs->arithmetic.function;
  NnWalk walk = walk_all (run);
  const gssize *step = walk.step[walk.n_axes > 0 ? walk.n_axes - 1 : 0];
  gboolean even = is_even (&walk);

  while (from < to)
    {
      gssize places[NN_WALK_TENSORS];
      gsize n = stretch_at (&walk, from, to, places);
      const nn_real *a = run->x[0] + places[1], *b = run->x[1] + places[2];

      if (even)
        nn_pair_forward (pair, n, a, (gsize) step[1], b, (gsize) step[2], run->y + from);
      else
        for (gssize i = 0; i < (gssize) n; i++)
          nn_pair_forward (pair, 1, a + i * step[1], 1, b + i * step[2], 1, run->y + from + i);
      from += n;
    }
}

static void
forward (const NnOpRun *run)
{
  gsize cost = run->node.attrs->arithmetic.function == NN_ARITHMETIC_POW ? 16 : 1;

  nn_op_run_ranges (run, run->batch * run->out_count, cost, forward_range);
}

/* An input that is read once: its gradient lies like the result. */
static void
give_range (const NnOpRun *run,
            guint          i,
            gsize          from,
            gsize          to)
{
  NnPair pair = (NnPair) run->node.attrs->arithmetic.function;
  NnWalk walk = walk_all (run);
  const gssize *step = walk.step[walk.n_axes > 0 ? walk.n_axes - 1 : 0];
  gboolean even = is_even (&walk);

  while (from < to)
    {
      gssize places[NN_WALK_TENSORS];
      gsize n = stretch_at (&walk, from, to, places);
      const nn_real *a = run->x[0] + places[1], *b = run->x[1] + places[2];
      nn_real *dx = run->dx[i] + places[1 + i];

      if (even && step[1 + i] == 1)
        nn_pair_gradient (pair, i == 1, n, run->add[i], a, (gsize) step[1], b, (gsize) step[2],
                          run->dy + from, dx);
      else
        for (gssize k = 0; k < (gssize) n; k++)
          nn_pair_gradient (pair, i == 1, 1, run->add[i], a + k * step[1], 1, b + k * step[2], 1,
                            run->dy + from + k, dx + k * step[1 + i]);
      from += n;
    }
}

static void
give_range_0 (const NnOpRun *run,
              gsize          from,
              gsize          to)
{
  give_range (run, 0, from, to);
}

static void
give_range_1 (const NnOpRun *run,
              gsize          from,
              gsize          to)
{
  give_range (run, 1, from, to);
}

/* An input that several results read: each of its values takes the sum over them. */
static void
sum_range (const NnOpRun *run,
           guint          i,
           gsize          from,
           gsize          to)
{
  NnPair pair = (NnPair) run->node.attrs->arithmetic.function;
  NnWalk own = walk_some (run, i, FALSE), others = walk_some (run, i, TRUE);
  gsize n_rows = nn_walk_rows (&others), inner = nn_walk_inner (&others);
  const gssize *step = others.step[others.n_axes > 0 ? others.n_axes - 1 : 0];

  for (gsize index = from; index < to; index++)
    {
      gssize start[NN_WALK_TENSORS];
      double sum = 0;

      stretch_at (&own, index, to, start);
      for (gsize row = 0; row < n_rows; row++)
        {
          gssize places[NN_WALK_TENSORS] = { start[0], start[1], start[2] };

          nn_walk_places (&others, row, places);
          sum +=
              nn_pair_gradient_sum (pair, i == 1, inner, run->x[0] + places[1], step[1],
                                    run->x[1] + places[2], step[2], run->dy + places[0], step[0]);
        }
      run->dx[i][start[1 + i]] = (run->add[i] ? run->dx[i][start[1 + i]] : 0) + (nn_real) sum;
    }
}

static void
sum_range_0 (const NnOpRun *run,
             gsize          from,
             gsize          to)
{
  sum_range (run, 0, from, to);
}

static void
sum_range_1 (const NnOpRun *run,
             gsize          from,
             gsize          to)
{
  sum_range (run, 1, from, to);
}

static void
backward (const NnOpRun *run)
{
  static const NnRangeFunc give[2] = { give_range_0, give_range_1 };
  static const NnRangeFunc sum[2] = { sum_range_0, sum_range_1 };

  for (guint i = 0; i < 2; i++)
    {
      NnWalk own = walk_some (run, i, FALSE), others = walk_some (run, i, TRUE);

      if (run->dx[i] == NULL)
        continue;
      if (others.n_axes == 0)
        nn_op_run_ranges (run, nn_walk_count (&own), 1, give[i]);
      else
        nn_op_run_ranges (run, nn_walk_count (&own), nn_walk_count (&others), sum[i]);
    }
}

const NnOp nn_op_arithmetic = {
  .stem = "arithmetic",
  .min_inputs = 2,
  .max_inputs = 2,
  .flags = NN_OP_WHOLE | NN_OP_SHARED_INPUTS | NN_OP_CHANNELS_LAST,
  .infer = infer,
  .flops = flops,
  .mixes_items = mixes_items,
  .forward = forward,
  .backward = backward,
};
