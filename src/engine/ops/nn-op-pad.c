/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pad: values around, along every axis. */
#include "nn-op.h"
#include "nn-pointwise.h"
#include "nn-strided.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  const NnPadSpec *spec = &node->attrs->pad;

  if ((guint) spec->mode > NN_PAD_EDGE)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("Node “%s”: a way of padding number %d does not exist; there are %d."),
                   node->name, spec->mode, NN_PAD_EDGE + 1);
      return FALSE;
    }

  *out = node->in[0];
  for (guint i = 0; i < out->rank; i++)
    {
      guint64 in = node->in[0].dims[i], most = spec->mode == NN_PAD_REFLECT ? in - 1 : G_MAXINT32;
      guint64 extent = in + spec->before[i] + spec->after[i];

      if (spec->before[i] > most || spec->after[i] > most || extent > G_MAXINT32)
        {
          g_set_error (
              error, NN_ERROR, NN_ERROR_SPEC,
              _("Node “%s”: %u before and %u after can't be added to axis %u, which holds "
                 "%u; at most %u fit on a side."),
              node->name, spec->before[i], spec->after[i], i, (guint) in, (guint) most);
          return FALSE;
        }
      out->dims[i] = (guint32) extent;
    }

  return TRUE;
}

static gboolean
mixes_items (const NnOpNode *node)
{
  const NnPadSpec *spec = &node->attrs->pad;

  return node->in[0].rank > 0 && (spec->before[0] != 0 || spec->after[0] != 0);
}

/* How the result is cut: blocks in front that no padding touches, which several threads may take,
 * then the rows of one block. */
typedef struct
{
  guint first;   /* axis that is padded first; at most the last one */
  gsize blocks;  /* of the batch and the axes before @first */
  gsize rows;    /* of one block: the axes from @first on, the last one left out */
  gsize in, out; /* values of a block of the input and of the result */
} Cut;

static Cut
cut_of (const NnOpRun *run)
{
  const NnPadSpec *spec = &run->node.attrs->pad;
  const NnShape *in = &run->node.in[0], *out = &run->node.out;
  Cut cut = { 0, run->batch, 1, 1, 1 };

  while (cut.first + 1 < out->rank && spec->before[cut.first] == 0 && spec->after[cut.first] == 0)
    cut.blocks *= out->dims[cut.first++];
  for (guint i = cut.first; i < out->rank; i++)
    {
      cut.in *= in->dims[i];
      cut.out *= out->dims[i];
      cut.rows *= i + 1 < out->rank ? out->dims[i] : 1;
    }

  return cut;
}

/* The input's place along axis @axis that the result's @place shows; −1: none. */
static gssize
source_of (const NnOpNode *node,
           guint           axis,
           gsize           place)
{
  gssize extent = node->in[0].dims[axis];
  gssize source = (gssize) place - (gssize) node->attrs->pad.before[axis];

  if (source >= 0 && source < extent)
    return source;
  if (node->attrs->pad.mode == NN_PAD_CONSTANT)
    return -1;
  if (node->attrs->pad.mode == NN_PAD_EDGE)
    return source < 0 ? 0 : extent - 1;

  return source < 0 ? -source : 2 * (extent - 1) - source;
}

/* Where row @row of a block starts in the block of the input; −1: it is all padding. */
static gssize
source_row (const NnOpNode *node,
            const Cut      *cut,
            gsize           row)
{
  gssize place = 0, step = node->in[0].dims[node->in[0].rank - 1];

  for (guint i = node->out.rank - 1; i-- > cut->first; row /= node->out.dims[i])
    {
      gssize source = source_of (node, i, row % node->out.dims[i]);

      if (source < 0)
        return -1;
      place += source * step;
      step *= node->in[0].dims[i];
    }

  return place;
}

static void
pad_row (const NnOpNode *node,
         const nn_real  *x,
         nn_real        *y)
{
  guint last = node->out.rank - 1;
  gsize before = node->attrs->pad.before[last], width = node->in[0].dims[last],
        out = node->out.dims[last];

  memcpy (y + before, x, width * sizeof *y);
  if (node->attrs->pad.mode == NN_PAD_CONSTANT)
    {
      nn_fill (before, (nn_real) node->attrs->pad.value, y);
      nn_fill (out - before - width, (nn_real) node->attrs->pad.value, y + before + width);
      return;
    }
  for (gsize i = 0; i < before; i++)
    y[i] = x[source_of (node, last, i)];
  for (gsize i = before + width; i < out; i++)
    y[i] = x[source_of (node, last, i)];
}

/* Items are rows of all blocks. */
static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  Cut cut = cut_of (run);
  gsize width = cut.out / cut.rows;

  for (gsize i = from; i < to; i++)
    {
      gssize row = source_row (&run->node, &cut, i % cut.rows);

      if (row < 0)
        nn_fill (width, (nn_real) run->node.attrs->pad.value, run->y + i * width);
      else
        pad_row (&run->node, run->x[0] + i / cut.rows * cut.in + row, run->y + i * width);
    }
}

static void
forward (const NnOpRun *run)
{
  Cut cut = cut_of (run);

  if (run->node.out.rank == 0)
    nn_pass (run->batch, FALSE, run->x[0], run->y);
  else
    nn_op_run_ranges (run, cut.blocks * cut.rows, cut.out / cut.rows, forward_range);
}

/* Items are blocks: inside one, several results may show the same value. */
static void
backward_range (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  Cut cut = cut_of (run);
  guint last = run->node.out.rank - 1;
  gsize width = cut.out / cut.rows;

  for (gsize i = from; i < to; i++)
    {
      nn_real *dx = run->dx[0] + i * cut.in;

      if (!run->add[0])
        memset (dx, 0, cut.in * sizeof *dx);
      for (gsize row = 0; row < cut.rows; row++)
        {
          const nn_real *dy = run->dy + i * cut.out + row * width;
          gssize start = source_row (&run->node, &cut, row);

          for (gsize j = 0; start >= 0 && j < width; j++)
            {
              gssize source = source_of (&run->node, last, j);

              if (source >= 0)
                dx[start + source] += dy[j];
            }
        }
    }
}

static void
backward (const NnOpRun *run)
{
  Cut cut = cut_of (run);

  if (run->dx[0] != NULL && run->node.out.rank == 0)
    nn_pass (run->batch, run->add[0], run->dy, run->dx[0]);
  else if (run->dx[0] != NULL)
    nn_op_run_ranges (run, cut.blocks, cut.out, backward_range);
}

const NnOp nn_op_pad = {
  .stem = "pad",
  .min_inputs = 1,
  .max_inputs = 1,
  .flags = NN_OP_WHOLE,
  .infer = infer,
  .mixes_items = mixes_items,
  .forward = forward,
  .backward = backward,
};
