/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the window says about a layer: formulas with their numbers, words for every operator. */
#include "app-support.h"

#include "cvr-layer-row.h"
#include "cvr-layer-text.h"

static NnConvSpec
conv_spec (guint filters,
           guint kernel,
           guint stride,
           guint pad)
{
  return (NnConvSpec) {
    .stencil = nn_stencil (kernel, stride, pad), .filters = filters, .groups = 1, .bias = TRUE
  };
}

static NnGraph *
seal (NnBuilder *builder,
      NnNode     output)
{
  g_autoptr (GError) error = NULL;
  NnGraph *graph;

  nn_builder_output (builder, output);
  graph = nn_builder_seal (builder, &error);
  g_assert_no_error (error);

  return graph;
}

static void
assert_formulas (NnGraph    *graph,
                 NnNode      node,
                 const char *size,
                 const char *parameters)
{
  g_autofree char *size_formula = cvr_layer_dup_size_formula (graph, node);
  g_autofree char *parameter_formula = cvr_layer_dup_parameter_formula (graph, node);

  g_assert_cmpstr (size_formula, ==, size);
  g_assert_cmpstr (parameter_formula, ==, parameters);
}

static void
test_conv (void)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  NnNode input = nn_builder_input (builder, nn_shape_maps (3, 32, 32));
  NnConvSpec wide = conv_spec (8, 3, 2, 1), bare = conv_spec (4, 3, 1, 1),
             oblong = conv_spec (2, 3, 1, 0);
  g_autoptr (NnGraph) graph = NULL;
  NnNode plain, dilated, last;

  wide.stencil.dilation[0] = wide.stencil.dilation[1] = 2;
  bare.bias = FALSE;
  oblong.stencil.kernel[1] = 5;
  plain = nn_builder_conv (builder, input, conv_spec (6, 5, 1, 2));
  dilated = nn_builder_conv (builder, plain, wide);
  last = nn_builder_conv (builder, nn_builder_conv (builder, dilated, bare), oblong);
  graph = seal (builder, last);

  assert_formulas (graph, plain, "⌊(32 + 2 + 2 − 5) / 1⌋ + 1 = 32", "6 × 3 × 5 × 5 + 6 = 456");
  /* Dilated by two, three taps reach over five pixels. */
  assert_formulas (graph, dilated, "⌊(32 + 1 + 1 − 5) / 2⌋ + 1 = 15", "8 × 6 × 3 × 3 + 8 = 440");
  assert_formulas (graph, dilated + 1, "⌊(15 + 1 + 1 − 3) / 1⌋ + 1 = 15", "4 × 8 × 3 × 3 = 288");
  /* The axes differ: a line each. */
  assert_formulas (graph, last, "⌊(15 + 0 + 0 − 3) / 1⌋ + 1 = 13\n⌊(15 + 0 + 0 − 5) / 1⌋ + 1 = 11",
                   "2 × 4 × 3 × 5 + 2 = 122");
  g_assert_cmpuint (nn_graph_node_shape (graph, last).dims[3], ==, 11);
}

static void
test_others (void)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  NnNode input = nn_builder_input (builder, nn_shape_maps (8, 7, 7));
  NnConvSpec each = conv_spec (8, 3, 1, 1);
  NnPoolSpec ceil_pool = { .stencil = nn_stencil (2, 2, 0), .ceil_mode = TRUE };
  g_autoptr (NnGraph) graph = NULL;
  NnNode depthwise, norm, pool, dense, bare;

  each.groups = 8;
  depthwise = nn_builder_conv (builder, input, each);
  norm = nn_builder_batch_norm (builder, depthwise, (NnBatchNormSpec) { 1e-5f, 0.1f });
  pool = nn_builder_pool (builder, norm, ceil_pool);
  dense = nn_builder_dense (builder, pool, (NnDenseSpec) { 10, TRUE });
  bare = nn_builder_dense (builder, dense, (NnDenseSpec) { 3, FALSE });
  graph = seal (builder, bare);

  assert_formulas (graph, input, NULL, NULL);
  assert_formulas (graph, depthwise, "⌊(7 + 1 + 1 − 3) / 1⌋ + 1 = 7", "8 × 1 × 3 × 3 + 8 = 80");
  assert_formulas (graph, norm, NULL, "8 × 2 = 16");
  assert_formulas (graph, pool, "⌈(7 + 0 + 0 − 2) / 2⌉ + 1 = 4", NULL);
  assert_formulas (graph, dense, "8 × 4 × 4 = 128", "128 × 10 + 10 = 1290");
  assert_formulas (graph, bare, NULL, "10 × 3 = 30");
  g_assert_cmpstr (cvr_layer_title (graph, depthwise), ==, "Depthwise convolution");
  g_assert_cmpstr (cvr_layer_title (graph, pool), ==, "Max pooling");
}

