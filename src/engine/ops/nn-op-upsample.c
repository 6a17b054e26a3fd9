/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Upsample: every map enlarged by a whole factor. */
#include "nn-op.h"
#include "nn-resample.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  const NnUpsampleSpec *spec = &node->attrs->upsample;

  if (!nn_op_need_maps (node, error))
    return FALSE;
  if (spec->mode != NN_UPSAMPLE_NEAREST && spec->mode != NN_UPSAMPLE_BILINEAR)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("Node “%s”: upsampling mode %d does not exist; there are 2."), node->name,
                   spec->mode);
      return FALSE;
    }

  *out = node->in[0];
  for (guint i = 2; i < 4; i++)
    {
      guint64 extent = (guint64) node->in[0].dims[i] * spec->factor;

      if (extent == 0 || extent > G_MAXINT32)
        {
          g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                       _("Node “%s”: %u can't be enlarged %u times; the factor is at least 1 and "
                          "the result at most %d."),
                       node->name, node->in[0].dims[i], spec->factor, G_MAXINT32);
          return FALSE;
        }
      out->dims[i] = (guint32) extent;
    }

  return TRUE;
}

static guint64
flops (const NnOpNode *node)
{
  /* Three mixtures of two values each. */
  return node->attrs->upsample.mode == NN_UPSAMPLE_BILINEAR ? 9 * (guint64) nn_op_count (&node->out)
                                                            : 0;
}

/* Items are planes. */
static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  const NnUpsampleSpec *spec = &run->node.attrs->upsample;
  gsize height = run->node.in[0].dims[2], width = run->node.in[0].dims[3];
  gsize out = height * width * spec->factor * spec->factor;

  for (gsize i = from; i < to; i++)
    if (spec->mode == NN_UPSAMPLE_NEAREST)
      nn_nearest_forward (height, width, spec->factor, run->x[0] + i * height * width,
                          run->y + i * out);
    else
      nn_bilinear_forward (height, width, spec->factor, run->x[0] + i * height * width,
                           run->y + i * out);
}

static void
forward (const NnOpRun *run)
{
  nn_op_run_ranges (run, (gsize) run->batch * run->node.out.dims[1],
                    nn_op_positions (&run->node.out), forward_range);
}

static void
backward_range (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  const NnUpsampleSpec *spec = &run->node.attrs->upsample;
  gsize height = run->node.in[0].dims[2], width = run->node.in[0].dims[3];
  gsize out = height * width * spec->factor * spec->factor;

  for (gsize i = from; i < to; i++)
    {
      nn_real *dx = run->dx[0] + i * height * width;

      if (!run->add[0])
        memset (dx, 0, height * width * sizeof *dx);
      if (spec->mode == NN_UPSAMPLE_NEAREST)
        nn_nearest_backward (height, width, spec->factor, run->dy + i * out, dx);
      else
        nn_bilinear_backward (height, width, spec->factor, run->dy + i * out, dx);
    }
}

static void
backward (const NnOpRun *run)
{
  if (run->dx[0] != NULL)
    nn_op_run_ranges (run, (gsize) run->batch * run->node.out.dims[1],
                      nn_op_positions (&run->node.out), backward_range);
}

const NnOp nn_op_upsample = {
  .stem = "upsample",
  .min_inputs = 1,
  .max_inputs = 1,
  .infer = infer,
  .flops = flops,
  .forward = forward,
  .backward = backward,
};
