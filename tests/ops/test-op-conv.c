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

/* More channels and filters than fast loops take at once, never a multiple of what they take. */
static const Case wide_cases[] = {
  { { 4, { 1, 19, 11, 9 } }, { { { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1, 1, 1 } }, 35, 1, TRUE } },
  { { 4, { 1, 16, 9, 12 } }, { { { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1, 1, 1 } }, 32, 1, FALSE } },
  { { 4, { 1, 17, 13, 10 } }, { { { 3, 3 }, { 2, 2 }, { 1, 1 }, { 1, 1, 1, 1 } }, 33, 1, TRUE } },
  { { 4, { 1, 20, 9, 7 } }, { { { 5, 3 }, { 1, 1 }, { 1, 1 }, { 2, 1, 0, 2 } }, 18, 1, TRUE } },
  { { 4, { 1, 3, 15, 17 } }, { { { 5, 5 }, { 1, 1 }, { 1, 1 }, { 2, 2, 2, 2 } }, 40, 1, TRUE } },
  { { 4, { 1, 18, 11, 9 } }, { { { 3, 3 }, { 1, 1 }, { 2, 2 }, { 2, 2, 2, 2 } }, 34, 1, FALSE } },
  { { 4, { 1, 18, 11, 9 } }, { { { 3, 3 }, { 2, 1 }, { 2, 3 }, { 2, 2, 2, 2 } }, 20, 1, TRUE } },
  { { 4, { 1, 34, 7, 9 } }, { { { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1, 1, 1 } }, 38, 2, TRUE } },
  { { 4, { 1, 37, 10, 7 } }, { { { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1, 1, 1 } }, 37, 37, FALSE } },
  { { 4, { 1, 33, 9, 11 } }, { { { 3, 3 }, { 2, 2 }, { 1, 1 }, { 1, 1, 1, 1 } }, 66, 33, TRUE } },
  { { 4, { 1, 41, 6, 5 } }, { { { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0, 0, 0 } }, 50, 1, TRUE } },
  { { 4, { 1, 35, 7, 5 } }, { { { 1, 1 }, { 2, 2 }, { 1, 1 }, { 0, 0, 0, 0 } }, 19, 1, FALSE } },
  { { 4, { 1, 21, 4, 4 } }, { { { 4, 4 }, { 1, 1 }, { 1, 1 }, { 0, 0, 0, 0 } }, 23, 1, TRUE } },
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

/* KEEP_ALL computes plane by plane, INFER with channels last. */
static void
check_values_in (NnExecMode  mode,
                 const Case *c,
                 guint       batch)
{
  g_autoptr (NnGraph) graph = graph_of (c);
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, batch, mode, NULL);
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

            /* A few hundred products of size 4, in minimal filtering with factors of up to 64. */
            g_assert_cmpfloat (fabs ((double) *y - expected), <, 1e-11);
          }
}

