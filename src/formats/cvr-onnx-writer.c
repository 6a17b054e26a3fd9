/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts the messages of an ONNX file together. */
#include "cvr-onnx-writer.h"

#include "cvr-onnx-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  IR_VERSION = 8,
  OPSET = 13,
  MAX_NODE_INPUTS = NN_MAX_INPUTS,
  MAX_NODE_ATTRIBUTES = 8,
};

/* Types of attributes, with the numbers of the format. */
enum { ATTRIBUTE_FLOAT = 1, ATTRIBUTE_INT = 2, ATTRIBUTE_STRING = 3, ATTRIBUTE_INTS = 7 };

void
cvr_onnx_writer_init (CvrOnnxWriter *self)
{
  self->owned = g_ptr_array_new_with_free_func (g_free);
  self->nodes = g_ptr_array_new ();
  self->initializers = g_ptr_array_new ();
  self->metadata = g_ptr_array_new ();
  self->taken = g_hash_table_new (g_str_hash, g_str_equal);
  self->only_size = FALSE;
}

void
cvr_onnx_writer_clear (CvrOnnxWriter *self)
{
  g_ptr_array_unref (self->nodes);
  g_ptr_array_unref (self->initializers);
  g_ptr_array_unref (self->metadata);
  g_hash_table_unref (self->taken);
  g_ptr_array_unref (self->owned);
}

/* Keeps @memory until the file is packed. */
gpointer
cvr_onnx_own (CvrOnnxWriter *self,
              gpointer       memory)
{
  g_ptr_array_add (self->owned, memory);

  return memory;
}

static char *
own_text (CvrOnnxWriter *self,
          const char    *text)
{
  return cvr_onnx_own (self, g_strdup (text));
}

/**
 * cvr_onnx_free_name:
 *
 * Returns: @wanted, or @wanted with a number where that is taken; owned by the writer.
 */
char *
cvr_onnx_free_name (CvrOnnxWriter *self,
                    const char    *wanted)
{
  char *name = own_text (self, wanted);

  for (guint i = 2; !g_hash_table_add (self->taken, name); i++)
    name = cvr_onnx_own (self, g_strdup_printf ("%s_%u", wanted, i));

  return name;
}

/* "owner.part", or that with a number. */
char *
cvr_onnx_part_name (CvrOnnxWriter *self,
                    const char    *owner,
                    const char    *part)
{
  g_autofree char *wanted = g_strconcat (owner, ".", part, NULL);

  return cvr_onnx_free_name (self, wanted);
}

void
cvr_onnx_add_meta (CvrOnnxWriter *self,
                   const char    *key,
                   const char    *value)
{
  Onnx__StringStringEntryProto *entry = g_new (Onnx__StringStringEntryProto, 1);

  onnx__string_string_entry_proto__init (entry);
  cvr_onnx_own (self, entry);
  entry->key = own_text (self, key);
  entry->value = own_text (self, value);
  g_ptr_array_add (self->metadata, entry);
}

Onnx__NodeProto *
cvr_onnx_add_node (CvrOnnxWriter *self,
                   const char    *op_type,
                   const char    *name,
                   const char    *input,
                   const char    *output)
{
  Onnx__NodeProto *node = cvr_onnx_own (self, g_new (Onnx__NodeProto, 1));

  onnx__node_proto__init (node);
  node->op_type = own_text (self, op_type);
  node->name = name != NULL ? own_text (self, name) : node->name;
  node->input = cvr_onnx_own (self, g_new (char *, MAX_NODE_INPUTS));
  node->attribute = cvr_onnx_own (self, g_new (Onnx__AttributeProto *, MAX_NODE_ATTRIBUTES));
  node->output = cvr_onnx_own (self, g_new (char *, 1));
  node->output[node->n_output++] = own_text (self, output);
  cvr_onnx_add_input (self, node, input);
  g_ptr_array_add (self->nodes, node);

  return node;
}

void
cvr_onnx_add_input (CvrOnnxWriter   *self,
                    Onnx__NodeProto *node,
                    const char      *input)
{
  g_assert (node->n_input < MAX_NODE_INPUTS);

  node->input[node->n_input++] = own_text (self, input);
}

