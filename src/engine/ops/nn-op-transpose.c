/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transpose: axes in another order. */
#include "nn-view.h"

#include <glib/gi18n-lib.h>

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  const guint32 *perm = node->attrs->transpose.perm;
  guint32 rank = node->in[0].rank, seen = 0;

  *out = node->in[0];
  for (guint i = 0; i < rank; i++)
    {
      if (perm[i] >= rank || (seen >> perm[i] & 1) != 0)
        {
          g_set_error (
              error, NN_ERROR, NN_ERROR_SPEC,
              _("Node “%s”: axis %u of the result can't be axis %u of the input, which has "
                 "%u axes and gives each once."),
              node->name, i, perm[i], rank);
          return FALSE;
        }
      seen |= 1u << perm[i];
      out->dims[i] = node->in[0].dims[perm[i]];
    }

  return TRUE;
}

static gboolean
mixes_items (const NnOpNode *node)
{
  return node->in[0].rank > 0 && node->attrs->transpose.perm[0] != 0;
}

const NnOp nn_op_transpose = {
  .stem = "transpose",
  .min_inputs = 1,
  .max_inputs = 1,
  .flags = NN_OP_WHOLE,
  .infer = infer,
  .mixes_items = mixes_items,
  .forward = nn_view_forward,
  .backward = nn_view_backward,
};
