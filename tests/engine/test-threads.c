/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same bits with 1, 2, 3 and 8 threads, forward and backward. */
#include "nn-test-graph.h"

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

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/threads/same-bits", test_same_bits);

  return g_test_run ();
}
