/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers a network learned: one contiguous block with named slots. */
#include "nn-params.h"

#include "cvr-rng.h"
#include "nn-graph-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

typedef struct
{
  gsize offset, n_values;
} Range;

struct _NnParams
{
  gatomicrefcount references;
  gint            frozen; /* atomic */
  NnGraph        *graph;
  Range         (*ranges)[NN_N_SLOTS]; /* [n_nodes] */
  NnWeightQuant  *quants;              /* [n_nodes]; bits 0: plain floats */
  gsize           n_values, n_trainable;
  nn_real        *values;
};

/* What training leaves alone or only observes. */
static gboolean
is_fixed (NnGraph *graph,
          NnNode   node,
          NnSlot   slot)
{
  return slot == NN_SLOT_MEAN || slot == NN_SLOT_VARIANCE ||
         nn_graph_node_kind (graph, node) == NN_OP_CONSTANT;
}

static void
slots_of (NnGraph  *graph,
          NnNode    node,
          NnOpSlot  slots[NN_N_SLOTS])
{
  const NnOp *op = nn_op_of (nn_graph_node_kind (graph, node));
  NnOpNode view = nn_graph_op_node (graph, node);

  memset (slots, 0, NN_N_SLOTS * sizeof *slots);
  if (op->slots != NULL && nn_graph_node_live (graph, node))
    op->slots (&view, slots);
}

/* Lays the slots out: trainable ones of all nodes first, then running statistics and constants. */
static gboolean
place_slots (NnParams *self)
{
  gsize next = 0;

  for (guint pass = 0; pass < 2; pass++)
    {
      for (guint i = 0; i < nn_graph_n_nodes (self->graph); i++)
        {
          NnOpSlot slots[NN_N_SLOTS];

          slots_of (self->graph, (NnNode) i, slots);
          for (guint slot = 0; slot < NN_N_SLOTS; slot++)
            if (slots[slot].n_values > 0 && is_fixed (self->graph, (NnNode) i, slot) == (pass == 1))
              {
                self->ranges[i][slot] = (Range) { next, slots[slot].n_values };
                if (!g_size_checked_add (&next, next, slots[slot].n_values))
                  return FALSE;
              }
        }
      if (pass == 0)
        self->n_trainable = next;
    }

  self->n_values = next;
  return TRUE;
}

/* The activation that the values of @node meet first, looking through what keeps their sign
 * pattern; %NULL when they meet weights or an output before. */
static const NnActivationSpec *
activation_after (NnGraph *graph,
                  NnNode   node)
{
  for (NnNode i = node + 1; (guint) i < nn_graph_n_nodes (graph); i++)
    for (guint j = 0; j < nn_graph_node_n_inputs (graph, i); j++)
      if (nn_graph_node_input (graph, i, j) == node && nn_graph_node_live (graph, i))
        switch (nn_graph_node_kind (graph, i))
          {
          case NN_OP_ACTIVATION:
            return &nn_graph_node_attrs (graph, i)->activation;
          case NN_OP_BATCH_NORM:
          case NN_OP_DROPOUT:
          case NN_OP_POOL:
          case NN_OP_ADD:
          case NN_OP_FLATTEN:
          case NN_OP_FAKE_QUANT:
            return activation_after (graph, i);
          default:
            return NULL;
          }

  return NULL;
}

/* He: normal, variance 2 / ((1 + a²)·fan_in) with a the slope below zero. Xavier: uniform, variance
 * 2 / (fan_in + fan_out). */
static void
draw_weights (NnGraph        *graph,
              NnNode          node,
              const NnOpSlot *slot,
              guint64         seed,
              nn_real        *values)
{
  const NnActivationSpec *next = activation_after (graph, node);
  CvrRng rng = cvr_rng_new (seed, (guint64) node);
  double slope = next != NULL && next->function == NN_ACTIVATION_LEAKY_RELU ? next->alpha : 0;

  if (next != NULL && next->function != NN_ACTIVATION_SIGMOID &&
      next->function != NN_ACTIVATION_TANH)
    {
      double deviation = sqrt (2 / ((1 + slope * slope) * slot->fan_in));

      for (gsize i = 0; i < slot->n_values; i++)
        values[i] = (nn_real) (deviation * cvr_rng_normal (&rng));
    }
  else
    {
      double limit = sqrt (6 / (slot->fan_in + slot->fan_out));

      for (gsize i = 0; i < slot->n_values; i++)
        values[i] = (nn_real) cvr_rng_between (&rng, -limit, limit);
    }
}

