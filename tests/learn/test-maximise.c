/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures made to excite a channel: against what a linear network must give, the same for every
 * number of threads, and as regularised as asked for. */
#include "learn-support.h"
#include "nn-maximise.h"

#include <string.h>

static const nn_real zeros[3] = { 0, 0, 0 }, ones[3] = { 1, 1, 1 };

static double
value_at (NnGraph       *graph,
          NnParams      *params,
          NnNode         node,
          guint          channel,
          const nn_real *picture)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, 1, NN_EXEC_KEEP_ALL, NULL);
  NnShape input = nn_graph_node_shape (graph, 0), shape = nn_graph_node_shape (graph, node);
  gsize n_input, n, plane;
  double sum = 0;

  nn_shape_count (&input, &n_input);
  nn_shape_count (&shape, &n);
  plane = n / shape.dims[1];
  memcpy (nn_exec_input (exec, 0), picture, n_input * sizeof *picture);
  nn_exec_forward (exec, params, 1, 0);
  for (gsize i = 0; i < plane; i++)
    sum += (double) nn_exec_values (exec, node)[channel * plane + i] / (double) plane;

  return sum;
}

/* Without regularisers a linear class wants white where its weight is positive, and black
 * elsewhere. */
static void
test_linear (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnGraph) graph = preset_graph ("perceptron", 1, 6, 3);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  NnNode output = nn_graph_output (graph, 0);
  const nn_real *weights =
    nn_params_peek (params, nn_graph_find (graph, "fc1"), NN_SLOT_WEIGHT, NULL);
  NnMaximiseSpec spec = { .node = output, .channel = 2, .y = -1, .x = -1, .steps = 2000,
                          .rate = 0.05, .low = zeros, .high = ones };
  nn_real picture[36];
  double before = 0, after = 0;
  g_autoptr (GError) error = NULL;

  g_assert_true (nn_maximise (graph, params, workers, &spec, picture, &before, &after, NULL, NULL,
                              &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (after, >, before);
  for (guint i = 0; i < 36; i++)
    if (fabs ((double) weights[72 + i]) > 0.01)
      assert_close (picture[i], weights[72 + i] > 0 ? 1 : 0, 1e-6);
  assert_close (after, value_at (graph, params, output, 2, picture), 1e-5);
}

/* A channel's value rises far above that of noise, at every kind of node. */
static void
test_channels (void)
{
  static const struct { const char *arch, *node; } cases[] = {
    { "lenet5", "conv2" }, { "lenet5", "relu2" }, { "resnet8", "res4a_relu" },
    { "densenet-mini", "trans2_relu" }, { "mobilenet-mini", "conv4_pw_relu" },
  };
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autofree nn_real *picture = g_new (nn_real, 3 * 32 * 32);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NnGraph) graph = preset_graph (cases[i].arch, 3, 32, 4);
      g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
      NnNode node = nn_graph_find (graph, cases[i].node);
      NnMaximiseSpec spec = nn_maximise_default (graph, node != NN_NODE_NONE ? node : 4, 1);
      double before = 0, after = 0;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s %s", cases[i].arch, cases[i].node);
      g_assert_cmpint (node, !=, NN_NODE_NONE);
      spec.steps = 48;
      spec.low = zeros;
      spec.high = ones;
      g_assert_true (nn_maximise (graph, params, workers, &spec, picture, &before, &after, NULL,
                                  NULL, &error));
      g_assert_no_error (error);
      g_assert_cmpfloat (after, >, before);
      for (guint j = 0; j < 3 * 32 * 32; j++)
        g_assert_true (picture[j] >= 0 && picture[j] <= 1);
      assert_close (after, value_at (graph, params, node, 1, picture), 1e-5);
    }
}

static double
variation_of (const nn_real *picture,
              guint          side)
{
  double sum = 0;

  for (guint y = 0; y + 1 < side; y++)
    for (guint x = 0; x + 1 < side; x++)
      sum += fabs ((double) (picture[y * side + x + 1] - picture[y * side + x])) +
             fabs ((double) (picture[(y + 1) * side + x] - picture[y * side + x]));

  return sum;
}

