/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Live pictures reach the main thread, in any order of opening, pausing, seeking and closing. */
#include "capture-support.h"

#include "cvr-capture-error.h"
#include "cvr-capture.h"

/* A source that fails when it is opened, as a camera that another program holds: no camera is
 * needed. */

typedef struct
{
  GstElement parent_instance;
} BusySrc;

typedef struct
{
  GstElementClass parent_class;
} BusySrcClass;

static GType busy_src_get_type (void);
G_DEFINE_TYPE (BusySrc, busy_src, GST_TYPE_ELEMENT)

static GstStaticPadTemplate busy_pad =
  GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-raw"));

static GstStateChangeReturn
busy_src_change_state (GstElement    *element,
                       GstStateChange transition)
{
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED)
    {
      GST_ELEMENT_ERROR (element, RESOURCE, BUSY, ("Device is busy."), (NULL));
      return GST_STATE_CHANGE_FAILURE;
    }

  return GST_ELEMENT_CLASS (busy_src_parent_class)->change_state (element, transition);
}

static void
busy_src_class_init (BusySrcClass *klass)
{
  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass), &busy_pad);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "Busy", "Source", "Is busy",
                                         "The Convisor authors");
  GST_ELEMENT_CLASS (klass)->change_state = busy_src_change_state;
}

static void
busy_src_init (BusySrc *self)
{
  gst_element_add_pad (GST_ELEMENT (self), gst_pad_new_from_static_template (&busy_pad, "src"));
}

/* What the main thread hears */

typedef struct
{
  CvrCapture *capture;
  guint       n_frames;
} Watch;

static void
frame_cb (Watch *watch)
{
  CvrImage *frame = cvr_capture_get_frame (watch->capture);

  g_assert_nonnull (frame);
  g_assert_cmpuint (frame->channels, ==, 3);
  watch->n_frames++;
}

static gboolean
late_cb (gpointer data)
{
  g_error ("nothing came for 20 s");

  return G_SOURCE_REMOVE;
}

static void
watch_init (Watch *watch)
{
  *watch = (Watch) { .capture = cvr_capture_new () };
  g_signal_connect_swapped (watch->capture, "frame", G_CALLBACK (frame_cb), watch);
}

static void
wait_state (Watch          *watch,
            CvrCaptureState state)
{
  guint late = g_timeout_add_seconds (20, late_cb, NULL);

  while (cvr_capture_get_state (watch->capture) != state)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (late);
}

static void
wait_frames (Watch *watch,
             guint  more)
{
  guint late = g_timeout_add_seconds (20, late_cb, NULL);

  for (guint wanted = watch->n_frames + more; watch->n_frames < wanted;)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (late);
}

static void
watch_clear (Watch *watch)
{
  CvrCaptureState state = cvr_capture_get_state (watch->capture);

  cvr_capture_close (watch->capture);
  if (state != CVR_CAPTURE_CLOSED && state != CVR_CAPTURE_FAILED)
    wait_state (watch, CVR_CAPTURE_CLOSED);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (watch->capture);
}

static void
test_source_without_end (void)
{
  Watch watch;

  watch_init (&watch);
  cvr_capture_open_camera (watch.capture,
                           "videotestsrc is-live=true ! video/x-raw,width=1600,height=900");
  g_assert_cmpint (cvr_capture_get_state (watch.capture), ==, CVR_CAPTURE_OPENING);
  wait_frames (&watch, 3);
  g_assert_cmpint (cvr_capture_get_state (watch.capture), ==, CVR_CAPTURE_LIVE);
  g_assert_cmpuint (cvr_capture_get_frame (watch.capture)->width, ==, 1024);
  g_assert_cmpuint (cvr_capture_get_frame (watch.capture)->height, ==, 576);
  watch_clear (&watch);
}

static void
test_source_with_end (void)
{
  Watch watch;

  watch_init (&watch);
  cvr_capture_open_camera (watch.capture, "videotestsrc num-buffers=5");
  wait_state (&watch, CVR_CAPTURE_OVER);
  g_assert_cmpuint (watch.n_frames, >=, 1);
  g_assert_cmpuint (watch.n_frames, <=, 5);
  g_assert_no_error (cvr_capture_get_error (watch.capture));
  watch_clear (&watch);
}

