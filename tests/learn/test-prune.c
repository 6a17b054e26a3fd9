/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pruning: exact counts for weights; removed filters equal zeroed filters in every preset. */
#include "learn-support.h"

#include "nn-channels.h"

#include <stdlib.h>
#include <string.h>
#include <tgmath.h>

/* The smaller network adds the same numbers in another order. In double that is 1e-16 per addition;
 * in float 6e-8, through up to twenty layers. */
static const double tolerance = IN_DOUBLE ? 1e-10 : 1e-4;

/* Zeroes what belongs to removed channels: rows of weights, biases, scales and shifts. */
static void
zero_removed (NnChannels *channels,
              NnParams   *params)
{
  for (guint i = 0; i < nn_graph_n_nodes (channels->graph); i++)
    for (guint slot = NN_SLOT_WEIGHT; slot <= NN_SLOT_BIAS; slot++)
      {
        guint32 n_channels = nn_graph_node_shape (channels->graph, (NnNode) i).dims[1];
        gsize n;
        nn_real *values = nn_params_poke (params, (NnNode) i, slot, &n);

        for (gsize j = 0; j < n; j++)
          if (!nn_channels_keeps (channels, (NnNode) i, (guint32) (j / (n / n_channels))))
            values[j] = 0;
      }
}

/* Prunes @graph by @spec and compares with the original whose filters are zeroed instead. */
static guint64
check_equivalence (NnGraph    *graph,
                   NnPruneSpec spec)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnParams) params = nn_params_new (graph, 11, NULL);
  g_autoptr (NnParams) zeroed = NULL, smaller = NULL;
  g_autoptr (NnGraph) small = NULL;
  g_auto (NnChannels) channels = { 0 };
  NnShape in = nn_graph_node_shape (graph, nn_graph_input (graph, 0));
  NnShape out = nn_graph_node_shape (graph, nn_graph_output (graph, 0));
  NnSource source = noise_source (3, 2, in.dims[1], in.dims[2], in.dims[3]);
  g_autofree nn_real *expected = NULL, *actual = NULL;
  g_autoptr (GError) error = NULL;
  NnPruneReport report;
  guint64 n_removed;

  stir_params (params, 40);
  zeroed = nn_params_copy (params);
  g_assert_true (nn_channels_init (&channels, graph, params, &error));
  n_removed = nn_channels_remove (&channels, &spec);
  zero_removed (&channels, zeroed);

  g_assert_true (nn_prune (graph, params, &spec, &small, &smaller, &report, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (report.n_pruned, ==, n_removed);
  g_assert_true (nn_params_is_frozen (smaller));
  if (n_removed > 0)
    g_assert_cmpuint (nn_graph_n_values (small), <, nn_graph_n_values (graph));

  expected = outputs_of (graph, zeroed, workers, &source, 3);
  actual = outputs_of (small, smaller, workers, &source, 3);
  for (guint i = 0; i < 3 * out.dims[1]; i++)
    assert_close (actual[i], expected[i], tolerance);

  return n_removed;
}

static void
test_presets (void)
{
  guint n_archs;
  const NnArch *archs = nn_archs (&n_archs);

  for (guint i = 0; i < n_archs; i++)
    for (guint scope = 0; scope < 2; scope++)
      for (guint amount = 1; amount <= 3; amount++)
        {
          g_autoptr (NnGraph) graph = preset_graph (archs[i].name, 3, 16, 5);
          guint64 n_removed;

          g_test_message ("%s, scope %u, amount %u/4", archs[i].name, scope, amount);
          n_removed =
            check_equivalence (graph, (NnPruneSpec) { NN_PRUNE_FILTERS, scope, amount / 4.0 });
          if (strcmp (archs[i].name, "perceptron") == 0)
            g_assert_cmpuint (n_removed, ==, 0);
          else
            g_assert_cmpuint (n_removed, >, 0);
        }
}

/* Maxout pairs, a depthwise layer with two filters per channel, a grouped layer, an explicit
 * flatten. */
static void
test_odd_operators (void)
{
  for (guint variant = 0; variant < 4; variant++)
    {
      g_autoptr (NnBuilder) builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_maps (2, 8, 8));
      g_autoptr (NnGraph) graph = NULL;
      g_autoptr (GError) error = NULL;
      NnStencil three = nn_stencil (3, 1, 1);

      x = nn_builder_conv (builder, x, (NnConvSpec) { three, 8, 1, TRUE });
      if (variant == 0)
        x = nn_builder_maxout (builder, x, (NnMaxoutSpec) { 2 });
      if (variant == 1)
        x = nn_builder_conv (builder, x, (NnConvSpec) { three, 16, 8, TRUE });
      if (variant == 2)
        x = nn_builder_conv (builder, x, (NnConvSpec) { three, 8, 4, TRUE });
      x = nn_builder_activation (builder, x, (NnActivationSpec) { NN_ACTIVATION_LEAKY_RELU, 0.1f });
      x = nn_builder_conv (builder, x, (NnConvSpec) { three, 6, 1, FALSE });
      x = nn_builder_upsample (builder, x, (NnUpsampleSpec) { 2, NN_UPSAMPLE_NEAREST });
      x = nn_builder_fake_quant (builder, x, (NnFakeQuantSpec) { 0.01f, 128, 0, 255 });
      x = nn_builder_flatten (builder, x);
      x = nn_builder_dense (builder, x, (NnDenseSpec) { 7, TRUE });
      x = nn_builder_activation (builder, x, (NnActivationSpec) { NN_ACTIVATION_TANH, 0 });
      x = nn_builder_dense (builder, x, (NnDenseSpec) { 3, TRUE });
      nn_builder_output (builder, variant == 3 ? nn_builder_softmax (builder, x) : x);
      graph = nn_builder_seal (builder, &error);
      g_assert_no_error (error);
      for (guint amount = 1; amount <= 4; amount++)
        {
          NnPruneSpec spec = { NN_PRUNE_FILTERS, NN_PRUNE_GLOBAL, amount / 4.0 };

          g_assert_cmpuint (check_equivalence (graph, spec), >, 0);
        }
    }
}

