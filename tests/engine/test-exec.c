/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Modes of an exec: the same answers, memory as planned, nothing written where it should not be. */
#include "nn-test-graph.h"

#include <math.h>
#include <string.h>

/* Every operator once: convolutions of all kinds, both norms of use, a skip, branches, and
 * everything that shares memory. Its last layer and an inner one are outputs. */
static NnGraph *
rich_graph (void)
{
  NnBuilder *b = nn_builder_new ();
  NnActivationSpec relu = { NN_ACTIVATION_RELU }, leaky = { NN_ACTIVATION_LEAKY_RELU, 0.1f };
  NnBatchNormSpec norm = { 1e-5f, 0.1f };
  NnNode x = nn_builder_input (b, nn_shape_maps (3, 12, 10));
  NnNode stem = nn_builder_activation (
    b,
    nn_builder_batch_norm (
      b, nn_builder_conv (b, x, (NnConvSpec) { nn_stencil (3, 1, 1), 8, 1, TRUE }), norm),
    relu);
  NnNode left = nn_builder_activation (
    b, nn_builder_conv (b, stem, (NnConvSpec) { nn_stencil (3, 1, 1), 8, 8, TRUE }), relu);
  NnNode right = nn_builder_batch_norm (
    b, nn_builder_conv (b, left, (NnConvSpec) { nn_stencil (1, 1, 0), 8, 1, FALSE }), norm);
  NnNode sum = nn_builder_activation (b, nn_builder_add (b, right, stem), leaky);
  NnNode down = nn_builder_pool (b, sum, (NnPoolSpec) { nn_stencil (2, 2, 0) });
  NnNode up = nn_builder_upsample (b, down, (NnUpsampleSpec) { 2, NN_UPSAMPLE_BILINEAR });
  NnNode both = nn_builder_concat (b, (NnNode[]) { up, sum }, 2);
  NnNode most = nn_builder_maxout (
    b, nn_builder_fake_quant (b, both, (NnFakeQuantSpec) { 0.001f, 0, -30000, 30000 }),
    (NnMaxoutSpec) { 2 });
  NnNode grouped = nn_builder_conv (b, most, (NnConvSpec) { nn_stencil (3, 2, 1), 6, 2, TRUE });
  NnNode flat = nn_builder_flatten (b, nn_builder_dropout (b, grouped, (NnDropoutSpec) { 0.3f }));
  NnNode hidden = nn_builder_activation (
    b, nn_builder_batch_norm (b, nn_builder_dense (b, flat, (NnDenseSpec) { 20, TRUE }), norm),
    relu);
  NnNode mean = nn_builder_dense (b, nn_builder_global_pool (b, sum, (NnGlobalPoolSpec) { TRUE }),
                                  (NnDenseSpec) { 20, FALSE });
  NnNode logits = nn_builder_dense (b, nn_builder_add (b, hidden, mean), (NnDenseSpec) { 5, TRUE });

  nn_builder_output (b, nn_builder_softmax (b, logits));

  return nn_test_seal (b, sum);
}

static gsize
batch_values (NnGraph *graph,
              NnNode   node,
              guint    batch)
{
  NnShape shape = nn_graph_node_shape (graph, node);
  gsize count = 0;

  nn_shape_count (&shape, &count);

  return count * batch;
}

/* Fused and in-place inference against every node on its own. */
static void
test_infer_is_keep_all (void)
{
  enum { BATCH = 11 };
  g_autoptr (NnGraph) graph = rich_graph ();
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnParams) params = nn_test_params (graph, 2);
  g_autoptr (NnExec) fast = nn_exec_new (graph, workers, BATCH, NN_EXEC_INFER, NULL);
  g_autoptr (NnExec) full = nn_exec_new (graph, workers, BATCH, NN_EXEC_KEEP_ALL, NULL);

  nn_params_freeze (params);
  for (guint batch = 1; batch <= BATCH; batch += 5)
    {
      nn_test_fill_inputs (fast, batch, batch);
      nn_test_fill_inputs (full, batch, batch);
      nn_exec_forward (fast, params, batch, 0);
      nn_exec_forward (full, params, batch, 0);
      for (guint i = 0; i < 2; i++)
        {
          gsize n = batch_values (graph, nn_graph_output (graph, i), batch);

          /* Values of size 10, some hundred float operations deep; one operation is another order.
           */
          g_assert_cmpfloat (
            nn_test_distance (n, nn_exec_output (fast, i), nn_exec_output (full, i)), <, 1e-4);
        }
    }
}

