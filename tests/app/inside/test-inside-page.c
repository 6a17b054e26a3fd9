/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of a trained network: a column for every layer, and the very numbers of its maps. */
#include "app-support.h"

#include "cvr-columns.h"
#include "cvr-inside-page.h"
#include "cvr-lens-view.h"
#include "cvr-plane-view.h"
#include "cvr-tab-stop.h"

typedef struct
{
  CvrProject    *project;
  CvrInsidePage *page;
  GtkWidget     *window;
} Fixture;

static gpointer
child (CvrInsidePage *page,
       const char    *name)
{
  return app_support_child (page, CVR_TYPE_INSIDE_PAGE, name);
}

/* A part of one of the page's views. */
static gpointer
part (CvrInsidePage *page,
      const char    *view,
      const char    *name)
{
  GtkWidget *widget = child (page, view);

  return gtk_widget_get_template_child (widget, G_OBJECT_TYPE (widget), name);
}

static CvrColumns *
columns_of (CvrInsidePage *page)
{
  const char *view = gtk_stack_get_visible_child_name (child (page, "views"));

  return part (page, view, "columns");
}

/* Column @i of the view that is shown; NULL behind the last. */
static CvrMapColumn *
column_at (CvrInsidePage *page,
           guint          i)
{
  CvrColumns *columns = columns_of (page);

  return i < cvr_columns_n (columns) ? cvr_columns_get (columns, i) : NULL;
}

static void
show_view (CvrInsidePage *page,
           const char    *view)
{
  gtk_stack_set_visible_child_name (child (page, "views"), view);
}

static gboolean
has_lens (gpointer page)
{
  return cvr_lens_view_get_lens (part (page, "maps", "lens")) != NULL;
}

static gboolean
has_pictures (gpointer page)
{
  CvrMapColumn *first = column_at (page, 0);

  return first != NULL && cvr_map_column_has_picture (first);
}

static Fixture
trained (void)
{
  Fixture fixture = { .project = app_support_pictures (3, 8) };

  app_support_train (fixture.project, 1);
  fixture.page = g_object_new (CVR_TYPE_INSIDE_PAGE, NULL);
  fixture.window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture.window), 1000, 700);
  gtk_window_set_child (GTK_WINDOW (fixture.window), GTK_WIDGET (fixture.page));
  cvr_inside_page_set_project (fixture.page, fixture.project);

  return fixture;
}

static void
close_fixture (Fixture *fixture)
{
  CvrInsidePage *page = g_object_ref (fixture->page);

  gtk_window_destroy (GTK_WINDOW (fixture->window));
  app_support_spin ();
  g_assert_finalize_object (page);
  app_support_close (fixture->project);
}

static guint
count_columns (CvrInsidePage *page)
{
  guint n = 0;

  while (column_at (page, n) != NULL)
    n++;

  return n;
}

/* As many as there are layers with something to show. */
static guint
count_suiting (NnGraph    *graph,
               CvrMapsKind kind)
{
  guint n = 0;

  for (guint node = 0; node < nn_graph_n_nodes (graph); node++)
    n += cvr_map_column_suits (graph, (NnNode) node, kind);

  return n;
}

static void
test_columns (void)
{
  Fixture fixture = trained ();
  NnGraph *graph = cvr_project_get_model (fixture.project)->graph;

  /* Nobody looks: nothing is worked out. */
  app_support_spin ();
  g_assert_cmpuint (count_columns (fixture.page), ==, 0);
  gtk_window_present (GTK_WINDOW (fixture.window));
  g_assert_true (app_support_wait (has_pictures, fixture.page, 30));
  g_assert_cmpuint (count_columns (fixture.page), ==, count_suiting (graph, CVR_MAPS_VALUES));
  g_assert_cmpstr (gtk_label_get_text (child (fixture.page, "answer")), !=, "");

  show_view (fixture.page, "filters");
  g_assert_cmpuint (count_columns (fixture.page), ==, count_suiting (graph, CVR_MAPS_FILTERS));
  g_assert_true (app_support_wait (has_pictures, fixture.page, 30));
  g_assert_true (
      cvr_plane_view_get_plane (part (fixture.page, "filters", "plane"))->diverging);
  show_view (fixture.page, "maps");
  g_assert_cmpuint (count_columns (fixture.page), ==, count_suiting (graph, CVR_MAPS_VALUES));
  g_assert_true (app_support_wait (has_pictures, fixture.page, 30));
  close_fixture (&fixture);
}

static void
assert_same_numbers (CvrInsidePage *page,
                     CvrMaps       *maps,
                     CvrMapColumn  *column)
{
  guint n_tiles = cvr_map_column_n_tiles (column);

  for (guint tile = 0; tile < MIN (n_tiles, 3); tile++)
    {
      g_autoptr (CvrPlane) expected =
          cvr_plane_of_map (maps, cvr_map_column_get_node (column), tile);
      CvrLens *lens;
      const CvrPlane *shown;

      g_signal_emit_by_name (column, "selected", tile);
      g_assert_cmpint (cvr_map_column_get_selected (column), ==, tile);
      lens = cvr_lens_view_get_lens (part (page, "maps", "lens"));
      g_assert_nonnull (lens);
      shown = lens->panels[lens->own].plane;
      g_assert_cmpuint (shown->columns, ==, expected->columns);
      g_assert_cmpuint (shown->rows, ==, expected->rows);
      g_assert_cmpmem (shown->values, shown->columns * shown->rows * sizeof (float),
                       expected->values, expected->columns * expected->rows * sizeof (float));
    }
}

