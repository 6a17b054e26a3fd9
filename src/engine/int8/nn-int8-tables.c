/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What steps other than sums of products keep: tables of 256 bytes, and factors per channel. */
#include "nn-int8-private.h"

#include <math.h>
#include <string.h>

enum { LEVELS = 256 };

static guint8
byte_of (double              value,
         const NnInt8Levels *levels)
{
  double level = rint (value / levels->scale) + levels->zero;

  if (!(level >= levels->low))
    return (guint8) levels->low;

  return (guint8) MIN (level, levels->high);
}

/* The activation's own values of all bytes, from the operator itself. */
static gboolean
apply (NnInt8   *self,
       NnNode    node,
       float     values[LEVELS],
       GError  **error)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  g_autoptr (NnGraph) graph = NULL;
  g_autoptr (NnParams) params = NULL;
  g_autoptr (NnExec) exec = NULL;
  NnNode x = nn_builder_input (builder, nn_shape_vector (LEVELS));

  nn_builder_output (builder, nn_builder_node (builder, nn_graph_node_kind (self->graph, node),
                                               nn_graph_node_attrs (self->graph, node), &x, 1));
  graph = nn_builder_seal (builder, error);
  params = graph != NULL ? nn_params_new (graph, 0, error) : NULL;
  exec = params != NULL ? nn_exec_new (graph, self->workers, 1, NN_EXEC_INFER, error) : NULL;
  if (exec == NULL)
    return FALSE;

  memcpy (nn_exec_input (exec, 0), values, LEVELS * sizeof *values);
  nn_exec_forward (exec, params, 1, 0);
  memcpy (values, nn_exec_output (exec, 0), LEVELS * sizeof *values);

  return TRUE;
}

static gboolean
make_tables (NnInt8      *self,
             NnInt8Step  *step,
             GError     **error)
{
  step->tables = g_new (guint8, step->n_in * LEVELS);

  for (guint i = 0; i < step->n_in; i++)
    {
      const NnInt8Levels *in = &self->values[step->in[i]].levels;
      float values[LEVELS];

      for (gint b = 0; b < LEVELS; b++)
        values[b] = in->scale * (float) (b - in->zero);
      if (nn_graph_node_kind (self->graph, step->node) == NN_OP_ACTIVATION &&
          !apply (self, step->node, values, error))
        return FALSE;
      for (guint b = 0; b < LEVELS; b++)
        step->tables[i * LEVELS + b] = byte_of ((double) values[b], &step->levels);
    }

  return TRUE;
}

/* Batch norm from a grid to a grid: a factor and a shift per channel. */
static void
make_affine (NnInt8     *self,
             NnInt8Step *step)
{
  const NnInt8Value *in = &self->values[step->in[0]];
  double epsilon = nn_graph_node_attrs (self->graph, step->node)->batch_norm.epsilon;
  const nn_real *slot[NN_N_SLOTS];

  for (guint i = 0; i < NN_N_SLOTS; i++)
    slot[i] = nn_params_peek (self->params, step->node, i, NULL);
  step->scale = g_new0 (float, in->step);
  step->shift = g_new0 (float, in->step);
  for (guint c = 0; c < in->channels; c++)
    {
      double factor = (double) slot[NN_SLOT_WEIGHT][c] /
                      sqrt ((double) slot[NN_SLOT_VARIANCE][c] + epsilon);
      double base = -in->levels.zero * (double) in->levels.scale - (double) slot[NN_SLOT_MEAN][c];

      step->scale[c] = (float) (in->levels.scale * factor / step->levels.scale);
      step->shift[c] = (float) ((base * factor + (double) slot[NN_SLOT_BIAS][c]) /
                                step->levels.scale);
    }
}

/**
 * nn_int8_make_tables:
 *
 * Returns: %FALSE where there is no memory for an activation's values.
 */
gboolean
nn_int8_make_tables (NnInt8      *self,
                     NnInt8Step  *step,
                     GError     **error)
{
  if (step->kind == NN_INT8_LOOK_UP || step->kind == NN_INT8_CONCAT)
    return make_tables (self, step, error);
  if (step->kind == NN_INT8_AFFINE)
    make_affine (self, step);

  return TRUE;
}
