/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lens and the filter under it: reached with the keyboard, told to who can't see them. */
#include "app-support.h"

#include "cvr-columns-private.h"
#include "cvr-lens-view.h"
#include "cvr-plane-view.h"
#include "session-test.h"

static CvrPlane *
first_filter (CvrMaps *maps,
              NnNode   node)
{
  gsize n_values = 0;
  const float *weights = nn_params_peek (maps->model->params, node, NN_SLOT_WEIGHT, &n_values);

  return cvr_plane_of_filter (maps->model->graph, node, 0, weights, n_values);
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
  g_autoptr (CvrMaps) maps = session_test_maps ();
  CvrPlaneView *view = g_object_ref_sink (g_object_new (CVR_TYPE_PLANE_VIEW, NULL));
  CvrPlane *plane = first_filter (maps, session_test_node (maps, "conv2"));
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

/* Keys, the walk, and another of the maps that are added up. */
static void
test_lens_view (void)
{
  g_autoptr (CvrMaps) maps = session_test_maps ();
  CvrLensView *view = g_object_ref_sink (g_object_new (CVR_TYPE_LENS_VIEW, NULL));
  NnNode conv = session_test_node (maps, "conv2");
  guint column, row, n_changes = 0, plane;

  g_signal_connect (view, "changed", G_CALLBACK (count_cb), &n_changes);
  g_assert_false (cvr_lens_view_get_place (view, &column, &row));
  cvr_lens_view_set_map (view, maps, conv, 3);
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       cvr_lens_view_get_lens (view)->sentence);
  cvr_lens_view_look_at (view, 9, 9);
  app_support_press (GTK_WIDGET (view), GDK_KEY_Right); /* The border. */
  app_support_press (GTK_WIDGET (view), GDK_KEY_Up);
  g_assert_true (cvr_lens_view_get_place (view, &column, &row));
  g_assert_cmpuint (column, ==, 9);
  g_assert_cmpuint (row, ==, 8);
  plane = cvr_lens_view_get_lens (view)->plane;
  app_support_press (GTK_WIDGET (view), GDK_KEY_Page_Down);
  g_assert_cmpuint (cvr_lens_view_get_lens (view)->plane, ==, (plane + 1) % 6);
  app_support_press (GTK_WIDGET (view), GDK_KEY_Page_Up);
  g_assert_cmpuint (cvr_lens_view_get_lens (view)->plane, ==, plane);
  app_support_press (GTK_WIDGET (view), GDK_KEY_space);
  g_assert_true (cvr_lens_view_is_walking (view));
  cvr_lens_view_get_place (view, &column, &row);
  g_assert_cmpuint (column, ==, 0); /* The next row begins. */
  g_assert_cmpuint (row, ==, 9);
  app_support_press (GTK_WIDGET (view), GDK_KEY_space);
  g_assert_false (cvr_lens_view_is_walking (view));
  app_support_press (GTK_WIDGET (view), GDK_KEY_End);
  cvr_lens_view_get_place (view, &column, &row);
  g_assert_cmpuint (column, ==, 9);
  g_assert_cmpuint (row, ==, 9);
  app_support_press (GTK_WIDGET (view), GDK_KEY_Up);
  app_support_press (GTK_WIDGET (view), GDK_KEY_Home);
  cvr_lens_view_get_place (view, &column, &row);
  g_assert_cmpuint (column, ==, 0);
  g_assert_cmpuint (row, ==, 8);
  g_assert_cmpuint (n_changes, >=, 6);
  cvr_lens_view_set_map (view, NULL, NN_NODE_NONE, 0);
  g_assert_null (cvr_lens_view_get_lens (view));
  g_assert_finalize_object (view);
}

static GBytes *
no_values_cb (NnNode   node,
              gpointer data)
{
  return NULL;
}

static gboolean
is_laid_out (gpointer data)
{
  CvrColumns *columns = data;

  return gtk_widget_get_width (GTK_WIDGET (cvr_columns_get (columns, 0))) > 0;
}

