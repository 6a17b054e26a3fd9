/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why the network answers what it answers: attribution maps over the input. */
#include "nn-explain.h"

#include "nn-loss.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum { OCCLUSION_BATCH = 16 };

static const char *const names[] = { "grad-cam", "saliency", "occlusion" };

G_STATIC_ASSERT (G_N_ELEMENTS (names) == NN_N_EXPLAINS);

typedef struct
{
  NnGraph             *graph;
  NnParams            *params;
  NnWorkers           *workers;
  const NnExplainSpec *spec;
  const nn_real       *input;
  NnShape              shape;   /* of the input */
  NnNode               logits;  /* the output, or what goes into its softmax */
  guint                n_outputs;
  gboolean           (*keep_going) (gpointer data);
  gpointer             data;
} Explain;

static guint
arg_max (guint          n,
         const nn_real *values)
{
  guint best = 0;

  for (guint i = 1; i < n; i++)
    if (values[i] > values[best])
      best = i;

  return best;
}

/* One forward pass that keeps everything, and one backward pass from the target's logit. */
static NnExec *
run_back (Explain  *self,
          gint     *target,
          GError  **error)
{
  NnExec *exec = nn_exec_new (self->graph, self->workers, 1, NN_EXEC_KEEP_ALL, error);
  g_autofree nn_real *gradient = g_new0 (nn_real, self->n_outputs);
  gsize count = 0;

  if (exec == NULL)
    return NULL;

  nn_shape_count (&self->shape, &count);
  memcpy (nn_exec_input (exec, 0), self->input, count * sizeof (nn_real));
  nn_exec_forward (exec, self->params, 1, 0);
  if (*target < 0)
    *target = (gint) arg_max (self->n_outputs, nn_exec_values (exec, self->logits));

  gradient[*target] = 1;
  nn_exec_backward (exec, self->params, self->logits, gradient, TRUE);

  return exec;
}

static gboolean
has_maps (NnGraph *graph,
          NnNode   node)
{
  NnShape shape = nn_graph_node_shape (graph, node);

  return shape.rank == 4 && shape.dims[0] == 1 && (guint64) shape.dims[2] * shape.dims[3] > 1;
}

/* Nodes whose values are features: what pools, drops or rounds them shows the same at a lower
 * resolution. */
static gboolean
makes_features (NnOpKind kind)
{
  return kind == NN_OP_CONV || kind == NN_OP_BATCH_NORM || kind == NN_OP_ACTIVATION ||
         kind == NN_OP_MAXOUT || kind == NN_OP_ADD || kind == NN_OP_CONCAT ||
         kind == NN_OP_ARITHMETIC || kind == NN_OP_INSTANCE_NORM || kind == NN_OP_CONV_TRANSPOSE;
}

/* The last maps on the way from a convolution to the output. */
static NnNode
default_layer (Explain *self)
{
  guint n_nodes = nn_graph_n_nodes (self->graph);
  g_autofree gboolean *after_conv = g_new0 (gboolean, n_nodes);
  NnNode last = NN_NODE_NONE;

  for (NnNode i = 0; i <= self->logits; i++)
    {
      NnOpKind kind = nn_graph_node_kind (self->graph, i);

      if (nn_graph_node_shared (self->graph, i))
        continue; /* The same for every picture. */
      after_conv[i] = kind == NN_OP_CONV || kind == NN_OP_CONV_TRANSPOSE;
      for (guint j = 0; j < nn_graph_node_n_inputs (self->graph, i); j++)
        after_conv[i] |= after_conv[nn_graph_node_input (self->graph, i, j)];
      if (after_conv[i] && has_maps (self->graph, i) && makes_features (kind))
        last = i;
    }

  return last;
}

