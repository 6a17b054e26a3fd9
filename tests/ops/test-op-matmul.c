/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Matrix products: the definition for every way of broadcasting, gradients. */
#include "nn-test-graph.h"

#include <math.h>
#include <string.h>

/* Shapes as they meet in imported networks; bit i of @shared: input i is a constant. */
typedef struct
{
  NnShape a, b;
  guint shared;
  guint batch; /* the largest */
} Case;

static const Case cases[] = {
  { { 2, { 1, 5 } }, { 2, { 5, 3 } }, 2, G_MAXUINT },             /* a dense layer */
  { { 3, { 1, 4, 5 } }, { 2, { 5, 3 } }, 2, G_MAXUINT },          /* one for every position */
  { { 3, { 1, 4, 5 } }, { 3, { 1, 5, 3 } }, 0, G_MAXUINT },       /* attention */
  { { 4, { 1, 2, 4, 5 } }, { 4, { 1, 2, 5, 3 } }, 0, G_MAXUINT }, /* several heads */
  { { 4, { 1, 2, 4, 5 } }, { 4, { 1, 1, 5, 3 } }, 0, G_MAXUINT },
  { { 4, { 1, 2, 4, 5 } }, { 3, { 2, 5, 3 } }, 2, G_MAXUINT },
  { { 2, { 4, 5 } }, { 3, { 1, 5, 3 } }, 1, G_MAXUINT },
  { { 3, { 1, 4, 5 } }, { 1, { 5 } }, 2, G_MAXUINT },
  { { 1, { 5 } }, { 3, { 1, 5, 3 } }, 1, G_MAXUINT },
  { { 2, { 1, 5 } }, { 2, { 5, 3 } }, 0, 1 },
  { { 2, { 1, 5 } }, { 3, { 2, 5, 3 } }, 2, 1 },
  { { 1, { 5 } }, { 1, { 5 } }, 0, 1 },
};

static NnGraph *
graph_of (const Case *c)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode a =
      (c->shared & 1) != 0 ? nn_test_constant (builder, c->a) : nn_builder_input (builder, c->a);
  NnNode b =
      (c->shared & 2) != 0 ? nn_test_constant (builder, c->b) : nn_builder_input (builder, c->b);

  return nn_test_seal (builder,
                       nn_builder_node (builder, NN_OP_MATMUL, NULL, (NnNode[]) { a, b }, 2));
}

static gsize
count_of (NnShape shape)
{
  gsize n = 0;

  nn_shape_count (&shape, &n);

  return n;
}

/* Where the matrices of product @index (over the leading axes of @out) of one item start. */
static gsize
matrix_of (NnShape        shape,
           const NnShape *outer,
           gsize          index)
{
  guint leading = shape.rank > 2 ? shape.rank - 2 : 0, missing = outer->rank - leading;
  gsize size = count_of (shape), place = 0;

  for (guint i = 0; i < leading; i++)
    size /= shape.dims[i];
  for (guint i = outer->rank; i-- > missing; index /= outer->dims[i])
    {
      if (shape.dims[i - missing] > 1)
        place += index % outer->dims[i] * size;
      size *= shape.dims[i - missing];
    }

  return place;
}

/* One item by the definition. */
static void
multiply (const Case   *c,
          NnShape       out,
          const double *a,
          const double *b,
          double       *y)
{
  gsize k = c->a.dims[c->a.rank - 1], m = c->a.rank > 1 ? c->a.dims[c->a.rank - 2] : 1,
        n = c->b.rank > 1 ? c->b.dims[c->b.rank - 1] : 1;
  NnShape outer = out;

  outer.rank = MAX (MAX (c->a.rank, c->b.rank), 2) - 2;
  for (gsize i = 0; i < count_of (out); i++)
    {
      const double *u = a + matrix_of (c->a, &outer, i / (m * n)) + i % (m * n) / n * k;
      const double *v = b + matrix_of (c->b, &outer, i / (m * n)) + i % n;

      y[i] = 0;
      for (gsize j = 0; j < k; j++)
        y[i] += u[j] * v[j * n];
    }
}

