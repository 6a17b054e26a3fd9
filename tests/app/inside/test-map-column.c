/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A layer's tiles: how many, chosen by keyboard, painted only when asked for. */
#include "app-support.h"

#include "cvr-map-column.h"
#include "cvr-map-sheet.h"

typedef struct
{
  guint n_selected, tile;
  guint n_left, row;
  gint  direction;
} Heard;

static void
selected_cb (CvrMapColumn *column,
             guint         tile,
             Heard        *heard)
{
  heard->n_selected++;
  heard->tile = tile;
  cvr_map_column_set_selected (column, (gint) tile);
}

static void
left_cb (CvrMapColumn *column,
         gint          direction,
         guint         row,
         Heard        *heard)
{
  heard->n_left++;
  heard->direction = direction;
  heard->row = row;
}

static CvrMapColumn *
column_of (NnGraph    *graph,
           const char *name,
           CvrMapsKind kind,
           Heard      *heard)
{
  CvrMapColumn *column = CVR_MAP_COLUMN (
      g_object_ref_sink (cvr_map_column_new (graph, nn_graph_find (graph, name), kind)));

  g_signal_connect (column, "selected", G_CALLBACK (selected_cb), heard);
  g_signal_connect (column, "left", G_CALLBACK (left_cb), heard);

  return column;
}

static NnGraph *
lenet (void)
{
  g_autoptr (GError) error = NULL;
  NnShape input = nn_shape_maps (1, 28, 28);
  NnGraph *graph = nn_arch_build ("lenet5", &input, 3, -1, &error);

  g_assert_no_error (error);

  return graph;
}

static void
test_tiles (void)
{
  static const struct { const char *layer; CvrMapsKind kind; guint n_tiles;
  } cases[] = {
    { "input", CVR_MAPS_VALUES, 1 }, { "conv1", CVR_MAPS_VALUES, 6 }, { "conv2", CVR_MAPS_VALUES, 16 },
    { "fc3", CVR_MAPS_VALUES, 1 },   { "conv1", CVR_MAPS_FILTERS, 6 },  { "conv2", CVR_MAPS_FILTERS, 16 },
  };
  g_autoptr (NnGraph) graph = lenet ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Heard heard = { 0 };
      CvrMapColumn *column = column_of (graph, cases[i].layer, cases[i].kind, &heard);

      g_assert_cmpuint (cvr_map_column_n_tiles (column), ==, cases[i].n_tiles);
      g_assert_cmpint (cvr_map_column_get_node (column), ==, nn_graph_find (graph, cases[i].layer));
      g_assert_cmpint (cvr_map_column_get_selected (column), ==, -1);
      g_assert_finalize_object (column);
    }
  g_assert_true (cvr_map_column_suits (graph, nn_graph_find (graph, "pool1"), CVR_MAPS_VALUES));
  g_assert_false (cvr_map_column_suits (graph, nn_graph_find (graph, "pool1"), CVR_MAPS_FILTERS));
  g_assert_false (cvr_map_column_suits (graph, nn_graph_find (graph, "fc3"), CVR_MAPS_FILTERS));
}

