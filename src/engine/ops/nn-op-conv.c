/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolution: every output is a weighted sum of a window of all channels of its group. */
#include "nn-conv.h"
#include "nn-conv-direct.h"
#include "nn-conv-winograd.h"
#include "nn-pointwise.h"
#include "nn-sparse-layer.h"

#include <glib/gi18n-lib.h>

NnConv
nn_conv_of (const NnOpNode *node)
{
  const NnConvSpec *spec = &node->attrs->conv;
  NnConv conv = { nn_op_window (&spec->stencil, &node->in[0], &node->out), spec->groups };

  conv.channels = node->in[0].dims[1] / spec->groups;
  conv.filters = spec->filters / spec->groups;
  conv.depth = conv.channels * spec->stencil.kernel[0] * spec->stencil.kernel[1];
  conv.in_plane = conv.window.height * conv.window.width;
  conv.out_plane = conv.window.out_height * conv.window.out_width;

  return conv;
}

static gboolean
check_groups (const NnOpNode  *node,
              GError         **error)
{
  const NnConvSpec *spec = &node->attrs->conv;
  guint32 channels = node->in[0].dims[1];

  if (spec->filters == 0 || spec->filters > G_MAXINT32)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("Node “%s”: %u filters can't be made; there are 1 to %d."), node->name,
                   spec->filters, G_MAXINT32);
      return FALSE;
    }
  if (spec->groups == 0 || channels % spec->groups != 0 || spec->filters % spec->groups != 0)
    {
      g_set_error (
        error, NN_ERROR, NN_ERROR_SPEC,
        _("Node “%s”: %u groups do not divide both its %u input channels and its %u filters."),
        node->name, spec->groups, channels, spec->filters);
      return FALSE;
    }

  return TRUE;
}

/* The matrix library counts in int. */
static gboolean
check_depth (const NnOpNode  *node,
             GError         **error)
{
  const NnConvSpec *spec = &node->attrs->conv;
  guint64 channels = node->in[0].dims[1] / spec->groups;
  guint64 taps = (guint64) spec->stencil.kernel[0] * spec->stencil.kernel[1];

  if (taps <= G_MAXINT32 && channels * taps <= G_MAXINT32)
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
               _("Node “%s”: a filter of %u×%u over %llu channels is too large; it may hold %d values."),
               node->name, spec->stencil.kernel[0], spec->stencil.kernel[1], (unsigned long long) channels,
               G_MAXINT32);
  return FALSE;
}

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  const NnConvSpec *spec = &node->attrs->conv;

  if (!nn_op_need_maps (node, error) || !nn_op_check_stencil (node, &spec->stencil, error) ||
      !check_groups (node, error) || !check_depth (node, error))
    return FALSE;

  *out = node->in[0];
  out->dims[1] = spec->filters;
  for (guint axis = 0; axis < 2; axis++)
    if (!nn_stencil_out (&spec->stencil, axis, node->in[0].dims[2 + axis], FALSE,
                         &out->dims[2 + axis]))
      {
        g_autofree char *shape = nn_shape_dup_string (&node->in[0]);

        g_set_error (
          error, NN_ERROR, NN_ERROR_SHAPE,
          _("Node “%s”: a kernel of %u×%u (dilation %u×%u) does not fit its input of %s."),
          node->name, spec->stencil.kernel[0], spec->stencil.kernel[1], spec->stencil.dilation[0],
          spec->stencil.dilation[1], shape);
        return FALSE;
      }

  return TRUE;
}

static void
slots (const NnOpNode *node,
       NnOpSlot        slots[NN_N_SLOTS])
{
  const NnConvSpec *spec = &node->attrs->conv;
  gsize taps = (gsize) spec->stencil.kernel[0] * spec->stencil.kernel[1];
  gsize depth = node->in[0].dims[1] / spec->groups * taps;

  slots[NN_SLOT_WEIGHT] = (NnOpSlot) { spec->filters * depth, NN_INIT_WEIGHT, (double) depth,
                                       (double) (spec->filters / spec->groups * taps) };
  slots[NN_SLOT_BIAS] = (NnOpSlot) { spec->bias ? spec->filters : 0, NN_INIT_ZERO };
}