/* Inputs survive a pass: running twice gives the same bits. */
static void
test_forward_twice (void)
{
  g_autoptr (NnGraph) graph = rich_graph ();
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnParams) params = nn_test_params (graph, 2);

  for (guint mode = NN_EXEC_INFER; mode <= NN_EXEC_KEEP_ALL; mode++)
    {
      g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 4, mode, NULL);
      gsize size = batch_values (graph, nn_graph_output (graph, 0), 4) * sizeof (nn_real);
      g_autofree nn_real *first = NULL;

      nn_test_fill_inputs (exec, 4, 9);
      nn_exec_forward (exec, params, 4, 0);
      first = g_memdup2 (nn_exec_output (exec, 0), size);
      nn_exec_forward (exec, params, 4, 0);
      g_assert_cmpmem (first, size, nn_exec_output (exec, 0), size);
    }
}

/* An item's answer does not depend on what else is in the batch or was there before. */
static void
test_items_are_independent (void)
{
  g_autoptr (NnGraph) graph = rich_graph ();
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnParams) params = nn_test_params (graph, 2);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 9, NN_EXEC_INFER, NULL);
  gsize n_in = batch_values (graph, 0, 1),
        n_out = batch_values (graph, nn_graph_output (graph, 0), 1);
  g_autofree nn_real *all = NULL, *inputs = NULL;

  nn_test_fill_inputs (exec, 9, 9);
  inputs = g_memdup2 (nn_exec_input (exec, 0), 9 * n_in * sizeof *inputs);
  nn_exec_forward (exec, params, 9, 0);
  all = g_memdup2 (nn_exec_output (exec, 0), 9 * n_out * sizeof *all);
  for (guint i = 0; i < 9; i++)
    {
      memcpy (nn_exec_input (exec, 0), inputs + i * n_in, n_in * sizeof *inputs);
      nn_exec_forward (exec, params, 1, 0);
      g_assert_cmpfloat (nn_test_distance (n_out, nn_exec_output (exec, 0), all + i * n_out), <,
                         1e-5);
    }
}

/* What inference computes at once: convolution, batch norm, sum, ReLU and pool, with the loops for few
 * channels and for many, in maps of odd sizes. */
static NnGraph *
chain_graph (guint32  channels,
             guint32  kernel,
             gboolean residual,
             gboolean pool,
             gboolean relu)
{
  NnBuilder *b = nn_builder_new ();
  NnConvSpec spec = { nn_stencil (kernel, 1, kernel / 2), channels, 1, TRUE };
  NnBatchNormSpec norm = { 1e-5f, 0.1f };
  NnNode x = nn_builder_input (b, nn_shape_maps (3, 11, 13));
  NnNode stem = nn_builder_conv (b, x, spec);
  NnNode y = nn_builder_batch_norm (b, nn_builder_conv (b, stem, spec), norm);

  if (residual)
    y = nn_builder_add (b, y, stem);
  if (relu)
    y = nn_builder_activation (b, y, (NnActivationSpec) { NN_ACTIVATION_RELU });
  if (pool)
    y = nn_builder_pool (b, y, (NnPoolSpec) { nn_stencil (2, 2, 0) });
  y = nn_builder_conv (b, y, spec);

  return nn_test_seal (b, nn_builder_pool (b, y, (NnPoolSpec) { nn_stencil (2, 2, 0) }));
}

static void
test_chains_are_their_links (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);

  for (guint i = 0; i < 32; i++)
    {
      guint batch = 1 + i % 3;
      g_autoptr (NnGraph) graph = chain_graph (i & 1 ? 18 : 5, i & 2 ? 3 : 5, i & 4, i & 8, i & 16);
      g_autoptr (NnParams) params = nn_test_params (graph, 3);
      g_autoptr (NnExec) whole = nn_exec_new (graph, workers, batch, NN_EXEC_INFER, NULL);
      g_autoptr (NnExec) links = nn_exec_new (graph, workers, batch, NN_EXEC_KEEP_ALL, NULL);
      gsize n = batch_values (graph, nn_graph_output (graph, 0), batch);
      double largest = 0;

      nn_test_fill_inputs (whole, batch, i);
      nn_test_fill_inputs (links, batch, i);
      nn_exec_forward (whole, params, batch, 0);
      nn_exec_forward (links, params, batch, 0);
      for (gsize j = 0; j < n; j++)
        largest = MAX (largest, fabs ((double) nn_exec_output (links, 0)[j]));
      /* Three sums of some hundred products, of which minimal filtering rounds some ten times more. */
      g_assert_cmpfloat (nn_test_distance (n, nn_exec_output (whole, 0), nn_exec_output (links, 0)),
                         <, 1e-5 * largest);
    }
}

