/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolution against its definition and its gradients against differences. */
#include "nn-test-graph.h"

#include <math.h>

typedef struct
{
  NnShape    in;
  NnConvSpec spec;
} Case;

/* Odd sizes, strides, dilations, groups, depthwise, and padding different on every side. */
static const Case cases[] = {
  { { 4, { 1, 3, 7, 5 } }, { { { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1, 1, 1 } }, 4, 1, TRUE } },
  { { 4, { 1, 2, 5, 6 } }, { { { 3, 2 }, { 2, 1 }, { 1, 1 }, { 0, 1, 2, 0 } }, 3, 1, FALSE } },
  { { 4, { 1, 4, 7, 7 } }, { { { 3, 3 }, { 1, 2 }, { 2, 2 }, { 3, 0, 1, 2 } }, 6, 2, TRUE } },
  { { 4, { 1, 3, 6, 5 } }, { { { 3, 3 }, { 2, 2 }, { 1, 1 }, { 1, 1, 1, 1 } }, 3, 3, TRUE } },
  { { 4, { 1, 4, 5, 5 } }, { { { 2, 3 }, { 1, 1 }, { 1, 2 }, { 1, 2, 0, 2 } }, 4, 4, FALSE } },
  { { 4, { 1, 3, 4, 5 } }, { { { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0, 0, 0 } }, 5, 1, TRUE } },
  { { 4, { 1, 4, 4, 3 } }, { { { 1, 1 }, { 2, 2 }, { 1, 1 }, { 0, 0, 0, 0 } }, 2, 2, FALSE } },
  { { 4, { 1, 1, 5, 2 } }, { { { 5, 5 }, { 1, 1 }, { 1, 1 }, { 2, 2, 2, 2 } }, 2, 1, TRUE } },
  { { 4, { 1, 2, 3, 1 } }, { { { 3, 5 }, { 1, 1 }, { 1, 1 }, { 4, 2, 1, 2 } }, 2, 1, TRUE } },
};

static NnGraph *
graph_of (const Case *c)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, c->in);

  return nn_test_seal (builder, nn_builder_conv (builder, x, c->spec));
}

/* Output (k, p, q) of one image by the definition. */
static double
by_definition (const Case    *c,
               const nn_real *x,
               const nn_real *weight,
               const nn_real *bias,
               guint          k,
               gint           p,
               gint           q)
{
  const NnStencil *s = &c->spec.stencil;
  guint channels = c->in.dims[1] / c->spec.groups, group = k / (c->spec.filters / c->spec.groups);
  gint height = (gint) c->in.dims[2], width = (gint) c->in.dims[3];
  double sum = bias != NULL ? (double) bias[k] : 0;

  for (guint i = 0; i < channels; i++)
    for (guint r = 0; r < s->kernel[0]; r++)
      for (guint t = 0; t < s->kernel[1]; t++)
        {
          gint y = p * (gint) s->stride[0] + (gint) (r * s->dilation[0]) - (gint) s->pad[0];
          gint z = q * (gint) s->stride[1] + (gint) (t * s->dilation[1]) - (gint) s->pad[1];

          if (y >= 0 && y < height && z >= 0 && z < width)
            sum += (double) weight[((k * channels + i) * s->kernel[0] + r) * s->kernel[1] + t] *
                   (double) x[((gint) (group * channels + i) * height + y) * width + z];
        }

  return sum;
}

static void
check_values (const Case *c,
              guint       batch)
{
  g_autoptr (NnGraph) graph = graph_of (c);
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, batch, NN_EXEC_KEEP_ALL, NULL);
  g_autoptr (NnParams) params = nn_test_params (graph, 3);
  NnShape out = nn_graph_node_shape (graph, 1);
  const nn_real *y;

  nn_test_fill_inputs (exec, batch, 4);
  nn_exec_forward (exec, params, batch, 0);
  y = nn_exec_output (exec, 0);
  for (guint n = 0; n < batch; n++)
    for (guint k = 0; k < out.dims[1]; k++)
      for (guint p = 0; p < out.dims[2]; p++)
        for (guint q = 0; q < out.dims[3]; q++, y++)
          {
            double expected = by_definition (
              c, nn_exec_input (exec, 0) + n * c->in.dims[1] * c->in.dims[2] * c->in.dims[3],
              nn_params_peek (params, 1, NN_SLOT_WEIGHT, NULL),
              nn_params_peek (params, 1, NN_SLOT_BIAS, NULL), k, (gint) p, (gint) q);

            /* A few dozen products of size 4: rounding stays below 1e-13. */
            g_assert_cmpfloat (fabs ((double) *y - expected), <, 1e-12);
          }
}

