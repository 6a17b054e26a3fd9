/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every importer of an ONNX operator stands on: values by name, attributes, new layers,
 * refusals. */
#include "cvr-onnx-reader.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/**
 * cvr_onnx_refuse:
 * @format: (transfer none): what is wrong with @node, as a sentence
 *
 * Sets @error to the sentence, with the node, its operator and the file around it.
 *
 * Returns: always %FALSE.
 */
gboolean
cvr_onnx_refuse (CvrOnnxReader         *self,
                 const Onnx__NodeProto *node,
                 CvrFormatError         code,
                 GError               **error,
                 const char            *format,
                 ...)
{
  g_autofree char *op = g_utf8_make_valid (node->op_type != NULL ? node->op_type : "", -1);
  g_autofree char *name = NULL;
  g_autofree char *reason = NULL;
  gsize index = 0;
  va_list args;

  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);

  while (index < self->graph->n_node && self->graph->node[index] != node)
    index++;
  if (node->name != NULL && *node->name != '\0')
    {
      g_autofree char *valid = g_utf8_make_valid (node->name, -1);

      name = g_strdup_printf ("“%s”", valid);
    }
  else
    {
      name = g_strdup_printf ("#%" G_GSIZE_FORMAT, index);
    }

  /* Translators: a node's name, its operator, its place among all nodes, the file, and a sentence
   * that says what is wrong. */
  g_set_error (error, CVR_FORMAT_ERROR, code, _("Node %s (%s), number %zu of %zu in “%s”: %s"),
               name, op, index + 1, self->graph->n_node, self->file, reason);

  return FALSE;
}

/* An input may be left out by an empty name. */
gboolean
cvr_onnx_has_input (const Onnx__NodeProto *node,
                    guint                  i)
{
  return i < node->n_input && node->input[i][0] != '\0';
}

/**
 * cvr_onnx_value:
 *
 * Returns: (nullable) (transfer none): input @i of @node; %NULL with an error where it is missing
 * or nothing made it before.
 */
CvrOnnxValue *
cvr_onnx_value (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                guint                  i,
                GError               **error)
{
  CvrOnnxValue *value;

  if (!cvr_onnx_has_input (node, i))
    {
      cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error, _("Input %u is missing."),
                       i + 1);
      return NULL;
    }

  value = g_hash_table_lookup (self->values, node->input[i]);
  if (value == NULL)
    {
      g_autofree char *name = g_utf8_make_valid (node->input[i], -1);

      cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                       _("It reads “%s”, which nothing before it computes."), name);
    }

  return value;
}

/* The nodes that compute what a note stands for. */
static NnNode
work_out (CvrOnnxReader *self,
          CvrOnnxValue  *value)
{
  const NnFakeQuantSpec *grid = &value->grid;
  NnAttrs attrs = { 0 };

  switch (value->kind)
    {
    case CVR_ONNX_VALUE_CLIPPED:
      return cvr_onnx_make_activation (self, value->node, NN_ACTIVATION_CLIP, value->low,
                                       value->high);
    case CVR_ONNX_VALUE_QUANTIZED:
      return cvr_onnx_make_levels (self, value->node, cvr_onnx_make_number (self, grid->scale),
                                   cvr_onnx_make_number (self, (float) grid->zero_point),
                                   grid->low, grid->high);
    case CVR_ONNX_VALUE_PADDED:
      for (guint i = 0; i < 2; i++)
        {
          attrs.pad.before[2 + i] = value->pad[i];
          attrs.pad.after[2 + i] = value->pad[2 + i];
        }
      return cvr_onnx_make (self, NN_OP_PAD, &attrs, &value->node, 1);
    case CVR_ONNX_VALUE_FLATTENED:
      if (value->shape.dims[0] == 1)
        return cvr_onnx_make (self, NN_OP_FLATTEN, NULL, &value->node, 1);
      return cvr_onnx_make_reshape (self, value->node, &value->shape);
    default:
      return cvr_onnx_make_reshape (self, value->node, &value->shape);
    }
}

