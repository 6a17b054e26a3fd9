/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks to write as ONNX: every preset, some on a grid, and one with every operator. */
#include "onnx-samples.h"

#include "cvr-rng.h"
#include "onnx-import-samples.h"

#include <math.h>
#include <string.h>

typedef NnGraph *(*Build) (const char *arch);

typedef struct
{
  const char *name;
  Build       build;
  const char *arch;
  guint       bits; /* of the weights' grid; 0: plain floats */
  gboolean    per_channel;
} Sample;

/* Digits for the two presets that are about them, colour pictures for the others. */
static NnGraph *
build_arch (const char *arch)
{
  gboolean grey = g_str_equal (arch, "lenet5") || g_str_equal (arch, "mlp");
  NnShape input = grey ? nn_shape_maps (1, 28, 28) : nn_shape_maps (3, 32, 32);
  g_autoptr (GError) error = NULL;
  NnGraph *graph = nn_arch_build (arch, &input, 10, 0.25f, &error);

  g_assert_no_error (error);
  return graph;
}

static NnNode
activation (NnBuilder    *builder,
            NnNode        x,
            NnActivation  function,
            float         alpha)
{
  return nn_builder_activation (builder, x, (NnActivationSpec) { function, alpha });
}

/* Convolutions and pools of every shape of window. */
static NnNode
add_windows (NnBuilder *builder,
             NnNode     x)
{
  NnConvSpec lopsided = { { { 3, 2 }, { 1, 2 }, { 2, 1 }, { 1, 0, 2, 1 } }, 6, 2, FALSE };
  NnPoolSpec ceil = { { { 3, 3 }, { 2, 2 }, { 1, 1 }, { 1, 1, 1, 1 } }, FALSE, TRUE, FALSE };
  NnPoolSpec mean = { { { 2, 3 }, { 1, 1 }, { 1, 1 }, { 0, 1, 1, 1 } }, TRUE, FALSE, FALSE };
  NnPoolSpec padded = { { { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1, 1, 1 } }, TRUE, FALSE, TRUE };
  NnPoolSpec sparse = { { { 2, 2 }, { 1, 1 }, { 2, 2 }, { 1, 1, 1, 1 } }, FALSE, FALSE, FALSE };

  x = nn_builder_conv (builder, x, lopsided);
  x = activation (builder, x, NN_ACTIVATION_LEAKY_RELU, 0.1f);
  x = nn_builder_pool (builder, x, ceil);
  x = nn_builder_batch_norm (builder, x, (NnBatchNormSpec) { 1e-3f, 0.03f });
  x = activation (builder, x, NN_ACTIVATION_ELU, 0.7f);
  x = nn_builder_pool (builder, x, mean);
  x = nn_builder_pool (builder, x, padded);
  x = nn_builder_pool (builder, x, sparse);

  return activation (builder, x, NN_ACTIVATION_TANH, 0);
}

/* Values are rounded to a grid only where they come straight from the input: elsewhere a last bit
 * that another program sums differently could become a whole step. */
static NnNode
add_grids (NnBuilder *builder,
           NnNode     x)
{
  NnNode grids[3];

  grids[0] = nn_builder_fake_quant (builder, x, (NnFakeQuantSpec) { 0.02f, 128, 0, 255 });
  grids[1] = nn_builder_fake_quant (builder, x, (NnFakeQuantSpec) { 0.01f, 0, -127, 127 });
  nn_builder_name (builder, grids[1], "round “A/b”");
  grids[2] = nn_builder_fake_quant (builder, x, (NnFakeQuantSpec) { 0.25f, 3, 0, 15 });

  return nn_builder_concat (builder, grids, 3);
}

static NnGraph *
build_every_operator (const char *arch)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  g_autoptr (GError) error = NULL;
  NnNode x = nn_builder_input (builder, nn_shape_maps (4, 12, 15)), a, b, parts[3];
  NnGraph *graph;

  nn_builder_name (builder, x, "input");
  x = add_grids (builder, x);
  nn_builder_output (builder, x);
  x = add_windows (builder, x);
  nn_builder_output (builder, x);
  a = nn_builder_upsample (builder, x, (NnUpsampleSpec) { 2, NN_UPSAMPLE_NEAREST });
  b = nn_builder_upsample (builder, x, (NnUpsampleSpec) { 2, NN_UPSAMPLE_BILINEAR });
  x = nn_builder_add (builder, a, b);
  a = nn_builder_maxout (builder, x, (NnMaxoutSpec) { 3 });
  parts[0] = activation (builder, x, NN_ACTIVATION_RELU, 0);
  parts[1] = activation (builder, a, NN_ACTIVATION_SIGMOID, 0);
  parts[2] = activation (builder, x, NN_ACTIVATION_RELU6, 0);
  x = nn_builder_concat (builder, parts, 3);
  nn_builder_output (builder, x);
  x = nn_builder_dropout (builder, x, (NnDropoutSpec) { 0.3f });
  x = nn_builder_softmax (builder, x);
  nn_builder_output (builder, x);
  a = nn_builder_global_pool (builder, x, (NnGlobalPoolSpec) { TRUE });
  b = nn_builder_global_pool (builder, x, (NnGlobalPoolSpec) { FALSE });
  parts[0] = nn_builder_flatten (builder, a);
  parts[1] = nn_builder_dense (builder, b, (NnDenseSpec) { 9, FALSE });
  parts[2] = nn_builder_dense (builder, x, (NnDenseSpec) { 5, TRUE });
  x = nn_builder_concat (builder, parts, 3);
  x = nn_builder_batch_norm (builder, x, (NnBatchNormSpec) { 1e-5f, 0.1f });
  x = nn_builder_maxout (builder, x, (NnMaxoutSpec) { 2 });
  x = nn_builder_dense (builder, x, (NnDenseSpec) { 4, TRUE });
  nn_builder_name (builder, x, "conv1.weight"); /* what the file would like to call a tensor */
  nn_builder_output (builder, x);
  nn_builder_output (builder, nn_builder_softmax (builder, x));

  graph = nn_builder_seal (builder, &error);
  g_assert_no_error (error);
  return graph;
}