static void
test_imported (void)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  NnNode input = nn_builder_input (builder, nn_shape_maps (8, 7, 7)), spread, norm;
  NnAttrs attrs = { .conv_transpose = { { { 3, 2 }, { 2, 2 }, { 1, 1 }, { 0 } }, 6, 2, TRUE } };
  g_autoptr (NnGraph) graph = NULL;

  spread = nn_builder_node (builder, NN_OP_CONV_TRANSPOSE, &attrs, &input, 1);
  attrs = (NnAttrs) { .instance_norm = { 1e-5f } };
  norm = nn_builder_node (builder, NN_OP_INSTANCE_NORM, &attrs, &spread, 1);
  graph = seal (builder, norm);

  assert_formulas (graph, spread, NULL, "8 × 3 × 3 × 2 + 6 = 150");
  assert_formulas (graph, norm, NULL, "6 × 2 = 12");
}

static void
assert_explained (NnGraph *graph,
                  NnNode   node)
{
  g_autofree char *explanation = cvr_layer_dup_explanation (graph, node);

  g_test_message ("%s: %s. %s", nn_graph_node_op_name (graph, node), cvr_layer_title (graph, node),
                  explanation);
  /* Without words of its own a layer would show the operator's internal name. */
  g_assert_cmpstr (cvr_layer_title (graph, node), !=, nn_graph_node_op_name (graph, node));
  g_assert_true (g_str_has_suffix (explanation, "."));
}

/* What the project's own networks are made of. */
static NnNode
add_own (NnBuilder *builder,
         NnNode     x)
{
  NnNode both[2], maps;
  NnConvSpec each = conv_spec (4, 3, 1, 1);

  each.groups = 4;
  x = nn_builder_conv (builder, x, conv_spec (4, 3, 1, 1));
  x = nn_builder_conv (builder, x, each);
  x = nn_builder_batch_norm (builder, x, (NnBatchNormSpec) { 1e-5f, 0.1f });
  for (NnActivation function = 0; function < NN_N_ACTIVATIONS; function++)
    x = nn_builder_activation (builder, x, (NnActivationSpec) { function, 0.1f, 1 });
  x = nn_builder_pool (builder, x, (NnPoolSpec) { .stencil = nn_stencil (2, 1, 0) });
  maps = nn_builder_pool (builder, x,
                          (NnPoolSpec) { .stencil = nn_stencil (2, 1, 0), .average = TRUE });
  x = nn_builder_add (builder, maps, maps);
  both[0] = both[1] = x;
  x = nn_builder_concat (builder, both, 2);
  x = nn_builder_maxout (builder, x, (NnMaxoutSpec) { 2 });
  x = nn_builder_upsample (builder, x, (NnUpsampleSpec) { 2, NN_UPSAMPLE_NEAREST });
  x = nn_builder_fake_quant (builder, x, (NnFakeQuantSpec) { 0.1f, 0, -128, 127 });

  return nn_builder_dropout (builder, x, (NnDropoutSpec) { 0.5f });
}

