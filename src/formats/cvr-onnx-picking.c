/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX operators that pick values, put them side by side or put others around them. */
#include "cvr-onnx-reader.h"

#include <glib/gi18n-lib.h>

/* Up to NN_MAX_INPUTS side by side at a time. */
static NnNode
join (CvrOnnxReader *self,
      const NnNode  *xs,
      guint          n_xs,
      guint          axis)
{
  NnAttrs attrs = { .concat.axis = axis };
  g_autofree NnNode *joined = NULL;
  guint n_joined = 0;

  if (n_xs <= NN_MAX_INPUTS)
    return cvr_onnx_make (self, NN_OP_CONCAT, &attrs, xs, n_xs);

  joined = g_new (NnNode, n_xs / NN_MAX_INPUTS + 1);
  for (guint i = 0; i < n_xs; i += NN_MAX_INPUTS)
    {
      guint n = MIN (n_xs - i, NN_MAX_INPUTS);

      joined[n_joined++] = n == 1 ? xs[i] : cvr_onnx_make (self, NN_OP_CONCAT, &attrs, xs + i, n);
    }

  return join (self, joined, n_joined, axis);
}

static gboolean
import_concat (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               GError               **error)
{
  g_autofree NnNode *xs = g_new (NnNode, node->n_input + 1);
  CvrOnnxValue x, first = { 0 };
  guint axis = 0, n_xs = 0;

  for (guint i = 0; i < node->n_input; i++)
    {
      CvrOnnxTensor *constant = cvr_onnx_is_constant (self, node, i)
                                  ? cvr_onnx_constant (self, node, i, NULL) : NULL;

      if (constant != NULL && constant->count == 0)
        continue;
      if (!cvr_onnx_activation (self, node, i, &x, error))
        return FALSE;
      if (n_xs == 0 && !cvr_onnx_take_axis (self, node, cvr_onnx_attr_int (node, "axis", 1),
                                            x.shape.rank, &axis, error))
        return FALSE;
      if (n_xs == 0)
        first = x;
      xs[n_xs++] = x.node;
    }
  if (n_xs == 0)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("There is nothing that it could put side by side."));
  if (n_xs == 1)
    return cvr_onnx_alias (self, node, &first, error);

  return cvr_onnx_result (self, node, 0, join (self, xs, n_xs, axis), first.type, error);
}

/**
 * cvr_onnx_slice_range:
 * @extent: of the axis
 * @first: (out): the first value taken
 * @count: (out): how many are, perhaps none
 *
 * One axis of a slice, as the file says it: bounds beyond the ends are the ends.
 */
gboolean
cvr_onnx_slice_range (gint64  start,
                      gint64  end,
                      gint64  step,
                      gint64  extent,
                      gint64 *first,
                      gint64 *count)
{
  gint64 n = extent;

  if (step == 0 || step > G_MAXINT32 || step < -G_MAXINT32)
    return FALSE;

  start = start < 0 ? MAX (start, -n - 1) + n : start;
  end = end < 0 ? MAX (end, -n - 1) + n : end;
  start = step > 0 ? CLAMP (start, 0, n) : CLAMP (start, -1, n - 1);
  end = step > 0 ? CLAMP (end, 0, n) : CLAMP (end, -1, n - 1);
  *first = start;
  *count = MAX (0, step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step);
  return TRUE;
}

static gboolean
slice_axis (gint64       start,
            gint64       end,
            gint64       step,
            guint32      extent,
            NnSliceSpec *spec,
            guint        axis)
{
  gint64 first, count;

  if (!cvr_onnx_slice_range (start, end, step, extent, &first, &count) || count == 0)
    return FALSE;

  spec->start[axis] = (guint32) first;
  spec->step[axis] = (gint32) step;
  spec->count[axis] = (guint32) count;
  return TRUE;
}

static void
whole_slice (const NnShape *shape,
             NnSliceSpec   *spec)
{
  for (guint i = 0; i < shape->rank; i++)
    {
      spec->start[i] = 0;
      spec->step[i] = 1;
      spec->count[i] = shape->dims[i];
    }
}

