/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of layers as people say them. */
#include "cvr-layer-name.h"

/* A chain of activations with these names. */
static NnGraph *
chain (const char *const *names)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  g_autoptr (GError) error = NULL;
  NnNode x = nn_builder_input (builder, nn_shape_vector (3));
  NnGraph *graph;

  for (guint i = 0; names[i] != NULL; i++)
    {
      x = nn_builder_activation (builder, x, (NnActivationSpec) { NN_ACTIVATION_RELU });
      nn_builder_name (builder, x, names[i]);
    }
  nn_builder_output (builder, x);
  graph = nn_builder_seal (builder, &error);
  g_assert_no_error (error);

  return graph;
}

static void
assert_names (const char *const *names,
              const char *const *expected)
{
  g_autoptr (NnGraph) graph = chain (names);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *name = cvr_layer_dup_short_name (graph, (NnNode) i + 1);

      g_assert_cmpstr (name, ==, expected[i]);
    }
}

/* As torch.onnx.export() writes a ResNet-18, and as its named_modules() are called. */
static void
test_pytorch_names_are_those_of_the_modules (void)
{
  static const char *const names[] = { "/conv1/Conv", "/layer1/layer1.0/conv1/Conv",
                                       "/layer1/layer1.0/relu/Relu", "/layer1/layer1.0/relu_1/Relu",
                                       "/layer2/layer2.0/downsample/downsample.0/Conv",
                                       "/layer1/layer1.0/Add", "/avgpool/GlobalAveragePool",
                                       "/Flatten", "/fc/Gemm", NULL };
  static const char *const expected[] = { "conv1", "layer1.0.conv1", "layer1.0.relu",
                                          "layer1.0.relu_1", "layer2.0.downsample.0",
                                          "layer1.0.Add", "avgpool", "Flatten", "fc" };

  assert_names (names, expected);
}

/* Two operators of one module keep theirs, and a module that is called like a node its own. */
static void
test_short_names_stay_apart (void)
{
  static const char *const names[] = { "/attention/MatMul", "/attention/Softmax", "/head/Gemm",
                                       "/head", "/conv1/Conv", "/conv10/Conv", NULL };
  static const char *const expected[] = { "attention.MatMul", "attention.Softmax", "head.Gemm",
                                          "head", "conv1", "conv10" };

  assert_names (names, expected);
}

static void
test_other_names_stay_as_they_are (void)
{
  static const char *const names[] = { "conv1", "model/conv2d/Conv2D", "layer1.0.conv1", "/", "//",
                                       NULL };

  assert_names (names, names);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/layer-name/pytorch-names-are-those-of-the-modules",
                   test_pytorch_names_are_those_of_the_modules);
  g_test_add_func ("/session/layer-name/short-names-stay-apart", test_short_names_stay_apart);
  g_test_add_func ("/session/layer-name/other-names-stay-as-they-are",
                   test_other_names_stay_as_they_are);

  return g_test_run ();
}
