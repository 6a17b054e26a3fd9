/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads an ONNX file: unpacks it within bounds, walks its nodes in order, seals the network and
 * fills in the weights. */
#include "cvr-onnx-private.h"
#include "cvr-onnx-reader.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  MAX_NODES = 10000,          /* networks for pictures have a few hundred */
  OPSET_OLDEST = 6,
  OPSET_NEWEST = 17,
  MAX_FILLS = 1 << 27,        /* values of constants given as one number and a shape */
  MIN_FOLDING = 1 << 20,      /* values that arithmetic on constants may always make */
};

/* What is read: bytes, what messages call them, and the inputs of a single run. */
typedef struct
{
  const guint8         *data;
  gsize                 length;
  const char           *name;
  CvrOnnxTensor *const *bound; /* (nullable) */
  guint                 n_bound;
} Source;

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
             const Source            *source)
{
  *self = (CvrOnnxReader) { .file = source->name, .graph = model->graph };
  self->bound = source->bound;
  self->n_bound = source->n_bound;
  self->builder = nn_builder_new ();
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, value_free);
  self->uses = g_hash_table_new (g_str_hash, g_str_equal);
  self->readers = g_hash_table_new (g_str_hash, g_str_equal);
  self->makers = g_hash_table_new (g_str_hash, g_str_equal);
  self->absorbed = g_hash_table_new (NULL, NULL);
  self->wanted = g_hash_table_new (g_str_hash, g_str_equal);
  self->shared = g_byte_array_new ();
  self->inputs = g_ptr_array_new_with_free_func (cvr_onnx_end_free);
  self->outputs = g_ptr_array_new_with_free_func (cvr_onnx_end_free);
  self->names = g_hash_table_new (g_str_hash, g_str_equal);
  self->weights = g_array_new (FALSE, FALSE, sizeof (CvrOnnxWeight));
  g_array_set_clear_func (self->weights, weight_clear);
  /* One byte holds at most one weight; constants of one value may fill a slot. */
  self->budget = 2 * (guint64) source->length + 65536;
  self->fills = MAX_FILLS;
  self->folding = 4 * source->length + MIN_FOLDING;
}

static void
reader_clear (CvrOnnxReader *self)
{
  nn_builder_free (self->builder);
  g_hash_table_unref (self->values);
  g_hash_table_unref (self->uses);
  g_hash_table_unref (self->readers);
  g_hash_table_unref (self->makers);
  g_hash_table_unref (self->absorbed);
  g_hash_table_unref (self->wanted);
  g_byte_array_unref (self->shared);
  g_clear_pointer (&self->inputs, g_ptr_array_unref);
  g_clear_pointer (&self->outputs, g_ptr_array_unref);
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
    return cvr_onnx_fail (error, CVR_FORMAT_ERROR_TRUNCATED,
                          _("“%s” does not say which version of the operators it uses: it is "
                            "damaged or was cut off."),
                          self->file);
  if (self->opset < OPSET_OLDEST || self->opset > OPSET_NEWEST)
    return cvr_onnx_fail (error, CVR_FORMAT_ERROR_UNSUPPORTED,
                          _("“%s” uses version %lld of ONNX's operators; %d to %d are supported. "
                            "Export it again for one of those."),
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
        return cvr_onnx_fail (error, CVR_FORMAT_ERROR_INVALID,
                              _("“%s” has two tensors of one name."), self->file);
      g_hash_table_insert (self->values, proto->name, g_memdup2 (&value, sizeof value));
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

static gboolean
is_needed (CvrOnnxReader         *self,
           const Onnx__NodeProto *node)
{
  for (guint i = 0; i < node->n_output; i++)
    if (cvr_onnx_is_read (self, node, i))
      return TRUE;

  return FALSE;
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

      for (gsize j = 0; is_needed (self, node) && j < node->n_input; j++)
        count_use (self, node->input[j], node);
      for (guint j = 0; j < node->n_output; j++)
        g_hash_table_insert (self->makers, node->output[j], node);
    }
}

/* (nullable): how to read @node. */
static CvrOnnxImport
find_import (const Onnx__NodeProto *node)
{
  static CvrOnnxImport (*const finders[]) (const char *op_type) = {
    cvr_onnx_find_weighted, cvr_onnx_find_layer,      cvr_onnx_find_window,
    cvr_onnx_find_norm,     cvr_onnx_find_plumbing,   cvr_onnx_find_picking,
    cvr_onnx_find_rounding, cvr_onnx_find_arithmetic, cvr_onnx_find_resizing,
    cvr_onnx_find_integer,
  };
  CvrOnnxImport import = NULL;

  if (g_strcmp0 (node->domain, "com.microsoft") == 0)
    {
      import = cvr_onnx_find_microsoft (node->op_type);
      return import != NULL ? import : cvr_onnx_find_rounding (node->op_type);
    }
  if (node->domain == NULL || *node->domain == '\0' || strcmp (node->domain, "ai.onnx") == 0)
    for (guint i = 0; i < G_N_ELEMENTS (finders) && import == NULL; i++)
      import = finders[i](node->op_type);

  return import;
}

static gboolean
is_folded (const Onnx__NodeProto *node)
{
  return (node->domain == NULL || *node->domain == '\0' || strcmp (node->domain, "ai.onnx") == 0) &&
         (cvr_onnx_folds (node->op_type) || g_strcmp0 (node->op_type, "Shape") == 0 ||
          g_strcmp0 (node->op_type, "Size") == 0);
}

/* Names an operator that nobody here knows, and what comes before it, before anything is
 * decoded. */
static gboolean
check_operators (CvrOnnxReader  *self,
                 GError        **error)
{
  for (gsize i = 0; i < self->graph->n_node; i++)
    {
      const Onnx__NodeProto *node = self->graph->node[i], *before;
      g_autofree char *name = NULL;

      if (!is_needed (self, node) || find_import (node) != NULL || is_folded (node))
        continue;

      before = node->n_input > 0 ? g_hash_table_lookup (self->makers, node->input[0]) : NULL;
      if (before == NULL)
        return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                                _("This operator is not supported."));
      name = g_utf8_make_valid (before->name != NULL && *before->name != '\0' ? before->name
                                : before->op_type != NULL                     ? before->op_type
                                                                              : "",
                                -1);
      return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                              _("This operator is not supported. It comes after “%s”."), name);
    }

  return TRUE;
}

