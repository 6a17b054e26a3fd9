/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Activations: values by hand, NaN, gradients against differences. */
#include "nn-test-graph.h"

#include <math.h>

/* What stands at @alpha and @beta of each; constants of the papers or odd ones. */
static const NnActivationSpec specs[NN_N_ACTIVATIONS] = {
  [NN_ACTIVATION_LEAKY_RELU] = { 0, 0.1f, 0 },
  [NN_ACTIVATION_ELU] = { 0, 0.7f, 0 },
  [NN_ACTIVATION_HARD_SIGMOID] = { 0, 0.4f, 0.45f },
  [NN_ACTIVATION_CLIP] = { 0, -0.7f, 1.1f },
  [NN_ACTIVATION_SELU] = { 0, 1.67326324f, 1.05070099f },
};

static NnActivationSpec
spec_of (NnActivation function)
{
  return (NnActivationSpec) { function, specs[function].alpha, specs[function].beta };
}

static NnGraph *
graph_of (NnActivation function,
          NnShape      in)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, in);

  return nn_test_seal (builder, nn_builder_activation (builder, x, spec_of (function)));
}

static double
of_imports_by_definition (NnActivation function,
                          double       x)
{
  switch (function)
    {
    case NN_ACTIVATION_EXP:
      return exp (x);
    case NN_ACTIVATION_LOG:
      return log (x);
    case NN_ACTIVATION_SQRT:
      return sqrt (x);
    case NN_ACTIVATION_ERF:
      return erf (x);
    case NN_ACTIVATION_ABS:
      return x < 0 ? -x : x;
    case NN_ACTIVATION_NEGATE:
      return -x;
    case NN_ACTIVATION_RECIPROCAL:
      return 1 / x;
    case NN_ACTIVATION_FLOOR:
      return floor (x);
    case NN_ACTIVATION_CEIL:
      return ceil (x);
    case NN_ACTIVATION_ROUND:
      return fabs (x - floor (x)) == 0.5 ? 2 * floor (x / 2 + 0.5) : floor (x + 0.5);
    case NN_ACTIVATION_TRUNCATE:
      return x < 0 ? ceil (x) : floor (x);
    case NN_ACTIVATION_HALF:
      return x; /* the numbers of these tests fit */
    case NN_ACTIVATION_NONZERO:
      return x != 0;
    default:
      g_assert_not_reached ();
    }
}

static double
by_definition (NnActivation function,
               double       x)
{
  double alpha = (double) specs[function].alpha, beta = (double) specs[function].beta;

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
    case NN_ACTIVATION_HARD_SIGMOID:
      return CLAMP (alpha * x + beta, 0, 1);
    case NN_ACTIVATION_HARD_SWISH:
      return x * CLAMP (x / 6 + 0.5, 0, 1);
    case NN_ACTIVATION_CLIP:
      return CLAMP (x, alpha, beta);
    case NN_ACTIVATION_SOFTPLUS:
      return log (1 + exp (x));
    case NN_ACTIVATION_SELU:
      return beta * (x > 0 ? x : alpha * (exp (x) - 1));
    default:
      return of_imports_by_definition (function, x);
    }
}

static void
test_values (void)
{
  static const nn_real x[] = { -9, -2.5f, -1, -0.25f, 0, 0.5f, 1.5f, 2, 5, 7 };

  for (guint f = 0; f < NN_N_ACTIVATIONS; f++)
    {
      g_autoptr (NnGraph) graph = graph_of (f, nn_shape_vector (G_N_ELEMENTS (x)));
      g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
      g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 1, NN_EXEC_INFER, NULL);
      g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);

      memcpy (nn_exec_input (exec, 0), x, sizeof x);
      nn_exec_forward (exec, params, 1, 0);
      for (guint i = 0; i < G_N_ELEMENTS (x); i++)
        {
          double y = (double) nn_exec_output (exec, 0)[i];
          double expected = by_definition (f, (double) x[i]);

          /* A few roundings of numbers up to 1,100; logarithms of what is not above 0 as in C. */
          if (isfinite (expected))
            g_assert_cmpfloat (fabs (y - expected), <, 1e-12);
          else
            g_assert_true (isnan (expected) ? isnan (y) : y == expected);
        }
    }
}

/* Ties to even, what is too large to infinity, what is too small to 0 or the smallest half. */
static void
test_halves (void)
{
  static const double x[] = { 0.1, 65519, 65520, -1e6, 1e-8, 6e-8, 2049, 2051 };
  static const double expected[] = { 0.0999755859375, 65504, (double) INFINITY, -(double) INFINITY,
                                     0, 5.9604644775390625e-8, 2048, 2052 };
  g_autoptr (NnGraph) graph = graph_of (NN_ACTIVATION_HALF, nn_shape_vector (G_N_ELEMENTS (x)));
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 1, NN_EXEC_TRAIN, NULL);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  nn_real g[G_N_ELEMENTS (x)];

  for (guint i = 0; i < G_N_ELEMENTS (x); i++)
    {
      nn_exec_input (exec, 0)[i] = (nn_real) x[i];
      g[i] = (nn_real) (i + 1);
    }
  nn_exec_forward (exec, params, 1, 0);
  nn_exec_backward (exec, params, 1, g, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (x); i++)
    {
      g_assert_cmpfloat ((double) nn_exec_output (exec, 0)[i], ==, expected[i]);
      g_assert_cmpfloat (nn_exec_gradient (exec, 0)[i], ==, g[i]); /* straight through */
    }
}

