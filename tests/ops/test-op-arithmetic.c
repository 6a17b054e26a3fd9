/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arithmetic: values by hand, broadcasting against its definition, gradients of every function. */
#include "nn-test-graph.h"

#include <math.h>
#include <string.h>

static NnNode
pair (NnBuilder    *builder,
      NnArithmetic  function,
      NnNode        a,
      NnNode        b)
{
  return nn_builder_node (builder, NN_OP_ARITHMETIC, &(NnAttrs) { .arithmetic = { function } },
                          (NnNode[]) { a, b }, 2);
}

static double
by_definition (NnArithmetic function,
               double       a,
               double       b)
{
  switch (function)
    {
    case NN_ARITHMETIC_ADD:
      return a + b;
    case NN_ARITHMETIC_SUB:
      return a - b;
    case NN_ARITHMETIC_MUL:
      return a * b;
    case NN_ARITHMETIC_DIV:
      return a / b;
    case NN_ARITHMETIC_POW:
      return pow (a, b);
    case NN_ARITHMETIC_MAX:
      return fmax (a, b);
    case NN_ARITHMETIC_MIN:
      return fmin (a, b);
    case NN_ARITHMETIC_PRELU:
      return a < 0 ? a * b : a;
    case NN_N_ARITHMETICS:
    default:
      g_assert_not_reached ();
    }
}

static void
test_values (void)
{
  static const double a[] = { 2, 0.5, 3, 4, 0.25 }, b[] = { 2, -1, 0.5, 3, 0.25 };

  for (guint f = 0; f < NN_N_ARITHMETICS; f++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_vector (5));
      NnNode y = nn_builder_input (builder, nn_shape_vector (5));
      g_autoptr (NnGraph) graph = nn_test_seal (builder, pair (builder, f, x, y));
      double inputs[10], expected[5];

      memcpy (inputs, a, sizeof a);
      memcpy (inputs + 5, b, sizeof b);
      for (guint i = 0; i < 5; i++)
        expected[i] = by_definition (f, a[i], b[i]);
      nn_test_check_values (graph, 1, inputs, NULL, NULL, expected, 5);
    }
}

/* Shapes as they meet in imported networks. @shared: which of the two is a constant. */
typedef struct
{
  NnShape a, b;
  guint shared;
} Case;

static const Case cases[] = {
  { { 4, { 1, 3, 5, 4 } }, { 4, { 1, 3, 5, 4 } }, 0 }, /* the same shape */
  { { 4, { 1, 3, 5, 4 } }, { 0 }, 2 },                 /* a number */
  { { 0 }, { 4, { 1, 3, 5, 4 } }, 1 },
  { { 4, { 1, 3, 5, 4 } }, { 1, { 1 } }, 2 },
  { { 4, { 1, 3, 5, 4 } }, { 3, { 3, 1, 1 } }, 2 }, /* per channel */
  { { 4, { 1, 3, 5, 4 } }, { 4, { 1, 3, 1, 1 } }, 2 },
  { { 4, { 1, 3, 1, 1 } }, { 4, { 1, 3, 5, 4 } }, 0 }, /* squeeze and excitation */
  { { 4, { 1, 1, 5, 4 } }, { 4, { 1, 3, 1, 1 } }, 0 }, /* both grow */
  { { 4, { 1, 3, 5, 4 } }, { 1, { 4 } }, 2 },          /* along the last axis */
  { { 4, { 1, 3, 5, 4 } }, { 2, { 5, 1 } }, 2 },
  { { 3, { 3, 5, 4 } }, { 4, { 1, 3, 5, 4 } }, 1 }, /* a whole item */
  { { 2, { 1, 6 } }, { 1, { 6 } }, 2 },
  { { 2, { 1, 6 } }, { 2, { 1, 1 } }, 0 },
  { { 3, { 1, 7, 1 } }, { 3, { 1, 1, 3 } }, 2 },
  { { 5, { 1, 2, 1, 3, 1 } }, { 5, { 1, 1, 2, 1, 3 } }, 0 },
};

/* The one of @shape's values that result @index (over [batch, out]) reads. */
static gsize
source_of (const NnShape *shape,
           gboolean       shared,
           const NnShape *out,
           gsize          index)
{
  gsize place = 0, step = 1;

  for (guint i = out->rank; i-- > 0; index /= out->dims[i])
    {
      guint missing = out->rank - shape->rank;

      if (i < missing)
        continue;
      if (shape->dims[i - missing] == out->dims[i])
        place += index % out->dims[i] * step;
      step *= shape->dims[i - missing];
    }

  return place + (shared ? 0 : index * step);
}

static NnNode
operand (NnBuilder *builder,
         NnShape    shape,
         gboolean   shared)
{
  return shared ? nn_test_constant (builder, shape) : nn_builder_input (builder, shape);
}

static gsize
fill (double  *values,
      NnShape  shape,
      guint    batch,
      guint    step)
{
  gsize n = 0;

  nn_shape_count (&shape, &n);
  for (gsize i = 0; i < n * batch; i++)
    values[i] = (double) (i * step % 101) / 7 + 0.5;

  return n * batch;
}