/* A small batch after a large one: what lies behind its items in every node stays as it was. */
/* Inference skips zeros where that pays: with few weights left every chain gives what it gave. */
static void
test_few_weights_give_the_same (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  CvrRng rng = cvr_rng_new (5, 0);

  g_test_message ("seed 5");
  for (guint i = 0; i < 32; i++)
    {
      guint batch = 1 + i % 6;
      g_autoptr (NnGraph) graph = chain_graph (i & 1 ? 18 : 5, i & 2 ? 3 : 5, i & 4, i & 8, i & 16);
      g_autoptr (NnParams) params = nn_test_params (graph, 3), frozen = NULL;
      g_autoptr (NnExec) few = nn_exec_new (graph, workers, batch, NN_EXEC_INFER, NULL);
      g_autoptr (NnExec) all = nn_exec_new (graph, workers, batch, NN_EXEC_INFER, NULL);
      gsize n = batch_values (graph, nn_graph_output (graph, 0), batch);

      for (NnNode node = 0; (guint) node < nn_graph_n_nodes (graph); node++)
        {
          gsize n_weights;
          nn_real *weights = nn_params_poke (params, node, NN_SLOT_WEIGHT, &n_weights);

          for (gsize j = 0; j < n_weights && nn_graph_node_kind (graph, node) == NN_OP_CONV; j++)
            if (cvr_rng_below (&rng, 100) < 95)
              weights[j] = 0;
        }
      frozen = nn_params_copy (params);
      nn_params_freeze (frozen);

      nn_test_fill_inputs (few, batch, i);
      nn_test_fill_inputs (all, batch, i);
      nn_exec_forward (few, frozen, batch, 0);
      nn_exec_forward (all, params, batch, 0);
      g_assert_cmpfloat (nn_test_distance (n, nn_exec_output (few, 0), nn_exec_output (all, 0)), <,
                         1e-3);
    }
}

/* An exec must not take other parameters for those it knows because they lie where those lay. */
static void
test_other_parameters_are_noticed (void)
{
  g_autoptr (NnGraph) graph = chain_graph (18, 3, TRUE, TRUE, TRUE);
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 1, NN_EXEC_INFER, NULL);
  gsize n = batch_values (graph, nn_graph_output (graph, 0), 1);
  g_autofree nn_real *before = NULL;

  nn_test_fill_inputs (exec, 1, 1);
  for (guint seed = 1; seed <= 8; seed++)
    {
      g_autoptr (NnParams) params = nn_test_params (graph, seed);

      nn_params_freeze (params);
      nn_exec_forward (exec, params, 1, 0);
      if (before != NULL)
        g_assert_cmpfloat (nn_test_distance (n, before, nn_exec_output (exec, 0)), >, 0);
      g_free (before);
      before = g_memdup2 (nn_exec_output (exec, 0), n * sizeof *before);
    }
}

/* A constant under another shape has no memory of its own to write to. */
static void
test_a_constant_can_be_reshaped (void)
{
  NnBuilder *b = nn_builder_new ();
  NnNode x = nn_builder_input (b, nn_shape_maps (2, 2, 2));
  NnAttrs constant = { .constant = { { 1, { 4 } } } }, shape = { .reshape = { { 3, { 1, 2, 2 } } } };
  NnAttrs add = { .arithmetic = { NN_ARITHMETIC_ADD } };
  NnNode c = nn_builder_node (b, NN_OP_RESHAPE, &shape,
                              (NnNode[]) { nn_builder_node (b, NN_OP_CONSTANT, &constant, NULL, 0) },
                              1);
  g_autoptr (NnGraph) graph = nn_test_seal (
    b, nn_builder_node (b, NN_OP_ARITHMETIC, &add, (NnNode[]) { x, c }, 2));
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);

  for (guint i = 0; i < 4; i++)
    nn_params_poke (params, 1, NN_SLOT_WEIGHT, NULL)[i] = (nn_real) (10 * i);
  for (guint mode = NN_EXEC_INFER; mode <= NN_EXEC_TRAIN; mode++)
    {
      g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 3, mode, NULL);

      for (guint i = 0; i < 24; i++)
        nn_exec_input (exec, 0)[i] = (nn_real) i;
      nn_exec_forward (exec, params, 3, 0);
      for (guint i = 0; i < 24; i++)
        g_assert_cmpfloat ((double) nn_exec_output (exec, 0)[i], ==, i + 10 * (i % 4));
    }
}

