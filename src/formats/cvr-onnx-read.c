/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads an ONNX file: unpacks it within bounds, walks its nodes in order, seals the network and
 * fills in the weights. */
#include "cvr-onnx-reader.h"

#include "cvr-onnx-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  MAX_NODES = 10000,          /* networks for pictures have a few hundred */
  OPSET_OLDEST = 6,
  OPSET_NEWEST = 17,
};

/* Memory that unpacking may take; a few bytes in the file can ask for a large structure. */
typedef struct
{
  gsize    left;
  gboolean spent;
} Budget;

static void *
budget_alloc (void   *data,
              size_t  size)
{
  Budget *budget = data;

  if (size > budget->left)
    {
      budget->spent = TRUE;
      return NULL;
    }

  budget->left -= size;
  return g_try_malloc (size);
}

static void
budget_free (void *data,
             void *memory)
{
  g_free (memory);
}

static ProtobufCAllocator
budget_allocator (Budget *budget)
{
  return (ProtobufCAllocator) { budget_alloc, budget_free, budget };
}

static gboolean
fail (GError        **error,
      CvrFormatError  code,
      const char     *format,
      ...) G_GNUC_PRINTF (3, 4);

static gboolean
fail (GError        **error,
      CvrFormatError  code,
      const char     *format,
      ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (CVR_FORMAT_ERROR, code, format, args);
  va_end (args);

  return FALSE;
}

static void
value_free (gpointer data)
{
  CvrOnnxValue *value = data;

  g_clear_pointer (&value->tensor, cvr_onnx_tensor_unref);
  g_free (value);
}

static void
weight_clear (gpointer data)
{
  cvr_onnx_tensor_unref (((CvrOnnxWeight *) data)->tensor);
}

static void
reader_init (CvrOnnxReader           *self,
             const Onnx__ModelProto  *model,
             gsize                    length,
             const char              *file)
{
  *self = (CvrOnnxReader) { .file = file, .graph = model->graph };
  self->builder = nn_builder_new ();
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, value_free);
  self->uses = g_hash_table_new (g_str_hash, g_str_equal);
  self->readers = g_hash_table_new (g_str_hash, g_str_equal);
  self->absorbed = g_hash_table_new (NULL, NULL);
  self->names = g_hash_table_new (g_str_hash, g_str_equal);
  self->weights = g_array_new (FALSE, FALSE, sizeof (CvrOnnxWeight));
  g_array_set_clear_func (self->weights, weight_clear);
  /* One byte holds at most one weight; constants of one value may fill a slot. */
  self->budget = 2 * (guint64) length + 65536;
}

static void
reader_clear (CvrOnnxReader *self)
{
  nn_builder_free (self->builder);
  g_hash_table_unref (self->values);
  g_hash_table_unref (self->uses);
  g_hash_table_unref (self->readers);
  g_hash_table_unref (self->absorbed);
  g_hash_table_unref (self->names);
  g_array_unref (self->weights);
}

static gboolean
read_opset (CvrOnnxReader          *self,
            const Onnx__ModelProto *model,
            GError                **error)
{
  for (gsize i = 0; i < model->n_opset_import; i++)
    {
      const char *domain = model->opset_import[i]->domain;

      if (domain == NULL || *domain == '\0' || strcmp (domain, "ai.onnx") == 0)
        self->opset = model->opset_import[i]->version;
    }

  if (self->opset == 0)
    return fail (error, CVR_FORMAT_ERROR_TRUNCATED,
                 _("“%s” does not say which version of the operators it uses: it is damaged or was "
                   "cut off."),
                 self->file);
  if (self->opset < OPSET_OLDEST || self->opset > OPSET_NEWEST)
    return fail (error, CVR_FORMAT_ERROR_UNSUPPORTED,
                 _("“%s” uses version %lld of ONNX's operators; %d to %d are supported. Export it "
                   "again for one of those."),
                 self->file, (long long) self->opset, OPSET_OLDEST, OPSET_NEWEST);

  return TRUE;
}

