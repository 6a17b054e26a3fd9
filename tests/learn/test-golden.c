/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ten steps of small networks against PyTorch's, in float and again in double. */
#include "golden-learn.h"
#include "learn-support.h"

/* Goldens are doubles. In double only the order of additions differs: about 1e-14 per step, growing
 * with every step of the trajectory; 12 digits were stored. Floats carry 6e-8 into sums of
 * hundreds. */
static const double tolerance = IN_DOUBLE ? 1e-9 : 2e-4;

typedef struct
{
  NnGraph      *graph;
  guint         batch, n_classes, n_steps;
  const double *loss, *norm, *moment, *final;
} Trajectory;

static void
write_batch (const Trajectory *t,
             guint             step,
             nn_real          *x,
             gint32           *labels)
{
  NnShape shape = nn_graph_node_shape (t->graph, nn_graph_input (t->graph, 0));
  gsize item;

  nn_shape_count (&shape, &item);
  for (gsize i = 0; i < t->batch * item; i++)
    x[i] = (nn_real) golden_noise (i, 100 + step);
  for (guint i = 0; i < t->batch; i++)
    labels[i] = (gint32) ((3 * i + step) % t->n_classes);
}

/* Norm of each slot's gradient, and its sum weighted with noise, which no reordering keeps. */
static void
check_gradients (NnParams      *params,
                 const nn_real *gradients,
                 const double **norms,
                 const double **moments)
{
  for (guint i = 0; i < nn_graph_n_nodes (nn_params_graph (params)); i++)
    for (guint slot = NN_SLOT_WEIGHT; slot <= NN_SLOT_BIAS; slot++)
      {
        gsize offset, n;
        double square = 0, moment = 0;

        if (!nn_params_slot_range (params, (NnNode) i, slot, &offset, &n))
          continue;
        for (gsize j = 0; j < n; j++)
          {
            double g = (double) gradients[offset + j];

            square += g * g;
            moment += g * golden_noise (j, 50);
          }
        assert_close (sqrt (square), *(*norms)++, tolerance);
        assert_close (moment, *(*moments)++, 2 * tolerance);
      }
}

static void
check_final (NnParams     *params,
             const double *expected)
{
  for (guint i = 0; i < nn_graph_n_nodes (nn_params_graph (params)); i++)
    for (guint slot = NN_SLOT_WEIGHT; slot <= NN_SLOT_BIAS; slot++)
      {
        gsize n;
        const nn_real *values = nn_params_peek (params, (NnNode) i, slot, &n);
        double moment = 0;

        for (gsize j = 0; j < n; j++)
          moment += (double) values[j] * golden_noise (j, 51);
        if (values != NULL)
          assert_close (moment, *expected++, 2 * tolerance);
      }
}

static NnParams *
follow (Trajectory t)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (t.graph, workers, t.batch, NN_EXEC_TRAIN, &error);
  NnParams *params = nn_params_new (t.graph, 1, &error);
  NnOptimSpec record = nn_optim_spec_default (NN_OPTIM_NESTEROV);
  g_autoptr (NnOptim) optim = NULL;
  NnLossSpec loss = { NN_LOSS_CROSS_ENTROPY };
  g_autofree gint32 *labels = g_new (gint32, t.batch);
  g_autofree nn_real *gradient = g_new (nn_real, t.batch * t.n_classes);
  g_autofree nn_real *scratch = g_new (nn_real, t.batch * t.n_classes);

  g_assert_no_error (error);
  golden_fill (params);
  optim = nn_optim_new (params, &record);
  for (guint step = 0; step < t.n_steps; step++)
    {
      double value;

      write_batch (&t, step, nn_exec_input (exec, 0), labels);
      nn_exec_forward (exec, params, t.batch, 0);
      value = nn_loss (&loss, t.batch, t.n_classes, nn_exec_output (exec, 0), labels, NULL,
                       gradient, scratch, NULL);
      assert_close (value, t.loss[step], tolerance);
      nn_exec_backward (exec, params, nn_graph_output (t.graph, 0), gradient, FALSE);
      check_gradients (params, nn_exec_param_gradients (exec), &t.norm, &t.moment);
      nn_optim_step (optim, params, nn_exec_param_gradients (exec), (double) record.lr, NULL);
    }
  check_final (params, t.final);

  return params;
}

