/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pruning, quantizing, folding and explaining networks with operators that only imported ones have.
 */
#include "learn-support.h"

#include <string.h>

enum
{
  SIDE = 9,
  CLASSES = 3
};

/* What multiplies the first convolution's maps: a number, one per channel in two spellings, one per
 * position. */
static const NnShape factors[] = {
  { 0 }, { 3, { 4, 1, 1 } }, { 4, { 1, 4, 1, 1 } }, { 4, { 1, 1, 9, 9 } }
};

static NnNode
multiply (NnBuilder *builder,
          NnNode     a,
          NnNode     b)
{
  return nn_builder_node (builder, NN_OP_ARITHMETIC,
                          &(NnAttrs) { .arithmetic = { NN_ARITHMETIC_MUL } }, (NnNode[]) { a, b }, 2);
}

/* Squeeze and excitation, transposed convolution and normalisation between convolutions. Nothing
 * makes something of channels that are zero. */
static NnGraph *
imported_graph (NnShape factor)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  g_autoptr (GError) error = NULL;
  NnNode x = nn_builder_input (builder, nn_shape_maps (2, SIDE, SIDE)), c, gate;
  NnAttrs spread = { .conv_transpose = { nn_stencil (2, 2, 0), 5, 1, TRUE } };
  NnGraph *graph;

  x = nn_builder_conv (builder, x, (NnConvSpec) { nn_stencil (3, 1, 1), 4, 1, TRUE });
  nn_builder_name (builder, x, "first");
  c = nn_builder_node (builder, NN_OP_CONSTANT, &(NnAttrs) { .constant = { factor } }, NULL, 0);
  x = multiply (builder, x,
                nn_builder_activation (builder, c, (NnActivationSpec) { NN_ACTIVATION_EXP }));
  x = nn_builder_conv (builder, x, (NnConvSpec) { nn_stencil (3, 2, 1), 6, 1, TRUE });
  gate = nn_builder_global_pool (builder, x, (NnGlobalPoolSpec) { TRUE });
  x = multiply (
      builder, x,
      nn_builder_activation (builder, gate, (NnActivationSpec) { NN_ACTIVATION_HARD_SWISH }));
  x = nn_builder_node (builder, NN_OP_CONV_TRANSPOSE, &spread, &x, 1);
  x = nn_builder_batch_norm (builder, x, (NnBatchNormSpec) { 1e-5f, 0.1f });
  x = nn_builder_node (builder, NN_OP_LRN, &(NnAttrs) { .lrn = { 3, 0.1f, 0.75f, 1 } }, &x, 1);
  x = nn_builder_node (builder, NN_OP_REDUCE, &(NnAttrs) { .reduce = { NN_REDUCE_MAX, 12, FALSE } },
                       &x, 1);
  nn_builder_output (builder, nn_builder_dense (builder, x, (NnDenseSpec) { CLASSES, TRUE }));

  graph = nn_builder_seal (builder, &error);
  g_assert_no_error (error);
  return graph;
}

static guint
count_kind (NnGraph  *graph,
            NnOpKind  kind)
{
  guint n = 0;

  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    n += nn_graph_node_kind (graph, (NnNode) i) == kind ? 1 : 0;

  return n;
}

/* Makes nothing of the first convolution's odd filters. */
static void
silence (NnParams *params)
{
  NnNode first = nn_graph_find (nn_params_graph (params), "first");
  gsize n;
  nn_real *weights = nn_params_poke (params, first, NN_SLOT_WEIGHT, &n);
  nn_real *biases = nn_params_poke (params, first, NN_SLOT_BIAS, NULL);

  for (guint k = 1; k < 4; k += 2)
    {
      memset (weights + k * (n / 4), 0, n / 4 * sizeof *weights);
      biases[k] = 0;
    }
}

