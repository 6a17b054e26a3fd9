/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes what imported networks are made of besides as ONNX. */
#include "cvr-onnx-export.h"

#include <glib/gi18n-lib.h>
#include <math.h>

gboolean
cvr_onnx_write_arithmetic (CvrOnnxExport  *self,
                           NnNode          node,
                           const NnAttrs  *attrs,
                           GError        **error)
{
  static const char *const op_types[] = {
    "Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "PRelu"
  };

  G_STATIC_ASSERT (G_N_ELEMENTS (op_types) == NN_N_ARITHMETICS);

  cvr_onnx_add_input (&self->writer,
                      cvr_onnx_export_first (self, node, op_types[attrs->arithmetic.function]),
                      cvr_onnx_export_input (self, node, 1));

  return TRUE;
}

gboolean
cvr_onnx_write_matmul (CvrOnnxExport  *self,
                       NnNode          node,
                       const NnAttrs  *attrs,
                       GError        **error)
{
  cvr_onnx_add_input (&self->writer, cvr_onnx_export_first (self, node, "MatMul"),
                      cvr_onnx_export_input (self, node, 1));

  return TRUE;
}

/* ONNX takes no axes for all of them: where there are none, one of extent 1 is put behind the
 * others and taken away. The axes of a sum are an input, those of the others an attribute. */
gboolean
cvr_onnx_write_reduce (CvrOnnxExport  *self,
                       NnNode          node,
                       const NnAttrs  *attrs,
                       GError        **error)
{
  static const char *const op_types[] = { "ReduceMean", "ReduceSum",       "ReduceMax",
                                          "ReduceMin",  "ReduceProd",      "ReduceL1",
                                          "ReduceL2",   "ReduceSumSquare", "ReduceLogSumExp" };
  const NnReduceSpec *spec = &attrs->reduce;
  NnShape in = cvr_onnx_export_shape (self, node, 0);
  const char *x = cvr_onnx_export_input (self, node, 0);
  guint32 axes[NN_MAX_RANK + 1];
  gint64 longs[NN_MAX_RANK + 1];
  Onnx__NodeProto *proto;
  guint n_axes = 0;

  G_STATIC_ASSERT (G_N_ELEMENTS (op_types) == NN_N_REDUCES);

  for (guint i = 0; i < in.rank; i++)
    if ((spec->axes >> i & 1) != 0)
      longs[n_axes++] = i;
  if (n_axes == 0)
    {
      longs[n_axes++] = in.rank;
      x = cvr_onnx_export_step (self, node, "Unsqueeze", "wide", x, &proto);
      cvr_onnx_export_longs (self, node, proto, "axis", longs, 1);
    }
  for (guint i = 0; i < n_axes; i++)
    axes[i] = (guint32) longs[i];

  proto = cvr_onnx_export_layer (self, node, op_types[spec->function], x);
  if (spec->function == NN_REDUCE_SUM)
    cvr_onnx_export_longs (self, node, proto, "axes", longs, n_axes);
  else
    cvr_onnx_add_ints (&self->writer, proto, "axes", axes, n_axes);
  cvr_onnx_add_int (&self->writer, proto, "keepdims", spec->keep && spec->axes != 0);

  return TRUE;
}

/* An extent of 0 is the input's: a batch stays what it is. */
gboolean
cvr_onnx_write_reshape (CvrOnnxExport  *self,
                        NnNode          node,
                        const NnAttrs  *attrs,
                        GError        **error)
{
  const NnShape *shape = &attrs->reshape.shape;
  gint64 dims[NN_MAX_RANK];

  for (guint i = 0; i < shape->rank; i++)
    dims[i] = shape->dims[i];
  if (self->batch && !nn_graph_node_shared (self->graph, node) && shape->rank > 0)
    dims[0] = 0;
  cvr_onnx_export_longs (self, node, cvr_onnx_export_first (self, node, "Reshape"), "shape", dims,
                         shape->rank);

  return TRUE;
}