static graphene_point_t
place_of (GtkWidget  *widget,
          CvrColumns *columns)
{
  graphene_point_t place;

  g_assert_true (gtk_widget_compute_point (widget, GTK_WIDGET (columns),
                                           &GRAPHENE_POINT_INIT (0, 0), &place));

  return place;
}

static gboolean
has_scrolled (gpointer data)
{
  graphene_point_t place = place_of (GTK_WIDGET (cvr_columns_get (data, 0)), data);

  return place.x < 0;
}

/* Scrolled down, the layers' names stay; scrolled sideways, they stay over their columns. */
static void
test_heads_stay (void)
{
  g_autoptr (CvrMaps) maps = session_test_maps ();
  GtkWidget *window = gtk_window_new ();
  CvrColumns *columns = g_object_new (CVR_TYPE_COLUMNS, NULL);
  GtkWidget *head;
  graphene_point_t before, after;

  gtk_window_set_default_size (GTK_WINDOW (window), 500, 200);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (columns));
  cvr_columns_show (columns, maps, CVR_MAPS_VALUES, no_values_cb, NULL);
  gtk_window_present (GTK_WINDOW (window));
  g_assert_true (app_support_wait (is_laid_out, columns, 10));
  head = gtk_widget_get_first_child (GTK_WIDGET (columns->heads));
  before = place_of (head, columns);

  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (columns->scroll), 40);
  gtk_adjustment_set_value (gtk_scrolled_window_get_hadjustment (columns->scroll), 60);
  g_assert_true (app_support_wait (has_scrolled, columns, 10));
  g_assert_cmpfloat (gtk_adjustment_get_value (
                       gtk_scrolled_window_get_vadjustment (columns->scroll)), ==, 40);
  after = place_of (head, columns);
  g_assert_cmpfloat (after.y, ==, before.y);
  g_assert_cmpfloat (after.x, ==, before.x - 60);
  for (guint i = 0; i < cvr_columns_n (columns); i++)
    {
      CvrMapColumn *column = cvr_columns_get (columns, i);

      g_assert_cmpfloat (place_of (head, columns).x, ==,
                         place_of (GTK_WIDGET (column), columns).x);
      head = gtk_widget_get_next_sibling (head);
    }
  g_assert_null (head);
  gtk_window_destroy (GTK_WINDOW (window));
}

static GBytes *
values_cb (NnNode   node,
           gpointer data)
{
  CvrMaps *maps = data;
  gsize n = 0;

  g_assert_true (nn_shape_count (&maps->shapes[node], &n));

  return g_bytes_new_static (maps->values[node], n * sizeof (float));
}

static CvrMapColumn *
last_column (CvrColumns *columns)
{
  return cvr_columns_get (columns, cvr_columns_n (columns) - 1);
}

static gboolean
last_is_painted (gpointer data)
{
  return cvr_map_column_has_picture (last_column (data));
}

static gboolean
first_is_painted (gpointer data)
{
  return cvr_map_column_has_picture (cvr_columns_get (data, 0));
}

static CvrColumns *
show_columns (CvrMaps    *maps,
              GtkWidget **window)
{
  CvrColumns *columns = g_object_new (CVR_TYPE_COLUMNS, NULL);

  *window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (*window), 300, 200);
  gtk_window_set_child (GTK_WINDOW (*window), GTK_WIDGET (columns));
  cvr_columns_show (columns, maps, CVR_MAPS_VALUES, values_cb, maps);
  gtk_window_present (GTK_WINDOW (*window));
  g_assert_true (app_support_wait (is_laid_out, columns, 10));

  return columns;
}

/* What comes into view by one jump, of the scroll bar or to a layer, is painted; what can't be seen
 * isn't. */
