/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lens tells the truth: what it shows makes exactly the value that the network worked out. */
#include "app-support.h"

#include "cvr-lens-view.h"
#include "cvr-plane-view.h"

#include <math.h>

/* Rounding of 25 products in another order than the network's. */
static const double tolerance = 1e-5;

/* LeNet-5 with random weights and what it makes of a picture of random pixels. */
static CvrMaps *
make_maps (void)
{
  g_autoptr (GError) error = NULL;
  NnShape input = nn_shape_maps (1, 28, 28);
  g_autoptr (NnGraph) graph = nn_arch_build ("lenet5", &input, 3, -1, &error);
  g_autoptr (NnParams) params = nn_params_new (graph, 7, &error);
  const char *const classes[] = { "a", "b", "c", NULL };
  CvrPreprocess preprocess = cvr_preprocess_default (28, 28, 1);
  g_autoptr (CvrModel) model = cvr_model_new (graph, params, classes, &preprocess, NULL);
  g_autoptr (CvrImage) image = cvr_image_new (28, 28, 1);
  NnWorkers *workers = nn_workers_new (1, FALSE);
  CvrMaps *maps;

  for (gsize i = 0; i < cvr_image_n_bytes (image); i++)
    image->data[i] = (guint8) g_test_rand_int_range (0, 256);
  maps = cvr_maps_compute (model, image, workers, &error);
  g_assert_no_error (error);
  nn_workers_unref (workers);

  return maps;
}

static NnNode
find (CvrMaps    *maps,
      const char *name)
{
  NnNode node = nn_graph_find (maps->model->graph, name);

  g_assert_cmpint (node, !=, NN_NODE_NONE);

  return node;
}

static double
outcome (const CvrLens *lens)
{
  const CvrPlane *plane = lens->panels[lens->n_panels - 1];

  return (double) plane->values[plane->centred ? plane->columns * plane->rows / 2 : 0];
}

/* Cells outside the map are padding: they count for nothing. */
static double
products (const CvrLens *lens)
{
  const CvrPlane *left = lens->panels[0], *right = lens->panels[1];
  double sum = 0;

  g_assert_cmpuint (left->columns, ==, right->columns);
  g_assert_cmpuint (left->rows, ==, right->rows);
  for (guint i = 0; i < left->columns * left->rows; i++)
    if (isfinite (left->values[i]))
      sum += (double) left->values[i] * (double) right->values[i];

  return sum;
}

static void
test_conv (void)
{
  g_autoptr (CvrMaps) maps = make_maps ();
  NnNode conv = find (maps, "conv1");
  gsize n_values = 0;
  const float *bias = nn_params_peek (maps->model->params, conv, NN_SLOT_BIAS, &n_values);

  for (guint k = 0; k < n_values; k++)
    for (guint at = 0; at < 28; at += 9) /* The first is at the border. */
      {
        g_autoptr (CvrLens) lens = cvr_lens_new (maps, conv, k, at, at);

        g_assert_cmpuint (lens->n_panels, ==, 3);
        g_assert_cmpstr (lens->signs[0], ==, "×");
        g_assert_true (lens->panels[1]->diverging);
        g_assert_cmpfloat (outcome (lens), ==,
                           (double) maps->values[conv][((gsize) k * 28 + at) * 28 + at]);
        g_assert_cmpfloat_with_epsilon (products (lens) + (double) bias[k], outcome (lens),
                                        tolerance);
        g_assert_true (isfinite (lens->panels[0]->values[0]) == (at > 0));
      }
}

/* Of six maps before it, the one shown adds more than any other; all together make the value. */
static void
test_deep_conv (void)
{
  g_autoptr (CvrMaps) maps = make_maps ();
  NnNode conv = find (maps, "conv2"), pool = find (maps, "pool1");
  g_autoptr (CvrLens) lens = cvr_lens_new (maps, conv, 3, 4, 5);
  gsize n_values = 0;
  const float *weights = nn_params_peek (maps->model->params, conv, NN_SLOT_WEIGHT, &n_values);
  const float *bias = nn_params_peek (maps->model->params, conv, NN_SLOT_BIAS, &n_values);
  double sum = (double) bias[3], strongest = 0;

  for (guint c = 0; c < 6; c++)
    {
      double part = 0;

      for (guint r = 0; r < 5; r++)
        for (guint s = 0; s < 5; s++)
          part += (double) maps->values[pool][(c * 14 + 5 + r) * 14 + 4 + s]
                  * (double) weights[((3 * 6 + c) * 5 + r) * 5 + s];
      sum += part;
      if (fabs (part) > fabs (strongest))
        strongest = part;
    }
  g_assert_cmpfloat_with_epsilon (products (lens), strongest, tolerance);
  g_assert_cmpfloat_with_epsilon (outcome (lens), sum, tolerance);
  g_assert_nonnull (strstr (lens->sentence, "All 6 maps"));
}

