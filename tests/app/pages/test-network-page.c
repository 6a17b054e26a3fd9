/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network's table and drawing, what its choices do, and when they are locked. */
#include "app-support.h"

#include "cvr-network-page.h"
#include "cvr-network-view.h"

static gpointer
child (CvrNetworkPage *page,
       const char     *name)
{
  return app_support_child (page, CVR_TYPE_NETWORK_PAGE, name);
}

static CvrNetworkPage *
page_of (CvrProject *project)
{
  CvrNetworkPage *page = g_object_ref_sink (g_object_new (CVR_TYPE_NETWORK_PAGE, NULL));

  cvr_network_page_set_project (page, project);

  return page;
}

static void
choose_arch (CvrNetworkPage *page,
             const char     *name)
{
  guint n_archs;
  const NnArch *archs = nn_archs (&n_archs);

  for (guint i = 0; i < n_archs; i++)
    if (g_str_equal (archs[i].name, name))
      gtk_drop_down_set_selected (child (page, "arch"), i);
}

static GListModel *
rows_of (CvrNetworkPage *page)
{
  return G_LIST_MODEL (gtk_column_view_get_model (child (page, "table")));
}

static guint
selected_row (CvrNetworkPage *page)
{
  return gtk_single_selection_get_selected (GTK_SINGLE_SELECTION (rows_of (page)));
}

static void
test_table (void)
{
  CvrProject *project = app_support_pictures (3, 4);
  CvrNetworkPage *page = page_of (project);
  static const char *const archs[] = { "mlp", "resnet8", "lenet5" };

  for (guint i = 0; i < G_N_ELEMENTS (archs); i++)
    {
      NnGraph *graph;

      choose_arch (page, archs[i]);
      cvr_project_wait (project);
      g_assert_cmpstr (cvr_project_get_settings (project)->arch, ==, archs[i]);
      graph = cvr_project_get_graph (project, NULL);
      g_assert_cmpuint (g_list_model_get_n_items (rows_of (page)), ==, nn_graph_n_nodes (graph));
      for (guint node = 0; node < nn_graph_n_nodes (graph); node++)
        {
          g_autoptr (GObject) row = g_list_model_get_item (rows_of (page), node);
          g_autofree char *name = NULL;

          g_object_get (row, "name", &name, NULL);
          g_assert_cmpstr (name, ==, nn_graph_node_name (graph, (NnNode) node));
        }
    }
  g_assert_finalize_object (page);
  app_support_close (project);
}

static void
test_choices (void)
{
  CvrProject *project = app_support_pictures (3, 4);
  CvrNetworkPage *page = page_of (project);

  gtk_drop_down_set_selected (child (page, "size"), 2);
  g_assert_cmpuint (cvr_project_get_settings (project)->width, ==, 32);
  g_assert_cmpuint (cvr_project_get_settings (project)->height, ==, 32);
  gtk_drop_down_set_selected (child (page, "colour"), 2);
  g_assert_cmpuint (cvr_project_get_settings (project)->channels, ==, 3);
  g_assert_cmpuint (nn_graph_node_shape (cvr_project_get_graph (project, NULL), 0).dims[1], ==, 3);

  /* And the other way round: undo is seen here. */
  cvr_project_undo (project);
  cvr_project_wait (project);
  g_assert_cmpuint (gtk_drop_down_get_selected (child (page, "colour")), ==, 0);
  g_assert_finalize_object (page);
  app_support_close (project);
}

/* The drawing and the table choose the same layer. */
static void
test_selection (void)
{
  CvrProject *project = app_support_pictures (3, 4);
  CvrNetworkPage *page = page_of (project);
  CvrNetworkView *drawing = child (page, "drawing");

  choose_arch (page, "lenet5");
  cvr_project_wait (project);
  g_assert_cmpuint (selected_row (page), ==, 1);
  g_assert_cmpint (cvr_network_view_get_selected (drawing), ==, 1);
  g_assert_cmpstr (gtk_label_get_text (child (page, "layer_title")), ==, "Convolution");
  app_support_press (GTK_WIDGET (drawing), GDK_KEY_Right);
  g_assert_cmpuint (selected_row (page), ==, 2);
  g_assert_cmpstr (gtk_label_get_text (child (page, "layer_title")), ==, "ReLU");
  app_support_press (GTK_WIDGET (drawing), GDK_KEY_Home);
  app_support_press (GTK_WIDGET (drawing), GDK_KEY_Left); /* Nothing before the input. */
  g_assert_cmpuint (selected_row (page), ==, 0);
  app_support_press (GTK_WIDGET (drawing), GDK_KEY_End);
  g_assert_cmpuint (selected_row (page), ==, g_list_model_get_n_items (rows_of (page)) - 1);
  gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (rows_of (page)), 4);
  g_assert_cmpint (cvr_network_view_get_selected (drawing), ==, 4);
  g_assert_finalize_object (page);
  app_support_close (project);
}

