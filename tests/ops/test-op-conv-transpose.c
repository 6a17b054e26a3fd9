/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transposed convolutions: the definition, groups, dilation, output padding, gradients. */
#include "nn-test-graph.h"

#include <math.h>
#include <string.h>

typedef struct
{
  guint32 channels, height, width;
  NnConvTransposeSpec spec;
} Case;

static const Case cases[] = {
  { 2, 3, 4, { { { 2, 2 }, { 2, 2 }, { 1, 1 }, { 0 } }, 3, 1, TRUE, { 0, 0 } } },
  { 2, 3, 4, { { { 4, 4 }, { 2, 2 }, { 1, 1 }, { 1, 1, 1, 1 } }, 3, 1, FALSE, { 0, 0 } } },
  { 4, 3, 2, { { { 3, 3 }, { 2, 2 }, { 1, 1 }, { 1, 1, 1, 1 } }, 6, 2, TRUE, { 1, 1 } } },
  { 3, 2, 3, { { { 3, 2 }, { 1, 3 }, { 2, 1 }, { 0, 1, 2, 0 } }, 3, 3, TRUE, { 0, 2 } } },
  { 1, 4, 1, { { { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0 } }, 2, 1, TRUE, { 0, 0 } } },
  { 2, 3, 3, { { { 2, 2 }, { 4, 4 }, { 1, 1 }, { 0 } }, 1, 1, FALSE, { 1, 0 } } }, /* gaps */
};

static NnGraph *
graph_of (const Case *c)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (c->channels, c->height, c->width));
  NnAttrs attrs = { .conv_transpose = c->spec };

  return nn_test_seal (builder, nn_builder_node (builder, NN_OP_CONV_TRANSPOSE, &attrs, &x, 1));
}

/* Every input value adds its filter to the output. */
static void
by_definition (const Case    *c,
               const NnShape *out,
               const double  *x,
               const double  *w,
               const double  *bias,
               double        *y)
{
  const NnStencil *s = &c->spec.stencil;
  guint filters = c->spec.filters / c->spec.groups, depth = c->channels / c->spec.groups;
  gint height = (gint) out->dims[2], width = (gint) out->dims[3];

  for (guint i = 0; i < c->spec.filters * out->dims[2] * out->dims[3]; i++)
    y[i] = c->spec.bias ? bias[i / (out->dims[2] * out->dims[3])] : 0;
  for (guint ch = 0; ch < c->channels; ch++)
    for (guint i = 0; i < c->height * c->width; i++)
      for (guint k = 0; k < filters; k++)
        for (guint t = 0; t < s->kernel[0] * s->kernel[1]; t++)
          {
            gint row = (gint) (i / c->width * s->stride[0] + t / s->kernel[1] * s->dilation[0]) -
                       (gint) s->pad[0];
            gint column = (gint) (i % c->width * s->stride[1] + t % s->kernel[1] * s->dilation[1]) -
                          (gint) s->pad[1];
            guint filter = ch / depth * filters + k;

            if (row >= 0 && row < height && column >= 0 && column < width)
              y[((gint) filter * height + row) * width + column] +=
                  x[ch * c->height * c->width + i] *
                  w[(ch * filters + k) * s->kernel[0] * s->kernel[1] + t];
          }
}

static void
test_values (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i];
      g_autoptr (NnGraph) graph = graph_of (c);
      NnShape out = nn_graph_node_shape (graph, 1);
      gsize n_in = (gsize) c->channels * c->height * c->width, n_out = 0,
            n_values = nn_graph_node_n_values (graph, 1),
            n_weights = n_values - (c->spec.bias ? c->spec.filters : 0);
      g_autofree double *x = g_new (double, 3 * n_in), *values = g_new (double, n_values),
                        *y = NULL;

      nn_shape_count (&out, &n_out);
      y = g_new (double, 3 * n_out);
      for (guint j = 0; j < 3 * n_in; j++)
        x[j] = (double) (j * 7 % 19) - 9;
      for (guint j = 0; j < n_values; j++)
        values[j] = (double) (j * 5 % 13) / 4 - 1;
      for (guint item = 0; item < 3; item++)
        by_definition (c, &out, x + item * n_in, values, values + n_weights, y + item * n_out);
      nn_test_check_values (graph, 3, x, NULL, values, y, 3 * n_out);
    }
}

