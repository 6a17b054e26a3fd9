/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which part of the input a position inside the network sees: ranges of rows and columns, followed
 * from the node back to the input and joined where paths meet. */
#include "nn-patch.h"

#include "nn-graph-private.h"

#include <math.h>

/* [from, to) along one axis; nothing where from ≥ to. */
typedef struct
{
  gint64 from, to;
} Range;

/* Rows and columns. */
typedef struct
{
  Range axis[2];
} Box;

static Range
all_of (const NnShape *shape,
        guint          axis)
{
  return (Range) { 0, shape->rank == 4 ? shape->dims[2 + axis] : 1 };
}

static gboolean
is_empty (const Box *box)
{
  return box->axis[0].from >= box->axis[0].to || box->axis[1].from >= box->axis[1].to;
}

static Range
clip (Range range,
      Range within)
{
  return (Range) { MAX (range.from, within.from), MIN (range.to, within.to) };
}

/* What a sliding window reads. */
static Range
through_window (const NnStencil *stencil,
                guint            axis,
                Range            out)
{
  gint64 stride = stencil->stride[axis], pad = stencil->pad[axis];
  gint64 reach = (gint64) stencil->dilation[axis] * (stencil->kernel[axis] - 1);

  return (Range) { out.from * stride - pad, (out.to - 1) * stride - pad + reach + 1 };
}

/* The values of a transposed convolution's input that reach these positions. */
static Range
through_spread (const NnStencil *stencil,
                guint            axis,
                Range            out)
{
  gint64 stride = stencil->stride[axis], pad = stencil->pad[axis];
  gint64 reach = (gint64) stencil->dilation[axis] * (stencil->kernel[axis] - 1);
  double first = (double) (out.from + pad - reach) / (double) stride;
  double last = (double) (out.to - 1 + pad) / (double) stride;

  return (Range) { (gint64) ceil (first), (gint64) floor (last) + 1 };
}

static Range
through_upsample (const NnUpsampleSpec *spec,
                  Range                 in,
                  Range                 out)
{
  double factor = spec->factor, from = (double) out.from + 0.5, to = (double) out.to - 0.5;

  if (spec->mode == NN_UPSAMPLE_NEAREST || spec->factor == 1)
    return (Range) { out.from / spec->factor, (out.to - 1) / spec->factor + 1 };

  return clip ((Range) { (gint64) floor (from / factor - 0.5),
                         (gint64) floor (to / factor - 0.5) + 2 }, in);
}

/* Where an output position lies in the input, before any neighbours. */
static double
resize_place (const NnResizeSpec *spec,
              guint               axis,
              double              in,
              double              position)
{
  double scale = spec->scale[axis], out = spec->out[axis];

  switch (spec->grid)
    {
    case NN_RESIZE_ALIGN_CORNERS:
      return out > 1 ? position * (in - 1) / (out - 1) : 0;
    case NN_RESIZE_ASYMMETRIC:
      return position / scale;
    case NN_RESIZE_PYTORCH_HALF_PIXEL:
      return out > 1 ? (position + 0.5) / scale - 0.5 : 0;
    case NN_RESIZE_HALF_PIXEL:
    case NN_RESIZE_CROP:
    default:
      return (position + 0.5) / scale - 0.5;
    }
}

static Range
through_resize (const NnResizeSpec *spec,
                guint               axis,
                Range               in,
                Range               out)
{
  gint64 more = spec->mode == NN_RESIZE_CUBIC ? 1 : 0;
  double first, last;

  if (spec->grid == NN_RESIZE_CROP)
    return in;

  first = floor (resize_place (spec, axis, (double) in.to, (double) out.from));
  last = ceil (resize_place (spec, axis, (double) in.to, (double) (out.to - 1)));

  /* What lies outside is read from the edge. */
  return (Range) { CLAMP ((gint64) first - more, 0, in.to - 1),
                   CLAMP ((gint64) last + more, 0, in.to - 1) + 1 };
}

static Range
through_slice (const NnSliceSpec *spec,
               guint              axis,
               Range              out)
{
  gint64 a = spec->start[axis] + out.from * spec->step[axis];
  gint64 b = spec->start[axis] + (out.to - 1) * spec->step[axis];

  return (Range) { MIN (a, b), MAX (a, b) + 1 };
}

/* The position of the input that a position around it mirrors. */
static gint64
mirrored (gint64 position,
          gint64 n)
{
  return position < 0 ? -position : position < n ? position : 2 * (n - 1) - position;
}

static Range
mirror (Range  range,
        gint64 n)
{
  gint64 first = mirrored (range.from, n), last = mirrored (range.to - 1, n);
  gint64 low = MIN (first, last), high = MAX (first, last);

  if (range.from <= 0 && range.to > 0)
    low = 0;
  if (range.from < n && range.to >= n)
    high = n - 1;

  return (Range) { low, high + 1 };
}