/* As a camera that sends packed pictures. */
static void
test_packed_source (void)
{
  static const char *const needed[] = { "jpegenc", "jpegdec", NULL };
  Watch watch;

  if (!capture_support_has (needed))
    return;
  watch_init (&watch);
  cvr_capture_open_camera (
    watch.capture,
    "videotestsrc is-live=true ! video/x-raw,width=64,height=48 ! jpegenc ! capsfilter "
    "caps=\"video/x-raw,width=[1,1280];image/jpeg,width=[1,1280]\" ! decodebin");
  wait_frames (&watch, 2);
  watch_clear (&watch);
}

static void
test_variable (void)
{
  Watch watch;

  g_setenv ("CONVISOR_CAMERA", "videotestsrc ! video/x-raw,width=48,height=32", TRUE);
  watch_init (&watch);
  cvr_capture_open_camera (watch.capture, "nothing-of-this-name");
  wait_frames (&watch, 1);
  g_assert_cmpuint (cvr_capture_get_frame (watch.capture)->width, ==, 48);
  watch_clear (&watch);
  g_unsetenv ("CONVISOR_CAMERA");
}

static void
test_pause (void)
{
  Watch watch;
  guint n;

  watch_init (&watch);
  cvr_capture_open_camera (watch.capture,
                           "videotestsrc is-live=true ! video/x-raw,width=64,height=48");
  wait_frames (&watch, 1);
  cvr_capture_set_paused (watch.capture, TRUE);
  g_assert_true (cvr_capture_get_paused (watch.capture));
  cvr_capture_set_paused (watch.capture, FALSE);
  wait_frames (&watch, 2);
  cvr_capture_set_paused (watch.capture, TRUE);
  n = watch.n_frames;
  watch_clear (&watch);
  g_assert_cmpuint (watch.n_frames, <=, n + 3); /* Those that were on their way. */
}

static void
assert_fails (const char     *source,
              CvrCaptureError wanted,
              const char     *says)
{
  Watch watch;

  watch_init (&watch);
  cvr_capture_open_camera (watch.capture, source);
  wait_state (&watch, CVR_CAPTURE_FAILED);
  g_test_message ("%s", cvr_capture_get_error (watch.capture)->message);
  g_assert_error (cvr_capture_get_error (watch.capture), CVR_CAPTURE_ERROR, (int) wanted);
  g_assert_nonnull (strstr (cvr_capture_get_error (watch.capture)->message, says));
  g_assert_cmpuint (watch.n_frames, ==, 0);
  watch_clear (&watch);
}

static void
test_busy (void)
{
  gst_element_register (NULL, "cvrbusysrc", GST_RANK_NONE, busy_src_get_type ());
  assert_fails ("cvrbusysrc", CVR_CAPTURE_ERROR_BUSY, "Another program");
}

static void
test_gone (void)
{
  static const char *const needed[] = { "v4l2src", NULL };

  if (capture_support_has (needed))
    assert_fails ("v4l2src device=/dev/nothing", CVR_CAPTURE_ERROR_NO_CAMERA, "can't be opened");
}

static void
test_plugin_missing (void)
{
  assert_fails ("nothing-of-this-name", CVR_CAPTURE_ERROR_PLUGIN, "gstreamer1.0-plugins-good");
}

/* Another source takes the place of one that failed, and of one that runs. */
static void
test_open_again (void)
{
  Watch watch;

  watch_init (&watch);
  cvr_capture_open_camera (watch.capture, "nothing-of-this-name");
  wait_state (&watch, CVR_CAPTURE_FAILED);
  cvr_capture_open_camera (watch.capture, "videotestsrc ! video/x-raw,width=32,height=32");
  g_assert_no_error (cvr_capture_get_error (watch.capture));
  wait_frames (&watch, 1);
  cvr_capture_open_camera (watch.capture, "videotestsrc ! video/x-raw,width=64,height=32");
  g_assert_null (cvr_capture_get_frame (watch.capture));
  wait_frames (&watch, 1);
  g_assert_cmpuint (cvr_capture_get_frame (watch.capture)->width, ==, 64);
  watch_clear (&watch);
}