/* What imported ones have besides; maps stay maps. */
static NnNode
add_imported (NnBuilder *builder,
              NnNode     x)
{
  static const struct
  {
    NnOpKind kind;
    NnAttrs  attrs;
  } parts[] = {
    { NN_OP_RESHAPE, { .reshape = { { 4, { 1, 4, 6, 24 } } } } },
    { NN_OP_TRANSPOSE, { .transpose = { { 0, 1, 3, 2 } } } },
    { NN_OP_SLICE, { .slice = { { 0 }, { 1, 1, 2, 1 }, { 1, 4, 12, 6 } } } },
    { NN_OP_PAD, { .pad = { { 0, 0, 0, 3 }, { 0, 0, 0, 3 } } } },
    { NN_OP_RESIZE, { .resize = { { 6, 6 }, { 0.5f, 0.5f } } } },
    { NN_OP_CONV_TRANSPOSE,
      { .conv_transpose = { { { 2, 2 }, { 2, 2 }, { 1, 1 }, { 0 } }, 4, 1, TRUE } } },
    { NN_OP_INSTANCE_NORM, { .instance_norm = { 1e-5f } } },
    { NN_OP_LRN, { .lrn = { 5, 1, 1, 1 } } },
  };
  NnAttrs one = { .constant = { { 0 } } }, last = { .gather = { 3 } };
  NnNode number = nn_builder_node (builder, NN_OP_CONSTANT, &one, NULL, 0), row;

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    x = nn_builder_node (builder, parts[i].kind, &parts[i].attrs, &x, 1);
  for (NnArithmetic function = 0; function < NN_N_ARITHMETICS; function++)
    x = nn_builder_node (builder, NN_OP_ARITHMETIC, &(NnAttrs) { .arithmetic = { function } },
                         (NnNode[]) { x, number }, 2);
  for (NnReduce function = 0; function < NN_N_REDUCES; function++)
    nn_builder_output (builder, nn_builder_node (builder, NN_OP_REDUCE,
                                                 &(NnAttrs) { .reduce = { function, 12, FALSE } },
                                                 &x, 1));
  row = nn_builder_node (builder, NN_OP_GATHER, &last, (NnNode[]) { x, number }, 2);
  nn_builder_output (builder,
                     nn_builder_node (builder, NN_OP_MATMUL, NULL, (NnNode[]) { row, x }, 2));

  return x;
}

static void
test_every_operator (void)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (4, 8, 8));
  g_autoptr (NnGraph) graph = NULL;
  gboolean seen[NN_N_OPS] = { FALSE };

  x = add_imported (builder, add_own (builder, x));
  nn_builder_output (builder, nn_builder_global_pool (builder, x, (NnGlobalPoolSpec) { TRUE }));
  x = nn_builder_flatten (builder,
                          nn_builder_global_pool (builder, x, (NnGlobalPoolSpec) { FALSE }));
  x = nn_builder_dense (builder, x, (NnDenseSpec) { 3, TRUE });
  graph = seal (builder, nn_builder_softmax (builder, x));

  for (guint node = 0; node < nn_graph_n_nodes (graph); node++)
    {
      assert_explained (graph, (NnNode) node);
      seen[nn_graph_node_kind (graph, (NnNode) node)] = TRUE;
    }
  for (guint kind = 0; kind < NN_N_OPS; kind++)
    g_assert_true (seen[kind]);
}

static void
test_counts (void)
{
  static const struct
  {
    guint64     count;
    const char *text;
  } cases[] = {
    { 0, "0" },
    { 61706, "61706" },
    { 999999, "999999" },
    { 1000000, "1.0 M" },
    { 271954000, "272.0 M" },
    { 1000000000, "1.0 G" },
    { 12345678901, "12.3 G" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = cvr_layer_dup_count (cases[i].count);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

/* The shares of a network's layers are those of its operations. */
static void
test_rows (void)
{
  g_autoptr (GError) error = NULL;
  NnShape input = nn_shape_maps (1, 28, 28);
  g_autoptr (NnGraph) graph = nn_arch_build ("lenet5", &input, 10, -1, &error);
  double total = 0;

  g_assert_no_error (error);
  for (guint node = 0; node < nn_graph_n_nodes (graph); node++)
    {
      g_autoptr (CvrLayerRow) row = cvr_layer_row_new (graph, (NnNode) node);
      g_autofree char *name = NULL;
      double share;

      g_object_get (row, "name", &name, "share", &share, NULL);
      g_assert_cmpint (cvr_layer_row_get_node (row), ==, node);
      g_assert_cmpstr (name, ==, nn_graph_node_name (graph, (NnNode) node));
      total += share;
    }
  /* Twelve roundings to double. */
  g_assert_cmpfloat_with_epsilon (total, 1, 1e-12);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/layer-text/convolutions-with-their-numbers", test_conv);
  g_test_add_func ("/app/layer-text/other-layers-with-their-numbers", test_others);
  g_test_add_func ("/app/layer-text/imported-layers-with-their-numbers", test_imported);
  g_test_add_func ("/app/layer-text/every-operator-is-explained", test_every_operator);
  g_test_add_func ("/app/layer-text/counts", test_counts);
  g_test_add_func ("/app/layer-row/shares-add-up", test_rows);

  return g_test_run ();
}
