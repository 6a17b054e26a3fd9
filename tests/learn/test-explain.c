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

/* (transfer full), never %NULL */
static NnExplanation *
explained (NnGraph             *graph,
           NnParams            *params,
           NnWorkers           *workers,
           const NnExplainSpec *spec,
           const nn_real       *input)
{
  g_autoptr (GError) error = NULL;
  NnExplanation *why = nn_explain (graph, params, workers, spec, input, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (why);

  return why;
}

static void
test_pytorch (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  nn_real input[2 * 12 * 8];

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
          g_autoptr (NnExplanation) why = explained (graph, params, workers, &spec, input);

          g_assert_cmpint (why->target, ==, 1);
          for (guint i = 0; i < 12 * 8; i++)
            assert_close (why->map[i], expected[i], tolerance);
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
      g_autoptr (NnExplanation) why = explained (graph, params, workers, &spec, input);

      g_assert_cmpint (why->target, ==, best);
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
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExplanation) why = explained (graph, params, workers, &spec, input);

  for (guint i = 0; i < 25; i++)
    {
      double a = fabs ((double) weights[2 * 50 + i]), b = fabs ((double) weights[2 * 50 + 25 + i]);

      assert_close (why->map[i], MAX (a, b), 1e-7);
    }

  g_assert_null (nn_explain (graph, params, workers, &cam, input, NULL, NULL, &error));
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

  memset (weights, 0, 162 * sizeof *weights);
  weights[4 * 9 + 6] = 3;
  input[4 * 9 + 6] = 1;
  for (guint patch = 1; patch <= 20; patch += 4)
    {
      NnExplainSpec spec = { NN_EXPLAIN_OCCLUSION, 0, NN_NODE_NONE, patch };
      double expected = 1 / (1 + exp (-3.0)) - 1 / (1 + exp (-3.0 / 81));
      g_autoptr (NnExplanation) why = explained (graph, params, workers, &spec, input);
      const float *map = why->map;

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

/* Four values through a PReLU of slope ½ and an ELU, then a sum weighted 1, −2, 3, −4. What is
 * negative stops at both rectifiers; deconvnet passes the rest as it is. */
static void
test_rectifiers (void)
{
  static const nn_real input[] = { 2, 1, -1, -3 };
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (1, 2, 2));
  NnNode slope = nn_builder_node (builder, NN_OP_CONSTANT,
                                  &(NnAttrs) { .constant = { { 1, { 1 } } } }, NULL, 0);
  NnNode prelu = nn_builder_node (builder, NN_OP_ARITHMETIC,
                                  &(NnAttrs) { .arithmetic = { NN_ARITHMETIC_PRELU } },
                                  (NnNode[]) { x, slope }, 2);
  NnNode elu =
    nn_builder_activation (builder, prelu, (NnActivationSpec) { NN_ACTIVATION_ELU, 1 });
  NnNode dense = nn_builder_dense (builder, elu, (NnDenseSpec) { 1, FALSE });
  const double slopes[] = { 1, -2, 3 * 0.5 * exp (-0.5), -4 * 0.5 * exp (-1.5) };
  const double kept[] = { 1, 0, 3, 0 };
  g_autoptr (NnGraph) graph = NULL;
  g_autoptr (NnParams) params = NULL;
  nn_real *weights;

  nn_builder_output (builder, dense);
  graph = nn_builder_seal (builder, NULL);
  params = nn_params_new_empty (graph, NULL);
  *nn_params_poke (params, slope, NN_SLOT_WEIGHT, NULL) = (nn_real) 0.5;
  weights = nn_params_poke (params, dense, NN_SLOT_WEIGHT, NULL);
  for (guint i = 0; i < 4; i++)
    weights[i] = (nn_real) (i % 2 == 0 ? i + 1.0 : -(i + 1.0));

  for (guint kind = NN_EXPLAIN_SALIENCY; kind <= NN_EXPLAIN_DECONVNET; kind++)
    {
      NnExplainSpec spec = { kind, 0, NN_NODE_NONE, 0 };
      g_autoptr (NnExplanation) why = NULL;

      if (kind == NN_EXPLAIN_SMOOTH_GRAD || kind == NN_EXPLAIN_INTEGRATED)
        continue;
      why = explained (graph, params, workers, &spec, input);
      g_assert_cmpuint (why->n_rectifiers, ==, kind == NN_EXPLAIN_SALIENCY ? 0 : 2);
      for (guint i = 0; i < 4; i++)
        assert_close (why->parts[i],
                      kind == NN_EXPLAIN_SALIENCY ? slopes[i]
                      : kind == NN_EXPLAIN_GUIDED ? MAX (slopes[i], 0)
                                                  : kept[i],
                      1e-6);
    }
}

/* The noise is the seed's, whatever the threads. */
static void
test_noise (void)
{
  enum { N = 3 * 16 * 16 };
  g_autoptr (NnGraph) graph = preset_graph ("resnet8", 3, 16, 4);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  g_autofree nn_real *input = g_new (nn_real, N);
  g_autoptr (NnExplanation) first = NULL;

  for (guint i = 0; i < N; i++)
    input[i] = (nn_real) golden_noise (i, 3);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (NnWorkers) workers = nn_workers_new (i % 3 + 1, FALSE);
      NnExplainSpec spec = { NN_EXPLAIN_SMOOTH_GRAD, 1, .samples = 11, .seed = i == 3 };
      g_autoptr (NnExplanation) why = explained (graph, params, workers, &spec, input);

      if (first == NULL)
        first = g_steal_pointer (&why);
      else
        g_assert_true ((memcmp (first->parts, why->parts, N * sizeof (float)) == 0) == (i < 3));
    }
}