/* Two inputs, two outputs, one of them also used inside, and a node that nothing needs. */
static NnGraph *
build_two_ends (const char *arch)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  g_autoptr (GError) error = NULL;
  NnNode a = nn_builder_input (builder, nn_shape_maps (2, 5, 5));
  NnNode b = nn_builder_input (builder, nn_shape_maps (3, 5, 5));
  NnNode x = nn_builder_concat (builder, (NnNode[]) { b, a }, 2);
  NnNode y = nn_builder_conv (builder, x, (NnConvSpec) { nn_stencil (3, 1, 1), 4, 1, TRUE });
  NnGraph *graph;

  nn_builder_dense (builder, x, (NnDenseSpec) { 7, TRUE });
  x = nn_builder_dense (builder, activation (builder, y, NN_ACTIVATION_RELU, 0),
                        (NnDenseSpec) { 3, TRUE });
  nn_builder_output (builder, x);
  nn_builder_output (builder, y);

  graph = nn_builder_seal (builder, &error);
  g_assert_no_error (error);
  return graph;
}

static const Sample samples[] = {
  { "perceptron", build_arch, "perceptron", 0, FALSE },
  { "mlp", build_arch, "mlp", 0, FALSE },
  { "lenet5", build_arch, "lenet5", 0, FALSE },
  { "seed64", build_arch, "seed64", 0, FALSE },
  { "alexnet-mini", build_arch, "alexnet-mini", 0, FALSE },
  { "vgg-mini", build_arch, "vgg-mini", 0, FALSE },
  { "googlenet-mini", build_arch, "googlenet-mini", 0, FALSE },
  { "resnet8", build_arch, "resnet8", 0, FALSE },
  { "resnet20", build_arch, "resnet20", 0, FALSE },
  { "densenet-mini", build_arch, "densenet-mini", 0, FALSE },
  { "mobilenet-mini", build_arch, "mobilenet-mini", 0, FALSE },
  { "lenet5-int8", build_arch, "lenet5", 8, TRUE },
  { "resnet8-int8-tensor", build_arch, "resnet8", 8, FALSE },
  { "mobilenet-mini-int4", build_arch, "mobilenet-mini", 4, TRUE },
  { "lenet5-int2", build_arch, "lenet5", 2, TRUE },
  { "lenet5-binary", build_arch, "lenet5", 1, FALSE },
  { "googlenet-mini-half", build_arch, "googlenet-mini", 16, FALSE },
  { "every-operator", build_every_operator, NULL, 0, FALSE },
  { "every-operator-int8", build_every_operator, NULL, 8, TRUE },
  { "two-ends", build_two_ends, NULL, 0, FALSE },
  /* What is read again in other operators than were written stands last: see
   * onnx_samples_exact(). */
  { "imports-batch", onnx_import_sample_batch, NULL, 0, FALSE },
  { "imports-single", onnx_import_sample_single, NULL, 0, FALSE },
  { "imports-resize", onnx_import_sample_resize, NULL, 0, FALSE },
};

guint
onnx_samples_count (void)
{
  return G_N_ELEMENTS (samples);
}

guint
onnx_samples_exact (void)
{
  return G_N_ELEMENTS (samples) - 3;
}

const char *
onnx_sample_name (guint i)
{
  return samples[i].name;
}

/* To the eleven bits that a number in half precision has, fewer below 2^-14. */
static float
round_half (float value)
{
  int exponent;

  frexpf (value, &exponent);
  exponent = MAX (exponent, -13);
  return ldexpf (rintf (ldexpf (value, 11 - exponent)), exponent - 11);
}

/* Puts @n values on whole multiples of a scale that reaches the largest. */
static float
round_grid (float *values,
            gsize  n,
            guint  bits)
{
  float most = bits == 1 ? 1 : (float) ((1 << (bits - 1)) - 1), largest = 0, scale;

  for (gsize i = 0; i < n; i++)
    largest = MAX (largest, fabsf (values[i]));
  scale = largest / most;
  for (gsize i = 0; i < n; i++)
    {
      float level = rintf (values[i] / scale);

      level = bits == 1 ? (values[i] < 0 ? -1 : 1) : CLAMP (level, -most, most);
      values[i] = scale * level;
    }

  return scale;
}