/* Sixteen tiles stand in two columns of eight. */
static void
test_keyboard (void)
{
  g_autoptr (NnGraph) graph = lenet ();
  Heard heard = { 0 };
  CvrMapColumn *column = column_of (graph, "conv2", CVR_MAPS_VALUES, &heard);

  cvr_map_column_set_selected (column, 0);
  gtk_test_accessible_assert_property (column, GTK_ACCESSIBLE_PROPERTY_LABEL, "conv2: 16 maps");
  gtk_test_accessible_assert_property (column, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Map 1");
  app_support_press (GTK_WIDGET (column), GDK_KEY_Right);
  g_assert_cmpuint (heard.tile, ==, 1);
  app_support_press (GTK_WIDGET (column), GDK_KEY_Down);
  g_assert_cmpuint (heard.tile, ==, 3);
  gtk_test_accessible_assert_property (column, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Map 4");
  g_assert_cmpuint (heard.n_left, ==, 0);
  app_support_press (GTK_WIDGET (column), GDK_KEY_Right);
  g_assert_cmpuint (heard.n_left, ==, 1);
  g_assert_cmpint (heard.direction, ==, 1);
  g_assert_cmpuint (heard.row, ==, 1);
  app_support_press (GTK_WIDGET (column), GDK_KEY_Left);
  app_support_press (GTK_WIDGET (column), GDK_KEY_Left);
  g_assert_cmpint (heard.direction, ==, -1);
  app_support_press (GTK_WIDGET (column), GDK_KEY_Up);
  g_assert_cmpuint (heard.tile, ==, 0);
  app_support_press (GTK_WIDGET (column), GDK_KEY_Up); /* Stays. */
  g_assert_cmpint (cvr_map_column_get_selected (column), ==, 0);
  app_support_press (GTK_WIDGET (column), GDK_KEY_End);
  g_assert_cmpuint (heard.tile, ==, 15);
  app_support_press (GTK_WIDGET (column), GDK_KEY_Down);
  g_assert_cmpint (cvr_map_column_get_selected (column), ==, 15);
  app_support_press (GTK_WIDGET (column), GDK_KEY_Home);
  g_assert_cmpuint (heard.tile, ==, 0);

  cvr_map_column_enter (column, -1, 2);
  g_assert_cmpuint (heard.tile, ==, 5);
  cvr_map_column_enter (column, 1, 100); /* The neighbour was longer. */
  g_assert_cmpuint (heard.tile, ==, 14);
  g_assert_finalize_object (column);
}

static gboolean
has_picture (gpointer column)
{
  return cvr_map_column_has_picture (column);
}

/* Numbers of some layer. */
static GBytes *
some_values (gsize n)
{
  float *values = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    values[i] = (float) g_test_rand_double_range (-1, 1);

  return g_bytes_new_take (values, n * sizeof (float));
}

static void
test_lazy (void)
{
  static const struct
  {
    const char *layer;
    CvrMapsKind kind;
    gsize n_values;
  } cases[] = {
    { "conv1", CVR_MAPS_VALUES, 6 * 28 * 28 },
    { "fc3", CVR_MAPS_VALUES, 120 },
    { "fc3", CVR_MAPS_GRADIENTS, 120 },
    { "conv2", CVR_MAPS_FILTERS, 16 * 6 * 25 },
  };
  g_autoptr (NnGraph) graph = lenet ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Heard heard = { 0 };
      CvrMapColumn *column = column_of (graph, cases[i].layer, cases[i].kind, &heard);
      g_autoptr (GBytes) values = some_values (cases[i].n_values);
      g_autoptr (GBytes) again = some_values (cases[i].n_values);

      cvr_map_column_refresh (column); /* Nothing to show yet. */
      g_assert_false (cvr_map_column_has_picture (column));
      cvr_map_column_set_values (column, values);
      g_assert_false (cvr_map_column_has_picture (column));
      cvr_map_column_refresh (column);
      g_assert_true (app_support_wait (has_picture, column, 10));
      cvr_map_column_set_values (column, again);
      g_assert_false (cvr_map_column_has_picture (column));
      cvr_map_column_refresh (column);
      cvr_map_column_set_values (column, values); /* The newest wins. */
      cvr_map_column_refresh (column);
      g_assert_true (app_support_wait (has_picture, column, 10));
      g_assert_finalize_object (column);
    }
}

/* What tile @tile shows in its middle. */
static guint32
colour_of (const CvrMapSheet *sheet,
           const float       *values,
           gsize              n_values,
           guint              tile)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  cairo_surface_t *surface = cvr_map_sheet_paint (sheet, values, n_values, &theme);
  guint x = tile % sheet->columns * sheet->cell_width + sheet->tile_width * sheet->scale / 2;
  guint y = tile / sheet->columns * sheet->cell_height + sheet->tile_height * sheet->scale / 2;
  const guint8 *row = cairo_image_surface_get_data (surface)
                      + (gsize) y * (gsize) cairo_image_surface_get_stride (surface);
  guint32 colour = ((const guint32 *) (gconstpointer) row)[x];

  cairo_surface_destroy (surface);

  return colour;
}

/* Maps of one value would each be the largest and the smallest of themselves. */
static void
test_single_values (void)
{
  g_autoptr (GError) error = NULL;
  NnShape input = nn_shape_maps (1, 16, 16);
  g_autoptr (NnGraph) graph = nn_arch_build ("resnet8", &input, 3, -1, &error);
  NnNode node = 0;
  CvrMapSheet sheet;
  g_autofree float *values = NULL;

  g_assert_no_error (error);
  while (nn_graph_node_kind (graph, node) != NN_OP_GLOBAL_POOL)
    node++;
  sheet = cvr_map_sheet (graph, node, CVR_MAPS_VALUES);
  values = g_new (float, sheet.n_tiles);
  for (guint i = 0; i < sheet.n_tiles; i++)
    values[i] = (float) i;
  for (guint i = 16; i < sheet.n_tiles; i += 16)
    g_assert_cmpuint (colour_of (&sheet, values, sheet.n_tiles, i), !=,
                      colour_of (&sheet, values, sheet.n_tiles, i - 16));
}

/* One weight that is a hundred times as large doesn't make the other filters pale. */
static void
test_outlier (void)
{
  enum { N = 16 * 6 * 25 };
  g_autoptr (NnGraph) graph = lenet ();
  CvrMapSheet sheet = cvr_map_sheet (graph, nn_graph_find (graph, "conv2"), CVR_MAPS_FILTERS);
  float values[N];
  guint32 before;

  for (guint i = 0; i < N; i++)
    values[i] = 0.01f;
  before = colour_of (&sheet, values, N, 15);
  values[0] = 1;
  g_assert_cmpuint (colour_of (&sheet, values, N, 15), ==, before);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/map-column/tiles", test_tiles);
  g_test_add_func ("/app/map-column/by-keyboard", test_keyboard);
  g_test_add_func ("/app/map-column/paints-only-when-asked", test_lazy);
  g_test_add_func ("/app/map-sheet/single-values-on-one-scale", test_single_values);
  g_test_add_func ("/app/map-sheet/an-outlier-leaves-the-others-their-colour", test_outlier);

  return g_test_run ();
}
