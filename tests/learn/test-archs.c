/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Presets: all of them at many sizes, the reference networks exactly, and new heads. */
#include "learn-support.h"

#include <string.h>

static const struct { guint channels, side; } pictures[] = { { 1, 28 }, { 3, 32 }, { 3, 64 } };

static void
test_all_build (void)
{
  guint n_archs;
  const NnArch *archs = nn_archs (&n_archs);

  g_assert_cmpuint (n_archs, ==, 12);
  for (guint i = 0; i < n_archs; i++)
    for (guint j = 0; j < G_N_ELEMENTS (pictures); j++)
      for (guint n_classes = 2; n_classes <= 100; n_classes += 98)
        {
          g_autoptr (NnGraph) graph =
            preset_graph (archs[i].name, pictures[j].channels, pictures[j].side, n_classes);
          NnShape out = nn_graph_node_shape (graph, nn_graph_output (graph, 0));
          gsize count;

          g_assert_true (nn_shape_count (&out, &count));
          g_assert_cmpuint (count, ==, n_classes);
          g_assert_cmpuint (nn_graph_n_outputs (graph), ==, 1);
          g_assert_cmpint (nn_graph_find (graph, "input"), ==, nn_graph_input (graph, 0));
          g_assert_true (*archs[i].title != '\0' && *archs[i].description != '\0');
          g_assert_true (nn_arch_find (archs[i].name) == &archs[i]);
        }
}

static void
test_all_learn (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  guint n_archs;
  const NnArch *archs = nn_archs (&n_archs);
  NnLossSpec loss = { NN_LOSS_CROSS_ENTROPY };

  for (guint i = 0; i < n_archs; i++)
    {
      NnSource source = noise_source (2, 2, 3, 32, 32);
      g_autoptr (NnGraph) graph = preset_graph (archs[i].name, 3, 32, 2);
      g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
      g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 2, NN_EXEC_TRAIN, NULL);
      nn_real gradient[4], scratch[4];
      gint32 labels[2];
      double value, square = 0;
      const nn_real *gradients;

      for (guint j = 0; j < 2; j++)
        source.fetch (&source, j, NULL, nn_exec_input (exec, 0) + j * 3 * 32 * 32, &labels[j],
                      NULL);
      nn_exec_forward (exec, params, 2, 1);
      value =
        nn_loss (&loss, 2, 2, nn_exec_output (exec, 0), labels, NULL, gradient, scratch, NULL);
      g_assert_true (isfinite (value));
      nn_exec_backward (exec, params, nn_graph_output (graph, 0), gradient, FALSE);
      gradients = nn_exec_param_gradients (exec);
      g_assert_true (all_finite (gradients, nn_params_n_trainable (params)));
      for (gsize j = 0; j < nn_params_n_trainable (params); j++)
        square += (double) gradients[j] * (double) gradients[j];
      g_test_message ("%s: loss %g, gradient %g", archs[i].name, value, sqrt (square));
      g_assert_cmpfloat (square, >, 0);
    }
}

/* Parameters and multiply-adds that the layers of shared benchmarks have, counted by hand from
 * their description. */
static void
test_reference_networks (void)
{
  static const struct { const char *name; guint channels, side; guint64 n_values; } cases[] = {
    { "lenet5", 1, 28, 156 + 2416 + 48120 + 10164 + 850 },
    { "seed64", 3, 64, 896 + 18496 + 12544 * 128 + 128 + 1290 },
    { "vgg-mini", 3, 32,
      (27 * 32 + 64) + (288 * 32 + 64) + (288 * 64 + 128) + (576 * 64 + 128) + (576 * 128 + 256) +
        (1152 * 128 + 256) + 2048 * 128 + 128 + 1290 },
    { "resnet20", 3, 32,
      (27 * 16 + 32) + 6 * (144 * 16 + 32) +
        (144 * 32 + 64) + 5 * (288 * 32 + 64) + (16 * 32 + 64) +
        (288 * 64 + 128) + 5 * (576 * 64 + 128) + (32 * 64 + 128) + 650 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NnGraph) graph =
        preset_graph (cases[i].name, cases[i].channels, cases[i].side, 10);

      g_test_message ("%s", cases[i].name);
      g_assert_cmpuint (nn_graph_n_values (graph), ==, cases[i].n_values);
    }
}

static void
test_smallest (void)
{
  guint n_archs;
  const NnArch *archs = nn_archs (&n_archs);

  for (guint i = 0; i < n_archs; i++)
    {
      NnShape least = nn_shape_maps (1, archs[i].min_size, archs[i].min_size + 5);
      NnShape less = nn_shape_maps (1, archs[i].min_size + 5, archs[i].min_size - 1);
      g_autoptr (GError) error = NULL, too_small = NULL;
      g_autoptr (NnGraph) graph = nn_arch_build (archs[i].name, &least, 3, 0.2f, &error);

      g_assert_no_error (error);
      if (archs[i].min_size > 1)
        {
          g_assert_null (nn_arch_build (archs[i].name, &less, 3, 0, &too_small));
          g_assert_error (too_small, NN_ERROR, NN_ERROR_SHAPE);
          g_assert_nonnull (strstr (too_small->message, archs[i].title));
        }
    }
}

static void
test_large_vgg (void)
{
  g_autoptr (NnGraph) at_64 = preset_graph ("vgg-mini", 3, 64, 10);
  g_autoptr (NnGraph) at_224 = preset_graph ("vgg-mini", 3, 224, 10);
  NnShape before = nn_graph_node_shape (at_224, nn_graph_find (at_224, "pool5"));

  g_assert_cmpint (nn_graph_find (at_64, "pool4"), ==, NN_NODE_NONE);
  g_assert_cmpuint (before.dims[2], ==, 7);
  g_assert_cmpint (nn_graph_find (at_224, "pool6"), ==, NN_NODE_NONE);
}