static void
quantize (NnGraph      *graph,
          NnParams     *params,
          NnNode        node,
          const Sample *sample)
{
  const NnAttrs *attrs = nn_graph_node_attrs (graph, node);
  gboolean conv = nn_graph_node_kind (graph, node) == NN_OP_CONV;
  guint channels = conv ? attrs->conv.filters : attrs->dense.units;
  guint n_scales = sample->bits == 16 ? 0 : sample->per_channel ? channels : 1;
  g_autofree float *scales = g_new0 (float, MAX (n_scales, 1));
  NnWeightQuant quant = { sample->bits, n_scales, scales };
  gsize n_values;
  float *values = nn_params_poke (params, node, NN_SLOT_WEIGHT, &n_values);

  if (values == NULL)
    return;
  for (gsize i = 0; sample->bits == 16 && i < n_values; i++)
    values[i] = round_half (values[i]);
  for (guint k = 0; k < n_scales; k++)
    scales[k] = round_grid (values + k * (n_values / n_scales), n_values / n_scales, sample->bits);

  nn_params_set_quant (params, node, &quant);
}

/* Numbers, or small whole ones where they are indices. */
static void
draw_constant (NnGraph  *graph,
               NnNode    node,
               NnParams *params,
               CvrRng   *rng)
{
  gsize n_values;
  float *values = nn_params_poke (params, node, NN_SLOT_WEIGHT, &n_values);
  gboolean indices = (guint) node + 1 < nn_graph_n_nodes (graph) &&
                     nn_graph_node_kind (graph, node + 1) == NN_OP_GATHER;

  if (nn_graph_node_kind (graph, node) == NN_OP_CONSTANT)
    for (gsize i = 0; i < n_values; i++)
      values[i] = indices ? (float) cvr_rng_below (rng, 5) - 2 : (float) cvr_rng_normal (rng);
}

NnGraph *
onnx_sample_build (guint      i,
                   NnParams **params)
{
  const Sample *sample = &samples[i];
  NnGraph *graph = sample->build (sample->arch);
  g_autoptr (GError) error = NULL;
  CvrRng rng = cvr_rng_new (7, i);

  *params = nn_params_new (graph, 1 + i, &error);
  g_assert_no_error (error);

  for (NnNode node = 0; (guint) node < nn_graph_n_nodes (graph); node++)
    {
      draw_constant (graph, node, *params, &rng);
      for (guint slot = NN_SLOT_BIAS; slot < NN_N_SLOTS; slot++)
        {
          gsize n_values;
          float *values = nn_params_poke (*params, node, slot, &n_values);

          for (gsize j = 0; j < n_values; j++)
            if (slot == NN_SLOT_VARIANCE)
              values[j] += (float) cvr_rng_uniform (&rng);
            else
              values[j] += 0.1f * (float) cvr_rng_normal (&rng);
        }
      if (sample->bits != 0 && (nn_graph_node_kind (graph, node) == NN_OP_CONV ||
                                nn_graph_node_kind (graph, node) == NN_OP_DENSE))
        quantize (graph, *params, node, sample);
    }

  nn_params_freeze (*params);
  return graph;
}

static gsize
count_of (NnGraph *graph,
          NnNode   node)
{
  NnShape shape = nn_graph_node_shape (graph, node);
  gsize count;

  g_assert_true (nn_shape_count (&shape, &count));
  return count;
}

GArray *
onnx_sample_inputs (NnGraph *graph,
                    guint    batch,
                    guint64  seed)
{
  GArray *values = g_array_new (FALSE, FALSE, sizeof (float));
  CvrRng rng = cvr_rng_new (seed, 0);

  for (guint i = 0; i < nn_graph_n_inputs (graph); i++)
    for (gsize j = 0; j < batch * count_of (graph, nn_graph_input (graph, i)); j++)
      {
        float value = (float) cvr_rng_normal (&rng);

        g_array_append_val (values, value);
      }

  return values;
}

GArray *
onnx_sample_run (NnGraph  *graph,
                 NnParams *params,
                 guint     batch,
                 GArray   *inputs)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, batch, NN_EXEC_INFER, &error);
  GArray *outputs = g_array_new (FALSE, FALSE, sizeof (float));
  gsize offset = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < nn_graph_n_inputs (graph); i++)
    {
      gsize n = batch * count_of (graph, nn_graph_input (graph, i));

      memcpy (nn_exec_input (exec, i), &g_array_index (inputs, float, offset), n * sizeof (float));
      offset += n;
    }

  nn_exec_forward (exec, params, batch, 0);
  for (guint i = 0; i < nn_graph_n_outputs (graph); i++)
    g_array_append_vals (outputs, nn_exec_output (exec, i),
                         batch * count_of (graph, nn_graph_output (graph, i)));

  return outputs;
}
