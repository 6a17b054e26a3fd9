/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides who shares memory with whom and for how long, then asks the planner for places. */
#include "nn-layout.h"

#include "nn-graph-private.h"
#include "nn-plan.h"

#include <glib/gi18n-lib.h>

/* The steps of one pass: the forward step of node i is i, its backward step 2·n − 1 − i. */

/**
 * Draft:
 * @uses, @last_use: [n_nodes], how many inputs of live nodes a node is, and the last such node
 * @output: [n_nodes]
 * @value_home, @gradient_home: [n_nodes], the node whose block holds this node's values or gradient
 * @blocks: n_nodes blocks each of values, gradients, saved and scales, then scratch and the
 * parameters' gradients
 */
typedef struct
{
  NnGraph     *graph;
  NnLayout    *layout;
  NnExecMode   mode;
  guint        n_nodes, batch;
  guint       *uses;
  NnNode      *last_use;
  gboolean    *output;
  NnNode      *value_home, *gradient_home;
  NnPlanBlock *blocks;
  gboolean     fits; /* no size overflowed so far */
} Draft;

enum { VALUES, GRADIENTS, SAVED, SCALES, N_PER_NODE };

static NnPlanBlock *
block_of (Draft *self,
          guint  what,
          NnNode node)
{
  return &self->blocks[what * self->n_nodes + (guint) node];
}

static gboolean
is_live (Draft  *self,
         NnNode  node)
{
  return nn_graph_node_live (self->graph, node) ||
         nn_graph_node_kind (self->graph, node) == NN_OP_INPUT;
}

static guint
flags_of (Draft  *self,
          NnNode  node)
{
  return nn_op_of (nn_graph_node_kind (self->graph, node))->flags;
}

static gboolean
is_input (Draft  *self,
          NnNode  node)
{
  return nn_graph_node_kind (self->graph, node) == NN_OP_INPUT;
}

static gsize
batch_bytes (Draft  *self,
             NnNode  node)
{
  NnShape shape = nn_graph_node_shape (self->graph, node);
  gsize bytes = 0;

  if (!g_size_checked_mul (&bytes, nn_op_count (&shape), sizeof (nn_real)) ||
      !g_size_checked_mul (&bytes, bytes, self->batch))
    self->fits = FALSE;

  return bytes;
}

static void
count_uses (Draft *self)
{
  for (NnNode i = 0; (guint) i < self->n_nodes; i++)
    {
      self->last_use[i] = i;
      for (guint j = 0;
           j < nn_graph_node_n_inputs (self->graph, i) && nn_graph_node_live (self->graph, i); j++)
        {
          NnNode x = nn_graph_node_input (self->graph, i, j);

          self->uses[x]++;
          self->last_use[x] = i;
        }
    }

  for (guint i = 0; i < nn_graph_n_outputs (self->graph); i++)
    self->output[nn_graph_output (self->graph, i)] = TRUE;
}

/* The one node that uses @node's values and nothing else does; %NN_NODE_NONE otherwise. */
static NnNode
only_user (Draft  *self,
           NnNode  node)
{
  return self->uses[node] == 1 && !self->output[node] ? self->last_use[node] : NN_NODE_NONE;
}

/* Inference appends a batch norm and a ReLU, each alone in using what comes before, to the
 * convolution or dense layer that starts the chain. */
static void
fuse (Draft *self)
{
  for (NnNode i = 0; (guint) i < self->n_nodes; i++)
    {
      NnNode next;

      if (!is_live (self, i) || !(flags_of (self, i) & NN_OP_EPILOGUE))
        continue;

      next = only_user (self, i);
      if (next != NN_NODE_NONE && nn_graph_node_kind (self->graph, next) == NN_OP_BATCH_NORM)
        {
          self->layout->head[next] = i;
          self->layout->norm[i] = next;
          self->layout->tail[i] = next;
          block_of (self, SCALES, i)->size = nn_graph_node_shape (self->graph, i).dims[1] *
                                             sizeof (nn_real);
          block_of (self, SCALES, i)->first = block_of (self, SCALES, i)->last = (guint) i;
          next = only_user (self, next);
        }
      if (next != NN_NODE_NONE && nn_graph_node_kind (self->graph, next) == NN_OP_ACTIVATION &&
          nn_graph_node_attrs (self->graph, next)->activation.function == NN_ACTIVATION_RELU)
        {
          self->layout->head[next] = i;
          self->layout->tail[i] = next;
        }
    }
}

