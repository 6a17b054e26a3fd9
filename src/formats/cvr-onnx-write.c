/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a network as ONNX: one operator of the engine becomes one to five of the file's. */
#include "cvr-onnx-export.h"

#include <glib/gi18n-lib.h>

static gboolean
write_conv (CvrOnnxExport  *self,
            NnNode          node,
            const NnAttrs  *attrs,
            GError        **error)
{
  NnShape in = nn_graph_node_shape (self->graph, nn_graph_node_input (self->graph, node, 0));
  const NnConvSpec *conv = &attrs->conv;
  gsize dims[] = { conv->filters, in.dims[1] / conv->groups, conv->stencil.kernel[0],
                   conv->stencil.kernel[1] };
  const char *weight =
      cvr_onnx_put_weight (&self->writer, self->params, node, dims, G_N_ELEMENTS (dims));
  Onnx__NodeProto *proto = cvr_onnx_export_first (self, node, "Conv");

  cvr_onnx_add_input (&self->writer, proto, weight);
  cvr_onnx_export_slot (self, node, proto, NN_SLOT_BIAS, "bias");
  cvr_onnx_export_stencil (self, proto, &conv->stencil, TRUE);
  cvr_onnx_add_int (&self->writer, proto, "group", conv->groups);

  return TRUE;
}

static gboolean
write_dense (CvrOnnxExport  *self,
             NnNode          node,
             const NnAttrs  *attrs,
             GError        **error)
{
  NnShape in = nn_graph_node_shape (self->graph, nn_graph_node_input (self->graph, node, 0));
  const char *x = cvr_onnx_export_input (self, node, 0), *weight;
  gsize dims[2] = { attrs->dense.units };
  Onnx__NodeProto *proto;

  if (in.rank != 2)
    {
      const char *flat =
          cvr_onnx_part_name (&self->writer, nn_graph_node_name (self->graph, node), "input");

      cvr_onnx_add_int (&self->writer, cvr_onnx_add_node (&self->writer, "Flatten", NULL, x, flat),
                        "axis", 1);
      x = flat;
    }

  nn_params_peek (self->params, node, NN_SLOT_WEIGHT, &dims[1]);
  dims[1] /= attrs->dense.units;
  weight = cvr_onnx_put_weight (&self->writer, self->params, node, dims, G_N_ELEMENTS (dims));
  proto = cvr_onnx_export_layer (self, node, "Gemm", x);
  cvr_onnx_add_input (&self->writer, proto, weight);
  cvr_onnx_export_slot (self, node, proto, NN_SLOT_BIAS, "bias");
  cvr_onnx_add_int (&self->writer, proto, "transB", 1);

  return TRUE;
}

static gboolean
write_pool (CvrOnnxExport  *self,
            NnNode          node,
            const NnAttrs  *attrs,
            GError        **error)
{
  const NnPoolSpec *pool = &attrs->pool;
  Onnx__NodeProto *proto;

  if (pool->average && (pool->stencil.dilation[0] != 1 || pool->stencil.dilation[1] != 1))
    return cvr_onnx_export_refuse (
        self, node, error,
        _("ONNX of this version has no average pooling with gaps in its window."));

  proto = cvr_onnx_export_first (self, node, pool->average ? "AveragePool" : "MaxPool");
  cvr_onnx_add_int (&self->writer, proto, "ceil_mode", pool->ceil_mode);
  if (pool->average)
    cvr_onnx_add_int (&self->writer, proto, "count_include_pad", pool->count_pad);
  cvr_onnx_export_stencil (self, proto, &pool->stencil, !pool->average);

  return TRUE;
}

static gboolean
write_global_pool (CvrOnnxExport  *self,
                   NnNode          node,
                   const NnAttrs  *attrs,
                   GError        **error)
{
  cvr_onnx_export_first (self, node,
                         attrs->global_pool.average ? "GlobalAveragePool" : "GlobalMaxPool");

  return TRUE;
}

