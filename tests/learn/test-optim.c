/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Optimisers: arithmetic by hand, trajectories of PyTorch's, saving and restoring. */
#include "golden-learn.h"
#include "learn-support.h"

#include <string.h>

/* Five steps of a few operations per number; 12 digits were stored. Adam divides by roots of
 * squares: in float a relative 1e-6 of a step of 1e-3. */
static const double tolerance = IN_DOUBLE ? 1e-10 : 5e-6;

/* Input 1, one weight, one bias. */
static NnParams *
line_params (double weight,
             double bias)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_vector (1));
  g_autoptr (NnGraph) graph = NULL;
  NnParams *params;

  nn_builder_output (builder, nn_builder_dense (builder, x, (NnDenseSpec) { 1, TRUE }));
  graph = nn_builder_seal (builder, NULL);
  params = nn_params_new (graph, 1, NULL);
  nn_params_poke_all (params)[0] = (nn_real) weight;
  nn_params_poke_all (params)[1] = (nn_real) bias;

  return params;
}

/* Runs @n_steps with the gradient (@g, @g) and learning rate 0.1 on the weight and the bias. */
static double
push (NnParams   *params,
      NnOptimSpec spec,
      double      g,
      guint       n_steps)
{
  g_autoptr (NnOptim) optim = nn_optim_new (params, &spec);
  double norm = 0;

  for (guint i = 0; i < n_steps; i++)
    {
      nn_real gradients[2] = { (nn_real) g, (nn_real) g };

      norm = nn_optim_step (optim, params, gradients, 0.1, NULL);
    }

  return norm;
}

static NnOptimSpec
plain (NnOptimKind kind)
{
  NnOptimSpec spec = nn_optim_spec_default (kind);

  spec.weight_decay = 0;
  spec.momentum = 0.5f;
  spec.epsilon = 0;

  return spec;
}

static void
test_by_hand (void)
{
  static const struct { NnOptimKind kind; guint n_steps; double expected; } cases[] = {
    { NN_OPTIM_SGD, 2, 1 - 0.1 * 2 - 0.1 * 2 },
    { NN_OPTIM_MOMENTUM, 2, 1 - 0.1 * 2 - 0.1 * 3 },              /* memory 2, then 0.5·2 + 2 */
    { NN_OPTIM_NESTEROV, 2, 1 - 0.1 * 3 - 0.1 * 3.5 },            /* 2 + 0.5·2, then 2 + 0.5·3 */
    { NN_OPTIM_ADAGRAD, 2, 1 - 0.1 - 0.1 * 0.70710678118654752 }, /* 2/√4, then 2/√8 */
    { NN_OPTIM_ADAM, 3, 1 - 3 * 0.1 },                            /* corrected: always g/|g| */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NnParams) params = line_params (1, 1);

      g_test_message ("%s", nn_optim_name (cases[i].kind));
      push (params, plain (cases[i].kind), 2, cases[i].n_steps);
      assert_close (nn_params_peek_all (params)[0], cases[i].expected, 1e-6);
      assert_close (nn_params_peek_all (params)[1], cases[i].expected, 1e-6);
    }
}

static void
test_decay_spares_biases (void)
{
  g_autoptr (NnParams) params = line_params (-4, -4);
  g_autoptr (NnParams) decoupled = line_params (-4, -4);
  NnOptimSpec spec = plain (NN_OPTIM_SGD);

  spec.weight_decay = 0.5f;
  spec.l1 = 1;
  push (params, spec, 2, 1);
  assert_close (nn_params_peek_all (params)[0], -4 - 0.1 * (2 - 2 - 1), 1e-6);
  assert_close (nn_params_peek_all (params)[1], -4 - 0.1 * 2, 1e-6);

  spec = plain (NN_OPTIM_ADAMW);
  spec.weight_decay = 0.5f;
  push (decoupled, spec, 2, 1);
  assert_close (nn_params_peek_all (decoupled)[0], -4 * (1 - 0.1 * 0.5) - 0.1, 1e-6);
  assert_close (nn_params_peek_all (decoupled)[1], -4 - 0.1, 1e-6);
}