/* Where paths part, up and down choose between them. */
static void
test_branches (void)
{
  g_autoptr (GError) error = NULL;
  NnShape input = nn_shape_maps (3, 32, 32);
  g_autoptr (NnGraph) graph = nn_arch_build ("googlenet-mini", &input, 10, -1, &error);
  CvrNetworkView *view = g_object_ref_sink (g_object_new (CVR_TYPE_NETWORK_VIEW, NULL));
  gboolean parted = FALSE;
  gint before;

  g_assert_no_error (error);
  cvr_network_view_set_graph (view, graph);
  app_support_press (GTK_WIDGET (view), GDK_KEY_Right);
  g_assert_cmpint (cvr_network_view_get_selected (view), ==, 0);
  do
    {
      double x, other, width;

      before = cvr_network_view_get_selected (view);
      app_support_press (GTK_WIDGET (view), GDK_KEY_Down);
      if (cvr_network_view_get_selected (view) != before)
        {
          parted = TRUE;
          g_assert_true (cvr_network_view_get_extent (view, before, &x, &width));
          x += width / 2;
          g_assert_true (cvr_network_view_get_extent (view, cvr_network_view_get_selected (view),
                                                      &other, &width));
          g_assert_cmpfloat_with_epsilon (x, other + width / 2, 1);
        }
      before = cvr_network_view_get_selected (view);
      app_support_press (GTK_WIDGET (view), GDK_KEY_Right);
    }
  while (cvr_network_view_get_selected (view) != before);
  g_assert_true (parted);
  g_assert_cmpint (before, ==, (gint) nn_graph_n_nodes (graph) - 1);
  g_assert_finalize_object (view);
}

static gboolean
is_learning (gpointer project)
{
  return cvr_training_get_state (cvr_project_get_training (project)) == CVR_TRAINING_RUNNING;
}

static gboolean
is_idle (gpointer project)
{
  return cvr_training_get_state (cvr_project_get_training (project)) == CVR_TRAINING_IDLE;
}

static void
test_locked (void)
{
  CvrProject *project = app_support_pictures (3, 20);
  CvrNetworkPage *page = page_of (project);
  GtkWidget *arch = child (page, "arch");
  CvrSettings settings = *cvr_project_get_settings (project);
  g_autoptr (GError) error = NULL;

  settings.epochs = 10000; /* Only stopping ends it. */
  cvr_project_set_settings (project, &settings);
  cvr_project_wait (project);
  g_assert_true (gtk_widget_get_sensitive (arch));
  g_assert_null (gtk_widget_get_tooltip_text (arch));
  cvr_project_train (project, FALSE, &error);
  g_assert_no_error (error);
  g_assert_true (app_support_wait (is_learning, project, 30));
  g_assert_false (gtk_widget_get_sensitive (arch));
  g_assert_false (gtk_widget_get_sensitive (child (page, "open_model")));
  g_assert_nonnull (gtk_widget_get_tooltip_text (arch));
  cvr_training_stop (cvr_project_get_training (project));
  g_assert_true (app_support_wait (is_idle, project, 30));
  app_support_spin ();
  g_assert_true (gtk_widget_get_sensitive (arch));
  g_assert_true (gtk_widget_get_sensitive (child (page, "open_model")));
  g_assert_finalize_object (page);
  app_support_close (project);
}

static gboolean
has_fact (CvrNetworkPage *page,
          const char     *value)
{
  GtkWidget *label = gtk_widget_get_first_child (child (page, "facts"));

  while (label != NULL && !g_str_equal (gtk_label_get_text (GTK_LABEL (label)), value))
    label = gtk_widget_get_next_sibling (label);

  return label != NULL;
}