static gboolean
write_batch_norm (CvrOnnxExport  *self,
                  NnNode          node,
                  const NnAttrs  *attrs,
                  GError        **error)
{
  Onnx__NodeProto *proto = cvr_onnx_export_first (self, node, "BatchNormalization");

  cvr_onnx_export_slot (self, node, proto, NN_SLOT_WEIGHT, "scale");
  cvr_onnx_export_slot (self, node, proto, NN_SLOT_BIAS, "shift");
  cvr_onnx_export_slot (self, node, proto, NN_SLOT_MEAN, "mean");
  cvr_onnx_export_slot (self, node, proto, NN_SLOT_VARIANCE, "variance");
  cvr_onnx_add_float (&self->writer, proto, "epsilon", attrs->batch_norm.epsilon);
  /* ONNX keeps this share of the old statistics. */
  cvr_onnx_add_float (&self->writer, proto, "momentum", (float) (1.0 - attrs->batch_norm.momentum));

  return TRUE;
}

/* Does nothing in inference; kept so that the network can be trained on. */
static gboolean
write_dropout (CvrOnnxExport  *self,
               NnNode          node,
               const NnAttrs  *attrs,
               GError        **error)
{
  cvr_onnx_export_scalar (self, node, cvr_onnx_export_first (self, node, "Dropout"), "ratio",
                          attrs->dropout.rate);

  return TRUE;
}

/* The channels in groups along an axis of their own, then the maximum along it. */
static gboolean
write_maxout (CvrOnnxExport  *self,
              NnNode          node,
              const NnAttrs  *attrs,
              GError        **error)
{
  NnShape in = nn_graph_node_shape (self->graph, nn_graph_node_input (self->graph, node, 0));
  const char *name = nn_graph_node_name (self->graph, node);
  const char *groups = cvr_onnx_part_name (&self->writer, name, "groups");
  guint32 pieces = attrs->maxout.pieces, axis = 2;
  gint64 dims[NN_MAX_RANK + 1] = { 0, in.dims[1] / pieces, pieces };
  Onnx__NodeProto *proto;

  for (guint i = 2; i < in.rank; i++)
    dims[i + 1] = in.dims[i];

  proto = cvr_onnx_add_node (&self->writer, "Reshape", NULL, cvr_onnx_export_input (self, node, 0),
                             groups);
  cvr_onnx_export_longs (self, node, proto, "shape", dims, in.rank + 1);
  proto = cvr_onnx_export_layer (self, node, "ReduceMax", groups);
  cvr_onnx_add_ints (&self->writer, proto, "axes", &axis, 1);
  cvr_onnx_add_int (&self->writer, proto, "keepdims", 0);

  return TRUE;
}

static gboolean
write_softmax (CvrOnnxExport  *self,
               NnNode          node,
               const NnAttrs  *attrs,
               GError        **error)
{
  const char *op_type = attrs->softmax.log ? "LogSoftmax" : "Softmax";

  cvr_onnx_add_int (&self->writer, cvr_onnx_export_first (self, node, op_type), "axis",
                    attrs->softmax.axis);

  return TRUE;
}

static gboolean
write_add (CvrOnnxExport  *self,
           NnNode          node,
           const NnAttrs  *attrs,
           GError        **error)
{
  cvr_onnx_add_input (&self->writer, cvr_onnx_export_first (self, node, "Add"),
                      cvr_onnx_export_input (self, node, 1));

  return TRUE;
}

static gboolean
write_concat (CvrOnnxExport  *self,
              NnNode          node,
              const NnAttrs  *attrs,
              GError        **error)
{
  Onnx__NodeProto *proto = cvr_onnx_export_first (self, node, "Concat");

  for (guint i = 1; i < nn_graph_node_n_inputs (self->graph, node); i++)
    cvr_onnx_add_input (&self->writer, proto, cvr_onnx_export_input (self, node, i));
  cvr_onnx_add_int (&self->writer, proto, "axis", attrs->concat.axis);

  return TRUE;
}

static gboolean
write_flatten (CvrOnnxExport  *self,
               NnNode          node,
               const NnAttrs  *attrs,
               GError        **error)
{
  const gint64 dims[] = { 1, 1 };

  if (cvr_onnx_export_shape (self, node, 0).rank > 0)
    cvr_onnx_add_int (&self->writer, cvr_onnx_export_first (self, node, "Flatten"), "axis", 1);
  else /* A number alone has no axis to flatten from. */
    cvr_onnx_export_longs (self, node, cvr_onnx_export_first (self, node, "Reshape"), "shape", dims,
                           G_N_ELEMENTS (dims));

  return TRUE;
}

