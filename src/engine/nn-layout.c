/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides who shares memory with whom and for how long, then asks the planner for places. */
#include "nn-layout.h"

#include "nn-graph-private.h"
#include "nn-plan.h"

#include <glib/gi18n-lib.h>

/* The steps of one pass: the forward step of node i is i, its backward step 2·n − 1 − i. */

/**
 * Draft:
 * @uses: [2 · n_nodes], how many inputs of steps a value is
 * @last_use: [2 · n_nodes], the last such step
 * @output: [n_nodes]
 * @gradient_home: [2 · n_nodes], the value whose block holds this value's gradient
 * @blocks: values and gradients of all values, saved, prepared and scales of all nodes, then scratch
 *   and the parameters' gradients
 */
typedef struct
{
  NnGraph     *graph;
  NnLayout    *layout;
  NnExecMode   mode;
  guint        n_nodes, batch;
  guint       *uses, *last_use;
  gboolean    *output;
  guint       *gradient_home;
  NnPlanBlock *blocks;
  gboolean     fits; /* no size overflowed so far */
} Draft;

enum { NOWHERE = G_MAXUINT };

/* Blocks in units of n_nodes: values and gradients have two for each node. */
enum { VALUES = 0, GRADIENTS = 2, SAVED = 4, PREPARED = 5, SCALES = 6, N_PER_NODE = 7 };

static NnPlanBlock *
block_of (Draft *self,
          guint  what,
          guint  id)
{
  return &self->blocks[what * self->n_nodes + id];
}

static gboolean
is_input (Draft *self,
          guint  id)
{
  return id < self->n_nodes && nn_graph_node_kind (self->graph, (NnNode) id) == NN_OP_INPUT;
}

static gboolean
is_live (Draft  *self,
         NnNode  node)
{
  return nn_graph_node_live (self->graph, node) || is_input (self, (guint) node);
}

static NnNode
node_of (Draft *self,
         guint  id)
{
  return (NnNode) (id % self->n_nodes);
}

static guint
flags_of (Draft  *self,
          NnNode  node)
{
  return nn_op_of (nn_graph_node_kind (self->graph, node))->flags;
}

NnNode
nn_layout_step (const NnLayout *self,
                NnNode          node)
{
  return self->head[node] != NN_NODE_NONE ? self->head[node] : node;
}

guint
nn_layout_source (const NnLayout *self,
                  NnGraph        *graph,
                  NnNode          node,
                  guint           i)
{
  NnNode x = nn_graph_node_input (graph, node, i);
  NnShape shape = nn_graph_node_shape (graph, x);

  return (guint) x +
         (self->last[x] != self->last[node] && nn_layout_has_orders (&shape) ? self->n_nodes : 0);
}

NnOpNode
nn_layout_op_node (const NnLayout *self,
                   NnGraph        *graph,
                   NnNode          node)
{
  NnOpNode view = nn_graph_op_node (graph, node);

  view.last = self->last[node];

  return view;
}

static gsize
value_bytes (Draft *self,
             guint  id)
{
  NnShape shape = nn_graph_node_shape (self->graph, node_of (self, id));
  gsize bytes = 0;

  if (!g_size_checked_mul (&bytes, nn_op_count (&shape), sizeof (nn_real)) ||
      !g_size_checked_mul (&bytes, bytes,
                           nn_graph_node_shared (self->graph, node_of (self, id)) ? 1 : self->batch))
    self->fits = FALSE;

  return bytes;
}

static void
use (Draft *self,
     guint  id,
     guint  step)
{
  if (self->uses[id]++ == 0)
    self->layout->first_use[id] = step;
  self->layout->first_use[id] = MIN (self->layout->first_use[id], step);
  self->last_use[id] = MAX (self->last_use[id], step);
}

