/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Concat: several nodes behind each other along an axis, the channels in the project's own
 * networks. */
#include "nn-op.h"
#include "nn-pointwise.h"

#include <glib/gi18n-lib.h>

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  guint32 axis = node->attrs->concat.axis;
  guint64 extent = 0;

  *out = node->in[0];
  if (axis >= out->rank)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("Node “%s”: it works along axis %u, but its input has %u axes."), node->name,
                   axis, out->rank);
      return FALSE;
    }

  for (guint i = 0; i < node->n_inputs; i++)
    {
      NnShape shape = node->in[i];

      if (shape.rank == out->rank)
        {
          extent += shape.dims[axis];
          shape.dims[axis] = out->dims[axis];
        }
      if (!nn_shape_equal (&shape, out))
        {
          g_autofree char *first = nn_shape_dup_string (&node->in[0]);
          g_autofree char *other = nn_shape_dup_string (&node->in[i]);

          g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                       _("Node “%s”: input 0 is %s but input %u is %s; they may differ along axis "
                          "%u alone."),
                       node->name, first, i, other, axis);
          return FALSE;
        }
    }

  out->dims[axis] =
      (guint32) MIN (extent, G_MAXUINT32); /* The builder refuses what is too large. */
  return TRUE;
}

static gboolean
mixes_items (const NnOpNode *node)
{
  return node->attrs->concat.axis == 0;
}

/* Whether the @i-th axis in memory, 0 the batch, lies outside of the one that is joined. */
static gboolean
is_outer (const NnOpRun *run,
          guint          i)
{
  static const guint place_last[] = { 0, 1, 4, 2, 3 }; /* of [batch, rows, C, H, W] */
  guint axis = run->node.attrs->concat.axis + 1;

  if (run->node.last && run->node.out.rank == 4)
    return place_last[i] < place_last[axis];

  return i < axis;
}

/* How many rows the result is cut in, and how long the part of each input is in one of them; the
 * last says the whole row's. */
static gsize
cut (const NnOpRun *run,
     gsize          lengths[NN_MAX_INPUTS + 1])
{
  const NnShape *out = &run->node.out;
  gsize rows = run->batch;

  for (guint i = 0; i < out->rank; i++)
    rows *= is_outer (run, i + 1) ? out->dims[i] : 1;
  for (guint i = 0; i < run->node.n_inputs; i++)
    lengths[i] = run->batch * run->in_count[i] / rows;
  lengths[run->node.n_inputs] = run->batch * run->out_count / rows;

  return rows;
}

static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  gsize lengths[NN_MAX_INPUTS + 1], rows = cut (run, lengths) / run->batch;
  nn_real *y = run->y + from * lengths[run->node.n_inputs];

  for (gsize row = from; row < to; row++)
    for (guint i = 0; i < run->node.n_inputs; y += lengths[i++])
      nn_pass (lengths[i], FALSE, run->x[i] + (run->shared[i] ? row % rows : row) * lengths[i], y);
}

static void
forward (const NnOpRun *run)
{
  gsize lengths[NN_MAX_INPUTS + 1], rows = cut (run, lengths);

  nn_op_run_ranges (run, rows, lengths[run->node.n_inputs], forward_range);
}

/* The offset moves past inputs that want no gradient too. */
static void
backward_range (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  gsize lengths[NN_MAX_INPUTS + 1];
  const nn_real *dy;

  cut (run, lengths);
  dy = run->dy + from * lengths[run->node.n_inputs];
  for (gsize row = from; row < to; row++)
    for (guint i = 0; i < run->node.n_inputs; dy += lengths[i++])
      if (run->dx[i] != NULL && !run->shared[i])
        nn_pass (lengths[i], run->add[i], dy, run->dx[i] + row * lengths[i]);
}

/* A shared input's gradient: the sum over the batch. Rows are those of one item. */
static void
sum_shared (const NnOpRun *run,
            guint          i)
{
  gsize lengths[NN_MAX_INPUTS + 1], rows = cut (run, lengths), start = 0;
  gsize own_rows = rows / run->batch;

  for (guint j = 0; j < i; j++)
    start += lengths[j];
  for (gsize row = 0; row < rows; row++)
    nn_pass (lengths[i], run->add[i] || row >= own_rows,
             run->dy + row * lengths[run->node.n_inputs] + start,
             run->dx[i] + row % own_rows * lengths[i]);
}

static void
backward (const NnOpRun *run)
{
  gsize lengths[NN_MAX_INPUTS + 1], rows = cut (run, lengths);

  nn_op_run_ranges (run, rows, lengths[run->node.n_inputs], backward_range);
  for (guint i = 0; i < run->node.n_inputs; i++)
    if (run->dx[i] != NULL && run->shared[i])
      sum_shared (run, i);
}

const NnOp nn_op_concat = {
  .stem = "concat",
  .min_inputs = 1,
  .max_inputs = NN_MAX_INPUTS,
  .flags = NN_OP_WHOLE | NN_OP_SHARED_INPUTS | NN_OP_CHANNELS_LAST,
  .infer = infer,
  .forward = forward,
  .backward = backward,
  .mixes_items = mixes_items,
};