static Onnx__AttributeProto *
add_attribute (CvrOnnxWriter   *self,
               Onnx__NodeProto *node,
               const char      *name,
               gint32           type)
{
  Onnx__AttributeProto *attribute = cvr_onnx_own (self, g_new (Onnx__AttributeProto, 1));

  g_assert (node->n_attribute < MAX_NODE_ATTRIBUTES);

  onnx__attribute_proto__init (attribute);
  attribute->name = own_text (self, name);
  attribute->has_type = TRUE;
  attribute->type = type;
  node->attribute[node->n_attribute++] = attribute;

  return attribute;
}

void
cvr_onnx_add_int (CvrOnnxWriter   *self,
                  Onnx__NodeProto *node,
                  const char      *name,
                  gint64           value)
{
  Onnx__AttributeProto *attribute = add_attribute (self, node, name, ATTRIBUTE_INT);

  attribute->has_i = TRUE;
  attribute->i = value;
}

void
cvr_onnx_add_ints (CvrOnnxWriter   *self,
                   Onnx__NodeProto *node,
                   const char      *name,
                   const guint32   *values,
                   guint            n_values)
{
  Onnx__AttributeProto *attribute = add_attribute (self, node, name, ATTRIBUTE_INTS);

  attribute->ints = cvr_onnx_own (self, g_new (int64_t, n_values));
  for (guint i = 0; i < n_values; i++)
    attribute->ints[attribute->n_ints++] = values[i];
}

void
cvr_onnx_add_float (CvrOnnxWriter   *self,
                    Onnx__NodeProto *node,
                    const char      *name,
                    float            value)
{
  Onnx__AttributeProto *attribute = add_attribute (self, node, name, ATTRIBUTE_FLOAT);

  attribute->has_f = TRUE;
  attribute->f = value;
}

void
cvr_onnx_add_text (CvrOnnxWriter   *self,
                   Onnx__NodeProto *node,
                   const char      *name,
                   const char      *value)
{
  Onnx__AttributeProto *attribute = add_attribute (self, node, name, ATTRIBUTE_STRING);

  attribute->has_s = TRUE;
  attribute->s.len = strlen (value);
  attribute->s.data = (uint8_t *) own_text (self, value);
}

/* @raw: (transfer full): [product of dims × element size]; NULL where only the size counts */
static const char *
put (CvrOnnxWriter *self,
     const char    *owner,
     const char    *part,
     gint32         type,
     const gsize   *dims,
     guint          rank,
     gpointer       raw,
     gsize          n_bytes)
{
  Onnx__TensorProto *tensor = cvr_onnx_own (self, g_new (Onnx__TensorProto, 1));

  onnx__tensor_proto__init (tensor);
  tensor->name = cvr_onnx_part_name (self, owner, part);
  tensor->has_data_type = TRUE;
  tensor->data_type = type;
  tensor->dims = cvr_onnx_own (self, g_new (int64_t, MAX (rank, 1)));
  for (guint i = 0; i < rank; i++)
    tensor->dims[tensor->n_dims++] = (gint64) dims[i];
  tensor->has_raw_data = TRUE;
  tensor->raw_data.len = n_bytes;
  tensor->raw_data.data = raw != NULL ? cvr_onnx_own (self, raw) : NULL;
  g_ptr_array_add (self->initializers, tensor);

  return tensor->name;
}

static gsize
product (const gsize *dims,
         guint        rank)
{
  gsize count = 1;

  for (guint i = 0; i < rank; i++)
    count *= dims[i]; /* of values that are in memory */

  return count;
}

const char *
cvr_onnx_put_floats (CvrOnnxWriter *self,
                     const char    *owner,
                     const char    *part,
                     const gsize   *dims,
                     guint          rank,
                     const float   *values)
{
  gsize count = product (dims, rank);
  guint32 *raw = NULL;

  if (!self->only_size)
    {
      raw = g_new (guint32, count);
      memcpy (raw, values, count * sizeof *raw);
      for (gsize i = 0; i < count; i++)
        raw[i] = GUINT32_TO_LE (raw[i]);
    }

  return put (self, owner, part, CVR_ONNX_FLOAT, dims, rank, raw, count * sizeof *raw);
}

