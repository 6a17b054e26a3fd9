/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is inside three networks, and every attribution, against PyTorch: a plain one, one with a
 * skip and batch norm, one with concatenation, depthwise and grouped convolution and other
 * rectifiers. */
#include "golden-explain.h"
#include "learn-support.h"

#include <string.h>

enum { TARGET = 1, DIGEST = 5, MOST = 512 };

/* Values go through up to twelve layers and back; attributions are floats in both builds. */
static const double tolerance = IN_DOUBLE ? 2e-7 : 5e-6; /* stored with eight digits */

typedef struct
{
  NnBuilder *builder;
  NnNode     last;
} Chain;

static NnNode
conv (Chain    *chain,
      guint     filters,
      guint     kernel,
      guint     pad,
      guint     groups,
      gboolean  bias)
{
  NnConvSpec spec = { nn_stencil (kernel, 1, pad), filters, groups, bias };

  return chain->last = nn_builder_conv (chain->builder, chain->last, spec);
}

static NnNode
norm (Chain *chain)
{
  return chain->last =
           nn_builder_batch_norm (chain->builder, chain->last, (NnBatchNormSpec) { 1e-5f, 0.1f });
}

static NnNode
rectify (Chain        *chain,
         NnActivation  function)
{
  return chain->last = nn_builder_activation (chain->builder, chain->last,
                                              (NnActivationSpec) { function, 0.1f });
}

static NnNode
dense (Chain *chain,
       guint  units)
{
  return chain->last =
           nn_builder_dense (chain->builder, chain->last, (NnDenseSpec) { units, TRUE });
}

static NnGraph *
seal (Chain   *chain,
      gboolean softmax)
{
  g_autoptr (NnBuilder) builder = chain->builder;
  g_autoptr (GError) error = NULL;
  NnGraph *graph;

  nn_builder_output (builder, softmax ? nn_builder_softmax (builder, chain->last) : chain->last);
  graph = nn_builder_seal (builder, &error);
  g_assert_no_error (error);

  return graph;
}

/* @nodes: those whose maps are compared, in PyTorch's order; the number of them is returned. */
typedef NnGraph *(*Make) (NnNode *nodes, guint *n, NnNode *layer);

static NnGraph *
make_plain (NnNode *nodes,
            guint  *n,
            NnNode *layer)
{
  Chain chain = { nn_builder_new (), 0 };

  chain.last = nn_builder_input (chain.builder, nn_shape_maps (1, 12, 12));
  nodes[0] = conv (&chain, 4, 5, 2, 1, TRUE);
  nodes[1] = rectify (&chain, NN_ACTIVATION_RELU);
  nodes[2] = chain.last =
    nn_builder_pool (chain.builder, chain.last, (NnPoolSpec) { nn_stencil (2, 2, 0) });
  nodes[3] = conv (&chain, 6, 3, 0, 1, TRUE);
  nodes[4] = *layer = rectify (&chain, NN_ACTIVATION_RELU);
  nodes[5] = dense (&chain, 10);
  nodes[6] = rectify (&chain, NN_ACTIVATION_RELU);
  nodes[7] = dense (&chain, 3);
  *n = 8;

  return seal (&chain, FALSE);
}

static NnGraph *
make_residual (NnNode *nodes,
               guint  *n,
               NnNode *layer)
{
  Chain chain = { nn_builder_new (), 0 };
  NnNode around;

  chain.last = nn_builder_input (chain.builder, nn_shape_maps (3, 8, 8));
  nodes[0] = conv (&chain, 4, 3, 1, 1, FALSE);
  nodes[1] = norm (&chain);
  nodes[2] = around = rectify (&chain, NN_ACTIVATION_RELU);
  nodes[3] = conv (&chain, 4, 3, 1, 1, FALSE);
  nodes[4] = norm (&chain);
  nodes[5] = rectify (&chain, NN_ACTIVATION_RELU);
  nodes[6] = conv (&chain, 4, 3, 1, 1, FALSE);
  nodes[7] = norm (&chain);
  nodes[8] = chain.last = nn_builder_add (chain.builder, around, chain.last);
  nodes[9] = *layer = rectify (&chain, NN_ACTIVATION_RELU);
  nodes[10] = chain.last =
    nn_builder_global_pool (chain.builder, chain.last, (NnGlobalPoolSpec) { TRUE });
  nodes[11] = dense (&chain, 3);
  *n = 12;

  return seal (&chain, TRUE);
}