static gboolean
write_upsample (CvrOnnxExport  *self,
                NnNode          node,
                const NnAttrs  *attrs,
                GError        **error)
{
  gboolean nearest = attrs->upsample.mode == NN_UPSAMPLE_NEAREST;
  float scales[] = { 1, 1, attrs->upsample.factor, attrs->upsample.factor };
  gsize n_scales = G_N_ELEMENTS (scales);
  Onnx__NodeProto *proto = cvr_onnx_export_first (self, node, "Resize");

  cvr_onnx_add_input (&self->writer, proto, ""); /* the region of interest */
  cvr_onnx_add_input (&self->writer, proto,
                      cvr_onnx_put_floats (&self->writer, nn_graph_node_name (self->graph, node),
                                           "scales", &n_scales, 1, scales));
  cvr_onnx_add_text (&self->writer, proto, "coordinate_transformation_mode",
                     nearest ? "asymmetric" : "half_pixel");
  cvr_onnx_add_text (&self->writer, proto, "mode", nearest ? "nearest" : "linear");
  if (nearest)
    cvr_onnx_add_text (&self->writer, proto, "nearest_mode", "floor");

  return TRUE;
}

/* ONNX rounds to all levels of 8 bits: where the grid has fewer, values are bounded before.
 * Rounding never changes an order, so that is the same. */
static const char *
add_bounds (CvrOnnxExport         *self,
            NnNode                 node,
            const NnFakeQuantSpec *grid,
            const char            *x)
{
  const char *bounded =
      cvr_onnx_part_name (&self->writer, nn_graph_node_name (self->graph, node), "bounded");
  Onnx__NodeProto *clip = cvr_onnx_add_node (&self->writer, "Clip", NULL, x, bounded);

  cvr_onnx_export_scalar (self, node, clip, "min",
                          (float) (grid->low - grid->zero_point) * grid->scale);
  cvr_onnx_export_scalar (self, node, clip, "max",
                          (float) (grid->high - grid->zero_point) * grid->scale);

  return bounded;
}

static gboolean
write_fake_quant (CvrOnnxExport  *self,
                  NnNode          node,
                  const NnAttrs  *attrs,
                  GError        **error)
{
  const NnFakeQuantSpec *grid = &attrs->fake_quant;
  const char *name = nn_graph_node_name (self->graph, node);
  const char *x = cvr_onnx_export_input (self, node, 0);
  gboolean is_signed = grid->low < 0 || grid->zero_point < 0;
  gint32 least = is_signed ? -128 : 0, most = is_signed ? 127 : 255;
  guint8 zero_point = (guint8) grid->zero_point;
  const char *levels, *scale, *zero;
  Onnx__NodeProto *quantize, *dequantize;

  if (grid->low < least || grid->high > most || grid->zero_point < least || grid->zero_point > most)
    return cvr_onnx_export_refuse (self, node, error, _("its levels go beyond 8 bits."));
  if (grid->low > least || grid->high < most)
    x = add_bounds (self, node, grid, x);

  levels = cvr_onnx_part_name (&self->writer, name, "levels");
  scale = cvr_onnx_put_floats (&self->writer, name, "scale", NULL, 0, &grid->scale);
  zero = cvr_onnx_put_bytes (&self->writer, name, "zero",
                             is_signed ? CVR_ONNX_INT8 : CVR_ONNX_UINT8, NULL, 0, &zero_point);
  quantize = cvr_onnx_add_node (&self->writer, "QuantizeLinear", NULL, x, levels);
  dequantize = cvr_onnx_export_layer (self, node, "DequantizeLinear", levels);
  cvr_onnx_add_input (&self->writer, quantize, scale);
  cvr_onnx_add_input (&self->writer, quantize, zero);
  cvr_onnx_add_input (&self->writer, dequantize, scale);
  cvr_onnx_add_input (&self->writer, dequantize, zero);

  return TRUE;
}

