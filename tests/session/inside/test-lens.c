/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lens tells the truth: what it shows makes exactly the value that the network worked out. */
#include "session-test.h"

#include "cvr-lens.h"
#include "cvr-map-links.h"
#include "cvr-model-output.h"
#include "nn-archs.h"

#include <math.h>

/* Rounding of 25 products in another order than the network's. */
static const double tolerance = 1e-5;

static const CvrLensPanel *
own (const CvrLens *lens)
{
  return &lens->panels[lens->own];
}

/* The framed value of the layer's own map. */
static double
outcome (const CvrLens *lens)
{
  const CvrLensPanel *panel = own (lens);

  g_assert_cmpuint (panel->columns, ==, 1);

  return (double) panel->plane->values[(guint) panel->row * panel->plane->columns
                                       + (guint) panel->column];
}

/* Cells outside the map are padding: they count for nothing. */
static double
products (const CvrLens *lens,
          guint          first)
{
  const CvrPlane *left = lens->panels[first].plane, *right = lens->panels[first + 1].plane;
  const CvrPlane *both = lens->panels[first + 2].plane;
  double sum = 0;

  g_assert_cmpuint (left->columns, ==, right->columns);
  g_assert_cmpuint (left->rows, ==, right->rows);
  for (guint i = 0; i < left->columns * left->rows; i++)
    if (isfinite (left->values[i]))
      {
        g_assert_cmpfloat (left->values[i] * right->values[i], ==, both->values[i]);
        sum += (double) left->values[i] * (double) right->values[i];
      }

  return sum;
}

/* All lines of a sum but the last make the last. */
static void
assert_adds_up (const CvrLensPanel *panel)
{
  double sum = 0;

  g_assert_cmpint (panel->kind, ==, CVR_PANEL_ROWS);
  for (guint i = 0; i + 1 < panel->n_rows; i++)
    {
      g_assert_false (panel->list[i].total);
      sum += panel->list[i].value;
    }
  g_assert_true (panel->list[panel->n_rows - 1].total);
  g_assert_cmpfloat_with_epsilon (sum, panel->list[panel->n_rows - 1].value, tolerance);
}

static void
test_conv (void)
{
  g_autoptr (CvrMaps) maps = session_test_maps ();
  NnNode conv = session_test_node (maps, "conv1");
  gsize n_values = 0;
  const float *bias = nn_params_peek (maps->model->params, conv, NN_SLOT_BIAS, &n_values);

  for (guint k = 0; k < n_values; k++)
    for (guint at = 0; at < 28; at += 9) /* The first is at the border. */
      {
        g_autoptr (CvrLens) lens = cvr_lens_new (maps, conv, k, at, at, -1, NULL);

        g_assert_cmpuint (lens->n_panels, ==, 6);
        g_assert_cmpint (lens->whole, ==, 0);
        g_assert_cmpstr (lens->panels[1].sign, ==, "×");
        g_assert_true (lens->panels[2].plane->diverging);
        g_assert_cmpfloat (outcome (lens), ==,
                           (double) maps->values[conv][((gsize) k * 28 + at) * 28 + at]);
        g_assert_cmpfloat_with_epsilon (products (lens, 1) + (double) bias[k], outcome (lens),
                                        tolerance);
        g_assert_true (isfinite (lens->panels[1].plane->values[0]) == (at > 0));
        assert_adds_up (&lens->panels[4]);
        /* The window stands where the padded map is framed. */
        g_assert_cmpuint (lens->panels[0].plane->columns, ==, 32);
        g_assert_cmpint (lens->panels[0].column, ==, (gint) at);
        g_assert_cmpuint (lens->panels[0].columns, ==, 5);
      }
}

/* Of six maps before it, the one shown adds more than any other unless another is asked for; all
 * together make the value. */
