/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks in integers answer as the simulated ones do, the same bits with every instruction
 * set. */
#include "int8-support.h"

#include "nn-evaluate.h"

#include <malloc.h>
#include <string.h>

enum { SIDE = 32 };

static void
quantize_preset (Quantized  *self,
                 const char *name)
{
  g_autoptr (NnGraph) graph = preset_graph (name, 3, SIDE, N_CLASSES);
  g_autoptr (NnParams) params = nn_params_new (graph, 5, NULL);

  stir_params (params, 40);
  int8_quantize (self, graph, params);
}

static void
test_preset (gconstpointer data)
{
  Quantized quantized = { 0 };

  quantize_preset (&quantized, data);
  int8_check_levels (&quantized, 0);
  int8_check_simulated (&quantized);
  int8_clear (&quantized);
}

static NnNode
conv (NnBuilder *builder,
      NnNode     x,
      NnStencil  stencil,
      guint32    filters,
      guint32    groups)
{
  return nn_builder_conv (builder, x, (NnConvSpec) { stencil, filters, groups, TRUE });
}

static NnNode
activate (NnBuilder   *builder,
          NnNode       x,
          NnActivation function)
{
  return nn_builder_activation (builder, x, (NnActivationSpec) { function, 0.1f, 0.8f });
}

/* Strides, dilation, lopsided borders, groups, one filter per channel and more, and channels that
 * fill no block. */
static NnNode
build_odd (NnBuilder *builder,
           NnNode     x)
{
  NnStencil lopsided = { { 3, 2 }, { 2, 1 }, { 1, 1 }, { 0, 1, 2, 0 } };
  NnStencil wide = { { 3, 3 }, { 1, 1 }, { 2, 2 }, { 2, 2, 2, 2 } };

  x = activate (builder, conv (builder, x, lopsided, 21, 1), NN_ACTIVATION_RELU);
  x = activate (builder, conv (builder, x, nn_stencil (3, 1, 1), 15, 3), NN_ACTIVATION_LEAKY_RELU);
  x = activate (builder, conv (builder, x, nn_stencil (3, 2, 1), 15, 15), NN_ACTIVATION_RELU6);
  x = activate (builder, conv (builder, x, nn_stencil (3, 1, 1), 30, 15), NN_ACTIVATION_CLIP);
  x = conv (builder, x, wide, 5, 1);
  x = nn_builder_upsample (builder, x, (NnUpsampleSpec) { 2, NN_UPSAMPLE_NEAREST });
  x = activate (builder, conv (builder, x, nn_stencil (1, 1, 0), 33, 1), NN_ACTIVATION_SIGMOID);

  return nn_builder_dense (builder, x, (NnDenseSpec) { N_CLASSES, TRUE });
}

/* Pools with borders, joined and added maps, dropout on the way. */
static NnNode
build_pools (NnBuilder *builder,
             NnNode     x)
{
  NnPoolSpec largest = { nn_stencil (3, 2, 1), FALSE, TRUE, FALSE };
  NnPoolSpec mean = { nn_stencil (3, 1, 1), TRUE, FALSE, TRUE };
  NnPoolSpec inside = { nn_stencil (3, 1, 1), TRUE, FALSE, FALSE };
  NnNode a;
  NnNode b;

  x = activate (builder, conv (builder, x, nn_stencil (3, 1, 1), 9, 1), NN_ACTIVATION_RELU);
  a = nn_builder_pool (builder, x, largest);
  b = nn_builder_pool (builder, a, mean);
  x = nn_builder_pool (builder, a, inside);
  x = nn_builder_concat (builder, (const NnNode[]) { a, b, x }, 3);
  x = nn_builder_dropout (builder, x, (NnDropoutSpec) { 0.3f });
  a = conv (builder, x, nn_stencil (3, 1, 1), 27, 1);
  x = activate (builder, nn_builder_add (builder, a, x), NN_ACTIVATION_RELU);
  a = nn_builder_global_pool (builder, x, (NnGlobalPoolSpec) { FALSE });
  b = nn_builder_global_pool (builder, x, (NnGlobalPoolSpec) { TRUE });
  x = nn_builder_flatten (builder, nn_builder_concat (builder, (const NnNode[]) { a, b }, 2));

  return nn_builder_dense (builder, x, (NnDenseSpec) { N_CLASSES, TRUE });
}

