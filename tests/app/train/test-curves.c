/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves: what is shown of them, how it is zoomed, moved and read off. */
#include "app-support.h"

#include "cvr-curve-view.h"

#include <math.h>

static void
assert_span (CvrSpan span,
             double  low,
             double  high)
{
  g_assert_cmpfloat_with_epsilon (span.low, low, 1e-9);
  g_assert_cmpfloat_with_epsilon (span.high, high, 1e-9);
}

static void
test_span_zooms_about_a_place (void)
{
  const CvrSpan whole = { 0, 10 };

  assert_span (cvr_span_zoom (whole, whole, 4, 0.5, 0.1), 2, 7);
  assert_span (cvr_span_zoom ((CvrSpan){ 2, 7 }, whole, 4, 2, 0.1), 0, 10);
  /* At an end there is nothing beyond it. */
  assert_span (cvr_span_zoom (whole, whole, 10, 0.5, 0.1), 5, 10);
  assert_span (cvr_span_zoom ((CvrSpan){ 8, 10 }, whole, 8, 2, 0.1), 6, 10);
  /* Not nearer than the smallest, not farther than all. */
  assert_span (cvr_span_zoom ((CvrSpan){ 4, 5 }, whole, 4.5, 0.01, 0.5), 4.25, 4.75);
  assert_span (cvr_span_zoom ((CvrSpan){ 4, 5 }, whole, 4.5, 1000, 0.5), 0, 10);
  /* A place beside it is taken for the nearer end. */
  assert_span (cvr_span_zoom ((CvrSpan){ 4, 6 }, whole, 100, 0.5, 0.1), 5, 6);
  g_assert_true (cvr_span_is_whole ((CvrSpan){ 0, 10 }, whole));
  g_assert_false (cvr_span_is_whole ((CvrSpan){ 0.001, 10 }, whole));
}

static void
test_span_moves_to_the_ends (void)
{
  const CvrSpan whole = { -5, 5 };

  assert_span (cvr_span_move ((CvrSpan){ 0, 2 }, whole, 1.5), 1.5, 3.5);
  assert_span (cvr_span_move ((CvrSpan){ 0, 2 }, whole, 100), 3, 5);
  assert_span (cvr_span_move ((CvrSpan){ 0, 2 }, whole, -100), -5, -3);
  assert_span (cvr_span_move (whole, whole, 3), -5, 5);
}

static CvrCurveView *
view_of (CvrHistory *history,
         guint       n_epochs)
{
  CvrCurveView *view = g_object_ref_sink (g_object_new (CVR_TYPE_CURVE_VIEW, "accuracy", TRUE,
                                                        NULL));

  cvr_curve_view_set_history (view, history, n_epochs);

  return view;
}

static void
add_epoch (CvrHistory *history,
           guint       epoch)
{
  CvrEpochRow row = { .epoch = epoch,
                      .loss = 0.5,
                      .accuracy = 0.8,
                      .val_loss = 0.6,
                      .val_accuracy = 0.75,
                      .lr = 0.001 };

  for (guint step = 0; step < 10; step++)
    {
      cvr_history_add (history, CVR_SERIES_LOSS, epoch - 1 + (step + 1) / 10.0, row.loss);
      cvr_history_add (history, CVR_SERIES_ACCURACY, epoch - 1 + (step + 1) / 10.0, row.accuracy);
    }
  cvr_history_add_epoch (history, &row);
}

static void
test_curve_describes (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();
  CvrCurveView *view = view_of (history, 10);

  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Accuracy over the epochs");
  g_assert_cmpstr (cvr_canvas_get_description (CVR_CANVAS (view)), ==, "No values yet");
  add_epoch (history, 1);
  cvr_curve_view_set_history (view, history, 10);
  g_assert_cmpstr (cvr_canvas_get_description (CVR_CANVAS (view)), ==,
                   "After epoch 1: 80.0 % right on pictures it learns from, 75.0 % on unseen ones");
  cvr_curve_view_set_history (view, NULL, 1);
  g_assert_finalize_object (view);
}

static void
zoomed_cb (CvrChartView *view,
           double        low,
           double        high,
           CvrSpan      *told)
{
  *told = (CvrSpan){ low, high };
}