/* A slot's own rate is a factor on its steps; its decay is told apart from that. */
static void
test_scales (void)
{
  static const NnOptimKind kinds[] = { NN_OPTIM_SGD, NN_OPTIM_ADAM, NN_OPTIM_ADAMW };
  NnOptimScale scales[4] = { { 0 }, { 0 }, { 0.25f, 2, 0 }, { 0, 1, 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (NnParams) params = line_params (-4, -4);
      NnOptimSpec spec = plain (kinds[i]);
      g_autoptr (NnOptim) optim = NULL;
      nn_real gradients[2] = { 2, 2 };

      spec.weight_decay = kinds[i] == NN_OPTIM_ADAM ? 0 : 0.5f;
      optim = nn_optim_new (params, &spec);
      nn_optim_set_scales (optim, scales);
      nn_optim_step (optim, params, gradients, 0.1, NULL);
      if (kinds[i] == NN_OPTIM_SGD)
        assert_close (nn_params_peek_all (params)[0], -4 + 4 * 0.1 * 0.5 * 2 - 0.025 * 2, 1e-6);
      else if (kinds[i] == NN_OPTIM_ADAM)
        assert_close (nn_params_peek_all (params)[0], -4 - 0.025, 1e-6);
      else
        assert_close (nn_params_peek_all (params)[0], -4 * (1 - 0.1 * 0.5 * 2) - 0.025, 1e-6);
      g_assert_cmpfloat (nn_params_peek_all (params)[1], ==, -4);
    }
}

static void
test_clipping (void)
{
  g_autoptr (NnParams) params = line_params (0, 0);
  NnOptimSpec spec = plain (NN_OPTIM_SGD);
  double norm;

  spec.clip_norm = 1;
  norm = push (params, spec, 3, 1);
  assert_close (norm, sqrt (18), 1e-6);
  assert_close (nn_params_peek_all (params)[0], -0.1 / sqrt (2), 1e-6);

  norm = push (params, spec, 0.1, 1); /* short gradients stay */
  assert_close (nn_params_peek_all (params)[0], -0.1 / sqrt (2) - 0.01, 1e-6);
}

static void
test_frozen_and_broken (void)
{
  g_autoptr (NnParams) params = line_params (1, 2);
  NnOptimSpec spec = nn_optim_spec_default (NN_OPTIM_ADAM);
  g_autoptr (NnOptim) optim = nn_optim_new (params, &spec);
  nn_real gradients[2] = { 1, NAN };
  gboolean frozen[2] = { FALSE, TRUE };

  g_assert_true (isnan (nn_optim_step (optim, params, gradients, 0.1, NULL)));
  g_assert_cmpfloat (nn_params_peek_all (params)[0], ==, 1);

  g_assert_cmpfloat (nn_optim_step (optim, params, gradients, 0.1, frozen), ==, 0);
  g_assert_cmpfloat (nn_params_peek_all (params)[0], ==, 1);
  g_assert_cmpfloat (nn_params_peek_all (params)[1], ==, 2);
}

static NnGraph *
perceptron_graph (guint hidden)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_vector (6));
  NnGraph *graph;

  x = nn_builder_dense (builder, x, (NnDenseSpec) { hidden, TRUE });
  x = nn_builder_activation (builder, x, (NnActivationSpec) { NN_ACTIVATION_RELU, 0 });
  nn_builder_output (builder, nn_builder_dense (builder, x, (NnDenseSpec) { 3, TRUE }));
  graph = nn_builder_seal (builder, NULL);
  g_assert_nonnull (graph);

  return graph;
}

