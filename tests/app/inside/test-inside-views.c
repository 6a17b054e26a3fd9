/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The other ways to look inside: reasons, what a channel likes, the pictures as a layer sees them,
 * stored epochs, pictures that move. */
#include "app-support.h"

#include "cvr-data-view.h"
#include "cvr-epoch-bar.h"
#include "cvr-filters-view.h"
#include "cvr-flow-strip.h"
#include "cvr-inside-page.h"
#include "cvr-likes-view.h"
#include "cvr-live-panel.h"
#include "cvr-maps-view.h"
#include "cvr-patch-tile.h"
#include "cvr-plane-view.h"
#include "cvr-scatter.h"
#include "cvr-why-card.h"

typedef struct
{
  CvrProject    *project;
  CvrInsidePage *page;
  GtkWidget     *window;
} Fixture;

static Fixture
shown (const char *view,
       guint       epochs)
{
  Fixture fixture = { .project = app_support_pictures (3, 8) };

  app_support_train (fixture.project, epochs);
  cvr_project_wait (fixture.project);
  fixture.page = g_object_new (CVR_TYPE_INSIDE_PAGE, NULL);
  fixture.window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture.window), 1000, 700);
  gtk_window_set_child (GTK_WINDOW (fixture.window), GTK_WIDGET (fixture.page));
  cvr_inside_page_set_project (fixture.page, fixture.project);
  gtk_window_present (GTK_WINDOW (fixture.window));
  gtk_stack_set_visible_child_name (GTK_STACK (gtk_widget_get_template_child (
                                        GTK_WIDGET (fixture.page), CVR_TYPE_INSIDE_PAGE, "views")),
                                    view);

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

static gpointer
child (Fixture    *fixture,
       const char *name)
{
  GObject *found = gtk_widget_get_template_child (GTK_WIDGET (fixture->page),
                                                  CVR_TYPE_INSIDE_PAGE, name);

  g_assert_nonnull (found);

  return found;
}

static gpointer
part (gpointer    view,
      const char *name)
{
  GObject *found = gtk_widget_get_template_child (view, G_OBJECT_TYPE (view), name);

  g_assert_nonnull (found);

  return found;
}

