/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why the network answers what it answers: attribution maps over the input. */
#include "nn-explain-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

static const char *const names[] = { "grad-cam", "saliency", "smoothgrad", "integrated",
                                     "guided",   "deconv",   "occlusion" };
static const char *const baseline_names[] = { "black", "mean", "blurred" };

static const double most_missing = 0.02; /* of what the parts should make together */

G_STATIC_ASSERT (G_N_ELEMENTS (names) == NN_N_EXPLAINS);
G_STATIC_ASSERT (G_N_ELEMENTS (baseline_names) == NN_N_BASELINES);

gboolean
nn_explain_goes_on (NnExplainJob  *self,
                    guint          done,
                    guint          total,
                    GError       **error)
{
  if (self->func == NULL
      || self->func (&(NnExplainState) { done, total, self->result }, self->data))
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_CANCELLED, _("Stopped after %u of %u passes."), done,
               total);
  return FALSE;
}

void
nn_explain_choose (NnExplainJob  *self,
                   const nn_real *logits)
{
  guint best = 0;

  for (guint i = 1; i < self->n_outputs; i++)
    if (logits[i] > logits[best])
      best = i;

  self->result->target = self->spec->target >= 0 ? self->spec->target : (gint) best;
  self->result->value = (double) logits[self->result->target];
}

void
nn_explain_run_back (NnExplainJob *self,
                     NnExec       *exec,
                     guint         n)
{
  g_autofree nn_real *gradient = g_new0 (nn_real, (gsize) n * self->n_outputs);

  for (guint i = 0; i < n; i++)
    gradient[(gsize) i * self->n_outputs + (guint) self->result->target] = 1;
  nn_exec_backward (exec, self->params, self->logits, gradient, TRUE);
}

void
nn_explain_run_input (NnExplainJob *self,
                      NnExec       *exec)
{
  memcpy (nn_exec_input (exec, 0), self->input, self->item * sizeof (nn_real));
  nn_exec_forward (exec, self->params, 1, 0);
  nn_explain_choose (self, nn_exec_values (exec, self->logits));
  nn_explain_run_back (self, exec, 1);
}

double *
nn_explain_means (NnExplainJob *self)
{
  double *means = g_new0 (double, self->shape.dims[1]);

  for (gsize i = 0; i < self->item; i++)
    means[i / self->plane] += (double) self->input[i] / (double) self->plane;

  return means;
}

/* The softmax that the output is, perhaps under another shape; %NN_NODE_NONE. */
static NnNode
find_softmax (NnGraph *graph)
{
  NnNode node = nn_graph_output (graph, 0);

  while (nn_graph_node_kind (graph, node) == NN_OP_RESHAPE ||
         nn_graph_node_kind (graph, node) == NN_OP_FLATTEN)
    node = nn_graph_node_input (graph, node, 0);

  return nn_graph_node_kind (graph, node) == NN_OP_SOFTMAX ? node : NN_NODE_NONE;
}

NnNode
nn_explain_logits (NnGraph *graph)
{
  NnNode softmax = find_softmax (graph);

  return softmax != NN_NODE_NONE ? nn_graph_node_input (graph, softmax, 0)
                                 : nn_graph_output (graph, 0);
}

static gboolean
check_network (NnExplainJob  *self,
               GError       **error)
{
  NnNode softmax = find_softmax (self->graph);
  NnShape out = nn_graph_node_shape (self->graph, nn_graph_output (self->graph, 0));
  gsize n_outputs = 0;

  self->shape = nn_graph_node_shape (self->graph, nn_graph_input (self->graph, 0));
  nn_shape_count (&out, &n_outputs);
  self->n_outputs = (guint) n_outputs;
  self->logits = nn_explain_logits (self->graph);
  self->ends_in_p =
    softmax != NN_NODE_NONE && !nn_graph_node_attrs (self->graph, softmax)->softmax.log;

  if (nn_graph_n_inputs (self->graph) != 1 || self->shape.rank != 4 || self->shape.dims[0] != 1)
    g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
                 _("Only a network with one picture as its input can be explained; this one has %u "
                   "inputs, the first of rank %u."),
                 nn_graph_n_inputs (self->graph), self->shape.rank);
  else if (self->spec->target >= (gint) n_outputs)
    g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                 _("Class %d can't be explained: the network has %u classes."), self->spec->target,
                 self->n_outputs);
  else
    return TRUE;

  return FALSE;
}