static NnGraph *
make_joined (NnNode *nodes,
             guint  *n,
             NnNode *layer)
{
  Chain chain = { nn_builder_new (), 0 };
  NnNode parts[3];

  chain.last = nn_builder_input (chain.builder, nn_shape_maps (2, 10, 10));
  nodes[0] = conv (&chain, 4, 3, 1, 1, TRUE);
  nodes[1] = parts[0] = rectify (&chain, NN_ACTIVATION_RELU6);
  nodes[2] = conv (&chain, 4, 3, 1, 4, TRUE);
  nodes[3] = parts[1] = rectify (&chain, NN_ACTIVATION_LEAKY_RELU);
  nodes[4] = conv (&chain, 2, 1, 0, 1, TRUE);
  nodes[5] = parts[2] = rectify (&chain, NN_ACTIVATION_RELU);
  nodes[6] = chain.last = nn_builder_concat (chain.builder, parts, 3);
  nodes[7] = chain.last =
    nn_builder_pool (chain.builder, chain.last, (NnPoolSpec) { nn_stencil (2, 2, 0), TRUE });
  nodes[8] = conv (&chain, 5, 3, 0, 5, FALSE);
  nodes[9] = norm (&chain);
  nodes[10] = *layer = rectify (&chain, NN_ACTIVATION_RELU);
  nodes[11] = dense (&chain, 3);
  *n = 12;

  return seal (&chain, TRUE);
}

typedef struct
{
  const char   *name;
  Make          make;
  const double *maps, *map_gradients, *weight_gradients, *loss_input;
  const double *saliency, *smooth_grad, *integrated[NN_N_BASELINES], *guided, *deconv;
  const double *grad_cam, *occlusion;
  guint         n_rectifiers;
} Network;