static void
test_deep_conv (void)
{
  g_autoptr (CvrMaps) maps = session_test_maps ();
  NnNode conv = session_test_node (maps, "conv2");
  g_autoptr (CvrLens) lens = cvr_lens_new (maps, conv, 3, 4, 5, -1, NULL);
  g_autoptr (CvrLens) other = cvr_lens_new (maps, conv, 3, 4, 5, 2, NULL);
  double strongest = fabs (products (lens, 1));

  assert_adds_up (&lens->panels[4]);
  g_assert_cmpfloat (lens->panels[4].list[0].value, ==, lens->panels[4].list[0].value);
  g_assert_cmpfloat_with_epsilon (fabs (lens->panels[4].list[0].value), strongest, tolerance);
  g_assert_cmpfloat_with_epsilon (lens->panels[4].list[lens->panels[4].n_rows - 1].value,
                                  outcome (lens), tolerance);
  g_assert_nonnull (strstr (lens->sentence, "All 6 maps"));
  g_assert_cmpuint (other->plane, ==, 2);
  g_assert_cmpuint (other->n_planes, ==, 6);
  g_assert_cmpfloat (fabs (products (other, 1)), <=, strongest + tolerance);
  g_assert_cmpfloat (outcome (other), ==, outcome (lens));
}

static void
test_pool_and_activation (void)
{
  g_autoptr (CvrMaps) maps = session_test_maps ();
  NnNode pool = session_test_node (maps, "pool1"), relu = session_test_node (maps, "relu1");
  g_autoptr (CvrLens) window = cvr_lens_new (maps, pool, 2, 6, 7, -1, NULL);
  g_autoptr (CvrLens) each = cvr_lens_new (maps, relu, 1, 0, 27, -1, NULL);
  const CvrLensPanel *covered = &window->panels[1];
  float largest = -INFINITY;
  guint column, row;

  g_assert_cmpuint (window->n_panels, ==, 4);
  g_assert_cmpuint (covered->plane->columns, ==, 2);
  for (guint i = 0; i < 4; i++)
    largest = MAX (largest, covered->plane->values[i]);
  g_assert_cmpfloat (outcome (window), ==, (double) largest);
  g_assert_cmpfloat (covered->plane->values[covered->row * 2 + covered->column], ==, largest);
  /* Both cells of the input that the window covers lead back to it. */
  for (guint x = 12; x < 14; x++)
    {
      g_assert_true (cvr_lens_locate (window, x, 15, &column, &row));
      g_assert_cmpuint (column, ==, 6);
      g_assert_cmpuint (row, ==, 7);
    }

  g_assert_cmpuint (each->n_panels, ==, 3);
  g_assert_cmpint (each->panels[1].kind, ==, CVR_PANEL_CURVE);
  g_assert_cmpfloat (each->panels[1].at_y, ==, outcome (each));
  g_assert_cmpfloat (outcome (each), ==, MAX (0, each->panels[1].at_x));
  for (guint i = 0; i < CVR_LENS_POINTS; i++)
    g_assert_cmpfloat (each->panels[1].y[i], ==, MAX (0, each->panels[1].x[i]));
}

static void
test_dense (void)
{
  g_autoptr (CvrMaps) maps = session_test_maps ();
  NnNode dense = session_test_node (maps, "fc5");
  g_autoptr (CvrLens) lens = cvr_lens_new (maps, dense, 0, 2, 0, -1, NULL);
  g_autoptr (CvrLens) flat = NULL;

  g_assert_cmpuint (lens->own, ==, 4);
  assert_adds_up (&lens->panels[3]);
  for (guint i = 1; i < 5; i++)
    g_assert_cmpfloat (fabs (lens->panels[3].list[i].value), <=,
                       fabs (lens->panels[3].list[i - 1].value));
  g_assert_cmpfloat (outcome (lens), ==, (double) maps->values[dense][2]);
  flat = cvr_lens_new (maps, session_test_node (maps, "fc3"), 0, 0, 0, -1, NULL);
  g_assert_cmpstr (flat->panels[0].title, ==, "pool2"); /* The one before it with a column. */
  g_assert_null (cvr_lens_new (maps, dense, 0, 3, 0, -1, NULL)); /* Three values: no fourth. */
}

static double
share_of (CvrMaps *maps,
          NnNode   node,
          guint    class)
{
  g_autoptr (CvrLens) lens = cvr_lens_new (maps, node, 0, class, 0, -1, NULL);
  const CvrLensPanel *last = &lens->panels[lens->n_panels - 1];

  g_assert_cmpuint (lens->n_panels, ==, lens->own + 2);
  g_assert_cmpstr (lens->panels[lens->own].sign, ==, "→");
  g_assert_null (last->sign);
  g_assert_nonnull (strstr (lens->note, "Softmax"));

  return last->list[last->n_rows - 1].value;
}

/* The last layer's values end in the very shares that the answer is told with; no layer before
 * does. */