/* Stored apart, when a reader comes; as an output it needs a node that makes it. */
static gboolean
write_constant (CvrOnnxExport  *self,
                NnNode          node,
                const NnAttrs  *attrs,
                GError        **error)
{
  NnShape shape = nn_graph_node_shape (self->graph, node);
  gint64 dims[NN_MAX_RANK];
  const char *value;

  if (self->values[node] == NULL)
    return TRUE;

  for (guint i = 0; i < shape.rank; i++)
    dims[i] = shape.dims[i];
  value = cvr_onnx_export_constant (self, node);
  cvr_onnx_export_longs (self, node, cvr_onnx_export_layer (self, node, "Reshape", value), "shape",
                         dims, shape.rank);

  return TRUE;
}

static gboolean
write_input (CvrOnnxExport  *self,
             NnNode          node,
             const NnAttrs  *attrs,
             GError        **error)
{
  return TRUE; /* Listed apart. */
}

/* In the order of NnOpKind. */
static const CvrOnnxWriteFunc write_funcs[] = {
  write_input,
  write_conv,
  write_dense,
  write_pool,
  write_global_pool,
  write_batch_norm,
  write_dropout,
  cvr_onnx_write_activation,
  write_maxout,
  write_softmax,
  write_add,
  write_concat,
  write_flatten,
  write_upsample,
  write_fake_quant,
  write_constant,
  cvr_onnx_write_arithmetic,
  cvr_onnx_write_matmul,
  cvr_onnx_write_reduce,
  cvr_onnx_write_reshape,
  cvr_onnx_write_transpose,
  cvr_onnx_write_slice,
  cvr_onnx_write_pad,
  cvr_onnx_write_gather,
  cvr_onnx_write_resize,
  cvr_onnx_write_conv_transpose,
  cvr_onnx_write_instance_norm,
  cvr_onnx_write_lrn,
};
G_STATIC_ASSERT (G_N_ELEMENTS (write_funcs) == NN_N_OPS);

static Onnx__ValueInfoProto *
info_of (CvrOnnxExport *self,
         NnNode         node)
{
  NnShape shape = nn_graph_node_shape (self->graph, node);

  if (self->batch)
    shape.dims[0] = 0;

  return cvr_onnx_value_info_of (&self->writer, self->values[node], shape.dims, shape.rank);
}

/* Which nodes an output depends on. (transfer full) */
static gboolean *
find_needed (NnGraph *graph)
{
  gboolean *needed = g_new0 (gboolean, nn_graph_n_nodes (graph));

  for (guint i = 0; i < nn_graph_n_outputs (graph); i++)
    needed[nn_graph_output (graph, i)] = TRUE;
  for (guint i = 0; i < nn_graph_n_inputs (graph); i++)
    needed[nn_graph_input (graph, i)] = TRUE;
  for (guint i = nn_graph_n_nodes (graph); i-- > 0;)
    for (guint j = 0; needed[i] && j < nn_graph_node_n_inputs (graph, (NnNode) i); j++)
      needed[nn_graph_node_input (graph, (NnNode) i, j)] = TRUE;

  return needed;
}

/* A lone input is called "input" and a lone output "output"; every other value like its node. */
static gboolean
name_values (CvrOnnxExport   *self,
             const gboolean  *needed,
             GError         **error)
{
  guint n_inputs = nn_graph_n_inputs (self->graph), n_outputs = nn_graph_n_outputs (self->graph);

  for (guint i = 0; i < n_outputs; i++)
    {
      NnNode node = nn_graph_output (self->graph, i);

      if (nn_graph_node_kind (self->graph, node) == NN_OP_INPUT || self->values[node] != NULL)
        return cvr_onnx_export_refuse (self, node, error,
                                       _("it is an input, or an output twice."));
      self->values[node] = cvr_onnx_free_name (
          &self->writer, n_outputs == 1 ? "output" : nn_graph_node_name (self->graph, node));
    }
  if (n_inputs == 1)
    self->values[nn_graph_input (self->graph, 0)] = cvr_onnx_free_name (&self->writer, "input");

  for (guint i = 0; i < nn_graph_n_nodes (self->graph); i++)
    if (needed[i] && self->values[i] == NULL &&
        nn_graph_node_kind (self->graph, (NnNode) i) != NN_OP_CONSTANT)
      self->values[i] =
          cvr_onnx_free_name (&self->writer, nn_graph_node_name (self->graph, (NnNode) i));

  return TRUE;
}

