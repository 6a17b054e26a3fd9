/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The builder's sticky error, the verifier's rules, and what a graph answers. */
#include "nn-test-graph.h"

#include <string.h>

/* Seals what was built, which must fail with @code and a sentence that holds @part. Takes @builder.
 */
static void
assert_refused (NnBuilder  *builder,
                NnNode      output,
                NnError     code,
                const char *part)
{
  g_autoptr (GError) error = NULL;

  nn_builder_output (builder, output);
  g_assert_null (nn_builder_seal (builder, &error));
  g_assert_error (error, NN_ERROR, (gint) code);
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” does not hold “%s”", error->message, part);
  nn_builder_free (builder);
}

static NnGraph *
lenet (void)
{
  NnBuilder *b = nn_builder_new ();
  NnActivationSpec relu = { NN_ACTIVATION_RELU };
  NnPoolSpec pool = { nn_stencil (2, 2, 0) };
  NnNode x = nn_builder_input (b, nn_shape_maps (1, 28, 28));

  x = nn_builder_activation (
    b, nn_builder_conv (b, x, (NnConvSpec) { nn_stencil (5, 1, 2), 6, 1, TRUE }), relu);
  x = nn_builder_pool (b, x, pool);
  x = nn_builder_activation (
    b, nn_builder_conv (b, x, (NnConvSpec) { nn_stencil (5, 1, 0), 16, 1, TRUE }), relu);
  x = nn_builder_pool (b, x, pool);
  x = nn_builder_activation (b, nn_builder_dense (b, x, (NnDenseSpec) { 120, TRUE }), relu);
  x = nn_builder_activation (b, nn_builder_dense (b, x, (NnDenseSpec) { 84, TRUE }), relu);

  return nn_test_seal (b, nn_builder_dense (b, x, (NnDenseSpec) { 10, TRUE }));
}

/* Y. LeCun's network: 61,706 parameters. */
static void
test_counts (void)
{
  g_autoptr (NnGraph) graph = lenet ();
  NnNode pool2 = nn_graph_find (graph, "pool2"), conv2 = nn_graph_find (graph, "conv2");
  NnShape shape = nn_graph_node_shape (graph, pool2);
  g_autofree char *text = nn_shape_dup_string (&shape);

  g_assert_cmpuint (nn_graph_n_values (graph), ==, 61706);
  g_assert_cmpstr (text, ==, "16×5×5");
  g_assert_cmpuint (nn_graph_node_n_values (graph, conv2), ==, 16 * 6 * 25 + 16);
  g_assert_cmpuint (nn_graph_node_flops (graph, conv2), ==, 2 * 16 * 100 * 150);
  g_assert_true (nn_graph_node_has_weights (graph, conv2));
  g_assert_false (nn_graph_node_has_weights (graph, pool2));
  g_assert_cmpuint (nn_graph_n_inputs (graph), ==, 1);
  g_assert_cmpint (nn_graph_output (graph, 0), ==, (NnNode) nn_graph_n_nodes (graph) - 1);
}

static void
test_find (void)
{
  g_autoptr (NnGraph) graph = lenet ();

  g_assert_cmpint (nn_graph_find (graph, "input1"), ==, 0);
  g_assert_cmpint (nn_graph_find (graph, "relu2"), ==, 5);
  g_assert_cmpint (nn_graph_find (graph, "#3"), ==, 3);
  g_assert_cmpint (nn_graph_find (graph, "#99"), ==, NN_NODE_NONE);
  g_assert_cmpint (nn_graph_find (graph, "#"), ==, NN_NODE_NONE);
  g_assert_cmpint (nn_graph_find (graph, "#-1"), ==, NN_NODE_NONE);
  g_assert_cmpint (nn_graph_find (graph, "conv9"), ==, NN_NODE_NONE);
}

static void
test_receptive_field (void)
{
  g_autoptr (NnGraph) graph = lenet ();
  static const struct
  {
    const char *name;
    guint32     field;
  } expected[] = { { "input1", 1 }, { "conv1", 5 },  { "pool1", 6 },
                   { "conv2", 14 }, { "pool2", 16 }, { "dense1", 28 } };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpuint (nn_graph_receptive_field (graph, nn_graph_find (graph, expected[i].name)), ==,
                      expected[i].field);
}

