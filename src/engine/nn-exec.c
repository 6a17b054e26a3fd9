/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a graph forward and backward in an arena that was laid out beforehand. */
#include "nn-exec.h"

#include "nn-graph-private.h"
#include "nn-layout.h"
#include "nn-plan.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct _NnExec
{
  NnGraph        *graph;
  NnWorkers      *workers;
  NnExecMode      mode;
  guint           max_batch;
  NnLayout       *layout;
  guint8         *arena;
  guint           n_nodes;
  NnOpRun        *runs;    /* [n_nodes] */
  NnNode         *order;   /* [n_steps]: nodes that compute something */
  guint           n_steps;
  const nn_real  *bound;   /* the parameters' block that the runs point into */
  guint           batch;   /* of the last forward */
  gboolean       *frozen;  /* [n_nodes] */
  gboolean       *wanted;  /* [n_nodes]: a gradient is needed here */
  gboolean       *written; /* [n_nodes]: the gradient holds something */
};

static gpointer
at (NnExec *self,
    gsize   offset)
{
  return offset != NN_NOWHERE ? self->arena + offset : NULL;
}

static nn_real *
gradient_at (NnExec *self,
             NnNode  node)
{
  return self->mode == NN_EXEC_INFER ? NULL : at (self, self->layout->gradients[node]);
}

static void
set_up_run (NnExec *self,
            NnNode  node)
{
  NnOpRun *run = &self->runs[node];

  run->node = nn_graph_op_node (self->graph, node);
  run->workers = self->workers;
  run->stream = (guint) node;
  run->out_count = nn_op_count (&run->node.out);
  run->y = at (self, self->layout->values[self->layout->tail[node]]);
  run->dy = gradient_at (self, node);
  run->saved = at (self, self->layout->saved[node]);
  run->scratch = at (self, self->layout->scratch);
  for (guint i = 0; i < run->node.n_inputs; i++)
    {
      run->in_count[i] = nn_op_count (&run->node.in[i]);
      run->x[i] = at (self, self->layout->values[nn_graph_node_input (self->graph, node, i)]);
    }

  if (self->layout->tail[node] != node)
    run->epilogue.relu = nn_graph_node_kind (self->graph, self->layout->tail[node]) ==
                         NN_OP_ACTIVATION;
  if (nn_graph_node_live (self->graph, node) && run->node.kind != NN_OP_INPUT &&
      self->layout->head[node] == NN_NODE_NONE)
    self->order[self->n_steps++] = node;
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
  self->order = g_new (NnNode, self->n_nodes);
  self->frozen = g_new0 (gboolean, self->n_nodes);
  self->wanted = g_new0 (gboolean, self->n_nodes);
  self->written = g_new0 (gboolean, self->n_nodes);
  for (guint i = 0; i < self->n_nodes; i++)
    set_up_run (self, (NnNode) i);

  return g_steal_pointer (&self);
}

void
nn_exec_free (NnExec *self)
{
  nn_graph_unref (self->graph);
  nn_workers_unref (self->workers);
  g_clear_pointer (&self->layout, nn_layout_free);
  free (self->arena);
  g_free (self->runs);
  g_free (self->order);
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

  return at (self, self->layout->values[nn_graph_input (self->graph, i)]);
}

/* Points the runs at the slots of @params: nothing to do while the block is the same. */
static void
bind_params (NnExec   *self,
             NnParams *params)
{
  const nn_real *block = nn_params_peek_all (params);

  if (block == self->bound)
    return;

  self->bound = block;
  for (guint i = 0; i < self->n_nodes; i++)
    for (guint slot = 0; slot < NN_N_SLOTS; slot++)
      self->runs[i].slot[slot] = nn_params_peek (params, (NnNode) i, slot, NULL);
  for (guint i = 0; i < self->n_nodes && self->mode == NN_EXEC_TRAIN; i++)
    {
      self->runs[i].running[0] = nn_params_poke (params, (NnNode) i, NN_SLOT_MEAN, NULL);
      self->runs[i].running[1] = nn_params_poke (params, (NnNode) i, NN_SLOT_VARIANCE, NULL);
    }
}

