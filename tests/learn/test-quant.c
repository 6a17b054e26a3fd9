/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantization: folding changes nothing, grids are grids, eight bits answer like floats. */
#include "learn-support.h"

#include "nn-calibrate.h"
#include "nn-grid.h"

#include <string.h>

/* Folding multiplies before adding instead of after: rounding only, through up to twenty layers. */
static const double fold_tolerance = IN_DOUBLE ? 1e-10 : 1e-4;

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
test_fold (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  guint n_archs;
  const NnArch *archs = nn_archs (&n_archs);

  for (guint i = 0; i < n_archs; i++)
    {
      g_autoptr (NnGraph) graph = preset_graph (archs[i].name, 3, 16, 5), folded = NULL;
      g_autoptr (NnParams) params = nn_params_new (graph, 11, NULL), values = NULL;
      NnSource source = noise_source (3, 2, 3, 16, 16);
      g_autofree nn_real *expected = NULL, *actual = NULL;
      guint before = count_kind (graph, NN_OP_BATCH_NORM);

      stir_params (params, 60);
      g_assert_true (nn_fold_batch_norm (graph, params, &folded, &values, NULL));
      g_test_message ("%s: %u batch norms, %u stay", archs[i].name, before,
                      count_kind (folded, NN_OP_BATCH_NORM));
      /* DenseNet normalises before it convolves: what comes before is joined to other maps. */
      g_assert_cmpuint (count_kind (folded, NN_OP_BATCH_NORM), ==,
                        strcmp (archs[i].name, "densenet-mini") == 0 ? before : 0);

      expected = outputs_of (graph, params, workers, &source, 3);
      actual = outputs_of (folded, values, workers, &source, 3);
      for (guint j = 0; j < 15; j++)
        assert_close (actual[j], expected[j], fold_tolerance);
    }
}

/* A batch norm behind a max pool is folded before it, but not where a negative scale would make the
 * smallest value the largest; nor behind an average that counts zeros around the edge. */
static void
test_fold_before_pool (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  NnSource source = noise_source (3, 2, 2, 9, 9);

  for (guint variant = 0; variant < 3; variant++)
    {
      g_autoptr (NnBuilder) builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_maps (2, 9, 9)), norm;
      g_autoptr (NnGraph) graph = NULL, folded = NULL;
      g_autoptr (NnParams) params = NULL, values = NULL;
      g_autofree nn_real *expected = NULL, *actual = NULL;
      NnPoolSpec pool = { nn_stencil (3, 2, 1), variant == 2, variant == 2, FALSE };

      x = nn_builder_conv (builder, x, (NnConvSpec) { nn_stencil (3, 1, 1), 4, 1, FALSE });
      x = nn_builder_pool (builder, x, pool);
      norm = x = nn_builder_batch_norm (builder, x, (NnBatchNormSpec) { 1e-5f, 0.1f });
      nn_builder_output (builder, nn_builder_dense (builder, x, (NnDenseSpec) { 5, TRUE }));
      graph = nn_builder_seal (builder, NULL);
      params = nn_params_new (graph, 4, NULL);
      stir_params (params, 61);
      if (variant == 1)
        nn_params_poke (params, norm, NN_SLOT_WEIGHT, NULL)[2] = -1;
      g_assert_true (nn_fold_batch_norm (graph, params, &folded, &values, NULL));
      g_assert_cmpuint (count_kind (folded, NN_OP_BATCH_NORM), ==, variant == 0 ? 0 : 1);
      expected = outputs_of (graph, params, workers, &source, 3);
      actual = outputs_of (folded, values, workers, &source, 3);
      for (guint j = 0; j < 15; j++)
        assert_close (actual[j], expected[j], fold_tolerance);
    }
}

/* Every half precision number stays; what lies between two goes to the nearer, ties to the even
 * one. */
static void
test_half (void)
{
  double previous = -1;

  for (guint bits = 0; bits < 0x7c00; bits++)
    {
      guint exponent = bits >> 10, fraction = bits & 0x3ff;
      double value =
        exponent == 0 ? ldexp (fraction, -24) : ldexp (1024 + fraction, (int) exponent - 25);

      g_assert_cmpfloat (nn_grid_half ((float) value), ==, value);
      g_assert_cmpfloat (nn_grid_half ((float) -value), ==, -value);
      if (bits > 0)
        {
          double middle = (previous + value) / 2;

          g_assert_cmpfloat (nn_grid_half ((float) middle), ==, bits % 2 == 0 ? value : previous);
          g_assert_cmpfloat (nn_grid_half (nextafterf ((float) middle, 0)), ==, previous);
          g_assert_cmpfloat (nn_grid_half (nextafterf ((float) middle, INFINITY)), ==, value);
        }
      previous = value;
    }
  g_assert_cmpfloat (nn_grid_half (1e30f), ==, 65504);
  g_assert_cmpfloat (nn_grid_half (-70000), ==, -65504);
  g_assert_true (isnan (nn_grid_half (NAN)));
}

