/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of learning share: formulas for numbers, a source that is learned in seconds. */
#include "learn-support.h"

#include <string.h>

double
golden_noise (gsize i,
              guint stream)
{
  double x = sin ((double) i * 12.9898 + stream * 78.233) * 43758.5453;

  return (x - floor (x)) * 2 - 1;
}

void
golden_fill (NnParams *params)
{
  NnGraph *graph = nn_params_graph (params);
  guint stream = 0;

  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    for (guint slot = NN_SLOT_WEIGHT; slot <= NN_SLOT_BIAS; slot++)
      {
        gsize n;
        nn_real *values = nn_params_poke (params, (NnNode) i, slot, &n);
        gboolean norm = nn_graph_node_kind (graph, (NnNode) i) == NN_OP_BATCH_NORM;
        double fan_in = (double) n / nn_graph_node_shape (graph, (NnNode) i).dims[1];

        if (values == NULL)
          continue;

        stream++;
        for (gsize j = 0; j < n; j++)
          {
            double x = golden_noise (j, stream);

            if (slot == NN_SLOT_BIAS)
              values[j] = (nn_real) (x / 10);
            else
              values[j] = norm ? (nn_real) (1 + x / 10) : (nn_real) (x * sqrt (3 / fan_in));
          }
      }
}

static void
fetch_bar (const NnSource *source,
           guint           index,
           CvrRng         *rng,
           nn_real        *x,
           gint32         *label,
           float          *values)
{
  guint side = source->shape.dims[2], channels = source->shape.dims[1];
  CvrRng own = cvr_rng_new (GPOINTER_TO_UINT (source->data), index);
  CvrRng *noise = rng != NULL ? rng : &own;
  guint kind = index % source->n_classes;
  guint at = 1 + cvr_rng_below (&own, side - 2);

  for (guint v = 0; v < side; v++)
    for (guint u = 0; u < side; u++)
      {
        gboolean bright = kind == 0 ? v == at : kind == 1 ? u == at : (u + at) % side == v;

        for (guint c = 0; c < channels; c++)
          x[(c * side + v) * side + u] =
            (nn_real) ((bright ? 1 : 0) + 0.2 * cvr_rng_between (noise, -1, 1));
      }
  *label = (gint32) kind;
}

NnSource
bars_source (guint count,
             guint n_classes,
             guint channels,
             guint side,
             guint salt)
{
  NnShape shape = nn_shape_maps (channels, side, side);

  return (NnSource) { count, shape, n_classes, 0, fetch_bar, GUINT_TO_POINTER (salt) };
}

static void
fetch_noise (const NnSource *source,
             guint           index,
             CvrRng         *rng,
             nn_real        *x,
             gint32         *label,
             float          *values)
{
  gsize n;

  nn_shape_count (&source->shape, &n);
  for (gsize i = 0; i < n; i++)
    x[i] = (nn_real) golden_noise (i, 500 + index);
  *label = (gint32) (index % source->n_classes);
}

NnSource
noise_source (guint count,
              guint n_classes,
              guint channels,
              guint height,
              guint width)
{
  NnShape shape = nn_shape_maps (channels, height, width);

  return (NnSource) { count, shape, n_classes, 0, fetch_noise, NULL };
}

NnGraph *
tiny_graph (guint    channels,
            guint    side,
            guint    n_classes,
            gboolean norm)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (channels, side, side));
  g_autoptr (GError) error = NULL;
  NnGraph *graph;

  for (guint i = 0; i < 2; i++)
    {
      x = nn_builder_conv (builder, x, (NnConvSpec) { nn_stencil (3, 1, 1), 8, 1, !norm });
      if (norm)
        x = nn_builder_batch_norm (builder, x, (NnBatchNormSpec) { 1e-5f, 0.1f });
      x = nn_builder_activation (builder, x, (NnActivationSpec) { NN_ACTIVATION_RELU, 0 });
      x = nn_builder_pool (builder, x, (NnPoolSpec) { nn_stencil (2, 2, 0) });
    }
  x = nn_builder_dropout (builder, x, (NnDropoutSpec) { 0.1f });
  nn_builder_output (builder, nn_builder_dense (builder, x, (NnDenseSpec) { n_classes, TRUE }));
  graph = nn_builder_seal (builder, &error);
  g_assert_no_error (error);

  return graph;
}

NnGraph *
preset_graph (const char *name,
              guint       channels,
              guint       side,
              guint       n_classes)
{
  NnShape shape = nn_shape_maps (channels, side, side);
  g_autoptr (GError) error = NULL;
  NnGraph *graph = nn_arch_build (name, &shape, n_classes, -1, &error);

  g_assert_no_error (error);

  return graph;
}

nn_real *
outputs_of (NnGraph        *graph,
            NnParams       *params,
            NnWorkers      *workers,
            const NnSource *source,
            guint           batch)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, batch, NN_EXEC_INFER, &error);
  NnShape out = nn_graph_node_shape (graph, nn_graph_output (graph, 0));
  gsize item, n_outputs;

  g_assert_no_error (error);
  nn_shape_count (&source->shape, &item);
  nn_shape_count (&out, &n_outputs);
  for (guint i = 0; i < batch; i++)
    {
      gint32 label;

      source->fetch (source, i, NULL, nn_exec_input (exec, 0) + i * item, &label, NULL);
    }
  nn_exec_forward (exec, params, batch, 0);

  return g_memdup2 (nn_exec_output (exec, 0), batch * n_outputs * sizeof (nn_real));
}

void
stir_params (NnParams *params,
             guint     stream)
{
  NnGraph *graph = nn_params_graph (params);

  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    for (guint slot = 0; slot < NN_N_SLOTS; slot++)
      {
        gboolean norm = nn_graph_node_kind (graph, (NnNode) i) == NN_OP_BATCH_NORM;
        gsize n;
        nn_real *values = nn_params_poke (params, (NnNode) i, slot, &n);

        for (gsize j = 0; j < n; j++)
          {
            double x = golden_noise (j, stream + 7 * i + slot);

            if (slot == NN_SLOT_BIAS || slot == NN_SLOT_MEAN)
              values[j] = (nn_real) (0.2 * x);
            else if (slot == NN_SLOT_VARIANCE || norm)
              values[j] = (nn_real) (1 + 0.4 * x);
          }
      }
}

gboolean
all_finite (const nn_real *values,
            gsize          n_values)
{
  for (gsize i = 0; i < n_values; i++)
    if (!isfinite (values[i]))
      return FALSE;

  return TRUE;
}