/* A constant as a node of the network, made when something first reads it as one. */
static gboolean
hold_constant (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               guint                  i,
               CvrOnnxValue          *value,
               GError               **error)
{
  CvrOnnxTensor *tensor = cvr_onnx_constant (self, node, i, error);

  if (tensor == NULL)
    return FALSE;
  value->type = tensor->type;
  if (value->node != NN_NODE_NONE)
    return TRUE;
  if (tensor->count == 0 || tensor->rank > NN_MAX_RANK)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Input %u has rank %u and holds %zu values; up to rank %d and at "
                              "least one value are supported."), i + 1, tensor->rank,
                            tensor->count, NN_MAX_RANK);
  if (!cvr_onnx_spend (self, node, tensor, tensor->count, error))
    return FALSE;

  value->node = cvr_onnx_make_constant (self, tensor);
  cvr_onnx_name (self, value->node, node->input[i]);
  return cvr_onnx_check (self, node, value->node, &value->shape, error);
}

/* Makes the nodes that a note stands for, once. */
gboolean
cvr_onnx_settle (CvrOnnxReader         *self,
                 const Onnx__NodeProto *node,
                 CvrOnnxValue          *value,
                 GError               **error)
{
  if (value->kind == CVR_ONNX_VALUE_NODE || value->kind == CVR_ONNX_VALUE_CONSTANT)
    return TRUE;
  if (value->kind == CVR_ONNX_VALUE_QUANTIZED)
    {
      if (value->levels == NN_NODE_NONE)
        value->levels = work_out (self, value);
      return cvr_onnx_check (self, node, value->levels, &value->shape, error);
    }

  value->node = work_out (self, value);
  value->kind = CVR_ONNX_VALUE_NODE;
  return cvr_onnx_check (self, node, value->node, &value->shape, error);
}

/**
 * cvr_onnx_activation:
 * @value: (out): input @i of @node as a node of the network; of a constant or a note it is made
 *   here, once
 */
gboolean
cvr_onnx_activation (CvrOnnxReader         *self,
                     const Onnx__NodeProto *node,
                     guint                  i,
                     CvrOnnxValue          *value,
                     GError               **error)
{
  CvrOnnxValue *found = cvr_onnx_value (self, node, i, error);

  if (found == NULL)
    return FALSE;
  if (found->kind == CVR_ONNX_VALUE_CONSTANT ? !hold_constant (self, node, i, found, error)
                                             : !cvr_onnx_settle (self, node, found, error))
    return FALSE;

  *value = *found;
  value->tensor = NULL;
  value->proto = NULL;
  if (found->kind == CVR_ONNX_VALUE_QUANTIZED)
    value->node = found->levels;
  value->kind = CVR_ONNX_VALUE_NODE;
  return TRUE;
}

/* Whether input @i of @node is known when the file is read. */
gboolean
cvr_onnx_is_constant (CvrOnnxReader         *self,
                      const Onnx__NodeProto *node,
                      guint                  i)
{
  const CvrOnnxValue *value = cvr_onnx_has_input (node, i)
                                ? g_hash_table_lookup (self->values, node->input[i]) : NULL;

  return value != NULL && value->kind == CVR_ONNX_VALUE_CONSTANT;
}

/**
 * cvr_onnx_constant:
 *
 * Returns: (nullable) (transfer none): input @i of @node, decoded.
 */
CvrOnnxTensor *
cvr_onnx_constant (CvrOnnxReader         *self,
                   const Onnx__NodeProto *node,
                   guint                  i,
                   GError               **error)
{
  CvrOnnxValue *value = cvr_onnx_value (self, node, i, error);

  if (value == NULL)
    return NULL;
  if (value->kind != CVR_ONNX_VALUE_CONSTANT)
    {
      cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                       _("Input %u is computed by the network from what it is given; it must be "
                         "known beforehand. Export the network with constants there, or give "
                         "values for all inputs of one run."), i + 1);
      return NULL;
    }
  /* Told where it is needed, before anything is decoded. */
  if (value->tensor == NULL)
    value->tensor = cvr_onnx_tensor_decode (value->proto, self->file, error);

  return value->tensor;
}