static void
test_pool_and_activation (void)
{
  g_autoptr (CvrMaps) maps = make_maps ();
  NnNode pool = find (maps, "pool1"), relu = find (maps, "relu1");
  g_autoptr (CvrLens) window = cvr_lens_new (maps, pool, 2, 6, 7);
  g_autoptr (CvrLens) each = cvr_lens_new (maps, relu, 1, 0, 27);
  float largest = -INFINITY;

  g_assert_cmpuint (window->n_panels, ==, 2);
  g_assert_cmpuint (window->panels[0]->columns, ==, 2);
  for (guint i = 0; i < 4; i++)
    largest = MAX (largest, window->panels[0]->values[i]);
  g_assert_cmpfloat (outcome (window), ==, (double) largest);

  g_assert_cmpuint (each->n_panels, ==, 2);
  g_assert_cmpuint (each->panels[0]->columns, ==, 5);
  g_assert_true (each->panels[0]->centred);
  g_assert_cmpfloat (outcome (each), ==, MAX (0, (double) each->panels[0]->values[12]));
  /* At the left border and in the last row the neighbours end. */
  g_assert_false (isfinite (each->panels[0]->values[11]));
  g_assert_false (isfinite (each->panels[0]->values[17]));
}

static void
test_dense (void)
{
  g_autoptr (CvrMaps) maps = make_maps ();
  NnNode dense = find (maps, "fc5");
  g_autoptr (CvrLens) lens = cvr_lens_new (maps, dense, 0, 2, 0);

  g_assert_cmpuint (lens->n_panels, ==, 3);
  g_assert_cmpuint (lens->panels[0]->rows, ==, 5);
  for (guint i = 1; i < 5; i++)
    g_assert_cmpfloat (fabsf (lens->panels[0]->values[i] * lens->panels[1]->values[i]), <=,
                       fabsf (lens->panels[0]->values[i - 1] * lens->panels[1]->values[i - 1]));
  g_assert_cmpfloat (outcome (lens), ==, (double) maps->values[dense][2]);
  g_assert_null (cvr_lens_new (maps, dense, 0, 3, 0)); /* Three values: no fourth. */
}

static void
test_add (void)
{
  g_autoptr (GError) error = NULL;
  NnShape input = nn_shape_maps (1, 16, 16);
  g_autoptr (NnGraph) graph = nn_arch_build ("resnet8", &input, 2, -1, &error);
  g_autoptr (NnParams) params = nn_params_new (graph, 3, &error);
  const char *const classes[] = { "a", "b", NULL };
  CvrPreprocess preprocess = cvr_preprocess_default (16, 16, 1);
  g_autoptr (CvrModel) model = cvr_model_new (graph, params, classes, &preprocess, NULL);
  g_autoptr (CvrImage) image = cvr_image_new (16, 16, 1);
  NnWorkers *workers = nn_workers_new (1, FALSE);
  g_autoptr (CvrMaps) maps = cvr_maps_compute (model, image, workers, &error);
  guint n_sums = 0;

  g_assert_no_error (error);
  for (guint node = 0; node < maps->n_nodes; node++)
    {
      /* Every layer can be looked at. */
      g_autoptr (CvrLens) lens = cvr_lens_new (maps, (NnNode) node, 0, 0, 0);

      g_assert_nonnull (lens);
      g_assert_nonnull (lens->sentence);
      g_assert_cmpfloat (outcome (lens), ==, (double) maps->values[node][0]);
      if (nn_graph_node_kind (graph, (NnNode) node) != NN_OP_ADD)
        continue;
      n_sums++;
      g_assert_cmpuint (lens->n_panels, ==, 3);
      g_assert_cmpfloat_with_epsilon ((double) lens->panels[0]->values[12]
                                          + (double) lens->panels[1]->values[12],
                                      outcome (lens), tolerance);
    }
  g_assert_cmpuint (n_sums, ==, 3);
  nn_workers_unref (workers);
}