static gboolean
read_initializers (CvrOnnxReader  *self,
                   GError        **error)
{
  for (gsize i = 0; i < self->graph->n_initializer; i++)
    {
      const Onnx__TensorProto *proto = self->graph->initializer[i];
      CvrOnnxValue value = { .kind = CVR_ONNX_VALUE_CONSTANT, .node = NN_NODE_NONE,
                             .proto = proto };

      if (proto->name == NULL || *proto->name == '\0')
        continue;
      if (g_hash_table_contains (self->values, proto->name))
        return fail (error, CVR_FORMAT_ERROR_INVALID, _("“%s” has two tensors of one name."),
                     self->file);
      g_hash_table_insert (self->values, proto->name, g_memdup2 (&value, sizeof value));
    }

  return TRUE;
}

/* [N, …] with a free or fixed batch and fixed other extents. */
static gboolean
input_shape (CvrOnnxReader               *self,
             const Onnx__ValueInfoProto  *info,
             const char                  *name,
             NnShape                     *shape,
             GError                     **error)
{
  const Onnx__TypeProto__Tensor *type = info->type != NULL ? info->type->tensor_type : NULL;
  gsize rank = type != NULL && type->shape != NULL ? type->shape->n_dim : 0;

  if (type == NULL || type->elem_type != CVR_ONNX_FLOAT)
    return fail (error, CVR_FORMAT_ERROR_UNSUPPORTED,
                 _("The input “%s” of “%s” does not take numbers in single precision."), name,
                 self->file);
  if (rank < 2 || rank > NN_MAX_RANK)
    return fail (error, CVR_FORMAT_ERROR_UNSUPPORTED,
                 _("The input “%s” of “%s” has rank %u; 2 to %d are supported."), name, self->file,
                 (guint) rank, NN_MAX_RANK);

  *shape = (NnShape) { .rank = (guint32) rank, .dims[0] = 1 };
  if (type->shape->dim[0]->has_dim_value && type->shape->dim[0]->dim_value > 0)
    self->batch = type->shape->dim[0]->dim_value;
  for (guint i = 1; i < rank; i++)
    {
      gint64 extent = type->shape->dim[i]->dim_value;

      if (extent < 1 || extent > G_MAXINT32)
        return fail (error, CVR_FORMAT_ERROR_UNSUPPORTED,
                     _("The input “%s” of “%s” has no fixed size along dimension %u. Export the "
                       "network for one size of pictures and try again."),
                     name, self->file, i + 1);
      shape->dims[i] = (guint32) extent;
    }

  return TRUE;
}

/* Inputs of the network; older files list their initializers there too. */
static gboolean
read_inputs (CvrOnnxReader  *self,
             GError        **error)
{
  for (gsize i = 0; i < self->graph->n_input; i++)
    {
      const Onnx__ValueInfoProto *info = self->graph->input[i];
      CvrOnnxValue value = { .kind = CVR_ONNX_VALUE_NODE };
      const CvrOnnxValue *known;
      g_autofree char *name = NULL;

      if (info->name == NULL || *info->name == '\0')
        return fail (error, CVR_FORMAT_ERROR_INVALID, _("An input of “%s” has no name."),
                     self->file);

      name = g_utf8_make_valid (info->name, -1);
      known = g_hash_table_lookup (self->values, info->name);
      if (known != NULL && known->kind == CVR_ONNX_VALUE_CONSTANT)
        continue;
      if (known != NULL)
        return fail (error, CVR_FORMAT_ERROR_INVALID, _("“%s” has two inputs named “%s”."),
                     self->file, name);
      if (!input_shape (self, info, name, &value.shape, error))
        return FALSE;

      value.node = nn_builder_input (self->builder, value.shape);
      if (g_utf8_validate (info->name, -1, NULL) && g_hash_table_add (self->names, info->name))
        nn_builder_name (self->builder, value.node, info->name);
      g_hash_table_insert (self->values, info->name, g_memdup2 (&value, sizeof value));
    }

  return TRUE;
}