/* Whether @node's values may lie where its first input's lie: because they are the same, or because
 * in inference nobody reads that memory afterwards. */
static gboolean
may_share_values (Draft  *self,
                  NnNode  node)
{
  guint flags = flags_of (self, node);
  NnNode x, home;

  if (is_input (self, node))
    return FALSE;
  if ((flags & NN_OP_ALIAS) || ((flags & NN_OP_ALIAS_INFERENCE) && self->mode != NN_EXEC_TRAIN))
    return TRUE;
  if (self->mode != NN_EXEC_INFER || !(flags & NN_OP_IN_PLACE))
    return FALSE;

  x = nn_graph_node_input (self->graph, node, 0);
  home = self->value_home[x];

  return block_of (self, VALUES, home)->last <= (guint) node;
}

static void
draft_values (Draft *self)
{
  guint end = 2 * self->n_nodes - 1;

  for (NnNode i = 0; (guint) i < self->n_nodes; i++)
    {
      NnNode tail = self->layout->tail[i];
      gboolean keep = self->mode != NN_EXEC_INFER || is_input (self, i) || self->output[tail];
      guint last = keep ? end : (guint) self->last_use[tail];
      NnPlanBlock *block;

      if (!is_live (self, i) || self->layout->head[i] != NN_NODE_NONE)
        continue;

      if (tail == i && may_share_values (self, i))
        self->value_home[i] = self->value_home[nn_graph_node_input (self->graph, i, 0)];
      else
        self->value_home[i] = i;
      self->value_home[tail] = self->value_home[i];

      block = block_of (self, VALUES, self->value_home[i]);
      if (self->value_home[i] == i)
        *block = (NnPlanBlock) { batch_bytes (self, i), (guint) i, last };
      else
        block->last = MAX (block->last, last);
      if (is_input (self, i))
        block->first = 0;
    }
}

/* Whether the gradient of @node may lie where that of the node that uses it lies. */
static gboolean
may_share_gradient (Draft  *self,
                    NnNode  node)
{
  NnNode user = self->last_use[node];
  guint flags = flags_of (self, user);

  if (is_input (self, node) || self->uses[node] != 1 ||
      nn_graph_node_input (self->graph, user, 0) != node)
    return FALSE;

  return self->mode == NN_EXEC_TRAIN ? (flags & NN_OP_GRADIENT_IN_PLACE) != 0
                                     : (flags & NN_OP_ALIAS) != 0;
}

static void
draft_gradients (Draft *self)
{
  guint end = 2 * self->n_nodes - 1;

  for (NnNode i = (NnNode) self->n_nodes; i-- > 0;)
    {
      gboolean keep = self->mode == NN_EXEC_KEEP_ALL || is_input (self, i);
      guint first = end - (guint) self->last_use[i], last = keep ? end : end - (guint) i;
      NnPlanBlock *block;

      if (!is_live (self, i))
        continue;

      self->gradient_home[i] = may_share_gradient (self, i) ? self->gradient_home[self->last_use[i]]
                                                            : i;
      block = block_of (self, GRADIENTS, self->gradient_home[i]);
      if (self->gradient_home[i] == i)
        *block = (NnPlanBlock) { batch_bytes (self, i), first, last };
      else
        block->last = MAX (block->last, last);
    }
}

/* What operators ask for: memory from forward to backward, and the largest scratch. */
static void
draft_operators (Draft *self)
{
  NnPlanBlock *scratch = &self->blocks[N_PER_NODE * self->n_nodes];
  guint end = 2 * self->n_nodes - 1;

  for (NnNode i = 0; (guint) i < self->n_nodes; i++)
    {
      const NnOp *op = nn_op_of (nn_graph_node_kind (self->graph, i));
      NnOpNode node = nn_graph_op_node (self->graph, i);

      if (!is_live (self, i))
        continue;

      for (guint backward = 0; backward < (self->mode == NN_EXEC_INFER ? 1 : 2); backward++)
        {
          gsize bytes = 0;

          if (op->scratch != NULL && !op->scratch (&node, self->batch, backward == 1, &bytes))
            self->fits = FALSE;
          scratch->size = MAX (scratch->size, bytes);
        }
      if (op->saved != NULL && self->mode != NN_EXEC_INFER)
        {
          NnPlanBlock *block = block_of (self, SAVED, i);

          *block = (NnPlanBlock) { 0, (guint) i, end - (guint) i };
          if (!op->saved (&node, self->batch, &block->size))
            self->fits = FALSE;
        }
    }
  scratch->last = end;
}