static void
test_lenet5 (void)
{
  g_autoptr (NnGraph) graph = preset_graph ("lenet5", 1, 28, 10);
  g_autoptr (NnParams) params = NULL;

  params =
    follow ((Trajectory) { graph, 8, 10, G_N_ELEMENTS (golden_lenet5_loss), golden_lenet5_loss,
                          golden_lenet5_norm, golden_lenet5_moment, golden_lenet5_final });
}

static NnNode
conv_norm (NnBuilder *builder,
           NnNode     x,
           guint32    filters,
           NnStencil  stencil)
{
  x = nn_builder_conv (builder, x, (NnConvSpec) { stencil, filters, 1, FALSE });

  return nn_builder_batch_norm (builder, x, (NnBatchNormSpec) { 1e-5f, 0.1f });
}

static NnNode
relu (NnBuilder *builder,
      NnNode     x)
{
  return nn_builder_activation (builder, x, (NnActivationSpec) { NN_ACTIVATION_RELU, 0 });
}

static NnGraph *
residual_graph (void)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  NnStencil three = nn_stencil (3, 1, 1), half = nn_stencil (3, 2, 1);
  NnNode x = nn_builder_input (builder, nn_shape_maps (3, 8, 8)), y;
  g_autoptr (GError) error = NULL;
  NnGraph *graph;

  x = relu (builder, conv_norm (builder, x, 8, three));
  y = relu (builder, conv_norm (builder, x, 8, three));
  x = relu (builder, nn_builder_add (builder, conv_norm (builder, y, 8, three), x));
  y = relu (builder, conv_norm (builder, x, 12, half));
  y = conv_norm (builder, y, 12, three);
  x = relu (builder, nn_builder_add (builder, y, conv_norm (builder, x, 12, nn_stencil (1, 2, 0))));
  x = nn_builder_global_pool (builder, x, (NnGlobalPoolSpec) { TRUE });
  nn_builder_output (builder, nn_builder_dense (builder, x, (NnDenseSpec) { 4, TRUE }));
  graph = nn_builder_seal (builder, &error);
  g_assert_no_error (error);

  return graph;
}

static void
check_statistics (NnParams *params)
{
  const double *mean = golden_residual_mean, *variance = golden_residual_variance;

  for (guint i = 0; i < nn_graph_n_nodes (nn_params_graph (params)); i++)
    {
      gsize n;
      const nn_real *means = nn_params_peek (params, (NnNode) i, NN_SLOT_MEAN, &n);
      const nn_real *variances = nn_params_peek (params, (NnNode) i, NN_SLOT_VARIANCE, NULL);

      for (gsize j = 0; j < n; j++)
        {
          assert_close (means[j], *mean++, tolerance);
          assert_close (variances[j], *variance++, tolerance);
        }
    }
}

static void
test_residual (void)
{
  g_autoptr (NnGraph) graph = residual_graph ();
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnParams) params = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 6, NN_EXEC_INFER, &error);
  Trajectory t = { graph, 6, 4, G_N_ELEMENTS (golden_residual_loss), golden_residual_loss,
                   golden_residual_norm, golden_residual_moment, golden_residual_final };
  gint32 labels[6];

  params = follow (t);
  check_statistics (params);

  g_assert_no_error (error);
  write_batch (&t, 99, nn_exec_input (exec, 0), labels);
  nn_exec_forward (exec, params, 6, 0);
  for (guint i = 0; i < G_N_ELEMENTS (golden_residual_eval); i++)
    assert_close (nn_exec_output (exec, 0)[i], golden_residual_eval[i], 5 * tolerance);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/golden/lenet5-follows-pytorch-for-ten-steps", test_lenet5);
  g_test_add_func ("/learn/golden/residual-network-follows-pytorch-for-ten-steps", test_residual);

  return g_test_run ();
}
