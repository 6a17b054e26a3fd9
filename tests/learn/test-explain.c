/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attribution maps: against PyTorch's autograd, against what a linear network must say, and on
 * pictures whose evidence is known. */
#include "golden-learn.h"
#include "learn-support.h"

#include <string.h>

/* One pass forward and back through five layers; maps are floats in both builds. */
static const double tolerance = IN_DOUBLE ? 1e-6 : 2e-5;

static NnGraph *
golden_graph (gboolean softmax)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (2, 12, 8));
  NnGraph *graph;

  for (guint i = 0; i < 2; i++)
    {
      NnConvSpec conv = { nn_stencil (3, 1, 1), i == 0 ? 4 : 6, 1, TRUE };

      x = nn_builder_conv (builder, x, conv);
      x = nn_builder_activation (builder, x, (NnActivationSpec) { NN_ACTIVATION_RELU, 0 });
      x = nn_builder_pool (builder, x, (NnPoolSpec) { nn_stencil (2, 2, 0) });
    }
  x = nn_builder_dense (builder, x, (NnDenseSpec) { 3, TRUE });
  nn_builder_output (builder, softmax ? nn_builder_softmax (builder, x) : x);
  graph = nn_builder_seal (builder, NULL);
  g_assert_nonnull (graph);

  return graph;
}

static void
test_pytorch (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  nn_real input[2 * 12 * 8];
  float map[12 * 8];

  for (guint i = 0; i < G_N_ELEMENTS (input); i++)
    input[i] = (nn_real) golden_noise (i, 30);

  for (guint softmax = 0; softmax < 2; softmax++)
    {
      g_autoptr (NnGraph) graph = golden_graph (softmax);
      g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);

      golden_fill (params);
      for (guint kind = NN_EXPLAIN_GRAD_CAM; kind <= NN_EXPLAIN_SALIENCY; kind++)
        {
          const double *expected =
            kind == NN_EXPLAIN_GRAD_CAM ? golden_explain_grad_cam : golden_explain_saliency;
          NnExplainSpec spec = { kind, 1, NN_NODE_NONE, 0 };
          g_autoptr (GError) error = NULL;
          gint target = -1;

          g_assert_true (
            nn_explain (graph, params, workers, &spec, input, map, &target, NULL, NULL, &error));
          g_assert_no_error (error);
          g_assert_cmpint (target, ==, 1);
          for (guint i = 0; i < G_N_ELEMENTS (map); i++)
            assert_close (map[i], expected[i], tolerance);
        }
    }
}

static void
test_chooses_class (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnGraph) graph = golden_graph (FALSE);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  nn_real input[2 * 12 * 8];
  float map[12 * 8];
  gint best = 0;

  golden_fill (params);
  for (guint i = 0; i < G_N_ELEMENTS (input); i++)
    input[i] = (nn_real) golden_noise (i, 30);
  for (gint k = 1; k < 3; k++)
    if (golden_explain_logits[k] > golden_explain_logits[best])
      best = k;

  for (guint kind = 0; kind < NN_N_EXPLAINS; kind++)
    {
      NnExplainSpec spec = { kind, -1, NN_NODE_NONE, 0 };
      gint target = -1;

      g_assert_true (
        nn_explain (graph, params, workers, &spec, input, map, &target, NULL, NULL, NULL));
      g_assert_cmpint (target, ==, best);
    }
}

/* The gradient of a linear network is its weights. */
static void
test_linear (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnGraph) graph = preset_graph ("perceptron", 2, 5, 3);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  const nn_real *weights =
    nn_params_peek (params, nn_graph_find (graph, "fc1"), NN_SLOT_WEIGHT, NULL);
  NnExplainSpec spec = { NN_EXPLAIN_SALIENCY, 2, NN_NODE_NONE, 0 },
                cam = { NN_EXPLAIN_GRAD_CAM, 2, NN_NODE_NONE, 0 };
  nn_real input[50] = { 0 };
  float map[25];
  g_autoptr (GError) error = NULL;

  g_assert_true (nn_explain (graph, params, workers, &spec, input, map, NULL, NULL, NULL, NULL));
  for (guint i = 0; i < 25; i++)
    {
      double a = fabs ((double) weights[2 * 50 + i]), b = fabs ((double) weights[2 * 50 + 25 + i]);

      assert_close (map[i], MAX (a, b), 1e-7);
    }

  g_assert_false (nn_explain (graph, params, workers, &cam, input, map, NULL, NULL, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "Saliency"));
}

/* In a linear network of two classes whose weights lie on one pixel, hiding that pixel is the only
 * thing that counts. */
