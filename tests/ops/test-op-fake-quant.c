/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fake quantization: rounding, clamping, and the straight-through gradient. */
#include "nn-test-graph.h"

/* Halves go to the even level; −1.5/0.5 + 3 = 0 is the lowest level, 6 the highest. */
static const NnFakeQuantSpec spec = { 0.5f, 3, 0, 6 };
static const nn_real x[] = { -9, -1.75f, -1.5f, -0.25f, 0.25f, 0.75f, 1.2f, 1.5f, 1.75f, 9 };
static const nn_real expected[] = { -1.5f, -1.5f, -1.5f, 0, 0, 1, 1, 1.5f, 1.5f, 1.5f };
/* 1.75/0.5 = 3.5 rounds to the even 4, level 7: clamped. −1.75 rounds to −4, level −1: clamped. */
static const gboolean inside[] = { FALSE, FALSE, TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, FALSE, FALSE };

static void
test_values_and_gradient (void)
{
  enum { N = G_N_ELEMENTS (x) };
  NnBuilder *builder = nn_builder_new ();
  NnNode in = nn_builder_input (builder, nn_shape_vector (N));
  g_autoptr (NnGraph) graph = nn_test_seal (builder, nn_builder_fake_quant (builder, in, spec));
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 1, NN_EXEC_TRAIN, NULL);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  nn_real g[N];

  memcpy (nn_exec_input (exec, 0), x, sizeof x);
  nn_exec_forward (exec, params, 1, 0);
  for (guint i = 0; i < N; i++)
    {
      g_assert_cmpfloat (nn_exec_output (exec, 0)[i], ==, expected[i]);
      g[i] = (nn_real) (i + 1);
    }
  nn_exec_backward (exec, params, 1, g, TRUE);
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat (nn_exec_gradient (exec, 0)[i], ==, inside[i] ? (nn_real) (i + 1) : 0);
}

/* Two readers of one node: the gradients add up. */
static void
test_gradient_adds (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode in = nn_builder_input (builder, nn_shape_vector (3));
  NnNode a = nn_builder_fake_quant (builder, in, spec);
  g_autoptr (NnGraph) graph = nn_test_seal (builder, nn_builder_add (builder, a, in));
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 1, NN_EXEC_TRAIN, NULL);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  static const nn_real values[] = { 0.3f, 9, -0.1f }, g[] = { 1, 10, 100 }, sums[] = { 2, 10, 200 };

  memcpy (nn_exec_input (exec, 0), values, sizeof values);
  nn_exec_forward (exec, params, 1, 0);
  nn_exec_backward (exec, params, 2, g, TRUE);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat (nn_exec_gradient (exec, 0)[i], ==, sums[i]);
}

static void
test_refuses_a_grid_without_levels (void)
{
  static const NnFakeQuantSpec specs[] = {
    { 0, 0, 0, 1 }, { -1, 0, 0, 1 }, { 1, 0, 2, 1 }, { 1, 0, 0, 1 << 30 }
  };

  for (guint i = 0; i < G_N_ELEMENTS (specs); i++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode in = nn_builder_input (builder, nn_shape_vector (3));

      nn_test_assert_refused (builder, nn_builder_fake_quant (builder, in, specs[i]),
                              NN_ERROR_SPEC);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/fake-quant/values-and-gradient", test_values_and_gradient);
  g_test_add_func ("/ops/fake-quant/gradient-adds", test_gradient_adds);
  g_test_add_func ("/ops/fake-quant/refuses-a-grid-without-levels",
                   test_refuses_a_grid_without_levels);

  return g_test_run ();
}
