/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a graph forward and backward in an arena that was laid out beforehand. */
#include "nn-exec-private.h"

#include "nn-panel.h"
#include "nn-plan.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>

gpointer
nn_exec_at (NnExec *self,
            gsize   offset)
{
  return offset != NN_NOWHERE ? self->arena + offset : NULL;
}

nn_real *
nn_exec_gradient_at (NnExec *self,
                     guint   id)
{
  return self->mode == NN_EXEC_INFER ? NULL : nn_exec_at (self, self->layout->gradients[id]);
}

guint
nn_exec_source (NnExec *self,
                NnNode  node,
                guint   i)
{
  return nn_layout_source (self->layout, self->graph, node, i);
}

guint
nn_exec_rows (const NnOpNode *node,
              const NnShape  *shape)
{
  return (nn_op_of (node->kind)->flags & NN_OP_WHOLE) || shape->rank == 0 ? 1 : shape->dims[0];
}

static void
set_up_run (NnExec *self,
            NnNode  node)
{
  NnLayout *layout = self->layout;
  NnOpRun *run = &self->runs[node];
  NnNode tail = layout->tail[node];

  run->node = nn_layout_op_node (layout, self->graph, node);
  run->workers = self->workers;
  run->stream = (guint) node;
  run->out_count = nn_op_count (&run->node.out) / nn_exec_rows (&run->node, &run->node.out);
  run->y = nn_exec_at (self, layout->values[tail]);
  run->dy = nn_exec_gradient_at (self, (guint) tail);
  run->saved = nn_exec_at (self, layout->saved[node]);
  run->scratch = nn_exec_at (self, layout->scratch);
  run->prepared = nn_exec_at (self, layout->prepared[node]);
  for (guint i = 0; i < run->node.n_inputs; i++)
    {
      run->in_count[i] = nn_op_count (&run->node.in[i]) / nn_exec_rows (&run->node, &run->node.in[i]);
      run->shared[i] = nn_graph_node_shared (self->graph, nn_graph_node_input (self->graph, node, i)) &&
                       !nn_graph_node_shared (self->graph, node);
    }
  run->epilogue.relu = layout->relu[node];
  run->epilogue.pool = layout->pool[node];
}

gboolean
nn_exec_computes (NnExec *self,
                  NnNode  node)
{
  NnOpKind kind = self->runs[node].node.kind;

  return nn_graph_node_live (self->graph, node) && kind != NN_OP_INPUT && kind != NN_OP_CONSTANT &&
         self->layout->head[node] == NN_NODE_NONE;
}

/* Nodes in their order, each after the copies that it is the first to read. */
static void
set_up_steps (NnExec *self)
{
  guint n = self->n_nodes;
  g_autofree guint *first = g_new (guint, n + 1);
  g_autofree guint *next = g_new (guint, n);

  for (guint i = 0; i <= n; i++)
    first[i] = n;
  for (guint x = n; x-- > 0;)
    if (self->layout->home[n + x] != G_MAXUINT)
      {
        guint before = MIN (self->layout->first_use[n + x], n);

        next[x] = first[before];
        first[before] = x;
      }

  for (guint i = 0; i <= n; i++)
    {
      for (guint x = first[i]; x < n; x = next[x])
        self->steps[self->n_steps++] = (NnExecStep) { TRUE, x };
      if (i < n && nn_exec_computes (self, (NnNode) i))
        self->steps[self->n_steps++] = (NnExecStep) { FALSE, i };
    }
}

/**
 * nn_exec_new:
 * @max_batch: at least 1
 *
 * Takes all the memory it will ever use.
 *
 * Returns: (transfer full): an exec for one thread at a time, or %NULL with %NN_ERROR_NO_MEMORY.
 */