const char *
cvr_onnx_put_halves (CvrOnnxWriter *self,
                     const char    *owner,
                     const char    *part,
                     const gsize   *dims,
                     guint          rank,
                     const guint16 *values)
{
  gsize count = product (dims, rank);
  guint16 *raw = g_new (guint16, count);

  for (gsize i = 0; i < count; i++)
    raw[i] = GUINT16_TO_LE (values[i]);

  return put (self, owner, part, CVR_ONNX_FLOAT16, dims, rank, raw, count * sizeof *raw);
}

/* @type: CVR_ONNX_INT8 or CVR_ONNX_UINT8 */
const char *
cvr_onnx_put_bytes (CvrOnnxWriter *self,
                    const char    *owner,
                    const char    *part,
                    gint32         type,
                    const gsize   *dims,
                    guint          rank,
                    const guint8  *values)
{
  gsize count = product (dims, rank);

  return put (self, owner, part, type, dims, rank, g_memdup2 (values, count), count);
}

const char *
cvr_onnx_put_longs (CvrOnnxWriter *self,
                    const char    *owner,
                    const char    *part,
                    const gint64  *values,
                    gsize          n_values)
{
  return cvr_onnx_put_indices (self, owner, part, &n_values, 1, values);
}

const char *
cvr_onnx_put_indices (CvrOnnxWriter *self,
                      const char    *owner,
                      const char    *part,
                      const gsize   *dims,
                      guint          rank,
                      const gint64  *values)
{
  gsize count = product (dims, rank);
  gint64 *raw = g_new (gint64, count);

  for (gsize i = 0; i < count; i++)
    raw[i] = GINT64_TO_LE (values[i]);

  return put (self, owner, part, CVR_ONNX_INT64, dims, rank, raw, count * sizeof *raw);
}

/* A tensor of single-precision values [N, @dims…]. */
Onnx__ValueInfoProto *
cvr_onnx_value_info (CvrOnnxWriter *self,
                     const char    *name,
                     const guint32 *dims,
                     guint          rank)
{
  guint32 all[NN_MAX_RANK + 1] = { 0 };

  for (guint i = 0; i < rank; i++)
    all[i + 1] = dims[i];

  return cvr_onnx_value_info_of (self, name, all, rank + 1);
}

/* One of @dims; where that is 0, of any number of items. */
Onnx__ValueInfoProto *
cvr_onnx_value_info_of (CvrOnnxWriter *self,
                        const char    *name,
                        const guint32 *dims,
                        guint          rank)
{
  Onnx__ValueInfoProto *info = cvr_onnx_own (self, g_new (Onnx__ValueInfoProto, 1));
  Onnx__TypeProto *type = cvr_onnx_own (self, g_new (Onnx__TypeProto, 1));
  Onnx__TypeProto__Tensor *tensor = cvr_onnx_own (self, g_new (Onnx__TypeProto__Tensor, 1));
  Onnx__TensorShapeProto *shape = cvr_onnx_own (self, g_new (Onnx__TensorShapeProto, 1));

  onnx__value_info_proto__init (info);
  onnx__type_proto__init (type);
  onnx__type_proto__tensor__init (tensor);
  onnx__tensor_shape_proto__init (shape);
  info->name = own_text (self, name);
  info->type = type;
  type->tensor_type = tensor;
  tensor->has_elem_type = TRUE;
  tensor->elem_type = CVR_ONNX_FLOAT;
  tensor->shape = shape;

  shape->dim = cvr_onnx_own (self, g_new (Onnx__TensorShapeProto__Dimension *, MAX (rank, 1)));
  for (guint i = 0; i < rank; i++)
    {
      Onnx__TensorShapeProto__Dimension *dim =
        cvr_onnx_own (self, g_new (Onnx__TensorShapeProto__Dimension, 1));

      onnx__tensor_shape_proto__dimension__init (dim);
      if (dims[i] == 0)
        {
          dim->dim_param = own_text (self, "N");
        }
      else
        {
          dim->has_dim_value = TRUE;
          dim->dim_value = dims[i];
        }
      shape->dim[shape->n_dim++] = dim;
    }

  return info;
}