/* The object may go at any moment: its thread finds nobody and ends. */
static void
test_go_at_once (void)
{
  for (guint i = 0; i < 20; i++)
    {
      CvrCapture *capture = cvr_capture_new ();

      cvr_capture_open_camera (capture, i % 2 == 0 ? "videotestsrc" : "nothing-of-this-name");
      for (guint k = 0; k < i; k++)
        g_main_context_iteration (NULL, FALSE);
      g_assert_finalize_object (capture);
    }
}

static void
test_clip (void)
{
  GFile *file = capture_support_make (
    "videotestsrc num-buffers=40 pattern=ball animation-mode=frames ! "
    "video/x-raw,width=64,height=48,framerate=10/1 ! vp8enc deadline=1 cpu-used=8 "
    "keyframe-max-dist=5 ! webmmux", "clip.webm");
  Watch watch;

  if (file == NULL)
    return;
  watch_init (&watch);
  cvr_capture_open_file (watch.capture, file);
  wait_frames (&watch, 1);
  g_assert_true (cvr_capture_get_paused (watch.capture));
  g_assert_cmpfloat_with_epsilon (cvr_capture_get_info (watch.capture)->duration, 4, 0.11);
  g_assert_cmpfloat_with_epsilon (cvr_capture_get_position (watch.capture), 0, 0.01);

  cvr_capture_seek (watch.capture, 1);
  cvr_capture_seek (watch.capture, 2.55); /* The last one counts. */
  wait_frames (&watch, 1);
  if (cvr_capture_get_position (watch.capture) < 2)
    wait_frames (&watch, 1);
  g_assert_cmpfloat_with_epsilon (cvr_capture_get_position (watch.capture), 2.55, 0.06);

  cvr_capture_seek (watch.capture, 3.5);
  cvr_capture_set_paused (watch.capture, FALSE);
  wait_state (&watch, CVR_CAPTURE_OVER);
  cvr_capture_set_paused (watch.capture, TRUE);
  cvr_capture_seek (watch.capture, 0.5);
  wait_frames (&watch, 1);
  g_assert_cmpfloat_with_epsilon (cvr_capture_get_position (watch.capture), 0.5, 0.06);
  g_assert_cmpint (cvr_capture_get_state (watch.capture), ==, CVR_CAPTURE_LIVE);
  watch_clear (&watch);
  capture_support_drop (file);
}

int
main (int    argc,
      char **argv)
{
  static const char *const needed[] = { "videotestsrc", "videoscale", "videoconvert", "videoflip",
                                        "appsink", NULL };

  capture_support_init (&argc, &argv);
  for (guint i = 0; needed[i] != NULL; i++)
    if (gst_registry_check_feature_version (gst_registry_get (), needed[i], 1, 0, 0) == FALSE)
      {
        g_print ("1..0 # SKIP GStreamer's %s is not installed\n", needed[i]);
        return 0;
      }
  g_test_add_func ("/capture/source-without-end", test_source_without_end);
  g_test_add_func ("/capture/source-with-end", test_source_with_end);
  g_test_add_func ("/capture/packed-source", test_packed_source);
  g_test_add_func ("/capture/variable-goes-first", test_variable);
  g_test_add_func ("/capture/pause", test_pause);
  g_test_add_func ("/capture/busy-camera", test_busy);
  g_test_add_func ("/capture/camera-gone", test_gone);
  g_test_add_func ("/capture/plugin-missing", test_plugin_missing);
  g_test_add_func ("/capture/open-again", test_open_again);
  g_test_add_func ("/capture/go-at-once", test_go_at_once);
  g_test_add_func ("/capture/clip-is-scrubbed-and-played", test_clip);

  return g_test_run ();
}