static void
check_grid (NnParams *params,
            NnNode    node,
            guint     bits,
            gboolean  per_channel)
{
  const NnWeightQuant *quant = nn_params_peek_quant (params, node);
  guint32 n_filters = nn_graph_node_shape (nn_params_graph (params), node).dims[1];
  double most = bits == 1 ? 1 : (double) ((1u << (bits - 1)) - 1);
  gsize n;
  const nn_real *weights = nn_params_peek (params, node, NN_SLOT_WEIGHT, &n);

  g_assert_nonnull (quant);
  g_assert_cmpuint (quant->bits, ==, bits);
  g_assert_cmpuint (quant->n_scales, ==, bits == 16 ? 0 : per_channel ? n_filters : 1);
  for (gsize i = 0; i < n; i++)
    {
      double scale, level;

      if (bits == 16)
        {
          g_assert_cmpfloat (weights[i], ==, nn_grid_half ((float) weights[i]));
          continue;
        }
      scale = (double) quant->scales[per_channel ? i / (n / n_filters) : 0];
      level = nearbyint ((double) weights[i] / scale);
      g_assert_cmpfloat (fabs (level), <=, most);
      g_assert_cmpfloat (weights[i], ==, (nn_real) scale * (nn_real) level);
      if (bits == 1)
        g_assert_cmpfloat (fabs (level), ==, 1);
    }
}

static void
test_grids (void)
{
  static const guint widths[] = { 16, 8, 4, 2, 1 };
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnGraph) graph = preset_graph ("vgg-mini", 3, 16, 5);
  g_autoptr (NnParams) params = nn_params_new (graph, 2, NULL);
  guint64 last_bytes = nn_packed_bytes (graph, params);

  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    for (guint per_channel = 0; per_channel < 2; per_channel++)
      {
        NnQuantSpec spec = { widths[i], per_channel };
        g_autoptr (NnGraph) coarse = NULL;
        g_autoptr (NnParams) levels = NULL;
        g_autoptr (GError) error = NULL;

        g_assert_true (nn_quantize (graph, params, &spec, NULL, workers, &coarse, &levels, &error));
        g_assert_no_error (error);
        g_assert_true (nn_params_is_frozen (levels));
        g_assert_cmpuint (count_kind (coarse, NN_OP_FAKE_QUANT), ==, 0);
        for (guint j = 0; j < nn_graph_n_nodes (coarse); j++)
          if (nn_graph_node_kind (coarse, (NnNode) j) == NN_OP_CONV ||
              nn_graph_node_kind (coarse, (NnNode) j) == NN_OP_DENSE)
            check_grid (levels, (NnNode) j, widths[i], per_channel);
        if (per_channel)
          {
            g_assert_cmpuint (nn_packed_bytes (coarse, levels), <, last_bytes);
            last_bytes = nn_packed_bytes (coarse, levels);
          }
      }
}

static void
test_fit (void)
{
  nn_real two[] = { (nn_real) 0.9, (nn_real) -1.1, (nn_real) 0.1, 1 };
  nn_real one[] = { (nn_real) 0.5, (nn_real) -1.5, 0, 1 };
  nn_real eight[] = { (nn_real) -1.27, (nn_real) 0.014, (nn_real) 0.016, 0 };
  nn_real zeros[] = { 0, 0 };
  float scale = nn_grid_fit (2, 4, two);

  /* Of the 32nds of 1.1, 29 come nearest to 1, the mean of the three large ones. */
  assert_close (scale, 1.1 * 29 / 32, 1e-6);
  g_assert_cmpfloat (two[2], ==, 0);
  g_assert_cmpfloat (two[0], ==, (nn_real) scale);
  g_assert_cmpfloat (two[1], ==, (nn_real) -scale);

  assert_close (nn_grid_fit (1, 4, one), 0.75, 1e-6);
  g_assert_cmpfloat (one[2], ==, 0.75);
  g_assert_cmpfloat (one[1], ==, -0.75);

  assert_close (nn_grid_fit (8, 4, eight), 0.01, 1e-6);
  assert_close (eight[0], -1.27, 1e-6);
  assert_close (eight[1], 0.01, 1e-6);
  assert_close (eight[2], 0.02, 1e-6);

  for (guint bits = 8; bits >= 2; bits /= 2)
    g_assert_cmpfloat (nn_grid_fit (bits, 2, zeros), ==, 1);
  g_assert_cmpfloat (nn_grid_fit (1, 2, zeros), ==, 0);
}