static void
test_small_batch_leaves_the_rest (void)
{
  enum { LARGE = 9, SMALL = 2 };
  g_autoptr (NnGraph) graph = rich_graph ();
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnParams) params = nn_test_params (graph, 2);

  for (guint mode = NN_EXEC_KEEP_ALL; mode <= NN_EXEC_TRAIN; mode++)
    {
      g_autoptr (NnExec) exec = nn_exec_new (graph, workers, LARGE, mode, NULL);
      guint n_nodes = nn_graph_n_nodes (graph);
      g_autoptr (GPtrArray) before = g_ptr_array_new_with_free_func (g_free);
      g_autofree nn_real *gradient = g_new0 (
        nn_real, batch_values (graph, nn_graph_output (graph, 0), LARGE));

      nn_test_fill_inputs (exec, LARGE, 1);
      nn_exec_forward (exec, params, LARGE, 0);
      for (NnNode i = 0; (guint) i < n_nodes; i++)
        g_ptr_array_add (before, g_memdup2 (nn_exec_values (exec, i),
                                            batch_values (graph, i, LARGE) * sizeof (nn_real)));
      nn_test_fill_inputs (exec, SMALL, 2);
      nn_exec_forward (exec, params, SMALL, 0);
      nn_exec_backward (exec, params, nn_graph_output (graph, 0), gradient, TRUE);
      for (NnNode i = 0; (guint) i < n_nodes; i++)
        {
          gsize from = batch_values (graph, i, SMALL), to = batch_values (graph, i, LARGE);
          const nn_real *old = g_ptr_array_index (before, i);

          if (old == NULL)
            continue;
          g_assert_cmpmem (old + from, (to - from) * sizeof *old, nn_exec_values (exec, i) + from,
                           (to - from) * sizeof *old);
        }
    }
}

/* A chunk count that is larger for a smaller batch must still fit the scratch. */
static void
test_every_batch_up_to_the_largest (void)
{
  g_autoptr (NnGraph) graph = rich_graph ();
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnParams) params = nn_test_params (graph, 2);
  g_autoptr (NnExec) large = nn_exec_new (graph, workers, 17, NN_EXEC_TRAIN, NULL);
  gsize size = nn_params_n_trainable (params) * sizeof (nn_real);
  g_autofree nn_real *gradient = g_new (nn_real, 17 * 5);
  CvrRng rng = cvr_rng_new (1, 1);

  nn_test_fill_normal (&rng, 17 * 5, gradient);
  for (guint batch = 1; batch <= 17; batch++)
    {
      g_autoptr (NnExec) exact = nn_exec_new (graph, workers, batch, NN_EXEC_TRAIN, NULL);

      nn_test_fill_inputs (large, batch, batch);
      nn_test_fill_inputs (exact, batch, batch);
      nn_exec_forward (large, params, batch, 3);
      nn_exec_backward (large, params, nn_graph_output (graph, 0), gradient, FALSE);
      nn_exec_forward (exact, params, batch, 3);
      nn_exec_backward (exact, params, nn_graph_output (graph, 0), gradient, FALSE);
      g_assert_cmpmem (nn_exec_param_gradients (large), size, nn_exec_param_gradients (exact),
                       size);
    }
}

static void
test_size_is_known_before (void)
{
  g_autoptr (NnGraph) graph = rich_graph ();
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  gsize sizes[3];

  for (guint mode = NN_EXEC_INFER; mode <= NN_EXEC_TRAIN; mode++)
    {
      g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 8, mode, NULL);

      g_assert_true (nn_exec_plan_size (graph, 8, mode, &sizes[mode], NULL));
      g_assert_cmpuint (nn_exec_arena_size (exec), ==, sizes[mode]);
      g_assert_cmpuint (nn_exec_max_batch (exec), ==, 8);
    }
  g_assert_cmpuint (sizes[NN_EXEC_INFER], <, sizes[NN_EXEC_KEEP_ALL]);
}