/* Total variation and blur make it smoother, decay draws it to grey. */
static void
test_regularisers (void)
{
  enum { SIDE = 16 };
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnGraph) graph = tiny_graph (1, SIDE, 3, FALSE);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  NnMaximiseSpec plain = { .node = nn_graph_output (graph, 0), .channel = 1, .y = -1, .x = -1,
                           .steps = 64, .low = zeros, .high = ones };
  NnMaximiseSpec smooth = plain, blurred = plain, grey = plain;
  NnMaximiseSpec *const specs[] = { &plain, &smooth, &blurred, &grey };
  nn_real pictures[4][SIDE * SIDE];
  double distance[2] = { 0 };

  smooth.variation = 1;
  blurred.blur = 1;
  grey.decay = 0.2;
  for (guint i = 0; i < 4; i++)
    g_assert_true (nn_maximise (graph, params, workers, specs[i], pictures[i], NULL, NULL, NULL,
                                NULL, NULL));

  g_assert_cmpfloat (variation_of (pictures[1], SIDE), <, 0.8 * variation_of (pictures[0], SIDE));
  g_assert_cmpfloat (variation_of (pictures[2], SIDE), <, 0.8 * variation_of (pictures[0], SIDE));
  for (guint i = 0; i < SIDE * SIDE; i++)
    {
      distance[0] += fabs ((double) pictures[0][i] - 0.5);
      distance[1] += fabs ((double) pictures[3][i] - 0.5);
    }
  g_assert_cmpfloat (distance[1], <, 0.8 * distance[0]);
}

static void
test_same_seed (void)
{
  enum { N = 3 * 32 * 32 };
  g_autoptr (NnGraph) graph = preset_graph ("resnet8", 3, 32, 4);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  NnMaximiseSpec spec = nn_maximise_default (graph, nn_graph_find (graph, "res3a_relu"), 3);
  g_autofree nn_real *pictures = g_new (nn_real, 4 * N);

  spec.steps = 24;
  spec.low = zeros;
  spec.high = ones;
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (NnWorkers) workers = nn_workers_new (i == 1 ? 2 : i == 2 ? 5 : 1, FALSE);

      spec.seed = i == 3 ? 1 : 0;
      g_assert_true (nn_maximise (graph, params, workers, &spec, pictures + i * N, NULL, NULL, NULL,
                                  NULL, NULL));
    }
  g_assert_cmpmem (pictures, N * sizeof *pictures, pictures + N, N * sizeof *pictures);
  g_assert_cmpmem (pictures, N * sizeof *pictures, pictures + 2 * N, N * sizeof *pictures);
  g_assert_true (memcmp (pictures, pictures + 3 * N, N * sizeof *pictures) != 0);
}

typedef struct
{
  guint n_calls, last_step, most_calls;
} Steps;

static gboolean
count_steps (const NnMaximiseState *state,
             gpointer               data)
{
  Steps *steps = data;

  g_assert_true (steps->n_calls == 0 ? state->step == 0 : state->step > steps->last_step);
  g_assert_true (isfinite (state->value) && state->picture != NULL);
  steps->last_step = state->step;

  return ++steps->n_calls < steps->most_calls;
}

static void
test_stop_and_refuse (void)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (NnGraph) graph = tiny_graph (1, 12, 3, FALSE);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);
  NnMaximiseSpec spec = nn_maximise_default (graph, nn_graph_output (graph, 0), 0);
  nn_real picture[144] = { 0 };
  Steps all = { .most_calls = G_MAXUINT }, few = { .most_calls = 3 };
  g_autoptr (GError) stopped = NULL, refused = NULL;

  spec.steps = 35;
  spec.low = zeros;
  spec.high = ones;
  g_assert_true (nn_maximise (graph, params, workers, &spec, picture, NULL, NULL, count_steps, &all,
                              NULL));
  g_assert_cmpuint (all.n_calls, ==, 6); /* 0, 8, 16, 24, 32 and the last */
  g_assert_cmpuint (all.last_step, ==, 35);

  memset (picture, 0, sizeof picture);
  g_assert_false (nn_maximise (graph, params, workers, &spec, picture, NULL, NULL, count_steps,
                               &few, &stopped));
  g_assert_error (stopped, NN_ERROR, NN_ERROR_CANCELLED);
  g_assert_cmpuint (few.last_step, ==, 16);
  g_assert_true (picture[0] != 0 || picture[1] != 0);

  spec.channel = 3;
  g_assert_false (
    nn_maximise (graph, params, workers, &spec, picture, NULL, NULL, NULL, NULL, &refused));
  g_assert_error (refused, NN_ERROR, NN_ERROR_SPEC);
  g_assert_nonnull (strstr (refused->message, "3"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/maximise/a-linear-class-wants-black-and-white", test_linear);
  g_test_add_func ("/learn/maximise/excites-channels-everywhere-in-a-network", test_channels);
  g_test_add_func ("/learn/maximise/regularisers-make-smoother-and-greyer", test_regularisers);
  g_test_add_func ("/learn/maximise/same-seed-same-bits-for-any-threads", test_same_seed);
  g_test_add_func ("/learn/maximise/tells-stops-and-refuses", test_stop_and_refuse);

  return g_test_run ();
}