/* The batch norm fused into @node as a scale per filter; its mean and shift are used as they lie.
 */
static void
prepare_epilogue (NnExec *self,
                  NnNode  node)
{
  nn_real *scales = at (self, self->layout->scales[node]);
  NnEpilogue *epilogue = &self->runs[node].epilogue;
  const NnOpRun *norm;

  if (scales == NULL)
    return;

  norm = &self->runs[self->layout->norm[node]];
  for (gsize k = 0; k < norm->node.out.dims[1]; k++)
    scales[k] = norm->slot[NN_SLOT_WEIGHT][k] /
                (nn_real) sqrt ((double) norm->slot[NN_SLOT_VARIANCE][k] +
                                (double) norm->node.attrs->batch_norm.epsilon);
  epilogue->centre = norm->slot[NN_SLOT_MEAN];
  epilogue->shift = norm->slot[NN_SLOT_BIAS];
  epilogue->scale = scales;
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

  bind_params (self, params);
  self->batch = batch;
  for (guint i = 0; i < self->n_steps; i++)
    {
      NnNode node = self->order[i];
      NnOpRun *run = &self->runs[node];

      run->batch = batch;
      run->seed = dropout_seed;
      run->train = self->mode == NN_EXEC_TRAIN &&
                   !(self->frozen[node] && run->node.kind == NN_OP_BATCH_NORM);
      prepare_epilogue (self, node);
      nn_op_of (run->node.kind)->forward (run);
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
  g_return_val_if_fail (node >= 0 && (guint) node < self->n_nodes, NULL);

  if (self->mode == NN_EXEC_INFER && self->runs[node].node.kind != NN_OP_INPUT &&
      !is_output (self->graph, node))
    return NULL;

  return at (self, self->layout->values[node]);
}

const nn_real *
nn_exec_output (NnExec *self,
                guint   i)
{
  g_return_val_if_fail (i < nn_graph_n_outputs (self->graph), NULL);

  return nn_exec_values (self, nn_graph_output (self->graph, i));
}

/**
 * nn_exec_freeze_node:
 *
 * A frozen batch norm also normalises with its running statistics, which stay as they are.
 */
void
nn_exec_freeze_node (NnExec   *self,
                     NnNode    node,
                     gboolean  frozen)
{
  g_return_if_fail (node >= 0 && (guint) node < self->n_nodes);

  self->frozen[node] = frozen;
}

static gboolean
learns (NnExec *self,
        NnNode  node)
{
  return self->mode == NN_EXEC_TRAIN && !self->frozen[node] &&
         self->runs[node].slot[NN_SLOT_WEIGHT] != NULL;
}

/* Where a gradient is needed: at nodes that learn, at nodes above one where it is needed, at inputs
 * when asked, and when looking inside everywhere but at inputs. */
static void
mark_wanted (NnExec   *self,
             NnNode    last,
             gboolean  to_input)
{
  for (NnNode i = 0; i <= last; i++)
    {
      gboolean wanted = self->runs[i].node.kind == NN_OP_INPUT
                          ? to_input
                          : self->mode == NN_EXEC_KEEP_ALL || learns (self, i);

      for (guint j = 0; j < self->runs[i].node.n_inputs; j++)
        wanted |= self->wanted[nn_graph_node_input (self->graph, i, j)];
      self->wanted[i] = wanted;
    }
}

/* Aims the node's run at the gradients to compute. The first to reach an input's gradient
 * overwrites it; when one node has the same input twice, both add to zeros. */
static void
aim_inputs (NnExec *self,
            NnNode  node)
{
  NnOpRun *run = &self->runs[node];

  for (guint i = 0; i < run->node.n_inputs; i++)
    {
      NnNode x = nn_graph_node_input (self->graph, node, i);
      gboolean twice = FALSE;

      run->dx[i] = self->wanted[x] ? gradient_at (self, x) : NULL;
      for (guint j = 0; j < run->node.n_inputs; j++)
        twice |= j != i && nn_graph_node_input (self->graph, node, j) == x;
      if (twice && !self->written[x] && run->dx[i] != NULL)
        {
          memset (run->dx[i], 0, run->batch * run->in_count[i] * sizeof (nn_real));
          self->written[x] = TRUE;
        }
      run->add[i] = self->written[x];
    }
  for (guint i = 0; i < run->node.n_inputs; i++)
    self->written[nn_graph_node_input (self->graph, node, i)] |= run->dx[i] != NULL;
}

/* Where the gradients of the node's parameters go. Those that are not computed are zero. */
static void
aim_params (NnExec   *self,
            NnParams *params,
            NnNode    node)
{
  NnOpRun *run = &self->runs[node];
  nn_real *gradients = nn_exec_param_gradients (self);
  gboolean computed = learns (self, node) && self->written[node];

  for (guint slot = NN_SLOT_WEIGHT; slot <= NN_SLOT_BIAS; slot++)
    {
      gsize offset, n_values;

      run->dslot[slot] = NULL;
      if (gradients == NULL || !nn_params_slot_range (params, node, slot, &offset, &n_values))
        continue;
      if (computed)
        run->dslot[slot] = gradients + offset;
      else
        memset (gradients + offset, 0, n_values * sizeof *gradients);
    }
}

/**
 * nn_exec_backward:
 * @params: as given to the forward pass before
 * @gradient: of @node's values, [batch of that pass, …]; copied
 */
void
nn_exec_backward (NnExec        *self,
                  NnParams      *params,
                  NnNode         node,
                  const nn_real *gradient,
                  gboolean       to_input)
{
  g_return_if_fail (self->mode != NN_EXEC_INFER);
  g_return_if_fail (node >= 0 && (guint) node < self->n_nodes && gradient_at (self, node) != NULL);
  g_return_if_fail (self->batch > 0 && nn_params_peek_all (params) == self->bound);

  memset (self->wanted, 0, self->n_nodes * sizeof *self->wanted);
  memset (self->written, 0, self->n_nodes * sizeof *self->written);
  mark_wanted (self, node, to_input);
  self->written[node] = TRUE;
  memcpy (gradient_at (self, node), gradient,
          self->batch * self->runs[node].out_count * sizeof *gradient);

  for (guint i = self->n_nodes; i-- > 0;)
    {
      NnOpRun *run = &self->runs[i];

      aim_params (self, params, (NnNode) i);
      if (!self->written[i] || !self->wanted[i] || run->node.kind == NN_OP_INPUT)
        continue;

      aim_inputs (self, (NnNode) i);
      nn_op_of (run->node.kind)->backward (run);
    }
}

/**
 * nn_exec_gradient:
 *
 * Returns: (nullable): the gradient of @node's values after the last backward pass; %NULL where it
 * did not come by, and in TRAIN mode everywhere but at inputs.
 */
const nn_real *
nn_exec_gradient (NnExec *self,
                  NnNode  node)
{
  g_return_val_if_fail (node >= 0 && (guint) node < self->n_nodes, NULL);

  if (!self->written[node] ||
      (self->mode == NN_EXEC_TRAIN && self->runs[node].node.kind != NN_OP_INPUT))
    return NULL;

  return gradient_at (self, node);
}

/**
 * nn_exec_param_gradients:
 *
 * Returns: (nullable): the gradients of the last backward pass; %NULL unless in TRAIN mode.
 */
nn_real *
nn_exec_param_gradients (NnExec *self)
{
  return self->mode == NN_EXEC_TRAIN ? at (self, self->layout->param_gradients) : NULL;
}