static void
refuse_layer (Explain  *self,
              NnNode    layer,
              GError  **error)
{
  gboolean known = layer >= 0 && (guint) layer < nn_graph_n_nodes (self->graph);

  if (layer == NN_NODE_NONE)
    g_set_error_literal (
      error, NN_ERROR, NN_ERROR_UNSUPPORTED,
      _("Grad-CAM needs a convolution whose maps are larger than 1×1, and this network has none. "
        "Saliency works for every network."));
  else
    g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
                 _("Grad-CAM can't use “%s”: it has no maps larger than 1×1 on the way to the "
                   "output. Choose a convolution or what follows it."),
                 known ? nn_graph_node_name (self->graph, layer) : "?");
}

/* Bilinear, half-pixel centres, edges repeated: [h, w] to [height, width]. */
static void
enlarge (const double *from,
         guint         h,
         guint         w,
         float        *to,
         guint         height,
         guint         width)
{
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        double v = CLAMP ((y + 0.5) * h / height - 0.5, 0, h - 1.0);
        double u = CLAMP ((x + 0.5) * w / width - 0.5, 0, w - 1.0);
        guint top = (guint) v, left = (guint) u;
        guint bottom = MIN (top + 1, h - 1), right = MIN (left + 1, w - 1);
        double a = v - top, b = u - left;
        double upper = from[top * w + left] * (1 - b) + from[top * w + right] * b;
        double lower = from[bottom * w + left] * (1 - b) + from[bottom * w + right] * b;

        to[(gsize) y * width + x] = (float) (upper * (1 - a) + lower * a);
      }
}

/* max (0, Σ_k mean (∂logit/∂A_k)·A_k), enlarged to the input. */
static gboolean
grad_cam (Explain  *self,
          float    *map,
          gint     *target,
          GError  **error)
{
  NnNode layer = self->spec->layer != NN_NODE_NONE ? self->spec->layer : default_layer (self);
  g_autoptr (NnExec) exec = NULL;
  g_autofree double *sum = NULL;
  const nn_real *values, *gradients;
  NnShape shape;
  gsize plane;

  if (layer < 0 || layer > self->logits || !has_maps (self->graph, layer))
    {
      refuse_layer (self, layer, error);
      return FALSE;
    }

  exec = run_back (self, target, error);
  if (exec == NULL)
    return FALSE;

  shape = nn_graph_node_shape (self->graph, layer);
  plane = (gsize) shape.dims[2] * shape.dims[3];
  sum = g_new0 (double, plane);
  values = nn_exec_values (exec, layer);
  gradients = nn_exec_gradient (exec, layer);
  if (values == NULL || gradients == NULL)
    {
      refuse_layer (self, layer, error); /* The output does not depend on it. */
      return FALSE;
    }

  for (guint k = 0; k < shape.dims[1]; k++, values += plane, gradients += plane)
    {
      double weight = 0;

      for (gsize i = 0; i < plane; i++)
        weight += (double) gradients[i] / (double) plane;
      for (gsize i = 0; i < plane; i++)
        sum[i] += weight * (double) values[i];
    }
  for (gsize i = 0; i < plane; i++)
    sum[i] = MAX (sum[i], 0);

  enlarge (sum, shape.dims[2], shape.dims[3], map, self->shape.dims[2], self->shape.dims[3]);

  return TRUE;
}

static gboolean
saliency (Explain  *self,
          float    *map,
          gint     *target,
          GError  **error)
{
  g_autoptr (NnExec) exec = run_back (self, target, error);
  gsize plane = (gsize) self->shape.dims[2] * self->shape.dims[3];
  const nn_real *gradient;

  if (exec == NULL)
    return FALSE;

  gradient = nn_exec_gradient (exec, nn_graph_input (self->graph, 0));
  memset (map, 0, plane * sizeof *map);
  for (gsize i = 0; i < self->shape.dims[1] * plane; i++)
    map[i % plane] = MAX (map[i % plane], (float) fabs ((double) gradient[i]));

  return TRUE;
}

/* Where the patches lie: a grid of half a patch whose last row and column reach the edge. */
typedef struct
{
  guint side, step;
  guint columns, rows;
} Patches;

static guint
n_places (guint extent,
          guint side,
          guint step)
{
  return extent > side ? (extent - side + step - 1) / step + 1 : 1;
}