gboolean
cvr_onnx_write_transpose (CvrOnnxExport  *self,
                          NnNode          node,
                          const NnAttrs  *attrs,
                          GError        **error)
{
  NnShape in = cvr_onnx_export_shape (self, node, 0);

  cvr_onnx_add_ints (&self->writer, cvr_onnx_export_first (self, node, "Transpose"), "perm",
                     attrs->transpose.perm, in.rank);

  return TRUE;
}

/* The axes that are cut, or the last one where none is. Backwards to the first value is an end
 * further down than there are values: −1 would be the last one. */
gboolean
cvr_onnx_write_slice (CvrOnnxExport  *self,
                      NnNode          node,
                      const NnAttrs  *attrs,
                      GError        **error)
{
  const NnSliceSpec *spec = &attrs->slice;
  NnShape in = cvr_onnx_export_shape (self, node, 0);
  gint64 starts[NN_MAX_RANK], ends[NN_MAX_RANK], axes[NN_MAX_RANK], steps[NN_MAX_RANK];
  Onnx__NodeProto *proto;
  guint n = 0;

  if (in.rank == 0)
    return cvr_onnx_export_refuse (self, node, error, _("a single number has no axis to cut."));

  for (guint i = 0; i < in.rank; i++)
    {
      gint64 end = spec->start[i] + (gint64) spec->step[i] * spec->count[i];

      if (spec->start[i] == 0 && spec->count[i] == in.dims[i] && (n > 0 || i + 1 < in.rank))
        continue;
      axes[n] = i;
      starts[n] = spec->start[i];
      steps[n] = spec->step[i];
      ends[n++] = end < 0 ? -(gint64) in.dims[i] - 1 : end;
    }

  proto = cvr_onnx_export_first (self, node, "Slice");
  cvr_onnx_export_longs (self, node, proto, "starts", starts, n);
  cvr_onnx_export_longs (self, node, proto, "ends", ends, n);
  cvr_onnx_export_longs (self, node, proto, "axes", axes, n);
  cvr_onnx_export_longs (self, node, proto, "steps", steps, n);

  return TRUE;
}

gboolean
cvr_onnx_write_pad (CvrOnnxExport  *self,
                    NnNode          node,
                    const NnAttrs  *attrs,
                    GError        **error)
{
  static const char *const modes[] = { "constant", "reflect", "edge" };
  const NnPadSpec *spec = &attrs->pad;
  NnShape in = cvr_onnx_export_shape (self, node, 0);
  Onnx__NodeProto *proto = cvr_onnx_export_first (self, node, "Pad");
  gint64 pads[2 * NN_MAX_RANK];

  for (guint i = 0; i < in.rank; i++)
    {
      pads[i] = spec->before[i];
      pads[in.rank + i] = spec->after[i];
    }
  cvr_onnx_export_longs (self, node, proto, "pads", pads, 2 * in.rank);
  if (spec->mode == NN_PAD_CONSTANT)
    cvr_onnx_export_scalar (self, node, proto, "value", spec->value);
  cvr_onnx_add_text (&self->writer, proto, "mode", modes[spec->mode]);

  return TRUE;
}

/* The indices of a constant as whole numbers; others are cast. */
static const char *
whole_numbers (CvrOnnxExport *self,
               NnNode         node)
{
  NnNode indices = nn_graph_node_input (self->graph, node, 1);
  NnShape shape = nn_graph_node_shape (self->graph, indices);
  const char *name = nn_graph_node_name (self->graph, indices), *value;
  g_autofree gint64 *longs = NULL;
  gsize dims[NN_MAX_RANK], n;
  const float *values;
  Onnx__NodeProto *cast;

  if (nn_graph_node_kind (self->graph, indices) != NN_OP_CONSTANT)
    {
      value = cvr_onnx_export_step (self, node, "Cast", "indices",
                                    cvr_onnx_export_input (self, node, 1), &cast);
      cvr_onnx_add_int (&self->writer, cast, "to", CVR_ONNX_INT64);
      return value;
    }

  values = nn_params_peek (self->params, indices, NN_SLOT_WEIGHT, &n);
  longs = g_new (gint64, n);
  for (gsize i = 0; i < n; i++) /* What is no number leads nowhere anyway. */
    longs[i] = values[i] > -0x1p62f && values[i] < 0x1p62f ? (gint64) values[i] : G_MAXINT64;
  for (guint i = 0; i < shape.rank; i++)
    dims[i] = shape.dims[i];

  return cvr_onnx_put_indices (&self->writer, name, "indices", dims, shape.rank, longs);
}