static void
test_softmax (void)
{
  g_autoptr (CvrMaps) maps = session_test_maps ();
  NnNode dense = session_test_node (maps, "fc5");
  g_autoptr (CvrLens) before = cvr_lens_new (maps, session_test_node (maps, "fc4"), 0, 0, 0, -1,
                                             NULL);
  char *titles[] = { (char *) "cat", (char *) "dog", (char *) "owl", NULL };
  g_autoptr (CvrLens) named = cvr_lens_new (maps, dense, 0, 0, 0, -1, titles);
  const CvrLensPanel *answer = &named->panels[named->n_panels - 1];
  float p[3];
  double sum = 0;

  cvr_model_output_to_p (maps->model, maps->values[dense], p);
  for (guint k = 0; k < 3; k++)
    g_assert_cmpfloat_with_epsilon (share_of (maps, dense, k), (double) p[k], 1e-6);
  g_assert_cmpfloat (answer->list[0].value, ==, 1); /* The largest comes first. */
  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (g_str_has_prefix (answer->list[i].text, "exp "));
      g_assert_true (
          g_strv_contains ((const char *const *) titles, answer->list[i].text + strlen ("exp ")));
      sum += answer->list[i].value;
    }
  g_assert_true (answer->list[3].total);
  g_assert_cmpfloat_with_epsilon (answer->list[3].value, sum, tolerance);
  g_assert_cmpuint (before->n_panels, ==, before->own + 1);
  g_assert_null (before->note);
}

/* A file's own softmax names the classes, and has no second one behind it. */
static void
test_own_softmax (void)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  NnNode x = nn_builder_flatten (builder, nn_builder_input (builder, nn_shape_maps (1, 8, 8)));
  NnNode logits = nn_builder_dense (builder, x, (NnDenseSpec) { 2, TRUE });
  NnNode softmax = nn_builder_softmax (builder, logits);
  g_autoptr (NnGraph) graph = NULL;
  g_autoptr (CvrMaps) maps = NULL;
  g_autoptr (CvrLens) lens = NULL, before = NULL;
  char *titles[] = { (char *) "cat", (char *) "dog", NULL };
  const CvrLensPanel *shares;

  nn_builder_output (builder, softmax);
  graph = nn_builder_seal (builder, NULL);
  g_assert_nonnull (graph);
  maps = session_test_maps_of (graph, 2);
  lens = cvr_lens_new (maps, softmax, 0, 1, 0, -1, titles);
  before = cvr_lens_new (maps, logits, 0, 1, 0, -1, titles);
  shares = &lens->panels[1];
  g_assert_cmpuint (lens->own, ==, lens->n_panels - 1);
  g_assert_true (g_strv_contains ((const char *const *) titles, shares->list[0].text));
  g_assert_cmpuint (before->own, ==, before->n_panels - 1);
}

/* A cell of the padded input and the output whose window lies around it. */
static void
test_both_ways (void)
{
  g_autoptr (CvrMaps) maps = session_test_maps ();
  NnNode conv = session_test_node (maps, "conv1");

  for (guint at = 0; at < 28; at++)
    {
      g_autoptr (CvrLens) lens = cvr_lens_new (maps, conv, 0, at, 27 - at, -1, NULL);
      guint column, row;

      g_assert_true (cvr_lens_locate (lens, (guint) lens->panels[0].column + 2,
                                      (guint) lens->panels[0].row + 2, &column, &row));
      g_assert_cmpuint (column, ==, at);
      g_assert_cmpuint (row, ==, 27 - at);
    }
}

static void
test_every_layer (void)
{
  g_autoptr (GError) error = NULL;
  NnShape input = nn_shape_maps (1, 16, 16);
  g_autoptr (NnGraph) graph = nn_arch_build ("resnet8", &input, 2, -1, &error);
  g_autoptr (CvrMaps) maps = session_test_maps_of (graph, 2);
  guint n_sums = 0;

  g_assert_no_error (error);
  for (guint node = 0; node < maps->n_nodes; node++)
    {
      /* Every layer can be looked at. */
      g_autoptr (CvrLens) lens = cvr_lens_new (maps, (NnNode) node, 0, 0, 0, -1, NULL);

      g_assert_nonnull (lens);
      g_assert_nonnull (lens->sentence);
      g_assert_cmpfloat (outcome (lens), ==, (double) maps->values[node][0]);
      if (nn_graph_node_kind (graph, (NnNode) node) != NN_OP_ADD)
        continue;
      n_sums++;
      g_assert_cmpuint (lens->n_panels, ==, 3);
      g_assert_cmpfloat_with_epsilon ((double) lens->panels[0].plane->values[0]
                                          + (double) lens->panels[1].plane->values[0],
                                      outcome (lens), tolerance);
    }
  g_assert_cmpuint (n_sums, ==, 3);
}

