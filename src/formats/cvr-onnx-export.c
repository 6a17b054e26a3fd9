/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the functions that write one operator each share. */
#include "cvr-onnx-export.h"

#include <glib/gi18n-lib.h>

gboolean
cvr_onnx_export_refuse (CvrOnnxExport  *self,
                        NnNode          node,
                        GError        **error,
                        const char     *reason)
{
  g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
               _("Node “%s” can't be written as ONNX: %s"),
               nn_graph_node_name (self->graph, node), reason);

  return FALSE;
}

/* Stored when it is read first: an index is read as whole numbers and never as this. */
const char *
cvr_onnx_export_constant (CvrOnnxExport *self,
                          NnNode         node)
{
  NnShape shape = nn_graph_node_shape (self->graph, node);
  gsize dims[NN_MAX_RANK];

  for (guint i = 0; i < shape.rank; i++)
    dims[i] = shape.dims[i];

  return cvr_onnx_put_floats (&self->writer, nn_graph_node_name (self->graph, node), "value", dims,
                              shape.rank,
                              nn_params_peek (self->params, node, NN_SLOT_WEIGHT, NULL));
}

const char *
cvr_onnx_export_input (CvrOnnxExport *self,
                       NnNode         node,
                       guint          i)
{
  NnNode x = nn_graph_node_input (self->graph, node, i);

  if (self->values[x] == NULL)
    self->values[x] = cvr_onnx_export_constant (self, x);

  return self->values[x];
}

NnShape
cvr_onnx_export_shape (CvrOnnxExport *self,
                       NnNode         node,
                       guint          i)
{
  return nn_graph_node_shape (self->graph, nn_graph_node_input (self->graph, node, i));
}

Onnx__NodeProto *
cvr_onnx_export_layer (CvrOnnxExport *self,
                       NnNode         node,
                       const char    *op_type,
                       const char    *input)
{
  return cvr_onnx_add_node (&self->writer, op_type, nn_graph_node_name (self->graph, node), input,
                            self->values[node]);
}

Onnx__NodeProto *
cvr_onnx_export_first (CvrOnnxExport *self,
                       NnNode         node,
                       const char    *op_type)
{
  return cvr_onnx_export_layer (self, node, op_type, cvr_onnx_export_input (self, node, 0));
}

const char *
cvr_onnx_export_step (CvrOnnxExport    *self,
                      NnNode            node,
                      const char       *op_type,
                      const char       *part,
                      const char       *input,
                      Onnx__NodeProto **proto)
{
  const char *value =
      cvr_onnx_part_name (&self->writer, nn_graph_node_name (self->graph, node), part);
  Onnx__NodeProto *made = cvr_onnx_add_node (&self->writer, op_type, NULL, input, value);

  if (proto != NULL)
    *proto = made;

  return value;
}

void
cvr_onnx_export_slot (CvrOnnxExport   *self,
                      NnNode           node,
                      Onnx__NodeProto *proto,
                      NnSlot           slot,
                      const char      *part)
{
  gsize n_values;
  const float *values = nn_params_peek (self->params, node, slot, &n_values);

  if (values != NULL)
    cvr_onnx_add_input (&self->writer, proto,
                        cvr_onnx_put_floats (&self->writer, nn_graph_node_name (self->graph, node),
                                             part, &n_values, 1, values));
}

void
cvr_onnx_export_scalar (CvrOnnxExport   *self,
                        NnNode           node,
                        Onnx__NodeProto *proto,
                        const char      *part,
                        float            value)
{
  cvr_onnx_add_input (&self->writer, proto,
                      cvr_onnx_put_floats (&self->writer, nn_graph_node_name (self->graph, node),
                                           part, NULL, 0, &value));
}

void
cvr_onnx_export_longs (CvrOnnxExport   *self,
                       NnNode           node,
                       Onnx__NodeProto *proto,
                       const char      *part,
                       const gint64    *values,
                       gsize            n_values)
{
  cvr_onnx_add_input (&self->writer, proto,
                      cvr_onnx_put_longs (&self->writer, nn_graph_node_name (self->graph, node),
                                          part, values, n_values));
}

void
cvr_onnx_export_stencil (CvrOnnxExport   *self,
                         Onnx__NodeProto *proto,
                         const NnStencil *stencil,
                         gboolean         dilations)
{
  if (dilations)
    cvr_onnx_add_ints (&self->writer, proto, "dilations", stencil->dilation, 2);
  cvr_onnx_add_ints (&self->writer, proto, "kernel_shape", stencil->kernel, 2);
  cvr_onnx_add_ints (&self->writer, proto, "pads", stencil->pad, 4);
  cvr_onnx_add_ints (&self->writer, proto, "strides", stencil->stride, 2);
}