static void
test_filter_amounts (void)
{
  g_autoptr (NnGraph) graph = preset_graph ("lenet5", 1, 28, 10);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  /* 6 and 16 filters, 120 and 84 neurons. */
  static const struct { double amount; guint layer[4]; } cases[] = {
    { 0, { 6, 16, 120, 84 } },
    { 0.5, { 3, 8, 60, 42 } },
    { 0.9, { 1, 2, 12, 8 } },
    { 1, { 1, 1, 1, 1 } },
  };
  static const char *const names[] = { "conv1", "conv2", "fc3", "fc4" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      NnPruneSpec spec = { NN_PRUNE_FILTERS, NN_PRUNE_LAYER, cases[i].amount };
      g_autoptr (NnGraph) small = NULL;
      g_autoptr (NnParams) smaller = NULL;
      NnPruneReport report;
      guint n_left = 0;

      g_assert_true (nn_prune (graph, params, &spec, &small, &smaller, &report, NULL));
      for (guint j = 0; j < G_N_ELEMENTS (names); j++)
        {
          g_assert_cmpuint (nn_graph_node_shape (small, nn_graph_find (small, names[j])).dims[1],
                            ==, cases[i].layer[j]);
          n_left += cases[i].layer[j];
        }
      g_assert_cmpuint (report.n_values, ==, 226);
      g_assert_cmpuint (report.n_pruned, ==, 226 - n_left);
      g_assert_true (isnan (report.threshold));
      if (cases[i].amount == 0)
        g_assert_true (small == graph);
    }
}

static void
test_weakest_filters_go (void)
{
  g_autoptr (NnGraph) graph = preset_graph ("lenet5", 1, 28, 10), small = NULL;
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL), smaller = NULL;
  NnPruneSpec spec = { NN_PRUNE_FILTERS, NN_PRUNE_GLOBAL, 1 / 226.0 };
  NnNode conv1 = nn_graph_find (graph, "conv1");
  nn_real *weights = nn_params_poke (params, conv1, NN_SLOT_WEIGHT, NULL);
  const nn_real *kept;
  NnPruneReport report;

  for (guint i = 0; i < 25; i++)
    weights[2 * 25 + i] *= (nn_real) 1e-3;
  g_assert_true (nn_prune (graph, params, &spec, &small, &smaller, &report, NULL));
  g_assert_cmpuint (report.n_pruned, ==, 1);
  kept = nn_params_peek (smaller, nn_graph_find (small, "conv1"), NN_SLOT_WEIGHT, NULL);
  g_assert_cmpmem (kept, 50 * sizeof *kept, weights, 50 * sizeof *kept);
  g_assert_cmpmem (kept + 50, 75 * sizeof *kept, weights + 75, 75 * sizeof *kept);
}