static void
count_use (CvrOnnxReader   *self,
           char            *name,
           Onnx__NodeProto *reader)
{
  guint uses = GPOINTER_TO_UINT (g_hash_table_lookup (self->uses, name));

  /* What leaves the graph is never a note between two operators. */
  g_hash_table_insert (self->uses, name, GUINT_TO_POINTER (uses + (reader != NULL ? 1 : 2)));
  if (reader != NULL)
    g_hash_table_insert (self->readers, name, reader);
}

/* Counts who reads what, from the outputs back: a node that nothing needs is left aside. */
static void
count_uses (CvrOnnxReader *self)
{
  for (gsize i = 0; i < self->graph->n_output; i++)
    if (self->graph->output[i]->name != NULL)
      count_use (self, self->graph->output[i]->name, NULL);

  for (gsize i = self->graph->n_node; i-- > 0;)
    {
      Onnx__NodeProto *node = self->graph->node[i];
      gboolean needed = FALSE;

      for (guint j = 0; j < node->n_output; j++)
        needed |= cvr_onnx_is_read (self, node, j);
      for (gsize j = 0; needed && j < node->n_input; j++)
        count_use (self, node->input[j], node);
    }
}

static gboolean
read_node (CvrOnnxReader          *self,
           const Onnx__NodeProto  *node,
           GError                **error)
{
  CvrOnnxImport import = NULL;

  if (node->domain == NULL || *node->domain == '\0' || strcmp (node->domain, "ai.onnx") == 0)
    {
      import = cvr_onnx_find_weighted (node->op_type);
      import = import != NULL ? import : cvr_onnx_find_layer (node->op_type);
      import = import != NULL ? import : cvr_onnx_find_plumbing (node->op_type);
      import = import != NULL ? import : cvr_onnx_find_rounding (node->op_type);
      import = import != NULL ? import : cvr_onnx_find_folding (node->op_type);
    }
  if (import == NULL)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("This operator is not supported."));
  if (node->output[0][0] == '\0')
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error, _("It has no output."));

  return import (self, node, error);
}

