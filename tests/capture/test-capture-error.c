/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What GStreamer says becomes a sentence that says what to do. */
#include "capture-support.h"

#include "cvr-capture-error.h"

static void
test_cameras (void)
{
  const struct { GQuark domain; int code; CvrCaptureError wanted; const char *says; } cases[] = {
    { GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY, CVR_CAPTURE_ERROR_BUSY, "Close it" },
    { GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED, CVR_CAPTURE_ERROR_DENIED,
      "administrator" },
    { GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND, CVR_CAPTURE_ERROR_NO_CAMERA, "Plug it" },
    { GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ, CVR_CAPTURE_ERROR_FAILED, "stopped" },
    { GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED, CVR_CAPTURE_ERROR_FAILED, "flux" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) gst = g_error_new_literal (cases[i].domain, cases[i].code, "flux");
      g_autoptr (GError) error = cvr_capture_error_new (gst, NULL, NULL);

      g_assert_error (error, CVR_CAPTURE_ERROR, (int) cases[i].wanted);
      g_assert_nonnull (strstr (error->message, cases[i].says));
    }
}

static void
test_clips (void)
{
  const struct { GQuark domain; int code; CvrCaptureError wanted; const char *says; } cases[] = {
    { GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND, CVR_CAPTURE_ERROR_FILE, "not there" },
    { GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ, CVR_CAPTURE_ERROR_FILE, "own folder" },
    { GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ, CVR_CAPTURE_ERROR_FILE, "to its end" },
    { GST_STREAM_ERROR, GST_STREAM_ERROR_TYPE_NOT_FOUND, CVR_CAPTURE_ERROR_FILE, "no video" },
    { GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND, CVR_CAPTURE_ERROR_NO_VIDEO, "sound" },
    { GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE, CVR_CAPTURE_ERROR_FILE, "damaged" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) gst = g_error_new_literal (cases[i].domain, cases[i].code, "Flux.");
      g_autoptr (GError) error = cvr_capture_error_new (gst, NULL, "perro.mp4");

      g_assert_error (error, CVR_CAPTURE_ERROR, (int) cases[i].wanted);
      g_assert_nonnull (strstr (error->message, cases[i].says));
      g_assert_nonnull (strstr (error->message, "“perro.mp4”"));
    }
}

static void
test_codec (void)
{
  const char *const codecs[] = { "H.264 decoder", "AAC decoder", NULL };
  g_autoptr (GError) gst = g_error_new_literal (
    GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN, "missing");
  g_autoptr (GError) error = cvr_capture_error_new (gst, codecs, "perro.mp4");

  g_assert_error (error, CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_CODEC);
  g_assert_nonnull (strstr (error->message, "H.264 decoder, AAC decoder"));
  g_assert_nonnull (strstr (error->message, "gstreamer1.0-libav"));
  g_assert_nonnull (strstr (error->message, "convert"));
}

int
main (int    argc,
      char **argv)
{
  capture_support_init (&argc, &argv);
  g_test_add_func ("/capture/error/cameras", test_cameras);
  g_test_add_func ("/capture/error/clips", test_clips);
  g_test_add_func ("/capture/error/codec-is-named", test_codec);

  return g_test_run ();
}
