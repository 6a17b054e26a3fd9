/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An exec's way back: which gradients are wanted, where they go, and who adds to whose. */
#include "nn-exec-private.h"

#include "nn-pointwise.h"

#include <string.h>

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
         nn_graph_node_has_weights (self->graph, node);
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
      guint x = nn_exec_source (self, node, i);
      gboolean twice = FALSE;

      run->dx[i] = self->wanted[x % self->n_nodes] ? nn_exec_gradient_at (self, x) : NULL;
      for (guint j = 0; j < run->node.n_inputs; j++)
        twice |= j != i && nn_exec_source (self, node, j) == x;
      if (twice && !self->written[x] && run->dx[i] != NULL)
        {
          memset (run->dx[i], 0,
                  (run->shared[i] ? 1 : run->batch) * run->in_count[i] * sizeof (nn_real));
          self->written[x] = TRUE;
        }
      run->add[i] = self->written[x];
    }
  for (guint i = 0; i < run->node.n_inputs; i++)
    self->written[nn_exec_source (self, node, i)] |= run->dx[i] != NULL;
}

/* Brings the gradients of copies that @node was the first to read back to the values themselves,
 * whether the pass came by @node or only by later readers. */
static void
return_gradients (NnExec *self,
                  NnNode  node)
{
  NnLayout *layout = self->layout;

  for (guint i = 0; i < self->runs[node].node.n_inputs; i++)
    {
      guint copy = nn_exec_source (self, node, i), x = copy - self->n_nodes;
      NnOpRun *run = &self->runs[node];

      if (copy < self->n_nodes || layout->first_use[copy] != (guint) node || !self->written[copy])
        continue;

      if (self->written[x])
        {
          /* Scratch is free between operators. */
          nn_real *turned = run->scratch;
          NnShape shape = nn_graph_node_shape (self->graph, (NnNode) x);

          nn_exec_turn (self, (NnNode) x, layout->last[x], nn_exec_gradient_at (self, copy), turned);
          nn_add (self->batch * nn_op_count (&shape), nn_exec_gradient_at (self, x), turned,
                  nn_exec_gradient_at (self, x));
        }
      else
        nn_exec_turn (self, (NnNode) x, layout->last[x], nn_exec_gradient_at (self, copy),
                      nn_exec_gradient_at (self, x));
      self->written[x] = TRUE;
      self->written[copy] = FALSE;
    }
}

/* Where the gradients of the node's parameters go. Those that are not computed are zero. */
static void
aim_params (NnExec   *self,
            NnParams *params,
            NnNode    node)
{
  NnOpRun *run = &self->runs[node];
  nn_real *gradients = nn_exec_param_gradients (self);
  gboolean computed = learns (self, node) && self->written[self->layout->tail[node]];

  for (guint slot = NN_SLOT_WEIGHT; slot <= NN_SLOT_BIAS; slot++)
    {
      gsize offset, n_values;

      run->dslot[slot] = NULL;
      if (gradients == NULL || run->node.kind == NN_OP_CONSTANT ||
          !nn_params_slot_range (params, node, slot, &offset, &n_values))
        continue;
      if (computed)
        run->dslot[slot] = gradients + offset;
      else
        memset (gradients + offset, 0, n_values * sizeof *gradients);
    }
}

/* Values that a piece of a ReLU's gradient has. */
enum { RELU_PIECE = 16384 };

static void
relu_piece (guint    piece,
            guint    thread,
            gpointer data)
{
  const NnOpRun *run = data;
  gsize from = piece * (gsize) RELU_PIECE, n = MIN (RELU_PIECE, run->batch * run->out_count - from);
  nn_real *dy = (nn_real *) run->dy + from;

  nn_relu_gradient (n, FALSE, run->y + from, dy, dy);
}

/* The gradient behind a ReLU that the node computed too, brought before it, in place. */
static void
pass_relu (NnExec *self,
           NnNode  node)
{
  NnOpRun *run = &self->runs[node];

  if (!run->epilogue.relu || (nn_op_of (run->node.kind)->flags & NN_OP_RELU_BACKWARD))
    return;

  nn_workers_run (self->workers,
                  (guint) ((run->batch * run->out_count + RELU_PIECE - 1) / RELU_PIECE), relu_piece,
                  run);
}