static void
initialize (NnParams *self,
            guint64   seed)
{
  for (guint i = 0; i < nn_graph_n_nodes (self->graph); i++)
    {
      NnOpSlot slots[NN_N_SLOTS];

      slots_of (self->graph, (NnNode) i, slots);
      for (guint slot = 0; slot < NN_N_SLOTS; slot++)
        {
          nn_real *values = self->values + self->ranges[i][slot].offset;

          if (slots[slot].n_values > 0 && slots[slot].init == NN_INIT_WEIGHT)
            draw_weights (self->graph, (NnNode) i, &slots[slot], seed, values);
          else
            for (gsize j = 0; j < slots[slot].n_values; j++)
              values[j] = slots[slot].init == NN_INIT_ONE ? 1 : 0;
        }
    }
}

static NnParams *
new_empty (NnGraph *graph)
{
  NnParams *self = g_new0 (NnParams, 1);

  g_atomic_ref_count_init (&self->references);
  self->graph = nn_graph_ref (graph);
  self->ranges = g_malloc0_n (nn_graph_n_nodes (graph), sizeof *self->ranges);
  self->quants = g_new0 (NnWeightQuant, nn_graph_n_nodes (graph));

  return self;
}

/**
 * nn_params_new_empty:
 *
 * Returns: (transfer full): parameters that are all 0, for whoever fills them in; %NULL with
 * %NN_ERROR_NO_MEMORY.
 */