NnExec *
nn_exec_new (NnGraph     *graph,
             NnWorkers   *workers,
             guint        max_batch,
             NnExecMode   mode,
             GError     **error)
{
  g_autoptr (NnExec) self = g_new0 (NnExec, 1);
  gpointer arena = NULL;

  self->graph = nn_graph_ref (graph);
  self->workers = nn_workers_ref (workers);
  self->mode = mode;
  self->max_batch = MAX (max_batch, 1);
  self->n_nodes = nn_graph_n_nodes (graph);
  if (self->max_batch > nn_graph_max_batch (graph))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("This network takes one item at a time, not a batch of %u: some of its layers "
                     "mix the first axis with others."),
                   self->max_batch);
      return NULL;
    }

  self->layout = nn_layout_new (graph, self->max_batch, mode, error);
  if (self->layout == NULL)
    return NULL;

  if (posix_memalign (&arena, NN_PLAN_ALIGN, MAX (self->layout->bytes, NN_PLAN_ALIGN)) != 0)
    {
      g_autofree char *size = g_format_size (self->layout->bytes);

      g_set_error (error, NN_ERROR, NN_ERROR_NO_MEMORY,
                   _("A batch of %u needs %s of memory, more than there is; try a smaller one."),
                   self->max_batch, size);
      return NULL;
    }

  self->arena = arena;
  self->runs = g_new0 (NnOpRun, self->n_nodes);
  self->steps = g_new (NnExecStep, 2 * self->n_nodes);
  self->values = g_new0 (const nn_real *, 2 * self->n_nodes);
  self->sparse = g_new0 (NnSparseLayer *, self->n_nodes);
  self->frozen = g_new0 (gboolean, self->n_nodes);
  self->wanted = g_new0 (gboolean, self->n_nodes);
  self->written = g_new0 (gboolean, 2 * self->n_nodes);
  for (guint i = 0; i < self->n_nodes; i++)
    set_up_run (self, (NnNode) i);
  set_up_steps (self);
  for (guint id = 0; id < 2 * self->n_nodes; id++)
    self->values[id] = nn_exec_at (self, self->layout->values[id]);

  return g_steal_pointer (&self);
}

void
nn_exec_free (NnExec *self)
{
  nn_graph_unref (self->graph);
  nn_workers_unref (self->workers);
  g_clear_pointer (&self->layout, nn_layout_free);
  g_clear_pointer (&self->params, nn_params_unref);
  free (self->arena);
  for (guint i = 0; i < self->n_nodes && self->sparse != NULL; i++)
    g_clear_pointer (&self->sparse[i], nn_sparse_layer_free);
  g_free (self->sparse);
  g_free (self->runs);
  g_free (self->steps);
  g_free (self->values);
  g_free (self->frozen);
  g_free (self->wanted);
  g_free (self->written);
  g_free (self);
}

NnGraph *
nn_exec_graph (NnExec *self)
{
  return self->graph;
}

guint
nn_exec_max_batch (NnExec *self)
{
  return self->max_batch;
}

/**
 * nn_exec_plan_size:
 * @bytes: (out): what nn_exec_arena_size() will say; much of it may never be touched, since scratch
 * is laid out for the largest number of threads
 */
gboolean
nn_exec_plan_size (NnGraph     *graph,
                   guint        max_batch,
                   NnExecMode   mode,
                   gsize       *bytes,
                   GError     **error)
{
  g_autoptr (NnLayout) layout = nn_layout_new (graph, MAX (max_batch, 1), mode, error);

  if (layout == NULL)
    return FALSE;

  *bytes = layout->bytes;
  return TRUE;
}

guint
nn_exec_fitting_batch (NnGraph    *graph,
                       guint       wanted,
                       NnExecMode  mode,
                       gsize       bytes)
{
  guint batch = MAX (MIN (wanted, nn_graph_max_batch (graph)), 1);
  gsize needed = 0;

  while (batch > 1 &&
         (!nn_exec_plan_size (graph, batch, mode, &needed, NULL) || needed > bytes))
    batch /= 2;

  return batch;
}

gsize
nn_exec_arena_size (NnExec *self)
{
  return self->layout->bytes;
}

nn_real *
nn_exec_input (NnExec *self,
               guint   i)
{
  g_return_val_if_fail (i < nn_graph_n_inputs (self->graph), NULL);

  return nn_exec_at (self, self->layout->values[nn_graph_input (self->graph, i)]);
}

void
nn_exec_set_dropout (NnExec *self,
                     float   rate)
{
  g_return_if_fail (rate < 1);

  self->dropout = rate;
  for (guint i = 0; i < self->n_nodes; i++)
    if (self->runs[i].node.kind == NN_OP_DROPOUT)
      self->runs[i].dropout = rate < 0 ? NULL : &self->dropout;
}

typedef struct
{
  gboolean       to_last;
  gsize          channels, positions;
  const nn_real *from;
  nn_real       *to;
} Turn;