static void
test_fitting_batch (void)
{
  g_autoptr (NnGraph) graph = rich_graph ();
  gsize four = 0;

  g_assert_true (nn_exec_plan_size (graph, 4, NN_EXEC_KEEP_ALL, &four, NULL));
  g_assert_cmpuint (nn_exec_fitting_batch (graph, 16, NN_EXEC_KEEP_ALL, G_MAXSIZE), ==, 16);
  g_assert_cmpuint (nn_exec_fitting_batch (graph, 16, NN_EXEC_KEEP_ALL, four), ==, 4);
  g_assert_cmpuint (nn_exec_fitting_batch (graph, 16, NN_EXEC_KEEP_ALL, four - 1), ==, 2);
  g_assert_cmpuint (nn_exec_fitting_batch (graph, 16, NN_EXEC_KEEP_ALL, 1), ==, 1);
  g_assert_cmpuint (nn_exec_fitting_batch (graph, 0, NN_EXEC_KEEP_ALL, 1), ==, 1);
}

/* Every operator with weights, without batch norm: looked at afterwards or trained, the gradients are
 * the same up to the order of sums. */
static void
test_slot_gradients (void)
{
  enum { BATCH = 3 };
  static const NnConvTransposeSpec spread = { { { 3, 3 }, { 2, 2 }, { 1, 1 }, { 1, 1, 1, 1 } },
                                              6, 1, TRUE };
  NnBuilder *b = nn_builder_new ();
  NnNode x = nn_builder_input (b, nn_shape_maps (4, 9, 8));
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnGraph) graph = NULL;
  g_autoptr (NnParams) params = NULL;
  g_autoptr (NnExec) keep = NULL, train = NULL;
  nn_real gradient[BATCH * 5];
  CvrRng rng = cvr_rng_new (4, 4);

  x = nn_builder_conv (b, x, (NnConvSpec) { nn_stencil (3, 1, 1), 8, 1, TRUE });
  x = nn_builder_conv (b, x, (NnConvSpec) { nn_stencil (3, 1, 1), 8, 8, TRUE });
  x = nn_builder_node (b, NN_OP_INSTANCE_NORM, &(NnAttrs) { .instance_norm = { 1e-5f } }, &x, 1);
  x = nn_builder_conv (b, x, (NnConvSpec) { nn_stencil (3, 2, 1), 6, 2, FALSE });
  x = nn_builder_node (b, NN_OP_CONV_TRANSPOSE, &(NnAttrs) { .conv_transpose = spread }, &x, 1);
  x = nn_builder_dense (b, x, (NnDenseSpec) { 5, TRUE });
  graph = nn_test_seal (b, x);
  params = nn_test_params (graph, 2);
  keep = nn_exec_new (graph, workers, BATCH, NN_EXEC_KEEP_ALL, NULL);
  train = nn_exec_new (graph, workers, BATCH, NN_EXEC_TRAIN, NULL);
  nn_test_fill_inputs (keep, BATCH, 1);
  nn_test_fill_inputs (train, BATCH, 1);
  nn_test_fill_normal (&rng, G_N_ELEMENTS (gradient), gradient);
  nn_exec_forward (keep, params, BATCH, 0);
  nn_exec_forward (train, params, BATCH, 0);
  nn_exec_backward (keep, params, x, gradient, FALSE);
  nn_exec_backward (train, params, x, gradient, FALSE);

  for (NnNode node = 0; node <= x; node++)
    {
      gsize offset, n, bias_offset = 0, n_bias = 0;
      g_autofree nn_real *weight = NULL, *bias = NULL;

      if (!nn_params_slot_range (params, node, NN_SLOT_WEIGHT, &offset, &n))
        continue;
      nn_params_slot_range (params, node, NN_SLOT_BIAS, &bias_offset, &n_bias);
      weight = g_new (nn_real, n);
      bias = g_new (nn_real, n_bias + 1);
      g_assert_true (nn_exec_slot_gradients (keep, node, weight, bias));
      for (gsize i = 0; i < n + n_bias; i++)
        {
          double expected = (double) nn_exec_param_gradients (
            train)[i < n ? offset + i : bias_offset + i - n];

          g_assert_cmpfloat (fabs ((double) (i < n ? weight[i] : bias[i - n]) - expected), <,
                             1e-4 * MAX (1, fabs (expected)));
        }
    }
}