static Patches
plan_patches (Explain *self)
{
  guint height = self->shape.dims[2], width = self->shape.dims[3];
  guint side = self->spec->patch > 0 ? self->spec->patch : MAX (MIN (height, width) / 8, 3);
  Patches patches = { .side = MIN (side, MAX (height, width)) };

  patches.step = MAX (patches.side / 2, 1);
  patches.columns = n_places (width, patches.side, patches.step);
  patches.rows = n_places (height, patches.side, patches.step);

  return patches;
}

/* Rows or columns that a patch covers: [*from, *to). */
static void
extent_of (const Patches *patches,
           guint          place,
           guint          extent,
           guint         *from,
           guint         *to)
{
  *from = MIN (place * patches->step, extent > patches->side ? extent - patches->side : 0);
  *to = MIN (*from + patches->side, extent);
}

/* Writes the picture with patch number @i greyed into @x: each channel's own mean over the picture,
 * which says nothing about where anything is. */
static void
occlude (Explain       *self,
         const Patches *patches,
         guint          i,
         const double  *grey,
         nn_real       *x)
{
  guint height = self->shape.dims[2], width = self->shape.dims[3];
  gsize plane = (gsize) height * width;
  guint top, bottom, left, right;

  memcpy (x, self->input, self->shape.dims[1] * plane * sizeof *x);
  extent_of (patches, i / patches->columns, height, &top, &bottom);
  extent_of (patches, i % patches->columns, width, &left, &right);
  for (guint c = 0; c < self->shape.dims[1]; c++)
    for (guint v = top; v < bottom; v++)
      for (guint u = left; u < right; u++)
        x[c * plane + (gsize) v * width + u] = (nn_real) grey[c];
}

/* The target's probability for each of @n items. */
static void
probabilities_of (Explain *self,
                  NnExec  *exec,
                  guint    n,
                  gint     target,
                  double  *probabilities)
{
  g_autofree nn_real *shares = g_new (nn_real, (gsize) n * self->n_outputs);

  nn_exec_forward (exec, self->params, n, 0);
  if (self->logits == nn_graph_output (self->graph, 0))
    nn_softmax_rows (n, self->n_outputs, nn_exec_output (exec, 0), shares);
  else
    memcpy (shares, nn_exec_output (exec, 0), (gsize) n * self->n_outputs * sizeof *shares);

  for (guint i = 0; i < n; i++)
    probabilities[i] = (double) shares[(gsize) i * self->n_outputs + (guint) target];
}

static double *
channel_means (Explain *self)
{
  gsize plane = (gsize) self->shape.dims[2] * self->shape.dims[3];
  double *means = g_new0 (double, self->shape.dims[1]);

  for (gsize i = 0; i < self->shape.dims[1] * plane; i++)
    means[i / plane] += (double) self->input[i] / (double) plane;

  return means;
}

/* Adds the drop of patch @i to every pixel under it. */
static void
spread (Explain       *self,
        const Patches *patches,
        guint          i,
        double         drop,
        double        *sum,
        guint         *n_over)
{
  guint top, bottom, left, right;

  extent_of (patches, i / patches->columns, self->shape.dims[2], &top, &bottom);
  extent_of (patches, i % patches->columns, self->shape.dims[3], &left, &right);
  for (guint v = top; v < bottom; v++)
    for (guint u = left; u < right; u++)
      {
        sum[(gsize) v * self->shape.dims[3] + u] += drop;
        n_over[(gsize) v * self->shape.dims[3] + u]++;
      }
}