/* The first widget of @type below @root. */
static gpointer
find (GtkWidget *root,
      GType      type)
{
  if (g_type_is_a (G_OBJECT_TYPE (root), type))
    return root;
  for (GtkWidget *each = gtk_widget_get_first_child (root); each != NULL;
       each = gtk_widget_get_next_sibling (each))
    {
      gpointer found = find (each, type);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static gboolean
has_result (gpointer card)
{
  return cvr_why_card_get_result (card) != NULL;
}

typedef struct
{
  CvrWhyCard   *card;
  NnExplainKind kind;
} Wanted;

static gboolean
has_kind (gpointer data)
{
  Wanted *wanted = data;
  NnExplanation *result = cvr_why_card_get_result (wanted->card);

  return result != NULL && result->kind == wanted->kind && result->target == 2;
}

/* Every method, for a class that is not the answer. */
static void
test_why (void)
{
  Fixture fixture = shown ("why", 1);
  CvrWhyCard *card = find (child (&fixture, "why"), CVR_TYPE_WHY_CARD);

  g_assert_true (app_support_wait (has_result, card, 30));
  cvr_why_card_set_target (card, 2);
  for (guint kind = 0; kind < NN_N_EXPLAINS; kind++)
    {
      Wanted wanted = { card, (NnExplainKind) kind };

      cvr_why_card_set_kind (card, wanted.kind);
      g_assert_true (app_support_wait (has_kind, &wanted, 30));
    }
  close_fixture (&fixture);
}

static gboolean
has_tiles (gpointer view)
{
  return find (part (view, "tiles"), CVR_TYPE_PATCH_TILE) != NULL
         && gtk_picture_get_paintable (part (view, "made")) != NULL;
}

static void
test_likes (void)
{
  Fixture fixture = shown ("likes", 1);
  CvrLikesView *view = child (&fixture, "likes");

  g_assert_true (app_support_wait (has_tiles, view, 60));
  cvr_likes_view_choose (view, nn_graph_find (cvr_project_get_model (fixture.project)->graph,
                                              "conv1"),
                         2);
  g_assert_cmpfloat (gtk_spin_button_get_value (part (view, "channel")), ==, 3);
  g_assert_true (app_support_wait (has_tiles, view, 60));
  close_fixture (&fixture);
}

/* Below @root stands a sentence that has @needle in it. */
static gboolean
says (GtkWidget  *root,
      const char *needle)
{
  if (GTK_IS_LABEL (root) && strstr (gtk_label_get_text (GTK_LABEL (root)), needle) != NULL)
    return TRUE;
  for (GtkWidget *each = gtk_widget_get_first_child (root); each != NULL;
       each = gtk_widget_get_next_sibling (each))
    if (says (each, needle))
      return TRUE;

  return FALSE;
}

static gboolean
says_nothing_marked (gpointer view)
{
  return says (view, "Nothing is marked");
}

static gboolean
says_silent (gpointer view)
{
  return says (view, "below 0 everywhere");
}

/* Where no layer lets anything through, the dark pictures say why they are dark. */
static void
test_silent (void)
{
  Fixture fixture = shown ("why", 1);
  NnGraph *graph = cvr_project_get_model (fixture.project)->graph;
  g_autoptr (NnParams) params = nn_params_new_empty (graph, NULL);
  g_autoptr (CvrModel) silent = NULL;

  for (NnNode node = 0; (guint) node < nn_graph_n_nodes (graph); node++)
    if (nn_graph_node_kind (graph, node) == NN_OP_CONV)
      {
        gsize n = 0;
        nn_real *bias = nn_params_poke (params, node, NN_SLOT_BIAS, &n);

        for (gsize i = 0; i < n; i++)
          bias[i] = -1;
      }
  silent = cvr_model_with (cvr_project_get_model (fixture.project), graph, params);
  g_assert_false (says_nothing_marked (child (&fixture, "why")));
  cvr_project_set_model (fixture.project, silent);
  g_assert_true (app_support_wait (says_nothing_marked, child (&fixture, "why"), 30));
  gtk_stack_set_visible_child_name (child (&fixture, "views"), "likes");
  g_assert_true (app_support_wait (says_silent, child (&fixture, "likes"), 30));
  close_fixture (&fixture);
}

static gboolean
has_dots (gpointer scatter)
{
  static const double all[] = { -1, -1, 2, -1, 2, 2, -1, 2 };
  g_autoptr (GArray) chosen = NULL;

  cvr_scatter_choose_inside (scatter, all, 4, FALSE);
  chosen = cvr_scatter_get_chosen (scatter);

  return chosen->len == 24;
}

/* What a line encircles gets a class as one action. */
static void
test_data (void)
{
  static const double left[] = { -1, -1, 0.5, -1, 0.5, 2, -1, 2 };
  Fixture fixture = shown ("data", 1);
  CvrDataView *view = child (&fixture, "data");
  CvrScatter *scatter = part (view, "scatter");
  CvrDataset *dataset = cvr_project_get_dataset (fixture.project);
  g_autoptr (GArray) chosen = NULL;

  g_assert_true (app_support_wait (has_dots, scatter, 60));
  /* Small pictures come in beside what is done meanwhile. */
  gtk_toggle_button_set_active (part (view, "thumbnails"), TRUE);
  app_support_spin ();
  cvr_scatter_choose_inside (scatter, left, 4, FALSE);
  chosen = cvr_scatter_get_chosen (scatter);
  g_assert_cmpuint (chosen->len, >, 0);
  g_assert_cmpuint (chosen->len, <, 24);
  gtk_drop_down_set_selected (part (view, "classes"), 1);
  g_signal_emit_by_name (gtk_widget_get_last_child (part (view, "label_row")), "clicked");
  for (guint i = 0; i < chosen->len; i++)
    {
      gint place = cvr_dataset_find_item (dataset, g_array_index (chosen, guint64, i));

      g_assert_cmpint (cvr_dataset_item (dataset, (guint) place)->label, ==, 1);
    }
  g_assert_nonnull (cvr_project_undo_name (fixture.project));
  app_support_press (GTK_WIDGET (scatter), GDK_KEY_Escape);
  g_clear_pointer (&chosen, g_array_unref);
  chosen = cvr_scatter_get_chosen (scatter);
  g_assert_cmpuint (chosen->len, ==, 0);
  app_support_press (GTK_WIDGET (scatter), GDK_KEY_Right);
  app_support_press (GTK_WIDGET (scatter), GDK_KEY_space);
  g_clear_pointer (&chosen, g_array_unref);
  chosen = cvr_scatter_get_chosen (scatter);
  g_assert_cmpuint (chosen->len, ==, 1);
  app_support_press (GTK_WIDGET (scatter), GDK_KEY_plus);
  g_assert_false (cvr_scatter_is_whole (scatter));
  g_assert_true (gtk_widget_get_sensitive (part (view, "whole")));
  app_support_press (GTK_WIDGET (scatter), GDK_KEY_Home);
  g_assert_true (cvr_scatter_is_whole (scatter));
  g_signal_emit_by_name (scatter, "labelled", 2); /* As key 3 does. */
  g_assert_cmpint (cvr_dataset_item (dataset,
                                     (guint) cvr_dataset_find_item (
                                         dataset, g_array_index (chosen, guint64, 0)))
                       ->label,
                   ==, 2);
  close_fixture (&fixture);
}

static gboolean
has_model (gpointer bar)
{
  return cvr_epoch_bar_get_model (bar) != NULL;
}

/* The slider's places are the stored epochs, and now. */
static void
test_epochs (void)
{
  Fixture fixture = shown ("maps", 3);
  CvrEpochBar *bar = child (&fixture, "epochs");
  GtkRange *range = find (GTK_WIDGET (bar), GTK_TYPE_SCALE);

  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (bar)));
  g_assert_null (cvr_epoch_bar_get_model (bar));
  g_assert_cmpint (cvr_epoch_bar_get_epoch (bar), ==, -1);
  g_assert_cmpfloat (gtk_range_get_value (range), >=, 2);
  gtk_range_set_value (range, 0);
  g_assert_true (app_support_wait (has_model, bar, 30));
  g_assert_true (cvr_epoch_bar_get_model (bar) != cvr_project_get_model (fixture.project));
  g_assert_cmpint (cvr_epoch_bar_get_epoch (bar), ==, 0);
  gtk_range_set_value (range, 100);
  g_assert_null (cvr_epoch_bar_get_model (bar));
  close_fixture (&fixture);
}