static double
golden_step (NnExec   *exec,
             NnParams *params,
             NnOptim  *optim,
             double    lr,
             guint     step)
{
  NnLossSpec loss = { NN_LOSS_CROSS_ENTROPY };
  nn_real gradient[12], scratch[12];
  gint32 labels[4];

  for (guint i = 0; i < 24; i++)
    nn_exec_input (exec, 0)[i] = (nn_real) golden_noise (i, 100 + step);
  for (guint i = 0; i < 4; i++)
    labels[i] = (gint32) ((3 * i + step) % 3);
  nn_exec_forward (exec, params, 4, 0);
  nn_loss (&loss, 4, 3, nn_exec_output (exec, 0), labels, NULL, gradient, scratch, NULL);
  nn_exec_backward (exec, params, nn_graph_output (nn_exec_graph (exec), 0), gradient, FALSE);

  return nn_optim_step (optim, params, nn_exec_param_gradients (exec), lr, NULL);
}

static void
test_pytorch (void)
{
  g_autoptr (NnGraph) graph = perceptron_graph (5);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 4, NN_EXEC_TRAIN, NULL);
  const double *final = golden_optim_final, *norm = golden_optim_norm;

  for (guint kind = 0; kind < NN_N_OPTIMS; kind++)
    {
      g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
      NnOptimSpec spec = nn_optim_spec_default (kind);
      g_autoptr (NnOptim) optim = NULL;

      g_test_message ("%s", nn_optim_name (kind));
      spec.weight_decay = 0.1f;
      spec.clip_norm = 0.5f;
      golden_fill (params);
      optim = nn_optim_new (params, &spec);
      for (guint step = 0; step < 5; step++)
        assert_close (golden_step (exec, params, optim, (double) spec.lr, step), *norm++,
                      tolerance);
      for (gsize i = 0; i < nn_params_n_trainable (params); i++)
        assert_close (nn_params_peek_all (params)[i], *final++, tolerance);
    }
}

/* Three steps, saved, two more: the same bits as five. */
static void
test_serialize (void)
{
  g_autoptr (NnGraph) graph = perceptron_graph (5);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 4, NN_EXEC_TRAIN, NULL);

  for (guint kind = 0; kind < NN_N_OPTIMS; kind++)
    {
      g_autoptr (NnParams) whole = nn_params_new (graph, 1, NULL);
      g_autoptr (NnParams) parts = nn_params_copy (whole);
      NnOptimSpec spec = nn_optim_spec_default (kind);
      g_autoptr (NnOptim) one = nn_optim_new (whole, &spec);
      g_autoptr (NnOptim) before = nn_optim_new (parts, &spec);
      g_autoptr (NnOptim) after = nn_optim_new (parts, &spec);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GError) error = NULL;

      for (guint step = 0; step < 5; step++)
        golden_step (exec, whole, one, 0.01, step);
      for (guint step = 0; step < 3; step++)
        golden_step (exec, parts, before, 0.01, step);
      bytes = nn_optim_serialize (before);
      g_assert_true (nn_optim_restore (after, bytes, &error));
      for (guint step = 3; step < 5; step++)
        golden_step (exec, parts, after, 0.01, step);
      g_assert_cmpmem (nn_params_peek_all (whole), nn_params_n_values (whole) * sizeof (nn_real),
                       nn_params_peek_all (parts), nn_params_n_values (parts) * sizeof (nn_real));
    }
}

static void
test_restore_refuses (void)
{
  g_autoptr (NnGraph) graph = perceptron_graph (5), other = perceptron_graph (6);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL),
                       larger = nn_params_new (other, 1, NULL);
  NnOptimSpec adam = nn_optim_spec_default (NN_OPTIM_ADAM),
              sgd = nn_optim_spec_default (NN_OPTIM_SGD);
  g_autoptr (NnOptim) optim = nn_optim_new (params, &adam),
                      other_kind = nn_optim_new (params, &sgd);
  g_autoptr (NnOptim) other_size = nn_optim_new (larger, &adam);
  g_autoptr (GBytes) bytes = nn_optim_serialize (optim);

  for (gsize length = 0; length < g_bytes_get_size (bytes); length++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (bytes, 0, length);
      g_autoptr (GError) error = NULL;

      g_assert_false (nn_optim_restore (optim, cut, &error));
      g_assert_error (error, NN_ERROR, NN_ERROR_DATA);
    }
  g_assert_false (nn_optim_restore (other_kind, bytes, NULL));
  g_assert_false (nn_optim_restore (other_size, bytes, NULL));
  g_assert_true (nn_optim_restore (optim, bytes, NULL));
}

