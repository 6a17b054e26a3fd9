/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network whose answers can be worked out in the head. */
#include "model-test.h"

#include <string.h>

CvrModel *
model_test_new (void)
{
  static const char *const classes[] = { "left", "middle", "right", NULL };
  CvrPreprocess preprocess = cvr_preprocess_default (SESSION_TEST_SIDE, SESSION_TEST_SIDE, 1);
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  g_autoptr (NnParams) params = NULL;
  g_autoptr (NnGraph) graph = NULL;
  NnNode x = nn_builder_input (builder, nn_shape_maps (1, SESSION_TEST_SIDE, SESSION_TEST_SIDE));
  float *weights, *biases;
  gsize n;

  x = nn_builder_conv (builder, x, (NnConvSpec) { nn_stencil (3, 1, 1), 4, 1, TRUE });
  x = nn_builder_activation (builder, x, (NnActivationSpec) { NN_ACTIVATION_RELU });
  x = nn_builder_pool (builder, x, (NnPoolSpec) { nn_stencil (2, 2, 0) });
  x = nn_builder_dense (builder, x, (NnDenseSpec) { 3, TRUE });
  nn_builder_name (builder, x, "fc1");
  nn_builder_output (builder, x);
  graph = nn_builder_seal (builder, NULL);
  g_assert_nonnull (graph);

  params = nn_params_new_empty (graph, NULL);
  weights = nn_params_poke (params, nn_graph_find (graph, "conv1"), NN_SLOT_WEIGHT, &n);
  biases = nn_params_poke (params, nn_graph_find (graph, "conv1"), NN_SLOT_BIAS, NULL);
  weights[4] = 1;
  weights[9 + 4] = 2;
  for (guint i = 0; i < 3; i++)
    {
      weights[18 + i] = -1;
      weights[18 + 6 + i] = 1;
    }
  for (guint i = 0; i < 9; i++)
    weights[27 + i] = -1;
  biases[3] = -0.5f;
  weights = nn_params_poke (params, nn_graph_find (graph, "fc1"), NN_SLOT_WEIGHT, &n);
  for (gsize i = 0; i < n; i++)
    weights[i] = (float) ((gint) (i * 7 % 11) - 5) / 16;

  return cvr_model_new (graph, params, classes, &preprocess, NULL);
}