static void
test_unsigned (void)
{
  NnFakeQuantSpec around = nn_grid_unsigned (-1, 1.55), above = nn_grid_unsigned (0.5, 2.55);
  NnFakeQuantSpec below = nn_grid_unsigned (-2.55, -1), none = nn_grid_unsigned (0, 0);

  assert_close (around.scale, 0.01, 1e-6);
  g_assert_cmpint (around.zero_point, ==, 100);
  assert_close (above.scale, 0.01, 1e-6);
  g_assert_cmpint (above.zero_point, ==, 0);
  g_assert_cmpint (below.zero_point, ==, 255);
  g_assert_cmpfloat (none.scale, ==, 1);
  g_assert_cmpint (around.low, ==, 0);
  g_assert_cmpint (around.high, ==, 255);
}

/* Values around 0 with a few far out, of @sides signs: item i gives 100 of them. */
static void
fetch_outliers (const NnSource *source,
                guint           index,
                CvrRng         *rng,
                nn_real        *x,
                gint32         *label,
                float          *values)
{
  CvrRng draw = cvr_rng_new (index, 3);
  guint sides = GPOINTER_TO_UINT (source->data);

  for (guint i = 0; i < 100; i++)
    {
      double value = cvr_rng_normal (&draw);

      x[i] = (nn_real) (sides == 2 ? value : fabs (value));
    }
  if (index == 7)
    x[50] = 100;
  *label = 0;
}

/* The grid that the input of a network of one dense layer gets. */
static NnFakeQuantSpec
calibrated (NnCalibration calibration,
            double        percentile,
            guint         sides)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (1, 10, 10));
  NnSource source = { 200, nn_shape_maps (1, 10, 10), 2, 0, fetch_outliers,
                      GUINT_TO_POINTER (sides) };
  NnQuantSpec spec = nn_quant_spec_default (8);
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnGraph) graph = NULL;
  g_autoptr (NnParams) params = NULL;
  g_autoptr (NnGraph) rounded = NULL;
  g_autoptr (NnParams) levels = NULL;
  g_autoptr (GError) error = NULL;

  nn_builder_output (builder, nn_builder_dense (builder, x, (NnDenseSpec) { 2, TRUE }));
  graph = nn_builder_seal (builder, NULL);
  params = nn_params_new (graph, 1, NULL);
  spec.calibration = calibration;
  spec.percentile = percentile;
  g_assert_true (nn_quantize (graph, params, &spec, &source, workers, &rounded, &levels, &error));
  g_assert_no_error (error);
  g_assert_cmpint (nn_graph_node_kind (rounded, 1), ==, NN_OP_FAKE_QUANT);

  return nn_graph_node_attrs (rounded, 1)->fake_quant;
}

static double
top_of (NnFakeQuantSpec grid)
{
  return (double) grid.scale * (grid.high - grid.zero_point);
}

/* Of 20,000 values one is 100, the others end near 4. */
static void
test_calibration (void)
{
  for (guint sides = 1; sides <= 2; sides++)
    {
      NnFakeQuantSpec all = calibrated (NN_CALIBRATION_MIN_MAX, 99.99, sides);
      NnFakeQuantSpec most = calibrated (NN_CALIBRATION_PERCENTILE, 99.99, sides);
      NnFakeQuantSpec half = calibrated (NN_CALIBRATION_PERCENTILE, 97.5, sides);
      NnFakeQuantSpec everything = calibrated (NN_CALIBRATION_PERCENTILE, 100, sides);
      NnFakeQuantSpec entropy = calibrated (NN_CALIBRATION_ENTROPY, 0, sides);

      assert_close (top_of (all), 100, 0.01);
      assert_close (top_of (everything), 100, 0.01);
      /* Two values may go, so one of the ordinary ones too; a bin is 1/20 wide. */
      g_assert_cmpfloat (top_of (most), >, 3);
      g_assert_cmpfloat (top_of (most), <, 5);
      /* 1 in 40 is beyond 2.24 in size, or beyond 1.96 on one of two sides. */
      assert_close (top_of (half), sides == 1 ? 2.24 : 1.96, 0.05);
      /* Wide enough for the bulk, far from the one outlier. */
      g_test_message ("entropy: %g", top_of (entropy));
      g_assert_cmpfloat (top_of (entropy), >, 2.5);
      g_assert_cmpfloat (top_of (entropy), <, 15);
      g_assert_cmpint (all.zero_point > 0, ==, sides == 2);
      g_assert_cmpint (entropy.zero_point > 0, ==, sides == 2);
    }
}