static void
test_values (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      check_values (&cases[i], 1);
      check_values (&cases[i], 3);
      check_values (&cases[i], 19); /* chunks of several images, the last one short */
    }
}

/* Maps too large for one tile: bands of rows. */
static void
test_values_in_bands (void)
{
  static const Case same = { { 4, { 1, 9, 70, 66 } },
                             { { { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1, 1, 1 } }, 3, 1, TRUE } };
  static const Case strided = { { 4, { 1, 8, 99, 67 } },
                                { { { 5, 4 }, { 2, 1 }, { 1, 2 }, { 3, 2, 1, 4 } }, 4, 2, TRUE } };

  check_values (&same, 2);
  check_values (&strided, 2);
}

static void
test_gradients (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NnGraph) graph = graph_of (&cases[i]);

      nn_test_check_gradients (graph, 1, 11 + i);
      nn_test_check_gradients (graph, 3, 31 + i);
    }
}

/* The gradient of a convolution is linear in the input's gradient: <y (x), g> with no bias is
 * <x, dx> for whatever size, so large maps need no differences. */
static void
test_gradient_in_bands_is_the_transpose (void)
{
  static const Case big = { { 4, { 1, 9, 70, 66 } },
                            { { { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1, 1, 1 } }, 3, 1, FALSE } };
  enum { BATCH = 10 };
  g_autoptr (NnGraph) graph = graph_of (&big);
  g_autoptr (NnWorkers) workers = nn_workers_new (3, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, BATCH, NN_EXEC_TRAIN, NULL);
  g_autoptr (NnParams) params = nn_test_params (graph, 3);
  gsize n_in = BATCH * 9 * 70 * 66, n_out = BATCH * 3 * 70 * 66;
  g_autofree nn_real *g = g_new (nn_real, n_out);
  const nn_real *x, *y, *dx, *weight, *d_weight;
  CvrRng rng = cvr_rng_new (1, 1);
  double by_output = 0, by_input = 0, by_weight = 0;

  nn_test_fill_inputs (exec, BATCH, 4);
  nn_test_fill_normal (&rng, n_out, g);
  nn_exec_forward (exec, params, BATCH, 0);
  nn_exec_backward (exec, params, 1, g, TRUE);
  x = nn_exec_input (exec, 0);
  y = nn_exec_output (exec, 0);
  dx = nn_exec_gradient (exec, 0);
  weight = nn_params_peek (params, 1, NN_SLOT_WEIGHT, NULL);
  d_weight = nn_exec_param_gradients (exec);
  for (gsize i = 0; i < n_out; i++)
    by_output += (double) (y[i] * g[i]);
  for (gsize i = 0; i < n_in; i++)
    by_input += (double) (x[i] * dx[i]);
  for (gsize i = 0; i < nn_params_n_trainable (params); i++)
    by_weight += (double) (weight[i] * d_weight[i]);

  /* Sums of 4·10⁵ terms of size 10 in double. */
  g_assert_cmpfloat (fabs (by_input - by_output), <, 1e-8 * (1 + fabs (by_output)));
  g_assert_cmpfloat (fabs (by_weight - by_output), <, 1e-8 * (1 + fabs (by_output)));
}

static void
test_two_layers (void)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (2, 6, 5));
  NnNode a = nn_builder_conv (builder, x, (NnConvSpec) { nn_stencil (3, 1, 1), 4, 1, FALSE });
  NnNode b = nn_builder_conv (builder, a, (NnConvSpec) { nn_stencil (3, 2, 1), 3, 1, TRUE });
  g_autoptr (NnGraph) graph = nn_test_seal (builder, b);

  nn_test_check_gradients (graph, 3, 7);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/conv/values", test_values);
  g_test_add_func ("/ops/conv/values-in-bands", test_values_in_bands);
  g_test_add_func ("/ops/conv/gradients", test_gradients);
  g_test_add_func ("/ops/conv/gradient-in-bands-is-the-transpose",
                   test_gradient_in_bands_is_the_transpose);
  g_test_add_func ("/ops/conv/two-layers", test_two_layers);

  return g_test_run ();
}