static NnExplanation *
new_explanation (NnExplainJob *self)
{
  NnExplanation *result = g_new0 (NnExplanation, 1);

  self->plane = (gsize) self->shape.dims[2] * self->shape.dims[3];
  self->item = self->plane * self->shape.dims[1];
  result->kind = self->spec->kind;
  result->channels = self->shape.dims[1];
  result->height = self->shape.dims[2];
  result->width = self->shape.dims[3];
  result->map = g_new0 (float, self->plane);

  return result;
}

/**
 * nn_explain:
 * @params: of @graph, frozen or not; not changed
 *
 * See the header. Gradients are those of the class's value before softmax. Occlusion replaces a
 * patch by each channel's mean over the picture and moves on by half a patch.
 *
 * Returns: (transfer full): or %NULL with %NN_ERROR_UNSUPPORTED, %NN_ERROR_SPEC,
 * %NN_ERROR_NO_MEMORY or %NN_ERROR_CANCELLED.
 */
NnExplanation *
nn_explain (NnGraph             *graph,
            NnParams            *params,
            NnWorkers           *workers,
            const NnExplainSpec *spec,
            const nn_real       *input,
            NnExplainFunc        func,
            gpointer             data,
            GError             **error)
{
  g_autoptr (NnExplanation) result = NULL;
  NnExplainJob self = { .graph = graph,
                        .params = params,
                        .workers = workers,
                        .spec = spec,
                        .input = input,
                        .func = func,
                        .data = data };
  gboolean done;

  g_return_val_if_fail ((guint) spec->kind < NN_N_EXPLAINS, NULL);

  if (!check_network (&self, error))
    return NULL;

  self.result = result = new_explanation (&self);
  if (spec->kind == NN_EXPLAIN_GRAD_CAM)
    done = nn_explain_by_maps (&self, error);
  else if (spec->kind == NN_EXPLAIN_OCCLUSION)
    done = nn_explain_by_occlusion (&self, error);
  else
    done = nn_explain_by_gradient (&self, error);

  return done ? g_steal_pointer (&result) : NULL;
}

NnExplanation *
nn_explanation_copy (const NnExplanation *self)
{
  NnExplanation *copy = g_memdup2 (self, sizeof *self);

  copy->map = g_memdup2 (self->map, (gsize) self->width * self->height * sizeof *self->map);
  copy->parts = NULL;

  return copy;
}

gboolean
nn_explanation_adds_up (const NnExplanation *self)
{
  double due = self->value - self->baseline_value;

  return fabs (self->sum - due) <= most_missing * fabs (due);
}

void
nn_explanation_free (NnExplanation *self)
{
  if (self == NULL)
    return;

  g_free (self->map);
  g_free (self->parts);
  g_free (self);
}

/* The place of @name among @n; -1. */
static gint
find (const char        *name,
      const char *const *all,
      guint              n)
{
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (name, all[i]) == 0)
      return (gint) i;

  return -1;
}

const char *
nn_explain_name (NnExplainKind kind)
{
  g_return_val_if_fail ((guint) kind < NN_N_EXPLAINS, NULL);

  return names[kind];
}

gboolean
nn_explain_parse (const char    *name,
                  NnExplainKind *kind)
{
  gint found = find (name, names, NN_N_EXPLAINS);

  if (found >= 0)
    *kind = (NnExplainKind) found;

  return found >= 0;
}

gboolean
nn_explain_is_signed (NnExplainKind kind)
{
  return kind == NN_EXPLAIN_INTEGRATED || kind == NN_EXPLAIN_OCCLUSION;
}

const char *
nn_baseline_name (NnBaseline baseline)
{
  g_return_val_if_fail ((guint) baseline < NN_N_BASELINES, NULL);

  return baseline_names[baseline];
}

gboolean
nn_baseline_parse (const char *name,
                   NnBaseline *baseline)
{
  gint found = find (name, baseline_names, NN_N_BASELINES);

  if (found >= 0)
    *baseline = (NnBaseline) found;

  return found >= 0;
}
