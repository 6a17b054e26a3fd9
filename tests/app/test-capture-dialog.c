/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Holding a key captures, a click takes one back, and a clip says before how many pictures it
 * makes. */
#include "app-support.h"

#include "capture-support.h"
#include "cvr-capture-dialog.h"
#include "cvr-capture-strip.h"
#include "cvr-live-view.h"
#include "cvr-window-capture.h"

static const char camera[] =
  "videotestsrc is-live=true ! video/x-raw,width=160,height=120,framerate=30/1";
static const char *const classes[] = { "gato", "perro", NULL };

static gpointer
child (CvrCaptureDialog *dialog,
       const char       *name)
{
  GObject *object =
    gtk_widget_get_template_child (GTK_WIDGET (dialog), CVR_TYPE_CAPTURE_DIALOG, name);

  g_assert_nonnull (object);

  return object;
}

static guint
n_strip (CvrCaptureDialog *dialog)
{
  return cvr_capture_strip_count (child (dialog, "strip"));
}

static void
assert_add_says (CvrCaptureDialog *dialog,
                 const char       *text)
{
  g_assert_cmpstr (gtk_button_get_label (child (dialog, "add")), ==, text);
}

static GtkEventController *
find_keys (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller)
          && gtk_event_controller_get_propagation_phase (controller) == GTK_PHASE_CAPTURE)
        return controller;
    }
  g_assert_not_reached ();
}

static gboolean
press (CvrCaptureDialog *dialog,
       guint             key)
{
  gboolean taken = FALSE;

  g_signal_emit_by_name (find_keys (GTK_WIDGET (dialog)), "key-pressed", key, 0u, 0, &taken);

  return taken;
}

static void
release (CvrCaptureDialog *dialog,
         guint             key)
{
  g_signal_emit_by_name (find_keys (GTK_WIDGET (dialog)), "key-released", key, 0u, 0);
}

static gboolean
is_ready (gpointer data)
{
  return gtk_widget_get_sensitive (child (data, "hold"));
}

static gboolean
is_failed (gpointer data)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (child (data, "stack")), "failed") == 0;
}

static gboolean
has_three (gpointer data)
{
  return n_strip (data) >= 3;
}

static gboolean
is_known (gpointer data)
{
  return gtk_widget_get_sensitive (child (data, "range"));
}

static CvrCaptureDialog *
open_camera (const char *description,
             gint        label)
{
  CvrCaptureDialog *dialog = cvr_capture_dialog_new (NULL, classes, label);

  cvr_capture_dialog_open_camera (dialog, description);
  gtk_window_present (GTK_WINDOW (dialog));

  return dialog;
}

typedef struct
{
  guint     n_calls, n;
  gint      label;
  CvrImage *first;
  char     *name;
  CvrMoments moments;
} Given;

static void
captured_cb (CvrCaptureDialog  *dialog,
             const CvrCaptured *captured,
             int                label,
             Given             *given)
{
  given->n_calls++;
  given->n = captured->images->len;
  given->label = label;
  g_assert_cmpuint (captured->names->len, ==, given->n);
  given->first = cvr_image_ref (g_ptr_array_index (captured->images, 0));
  given->name = g_strdup (g_ptr_array_index (captured->names, 0));
}

static void
moments_cb (CvrCaptureDialog *dialog,
            const CvrMoments *moments,
            int               label,
            Given            *given)
{
  given->n_calls++;
  given->moments = *moments;
  given->label = label;
}

static GtkWidget *
newest_thumbnail (CvrCaptureDialog *dialog)
{
  GtkWidget *box = gtk_widget_get_first_child (child (dialog, "strip"));

  return gtk_widget_get_first_child (gtk_widget_get_first_child (box));
}

