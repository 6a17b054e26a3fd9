/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reduce: mean, sum, maximum … over some axes. */
#include "nn-fold-row.h"
#include "nn-walk.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  const NnReduceSpec *spec = &node->attrs->reduce;
  const NnShape *in = &node->in[0];

  if ((guint) spec->function >= NN_N_REDUCES)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("Node “%s”: reduction number %d does not exist; there are %d."), node->name,
                   spec->function, NN_N_REDUCES);
      return FALSE;
    }
  if (spec->axes >> in->rank != 0)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("Node “%s”: it reduces over axis %u, but its input has %u axes."), node->name,
                   g_bit_storage (spec->axes) - 1, in->rank);
      return FALSE;
    }

  *out = (NnShape) { 0 };
  for (guint i = 0; i < in->rank; i++)
    if ((spec->axes >> i & 1) == 0)
      out->dims[out->rank++] = in->dims[i];
    else if (spec->keep)
      out->dims[out->rank++] = 1;

  return TRUE;
}

static guint64
flops (const NnOpNode *node)
{
  return nn_op_count (&node->in[0]);
}

static gboolean
mixes_items (const NnOpNode *node)
{
  return (node->attrs->reduce.axes & 1) != 0;
}

/* The axes that stay (or, @summed, those that are reduced) as they lie in the input. */
static NnWalk
walk_of (const NnOpRun *run,
         gboolean       summed)
{
  NnAxes in = nn_axes_of (&run->node.in[0], run->batch, FALSE, FALSE);
  guint32 axes = run->node.attrs->reduce.axes << 1; /* the batch in front stays */
  NnWalk walk = { 0 };

  for (guint i = 0; i < in.n; i++)
    if (((axes >> i & 1) != 0) == summed)
      nn_walk_add (&walk, in.extent[i], (gssize[]) { in.step[i], 0, 0 });

  return walk;
}

/**
 * Group:
 * @own: the axes that stay
 * @walk: the axes that one result is made of
 * @n: values that make one result
 * @rows, @inner, @step: @n as rows of values @step apart
 *
 * What is the same for all results of one call.
 */
typedef struct
{
  NnWalk own, walk;
  gsize n, rows, inner;
  gssize step;
} Group;

static Group
group_of (const NnOpRun *run)
{
  Group group = { walk_of (run, FALSE), walk_of (run, TRUE) };

  group.rows = nn_walk_rows (&group.walk);
  group.inner = nn_walk_inner (&group.walk);
  group.n = group.rows * group.inner;
  group.step = group.walk.n_axes > 0 ? group.walk.step[group.walk.n_axes - 1][0] : 1;

  return group;
}

/* Where the values of result @index start. */
static gsize
start_of (const Group *group,
          gsize        index)
{
  gssize places[NN_WALK_TENSORS] = { 0 };
  gsize inner = nn_walk_inner (&group->own);

  nn_walk_places (&group->own, index / inner, places);
  if (group->own.n_axes > 0)
    places[0] += (gssize) (index % inner) * group->own.step[group->own.n_axes - 1][0];

  return (gsize) places[0];
}

static gsize
row_at (const Group *group,
        gsize        row)
{
  gssize places[NN_WALK_TENSORS] = { 0 };

  nn_walk_places (&group->walk, row, places);

  return (gsize) places[0];
}

/* The kernel's name for a function: what is summed before the last step. */
static NnFoldKind
fold_of (NnReduce function)
{
  static const NnFoldKind folds[] = {
    NN_FOLD_SUM,     NN_FOLD_SUM,        NN_FOLD_MAX,        NN_FOLD_MIN, NN_FOLD_PRODUCT,
    NN_FOLD_SUM_ABS, NN_FOLD_SUM_SQUARE, NN_FOLD_SUM_SQUARE, NN_FOLD_MAX,
  };

  G_STATIC_ASSERT (G_N_ELEMENTS (folds) == NN_N_REDUCES);

  return folds[function];
}

static double
fold_rows (const Group   *group,
           NnFoldKind     kind,
           const nn_real *x,
           double         shift)
{
  double value = nn_fold_start (kind);

  for (gsize row = 0; row < group->rows; row++)
    value = nn_fold (kind, group->inner, x + row_at (group, row), group->step, shift, value);

  return value;
}

static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  Group group = group_of (run);
  NnReduce function = run->node.attrs->reduce.function;

  for (gsize i = from; i < to; i++)
    {
      const nn_real *x = run->x[0] + start_of (&group, i);
      double value = fold_rows (&group, fold_of (function), x, 0);

      if (function == NN_REDUCE_MEAN)
        value /= (double) group.n;
      else if (function == NN_REDUCE_L2)
        value = sqrt (value);
      else if (function == NN_REDUCE_LOG_SUM_EXP && isfinite (value)) /* the largest is taken off */
        value += log (fold_rows (&group, NN_FOLD_SUM_EXP, x, value));
      run->y[i] = (nn_real) value;
    }
}

static void
forward (const NnOpRun *run)
{
  nn_op_run_ranges (run, run->batch * run->out_count, group_of (run).n, forward_range);
}

/* What all values of one result share in its gradient. */
static NnFoldGradient
gradient_of (const NnOpRun *run,
             const Group   *group,
             const nn_real *x,
             gsize          i)
{
  NnReduce function = run->node.attrs->reduce.function;
  NnFoldGradient gradient = { .kind = fold_of (function),
                              .y = (double) run->y[i],
                              .factor = (double) run->dy[i] };

  switch (function)
    {
    case NN_REDUCE_MEAN:
      gradient.factor /= (double) group->n;
      break;
    case NN_REDUCE_MAX:
    case NN_REDUCE_MIN: /* Equals share. */
      gradient.factor /= fold_rows (group, NN_FOLD_COUNT_EQUAL, x, gradient.y);
      break;
    case NN_REDUCE_PRODUCT:
      gradient.zeros = fold_rows (group, NN_FOLD_COUNT_EQUAL, x, 0);
      if (gradient.zeros > 0)
        gradient.y = fold_rows (group, NN_FOLD_PRODUCT_NONZERO, x, 0);
      break;
    case NN_REDUCE_L2: /* x / y is half of the gradient of a square by y; nothing at 0. */
      gradient.factor = gradient.y > 0 ? gradient.factor / (2 * gradient.y) : 0;
      break;
    case NN_REDUCE_LOG_SUM_EXP:
      gradient.kind = NN_FOLD_SUM_EXP;
      break;
    default:
      break;
    }

  return gradient;
}

/* Every value belongs to one result. */
static void
backward_range (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  Group group = group_of (run);

  for (gsize i = from; i < to; i++)
    {
      gsize start = start_of (&group, i);
      NnFoldGradient gradient = gradient_of (run, &group, run->x[0] + start, i);

      for (gsize row = 0; row < group.rows; row++)
        {
          gsize place = start + row_at (&group, row);

          nn_fold_gradient (&gradient, group.inner, run->add[0], run->x[0] + place,
                            run->dx[0] + place, group.step);
        }
    }
}

static void
backward (const NnOpRun *run)
{
  if (run->dx[0] != NULL)
    nn_op_run_ranges (run, run->batch * run->out_count, 2 * group_of (run).n, backward_range);
}

const NnOp nn_op_reduce = {
  .stem = "reduce",
  .min_inputs = 1,
  .max_inputs = 1,
  .flags = NN_OP_WHOLE,
  .infer = infer,
  .flops = flops,
  .mixes_items = mixes_items,
  .forward = forward,
  .backward = backward,
};