static guint64
count_zeros (NnParams *params,
             NnNode    node)
{
  gsize n;
  const nn_real *values = nn_params_peek (params, node, NN_SLOT_WEIGHT, &n);
  guint64 zeros = 0;

  for (gsize i = 0; i < n; i++)
    zeros += values[i] == 0 ? 1 : 0;

  return zeros;
}

static void
test_weights (void)
{
  static const double amounts[] = { 0, 0.25, 0.6, 1 };
  g_autoptr (NnGraph) graph = tiny_graph (1, 12, 3, TRUE);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);

  for (guint scope = 0; scope < 2; scope++)
    for (guint i = 0; i < G_N_ELEMENTS (amounts); i++)
      {
        NnPruneSpec spec = { NN_PRUNE_WEIGHTS, scope, amounts[i] };
        g_autoptr (NnGraph) same = NULL;
        g_autoptr (NnParams) pruned = NULL;
        NnPruneReport report;
        guint64 zeros = 0;

        g_assert_true (nn_prune (graph, params, &spec, &same, &pruned, &report, NULL));
        g_assert_true (same == graph);
        g_assert_true (nn_params_is_frozen (pruned));
        for (guint node = 0; node < nn_graph_n_nodes (graph); node++)
          {
            gsize n;
            const nn_real *before = nn_params_peek (params, (NnNode) node, NN_SLOT_WEIGHT, &n);
            const nn_real *after = nn_params_peek (pruned, (NnNode) node, NN_SLOT_WEIGHT, NULL);
            guint64 here = nn_graph_node_kind (graph, (NnNode) node) == NN_OP_BATCH_NORM ? 0 :
                           count_zeros (pruned, (NnNode) node);

            zeros += here;
            if (scope == NN_PRUNE_LAYER && n > 0 &&
                nn_graph_node_kind (graph, (NnNode) node) != NN_OP_BATCH_NORM)
              g_assert_cmpuint (here, ==, (guint64) floor (amounts[i] * (double) n + 0.5));
            for (gsize j = 0; j < n; j++)
              {
                g_assert_true (after[j] == before[j] || after[j] == 0);
                if (scope == NN_PRUNE_GLOBAL &&
                    nn_graph_node_kind (graph, (NnNode) node) != NN_OP_BATCH_NORM)
                  g_assert_cmpint (after[j] == 0, ==, fabs ((double) before[j]) < report.threshold);
              }
          }
        g_assert_cmpuint (report.n_values, ==, 9 * 8 + 72 * 8 + 8 * 9 * 3);
        g_assert_cmpuint (report.n_pruned, ==, zeros);
        if (scope == NN_PRUNE_GLOBAL)
          g_assert_cmpuint (zeros, ==,
                            (guint64) floor (amounts[i] * (double) report.n_values + 0.5));
      }
}

/* Of the weights of each layer, then of the filters of each family of tied layers. */
static void
test_each_layer_its_own_amount (void)
{
  g_autoptr (NnGraph) graph = preset_graph ("resnet8", 3, 16, 5);
  g_autoptr (NnParams) params = nn_params_new (graph, 7, NULL);
  guint n_nodes = nn_graph_n_nodes (graph);

  stir_params (params, 3);
  for (guint kind = NN_PRUNE_WEIGHTS; kind <= NN_PRUNE_FILTERS; kind++)
    {
      g_autoptr (GArray) layers = nn_prune_layers (graph, params, (NnPruneKind) kind, NULL);
      g_autofree double *amounts = g_new0 (double, n_nodes);
      NnPruneSpec spec = { (NnPruneKind) kind, NN_PRUNE_EACH, .amounts = amounts };
      g_autoptr (NnGraph) less = NULL;
      g_autoptr (NnParams) left = NULL;
      NnPruneReport report;
      guint tied = 0;

      g_assert_cmpuint (layers->len, >, 2);
      for (guint i = 0; i < layers->len; i++)
        {
          const NnPruneLayer *layer = &g_array_index (layers, NnPruneLayer, i);

          amounts[layer->node] = i % 3 * 0.25;
          tied = MAX (tied, layer->n_layers);
        }
      /* The additions of a residual network tie layers, which only matters to filters. */
      g_assert_cmpint (tied > 1, ==, kind == NN_PRUNE_FILTERS);
      g_assert_true (nn_prune (graph, params, &spec, &less, &left, &report, NULL));
      for (guint i = 0; i < layers->len; i++)
        {
          const NnPruneLayer *layer = &g_array_index (layers, NnPruneLayer, i);
          guint64 gone = (guint64) floor (amounts[layer->node] * (double) layer->n_values + 0.5);

          if (kind == NN_PRUNE_WEIGHTS)
            g_assert_cmpuint (count_zeros (left, layer->node), ==, gone);
          else
            g_assert_cmpuint (nn_graph_node_shape (less, layer->node).dims[1], ==,
                              nn_graph_node_shape (graph, layer->node).dims[1] - gone);
        }

      amounts[g_array_index (layers, NnPruneLayer, 0).node] = 1.5;
      g_clear_pointer (&less, nn_graph_unref);
      g_clear_pointer (&left, nn_params_unref);
      g_assert_false (nn_prune (graph, params, &spec, &less, &left, &report, NULL));
    }
}