NnParams *
nn_params_new_empty (NnGraph  *graph,
                     GError  **error)
{
  g_autoptr (NnParams) self = new_empty (graph);

  if (place_slots (self))
    self->values = g_try_new0 (nn_real, MAX (self->n_values, 1));
  if (self->values == NULL)
    {
      g_autofree char *size = NULL;
      gsize bytes;

      if (self->n_values == 0 /* their number did not even fit */ ||
          !g_size_checked_mul (&bytes, self->n_values, sizeof (nn_real)))
        bytes = G_MAXSIZE;
      size = g_format_size (bytes);
      g_set_error (error, NN_ERROR, NN_ERROR_NO_MEMORY,
                   _("The network's parameters need %s of memory, more than there is."), size);
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * nn_params_new:
 * @seed: decides every drawn value, together with the node's number
 *
 * A convolution or dense layer is drawn by He's rule when the first thing that follows (through
 * batch norm, dropout, pooling, addition, flattening) is an activation other than sigmoid or tanh,
 * by Xavier's otherwise.
 *
 * Returns: (transfer full): parameters to train; %NULL with %NN_ERROR_NO_MEMORY.
 */
NnParams *
nn_params_new (NnGraph  *graph,
               guint64   seed,
               GError  **error)
{
  NnParams *self = nn_params_new_empty (graph, error);

  if (self != NULL)
    initialize (self, seed);

  return self;
}

/**
 * nn_params_copy:
 *
 * Returns: (transfer full): the same numbers, not frozen, with a block of their own.
 */
NnParams *
nn_params_copy (NnParams *self)
{
  NnParams *copy = new_empty (self->graph);
  guint n_nodes = nn_graph_n_nodes (self->graph);

  memcpy (copy->ranges, self->ranges, n_nodes * sizeof *self->ranges);
  copy->n_values = self->n_values;
  copy->n_trainable = self->n_trainable;
  copy->values = g_new (nn_real, MAX (self->n_values, 1));
  memcpy (copy->values, self->values, MAX (self->n_values, 1) * sizeof (nn_real));
  for (guint i = 0; i < n_nodes; i++)
    nn_params_set_quant (copy, (NnNode) i, nn_params_peek_quant (self, (NnNode) i));

  return copy;
}

NnParams *
nn_params_ref (NnParams *self)
{
  g_atomic_ref_count_inc (&self->references);

  return self;
}

void
nn_params_unref (NnParams *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  for (guint i = 0; i < nn_graph_n_nodes (self->graph); i++)
    g_free (self->quants[i].scales);
  g_free (self->quants);
  g_free (self->ranges);
  g_free (self->values);
  nn_graph_unref (self->graph);
  g_free (self);
}

/**
 * nn_params_freeze:
 *
 * From here on nothing changes, and any thread may read.
 */
void
nn_params_freeze (NnParams *self)
{
  g_atomic_int_set (&self->frozen, TRUE);
}

gboolean
nn_params_is_frozen (NnParams *self)
{
  return g_atomic_int_get (&self->frozen);
}

NnGraph *
nn_params_graph (NnParams *self)
{
  return self->graph;
}

gsize
nn_params_n_values (NnParams *self)
{
  return self->n_values;
}

gsize
nn_params_n_trainable (NnParams *self)
{
  return self->n_trainable;
}

const nn_real *
nn_params_peek_all (NnParams *self)
{
  return self->values;
}

nn_real *
nn_params_poke_all (NnParams *self)
{
  return nn_params_is_frozen (self) ? NULL : self->values;
}

const nn_real *
nn_params_peek (NnParams *self,
                NnNode    node,
                NnSlot    slot,
                gsize    *n_values)
{
  gsize offset, n;
  gboolean found = nn_params_slot_range (self, node, slot, &offset, &n);

  if (n_values != NULL)
    *n_values = found ? n : 0;

  return found ? self->values + offset : NULL;
}

/**
 * nn_params_poke:
 *
 * Returns: (nullable): the slot's values to write; %NULL as well when frozen.
 */
nn_real *
nn_params_poke (NnParams *self,
                NnNode    node,
                NnSlot    slot,
                gsize    *n_values)
{
  gsize offset, n;
  gboolean found = nn_params_slot_range (self, node, slot, &offset, &n) &&
                   !nn_params_is_frozen (self);

  if (n_values != NULL)
    *n_values = found ? n : 0;

  return found ? self->values + offset : NULL;
}

gboolean
nn_params_slot_range (NnParams *self,
                      NnNode    node,
                      NnSlot    slot,
                      gsize    *offset,
                      gsize    *n_values)
{
  g_return_val_if_fail (node >= 0 && (guint) node < nn_graph_n_nodes (self->graph), FALSE);
  g_return_val_if_fail ((guint) slot < NN_N_SLOTS, FALSE);

  if (self->ranges[node][slot].n_values == 0)
    return FALSE;

  *offset = self->ranges[node][slot].offset;
  *n_values = self->ranges[node][slot].n_values;
  return TRUE;
}

const NnWeightQuant *
nn_params_peek_quant (NnParams *self,
                      NnNode    node)
{
  g_return_val_if_fail (node >= 0 && (guint) node < nn_graph_n_nodes (self->graph), NULL);

  return self->quants[node].bits != 0 ? &self->quants[node] : NULL;
}

/**
 * nn_params_set_quant:
 * @quant: (nullable): copied with its scales; %NULL: plain floats again
 */
void
nn_params_set_quant (NnParams            *self,
                     NnNode               node,
                     const NnWeightQuant *quant)
{
  NnWeightQuant *own;
  float *scales = NULL;

  g_return_if_fail (node >= 0 && (guint) node < nn_graph_n_nodes (self->graph));
  g_return_if_fail (!nn_params_is_frozen (self));

  own = &self->quants[node];
  if (quant != NULL && quant->n_scales > 0)
    scales = g_memdup2 (quant->scales, quant->n_scales * sizeof *scales);
  g_free (own->scales);
  *own = quant != NULL ? *quant : (NnWeightQuant) { 0 };
  own->scales = scales;
}
