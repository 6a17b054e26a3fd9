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
  va_list args;

  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);

  if (node->name != NULL && *node->name != '\0')
    {
      g_autofree char *valid = g_utf8_make_valid (node->name, -1);

      name = g_strdup_printf ("“%s”", valid);
    }
  else
    {
      gsize index = 0;

      while (index < self->graph->n_node && self->graph->node[index] != node)
        index++;
      name = g_strdup_printf ("#%" G_GSIZE_FORMAT, index);
    }

  /* Translators: a node's name, its operator, the file, and a sentence that says what is wrong. */
  g_set_error (error, CVR_FORMAT_ERROR, code, _("Node %s (%s) in “%s”: %s"), name, op, self->file,
               reason);

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

/**
 * cvr_onnx_activation:
 * @value: (out): input @i of @node as a node of the network; a flattened one becomes a layer here
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

  if (found->kind == CVR_ONNX_VALUE_FLATTENED)
    {
      found->node = cvr_onnx_make (self, NULL, NN_OP_FLATTEN, NULL, &found->node, 1);
      found->kind = CVR_ONNX_VALUE_NODE;
    }
  if (found->kind == CVR_ONNX_VALUE_CONSTANT)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Input %u is a constant; only values that come from the network are "
                              "supported there."), i + 1);
  if (found->kind != CVR_ONNX_VALUE_NODE)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("This operator is not supported after the one before it."));

  *value = *found;
  return TRUE;
}

/**
 * cvr_onnx_padded:
 * @value: (out): input 0 of @node as maps, with the zeros that a Pad before puts around them
 */
gboolean
cvr_onnx_padded (CvrOnnxReader         *self,
                 const Onnx__NodeProto *node,
                 CvrOnnxValue          *value,
                 GError               **error)
{
  CvrOnnxValue *found = cvr_onnx_value (self, node, 0, error);

  if (found == NULL)
    return FALSE;
  if (found->kind == CVR_ONNX_VALUE_PADDED)
    *value = *found;
  else if (!cvr_onnx_activation (self, node, 0, value, error))
    return FALSE;
  if (!cvr_onnx_is_maps (&value->shape))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("Its input has rank %u; maps (rank 4) are supported."),
                            value->shape.rank);

  return TRUE;
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
                       _("Input %u is computed by the network; only a constant is supported "
                         "there."), i + 1);
      return NULL;
    }
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

  if (tensor != NULL && tensor->ints == NULL)
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

/**
 * cvr_onnx_make:
 * @node: (nullable): where the name comes from; a name that is missing, broken or taken is left to
 *   the builder
 *
 * Returns: a new layer of the network; its mistakes are told when the network is sealed.
 */
NnNode
cvr_onnx_make (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               NnOpKind               kind,
               const NnAttrs         *attrs,
               const NnNode          *xs,
               guint                  n_xs)
{
  NnNode made = nn_builder_node (self->builder, kind, attrs, xs, n_xs);
  const char *name = node != NULL ? node->name : NULL;

  if (name != NULL && *name != '\0' && g_utf8_validate (name, -1, NULL) &&
      g_hash_table_add (self->names, (gpointer) name))
    nn_builder_name (self->builder, made, name);

  return made;
}

/* A layer with one input whose value is the first output of @node. */
gboolean
cvr_onnx_layer (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                NnOpKind               kind,
                const NnAttrs         *attrs,
                NnNode                 x,
                const NnShape         *shape,
                GError               **error)
{
  CvrOnnxValue value = { .kind = CVR_ONNX_VALUE_NODE, .shape = *shape };

  value.node = cvr_onnx_make (self, node, kind, attrs, &x, 1);
  return cvr_onnx_define (self, node, node->output[0], &value, error);
}

const Onnx__AttributeProto *
cvr_onnx_attribute (const Onnx__NodeProto *node,
                    const char            *name)
{
  for (gsize i = 0; i < node->n_attribute; i++)
    if (g_strcmp0 (node->attribute[i]->name, name) == 0)
      return node->attribute[i];

  return NULL;
}

gint64
cvr_onnx_attr_int (const Onnx__NodeProto *node,
                   const char            *name,
                   gint64                 fallback)
{
  const Onnx__AttributeProto *attribute = cvr_onnx_attribute (node, name);

  return attribute != NULL && attribute->has_i ? attribute->i : fallback;
}

float
cvr_onnx_attr_float (const Onnx__NodeProto *node,
                     const char            *name,
                     float                  fallback)
{
  const Onnx__AttributeProto *attribute = cvr_onnx_attribute (node, name);

  return attribute != NULL && attribute->has_f ? attribute->f : fallback;
}

/* Whether the text attribute @name is @text; @fallback where there is none. */
gboolean
cvr_onnx_attr_is (const Onnx__NodeProto *node,
                  const char            *name,
                  const char            *text,
                  gboolean               fallback)
{
  const Onnx__AttributeProto *attribute = cvr_onnx_attribute (node, name);

  if (attribute == NULL || !attribute->has_s)
    return fallback;

  return attribute->s.len == strlen (text) &&
         memcmp (attribute->s.data, text, attribute->s.len) == 0;
}

/**
 * cvr_onnx_attr_extents:
 * @least: smallest value that makes sense
 * @fallback: for all, where the attribute is absent
 * @values: (out) (array length=n)
 */
gboolean
cvr_onnx_attr_extents (CvrOnnxReader         *self,
                       const Onnx__NodeProto *node,
                       const char            *name,
                       guint32                least,
                       guint32                fallback,
                       guint                  n,
                       guint32               *values,
                       GError               **error)
{
  const Onnx__AttributeProto *attribute = cvr_onnx_attribute (node, name);

  if (attribute != NULL && attribute->n_ints != n)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("“%s” has length %u; %u is supported."), name,
                            (guint) attribute->n_ints, n);

  for (guint i = 0; i < n; i++)
    {
      gint64 value = attribute != NULL ? attribute->ints[i] : fallback;

      if (value < least || value > CVR_ONNX_MAX_EXTENT)
        return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                                _("“%s” is %lld; %u to %d are supported."), name,
                                (long long) value, least, CVR_ONNX_MAX_EXTENT);
      values[i] = (guint32) value;
    }

  return TRUE;
}

/* Counts parameters against what a file of this size can hold: one tensor named by a thousand nodes
 * must not become a thousand tensors of memory. */
gboolean
cvr_onnx_spend (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                gsize                  n_values,
                GError               **error)
{
  if (n_values > self->budget)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_TOO_LARGE, error,
                            _("The network has far more weights than the file has bytes."));

  self->budget -= n_values;
  return TRUE;
}

/* @n_values: of the slot; @tensor has as many, or one for all. */
void
cvr_onnx_add_weight (CvrOnnxReader *self,
                     NnNode         node,
                     NnSlot         slot,
                     CvrOnnxTensor *tensor,
                     gsize          n_values)
{
  CvrOnnxWeight weight = { node, slot, cvr_onnx_tensor_ref (tensor), n_values };

  g_array_append_val (self->weights, weight);
}

gboolean
cvr_onnx_is_maps (const NnShape *shape)
{
  return shape->rank == 4;
}

gboolean
cvr_onnx_is_vector (const NnShape *shape)
{
  return shape->rank == 2;
}