static gboolean
is_visible (gpointer widget)
{
  return gtk_widget_get_visible (widget);
}

static gboolean
is_hidden (gpointer widget)
{
  return !is_visible (widget);
}

/* The epochs of a training aren't those of a network that was opened after it. */
static void
test_epochs_of_another (void)
{
  Fixture fixture = shown ("filters", 2);
  CvrEpochBar *bar = child (&fixture, "epochs");
  GtkRange *range = find (GTK_WIDGET (bar), GTK_TYPE_SCALE);
  CvrModel *model = cvr_project_get_model (fixture.project);
  g_autoptr (CvrModel) opened = cvr_model_with (model, model->graph, model->params);

  gtk_range_set_value (range, 0);
  g_assert_true (app_support_wait (has_model, bar, 30));
  cvr_project_set_model (fixture.project, opened);
  g_assert_true (app_support_wait (is_hidden, bar, 30));
  g_assert_null (cvr_epoch_bar_get_model (bar));
  g_assert_cmpuint (cvr_epoch_bar_get_run (bar), ==, 0);
  cvr_project_undo (fixture.project);
  g_assert_true (app_support_wait (is_visible, bar, 30));
  g_assert_cmpuint (cvr_epoch_bar_get_run (bar), ==, 1);
  close_fixture (&fixture);
}

static gboolean
has_layers (gpointer strip)
{
  return cvr_flow_strip_n (strip) > 0 && cvr_flow_strip_get_selected (strip) != NN_NODE_NONE;
}

