/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slice: every step-th value of a range along every axis. */
#include "nn-view.h"

#include <glib/gi18n-lib.h>

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

const NnOp nn_op_slice = {
  .stem = "slice",
  .min_inputs = 1,
  .max_inputs = 1,
  .flags = NN_OP_WHOLE,
  .infer = infer,
  .mixes_items = mixes_items,
  .forward = nn_view_forward,
  .backward = nn_view_backward,
};