/* NaN is not 0. */
static void
test_nan_passes (void)
{
  for (guint f = 0; f < NN_ACTIVATION_NONZERO; f++) /* NaN is not 0. */
    {
      g_autoptr (NnGraph) graph = graph_of (f, nn_shape_vector (33));
      g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
      g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 1, NN_EXEC_INFER, NULL);
      g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);

      for (guint i = 0; i < 33; i++)
        nn_exec_input (exec, 0)[i] = (nn_real) NAN;
      nn_exec_forward (exec, params, 1, 0);
      for (guint i = 0; i < 33; i++)
        if (f == NN_ACTIVATION_NONZERO)
          g_assert_cmpfloat (nn_exec_output (exec, 0)[i], ==, 1);
        else
          g_assert_true (isnan (nn_exec_output (exec, 0)[i]));
    }
}

/* Rounding to halves passes its gradient straight through, which no difference shows. */
static gboolean
has_differences (NnActivation function)
{
  return function != NN_ACTIVATION_HALF;
}

/* Functions that have no value, or none that is smooth, everywhere stand behind an exponential. */
static NnNode
into_domain (NnBuilder   *builder,
             NnNode       x,
             NnActivation function)
{
  if (function != NN_ACTIVATION_LOG && function != NN_ACTIVATION_SQRT &&
      function != NN_ACTIVATION_RECIPROCAL)
    return x;

  return nn_builder_activation (builder, x, (NnActivationSpec) { NN_ACTIVATION_EXP });
}

static void
test_gradients (void)
{
  for (guint f = 0; f < NN_N_ACTIVATIONS; f++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode x = into_domain (builder, nn_builder_input (builder, nn_shape_maps (3, 5, 3)), f);
      g_autoptr (NnGraph) graph = nn_test_seal (builder,
                                                nn_builder_activation (builder, x, spec_of (f)));

      if (!has_differences (f))
        continue;
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
      NnNode a = into_domain (builder, nn_builder_dense (builder, x, (NnDenseSpec) { 4, TRUE }), f);
      NnNode b = nn_builder_activation (builder, a, spec_of (f));
      g_autoptr (NnGraph) graph = nn_test_seal (builder, nn_builder_add (builder, a, b));

      if (has_differences (f))
        nn_test_check_gradients (graph, 3, 80 + f);
    }
}

/* Values of size 7 or so: beyond the bounds of all that have some. */
static void
test_gradients_beyond_bounds (void)
{
  static const NnActivation bounded[] = { NN_ACTIVATION_RELU6, NN_ACTIVATION_HARD_SIGMOID,
                                          NN_ACTIVATION_HARD_SWISH, NN_ACTIVATION_CLIP };

  for (guint i = 0; i < G_N_ELEMENTS (bounded); i++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_vector (6));
      NnNode a = nn_builder_dense (builder, x, (NnDenseSpec) { 6, FALSE });
      NnNode b = nn_builder_dense (builder, a, (NnDenseSpec) { 9, TRUE });
      NnNode c = nn_builder_activation (builder, b, spec_of (bounded[i]));
      g_autoptr (NnGraph) graph = nn_test_seal (builder, c);

      nn_test_check_gradients (graph, 3, 90 + i);
    }
}

static void
test_refuses_wrong_numbers (void)
{
  static const NnActivationSpec wrong[] = {
    { NN_ACTIVATION_ELU, -1, 0 },        { NN_ACTIVATION_LEAKY_RELU, NAN, 0 },
    { NN_ACTIVATION_CLIP, NAN, 1 },      { NN_ACTIVATION_HARD_SIGMOID, 1, INFINITY },
    { NN_ACTIVATION_SELU, -INFINITY, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_vector (5));

      nn_test_assert_refused (builder, nn_builder_activation (builder, x, wrong[i]), NN_ERROR_SPEC);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/activation/values", test_values);
  g_test_add_func ("/ops/activation/halves", test_halves);
  g_test_add_func ("/ops/activation/nan-passes", test_nan_passes);
  g_test_add_func ("/ops/activation/gradients", test_gradients);
  g_test_add_func ("/ops/activation/gradients-add", test_gradients_add);
  g_test_add_func ("/ops/activation/gradients-beyond-bounds", test_gradients_beyond_bounds);
  g_test_add_func ("/ops/activation/refuses-wrong-numbers", test_refuses_wrong_numbers);

  return g_test_run ();
}
