/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inputs and outputs of an ONNX graph, and which of its values must be known beforehand. */
#include "cvr-onnx-reader.h"

#include <glib/gi18n-lib.h>

gboolean
cvr_onnx_fail (GError        **error,
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

void
cvr_onnx_end_free (gpointer data)
{
  CvrOnnxEnd *end = data;

  g_clear_pointer (&end->constant, cvr_onnx_tensor_unref);
  g_free (end->name);
  g_free (end);
}

/* Operands that are part of an operator here, not values that run through the network. */
static guint
wanted_inputs (const char *op_type)
{
  static const struct { const char *op_type; guint inputs; } table[] = { /* bit i: input i */
    { "Reshape", 1 << 1 },         { "Expand", 1 << 1 },       { "ConstantOfShape", 1 << 0 },
    { "Slice", 0x1e },             { "Squeeze", 1 << 1 },      { "Unsqueeze", 1 << 1 },
    { "Split", 1 << 1 },           { "Pad", 0xe },             { "Resize", 0xe },
    { "Upsample", 1 << 1 },        { "Range", 0x7 },           { "ReduceSum", 1 << 1 },
    { "Dropout", 0x6 },            { "Conv", 0x6 },            { "ConvTranspose", 0x6 },
    { "BatchNormalization", 0x1e }, { "InstanceNormalization", 0x6 },
    { "QLinearConv", 0x1fe },      { "QLinearMatMul", 0xf6 },  { "ConvInteger", 0xa },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_strcmp0 (table[i].op_type, op_type) == 0)
      return table[i].inputs;

  return 0;
}

/* Adds @name and whatever it is computed from, up to values of which only the shape counts. */
static void
want (CvrOnnxReader *self,
      char          *name)
{
  g_autoptr (GPtrArray) left = g_ptr_array_new ();

  g_ptr_array_add (left, name);
  while (left->len > 0)
    {
      char *next = g_ptr_array_steal_index_fast (left, left->len - 1);
      const Onnx__NodeProto *maker;

      if (*next == '\0' || !g_hash_table_add (self->wanted, next))
        continue;
      maker = g_hash_table_lookup (self->makers, next);
      if (maker == NULL || g_strcmp0 (maker->op_type, "Shape") == 0 ||
          g_strcmp0 (maker->op_type, "Size") == 0)
        continue;
      for (gsize i = 0; i < maker->n_input; i++)
        g_ptr_array_add (left, maker->input[i]);
    }
}

/* For a single run: finds the inputs that decide what the network is. */
void
cvr_onnx_want_constants (CvrOnnxReader *self)
{
  for (gsize i = 0; i < self->graph->n_node; i++)
    {
      const Onnx__NodeProto *node = self->graph->node[i];
      guint inputs = wanted_inputs (node->op_type);

      for (guint k = 0; k < node->n_input && k < 32; k++)
        if ((inputs >> k & 1) != 0)
          want (self, node->input[k]);
    }
}

static gboolean
is_initializer (CvrOnnxReader *self,
                const char    *name)
{
  const CvrOnnxValue *known = g_hash_table_lookup (self->values, name);

  return known != NULL && known->kind == CVR_ONNX_VALUE_CONSTANT;
}

/* A tensor of numbers: its type, and its extents with 0 where the file leaves one open. */
static gboolean
describe_input (CvrOnnxReader              *self,
                const Onnx__ValueInfoProto *info,
                CvrOnnxEnd                 *end,
                gboolean                   *has_shape,
                GError                    **error)
{
  const Onnx__TypeProto__Tensor *type = info->type != NULL ? info->type->tensor_type : NULL;
  gsize rank = type != NULL && type->shape != NULL ? type->shape->n_dim : 0;

  if (type == NULL || cvr_onnx_type_size (type->elem_type) == 0)
    return cvr_onnx_fail (error, CVR_FORMAT_ERROR_UNSUPPORTED,
                          _("The input “%s” of “%s” does not take a tensor of numbers; text, "
                            "sequences and optional values are not supported."), end->name,
                          self->file);
  if (rank > NN_MAX_RANK)
    return cvr_onnx_fail (error, CVR_FORMAT_ERROR_UNSUPPORTED,
                          _("The input “%s” of “%s” has rank %u; up to %d is supported."),
                          end->name, self->file, (guint) rank, NN_MAX_RANK);

  end->type = type->elem_type;
  end->rank = (guint) rank;
  *has_shape = type->shape != NULL;
  for (guint i = 0; i < rank; i++)
    {
      gint64 extent = type->shape->dim[i]->dim_value;

      if (extent > G_MAXINT32)
        return cvr_onnx_fail (error, CVR_FORMAT_ERROR_TOO_LARGE,
                              _("The input “%s” of “%s” has a size of %lld along dimension %u."),
                              end->name, self->file, (long long) extent, i + 1);
      end->dims[i] = MAX (extent, 0);
    }

  return TRUE;
}

/* Extents of the tensor that is given, which the file may not contradict. */
static gboolean
take_bound_shape (CvrOnnxReader        *self,
                  const CvrOnnxTensor  *bound,
                  gboolean              has_shape,
                  CvrOnnxEnd           *end,
                  GError              **error)
{
  gboolean fits = !has_shape || end->rank == bound->rank;

  for (guint i = 0; has_shape && fits && i < end->rank; i++)
    fits = end->dims[i] == 0 || end->dims[i] == (gint64) bound->dims[i];
  if (!fits || bound->rank > NN_MAX_RANK)
    {
      g_autoptr (GString) wanted = g_string_new (NULL), given = g_string_new (NULL);

      for (guint i = 0; i < end->rank; i++)
        g_string_append_printf (wanted, "%s%" G_GINT64_FORMAT, i > 0 ? "×" : "", end->dims[i]);
      for (guint i = 0; i < bound->rank; i++)
        g_string_append_printf (given, "%s%zu", i > 0 ? "×" : "", bound->dims[i]);
      /* Translators: shapes like 1×3×224×224. */
      return cvr_onnx_fail (error, CVR_FORMAT_ERROR_INVALID,
                            _("The input “%s” of “%s” takes values of %s, where 0 is any size; "
                              "those given are %s."),
                            end->name, self->file, wanted->str, given->str);
    }

  end->rank = bound->rank;
  for (guint i = 0; i < end->rank; i++)
    end->dims[i] = (gint64) bound->dims[i];
  return TRUE;
}

static gboolean
open_shape (CvrOnnxReader     *self,
            const CvrOnnxEnd  *end,
            gboolean           has_shape,
            NnShape           *shape,
            GError           **error)
{
  if (!has_shape)
    return cvr_onnx_fail (error, CVR_FORMAT_ERROR_UNSUPPORTED,
                          _("The input “%s” of “%s” does not say what shape it has. Export the "
                            "network with the shape of its inputs and try again."), end->name,
                          self->file);

  *shape = (NnShape) { .rank = end->rank };
  for (guint i = 0; i < end->rank; i++)
    if (i == 0 && (end->dims[0] == 0 || self->batch > 0))
      shape->dims[0] = 1;
    else if (end->dims[i] > 0)
      shape->dims[i] = (guint32) end->dims[i];
    else
      return cvr_onnx_fail (error, CVR_FORMAT_ERROR_UNSUPPORTED,
                            _("The input “%s” of “%s” has no fixed size along dimension %u. Export "
                              "the network for one size of pictures and try again."),
                            end->name, self->file, i + 1);

  return TRUE;
}

/* Makes the value of one input: a node of the network, or a constant of this run. */
static gboolean
make_input (CvrOnnxReader              *self,
            const Onnx__ValueInfoProto *info,
            CvrOnnxEnd                 *end,
            CvrOnnxTensor              *bound,
            gboolean                    has_shape,
            GError                    **error)
{
  CvrOnnxValue value = { .kind = CVR_ONNX_VALUE_NODE, .type = end->type };
  g_autoptr (GError) reason = NULL;

  if (bound != NULL && g_hash_table_contains (self->wanted, info->name))
    {
      value.kind = CVR_ONNX_VALUE_CONSTANT;
      value.node = end->node = NN_NODE_NONE;
      value.tensor = cvr_onnx_math_cast (bound, end->type, NULL);
      if (value.tensor == NULL)
        return cvr_onnx_fail (error, CVR_FORMAT_ERROR_INVALID,
                              _("The input “%s” of “%s” takes values of type %s; those given can't "
                                "be converted."), end->name, self->file,
                              cvr_onnx_type_name (end->type));
    }
  else if (bound != NULL && bound->count == 0)
    {
      return cvr_onnx_fail (error, CVR_FORMAT_ERROR_UNSUPPORTED,
                            _("The input “%s” of “%s” is given no values; at least one is needed."),
                            end->name, self->file);
    }
  else
    {
      if (!open_shape (self, end, has_shape || bound != NULL, &value.shape, error))
        return FALSE;
      value.node = end->node = cvr_onnx_make_input (self, &value.shape, info->name);
      if (!nn_builder_shape (self->builder, value.node, &value.shape, &reason))
        return cvr_onnx_fail (error, CVR_FORMAT_ERROR_UNSUPPORTED,
                              _("The network in “%s” can't be used here. %s"), self->file,
                              reason->message);
    }

  g_hash_table_insert (self->values, info->name, g_memdup2 (&value, sizeof value));
  return TRUE;
}

/* The size of a first axis that all inputs share; 0: they don't, or it is left open or 1. */
static gint64
shared_batch (CvrOnnxReader *self)
{
  gint64 batch = 0;

  for (gsize i = 0; i < self->graph->n_input; i++)
    {
      const Onnx__ValueInfoProto *info = self->graph->input[i];
      const Onnx__TypeProto__Tensor *type = info->type != NULL ? info->type->tensor_type : NULL;
      gint64 extent;

      if (info->name == NULL || is_initializer (self, info->name))
        continue;
      if (type == NULL || type->shape == NULL || type->shape->n_dim < 2)
        return 0;
      extent = type->shape->dim[0]->dim_value;
      if (extent < 2 || extent > G_MAXINT32 || (batch != 0 && extent != batch))
        return 0;
      batch = extent;
    }

  return batch;
}

static gboolean
read_input (CvrOnnxReader              *self,
            const Onnx__ValueInfoProto *info,
            GError                    **error)
{
  CvrOnnxEnd *end = g_new0 (CvrOnnxEnd, 1);
  CvrOnnxTensor *bound = NULL;
  gboolean has_shape = FALSE;

  end->name = g_utf8_make_valid (info->name, -1);
  end->node = NN_NODE_NONE;
  g_ptr_array_add (self->inputs, end);
  if (g_hash_table_contains (self->values, info->name))
    return cvr_onnx_fail (error, CVR_FORMAT_ERROR_INVALID, _("“%s” has two inputs named “%s”."),
                          self->file, end->name);
  if (!describe_input (self, info, end, &has_shape, error))
    return FALSE;
  if (self->bound != NULL && self->inputs->len <= self->n_bound)
    {
      bound = self->bound[self->inputs->len - 1];
      if (!take_bound_shape (self, bound,
                             has_shape && g_hash_table_contains (self->uses, info->name), end,
                             error))
        return FALSE;
    }

  return make_input (self, info, end, bound, has_shape, error);
}

/* Inputs of the network; older files list their initializers there too. */
gboolean
cvr_onnx_read_inputs (CvrOnnxReader  *self,
                      GError        **error)
{
  self->batch = self->as_batch ? shared_batch (self) : 0;
  for (gsize i = 0; i < self->graph->n_input; i++)
    {
      const Onnx__ValueInfoProto *info = self->graph->input[i];

      if (info->name == NULL || *info->name == '\0')
        return cvr_onnx_fail (error, CVR_FORMAT_ERROR_INVALID, _("An input of “%s” has no name."),
                              self->file);
      if (!is_initializer (self, info->name) && !read_input (self, info, error))
        return FALSE;
    }

  if (self->inputs->len == 0)
    return cvr_onnx_fail (error, CVR_FORMAT_ERROR_UNSUPPORTED,
                          _("The network in “%s” has no input."), self->file);
  if (self->bound != NULL && self->inputs->len != self->n_bound)
    return cvr_onnx_fail (error, CVR_FORMAT_ERROR_INVALID,
                          _("The number of inputs of “%s” is %u; values were given for %u."),
                          self->file, self->inputs->len, self->n_bound);

  return TRUE;
}

static gboolean
read_output (CvrOnnxReader              *self,
             const Onnx__ValueInfoProto *info,
             GError                    **error)
{
  const char *name = info->name != NULL ? info->name : "";
  const Onnx__TypeProto__Tensor *type = info->type != NULL ? info->type->tensor_type : NULL;
  CvrOnnxValue *value = g_hash_table_lookup (self->values, name);
  const Onnx__NodeProto *maker = g_hash_table_lookup (self->makers, name);
  CvrOnnxEnd *end = g_new0 (CvrOnnxEnd, 1);

  end->name = g_utf8_make_valid (name, -1);
  end->node = NN_NODE_NONE;
  g_ptr_array_add (self->outputs, end);
  if (value == NULL || (value->kind == CVR_ONNX_VALUE_CONSTANT && self->bound == NULL))
    return cvr_onnx_fail (error, CVR_FORMAT_ERROR_INVALID,
                          _("The output “%s” of “%s” is not computed by the network."), end->name,
                          self->file);

  if (value->kind == CVR_ONNX_VALUE_CONSTANT)
    {
      if (value->tensor == NULL)
        value->tensor = cvr_onnx_tensor_decode (value->proto, self->file, error);
      if (value->tensor == NULL)
        return FALSE;
      end->constant = cvr_onnx_tensor_ref (value->tensor);
      end->type = value->tensor->type;
      end->rank = value->tensor->rank;
      for (guint i = 0; i < end->rank; i++)
        end->dims[i] = (gint64) value->tensor->dims[i];
      return TRUE;
    }

  if (!cvr_onnx_settle (self, maker, value, error))
    return FALSE;
  end->node = value->kind == CVR_ONNX_VALUE_QUANTIZED ? value->levels : value->node;
  end->type = type != NULL && cvr_onnx_type_size (type->elem_type) > 0 ? type->elem_type
                                                                       : value->type;
  end->rank = value->shape.rank;
  for (guint i = 0; i < end->rank; i++)
    end->dims[i] = value->shape.dims[i];
  nn_builder_output (self->builder, end->node);
  return TRUE;
}

/* A network whose outputs no input changes is run all the same: an input of it is then one more
 * output, which nobody asks for. */
static gboolean
keep_alive (CvrOnnxReader  *self,
            GError        **error)
{
  NnShape shape = { 0 };
  NnNode input = NN_NODE_NONE;

  for (guint i = 0; i < self->outputs->len; i++)
    {
      const CvrOnnxEnd *end = g_ptr_array_index (self->outputs, i);

      if (end->node != NN_NODE_NONE && !self->shared->data[end->node])
        return TRUE;
    }
  for (guint i = 0; i < self->inputs->len && input == NN_NODE_NONE; i++)
    input = ((CvrOnnxEnd *) g_ptr_array_index (self->inputs, i))->node;
  if (input == NN_NODE_NONE)
    input = cvr_onnx_make_input (self, &shape, NULL);

  nn_builder_output (self->builder, input);
  return nn_builder_shape (self->builder, input, &shape, error);
}

gboolean
cvr_onnx_read_outputs (CvrOnnxReader  *self,
                       GError        **error)
{
  if (self->graph->n_output == 0)
    return cvr_onnx_fail (error, CVR_FORMAT_ERROR_INVALID,
                          _("The network in “%s” has no output."), self->file);

  for (gsize i = 0; i < self->graph->n_output; i++)
    if (!read_output (self, self->graph->output[i], error))
      return FALSE;

  return self->bound == NULL || keep_alive (self, error);
}
