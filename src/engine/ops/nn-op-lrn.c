/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Local response normalisation: every value by the squares of its neighbours across channels.
 * (A. Krizhevsky, I. Sutskever, G. Hinton, NIPS 2012, section 3.3.) */
#include "nn-arithmetic.h"
#include "nn-op.h"
#include "nn-pointwise.h"
#include "nn-strided.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  const NnLrnSpec *spec = &node->attrs->lrn;

  *out = node->in[0];
  if (!nn_op_need_channels (node, error))
    return FALSE;
  if (spec->size == 0 || !isfinite (spec->alpha) || !isfinite (spec->beta) ||
      !isfinite (spec->bias))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("Node “%s”: %u neighbours with alpha %g, beta %g and bias %g can't be used."),
                   node->name, spec->size, (double) spec->alpha, (double) spec->beta,
                   (double) spec->bias);
      return FALSE;
    }

  return TRUE;
}

static guint64
flops (const NnOpNode *node)
{
  return (2 * (guint64) node->attrs->lrn.size + 4) * nn_op_count (&node->out);
}

/* Positions that are worked on together: their sums stay in the cache. */
enum
{
  BLOCK = 64
};

/* The channels that reach into channel @c, or (@back) that @c reaches into. */
static void
window_of (const NnOpNode *node,
           gsize           c,
           gboolean        back,
           gsize          *from,
           gsize          *to)
{
  gsize before = (node->attrs->lrn.size - 1) / 2, after = node->attrs->lrn.size / 2;

  if (back)
    {
      gsize swapped = before;

      before = after;
      after = swapped;
    }
  *from = c > before ? c - before : 0;
  *to = MIN (c + after + 1, node->out.dims[1]);
}

/* bias + alpha / size · Σ x² over the neighbours of channel @c, for @n positions. */
static void
divisor (const NnOpNode *node,
         gsize           c,
         const nn_real  *x,
         gsize           n,
         nn_real        *sum)
{
  const NnLrnSpec *spec = &node->attrs->lrn;
  gsize positions = nn_op_positions (&node->out), from, to;

  window_of (node, c, FALSE, &from, &to);
  nn_fill (n, 0, sum);
  for (gsize j = from; j < to; j++)
    for (gsize p = 0; p < n; p++)
      sum[p] += x[j * positions + p] * x[j * positions + p];
  nn_affine (n, sum, 0, (nn_real) ((double) spec->alpha / spec->size), (nn_real) spec->bias, sum);
}

/* sum^−beta; three quarters, the usual one, by roots. */
static void
raise_to (gsize    n,
          float    beta,
          nn_real *sum)
{
  for (gsize p = 0; p < n; p++)
    sum[p] = beta == 0.75f
                 ? (nn_real) (1 / (sqrt ((double) sum[p]) * sqrt (sqrt ((double) sum[p]))))
                 : (nn_real) pow ((double) sum[p], -(double) beta);
}

/* Items are channels of all rows of the batch. */
static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  gsize positions = nn_op_positions (&run->node.out), n_channels = run->node.out.dims[1];

  for (gsize i = from; i < to; i++)
    for (gsize p = 0; p < positions; p += BLOCK)
      {
        gsize c = i % n_channels, n = MIN (positions - p, (gsize) BLOCK);
        const nn_real *x = run->x[0] + i / n_channels * run->out_count + p;
        nn_real sum[BLOCK];

        divisor (&run->node, c, x, n, sum);
        raise_to (n, run->node.attrs->lrn.beta, sum);
        nn_pair_forward (NN_PAIR_MUL, n, x + c * positions, 1, sum, 1, run->y + i * positions + p);
      }
}

static void
forward (const NnOpRun *run)
{
  nn_op_run_ranges (run, (gsize) run->batch * run->node.out.dims[1],
                    (run->node.attrs->lrn.size + 8) * nn_op_positions (&run->node.out),
                    forward_range);
}

static gboolean
scratch (const NnOpNode *node,
         guint           batch,
         gboolean        backward,
         gsize          *bytes)
{
  *bytes = 0;

  return !backward || (g_size_checked_mul (bytes, nn_op_count (&node->out), sizeof (nn_real)) &&
                       g_size_checked_mul (bytes, *bytes, batch));
}

/* With d the divisor, y = x·d^−β: first every value's dy·y / d into the scratch, … */
static void
prepare_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  gsize positions = nn_op_positions (&run->node.out), n_channels = run->node.out.dims[1];

  for (gsize i = from; i < to; i++)
    for (gsize p = 0; p < positions; p += BLOCK)
      {
        gsize n = MIN (positions - p, (gsize) BLOCK), place = i * positions + p;
        nn_real *part = (nn_real *) run->scratch + place, sum[BLOCK];

        divisor (&run->node, i % n_channels, run->x[0] + i / n_channels * run->out_count + p, n,
                 sum);
        for (gsize q = 0; q < n; q++)
          part[q] = run->dy[place + q] * run->y[place + q] / sum[q];
      }
}

/* … then dx = dy·d^−β − 2·α·β / size · x·Σ dy·y / d over the channels that x reaches into. */
static void
backward_range (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  const NnLrnSpec *spec = &run->node.attrs->lrn;
  gsize positions = nn_op_positions (&run->node.out), n_channels = run->node.out.dims[1];
  nn_real factor = (nn_real) (2 * (double) spec->beta * (double) spec->alpha / spec->size);

  for (gsize i = from; i < to; i++)
    for (gsize p = 0; p < positions; p += BLOCK)
      {
        gsize c = i % n_channels, n = MIN (positions - p, (gsize) BLOCK), first, end;
        gsize item = i / n_channels * run->out_count + p, place = item + c * positions;
        const nn_real *part = (const nn_real *) run->scratch + item;
        nn_real *dx = run->dx[0] + place, sum[BLOCK], others[BLOCK] = { 0 };

        divisor (&run->node, c, run->x[0] + item, n, sum);
        raise_to (n, spec->beta, sum);
        window_of (&run->node, c, TRUE, &first, &end);
        for (gsize j = first; j < end; j++)
          nn_add (n, others, part + j * positions, others);
        for (gsize q = 0; q < n; q++)
          dx[q] = (run->add[0] ? dx[q] : 0) + run->dy[place + q] * sum[q] -
                  factor * run->x[0][place + q] * others[q];
      }
}

static void
backward (const NnOpRun *run)
{
  gsize n_planes = (gsize) run->batch * run->node.out.dims[1];
  gsize cost = (2 * run->node.attrs->lrn.size + 8) * nn_op_positions (&run->node.out);

  if (run->dx[0] == NULL)
    return;

  nn_op_run_ranges (run, n_planes, cost, prepare_range);
  nn_op_run_ranges (run, n_planes, cost, backward_range);
}

const NnOp nn_op_lrn = {
  .stem = "lrn",
  .min_inputs = 1,
  .max_inputs = 1,
  .flags = NN_OP_GRADIENT_IN_PLACE,
  .infer = infer,
  .flops = flops,
  .scratch = scratch,
  .forward = forward,
  .backward = backward,
};
