/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Canvas, matrix, filters, swatches and textures: roles, labels, keys, pixels. */
#include "app-support.h"

#include "cvr-filter-view.h"
#include "cvr-flow.h"
#include "cvr-matrix-view.h"
#include "cvr-past-wheel.h"
#include "cvr-swatch.h"
#include "cvr-texture.h"
#include "cvr-thumbnails.h"

#include <math.h>

static void
count_draw (cairo_t        *cr,
            double          width,
            double          height,
            const CvrTheme *theme,
            gpointer        data)
{
  guint *n_drawn = data;

  g_assert_cmpfloat (width, >=, 120);
  g_assert_cmpfloat (theme->text_size, >=, 9);
  (*n_drawn)++;
}

static gboolean
is_drawn (gpointer data)
{
  return *(guint *) data > 0;
}

static void
test_canvas_draws (void)
{
  GtkWidget *window = gtk_window_new ();
  CvrCanvas *canvas =
    g_object_new (CVR_TYPE_CANVAS, "min-width", 120, "min-height", 80, "label", "What it is", NULL);
  guint n_drawn = 0;

  cvr_canvas_set_draw (canvas, count_draw, &n_drawn, NULL);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (canvas));
  gtk_window_present (GTK_WINDOW (window));
  g_assert_true (app_support_wait (is_drawn, &n_drawn, 10));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
count_hover (CvrCanvas *canvas,
             double     x,
             double     y,
             guint     *n_hovers)
{
  (*n_hovers)++;
}

/* A page that moves under a pointer that rests has asked nothing. */
static void
test_canvas_waits_for_the_pointer (void)
{
  GtkWidget *window = gtk_window_new ();
  CvrCanvas *canvas = g_object_new (CVR_TYPE_CANVAS, "min-width", 120, "min-height", 80, NULL);
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (canvas));
  guint n_hovers = 0;

  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (canvas));
  g_signal_connect (canvas, "hover", G_CALLBACK (count_hover), &n_hovers);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (!GTK_IS_EVENT_CONTROLLER_MOTION (controller))
        continue;
      g_signal_emit_by_name (controller, "enter", 20.0, 30.0);
      g_signal_emit_by_name (controller, "motion", 20.0, 30.0);
      g_assert_cmpuint (n_hovers, ==, 0);
      g_signal_emit_by_name (controller, "motion", 22.0, 30.0);
      g_signal_emit_by_name (controller, "motion", 20.0, 30.0);
      g_assert_cmpuint (n_hovers, ==, 2);
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A flow box alone keeps Tab where the next place has nothing that can be used. */
static void
test_flow_lets_tab_pass (void)
{
  GtkWidget *window = gtk_window_new (), *box = gtk_flow_box_new ();
  GtkWidget *flow = g_object_new (CVR_TYPE_FLOW, "child", box, NULL), *buttons[3];

  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      buttons[i] = gtk_button_new_with_label ("A");
      gtk_flow_box_append (GTK_FLOW_BOX (box), buttons[i]);
      gtk_widget_set_focusable (gtk_widget_get_parent (buttons[i]), FALSE);
    }
  gtk_widget_set_sensitive (buttons[1], FALSE);
  gtk_window_set_child (GTK_WINDOW (window), flow);
  gtk_window_present (GTK_WINDOW (window));
  app_support_spin ();

  gtk_widget_grab_focus (buttons[0]);
  g_assert_true (gtk_widget_child_focus (flow, GTK_DIR_TAB_FORWARD));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window)) == buttons[2]);
  g_assert_false (gtk_widget_child_focus (flow, GTK_DIR_TAB_FORWARD));
  g_assert_true (gtk_widget_child_focus (flow, GTK_DIR_TAB_BACKWARD));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window)) == buttons[0]);
  g_assert_false (gtk_widget_child_focus (flow, GTK_DIR_TAB_BACKWARD));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_canvas_speaks (void)
{
  CvrCanvas *canvas = g_object_ref_sink (g_object_new (CVR_TYPE_CANVAS, NULL));

  g_assert_cmpint (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (canvas)), ==,
                   GTK_ACCESSIBLE_ROLE_IMG);
  cvr_canvas_set_label (canvas, "Name");
  cvr_canvas_set_description (canvas, "Sentence");
  gtk_test_accessible_assert_property (canvas, GTK_ACCESSIBLE_PROPERTY_LABEL, "Name");
  gtk_test_accessible_assert_property (canvas, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Sentence");
  g_assert_cmpstr (cvr_canvas_get_description (canvas), ==, "Sentence");
  g_assert_finalize_object (canvas);
}