/* Who reads what and when. Values between nodes that are computed together are read by nobody. */
static void
count_uses (Draft *self)
{
  NnLayout *layout = self->layout;

  for (guint id = 0; id < 2 * self->n_nodes; id++)
    self->last_use[id] = id < self->n_nodes ? id : 0;

  for (NnNode i = 0; (guint) i < self->n_nodes; i++)
    for (guint j = 0;
         j < nn_graph_node_n_inputs (self->graph, i) && nn_graph_node_live (self->graph, i); j++)
      {
        NnNode x = nn_graph_node_input (self->graph, i, j), step = nn_layout_step (layout, i);

        if (layout->head[i] == NN_NODE_NONE || nn_layout_step (layout, x) != step)
          use (self, nn_layout_source (layout, self->graph, i, j), (guint) step);
      }

  for (guint i = 0; i < nn_graph_n_outputs (self->graph); i++)
    {
      NnNode x = nn_graph_output (self->graph, i);
      NnShape shape = nn_graph_node_shape (self->graph, x);

      self->output[x] = TRUE;
      if (layout->last[x] && nn_layout_has_orders (&shape))
        use (self, self->n_nodes + (guint) x, (guint) nn_layout_step (layout, x) + 1);
    }

  /* A copy is made from the value itself, when it is needed first. */
  for (guint x = 0; x < self->n_nodes; x++)
    if (self->uses[self->n_nodes + x] > 0)
      self->last_use[x] = MAX (self->last_use[x],
                               MIN (layout->first_use[self->n_nodes + x], self->n_nodes - 1));
}

static gboolean
is_constant (Draft *self,
             guint  id)
{
  return id < self->n_nodes && nn_graph_node_kind (self->graph, (NnNode) id) == NN_OP_CONSTANT;
}

/* Whether @node's values may lie where its first input's lie: because they are the same, or because
 * in inference nobody reads that memory afterwards. */
static gboolean
may_share_values (Draft  *self,
                  NnNode  node)
{
  guint flags = flags_of (self, node), home;

  if (nn_graph_node_n_inputs (self->graph, node) == 0)
    return FALSE;
  if ((flags & NN_OP_ALIAS) || ((flags & NN_OP_ALIAS_INFERENCE) && self->mode != NN_EXEC_TRAIN))
    return TRUE;
  if (self->mode != NN_EXEC_INFER || !(flags & NN_OP_IN_PLACE))
    return FALSE;

  home = self->layout->home[nn_layout_source (self->layout, self->graph, node, 0)];

  return !is_constant (self, home) &&
         block_of (self, VALUES, home)->size == value_bytes (self, (guint) node) &&
         block_of (self, VALUES, home)->last <= (guint) node;
}

/* The copy of @node's values in the other order, where there is one. */
static void
draft_copy (Draft  *self,
            NnNode  node)
{
  guint id = self->n_nodes + (guint) node, end = 2 * self->n_nodes - 1;
  gboolean keep = self->mode != NN_EXEC_INFER || self->output[node];

  if (self->uses[id] == 0)
    return;

  self->layout->home[id] = id;
  *block_of (self, VALUES, id) = (NnPlanBlock) {
    value_bytes (self, id), MIN (self->layout->first_use[id], self->n_nodes - 1),
    keep ? end : self->last_use[id]
  };
}

static void
draft_values (Draft *self)
{
  NnLayout *layout = self->layout;
  guint end = 2 * self->n_nodes - 1;

  for (NnNode i = 0; (guint) i < self->n_nodes; i++)
    {
      NnNode tail = layout->tail[i];
      gboolean keep = self->mode != NN_EXEC_INFER || is_input (self, (guint) i) ||
                      self->output[tail];
      guint last = keep ? end : self->last_use[tail], home;
      NnPlanBlock *block;

      if (!is_live (self, i) || layout->head[i] != NN_NODE_NONE)
        continue;

      home = tail == i && may_share_values (self, i)
               ? layout->home[nn_layout_source (layout, self->graph, i, 0)]
               : (guint) i;
      layout->home[i] = layout->home[tail] = home;
      block = block_of (self, VALUES, home);
      if (home != (guint) i)
        block->last = MAX (block->last, last);
      else if (!is_constant (self, (guint) i))
        *block = (NnPlanBlock) { value_bytes (self, (guint) tail), (guint) i, last };
      if (is_input (self, (guint) i))
        block->first = 0;
      draft_copy (self, tail);
    }
}

/* Whether the gradient of a value may lie where that of the node that uses it lies. */
static gboolean
may_share_gradient (Draft *self,
                    guint  id)
{
  NnLayout *layout = self->layout;
  NnNode user = (NnNode) self->last_use[id];
  guint flags;

  if (is_input (self, id) || self->uses[id] != 1 || self->last_use[id] >= self->n_nodes ||
      nn_layout_source (layout, self->graph, user, 0) != id ||
      (id < self->n_nodes && self->uses[id + self->n_nodes] > 0))
    return FALSE;

  if (block_of (self, GRADIENTS, self->gradient_home[layout->tail[user]])->size !=
      value_bytes (self, id))
    return FALSE;

  flags = flags_of (self, user);
  return self->mode == NN_EXEC_TRAIN ? (flags & NN_OP_GRADIENT_IN_PLACE) != 0
                                     : (flags & NN_OP_ALIAS) != 0;
}