gboolean
cvr_onnx_write_gather (CvrOnnxExport  *self,
                       NnNode          node,
                       const NnAttrs  *attrs,
                       GError        **error)
{
  const char *indices = whole_numbers (self, node);
  Onnx__NodeProto *proto = cvr_onnx_export_first (self, node, "Gather");

  cvr_onnx_add_input (&self->writer, proto, indices);
  cvr_onnx_add_int (&self->writer, proto, "axis", attrs->gather.axis);

  return TRUE;
}

/* Whether the scales give the sizes when they are multiplied and rounded down, as other programs
 * do, and (@sizes) whether sizes tell the scales. Checkers forget the region that is cropped. */
static void
compare_scales (const NnResizeSpec *spec,
                const NnShape      *in,
                gboolean           *scales,
                gboolean           *sizes)
{
  gboolean crop = spec->grid == NN_RESIZE_CROP;

  *scales = !crop;
  *sizes = TRUE;
  for (guint axis = 0; axis < 2; axis++)
    {
      float from = (float) in->dims[2 + axis], to = (float) spec->out[axis];

      *scales &= floorf (from * spec->scale[axis]) == to;
      *sizes &= crop || spec->grid == NN_RESIZE_ALIGN_CORNERS || spec->scale[axis] == to / from;
    }
}

/* [N, C, height, width], N taken from the input where it is a batch. */
static const char *
put_sizes (CvrOnnxExport *self,
           NnNode         node)
{
  NnShape out = nn_graph_node_shape (self->graph, node);
  const char *name = nn_graph_node_name (self->graph, node), *first, *sizes;
  const gint64 ends[] = { 0, 1 };
  gint64 dims[NN_MAX_RANK];
  Onnx__NodeProto *step;

  for (guint i = 0; i < out.rank; i++)
    dims[i] = out.dims[i];
  if (!self->batch)
    return cvr_onnx_put_longs (&self->writer, name, "sizes", dims, out.rank);

  first = cvr_onnx_export_step (self, node, "Shape", "shape", cvr_onnx_export_input (self, node, 0),
                                NULL);
  first = cvr_onnx_export_step (self, node, "Slice", "batch", first, &step);
  cvr_onnx_export_longs (self, node, step, "batch.start", &ends[0], 1);
  cvr_onnx_export_longs (self, node, step, "batch.end", &ends[1], 1);
  sizes = cvr_onnx_export_step (self, node, "Concat", "sizes", first, &step);
  cvr_onnx_export_longs (self, node, step, "item", dims + 1, out.rank - 1);
  cvr_onnx_add_int (&self->writer, step, "axis", 0);

  return sizes;
}

static void
add_resize_attributes (CvrOnnxExport      *self,
                       Onnx__NodeProto    *proto,
                       const NnResizeSpec *spec)
{
  static const char *const modes[] = { "nearest", "linear", "cubic" };
  static const char *const grids[] = { "half_pixel", "pytorch_half_pixel", "align_corners",
                                       "asymmetric", "tf_crop_and_resize" };
  static const char *const rounds[] = { "round_prefer_floor", "round_prefer_ceil", "floor",
                                        "ceil" };

  cvr_onnx_add_text (&self->writer, proto, "coordinate_transformation_mode", grids[spec->grid]);
  cvr_onnx_add_text (&self->writer, proto, "mode", modes[spec->mode]);
  if (spec->mode == NN_RESIZE_NEAREST)
    cvr_onnx_add_text (&self->writer, proto, "nearest_mode", rounds[spec->round]);
  if (spec->mode == NN_RESIZE_CUBIC)
    {
      cvr_onnx_add_float (&self->writer, proto, "cubic_coeff_a", spec->cubic_a);
      cvr_onnx_add_int (&self->writer, proto, "exclude_outside", spec->exclude_outside);
    }
  if (spec->grid == NN_RESIZE_CROP)
    cvr_onnx_add_float (&self->writer, proto, "extrapolation_value", spec->outside);
}

