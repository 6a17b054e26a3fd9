/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layout of the block, initial values, freezing, copies. */
#include "nn-test-graph.h"

#include <math.h>
#include <string.h>

static NnGraph *
small_net (NnActivation function)
{
  NnBuilder *b = nn_builder_new ();
  NnNode x = nn_builder_input (b, nn_shape_maps (16, 4, 4));
  NnNode c = nn_builder_conv (b, x, (NnConvSpec) { nn_stencil (3, 1, 1), 64, 1, TRUE });
  NnNode n = nn_builder_batch_norm (b, c, (NnBatchNormSpec) { 1e-5f, 0.1f });
  NnNode a = nn_builder_activation (
    b, n, (NnActivationSpec) { function, function == NN_ACTIVATION_LEAKY_RELU ? 0.5f : 0 });

  return nn_test_seal (b, nn_builder_dense (b, a, (NnDenseSpec) { 10, TRUE }));
}

static void
test_block (void)
{
  g_autoptr (NnGraph) graph = small_net (NN_ACTIVATION_RELU);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  gsize conv = 64 * 16 * 9, n_trainable = conv + 64 + 64 + 64 + 10240 + 10, offset, n;

  g_assert_cmpuint (nn_params_n_trainable (params), ==, n_trainable);
  g_assert_cmpuint (nn_params_n_trainable (params), ==, nn_graph_n_values (graph));
  g_assert_cmpuint (nn_params_n_values (params), ==, n_trainable + 128);
  g_assert_true (nn_params_slot_range (params, 2, NN_SLOT_BIAS, &offset, &n));
  g_assert_cmpuint (offset, ==, conv + 64 + 64);
  g_assert_cmpuint (n, ==, 64);
  g_assert_true (nn_params_slot_range (params, 2, NN_SLOT_MEAN, &offset, &n));
  g_assert_cmpuint (offset, ==, n_trainable);
  g_assert_false (nn_params_slot_range (params, 1, NN_SLOT_MEAN, &offset, &n));
  g_assert_null (nn_params_peek (params, 3, NN_SLOT_WEIGHT, &n));
  g_assert_cmpuint (n, ==, 0);
  g_assert_true (nn_params_peek (params, 2, NN_SLOT_BIAS, &n) ==
                 nn_params_peek_all (params) + conv + 128);
}

static void
moments_of (NnParams *params,
            NnNode    node,
            double   *variance,
            double   *largest,
            gsize    *n)
{
  const nn_real *w = nn_params_peek (params, node, NN_SLOT_WEIGHT, n);

  *variance = *largest = 0;
  for (gsize i = 0; i < *n; i++)
    {
      *variance += (double) w[i] * (double) w[i] / (double) *n;
      *largest = MAX (*largest, fabs ((double) w[i]));
    }
}

/* He through the batch norm before ReLU, narrower before a leaky one; Xavier before tanh and at the
 * end. */
static void
test_initial_values (void)
{
  static const struct
  {
    NnActivation function;
    double       variance;
    gboolean     bounded;
  } cases[] = { { NN_ACTIVATION_RELU, 2.0 / 144, FALSE },
                { NN_ACTIVATION_LEAKY_RELU, 2.0 / (1.25 * 144), FALSE },
                { NN_ACTIVATION_TANH, 2.0 / (144 + 576), TRUE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NnGraph) graph = small_net (cases[i].function);
      g_autoptr (NnParams) params = nn_params_new (graph, 7, NULL);
      double variance, largest;
      gsize n;

      moments_of (params, 1, &variance, &largest, &n);
      /* Six standard errors of a variance estimated from 9,216 values. */
      g_assert_cmpfloat (fabs (variance / cases[i].variance - 1), <, 6 * sqrt (2.0 / (double) n));
      g_assert_true (cases[i].bounded == (largest <= sqrt (3 * cases[i].variance)));
      moments_of (params, 4, &variance, &largest, &n);
      g_assert_cmpfloat (largest, <=, sqrt (6.0 / (1024 + 10)));
      g_assert_cmpfloat (nn_params_peek (params, 1, NN_SLOT_BIAS, NULL)[3], ==, 0);
      g_assert_cmpfloat (nn_params_peek (params, 2, NN_SLOT_WEIGHT, NULL)[3], ==, 1);
      g_assert_cmpfloat (nn_params_peek (params, 2, NN_SLOT_MEAN, NULL)[3], ==, 0);
      g_assert_cmpfloat (nn_params_peek (params, 2, NN_SLOT_VARIANCE, NULL)[3], ==, 1);
    }
}