static Range
through_pad (const NnPadSpec *spec,
             guint            axis,
             Range            in,
             Range            out)
{
  Range inside = { out.from - spec->before[axis], out.to - spec->before[axis] };

  if (spec->mode == NN_PAD_EDGE)
    return (Range) { CLAMP (inside.from, 0, in.to - 1), CLAMP (inside.to - 1, 0, in.to - 1) + 1 };

  return spec->mode == NN_PAD_REFLECT ? mirror (inside, in.to) : clip (inside, in);
}

/* Where input @i begins in what a concatenation along @axis joins. */
static gint64
joined_before (NnGraph *graph,
               NnNode   node,
               guint    i,
               guint    axis)
{
  gint64 before = 0;

  for (guint j = 0; j < i; j++)
    {
      NnShape shape = nn_graph_node_shape (graph, nn_graph_node_input (graph, node, j));

      before += shape.dims[2 + axis];
    }

  return before;
}

static Range
through_axis (NnGraph *graph,
              NnNode   node,
              guint    i,
              guint    axis,
              Range    in,
              Range    out)
{
  const NnAttrs *attrs = nn_graph_node_attrs (graph, node);
  NnShape shape = nn_graph_node_shape (graph, node);
  Range range = out;

  switch (nn_graph_node_kind (graph, node))
    {
    case NN_OP_CONV:
      range = through_window (&attrs->conv.stencil, axis, out);
      break;
    case NN_OP_POOL:
      range = through_window (&attrs->pool.stencil, axis, out);
      break;
    case NN_OP_CONV_TRANSPOSE:
      range = through_spread (&attrs->conv_transpose.stencil, axis, out);
      break;
    case NN_OP_UPSAMPLE:
      range = through_upsample (&attrs->upsample, in, out);
      break;
    case NN_OP_RESIZE:
      range = through_resize (&attrs->resize, axis, in, out);
      break;
    case NN_OP_SLICE:
      range = through_slice (&attrs->slice, 2 + axis, out);
      break;
    case NN_OP_PAD:
      range = through_pad (&attrs->pad, 2 + axis, in, out);
      break;
    case NN_OP_CONCAT:
      if (attrs->concat.axis == 2 + axis)
        {
          gint64 before = joined_before (graph, node, i, axis);

          range = (Range) { out.from - before, out.to - before };
        }
      break;
    default:
      if (in.to == 1 && shape.dims[2 + axis] > 1)
        return in; /* One value for all positions. */
      break;
    }

  return clip (range, in);
}

static Box
through_node (NnGraph *graph,
              NnNode   node,
              guint    i,
              Box      out)
{
  NnShape in = nn_graph_node_shape (graph, nn_graph_node_input (graph, node, i));
  NnShape shape = nn_graph_node_shape (graph, node);
  gboolean all = in.rank != 4 || shape.rank != 4 || nn_graph_node_sees_all (&graph->nodes[node]);
  Box box;

  for (guint axis = 0; axis < 2; axis++)
    {
      Range whole = all_of (&in, axis);

      box.axis[axis] = all ? whole : through_axis (graph, node, i, axis, whole, out.axis[axis]);
    }

  return box;
}

static void
join (Box       *to,
      const Box *box)
{
  if (is_empty (box))
    return;
  if (is_empty (to))
    {
      *to = *box;
      return;
    }
  for (guint axis = 0; axis < 2; axis++)
    to->axis[axis] = (Range) { MIN (to->axis[axis].from, box->axis[axis].from),
                               MAX (to->axis[axis].to, box->axis[axis].to) };
}

NnPatch
nn_graph_patch (NnGraph *graph,
                NnNode   node,
                guint    y,
                guint    x,
                NnNode   seen)
{
  g_autofree Box *boxes = g_new0 (Box, nn_graph_n_nodes (graph));
  NnShape shape;

  g_return_val_if_fail (node >= 0 && (guint) node < nn_graph_n_nodes (graph), (NnPatch) { 0 });
  g_return_val_if_fail (seen >= 0 && (guint) seen < nn_graph_n_nodes (graph), (NnPatch) { 0 });

  shape = nn_graph_node_shape (graph, node);
  boxes[node] = (Box) { { { 0, 1 }, { 0, 1 } } };
  if (shape.rank == 4)
    {
      g_return_val_if_fail (y < shape.dims[2] && x < shape.dims[3], (NnPatch) { 0 });
      boxes[node] = (Box) { { { y, y + 1 }, { x, x + 1 } } };
    }

  for (NnNode i = node; i > seen; i--)
    for (guint j = 0; j < nn_graph_node_n_inputs (graph, i) && !is_empty (&boxes[i]); j++)
      {
        Box box = through_node (graph, i, j, boxes[i]);

        join (&boxes[nn_graph_node_input (graph, i, j)], &box);
      }
  if (is_empty (&boxes[seen]))
    return (NnPatch) { 0 };

  return (NnPatch) { (guint32) boxes[seen].axis[0].from, (guint32) boxes[seen].axis[0].to,
                     (guint32) boxes[seen].axis[1].from, (guint32) boxes[seen].axis[1].to };
}