/* Operators that have no integer kernel, in the middle and at the end. */
static NnNode
build_mixed (NnBuilder *builder,
             NnNode     x)
{
  NnUpsampleSpec smooth = { 2, NN_UPSAMPLE_BILINEAR };
  NnNode a;

  x = activate (builder, conv (builder, x, nn_stencil (3, 2, 1), 8, 1), NN_ACTIVATION_RELU);
  a = conv (builder, x, nn_stencil (3, 2, 0), 8, 1);
  a = nn_builder_upsample (builder, nn_builder_maxout (builder, a, (NnMaxoutSpec) { 2 }), smooth);
  a = activate (builder, conv (builder, a, nn_stencil (3, 1, 1), 6, 1), NN_ACTIVATION_ELU);
  x = nn_builder_dense (builder, a, (NnDenseSpec) { N_CLASSES, TRUE });

  return nn_builder_softmax (builder, x);
}

/* Layers large enough to be shared between threads. */
static NnNode
build_large (NnBuilder *builder,
             NnNode     x)
{
  x = activate (builder, conv (builder, x, nn_stencil (3, 1, 1), 48, 1), NN_ACTIVATION_RELU);
  x = activate (builder, conv (builder, x, nn_stencil (3, 1, 1), 48, 48), NN_ACTIVATION_RELU);
  x = activate (builder, conv (builder, x, nn_stencil (3, 1, 1), 40, 1), NN_ACTIVATION_ELU);
  x = nn_builder_pool (builder, x, (NnPoolSpec) { nn_stencil (2, 2, 0), FALSE });
  x = nn_builder_pool (builder, x, (NnPoolSpec) { nn_stencil (2, 2, 0), FALSE });

  x = nn_builder_dense (builder, x, (NnDenseSpec) { 900, TRUE });
  x = activate (builder, x, NN_ACTIVATION_ELU);

  return nn_builder_dense (builder, x, (NnDenseSpec) { N_CLASSES, TRUE });
}

static void
check_built (NnNode (*build) (NnBuilder *builder, NnNode x),
             guint    side,
             guint    expected_floats)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (2, side, side + 5));
  g_autoptr (GError) error = NULL;
  g_autoptr (NnGraph) graph = NULL;
  g_autoptr (NnParams) params = NULL;
  Quantized quantized = { 0 };

  nn_builder_output (builder, build (builder, x));
  graph = nn_builder_seal (builder, &error);
  g_assert_no_error (error);
  params = nn_params_new (graph, 9, NULL);
  stir_params (params, 70);
  int8_quantize (&quantized, graph, params);
  int8_check_levels (&quantized, expected_floats);
  int8_check_simulated (&quantized);
  int8_clear (&quantized);
}

static void
test_odd (void)
{
  check_built (build_odd, 13, 0);
}

static void
test_pools (void)
{
  check_built (build_pools, 13, 0);
}

static void
test_mixed (void)
{
  /* maxout, the smooth enlargement, softmax */
  check_built (build_mixed, 13, 3);
}

static void
test_large (void)
{
  check_built (build_large, 40, 0);
}

