/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How one picture would change the network: gradients of every map and every weight. */
#include "cvr-gradients.h"

#include "cvr-model-output.h"
#include "cvr-predict.h"

#include <glib/gi18n-lib.h>
#include <math.h>

typedef struct
{
  CvrGradients public;
  gint         ref_count; /* atomic */
} Counted;

CvrGradients *
cvr_gradients_ref (CvrGradients *self)
{
  g_atomic_int_inc (&((Counted *) self)->ref_count);

  return self;
}

void
cvr_gradients_unref (CvrGradients *self)
{
  if (!g_atomic_int_dec_and_test (&((Counted *) self)->ref_count))
    return;

  for (guint node = 0; node < self->n_nodes; node++)
    {
      g_free (self->maps[node]);
      g_free (self->weights[node]);
      g_free (self->biases[node]);
    }
  g_free (self->maps);
  g_free (self->weights);
  g_free (self->biases);
  g_free (self->n_weights);
  g_free (self->n_biases);
  g_free (self->shapes);
  g_clear_pointer (&self->pixels, cvr_image_unref);
  g_clear_pointer (&self->model, cvr_model_unref);
  g_free (self);
}

static CvrGradients *
new_for (CvrModel       *model,
         CvrImage       *image,
         CvrGradientsOf  of)
{
  Counted *counted = g_new0 (Counted, 1);
  CvrGradients *self = &counted->public;
  guint n = nn_graph_n_nodes (model->graph);

  counted->ref_count = 1;
  self->model = cvr_model_ref (model);
  self->pixels = cvr_preprocess_pixels (&model->preprocess, image);
  self->of = of;
  self->n_nodes = n;
  self->shapes = g_new0 (NnShape, n);
  self->maps = g_new0 (float *, n);
  self->weights = g_new0 (float *, n);
  self->biases = g_new0 (float *, n);
  self->n_weights = g_new0 (gsize, n);
  self->n_biases = g_new0 (gsize, n);

  return self;
}

/* The gradient of what is asked for with respect to the class's outputs before softmax: 1 for the
 * class, or softmax minus 1 for the class, of the cross-entropy. */
static void
ask (CvrGradients  *self,
     gint           target,
     const nn_real *logits,
     nn_real       *gradient)
{
  guint n = self->model->n_classes, best = 0;

  for (guint k = 1; k < n; k++)
    if (logits[k] > logits[best])
      best = k;
  self->target = target >= 0 ? target : (gint) best;

  for (guint k = 0; k < n; k++)
    gradient[k] = k == (guint) self->target;
  self->value = (double) logits[self->target];
  if (self->of == CVR_GRADIENTS_OF_LOSS)
    {
      nn_softmax_rows (1, n, logits, gradient);
      self->value = (double) logits[best] - (double) logits[self->target] -
                    log ((double) gradient[best]);
      gradient[self->target] -= 1;
    }
}

static void
take_slots (CvrGradients *self,
            NnExec       *exec,
            NnNode        node)
{
  NnParams *params = self->model->params;
  gsize n_weights = 0, n_biases = 0;
  float *weights, *biases;

  nn_params_peek (params, node, NN_SLOT_WEIGHT, &n_weights);
  nn_params_peek (params, node, NN_SLOT_BIAS, &n_biases);
  if (n_weights == 0 || !nn_graph_node_has_weights (self->model->graph, node))
    return;

  weights = g_new (float, n_weights);
  biases = n_biases > 0 ? g_new (float, n_biases) : NULL;
  if (nn_exec_slot_gradients (exec, node, weights, biases))
    {
      self->weights[node] = g_steal_pointer (&weights);
      self->biases[node] = g_steal_pointer (&biases);
      self->n_weights[node] = n_weights;
      self->n_biases[node] = n_biases;
    }
  g_free (weights);
  g_free (biases);
}

static void
take_gradients (CvrGradients *self,
                NnExec       *exec)
{
  for (NnNode node = 0; (guint) node < self->n_nodes; node++)
    {
      const nn_real *gradient = nn_exec_gradient (exec, node);
      gsize n = 0;

      self->shapes[node] = cvr_maps_shape (self->model->graph, node);
      /* The exec holds these very values in memory, so the product fits. */
      if (gradient != NULL && nn_shape_count (&self->shapes[node], &n))
        self->maps[node] = g_memdup2 (gradient, n * sizeof (float));
      take_slots (self, exec, node);
    }
}

/**
 * cvr_gradients_compute:
 *
 * Returns: (transfer full): or %NULL with NN_ERROR.
 */
CvrGradients *
cvr_gradients_compute (CvrModel       *model,
                       CvrImage       *image,
                       CvrGradientsOf  of,
                       gint            target,
                       NnWorkers      *workers,
                       GError        **error)
{
  g_autoptr (CvrGradients) self = NULL;
  g_autoptr (NnExec) exec = NULL;
  g_autofree nn_real *gradient = NULL;
  NnNode logits;

  g_return_val_if_fail (model != NULL && image != NULL && workers != NULL, NULL);

  if (!cvr_model_output_check (model, error))
    return NULL;
  if (target >= (gint) model->n_classes)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("Class %1$d was asked for, but there are %2$u."), target, model->n_classes);
      return NULL;
    }
  exec = nn_exec_new (model->graph, workers, 1, NN_EXEC_KEEP_ALL, error);
  if (exec == NULL)
    return NULL;

  self = new_for (model, image, of);
  cvr_preprocess_floats (&model->preprocess, self->pixels, nn_exec_input (exec, 0));
  nn_exec_forward (exec, model->params, 1, 0);
  logits = nn_explain_logits (model->graph);
  gradient = g_new (nn_real, model->n_classes);
  ask (self, target, nn_exec_values (exec, logits), gradient);
  nn_exec_backward (exec, model->params, logits, gradient, TRUE);
  take_gradients (self, exec);

  return g_steal_pointer (&self);
}