static gboolean
read_node (CvrOnnxReader          *self,
           const Onnx__NodeProto  *node,
           GError                **error)
{
  CvrOnnxImport import = find_import (node);
  gboolean done = FALSE;

  if (node->output[0][0] == '\0' && (node->n_output < 2 || import == NULL))
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error, _("It has no output."));
  if (is_folded (node) && !cvr_onnx_fold (self, node, &done, error))
    return FALSE;
  if (done)
    return TRUE;
  if (import == NULL)
    return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_UNSUPPORTED, error,
                            _("This operator is supported only where all its inputs are known "
                              "beforehand."));

  self->n_before = self->shared->len;
  return import (self, node, error);
}

static gboolean
read_nodes (CvrOnnxReader  *self,
            GError        **error)
{
  for (gsize i = 0; i < self->graph->n_node; i++)
    {
      const Onnx__NodeProto *node = self->graph->node[i];

      if (is_needed (self, node) && !g_hash_table_contains (self->absorbed, node) &&
          !read_node (self, node, error))
        return FALSE;
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

/* As many as the slot holds, of which a tensor of one value fills all. */
static void
copy_values (const CvrOnnxTensor *tensor,
             gsize                n_values,
             nn_real             *values)
{
  if (tensor->splat || tensor->count == 1)
    {
      nn_real value = cvr_onnx_tensor_float_at (tensor, 0);

      for (gsize i = 0; i < n_values; i++)
        values[i] = value;
    }
  else if (tensor->floats != NULL && tensor->count == n_values)
    memcpy (values, tensor->floats, n_values * sizeof *values);
  else
    for (gsize i = 0; i < n_values; i++)
      values[i] = cvr_onnx_tensor_float_at (tensor, i);
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

      if (values == NULL) /* Nothing needs the node. */
        continue;
      if (n_values != weight->n_values)
        return cvr_onnx_fail (error, CVR_FORMAT_ERROR_INVALID,
                              _("The weights of “%s” in “%s” do not fit the network."), name,
                              self->file);

      copy_values (tensor, n_values, values);
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

/* Seals the network, with its weights. */
static CvrOnnxModel *
finish (CvrOnnxReader           *self,
        const Onnx__ModelProto  *model,
        GError                 **error)
{
  g_autoptr (NnGraph) graph = NULL;
  g_autoptr (NnParams) params = NULL;
  g_autoptr (GError) reason = NULL;
  CvrOnnxModel *result;

  graph = nn_builder_seal (self->builder, &reason);
  if (graph != NULL)
    params = nn_params_new_empty (graph, &reason);
  if (params == NULL)
    {
      cvr_onnx_fail (error, CVR_FORMAT_ERROR_UNSUPPORTED,
                     _("The network in “%s” can't be used here. %s"), self->file,
                     reason->message);
      return NULL;
    }
  if (!fill_params (self, model, params, error))
    return NULL;

  nn_params_freeze (params);
  result = g_new0 (CvrOnnxModel, 1);
  result->graph = g_steal_pointer (&graph);
  result->params = g_steal_pointer (&params);
  result->metadata = read_metadata (model);
  result->inputs = g_steal_pointer (&self->inputs);
  result->outputs = g_steal_pointer (&self->outputs);
  result->opset = self->opset;
  result->producer = g_utf8_make_valid (model->producer_name != NULL ? model->producer_name : "",
                                        -1);

  return result;
}

/* Everything after unpacking. @batch: (out): the fixed size of a first axis that was taken for a
 * batch, as @as_batch allows; 0 otherwise */
static CvrOnnxModel *
build (const Onnx__ModelProto  *model,
       const Source            *source,
       gboolean                 as_batch,
       gint64                  *batch,
       GError                 **error)
{
  CvrOnnxModel *result = NULL;
  CvrOnnxReader reader;

  reader_init (&reader, model, source);
  reader.as_batch = as_batch;
  if (read_opset (&reader, model, error) && read_initializers (&reader, error))
    {
      count_uses (&reader);
      if (source->bound != NULL)
        cvr_onnx_want_constants (&reader);
      if (check_operators (&reader, error) && cvr_onnx_read_inputs (&reader, error) &&
          read_nodes (&reader, error) && cvr_onnx_read_outputs (&reader, error))
        result = finish (&reader, model, error);
    }

  *batch = reader.batch;
  reader_clear (&reader);
  return result;
}

/* A file made for a fixed number of items is read as one for any number where the items stay
 * apart. */
static CvrOnnxModel *
build_for_items (const Onnx__ModelProto  *model,
                 const Source            *source,
                 GError                 **error)
{
  g_autoptr (CvrOnnxModel) result = NULL;
  g_autoptr (GError) reason = NULL;
  gint64 batch;

  result = build (model, source, source->bound == NULL, &batch, &reason);
  if (batch > 0 && (result == NULL || nn_graph_max_batch (result->graph) == 1))
    {
      g_clear_pointer (&result, cvr_onnx_model_free);
      g_clear_error (&reason);
      result = build (model, source, FALSE, &batch, &reason);
    }
  if (result == NULL)
    g_propagate_error (error, g_steal_pointer (&reason));

  return g_steal_pointer (&result);
}

static CvrOnnxModel *
read_source (const Source  *source,
             GError       **error)
{
  const char *name = source->name;
  Onnx__ModelProto *model;
  CvrOnnxModel *result = NULL;
  gboolean spent;

  if (source->length > CVR_ONNX_MAX_BYTES)
    {
      cvr_onnx_fail (error, CVR_FORMAT_ERROR_TOO_LARGE,
                     _("“%s” has a length of %zu bytes; models of up to 2 GiB are supported."),
                     name, source->length);
      return NULL;
    }

  model = cvr_onnx_unpack (&onnx__model_proto__descriptor, source->data, source->length, &spent);
  if (model == NULL)
    {
      if (spent)
        cvr_onnx_fail (error, CVR_FORMAT_ERROR_TOO_LARGE,
                       _("“%s” asks for more memory than a file of its size may."), name);
      else
        cvr_onnx_fail (error, CVR_FORMAT_ERROR_TRUNCATED,
                       _("“%s” is not a whole ONNX file: it is something else, damaged, or was cut "
                         "off."), name);
      return NULL;
    }

  if (model->graph == NULL || model->graph->n_node == 0)
    cvr_onnx_fail (error, CVR_FORMAT_ERROR_TRUNCATED,
                   _("“%s” is not a whole ONNX file: there is no network in it."), name);
  else if (model->graph->n_node > MAX_NODES)
    cvr_onnx_fail (error, CVR_FORMAT_ERROR_TOO_LARGE,
                   _("The number of nodes of the network in “%s” is %zu; up to %d are supported."),
                   name, model->graph->n_node, MAX_NODES);
  else
    result = build_for_items (model, source, error);

  cvr_onnx_unpack_free (model);
  return result;
}

/**
 * cvr_onnx_read:
 * @data: (array length=length): a whole ONNX file
 * @name: what messages call the file
 *
 * Reads networks made of the engine's operators, of operator set versions 6 to 17. Memory is
 * bounded by @length, but for constants that the file gives as one number and a shape. Any thread.
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
  const Source source = { data, length, name, NULL, 0 };

  return read_source (&source, error);
}

/**
 * cvr_onnx_read_for:
 * @inputs: (array length=n_inputs): one tensor per input of the file, in its order
 *
 * As cvr_onnx_read(), for one run with these inputs: their sizes are those of the network, first
 * axes included, and those that must be known beforehand are constants of it.
 *
 * Returns: (transfer full): or %NULL with the same errors.
 */
CvrOnnxModel *
cvr_onnx_read_for (const guint8         *data,
                   gsize                 length,
                   const char           *name,
                   CvrOnnxTensor *const *inputs,
                   guint                 n_inputs,
                   GError              **error)
{
  static CvrOnnxTensor *const none[1];
  const Source source = { data, length, name, n_inputs > 0 ? inputs : none, n_inputs };

  return read_source (&source, error);
}

void
cvr_onnx_model_free (CvrOnnxModel *self)
{
  if (self == NULL)
    return;

  nn_graph_unref (self->graph);
  nn_params_unref (self->params);
  g_ptr_array_unref (self->metadata);
  g_ptr_array_unref (self->inputs);
  g_ptr_array_unref (self->outputs);
  g_free (self->producer);
  g_free (self);
}