/* Starts, ends, axes and steps: attributes before opset 10, inputs since. */
static gboolean
read_slice (CvrOnnxReader         *self,
            const Onnx__NodeProto *node,
            const NnShape         *shape,
            NnSliceSpec           *spec,
            GError               **error)
{
  static const char *const names[] = { "starts", "ends", "axes", "steps" };
  const gint64 *lists[4];
  gsize n[4];

  for (guint i = 0; i < 4; i++)
    if (!cvr_onnx_list (self, node, names[i], i + 1, &lists[i], &n[i], error))
      return FALSE;
  if (n[0] != n[1] || (lists[2] != NULL && n[2] != n[0]) || (lists[3] != NULL && n[3] != n[0]) ||
      n[0] > shape->rank)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("Its starts, ends, axes and steps do not fit each other."));

  whole_slice (shape, spec);
  for (guint i = 0; i < n[0]; i++)
    {
      guint axis;

      if (!cvr_onnx_take_axis (self, node, lists[2] != NULL ? lists[2][i] : (gint64) i, shape->rank,
                               &axis, error))
        return FALSE;
      /* A cut through a batch that is left open means every item's own. */
      if (axis == 0 && self->batch > 0 && lists[0][i] == 0 && lists[1][i] >= self->batch)
        continue;
      if (!slice_axis (lists[0][i], lists[1][i], lists[3] != NULL ? lists[3][i] : 1,
                       shape->dims[axis], spec, axis))
        return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                                _("Of axis %u, which holds %u values, it takes none."), axis,
                                shape->dims[axis]);
    }

  return TRUE;
}

static gboolean
is_whole_slice (const NnShape     *shape,
                const NnSliceSpec *spec)
{
  for (guint i = 0; i < shape->rank; i++)
    if (spec->step[i] != 1 || spec->count[i] != shape->dims[i])
      return FALSE;

  return TRUE;
}

static gboolean
import_slice (CvrOnnxReader         *self,
              const Onnx__NodeProto *node,
              GError               **error)
{
  NnAttrs attrs = { 0 };
  CvrOnnxValue x;

  if (!cvr_onnx_activation (self, node, 0, &x, error) ||
      !read_slice (self, node, &x.shape, &attrs.slice, error))
    return FALSE;
  if (is_whole_slice (&x.shape, &attrs.slice))
    return cvr_onnx_alias (self, node, &x, error);

  return cvr_onnx_result (self, node, 0, cvr_onnx_make (self, NN_OP_SLICE, &attrs, &x.node, 1),
                          x.type, error);
}

/* How many values each part gets: equal ones where the file doesn't say. */
static gboolean
split_parts (CvrOnnxReader         *self,
             const Onnx__NodeProto *node,
             guint32                extent,
             gint64                *parts,
             GError               **error)
{
  const gint64 *given;
  gsize n_given;
  gint64 left = extent;

  if (!cvr_onnx_list (self, node, "split", 1, &given, &n_given, error))
    return FALSE;
  for (guint i = 0; i < node->n_output; i++)
    {
      if (given == NULL)
        parts[i] = (gint64) (extent / node->n_output);
      else
        parts[i] = n_given == node->n_output ? given[i] : -1;
      if (parts[i] < 1 || parts[i] > left)
        return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                                _("Its axis of %u values can't be cut as it asks for; a part "
                                  "without values is not supported."), extent);
      left -= parts[i];
    }
  if (left == 0)
    return TRUE;

  return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                          _("Its parts hold fewer values than its axis of %u."), extent);
}