static void
test_curve_zooms_by_keyboard (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();
  CvrCurveView *view = view_of (history, 10);
  CvrChartView *chart = CVR_CHART_VIEW (view);
  CvrSpan span, told = { 0, 0 }, before;

  for (guint epoch = 1; epoch <= 10; epoch++)
    add_epoch (history, epoch);
  cvr_curve_view_set_history (view, history, 10);
  g_signal_connect (view, "zoomed", G_CALLBACK (zoomed_cb), &told);
  g_assert_true (gtk_widget_get_focusable (GTK_WIDGET (view)));
  g_assert_false (cvr_chart_view_get_span (chart, &span));

  app_support_press (GTK_WIDGET (view), GDK_KEY_plus);
  g_assert_true (cvr_chart_view_get_span (chart, &span));
  assert_span (span, 1, 9); /* An eighth nearer from the middle: 10 / 1.25. */
  assert_span (told, span.low, span.high);
  before = span;
  app_support_press (GTK_WIDGET (view), GDK_KEY_Page_Down);
  g_assert_true (cvr_chart_view_get_span (chart, &span));
  assert_span (span, 2, 10);
  g_assert_cmpfloat (span.low, >, before.low);
  app_support_press (GTK_WIDGET (view), GDK_KEY_minus);
  g_assert_false (cvr_chart_view_get_span (chart, &span)); /* All again. */
  g_assert_true (isnan (told.low));
  app_support_press (GTK_WIDGET (view), GDK_KEY_plus);
  app_support_press (GTK_WIDGET (view), GDK_KEY_Escape);
  g_assert_false (cvr_chart_view_get_span (chart, &span));
  app_support_press (GTK_WIDGET (view), GDK_KEY_plus);
  app_support_press (GTK_WIDGET (view), GDK_KEY_0);
  g_assert_false (cvr_chart_view_get_span (chart, &span));
  g_assert_finalize_object (view);
}

static void
test_curve_is_read_by_keyboard (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();
  CvrCurveView *view = view_of (history, 4);
  CvrChartView *chart = CVR_CHART_VIEW (view);

  for (guint epoch = 1; epoch <= 4; epoch++)
    add_epoch (history, epoch);
  cvr_curve_view_set_history (view, history, 4);
  g_assert_true (isnan (cvr_chart_view_get_hover (chart)));
  app_support_press (GTK_WIDGET (view), GDK_KEY_End);
  g_assert_cmpfloat (cvr_chart_view_get_hover (chart), ==, 4);
  g_assert_cmpstr (cvr_canvas_get_description (CVR_CANVAS (view)), ==,
                   "In epoch 4, learning  80.0 %, unseen pictures  75.0 %");
  app_support_press (GTK_WIDGET (view), GDK_KEY_Left);
  g_assert_cmpfloat (cvr_chart_view_get_hover (chart), <, 4);
  app_support_press (GTK_WIDGET (view), GDK_KEY_Home);
  g_assert_cmpfloat (cvr_chart_view_get_hover (chart), ==, 0);
  app_support_press (GTK_WIDGET (view), GDK_KEY_Escape);
  g_assert_true (isnan (cvr_chart_view_get_hover (chart)));
  g_assert_finalize_object (view);
}

/* (transfer full): the pixels of the chart. */
static GBytes *
painted (CvrCurveView *view)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 500, 260);
  cairo_t *cr = cairo_create (surface);
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  GBytes *bytes;

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  CVR_CANVAS_GET_CLASS (view)->draw (CVR_CANVAS (view), cr, 500, 260, &theme);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  bytes = g_bytes_new (cairo_image_surface_get_data (surface),
                       (gsize) cairo_image_surface_get_stride (surface) * 260);
  cairo_surface_destroy (surface);

  return bytes;
}

/* Just behind an epoch's end the name is the next epoch's, and so are the values; where nothing has
 * been yet, nothing is read off. */
static void
test_curve_reads_what_it_names (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();
  CvrCurveView *view = view_of (history, 20);
  CvrChartView *chart = CVR_CHART_VIEW (view);
  CvrEpochRow later = { .epoch = 3, .accuracy = 0.9, .val_accuracy = 0.5 };
  g_autoptr (GBytes) untouched = NULL;
  g_autoptr (GBytes) read = NULL;
  g_autoptr (GBytes) again = NULL;

  add_epoch (history, 1);
  add_epoch (history, 2);
  cvr_history_add (history, CVR_SERIES_ACCURACY, 3, 0.9);
  cvr_history_add_epoch (history, &later);
  cvr_curve_view_set_history (view, history, 20);
  untouched = painted (view);
  cvr_chart_view_set_hover (chart, 3);
  read = painted (view);
  g_assert_false (g_bytes_equal (untouched, read));
  cvr_chart_view_set_hover (chart, NAN);
  again = painted (view);
  g_assert_true (g_bytes_equal (untouched, again));
  cvr_chart_view_set_hover (chart, 15); /* yet to come: the last there is */
  g_clear_pointer (&again, g_bytes_unref);
  again = painted (view);
  g_assert_true (g_bytes_equal (read, again));
  cvr_chart_view_set_hover (chart, 2.1 - 20 / 60.0);
  app_support_press (GTK_WIDGET (view), GDK_KEY_Right);
  g_assert_true (g_str_has_prefix (cvr_canvas_get_description (CVR_CANVAS (view)), "In epoch 3, "));
  g_assert_true (g_str_has_suffix (cvr_canvas_get_description (CVR_CANVAS (view)),
                                   "unseen pictures  50.0 %"));
  cvr_chart_view_set_span (chart, 8, 12);
  app_support_press (GTK_WIDGET (view), GDK_KEY_End);
  g_assert_cmpstr (cvr_canvas_get_description (CVR_CANVAS (view)), ==, "");
  g_assert_finalize_object (view);
}

