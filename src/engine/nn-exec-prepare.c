/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Brings the parameters to an exec's operators, in the form that inference reads. */
#include "nn-exec-private.h"

#include <math.h>

/* Constants lie among the parameters, everything else in the arena. */
static void
bind_values (NnExec *self)
{
  NnLayout *layout = self->layout;

  for (guint id = 0; id < 2 * self->n_nodes; id++)
    {
      guint home = layout->home[id];

      if (home < self->n_nodes && self->runs[home].node.kind == NN_OP_CONSTANT)
        self->values[id] = self->runs[home].slot[NN_SLOT_WEIGHT];
    }

  for (NnNode i = 0; (guint) i < self->n_nodes; i++)
    {
      for (guint j = 0; j < self->runs[i].node.n_inputs; j++)
        self->runs[i].x[j] = self->values[nn_exec_source (self, i, j)];
      if (layout->addend[i] != NN_NODE_NONE)
        {
          NnNode x = layout->addend[i];
          NnShape shape = nn_graph_node_shape (self->graph, x);
          gboolean copy = !layout->last[x] && nn_layout_has_orders (&shape);

          self->runs[i].epilogue.addend = self->values[(guint) x + (copy ? self->n_nodes : 0)];
        }
    }
}

void
nn_exec_bind (NnExec   *self,
              NnParams *params)
{
  if (params == self->params)
    return;

  g_clear_pointer (&self->params, nn_params_unref);
  self->params = nn_params_ref (params);
  self->prepared = FALSE;
  for (guint i = 0; i < self->n_nodes; i++)
    for (guint slot = 0; slot < NN_N_SLOTS; slot++)
      self->runs[i].slot[slot] = nn_params_peek (params, (NnNode) i, slot, NULL);
  for (guint i = 0; i < self->n_nodes && self->mode == NN_EXEC_TRAIN; i++)
    {
      self->runs[i].running[0] = nn_params_poke (params, (NnNode) i, NN_SLOT_MEAN, NULL);
      self->runs[i].running[1] = nn_params_poke (params, (NnNode) i, NN_SLOT_VARIANCE, NULL);
    }
  bind_values (self);
}

/* The batch norm fused into @node as a scale per filter; its mean and shift are used as they lie.
 */
static void
prepare_epilogue (NnExec *self,
                  NnNode  node)
{
  nn_real *scales = nn_exec_at (self, self->layout->scales[node]);
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

/* The node's weights without their zeros, where that is faster. Only of frozen parameters: others are
 * still being pruned or trained. */
static void
prepare_sparse (NnExec   *self,
                NnNode    node,
                gboolean  frozen)
{
  NnOpRun *run = &self->runs[node];

  g_clear_pointer (&self->sparse[node], nn_sparse_layer_free);
  if (frozen && (nn_op_of (run->node.kind)->flags & NN_OP_SPARSE))
    self->sparse[node] = nn_sparse_layer_new (run, self->max_batch *
                                                     nn_exec_rows (&run->node, &run->node.out));
  run->sparse = self->sparse[node];
}

void
nn_exec_prepare (NnExec   *self,
                 NnParams *params)
{
  if (self->mode != NN_EXEC_INFER || self->prepared)
    return;

  for (guint i = 0; i < self->n_steps; i++)
    {
      NnNode node = (NnNode) self->steps[i].id;
      NnOpRun *run = &self->runs[node];

      if (self->steps[i].copy)
        continue;
      prepare_epilogue (self, node);
      prepare_sparse (self, node, nn_params_is_frozen (params));
      if (run->prepared != NULL)
        nn_op_of (run->node.kind)->prepare (run);
    }
  self->prepared = nn_params_is_frozen (params);
}