/* A gradient is written first by the last step that reads the value, and read by the step that made
 * it; a copy's gradient is added to the value's by the step that reads the copy first. */
static void
draft_gradient (Draft *self,
                guint  id)
{
  NnLayout *layout = self->layout;
  guint end = 2 * self->n_nodes - 1;
  guint made = id < self->n_nodes ? (guint) nn_layout_step (layout, (NnNode) id)
                                  : MIN (layout->first_use[id], self->n_nodes - 1);
  gboolean keep = self->mode == NN_EXEC_KEEP_ALL || is_input (self, id);
  guint first = end - self->last_use[id], last = keep ? end : end - made;
  NnPlanBlock *block;

  self->gradient_home[id] = id;
  if (may_share_gradient (self, id))
    self->gradient_home[id] = self->gradient_home[layout->tail[self->last_use[id]]];
  block = block_of (self, GRADIENTS, self->gradient_home[id]);
  if (self->gradient_home[id] == id)
    *block = (NnPlanBlock) { value_bytes (self, id), first, last };
  else
    block->last = MAX (block->last, last);
}

static void
draft_gradients (Draft *self)
{
  NnLayout *layout = self->layout;

  for (NnNode i = (NnNode) self->n_nodes; i-- > 0;)
    {
      guint copy = self->n_nodes + (guint) i;
      gboolean inside = layout->tail[nn_layout_step (layout, i)] != i;

      if (!is_live (self, i) || inside || nn_graph_node_shared (self->graph, i))
        continue;
      if (self->uses[copy] > 0)
        draft_gradient (self, copy);
      draft_gradient (self, (guint) i);
    }
}

static void
draft_kept (Draft *self,
            NnNode node)
{
  const NnOp *op = nn_op_of (nn_graph_node_kind (self->graph, node));
  NnOpNode view = nn_layout_op_node (self->layout, self->graph, node);
  guint end = 2 * self->n_nodes - 1;

  if (op->saved != NULL && self->mode != NN_EXEC_INFER)
    {
      NnPlanBlock *block = block_of (self, SAVED, (guint) node);

      *block = (NnPlanBlock) { 0, (guint) node, end - (guint) node };
      if (!op->saved (&view, self->batch, &block->size))
        self->fits = FALSE;
    }
  if (op->prepared != NULL && self->mode == NN_EXEC_INFER)
    {
      NnPlanBlock *block = block_of (self, PREPARED, (guint) node);

      block->last = end;
      if (!op->prepared (&view, &block->size))
        self->fits = FALSE;
    }
  if (self->layout->norm[node] != NN_NODE_NONE)
    *block_of (self, SCALES, (guint) node) = (NnPlanBlock) {
      view.out.dims[1] * sizeof (nn_real), 0, end
    };
}

/* What operators ask for: memory from forward to backward, prepared parameters, and the largest
 * scratch. */