/* @bytes: (out) (transfer full) (optional): the file; without it only its size is found out */
static gboolean
pack (CvrOnnxExport  *self,
      GBytes        **bytes,
      gsize          *size,
      GError        **error)
{
  guint n_inputs = nn_graph_n_inputs (self->graph), n_outputs = nn_graph_n_outputs (self->graph);
  g_autofree Onnx__ValueInfoProto **inputs = g_new (Onnx__ValueInfoProto *, n_inputs);
  g_autofree Onnx__ValueInfoProto **outputs = g_new (Onnx__ValueInfoProto *, n_outputs);

  for (guint i = 0; i < n_inputs; i++)
    inputs[i] = info_of (self, nn_graph_input (self->graph, i));
  for (guint i = 0; i < n_outputs; i++)
    outputs[i] = info_of (self, nn_graph_output (self->graph, i));

  if (bytes == NULL)
    return cvr_onnx_writer_size (&self->writer, inputs, n_inputs, outputs, n_outputs, size, error);

  *bytes = cvr_onnx_writer_pack (&self->writer, inputs, n_inputs, outputs, n_outputs, error);

  return *bytes != NULL;
}

/* See pack(). */
static gboolean
write_file (NnGraph            *graph,
            NnParams           *params,
            const CvrOnnxMeta  *metadata,
            guint               n_metadata,
            GBytes            **bytes,
            gsize              *size,
            GError            **error)
{
  guint n_nodes = nn_graph_n_nodes (graph);
  g_autofree gboolean *needed = find_needed (graph);
  g_autofree const char **values = g_new0 (const char *, n_nodes);
  CvrOnnxExport self = {
    .graph = graph, .params = params, .batch = nn_graph_max_batch (graph) > 1, .values = values
  };
  gboolean ok;

  cvr_onnx_writer_init (&self.writer);
  self.writer.only_size = bytes == NULL;
  for (guint i = 0; i < n_metadata; i++)
    cvr_onnx_add_meta (&self.writer, metadata[i].key, metadata[i].value);

  ok = name_values (&self, needed, error);
  for (guint i = 0; ok && i < n_nodes; i++)
    if (needed[i])
      {
        CvrOnnxWriteFunc write_node = write_funcs[nn_graph_node_kind (graph, (NnNode) i)];

        ok = write_node (&self, (NnNode) i, nn_graph_node_attrs (graph, (NnNode) i), error);
      }
  ok = ok && pack (&self, bytes, size, error);

  cvr_onnx_writer_clear (&self.writer);
  return ok;
}

/**
 * cvr_onnx_write:
 * @params: of @graph
 * @metadata: (nullable) (array length=n_metadata): stored in this order
 *
 * Nodes that no output needs are left out; every other one keeps its name. Weights that left the
 * grid which NnWeightQuant tells are stored as plain floats. Any thread, once @params are frozen.
 *
 * Returns: (transfer full): the file, or %NULL with CVR_FORMAT_ERROR_UNSUPPORTED (a sentence that
 * names the node) or CVR_FORMAT_ERROR_TOO_LARGE.
 */
GBytes *
cvr_onnx_write (NnGraph            *graph,
                NnParams           *params,
                const CvrOnnxMeta  *metadata,
                guint               n_metadata,
                GError            **error)
{
  GBytes *bytes = NULL;

  return write_file (graph, params, metadata, n_metadata, &bytes, NULL, error) ? bytes : NULL;
}

/**
 * cvr_onnx_write_size:
 * @size: (out): of the file that cvr_onnx_write() would give
 *
 * Without putting that file together. Any thread, once @params are frozen. Errors: the same.
 */
gboolean
cvr_onnx_write_size (NnGraph            *graph,
                     NnParams           *params,
                     const CvrOnnxMeta  *metadata,
                     guint               n_metadata,
                     gsize              *size,
                     GError            **error)
{
  return write_file (graph, params, metadata, n_metadata, NULL, size, error);
}