/* A function that bends is shown where it does, though the values lie close to zero: its ends stand
 * apart from the line that it is there. */
static void
test_bent_functions (void)
{
  static const struct { NnActivationSpec spec; double low, high; } cases[] = {
    { { .function = NN_ACTIVATION_SIGMOID }, 0.01, 0.99 },
    { { .function = NN_ACTIVATION_TANH }, -0.99, 0.99 },
    { { .function = NN_ACTIVATION_HARD_SIGMOID, .alpha = 0.2f, .beta = 0.5f }, 0, 1 },
    { { .function = NN_ACTIVATION_RELU6 }, 0, 6 },
    { { .function = NN_ACTIVATION_CLIP, .alpha = -20, .beta = 30 }, -20, 30 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NnBuilder) builder = nn_builder_new ();
      NnNode x = nn_builder_input (builder, nn_shape_maps (1, 8, 8));
      NnNode bent = nn_builder_activation (builder, x, cases[i].spec);
      g_autoptr (NnGraph) graph = NULL;
      g_autoptr (CvrMaps) maps = NULL;
      g_autoptr (CvrLens) lens = NULL;
      const CvrLensPanel *panel;

      nn_builder_output (builder, nn_builder_dense (builder, bent, (NnDenseSpec) { 2, TRUE }));
      graph = nn_builder_seal (builder, NULL);
      g_assert_nonnull (graph);
      maps = session_test_maps_of (graph, 2);
      lens = cvr_lens_new (maps, bent, 0, 3, 4, -1, NULL);
      panel = &lens->panels[1];
      g_assert_cmpint (panel->kind, ==, CVR_PANEL_CURVE);
      g_assert_cmpfloat ((double) panel->x[0], <=, panel->at_x);
      g_assert_cmpfloat ((double) panel->x[CVR_LENS_POINTS - 1], >=, panel->at_x);
      g_assert_cmpfloat ((double) panel->y[0], <=, cases[i].low + 1e-6);
      g_assert_cmpfloat ((double) panel->y[CVR_LENS_POINTS - 1], >=, cases[i].high - 1e-6);
    }
}

/* In words that fit what the place is of: a map, a list of values, a filter with many planes. */
static void
test_places (void)
{
  g_autoptr (CvrMaps) maps = session_test_maps ();
  NnNode conv = session_test_node (maps, "conv2");
  gsize n_weights = 0;
  const float *weights = nn_params_peek (maps->model->params, conv, NN_SLOT_WEIGHT, &n_weights);
  g_autoptr (CvrPlane) map = cvr_plane_of_map (maps, conv, 0);
  g_autoptr (CvrPlane) list = cvr_plane_of_map (maps, session_test_node (maps, "fc3"), 0);
  g_autoptr (CvrPlane) filter =
    cvr_plane_of_filter (maps->model->graph, conv, 0, weights, n_weights);
  g_autofree char *of_map = cvr_plane_dup_place (map, 4, 2);
  g_autofree char *of_list = cvr_plane_dup_place (list, 4, 2);
  g_autofree char *of_filter = cvr_plane_dup_place (filter, 9, 3);

  g_assert_cmpstr (of_map, ==, "Row 3, column 5");
  g_assert_cmpstr (of_list, ==, "Value 37"); /* Sixteen a row. */
  g_assert_cmpstr (of_filter, ==, "Map 2, row 4, column 4"); /* Five and a gap. */
}

/* The last layer's values, and what a softmax makes of them; not a layer of as many before it. */
static void
test_answer (void)
{
  g_autoptr (CvrMaps) maps = session_test_maps ();

  g_assert_true (cvr_maps_is_answer (maps, session_test_node (maps, "fc5")));
  g_assert_false (cvr_maps_is_answer (maps, session_test_node (maps, "fc4")));
  g_assert_false (cvr_maps_is_answer (maps, session_test_node (maps, "conv1")));
}