static guint64
flops (const NnOpNode *node)
{
  NnConv conv = nn_conv_of (node);

  return 2 * (guint64) nn_op_count (&node->out) * conv.depth;
}

static gboolean
is_depthwise (const NnOpNode *node)
{
  const NnConvSpec *spec = &node->attrs->conv;

  return spec->groups > 1 && spec->groups == node->in[0].dims[1] && spec->groups == spec->filters;
}

/* A way of computing a convolution. */
typedef struct
{
  gboolean (*prepared) (const NnOpNode *node, gsize *bytes);
  gboolean (*scratch)  (const NnOpNode *node, guint batch, gboolean backward, gsize *bytes);
  void     (*prepare)  (const NnOpRun *run);
  void     (*forward)  (const NnOpRun *run);
  void     (*backward) (const NnOpRun *run);
} Way;

static const Way columns = { NULL, nn_conv_columns_scratch, NULL, nn_conv_columns_forward,
                             nn_conv_columns_backward },
                 depthwise = { NULL, NULL, NULL, nn_conv_depthwise_forward,
                               nn_conv_depthwise_backward },
                 depthwise_last = { nn_conv_depthwise_last_prepared, nn_conv_depthwise_last_scratch,
                                    nn_conv_depthwise_last_prepare, nn_conv_depthwise_last_forward,
                                    nn_conv_depthwise_last_backward },
                 winograd = { nn_winograd_prepared, nn_winograd_scratch, nn_winograd_prepare,
                              nn_winograd_forward, nn_winograd_backward },
                 direct = { nn_direct_prepared, nn_direct_scratch, nn_direct_prepare,
                            nn_direct_forward, nn_direct_backward };

/* The one place that chooses. */
static const Way *
way_of (const NnOpNode *node)
{
  if (is_depthwise (node))
    return node->last ? &depthwise_last : &depthwise;
  if (!node->last)
    return &columns;

  return nn_winograd_fits (node) ? &winograd : &direct;
}

static gboolean
scratch (const NnOpNode *node,
         guint           batch,
         gboolean        backward,
         gsize          *bytes)
{
  const Way *way = way_of (node);

  *bytes = 0;

  return way->scratch == NULL || way->scratch (node, batch, backward, bytes);
}

static gboolean
prepared (const NnOpNode *node,
          gsize          *bytes)
{
  const Way *way = way_of (node);

  *bytes = 0;

  return way->prepared == NULL || way->prepared (node, bytes);
}

static void
prepare (const NnOpRun *run)
{
  way_of (&run->node)->prepare (run);
}

static void
forward (const NnOpRun *run)
{
  if (run->sparse != NULL)
    nn_sparse_layer_forward (run);
  else
    way_of (&run->node)->forward (run);
}

static void
backward (const NnOpRun *run)
{
  way_of (&run->node)->backward (run);
}

/* One filter per channel is not worth turning maps around for. */
static gboolean
runs_last (const NnOpNode *node,
           gboolean        last)
{
  return is_depthwise (node) ? last : nn_direct_fits (node);
}

void
nn_conv_finish (const NnOpRun *run,
                gsize          filter,
                gsize          n,
                nn_real       *y)
{
  const NnEpilogue *e = &run->epilogue;

  if (e->scale != NULL && e->relu)
    nn_affine_relu (n, y, e->centre[filter], e->scale[filter], e->shift[filter], y);
  else if (e->scale != NULL)
    nn_affine (n, y, e->centre[filter], e->scale[filter], e->shift[filter], y);
  else if (e->relu)
    nn_relu (n, y, y);
}

const NnOp nn_op_conv = {
  .stem = "conv",
  .min_inputs = 1,
  .max_inputs = 1,
  .flags = NN_OP_EPILOGUE | NN_OP_SPARSE | NN_OP_RELU | NN_OP_CHANNELS_LAST,
  .infer = infer,
  .slots = slots,
  .flops = flops,
  .scratch = scratch,
  .forward = forward,
  .backward = backward,
  .prepared = prepared,
  .prepare = prepare,
  .runs_last = runs_last,
};