static void
test_gradients (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NnGraph) graph = graph_of (&cases[i]);

      nn_test_check_gradients (graph, 1, i);
      nn_test_check_gradients (graph, 3, 10 + i);
    }
}

/* More than fits one band of rows and one block of filters; more items than chunks. */
static void
test_pieces (void)
{
  static const Case wide = {
    2, 40, 41, { { { 4, 4 }, { 2, 2 }, { 1, 1 }, { 1, 1, 1, 1 } }, 17, 1, TRUE }
  };
  static const Case many = { 1, 2, 2, { { { 2, 2 }, { 2, 2 }, { 1, 1 }, { 0 } }, 2, 1, TRUE } };
  g_autoptr (NnGraph) graph = graph_of (&wide);
  g_autoptr (NnGraph) small = graph_of (&many);
  NnShape out = nn_graph_node_shape (graph, 1);
  g_autofree double *x = g_new (double, 2 * 40 * 41), *values = g_new (double, 2 * 17 * 16 + 17),
                    *y = g_new (double, 17 * 80 * 82);

  for (guint j = 0; j < 2 * 40 * 41; j++)
    x[j] = (double) (j * 7 % 19) - 9;
  for (guint j = 0; j < 2 * 17 * 16 + 17; j++)
    values[j] = (double) (j * 5 % 13) / 4 - 1;
  by_definition (&wide, &out, x, values, values + 2 * 17 * 16, y);
  nn_test_check_values (graph, 1, x, NULL, values, y, 17 * 80 * 82);
  nn_test_check_gradients (small, 11, 30);
}

static void
test_counts (void)
{
  g_autoptr (NnGraph) graph = graph_of (&cases[2]);

  g_assert_cmpuint (nn_graph_node_n_values (graph, 1), ==, 4 * 3 * 9 + 6);
  g_assert_cmpuint (nn_graph_flops (graph), ==, 2 * 4 * 3 * 2 * 3 * 9);
}

static void
test_refuses (void)
{
  static const struct
  {
    NnConvTransposeSpec spec;
    NnError code;
  } wrong[] = {
    { { { { 0, 3 }, { 1, 1 }, { 1, 1 }, { 0 } }, 4, 1 }, NN_ERROR_SPEC },
    { { { { 3, 3 }, { 1, 1 }, { 1, 1 }, { 0 } }, 0, 1 }, NN_ERROR_SPEC },
    { { { { 3, 3 }, { 1, 1 }, { 1, 1 }, { 0 } }, 4, 4 }, NN_ERROR_SPEC },
    { { { { G_MAXUINT32, 3 }, { 1, 1 }, { 1, 1 }, { 0 } }, 4, 1 }, NN_ERROR_SPEC },
    { { { { 3, 3 }, { 1, 1 }, { 1, 1 }, { 9, 9, 9, 9 } }, 4, 1 }, NN_ERROR_SHAPE },
    { { { { 3, 3 }, { G_MAXUINT32, 1 }, { 1, 1 }, { 0 } }, 4, 1 }, NN_ERROR_SHAPE },
    { { { { 3, 3 }, { 1, 1 }, { 1, 1 }, { 0 } }, 4, 1, TRUE, { G_MAXUINT32, 0 } }, NN_ERROR_SHAPE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_maps (6, 5, 5));
      NnAttrs attrs = { .conv_transpose = wrong[i].spec };

      nn_test_assert_refused (
        builder, nn_builder_node (builder, NN_OP_CONV_TRANSPOSE, &attrs, &x, 1),
        wrong[i].code);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/conv-transpose/values", test_values);
  g_test_add_func ("/ops/conv-transpose/gradients", test_gradients);
  g_test_add_func ("/ops/conv-transpose/pieces", test_pieces);
  g_test_add_func ("/ops/conv-transpose/counts", test_counts);
  g_test_add_func ("/ops/conv-transpose/refuses-what-can-not-be", test_refuses);

  return g_test_run ();
}