static void
test_seed_decides (void)
{
  g_autoptr (NnGraph) graph = small_net (NN_ACTIVATION_RELU);
  g_autoptr (NnParams) a = nn_params_new (graph, 7, NULL);
  g_autoptr (NnParams) b = nn_params_new (graph, 7, NULL);
  g_autoptr (NnParams) c = nn_params_new (graph, 8, NULL);
  gsize size = nn_params_n_values (a) * sizeof (nn_real);

  g_assert_cmpmem (nn_params_peek_all (a), size, nn_params_peek_all (b), size);
  g_assert_cmpint (memcmp (nn_params_peek_all (a), nn_params_peek_all (c), size), !=, 0);
}

static void
test_frozen_gives_nothing_to_write (void)
{
  g_autoptr (NnGraph) graph = small_net (NN_ACTIVATION_RELU);
  g_autoptr (NnParams) params = nn_params_new (graph, 7, NULL);
  g_autoptr (NnParams) copy = NULL;
  gsize n = 5;

  g_assert_nonnull (nn_params_poke_all (params));
  nn_params_freeze (params);
  g_assert_true (nn_params_is_frozen (params));
  g_assert_null (nn_params_poke_all (params));
  g_assert_null (nn_params_poke (params, 1, NN_SLOT_WEIGHT, &n));
  g_assert_cmpuint (n, ==, 0);
  copy = nn_params_copy (params);
  g_assert_false (nn_params_is_frozen (copy));
  nn_params_poke_all (copy)[0] = 99;
  g_assert_cmpfloat (nn_params_peek_all (params)[0], !=, 99);
}

static void
test_quant_is_copied (void)
{
  g_autoptr (NnGraph) graph = small_net (NN_ACTIVATION_RELU);
  g_autoptr (NnParams) params = nn_params_new (graph, 7, NULL);
  g_autoptr (NnParams) copy = NULL;
  float scales[] = { 1, 2, 3 };

  g_assert_null (nn_params_peek_quant (params, 1));
  nn_params_set_quant (params, 1, &(NnWeightQuant) { 8, 3, scales });
  scales[1] = 99;
  copy = nn_params_copy (params);
  nn_params_set_quant (params, 1, NULL);
  g_assert_null (nn_params_peek_quant (params, 1));
  g_assert_cmpuint (nn_params_peek_quant (copy, 1)->bits, ==, 8);
  g_assert_cmpfloat (nn_params_peek_quant (copy, 1)->scales[1], ==, 2);
}

/* Two layers of four times 10¹⁸ weights: their bytes do not fit a gsize. */
static void
test_too_large_is_an_error (void)
{
  NnBuilder *b = nn_builder_new ();
  NnNode x = nn_builder_input (b, nn_shape_vector (2000000000));
  NnNode y = nn_builder_dense (b, x, (NnDenseSpec) { 2000000000, TRUE });
  g_autoptr (NnGraph)
    graph = nn_test_seal (b, nn_builder_dense (b, y, (NnDenseSpec) { 2000000000, TRUE }));
  g_autoptr (GError) error = NULL;

  g_assert_null (nn_params_new (graph, 1, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_NO_MEMORY);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/params/block", test_block);
  g_test_add_func ("/engine/params/initial-values", test_initial_values);
  g_test_add_func ("/engine/params/seed-decides", test_seed_decides);
  g_test_add_func ("/engine/params/frozen-gives-nothing-to-write",
                   test_frozen_gives_nothing_to_write);
  g_test_add_func ("/engine/params/quant-is-copied", test_quant_is_copied);
  g_test_add_func ("/engine/params/too-large-is-an-error", test_too_large_is_an_error);

  return g_test_run ();
}
