/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dense: every output is a weighted sum of all inputs; maps are taken as one vector. */
#include "nn-op.h"
#include "nn-gemm.h"
#include "nn-pointwise.h"
#include "nn-reduce.h"
#include "nn-sparse-layer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Below this batch a matrix product pays less than dot products along the weights' rows. */
enum { FEW_ITEMS = 4 };

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  guint32 units = node->attrs->dense.units;

  if (units == 0 || units > G_MAXINT32)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("Node “%s”: %u units can't be made; there are 1 to %d."), node->name, units,
                   G_MAXINT32);
      return FALSE;
    }

  *out = nn_shape_vector (units);
  if (node->in[0].rank > 0)
    out->dims[0] = node->in[0].dims[0];
  return TRUE;
}

static void
slots (const NnOpNode *node,
       NnOpSlot        slots[NN_N_SLOTS])
{
  gsize rows = node->in[0].rank > 0 ? node->in[0].dims[0] : 1;
  gsize in = nn_op_count (&node->in[0]) / rows, units = node->attrs->dense.units;

  slots[NN_SLOT_WEIGHT] = (NnOpSlot) { in * units, NN_INIT_WEIGHT, (double) in, (double) units };
  slots[NN_SLOT_BIAS] = (NnOpSlot) { node->attrs->dense.bias ? units : 0, NN_INIT_ZERO };
}

static guint64
flops (const NnOpNode *node)
{
  return 2 * (guint64) nn_op_count (&node->in[0]) * node->attrs->dense.units;
}

/* How many columns of a matrix of @n one piece takes: an eighth, in whole vectors. */
static gsize
block_of (gsize n)
{
  return MAX (((n + NN_MAX_CHUNKS - 1) / NN_MAX_CHUNKS + 15) & ~(gsize) 15, 32);
}

static void
finish (const NnOpRun *run,
        gsize          from,
        gsize          to,
        nn_real       *y)
{
  const NnEpilogue *e = &run->epilogue;

  for (gsize k = from; k < to; k++)
    {
      nn_real v = y[k];

      v = e->scale != NULL ? (v - e->centre[k]) * e->scale[k] + e->shift[k] : v;
      y[k] = e->relu && v < 0 ? 0 : v;
    }
}

/* Units [from, to) of every item. */
static void
forward_units (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  gsize in = run->in_count[0], units = run->out_count;
  const nn_real *bias = run->slot[NN_SLOT_BIAS], *weights = run->slot[NN_SLOT_WEIGHT];

  if (run->batch < FEW_ITEMS)
    for (gsize k = from; k < to; k++)
      for (gsize n = 0; n < run->batch; n++)
        run->y[n * units + k] = nn_dot (in, weights + k * in, run->x[0] + n * in) +
                                (bias != NULL ? bias[k] : 0);
  else
    {
      for (gsize n = 0; n < run->batch && bias != NULL; n++)
        memcpy (run->y + n * units + from, bias + from, (to - from) * sizeof *bias);
      nn_gemm (&(NnGemm) { .m = run->batch, .n = to - from, .k = in,
                           .a = run->x[0], .lda = in,
                           .b = weights + from * in, .ldb = in, .transpose_b = TRUE,
                           .beta = bias != NULL ? 1 : 0, .c = run->y + from, .ldc = units });
    }

  for (gsize n = 0; n < run->batch && (run->epilogue.scale != NULL || run->epilogue.relu); n++)
    finish (run, from, to, run->y + n * units);
}

static void
forward_piece (guint    piece,
               guint    thread,
               gpointer data)
{
  const NnOpRun *run = data;
  gsize block = block_of (run->out_count), from = piece * block;

  forward_units (run, from, MIN (from + block, run->out_count));
}

static void
forward (const NnOpRun *run)
{
  gsize block = block_of (run->out_count);

  if (run->sparse != NULL)
    nn_sparse_layer_forward (run);
  else if (run->batch < FEW_ITEMS)
    nn_op_run_ranges (run, run->out_count, run->in_count[0], forward_units);
  else
    nn_workers_run (run->workers, (guint) ((run->out_count + block - 1) / block), forward_piece,
                    (gpointer) run);
}

/* Columns of the weights, which are inputs: dX = dY·W and dW = dYᵀ·X. */
static void
backward_piece (guint    piece,
                guint    thread,
                gpointer data)
{
  const NnOpRun *run = data;
  gsize in = run->in_count[0], units = run->out_count, block = block_of (in);
  gsize from = piece * block, n = MIN (block, in - from);

  if (run->dx[0] != NULL)
    nn_gemm (&(NnGemm) { .m = run->batch, .n = n, .k = units,
                         .a = run->dy, .lda = units,
                         .b = run->slot[NN_SLOT_WEIGHT] + from, .ldb = in,
                         .beta = run->add[0] ? 1 : 0, .c = run->dx[0] + from, .ldc = in });
  if (run->dslot[NN_SLOT_WEIGHT] != NULL)
    nn_gemm (&(NnGemm) { .m = units, .n = n, .k = run->batch,
                         .a = run->dy, .lda = units, .transpose_a = TRUE,
                         .b = run->x[0] + from, .ldb = in,
                         .beta = 0, .c = run->dslot[NN_SLOT_WEIGHT] + from, .ldc = in });
}

static void
backward (const NnOpRun *run)
{
  gsize in = run->in_count[0], block = block_of (in);
  nn_real *d_bias = run->dslot[NN_SLOT_BIAS];

  nn_workers_run (run->workers, (guint) ((in + block - 1) / block), backward_piece, (gpointer) run);
  if (d_bias == NULL)
    return;

  memset (d_bias, 0, run->out_count * sizeof *d_bias);
  for (gsize n = 0; n < run->batch; n++)
    nn_add (run->out_count, d_bias, run->dy + n * run->out_count, d_bias);
}

const NnOp nn_op_dense = {
  .stem = "dense",
  .min_inputs = 1,
  .max_inputs = 1,
  .flags = NN_OP_EPILOGUE | NN_OP_SPARSE | NN_OP_RELU,
  .infer = infer,
  .slots = slots,
  .flops = flops,
  .forward = forward,
  .backward = backward,
};