/* What is chosen in the whole network is chosen below, and the other way round. */
static void
test_flow (void)
{
  Fixture fixture = shown ("maps", 1);
  NnGraph *graph = cvr_project_get_model (fixture.project)->graph;
  CvrMapsView *maps = child (&fixture, "maps");
  CvrFlowStrip *strip = part (maps, "flow");
  NnNode node;
  guint tile;

  g_assert_true (app_support_wait (has_layers, strip, 30));
  app_support_press (GTK_WIDGET (strip), GDK_KEY_End);
  g_assert_true (cvr_maps_view_get_chosen (maps, &node, &tile));
  g_assert_cmpint (node, ==, cvr_flow_strip_get_selected (strip));
  g_assert_cmpint (node, ==, nn_graph_output (graph, 0));
  app_support_press (GTK_WIDGET (strip), GDK_KEY_Right); /* The last. */
  g_assert_cmpint (node, ==, cvr_flow_strip_get_selected (strip));
  app_support_press (GTK_WIDGET (strip), GDK_KEY_Home);
  g_assert_cmpint (cvr_flow_strip_get_selected (strip), ==, nn_graph_input (graph, 0));
  cvr_maps_view_choose (maps, nn_graph_find (graph, "conv2"), 1);
  g_assert_cmpint (cvr_flow_strip_get_selected (strip), ==, nn_graph_find (graph, "conv2"));
  g_assert_true (cvr_inside_page_show_layer (fixture.page, "conv1"));
  g_assert_false (cvr_inside_page_show_layer (fixture.page, "no such layer"));
  close_fixture (&fixture);
}

/* Gradients take the place of the maps, and the maps come back. */
static gboolean
shows_plane (gpointer maps)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (part (maps, "detail")), "plane") == 0;
}

static void
test_gradients (void)
{
  Fixture fixture = shown ("maps", 1);
  CvrMapsView *maps = child (&fixture, "maps");

  g_assert_true (app_support_wait (has_layers, part (maps, "flow"), 30));
  gtk_toggle_button_set_active (child (&fixture, "gradients"), TRUE);
  g_assert_true (app_support_wait (shows_plane, maps, 30));
  gtk_toggle_button_set_active (child (&fixture, "gradients"), FALSE);
  g_assert_false (shows_plane (maps));
  close_fixture (&fixture);
}

/* The chosen filter's number at the upper left. */
static float
first_weight (CvrFiltersView *filters)
{
  return cvr_plane_view_get_plane (part (filters, "plane"))->values[0];
}

static gboolean
shows_gradients (gpointer fixture)
{
  Fixture *self = fixture;
  CvrFiltersView *filters = child (self, "filters");
  gsize n_values;
  NnNode node;
  guint tile;

  return cvr_filters_view_get_chosen (filters, &node, &tile)
         && first_weight (filters)
                != nn_params_peek (cvr_project_get_model (self->project)->params, node,
                                   NN_SLOT_WEIGHT, &n_values)[0];
}

static gboolean
has_filter (gpointer filters)
{
  return cvr_plane_view_get_plane (part (filters, "plane")) != NULL;
}

/* A filter's gradients are those of the loss of the picture's class, not its weights. */
static void
test_filter_gradients (void)
{
  Fixture fixture = shown ("filters", 1);
  CvrFiltersView *filters = child (&fixture, "filters");
  CvrModel *model = cvr_project_get_model (fixture.project);
  const CvrItem *item = cvr_dataset_item (cvr_project_get_dataset (fixture.project), 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrImage) image = cvr_picture_read (item->picture, &error);
  g_autoptr (CvrGradients) gradients = NULL;
  NnNode node;
  guint tile;

  g_assert_no_error (error);
  g_assert_true (app_support_wait (has_filter, filters, 30));
  g_assert_false (shows_gradients (&fixture));
  gtk_toggle_button_set_active (child (&fixture, "gradients"), TRUE);
  g_assert_true (app_support_wait (shows_gradients, &fixture, 30));
  gradients = cvr_gradients_compute (model, image, CVR_GRADIENTS_OF_LOSS, item->label,
                                     cvr_project_quick_workers (fixture.project), &error);
  g_assert_no_error (error);
  g_assert_true (cvr_filters_view_get_chosen (filters, &node, &tile));
  g_assert_cmpuint (tile, ==, 0);
  g_assert_cmpfloat_with_epsilon (first_weight (filters), gradients->weights[node][0], 1e-6);
  gtk_toggle_button_set_active (child (&fixture, "gradients"), FALSE);
  g_assert_false (shows_gradients (&fixture));
  close_fixture (&fixture);
}

static void
count_cb (GObject *panel,
          guint   *n)
{
  (*n)++;
}

