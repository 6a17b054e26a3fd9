/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same bits with 1, 2, 3 and 8 threads, forward and backward, and over steps of training. */
#include "nn-test-graph.h"

#include "nn.h"

#include <string.h>

enum { BATCH = 13 };

static NnGraph *
net (void)
{
  NnBuilder *b = nn_builder_new ();
  NnActivationSpec relu = { NN_ACTIVATION_RELU };
  NnBatchNormSpec norm = { 1e-5f, 0.1f };
  NnNode x = nn_builder_input (b, nn_shape_maps (3, 40, 40));

  x = nn_builder_activation (
    b,
    nn_builder_batch_norm (
      b, nn_builder_conv (b, x, (NnConvSpec) { nn_stencil (3, 1, 1), 16, 1, FALSE }), norm),
    relu);
  x = nn_builder_conv (b, x, (NnConvSpec) { nn_stencil (3, 1, 1), 16, 16, TRUE });
  x = nn_builder_pool (b, x, (NnPoolSpec) { nn_stencil (2, 2, 0) });
  x = nn_builder_add (b, nn_builder_conv (b, x, (NnConvSpec) { nn_stencil (3, 1, 1), 16, 4, TRUE }),
                      x);
  x = nn_builder_pool (b, x, (NnPoolSpec) { nn_stencil (3, 2, 1), TRUE });
  x = nn_builder_dropout (b, x, (NnDropoutSpec) { 0.2f });
  x = nn_builder_activation (
    b, nn_builder_conv (b, x, (NnConvSpec) { nn_stencil (3, 1, 1), 32, 1, TRUE }),
    (NnActivationSpec) { NN_ACTIVATION_ELU, 1 });
  x = nn_builder_conv (b, x, (NnConvSpec) { nn_stencil (1, 1, 0), 24, 1, TRUE });
  x = nn_builder_dense (b, x, (NnDenseSpec) { 100, TRUE });

  return nn_test_seal (b, nn_builder_dense (b, x, (NnDenseSpec) { 10, TRUE }));
}

/* Output, gradients of parameters and of the input, and running statistics, as one checksum. */
static char *
digest (NnGraph    *graph,
        guint       n_threads,
        guint       batch,
        NnExecMode  mode)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (n_threads, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, BATCH, mode, NULL);
  g_autoptr (NnParams) params = nn_test_params (graph, 2);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  nn_real gradient[BATCH * 10];
  CvrRng rng = cvr_rng_new (1, 1);

  nn_test_fill_normal (&rng, BATCH * 10, gradient);
  nn_test_fill_inputs (exec, batch, 7);
  nn_exec_forward (exec, params, batch, 99);
  g_checksum_update (sum, (const guint8 *) nn_exec_output (exec, 0), batch * 10 * sizeof (nn_real));
  if (mode != NN_EXEC_INFER)
    {
      nn_exec_backward (exec, params, nn_graph_output (graph, 0), gradient, TRUE);
      g_checksum_update (sum, (const guint8 *) nn_exec_gradient (exec, 0),
                         batch * 3 * 40 * 40 * sizeof (nn_real));
    }
  if (mode == NN_EXEC_TRAIN)
    g_checksum_update (sum, (const guint8 *) nn_exec_param_gradients (exec),
                       (gssize) (nn_params_n_trainable (params) * sizeof (nn_real)));
  g_checksum_update (sum, (const guint8 *) nn_params_peek_all (params),
                     (gssize) (nn_params_n_values (params) * sizeof (nn_real)));

  return g_strdup (g_checksum_get_string (sum));
}

static void
test_same_bits (void)
{
  static const guint counts[] = { 2, 3, 8 };
  g_autoptr (NnGraph) graph = net ();

  for (guint mode = NN_EXEC_INFER; mode <= NN_EXEC_TRAIN; mode++)
    for (guint batch = 1; batch <= BATCH; batch += 6)
      {
        g_autofree char *alone = digest (graph, 1, batch, mode);

        for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
          {
            g_autofree char *together = digest (graph, counts[i], batch, mode);

            g_assert_cmpstr (together, ==, alone);
          }
      }
}

/* Three steps of training, the last one on a smaller batch: all losses, parameters, statistics and
 * the optimiser's state as one checksum. */
static char *
training_digest (NnGraph *graph,
                 guint    n_threads)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnWorkers) workers = nn_workers_new (n_threads, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, BATCH, NN_EXEC_TRAIN, &error);
  g_autoptr (NnParams) params = nn_params_new (graph, 4, NULL);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GBytes) state = NULL;
  NnOptimSpec spec = nn_optim_spec_default (NN_OPTIM_ADAM);
  g_autoptr (NnOptim) optim = NULL;
  NnLossSpec cross_entropy = { NN_LOSS_CROSS_ENTROPY };
  nn_real gradient[BATCH * 10], scratch[BATCH * 10];
  gint32 labels[BATCH];

  g_assert_no_error (error);
  optim = nn_optim_new (params, &spec);
  nn_optim_set_workers (optim, workers);
  for (guint step = 0; step < 3; step++)
    {
      guint batch = step == 2 ? BATCH / 2 : BATCH;
      double loss;

      for (guint i = 0; i < batch; i++)
        labels[i] = (gint32) ((7 * i + step) % 10);
      nn_test_fill_inputs (exec, batch, 30 + step);
      nn_exec_forward (exec, params, batch, 40 + step);
      loss = nn_loss (&cross_entropy, batch, 10, nn_exec_output (exec, 0), labels, NULL, gradient,
                      scratch, NULL);
      nn_exec_backward (exec, params, nn_graph_output (graph, 0), gradient, FALSE);
      nn_optim_step (optim, params, nn_exec_param_gradients (exec), (double) spec.lr, NULL);
      g_checksum_update (sum, (const guint8 *) &loss, sizeof loss);
    }
  state = nn_optim_serialize (optim);
  g_checksum_update (sum, g_bytes_get_data (state, NULL), (gssize) g_bytes_get_size (state));
  g_checksum_update (sum, (const guint8 *) nn_params_peek_all (params),
                     (gssize) (nn_params_n_values (params) * sizeof (nn_real)));

  return g_strdup (g_checksum_get_string (sum));
}

static void
test_training_has_the_same_bits (gconstpointer data)
{
  static const guint counts[] = { 2, 3, 8 };
  const NnArch *arch = data;
  NnShape input = nn_shape_maps (3, MAX (arch->min_size, 19), MAX (arch->min_size, 22));
  g_autoptr (GError) error = NULL;
  g_autoptr (NnGraph) graph = nn_arch_build (arch->name, &input, 10, 0.2f, &error);
  g_autofree char *alone = NULL;

  g_assert_no_error (error);
  alone = training_digest (graph, 1);
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autofree char *together = training_digest (graph, counts[i]);

      g_assert_cmpstr (together, ==, alone);
    }
}

int
main (int    argc,
      char **argv)
{
  const NnArch *archs;
  guint n_archs;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/threads/same-bits", test_same_bits);
  archs = nn_archs (&n_archs);
  for (guint i = 0; i < n_archs; i++)
    {
      g_autofree char *path = g_strdup_printf ("/engine/threads/training-of-%s-has-the-same-bits",
                                               archs[i].name);

      g_test_add_data_func (path, &archs[i], test_training_has_the_same_bits);
    }

  return g_test_run ();
}