static void
test_equal_weights (void)
{
  g_autoptr (NnGraph) graph = preset_graph ("perceptron", 1, 4, 2), same = NULL;
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL), pruned = NULL;
  NnNode node = nn_graph_find (graph, "fc1");
  gsize n;
  nn_real *weights = nn_params_poke (params, node, NN_SLOT_WEIGHT, &n);
  NnPruneSpec spec = { NN_PRUNE_WEIGHTS, NN_PRUNE_GLOBAL, 0.5 };
  NnPruneReport report;

  for (gsize i = 0; i < n; i++)
    weights[i] = i % 2 == 0 ? (nn_real) 0.5 : (nn_real) -0.5;
  g_assert_true (nn_prune (graph, params, &spec, &same, &pruned, &report, NULL));
  g_assert_cmpuint (count_zeros (pruned, node), ==, 16);
  g_assert_cmpfloat (nn_params_peek (pruned, node, NN_SLOT_WEIGHT, NULL)[15], ==, 0);
  g_assert_cmpfloat (nn_params_peek (pruned, node, NN_SLOT_WEIGHT, NULL)[16], ==, 0.5);
}

static int
compare_reals (gconstpointer a,
               gconstpointer b)
{
  nn_real x = *(const nn_real *) a, y = *(const nn_real *) b;

  return (x > y) - (x < y);
}

/* Enough that they are counted in bins first: as drawn, on a coarse grid, one far larger than all
 * others, all 0, one infinite. */
static void
test_many_weights (void)
{
  static const double amounts[] = { 0.001, 0.3, 0.5, 0.77, 0.999 };
  g_autoptr (NnGraph) graph = preset_graph ("perceptron", 1, 64, 2);
  NnNode node = nn_graph_find (graph, "fc1");

  for (guint kind = 0; kind < 5; kind++)
    for (guint a = 0; a < G_N_ELEMENTS (amounts); a++)
      {
        g_autoptr (NnParams) params = nn_params_new (graph, 7, NULL), pruned = NULL;
        g_autoptr (NnGraph) same = NULL;
        NnPruneSpec spec = { NN_PRUNE_WEIGHTS, NN_PRUNE_GLOBAL, amounts[a] };
        NnPruneReport report;
        gsize n, n_pruned;
        nn_real *weights = nn_params_poke (params, node, NN_SLOT_WEIGHT, &n);
        g_autofree nn_real *sorted = g_new (nn_real, n);

        for (gsize i = 0; i < n; i++)
          {
            weights[i] = kind == 1   ? round (weights[i] * 512) / 512
                         : kind == 3 ? 0
                         : i != 99   ? weights[i]
                         : kind == 2 ? (nn_real) 1e9
                         : kind == 4 ? -(nn_real) INFINITY
                                     : weights[i];
            sorted[i] = fabs (weights[i]);
          }
        qsort (sorted, n, sizeof *sorted, compare_reals);
        n_pruned = (gsize) floor (amounts[a] * (double) n + 0.5);
        g_assert_true (nn_prune (graph, params, &spec, &same, &pruned, &report, NULL));
        g_assert_cmpuint (report.n_pruned, ==, n_pruned);
        g_assert_cmpfloat (report.threshold, ==, (double) sorted[n_pruned]);
        if (kind != 1 && kind != 3)
          g_assert_cmpuint (count_zeros (pruned, node), ==, n_pruned);
        else /* Some were 0 before. */
          g_assert_cmpuint (count_zeros (pruned, node), >=, n_pruned);
      }
}

static void
reapply_after_step (const NnEvent *event,
                    gpointer       data)
{
  if (event->kind == NN_EVENT_STEP)
    nn_prune_reapply (event->params, data);
}