/* What is shown is bit by bit what the network computes for that picture. */
static void
test_numbers (void)
{
  Fixture fixture = trained ();
  g_autoptr (CvrImageItem) item =
      g_list_model_get_item (cvr_project_get_items (fixture.project), 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrImage) image = cvr_picture_read (cvr_image_item_get_picture (item), &error);
  g_autoptr (CvrMaps) maps = NULL;

  g_assert_no_error (error);
  gtk_window_present (GTK_WINDOW (fixture.window));
  g_assert_true (app_support_wait (has_lens, fixture.page, 30));
  maps = cvr_maps_compute (cvr_project_get_model (fixture.project), image,
                           cvr_project_quick_workers (fixture.project), &error);
  g_assert_no_error (error);
  for (guint i = 0; column_at (fixture.page, i) != NULL; i++)
    assert_same_numbers (fixture.page, maps, column_at (fixture.page, i));
  close_fixture (&fixture);
}

/* One stop for Tab; arrows go from tile to tile and from layer to layer. */
static void
test_keyboard (void)
{
  Fixture fixture = trained ();
  CvrMapColumn *first, *second;

  gtk_window_present (GTK_WINDOW (fixture.window));
  g_assert_true (app_support_wait (has_pictures, fixture.page, 30));
  first = column_at (fixture.page, 0);
  second = column_at (fixture.page, 1);
  g_assert_false (gtk_widget_get_focusable (GTK_WIDGET (first)));
  g_assert_true (gtk_widget_get_focusable (GTK_WIDGET (second)));
  g_assert_cmpint (cvr_map_column_get_selected (second), ==, 0);
  app_support_press (GTK_WIDGET (second), GDK_KEY_Down);
  g_assert_cmpint (cvr_map_column_get_selected (second), ==, 1);
  app_support_press (GTK_WIDGET (second), GDK_KEY_Left);
  g_assert_cmpint (cvr_map_column_get_selected (second), ==, -1);
  g_assert_cmpint (cvr_map_column_get_selected (first), ==, 0);
  g_assert_true (gtk_widget_get_focusable (GTK_WIDGET (first)));
  g_assert_false (gtk_widget_get_focusable (GTK_WIDGET (second)));
  app_support_press (GTK_WIDGET (first), GDK_KEY_Left); /* The first layer. */
  g_assert_cmpint (cvr_map_column_get_selected (first), ==, 0);
  close_fixture (&fixture);
}

/* Another picture, not one of the project's. */
static void
test_own_picture (void)
{
  Fixture fixture = trained ();
  g_autoptr (CvrImage) image = cvr_image_new (40, 20, 3);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrMaps) maps = NULL;
  GtkSelectionModel *strip;

  memset (image->data, 222, cvr_image_n_bytes (image));
  cvr_inside_page_show_image (fixture.page, image);
  gtk_window_present (GTK_WINDOW (fixture.window));
  g_assert_true (app_support_wait (has_lens, fixture.page, 30));
  maps = cvr_maps_compute (cvr_project_get_model (fixture.project), image,
                           cvr_project_quick_workers (fixture.project), &error);
  g_assert_no_error (error);
  assert_same_numbers (fixture.page, maps, column_at (fixture.page, 1));
  /* The strip frames what is looked at: none of its pictures, until one is chosen. */
  strip = gtk_list_view_get_model (child (fixture.page, "strip"));
  g_assert_false (gtk_selection_model_is_selected (strip, 0));
  gtk_selection_model_select_item (strip, 0, TRUE);
  g_assert_true (gtk_selection_model_is_selected (strip, 0));
  close_fixture (&fixture);
}

static void
test_empty (void)
{
  CvrProject *project = app_support_pictures (2, 2);
  CvrInsidePage *page = g_object_ref_sink (g_object_new (CVR_TYPE_INSIDE_PAGE, NULL));

  cvr_inside_page_set_project (page, project);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (child (page, "stack")), ==, "empty");
  g_assert_finalize_object (page);
  app_support_close (project);
}

/* Tab leaves the strip at its first picture; it does not walk through thousands. */
static void
test_tab_stop (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *items = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *stop = g_object_new (CVR_TYPE_TAB_STOP, "child", items, NULL);
  GtkWidget *first = gtk_button_new (), *second = gtk_button_new (), *after = gtk_button_new ();

  gtk_box_append (GTK_BOX (items), first);
  gtk_box_append (GTK_BOX (items), second);
  gtk_box_append (GTK_BOX (box), stop);
  gtk_box_append (GTK_BOX (box), after);
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
  gtk_widget_grab_focus (first);
  gtk_widget_child_focus (window, GTK_DIR_TAB_FORWARD);
  g_assert_true (gtk_root_get_focus (GTK_ROOT (window)) == after);
  gtk_widget_child_focus (window, GTK_DIR_TAB_BACKWARD);
  g_assert_true (gtk_widget_is_ancestor (gtk_root_get_focus (GTK_ROOT (window)), stop));
  gtk_widget_grab_focus (first);
  gtk_widget_child_focus (window, GTK_DIR_RIGHT); /* Arrows stay inside. */
  g_assert_true (gtk_root_get_focus (GTK_ROOT (window)) == second);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/inside/a-column-for-every-layer", test_columns);
  g_test_add_func ("/app/inside/numbers-are-the-network's", test_numbers);
  g_test_add_func ("/app/inside/by-keyboard", test_keyboard);
  g_test_add_func ("/app/inside/a-picture-from-outside", test_own_picture);
  g_test_add_func ("/app/inside/empty-before-training", test_empty);
  g_test_add_func ("/app/tab-stop/one-stop", test_tab_stop);

  return g_test_run ();
}
