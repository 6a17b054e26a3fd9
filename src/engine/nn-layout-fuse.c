/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides in which order each node's maps lie and which nodes are computed together. */
#include "nn-layout.h"

#include "nn-graph-private.h"

#include <string.h>

typedef struct
{
  NnGraph    *graph;
  NnLayout   *layout;
  NnExecMode  mode;
  guint      *uses;     /* [n_nodes]: how many inputs of live nodes a node is; an output counts twice */
  NnNode     *last_use; /* [n_nodes] */
} Fusion;

gboolean
nn_layout_has_orders (const NnShape *shape)
{
  return shape->rank == 4 && shape->dims[1] > 1 && nn_op_positions (shape) > 1;
}

static const NnOp *
op_of (Fusion *self,
       NnNode  node)
{
  return nn_op_of (nn_graph_node_kind (self->graph, node));
}

/* What reads every value for itself may be looked at: it stays in the order of files and pictures. */
static void
choose_orders (Fusion *self)
{
  for (NnNode i = 0; (guint) i < self->layout->n_nodes && self->mode != NN_EXEC_KEEP_ALL; i++)
    {
      const NnOp *op = op_of (self, i);
      NnOpNode node = nn_graph_op_node (self->graph, i);
      gboolean last;

      if (!(op->flags & NN_OP_CHANNELS_LAST) || node.n_inputs == 0 || node.in[0].rank != 4 ||
          node.out.rank != 4 || ((op->flags & NN_OP_WHOLE) && node.in[0].dims[0] != 1))
        continue;
      last = self->layout->last[nn_graph_node_input (self->graph, i, 0)];
      self->layout->last[i] = op->runs_last != NULL ? op->runs_last (&node, last) : last;
    }
}

static void
count_uses (Fusion *self)
{
  for (NnNode i = 0; (guint) i < self->layout->n_nodes; i++)
    for (guint j = 0;
         j < nn_graph_node_n_inputs (self->graph, i) && nn_graph_node_live (self->graph, i); j++)
      {
        NnNode x = nn_graph_node_input (self->graph, i, j);

        self->uses[x]++;
        self->last_use[x] = i;
      }

  for (guint i = 0; i < nn_graph_n_outputs (self->graph); i++)
    self->uses[nn_graph_output (self->graph, i)] += 2;
}

/* The one node that uses @node's values and nothing else does; %NN_NODE_NONE otherwise. */
static NnNode
only_user (Fusion *self,
           NnNode  node)
{
  return self->uses[node] == 1 ? self->last_use[node] : NN_NODE_NONE;
}

static gboolean
is_relu (Fusion *self,
         NnNode  node)
{
  return node != NN_NODE_NONE && nn_graph_node_kind (self->graph, node) == NN_OP_ACTIVATION &&
         nn_graph_node_attrs (self->graph, node)->activation.function == NN_ACTIVATION_RELU;
}

static gboolean
is_kind (Fusion  *self,
         NnNode   node,
         NnOpKind kind)
{
  return node != NN_NODE_NONE && nn_graph_node_kind (self->graph, node) == kind;
}

static void
take_in (Fusion *self,
         NnNode  head,
         NnNode  node)
{
  self->layout->head[node] = head;
  self->layout->tail[head] = node;
}

/* The other operand of the addition @sum, where it is computed before @head is. */
static NnNode
addend_for (Fusion *self,
            NnNode  head,
            NnNode  before,
            NnNode  sum)
{
  NnLayout *layout = self->layout;
  guint own = nn_graph_node_input (self->graph, sum, 0) == before ? 0 : 1;
  NnNode other = nn_graph_node_input (self->graph, sum, 1 - own);

  if (!layout->last[head] || !layout->last[sum] || other == before ||
      nn_layout_step (layout, other) >= head || nn_graph_node_shared (self->graph, other))
    return NN_NODE_NONE;

  return other;
}

/* The largest of each 2×2, which a convolution with channels last writes at once. */
static gboolean
is_halving_pool (Fusion *self,
                 NnNode  node)
{
  const NnPoolSpec *pool;
  const NnStencil plain = nn_stencil (2, 2, 0);

  if (!is_kind (self, node, NN_OP_POOL) || !self->layout->last[node])
    return FALSE;

  pool = &nn_graph_node_attrs (self->graph, node)->pool;
  return !pool->average && !pool->ceil_mode &&
         memcmp (&pool->stencil, &plain, sizeof plain) == 0;
}

/* Inference appends a batch norm, an addition, a ReLU and a pool, each alone in using what comes
 * before, to the convolution or dense layer that starts the chain. */
static void
fuse_for_inference (Fusion *self,
                    NnNode  head)
{
  NnLayout *layout = self->layout;
  NnNode end = head, next = only_user (self, head);

  if (is_kind (self, next, NN_OP_BATCH_NORM))
    {
      take_in (self, head, next);
      layout->norm[head] = end = next;
      next = only_user (self, next);
    }
  if (is_kind (self, next, NN_OP_ADD) && layout->head[next] == NN_NODE_NONE)
    {
      NnNode addend = addend_for (self, head, end, next);

      if (addend != NN_NODE_NONE)
        {
          take_in (self, head, next);
          layout->addend[head] = addend;
          next = only_user (self, next);
        }
    }
  if (is_relu (self, next))
    {
      take_in (self, head, next);
      layout->relu[head] = TRUE;
      next = only_user (self, next);
    }
  if (layout->last[head] && is_kind (self, head, NN_OP_CONV) &&
      nn_graph_node_attrs (self->graph, head)->conv.groups == 1 && is_halving_pool (self, next))
    {
      take_in (self, head, next);
      layout->pool[head] = TRUE;
    }
}

/* A ReLU is computed together with what comes before it: a batch norm with channels last, or what
 * heeds a ReLU in any order; behind such a batch norm a pool as well. */
static void
fuse_relu (Fusion *self,
           NnNode  head)
{
  NnLayout *layout = self->layout;
  gboolean norm = is_kind (self, head, NN_OP_BATCH_NORM);
  NnNode next = only_user (self, head);

  if (norm && !layout->last[head])
    return;

  if (is_relu (self, next))
    {
      take_in (self, head, next);
      layout->relu[head] = TRUE;
      next = only_user (self, next);
    }
  if (norm && is_halving_pool (self, next))
    {
      take_in (self, head, next);
      layout->pool[head] = TRUE;
    }
}

/**
 * nn_layout_fuse:
 *
 * Nothing is fused where every node is to be looked at (%NN_EXEC_KEEP_ALL).
 */
void
nn_layout_fuse (NnLayout   *self,
                NnGraph    *graph,
                NnExecMode  mode)
{
  g_autofree guint *uses = g_new0 (guint, self->n_nodes);
  g_autofree NnNode *last_use = g_new (NnNode, self->n_nodes);
  Fusion fusion = { graph, self, mode, uses, last_use };

  count_uses (&fusion);
  choose_orders (&fusion);
  for (NnNode i = 0; (guint) i < self->n_nodes; i++)
    {
      if (!nn_graph_node_live (graph, i) || self->head[i] != NN_NODE_NONE)
        continue;
      if (mode == NN_EXEC_INFER && (op_of (&fusion, i)->flags & NN_OP_EPILOGUE) &&
          !nn_graph_node_shared (graph, i))
        fuse_for_inference (&fusion, i);
      else if (mode != NN_EXEC_KEEP_ALL && (op_of (&fusion, i)->flags & NN_OP_RELU))
        fuse_relu (&fusion, i);
    }
}