static guint
count_kind (NnGraph *graph,
            NnOpKind kind)
{
  guint n = 0;

  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    n += nn_graph_node_kind (graph, (NnNode) i) == kind ? 1 : 0;

  return n;
}

static void
test_dropout (void)
{
  static const struct { const char *name; guint own, asked; } cases[] = {
    { "perceptron", 0, 1 }, { "mlp", 0, 2 }, { "lenet5", 0, 2 }, { "alexnet-mini", 2, 2 },
    { "resnet8", 0, 1 },
  };
  NnShape shape = nn_shape_maps (1, 28, 28);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NnGraph) own = nn_arch_build (cases[i].name, &shape, 10, -1, NULL);
      g_autoptr (NnGraph) none = nn_arch_build (cases[i].name, &shape, 10, 0, NULL);
      g_autoptr (NnGraph) asked = nn_arch_build (cases[i].name, &shape, 10, 0.25f, NULL);

      g_assert_cmpuint (count_kind (own, NN_OP_DROPOUT), ==, cases[i].own);
      g_assert_cmpuint (count_kind (none, NN_OP_DROPOUT), ==, 0);
      g_assert_cmpuint (count_kind (asked, NN_OP_DROPOUT), ==, cases[i].asked);
    }
  g_assert_null (nn_arch_build ("mlp", &shape, 10, 1, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SPEC);
}

static void
test_refusals (void)
{
  NnShape shape = nn_shape_maps (1, 28, 28), vector = nn_shape_vector (5);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      const char *name = i == 0 ? "lenet6" : "lenet5";

      g_assert_null (nn_arch_build (name, i == 1 ? &vector : &shape, i == 2 ? 0 : 10, 0, &error));
      g_assert_true (g_error_matches (error, NN_ERROR, i == 1 ? NN_ERROR_SHAPE : NN_ERROR_SPEC));
    }
}

static void
test_new_head (void)
{
  g_autoptr (NnGraph) graph = preset_graph ("resnet8", 3, 32, 10);
  g_autoptr (NnParams) params = nn_params_new (graph, 5, NULL);
  g_autoptr (NnGraph) made = NULL;
  g_autoptr (NnParams) drawn = NULL;
  g_autoptr (GError) error = NULL;
  NnNode head;

  stir_params (params, 3);
  g_assert_true (nn_arch_new_head (graph, params, 4, 9, &made, &drawn, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (nn_graph_n_nodes (made), ==, nn_graph_n_nodes (graph));
  head = nn_graph_find (made, "fc6");
  g_assert_cmpuint (nn_graph_node_shape (made, head).dims[1], ==, 4);

  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    for (guint slot = 0; slot < NN_N_SLOTS && (NnNode) i != head; slot++)
      {
        gsize n_old, n_new;
        const nn_real *old = nn_params_peek (params, (NnNode) i, slot, &n_old);
        const nn_real *new = nn_params_peek (drawn, (NnNode) i, slot, &n_new);

        if (old != NULL)
          g_assert_cmpmem (new, n_new * sizeof *new, old, n_old * sizeof *old);
      }
}

static void
test_same_head_is_drawn_again (void)
{
  g_autoptr (NnGraph) graph = preset_graph ("mlp", 1, 8, 10), made = NULL;
  g_autoptr (NnParams) params = nn_params_new (graph, 5, NULL), drawn = NULL;
  NnNode head = nn_graph_find (graph, "fc3");
  const nn_real *before, *after;
  gsize n;

  g_assert_true (nn_arch_new_head (graph, params, 10, 9, &made, &drawn, NULL));
  before = nn_params_peek (params, head, NN_SLOT_WEIGHT, &n);
  after = nn_params_peek (drawn, nn_graph_find (made, "fc3"), NN_SLOT_WEIGHT, NULL);
  g_assert_cmpint (memcmp (before, after, n * sizeof *before), !=, 0);
}

static void
test_no_head (void)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (1, 8, 8));
  g_autoptr (NnGraph) graph = NULL, made = NULL;
  g_autoptr (GError) error = NULL;

  x = nn_builder_conv (builder, x, (NnConvSpec) { nn_stencil (3, 1, 1), 4, 1, TRUE });
  nn_builder_output (builder, nn_builder_global_pool (builder, x, (NnGlobalPoolSpec) { TRUE }));
  graph = nn_builder_seal (builder, NULL);
  g_assert_false (nn_arch_new_head (graph, NULL, 4, 9, &made, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/archs/all-build-at-all-sizes", test_all_build);
  g_test_add_func ("/learn/archs/all-run-forward-and-back", test_all_learn);
  g_test_add_func ("/learn/archs/reference-networks-have-their-parameters",
                   test_reference_networks);
  g_test_add_func ("/learn/archs/smallest-size-builds-and-smaller-is-refused", test_smallest);
  g_test_add_func ("/learn/archs/vgg-pools-large-pictures-further", test_large_vgg);
  g_test_add_func ("/learn/archs/dropout-goes-before-dense-layers", test_dropout);
  g_test_add_func ("/learn/archs/nonsense-is-refused", test_refusals);
  g_test_add_func ("/learn/archs/new-head-keeps-the-rest", test_new_head);
  g_test_add_func ("/learn/archs/head-of-the-same-width-is-drawn-again",
                   test_same_head_is_drawn_again);
  g_test_add_func ("/learn/archs/network-without-dense-head-is-refused", test_no_head);

  return g_test_run ();
}