static void
test_hold_the_key (void)
{
  CvrCaptureDialog *dialog = open_camera (camera, 1);
  Given given = { 0 };
  guint n;

  g_signal_connect (dialog, "captured", G_CALLBACK (captured_cb), &given);
  assert_add_says (dialog, "_Add");
  g_assert_false (gtk_widget_get_sensitive (child (dialog, "add")));
  g_assert_true (app_support_wait (is_ready, dialog, 20));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (dialog)) == child (dialog, "hold"));
  gtk_adjustment_set_value (child (dialog, "rate"), 10);

  g_assert_true (press (dialog, GDK_KEY_space));
  g_assert_cmpuint (n_strip (dialog), ==, 1); /* At once. */
  g_assert_true (press (dialog, GDK_KEY_space)); /* The key repeats itself. */
  g_assert_cmpuint (n_strip (dialog), ==, 1);
  g_assert_true (app_support_wait (has_three, dialog, 20));
  release (dialog, GDK_KEY_space);
  n = n_strip (dialog);

  g_signal_emit_by_name (newest_thumbnail (dialog), "clicked");
  app_support_spin ();
  g_assert_cmpuint (n_strip (dialog), ==, n - 1);
  press (dialog, GDK_KEY_space); /* Another hold: one more at once. */
  release (dialog, GDK_KEY_space);
  g_assert_cmpuint (n_strip (dialog), ==, n);

  g_signal_emit_by_name (child (dialog, "add"), "clicked");
  app_support_spin ();
  g_assert_cmpuint (given.n_calls, ==, 1);
  g_assert_cmpuint (given.n, ==, n);
  g_assert_cmpint (given.label, ==, 1);
  g_assert_true (g_str_has_prefix (given.name, "camera "));
  g_assert_cmpuint (given.first->width, ==, 160);
  g_assert_cmpuint (given.first->height, ==, 120);
  /* The first bar is grey, the last one blue: the preview is a mirror, the picture is not. */
  g_assert_cmpint (ABS (given.first->data[0] - given.first->data[2]), <, 10);
  g_assert_cmpint (given.first->data[3 * 158 + 2] - given.first->data[3 * 158], >, 100);
  cvr_image_unref (given.first);
  g_free (given.name);
}

static void
test_press_the_button (void)
{
  CvrCaptureDialog *dialog = open_camera (camera, -1);
  GtkWidget *hold = child (dialog, "hold");
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (hold);
  g_autoptr (GtkGesture) drag = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (controllers) && drag == NULL; i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_GESTURE_DRAG (controller))
        drag = GTK_GESTURE (g_steal_pointer (&controller));
    }
  g_assert_nonnull (drag);
  g_assert_true (app_support_wait (is_ready, dialog, 20));
  g_signal_emit_by_name (drag, "drag-begin", 4.0, 4.0);
  g_assert_true (app_support_wait (has_three, dialog, 20));
  g_signal_emit_by_name (drag, "drag-end", 0.0, 0.0);
  g_assert_cmpuint (n_strip (dialog), >=, 3);
  g_assert_false (gtk_widget_get_state_flags (hold) & GTK_STATE_FLAG_ACTIVE);
  gtk_window_close (GTK_WINDOW (dialog));
  app_support_spin ();
}

static void
test_failure_and_again (void)
{
  CvrCaptureDialog *dialog = open_camera ("nothing-of-this-name", -1);

  g_assert_true (app_support_wait (is_failed, dialog, 20));
  g_assert_nonnull (strstr (adw_status_page_get_description (child (dialog, "failed")),
                            "gstreamer1.0-plugins-base"));
  g_assert_false (press (dialog, GDK_KEY_space));
  g_assert_cmpuint (n_strip (dialog), ==, 0);
  g_signal_emit_by_name (adw_status_page_get_child (child (dialog, "failed")), "clicked");
  g_assert_false (is_failed (dialog));
  g_assert_true (app_support_wait (is_failed, dialog, 20));
  g_assert_true (press (dialog, GDK_KEY_Escape));
  app_support_spin ();
}

/* A dialog that goes while the camera starts leaves nothing behind. */
static void
test_closed_at_once (void)
{
  CvrCaptureDialog *dialog = open_camera (camera, -1);

  g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *) &dialog);
  gtk_window_close (GTK_WINDOW (dialog));
  app_support_spin ();
  g_assert_null (dialog);
}

static GFile *
make_clip (void)
{
  return capture_support_make (
    "videotestsrc num-buffers=40 pattern=ball animation-mode=frames ! "
    "video/x-raw,width=64,height=48,framerate=10/1 ! jpegenc ! avimux", "paseo.avi");
}

static void
test_clip (void)
{
  GFile *file = make_clip ();
  CvrCaptureDialog *dialog;
  Given given = { 0 };

  if (file == NULL)
    return;
  dialog = cvr_capture_dialog_new (NULL, classes, -1);
  g_signal_connect (dialog, "moments-chosen", G_CALLBACK (moments_cb), &given);
  cvr_capture_dialog_open_file (dialog, file);
  gtk_window_present (GTK_WINDOW (dialog));
  g_assert_true (app_support_wait (is_known, dialog, 20));
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (dialog)), ==, "paseo.avi");

  assert_add_says (dialog, "_Add 4 pictures");
  gtk_adjustment_set_value (child (dialog, "rate"), 2);
  assert_add_says (dialog, "_Add 8 pictures");
  gtk_adjustment_set_value (child (dialog, "start"), 1);
  assert_add_says (dialog, "_Add 6 pictures");
  gtk_adjustment_set_value (child (dialog, "end"), 1.5);
  assert_add_says (dialog, "_Add 1 picture");
  gtk_adjustment_set_value (child (dialog, "end"), 0.5); /* It takes the start with it. */
  g_assert_cmpfloat (gtk_adjustment_get_value (child (dialog, "start")), <, 0.5);
  gtk_adjustment_set_value (child (dialog, "start"), 2);
  gtk_adjustment_set_value (child (dialog, "end"), 4);
  gtk_drop_down_set_selected (child (dialog, "class_choice"), 2);
  app_support_spin ();

  g_signal_emit_by_name (child (dialog, "add"), "clicked");
  app_support_spin ();
  g_assert_cmpuint (given.n_calls, ==, 1);
  g_assert_cmpint (given.label, ==, 1);
  g_assert_cmpfloat (given.moments.start, ==, 2);
  g_assert_cmpfloat_with_epsilon (given.moments.end, 4, 1e-9);
  g_assert_cmpfloat (given.moments.rate, ==, 2);
  capture_support_drop (file);
}

