/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Grad-CAM: a layer's maps, each weighted by how much the class depends on it (R. Selvaraju et al.,
 * arXiv 1610.02391). */
#include "nn-explain-private.h"

#include <glib/gi18n-lib.h>

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
default_layer (NnExplainJob *self)
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
refuse_layer (NnExplainJob  *self,
              NnNode         layer,
              GError       **error)
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

/* max (0, Σ_k mean (∂logit/∂A_k)·A_k) into @sum, [plane]. */
static void
weigh_maps (guint          channels,
            gsize          plane,
            const nn_real *values,
            const nn_real *gradients,
            double        *sum)
{
  for (guint k = 0; k < channels; k++, values += plane, gradients += plane)
    {
      double weight = 0;

      for (gsize i = 0; i < plane; i++)
        weight += (double) gradients[i] / (double) plane;
      for (gsize i = 0; i < plane; i++)
        sum[i] += weight * (double) values[i];
    }
  for (gsize i = 0; i < plane; i++)
    sum[i] = MAX (sum[i], 0);
}

gboolean
nn_explain_by_maps (NnExplainJob  *self,
                    GError       **error)
{
  NnNode layer = self->spec->layer != NN_NODE_NONE ? self->spec->layer : default_layer (self);
  g_autoptr (NnExec) exec = NULL;
  g_autofree double *sum = NULL;
  const nn_real *values, *gradients;
  NnShape shape;

  if (layer < 0 || layer > self->logits || !has_maps (self->graph, layer))
    {
      refuse_layer (self, layer, error);
      return FALSE;
    }

  exec = nn_exec_new (self->graph, self->workers, 1, NN_EXEC_KEEP_ALL, error);
  if (exec == NULL)
    return FALSE;

  nn_explain_run_input (self, exec);
  values = nn_exec_values (exec, layer);
  gradients = nn_exec_gradient (exec, layer);
  if (values == NULL || gradients == NULL)
    {
      refuse_layer (self, layer, error); /* The output does not depend on it. */
      return FALSE;
    }

  shape = nn_graph_node_shape (self->graph, layer);
  sum = g_new0 (double, (gsize) shape.dims[2] * shape.dims[3]);
  weigh_maps (shape.dims[1], (gsize) shape.dims[2] * shape.dims[3], values, gradients, sum);
  enlarge (sum, shape.dims[2], shape.dims[3], self->result->map, self->shape.dims[2],
           self->shape.dims[3]);

  return TRUE;
}