/* What is spread evenly needs all its bins; a far bin that holds next to nothing goes. */
static void
test_entropy (void)
{
  g_autofree guint64 *bins = g_new (guint64, NN_CALIBRATION_BINS);
  guint kept;

  for (guint i = 0; i < NN_CALIBRATION_BINS; i++)
    bins[i] = 1000;
  g_assert_cmpuint (nn_calibrate_entropy (bins, 256), ==, NN_CALIBRATION_BINS);

  for (guint i = 0; i < NN_CALIBRATION_BINS; i++)
    bins[i] = (guint64) (1e6 * exp (-(double) i * i / (2.0 * 60 * 60)));
  bins[NN_CALIBRATION_BINS - 1] = 1;
  kept = nn_calibrate_entropy (bins, 128);
  g_test_message ("%u bins", kept);
  g_assert_cmpuint (kept, >=, 128);
  g_assert_cmpuint (kept, <, 360);

  memset (bins, 0, NN_CALIBRATION_BINS * sizeof *bins);
  g_assert_cmpuint (nn_calibrate_entropy (bins, 256), ==, NN_CALIBRATION_BINS);
}

/* A network that has learned, to see what rounding does to its answers. */
static NnParams *
learned (NnGraph   *graph,
         NnWorkers *workers)
{
  g_autoptr (NnParams) start = nn_params_new (graph, 7, NULL);
  NnSource train = bars_source (300, 3, 1, 12, 1), valid = bars_source (60, 3, 1, 12, 2);
  NnTrainSpec spec = nn_train_spec_default ();
  NnTrainResult result;

  spec.optim.lr = 0.005f;
  spec.epochs = 8;
  spec.batch = 16;
  g_assert_true (
    nn_train (graph, start, &spec, &train, &valid, workers, NULL, NULL, &result, NULL));
  g_assert_cmpfloat (result.val_accuracy, >, 0.95);

  return result.params;
}

static void
test_answers (void)
{
  static const struct { guint bits; double least; } cases[] = {
    { 16, 0.95 }, { 8, 0.95 }, { 4, 0.9 },
  };
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnGraph) graph = tiny_graph (1, 12, 3, TRUE);
  g_autoptr (NnParams) params = learned (graph, workers);
  NnSource train = bars_source (300, 3, 1, 12, 1), valid = bars_source (60, 3, 1, 12, 2);
  NnLossSpec loss = { NN_LOSS_CROSS_ENTROPY };
  NnEvaluation exact;

  g_assert_true (nn_evaluate (graph, params, &valid, &loss, 32, workers, NULL, NULL, &exact, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      NnQuantSpec spec = nn_quant_spec_default (cases[i].bits);
      g_autoptr (NnGraph) coarse = NULL;
      g_autoptr (NnParams) levels = NULL;
      g_autoptr (GError) error = NULL;
      NnEvaluation rounded;
      double farthest = 0;

      g_assert_true (nn_quantize (graph, params, &spec, &train, workers, &coarse, &levels, &error));
      g_assert_no_error (error);
      g_assert_true (
        nn_evaluate (coarse, levels, &valid, &loss, 32, workers, NULL, NULL, &rounded, NULL));
      for (guint j = 0; j < 180; j++)
        farthest =
          MAX (farthest, fabs ((double) (rounded.probabilities[j] - exact.probabilities[j])));
      g_test_message ("%u bits: accuracy %g, probabilities at most %g away", cases[i].bits,
                      rounded.accuracy, farthest);
      g_assert_cmpfloat (rounded.accuracy, >=, cases[i].least);
      if (cases[i].bits == 8)
        /* 256 levels in each of five roundings: a few percent of a probability near one half. */
        g_assert_cmpfloat (farthest, <, 0.1);
      nn_evaluation_clear (&rounded);
    }
  nn_evaluation_clear (&exact);
}