static gboolean
import_split (CvrOnnxReader         *self,
              const Onnx__NodeProto *node,
              GError               **error)
{
  g_autofree gint64 *parts = g_new (gint64, node->n_output);
  NnAttrs attrs = { 0 };
  gint64 start = 0;
  CvrOnnxValue x;
  guint axis;

  if (!cvr_onnx_activation (self, node, 0, &x, error) ||
      !cvr_onnx_take_axis (self, node, cvr_onnx_attr_int (node, "axis", 0), x.shape.rank, &axis,
                           error) ||
      !split_parts (self, node, x.shape.dims[axis], parts, error))
    return FALSE;

  whole_slice (&x.shape, &attrs.slice);
  for (guint i = 0; i < node->n_output; i++)
    {
      attrs.slice.start[axis] = (guint32) start;
      attrs.slice.count[axis] = (guint32) parts[i];
      start += parts[i];
      if (cvr_onnx_is_read (self, node, i) &&
          !cvr_onnx_result (self, node, i,
                            cvr_onnx_make (self, NN_OP_SLICE, &attrs, &x.node, 1), x.type, error))
        return FALSE;
    }

  return TRUE;
}

/* Indices counted from the end become plain ones where they are known. */
static gboolean
plain_indices (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               guint32                extent,
               NnNode                *indices,
               GError               **error)
{
  const CvrOnnxTensor *given = cvr_onnx_ints (self, node, 1, error);
  g_autoptr (CvrOnnxTensor) plain = NULL;

  if (given == NULL)
    return FALSE;
  plain = cvr_onnx_tensor_copy (given);
  if (plain == NULL || plain->count == 0 || plain->rank > NN_MAX_RANK)
    return cvr_onnx_define_tensor (self, node, NULL, error);

  for (gsize i = 0; i < plain->count; i++)
    {
      if (plain->ints[i] < 0)
        plain->ints[i] += extent;
      if (plain->ints[i] < 0 || plain->ints[i] >= (gint64) extent)
        return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                                _("It picks value %lld of an axis of %u."),
                                (long long) given->ints[i], extent);
    }
  if (!cvr_onnx_spend (self, node, plain, plain->count, error))
    return FALSE;

  *indices = cvr_onnx_make_constant (self, plain);
  return TRUE;
}

static gboolean
import_gather (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               GError               **error)
{
  NnAttrs attrs = { 0 };
  CvrOnnxValue x, at;
  guint axis;

  if (!cvr_onnx_activation (self, node, 0, &x, error) ||
      !cvr_onnx_take_axis (self, node, cvr_onnx_attr_int (node, "axis", 0), x.shape.rank, &axis,
                           error))
    return FALSE;
  if (cvr_onnx_is_constant (self, node, 1)
        ? !plain_indices (self, node, x.shape.dims[axis], &at.node, error)
        : !cvr_onnx_activation (self, node, 1, &at, error))
    return FALSE;

  attrs.gather.axis = axis;
  return cvr_onnx_result (
    self, node, 0, cvr_onnx_make (self, NN_OP_GATHER, &attrs, (NnNode[]) { x.node, at.node }, 2),
    x.type, error);
}

/* Values to put around, before and behind every axis; fewer than none cuts some off. */
static gboolean
read_pads (CvrOnnxReader         *self,
           const Onnx__NodeProto *node,
           const NnShape         *shape,
           gint64                *pads,
           GError               **error)
{
  const gint64 *given, *axes;
  gsize n_given, n_axes;

  if (!cvr_onnx_list (self, node, "pads", 1, &given, &n_given, error) ||
      !cvr_onnx_list (self, node, "axes", 3, &axes, &n_axes, error))
    return FALSE;
  if (n_given != 2 * (axes != NULL ? n_axes : shape->rank))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("“%s” has length %u; %u is supported."), "pads", (guint) n_given,
                            2 * (axes != NULL ? (guint) n_axes : shape->rank));

  for (guint i = 0; i < n_given; i++)
    {
      guint side = i < n_given / 2 ? 0 : 1, axis = (guint) (i % (n_given / 2));

      if (axes != NULL &&
          !cvr_onnx_take_axis (self, node, axes[axis], shape->rank, &axis, error))
        return FALSE;
      if (given[i] < -(gint64) shape->dims[axis] || given[i] > CVR_ONNX_MAX_EXTENT)
        return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                                _("“%s” is %lld; %d to %d are supported."), "pads",
                                (long long) given[i], -(gint) shape->dims[axis],
                                CVR_ONNX_MAX_EXTENT);
      pads[2 * axis + side] = given[i];
    }

  return TRUE;
}