static void
turn_item (guint    piece,
           guint    thread,
           gpointer data)
{
  const Turn *turn = data;
  gsize offset = piece * turn->channels * turn->positions;

  if (turn->to_last)
    nn_to_channels_last (turn->channels, turn->positions, turn->from + offset, turn->to + offset);
  else
    nn_from_channels_last (turn->channels, turn->positions, turn->from + offset, turn->to + offset);
}

void
nn_exec_turn (NnExec        *self,
              NnNode         node,
              gboolean       to_last,
              const nn_real *from,
              nn_real       *to)
{
  NnShape shape = nn_graph_node_shape (self->graph, node);
  guint batch = nn_graph_node_shared (self->graph, node) ? 1 : self->batch;
  Turn job = { to_last, shape.dims[1], shape.dims[2] * (gsize) shape.dims[3], from, to };

  nn_workers_run (self->workers, batch * shape.dims[0], turn_item, &job);
}

static void
run_node (NnExec  *self,
          NnNode   node,
          guint64  dropout_seed)
{
  NnOpRun *run = &self->runs[node];

  if (run->y == NULL)
    return; /* A constant under another shape lies where the constant does. */

  run->batch = (nn_graph_node_shared (self->graph, node) ? 1 : self->batch) *
               nn_exec_rows (&run->node, &run->node.out);
  run->seed = dropout_seed;
  run->train = self->mode == NN_EXEC_TRAIN &&
               !(self->frozen[node] && run->node.kind == NN_OP_BATCH_NORM);
  nn_op_of (run->node.kind)->forward (run);
}

/**
 * nn_exec_forward:
 * @params: of this graph; in TRAIN mode not frozen
 * @batch: 1 … the largest batch; inputs hold that many items
 */
void
nn_exec_forward (NnExec   *self,
                 NnParams *params,
                 guint     batch,
                 guint64   dropout_seed)
{
  g_return_if_fail (batch >= 1 && batch <= self->max_batch);
  g_return_if_fail (nn_graph_n_nodes (nn_params_graph (params)) == self->n_nodes);
  g_return_if_fail (self->mode != NN_EXEC_TRAIN || !nn_params_is_frozen (params));

  nn_exec_bind (self, params);
  nn_exec_prepare (self, params);
  self->batch = batch;
  for (guint i = 0; i < self->n_steps; i++)
    {
      guint id = self->steps[i].id;

      if (self->steps[i].copy)
        nn_exec_turn (self, (NnNode) id, !self->layout->last[id], self->values[id],
              nn_exec_at (self, self->layout->values[self->n_nodes + id]));
      else
        run_node (self, (NnNode) id, dropout_seed);
    }
}

static gboolean
is_output (NnGraph *graph,
           NnNode   node)
{
  for (guint i = 0; i < nn_graph_n_outputs (graph); i++)
    if (nn_graph_output (graph, i) == node)
      return TRUE;

  return FALSE;
}

const nn_real *
nn_exec_values (NnExec *self,
                NnNode  node)
{
  guint copy = self->n_nodes + (guint) node;

  g_return_val_if_fail (node >= 0 && (guint) node < self->n_nodes, NULL);

  if (self->mode != NN_EXEC_KEEP_ALL && self->runs[node].node.kind != NN_OP_INPUT &&
      !is_output (self->graph, node) &&
      (self->mode == NN_EXEC_INFER || self->runs[node].node.out.rank != 2))
    return NULL;
  if (self->layout->last[node] && self->layout->home[copy] != G_MAXUINT)
    return self->values[copy];

  return self->values[node];
}

gboolean
nn_exec_is_finite (NnExec *self,
                   NnNode  node)
{
  const nn_real *values;
  gsize n;

  g_return_val_if_fail (node >= 0 && (guint) node < self->n_nodes, FALSE);

  values = self->values[self->layout->tail[node]];
  if (values == NULL || self->mode == NN_EXEC_INFER)
    return TRUE;

  n = self->batch * nn_op_count (&self->runs[self->layout->tail[node]].node.out);
  for (gsize i = 0; i < n; i++)
    if (!isfinite (values[i]))
      return FALSE;

  return TRUE;
}

const nn_real *
nn_exec_output (NnExec *self,
                guint   i)
{
  g_return_val_if_fail (i < nn_graph_n_outputs (self->graph), NULL);

  return nn_exec_values (self, nn_graph_output (self->graph, i));
}