gboolean
cvr_onnx_write_resize (CvrOnnxExport  *self,
                       NnNode          node,
                       const NnAttrs  *attrs,
                       GError        **error)
{
  const NnResizeSpec *spec = &attrs->resize;
  const float region[] = { 0, 0, spec->roi[0], spec->roi[1], 1, 1, spec->roi[2], spec->roi[3] };
  const float factors[] = { 1, 1, spec->scale[0], spec->scale[1] };
  gsize n_region = G_N_ELEMENTS (region), n_factors = G_N_ELEMENTS (factors);
  NnShape in = cvr_onnx_export_shape (self, node, 0);
  const char *name = nn_graph_node_name (self->graph, node), *extents, *cropped = "";
  gboolean scales, sizes;
  Onnx__NodeProto *proto;

  compare_scales (spec, &in, &scales, &sizes);
  if (!scales && !sizes)
    return cvr_onnx_export_refuse (self, node, error,
                                   _("neither its scales nor its sizes alone tell what it does."));

  if (spec->grid == NN_RESIZE_CROP)
    cropped = cvr_onnx_put_floats (&self->writer, name, "region", &n_region, 1, region);
  extents = scales ? cvr_onnx_put_floats (&self->writer, name, "scales", &n_factors, 1, factors)
                   : put_sizes (self, node);

  proto = cvr_onnx_export_first (self, node, "Resize");
  cvr_onnx_add_input (&self->writer, proto, cropped);
  if (!scales)
    cvr_onnx_add_input (&self->writer, proto, "");
  cvr_onnx_add_input (&self->writer, proto, extents);
  add_resize_attributes (self, proto, spec);

  return TRUE;
}

gboolean
cvr_onnx_write_conv_transpose (CvrOnnxExport  *self,
                               NnNode          node,
                               const NnAttrs  *attrs,
                               GError        **error)
{
  const NnConvTransposeSpec *spec = &attrs->conv_transpose;
  NnShape in = cvr_onnx_export_shape (self, node, 0);
  gsize dims[] = { in.dims[1], spec->filters / spec->groups, spec->stencil.kernel[0],
                   spec->stencil.kernel[1] };
  const char *weight =
      cvr_onnx_put_weight (&self->writer, self->params, node, dims, G_N_ELEMENTS (dims));
  Onnx__NodeProto *proto = cvr_onnx_export_first (self, node, "ConvTranspose");

  cvr_onnx_add_input (&self->writer, proto, weight);
  cvr_onnx_export_slot (self, node, proto, NN_SLOT_BIAS, "bias");
  cvr_onnx_export_stencil (self, proto, &spec->stencil, TRUE);
  cvr_onnx_add_int (&self->writer, proto, "group", spec->groups);
  cvr_onnx_add_ints (&self->writer, proto, "output_padding", spec->output_pad, 2);

  return TRUE;
}

gboolean
cvr_onnx_write_instance_norm (CvrOnnxExport  *self,
                              NnNode          node,
                              const NnAttrs  *attrs,
                              GError        **error)
{
  Onnx__NodeProto *proto = cvr_onnx_export_first (self, node, "InstanceNormalization");

  cvr_onnx_export_slot (self, node, proto, NN_SLOT_WEIGHT, "scale");
  cvr_onnx_export_slot (self, node, proto, NN_SLOT_BIAS, "shift");
  cvr_onnx_add_float (&self->writer, proto, "epsilon", attrs->instance_norm.epsilon);

  return TRUE;
}

gboolean
cvr_onnx_write_lrn (CvrOnnxExport  *self,
                    NnNode          node,
                    const NnAttrs  *attrs,
                    GError        **error)
{
  const NnLrnSpec *spec = &attrs->lrn;
  Onnx__NodeProto *proto = cvr_onnx_export_first (self, node, "LRN");

  cvr_onnx_add_float (&self->writer, proto, "alpha", spec->alpha);
  cvr_onnx_add_float (&self->writer, proto, "beta", spec->beta);
  cvr_onnx_add_float (&self->writer, proto, "bias", spec->bias);
  cvr_onnx_add_int (&self->writer, proto, "size", spec->size);

  return TRUE;
}