/* An opened network is what is shown and what learns, until one of ours is chosen. */
static void
test_opened (void)
{
  CvrProject *project = app_support_pictures (3, 4);
  CvrNetworkPage *page = page_of (project);
  static const char *const classes[] = { "one", "other", NULL };
  CvrPreprocess preprocess = cvr_preprocess_default (32, 32, 3);
  NnShape input = nn_shape_maps (3, 32, 32);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnGraph) graph = nn_arch_build ("resnet8", &input, 2, -1, &error);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, &error);
  g_autoptr (CvrModel) model = cvr_model_new (graph, params, classes, &preprocess, NULL);
  guint n_archs;

  g_assert_no_error (error);
  nn_archs (&n_archs);
  g_assert_false (gtk_widget_get_visible (child (page, "freezing")));
  cvr_project_open_model (project, model, "theirs.onnx");
  cvr_project_wait (project);
  app_support_spin ();
  g_assert_cmpuint (g_list_model_get_n_items (rows_of (page)), ==, nn_graph_n_nodes (graph));
  g_assert_cmpuint (gtk_drop_down_get_selected (child (page, "arch")), ==, n_archs);
  g_assert_cmpstr (gtk_label_get_text (child (page, "description")), ==,
                   "Training goes on with theirs; its last layer is made new for 3 classes.");
  g_assert_true (gtk_widget_get_visible (child (page, "freezing")));
  g_assert_false (gtk_widget_get_visible (child (page, "own_input")));

  gtk_adjustment_set_value (child (page, "n_frozen"), 4);
  g_assert_cmpuint (cvr_project_get_settings (project)->n_frozen, ==, 4);
  cvr_project_wait (project);
  app_support_spin ();
  gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (rows_of (page)), 1);
  g_assert_true (has_fact (page, "stays as it is"));
  gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (rows_of (page)),
                                     nn_graph_n_nodes (graph) - 1);
  g_assert_false (has_fact (page, "stays as it is"));
  g_assert_true (has_fact (page, "changes"));
  choose_arch (page, "lenet5");
  cvr_project_wait (project);
  app_support_spin ();
  g_assert_cmpuint (cvr_project_get_settings (project)->n_frozen, ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (rows_of (page)), ==,
                    nn_graph_n_nodes (cvr_project_get_graph (project, NULL)));
  g_assert_true (gtk_widget_get_visible (child (page, "own_input")));

  /* And back, by the list and by undo. */
  gtk_drop_down_set_selected (child (page, "arch"), n_archs);
  cvr_project_wait (project);
  g_assert_cmpstr (cvr_project_get_settings (project)->base, ==, "theirs");
  g_assert_true (cvr_project_goes_on (project));
  while (cvr_project_get_model (project) != NULL)
    cvr_project_undo (project);
  cvr_project_wait (project);
  app_support_spin ();
  g_assert_false (cvr_project_goes_on (project));
  g_assert_cmpuint (g_list_model_get_n_items (gtk_drop_down_get_model (child (page, "arch"))), ==,
                    n_archs);
  g_assert_finalize_object (page);
  app_support_close (project);
}

/* The choices stay where a network can't be built; the sentence says why. */
static void
test_no_network (void)
{
  CvrProject *project = app_support_pictures (1, 4);
  CvrNetworkPage *page = page_of (project);

  g_assert_cmpstr (gtk_stack_get_visible_child_name (child (page, "stack")), ==, "empty");
  g_assert_nonnull (adw_status_page_get_description (child (page, "empty")));
  g_assert_cmpuint (g_list_model_get_n_items (rows_of (page)), ==, 0);
  g_assert_true (gtk_widget_get_sensitive (child (page, "arch")));
  cvr_project_add_class (project, "another");
  cvr_project_wait (project);
  app_support_spin ();
  g_assert_cmpstr (gtk_stack_get_visible_child_name (child (page, "stack")), ==, "network");
  g_assert_cmpuint (g_list_model_get_n_items (rows_of (page)), >, 0);
  g_assert_finalize_object (page);
  app_support_close (project);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/network/a-row-for-every-layer", test_table);
  g_test_add_func ("/app/network/choices-change-the-settings", test_choices);
  g_test_add_func ("/app/network/drawing-and-table-agree", test_selection);
  g_test_add_func ("/app/network/branches-by-keyboard", test_branches);
  g_test_add_func ("/app/network/locked-while-learning", test_locked);
  g_test_add_func ("/app/network/an-opened-one-goes-on", test_opened);
  g_test_add_func ("/app/network/says-why-there-is-none", test_no_network);

  return g_test_run ();
}
