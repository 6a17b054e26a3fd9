/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes wrong with cameras and clips, as sentences that say what to do. */
#include "cvr-capture-error.h"

#include <gst/gst.h>

#include <glib/gi18n-lib.h>

G_DEFINE_QUARK (cvr-capture-error-quark, cvr_capture_error)

static GError *
codec_error (const char *const *codecs,
             const char        *clip)
{
  g_autofree char *names = g_strjoinv (", ", (char **) codecs);

  /* Translators: the first %s is a file, the second a video format such as “H.264 decoder”. */
  return g_error_new (CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_CODEC,
                      _("“%s” can't be shown: this computer has nothing that reads it (%s). "
                        "Install the package gstreamer1.0-libav (on Fedora: "
                        "gstreamer1-plugin-libav), or convert the clip to WebM."),
                      clip, names);
}

static GError *
clip_error (const GError *gst,
            const char   *clip)
{
  if (g_error_matches (gst, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND))
    return g_error_new (CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_FILE,
                        _("“%s” is not there any more. Choose the clip again."), clip);
  if (g_error_matches (gst, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED)
      || g_error_matches (gst, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ))
    return g_error_new (CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_FILE,
                        _("“%s” may not be read. Copy it into your own folder first."), clip);
  if (g_error_matches (gst, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ))
    return g_error_new (CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_FILE,
                        _("“%s” can't be read to its end. Copy it to this computer and try again."),
                        clip);
  if (g_error_matches (gst, GST_STREAM_ERROR, GST_STREAM_ERROR_TYPE_NOT_FOUND)
      || g_error_matches (gst, GST_STREAM_ERROR, GST_STREAM_ERROR_WRONG_TYPE))
    return g_error_new (CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_FILE,
                        _("“%s” is no video that can be recognised. Play it in another program to "
                          "see whether it is whole."),
                        clip);
  if (g_error_matches (gst, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN)
      || g_error_matches (gst, GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND))
    return g_error_new (CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_NO_VIDEO,
                        _("“%s” has no pictures, only sound. Choose a video."), clip);

  return g_error_new (CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_FILE,
                      _("“%s” is damaged or cut off: %s Convert it to WebM and try again."), clip,
                      gst->message);
}

static GError *
camera_error (const GError *gst)
{
  if (g_error_matches (gst, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY))
    return g_error_new (CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_BUSY,
                        _("Another program is using the camera. Close it and try again."));
  if (g_error_matches (gst, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED))
    return g_error_new (CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_DENIED,
                        _("This account may not use the camera. Ask the administrator to add it to "
                          "the group “video”."));
  if (gst->domain == GST_RESOURCE_ERROR && gst->code != GST_RESOURCE_ERROR_READ)
    return g_error_new (CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_NO_CAMERA,
                        _("The camera can't be opened. Plug it in again and try once more; a clip "
                          "from a phone can be imported instead."));
  if (gst->domain == GST_RESOURCE_ERROR)
    return g_error_new (CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_FAILED,
                        _("The camera has stopped sending pictures. Plug it in again and try once "
                          "more."));

  return g_error_new (CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_FAILED,
                      _("The camera can't be used: %s"), gst->message);
}

/**
 * cvr_capture_error_new:
 * @gst: an error from GStreamer's own domains
 * @codecs: (nullable) (array zero-terminated=1): what it said is missing
 * @clip: (nullable): a clip's name; %NULL: it is about a camera
 *
 * Returns: (transfer full): the sentence to show
 */
GError *
cvr_capture_error_new (const GError      *gst,
                       const char *const *codecs,
                       const char        *clip)
{
  g_return_val_if_fail (gst != NULL, NULL);

  if (clip == NULL)
    return camera_error (gst);
  if (codecs != NULL && codecs[0] != NULL)
    return codec_error (codecs, clip);

  return clip_error (gst, clip);
}