/* A skip connection sees what its longest path sees. */
static void
test_receptive_field_of_paths (void)
{
  NnBuilder *b = nn_builder_new ();
  NnNode x = nn_builder_input (b, nn_shape_maps (4, 64, 64));
  NnNode side = nn_builder_input (b, nn_shape_maps (4, 64, 64));
  NnNode c = nn_builder_conv (b, x, (NnConvSpec) { nn_stencil (3, 1, 1), 4, 1, TRUE });
  NnNode d = nn_builder_conv (b, c, (NnConvSpec) { nn_stencil (3, 1, 1), 4, 1, TRUE });
  NnNode sum = nn_builder_add (b, x, d);
  NnNode both = nn_builder_concat (b, (NnNode[]) { side, sum }, 2);
  NnNode up = nn_builder_upsample (b, both, (NnUpsampleSpec) { 2, NN_UPSAMPLE_NEAREST });
  NnNode last = nn_builder_conv (b, up, (NnConvSpec) { nn_stencil (3, 1, 1), 4, 1, TRUE });
  g_autoptr (NnGraph) graph = nn_test_seal (b, last);

  g_assert_cmpuint (nn_graph_receptive_field (graph, sum), ==, 5);
  g_assert_cmpuint (nn_graph_receptive_field (graph, side), ==, 0);
  g_assert_cmpuint (nn_graph_receptive_field (graph, up), ==, 5);
  g_assert_cmpuint (nn_graph_receptive_field (graph, last), ==,
                    6); /* two neighbours half a step away */
}

static void
test_op_names (void)
{
  NnBuilder *b = nn_builder_new ();
  NnNode x = nn_builder_input (b, nn_shape_maps (4, 8, 8));
  NnNode deep = nn_builder_conv (b, x, (NnConvSpec) { nn_stencil (3, 1, 1), 4, 4, TRUE });
  NnNode mean = nn_builder_pool (b, deep, (NnPoolSpec) { nn_stencil (2, 2, 0), TRUE });
  NnNode act = nn_builder_activation (b, mean, (NnActivationSpec) { NN_ACTIVATION_RELU6 });
  NnNode all = nn_builder_global_pool (b, act, (NnGlobalPoolSpec) { FALSE });
  NnNode sum = nn_builder_node (b, NN_OP_ARITHMETIC,
                                &(NnAttrs) { .arithmetic = { NN_ARITHMETIC_MAX } },
                                (NnNode[]) { act, all }, 2);
  NnNode folded = nn_builder_node (b, NN_OP_REDUCE, &(NnAttrs) { .reduce = { NN_REDUCE_L2, 4 } },
                                   &sum, 1);
  NnNode half = nn_builder_activation (b, folded, (NnActivationSpec) { NN_ACTIVATION_HALF });
  g_autoptr (NnGraph) graph = nn_test_seal (b, half);

  g_assert_cmpstr (nn_graph_node_op_name (graph, x), ==, "input");
  g_assert_cmpstr (nn_graph_node_op_name (graph, deep), ==, "depthwise-conv");
  g_assert_cmpstr (nn_graph_node_op_name (graph, mean), ==, "average-pool");
  g_assert_cmpstr (nn_graph_node_op_name (graph, act), ==, "relu6");
  g_assert_cmpstr (nn_graph_node_op_name (graph, all), ==, "global-max-pool");
  g_assert_cmpstr (nn_graph_node_op_name (graph, sum), ==, "maximum");
  g_assert_cmpstr (nn_graph_node_op_name (graph, folded), ==, "reduce-l2");
  g_assert_cmpstr (nn_graph_node_op_name (graph, half), ==, "half");
}