static void
check_values (const Case *c,
              guint       batch)
{
  check_values_in (NN_EXEC_KEEP_ALL, c, batch);
  check_values_in (NN_EXEC_INFER, c, batch);
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
  for (guint i = 0; i < G_N_ELEMENTS (wide_cases); i++)
    {
      check_values (&wide_cases[i], 1);
      check_values (&wide_cases[i], 5);
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

/* All three gradients by their definitions: every product of a value, a weight and a gradient goes
 * where the chain rule sends it. @dx and @d_weight are added to. */
static void
add_gradients_by_definition (const Case    *c,
                             const NnShape *out,
                             const nn_real *x,
                             const nn_real *weight,
                             const nn_real *dy,
                             double        *dx,
                             double        *d_weight,
                             double        *d_bias)
{
  const NnStencil *s = &c->spec.stencil;
  guint channels = c->in.dims[1] / c->spec.groups, per_group = c->spec.filters / c->spec.groups;
  gint height = (gint) c->in.dims[2], width = (gint) c->in.dims[3];

  for (guint k = 0; k < c->spec.filters; k++)
    for (guint position = 0; position < out->dims[2] * out->dims[3]; position++, dy++)
      {
        gint top = (gint) (position / out->dims[3] * s->stride[0]) - (gint) s->pad[0];
        gint left = (gint) (position % out->dims[3] * s->stride[1]) - (gint) s->pad[1];

        d_bias[k] += (double) *dy;
        for (guint i = 0; i < channels * s->kernel[0] * s->kernel[1]; i++)
          {
            guint channel = i / (s->kernel[0] * s->kernel[1]);
            gint y = top + (gint) (i / s->kernel[1] % s->kernel[0] * s->dilation[0]);
            gint z = left + (gint) (i % s->kernel[1] * s->dilation[1]);
            gsize w = (gsize) k * channels * s->kernel[0] * s->kernel[1] + i, at;

            if (y < 0 || y >= height || z < 0 || z >= width)
              continue;
            at = ((gsize) (k / per_group * channels + channel) * (gsize) height + (gsize) y) *
                   (gsize) width + (gsize) z;
            dx[at] += (double) *dy * (double) weight[w];
            d_weight[w] += (double) *dy * (double) x[at];
          }
      }
}

static void
check_gradients_by_definition (const Case *c,
                               guint       batch)
{
  g_autoptr (NnGraph) graph = graph_of (c);
  g_autoptr (NnWorkers) workers = nn_workers_new (3, FALSE);
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, batch, NN_EXEC_TRAIN, NULL);
  g_autoptr (NnParams) params = nn_test_params (graph, 5);
  NnShape out = nn_graph_node_shape (graph, 1);
  gsize n_in = (gsize) c->in.dims[1] * c->in.dims[2] * c->in.dims[3];
  gsize n_out = (gsize) out.dims[1] * out.dims[2] * out.dims[3], n_weights = 0, n_bias = 0;
  const nn_real *weight = nn_params_peek (params, 1, NN_SLOT_WEIGHT, &n_weights);
  g_autofree nn_real *dy = g_new (nn_real, batch * n_out);
  g_autofree double *dx = g_new0 (double, batch * n_in);
  g_autofree double *d_params = NULL;
  CvrRng rng = cvr_rng_new (6, 1);

  nn_params_peek (params, 1, NN_SLOT_BIAS, &n_bias);
  d_params = g_new0 (double, n_weights + c->spec.filters);
  nn_test_fill_inputs (exec, batch, 4);
  nn_test_fill_normal (&rng, batch * n_out, dy);
  nn_exec_forward (exec, params, batch, 0);
  nn_exec_backward (exec, params, 1, dy, TRUE);
  for (guint n = 0; n < batch; n++)
    add_gradients_by_definition (c, &out, nn_exec_input (exec, 0) + n * n_in, weight,
                                 dy + n * n_out, dx + n * n_in, d_params, d_params + n_weights);

  /* Sums of up to a few thousand products of size 4 in double. */
  for (gsize i = 0; i < batch * n_in; i++)
    g_assert_cmpfloat (fabs ((double) nn_exec_gradient (exec, 0)[i] - dx[i]), <, 1e-10);
  for (gsize i = 0; i < n_weights + n_bias; i++)
    g_assert_cmpfloat (fabs ((double) nn_exec_param_gradients (exec)[i] - d_params[i]), <, 1e-10);
}

static void
test_gradients_by_definition (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (wide_cases); i++)
    {
      check_gradients_by_definition (&wide_cases[i], 1);
      check_gradients_by_definition (&wide_cases[i], 5);
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
  g_test_add_func ("/ops/conv/gradients-by-definition", test_gradients_by_definition);
  g_test_add_func ("/ops/conv/gradient-in-bands-is-the-transpose",
                   test_gradient_in_bands_is_the_transpose);
  g_test_add_func ("/ops/conv/two-layers", test_two_layers);

  return g_test_run ();
}