/* Filters that make nothing can go without a trace, unless an operator needs their number. */
static void
test_pruning (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  NnSource source = noise_source (3, CLASSES, 2, SIDE, SIDE);

  for (guint i = 0; i < G_N_ELEMENTS (factors); i++)
    {
      g_autoptr (NnGraph) graph = imported_graph (factors[i]), pruned = NULL;
      g_autoptr (NnParams) params = nn_params_new (graph, 3, NULL), values = NULL;
      g_autofree nn_real *expected = NULL, *actual = NULL;
      g_autoptr (GError) error = NULL;
      NnPruneReport report;
      NnNode first;
      gboolean per_channel = factors[i].rank > 1 && factors[i].dims[factors[i].rank - 3] == 4;

      stir_params (params, 20);
      silence (params);
      g_assert_true (nn_prune_layer (graph, params, NN_PRUNE_FILTERS,
                                     nn_graph_find (graph, "first"), 0.5, &pruned, &values, &report,
                                     &error));
      g_assert_no_error (error);
      first = nn_graph_find (pruned, "first");
      g_assert_cmpuint (nn_graph_node_shape (pruned, first).dims[1], ==, per_channel ? 4 : 2);

      expected = outputs_of (graph, params, workers, &source, 3);
      actual = outputs_of (pruned, values, workers, &source, 3);
      for (guint j = 0; j < 3 * CLASSES; j++)
        assert_close (actual[j], expected[j], 1e-5);
    }
}

static void
test_pruning_everything (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (factors); i++)
    for (guint kind = NN_PRUNE_WEIGHTS; kind <= NN_PRUNE_FILTERS; kind++)
      {
        g_autoptr (NnGraph) graph = imported_graph (factors[i]), pruned = NULL;
        g_autoptr (NnParams) params = nn_params_new (graph, 3, NULL), values = NULL;
        NnPruneSpec spec = { kind, NN_PRUNE_GLOBAL, 0.8 };
        NnNode c = NN_NODE_NONE;
        NnPruneReport report;
        g_autoptr (GError) error = NULL;
        gsize n, n_zero = 0;
        const nn_real *constant;

        for (guint node = 0; node < nn_graph_n_nodes (graph); node++)
          if (nn_graph_node_kind (graph, (NnNode) node) == NN_OP_CONSTANT)
            c = (NnNode) node;
        nn_params_poke (params, c, NN_SLOT_WEIGHT, &n)[0] = (nn_real) 1e-3;
        g_assert_true (nn_prune (graph, params, &spec, &pruned, &values, &report, &error));
        g_assert_no_error (error);

        /* A constant is no weight: as small as it is, it stays. */
        constant = nn_params_peek (values, nn_graph_find (pruned, nn_graph_node_name (graph, c)),
                                   NN_SLOT_WEIGHT, &n);
        g_assert_cmpfloat (constant[0], ==, (nn_real) 1e-3);
        for (gsize j = 0; j < n; j++)
          n_zero += constant[j] == 0;
        g_assert_cmpuint (n_zero, ==, n - 1);
      }
}

static void
test_quantizing (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  NnSource source = noise_source (32, CLASSES, 2, SIDE, SIDE);

  for (guint i = 0; i < G_N_ELEMENTS (factors); i++)
    {
      g_autoptr (NnGraph) graph = imported_graph (factors[i]), made = NULL;
      g_autoptr (NnParams) params = nn_params_new (graph, 3, NULL), values = NULL;
      NnQuantSpec spec = nn_quant_spec_default (8);
      g_autofree nn_real *expected = NULL, *actual = NULL;
      g_autoptr (GError) error = NULL;

      stir_params (params, 20);
      g_assert_true (nn_quantize (graph, params, &spec, &source, workers, &made, &values, &error));
      g_assert_no_error (error);
      for (guint node = 0; node < nn_graph_n_nodes (made); node++)
        if (nn_graph_node_kind (made, (NnNode) node) == NN_OP_FAKE_QUANT)
          g_assert_false (nn_graph_node_shared (made, (NnNode) node));
        else if (nn_graph_node_kind (made, (NnNode) node) != NN_OP_CONV &&
                 nn_graph_node_kind (made, (NnNode) node) != NN_OP_DENSE)
          g_assert_null (nn_params_peek_quant (values, (NnNode) node));

      expected = outputs_of (graph, params, workers, &source, 8);
      actual = outputs_of (made, values, workers, &source, 8);
      for (guint j = 0; j < 8 * CLASSES; j++) /* a few steps of 256 between the extremes */
        assert_close (actual[j], expected[j], 0.1);
    }
}

