/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Activations: values by hand, NaN, gradients against differences. */
#include "nn-test-graph.h"

#include <math.h>

static const float alphas[NN_N_ACTIVATIONS] = { 0, 0.1f, 0.7f, 0, 0, 0 };

static NnGraph *
graph_of (NnActivation function,
          NnShape      in)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, in);

  return nn_test_seal (
    builder, nn_builder_activation (builder, x, (NnActivationSpec) { function, alphas[function] }));
}

static double
by_definition (NnActivation function,
               double       x)
{
  double alpha = (double) alphas[function];

  switch (function)
    {
    case NN_ACTIVATION_RELU:
      return MAX (x, 0);
    case NN_ACTIVATION_LEAKY_RELU:
      return x > 0 ? x : alpha * x;
    case NN_ACTIVATION_ELU:
      return x > 0 ? x : alpha * (exp (x) - 1);
    case NN_ACTIVATION_SIGMOID:
      return 1 / (1 + exp (-x));
    case NN_ACTIVATION_TANH:
      return (exp (x) - exp (-x)) / (exp (x) + exp (-x));
    case NN_ACTIVATION_RELU6:
      return CLAMP (x, 0, 6);
    case NN_N_ACTIVATIONS:
    default:
      g_assert_not_reached ();
    }
}

static void
test_values (void)
{
  static const nn_real x[] = { -9, -1, (nn_real) -0.25, 0, (nn_real) 0.5, 2, 5, 7 };

  for (guint f = 0; f < NN_N_ACTIVATIONS; f++)
    {
      g_autoptr (NnGraph) graph = graph_of (f, nn_shape_vector (G_N_ELEMENTS (x)));
      g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
      g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 1, NN_EXEC_INFER, NULL);
      g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);

      memcpy (nn_exec_input (exec, 0), x, sizeof x);
      nn_exec_forward (exec, params, 1, 0);
      for (guint i = 0; i < G_N_ELEMENTS (x); i++)
        g_assert_cmpfloat (
          fabs ((double) nn_exec_output (exec, 0)[i] - by_definition (f, (double) x[i])), <, 1e-12);
    }
}

static void
test_nan_passes (void)
{
  for (guint f = 0; f < NN_N_ACTIVATIONS; f++)
    {
      g_autoptr (NnGraph) graph = graph_of (f, nn_shape_vector (33));
      g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
      g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 1, NN_EXEC_INFER, NULL);
      g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);

      for (guint i = 0; i < 33; i++)
        nn_exec_input (exec, 0)[i] = (nn_real) NAN;
      nn_exec_forward (exec, params, 1, 0);
      for (guint i = 0; i < 33; i++)
        g_assert_true (isnan (nn_exec_output (exec, 0)[i]));
    }
}

static void
test_gradients (void)
{
  for (guint f = 0; f < NN_N_ACTIVATIONS; f++)
    {
      g_autoptr (NnGraph) graph = graph_of (f, nn_shape_maps (3, 5, 3));

      nn_test_check_gradients (graph, 1, 60 + f);
      nn_test_check_gradients (graph, 3, 70 + f);
    }
}

/* The node before is read again: its gradient is added to, not overwritten. */
static void
test_gradients_add (void)
{
  for (guint f = 0; f < NN_N_ACTIVATIONS; f++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_vector (5));
      NnNode a = nn_builder_dense (builder, x, (NnDenseSpec) { 4, TRUE });
      NnNode b = nn_builder_activation (builder, a, (NnActivationSpec) { f, alphas[f] });
      g_autoptr (NnGraph) graph = nn_test_seal (builder, nn_builder_add (builder, a, b));

      nn_test_check_gradients (graph, 3, 80 + f);
    }
}

static void
test_refuses_negative_alpha (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_vector (5));
  g_autoptr (GError) error = NULL;

  nn_builder_output (
    builder, nn_builder_activation (builder, x, (NnActivationSpec) { NN_ACTIVATION_ELU, -1 }));
  g_assert_null (nn_builder_seal (builder, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SPEC);
  nn_builder_free (builder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/activation/values", test_values);
  g_test_add_func ("/ops/activation/nan-passes", test_nan_passes);
  g_test_add_func ("/ops/activation/gradients", test_gradients);
  g_test_add_func ("/ops/activation/gradients-add", test_gradients_add);
  g_test_add_func ("/ops/activation/refuses-negative-alpha", test_refuses_negative_alpha);

  return g_test_run ();
}