/* Of the operators that imported networks have besides. */
static void
test_receptive_field_of_imports (void)
{
  static const NnConvTransposeSpec spread = { { { 4, 4 }, { 2, 2 }, { 1, 1 }, { 1, 1, 1, 1 } }, 4, 1 };
  static const struct
  {
    NnOpKind kind;
    NnAttrs  attrs;
    guint32  field, after; /* of the node, and of a convolution of 3×3 behind it */
  } cases[] = {
    { NN_OP_CONV_TRANSPOSE, { .conv_transpose = spread }, 4, 5 },
    { NN_OP_RESIZE, { .resize = { { 32, 32 }, { 2, 2 }, NN_RESIZE_LINEAR } }, 4, 5 },
    { NN_OP_RESIZE, { .resize = { { 8, 8 }, { 0.5f, 0.5f }, NN_RESIZE_NEAREST } }, 3, 7 },
    { NN_OP_SLICE, { .slice = { { 0, 0, 0, 0 }, { 1, 1, 4, 1 }, { 1, 4, 4, 16 } } }, 3, 11 },
    { NN_OP_PAD, { .pad = { { 0, 0, 1, 1 } } }, 3, 5 },
    { NN_OP_LRN, { .lrn = { 5, 1, 1, 1 } }, 3, 5 },
    { NN_OP_INSTANCE_NORM, { .instance_norm = { 1 } }, 16, 16 },
    { NN_OP_TRANSPOSE, { .transpose = { { 0, 1, 3, 2 } } }, 16, 16 },
    { NN_OP_SOFTMAX, { .softmax = { 1 } }, 3, 5 },
    { NN_OP_SOFTMAX, { .softmax = { 3 } }, 16, 16 },
    { NN_OP_REDUCE, { .reduce = { NN_REDUCE_MAX, 2, TRUE } }, 3, 5 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      NnBuilder *b = nn_builder_new ();
      NnNode x = nn_builder_input (b, nn_shape_maps (4, 16, 16));
      NnNode c = nn_builder_conv (b, x, (NnConvSpec) { nn_stencil (3, 1, 1), 4, 1, TRUE });
      NnNode y = nn_builder_node (b, cases[i].kind, &cases[i].attrs, &c, 1);
      NnNode last = nn_builder_conv (b, y, (NnConvSpec) { nn_stencil (3, 1, 1), 4, 1, TRUE });
      g_autoptr (NnGraph) graph = nn_test_seal (b, last);

      g_assert_cmpuint (nn_graph_receptive_field (graph, y), ==, cases[i].field);
      g_assert_cmpuint (nn_graph_receptive_field (graph, last), ==, cases[i].after);
    }
}

/* Inputs of any rank, and what a first axis that is no batch means. */
static void
test_first_axis (void)
{
  static const struct
  {
    NnShape     shape;
    guint       batch;
    const char *text;
  } cases[] = {
    { { 0 }, 1, "1" },
    { { 1, { 5 } }, 1, "5" },
    { { 1, { 1 } }, G_MAXUINT, "1" },
    { { 2, { 1, 5 } }, G_MAXUINT, "5" },
    { { 4, { 2, 3, 4, 4 } }, 1, "2×3×4×4" },
    { { 6, { 1, 2, 1, 2, 1, 2 } }, G_MAXUINT, "2×1×2×1×2" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      NnBuilder *b = nn_builder_new ();
      NnNode x = nn_builder_input (b, cases[i].shape);
      g_autoptr (NnGraph) graph = nn_test_seal (
        b, nn_builder_activation (b, x, (NnActivationSpec) { NN_ACTIVATION_RELU }));
      g_autofree char *text = nn_shape_dup_string (&cases[i].shape);

      g_assert_cmpuint (nn_graph_max_batch (graph), ==, cases[i].batch);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_first_mistake_is_kept (void)
{
  NnBuilder *b = nn_builder_new ();
  NnNode x = nn_builder_input (b, nn_shape_maps (3, 8, 8));
  NnNode bad = nn_builder_conv (b, x, (NnConvSpec) { nn_stencil (11, 1, 0), 4, 1, TRUE });
  NnNode later = nn_builder_dropout (b, x, (NnDropoutSpec) { 2 });

  g_assert_cmpint (bad, ==, NN_NODE_NONE);
  g_assert_cmpint (later, ==, NN_NODE_NONE);
  g_assert_cmpint (nn_builder_pool (b, bad, (NnPoolSpec) { nn_stencil (2, 2, 0) }), ==,
                   NN_NODE_NONE);
  g_assert_cmpint (nn_builder_concat (b, (NnNode[]) { x, bad }, 2), ==, NN_NODE_NONE);
  nn_builder_name (b, bad, "name");
  assert_refused (b, bad, NN_ERROR_SHAPE, "11×11");
}

static void
test_refuses_bad_convolutions (void)
{
  static const struct
  {
    NnConvSpec  spec;
    NnError     code;
    const char *part;
  } cases[] = {
    { { { { 0, 3 }, { 1, 1 }, { 1, 1 }, { 0 } }, 4, 1 }, NN_ERROR_SPEC, "kernel 0" },
    { { { { 3, 3 }, { 1, 0 }, { 1, 1 }, { 0 } }, 4, 1 }, NN_ERROR_SPEC, "stride 0" },
    { { { { 3, 3 }, { 1, 1 }, { 0, 1 }, { 0 } }, 4, 1 }, NN_ERROR_SPEC, "dilation 0" },
    { { { { 3, 3 }, { 1, 1 }, { 1, 1 }, { 0 } }, 0, 1 }, NN_ERROR_SPEC, "0 filters" },
    { { { { 3, 3 }, { 1, 1 }, { 1, 1 }, { 0 } }, 4, 0 }, NN_ERROR_SPEC, "0 groups" },
    { { { { 3, 3 }, { 1, 1 }, { 1, 1 }, { 0 } }, 4, 4 }, NN_ERROR_SPEC, "6 input channels" },
    { { { { 3, 3 }, { 1, 1 }, { 1, 1 }, { 0 } }, 4, 3 }, NN_ERROR_SPEC, "4 filters" },
    { { { { 3, 3 }, { 1, 1 }, { 9, 9 }, { 0 } }, 4, 1 }, NN_ERROR_SHAPE, "6×8×8" },
    { { { { G_MAXUINT32, G_MAXUINT32 }, { 1, 1 }, { 1, 1 }, { 0 } }, 4, 1 },
      NN_ERROR_SPEC,
      "too large" },
    { { { { 1, 1 }, { 1, 1 }, { 1, 1 }, { G_MAXUINT32, 0, 0, 0 } }, 4, 1 }, NN_ERROR_SHAPE, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      NnBuilder *b = nn_builder_new ();
      NnNode x = nn_builder_input (b, nn_shape_maps (6, 8, 8));

      assert_refused (b, nn_builder_conv (b, x, cases[i].spec), cases[i].code, cases[i].part);
    }
}

static void
test_refuses_wrong_ranks_and_sizes (void)
{
  NnBuilder *b = nn_builder_new ();
  NnShape seven = { 7 };

  assert_refused (b, nn_builder_input (b, seven), NN_ERROR_SHAPE, "rank 7");
  b = nn_builder_new ();
  assert_refused (b, nn_builder_input (b, nn_shape_maps (3, 0, 4)), NN_ERROR_SHAPE, "3×0×4");
  b = nn_builder_new ();
  assert_refused (b, nn_builder_input (b, nn_shape_maps (1 << 16, 1 << 16, 1 << 16)),
                  NN_ERROR_SHAPE, "input1");
  b = nn_builder_new ();
  assert_refused (b,
                  nn_builder_pool (b, nn_builder_input (b, nn_shape_vector (9)),
                                   (NnPoolSpec) { nn_stencil (2, 2, 0) }),
                  NN_ERROR_SHAPE, "pool1");
  b = nn_builder_new ();
  assert_refused (b,
                  nn_builder_pool (b, nn_builder_input (b, nn_shape_maps (1, 9, 9)),
                                   (NnPoolSpec) { nn_stencil (2, 2, 2) }),
                  NN_ERROR_SPEC, "padding of 2");
  b = nn_builder_new ();
  assert_refused (b,
                  nn_builder_batch_norm (b, nn_builder_input (b, nn_shape_vector (9)),
                                         (NnBatchNormSpec) { 0, 0.1f }),
                  NN_ERROR_SPEC, "batch-norm1");
  b = nn_builder_new ();
  assert_refused (
    b, nn_builder_dense (b, nn_builder_input (b, nn_shape_vector (9)), (NnDenseSpec) { 0 }),
    NN_ERROR_SPEC, "0 units");
}

static void
test_refuses_wrong_inputs (void)
{
  NnBuilder *b = nn_builder_new ();
  NnNode x = nn_builder_input (b, nn_shape_vector (3));
  NnNode many[NN_MAX_INPUTS + 1];

  assert_refused (b, nn_builder_node (b, NN_OP_ADD, NULL, &x, 1), NN_ERROR_GRAPH, "takes 2 to 2");
  b = nn_builder_new ();
  x = nn_builder_input (b, nn_shape_vector (3));
  for (guint i = 0; i < G_N_ELEMENTS (many); i++)
    many[i] = x;
  assert_refused (b, nn_builder_concat (b, many, G_N_ELEMENTS (many)), NN_ERROR_GRAPH, "33 inputs");
  b = nn_builder_new ();
  x = 12;
  assert_refused (b, nn_builder_node (b, NN_OP_FLATTEN, NULL, &x, 1), NN_ERROR_GRAPH, "12");
  b = nn_builder_new ();
  assert_refused (b, nn_builder_node (b, NN_OP_INPUT, NULL, NULL, 0), NN_ERROR_GRAPH, "0");
  b = nn_builder_new ();
  assert_refused (b, nn_builder_node (b, 99, NULL, NULL, 0), NN_ERROR_GRAPH, "99");
}

static void
test_refuses_a_network_without_output (void)
{
  NnBuilder *b = nn_builder_new ();
  g_autoptr (GError) error = NULL;

  nn_builder_input (b, nn_shape_vector (3));
  g_assert_null (nn_builder_seal (b, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_GRAPH);
  nn_builder_free (b);
}

static void
test_names (void)
{
  NnBuilder *b = nn_builder_new ();
  NnActivationSpec relu = { NN_ACTIVATION_RELU };
  NnNode x = nn_builder_input (b, nn_shape_vector (3));
  NnNode first = nn_builder_activation (b, x, relu);
  NnNode second = nn_builder_activation (b, first, relu);
  NnNode third = nn_builder_activation (b, second, relu);
  g_autoptr (NnGraph) graph = NULL;

  nn_builder_name (b, second, "relu1"); /* The counted one gives way. */
  nn_builder_name (b, third, "last");
  graph = nn_test_seal (b, third);
  g_assert_cmpstr (nn_graph_node_name (graph, first), ==, "relu2");
  g_assert_cmpstr (nn_graph_node_name (graph, second), ==, "relu1");
  g_assert_cmpstr (nn_graph_node_name (graph, third), ==, "last");
}

static void
test_refuses_equal_and_empty_names (void)
{
  NnBuilder *b = nn_builder_new ();
  NnNode x = nn_builder_input (b, nn_shape_vector (3));
  NnNode y = nn_builder_flatten (b, x);

  nn_builder_name (b, x, "same");
  nn_builder_name (b, y, "same");
  assert_refused (b, y, NN_ERROR_GRAPH, "same");
  b = nn_builder_new ();
  x = nn_builder_input (b, nn_shape_vector (3));
  nn_builder_name (b, x, "");
  assert_refused (b, x, NN_ERROR_GRAPH, "input1");
}

/* Kept in the description under their numbers, but without parameters, work or values. */
static void
test_unused_nodes_stay_out (void)
{
  NnBuilder *b = nn_builder_new ();
  NnNode x = nn_builder_input (b, nn_shape_vector (3));
  NnNode unused = nn_builder_dense (b, x, (NnDenseSpec) { 100, TRUE });
  NnNode used = nn_builder_dense (b, x, (NnDenseSpec) { 2, TRUE });
  g_autoptr (NnGraph) graph = nn_test_seal (b, used);
  g_autoptr (NnParams) params = nn_test_params (graph, 1);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 2, NN_EXEC_KEEP_ALL, NULL);

  g_assert_cmpuint (nn_graph_n_nodes (graph), ==, 3);
  g_assert_cmpuint (nn_graph_n_values (graph), ==, 8);
  g_assert_cmpuint (nn_graph_flops (graph), ==, 12);
  g_assert_null (nn_params_peek (params, unused, NN_SLOT_WEIGHT, NULL));
  nn_test_fill_inputs (exec, 2, 1);
  nn_exec_forward (exec, params, 2, 0);
  g_assert_null (nn_exec_values (exec, unused));
  g_assert_nonnull (nn_exec_values (exec, used));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/graph/counts", test_counts);
  g_test_add_func ("/engine/graph/find", test_find);
  g_test_add_func ("/engine/graph/receptive-field", test_receptive_field);
  g_test_add_func ("/engine/graph/receptive-field-of-paths", test_receptive_field_of_paths);
  g_test_add_func ("/engine/graph/receptive-field-of-imports", test_receptive_field_of_imports);
  g_test_add_func ("/engine/graph/first-axis", test_first_axis);
  g_test_add_func ("/engine/graph/op-names", test_op_names);
  g_test_add_func ("/engine/graph/first-mistake-is-kept", test_first_mistake_is_kept);
  g_test_add_func ("/engine/graph/refuses-bad-convolutions", test_refuses_bad_convolutions);
  g_test_add_func ("/engine/graph/refuses-wrong-ranks-and-sizes",
                   test_refuses_wrong_ranks_and_sizes);
  g_test_add_func ("/engine/graph/refuses-wrong-inputs", test_refuses_wrong_inputs);
  g_test_add_func ("/engine/graph/refuses-a-network-without-output",
                   test_refuses_a_network_without_output);
  g_test_add_func ("/engine/graph/names", test_names);
  g_test_add_func ("/engine/graph/refuses-equal-and-empty-names",
                   test_refuses_equal_and_empty_names);
  g_test_add_func ("/engine/graph/unused-nodes-stay-out", test_unused_nodes_stay_out);

  return g_test_run ();
}