/* Grids as other programs make them: signed, narrow, with a zero at either end. */
static void
test_foreign_grids (void)
{
  static const NnFakeQuantSpec grids[] = {
    { 0.01f, 0, -128, 127 }, { 0.02f, -128, -128, 127 }, { 0.015f, 5, -10, 100 },
    { 0.03f, 255, 0, 255 },  { 0.01f, 1000, 900, 1100 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (grids); i++)
    {
      g_autoptr (NnBuilder) builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_maps (3, 9, 9));
      g_autofree float *scales = g_new (float, 6);
      NnWeightQuant quant = { 8, 6, scales };
      Quantized self = { .source = noise_source (BATCH, 2, 3, 9, 9) };
      nn_real *weights;
      gsize n;

      x = nn_builder_fake_quant (builder, x, grids[i]);
      x = conv (builder, x, nn_stencil (3, 1, 1), 6, 1);
      x = nn_builder_fake_quant (builder, x, grids[(i + 1) % G_N_ELEMENTS (grids)]);
      nn_builder_output (builder, x);
      self.shown = nn_builder_seal (builder, NULL);
      self.shown_params = nn_params_new (self.shown, 3, NULL);
      self.workers = nn_workers_new (2, FALSE);
      weights = nn_params_poke (self.shown_params, 2, NN_SLOT_WEIGHT, &n);
      for (guint k = 0; k < 6; k++)
        scales[k] = 0.01f + 0.002f * (float) k;
      for (gsize j = 0; j < n; j++)
        weights[j] = scales[j / (n / 6)] * (float) ((gint) (j * 37 % 256) - 128);
      nn_params_set_quant (self.shown_params, 2, &quant);

      int8_check_levels (&self, 0);
      nn_graph_unref (self.shown);
      nn_params_unref (self.shown_params);
      nn_workers_unref (self.workers);
    }
}

/* The same for sums that become floats: of maps and of a vector. */
static void
test_large_floats (void)
{
  static const NnFakeQuantSpec grid = { 0.01f, 100, 0, 255 };
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (3, 48, 48));
  Quantized self = { .source = noise_source (BATCH, 2, 3, 48, 48) };
  float scale = 0.004f;

  x = nn_builder_fake_quant (builder, x, grid);
  nn_builder_output (builder, conv (builder, x, nn_stencil (3, 1, 1), 150, 1));
  nn_builder_output (builder, nn_builder_dense (builder, x, (NnDenseSpec) { 700, TRUE }));
  self.shown = nn_builder_seal (builder, NULL);
  self.shown_params = nn_params_new (self.shown, 3, NULL);
  self.workers = nn_workers_new (2, FALSE);
  for (NnNode node = 2; node <= 3; node++)
    {
      gsize n;
      nn_real *weights = nn_params_poke (self.shown_params, node, NN_SLOT_WEIGHT, &n);

      for (gsize j = 0; j < n; j++)
        weights[j] = scale * (float) ((gint) (j * 37 % 255) - 127);
      nn_params_set_quant (self.shown_params, node, &(NnWeightQuant) { 8, 1, &scale });
    }

  int8_check_levels (&self, 0);
  nn_graph_unref (self.shown);
  nn_params_unref (self.shown_params);
  nn_workers_unref (self.workers);
}

/* Filters that pruning emptied and filters of next to no size, with biases that are not: a bias is
 * not lost in units of its weights. */
static void
test_small_filters (void)
{
  g_autoptr (NnGraph) graph = tiny_graph (3, 16, N_CLASSES, FALSE);
  g_autoptr (NnParams) params = nn_params_new (graph, 5, NULL);
  Quantized quantized = { 0 };

  stir_params (params, 90);
  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    if (nn_graph_node_kind (graph, (NnNode) i) == NN_OP_CONV)
      {
        gsize n;
        nn_real *weights = nn_params_poke (params, (NnNode) i, NN_SLOT_WEIGHT, &n);

        for (gsize j = 0; j < n / 4; j++)
          weights[j] *= j < n / 8 ? 0 : (nn_real) 1e-15;
      }
  int8_quantize (&quantized, graph, params);
  int8_check_levels (&quantized, 0);
  int8_check_simulated (&quantized);
  int8_clear (&quantized);
}

/* Floats only: it still answers. */
static void
test_plain_network (void)
{
  g_autoptr (NnGraph) graph = preset_graph ("lenet5", 1, 28, N_CLASSES);
  g_autoptr (NnParams) params = nn_params_new (graph, 5, NULL);
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autofree nn_real *expected = NULL;
  g_autofree nn_real *actual = NULL;
  NnSource source = noise_source (200, N_CLASSES, 1, 28, 28);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, BATCH, NN_EXEC_INFER, NULL);
  guint n_float;
  gsize n;

  g_assert_false (nn_int8_applies (graph, params));
  actual = int8_run (NN_CPU_PLAIN, graph, params, workers, &source, BATCH, BATCH, &n_float, &n);
  g_assert_cmpuint (n_float, ==, 11);
  int8_fill (&source, BATCH, nn_exec_input (exec, 0));
  nn_exec_forward (exec, params, BATCH, 0);
  g_assert_cmpmem (actual, n * sizeof *actual, nn_exec_output (exec, 0), n * sizeof *actual);
}