static void
test_outside (void)
{
  g_autoptr (CvrMaps) maps = session_test_maps ();
  NnNode conv = session_test_node (maps, "conv1");

  g_assert_null (cvr_lens_new (maps, conv, 6, 0, 0, -1, NULL));
  g_assert_null (cvr_lens_new (maps, conv, 0, 28, 0, -1, NULL));
  g_assert_null (cvr_lens_new (maps, conv, 0, 0, 28, -1, NULL));
  g_assert_null (cvr_plane_of_map (maps, conv, 6));
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
      g_autofree char *text = cvr_plane_dup_number (cases[i].value, cases[i].decimals);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_decimals (void)
{
  static const struct { double size; guint decimals; } cases[] = {
    { 0, 3 }, { 12, 3 }, { -0.5, 3 }, { 0.05, 4 }, { -0.0012, 5 }, { 1e-30, 9 }, { INFINITY, 3 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (cvr_plane_decimals (cases[i].size), ==, cases[i].decimals);
}

/* The mean of all maps of a layer; a vector as it is. */
static void
test_mean (void)
{
  g_autoptr (CvrMaps) maps = session_test_maps ();
  NnNode conv = session_test_node (maps, "conv1"), dense = session_test_node (maps, "fc3");
  g_autoptr (CvrPlane) mean = cvr_plane_of_mean (maps, conv);
  g_autoptr (CvrPlane) vector = cvr_plane_of_mean (maps, dense);
  double sum = 0;

  for (guint k = 0; k < 6; k++)
    sum += (double) maps->values[conv][(k * 28 + 3) * 28 + 5];
  g_assert_cmpfloat_with_epsilon ((double) mean->values[3 * 28 + 5], sum / 6, tolerance);
  g_assert_cmpfloat (vector->values[7], ==, maps->values[dense][7]);
}

/* The links of a map lead to the maps it is made of, the strongest first and of size 1. */
static void
test_links (void)
{
  g_autoptr (CvrMaps) maps = session_test_maps ();
  NnNode conv = session_test_node (maps, "conv2"), pool = session_test_node (maps, "pool1"), relu = session_test_node (maps, "relu1");
  g_autoptr (GArray) of_conv = cvr_map_links_of (maps, conv, 3, 4);
  g_autoptr (GArray) of_pool = cvr_map_links_of (maps, pool, 5, 4);
  const CvrMapLink *link = &g_array_index (of_conv, CvrMapLink, 0);

  g_assert_cmpuint (of_conv->len, ==, 4); /* Of six. */
  g_assert_cmpint (link->node, ==, pool);
  g_assert_cmpfloat (fabs (link->weight), ==, 1);
  for (guint i = 1; i < of_conv->len; i++)
    g_assert_cmpfloat (fabs (g_array_index (of_conv, CvrMapLink, i).weight), <=,
                       fabs (g_array_index (of_conv, CvrMapLink, i - 1).weight));
  g_assert_cmpuint (of_pool->len, ==, 1);
  link = &g_array_index (of_pool, CvrMapLink, 0);
  g_assert_cmpint (link->node, ==, relu);
  g_assert_cmpuint (link->tile, ==, 5);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/lens/convolution-adds-up", test_conv);
  g_test_add_func ("/session/lens/deep-convolution-shows-the-strongest", test_deep_conv);
  g_test_add_func ("/session/lens/pool-and-activation", test_pool_and_activation);
  g_test_add_func ("/session/lens/dense-lists-the-strongest", test_dense);
  g_test_add_func ("/session/lens/ends-in-the-answer's-shares", test_softmax);
  g_test_add_func ("/session/lens/a-file's-own-softmax", test_own_softmax);
  g_test_add_func ("/session/lens/both-ways", test_both_ways);
  g_test_add_func ("/session/lens/every-layer", test_every_layer);
  g_test_add_func ("/session/lens/functions-where-they-bend", test_bent_functions);
  g_test_add_func ("/session/lens/nothing-outside", test_outside);
  g_test_add_func ("/session/maps/which-are-the-answer", test_answer);
  g_test_add_func ("/session/plane/places-in-words", test_places);
  g_test_add_func ("/session/plane/numbers", test_numbers);
  g_test_add_func ("/session/plane/decimals", test_decimals);
  g_test_add_func ("/session/plane/mean", test_mean);
  g_test_add_func ("/session/map-links/strongest-first", test_links);

  return g_test_run ();
}