static void
freed_cb (gpointer data)
{
  (*(guint *) data)++;
}

static void
test_canvas_frees (void)
{
  CvrCanvas *canvas = g_object_ref_sink (g_object_new (CVR_TYPE_CANVAS, NULL));
  guint first = 0, second = 0;

  cvr_canvas_set_draw (canvas, count_draw, &first, freed_cb);
  cvr_canvas_set_draw (canvas, count_draw, &second, freed_cb);
  g_assert_cmpuint (first, ==, 1);
  g_assert_finalize_object (canvas);
  g_assert_cmpuint (second, ==, 1);
}

/* Three classes: 5 right each, 2 of the first taken for the third. */
static CvrEvaluation *
make_evaluation (void)
{
  CvrEvaluation *evaluation = NULL;
  CvrProject *project = app_support_pictures (3, 8);

  app_support_train (project, 2);
  evaluation = cvr_evaluation_ref (cvr_project_get_evaluation (project));
  app_support_close (project);

  return evaluation;
}

static void
selected_cb (CvrMatrixView *view,
             guint          truth,
             guint          predicted,
             guint         *n_selected)
{
  (*n_selected)++;
}

static void
press (GtkWidget *widget,
       guint      key)
{
  GListModel *controllers = gtk_widget_observe_controllers (widget);
  gboolean found = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !found; i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (!GTK_IS_SHORTCUT_CONTROLLER (controller))
        continue;
      for (guint j = 0; j < g_list_model_get_n_items (G_LIST_MODEL (controller)) && !found; j++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);
          GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);

          if (GTK_IS_KEYVAL_TRIGGER (trigger)
              && gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger)) == key)
            found = gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget,
                                                  gtk_shortcut_get_arguments (shortcut));
        }
    }
  g_assert_true (found);
  g_object_unref (controllers);
}

static void
test_matrix_by_keyboard (void)
{
  CvrEvaluation *evaluation = make_evaluation ();
  const char *const titles[] = { "cat", "dog", "fish", NULL };
  CvrMatrixView *view = g_object_ref_sink (g_object_new (CVR_TYPE_MATRIX_VIEW, NULL));
  guint truth, predicted, n_selected = 0;

  g_signal_connect (view, "selected", G_CALLBACK (selected_cb), &n_selected);
  g_assert_true (gtk_widget_get_focusable (GTK_WIDGET (view)));
  cvr_matrix_view_set_evaluation (view, evaluation, titles, NULL);
  g_assert_false (cvr_matrix_view_get_selected (view, &truth, &predicted));

  press (GTK_WIDGET (view), GDK_KEY_Down);
  g_assert_true (cvr_matrix_view_get_selected (view, &truth, &predicted));
  g_assert_cmpuint (truth, ==, 0);
  g_assert_cmpuint (predicted, ==, 0);
  g_assert_true (
    g_str_has_prefix (cvr_canvas_get_description (CVR_CANVAS (view)), "cat, recognised: "));
  press (GTK_WIDGET (view), GDK_KEY_Down);
  press (GTK_WIDGET (view), GDK_KEY_Right);
  press (GTK_WIDGET (view), GDK_KEY_Right);
  press (GTK_WIDGET (view), GDK_KEY_Right); /* Stays at the border. */
  g_assert_true (cvr_matrix_view_get_selected (view, &truth, &predicted));
  g_assert_cmpuint (truth, ==, 1);
  g_assert_cmpuint (predicted, ==, 2);
  g_assert_true (
    g_str_has_prefix (cvr_canvas_get_description (CVR_CANVAS (view)), "dog taken for fish: "));
  g_assert_cmpuint (n_selected, ==, 5);

  cvr_matrix_view_select (view, 7, 0); /* Outside: nothing happens. */
  g_assert_cmpuint (n_selected, ==, 5);
  cvr_matrix_view_set_evaluation (view, NULL, NULL, NULL);
  g_assert_false (cvr_matrix_view_get_selected (view, &truth, &predicted));
  g_assert_finalize_object (view);
  cvr_evaluation_unref (evaluation);
}