/* Two times conv, ReLU and pool, then dense: grids after the input and both ReLUs. */
static void
test_places (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnGraph) graph = tiny_graph (1, 12, 3, TRUE), coarse = NULL, again = NULL;
  g_autoptr (NnParams) params = nn_params_new (graph, 7, NULL), levels = NULL, same = NULL;
  NnSource source = bars_source (40, 3, 1, 12, 1);
  NnQuantSpec spec = nn_quant_spec_default (8);
  guint after_relu = 0, after_input = 0;

  g_assert_true (nn_quantize (graph, params, &spec, &source, workers, &coarse, &levels, NULL));
  for (guint i = 0; i < nn_graph_n_nodes (coarse); i++)
    if (nn_graph_node_kind (coarse, (NnNode) i) == NN_OP_FAKE_QUANT)
      {
        NnOpKind kind = nn_graph_node_kind (coarse, nn_graph_node_input (coarse, (NnNode) i, 0));
        const NnFakeQuantSpec *grid = &nn_graph_node_attrs (coarse, (NnNode) i)->fake_quant;

        after_relu += kind == NN_OP_ACTIVATION ? 1 : 0;
        after_input += kind == NN_OP_INPUT ? 1 : 0;
        if (kind == NN_OP_ACTIVATION)
          g_assert_cmpint (grid->zero_point, ==, 0);
      }
  g_assert_cmpuint (count_kind (coarse, NN_OP_FAKE_QUANT), ==, 3);
  g_assert_cmpuint (after_relu, ==, 2);
  g_assert_cmpuint (after_input, ==, 1);
  g_assert_cmpuint (count_kind (coarse, NN_OP_BATCH_NORM), ==, 0);

  /* What is quantized already gets no second grid. */
  g_assert_true (nn_quantize (coarse, levels, &spec, &source, workers, &again, &same, NULL));
  g_assert_cmpuint (count_kind (again, NN_OP_FAKE_QUANT), ==, 3);
}

static void
test_all_presets (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  guint n_archs;
  const NnArch *archs = nn_archs (&n_archs);

  for (guint i = 0; i < n_archs; i++)
    {
      g_autoptr (NnGraph) graph = preset_graph (archs[i].name, 3, 16, 5), coarse = NULL;
      g_autoptr (NnParams) params = nn_params_new (graph, 11, NULL), levels = NULL;
      NnSource source = noise_source (6, 5, 3, 16, 16);
      NnQuantSpec spec = nn_quant_spec_default (8);
      g_autoptr (GError) error = NULL;
      g_autofree nn_real *expected = NULL, *actual = NULL;
      double size = 0, off = 0;

      g_assert_true (
        nn_quantize (graph, params, &spec, &source, workers, &coarse, &levels, &error));
      g_assert_no_error (error);
      expected = outputs_of (graph, params, workers, &source, 6);
      actual = outputs_of (coarse, levels, workers, &source, 6);
      for (guint j = 0; j < 30; j++)
        {
          size += fabs ((double) expected[j]) / 30;
          off += fabs ((double) (actual[j] - expected[j])) / 30;
        }
      g_test_message ("%s: %g off %g", archs[i].name, off, size);
      /* Each rounding is off by a 500th of its layer's range; twenty of them in the deepest. */
      g_assert_cmpfloat (off, <, 0.15 * size);
    }
}

static void
test_packed_bytes (void)
{
  g_autoptr (NnGraph) graph = preset_graph ("perceptron", 1, 4, 2);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  NnNode node = nn_graph_find (graph, "fc1");
  float scales[2] = { 1, 1 };
  NnWeightQuant quant = { 8, 2, scales };
  nn_real *weights = nn_params_poke (params, node, NN_SLOT_WEIGHT, NULL);

  for (guint i = 0; i < 32; i++)
    weights[i] = 1;
  g_assert_cmpuint (nn_packed_bytes (graph, params), ==, 32 * 4 + 2 * 4);
  nn_params_set_quant (params, node, &quant);
  g_assert_cmpuint (nn_packed_bytes (graph, params), ==, 32 + 2 * 4 + 2 * 4);
  for (guint i = 0; i < 28; i++)
    weights[i] = 0;
  g_assert_cmpuint (nn_packed_bytes (graph, params), ==, 32 / 8 + 4 + 2 * 4 + 2 * 4);
  quant.bits = 1;
  nn_params_set_quant (params, node, &quant);
  g_assert_cmpuint (nn_packed_bytes (graph, params), ==, 4 + 2 * 4 + 2 * 4);
}

