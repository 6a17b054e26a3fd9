/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Builds a graph node by node and keeps the first mistake for the end. */
#include "nn-graph-private.h"

#include <glib/gi18n-lib.h>

struct _NnBuilder
{
  GArray *nodes;   /* NnNodeRecord */
  GArray *outputs; /* NnNode */
  guint   counts[NN_N_OPS][NN_N_ACTIVATIONS]; /* for default names */
  GError *error;   /* the first one */
};

static void
clear_node (gpointer data)
{
  g_free (((NnNodeRecord *) data)->name);
}

static GArray *
new_nodes (void)
{
  GArray *nodes = g_array_new (FALSE, TRUE, sizeof (NnNodeRecord));

  g_array_set_clear_func (nodes, clear_node);

  return nodes;
}

/**
 * nn_builder_new:
 *
 * Returns: (transfer full): an empty builder.
 */
NnBuilder *
nn_builder_new (void)
{
  NnBuilder *self = g_new0 (NnBuilder, 1);

  self->nodes = new_nodes ();
  self->outputs = g_array_new (FALSE, FALSE, sizeof (NnNode));

  return self;
}

void
nn_builder_free (NnBuilder *self)
{
  g_array_unref (self->nodes);
  g_array_unref (self->outputs);
  g_clear_error (&self->error);
  g_free (self);
}

/* Keeps the first mistake. */
G_GNUC_PRINTF (3, 4)
static NnNode
refuse (NnBuilder  *self,
        NnError     code,
        const char *format,
        ...)
{
  va_list arguments;

  if (self->error != NULL)
    return NN_NODE_NONE;

  va_start (arguments, format);
  self->error = g_error_new_valist (NN_ERROR, code, format, arguments);
  va_end (arguments);

  return NN_NODE_NONE;
}

static void
name_by_count (NnBuilder    *self,
               NnNodeRecord *node)
{
  gboolean activation = node->kind == NN_OP_ACTIVATION;
  guint function = activation ? node->attrs.activation.function : 0;
  const char *stem = activation ? nn_activation_name (function) : nn_op_of (node->kind)->stem;

  node->name = g_strdup_printf ("%s%u", stem, ++self->counts[node->kind][function]);
}

/* No single extent and no product may be zero or beyond what the matrix library counts with. */
static gboolean
check_size (NnBuilder     *self,
            const char    *name,
            const NnShape *shape)
{
  g_autofree char *text = nn_shape_dup_string (shape);
  gsize count;

  if (nn_shape_count (shape, &count) && count > 0 && count <= G_MAXINT32)
    return TRUE;

  refuse (self, NN_ERROR_SHAPE,
          _("Node “%s”: a shape of %s can't be computed; one item may hold 1 to %d values."), name,
          text, G_MAXINT32);
  return FALSE;
}

static NnNode
append (NnBuilder    *self,
        NnNodeRecord *node)
{
  if (!check_size (self, node->name, &node->shape) || self->nodes->len >= G_MAXINT32)
    {
      g_free (node->name);
      return NN_NODE_NONE;
    }

  g_array_append_vals (self->nodes, node, 1);

  return (NnNode) self->nodes->len - 1;
}

/**
 * nn_builder_input:
 * @shape: of one item: dims[0] is 1 in a network that takes batches
 */
NnNode
nn_builder_input (NnBuilder *self,
                  NnShape    shape)
{
  NnNodeRecord node = { .kind = NN_OP_INPUT };

  if (self->error != NULL)
    return NN_NODE_NONE;
  if (shape.rank > NN_MAX_RANK)
    return refuse (self, NN_ERROR_SHAPE,
                   _("An input of rank %u can't be used: the rank is at most %d."), shape.rank,
                   NN_MAX_RANK);

  node.shape = shape;
  name_by_count (self, &node);

  return append (self, &node);
}

static gboolean
take_inputs (NnBuilder    *self,
             NnNodeRecord *node,
             const NnNode *xs,
             guint         n_xs)
{
  const NnOp *op = nn_op_of (node->kind);

  if (n_xs < op->min_inputs || n_xs > op->max_inputs)
    {
      refuse (self, NN_ERROR_GRAPH,
              _("Node “%s”: it has %u inputs; this operator takes %u to %u."), node->name, n_xs,
              op->min_inputs, op->max_inputs);
      return FALSE;
    }

  for (guint i = 0; i < n_xs; i++)
    {
      if (xs[i] == NN_NODE_NONE)
        return FALSE; /* The reason was recorded upstream. */
      if (xs[i] < 0 || (guint) xs[i] >= self->nodes->len)
        {
          refuse (self, NN_ERROR_GRAPH,
                  _("Node “%s”: its input %d is no node; there are %u so far."), node->name, xs[i],
                  self->nodes->len);
          return FALSE;
        }
      node->inputs[i] = xs[i];
      node->in[i] = g_array_index (self->nodes, NnNodeRecord, xs[i]).shape;
      if (g_array_index (self->nodes, NnNodeRecord, xs[i]).shared)
        node->in_shared |= 1u << i;
    }

  node->n_inputs = n_xs;
  node->shared = node->in_shared == (n_xs < 32 ? (1u << n_xs) - 1 : G_MAXUINT32);
  return TRUE;
}