static gboolean
read_nodes (CvrOnnxReader  *self,
            GError        **error)
{
  for (gsize i = 0; i < self->graph->n_node; i++)
    {
      const Onnx__NodeProto *node = self->graph->node[i];
      gboolean needed = FALSE;

      for (guint j = 0; j < node->n_output; j++)
        needed |= cvr_onnx_is_read (self, node, j);
      if (needed && !g_hash_table_contains (self->absorbed, node) && !read_node (self, node, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_outputs (CvrOnnxReader  *self,
              GError        **error)
{
  if (self->graph->n_output == 0)
    return fail (error, CVR_FORMAT_ERROR_INVALID, _("The network in “%s” has no output."),
                 self->file);

  for (gsize i = 0; i < self->graph->n_output; i++)
    {
      const char *name = self->graph->output[i]->name;
      CvrOnnxValue *value = name != NULL ? g_hash_table_lookup (self->values, name) : NULL;

      if (value == NULL ||
          (value->kind != CVR_ONNX_VALUE_NODE && value->kind != CVR_ONNX_VALUE_FLATTENED))
        {
          g_autofree char *valid = g_utf8_make_valid (name != NULL ? name : "", -1);

          return fail (error, CVR_FORMAT_ERROR_INVALID,
                       _("The output “%s” of “%s” is not computed by the network."), valid,
                       self->file);
        }

      if (value->kind == CVR_ONNX_VALUE_FLATTENED)
        {
          value->node = cvr_onnx_make (self, NULL, NN_OP_FLATTEN, NULL, &value->node, 1);
          value->kind = CVR_ONNX_VALUE_NODE;
        }
      nn_builder_output (self->builder, value->node);
    }

  return TRUE;
}

/* Notes of our own writer: metadata key of a node → how many bits its grid has. */
static GHashTable *
read_bits (const Onnx__ModelProto *model)
{
  GHashTable *bits = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; i < model->n_metadata_props; i++)
    {
      const Onnx__StringStringEntryProto *entry = model->metadata_props[i];
      guint64 noted = entry->value != NULL ? g_ascii_strtoull (entry->value, NULL, 10) : 0;

      if (entry->key != NULL && g_str_has_prefix (entry->key, CVR_ONNX_BITS_KEY) &&
          (noted == 1 || noted == 2 || noted == 4))
        g_hash_table_insert (bits, entry->key + strlen (CVR_ONNX_BITS_KEY),
                             GUINT_TO_POINTER ((guint) noted));
    }

  return bits;
}

static gboolean
fill_params (CvrOnnxReader           *self,
             const Onnx__ModelProto  *model,
             NnParams                *params,
             GError                 **error)
{
  g_autoptr (GHashTable) bits = read_bits (model);

  for (guint i = 0; i < self->weights->len; i++)
    {
      const CvrOnnxWeight *weight = &g_array_index (self->weights, CvrOnnxWeight, i);
      const CvrOnnxTensor *tensor = weight->tensor;
      const char *name = nn_graph_node_name (nn_params_graph (params), weight->node);
      gsize n_values;
      nn_real *values = nn_params_poke (params, weight->node, weight->slot, &n_values);
      gboolean per_channel = tensor->n_scales > 1;
      guint noted = GPOINTER_TO_UINT (g_hash_table_lookup (bits, name));

      if (values == NULL || n_values != weight->n_values)
        return fail (error, CVR_FORMAT_ERROR_INVALID,
                     _("The weights of “%s” in “%s” do not fit the network."), name, self->file);

      for (gsize j = 0; j < n_values; j++)
        values[j] = tensor->floats[tensor->count == 1 ? 0 : j];
      if (weight->slot == NN_SLOT_WEIGHT && tensor->bits != 0 &&
          (!per_channel || tensor->axis == 0))
        {
          NnWeightQuant quant = { tensor->bits, tensor->n_scales, tensor->scales };

          if (quant.bits == 8 && noted != 0)
            quant.bits = noted;

          nn_params_set_quant (params, weight->node, &quant);
        }
    }

  return TRUE;
}

static void
meta_free (gpointer data)
{
  CvrOnnxMeta *meta = data;

  g_free (meta->key);
  g_free (meta->value);
  g_free (meta);
}

static GPtrArray *
read_metadata (const Onnx__ModelProto *model)
{
  GPtrArray *metadata = g_ptr_array_new_with_free_func (meta_free);

  for (gsize i = 0; i < model->n_metadata_props; i++)
    {
      const Onnx__StringStringEntryProto *entry = model->metadata_props[i];

      if (entry->key != NULL && !g_str_has_prefix (entry->key, CVR_ONNX_BITS_KEY))
        {
          CvrOnnxMeta *meta = g_new (CvrOnnxMeta, 1);

          meta->key = g_utf8_make_valid (entry->key, -1);
          meta->value = g_utf8_make_valid (entry->value != NULL ? entry->value : "", -1);
          g_ptr_array_add (metadata, meta);
        }
    }

  return metadata;
}

/* Everything after unpacking. */
static CvrOnnxModel *
build (const Onnx__ModelProto  *model,
       gsize                    length,
       const char              *file,
       GError                 **error)
{
  g_autoptr (NnGraph) graph = NULL;
  g_autoptr (NnParams) params = NULL;
  g_autoptr (GError) reason = NULL;
  CvrOnnxModel *result = NULL;
  CvrOnnxReader reader;

  reader_init (&reader, model, length, file);
  if (!read_opset (&reader, model, error) || !read_initializers (&reader, error) ||
      !read_inputs (&reader, error))
    goto out;
  count_uses (&reader);
  if (!read_nodes (&reader, error) || !read_outputs (&reader, error))
    goto out;

  graph = nn_builder_seal (reader.builder, &reason);
  if (graph != NULL)
    params = nn_params_new (graph, 0, &reason);
  if (params == NULL)
    {
      fail (error, CVR_FORMAT_ERROR_UNSUPPORTED, _("The network in “%s” can not be used here. %s"),
            file,
            reason->message);
      goto out;
    }
  if (!fill_params (&reader, model, params, error))
    goto out;

  nn_params_freeze (params);
  result = g_new0 (CvrOnnxModel, 1);
  result->graph = g_steal_pointer (&graph);
  result->params = g_steal_pointer (&params);
  result->metadata = read_metadata (model);
  result->opset = reader.opset;
  result->producer = g_utf8_make_valid (model->producer_name != NULL ? model->producer_name : "",
                                        -1);

out:
  reader_clear (&reader);
  return result;
}

/**
 * cvr_onnx_read:
 * @data: (array length=length): a whole ONNX file
 * @name: what messages call the file
 *
 * Reads networks made of the engine's operators, of operator set versions 6 to 17. Memory is
 * bounded by @length. Any thread.
 *
 * Returns: (transfer full): or %NULL with CVR_FORMAT_ERROR_TRUNCATED, CVR_FORMAT_ERROR_INVALID,
 * CVR_FORMAT_ERROR_TOO_LARGE, or CVR_FORMAT_ERROR_UNSUPPORTED with a sentence that names the node
 * and its operator.
 */
CvrOnnxModel *
cvr_onnx_read (const guint8  *data,
               gsize          length,
               const char    *name,
               GError       **error)
{
  Budget budget = { 0 };
  ProtobufCAllocator allocator = budget_allocator (&budget);
  Onnx__ModelProto *model;
  CvrOnnxModel *result = NULL;

  if (length > CVR_ONNX_MAX_BYTES)
    {
      fail (error, CVR_FORMAT_ERROR_TOO_LARGE,
            _("“%s” has a length of %zu bytes; models of up to 2 GiB are supported."), name,
            length);
      return NULL;
    }

  /* Values are copied once; the many small messages of a graph grow by their structures. */
  budget.left = (gsize) MIN (3 * (guint64) length + MIN (64 * (guint64) length, 512 << 20) + 4096,
                             G_MAXSIZE);
  model = length > 0 ? onnx__model_proto__unpack (&allocator, length, data) : NULL;
  if (model == NULL)
    {
      if (budget.spent)
        fail (error, CVR_FORMAT_ERROR_TOO_LARGE,
              _("“%s” asks for more memory than a file of its size may."), name);
      else
        fail (error, CVR_FORMAT_ERROR_TRUNCATED,
              _("“%s” is not a whole ONNX file: it is something else, damaged, or was cut off."),
              name);
      return NULL;
    }

  if (model->graph == NULL || model->graph->n_node == 0)
    fail (error, CVR_FORMAT_ERROR_TRUNCATED,
          _("“%s” is not a whole ONNX file: there is no network in it."), name);
  else if (model->graph->n_node > MAX_NODES)
    fail (error, CVR_FORMAT_ERROR_TOO_LARGE,
          _("The number of nodes of the network in “%s” is %zu; up to %d are supported."), name,
          model->graph->n_node, MAX_NODES);
  else
    result = build (model, length, name, error);

  onnx__model_proto__free_unpacked (model, &allocator);
  return result;
}

void
cvr_onnx_model_free (CvrOnnxModel *self)
{
  if (self == NULL)
    return;

  nn_graph_unref (self->graph);
  nn_params_unref (self->params);
  g_ptr_array_unref (self->metadata);
  g_free (self->producer);
  g_free (self);
}