CvrOnnxTensor *
cvr_onnx_floats (CvrOnnxReader         *self,
                 const Onnx__NodeProto *node,
                 guint                  i,
                 GError               **error)
{
  CvrOnnxTensor *tensor = cvr_onnx_constant (self, node, i, error);

  if (tensor != NULL && tensor->floats == NULL)
    {
      cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                       _("Input %u holds whole numbers where real ones are expected."), i + 1);
      return NULL;
    }

  return tensor;
}

CvrOnnxTensor *
cvr_onnx_ints (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               guint                  i,
               GError               **error)
{
  CvrOnnxTensor *tensor = cvr_onnx_constant (self, node, i, error);

  if (tensor != NULL && (tensor->ints == NULL || tensor->splat))
    {
      cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                       _("Input %u holds real numbers where whole ones are expected."), i + 1);
      return NULL;
    }

  return tensor;
}

/**
 * cvr_onnx_sole_reader:
 *
 * Returns: (nullable): the one node that reads the value @name; %NULL where there are none or
 * several, or where it leaves the graph.
 */
const Onnx__NodeProto *
cvr_onnx_sole_reader (CvrOnnxReader *self,
                      const char    *name)
{
  if (GPOINTER_TO_UINT (g_hash_table_lookup (self->uses, name)) != 1)
    return NULL;

  return g_hash_table_lookup (self->readers, name);
}

/* Whether anything wants output @output of @node. */
gboolean
cvr_onnx_is_read (CvrOnnxReader         *self,
                  const Onnx__NodeProto *node,
                  guint                  output)
{
  return output < node->n_output && node->output[output][0] != '\0' &&
         g_hash_table_contains (self->uses, node->output[output]);
}

/**
 * cvr_onnx_define:
 * @name: how the file calls the value
 * @value: copied; its tensor is taken over, also when this fails
 */
gboolean
cvr_onnx_define (CvrOnnxReader         *self,
                 const Onnx__NodeProto *node,
                 const char            *name,
                 CvrOnnxValue          *value,
                 GError               **error)
{
  if (g_hash_table_contains (self->values, name))
    {
      g_autofree char *valid = g_utf8_make_valid (name, -1);

      g_clear_pointer (&value->tensor, cvr_onnx_tensor_unref);
      return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                              _("“%s” is computed a second time."), valid);
    }

  g_hash_table_insert (self->values, (gpointer) name, g_memdup2 (value, sizeof *value));
  return TRUE;
}

/* @tensor: (transfer full) (nullable): the result of folding; NULL where that failed for want of
 * sense or memory. */
gboolean
cvr_onnx_define_tensor (CvrOnnxReader         *self,
                        const Onnx__NodeProto *node,
                        CvrOnnxTensor         *tensor,
                        GError               **error)
{
  CvrOnnxValue value = { .kind = CVR_ONNX_VALUE_CONSTANT, .node = NN_NODE_NONE, .tensor = tensor };

  if (tensor == NULL)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                            _("Its constant inputs do not fit each other, or are too large."));

  return cvr_onnx_define (self, node, node->output[0], &value, error);
}

/* The output is the input. */
gboolean
cvr_onnx_alias (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                const CvrOnnxValue    *value,
                GError               **error)
{
  CvrOnnxValue copy = *value;

  if (copy.tensor != NULL)
    cvr_onnx_tensor_ref (copy.tensor);

  return cvr_onnx_define (self, node, node->output[0], &copy, error);
}

gboolean
cvr_onnx_no_second (CvrOnnxReader         *self,
                    const Onnx__NodeProto *node,
                    GError               **error)
{
  for (guint i = 1; i < node->n_output; i++)
    if (cvr_onnx_is_read (self, node, i))
      return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                              _("Its second output is used; only the first one is supported."));

  return TRUE;
}