/* A long chain of layers needs no more memory to infer than a short one, but for each layer's weights
 * in the form that the loops read: 16 columns, of 4 filters, by 36 values and a start. */
static void
test_inference_shares_memory (void)
{
  const gsize prepared = 16 * (36 + 1) * sizeof (nn_real);
  gsize sizes[2];

  for (guint deep = 0; deep < 2; deep++)
    {
      NnBuilder *b = nn_builder_new ();
      NnNode x = nn_builder_input (b, nn_shape_maps (4, 16, 16));
      g_autoptr (NnGraph) graph = NULL;

      for (guint i = 0; i < (deep ? 20 : 4); i++)
        x = nn_builder_activation (
          b, nn_builder_conv (b, x, (NnConvSpec) { nn_stencil (3, 1, 1), 4, 1, TRUE }),
          (NnActivationSpec) { NN_ACTIVATION_TANH });
      graph = nn_test_seal (b, x);
      g_assert_true (nn_exec_plan_size (graph, 8, NN_EXEC_INFER, &sizes[deep], NULL));
    }
  g_assert_cmpuint (sizes[1] - sizes[0], ==, (20 - 4) * prepared);
}

static void
test_only_promised_values_can_be_read (void)
{
  g_autoptr (NnGraph) graph = rich_graph ();
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);

  for (guint mode = NN_EXEC_INFER; mode <= NN_EXEC_TRAIN; mode++)
    {
      g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 2, mode, NULL);

      for (NnNode i = 0; (guint) i < nn_graph_n_nodes (graph); i++)
        {
          gboolean promised = mode == NN_EXEC_KEEP_ALL || i == 0 || i == nn_graph_output (graph, 0) ||
                              i == nn_graph_output (graph, 1);

          gboolean vector = nn_graph_node_shape (graph, i).rank == 2 && mode == NN_EXEC_TRAIN;

          g_assert_true ((nn_exec_values (exec, i) != NULL) == promised || vector);
        }
      g_assert_true ((nn_exec_param_gradients (exec) != NULL) == (mode == NN_EXEC_TRAIN));
    }
}

