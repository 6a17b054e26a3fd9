/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Concat: several nodes behind each other along the channels. */
#include "nn-op.h"
#include "nn-pointwise.h"

#include <glib/gi18n-lib.h>

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  guint64 channels = 0;

  *out = node->in[0];
  for (guint i = 0; i < node->n_inputs; i++)
    {
      NnShape shape = node->in[i];

      channels += shape.dims[1];
      shape.dims[1] = out->dims[1];
      if (!nn_shape_equal (&shape, out))
        {
          g_autofree char *first = nn_shape_dup_string (&node->in[0]);
          g_autofree char *other = nn_shape_dup_string (&node->in[i]);

          g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                       _("Node “%s”: input 0 is %s but input %u is %s; only the number of "
                          "channels, the first of "
                          "these numbers, may differ."),
                       node->name, first, i, other);
          return FALSE;
        }
    }

  out->dims[1] = (guint32) MIN (channels, G_MAXUINT32); /* The builder refuses what is too large. */
  return TRUE;
}

static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  for (gsize n = from; n < to; n++)
    {
      nn_real *y = run->y + n * run->out_count;

      for (guint i = 0; i < run->node.n_inputs; i++, y += run->in_count[i - 1])
        nn_pass (run->in_count[i], FALSE, run->x[i] + n * run->in_count[i], y);
    }
}

static void
forward (const NnOpRun *run)
{
  nn_op_run_ranges (run, run->batch, run->out_count, forward_range);
}

/* The offset moves past inputs that want no gradient too. */
static void
backward_range (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  for (gsize n = from; n < to; n++)
    {
      const nn_real *dy = run->dy + n * run->out_count;

      for (guint i = 0; i < run->node.n_inputs; i++, dy += run->in_count[i - 1])
        if (run->dx[i] != NULL)
          nn_pass (run->in_count[i], run->add[i], dy, run->dx[i] + n * run->in_count[i]);
    }
}

static void
backward (const NnOpRun *run)
{
  nn_op_run_ranges (run, run->batch, run->out_count, backward_range);
}

const NnOp nn_op_concat = {
  .stem = "concat",
  .min_inputs = 1,
  .max_inputs = NN_MAX_INPUTS,
  .infer = infer,
  .forward = forward,
  .backward = backward,
};