static void
test_occlusion (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnGraph) graph = preset_graph ("perceptron", 1, 9, 2);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  NnNode node = nn_graph_find (graph, "fc1");
  nn_real *weights = nn_params_poke (params, node, NN_SLOT_WEIGHT, NULL);
  nn_real input[81] = { 0 };
  float map[81];

  memset (weights, 0, 162 * sizeof *weights);
  weights[4 * 9 + 6] = 3;
  input[4 * 9 + 6] = 1;
  for (guint patch = 1; patch <= 20; patch += 4)
    {
      NnExplainSpec spec = { NN_EXPLAIN_OCCLUSION, 0, NN_NODE_NONE, patch };
      double expected = 1 / (1 + exp (-3.0)) - 1 / (1 + exp (-3.0 / 81));

      g_assert_true (
        nn_explain (graph, params, workers, &spec, input, map, NULL, NULL, NULL, NULL));
      if (patch == 1)
        for (guint i = 0; i < 81; i++)
          assert_close (map[i], i == 4 * 9 + 6 ? expected : 0, 1e-6);
      assert_close (map[4 * 9 + 6], expected, 1e-6); /* every patch over it hides it */
      if (patch >= 9)
        assert_close (map[0], expected, 1e-6); /* one patch covers all */
      else
        assert_close (map[80 - 8], 0, 1e-6); /* no patch of this size reaches from there */
    }
}

static gboolean
count_down (gpointer data)
{
  guint *left = data;

  return (*left)-- > 0;
}

static void
test_cancel_and_refuse (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnGraph) graph = tiny_graph (1, 12, 3, FALSE);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  nn_real input[144] = { 0 };
  float map[144];
  guint left = 1;
  NnExplainSpec occlude = { NN_EXPLAIN_OCCLUSION, 0, NN_NODE_NONE, 0 };
  NnExplainSpec wrong_class = { NN_EXPLAIN_SALIENCY, 3, NN_NODE_NONE, 0 };
  NnExplainSpec wrong_layer = { NN_EXPLAIN_GRAD_CAM, 0, nn_graph_output (graph, 0), 0 };
  NnExplainSpec no_layer = { NN_EXPLAIN_GRAD_CAM, 0, 999, 0 };
  const struct { NnExplainSpec *spec; NnError code; } cases[] = {
    { &occlude, NN_ERROR_CANCELLED },
    { &wrong_class, NN_ERROR_SPEC },
    { &wrong_layer, NN_ERROR_UNSUPPORTED },
    { &no_layer, NN_ERROR_UNSUPPORTED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (nn_explain (graph, params, workers, cases[i].spec, input, map, NULL,
                                  count_down, &left, &error));
      g_assert_true (g_error_matches (error, NN_ERROR, (gint) cases[i].code));
    }
}

/* Grad-CAM of every preset with maps: from the last of them, not negative, finite. */
static void
test_presets (void)
{
  static const struct { const char *name, *layer; } cases[] = {
    { "lenet5", "relu2" }, { "alexnet-mini", "relu5" }, { "vgg-mini", "conv3_2_relu" },
    { "googlenet-mini", "inception_4b" }, { "resnet8", "res4a_relu" }, { "resnet20", "res4c_relu" },
    { "densenet-mini", "relu4" }, { "mobilenet-mini", "conv6_pw_relu" },
  };
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autofree nn_real *input = g_new (nn_real, 3 * 32 * 32);
  g_autofree float *map = g_new (float, 32 * 32), *named = g_new (float, 32 * 32);

  for (guint i = 0; i < 3 * 32 * 32; i++)
    input[i] = (nn_real) golden_noise (i, 3);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NnGraph) graph = preset_graph (cases[i].name, 3, 32, 4);
      g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
      NnExplainSpec spec = { NN_EXPLAIN_GRAD_CAM, 1, NN_NODE_NONE, 0 };

      g_test_message ("%s", cases[i].name);
      g_assert_true (
        nn_explain (graph, params, workers, &spec, input, map, NULL, NULL, NULL, NULL));
      spec.layer = nn_graph_find (graph, cases[i].layer);
      g_assert_cmpint (spec.layer, !=, NN_NODE_NONE);
      g_assert_true (
        nn_explain (graph, params, workers, &spec, input, named, NULL, NULL, NULL, NULL));
      g_assert_cmpmem (map, 32 * 32 * sizeof *map, named, 32 * 32 * sizeof *named);
      for (guint j = 0; j < 32 * 32; j++)
        g_assert_true (isfinite (map[j]) && map[j] >= 0);
    }
}

static void
test_names (void)
{
  for (guint kind = 0; kind < NN_N_EXPLAINS; kind++)
    {
      NnExplainKind parsed;

      g_assert_true (nn_explain_parse (nn_explain_name (kind), &parsed));
      g_assert_cmpint (parsed, ==, kind);
    }
  g_assert_false (nn_explain_parse ("lime", &(NnExplainKind) { 0 }));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/explain/grad-cam-and-saliency-match-autograd", test_pytorch);
  g_test_add_func ("/learn/explain/explains-the-highest-class-unless-told", test_chooses_class);
  g_test_add_func ("/learn/explain/saliency-of-a-linear-network-is-its-weights", test_linear);
  g_test_add_func ("/learn/explain/occlusion-finds-the-one-pixel-that-counts", test_occlusion);
  g_test_add_func ("/learn/explain/cancels-and-refuses", test_cancel_and_refuse);
  g_test_add_func ("/learn/explain/grad-cam-takes-the-last-maps-of-every-preset", test_presets);
  g_test_add_func ("/learn/explain/names-parse-back", test_names);

  return g_test_run ();
}
