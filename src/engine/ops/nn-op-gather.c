/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gather: picks along one axis by the indices that the second input holds. */
#include "nn-op.h"
#include "nn-pointwise.h"
#include "nn-strided.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  const NnShape *data = &node->in[0], *indices = &node->in[1];
  guint32 axis = node->attrs->gather.axis;

  if (axis >= data->rank || data->rank + indices->rank - 1 > NN_MAX_RANK)
    {
      g_set_error (
          error, NN_ERROR, NN_ERROR_SPEC,
          _("Node “%s”: %u axes of indices can't replace axis %u of %u; the result has at "
             "most %d axes."),
          node->name, indices->rank, axis, data->rank, NN_MAX_RANK);
      return FALSE;
    }

  *out = (NnShape) { data->rank + indices->rank - 1 };
  for (guint i = 0; i < axis; i++)
    out->dims[i] = data->dims[i];
  for (guint i = 0; i < indices->rank; i++)
    out->dims[axis + i] = indices->dims[i];
  for (guint i = axis + 1; i < data->rank; i++)
    out->dims[indices->rank + i - 1] = data->dims[i];

  return TRUE;
}

/* Items stay apart when their own axis 0 becomes the result's. */
static gboolean
mixes_items (const NnOpNode *node)
{
  gboolean data_shared = (node->shared & 1) != 0, indices_shared = (node->shared & 2) != 0;

  if (!data_shared && !indices_shared)
    return TRUE;

  return data_shared ? node->attrs->gather.axis != 0 || node->in[1].rank == 0
                     : node->attrs->gather.axis == 0;
}

/* The data as [outer, extent, inner]; an item's indices in a row. */
typedef struct
{
  gsize outer, extent, inner;
  gsize n_indices;
} Cut;

static Cut
cut_of (const NnOpNode *node)
{
  guint32 axis = node->attrs->gather.axis;
  Cut cut = { 1, node->in[0].dims[axis], 1, nn_op_count (&node->in[1]) };

  for (guint i = 0; i < node->in[0].rank; i++)
    {
      cut.outer *= i < axis ? node->in[0].dims[i] : 1;
      cut.inner *= i > axis ? node->in[0].dims[i] : 1;
    }

  return cut;
}

/* Where index @j of @item leads; −1: nowhere. Negative ones count from the end. */
static gssize
place_of (const NnOpRun *run,
          const Cut     *cut,
          gsize          item,
          gsize          j)
{
  double index = (double) run->x[1][(run->shared[1] ? 0 : item * cut->n_indices) + j];

  if (!(index >= -(double) cut->extent && index < (double) cut->extent))
    return -1;

  return (gssize) index + (index < 0 ? (gssize) cut->extent : 0);
}

/* Items are outer rows of all items of the batch. An index that leads nowhere gives NaN: a wrong
 * number would go unseen. */
static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  Cut cut = cut_of (&run->node);

  for (gsize i = from; i < to; i++)
    {
      gsize item = i / cut.outer, row = i % cut.outer;
      const nn_real *x =
          run->x[0] + ((run->shared[0] ? 0 : item * cut.outer) + row) * cut.extent * cut.inner;

      for (gsize j = 0; j < cut.n_indices; j++)
        {
          nn_real *y = run->y + (i * cut.n_indices + j) * cut.inner;
          gssize place = place_of (run, &cut, item, j);

          if (place < 0)
            nn_fill (cut.inner, (nn_real) NAN, y);
          else
            memcpy (y, x + (gsize) place * cut.inner, cut.inner * sizeof *y);
        }
    }
}

static void
forward (const NnOpRun *run)
{
  Cut cut = cut_of (&run->node);

  nn_op_run_ranges (run, run->batch * cut.outer, cut.n_indices * cut.inner, forward_range);
}

/* Adds the gradient of one outer row of one item. */
static void
give_row (const NnOpRun *run,
          const Cut     *cut,
          gsize          item,
          gsize          row,
          nn_real       *dx)
{
  const nn_real *dy = run->dy + (item * cut->outer + row) * cut->n_indices * cut->inner;

  for (gsize j = 0; j < cut->n_indices; j++)
    {
      gssize place = place_of (run, cut, item, j);

      if (place >= 0)
        nn_pass (cut->inner, TRUE, dy + j * cut->inner, dx + (gsize) place * cut->inner);
    }
}

/* Items are outer rows of the data: inside one the same value may be picked more than once, and
 * when the data are shared once per item. */
static void
backward_range (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  Cut cut = cut_of (&run->node);
  gsize length = cut.extent * cut.inner;

  for (gsize i = from; i < to; i++)
    {
      nn_real *dx = run->dx[0] + i * length;

      if (!run->add[0])
        memset (dx, 0, length * sizeof *dx);
      if (!run->shared[0])
        give_row (run, &cut, i / cut.outer, i % cut.outer, dx);
      for (gsize item = 0; run->shared[0] && item < run->batch; item++)
        give_row (run, &cut, item, i, dx);
    }
}

/* Indices pass nothing back. */
static void
backward (const NnOpRun *run)
{
  Cut cut = cut_of (&run->node);
  gsize n_rows = cut.outer * (run->shared[0] ? 1 : run->batch);

  if (run->dx[0] != NULL)
    nn_op_run_ranges (run, n_rows, cut.n_indices * cut.inner, backward_range);
  if (run->dx[1] != NULL && !run->add[1])
    memset (run->dx[1], 0, (run->shared[1] ? 1 : run->batch) * cut.n_indices * sizeof (nn_real));
}

const NnOp nn_op_gather = {
  .stem = "gather",
  .min_inputs = 2,
  .max_inputs = 2,
  .flags = NN_OP_WHOLE | NN_OP_SHARED_INPUTS,
  .infer = infer,
  .mixes_items = mixes_items,
  .forward = forward,
  .backward = backward,
};
