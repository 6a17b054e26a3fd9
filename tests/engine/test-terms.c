/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a value is said to be made of makes exactly that value: every rule on random layers. */
#include "nn-terms.h"
#include "nn-test-graph.h"

#include <math.h>
#include <string.h>

/* Sums of up to 300 products of about 1 in another order, in single precision. */
static const double tolerance = 2e-4;

typedef struct
{
  NnGraph  *graph;
  NnParams *params;
  NnWorkers *workers;
  NnExec   *exec;
  float   **values; /* borrowed from the exec */
} Run;

static Run
run_graph (NnBuilder *builder,
           NnNode     output,
           guint64    seed)
{
  g_autoptr (GError) error = NULL;
  Run run = { .graph = nn_test_seal (builder, output) };

  run.params = nn_test_params (run.graph, seed);
  run.workers = nn_workers_new (1, FALSE);
  run.exec = nn_exec_new (run.graph, run.workers, 1, NN_EXEC_KEEP_ALL, &error);
  g_assert_no_error (error);
  nn_test_fill_inputs (run.exec, 1, seed + 1);
  nn_exec_forward (run.exec, run.params, 1, 0);
  run.values = g_new0 (float *, nn_graph_n_nodes (run.graph));
  for (guint i = 0; i < nn_graph_n_nodes (run.graph); i++)
    run.values[i] = (float *) nn_exec_values (run.exec, (NnNode) i);

  return run;
}

static void
end_run (Run *run)
{
  g_free (run->values);
  nn_exec_free (run->exec);
  nn_workers_unref (run->workers);
  nn_params_unref (run->params);
  nn_graph_unref (run->graph);
}

/* Every value of @node by @rule; the numbers that are told are those of the layer before. */
static void
check_node (const Run  *run,
            NnNode      node,
            NnTermsRule rule)
{
  NnShape shape = nn_graph_node_shape (run->graph, node);
  gsize count = 0;

  g_assert_true (nn_shape_count (&shape, &count));
  for (gsize index = 0; index < count; index++)
    {
      g_autoptr (NnTerms) terms = nn_terms_new (run->graph, run->params, run->values, node, index);

      g_assert_nonnull (terms);
      g_assert_cmpint (terms->rule, ==, rule);
      g_assert_cmpfloat_with_epsilon (terms->result, (double) run->values[node][index],
                                      tolerance * (1 + fabs (terms->result)));
      for (gsize i = 0; i < terms->n; i++)
        {
          NnNode source = terms->sources != NULL ? terms->sources[i] : terms->input;

          if (terms->places[i] >= 0)
            g_assert_cmpfloat (terms->values[i], ==, run->values[source][terms->places[i]]);
          else
            g_assert_true (isinf (terms->values[i]));
        }
    }
  g_assert_null (nn_terms_new (run->graph, run->params, run->values, node, count));
}

static NnStencil
random_stencil (CvrRng  *rng,
                gboolean dilated)
{
  NnStencil stencil;

  for (guint axis = 0; axis < 2; axis++)
    {
      stencil.kernel[axis] = 1 + (guint32) cvr_rng_below (rng, 4);
      stencil.stride[axis] = 1 + (guint32) cvr_rng_below (rng, 3);
      stencil.dilation[axis] = dilated ? 1 + (guint32) cvr_rng_below (rng, 2) : 1;
    }
  for (guint side = 0; side < 4; side++)
    stencil.pad[side] = (guint32) cvr_rng_below (rng, stencil.kernel[side % 2]);

  return stencil;
}

static guint64
test_seed (void)
{
  guint64 seed = (guint64) g_test_rand_int ();

  g_test_message ("seed %" G_GUINT64_FORMAT, seed);

  return seed;
}

static void
test_conv (void)
{
  guint64 seed = test_seed ();
  CvrRng rng = cvr_rng_new (seed, 0);

  for (guint i = 0; i < 40; i++)
    {
      NnBuilder *builder = nn_builder_new ();
      guint32 groups = 1 + (guint32) cvr_rng_below (&rng, 3);
      NnConvSpec spec = { .groups = groups, .bias = i % 3 != 0 };
      NnNode x, y;
      Run run;

      spec.filters = groups * (1 + (guint32) cvr_rng_below (&rng, 3));
      spec.stencil = random_stencil (&rng, TRUE);
      x = nn_builder_input (builder,
                            nn_shape_maps (groups * (1 + (guint32) cvr_rng_below (&rng, 3)),
                                           8 + (guint32) cvr_rng_below (&rng, 4), 9));
      y = nn_builder_conv (builder, x, spec);
      run = run_graph (builder, y, seed + i);
      check_node (&run, y, NN_TERMS_PRODUCTS);
      end_run (&run);
    }
}

static void
test_conv_parts (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (4, 6, 6));
  NnNode y = nn_builder_conv (builder, x, (NnConvSpec) { nn_stencil (3, 2, 1), 6, 2, TRUE });
  Run run = run_graph (builder, y, 5);
  /* Filter 4 belongs to the second group; its first window begins in the padding. */
  g_autoptr (NnTerms) terms = nn_terms_new (run.graph, run.params, run.values, y, 4 * 9);

  g_assert_cmpuint (terms->first, ==, 2);
  g_assert_cmpuint (terms->planes, ==, 2);
  g_assert_cmpint (terms->top, ==, -1);
  g_assert_cmpint (terms->left, ==, -1);
  g_assert_cmpint (terms->places[0], ==, -1);
  g_assert_cmpint (terms->places[4], ==, 2 * 36);
  g_assert_cmpfloat_with_epsilon (nn_terms_part (terms, 0) + nn_terms_part (terms, 1) + terms->bias,
                                  terms->result, 1e-12);
  end_run (&run);
}