/**
 * nn_builder_node:
 * @kind: any but %NN_OP_INPUT, which nn_builder_input() makes
 * @attrs: (nullable): copied; may be %NULL for operators without attributes, and for softmax and
 *   concat along the channels
 * @xs: (array length=n_xs): the inputs
 *
 * Returns: the new node, or %NN_NODE_NONE after a mistake, this one or an earlier one.
 */
NnNode
nn_builder_node (NnBuilder     *self,
                 NnOpKind       kind,
                 const NnAttrs *attrs,
                 const NnNode  *xs,
                 guint          n_xs)
{
  NnNodeRecord node = { .kind = kind };
  NnOpNode view;

  if (self->error != NULL)
    return NN_NODE_NONE;
  if ((guint) kind >= NN_N_OPS || kind == NN_OP_INPUT)
    return refuse (self, NN_ERROR_GRAPH,
                   _("An operator number %d can't be added as a node with inputs."), kind);

  if (attrs != NULL)
    node.attrs = *attrs;
  else if (kind == NN_OP_SOFTMAX)
    node.attrs.softmax.axis = 1;
  else if (kind == NN_OP_CONCAT)
    node.attrs.concat.axis = 1;
  if (kind == NN_OP_ACTIVATION && (guint) node.attrs.activation.function >= NN_N_ACTIVATIONS)
    return refuse (self, NN_ERROR_SPEC,
                   _("An activation function number %d does not exist; there are %d."),
                   node.attrs.activation.function, NN_N_ACTIVATIONS);

  name_by_count (self, &node);
  if (!take_inputs (self, &node, xs, n_xs))
    goto failed;

  view = (NnOpNode) {
    kind, &node.attrs, node.name, n_xs, node.in, .shared = node.in_shared
  };
  if (!nn_op_of (kind)->infer (&view, &node.shape, &self->error))
    goto failed;

  return append (self, &node);

failed:
  g_free (node.name);
  return NN_NODE_NONE;
}

NnNode
nn_builder_conv (NnBuilder *self, NnNode x, NnConvSpec spec)
{
  return nn_builder_node (self, NN_OP_CONV, &(NnAttrs) { .conv = spec }, &x, 1);
}

NnNode
nn_builder_dense (NnBuilder *self, NnNode x, NnDenseSpec spec)
{
  return nn_builder_node (self, NN_OP_DENSE, &(NnAttrs) { .dense = spec }, &x, 1);
}

NnNode
nn_builder_pool (NnBuilder *self, NnNode x, NnPoolSpec spec)
{
  return nn_builder_node (self, NN_OP_POOL, &(NnAttrs) { .pool = spec }, &x, 1);
}

NnNode
nn_builder_global_pool (NnBuilder *self, NnNode x, NnGlobalPoolSpec spec)
{
  return nn_builder_node (self, NN_OP_GLOBAL_POOL, &(NnAttrs) { .global_pool = spec }, &x, 1);
}

NnNode
nn_builder_batch_norm (NnBuilder *self, NnNode x, NnBatchNormSpec spec)
{
  return nn_builder_node (self, NN_OP_BATCH_NORM, &(NnAttrs) { .batch_norm = spec }, &x, 1);
}

NnNode
nn_builder_dropout (NnBuilder *self, NnNode x, NnDropoutSpec spec)
{
  return nn_builder_node (self, NN_OP_DROPOUT, &(NnAttrs) { .dropout = spec }, &x, 1);
}

NnNode
nn_builder_activation (NnBuilder *self, NnNode x, NnActivationSpec spec)
{
  return nn_builder_node (self, NN_OP_ACTIVATION, &(NnAttrs) { .activation = spec }, &x, 1);
}

NnNode
nn_builder_maxout (NnBuilder *self, NnNode x, NnMaxoutSpec spec)
{
  return nn_builder_node (self, NN_OP_MAXOUT, &(NnAttrs) { .maxout = spec }, &x, 1);
}