/* Each pixel gets the mean drop of the patches over it. */
static gboolean
occlusion (Explain  *self,
           float    *map,
           gint     *target,
           GError  **error)
{
  guint batch = MIN (OCCLUSION_BATCH, nn_graph_max_batch (self->graph));
  g_autoptr (NnExec) exec = nn_exec_new (self->graph, self->workers, batch, NN_EXEC_INFER, error);
  gsize plane = (gsize) self->shape.dims[2] * self->shape.dims[3];
  gsize item = plane * self->shape.dims[1];
  g_autofree double *sum = g_new0 (double, plane);
  g_autofree guint *n_over = g_new0 (guint, plane);
  g_autofree double *grey = channel_means (self);
  Patches patches = plan_patches (self);
  guint n_patches = patches.columns * patches.rows;
  double whole, drops[OCCLUSION_BATCH];

  if (exec == NULL)
    return FALSE;

  memcpy (nn_exec_input (exec, 0), self->input, item * sizeof (nn_real));
  nn_exec_forward (exec, self->params, 1, 0);
  if (*target < 0)
    *target = (gint) arg_max (self->n_outputs, nn_exec_output (exec, 0));
  probabilities_of (self, exec, 1, *target, &whole);

  for (guint first = 0; first < n_patches; first += batch)
    {
      guint n = MIN (batch, n_patches - first);

      if (self->keep_going != NULL && !self->keep_going (self->data))
        {
          g_set_error (error, NN_ERROR, NN_ERROR_CANCELLED, _("Stopped after %u of %u patches."),
                       first, n_patches);
          return FALSE;
        }
      for (guint i = 0; i < n; i++)
        occlude (self, &patches, first + i, grey, nn_exec_input (exec, 0) + i * item);
      probabilities_of (self, exec, n, *target, drops);
      for (guint i = 0; i < n; i++)
        spread (self, &patches, first + i, whole - drops[i], sum, n_over);
    }

  for (gsize i = 0; i < plane; i++)
    map[i] = (float) (sum[i] / n_over[i]);

  return TRUE;
}

static gboolean
check_network (Explain  *self,
               GError  **error)
{
  NnNode output = nn_graph_output (self->graph, 0);
  NnShape out = nn_graph_node_shape (self->graph, output);
  gsize n_outputs = 0;

  self->shape = nn_graph_node_shape (self->graph, nn_graph_input (self->graph, 0));
  nn_shape_count (&out, &n_outputs);
  self->n_outputs = (guint) n_outputs;
  self->logits = output;
  if (nn_graph_node_kind (self->graph, output) == NN_OP_SOFTMAX)
    self->logits = nn_graph_node_input (self->graph, output, 0);

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

/**
 * nn_explain:
 * @params: of @graph, frozen or not; not changed
 * @target: (out) (nullable): the class that was explained
 *
 * See the header. Gradients are those of the class's value before softmax. Occlusion replaces a
 * patch by each channel's mean over the picture and moves on by half a patch.
 *
 * Returns: %FALSE with %NN_ERROR_UNSUPPORTED, %NN_ERROR_SPEC, %NN_ERROR_NO_MEMORY or
 * %NN_ERROR_CANCELLED.
 */
gboolean
nn_explain (NnGraph             *graph,
            NnParams            *params,
            NnWorkers           *workers,
            const NnExplainSpec *spec,
            const nn_real       *input,
            float               *map,
            gint                *target,
            gboolean           (*keep_going) (gpointer data),
            gpointer             data,
            GError             **error)
{
  Explain self = { .graph = graph,
                   .params = params,
                   .workers = workers,
                   .spec = spec,
                   .input = input,
                   .keep_going = keep_going,
                   .data = data };
  gint chosen = spec->target;
  gboolean done;

  if (!check_network (&self, error))
    return FALSE;

  switch (spec->kind)
    {
    case NN_EXPLAIN_GRAD_CAM:
      done = grad_cam (&self, map, &chosen, error);
      break;
    case NN_EXPLAIN_SALIENCY:
      done = saliency (&self, map, &chosen, error);
      break;
    default:
      done = occlusion (&self, map, &chosen, error);
      break;
    }
  if (done && target != NULL)
    *target = chosen;

  return done;
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
  for (guint i = 0; i < NN_N_EXPLAINS; i++)
    if (g_strcmp0 (name, names[i]) == 0)
      {
        *kind = i;
        return TRUE;
      }

  return FALSE;
}
