/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is inside a network for one picture: every node's values, and the reasons for the answer. */
#include "cvr-predict.h"

#include "cvr-model-output.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  CvrMaps public;
  gint    ref_count; /* atomic */
} Counted;

gboolean
cvr_maps_is_answer (CvrMaps *self,
                    NnNode   node)
{
  gsize n_values;

  if (self->shapes[node].rank == 4 || self->shapes[node].dims[1] != self->model->n_classes)
    return FALSE;
  for (guint i = (guint) node + 1; i < self->n_nodes; i++)
    if (nn_params_peek (self->model->params, (NnNode) i, NN_SLOT_WEIGHT, &n_values) != NULL)
      return FALSE;

  return TRUE;
}

CvrMaps *
cvr_maps_ref (CvrMaps *self)
{
  g_atomic_int_inc (&((Counted *) self)->ref_count);

  return self;
}

void
cvr_maps_unref (CvrMaps *self)
{
  if (!g_atomic_int_dec_and_test (&((Counted *) self)->ref_count))
    return;

  for (guint node = 0; node < self->n_nodes; node++)
    g_free (self->values[node]);
  g_free (self->values);
  g_free (self->shapes);
  g_clear_pointer (&self->pixels, cvr_image_unref);
  g_clear_pointer (&self->model, cvr_model_unref);
  g_free (self);
}

/**
 * cvr_maps_shape:
 *
 * How a layer's values are shown, whatever axes they have: as maps, or as a vector. Of a tensor with
 * more than two axes the last two are a map, and all before count the maps.
 *
 * Returns: [1, C, H, W] or [1, C], of as many values
 */
NnShape
cvr_maps_shape (NnGraph *graph,
                NnNode   node)
{
  NnShape shape = nn_graph_node_shape (graph, node), shown = { .dims = { 1, 1 } };
  guint maps = shape.rank > 2 ? shape.rank - 2 : shape.rank;

  for (guint i = 0; i < maps; i++) /* The builder bounds the product. */
    shown.dims[1] *= shape.dims[i];
  shown.rank = 2;
  for (guint i = maps; i < shape.rank; i++)
    shown.dims[shown.rank++] = shape.dims[i];

  return shown;
}

/**
 * cvr_maps_compute:
 *
 * Blocks; any thread.
 *
 * Returns: (transfer full)
 */
CvrMaps *
cvr_maps_compute (CvrModel  *model,
                  CvrImage  *image,
                  NnWorkers *workers,
                  GError   **error)
{
  g_autoptr (NnExec) exec = NULL;
  Counted *counted;
  CvrMaps *self;

  g_return_val_if_fail (model != NULL && image != NULL && workers != NULL, NULL);

  if (!cvr_model_input_check (model, error))
    return NULL;
  exec = nn_exec_new (model->graph, workers, 1, NN_EXEC_KEEP_ALL, error);
  if (exec == NULL)
    return NULL;

  counted = g_new0 (Counted, 1);
  counted->ref_count = 1;
  self = &counted->public;
  self->model = cvr_model_ref (model);
  self->pixels = cvr_preprocess_pixels (&model->preprocess, image);
  self->n_nodes = nn_graph_n_nodes (model->graph);
  self->shapes = g_new0 (NnShape, self->n_nodes);
  self->values = g_new0 (float *, self->n_nodes);

  cvr_preprocess_floats (&model->preprocess, self->pixels, nn_exec_input (exec, 0));
  nn_exec_forward (exec, model->params, 1, 0);
  for (guint node = 0; node < self->n_nodes; node++)
    {
      const nn_real *values = nn_exec_values (exec, (NnNode) node);
      gsize n_values = 0;

      self->shapes[node] = cvr_maps_shape (model->graph, (NnNode) node);
      /* The exec holds these very values in memory, so the product fits. */
      if (values != NULL && nn_shape_count (&self->shapes[node], &n_values))
        self->values[node] = g_memdup2 (values, n_values * sizeof (float));
    }

  return self;
}

enum { TELL_INTERVAL = 100 }; /* ms between two states that are told about */

typedef struct
{
  const CvrWatch *watch;
  CvrHeatFunc     func;
  gpointer        data;
  gint64          told; /* monotonic µs */
} Telling;

/* NnExplainFunc */
static gboolean
tell_cb (const NnExplainState *state,
         gpointer              data)
{
  Telling *self = data;
  gint64 now = g_get_monotonic_time ();

  if (self->func != NULL && now - self->told >= TELL_INTERVAL * 1000)
    {
      self->func (nn_explanation_copy (state->so_far), self->data);
      self->told = now;
    }

  return cvr_watch_tell (self->watch, state->done, state->total);
}

/**
 * cvr_heat_compute:
 *
 * Blocks; any thread. Errors: those of nn_explain().
 *
 * Returns: (transfer full)
 */
NnExplanation *
cvr_heat_compute (CvrModel            *model,
                  CvrImage            *image,
                  const NnExplainSpec *spec,
                  NnWorkers           *workers,
                  const CvrWatch      *watch,
                  CvrHeatFunc          func,
                  gpointer             data,
                  GError             **error)
{
  const CvrPreprocess *preprocess = &model->preprocess;
  NnExplainSpec full = *spec;
  Telling telling = { watch, func, data, g_get_monotonic_time () };
  g_autoptr (CvrImage) pixels = NULL;
  g_autofree float *x = NULL;
  float low[3], high[3];

  g_return_val_if_fail (model != NULL && image != NULL && workers != NULL, NULL);

  if (!cvr_model_output_check (model, error))
    return NULL;
  if (spec->target >= (gint) model->n_classes)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                   _("Class %1$d was asked for, but there are %2$u."), spec->target,
                   model->n_classes);
      return NULL;
    }

  cvr_model_input_range (model, low, high);
  full.black = low;
  x = g_new (float, (gsize) preprocess->width * preprocess->height * preprocess->channels);
  pixels = cvr_preprocess_pixels (preprocess, image);
  cvr_preprocess_floats (preprocess, pixels, x);

  return nn_explain (model->graph, model->params, workers, &full, x, tell_cb, &telling, error);
}