static void
test_pool (void)
{
  guint64 seed = test_seed ();
  CvrRng rng = cvr_rng_new (seed, 0);

  for (guint i = 0; i < 40; i++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnPoolSpec spec = { random_stencil (&rng, FALSE), i % 2 == 0, i % 3 == 0, i % 5 < 2 };
      NnNode x = nn_builder_input (builder, nn_shape_maps (2, 9, 8));
      NnNode y = nn_builder_pool (builder, x, spec);
      Run run = run_graph (builder, y, seed + i);

      check_node (&run, y, spec.average ? NN_TERMS_MEAN : NN_TERMS_LARGEST);
      end_run (&run);
    }
}

/* One of everything that a network of today is made of, one after the other. */
static void
test_others (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (3, 5, 4));
  NnNode norm = nn_builder_batch_norm (builder, x, (NnBatchNormSpec) { 1e-5f, 0.1f });
  NnNode relu = nn_builder_activation (builder, norm,
                                       (NnActivationSpec) { .function = NN_ACTIVATION_RELU });
  NnNode clip = nn_builder_activation (
      builder, norm,
      (NnActivationSpec) { .function = NN_ACTIVATION_CLIP, .alpha = -0.5f, .beta = 0.75f });
  NnNode elu = nn_builder_activation (
      builder, clip, (NnActivationSpec) { .function = NN_ACTIVATION_ELU, .alpha = 1.5f });
  NnNode both[] = { relu, elu };
  NnNode sum = nn_builder_add (builder, relu, elu);
  NnNode plus = nn_builder_node (
      builder, NN_OP_ARITHMETIC,
      &(NnAttrs) { .arithmetic = { .function = NN_ARITHMETIC_ADD } }, both, 2);
  NnNode ends[] = { sum, plus, relu };
  NnNode beside = nn_builder_concat (builder, ends, 3);
  NnNode drop = nn_builder_dropout (builder, beside, (NnDropoutSpec) { 0.5f });
  NnNode mean = nn_builder_global_pool (builder, drop, (NnGlobalPoolSpec) { TRUE });
  NnNode most = nn_builder_global_pool (builder, drop, (NnGlobalPoolSpec) { FALSE });
  NnNode flat = nn_builder_flatten (builder, nn_builder_add (builder, mean, most));
  NnNode dense = nn_builder_dense (builder, flat, (NnDenseSpec) { 4, TRUE });
  NnNode share = nn_builder_softmax (builder, dense);
  Run run = run_graph (builder, share, 11);

  check_node (&run, norm, NN_TERMS_NORM);
  check_node (&run, relu, NN_TERMS_FUNCTION);
  check_node (&run, clip, NN_TERMS_FUNCTION);
  check_node (&run, elu, NN_TERMS_FUNCTION);
  check_node (&run, sum, NN_TERMS_SUM);
  check_node (&run, plus, NN_TERMS_SUM);
  check_node (&run, beside, NN_TERMS_COPY);
  check_node (&run, drop, NN_TERMS_COPY);
  check_node (&run, mean, NN_TERMS_MEAN);
  check_node (&run, most, NN_TERMS_LARGEST);
  check_node (&run, flat, NN_TERMS_COPY);
  check_node (&run, dense, NN_TERMS_PRODUCTS);
  check_node (&run, share, NN_TERMS_SHARE);
  check_node (&run, x, NN_TERMS_NONE);
  end_run (&run);
}

/* A dense layer right behind maps takes them all. */
static void
test_dense_of_maps (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (3, 4, 5));
  NnNode y = nn_builder_dense (builder, x, (NnDenseSpec) { 7, TRUE });
  Run run = run_graph (builder, y, 3);
  g_autoptr (NnTerms) terms = nn_terms_new (run.graph, run.params, run.values, y, 0);

  g_assert_cmpuint (terms->planes, ==, 3);
  g_assert_cmpuint (terms->rows, ==, 4);
  g_assert_cmpuint (terms->columns, ==, 5);
  check_node (&run, y, NN_TERMS_PRODUCTS);
  end_run (&run);
}

/* A node that was never run tells nothing. */
static void
test_not_run (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (1, 4, 4));
  NnNode y = nn_builder_flatten (builder, x);
  Run run = run_graph (builder, y, 1);

  run.values[x] = NULL;
  g_assert_null (nn_terms_new (run.graph, run.params, run.values, y, 0));
  end_run (&run);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/engine/terms/convolutions-add-up", test_conv);
  g_test_add_func ("/engine/terms/convolution-by-maps", test_conv_parts);
  g_test_add_func ("/engine/terms/pools", test_pool);
  g_test_add_func ("/engine/terms/every-other-rule", test_others);
  g_test_add_func ("/engine/terms/dense-behind-maps", test_dense_of_maps);
  g_test_add_func ("/engine/terms/not-run", test_not_run);

  return g_test_run ();
}
