/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lens and the filter under it: reached with the keyboard, told to who can't see them. */
#include "app-support.h"

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

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/plane-view/by-keyboard", test_plane_view);
  g_test_add_func ("/app/lens-view/by-keyboard", test_lens_view);

  return g_test_run ();
}