/* The messages of a file, which point to each other: not to be copied. */
typedef struct
{
  char                      producer[sizeof "convisor"], domain[1];
  Onnx__OperatorSetIdProto  opset;
  Onnx__OperatorSetIdProto *opsets[1];
  Onnx__GraphProto          graph;
  Onnx__ModelProto          parts[3];
  gsize                     sizes[3], size; /* of the parts packed; of all */
} File;

static gboolean
file_init (File                  *file,
           CvrOnnxWriter         *self,
           Onnx__ValueInfoProto **inputs,
           guint                  n_inputs,
           Onnx__ValueInfoProto **outputs,
           guint                  n_outputs,
           GError               **error)
{
  Onnx__ModelProto *head = &file->parts[0], *body = &file->parts[1], *tail = &file->parts[2];

  *file = (File) { .producer = "convisor" };
  onnx__operator_set_id_proto__init (&file->opset);
  onnx__graph_proto__init (&file->graph);
  for (guint i = 0; i < G_N_ELEMENTS (file->parts); i++)
    onnx__model_proto__init (&file->parts[i]);

  head->has_ir_version = TRUE;
  head->ir_version = IR_VERSION;
  head->producer_name = file->producer;
  head->n_metadata_props = self->metadata->len;
  head->metadata_props = (Onnx__StringStringEntryProto **) self->metadata->pdata;

  file->graph.name = file->producer;
  file->graph.n_node = self->nodes->len;
  file->graph.node = (Onnx__NodeProto **) self->nodes->pdata;
  file->graph.n_initializer = self->initializers->len;
  file->graph.initializer = (Onnx__TensorProto **) self->initializers->pdata;
  file->graph.n_input = n_inputs;
  file->graph.input = inputs;
  file->graph.n_output = n_outputs;
  file->graph.output = outputs;
  body->graph = &file->graph;

  file->opset.domain = file->domain;
  file->opset.has_version = TRUE;
  file->opset.version = OPSET;
  file->opsets[0] = &file->opset;
  tail->n_opset_import = 1;
  tail->opset_import = file->opsets;

  for (guint i = 0; i < G_N_ELEMENTS (file->parts); i++)
    file->size += file->sizes[i] = onnx__model_proto__get_packed_size (&file->parts[i]);
  if (file->size <= CVR_ONNX_MAX_BYTES)
    return TRUE;

  g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE,
               _("The model would take a file of %zu bytes; ONNX allows up to 2 GiB."), file->size);
  return FALSE;
}

/**
 * cvr_onnx_writer_pack:
 *
 * Messages of this format may be cut between fields and put one behind the other, and fields may
 * come in any order. The version of the operators, without which no file is read, comes last here:
 * a file that was cut off anywhere is told from a whole one.
 *
 * Returns: (transfer full): the file, or %NULL with CVR_FORMAT_ERROR_TOO_LARGE.
 */
GBytes *
cvr_onnx_writer_pack (CvrOnnxWriter         *self,
                      Onnx__ValueInfoProto **inputs,
                      guint                  n_inputs,
                      Onnx__ValueInfoProto **outputs,
                      guint                  n_outputs,
                      GError               **error)
{
  File file;
  guint8 *bytes, *end;

  g_return_val_if_fail (!self->only_size, NULL);

  if (!file_init (&file, self, inputs, n_inputs, outputs, n_outputs, error))
    return NULL;

  bytes = end = g_malloc (file.size);
  for (guint i = 0; i < G_N_ELEMENTS (file.parts); i++)
    {
      onnx__model_proto__pack (&file.parts[i], end);
      end += file.sizes[i];
    }

  return g_bytes_new_take (bytes, file.size);
}

/**
 * cvr_onnx_writer_size:
 * @size: (out): of what cvr_onnx_writer_pack() would give
 *
 * Returns: %FALSE with the same errors.
 */
gboolean
cvr_onnx_writer_size (CvrOnnxWriter         *self,
                      Onnx__ValueInfoProto **inputs,
                      guint                  n_inputs,
                      Onnx__ValueInfoProto **outputs,
                      guint                  n_outputs,
                      gsize                 *size,
                      GError               **error)
{
  File file;

  if (!file_init (&file, self, inputs, n_inputs, outputs, n_outputs, error))
    return FALSE;
  *size = file.size;

  return TRUE;
}