static gboolean
count_down (const NnExplainState *state,
            gpointer              data)
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
  guint left = 1;
  NnExplainSpec occlude = { NN_EXPLAIN_OCCLUSION, 0, NN_NODE_NONE, 0 };
  NnExplainSpec smooth = { NN_EXPLAIN_SMOOTH_GRAD, 0, NN_NODE_NONE, 0 };
  NnExplainSpec integrate = { NN_EXPLAIN_INTEGRATED, 0, NN_NODE_NONE, 0 };
  NnExplainSpec wrong_class = { NN_EXPLAIN_SALIENCY, 3, NN_NODE_NONE, 0 };
  NnExplainSpec wrong_layer = { NN_EXPLAIN_GRAD_CAM, 0, nn_graph_output (graph, 0), 0 };
  NnExplainSpec no_layer = { NN_EXPLAIN_GRAD_CAM, 0, 999, 0 };
  const struct { NnExplainSpec *spec; NnError code; } cases[] = {
    { &occlude, NN_ERROR_CANCELLED },
    { &smooth, NN_ERROR_CANCELLED },
    { &integrate, NN_ERROR_CANCELLED },
    { &wrong_class, NN_ERROR_SPEC },
    { &wrong_layer, NN_ERROR_UNSUPPORTED },
    { &no_layer, NN_ERROR_UNSUPPORTED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      left = 1;
      g_assert_null (
        nn_explain (graph, params, workers, cases[i].spec, input, count_down, &left, &error));
      g_assert_true (g_error_matches (error, NN_ERROR, (gint) cases[i].code));
    }
}

typedef struct
{
  double due;   /* what all pixels' parts make together */
  guint  n_told, done;
} Told;

/* A linear network's gradient is the same all along the way: every state is right already. */
static gboolean
told_cb (const NnExplainState *state,
         gpointer              data)
{
  Told *told = data;

  g_assert_cmpuint (state->done, <, state->total);
  g_assert_true (told->n_told == 0 ? state->done == 0 : state->done > told->done);
  if (state->done == 0)
    for (guint i = 0; i < 81; i++)
      g_assert_true (state->so_far->map[i] == 0);
  else if (state->so_far->kind == NN_EXPLAIN_INTEGRATED)
    assert_close (state->so_far->sum, told->due, 1e-5);
  told->done = state->done;
  told->n_told++;

  return TRUE;
}

static void
test_told (void)
{
  static const NnExplainKind kinds[] = { NN_EXPLAIN_SMOOTH_GRAD, NN_EXPLAIN_INTEGRATED,
                                         NN_EXPLAIN_OCCLUSION };
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnGraph) graph = preset_graph ("perceptron", 1, 9, 2);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  nn_real input[81];

  for (guint i = 0; i < 81; i++)
    input[i] = (nn_real) golden_noise (i, 5);
  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      NnExplainSpec spec = { kinds[k], 1, NN_NODE_NONE, 3 };
      g_autoptr (NnExplanation) alone = explained (graph, params, workers, &spec, input);
      g_autoptr (NnExplanation) why = NULL, copy = NULL;
      Told told = { .due = alone->value - alone->baseline_value };

      why = nn_explain (graph, params, workers, &spec, input, told_cb, &told, NULL);
      g_assert_cmpuint (told.n_told, >, 2);
      g_assert_cmpmem (why->map, 81 * sizeof (float), alone->map, 81 * sizeof (float));
      copy = nn_explanation_copy (why);
      g_assert_null (copy->parts);
      g_assert_cmpmem (why->map, 81 * sizeof (float), copy->map, 81 * sizeof (float));
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

  for (guint i = 0; i < 3 * 32 * 32; i++)
    input[i] = (nn_real) golden_noise (i, 3);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NnGraph) graph = preset_graph (cases[i].name, 3, 32, 4);
      g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
      NnExplainSpec spec = { NN_EXPLAIN_GRAD_CAM, 1, NN_NODE_NONE, 0 };

      g_autoptr (NnExplanation) why = explained (graph, params, workers, &spec, input);
      g_autoptr (NnExplanation) named = NULL;

      g_test_message ("%s", cases[i].name);
      spec.layer = nn_graph_find (graph, cases[i].layer);
      g_assert_cmpint (spec.layer, !=, NN_NODE_NONE);
      named = explained (graph, params, workers, &spec, input);
      g_assert_cmpmem (why->map, 32 * 32 * sizeof *why->map, named->map,
                       32 * 32 * sizeof *named->map);
      for (guint j = 0; j < 32 * 32; j++)
        g_assert_true (isfinite (why->map[j]) && why->map[j] >= 0);
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
  g_test_add_func ("/learn/explain/what-is-negative-stops-at-rectifiers", test_rectifiers);
  g_test_add_func ("/learn/explain/same-seed-same-noise-for-any-threads", test_noise);
  g_test_add_func ("/learn/explain/cancels-and-refuses", test_cancel_and_refuse);
  g_test_add_func ("/learn/explain/what-there-is-is-told-between-passes", test_told);
  g_test_add_func ("/learn/explain/grad-cam-takes-the-last-maps-of-every-preset", test_presets);
  g_test_add_func ("/learn/explain/names-parse-back", test_names);

  return g_test_run ();
}