static void
draft_param_gradients (Draft *self)
{
  NnPlanBlock *block = &self->blocks[N_PER_NODE * self->n_nodes + 1];
  guint64 n_values = nn_graph_n_values (self->graph);

  block->last = 2 * self->n_nodes - 1;
  if (self->mode != NN_EXEC_TRAIN)
    return;
  if (n_values > G_MAXSIZE ||
      !g_size_checked_mul (&block->size, (gsize) n_values, sizeof (nn_real)))
    self->fits = FALSE;
}

static void
take_places (Draft *self)
{
  for (NnNode i = 0; (guint) i < self->n_nodes; i++)
    {
      NnLayout *layout = self->layout;
      gboolean values = self->value_home[i] != NN_NODE_NONE,
               gradient = self->gradient_home[i] != NN_NODE_NONE;

      layout->values[i] = values ? block_of (self, VALUES, self->value_home[i])->offset
                                 : NN_NOWHERE;
      layout->gradients[i] = gradient ? block_of (self, GRADIENTS, self->gradient_home[i])->offset
                                      : NN_NOWHERE;
      layout->saved[i] = block_of (self, SAVED, i)->size > 0 ? block_of (self, SAVED, i)->offset
                                                             : NN_NOWHERE;
      layout->scales[i] = block_of (self, SCALES, i)->size > 0 ? block_of (self, SCALES, i)->offset
                                                               : NN_NOWHERE;
    }
  self->layout->scratch = self->blocks[N_PER_NODE * self->n_nodes].offset;
  self->layout->param_gradients = self->blocks[N_PER_NODE * self->n_nodes + 1].offset;
}

static NnLayout *
new_empty (guint n_nodes)
{
  NnLayout *self = g_new0 (NnLayout, 1);

  self->values = g_new (gsize, n_nodes);
  self->gradients = g_new (gsize, n_nodes);
  self->saved = g_new (gsize, n_nodes);
  self->scales = g_new (gsize, n_nodes);
  self->head = g_new (NnNode, n_nodes);
  self->norm = g_new (NnNode, n_nodes);
  self->tail = g_new (NnNode, n_nodes);
  for (guint i = 0; i < n_nodes; i++)
    {
      self->head[i] = self->norm[i] = NN_NODE_NONE;
      self->tail[i] = (NnNode) i;
    }

  return self;
}

void
nn_layout_free (NnLayout *self)
{
  g_free (self->values);
  g_free (self->gradients);
  g_free (self->saved);
  g_free (self->scales);
  g_free (self->head);
  g_free (self->norm);
  g_free (self->tail);
  g_free (self);
}

/**
 * nn_layout_new:
 *
 * Pure arithmetic: no memory but the layout's own is taken.
 *
 * Returns: (transfer full): the places, or %NULL with %NN_ERROR_NO_MEMORY when they can't be
 * counted.
 */
NnLayout *
nn_layout_new (NnGraph     *graph,
               guint        max_batch,
               NnExecMode   mode,
               GError     **error)
{
  guint n_nodes = nn_graph_n_nodes (graph);
  g_autoptr (NnLayout) layout = new_empty (n_nodes);
  g_autofree guint *uses = g_new0 (guint, n_nodes);
  g_autofree NnNode *nodes = g_new (NnNode, 3 * n_nodes);
  g_autofree gboolean *output = g_new0 (gboolean, n_nodes);
  g_autofree NnPlanBlock *blocks = g_new0 (NnPlanBlock, N_PER_NODE * n_nodes + 2);
  Draft draft = { graph,  layout, mode,   n_nodes,         max_batch,
                  uses,   nodes,  output, nodes + n_nodes, nodes + 2 * n_nodes,
                  blocks, TRUE };

  for (guint i = 0; i < 3 * n_nodes; i++)
    nodes[i] = NN_NODE_NONE;

  count_uses (&draft);
  if (mode == NN_EXEC_INFER)
    fuse (&draft);
  draft_values (&draft);
  if (mode != NN_EXEC_INFER)
    draft_gradients (&draft);
  draft_operators (&draft);
  draft_param_gradients (&draft);

  if (!draft.fits || !nn_plan (blocks, N_PER_NODE * n_nodes + 2, &layout->bytes))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_NO_MEMORY,
                   _("A batch of %u needs more memory than can be counted; try a smaller one."),
                   max_batch);
      return NULL;
    }

  take_places (&draft);

  return g_steal_pointer (&layout);
}