static void
test_no_memory_is_an_error (void)
{
  NnBuilder *b = nn_builder_new ();
  NnNode x = nn_builder_input (b, nn_shape_vector (2000000000));
  g_autoptr (NnGraph) graph = nn_test_seal (
    b, nn_builder_activation (b, x, (NnActivationSpec) { NN_ACTIVATION_TANH }));
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (GError) error = NULL;

  g_assert_null (nn_exec_new (graph, workers, 2000000000, NN_EXEC_TRAIN, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_NO_MEMORY);
}

/* The gradient in the middle of a network is that of the input of its second half. */
static void
test_inner_gradients (void)
{
  enum { BATCH = 3, N = 6 * 8 * 8 };
  NnActivationSpec elu = { NN_ACTIVATION_ELU, 1 };
  NnBuilder *b = nn_builder_new ();
  NnNode x = nn_builder_input (b, nn_shape_maps (2, 8, 8));
  NnNode middle = nn_builder_conv (b, x, (NnConvSpec) { nn_stencil (3, 1, 1), 6, 1, TRUE });
  NnNode end = nn_builder_dense (b, nn_builder_activation (b, middle, elu),
                                 (NnDenseSpec) { 4, TRUE });
  g_autoptr (NnGraph) whole = nn_test_seal (b, end);
  NnBuilder *c = nn_builder_new ();
  NnNode y = nn_builder_input (c, nn_shape_maps (6, 8, 8));
  g_autoptr (NnGraph) half = nn_test_seal (
    c, nn_builder_dense (c, nn_builder_activation (c, y, elu), (NnDenseSpec) { 4, TRUE }));
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (whole, workers, BATCH, NN_EXEC_KEEP_ALL, NULL);
  g_autoptr (NnExec) part = nn_exec_new (half, workers, BATCH, NN_EXEC_KEEP_ALL, NULL);
  g_autoptr (NnParams) params = nn_test_params (whole, 2);
  g_autoptr (NnParams) rest = nn_params_new (half, 1, NULL);
  const nn_real g[] = { 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, 2 };
  gsize n;

  for (guint slot = NN_SLOT_WEIGHT; slot <= NN_SLOT_BIAS; slot++)
    {
      const nn_real *values = nn_params_peek (params, end, slot, &n);

      memcpy (nn_params_poke (rest, 2, slot, NULL), values, n * sizeof *values);
    }
  nn_test_fill_inputs (exec, BATCH, 1);
  nn_exec_forward (exec, params, BATCH, 0);
  nn_exec_backward (exec, params, end, g, FALSE);
  memcpy (nn_exec_input (part, 0), nn_exec_values (exec, middle), BATCH * N * sizeof (nn_real));
  nn_exec_forward (part, rest, BATCH, 0);
  nn_exec_backward (part, rest, 2, g, TRUE);
  g_assert_cmpmem (nn_exec_gradient (exec, middle), BATCH * N * sizeof (nn_real),
                   nn_exec_gradient (part, 0), BATCH * N * sizeof (nn_real));
  g_assert_null (nn_exec_gradient (exec, x));
}

/* Backward from an inner node: nothing above it has a gradient, parameters above it have zero. */
static void
test_backward_from_an_inner_node (void)
{
  enum { BATCH = 2 };
  g_autoptr (NnGraph) graph = rich_graph ();
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, BATCH, NN_EXEC_TRAIN, NULL);
  g_autoptr (NnParams) params = nn_test_params (graph, 2);
  NnNode inner = nn_graph_find (graph, "leaky-relu1");
  gsize n = batch_values (graph, inner, BATCH), offset = 0, n_values = 0;
  g_autofree nn_real *g = g_new (nn_real, n);
  double size = 0;

  for (gsize i = 0; i < n; i++)
    g[i] = 1;
  memset (nn_exec_param_gradients (exec), 0xff, nn_params_n_trainable (params) * sizeof (nn_real));
  nn_test_fill_inputs (exec, BATCH, 1);
  nn_exec_forward (exec, params, BATCH, 0);
  nn_exec_backward (exec, params, inner, g, FALSE);

  nn_params_slot_range (params, nn_graph_find (graph, "dense1"), NN_SLOT_WEIGHT, &offset,
                        &n_values);
  for (gsize i = 0; i < n_values; i++)
    g_assert_cmpfloat (nn_exec_param_gradients (exec)[offset + i], ==, 0);
  nn_params_slot_range (params, nn_graph_find (graph, "conv1"), NN_SLOT_WEIGHT, &offset, &n_values);
  for (gsize i = 0; i < n_values; i++)
    size += fabs ((double) nn_exec_param_gradients (exec)[offset + i]);
  g_assert_cmpfloat (size, >, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/exec/infer-is-keep-all", test_infer_is_keep_all);
  g_test_add_func ("/engine/exec/forward-twice", test_forward_twice);
  g_test_add_func ("/engine/exec/items-are-independent", test_items_are_independent);
  g_test_add_func ("/engine/exec/chains-are-their-links", test_chains_are_their_links);
  g_test_add_func ("/engine/exec/few-weights-give-the-same", test_few_weights_give_the_same);
  g_test_add_func ("/engine/exec/other-parameters-are-noticed", test_other_parameters_are_noticed);
  g_test_add_func ("/engine/exec/a-constant-can-be-reshaped", test_a_constant_can_be_reshaped);
  g_test_add_func ("/engine/exec/small-batch-leaves-the-rest", test_small_batch_leaves_the_rest);
  g_test_add_func ("/engine/exec/every-batch-up-to-the-largest",
                   test_every_batch_up_to_the_largest);
  g_test_add_func ("/engine/exec/size-is-known-before", test_size_is_known_before);
  g_test_add_func ("/engine/exec/a-batch-that-fits", test_fitting_batch);
  g_test_add_func ("/engine/exec/gradients-of-weights-afterwards", test_slot_gradients);
  g_test_add_func ("/engine/exec/inference-shares-memory", test_inference_shares_memory);
  g_test_add_func ("/engine/exec/only-promised-values-can-be-read",
                   test_only_promised_values_can_be_read);
  g_test_add_func ("/engine/exec/no-memory-is-an-error", test_no_memory_is_an_error);
  g_test_add_func ("/engine/exec/inner-gradients", test_inner_gradients);
  g_test_add_func ("/engine/exec/backward-from-an-inner-node", test_backward_from_an_inner_node);

  return g_test_run ();
}