/* What stands behind a transposed convolution is left alone. */
static void
test_folding (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  NnSource source = noise_source (3, CLASSES, 2, SIDE, SIDE);
  g_autoptr (NnGraph) graph = imported_graph (factors[2]), folded = NULL;
  g_autoptr (NnParams) params = nn_params_new (graph, 3, NULL), values = NULL;
  g_autofree nn_real *expected = NULL, *actual = NULL;

  stir_params (params, 20);
  g_assert_true (nn_fold_batch_norm (graph, params, &folded, &values, NULL));
  g_assert_cmpuint (count_kind (folded, NN_OP_BATCH_NORM), ==, 1);
  expected = outputs_of (graph, params, workers, &source, 3);
  actual = outputs_of (folded, values, workers, &source, 3);
  for (guint j = 0; j < 3 * CLASSES; j++)
    assert_close (actual[j], expected[j], 1e-6);
}

static void
test_explaining (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnGraph) graph = imported_graph (factors[3]);
  g_autoptr (NnParams) params = nn_params_new (graph, 3, NULL);
  nn_real input[2 * SIDE * SIDE];

  for (guint i = 0; i < G_N_ELEMENTS (input); i++)
    input[i] = (nn_real) golden_noise (i, 9);
  for (guint kind = 0; kind < NN_N_EXPLAINS; kind++)
    {
      NnExplainSpec spec = { kind, 1, NN_NODE_NONE, 0 };
      g_autoptr (GError) error = NULL;
      g_autoptr (NnExplanation) why =
        nn_explain (graph, params, workers, &spec, input, NULL, NULL, &error);

      g_assert_no_error (error);
      for (guint i = 0; i < SIDE * SIDE; i++)
        g_assert_true (isfinite (why->map[i]));
    }
}

/* Outputs and gradients of one step, behind each other. Free with g_free(). */
static nn_real *
step_with (NnGraph *graph,
           guint    n_threads,
           gsize   *n_values)
{
  enum { BATCH = 11 };
  g_autoptr (NnWorkers) workers = nn_workers_new (n_threads, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, BATCH, NN_EXEC_TRAIN, NULL);
  g_autoptr (NnParams) params = nn_params_new (graph, 3, NULL);
  gsize n_gradients = nn_params_n_trainable (params), n_outputs = BATCH * CLASSES;
  nn_real *values = g_new (nn_real, n_outputs + n_gradients);
  nn_real gradient[BATCH * CLASSES];

  for (guint i = 0; i < BATCH * 2 * SIDE * SIDE; i++)
    nn_exec_input (exec, 0)[i] = (nn_real) golden_noise (i, 9);
  for (guint i = 0; i < G_N_ELEMENTS (gradient); i++)
    gradient[i] = (nn_real) golden_noise (i, 10);
  nn_exec_forward (exec, params, BATCH, 1);
  memcpy (values, nn_exec_output (exec, 0), n_outputs * sizeof *values);
  nn_exec_backward (exec, params, nn_graph_output (graph, 0), gradient, FALSE);
  memcpy (values + n_outputs, nn_exec_param_gradients (exec), n_gradients * sizeof *values);

  *n_values = n_outputs + n_gradients;
  return values;
}

static void
test_threads (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (factors); i++)
    {
      g_autoptr (NnGraph) graph = imported_graph (factors[i]);
      gsize n, n_alone;
      g_autofree nn_real *alone = step_with (graph, 1, &n_alone);
      g_autofree nn_real *many = step_with (graph, 3, &n);

      g_assert_true (all_finite (alone, n_alone));
      g_assert_cmpmem (alone, n_alone * sizeof *alone, many, n * sizeof *many);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/imports/filters-that-make-nothing-leave-no-trace", test_pruning);
  g_test_add_func ("/learn/imports/constants-are-not-pruned", test_pruning_everything);
  g_test_add_func ("/learn/imports/eight-bits-answer-like-floats", test_quantizing);
  g_test_add_func ("/learn/imports/folding-changes-nothing", test_folding);
  g_test_add_func ("/learn/imports/every-explanation-works", test_explaining);
  g_test_add_func ("/learn/imports/threads-change-nothing", test_threads);

  return g_test_run ();
}