static gboolean
pad_mode (CvrOnnxReader         *self,
          const Onnx__NodeProto *node,
          NnPadSpec             *spec,
          GError               **error)
{
  if (cvr_onnx_attr_is (node, "mode", "constant", TRUE))
    spec->mode = NN_PAD_CONSTANT;
  else if (cvr_onnx_attr_is (node, "mode", "reflect", FALSE))
    spec->mode = NN_PAD_REFLECT;
  else if (cvr_onnx_attr_is (node, "mode", "edge", FALSE))
    spec->mode = NN_PAD_EDGE;
  else
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Its value of “%s” is not supported."), "mode");

  spec->value = cvr_onnx_attr_float (node, "value", 0);
  if (cvr_onnx_has_input (node, 2))
    {
      const CvrOnnxTensor *fill = cvr_onnx_constant (self, node, 2, error);

      if (fill == NULL)
        return FALSE;
      spec->value = fill->count > 0 ? cvr_onnx_tensor_float_at (fill, 0) : 0;
    }

  return TRUE;
}

/* Zeros around maps are kept as a note for the convolution or mean pool that follows. */
static gboolean
is_note (const CvrOnnxValue *x,
         const NnPadSpec    *spec)
{
  if (spec->mode != NN_PAD_CONSTANT || spec->value != 0 || x->shape.rank != 4)
    return FALSE;

  return spec->before[0] == 0 && spec->after[0] == 0 && spec->before[1] == 0 && spec->after[1] == 0;
}

static gboolean
import_pad (CvrOnnxReader         *self,
            const Onnx__NodeProto *node,
            GError               **error)
{
  gint64 pads[2 * NN_MAX_RANK] = { 0 };
  NnAttrs attrs = { 0 }, cut = { 0 };
  NnPadSpec *spec = &attrs.pad;
  guint64 total = 0;
  CvrOnnxValue x;

  if (!cvr_onnx_activation (self, node, 0, &x, error) ||
      !read_pads (self, node, &x.shape, pads, error) || !pad_mode (self, node, spec, error))
    return FALSE;

  whole_slice (&x.shape, &cut.slice);
  for (guint i = 0; i < x.shape.rank; i++)
    {
      cut.slice.start[i] = (guint32) MAX (0, -pads[2 * i]);
      cut.slice.count[i] += (guint32) (MIN (0, pads[2 * i]) + MIN (0, pads[2 * i + 1]));
      spec->before[i] = (guint32) MAX (0, pads[2 * i]);
      spec->after[i] = (guint32) MAX (0, pads[2 * i + 1]);
      total += (guint64) spec->before[i] + spec->after[i];
    }
  if (!is_whole_slice (&x.shape, &cut.slice))
    {
      x.node = cvr_onnx_make (self, NN_OP_SLICE, &cut, &x.node, 1);
      if (!cvr_onnx_check (self, node, x.node, &x.shape, error))
        return FALSE;
    }
  if (total > 0 && is_note (&x, spec))
    {
      for (guint i = 0; i < 2; i++)
        {
          x.pad[i] = spec->before[2 + i];
          x.pad[2 + i] = spec->after[2 + i];
          x.shape.dims[2 + i] += x.pad[i] + x.pad[2 + i];
        }
      x.kind = CVR_ONNX_VALUE_PADDED;
      x.is_relu = FALSE;
      return cvr_onnx_define (self, node, node->output[0], &x, error);
    }
  if (total > 0)
    x.node = cvr_onnx_make (self, NN_OP_PAD, &attrs, &x.node, 1);

  return cvr_onnx_result (self, node, 0, x.node, x.type, error);
}

CvrOnnxImport
cvr_onnx_find_picking (const char *op_type)
{
  static const CvrOnnxEntry table[] = {
    { "Concat", import_concat }, { "Slice", import_slice },   { "Split", import_split },
    { "Gather", import_gather }, { "Pad", import_pad },
  };

  return cvr_onnx_find (table, G_N_ELEMENTS (table), op_type);
}