/* More than one piece of work, so that threads share. */
static void
test_threads (void)
{
  g_autoptr (NnGraph) graph = perceptron_graph (9000);
  g_autoptr (NnParams) start = nn_params_new (graph, 3, NULL);
  gsize n = nn_params_n_trainable (start);
  g_autofree nn_real *expected = NULL;
  double expected_norm = 0;

  g_assert_cmpuint (n, >, 5 * 16384);
  for (guint threads = 1; threads <= 8; threads *= 2)
    {
      g_autoptr (NnWorkers) workers = nn_workers_new (threads, FALSE);
      g_autoptr (NnParams) params = nn_params_copy (start);
      NnOptimSpec spec = nn_optim_spec_default (NN_OPTIM_ADAMW);
      g_autoptr (NnOptim) optim = nn_optim_new (params, &spec);
      g_autofree nn_real *gradients = g_new (nn_real, n);
      double norm;

      for (gsize i = 0; i < n; i++)
        gradients[i] = (nn_real) golden_noise (i, 9);
      nn_optim_set_workers (optim, workers);
      norm = nn_optim_step (optim, params, gradients, 0.01, NULL);
      if (expected == NULL)
        {
          expected = g_memdup2 (nn_params_peek_all (params), n * sizeof (nn_real));
          expected_norm = norm;
        }
      g_assert_cmpfloat (norm, ==, expected_norm);
      g_assert_cmpmem (nn_params_peek_all (params), n * sizeof (nn_real), expected,
                       n * sizeof (nn_real));
    }
}

static void
test_spec (void)
{
  for (guint kind = 0; kind < NN_N_OPTIMS; kind++)
    {
      NnOptimSpec spec = nn_optim_spec_default (kind);
      NnOptimKind parsed;

      g_assert_true (nn_optim_spec_check (&spec, NULL));
      g_assert_true (nn_optim_parse (nn_optim_name (kind), &parsed));
      g_assert_cmpint (parsed, ==, kind);
    }
  g_assert_false (nn_optim_parse ("adamax", &(NnOptimKind) { 0 }));

  for (guint i = 0; i < 4; i++)
    {
      NnOptimSpec spec = nn_optim_spec_default (NN_OPTIM_ADAM);
      g_autoptr (GError) error = NULL;

      if (i == 0)
        spec.lr = -1;
      else if (i == 1)
        spec.beta1 = 1;
      else if (i == 2)
        spec.lr = NAN;
      else
        spec.kind = NN_N_OPTIMS;
      g_assert_false (nn_optim_spec_check (&spec, &error));
      g_assert_error (error, NN_ERROR, NN_ERROR_SPEC);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/optim/steps-match-arithmetic-by-hand", test_by_hand);
  g_test_add_func ("/learn/optim/decay-spares-biases", test_decay_spares_biases);
  g_test_add_func ("/learn/optim/slots-have-their-own-rate-and-decay", test_scales);
  g_test_add_func ("/learn/optim/clipping-keeps-short-gradients", test_clipping);
  g_test_add_func ("/learn/optim/frozen-and-non-finite-change-nothing", test_frozen_and_broken);
  g_test_add_func ("/learn/optim/all-kinds-follow-pytorch", test_pytorch);
  g_test_add_func ("/learn/optim/restored-goes-on-with-the-same-bits", test_serialize);
  g_test_add_func ("/learn/optim/restore-refuses-other-and-cut-states", test_restore_refuses);
  g_test_add_func ("/learn/optim/threads-do-not-change-bits", test_threads);
  g_test_add_func ("/learn/optim/settings-are-checked", test_spec);

  return g_test_run ();
}