NnNode
nn_builder_softmax (NnBuilder *self, NnNode x)
{
  return nn_builder_node (self, NN_OP_SOFTMAX, NULL, &x, 1);
}

NnNode
nn_builder_add (NnBuilder *self, NnNode a, NnNode b)
{
  return nn_builder_node (self, NN_OP_ADD, NULL, (NnNode[]) { a, b }, 2);
}

NnNode
nn_builder_concat (NnBuilder *self, const NnNode *xs, guint n_xs)
{
  return nn_builder_node (self, NN_OP_CONCAT, NULL, xs, n_xs);
}

NnNode
nn_builder_flatten (NnBuilder *self, NnNode x)
{
  return nn_builder_node (self, NN_OP_FLATTEN, NULL, &x, 1);
}

NnNode
nn_builder_upsample (NnBuilder *self, NnNode x, NnUpsampleSpec spec)
{
  return nn_builder_node (self, NN_OP_UPSAMPLE, &(NnAttrs) { .upsample = spec }, &x, 1);
}

NnNode
nn_builder_fake_quant (NnBuilder *self, NnNode x, NnFakeQuantSpec spec)
{
  return nn_builder_node (self, NN_OP_FAKE_QUANT, &(NnAttrs) { .fake_quant = spec }, &x, 1);
}

/**
 * nn_builder_shape:
 * @x: what a function of the builder returned
 * @shape: (out): of its values
 *
 * For who builds from a description made elsewhere and must tell of a mistake where it is made.
 *
 * Returns: %FALSE when @x is %NN_NODE_NONE, with the first mistake, which nn_builder_seal() would
 * tell, where there was one.
 */
gboolean
nn_builder_shape (NnBuilder  *self,
                  NnNode      x,
                  NnShape    *shape,
                  GError    **error)
{
  if (x == NN_NODE_NONE)
    {
      if (self->error != NULL)
        g_propagate_error (error, g_error_copy (self->error));
      return FALSE;
    }

  g_return_val_if_fail (x >= 0 && (guint) x < self->nodes->len, FALSE);
  *shape = g_array_index (self->nodes, NnNodeRecord, x).shape;

  return TRUE;
}

/**
 * nn_builder_name:
 * @x: a node; nothing happens for %NN_NODE_NONE
 * @name: copied; not empty; unique in the graph, which nn_builder_seal() checks
 */
void
nn_builder_name (NnBuilder  *self,
                 NnNode      x,
                 const char *name)
{
  NnNodeRecord *node;

  if (self->error != NULL || x == NN_NODE_NONE)
    return;

  g_return_if_fail (x >= 0 && (guint) x < self->nodes->len);
  g_return_if_fail (name != NULL);

  node = &g_array_index (self->nodes, NnNodeRecord, x);
  if (*name == '\0' || !g_utf8_validate (name, -1, NULL))
    {
      refuse (self, NN_ERROR_GRAPH,
              _("Node “%s” can't be renamed: a name is UTF-8 text and not empty."), node->name);
      return;
    }

  g_free (node->name);
  node->name = g_strdup (name);
  node->named = TRUE;
}

/**
 * nn_builder_output:
 * @x: a node whose values are an output of the network, after those named before
 */
void
nn_builder_output (NnBuilder *self,
                   NnNode     x)
{
  if (self->error != NULL || x == NN_NODE_NONE)
    return;

  g_return_if_fail (x >= 0 && (guint) x < self->nodes->len);

  g_array_append_val (self->outputs, x);
}

/**
 * nn_builder_seal:
 *
 * Verifies everything and hands the nodes over: the builder is empty afterwards. Every node keeps
 * its number; one that no output depends on stays in the description but is never run, has no
 * parameters and counts no work.
 *
 * Returns: (transfer full): the graph, or %NULL with the first mistake that was made.
 */
NnGraph *
nn_builder_seal (NnBuilder  *self,
                 GError    **error)
{
  g_autoptr (NnGraph) graph = NULL;
  gsize n_nodes;

  if (self->error != NULL)
    {
      g_propagate_error (error, g_error_copy (self->error));
      return NULL;
    }

  graph = g_new0 (NnGraph, 1);
  g_atomic_ref_count_init (&graph->references);
  graph->nodes = g_array_steal (self->nodes, &n_nodes);
  graph->n_nodes = (guint) n_nodes;
  graph->inputs = g_array_new (FALSE, FALSE, sizeof (NnNode));
  graph->outputs = g_steal_pointer (&self->outputs);
  self->outputs = g_array_new (FALSE, FALSE, sizeof (NnNode));

  if (!nn_graph_verify (graph, error))
    return NULL;

  return g_steal_pointer (&graph);
}