static void
test_texture_sizes (void)
{
  g_autoptr (CvrImage) small = cvr_image_new (28, 20, 1);
  g_autoptr (CvrImage) large = cvr_image_new (300, 100, 3);
  g_autoptr (GdkTexture) enlarged = NULL;
  g_autoptr (GdkTexture) reduced = NULL;
  g_autoptr (GdkTexture) same = NULL;
  guint8 pixels[84 * 60 * 4];

  small->data[0] = 200;
  enlarged = cvr_texture_from_image (small, 96);
  g_assert_cmpint (gdk_texture_get_width (enlarged), ==, 84);
  g_assert_cmpint (gdk_texture_get_height (enlarged), ==, 60);
  gdk_texture_download (enlarged, pixels, 84 * 4);
  for (guint y = 0; y < 4; y++)
    for (guint x = 0; x < 4; x++)
      {
        guint8 value =
          x < 3 && y < 3 ? 200 : 0; /* One pixel became three by three, without a blur. */

        for (guint c = 0; c < 3; c++)
          g_assert_cmpuint (pixels[(y * 84 + x) * 4 + c], ==, value);
      }

  reduced = cvr_texture_from_image (large, 96);
  g_assert_cmpint (gdk_texture_get_width (reduced), ==, 96);
  g_assert_cmpint (gdk_texture_get_height (reduced), ==, 32);
  same = cvr_texture_from_image (large, 0);
  g_assert_cmpint (gdk_texture_get_width (same), ==, 300);

  g_assert_cmpuint (cvr_texture_scale (28, 96), ==, 3);
  g_assert_cmpuint (cvr_texture_scale (96, 96), ==, 1);
  g_assert_cmpuint (cvr_texture_scale (200, 96), ==, 1);
  g_assert_cmpuint (cvr_texture_scale (0, 96), ==, 1);
}

static void
ready_cb (CvrThumbnails *thumbnails,
          guint64        id,
          guint64       *ready)
{
  *ready = id;
}

static gboolean
is_ready (gpointer data)
{
  return *(guint64 *) data != 0;
}

static void
test_thumbnails (void)
{
  CvrProject *project = app_support_pictures (2, 3);
  g_autoptr (CvrImage) photo = cvr_image_new (640, 480, 3);
  g_autoptr (CvrThumbnails) thumbnails = cvr_thumbnails_new (96, 4);
  GListModel *items = cvr_project_get_items (project);
  g_autoptr (CvrImageItem) item = NULL;
  guint64 ready = 0, id;

  cvr_project_add_image (project, photo, "photo", CVR_LABEL_NONE, NULL, NULL);
  cvr_project_wait (project);
  item = g_list_model_get_item (items, g_list_model_get_n_items (items) - 1);
  id = cvr_image_item_get_id (item);
  g_signal_connect (thumbnails, "ready", G_CALLBACK (ready_cb), &ready);
  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (CvrImageItem) each = g_list_model_get_item (items, i);
      guint64 each_id = cvr_image_item_get_id (each);
      GdkTexture *texture;

      /* It lies on disk: read beside the main thread. */
      g_assert_null (cvr_thumbnails_get (thumbnails, each));
      ready = 0;
      g_assert_true (app_support_wait (is_ready, &ready, 10));
      g_assert_cmpuint (ready, ==, each_id);
      texture = cvr_thumbnails_get (thumbnails, each);
      g_assert_nonnull (texture);
      g_assert_true (cvr_thumbnails_get (thumbnails, each) == texture);
    }
  ready = 0;
  g_assert_cmpuint (cvr_thumbnails_n_kept (thumbnails), ==, 4);

  g_assert_null (cvr_thumbnails_get (thumbnails, item)); /* Large: made beside the main thread. */
  g_assert_true (app_support_wait (is_ready, &ready, 10));
  g_assert_cmpuint (ready, ==, id);
  g_assert_cmpint (gdk_texture_get_width (cvr_thumbnails_get (thumbnails, item)), ==, 96);
  g_assert_cmpuint (cvr_thumbnails_n_kept (thumbnails), ==, 4);
  app_support_close (project);
}