static void
test_outside (void)
{
  g_autoptr (CvrMaps) maps = make_maps ();
  NnNode conv = find (maps, "conv1");

  g_assert_null (cvr_lens_new (maps, conv, 6, 0, 0));
  g_assert_null (cvr_lens_new (maps, conv, 0, 28, 0));
  g_assert_null (cvr_lens_new (maps, conv, 0, 0, 28));
  g_assert_null (cvr_plane_of_map (maps, conv, 6));
  g_assert_null (cvr_plane_of_filter (maps, conv, 6));
}

static void
test_numbers (void)
{
  static const struct
  {
    double      value;
    guint       decimals;
    const char *text;
  } cases[] = {
    { 0.5, 3, "0.500" }, { -1.4044, 3, "−1.404" }, { -0.0001, 3, "0.000" },
    { 0, 0, "0" },       { -12, 0, "−12" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = cvr_lens_dup_number (cases[i].value, cases[i].decimals);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
count_cb (GObject *view,
          guint   *n_changes)
{
  (*n_changes)++;
}

/* A filter's planes have an empty column between them: the arrow keys step over it. */
static void
test_plane_view (void)
{
  g_autoptr (CvrMaps) maps = make_maps ();
  CvrPlaneView *view = g_object_ref_sink (g_object_new (CVR_TYPE_PLANE_VIEW, NULL));
  CvrPlane *plane = cvr_plane_of_filter (maps, find (maps, "conv2"), 0);
  guint column, row, n_changes = 0;

  g_signal_connect (view, "cell-changed", G_CALLBACK (count_cb), &n_changes);
  g_assert_false (cvr_plane_view_get_cell (view, &column, &row));
  cvr_plane_view_take_plane (view, plane);
  cvr_plane_view_look_at (view, 4, 0);
  cvr_plane_view_look_at (view, 5, 0); /* The gap. */
  g_assert_true (cvr_plane_view_get_cell (view, &column, &row));
  g_assert_cmpuint (column, ==, 4);
  app_support_press (GTK_WIDGET (view), GDK_KEY_Right);
  app_support_press (GTK_WIDGET (view), GDK_KEY_Down);
  g_assert_true (cvr_plane_view_get_cell (view, &column, &row));
  g_assert_cmpuint (column, ==, 6);
  g_assert_cmpuint (row, ==, 1);
  app_support_press (GTK_WIDGET (view), GDK_KEY_Up);
  app_support_press (GTK_WIDGET (view), GDK_KEY_Up); /* Stays at the border. */
  g_assert_true (cvr_plane_view_get_cell (view, &column, &row));
  g_assert_cmpuint (row, ==, 0);
  g_assert_cmpuint (n_changes, >=, 3);
  cvr_plane_view_take_plane (view, NULL);
  g_assert_false (cvr_plane_view_get_cell (view, &column, &row));
  g_assert_finalize_object (view);
}

static void
test_lens_view (void)
{
  g_autoptr (CvrMaps) maps = make_maps ();
  CvrLensView *view = g_object_ref_sink (g_object_new (CVR_TYPE_LENS_VIEW, NULL));
  CvrLens *lens = cvr_lens_new (maps, find (maps, "conv1"), 0, 3, 3);

  cvr_lens_view_take_lens (view, lens);
  g_assert_true (cvr_lens_view_get_lens (view) == lens);
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, lens->sentence);
  cvr_lens_view_take_lens (view, NULL);
  g_assert_finalize_object (view);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/lens/convolution-adds-up", test_conv);
  g_test_add_func ("/app/lens/deep-convolution-shows-the-strongest", test_deep_conv);
  g_test_add_func ("/app/lens/pool-and-activation", test_pool_and_activation);
  g_test_add_func ("/app/lens/dense-lists-the-strongest", test_dense);
  g_test_add_func ("/app/lens/sum-and-every-other-layer", test_add);
  g_test_add_func ("/app/lens/nothing-outside", test_outside);
  g_test_add_func ("/app/lens/numbers", test_numbers);
  g_test_add_func ("/app/plane-view/by-keyboard", test_plane_view);
  g_test_add_func ("/app/lens-view/speaks", test_lens_view);

  return g_test_run ();
}