static void
test_fine_tuning (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnGraph) graph = tiny_graph (1, 12, 3, TRUE), same = NULL;
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL), pruned = NULL;
  NnSource train = bars_source (90, 3, 1, 12, 1), valid = bars_source (30, 3, 1, 12, 2);
  NnPruneSpec spec = { NN_PRUNE_WEIGHTS, NN_PRUNE_GLOBAL, 0.7 };
  NnTrainSpec tune = nn_train_spec_default ();
  NnObserver observer = { .event = reapply_after_step };
  NnTrainResult result;
  NnPruneReport report;
  guint64 zeros = 0;

  g_assert_true (nn_prune (graph, params, &spec, &same, &pruned, &report, NULL));
  observer.data = pruned;
  tune.epochs = 2;
  g_assert_true (
    nn_train (graph, pruned, &tune, &train, &valid, workers, &observer, NULL, &result, NULL));
  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    zeros += count_zeros (result.params, (NnNode) i);
  g_assert_cmpuint (zeros, ==, report.n_pruned);
  g_assert_cmpint (memcmp (nn_params_peek_all (pruned), nn_params_peek_all (result.params),
                           nn_params_n_trainable (pruned) * sizeof (nn_real)), !=, 0);
  nn_train_result_clear (&result);
}

static void
test_quantized_filters (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnGraph) graph = preset_graph ("lenet5", 1, 28, 10), coarse = NULL, small = NULL;
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL), levels = NULL, smaller = NULL;
  NnQuantSpec quant = nn_quant_spec_default (4);
  NnPruneSpec spec = { NN_PRUNE_FILTERS, NN_PRUNE_LAYER, 0.5 };
  const NnWeightQuant *kept;
  NnPruneReport report;

  quant.activations = FALSE;
  g_assert_true (nn_quantize (graph, params, &quant, NULL, workers, &coarse, &levels, NULL));
  g_assert_true (nn_prune (coarse, levels, &spec, &small, &smaller, &report, NULL));
  kept = nn_params_peek_quant (smaller, nn_graph_find (small, "conv2"));
  g_assert_nonnull (kept);
  g_assert_cmpuint (kept->n_scales, ==, 8);
  for (guint k = 0; k < 8; k++)
    {
      const nn_real *row =
        nn_params_peek (smaller, nn_graph_find (small, "conv2"), NN_SLOT_WEIGHT, NULL) + k * 75;

      for (guint i = 0; i < 75; i++)
        assert_close (row[i] / (nn_real) kept->scales[k],
                      nearbyint ((double) (row[i] / (nn_real) kept->scales[k])), 1e-5);
    }
}

static void
test_refusals (void)
{
  static const double amounts[] = { -0.1, 1.1, NAN };
  g_autoptr (NnGraph) graph = tiny_graph (1, 12, 3, TRUE);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);

  for (guint kind = 0; kind < 2; kind++)
    for (guint i = 0; i < G_N_ELEMENTS (amounts); i++)
      {
        NnPruneSpec spec = { kind, NN_PRUNE_GLOBAL, amounts[i] };
        NnGraph *small = NULL;
        NnParams *smaller = NULL;
        NnPruneReport report;
        g_autoptr (GError) error = NULL;

        g_assert_false (nn_prune (graph, params, &spec, &small, &smaller, &report, &error));
        g_assert_error (error, NN_ERROR, NN_ERROR_SPEC);
        g_assert_null (small);
      }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/prune/removed-filters-equal-zeroed-ones-in-every-preset", test_presets);
  g_test_add_func ("/learn/prune/removed-filters-equal-zeroed-ones-in-odd-operators",
                   test_odd_operators);
  g_test_add_func ("/learn/prune/filter-amounts-are-exact-per-layer", test_filter_amounts);
  g_test_add_func ("/learn/prune/weakest-filter-goes-first", test_weakest_filters_go);
  g_test_add_func ("/learn/prune/weights-below-the-threshold-become-zero", test_weights);
  g_test_add_func ("/learn/prune/each-layer-its-own-amount", test_each_layer_its_own_amount);
  g_test_add_func ("/learn/prune/of-equal-weights-the-first-go", test_equal_weights);
  g_test_add_func ("/learn/prune/the-smallest-of-many-are-found", test_many_weights);
  g_test_add_func ("/learn/prune/fine-tuning-keeps-zeros", test_fine_tuning);
  g_test_add_func ("/learn/prune/grids-are-sliced-with-their-filters", test_quantized_filters);
  g_test_add_func ("/learn/prune/amounts-outside-0-and-1-are-refused", test_refusals);

  return g_test_run ();
}