#define NETWORK(name, n)                                                                           \
  { #name, make_##name, explain_##name##_maps, explain_##name##_map_gradients,                     \
    explain_##name##_weight_gradients, explain_##name##_loss_input, explain_##name##_saliency,     \
    explain_##name##_smooth_grad,                                                                  \
    { explain_##name##_integrated_black, explain_##name##_integrated_mean,                         \
      explain_##name##_integrated_blurred },                                                       \
    explain_##name##_guided, explain_##name##_deconv, explain_##name##_grad_cam,                   \
    explain_##name##_occlusion, n }

static const Network networks[] = { NETWORK (plain, 3), NETWORK (residual, 3),
                                    NETWORK (joined, 4) };

typedef struct
{
  const Network *network;
  NnGraph       *graph;
  NnParams      *params;
  NnWorkers     *workers;
  NnNode         nodes[16], layer;
  guint          n_nodes;
  NnShape        shape;
  gsize          item, plane;
  nn_real        input[MOST];
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer network)
{
  fixture->network = network;
  fixture->graph = fixture->network->make (fixture->nodes, &fixture->n_nodes, &fixture->layer);
  fixture->params = nn_params_new (fixture->graph, 1, NULL);
  fixture->workers = nn_workers_new (2, FALSE);
  fixture->shape = nn_graph_node_shape (fixture->graph, 0);
  nn_shape_count (&fixture->shape, &fixture->item);
  fixture->plane = fixture->item / fixture->shape.dims[1];
  g_assert_cmpuint (fixture->item, <=, MOST);
  golden_fill (fixture->params);
  for (NnNode i = 0; (guint) i < nn_graph_n_nodes (fixture->graph); i++)
    {
      gsize n = 0;
      nn_real *mean = nn_params_poke (fixture->params, i, NN_SLOT_MEAN, &n);
      nn_real *variance = nn_params_poke (fixture->params, i, NN_SLOT_VARIANCE, NULL);

      for (gsize c = 0; mean != NULL && c < n; c++)
        {
          mean[c] = (nn_real) (golden_noise (c, 60) / 5);
          variance[c] = (nn_real) (1 + golden_noise (c, 61) / 2);
        }
    }
  for (gsize i = 0; i < fixture->item; i++)
    fixture->input[i] = (nn_real) golden_noise (i, 30);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer network)
{
  nn_graph_unref (fixture->graph);
  nn_params_unref (fixture->params);
  nn_workers_unref (fixture->workers);
}

/* The largest difference so far, for the report. */
static void
note (double *most,
      double  actual,
      double  expected)
{
  *most = MAX (*most, fabs (actual - expected) / MAX (1, fabs (expected)));
  assert_close (actual, expected, tolerance);
}

/* make-explain.py's digest(). */
static void
check_digest (gsize          n,
              const nn_real *values,
              const double  *expected,
              double        *most)
{
  double squares = 0, product = 0;

  g_assert_nonnull (values);
  for (gsize i = 0; i < n; i++)
    {
      squares += (double) values[i] * (double) values[i];
      product += (double) values[i] * golden_noise (i, 70);
    }
  note (most, sqrt (squares), expected[0]);
  note (most, product, expected[1]);
  for (gsize k = 0; k < 3; k++)
    note (most, (double) values[(k * 7919 + 13) % n], expected[2 + k]);
}

static gsize
count_of (Fixture *fixture,
          NnNode   node)
{
  NnShape shape = nn_graph_node_shape (fixture->graph, node);
  gsize n = 0;

  nn_shape_count (&shape, &n);

  return n;
}

/* An exec that has been forward, and back from the cross-entropy of the target. */
static NnExec *
run_loss (Fixture *fixture)
{
  NnExec *exec = nn_exec_new (fixture->graph, fixture->workers, 1, NN_EXEC_KEEP_ALL, NULL);
  NnNode logits = nn_explain_logits (fixture->graph);
  nn_real gradient[3];

  memcpy (nn_exec_input (exec, 0), fixture->input, fixture->item * sizeof *fixture->input);
  nn_exec_forward (exec, fixture->params, 1, 0);
  nn_softmax_rows (1, 3, nn_exec_values (exec, logits), gradient);
  gradient[TARGET] -= 1;
  nn_exec_backward (exec, fixture->params, logits, gradient, TRUE);

  return exec;
}

static void
test_maps (Fixture      *fixture,
           gconstpointer network)
{
  g_autoptr (NnExec) exec = run_loss (fixture);
  double most = 0, most_gradient = 0;

  for (guint i = 0; i < fixture->n_nodes; i++)
    {
      NnNode node = fixture->nodes[i];
      gsize n = count_of (fixture, node);

      check_digest (n, nn_exec_values (exec, node), fixture->network->maps + DIGEST * i, &most);
      check_digest (n, nn_exec_gradient (exec, node), fixture->network->map_gradients + DIGEST * i,
                    &most_gradient);
    }
  for (gsize i = 0; i < fixture->item; i++)
    note (&most_gradient, (double) nn_exec_gradient (exec, 0)[i], fixture->network->loss_input[i]);
  g_test_message ("largest difference: maps %.2g, their gradients %.2g", most, most_gradient);
}

static void
test_weights (Fixture      *fixture,
              gconstpointer network)
{
  g_autoptr (NnExec) exec = run_loss (fixture);
  const double *expected = fixture->network->weight_gradients;
  double most = 0;

  for (NnNode node = 0; (guint) node < nn_graph_n_nodes (fixture->graph); node++)
    {
      gsize n_weights, n_biases;
      const nn_real *values = nn_params_peek (fixture->params, node, NN_SLOT_WEIGHT, &n_weights);
      g_autofree nn_real *weights = g_new (nn_real, n_weights + 1), *biases = NULL;

      nn_params_peek (fixture->params, node, NN_SLOT_BIAS, &n_biases);
      biases = g_new (nn_real, n_biases + 1);
      g_assert_true (nn_exec_slot_gradients (exec, node, weights, biases) == (values != NULL));
      if (values == NULL)
        continue;
      check_digest (n_weights, weights, expected, &most);
      expected += DIGEST;
      if (n_biases > 0)
        {
          check_digest (n_biases, biases, expected, &most);
          expected += DIGEST;
        }
    }
  g_test_message ("largest difference %.2g", most);
}

/* (transfer full) */
static NnExplanation *
explain (Fixture       *fixture,
         NnExplainSpec  spec)
{
  static const nn_real black[] = { -0.5, -0.25, -1 };
  g_autoptr (GError) error = NULL;
  NnExplanation *why;

  spec.target = TARGET;
  spec.black = black;
  why = nn_explain (fixture->graph, fixture->params, fixture->workers, &spec, fixture->input, NULL,
                    NULL, &error);
  g_assert_no_error (error);

  return why;
}

/* The signed parts are PyTorch's; the map follows from them. */
static void
check_parts (Fixture       *fixture,
             NnExplainSpec  spec,
             const double  *expected)
{
  g_autoptr (NnExplanation) why = explain (fixture, spec);
  double most = 0, sum = 0;

  for (gsize i = 0; i < fixture->item; i++)
    {
      note (&most, (double) why->parts[i], expected[i]);
      sum += (double) why->parts[i];
    }
  for (gsize i = 0; i < fixture->plane; i++)
    {
      double all = 0, largest = 0;

      for (guint c = 0; c < fixture->shape.dims[1]; c++)
        {
          all += (double) why->parts[c * fixture->plane + i];
          largest = MAX (largest, fabs ((double) why->parts[c * fixture->plane + i]));
        }
      assert_close (why->map[i], nn_explain_is_signed (spec.kind) ? all : largest, 1e-6);
    }
  if (spec.kind == NN_EXPLAIN_INTEGRATED)
    assert_close (why->sum, sum, 1e-5);
  if (spec.kind == NN_EXPLAIN_GUIDED || spec.kind == NN_EXPLAIN_DECONVNET)
    g_assert_cmpuint (why->n_rectifiers, ==, fixture->network->n_rectifiers);
  g_test_message ("%s: largest difference %.2g", nn_explain_name (spec.kind), most);
}

static void
test_parts (Fixture      *fixture,
            gconstpointer network)
{
  const Network *golden = fixture->network;

  check_parts (fixture, (NnExplainSpec) { .kind = NN_EXPLAIN_SALIENCY }, golden->saliency);
  check_parts (fixture,
               (NnExplainSpec) {
                 .kind = NN_EXPLAIN_SMOOTH_GRAD, .samples = 5, .noise = 0.2, .seed = 3 },
               golden->smooth_grad);
  for (guint baseline = 0; baseline < NN_N_BASELINES; baseline++)
    check_parts (
      fixture,
      (NnExplainSpec) { .kind = NN_EXPLAIN_INTEGRATED, .steps = 16, .baseline = baseline },
      golden->integrated[baseline]);
  check_parts (fixture, (NnExplainSpec) { .kind = NN_EXPLAIN_GUIDED }, golden->guided);
  check_parts (fixture, (NnExplainSpec) { .kind = NN_EXPLAIN_DECONVNET }, golden->deconv);
}

static void
test_map_only (Fixture      *fixture,
               gconstpointer network)
{
  g_autoptr (NnExplanation) cam = explain (
    fixture, (NnExplainSpec) { .kind = NN_EXPLAIN_GRAD_CAM, .layer = fixture->layer });
  g_autoptr (NnExplanation) hidden =
    explain (fixture, (NnExplainSpec) { .kind = NN_EXPLAIN_OCCLUSION, .patch = 4 });
  double most[2] = { 0, 0 };

  g_assert_null (cam->parts);
  for (gsize i = 0; i < fixture->plane; i++)
    {
      note (&most[0], (double) cam->map[i], fixture->network->grad_cam[i]);
      note (&most[1], (double) hidden->map[i], fixture->network->occlusion[i]);
    }
  g_test_message ("largest difference: grad-cam %.2g, occlusion %.2g", most[0], most[1]);
}

/* With many steps the parts add up to what the output rises by. */
static void
test_completeness (Fixture      *fixture,
                   gconstpointer network)
{
  for (guint baseline = 0; baseline < NN_N_BASELINES; baseline++)
    {
      NnExplainSpec spec = { .kind = NN_EXPLAIN_INTEGRATED, .steps = 2000, .baseline = baseline };
      g_autoptr (NnExplanation) why = explain (fixture, spec);

      g_test_message ("%s: %.6f of %.6f", nn_baseline_name (baseline), why->sum,
                      why->value - why->baseline_value);
      g_assert_cmpfloat (fabs (why->sum - (why->value - why->baseline_value)), <, 2e-3);
    }
}

/* Without a number it takes three times as many steps until they suffice, and makes of those that
 * it has gone already what the same number at once makes. The pictures are such that one network's
 * rises are small beside what its parts add and take. */
static void
test_steps (Fixture      *fixture,
            gconstpointer network)
{
  guint most = 0;

  for (gint factor = -5; factor <= -2; factor++)
    {
      NnExplainSpec spec = { .kind = NN_EXPLAIN_INTEGRATED };
      g_autoptr (NnExplanation) why = NULL;

      for (gsize i = 0; i < fixture->item; i++)
        fixture->input[i] = (nn_real) (factor * golden_noise (i, 5));
      why = explain (fixture, spec);
      g_test_message ("%d: %u steps, %g of %g", factor, why->n_steps, why->sum,
                      why->value - why->baseline_value);
      most = MAX (most, why->n_steps);
      for (spec.steps = 64; spec.steps <= why->n_steps; spec.steps *= 3)
        {
          g_autoptr (NnExplanation) at_once = explain (fixture, spec);

          g_assert_cmpuint (at_once->n_steps, ==, spec.steps);
          if (spec.steps < why->n_steps)
            g_assert_false (nn_explanation_adds_up (at_once));
          else
            for (gsize i = 0; i < fixture->plane; i++)
              assert_close (why->map[i], at_once->map[i], 1e-5);
        }
      g_assert_true (why->n_steps == 576 || nn_explanation_adds_up (why));
      g_assert_cmpuint (spec.steps, ==, why->n_steps * 3);
    }
  g_assert_cmpuint (most, >=, g_str_equal (fixture->network->name, "joined") ? 192 : 64);
}

static void
add (const Network *network,
     const char    *claim,
     void         (*test) (Fixture *fixture, gconstpointer network))
{
  g_autofree char *path = g_strdup_printf ("/learn/explain/%s/%s", network->name, claim);

  g_test_add (path, Fixture, network, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (networks); i++)
    {
      add (&networks[i], "maps-and-their-gradients", test_maps);
      add (&networks[i], "gradients-of-weights", test_weights);
      add (&networks[i], "attributions-by-gradient", test_parts);
      add (&networks[i], "grad-cam-and-occlusion", test_map_only);
      add (&networks[i], "integrated-gradients-are-complete", test_completeness);
      add (&networks[i], "as-many-steps-as-it-takes", test_steps);
    }

  return g_test_run ();
}