static void
test_refusals (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnGraph) graph = tiny_graph (1, 12, 3, TRUE);
  g_autoptr (NnParams) params = nn_params_new (graph, 7, NULL);
  NnSource other = bars_source (40, 3, 1, 13, 1);

  for (guint i = 0; i < 4; i++)
    {
      NnQuantSpec spec = nn_quant_spec_default (i == 0 ? 3 : 8);
      NnGraph *coarse = NULL;
      NnParams *levels = NULL;
      g_autoptr (GError) error = NULL;
      static const NnError codes[] = { NN_ERROR_SPEC, NN_ERROR_DATA, NN_ERROR_SHAPE,
                                       NN_ERROR_SPEC };

      if (i == 3)
        spec.batches = 0;
      g_assert_false (nn_quantize (graph, params, &spec, i == 1 ? NULL : &other, workers, &coarse,
                                   &levels, &error));
      g_assert_true (g_error_matches (error, NN_ERROR, (gint) codes[i]));
    }
}

/* One of 128 values, among others that are finite. */
static void
test_infinite_value (void)
{
  g_autoptr (NnGraph) graph = preset_graph ("mlp", 1, 6, 3), made = NULL;
  g_autoptr (NnParams) params = nn_params_new (graph, 7, NULL), rounded = NULL;
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  NnSource source = noise_source (12, 3, 1, 6, 6);
  NnQuantSpec spec = nn_quant_spec_default (8);
  g_autoptr (GError) error = NULL;

  spec.batch = 4;
  nn_params_poke (params, nn_graph_find (graph, "fc1"), NN_SLOT_BIAS, NULL)[0] = (nn_real) INFINITY;
  g_assert_false (nn_quantize (graph, params, &spec, &source, workers, &made, &rounded, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_DATA);
}

static gboolean
two_batches (gpointer data)
{
  guint *n = data;

  return (*n)++ < 2;
}

static void
test_cancelled (void)
{
  g_autoptr (NnGraph) graph = preset_graph ("lenet5", 1, 16, 3), made = NULL;
  g_autoptr (NnParams) params = nn_params_new (graph, 3, NULL), rounded = NULL;
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  NnSource source = noise_source (12, 3, 1, 16, 16);
  NnQuantSpec spec = nn_quant_spec_default (8);
  g_autoptr (GError) error = NULL;
  guint n = 0;

  spec.batch = 4;
  spec.keep_going = two_batches;
  spec.data = &n;
  g_assert_false (nn_quantize (graph, params, &spec, &source, workers, &made, &rounded, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_CANCELLED);
  g_assert_cmpuint (n, ==, 3);
  g_assert_null (made);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/quant/folding-batch-norms-changes-nothing", test_fold);
  g_test_add_func ("/learn/quant/folding-looks-through-max-pools", test_fold_before_pool);
  g_test_add_func ("/learn/quant/half-precision-rounds-to-nearest-even", test_half);
  g_test_add_func ("/learn/quant/weights-lie-on-their-grids", test_grids);
  g_test_add_func ("/learn/quant/scales-fit-small-rows", test_fit);
  g_test_add_func ("/learn/quant/byte-grids-include-zero", test_unsigned);
  g_test_add_func ("/learn/quant/calibrations-end-where-they-say", test_calibration);
  g_test_add_func ("/learn/quant/entropy-cuts-what-is-rare", test_entropy);
  g_test_add_func ("/learn/quant/eight-bits-answer-like-floats", test_answers);
  g_test_add_func ("/learn/quant/activations-are-rounded-after-relu", test_places);
  g_test_add_func ("/learn/quant/every-preset-quantizes", test_all_presets);
  g_test_add_func ("/learn/quant/packed-bytes-count-bits-and-bitmaps", test_packed_bytes);
  g_test_add_func ("/learn/quant/nonsense-is-refused", test_refusals);
  g_test_add_func ("/learn/quant/infinite-value-is-refused", test_infinite_value);
  g_test_add_func ("/learn/quant/ends-between-batches", test_cancelled);

  return g_test_run ();
}