static void
test_allocates_nothing (void)
{
  Quantized quantized = { 0 };
  g_autoptr (NnInt8) int8 = NULL;
  struct mallinfo2 before;
  struct mallinfo2 after;

  quantize_preset (&quantized, "resnet20");
  g_assert_true (nn_int8_applies (quantized.graph, quantized.params));
  int8 = nn_int8_new (quantized.graph, quantized.params, quantized.workers, BATCH, NULL);
  nn_int8_forward (int8, BATCH);
  nn_int8_forward (int8, 1);
  before = mallinfo2 ();
  nn_int8_forward (int8, BATCH);
  nn_int8_forward (int8, 1);
  after = mallinfo2 ();
  g_assert_cmpuint (after.uordblks, ==, before.uordblks);
  g_assert_cmpuint (after.hblkhd, ==, before.hblkhd);
  int8_clear (&quantized);
}

static void
forward_cb (gpointer data,
            guint    batch)
{
  nn_int8_forward (data, batch);
}

/* The figures are those of the answers in integers. */
static void
test_evaluate (void)
{
  Quantized quantized = { 0 };
  NnLossSpec loss = { .kind = NN_LOSS_CROSS_ENTROPY };
  g_autoptr (NnInt8) int8 = NULL;
  g_autoptr (GError) error = NULL;
  NnAnswerer answerer;
  NnEvaluation figures;
  guint n_right = 0;

  quantize_preset (&quantized, "lenet5");
  int8 = nn_int8_new (quantized.graph, quantized.params, quantized.workers, 7, NULL);
  answerer = (NnAnswerer) { quantized.graph, 7, nn_int8_input (int8, 0), nn_int8_output (int8, 0),
                            forward_cb, int8 };
  g_assert_true (nn_evaluate_with (&answerer, &quantized.source, &loss, quantized.workers, NULL,
                                   NULL, &figures, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < quantized.source.count; i++)
    {
      const nn_real *output = nn_int8_output (int8, 0);
      guint best = 0;
      gint32 label;

      quantized.source.fetch (&quantized.source, i, NULL, nn_int8_input (int8, 0), &label, NULL);
      nn_int8_forward (int8, 1);
      for (guint k = 1; k < N_CLASSES; k++)
        if (output[k] > output[best])
          best = k;
      n_right += best == (guint) label ? 1 : 0;
    }
  g_assert_cmpfloat (figures.accuracy, ==, (double) n_right / quantized.source.count);
  nn_evaluation_clear (&figures);
  int8_clear (&quantized);
}

int
main (int    argc,
      char **argv)
{
  static const char *const presets[] = { "lenet5", "vgg-mini", "resnet20", "mobilenet-mini",
                                         "densenet-mini", "googlenet-mini" };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (presets); i++)
    {
      g_autofree char *path = g_strdup_printf ("/int8/preset/%s", presets[i]);

      g_test_add_data_func (path, presets[i], test_preset);
    }

  g_test_add_func ("/int8/odd-shapes", test_odd);
  g_test_add_func ("/int8/pools-and-joins", test_pools);
  g_test_add_func ("/int8/floats-in-between", test_mixed);
  g_test_add_func ("/int8/shared-by-threads", test_large);
  g_test_add_func ("/int8/floats-shared-by-threads", test_large_floats);
  g_test_add_func ("/int8/foreign-grids", test_foreign_grids);
  g_test_add_func ("/int8/small-filters-keep-their-bias", test_small_filters);
  g_test_add_func ("/int8/plain-network", test_plain_network);
  g_test_add_func ("/int8/allocates-nothing", test_allocates_nothing);
  g_test_add_func ("/int8/evaluate", test_evaluate);

  return g_test_run ();
}