static void
count_cb (gpointer count)
{
  ++*(guint64 *) count;
}

static void
test_thumbnails_that_nobody_waits_for (void)
{
  CvrProject *project = app_support_pictures (2, 3);
  g_autoptr (CvrThumbnails) thumbnails = cvr_thumbnails_new (96, 4);
  GListModel *items = cvr_project_get_items (project);
  g_autoptr (CvrImageItem) left = g_list_model_get_item (items, 0);
  g_autoptr (CvrImageItem) shown = g_list_model_get_item (items, 1);
  guint64 n_left = 0, n_shown = 0;

  g_assert_null (cvr_thumbnails_watch (thumbnails, left, count_cb, &n_left));
  cvr_thumbnails_unwatch (thumbnails, cvr_image_item_get_id (left), &n_left);
  g_assert_null (cvr_thumbnails_watch (thumbnails, shown, count_cb, &n_shown));
  g_assert_true (app_support_wait (is_ready, &n_shown, 10));
  g_assert_cmpuint (n_shown, ==, 1);
  g_assert_cmpuint (n_left, ==, 0);
  g_assert_nonnull (cvr_thumbnails_watch (thumbnails, shown, count_cb, &n_shown));
  app_support_close (project);
}

/* Pictures of two projects have the same ids. */
static void
test_thumbnails_of_another_project (void)
{
  CvrProject *project = app_support_pictures (2, 3), *other = app_support_pictures (2, 3);
  g_autoptr (CvrThumbnails) thumbnails = cvr_thumbnails_new (96, 8);
  g_autoptr (CvrImageItem) kept = g_list_model_get_item (cvr_project_get_items (project), 0);
  g_autoptr (CvrImageItem) asked = g_list_model_get_item (cvr_project_get_items (project), 1);
  g_autoptr (CvrImageItem) same_id = g_list_model_get_item (cvr_project_get_items (other), 0);
  g_autoptr (CvrImageItem) also = g_list_model_get_item (cvr_project_get_items (other), 1);
  guint64 n_old = 0, n_new = 0;

  g_assert_cmpuint (cvr_image_item_get_id (asked), ==, cvr_image_item_get_id (also));
  g_assert_null (cvr_thumbnails_watch (thumbnails, kept, count_cb, &n_new));
  g_assert_true (app_support_wait (is_ready, &n_new, 10));
  g_assert_null (cvr_thumbnails_watch (thumbnails, asked, count_cb, &n_old));

  cvr_thumbnails_clear (thumbnails);
  g_assert_cmpuint (cvr_thumbnails_n_kept (thumbnails), ==, 0);
  n_new = 0;
  g_assert_null (cvr_thumbnails_watch (thumbnails, also, count_cb, &n_new));
  g_assert_true (app_support_wait (is_ready, &n_new, 10));
  g_assert_cmpuint (n_old, ==, 0);
  g_assert_cmpuint (cvr_thumbnails_n_kept (thumbnails), ==, 1);
  g_assert_null (cvr_thumbnails_get (thumbnails, same_id));
  app_support_close (project);
  app_support_close (other);
}

