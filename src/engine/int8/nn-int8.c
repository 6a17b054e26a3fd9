/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a quantized network in integers, as B. Jacob et al. describe it (arXiv 1712.05877), with the
 * rounding of ONNX's QLinearConv. */
#include "nn-int8-private.h"

#include <stdlib.h>

/**
 * nn_int8_new_at:
 * @level: instruction set to use, at most nn_cpu_best()
 *
 * Everything a run needs is packed and allocated here.
 *
 * Returns: (transfer full): a runner for one thread at a time, or %NULL with %NN_ERROR_NO_MEMORY.
 * Any network can be given; what is not quantized to 8 bits runs in floats.
 */
NnInt8 *
nn_int8_new_at (NnCpu       level,
                NnGraph    *graph,
                NnParams   *params,
                NnWorkers  *workers,
                guint       max_batch,
                GError    **error)
{
  g_autoptr (NnInt8) self = g_new0 (NnInt8, 1);

  self->graph = nn_graph_ref (graph);
  self->params = nn_params_ref (params);
  self->workers = nn_workers_ref (workers);
  self->level = level;
  self->kernels = nn_int8_kernels (level);
  self->max_batch = CLAMP (max_batch, 1, MAX (nn_graph_max_batch (graph), 1));
  self->n_nodes = nn_graph_n_nodes (graph);
  self->values = g_new0 (NnInt8Value, self->n_nodes);
  nn_int8_plan (self);
  if (!nn_int8_place (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * nn_int8_new:
 *
 * As nn_int8_new_at() with nn_cpu_level().
 */
NnInt8 *
nn_int8_new (NnGraph    *graph,
             NnParams   *params,
             NnWorkers  *workers,
             guint       max_batch,
             GError    **error)
{
  return nn_int8_new_at (nn_cpu_level (), graph, params, workers, max_batch, error);
}

void
nn_int8_free (NnInt8 *self)
{
  g_clear_pointer (&self->steps, g_ptr_array_unref);
  g_clear_pointer (&self->graph, nn_graph_unref);
  g_clear_pointer (&self->params, nn_params_unref);
  g_clear_pointer (&self->workers, nn_workers_unref);
  free (self->memory);
  g_free (self->values);
  g_free (self);
}

/**
 * nn_int8_applies:
 *
 * Returns: whether some convolution or dense layer has weights of 8 bits and takes values that lie
 * on a grid, directly or through nodes that only pick or move them.
 */
gboolean
nn_int8_applies (NnGraph  *graph,
                 NnParams *params)
{
  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    {
      const NnWeightQuant *quant = nn_params_peek_quant (params, (NnNode) i);
      NnNode x = (NnNode) i;

      if (quant == NULL || quant->bits != 8)
        continue;
      do
        x = nn_graph_node_input (graph, x, 0);
      while (nn_graph_node_kind (graph, x) == NN_OP_POOL ||
             nn_graph_node_kind (graph, x) == NN_OP_FLATTEN ||
             nn_graph_node_kind (graph, x) == NN_OP_DROPOUT);
      if (nn_graph_node_kind (graph, x) == NN_OP_FAKE_QUANT &&
          nn_int8_can_pack (graph, params, (NnNode) i))
        return TRUE;
    }

  return FALSE;
}

nn_real *
nn_int8_input (NnInt8 *self,
               guint   i)
{
  g_return_val_if_fail (i < nn_graph_n_inputs (self->graph), NULL);

  return self->values[nn_graph_input (self->graph, i)].floats;
}

const nn_real *
nn_int8_output (NnInt8 *self,
                guint   i)
{
  g_return_val_if_fail (i < nn_graph_n_outputs (self->graph), NULL);

  return self->values[nn_graph_output (self->graph, i)].floats;
}

guint
nn_int8_n_integer (NnInt8 *self)
{
  return self->n_integer;
}

guint
nn_int8_n_float (NnInt8 *self)
{
  return self->n_float;
}

gsize
nn_int8_size (NnInt8 *self)
{
  return self->memory_size + self->packed_size;
}

/* An item through a whole stage. */
static void
run_item (guint    item,
          guint    thread,
          gpointer data)
{
  NnInt8 *self = data;

  for (guint i = self->stage_from; i < self->stage_to; i++)
    nn_int8_run_step (self, g_ptr_array_index (self->steps, i), thread, thread, item, 0, 1);
}

static void
run_part (guint    part,
          guint    thread,
          gpointer data)
{
  NnInt8 *self = data;
  NnInt8Step *step = g_ptr_array_index (self->steps, self->stage_from);

  nn_int8_run_step (self, step, 0, thread, 0, part, step->parts);
}

/* Several items are shared between the threads whole; a single one step by step. */
static void
run_stage (NnInt8 *self,
           guint   from,
           guint   to,
           guint   batch)
{
  self->stage_from = from;
  self->stage_to = to;
  if (batch > 1)
    {
      nn_workers_run (self->workers, batch, run_item, self);
      return;
    }

  for (; self->stage_from < to; self->stage_from++)
    {
      NnInt8Step *step = g_ptr_array_index (self->steps, self->stage_from);

      if (step->parts > 1)
        nn_workers_run (self->workers, step->parts, run_part, self);
      else
        nn_int8_run_step (self, step, 0, 0, 0, 0, 1);
    }
}

/**
 * nn_int8_forward:
 * @batch: 1 … the largest batch; inputs hold that many items
 *
 * The same bits for any number of threads and any instruction set, apart from parts in floats.
 */
void
nn_int8_forward (NnInt8 *self,
                 guint   batch)
{
  guint from = 0;

  g_return_if_fail (batch >= 1 && batch <= self->max_batch);

  for (guint i = 0; i <= self->steps->len; i++)
    {
      NnInt8Step *step = i < self->steps->len ? g_ptr_array_index (self->steps, i) : NULL;

      if (step != NULL && step->kind != NN_INT8_FLOATS)
        continue;
      if (i > from)
        run_stage (self, from, i, batch);
      if (step != NULL)
        nn_int8_floats_run (step->floats, self, batch);
      from = i + 1;
    }
}