static void
draw_dot (GtkWidget *pad)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (pad);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_GESTURE_DRAG (controller))
        {
          g_signal_emit_by_name (controller, "drag-begin", 20.0, 30.0);
          g_signal_emit_by_name (controller, "drag-end", 0.0, 0.0);
        }
    }
  g_signal_emit_by_name (pad, "drawn");
}

static guint
framed (Fixture *fixture)
{
  GtkListView *strip = child (fixture, "strip");

  return gtk_single_selection_get_selected (
      GTK_SINGLE_SELECTION (gtk_list_view_get_model (strip)));
}

/* The last answer comes first. */
static gboolean
frames_none (gpointer fixture)
{
  return framed (fixture) == GTK_INVALID_LIST_POSITION;
}

/* While a drawing is looked at, no picture of the strip is framed; Escape brings the framed one
 * back, and the focus to the button; so does a picture that is chosen meanwhile. */
static void
test_drawing (void)
{
  Fixture fixture = shown ("maps", 1);
  GtkToggleButton *draw = child (&fixture, "draw");
  GtkSelectionModel *model = gtk_list_view_get_model (child (&fixture, "strip"));
  CvrLivePanel *panel = child (&fixture, "live");

  gtk_selection_model_select_item (model, 2, TRUE);
  gtk_toggle_button_set_active (draw, TRUE);
  g_assert_cmpuint (framed (&fixture), ==, 2); /* Nothing is drawn yet. */
  draw_dot (find (GTK_WIDGET (panel), g_type_from_name ("CvrDrawPad")));
  g_assert_nonnull (cvr_live_panel_get_picture (panel));
  g_assert_true (app_support_wait (frames_none, &fixture, 30));
  app_support_press (GTK_WIDGET (fixture.page), GDK_KEY_Escape);
  g_assert_false (gtk_toggle_button_get_active (draw));
  g_assert_cmpuint (framed (&fixture), ==, 2);
  g_assert_true (gtk_root_get_focus (GTK_ROOT (fixture.window)) == GTK_WIDGET (draw));

  gtk_toggle_button_set_active (draw, TRUE);
  g_assert_true (app_support_wait (frames_none, &fixture, 30)); /* It is still drawn. */
  gtk_selection_model_select_item (model, 1, TRUE);
  g_assert_false (gtk_toggle_button_get_active (draw));
  g_assert_cmpuint (framed (&fixture), ==, 1);
  close_fixture (&fixture);
}

/* Held still, nothing that moves gets through. */
static void
test_live (void)
{
  CvrLivePanel *panel = g_object_ref_sink (g_object_new (CVR_TYPE_LIVE_PANEL, NULL));
  guint n = 0;

  g_signal_connect (panel, "picture", G_CALLBACK (count_cb), &n);
  cvr_live_panel_set_source (panel, CVR_LIVE_PAD);
  g_assert_null (cvr_live_panel_get_picture (panel)); /* Nothing is drawn yet. */
  n = 0;
  cvr_live_panel_set_held (panel, TRUE);
  g_assert_true (cvr_live_panel_is_held (panel));
  g_signal_emit_by_name (find (GTK_WIDGET (panel), g_type_from_name ("CvrDrawPad")), "drawn");
  g_assert_cmpuint (n, ==, 0);
  cvr_live_panel_set_held (panel, FALSE);
  g_assert_cmpuint (n, ==, 1);
  cvr_live_panel_set_source (panel, CVR_LIVE_OFF);
  g_assert_finalize_object (panel);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/inside/why-by-every-method", test_why);
  g_test_add_func ("/app/inside/what-a-channel-likes", test_likes);
  g_test_add_func ("/app/inside/silent-layers-are-named", test_silent);
  g_test_add_func ("/app/inside/pictures-encircled-and-labelled", test_data);
  g_test_add_func ("/app/inside/stored-epochs", test_epochs);
  g_test_add_func ("/app/inside/epochs-of-another-network", test_epochs_of_another);
  g_test_add_func ("/app/inside/the-whole-network", test_flow);
  g_test_add_func ("/app/inside/gradients", test_gradients);
  g_test_add_func ("/app/inside/gradients-of-filters", test_filter_gradients);
  g_test_add_func ("/app/inside/a-drawing-unframes-the-strip-and-escape-ends-it", test_drawing);
  g_test_add_func ("/app/live-panel/holds-still", test_live);

  return g_test_run ();
}