void
nn_exec_set_rectifiers (NnExec       *self,
                        NnRectifiers  rule)
{
  g_return_if_fail (self->mode == NN_EXEC_KEEP_ALL);

  self->rectifiers = rule;
}

static void
stop_negative_range (const NnOpRun *run,
                     gsize          from,
                     gsize          to)
{
  nn_real *dy = (nn_real *) run->dy + from;

  nn_relu (to - from, dy, dy);
}

static void
pass_range (const NnOpRun *run,
            gsize          from,
            gsize          to)
{
  nn_pass (to - from, run->add[0], run->dy + from, run->dx[0] + from);
}

/* The node's own way back, or what has been asked for instead at rectifiers. */
static void
step_back (NnExec *self,
           NnNode  node)
{
  NnOpRun *run = &self->runs[node];
  gboolean changed =
    self->rectifiers != NN_RECTIFIERS_PLAIN && nn_graph_node_rectifies (self->graph, node);

  if (changed)
    nn_op_run_ranges (run, run->batch * run->out_count, 1, stop_negative_range);
  if (!changed || self->rectifiers == NN_RECTIFIERS_GUIDED)
    nn_op_of (run->node.kind)->backward (run);
  else if (run->dx[0] != NULL)
    nn_op_run_ranges (run, run->batch * run->out_count, 1, pass_range);
}

static void
start_gradient (NnExec        *self,
                NnNode         node,
                const nn_real *gradient)
{
  NnShape shape = nn_graph_node_shape (self->graph, node);

  self->written[node] = TRUE;
  if (self->layout->last[node] && nn_layout_has_orders (&shape))
    nn_exec_turn (self, node, TRUE, gradient, nn_exec_gradient_at (self, (guint) node));
  else
    memcpy (nn_exec_gradient_at (self, (guint) node), gradient,
            self->batch * nn_op_count (&shape) * sizeof *gradient);
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
  g_return_if_fail (node >= 0 && (guint) node < self->n_nodes && nn_exec_gradient_at (self, (guint) node) != NULL);
  g_return_if_fail (self->batch > 0 && params == self->params);

  memset (self->wanted, 0, self->n_nodes * sizeof *self->wanted);
  memset (self->written, 0, 2 * self->n_nodes * sizeof *self->written);
  mark_wanted (self, node, to_input);
  start_gradient (self, node, gradient);

  for (guint i = self->n_nodes; i-- > 0;)
    {
      guint tail = (guint) self->layout->tail[i];

      aim_params (self, params, (NnNode) i);
      if (self->written[tail] && self->wanted[i] && nn_exec_computes (self, (NnNode) i))
        {
          aim_inputs (self, (NnNode) i);
          pass_relu (self, (NnNode) i);
          step_back (self, (NnNode) i);
        }
      return_gradients (self, (NnNode) i);
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

  return nn_exec_gradient_at (self, (guint) node);
}

/**
 * nn_exec_slot_gradients:
 * @weight: (out): as many as the slot has
 * @bias: (out) (nullable): the same
 *
 * Computes them anew from what forward and backward have left.
 */
gboolean
nn_exec_slot_gradients (NnExec  *self,
                        NnNode   node,
                        nn_real *weight,
                        nn_real *bias)
{
  NnOpRun run;

  g_return_val_if_fail (self->mode == NN_EXEC_KEEP_ALL, FALSE);
  g_return_val_if_fail (node >= 0 && (guint) node < self->n_nodes, FALSE);

  if (!nn_graph_node_has_weights (self->graph, node) || !self->written[node] ||
      !nn_exec_computes (self, node))
    return FALSE;

  run = self->runs[node];
  memset (run.dx, 0, sizeof run.dx);
  run.dslot[NN_SLOT_WEIGHT] = weight;
  run.dslot[NN_SLOT_BIAS] = run.slot[NN_SLOT_BIAS] != NULL ? bias : NULL;
  nn_op_of (run.node.kind)->backward (&run);

  return TRUE;
}

/**
 * nn_exec_param_gradients:
 *
 * Returns: (nullable): the gradients of the last backward pass; %NULL unless in TRAIN mode.
 */
nn_real *
nn_exec_param_gradients (NnExec *self)
{
  return self->mode == NN_EXEC_TRAIN ? nn_exec_at (self, self->layout->param_gradients) : NULL;
}