static void
check_broadcast (const Case *c,
                 guint       batch)
{
  NnBuilder *builder = nn_builder_new ();
  gboolean shared_a = (c->shared & 1) != 0, shared_b = (c->shared & 2) != 0;
  NnNode a = operand (builder, c->a, shared_a), b = operand (builder, c->b, shared_b);
  NnNode sum = pair (builder, NN_ARITHMETIC_SUB, a, b);
  g_autoptr (NnGraph) graph = nn_test_seal (builder, sum);
  NnShape out = nn_graph_node_shape (graph, sum);
  double values[2][400], expected[400];
  double inputs[800];
  gsize n = 1, n_a = fill (values[0], c->a, shared_a ? 1 : batch, 13),
        n_b = fill (values[1], c->b, shared_b ? 1 : batch, 29);

  memcpy (inputs, values[0], n_a * sizeof *inputs);
  memcpy (shared_a ? inputs : inputs + n_a, values[1], n_b * sizeof *inputs);
  nn_shape_count (&out, &n);
  for (gsize i = 0; i < n * batch; i++)
    expected[i] = values[0][source_of (&c->a, shared_a, &out, i)] -
                  values[1][source_of (&c->b, shared_b, &out, i)];
  nn_test_check_values (graph, batch,
                        shared_b   ? values[0]
                        : shared_a ? values[1]
                                   : inputs,
                        shared_a ? values[0] : values[1], NULL, expected, n * batch);
}

static void
test_broadcasting (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      check_broadcast (&cases[i], 1);
      check_broadcast (&cases[i], 3);
    }
}

/* The same between two convolutions, where maps may lie with channels last. */
static void
test_broadcasting_between_layers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnConvSpec spec = { nn_stencil (1, 1, 0), 3, 1, TRUE };
      NnNode x, y;
      g_autoptr (NnGraph) graph = NULL;

      if (cases[i].a.rank != 4 || cases[i].a.dims[1] != 3 || cases[i].shared == 0)
        {
          nn_builder_free (builder);
          continue;
        }
      x = nn_builder_conv (builder, nn_builder_input (builder, cases[i].a), spec);
      y = pair (builder, NN_ARITHMETIC_MUL, x, nn_test_constant (builder, cases[i].b));
      graph = nn_test_seal (builder, nn_builder_conv (builder, y, spec));
      nn_test_check_gradients (graph, 3, 400 + i);
    }
}

static void
test_gradients_of_broadcasting (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint batch = 1; batch <= 3; batch += 2)
      {
        NnBuilder *builder = nn_builder_new ();
        NnNode a = operand (builder, cases[i].a, (cases[i].shared & 1) != 0);
        NnNode b = operand (builder, cases[i].b, (cases[i].shared & 2) != 0);
        g_autoptr (NnGraph) graph = nn_test_seal (builder, pair (builder, NN_ARITHMETIC_MUL, a, b));

        nn_test_check_gradients (graph, batch, 100 + i);
        nn_test_check_operator (graph, nn_graph_output (graph, 0), batch, 150 + i);
      }
}

/* Both operands from ½ to 1½, so that powers and quotients exist; one of them broadcast. */
static void
test_gradients_of_functions (void)
{
  for (guint f = 0; f < NN_N_ARITHMETICS; f++)
    for (guint shared = 0; shared < 3; shared++)
      {
        NnBuilder *builder = nn_builder_new ();
        NnActivationSpec up = { NN_ACTIVATION_HARD_SIGMOID, 0.25f, 0.5f };
        NnNode a = nn_builder_input (builder, nn_shape_maps (2, 3, 3)), b, half;

        if (shared == 1)
          b = nn_test_constant (builder, nn_shape_maps (2, 1, 1));
        else
          b = nn_builder_input (builder,
                                shared == 0 ? nn_shape_maps (2, 3, 3) : nn_shape_maps (2, 1, 1));
        half = nn_test_constant (builder, (NnShape) { 0 });
        half = nn_builder_activation (builder, half, (NnActivationSpec) { NN_ACTIVATION_SIGMOID });
        if (f != NN_ARITHMETIC_PRELU) /* The sign of what PRelu takes matters. */
          a = pair (builder, NN_ARITHMETIC_ADD, nn_builder_activation (builder, a, up), half);
        if (shared != 1)
          b = nn_builder_activation (builder, b, (NnActivationSpec) { NN_ACTIVATION_TANH });
        b = nn_builder_activation (builder, b, (NnActivationSpec) { NN_ACTIVATION_EXP });
        {
          g_autoptr (NnGraph) graph = nn_test_seal (builder, pair (builder, f, a, b));

          nn_test_check_gradients (graph, 1, 200 + f);
          nn_test_check_gradients (graph, 3, 300 + f);
        }
      }
}