static void
test_filters (void)
{
  CvrProject *project = app_support_pictures (2, 8);
  CvrFilterView *view = g_object_ref_sink (g_object_new (CVR_TYPE_FILTER_VIEW, NULL));

  g_assert_cmpuint (cvr_filter_view_n_filters (view), ==, 0);
  app_support_train (project, 1);
  cvr_filter_view_set_model (view, cvr_project_get_model (project));
  g_assert_cmpuint (cvr_filter_view_n_filters (view), ==, 6); /* LeNet-5's first layer */
  g_assert_cmpstr (cvr_canvas_get_description (CVR_CANVAS (view)), ==, "6 filters of 5 × 5");
  cvr_filter_view_set_model (view, NULL);
  g_assert_cmpuint (cvr_filter_view_n_filters (view), ==, 0);
  g_assert_finalize_object (view);
  app_support_close (project);
}

/* Classes that share a colour differ in their pattern: the pixels are not the same. */
static void
test_swatch_patterns (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  cairo_surface_t *first = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 20, 20);
  cairo_surface_t *ninth = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 20, 20);
  cairo_t *cr;

  cr = cairo_create (first);
  cvr_draw_swatch (cr, 0, 0, 20, 20, 0, &theme);
  cairo_destroy (cr);
  cr = cairo_create (ninth);
  cvr_draw_swatch (cr, 0, 0, 20, 20, 8, &theme);
  cairo_destroy (cr);
  cairo_surface_flush (first);
  cairo_surface_flush (ninth);
  g_assert_cmpint (memcmp (cairo_image_surface_get_data (first),
                           cairo_image_surface_get_data (ninth), 20 * 20 * 4),
                   !=, 0);
  cairo_surface_destroy (first);
  cairo_surface_destroy (ninth);
}

/* GTK's own way to take the wheel is what must be silent, and nothing else of it. */
static void
test_wheel_passes_a_slider (void)
{
  GtkWidget *scale =
    g_object_ref_sink (gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 1, 0.1));
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (scale);
  guint n_wheels = 0, n_others = 0;

  cvr_past_wheel (GTK_RANGE (scale));
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      gboolean silent =
        gtk_event_controller_get_propagation_phase (controller) == GTK_PHASE_NONE;

      g_assert_cmpint (silent, ==, GTK_IS_EVENT_CONTROLLER_SCROLL (controller));
      if (silent)
        n_wheels++;
      else
        n_others++;
    }
  g_assert_cmpuint (n_wheels, ==, 1);
  g_assert_cmpuint (n_others, >, 0);
  g_assert_finalize_object (scale);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/canvas/calls-its-painter", test_canvas_draws);
  g_test_add_func ("/app/canvas/role-label-description", test_canvas_speaks);
  g_test_add_func ("/app/flow/lets-tab-pass", test_flow_lets_tab_pass);
  g_test_add_func ("/app/canvas/waits-for-the-pointer",
                   test_canvas_waits_for_the_pointer);
  g_test_add_func ("/app/canvas/frees-its-data-once", test_canvas_frees);
  g_test_add_func ("/app/slider/wheel-passes-it", test_wheel_passes_a_slider);
  g_test_add_func ("/app/matrix-view/arrow-keys-choose-cells", test_matrix_by_keyboard);
  g_test_add_func ("/app/texture/whole-number-scale", test_texture_sizes);
  g_test_add_func ("/app/thumbnails/bounded-and-off-thread", test_thumbnails);
  g_test_add_func ("/app/thumbnails/not-made-when-nobody-waits",
                   test_thumbnails_that_nobody_waits_for);
  g_test_add_func ("/app/thumbnails/another-project-has-the-same-ids",
                   test_thumbnails_of_another_project);
  g_test_add_func ("/app/filter-view/first-layer", test_filters);
  g_test_add_func ("/app/swatch/patterns-differ", test_swatch_patterns);

  return g_test_run ();
}
