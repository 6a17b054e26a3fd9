/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds what stopped being finite first, and says so. */
#include "nn-trainer.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static gboolean
all_finite (const nn_real *values,
            gsize          n_values)
{
  for (gsize i = 0; i < n_values; i++)
    if (!isfinite (values[i]))
      return FALSE;

  return TRUE;
}

gboolean
nn_trainer_params_finite (NnTrainer *self)
{
  return all_finite (nn_params_peek_all (self->params), nn_params_n_values (self->params));
}

static gboolean
slots_finite (NnTrainer *self,
              NnNode     node)
{
  for (guint slot = 0; slot < NN_N_SLOTS; slot++)
    {
      gsize n_values;
      const nn_real *values = nn_params_peek (self->params, node, slot, &n_values);

      if (values != NULL && !all_finite (values, n_values))
        return FALSE;
    }

  return TRUE;
}

static gboolean
gradients_finite (NnTrainer *self,
                  NnNode     node)
{
  const nn_real *gradients = nn_exec_param_gradients (self->exec);

  for (guint slot = NN_SLOT_WEIGHT; slot <= NN_SLOT_BIAS; slot++)
    {
      gsize offset, n_values;

      if (!self->frozen[node] &&
          nn_params_slot_range (self->params, node, slot, &offset, &n_values) &&
          !all_finite (gradients + offset, n_values))
        return FALSE;
    }

  return TRUE;
}

void
nn_trainer_explain_divergence (NnTrainer *self,
                               double     lr,
                               GError   **error)
{
  guint n_nodes = nn_graph_n_nodes (self->graph);
  gulong step = (gulong) self->step + 1;

  for (guint i = 0; i < n_nodes; i++)
    {
      const char *name = nn_graph_node_name (self->graph, (NnNode) i);
      gboolean weights = slots_finite (self, (NnNode) i);

      if (weights && nn_exec_is_finite (self->exec, (NnNode) i))
        continue;

      if (nn_graph_node_kind (self->graph, (NnNode) i) == NN_OP_INPUT)
        g_set_error (error, NN_ERROR, NN_ERROR_DATA,
                     _("The data hold values that are not finite (seen at step %lu, at “%s”)."),
                     step, name);
      else if (!weights)
        g_set_error (error, NN_ERROR, NN_ERROR_DIVERGED,
                     _("Training diverged at step %lu: the weights of “%s” are no longer finite. "
                       "The learning rate is %g; try a lower one, such as %g."),
                     step, name, lr, lr / 10);
      else
        g_set_error (error, NN_ERROR, NN_ERROR_DIVERGED,
                     _("Training diverged at step %lu: the values of “%s” are no longer finite. "
                       "The learning rate is %g; try a lower one, such as %g."),
                     step, name, lr, lr / 10);
      return;
    }

  /* The gradient runs from the end to the beginning: so does the search for where it broke. */
  for (guint i = n_nodes; i-- > 0;)
    if (!gradients_finite (self, (NnNode) i))
      {
        g_set_error (error, NN_ERROR, NN_ERROR_DIVERGED,
                     _("Training diverged at step %lu: the gradient of “%s” is no longer finite. "
                       "The learning rate is %g; try a lower one, such as %g."),
                     step, nn_graph_node_name (self->graph, (NnNode) i), lr, lr / 10);
        return;
      }

  g_set_error (error, NN_ERROR, NN_ERROR_DIVERGED,
               _("Training diverged at step %lu: the loss is no longer finite. The learning rate "
                 "is %g; try a lower one, such as %g."),
               step, lr, lr / 10);
}