static void
test_both_orders (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint batch = 1; batch <= 3; batch += 2)
      {
        NnBuilder *builder = nn_builder_new ();
        NnNode a = operand (builder, cases[i].a, (cases[i].shared & 1) != 0);
        NnNode b = operand (builder, cases[i].b, (cases[i].shared & 2) != 0);
        g_autoptr (NnGraph) graph = nn_test_seal (builder, pair (builder, NN_ARITHMETIC_MUL, a, b));

        nn_test_check_orders (graph, nn_graph_output (graph, 0), batch, 700 + i);
      }
}

static void
test_same_node_twice (void)
{
  for (guint f = NN_ARITHMETIC_ADD; f <= NN_ARITHMETIC_MUL; f++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_vector (4));
      NnNode a = nn_builder_dense (builder, x, (NnDenseSpec) { 3, TRUE });
      g_autoptr (NnGraph) graph = nn_test_seal (builder, pair (builder, f, a, a));

      nn_test_check_gradients (graph, 3, 500 + f);
    }
}

static void
test_nan_passes (void)
{
  for (guint f = 0; f < NN_ARITHMETIC_PRELU; f++)
    for (guint which = 0; which < 2; which++)
      {
        NnBuilder *builder = nn_builder_new ();
        NnNode a = nn_builder_input (builder, nn_shape_vector (1));
        NnNode b = nn_builder_input (builder, nn_shape_vector (1));
        g_autoptr (NnGraph) graph = nn_test_seal (builder, pair (builder, f, a, b));
        g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
        g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 1, NN_EXEC_INFER, NULL);
        g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);

        nn_exec_input (exec, which)[0] = (nn_real) NAN;
        nn_exec_input (exec, 1 - which)[0] = 2;
        nn_exec_forward (exec, params, 1, 0);
        g_assert_true (isnan (nn_exec_output (exec, 0)[0]));
      }
}

static void
assert_refused (NnShape       a,
                NnShape       b,
                NnArithmetic  function,
                NnError       code,
                const char   *part)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, a), y = nn_builder_input (builder, b);
  g_autoptr (GError) error = NULL;

  nn_builder_output (builder, pair (builder, function, x, y));
  g_assert_null (nn_builder_seal (builder, &error));
  g_assert_error (error, NN_ERROR, (gint) code);
  g_assert_nonnull (strstr (error->message, part));
  nn_builder_free (builder);
}

static void
test_refuses_what_does_not_meet (void)
{
  assert_refused (nn_shape_maps (3, 5, 4), nn_shape_maps (2, 5, 4), NN_ARITHMETIC_ADD,
                  NN_ERROR_SHAPE, "2×5×4");
  assert_refused (nn_shape_maps (1, 5, 4), nn_shape_maps (2, 5, 4), NN_ARITHMETIC_PRELU,
                  NN_ERROR_SHAPE, "1×5×4");
  assert_refused (nn_shape_maps (1, 5, 4), nn_shape_maps (1, 5, 4), NN_N_ARITHMETICS, NN_ERROR_SPEC,
                  "8");
}

/* A first axis that is no batch stays out of batches. */
static void
test_largest_batch (void)
{
  static const struct
  {
    NnShape a, b;
    gboolean shared;
    guint batch;
  } parts[] = {
    { { 4, { 1, 3, 5, 4 } }, { 3, { 3, 5, 4 } }, TRUE, G_MAXUINT },
    { { 4, { 1, 3, 5, 4 } }, { 4, { 2, 3, 5, 4 } }, TRUE, 1 },
    { { 2, { 1, 4 } }, { 3, { 2, 3, 4 } }, TRUE, 1 },
    { { 4, { 1, 3, 5, 4 } }, { 2, { 1, 4 } }, FALSE, 1 },
    { { 4, { 2, 3, 5, 4 } }, { 1, { 4 } }, TRUE, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode a = nn_builder_input (builder, parts[i].a);
      NnNode b = operand (builder, parts[i].b, parts[i].shared);
      g_autoptr (NnGraph) graph = nn_test_seal (builder, pair (builder, NN_ARITHMETIC_ADD, a, b));

      g_assert_cmpuint (nn_graph_max_batch (graph), ==, parts[i].batch);
      nn_test_check_gradients (graph, 1, 600 + i);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/arithmetic/values", test_values);
  g_test_add_func ("/ops/arithmetic/broadcasting", test_broadcasting);
  g_test_add_func ("/ops/arithmetic/broadcasting-between-layers", test_broadcasting_between_layers);
  g_test_add_func ("/ops/arithmetic/gradients-of-broadcasting", test_gradients_of_broadcasting);
  g_test_add_func ("/ops/arithmetic/gradients-of-functions", test_gradients_of_functions);
  g_test_add_func ("/ops/arithmetic/both-orders", test_both_orders);
  g_test_add_func ("/ops/arithmetic/same-node-twice", test_same_node_twice);
  g_test_add_func ("/ops/arithmetic/nan-passes", test_nan_passes);
  g_test_add_func ("/ops/arithmetic/refuses-what-does-not-meet", test_refuses_what_does_not_meet);
  g_test_add_func ("/ops/arithmetic/largest-batch", test_largest_batch);

  return g_test_run ();
}