/* From the file to the project */

static gboolean
has_four (gpointer data)
{
  return cvr_dataset_n_items (cvr_project_get_dataset (data)) == 4;
}

static void
test_clip_into_the_project (void)
{
  GFile *file = make_clip ();
  CvrProject *project;
  CvrWindow *window;
  GListModel *windows = gtk_window_get_toplevels ();
  CvrCaptureDialog *dialog = NULL;

  if (file == NULL)
    return;
  project = app_support_project ();
  window = g_object_new (CVR_TYPE_WINDOW, NULL);
  cvr_window_set_project (window, project);
  cvr_project_add_class (project, "gato");
  cvr_capture_open_clip (window, file);
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GObject) toplevel = g_list_model_get_item (windows, i);

      if (CVR_IS_CAPTURE_DIALOG (toplevel))
        dialog = CVR_CAPTURE_DIALOG (toplevel);
    }
  g_assert_nonnull (dialog);
  g_assert_true (app_support_wait (is_known, dialog, 20));
  gtk_drop_down_set_selected (child (dialog, "class_choice"), 1);
  g_signal_emit_by_name (child (dialog, "add"), "clicked");
  g_assert_true (app_support_wait (has_four, project, 20));
  app_support_spin ();
  for (guint i = 0; i < 4; i++)
    {
      const CvrItem *item = cvr_dataset_item (cvr_project_get_dataset (project), i);
      g_autofree char *name = g_strdup_printf ("paseo 00:0%u.0", i);

      g_assert_cmpstr (item->name, ==, name);
      g_assert_cmpint (item->label, ==, 0);
    }
  cvr_project_wait (project);
  g_assert_cmpstr (cvr_project_undo_name (project), ==, "Add 4 pictures");
  cvr_window_set_project (window, NULL);
  gtk_window_destroy (GTK_WINDOW (window));
  app_support_close (project);
  capture_support_drop (file);
}

/* The texture is drawn from right to left; an empty view draws nothing. */
static void
test_mirror (void)
{
  g_autoptr (CvrImage) image = cvr_image_new (2, 1, 3);
  g_autoptr (CvrLiveView) view = g_object_ref_sink (g_object_new (CVR_TYPE_LIVE_VIEW, NULL));
  g_autoptr (GtkSnapshot) empty = gtk_snapshot_new ();
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 40, 40);
  cairo_t *cr = cairo_create (surface);
  const guint8 *row;

  image->data[0] = 255; /* Red on the left, black on the right. */
  gtk_widget_measure (GTK_WIDGET (view), GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_allocate (GTK_WIDGET (view), 40, 40, -1, NULL);
  GTK_WIDGET_GET_CLASS (view)->snapshot (GTK_WIDGET (view), empty);
  g_assert_null (gtk_snapshot_to_node (empty));

  cvr_live_view_set_image (view, image);
  cvr_live_view_set_mirrored (view, TRUE);
  GTK_WIDGET_GET_CLASS (view)->snapshot (GTK_WIDGET (view), snapshot);
  node = gtk_snapshot_to_node (snapshot);
  g_assert_nonnull (node);
  gsk_render_node_draw (node, cr);
  cairo_surface_flush (surface);
  row = cairo_image_surface_get_data (surface) + 20 * cairo_image_surface_get_stride (surface);
  g_assert_cmpuint (row[4 * 2 + 2], <, 40);
  g_assert_cmpuint (row[4 * 37 + 2], >, 215);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);
  gst_init (NULL, NULL);
  g_test_add_func ("/app/capture/mirror-on-the-screen-alone", test_mirror);
  g_test_add_func ("/app/capture/hold-the-key", test_hold_the_key);
  g_test_add_func ("/app/capture/press-the-button", test_press_the_button);
  g_test_add_func ("/app/capture/failure-and-again", test_failure_and_again);
  g_test_add_func ("/app/capture/closed-at-once", test_closed_at_once);
  g_test_add_func ("/app/capture/clip-says-how-many", test_clip);
  g_test_add_func ("/app/capture/clip-into-the-project", test_clip_into_the_project);

  return g_test_run ();
}