static void
draft_operators (Draft *self)
{
  NnPlanBlock *scratch = &self->blocks[N_PER_NODE * self->n_nodes];

  /* Room to turn a copy's gradient in. */
  for (guint id = self->n_nodes; id < 2 * self->n_nodes && self->mode == NN_EXEC_TRAIN; id++)
    scratch->size = MAX (scratch->size, block_of (self, GRADIENTS, id)->size);

  for (NnNode i = 0; (guint) i < self->n_nodes; i++)
    {
      const NnOp *op = nn_op_of (nn_graph_node_kind (self->graph, i));
      NnOpNode view = nn_layout_op_node (self->layout, self->graph, i);
      guint rows = !(op->flags & NN_OP_WHOLE) && view.out.rank > 0 ? view.out.dims[0] : 1;

      if (!is_live (self, i) || self->layout->head[i] != NN_NODE_NONE)
        continue;

      for (guint backward = 0; backward < (self->mode == NN_EXEC_INFER ? 1 : 2); backward++)
        {
          gsize bytes = 0;

          if (op->scratch != NULL &&
              !op->scratch (&view, self->batch * rows, backward == 1, &bytes))
            self->fits = FALSE;
          scratch->size = MAX (scratch->size, bytes);
        }
      draft_kept (self, i);
    }
  scratch->last = 2 * self->n_nodes - 1;
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

static gsize
place_of (Draft *self,
          guint  what,
          guint  id)
{
  return id != NOWHERE && block_of (self, what, id)->size > 0 ? block_of (self, what, id)->offset
                                                              : NN_NOWHERE;
}

static void
take_places (Draft *self)
{
  NnLayout *layout = self->layout;

  for (guint id = 0; id < 2 * self->n_nodes; id++)
    {
      layout->values[id] = place_of (self, VALUES, layout->home[id]);
      layout->gradients[id] = place_of (self, GRADIENTS, self->gradient_home[id]);
    }
  for (guint i = 0; i < self->n_nodes; i++)
    {
      layout->saved[i] = place_of (self, SAVED, i);
      layout->prepared[i] = place_of (self, PREPARED, i);
      layout->scales[i] = place_of (self, SCALES, i);
    }
  layout->scratch = self->blocks[N_PER_NODE * self->n_nodes].offset;
  layout->param_gradients = self->blocks[N_PER_NODE * self->n_nodes + 1].offset;
}

static NnLayout *
new_empty (guint n_nodes)
{
  NnLayout *self = g_new0 (NnLayout, 1);

  self->n_nodes = n_nodes;
  self->last = g_new0 (gboolean, n_nodes);
  self->relu = g_new0 (gboolean, n_nodes);
  self->pool = g_new0 (gboolean, n_nodes);
  self->head = g_new (NnNode, n_nodes);
  self->norm = g_new (NnNode, n_nodes);
  self->addend = g_new (NnNode, n_nodes);
  self->tail = g_new (NnNode, n_nodes);
  self->home = g_new (guint, 2 * n_nodes);
  self->first_use = g_new0 (guint, 2 * n_nodes);
  self->values = g_new (gsize, 2 * n_nodes);
  self->gradients = g_new (gsize, 2 * n_nodes);
  self->saved = g_new (gsize, n_nodes);
  self->prepared = g_new (gsize, n_nodes);
  self->scales = g_new (gsize, n_nodes);
  for (guint i = 0; i < n_nodes; i++)
    {
      self->head[i] = self->norm[i] = self->addend[i] = NN_NODE_NONE;
      self->tail[i] = (NnNode) i;
      self->home[i] = self->home[n_nodes + i] = NOWHERE;
    }

  return self;
}

void
nn_layout_free (NnLayout *self)
{
  g_free (self->last);
  g_free (self->relu);
  g_free (self->pool);
  g_free (self->head);
  g_free (self->norm);
  g_free (self->addend);
  g_free (self->tail);
  g_free (self->home);
  g_free (self->first_use);
  g_free (self->values);
  g_free (self->gradients);
  g_free (self->saved);
  g_free (self->prepared);
  g_free (self->scales);
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
  guint n_nodes = nn_graph_n_nodes (graph), n_blocks = N_PER_NODE * n_nodes + 2;
  g_autoptr (NnLayout) layout = new_empty (n_nodes);
  g_autofree guint *uses = g_new0 (guint, 2 * n_nodes);
  g_autofree guint *last_use = g_new0 (guint, 2 * n_nodes);
  g_autofree guint *gradient_home = g_new (guint, 2 * n_nodes);
  g_autofree gboolean *output = g_new0 (gboolean, n_nodes);
  g_autofree NnPlanBlock *blocks = g_new0 (NnPlanBlock, n_blocks);
  Draft draft = { graph,    layout, mode,          n_nodes, max_batch, uses,
                  last_use, output, gradient_home, blocks,  TRUE };

  for (guint id = 0; id < 2 * n_nodes; id++)
    gradient_home[id] = NOWHERE;

  nn_layout_fuse (layout, graph, mode);
  count_uses (&draft);
  draft_values (&draft);
  if (mode != NN_EXEC_INFER)
    draft_gradients (&draft);
  draft_operators (&draft);
  draft_param_gradients (&draft);

  if (!draft.fits || !nn_plan (blocks, n_blocks, &layout->bytes))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_NO_MEMORY,
                   _("A batch of %u needs more memory than can be counted; try a smaller one."),
                   max_batch);
      return NULL;
    }

  take_places (&draft);

  return g_steal_pointer (&layout);
}