static void
test_values (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint batch = 1; batch <= MIN (cases[i].batch, 3); batch += 2)
      {
        g_autoptr (NnGraph) graph = graph_of (&cases[i]);
        NnShape out = nn_graph_node_shape (graph, nn_graph_output (graph, 0));
        gsize n_a = count_of (cases[i].a), n_b = count_of (cases[i].b), n_out = count_of (out);
        guint items_a = (cases[i].shared & 1) != 0 ? 1 : batch,
              items_b = (cases[i].shared & 2) != 0 ? 1 : batch;
        double values[600], expected[300], *a = values, *b = values + items_a * n_a;

        for (guint j = 0; j < items_a * n_a + items_b * n_b; j++)
          values[j] = (double) (j * 37 % 101) / 16 - 3;
        for (guint item = 0; item < batch; item++)
          multiply (&cases[i], out, a + item % items_a * n_a, b + item % items_b * n_b,
                    expected + item * n_out);
        g_assert_cmpuint (nn_graph_max_batch (graph), ==, cases[i].batch);
        nn_test_check_values (graph, batch, (cases[i].shared & 1) != 0 ? b : a,
                              (cases[i].shared & 1) != 0 ? a : b, NULL, expected, batch * n_out);
      }
}

static void
test_gradients (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint batch = 1; batch <= MIN (cases[i].batch, 3); batch += 2)
      {
        g_autoptr (NnGraph) graph = graph_of (&cases[i]);

        nn_test_check_gradients (graph, batch, 10 + i);
        nn_test_check_operator (graph, nn_graph_output (graph, 0), batch, 50 + i);
      }
}

/* More rows than one piece of work takes. */
static void
test_tall_products (void)
{
  Case tall = { { 3, { 1, 70, 129 } }, { 2, { 129, 130 } }, 2, G_MAXUINT };
  g_autoptr (NnGraph) graph = graph_of (&tall);
  g_autofree double *a = g_new (double, 70 * 129), *b = g_new (double, 129 * 130),
                    *y = g_new (double, 70 * 130);

  for (guint i = 0; i < 70 * 129; i++)
    a[i] = (double) (i * 37 % 31) / 16 - 1;
  for (guint i = 0; i < 129 * 130; i++)
    b[i] = (double) (i * 11 % 29) / 16 - 1;
  multiply (&tall, (NnShape) { 3, { 1, 70, 130 } }, a, b, y);
  nn_test_check_values (graph, 1, a, b, NULL, y, 70 * 130);
}

static void
test_work_is_counted (void)
{
  g_autoptr (NnGraph) graph = graph_of (&cases[3]);

  g_assert_cmpuint (nn_graph_flops (graph), ==, 2 * 2 * 4 * 5 * 3);
}

static void
test_refuses_what_does_not_meet (void)
{
  static const NnShape wrong[][2] = { { { 2, { 1, 5 } }, { 2, { 4, 3 } } },
                                      { { 3, { 2, 4, 5 } }, { 3, { 3, 5, 3 } } },
                                      { { 0 }, { 2, { 5, 3 } } } };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      NnBuilder *builder = nn_builder_new ();
      NnNode a = nn_builder_input (builder, wrong[i][0]),
             b = nn_builder_input (builder, wrong[i][1]);
      g_autoptr (GError) error = NULL;

      nn_builder_output (builder,
                         nn_builder_node (builder, NN_OP_MATMUL, NULL, (NnNode[]) { a, b }, 2));
      g_assert_null (nn_builder_seal (builder, &error));
      g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
      g_assert_nonnull (strstr (error->message, "matmul1"));
      nn_builder_free (builder);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/matmul/values", test_values);
  g_test_add_func ("/ops/matmul/gradients", test_gradients);
  g_test_add_func ("/ops/matmul/tall-products", test_tall_products);
  g_test_add_func ("/ops/matmul/work-is-counted", test_work_is_counted);
  g_test_add_func ("/ops/matmul/refuses-what-does-not-meet", test_refuses_what_does_not_meet);

  return g_test_run ();
}