static void
test_jump (void)
{
  g_autoptr (CvrMaps) maps = session_test_maps ();

  for (guint by_choice = 0; by_choice < 2; by_choice++)
    {
      GtkWidget *window;
      CvrColumns *columns = show_columns (maps, &window);
      GtkAdjustment *across = gtk_scrolled_window_get_hadjustment (columns->scroll);

      g_assert_true (app_support_wait (first_is_painted, columns, 10));
      app_support_spin ();
      g_assert_false (last_is_painted (columns));
      if (by_choice)
        cvr_columns_choose (columns, cvr_map_column_get_node (last_column (columns)), 0);
      else
        gtk_adjustment_set_value (across, gtk_adjustment_get_upper (across));
      g_assert_true (app_support_wait (last_is_painted, columns, 10));
      g_assert_false (cvr_map_column_has_picture (cvr_columns_get (columns, 5)));
      gtk_window_destroy (GTK_WINDOW (window));
    }
}

static gboolean
is_at_the_end (gpointer data)
{
  CvrColumns *columns = data;
  GtkAdjustment *across = gtk_scrolled_window_get_hadjustment (columns->scroll);

  return gtk_adjustment_get_value (across) + gtk_adjustment_get_page_size (across) + 30
         >= gtk_adjustment_get_upper (across);
}

/* Another network with a layer of that name, as every epoch is one: the choice stays. One chosen
 * while there is no place yet is scrolled to when there is. */
static void
test_choice_stays (void)
{
  g_autoptr (CvrMaps) maps = session_test_maps (), later = session_test_maps ();
  GtkWidget *window = gtk_window_new ();
  CvrColumns *columns = g_object_new (CVR_TYPE_COLUMNS, NULL);
  NnNode node;
  guint tile;

  gtk_window_set_default_size (GTK_WINDOW (window), 300, 200);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (columns));
  cvr_columns_show (columns, maps, CVR_MAPS_VALUES, values_cb, maps);
  cvr_columns_choose (columns, session_test_node (maps, "fc5"), 0);
  gtk_window_present (GTK_WINDOW (window));
  g_assert_true (app_support_wait (is_laid_out, columns, 10));
  g_assert_true (app_support_wait (is_at_the_end, columns, 10));
  g_assert_true (maps->model->graph != later->model->graph);
  cvr_columns_choose (columns, session_test_node (maps, "pool2"), 7);
  cvr_columns_show (columns, later, CVR_MAPS_VALUES, values_cb, later);
  g_assert_true (cvr_columns_get_chosen (columns, &node, &tile));
  g_assert_cmpint (node, ==, session_test_node (later, "pool2"));
  g_assert_cmpuint (tile, ==, 7);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Beside the answer's values the classes' names, renamed with them; beside no other layer's. */
static void
test_names (void)
{
  g_autoptr (CvrMaps) maps = session_test_maps ();
  char *titles[] = { (char *) "cat", (char *) "dog", (char *) "owl", NULL };
  GtkWidget *window, *names;
  CvrColumns *columns = show_columns (maps, &window);

  for (guint i = 0; i < 2; i++)
    {
      titles[0] = (char *) (i == 0 ? "cat" : "kitten");
      cvr_columns_set_titles (columns, titles);
      cvr_columns_show (columns, maps, CVR_MAPS_VALUES, values_cb, maps);
      names = gtk_widget_get_next_sibling (GTK_WIDGET (last_column (columns)));
      g_assert_nonnull (names);
      g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (gtk_widget_get_first_child (names))), ==,
                       titles[0]);
      g_assert_null (gtk_widget_get_next_sibling (names));
      g_assert_null (
          gtk_widget_get_next_sibling (GTK_WIDGET (cvr_columns_get (columns, 1))));
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/plane-view/by-keyboard", test_plane_view);
  g_test_add_func ("/app/lens-view/by-keyboard", test_lens_view);
  g_test_add_func ("/app/columns/heads-stay", test_heads_stay);
  g_test_add_func ("/app/columns/a-jump-is-painted", test_jump);
  g_test_add_func ("/app/columns/the-choice-stays", test_choice_stays);
  g_test_add_func ("/app/columns/names-of-the-answer", test_names);

  return g_test_run ();
}