/* Room for what was planned is there while it may come. */
static void
test_curve_of_an_ended_run_ends_with_it (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();
  CvrCurveView *view = view_of (history, 30);
  CvrChartViewClass *klass = CVR_CHART_VIEW_GET_CLASS (view);

  add_epoch (history, 1);
  add_epoch (history, 2);
  cvr_curve_view_set_history (view, history, 30);
  assert_span (klass->get_whole (CVR_CHART_VIEW (view)), 0, 30);
  cvr_curve_view_set_history (view, history, 0);
  assert_span (klass->get_whole (CVR_CHART_VIEW (view)), 0, 2);
  cvr_curve_view_set_history (view, NULL, 0);
  assert_span (klass->get_whole (CVR_CHART_VIEW (view)), 0, 1);
  g_assert_finalize_object (view);
}

/* What the keys read off goes with them; what the pointer reads off stays under it. */
static void
test_curve_forgets_what_keys_read (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();
  CvrCurveView *view = view_of (history, 4);
  CvrChartView *chart = CVR_CHART_VIEW (view);
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (view));

  for (guint pass = 0; pass < 2; pass++)
    {
      if (pass == 0)
        app_support_press (GTK_WIDGET (view), GDK_KEY_Home);
      else
        cvr_chart_view_set_hover (chart, 2);
      for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
        {
          g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

          if (GTK_IS_EVENT_CONTROLLER_FOCUS (controller))
            g_signal_emit_by_name (controller, "leave");
        }
      g_assert_true (pass == 0 ? isnan (cvr_chart_view_get_hover (chart))
                               : cvr_chart_view_get_hover (chart) == 2);
    }
  g_assert_finalize_object (view);
}

/* What happened is read off with the losses; a warning by its name. */
static void
test_curve_names_what_happened (void)
{
  g_autoptr (CvrHistory) history = cvr_history_new ();
  GtkWidget *window = gtk_window_new ();
  CvrCurveView *view = g_object_ref_sink (g_object_new (CVR_TYPE_CURVE_VIEW, NULL));

  for (guint epoch = 1; epoch <= 4; epoch++)
    add_epoch (history, epoch);
  cvr_history_add_event (history, 2, CVR_EVENT_BEST, NULL);
  cvr_history_add_event (history, 4, CVR_EVENT_OVERFITTING, "A long story with many numbers");
  cvr_curve_view_set_history (view, history, 4);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (view));
  gtk_window_present (GTK_WINDOW (window));
  app_support_spin ();
  app_support_press (GTK_WIDGET (view), GDK_KEY_End);
  g_assert_nonnull (strstr (cvr_canvas_get_description (CVR_CANVAS (view)), "Overfitting seen"));
  app_support_press (GTK_WIDGET (view), GDK_KEY_Home);
  g_assert_null (strstr (cvr_canvas_get_description (CVR_CANVAS (view)), "Overfitting seen"));
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (view);
}

/* Another training is looked at as a whole; the same one stays zoomed while it grows. */
static void
test_curve_keeps_its_zoom_while_it_grows (void)
{
  g_autoptr (CvrHistory) first = cvr_history_new ();
  g_autoptr (CvrHistory) second = cvr_history_new ();
  CvrCurveView *view = view_of (first, 10);
  CvrSpan span;

  add_epoch (first, 1);
  cvr_chart_view_set_span (CVR_CHART_VIEW (view), 0.2, 0.6);
  cvr_curve_view_set_history (view, first, 10);
  g_assert_true (cvr_chart_view_get_span (CVR_CHART_VIEW (view), &span));
  assert_span (span, 0.2, 0.6);
  cvr_curve_view_set_history (view, second, 10);
  g_assert_false (cvr_chart_view_get_span (CVR_CHART_VIEW (view), &span));
  g_assert_finalize_object (view);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/curves/span-zooms-about-a-place", test_span_zooms_about_a_place);
  g_test_add_func ("/app/curves/span-moves-to-the-ends", test_span_moves_to_the_ends);
  g_test_add_func ("/app/curves/describes-itself", test_curve_describes);
  g_test_add_func ("/app/curves/zooms-by-keyboard", test_curve_zooms_by_keyboard);
  g_test_add_func ("/app/curves/is-read-by-keyboard", test_curve_is_read_by_keyboard);
  g_test_add_func ("/app/curves/reads-what-it-names", test_curve_reads_what_it_names);
  g_test_add_func ("/app/curves/an-ended-run-ends-its-axis",
                   test_curve_of_an_ended_run_ends_with_it);
  g_test_add_func ("/app/curves/forgets-what-keys-read",
                   test_curve_forgets_what_keys_read);
  g_test_add_func ("/app/curves/names-what-happened", test_curve_names_what_happened);
  g_test_add_func ("/app/curves/keeps-its-zoom-while-it-grows",
                   test_curve_keeps_its_zoom_while_it_grows);

  return g_test_run ();
}
